//! AWS's services as destinations: policies of endpoints, names, regions and partitions, and the addresses that AWS
//! publishes. One working network, and for each row what is changed in it, and what becomes of what the task needs.

mod cli_support;

use cli_support::{Run, Scratch};
use serde_json::{Value, json};
use std::collections::BTreeMap;

const IMAGE: &str = "111122223333.dkr.ecr.us-east-1.amazonaws.com/app:1";
const LAYERS: &str = "arn:aws:s3:::prod-us-east-1-starport-layer-bucket/*";

/// A service in an isolated subnet, with endpoints for ECR and logs, and a gateway endpoint for S3.
fn network() -> Value {
    let endpoint = |id: &str, service: &str| {
        json!({
            "VpcEndpointId": id, "VpcEndpointType": "Interface", "VpcId": "vpc-1", "State": "available",
            "ServiceName": format!("com.amazonaws.us-east-1.{service}"), "PrivateDnsEnabled": true,
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
                "ServiceName": "com.amazonaws.us-east-1.s3", "RouteTableIds": ["rtb-1"],
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

type Change = (&'static str, Value);

fn changed(changes: &[Change]) -> Value {
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

struct Row {
    name: &'static str,
    changes: Vec<Change>,
    /// What is not simply reachable: destination and verdict.
    expected: &'static [(&'static str, &'static str)],
    /// The faults.
    faults: &'static [&'static str],
    /// The exit code.
    code: i32,
}

fn row(
    name: &'static str,
    changes: Vec<Change>,
    expected: &'static [(&'static str, &'static str)],
    faults: &'static [&'static str],
    code: i32,
) -> Row {
    Row { name, changes, expected, faults, code }
}

fn lint(document: &Value, published: Option<&Value>) -> Run {
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
fn doubtful(run: &Run) -> BTreeMap<String, String> {
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

fn check(rows: &[Row], published: Option<&Value>) {
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

const S3_POLICY: &str = "/VpcEndpoints/0/PolicyDocument";
const DKR_POLICY: &str = "/VpcEndpoints/2/PolicyDocument";
const IMAGE_AT: &str = "/taskDefinitions/0/containerDefinitions/0/image";

fn policy(statements: Value) -> Value {
    json!({ "Version": "2012-10-17", "Statement": statements }).to_string().into()
}

fn only(operator: &str, key: &str, value: &str) -> Value {
    let mut condition = json!({});
    condition[operator] = json!({});
    condition[operator][key] = value.into();
    policy(json!([{ "Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*", "Condition": condition }]))
}

/// Out through a NAT gateway instead of nothing.
fn through_nat() -> Change {
    ("/RouteTables/0/Routes/-", json!({ "DestinationCidrBlock": "0.0.0.0/0", "NatGatewayId": "nat-1" }))
}

#[test]
fn policies_of_endpoints() {
    let own = json!([{ "Effect": "Allow", "Principal": "*", "Action": "s3:*", "Resource": ["arn:aws:s3:::mine", "arn:aws:s3:::mine/*"] }]);
    let with_layers =
        json!([own[0], { "Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", "Resource": LAYERS }]);
    const BLOCKED: &[(&str, &str)] = &[("s3", "blocked")];
    const FAULT: &[&str] = &["endpoint/policy"];
    const ROLE: &str = "arn:aws:iam::111122223333:role/ecsTaskExecutionRole";
    check(
        &[
            row("no policy", vec![], &[], &[], 0),
            row("one's own bucket", vec![(S3_POLICY, policy(own))], BLOCKED, FAULT, 1),
            row("one's own bucket and the layers'", vec![(S3_POLICY, policy(with_layers))], &[], &[], 0),
            row(
                "one's own resources",
                vec![(S3_POLICY, only("StringEquals", "aws:ResourceAccount", "111122223333"))],
                BLOCKED,
                FAULT,
                1,
            ),
            row(
                "one's own principals",
                vec![(S3_POLICY, only("StringEquals", "aws:PrincipalAccount", "111122223333"))],
                BLOCKED,
                FAULT,
                1,
            ),
            row("the VPC", vec![(S3_POLICY, only("StringEquals", "aws:SourceVpc", "vpc-1"))], &[], &[], 0),
            row("the endpoint", vec![(S3_POLICY, only("StringEquals", "aws:SourceVpce", "vpce-s3"))], &[], &[], 0),
            row(
                "a tag",
                vec![(S3_POLICY, only("StringEquals", "aws:PrincipalTag/team", "web"))],
                &[("s3", "unknown")],
                &[],
                0,
            ),
            row("the role, at ECR", vec![(DKR_POLICY, only("ArnEquals", "aws:PrincipalArn", ROLE))], &[], &[], 0),
            row(
                "another account, at ECR",
                vec![(DKR_POLICY, only("StringEquals", "aws:PrincipalAccount", "444455556666"))],
                &[("ecr.dkr", "blocked")],
                FAULT,
                1,
            ),
            row(
                "the repository's account, at ECR",
                vec![(DKR_POLICY, only("StringEquals", "aws:ResourceAccount", "111122223333"))],
                &[],
                &[],
                0,
            ),
            row(
                "addresses of the VPC, at ECR",
                vec![(DKR_POLICY, only("IpAddress", "aws:VpcSourceIp", "10.0.0.0/16"))],
                &[],
                &[],
                0,
            ),
            row(
                "addresses of the internet, at ECR",
                vec![(DKR_POLICY, only("IpAddress", "aws:SourceIp", "10.0.0.0/16"))],
                &[("ecr.dkr", "blocked")],
                FAULT,
                1,
            ),
            row("no policy at all", vec![(S3_POLICY, "{".into())], &[("s3", "unknown")], &[], 3),
        ],
        None,
    );
}

/// Nobody says what runs, or flags say where: the image is taken to be in ECR, in whichever repository.
#[test]
fn policies_for_tasks_of_which_little_is_said() {
    let leaves_layers_out = only("StringEquals", "aws:ResourceAccount", "111122223333");
    let nothing_runs = |mut document: Value| {
        for key in ["services", "taskDefinitions", "clusters"] {
            document[key] = json!([]);
        }
        // The other subnet is not what this is about.
        document["Subnets"].as_array_mut().expect("a list").truncate(1);
        document
    };
    for (policy, verdict) in
        [(leaves_layers_out, Some("blocked")), (only("StringEquals", "aws:SourceVpc", "vpc-1"), None)]
    {
        let document = nothing_runs(changed(&[(S3_POLICY, policy)]));
        assert_eq!(doubtful(&lint(&document, None)).get("s3").map(String::as_str), verdict, "any task");
        let scratch = Scratch::new("services").with("snapshot.json", &document.to_string());
        let flags =
            ["lint", "snapshot.json", "--format", "json", "--subnet", "subnet-1", "--security-group", "sg-task"];
        assert_eq!(doubtful(&scratch.run(&flags)).get("s3").map(String::as_str), verdict, "a task of flags");
    }
}

#[test]
fn trace_asks_the_policy_for_what_the_workload_needs() {
    let question = |from| ["trace", "snapshot.json", "--from", from, "--to", "s3", "--format", "json"];
    let document = changed(&[(S3_POLICY, only("StringEquals", "aws:PrincipalOrgID", "o-1"))]);
    let scratch = Scratch::new("services").with("snapshot.json", &document.to_string());
    let run = scratch.run(&question("web"));
    assert_eq!(run.json()["reasons"][0]["code"], "endpoint-policy", "{run:#?}");
    let message = run.json()["reasons"][0]["message"].to_string();
    assert!(message.contains("aws:PrincipalOrgID leaves out Amazon ECR's own account"), "{message}");
    // What a task of a subnet wants of S3 isn't known.
    assert_eq!(scratch.run(&question("subnet-1")).json()["verdict"], "reachable");
}

#[test]
fn trace_takes_names_that_hold_a_region() {
    let scratch = Scratch::new("services").with("snapshot.json", &network().to_string());
    for (to, verdict) in [
        ("com.amazonaws.us-east-1.ecr.dkr", "reachable"),
        ("cn.com.amazonaws.us-east-1.ecr.dkr", "reachable"),
        ("com.amazonaws.eu-west-1.ecr.dkr", "blocked"),
        ("ecr.dkr in us-east-1", "reachable"),
        ("ecr.dkr in eu-west-1", "blocked"),
        ("111122223333.dkr.ecr.us-east-1.amazonaws.com", "reachable"),
        ("111122223333.dkr.ecr.eu-west-1.amazonaws.com", "blocked"),
        ("111122223333.dkr-ecr.us-east-1.on.aws", "unknown"),
    ] {
        let run = scratch.run(&["trace", "snapshot.json", "--from", "web", "--to", to, "--format", "json"]);
        assert_eq!(run.json()["verdict"], verdict, "{to}: {run:#?}");
    }
    let run = scratch.run(&["trace", "snapshot.json", "--from", "web", "--to", "ecr.dkx in eu-west-1"]);
    assert_eq!(run.code, 2, "{run:#?}");
}

#[test]
fn why_it_is_not_known_is_said() {
    for (value, expected) in [
        (only("StringEquals", "aws:PrincipalTag/team", "web"), "hangs on aws:PrincipalTag/team"),
        ("not JSON".into(), "the policy of vpce-s3 can't be read"),
    ] {
        let run = lint(&changed(&[(S3_POLICY, value)]), None);
        let unchecked = run.json()["notChecked"].to_string();
        assert!(unchecked.contains(expected), "{expected}: {unchecked}");
    }
}

#[test]
fn names_regions_and_partitions() {
    const ELSEWHERE: &[(&str, &str)] =
        &[("ecr.api in eu-west-1", "blocked"), ("ecr.dkr in eu-west-1", "blocked"), ("s3 in eu-west-1", "blocked")];
    let image = |text: &str| (IMAGE_AT, Value::from(text));
    let elsewhere = || image("111122223333.dkr.ecr.eu-west-1.amazonaws.com/app:1");
    let made_for = |id: &str, service: &str| -> Change {
        let mut endpoint = network()["VpcEndpoints"][1].clone();
        endpoint["VpcEndpointId"] = id.into();
        endpoint["ServiceName"] = format!("com.amazonaws.eu-west-1.{service}").into();
        endpoint["ServiceRegion"] = "eu-west-1".into();
        ("/VpcEndpoints/-", endpoint)
    };
    let fips = "111122223333.dkr.ecr-fips.us-east-1.amazonaws.com/app:1";
    let dual = "111122223333.dkr-ecr.us-east-1.on.aws/app:1";
    let entries = json!([{ "DnsName": "vpce-dkr.dkr.ecr.us-east-1.vpce.amazonaws.com" }, { "DnsName": "*.dkr-ecr.us-east-1.on.aws" }]);
    check(
        &[
            row(
                "endpoints of this region serve no other",
                vec![elsewhere()],
                ELSEWHERE,
                &["route/private-default-nat"],
                1,
            ),
            row("another region through NAT", vec![elsewhere(), through_nat()], &[], &[], 0),
            row(
                "endpoints made for the other region",
                vec![
                    elsewhere(),
                    made_for("vpce-a", "ecr.api"),
                    made_for("vpce-b", "ecr.dkr"),
                    made_for("vpce-c", "s3"),
                ],
                &[],
                &[],
                0,
            ),
            row(
                "a FIPS host",
                vec![image(fips)],
                &[("111122223333.dkr.ecr-fips.us-east-1.amazonaws.com", "unknown")],
                &[],
                0,
            ),
            row("a FIPS host and NAT", vec![image(fips), through_nat()], &[], &[], 0),
            row(
                "a dual-stack host",
                vec![image(dual)],
                &[("111122223333.dkr-ecr.us-east-1.on.aws", "unknown")],
                &[],
                0,
            ),
            row(
                "a dual-stack host that the endpoint's names have",
                vec![image(dual), ("/VpcEndpoints/2/DnsEntries", entries)],
                &[],
                &[],
                0,
            ),
        ],
        None,
    );
}

#[test]
fn the_trace_says_that_endpoints_serve_their_own_region() {
    let document = changed(&[(IMAGE_AT, "111122223333.dkr.ecr.eu-west-1.amazonaws.com/app:1".into())]);
    let findings = lint(&document, None).json()["findings"].to_string();
    assert!(findings.contains("endpoint vpce-api serves ecr.api of its own region alone"), "{findings}");
}

/// The same network in another partition: names of regions, services and registries, and ARNs.
fn moved(region: &str, partition: &str, service_prefix: &str, suffix: &str) -> Value {
    let text = network().to_string();
    let text = text.replace("com.amazonaws.us-east-1", &format!("{service_prefix}.us-east-1"));
    let text = text.replace("amazonaws.com/", &format!("{suffix}/"));
    let text = text.replace("arn:aws:", &format!("arn:{partition}:")).replace("us-east-1", region);
    serde_json::from_str(&text).expect("it was JSON")
}

#[test]
fn partitions() {
    for (region, partition, prefix, suffix) in [
        ("cn-north-1", "aws-cn", "cn.com.amazonaws", "amazonaws.com.cn"),
        ("us-gov-west-1", "aws-us-gov", "com.amazonaws", "amazonaws.com"),
    ] {
        let sound = moved(region, partition, prefix, suffix);
        assert_eq!(doubtful(&lint(&sound, None)), BTreeMap::new(), "{region}");
        for (bucket_partition, verdict) in [(partition, None), ("aws", Some("blocked"))] {
            let mut document = sound.clone();
            let bucket = format!("arn:{bucket_partition}:s3:::prod-{region}-starport-layer-bucket/*");
            let statement =
                json!([{ "Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", "Resource": bucket }]);
            document["VpcEndpoints"][0]["PolicyDocument"] = policy(statement);
            let found = doubtful(&lint(&document, None));
            assert_eq!(found.get("s3").map(String::as_str), verdict, "{region} {bucket}");
        }
    }
}

#[test]
fn s3_through_an_interface_endpoint() {
    let interface = |private_dns: bool, inbound_only: bool| -> Change {
        let mut endpoint = network()["VpcEndpoints"][1].clone();
        endpoint["VpcEndpointId"] = "vpce-s3-interface".into();
        endpoint["ServiceName"] = "com.amazonaws.us-east-1.s3".into();
        endpoint["PrivateDnsEnabled"] = private_dns.into();
        endpoint["DnsOptions"] = json!({ "PrivateDnsOnlyForInboundResolverEndpoint": inbound_only });
        ("/VpcEndpoints/-", endpoint)
    };
    let no_gateway = || -> Vec<Change> {
        vec![
            ("/RouteTables/0/Routes", json!([{ "DestinationCidrBlock": "10.0.0.0/16", "GatewayId": "local" }])),
            ("/VpcEndpoints/0", network()["VpcEndpoints"][1].clone()),
        ]
    };
    let with = |mut changes: Vec<Change>, change: Change| {
        changes.push(change);
        changes
    };
    check(
        &[
            row("with private DNS, and no gateway endpoint", with(no_gateway(), interface(true, false)), &[], &[], 0),
            row(
                "without private DNS",
                with(no_gateway(), interface(false, false)),
                &[("s3", "blocked")],
                &["endpoint/private-dns"],
                1,
            ),
            row(
                "private DNS for inbound resolvers alone",
                with(no_gateway(), interface(true, true)),
                &[("s3", "blocked")],
                &["endpoint/private-dns"],
                1,
            ),
            row("for inbound resolvers, beside a gateway endpoint", vec![interface(true, true)], &[], &[], 0),
            row("without private DNS, beside a gateway endpoint", vec![interface(false, false)], &[], &[], 0),
        ],
        None,
    );
}

/// An excerpt in the form of AWS's document, made by hand.
fn published() -> Value {
    let range = |prefix: &str, region: &str, service: &str| json!({ "ip_prefix": prefix, "region": region, "service": service, "network_border_group": region });
    json!({
        "syncToken": "1767225600",
        "createDate": "2026-01-01-00-00-00",
        "prefixes": [
            range("52.94.0.0/22", "us-east-1", "AMAZON"),
            range("52.216.0.0/15", "us-east-1", "AMAZON"),
            range("52.216.0.0/15", "us-east-1", "S3"),
            range("52.93.0.0/16", "eu-west-1", "AMAZON"),
            range("3.5.64.0/21", "eu-west-1", "S3"),
        ],
        "ipv6_prefixes": [
            { "ipv6_prefix": "2600:1f00::/24", "region": "us-east-1", "service": "AMAZON", "network_border_group": "us-east-1" },
        ],
    })
}

/// Goes out through the NAT gateway, with a group that lets out to some addresses alone, and no endpoint for logs.
fn narrow(blocks: &[&str]) -> Vec<Change> {
    let ranges: Vec<Value> = blocks.iter().map(|block| json!({ "CidrIp": block })).collect();
    vec![
        through_nat(),
        ("/VpcEndpoints/3", network()["VpcEndpoints"][2].clone()),
        ("/SecurityGroups/0/IpPermissionsEgress", json!([{ "IpProtocol": "-1", "IpRanges": ranges }])),
    ]
}

#[test]
fn addresses_that_aws_publishes_decide_what_is_open_without_them() {
    const OPEN: &[(&str, &str)] = &[("logs", "unknown")];
    const BLOCKED: &[(&str, &str)] = &[("logs", "blocked")];
    let vpc_and_s3 = ["10.0.0.0/16", "52.216.0.0/15"];
    let by_route = |block: &str| {
        let mut changes = narrow(&["0.0.0.0/0"]);
        changes[0].1["DestinationCidrBlock"] = block.into();
        changes
    };
    let rows = |with: bool| {
        let no_route: &[&str] = if with { &["route/private-default-nat"] } else { &[] };
        let or_open = |expected| if with { expected } else { OPEN };
        let fault: &[&str] = if with { &["sg/egress"] } else { &[] };
        vec![
            row("everywhere", narrow(&["0.0.0.0/0"]), &[], &[], 0),
            row("all of AWS's", narrow(&[&vpc_and_s3[..], &["52.94.0.0/22"]].concat()), or_open(&[]), &[], 0),
            row("a route to AWS's alone", by_route("52.94.0.0/22"), or_open(&[]), &[], 0),
            row("a route to half of AWS's", by_route("52.94.2.0/23"), OPEN, &[], 0),
            row("a route to something else", by_route("8.8.8.0/24"), or_open(BLOCKED), no_route, i32::from(with)),
            row("half of AWS's", narrow(&[&vpc_and_s3[..], &["52.94.0.0/23"]].concat()), OPEN, &[], 0),
            row(
                "none of AWS's",
                narrow(&[&vpc_and_s3[..], &["8.8.8.0/24"]].concat()),
                or_open(BLOCKED),
                fault,
                i32::from(with),
            ),
        ]
    };
    check(&rows(false), None);
    check(&rows(true), Some(&published()));
}

#[test]
fn they_may_be_a_key_of_the_snapshot() {
    let mut document = changed(&narrow(&["10.0.0.0/16", "52.216.0.0/15", "52.94.0.0/22"]));
    assert_eq!(doubtful(&lint(&document, None)).get("logs").map(String::as_str), Some("unknown"));
    document["ipRanges"] = published();
    assert_eq!(doubtful(&lint(&document, None)), BTreeMap::new());
}

#[test]
fn a_key_that_holds_something_else_is_told_with_its_place() {
    for (value, code, pointer) in [
        (json!(null), None, ""),
        (json!({ "prefixes": [] }), None, ""),
        (json!({}), Some("input/not-ip-ranges"), ""),
        (json!([]), Some("input/not-ip-ranges"), ""),
        (json!(7), Some("input/wrong-type"), ""),
        (json!({ "prefixes": [{ "region": 7 }] }), Some("input/wrong-type"), "region"),
    ] {
        let mut document = network();
        document["ipRanges"] = value.clone();
        let run = lint(&document, None);
        assert_eq!(run.code, if code.is_some() { 2 } else { 0 }, "{value}: {run:#?}");
        assert!(run.err.contains(code.unwrap_or_default()) && run.err.contains(pointer), "{value}: {}", run.err);
    }
}

#[test]
fn the_newest_of_several_counts() {
    let with = |date: &str, prefix: &str| {
        json!({ "ipRanges": { "createDate": date, "prefixes": [{ "ip_prefix": prefix, "region": "us-east-1", "service": "AMAZON" }] } }).to_string()
    };
    let (right, wrong) = (("2026-02-01-00-00-00", "52.94.0.0/22"), ("2026-01-01-00-00-00", "8.8.8.0/24"));
    for files in [[right, wrong], [wrong, right]] {
        let document = changed(&narrow(&["10.0.0.0/16", "52.216.0.0/15", "52.94.0.0/22"]));
        let scratch = Scratch::new("services")
            .with("network/a.json", &document.to_string())
            .with("network/b.json", &with(files[0].0, files[0].1))
            .with("network/c.json", &with(files[1].0, files[1].1));
        let run = scratch.run(&["lint", "network", "--format", "json"]);
        assert!(!doubtful(&run).contains_key("logs"), "{files:?}: {run:#?}");
    }
}

#[test]
fn trace_takes_them_too() {
    let document = changed(&narrow(&["52.94.0.0/23"]));
    let scratch = Scratch::new("services")
        .with("snapshot.json", &document.to_string())
        .with("ip-ranges.json", &published().to_string());
    let question = ["trace", "snapshot.json", "--from", "web", "--to", "logs", "--format", "json"];
    let run = scratch.run(&question);
    assert!(run.json()["unknown"][0].as_str().is_some_and(|why| why.contains("--ip-ranges")), "{run:#?}");
    let run = scratch.run(&[&question[..], &["--ip-ranges", "ip-ranges.json"]].concat());
    assert!(run.json()["unknown"][0].as_str().is_some_and(|why| why.contains("published addresses")), "{run:#?}");
}

#[test]
fn what_is_no_document_of_address_ranges_is_told_with_its_place() {
    for (text, code, place) in [
        ("[]", "input/not-ip-ranges", "1:1"),
        ("{}", "input/not-ip-ranges", "1:1"),
        (r#"{"Vpcs": []}"#, "input/not-ip-ranges", "1:1"),
        (r#"{"prefixes": 7}"#, "input/wrong-type", "1:14"),
        (r#"{"prefixes": [7]}"#, "input/wrong-type", "1:15"),
        (r#"{"prefixes": [[]]}"#, "input/wrong-type", "1:15"),
        (r#"{"prefixes": [{"ip_prefix": "52.94.0.0"}]}"#, "input/not-a-cidr", "1:29"),
        (r#"{"prefixes": [{"ip_prefix": "52.94.0.0/40"}]}"#, "input/not-a-cidr", "1:29"),
        (r#"{"prefixes": [], "ipv6_prefixes": [{"ipv6_prefix": "x"}]}"#, "input/not-a-cidr", "1:52"),
        (r#"{"prefixes": [], "prefixes": []}"#, "input/duplicate-key", "1:2"),
        (r#"{"prefixes": ["#, "input/syntax", "1:14"),
        ("", "input/empty", ""),
    ] {
        let scratch =
            Scratch::new("services").with("snapshot.json", &network().to_string()).with("ip-ranges.json", text);
        let run = scratch.run(&["lint", "snapshot.json", "--ip-ranges", "ip-ranges.json"]);
        assert_eq!(run.code, 2, "{text}: {run:#?}");
        assert!(run.err.contains(code), "{text}: {}", run.err);
        assert!(place.is_empty() || run.err.contains(&format!("ip-ranges.json:{place}")), "{text}: {}", run.err);
    }
}
