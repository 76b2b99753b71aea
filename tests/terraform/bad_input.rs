//! What can't be judged is refused.

use super::support::*;

#[test]
fn what_is_no_plan_is_refused() {
    let sound = plan("founding-nat").to_string();
    let cycle = json!({"format_version": "1.2", "resource_changes": [{
        "address": "module.a.aws_subnet.a", "module_address": "module.a", "mode": "managed", "type": "aws_subnet", "name": "a",
        "change": {"actions": ["create"], "before": null, "after": {"cidr_block": "10.0.0.0/24"}, "after_unknown": {"id": true, "vpc_id": true}}}],
        "configuration": {"root_module": {"module_calls": {"a": {"expressions": {"vpc": {"references": ["module.a.vpc", "module.a"]}}, "module": {
            "resources": [{"address": "aws_subnet.a", "expressions": {"vpc_id": {"references": ["var.vpc"]}}}],
            "outputs": {"vpc": {"expression": {"references": ["var.vpc"]}}}}}}}}});
    let refused = [
        (
            "a later format",
            sound.replace(r#""format_version":"1.2""#, r#""format_version":"2.0""#),
            "input/terraform-format",
        ),
        ("a failed plan", sound.replace(r#""errored":false"#, r#""errored":true"#), "input/terraform-errored"),
        ("cut off", sound[..sound.len() / 2].to_owned(), "input/syntax"),
        (
            "changes that are none",
            r#"{"format_version": "1.2", "resource_changes": [7]}"#.to_owned(),
            "input/wrong-type",
        ),
        (
            "changes that are an object",
            r#"{"format_version": "1.2", "resource_changes": {}}"#.to_owned(),
            "input/wrong-type",
        ),
    ];
    for (what, text, code) in refused {
        let run = Scratch::new("refused").with("plan.json", &text).run(&["lint", "plan.json"]);
        assert_eq!((run.code, run.out.as_str()), (2, ""), "{what}: {run:#?}");
        assert!(run.err.contains(code), "{what}: {}", run.err);
    }
    let round = lint_plan(&cycle);
    assert_eq!((round.code, round.faults()), (3, Vec::new()), "{round:#?}");
    assert!(not_checked(&round).join("\n").contains("VpcId of module.a.aws_subnet.a"), "{round:#?}");
    let deep =
        format!(r#"{{"format_version": "1.2", "planned_values": {}1{}}}"#, "[".repeat(100_000), "]".repeat(100_000));
    let run = Scratch::new("deep").with("plan.json", &deep).run(&["lint", "plan.json"]);
    assert!(run.code == 2 && !run.err.contains("panicked"), "{run:#?}");
}

/// The pointer, the place and the help are those of the plan, not of what is made of it.
#[test]
fn a_value_of_the_wrong_type_is_shown_in_the_plan() {
    for (address, attribute, value) in [
        ("module.vpc.aws_vpc.this", "cidr_block", json!(true)),
        ("module.vpc.aws_route.default_route", "destination_cidr_block", json!(7)),
        ("module.service-frontend.aws_ecs_task_definition.this", "requires_compatibilities", json!([1])),
    ] {
        let mut plan = plan("founding-nat");
        set(&mut plan, address, attribute, value);
        let changes = plan["resource_changes"].as_array().expect("a list");
        let at = changes.iter().position(|change| change["address"] == address).expect("it is there");
        let scratch = Scratch::new("wrong-type").with("plan.json", &plan.to_string());
        let run = scratch.run(&["lint", "plan.json"]);
        let told = run.err.split_whitespace().collect::<Vec<_>>().join(" ");
        assert_eq!(run.code, 2, "{attribute}: {run:#?}");
        assert!(told.contains(&format!("`/resource_changes/{at}/change/after/{attribute}")), "{told}");
        assert!(told.contains("where the file was made") && !told.contains("AWS CLI"), "{told}");
    }
}

#[test]
fn what_happens_to_a_resource_must_be_said() {
    let change = |actions: Value| json!({"actions": actions, "before": null, "after": {"cidr_block": "10.0.0.0/16"}, "after_unknown": {"id": true}});
    let plan = |ty: &str, change: Value| {
        let mut resource = json!({"address": format!("{ty}.main"), "mode": "managed", "type": ty, "name": "main"});
        if !change.is_null() {
            resource["change"] = change;
        }
        json!({"format_version": "1.2", "resource_changes": [resource]})
    };
    let cases = [
        ("none", plan("aws_vpc", change(json!([]))), true),
        ("unknown ones", plan("aws_vpc", change(json!(["explode"]))), true),
        ("an unknown pair", plan("aws_vpc", change(json!(["create", "explode"]))), true),
        ("no list", plan("aws_vpc", change(json!("create"))), true),
        ("null", plan("aws_vpc", change(Value::Null)), true),
        ("no change", plan("aws_vpc", Value::Null), true),
        ("another provider's", plan("random_id", change(json!(["explode"]))), false),
        ("to make it anew and leave the old one", plan("aws_vpc", change(json!(["create", "forget"]))), false),
        ("to read it", plan("aws_vpc", change(json!(["read"]))), false),
    ];
    for (what, plan, is_refused) in cases {
        let run = lint_plan(&plan);
        assert_eq!(run.code == 2, is_refused, "{what}: {run:#?}");
        assert_eq!(
            run.err.contains("input/terraform-actions") && run.err.contains("aws_vpc.main"),
            is_refused,
            "{what}: {run:#?}"
        );
    }
}

/// What is said of a stack says nothing of a plan, nor of a snapshot.
#[test]
fn what_is_said_of_a_stack_needs_a_template() {
    let scratch =
        Scratch::new("stack").with("plan.json", &plan_of(&[]).to_string()).with("there.json", &snapshot().to_string());
    let flags: [&[&str]; 3] = [&["--parameters", "A=b"], &["--region", "eu-west-1"], &["--stack-name", "s"]];
    for flags in flags {
        for paths in [&["plan.json"][..], &["plan.json", "--onto", "there.json"], &["there.json"]] {
            let run = scratch.run(&[&["lint"], paths, flags].concat());
            assert_eq!((run.code, run.out.as_str()), (2, ""), "{paths:?} {flags:?}: {run:#?}");
            assert!(run.err.contains("input/no-template") && run.err.contains(flags[0]), "{}", run.err);
        }
    }
}

/// What belongs to Terraform and is no plan as Terraform shows it is told by name.
#[test]
fn other_files_of_terraform_are_known() {
    let scratch = Scratch::new("of-terraform")
        .with("main.tf", "resource \"aws_vpc\" \"a\" {}\n")
        .with("plan", "PK\u{3}\u{4}")
        .with("log.json", "{\"@level\":\"info\"}\n{\"@level\":\"info\"}\n");
    for (file, what) in [
        ("main.tf", "Terraform's configuration"),
        ("plan", "a plan for Terraform's own use"),
        ("log.json", "the log of"),
    ] {
        let run = scratch.run(&["lint", file]);
        let told = run.err.split_whitespace().collect::<Vec<_>>().join(" ");
        assert_eq!((run.code, run.out.as_str()), (2, ""), "{file}: {run:#?}");
        assert!(told.contains(what) && told.contains("terraform show -json plan > plan.json"), "{file}: {told}");
    }
}

#[test]
fn the_form_of_a_plan_is_checked() {
    let resource = |after: Value| {
        json!({"address": "aws_vpc.a", "mode": "managed", "type": "aws_vpc", "name": "a",
            "change": {"actions": ["create"], "after": after, "after_unknown": true}})
    };
    for (version, after, expected) in [
        (json!(""), json!({}), "does not say which version"),
        (Value::Null, json!({}), "does not say which version"),
        (json!("2.0"), json!({}), "this has version 2.0"),
        (json!("1.2"), json!(5), "the values of `aws_vpc.a` must be an object"),
        (json!("1.2"), json!([]), "the values of `aws_vpc.a` must be an object"),
    ] {
        let run = lint_plan(&json!({"format_version": version, "resource_changes": [resource(after)]}));
        let told = run.err.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(run.code == 2 && told.contains(expected), "{expected}: {run:#?}");
    }
}
