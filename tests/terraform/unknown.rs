//! What isn't known before the deployment.

use super::support::*;

#[test]
fn what_only_locals_tell_stays_unknown_by_their_name() {
    let run = lint(&fixtures(), &["founding-locals.json"]);
    assert_eq!((run.code, run.faults()), (3, Vec::new()), "{run:#?}");
    let told = not_checked(&run).join("\n");
    assert!(told.contains("not known before the deployment: ${local.frontend}"), "{told}");
}

#[test]
fn unknown_values_accuse_nobody() {
    type Unknown = fn(&mut Value);
    fn unknown(plan: &mut Value, ty: &str, attribute: &str, expression: &str) {
        let changes = plan["resource_changes"].as_array_mut().expect("changes");
        for found in changes.iter_mut().filter(|found| found["type"] == ty) {
            let change = &mut found["change"];
            if change["after"].get(attribute).is_none() && change["after_unknown"].get(attribute).is_none() {
                continue;
            }
            change["after"].as_object_mut().expect("an object").remove(attribute);
            change["after_unknown"][attribute] = json!(true);
        }
        let mut modules = vec![&mut plan["configuration"]["root_module"]];
        while let Some(module) = modules.pop() {
            let Some(module) = module.as_object_mut() else { continue };
            for (key, value) in module {
                match key.as_str() {
                    "resources" => {
                        for found in value.as_array_mut().into_iter().flatten().filter(|found| found["type"] == ty) {
                            found["expressions"][attribute] = json!({"references": [expression]});
                        }
                    }
                    "module_calls" => {
                        modules.extend(value.as_object_mut().into_iter().flatten().map(|(_, call)| &mut call["module"]))
                    }
                    _ => {}
                }
            }
        }
    }
    let cases: [(&str, &str, Unknown, &str); 12] = [
        ("a subnet's block", "nat", |plan| unknown(plan, "aws_subnet", "cidr_block", "local.block"), "${local.block}"),
        ("a VPC's block", "nat", |plan| unknown(plan, "aws_vpc", "cidr_block", "local.block"), "${local.block}"),
        (
            "a group rule's block",
            "nat",
            |plan| unknown(plan, "aws_vpc_security_group_egress_rule", "cidr_ipv4", "local.block"),
            "${local.block}",
        ),
        (
            "a group rule's port",
            "endpoints",
            |plan| unknown(plan, "aws_vpc_security_group_ingress_rule", "from_port", "local.port"),
            "${local.port}",
        ),
        (
            "a route's target",
            "nat",
            |plan| unknown(plan, "aws_route", "nat_gateway_id", "data.aws_nat_gateway.other.id"),
            "${data.aws_nat_gateway.other.id}",
        ),
        (
            "a route's destination",
            "nat",
            |plan| unknown(plan, "aws_route", "destination_cidr_block", "local.everything"),
            "${local.everything}",
        ),
        (
            "an endpoint's service",
            "endpoints",
            |plan| unknown(plan, "aws_vpc_endpoint", "service_name", "local.service"),
            "the plan doesn't say all that it needs of VpcEndpoints",
        ),
        (
            "an endpoint's subnets",
            "endpoints",
            |plan| unknown(plan, "aws_vpc_endpoint", "subnet_ids", "local.subnets"),
            "${local.subnets}",
        ),
        (
            "the table of a route",
            "nat",
            |plan| unknown(plan, "aws_route", "route_table_id", "local.tables"),
            "which route table it belongs to is not known before the deployment: ${local.tables}",
        ),
        (
            "the table of a subnet",
            "nat",
            |plan| unknown(plan, "aws_route_table_association", "route_table_id", "local.tables"),
            "which route table it belongs to is not known before the deployment: ${local.tables}",
        ),
        (
            "the group of a rule",
            "endpoints",
            |plan| {
                unknown(plan, "aws_vpc_security_group_egress_rule", "security_group_id", "local.group");
                // Where a module makes one group alone, its local value can only be that.
                let changes = plan["resource_changes"].as_array_mut().expect("changes");
                let mut others: Vec<Value> =
                    changes.iter().filter(|found| found["type"] == "aws_security_group").cloned().collect();
                for other in &mut others {
                    let address = format!("{}_other", other["address"].as_str().unwrap_or_default());
                    (other["address"], other["name"]) = (json!(address), json!("other"));
                }
                changes.extend(others);
            },
            "which security group it belongs to is not known before the deployment: ${local.group}",
        ),
        (
            "what tasks run",
            "nat",
            |plan| unknown(plan, "aws_ecs_task_definition", "container_definitions", "local.containers"),
            "${local.containers}",
        ),
    ];
    for (what, mode, hide, expected) in cases {
        let mut plan = plan(&format!("founding-{mode}"));
        hide(&mut plan);
        let run = lint_plan(&plan);
        assert_eq!((run.code, run.faults()), (3, Vec::new()), "{what}: {run:#?}");
        let told = not_checked(&run).join("\n");
        assert!(told.contains(expected), "{what}: {told}");
    }
}

/// Of an expression only what it refers to is told: of a condition's two sides, neither.
#[test]
fn one_of_several_is_not_taken_for_all_of_them() {
    let cases = [
        (
            json!([
                "var.public",
                "module.vpc.public_subnet_ids",
                "module.vpc",
                "module.vpc.private_subnet_ids",
                "module.vpc"
            ]),
            3,
        ),
        (json!(["module.vpc.private_subnet_ids", "module.vpc"]), 0),
    ];
    for (references, code) in cases {
        let mut plan = plan("founding-nat");
        let outputs = &mut plan["configuration"]["root_module"]["module_calls"]["vpc"]["module"]["outputs"];
        for (name, subnet) in
            [("public_subnet_ids", "aws_subnet.public_subnet"), ("private_subnet_ids", "aws_subnet.private_subnet")]
        {
            outputs[name] = json!({"expression": {"references": [subnet]}});
        }
        plan["variables"]["public"] = json!({"value": false});
        let calls = plan["configuration"]["root_module"]["module_calls"].as_object_mut().expect("calls");
        for (_, call) in calls.iter_mut().filter(|(name, _)| name.starts_with("service-")) {
            for (name, expression) in call["expressions"].as_object_mut().expect("expressions") {
                if name.contains("subnet") {
                    *expression = json!({"references": references});
                }
            }
        }
        let run = lint_plan(&plan);
        assert_eq!((run.code, run.faults()), (code, Vec::new()), "{references}: {run:#?}");
        assert_eq!(not_checked(&run).join("\n").contains("${var.public}"), code == 3, "{references}: {run:#?}");
    }
}

#[test]
fn a_plan_that_defers_changes_is_not_taken_for_all() {
    for (complete, code) in [(true, 0), (false, 3)] {
        let mut plan = plan("founding-nat");
        plan["complete"] = json!(complete);
        let run = lint_plan(&plan);
        assert_eq!((run.code, run.faults()), (code, Vec::new()), "{complete}: {run:#?}");
        assert_eq!(not_checked(&run).join("\n").contains("the plan is not complete"), !complete, "{run:#?}");
    }
}

/// What leads to two others, each of which leads to the same two, has more ways through it than can be gone.
#[test]
fn values_of_values_without_end_are_followed_once() {
    let resource = |name: String, references: &[String]| {
        json!({"address": format!("aws_eip.{name}"), "mode": "managed", "type": "aws_eip", "name": name,
               "expressions": {"name": {"references": references}}})
    };
    const LEVELS: usize = 36;
    let mut plan = plan("founding-nat");
    let name = |level: usize, side: &str| format!("{side}{level}");
    for level in 0..LEVELS {
        for side in ["a", "b"] {
            let next: Vec<String> =
                ["a", "b"].iter().map(|side| format!("aws_eip.{}.name", name(level + 1, side))).collect();
            let found = resource(name(level, side), &next);
            plan["configuration"]["root_module"]["resources"].as_array_mut().expect("a list").push(found);
            plan["resource_changes"].as_array_mut().expect("a list").push(json!({
                "address": format!("aws_eip.{}", name(level, side)), "mode": "managed", "type": "aws_eip",
                "name": name(level, side), "provider_name": "registry.terraform.io/hashicorp/aws",
                "change": {"actions": ["create"], "before": null, "after": {}, "after_unknown": {"name": true}}}));
        }
    }
    for found in plan["resource_changes"].as_array_mut().expect("a list") {
        if found["type"] == "aws_subnet" {
            found["change"]["after"].as_object_mut().expect("an object").remove("cidr_block");
            found["change"]["after_unknown"]["cidr_block"] = json!(true);
        }
    }
    let vpc = &mut plan["configuration"]["root_module"]["module_calls"]["vpc"];
    vpc["expressions"]["deep"] = json!({"references": ["aws_eip.a0.name"]});
    for found in vpc["module"]["resources"].as_array_mut().expect("a list") {
        if found["type"] == "aws_subnet" {
            found["expressions"]["cidr_block"] = json!({"references": ["var.deep"]});
        }
    }
    let run = lint_plan(&plan);
    assert_eq!((run.code, run.faults()), (3, Vec::new()), "{run:#?}");
}

#[test]
fn a_public_ip_that_is_not_known_is_not_taken_for_none() {
    let mut plan = plan("founding-public");
    for name in ["frontend", "backend"] {
        let change = &mut change(&mut plan, &format!("module.service-{name}.aws_ecs_service.this"))["change"];
        change["after"]["network_configuration"][0].as_object_mut().expect("a block").remove("assign_public_ip");
        change["after_unknown"]["network_configuration"][0]["assign_public_ip"] = json!(true);
        let call =
            &mut plan["configuration"]["root_module"]["module_calls"][format!("service-{name}")]["module"]["resources"];
        let service = call
            .as_array_mut()
            .into_iter()
            .flatten()
            .find(|found| found["type"] == "aws_ecs_service")
            .expect("it is there");
        service["expressions"]["network_configuration"][0]["assign_public_ip"] =
            json!({"references": ["local.public"]});
    }
    let run = lint_plan(&plan);
    assert_eq!((run.code, run.faults()), (3, Vec::new()), "{run:#?}");
    assert!(not_checked(&run).join("\n").contains("${local.public}"), "{run:#?}");
}

#[test]
fn a_plan_into_a_network_that_it_does_not_make_claims_nothing_of_it() {
    let (_, _, service) = existing().pop().expect("the service is last");
    let run = lint_plan(&plan_of(&[Change(
        "aws_ecs_service",
        "web",
        &["create"],
        Value::Null,
        service,
        json!({}),
        json!({}),
    )]));
    assert_eq!((run.code, run.faults()), (3, Vec::new()), "{run:#?}");
    assert!(not_checked(&run).join("\n").contains("the plan doesn't make subnet-2"), "{run:#?}");
}

/// What the configuration leaves out, the provider chooses: a plan has it as not known, and it is known all the same.
/// <https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/vpc_endpoint#private_dns_enabled-1>
#[test]
fn what_is_left_to_the_provider_is_what_the_provider_takes() {
    let logs = r#"module.vpc.aws_vpc_endpoint.interface["logs"]"#;
    let cases = [
        ("left out", Value::Null, 1),
        ("null", json!({"constant_value": null}), 1),
        ("a variable of the module that is given null", json!({"references": ["var.private"]}), 1),
        ("only a local value tells", json!({"references": ["local.private"]}), 3),
    ];
    for (what, expression, code) in cases {
        let mut plan = plan("founding-endpoints");
        let endpoint = &mut change(&mut plan, logs)["change"];
        endpoint["after"].as_object_mut().expect("an object").remove("private_dns_enabled");
        endpoint["after_unknown"]["private_dns_enabled"] = json!(true);
        let vpc = &mut plan["configuration"]["root_module"]["module_calls"]["vpc"];
        vpc["expressions"]["private"] = json!({"constant_value": null});
        let resources = vpc["module"]["resources"].as_array_mut().expect("a list");
        let found =
            resources.iter_mut().find(|found| found["address"] == "aws_vpc_endpoint.interface").expect("it is there");
        let expressions = found["expressions"].as_object_mut().expect("an object");
        expressions.remove("private_dns_enabled");
        if !expression.is_null() {
            expressions.insert("private_dns_enabled".to_owned(), expression);
        }
        let run = lint_plan(&plan);
        let faults: &[&str] = if code == 1 { &["endpoint/private-dns"] } else { &[] };
        assert_eq!(
            (run.code, run.faults()),
            (code, faults.iter().map(|rule| (*rule).to_owned()).collect()),
            "{what}: {run:#?}"
        );
    }
}

#[test]
fn a_load_balancer_faces_the_internet_where_nobody_says_otherwise() {
    for (internal, expected) in [(None, true), (Some(true), false)] {
        let mut plan = plan("founding-nat");
        let balancer = change(&mut plan, "module.loadbalancer.aws_lb.lb");
        match internal {
            Some(internal) => balancer["change"]["after"]["internal"] = json!(internal),
            None => {
                balancer["change"]["after"].as_object_mut().expect("an object").remove("internal");
                balancer["change"]["after_unknown"]["internal"] = json!(true);
            }
        }
        let calls = &mut plan["configuration"]["root_module"]["module_calls"]["loadbalancer"]["module"]["resources"];
        for found in calls.as_array_mut().expect("a list").iter_mut().filter(|found| found["type"] == "aws_lb") {
            found["expressions"].as_object_mut().expect("an object").remove("internal");
        }
        let call = &mut plan["configuration"]["root_module"]["module_calls"]["loadbalancer"];
        call["expressions"]["public_subnets"] = json!({"references": ["module.vpc.private_subnets", "module.vpc"]});
        let run = lint_plan(&plan);
        let told = run.faults().iter().any(|rule| rule == "lb/internet-facing-subnets");
        assert_eq!(told, expected, "{internal:?}: {run:#?}");
    }
}

/// Who plans a network has asked AWS nothing: what isn't known, the plan doesn't say.
#[test]
fn the_reasons_of_a_plan_name_no_calls() {
    let mut service = existing();
    service.retain(|(ty, ..)| *ty == "aws_ecs_service");
    let mut table = existing();
    table.retain(|(ty, ..)| matches!(*ty, "aws_ecs_service" | "aws_subnet" | "aws_security_group"));
    let cases = [
        (plan("founding-locals"), "${local.frontend}"),
        (plan("founding-nat"), "the plan says nothing of FlowLogs"),
        (state_of(&service), "the state doesn't make subnet-2"),
        (state_of(&table), "the state doesn't make vpc-1"),
    ];
    for (plan, expected) in cases {
        let told = not_checked(&lint_plan(&plan)).join("\n");
        assert!(told.contains(expected), "{expected}: {told}");
        for call in ["ec2:", "ecs:", "elasticloadbalancing:"] {
            assert!(!told.contains(call), "{call}: {told}");
        }
    }
    // With what is there, a call would tell.
    let mut there = snapshot();
    there.as_object_mut().expect("an object").remove("SecurityGroups");
    let told = not_checked(&lint_onto(&plan_of(&[]), &there)).join("\n");
    assert!(told.contains("ec2:DescribeSecurityGroups"), "{told}");
}
