//! Route tables.

use super::super::account;
use super::super::snapshot::*;
use super::shell::Command;
use super::{Done, Obeying, refused};
use serde_json::{Value, json};

const DESTINATIONS: [&str; 3] = ["destination-cidr-block", "destination-ipv6-cidr-block", "destination-prefix-list-id"];
/// The options that name a target, with the list that has to have it.
const TARGETS: [(&str, &str); 6] = [
    ("gateway-id", "InternetGateways"),
    ("nat-gateway-id", "NatGateways"),
    ("transit-gateway-id", "TransitGateways"),
    ("vpc-peering-connection-id", "VpcPeeringConnections"),
    ("egress-only-internet-gateway-id", "EgressOnlyInternetGateways"),
    ("network-interface-id", "NetworkInterfaces"),
];

pub(super) fn run(account: &mut Obeying, command: &Command) -> Option<Done> {
    Some(match command.name.as_str() {
        "ec2 create-route" => set(account, command, false),
        "ec2 replace-route" => set(account, command, true),
        "ec2 delete-route" => delete(account, command),
        "ec2 create-route-table" => create_table(account, command),
        "ec2 associate-route-table" => associate(account, command),
        "ec2 replace-route-table-association" => replace_association(account, command),
        _ => return None,
    })
}

/// Whether a list has an element.
pub(super) fn has(document: &Value, list: &str, id: &str) -> bool {
    ids(document, list).iter().any(|known| known == id)
}

fn destination(command: &Command) -> Result<&str, super::Refusal> {
    let given: Vec<&str> =
        DESTINATIONS.iter().map(|option| command.one(option)).filter(|value| !value.is_empty()).collect();
    match given.as_slice() {
        [one] => Ok(one),
        _ => refused("InvalidParameterCombination: one destination"),
    }
}

fn set(account: &mut Obeying, command: &Command, replaces: bool) -> Done {
    let table = command.one("route-table-id");
    if !has(&account.document, "RouteTables", table) {
        return refused(format!("InvalidRouteTableID.NotFound: {table}"));
    }
    let to = destination(command)?;
    if command.has("vpc-endpoint-id") {
        let endpoint = command.one("vpc-endpoint-id");
        let of = items(&account.document, "VpcEndpoints").find(|found| found["VpcEndpointId"] == endpoint);
        if of.is_none_or(|found| found["VpcEndpointType"] != "GatewayLoadBalancer") {
            return refused("a route leads to endpoints of Gateway Load Balancers alone");
        }
    }
    let Some((option, list)) = TARGETS.iter().find(|(option, _)| command.has(option)) else {
        return refused("MissingParameter: no target");
    };
    let target = command.one(option);
    if !has(&account.document, list, target) {
        return refused(format!("{target} does not exist"));
    }
    let vpc = &get(&account.document, "RouteTables", table)["VpcId"];
    let element = get(&account.document, list, target);
    let is_near = match *list {
        "NatGateways" => element["VpcId"] == *vpc,
        "InternetGateways" | "EgressOnlyInternetGateways" => {
            items(element, "Attachments").any(|attachment| attachment["VpcId"] == *vpc)
        }
        "TransitGateways" => items(&account.document, "TransitGatewayVpcAttachments")
            .any(|found| found["TransitGatewayId"] == target && found["VpcId"] == *vpc),
        _ => true,
    };
    if !is_near {
        return refused(format!("route table {table} and {target} belong to different networks"));
    }
    let known = items(get(&account.document, "RouteTables", table), "Routes").position(|route| goes_to(route) == to);
    let route = account::route(to, target);
    match (replaces, known) {
        (false, Some(_)) => return refused("RouteAlreadyExists"),
        (true, None) => return refused(format!("InvalidParameterValue: there is no route for {to} in {table}")),
        (true, Some(_)) if to.starts_with("pl-") => return refused("a gateway endpoint's route can't be replaced"),
        (true, Some(at)) => change_in(&mut account.document, "RouteTables", table, |table| table["Routes"][at] = route),
        (false, None) => {
            change_in(&mut account.document, "RouteTables", table, |table| items_mut(table, "Routes").push(route));
        }
    }
    Ok(())
}

fn delete(account: &mut Obeying, command: &Command) -> Done {
    let to = destination(command)?;
    let table = command.one("route-table-id");
    if !has(&account.document, "RouteTables", table) {
        return refused(format!("InvalidRouteTableID.NotFound: {table}"));
    }
    let routes = get(&account.document, "RouteTables", table);
    if !items(routes, "Routes").any(|route| goes_to(route) == to && leads(route) != "local") {
        return refused("InvalidRoute.NotFound");
    }
    if to.starts_with("pl-") {
        return refused("a gateway endpoint's route can't be deleted");
    }
    change_in(&mut account.document, "RouteTables", table, |table| {
        items_mut(table, "Routes").retain(|route| goes_to(route) != to);
    });
    Ok(())
}

fn create_table(account: &mut Obeying, command: &Command) -> Done {
    let vpc = command.one("vpc-id").to_owned();
    if !has(&account.document, "Vpcs", &vpc) {
        return refused(format!("InvalidVpcID.NotFound: {vpc}"));
    }
    let block = get(&account.document, "Vpcs", &vpc)["CidrBlock"].clone();
    let id = account.create("rtb", &["route-table-id"]);
    let local =
        json!({ "DestinationCidrBlock": block, "GatewayId": "local", "Origin": "CreateRouteTable", "State": "active" });
    items_mut(&mut account.document, "RouteTables").push(json!({ "RouteTableId": id, "VpcId": vpc,
        "OwnerId": account::NUMBER, "Associations": [], "Routes": [local], "Tags": [] }));
    Ok(())
}

/// Puts an association of a subnet into a table of its VPC.
fn put(document: &mut Value, table: &str, subnet: &str) -> Done {
    if !has(document, "RouteTables", table) || !has(document, "Subnets", subnet) {
        return refused(format!("{table} or {subnet} does not exist"));
    }
    if get(document, "RouteTables", table)["VpcId"] != get(document, "Subnets", subnet)["VpcId"] {
        return refused(format!("route table {table} and subnet {subnet} belong to different networks"));
    }
    change_in(document, "RouteTables", table, |table| {
        let id = table["RouteTableId"].clone();
        items_mut(table, "Associations").push(json!({ "Main": false, "RouteTableId": id, "SubnetId": subnet,
            "RouteTableAssociationId": format!("rtbassoc-{subnet}-new"), "AssociationState": { "State": "associated" } }));
    });
    Ok(())
}

fn associate(account: &mut Obeying, command: &Command) -> Done {
    let subnet = command.one("subnet-id");
    let associated = items(&account.document, "RouteTables")
        .flat_map(|table| items(table, "Associations"))
        .any(|association| association["SubnetId"] == subnet);
    if associated {
        return refused(format!("Resource.AlreadyAssociated: {subnet}"));
    }
    put(&mut account.document, command.one("route-table-id"), subnet)
}

fn replace_association(account: &mut Obeying, command: &Command) -> Done {
    let id = command.one("association-id");
    let associations = items(&account.document, "RouteTables").flat_map(|table| items(table, "Associations"));
    let found = associations.into_iter().find(|association| association["RouteTableAssociationId"] == id);
    let Some(subnet) = found.and_then(|association| association["SubnetId"].as_str()).map(str::to_owned) else {
        return refused(format!("InvalidAssociationID.NotFound: {id}"));
    };
    for table in items_mut(&mut account.document, "RouteTables") {
        items_mut(table, "Associations").retain(|association| association["RouteTableAssociationId"] != id);
    }
    put(&mut account.document, command.one("route-table-id"), &subnet)
}
