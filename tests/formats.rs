//! What pipelines read: reports of the real binary over recorded networks, read as their readers do.

mod cli_support;
mod python_support;

use cli_support::{Run, Scratch, fixtures, run, run_in};
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
        let out = run(&[&["lint", "--format", "junit"], *arguments].concat()).out;
        fs::write(&path, out).expect("a folder of its own");
        paths.push(path);
    }
    read_paths(&paths)
}

/// The same of reports that are written already.
fn read_paths(paths: &[PathBuf]) -> Vec<Value> {
    let python = python_support::environment("pipelines", &beside("requirements.txt"));
    let output = Command::new(python).arg(beside("junit.py")).arg(beside("junit-10.xsd")).args(paths).output();
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
        ("unreadable", &["nowhere.json"]),
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
    assert_eq!(of(5, "Error"), ["input/unreadable"], "what can't be judged is no success");
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
        assert!(uri.starts_with("fixtures/moto/endpoints+s3"), "{place}");
        assert!(at["region"]["startLine"].as_u64() > Some(0), "{place}");
    }
    let blocked = log["runs"][0]["results"][0]["codeFlows"][0]["threadFlows"][0]["locations"].to_string();
    assert!(blocked.contains("\"importance\":\"essential\""), "the path of a broken flow ends somewhere: {blocked}");
}

/// Every path that a report of this format names, or what is written there of it.
fn paths(format: &str, report: &Run) -> Vec<String> {
    let text = |value: &Value, pointer: &str| value.pointer(pointer).and_then(Value::as_str).map(str::to_owned);
    let of_list = |list: &Value, pointer: &str| -> Vec<String> {
        list.as_array().into_iter().flatten().filter_map(|entry| text(entry, pointer)).collect()
    };
    match format {
        "sarif" => {
            let place = "/locations/0/physicalLocation/artifactLocation/uri";
            of_list(&report.json()["runs"][0]["results"], place)
        }
        "gitlab" => of_list(&report.json(), "/location/path"),
        "github" => {
            let lines = report.out.lines().filter_map(|line| line.split_once(" file=")?.1.split_once(','));
            lines.map(|(path, _)| path.to_owned()).collect()
        }
        // Of each finding the place is the first word.
        "junit" => {
            let bodies = report.out.lines().filter_map(|line| line.split_once("<failure ")?.1.split_once("\">"));
            bodies.filter_map(|(_, body)| Some(body.split_once(':')?.0.to_owned())).collect()
        }
        _ => {
            let rows = report.out.lines().filter(|line| line.starts_with("| ") && line.contains("/rules/"));
            let cells = rows.filter_map(|row| row.trim_end_matches(" |").rsplit_once("| ")?.1.split_once(':'));
            cells.map(|(path, _)| path.trim_start_matches('[').to_owned()).collect()
        }
    }
}

#[test]
fn paths_are_seen_from_the_checkout_wherever_the_run_stands() {
    let text = fs::read_to_string(fixtures().join("../rules/nat/in-public-subnet/fail.json")).expect("the fixture");
    let scratch = Scratch::new("checkout").with("infra/network/snapshot.json", &text).with("infra/deploy/x", "");
    let absolute = scratch.0.join("infra/network/snapshot.json").to_string_lossy().into_owned();
    for (folder, name) in [
        ("", "infra/network/snapshot.json"),
        ("infra", "network/snapshot.json"),
        ("infra/network", "./snapshot.json"),
        ("infra/deploy", "../network/snapshot.json"),
        ("infra/deploy", &*absolute),
    ] {
        for format in ["sarif", "gitlab", "github", "junit", "markdown"] {
            let report = run_in(&scratch.0.join(folder), &["lint", name, "--format", format]);
            assert_eq!(report.code, 1, "{report:#?}");
            let paths = paths(format, &report);
            let all = paths.iter().all(|path| path == "infra/network/snapshot.json");
            assert!(all && !paths.is_empty(), "{format}, {name} in {folder}: {paths:?}");
        }
    }
}

#[test]
fn findings_on_one_line_are_told_apart() {
    let text = fs::read_to_string(fixtures().join("../broken-network.json")).expect("the fixture");
    let minified = serde_json::from_str::<Value>(&text).expect("the fixture is JSON").to_string();
    let scratch = Scratch::new("minified").with("snapshot.json", &minified);
    let findings = scratch.run(&["lint", "snapshot.json", "--format", "json"]).json()["findings"].clone();
    let findings = findings.as_array().cloned().unwrap_or_default();
    assert!(findings.len() > 3, "{findings:#?}");
    let ids: Vec<&str> = findings.iter().filter_map(|finding| finding["resource"]["id"].as_str()).collect();
    let gitlab = scratch.run(&["lint", "snapshot.json", "--format", "gitlab"]).json();
    let violations = gitlab.as_array().cloned().unwrap_or_default();
    let log = scratch.run(&["lint", "snapshot.json", "--format", "sarif"]).json();
    let results = log["runs"][0]["results"].as_array().cloned().unwrap_or_default();
    let github = scratch.run(&["lint", "snapshot.json", "--format", "github"]).out;
    let annotations: Vec<&str> =
        github.lines().filter(|line| line.contains("::") && line.contains("line=1,")).collect();
    assert_eq!((violations.len(), results.len(), annotations.len()), (ids.len(), ids.len(), ids.len()));
    for (index, id) in ids.iter().enumerate() {
        assert_eq!(violations[index]["location"]["lines"]["begin"], 1);
        let description = violations[index]["description"].as_str().unwrap_or_default();
        assert!(description.contains(id), "{id}: {description}");
        assert!(annotations[index].contains(id), "{id}: {}", annotations[index]);
        let message = results[index]["message"]["text"].as_str().unwrap_or_default();
        assert!(message.lines().next().unwrap_or_default().contains(id), "{id}: {message}");
        assert_eq!(results[index]["locations"][0]["logicalLocations"][0]["name"], *id);
    }
}

#[test]
fn what_cannot_be_judged_is_told_in_the_reports() {
    let scratch = Scratch::new("failed").with("network/snapshot.json", "{\"Vpcs\": [");
    let files =
        [("sarif", "a.sarif"), ("junit", "a.xml"), ("gitlab", "a.json"), ("markdown", "a.md"), ("json", "b.json")];
    let mut arguments = vec!["lint".to_owned(), "network".to_owned(), "--format".to_owned(), "github".to_owned()];
    for (format, file) in files {
        arguments.extend(["--output".to_owned(), format!("{format}={file}")]);
        // What an earlier run left.
        fs::write(scratch.0.join(file), "[]").expect("a folder of its own");
    }
    let run = scratch.run(&arguments.iter().map(String::as_str).collect::<Vec<_>>());
    assert_eq!(run.code, 2, "{run:#?}");
    assert!(run.err.contains("error[input/syntax]"), "{run:#?}");
    assert!(run.out.starts_with("::error file=network/snapshot.json,line=1,"), "{run:#?}");
    let read = |file: &str| fs::read_to_string(scratch.0.join(file)).expect("it was there before");
    let log: Value = serde_json::from_str(&read("a.sarif")).expect("it is JSON");
    let invocation = &log["runs"][0]["invocations"][0];
    assert_eq!((&invocation["executionSuccessful"], &invocation["exitCode"]), (&Value::Bool(false), &2.into()));
    let told = &invocation["toolExecutionNotifications"][0];
    assert_eq!(told["descriptor"]["id"], "input/syntax");
    let uri = &told["locations"][0]["physicalLocation"]["artifactLocation"]["uri"];
    assert_eq!(uri, "network/snapshot.json");
    let violations: Value = serde_json::from_str(&read("a.json")).expect("it is JSON");
    assert_eq!(violations[0]["severity"], "blocker");
    assert!(read("a.xml").contains("<error type=\"input/syntax\""));
    assert!(read("a.md").starts_with("## ⛔ fargcheck: nothing was judged"));
    assert_eq!(read("b.json"), "[]", "the schema of findings has no form for it");

    // Mistakes in the flags and the configuration too, but not in what says where reports go.
    let unknown = scratch.run(&["lint", "network", "--select", "nat/presnt", "--output", "gitlab=a.json"]);
    assert!(unknown.code == 2 && read("a.json").contains("usage/unknown-rule"), "{unknown:#?}");
    let twice = scratch.run(&["lint", "network", "--output", "sarif=c", "--output", "junit=c"]);
    assert!(twice.code == 2 && !scratch.0.join("c").exists(), "{twice:#?}");
}

#[test]
fn a_report_that_can_t_be_written_takes_nothing_from_the_others() {
    let scratch = Scratch::new("unwritable");
    let network = fixtures().join(BROKEN).to_string_lossy().into_owned();
    let outputs = ["sarif=nowhere/a.sarif", "gitlab=a.json"];
    let run = scratch.run(&["lint", &network, "--output", outputs[0], "--output", outputs[1], "--format", "junit"]);
    assert!(run.code == 2 && run.err.contains("output/unwritable"), "{run:#?}");
    let violations = fs::read_to_string(scratch.0.join("a.json")).expect("it can be written");
    assert!(violations.contains("endpoint/s3-gateway") && !violations.contains("blocker"), "{violations}");
    assert_eq!(run.out.matches("<?xml").count(), 1, "{run:#?}");
}

/// Names that would be markup, commands or escapes in one format or another.
const HOSTILE: [&str; 9] = [
    "two\nlines\r\n::error::x",
    "a | b `c` [d](javascript:e) <img src=x onerror=f>",
    "]]></failure></testsuite> <!-- & &#0; \"quoted\"",
    "::set-output name=exit-code::0",
    "100%0A%0D::stop-commands::x",
    "\u{1b}[2J\u{202e}\u{0}\u{7f}",
    "\u{fffe}\u{ffff} \u{10ffff}",
    "{{ '{{' }} ${{ secrets.TOKEN }} {unknown}",
    "",
];

#[test]
fn hostile_names_break_no_format() {
    let text = fs::read_to_string(fixtures().join("../rules/nat/in-public-subnet/fail.json")).expect("the fixture");
    let snapshot: Value = serde_json::from_str(&text).expect("the fixture is JSON");
    let long = "x".repeat(100_000);
    let names = HOSTILE.iter().copied().chain([long.as_str()]);
    let mut reports = Vec::new();
    for (index, name) in names.enumerate() {
        let mut snapshot = snapshot.clone();
        for nat in snapshot["NatGateways"].as_array_mut().expect("a list") {
            nat["Tags"] = serde_json::json!([{"Key": "Name", "Value": name}]);
        }
        let scratch = Scratch::new("hostile").with("a.json", &snapshot.to_string());
        let lint = |format: &str| {
            let run = scratch.run(&["lint", "a.json", "--format", format]);
            assert_eq!(run.code, 1, "{format} {index}: {run:#?}");
            run
        };
        let github = lint("github").out;
        let commands: Vec<&str> = github.lines().filter(|line| line.starts_with("::")).collect();
        assert!(commands.len() == 1 && commands[0].starts_with("::error file=a.json,"), "{github}");
        let gitlab = lint("gitlab").json();
        assert!(gitlab[0]["description"].as_str().is_some_and(|text| !text.contains(['\n', '\u{1b}'])), "{gitlab}");
        let log = lint("sarif").json();
        assert_eq!(log["runs"][0]["results"].as_array().map(Vec::len), Some(1));
        let summary = lint("markdown").out;
        // What its Markdown makes of hostile text is held where it is rendered.
        assert!(summary.len() < 1 << 20 && !summary.replace("\\<", "").contains("<img"), "{summary}");
        let rows = summary.lines().filter(|line| line.starts_with("| ❌")).count();
        assert_eq!(rows, 1, "{summary}");
        reports.push((format!("hostile-{index}"), lint("junit").out));
    }
    let scratch = Scratch::new("hostile-junit");
    let mut paths = Vec::new();
    for (name, report) in &reports {
        let path = scratch.0.join(name);
        fs::write(&path, report).expect("a folder of its own");
        paths.push(path);
    }
    for read in read_paths(&paths) {
        assert_eq!(read["errors"], Value::Array(Vec::new()), "Jenkins' schema: {read}");
        assert_eq!(read["counts"][1], 1, "{read}");
    }
}

#[test]
fn thousands_of_findings_stay_within_what_readers_take() {
    const MANY: usize = 5_000;
    let text = fs::read_to_string(fixtures().join("../rules/nat/in-public-subnet/fail.json")).expect("the fixture");
    let mut snapshot: Value = serde_json::from_str(&text).expect("the fixture is JSON");
    let gateways = snapshot["NatGateways"].as_array_mut().expect("a list");
    let nat = gateways[0].clone();
    for number in 1..MANY {
        let mut another = nat.clone();
        another["NatGatewayId"] = format!("nat-{number:017x}").into();
        gateways.push(another);
    }
    let scratch = Scratch::new("many").with("a.json", &snapshot.to_string());
    let size = |format: &str| {
        let run = scratch.run(&["lint", "a.json", "--format", format]);
        assert_eq!(run.code, 1, "{format}: {}", run.err);
        run.out
    };
    let log: Value = serde_json::from_str(&size("sarif")).expect("it is JSON");
    let results = log["runs"][0]["results"].as_array().cloned().unwrap_or_default();
    assert!(results.len() >= MANY, "{}", results.len());
    let prints: std::collections::BTreeSet<&str> =
        results.iter().filter_map(|result| result["partialFingerprints"]["primaryLocationLineHash"].as_str()).collect();
    assert_eq!(prints.len(), results.len(), "each is known by its own");
    // GitHub takes 10 MB of SARIF, compressed; a summary of 1 MiB.
    let summary = size("markdown");
    assert!(summary.len() <= 1 << 20 && summary.contains("findings not shown"), "{}", summary.len());
    let violations: Value = serde_json::from_str(&size("gitlab")).expect("it is JSON");
    assert_eq!(violations.as_array().map(Vec::len), Some(results.len()));
    assert!(size("junit").matches("<failure ").count() <= results.len());
}
