//! Policies of endpoints.

use super::network::*;
use crate::cli_support::Scratch;
use serde_json::{Value, json};

#[test]
fn policies_of_endpoints() {
    let own = json!([{ "Effect": "Allow", "Principal": "*", "Action": "s3:*", "Resource": ["arn:aws:s3:::mine", "arn:aws:s3:::mine/*"] }]);
    let with_layers =
        json!([own[0], { "Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", "Resource": LAYERS }]);
    const BLOCKED: &[(&str, &str)] = &[("s3", "blocked")];
    const FAULT: &[&str] = &["endpoint/policy"];
    const ROLE: &str = "arn:aws:iam::111122223333:role/ecsTaskExecutionRole";
    check(
        &[
            row("no policy", vec![], &[], &[], 0),
            row("one's own bucket", vec![(S3_POLICY, policy(own))], BLOCKED, FAULT, 1),
            row("one's own bucket and the layers'", vec![(S3_POLICY, policy(with_layers))], &[], &[], 0),
            row(
                "one's own resources",
                vec![(S3_POLICY, only("StringEquals", "aws:ResourceAccount", "111122223333"))],
                BLOCKED,
                FAULT,
                1,
            ),
            row(
                "one's own principals",
                vec![(S3_POLICY, only("StringEquals", "aws:PrincipalAccount", "111122223333"))],
                BLOCKED,
                FAULT,
                1,
            ),
            row("the VPC", vec![(S3_POLICY, only("StringEquals", "aws:SourceVpc", "vpc-1"))], &[], &[], 0),
            row("the endpoint", vec![(S3_POLICY, only("StringEquals", "aws:SourceVpce", "vpce-s3"))], &[], &[], 0),
            row(
                "a tag",
                vec![(S3_POLICY, only("StringEquals", "aws:PrincipalTag/team", "web"))],
                &[("s3", "unknown")],
                &[],
                0,
            ),
            row("the role, at ECR", vec![(DKR_POLICY, only("ArnEquals", "aws:PrincipalArn", ROLE))], &[], &[], 0),
            row(
                "another account, at ECR",
                vec![(DKR_POLICY, only("StringEquals", "aws:PrincipalAccount", "444455556666"))],
                &[("ecr.dkr", "blocked")],
                FAULT,
                1,
            ),
            row(
                "the repository's account, at ECR",
                vec![(DKR_POLICY, only("StringEquals", "aws:ResourceAccount", "111122223333"))],
                &[],
                &[],
                0,
            ),
            row(
                "addresses of the VPC, at ECR",
                vec![(DKR_POLICY, only("IpAddress", "aws:VpcSourceIp", "10.0.0.0/16"))],
                &[],
                &[],
                0,
            ),
            row(
                "addresses of the internet, at ECR",
                vec![(DKR_POLICY, only("IpAddress", "aws:SourceIp", "10.0.0.0/16"))],
                &[("ecr.dkr", "blocked")],
                FAULT,
                1,
            ),
            row("no policy at all", vec![(S3_POLICY, "{".into())], &[("s3", "unknown")], &[], 3),
        ],
        None,
    );
}

/// Nobody says what runs, or flags say where: the image is taken to be in ECR, in whichever repository.
/// What a task asks of CloudWatch Logs: a stream is made before anything is written into it.
#[test]
fn policies_of_the_logs_endpoint() {
    const BLOCKED: &[(&str, &str)] = &[("logs", "blocked")];
    const FAULT: &[&str] = &["endpoint/policy"];
    const POLICY: &str = "/VpcEndpoints/3/PolicyDocument";
    let known = |policy: Value| -> Vec<Change> {
        vec![
            (POLICY, policy),
            ("/taskDefinitions/0/executionRoleArn", json!("arn:aws:iam::111122223333:role/execution")),
            ("/taskDefinitions/0/containerDefinitions/0/logConfiguration/options/awslogs-group", json!("/ecs/app")),
        ]
    };
    let group = "arn:aws:logs:us-east-1:111122223333:log-group:/ecs/app";
    let streams = format!("{group}:*");
    let allow = |action: &str, resource: &str| json!({ "Effect": "Allow", "Principal": "*", "Action": action, "Resource": resource });
    let both = |made: &str, written: &str| {
        policy(json!([allow("logs:CreateLogStream", made), allow("logs:PutLogEvents", written)]))
    };
    check(
        &[
            row("no stream made", vec![(POLICY, policy(json!([allow("logs:PutLogEvents", "*")])))], BLOCKED, FAULT, 1),
            row(
                "nothing written",
                vec![(POLICY, policy(json!([allow("logs:CreateLogStream", "*")])))],
                BLOCKED,
                FAULT,
                1,
            ),
            row("both, by the streams", known(both(&streams, &streams)), &[], &[], 0),
            row("a stream made in the group", known(both(group, &streams)), &[], &[], 0),
            row("another group", known(both(&format!("{group}2:*"), &streams)), BLOCKED, FAULT, 1),
        ],
        None,
    );
}

#[test]
fn policies_for_tasks_of_which_little_is_said() {
    let leaves_layers_out = only("StringEquals", "aws:ResourceAccount", "111122223333");
    let nothing_runs = |mut document: Value| {
        for key in ["services", "taskDefinitions", "clusters"] {
            document[key] = json!([]);
        }
        // The other subnet is not what this is about.
        document["Subnets"].as_array_mut().expect("a list").truncate(1);
        document
    };
    for (policy, verdict) in
        [(leaves_layers_out, Some("blocked")), (only("StringEquals", "aws:SourceVpc", "vpc-1"), None)]
    {
        let document = nothing_runs(changed(&[(S3_POLICY, policy)]));
        assert_eq!(doubtful(&lint(&document, None)).get("s3").map(String::as_str), verdict, "any task");
        let scratch = Scratch::new("services").with("snapshot.json", &document.to_string());
        let flags =
            ["lint", "snapshot.json", "--format", "json", "--subnet", "subnet-1", "--security-group", "sg-task"];
        assert_eq!(doubtful(&scratch.run(&flags)).get("s3").map(String::as_str), verdict, "a task of flags");
    }
}

#[test]
fn trace_asks_the_policy_for_what_the_workload_needs() {
    let question = |from| ["trace", "snapshot.json", "--from", from, "--to", "s3", "--format", "json"];
    let document = changed(&[(S3_POLICY, only("StringEquals", "aws:PrincipalOrgID", "o-1"))]);
    let scratch = Scratch::new("services").with("snapshot.json", &document.to_string());
    let run = scratch.run(&question("web"));
    assert_eq!(run.json()["reasons"][0]["code"], "endpoint-policy", "{run:#?}");
    let message = run.json()["reasons"][0]["message"].to_string();
    assert!(message.contains("aws:PrincipalOrgID leaves out Amazon ECR's own account"), "{message}");
    // What a task of a subnet wants of S3 isn't known.
    assert_eq!(scratch.run(&question("subnet-1")).json()["verdict"], "reachable");
}

#[test]
fn why_it_is_not_known_is_said() {
    for (value, expected) in [
        (only("StringEquals", "aws:PrincipalTag/team", "web"), "hangs on aws:PrincipalTag/team"),
        ("not JSON".into(), "the policy of vpce-s3 can't be read"),
    ] {
        let run = lint(&changed(&[(S3_POLICY, value)]), None);
        let unchecked = run.json()["notChecked"].to_string();
        assert!(unchecked.contains(expected), "{expected}: {unchecked}");
    }
}
