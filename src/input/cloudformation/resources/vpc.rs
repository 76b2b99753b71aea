//! VPCs, subnets and their routes.

use super::{As, Made, Maker, attribute};
use crate::input::cloudformation::template::Resource;
use crate::input::planned::{Fields, Node, Value};
use crate::snapshot::id_member;
use rustc_hash::FxHashMap;

impl Maker<'_, '_> {
    /// <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-ec2-vpc.html>
    pub(super) fn vpc(&mut self, resource: Resource<'_>) -> Made {
        let mut fields = self.begin(resource, "VpcId");
        self.copy(resource, &mut fields, &[(As::Block, "CidrBlock")])?;
        if fields.get("CidrBlock").is_none() {
            // An address manager chooses it.
            fields.set("CidrBlock", Node::unknown(format!("{}.CidrBlock", resource.name), resource.node.place));
        }
        self.tags(resource, &mut fields)?;
        let mut attributes = self.begin(resource, "VpcId");
        for member in ["EnableDnsSupport", "EnableDnsHostnames"] {
            if let Some(node) = self.get(resource, member)? {
                attributes.set(member, attribute(&node));
            }
        }
        self.put("Vpcs", resource, fields);
        self.put("VpcAttributes", resource, attributes);
        Ok(())
    }

    pub(super) fn vpc_cidr_block(&mut self, resource: Resource<'_>) -> Made {
        let Some(vpc) = self.get(resource, "VpcId")?.and_then(|vpc| vpc.as_str().map(str::to_owned)) else {
            return Ok(());
        };
        let (ipv4, ipv6) = (self.block(resource, "CidrBlock")?, self.block(resource, "Ipv6CidrBlock")?);
        let is_ipv4 = ipv4.is_some() || self.get(resource, "Ipv4IpamPoolId")?.is_some();
        let chosen = || Node::unknown(format!("a block of {vpc}"), resource.node.place);
        let block = self.certain(if is_ipv4 { ipv4 } else { ipv6 }.unwrap_or_else(chosen));
        let (set, member, state) = match is_ipv4 {
            true => ("CidrBlockAssociationSet", "CidrBlock", "CidrBlockState"),
            false => ("Ipv6CidrBlockAssociationSet", "Ipv6CidrBlock", "Ipv6CidrBlockState"),
        };
        if let Some(fields) = self.document.edit("Vpcs", &vpc) {
            add_block(fields, set, member, state, block);
        }
        Ok(())
    }

    /// <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-ec2-subnet.html>
    pub(super) fn subnet(&mut self, resource: Resource<'_>) -> Made {
        let mut fields = self.begin(resource, "SubnetId");
        self.copy(
            resource,
            &mut fields,
            &[
                (As::Text, "VpcId"),
                (As::Block, "CidrBlock"),
                (As::Text, "AvailabilityZoneId"),
                (As::Bool, "MapPublicIpOnLaunch"),
                (As::Bool, "Ipv6Native"),
                (As::Bool, "EnableDns64"),
            ],
        )?;
        // Two zones that aren't known may be one.
        if let Some(zone) = self.get(resource, "AvailabilityZone")?.filter(|zone| zone.expression().is_none()) {
            fields.text("AvailabilityZone", Some(&zone));
        }
        if fields.get("MapPublicIpOnLaunch").is_none() {
            fields.set("MapPublicIpOnLaunch", false.into());
        }
        let is_ipv6_only = self.get(resource, "Ipv6Native")?.and_then(|node| node.as_bool()) == Some(true);
        if fields.get("CidrBlock").is_none() && !is_ipv6_only {
            fields.set("CidrBlock", Node::unknown(format!("{}.CidrBlock", resource.name), resource.node.place));
        }
        if let Some(block) = self.block(resource, "Ipv6CidrBlock")? {
            add_block(&mut fields, "Ipv6CidrBlockAssociationSet", "Ipv6CidrBlock", "Ipv6CidrBlockState", block);
        } else if self.get(resource, "Ipv6IpamPoolId")?.is_some() {
            let block = Node::unknown(format!("{}.Ipv6CidrBlock", resource.name), resource.node.place);
            add_block(&mut fields, "Ipv6CidrBlockAssociationSet", "Ipv6CidrBlock", "Ipv6CidrBlockState", block);
        }
        self.tags(resource, &mut fields)?;
        self.put("Subnets", resource, fields);
        Ok(())
    }

    pub(super) fn subnet_cidr_block(&mut self, resource: Resource<'_>) -> Made {
        let Some(subnet) = self.get(resource, "SubnetId")? else { return Ok(()) };
        let block = self.block(resource, "Ipv6CidrBlock")?;
        let chosen = || Node::unknown(format!("{}.Ipv6CidrBlock", resource.name), resource.node.place);
        let block = self.certain(block.unwrap_or_else(chosen));
        if let Some(fields) = subnet.as_str().and_then(|id| self.document.edit("Subnets", id)) {
            add_block(fields, "Ipv6CidrBlockAssociationSet", "Ipv6CidrBlock", "Ipv6CidrBlockState", block);
        }
        Ok(())
    }

    pub(super) fn dhcp_options(&mut self, resource: Resource<'_>) -> Made {
        const OPTIONS: [(&str, &str); 5] = [
            ("DomainName", "domain-name"),
            ("DomainNameServers", "domain-name-servers"),
            ("NtpServers", "ntp-servers"),
            ("NetbiosNameServers", "netbios-name-servers"),
            ("NetbiosNodeType", "netbios-node-type"),
        ];
        let mut fields = self.begin(resource, "DhcpOptionsId");
        let mut options = Vec::new();
        for (property, key) in OPTIONS {
            let Some(node) = self.get(resource, property)? else { continue };
            let mut option = Fields::default().with_text("Key", key);
            let mut texts = Fields::default();
            texts.texts("Values", Some(&node));
            let values = texts.get("Values").map(Node::items).unwrap_or_default().iter().map(|value| {
                let mut one = Fields::default();
                one.text("Value", Some(value));
                Node::from(one).at(value.place)
            });
            option.set("Values", Node::list(values.collect()).at(node.place));
            options.push(option.into());
        }
        fields.set("DhcpConfigurations", Node::list(options));
        self.put("DhcpOptions", resource, fields);
        Ok(())
    }

    pub(super) fn dhcp_options_association(&mut self, resource: Resource<'_>) -> Made {
        let (vpc, options) = (self.get(resource, "VpcId")?, self.get(resource, "DhcpOptionsId")?);
        if let (Some(vpc), Some(options)) = (vpc, options) {
            let options = self.certain(options);
            if let Some(fields) = vpc.as_str().and_then(|id| self.document.edit("Vpcs", id)) {
                fields.set("DhcpOptionsId", options);
            }
        }
        Ok(())
    }

    pub(super) fn route_table(&mut self, resource: Resource<'_>) -> Made {
        let mut fields = self.begin(resource, "RouteTableId");
        self.copy(resource, &mut fields, &[(As::Text, "VpcId")])?;
        self.tags(resource, &mut fields)?;
        let fields = fields.with("Associations", Node::list(Vec::new())).with("Routes", Node::list(Vec::new()));
        self.put("RouteTables", resource, fields);
        Ok(())
    }

    /// <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-ec2-route.html>
    pub(super) fn route(&mut self, resource: Resource<'_>) -> Made {
        const DESTINATIONS: [&str; 3] = ["DestinationCidrBlock", "DestinationIpv6CidrBlock", "DestinationPrefixListId"];
        const TARGETS: [&str; 11] = [
            "GatewayId",
            "NatGatewayId",
            "EgressOnlyInternetGatewayId",
            "TransitGatewayId",
            "VpcPeeringConnectionId",
            "NetworkInterfaceId",
            "InstanceId",
            "LocalGatewayId",
            "CarrierGatewayId",
            "CoreNetworkArn",
            "VpcEndpointId",
        ];
        let Some(table) = self.get(resource, "RouteTableId")? else { return Ok(()) };
        let mut route = Fields::default();
        let mut destination = None;
        for member in DESTINATIONS {
            if let Some(node) = self.block(resource, member)? {
                destination = Some((member, node.clone()));
                let node = self.certain(node);
                route.text(member, Some(&node));
            }
        }
        for member in TARGETS {
            let node = self.get(resource, member)?;
            route.text(member, node.as_ref());
        }
        let route = Node::from(route.with_text("Origin", "CreateRoute").with_text("State", "active"));
        let route = route.at(resource.node.place);
        let written = |(member, node): (&str, &Node)| format!("{member} {:?}", node.value);
        let known = |route: &Node| DESTINATIONS.iter().find_map(|member| Some(written((member, route.get(member)?))));
        match table.as_str() {
            // A route to the same destination, which is there already, is replaced.
            Some(id) => {
                let destination = destination.map(|(member, node)| written((member, &node)));
                self.replace("RouteTables", id, "Routes", destination, route, known);
            }
            None => self.somewhere("RouteTables", "Routes", resource, &table),
        }
        Ok(())
    }

    pub(super) fn route_table_association(&mut self, resource: Resource<'_>, member: &'static str) -> Made {
        let (Some(table), Some(what)) = (self.get(resource, "RouteTableId")?, self.get(resource, member)?) else {
            return Ok(());
        };
        let state = Fields::default().with_text("State", "associated");
        let mut association = Fields::default().with("AssociationState", state.into());
        let certain = self.certain(what.clone());
        association.text(member, Some(&certain));
        let association = Node::from(association).at(resource.node.place);
        self.leave_others("RouteTables", &table, member, &what);
        self.associate("RouteTables", &table, resource, association);
        Ok(())
    }

    /// Adds an association to an element. One that the document doesn't make is then one of which nothing else is known.
    pub(super) fn associate(&mut self, list: &'static str, to: &Node, resource: Resource<'_>, association: Node) {
        let Some(id) = to.as_str() else {
            self.somewhere(list, "Associations", resource, to);
            return;
        };
        if let Some(fields) = self.document.edit(list, id) {
            fields.add("Associations", association);
            return;
        }
        let mut element = Fields::default();
        element.set(id_member(list), Node::text(id));
        element.set("Associations", Node::list(vec![association]));
        self.document.push(list, Node::from(element).at(to.place));
    }

    /// What is associated with an element is so with no other of its list any more: an association of what is there
    /// already gives way to that of the template.
    pub(super) fn leave_others(&mut self, list: &'static str, to: &Node, member: &'static str, what: &Node) {
        let Some(what) = what.as_str().filter(|_| self.document.is_onto()) else { return };
        if !self.associated.contains_key(&(list, member)) {
            let known = self.associations(list, member);
            self.associated.insert((list, member), known);
        }
        let Some(known) = self.associated.get_mut(&(list, member)) else { return };
        let own = to.as_str().map(str::to_owned);
        let before = known.insert(what.to_owned(), own.iter().cloned().collect());
        for other in before.unwrap_or_default().into_iter().filter(|other| Some(other) != own.as_ref()) {
            if let Some(fields) = self.document.edit(list, &other) {
                let is_it = |known: &Node| known.get(member).and_then(Node::as_str) == Some(what);
                fields.retain("Associations", |known| !is_it(known));
            }
        }
    }

    /// With which elements of a list each thing is associated.
    fn associations(&self, list: &'static str, member: &str) -> FxHashMap<String, Vec<String>> {
        let mut known: FxHashMap<String, Vec<String>> = FxHashMap::default();
        for id in self.document.ids(list) {
            let element = self.document.look(list, &id);
            let associations = element.as_ref().and_then(|element| element.get("Associations")).map(Node::items);
            for what in associations.unwrap_or_default().iter().filter_map(|known| known.get(member)?.as_str()) {
                known.entry(what.to_owned()).or_default().push(id.clone());
            }
        }
        known
    }

    /// Routes that a gateway or a route server tells a table: which ones is known once it runs. Any private block may be
    /// among them, and the default route; what the table has of its own comes before these.
    /// <https://docs.aws.amazon.com/vpc/latest/userguide/route-tables-priority.html>
    pub(super) fn route_propagation(&mut self, resource: Resource<'_>, member: &'static str) -> Made {
        const ANY: [(&str, &str); 6] = [
            ("DestinationCidrBlock", "0.0.0.0/0"),
            ("DestinationCidrBlock", "10.0.0.0/8"),
            ("DestinationCidrBlock", "172.16.0.0/12"),
            ("DestinationCidrBlock", "192.168.0.0/16"),
            ("DestinationIpv6CidrBlock", "::/0"),
            ("DestinationIpv6CidrBlock", "fc00::/7"),
        ];
        let given = self.get(resource, member)?;
        let mut tables = Fields::default();
        tables.texts("Tables", given.as_ref());
        let by = Node::unknown(format!("what {} tells", resource.name), resource.node.place);
        for table in tables.get("Tables").map(Node::items).unwrap_or_default() {
            let Some(id) = table.as_str() else {
                self.somewhere("RouteTables", "Routes", resource, table);
                continue;
            };
            let Some(fields) = self.document.edit("RouteTables", id) else { continue };
            for (member, block) in ANY {
                let route = Fields::default()
                    .with_text(member, block)
                    .with("GatewayId", by.clone())
                    .with_text("Origin", "EnableVgwRoutePropagation")
                    .with_text("State", "active");
                fields.add("Routes", Node::from(route).at(resource.node.place));
            }
        }
        Ok(())
    }

    /// A resource that changes an element of which only the expression of its id is known: any may be it.
    pub(super) fn somewhere(&mut self, list: &'static str, member: &'static str, resource: Resource<'_>, id: &Node) {
        let expression = id.expression().unwrap_or("its id").to_owned();
        self.document.somewhere(list, member, Node::new(Value::LeftOut(expression.clone()), resource.node.place));
        self.document.partly_known(list, format!("which of them {} changes is not known: {expression}", resource.name));
    }

    pub(super) fn flow_log(&mut self, resource: Resource<'_>) -> Made {
        let mut fields = self.begin(resource, "FlowLogId").with_text("FlowLogStatus", "ACTIVE");
        self.copy(resource, &mut fields, &[(As::Text, "ResourceId"), (As::Text, "TrafficType")])?;
        self.put("FlowLogs", resource, fields);
        Ok(())
    }
}

/// Adds a block to a set of them.
fn add_block(fields: &mut Fields, set: &'static str, member: &'static str, state: &'static str, block: Node) {
    let place = block.place;
    let item =
        Fields::default().with(member, block).with(state, Fields::default().with_text("State", "associated").into());
    fields.add(set, Node::from(item).at(place));
}
