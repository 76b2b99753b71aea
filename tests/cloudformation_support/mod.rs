//! A template whose service works, changed and extended, and what is said of it then.

#![allow(dead_code, reason = "each test uses its own part")]

use super::cli_support::{Run, Scratch, run_in};
use std::fs;
use std::path::Path;

/// The template with some of its text replaced, and resources added to it.
pub(crate) fn template(edits: &[(&str, &str)], added: &str) -> String {
    let path =
        Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/cloudformation/yaml/private-service-behind-nat.yaml");
    let mut text = fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    for (from, to) in edits {
        assert!(text.contains(from), "the template lacks {from}");
        text = text.replacen(from, to, 1);
    }
    text + added
}

/// What is said of a template.
pub(crate) struct Said {
    /// The whole run.
    pub(crate) run: Run,
    /// Rules that found a fault, with the resource.
    pub(crate) faults: Vec<String>,
    /// The verdict of each flow: `s3 reachable`.
    pub(crate) flows: Vec<String>,
    /// What isn't checked, and why.
    pub(crate) not_checked: String,
}

/// Lints a template.
pub(crate) fn lint(name: &str, text: &str, arguments: &[&str]) -> Said {
    let scratch = Scratch::new(name);
    fs::write(scratch.0.join("template.yaml"), text).expect("the target directory can be written");
    let run = run_in(&scratch.0, &[&["lint", "--format", "json", "template.yaml"], arguments].concat());
    if run.out.is_empty() {
        return Said { run, faults: Vec::new(), flows: Vec::new(), not_checked: String::new() };
    }
    let said = run.json();
    let list = |key: &str| said[key].as_array().cloned().unwrap_or_default();
    let text = |value: &serde_json::Value| value.as_str().unwrap_or_default().to_owned();
    let grave = list("findings").into_iter().filter(|finding| finding["severity"] != "info");
    let faults = grave.map(|finding| format!("{} {}", text(&finding["rule"]), text(&finding["resource"]["id"])));
    let workloads = list("workloads");
    let flows = workloads.iter().flat_map(|workload| workload["flows"].as_array().cloned().unwrap_or_default());
    let flows = flows.map(|flow| format!("{} {}", text(&flow["destination"]), text(&flow["verdict"])));
    let not_checked = list("notChecked");
    let not_checked = not_checked.iter().map(|one| format!("{}: {}\n", text(&one["what"]), text(&one["why"])));
    Said { faults: faults.collect(), flows: flows.collect(), not_checked: not_checked.collect(), run }
}
