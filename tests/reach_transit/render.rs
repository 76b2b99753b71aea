//! The network as a snapshot.

use super::model::*;
use serde_json::{Value, json};

fn vpc_id(vpc: usize) -> String {
    format!("vpc-{vpc}")
}

fn subnet_id(subnet: usize) -> String {
    format!("subnet-{}", SUBNETS[subnet].0)
}

fn route((block, target): &(Cidr, Target)) -> Value {
    let (field, id) = match target {
        Target::Local => ("GatewayId", "local".to_owned()),
        Target::Transit => ("TransitGatewayId", "tgw-1".to_owned()),
        Target::Nat(index) => ("NatGatewayId", format!("nat-{index}")),
        Target::Internet => ("GatewayId", "igw-1".to_owned()),
        Target::Vpn => ("GatewayId", "vgw-1".to_owned()),
        Target::Appliance => ("NetworkInterfaceId", "eni-firewall".to_owned()),
        Target::Gone => ("VpcEndpointId", "vpce-gone".to_owned()),
    };
    json!({ "DestinationCidrBlock": block.text(), field: id, "State": "active" })
}

fn acl(subnet: usize, entries: &[Entry]) -> Value {
    let mut rendered: Vec<Value> = (entries.iter().zip(1..))
        .map(|(entry, number)| {
            json!({
                "RuleNumber": number, "Egress": entry.egress, "Protocol": "6", "CidrBlock": entry.block.text(),
                "RuleAction": if entry.allow { "allow" } else { "deny" },
                "PortRange": { "From": entry.ports.0, "To": entry.ports.1 },
            })
        })
        .collect();
    for egress in [true, false] {
        rendered.push(json!({
            "RuleNumber": 100, "Egress": egress, "Protocol": "-1", "CidrBlock": "0.0.0.0/0", "RuleAction": "allow",
        }));
    }
    json!({
        "NetworkAclId": format!("acl-{}", SUBNETS[subnet].0),
        "Associations": [{ "SubnetId": subnet_id(subnet) }],
        "Entries": rendered,
    })
}

fn transit_table(net: &Net, vpc: usize) -> Value {
    let hop = |(block, to): &Hop| match to {
        None => json!({ "DestinationCidrBlock": block.text(), "State": "blackhole", "Type": "static" }),
        Some(to) => json!({
            "DestinationCidrBlock": block.text(), "State": "active", "Type": "static",
            "TransitGatewayAttachments": [{
                "TransitGatewayAttachmentId": format!("tgw-attach-{to}"), "ResourceType": "vpc", "ResourceId": vpc_id(*to),
            }],
        }),
    };
    let associations: Vec<Value> = (net.associated[vpc].then(|| {
        json!({
            "TransitGatewayAttachmentId": format!("tgw-attach-{vpc}"), "State": "associated",
        })
    }))
    .into_iter()
    .collect();
    json!({
        "TransitGatewayRouteTableId": format!("tgw-rtb-{vpc}"), "TransitGatewayId": "tgw-1",
        "Associations": associations, "Routes": net.hops[vpc].iter().map(hop).collect::<Vec<_>>(),
    })
}

/// The snapshot of a network: every list is there.
pub(crate) fn snapshot(net: &Net) -> Value {
    let subnets = 0..SUBNETS.len();
    let zones = ["us-east-1a", "us-east-1b"];
    json!({
        "Vpcs": (0..3).map(|vpc| json!({ "VpcId": vpc_id(vpc), "CidrBlock": VPCS[vpc].text() })).collect::<Vec<_>>(),
        "Subnets": subnets.clone().map(|subnet| json!({
            "SubnetId": subnet_id(subnet), "VpcId": vpc_id(SUBNETS[subnet].1), "CidrBlock": SUBNETS[subnet].2.text(),
            "AvailabilityZone": zones[net.zone(subnet)],
        })).collect::<Vec<_>>(),
        "RouteTables": subnets.clone().map(|subnet| {
            let local = (VPCS[SUBNETS[subnet].1], Target::Local);
            json!({
                "RouteTableId": format!("rtb-{}", SUBNETS[subnet].0), "VpcId": vpc_id(SUBNETS[subnet].1),
                "Associations": [{ "SubnetId": subnet_id(subnet) }],
                "Routes": std::iter::once(&local).chain(&net.routes[subnet]).map(route).collect::<Vec<_>>(),
            })
        }).collect::<Vec<_>>(),
        "NetworkAcls": subnets.map(|subnet| acl(subnet, &net.acls[subnet])).collect::<Vec<_>>(),
        "InternetGateways": [{ "InternetGatewayId": "igw-1", "Attachments": [{ "VpcId": "vpc-1", "State": "available" }] }],
        "NatGateways": (0..2).map(|index| json!({
            "NatGatewayId": format!("nat-{index}"), "VpcId": "vpc-1", "SubnetId": subnet_id(NATS[index]), "State": "available",
            "NatGatewayAddresses": [{ "AllocationId": format!("eipalloc-{index}") }],
        })).collect::<Vec<_>>(),
        "SecurityGroups": [
            {
                "GroupId": "sg-task", "IpPermissions": [],
                "IpPermissionsEgress": [{ "IpProtocol": "-1", "IpRanges": [{ "CidrIp": "0.0.0.0/0" }] }],
            },
            {
                "GroupId": "sg-database", "IpPermissionsEgress": [],
                "IpPermissions": [{ "IpProtocol": "-1", "IpRanges": [{ "CidrIp": "10.0.0.0/8" }] }],
            },
        ],
        "NetworkInterfaces": [{
            "NetworkInterfaceId": "eni-database", "SubnetId": "subnet-database", "PrivateIpAddress": "10.2.1.10",
            "Groups": [{ "GroupId": "sg-database" }],
        }],
        "VpcEndpoints": [], "PrefixLists": [], "ManagedPrefixLists": [], "VpcPeeringConnections": [],
        "TransitGateways": [{ "TransitGatewayId": "tgw-1" }],
        "TransitGatewayVpcAttachments": (0..3).map(|vpc| json!({
            "TransitGatewayAttachmentId": format!("tgw-attach-{vpc}"), "TransitGatewayId": "tgw-1", "VpcId": vpc_id(vpc),
            "State": "available", "SubnetIds": net.attached(vpc).into_iter().map(subnet_id).collect::<Vec<_>>(),
            "Options": { "ApplianceModeSupport": if net.appliances[vpc] { "enable" } else { "disable" } },
        })).collect::<Vec<_>>(),
        "TransitGatewayRouteTables": (0..3).map(|vpc| transit_table(net, vpc)).collect::<Vec<_>>(),
    })
}
