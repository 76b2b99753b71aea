//! The catalogue against its fixtures: `fixtures/rules/<group>/<name>/{pass,fail}.json`, two snapshots of one network that
//! differ in the fault alone.

use fargcheck::network::{Declaration, NeedTarget};
use fargcheck::reach::Code;
use fargcheck::rules::{Catalogue, Choice, Finding, Judgement, Severity, Verdict};
use fargcheck::snapshot::{Location, Source, SourceId, Sources};
use fargcheck::{facts, input, network, rules};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

/// What a fixture's workloads need beyond what their task definitions say. It can't be written into a snapshot.
const DECLARED: &[(&str, &str)] = &[("workload/internet", "internet"), ("sg/all-outbound", "internet")];

/// Rules whose fault shows at another level than their own, and why.
const LEVELS: &[(&str, Severity, &str)] = &[
    ("cost/endpoints-or-nat", Severity::Info, "it is an info"),
];

fn fixtures() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/rules")
}

fn catalogue() -> Catalogue {
    Catalogue::embedded(&facts::ENTITIES).expect("the built-in rules can be loaded")
}

#[test]
fn every_rule_compiles() {
    let catalogue = catalogue();
    let mut broken = Vec::new();
    for rule in catalogue.rules() {
        if let Err(error) = rule.check() {
            broken.push(format!("{}: {} {:?}", rule.id(), error.message, error.help));
        }
    }
    assert!(broken.is_empty(), "{}", broken.join("\n"));
}
