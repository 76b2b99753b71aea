//! Which resource an entry of a baseline is known by: a name is one only where its resource was made anew.

mod cli_support;

use cli_support::Scratch;
use serde_json::{Value, json};
use std::fs;

/// A team's rule, so that the networks can be as small as can be.
const RULE: &str = "title = \"A group is closed\"\nseverity = \"error\"\nsubject = \"security-group\"\n\
    require = \"group.ports_open_to_all == []\"\nmessage = \"{group} is open\"\nhelp = \"h\"\n";

/// A group: its VPC with that one's name, its id with its name, and whether it breaks the rule.
type Group<'g> = ((&'g str, &'g str), (&'g str, &'g str), bool);

/// A network of these groups, and of the VPCs that have none.
fn network(groups: &[Group<'_>], others: &[&str]) -> String {
    let mut vpcs: Vec<Value> = others.iter().map(|id| json!({ "VpcId": id, "CidrBlock": "10.0.0.0/16" })).collect();
    for ((id, name), ..) in groups {
        let tags = if name.is_empty() { json!([]) } else { json!([{ "Key": "Name", "Value": name }]) };
        let vpc = json!({ "VpcId": id, "CidrBlock": "10.0.0.0/16", "Tags": tags });
        if !vpcs.contains(&vpc) {
            vpcs.push(vpc);
        }
    }
    let groups = groups.iter().map(|((vpc, _), (id, name), is_broken)| {
        let open =
            json!({ "IpProtocol": "tcp", "FromPort": 22, "ToPort": 22, "IpRanges": [{ "CidrIp": "0.0.0.0/0" }] });
        let rules = if *is_broken { vec![open] } else { Vec::new() };
        json!({ "GroupId": id, "GroupName": name, "VpcId": vpc, "IpPermissions": rules, "IpPermissionsEgress": [] })
    });
    json!({ "Vpcs": vpcs, "SecurityGroups": groups.collect::<Vec<_>>(), "services": [] }).to_string()
}

#[test]
fn a_name_stands_for_what_was_made_anew_alone() {
    const ONE: (&str, &str) = ("vpc-1", "shop");
    const TWO: (&str, &str) = ("vpc-2", "stock");
    const NEW: (&str, &str) = ("vpc-3", "shop");
    const OWN: (&str, &str) = ("sg-1", "default");
    const OTHER: (&str, &str) = ("sg-2", "default");
    // What it shows, the groups, VPCs without any, and the groups that are told.
    type Case<'c> = (&'c str, &'c [Group<'c>], &'c [&'c str], &'c [&'c str]);
    let cases: &[Case<'_>] = &[
        ("the same", &[(ONE, OWN, true), (TWO, OTHER, false)], &[], &[]),
        ("mended here and broken in another VPC", &[(ONE, OWN, false), (TWO, OTHER, true)], &[], &["sg-2"]),
        ("mended here and another broken beside it", &[(ONE, OWN, false), (ONE, OTHER, true)], &[], &["sg-2"]),
        ("made anew in its VPC", &[(ONE, OTHER, true)], &[], &[]),
        ("gone, and broken in another VPC", &[(TWO, OTHER, true)], &["vpc-1"], &["sg-2"]),
        ("made anew with its VPC", &[(NEW, OTHER, true)], &[], &[]),
        ("gone with its VPC, and broken in another one", &[(TWO, OTHER, true)], &[], &["sg-2"]),
        ("gone with its VPC, and broken in one without a name", &[(("vpc-3", ""), OTHER, true)], &[], &["sg-2"]),
        ("named otherwise", &[(ONE, ("sg-1", "tasks"), true)], &[], &[]),
        ("in a VPC that is named otherwise", &[(("vpc-1", "stock"), OTHER, true)], &[], &[]),
    ];
    let lint = ["lint", "x.json", "--rules", "own", "--select", "team", "--allow-incomplete", "--format", "json"];
    let scratch = Scratch::new("names").with("own/team/closed.toml", RULE);
    let scratch = scratch.with("x.json", &network(&[(ONE, OWN, true), (TWO, OTHER, false)], &[]));
    let run = scratch.run(&[&lint[..], &["--write-baseline", "known.json"]].concat());
    assert_eq!(run.code, 0, "{run:#?}");
    let written: Value =
        serde_json::from_str(&fs::read_to_string(scratch.0.join("known.json")).expect("it was written")).expect("JSON");
    let entry = &written["findings"][0];
    assert_eq!((&entry["id"], &entry["vpc"], &entry["vpcName"]), (&json!("sg-1"), &json!("vpc-1"), &json!("shop")));
    let mut earlier = written.clone();
    for key in ["vpc", "vpcName"] {
        earlier["findings"][0].as_object_mut().expect("an entry").remove(key);
    }
    let told = |what: &str, document: &str, baseline: &Value| -> Vec<String> {
        let scratch = Scratch::new("names").with("own/team/closed.toml", RULE);
        let run = scratch
            .with("x.json", document)
            .with("known.json", &baseline.to_string())
            .run(&[&lint[..], &["--baseline", "known.json"]].concat());
        let ids: Vec<String> = run.json()["findings"]
            .as_array()
            .into_iter()
            .flatten()
            .filter_map(|finding| finding["resource"]["id"].as_str().map(str::to_owned))
            .collect();
        assert_eq!(run.code, i32::from(!ids.is_empty()), "{what} {run:#?}");
        let gone = run.out.contains("one of its findings is gone");
        assert_eq!(gone, !ids.is_empty(), "{what}: an entry is used or said to be gone: {run:#?}");
        ids
    };
    for (what, groups, others, expected) in cases {
        let document = network(groups, others);
        assert_eq!(told(what, &document, &written), *expected, "{what}");
        // An entry of an earlier fargcheck doesn't say which VPC it means, but its resource may be there still.
        let has_it = groups.iter().any(|(_, (id, _), _)| *id == "sg-1");
        let expected = if has_it { expected } else { &[][..] };
        assert_eq!(told(what, &document, &earlier), expected, "{what}, of an earlier fargcheck");
    }
}

/// A fault that nothing ran into yet is a warning; once tasks do it is an error, and new.
#[test]
fn what_is_graver_than_its_entry_is_new() {
    let rule = "nat/in-public-subnet";
    let fixture = include_str!("../fixtures/rules/nat/in-public-subnet/fail.json");
    let lint = |severity: &'static str, flags: &[&str]| {
        let level = format!("{rule}={severity}");
        let common = ["lint", "x.json", "--select", rule, "--severity", &level, "--allow-incomplete"];
        [&common.map(str::to_owned)[..], &flags.iter().map(|flag| (*flag).to_owned()).collect::<Vec<_>>()].concat()
    };
    // How grave it was, how grave it is, and whether it is told.
    for (was, is, is_told) in [
        ("warning", "warning", false),
        ("warning", "error", true),
        ("error", "warning", false),
        ("error", "error", false),
    ] {
        let scratch = Scratch::new("graver").with("x.json", fixture);
        let run = |arguments: Vec<String>| scratch.run(&arguments.iter().map(String::as_str).collect::<Vec<_>>());
        assert_eq!(run(lint(was, &["--write-baseline", "known.json"])).code, 0, "{was}");
        let now = run(lint(is, &["--baseline", "known.json"]));
        assert_eq!(now.code, i32::from(is_told), "{was} {is}: {now:#?}");
        assert_eq!(now.out.contains("1 in the baseline"), !is_told, "{was} {is}: {now:#?}");
    }
}
