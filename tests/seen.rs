//! What ECS says went wrong, beside the findings that explain it: stopped tasks and events of services, in the AWS CLI's
//! shapes, put into the README's broken network.

mod cli_support;

use cli_support::{Run, fixtures, run_with};
use serde_json::{Value, json};
use std::fs;

const CLUSTER: &str = "arn:aws:ecs:us-east-1:123456789012:cluster/shop";
/// Whose NAT gateway is in a private subnet.
const SUBNET_A: &str = "subnet-9cf6808dc87807e8a";
/// Whose network ACL drops some replies.
const SUBNET_B: &str = "subnet-6327d8c54294ec5c8";

const SECRETS: &str = "ResourceInitializationError: unable to pull secrets or registry auth: execution resource retrieval failed: unable to retrieve ecr registry auth: service call has been retried 3 time(s): RequestError: send request failed caused by: Post \"https://api.ecr.us-east-1.amazonaws.com/\": dial tcp 3.17.137.51:443: i/o timeout. Please check your task network configuration.";
const PULL: &str = "CannotPullContainerError: pull image manifest has been retried 5 time(s): failed to resolve ref 123456789012.dkr.ecr.us-east-1.amazonaws.com/app:1: failed to do request: Head \"https://123456789012.dkr.ecr.us-east-1.amazonaws.com/v2/app/manifests/1\": dial tcp 44.213.79.10:443: i/o timeout";
const UNHEALTHY: &str = "(service backend) (task 1a2b3c4d5e6f) (port 5000) is unhealthy in (target-group arn:aws:elasticloadbalancing:us-east-1:123456789012:targetgroup/web/0123456789abcdef) due to (reason Request timed out)";

/// A stopped task of a service, as `aws ecs describe-tasks` prints it.
fn stopped(service: &str, subnet: &str, minute: u32, reason: &str) -> Value {
    json!({
        "taskArn": format!("arn:aws:ecs:us-east-1:123456789012:task/shop/{service}{minute:024}"),
        "clusterArn": CLUSTER, "group": format!("service:{service}"), "launchType": "FARGATE",
        "taskDefinitionArn": format!("arn:aws:ecs:us-east-1:123456789012:task-definition/{service}:1"),
        "desiredStatus": "STOPPED", "lastStatus": "STOPPED", "stopCode": "TaskFailedToStart", "stoppedReason": reason,
        "stoppedAt": format!("2026-11-21T13:{minute:02}:00.076000+01:00"),
        "attachments": [{"type": "ElasticNetworkInterface", "status": "DELETED",
            "details": [{"name": "subnetId", "value": subnet}, {"name": "networkInterfaceId", "value": "eni-gone"}]}],
        "containers": [],
    })
}

fn with(mut value: Value, field: &str, to: Value) -> Value {
    value[field] = to;
    value
}

fn event(minute: u32, message: &str) -> Value {
    json!({"id": format!("{minute}"), "createdAt": format!("2026-11-21T12:{minute:02}:00+00:00"), "message": message})
}

/// The README's network, with these tasks, and these events of its service `backend`.
fn network(tasks: Vec<Value>, events: Vec<Value>) -> Value {
    let text = fs::read_to_string(fixtures().join("../broken-network.json")).expect("the fixture is checked in");
    let mut document: Value = serde_json::from_str(&text).expect("JSON");
    document["tasks"] = tasks.into();
    document["services"][0]["events"] = events.into();
    document
}

fn lint(document: &Value, more: &[&str]) -> Run {
    let mut arguments = vec!["lint", "-"];
    arguments.extend_from_slice(more);
    run_with(&fixtures(), &arguments, &document.to_string())
}

/// What was seen: the rule and resource of the finding that explains it, or none, then whose, how often, and when last.
fn seen(document: &Value) -> Vec<String> {
    let report = lint(document, &["--format", "json"]).json();
    let lines = |head: String, list: &Value| -> Vec<String> {
        let of = |one: &Value| {
            let (kind, owner) = (one["in"].as_str().unwrap_or("?"), one["of"].as_str().unwrap_or("?"));
            format!("{head}: {} {kind} of {owner}, {}", one["count"], one["last"].as_str().unwrap_or("-"))
        };
        list.as_array().expect("a list").iter().map(of).collect()
    };
    let findings = report["findings"].as_array().expect("a list");
    let head = |finding: &Value| format!("{} {}", finding["rule"].as_str().unwrap_or("?"), finding["vpc"].is_string());
    let mut all: Vec<String> =
        findings.iter().flat_map(|one| lines(head(one).replace(" true", ""), &one["seen"])).collect();
    all.extend(lines("unexplained".to_owned(), &report["unexplained"]));
    all
}

/// Of several clusters each may have a service of that name.
#[test]
fn services_of_several_clusters_are_told_apart() {
    let of = |cluster: &str, minute| with(stopped("web", SUBNET_A, minute, PULL), "clusterArn", json!(cluster));
    let owners = |tasks: Vec<Value>| {
        let lines = seen(&network(tasks, vec![]));
        lines.iter().filter_map(|line| line.split(" of ").nth(1)).map(str::to_owned).collect::<Vec<_>>()
    };
    assert_eq!(owners(vec![of(CLUSTER, 1)]), ["service web, 2026-11-21T12:01:00Z"]);
    let other = CLUSTER.replace("shop", "test");
    assert_eq!(
        owners(vec![of(CLUSTER, 1), of(&other, 2)]),
        ["service test/web, 2026-11-21T12:02:00Z", "service shop/web, 2026-11-21T12:01:00Z"]
    );
}

/// What it shows, the stopped tasks, the events, and what is seen beside which finding.
type Case = (&'static str, Vec<Value>, Vec<Value>, &'static [&'static str]);

#[test]
fn reasons_stand_beside_the_finding_that_breaks_that_workload_in_that_subnet() {
    let task = |minute, reason| stopped("backend", SUBNET_A, minute, reason);
    let cases: Vec<Case> = vec![
        ("nothing", vec![], vec![], &[]),
        (
            "the same three times, though with other addresses",
            vec![task(1, SECRETS), task(9, &SECRETS.replace("3.17.137.51", "52.94.0.1")), task(5, SECRETS)],
            vec![],
            &["nat/in-public-subnet: 3 stopped-tasks of service backend, 2026-11-21T12:09:00Z"],
        ),
        (
            "each subnet has its own fault",
            vec![task(1, PULL), stopped("backend", SUBNET_B, 2, PULL)],
            vec![],
            &[
                "nacl/partial: 1 stopped-tasks of service backend, 2026-11-21T12:02:00Z",
                "nat/in-public-subnet: 1 stopped-tasks of service backend, 2026-11-21T12:01:00Z",
            ],
        ),
        (
            "two services and two texts",
            vec![task(1, PULL), task(2, SECRETS), stopped("frontend", SUBNET_A, 3, PULL)],
            vec![],
            &[
                "nat/in-public-subnet: 1 stopped-tasks of service frontend, 2026-11-21T12:03:00Z",
                "nat/in-public-subnet: 1 stopped-tasks of service backend, 2026-11-21T12:02:00Z",
                "nat/in-public-subnet: 1 stopped-tasks of service backend, 2026-11-21T12:01:00Z",
            ],
        ),
        (
            "the container's reason says more than the task's",
            vec![with(task(1, "Task failed to start"), "containers", json!([{"name": "app", "reason": PULL}]))],
            vec![],
            &["nat/in-public-subnet: 1 stopped-tasks of service backend, 2026-11-21T12:01:00Z"],
        ),
        (
            "a service of that name in another cluster",
            vec![with(task(1, PULL), "clusterArn", json!("arn:aws:ecs:us-east-1:123456789012:cluster/other"))],
            vec![],
            // It is no workload of the input; but the way out of its subnet is broken for all.
            &["nat/in-public-subnet: 1 stopped-tasks of service other/backend, 2026-11-21T12:01:00Z"],
        ),
        (
            "a scheduled task, which is no workload, in a subnet whose way out is broken for all",
            vec![with(task(1, PULL), "group", json!("family:job"))],
            vec![],
            &["nat/in-public-subnet: 1 stopped-tasks of task backend:1, 2026-11-21T12:01:00Z"],
        ),
        (
            "the same in a subnet of which nothing is wrong",
            vec![with(stopped("job", "subnet-418637c3a1d67acbb", 1, PULL), "group", json!("family:job"))],
            vec![],
            &["unexplained: 1 stopped-tasks of task job:1, 2026-11-21T12:01:00Z"],
        ),
        (
            "a permission is no fault of the network",
            vec![task(
                1,
                "ResourceInitializationError: unable to pull secrets or registry auth: execution resource retrieval failed: unable to retrieve ecr registry auth: service call has been retried 1 time(s): AccessDeniedException: User: arn:aws:sts::123456789012:assumed-role/r/t is not authorized to perform: ecr:GetAuthorizationToken on resource: * because no identity-based policy allows the ecr:GetAuthorizationToken action",
            )],
            vec![],
            &["unexplained: 1 stopped-tasks of service backend, 2026-11-21T12:01:00Z"],
        ),
        (
            "a registry that answered was reached",
            vec![task(
                1,
                "CannotPullContainerError: pull image manifest has been retried 1 time(s): failed to resolve ref 123456789012.dkr.ecr.us-east-1.amazonaws.com/app:x: not found",
            )],
            vec![],
            &["unexplained: 1 stopped-tasks of service backend, 2026-11-21T12:01:00Z"],
        ),
        (
            "a private address is not met through a NAT gateway",
            vec![task(1, &PULL.replace("44.213.79.10", "10.0.1.2"))],
            vec![],
            &["unexplained: 1 stopped-tasks of service backend, 2026-11-21T12:01:00Z"],
        ),
        (
            "what is no trouble is not told",
            vec![
                with(
                    task(1, "Scaling activity initiated by (deployment ecs-svc/1)"),
                    "stopCode",
                    json!("ServiceSchedulerInitiated"),
                ),
                with(
                    with(task(2, "Essential container in task exited"), "stopCode", json!("EssentialContainerExited")),
                    "containers",
                    json!([{"name": "app", "exitCode": 0}]),
                ),
                with(task(3, PULL), "launchType", json!("EC2")),
                with(with(task(4, PULL), "stoppedReason", json!(null)), "stopCode", json!(null)),
            ],
            vec![event(1, "(service backend) has started 1 tasks: (task 1a2b3c4d5e6f).")],
            &[],
        ),
        (
            "a container that failed",
            vec![with(
                with(task(2, "Essential container in task exited"), "stopCode", json!("EssentialContainerExited")),
                "containers",
                json!([{"name": "app", "exitCode": 137, "reason": "OutOfMemoryError: Container killed due to memory usage"}]),
            )],
            vec![],
            &["unexplained: 1 stopped-tasks of service backend, 2026-11-21T12:02:00Z"],
        ),
        (
            "events since the last steady state, whatever their order",
            vec![],
            vec![
                event(1, UNHEALTHY),
                event(2, "(service backend) has reached a steady state."),
                event(4, UNHEALTHY),
                event(3, UNHEALTHY),
            ],
            &["sg/task-from-load-balancer: 2 service-events of service backend, 2026-11-21T12:04:00Z"],
        ),
        (
            "no network is short of capacity",
            vec![],
            vec![event(
                1,
                "(service backend) was unable to place a task. Reason: Capacity is unavailable at this time. Please try again later or in a different availability zone.",
            )],
            &["unexplained: 1 service-events of service backend, 2026-11-21T12:01:00Z"],
        ),
        (
            "times as the AWS CLI's first version prints them, and none",
            vec![
                with(task(1, PULL), "stoppedAt", json!(1_795_262_460.076)),
                with(task(2, PULL), "stoppedAt", json!("soon")),
            ],
            vec![],
            &["nat/in-public-subnet: 2 stopped-tasks of service backend, 2026-11-21T12:01:00Z"],
        ),
    ];
    for (what, tasks, events, expected) in cases {
        assert_eq!(seen(&network(tasks, events)), expected, "{what}");
    }
}

/// Stopped tasks run nowhere: the report is the same but for what was seen.
#[test]
fn stopped_tasks_are_no_workloads() {
    let scheduled = |status: &str| {
        let task = with(stopped("job", SUBNET_A, 1, PULL), "group", json!("family:job"));
        with(with(task, "lastStatus", json!(status)), "stoppedReason", json!(null))
    };
    let workloads = |tasks| {
        let report = lint(&network(tasks, vec![]), &["--format", "json"]).json();
        (report["workloads"].clone(), report["notChecked"].clone(), report["summary"].clone())
    };
    let none = workloads(vec![]);
    for status in ["STOPPED", "STOPPING", "DEPROVISIONING"] {
        assert_eq!(workloads(vec![scheduled(status)]), none, "{status}");
    }
    let running = with(scheduled("RUNNING"), "desiredStatus", json!("RUNNING"));
    assert_ne!(workloads(vec![running]), none, "of a running one it is said what is not known");
}

#[test]
fn every_format_tells_what_was_seen_once() {
    let hostile = "CannotPullContainerError: \u{1b}[2J\u{202e} ::error::x [a](javascript:x)\nmanifest unknown"
        .to_owned()
        + &"x".repeat(5000);
    let tasks = vec![
        stopped("backend", SUBNET_A, 1, PULL),
        stopped("backend", SUBNET_A, 2, PULL),
        stopped("frontend", SUBNET_A, 3, &hostile),
    ];
    let document = network(tasks, vec![]);
    for format in ["human", "table", "json", "sarif", "github"] {
        let run = lint(&document, &["--format", format]);
        assert_eq!(run.code, 1, "{format}");
        let words: String = run.out.split_whitespace().collect::<Vec<_>>().join(" ");
        // A table's columns part the words.
        if format != "table" {
            assert!(
                words.contains("CannotPullContainerError: pull image manifest has been retried"),
                "{format}: {words}"
            );
        }
        assert!(!run.out.contains(['\u{1b}', '\u{202e}']), "{format}");
        assert!(!run.out.contains(&"x".repeat(400)), "{format}: a text that nobody reads to its end");
        assert!(run.out.lines().all(|line| !line.starts_with("::error::x")), "{format}");
    }
    assert!(!lint(&document, &["-q"]).out.contains("stopped"));
    let human = lint(&document, &[]).out;
    let rest = human.find("seen, but explained").and_then(|start| human[start..].split("\n\n").next());
    let beside = human.find("  seen  ").and_then(|start| Some(&human[start..start + human[start..].find("  help")?]));
    insta::assert_snapshot!("what_a_finding_explains", beside.expect("a section").trim_end());
    insta::assert_snapshot!("what_no_finding_explains", rest.expect("a heading"));
}

/// What happened stands at a reason's end: of a long one the middle is left out.
#[test]
fn a_long_text_keeps_its_end() {
    let long =
        |end: &str| PULL.replace("failed to do request", &format!("{} failed to do request", "é".repeat(400))) + end;
    for (reason, begin, end) in [
        (long(""), "CannotPullContainerError: pull", "dial tcp 44.213.79.10:443: i/o timeout"),
        (long("\u{202e}"), "CannotPullContainerError: pull", "i/o timeout"),
    ] {
        let report =
            lint(&network(vec![stopped("backend", SUBNET_A, 1, &reason)], vec![]), &["--format", "json"]).json();
        let findings = report["findings"].as_array().expect("a list");
        let texts: Vec<&str> = findings.iter().filter_map(|one| one["seen"][0]["text"].as_str()).collect();
        let [text] = texts[..] else { panic!("{texts:?}") };
        assert!(text.starts_with(begin) && text.contains(" ... ") && text.contains(end), "{text}");
        assert!(text.chars().count() <= 305, "{text}");
    }
}

/// What a finding that is left out explains is explained.
#[test]
fn what_is_ignored_is_not_unexplained() {
    let document = network(vec![stopped("backend", SUBNET_A, 1, PULL)], vec![]);
    for flags in [&["--ignore", "nat"][..], &["--select", "dns"]] {
        let run = lint(&document, flags);
        assert!(!run.out.contains("seen"), "{flags:?} {run:#?}");
    }
}

/// Many different texts take no longer than one reads.
#[test]
fn texts_without_end_are_read_in_part() {
    let tasks = (0..3000).map(|n| {
        stopped(
            "backend",
            SUBNET_A,
            n % 60,
            &format!("CannotPullContainerError: {}", "q".repeat(n as usize % 1500 + 1)),
        )
    });
    let mut tasks: Vec<Value> = tasks.collect();
    for (number, task) in tasks.iter_mut().enumerate() {
        task["taskArn"] = json!(format!("arn:aws:ecs:us-east-1:123456789012:task/shop/{number:032}"));
    }
    let run = lint(&network(tasks, vec![]), &[]);
    assert_eq!(run.code, 1);
    assert!(run.out.contains("           and 997 more\n"), "{}", run.out);
}
