//! Folders of AWS CLI outputs: `fixtures/moto` holds what the real CLI wrote, one file a call.
//!
//! A folder has to say the same as one document with the same content, accounts and regions are told apart by their
//! folders, and a file that is missing makes the answer less complete, never wrong.

mod cli_support;
#[path = "moto_support/findings.rs"]
mod findings;

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use cli_support::Scratch;
use findings::{Finding, Report};
use serde_json::{Map, Value, json};

/// The checked-in folders, and the rule that each breaks.
const CASES: &[(&str, Option<&str>)] = &[
    ("endpoints", None),
    ("endpoints+s3-gateway-missing", Some("endpoint/s3-gateway")),
    ("nat-per-zone+nat-in-private-subnet", Some("nat/in-public-subnet")),
    ("public+public-subnet-without-public-ip", Some("workload/public-ip")),
    ("load-balanced", None),
];

/// These files tell more of what others name: where nothing names an element of one, that it is missing changes nothing.
const READ_ON_NEED: &[&str] = &[
    "addresses",
    "availability-zones",
    "block-public-access-exclusions",
    "clusters",
    "dhcp-options",
    "managed-prefix-lists",
    "network-interfaces",
    "prefix-lists",
    "pull-through-cache-rules",
    "repositories",
    "transit-gateway",
    // Names of endpoints hang on it, and file systems.
    "vpc-attribute",
];

#[test]
fn a_folder_is_judged_rightly() {
    for (case, rule) in CASES {
        let report = lint(&folder(case));
        let errors: Vec<&str> = report.of_severity("error").map(|finding| finding.rule.as_str()).collect();
        assert_eq!(errors, Vec::from_iter(*rule), "{case}\n{report}");
        assert_eq!(report.code, i32::from(rule.is_some()), "{case}\n{report}");
    }
}

#[test]
fn every_checked_in_folder_is_in_the_table() {
    let listed: BTreeSet<String> = CASES.iter().map(|(case, _)| (*case).to_owned()).collect();
    let entries = fs::read_dir(folder("")).expect("the fixtures are checked in").map(|entry| entry.expect("readable"));
    let folders = entries.filter(|entry| entry.path().is_dir()).map(|entry| entry.file_name().into_string());
    assert_eq!(folders.collect::<Result<BTreeSet<_>, _>>(), Ok(listed));
}

#[test]
fn a_folder_says_the_same_as_the_merged_document() {
    for (case, _) in CASES {
        let scratch = Scratch::new(&format!("merged-{case}"));
        let path = scratch.0.join("snapshot.json");
        fs::write(&path, merged(&folder(case)).to_string()).expect("the scratch folder can be written");
        let (of_folder, of_document) = (lint(&folder(case)), lint(&path));
        assert_eq!(of_folder.findings, of_document.findings, "{case}");
        assert_eq!(of_folder.code, of_document.code, "{case}\n{of_folder}\n{of_document}");
    }
}

#[test]
fn names_and_depth_of_files_do_not_matter() {
    let case = "endpoints+s3-gateway-missing";
    let scratch = Scratch::new("renamed");
    for (number, file) in files(&folder(case)).iter().enumerate() {
        let below = scratch.0.join(format!("part-{}", number % 3));
        fs::create_dir_all(&below).expect("the scratch folder can be written");
        fs::copy(file, below.join(format!("{number}.json"))).expect("the fixture can be read");
    }
    assert_eq!(lint(&scratch.0).findings, lint(&folder(case)).findings);
}

/// JSON of other programs in a folder is noted, whatever it is, and changes nothing.
#[test]
fn what_is_no_part_of_a_snapshot_is_noted() {
    let case = "endpoints+s3-gateway-missing";
    let whole = lint(&folder(case));
    for (text, said) in
        [("{\"name\": 1}", "an object with `name`"), ("{}", "an empty object"), ("[1]", "a list"), ("7", "a number")]
    {
        let scratch = Scratch::new("foreign");
        for file in files(&folder(case)) {
            fs::copy(&file, scratch.0.join(file.file_name().expect("a file has a name"))).expect("writable");
        }
        fs::write(scratch.0.join("package.json"), text).expect("the scratch folder can be written");
        let report = lint(&scratch.0);
        assert_eq!(report.findings, whole.findings, "{text}");
        let fresh: Vec<_> = report.not_checked.difference(&whole.not_checked).collect();
        assert!(matches!(fresh[..], [one] if one.contains("package.json") && one.contains(said)), "{text}: {fresh:?}");
    }
}

#[test]
fn accounts_and_regions_are_told_apart() {
    let scratch = Scratch::new("accounts");
    // Twice the same network: its ids are the same in both, and must not meet.
    let places = [
        ("111111111111", "us-east-1", "endpoints"),
        ("111111111111", "us-west-2", "endpoints+s3-gateway-missing"),
        ("222222222222", "us-east-1", "nat-per-zone+nat-in-private-subnet"),
        ("333333333333", "us-east-1", "nat-per-zone+nat-in-private-subnet"),
    ];
    for (account, region, case) in places {
        let below = scratch.0.join("accounts").join(account).join(region);
        fs::create_dir_all(&below).expect("the scratch folder can be written");
        let vpcs = fs::read(folder(case).join("vpcs.json")).expect("the fixture can be read");
        let vpcs: Value = serde_json::from_slice(&vpcs).expect("a fixture is JSON");
        let owner = vpcs["Vpcs"][0]["OwnerId"].as_str().expect("a VPC has an owner").to_owned();
        for file in files(&folder(case)) {
            // What the outputs say agrees with their place.
            let text = fs::read_to_string(&file).expect("the fixture can be read");
            let text = text.replace("us-east-1", region).replace(&owner, account);
            fs::write(below.join(file.file_name().expect("a file has a name")), text).expect("writable");
        }
    }
    let report = lint(&scratch.0);
    let errors: BTreeSet<_> =
        report.of_severity("error").map(|found| (found.account.as_str(), found.rule.as_str())).collect();
    let expected = [
        ("111111111111", "endpoint/s3-gateway"),
        ("222222222222", "nat/in-public-subnet"),
        ("333333333333", "nat/in-public-subnet"),
    ];
    assert_eq!(errors, BTreeSet::from(expected), "{report}");
}

#[test]
fn a_missing_file_is_said_and_accuses_nobody() {
    let mut complaints = Vec::new();
    for (case, _) in CASES {
        let whole = lint(&folder(case));
        for left_out in files(&folder(case)) {
            let name = left_out.file_stem().and_then(|name| name.to_str()).expect("a UTF-8 name");
            let scratch = Scratch::new(&format!("without-{case}-{name}"));
            for file in files(&folder(case)).iter().filter(|file| **file != left_out) {
                let copy = scratch.0.join(file.file_name().expect("a file has a name"));
                fs::copy(file, copy).expect("the fixture can be read");
            }
            let report = lint(&scratch.0);
            // What the whole folder shows to be broken may go by a less exact rule's name without the missing file.
            let is_sound = whole.of_severity("error").next().is_none();
            let new: Vec<&Finding> = report
                .of_severity("error")
                .filter(|error| is_sound || !whole.findings.contains(error) && !error.rule.starts_with("workload/"))
                .collect();
            let said = report.not_checked.difference(&whole.not_checked).next().is_some();
            let same = (&report.findings, report.code) == (&whole.findings, whole.code);
            let on_need = READ_ON_NEED.iter().any(|prefix| name.starts_with(prefix));
            // Without the services nobody knows what runs, nor without task definitions what it needs.
            let decides = ["services", "task-definition"].iter().any(|prefix| name.starts_with(prefix));
            let is_open = report.code == 0 && decides;
            if !new.is_empty() || ![0, 1, 3].contains(&report.code) || is_open || !(said || same && on_need) {
                complaints.push(format!("{case} without {name}: {} new errors\n{report}", new.len()));
            }
        }
    }
    assert!(complaints.is_empty(), "{}", complaints.join("\n"));
}

fn folder(case: &str) -> PathBuf {
    [env!("CARGO_MANIFEST_DIR"), "fixtures", "moto", case].iter().collect()
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    let mut files: Vec<PathBuf> = entries.map(|entry| entry.expect("readable").path()).collect();
    files.sort();
    files
}

fn lint(path: &Path) -> Report {
    let run = cli_support::run(&["lint", &path.to_string_lossy(), "--format", "json"]);
    Report::of(run.code, &run.out, &run.err).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// The files of a folder as one snapshot, by the rules that the snapshot's format states.
fn merged(folder: &Path) -> Value {
    let mut snapshot = Map::new();
    let mut attributes = Map::new();
    for file in files(folder) {
        let text = fs::read(&file).expect("the fixture can be read");
        let Value::Object(mut answer) = serde_json::from_slice(&text).expect("a fixture is JSON") else {
            panic!("{} holds no object", file.display());
        };
        // One answer per VPC and attribute becomes one entry per VPC.
        if let Some(Value::String(vpc)) = answer.remove("VpcId") {
            let entry = attributes.entry(vpc.clone()).or_insert_with(|| json!({ "VpcId": vpc }));
            entry.as_object_mut().expect("it was made an object").append(&mut answer);
            continue;
        }
        if let Some(definition) = answer.remove("taskDefinition") {
            answer.insert("taskDefinitions".to_owned(), json!([definition]));
        }
        for (key, items) in answer {
            // What there is one of in a region is an object.
            if items.is_object() {
                snapshot.insert(key, items);
                continue;
            }
            let all = snapshot.entry(key).or_insert_with(|| json!([]));
            let items = items.as_array().expect("every answer is a list").iter().cloned();
            all.as_array_mut().expect("it was made a list").extend(items);
        }
    }
    snapshot.insert("VpcAttributes".to_owned(), attributes.into_iter().map(|(_, entry)| entry).collect());
    Value::Object(snapshot)
}
