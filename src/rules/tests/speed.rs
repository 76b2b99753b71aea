//! How long loading and judging take. Run in release to see numbers: `cargo test --release speed -- --ignored --nocapture`.

use super::toy::{self, NAT, ROUTE, SCHEMA, SUBNET, VPC, entity};
use crate::facts::Value;
use crate::rules::evaluate::evaluate;
use crate::rules::{Catalogue, RuleFile};
use std::hint::black_box;
use std::time::Instant;

/// A catalogue as large as the real one.
pub(super) fn eighty() -> &'static [(&'static str, &'static str, RuleFile)] {
    let rule = |index: usize| {
        let id: &str = format!("group-{}/rule-{index}", index % 9).leak();
        let file = serde_json::json!({
                "title": "A public NAT gateway sits in a public subnet",
                "severity": "error",
                "subject": "nat-gateway",
                "when": "nat.connectivity == 'public' && !nat.subnet.vpc.dns_support",
                "require": "nat.subnet.default_route.target == 'internet-gateway' && nat.subnet.routes.exists(r, r.target == 'internet-gateway' && r.state != 'blackhole' && !r.target_id.startsWith('x'))",
                "message": "NAT gateway {nat} sits in {nat.subnet}, which has no route to an internet gateway",
                "help": "Let the subnet leave through an internet gateway:\n\n    aws ec2 replace-route --route-table-id {nat.subnet.id} --destination-cidr-block 0.0.0.0/0 --gateway-id igw-…\n\nor move the gateway.".repeat(3),
                "at": [
                    {"fact": "nat.subnet_id", "label": "it is put into this subnet"},
                    {"fact": "nat.subnet.default_route.target", "label": "its subnet's default route goes to {nat.subnet.default_route.target_id}"}
                ],
                "explains": ["nat-route"],
                "sources": [{"document": "AWS Fargate: Networking Options for Tasks in Private Subnets", "quote": "A NAT gateway has to be created in a public subnet, with a route to the internet gateway."}],
                "why": "A NAT gateway only translates. What it sends leaves by its own subnet's route table, so in a private subnet it sends packets to itself, or nowhere.".repeat(2),
                "symptom": ["CannotPullContainerError: * i/o timeout", "ResourceInitializationError: unable to pull secrets or registry auth"],
                "aliases": [format!("group-{}/former-{index}", index % 9)],
        });
        let path: &str = format!("rules/{id}.toml").leak();
        (id, path, serde_json::from_value(file).expect("a rule"))
    };
    (0..80).map(rule).collect::<Vec<_>>().leak()
}

fn time(name: &str, times: u32, mut work: impl FnMut()) {
    let mut best = f64::INFINITY;
    for _ in 0..7 {
        let begun = Instant::now();
        for _ in 0..times {
            work();
        }
        best = best.min(begun.elapsed().as_secs_f64() / f64::from(times));
    }
    println!("{name:60} {:10.3} µs", best * 1e6);
}

#[test]
#[ignore = "it measures"]
fn speed() {
    let list = eighty();
    time("load 80 rules", 20, || {
        black_box(Catalogue::built_in(list, SCHEMA).expect("rules"));
    });
    let rules = Catalogue::built_in(list, SCHEMA).expect("rules");
    time("load 80 rules and compile everything", 20, || {
        let rules = Catalogue::built_in(list, SCHEMA).expect("rules");
        for rule in rules.rules() {
            rule.check().expect("a rule");
        }
    });
    let expressions: Vec<&str> = rules
        .rules()
        .iter()
        .flat_map(|rule| [rule.file().when.as_deref(), Some(&*rule.file().require)])
        .flatten()
        .collect();
    time("parse and check their when, require", 20, || {
        for expression in &expressions {
            black_box(toy::plan(&NAT, expression));
        }
    });
    time("the embedded rules", 20, || {
        let _ = black_box(Catalogue::embedded(SCHEMA));
    });

    let facts = toy::network();
    for (ty, source) in [
        (&NAT, "nat.connectivity == 'public'"),
        (&NAT, "nat.subnet.default_route.target == 'internet-gateway'"),
        (&VPC, "!(vpc.dns_support && vpc.id == 'private') || vpc.id == 'nat'"),
        (&SUBNET, "subnet.routes.all(r, r.state != 'x') && subnet.free_ips > 8"),
        (&ROUTE, "route.target in ['a', 'b', 'c', 'local']"),
    ] {
        let plan = toy::plan(ty, source);
        let given = [Value::Entity(entity(ty, 0))];
        time(&format!("without evidence: {source}"), 10_000, || {
            black_box(evaluate(&plan, &facts, &given, false));
        });
        time(&format!("with evidence: {source}"), 10_000, || {
            black_box(evaluate(&plan, &facts, &given, true));
        });
    }
    let rule = &rules.rules()[0];
    time("judge: a finding with its because and evidence", 1000, || {
        black_box(rule.judge(&facts, entity(&NAT, 0)));
    });
    time("render message, help and labels", 1000, || {
        black_box(rule.render_message(&facts, entity(&NAT, 0)));
        black_box(rule.render_help(&facts, entity(&NAT, 0)));
        black_box(rule.labels(&facts, entity(&NAT, 0)));
    });
}
