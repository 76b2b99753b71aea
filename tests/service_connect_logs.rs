//! The logs of Service Connect's proxy: the service says where they go, and its tasks need the way there as for a container's.

mod cli_support;

use cli_support::{Run, Scratch};
use serde_json::{Value, json};

/// Tasks behind endpoints for images alone.
const NETWORK: &str = include_str!("../fixtures/casebook/no-endpoint-for-logs.json");
/// A service in a network that its parameters name.
const TEMPLATE: &str = include_str!("../fixtures/cloudformation/yaml/service-in-given-network.yaml");

/// The network, whose container logs nothing.
fn network() -> Value {
    let mut network: Value = serde_json::from_str(NETWORK).expect("the fixture is JSON");
    let container = network["taskDefinitions"][0]["containerDefinitions"][0].as_object_mut().expect("a container");
    container.remove("logConfiguration").expect("it logs");
    network
}

fn connect(enabled: bool, log: Value) -> Value {
    json!({ "enabled": enabled, "namespace": "shop", "services": [], "logConfiguration": log })
}

fn awslogs() -> Value {
    json!({ "logDriver": "awslogs", "options": { "awslogs-group": "/ecs/proxy", "awslogs-region": "us-east-1" } })
}

fn lint(network: &Value) -> Run {
    let folder = Scratch::new("service-connect-logs").with("network.json", &network.to_string());
    folder.run(&["lint", "network.json", "--format", "json"])
}

/// What the workloads of a report need.
fn needs(run: &Run) -> Vec<String> {
    let report = run.json();
    let workloads = report["workloads"].as_array().into_iter().flatten();
    let flows = workloads.flat_map(|workload| workload["flows"].as_array().into_iter().flatten());
    flows.filter_map(|flow| flow["destination"].as_str().map(str::to_owned)).collect()
}

#[test]
fn where_the_proxy_logs_is_needed_while_it_is_on() {
    let of_service: fn(&mut Value, Value) = |service, connect| service["serviceConnectConfiguration"] = connect;
    let of_deployment: fn(&mut Value, Value) = |service, connect| {
        service["deployments"] = json!([{ "status": "PRIMARY", "serviceConnectConfiguration": connect }]);
    };
    let ssm = json!({ "logDriver": "awsfirelens", "secretOptions": [{ "name": "key", "valueFrom": "/shop/key" }] });
    for (name, edit, connect, blocked) in [
        ("in the service", of_service, connect(true, awslogs()), &["logs"][..]),
        ("in its primary deployment", of_deployment, connect(true, awslogs()), &["logs"]),
        ("a secret of the driver's", of_service, connect(true, ssm), &["ssm"]),
        ("off", of_service, connect(false, awslogs()), &[]),
        ("without logs", of_service, connect(true, Value::Null), &[]),
    ] {
        let mut network = network();
        edit(&mut network["services"][0], connect);
        let run = lint(&network);
        let report = run.json();
        let affects =
            report["findings"].as_array().into_iter().flatten().flat_map(|finding| finding["affects"].as_array());
        let found: Vec<&str> = affects.flatten().filter_map(|flow| flow["destination"].as_str()).collect();
        assert_eq!((run.code, &*found), (i32::from(!blocked.is_empty()), blocked), "{name}: {run:#?}");
    }
}

#[test]
fn an_endpoint_for_the_logs_is_enough() {
    let mut network = network();
    network["services"][0]["serviceConnectConfiguration"] = connect(true, awslogs());
    let endpoints = network["VpcEndpoints"].as_array_mut().expect("a list");
    let named = |endpoint: &&Value| endpoint["ServiceName"] == "com.amazonaws.us-east-1.ecr.dkr";
    let text = endpoints.iter().find(named).expect("an endpoint").to_string();
    let logs = text.replace("ecr.dkr", "logs").replace("\"VpcEndpointId\":\"vpce-", "\"VpcEndpointId\":\"vpce-f");
    endpoints.push(serde_json::from_str(&logs).expect("JSON"));
    let run = lint(&network);
    assert_eq!((run.code, run.faults()), (0, Vec::new()), "{run:#?}");
}

#[test]
fn what_its_log_leaves_open_is_told() {
    for (name, log, code, told) in [
        ("no driver", json!({ "options": {} }), 3, "ecs:DescribeServices"),
        ("a router's", json!({ "logDriver": "awsfirelens" }), 0, "the logs of the Service Connect proxy"),
    ] {
        let mut network = network();
        network["services"][0]["serviceConnectConfiguration"] = connect(true, log);
        let run = lint(&network);
        let not_checked = run.json()["notChecked"].to_string();
        assert!(run.code == code && not_checked.contains(told), "{name}: {run:#?}");
    }
}

#[test]
fn a_deployment_brings_it() {
    let update =
        json!({ "service": "app", "cluster": "main", "serviceConnectConfiguration": connect(true, awslogs()) });
    let folder = Scratch::new("service-connect-logs")
        .with("network.json", &network().to_string())
        .with("service.json", &update.to_string());
    let run = folder.run(&["lint", "network.json", "--service", "service.json", "--format", "json"]);
    assert_eq!((run.code, needs(&run).contains(&"logs".to_owned())), (1, true), "{run:#?}");
}

#[test]
fn a_template_says_it() {
    let lint = |log: &str| {
        let connect = format!(
            "      ServiceConnectConfiguration:\n        Enabled: true\n        Namespace: shop\n        LogConfiguration: {log}\n"
        );
        let folder = Scratch::new("service-connect-logs")
            .with("network.json", &network().to_string())
            .with("app.yaml", &format!("{TEMPLATE}{connect}"));
        let parameters = ["--parameters", "VpcId=vpc-1f2e3d4c", "--parameters", "Subnets=subnet-0a000002"];
        let lint = ["lint", "app.yaml", "--onto", "network.json", "--region", "us-east-1", "--format", "json"];
        folder.run(&[&lint[..], &parameters].concat())
    };
    let known = lint(
        "{LogDriver: awslogs, Options: {awslogs-group: proxy}, SecretOptions: [{Name: key, ValueFrom: /shop/key}]}",
    );
    let found = needs(&known);
    assert!(["logs", "ssm"].iter().all(|need| found.iter().any(|found| found == need)), "{found:?}");
    for open in ["!ImportValue proxy-logs", "{LogDriver: awslogs, SecretOptions: !ImportValue proxy-logs}"] {
        let run = lint(open);
        let not_checked = run.json()["notChecked"].to_string();
        assert!(not_checked.contains("Service → ${ImportValue proxy-logs}"), "{open}: {run:#?}");
    }
}
