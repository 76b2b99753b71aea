//! `fargcheck.toml`: where it is found, what it changes, and what is said where it is wrong.

mod cli_support;

use cli_support::{Scratch, fixture, id};
use serde_json::{Value, json};

const BROKEN: &str = "endpoints+s3-gateway-missing";
const SOUND: &str = "endpoints";

#[test]
fn every_mistake_is_shown_at_its_place() {
    let cases = [
        ("a key", "selct = [\"nat\"]\n"),
        ("a key of a workload", "[[workload]]\nnam = \"web\"\n"),
        ("a type", "select = \"nat\"\n"),
        ("a table for a folder", "select = [\"nat\"]\n\n[rules]\ndir = \"team/own\"\n"),
        ("a table for a text in a list", "[[exception]]\nrule = { name = \"nat\" }\nreason = \"known\"\n"),
        ("a type in a list", "ignore = [\"nat\", 3]\n"),
        ("a date", "[[exception]]\nrule = \"nat\"\nreason = \"known\"\nexpires = 2027-03-31\n"),
        ("a word", "fail-on = \"errors\"\n"),
        ("a level", "[severity]\n\"nat/present\" = \"warn\"\n"),
        ("no TOML", "select = [\n"),
        (
            "rules that do not exist",
            "select = [\"nat/presnt\"]\nignore = [\"image-pull\", \"no-such-thing\"]\n\n[severity]\n\"dns/suport\" = \"info\"\n",
        ),
        ("nothing left to run", "select = [\"nat\"]\nignore = [\"nat/*\"]\n"),
        ("no folder", "rules = \"my-rules\"\n"),
        ("a workload without subnets", "[[workload]]\nname = \"web\"\n"),
        ("a workload without a name", "[[workload]]\nsubnets = [\"subnet-1\"]\n"),
        ("a service with subnets", "[[workload]]\nservice = \"web\"\nsubnets = [\"subnet-1\"]\n"),
        (
            "needs",
            "[[workload]]\nname = \"web\"\nsubnets = [\"subnet-1\"]\nneeds = [\"internet\", \"ecr\", \"tcp://db\", \"lgs\"]\n",
        ),
        ("a subnet that does not exist", "[[workload]]\nname = \"web\"\nsubnets = [\"subnet-1\"]\n"),
    ];
    let mut said = String::new();
    for (name, text) in cases {
        let scratch = Scratch::new("mistakes").with("fargcheck.toml", text);
        let run = scratch.run(&["lint", &fixture(SOUND)]);
        assert_eq!((run.code, run.out.as_str()), (2, ""), "{name} {run:#?}");
        said.push_str(&format!("=== {name}\n{}\n", run.err));
    }
    insta::assert_snapshot!(said);
}

#[test]
fn a_configuration_changes_a_run_and_flags_change_it_back() {
    type Case<'c> = (&'c str, &'c [&'c str], i32);
    let cases: &[Case<'_>] = &[
        ("", &[], 1),
        ("ignore = [\"endpoint/s3-gateway\"]", &[], 0),
        ("ignore = [\"endpoint\"]", &[], 0),
        ("ignore = [\"endpoint\"]", &["--select", "endpoint"], 2),
        ("ignore = [\"endpoint\"]", &["--select", "endpoint/s3-gateway"], 1),
        ("select = [\"nat\"]", &[], 0),
        ("select = [\"nat\"]", &["--select", "endpoint"], 1),
        ("fail-on = \"never\"", &[], 0),
        ("fail-on = \"never\"", &["--fail-on", "error"], 1),
        ("[severity]\n\"endpoint/s3-gateway\" = \"warning\"", &[], 0),
        ("[severity]\n\"endpoint/s3-gateway\" = \"warning\"", &["--severity", "endpoint/s3-gateway=error"], 1),
        ("[severity]\n\"endpoint/s3-gateway\" = \"error\"\nendpoint = \"info\"", &[], 1),
    ];
    for (text, flags, expected) in cases {
        let scratch = Scratch::new("changes").with("fargcheck.toml", text);
        let network = fixture(BROKEN);
        let mut arguments = vec!["lint", &network];
        arguments.extend_from_slice(flags);
        let run = scratch.run(&arguments);
        assert_eq!(run.code, *expected, "{text} {flags:?} {run:#?}");
    }
}

#[test]
fn the_nearest_configuration_counts() {
    let scratch = Scratch::new("search").with("fargcheck.toml", "fail-on = \"never\"").with("deep/er/other.toml", "");
    let deep = scratch.0.join("deep/er");
    let network = fixture(BROKEN);
    assert_eq!(cli_support::run_in(&deep, &["lint", &network]).code, 0, "found above");
    assert_eq!(cli_support::run_in(&deep, &["lint", &network, "--config", "other.toml"]).code, 1, "named");
}

#[test]
fn workloads_are_declared_and_services_get_more_needs() {
    let subnet = id(SOUND, "services-shop.json", "subnet-");
    let cases = [
        (format!("[[workload]]\nname = \"web\"\nsubnets = [\"{subnet}\"]\n"), vec![]),
        (format!("[[workload]]\nname = \"web\"\nsubnets = [\"{subnet}\"]\nneeds = [\"internet\"]\n"), vec!["web"]),
        ("[[workload]]\nservice = \"app\"\nneeds = [\"internet\"]\n".to_owned(), vec!["app"]),
        ("[[workload]]\nservice = \"*\"\nneeds = [\"internet\"]\n".to_owned(), vec!["app"]),
    ];
    for (text, broken) in cases {
        let scratch = Scratch::new("workloads").with("fargcheck.toml", &text);
        let run = scratch.run(&["lint", &fixture(SOUND), "--format", "json"]);
        assert_eq!(run.code, i32::from(!broken.is_empty()), "{text} {run:#?}");
        let json = run.json();
        let affected =
            json["findings"].as_array().into_iter().flatten().filter(|finding| finding["severity"] == "error");
        let names: Vec<&str> = affected.filter_map(|finding| finding["affects"][0]["workload"].as_str()).collect();
        assert_eq!(names, broken, "{text}");
        let places = json["findings"].as_array().into_iter().flatten().filter(|finding| finding["severity"] == "error");
        for finding in places {
            let files =
                finding["locations"].as_array().into_iter().flatten().filter_map(|place| place["file"].as_str());
            assert!(files.into_iter().any(|file| file == "fargcheck.toml"), "a finding points at the need: {finding}");
        }
    }
}

#[test]
fn a_service_that_is_not_there_is_a_mistake_at_its_place() {
    let text = "[[workload]]\nservice = \"apq\"\nneeds = [\"internet\"]\n";
    let sound = include_str!("../fixtures/rules/nat/present/pass.json");
    let mut network: Value = serde_json::from_str(sound).expect("the fixture is JSON");
    network["tasks"] = json!([]);
    let run = |network: &Value| {
        let scratch = Scratch::new("stale").with("fargcheck.toml", text).with("network.json", &network.to_string());
        scratch.run(&["lint", "network.json", "-q"])
    };
    let known = run(&network);
    assert_eq!(known.code, 2, "{known:#?}");
    for part in ["fargcheck.toml:2:11", "nothing that runs is called `apq`", "did you mean `app`?"] {
        assert!(known.err.contains(part), "{part}: {known:#?}");
    }
    // Where the input need not have all services or tasks, it may be one of those that it lacks.
    for list in ["services", "tasks"] {
        let mut partial = network.clone();
        partial.as_object_mut().expect("an object").remove(list);
        assert_eq!(run(&partial).code, 3, "{list}");
    }
}

#[test]
fn own_rules_are_run_and_their_mistakes_shown() {
    let rule = "title = \"A VPC has a name\"\nseverity = \"error\"\nsubject = \"vpc\"\nrequire = \"vpc.id == 'x'\"\nmessage = \"{vpc} is not x\"\nhelp = \"name it\"\n";
    let scratch =
        Scratch::new("own-rules").with("fargcheck.toml", "rules = \"own\"\n").with("own/team/vpc-name.toml", rule);
    let run = scratch.run(&["lint", &fixture(SOUND), "--format", "json"]);
    assert_eq!(run.faults(), ["team/vpc-name"], "{run:#?}");
    let broken = rule.replace("vpc.id", "vpc.idd");
    let scratch = Scratch::new("own-rules-broken").with("own/team/vpc-name.toml", &broken);
    let run = scratch.run(&["lint", &fixture(SOUND), "--rules", "own"]);
    assert_eq!(run.code, 2);
    assert!(run.err.contains("own/team/vpc-name.toml:4:") && run.err.contains("did you mean `id`?"), "{run:#?}");
}

#[test]
fn init_writes_what_can_be_read_and_overwrites_nothing() {
    let scratch = Scratch::new("init");
    let first = scratch.run(&["init"]);
    assert_eq!((first.code, first.out.as_str()), (0, "fargcheck.toml written\n"));
    assert_eq!(scratch.run(&["lint", &fixture(SOUND)]).code, 0);
    let again = scratch.run(&["init"]);
    assert_eq!(again.code, 2);
    assert!(again.err.contains("is there already"), "{again:#?}");
    // Every line of the template means something once it is no comment any more.
    let path = scratch.0.join("fargcheck.toml");
    let text = std::fs::read_to_string(&path).expect("it was written");
    let setting = |line: &&str| line.starts_with("# ") && (line.contains(" = ") || line.contains("# ["));
    let prose = |line: &&str| line.ends_with('.') || line.ends_with("never.");
    let settings: Vec<&str> = text.lines().filter(setting).filter(|line| !prose(line)).map(|line| &line[2..]).collect();
    assert_eq!(settings.len(), 22, "{settings:#?}");
    let subnet = id(SOUND, "services-shop.json", "subnet-");
    let filled =
        settings.join("\n").replace("subnet-0123456789abcdef0", &subnet).replace("subnet-0fedcba9876543210", &subnet);
    let filled = filled.replace("network-rules", ".").replace("rules = \".\"\n", "");
    std::fs::write(&path, filled).expect("it can be written");
    let run = scratch.run(&["lint", &fixture(SOUND), "--exit-zero"]);
    assert_ne!(run.code, 2, "{run:#?}");
}

#[test]
fn the_schema_agrees_with_what_is_read() {
    let schema = cli_support::run(&["schema", "config"]).json();
    let validator = jsonschema::validator_for(&schema).expect("the schema is one");
    let valid = |text: &str| {
        let value: toml::Value = toml::from_str(text).expect("TOML");
        validator.is_valid(&serde_json::to_value(value).expect("JSON"))
    };
    assert!(valid(
        "select = [\"nat\"]\nfail-on = \"never\"\n[severity]\na = \"info\"\n[[workload]]\nservice = \"*\"\nneeds = [\"s3\"]"
    ));
    assert!(valid("[[exception]]\nrule = \"nat\"\nresource = \"nat-1\"\nreason = \"a\"\nexpires = \"2027-03-31\""));
    assert!(valid("profile = \"endpoints\""));
    for wrong in [
        "profile = \"endpoint\"",
        "selct = []",
        "select = \"nat\"",
        "fail-on = \"fatal\"",
        "[[workload]]\nnam = \"x\"",
        "[[exception]]\nrule = \"nat\"",
        "[severity]\na = 3",
    ] {
        assert!(!valid(wrong), "{wrong}");
    }
}
