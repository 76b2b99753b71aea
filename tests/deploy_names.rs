//! Names and words in the files of a deployment that the AWS CLI or ECS would refuse.

mod cli_support;

use cli_support::Scratch;
use serde_json::{Value, json};
use std::fs;
use std::path::Path;

const SUBNET: &str = "subnet-04c2cb0f785a4be86";

/// Judges a deployment to a network that works.
fn run(service: &Value, definition: &Value) -> cli_support::Run {
    let network = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/rules/nat/present/pass.json");
    let network = fs::read_to_string(network).expect("the fixture is checked in");
    Scratch::new("deploy-names")
        .with("network.json", &network)
        .with("service.json", &format!("{service:#}\n"))
        .with("taskdef.json", &format!("{definition:#}\n"))
        .run(&["lint", "network.json", "--service", "service.json", "--task-definition", "taskdef.json"])
}

fn service(configuration: Value) -> Value {
    json!({"serviceName": "web", "taskDefinition": "web", "networkConfiguration": configuration})
}

fn definition() -> Value {
    json!({"family": "web", "networkMode": "awsvpc", "containerDefinitions": [{"name": "a", "image": "public.ecr.aws/nginx/nginx:1"}]})
}

#[test]
fn misspelt_members_and_words_are_told_at_their_place() {
    let awsvpc = |inner: Value| service(json!({"awsvpcConfiguration": inner}));
    let renamed = |from: &str, to: &str| {
        serde_json::from_str::<Value>(&definition().to_string().replace(&format!("\"{from}\""), &format!("\"{to}\"")))
            .expect("JSON")
    };
    let sound = || awsvpc(json!({"subnets": [SUBNET]}));
    let with = |mut object: Value, key: &str, value: Value| {
        object[key] = value;
        object
    };
    let launched = |by: &str| with(sound(), "launchType", json!(by));
    let compatible = |by: &str| with(definition(), "requiresCompatibilities", json!(["EC2", by]));
    let cases = [
        (
            service(json!({"awsVpcConfiguration": {"subnets": [SUBNET]}})),
            definition(),
            "input/no-such-member",
            "`awsvpcConfiguration`",
            "\"awsVpcConfiguration\"",
        ),
        (
            json!({"serviceName": "web", "NetworkConfiguration": {}}),
            definition(),
            "input/no-such-member",
            "`networkConfiguration`",
            "\"NetworkConfiguration\"",
        ),
        (
            awsvpc(json!({"subnets": [SUBNET], "securtyGroups": []})),
            definition(),
            "input/no-such-member",
            "`securityGroups`",
            "\"securtyGroups\"",
        ),
        (
            awsvpc(json!({"assignPublicIp": "Enabled", "subnets": [SUBNET]})),
            definition(),
            "input/no-such-word",
            "`ENABLED`",
            "\"Enabled\"",
        ),
        (
            awsvpc(json!({"assignPublicIp": "yes", "subnets": [SUBNET]})),
            definition(),
            "input/no-such-word",
            "ENABLED or DISABLED",
            "\"yes\"",
        ),
        (
            awsvpc(json!({"assignPublicIp": true, "subnets": [SUBNET]})),
            definition(),
            "input/no-such-word",
            "ENABLED or DISABLED",
            ": true",
        ),
        (launched("Fargate"), definition(), "input/no-such-word", "write `FARGATE`", "\"Fargate\""),
        (launched("FARGTE"), definition(), "input/no-such-word", "is `FARGATE` meant?", "\"FARGTE\""),
        (launched(""), definition(), "input/no-such-word", "EC2 or FARGATE or EXTERNAL", "\"launchType\": \"\""),
        (sound(), compatible("FARGTE"), "input/no-such-word", "is `FARGATE` meant?", "\"FARGTE\""),
        (
            sound(),
            renamed("containerDefinitions", "ContainerDefinitions"),
            "input/no-such-member",
            "`containerDefinitions`",
            "\"ContainerDefinitions\"",
        ),
        (sound(), renamed("image", "Image"), "input/no-such-member", "`image`", "\"Image\""),
    ];
    for (service, definition, code, help, written) in cases {
        let run = run(&service, &definition);
        assert_eq!((run.code, run.out.as_str()), (2, ""), "{service} {definition}: {run:#?}");
        let files = [("service.json", format!("{service:#}")), ("taskdef.json", format!("{definition:#}"))];
        let line = |text: &String| text.lines().position(|line| line.contains(written));
        let place = files.iter().find_map(|(file, text)| Some(format!("{file}:{}:", line(text)? + 1)));
        for part in [code, help, &place.expect("it is written there")] {
            assert!(run.err.contains(part), "{service} {definition}: {part}\n{}", run.err);
        }
    }
}

/// The AWS CLI's skeletons are full of empty names and ids.
#[test]
fn what_is_not_filled_in_is_told_at_its_place() {
    let awsvpc = |inner: Value| service(json!({"awsvpcConfiguration": inner}));
    let sound = || awsvpc(json!({"subnets": [SUBNET]}));
    let with = |mut object: Value, pointer: &str, value: Value| {
        let (inside, key) = pointer.rsplit_once('/').expect("a pointer");
        object.pointer_mut(inside).expect("it is there")[key] = value;
        object
    };
    let of_service = |key: &str, value: Value| (with(sound(), key, value), definition());
    let of_definition = |key: &str, value: Value| (sound(), with(definition(), key, value));
    let cases = [
        (of_service("/serviceName", json!("")), "`serviceName` is empty"),
        ((awsvpc(json!({"subnets": [SUBNET, ""]})), definition()), "`subnets` is empty"),
        ((awsvpc(json!({"subnets": [SUBNET], "securityGroups": [""]})), definition()), "`securityGroups` is empty"),
        (of_service("/capacityProviderStrategy", json!([{"capacityProvider": ""}])), "`capacityProvider` is empty"),
        (of_definition("/family", json!("")), "`family` is empty"),
        (
            (
                sound(),
                serde_json::from_str(&definition().to_string().replace("public.ecr.aws/nginx/nginx:1", ""))
                    .expect("JSON"),
            ),
            "`image` is empty",
        ),
        (
            of_definition("/volumes", json!([{"name": "v", "efsVolumeConfiguration": {"fileSystemId": ""}}])),
            "`fileSystemId` is empty",
        ),
    ];
    for ((service, definition), said) in cases {
        let run = run(&service, &definition);
        assert_eq!((run.code, run.out.as_str()), (2, ""), "{service} {definition}: {run:#?}");
        assert!(run.err.contains("input/not-filled-in") && run.err.contains(said), "{said}: {}", run.err);
        assert!(run.err.contains(".json:"), "it has a place: {}", run.err);
    }
}

#[test]
fn a_task_definition_has_containers() {
    let mut empty = definition();
    empty["containerDefinitions"] = json!([]);
    let run = run(&service(json!({"awsvpcConfiguration": {"subnets": [SUBNET]}})), &empty);
    assert_eq!((run.code, run.out.as_str()), (2, ""), "{run:#?}");
    assert!(run.err.contains("input/not-a-deployment") && run.err.contains("taskdef.json"), "{run:#?}");
}

/// What nothing here reads, what describes a service, and what is yet to be filled in, is none of ours to refuse.
#[test]
fn other_members_and_words_are_left_alone() {
    let filled = |inner: Value| service(json!({"awsvpcConfiguration": inner}));
    let launched = |by: &str| {
        let mut service = filled(json!({"subnets": [SUBNET]}));
        service["launchType"] = json!(by);
        service
    };
    let mut described = filled(json!({"subnets": [SUBNET], "securityGroups": [], "assignPublicIp": "DISABLED"}));
    described["pendingCount"] = json!(0);
    described["role"] = json!("ecs");
    described["tags"] = json!([]);
    described["somethingNew"] = json!({});
    let cases = [
        described,
        filled(json!({"subnets": [SUBNET], "assignPublicIp": "${PUBLIC_IP}"})),
        filled(json!({"subnets": [SUBNET], "assignPublicIp": "<PUBLIC_IP>"})),
        filled(json!({"subnets": [SUBNET], "subnet": "x"})),
        launched("FARGATE"),
        launched("MANAGED_INSTANCES"),
        launched("${LAUNCH_TYPE}"),
    ];
    for service in cases {
        let run = run(&service, &definition());
        assert_ne!(run.code, 2, "{service}: {run:#?}");
    }
}

/// Judges a deployment without the file of its task definition.
fn run_without_definition(service: &Value) -> cli_support::Run {
    let network = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/rules/nat/present/pass.json");
    let network = fs::read_to_string(network).expect("the fixture is checked in");
    Scratch::new("deploy-names").with("network.json", &network).with("service.json", &format!("{service:#}\n")).run(&[
        "lint",
        "network.json",
        "--service",
        "service.json",
    ])
}

#[test]
fn a_task_definition_that_is_not_there_is_named() {
    let run = run_without_definition(&service(json!({"awsvpcConfiguration": {"subnets": [SUBNET]}})));
    let said = run.out.split_whitespace().collect::<Vec<_>>().join(" ");
    let told = "what web needs: the task definition `web` is not in the input: with --service, --task-definition FILE gives it";
    assert!(run.code == 3 && said.contains(told), "{run:#?}");
}

#[test]
fn a_group_that_is_not_there_is_told_as_such() {
    let service = service(json!({"awsvpcConfiguration": {"subnets": [SUBNET], "securityGroups": ["sg-404"]}}));
    let run = run(&service, &definition());
    let said = run.out.split_whitespace().collect::<Vec<_>>().join(" ");
    let told = "\u{2717} a security group that does not exist does not let tcp 443 out";
    assert!(said.contains(told), "{run:#?}");
}
