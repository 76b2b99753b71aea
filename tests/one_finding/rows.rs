//! Faults, each with the one finding that it gives, and the networks that they are planted in.

use serde_json::{Value, json};
use std::fs;
use std::path::{Path, PathBuf};

/// A fault, planted where a second rule could have something to say about it, or one rule more than once.
pub(crate) struct Row {
    /// What is wrong.
    pub(crate) name: &'static str,
    /// The rule whose pass fixture is the sound network that it is planted in, or a file of fixtures/near-misses.
    pub(crate) sound: &'static str,
    /// Plants it.
    pub(crate) plant: fn(&mut Value),
    /// The one rule that finds it, and on which resource.
    pub(crate) found: (&'static str, &'static str),
    /// How many flows it breaks.
    pub(crate) breaks: usize,
}

pub(crate) const ROWS: &[Row] = &[
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
    Row {
        name: "all that a load balancer's group lets in is a group that is gone",
        sound: "sg/load-balancer-ingress",
        plant: |network| {
            let rule = &mut network["SecurityGroups"][2]["IpPermissions"][0];
            rule["IpRanges"] = json!([]);
            rule["UserIdGroupPairs"] = json!([{ "GroupId": "sg-gone" }]);
        },
        found: ("sg/load-balancer-ingress", "app/web/50dc6c495c0c9188"),
        breaks: 0,
    },
    Row {
        name: "the public subnets' default route leads to a NAT gateway that has failed",
        sound: "lb/target-type",
        plant: |network| {
            let failed = json!({
                "NatGatewayId": "nat-failed", "VpcId": network["Vpcs"][0]["VpcId"], "State": "failed",
                "SubnetId": network["Subnets"][0]["SubnetId"], "ConnectivityType": "public", "NatGatewayAddresses": []
            });
            push(network, "/NatGateways", failed);
            let route = json!({ "DestinationCidrBlock": "0.0.0.0/0", "NatGatewayId": "nat-failed", "State": "active" });
            network["RouteTables"][1]["Routes"][1] = route;
        },
        found: ("route/public-default-igw", "rtb-0761bc958265ddf0d"),
        breaks: 6,
    },
    Row {
        name: "the VPC's attachment to the transit gateway that its default route leads to is deleted, and the route says active",
        sound: "transit/attachment",
        plant: |network| network["TransitGatewayVpcAttachments"][0]["State"] = json!("deleted"),
        found: ("route/blackhole", "rtb-cb9f893151f432745"),
        breaks: 8,
    },
];

/// Deletes the interface endpoint of a service, with its interfaces.
pub(crate) fn without_endpoint(network: &mut Value, service: &str) {
    let name = format!("com.amazonaws.us-east-1.{service}");
    let endpoints = network["VpcEndpoints"].as_array_mut().expect("a list");
    let gone = endpoints.iter().find(|endpoint| endpoint["ServiceName"] == *name).expect("it is there").clone();
    endpoints.retain(|endpoint| *endpoint != gone);
    let interfaces = network["NetworkInterfaces"].as_array_mut().expect("a list");
    interfaces.retain(|interface| {
        !gone["NetworkInterfaceIds"].as_array().expect("a list").contains(&interface["NetworkInterfaceId"])
    });
}

pub(crate) fn to_gateway() -> Value {
    json!({ "DestinationCidrBlock": "0.0.0.0/0", "GatewayId": "igw-0e3742bbe932384a5", "State": "active" })
}

pub(crate) fn push(network: &mut Value, list: &str, element: Value) {
    network.pointer_mut(list).and_then(Value::as_array_mut).expect("it is a list").push(element);
}

/// The same VPC once more, with the same internet gateway in its routes.
pub(crate) fn second_vpc(network: &mut Value) {
    for list in ["Vpcs", "VpcAttributes", "Subnets", "RouteTables", "SecurityGroups", "NetworkAcls", "services"] {
        let text = network[list].to_string().replace("-0", "-1").replace("igw-1", "igw-0").replace("dopt-1", "dopt-0");
        let text =
            text.replace("shop/app", "shop/second").replace("\"serviceName\":\"app\"", "\"serviceName\":\"second\"");
        let copies: Vec<Value> = serde_json::from_str(&text).expect("ids are all that changed");
        copies.into_iter().for_each(|copy| push(network, &format!("/{list}"), copy));
    }
}

pub(crate) fn sound(rule: &str) -> Value {
    let file = match rule.starts_with("near-misses/") {
        true => format!("{rule}.json"),
        false => format!("rules/{rule}/pass.json"),
    };
    let path: PathBuf = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures").join(file);
    let text = fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    serde_json::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}
