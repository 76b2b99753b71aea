//! The founding documents' module and widely used modules: sound as they are, and each fault found at its place.

use super::support::*;

#[test]
fn the_founding_module_works_in_its_three_modes() {
    for mode in ["nat", "endpoints", "public"] {
        let run = lint(&fixtures(), &[&format!("founding-{mode}.json")]);
        assert_eq!((run.code, run.faults()), (0, Vec::new()), "{mode}: {run:#?}");
        let verdicts = verdicts(&run);
        for need in ["ecr.api", "ecr.dkr", "s3", "logs"] {
            for service in ["frontend", "backend"] {
                assert!(verdicts.contains(&format!("{service} → {need}: reachable")), "{mode}: {verdicts:#?}");
            }
        }
        assert!(verdicts.iter().all(|line| line.ends_with("reachable")), "{mode}: {verdicts:#?}");
    }
}

#[test]
fn the_founding_module_without_nat_and_endpoints_has_no_way_out() {
    let run = lint(&fixtures(), &["founding-no-way-out.json"]);
    assert_eq!((run.code, run.faults()), (1, vec!["nat/present".to_owned()]), "{run:#?}");
}

#[test]
fn widely_used_modules_are_followed() {
    let run = lint(&fixtures(), &["community-modules.json"]);
    assert_eq!((run.code, run.faults()), (0, Vec::new()), "{run:#?}");
    assert!(verdicts(&run).iter().all(|line| line.ends_with("reachable")), "{run:#?}");
    // Each private subnet has the NAT gateway of its own zone.
    let facts = run_in(&fixtures(), &["facts", "community-modules.json", "route", "--format", "json"]);
    for zone in 0..3 {
        let nat = format!("module.vpc.aws_nat_gateway.this[{zone}]");
        assert!(facts.out.contains(&nat), "{nat} is led to: {}", facts.out);
    }
}

#[test]
fn each_fault_is_found_at_its_place_in_the_plan() {
    type Fault = fn(&mut Value);
    let cases: [(&str, &str, Fault, &str, &str); 9] = [
        (
            "nat",
            "no route out",
            |plan| without(plan, "module.vpc.aws_route.nat[0]"),
            "route/private-default-nat",
            "aws_default_route_table.private_rt",
        ),
        (
            "nat",
            "NAT gateway in a private subnet",
            |plan| {
                let resources =
                    plan["configuration"]["root_module"]["module_calls"]["vpc"]["module"]["resources"].as_array_mut();
                let nat = resources.into_iter().flatten().find(|found| found["address"] == "aws_nat_gateway.this");
                nat.expect("it is there")["expressions"]["subnet_id"] = json!({"references": ["aws_subnet.private_subnet[0].id", "aws_subnet.private_subnet[0]", "aws_subnet.private_subnet"]});
            },
            "nat/in-public-subnet",
            "aws_nat_gateway.this[0]",
        ),
        (
            "nat",
            "no internet gateway's route",
            |plan| without(plan, "module.vpc.aws_route.default_route"),
            "route/public-default-igw",
            "aws_route_table.public_rt",
        ),
        (
            "endpoints",
            "no S3 endpoint",
            |plan| without(plan, r#"module.vpc.aws_vpc_endpoint.gateway["s3endpoint"]"#),
            "endpoint/s3-gateway",
            "",
        ),
        (
            "endpoints",
            "endpoint group without 443",
            |plan| {
                let rule = "module.vpc.aws_vpc_security_group_ingress_rule.https";
                set(plan, rule, "from_port", json!(444));
                set(plan, rule, "to_port", json!(444));
            },
            "sg/endpoint-ingress",
            "",
        ),
        (
            "endpoints",
            "no private DNS",
            |plan| set(plan, r#"module.vpc.aws_vpc_endpoint.interface["logs"]"#, "private_dns_enabled", json!(false)),
            "endpoint/private-dns",
            r#"aws_vpc_endpoint.interface["logs"]"#,
        ),
        (
            "endpoints",
            "no DNS host names",
            |plan| set(plan, "module.vpc.aws_vpc.this", "enable_dns_hostnames", json!(false)),
            "dns/hostnames",
            "aws_vpc.this",
        ),
        (
            "public",
            "no public IP",
            |plan| {
                let service = &mut change(plan, "module.service-frontend.aws_ecs_service.this")["change"]["after"];
                service["network_configuration"][0]["assign_public_ip"] = json!(false);
            },
            "workload/public-ip",
            "aws_ecs_service.this",
        ),
        (
            "nat",
            "the tasks' group lets nothing out",
            |plan| without(plan, "module.service-backend.aws_vpc_security_group_egress_rule.lbsg"),
            "sg/egress",
            "module.service-backend.aws_security_group.this",
        ),
    ];
    for (mode, what, fault, rule, guilty) in cases {
        let mut plan = plan(&format!("founding-{mode}"));
        fault(&mut plan);
        let text = serde_json::to_string_pretty(&plan).expect("JSON");
        let run = lint(&Scratch::new("fault").with("plan.json", &text).0, &["plan.json"]);
        let report = run.json();
        let findings = report["findings"].as_array().cloned().unwrap_or_default();
        let grave: Vec<&Value> = findings.iter().filter(|finding| finding["severity"] != "info").collect();
        let found = grave.iter().find(|finding| finding["rule"] == rule);
        let Some(found) = found else { panic!("{what}: no {rule}: {:?} {run:#?}", run.faults()) };
        // Its places are in the plan, on the lines that it says, and one of them is in the block of the guilty resource.
        let mut addresses = Vec::new();
        for place in found["locations"].as_array().into_iter().flatten() {
            assert_eq!(place["file"], "plan.json", "{what}: {place}");
            let pointer = place["pointer"].as_str().unwrap_or_default();
            assert!(plan.pointer(pointer).is_some(), "{what}: {place}");
            let line = place["line"].as_u64().unwrap_or_default() as usize;
            let before = &text[..place["offset"].as_u64().unwrap_or_default() as usize];
            assert_eq!(before.matches('\n').count() + 1, line, "{what}: {place}");
            let block = pointer.split('/').take(3).collect::<Vec<_>>().join("/");
            addresses.extend(plan.pointer(&block).and_then(|block| block["address"].as_str()).map(str::to_owned));
        }
        assert!(addresses.iter().any(|address| address.contains(guilty)), "{what}: {rule} points at {addresses:?}");
    }
}

#[test]
fn a_minified_plan_shows_a_readable_excerpt() {
    let scratch = Scratch::new("minified").with("plan.json", &plan("founding-no-way-out").to_string());
    let run = scratch.run(&["lint", "plan.json"]);
    assert_eq!(run.code, 1, "{run:#?}");
    assert!(run.out.contains(r#""address": "module.vpc.aws_default_route_table.private_rt""#), "{}", run.out);
    assert!(run.out.lines().all(|line| line.chars().count() < 220), "{}", run.out);
}
