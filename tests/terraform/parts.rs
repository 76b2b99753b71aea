//! Resources that are a part of another one, or stand beside the usual ones.

use super::support::*;

/// What is there, with more: each resource is made.
fn with(more: Vec<Change>) -> Run {
    let made = existing()
        .into_iter()
        .map(|(ty, name, values)| Change(ty, name, &["create"], Value::Null, values, json!({}), json!({})));
    lint_plan(&plan_of(&made.chain(more).collect::<Vec<_>>()))
}

fn create(ty: &'static str, name: &'static str, values: Value, unknown: Value, expressions: Value) -> Change {
    Change(ty, name, &["create"], Value::Null, values, unknown, expressions)
}

/// `deployment_controller { type = "EXTERNAL" }`: all that tasks are started with is their task sets'.
#[test]
fn task_sets_are_what_an_external_controller_starts() {
    for (subnet, is_cut_off) in [("subnet-2", false), ("subnet-3", true)] {
        let run = with(vec![
            create(
                "aws_subnet",
                "cut-off",
                json!({"id": "subnet-3", "vpc_id": "vpc-1", "cidr_block": "10.0.2.0/24"}),
                json!({}),
                json!({}),
            ),
            create(
                "aws_route_table",
                "cut-off",
                json!({"id": "rtb-3", "vpc_id": "vpc-1", "route": []}),
                json!({}),
                json!({}),
            ),
            create(
                "aws_route_table_association",
                "cut-off",
                json!({"id": "rtbassoc-3", "subnet_id": "subnet-3", "route_table_id": "rtb-3"}),
                json!({}),
                json!({}),
            ),
            create(
                "aws_ecs_service",
                "external",
                json!({"name": "external", "desired_count": 1, "deployment_controller": [{"type": "EXTERNAL"}],
                       "cluster": "arn:aws:ecs:us-east-1:123456789012:cluster/main"}),
                json!({"id": true}),
                json!({}),
            ),
            create(
                "aws_ecs_task_set",
                "first",
                json!({"launch_type": "FARGATE", "task_definition": "arn:aws:ecs:us-east-1:123456789012:task-definition/web:3",
                       "cluster": "arn:aws:ecs:us-east-1:123456789012:cluster/main",
                       "network_configuration": [{"subnets": [subnet], "security_groups": ["sg-1"], "assign_public_ip": false}]}),
                json!({"id": true, "service": true, "task_set_id": true}),
                json!({"service": {"references": ["aws_ecs_service.external.id", "aws_ecs_service.external"]}}),
            ),
        ]);
        let blocked = verdicts(&run).iter().any(|line| line.starts_with("external") && line.ends_with(": blocked"));
        assert_eq!(blocked, is_cut_off, "{subnet}: {run:#?}");
        assert!(verdicts(&run).iter().any(|line| line.starts_with("external → ecr.api")), "{run:#?}");
    }
}

#[test]
fn interfaces_are_reached_by_their_addresses() {
    let run_for = |group: &str| {
        let interface = create(
            "aws_network_interface",
            "db",
            json!({"subnet_id": "subnet-1", "private_ips": ["10.0.0.77"], "security_groups": [group]}),
            json!({"id": true}),
            json!({}),
        );
        let open = create(
            "aws_security_group",
            "open",
            json!({"id": "sg-9", "name": "open", "vpc_id": "vpc-1", "egress": [],
                   "ingress": [{"from_port": 443, "to_port": 443, "protocol": "tcp", "cidr_blocks": ["10.0.0.0/16"]}]}),
            json!({}),
            json!({}),
        );
        let made = existing()
            .into_iter()
            .map(|(ty, name, values)| Change(ty, name, &["create"], Value::Null, values, json!({}), json!({})));
        let plan = plan_of(&made.chain([interface, open]).collect::<Vec<_>>());
        let scratch = Scratch::new("interface").with("plan.json", &plan.to_string());
        let question =
            ["trace", "plan.json", "--from", "web", "--to", "10.0.0.77", "--port", "443", "--format", "json"];
        run_in(&scratch.0, &question).json()["verdict"].as_str().unwrap_or_default().to_owned()
    };
    assert_eq!(run_for("sg-9"), "reachable");
    assert_eq!(run_for("sg-1"), "blocked");
}

/// A NAT gateway may get its addresses by resources of their own.
#[test]
fn addresses_of_nat_gateways_may_be_resources_of_their_own() {
    let further = || {
        let (nat, address) = ("aws_nat_gateway.main", "aws_eip.second");
        create(
            "aws_nat_gateway_eip_association",
            "further",
            json!({}),
            json!({"id": true, "allocation_id": true, "nat_gateway_id": true}),
            json!({"allocation_id": {"references": [format!("{address}.id"), address]},
                   "nat_gateway_id": {"references": [format!("{nat}.id"), nat]}}),
        )
    };
    for (is_given, expected) in [(true, true), (false, false)] {
        let mut changes = vec![create("aws_eip", "second", json!({"domain": "vpc"}), json!({"id": true}), json!({}))];
        for (ty, name, mut values) in existing() {
            if ty == "aws_nat_gateway" {
                values["allocation_id"] = Value::Null;
            }
            changes.push(create(ty, name, values, json!({}), json!({})));
        }
        changes.extend(is_given.then(further));
        let scratch = Scratch::new("addresses").with("plan.json", &plan_of(&changes).to_string());
        let facts = run_in(&scratch.0, &["facts", "plan.json", "nat-gateway", "--format", "json"]);
        let facts: Value = serde_json::from_str(&facts.out).expect("JSON");
        let told = &facts[0]["fields"]["has_elastic_ip"];
        assert_eq!(*told == json!(true), expected, "{is_given}: {facts:#}");
    }
}

/// A prefix list of a transit gateway's table leads to an attachment as a route of it does.
#[test]
fn transit_gateways_have_prefix_lists_as_routes() {
    let of = |ty: &'static str, name: &'static str, values: Value| create(ty, name, values, json!({}), json!({}));
    for (has_reference, expected) in [(true, "reachable"), (false, "blocked")] {
        let mut more = vec![
            of("aws_vpc", "other", json!({"id": "vpc-2", "cidr_block": "10.9.0.0/16", "enable_dns_support": true})),
            of(
                "aws_subnet",
                "other",
                json!({"id": "subnet-9", "vpc_id": "vpc-2", "cidr_block": "10.9.0.0/24", "availability_zone": "us-east-1a"}),
            ),
            of(
                "aws_ec2_transit_gateway",
                "hub",
                json!({"id": "tgw-1", "default_route_table_association": "disable", "default_route_table_propagation": "disable"}),
            ),
            of(
                "aws_ec2_transit_gateway_vpc_attachment",
                "own",
                json!({"id": "tgw-attach-1", "transit_gateway_id": "tgw-1", "vpc_id": "vpc-1", "subnet_ids": ["subnet-2"]}),
            ),
            of(
                "aws_ec2_transit_gateway_vpc_attachment",
                "other",
                json!({"id": "tgw-attach-2", "transit_gateway_id": "tgw-1", "vpc_id": "vpc-2", "subnet_ids": ["subnet-9"]}),
            ),
            of("aws_ec2_transit_gateway_route_table", "all", json!({"id": "tgw-rtb-1", "transit_gateway_id": "tgw-1"})),
            of(
                "aws_ec2_transit_gateway_route_table_association",
                "own",
                json!({"id": "a", "transit_gateway_attachment_id": "tgw-attach-1", "transit_gateway_route_table_id": "tgw-rtb-1"}),
            ),
            of(
                "aws_ec2_transit_gateway_route_table_association",
                "other",
                json!({"id": "b", "transit_gateway_attachment_id": "tgw-attach-2", "transit_gateway_route_table_id": "tgw-rtb-1"}),
            ),
            of(
                "aws_ec2_transit_gateway_route",
                "back",
                json!({"id": "r", "destination_cidr_block": "10.0.0.0/16", "transit_gateway_attachment_id": "tgw-attach-1", "transit_gateway_route_table_id": "tgw-rtb-1"}),
            ),
            of(
                "aws_ec2_managed_prefix_list",
                "others",
                json!({"id": "pl-1", "name": "others", "address_family": "IPv4", "max_entries": 1, "entry": [{"cidr": "10.9.0.0/16", "description": ""}]}),
            ),
            of(
                "aws_route",
                "there",
                json!({"id": "r-1", "route_table_id": "rtb-2", "destination_cidr_block": "10.9.0.0/16", "transit_gateway_id": "tgw-1"}),
            ),
            of(
                "aws_route_table",
                "other",
                json!({"id": "rtb-9", "vpc_id": "vpc-2", "route": [{"cidr_block": "10.0.0.0/16", "gateway_id": "", "transit_gateway_id": "tgw-1"}]}),
            ),
            of(
                "aws_route_table_association",
                "other",
                json!({"id": "rtbassoc-9", "subnet_id": "subnet-9", "route_table_id": "rtb-9"}),
            ),
            of(
                "aws_security_group",
                "other",
                json!({"id": "sg-9", "name": "other", "vpc_id": "vpc-2", "egress": [],
                "ingress": [{"from_port": 443, "to_port": 443, "protocol": "tcp", "cidr_blocks": ["10.0.0.0/16"]}]}),
            ),
            of(
                "aws_network_interface",
                "other",
                json!({"id": "eni-9", "subnet_id": "subnet-9", "private_ips": ["10.9.0.9"], "security_groups": ["sg-9"]}),
            ),
        ];
        if has_reference {
            more.push(of(
                "aws_ec2_transit_gateway_prefix_list_reference",
                "others",
                json!({"id": "p", "prefix_list_id": "pl-1",
                "transit_gateway_attachment_id": "tgw-attach-2", "transit_gateway_route_table_id": "tgw-rtb-1"}),
            ));
        }
        let made = existing()
            .into_iter()
            .map(|(ty, name, values)| Change(ty, name, &["create"], Value::Null, values, json!({}), json!({})));
        let plan = plan_of(&made.chain(more).collect::<Vec<_>>());
        let scratch = Scratch::new("prefix-lists").with("plan.json", &plan.to_string());
        let question = ["trace", "plan.json", "--from", "web", "--to", "10.9.0.9", "--port", "443", "--format", "json"];
        let answer = run_in(&scratch.0, &question);
        assert_eq!(answer.json()["verdict"], expected, "{has_reference}: {answer:#?}");
    }
}
