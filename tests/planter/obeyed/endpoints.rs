//! VPC endpoints.

use super::super::account::{Account, NUMBER, S3_LIST, named, route};
use super::super::snapshot::*;
use super::gateways::{built, free_address};
use super::routes::has;
use super::shell::Command;
use super::{Done, Obeying, refused};
use serde_json::{Value, json};

const ALLOW_ALL: &str =
    r#"{"Version":"2008-10-17","Statement":[{"Effect":"Allow","Principal":"*","Action":"*","Resource":"*"}]}"#;

pub(super) fn run(account: &mut Obeying, command: &Command) -> Option<Done> {
    Some(match command.name.as_str() {
        "ec2 create-vpc-endpoint" => create(account, command),
        "ec2 modify-vpc-endpoint" => modify(account, command),
        "ec2 delete-vpc-endpoints" => command.all("vpc-endpoint-ids").iter().try_for_each(|id| delete(account, id)),
        _ => return None,
    })
}

/// What AWS asks of the subnets of an interface endpoint: they exist, in its VPC, one in each zone.
fn fit(document: &Value, vpc: &str, subnets: &[String]) -> Done {
    let mut zones = Vec::new();
    for subnet in subnets {
        if !has(document, "Subnets", subnet) || vpc_of(document, subnet) != vpc {
            return refused(format!("InvalidSubnetId.NotFound: {subnet}"));
        }
        let zone = text(get(document, "Subnets", subnet), "AvailabilityZone");
        if zones.contains(&zone) {
            return refused(format!("DuplicateSubnetsInSameZone: {zone}"));
        }
        zones.push(zone);
    }
    Ok(())
}

/// What private DNS takes: both attributes of the VPC, and no other endpoint there that has the service's name.
/// <https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateVpcEndpoint.html>
fn may_have_private_dns(document: &Value, vpc: &str, service: &str, but: &str) -> Done {
    let attributes = items(document, "VpcAttributes").find(|found| found["VpcId"] == vpc);
    let is_on = |name: &str| attributes.is_none_or(|found| found[name]["Value"] == true);
    if !is_on("EnableDnsSupport") || !is_on("EnableDnsHostnames") {
        return refused("InvalidParameter: private DNS takes enableDnsSupport and enableDnsHostnames");
    }
    let is_other = |found: &&Value| {
        found["VpcId"] == vpc
            && found["ServiceName"] == service
            && found["VpcEndpointId"] != but
            && found["PrivateDnsEnabled"] == true
    };
    match items(document, "VpcEndpoints").find(is_other) {
        Some(_) => {
            refused(format!("private-dns-enabled cannot be set: {service} has a conflicting DNS domain in {vpc}"))
        }
        None => Ok(()),
    }
}

/// Gives an interface endpoint an interface in each of these subnets.
fn enter(builder: &mut Account, id: &str, subnets: &[String], groups: &[&str], count: usize) -> Vec<String> {
    let each = subnets.iter().map(|subnet| {
        let name = format!("{id}-{subnet}");
        let address = free_address(&builder.document, subnet, count);
        builder.interface(&name, subnet, &address, "vpc_endpoint", &format!("VPC Endpoint Interface {id}"), groups);
        format!("eni-{name}")
    });
    each.collect()
}

fn create(account: &mut Obeying, command: &Command) -> Done {
    let (vpc, service) = (command.one("vpc-id").to_owned(), command.one("service-name").to_owned());
    if !has(&account.document, "Vpcs", &vpc) || service.is_empty() {
        return refused(format!("InvalidVpcId.NotFound or no service: {vpc}, {service}"));
    }
    let known = items(&account.document, "VpcEndpoints").find(|found| {
        found["VpcId"] == vpc.as_str()
            && found["ServiceName"] == service.as_str()
            && found["VpcEndpointType"] == "Gateway"
    });
    if command.one("vpc-endpoint-type") == "Gateway" {
        if known.is_some() {
            return refused(format!("RouteAlreadyExists: {vpc} has a gateway endpoint for {service}"));
        }
        if !service.ends_with(".s3") {
            return refused("S3's alone is known here");
        }
        let tables = command.all("route-table-ids").to_vec();
        if let Some(table) = tables.iter().find(|table| !has(&account.document, "RouteTables", table)) {
            return refused(format!("InvalidRouteTableId.NotFound: {table}"));
        }
        let id = account.create("vpce", &["vpc-endpoint-id"]);
        items_mut(&mut account.document, "VpcEndpoints").push(json!({ "VpcEndpointId": id, "VpcEndpointType": "Gateway",
            "VpcId": vpc, "ServiceName": service, "State": "available", "PolicyDocument": ALLOW_ALL, "RouteTableIds": [],
            "SubnetIds": [], "Groups": [], "PrivateDnsEnabled": false, "NetworkInterfaceIds": [], "DnsEntries": [],
            "OwnerId": NUMBER, "Tags": named("s3") }));
        return add_tables(account, &id, &tables);
    }
    let (subnets, groups) = (command.all("subnet-ids").to_vec(), command.all("security-group-ids").to_vec());
    fit(&account.document, &vpc, &subnets)?;
    if let Some(group) = groups.iter().find(|group| !has(&account.document, "SecurityGroups", group)) {
        return refused(format!("InvalidSecurityGroupId.NotFound: {group}"));
    }
    let private_dns = command.has("private-dns-enabled");
    if private_dns {
        may_have_private_dns(&account.document, &vpc, &service, "")?;
    }
    let id = account.create("vpce", &["vpc-endpoint-id"]);
    let count = account.count;
    built(account, |builder| {
        let groups: Vec<&str> = groups.iter().map(String::as_str).collect();
        let interfaces = enter(builder, &id, &subnets, &groups, count);
        let listed: Vec<Value> = groups.iter().map(|group| json!({ "GroupId": group })).collect();
        builder.add(
            "VpcEndpoints",
            json!({ "VpcEndpointId": id, "VpcEndpointType": "Interface", "VpcId": vpc,
            "ServiceName": service, "State": "available", "PolicyDocument": ALLOW_ALL, "RouteTableIds": [],
            "SubnetIds": subnets, "Groups": listed, "IpAddressType": "ipv4", "PrivateDnsEnabled": private_dns,
            "NetworkInterfaceIds": interfaces, "DnsEntries": [], "OwnerId": NUMBER, "Tags": [] }),
        );
    });
    Ok(())
}

/// Associates a gateway endpoint with tables; AWS puts the routes there.
fn add_tables(account: &mut Obeying, id: &str, tables: &[String]) -> Done {
    for table in tables {
        if !has(&account.document, "RouteTables", table) {
            return refused(format!("InvalidRouteTableId.NotFound: {table}"));
        }
        if get(&account.document, "RouteTables", table)["VpcId"] != get(&account.document, "VpcEndpoints", id)["VpcId"]
        {
            return refused(format!("{table} is of another VPC"));
        }
        if let Some(to) = target(&account.document, table, S3_LIST) {
            if has(&account.document, "VpcEndpoints", &to) {
                return refused(format!("RouteAlreadyExists: {table} has a route for {S3_LIST}"));
            }
            // AWS takes an endpoint's routes away with it.
            change_in(&mut account.document, "RouteTables", table, |table| {
                items_mut(table, "Routes").retain(|route| leads(route) != to);
            });
        }
        change_in(&mut account.document, "RouteTables", table, |table| {
            items_mut(table, "Routes").push(route(S3_LIST, id));
        });
        change_in(&mut account.document, "VpcEndpoints", id, |endpoint| {
            items_mut(endpoint, "RouteTableIds").push(json!(table));
        });
    }
    Ok(())
}

fn modify(account: &mut Obeying, command: &Command) -> Done {
    let id = command.one("vpc-endpoint-id").to_owned();
    if !has(&account.document, "VpcEndpoints", &id) {
        return refused(format!("InvalidVpcEndpointId.NotFound: {id}"));
    }
    let endpoint = get(&account.document, "VpcEndpoints", &id).clone();
    let is_gateway = endpoint["VpcEndpointType"] == "Gateway";
    let (tables, subnets) = (command.all("add-route-table-ids").to_vec(), command.all("add-subnet-ids").to_vec());
    if !tables.is_empty() && !is_gateway || !subnets.is_empty() && is_gateway {
        return refused("the option is for endpoints of another type");
    }
    add_tables(account, &id, &tables)?;
    if !subnets.is_empty() {
        let known = items(&endpoint, "SubnetIds").filter_map(Value::as_str).map(str::to_owned);
        fit(&account.document, text(&endpoint, "VpcId"), &known.chain(subnets.iter().cloned()).collect::<Vec<_>>())?;
        let groups: Vec<String> = items(&endpoint, "Groups").map(|group| text(group, "GroupId").to_owned()).collect();
        let count = account.count;
        built(account, |builder| {
            let groups: Vec<&str> = groups.iter().map(String::as_str).collect();
            let interfaces = enter(builder, &id, &subnets, &groups, count);
            change_in(&mut builder.document, "VpcEndpoints", &id, |endpoint| {
                items_mut(endpoint, "SubnetIds").extend(subnets.iter().map(|subnet| json!(subnet)));
                items_mut(endpoint, "NetworkInterfaceIds").extend(interfaces.iter().map(|eni| json!(eni)));
            });
        });
    }
    if command.has("private-dns-enabled") {
        may_have_private_dns(&account.document, text(&endpoint, "VpcId"), text(&endpoint, "ServiceName"), &id)?;
    }
    change_in(&mut account.document, "VpcEndpoints", &id, |endpoint| {
        if command.has("private-dns-enabled") {
            endpoint["PrivateDnsEnabled"] = json!(true);
        }
        if command.has("no-private-dns-enabled") {
            endpoint["PrivateDnsEnabled"] = json!(false);
        }
        if command.has("reset-policy") {
            endpoint["PolicyDocument"] = json!(ALLOW_ALL);
        }
        if command.one("dns-options") == "PrivateDnsOnlyForInboundResolverEndpoint=false" {
            endpoint["DnsOptions"]["PrivateDnsOnlyForInboundResolverEndpoint"] = json!(false);
        }
    });
    Ok(())
}

fn delete(account: &mut Obeying, id: &str) -> Done {
    if !has(&account.document, "VpcEndpoints", id) {
        return refused(format!("InvalidVpcEndpointId.NotFound: {id}"));
    }
    account.document = without(&account.document, "VpcEndpoints", id);
    drop_routes(&mut account.document, |route| leads(route) == id);
    let of_it = format!("VPC Endpoint Interface {id}");
    items_mut(&mut account.document, "NetworkInterfaces")
        .retain(|interface| interface["Description"] != of_it.as_str());
    Ok(())
}
