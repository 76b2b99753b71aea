//! Log drivers beside awslogs: judged where they say what they ship to, else listed as not checked.

mod cli_support;

use cli_support::{Run, run_with};
use serde_json::{Value, json};
use std::fs;
use std::path::Path;

/// A sound network whose task logs so, and whose group lets out to port 443 alone.
fn lint(log: Value) -> Run {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/rules/sg/egress/pass.json");
    let text = fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let mut network: Value = serde_json::from_str(&text).expect("a fixture is JSON");
    network["taskDefinitions"][0]["containerDefinitions"][0]["logConfiguration"] = log;
    let https =
        json!([{ "IpProtocol": "tcp", "FromPort": 443, "ToPort": 443, "IpRanges": [{ "CidrIp": "0.0.0.0/0" }] }]);
    for group in network["SecurityGroups"].as_array_mut().expect("a list") {
        group["IpPermissionsEgress"] = https.clone();
    }
    run_with(Path::new("."), &["lint", "-", "--format", "json"], &network.to_string())
}

#[test]
fn what_splunk_is_sent_to_is_judged() {
    let splunk = |url: &str| lint(json!({ "logDriver": "splunk", "options": { "splunk-url": url } }));
    let sound = splunk("https://http-inputs-shop.splunkcloud.com");
    assert_eq!((sound.code, &sound.json()["notChecked"]), (0, &json!([])), "{sound:#?}");
    let blocked = splunk("https://http-inputs-shop.splunkcloud.com:8088");
    let finding = &blocked.json()["findings"][0];
    assert_eq!((blocked.code, &finding["rule"]), (1, &json!("sg/egress")), "{blocked:#?}");
    assert_eq!(finding["affects"][0]["destination"], "http-inputs-shop.splunkcloud.com", "{finding:#}");
}

#[test]
fn what_is_not_followed_is_listed_and_leaves_the_run_complete() {
    for (log, why) in [
        (json!({ "logDriver": "awsfirelens", "options": { "Name": "datadog" } }), "awsfirelens"),
        (json!({ "logDriver": "splunk", "secretOptions": [] }), "splunk names no `splunk-url`"),
    ] {
        let run = lint(log);
        let listed = run.json()["notChecked"].clone();
        assert_eq!((run.code, &listed[0]["what"]), (0, &json!("app → the logs of app")), "{run:#?}");
        assert!(listed[0]["why"].as_str().unwrap_or_default().contains(why), "{listed:#}");
    }
}
