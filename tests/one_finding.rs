//! One fault, one finding: what an error tells already, no warning tells again, and what breaks many is told once.

mod cli_support;

use cli_support::run_with;
use serde_json::{Value, json};
use std::fs;
use std::path::{Path, PathBuf};

/// A fault, planted where a second rule could have something to say about it, or one rule more than once.
struct Row {
    /// What is wrong.
    name: &'static str,
    /// The rule whose pass fixture is the sound network that it is planted in, or a file of fixtures/near-misses.
    sound: &'static str,
    /// Plants it.
    plant: fn(&mut Value),
    /// The one rule that finds it, and on which resource.
    found: (&'static str, &'static str),
    /// How many flows it breaks.
    breaks: usize,
}

const ROWS: &[Row] = &[
    Row {
        name: "all that a task's group lets in is a group that is gone",
        sound: "sg/task-from-load-balancer",
        plant: |network| {
            network["SecurityGroups"][1]["IpPermissions"][0]["UserIdGroupPairs"][0]["GroupId"] = json!("sg-gone");
        },
        found: ("sg/task-from-load-balancer", "sg-0dc2974ad1d8fc7ac"),
        breaks: 2,
    },
    Row {
        name: "the NAT gateway that a single block is sent to has failed, where the default route leads elsewhere",
        sound: "near-misses/instance-nat",
        plant: |network| {
            network["NatGateways"] = json!([{
                "NatGatewayId": "nat-0a1b2c3d4e5f60718", "VpcId": "vpc-0e2360f87dfe84da0", "State": "failed",
                "SubnetId": network["Subnets"][0]["SubnetId"], "ConnectivityType": "public", "NatGatewayAddresses": []
            }]);
            let route = json!({ "DestinationCidrBlock": "8.8.0.0/16", "NatGatewayId": "nat-0a1b2c3d4e5f60718", "State": "active" });
            push(network, "/RouteTables/2/Routes", route);
            network["taskDefinitions"][0]["containerDefinitions"][0]["logConfiguration"] =
                json!({ "logDriver": "splunk", "options": { "splunk-url": "https://8.8.8.8:8088" } });
        },
        found: ("nat/available", "nat-0a1b2c3d4e5f60718"),
        breaks: 1,
    },
    Row {
        name: "a private subnet leads to an internet gateway, and its task has no public IP",
        sound: "nat/available",
        plant: |network| network["RouteTables"][2]["Routes"][1] = to_gateway(),
        found: ("route/private-default-nat", "rtb-0ba2f0030d1bbdaf7"),
        breaks: 3,
    },
    Row {
        name: "a service's only group is of another VPC, and lets nothing in or out",
        sound: "sg/task-from-load-balancer",
        plant: |network| {
            let other = json!({ "GroupId": "sg-other", "GroupName": "other", "VpcId": "vpc-other", "IpPermissions": [], "IpPermissionsEgress": [] });
            network["SecurityGroups"].as_array_mut().expect("a list").push(other);
            network["SecurityGroupVpcAssociations"] = json!([]);
            network["services"][0]["networkConfiguration"]["awsvpcConfiguration"]["securityGroups"] =
                json!(["sg-other"]);
        },
        found: ("workload/security-group-vpc", "app"),
        breaks: 10,
    },
    Row {
        name: "a forgotten subnet, called private, has the main table, and its task no public IP",
        sound: "route/implicit-main",
        plant: |network| network["RouteTables"][2]["Associations"] = json!([]),
        found: ("route/implicit-main", "subnet-04c2cb0f785a4be86"),
        breaks: 4,
    },
    Row {
        name: "a forgotten subnet, called private, has the main table, and its task a public IP",
        sound: "route/implicit-main",
        plant: |network| {
            network["RouteTables"][2]["Associations"] = json!([]);
            network["services"][0]["networkConfiguration"]["awsvpcConfiguration"]["assignPublicIp"] = json!("ENABLED");
        },
        found: ("route/implicit-main", "subnet-04c2cb0f785a4be86"),
        breaks: 0,
    },
    Row {
        name: "of two subnets that are called private the one is forgotten, and has the main table",
        sound: "route/implicit-main",
        plant: |network| {
            let mut forgotten = network["Subnets"][1].clone();
            forgotten["SubnetId"] = json!("subnet-forgotten");
            forgotten["CidrBlock"] = json!("10.0.11.0/24");
            push(network, "/Subnets", forgotten);
            push(network, "/services/0/networkConfiguration/awsvpcConfiguration/subnets", json!("subnet-forgotten"));
        },
        found: ("route/implicit-main", "subnet-forgotten"),
        breaks: 4,
    },
    // The table of the others leads to the internet gateway too: that it was forgotten is not what its task lacks.
    Row {
        name: "a subnet that nothing calls private has the main table by omission, and its task no public IP",
        sound: "near-misses/main-table-to-the-internet-that-no-subnet-has",
        plant: |network| {
            drop(network["RouteTables"][1]["Associations"].as_array_mut().and_then(Vec::pop));
            network["services"][0]["networkConfiguration"]["awsvpcConfiguration"]["assignPublicIp"] = json!("DISABLED");
        },
        found: ("workload/public-ip", "app"),
        breaks: 4,
    },
    Row {
        name: "the only subnet is gone, and with it its addresses",
        sound: "nat/available",
        plant: |network| {
            network["services"][0]["networkConfiguration"]["awsvpcConfiguration"]["subnets"] = json!(["subnet-gone"]);
        },
        found: ("workload/subnets-one-vpc", "app"),
        breaks: 1,
    },
    Row {
        name: "a network ACL cuts two services off from their load balancer",
        sound: "nacl/destination-subnet",
        plant: |network| {
            let entry = json!({
                "RuleNumber": 90, "Protocol": "6", "RuleAction": "deny", "Egress": false, "CidrBlock": "0.0.0.0/0",
                "PortRange": { "From": 8080, "To": 8080 }
            });
            push(network, "/NetworkAcls/2/Entries", entry);
            let mut second = network["services"][0].clone();
            second["serviceName"] = json!("second");
            second["serviceArn"] = json!("arn:aws:ecs:us-east-1:123456789012:service/shop/second");
            push(network, "/services", second);
        },
        found: ("nacl/destination-subnet", "acl-07b0958b2edc7908c"),
        breaks: 4,
    },
    Row {
        name: "routes of two VPCs lead to one internet gateway that is attached to neither",
        sound: "igw/attached",
        plant: |network| {
            second_vpc(network);
            network["InternetGateways"][0]["Attachments"] = json!([]);
        },
        found: ("igw/attached", "igw-0e3742bbe932384a5"),
        breaks: 8,
    },
    Row {
        name: "routes of two VPCs lead to one internet gateway that is attached to the first",
        sound: "igw/attached",
        plant: second_vpc,
        found: ("igw/attached", "igw-0e3742bbe932384a5"),
        breaks: 4,
    },
    Row {
        name: "a transit gateway's default route leads back to the VPC that it serves",
        sound: "transit/way-on",
        plant: |network| {
            network["TransitGatewayRouteTables"][0]["Routes"][0]["TransitGatewayAttachments"][0] = json!({
                "ResourceId": "vpc-8d9001d32c6a703d9", "ResourceType": "vpc",
                "TransitGatewayAttachmentId": "tgw-attach-8d9001d32c6a703d9"
            });
        },
        found: ("transit/route", "tgw-rtb-c045ab83387c3ad17"),
        breaks: 8,
    },
    Row {
        name: "where packets come out of a transit gateway they are sent into it again",
        sound: "transit/way-on",
        plant: |network| {
            let routes = network.pointer_mut("/RouteTables/4/Routes/1").expect("the way to the NAT gateway");
            *routes = json!({
                "DestinationCidrBlock": "0.0.0.0/0", "TransitGatewayId": "tgw-08d33503ee27d4c13", "State": "active"
            });
        },
        found: ("transit/way-on", "rtb-2ef6117a2a1f016b6"),
        breaks: 4,
    },
    Row {
        name: "a public NAT gateway without an Elastic IP",
        sound: "nat/elastic-ip",
        plant: |network| {
            let addresses = &mut network["NatGateways"][0]["NatGatewayAddresses"];
            *addresses = json!([{ "PrivateIp": "10.0.0.10", "IsPrimary": true, "Status": "succeeded" }]);
        },
        found: ("nat/elastic-ip", "nat-0520301a527e31b4c"),
        breaks: 3,
    },
    Row {
        name: "an endpoint is gone, and the task's group lets out to the endpoints alone",
        sound: "near-misses/egress-to-endpoints-alone",
        plant: |network| without_endpoint(network, "ecr.api"),
        found: ("endpoint/ecr-pair", "vpc-0e2360f87dfe84da0"),
        breaks: 1,
    },
    Row {
        name: "an endpoint is gone, and the VPC's NAT gateway is another tier's",
        sound: "near-misses/egress-to-endpoints-alone",
        plant: |network| {
            without_endpoint(network, "logs");
            let tier = json!({
                "SubnetId": "subnet-0ab54b1c0f5ed9a4f", "VpcId": "vpc-0e2360f87dfe84da0", "CidrBlock": "10.0.99.0/24",
                "AvailabilityZone": "us-east-1a", "AvailableIpAddressCount": 250, "State": "available"
            });
            push(network, "/Subnets", tier);
            let gateway = json!({
                "NatGatewayId": "nat-0ab54b1c0f5ed9a4f", "VpcId": "vpc-0e2360f87dfe84da0", "State": "available",
                "SubnetId": "subnet-0ab54b1c0f5ed9a4f", "ConnectivityType": "public", "NatGatewayAddresses": [{
                    "AllocationId": "eipalloc-0ab54b1c0f5ed9a4f", "PublicIp": "198.51.100.7", "PrivateIp": "10.0.99.5"
                }]
            });
            push(network, "/NatGateways", gateway);
            let route = json!({ "DestinationCidrBlock": "0.0.0.0/0", "NatGatewayId": "nat-0ab54b1c0f5ed9a4f", "State": "active" });
            let table = json!({
                "RouteTableId": "rtb-0ab54b1c0f5ed9a4f", "VpcId": "vpc-0e2360f87dfe84da0", "Associations": [], "Routes": [route]
            });
            push(network, "/RouteTables", table);
        },
        found: ("endpoint/logs", "vpc-0e2360f87dfe84da0"),
        breaks: 1,
    },
    Row {
        name: "one entry of the egress VPC's network ACL stops its NAT gateway and its attachment",
        sound: "transit/way-out",
        plant: |network| {
            let acls = network["NetworkAcls"].as_array_mut().expect("a list");
            let acl = acls.iter_mut().find(|acl| acl["NetworkAclId"] == "acl-a3083687ee111912f").expect("it is there");
            let entries = acl["Entries"].as_array_mut().expect("a list").iter_mut();
            entries.filter(|entry| entry["Egress"] == false).for_each(|entry| entry["RuleAction"] = json!("deny"));
        },
        found: ("nacl/entry", "acl-a3083687ee111912f"),
        breaks: 8,
    },
    Row {
        name: "a route is a blackhole although its NAT gateway is available",
        sound: "transit/way-out",
        plant: |network| {
            for table in network["RouteTables"].as_array_mut().expect("a list") {
                for route in table["Routes"].as_array_mut().expect("a list") {
                    if route["NatGatewayId"] == "nat-3e23e8160039594a3" {
                        route["State"] = json!("blackhole");
                    }
                }
            }
        },
        found: ("route/blackhole", "rtb-bb9bfa3c55ce747c4"),
        breaks: 4,
    },
    Row {
        name: "the egress-only internet gateway is gone",
        sound: "igw/egress-only-attached",
        plant: |network| network["EgressOnlyInternetGateways"] = json!([]),
        found: ("route/blackhole", "rtb-0ba2f0030d1bbdaf7"),
        breaks: 4,
    },
    Row {
        name: "the internet gateway of the egress VPC is gone, and its routes",
        sound: "transit/way-out",
        plant: |network| {
            network["InternetGateways"] = json!([]);
            for table in network["RouteTables"].as_array_mut().expect("a list") {
                table["Routes"]
                    .as_array_mut()
                    .expect("a list")
                    .retain(|route| route["GatewayId"] != "igw-a3083687ee111912f");
            }
        },
        found: ("igw/present", "vpc-a3083687ee111912f"),
        breaks: 8,
    },
    Row {
        name: "a public table leads to the NAT gateway in its own subnet",
        sound: "nat/available",
        plant: |network| {
            let gateway = network["NatGateways"][0]["NatGatewayId"].clone();
            network["RouteTables"][1]["Routes"][1] =
                json!({ "DestinationCidrBlock": "0.0.0.0/0", "NatGatewayId": gateway, "State": "active" });
        },
        found: ("route/public-default-igw", "rtb-0761bc958265ddf0d"),
        breaks: 3,
    },
    Row {
        name: "the service's subnet is of two VPCs",
        sound: "transit/way-out",
        plant: |network| {
            push(
                network,
                "/services/0/networkConfiguration/awsvpcConfiguration/subnets",
                json!("subnet-91763566963c9cc6e"),
            );
        },
        found: ("workload/subnets-one-vpc", "app"),
        breaks: 1,
    },
    Row {
        name: "the default route leads to a peering connection, whose peer is not in the input but its blocks are",
        sound: "peering/peer-only",
        plant: |network| {
            for list in ["Vpcs", "Subnets", "RouteTables", "SecurityGroups", "NetworkAcls", "NetworkInterfaces"] {
                network[list]
                    .as_array_mut()
                    .expect("a list")
                    .retain(|element| element["VpcId"] != "vpc-3a6eb0790f39ac87c");
            }
            network["RouteTables"][2]["Routes"][1] = json!({ "DestinationCidrBlock": "0.0.0.0/0", "VpcPeeringConnectionId": "pcx-18c7ca5f753f64612", "State": "active" });
            network["taskDefinitions"][0]["containerDefinitions"][0]["logConfiguration"] =
                json!({ "logDriver": "splunk", "options": { "splunk-url": "https://8.8.8.8:8088" } });
        },
        found: ("peering/peer-only", "rtb-0ba2f0030d1bbdaf7"),
        breaks: 1,
    },
    Row {
        name: "an endpoint failed, and so is in no subnet",
        sound: "endpoint/available",
        plant: |network| {
            let endpoints = network["VpcEndpoints"].as_array_mut().expect("a list").iter_mut();
            for endpoint in endpoints.filter(|endpoint| endpoint["ServiceName"] == "com.amazonaws.us-east-1.ecr.api") {
                endpoint["State"] = json!("failed");
                endpoint["SubnetIds"] = json!([]);
                endpoint["NetworkInterfaceIds"] = json!([]);
            }
        },
        found: ("endpoint/available", "vpce-0e224ff0e79780fa1"),
        breaks: 1,
    },
    Row {
        name: "a workload's group is gone, and an endpoint lets in that group alone",
        sound: "near-misses/egress-to-endpoints-alone",
        plant: |network| {
            network["services"][0]["networkConfiguration"]["awsvpcConfiguration"]["securityGroups"] =
                json!(["sg-gone"]);
        },
        found: ("workload/security-group", "app"),
        breaks: 4,
    },
    Row {
        name: "the internet gateway's route is written as two halves, and the gateway is attached to nothing",
        sound: "igw/attached",
        plant: |network| {
            let halves = |block: &str| json!({ "DestinationCidrBlock": block, "GatewayId": "igw-0e3742bbe932384a5", "State": "active" });
            for table in network["RouteTables"].as_array_mut().expect("a list") {
                let routes = table["Routes"].as_array_mut().expect("a list");
                if routes.iter().any(|route| route["GatewayId"] == "igw-0e3742bbe932384a5") {
                    routes.retain(|route| route["GatewayId"] != "igw-0e3742bbe932384a5");
                    routes.extend([halves("0.0.0.0/1"), halves("128.0.0.0/1")]);
                }
            }
            network["InternetGateways"][0]["Attachments"] = json!([]);
        },
        found: ("igw/attached", "igw-0e3742bbe932384a5"),
        breaks: 4,
    },
];

/// Deletes the interface endpoint of a service, with its interfaces.
fn without_endpoint(network: &mut Value, service: &str) {
    let name = format!("com.amazonaws.us-east-1.{service}");
    let endpoints = network["VpcEndpoints"].as_array_mut().expect("a list");
    let gone = endpoints.iter().find(|endpoint| endpoint["ServiceName"] == *name).expect("it is there").clone();
    endpoints.retain(|endpoint| *endpoint != gone);
    let interfaces = network["NetworkInterfaces"].as_array_mut().expect("a list");
    interfaces.retain(|interface| {
        !gone["NetworkInterfaceIds"].as_array().expect("a list").contains(&interface["NetworkInterfaceId"])
    });
}

fn to_gateway() -> Value {
    json!({ "DestinationCidrBlock": "0.0.0.0/0", "GatewayId": "igw-0e3742bbe932384a5", "State": "active" })
}

fn push(network: &mut Value, list: &str, element: Value) {
    network.pointer_mut(list).and_then(Value::as_array_mut).expect("it is a list").push(element);
}

/// The same VPC once more, with the same internet gateway in its routes.
fn second_vpc(network: &mut Value) {
    for list in ["Vpcs", "VpcAttributes", "Subnets", "RouteTables", "SecurityGroups", "NetworkAcls", "services"] {
        let text = network[list].to_string().replace("-0", "-1").replace("igw-1", "igw-0").replace("dopt-1", "dopt-0");
        let text =
            text.replace("shop/app", "shop/second").replace("\"serviceName\":\"app\"", "\"serviceName\":\"second\"");
        let copies: Vec<Value> = serde_json::from_str(&text).expect("ids are all that changed");
        copies.into_iter().for_each(|copy| push(network, &format!("/{list}"), copy));
    }
}

fn sound(rule: &str) -> Value {
    let file = match rule.starts_with("near-misses/") {
        true => format!("{rule}.json"),
        false => format!("rules/{rule}/pass.json"),
    };
    let path: PathBuf = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures").join(file);
    let text = fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    serde_json::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

#[test]
fn a_fault_is_told_once() {
    let mut complaints = Vec::new();
    for row in ROWS {
        let mut network = sound(row.sound);
        (row.plant)(&mut network);
        let run = run_with(Path::new("."), &["lint", "-", "--format", "json"], &network.to_string());
        let findings = run.json()["findings"].as_array().cloned().unwrap_or_default();
        let told: Vec<(&str, &str, usize)> = findings
            .iter()
            .filter(|finding| finding["severity"] != "info")
            .map(|finding| {
                let text = |value: &'static str| finding.pointer(value).and_then(Value::as_str).unwrap_or_default();
                (text("/rule"), text("/resource/id"), finding["affects"].as_array().map_or(0, Vec::len))
            })
            .collect();
        if told != [(row.found.0, row.found.1, row.breaks)] {
            complaints.push(format!("{}: {told:?}", row.name));
        }
    }
    assert!(complaints.is_empty(), "{}", complaints.join("\n"));
}

/// What is unused because something else is wrong is not called unused: its deletion would be the wrong advice.
#[test]
fn a_nat_gateway_that_lost_its_route_is_not_called_unused() {
    let mut network = sound("nat/available");
    for table in network["RouteTables"].as_array_mut().expect("a list") {
        table["Routes"].as_array_mut().expect("a list").retain(|route| route["NatGatewayId"].is_null());
    }
    let run = run_with(Path::new("."), &["lint", "-", "--format", "json"], &network.to_string());
    let findings = run.json()["findings"].as_array().cloned().unwrap_or_default();
    let told: Vec<&str> = findings.iter().filter_map(|finding| finding["rule"].as_str()).collect();
    assert!(told.contains(&"route/private-default-nat") && !told.contains(&"nat/unused"), "{told:?}");
}

/// What is lacking for IPv6 is named so, and not by a block or an option of IPv4.
#[test]
fn a_route_back_is_named_in_its_own_family() {
    let mut network = sound("peering/active");
    let blocks = |block: &str| json!([{ "Ipv6CidrBlock": block, "Ipv6CidrBlockState": { "State": "associated" } }]);
    let route =
        |block: &str, to: &str, id: &str| json!({ "DestinationIpv6CidrBlock": block, to: id, "State": "active" });
    for (vpc, subnet, block, part) in
        [(0, 1, "2600:1f18:1::/56", "2600:1f18:1:10::/64"), (1, 3, "2600:1f18:2::/56", "2600:1f18:2:30::/64")]
    {
        network["Vpcs"][vpc]["Ipv6CidrBlockAssociationSet"] = blocks(block);
        network["Subnets"][subnet]["Ipv6CidrBlockAssociationSet"] = blocks(part);
        for egress in [true, false] {
            let entry = json!({ "RuleNumber": 101, "Protocol": "-1", "RuleAction": "allow", "Egress": egress, "Ipv6CidrBlock": "::/0" });
            push(&mut network, &format!("/NetworkAcls/{vpc}/Entries"), entry);
        }
    }
    push(&mut network, "/RouteTables/2/Routes", route("2600:1f18:1::/56", "GatewayId", "local"));
    push(
        &mut network,
        "/RouteTables/2/Routes",
        route("2600:1f18:2::/56", "VpcPeeringConnectionId", "pcx-18c7ca5f753f64612"),
    );
    push(&mut network, "/RouteTables/4/Routes", route("2600:1f18:2::/56", "GatewayId", "local"));
    let all = json!({ "IpProtocol": "-1", "Ipv6Ranges": [{ "CidrIpv6": "::/0" }] });
    push(&mut network, "/SecurityGroups/1/IpPermissionsEgress", all.clone());
    push(&mut network, "/SecurityGroups/3/IpPermissions", all);
    network["NetworkInterfaces"][1]["Ipv6Addresses"] = json!([{ "Ipv6Address": "2600:1f18:2:30::10" }]);
    network["taskDefinitions"][0]["containerDefinitions"][0]["image"] = json!("[2600:1f18:2:30::10]:5000/app");
    let run = run_with(Path::new("."), &["lint", "-", "--format", "json"], &network.to_string());
    let findings = run.json()["findings"].as_array().cloned().unwrap_or_default();
    let told: Vec<(&str, &str)> = findings
        .iter()
        .filter(|finding| finding["severity"] != "info")
        .map(|finding| (finding["rule"].as_str().unwrap_or_default(), finding["help"].as_str().unwrap_or_default()))
        .collect();
    let [("transit/way-back", help)] = told[..] else { panic!("{told:?}") };
    assert!(help.contains("--destination-ipv6-cidr-block 2600:1f18:1::/56 --vpc-peering-connection-id"), "{help}");
}

/// A fault that breaks what runs in two zones is mended once: its commands are told once.
#[test]
fn no_command_is_told_twice() {
    let mut network = sound("transit/way-out");
    for list in ["TransitGatewayVpcAttachments", "TransitGatewayRouteTables", "TransitGateways"] {
        network[list] = json!([]);
    }
    for table in network["RouteTables"].as_array_mut().expect("a list") {
        table["Routes"].as_array_mut().expect("a list").retain(|route| route["TransitGatewayId"].is_null());
    }
    let run = run_with(Path::new("."), &["lint", "-", "--format", "json"], &network.to_string());
    let findings = run.json()["findings"].as_array().cloned().unwrap_or_default();
    let finding = findings.iter().find(|finding| finding["rule"] == "nat/present").expect("it is found");
    let help = finding["help"].as_str().unwrap_or_default();
    assert_eq!(help.matches("create-nat-gateway").count(), 1, "{help}");
    assert_eq!(help.matches("create-route").count(), 1, "{help}");
}

/// A command of fargcheck's own that a help names can be run as it stands.
#[test]
fn a_last_resort_says_what_to_run() {
    let mut network = sound("workload/logs");
    let nat = network["NatGateways"][0]["NatGatewayId"].clone();
    let routes = network["RouteTables"][2]["Routes"].as_array_mut().expect("a list").iter_mut();
    for route in routes.filter(|route| route["DestinationIpv6CidrBlock"] == "::/0") {
        *route = json!({ "DestinationIpv6CidrBlock": "::/0", "NatGatewayId": nat, "State": "active" });
    }
    let folder = tempfile::tempdir().expect("a folder can be made");
    let path = folder.path().join("my network.json");
    fs::write(&path, network.to_string()).expect("it can be written");
    let path = path.to_string_lossy().into_owned();
    let run = run_with(Path::new("."), &["lint", &path, "--format", "json"], "");
    let findings = run.json()["findings"].as_array().cloned().unwrap_or_default();
    let found = findings.iter().find(|finding| finding["rule"] == "workload/logs");
    let help = found.and_then(|finding| finding["help"].as_str()).unwrap_or_default().to_owned();
    assert!(help.contains(&format!("fargcheck trace '{path}' --from app --to logs")), "{help}\n{findings:?}");
}

/// Tasks run by endpoints alone, and notice nothing: it is the clients of their load balancer that get no replies.
#[test]
fn what_strands_clients_of_a_load_balancer_is_one_error() {
    const GONE: &str = "nat-0dead00000000000d";
    type Plant = fn(&mut Value);
    let rows: [(&str, Plant, &str, &str); 6] = [
        (
            "the internet gateway is detached",
            |network| network["InternetGateways"][0]["Attachments"] = json!([]),
            "igw/attached",
            "igw-0cccccccccccccccc",
        ),
        (
            "the internet gateway is gone",
            |network| network["InternetGateways"] = json!([]),
            "route/blackhole",
            "rtb-00000000000000002",
        ),
        (
            "the internet gateway and the route to it are gone",
            |network| {
                network["InternetGateways"] = json!([]);
                drop(network["RouteTables"][1]["Routes"].as_array_mut().and_then(Vec::pop));
            },
            "igw/public-load-balancer",
            "vpc-0aaaaaaaaaaaaaaa1",
        ),
        (
            "the internet gateway is gone, and the public subnets lead to a NAT gateway",
            |network| {
                network["InternetGateways"] = json!([]);
                network["NatGateways"] = json!([{
                    "NatGatewayId": GONE, "VpcId": "vpc-0aaaaaaaaaaaaaaa1", "State": "available",
                    "SubnetId": network["Subnets"][0]["SubnetId"], "ConnectivityType": "public", "NatGatewayAddresses": [{
                        "AllocationId": "eipalloc-0ab54b1c0f5ed9a4f", "PublicIp": "198.51.100.7", "PrivateIp": "10.0.0.5"
                    }]
                }]);
                network["RouteTables"][1]["Routes"][1] = to_nat(GONE, "0.0.0.0/0");
            },
            "igw/public-load-balancer",
            "vpc-0aaaaaaaaaaaaaaa1",
        ),
        (
            "half of all addresses go to a NAT gateway that is gone",
            |network| push(network, "/RouteTables/1/Routes", to_nat(GONE, "0.0.0.0/1")),
            "route/blackhole",
            "rtb-00000000000000002",
        ),
        (
            "everything goes to a NAT gateway that is gone",
            |network| network["RouteTables"][1]["Routes"][1] = to_nat(GONE, "0.0.0.0/0"),
            "route/blackhole",
            "rtb-00000000000000002",
        ),
    ];
    let mut complaints = Vec::new();
    for (name, plant, rule, resource) in rows {
        let mut network = sound("igw/public-load-balancer");
        plant(&mut network);
        let told = told_with_severity(&network);
        if told != [("error".to_owned(), rule.to_owned(), resource.to_owned())] {
            complaints.push(format!("{name}: {told:?}"));
        }
    }
    // A few clients are no reason to call the service down.
    let mut network = sound("igw/public-load-balancer");
    push(&mut network, "/RouteTables/1/Routes", to_nat(GONE, "203.0.112.0/22"));
    let told = told_with_severity(&network);
    if told != [("warning".to_owned(), "route/blackhole".to_owned(), "rtb-00000000000000002".to_owned())] {
        complaints.push(format!("some clients: {told:?}"));
    }
    assert!(complaints.is_empty(), "{}", complaints.join("\n"));
}

/// A public table is led back to the internet gateway, not to another NAT gateway.
#[test]
fn a_public_table_that_leads_to_what_is_gone_is_told_once_and_led_to_the_internet_gateway() {
    let gone = json!({
        "DestinationCidrBlock": "0.0.0.0/0", "EgressOnlyInternetGatewayId": "eigw-0dead00000000000d", "State": "active"
    });
    for to in [to_nat("nat-0dead00000000000d", "0.0.0.0/0"), gone] {
        let mut network = sound("nat/available");
        let tables = network["RouteTables"].as_array_mut().expect("a list").iter_mut();
        for route in tables.flat_map(|table| table["Routes"].as_array_mut().expect("a list")) {
            if *route == to_gateway() || route["GatewayId"] == "igw-0e3742bbe932384a5" {
                *route = to.clone();
            }
        }
        let run = run_with(Path::new("."), &["lint", "-", "--format", "json"], &network.to_string());
        let findings = run.json()["findings"].as_array().cloned().unwrap_or_default();
        let told: Vec<&str> =
            findings.iter().filter(|one| one["severity"] != "info").filter_map(|one| one["rule"].as_str()).collect();
        assert_eq!(told, ["route/blackhole"], "{to}");
        let help = findings.iter().find_map(|one| one["help"].as_str().filter(|_| one["rule"] == "route/blackhole"));
        assert!(help.is_some_and(|help| help.contains("0.0.0.0/0 --gateway-id igw-0e3742bbe932384a5")), "{help:?}");
    }
}

fn to_nat(id: &str, block: &str) -> Value {
    json!({ "DestinationCidrBlock": block, "NatGatewayId": id, "State": "active" })
}

/// Severity, rule and resource of all that is more than a hint.
fn told_with_severity(network: &Value) -> Vec<(String, String, String)> {
    let run = run_with(Path::new("."), &["lint", "-", "--format", "json"], &network.to_string());
    let findings = run.json()["findings"].as_array().cloned().unwrap_or_default();
    let text = |finding: &Value, at: &str| finding.pointer(at).and_then(Value::as_str).unwrap_or_default().to_owned();
    let told = findings.iter().map(|one| (text(one, "/severity"), text(one, "/rule"), text(one, "/resource/id")));
    told.filter(|(severity, ..)| severity != "info").collect()
}

/// Replies leave on the clients' ports: what is open for the targets, or for a few ports, serves no client.
#[test]
fn a_network_acl_has_to_let_replies_out_to_the_ports_that_clients_have() {
    let rows: [(&str, &[(u16, u16)], bool); 8] = [
        ("all of them", &[(1024, 65535)], true),
        ("those of most systems", &[(32768, 65535)], true),
        ("those of Linux", &[(32768, 61000)], true),
        ("those of Windows", &[(49152, 65535)], true),
        ("none but the targets' port", &[(8080, 8080)], false),
        ("the targets' port and a hundred more", &[(8080, 8080), (50000, 50099)], false),
        ("what no system has in common", &[(1024, 49151)], false),
        ("what Windows alone has", &[(8080, 8080), (61000, 65535)], false),
    ];
    let mut complaints = Vec::new();
    for (name, open, is_sound) in rows {
        let mut network = sound("igw/public-load-balancer");
        let entry = |number: usize, block: &str, egress: bool, (from, to): (u16, u16)| {
            json!({
                "RuleNumber": number, "Protocol": "6", "RuleAction": "allow", "Egress": egress, "CidrBlock": block,
                "PortRange": { "From": from, "To": to }
            })
        };
        let mut entries = vec![entry(100, "0.0.0.0/0", false, (0, 65535)), entry(100, "10.0.0.0/16", true, (0, 65535))];
        entries.extend(open.iter().enumerate().map(|(at, ports)| entry(200 + at, "0.0.0.0/0", true, *ports)));
        let mut acl = network["NetworkAcls"][0].clone();
        let subnets: Vec<Value> = ["public-a", "public-b"].iter().map(|name| subnet_called(&network, name)).collect();
        for acl in network["NetworkAcls"].as_array_mut().expect("a list") {
            let associations = acl["Associations"].as_array_mut().expect("a list");
            associations.retain(|one| !subnets.contains(&one["SubnetId"]));
        }
        acl["NetworkAclId"] = json!("acl-0public");
        acl["IsDefault"] = json!(false);
        acl["Entries"] = json!(entries);
        let here = subnets.iter().map(
            |id| json!({ "NetworkAclId": "acl-0public", "NetworkAclAssociationId": "aclassoc-0", "SubnetId": id }),
        );
        acl["Associations"] = here.collect();
        push(&mut network, "/NetworkAcls", acl);
        let told = told_with_severity(&network);
        let cut_off = [("error".to_owned(), "nacl/load-balancer-subnet".to_owned(), "acl-0public".to_owned())];
        if told != cut_off[usize::from(is_sound)..] {
            complaints.push(format!("{name}: {told:?}"));
        }
    }
    assert!(complaints.is_empty(), "{}", complaints.join("\n"));
}

fn subnet_called(network: &Value, name: &str) -> Value {
    let subnets = network["Subnets"].as_array().expect("a list").iter();
    let mut found = subnets.filter(|subnet| subnet["Tags"].to_string().contains(&format!("\"{name}\"")));
    found.next().expect("it is there")["SubnetId"].clone()
}
