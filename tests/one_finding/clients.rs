//! What cuts off the clients of load balancers, and how often that is told.

use crate::cli_support::run_with;
use crate::rows::{push, sound, to_gateway};
use serde_json::{Value, json};
use std::path::Path;

/// Tasks run by endpoints alone, and notice nothing: it is the clients of their load balancer that get no replies.
#[test]
fn what_strands_clients_of_a_load_balancer_is_one_error() {
    const GONE: &str = "nat-0dead00000000000d";
    type Plant = fn(&mut Value);
    let rows: [(&str, Plant, &str, &str); 6] = [
        (
            "the internet gateway is detached",
            |network| network["InternetGateways"][0]["Attachments"] = json!([]),
            "igw/attached",
            "igw-0cccccccccccccccc",
        ),
        (
            "the internet gateway is gone",
            |network| network["InternetGateways"] = json!([]),
            "route/blackhole",
            "rtb-00000000000000002",
        ),
        (
            "the internet gateway and the route to it are gone",
            |network| {
                network["InternetGateways"] = json!([]);
                drop(network["RouteTables"][1]["Routes"].as_array_mut().and_then(Vec::pop));
            },
            "igw/public-load-balancer",
            "vpc-0aaaaaaaaaaaaaaa1",
        ),
        (
            "the internet gateway is gone, and the public subnets lead to a NAT gateway",
            |network| {
                network["InternetGateways"] = json!([]);
                network["NatGateways"] = json!([{
                    "NatGatewayId": GONE, "VpcId": "vpc-0aaaaaaaaaaaaaaa1", "State": "available",
                    "SubnetId": network["Subnets"][0]["SubnetId"], "ConnectivityType": "public", "NatGatewayAddresses": [{
                        "AllocationId": "eipalloc-0ab54b1c0f5ed9a4f", "PublicIp": "198.51.100.7", "PrivateIp": "10.0.0.5"
                    }]
                }]);
                network["RouteTables"][1]["Routes"][1] = to_nat(GONE, "0.0.0.0/0");
            },
            "igw/public-load-balancer",
            "vpc-0aaaaaaaaaaaaaaa1",
        ),
        (
            "half of all addresses go to a NAT gateway that is gone",
            |network| push(network, "/RouteTables/1/Routes", to_nat(GONE, "0.0.0.0/1")),
            "route/blackhole",
            "rtb-00000000000000002",
        ),
        (
            "everything goes to a NAT gateway that is gone",
            |network| network["RouteTables"][1]["Routes"][1] = to_nat(GONE, "0.0.0.0/0"),
            "route/blackhole",
            "rtb-00000000000000002",
        ),
    ];
    let mut complaints = Vec::new();
    for (name, plant, rule, resource) in rows {
        let mut network = sound("igw/public-load-balancer");
        plant(&mut network);
        let told = told_with_severity(&network);
        if told != [("error".to_owned(), rule.to_owned(), resource.to_owned())] {
            complaints.push(format!("{name}: {told:?}"));
        }
    }
    // A few clients are no reason to call the service down.
    let mut network = sound("igw/public-load-balancer");
    push(&mut network, "/RouteTables/1/Routes", to_nat(GONE, "203.0.112.0/22"));
    let told = told_with_severity(&network);
    if told != [("warning".to_owned(), "route/blackhole".to_owned(), "rtb-00000000000000002".to_owned())] {
        complaints.push(format!("some clients: {told:?}"));
    }
    assert!(complaints.is_empty(), "{}", complaints.join("\n"));
}

/// A public table is led back to the internet gateway, not to another NAT gateway.
#[test]
fn a_public_table_that_leads_to_what_is_gone_is_told_once_and_led_to_the_internet_gateway() {
    let gone = json!({
        "DestinationCidrBlock": "0.0.0.0/0", "EgressOnlyInternetGatewayId": "eigw-0dead00000000000d", "State": "active"
    });
    for to in [to_nat("nat-0dead00000000000d", "0.0.0.0/0"), gone] {
        let mut network = sound("nat/available");
        let tables = network["RouteTables"].as_array_mut().expect("a list").iter_mut();
        for route in tables.flat_map(|table| table["Routes"].as_array_mut().expect("a list")) {
            if *route == to_gateway() || route["GatewayId"] == "igw-0e3742bbe932384a5" {
                *route = to.clone();
            }
        }
        let run = run_with(Path::new("."), &["lint", "-", "--format", "json"], &network.to_string());
        let findings = run.json()["findings"].as_array().cloned().unwrap_or_default();
        let told: Vec<&str> =
            findings.iter().filter(|one| one["severity"] != "info").filter_map(|one| one["rule"].as_str()).collect();
        assert_eq!(told, ["route/blackhole"], "{to}");
        let help = findings.iter().find_map(|one| one["help"].as_str().filter(|_| one["rule"] == "route/blackhole"));
        assert!(help.is_some_and(|help| help.contains("0.0.0.0/0 --gateway-id igw-0e3742bbe932384a5")), "{help:?}");
    }
}

fn to_nat(id: &str, block: &str) -> Value {
    json!({ "DestinationCidrBlock": block, "NatGatewayId": id, "State": "active" })
}

/// Severity, rule and resource of all that is more than a hint.
pub(crate) fn told_with_severity(network: &Value) -> Vec<(String, String, String)> {
    let run = run_with(Path::new("."), &["lint", "-", "--format", "json"], &network.to_string());
    let findings = run.json()["findings"].as_array().cloned().unwrap_or_default();
    let text = |finding: &Value, at: &str| finding.pointer(at).and_then(Value::as_str).unwrap_or_default().to_owned();
    let told = findings.iter().map(|one| (text(one, "/severity"), text(one, "/rule"), text(one, "/resource/id")));
    told.filter(|(severity, ..)| severity != "info").collect()
}

/// Replies leave on the clients' ports: what is open for the targets, or for a few ports, serves no client.
#[test]
fn a_network_acl_has_to_let_replies_out_to_the_ports_that_clients_have() {
    type Row<'r> = (&'r str, &'r [(u16, u16)], bool);
    let rows: [Row<'_>; 8] = [
        ("all of them", &[(1024, 65535)], true),
        ("those of most systems", &[(32768, 65535)], true),
        ("those of Linux", &[(32768, 61000)], true),
        ("those of Windows", &[(49152, 65535)], true),
        ("none but the targets' port", &[(8080, 8080)], false),
        ("the targets' port and a hundred more", &[(8080, 8080), (50000, 50099)], false),
        ("what no system has in common", &[(1024, 49151)], false),
        ("what Windows alone has", &[(8080, 8080), (61000, 65535)], false),
    ];
    let mut complaints = Vec::new();
    for (name, open, is_sound) in rows {
        let mut network = sound("igw/public-load-balancer");
        let entry = |number: usize, block: &str, egress: bool, (from, to): (u16, u16)| {
            json!({
                "RuleNumber": number, "Protocol": "6", "RuleAction": "allow", "Egress": egress, "CidrBlock": block,
                "PortRange": { "From": from, "To": to }
            })
        };
        let mut entries = vec![entry(100, "0.0.0.0/0", false, (0, 65535)), entry(100, "10.0.0.0/16", true, (0, 65535))];
        entries.extend(open.iter().enumerate().map(|(at, ports)| entry(200 + at, "0.0.0.0/0", true, *ports)));
        let mut acl = network["NetworkAcls"][0].clone();
        let subnets: Vec<Value> = ["public-a", "public-b"].iter().map(|name| subnet_called(&network, name)).collect();
        for acl in network["NetworkAcls"].as_array_mut().expect("a list") {
            let associations = acl["Associations"].as_array_mut().expect("a list");
            associations.retain(|one| !subnets.contains(&one["SubnetId"]));
        }
        acl["NetworkAclId"] = json!("acl-0public");
        acl["IsDefault"] = json!(false);
        acl["Entries"] = json!(entries);
        let here = subnets.iter().map(
            |id| json!({ "NetworkAclId": "acl-0public", "NetworkAclAssociationId": "aclassoc-0", "SubnetId": id }),
        );
        acl["Associations"] = here.collect();
        push(&mut network, "/NetworkAcls", acl);
        let told = told_with_severity(&network);
        let cut_off = [("error".to_owned(), "nacl/load-balancer-subnet".to_owned(), "acl-0public".to_owned())];
        if told != cut_off[usize::from(is_sound)..] {
            complaints.push(format!("{name}: {told:?}"));
        }
    }
    assert!(complaints.is_empty(), "{}", complaints.join("\n"));
}

fn subnet_called(network: &Value, name: &str) -> Value {
    let subnets = network["Subnets"].as_array().expect("a list").iter();
    let mut found = subnets.filter(|subnet| subnet["Tags"].to_string().contains(&format!("\"{name}\"")));
    found.next().expect("it is there")["SubnetId"].clone()
}

/// A load balancer that leads nobody to tasks has no clients to lose.
#[test]
fn a_lost_default_route_harms_the_clients_of_tasks_alone() {
    for (tasks, severity) in [(2, "error"), (0, "warning")] {
        let mut network = sound("igw/public-load-balancer");
        network["services"][0]["desiredCount"] = json!(tasks);
        for table in network["RouteTables"].as_array_mut().expect("a list") {
            let routes = table["Routes"].as_array_mut().expect("a list");
            routes.retain(|route| !route["GatewayId"].as_str().is_some_and(|id| id.starts_with("igw-")));
        }
        let told = told_with_severity(&network);
        let rules: Vec<_> = told.iter().map(|(severity, rule, _)| (severity.as_str(), rule.as_str())).collect();
        assert_eq!(rules, [(severity, "route/public-default-igw")], "{tasks} tasks");
    }
}
