//! Gateways, endpoints and interfaces.

use super::{As, Made, Maker, each, json, take, unknown_in, whole};
use crate::input::cloudformation::references::hidden_in;
use crate::input::cloudformation::template::Resource;
use crate::input::planned::{Fields, Node, Value, prefix_list};

impl Maker<'_, '_> {
    pub(super) fn internet_gateway(&mut self, resource: Resource<'_>) -> Made {
        let mut fields = self.begin(resource, "InternetGatewayId").with("Attachments", Node::list(Vec::new()));
        self.tags(resource, &mut fields)?;
        self.put("InternetGateways", resource, fields);
        Ok(())
    }

    pub(super) fn gateway_attachment(&mut self, resource: Resource<'_>) -> Made {
        let (vpc, gateway) = (self.get(resource, "VpcId")?, self.get(resource, "InternetGatewayId")?);
        let (Some(vpc), Some(gateway)) = (vpc, gateway) else { return Ok(()) };
        let vpc = self.certain(vpc);
        let mut attachment = Fields::default().with_text("State", "available");
        attachment.text("VpcId", Some(&vpc));
        match gateway.as_str() {
            Some(gateway) => {
                if let Some(fields) = self.document.edit("InternetGateways", gateway) {
                    fields.set("Attachments", Node::list(vec![Node::from(attachment).at(resource.node.place)]));
                }
            }
            None => self.somewhere("InternetGateways", "Attachments", resource, &gateway),
        }
        Ok(())
    }

    pub(super) fn egress_only_internet_gateway(&mut self, resource: Resource<'_>) -> Made {
        let mut fields = self.begin(resource, "EgressOnlyInternetGatewayId");
        let mut attachment = Fields::default().with_text("State", "attached");
        let vpc = self.get(resource, "VpcId")?;
        attachment.text("VpcId", vpc.as_ref());
        fields.set("Attachments", Node::list(vec![Node::from(attachment).at(resource.node.place)]));
        self.put("EgressOnlyInternetGateways", resource, fields);
        Ok(())
    }

    pub(super) fn address(&mut self, resource: Resource<'_>) -> Made {
        let mut fields = self.begin(resource, "AllocationId");
        self.tags(resource, &mut fields)?;
        self.put("Addresses", resource, fields);
        Ok(())
    }

    /// An address that is given to an interface.
    /// <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-ec2-eipassociation.html>
    pub(super) fn address_association(&mut self, resource: Resource<'_>) -> Made {
        let Some(interface) = self.get(resource, "NetworkInterfaceId")?.filter(|_| self.doubt.is_none()) else {
            return Ok(());
        };
        let address = self.get(resource, "AllocationId")?;
        let id = address.as_ref().and_then(Node::as_str);
        if let Some(fields) = id.and_then(|id| self.document.edit("Addresses", id)) {
            fields.text("NetworkInterfaceId", Some(&interface));
        }
        Ok(())
    }

    /// <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-ec2-natgateway.html>
    pub(super) fn nat_gateway(&mut self, resource: Resource<'_>) -> Made {
        let mut fields = self.begin(resource, "NatGatewayId");
        self.copy(
            resource,
            &mut fields,
            &[
                (As::Text, "SubnetId"),
                (As::Text, "VpcId"),
                (As::Text, "ConnectivityType"),
                (As::Text, "AvailabilityMode"),
            ],
        )?;
        if fields.get("VpcId").is_none()
            && let Some(subnet) = fields.get("SubnetId").and_then(Node::as_str)
            && let Some(vpc) = self.document.look("Subnets", subnet).and_then(|found| found.get("VpcId").cloned())
        {
            fields.set("VpcId", vpc.at(None));
        }
        let mut addresses = Vec::new();
        if let Some(allocation) = self.get(resource, "AllocationId")? {
            let mut address = elastic_ip(&allocation, true);
            let own = self.block(resource, "PrivateIpAddress")?.filter(|own| own.expression().is_none());
            address.text("PrivateIp", own.as_ref());
            addresses.push(Node::from(address).at(allocation.place));
        }
        let mut further = Fields::default();
        further.texts("Ids", self.get(resource, "SecondaryAllocationIds")?.as_ref());
        let zonal = self.get(resource, "AvailabilityZoneAddresses")?;
        for zone in zonal.as_ref().map(Node::items).unwrap_or_default() {
            let mut ids = Fields::default();
            ids.texts("Ids", zone.get("AllocationIds"));
            for id in ids.get("Ids").map(Node::items).unwrap_or_default() {
                let mut address = elastic_ip(id, false);
                address.text("AvailabilityZone", zone.get("AvailabilityZone"));
                address.text("AvailabilityZoneId", zone.get("AvailabilityZoneId"));
                addresses.push(Node::from(address).at(id.place));
            }
        }
        for id in further.get("Ids").map(Node::items).unwrap_or_default() {
            addresses.push(Node::from(elastic_ip(id, false)).at(id.place));
        }
        fields.set("NatGatewayAddresses", Node::list(addresses).at(resource.node.place));
        self.tags(resource, &mut fields)?;
        self.put("NatGateways", resource, fields);
        Ok(())
    }

    /// <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-ec2-vpcendpoint.html>
    pub(super) fn vpc_endpoint(&mut self, resource: Resource<'_>) -> Made {
        let mut fields = self.begin(resource, "VpcEndpointId");
        self.copy(
            resource,
            &mut fields,
            &[
                (As::Text, "VpcEndpointType"),
                (As::Text, "VpcId"),
                (As::Text, "ServiceName"),
                (As::Text, "ServiceRegion"),
                (As::Text, "IpAddressType"),
                (As::Texts, "RouteTableIds"),
                (As::Texts, "SubnetIds"),
                (As::Bool, "PrivateDnsEnabled"),
            ],
        )?;
        if let Some(Node { value: Value::LeftOut(expression), place }) = fields.get("PrivateDnsEnabled").cloned() {
            // Whether names lead to it isn't known: neither is, then, whose endpoint it is.
            fields.set("ServiceName", Node::unknown(expression, place));
        }
        // Its documented default.
        if fields.get("PrivateDnsEnabled").is_none() {
            fields.set("PrivateDnsEnabled", false.into());
        }
        for member in ["RouteTableIds", "SubnetIds"] {
            if fields.get(member).is_none() {
                fields.set(member, Node::list(Vec::new()));
            }
        }
        if let Some(groups) = self.get(resource, "SecurityGroupIds")? {
            fields.set("Groups", groups_of(&groups));
        }
        if let Some(policy) = self.get(resource, "PolicyDocument")? {
            let text = match (&policy.value, hidden_in(&policy)) {
                (_, Some(expression)) => Node::unknown(expression, policy.place),
                (Value::Object(_), None) => Node::text(json(&policy)).at(policy.place),
                (_, None) => policy,
            };
            fields.text("PolicyDocument", Some(&text));
        }
        if let Some(options) = self.get(resource, "DnsOptions")?
            && let Some(only) = options.get("PrivateDnsOnlyForInboundResolverEndpoint").and_then(Node::as_str)
        {
            let value = (only == "OnlyInboundResolver").into();
            let options = Fields::default().with("PrivateDnsOnlyForInboundResolverEndpoint", value);
            fields.set("DnsOptions", options.into());
        }
        self.tags(resource, &mut fields)?;
        self.perhaps_routes(resource, &fields);
        self.put("VpcEndpoints", resource, fields);
        Ok(())
    }

    /// Routes of a gateway endpoint that may be: those in tables that aren't known, and those of an endpoint of which
    /// isn't known whether it is made.
    fn perhaps_routes(&mut self, resource: Resource<'_>, endpoint: &Fields) {
        let ty = endpoint.get("VpcEndpointType").and_then(Node::as_str);
        let Some(service) = endpoint.get("ServiceName").and_then(Node::as_str) else { return };
        if ty.is_some_and(|ty| ty != "Gateway") {
            return;
        }
        let list = prefix_list(&mut self.document, service);
        for table in endpoint.get("RouteTableIds").map(Node::items).unwrap_or_default() {
            let Some(doubt) = self.doubt.as_deref().or(table.expression()) else { continue };
            let route = Fields::default()
                .with_text("DestinationPrefixListId", list.as_str())
                .with("GatewayId", Node::unknown(doubt, table.place))
                .with_text("Origin", "CreateRoute")
                .with_text("State", "active");
            let route = Node::from(route).at(resource.node.place);
            match table.as_str() {
                Some(id) => {
                    if let Some(fields) = self.document.edit("RouteTables", id) {
                        fields.add("Routes", route);
                    }
                }
                None => self.document.somewhere("RouteTables", "Routes", route),
            }
        }
    }

    pub(super) fn network_interface(&mut self, resource: Resource<'_>) -> Made {
        let mut fields = self.begin(resource, "NetworkInterfaceId");
        self.copy(resource, &mut fields, &[(As::Text, "SubnetId"), (As::Text, "Description")])?;
        self.address_of(resource, "PrivateIpAddress", &mut fields)?;
        for (property, member) in [("PrivateIpAddresses", "PrivateIpAddress"), ("Ipv6Addresses", "Ipv6Address")] {
            let given = self.get(resource, property)?;
            let known = |item: &Node| item.get(member).cloned().map(whole).filter(|found| found.as_str().is_some());
            let known = given.as_ref().map(Node::items).unwrap_or_default().iter().filter_map(known);
            let known: Vec<Node> = known.map(|found| Fields::default().with(member, found).into()).collect();
            if !known.is_empty() {
                fields.set(property, Node::list(known));
            }
        }
        // Of one that the template is silent about, the instance that it is attached to may have more to say.
        self.copy(resource, &mut fields, &[(As::Bool, "SourceDestCheck")])?;
        if let Some(groups) = self.get(resource, "GroupSet")? {
            fields.set("Groups", groups_of(&groups));
        }
        self.in_vpc_of_subnet(&mut fields);
        self.put("NetworkInterfaces", resource, fields);
        Ok(())
    }

    /// The interface that a file system has in a subnet. Its description is how EFS writes it.
    /// <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-efs-mounttarget.html>
    pub(super) fn mount_target(&mut self, resource: Resource<'_>) -> Made {
        let mut fields = self.begin(resource, "NetworkInterfaceId");
        self.copy(resource, &mut fields, &[(As::Text, "SubnetId")])?;
        self.address_of(resource, "IpAddress", &mut fields)?;
        if let Some(groups) = self.get(resource, "SecurityGroups")? {
            fields.set("Groups", groups_of(&groups));
        }
        let system = self.get(resource, "FileSystemId")?;
        let system = system.as_ref().and_then(crate::input::cloudformation::text::text_of).unwrap_or_default();
        fields.set("Description", Node::text(format!("EFS mount target for {system} ({})", resource.name)));
        self.in_vpc_of_subnet(&mut fields);
        self.put("NetworkInterfaces", resource, fields);
        Ok(())
    }

    /// The address of an interface. Where it isn't known, any of its subnet may be.
    fn address_of(&mut self, resource: Resource<'_>, property: &str, fields: &mut Fields) -> Made {
        let address = self.block(resource, property)?.filter(|address| address.expression().is_none());
        fields.text("PrivateIpAddress", address.as_ref());
        Ok(())
    }

    /// A firewall's endpoints: one in each of its subnets.
    /// <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-networkfirewall-firewall.html>
    pub(super) fn firewall(&mut self, resource: Resource<'_>) -> Made {
        let mappings = self.get(resource, "SubnetMappings")?;
        let vpc = self.get(resource, "VpcId")?;
        for (index, mapping) in mappings.as_ref().map(Node::items).unwrap_or_default().iter().enumerate() {
            let id = self.evaluator.firewall_endpoint(resource.name, index);
            let mut fields = Fields::default()
                .with_text("VpcEndpointId", id)
                .with_text("VpcEndpointType", "GatewayLoadBalancer")
                .with("PrivateDnsEnabled", false.into())
                .with("RouteTableIds", Node::list(Vec::new()));
            fields.text("VpcId", vpc.as_ref());
            let mut subnets = Fields::default();
            subnets.text("SubnetId", mapping.get("SubnetId"));
            fields.set("SubnetIds", Node::list(subnets.get("SubnetId").cloned().into_iter().collect()));
            if self.doubt.is_some() {
                self.put("VpcEndpoints", resource, fields);
            } else {
                self.document.push("VpcEndpoints", Node::from(fields).at(mapping.place));
            }
        }
        Ok(())
    }

    fn in_vpc_of_subnet(&self, fields: &mut Fields) {
        let subnet = fields.get("SubnetId").and_then(Node::as_str);
        let vpc = subnet.and_then(|id| self.document.look("Subnets", id)).and_then(|found| found.get("VpcId").cloned());
        if let Some(vpc) = vpc {
            fields.set("VpcId", vpc.at(None));
        }
    }

    pub(super) fn prefix_list(&mut self, resource: Resource<'_>) -> Made {
        let mut fields = self.begin(resource, "PrefixListId");
        self.copy(resource, &mut fields, &[(As::Text, "PrefixListName"), (As::Text, "AddressFamily")])?;
        let mut resolved = fields.clone();
        resolved.0.retain(|(member, _)| member != "AddressFamily");
        let entries = self.get(resource, "Entries")?;
        if unknown_in(entries.as_ref()).is_none() {
            let cidrs = entries.as_ref().map(Node::items).unwrap_or_default();
            let cidrs = cidrs.iter().filter_map(|entry| entry.get("Cidr").cloned().map(whole)).collect();
            resolved.set("Cidrs", Node::list(cidrs));
        }
        self.put("ManagedPrefixLists", resource, fields);
        self.put("PrefixLists", resource, resolved);
        Ok(())
    }

    pub(super) fn block_public_access(&mut self, resource: Resource<'_>) -> Made {
        let region = self.document.region().unwrap_or_default().to_owned();
        let mut fields = Fields::default().with_text("AwsRegion", region).with_text("State", "update-complete");
        self.copy(resource, &mut fields, &[(As::Text, "InternetGatewayBlockMode")])?;
        self.put("VpcBlockPublicAccessOptions", resource, fields);
        Ok(())
    }

    pub(super) fn block_public_access_exclusion(&mut self, resource: Resource<'_>) -> Made {
        let mut fields = self.begin(resource, "ExclusionId").with_text("State", "create-complete");
        self.copy(resource, &mut fields, &[(As::Text, "InternetGatewayExclusionMode")])?;
        for member in ["VpcId", "SubnetId"] {
            if let Some(id) = self.get(resource, member)?.and_then(|id| id.as_str().map(str::to_owned)) {
                fields.set("ResourceArn", Node::text(format!("{member}/{id}")));
            }
        }
        self.put("VpcBlockPublicAccessExclusions", resource, fields);
        Ok(())
    }

    pub(super) fn repository(&mut self, resource: Resource<'_>) -> Made {
        let mut fields = self.begin(resource, "repositoryArn");
        let name = self.get(resource, "RepositoryName")?;
        fields.text("repositoryName", name.as_ref());
        self.put("repositories", resource, fields);
        Ok(())
    }

    pub(super) fn pull_through_cache_rule(&mut self, resource: Resource<'_>) -> Made {
        let mut fields = Fields::default();
        let members = [("EcrRepositoryPrefix", "ecrRepositoryPrefix"), ("UpstreamRegistryUrl", "upstreamRegistryUrl")];
        for (theirs, ours) in members {
            let node = self.get(resource, theirs)?;
            fields.text(ours, node.as_ref());
        }
        self.put("pullThroughCacheRules", resource, fields);
        Ok(())
    }
}

/// An address of a NAT gateway.
fn elastic_ip(allocation: &Node, is_primary: bool) -> Fields {
    let mut address = Fields::default().with("IsPrimary", is_primary.into()).with_text("Status", "succeeded");
    address.text("AllocationId", Some(allocation));
    address
}

/// A list of ids → a list of `{GroupId}`.
pub(super) fn groups_of(ids: &Node) -> Node {
    let mut texts = Fields::default();
    texts.texts("Ids", Some(ids));
    let wrapped: Vec<Node> = texts
        .get("Ids")
        .map(Node::items)
        .unwrap_or_default()
        .iter()
        .map(|id| Node::from(Fields::default().with("Id", id.clone())).at(id.place))
        .collect();
    each(Some(&Node::list(wrapped).at(ids.place)), |wrapped| {
        let mut fields = Fields::default();
        take(wrapped, &mut fields, &[(As::Text, "Id", "GroupId")]);
        fields
    })
}
