//! Workloads that do not exist yet: by flags, and by the files of a deployment.

mod cli_support;

use cli_support::{Scratch, fixture, id, run};
use serde_json::{Value, json};

const SOUND: &str = "endpoints";

#[test]
fn flags_describe_a_workload() {
    let subnet = id(SOUND, "services-shop.json", "subnet-");
    let group = id(SOUND, "services-shop.json", "sg-");
    let cases: &[(&[&str], &[&str])] = &[
        (&[], &[]),
        (&["--needs", "ecr.api,logs"], &[]),
        (&["--needs", "internet"], &["nat/present"]),
        (&["--needs", "s3", "--needs", "internet"], &["nat/present"]),
        (&["--image", "nginx"], &["workload/public-registry"]),
        (&["--security-group", "sg-404"], &["workload/security-group"]),
        (&["--security-group", &group], &[]),
    ];
    for (flags, expected) in cases {
        let mut arguments = vec!["lint", SOUND, "--format", "json", "--subnet", &subnet];
        arguments.extend_from_slice(flags);
        let run = run(&arguments);
        assert_eq!(run.faults(), *expected, "{flags:?} {run:#?}");
        let workloads = run.json()["workloads"].to_string();
        assert!(workloads.contains("\"workload\"") && workloads.contains("\"app\""), "the input's own are judged too");
    }
}

#[test]
fn findings_point_at_the_flags() {
    let subnet = id(SOUND, "services-shop.json", "subnet-");
    let run = run(&["lint", SOUND, "--subnet", &subnet, "--needs", "internet", "--workload-name", "batch"]);
    let text = format!("--subnet {subnet} --needs internet");
    assert!(
        run.out.contains("[command line:1:") && run.out.contains(&text) && run.out.contains("batch in"),
        "{run:#?}"
    );
}

#[test]
fn what_flags_get_wrong_is_shown() {
    let subnet = id(SOUND, "services-shop.json", "subnet-");
    let slip = format!("{}f", &subnet[..subnet.len() - 1]);
    let cases = [
        (vec!["--subnet", "subnet-1"], "the input has no subnet `subnet-1`"),
        (vec!["--subnet", &slip], "did you mean `subnet-"),
        (vec!["--subnet", &subnet, "--needs", "lgs"], "did you mean `logs`?"),
        (vec!["--subnet", &subnet, "--needs", "tcp://10.0.0.1"], "names no port"),
    ];
    for (flags, said) in cases {
        let mut arguments = vec!["lint", SOUND];
        arguments.extend_from_slice(&flags);
        let run = run(&arguments);
        assert_eq!(run.code, 2, "{flags:?} {run:#?}");
        assert!(run.err.contains(said) && run.err.contains("[command line:1:"), "{flags:?} {run:#?}");
    }
}

/// The input of `aws ecs create-service`.
fn service(name: &str, public: bool) -> Value {
    json!({
        "cluster": "shop",
        "serviceName": name,
        "taskDefinition": "shop-batch",
        "desiredCount": 1,
        "launchType": "FARGATE",
        "networkConfiguration": { "awsvpcConfiguration": {
            "subnets": [id(SOUND, "services-shop.json", "subnet-")],
            "securityGroups": [id(SOUND, "services-shop.json", "sg-")],
            "assignPublicIp": if public { "ENABLED" } else { "DISABLED" },
        }},
    })
}

/// The input of `aws ecs register-task-definition`.
fn task_definition(image: &str) -> Value {
    json!({
        "family": "shop-batch",
        "networkMode": "awsvpc",
        "requiresCompatibilities": ["FARGATE"],
        "containerDefinitions": [{ "name": "batch", "image": image }],
    })
}

#[test]
fn a_deployment_is_judged_before_it_is_made() {
    let ours = "123456789012.dkr.ecr.us-east-1.amazonaws.com/batch:1";
    let plain = |value: Value| value;
    let wrapped = |key: &'static str, list: bool| {
        move |value: Value| if list { json!({ key: [value] }) } else { json!({ key: value }) }
    };
    type Shape = Box<dyn Fn(Value) -> Value>;
    let shapes: Vec<(Shape, Shape)> = vec![
        (Box::new(plain), Box::new(plain)),
        (Box::new(wrapped("service", false)), Box::new(wrapped("taskDefinition", false))),
        (Box::new(wrapped("services", true)), Box::new(wrapped("taskDefinition", false))),
    ];
    for (index, (of_service, of_definition)) in shapes.iter().enumerate() {
        for (image, faults) in [(ours, vec![]), ("nginx:1", vec!["workload/public-registry"])] {
            let scratch = Scratch::new("deployment")
                .with("service.json", &of_service(service("batch", false)).to_string())
                .with("taskdef.json", &format!("\n {}", of_definition(task_definition(image))));
            let network = fixture(SOUND);
            let arguments = [
                "lint",
                &network,
                "--service",
                "service.json",
                "--task-definition",
                "taskdef.json",
                "--format",
                "json",
            ];
            let run = scratch.run(&arguments);
            assert_eq!(run.faults(), faults, "shape {index} {image} {run:#?}");
            let names: Vec<Value> =
                run.json()["workloads"].as_array().into_iter().flatten().map(|found| found["name"].clone()).collect();
            assert_eq!(names, ["app", "batch"]);
            let place = run.json()["findings"]
                .as_array()
                .into_iter()
                .flatten()
                .any(|finding| finding["locations"].to_string().contains("taskdef.json"));
            assert_eq!(place, !faults.is_empty(), "the image is pointed at in its file");
        }
    }
}

#[test]
fn a_deployment_replaces_the_service_of_its_name() {
    let definition = task_definition("nginx:1").to_string();
    let scratch = Scratch::new("replaced")
        .with("service.json", &service("app", false).to_string())
        .with("taskdef.json", &definition);
    let network = fixture(SOUND);
    let run = scratch.run(&[
        "lint",
        &network,
        "--service",
        "service.json",
        "--task-definition",
        "taskdef.json",
        "--format",
        "json",
    ]);
    assert_eq!(run.json()["workloads"].as_array().map(Vec::len), Some(1), "{run:#?}");
    assert_eq!(run.faults(), ["workload/public-registry"]);
}

#[test]
fn files_of_another_kind_are_refused() {
    let cases = [
        ("service.json", "{\"Vpcs\": []}", "holds no ECS service"),
        ("service.json", "{", "not JSON"),
        ("service.json", "", "is empty"),
        ("service.json", "[]", ""),
        ("service.json", "{\"serviceName\": 3, \"networkConfiguration\": {}}", "serviceName"),
        ("taskdef.json", "{\"family\": \"x\"}", "holds no task definition"),
        ("taskdef.json", "{\"containerDefinitions\": [{\"image\": 3}]}", "image"),
    ];
    for (file, text, said) in cases {
        let scratch = Scratch::new("refused")
            .with("service.json", &service("batch", false).to_string())
            .with("taskdef.json", &task_definition("nginx").to_string())
            .with(file, text);
        let network = fixture(SOUND);
        let run = scratch.run(&["lint", &network, "--service", "service.json", "--task-definition", "taskdef.json"]);
        assert_eq!(run.code, 2, "{file} {text} {run:#?}");
        assert!(run.err.contains(said) && run.err.contains(file), "{file} {text} {run:#?}");
    }
}
