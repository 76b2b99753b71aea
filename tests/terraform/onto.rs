//! Plans on top of what is there.

use super::support::*;

#[test]
fn a_plan_is_deployed_onto_what_is_there() {
    const NONE: Value = Value::Null;
    let nothing = lint_onto(&plan_of(&[]), &snapshot());
    assert_eq!((nothing.code, nothing.faults()), (0, Vec::new()), "{nothing:#?}");
    let service = |subnet: &str| {
        existing()
            .pop()
            .map(|(_, _, mut values)| {
                values["network_configuration"][0]["subnets"] = json!([subnet]);
                values
            })
            .expect("the service is last")
    };
    let group = |port: u16| {
        json!({"id": "sg-1", "name": "web", "vpc_id": "vpc-1", "ingress": [],
        "egress": [{"from_port": port, "to_port": port, "protocol": "tcp", "cidr_blocks": ["0.0.0.0/0"]}]})
    };
    let route = json!({"id": "r-2", "route_table_id": "rtb-2", "destination_cidr_block": "0.0.0.0/0", "nat_gateway_id": "nat-1"});
    let cases: Vec<(&str, Vec<Change>, Vec<&str>)> = vec![
        (
            "a route is deleted",
            vec![Change("aws_route", "nat", &["delete"], route, NONE, json!({}), json!({}))],
            vec!["route/private-default-nat"],
        ),
        (
            "a NAT gateway is deleted, and the route to it is another's",
            vec![Change(
                "aws_nat_gateway",
                "main",
                &["delete"],
                json!({"id": "nat-1", "subnet_id": "subnet-1"}),
                NONE,
                json!({}),
                json!({}),
            )],
            vec!["route/blackhole"],
        ),
        (
            "a group is changed",
            vec![Change("aws_security_group", "web", &["update"], group(443), group(444), json!({}), json!({}))],
            vec!["sg/egress"],
        ),
        (
            "a service moves into a public subnet",
            vec![Change(
                "aws_ecs_service",
                "web",
                &["update"],
                service("subnet-2"),
                service("subnet-1"),
                json!({}),
                json!({}),
            )],
            vec!["workload/public-ip"],
        ),
        (
            "what stays is as it is there",
            vec![Change("aws_security_group", "web", &["no-op"], group(80), group(80), json!({}), json!({}))],
            vec![],
        ),
        (
            "a rule is added to a group that is there",
            vec![
                Change("aws_security_group", "web", &["update"], group(443), group(444), json!({}), json!({})),
                Change(
                    "aws_vpc_security_group_egress_rule",
                    "https",
                    &["create"],
                    NONE,
                    json!({"security_group_id": "sg-1", "ip_protocol": "tcp", "from_port": 443, "to_port": 443, "cidr_ipv4": "0.0.0.0/0"}),
                    json!({"id": true}),
                    json!({}),
                ),
            ],
            vec![],
        ),
        (
            "a NAT gateway is replaced, and the route follows it",
            vec![
                Change(
                    "aws_nat_gateway",
                    "main",
                    &["create", "delete"],
                    json!({"id": "nat-1", "subnet_id": "subnet-1"}),
                    json!({"subnet_id": "subnet-1", "allocation_id": "eipalloc-1", "connectivity_type": "public"}),
                    json!({"id": true}),
                    json!({}),
                ),
                Change(
                    "aws_route",
                    "nat",
                    &["update"],
                    json!({"id": "r-2", "route_table_id": "rtb-2", "destination_cidr_block": "0.0.0.0/0", "nat_gateway_id": "nat-1"}),
                    json!({"id": "r-2", "route_table_id": "rtb-2", "destination_cidr_block": "0.0.0.0/0"}),
                    json!({"nat_gateway_id": true}),
                    json!({"nat_gateway_id": {"references": ["aws_nat_gateway.main.id", "aws_nat_gateway.main"]}}),
                ),
            ],
            vec![],
        ),
        (
            "a subnet gets a table that leads nowhere",
            vec![
                Change(
                    "aws_route_table",
                    "empty",
                    &["create"],
                    NONE,
                    json!({"vpc_id": "vpc-1"}),
                    json!({"id": true, "route": true}),
                    json!({"vpc_id": {"constant_value": "vpc-1"}}),
                ),
                Change(
                    "aws_route_table_association",
                    "private",
                    &["create"],
                    NONE,
                    json!({"subnet_id": "subnet-2"}),
                    json!({"id": true, "route_table_id": true}),
                    json!({"route_table_id": {"references": ["aws_route_table.empty.id", "aws_route_table.empty"]}}),
                ),
            ],
            vec!["route/private-default-nat"],
        ),
    ];
    for (what, changes, expected) in cases {
        let run = lint_onto(&plan_of(&changes), &snapshot());
        assert_eq!(run.faults(), expected, "{what}: {run:#?}");
        assert_eq!(run.code, i32::from(!expected.is_empty()), "{what}: {run:#?}");
    }
}

#[test]
fn both_files_are_pointed_into() {
    let (_, _, before) = existing().pop().expect("the service is last");
    let mut after = before.clone();
    after["network_configuration"][0]["subnets"] = json!(["subnet-1"]);
    let moved = Change("aws_ecs_service", "web", &["update"], before, after, json!({}), json!({}));
    let run = lint_onto(&plan_of(&[moved]), &snapshot());
    let report = run.json();
    let places = report["findings"]
        .as_array()
        .into_iter()
        .flatten()
        .flat_map(|finding| finding["locations"].as_array().cloned().unwrap_or_default());
    let mut files: Vec<String> = places.filter_map(|place| place["file"].as_str().map(str::to_owned)).collect();
    files.sort();
    files.dedup();
    assert_eq!(files, ["plan.json", "there.json"], "{run:#?}");
}

#[test]
fn onto_needs_something_to_deploy() {
    let scratch = Scratch::new("usage").with("there.json", &snapshot().to_string());
    let run = scratch.run(&["lint", "there.json", "--onto", "there.json"]);
    assert_eq!((run.code, run.out.as_str()), (2, ""), "{run:#?}");
    assert!(run.err.contains("input/nothing-to-deploy"), "{}", run.err);
}
