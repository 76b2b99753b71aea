//! Services that somebody else than ECS deploys: what their tasks are started with stands in their task sets.

mod cli_support;

use cli_support::{Run, run_with};
use serde_json::{Value, json};
use std::fs;
use std::path::Path;

/// The network of a rule's fixture, its service handed over to an external deployment controller.
fn handed_over(rule: &str, fixture: &str) -> Value {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("fixtures/rules/{rule}/{fixture}.json"));
    let text = fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let mut network: Value = serde_json::from_str(&text).expect("a fixture is JSON");
    let service = network["services"][0].as_object_mut().expect("a service");
    let mut set = serde_json::Map::new();
    let moved =
        ["launchType", "platformVersion", "platformFamily", "taskDefinition", "networkConfiguration", "loadBalancers"];
    for field in moved {
        set.extend(service.remove_entry(field));
    }
    set.insert("id".into(), json!("ecs-svc/1111"));
    set.insert("status".into(), json!("PRIMARY"));
    set.insert("computedDesiredCount".into(), service["desiredCount"].clone());
    service.insert("deploymentController".into(), json!({ "type": "EXTERNAL" }));
    service.insert("loadBalancers".into(), json!([]));
    service.insert("taskSets".into(), json!([set]));
    network
}

fn lint(network: &Value) -> Run {
    run_with(Path::new("."), &["lint", "-", "--format", "json"], &network.to_string())
}

/// The rules and resources of findings above info, with their first place.
fn told(run: &Run) -> Vec<(String, String)> {
    let findings = run.json()["findings"].as_array().cloned().unwrap_or_default();
    let grave = findings.iter().filter(|finding| finding["severity"] != "info");
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    grave.map(|finding| (text(&finding["rule"]), text(&finding["locations"][0]["pointer"]))).collect()
}

#[test]
fn task_sets_are_judged() {
    for (rule, pointer) in [
        ("workload/public-ip", "/services/0/taskSets/0/networkConfiguration/awsvpcConfiguration/assignPublicIp"),
        ("workload/security-group", "/services/0/taskSets/0/networkConfiguration/awsvpcConfiguration/securityGroups/1"),
        ("lb/target-port", "/services/0/taskSets/0/loadBalancers/0/containerPort"),
    ] {
        let sound = lint(&handed_over(rule, "pass"));
        assert_eq!((sound.code, told(&sound)), (0, Vec::new()), "{rule}: {sound:#?}");
        let broken = lint(&handed_over(rule, "fail"));
        assert_eq!(told(&broken), [(rule.to_owned(), pointer.to_owned())], "{broken:#?}");
    }
}

#[test]
fn each_task_set_is_judged_by_itself() {
    let mut network = handed_over("workload/public-ip", "pass");
    let mut next = network["services"][0]["taskSets"][0].clone();
    next["id"] = json!("ecs-svc/2222");
    next["status"] = json!("ACTIVE");
    next["networkConfiguration"]["awsvpcConfiguration"]["assignPublicIp"] = json!("DISABLED");
    network["services"][0]["taskSets"].as_array_mut().expect("a list").push(next);
    let run = lint(&network);
    let json = run.json();
    let message = json["findings"][0]["message"].as_str().unwrap_or_default();
    assert!(message.starts_with("app/2222 "), "{json:#}");
    let help = json["findings"][0]["help"].as_str().unwrap_or_default();
    assert!(help.contains("aws ecs create-task-set --cluster shop --service app --task-definition app:1 "), "{help}");
    // A set that is being taken down starts no more tasks.
    network["services"][0]["taskSets"][1]["status"] = json!("DRAINING");
    let run = lint(&network);
    assert_eq!((run.code, told(&run)), (0, Vec::new()), "{run:#?}");
}

#[test]
fn what_is_not_there_is_told() {
    let mut network = handed_over("workload/public-ip", "fail");
    network["services"][0]["taskSets"] = json!([]);
    let run = lint(&network);
    assert!(run.out.contains("it has no task set: nothing of it runs"), "{run:#?}");
    network["services"][0].as_object_mut().expect("a service").remove("taskSets");
    let run = lint(&network);
    assert_eq!(run.code, 3, "{run:#?}");
    assert!(run.out.contains("it needs ecs:DescribeTaskSets, which is not in the input"), "{run:#?}");
}
