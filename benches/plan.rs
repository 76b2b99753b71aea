//! How long `fargcheck lint` takes on a Terraform plan as a whole process.
//!
//! `cargo bench --no-default-features --bench plan` prints the figures and fails where a promise does not hold.

mod support;

use serde_json::{Value, json};
use std::path::Path;
use std::process::ExitCode;
use std::time::Duration;

const FARGCHECK: &str = env!("CARGO_BIN_EXE_fargcheck");
const MODULE: &str = include_str!("../fixtures/terraform/founding-nat.json");

/// A plan that calls the founding module so often that there are at least so many resources, in one line as Terraform
/// writes it; with at least so many bytes of resources that have nothing to do with the network.
fn plan(resources: usize, ballast: usize) -> String {
    let module: Value = serde_json::from_str(MODULE).expect("the fixture is JSON");
    let own = module["resource_changes"].as_array().expect("a list of changes");
    let mut changes = Vec::new();
    let mut calls = serde_json::Map::new();
    while changes.len() < resources {
        let name = format!("network{}", calls.len());
        for change in own {
            let mut change = change.clone();
            let inside = |address: &Value| json!(format!("module.{name}.{}", address.as_str().unwrap_or_default()));
            change["address"] = inside(&change["address"]);
            change["module_address"] = match change.get("module_address") {
                Some(address) => inside(address),
                None => json!(format!("module.{name}")),
            };
            changes.push(change);
        }
        let called = json!({"source": "./network", "module": module["configuration"]["root_module"]});
        calls.insert(name, called);
    }
    let text = "x".repeat(1000);
    for index in 0..ballast.div_ceil(1400) {
        changes.push(json!({"address": format!("aws_s3_object.o[{index}]"), "mode": "managed", "type": "aws_s3_object", "name": "o", "index": index,
            "change": {"actions": ["create"], "before": null, "after": {"content": text}, "after_unknown": {"id": true}}}));
    }
    let mut plan = module.clone();
    plan["resource_changes"] = Value::Array(changes);
    plan["configuration"]["root_module"] = json!({"module_calls": calls});
    plan.to_string()
}

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().collect();
    if arguments.get(1).map(String::as_str) == Some("--plain") {
        let bytes = std::fs::read(&arguments[2]).expect("the plan can be read");
        let plain: Value = serde_json::from_slice(&bytes).expect("the plan is JSON");
        std::hint::black_box(&plain);
        return ExitCode::SUCCESS;
    }
    let own = std::env::current_exe().expect("this program has a path");
    let mut kept = true;
    let cases = [
        ("5,000 resources", 5_000, 0, Some(500.0)),
        ("100 MB, 5,000 resources of the network", 5_000, 100 << 20, None),
    ];
    for (what, resources, ballast, most) in cases {
        let path = support::scratch(&format!("plan-{resources}-{ballast}.json"));
        std::fs::write(&path, plan(resources, ballast)).expect("the plan can be written");
        let file = path.to_string_lossy();
        let sound = std::process::Command::new(FARGCHECK).args(["lint", "-q", &file]).output().expect("it runs");
        assert_eq!(sound.status.code(), Some(0), "the network is sound: {}", String::from_utf8_lossy(&sound.stdout));
        // Pairs in turn, so that both meet the same weather.
        let (mut plain, mut lint): (Vec<Duration>, Vec<Duration>) = (Vec::new(), Vec::new());
        for _ in 0..9 {
            plain.push(support::process(&own, &["--plain", &file]).0);
            lint.push(support::process(Path::new(FARGCHECK), &["lint", &file]).0);
        }
        let milliseconds = |times: &mut Vec<Duration>| support::middle(times).as_secs_f64() * 1000.0;
        let (plain, lint) = (milliseconds(&mut plain), milliseconds(&mut lint));
        let size = std::fs::metadata(&path).expect("it was written").len() as f64 / 1e6;
        println!("{what}, {size:.0} MB: serde_json {plain:.0} ms, lint {lint:.0} ms, {:.2} times", lint / plain);
        if let Some(most) = most {
            let holds = lint <= most;
            kept &= holds;
            println!("{} {what}, whole process: {lint:.0} ms, at most {most} ms", if holds { "ok  " } else { "MISS" });
        }
    }
    if kept { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
