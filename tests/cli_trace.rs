//! `trace`: one question, its answer in both forms, and what can be wrong with it.

mod cli_support;

use cli_support::{Scratch, fixture, id, run};
use serde_json::Value;

const SOUND: &str = "endpoints";
const BROKEN: &str = "endpoints+s3-gateway-missing";
const BALANCED: &str = "load-balanced";
const NAT: &str = "nat-per-zone+nat-in-private-subnet";

/// The answers of a run with `--format json`.
fn answers(json: &Value) -> Vec<Value> {
    json["traces"].as_array().cloned().unwrap_or_else(|| vec![json.clone()])
}

#[test]
fn verdicts_and_exit_codes() {
    let subnet = id(SOUND, "services-shop.json", "subnet-");
    let group = id(SOUND, "services-shop.json", "sg-");
    let endpoint = id(SOUND, "vpc-endpoints.json", "vpce-");
    let interface = id(SOUND, "network-interfaces.json", "eni-");
    let cases: &[(&[&str], i32, &str)] = &[
        (&[SOUND, "--from", "app", "--to", "s3"], 0, "reachable reachable"),
        (&[SOUND, "--from", "app", "--to", "ecr.api"], 0, "reachable reachable"),
        (&[SOUND, "--from", "app", "--to", "com.amazonaws.us-east-1.ecr.api"], 0, "reachable reachable"),
        (&[SOUND, "--from", "app", "--to", "internet"], 1, "blocked blocked"),
        (&[SOUND, "--from", "app", "--to", "https://api.example.com"], 1, "blocked blocked"),
        (&[SOUND, "--from", "app", "--to", "192.0.2.7", "--port", "5432"], 1, "blocked blocked"),
        (&[SOUND, "--from", &subnet, "--to", "logs"], 0, "reachable"),
        (&[SOUND, "--from", &subnet, "--security-group", &group, "--to", "logs"], 0, "reachable"),
        (&[SOUND, "--from", &subnet, "--public-ip", "--to", "internet"], 1, "blocked"),
        (&[SOUND, "--from", &subnet, "--to", &endpoint], 0, "reachable"),
        (&[SOUND, "--from", &subnet, "--to", &interface], 0, "reachable"),
        (&[SOUND, "--from", &subnet, "--to", "tcp://db.internal:5432"], 3, "unknown"),
        (&[BALANCED, "--from", "frontend", "--to", "backend"], 0, "reachable reachable reachable reachable"),
        (&[BALANCED, "--from", "frontend", "--to", "backend", "--port", "81"], 1, "blocked blocked blocked blocked"),
        (&[BALANCED, "--from", "frontend", "--to", "shop-web"], 3, "unknown unknown"),
        (&[BROKEN, "--from", "app", "--to", "s3"], 1, "blocked blocked"),
        (&[NAT, "--from", "app", "--to", "https://api.example.com:8443/v1"], 1, "blocked reachable"),
    ];
    for (arguments, code, verdicts) in cases {
        let mut whole = vec!["trace", "--format", "json"];
        whole.extend_from_slice(arguments);
        let run = run(&whole);
        assert_eq!(run.code, *code, "{arguments:?} {run:#?}");
        let found = answers(&run.json());
        let found: Vec<&str> = found.iter().filter_map(|answer| answer["verdict"].as_str()).collect();
        assert_eq!(found.join(" "), *verdicts, "{arguments:?}");
    }
}

#[test]
fn an_answer_has_reasons_hops_and_doubts() {
    let subnet = id(BROKEN, "services-shop.json", "subnet-");
    let json = run(&["trace", BROKEN, "--from", &subnet, "--to", "s3", "--format", "json"]).json();
    assert!(json["traces"].is_null(), "one answer stands alone");
    let reason = &json["reasons"][0];
    assert_eq!((&reason["code"], &reason["total"]), (&"no-route".into(), &true.into()));
    assert_eq!(reason["reachabilityAnalyzer"][0], "NO_ROUTE_TO_DESTINATION");
    assert!(reason["resource"].as_str().is_some_and(|id| id.starts_with("rtb-")), "{json:#}");
    assert!(reason["packets"].as_str().is_some_and(|text| text.contains("32768-60999")), "{json:#}");
    assert!(json["hops"].as_array().is_some_and(|hops| hops.iter().any(|hop| hop["outcome"] == "blocked")));
    assert_eq!(json["unknown"], serde_json::json!([]));
}

#[test]
fn the_answer_for_reading() {
    let subnet = id(BROKEN, "services-shop.json", "subnet-");
    let run = run(&["trace", BROKEN, "--from", &subnet, "--to", "s3"]);
    // Ids differ from one recording of the fixture to the next.
    let mut shown = run.out.clone();
    for (file, prefix) in [("route-tables.json", "rtb-"), ("network-acls.json", "acl-"), ("subnets.json", "subnet-")] {
        let text = std::fs::read_to_string(cli_support::fixtures().join(BROKEN).join(file)).expect("checked in");
        for word in text.split('"').filter(|word| word.starts_with(prefix)) {
            shown = shown.replace(word, &format!("{prefix}…"));
        }
    }
    insta::assert_snapshot!(shown);
    let quiet = cli_support::run(&["trace", BROKEN, "--from", &subnet, "--to", "s3", "-q"]).out;
    assert_eq!(quiet.lines().count(), 1, "{quiet}");
}

#[test]
fn names_that_do_not_exist_are_met_with_the_nearest() {
    let subnet = id(SOUND, "services-shop.json", "subnet-");
    let cases: &[(&[&str], &str)] = &[
        (&["--from", "ap", "--to", "s3"], "did you mean `app`?"),
        (&["--from", "something-else", "--to", "s3"], "its workloads are `app`"),
        (&["--from", "app", "--to", "ecr.apj"], "did you mean `ecr.api`?"),
        (&["--from", "app", "--to", "apo"], "did you mean `app`?"),
        (&["--from", "app", "--to", "vpce-404"], "the input has no endpoint"),
        (&["--from", "app", "--to", "fs-0123456789abcdef0"], "no workload mounts it"),
        (&["--from", "app", "--to", "ftp://x"], "the scheme must be"),
        (&["--from", "app", "--to", "10.0.0.0/40"], "nothing is called"),
        (&["--from", "app", "--to", "127.0.0.1"], "`127.0.0.1` is the task itself"),
        (&["--from", "app", "--to", "::1"], "`::1` is the task itself"),
        (&["--from", "app", "--to", "tcp://127.0.0.1:5432"], "`tcp://127.0.0.1:5432` is the task itself"),
        (&["--from", "app", "--to", "http://localhost:8080"], "`http://localhost:8080` is the task itself"),
        (&["--from", "app", "--to", "s3", "--port", "0"], "--port"),
        (&["--from", "app", "--security-group", "sg-1", "--to", "s3"], "is no subnet"),
        (&["--from", &subnet, "--security-group", "sg-1", "--to", "s3"], "has no security group `sg-1`"),
        (&["--to", "s3"], "--from"),
    ];
    for (arguments, said) in cases {
        let mut whole = vec!["trace", SOUND];
        whole.extend_from_slice(arguments);
        let run = run(&whole);
        assert_eq!(run.code, 2, "{arguments:?} {run:#?}");
        assert!(run.err.contains(said), "{arguments:?} {run:#?}");
    }
}

#[test]
fn declared_workloads_can_be_asked_about() {
    let subnet = id(SOUND, "services-shop.json", "subnet-");
    let text = format!("[[workload]]\nname = \"batch\"\nsubnets = [\"{subnet}\"]\n");
    let scratch = Scratch::new("trace-declared").with("fargcheck.toml", &text);
    let run = scratch.run(&["trace", &fixture(SOUND), "--from", "batch", "--to", "logs", "-q"]);
    assert!(run.code == 0 && run.out.starts_with(&format!("reachable: batch in {subnet} → logs")), "{run:#?}");
    let run = scratch.run(&["trace", &fixture(SOUND), "--from", "batch", "--to", "internet", "-q"]);
    assert!(run.code == 1 && run.out.starts_with(&format!("blocked: batch in {subnet} → internet")), "{run:#?}");
}

/// An endpoint that failed and has no private DNS, in a VPC without a way out: two ways to choose from.
fn choices() -> Scratch {
    let list = |name: &str| {
        let text = std::fs::read_to_string(cli_support::fixtures().join(SOUND).join(name)).expect("checked in");
        serde_json::from_str::<Value>(&text).expect("JSON")
    };
    let mut scratch = Scratch::new("trace-choices");
    let folder = cli_support::fixtures().join(SOUND);
    for entry in std::fs::read_dir(&folder).expect("checked in") {
        let name = entry.expect("readable").file_name().into_string().expect("UTF-8");
        let mut document = list(&name);
        for endpoint in document["VpcEndpoints"].as_array_mut().into_iter().flatten() {
            if endpoint["ServiceName"] == "com.amazonaws.us-east-1.logs" {
                endpoint["PrivateDnsEnabled"] = false.into();
                endpoint["State"] = "failed".into();
            }
        }
        scratch = scratch.with(&format!("network/{name}"), &document.to_string());
    }
    scratch
}

#[test]
fn what_must_change_together_and_what_there_is_to_choose_from() {
    let subnet = id(SOUND, "services-shop.json", "subnet-");
    let scratch = choices();
    let json = scratch.run(&["trace", "network", "--from", &subnet, "--to", "logs", "--format", "json"]).json();
    let codes = |alternative: &Value| -> Vec<String> {
        let changes = alternative["changes"].as_array().cloned().unwrap_or_default();
        changes.iter().filter_map(|change| change["code"].as_str().map(str::to_owned)).collect()
    };
    let found: Vec<Vec<String>> = json["alternatives"].as_array().expect("a list").iter().map(codes).collect();
    assert_eq!(found, [vec!["private-dns-off", "endpoint-state"], vec!["no-route"]], "{json:#}");
    assert!(json["alternatives"][0]["via"].as_str().is_some_and(|via| via.starts_with("vpce-")), "{json:#}");
    assert_eq!(json["alternatives"][1]["certain"], true);

    let shown = scratch.run(&["trace", "network", "--from", &subnet, "--to", "logs"]).out;
    let (_, remedy) = shown.split_once("  to work  ").expect("the section is there");
    let lines: Vec<&str> = remedy.lines().map(str::trim).collect();
    assert!(lines[0].starts_with("1. private-dns-off vpce-"), "{shown}");
    assert!(lines[1].starts_with("2. endpoint-state vpce-"), "{shown}");
    assert_eq!(lines[2], "or", "{shown}");
    assert!(lines[3].starts_with("1. no-route rtb-"), "{shown}");
}

/// Each of two routes that lead nowhere is a change of its own, and said by what it is.
#[test]
fn every_route_that_leads_nowhere_is_to_change() {
    let text = std::fs::read_to_string(rule_fixture("nat/elastic-ip/pass")).expect("checked in");
    let mut document: Value = serde_json::from_str(&text).expect("JSON");
    for table in document["RouteTables"].as_array_mut().into_iter().flatten() {
        for route in
            table["Routes"].as_array_mut().into_iter().flatten().filter(|route| !route["NatGatewayId"].is_null())
        {
            *route =
                serde_json::json!({ "DestinationCidrBlock": "0.0.0.0/1", "NatGatewayId": "nat-00000000000000001" });
        }
        let second =
            serde_json::json!({ "DestinationCidrBlock": "128.0.0.0/1", "NatGatewayId": "nat-00000000000000002" });
        table["Routes"].as_array_mut().expect("a list").push(second);
    }
    let scratch = Scratch::new("trace-two-routes").with("network.json", &document.to_string());
    let asked = ["trace", "network.json", "--from", "app", "--to", "internet"];
    let json = scratch.run(&[&asked[..], &["--format", "json"]].concat()).json();
    assert_eq!(json["verdict"], "blocked");
    assert_eq!(json["alternatives"][0]["changes"].as_array().map(Vec::len), Some(2), "{json:#}");
    let shown = scratch.run(&asked).out;
    let (_, remedy) = shown.split_once("  to work  ").expect("the section is there");
    assert!(remedy.contains("sends 0.0.0.0/1") && remedy.contains("sends 128.0.0.0/1"), "{shown}");
}

#[test]
fn a_single_reason_is_not_said_twice() {
    let subnet = id(BROKEN, "services-shop.json", "subnet-");
    let run = run(&["trace", BROKEN, "--from", &subnet, "--to", "s3"]);
    assert!(!run.out.contains("to work"), "{}", run.out);
    let json = cli_support::run(&["trace", BROKEN, "--from", &subnet, "--to", "s3", "--format", "json"]).json();
    assert_eq!(json["alternatives"].as_array().map(Vec::len), Some(1), "{json:#}");
}

/// Fixtures with something of every kind where packets part or are stopped.
const PARTING: &[(&str, &str)] = &[
    ("nat/elastic-ip/fail", "internet"),
    ("nat/elastic-ip/pass", "198.51.100.7"),
    ("nacl/return/fail", "logs"),
    ("transit/zone/fail", "ecr.api"),
    ("transit/way-on/fail", "ecr.api"),
    ("transit/way-back/fail", "s3"),
    ("endpoint/private-dns/fail", "logs"),
    ("endpoint/subnets/fail", "logs"),
];

fn rule_fixture(name: &str) -> String {
    format!("{}/fixtures/rules/{name}.json", env!("CARGO_MANIFEST_DIR"))
}

#[test]
fn nothing_passes_behind_the_end_of_its_branch() {
    let mut ends = 0;
    for (name, to) in PARTING {
        let json = run(&["trace", &rule_fixture(name), "--from", "app", "--to", to, "--format", "json"]).json();
        for answer in answers(&json) {
            let hops = answer["hops"].as_array().cloned().unwrap_or_default();
            let branch = |hop: &Value| hop["branch"].as_array().cloned().unwrap_or_default();
            for (position, end) in hops.iter().enumerate().filter(|(_, hop)| hop["outcome"] == "blocked") {
                ends += 1;
                let passed = hops[position..].iter().find(|hop| {
                    hop["outcome"] == "passed"
                        && hop["return"] == end["return"]
                        && branch(hop).starts_with(&branch(end))
                });
                assert!(passed.is_none(), "{name}: {end} and then {passed:?}");
            }
        }
    }
    assert!(ends >= 6, "hardly anything was stopped: {ends}");
}

#[test]
fn branches_stand_apart_and_the_way_back_names_its_route_tables() {
    let shown = |name: &str, to: &str| run(&["trace", &rule_fixture(name), "--from", "app", "--to", to]).out;
    insta::assert_snapshot!("parted_by_a_gateway_endpoint", shown("nat/elastic-ip/fail", "3.0.0.0/8"));
    insta::assert_snapshot!("there_and_back_by_a_transit_gateway", shown("transit/way-on/pass", "s3"));
}

#[test]
fn no_remedy_is_told_for_what_the_internet_does_not_route() {
    let asked = ["trace", &rule_fixture("nat/elastic-ip/pass"), "--from", "app", "--to", "198.51.100.7"];
    let shown = run(&asked).out;
    assert!(!shown.contains("to work"), "{shown}");
    let json = run(&[&asked[..], &["--format", "json"]].concat()).json();
    assert_eq!(json["reasons"][0]["code"], "not-routable");
    assert_eq!(json["alternatives"], serde_json::json!([]));
}

/// What a transit gateway brings and a VPC sends into it again ends in one of several ways.
#[test]
fn what_is_sent_into_a_transit_gateway_again_ends_as_it_is_said() {
    const GATEWAY: &str = "tgw-08d33503ee27d4c13";
    let into_again =
        serde_json::json!({ "DestinationCidrBlock": "0.0.0.0/0", "TransitGatewayId": GATEWAY, "State": "active" });
    let back = serde_json::json!({ "DestinationCidrBlock": "0.0.0.0/0", "Type": "static", "State": "active",
        "TransitGatewayAttachments": [{ "TransitGatewayAttachmentId": "tgw-attach-8d9001d32c6a703d9",
            "ResourceId": "vpc-8d9001d32c6a703d9", "ResourceType": "vpc" }] });
    let blackhole = serde_json::json!({ "DestinationCidrBlock": "0.0.0.0/0", "Type": "static", "State": "blackhole" });
    // The route of the transit gateway's second table, whether the tasks' VPC sends it into the gateway once more, and what is said.
    let cases = [
        (None, false, "the transit gateway's route table has no route for it"),
        (Some(&blackhole), false, "the transit gateway's route for it is a blackhole"),
        (Some(&back), true, "it goes round and never arrives"),
        (Some(&back), false, "on every way from there a route is lacking in the end"),
    ];
    let sound = std::fs::read_to_string(rule_fixture("transit/way-on/pass")).expect("it is there");
    for (route, again, said) in cases {
        let mut network: Value = serde_json::from_str(&sound).expect("a fixture is JSON");
        for table in network["RouteTables"].as_array_mut().expect("a list") {
            let name = table["RouteTableId"].as_str().expect("an id").to_owned();
            let routes = table["Routes"].as_array_mut().expect("a list");
            match name.as_str() {
                "rtb-2ef6117a2a1f016b6" | "rtb-bb9bfa3c55ce747c4" => {
                    routes.truncate(1);
                    routes.push(into_again.clone());
                }
                "rtb-699e134f63b47dbec" if again => routes.push(into_again.clone()),
                _ => {}
            }
        }
        let routes = network["TransitGatewayRouteTables"][1]["Routes"].as_array_mut().expect("a list");
        routes.extend(route.cloned());
        let scratch = Scratch::new("again").with("network.json", &network.to_string());
        let run = scratch.run(&["trace", "network.json", "--from", "app", "--to", "internet", "--format", "json"]);
        assert!(
            run.out.contains(&format!("sends it into {GATEWAY} again: ")) && run.out.contains(said),
            "{said}: {run:#?}"
        );
    }
}
