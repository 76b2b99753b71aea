//! What expressions mean: one line a behaviour.

use super::toy::{self, ROUTE, SUBNET, Toy, VPC, entity};
use crate::facts::Value;
use crate::rules::evaluate::{Outcome, evaluate};
use crate::rules::expression::Scope;
use crate::rules::plan::{SLOTS, Ty};
use crate::rules::print::{Printer, literal};
use crate::rules::template::Template;

/// The value of an expression about the toy VPC, as CEL writes it.
fn value(facts: &Toy, source: &str) -> String {
    let plan = toy::plan(&VPC, source);
    match evaluate(&plan, facts, &[Value::Entity(entity(&VPC, 0))], true) {
        Outcome::Known(value, _) => {
            let mut out = String::new();
            literal(&mut out, &value, Some(facts));
            out
        }
        Outcome::Unknown(unknown) => match unknown.iter().find_map(|unknown| unknown.reason.as_deref()) {
            Some(reason) => format!("unknown: {reason}"),
            None => "unknown".to_owned(),
        },
    }
}

#[test]
fn operators_functions_and_macros() {
    let facts = toy::network();
    for (source, expected) in [
        ("vpc.id", "'vpc-1'"),
        ("vpc", "vpc-0"),
        ("vpc.id + '-x'", "'vpc-1-x'"),
        ("vpc.id == 'vpc-1'", "true"),
        ("vpc.id != 'vpc-1'", "false"),
        ("vpc.id < 'vpc-2' && vpc.id >= 'vpc-1'", "true"),
        ("!vpc.dns_support", "true"),
        ("vpc.dns_support ? 1 : 2", "2"),
        ("1 + 2 * 3 - 4", "3"),
        ("-vpc.subnets[0].free_ips", "-250"),
        ("-5 < -4", "true"),
        ("2 * (1 + 2)", "6"),
        ("9223372036854775807 + 1", "unknown: a number is too large"),
        ("[1, 2, 3][1]", "2"),
        ("vpc.cidrs[1]", "'10.1.0.0/16'"),
        ("vpc.cidrs[2]", "unknown: there is no element [2] in a list of 2"),
        ("vpc.cidrs[0 - 1]", "unknown: there is no element [-1] in a list of 2"),
        ("vpc.cidrs[2] == 'x' || true", "true"),
        ("vpc.subnets[0].vpc == vpc", "true"),
        ("vpc.subnets[0] == vpc.subnets[1]", "false"),
        ("vpc.subnets.map(s, s.id) == ['subnet-a', 'subnet-b']", "true"),
        ("2 in [1, 2]", "true"),
        ("vpc.id in ['a', vpc.subnets[0].vpc.id]", "true"),
        ("vpc.id in []", "false"),
        ("'10.1.0.0/16' in vpc.cidrs", "true"),
        ("vpc.subnets.exists(s, s.public)", "true"),
        ("vpc.subnets.all(s, s.public)", "false"),
        ("vpc.subnets.exists_one(s, s.public)", "true"),
        ("vpc.subnets.existsOne(s, s.free_ips > 0)", "false"),
        ("vpc.subnets.filter(s, !s.public)", "[subnet-1]"),
        ("vpc.subnets.filter(s, s.public).all(s, s.free_ips > 100)", "true"),
        ("vpc.subnets.filter(s, s.public).exists_one(s, s.free_ips > 0)", "true"),
        ("vpc.subnets.map(s, s.free_ips * 2)", "[500, 6]"),
        ("vpc.subnets.map(s, s.public, s.id)", "['subnet-a']"),
        ("vpc.subnets.map(s, s.routes.filter(r, r.target == 'local'))", "[[route-0], []]"),
        ("vpc.subnets.all(s, s.routes.exists(r, r.hops.exists(h, h == 10)))", "true"),
        ("[].all(x, x == 1)", "true"),
        ("[].exists(x, x == 1)", "false"),
        ("size(vpc.subnets)", "2"),
        ("vpc.subnets.size()", "2"),
        ("size('äö')", "2"),
        ("vpc.id.startsWith('vpc')", "true"),
        ("vpc.id.endsWith('-1')", "true"),
        ("vpc.id.contains('c-')", "true"),
        ("vpc.id.matches('^vpc-[0-9]+$')", "true"),
        ("vpc.id.matches('x')", "false"),
        ("string(3) + string(true) + string('x')", "'3truex'"),
        ("vpc.dns_support == false", "true"),
        (r"'it\'s\n'", r"'it\'s\n'"),
    ] {
        assert_eq!(value(&facts, source), expected, "{source}");
    }
}

#[test]
fn the_unknown_spreads_only_where_it_decides() {
    // dns_support and the second subnet's `public` are unknown.
    let mut facts = toy::network();
    facts.forget(entity(&VPC, 0), 1);
    facts.forget(entity(&SUBNET, 1), 1);
    facts.forget(entity(&ROUTE, 3), 4);
    for (source, expected) in [
        ("vpc.dns_support", "unknown"),
        ("!vpc.dns_support", "unknown"),
        ("vpc.dns_support && false", "false"),
        ("false && vpc.dns_support", "false"),
        ("vpc.dns_support && true", "unknown"),
        ("vpc.dns_support || true", "true"),
        ("vpc.dns_support || false", "unknown"),
        ("vpc.dns_support == vpc.dns_support", "unknown"),
        ("vpc.dns_support ? 1 : 1", "1"),
        ("vpc.dns_support ? 1 : 2", "unknown"),
        ("vpc.subnets.exists(s, s.public)", "true"),
        ("vpc.subnets.all(s, !s.public)", "false"),
        ("vpc.subnets.all(s, s.public)", "unknown"),
        ("vpc.subnets.exists(s, s.free_ips == 3 && s.public)", "unknown"),
        ("vpc.subnets.exists_one(s, s.public)", "unknown"),
        ("vpc.subnets.filter(s, s.public)", "unknown"),
        ("vpc.subnets.filter(s, s.public).exists(s, s.free_ips == 250)", "true"),
        ("vpc.subnets.filter(s, s.public).all(s, s.free_ips > 0)", "true"),
        ("vpc.subnets.filter(s, s.public).all(s, s.free_ips > 3)", "unknown"),
        ("vpc.subnets.map(s, s.public)", "unknown"),
        ("size(vpc.subnets.map(s, s.public))", "unknown"),
        ("vpc.subnets[0].routes.all(r, r.hops[1] == 10)", "true"),
        ("vpc.subnets[1].routes.exists(r, 10 in r.hops)", "unknown"),
        ("true in [vpc.dns_support, true]", "true"),
        ("true in [vpc.dns_support, false]", "unknown"),
    ] {
        assert_eq!(value(&facts, source), expected, "{source}");
    }
}

#[test]
fn plans_print_as_they_were_written() {
    for source in [
        "vpc.id == 'a' && (vpc.dns_support || !vpc.dns_support) && true",
        "(1 + 2) * 3 - (4 - 5) == -1",
        "vpc.dns_support ? 1 : vpc.dns_support ? 2 : 3",
        "vpc.subnets.exists(s, s.routes.all(r, r.target in ['a', 'b']))",
        "vpc.subnets.filter(s, s.public)[0].id.startsWith(vpc.id + 'x')",
        "size(vpc.subnets.map(s, s.public, s.id)) >= 1",
        "vpc.id.matches('^a\\\\.b')",
        "string(1) == '1'",
        "!(vpc.id in vpc.cidrs)",
    ] {
        let plan = toy::plan(&VPC, source);
        assert_eq!(Printer::new(&plan).text(&plan.root, &[0; SLOTS]), source);
    }
}

#[test]
fn templates() {
    let facts = toy::network();
    let scope = Scope { variables: vec![("vpc", Ty::Entity(&VPC))] };
    for (source, expected) in [
        ("plain", "plain"),
        ("{vpc} has {vpc.subnets}", "vpc-0 has subnet-0, subnet-1"),
        ("{vpc.id}{vpc.dns_support}{size(vpc.cidrs)}", "vpc-1false2"),
        ("{vpc.subnets.map(s, s.id)}", "subnet-a, subnet-b"),
        ("aws ec2 x --subnet-ids {vpc.subnets.map(s, s.id)}", "aws ec2 x --subnet-ids subnet-a subnet-b"),
        ("aws ecs x 'subnets=[{vpc.subnets.map(s, s.id)}]'", "aws ecs x 'subnets=[subnet-a,subnet-b]'"),
        ("{vpc.subnets.filter(s, s.free_ips == 0)}", "none"),
        ("{{vpc}} {{{vpc.id}}}", "{vpc} {vpc-1}"),
        ("{vpc.dns_support ? 'yes}' : \"no}\"}", "no}"),
        ("{vpc.cidrs[9]}", "(unknown)"),
        ("ends in a line\n", "ends in a line"),
        ("ä{vpc.id}ö", "ävpc-1ö"),
    ] {
        let template = Template::parse(source, &scope).unwrap_or_else(|error| panic!("{source}: {error:?}"));
        assert_eq!(template.render(&facts, &[Value::Entity(entity(&VPC, 0))]), expected, "{source}");
    }
}
