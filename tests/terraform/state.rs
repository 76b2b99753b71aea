//! States, and resources that are written in several ways.

use super::support::*;

#[test]
fn a_state_is_judged_as_it_is() {
    let sound = lint_plan(&state_of(&existing()));
    assert_eq!((sound.code, sound.faults()), (0, Vec::new()), "{sound:#?}");
    assert!(!sound.out.contains("hidden-value"), "environment values are not told");
    let mut broken = existing();
    broken.retain(|(ty, name, _)| (*ty, *name) != ("aws_internet_gateway", "main"));
    let run = lint_plan(&state_of(&broken));
    // That another state may have the gateway is not known to be false.
    assert_eq!((run.code, run.faults()), (3, Vec::new()), "{run:#?}");
}

#[test]
fn rules_of_their_own_count_as_inline_ones_do() {
    let mut separate = existing();
    for (ty, name, values) in &mut separate {
        match (*ty, *name) {
            ("aws_route_table", _) => values["route"] = json!([]),
            ("aws_security_group", _) => values["egress"] = json!([]),
            _ => {}
        }
    }
    let closed = lint_plan(&state_of(&separate));
    assert_eq!(closed.code, 1, "{closed:#?}");
    separate.extend([
        ("aws_route", "igw", json!({"id": "r-1", "route_table_id": "rtb-1", "destination_cidr_block": "0.0.0.0/0", "gateway_id": "igw-1"})),
        ("aws_route", "nat", json!({"id": "r-2", "route_table_id": "rtb-2", "destination_cidr_block": "0.0.0.0/0", "nat_gateway_id": "nat-1"})),
        ("aws_security_group_rule", "out", json!({"id": "sgr-1", "type": "egress", "security_group_id": "sg-1", "protocol": "tcp", "from_port": 443, "to_port": 443, "cidr_blocks": ["0.0.0.0/0"]})),
    ]);
    let open = lint_plan(&state_of(&separate));
    assert_eq!((open.code, open.faults()), (0, Vec::new()), "{open:#?}");
}

#[test]
fn network_acls_are_read() {
    let acl = |ingress: Value| {
        (
            "aws_network_acl",
            "private",
            json!({"id": "acl-1", "vpc_id": "vpc-1", "subnet_ids": ["subnet-2"], "ingress": ingress,
            "egress": [{"rule_no": 100, "action": "allow", "protocol": "-1", "from_port": 0, "to_port": 0, "cidr_block": "0.0.0.0/0"}]}),
        )
    };
    let all = json!([{"rule_no": 100, "action": "allow", "protocol": "-1", "from_port": 0, "to_port": 0, "cidr_block": "0.0.0.0/0"}]);
    let mut sound = existing();
    sound.push(acl(all));
    assert_eq!(lint_plan(&state_of(&sound)).faults(), Vec::<String>::new());
    let mut https_alone = existing();
    https_alone.push(acl(json!([{"rule_no": 100, "action": "allow", "protocol": "tcp", "from_port": 443, "to_port": 443, "cidr_block": "0.0.0.0/0"}])));
    let run = lint_plan(&state_of(&https_alone));
    assert_eq!(run.faults(), ["nacl/return"], "{run:#?}");
    https_alone.push((
        "aws_network_acl_rule",
        "replies",
        json!({"id": "nacl-1", "network_acl_id": "acl-1", "rule_number": 200, "egress": false, "protocol": "6",
        "rule_action": "allow", "cidr_block": "0.0.0.0/0", "from_port": 1024, "to_port": 65535}),
    ));
    assert_eq!(lint_plan(&state_of(&https_alone)).faults(), Vec::<String>::new());
}

#[test]
fn scheduled_tasks_are_workloads() {
    let mut resources = existing();
    resources.retain(|(ty, ..)| *ty != "aws_ecs_service");
    resources.push(("aws_scheduler_schedule", "nightly", json!({"id": "default/nightly", "name": "nightly", "target": [{
        "arn": "arn:aws:ecs:us-east-1:123456789012:cluster/main",
        "ecs_parameters": [{"task_definition_arn": "arn:aws:ecs:us-east-1:123456789012:task-definition/web:3", "launch_type": "FARGATE", "task_count": 1,
                            "network_configuration": [{"subnets": ["subnet-1"], "security_groups": ["sg-1"], "assign_public_ip": false}]}]}]})));
    let run = lint_plan(&state_of(&resources));
    assert_eq!((run.code, run.faults()), (1, vec!["workload/public-ip".to_owned()]), "{run:#?}");
}
