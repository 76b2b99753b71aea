//! Resources that are a part of others, or take over what is there.

use super::support::*;

fn create(ty: &'static str, name: &'static str, after: Value, unknown: Value, expressions: Value) -> Change {
    Change(ty, name, &["create"], Value::Null, after, unknown, expressions)
}

fn refers(reference: &str) -> Value {
    let (resource, _) = reference.rsplit_once('.').expect("an attribute");
    json!({"references": [reference, resource]})
}

/// A service in a subnet of the VPC that AWS made with the account, with everything out of its group.
fn in_default_vpc() -> Vec<Change> {
    let definition = r#"[{"name": "web", "image": "123456789012.dkr.ecr.us-east-1.amazonaws.com/web:1"}]"#;
    vec![
        create("aws_default_vpc", "main", json!({}), json!({"id": true, "cidr_block": true}), json!({})),
        create(
            "aws_subnet",
            "a",
            json!({"cidr_block": "172.31.100.0/24", "availability_zone": "us-east-1a"}),
            json!({"id": true, "vpc_id": true}),
            json!({"vpc_id": refers("aws_default_vpc.main.id")}),
        ),
        create(
            "aws_security_group",
            "web",
            json!({"name": "web", "ingress": [], "egress": [{"from_port": 0, "to_port": 0, "protocol": "-1", "cidr_blocks": ["0.0.0.0/0"]}]}),
            json!({"id": true, "vpc_id": true}),
            json!({"vpc_id": refers("aws_default_vpc.main.id"), "egress": {"constant_value": []}}),
        ),
        create(
            "aws_ecs_task_definition",
            "web",
            json!({"family": "web", "network_mode": "awsvpc", "requires_compatibilities": ["FARGATE"], "container_definitions": definition}),
            json!({"arn": true, "id": true}),
            json!({}),
        ),
        create(
            "aws_ecs_service",
            "web",
            json!({"name": "web", "launch_type": "FARGATE", "desired_count": 1, "network_configuration": [{"assign_public_ip": true}]}),
            json!({"id": true, "task_definition": true, "network_configuration": [{"subnets": true, "security_groups": true}]}),
            json!({"task_definition": refers("aws_ecs_task_definition.web.arn"),
                   "network_configuration": [{"subnets": refers("aws_subnet.a.id"), "security_groups": refers("aws_security_group.web.id")}]}),
        ),
    ]
}

/// The default VPC has an internet gateway and a main table, which no plan makes.
#[test]
fn a_default_vpc_is_taken_over_with_what_is_in_it() {
    let run = lint_plan(&plan_of(&in_default_vpc()));
    assert_eq!((run.code, run.faults()), (3, Vec::new()), "{run:#?}");
    let told = not_checked(&run).join("\n");
    assert!(told.contains("the plan doesn't make what is in aws_default_vpc.main, which is there already"), "{told}");
}

/// A group of which nobody says so is in the default VPC: not in one that the plan makes, but in the one that it takes over.
#[test]
fn a_group_without_a_vpc_is_in_the_default_one() {
    for (ty, is_another) in [("aws_default_vpc", false), ("aws_vpc", true)] {
        let mut changes = in_default_vpc();
        for Change(own, name, .., configured) in &mut changes {
            match (*own, *name) {
                ("aws_default_vpc", _) => *own = ty,
                ("aws_subnet", _) => *configured = json!({"vpc_id": refers(&format!("{ty}.main.id"))}),
                ("aws_security_group", _) => *configured = json!({"egress": {"constant_value": []}}),
                _ => {}
            }
        }
        let run = lint_plan(&plan_of(&changes));
        assert_eq!(run.faults().contains(&"workload/security-group-vpc".to_owned()), is_another, "{ty}: {run:#?}");
    }
}

/// Fargate takes no other mode than awsvpc, and ECS no other default than bridge.
#[test]
fn a_network_mode_that_is_left_out_is_the_default_one() {
    for (expressions, found) in
        [(json!({}), true), (json!({"network_mode": refers("aws_default_vpc.main.instance_tenancy")}), false)]
    {
        let mut changes = in_default_vpc();
        for Change(ty, .., after, unknown, configured) in &mut changes {
            if *ty == "aws_ecs_task_definition" {
                after.as_object_mut().expect("an object").remove("network_mode");
                unknown["network_mode"] = json!(true);
                *configured = expressions.clone();
            }
        }
        let run = lint_plan(&plan_of(&changes));
        assert_eq!(run.faults().contains(&"workload/limits".to_owned()), found, "{expressions}: {run:#?}");
    }
}

#[test]
fn the_proxy_of_service_connect_logs_where_its_block_says() {
    let log = json!([{"log_driver": "awslogs", "options": {"awslogs-group": "proxy", "awslogs-region": "us-east-1"},
                      "secret_option": [{"name": "key", "value_from": "/shop/key"}]}]);
    for enabled in [true, false] {
        let mut plan = plan_of(&in_default_vpc());
        let connect = json!([{"enabled": enabled, "namespace": "shop", "service": [], "log_configuration": log}]);
        set(&mut plan, "aws_ecs_service.web", "service_connect_configuration", connect);
        let told = verdicts(&lint_plan(&plan)).join("\n");
        for need in ["web → logs: ", "web → ssm: "] {
            assert_eq!(told.contains(need), enabled, "{told}");
        }
    }
}

/// A change of each resource that is there already.
fn nothing_changes() -> Vec<Change> {
    let resources = existing().into_iter();
    let changes =
        resources.map(|(ty, name, values)| Change(ty, name, &["create"], Value::Null, values, json!({}), json!({})));
    changes.collect()
}

/// [`nothing_changes`], without the private table's routes.
fn without_private_routes() -> Vec<Change> {
    let mut changes = nothing_changes();
    for Change(ty, name, _, _, after, ..) in &mut changes {
        if (*ty, *name) == ("aws_route_table", "private") {
            after["route"] = json!([]);
        }
    }
    changes
}

/// What a virtual private gateway propagates isn't in a plan: it may be the route that a table lacks.
#[test]
fn a_gateway_that_propagates_routes_leaves_a_table_open() {
    let propagation = || {
        let values = json!({"id": "p", "vpn_gateway_id": "vgw-1", "route_table_id": "rtb-2"});
        create("aws_vpn_gateway_route_propagation", "a", values, json!({}), json!({}))
    };
    let run = lint_plan(&plan_of(&without_private_routes()));
    assert_eq!((run.code, run.faults().contains(&"route/private-default-nat".to_owned())), (1, true), "{run:#?}");
    let mut open = without_private_routes();
    open.push(propagation());
    let run = lint_plan(&plan_of(&open));
    assert!(!run.faults().contains(&"route/private-default-nat".to_owned()), "{run:#?}");
    assert!(not_checked(&run).join("\n").contains("the routes that vgw-1 propagates"), "{run:#?}");
    // With a default route of its own, a table is as it was.
    let mut sound = nothing_changes();
    let before = lint_plan(&plan_of(&sound));
    sound.push(propagation());
    let run = lint_plan(&plan_of(&sound));
    assert_eq!((run.code, run.faults(), verdicts(&run)), (before.code, before.faults(), verdicts(&before)), "{run:#?}");
}

/// `aws_vpc_endpoint_private_dns` turns on what the endpoint itself leaves to the provider.
#[test]
fn private_dns_may_be_a_resource_of_its_own() {
    let logs = r#"module.vpc.aws_vpc_endpoint.interface["logs"]"#;
    for (has_resource, code) in [(false, 1), (true, 0)] {
        let mut plan = plan("founding-endpoints");
        set(&mut plan, logs, "private_dns_enabled", json!(false));
        if has_resource {
            let vpc = &mut plan["configuration"]["root_module"]["module_calls"]["vpc"]["module"]["resources"];
            vpc.as_array_mut().expect("a list").push(json!({"address": "aws_vpc_endpoint_private_dns.logs", "mode": "managed",
                "type": "aws_vpc_endpoint_private_dns", "name": "logs",
                "expressions": {"vpc_endpoint_id": {"references": [r#"aws_vpc_endpoint.interface["logs"].id"#, r#"aws_vpc_endpoint.interface["logs"]"#, "aws_vpc_endpoint.interface"]}}}));
            plan["resource_changes"].as_array_mut().expect("a list").push(json!({
                "address": "module.vpc.aws_vpc_endpoint_private_dns.logs", "module_address": "module.vpc", "mode": "managed",
                "type": "aws_vpc_endpoint_private_dns", "name": "logs",
                "change": {"actions": ["create"], "before": null, "after": {"private_dns_enabled": true},
                           "after_unknown": {"vpc_endpoint_id": true}}}));
        }
        let run = lint_plan(&plan);
        let faults: Vec<String> = if has_resource { Vec::new() } else { vec!["endpoint/private-dns".to_owned()] };
        assert_eq!((run.code, run.faults()), (code, faults), "{has_resource}: {run:#?}");
    }
}

/// `cidr_blocks` and `source_security_group_id` exclude each other: the second is then what AWS tells.
#[test]
fn a_rule_with_blocks_has_no_group_on_its_other_side() {
    let mut changes = nothing_changes();
    for Change(ty, _, _, _, after, ..) in &mut changes {
        if *ty == "aws_security_group" {
            after["egress"] = json!([]);
        }
    }
    changes.push(create(
        "aws_security_group_rule",
        "out",
        json!({"security_group_id": "sg-1", "type": "egress", "protocol": "-1", "from_port": 0, "to_port": 0, "cidr_blocks": ["0.0.0.0/0"]}),
        json!({"id": true, "source_security_group_id": true}),
        json!({"source_security_group_id": {"references": ["local.group"]}}),
    ));
    let made = document(&plan_of(&changes));
    let groups = made["SecurityGroups"].as_array().cloned().unwrap_or_default();
    let web = groups.iter().find(|group| group["GroupId"] == "sg-1").expect("the group is there");
    let expected = json!([{"CidrIp": "0.0.0.0/0"}]);
    assert_eq!(web["IpPermissionsEgress"][0]["IpRanges"], expected, "{web:#}");
    assert_eq!(web["IpPermissionsEgress"][0].get("UserIdGroupPairs"), None, "{web:#}");
}

#[test]
fn a_group_may_serve_in_another_vpc() {
    let mut changes = nothing_changes();
    changes.push(create(
        "aws_vpc_security_group_vpc_association",
        "shared",
        json!({"vpc_id": "vpc-2"}),
        json!({"id": true, "security_group_id": true}),
        json!({"security_group_id": refers("aws_security_group.web.id")}),
    ));
    let made = document(&plan_of(&changes));
    let expected = json!([{"GroupId": "sg-1", "VpcId": "vpc-2", "State": "associated"}]);
    assert_eq!(made["SecurityGroupVpcAssociations"], expected, "{made:#}");
}

/// A transit gateway may have a default table to associate attachments with, and none to propagate to.
#[test]
fn a_transit_gateway_need_not_propagate() {
    let region = |name: &str| json!({"id": format!("vpc-{name}"), "owner_id": "123456789012"});
    for (propagation, expected) in [("enable", true), ("disable", false)] {
        let mut vpc = region("1");
        vpc["cidr_block"] = json!("10.1.0.0/16");
        let changes = [
            create("aws_vpc", "one", vpc, json!({}), json!({})),
            create(
                "aws_subnet",
                "one",
                json!({"id": "subnet-1", "vpc_id": "vpc-1", "cidr_block": "10.1.0.0/24", "availability_zone": "us-east-1a"}),
                json!({}),
                json!({}),
            ),
            create(
                "aws_ec2_transit_gateway",
                "main",
                json!({"default_route_table_association": "enable", "default_route_table_propagation": propagation}),
                json!({"id": true, "association_default_route_table_id": true}),
                json!({}),
            ),
            create(
                "aws_ec2_transit_gateway_vpc_attachment",
                "one",
                json!({"vpc_id": "vpc-1", "subnet_ids": ["subnet-1"]}),
                json!({"id": true, "transit_gateway_id": true}),
                json!({"transit_gateway_id": refers("aws_ec2_transit_gateway.main.id")}),
            ),
            create(
                "aws_ec2_transit_gateway_route",
                "static",
                json!({"destination_cidr_block": "10.9.0.0/16", "blackhole": true}),
                json!({"id": true, "transit_gateway_route_table_id": true}),
                json!({"transit_gateway_route_table_id": refers("aws_ec2_transit_gateway.main.association_default_route_table_id")}),
            ),
        ];
        let made = document(&plan_of(&changes));
        let table = &made["TransitGatewayRouteTables"][0];
        let blocks = table["Routes"].as_array().cloned().unwrap_or_default();
        let blocks: Vec<&str> = blocks.iter().filter_map(|route| route["DestinationCidrBlock"].as_str()).collect();
        assert_eq!(blocks.contains(&"10.1.0.0/16"), expected, "{propagation}: {made:#}");
        assert!(blocks.contains(&"10.9.0.0/16"), "{propagation}: {made:#}");
        assert_eq!(table["DefaultPropagationRouteTable"], json!(expected), "{made:#}");
    }
}

/// Attachments of which nobody says more are in the tables that their transit gateway has for these; one that is associated by a
/// resource of its own is in that table alone.
#[test]
fn attachments_are_in_the_default_tables_of_their_transit_gateway() {
    let gateway = || ("transit_gateway_id".to_owned(), refers("aws_ec2_transit_gateway.main.id"));
    let table = || ("transit_gateway_route_table_id".to_owned(), refers("aws_ec2_transit_gateway_route_table.own.id"));
    let attached = || {
        let attachment = refers("aws_ec2_transit_gateway_vpc_attachment.one.id");
        ("transit_gateway_attachment_id".to_owned(), attachment)
    };
    let of = |ty: &'static str, after: Value, links: Vec<(String, Value)>| {
        let mut unknown: serde_json::Map<String, Value> =
            links.iter().map(|(name, _)| (name.clone(), json!(true))).collect();
        unknown.insert("id".into(), json!(true));
        let name = match ty {
            "aws_ec2_transit_gateway" => "main",
            "aws_ec2_transit_gateway_route_table" => "own",
            _ => "one",
        };
        create(ty, name, after, Value::Object(unknown), Value::Object(links.into_iter().collect()))
    };
    let vpc = json!({"id": "vpc-1", "cidr_block": "10.1.0.0/16"});
    // What is added, and the tables that the attachment is associated with then.
    let cases = [
        (None, "aws_ec2_transit_gateway.main.association_default_route_table_id"),
        (Some("aws_ec2_transit_gateway_default_route_table_association"), "aws_ec2_transit_gateway_route_table.own"),
        (Some("aws_ec2_transit_gateway_route_table_association"), "aws_ec2_transit_gateway_route_table.own"),
    ];
    for (added, expected) in cases {
        let attachment = json!({"vpc_id": "vpc-1", "subnet_ids": ["subnet-1"]});
        let mut changes = vec![
            create("aws_vpc", "one", vpc.clone(), json!({}), json!({})),
            of("aws_ec2_transit_gateway_vpc_attachment", attachment, vec![gateway()]),
            of("aws_ec2_transit_gateway", json!({}), Vec::new()),
            of("aws_ec2_transit_gateway_route_table", json!({}), vec![gateway()]),
        ];
        match added {
            Some(ty) if ty.contains("default") => changes.push(of(ty, json!({}), vec![gateway(), table()])),
            Some(ty) => changes.push(of(ty, json!({}), vec![attached(), table()])),
            None => {}
        }
        let made = document(&plan_of(&changes));
        let tables = made["TransitGatewayRouteTables"].as_array().cloned().unwrap_or_default();
        let serving =
            tables.iter().filter(|table| table["Associations"].as_array().is_some_and(|list| !list.is_empty()));
        let serving: Vec<&str> = serving.filter_map(|table| table["TransitGatewayRouteTableId"].as_str()).collect();
        assert_eq!(serving, [expected], "{added:?}: {made:#}");
    }
}

/// The document that a plan comes to.
fn document(plan: &Value) -> Value {
    let scratch = Scratch::new("document").with("plan.json", &plan.to_string());
    let mut sources = fargcheck::snapshot::Sources::default();
    let files = fargcheck::input::read(&[scratch.0.join("plan.json")], &mut sources).expect("it is a plan");
    let bytes = sources.get(files[0].source).bytes();
    serde_json::from_slice(bytes).expect("the document is JSON")
}
