//! `rules`, `explain`, `schema` and `facts`.

mod cli_support;

use cli_support::{Scratch, id, run};

const SOUND: &str = "endpoints";

#[test]
fn rules_are_listed_and_filtered() {
    let all = run(&["rules", "--format", "json"]).json();
    let all = all.as_array().expect("a list").len();
    assert!(all > 40, "{all}");
    let table = run(&["rules"]);
    assert!(table.out.ends_with(&format!("\n{all} rules\n")), "{table:#?}");
    assert_eq!(run(&["rules", "-q"]).out.lines().count(), all);
    let nat = run(&["rules", "nat", "--severity", "error", "--format", "json"]).json();
    let ids: Vec<&str> = nat.as_array().into_iter().flatten().filter_map(|rule| rule["id"].as_str()).collect();
    assert!(ids.len() > 2 && ids.iter().all(|id| id.starts_with("nat/")), "{ids:?}");
    let wrong = run(&["rules", "nta"]);
    assert_eq!(wrong.code, 2);
    assert!(wrong.err.contains("did you mean `nat`?"), "{wrong:#?}");
}

#[test]
fn a_page_says_everything_of_a_rule() {
    let rule = "title = \"A VPC is ours\"\nseverity = \"warning\"\nsubject = \"vpc\"\nwhen = \"vpc.id != ''\"\nrequire = \"vpc.id == 'x'\"\n\
        message = \"{vpc} is not ours\"\nhelp = \"Take ours:\\naws ec2 describe-vpcs --filters Name=tag:owner,Values=us\"\n\
        why = \"Others' networks are others' business.\"\nsymptom = [\"the vpc of * is not ours at all\"]\n\
        known_problems = \"It can't tell who we are.\"\naliases = [\"team/vpc-mine\"]\n\
        sources = [{ document = \"Our house rules\", quote = \"Ours only.\" }, { aws = \"https://docs.aws.amazon.com/vpc/\" }]\n";
    let scratch = Scratch::new("page").with("own/team/vpc-ours.toml", rule);
    let page = scratch.run(&["explain", "team/vpc-ours", "--rules", "own"]);
    insta::assert_snapshot!(page.out);
    for query in ["team/vpc-mine", "team", "The VPC of vpc-0a1b2c3d is not ours at all!"] {
        assert_eq!(scratch.run(&["explain", query, "--rules", "own"]).out, page.out, "{query}");
    }
}

#[test]
fn a_page_has_something_to_fill_in_for_what_is_computed() {
    let page = run(&["explain", "nat/present"]).out;
    assert!(page.contains("aws ec2 create-nat-gateway --subnet-id <public-subnet-id> --allocation-id"), "{page}");
    let page = run(&["explain", "sg/load-balancer-egress"]).out;
    assert!(page.contains("<group-opening>") && !page.contains("{blocker"), "{page}");
}

#[test]
fn codes_groups_and_slips_are_explained() {
    let code = run(&["explain", "nacl-egress"]);
    assert!(code.code == 0 && code.out.contains("nacl-egress"), "{code:#?}");
    // What accounts for anything comes last, and is said to.
    let (pages, last_resort) = code.out.split_once("as a last resort:").expect("the rules of last resort");
    assert!(pages.contains("[nacl/") && !pages.contains("[workload/"), "{code:#?}");
    assert!(last_resort.contains("workload/internet") && !last_resort.contains("nacl/"), "{code:#?}");
    let group = run(&["explain", "dns"]);
    assert!(group.out.contains("[dns/hostnames]") && group.out.contains("[dns/support]"), "{group:#?}");
    let slip = run(&["explain", "nat/presnt"]);
    assert_eq!(slip.code, 2);
    assert!(slip.err.contains("did you mean `nat/present`?"), "{slip:#?}");
    // What shares no letter with a name is no slip of the pen.
    let other = run(&["explain", "🦀🦀"]);
    assert!(other.code == 2 && !other.err.contains("did you mean"), "{other:#?}");
    assert_eq!(run(&["explain", "blah", "blah", "blah"]).code, 2);
}

#[test]
fn every_page_can_be_printed() {
    let rules = run(&["rules", "-q"]).out;
    let groups: std::collections::BTreeSet<&str> = rules.lines().filter_map(|id| id.split('/').next()).collect();
    for group in groups {
        let page = run(&["explain", group]);
        assert_eq!(page.code, 0, "{page:#?}");
        assert!(page.out.contains("require"), "{page:#?}");
    }
}

#[test]
fn schemas_are_schemas() {
    for document in ["snapshot", "findings", "config", "rule"] {
        let schema = run(&["schema", document]).json();
        assert!(jsonschema::validator_for(&schema).is_ok(), "{document}");
    }
    assert_eq!(run(&["schema", "nothing"]).code, 2);
}

#[test]
fn facts_show_what_rules_see() {
    let subnet = id(SOUND, "services-shop.json", "subnet-");
    let one = run(&["facts", SOUND, &subnet, "--format", "json"]).json();
    assert_eq!(one.as_array().map(Vec::len), Some(1));
    assert_eq!((&one[0]["kind"], &one[0]["fields"]["id"]), (&"subnet".into(), &subnet.as_str().into()));
    let kinds = run(&["facts", SOUND, "-q"]).out;
    for kind in ["vpc ", "subnet ", "route-table ", "endpoint ", "workload app"] {
        assert!(kinds.lines().any(|line| line.starts_with(kind)), "{kind} {kinds}");
    }
    assert_eq!(run(&["facts", SOUND, "nat-gateway"]).out, "the input has no nat-gateway\n");
    let slip = run(&["facts", SOUND, "subnets"]);
    assert_eq!(slip.code, 2);
    assert!(slip.err.contains("did you mean `subnet`?"), "{slip:#?}");
}

#[test]
fn facts_that_are_not_known_name_the_call() {
    let text = r#"{"Vpcs": [{"VpcId": "vpc-1", "CidrBlock": "10.0.0.0/16"}], "Subnets": [{"SubnetId": "subnet-1", "VpcId": "vpc-1", "CidrBlock": "10.0.0.0/24"}]}"#;
    let shown = cli_support::run_with(&cli_support::fixtures(), &["facts", "-", "subnet"], text);
    assert!(shown.out.contains("? ec2:DescribeRouteTables is missing"), "{shown:#?}");
    let json =
        cli_support::run_with(&cli_support::fixtures(), &["facts", "-", "subnet", "--format", "json"], text).json();
    assert_eq!(json[0]["fields"]["route_table"]["unknown"], "ec2:DescribeRouteTables", "{json:#}");
}
