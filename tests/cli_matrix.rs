//! `matrix`: a table of verdicts, its JSON, its exit codes.

mod cli_support;

use cli_support::{fixture, run};

const BROKEN: &str = "../broken-network.json";

#[test]
fn exit_codes_speak_of_needs() {
    let cases: &[(&[&str], i32)] = &[
        // The internet is blocked, and nobody needs it.
        (&["endpoints"], 0),
        (&["endpoints", "--to", "https://api.example.com"], 0),
        (&["load-balanced"], 0),
        (&["endpoints+s3-gateway-missing"], 1),
        (&["nat-per-zone+nat-in-private-subnet"], 1),
        (&["endpoints", "--from", "nobody"], 2),
        (&["endpoints", "--to", "nowhere"], 2),
        (&["endpoints", "--format", "yaml"], 2),
    ];
    for (arguments, code) in cases {
        let path = fixture(arguments[0]);
        let whole = [&["matrix", &path], &arguments[1..]].concat();
        let run = run(&whole);
        assert_eq!(run.code, *code, "{arguments:?} {run:#?}");
    }
}

/// Where nobody says what will run, the tasks that could have groups which let everything out.
#[test]
fn tasks_that_could_run_are_rows() {
    let folder = cli_support::fixtures().join("endpoints");
    let mut scratch = cli_support::Scratch::new("matrix");
    for entry in std::fs::read_dir(folder).expect("the fixture is checked in") {
        let path = entry.expect("an entry").path();
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if ["services", "tasks", "task-definition", "clusters"].iter().all(|part| !name.contains(part)) {
            scratch = scratch.with(&name, &std::fs::read_to_string(&path).expect("it is text"));
        }
    }
    let table = scratch.run(&["matrix", "."]);
    assert!(table.out.contains("a task in ") && table.out.contains('✓'), "{table:#?}");
    assert!(!table.out.contains("sg-egress"), "{table:#?}");
}

/// The internet is a column of its own accord.
#[test]
fn a_destination_is_one_column() {
    let table =
        run(&["matrix", &fixture("endpoints"), "--to", "internet", "--to", "internet", "--format", "json"]).json();
    let destinations = table["destinations"].as_array().expect("a list");
    let names: Vec<&str> = destinations.iter().filter_map(|one| one["name"].as_str()).collect();
    assert_eq!(names.iter().filter(|name| **name == "internet").count(), 1, "{names:?}");
}

#[test]
fn the_table_for_reading() {
    insta::assert_snapshot!(run(&["matrix", BROKEN]).out);
    let quiet = run(&["matrix", BROKEN, "-q", "--from", "backend"]).out;
    let lines: Vec<&str> = quiet.lines().collect();
    assert_eq!(lines.len(), 4, "{quiet}");
    assert_eq!(lines[0], "partial: backend -> ecr.api (tcp 443)");
}

#[test]
fn the_table_for_programs() {
    let json =
        run(&["matrix", &fixture("load-balanced"), "--from", "frontend", "--to", "backend", "--format", "json"]).json();
    let names: Vec<&str> =
        json["destinations"].as_array().expect("a list").iter().filter_map(|one| one["name"].as_str()).collect();
    assert_eq!(&names[..5], ["ecr.api", "ecr.dkr", "logs", "s3", "internet"]);
    assert!(names[5..].iter().all(|name| name.starts_with("backend in subnet-")), "{names:?}");
    let rows = json["workloads"].as_array().expect("a list");
    assert_eq!(rows.len(), 1, "one row for all subnets");
    for (index, cell) in rows[0]["cells"].as_array().expect("a list").iter().enumerate() {
        assert_eq!(cell["verdict"], "reachable", "{index}: {cell:#}");
        assert_eq!(cell["needed"], index < 4, "{index}: {cell:#}");
        assert_eq!(cell["subnets"].as_array().map(Vec::len), Some(2), "{index}: {cell:#}");
    }
}

#[test]
fn ways_have_short_names_in_cells() {
    let network = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/near-misses/central-egress.json");
    let network = network.to_string_lossy();
    let table = run(&["matrix", &network]).out;
    assert!(table.contains("✓ transit gateway") && !table.contains("attachment"), "{table}");
    let json = run(&["matrix", &network, "--format", "json"]).json();
    assert!(json.to_string().contains("\"kind\":\"transit gateway attachment\""), "programs get the whole: {json}");
}
