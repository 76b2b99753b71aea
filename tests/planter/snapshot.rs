//! Snapshots read and changed by the ids of their elements.

use serde_json::{Value, json};

/// The lists whose elements have an id of their own, and its field.
const IDS: [(&str, &str); 22] = [
    ("Vpcs", "VpcId"),
    ("Subnets", "SubnetId"),
    ("RouteTables", "RouteTableId"),
    ("InternetGateways", "InternetGatewayId"),
    ("EgressOnlyInternetGateways", "EgressOnlyInternetGatewayId"),
    ("NatGateways", "NatGatewayId"),
    ("SecurityGroups", "GroupId"),
    ("NetworkAcls", "NetworkAclId"),
    ("VpcEndpoints", "VpcEndpointId"),
    ("NetworkInterfaces", "NetworkInterfaceId"),
    ("DhcpOptions", "DhcpOptionsId"),
    ("VpcPeeringConnections", "VpcPeeringConnectionId"),
    ("TransitGateways", "TransitGatewayId"),
    ("TransitGatewayVpcAttachments", "TransitGatewayAttachmentId"),
    ("TransitGatewayRouteTables", "TransitGatewayRouteTableId"),
    ("services", "serviceName"),
    ("tasks", "taskArn"),
    ("taskDefinitions", "family"),
    ("LoadBalancers", "LoadBalancerName"),
    ("TargetGroups", "TargetGroupName"),
    ("Listeners", "ListenerArn"),
    ("Rules", "RuleArn"),
];

/// The elements of a list, wherever it is.
pub(crate) fn items<'d>(value: &'d Value, list: &str) -> impl Iterator<Item = &'d Value> {
    value[list].as_array().into_iter().flatten()
}

/// The elements of a list, to be changed.
pub(crate) fn items_mut<'d>(value: &'d mut Value, list: &str) -> &'d mut Vec<Value> {
    value[list].as_array_mut().expect("a list of the snapshot")
}

/// The text in a field.
pub(crate) fn text<'d>(value: &'d Value, field: &str) -> &'d str {
    value[field].as_str().unwrap_or_default()
}

/// The ids of a list's elements.
pub(crate) fn ids(document: &Value, list: &str) -> Vec<String> {
    let (_, field) = IDS.iter().find(|(known, _)| *known == list).expect("a list with ids");
    items(document, list).map(|element| text(element, field).to_owned()).collect()
}

/// The element with this id in a list.
pub(crate) fn get<'d>(document: &'d Value, list: &str, id: &str) -> &'d Value {
    let (_, field) = IDS.iter().find(|(known, _)| *known == list).expect("a list with ids");
    items(document, list).find(|element| element[field] == id).unwrap_or_else(|| panic!("{list} has {id}"))
}

/// A copy in which an element is another.
pub(crate) fn changed(document: &Value, list: &str, id: &str, change: impl FnOnce(&mut Value)) -> Value {
    let mut copy = document.clone();
    change_in(&mut copy, list, id, change);
    copy
}

/// Changes an element.
pub(crate) fn change_in(document: &mut Value, list: &str, id: &str, change: impl FnOnce(&mut Value)) {
    let (_, field) = IDS.iter().find(|(known, _)| *known == list).expect("a list with ids");
    let found = items_mut(document, list).iter_mut().find(|element| element[field] == id);
    change(found.unwrap_or_else(|| panic!("{list} has {id}")));
}

/// A copy without an element.
pub(crate) fn without(document: &Value, list: &str, id: &str) -> Value {
    let (_, field) = IDS.iter().find(|(known, _)| *known == list).expect("a list with ids");
    let mut copy = document.clone();
    items_mut(&mut copy, list).retain(|element| element[field] != id);
    copy
}

/// What a workload is made of.
pub(crate) struct Workload {
    pub(crate) name: String,
    pub(crate) is_service: bool,
    pub(crate) subnets: Vec<String>,
    pub(crate) groups: Vec<String>,
    pub(crate) public_ip: bool,
}

fn texts(value: &Value) -> Vec<String> {
    value.as_array().into_iter().flatten().filter_map(Value::as_str).map(str::to_owned).collect()
}

/// The services, and the tasks outside of them.
pub(crate) fn workloads(document: &Value) -> Vec<Workload> {
    let services = items(document, "services").map(|service| {
        let configuration = &service["networkConfiguration"]["awsvpcConfiguration"];
        Workload {
            name: text(service, "serviceName").to_owned(),
            is_service: true,
            subnets: texts(&configuration["subnets"]),
            groups: texts(&configuration["securityGroups"]),
            public_ip: configuration["assignPublicIp"] == "ENABLED",
        }
    });
    let tasks = items(document, "tasks").map(|task| {
        let name = text(task, "taskArn").rsplit('/').next().expect("an ARN has parts").to_owned();
        let interface = get(document, "NetworkInterfaces", &format!("eni-task-{name}"));
        let groups = items(interface, "Groups").map(|group| text(group, "GroupId").to_owned()).collect();
        let subnets = vec![text(interface, "SubnetId").to_owned()];
        Workload { name, is_service: false, subnets, groups, public_ip: false }
    });
    services.chain(tasks).collect()
}

/// The VPC of a subnet.
pub(crate) fn vpc_of<'d>(document: &'d Value, subnet: &str) -> &'d str {
    text(get(document, "Subnets", subnet), "VpcId")
}

/// The table in effect for a subnet.
pub(crate) fn table_of(document: &Value, subnet: &str) -> String {
    let has = |table: &&Value| items(table, "Associations").any(|association| association["SubnetId"] == subnet);
    let own = items(document, "RouteTables").find(has);
    own.map_or_else(|| main_table(document, vpc_of(document, subnet)), |table| text(table, "RouteTableId").to_owned())
}

/// The main table of a VPC.
pub(crate) fn main_table(document: &Value, vpc: &str) -> String {
    let is_main = |table: &&Value| {
        table["VpcId"] == vpc && items(table, "Associations").any(|association| association["Main"] == json!(true))
    };
    text(items(document, "RouteTables").find(is_main).expect("a VPC has a main table"), "RouteTableId").to_owned()
}

/// The subnets that a table is in effect for.
pub(crate) fn subnets_of(document: &Value, table: &str) -> Vec<String> {
    ids(document, "Subnets").into_iter().filter(|subnet| table_of(document, subnet) == table).collect()
}

/// Where a route for a block leads.
pub(crate) fn leads(route: &Value) -> &str {
    const TARGETS: [&str; 6] = [
        "GatewayId",
        "NatGatewayId",
        "TransitGatewayId",
        "VpcPeeringConnectionId",
        "EgressOnlyInternetGatewayId",
        "NetworkInterfaceId",
    ];
    TARGETS.iter().find_map(|field| route[field].as_str()).unwrap_or_default()
}

/// What a route is for.
pub(crate) fn goes_to(route: &Value) -> &str {
    const FIELDS: [&str; 3] = ["DestinationCidrBlock", "DestinationIpv6CidrBlock", "DestinationPrefixListId"];
    FIELDS.iter().find_map(|field| route[field].as_str()).unwrap_or_default()
}

/// Where a table leads a block, by a route for exactly that.
pub(crate) fn target(document: &Value, table: &str, to: &str) -> Option<String> {
    let found = items(get(document, "RouteTables", table), "Routes").find(|route| goes_to(route) == to);
    found.map(|route| leads(route).to_owned())
}

/// Tables with a route that leads to a target.
pub(crate) fn tables_to(document: &Value, to: &str) -> Vec<String> {
    let leads = |table: &&Value| items(table, "Routes").any(|route| leads(route) == to);
    items(document, "RouteTables").filter(leads).map(|table| text(table, "RouteTableId").to_owned()).collect()
}

/// The subnets that an ACL is associated with.
pub(crate) fn subnets_of_acl(document: &Value, acl: &str) -> Vec<String> {
    items(get(document, "NetworkAcls", acl), "Associations").map(|found| text(found, "SubnetId").to_owned()).collect()
}

/// Removes the routes that a test finds.
pub(crate) fn drop_routes(document: &mut Value, which: impl Fn(&Value) -> bool) {
    for table in items_mut(document, "RouteTables") {
        items_mut(table, "Routes").retain(|route| !which(route));
    }
}
