//! Services of the same name in several clusters: each is judged, named and known for itself.

mod cli_support;

use cli_support::Scratch;
use serde_json::{Value, json};
use std::fs;
use std::path::Path;

const RULE: &str = "workload/public-ip";

/// Services `app`, each in its cluster, with or without the public IP that its subnet's way out needs.
fn network(services: &[(&str, bool)]) -> Value {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/rules/workload/public-ip/fail.json");
    let text = fs::read_to_string(path).expect("the fixture is checked in");
    let mut document: Value = serde_json::from_str(&text).expect("the fixture is JSON");
    let service = document["services"][0].clone();
    let of = |(cluster, has_public_ip): &(&str, bool)| {
        let mut service = service.clone();
        service["serviceName"] = "app".into();
        service["serviceArn"] = format!("arn:aws:ecs:us-east-1:123456789012:service/{cluster}/app").into();
        service["clusterArn"] = format!("arn:aws:ecs:us-east-1:123456789012:cluster/{cluster}").into();
        let public_ip = if *has_public_ip { "ENABLED" } else { "DISABLED" };
        service["networkConfiguration"]["awsvpcConfiguration"]["assignPublicIp"] = public_ip.into();
        service
    };
    document["services"] = services.iter().map(of).collect();
    document
}

fn scratch(services: &[(&str, bool)]) -> Scratch {
    Scratch::new("clusters").with("x.json", &network(services).to_string())
}

fn texts(list: &Value, key: &str) -> Vec<String> {
    list.as_array().into_iter().flatten().filter_map(|one| one[key].as_str().map(str::to_owned)).collect()
}

#[test]
fn services_of_one_name_are_called_by_their_clusters() {
    let both = scratch(&[("shop", false), ("other", false)]);
    let found = both.run(&["lint", "x.json", "--select", RULE, "--format", "json"]).json();
    let mut told = Vec::new();
    for finding in found["findings"].as_array().into_iter().flatten() {
        assert_eq!(finding["resource"]["id"], "app", "{finding:#}");
        let cluster = finding["resource"]["arn"].as_str().and_then(|arn| arn.split('/').nth(1)).expect("an ARN");
        let name = format!("{cluster}/app");
        // AWS takes the names one by one.
        let command = format!("--cluster {cluster} --service app ");
        let help = finding["help"].as_str().unwrap_or_default();
        assert!(help.contains(&command), "{help}");
        assert!(finding["message"].as_str().unwrap_or_default().starts_with(&format!("{name} ")), "{finding:#}");
        let affected = texts(&finding["affects"], "workload");
        assert!(!affected.is_empty() && affected.iter().all(|workload| *workload == name), "{finding:#}");
        told.push(name);
    }
    told.sort();
    assert_eq!(told, ["other/app", "shop/app"], "{found:#}");

    let table = both.run(&["matrix", "x.json", "--format", "json"]).json();
    assert_eq!(texts(&table["workloads"], "name"), ["shop/app", "other/app"], "{table:#}");

    // The name alone means both, as in the configuration.
    for (from, starts) in [("app", 2), ("shop/app", 1), ("other/app", 1), ("third/app", 0)] {
        let run = both.run(&["trace", "x.json", "--from", from, "--to", "internet"]);
        let told = ["shop/app in ", "other/app in "].iter().filter(|name| run.out.contains(*name)).count();
        assert_eq!(told, starts, "{from}: {run:#?}");
    }
    let needs = "[[workload]]\nservice = \"app\"\nneeds = [\"tcp://203.0.113.7:5432\"]\n";
    let table = scratch(&[("shop", false), ("other", false)])
        .with("fargcheck.toml", needs)
        .run(&["matrix", "x.json", "--format", "json"])
        .json();
    let added = texts(&table["destinations"], "name").iter().position(|name| name.contains("203.0.113.7"));
    let added = added.expect("the configuration adds it");
    let needs_it = |row: &Value| row["cells"][added]["needed"] == true;
    let rows = table["workloads"].as_array().map(Vec::as_slice).unwrap_or_default();
    assert!(rows.len() == 2 && rows.iter().all(needs_it), "{table:#}");
}

#[test]
fn a_name_that_one_service_has_stays_as_it_is() {
    let found = scratch(&[("shop", false)]).run(&["lint", "x.json", "--select", RULE, "--format", "json"]).json();
    assert_eq!(
        texts(&found["findings"][0]["affects"], "workload").first().map(String::as_str),
        Some("app"),
        "{found:#}"
    );
}

#[test]
fn a_baseline_of_one_cluster_hides_nothing_of_another() {
    let lint = ["lint", "x.json", "--select", RULE, "--format", "json"];
    let first = scratch(&[("shop", false), ("other", true)]);
    assert_eq!(first.run(&[&lint[..], &["--write-baseline", "known.json"]].concat()).code, 0);
    let baseline = fs::read_to_string(first.0.join("known.json")).expect("it was written");
    let mut old: Value = serde_json::from_str(&baseline).expect("JSON");
    for entry in old["findings"].as_array_mut().expect("a list") {
        let cluster = entry.as_object_mut().expect("an object").remove("cluster");
        assert_eq!(cluster, Some(json!("shop")), "{baseline}");
    }
    // The services, the baseline, and the clusters whose findings are reported.
    type Case<'c> = (&'c [(&'c str, bool)], &'c str, &'c [&'c str]);
    let old = old.to_string();
    let cases: &[Case<'_>] = &[
        (&[("shop", false), ("other", true)], &baseline, &[]),
        (&[("other", true), ("shop", false)], &baseline, &[]),
        (&[("shop", false)], &baseline, &[]),
        (&[("shop", true), ("other", false)], &baseline, &["other"]),
        (&[("other", false)], &baseline, &["other"]),
        (&[("other", false), ("shop", false)], &baseline, &["other"]),
        // An entry of an earlier fargcheck doesn't say which cluster it means.
        (&[("shop", false), ("other", true)], &old, &[]),
        (&[("shop", true), ("other", false)], &old, &[]),
    ];
    for (services, baseline, expected) in cases {
        let run =
            scratch(services).with("known.json", baseline).run(&[&lint[..], &["--baseline", "known.json"]].concat());
        let arns: Vec<Value> =
            run.json()["findings"].as_array().into_iter().flatten().map(|one| one["resource"]["arn"].clone()).collect();
        let expected: Vec<Value> = expected
            .iter()
            .map(|cluster| json!(format!("arn:aws:ecs:us-east-1:123456789012:service/{cluster}/app")))
            .collect();
        assert_eq!(arns, expected, "{services:?} {run:#?}");
    }
}

#[test]
fn fingerprints_tell_clusters_apart() {
    let of = |services: &[(&str, bool)]| {
        let run = scratch(services).run(&["lint", "x.json", "--select", RULE, "--format", "gitlab"]);
        texts(&run.json(), "fingerprint")
    };
    let (one, other) = (of(&[("shop", false), ("other", true)]), of(&[("shop", true), ("other", false)]));
    assert!(one.len() == 1 && other.len() == 1 && one != other, "{one:?} {other:?}");
    let mut both = of(&[("shop", false), ("other", false)]);
    let mut each = [one, other].concat();
    both.sort();
    each.sort();
    assert_eq!(both, each);
}
