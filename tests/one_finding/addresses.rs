//! Faults about the addresses that tasks have: of which family, and who gets to them.

use super::rows::{Row, push};
use serde_json::{Value, json};

/// Gives every subnet a block of IPv6, with the same ways and filters as it has for IPv4.
fn dual_stack(network: &mut Value) {
    let vpc = json!([{ "Ipv6CidrBlock": "2600:1f18:1::/56", "Ipv6CidrBlockState": { "State": "associated" } }]);
    network["Vpcs"][0]["Ipv6CidrBlockAssociationSet"] = vpc;
    for (index, subnet) in network["Subnets"].as_array_mut().expect("a list").iter_mut().enumerate() {
        subnet["Ipv6CidrBlockAssociationSet"] = json!([{
            "Ipv6CidrBlock": format!("2600:1f18:1:{index}::/64"), "Ipv6CidrBlockState": { "State": "associated" }
        }]);
    }
    for acl in network["NetworkAcls"].as_array_mut().expect("a list") {
        let entries = acl["Entries"].as_array_mut().expect("a list");
        for egress in [false, true] {
            entries.push(json!({
                "RuleNumber": 50, "Egress": egress, "Protocol": "-1", "RuleAction": "allow", "Ipv6CidrBlock": "::/0"
            }));
        }
    }
    for group in network["SecurityGroups"].as_array_mut().expect("a list") {
        let out = json!({ "IpProtocol": "-1", "Ipv6Ranges": [{ "CidrIpv6": "::/0" }] });
        group["IpPermissionsEgress"].as_array_mut().expect("a list").push(out);
    }
    for table in network["RouteTables"].as_array_mut().expect("a list") {
        let routes = table["Routes"].as_array_mut().expect("a list");
        let gateway = routes
            .iter()
            .find(|route| route["DestinationCidrBlock"] == "0.0.0.0/0")
            .and_then(|route| route["GatewayId"].as_str().map(str::to_owned));
        if let Some(gateway) = gateway {
            routes.push(json!({ "DestinationIpv6CidrBlock": "::/0", "GatewayId": gateway, "State": "active" }));
        }
    }
}

fn let_in(network: &mut Value, permission: Value) {
    push(network, "/SecurityGroups/1/IpPermissions", permission);
}

fn with_public_ip(network: &mut Value) {
    network["services"][0]["networkConfiguration"]["awsvpcConfiguration"]["assignPublicIp"] = json!("ENABLED");
}

pub(crate) const ROWS: &[Row] = &[
    Row {
        name: "a private table lost its route to the NAT gateway, and its tasks ask for public IPs",
        sound: "route/private-default-nat",
        plant: |network| {
            with_public_ip(network);
            network["RouteTables"][2]["Routes"].as_array_mut().expect("a list").remove(1);
        },
        found: ("route/private-default-nat", "rtb-0ba2f0030d1bbdaf7"),
        breaks: 3,
    },
    Row {
        name: "endpoints alone, an image of Docker Hub, and tasks that ask for public IPs",
        sound: "endpoint/needed",
        plant: |network| {
            with_public_ip(network);
            network["taskDefinitions"][0]["containerDefinitions"][0]["image"] = json!("nginx:1.27");
        },
        found: ("workload/public-registry", "app"),
        breaks: 1,
    },
    Row {
        name: "everybody is let in to a public task behind a load balancer, on all ports",
        sound: "workload/least-exposure",
        plant: |network| let_in(network, json!({ "IpProtocol": "-1", "IpRanges": [{ "CidrIp": "0.0.0.0/0" }] })),
        found: ("workload/least-exposure", "app"),
        breaks: 1,
    },
    Row {
        name: "everybody is let in by IPv6 to a public task behind a load balancer",
        sound: "workload/least-exposure",
        plant: |network| {
            dual_stack(network);
            let_in(network, json!({ "IpProtocol": "-1", "Ipv6Ranges": [{ "CidrIpv6": "::/0" }] }));
        },
        found: ("workload/least-exposure", "app"),
        breaks: 1,
    },
    Row {
        name: "everybody is let in by IPv6, in two halves, to a task without a load balancer",
        sound: "workload/least-exposure",
        plant: |network| {
            dual_stack(network);
            network["services"][0]["loadBalancers"] = json!([]);
            for half in ["2000::/4", "3000::/4"] {
                let_in(
                    network,
                    json!({ "IpProtocol": "tcp", "FromPort": 22, "ToPort": 22, "Ipv6Ranges": [{ "CidrIpv6": half }] }),
                );
            }
        },
        found: ("sg/inbound-open", "sg-0dc2974ad1d8fc7ac"),
        breaks: 0,
    },
    Row {
        name: "a target group of dual-stack tasks takes IPv6 addresses, behind a load balancer for IPv4 alone",
        sound: "lb/address-type",
        plant: |network| {
            dual_stack(network);
            network["TargetGroups"][0]["IpAddressType"] = json!("ipv6");
            network["LoadBalancers"][0]["IpAddressType"] = json!("ipv4");
        },
        found: ("lb/address-type", "app"),
        breaks: 0,
    },
];

/// What any IPv6 address is let in to is open to nobody where no task has a public one, or the internet no way to it.
pub(crate) const HARMLESS: &[(&str, fn(&mut Value))] = &[
    ("the subnets have no IPv6 block", |network| {
        let_in(network, json!({ "IpProtocol": "-1", "Ipv6Ranges": [{ "CidrIpv6": "::/0" }] }));
    }),
    ("IPv6 leaves by an egress-only internet gateway, and only the container's port is open", |network| {
        dual_stack(network);
        let vpc = network["Vpcs"][0]["VpcId"].clone();
        network["EgressOnlyInternetGateways"] = json!([{
            "EgressOnlyInternetGatewayId": "eigw-0a1b2c3d4e5f60718", "Attachments": [{ "VpcId": vpc, "State": "attached" }]
        }]);
        for table in network["RouteTables"].as_array_mut().expect("a list") {
            for route in table["Routes"].as_array_mut().expect("a list") {
                if route["DestinationIpv6CidrBlock"] == "::/0" {
                    route.as_object_mut().expect("an object").remove("GatewayId");
                    route["EgressOnlyInternetGatewayId"] = json!("eigw-0a1b2c3d4e5f60718");
                }
            }
        }
        let_in(
            network,
            json!({ "IpProtocol": "tcp", "FromPort": 8080, "ToPort": 8080, "Ipv6Ranges": [{ "CidrIpv6": "::/0" }] }),
        );
    }),
    ("the target group takes IPv6 addresses, which tasks and load balancer have", |network| {
        dual_stack(network);
        network["TargetGroups"][0]["IpAddressType"] = json!("ipv6");
        network["LoadBalancers"][0]["IpAddressType"] = json!("dualstack");
        let_in(network, network["SecurityGroups"][1]["IpPermissions"][0].clone());
    }),
];
