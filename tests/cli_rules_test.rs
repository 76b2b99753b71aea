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
    /// The files of a rule, the exit code, and what is said.
    type Case<'c> = (&'c [(&'c str, &'c str)], i32, &'c str);
    let cases: &[Case<'_>] = &[
        (&[("pass", &good), ("fail", &bad)], 0, "2 passed; 0 failed"),
        (&[("pass", &good), ("pass-again", &good), ("fail", &bad), ("notes", "")], 0, "3 passed; 0 failed"),
        (&[("pass", &bad), ("fail", &bad)], 1, "vpc-1 is not in the plan"),
        (&[("pass", &good), ("fail", &good)], 1, "nothing is found: it is clean"),
        (&[("pass", &network(&[])), ("fail", &bad)], 1, "it is about nothing in there"),
        (&[("fail", &bad)], 1, "there is no such fixture"),
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
        assert!(format!("{}{}", run.out, run.err).contains(said), "{said}: {run:#?}");
    }
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
