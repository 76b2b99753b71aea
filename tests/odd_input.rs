//! What can be read but is incomplete or odd: it is judged, and what could not be checked is said. Never exit code 2,
//! never a crash.

mod cli_support;

use cli_support::Scratch;
use fargcheck::facts::{self, Model};
use fargcheck::input::{self, InputFile};
use fargcheck::network;
use fargcheck::report::{self, Format, RuleInfo, Style};
use fargcheck::rules::{Catalogue, Choice, Judgement, Rule, Severity, judge};
use fargcheck::snapshot::{Source, Sources};
use proptest::prelude::*;
use serde_json::{Map, Value, json};
use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::sync::LazyLock;

static CATALOGUE: LazyLock<Catalogue> =
    LazyLock::new(|| Catalogue::embedded(&facts::ENTITIES).expect("the built-in rules can be loaded"));

fn fixture(path: &str) -> Value {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures").join(path);
    serde_json::from_str(&fs::read_to_string(path).expect("the fixture is checked in")).expect("the fixture is JSON")
}

fn broken() -> Value {
    fixture("broken-network.json")
}

/// A private subnet with the four endpoints that a task needs.
fn endpoints() -> Value {
    fixture("rules/endpoint/s3-gateway/pass.json")
}

/// A private subnet behind a NAT gateway.
fn nat() -> Value {
    fixture("rules/nat/present/pass.json")
}

/// A service behind a load balancer.
fn balanced() -> Value {
    fixture("rules/lb/health-check/pass.json")
}

/// What a judgement comes down to.
#[derive(Debug)]
struct Told {
    code: i32,
    findings: Vec<String>,
    not_checked: Vec<String>,
}

impl Told {
    /// In lines, for a snapshot.
    fn lines(&self) -> String {
        let mut out = format!("exit {}\n", self.code);
        self.findings.iter().for_each(|one| out.push_str(&format!("  {one}\n")));
        self.not_checked.iter().for_each(|one| out.push_str(&format!("  ? {one}\n")));
        out
    }
}

/// Lints a text with the binary, in every format, and tells what the JSON says.
fn told(what: &str, text: &str) -> Told {
    let name: String = what.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '-' }).collect();
    let scratch = Scratch::new(&format!("odd-{name}")).with("x.json", text);
    let run = scratch.run(&[
        "lint", "x.json", "--format", "json", "--output", "human=h", "--output", "table=t", "--output", "sarif=s",
        "--output", "github=g",
    ]);
    assert!([0, 1, 3].contains(&run.code) && run.err.is_empty(), "{what}: {run:#?}");
    let human = fs::read_to_string(scratch.0.join("h")).expect("the report was written");
    let document = run.json();
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let list = |key: &str| document[key].as_array().cloned().unwrap_or_default();
    let finding = |one: &Value| {
        assert!(one["locations"][0]["line"].as_u64() > Some(0), "{what}: every finding has a place: {one}");
        format!("{} {} {}", text(&one["severity"]), text(&one["rule"]), text(&one["resource"]["id"]))
    };
    let told = Told {
        code: run.code,
        findings: list("findings").iter().map(finding).collect(),
        not_checked: list("notChecked")
            .iter()
            .map(|one| format!("{}: {}", text(&one["what"]), text(&one["why"])))
            .collect(),
    };
    assert_eq!(told.code == 1, told.findings.iter().any(|one| one.starts_with("error")), "{what}: {told:#?}");
    assert!(!harmful(&human), "{what}: {human}");
    told
}

/// Whether a text holds what a terminal obeys or hides.
fn harmful(text: &str) -> bool {
    text.chars().any(|c| {
        c.is_control() && c != '\n'
            || matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
    })
}

/// Sets the value that a pointer leads to; its parent must exist.
fn set(document: &mut Value, pointer: &str, value: Value) {
    let (parent, key) = pointer.rsplit_once('/').expect("a pointer");
    match document.pointer_mut(parent) {
        Some(Value::Object(fields)) => {
            fields.insert(key.to_owned(), value);
        }
        Some(Value::Array(items)) => items[key.parse::<usize>().expect("an index")] = value,
        other => panic!("{pointer}: {other:?}"),
    }
}

type Edit<'e> = (&'e str, Value, &'e [(&'e str, Value)]);

/// What each edit of a network leads to.
fn edited(cases: &[Edit<'_>]) -> String {
    let mut out = String::new();
    for (what, document, edits) in cases {
        let mut document = document.clone();
        for (pointer, value) in *edits {
            set(&mut document, pointer, value.clone());
        }
        out.push_str(&format!("=== {what}: {}\n", told(what, &format!("{document:#}")).lines()));
    }
    out
}

#[test]
fn references_that_lead_nowhere() {
    let service = "/services/0/networkConfiguration/awsvpcConfiguration";
    let said = edited(&[
        ("nothing changed", endpoints(), &[]),
        ("a route to a NAT gateway that is gone", nat(), &[("/NatGateways", json!([]))]),
        ("a route to an internet gateway that is gone", nat(), &[("/InternetGateways", json!([]))]),
        (
            "a route to an endpoint that is gone",
            endpoints(),
            &[("/RouteTables/1/Routes/1/GatewayId", json!("vpce-gone"))],
        ),
        (
            "a route to a peering that is gone",
            nat(),
            &[(
                "/RouteTables/2/Routes/1",
                json!({"DestinationCidrBlock": "0.0.0.0/0", "VpcPeeringConnectionId": "pcx-gone"}),
            )],
        ),
        (
            "a route to a list that is gone",
            endpoints(),
            &[("/RouteTables/1/Routes/1/DestinationPrefixListId", json!("pl-gone"))],
        ),
        ("a NAT gateway's subnet", nat(), &[("/NatGateways/0/SubnetId", json!("subnet-gone"))]),
        ("a NAT gateway's VPC", nat(), &[("/NatGateways/0/VpcId", json!("vpc-gone"))]),
        ("a subnet's VPC", endpoints(), &[("/Subnets/0/VpcId", json!("vpc-gone"))]),
        ("every VPC", endpoints(), &[("/Vpcs", json!([]))]),
        ("a table's VPC", endpoints(), &[("/RouteTables/1/VpcId", json!("vpc-gone"))]),
        ("a table's subnet", endpoints(), &[("/RouteTables/1/Associations/0/SubnetId", json!("subnet-gone"))]),
        ("a NACL's subnet", endpoints(), &[("/NetworkAcls/0/Associations/0/SubnetId", json!("subnet-gone"))]),
        (
            "a group's group",
            endpoints(),
            &[
                ("/SecurityGroups/1/IpPermissions/0/IpRanges", json!([])),
                ("/SecurityGroups/1/IpPermissions/0/UserIdGroupPairs", json!([{"GroupId": "sg-gone"}])),
            ],
        ),
        (
            "a group's prefix list",
            endpoints(),
            &[
                ("/SecurityGroups/2/IpPermissionsEgress/0/IpRanges", json!([])),
                ("/SecurityGroups/2/IpPermissionsEgress/0/PrefixListIds", json!([{"PrefixListId": "pl-gone"}])),
            ],
        ),
        ("a service's subnet", endpoints(), &[(&format!("{service}/subnets"), json!(["subnet-gone"]))]),
        ("one of a service's subnets", nat(), &[(&format!("{service}/subnets/0"), json!("subnet-gone"))]),
        ("a service's group", endpoints(), &[(&format!("{service}/securityGroups"), json!(["sg-gone"]))]),
        (
            "a service's task definition",
            endpoints(),
            &[("/services/0/taskDefinition", json!("arn:aws:ecs:us-east-1:123456789012:task-definition/gone:1"))],
        ),
        (
            "a service's cluster",
            endpoints(),
            &[("/services/0/clusterArn", json!("arn:aws:ecs:us-east-1:123456789012:cluster/gone"))],
        ),
        ("a service's target group", balanced(), &[("/TargetGroups", json!([]))]),
        ("a listener's load balancer", balanced(), &[("/LoadBalancers", json!([]))]),
        (
            "a load balancer's subnet",
            balanced(),
            &[("/LoadBalancers/0/AvailabilityZones/0/SubnetId", json!("subnet-gone"))],
        ),
        ("a load balancer's group", balanced(), &[("/LoadBalancers/0/SecurityGroups", json!(["sg-gone"]))]),
        ("an endpoint's subnet", endpoints(), &[("/VpcEndpoints/0/SubnetIds", json!(["subnet-gone"]))]),
        ("an endpoint's group", endpoints(), &[("/VpcEndpoints/0/Groups", json!([{"GroupId": "sg-gone"}]))]),
        ("an endpoint's interface", endpoints(), &[("/VpcEndpoints/0/NetworkInterfaceIds", json!(["eni-gone"]))]),
        ("an endpoint's VPC", endpoints(), &[("/VpcEndpoints/0/VpcId", json!("vpc-gone"))]),
        ("an endpoint's table", endpoints(), &[("/VpcEndpoints/3/RouteTableIds", json!(["rtb-gone"]))]),
        ("an interface's subnet", endpoints(), &[("/NetworkInterfaces/0/SubnetId", json!("subnet-gone"))]),
        ("an interface's group", endpoints(), &[("/NetworkInterfaces/0/Groups", json!([{"GroupId": "sg-gone"}]))]),
        ("DHCP options", endpoints(), &[("/DhcpOptions", json!([]))]),
        ("an internet gateway's VPC", nat(), &[("/InternetGateways/0/Attachments/0/VpcId", json!("vpc-gone"))]),
    ]);
    insta::assert_snapshot!(said);
}

/// No key may be absent and a fault appear that was not there: absent means not known.
#[test]
fn each_key_absent_in_turn() {
    let mut said = String::new();
    for (name, whole) in [("broken", broken()), ("endpoints", endpoints()), ("nat", nat()), ("balanced", balanced())] {
        let before = told(name, &whole.to_string());
        // A blocker is explained by another rule where the most specific one can't be judged.
        let errors = |told: &Told| told.findings.iter().filter(|one| one.starts_with("error")).count();
        for key in whole.as_object().expect("an object").keys() {
            let mut document = whole.clone();
            document.as_object_mut().expect("an object").remove(key);
            let what = format!("{name} without {key}");
            let after = told(&what, &document.to_string());
            assert!(errors(&after) <= errors(&before), "{what}: {} {}", before.lines(), after.lines());
            said.push_str(&format!("=== {what}: exit {}\n", after.code));
            let added = after.findings.iter().filter(|one| !before.findings.contains(one));
            added.for_each(|one| said.push_str(&format!("  + {one}\n")));
            let lost = before.findings.iter().filter(|one| !after.findings.contains(one));
            lost.for_each(|one| said.push_str(&format!("  - {one}\n")));
            let fresh = after.not_checked.iter().filter(|one| !before.not_checked.contains(one));
            fresh.for_each(|one| said.push_str(&format!("  ? {one}\n")));
        }
    }
    insta::assert_snapshot!(said);
}

#[test]
fn the_same_resource_twice() {
    for key in [
        "Vpcs",
        "Subnets",
        "RouteTables",
        "SecurityGroups",
        "NetworkAcls",
        "VpcEndpoints",
        "NetworkInterfaces",
        "services",
        "taskDefinitions",
        "PrefixLists",
        "FlowLogs",
    ] {
        let whole = endpoints();
        let before = told("once", &whole.to_string());
        let mut document = whole.clone();
        let list = document[key].as_array_mut().expect("a list");
        let copy = list[0].clone();
        list.push(copy);
        let after = told(&format!("alike {key}"), &document.to_string());
        assert_eq!(after.lines(), before.lines(), "{key}, alike");
        let list = document[key].as_array_mut().expect("a list");
        let last = list.last_mut().expect("an element").as_object_mut().expect("an object");
        last.insert("Note".into(), json!(1));
        let after = told(&format!("different {key}"), &document.to_string());
        assert_eq!(after.findings, before.findings, "{key}, different");
        let said = after.not_checked.iter().filter(|one| one.contains("described twice")).count();
        assert_eq!(said, 1, "{key}, different: {}", after.lines());
    }
}

#[test]
fn circles_end() {
    let subnet = |n: usize| json!({"SubnetId": format!("subnet-{n}"), "VpcId": "vpc-1", "CidrBlock": format!("10.0.{n}.0/24"), "AvailabilityZone": "us-east-1a"});
    let table = |n: usize, nat: usize| {
        json!({"RouteTableId": format!("rtb-{n}"), "VpcId": "vpc-1",
            "Associations": [{"SubnetId": format!("subnet-{n}"), "Main": false}],
            "Routes": [{"DestinationCidrBlock": "10.0.0.0/16", "GatewayId": "local"},
                {"DestinationCidrBlock": "0.0.0.0/0", "NatGatewayId": format!("nat-{nat}"), "State": "active"}]})
    };
    let gateway = |n: usize| json!({"NatGatewayId": format!("nat-{n}"), "SubnetId": format!("subnet-{n}"), "VpcId": "vpc-1", "State": "available"});
    let group = |n: usize, other: usize| {
        let all = json!([{"IpProtocol": "-1", "UserIdGroupPairs": [{"GroupId": format!("sg-{other}")}]}]);
        json!({"GroupId": format!("sg-{n}"), "GroupName": "x", "VpcId": "vpc-1", "IpPermissions": all, "IpPermissionsEgress": all})
    };
    let network = |tables: Vec<Value>| {
        json!({
            "Vpcs": [{"VpcId": "vpc-1", "CidrBlock": "10.0.0.0/16"}],
            "Subnets": [subnet(1), subnet(2), subnet(3)], "RouteTables": tables,
            "NatGateways": [gateway(1), gateway(2)], "InternetGateways": [], "VpcEndpoints": [],
            "SecurityGroups": [group(1, 2), group(2, 3), group(3, 1)],
            "NetworkAcls": [], "VpcPeeringConnections": [], "PrefixLists": [],
            "services": [{"serviceName": "web", "serviceArn": "arn:aws:ecs:us-east-1:123456789012:service/a/web", "launchType": "FARGATE",
                "networkConfiguration": {"awsvpcConfiguration": {"subnets": ["subnet-3"], "securityGroups": ["sg-1"]}}}],
        })
    };
    let peering = json!([{"VpcPeeringConnectionId": "pcx-1", "Status": {"Code": "active"}, "RequesterVpcInfo": {"VpcId": "vpc-1"}, "AccepterVpcInfo": {"VpcId": "vpc-1"}}]);
    let own = vec![table(1, 1), table(2, 2), table(3, 1)];
    let said = edited(&[
        ("a NAT gateway behind itself", network(own.clone()), &[]),
        ("two NAT gateways behind each other", network(vec![table(1, 2), table(2, 1), table(3, 1)]), &[]),
        (
            "a peering with itself",
            network(own),
            &[
                ("/VpcPeeringConnections", peering),
                (
                    "/RouteTables/2/Routes/1",
                    json!({"DestinationCidrBlock": "0.0.0.0/0", "VpcPeeringConnectionId": "pcx-1"}),
                ),
            ],
        ),
    ]);
    insta::assert_snapshot!(said);
}

#[test]
fn odd_values() {
    let service = "/services/0/networkConfiguration/awsvpcConfiguration";
    let port = |from: Value, to: Value| {
        [("/SecurityGroups/1/IpPermissions/0/FromPort", from), ("/SecurityGroups/1/IpPermissions/0/ToPort", to)]
    };
    let said = edited(&[
        ("host bits of a VPC", endpoints(), &[("/Vpcs/0/CidrBlock", json!("10.0.3.4/16"))]),
        ("host bits of a subnet", endpoints(), &[("/Subnets/0/CidrBlock", json!("10.0.10.7/24"))]),
        ("host bits of a route", nat(), &[("/RouteTables/1/Routes/0/DestinationCidrBlock", json!("10.0.255.1/16"))]),
        ("a subnet outside its VPC", endpoints(), &[("/Subnets/0/CidrBlock", json!("192.168.0.0/24"))]),
        ("a subnet without a block", endpoints(), &[("/Subnets/0/CidrBlock", json!(""))]),
        ("a subnet that is the internet", endpoints(), &[("/Subnets/0/CidrBlock", json!("0.0.0.0/0"))]),
        ("a subnet of one address", endpoints(), &[("/Subnets/0/CidrBlock", json!("10.0.10.7/32"))]),
        ("ports -1", endpoints(), &port(json!(-1), json!(-1))),
        ("ports above 65535", endpoints(), &port(json!(70_000), json!(80_000))),
        ("the largest ports", endpoints(), &port(json!(i64::MIN), json!(i64::MAX))),
        ("ports the wrong way round", endpoints(), &port(json!(444), json!(443))),
        (
            "a NACL's ports the wrong way round",
            endpoints(),
            &[
                ("/NetworkAcls/0/Entries/0/Protocol", json!("6")),
                ("/NetworkAcls/0/Entries/0/PortRange", json!({"From": 9, "To": 1})),
            ],
        ),
        (
            "a NACL's ports above 65535",
            endpoints(),
            &[
                ("/NetworkAcls/0/Entries/0/Protocol", json!("6")),
                ("/NetworkAcls/0/Entries/0/PortRange", json!({"From": 70_000, "To": 80_000})),
            ],
        ),
        (
            "an ICMP entry",
            endpoints(),
            &[(
                "/NetworkAcls/0/Entries/0",
                json!({"RuleNumber": 100, "Protocol": "1", "RuleAction": "allow", "Egress": false, "CidrBlock": "0.0.0.0/0", "IcmpTypeCode": {"Type": -1, "Code": -1}}),
            )],
        ),
        ("a rule number below 0", endpoints(), &[("/NetworkAcls/0/Entries/0/RuleNumber", json!(i64::MIN))]),
        ("an unknown action", endpoints(), &[("/NetworkAcls/0/Entries/0/RuleAction", json!("maybe"))]),
        ("an unknown protocol of a NACL", endpoints(), &[("/NetworkAcls/0/Entries/0/Protocol", json!("quic"))]),
        (
            "an unknown protocol of a group",
            endpoints(),
            &[("/SecurityGroups/1/IpPermissions/0/IpProtocol", json!("quic"))],
        ),
        ("a protocol by its number", endpoints(), &[("/SecurityGroups/1/IpPermissions/0/IpProtocol", json!("6"))]),
        ("a protocol in capitals", endpoints(), &[("/SecurityGroups/1/IpPermissions/0/IpProtocol", json!("TCP"))]),
        ("a protocol above 255", endpoints(), &[("/SecurityGroups/1/IpPermissions/0/IpProtocol", json!("4096"))]),
        ("an unknown state of a NAT gateway", nat(), &[("/NatGateways/0/State", json!("resting"))]),
        ("an unknown state of an endpoint", endpoints(), &[("/VpcEndpoints/0/State", json!("Resting"))]),
        ("an unknown state of a route", endpoints(), &[("/RouteTables/1/Routes/1/State", json!("resting"))]),
        ("an unknown type of an endpoint", endpoints(), &[("/VpcEndpoints/0/VpcEndpointType", json!("Wormhole"))]),
        ("an unknown kind of public IP", endpoints(), &[(&format!("{service}/assignPublicIp"), json!("PERHAPS"))]),
        ("an unknown launch type", endpoints(), &[("/services/0/launchType", json!("MAINFRAME"))]),
        ("an unknown platform", endpoints(), &[("/services/0/platformVersion", json!("99.99.99"))]),
        ("an image that is none", endpoints(), &[("/taskDefinitions/0/containerDefinitions/0/image", json!("://@:"))]),
        ("a policy that is no JSON", endpoints(), &[("/VpcEndpoints/0/PolicyDocument", json!("{\"Statement\": [{"))]),
        ("a policy of nothing", endpoints(), &[("/VpcEndpoints/0/PolicyDocument", json!("[]"))]),
        ("a policy that is deep", endpoints(), &[("/VpcEndpoints/0/PolicyDocument", json!("[".repeat(10_000)))]),
        (
            "elements without ids",
            endpoints(),
            &[("/Subnets/0/SubnetId", Value::Null), ("/RouteTables/0/RouteTableId", Value::Null)],
        ),
        ("empty ids", endpoints(), &[("/Subnets/0/SubnetId", json!("")), ("/SecurityGroups/0/GroupId", json!(""))]),
        ("a desired count below 0", endpoints(), &[("/services/0/desiredCount", json!(i64::MIN))]),
        ("a page token", endpoints(), &[("/NextToken", json!("eyJ2IjoxfQ=="))]),
        ("a page token that is null", endpoints(), &[("/NextToken", Value::Null)]),
        (
            "a call that was denied",
            endpoints(),
            &[("/fargcheck/notCollected", json!([{"call": "ec2:DescribeNetworkAcls", "reason": "denied"}]))],
        ),
    ]);
    insta::assert_snapshot!(said);
}

/// Lists of `{}` and lists of nothing.
#[test]
fn elements_that_say_nothing() {
    let keys: Vec<String> =
        broken().as_object().expect("an object").keys().filter(|key| *key != "fargcheck").cloned().collect();
    let all = |value: Value| Value::Object(keys.iter().map(|key| (key.clone(), value.clone())).collect::<Map<_, _>>());
    let mut said = String::new();
    for (what, value) in [("nothing in any list", json!([])), ("{} in every list", json!([{}]))] {
        let document = all(value);
        said.push_str(&format!("=== {what}: {}\n", told(what, &document.to_string()).lines()));
    }
    for (name, whole) in [("broken", broken()), ("endpoints", endpoints()), ("balanced", balanced())] {
        let before = told(name, &whole.to_string());
        for key in &keys {
            // One more that says nothing accuses nobody: it may be the very one that something refers to, and it is said.
            let mut document = whole.clone();
            if let Some(list) = document[key].as_array_mut() {
                list.push(json!({}));
                let after = told(&format!("{name} and one {key}"), &document.to_string());
                let errors = |told: &Told| told.findings.iter().filter(|one| one.starts_with("error")).count();
                assert!(errors(&after) <= errors(&before), "{name} and one {key}: {}", after.lines());
                let said = after.not_checked.iter().any(|one| one.starts_with(&format!("{key}[")));
                assert!(said || key == "ManagedPrefixLists", "{name} and one {key}: {}", after.lines());
            }
            document[key] = json!([]);
            told(&format!("{name}, no {key}"), &document.to_string());
            document[key] = json!([{}]);
            told(&format!("{name}, an odd {key}"), &document.to_string());
        }
    }
    insta::assert_snapshot!(said);
}

/// Parts of an account, as `--vpc` or a hand leave them.
#[test]
fn parts_of_a_network() {
    let whole = endpoints();
    let only = |keys: &[&str]| Value::Object(keys.iter().map(|key| ((*key).to_owned(), whole[*key].clone())).collect());
    let mut said = String::new();
    for keys in [
        &["Vpcs"][..],
        &["Subnets"],
        &["Subnets", "Vpcs"],
        &["RouteTables"],
        &["SecurityGroups"],
        &["NatGateways"],
        &["services"],
        &["services", "taskDefinitions"],
        &["services", "taskDefinitions", "Subnets", "Vpcs"],
        &["services", "taskDefinitions", "Subnets", "Vpcs", "RouteTables", "SecurityGroups"],
        &["fargcheck"],
    ] {
        let what = keys.join(", ");
        said.push_str(&format!("=== {what}: {}\n", told(&what, &only(keys).to_string()).lines()));
    }
    insta::assert_snapshot!(said);
}

#[test]
fn hostile_text_does_not_reach_the_terminal() {
    let hostile = "\u{1b}[2J\u{1b}]0;x\u{7}\u{9b}31m\u{202e}evil\u{2066}\u{200b}\r\n\t\u{0}<b>|`*";
    // In every name and description, and in every id, consistently.
    for field in ["Name", "id"] {
        let mut document = broken();
        spoil(&mut document, field, hostile);
        let text = document.to_string();
        for raw in [text.clone(), text.replace("\\u001b", "\\u001B").replace('\u{202e}', "\\u202e")] {
            let scratch = Scratch::new("hostile").with("x.json", &raw);
            for format in ["human", "table", "github", "json", "sarif"] {
                for more in [&[][..], &["-v"], &["-q"]] {
                    let run = scratch.run(&[&["lint", "x.json", "--format", format], more].concat());
                    assert_eq!(run.code, 1, "{field} {format}: {run:#?}");
                    assert!(!harmful(&run.out) && !harmful(&run.err), "{field} {format}: {:?}", run.out);
                }
            }
            for arguments in [
                &["facts", "x.json"][..],
                &["trace", "x.json", "--from", "backend", "--to", "s3"],
                &["trace", "x.json", "--from", hostile, "--to", "s3"],
                &["lint", "x.json", "--select", hostile],
                &["lint", "x.json", "--needs", hostile, "--subnet", hostile],
                &["explain", hostile],
            ] {
                // An argument can't hold a zero.
                let arguments: Vec<String> = arguments.iter().map(|one| one.replace('\0', "")).collect();
                let run = scratch.run(&arguments.iter().map(String::as_str).collect::<Vec<_>>());
                assert!((0..=3).contains(&run.code), "{arguments:?}: {run:#?}");
                assert!(!harmful(&run.out) && !harmful(&run.err), "{arguments:?}: {:?} {:?}", run.out, run.err);
            }
        }
    }
}

/// Adds a text to every name, or to every id and all that refers to it.
fn spoil(value: &mut Value, field: &str, with: &str) {
    match value {
        Value::Array(items) => items.iter_mut().for_each(|item| spoil(item, field, with)),
        Value::Object(fields) => {
            for (name, inner) in fields.iter_mut() {
                let wanted = match field {
                    "Name" => ["Value", "Description", "GroupName", "LoadBalancerName"].contains(&name.as_str()),
                    _ => (name.ends_with("Id") || name.ends_with("Arn")) && inner != "local",
                };
                match inner {
                    Value::String(text) if wanted => text.push_str(with),
                    // Subnets and groups of a service, of a load balancer, …
                    Value::Array(items) if field == "id" => items.iter_mut().for_each(|item| match item {
                        Value::String(text) if text.starts_with("subnet-") || text.starts_with("sg-") => {
                            text.push_str(with)
                        }
                        other => spoil(other, field, with),
                    }),
                    other => spoil(other, field, with),
                }
            }
        }
        _ => {}
    }
}

#[test]
fn one_line_says_the_same() {
    let document = broken();
    let indented = told("indented", &format!("{document:#}"));
    let minified = told("minified", &document.to_string());
    assert_eq!(minified.lines(), indented.lines());
    let scratch = Scratch::new("one-line").with("x.json", &document.to_string());
    let run = scratch.run(&["lint", "x.json"]);
    let widest = run.out.lines().map(|line| line.chars().count()).max();
    // Commands are never broken.
    let commands = |line: &&str| line.trim_start().starts_with("aws ");
    let widest_text = run.out.lines().filter(|line| !commands(line)).map(|line| line.chars().count()).max();
    assert!(widest_text <= Some(120), "{widest_text:?} {widest:?}\n{}", run.out);
    assert!(run.out.contains("\"NatGatewayId\": \"nat-f3083296960d4449d\""), "{}", run.out);
    assert!(run.out.contains("the NAT gateway") && run.out.contains("it is shown indented"), "{}", run.out);
}

/// The whole way in one process; none where the input is refused.
fn judged(text: &str) -> Option<(Judgement, u8)> {
    let mut sources = Sources::default();
    let source = sources.add(Source::new("x.json", text.to_owned()));
    let snapshot = input::parse(&[InputFile { source, argument: 0, place: None }], &sources).map_err(|error| {
        assert!(!error.to_string().is_empty() && !error.help().is_empty());
        error.labels().iter().for_each(|(place, _)| drop(sources.resolve(place)));
    });
    let snapshot = snapshot.ok()?;
    let network = network::resolve(&snapshot, &[]).ok()?;
    let all: Vec<&Rule> = CATALOGUE.rules().iter().collect();
    let selected = all.iter().map(|rule| rule.id().to_owned()).collect();
    let judgement =
        judge(&Model::new(&network), &Choice { all: all.clone(), selected, severities: Default::default() });
    let rules: Vec<RuleInfo> = all
        .iter()
        .map(|rule| RuleInfo {
            id: rule.id().into(),
            title: rule.file().title.clone(),
            severity: rule.file().severity,
            why: String::new(),
            help_uri: String::new(),
        })
        .collect();
    for (quiet, verbose) in [(false, false), (false, true)] {
        let input = report::Input {
            sources: &sources,
            judgement: &judgement,
            inputs: vec!["x.json".into()],
            version: "0",
            rules: &rules,
            fail_on: Some(Severity::Error),
            quiet,
            verbose,
        };
        for format in Format::ALL {
            let mut out = Vec::new();
            report::render(format, &input, &Style::PLAIN, &mut out).expect("memory can be written");
            let text = String::from_utf8(out).expect("a report is UTF-8");
            assert!(!harmful(&text), "{format}");
            if matches!(format, Format::Json | Format::Sarif) {
                assert!(serde_json::from_str::<Value>(&text).is_ok(), "{format}");
            }
        }
    }
    let errors = judgement.findings.iter().any(|finding| finding.severity == Severity::Error);
    let code = if errors {
        1
    } else if judgement.not_checked.iter().any(|one| one.incomplete) {
        3
    } else {
        0
    };
    Some((judgement, code))
}

/// One change of a document: which of its nodes, what happens to it, and a number to choose by.
type Change = (usize, u8, usize);

/// The pointers of every node below the top.
fn nodes(value: &Value, at: &mut Vec<String>, found: &mut Vec<Vec<String>>) {
    let mut each = |key: String, inner: &Value| {
        at.push(key);
        found.push(at.clone());
        nodes(inner, at, found);
        at.pop();
    };
    match value {
        Value::Object(fields) => fields.iter().for_each(|(key, inner)| each(key.clone(), inner)),
        Value::Array(items) => items.iter().enumerate().for_each(|(index, inner)| each(index.to_string(), inner)),
        _ => {}
    }
}

fn parent<'v>(document: &'v mut Value, path: &[String]) -> Option<&'v mut Value> {
    path.iter().try_fold(document, |value, key| match value {
        Value::Object(fields) => fields.get_mut(key),
        Value::Array(items) => items.get_mut(key.parse::<usize>().ok()?),
        _ => None,
    })
}

fn change(document: &mut Value, (node, kind, choice): Change) {
    let mut paths = Vec::new();
    nodes(document, &mut Vec::new(), &mut paths);
    if paths.is_empty() {
        return;
    }
    let path = &paths[node % paths.len()];
    let other = paths[choice % paths.len()].clone();
    let copy = parent(document, &other).cloned();
    let (key, above) = path.split_last().expect("below the top");
    let Some(above) = parent(document, above) else { return };
    let odd = [
        json!(null),
        json!(-1),
        json!(0),
        json!(65_536),
        json!(i64::MAX),
        json!(i64::MIN),
        json!(u64::MAX),
        json!(1.5),
        json!(1e300),
        json!(true),
        json!(false),
        json!(""),
        json!("x"),
        json!("0.0.0.0/0"),
        json!("::/0"),
        json!("10.0.0.0/31"),
        json!("255.255.255.255/32"),
        json!("local"),
        json!("-1"),
        json!("\u{1b}[31m\u{202e}é"),
        json!([]),
        json!({}),
        json!([{}]),
        json!([null]),
        json!("deleted"),
        json!("default"),
        json!("available"),
        json!("blackhole"),
        json!("ENABLED"),
        json!("arn:aws:ecs:::"),
        json!("com.amazonaws.us-east-1.s3"),
    ];
    match (above, kind % 6) {
        (Value::Object(fields), 0) => drop(fields.remove(key)),
        (Value::Array(items), 0) => drop(items.remove(key.parse().expect("an index"))),
        (Value::Array(items), 1) => {
            let copy = items[key.parse::<usize>().expect("an index")].clone();
            items.push(copy);
        }
        (Value::Array(items), 2) => items.reverse(),
        // Another node's value, most often of the wrong type.
        (Value::Object(fields), 3) => drop(fields.insert(key.clone(), copy.unwrap_or_default())),
        (Value::Array(items), 3) => items[key.parse::<usize>().expect("an index")] = copy.unwrap_or_default(),
        // Another odd string where a string stood: what keeps the type goes on into the judgement.
        (Value::Object(fields), 4) if fields[key].is_string() => {
            let strings: Vec<&Value> = odd.iter().filter(|value| value.is_string()).collect();
            fields.insert(key.clone(), strings[choice % strings.len()].clone());
        }
        (Value::Object(fields), 4) if fields[key].is_number() => {
            let numbers: Vec<&Value> = odd.iter().filter(|value| value.is_i64()).collect();
            fields.insert(key.clone(), numbers[choice % numbers.len()].clone());
        }
        (Value::Object(fields), _) => drop(fields.insert(key.clone(), odd[choice % odd.len()].clone())),
        (Value::Array(items), _) => items[key.parse::<usize>().expect("an index")] = odd[choice % odd.len()].clone(),
        _ => {}
    }
}

fn cases(number: u32) -> ProptestConfig {
    // `PROPTEST_CASES` asks for more.
    let number = std::env::var("PROPTEST_CASES").ok().and_then(|text| text.parse().ok()).unwrap_or(number);
    ProptestConfig { cases: number, failure_persistence: None, ..ProptestConfig::default() }
}

static NETWORKS: LazyLock<[Value; 4]> = LazyLock::new(|| [broken(), endpoints(), nat(), balanced()]);

proptest! {
    #![proptest_config(cases(150))]

    /// Whatever happens to a snapshot, it is judged or refused.
    #[test]
    fn a_changed_network_is_judged_or_refused(
        which in 0usize..4,
        changes in prop::collection::vec((any::<usize>(), any::<u8>(), any::<usize>()), 1..8),
        indented in any::<bool>(),
    ) {
        let mut document = NETWORKS[which].clone();
        changes.into_iter().for_each(|one| change(&mut document, one));
        judged(&if indented { format!("{document:#}") } else { document.to_string() });
    }

    /// The same for bytes that are lost, doubled or changed.
    #[test]
    fn a_changed_text_is_judged_or_refused(
        which in 0usize..4,
        changes in prop::collection::vec((any::<usize>(), 0u8..3, "[\\[\\]{},:\"\\\\0-9a-z \u{e9}\u{feff}]"), 1..6),
    ) {
        let mut text: Vec<char> = NETWORKS[which].to_string().chars().collect();
        for (at, kind, with) in changes {
            let at = at % text.len();
            match kind {
                0 => drop(text.remove(at)),
                1 => with.chars().for_each(|one| text.insert(at, one)),
                _ => text.truncate(at.max(1)),
            }
        }
        judged(&text.into_iter().collect::<String>());
    }
}

#[test]
fn what_is_not_changed_is_judged_in_process_as_by_the_binary() {
    for network in NETWORKS.iter() {
        let text = network.to_string();
        let (judgement, code) = judged(&text).expect("a network");
        let told = told("by both", &text);
        assert_eq!(i32::from(code), told.code);
        let rules: BTreeSet<&str> = judgement.findings.iter().map(|finding| finding.rule.as_str()).collect();
        assert_eq!(
            rules.len(),
            told.findings.iter().filter_map(|one| one.split(' ').nth(1)).collect::<BTreeSet<_>>().len()
        );
    }
}

/// A list of which a call got only a part: what is not in it may well exist.
#[test]
fn a_list_with_holes_proves_nothing_gone() {
    let failed = |call: &str| json!([{"call": call, "reason": "failed (timed out)"}]);
    let account = |call: &str| json!({"account": "123456789012", "region": "us-east-1", "notCollected": failed(call)});
    let said = edited(&[
        (
            "NAT gateways after the first page",
            nat(),
            &[("/NatGateways", json!([])), ("/fargcheck", account("ec2:DescribeNatGateways"))],
        ),
        (
            "services of another cluster",
            endpoints(),
            &[("/services", json!([])), ("/fargcheck", account("ecs:DescribeServices"))],
        ),
        (
            "listeners of one load balancer",
            balanced(),
            &[("/Listeners", json!([])), ("/fargcheck", account("elasticloadbalancing:DescribeLoadBalancers"))],
        ),
    ]);
    assert!(!said.contains("  error"), "{said}");
    insta::assert_snapshot!(said);
}
