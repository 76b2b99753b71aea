//! What a rule says of a subject: verdict, because, labels, texts.

use super::toy::{self, NAT, ROUTE, SCHEMA, SUBNET, Toy, VPC, entity};
use crate::facts::{Entity, EntityType, Value};
use crate::rules::{Rule, RuleFile, Verdict};
use crate::snapshot::Location;
use std::borrow::Cow;

const IN_PUBLIC_SUBNET: &str = r#"
title = "A public NAT gateway sits in a public subnet"
severity = "error"
subject = "nat-gateway"
when = "nat.connectivity == 'public'"
require = "nat.subnet.default_route.target == 'internet-gateway'"
message = "NAT gateway {nat} sits in {nat.subnet}, which has no route to an internet gateway"
help = '''
Let it leave through an internet gateway:

    aws ec2 replace-route --route-table-id {nat.subnet.id} --gateway-id {{igw}}
'''
at = [
    { fact = "nat.subnet_id", label = "it is put into this subnet" },
    { fact = "nat.subnet.default_route.target", label = "its subnet's default route goes to {nat.subnet.default_route.target_id}" },
    { fact = "nat.subnet.vpc.subnets.filter(s, s.public)", label = "{it.id} is public" },
]
explains = ["nat-route"]
resource = "nat.subnet"
harm = "nat.subnet.free_ips < 3"
"#;

fn rule(toml: &str) -> Rule {
    let file: RuleFile = toml::from_str(toml).expect("the rule is TOML");
    let rule = Rule::new("nat/x".into(), Cow::Owned(file), "x.toml".into(), Some(toml.to_owned()), SCHEMA);
    let rule = rule.expect("the rule's head is right");
    rule.check().expect("the rule is right");
    rule
}

/// A rule of which only the expressions matter.
fn bare(subject: &EntityType, when: &str, require: &str) -> Rule {
    rule(&format!(
        "title = 't'\nseverity = 'error'\nmessage = 'm'\nhelp = 'h'\nsubject = '{}'\nwhen = \"{when}\"\nrequire = \"{require}\"",
        subject.name
    ))
}

fn because(verdict: &Verdict) -> Vec<String> {
    match verdict {
        Verdict::Finding { because, .. } => {
            because.iter().map(|because| format!("{} was {}", because.expression, because.value)).collect()
        }
        other => panic!("no finding but {other:?}"),
    }
}

#[test]
fn a_rule_in_full() {
    let (rule, facts) = (rule(IN_PUBLIC_SUBNET), toy::network());
    let nat = entity(&NAT, 0);
    let verdict = rule.judge(&facts, nat);
    assert_eq!(because(&verdict), ["nat.subnet.default_route.target was 'nat-gateway'"]);
    let Verdict::Finding { evidence, .. } = verdict else {
        unreachable!();
    };
    let paths: Vec<&str> = evidence.iter().map(|fact| fact.path.as_str()).collect();
    assert_eq!(paths, ["nat.subnet", "nat.subnet.default_route", "nat.subnet.default_route.target"]);
    assert_eq!(evidence[2].entity, entity(&ROUTE, 3));

    assert_eq!(
        rule.render_message(&facts, nat),
        "NAT gateway nat-gateway-0 sits in subnet-1, which has no route to an internet gateway"
    );
    assert_eq!(
        rule.render_help(&facts, nat),
        "Let it leave through an internet gateway:\n\n    aws ec2 replace-route --route-table-id subnet-b --gateway-id {igw}"
    );
    let labels: Vec<(usize, String)> = rule
        .labels(&facts, nat)
        .into_iter()
        .map(|place| match place.location {
            Location::Span { start, .. } => (start, place.text),
            Location::Entity { .. } => unreachable!(),
        })
        .collect();
    assert_eq!(
        labels,
        [
            (4, "it is put into this subnet".to_owned()),
            (303, "its subnet's default route goes to nat-1".to_owned()),
            (0, "subnet-a is public".to_owned()),
        ]
    );
    assert_eq!(rule.resource(&facts, nat), entity(&SUBNET, 1));
    assert!(!rule.harm(&facts, nat));
    assert!(!rule.harm(&facts, nat));
}

#[test]
fn unknown_values_show_and_point_where_they_would_stand() {
    let rule = rule(IN_PUBLIC_SUBNET);
    let mut facts = toy::network();
    facts.forget(entity(&ROUTE, 3), 3);
    facts.forget(entity(&ROUTE, 3), 2);
    facts.forget(entity(&SUBNET, 1), 2);
    facts.forget(entity(&NAT, 0), 2);
    let nat = entity(&NAT, 0);
    assert!(rule.render_message(&facts, nat).contains("sits in (unknown), which"));
    assert_eq!(rule.labels(&facts, nat).len(), 1, "only what does not need the subnet");
    assert_eq!(rule.resource(&facts, nat), nat, "the accused is the subject where the resource is unknown");
    assert!(rule.harm(&facts, nat), "harm is assumed where it is unknown");
}

#[test]
fn verdicts() {
    let facts = toy::network();
    let cases: &[(&str, &str, &str)] = &[
        // when, require, verdict
        ("true", "true", "clean"),
        ("true", "false", "finding"),
        ("false", "false", "not applicable"),
        ("vpc.id == 'vpc-1'", "vpc.dns_support", "finding"),
        ("vpc.id == 'vpc-2'", "vpc.dns_support", "not applicable"),
    ];
    for (when, require, expected) in cases {
        let verdict = bare(&VPC, when, require).judge(&facts, entity(&VPC, 0));
        assert_eq!(name(&verdict), *expected, "{when} / {require}");
    }

    // `u` stands for what the snapshot lacks.
    let facts = Toy::default();
    let unknown = "vpc.dns_support";
    let cases: &[(&str, &str, &str)] = &[
        (unknown, "true", "clean"),
        (unknown, "false", "not evaluated"),
        (unknown, "vpc.id == 'x'", "not evaluated"),
        ("false", unknown, "not applicable"),
        ("true", unknown, "not evaluated"),
        ("true", "vpc.dns_support || true", "clean"),
        ("true", "vpc.dns_support && false", "finding"),
    ];
    for (when, require, expected) in cases {
        let verdict = bare(&VPC, when, require).judge(&facts, entity(&VPC, 0));
        assert_eq!(name(&verdict), *expected, "{when} / {require}");
    }
}

fn name(verdict: &Verdict) -> &'static str {
    match verdict {
        Verdict::NotApplicable => "not applicable",
        Verdict::Clean => "clean",
        Verdict::Finding { .. } => "finding",
        Verdict::NotEvaluated { .. } => "not evaluated",
    }
}

#[test]
fn what_is_missing_is_named_once_each() {
    let rule = bare(&VPC, "vpc.dns_support", "vpc.id == 'x' || size(vpc.subnets) == 0 || vpc.id == 'y'");
    let Verdict::NotEvaluated { unknown } = rule.judge(&Toy::default(), entity(&VPC, 0)) else {
        panic!("nothing is known");
    };
    let calls: Vec<&str> = unknown.iter().map(|unknown| &*unknown.call).collect();
    assert_eq!(calls, ["vpc.dns_support", "vpc.id", "vpc.subnets"]);
}

#[test]
fn because_names_what_decided_and_nothing_else() {
    let vpc: (&EntityType, Entity) = (&VPC, entity(&VPC, 0));
    let public: (&EntityType, Entity) = (&SUBNET, entity(&SUBNET, 0));
    let cases: &[(_, &str, &[&str])] = &[
        (vpc, "vpc.dns_support", &["vpc.dns_support was false"]),
        (vpc, "vpc.id == 'vpc-1' && vpc.dns_support", &["vpc.dns_support was false"]),
        (vpc, "vpc.dns_support || vpc.id == 'vpc-2'", &["vpc.dns_support was false", "vpc.id was 'vpc-1'"]),
        (public, "subnet.routes.all(r, r.state != 'blackhole')", &["subnet.routes[2].state was 'blackhole'"]),
        (
            public,
            "!subnet.routes.exists(r, r.state == 'blackhole' && r.target == 'peering')",
            &["subnet.routes[2].state was 'blackhole'", "subnet.routes[2].target was 'peering'"],
        ),
        (
            public,
            "subnet.routes.filter(r, r.state == 'active').exists(r, r.target == 'nat-gateway')",
            &[
                "subnet.routes[0].target was 'local'",
                "subnet.routes[1].target was 'internet-gateway'",
                "subnet.routes[2].state was 'blackhole'",
            ],
        ),
        (
            vpc,
            "vpc.subnets.all(s, s.routes.exists(r, r.target == 'internet-gateway'))",
            &["vpc.subnets[1].routes[0].target was 'nat-gateway'"],
        ),
        (vpc, "size(vpc.subnets) > 2", &["size(vpc.subnets) was 2"]),
        (vpc, "size(vpc.subnets.filter(s, s.public)) == 2", &["size(vpc.subnets.filter(s, s.public)) was 1"]),
        (
            vpc,
            "vpc.subnets.filter(s, s.free_ips > 999).map(s, s.id).exists(i, i == 'x')",
            &["vpc.subnets.filter(s, s.free_ips > 999).map(s, s.id) was []"],
        ),
        (vpc, "'10.2.0.0/16' in vpc.cidrs", &["vpc.cidrs was ['10.0.0.0/16', '10.1.0.0/16']"]),
        (vpc, "vpc.cidrs.all(c, c.startsWith('10.0.'))", &["vpc.cidrs[1] was '10.1.0.0/16'"]),
        (vpc, "vpc.cidrs[1] == vpc.cidrs[0]", &["vpc.cidrs[1] was '10.1.0.0/16'", "vpc.cidrs[0] was '10.0.0.0/16'"]),
        (
            vpc,
            "vpc.dns_support ? true : vpc.subnets[1].public",
            &["vpc.dns_support was false", "vpc.subnets[1].public was false"],
        ),
        (
            public,
            "subnet.default_route in subnet.vpc.subnets[1].routes",
            &["subnet.default_route was route-1", "subnet.vpc.subnets[1].routes was [route-3]"],
        ),
    ];
    let facts = toy::network();
    for ((ty, subject), require, expected) in cases {
        let verdict = bare(ty, "true", require).judge(&facts, *subject);
        assert_eq!(because(&verdict), *expected, "{require}");
    }
}

#[test]
fn of_very_many_reasons_only_some_are_told() {
    let mut facts = toy::network();
    let many = (0..20_000).map(|index| Value::String(format!("10.{index}").into())).collect();
    facts.insert(("vpc", 0, 2), Value::List(many));
    let rule = bare(&VPC, "true", "vpc.cidrs.exists(c, c == vpc.id)");
    let Verdict::Finding { because, evidence } = rule.judge(&facts, entity(&VPC, 0)) else {
        panic!("it is a finding");
    };
    assert_eq!((because.len(), evidence.len()), (16, 2));
}
