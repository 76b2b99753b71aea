//! Configurations after widely used modules, as Terraform itself plans them: locals, dynamic blocks, maps of services.

use super::support::*;

/// Rule and resource of each error and warning.
fn told(run: &Run) -> Vec<(String, String)> {
    let report = run.json();
    let findings = report["findings"].as_array().cloned().unwrap_or_default();
    let faults = findings.iter().filter(|finding| finding["severity"] != "info");
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    faults.map(|finding| (text(&finding["rule"]), text(&finding["resource"]["id"]))).collect()
}

#[test]
fn sound_configurations_are_clean() {
    // Which of two target groups each of the services of one map has, a plan doesn't tell.
    for (name, code) in [("one-nat", 0), ("nat-per-zone", 3), ("endpoints", 0), ("public", 0)] {
        let run = lint(&fixtures(), &[&format!("modules-{name}.json")]);
        assert_eq!((run.code, told(&run)), (code, Vec::new()), "{name}: {run:#?}");
        let verdicts = verdicts(&run);
        assert!(verdicts.iter().any(|line| line.contains("→ logs: reachable")), "{name}: {verdicts:#?}");
        assert!(verdicts.iter().all(|line| line.ends_with(": reachable")), "{name}: {verdicts:#?}");
    }
}

#[test]
fn each_fault_is_found_at_its_place() {
    type Fault = fn(&mut Value);
    let cases: [(&str, &str, Fault, &str, &str); 14] = [
        (
            "one-nat",
            "the private subnets' table has no default route",
            |plan| without(plan, "module.vpc.aws_route.private_nat_gateway[0]"),
            "route/private-default-nat",
            "module.vpc.aws_route_table.private[0]",
        ),
        (
            "one-nat",
            "the NAT gateway is in a private subnet",
            |plan| {
                let nat = configured(plan, &["vpc"], "aws_nat_gateway.this");
                nat["expressions"]["subnet_id"]["references"][0] = json!("aws_subnet.private");
            },
            "nat/in-public-subnet",
            "module.vpc.aws_nat_gateway.this[0]",
        ),
        (
            "one-nat",
            "the service lets the load balancer in on another port",
            |plan| {
                port_80_alone(plan, r#"module.ecs_service.aws_vpc_security_group_ingress_rule.this["alb_3000"]"#);
            },
            "sg/task-from-load-balancer",
            "module.ecs_service.aws_security_group.this[0]",
        ),
        (
            "one-nat",
            "the load balancer may send nothing",
            |plan| without(plan, r#"module.alb.aws_vpc_security_group_egress_rule.this["all"]"#),
            "sg/load-balancer-egress",
            "module.alb.aws_security_group.this[0]",
        ),
        (
            "nat-per-zone",
            "one zone's table has no default route",
            |plan| without(plan, "module.vpc.aws_route.private_nat_gateway[1]"),
            "route/private-default-nat",
            "module.vpc.aws_route_table.private[1]",
        ),
        (
            "nat-per-zone",
            "one of two services may send nothing",
            |plan| without(plan, r#"module.ecs.module.service["web"].aws_security_group_rule.this["out"]"#),
            "sg/egress",
            r#"module.ecs.module.service["web"].aws_security_group.this[0]"#,
        ),
        (
            "nat-per-zone",
            "the network ACL lets no replies in",
            |plan| {
                let acl = change(plan, "module.vpc.aws_default_network_acl.this[0]");
                let entry = &mut acl["change"]["after"]["ingress"][0];
                (entry["protocol"], entry["from_port"], entry["to_port"]) = (json!("6"), json!(443), json!(443));
            },
            "nacl/entry",
            "module.vpc.aws_default_network_acl.this[0]",
        ),
        (
            "endpoints",
            "no gateway endpoint for S3",
            |plan| without(plan, r#"module.vpc_endpoints.aws_vpc_endpoint.this["s3"]"#),
            "endpoint/s3-gateway",
            "module.vpc.aws_vpc.this[0]",
        ),
        (
            "endpoints",
            "the endpoints' group lets another port in",
            |plan| {
                port_80_alone(plan, r#"module.vpc_endpoints.aws_security_group_rule.this["ingress_https"]"#);
            },
            "sg/endpoint-ingress",
            "module.vpc_endpoints.aws_security_group.this[0]",
        ),
        (
            "endpoints",
            "private DNS is asked for of two endpoints of three",
            |plan| {
                let logs = &mut change(plan, r#"module.vpc_endpoints.aws_vpc_endpoint.this["logs"]"#)["change"];
                logs["after"].as_object_mut().expect("an object").remove("private_dns_enabled");
                logs["after_unknown"]["private_dns_enabled"] = json!(true);
            },
            "endpoint/private-dns",
            r#"module.vpc_endpoints.aws_vpc_endpoint.this["logs"]"#,
        ),
        (
            "endpoints",
            "the VPC resolves no names",
            |plan| set(plan, "module.vpc.aws_vpc.this[0]", "enable_dns_support", json!(false)),
            "dns/support",
            "module.vpc.aws_vpc.this[0]",
        ),
        (
            "public",
            "no public IP",
            |plan| {
                let service = change(plan, "module.ecs_service.aws_ecs_service.this[0]");
                service["change"]["after"]["network_configuration"][0]["assign_public_ip"] = json!(false);
            },
            "workload/public-ip",
            "crawler",
        ),
        (
            "public",
            "one public table has no default route",
            |plan| without(plan, "module.vpc.aws_route.public_internet_gateway[0]"),
            "route/public-default-igw",
            "module.vpc.aws_route_table.public[0]",
        ),
        (
            "public",
            "the service may send nothing",
            |plan| without(plan, r#"module.ecs_service.aws_vpc_security_group_egress_rule.this["all"]"#),
            "sg/egress",
            "module.ecs_service.aws_security_group.this[0]",
        ),
    ];
    for (name, what, fault, rule, resource) in cases {
        let mut plan = plan(&format!("modules-{name}"));
        fault(&mut plan);
        let run = lint_plan(&plan);
        assert_eq!((run.code, told(&run)), (1, vec![(rule.to_owned(), resource.to_owned())]), "{what}: {run:#?}");
    }
}

/// A resource of the configuration, by the calls that lead to its module.
fn configured<'p>(plan: &'p mut Value, calls: &[&str], address: &str) -> &'p mut Value {
    let mut module = &mut plan["configuration"]["root_module"];
    for call in calls {
        module = &mut module["module_calls"][call]["module"];
    }
    let mut resources = module["resources"].as_array_mut().expect("a list").iter_mut();
    resources.find(|found| found["address"] == address).unwrap_or_else(|| panic!("no {address}"))
}

/// `each.value.group == "self" ? aws_security_group.this[0].id : each.value.group` refers to both.
#[test]
fn a_rule_for_each_is_given_a_group_as_often_as_its_map_names_it() {
    let rule = r#"module.ecs_service.aws_vpc_security_group_ingress_rule.this["alb_3000"]"#;
    // With a second rule of which the peer isn't known either, one of the two may be for the group itself.
    for (is_second_named, code) in [(None, 0), (Some(true), 0), (Some(false), 3)] {
        let mut plan = plan("modules-one-nat");
        if let Some(is_named) = is_second_named {
            let mut second = change(&mut plan, rule).clone();
            second["address"] = json!(rule.replace("alb_3000", "second"));
            second["index"] = json!("second");
            plan["resource_changes"].as_array_mut().expect("a list").push(second);
            let call = &mut plan["configuration"]["root_module"]["module_calls"]["ecs_service"];
            let rules = call["expressions"]["security_group_ingress_rules"]["references"].as_array_mut();
            if is_named {
                rules.expect("a list").extend([json!("module.alb.security_group_id"), json!("module.alb")]);
            }
        }
        let run = lint_plan(&plan);
        assert_eq!((run.code, told(&run)), (code, Vec::new()), "{is_second_named:?}: {run:#?}");
    }
}

/// Terraform lists a provider without arguments for modules in modules that name none.
#[test]
fn a_provider_that_a_module_takes_over_is_that_of_who_calls_it() {
    let mut plan = plan("modules-nat-per-zone");
    let key = "module.ecs.module.service:aws";
    let provider = json!({"name": "aws", "full_name": "registry.terraform.io/hashicorp/aws", "module_address": "module.ecs.module.service"});
    plan["configuration"]["provider_config"][key] = provider;
    let called = &mut plan["configuration"]["root_module"]["module_calls"]["ecs"]["module"]["module_calls"];
    for found in called["service"]["module"]["resources"].as_array_mut().expect("a list") {
        found["provider_config_key"] = json!(key);
    }
    let run = lint_plan(&plan);
    assert_eq!((run.code, told(&run)), (3, Vec::new()), "{run:#?}");
    assert!(!not_checked(&run).join("\n").contains("the region of provider"), "{run:#?}");
    without(&mut plan, "module.vpc.aws_route.private_nat_gateway[1]");
    let run = lint_plan(&plan);
    let expected = ("route/private-default-nat".to_owned(), "module.vpc.aws_route_table.private[1]".to_owned());
    assert_eq!((run.code, told(&run)), (1, vec![expected]), "{run:#?}");
}

/// What a variable of the root module chooses of lists is known, and no policy.
#[test]
fn endpoints_behind_a_switch_have_no_policy() {
    let mut plan = plan("modules-endpoints");
    plan["variables"]["endpoints"] = json!({"value": true});
    let call = &mut plan["configuration"]["root_module"]["module_calls"]["vpc_endpoints"];
    let references = call["expressions"]["endpoints"]["references"].as_array_mut().expect("a list");
    references.extend(["module.vpc.public_route_table_ids", "module.vpc", "var.endpoints"].map(|name| json!(name)));
    let run = lint_plan(&plan);
    assert_eq!((run.code, told(&run)), (0, Vec::new()), "{run:#?}");
    // A policy that is made of a document which isn't known is one.
    let call = &mut plan["configuration"]["root_module"]["module_calls"]["vpc_endpoints"];
    let references = call["expressions"]["endpoints"]["references"].as_array_mut().expect("a list");
    references.extend(["local.policy"].map(|name| json!(name)));
    let run = lint_plan(&plan);
    assert_eq!((run.code, told(&run)), (3, Vec::new()), "{run:#?}");
    assert!(not_checked(&run).join("\n").contains("${each.value.policy}"), "{run:#?}");
}

/// A rule of a security group lets port 80 through, and no other.
fn port_80_alone(plan: &mut Value, rule: &str) {
    set(plan, rule, "from_port", json!(80));
    set(plan, rule, "to_port", json!(80));
}
