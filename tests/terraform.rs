//! Terraform: plans and states judged before anything is deployed, with places in the user's file.

mod cli_support;

use cli_support::{Run, Scratch, run_in};
use serde_json::{Value, json};
use std::path::{Path, PathBuf};

fn fixtures() -> PathBuf {
    [env!("CARGO_MANIFEST_DIR"), "fixtures", "terraform"].iter().collect()
}

fn plan(name: &str) -> Value {
    let text = std::fs::read_to_string(fixtures().join(format!("{name}.json"))).expect("the fixture is there");
    serde_json::from_str(&text).expect("the fixture is JSON")
}

fn lint(folder: &Path, arguments: &[&str]) -> Run {
    run_in(folder, &[&["lint", "--format", "json"], arguments].concat())
}

/// Lints a plan that is written to `plan.json` as Terraform writes it, in one line.
fn lint_plan(plan: &Value) -> Run {
    lint(&Scratch::new("plan").with("plan.json", &plan.to_string()).0, &["plan.json"])
}

/// The change of a resource.
fn change<'p>(plan: &'p mut Value, address: &str) -> &'p mut Value {
    let changes = plan["resource_changes"].as_array_mut().expect("a list of changes");
    changes.iter_mut().find(|change| change["address"] == address).unwrap_or_else(|| panic!("no {address}"))
}

fn without(plan: &mut Value, address: &str) {
    plan["resource_changes"].as_array_mut().expect("a list of changes").retain(|change| change["address"] != address);
}

/// Gives a resource a value that is known.
fn set(plan: &mut Value, address: &str, attribute: &str, value: Value) {
    let change = &mut change(plan, address)["change"];
    change["after"][attribute] = value;
    change["after_unknown"].as_object_mut().expect("an object").remove(attribute);
}

/// Workload → destination → verdict.
fn verdicts(run: &Run) -> Vec<String> {
    let report = run.json();
    let workloads = report["workloads"].as_array().cloned().unwrap_or_default();
    let mut found = Vec::new();
    for workload in &workloads {
        for flow in workload["flows"].as_array().into_iter().flatten() {
            let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
            let line =
                format!("{} → {}: {}", text(&workload["name"]), text(&flow["destination"]), text(&flow["verdict"]));
            if !found.contains(&line) {
                found.push(line);
            }
        }
    }
    found.sort();
    found
}

fn not_checked(run: &Run) -> Vec<String> {
    let list = run.json()["notChecked"].as_array().cloned().unwrap_or_default();
    list.iter()
        .map(|entry| {
            format!("{}: {}", entry["what"].as_str().unwrap_or_default(), entry["why"].as_str().unwrap_or_default())
        })
        .collect()
}

#[test]
fn the_founding_module_works_in_its_three_modes() {
    for mode in ["nat", "endpoints", "public"] {
        let run = lint(&fixtures(), &[&format!("founding-{mode}.json")]);
        assert_eq!((run.code, run.faults()), (0, Vec::new()), "{mode}: {run:#?}");
        let verdicts = verdicts(&run);
        for need in ["ecr.api", "ecr.dkr", "s3", "logs"] {
            for service in ["frontend", "backend"] {
                assert!(verdicts.contains(&format!("{service} → {need}: reachable")), "{mode}: {verdicts:#?}");
            }
        }
        assert!(verdicts.iter().all(|line| line.ends_with("reachable")), "{mode}: {verdicts:#?}");
    }
}

#[test]
fn the_founding_module_without_nat_and_endpoints_has_no_way_out() {
    let run = lint(&fixtures(), &["founding-no-way-out.json"]);
    assert_eq!((run.code, run.faults()), (1, vec!["nat/present".to_owned()]), "{run:#?}");
}

#[test]
fn widely_used_modules_are_followed() {
    let run = lint(&fixtures(), &["community-modules.json"]);
    assert_eq!((run.code, run.faults()), (0, Vec::new()), "{run:#?}");
    assert!(verdicts(&run).iter().all(|line| line.ends_with("reachable")), "{run:#?}");
    // Each private subnet has the NAT gateway of its own zone.
    let facts = run_in(&fixtures(), &["facts", "community-modules.json", "route", "--format", "json"]);
    for zone in 0..3 {
        let nat = format!("module.vpc.aws_nat_gateway.this[{zone}]");
        assert!(facts.out.contains(&nat), "{nat} is led to: {}", facts.out);
    }
}

#[test]
fn what_only_locals_tell_stays_unknown_by_their_name() {
    let run = lint(&fixtures(), &["founding-locals.json"]);
    assert_eq!((run.code, run.faults()), (3, Vec::new()), "{run:#?}");
    let told = not_checked(&run).join("\n");
    assert!(told.contains("not known before the deployment: ${local.frontend}"), "{told}");
}

/// One fault in a plan that is sound, and what is found, at which resource.
#[test]
fn each_fault_is_found_at_its_place_in_the_plan() {
    type Fault = fn(&mut Value);
    let cases: [(&str, &str, Fault, &str, &str); 9] = [
        (
            "nat",
            "no route out",
            |plan| without(plan, "module.vpc.aws_route.nat[0]"),
            "route/private-default-nat",
            "aws_default_route_table.private_rt",
        ),
        (
            "nat",
            "NAT gateway in a private subnet",
            |plan| {
                let resources =
                    plan["configuration"]["root_module"]["module_calls"]["vpc"]["module"]["resources"].as_array_mut();
                let nat = resources.into_iter().flatten().find(|found| found["address"] == "aws_nat_gateway.this");
                nat.expect("it is there")["expressions"]["subnet_id"] = json!({"references": ["aws_subnet.private_subnet[0].id", "aws_subnet.private_subnet[0]", "aws_subnet.private_subnet"]});
            },
            "nat/in-public-subnet",
            "aws_nat_gateway.this[0]",
        ),
        (
            "nat",
            "no internet gateway's route",
            |plan| without(plan, "module.vpc.aws_route.default_route"),
            "route/public-default-igw",
            "aws_route_table.public_rt",
        ),
        (
            "endpoints",
            "no S3 endpoint",
            |plan| without(plan, r#"module.vpc.aws_vpc_endpoint.gateway["s3endpoint"]"#),
            "endpoint/s3-gateway",
            "",
        ),
        (
            "endpoints",
            "endpoint group without 443",
            |plan| {
                let rule = "module.vpc.aws_vpc_security_group_ingress_rule.https";
                set(plan, rule, "from_port", json!(444));
                set(plan, rule, "to_port", json!(444));
            },
            "sg/endpoint-ingress",
            "",
        ),
        (
            "endpoints",
            "no private DNS",
            |plan| set(plan, r#"module.vpc.aws_vpc_endpoint.interface["logs"]"#, "private_dns_enabled", json!(false)),
            "endpoint/private-dns",
            r#"aws_vpc_endpoint.interface["logs"]"#,
        ),
        (
            "endpoints",
            "no DNS host names",
            |plan| set(plan, "module.vpc.aws_vpc.this", "enable_dns_hostnames", json!(false)),
            "dns/hostnames",
            "aws_vpc.this",
        ),
        (
            "public",
            "no public IP",
            |plan| {
                let service = &mut change(plan, "module.service-frontend.aws_ecs_service.this")["change"]["after"];
                service["network_configuration"][0]["assign_public_ip"] = json!(false);
            },
            "workload/public-ip",
            "aws_ecs_service.this",
        ),
        (
            "nat",
            "the tasks' group lets nothing out",
            |plan| without(plan, "module.service-backend.aws_vpc_security_group_egress_rule.lbsg"),
            "sg/egress",
            "module.service-backend.aws_security_group.this",
        ),
    ];
    for (mode, what, fault, rule, guilty) in cases {
        let mut plan = plan(&format!("founding-{mode}"));
        fault(&mut plan);
        let text = serde_json::to_string_pretty(&plan).expect("JSON");
        let run = lint(&Scratch::new("fault").with("plan.json", &text).0, &["plan.json"]);
        let report = run.json();
        let findings = report["findings"].as_array().cloned().unwrap_or_default();
        let grave: Vec<&Value> = findings.iter().filter(|finding| finding["severity"] != "info").collect();
        let found = grave.iter().find(|finding| finding["rule"] == rule);
        let Some(found) = found else { panic!("{what}: no {rule}: {:?} {run:#?}", run.faults()) };
        // Its places are in the plan, on the lines that it says, and one of them is in the block of the guilty resource.
        let mut addresses = Vec::new();
        for place in found["locations"].as_array().into_iter().flatten() {
            assert_eq!(place["file"], "plan.json", "{what}: {place}");
            let pointer = place["pointer"].as_str().unwrap_or_default();
            assert!(plan.pointer(pointer).is_some(), "{what}: {place}");
            let line = place["line"].as_u64().unwrap_or_default() as usize;
            let before = &text[..place["offset"].as_u64().unwrap_or_default() as usize];
            assert_eq!(before.matches('\n').count() + 1, line, "{what}: {place}");
            let block = pointer.split('/').take(3).collect::<Vec<_>>().join("/");
            addresses.extend(plan.pointer(&block).and_then(|block| block["address"].as_str()).map(str::to_owned));
        }
        assert!(addresses.iter().any(|address| address.contains(guilty)), "{what}: {rule} points at {addresses:?}");
    }
}

#[test]
fn a_minified_plan_shows_a_readable_excerpt() {
    let scratch = Scratch::new("minified").with("plan.json", &plan("founding-no-way-out").to_string());
    let run = scratch.run(&["lint", "plan.json"]);
    assert_eq!(run.code, 1, "{run:#?}");
    assert!(run.out.contains(r#""address": "module.vpc.aws_default_route_table.private_rt""#), "{}", run.out);
    assert!(run.out.lines().all(|line| line.chars().count() < 220), "{}", run.out);
}

/// A resource of a state: its type, its name, its values.
fn state_of(resources: &[(&str, &str, Value)]) -> Value {
    let told = resources.iter().map(|(ty, name, values)| {
        json!({"address": format!("{ty}.{name}"), "mode": "managed", "type": ty, "name": name,
               "provider_name": "registry.terraform.io/hashicorp/aws", "values": values})
    });
    json!({"format_version": "1.0", "terraform_version": "1.11.4",
           "values": {"root_module": {"resources": told.collect::<Vec<_>>()}}})
}

/// A plan of changes: type, name, actions, values before, values after, what of them isn't known, expressions.
struct Change(&'static str, &'static str, &'static [&'static str], Value, Value, Value, Value);

fn plan_of(changes: &[Change]) -> Value {
    let told = changes.iter().map(|Change(ty, name, actions, before, after, unknown, _)| {
        json!({"address": format!("{ty}.{name}"), "mode": "managed", "type": ty, "name": name,
               "provider_name": "registry.terraform.io/hashicorp/aws",
               "change": {"actions": actions, "before": before, "after": after, "after_unknown": unknown}})
    });
    let configured = changes.iter().filter(|change| change.2 != ["delete"]).map(|Change(ty, name, .., expressions)| {
        json!({"address": format!("{ty}.{name}"), "mode": "managed", "type": ty, "name": name, "expressions": expressions})
    });
    json!({"format_version": "1.2", "terraform_version": "1.11.4",
           "resource_changes": told.collect::<Vec<_>>(),
           "configuration": {"provider_config": {"aws": {"name": "aws", "expressions": {"region": {"constant_value": "us-east-1"}}}},
                             "root_module": {"resources": configured.collect::<Vec<_>>()}}})
}

/// A service in a private subnet with a NAT gateway, all of it there already.
fn existing() -> Vec<(&'static str, &'static str, Value)> {
    let definition = r#"[{"name": "web", "image": "123456789012.dkr.ecr.us-east-1.amazonaws.com/web:1", "environment": [{"name": "KEY", "value": "hidden-value"}]}]"#;
    vec![
        (
            "aws_vpc",
            "main",
            json!({"id": "vpc-1", "cidr_block": "10.0.0.0/16", "enable_dns_support": true, "enable_dns_hostnames": true,
            "default_security_group_id": "sg-0", "default_network_acl_id": "acl-0", "default_route_table_id": "rtb-0"}),
        ),
        (
            "aws_subnet",
            "public",
            json!({"id": "subnet-1", "vpc_id": "vpc-1", "cidr_block": "10.0.0.0/24", "availability_zone": "us-east-1a"}),
        ),
        (
            "aws_subnet",
            "private",
            json!({"id": "subnet-2", "vpc_id": "vpc-1", "cidr_block": "10.0.1.0/24", "availability_zone": "us-east-1a"}),
        ),
        ("aws_internet_gateway", "main", json!({"id": "igw-1", "vpc_id": "vpc-1"})),
        ("aws_eip", "nat", json!({"id": "eipalloc-1", "allocation_id": "eipalloc-1", "public_ip": "3.3.3.3"})),
        (
            "aws_nat_gateway",
            "main",
            json!({"id": "nat-1", "subnet_id": "subnet-1", "allocation_id": "eipalloc-1", "connectivity_type": "public", "private_ip": "10.0.0.9"}),
        ),
        (
            "aws_route_table",
            "public",
            json!({"id": "rtb-1", "vpc_id": "vpc-1", "route": [{"cidr_block": "0.0.0.0/0", "gateway_id": "igw-1", "nat_gateway_id": ""}]}),
        ),
        (
            "aws_route_table",
            "private",
            json!({"id": "rtb-2", "vpc_id": "vpc-1", "route": [{"cidr_block": "0.0.0.0/0", "gateway_id": "", "nat_gateway_id": "nat-1"}]}),
        ),
        (
            "aws_route_table_association",
            "public",
            json!({"id": "rtbassoc-1", "subnet_id": "subnet-1", "route_table_id": "rtb-1"}),
        ),
        (
            "aws_route_table_association",
            "private",
            json!({"id": "rtbassoc-2", "subnet_id": "subnet-2", "route_table_id": "rtb-2"}),
        ),
        (
            "aws_security_group",
            "web",
            json!({"id": "sg-1", "name": "web", "vpc_id": "vpc-1", "ingress": [],
            "egress": [{"from_port": 443, "to_port": 443, "protocol": "tcp", "cidr_blocks": ["0.0.0.0/0"], "ipv6_cidr_blocks": [],
                        "prefix_list_ids": [], "security_groups": [], "self": false}]}),
        ),
        (
            "aws_ecs_cluster",
            "main",
            json!({"id": "arn:aws:ecs:us-east-1:123456789012:cluster/main", "arn": "arn:aws:ecs:us-east-1:123456789012:cluster/main", "name": "main"}),
        ),
        (
            "aws_ecs_task_definition",
            "web",
            json!({"id": "web", "arn": "arn:aws:ecs:us-east-1:123456789012:task-definition/web:3", "family": "web", "revision": 3,
            "network_mode": "awsvpc", "requires_compatibilities": ["FARGATE"], "container_definitions": definition}),
        ),
        (
            "aws_ecs_service",
            "web",
            json!({"id": "arn:aws:ecs:us-east-1:123456789012:service/main/web", "name": "web", "launch_type": "FARGATE", "desired_count": 1,
            "cluster": "arn:aws:ecs:us-east-1:123456789012:cluster/main", "task_definition": "arn:aws:ecs:us-east-1:123456789012:task-definition/web:3",
            "network_configuration": [{"subnets": ["subnet-2"], "security_groups": ["sg-1"], "assign_public_ip": false}]}),
        ),
    ]
}

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

/// What is there, as `fargcheck scan` would write it.
fn snapshot() -> Value {
    let local = json!({"DestinationCidrBlock": "10.0.0.0/16", "GatewayId": "local", "Origin": "CreateRouteTable", "State": "active"});
    let out = |target: &str, id: &str| json!({"DestinationCidrBlock": "0.0.0.0/0", target: id, "Origin": "CreateRoute", "State": "active"});
    let all = |egress: bool| json!({"RuleNumber": 100, "Protocol": "-1", "RuleAction": "allow", "Egress": egress, "CidrBlock": "0.0.0.0/0"});
    json!({
        "Vpcs": [{"VpcId": "vpc-1", "CidrBlock": "10.0.0.0/16", "State": "available"}],
        "VpcAttributes": [{"VpcId": "vpc-1", "EnableDnsSupport": {"Value": true}, "EnableDnsHostnames": {"Value": true}}],
        "Subnets": [{"SubnetId": "subnet-1", "VpcId": "vpc-1", "CidrBlock": "10.0.0.0/24", "AvailabilityZone": "us-east-1a", "AvailableIpAddressCount": 250},
                    {"SubnetId": "subnet-2", "VpcId": "vpc-1", "CidrBlock": "10.0.1.0/24", "AvailabilityZone": "us-east-1a", "AvailableIpAddressCount": 250}],
        "RouteTables": [
            {"RouteTableId": "rtb-0", "VpcId": "vpc-1", "Associations": [{"Main": true}], "Routes": [local]},
            {"RouteTableId": "rtb-1", "VpcId": "vpc-1", "Associations": [{"Main": false, "SubnetId": "subnet-1"}], "Routes": [local, out("GatewayId", "igw-1")]},
            {"RouteTableId": "rtb-2", "VpcId": "vpc-1", "Associations": [{"Main": false, "SubnetId": "subnet-2"}], "Routes": [local, out("NatGatewayId", "nat-1")]}],
        "InternetGateways": [{"InternetGatewayId": "igw-1", "Attachments": [{"VpcId": "vpc-1", "State": "available"}]}],
        "EgressOnlyInternetGateways": [],
        "NatGateways": [{"NatGatewayId": "nat-1", "VpcId": "vpc-1", "SubnetId": "subnet-1", "State": "available", "ConnectivityType": "public",
                         "NatGatewayAddresses": [{"AllocationId": "eipalloc-1", "PublicIp": "3.3.3.3", "PrivateIp": "10.0.0.9"}]}],
        "SecurityGroups": [{"GroupId": "sg-0", "GroupName": "default", "VpcId": "vpc-1", "IpPermissions": [], "IpPermissionsEgress": [{"IpProtocol": "-1", "IpRanges": [{"CidrIp": "0.0.0.0/0"}]}]},
                           {"GroupId": "sg-1", "GroupName": "web", "VpcId": "vpc-1", "IpPermissions": [], "IpPermissionsEgress": [{"IpProtocol": "tcp", "FromPort": 443, "ToPort": 443, "IpRanges": [{"CidrIp": "0.0.0.0/0"}]}]}],
        "NetworkAcls": [{"NetworkAclId": "acl-0", "VpcId": "vpc-1", "IsDefault": true, "Associations": [{"SubnetId": "subnet-1"}, {"SubnetId": "subnet-2"}], "Entries": [all(true), all(false)]}],
        "VpcEndpoints": [], "NetworkInterfaces": [], "VpcPeeringConnections": [], "tasks": [], "clusters": [], "LoadBalancers": [], "TargetGroups": [], "Listeners": [], "Rules": [],
        "taskDefinitions": [{"taskDefinitionArn": "arn:aws:ecs:us-east-1:123456789012:task-definition/web:3", "family": "web", "revision": 3, "networkMode": "awsvpc", "requiresCompatibilities": ["FARGATE"],
                             "containerDefinitions": [{"name": "web", "image": "123456789012.dkr.ecr.us-east-1.amazonaws.com/web:1"}]}],
        "services": [{"serviceArn": "arn:aws:ecs:us-east-1:123456789012:service/main/web", "serviceName": "web", "launchType": "FARGATE", "desiredCount": 1,
                      "taskDefinition": "arn:aws:ecs:us-east-1:123456789012:task-definition/web:3",
                      "networkConfiguration": {"awsvpcConfiguration": {"subnets": ["subnet-2"], "securityGroups": ["sg-1"], "assignPublicIp": "DISABLED"}}}],
        "fargcheck": {"schema": 1, "account": "123456789012", "region": "us-east-1"}
    })
}

fn lint_onto(plan: &Value, snapshot: &Value) -> Run {
    let scratch = Scratch::new("onto").with("plan.json", &plan.to_string()).with("there.json", &snapshot.to_string());
    lint(&scratch.0, &["plan.json", "--onto", "there.json"])
}

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

/// What isn't known before the deployment accuses nobody, and its expression is named.
#[test]
fn unknown_values_accuse_nobody() {
    type Unknown = fn(&mut Value);
    fn unknown(plan: &mut Value, ty: &str, attribute: &str, expression: &str) {
        let changes = plan["resource_changes"].as_array_mut().expect("changes");
        for found in changes.iter_mut().filter(|found| found["type"] == ty) {
            let change = &mut found["change"];
            if change["after"].get(attribute).is_none() && change["after_unknown"].get(attribute).is_none() {
                continue;
            }
            change["after"].as_object_mut().expect("an object").remove(attribute);
            change["after_unknown"][attribute] = json!(true);
        }
        let mut modules = vec![&mut plan["configuration"]["root_module"]];
        while let Some(module) = modules.pop() {
            let Some(module) = module.as_object_mut() else { continue };
            for (key, value) in module {
                match key.as_str() {
                    "resources" => {
                        for found in value.as_array_mut().into_iter().flatten().filter(|found| found["type"] == ty) {
                            found["expressions"][attribute] = json!({"references": [expression]});
                        }
                    }
                    "module_calls" => {
                        modules.extend(value.as_object_mut().into_iter().flatten().map(|(_, call)| &mut call["module"]))
                    }
                    _ => {}
                }
            }
        }
    }
    let cases: [(&str, &str, Unknown, &str); 12] = [
        ("a subnet's block", "nat", |plan| unknown(plan, "aws_subnet", "cidr_block", "local.block"), "${local.block}"),
        ("a VPC's block", "nat", |plan| unknown(plan, "aws_vpc", "cidr_block", "local.block"), "${local.block}"),
        (
            "a group rule's block",
            "nat",
            |plan| unknown(plan, "aws_vpc_security_group_egress_rule", "cidr_ipv4", "local.block"),
            "${local.block}",
        ),
        (
            "a group rule's port",
            "endpoints",
            |plan| unknown(plan, "aws_vpc_security_group_ingress_rule", "from_port", "local.port"),
            "${local.port}",
        ),
        (
            "a route's target",
            "nat",
            |plan| unknown(plan, "aws_route", "nat_gateway_id", "data.aws_nat_gateway.other.id"),
            "${data.aws_nat_gateway.other.id}",
        ),
        (
            "a route's destination",
            "nat",
            |plan| unknown(plan, "aws_route", "destination_cidr_block", "local.everything"),
            "${local.everything}",
        ),
        (
            "an endpoint's service",
            "endpoints",
            |plan| unknown(plan, "aws_vpc_endpoint", "service_name", "local.service"),
            "ec2:DescribeVpcEndpoints",
        ),
        (
            "an endpoint's subnets",
            "endpoints",
            |plan| unknown(plan, "aws_vpc_endpoint", "subnet_ids", "local.subnets"),
            "${local.subnets}",
        ),
        (
            "the table of a route",
            "nat",
            |plan| unknown(plan, "aws_route", "route_table_id", "local.tables"),
            "which route table it belongs to is not known before the deployment: ${local.tables}",
        ),
        (
            "the table of a subnet",
            "nat",
            |plan| unknown(plan, "aws_route_table_association", "route_table_id", "local.tables"),
            "which route table it belongs to is not known before the deployment: ${local.tables}",
        ),
        (
            "the group of a rule",
            "endpoints",
            |plan| unknown(plan, "aws_vpc_security_group_egress_rule", "security_group_id", "local.group"),
            "which security group it belongs to is not known before the deployment: ${local.group}",
        ),
        (
            "what tasks run",
            "nat",
            |plan| unknown(plan, "aws_ecs_task_definition", "container_definitions", "local.containers"),
            "${local.containers}",
        ),
    ];
    for (what, mode, hide, expected) in cases {
        let mut plan = plan(&format!("founding-{mode}"));
        hide(&mut plan);
        let run = lint_plan(&plan);
        assert_eq!((run.code, run.faults()), (3, Vec::new()), "{what}: {run:#?}");
        let told = not_checked(&run).join("\n");
        assert!(told.contains(expected), "{what}: {told}");
    }
}

/// Of an expression only what it refers to is told: of a condition's two sides, neither.
#[test]
fn one_of_several_is_not_taken_for_all_of_them() {
    let cases = [
        (
            json!([
                "var.public",
                "module.vpc.public_subnet_ids",
                "module.vpc",
                "module.vpc.private_subnet_ids",
                "module.vpc"
            ]),
            3,
        ),
        (json!(["module.vpc.private_subnet_ids", "module.vpc"]), 0),
    ];
    for (references, code) in cases {
        let mut plan = plan("founding-nat");
        let outputs = &mut plan["configuration"]["root_module"]["module_calls"]["vpc"]["module"]["outputs"];
        for (name, subnet) in
            [("public_subnet_ids", "aws_subnet.public_subnet"), ("private_subnet_ids", "aws_subnet.private_subnet")]
        {
            outputs[name] = json!({"expression": {"references": [subnet]}});
        }
        plan["variables"]["public"] = json!({"value": false});
        let calls = plan["configuration"]["root_module"]["module_calls"].as_object_mut().expect("calls");
        for (_, call) in calls.iter_mut().filter(|(name, _)| name.starts_with("service-")) {
            for (name, expression) in call["expressions"].as_object_mut().expect("expressions") {
                if name.contains("subnet") {
                    *expression = json!({"references": references});
                }
            }
        }
        let run = lint_plan(&plan);
        assert_eq!((run.code, run.faults()), (code, Vec::new()), "{references}: {run:#?}");
        assert_eq!(not_checked(&run).join("\n").contains("${var.public}"), code == 3, "{references}: {run:#?}");
    }
}

#[test]
fn a_plan_that_defers_changes_is_not_taken_for_all() {
    for (complete, code) in [(true, 0), (false, 3)] {
        let mut plan = plan("founding-nat");
        plan["complete"] = json!(complete);
        let run = lint_plan(&plan);
        assert_eq!((run.code, run.faults()), (code, Vec::new()), "{complete}: {run:#?}");
        assert_eq!(not_checked(&run).join("\n").contains("the plan is not complete"), !complete, "{run:#?}");
    }
}

/// What leads to two others, each of which leads to the same two, has more ways through it than can be gone.
#[test]
fn values_of_values_without_end_are_followed_once() {
    let resource = |name: String, references: &[String]| {
        json!({"address": format!("aws_eip.{name}"), "mode": "managed", "type": "aws_eip", "name": name,
               "expressions": {"name": {"references": references}}})
    };
    const LEVELS: usize = 36;
    let mut plan = plan("founding-nat");
    let name = |level: usize, side: &str| format!("{side}{level}");
    for level in 0..LEVELS {
        for side in ["a", "b"] {
            let next: Vec<String> =
                ["a", "b"].iter().map(|side| format!("aws_eip.{}.name", name(level + 1, side))).collect();
            let found = resource(name(level, side), &next);
            plan["configuration"]["root_module"]["resources"].as_array_mut().expect("a list").push(found);
            plan["resource_changes"].as_array_mut().expect("a list").push(json!({
                "address": format!("aws_eip.{}", name(level, side)), "mode": "managed", "type": "aws_eip",
                "name": name(level, side), "provider_name": "registry.terraform.io/hashicorp/aws",
                "change": {"actions": ["create"], "before": null, "after": {}, "after_unknown": {"name": true}}}));
        }
    }
    for found in plan["resource_changes"].as_array_mut().expect("a list") {
        if found["type"] == "aws_subnet" {
            found["change"]["after"].as_object_mut().expect("an object").remove("cidr_block");
            found["change"]["after_unknown"]["cidr_block"] = json!(true);
        }
    }
    let vpc = &mut plan["configuration"]["root_module"]["module_calls"]["vpc"];
    vpc["expressions"]["deep"] = json!({"references": ["aws_eip.a0.name"]});
    for found in vpc["module"]["resources"].as_array_mut().expect("a list") {
        if found["type"] == "aws_subnet" {
            found["expressions"]["cidr_block"] = json!({"references": ["var.deep"]});
        }
    }
    let run = lint_plan(&plan);
    assert_eq!((run.code, run.faults()), (3, Vec::new()), "{run:#?}");
}

#[test]
fn a_public_ip_that_is_not_known_is_not_taken_for_none() {
    let mut plan = plan("founding-public");
    for name in ["frontend", "backend"] {
        let change = &mut change(&mut plan, &format!("module.service-{name}.aws_ecs_service.this"))["change"];
        change["after"]["network_configuration"][0].as_object_mut().expect("a block").remove("assign_public_ip");
        change["after_unknown"]["network_configuration"][0]["assign_public_ip"] = json!(true);
        let call =
            &mut plan["configuration"]["root_module"]["module_calls"][format!("service-{name}")]["module"]["resources"];
        let service = call
            .as_array_mut()
            .into_iter()
            .flatten()
            .find(|found| found["type"] == "aws_ecs_service")
            .expect("it is there");
        service["expressions"]["network_configuration"][0]["assign_public_ip"] =
            json!({"references": ["local.public"]});
    }
    let run = lint_plan(&plan);
    assert_eq!((run.code, run.faults()), (3, Vec::new()), "{run:#?}");
    assert!(not_checked(&run).join("\n").contains("${local.public}"), "{run:#?}");
}

#[test]
fn a_plan_into_a_network_that_it_does_not_make_claims_nothing_of_it() {
    let (_, _, service) = existing().pop().expect("the service is last");
    let run = lint_plan(&plan_of(&[Change(
        "aws_ecs_service",
        "web",
        &["create"],
        Value::Null,
        service,
        json!({}),
        json!({}),
    )]));
    assert_eq!((run.code, run.faults()), (3, Vec::new()), "{run:#?}");
    assert!(not_checked(&run).join("\n").contains("the plan doesn't make subnet-2"), "{run:#?}");
}

#[test]
fn what_is_no_plan_is_refused() {
    let sound = plan("founding-nat").to_string();
    let cycle = json!({"format_version": "1.2", "resource_changes": [{
        "address": "module.a.aws_subnet.a", "module_address": "module.a", "mode": "managed", "type": "aws_subnet", "name": "a",
        "change": {"actions": ["create"], "before": null, "after": {"cidr_block": "10.0.0.0/24"}, "after_unknown": {"id": true, "vpc_id": true}}}],
        "configuration": {"root_module": {"module_calls": {"a": {"expressions": {"vpc": {"references": ["module.a.vpc", "module.a"]}}, "module": {
            "resources": [{"address": "aws_subnet.a", "expressions": {"vpc_id": {"references": ["var.vpc"]}}}],
            "outputs": {"vpc": {"expression": {"references": ["var.vpc"]}}}}}}}}});
    let refused = [
        (
            "a later format",
            sound.replace(r#""format_version":"1.2""#, r#""format_version":"2.0""#),
            "input/terraform-format",
        ),
        ("a failed plan", sound.replace(r#""errored":false"#, r#""errored":true"#), "input/terraform-errored"),
        ("cut off", sound[..sound.len() / 2].to_owned(), "input/syntax"),
        (
            "changes that are none",
            r#"{"format_version": "1.2", "resource_changes": [7]}"#.to_owned(),
            "input/wrong-type",
        ),
        (
            "changes that are an object",
            r#"{"format_version": "1.2", "resource_changes": {}}"#.to_owned(),
            "input/wrong-type",
        ),
    ];
    for (what, text, code) in refused {
        let run = Scratch::new("refused").with("plan.json", &text).run(&["lint", "plan.json"]);
        assert_eq!((run.code, run.out.as_str()), (2, ""), "{what}: {run:#?}");
        assert!(run.err.contains(code), "{what}: {}", run.err);
    }
    let round = lint_plan(&cycle);
    assert_eq!((round.code, round.faults()), (0, Vec::new()), "{round:#?}");
    assert!(not_checked(&round).join("\n").contains("VpcId of module.a.aws_subnet.a"), "{round:#?}");
    let deep =
        format!(r#"{{"format_version": "1.2", "planned_values": {}1{}}}"#, "[".repeat(100_000), "]".repeat(100_000));
    let run = Scratch::new("deep").with("plan.json", &deep).run(&["lint", "plan.json"]);
    assert!(run.code == 2 && !run.err.contains("panicked"), "{run:#?}");
}

#[test]
fn onto_needs_something_to_deploy() {
    let scratch = Scratch::new("usage").with("there.json", &snapshot().to_string());
    let run = scratch.run(&["lint", "there.json", "--onto", "there.json"]);
    assert_eq!((run.code, run.out.as_str()), (2, ""), "{run:#?}");
    assert!(run.err.contains("input/nothing-to-deploy"), "{}", run.err);
}
