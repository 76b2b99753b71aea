//! Shapes of expressions of which a plan tells little, as Terraform itself plans them. A wrong id is worse than none, and what
//! isn't known of one thing hides nothing of another.

use super::support::*;

/// Severity and rule of each error and warning.
fn told(run: &Run) -> Vec<String> {
    let report = run.json();
    let findings = report["findings"].as_array().cloned().unwrap_or_default();
    let faults = findings.iter().filter(|finding| finding["severity"] != "info");
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    faults.map(|finding| format!("{} {}", text(&finding["severity"]), text(&finding["rule"]))).collect()
}

fn informed_of(run: &Run, rule: &str) -> bool {
    run.json()["findings"].as_array().into_iter().flatten().any(|finding| finding["rule"] == rule)
}

fn lint_shape(name: &str) -> Run {
    lint(&fixtures(), &[&format!("shapes-{name}.json")])
}

#[test]
fn what_an_expression_chooses_by_is_not_what_it_chooses() {
    // The word `private` is no table, and `true` no address.
    for (name, code, expected) in [
        (
            "table-of-a-local-map",
            3,
            "which route table it belongs to is not known before the deployment: ${local.tables}",
        ),
        ("address-of-a-local-list", 0, ""),
    ] {
        let run = lint_shape(name);
        assert_eq!((run.code, told(&run)), (code, Vec::new()), "{name}: {run:#?}");
        assert!(not_checked(&run).join("\n").contains(expected), "{name}: {run:#?}");
        assert!(!informed_of(&run, "nat/unused"), "{name}: {run:#?}");
    }
}

#[test]
fn a_gateway_that_a_route_may_lead_to_is_not_called_unused() {
    let run = lint_shape("target-of-a-condition");
    assert_eq!((run.code, told(&run)), (3, Vec::new()), "{run:#?}");
    assert!(!informed_of(&run, "nat/unused"), "{run:#?}");
}

#[test]
fn where_one_service_is_says_nothing_of_another_one() {
    let run = lint_shape("placement-of-a-local");
    assert_eq!((run.code, told(&run)), (1, vec!["error nat/present".to_owned()]), "{run:#?}");
    let of = |name: &str| verdicts(&run).into_iter().filter(|line| line.starts_with(name)).collect::<Vec<_>>();
    assert!(of("cut-off").iter().all(|line| line.ends_with(": blocked")), "{run:#?}");
    assert!(of("other").iter().all(|line| !line.ends_with(": blocked")), "{run:#?}");
    assert!(not_checked(&run).join("\n").contains("${local.subnets"), "{run:#?}");
}

/// Design: where nothing says what will run, a plain task is judged, one severity lower.
#[test]
fn of_an_unknown_image_a_plain_task_is_judged() {
    let run = lint_shape("image-of-a-new-repository");
    assert_eq!((run.code, told(&run)), (3, vec!["warning nat/present".to_owned()]), "{run:#?}");
    assert!(not_checked(&run).join("\n").contains("what web needs"), "{run:#?}");
}

#[test]
fn members_of_objects_are_told_apart_by_their_types() {
    let run = lint_shape("members-of-objects");
    assert_eq!((run.code, told(&run)), (0, Vec::new()), "{run:#?}");
    let facts = run_in(&fixtures(), &["facts", "shapes-members-of-objects.json", "workload", "--format", "json"]);
    let facts: Value = serde_json::from_str(&facts.out).expect("JSON");
    for workload in facts.as_array().expect("a list") {
        let fields = &workload["fields"];
        assert_eq!(fields["subnets"].as_array().map(Vec::len), Some(2), "{workload}");
        assert_eq!(fields["memberships"].as_array().map(Vec::len), Some(1), "{workload}");
        assert_eq!(fields["memberships"][0]["membership"], "module.network.aws_security_group.tasks", "{workload}");
    }
}

#[test]
fn an_output_of_the_own_key_is_that_of_the_own_instance() {
    let run = lint_shape("outputs-by-key");
    assert_eq!((run.code, told(&run)), (1, vec!["error nat/present".to_owned()]), "{run:#?}");
    let cut_off = verdicts(&run).into_iter().filter(|line| line.ends_with(": blocked")).collect::<Vec<_>>();
    assert!(!cut_off.is_empty() && cut_off.iter().all(|line| line.starts_with("test ")), "{run:#?}");
    assert!(verdicts(&run).contains(&"live → ecr.api: reachable".to_owned()), "{run:#?}");
}

/// The founding documents' module puts its services into a list of a local value, which a plan doesn't hold: never is it said
/// that all is well with them. They are judged in the tier that they can be meant for.
#[test]
fn the_founding_module_is_judged_as_far_as_its_plan_tells() {
    let cut_off = vec!["warning nat/present".to_owned()];
    for (mode, faults, verdict) in [
        ("nat", Vec::new(), "reachable"),
        ("public", Vec::new(), "reachable"),
        ("endpoints", Vec::new(), "unknown"),
        ("none", cut_off, "blocked"),
    ] {
        let run = lint_shape(&format!("founding-{mode}"));
        assert_eq!((run.code, told(&run)), (3, faults), "{mode}: {run:#?}");
        assert!(not_checked(&run).join("\n").contains("frontend in ${each.value.subnets}"), "{mode}: {run:#?}");
        let told = verdicts(&run);
        assert!(told.contains(&format!("frontend → ecr.api: {verdict}")), "{mode}: {told:#?}");
    }
}

/// `removed { lifecycle { destroy = false } }`
/// <https://developer.hashicorp.com/terraform/language/block/removed>
#[test]
fn what_terraform_forgets_stays_where_it_is() {
    for (actions, faults) in [(["forget"], 0), (["delete"], 1)] {
        let changes = existing().into_iter().map(|(ty, name, values)| match ty {
            "aws_route_table" if name == "private" => {
                let mut bare = values.clone();
                bare["route"] = json!([]);
                Change(ty, name, &["no-op"], bare.clone(), bare, json!({}), json!({}))
            }
            _ => Change(ty, name, &["no-op"], values.clone(), values, json!({}), json!({})),
        });
        let route = json!({"id": "r-1", "route_table_id": "rtb-2", "destination_cidr_block": "0.0.0.0/0", "nat_gateway_id": "nat-1"});
        let mut plan = plan_of(&changes.collect::<Vec<_>>());
        plan["resource_changes"].as_array_mut().expect("a list").push(json!({
            "address": "aws_route.out", "mode": "managed", "type": "aws_route", "name": "out",
            "provider_name": "registry.terraform.io/hashicorp/aws",
            "change": {"actions": actions, "before": route, "after": null, "after_unknown": {}}}));
        let run = lint_plan(&plan);
        let cut_off = run.faults().iter().filter(|rule| *rule == "route/private-default-nat").count();
        assert_eq!(cut_off, faults, "{actions:?}: {run:#?}");
    }
}
