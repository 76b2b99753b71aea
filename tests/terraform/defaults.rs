//! Parts that are put into what AWS makes along with a VPC: its default route table, network ACL and security group.

use super::support::*;

/// What lacks where a part is not there, or says something else.
fn without_each(whole: &Value, judged: impl Fn(&Value) -> Run) {
    let run = judged(whole);
    assert_eq!((run.code, run.faults()), (0, Vec::new()), "{run:#?}");
    let cases = [
        ("aws_route.nat", "route/private-default-nat"),
        ("aws_vpc_security_group_ingress_rule.tasks", "sg/endpoint-ingress"),
    ];
    for (address, rule) in cases {
        let mut lacking = whole.clone();
        without(&mut lacking, address);
        let run = judged(&lacking);
        assert_eq!((run.code, run.faults()), (1, vec![rule.to_owned()]), "without {address}: {run:#?}");
    }
    let mut denying = whole.clone();
    set(&mut denying, "aws_network_acl_rule.out", "rule_action", json!("deny"));
    let run = judged(&denying);
    assert_eq!((run.code, run.faults()), (1, vec!["nacl/entry".to_owned()]), "{run:#?}");
}

#[test]
fn a_plan_puts_parts_into_what_its_vpc_is_made_with() {
    without_each(&plan("shapes-parts-of-defaults"), lint_plan);
}

/// A VPC that what is there lacks is made with its default objects all the same.
#[test]
fn so_does_one_that_is_deployed_onto_another_vpc() {
    let mut other = snapshot();
    for list in ["services", "taskDefinitions"] {
        other[list] = json!([]);
    }
    without_each(&plan("shapes-parts-of-defaults"), |plan| lint_onto(plan, &other));
}

/// A state in which the private subnet and its service have what was made along with the VPC.
fn on_defaults() -> Vec<(&'static str, &'static str, Value)> {
    let mut resources = existing();
    let is_private_table = |ty: &str, name: &str| ty.starts_with("aws_route_table") && name == "private";
    resources.retain(|(ty, name, _)| !is_private_table(ty, name));
    for (ty, _, values) in &mut resources {
        match *ty {
            "aws_vpc" => values["main_route_table_id"] = json!("rtb-0"),
            "aws_ecs_service" => values["network_configuration"][0]["security_groups"] = json!(["sg-0"]),
            _ => {}
        }
    }
    resources.push((
        "aws_route",
        "nat",
        json!({"id": "r-2", "route_table_id": "rtb-0", "destination_cidr_block": "0.0.0.0/0", "nat_gateway_id": "nat-1"}),
    ));
    resources
}

#[test]
fn a_state_names_them_by_the_ids_that_its_vpc_holds() {
    let denied = json!({"id": "nacl-1", "network_acl_id": "acl-0", "rule_number": 50, "egress": true, "protocol": "-1",
        "rule_action": "deny", "cidr_block": "0.0.0.0/0"});
    let explicit = json!({"id": "rtbassoc-2", "subnet_id": "subnet-2", "route_table_id": "rtb-0"});
    let sound = on_defaults();
    let run = lint_plan(&state_of(&sound));
    assert_eq!((run.code, run.faults()), (0, Vec::new()), "{run:#?}");
    let mut associated = on_defaults();
    associated.push(("aws_route_table_association", "private", explicit));
    let run = lint_plan(&state_of(&associated));
    assert_eq!((run.code, run.faults()), (0, Vec::new()), "{run:#?}");
    let mut denying = on_defaults();
    denying.push(("aws_network_acl_rule", "out", denied));
    let run = lint_plan(&state_of(&denying));
    assert_eq!((run.code, run.faults()), (1, vec!["nacl/entry".to_owned()]), "{run:#?}");
    let mut closed = on_defaults();
    closed.retain(|(ty, ..)| *ty != "aws_route");
    let run = lint_plan(&state_of(&closed));
    assert_eq!((run.code, run.faults()), (1, vec!["route/private-default-nat".to_owned()]), "{run:#?}");
}

/// The main table may be described as any other is, and the one that was made along with the VPC stays there.
#[test]
fn another_table_may_be_the_main_one() {
    let mut other = existing();
    other.retain(|(ty, name, _)| (*ty, *name) != ("aws_route_table_association", "private"));
    let main = |resources: &mut Vec<(&str, &str, Value)>, table: &str| {
        let vpc = resources.iter_mut().find(|(ty, ..)| *ty == "aws_vpc").expect("a VPC");
        vpc.2["main_route_table_id"] = json!(table);
    };
    main(&mut other, "rtb-2");
    let run = lint_plan(&state_of(&other));
    assert_eq!((run.code, run.faults()), (0, Vec::new()), "{run:#?}");
    main(&mut other, "rtb-0");
    let run = lint_plan(&state_of(&other));
    assert_eq!((run.code, run.faults()), (1, vec!["route/private-default-nat".to_owned()]), "{run:#?}");
    other.push((
        "aws_main_route_table_association",
        "main",
        json!({"id": "rtbassoc-3", "vpc_id": "vpc-1", "route_table_id": "rtb-2", "original_route_table_id": "rtb-0"}),
    ));
    let run = lint_plan(&state_of(&other));
    assert_eq!((run.code, run.faults()), (0, Vec::new()), "{run:#?}");
}

/// What is put into a table, an ACL or a group that is described nowhere may be for the tasks that are judged, where it may be
/// in their VPC.
#[test]
fn parts_of_what_is_not_described_leave_its_list_open() {
    let route =
        json!({"id": "r-9", "route_table_id": "rtb-9", "destination_cidr_block": "0.0.0.0/0", "gateway_id": "igw-1"});
    let association = json!({"id": "rtbassoc-9", "subnet_id": "subnet-2", "route_table_id": "rtb-9"});
    let entry = json!({"id": "nacl-9", "network_acl_id": "acl-9", "rule_number": 50, "egress": true, "protocol": "-1",
        "rule_action": "deny", "cidr_block": "0.0.0.0/0"});
    let rule = json!({"id": "sgr-9", "security_group_id": "sg-9", "type": "egress", "from_port": 443, "to_port": 443,
        "protocol": "tcp", "cidr_blocks": ["0.0.0.0/0"]});
    let loose = || {
        let mut resources = existing();
        resources.retain(|(ty, name, _)| !(*ty == "aws_route_table_association" && *name == "private"));
        resources
    };
    // All subnets that are judged have a table, a group of their own; none has an ACL.
    let cases: [(&str, Vec<_>, Value, i32); 5] = [
        ("aws_route", existing(), route.clone(), 0),
        ("aws_route", loose(), route, 3),
        ("aws_route_table_association", loose(), association, 3),
        ("aws_network_acl_rule", existing(), entry, 3),
        ("aws_security_group_rule", existing(), rule, 0),
    ];
    for (ty, mut resources, part, code) in cases {
        resources.push((ty, "part", part));
        let run = lint_plan(&state_of(&resources));
        assert_eq!((run.code, run.faults()), (code, Vec::new()), "{ty}: {run:#?}");
        let told = not_checked(&run).join("\n");
        assert!(told.contains("is not described"), "{ty}: {told}");
    }
    // What exists is in no VPC that is yet to be made.
    let mut plan = plan("shapes-parts-of-defaults");
    set(&mut plan, "aws_network_acl_rule.out", "network_acl_id", json!("acl-9"));
    let run = lint_plan(&plan);
    assert_eq!((run.code, run.faults()), (0, Vec::new()), "{run:#?}");
}
