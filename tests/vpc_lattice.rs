//! Target groups of VPC Lattice that a service registers its tasks with: whether it gets to these is not judged, and said so.

mod cli_support;

use cli_support::{Run, run_with};
use serde_json::{Value, json};
use std::fs;
use std::path::Path;

/// A sound network, changed.
fn lint(change: impl FnOnce(&mut Value)) -> Run {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/rules/sg/egress/pass.json");
    let text = fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let mut network: Value = serde_json::from_str(&text).expect("a fixture is JSON");
    change(&mut network["services"][0]);
    run_with(Path::new("."), &["lint", "-", "--format", "json"], &network.to_string())
}

fn target_group() -> Value {
    json!([{ "roleArn": "arn:aws:iam::123456789012:role/ecsInfrastructureRole", "portName": "http",
        "targetGroupArn": "arn:aws:vpc-lattice:us-east-1:123456789012:targetgroup/tg-0a1b2c3d4e5f60718" }])
}

#[test]
fn target_groups_of_vpc_lattice_are_listed_and_leave_the_run_complete() {
    let written = lint(|service| service["vpcLatticeConfigurations"] = target_group());
    let described = lint(|service| {
        service["deployments"] = json!([{ "status": "PRIMARY", "vpcLatticeConfigurations": target_group() }]);
    });
    for run in [written, described] {
        let listed = run.json()["notChecked"].clone();
        let what = listed[0]["what"].as_str().unwrap_or_default();
        assert!(what.ends_with("targetgroup/tg-0a1b2c3d4e5f60718"), "{listed:#}");
        assert!(listed[0]["why"].as_str().unwrap_or_default().contains("`http`"), "{listed:#}");
        assert_eq!((run.code, listed.as_array().map(Vec::len)), (0, Some(1)), "{run:#?}");
    }
    assert_eq!(lint(|_| {}).json()["notChecked"], json!([]));
}

#[test]
fn those_of_a_former_deployment_are_none() {
    let run = lint(|service| {
        service["deployments"] = json!([{ "status": "ACTIVE", "vpcLatticeConfigurations": target_group() }]);
    });
    assert_eq!(run.json()["notChecked"], json!([]), "{run:#?}");
}

/// As `terraform show -json` prints a state, and as a template is written.
#[test]
fn those_of_plans_and_templates_are_listed() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/terraform/live-state.json");
    let text = fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let mut state: Value = serde_json::from_str(&text).expect("a fixture is JSON");
    for resource in state["values"]["root_module"]["resources"].as_array_mut().expect("a list") {
        if resource["type"] == "aws_ecs_service" {
            resource["values"]["vpc_lattice_configurations"] =
                json!([{ "role_arn": "arn:aws:iam::1:role/a", "target_group_arn": "arn:tg-1", "port_name": "http" }]);
        }
    }
    let path =
        Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/cloudformation/yaml/private-service-behind-nat.yaml");
    let template = fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let launch = "      LaunchType: FARGATE\n";
    let lattice = "      VpcLatticeConfigurations: [{RoleArn: a, TargetGroupArn: 'arn:tg-1', PortName: http}]\n";
    assert!(template.contains(launch));
    let template = template.replacen(launch, &format!("{launch}{lattice}"), 1);
    for text in [state.to_string(), template] {
        let run = run_with(Path::new("."), &["lint", "-", "--format", "json"], &text);
        let listed = run.json()["notChecked"].as_array().cloned().unwrap_or_default();
        let is_it = |one: &Value| one["what"].as_str().is_some_and(|what| what.ends_with("arn:tg-1"));
        assert!(listed.iter().any(is_it), "{listed:#?}");
        assert_eq!(run.code, 0, "{run:#?}");
    }
}
