//! What a plan leaves out, read from the files of its configuration with `--terraform`.

use super::support::*;
use std::path::Path;

/// Lints a fixture with the configuration that it was made of.
fn lint_with(plan: &str, configuration: &str) -> Run {
    lint(&fixtures(), &[&format!("{plan}.json"), "--terraform", configuration])
}

/// Severity and rule of each error and warning.
fn told(run: &Run) -> Vec<String> {
    let findings = run.json()["findings"].as_array().cloned().unwrap_or_default();
    let faults = findings.iter().filter(|finding| finding["severity"] != "info");
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    faults.map(|finding| format!("{} {}", text(&finding["severity"]), text(&finding["rule"]))).collect()
}

/// The module's services are objects of a local value, and their images texts that `jsonencode` makes.
#[test]
fn the_founding_module_comes_out_as_the_documents_say() {
    for (mode, code, faults, verdict) in [
        ("nat", 0, Vec::new(), "reachable"),
        ("endpoints", 0, Vec::new(), "reachable"),
        ("public", 0, Vec::new(), "reachable"),
        ("none", 1, vec!["error nat/present".to_owned()], "blocked"),
    ] {
        let run = lint_with(&format!("shapes-founding-{mode}"), "shapes/roots/founding");
        assert_eq!((run.code, told(&run)), (code, faults), "{mode}: {run:#?}");
        let verdicts = verdicts(&run);
        for need in ["ecr.api", "ecr.dkr", "s3", "logs"] {
            for service in ["frontend", "backend"] {
                assert!(verdicts.contains(&format!("{service} → {need}: {verdict}")), "{mode}: {verdicts:#?}");
            }
        }
        assert!(!not_checked(&run).join("\n").contains("not known before the deployment"), "{mode}: {run:#?}");
    }
}

/// Target groups by the members of what a module is called with, in dynamic blocks.
#[test]
fn widely_used_modules_are_judged_as_a_whole() {
    for root in ["one-nat", "nat-per-zone", "endpoints", "public"] {
        let run = lint_with(&format!("modules-{root}"), &format!("modules/roots/{root}"));
        assert_eq!((run.code, told(&run)), (0, Vec::new()), "{root}: {run:#?}");
        assert!(verdicts(&run).iter().all(|line| line.ends_with(": reachable")), "{root}: {run:#?}");
    }
    let root = "modules/roots/nat-per-zone";
    let facts = ["facts", "modules-nat-per-zone.json", "registration", "--terraform", root, "--format", "json"];
    let facts = run_in(&fixtures(), &facts);
    for name in ["web", "api"] {
        let group = format!("module.alb.aws_lb_target_group.this[\\\"{name}\\\"]");
        assert!(facts.out.contains(&group), "{group}: {facts:#?}");
    }
}

/// What a plan alone leaves unknown, its files tell.
#[test]
fn shapes_are_judged_by_their_files() {
    let cut_off = vec!["error nat/present".to_owned()];
    for (root, code, faults) in [
        ("address-of-a-local-list", 0, Vec::new()),
        ("image-of-a-new-repository", 1, cut_off.clone()),
        ("members-of-objects", 0, Vec::new()),
        ("outputs-by-key", 1, cut_off.clone()),
        ("placement-of-a-local", 1, cut_off),
        ("table-of-a-local-map", 0, Vec::new()),
        ("target-of-a-condition", 0, Vec::new()),
    ] {
        let run = lint_with(&format!("shapes-{root}"), &format!("shapes/roots/{root}"));
        assert_eq!((run.code, told(&run)), (code, faults), "{root}: {run:#?}");
    }
}

/// The founding module's files with one text of one of them replaced, beside the plan of a mode. What is replaced is not
/// known before the deployment, before and after.
fn with_fault(mode: &str, file: &str, from: &str, to: &str) -> Run {
    let scratch = Scratch::new("fault").with("plan.json", &plan(&format!("shapes-founding-{mode}")).to_string());
    for own in ["roots/founding", "founding/network", "founding/service", "founding/cluster", "founding/balancer"] {
        let folder = scratch.0.join(own);
        std::fs::create_dir_all(&folder).expect("a folder");
        let text = std::fs::read_to_string(fixtures().join("shapes").join(own).join("main.tf")).expect("the fixture");
        let text = if own == file {
            assert!(text.contains(from), "{own} has no {from}");
            text.replacen(from, to, 1)
        } else {
            text
        };
        std::fs::write(folder.join("main.tf"), text).expect("written");
    }
    lint(&scratch.0, &["plan.json", "--terraform", "roots/founding"])
}

#[test]
fn each_fault_in_a_local_value_or_what_it_leads_to_is_found() {
    for (mode, file, from, to, faults) in [
        (
            "nat",
            "founding/network",
            "subnet_id     = aws_subnet.public_subnet[0].id",
            "subnet_id     = aws_subnet.private_subnet[0].id",
            vec!["error nat/in-public-subnet"],
        ),
        (
            "endpoints",
            "founding/network",
            "value = aws_default_route_table.private_rt.id",
            "value = aws_route_table.public_rt.id",
            vec!["error endpoint/s3-gateway-route"],
        ),
        (
            "endpoints",
            "roots/founding",
            "security_group_ids  = [module.vpc.vpc_security_group]",
            "security_group_ids  = [module.loadbalancer.security_group]",
            vec!["error sg/endpoint-ingress"],
        ),
        (
            "public",
            "roots/founding",
            "var.public ? module.vpc.public_subnets : module.vpc.private_subnets",
            "var.public ? module.vpc.private_subnets : module.vpc.public_subnets",
            vec!["error route/public-default-igw"],
        ),
        (
            "nat",
            "roots/founding",
            r#"target_group_arn = module.loadbalancer.tg_arn["backend"]"#,
            r#"target_group_arn = module.loadbalancer.tg_arn["frontend"]"#,
            vec!["error lb/listener"],
        ),
    ] {
        let run = with_fault(mode, file, from, to);
        assert_eq!(told(&run), faults, "{mode}, {to}: {run:#?}");
    }
}

#[test]
fn a_configuration_that_is_not_the_plans_is_refused() {
    let other = lint_with("shapes-founding-nat", "shapes/roots/outputs-by-key");
    assert_eq!(other.code, 2, "{other:#?}");
    assert!(other.err.contains("input/not-planned") && other.err.contains("it has no"), "{}", other.err);
    let missing = lint_with("shapes-founding-nat", "nowhere");
    assert_eq!(missing.code, 2, "{missing:#?}");
    assert!(missing.err.contains("nowhere"), "{}", missing.err);
    let no_plan = lint(&fixtures(), &["../rules/nat/present/pass.json", "--terraform", "shapes/roots/founding"]);
    assert_eq!(no_plan.code, 2, "{no_plan:#?}");
    assert!(no_plan.err.contains("input/no-plan"), "{}", no_plan.err);
}

/// A plan that is named twice is one plan, with one configuration.
#[test]
fn a_configuration_is_counted_for_each_plan_once() {
    let twice = ["shapes-founding-nat.json", "./shapes-founding-nat.json", "--terraform", "shapes/roots/founding"];
    let once = lint_with("shapes-founding-nat", "shapes/roots/founding");
    let run = lint(&fixtures(), &twice);
    assert_eq!((run.code, told(&run)), (once.code, told(&once)), "{run:#?}");
    let run = lint(&fixtures(), &[&twice[..], &["--terraform", "nowhere"]].concat());
    assert_eq!(run.code, 2, "{run:#?}");
    assert!(run.err.contains("input/which-configuration"), "{}", run.err);
}

/// A module that could not be read leaves things as the plan tells them.
#[test]
fn of_a_module_without_files_the_plan_alone_tells() {
    let scratch = Scratch::new("unread").with("plan.json", &plan("shapes-founding-nat").to_string());
    let root = std::fs::read_to_string(fixtures().join("shapes/roots/founding/main.tf")).expect("the fixture");
    std::fs::create_dir(scratch.0.join("root")).expect("a folder");
    std::fs::write(scratch.0.join("root/main.tf"), root.replace("../../founding/service", "acme/service/aws"))
        .expect("written");
    let run = lint(&scratch.0, &["plan.json", "--terraform", "root"]);
    assert_eq!((run.code, told(&run)), (3, Vec::new()), "{run:#?}");
    let not_checked = not_checked(&run).join("\n");
    assert!(
        not_checked.contains("the files of module.ecs-service") && not_checked.contains("terraform init"),
        "{run:#?}"
    );
}

/// Files that lead nowhere, or everywhere, make things unknown.
#[test]
fn a_hostile_configuration_ends_nothing() {
    let root = std::fs::read_to_string(fixtures().join("shapes/roots/founding/main.tf")).expect("the fixture");
    let subnets = "var.public ? module.vpc.public_subnets : module.vpc.private_subnets";
    assert!(root.contains(subnets));
    let doubled = |of: &str| {
        let steps = (1..60).map(|at| of.replace("NEXT", &format!("l{at}")).replace("LAST", &format!("l{}", at - 1)));
        format!("locals {{\n  l0 = [\"a\", \"b\"]\n{}\n}}\n", steps.collect::<Vec<_>>().join("\n"))
    };
    let cases = [
        ("local.a", "locals {\n  a = local.b\n  b = local.a\n}\n".to_owned()),
        ("local.a", "locals {\n  a = [for x in local.a : x]\n}\n".to_owned()),
        ("local.l59", doubled("  NEXT = concat(local.LAST, local.LAST)")),
        ("local.l59", doubled("  NEXT = [local.LAST, local.LAST]")),
        ("flatten(local.l59)", doubled("  NEXT = [local.LAST, local.LAST]")),
        ("[local.l59]", doubled("  NEXT = \"${local.LAST}${local.LAST}\"").replace("[\"a\", \"b\"]", "\"a\"")),
        ("[module.vpc.public_subnets[9999999999999999999]]", String::new()),
        ("element(module.vpc.public_subnets, -9223372036854775808 % -1)", String::new()),
        ("slice(module.vpc.public_subnets, 3, 1)", String::new()),
        ("merge([], {}, 1)", String::new()),
    ];
    for (expression, locals) in cases {
        let scratch = Scratch::new("hostile").with("plan.json", &plan("shapes-founding-nat").to_string());
        for (own, folder) in [("network", "vpc"), ("service", "s"), ("cluster", "c"), ("balancer", "b")] {
            let to = scratch.0.join("founding").join(own);
            std::fs::create_dir_all(&to).expect("a folder");
            let from = fixtures().join("shapes/founding").join(own).join("main.tf");
            std::fs::copy(from, to.join(format!("{folder}.tf"))).expect("copied");
        }
        std::fs::create_dir_all(scratch.0.join("roots/own")).expect("a folder");
        let text = root.replace(subnets, expression) + &locals;
        std::fs::write(scratch.0.join("roots/own/main.tf"), text).expect("written");
        let run = lint(&scratch.0, &["plan.json", "--terraform", "roots/own"]);
        assert_eq!((run.code, told(&run)), (3, Vec::new()), "{expression}: {run:#?}");
    }
    for text in ["x = ".to_owned() + &"[".repeat(100_000), "x = 1".to_owned() + &" + 1".repeat(100_000), "\u{0}".into()]
    {
        let scratch = Scratch::new("odd").with("plan.json", &plan("shapes-founding-nat").to_string());
        std::fs::write(scratch.0.join("main.tf"), text).expect("written");
        let run = lint(&scratch.0, &["plan.json", "--terraform", "."]);
        assert!(run.code == 2 && run.err.contains("input/not-planned"), "{run:#?}");
    }
}

/// `*.tf.json` says the same.
#[test]
fn files_of_json_are_read() {
    let scratch = Scratch::new("json").with("plan.json", &plan("shapes-outputs-by-key").to_string());
    let root = fixtures().join("shapes/roots/outputs-by-key");
    let run = lint_with("shapes-outputs-by-key", root.to_str().expect("UTF-8"));
    let expected = (run.code, told(&run));
    for own in ["networks-of-tasks", "service"] {
        std::fs::create_dir_all(scratch.0.join(own)).expect("a folder");
        std::fs::copy(fixtures().join("shapes").join(own).join("main.tf"), scratch.0.join(own).join("main.tf"))
            .expect("copied");
    }
    std::fs::create_dir_all(scratch.0.join("roots/own")).expect("a folder");
    let own = json!({"module": {
        "network": {"source": "../../networks-of-tasks", "for_each": {"test": false, "live": true}, "nat": "${each.value}"},
        "service": [{"source": "../../service", "for_each": "${toset([\"test\", \"live\"])}", "name": "${each.key}",
                     "subnets": "${module.network[each.key].subnets}", "group": "${module.network[each.key].group}"}]}});
    std::fs::write(scratch.0.join("roots/own/main.tf.json"), own.to_string()).expect("written");
    let run = lint(&scratch.0, &["plan.json", "--terraform", "roots/own"]);
    assert_eq!((run.code, told(&run)), expected, "{run:#?}");
}

/// What `terraform init` fetched lies where its manifest says.
#[test]
fn modules_of_a_registry_are_found_by_the_manifest() {
    let scratch = Scratch::new("fetched").with("plan.json", &plan("shapes-founding-endpoints").to_string());
    let copy = |from: &str, to: &Path, change: &dyn Fn(String) -> String| {
        std::fs::create_dir_all(to).expect("a folder");
        let text = std::fs::read_to_string(fixtures().join("shapes").join(from).join("main.tf")).expect("the fixture");
        std::fs::write(to.join("main.tf"), change(text)).expect("written");
    };
    let root = scratch.0.join("root");
    let names =
        [("vpc", "network"), ("loadbalancer", "balancer"), ("ecs-cluster", "cluster"), ("ecs-service", "service")];
    copy("roots/founding", &root, &|text| text.replace("../../founding/", "acme/"));
    let mut manifest = vec![json!({"Key": "", "Source": "", "Dir": "."})];
    for (name, folder) in names {
        let own = format!(".terraform/modules/{name}");
        copy(&format!("founding/{folder}"), &root.join(&own), &|text| text);
        manifest.push(json!({"Key": name, "Source": format!("acme/{folder}"), "Version": "1.0.0", "Dir": own}));
    }
    std::fs::write(root.join(".terraform/modules/modules.json"), json!({"Modules": manifest}).to_string())
        .expect("written");
    let run = lint(&scratch.0, &["plan.json", "--terraform", "root"]);
    assert_eq!((run.code, told(&run)), (0, Vec::new()), "{run:#?}");
}
