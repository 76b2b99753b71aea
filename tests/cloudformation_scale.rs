//! Templates of thousands of resources come to what a few of the same kind come to.

mod cli_support;

use cli_support::{Run, Scratch};
use serde_json::{Map, Value, json};
use std::collections::HashSet;

/// A VPC with a public subnet, an internet gateway and a NAT gateway.
fn network() -> Map<String, Value> {
    let vpc = json!({"Ref": "Vpc"});
    let resource = |ty: &str, properties: Value| json!({"Type": format!("AWS::{ty}"), "Properties": properties});
    let resources = [
        ("Vpc", resource("EC2::VPC", json!({"CidrBlock": "10.0.0.0/8"}))),
        ("Gateway", resource("EC2::InternetGateway", json!({}))),
        (
            "Attachment",
            resource("EC2::VPCGatewayAttachment", json!({"VpcId": vpc, "InternetGatewayId": {"Ref": "Gateway"}})),
        ),
        ("Public", resource("EC2::Subnet", json!({"VpcId": vpc, "CidrBlock": "10.255.0.0/24"}))),
        ("PublicTable", resource("EC2::RouteTable", json!({"VpcId": vpc}))),
        ("PublicRoute", route("PublicTable", "0.0.0.0/0", "GatewayId", "Gateway")),
        ("PublicAssociation", association("PublicTable", "Public")),
        ("Nat", resource("EC2::NatGateway", json!({"SubnetId": {"Ref": "Public"}, "AllocationId": "eipalloc-1"}))),
        ("Group", resource("EC2::SecurityGroup", json!({"GroupDescription": "a", "VpcId": vpc}))),
        ("Cluster", resource("ECS::Cluster", json!({}))),
        (
            "Definition",
            resource(
                "ECS::TaskDefinition",
                json!({
                    "NetworkMode": "awsvpc",
                    "RequiresCompatibilities": ["FARGATE"],
                    "ContainerDefinitions": [{"Name": "a", "Image": "public.ecr.aws/nginx/nginx:1"}],
                }),
            ),
        ),
    ];
    resources.into_iter().map(|(name, resource)| (name.to_owned(), resource)).collect()
}

fn route(table: &str, block: &str, target: &str, to: &str) -> Value {
    json!({"Type": "AWS::EC2::Route", "Properties": {"RouteTableId": {"Ref": table}, "DestinationCidrBlock": block, target: {"Ref": to}}})
}

fn association(table: &str, subnet: &str) -> Value {
    json!({"Type": "AWS::EC2::SubnetRouteTableAssociation", "Properties": {"RouteTableId": {"Ref": table}, "SubnetId": {"Ref": subnet}}})
}

fn subnet(index: usize) -> Value {
    json!({"Type": "AWS::EC2::Subnet", "Properties": {
        "VpcId": {"Ref": "Vpc"},
        "CidrBlock": format!("10.{}.{}.0/24", index / 256, index % 256),
        "Tags": [{"Key": "Name", "Value": format!("private-{index}")}],
    }})
}

fn table() -> Value {
    json!({"Type": "AWS::EC2::RouteTable", "Properties": {"VpcId": {"Ref": "Vpc"}}})
}

fn service(subnets: usize) -> Value {
    let subnets: Vec<Value> = (0..subnets).map(|index| json!({"Ref": format!("Subnet{index}")})).collect();
    json!({"Type": "AWS::ECS::Service", "Properties": {
        "Cluster": {"Ref": "Cluster"},
        "LaunchType": "FARGATE",
        "TaskDefinition": {"Ref": "Definition"},
        "NetworkConfiguration": {"AwsvpcConfiguration": {"Subnets": subnets, "SecurityGroups": [{"Ref": "Group"}]}},
    }})
}

fn lint(resources: Map<String, Value>, conditions: &Map<String, Value>) -> Run {
    let template = json!({"AWSTemplateFormatVersion": "2010-09-09", "Conditions": conditions, "Resources": resources});
    let scratch = Scratch::new("scale").with("template.json", &template.to_string());
    scratch.run(&["lint", "template.json", "--region", "us-east-1", "--format", "json"])
}

/// The rules that find faults, each once.
fn faults(run: &Run) -> Vec<String> {
    let mut faults = run.faults();
    faults.sort_unstable();
    faults.dedup();
    faults
}

/// As many routes as AWS allows in one table: the last one to the same block counts.
#[test]
fn a_thousand_routes_in_one_table() {
    let mut resources = network();
    resources.insert("Table".into(), table());
    resources.insert("Subnet0".into(), subnet(0));
    resources.insert("Association".into(), association("Table", "Subnet0"));
    resources.insert("Service".into(), service(1));
    for index in 0..999_usize {
        let block = format!("11.{}.{}.0/24", index / 256, index % 256);
        resources.insert(format!("Route{index:03}"), route("Table", &block, "NatGatewayId", "Nat"));
    }
    let verdict = |run: &Run| run.json()["workloads"][0]["flows"][0]["verdict"].clone();
    let run = lint(resources.clone(), &Map::new());
    assert_eq!(verdict(&run), "unknown", "where the registry is: {run:#?}");
    resources.insert("RouteA".into(), route("Table", "0.0.0.0/0", "GatewayId", "Gateway"));
    resources.insert("RouteB".into(), route("Table", "0.0.0.0/0", "NatGatewayId", "Nat"));
    let run = lint(resources, &Map::new());
    assert_eq!((run.code, faults(&run), verdict(&run)), (0, Vec::new(), json!("reachable")), "{run:#?}");
}

/// A service in so many subnets that AWS would refuse it, and with which everything is wrong in each.
#[test]
fn a_service_in_a_thousand_subnets() {
    const MANY: usize = 1_000;
    let mut resources = network();
    for index in 0..MANY {
        resources.insert(format!("Subnet{index}"), subnet(index));
    }
    resources.insert("Service".into(), service(MANY));
    let run = lint(resources, &Map::new());
    let said = run.json();
    let found = said["findings"].as_array().into_iter().flatten().find(|finding| finding["severity"] == "error");
    let broken = found.and_then(|finding| finding["affects"].as_array()).map(Vec::len);
    assert!(broken.is_some_and(|broken| broken >= MANY), "{broken:?}: {:?}", faults(&run));
}

/// Subnets to which nobody gave one of the tables that lie ready, one for each: they are told together.
#[test]
fn a_thousand_tables_that_no_subnet_has() {
    let with = |count: usize| {
        let mut resources = network();
        for index in 0..count {
            resources.insert(format!("Subnet{index}"), subnet(index));
            resources.insert(format!("Table{index}"), table());
            resources
                .insert(format!("Route{index}"), route(&format!("Table{index}"), "0.0.0.0/0", "NatGatewayId", "Nat"));
        }
        let run = lint(resources, &Map::new());
        let help = run.json()["findings"][0]["help"].as_str().unwrap_or_default().to_owned();
        let tables = (0..count).filter(|index| help.contains(&format!("Table{index}>"))).count();
        (faults(&run), tables > 0)
    };
    assert_eq!(with(1_000), with(2));
    assert!(with(2).1);
}

/// Every resource under a condition of its own.
#[test]
fn thousands_of_conditions() {
    let mut resources = network();
    let mut conditions = Map::new();
    for index in 0..3_000_usize {
        let truth = if index % 2 == 0 { "a" } else { "b" };
        conditions.insert(format!("Condition{index}"), json!({"Fn::Equals": ["a", truth]}));
        let mut made = subnet(index);
        made["Condition"] = json!(format!("Condition{index}"));
        resources.insert(format!("Subnet{index}"), made);
    }
    let run = lint(resources, &conditions);
    let words: HashSet<&str> = run.out.split(|letter: char| !letter.is_alphanumeric()).collect();
    for index in 0..3_000 {
        assert_eq!(words.contains(format!("Subnet{index}").as_str()), index % 2 == 0, "{index}: {:?}", faults(&run));
    }
}
