//! What `cost/s3-through-nat` says to do: the endpoint that is there is given the tables, else one is made for them.

mod cli_support;

use cli_support::run_with;
use serde_json::{Value, json};
use std::path::Path;

/// Tasks behind NAT gateways, in subnets with a route table each.
const NETWORK: &str = include_str!("../fixtures/rules/cost/s3-through-nat/fail.json");

fn command(network: &Value) -> String {
    let run = run_with(Path::new("."), &["lint", "-", "--format", "json"], &network.to_string());
    let report = run.json();
    let mut findings = report["findings"].as_array().into_iter().flatten();
    let found = findings.find(|finding| finding["rule"] == "cost/s3-through-nat").unwrap_or_else(|| panic!("{run:#?}"));
    let help = found["help"].as_str().unwrap_or_default();
    let commands: Vec<&str> = help.lines().map(str::trim).filter(|line| line.starts_with("aws ")).collect();
    assert_eq!(commands.len(), 1, "{help}");
    commands.concat()
}

#[test]
fn the_endpoint_that_is_there_is_given_the_tables() {
    let mut network: Value = serde_json::from_str(NETWORK).expect("the fixture is JSON");
    network["VpcEndpoints"] = json!([]);
    let vpc = network["Vpcs"][0]["VpcId"].as_str().expect("an id").to_owned();
    let placed = network["services"][0]["networkConfiguration"]["awsvpcConfiguration"]["subnets"].clone();
    let of_tasks = |table: &&Value| {
        let ids = table["Associations"].as_array().into_iter().flatten().map(|one| &one["SubnetId"]);
        placed.as_array().into_iter().flatten().any(|subnet| ids.clone().any(|id| id == subnet))
    };
    let tables = network["RouteTables"].as_array().into_iter().flatten().filter(of_tasks);
    let tables: Vec<&str> = tables.filter_map(|table| table["RouteTableId"].as_str()).collect();
    let tables = tables.join(" ");
    assert!(!tables.is_empty());
    let made = format!(
        "aws ec2 create-vpc-endpoint --vpc-id {vpc} --service-name com.amazonaws.us-east-1.s3 --vpc-endpoint-type Gateway --route-table-ids {tables}"
    );
    assert_eq!(command(&network), made);
    network["VpcEndpoints"] = json!([{
        "VpcEndpointId": "vpce-0a1b2c3d", "VpcEndpointType": "Gateway", "VpcId": vpc, "State": "available",
        "ServiceName": "com.amazonaws.us-east-1.s3", "RouteTableIds": [], "PolicyDocument": "{}"
    }]);
    let modified =
        format!("aws ec2 modify-vpc-endpoint --vpc-endpoint-id vpce-0a1b2c3d --add-route-table-ids {tables}");
    assert_eq!(command(&network), modified);
}
