//! `profile` in the configuration: what each kind of network asks for.

mod cli_support;

use cli_support::{Run, Scratch};
use serde_json::Value;
use std::fs;
use std::path::Path;

/// Sound networks: isolated, behind NAT gateways, in public subnets; and a service whose group lets out 443 alone.
const ISOLATED: &str = "fixtures/rules/endpoint/needed/pass.json";
const NAT: &str = "fixtures/rules/nat/in-public-subnet/pass.json";
const PUBLIC: &str = "fixtures/rules/workload/public-ip/pass.json";
const NARROW: &str = "fixtures/rules/sg/all-outbound/fail.json";
/// Public IPs in private subnets.
const USELESS: &str = "fixtures/rules/workload/public-ip-useless/fail.json";

fn document(path: &str) -> Value {
    let text = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(path)).expect("the fixture is checked in");
    serde_json::from_str(&text).expect("the fixture is JSON")
}

fn lint(document: &Value, configuration: &str, flags: &[&str]) -> Run {
    let scratch = Scratch::new("profiles").with("x.json", &document.to_string()).with("fargcheck.toml", configuration);
    scratch.run(&[&["lint", "x.json", "--format", "json"], flags].concat())
}

/// `error nat/present`, without those that are only worth knowing.
fn faults(run: &Run) -> Vec<String> {
    let report = run.json();
    let text = |finding: &Value, key: &str| finding[key].as_str().unwrap_or_default().to_owned();
    let findings = report["findings"].as_array().cloned().unwrap_or_default();
    let grave = findings.iter().filter(|finding| finding["severity"] != "info");
    grave.map(|finding| format!("{} {}", text(finding, "severity"), text(finding, "rule"))).collect()
}

#[test]
fn each_kind_of_network_is_judged_by_what_it_asks_for() {
    // The network, the configuration, and what is found.
    let cases: &[(&str, &str, &[&str])] = &[
        (ISOLATED, "", &[]),
        (NAT, "", &[]),
        (PUBLIC, "", &[]),
        (NARROW, "", &[]),
        // Tasks need the internet: by a NAT gateway or a public IP, and by a group that lets all out.
        (ISOLATED, "profile = \"cloudreactor\"", &["error nat/present"]),
        (NAT, "profile = \"cloudreactor\"", &[]),
        (PUBLIC, "profile = \"cloudreactor\"", &[]),
        (NARROW, "profile = \"cloudreactor\"", &["error sg/all-outbound"]),
        // They need none, and are not to use it.
        (ISOLATED, "profile = \"endpoints\"", &[]),
        (NAT, "profile = \"endpoints\"", &["error endpoint/isolated"]),
        (PUBLIC, "profile = \"endpoints\"", &["error endpoint/isolated"]),
        // Narrow outbound rules are meant there; that the service goes over the internet is not.
        (NARROW, "profile = \"endpoints\"", &["error endpoint/isolated"]),
        // Each has a public IP, which does something.
        (PUBLIC, "profile = \"public\"", &[]),
        (USELESS, "", &["warning workload/public-ip-useless"]),
        (USELESS, "profile = \"public\"", &["error workload/public-ip-useless"]),
        // What the file says itself counts more.
        (NAT, "profile = \"endpoints\"\nignore = [\"endpoint\"]", &[]),
        (
            NAT,
            "profile = \"endpoints\"\n[severity]\n\"endpoint/isolated\" = \"warning\"",
            &["warning endpoint/isolated"],
        ),
        (NAT, "profile = \"endpoints\"\n[severity]\nendpoint = \"warning\"", &["warning endpoint/isolated"]),
        (
            NARROW,
            "profile = \"endpoints\"\n[severity]\n\"sg/all-outbound\" = \"error\"",
            &["error endpoint/isolated", "error sg/all-outbound"],
        ),
        (
            ISOLATED,
            "profile = \"cloudreactor\"\n[[workload]]\nservice = \"*\"\nneeds = [\"internet\"]",
            &["error nat/present"],
        ),
    ];
    for (path, configuration, expected) in cases {
        let run = lint(&document(path), configuration, &[]);
        assert_eq!(faults(&run), *expected, "{path} {configuration} {}", run.err);
    }
}

/// Flags count more still.
#[test]
fn flags_count_more_than_a_profile() {
    let endpoints = "profile = \"endpoints\"";
    let cases: &[(&[&str], &[&str])] = &[
        (&["--severity", "endpoint/isolated=info"], &[]),
        (&["--ignore", "endpoint/isolated"], &[]),
        (&["--select", "dns"], &[]),
        (&["--select", "endpoint/isolated"], &["error endpoint/isolated"]),
    ];
    for (flags, expected) in cases {
        assert_eq!(faults(&lint(&document(NAT), endpoints, flags)), *expected, "{flags:?}");
    }
    let all = lint(&document(NARROW), endpoints, &["--no-ignores", "--severity", "sg/all-outbound=warning"]);
    assert_eq!(faults(&all), ["error endpoint/isolated", "warning sg/all-outbound"]);
}

/// Where nothing says what runs, plain tasks are judged, and the profile is theirs too.
#[test]
fn a_profile_speaks_of_tasks_that_nothing_names() {
    let mut empty = document(ISOLATED);
    for key in ["services", "tasks"] {
        empty[key] = Value::Array(Vec::new());
    }
    assert_eq!(faults(&lint(&empty, "", &[])), Vec::<String>::new());
    let found = faults(&lint(&empty, "profile = \"cloudreactor\"", &[]));
    assert_eq!(found, ["warning nat/present"], "one level lower, as nothing says that they will run");
}

/// `trace` and `matrix` know of it as well.
#[test]
fn a_profile_is_known_to_every_command() {
    let scratch = Scratch::new("profiles")
        .with("x.json", &document(ISOLATED).to_string())
        .with("fargcheck.toml", "profile = \"cloudreactor\"");
    assert!(scratch.run(&["matrix", "x.json"]).out.contains("internet"));
    assert!(scratch.run(&["facts", "x.json", "workload"]).out.contains("needs_internet"));
}

#[test]
fn a_profile_that_there_is_not_is_shown_at_its_place() {
    let run = Scratch::new("profiles")
        .with("x.json", &document(NAT).to_string())
        .with("fargcheck.toml", "fail-on = \"warning\"\nprofile = \"cloudrector\"\n")
        .run(&["lint", "x.json"]);
    assert_eq!((run.code, run.out.as_str()), (2, ""), "{run:#?}");
    insta::assert_snapshot!(run.err);
}
