//! What is written in another way than most people do, and means the same, is judged the same.

mod cli_support;

use cli_support::run_with;
use serde_json::{Value, json};
use std::fs;
use std::path::Path;

/// A sound network of which a part is written otherwise.
struct Row {
    /// How it is written.
    name: &'static str,
    /// The rule whose pass fixture it is.
    sound: &'static str,
    /// Writes it so.
    write: fn(&mut Value),
    /// All that is found then.
    found: &'static [&'static str],
}

fn egress(rules: Value) -> impl Fn(&mut Value) {
    move |network| network["SecurityGroups"][1]["IpPermissionsEgress"] = rules.clone()
}

fn ingress(network: &mut Value, rules: Value) {
    network["SecurityGroups"][1]["IpPermissions"] = rules;
}

fn tcp(from: u16, to: u16, blocks: &[&str]) -> Value {
    let blocks: Vec<Value> = blocks.iter().map(|block| json!({ "CidrIp": block })).collect();
    json!({ "IpProtocol": "tcp", "FromPort": from, "ToPort": to, "IpRanges": blocks })
}

/// A prefix list of a customer's, or of one whose entries the input lacks.
fn list(network: &mut Value, cidrs: Value) {
    let lists = network["PrefixLists"].as_array_mut().expect("a list");
    lists.push(json!({ "PrefixListId": "pl-0aaaaaaaaaaaaaaaa", "PrefixListName": "world", "Cidrs": cidrs }));
}

fn to_list() -> Value {
    json!([{ "IpProtocol": "tcp", "FromPort": 0, "ToPort": 65535, "PrefixListIds": [{ "PrefixListId": "pl-0aaaaaaaaaaaaaaaa" }] }])
}

const ANYWHERE: &[&str] = &["0.0.0.0/0"];

const ROWS: &[Row] = &[
    Row {
        name: "all TCP out is all ports but 0",
        sound: "nat/available",
        write: |network| egress(json!([tcp(1, 65535, ANYWHERE)]))(network),
        found: &[],
    },
    Row {
        name: "all TCP out is two halves of all addresses",
        sound: "nat/available",
        write: |network| egress(json!([tcp(0, 65535, &["0.0.0.0/1", "128.0.0.0/1"])]))(network),
        found: &[],
    },
    Row {
        name: "all TCP out is two ranges of ports",
        sound: "nat/available",
        write: |network| egress(json!([tcp(0, 32767, ANYWHERE), tcp(32768, 65535, ANYWHERE)]))(network),
        found: &[],
    },
    Row {
        name: "a port lies between two ranges of ports",
        sound: "nat/available",
        write: |network| egress(json!([tcp(0, 32767, ANYWHERE), tcp(32769, 65535, ANYWHERE)]))(network),
        found: &["sg/all-outbound"],
    },
    Row {
        name: "all TCP out is what two groups let out",
        sound: "nat/available",
        write: |network| {
            egress(json!([tcp(0, 443, ANYWHERE)]))(network);
            let mut second = network["SecurityGroups"][1].clone();
            second["GroupId"] = json!("sg-0bbbbbbbbbbbbbbbb");
            second["IpPermissionsEgress"] = json!([tcp(444, 65535, ANYWHERE)]);
            network["SecurityGroups"].as_array_mut().expect("a list").push(second);
            let groups = "/services/0/networkConfiguration/awsvpcConfiguration/securityGroups";
            let groups = network.pointer_mut(groups).and_then(Value::as_array_mut).expect("a list");
            groups.push(json!("sg-0bbbbbbbbbbbbbbbb"));
        },
        found: &[],
    },
    Row {
        name: "all TCP out is a prefix list of all addresses",
        sound: "nat/available",
        write: |network| {
            list(network, json!(["0.0.0.0/0"]));
            egress(to_list())(network);
        },
        found: &[],
    },
    Row {
        name: "what TCP out is for is a prefix list of half of all addresses, and HTTPS",
        sound: "nat/available",
        write: |network| {
            list(network, json!(["0.0.0.0/1"]));
            let mut rules = to_list();
            rules.as_array_mut().expect("a list").push(tcp(443, 443, ANYWHERE));
            egress(rules)(network);
        },
        found: &["sg/all-outbound"],
    },
    Row {
        name: "the way to a failed NAT gateway is three routes",
        sound: "nat/available",
        write: |network| {
            routes(network, "NatGatewayId", &["0.0.0.0/1", "128.0.0.0/2", "192.0.0.0/2"], "DestinationCidrBlock");
            network["NatGateways"][0]["State"] = json!("failed");
        },
        found: &["nat/available"],
    },
    Row {
        name: "the way to a failed NAT gateway is a prefix list",
        sound: "nat/available",
        write: |network| {
            list(network, json!(["0.0.0.0/0"]));
            routes(network, "NatGatewayId", &["pl-0aaaaaaaaaaaaaaaa"], "DestinationPrefixListId");
            network["NatGateways"][0]["State"] = json!("failed");
        },
        found: &["nat/available"],
    },
    Row {
        name: "the way to the internet gateway is a prefix list",
        sound: "nat/available",
        write: |network| {
            list(network, json!(["0.0.0.0/1", "128.0.0.0/1"]));
            routes(network, "GatewayId", &["pl-0aaaaaaaaaaaaaaaa"], "DestinationPrefixListId");
        },
        found: &[],
    },
    Row {
        name: "the prefix list that leads to the internet gateway lacks a quarter of all addresses",
        sound: "nat/available",
        write: |network| {
            list(network, json!(["0.0.0.0/1", "128.0.0.0/2"]));
            routes(network, "GatewayId", &["pl-0aaaaaaaaaaaaaaaa"], "DestinationPrefixListId");
        },
        found: &["route/public-default-igw"],
    },
    Row {
        name: "a group is open on a range of ports, which a container maps",
        sound: "sg/inbound-open",
        write: |network| open_range(network, "8000-8090"),
        found: &[],
    },
    Row {
        name: "a group is open on more ports than a container's range has",
        sound: "sg/inbound-open",
        write: |network| open_range(network, "8000-8089"),
        found: &["sg/inbound-open"],
    },
    Row {
        name: "a port is opened to two halves of all addresses",
        sound: "sg/inbound-open",
        write: |network| ingress(network, json!([tcp(22, 22, &["0.0.0.0/1"]), tcp(20, 30, &["128.0.0.0/1"])])),
        found: &["sg/inbound-open"],
    },
    Row {
        name: "two ports are opened to half of all addresses each",
        sound: "sg/inbound-open",
        write: |network| ingress(network, json!([tcp(22, 22, &["0.0.0.0/1"]), tcp(23, 23, &["128.0.0.0/1"])])),
        found: &[],
    },
    Row {
        name: "a port is opened to a prefix list of all addresses",
        sound: "sg/inbound-open",
        write: |network| {
            list(network, json!(["0.0.0.0/1", "128.0.0.0/1"]));
            ingress(network, to_list());
        },
        found: &["sg/inbound-open"],
    },
    Row {
        name: "two groups of a task with a public IP open its port to half of all addresses each",
        sound: "workload/least-exposure",
        write: |network| {
            ingress(network, json!([tcp(8080, 8080, &["0.0.0.0/1", "10.0.0.0/16"])]));
            let mut second = network["SecurityGroups"][1].clone();
            second["GroupId"] = json!("sg-0bbbbbbbbbbbbbbbb");
            second["IpPermissions"] = json!([tcp(8080, 8080, &["128.0.0.0/1"])]);
            network["SecurityGroups"].as_array_mut().expect("a list").push(second);
            let groups = "/services/0/networkConfiguration/awsvpcConfiguration/securityGroups";
            let groups = network.pointer_mut(groups).and_then(Value::as_array_mut).expect("a list");
            groups.push(json!("sg-0bbbbbbbbbbbbbbbb"));
        },
        found: &["workload/least-exposure", "workload/load-bearing"],
    },
];

/// Writes the route to everything that leads to a gateway of a kind in another way.
fn routes(network: &mut Value, target: &str, destinations: &[&str], field: &str) {
    for table in network["RouteTables"].as_array_mut().expect("a list") {
        let routes = table["Routes"].as_array_mut().expect("a list");
        let is_it = |route: &Value| route["DestinationCidrBlock"] == "0.0.0.0/0" && route[target].is_string();
        let Some(at) = routes.iter().position(is_it) else { continue };
        let whole = routes.remove(at);
        routes.extend(destinations.iter().map(|destination| {
            let mut route = json!({ "State": "active" });
            route[target] = whole[target].clone();
            route[field] = json!(destination);
            route
        }));
    }
}

/// Lets everyone in on 8000-8090, and has the container map a range.
fn open_range(network: &mut Value, range: &str) {
    network["SecurityGroups"][1]["IpPermissions"] = json!([tcp(8000, 8090, ANYWHERE)]);
    network["taskDefinitions"][0]["containerDefinitions"][0]["portMappings"] =
        json!([{ "containerPortRange": range, "protocol": "tcp" }]);
}

fn sound(rule: &str) -> Value {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/rules").join(rule).join("pass.json");
    let text = fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    serde_json::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

#[test]
fn it_is_judged_the_same() {
    let mut complaints = Vec::new();
    for row in ROWS {
        let mut network = sound(row.sound);
        (row.write)(&mut network);
        let run = run_with(Path::new("."), &["lint", "-", "--format", "json"], &network.to_string());
        let findings = run.json()["findings"].as_array().cloned().unwrap_or_default();
        let rules: Vec<&str> = findings.iter().filter_map(|finding| finding["rule"].as_str()).collect();
        if rules != row.found {
            complaints.push(format!("{}: {rules:?} instead of {:?}", row.name, row.found));
        }
    }
    assert!(complaints.is_empty(), "{}", complaints.join("\n"));
}
