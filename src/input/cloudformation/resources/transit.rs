//! Peering connections and transit gateways.

use super::{As, Made, Maker};
use crate::input::cloudformation::template::Resource;
use crate::input::planned::{Fields, Node};

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

    pub(super) fn transit_gateway(&mut self, resource: Resource<'_>) -> Made {
        let mut fields = self.begin(resource, "TransitGatewayId").with_text("State", "available");
        let support = self.get(resource, "SecurityGroupReferencingSupport")?;
        let mut options = Fields::default();
        options.text("SecurityGroupReferencingSupport", support.as_ref());
        fields.set("Options", options.into());
        self.tags(resource, &mut fields)?;
        self.put("TransitGateways", resource, fields);
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
        self.put("TransitGatewayVpcAttachments", resource, fields);
        Ok(())
    }
}
