//! What pipelines read: reports of the real binary over recorded networks, read as their readers do.

mod cli_support;
mod python_support;

use cli_support::{Scratch, fixtures, run};
use serde_json::Value;
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

const SOUND: &str = "endpoints";
const BROKEN: &str = "endpoints+s3-gateway-missing";

fn beside(name: &str) -> PathBuf {
    [env!("CARGO_MANIFEST_DIR"), "tests", "pipelines", name].iter().collect()
}

/// What Jenkins' schema and junitparser make of each report.
fn read_junit(reports: &[(&str, &[&str])]) -> Vec<Value> {
    let scratch = Scratch::new("junit");
    let mut paths = Vec::new();
    for (name, arguments) in reports {
        let path = scratch.0.join(name);
        fs::write(&path, run(&[&["lint", "--format", "junit"], *arguments].concat()).out).expect("a folder of its own");
        paths.push(path);
    }
    let python = python_support::environment("pipelines", &beside("requirements.txt"));
    let output = Command::new(python).arg(beside("junit.py")).arg(beside("junit-10.xsd")).args(&paths).output();
    let output = output.expect("the environment was just made");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let lines = String::from_utf8_lossy(&output.stdout).into_owned();
    lines.lines().map(|line| serde_json::from_str(line).expect("the script prints JSON")).collect()
}

#[test]
fn junit_is_what_jenkins_reads() {
    let read = read_junit(&[
        ("sound", &[SOUND]),
        ("broken", &[BROKEN]),
        ("tolerated", &[BROKEN, "--exit-zero"]),
        ("incomplete", &["endpoints/vpcs.json", "endpoints/subnets.json"]),
        ("allowed", &["endpoints/vpcs.json", "endpoints/subnets.json", "--allow-incomplete"]),
    ]);
    for report in &read {
        assert_eq!(report["errors"], Value::Array(Vec::new()));
        let cases = report["cases"].as_array().expect("cases");
        let ended = |how: &str| cases.iter().filter(|case| case["results"][0] == how).count();
        assert_eq!(report["counts"], serde_json::json!([cases.len(), ended("Failure"), ended("Error")]));
    }
    let of = |index: usize, how: &str| {
        let cases = read[index]["cases"].as_array().cloned().unwrap_or_default();
        let names = cases.into_iter().filter(|case| case["results"][0] == how);
        names.filter_map(|case| case["name"].as_str().map(str::to_owned)).collect::<Vec<_>>()
    };
    let none: Vec<String> = Vec::new();
    assert_eq!((of(0, "Failure"), of(0, "Error")), (none.clone(), none.clone()));
    let failed = of(1, "Failure");
    assert!(failed.len() == 1 && failed[0].starts_with("endpoint/s3-gateway: vpc-"), "{failed:?}");
    assert_eq!(of(2, "Failure"), none, "a finding that fails no run fails no test");
    assert!(!of(3, "Error").is_empty(), "what makes a run incomplete is an error");
    assert_eq!(of(4, "Error"), none);
    let skipped = of(4, "Skipped");
    assert!(of(3, "Error").iter().all(|what| skipped.contains(what)), "what is allowed is skipped: {skipped:?}");
    let passed = read[0]["cases"].as_array().into_iter().flatten().any(|case| case["name"] == "nat/available");
    assert!(passed, "a rule that found nothing is a test that passed");
}

/// Rule → fingerprint of a SARIF report, and of GitLab's.
fn fingerprints(sarif: &str, gitlab: &str) -> (BTreeMap<String, String>, BTreeMap<String, String>) {
    let read = |path: &str| serde_json::from_str::<Value>(&fs::read_to_string(path).expect(path)).expect(path);
    let pairs = |list: &Value, rule: &str, print: &str| {
        let text = |value: &Value, pointer: &str| value.pointer(pointer).and_then(Value::as_str).map(str::to_owned);
        let entries = list.as_array().cloned().unwrap_or_default();
        entries.iter().filter_map(|entry| Some((text(entry, rule)?, text(entry, print)?))).collect::<BTreeMap<_, _>>()
    };
    let log = read(sarif);
    let results = &log["runs"][0]["results"];
    (
        pairs(results, "/ruleId", "/partialFingerprints/primaryLocationLineHash"),
        pairs(&read(gitlab), "/check_name", "/fingerprint"),
    )
}

#[test]
fn fingerprints_outlive_the_name_of_a_file_and_its_lines() {
    let scratch = Scratch::new("fingerprints");
    let network = scratch.0.join("network");
    fs::create_dir(&network).expect("a folder of its own");
    for (index, file) in fs::read_dir(fixtures().join(BROKEN)).expect("the fixture").enumerate() {
        let text = fs::read_to_string(file.expect("a file").path()).expect("the fixture is text");
        let value: Value = serde_json::from_str(&text).expect("the fixture is JSON");
        fs::write(network.join(format!("renamed-{index}.json")), format!("\n\n{value}\n"))
            .expect("a folder of its own");
    }
    let lint = |path: &Path, sarif: &str, gitlab: &str| {
        let path = path.to_string_lossy().into_owned();
        let outputs = [format!("sarif={sarif}"), format!("gitlab={gitlab}")];
        let run = scratch.run(&["lint", &path, "--output", &outputs[0], "--output", &outputs[1], "-q"]);
        assert_eq!(run.code, 1, "{run:#?}");
        let in_scratch = |name: &str| scratch.0.join(name).to_string_lossy().into_owned();
        fingerprints(&in_scratch(sarif), &in_scratch(gitlab))
    };
    let recorded = lint(&fixtures().join(BROKEN), "a.sarif", "a.json");
    let changed = lint(&network, "b.sarif", "b.json");
    assert!(recorded.0.contains_key("endpoint/s3-gateway"), "{recorded:?}");
    assert_eq!(recorded, changed);
    assert_eq!(recorded.0, recorded.1, "both readers know a finding by the same");
}

#[test]
fn sarif_names_files_as_seen_from_the_repository() {
    let log = run(&["lint", BROKEN, "--format", "sarif"]).json();
    let mut places = Vec::new();
    for result in log["runs"][0]["results"].as_array().into_iter().flatten() {
        let flows = result.pointer("/codeFlows/0/threadFlows/0/locations").and_then(Value::as_array);
        let hops = flows.into_iter().flatten().map(|hop| &hop["location"]);
        let others = result["relatedLocations"].as_array().into_iter().flatten();
        places.extend(result["locations"].as_array().into_iter().flatten().chain(others).chain(hops));
    }
    assert!(places.len() > 5, "{log}");
    for place in places {
        let at = &place["physicalLocation"];
        let uri = at["artifactLocation"]["uri"].as_str().unwrap_or_default();
        assert!(uri.starts_with("endpoints%2Bs3") || uri.starts_with("endpoints+s3"), "{place}");
        assert!(at["region"]["startLine"].as_u64() > Some(0), "{place}");
    }
    let blocked = log["runs"][0]["results"][0]["codeFlows"][0]["threadFlows"][0]["locations"].to_string();
    assert!(blocked.contains("\"importance\":\"essential\""), "the path of a broken flow ends somewhere: {blocked}");
}
