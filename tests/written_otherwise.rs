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
];

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
