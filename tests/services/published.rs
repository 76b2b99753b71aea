//! The addresses that AWS publishes.

use super::network::*;
use crate::cli_support::Scratch;
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// An excerpt in the form of AWS's document, made by hand.
fn published() -> Value {
    let range = |prefix: &str, region: &str, service: &str| json!({ "ip_prefix": prefix, "region": region, "service": service, "network_border_group": region });
    json!({
        "syncToken": "1767225600",
        "createDate": "2026-01-01-00-00-00",
        "prefixes": [
            range("52.94.0.0/22", "us-east-1", "AMAZON"),
            range("52.216.0.0/15", "us-east-1", "AMAZON"),
            range("52.216.0.0/15", "us-east-1", "S3"),
            range("52.93.0.0/16", "eu-west-1", "AMAZON"),
            range("3.5.64.0/21", "eu-west-1", "S3"),
        ],
        "ipv6_prefixes": [
            { "ipv6_prefix": "2600:1f00::/24", "region": "us-east-1", "service": "AMAZON", "network_border_group": "us-east-1" },
        ],
    })
}

/// Goes out through the NAT gateway, with a group that lets out to some addresses alone, and no endpoint for logs.
fn narrow(blocks: &[&str]) -> Vec<Change> {
    let ranges: Vec<Value> = blocks.iter().map(|block| json!({ "CidrIp": block })).collect();
    vec![
        through_nat(),
        ("/VpcEndpoints/3", network()["VpcEndpoints"][2].clone()),
        ("/SecurityGroups/0/IpPermissionsEgress", json!([{ "IpProtocol": "-1", "IpRanges": ranges }])),
    ]
}

#[test]
fn addresses_that_aws_publishes_decide_what_is_open_without_them() {
    const OPEN: &[(&str, &str)] = &[("logs", "unknown")];
    const BLOCKED: &[(&str, &str)] = &[("logs", "blocked")];
    let vpc_and_s3 = ["10.0.0.0/16", "52.216.0.0/15"];
    let by_route = |block: &str| {
        let mut changes = narrow(&["0.0.0.0/0"]);
        changes[0].1["DestinationCidrBlock"] = block.into();
        changes
    };
    let rows = |with: bool| {
        let no_endpoint: &[&str] = if with { &["endpoint/logs"] } else { &[] };
        let or_open = |expected| if with { expected } else { OPEN };
        let fault: &[&str] = if with { &["sg/egress"] } else { &[] };
        vec![
            row("everywhere", narrow(&["0.0.0.0/0"]), &[], &[], 0),
            row("all of AWS's", narrow(&[&vpc_and_s3[..], &["52.94.0.0/22"]].concat()), or_open(&[]), &[], 0),
            row("a route to AWS's alone", by_route("52.94.0.0/22"), or_open(&[]), &[], 0),
            row("a route to half of AWS's", by_route("52.94.2.0/23"), OPEN, &[], 0),
            row("a route to something else", by_route("8.8.8.0/24"), or_open(BLOCKED), no_endpoint, i32::from(with)),
            row("half of AWS's", narrow(&[&vpc_and_s3[..], &["52.94.0.0/23"]].concat()), OPEN, &[], 0),
            row(
                "none of AWS's",
                narrow(&[&vpc_and_s3[..], &["8.8.8.0/24"]].concat()),
                or_open(BLOCKED),
                fault,
                i32::from(with),
            ),
        ]
    };
    check(&rows(false), None);
    check(&rows(true), Some(&published()));
}

#[test]
fn they_may_be_a_key_of_the_snapshot() {
    let mut document = changed(&narrow(&["10.0.0.0/16", "52.216.0.0/15", "52.94.0.0/22"]));
    assert_eq!(doubtful(&lint(&document, None)).get("logs").map(String::as_str), Some("unknown"));
    document["ipRanges"] = published();
    assert_eq!(doubtful(&lint(&document, None)), BTreeMap::new());
}

#[test]
fn a_key_that_holds_something_else_is_told_with_its_place() {
    for (value, code, pointer) in [
        (json!(null), None, ""),
        (json!({ "prefixes": [] }), None, ""),
        (json!({}), Some("input/not-ip-ranges"), ""),
        (json!([]), Some("input/not-ip-ranges"), ""),
        (json!(7), Some("input/not-ip-ranges"), ""),
        (json!({ "prefixes": [{ "region": 7 }] }), Some("input/wrong-type"), "region"),
    ] {
        let mut document = network();
        document["ipRanges"] = value.clone();
        let run = lint(&document, None);
        assert_eq!(run.code, if code.is_some() { 2 } else { 0 }, "{value}: {run:#?}");
        assert!(run.err.contains(code.unwrap_or_default()) && run.err.contains(pointer), "{value}: {}", run.err);
    }
}

#[test]
fn the_newest_of_several_counts() {
    let with = |date: &str, prefix: &str| {
        json!({ "ipRanges": { "createDate": date, "prefixes": [{ "ip_prefix": prefix, "region": "us-east-1", "service": "AMAZON" }] } }).to_string()
    };
    let (right, wrong) = (("2026-02-01-00-00-00", "52.94.0.0/22"), ("2026-01-01-00-00-00", "8.8.8.0/24"));
    for files in [[right, wrong], [wrong, right]] {
        let document = changed(&narrow(&["10.0.0.0/16", "52.216.0.0/15", "52.94.0.0/22"]));
        let scratch = Scratch::new("services")
            .with("network/a.json", &document.to_string())
            .with("network/b.json", &with(files[0].0, files[0].1))
            .with("network/c.json", &with(files[1].0, files[1].1));
        let run = scratch.run(&["lint", "network", "--format", "json"]);
        assert!(!doubtful(&run).contains_key("logs"), "{files:?}: {run:#?}");
    }
}

#[test]
fn trace_takes_them_too() {
    let document = changed(&narrow(&["52.94.0.0/23"]));
    let scratch = Scratch::new("services")
        .with("snapshot.json", &document.to_string())
        .with("ip-ranges.json", &published().to_string());
    let question = ["trace", "snapshot.json", "--from", "web", "--to", "logs", "--format", "json"];
    let run = scratch.run(&question);
    assert!(run.json()["unknown"][0].as_str().is_some_and(|why| why.contains("--ip-ranges")), "{run:#?}");
    let run = scratch.run(&[&question[..], &["--ip-ranges", "ip-ranges.json"]].concat());
    assert!(run.json()["unknown"][0].as_str().is_some_and(|why| why.contains("published addresses")), "{run:#?}");
}

#[test]
fn what_is_no_document_of_address_ranges_is_told_with_its_place() {
    for (text, code, place) in [
        ("[]", "input/not-ip-ranges", "1:1"),
        ("{}", "input/not-ip-ranges", "1:1"),
        (r#"{"Vpcs": []}"#, "input/not-ip-ranges", "1:1"),
        (r#"{"prefixes": 7}"#, "input/wrong-type", "1:14"),
        (r#"{"prefixes": [7]}"#, "input/wrong-type", "1:15"),
        (r#"{"prefixes": [[]]}"#, "input/wrong-type", "1:15"),
        (r#"{"prefixes": [{"ip_prefix": "52.94.0.0"}]}"#, "input/not-a-cidr", "1:29"),
        (r#"{"prefixes": [{"ip_prefix": "52.94.0.0/40"}]}"#, "input/not-a-cidr", "1:29"),
        (r#"{"prefixes": [], "ipv6_prefixes": [{"ipv6_prefix": "x"}]}"#, "input/not-a-cidr", "1:52"),
        (r#"{"prefixes": [], "prefixes": []}"#, "input/duplicate-key", "1:2"),
        (r#"{"prefixes": ["#, "input/syntax", "1:14"),
        ("", "input/empty", ""),
    ] {
        let scratch =
            Scratch::new("services").with("snapshot.json", &network().to_string()).with("ip-ranges.json", text);
        let run = scratch.run(&["lint", "snapshot.json", "--ip-ranges", "ip-ranges.json"]);
        assert_eq!(run.code, 2, "{text}: {run:#?}");
        assert!(run.err.contains(code), "{text}: {}", run.err);
        assert!(place.is_empty() || run.err.contains(&format!("ip-ranges.json:{place}")), "{text}: {}", run.err);
    }
}
