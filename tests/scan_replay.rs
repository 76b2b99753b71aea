//! A scan against a stand-in for AWS: what it collects, and that no fault on the way changes it.
#![cfg(feature = "scan")]

mod replay;

#[path = "scan_replay/ends.rs"]
mod ends;
#[path = "scan_replay/faults.rs"]
mod faults;
#[path = "scan_replay/holes.rs"]
mod holes;
#[path = "scan_replay/whole.rs"]
mod whole;

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use fargcheck::collect::{
    CollectError, Collected, DEFAULT_CONCURRENCY, Options, Progress, collect, collect_all, on_interrupt, permissions,
    write_whole,
};
use replay::account::{SECRET, account, without_secrets};
use replay::faults::{Fault, Random};
use replay::{Script, Server, keys};
use serde_json::{Value, json};

const REGION: &str = "us-east-1";
const ACCOUNT: &str = "111122223333";

fn script() -> Script {
    Script::of(REGION, account(REGION, ACCOUNT, 3))
}

/// Impatient, and never anywhere but at the server: given keys keep the environment out.
fn options(server: &Server) -> Options {
    Options {
        region: Some(REGION.to_owned()),
        endpoint_url: Some(server.url.clone()),
        credentials: Some(keys()),
        initial_backoff: Duration::from_millis(1),
        attempt_timeout: Duration::from_secs(1),
        ..Options::default()
    }
}

/// Gives up on a silent connection at once.
fn impatient(server: &Server) -> Options {
    Options { attempt_timeout: Duration::from_millis(300), ..options(server) }
}

fn run(options: &Options) -> Result<Collected, CollectError> {
    tokio::runtime::Runtime::new().expect("a runtime").block_on(collect(options, &()))
}

fn scan(server: &Server) -> Collected {
    run(&options(server)).expect("a snapshot")
}

/// The snapshot as text without the time, which alone may differ.
fn text(mut collected: Collected) -> String {
    if let Some(about) = collected.document["fargcheck"].as_object_mut() {
        about.remove("collectedAt");
    }
    serde_json::to_string_pretty(&collected.document).expect("JSON")
}

fn missing(collected: &Collected) -> Vec<String> {
    let entries = collected.document["fargcheck"]["notCollected"].as_array().expect("a list");
    let part = |entry: &Value, name: &str| entry[name].as_str().unwrap_or("-").to_owned();
    entries
        .iter()
        .map(|entry| format!("{} {} {}", part(entry, "call"), part(entry, "item"), part(entry, "reason")))
        .collect()
}

/// Lists sorted, so that two documents compare as sets.
fn sorted(value: &Value) -> Value {
    match value {
        Value::Array(items) => {
            let mut items: Vec<Value> = items.iter().map(sorted).collect();
            items.sort_by_key(Value::to_string);
            Value::Array(items)
        }
        Value::Object(fields) => {
            let mut fields: Vec<_> = fields.iter().map(|(name, field)| (name.clone(), sorted(field))).collect();
            fields.sort_by(|one, other| one.0.cmp(&other.0));
            Value::Object(fields.into_iter().collect())
        }
        other => other.clone(),
    }
}
