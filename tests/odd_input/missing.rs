//! Keys, elements and pages that the input lacks.

use super::*;

/// No key may be absent and a fault appear that was not there: absent means not known.
#[test]
fn each_key_absent_in_turn() {
    let mut said = String::new();
    for (name, whole) in [("broken", broken()), ("endpoints", endpoints()), ("nat", nat()), ("balanced", balanced())] {
        let before = told(name, &whole.to_string());
        // A blocker is explained by another rule where the most specific one can't be judged.
        let errors = |told: &Told| told.findings.iter().filter(|one| one.starts_with("error")).count();
        for key in whole.as_object().expect("an object").keys() {
            let mut document = whole.clone();
            document.as_object_mut().expect("an object").remove(key);
            let what = format!("{name} without {key}");
            let after = told(&what, &document.to_string());
            assert!(errors(&after) <= errors(&before), "{what}: {} {}", before.lines(), after.lines());
            said.push_str(&format!("=== {what}: exit {}\n", after.code));
            let added = after.findings.iter().filter(|one| !before.findings.contains(one));
            added.for_each(|one| said.push_str(&format!("  + {one}\n")));
            let lost = before.findings.iter().filter(|one| !after.findings.contains(one));
            lost.for_each(|one| said.push_str(&format!("  - {one}\n")));
            let fresh = after.not_checked.iter().filter(|one| !before.not_checked.contains(one));
            fresh.for_each(|one| said.push_str(&format!("  ? {one}\n")));
        }
    }
    insta::assert_snapshot!(said);
}

/// Parts of an account, as `--vpc` or a hand leave them.
#[test]
fn parts_of_a_network() {
    let whole = endpoints();
    let only = |keys: &[&str]| Value::Object(keys.iter().map(|key| ((*key).to_owned(), whole[*key].clone())).collect());
    let mut said = String::new();
    for keys in [
        &["Vpcs"][..],
        &["Subnets"],
        &["Subnets", "Vpcs"],
        &["RouteTables"],
        &["SecurityGroups"],
        &["NatGateways"],
        &["services"],
        &["services", "taskDefinitions"],
        &["services", "taskDefinitions", "Subnets", "Vpcs"],
        &["services", "taskDefinitions", "Subnets", "Vpcs", "RouteTables", "SecurityGroups"],
        &["fargcheck"],
    ] {
        let what = keys.join(", ");
        said.push_str(&format!("=== {what}: {}\n", told(&what, &only(keys).to_string()).lines()));
    }
    insta::assert_snapshot!(said);
}

/// A list of which a call got only a part: what is not in it may well exist.
#[test]
fn a_list_with_holes_proves_nothing_gone() {
    let failed = |call: &str| json!([{"call": call, "reason": "failed (timed out)"}]);
    let account = |call: &str| json!({"account": "123456789012", "region": "us-east-1", "notCollected": failed(call)});
    let said = edited(&[
        (
            "NAT gateways after the first page",
            nat(),
            &[("/NatGateways", json!([])), ("/fargcheck", account("ec2:DescribeNatGateways"))],
        ),
        (
            "services of another cluster",
            endpoints(),
            &[("/services", json!([])), ("/fargcheck", account("ecs:DescribeServices"))],
        ),
        (
            "listeners of one load balancer",
            balanced(),
            &[("/Listeners", json!([])), ("/fargcheck", account("elasticloadbalancing:DescribeLoadBalancers"))],
        ),
    ]);
    assert!(!said.contains("  error"), "{said}");
    insta::assert_snapshot!(said);
}
