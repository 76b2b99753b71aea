//! One working network, what is changed in it, and what becomes of what the task needs.

use crate::cli_support::{Run, Scratch};
use serde_json::{Value, json};
use std::collections::BTreeMap;

pub(super) const IMAGE: &str = "111122223333.dkr.ecr.us-east-1.amazonaws.com/app:1";
pub(super) const LAYERS: &str = "arn:aws:s3:::prod-us-east-1-starport-layer-bucket/*";

/// The policy of an endpoint that is given none.
const ALLOW_ALL: &str = r#"{"Statement":[{"Effect":"Allow","Principal":"*","Action":"*","Resource":"*"}]}"#;

/// A service in an isolated subnet, with endpoints for ECR and logs, and a gateway endpoint for S3.
pub(super) fn network() -> Value {
    let endpoint = |id: &str, service: &str| {
        json!({
            "VpcEndpointId": id, "VpcEndpointType": "Interface", "VpcId": "vpc-1", "State": "available",
            "PolicyDocument": ALLOW_ALL, "ServiceName": format!("com.amazonaws.us-east-1.{service}"), "PrivateDnsEnabled": true,
            "SubnetIds": ["subnet-1"], "Groups": [{ "GroupId": "sg-endpoint" }], "NetworkInterfaceIds": [],
        })
    };
    json!({
        "fargcheck": { "schema": 1, "account": "111122223333", "region": "us-east-1" },
        "Vpcs": [{ "VpcId": "vpc-1", "CidrBlock": "10.0.0.0/16", "OwnerId": "111122223333" }],
        "VpcAttributes": [
            { "VpcId": "vpc-1", "EnableDnsSupport": { "Value": true }, "EnableDnsHostnames": { "Value": true } },
        ],
        "DhcpOptions": [],
        "Subnets": [
            { "SubnetId": "subnet-1", "VpcId": "vpc-1", "CidrBlock": "10.0.1.0/24", "AvailabilityZone": "us-east-1a" },
            { "SubnetId": "subnet-2", "VpcId": "vpc-1", "CidrBlock": "10.0.2.0/24", "AvailabilityZone": "us-east-1a" },
        ],
        "RouteTables": [
            {
                "RouteTableId": "rtb-1", "VpcId": "vpc-1",
                "Associations": [{ "SubnetId": "subnet-1" }],
                "Routes": [
                    { "DestinationCidrBlock": "10.0.0.0/16", "GatewayId": "local" },
                    { "DestinationPrefixListId": "pl-s3", "GatewayId": "vpce-s3" },
                ],
            },
            {
                "RouteTableId": "rtb-2", "VpcId": "vpc-1",
                "Associations": [{ "SubnetId": "subnet-2" }],
                "Routes": [
                    { "DestinationCidrBlock": "10.0.0.0/16", "GatewayId": "local" },
                    { "DestinationCidrBlock": "0.0.0.0/0", "GatewayId": "igw-1" },
                ],
            },
        ],
        "InternetGateways": [
            { "InternetGatewayId": "igw-1", "Attachments": [{ "VpcId": "vpc-1", "State": "available" }] },
        ],
        "NatGateways": [{
            "NatGatewayId": "nat-1", "VpcId": "vpc-1", "SubnetId": "subnet-2", "State": "available",
            "NatGatewayAddresses": [{ "AllocationId": "eipalloc-1", "PublicIp": "198.51.100.7" }],
        }],
        "NetworkAcls": [{
            "NetworkAclId": "acl-1", "VpcId": "vpc-1", "IsDefault": true,
            "Associations": [{ "SubnetId": "subnet-1" }, { "SubnetId": "subnet-2" }],
            "Entries": [
                { "RuleNumber": 100, "Protocol": "-1", "RuleAction": "allow", "Egress": true, "CidrBlock": "0.0.0.0/0" },
                { "RuleNumber": 100, "Protocol": "-1", "RuleAction": "allow", "Egress": false, "CidrBlock": "0.0.0.0/0" },
            ],
        }],
        "SecurityGroups": [
            {
                "GroupId": "sg-task", "VpcId": "vpc-1", "IpPermissions": [],
                "IpPermissionsEgress": [{ "IpProtocol": "-1", "IpRanges": [{ "CidrIp": "0.0.0.0/0" }] }],
            },
            {
                "GroupId": "sg-endpoint", "VpcId": "vpc-1", "IpPermissionsEgress": [],
                "IpPermissions": [
                    { "IpProtocol": "tcp", "FromPort": 443, "ToPort": 443, "IpRanges": [{ "CidrIp": "10.0.0.0/16" }] },
                ],
            },
        ],
        "VpcEndpoints": [
            {
                "VpcEndpointId": "vpce-s3", "VpcEndpointType": "Gateway", "VpcId": "vpc-1", "State": "available",
                "PolicyDocument": ALLOW_ALL, "ServiceName": "com.amazonaws.us-east-1.s3", "RouteTableIds": ["rtb-1"],
            },
            endpoint("vpce-api", "ecr.api"),
            endpoint("vpce-dkr", "ecr.dkr"),
            endpoint("vpce-logs", "logs"),
        ],
        "PrefixLists": [
            { "PrefixListId": "pl-s3", "PrefixListName": "com.amazonaws.us-east-1.s3", "Cidrs": ["52.216.0.0/15"] },
        ],
        "NetworkInterfaces": [],
        "VpcBlockPublicAccessOptions": [{ "InternetGatewayBlockMode": "off" }],
        "clusters": [{ "clusterArn": "arn:aws:ecs:us-east-1:111122223333:cluster/c", "clusterName": "c" }],
        "services": [{
            "serviceArn": "arn:aws:ecs:us-east-1:111122223333:service/c/web", "serviceName": "web",
            "clusterArn": "arn:aws:ecs:us-east-1:111122223333:cluster/c",
            "launchType": "FARGATE", "platformVersion": "1.4.0", "desiredCount": 1,
            "taskDefinition": "arn:aws:ecs:us-east-1:111122223333:task-definition/web:1",
            "networkConfiguration": { "awsvpcConfiguration": {
                "subnets": ["subnet-1"], "securityGroups": ["sg-task"], "assignPublicIp": "DISABLED",
            } },
        }],
        "tasks": [],
        "taskDefinitions": [{
            "taskDefinitionArn": "arn:aws:ecs:us-east-1:111122223333:task-definition/web:1",
            "family": "web", "revision": 1, "networkMode": "awsvpc", "requiresCompatibilities": ["FARGATE"],
            "executionRoleArn": "arn:aws:iam::111122223333:role/ecsTaskExecutionRole",
            "containerDefinitions": [{
                "name": "web", "image": IMAGE,
                "logConfiguration": { "logDriver": "awslogs", "options": { "awslogs-region": "us-east-1" } },
            }],
        }],
    })
}

pub(super) type Change = (&'static str, Value);

pub(super) fn changed(changes: &[Change]) -> Value {
    let mut document = network();
    for (pointer, value) in changes {
        let (parent, last) = pointer.rsplit_once('/').expect("a pointer");
        match document.pointer_mut(parent).unwrap_or_else(|| panic!("{pointer}: no such place")) {
            Value::Array(list) if last == "-" => list.push(value.clone()),
            Value::Array(list) => list[last.parse::<usize>().expect("an index")] = value.clone(),
            Value::Object(map) => {
                map.insert(last.to_owned(), value.clone());
            }
            _ => panic!("{pointer}: not in a list or an object"),
        }
    }
    document
}

pub(super) struct Row {
    name: &'static str,
    changes: Vec<Change>,
    /// What is not simply reachable: destination and verdict.
    expected: &'static [(&'static str, &'static str)],
    /// The faults.
    faults: &'static [&'static str],
    /// The exit code.
    code: i32,
}

pub(super) fn row(
    name: &'static str,
    changes: Vec<Change>,
    expected: &'static [(&'static str, &'static str)],
    faults: &'static [&'static str],
    code: i32,
) -> Row {
    Row { name, changes, expected, faults, code }
}

pub(super) fn lint(document: &Value, published: Option<&Value>) -> Run {
    let scratch = Scratch::new("services").with("snapshot.json", &document.to_string());
    let mut arguments = vec!["lint", "snapshot.json", "--format", "json"];
    let scratch = match published {
        None => scratch,
        Some(published) => {
            arguments.extend(["--ip-ranges", "ip-ranges.json"]);
            scratch.with("ip-ranges.json", &published.to_string())
        }
    };
    scratch.run(&arguments)
}

/// Destinations that are not simply reachable.
pub(super) fn doubtful(run: &Run) -> BTreeMap<String, String> {
    let json = run.json();
    let flows = json["workloads"]
        .as_array()
        .into_iter()
        .flatten()
        .flat_map(|workload| workload["flows"].as_array().cloned().unwrap_or_default());
    let told = |flow: &Value, key: &str| flow[key].as_str().unwrap_or_default().to_owned();
    flows
        .map(|flow| (told(&flow, "destination"), told(&flow, "verdict")))
        .filter(|(_, verdict)| verdict != "reachable")
        .collect()
}

pub(super) fn check(rows: &[Row], published: Option<&Value>) {
    let mut wrong = Vec::new();
    for row in rows {
        let run = lint(&changed(&row.changes), published);
        if run.out.is_empty() {
            wrong.push(format!("{}: {}", row.name, run.err));
            continue;
        }
        let found = doubtful(&run);
        let expected: BTreeMap<String, String> =
            row.expected.iter().map(|(to, verdict)| ((*to).to_owned(), (*verdict).to_owned())).collect();
        if found != expected || run.faults() != row.faults || run.code != row.code {
            let unchecked = &run.json()["notChecked"];
            wrong.push(format!("{}: {found:?} {:?} {} {unchecked:#}", row.name, run.faults(), run.code));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

pub(super) const S3_POLICY: &str = "/VpcEndpoints/0/PolicyDocument";
pub(super) const DKR_POLICY: &str = "/VpcEndpoints/2/PolicyDocument";
pub(super) const IMAGE_AT: &str = "/taskDefinitions/0/containerDefinitions/0/image";

pub(super) fn policy(statements: Value) -> Value {
    json!({ "Version": "2012-10-17", "Statement": statements }).to_string().into()
}

pub(super) fn only(operator: &str, key: &str, value: &str) -> Value {
    let mut condition = json!({});
    condition[operator] = json!({});
    condition[operator][key] = value.into();
    policy(json!([{ "Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*", "Condition": condition }]))
}

/// Out through a NAT gateway instead of nothing.
pub(super) fn through_nat() -> Change {
    ("/RouteTables/0/Routes/-", json!({ "DestinationCidrBlock": "0.0.0.0/0", "NatGatewayId": "nat-1" }))
}
