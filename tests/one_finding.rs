//! One fault, one finding: what an error tells already, no warning tells again, and what breaks many is told once.

mod cli_support;

use cli_support::run_with;
use serde_json::{Value, json};
use std::fs;
use std::path::{Path, PathBuf};

/// A fault, planted where a second rule could have something to say about it, or one rule more than once.
struct Row {
    /// What is wrong.
    name: &'static str,
    /// The rule whose pass fixture is the sound network that it is planted in.
    sound: &'static str,
    /// Plants it.
    plant: fn(&mut Value),
    /// The one rule that finds it, and on which resource.
    found: (&'static str, &'static str),
    /// How many flows it breaks.
    breaks: usize,
}

const ROWS: &[Row] = &[
    Row {
        name: "all that a task's group lets in is a group that is gone",
        sound: "sg/task-from-load-balancer",
        plant: |network| {
            network["SecurityGroups"][1]["IpPermissions"][0]["UserIdGroupPairs"][0]["GroupId"] = json!("sg-gone");
        },
        found: ("sg/task-from-load-balancer", "sg-0dc2974ad1d8fc7ac"),
        breaks: 2,
    },
    Row {
        name: "a private subnet leads to an internet gateway, and its task has no public IP",
        sound: "nat/available",
        plant: |network| network["RouteTables"][2]["Routes"][1] = to_gateway(),
        found: ("workload/public-ip", "app"),
        breaks: 3,
    },
    Row {
        name: "a forgotten subnet has the main table, and its task no public IP",
        sound: "route/implicit-main",
        plant: |network| {
            drop(network["RouteTables"][1]["Associations"].as_array_mut().and_then(Vec::pop));
            network["services"][0]["networkConfiguration"]["awsvpcConfiguration"]["assignPublicIp"] = json!("DISABLED");
        },
        found: ("workload/public-ip", "app"),
        breaks: 4,
    },
    Row {
        name: "the only subnet is gone, and with it its addresses",
        sound: "nat/available",
        plant: |network| {
            network["services"][0]["networkConfiguration"]["awsvpcConfiguration"]["subnets"] = json!(["subnet-gone"]);
        },
        found: ("workload/subnets-one-vpc", "app"),
        breaks: 1,
    },
    Row {
        name: "a network ACL cuts two services off from their load balancer",
        sound: "nacl/destination-subnet",
        plant: |network| {
            let entry = json!({
                "RuleNumber": 90, "Protocol": "6", "RuleAction": "deny", "Egress": false, "CidrBlock": "0.0.0.0/0",
                "PortRange": { "From": 8080, "To": 8080 }
            });
            push(network, "/NetworkAcls/2/Entries", entry);
            let mut second = network["services"][0].clone();
            second["serviceName"] = json!("second");
            second["serviceArn"] = json!("arn:aws:ecs:us-east-1:123456789012:service/shop/second");
            push(network, "/services", second);
        },
        found: ("nacl/destination-subnet", "acl-07b0958b2edc7908c"),
        breaks: 4,
    },
    Row {
        name: "routes of two VPCs lead to one internet gateway that is attached to neither",
        sound: "igw/attached",
        plant: |network| {
            second_vpc(network);
            network["InternetGateways"][0]["Attachments"] = json!([]);
        },
        found: ("igw/attached", "igw-0e3742bbe932384a5"),
        breaks: 8,
    },
    Row {
        name: "routes of two VPCs lead to one internet gateway that is attached to the first",
        sound: "igw/attached",
        plant: second_vpc,
        found: ("igw/attached", "igw-0e3742bbe932384a5"),
        breaks: 4,
    },
    Row {
        name: "a transit gateway's default route leads back to the VPC that it serves",
        sound: "transit/way-on",
        plant: |network| {
            network["TransitGatewayRouteTables"][0]["Routes"][0]["TransitGatewayAttachments"][0] = json!({
                "ResourceId": "vpc-8d9001d32c6a703d9", "ResourceType": "vpc",
                "TransitGatewayAttachmentId": "tgw-attach-8d9001d32c6a703d9"
            });
        },
        found: ("transit/route", "tgw-rtb-c045ab83387c3ad17"),
        breaks: 8,
    },
    Row {
        name: "where packets come out of a transit gateway they are sent into it again",
        sound: "transit/way-on",
        plant: |network| {
            let routes = network.pointer_mut("/RouteTables/4/Routes/1").expect("the way to the NAT gateway");
            *routes = json!({
                "DestinationCidrBlock": "0.0.0.0/0", "TransitGatewayId": "tgw-08d33503ee27d4c13", "State": "active"
            });
        },
        found: ("transit/way-on", "rtb-2ef6117a2a1f016b6"),
        breaks: 4,
    },
    Row {
        name: "a public NAT gateway without an Elastic IP",
        sound: "nat/elastic-ip",
        plant: |network| {
            let addresses = &mut network["NatGateways"][0]["NatGatewayAddresses"];
            *addresses = json!([{ "PrivateIp": "10.0.0.10", "IsPrimary": true, "Status": "succeeded" }]);
        },
        found: ("nat/elastic-ip", "nat-0520301a527e31b4c"),
        breaks: 3,
    },
];

fn to_gateway() -> Value {
    json!({ "DestinationCidrBlock": "0.0.0.0/0", "GatewayId": "igw-0e3742bbe932384a5", "State": "active" })
}

fn push(network: &mut Value, list: &str, element: Value) {
    network.pointer_mut(list).and_then(Value::as_array_mut).expect("it is a list").push(element);
}

/// The same VPC once more, with the same internet gateway in its routes.
fn second_vpc(network: &mut Value) {
    for list in ["Vpcs", "VpcAttributes", "Subnets", "RouteTables", "SecurityGroups", "NetworkAcls", "services"] {
        let text = network[list].to_string().replace("-0", "-1").replace("igw-1", "igw-0").replace("dopt-1", "dopt-0");
        let text =
            text.replace("shop/app", "shop/second").replace("\"serviceName\":\"app\"", "\"serviceName\":\"second\"");
        let copies: Vec<Value> = serde_json::from_str(&text).expect("ids are all that changed");
        copies.into_iter().for_each(|copy| push(network, &format!("/{list}"), copy));
    }
}

fn sound(rule: &str) -> Value {
    let path: PathBuf = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/rules").join(rule).join("pass.json");
    let text = fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    serde_json::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

#[test]
fn a_fault_is_told_once() {
    let mut complaints = Vec::new();
    for row in ROWS {
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
