//! The command that a filter's finding shows lets packets of the family pass that the filter drops.

mod cli_support;

use cli_support::run_with;
use serde_json::{Value, json};
use std::path::Path;

/// The help of the one finding of a rule.
fn help(network: &Value, rule: &str) -> String {
    let run = run_with(Path::new("."), &["lint", "-", "--format", "json"], &network.to_string());
    let findings = run.json()["findings"].as_array().cloned().unwrap_or_default();
    let found = findings.iter().find(|finding| finding["rule"] == rule);
    found.and_then(|finding| finding["help"].as_str()).unwrap_or_else(|| panic!("no {rule} in {run:#?}")).to_owned()
}

fn near_miss(name: &str) -> Value {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/near-misses").join(format!("{name}.json"));
    serde_json::from_str(&std::fs::read_to_string(path).expect("checked in")).expect("JSON")
}

fn closed(mut network: Value) -> Value {
    for group in network["SecurityGroups"].as_array_mut().into_iter().flatten() {
        group["IpPermissionsEgress"] = json!([]);
    }
    network
}

fn without_replies(mut network: Value) -> Value {
    for acl in network["NetworkAcls"].as_array_mut().into_iter().flatten() {
        let entries = acl["Entries"].as_array_mut().expect("a list");
        entries.retain(|entry| entry["Egress"] == true || entry["RuleNumber"] == 32767);
    }
    network
}

#[test]
fn help_is_of_the_family_that_is_dropped() {
    let (ipv4, ipv6) = ("default-vpc", "ipv6-only-subnet");
    let group = |name| help(&closed(near_miss(name)), "sg/egress");
    assert!(group(ipv6).contains("Ipv6Ranges=[{CidrIpv6=::/0}]"), "{}", group(ipv6));
    assert!(group(ipv4).contains(",IpRanges=[{CidrIp=0.0.0.0/0}]"), "{}", group(ipv4));
    let acl = |name| help(&without_replies(near_miss(name)), "nacl/return");
    assert!(acl(ipv6).contains("--ipv6-cidr-block ::/0"), "{}", acl(ipv6));
    assert!(acl(ipv4).contains("--cidr-block 0.0.0.0/0"), "{}", acl(ipv4));
}
