//! Before anything runs: in which subnets a plain task is judged, and which are left alone as isolated tiers.

mod cli_support;

use cli_support::Scratch;
use serde_json::{Value, json};

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
    /// To the offices behind a virtual private gateway alone.
    Office,
    /// Nowhere.
    Local,
}

use Table::{Local, Nat, Office, Public, S3};

/// What it shows, the network, and what is to be told: the subnets that are left alone, and the rules.
type Case<'c> = (&'c str, &'c [Row], More, &'c [&'c str], &'c [&'c str]);

/// What else the network has.
#[derive(Debug, Clone, Copy, Default)]
struct More {
    /// The names of the subnets with interfaces of the endpoints that tasks start by.
    endpoints: &'static [&'static str],
    /// A NAT gateway, whether or not a table leads to it.
    idle_nat: bool,
    /// The names of subnets with an interface, and how that is described.
    interfaces: &'static [(&'static str, &'static str)],
    /// Tags of every subnet, besides its name.
    tag: Option<(&'static str, &'static str)>,
}

/// The policy that an endpoint has where nobody gives it one.
const OPEN: &str = r#"{"Statement": [{"Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*"}]}"#;

fn network(rows: &[Row], more: More) -> Value {
    let id = |index: usize| format!("subnet-{index}");
    let route = |table: Table| match table {
        Public => json!([{"DestinationCidrBlock": "0.0.0.0/0", "GatewayId": "igw-1", "State": "active"}]),
        Nat => json!([{"DestinationCidrBlock": "0.0.0.0/0", "NatGatewayId": "nat-1", "State": "active"}]),
        S3 => json!([{"DestinationPrefixListId": "pl-s3", "GatewayId": "vpce-s3", "State": "active"}]),
        Office => json!([{"DestinationCidrBlock": "192.168.0.0/16", "GatewayId": "vgw-1", "State": "active"}]),
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
               "VpcEndpointType": "Interface", "ServiceName": format!("com.amazonaws.us-east-1.{service}"),
               "SubnetIds": hosts, "Groups": [{"GroupId": "sg-1"}], "PrivateDnsEnabled": true, "PolicyDocument": OPEN})
    };
    let has_s3 = rows.iter().any(|row| row.2 == S3);
    let mut endpoints: Vec<Value> = if has_s3 {
        vec![json!({"VpcEndpointId": "vpce-s3", "VpcId": "vpc-1", "VpcEndpointType": "Gateway", "State": "available",
                    "ServiceName": "com.amazonaws.us-east-1.s3", "PolicyDocument": OPEN})]
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
    let placed = (0..).zip(more.interfaces).map(|(number, (name, description))| {
        let subnet = rows.iter().position(|row| row.0 == *name).expect("it is a subnet's name");
        json!({"NetworkInterfaceId": format!("eni-{number}"), "VpcId": "vpc-1", "SubnetId": id(subnet), "Description": description,
               "Groups": [{"GroupId": "sg-1"}], "PrivateIpAddress": format!("10.0.{subnet}.{}", number + 10)})
    });
    let placed: Vec<Value> = placed.collect();
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
        "NetworkInterfaces": placed, "VpcBlockPublicAccessOptions": [], "EgressOnlyInternetGateways": [], "DhcpOptions": [],
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
            "a tier of any name, with S3's gateway endpoint",
            &[
                ("public-a", "a", Public),
                ("app-a", "a", Nat),
                ("app-b", "b", Nat),
                ("blue-a", "a", S3),
                ("blue-b", "b", S3),
            ],
            none,
            &["blue-a", "blue-b"],
            &[],
        ),
        (
            "a tier of any name, which the offices reach",
            &[
                ("public-a", "a", Public),
                ("app-a", "a", Nat),
                ("app-b", "b", Nat),
                ("blue-a", "a", Office),
                ("blue-b", "b", Office),
            ],
            none,
            &["blue-a", "blue-b"],
            &[],
        ),
        (
            "one of two tables lost its route, and kept that to S3's gateway endpoint",
            &[("public-a", "a", Public), ("app-a", "a", Nat), ("app-b", "b", S3)],
            none,
            &[],
            &["route/private-default-nat"],
        ),
        (
            "a database behind tasks with public IPs, with S3's gateway endpoint",
            &[("public-a", "a", Public), ("private-a", "a", S3), ("private-b", "b", S3)],
            none,
            &["private-a", "private-b"],
            &[],
        ),
        (
            "databases in a zone where no task is to run, by their interfaces",
            &[("public-a", "a", Public), ("private-a", "a", Nat), ("private-b", "b", Local)],
            More { interfaces: &[("private-b", "RDSNetworkInterface"), ("private-b", "ElastiCache shop-001")], ..none },
            &["private-b"],
            &[],
        ),
        (
            "a database among others that do need a way",
            &[("public-a", "a", Public), ("private-a", "a", Nat), ("private-b", "b", Local)],
            More {
                interfaces: &[("private-b", "RDSNetworkInterface"), ("private-b", "AWS Lambda VPC ENI-shop")],
                ..none
            },
            &[],
            &["route/private-default-nat"],
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
            "databases beside tasks that start by endpoints",
            &[("x", "a", S3), ("y", "b", S3), ("store-a", "a", Local), ("store-b", "b", Local)],
            with(&["x", "y"]),
            &["store-a", "store-b"],
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

/// Subnets of attachments and firewalls, and of endpoints that other VPCs use, are for what passes through.
#[test]
fn nobody_means_tasks_to_run_where_packets_pass() {
    fn attached(network: &mut Value, subnets: &[&str]) {
        network["TransitGatewayVpcAttachments"] = json!([{ "TransitGatewayAttachmentId": "tgw-attach-1", "TransitGatewayId": "tgw-1",
            "VpcId": "vpc-1", "State": "available", "SubnetIds": subnets }]);
    }
    fn endpoint(network: &mut Value, kind: &str, service: &str) {
        network["VpcEndpoints"] = json!([{ "VpcEndpointId": "vpce-1", "VpcEndpointType": kind, "VpcId": "vpc-1", "State": "available",
            "ServiceName": service, "SubnetIds": ["subnet-1"], "Groups": [{ "GroupId": "sg-1" }], "PrivateDnsEnabled": false }]);
    }
    fn peered(network: &mut Value) {
        network["VpcPeeringConnections"] = json!([{ "VpcPeeringConnectionId": "pcx-1", "Status": { "Code": "active" },
            "RequesterVpcInfo": { "VpcId": "vpc-2" }, "AccepterVpcInfo": { "VpcId": "vpc-1" } }]);
    }
    const LOGS: &str = "com.amazonaws.us-east-1.logs";
    type Plant = fn(&mut Value);
    let cases: &[(&str, Plant, &str)] = &[
        ("nothing passes through", |_| (), ""),
        ("an attachment among others", |network| attached(network, &["subnet-1"]), "subnet-1"),
        ("attachments in all subnets", |network| attached(network, &["subnet-0", "subnet-1"]), ""),
        (
            "a firewall's endpoint",
            |network| endpoint(network, "GatewayLoadBalancer", "com.amazonaws.vpce.us-east-1.vpce-svc-1"),
            "subnet-1",
        ),
        ("an endpoint without private DNS, for nobody else", |network| endpoint(network, "Interface", LOGS), ""),
        (
            "one that a peer uses",
            |network| {
                endpoint(network, "Interface", LOGS);
                peered(network);
            },
            "subnet-1",
        ),
        (
            "the same, and an instance beside it",
            |network| {
                endpoint(network, "Interface", LOGS);
                peered(network);
                network["NetworkInterfaces"] = json!([{ "NetworkInterfaceId": "eni-1", "SubnetId": "subnet-1", "VpcId": "vpc-1",
                    "Groups": [{ "GroupId": "sg-1" }], "PrivateIpAddress": "10.0.1.9" }]);
            },
            "",
        ),
    ];
    for (what, plant, expected) in cases {
        let mut document = network(&[("x", "a", Local), ("y", "b", Local)], More::default());
        plant(&mut document);
        let run =
            Scratch::new("passing").with("x.json", &document.to_string()).run(&["lint", "x.json", "--format", "json"]);
        let said = run.json()["notChecked"].as_array().cloned().unwrap_or_default();
        let passed =
            said.iter().find(|one| one["why"].as_str().is_some_and(|why| why.contains("taken for nothing else")));
        assert_eq!(passed.and_then(|one| one["what"].as_str()).unwrap_or_default(), *expected, "{what}");
    }
}

/// What is said where nothing says what runs can be put into the configuration, and is judged then.
#[test]
fn what_runs_can_be_declared_as_it_is_shown() {
    let pass = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/rules/nat/present/pass.json");
    let text = std::fs::read_to_string(pass).expect("the fixture is checked in");
    let mut network: Value = serde_json::from_str(&text).expect("the fixture is JSON");
    let named = Scratch::new("named").with("x.json", &network.to_string()).run(&["lint", "x.json"]);
    assert!(named.out.contains("✓ everything reaches what it needs: 1 workload ×"), "{named:#?}");
    assert!(!named.out.contains("[[workload]]"), "{named:#?}");
    network["services"] = json!([]);
    network["tasks"] = json!([]);
    let scratch = Scratch::new("declared").with("x.json", &network.to_string());
    let alone = scratch.run(&["lint", "x.json"]);
    assert!(alone.out.contains("✓ nothing says what runs; a plain task reaches what it needs: "), "{alone:#?}");
    let lines = alone.out.lines().skip_while(|line| !line.contains("[[workload]]")).take_while(|line| !line.is_empty());
    let declaration: String = lines.map(|line| format!("{}\n", line.trim())).collect();
    assert_eq!(declaration.lines().count(), 3, "{alone:#?}");
    assert!(declaration.contains("subnets = [\"subnet-04c2cb0f785a4be86\"]"), "the private one: {declaration}");
    let declared = scratch.with("fargcheck.toml", &declaration).run(&["lint", "x.json"]);
    assert!(declared.out.contains("✓ everything reaches what it needs: 1 workload ×"), "{declared:#?}");
    assert!(declared.out.contains("    app  "), "{declared:#?}");
    // The summary of a job's page has it too.
    let page = scratch_of(&network).run(&["lint", "x.json", "--format", "markdown"]);
    assert!(page.out.contains("```toml\n[[workload]]\nname = \"app\"\n"), "{page:#?}");
}

fn scratch_of(network: &Value) -> Scratch {
    Scratch::new("page").with("x.json", &network.to_string())
}

/// A tick says that all is well, which nobody knows while something could not be judged.
#[test]
fn what_could_not_be_judged_has_no_tick() {
    let pass = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/rules/nat/present/pass.json");
    let text = std::fs::read_to_string(pass).expect("the fixture is checked in");
    let mut network: Value = serde_json::from_str(&text).expect("the fixture is JSON");
    let mut second = network["services"][0].clone();
    second["serviceName"] = json!("second");
    second["serviceArn"] = json!("arn:aws:ecs:us-east-1:123456789012:service/shop/second");
    second["taskDefinition"] = json!("arn:aws:ecs:us-east-1:123456789012:task-definition/gone:1");
    network["services"].as_array_mut().expect("a list").push(second);
    let run = scratch_of(&network).run(&["lint", "x.json"]);
    assert_eq!(run.code, 3, "{run:#?}");
    assert!(run.out.starts_with("what could be judged reaches what it needs: "), "{run:#?}");
    assert!(!run.out.contains('✓'), "{run:#?}");
}
