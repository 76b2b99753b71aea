//! `rules test`: a user's own rules over their own fixtures.

mod cli_support;

use cli_support::Scratch;
use serde_json::json;

/// VPCs with these blocks.
fn network(blocks: &[&str]) -> String {
    let vpc = |(index, block): (usize, &&str)| json!({ "VpcId": format!("vpc-{index}"), "CidrBlock": block });
    let vpcs: Vec<_> = blocks.iter().enumerate().map(vpc).collect();
    json!({ "Vpcs": vpcs, "Subnets": [], "RouteTables": [] }).to_string()
}

const RULE: &str = "title = 'A VPC is in our plan'\nseverity = 'warning'\nsubject = 'vpc'\n\
                    require = \"vpc.cidr.startsWith('10.')\"\nmessage = '{vpc} is not in the plan'\nhelp = 'Move it.'\n";

fn own() -> Scratch {
    Scratch::new("own").with("own/team/planned.toml", RULE)
}

#[test]
fn what_a_rule_says_of_its_fixtures() {
    let (good, bad) = (network(&["10.0.0.0/16"]), network(&["10.0.0.0/16", "192.168.0.0/16"]));
    let mut elsewhere: serde_json::Value = serde_json::from_str(&good).expect("a network");
    elsewhere["services"] = json!([{ "serviceName": "app", "launchType": "FARGATE", "desiredCount": 1,
        "networkConfiguration": { "awsvpcConfiguration": { "subnets": ["subnet-gone"], "securityGroups": [] } } }]);
    let elsewhere = elsewhere.to_string();
    /// The files of a rule, the exit code, and what is said.
    type Case<'c> = (&'c [(&'c str, &'c str)], i32, &'c str);
    let cases: &[Case<'_>] = &[
        (&[("pass", &good), ("fail", &bad)], 0, "2 passed; 0 failed"),
        (&[("pass", &good), ("pass-again", &good), ("fail", &bad), ("notes", "")], 0, "3 passed; 0 failed"),
        (&[("pass", &bad), ("fail", &bad)], 1, "vpc-1 is not in the plan"),
        (&[("pass", &good), ("fail", &good)], 1, "nothing is found: it is clean"),
        (&[("pass", &network(&[])), ("fail", &bad)], 1, "it is about nothing in there"),
        (
            &[("fail", &bad)],
            1,
            "there is no such fixture: pass*.json beside the rule's file is a network on which the rule is clean",
        ),
        (
            &[("pass", &good)],
            1,
            "there is no such fixture: fail*.json beside the rule's file is a network on which it finds",
        ),
        (
            &[("pass", &good), ("fail", &elsewhere)],
            1,
            "it is clean; what is found there is told by workload/subnets-one-vpc",
        ),
        (&[], 1, "0 passed; 2 failed"),
        (&[("pass", "{"), ("fail", &bad)], 2, "pass.json"),
    ];
    for (files, code, said) in cases {
        let mut scratch = own();
        for (name, text) in *files {
            scratch = scratch.with(&format!("own/team/planned/{name}.json"), text);
        }
        let run = scratch.run(&["rules", "test", "own"]);
        assert_eq!(run.code, *code, "{files:?} {run:#?}");
        let text = format!("{}{}", run.out, run.err).split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(text.contains(said), "{said}: {run:#?}");
    }
}

#[test]
fn a_fixture_that_is_no_rule_s_is_told() {
    let (good, bad) = (network(&["10.0.0.0/16"]), network(&["192.168.0.0/16"]));
    let scratch = own().with("own/team/planned/pass.json", &good).with("own/team/planned/fail.json", &bad);
    let scratch = scratch.with("own/team/renamed/fail.json", &bad).with("own/team/data/network.json", &bad);
    let run = scratch.run(&["rules", "test", "own"]);
    assert_eq!(run.code, 1, "{run:#?}");
    let text = run.out.split_whitespace().collect::<Vec<_>>().join(" ");
    let said = "team/renamed fail.json no rule has this fixture: there is no file own/team/renamed.toml";
    assert!(text.contains(said) && text.contains("2 passed; 1 failed"), "{run:#?}");
}

#[test]
fn a_rule_that_is_wrong_is_told_as_everywhere() {
    let scratch = Scratch::new("wrong").with("own/team/planned.toml", &RULE.replace("vpc.cidr", "vpc.cdir"));
    let run = scratch.run(&["rules", "test", "own"]);
    assert_eq!(run.code, 2, "{run:#?}");
    assert!(run.err.contains("did you mean `cidr`"), "{run:#?}");
    let run = scratch.run(&["rules", "test", "nowhere"]);
    assert_eq!(run.code, 2, "{run:#?}");
}

/// Facts that take no other words say which: a rule that compares with another one would never fire.
#[test]
fn a_word_that_no_fact_takes_is_told_at_its_place() {
    let rule = RULE.replace("'vpc'", "'route-table'").replace("{vpc}", "{table}");
    let rule = rule.replace("vpc.cidr.startsWith('10.')", "!table.routes.exists(r, r.target == 'internet-gatway')");
    let scratch = Scratch::new("word").with("own/team/planned.toml", &rule);
    let run = scratch.run(&["rules", "test", "own"]);
    assert_eq!(run.code, 2, "{run:#?}");
    assert!(run.err.contains("`target` is never 'internet-gatway'"), "{run:#?}");
    assert!(
        run.err.contains("did you mean `internet-gateway`? its values are `local`, `internet-gateway`"),
        "{run:#?}"
    );
    let right = rule.replace("gatway", "gateway");
    let run = Scratch::new("word").with("own/team/planned.toml", &right).run(&["rules", "test", "own"]);
    assert_eq!(run.code, 1, "it lacks fixtures alone: {run:#?}");
}

#[test]
fn a_group_called_like_no_command_is_still_listed() {
    let run = own().run(&["rules", "nat"]);
    assert_eq!(run.code, 0, "{run:#?}");
    assert!(run.out.contains("nat/available"), "{run:#?}");
}

/// The rules of the format's page, each with a network that they let alone and one that they don't.
#[test]
fn rules_of_a_team_see_tags_and_the_rules_of_groups() {
    let page = include_str!("../docs/rule-format.md");
    let section =
        page.split("## Two rules of a team").nth(1).and_then(|rest| rest.split("\n## ").next()).expect("a section");
    let rules: Vec<&str> =
        section.split("```toml\n").skip(1).map(|rest| rest.split("```").next().expect("its end")).collect();
    let group = |tags: serde_json::Value, permission: serde_json::Value| {
        let group = json!({ "GroupId": "sg-1", "GroupName": "app", "VpcId": "vpc-0", "IpPermissions": [permission],
            "IpPermissionsEgress": [], "Tags": tags });
        json!({ "Vpcs": [{ "VpcId": "vpc-0", "CidrBlock": "10.0.0.0/16" }], "SecurityGroups": [group] }).to_string()
    };
    let open = |protocol: &str, from: u16, to: u16, field: &str, range: serde_json::Value| json!({ "IpProtocol": protocol, "FromPort": from, "ToPort": to, field: [range] });
    let (world, inside) = (json!({ "CidrIp": "0.0.0.0/0" }), json!({ "CidrIp": "10.0.0.0/16" }));
    let owner = |name: &str| json!([{ "Key": "Name", "Value": "x" }, { "Key": "Owner", "Value": name }]);
    let web = open("tcp", 443, 443, "IpRanges", world.clone());
    let networks = [
        vec![
            ("pass", group(owner("network"), web.clone())),
            ("fail-without", group(json!([]), web.clone())),
            ("fail-another", group(owner("nobody"), web.clone())),
        ],
        vec![
            ("pass", group(json!([]), web)),
            ("pass-inside", group(json!([]), open("tcp", 22, 22, "IpRanges", inside))),
            ("pass-udp", group(json!([]), open("udp", 0, 65535, "IpRanges", world.clone()))),
            ("pass-group", group(json!([]), open("tcp", 22, 22, "UserIdGroupPairs", json!({ "GroupId": "sg-1" })))),
            ("fail", group(json!([]), open("tcp", 20, 30, "IpRanges", world.clone()))),
            ("fail-ipv6", group(json!([]), open("tcp", 22, 22, "Ipv6Ranges", json!({ "CidrIpv6": "::/0" })))),
            ("fail-all", group(json!([]), json!({ "IpProtocol": "-1", "IpRanges": [world] }))),
        ],
    ];
    assert_eq!(rules.len(), networks.len());
    for (rule, fixtures) in rules.into_iter().zip(networks) {
        let mut scratch = Scratch::new("team").with("own/team/one.toml", rule);
        for (name, text) in &fixtures {
            scratch = scratch.with(&format!("own/team/one/{name}.json"), text);
        }
        let run = scratch.run(&["rules", "test", "own"]);
        assert_eq!((run.code, run.err.as_str()), (0, ""), "{run:#?}");
        assert!(run.out.contains(&format!("{} passed; 0 failed", fixtures.len())), "{run:#?}");
    }
}

#[test]
fn a_key_that_is_no_text_and_a_tag_that_is_not_there() {
    let cases = [
        ("vpc.tags[0] == 'a'", 2, "string"),
        ("vpc.tags == 'a'", 2, "map"),
        ("22 in vpc.tags", 2, "never in a map"),
        ("vpc.tags.exists(t, t == 'a')", 2, "map"),
        ("vpc.tags['Owner'] == 'a'", 1, "there is no \"Owner\" in the map"),
        ("!('Owner' in vpc.tags) || vpc.tags['Owner'] == 'a'", 1, "nothing is found"),
    ];
    for (require, code, said) in cases {
        let rule = RULE.replace("vpc.cidr.startsWith('10.')", require);
        let network = network(&["10.0.0.0/16"]);
        let scratch = Scratch::new("map").with("own/team/planned.toml", &rule);
        let scratch = scratch.with("own/team/planned/pass.json", &network).with("own/team/planned/fail.json", &network);
        let run = scratch.run(&["rules", "test", "own"]);
        assert_eq!(run.code, code, "{require}: {run:#?}");
        let text = format!("{}{}", run.out, run.err).split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(text.contains(said), "{require}: {run:#?}");
    }
}
