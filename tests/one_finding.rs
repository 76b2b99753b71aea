//! One fault, one finding: what an error tells already, no warning tells again, and what breaks many is told once.

#[path = "one_finding/addresses.rs"]
mod addresses;
mod cli_support;
#[path = "one_finding/clients.rs"]
mod clients;
#[path = "one_finding/hidden.rs"]
mod hidden;
#[path = "one_finding/rows.rs"]
mod rows;

use cli_support::run_with;
use rows::{ROWS, push, sound};
use serde_json::{Value, json};
use std::fs;
use std::path::Path;

#[test]
fn a_fault_is_told_once() {
    let mut complaints = Vec::new();
    for row in ROWS.iter().chain(addresses::ROWS) {
        let mut network = sound(row.sound);
        (row.plant)(&mut network);
        let run = run_with(Path::new("."), &["lint", "-", "--format", "json"], &network.to_string());
        let findings = run.json()["findings"].as_array().cloned().unwrap_or_default();
        let told: Vec<(&str, &str, usize)> = findings
            .iter()
            .filter(|finding| finding["severity"] != "info")
            .map(|finding| {
                let text = |value: &'static str| finding.pointer(value).and_then(Value::as_str).unwrap_or_default();
                (text("/rule"), text("/resource/id"), finding["affects"].as_array().map_or(0, Vec::len))
            })
            .collect();
        if told != [(row.found.0, row.found.1, row.breaks)] {
            complaints.push(format!("{}: {told:?}", row.name));
        }
    }
    assert!(complaints.is_empty(), "{}", complaints.join("\n"));
}

/// Tasks that ask for public IPs make no public subnets of private ones, nor of such as have no IPv4.
#[test]
fn a_public_ip_makes_no_subnet_public() {
    let mut network = sound("near-misses/ipv6-only-subnet");
    network["services"][0]["networkConfiguration"]["awsvpcConfiguration"]["assignPublicIp"] = json!("ENABLED");
    for subnet in network["Subnets"].as_array_mut().expect("a list") {
        subnet["Tags"] = json!([]);
    }
    let run = run_with(Path::new("."), &["lint", "-", "--format", "json"], &network.to_string());
    let findings = run.json()["findings"].as_array().cloned().unwrap_or_default();
    assert!(findings.iter().all(|finding| finding["rule"] != "route/public-default-igw"), "{findings:?}");
}

#[test]
fn what_opens_nothing_is_not_told() {
    for (name, plant) in addresses::HARMLESS {
        let mut network = sound("workload/least-exposure");
        plant(&mut network);
        let run = run_with(Path::new("."), &["lint", "-", "--format", "json"], &network.to_string());
        let findings = run.json()["findings"].as_array().cloned().unwrap_or_default();
        let told: Vec<_> = findings.iter().filter(|finding| finding["severity"] != "info").collect();
        assert!(told.is_empty(), "{name}: {told:?}");
    }
}

/// What is unused because something else is wrong is not called unused: its deletion would be the wrong advice.
#[test]
fn a_nat_gateway_that_lost_its_route_is_not_called_unused() {
    let mut network = sound("nat/available");
    for table in network["RouteTables"].as_array_mut().expect("a list") {
        table["Routes"].as_array_mut().expect("a list").retain(|route| route["NatGatewayId"].is_null());
    }
    let run = run_with(Path::new("."), &["lint", "-", "--format", "json"], &network.to_string());
    let findings = run.json()["findings"].as_array().cloned().unwrap_or_default();
    let told: Vec<&str> = findings.iter().filter_map(|finding| finding["rule"].as_str()).collect();
    assert!(told.contains(&"route/private-default-nat") && !told.contains(&"nat/unused"), "{told:?}");
}

/// What is lacking for IPv6 is named so, and not by a block or an option of IPv4.
#[test]
fn a_route_back_is_named_in_its_own_family() {
    let mut network = sound("peering/active");
    let blocks = |block: &str| json!([{ "Ipv6CidrBlock": block, "Ipv6CidrBlockState": { "State": "associated" } }]);
    let route =
        |block: &str, to: &str, id: &str| json!({ "DestinationIpv6CidrBlock": block, to: id, "State": "active" });
    for (vpc, subnet, block, part) in
        [(0, 1, "2600:1f18:1::/56", "2600:1f18:1:10::/64"), (1, 3, "2600:1f18:2::/56", "2600:1f18:2:30::/64")]
    {
        network["Vpcs"][vpc]["Ipv6CidrBlockAssociationSet"] = blocks(block);
        network["Subnets"][subnet]["Ipv6CidrBlockAssociationSet"] = blocks(part);
        for egress in [true, false] {
            let entry = json!({ "RuleNumber": 101, "Protocol": "-1", "RuleAction": "allow", "Egress": egress, "Ipv6CidrBlock": "::/0" });
            push(&mut network, &format!("/NetworkAcls/{vpc}/Entries"), entry);
        }
    }
    push(&mut network, "/RouteTables/2/Routes", route("2600:1f18:1::/56", "GatewayId", "local"));
    push(
        &mut network,
        "/RouteTables/2/Routes",
        route("2600:1f18:2::/56", "VpcPeeringConnectionId", "pcx-18c7ca5f753f64612"),
    );
    push(&mut network, "/RouteTables/4/Routes", route("2600:1f18:2::/56", "GatewayId", "local"));
    let all = json!({ "IpProtocol": "-1", "Ipv6Ranges": [{ "CidrIpv6": "::/0" }] });
    push(&mut network, "/SecurityGroups/1/IpPermissionsEgress", all.clone());
    push(&mut network, "/SecurityGroups/3/IpPermissions", all);
    network["NetworkInterfaces"][1]["Ipv6Addresses"] = json!([{ "Ipv6Address": "2600:1f18:2:30::10" }]);
    network["taskDefinitions"][0]["containerDefinitions"][0]["image"] = json!("[2600:1f18:2:30::10]:5000/app");
    let run = run_with(Path::new("."), &["lint", "-", "--format", "json"], &network.to_string());
    let findings = run.json()["findings"].as_array().cloned().unwrap_or_default();
    let told: Vec<(&str, &str)> = findings
        .iter()
        .filter(|finding| finding["severity"] != "info")
        .map(|finding| (finding["rule"].as_str().unwrap_or_default(), finding["help"].as_str().unwrap_or_default()))
        .collect();
    let [("transit/way-back", help)] = told[..] else { panic!("{told:?}") };
    assert!(help.contains("--destination-ipv6-cidr-block 2600:1f18:1::/56 --vpc-peering-connection-id"), "{help}");
}

/// A fault that breaks what runs in two zones is mended once: its commands are told once.
#[test]
fn no_command_is_told_twice() {
    let mut network = sound("transit/way-out");
    for list in ["TransitGatewayVpcAttachments", "TransitGatewayRouteTables", "TransitGateways"] {
        network[list] = json!([]);
    }
    for table in network["RouteTables"].as_array_mut().expect("a list") {
        table["Routes"].as_array_mut().expect("a list").retain(|route| route["TransitGatewayId"].is_null());
    }
    let run = run_with(Path::new("."), &["lint", "-", "--format", "json"], &network.to_string());
    let findings = run.json()["findings"].as_array().cloned().unwrap_or_default();
    let finding = findings.iter().find(|finding| finding["rule"] == "nat/present").expect("it is found");
    let help = finding["help"].as_str().unwrap_or_default();
    assert_eq!(help.matches("create-nat-gateway").count(), 1, "{help}");
    assert_eq!(help.matches("create-route").count(), 1, "{help}");
}

/// A command of fargcheck's own that a help names can be run as it stands.
#[test]
fn a_last_resort_says_what_to_run() {
    let mut network = sound("workload/logs");
    let nat = network["NatGateways"][0]["NatGatewayId"].clone();
    let routes = network["RouteTables"][2]["Routes"].as_array_mut().expect("a list").iter_mut();
    for route in routes.filter(|route| route["DestinationIpv6CidrBlock"] == "::/0") {
        *route = json!({ "DestinationIpv6CidrBlock": "::/0", "NatGatewayId": nat, "State": "active" });
    }
    let folder = tempfile::tempdir().expect("a folder can be made");
    let path = folder.path().join("my network.json");
    fs::write(&path, network.to_string()).expect("it can be written");
    let path = path.to_string_lossy().into_owned();
    let run = run_with(Path::new("."), &["lint", &path, "--format", "json"], "");
    let findings = run.json()["findings"].as_array().cloned().unwrap_or_default();
    let found = findings.iter().find(|finding| finding["rule"] == "workload/logs");
    let help = found.and_then(|finding| finding["help"].as_str()).unwrap_or_default().to_owned();
    assert!(help.contains(&format!("fargcheck trace '{path}' --from app --to logs")), "{help}\n{findings:?}");
}
