//! Peering connections and transit gateways.

use super::{As, Made, Maker};
use crate::input::cloudformation::template::Resource;
use crate::input::planned::transit::{associate, propagate, route};
use crate::input::planned::{Fields, Node, Value};

impl Maker<'_, '_> {
    /// <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-ec2-vpcpeeringconnection.html>
    pub(super) fn peering_connection(&mut self, resource: Resource<'_>) -> Made {
        let mut fields = self.begin(resource, "VpcPeeringConnectionId");
        let mut requester = Fields::default();
        let vpc = self.get(resource, "VpcId")?;
        requester.text("VpcId", vpc.as_ref());
        let mut accepter = Fields::default();
        for (theirs, ours) in [("PeerVpcId", "VpcId"), ("PeerOwnerId", "OwnerId"), ("PeerRegion", "Region")] {
            let node = self.get(resource, theirs)?;
            accepter.text(ours, node.as_ref());
        }
        fields.set("RequesterVpcInfo", requester.into());
        fields.set("AccepterVpcInfo", accepter.into());
        // CloudFormation waits until the other side has accepted it.
        fields.set("Status", Fields::default().with_text("Code", "active").into());
        self.tags(resource, &mut fields)?;
        self.put("VpcPeeringConnections", resource, fields);
        Ok(())
    }

    /// It comes with a table that serves, and hears of, all attachments that say nothing else, unless that is switched off.
    /// <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-ec2-transitgateway.html>
    pub(super) fn transit_gateway(&mut self, resource: Resource<'_>) -> Made {
        let mut fields = self.begin(resource, "TransitGatewayId").with_text("State", "available");
        let support = self.get(resource, "SecurityGroupReferencingSupport")?;
        let mut options = Fields::default();
        options.text("SecurityGroupReferencingSupport", Some(&support.unwrap_or_else(|| Node::text("disable"))));
        fields.set("Options", options.into());
        self.tags(resource, &mut fields)?;
        self.put("TransitGateways", resource, fields);
        if self.evaluator.exists(resource.name) {
            return Ok(());
        }
        let gateway = self.evaluator.id(resource.name);
        let mut table = Fields::default()
            .with_text("TransitGatewayRouteTableId", format!("{gateway}.DefaultRouteTable"))
            .with_text("TransitGatewayId", gateway)
            .with("Associations", Node::list(Vec::new()))
            .with("Routes", Node::list(Vec::new()));
        let mut is_made = false;
        for (property, member) in [
            ("DefaultRouteTableAssociation", "DefaultAssociationRouteTable"),
            ("DefaultRouteTablePropagation", "DefaultPropagationRouteTable"),
        ] {
            let setting = self.get(resource, property)?;
            let is_on = match setting.as_ref().map(|setting| (setting.as_str(), setting.expression())) {
                Some((_, Some(expression))) => Node::new(Value::LeftOut(expression.to_owned()), None),
                Some((text, None)) => (text != Some("disable")).into(),
                None => true.into(),
            };
            is_made |= is_on.as_bool() != Some(false);
            table.set(member, is_on);
        }
        if is_made {
            self.put("TransitGatewayRouteTables", resource, table);
        }
        Ok(())
    }

    pub(super) fn transit_gateway_attachment(&mut self, resource: Resource<'_>) -> Made {
        let mut fields = self.begin(resource, "TransitGatewayAttachmentId").with_text("State", "available");
        let members = [(As::Text, "TransitGatewayId"), (As::Text, "VpcId"), (As::Texts, "SubnetIds")];
        self.copy(resource, &mut fields, &members)?;
        if let Some(options) = self.get(resource, "Options")? {
            let mut made = Fields::default();
            made.text("ApplianceModeSupport", options.get("ApplianceModeSupport"));
            made.text("SecurityGroupReferencingSupport", options.get("SecurityGroupReferencingSupport"));
            fields.set("Options", Node::from(made).at(options.place));
        }
        self.tags(resource, &mut fields)?;
        let ends = (fields.get("TransitGatewayId").cloned(), fields.get("VpcId").cloned());
        self.put("TransitGatewayVpcAttachments", resource, fields);
        if let (Some(gateway), vpc) = ends
            && !self.evaluator.exists(resource.name)
        {
            let attachment = self.certain(Node::text(self.evaluator.id(resource.name)));
            self.join_default_tables(gateway.as_str().unwrap_or_default(), &attachment, vpc.as_ref());
        }
        Ok(())
    }

    /// A new attachment is in the tables that its transit gateway has for this.
    fn join_default_tables(&mut self, gateway: &str, attachment: &Node, vpc: Option<&Node>) {
        for id in self.document.ids("TransitGatewayRouteTables") {
            let Some(table) = self.document.look("TransitGatewayRouteTables", &id) else { continue };
            if table.get("TransitGatewayId").and_then(Node::as_str) != Some(gateway) {
                continue;
            }
            for (member, list) in
                [("DefaultAssociationRouteTable", "Associations"), ("DefaultPropagationRouteTable", "Routes")]
            {
                let Some(setting) = table.get(member) else { continue };
                match (setting.as_bool(), list) {
                    (Some(true), "Associations") => {
                        associate(&mut self.document, &id, attachment);
                    }
                    (Some(true), _) => {
                        propagate(&mut self.document, &id, attachment, vpc);
                    }
                    (Some(false), _) => {}
                    (None, _) => {
                        if let Some(fields) = self.document.edit("TransitGatewayRouteTables", &id) {
                            fields.set(list, setting.clone());
                        }
                    }
                }
            }
        }
    }

    pub(super) fn transit_gateway_route_table(&mut self, resource: Resource<'_>) -> Made {
        let mut fields = self.begin(resource, "TransitGatewayRouteTableId").with_text("State", "available");
        self.copy(resource, &mut fields, &[(As::Text, "TransitGatewayId")])?;
        self.tags(resource, &mut fields)?;
        let fields = fields
            .with("DefaultAssociationRouteTable", false.into())
            .with("DefaultPropagationRouteTable", false.into())
            .with("Associations", Node::list(Vec::new()))
            .with("Routes", Node::list(Vec::new()));
        self.put("TransitGatewayRouteTables", resource, fields);
        Ok(())
    }

    /// An association, a propagation or a route of a transit gateway's table.
    /// <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-ec2-transitgatewayroute.html>
    pub(super) fn transit_table_part(&mut self, resource: Resource<'_>, member: &'static str) -> Made {
        let Some(table) = self.get(resource, "TransitGatewayRouteTableId")? else { return Ok(()) };
        let attachment = self.get(resource, "TransitGatewayAttachmentId")?;
        let attachment = attachment.map(|attachment| self.certain(attachment));
        let Some(id) = table.as_str() else {
            self.somewhere("TransitGatewayRouteTables", member, resource, &table);
            return Ok(());
        };
        match (resource.ty, attachment) {
            ("AWS::EC2::TransitGatewayRouteTableAssociation", Some(attachment)) => {
                associate(&mut self.document, id, &attachment);
            }
            ("AWS::EC2::TransitGatewayRouteTablePropagation", Some(attachment)) => {
                let of = attachment.as_str().and_then(|id| self.document.look("TransitGatewayVpcAttachments", id));
                let vpc = of.and_then(|found| found.get("VpcId").cloned());
                propagate(&mut self.document, id, &attachment, vpc.as_ref());
            }
            (_, attachment) => {
                let Some(block) = self.block(resource, "DestinationCidrBlock")? else { return Ok(()) };
                let block = self.certain(block);
                let is_blackhole = self.get(resource, "Blackhole")?;
                let made = match (is_blackhole.as_ref().and_then(Node::as_bool), attachment) {
                    (Some(true), _) => Fields::default()
                        .with("DestinationCidrBlock", block.at(None))
                        .with_text("Type", "static")
                        .with_text("State", "blackhole")
                        .into(),
                    (_, Some(attachment)) => route(block, &attachment, "static"),
                    (_, None) => return Ok(()),
                };
                if let Some(fields) = self.document.edit("TransitGatewayRouteTables", id) {
                    fields.add("Routes", made.at(resource.node.place));
                }
            }
        }
        Ok(())
    }

    /// Who makes the transit gateways of all attachments and tables makes all there is of these.
    pub(super) fn whole_transit_gateways(&mut self) {
        let lists = ["TransitGatewayVpcAttachments", "TransitGatewayRouteTables"];
        let is_own = |element: &Node| {
            let gateway = element.get("TransitGatewayId").and_then(Node::as_str);
            gateway.is_some_and(|id| self.document.get("TransitGateways", id).is_some())
        };
        if lists.iter().all(|list| self.document.list(list).iter().all(is_own)) {
            for list in ["TransitGateways", "TransitGatewayRouteTables"] {
                self.document.whole(list);
            }
        }
    }
}
