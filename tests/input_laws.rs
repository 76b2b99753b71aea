//! Laws of what is judged: how a network is cut into files, and what else is given with it, says nothing about it.
//!
//! Over the fixtures of all rules, through the program.

mod cli_support;
mod id_support;

use cli_support::{Scratch, run_in};
use serde_json::Value;
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

/// The networks that break a rule, by the rule's id.
fn networks() -> BTreeMap<String, String> {
    let root: PathBuf = [env!("CARGO_MANIFEST_DIR"), "fixtures", "rules"].iter().collect();
    let folders = |path: &Path| -> Vec<PathBuf> {
        let entries = fs::read_dir(path).expect("the fixtures are checked in");
        entries.map(|entry| entry.expect("readable").path()).filter(|path| path.is_dir()).collect()
    };
    let of_rule = |path: PathBuf| {
        let id = path.strip_prefix(&root).expect("it is below").to_string_lossy().replace('\\', "/");
        (id, fs::read_to_string(path.join("fail.json")).expect("each rule has a fixture that fails"))
    };
    folders(&root).iter().flat_map(|group| folders(group)).map(of_rule).collect()
}

/// What is found, but not where it stands: rule, severity, resource, message, and what was not checked.
fn findings(folder: &Path, paths: &[&str]) -> Vec<String> {
    let run = run_in(folder, &[&["lint", "--format", "json"], paths].concat());
    assert!(run.code != 2, "{run:#?}");
    let json = run.json();
    let of = |list: &str| json[list].as_array().cloned().unwrap_or_default();
    let mut told: Vec<String> = of("findings")
        .iter()
        .map(|finding| {
            let mut affects: Vec<String> =
                finding["affects"].as_array().into_iter().flatten().map(Value::to_string).collect();
            affects.sort();
            format!(
                "{} {} {} {} {affects:?}",
                finding["severity"], finding["rule"], finding["resource"]["id"], finding["message"]
            )
        })
        .collect();
    told.extend(of("notChecked").iter().map(|entry| format!("{} {}", entry["what"], entry["why"])));
    told.sort();
    told
}

#[test]
fn a_network_cut_into_files_is_the_same_network() {
    for (rule, text) in networks() {
        let whole = Scratch::new("whole").with("network.json", &text);
        let document: serde_json::Map<String, Value> = serde_json::from_str(&text).expect("an object");
        let mut parts = Scratch::new("parts");
        // Each file says of which account and region it is; what is no part of a network says nothing.
        let lists = document.iter().filter(|(key, _)| !["fargcheck", "fixture"].contains(&key.as_str()));
        for (index, (key, value)) in lists.enumerate() {
            let mut part = serde_json::json!({ key: value });
            part["fargcheck"] = document.get("fargcheck").cloned().unwrap_or_default();
            parts = parts.with(&format!("network/part-{index}.json"), &part.to_string());
        }
        assert_eq!(findings(&parts.0, &["network"]), findings(&whole.0, &["network.json"]), "{rule}");
    }
}

#[test]
fn the_order_of_keys_and_white_space_say_nothing() {
    for (rule, text) in networks() {
        let plain = Scratch::new("plain").with("network.json", &text);
        let document: serde_json::Map<String, Value> = serde_json::from_str(&text).expect("an object");
        let turned: serde_json::Map<String, Value> = document.into_iter().rev().collect();
        let other = Scratch::new("turned").with("network.json", &Value::Object(turned).to_string());
        assert_eq!(findings(&other.0, &["network.json"]), findings(&plain.0, &["network.json"]), "{rule}");
    }
}

/// The same network elsewhere: each of its ids is another, as no two resources of AWS share one.
fn elsewhere(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 1024);
    for (index, part) in text.split('"').enumerate() {
        if index > 0 {
            out.push('"');
        }
        match id_support::parts(part) {
            Some((kind, rest)) => out.push_str(&format!("{kind}b{rest}")),
            None => out.push_str(part),
        }
    }
    out.replace("us-east-1", "eu-west-1")
}

#[test]
fn two_regions_together_are_what_each_is_alone() {
    let networks: Vec<(String, String)> = networks().into_iter().collect();
    for (index, (rule, text)) in networks.iter().enumerate() {
        let (_, other) = &networks[(index + 1) % networks.len()];
        let other = elsewhere(other);
        let (here, there) =
            ("accounts/111122223333/us-east-1/network.json", "accounts/444455556666/eu-west-1/network.json");
        let first = Scratch::new("first").with(here, text);
        let second = Scratch::new("second").with(there, &other);
        let both = Scratch::new("both").with(here, text).with(there, &other);
        let mut apart = [findings(&first.0, &["accounts"]), findings(&second.0, &["accounts"])].concat();
        apart.sort();
        let mut together = findings(&both.0, &["accounts"]);
        // What isn't known of both is said once.
        apart.dedup();
        together.dedup();
        assert_eq!(together, apart, "{rule}");
    }
}

/// What is found in two files of one account and region, whichever of them comes first.
fn in_any_order(one: &Value, other: &Value) -> Vec<String> {
    let found = |first: &Value, second: &Value| {
        let scratch = Scratch::new("order").with("a.json", &first.to_string()).with("b.json", &second.to_string());
        findings(&scratch.0, &["a.json", "b.json"])
    };
    let found = [found(one, other), found(other, one)];
    assert_eq!(found[0], found[1]);
    found.into_iter().next().unwrap_or_default()
}

/// A network behind a NAT gateway in a state, collected at a time.
fn collected(state: &str, at: Option<&str>) -> Value {
    let mut network: Value = serde_json::from_str(&networks_that_pass("nat/present")).expect("the fixture is JSON");
    network["fargcheck"] = serde_json::json!({"schema": 1, "account": "123456789012", "region": "us-east-1"});
    network["fargcheck"]["collectedAt"] = at.into();
    network["NatGateways"][0]["State"] = state.into();
    network
}

fn networks_that_pass(rule: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/rules").join(rule).join("pass.json");
    fs::read_to_string(path).expect("the fixture is checked in")
}

#[test]
fn of_two_scans_the_later_one_counts() {
    let (early, late) = (Some("2026-05-01T10:00:00+00:00"), Some("2026-05-01T10:05:00+00:00"));
    let alone = |state: &str| {
        let scratch = Scratch::new("alone").with("a.json", &collected(state, late).to_string());
        findings(&scratch.0, &["a.json"])
    };
    for (before, after) in [("available", "failed"), ("failed", "available")] {
        let mut found = in_any_order(&collected(before, early), &collected(after, late));
        let told = found.iter().filter(|one| one.contains("the one that was collected last was used")).count();
        assert_eq!(told, 1, "{found:#?}");
        found.retain(|one| !one.contains("described twice"));
        assert_eq!(found, alone(after), "{before}, then {after}");
    }
    // What did not change in between is the same.
    assert_eq!(in_any_order(&collected("available", early), &collected("available", late)), alone("available"));
}

#[test]
fn a_contradiction_is_never_clean() {
    let scratch = Scratch::new("contradiction")
        .with("a.json", &collected("available", None).to_string())
        .with("b.json", &collected("failed", None).to_string());
    assert_eq!(scratch.run(&["lint", "a.json", "b.json"]).code, 3);
    assert_eq!(scratch.run(&["lint", "b.json", "a.json"]).code, 1);
}

/// `describe-vpc-attribute` answers one attribute at a time: parts that agree are one description.
#[test]
fn attributes_of_a_vpc_are_put_together_where_they_agree() {
    let network = collected("available", None);
    let vpc = &network["Vpcs"][0]["VpcId"];
    for (value, code) in [(true, 0), (false, 3)] {
        let one = serde_json::json!({ "VpcId": vpc, "EnableDnsHostnames": { "Value": value } });
        let attribute = serde_json::json!({ "fargcheck": network["fargcheck"], "VpcAttributes": [one] });
        let scratch =
            Scratch::new("attribute").with("a.json", &network.to_string()).with("b.json", &attribute.to_string());
        let run = scratch.run(&["lint", "a.json", "b.json"]);
        assert_eq!(run.code, code, "{value}: {run:#?}");
    }
}
