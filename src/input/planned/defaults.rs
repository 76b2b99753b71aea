//! What AWS adds by itself when it makes a resource. One place for every format, so that all of them mean the same.

use super::document::Document;
use super::node::{Fields, Node, Value};
use super::with_vpcs::{Names, default_acl, made_with_vpcs};
use crate::snapshot::{Written, id_member};
use rustc_hash::{FxHashMap, FxHashSet};

/// Adds to the new elements of a document what AWS adds. To be called once all that was written is in it.
pub(in crate::input) fn complete(document: &mut Document<'_>, names: &dyn Names) {
    made_with_vpcs(document, names);
    let members = Members::of(document);
    for vpc in new_elements(document, "Vpcs") {
        attributes(document, &vpc);
        associate_others(document, &vpc, &members);
    }
    if members.associated.is_none() {
        // Any subnet may be the one that is associated with another ACL.
        document
            .partly_known("NetworkAcls", "which subnets have which network ACL is known after the deployment alone");
    }
    let members = Members::of(document);
    for table in new_elements(document, "RouteTables") {
        local_routes(document, &table);
        propagated_routes(document, &table);
    }
    for (list, state) in [("Vpcs", "available"), ("Subnets", "available"), ("NatGateways", "available")] {
        for element in new_elements(document, list) {
            default(document, list, &element, "State", || Node::text(state));
        }
    }
    for nat in new_elements(document, "NatGateways") {
        default(document, "NatGateways", &nat, "ConnectivityType", || Node::text("public"));
    }
    for balancer in new_elements(document, "LoadBalancers") {
        balancer_groups(document, &balancer, &members);
        default(document, "LoadBalancers", &balancer, "State", || Fields::default().with_text("Code", "active").into());
    }
    for endpoint in new_elements(document, "VpcEndpoints") {
        vpc_endpoint(document, &endpoint, &members);
    }
    endpoint_routes(document);
    super::clusters::default_strategies(document);
    free_addresses(document);
}

/// An element that the deployment makes.
#[derive(Debug, Clone)]
pub(super) struct New {
    pub(super) id: String,
    pub(super) place: Option<Written>,
}

pub(super) fn new_elements(document: &Document<'_>, list: &'static str) -> Vec<New> {
    let elements = document.list(list).iter().filter_map(|element| {
        let id = element.get(id_member(list))?.as_str()?.to_owned();
        document.is_new(list, &id).then_some(New { id, place: element.place })
    });
    elements.collect()
}

fn default(document: &mut Document<'_>, list: &'static str, new: &New, member: &'static str, value: impl Fn() -> Node) {
    if let Some(fields) = document.edit(list, &new.id).filter(|fields| fields.get(member).is_none()) {
        fields.set(member, value());
    }
}

/// What belongs to each VPC.
pub(super) struct Members {
    /// (list, VPC) → positions in the list.
    of_vpc: FxHashMap<(&'static str, String), Vec<usize>>,
    /// Subnets that are associated with a network ACL; none where that isn't known of all.
    associated: Option<FxHashSet<String>>,
}

impl Members {
    pub(super) fn of(document: &Document<'_>) -> Self {
        let mut of_vpc: FxHashMap<(&'static str, String), Vec<usize>> = FxHashMap::default();
        for list in ["Subnets", "RouteTables", "SecurityGroups", "NetworkAcls"] {
            for (index, element) in document.list(list).iter().enumerate() {
                if let Some(vpc) = element.get("VpcId").and_then(Node::as_str) {
                    of_vpc.entry((list, vpc.to_owned())).or_default().push(index);
                }
            }
        }
        let associations = document.list("NetworkAcls").iter().filter_map(|acl| acl.get("Associations"));
        let subnets = associations.flat_map(Node::items).map(|association| association.get("SubnetId"));
        let associated = subnets.map(|subnet| subnet.and_then(Node::as_str).map(str::to_owned)).collect();
        Members { of_vpc, associated }
    }

    /// The elements of a list that belong to a VPC.
    pub(super) fn list<'d>(&self, document: &'d Document<'_>, list: &'static str, vpc: &str) -> Vec<&'d Node> {
        let positions = self.of_vpc.get(&(list, vpc.to_owned())).map(Vec::as_slice).unwrap_or_default();
        positions.iter().filter_map(|index| document.list(list).get(*index)).collect()
    }
}

/// DNS resolution is on, and DNS host names are off, in a VPC that is not the default one.
/// <https://docs.aws.amazon.com/vpc/latest/userguide/AmazonDNS-concepts.html#vpc-dns-support>
fn attributes(document: &mut Document<'_>, vpc: &New) {
    if document.get("VpcAttributes", &vpc.id).is_none() {
        let element = Fields::default().with_text("VpcId", &vpc.id);
        document.push("VpcAttributes", Node::from(element).at(vpc.place));
    }
    for (member, on) in [("EnableDnsSupport", true), ("EnableDnsHostnames", false)] {
        default(document, "VpcAttributes", vpc, member, || Fields::default().with("Value", on.into()).into());
    }
    default(document, "Vpcs", vpc, "IsDefault", || false.into());
    default(document, "Vpcs", vpc, "DhcpOptionsId", || Node::text("default"));
}

/// An application load balancer without groups has the VPC's default one.
/// <https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_CreateLoadBalancer.html>
fn balancer_groups(document: &mut Document<'_>, balancer: &New, members: &Members) {
    let Some(found) = document.get("LoadBalancers", &balancer.id) else { return };
    let is_application = found.get("Type").and_then(Node::as_str) == Some("application");
    let names_none = found.get("SecurityGroups").is_none_or(|groups| groups.items().is_empty());
    let Some(vpc) = found.get("VpcId").and_then(Node::as_str).filter(|_| is_application && names_none) else { return };
    let group = default_group(document, members, vpc);
    if let Some(fields) = document.edit("LoadBalancers", &balancer.id) {
        fields.set("SecurityGroups", Node::list(vec![group]));
    }
}

/// The default group of a VPC.
fn default_group(document: &Document<'_>, members: &Members, vpc: &str) -> Node {
    let is_default = |group: &Node| {
        group.get("GroupName").and_then(Node::as_str) == Some("default")
            && group.get("VpcId").and_then(Node::as_str) == Some(vpc)
    };
    let own = members.list(document, "SecurityGroups", vpc).into_iter().find(|group| is_default(group)).cloned();
    let there = || {
        let mut there = document.is_onto().then(|| document.ids("SecurityGroups")).into_iter().flatten();
        there.find_map(|id| document.look("SecurityGroups", &id).filter(is_default))
    };
    let group = own.or_else(there).and_then(|group| group.get("GroupId").cloned());
    group.unwrap_or_else(|| Node::unknown(format!("the default group of {vpc}"), None)).at(None)
}

/// The VPC of a security group of which nobody says which one it is in: the region's default VPC. Where that isn't described it
/// goes by this name, and is none that the deployment makes. None where what is there doesn't tell which it is.
/// <https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateSecurityGroup.html>
pub(in crate::input) fn default_vpc(document: &Document<'_>) -> Option<String> {
    let is_default = |vpc: &Node| vpc.get("IsDefault").and_then(Node::as_bool) == Some(true);
    let ids = document.ids("Vpcs").into_iter();
    let mut found = ids.filter(|id| document.look("Vpcs", id).as_ref().is_some_and(is_default));
    let own = || (!document.is_onto()).then(|| DEFAULT_VPC.to_owned());
    found.next().or_else(own)
}

const DEFAULT_VPC: &str = "default";

/// The rule that a new security group has: all outbound IPv4 traffic is allowed.
/// <https://docs.aws.amazon.com/vpc/latest/userguide/vpc-security-groups.html>
pub(in crate::input) fn everything_out() -> Vec<Node> {
    let range = Fields::default().with_text("CidrIp", "0.0.0.0/0");
    vec![Fields::default().with_text("IpProtocol", "-1").with("IpRanges", Node::list(vec![range.into()])).into()]
}

/// The default network ACL is that of the subnets which are associated with no other.
fn associate_others(document: &mut Document<'_>, vpc: &New, members: &Members) {
    let Some(id) = default_acl(document, vpc, members) else { return };
    let Some(associated) = &members.associated else { return };
    let subnets = members.list(document, "Subnets", &vpc.id);
    let subnets = subnets.into_iter().filter_map(|subnet| subnet.get("SubnetId")?.as_str());
    let subnets: Vec<String> = subnets.filter(|subnet| !associated.contains(*subnet)).map(str::to_owned).collect();
    if let Some(fields) = document.edit("NetworkAcls", &id) {
        for subnet in subnets {
            fields.add("Associations", Fields::default().with_text("SubnetId", subnet).into());
        }
    }
}

/// A local route for each block of the VPC, which every table has.
/// <https://docs.aws.amazon.com/vpc/latest/userguide/subnet-route-tables.html#route-table-routes>
fn local_routes(document: &mut Document<'_>, table: &New) {
    let Some(vpc) = document.get("RouteTables", &table.id).and_then(|found| found.get("VpcId")).cloned() else {
        return;
    };
    let mut routes = Vec::new();
    let mut add = |member: &'static str, block: &Node| {
        let route = Fields::default().with(member, block.clone().at(None)).with_text("GatewayId", "local");
        routes.push(Node::from(route.with_text("Origin", "CreateRouteTable").with_text("State", "active")));
    };
    match vpc.as_str().and_then(|id| document.look("Vpcs", id)) {
        Some(vpc) => {
            let sets = [("CidrBlockAssociationSet", "CidrBlock"), ("Ipv6CidrBlockAssociationSet", "Ipv6CidrBlock")];
            let of_sets = sets.iter().flat_map(|(set, member)| {
                let items = vpc.get(set).map(Node::items).unwrap_or_default();
                items.iter().filter_map(move |item| Some((*member, item.get(member)?)))
            });
            let mut known: Vec<&Value> = Vec::new();
            for (member, block) in vpc.get("CidrBlock").map(|block| ("CidrBlock", block)).into_iter().chain(of_sets) {
                if !known.contains(&&block.value) {
                    known.push(&block.value);
                    add(if member == "CidrBlock" { "DestinationCidrBlock" } else { "DestinationIpv6CidrBlock" }, block);
                }
            }
        }
        None => {
            let id = vpc.as_str().or(vpc.expression()).unwrap_or("the VPC");
            add("DestinationCidrBlock", &Node::unknown(format!("the address blocks of {id}"), None));
        }
    }
    let Some(fields) = document.edit("RouteTables", &table.id) else { return };
    let is_local = |route: &Node| route.get("GatewayId").and_then(Node::as_str) == Some("local");
    if fields.get("Routes").is_some_and(|routes| routes.items().iter().any(is_local)) {
        return;
    }
    for route in routes {
        fields.add("Routes", route);
    }
}

/// What a virtual private gateway propagates into a table, its other side tells: it may be the default route, where the
/// table has none of its own.
/// <https://docs.aws.amazon.com/vpc/latest/userguide/route-tables-priority.html>
fn propagated_routes(document: &mut Document<'_>, table: &New) {
    let Some(fields) = document.edit("RouteTables", &table.id) else { return };
    let gateways = fields.get("PropagatingVgws").map(Node::items).unwrap_or_default();
    let Some(gateway) = gateways.iter().find_map(|item| item.get("GatewayId")).cloned() else { return };
    let routes = fields.get("Routes").map(Node::items).unwrap_or_default();
    let is_default = |route: &Node| route.get("DestinationCidrBlock").and_then(Node::as_str) == Some("0.0.0.0/0");
    if routes.iter().any(is_default) {
        return;
    }
    let name = gateway.as_str().or(gateway.expression()).unwrap_or("the gateway");
    let route = Fields::default()
        .with("DestinationCidrBlock", Node::unknown(format!("the routes that {name} propagates"), gateway.place))
        .with_text("Origin", "EnableVgwRoutePropagation")
        .with_text("State", "active");
    fields.add("Routes", Node::from(route).at(gateway.place));
}

/// AWS's prefix list of a service, by its name where nothing tells its id.
pub(in crate::input) fn prefix_list(document: &mut Document<'_>, name: &str) -> String {
    for id in document.ids("PrefixLists") {
        let list = document.look("PrefixLists", &id);
        if list.is_some_and(|list| list.get("PrefixListName").and_then(Node::as_str) == Some(name)) {
            return id;
        }
    }
    let element = Fields::default().with_text("PrefixListId", name).with_text("PrefixListName", name);
    document.push("PrefixLists", element.into());
    name.to_owned()
}

/// A new subnet has all addresses of its block but five, and but one for each NAT gateway and interface endpoint in it.
/// <https://docs.aws.amazon.com/vpc/latest/userguide/subnet-sizing.html>
fn free_addresses(document: &mut Document<'_>) {
    let mut taken: FxHashMap<String, i64> = FxHashMap::default();
    let nats = document.list("NatGateways").iter().filter_map(|nat| nat.get("SubnetId"));
    let of_endpoints = document.list("VpcEndpoints").iter().filter_map(|endpoint| endpoint.get("SubnetIds"));
    for subnet in nats.chain(of_endpoints.flat_map(Node::items)).filter_map(Node::as_str) {
        *taken.entry(subnet.to_owned()).or_default() += 1;
    }
    for subnet in new_elements(document, "Subnets") {
        let Some(element) = document.get("Subnets", &subnet.id) else { continue };
        let prefix = element.get("CidrBlock").and_then(Node::as_str).and_then(|block| block.rsplit_once('/'));
        let Some(prefix) = prefix.and_then(|(_, prefix)| prefix.parse::<u32>().ok()).filter(|prefix| *prefix <= 32)
        else {
            continue;
        };
        let free = (1i64 << (32 - prefix)) - 5 - taken.get(&subnet.id).copied().unwrap_or_default();
        default(document, "Subnets", &subnet, "AvailableIpAddressCount", || free.max(0).into());
    }
}

/// The policy of an endpoint that is given none: it "allows full access".
/// <https://docs.aws.amazon.com/vpc/latest/privatelink/vpc-endpoints-access.html>
pub(in crate::input) const FULL_ACCESS: &str =
    r#"{"Statement":[{"Action":"*","Effect":"Allow","Principal":"*","Resource":"*"}]}"#;

/// An interface endpoint without groups has the VPC's default one.
/// <https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateVpcEndpoint.html>
fn vpc_endpoint(document: &mut Document<'_>, endpoint: &New, members: &Members) {
    default(document, "VpcEndpoints", endpoint, "VpcEndpointType", || Node::text("Gateway"));
    default(document, "VpcEndpoints", endpoint, "State", || Node::text("available"));
    default(document, "VpcEndpoints", endpoint, "PolicyDocument", || Node::text(FULL_ACCESS));
    let Some(found) = document.get("VpcEndpoints", &endpoint.id) else { return };
    if found.get("VpcEndpointType").and_then(Node::as_str) != Some("Interface") {
        return;
    }
    let names_none =
        found.get("Groups").is_none_or(|groups| groups.items().is_empty() && groups.expression().is_none());
    let group = default_group(document, members, found.get("VpcId").and_then(Node::as_str).unwrap_or_default());
    default(document, "VpcEndpoints", endpoint, "IpAddressType", || Node::text("ipv4"));
    if let Some(fields) = document.edit("VpcEndpoints", &endpoint.id).filter(|_| names_none) {
        fields.set("Groups", Node::list(vec![Fields::default().with("GroupId", group).into()]));
    }
}

/// A gateway endpoint has a route in each of its tables, also in one that the deployment adds to it.
/// <https://docs.aws.amazon.com/vpc/latest/privatelink/gateway-endpoints.html#gateway-endpoint-routing>
fn endpoint_routes(document: &mut Document<'_>) {
    let is_gateway =
        |endpoint: &&Node| endpoint.get("VpcEndpointType").and_then(Node::as_str).is_none_or(|ty| ty == "Gateway");
    let gateways: Vec<Node> = document.list("VpcEndpoints").iter().filter(is_gateway).cloned().collect();
    for endpoint in gateways {
        let Some(id) = endpoint.get("VpcEndpointId").and_then(Node::as_str) else { continue };
        let Some(service) = endpoint.get("ServiceName").cloned() else { continue };
        let is_own = |route: &Node| route.get("GatewayId").and_then(Node::as_str) == Some(id);
        for table in endpoint.get("RouteTableIds").map(Node::items).unwrap_or_default() {
            let Some(name) = table.as_str().filter(|name| document.has("RouteTables", name)) else { continue };
            let found = document.look("RouteTables", name);
            if found.is_some_and(|table| table.get("Routes").is_some_and(|routes| routes.items().iter().any(is_own))) {
                continue;
            }
            let list = match (service.as_str(), service.expression()) {
                (Some(name), _) => Node::text(prefix_list(document, name)).at(service.place),
                (None, Some(expression)) => Node::unknown(expression, service.place),
                (None, None) => continue,
            };
            let route = Fields::default()
                .with("DestinationPrefixListId", list)
                .with_text("GatewayId", id)
                .with_text("Origin", "CreateRoute")
                .with_text("State", "active");
            if let Some(fields) = document.edit("RouteTables", name) {
                fields.add("Routes", Node::from(route).at(table.place));
            }
        }
    }
}
