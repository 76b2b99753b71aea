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

#[test]
fn what_is_deployed_onto_is_there() {
    let template = r#"{"Resources": {"A": {"Type": "AWS::EC2::VPC", "Properties": {"CidrBlock": "10.0.0.0/16"}}}}"#;
    let there = [plan("founding-nat").to_string(), state_of(&existing()).to_string(), template.to_owned()];
    for there in there {
        let scratch = Scratch::new("planned").with("plan.json", &plan_of(&[]).to_string()).with("there.json", &there);
        let run = scratch.run(&["lint", "plan.json", "--onto", "there.json"]);
        assert_eq!((run.code, run.out.as_str()), (2, ""), "{run:#?}");
        assert!(run.err.contains("input/onto-planned") && run.err.contains("there.json"), "{}", run.err);
    }
}

/// A change of a resource that is known in full before and after; `Value::Null` where it isn't there.
fn changed(ty: &'static str, name: &'static str, before: Value, after: Value) -> Change {
    let actions: &[&str] = match (&before, &after) {
        (Value::Null, _) => &["create"],
        (_, Value::Null) => &["delete"],
        (before, after) if before == after => &["no-op"],
        _ => &["update"],
    };
    Change(ty, name, actions, before, after, json!({}), json!({}))
}

/// AWS tells a group's rules in words of its own: several ranges in one permission, no ports where all are meant.
#[test]
fn a_rule_leaves_its_group_in_whatever_words_it_is_there() {
    const NONE: Value = Value::Null;
    let egress_rule = |block: &str, group: &str| json!({"id": "sgr-1", "security_group_id": group, "ip_protocol": "tcp", "from_port": 443, "to_port": 443, "cidr_ipv4": block, "description": "out"});
    let all = |group: &str| json!({"id": "sgrule-1", "type": "egress", "security_group_id": group, "protocol": "-1", "from_port": 0, "to_port": 0, "cidr_blocks": ["0.0.0.0/0"], "ipv6_cidr_blocks": [], "self": false});
    let merged = json!([{"IpProtocol": "tcp", "FromPort": 443, "ToPort": 443, "IpRanges": [{"CidrIp": "10.9.0.0/16"}, {"CidrIp": "0.0.0.0/0", "Description": "out"}], "Ipv6Ranges": [], "PrefixListIds": [], "UserIdGroupPairs": []}]);
    let everything = json!([{"IpProtocol": "-1", "IpRanges": [{"CidrIp": "0.0.0.0/0"}], "Ipv6Ranges": [], "PrefixListIds": [], "UserIdGroupPairs": []}]);
    const RULE: &str = "aws_vpc_security_group_egress_rule";
    let moved = Change(
        RULE,
        "a",
        &["delete", "create"],
        egress_rule("0.0.0.0/0", "sg-1"),
        egress_rule("0.0.0.0/0", "sg-0"),
        json!({}),
        json!({}),
    );
    let closed = vec!["sg/egress"];
    let cases: Vec<(&str, &Value, Vec<Change>, Vec<&str>)> = vec![
        ("nothing changes", &merged, vec![], vec![]),
        ("deleted", &merged, vec![changed(RULE, "a", egress_rule("0.0.0.0/0", "sg-1"), NONE)], closed.clone()),
        ("another one is deleted", &merged, vec![changed(RULE, "a", egress_rule("10.9.0.0/16", "sg-1"), NONE)], vec![]),
        (
            "narrowed",
            &merged,
            vec![changed(RULE, "a", egress_rule("0.0.0.0/0", "sg-1"), egress_rule("10.0.0.0/8", "sg-1"))],
            closed.clone(),
        ),
        ("given to another group", &merged, vec![moved], closed.clone()),
        (
            "made under another name before it is deleted",
            &merged,
            vec![
                changed(RULE, "b", NONE, egress_rule("0.0.0.0/0", "sg-1")),
                changed(RULE, "c", egress_rule("0.0.0.0/0", "sg-1"), NONE),
            ],
            vec![],
        ),
        ("all protocols", &everything, vec![changed("aws_security_group_rule", "a", all("sg-1"), NONE)], closed),
    ];
    for (what, there, changes, expected) in cases {
        let mut snapshot = snapshot();
        snapshot["SecurityGroups"][1]["IpPermissionsEgress"] = there.clone();
        let run = lint_onto(&plan_of(&changes), &snapshot);
        assert_eq!(
            (run.code, run.faults()),
            (i32::from(!expected.is_empty()), expected.iter().map(|rule| (*rule).to_owned()).collect()),
            "{what}: {run:#?}"
        );
    }
}

/// Parts of what stays that are deleted, or changed in what they belong to.
#[test]
fn parts_leave_what_they_belonged_to() {
    const NONE: Value = Value::Null;
    let entry = |number: u16, action: &str, egress: bool| json!({"id": "nacl-1", "network_acl_id": "acl-0", "rule_number": number, "egress": egress, "protocol": "6", "rule_action": action, "cidr_block": "0.0.0.0/0", "from_port": 1024, "to_port": 65535});
    let route = |table: &str, destination: &str| json!({"id": "r", "route_table_id": table, "destination_cidr_block": destination, "nat_gateway_id": "nat-1"});
    let replaced = |ty, before, after| Change(ty, "x", &["delete", "create"], before, after, json!({}), json!({}));
    let association = |table: &str| json!({"id": "rtbassoc-1", "subnet_id": "subnet-2", "route_table_id": table});
    let cases = [
        ("an entry of another number", changed("aws_network_acl_rule", "x", entry(90, "deny", false), NONE), vec![]),
        (
            "an entry that lets replies in",
            changed("aws_network_acl_rule", "x", entry(100, "allow", false), NONE),
            vec!["nacl/entry"],
        ),
        ("a route of another destination", changed("aws_route", "x", route("rtb-2", "10.9.0.0/16"), NONE), vec![]),
        (
            "a route gets another destination",
            replaced("aws_route", route("rtb-2", "0.0.0.0/0"), route("rtb-2", "10.9.0.0/16")),
            vec!["route/private-default-nat"],
        ),
        (
            "a route moves to another table",
            replaced("aws_route", route("rtb-2", "0.0.0.0/0"), route("rtb-0", "0.0.0.0/0")),
            vec!["route/private-default-nat"],
        ),
        (
            "a subnet gets another table",
            changed("aws_route_table_association", "x", association("rtb-2"), association("rtb-0")),
            vec!["route/private-default-nat"],
        ),
        (
            "a subnet falls back to the main table",
            changed("aws_route_table_association", "x", association("rtb-2"), NONE),
            vec!["route/private-default-nat"],
        ),
    ];
    for (what, change, expected) in cases {
        let run = lint_onto(&plan_of(&[change]), &snapshot());
        assert_eq!(run.faults(), expected, "{what}: {run:#?}");
    }
}

/// The endpoint of S3 on the private table, in the snapshot's shape.
fn with_gateway_endpoint(mut snapshot: Value) -> Value {
    snapshot["VpcEndpoints"] = json!([{"VpcEndpointId": "vpce-1", "VpcEndpointType": "Gateway", "VpcId": "vpc-1", "State": "available",
        "ServiceName": "com.amazonaws.us-east-1.s3", "RouteTableIds": ["rtb-2"]}]);
    snapshot["PrefixLists"] =
        json!([{"PrefixListId": "pl-1", "PrefixListName": "com.amazonaws.us-east-1.s3", "Cidrs": ["52.216.0.0/15"]}]);
    let routes = snapshot["RouteTables"][2]["Routes"].as_array_mut().expect("routes");
    routes.push(
        json!({"DestinationPrefixListId": "pl-1", "GatewayId": "vpce-1", "Origin": "CreateRoute", "State": "active"}),
    );
    snapshot
}

#[test]
fn a_gateway_endpoint_takes_its_routes_with_it() {
    const NONE: Value = Value::Null;
    let endpoint = |tables: Value| json!({"id": "vpce-1", "vpc_id": "vpc-1", "vpc_endpoint_type": "Gateway", "service_name": "com.amazonaws.us-east-1.s3", "state": "available", "route_table_ids": tables});
    let association = |table: &str| json!({"id": "a-vpce-1", "vpc_endpoint_id": "vpce-1", "route_table_id": table});
    let with = with_gateway_endpoint(snapshot());
    let mut without = with.clone();
    without["VpcEndpoints"][0]["RouteTableIds"] = json!(["rtb-1"]);
    without["RouteTables"][2]["Routes"].as_array_mut().expect("routes").pop();
    const ENDPOINT: &str = "aws_vpc_endpoint";
    const ASSOCIATION: &str = "aws_vpc_endpoint_route_table_association";
    let cases = [
        ("nothing changes", &with, None, true),
        ("the endpoint is deleted", &with, Some(changed(ENDPOINT, "s3", endpoint(json!(["rtb-2"])), NONE)), false),
        (
            "it gets another table",
            &with,
            Some(changed(ENDPOINT, "s3", endpoint(json!(["rtb-2"])), endpoint(json!(["rtb-1"])))),
            false,
        ),
        ("it loses its table", &with, Some(changed(ASSOCIATION, "s3", association("rtb-2"), NONE)), false),
        ("nothing is there", &without, None, false),
        ("it gets the table", &without, Some(changed(ASSOCIATION, "s3", NONE, association("rtb-2"))), true),
        (
            "it is changed to have the table",
            &without,
            Some(changed(ENDPOINT, "s3", endpoint(json!(["rtb-1"])), endpoint(json!(["rtb-1", "rtb-2"])))),
            true,
        ),
    ];
    for (what, there, change, expected) in cases {
        let changes: Vec<Change> = change.into_iter().collect();
        let run = lint_onto(&plan_of(&changes), there);
        assert_eq!(run.faults(), Vec::<String>::new(), "{what}: {run:#?}");
        let report = run.json();
        let flows = report["workloads"][0]["flows"].as_array().cloned().unwrap_or_default();
        let s3 = flows.iter().find(|flow| flow["destination"] == "s3").unwrap_or_else(|| panic!("{what}: {report:#}"));
        assert_eq!(s3["via"].to_string().contains("vpce-1"), expected, "{what}: {s3}");
    }
}

/// What stays as it is, and isn't in the snapshot, is told by the plan.
#[test]
fn what_the_snapshot_lacks_is_as_the_plan_says() {
    let unchanged = |resources: &[(&str, &str)]| -> Vec<Change> {
        let found = existing().into_iter().filter(|(ty, name, _)| resources.contains(&(ty, name)));
        found.map(|(ty, name, values)| changed(ty, name, values.clone(), values)).collect()
    };
    let lacking = |lists: &[(&str, &str, &str)]| {
        let mut snapshot = snapshot();
        for (list, member, id) in lists {
            snapshot[*list].as_array_mut().expect("a list").retain(|element| element[*member] != **id);
        }
        snapshot
    };
    let closed_table = || {
        let mut changes = unchanged(&[("aws_route_table", "private"), ("aws_route_table_association", "private")]);
        changes[0].3["route"] = json!([]);
        changes[0].4["route"] = json!([]);
        changes
    };
    let in_public = || {
        let mut changes = unchanged(&[("aws_ecs_service", "web")]);
        changes[0].3["network_configuration"][0]["subnets"] = json!(["subnet-1"]);
        changes[0].4 = changes[0].3.clone();
        changes
    };
    let table = ("RouteTables", "RouteTableId", "rtb-2");
    let service = ("services", "serviceName", "web");
    let cases: Vec<(&str, Value, Vec<Change>, Vec<&str>)> = vec![
        ("a service", lacking(&[service]), in_public(), vec!["workload/public-ip"]),
        ("a service that is there", lacking(&[]), in_public(), vec![]),
        ("a table", lacking(&[table]), closed_table(), vec!["route/private-default-nat"]),
        (
            "a table with its route",
            lacking(&[table]),
            unchanged(&[("aws_route_table", "private"), ("aws_route_table_association", "private")]),
            vec![],
        ),
        ("a table that is there", lacking(&[]), closed_table(), vec![]),
    ];
    for (what, there, changes, expected) in cases {
        let run = lint_onto(&plan_of(&changes), &there);
        assert_eq!(
            (run.code, run.faults()),
            (i32::from(!expected.is_empty()), expected.iter().map(|rule| (*rule).to_owned()).collect()),
            "{what}: {run:#?}"
        );
    }
}

/// A service that doesn't say what it runs on has the default strategy of its cluster: as it is there, or as the plan changes it.
#[test]
fn what_a_service_runs_on_is_said_by_the_cluster_that_is_there() {
    let cluster = "arn:aws:ecs:us-east-1:123456789012:cluster/shop";
    let create = |ty: &'static str, name: &'static str, after: Value| {
        Change(ty, name, &["create"], Value::Null, after, json!({"id": true}), json!({}))
    };
    let strategy = |provider: &str| json!([{"capacityProvider": provider, "weight": 1}]);
    // What is there, what the plan changes it to, and whether the service, which lacks a public IP, runs on Fargate.
    let cases = [
        (strategy("FARGATE"), None, true),
        (strategy("own-instances"), None, false),
        (strategy("own-instances"), Some("FARGATE_SPOT"), true),
        (strategy("FARGATE"), Some("own-instances"), false),
    ];
    for (there, planned, is_fargate) in cases {
        let mut known = snapshot();
        known["clusters"] = json!([{"clusterArn": cluster, "clusterName": "shop", "status": "ACTIVE",
                                    "defaultCapacityProviderStrategy": there}]);
        for named in [cluster, "shop"] {
            let mut changes = vec![create(
                "aws_ecs_service",
                "new",
                json!({"name": "new", "cluster": named, "desired_count": 1,
                       "task_definition": "arn:aws:ecs:us-east-1:123456789012:task-definition/web:3",
                       "network_configuration": [{"subnets": ["subnet-1"], "security_groups": ["sg-1"], "assign_public_ip": false}]}),
            )];
            changes.extend(planned.map(|provider| {
                let block = json!([{"capacity_provider": provider, "weight": 1, "base": 0}]);
                let after = json!({"cluster_name": "shop", "default_capacity_provider_strategy": block});
                create("aws_ecs_cluster_capacity_providers", "shop", after)
            }));
            let run = lint_onto(&plan_of(&changes), &known);
            let found = run.faults().contains(&"workload/public-ip".to_owned());
            assert_eq!((found, run.code), (is_fargate, i32::from(is_fargate)), "{there} {planned:?} {named}: {run:#?}");
        }
    }
}
