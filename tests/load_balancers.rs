//! Load balancers of kinds and in states that not every rule is about.

mod cli_support;

use cli_support::{Run, run_with};
use serde_json::{Value, json};
use std::path::Path;

/// A service behind an application load balancer.
const BALANCED: &str = include_str!("../fixtures/rules/lb/available/pass.json");

fn lint(change: impl FnOnce(&mut Value)) -> Run {
    let mut network: Value = serde_json::from_str(BALANCED).expect("the fixture is JSON");
    change(&mut network);
    run_with(Path::new("."), &["lint", "-", "--format", "json"], &network.to_string())
}

#[test]
fn a_gateway_load_balancer_has_no_scheme() {
    for (kind, code) in [("gateway", 0), ("network", 3)] {
        let run = lint(|network| {
            let placed = &network["services"][0]["networkConfiguration"]["awsvpcConfiguration"]["subnets"];
            let subnets = json!([{ "ZoneName": "us-east-1a", "SubnetId": placed[0] }]);
            let vpc = network["LoadBalancers"][0]["VpcId"].clone();
            let beside = json!({
                "LoadBalancerArn": "arn:aws:elasticloadbalancing:us-east-1:123456789012:loadbalancer/gwy/inspect/1",
                "LoadBalancerName": "inspect", "Type": kind, "VpcId": vpc, "State": { "Code": "active" },
                "AvailabilityZones": subnets, "IpAddressType": "ipv4"
            });
            network["LoadBalancers"].as_array_mut().expect("a list").push(beside);
        });
        assert_eq!((run.code, run.faults()), (code, Vec::new()), "{kind}: {run:#?}");
    }
}

#[test]
fn only_a_load_balancer_that_is_set_up_works() {
    for (state, told) in [
        ("active", None),
        ("active_impaired", None),
        ("provisioning", Some("aws elbv2 wait load-balancer-available")),
        ("failed", Some("make another one")),
    ] {
        let run = lint(|network| network["LoadBalancers"][0]["State"] = json!({ "Code": state }));
        let report = run.json();
        let found =
            report["findings"].as_array().into_iter().flatten().find(|finding| finding["rule"] == "lb/available");
        let help = found.map(|finding| finding["help"].as_str().unwrap_or_default());
        assert_eq!((run.code, help.is_some()), (i32::from(told.is_some()), told.is_some()), "{state}: {run:#?}");
        assert!(help.unwrap_or_default().contains(told.unwrap_or_default()), "{state}: {help:?}");
    }
}
