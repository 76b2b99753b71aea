//! Designs of services: what is told of them, how loud, and what is left alone since it may well be meant so.

#[path = "service_designs/changes.rs"]
mod changes;
mod cli_support;
#[path = "service_designs/rows.rs"]
mod rows;

use changes::{network, scaled_to_zero};
use cli_support::run_with;
use rows::ROWS;
use serde_json::Value;
use std::path::Path;

fn texts<'v>(list: &'v Value, field: &str) -> Vec<&'v str> {
    list.as_array().into_iter().flatten().filter_map(|one| one[field].as_str()).collect()
}

#[test]
fn what_is_told_of_services() {
    let mut complaints = Vec::new();
    for row in ROWS {
        let mut document = network(row.of);
        (row.change)(&mut document);
        let run = run_with(Path::new("."), &["lint", "-", "--format", "json"], &document.to_string());
        let told = run.json();
        let mut found: Vec<(&str, &str, &str)> = Vec::new();
        for finding in told["findings"].as_array().into_iter().flatten() {
            let text = |value: &'_ Value| value.as_str().unwrap_or_default().to_owned();
            let resource = &finding["resource"];
            let name = resource["name"].as_str().or(resource["id"].as_str()).unwrap_or_default();
            if text(&finding["severity"]) != "info" {
                let severity = finding["severity"].as_str().unwrap_or_default();
                found.push((severity, finding["rule"].as_str().unwrap_or_default(), name));
            }
        }
        let whats = texts(&told["notChecked"], "what");
        let unjudged: Vec<&str> = whats.into_iter().filter(|what| what.contains('/') && !what.contains(' ')).collect();
        let mut expected = row.found.to_vec();
        found.sort_unstable();
        expected.sort_unstable();
        if (&found[..], &unjudged[..]) != (&expected[..], row.unjudged) {
            complaints
                .push(format!("{}: {found:?}, {unjudged:?} instead of {expected:?}, {:?}", row.name, row.unjudged));
        }
    }
    assert!(complaints.is_empty(), "{}", complaints.join("\n"));
}

#[test]
fn who_is_scaled_to_zero_is_told_that_it_meets_the_fault_later() {
    let mut document = network("rules/nat/present/fail");
    let help = |document: &Value| {
        let run = run_with(Path::new("."), &["lint", "-", "--format", "json"], &document.to_string());
        run.json()["findings"][0]["help"].as_str().unwrap_or_default().to_owned()
    };
    let later = "app is scaled to zero: it meets this as soon as a task of it is to run.";
    assert!(!help(&document).contains(later));
    scaled_to_zero(&mut document);
    assert!(help(&document).contains(later), "{}", help(&document));
}
