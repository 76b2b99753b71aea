//! Workloads that do not exist yet: by flags, and by the files of a deployment.

mod cli_support;

use cli_support::{Run, Scratch, fixture, id, run};
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

/// Lints the recorded network with a service and a task definition; only the flags for files that are given.
fn deploy(service: &Value, definition: Option<&Value>, more: &[&str]) -> Run {
    let mut scratch = Scratch::new("deployment").with("service.json", &service.to_string());
    let network = fixture(SOUND);
    let mut arguments = vec!["lint", &network, "--service", "service.json", "--format", "json"];
    if let Some(definition) = definition {
        scratch = scratch.with("taskdef.json", &definition.to_string());
        arguments.extend(["--task-definition", "taskdef.json"]);
    }
    arguments.extend(more);
    scratch.run(&arguments)
}

/// The flows of a workload that aren't reachable, each with its verdict.
fn open_flows(run: &Run, workload: &str) -> Vec<String> {
    let workloads = run.json()["workloads"].as_array().cloned().unwrap_or_default();
    let flows = workloads.iter().filter(|found| found["name"] == workload).flat_map(|found| {
        found["flows"].as_array().cloned().unwrap_or_default().into_iter().filter(|flow| flow["verdict"] != "reachable")
    });
    let mut shown: Vec<String> = flows
        .filter_map(|flow| Some(format!("{} {}", flow["destination"].as_str()?, flow["verdict"].as_str()?)))
        .collect();
    shown.dedup();
    shown
}

/// Why what a workload needs isn't known, where it isn't.
fn why_needs_are_unknown(run: &Run, workload: &str) -> Option<String> {
    let told = run.json()["notChecked"].as_array().cloned().unwrap_or_default();
    let found = told.iter().find(|told| told["what"] == format!("what {workload} needs"))?;
    found["why"].as_str().map(str::to_owned)
}

#[test]
fn placeholders_of_images_are_unknown() {
    for (image, named) in [
        ("<IMAGE1_NAME>", "<IMAGE1_NAME>"),
        ("${REPOSITORY}:${TAG}", "${REPOSITORY}:${TAG}"),
        ("$IMAGE", "$IMAGE"),
        ("{{ image }}:{{ tag }}", "{{ image }}:{{ tag }}"),
        ("IMAGE_URI", "<IMAGE_URI>"),
        ("$REGISTRY/app:1", "$REGISTRY/app:1"),
        ("123456789012.dkr.ecr.<region>.amazonaws.com/app", "123456789012.dkr.ecr.<region>.amazonaws.com/app"),
    ] {
        let run = deploy(&service("batch", false), Some(&task_definition(image)), &[]);
        let why = format!("it is not known before the deployment: {named}");
        assert_eq!(why_needs_are_unknown(&run, "batch"), Some(why), "{image}: {run:#?}");
        assert_eq!((run.code, run.faults().len()), (3, 0), "ECR can be reached, no other registry: {image}: {run:#?}");
        let subnet = id(SOUND, "services-shop.json", "subnet-");
        let flags = ["lint", SOUND, "--format", "json", "--subnet", &subnet, "--image", image];
        let run = cli_support::run(&flags);
        let why = format!("it is not known before the deployment: {named}");
        assert_eq!((run.code, why_needs_are_unknown(&run, "workload")), (3, Some(why)), "{image}: {run:#?}");
    }
}

#[test]
fn placeholders_behind_the_registry_leave_it_known() {
    for (image, expected) in [
        ("123456789012.dkr.ecr.us-east-1.amazonaws.com/app:<TAG>", ""),
        ("<ACCOUNT>.dkr.ecr.us-east-1.amazonaws.com/app", ""),
        ("nginx:$TAG", "docker.io blocked"),
        ("team/<APP>", "docker.io blocked"),
    ] {
        let run = deploy(&service("batch", false), Some(&task_definition(image)), &[]);
        let found = open_flows(&run, "batch");
        assert_eq!(found.first().map_or("", String::as_str), expected, "{image}: {run:#?}");
        let faults = if expected.ends_with("blocked") { vec!["workload/public-registry"] } else { Vec::new() };
        assert_eq!(run.faults(), faults, "{image}: {run:#?}");
        assert_eq!(why_needs_are_unknown(&run, "batch"), None, "{image}: {run:#?}");
    }
}

#[test]
fn an_unknown_image_is_warned_of_where_none_can_be_pulled() {
    let network = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/rules/nat/present/fail.json");
    let network = std::fs::read_to_string(network).expect("the fixture is checked in");
    let mut network: Value = serde_json::from_str(&network).expect("JSON");
    // What it runs itself is not asked about.
    network["services"] = json!([]);
    let subnet = "subnet-0238e36be509fd2ee";
    for (image, severity, code) in [("<IMAGE>", "warning", 3), ("nginx:1", "error", 1)] {
        let scratch = Scratch::new("unknown-image").with("network.json", &network.to_string());
        let run = scratch.run(&["lint", "network.json", "--format", "json", "--subnet", subnet, "--image", image]);
        let findings = run.json()["findings"].as_array().cloned().unwrap_or_default();
        let place = |found: &&Value| found["locations"].to_string().contains("command line");
        let found = findings.iter().find(place).map(|found| found["severity"].clone());
        assert_eq!((found, run.code), (Some(json!(severity)), code), "{image}: {run:#?}");
    }
}

#[test]
fn placeholders_of_ids_are_unknown() {
    for placeholder in ["<subnet>", "${SUBNET}", "$SUBNET", "{{ subnet }}", "subnet-${ID}"] {
        let mut service = service("batch", false);
        let network = &mut service["networkConfiguration"]["awsvpcConfiguration"];
        network["subnets"][0] = json!(placeholder);
        network["securityGroups"][0] = json!(placeholder.replace("ubnet", "g"));
        let run = deploy(&service, Some(&task_definition("nginx")), &[]);
        assert_eq!((run.code, run.faults()), (3, Vec::new()), "{placeholder}: {run:#?}");
        let told = run.json()["notChecked"].to_string();
        let why = format!("it is not known before the deployment: {placeholder}");
        assert!(told.contains(&why), "{placeholder}: {told}");
    }
    // In a task definition they are of roles, regions, secrets and file systems.
    let mut definition = task_definition("123456789012.dkr.ecr.us-east-1.amazonaws.com/app:1");
    definition["executionRoleArn"] = json!("arn:aws:iam::<ACCOUNT>:role/execution");
    definition["volumes"] = json!([{"name": "data", "efsVolumeConfiguration": {"fileSystemId": "<fs>"}}]);
    let container = &mut definition["containerDefinitions"][0];
    let options = json!({"awslogs-group": "${GROUP}", "awslogs-region": "${AWS_REGION}"});
    container["logConfiguration"] = json!({"logDriver": "awslogs", "options": options});
    container["secrets"] = json!([{"name": "A", "valueFrom": "$SECRET_ARN"}]);
    let run = deploy(&service("batch", false), Some(&definition), &[]);
    assert_eq!(run.faults(), Vec::<String>::new(), "{run:#?}");
    let found = open_flows(&run, "batch");
    assert_eq!(found, ["logs in ${AWS_REGION} unknown", "$SECRET_ARN unknown", "<fs> unknown"], "{run:#?}");
}

/// A gate passes nothing of which it isn't known where it has to get.
#[test]
fn placeholders_of_secrets_and_logs_leave_the_run_incomplete() {
    let logs = |driver: &str, options: Value| json!({"logDriver": driver, "options": options});
    for (member, value, named) in [
        ("secrets", json!([{"name": "A", "valueFrom": "$SECRET_ARN"}]), "$SECRET_ARN"),
        ("secrets", json!([{"name": "A", "valueFrom": "<PREFIX>/db"}]), "<PREFIX>/db"),
        ("secrets", json!([{"name": "A", "valueFrom": "arn:aws:ssm:${R}:1:parameter/a"}]), "${R}"),
        ("repositoryCredentials", json!({"credentialsParameter": "{{ arn }}"}), "{{ arn }}"),
        ("logConfiguration", logs("awslogs", json!({"awslogs-region": "${R}"})), "${R}"),
        ("logConfiguration", logs("<DRIVER>", json!({})), "<DRIVER>"),
        ("logConfiguration", logs("splunk", json!({"splunk-url": "https://$HOST:8088"})), "https://$HOST:8088"),
        ("logConfiguration", logs("splunk", json!({"splunk-url": "https://a.${D}:8088"})), "a.${D}"),
        (
            "logConfiguration",
            json!({"logDriver": "splunk", "secretOptions": [{"name": "splunk-token", "valueFrom": "${T}"}]}),
            "${T}",
        ),
    ] {
        let mut definition = task_definition("123456789012.dkr.ecr.us-east-1.amazonaws.com/app:1");
        definition["containerDefinitions"][0][member] = value.clone();
        let run = deploy(&service("batch", false), Some(&definition), &[]);
        assert_eq!((run.code, run.faults()), (3, Vec::new()), "{value}: {run:#?}");
        let told = run.json()["notChecked"].as_array().cloned().unwrap_or_default();
        let why = format!("it is not known before the deployment: {named}");
        assert!(told.iter().any(|one| one["why"] == why), "{value}: {told:#?}");
    }
}

/// Where an endpoint's policy names a log group, whether it is that of the tasks has to be known.
#[test]
fn a_placeholder_that_a_policy_hangs_on_leaves_the_run_incomplete() {
    let policy = json!({"Version": "2012-10-17", "Statement": [{
        "Effect": "Allow", "Principal": "*", "Action": "logs:*",
        "Resource": [
            "arn:aws:logs:us-east-1:103692897712:log-group:/ecs/app:*",
            "arn:aws:logs:us-east-1:123456789012:log-group:shop:*",
        ],
    }]});
    let network = fixture(SOUND);
    let mut endpoints: Value = serde_json::from_str(
        &std::fs::read_to_string(std::path::Path::new(&network).join("vpc-endpoints.json")).expect("it is recorded"),
    )
    .expect("JSON");
    for endpoint in endpoints["VpcEndpoints"].as_array_mut().expect("a list") {
        if endpoint["ServiceName"].as_str().is_some_and(|name| name.ends_with(".logs")) {
            endpoint["PolicyDocument"] = json!(policy.to_string());
        }
    }
    for (group, code, verdict) in [("shop", 0, ""), ("${GROUP}", 3, "logs unknown"), ("other", 1, "logs blocked")] {
        let mut definition = task_definition("123456789012.dkr.ecr.us-east-1.amazonaws.com/app:1");
        definition["executionRoleArn"] = json!("arn:aws:iam::123456789012:role/execution");
        definition["containerDefinitions"][0]["logConfiguration"] =
            json!({"logDriver": "awslogs", "options": {"awslogs-group": group, "awslogs-region": "us-east-1"}});
        let mut scratch = Scratch::new("policy")
            .with("service.json", &service("batch", false).to_string())
            .with("taskdef.json", &definition.to_string());
        for file in std::fs::read_dir(&network).expect("a folder").flatten() {
            let name = file.file_name().to_string_lossy().into_owned();
            let text = std::fs::read_to_string(file.path()).expect("a text");
            scratch = scratch.with(&format!("net/{name}"), &text);
        }
        let scratch = scratch.with("net/vpc-endpoints.json", &endpoints.to_string());
        let flags = ["--service", "service.json", "--task-definition", "taskdef.json", "--format", "json"];
        let run = scratch.run(&[&["lint", "net"], &flags[..]].concat());
        assert_eq!(run.code, code, "{group}: {run:#?}");
        assert_eq!(open_flows(&run, "batch").first().map_or("", String::as_str), verdict, "{group}: {run:#?}");
        let named = run.json()["notChecked"].to_string().contains("before the deployment: ${GROUP}");
        assert_eq!(named, code == 3, "{group}: {run:#?}");
    }
}

/// Fargate takes no other mode than awsvpc, and ECS no other default than bridge.
#[test]
fn a_task_definition_without_a_network_mode_is_refused_by_fargate() {
    let image = "123456789012.dkr.ecr.us-east-1.amazonaws.com/app:1";
    for (mode, faults) in
        [(json!("awsvpc"), &[][..]), (json!("bridge"), &["workload/limits"]), (Value::Null, &["workload/limits"])]
    {
        let mut definition = task_definition(image);
        definition["networkMode"] = mode.clone();
        let run = deploy(&service("batch", false), Some(&definition), &[]);
        assert_eq!(
            (run.code, run.faults()),
            (faults.len() as i32, faults.iter().map(|rule| (*rule).to_owned()).collect()),
            "{mode}: {run:#?}"
        );
    }
    let mut definition = task_definition(image);
    definition.as_object_mut().expect("an object").remove("networkMode");
    let run = deploy(&service("batch", false), Some(&definition), &[]);
    assert_eq!((run.code, run.faults()), (1, vec!["workload/limits".to_owned()]), "left out: {run:#?}");
}

/// The input of `aws ecs update-service` for the service of the recorded network.
fn update(service: &str, more: Value) -> Value {
    let mut input = json!({"cluster": "shop", "service": service, "forceNewDeployment": true});
    input.as_object_mut().expect("an object").extend(more.as_object().expect("an object").clone());
    input
}

#[test]
fn an_update_changes_what_it_names() {
    let network = service("app", false)["networkConfiguration"].clone();
    let arn = "arn:aws:ecs:us-east-1:123456789012:service/shop/app";
    let other_subnet = json!({"networkConfiguration": {"awsvpcConfiguration": {"subnets": ["subnet-404"]}}});
    // The service has two tasks, as before the update. The update, with a task definition of an image that nothing reaches or without; what is found and where.
    let cases = [
        (update("app", json!({})), false, vec![], ""),
        (update(arn, json!({"taskDefinition": null})), false, vec![], ""),
        (update("app", json!({})), true, vec!["workload/public-registry"], "taskdef.json"),
        (
            update("app", json!({"networkConfiguration": network})),
            true,
            vec!["workload/public-registry", "workload/zones"],
            "taskdef.json",
        ),
        (update("app", other_subnet.clone()), false, vec!["workload/subnets-one-vpc"], "service.json"),
        // All that is judged stands in the update.
        (
            update("batch", json!({"networkConfiguration": network})),
            true,
            vec!["workload/public-registry"],
            "taskdef.json",
        ),
    ];
    for (input, with_definition, faults, place) in cases {
        let definition = with_definition.then(|| task_definition("nginx:1"));
        let run = deploy(&input, definition.as_ref(), &[]);
        assert_eq!(run.faults(), faults, "{input}: {run:#?}");
        assert!(run.json()["findings"].to_string().contains(place), "{input}: {run:#?}");
        let workloads = run.json()["workloads"].to_string();
        let replaced = workloads.contains("\"app\"") != (faults == ["workload/subnets-one-vpc"]);
        assert!(replaced && workloads.contains("\"batch\"") == (input["service"] == "batch"), "{input}: {run:#?}");
    }
}

#[test]
fn all_services_that_are_described_are_judged() {
    let mut second = service("second", false);
    second["networkConfiguration"]["awsvpcConfiguration"]["subnets"] = json!(["subnet-404"]);
    let described = json!({"services": [service("first", false), second], "failures": []});
    let run = deploy(&described, None, &[]);
    assert_eq!(run.faults(), ["workload/subnets-one-vpc"], "{run:#?}");
    let one = deploy(&described, Some(&task_definition("nginx")), &[]);
    assert_eq!(one.code, 2, "{one:#?}");
    assert!(one.err.contains("input/several-services") && one.err.contains("service.json:1:"), "{one:#?}");
}

#[test]
fn files_of_another_kind_are_refused() {
    let cases = [
        ("service.json", "{\"Vpcs\": []}", "holds no ECS service"),
        ("service.json", "{", "not JSON"),
        ("service.json", "", "is empty"),
        ("service.json", "[]", "an object is expected here, not a list"),
        ("service.json", "{\"services\": [], \"failures\": [{\"reason\": \"MISSING\"}]}", "holds no ECS service"),
        ("service.json", "{\"service\": \"webb\", \"cluster\": \"shop\"}", "has no service `webb` in cluster `shop`"),
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
