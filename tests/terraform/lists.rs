//! Lists that an expression may take a part of: a plan tells what the expression refers to, and not what it does with that.

use super::support::*;

/// The subnets of the services of the founding module, by other references, with outputs of its network that they may
/// refer to.
fn founding_in(references: &Value) -> Value {
    let mut plan = plan("founding-nat");
    let outputs = &mut plan["configuration"]["root_module"]["module_calls"]["vpc"]["module"]["outputs"];
    for (name, reference) in [("first", "[0].id"), ("second", "[1].id")] {
        outputs[name] = json!({"expression": {"references": [format!("aws_subnet.private_subnet{reference}")]}});
    }
    for name in ["service-frontend", "service-backend"] {
        let call = &mut plan["configuration"]["root_module"]["module_calls"][name];
        call["expressions"]["subnets"] = json!({"references": references});
    }
    plan
}

#[test]
fn of_several_lists_not_all_need_be_meant() {
    let cases = [
        ("one list", json!(["module.vpc.private_subnets", "module.vpc"]), None),
        ("single ones", json!(["module.vpc.first", "module.vpc", "module.vpc.second", "module.vpc"]), None),
        (
            "setsubtract(all, public)",
            json!(["module.vpc.private_subnets", "module.vpc", "module.vpc.public_subnets", "module.vpc"]),
            Some("${module.vpc.private_subnets, module.vpc.public_subnets}"),
        ),
        (
            "setsubtract(all, [first])",
            json!(["module.vpc.private_subnets", "module.vpc", "module.vpc.first", "module.vpc"]),
            Some("${module.vpc.private_subnets, module.vpc.first}"),
        ),
    ];
    for (what, references, told) in cases {
        let run = lint_plan(&founding_in(&references));
        assert_eq!((run.code, run.faults()), (if told.is_some() { 3 } else { 0 }, Vec::new()), "{what}: {run:#?}");
        let notes = not_checked(&run).join("\n");
        assert!(told.is_none_or(|told| notes.contains(told)), "{what}: {notes}");
    }
}

/// `[for s in aws_subnet.all : s.id if …]` refers to what `aws_subnet.all[*].id` refers to.
#[test]
fn of_subnets_of_two_kinds_not_all_are_meant() {
    let one = |key: &str| format!(r#"aws_subnet.all["{key}"].id"#);
    let cases: [(&str, Value, i32, &[&str]); 4] = [
        ("all, or some of all", json!(["aws_subnet.all"]), 3, &[]),
        ("the private ones by their keys", json!([one("private-a"), one("private-b")]), 0, &[]),
        ("a public one by its key", json!([one("public-a")]), 1, &["workload/public-ip"]),
        ("one of each by their keys", json!([one("private-a"), one("public-a")]), 1, &["workload/mixed-subnets"]),
    ];
    for (what, references, code, faults) in cases {
        let mut plan = plan("two-tiers");
        let resources = plan["configuration"]["root_module"]["resources"].as_array_mut().expect("a list");
        let service =
            resources.iter_mut().find(|found| found["address"] == "aws_ecs_service.web").expect("it is there");
        service["expressions"]["network_configuration"][0]["subnets"] = json!({"references": references});
        let run = lint_plan(&plan);
        assert_eq!(run.code, code, "{what}: {run:#?}");
        for fault in faults {
            assert!(run.faults().iter().any(|found| found == fault), "{what}: {run:#?}");
        }
        assert_eq!(faults.is_empty(), run.faults().is_empty() || code == 0, "{what}: {run:#?}");
        assert_eq!(not_checked(&run).join("\n").contains("${aws_subnet.all}"), code == 3, "{what}: {run:#?}");
    }
}
