//! What a run writes goes over nothing that it reads.

mod cli_support;

use cli_support::Scratch;
use std::fs;

const NETWORK: &str = include_str!("../fixtures/rules/nat/in-public-subnet/fail.json");

#[test]
fn nothing_that_is_read_is_written_over() {
    for arguments in [
        &["lint", "one.json", "--output", "json=one.json"][..],
        &["lint", "one.json", "--output", "json=./folder/../one.json"],
        &["lint", "one.json", "--write-baseline", "one.json"],
        &["lint", "folder", "--output", "sarif=folder/two.json"],
        &["lint", "one.json", "--config", "rules.toml", "--output", "junit=rules.toml"],
        // These files are read in part, or not at all.
        &["lint", "broken.json", "--output", "junit=broken.json"],
        &["lint", "folder", "broken.json", "--output", "junit=folder/two.json"],
        &["lint", "one.json", "--ignore", "no/such-rule", "--output", "junit=one.json"],
        &["lint", "folder", "--ignore", "no/such-rule", "--output", "junit=folder/two.json"],
    ] {
        let folder = Scratch::new("outputs").with("one.json", NETWORK).with("broken.json", "{").with("rules.toml", "");
        let folder = folder.with("folder/two.json", NETWORK);
        let run = folder.run(arguments);
        assert_eq!(run.code, 2, "{arguments:?}: {run:#?}");
        let now = |name: &str| fs::read_to_string(folder.0.join(name)).expect("it is there");
        for (name, text) in
            [("one.json", NETWORK), ("folder/two.json", NETWORK), ("broken.json", "{"), ("rules.toml", "")]
        {
            assert!(now(name) == text, "{arguments:?}: {name} was written over");
        }
    }
}

#[test]
fn what_would_be_written_over_is_named() {
    let folder = Scratch::new("outputs").with("one.json", NETWORK);
    let run = folder.run(&["lint", "one.json", "--output", "json=one.json", "--write-baseline", "./one.json"]);
    for told in ["--output json=one.json", "--write-baseline ./one.json", "usage/same-output"] {
        assert!(run.err.contains(told), "{told}: {run:#?}");
    }
    let run = folder.run(&["lint", "one.json", "--output", "json=one.json"]);
    assert!(run.err.contains("--output json=one.json would write over what is read"), "{run:#?}");
}

#[test]
fn other_files_are_written() {
    let folder = Scratch::new("outputs").with("folder/two.json", NETWORK);
    let run =
        folder.run(&["lint", "folder", "--output", "sarif=folder/report.sarif", "--write-baseline", "known.json"]);
    assert_eq!(run.code, 0, "{run:#?}");
    assert!(folder.0.join("folder/report.sarif").is_file() && folder.0.join("known.json").is_file());
}
