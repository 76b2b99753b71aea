//! Resources that exist already, changed on top of what is there: what Terraform doesn't tell of them stays.

use super::support::*;

/// What the provider made of a configuration on a test server, as its state tells it, and as it was collected.
fn live() -> (Value, Value) {
    (plan("live-state"), plan("live-snapshot"))
}

/// The managed resources of the state.
fn resources() -> Vec<Value> {
    let (state, _) = live();
    let resources = state["values"]["root_module"]["resources"].as_array().cloned().expect("a list");
    resources.into_iter().filter(|resource| resource["mode"] == "managed").collect()
}

/// A plan that updates resources, each by `change`.
fn updating(resources: &[Value], change: impl Fn(&mut Value)) -> Value {
    let changes = resources.iter().map(|resource| {
        let mut after = resource["values"].clone();
        change(&mut after);
        let mut told = resource.clone();
        told["change"] =
            json!({"actions": ["update"], "before": resource["values"], "after": after, "after_unknown": {}});
        told
    });
    let region = json!({"aws": {"name": "aws", "expressions": {"region": {"constant_value": "eu-west-1"}}}});
    json!({"format_version": "1.2", "terraform_version": "1.11.4", "resource_changes": changes.collect::<Vec<_>>(),
           "configuration": {"provider_config": region, "root_module": {"resources": []}}})
}

fn tagged(after: &mut Value) {
    after["tags_all"] = json!({"team": "x"});
}

/// What is found and not checked, without places.
fn said(run: &Run) -> (i32, Vec<String>, Vec<String>, Vec<String>) {
    let findings = run.json()["findings"].as_array().cloned().unwrap_or_default();
    let named = findings.iter().map(|one| format!("{} {}", one["rule"], one["resource"]["id"])).collect();
    (run.code, named, verdicts(run), not_checked(run))
}

fn snapshot_alone(snapshot: &Value) -> Run {
    lint(&Scratch::new("live").with("snapshot.json", &snapshot.to_string()).0, &["snapshot.json"])
}

#[test]
fn new_tags_change_nothing_that_is_judged() {
    let (state, snapshot) = live();
    let before = said(&snapshot_alone(&snapshot));
    assert_eq!(before.0, 0, "{before:#?}");
    assert_eq!(said(&lint_onto(&updating(&resources(), tagged), &snapshot)), before, "all of them");
    for resource in resources() {
        let one = updating(std::slice::from_ref(&resource), tagged);
        assert_eq!(said(&lint_onto(&one, &snapshot)), before, "{}", resource["address"]);
    }
    assert_eq!(said(&lint_onto(&state, &snapshot)), before, "a state that tells the same");
}

fn of_type(ty: &str) -> Vec<Value> {
    resources().into_iter().filter(|resource| resource["type"] == ty).collect()
}

#[test]
fn what_has_failed_stays_so() {
    let (_, mut snapshot) = live();
    snapshot["NatGateways"][0]["State"] = json!("failed");
    let before = said(&snapshot_alone(&snapshot));
    assert_eq!(before.0, 1, "{before:#?}");
    assert_eq!(said(&lint_onto(&updating(&of_type("aws_nat_gateway"), tagged), &snapshot)), before);
}

#[test]
fn further_blocks_of_a_vpc_stay() {
    let (_, mut snapshot) = live();
    let blocks = snapshot["Vpcs"][0]["CidrBlockAssociationSet"].as_array_mut().expect("a list");
    blocks.push(json!({"CidrBlock": "10.1.0.0/16", "CidrBlockState": {"State": "associated"}}));
    let before = said(&snapshot_alone(&snapshot));
    assert_eq!(said(&lint_onto(&updating(&of_type("aws_vpc"), tagged), &snapshot)), before);
}

/// What a plan takes away is not kept.
#[test]
fn what_is_taken_away_goes() {
    let (_, snapshot) = live();
    let faults = |change: fn(&mut Value), ty: &str| lint_onto(&updating(&of_type(ty), change), &snapshot).faults();
    let without_balancer = |after: &mut Value| after["load_balancer"] = json!([]);
    let told = lint_onto(&updating(&of_type("aws_ecs_service"), without_balancer), &snapshot);
    assert!(!verdicts(&told).iter().any(|flow| flow.contains("8080")), "{told:#?}");
    let closed = |after: &mut Value| {
        after["egress"] = json!([{"from_port": 1, "to_port": 1, "protocol": "tcp", "cidr_blocks": ["10.0.0.0/8"]}]);
    };
    assert!(faults(closed, "aws_security_group").contains(&"sg/egress".to_owned()));
    let without_routes = |after: &mut Value| after["route"] = json!([]);
    assert!(faults(without_routes, "aws_route_table").contains(&"workload/image-pull".to_owned()));
}
