//! Flags of `lint`, their mistakes, exit codes, and where reports go.

mod cli_support;

use cli_support::{Scratch, fixture, run, run_with};
use std::fs;

const SOUND: &str = "endpoints";
const BROKEN: &str = "endpoints+s3-gateway-missing";
const RULE: &str = "endpoint/s3-gateway";

#[test]
fn exit_codes_hold_in_every_format() {
    let cases: &[(&[&str], i32)] = &[
        (&[SOUND], 0),
        (&[BROKEN], 1),
        (&[BROKEN, "--exit-zero"], 0),
        (&[BROKEN, "--fail-on", "never"], 0),
        (&[BROKEN, "--ignore", RULE], 0),
        (&[BROKEN, "--ignore", "endpoint"], 0),
        (&[BROKEN, "--select", "nat,dns"], 0),
        (&[BROKEN, "--select", "endpoint/*"], 1),
        (&[BROKEN, "--severity", "endpoint/s3-gateway=warning"], 0),
        (&[BROKEN, "--severity", "endpoint=info", "--fail-on", "warning"], 0),
        (&[BROKEN, "--severity", "endpoint/s3-gateway=warning", "--fail-on", "warning"], 1),
        (&[SOUND, BROKEN], 1),
        (&["no-such-folder"], 2),
    ];
    for (arguments, expected) in cases {
        for format in ["human", "table", "json", "sarif", "junit", "github", "gitlab", "markdown"] {
            let mut whole = vec!["lint", "--format", format];
            whole.extend_from_slice(arguments);
            let run = run(&whole);
            assert_eq!(run.code, *expected, "{format} {arguments:?}\n{run:#?}");
        }
    }
}

#[test]
fn what_is_not_known_is_incomplete_not_clean() {
    let subnet = r#"{"SubnetId": "subnet-1", "VpcId": "vpc-1", "CidrBlock": "10.0.0.0/24"}"#;
    let text = format!(r#"{{"Vpcs": [{{"VpcId": "vpc-1", "CidrBlock": "10.0.0.0/16"}}], "Subnets": [{subnet}]}}"#);
    let lint = |more: &[&str]| {
        let mut arguments = vec!["lint", "-", "--subnet", "subnet-1", "--needs", "internet"];
        arguments.extend_from_slice(more);
        run_with(&cli_support::fixtures(), &arguments, &text)
    };
    let cases: &[(&[&str], i32)] = &[(&[], 3), (&["--allow-incomplete"], 0), (&["--exit-zero"], 3), (&["-q"], 3)];
    for (more, expected) in cases {
        let run = lint(more);
        assert_eq!(run.code, *expected, "{more:?} {run:#?}");
    }
}

#[test]
fn wrong_usage_is_told_on_standard_error() {
    let cases: &[(&[&str], &str)] = &[
        (&["lint"], "<PATH>"),
        (&["lnt", SOUND], "lint"),
        (&["lint", SOUND, "--fromat", "json"], "--format"),
        (&["lint", SOUND, "--format", "jsn"], "json"),
        (&["lint", SOUND, "--select", "nat/presnt"], "did you mean `nat/present`?"),
        (&["lint", SOUND, "--ignore", "presnt"], "fargcheck rules"),
        (&["lint", SOUND, "--severity", "nat/present"], "RULE=LEVEL"),
        (&["lint", SOUND, "--severity", "nat/present=fatal"], "error, warning or info"),
        (&["lint", SOUND, "--severity", "nat/presnt=info"], "did you mean `nat/present`?"),
        (&["lint", SOUND, "--output", "sarif"], "FORMAT=FILE"),
        (&["lint", SOUND, "--output", "xml=a"], "human, table, json, sarif, junit, github, gitlab, markdown"),
        (&["lint", SOUND, "--output", "json=-"], "--format"),
        (&["lint", SOUND, "--output", "json=no/such/folder/a.json"], "no/such/folder/a.json"),
        (&["lint", SOUND, "--output", "json=a", "--output", "sarif=./a"], "--output json=a and --output sarif=./a"),
        (&["lint", SOUND, "--output", "json=a", "--output", "json=../moto/a"], "would write the same file"),
        (
            &["lint", SOUND, "--select", "nat", "--ignore", "nat"],
            "no rule is left to run after --select nat and --ignore nat",
        ),
        (&["lint", SOUND, "--ignore", "*"], "no rule is left to run"),
        (&["lint", SOUND, "--config", "no-such.toml"], "fargcheck init"),
        (&["lint", SOUND, "--rules", "no-such-folder"], "no-such-folder"),
        (&["lint", SOUND, "--needs", "internet"], "--subnet"),
        (&["lint", SOUND, "--task-definition", "a.json"], "--service"),
        (&["lint", SOUND, "-q", "-v"], "--verbose"),
    ];
    for (arguments, said) in cases {
        let run = run(arguments);
        assert_eq!(run.code, 2, "{arguments:?} {run:#?}");
        assert!(run.err.contains(said), "{arguments:?} {run:#?}");
    }
}

#[test]
fn help_and_version_are_answers() {
    for arguments in
        [&["--help"] as &[&str], &["lint", "--help"], &["trace", "-h"], &["scan", "--help"], &["--version"]]
    {
        let run = run(arguments);
        assert_eq!((run.code, run.err.as_str()), (0, ""), "{arguments:?}");
        assert!(!run.out.is_empty() && !run.out.contains('\u{1b}'), "{arguments:?}");
    }
}

#[test]
fn reports_go_to_files_as_well() {
    let scratch = Scratch::new("outputs").with("old.json", "old");
    let network = fixture(BROKEN);
    let arguments = [
        "lint",
        &network,
        "--format",
        "table",
        "--output",
        "sarif=a.sarif",
        "--output",
        "json=old.json",
        "--output",
        "human=a.txt",
    ];
    let run = scratch.run(&arguments);
    assert_eq!(run.code, 1, "{run:#?}");
    assert!(run.out.contains(RULE) && run.out.contains('─'), "{run:#?}");
    let read = |name: &str| fs::read_to_string(scratch.0.join(name)).unwrap_or_default();
    let json: serde_json::Value = serde_json::from_str(&read("old.json")).expect("the report is JSON");
    assert_eq!(json["findings"][0]["rule"], RULE);
    assert!(read("a.sarif").contains("\"2.1.0\"") && read("a.txt").contains("error[endpoint/s3-gateway]"));
    let left: Vec<_> =
        fs::read_dir(&scratch.0).expect("it is there").filter_map(Result::ok).map(|entry| entry.file_name()).collect();
    assert_eq!(left.len(), 4, "nothing temporary stays: {left:?}");
}

#[test]
fn several_paths_and_standard_input_are_judged_together() {
    let both = run(&["lint", SOUND, BROKEN, "--format", "json"]);
    assert_eq!(both.json()["inputs"], serde_json::json!([SOUND, BROKEN]));
    assert_eq!(both.faults(), [RULE]);
    let text =
        fs::read_to_string(cli_support::fixtures().join(SOUND).join("vpcs.json")).expect("the fixture is checked in");
    let piped = run_with(&cli_support::fixtures(), &["lint", "-", "--format", "json", "--allow-incomplete"], &text);
    assert_eq!(piped.code, 0, "{piped:#?}");
    assert_eq!(piped.json()["inputs"], serde_json::json!(["-"]));
}

#[test]
fn colours_are_as_asked() {
    let run = |choice: &str| run(&["lint", BROKEN, "--color", choice]).out.contains('\u{1b}');
    assert!(run("always") && !run("never") && !run("auto"));
}

#[cfg(not(feature = "scan"))]
#[test]
fn a_build_without_the_sdk_says_what_it_is() {
    for command in ["scan", "permissions"] {
        let run = run(&[command]);
        assert_eq!(run.code, 2);
        assert!(run.err.contains("offline linter"), "{run:#?}");
    }
}
