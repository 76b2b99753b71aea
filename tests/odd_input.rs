//! What can be read but is incomplete or odd: it is judged, and what could not be checked is said. Never exit code 2,
//! never a crash.

mod cli_support;

#[path = "odd_input/changes.rs"]
mod changes;
#[path = "odd_input/missing.rs"]
mod missing;
#[path = "odd_input/relations.rs"]
mod relations;
#[path = "odd_input/text.rs"]
mod text;
#[path = "odd_input/values.rs"]
mod values;

use cli_support::Scratch;
use serde_json::{Value, json};
use std::fs;
use std::path::Path;

fn fixture(path: &str) -> Value {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures").join(path);
    serde_json::from_str(&fs::read_to_string(path).expect("the fixture is checked in")).expect("the fixture is JSON")
}

fn broken() -> Value {
    fixture("broken-network.json")
}

/// A private subnet with the four endpoints that a task needs.
fn endpoints() -> Value {
    fixture("rules/endpoint/s3-gateway/pass.json")
}

/// A private subnet behind a NAT gateway.
fn nat() -> Value {
    fixture("rules/nat/present/pass.json")
}

/// A service behind a load balancer.
fn balanced() -> Value {
    fixture("rules/lb/health-check/pass.json")
}

/// What a judgement comes down to.
#[derive(Debug)]
struct Told {
    code: i32,
    findings: Vec<String>,
    not_checked: Vec<String>,
}

impl Told {
    /// In lines, for a snapshot.
    fn lines(&self) -> String {
        let mut out = format!("exit {}\n", self.code);
        self.findings.iter().for_each(|one| out.push_str(&format!("  {one}\n")));
        self.not_checked.iter().for_each(|one| out.push_str(&format!("  ? {one}\n")));
        out
    }
}

/// Lints a text with the binary, in every format, and tells what the JSON says.
fn told(what: &str, text: &str) -> Told {
    let name: String = what.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '-' }).collect();
    let scratch = Scratch::new(&format!("odd-{name}")).with("x.json", text);
    let run = scratch.run(&[
        "lint", "x.json", "--format", "json", "--output", "human=h", "--output", "table=t", "--output", "sarif=s",
        "--output", "github=g",
    ]);
    assert!([0, 1, 3].contains(&run.code) && run.err.is_empty(), "{what}: {run:#?}");
    let human = fs::read_to_string(scratch.0.join("h")).expect("the report was written");
    let document = run.json();
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let list = |key: &str| document[key].as_array().cloned().unwrap_or_default();
    let finding = |one: &Value| {
        assert!(one["locations"][0]["line"].as_u64() > Some(0), "{what}: every finding has a place: {one}");
        format!("{} {} {}", text(&one["severity"]), text(&one["rule"]), text(&one["resource"]["id"]))
    };
    let told = Told {
        code: run.code,
        findings: list("findings").iter().map(finding).collect(),
        not_checked: list("notChecked")
            .iter()
            .map(|one| format!("{}: {}", text(&one["what"]), text(&one["why"])))
            .collect(),
    };
    assert_eq!(told.code == 1, told.findings.iter().any(|one| one.starts_with("error")), "{what}: {told:#?}");
    assert!(!harmful(&human), "{what}: {human}");
    told
}

/// Whether a text holds what a terminal obeys or hides.
fn harmful(text: &str) -> bool {
    text.chars().any(|c| {
        c.is_control() && c != '\n'
            || matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
    })
}

/// Sets the value that a pointer leads to; its parent must exist.
fn set(document: &mut Value, pointer: &str, value: Value) {
    let (parent, key) = pointer.rsplit_once('/').expect("a pointer");
    match document.pointer_mut(parent) {
        Some(Value::Object(fields)) => {
            fields.insert(key.to_owned(), value);
        }
        Some(Value::Array(items)) => items[key.parse::<usize>().expect("an index")] = value,
        other => panic!("{pointer}: {other:?}"),
    }
}

type Edit<'e> = (&'e str, Value, &'e [(&'e str, Value)]);

/// What each edit of a network leads to.
fn edited(cases: &[Edit<'_>]) -> String {
    let mut out = String::new();
    for (what, document, edits) in cases {
        let mut document = document.clone();
        for (pointer, value) in *edits {
            set(&mut document, pointer, value.clone());
        }
        out.push_str(&format!("=== {what}: {}\n", told(what, &format!("{document:#}")).lines()));
    }
    out
}
