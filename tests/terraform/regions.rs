//! Provider configurations of other regions and accounts.

use super::support::*;

/// Everything of a plan in another region, as its values are there.
fn in_west(plan: &Value) -> Value {
    serde_json::from_str(&plan.to_string().replace("us-east-1", "us-west-2")).expect("JSON")
}

/// Gives every resource of a configuration's module, and of those it calls, another provider configuration.
fn provided_by(module: &mut Value, key: &str) {
    for resource in module.get_mut("resources").and_then(Value::as_array_mut).into_iter().flatten() {
        resource["provider_config_key"] = json!(key);
    }
    for (_, call) in module.get_mut("module_calls").and_then(Value::as_object_mut).into_iter().flatten() {
        provided_by(&mut call["module"], key);
    }
}

/// A plan whose resources are all made by the provider configuration `aws.west`, of which the region is said by an
/// expression.
fn by_alias(mode: &str, region: Option<Value>) -> Value {
    let mut found = plan(&format!("founding-{mode}"));
    found["resource_changes"] = in_west(&found["resource_changes"]);
    provided_by(&mut found["configuration"]["root_module"], "aws.west");
    let mut provider = json!({"name": "aws", "alias": "west", "expressions": {}});
    if let Some(region) = region {
        provider["expressions"]["region"] = region;
    }
    found["configuration"]["provider_config"]["aws.west"] = provider;
    found
}

/// A plan with another one as a module of its own, which has its own provider configuration.
fn beside(mut first: Value, second: &Value) -> Value {
    for change in second["resource_changes"].as_array().into_iter().flatten() {
        let mut change = change.clone();
        let inside = |address: &Value| json!(format!("module.west.{}", address.as_str().unwrap_or_default()));
        change["address"] = inside(&change["address"]);
        change["module_address"] = match change.get("module_address") {
            Some(module) => inside(module),
            None => json!("module.west"),
        };
        first["resource_changes"].as_array_mut().expect("a list").push(change);
    }
    let configuration = &mut first["configuration"];
    configuration["root_module"]["module_calls"]["west"] = json!({"module": second["configuration"]["root_module"]});
    if let Some(provider) = second["configuration"]["provider_config"].get("aws.west") {
        configuration["provider_config"]["aws.west"] = provider.clone();
    }
    first
}

#[test]
fn a_provider_of_another_region_is_judged_there() {
    let known = json!({"constant_value": "us-west-2"});
    let cases: [(&str, Option<Value>, Option<&str>); 5] = [
        ("a constant", Some(known), None),
        ("a variable", Some(json!({"references": ["var.west"]})), None),
        ("a local value", Some(json!({"references": ["local.west"]})), Some("${local.west}")),
        ("what is no region", Some(json!({"references": ["var.side"]})), Some("${var.side}")),
        ("the environment", None, Some("the environment")),
    ];
    for (what, region, told) in cases {
        let mut plan = beside(plan("founding-nat"), &by_alias("endpoints", region));
        plan["variables"]["west"] = json!({"value": "us-west-2"});
        plan["variables"]["side"] = json!({"value": "west"});
        let run = lint_plan(&plan);
        assert_eq!((run.code, run.faults()), (0, Vec::new()), "{what}: {run:#?}");
        let notes = not_checked(&run);
        let note = notes.iter().find(|line| line.starts_with("the region of provider aws.west"));
        assert_eq!(note.is_some(), told.is_some(), "{what}: {notes:#?}");
        assert!(note.is_none_or(|note| note.contains(told.unwrap_or_default())), "{what}: {notes:#?}");
        assert_eq!(run.json()["inputs"], json!(["plan.json"]), "{what}");
    }
}

/// Version 6 of the provider has each resource tell its region.
#[test]
fn a_resource_may_tell_its_own_region() {
    let mut west = plan("founding-endpoints");
    west["resource_changes"] = in_west(&west["resource_changes"]);
    for change in west["resource_changes"].as_array_mut().expect("a list") {
        change["change"]["after"]["region"] = json!("us-west-2");
    }
    for plan in [west.clone(), beside(plan("founding-nat"), &west)] {
        let run = lint_plan(&plan);
        assert_eq!((run.code, run.faults()), (0, Vec::new()), "{run:#?}");
    }
}

/// What another region of the plan makes is made: nothing is unknown for want of it, and it is found to have the same
/// addresses.
#[test]
fn what_leads_into_another_region_of_the_plan_leads_to_something() {
    let mut plan = beside(plan("founding-nat"), &by_alias("nat", Some(json!({"constant_value": "us-west-2"}))));
    let ty = "aws_vpc_peering_connection";
    let head = json!({"address": format!("{ty}.west"), "mode": "managed", "type": ty, "name": "west"});
    let (mut change, mut resource) = (head.clone(), head);
    change["change"] = json!({"actions": ["create"], "before": null, "after": {"peer_region": "us-west-2"},
                              "after_unknown": {"id": true, "vpc_id": true, "peer_vpc_id": true}});
    resource["provider_config_key"] = json!("aws");
    resource["expressions"] = json!({"vpc_id": {"references": ["module.vpc.vpc_id", "module.vpc"]},
                                     "peer_vpc_id": {"references": ["module.west.vpc_id", "module.west"]}});
    plan["resource_changes"].as_array_mut().expect("a list").push(change);
    let root = &mut plan["configuration"]["root_module"];
    root["resources"].as_array_mut().expect("a list").push(resource);
    root["module_calls"]["west"]["module"]["outputs"]["vpc_id"] =
        json!({"expression": {"references": ["module.vpc.vpc_id", "module.vpc"]}});
    let run = lint_plan(&plan);
    assert_eq!((run.code, run.faults()), (0, vec!["vpc/cidr-overlap".to_owned()]), "{run:#?}");
}

#[test]
fn each_region_has_its_own_faults() {
    let mut west = by_alias("nat", Some(json!({"constant_value": "us-west-2"})));
    without(&mut west, "module.vpc.aws_route.nat[0]");
    let run = lint_plan(&beside(plan("founding-nat"), &west));
    assert_eq!((run.code, run.faults()), (1, vec!["route/private-default-nat".to_owned()]), "{run:#?}");
    let report = run.json();
    let finding = report["findings"].as_array().into_iter().flatten().find(|found| found["severity"] == "error");
    let finding = finding.expect("it is found");
    assert_eq!(finding["region"], "us-west-2");
    assert_eq!(finding["resource"]["id"], "module.west.module.vpc.aws_default_route_table.private_rt");
}

/// Configurations that differ in what they tag are the same place; those that ask on another's behalf are not: what is
/// set for one account and region is not set for another. (Whether it excludes a subnet, the plan doesn't say.)
#[test]
fn providers_of_one_account_and_region_are_one_place() {
    let role = json!([{"role_arn": {"constant_value": "arn:aws:iam::210987654321:role/x"}}]);
    let cases = [
        (
            json!({"region": {"references": ["var.region"]}, "default_tags": [{"tags": {"constant_value": {"a": "b"}}}]}),
            3,
        ),
        (json!({"region": {"constant_value": "us-east-1"}}), 3),
        (json!({"region": {"constant_value": "us-east-1"}, "assume_role": role}), 0),
        (json!({"region": {"constant_value": "us-west-2"}}), 0),
    ];
    for (expressions, code) in cases {
        let mut plan = plan("founding-nat");
        plan["configuration"]["provider_config"]["aws.other"] =
            json!({"name": "aws", "alias": "other", "expressions": expressions});
        let ty = "aws_vpc_block_public_access_options";
        let head = json!({"address": format!("{ty}.this"), "mode": "managed", "type": ty, "name": "this"});
        let (mut change, mut resource) = (head.clone(), head);
        let after = json!({"internet_gateway_block_mode": "block-bidirectional"});
        change["change"] =
            json!({"actions": ["create"], "before": null, "after": after, "after_unknown": {"id": true}});
        resource["provider_config_key"] = json!("aws.other");
        plan["resource_changes"].as_array_mut().expect("a list").push(change);
        let resources = &mut plan["configuration"]["root_module"]["resources"];
        resources.as_array_mut().expect("a list").push(resource);
        let run = lint_plan(&plan);
        assert_eq!(run.code, code, "{expressions}: {run:#?}");
    }
}

#[test]
fn a_plan_is_deployed_onto_what_is_in_its_region() {
    let mut west = in_west(&snapshot());
    west["fargcheck"]["account"] = json!("123456789012");
    let deleted = |region: &str| {
        let route = json!({"id": "r-2", "region": region, "route_table_id": "rtb-2", "destination_cidr_block": "0.0.0.0/0", "nat_gateway_id": "nat-1"});
        plan_of(&[Change("aws_route", "nat", &["delete"], route, Value::Null, json!({}), json!({}))])
    };
    for region in ["us-east-1", "us-west-2"] {
        let scratch = Scratch::new("regions")
            .with("plan.json", &deleted(region).to_string())
            .with("there/east.json", &snapshot().to_string())
            .with("there/west.json", &west.to_string());
        let run = lint(&scratch.0, &["plan.json", "--onto", "there"]);
        assert_eq!((run.code, run.faults()), (1, vec!["route/private-default-nat".to_owned()]), "{region}: {run:#?}");
        let report = run.json();
        let mut regions =
            report["findings"].as_array().into_iter().flatten().filter(|found| found["severity"] == "error");
        assert_eq!(regions.next().map(|found| found["region"].clone()), Some(json!(region)));
    }
}
