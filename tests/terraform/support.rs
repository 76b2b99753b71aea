//! Plans, states and snapshots that the tests change, and what fargcheck says of them.

pub(crate) use crate::cli_support::{Run, Scratch, run_in};
pub(crate) use serde_json::{Value, json};
use std::path::{Path, PathBuf};

pub(crate) fn fixtures() -> PathBuf {
    [env!("CARGO_MANIFEST_DIR"), "fixtures", "terraform"].iter().collect()
}

pub(crate) fn plan(name: &str) -> Value {
    let text = std::fs::read_to_string(fixtures().join(format!("{name}.json"))).expect("the fixture is there");
    serde_json::from_str(&text).expect("the fixture is JSON")
}

pub(crate) fn lint(folder: &Path, arguments: &[&str]) -> Run {
    run_in(folder, &[&["lint", "--format", "json"], arguments].concat())
}

/// Lints a plan that is written to `plan.json` as Terraform writes it, in one line.
pub(crate) fn lint_plan(plan: &Value) -> Run {
    lint(&Scratch::new("plan").with("plan.json", &plan.to_string()).0, &["plan.json"])
}

/// The change of a resource.
pub(crate) fn change<'p>(plan: &'p mut Value, address: &str) -> &'p mut Value {
    let changes = plan["resource_changes"].as_array_mut().expect("a list of changes");
    changes.iter_mut().find(|change| change["address"] == address).unwrap_or_else(|| panic!("no {address}"))
}

pub(crate) fn without(plan: &mut Value, address: &str) {
    plan["resource_changes"].as_array_mut().expect("a list of changes").retain(|change| change["address"] != address);
}

/// Gives a resource a value that is known.
pub(crate) fn set(plan: &mut Value, address: &str, attribute: &str, value: Value) {
    let change = &mut change(plan, address)["change"];
    change["after"][attribute] = value;
    change["after_unknown"].as_object_mut().expect("an object").remove(attribute);
}

/// Workload → destination → verdict.
pub(crate) fn verdicts(run: &Run) -> Vec<String> {
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

pub(crate) fn not_checked(run: &Run) -> Vec<String> {
    let list = run.json()["notChecked"].as_array().cloned().unwrap_or_default();
    list.iter()
        .map(|entry| {
            format!("{}: {}", entry["what"].as_str().unwrap_or_default(), entry["why"].as_str().unwrap_or_default())
        })
        .collect()
}

/// A resource of a state: its type, its name, its values.
pub(crate) fn state_of(resources: &[(&str, &str, Value)]) -> Value {
    let told = resources.iter().map(|(ty, name, values)| {
        json!({"address": format!("{ty}.{name}"), "mode": "managed", "type": ty, "name": name,
               "provider_name": "registry.terraform.io/hashicorp/aws", "values": values})
    });
    json!({"format_version": "1.0", "terraform_version": "1.11.4",
           "values": {"root_module": {"resources": told.collect::<Vec<_>>()}}})
}

/// A plan of changes: type, name, actions, values before, values after, what of them isn't known, expressions.
pub(crate) struct Change(
    pub(crate) &'static str,
    pub(crate) &'static str,
    pub(crate) &'static [&'static str],
    pub(crate) Value,
    pub(crate) Value,
    pub(crate) Value,
    pub(crate) Value,
);

pub(crate) fn plan_of(changes: &[Change]) -> Value {
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
pub(crate) fn existing() -> Vec<(&'static str, &'static str, Value)> {
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

/// What is there, as `fargcheck scan` would write it.
pub(crate) fn snapshot() -> Value {
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

pub(crate) fn lint_onto(plan: &Value, snapshot: &Value) -> Run {
    let scratch = Scratch::new("onto").with("plan.json", &plan.to_string()).with("there.json", &snapshot.to_string());
    lint(&scratch.0, &["plan.json", "--onto", "there.json"])
}
