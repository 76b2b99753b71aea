//! VPC endpoints, prefix lists, mount targets, and VPC Block Public Access.

use super::kinds::*;
use super::network::{element, elsewhere, left_out, push};
use super::reader::Reader;
use crate::input::planned::{Document, Fields, Node, Value};

pub(super) fn endpoint(document: &mut Document<'_>, reader: &Reader<'_, '_>) {
    let mut endpoint = element(reader, "VpcEndpointId");
    if let Some(vpc) = reader.reference("vpc_id", VPC) {
        endpoint.set("VpcId", vpc);
    }
    let known = |name| reader.said(name).filter(|node| node.as_str().is_some());
    let ty = known("vpc_endpoint_type");
    endpoint.text("VpcEndpointType", ty.as_ref());
    // The provider asks for an endpoint without private DNS where nobody asks for one with it; a gateway has none.
    let is_gateway = ty.as_ref().and_then(Node::as_str).map(|ty| ty.eq_ignore_ascii_case("Gateway"));
    let private_dns = match is_gateway {
        Some(true) => Some(false.into()),
        _ => reader.or_default("private_dns_enabled", false),
    };
    let service = reader.said("service_name");
    // Where it isn't known whether its names lead to it, it isn't known what it is an endpoint of.
    let unknown = service.iter().chain(&private_dns).find_map(|node| Some((node.expression()?, node.place)));
    match unknown {
        Some((expression, place)) => {
            endpoint.set("ServiceName", Node::new(Value::LeftOut(expression.to_owned()), place))
        }
        None => endpoint.text("ServiceName", service.as_ref()),
    }
    endpoint.boolean("PrivateDnsEnabled", private_dns.as_ref());
    endpoint.text("ServiceRegion", known("service_region").as_ref());
    endpoint.text("IpAddressType", known("ip_address_type").as_ref());
    endpoint.text("State", known("state").filter(|state| state.as_str() != Some("pendingAcceptance")).as_ref());
    if !reader.is_left_out("policy") {
        endpoint.text("PolicyDocument", reader.said("policy").as_ref());
    }
    if let Some(options) = reader.block("dns_options") {
        let mut dns = Fields::default();
        let inbound_only = options.attribute("private_dns_only_for_inbound_resolver_endpoint");
        dns.boolean("PrivateDnsOnlyForInboundResolverEndpoint", inbound_only.as_ref());
        endpoint.set("DnsOptions", dns.into());
    }
    // Of what isn't known of an endpoint only that is its own which its type has.
    if is_gateway != Some(false) {
        endpoint.texts("RouteTableIds", reader.references("route_table_ids", ROUTE_TABLE).as_ref());
    }
    if is_gateway != Some(true) {
        endpoint.texts("SubnetIds", reader.references("subnet_ids", SUBNET).as_ref());
        if let Some(groups) = reader.references("security_group_ids", SECURITY_GROUP) {
            let items = if groups.expression().is_some() { vec![groups.clone()] } else { groups.items().to_vec() };
            for group in items {
                endpoint.add("Groups", member_of(group));
            }
        }
    }
    endpoint.set("Tags", reader.tags());
    push(document, "VpcEndpoints", reader, endpoint);
}

fn member_of(group: Node) -> Node {
    let place = group.place;
    Node::from(Fields::default().with("GroupId", group)).at(place)
}

/// A table, a subnet, a group, a policy or the private DNS of an endpoint, by a resource of its own.
pub(super) fn endpoint_part(document: &mut Document<'_>, reader: &Reader<'_, '_>) {
    let Some(endpoint) = reader.reference("vpc_endpoint_id", ENDPOINT) else { return };
    let (member, part) = match reader.instance.ty.as_str() {
        "aws_vpc_endpoint_route_table_association" => {
            ("RouteTableIds", reader.reference("route_table_id", ROUTE_TABLE))
        }
        "aws_vpc_endpoint_subnet_association" => ("SubnetIds", reader.reference("subnet_id", SUBNET)),
        "aws_vpc_endpoint_security_group_association" => {
            ("Groups", reader.reference("security_group_id", SECURITY_GROUP).map(member_of))
        }
        "aws_vpc_endpoint_private_dns" => ("PrivateDnsEnabled", reader.attribute("private_dns_enabled")),
        _ => ("PolicyDocument", reader.said("policy")),
    };
    let Some(part) = part else { return };
    match endpoint.as_str().and_then(|id| document.edit("VpcEndpoints", id)) {
        Some(fields) if member == "PolicyDocument" => fields.text(member, Some(&part)),
        Some(fields) if member == "PrivateDnsEnabled" => fields.boolean(member, Some(&part)),
        Some(fields) => fields.add(member, part),
        None => {
            let unknown = |what| match member {
                "Groups" => member_of(what),
                "PolicyDocument" | "PrivateDnsEnabled" => left_out(what),
                _ => what,
            };
            elsewhere(document, reader, ("the endpoint", &endpoint), ("VpcEndpoints", member), unknown);
        }
    }
}

pub(super) fn prefix_list(document: &mut Document<'_>, reader: &Reader<'_, '_>) {
    let mut list = element(reader, "PrefixListId");
    list.text("PrefixListName", reader.said("name").filter(|node| node.as_str().is_some()).as_ref());
    let mut blocks = Vec::new();
    for entry in reader.blocks("entry") {
        blocks.extend(entry.said("cidr"));
    }
    blocks.extend(reader.unknown_blocks("entry").map(|unknown| match &unknown.value {
        Value::Unknown(_) => unknown,
        _ => Node::unknown(format!("{}.entry", reader.instance.address), unknown.place),
    }));
    list.set("Cidrs", Node::list(blocks));
    push(document, "PrefixLists", reader, list);
}

pub(super) fn prefix_list_entry(document: &mut Document<'_>, reader: &Reader<'_, '_>) {
    let list = reader.reference("prefix_list_id", PREFIX_LIST);
    let (Some(list), Some(block)) = (list, reader.said("cidr")) else { return };
    match list.as_str().and_then(|id| document.edit("PrefixLists", id)) {
        Some(fields) => fields.add("Cidrs", block),
        None => elsewhere(document, reader, ("the prefix list", &list), ("PrefixLists", "Cidrs"), |what| what),
    }
}

/// A prefix list that the configuration only looks up: AWS's own, or another's.
pub(super) fn known_prefix_list(document: &mut Document<'_>, reader: &Reader<'_, '_>) {
    let Some(id) = reader.text("id") else { return };
    let mut list = Fields::default().with_text("PrefixListId", id);
    list.text("PrefixListName", reader.said("name").as_ref());
    let entries = reader.blocks("entries");
    let blocks = match reader.references("cidr_blocks", VALUE) {
        Some(blocks) => Some(blocks),
        None if reader.has("entries") => {
            Some(Node::list(entries.iter().filter_map(|entry| entry.said("cidr")).collect()))
        }
        None => None,
    };
    list.texts("Cidrs", blocks.as_ref());
    push(document, "PrefixLists", reader, list);
}

/// EFS makes an interface for a mount target. AWS chooses its address where nobody does.
pub(super) fn mount_target(document: &mut Document<'_>, reader: &Reader<'_, '_>) {
    let file_system = reader.reference("file_system_id", FILE_SYSTEM);
    let file_system = file_system.as_ref().and_then(|node| node.as_str().or(node.expression())).unwrap_or_default();
    let mut interface = element(reader, "NetworkInterfaceId");
    interface
        .set("Description", Node::text(format!("EFS mount target for {file_system} ({})", reader.instance.address)));
    in_subnet(document, reader, &mut interface);
    interface.text("PrivateIpAddress", reader.said("ip_address").filter(|node| node.as_str().is_some()).as_ref());
    push(document, "NetworkInterfaces", reader, interface);
}

/// <https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/network_interface>
pub(super) fn network_interface(document: &mut Document<'_>, reader: &Reader<'_, '_>) {
    let mut interface = element(reader, "NetworkInterfaceId");
    interface.text("Description", reader.said("description").filter(|node| node.as_str().is_some()).as_ref());
    in_subnet(document, reader, &mut interface);
    if let Some(check) = reader.said("source_dest_check") {
        interface.set("SourceDestCheck", check);
    }
    let addresses = reader.attribute("private_ips").map(|list| list.items().to_vec()).unwrap_or_default();
    let primary = reader.said("private_ip").filter(|node| node.as_str().is_some());
    interface.text("PrivateIpAddress", primary.as_ref().or(addresses.first()));
    for address in addresses {
        interface.add("PrivateIpAddresses", Fields::default().with("PrivateIpAddress", address).into());
    }
    push(document, "NetworkInterfaces", reader, interface);
}

/// A further group of an interface.
/// <https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/network_interface_sg_attachment>
pub(super) fn group_of_interface(document: &mut Document<'_>, reader: &Reader<'_, '_>) {
    let Some(group) = reader.reference("security_group_id", SECURITY_GROUP) else { return };
    let interface = reader.reference("network_interface_id", INTERFACE);
    // The interfaces of instances are none that the file makes.
    let id = interface.as_ref().and_then(Node::as_str);
    if let Some(fields) = id.and_then(|id| document.edit("NetworkInterfaces", id)) {
        fields.add("Groups", member_of(group).at(reader.place()));
    }
}

/// The subnet of an interface, with its VPC, and its groups: the VPC's default one, where none is named.
fn in_subnet(document: &Document<'_>, reader: &Reader<'_, '_>, interface: &mut Fields) {
    let subnet = reader.reference("subnet_id", SUBNET);
    let vpc = subnet.as_ref().and_then(|subnet| document.look("Subnets", subnet.as_str()?)?.get("VpcId").cloned());
    if let Some(subnet) = subnet {
        interface.set("SubnetId", subnet);
    }
    if let Some(vpc) = vpc.clone() {
        interface.set("VpcId", vpc.at(None));
    }
    let groups = match reader.references("security_groups", SECURITY_GROUP) {
        Some(groups) if groups.expression().is_some() => vec![groups],
        Some(groups) => groups.items().to_vec(),
        None => {
            let name = vpc.as_ref().and_then(|vpc| vpc.as_str()).unwrap_or("the VPC");
            vec![Node::unknown(format!("the default group of {name}"), None)]
        }
    };
    interface.set("Groups", Node::list(groups.into_iter().map(member_of).collect()));
}

pub(super) fn block_public_access(document: &mut Document<'_>, reader: &Reader<'_, '_>) {
    let region = document.region().unwrap_or("region").to_owned();
    let mut options = Fields::default().with_text("AwsRegion", region);
    if let Some(account) = document.account() {
        options.set("AwsAccountId", Node::text(account));
    }
    options.text("InternetGatewayBlockMode", reader.said("internet_gateway_block_mode").as_ref());
    push(document, "VpcBlockPublicAccessOptions", reader, options);
}

pub(super) fn block_public_access_exclusion(document: &mut Document<'_>, reader: &Reader<'_, '_>) {
    let mut exclusion = element(reader, "ExclusionId");
    let vpc = reader.reference("vpc_id", VPC).map(|node| (node, "vpc"));
    if let Some((node, kind)) = vpc.or_else(|| reader.reference("subnet_id", SUBNET).map(|node| (node, "subnet"))) {
        let id = node.as_str().or(node.expression()).unwrap_or_default();
        exclusion.set("ResourceArn", Node::text(format!("arn:aws:ec2:::{kind}/{id}")).at(node.place));
    }
    exclusion.text("InternetGatewayExclusionMode", reader.said("internet_gateway_exclusion_mode").as_ref());
    exclusion.set("State", Node::text("create-complete"));
    push(document, "VpcBlockPublicAccessExclusions", reader, exclusion);
}
