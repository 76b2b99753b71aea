//! What findings advise: the command that mends this very network, and none that would break another part of it.

#[path = "helps/between.rs"]
mod between;
mod cli_support;
#[path = "helps/rows.rs"]
mod rows;

use cli_support::Scratch;
use rows::ROWS;
use serde_json::{Value, json};
use std::fs;
use std::path::Path;

fn fixture(name: &str) -> Value {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("fixtures/{name}.json"));
    let text = fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    serde_json::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// The help of a rule's finding about a network; empty where it has none. What its tasks need besides what it says, as the
/// fixtures of rules write it, is declared.
fn help(network: &Value, rule: &str) -> String {
    let needs = &network["fixture"]["needs"];
    let declared = match needs.is_array() {
        true => format!("[[workload]]\nservice = {}\nneeds = {needs}\n", network["services"][0]["serviceName"]),
        false => String::new(),
    };
    let scratch = Scratch::new("helps").with("fargcheck.toml", &declared).with("x.json", &network.to_string());
    let run = scratch.run(&["lint", "x.json", "--format", "json"]);
    let findings = run.json()["findings"].as_array().cloned().unwrap_or_default();
    let found = findings.iter().find(|finding| finding["rule"] == rule);
    found.and_then(|finding| finding["help"].as_str()).unwrap_or_default().to_owned()
}

#[test]
fn helps_fit_the_network() {
    let mut complaints = Vec::new();
    for row in ROWS.iter().chain(between::ROWS) {
        let (rule, name) = row.fixture;
        let mut network = fixture(&format!("rules/{rule}/{name}"));
        (row.plant)(&mut network);
        let help = help(&network, row.rule);
        let lacks = row.says.iter().filter(|text| !help.contains(**text)).map(|text| format!("lacks {text:?}"));
        let wrong = row.never.iter().filter(|text| help.contains(**text)).map(|text| format!("says {text:?}"));
        complaints.extend(lacks.chain(wrong).map(|complaint| format!("{}: {complaint} in\n{help}", row.name)));
    }
    assert!(complaints.is_empty(), "{}", complaints.join("\n\n"));
}

/// A template doesn't say where it will be deployed.
#[test]
fn a_region_that_is_not_known_is_left_to_fill_in() {
    let template = "fixtures/cloudformation/cdk/isolated-without-s3-gateway.template.json";
    let run = cli_support::run_with(Path::new(env!("CARGO_MANIFEST_DIR")), &["lint", template], "");
    assert!(run.out.contains("--service-name com.amazonaws.<region>.s3 "), "{run:#?}");
}

/// Of two services of a namespace one calls the other; which of several does is nowhere written, and not all of them need
/// to be let in.
#[test]
fn of_several_that_may_call_a_service_the_one_that_does_is_left_to_fill_in() {
    const RULE: &str = "sg/destination-ingress";
    let mut network = fixture("near-misses/service-connect-front-end");
    network["SecurityGroups"][3]["IpPermissions"] = json!([]);
    let two = help(&network, RULE);
    assert!(two.contains("--source-group sg-0dc2974ad1d8fc7ac"), "{two}");
    for number in 0..5 {
        let mut service = network["services"][0].clone();
        service["serviceName"] = json!(format!("worker-{number}"));
        service["serviceArn"] = json!(format!("{}-worker-{number}", service["serviceArn"].as_str().expect("an ARN")));
        service["loadBalancers"] = json!([]);
        network["services"].as_array_mut().expect("a list").push(service);
    }
    let many = help(&network, RULE);
    assert_eq!(many.matches("authorize-security-group-ingress").count(), 1, "{many}");
    assert!(many.contains("--source-group <group-of-a-service-that-calls-it>"), "{many}");
}

/// Tasks without IPv4 are let out by IPv6.
#[test]
fn what_has_ipv6_alone_is_let_out_by_ipv6() {
    const RULE: &str = "sg/all-outbound";
    let mut network = fixture("near-misses/ipv6-only-subnet");
    let mut let_out = |permission: Value| {
        network["SecurityGroups"][1]["IpPermissionsEgress"] = json!([permission]);
        help(&network, RULE)
    };
    assert_eq!(let_out(json!({ "IpProtocol": "-1", "Ipv6Ranges": [{ "CidrIpv6": "::/0" }] })), "");
    let web = json!({ "IpProtocol": "tcp", "FromPort": 443, "ToPort": 443, "Ipv6Ranges": [{ "CidrIpv6": "::/0" }] });
    let narrow = let_out(web);
    assert!(narrow.contains("Ipv6Ranges=[{CidrIpv6=::/0}]") && !narrow.contains("0.0.0.0/0"), "{narrow}");
}

/// What its owner alone may make in a VPC, and alone sees of it, is not asked of an account that it is shared with.
#[test]
fn a_participant_is_not_advised_what_the_owner_alone_may_do() {
    for rule in ["vpc/flow-logs", "cost/s3-through-nat", "cost/endpoints-or-nat"] {
        let mut network = fixture(&format!("rules/{rule}/fail"));
        assert_ne!(help(&network, rule), "", "{rule}");
        for list in ["Vpcs", "Subnets"] {
            for element in network[list].as_array_mut().expect("a list") {
                element["OwnerId"] = json!("210987654321");
            }
        }
        assert_eq!(help(&network, rule), "", "{rule}");
    }
}
