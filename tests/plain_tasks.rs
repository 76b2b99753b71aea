//! Before anything runs: in which subnets a plain task is judged, and which are left alone as isolated tiers.

mod cli_support;

use cli_support::Scratch;
use serde_json::{Value, json};

/// The policy of an endpoint that is given none.
const ALLOW_ALL: &str = r#"{"Statement":[{"Effect":"Allow","Principal":"*","Action":"*","Resource":"*"}]}"#;

/// A subnet: its name, its zone, and its route table.
type Row = (&'static str, &'static str, Table);

#[derive(Debug, Clone, Copy, PartialEq)]
enum Table {
    /// To an internet gateway.
    Public,
    /// To a NAT gateway.
    Nat,
    /// To the gateway endpoint of S3 alone.
    S3,
    /// Nowhere.
    Local,
}

use Table::{Local, Nat, Public, S3};

/// What it shows, the network, and what is to be told: the subnets that are left alone, and the rules.
type Case<'c> = (&'c str, &'c [Row], More, &'c [&'c str], &'c [&'c str]);

/// What else the network has.
#[derive(Debug, Clone, Copy, Default)]
struct More {
    /// The names of the subnets with interfaces of the endpoints that tasks start by.
    endpoints: &'static [&'static str],
    /// A NAT gateway, whether or not a table leads to it.
    idle_nat: bool,
    /// Tags of every subnet, besides its name.
    tag: Option<(&'static str, &'static str)>,
}

fn network(rows: &[Row], more: More) -> Value {
    let id = |index: usize| format!("subnet-{index}");
    let route = |table: Table| match table {
        Public => json!([{"DestinationCidrBlock": "0.0.0.0/0", "GatewayId": "igw-1", "State": "active"}]),
        Nat => json!([{"DestinationCidrBlock": "0.0.0.0/0", "NatGatewayId": "nat-1", "State": "active"}]),
        S3 => json!([{"DestinationPrefixListId": "pl-s3", "GatewayId": "vpce-s3", "State": "active"}]),
        Local => json!([]),
    };
    let table = |index: usize, (_, _, table): &Row| {
        let mut routes = vec![json!({"DestinationCidrBlock": "10.0.0.0/16", "GatewayId": "local", "State": "active"})];
        routes.extend(route(*table).as_array().cloned().unwrap_or_default());
        json!({"RouteTableId": format!("rtb-{index}"), "VpcId": "vpc-1", "Routes": routes,
               "Associations": [{"SubnetId": id(index), "Main": false}]})
    };
    let subnet = |index: usize, (name, zone, _): &Row| {
        let mut tags = if name.is_empty() { vec![] } else { vec![json!({"Key": "Name", "Value": name})] };
        tags.extend(more.tag.map(|(key, value)| json!({"Key": key, "Value": value})));
        json!({"SubnetId": id(index), "VpcId": "vpc-1", "AvailabilityZone": format!("us-east-1{zone}"), "State": "available",
               "CidrBlock": format!("10.0.{index}.0/24"), "MapPublicIpOnLaunch": false, "Tags": tags})
    };
    let all = json!([{"IpProtocol": "-1", "IpRanges": [{"CidrIp": "0.0.0.0/0"}]}]);
    let entry = |egress: bool| json!({"RuleNumber": 100, "Protocol": "-1", "RuleAction": "allow", "Egress": egress, "CidrBlock": "0.0.0.0/0"});
    let hosts: Vec<String> =
        (0..).zip(rows).filter(|(_, row)| more.endpoints.contains(&row.0)).map(|(index, _)| id(index)).collect();
    let interface = |service: &str| {
        json!({"VpcEndpointId": format!("vpce-{service}"), "VpcId": "vpc-1", "State": "available",
               "VpcEndpointType": "Interface", "PolicyDocument": ALLOW_ALL, "ServiceName": format!("com.amazonaws.us-east-1.{service}"),
               "SubnetIds": hosts, "Groups": [{"GroupId": "sg-1"}], "PrivateDnsEnabled": true})
    };
    let has_s3 = rows.iter().any(|row| row.2 == S3);
    let mut endpoints: Vec<Value> = if has_s3 {
        vec![json!({"VpcEndpointId": "vpce-s3", "VpcId": "vpc-1", "VpcEndpointType": "Gateway", "State": "available",
                    "PolicyDocument": ALLOW_ALL, "ServiceName": "com.amazonaws.us-east-1.s3"})]
    } else {
        vec![]
    };
    if !hosts.is_empty() {
        endpoints.extend(["ecr.api", "ecr.dkr", "logs"].map(interface));
    }
    let has_nat = more.idle_nat || rows.iter().any(|row| row.2 == Nat);
    let nats: Vec<Value> = if has_nat {
        vec![json!({"NatGatewayId": "nat-1", "VpcId": "vpc-1", "State": "available", "ConnectivityType": "public",
                    "SubnetId": id(0), "NatGatewayAddresses": [{"AllocationId": "eipalloc-1", "PublicIp": "198.51.100.7"}]})]
    } else {
        vec![]
    };
    json!({
        "Vpcs": [{"VpcId": "vpc-1", "CidrBlock": "10.0.0.0/16"}],
        "VpcAttributes": [{"VpcId": "vpc-1", "EnableDnsSupport": {"Value": true}, "EnableDnsHostnames": {"Value": true}}],
        "Subnets": (0..).zip(rows).map(|(index, row)| subnet(index, row)).collect::<Vec<_>>(),
        "RouteTables": (0..).zip(rows).map(|(index, row)| table(index, row)).collect::<Vec<_>>(),
        "InternetGateways": [{"InternetGatewayId": "igw-1", "Attachments": [{"VpcId": "vpc-1", "State": "available"}]}],
        "NatGateways": nats, "VpcEndpoints": endpoints,
        "PrefixLists": [{"PrefixListId": "pl-s3", "PrefixListName": "com.amazonaws.us-east-1.s3"}],
        "SecurityGroups": [{"GroupId": "sg-1", "GroupName": "default", "VpcId": "vpc-1", "IpPermissions": all, "IpPermissionsEgress": all}],
        "NetworkAcls": [{"NetworkAclId": "acl-1", "VpcId": "vpc-1", "IsDefault": true, "Associations": [], "Entries": [entry(false), entry(true)]}],
        "NetworkInterfaces": [], "VpcBlockPublicAccessOptions": [], "EgressOnlyInternetGateways": [], "DhcpOptions": [],
        "services": [], "taskDefinitions": [], "tasks": [],
        "LoadBalancers": [], "TargetGroups": [], "Listeners": [], "Rules": [],
    })
}

/// The names of the subnets that are left alone, and the rules that find something wrong.
fn judged(rows: &[Row], more: More) -> (Vec<&'static str>, Vec<String>) {
    let run = Scratch::new("plain")
        .with("x.json", &network(rows, more).to_string())
        .run(&["lint", "x.json", "--format", "json"]);
    assert_eq!(run.code, 0, "a plain task is judged one severity lower: {run:#?}");
    let said = run.json()["notChecked"].as_array().cloned().unwrap_or_default();
    let alone = said.iter().find(|one| one["why"].as_str().is_some_and(|why| why.contains("isolated tier")));
    let ids = alone.and_then(|one| one["what"].as_str()).unwrap_or_default().to_owned();
    let ids: Vec<&str> = ids.split(", ").collect();
    let names = (0..).zip(rows).filter(|(index, _)| ids.contains(&&*format!("subnet-{index}")));
    let mut faults = run.faults();
    faults.dedup();
    (names.map(|(_, row)| row.0).collect(), faults)
}

#[test]
fn a_subnet_without_a_way_out_is_judged_unless_it_is_an_isolated_tier() {
    let none = More::default();
    let with = |endpoints| More { endpoints, ..none };
    let cases: &[Case<'_>] = &[
        (
            "one of two tables lost its route",
            &[("public-a", "a", Public), ("app-a", "a", Nat), ("app-b", "b", Local)],
            none,
            &[],
            &["route/private-default-nat"],
        ),
        (
            "a tier of databases",
            &[
                ("public-a", "a", Public),
                ("app-a", "a", Nat),
                ("app-b", "b", Nat),
                ("db-a", "a", Local),
                ("db-b", "b", Local),
            ],
            none,
            &["db-a", "db-b"],
            &[],
        ),
        (
            "a tier of any name, as another tier has each zone",
            &[
                ("public-a", "a", Public),
                ("app-a", "a", Nat),
                ("app-b", "b", Nat),
                ("blue-a", "a", Local),
                ("blue-b", "b", Local),
            ],
            none,
            &["blue-a", "blue-b"],
            &[],
        ),
        (
            "tasks in one zone, databases in two",
            &[("public-a", "a", Public), ("app-a", "a", Nat), ("store-a", "a", Local), ("store-b", "b", Local)],
            none,
            &["store-a", "store-b"],
            &[],
        ),
        (
            "databases behind tasks with public IPs",
            &[
                ("public-a", "a", Public),
                ("public-b", "b", Public),
                ("private-a", "a", Local),
                ("private-b", "b", Local),
            ],
            none,
            &["private-a", "private-b"],
            &[],
        ),
        (
            "numbers that tell no tiers apart",
            &[
                ("public", "a", Public),
                ("subnet-1", "a", Nat),
                ("subnet-2", "b", Nat),
                ("subnet-3", "a", Local),
                ("subnet-4", "b", Local),
            ],
            none,
            &["subnet-3", "subnet-4"],
            &[],
        ),
        (
            "no names, and one zone has no private subnet with a way out",
            &[("", "a", Public), ("", "a", Nat), ("", "b", Local)],
            none,
            &[],
            &["route/private-default-nat"],
        ),
        (
            "no names, and a zone has both",
            &[("", "a", Public), ("", "a", Nat), ("", "a", Local), ("", "b", Local)],
            none,
            &["", ""],
            &[],
        ),
        (
            "S3 is routed from one of two subnets with the endpoints",
            &[("x", "a", S3), ("y", "b", Local)],
            with(&["x", "y"]),
            &[],
            &["endpoint/s3-gateway-route"],
        ),
        (
            "endpoints in subnets of their own",
            &[("x", "a", S3), ("y", "b", S3), ("endpoints-a", "a", Local), ("endpoints-b", "b", Local)],
            with(&["endpoints-a", "endpoints-b"]),
            &["endpoints-a", "endpoints-b"],
            &[],
        ),
        (
            "a NAT gateway to which nothing leads",
            &[("public-a", "a", Public), ("tasks-a", "a", Local)],
            More { idle_nat: true, ..none },
            &[],
            &["route/private-default-nat"],
        ),
        (
            "the same beside databases",
            &[("public-a", "a", Public), ("tasks-a", "a", Local), ("rds-a", "a", Local)],
            More { idle_nat: true, ..none },
            &["rds-a"],
            &["route/private-default-nat"],
        ),
    ];
    for (what, rows, more, alone, rules) in cases {
        let (left_alone, faults) = judged(rows, *more);
        assert_eq!(
            (&*left_alone, faults.iter().map(String::as_str).collect::<Vec<_>>()),
            (*alone, rules.to_vec()),
            "{what}"
        );
    }
}

/// That a subnet is public is what its owner says of it.
#[test]
fn public_subnets_that_lost_their_route_are_to_get_it_back() {
    let cases: &[(&str, &[Row], More)] = &[
        ("one of two", &[("public-a", "a", Public), ("public-b", "b", Local)], More::default()),
        ("both, by name", &[("public-a", "a", Local), ("public-b", "b", Local)], More::default()),
        (
            "both, by a tag of the CDK",
            &[("x", "a", Local), ("y", "b", Local)],
            More { tag: Some(("aws-cdk:subnet-type", "Public")), ..More::default() },
        ),
    ];
    for (what, rows, more) in cases {
        assert_eq!(judged(rows, *more), (vec![], vec!["route/public-default-igw".to_owned()]), "{what}");
    }
}
