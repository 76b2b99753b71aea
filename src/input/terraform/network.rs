//! VPCs, subnets, route tables and the gateways of a VPC.

use super::kept::keep;
use super::kinds::*;
use super::plan::{Action, Plan};
use super::reader::Reader;
use crate::input::planned::{Document, Fields, Node, Value};

/// An element that begins with its id.
pub(super) fn element(reader: &Reader<'_, '_>, id: &'static str) -> Fields {
    Fields::default().with(id, reader.id())
}

/// Adds an element with the place of its resource. Of what exists already stays what Terraform doesn't tell.
pub(super) fn push(document: &mut Document<'_>, list: &'static str, reader: &Reader<'_, '_>, mut fields: Fields) {
    keep(document, list, reader, &mut fields);
    document.push(list, Node::from(fields).at(reader.place()));
}

pub(super) fn vpc(document: &mut Document<'_>, reader: &Reader<'_, '_>) {
    let mut vpc = element(reader, "VpcId");
    vpc.text("CidrBlock", reader.attribute("cidr_block").as_ref());
    if let Some(block) = reader.attribute("cidr_block") {
        vpc.add("CidrBlockAssociationSet", Fields::default().with("CidrBlock", block).into());
    }
    if let Some(block) = ipv6_block(reader, "ipv6_cidr_block", "assign_generated_ipv6_cidr_block") {
        vpc.add("Ipv6CidrBlockAssociationSet", Fields::default().with("Ipv6CidrBlock", block).into());
    }
    vpc.set("IsDefault", (reader.instance.ty == "aws_default_vpc").into());
    vpc.text("OwnerId", reader.attribute("owner_id").filter(|node| node.as_str().is_some()).as_ref());
    vpc.set("Tags", reader.tags());
    push(document, "Vpcs", reader, vpc);
    adopt(document, reader, "aws_default_vpc", "Vpcs");
    let mut attributes = element(reader, "VpcId");
    for (member, name) in [("EnableDnsSupport", "enable_dns_support"), ("EnableDnsHostnames", "enable_dns_hostnames")] {
        if let Some(value) = reader.attribute(name) {
            let mut on = Fields::default();
            on.boolean("Value", Some(&value));
            attributes.set(member, Node::from(on).at(value.place));
        }
    }
    push(document, "VpcAttributes", reader, attributes);
}

/// A resource of this type makes nothing: it takes over what AWS made with the account.
/// <https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/default_vpc>
fn adopt(document: &mut Document<'_>, reader: &Reader<'_, '_>, ty: &str, list: &'static str) {
    let id = reader.id();
    if let Some(id) = id.as_str().filter(|_| reader.instance.ty == ty) {
        document.adopt(list, id);
    }
}

/// An IPv6 block, also one that AWS is asked to choose.
fn ipv6_block(reader: &Reader<'_, '_>, name: &'static str, asked: &'static str) -> Option<Node> {
    match reader.said(name) {
        Some(block) => Some(block),
        None if reader.attribute(asked).and_then(|node| node.as_bool()) == Some(true) => {
            let at = reader.attribute(asked).and_then(|node| node.place);
            Some(Node::unknown(format!("{}.{name}", reader.instance.address), at))
        }
        None => None,
    }
}

pub(super) fn vpc_block(document: &mut Document<'_>, reader: &Reader<'_, '_>) {
    let Some(vpc) = reader.reference("vpc_id", VPC) else { return };
    let is_ipv6 = reader.instance.ty.contains("ipv6");
    let (set, member, name) = match is_ipv6 {
        true => ("Ipv6CidrBlockAssociationSet", "Ipv6CidrBlock", "ipv6_cidr_block"),
        false => ("CidrBlockAssociationSet", "CidrBlock", "cidr_block"),
    };
    let block = reader.said(name);
    let block = block.unwrap_or_else(|| Node::unknown(format!("{}.{name}", reader.instance.address), reader.place()));
    if let Some(fields) = vpc.as_str().and_then(|id| document.edit("Vpcs", id)) {
        fields.add(set, Node::from(Fields::default().with(member, block)).at(reader.place()));
    }
}

pub(super) fn subnet(document: &mut Document<'_>, reader: &Reader<'_, '_>) {
    let mut subnet = element(reader, "SubnetId");
    if let Some(vpc) = reader.reference("vpc_id", VPC) {
        subnet.set("VpcId", vpc);
    }
    subnet.text("CidrBlock", reader.said("cidr_block").as_ref());
    if let Some(block) = reader.said("ipv6_cidr_block") {
        subnet.add("Ipv6CidrBlockAssociationSet", Fields::default().with("Ipv6CidrBlock", block).into());
    }
    let known = |name| reader.said(name).filter(|node| node.expression().is_none());
    subnet.text("AvailabilityZone", known("availability_zone").as_ref());
    subnet.text("AvailabilityZoneId", known("availability_zone_id").as_ref());
    subnet.boolean("MapPublicIpOnLaunch", reader.attribute("map_public_ip_on_launch").as_ref());
    subnet.boolean("EnableDns64", reader.attribute("enable_dns64").as_ref());
    subnet.boolean("Ipv6Native", reader.attribute("ipv6_native").as_ref());
    subnet.set("Tags", reader.tags());
    push(document, "Subnets", reader, subnet);
    adopt(document, reader, "aws_default_subnet", "Subnets");
}

pub(super) fn internet_gateway(document: &mut Document<'_>, reader: &Reader<'_, '_>, egress_only: bool) {
    let (list, id) = match egress_only {
        true => ("EgressOnlyInternetGateways", "EgressOnlyInternetGatewayId"),
        false => ("InternetGateways", "InternetGatewayId"),
    };
    let mut gateway = element(reader, id);
    let vpc = reader.reference("vpc_id", VPC);
    gateway.set("Attachments", Node::list(vpc.map(attachment).into_iter().collect()));
    gateway.set("Tags", reader.tags());
    push(document, list, reader, gateway);
}

fn attachment(vpc: Node) -> Node {
    let place = vpc.place;
    Node::from(Fields::default().with("VpcId", vpc).with_text("State", "available")).at(place)
}

pub(super) fn gateway_attachment(document: &mut Document<'_>, reader: &Reader<'_, '_>) {
    let gateway = reader.reference("internet_gateway_id", INTERNET_GATEWAY);
    let (Some(gateway), Some(vpc)) = (gateway, reader.reference("vpc_id", VPC)) else { return };
    if let Some(fields) = gateway.as_str().and_then(|id| document.edit("InternetGateways", id)) {
        fields.add("Attachments", attachment(vpc).at(reader.place()));
    }
}

pub(super) fn nat_gateway(document: &mut Document<'_>, reader: &Reader<'_, '_>) {
    let mut nat = element(reader, "NatGatewayId");
    let subnet = reader.reference("subnet_id", SUBNET);
    let vpc = reader.reference("vpc_id", VPC);
    let vpc = vpc.or_else(|| document.get("Subnets", subnet.as_ref()?.as_str()?)?.get("VpcId").cloned());
    if let Some(vpc) = vpc {
        nat.set("VpcId", vpc.at(None));
    }
    if let Some(subnet) = subnet {
        nat.set("SubnetId", subnet);
    }
    nat.text("ConnectivityType", reader.said("connectivity_type").as_ref());
    nat.text("AvailabilityMode", reader.said("availability_mode").filter(|node| node.as_str().is_some()).as_ref());
    let mut addresses = Vec::new();
    let primary = reader.reference("allocation_id", ADDRESS);
    let further = reader.references("secondary_allocation_ids", ADDRESS);
    let further = further.map(|list| list.items().to_vec()).unwrap_or_default();
    for (allocation, is_primary) in
        primary.map(|node| (node, true)).into_iter().chain(further.into_iter().map(|node| (node, false)))
    {
        let place = allocation.place;
        let address = Fields::default().with("AllocationId", allocation).with("IsPrimary", is_primary.into());
        addresses.push(Node::from(address.with_text("Status", "succeeded")).at(place));
    }
    if let (Some(address), true) = (addresses.first_mut(), reader.has("private_ip"))
        && let Value::Object(fields) = &mut address.value
    {
        fields.text("PrivateIp", reader.said("private_ip").filter(|node| node.as_str().is_some()).as_ref());
    }
    if !addresses.is_empty() {
        nat.set("NatGatewayAddresses", Node::list(addresses));
    }
    nat.set("Tags", reader.tags());
    push(document, "NatGateways", reader, nat);
}

/// A further address of a NAT gateway.
/// <https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/nat_gateway_eip_association>
pub(super) fn nat_address(document: &mut Document<'_>, reader: &Reader<'_, '_>) {
    let nat = reader.reference("nat_gateway_id", NAT_GATEWAY);
    let (Some(nat), Some(allocation)) = (nat, reader.reference("allocation_id", ADDRESS)) else { return };
    let address = Fields::default().with("AllocationId", allocation).with("IsPrimary", false.into());
    if let Some(fields) = nat.as_str().and_then(|id| document.edit("NatGateways", id)) {
        fields.add("NatGatewayAddresses", Node::from(address.with_text("Status", "succeeded")).at(reader.place()));
    }
}

/// An address that is given to an interface, or to an instance.
/// <https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/eip_association>
pub(super) fn address_association(document: &mut Document<'_>, reader: &Reader<'_, '_>) {
    let Some(address) = reader.reference("allocation_id", ADDRESS) else { return };
    let interface = reader.reference("network_interface_id", INTERFACE);
    if let (Some(interface), Some(fields)) = (interface, address.as_str().and_then(|id| document.edit("Addresses", id)))
    {
        fields.text("NetworkInterfaceId", Some(&interface.at(reader.place())));
    }
}

pub(super) fn address(document: &mut Document<'_>, reader: &Reader<'_, '_>) {
    let mut address = element(reader, "AllocationId");
    let known = |name| reader.said(name).filter(|node| node.as_str().is_some());
    address.text("PublicIp", known("public_ip").as_ref());
    address.text("NetworkInterfaceId", known("network_interface").as_ref());
    address.set("Tags", reader.tags());
    push(document, "Addresses", reader, address);
}

/// A region's default options are Amazon's own.
/// <https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/default_vpc_dhcp_options>
pub(super) fn dhcp_options(document: &mut Document<'_>, reader: &Reader<'_, '_>) {
    let mut options = element(reader, "DhcpOptionsId");
    let mut configurations = Vec::new();
    for (key, name) in [("domain-name", "domain_name"), ("domain-name-servers", "domain_name_servers")] {
        let is_default = reader.instance.ty == "aws_default_vpc_dhcp_options" && name == "domain_name_servers";
        let amazons = || Node::text("AmazonProvidedDNS");
        let found = reader.attribute(name).filter(|found| !is_default || found.expression().is_none());
        let Some(found) = found.or_else(|| is_default.then(amazons)) else { continue };
        let values = if found.items().is_empty() { vec![found.clone()] } else { found.items().to_vec() };
        let values = values.into_iter().map(|value| Fields::default().with("Value", value).into()).collect();
        let configuration = Fields::default().with_text("Key", key).with("Values", Node::list(values));
        configurations.push(Node::from(configuration).at(found.place));
    }
    options.set("DhcpConfigurations", Node::list(configurations));
    push(document, "DhcpOptions", reader, options);
    adopt(document, reader, "aws_default_vpc_dhcp_options", "DhcpOptions");
}

pub(super) fn dhcp_association(document: &mut Document<'_>, reader: &Reader<'_, '_>) {
    let options = reader.reference("dhcp_options_id", DHCP_OPTIONS);
    let (Some(vpc), Some(options)) = (reader.reference("vpc_id", VPC), options) else { return };
    if let Some(fields) = vpc.as_str().and_then(|id| document.edit("Vpcs", id)) {
        fields.set("DhcpOptionsId", options);
    }
}

pub(super) fn route_table(document: &mut Document<'_>, plan: &Plan<'_>, reader: &Reader<'_, '_>) {
    let mut table = element(reader, "RouteTableId");
    let is_default = reader.instance.ty == "aws_default_route_table";
    let vpc = reader.reference("vpc_id", VPC);
    let vpc = match is_default {
        true => vpc.or_else(|| plan.vpc_of_default(reader.instance).map(Node::text)),
        false => vpc,
    };
    if let Some(vpc) = vpc {
        table.set("VpcId", vpc);
    }
    let mut associations = Vec::new();
    if is_default {
        associations.push(Fields::default().with("Main", true.into()).into());
    }
    table.set("Associations", Node::list(associations));
    let mut routes: Vec<Node> = reader.blocks("route").iter().map(route).collect();
    if let Some(unknown) = reader.unknown_blocks("route") {
        let expression =
            unknown.expression().map_or_else(|| format!("{}.route", reader.instance.address), str::to_owned);
        let destination = Node::unknown(expression, unknown.place);
        routes.push(unknown_route(destination));
    }
    // What Terraform never tells of a table that is there: its local routes, and those of endpoints.
    let id = reader.id();
    if reader.instance.action != Action::Create
        && let Some(known) = id.as_str().and_then(|id| document.edit("RouteTables", id))
    {
        let kept = |route: &&Node| {
            let gateway = route.get("GatewayId").and_then(Node::as_str).unwrap_or_default();
            gateway == "local"
                || gateway.starts_with("vpce-")
                || route.get("Origin").and_then(Node::as_str) == Some("EnableVgwRoutePropagation")
        };
        routes.extend(known.get("Routes").map(Node::items).unwrap_or_default().iter().filter(kept).cloned());
        if let Some(associations) = known.get("Associations") {
            table.set("Associations", associations.clone());
        }
    }
    table.set("Routes", Node::list(routes));
    if let Some(gateways) = reader.references("propagating_vgws", ANY_GATEWAY) {
        for gateway in gateways.items() {
            table.add("PropagatingVgws", propagating(gateway.clone()));
        }
    }
    table.set("Tags", reader.tags());
    push(document, "RouteTables", reader, table);
}

fn propagating(gateway: Node) -> Node {
    let place = gateway.place;
    Node::from(Fields::default().with("GatewayId", gateway)).at(place)
}

/// A virtual private gateway tells a table its routes, by a resource of its own.
pub(super) fn propagation(document: &mut Document<'_>, reader: &Reader<'_, '_>, by: &'static str) {
    let gateway = reader.reference(by, VALUE);
    let (Some(table), Some(gateway)) = (reader.reference("route_table_id", ROUTE_TABLE), gateway) else { return };
    match table.as_str().and_then(|id| document.edit("RouteTables", id)) {
        Some(fields) => fields.add("PropagatingVgws", propagating(gateway).or_at(reader.place())),
        None => {
            let of = ("RouteTables", "PropagatingVgws");
            elsewhere(document, reader, ("the route table", &table), of, propagating);
        }
    }
}

/// A route, of a resource of its own or of a table's block: both have the same attributes, but for the destinations.
pub(super) fn route(reader: &Reader<'_, '_>) -> Node {
    let mut route = Fields::default();
    let destinations = [
        ("DestinationCidrBlock", ["destination_cidr_block", "cidr_block"]),
        ("DestinationIpv6CidrBlock", ["destination_ipv6_cidr_block", "ipv6_cidr_block"]),
    ];
    for (member, names) in destinations {
        if let Some(block) = names.into_iter().find_map(|name| reader.said(name)) {
            route.set(member, block);
        }
    }
    if let Some(list) = reader.reference("destination_prefix_list_id", PREFIX_LIST) {
        route.set("DestinationPrefixListId", list);
    }
    let targets = [
        ("NatGatewayId", "nat_gateway_id", NAT_GATEWAY),
        ("TransitGatewayId", "transit_gateway_id", TRANSIT_GATEWAY),
        ("VpcPeeringConnectionId", "vpc_peering_connection_id", PEERING),
        ("EgressOnlyInternetGatewayId", "egress_only_gateway_id", EGRESS_ONLY_GATEWAY),
        ("VpcEndpointId", "vpc_endpoint_id", ENDPOINT),
        ("NetworkInterfaceId", "network_interface_id", VALUE),
        ("InstanceId", "instance_id", VALUE),
        ("LocalGatewayId", "local_gateway_id", VALUE),
        ("CarrierGatewayId", "carrier_gateway_id", VALUE),
        ("CoreNetworkArn", "core_network_arn", VALUE),
        ("GatewayId", "gateway_id", ANY_GATEWAY),
    ];
    for (member, name, expected) in targets {
        if let Some(target) = reader.reference(name, expected) {
            route.set(member, target);
        }
    }
    route.set("State", Node::text("active"));
    route.set("Origin", Node::text("CreateRoute"));
    Node::from(route).at(reader.place())
}

pub(super) fn separate_route(document: &mut Document<'_>, reader: &Reader<'_, '_>) {
    let Some(table) = reader.reference("route_table_id", ROUTE_TABLE) else { return };
    let route = route(reader);
    let destination = |route: &Node| {
        let members = ["DestinationCidrBlock", "DestinationIpv6CidrBlock", "DestinationPrefixListId"];
        members.into_iter().find_map(|member| route.get(member).map(|node| node.value.clone()))
    };
    let own = destination(&route);
    match table.as_str().and_then(|id| document.edit("RouteTables", id)) {
        Some(fields) => {
            fields.retain("Routes", |known| destination(known) != own);
            fields.add("Routes", route);
        }
        None => elsewhere(document, reader, ("the route table", &table), ("RouteTables", "Routes"), unknown_route),
    }
}

/// Something is added to a resource that the file does not describe, or of which isn't known which it is: then any of its
/// list may have `part` as its `member`.
pub(super) fn elsewhere(
    document: &mut Document<'_>,
    reader: &Reader<'_, '_>,
    (what, target): (&str, &Node),
    (list, member): (&'static str, &'static str),
    part: impl FnOnce(Node) -> Node,
) {
    let address = reader.instance.address.as_str();
    let Some(expression) = target.expression() else {
        let name = target.as_str().unwrap_or_default();
        // It exists: it may serve what is in a VPC that does, and in none that is yet to be made.
        let exists = |vpc: &Node| vpc.get("VpcId").and_then(Node::as_str).is_some_and(|id| id.starts_with("vpc-"));
        if !document.is_onto() && document.list("Vpcs").iter().any(exists) {
            document.partly_known(list, format!("{what} {name}, into which {address} is put, is not described"));
            // A subnet that no other network ACL names may have this one.
            if list == "NetworkAcls" {
                let subnets = Node::unknown(format!("the subnets of {name}"), reader.place());
                document.somewhere(list, "Associations", left_out(subnets));
            }
        }
        document.note(address, format!("{what} that it belongs to, {name}, is not described: it could not be put in"));
        return;
    };
    let why = format!("which {what} it belongs to is not known before the deployment: ${{{expression}}}");
    document.note(address, why.replacen("which the ", "which ", 1));
    document.somewhere(list, member, part(Node::unknown(expression, reader.place())));
}

/// A member of which nothing can be said.
pub(super) fn left_out(unknown: Node) -> Node {
    let expression = unknown.expression().unwrap_or_default().to_owned();
    Node::new(Value::LeftOut(expression), unknown.place)
}

/// A route whose destination isn't known.
pub(super) fn unknown_route(destination: Node) -> Node {
    let place = destination.place;
    Node::from(Fields::default().with("DestinationCidrBlock", destination)).at(place)
}

pub(super) fn table_association(document: &mut Document<'_>, reader: &Reader<'_, '_>) {
    let Some(table) = reader.reference("route_table_id", ROUTE_TABLE) else { return };
    let mut association = Fields::default();
    if let Some(subnet) = reader.reference("subnet_id", SUBNET) {
        if let Some(subnet) = subnet.as_str() {
            leave_tables(document, subnet);
        }
        association.set("SubnetId", subnet);
    }
    if let Some(gateway) = reader.reference("gateway_id", ANY_GATEWAY) {
        association.set("GatewayId", gateway);
    }
    match table.as_str().and_then(|id| document.edit("RouteTables", id)) {
        Some(fields) => fields.add("Associations", Node::from(association).at(reader.place())),
        None => elsewhere(document, reader, ("the route table", &table), ("RouteTables", "Associations"), left_out),
    }
}

/// A subnet has one table: a new association takes the place of another one.
fn leave_tables(document: &mut Document<'_>, subnet: &str) {
    if !document.is_onto() {
        return;
    }
    let is_of = |association: &Node| association.get("SubnetId").and_then(Node::as_str) == Some(subnet);
    for id in document.ids("RouteTables") {
        let Some(table) = document.look("RouteTables", &id) else { continue };
        if table.get("Associations").is_some_and(|list| list.items().iter().any(is_of))
            && let Some(fields) = document.edit("RouteTables", &id)
        {
            fields.retain("Associations", |association| !is_of(association));
        }
    }
}

pub(super) fn main_association(document: &mut Document<'_>, reader: &Reader<'_, '_>) {
    let Some(table) = reader.reference("route_table_id", ROUTE_TABLE) else { return };
    let vpc = reader.reference("vpc_id", VPC);
    let is_main = |association: &Node| association.get("Main").and_then(Node::as_bool) == Some(true);
    for id in document.ids("RouteTables") {
        let of_vpc = document.look("RouteTables", &id).and_then(|table| table.get("VpcId").cloned());
        if of_vpc.is_some()
            && of_vpc.map(|node| node.value) == vpc.as_ref().map(|node| node.value.clone())
            && let Some(fields) = document.edit("RouteTables", &id)
        {
            fields.retain("Associations", |association| !is_main(association));
        }
    }
    match table.as_str().and_then(|id| document.edit("RouteTables", id)) {
        Some(fields) => {
            fields.add("Associations", Node::from(Fields::default().with("Main", true.into())).at(reader.place()));
        }
        None => elsewhere(document, reader, ("the route table", &table), ("RouteTables", "Associations"), left_out),
    }
}
