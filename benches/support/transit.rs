//! A network of many VPCs on one transit gateway.

use serde_json::{Value, json};
use std::path::Path;

/// Writes a snapshot of so many VPCs, each with a subnet and an interface, all attached to one transit gateway.
pub fn write(path: &Path, vpcs: u32) {
    let mut lists: [Vec<Value>; 9] = Default::default();
    let (mut routes, mut associations) = (Vec::new(), Vec::new());
    for index in 0..vpcs {
        let [block, subnet_block] = [20, 24].map(|length| format!("10.{}.{}.0/{length}", index / 16, index % 16 * 16));
        let id = |kind: &str| format!("{kind}-{index:05}");
        let (vpc, subnet, attachment) = (id("vpc"), id("subnet"), id("tgw-attach"));
        let entry = |egress: bool| json!({ "RuleNumber": 100, "Protocol": "-1", "RuleAction": "allow", "Egress": egress, "CidrBlock": "0.0.0.0/0" });
        let elements = [
            json!({ "VpcId": vpc, "CidrBlock": block, "DhcpOptionsId": "default" }),
            json!({ "VpcId": vpc, "EnableDnsSupport": { "Value": true }, "EnableDnsHostnames": { "Value": true } }),
            json!({ "SubnetId": subnet, "VpcId": vpc, "CidrBlock": subnet_block, "AvailabilityZone": "us-east-1a" }),
            json!({
                "RouteTableId": id("rtb"), "VpcId": vpc, "Associations": [{ "Main": true }],
                "Routes": [
                    { "DestinationCidrBlock": block, "GatewayId": "local" },
                    { "DestinationCidrBlock": "10.0.0.0/8", "TransitGatewayId": "tgw-1" },
                ],
            }),
            json!({
                "GroupId": id("sg"), "VpcId": vpc,
                "IpPermissions": [{ "IpProtocol": "tcp", "FromPort": 443, "ToPort": 443, "IpRanges": [{ "CidrIp": "10.0.0.0/8" }] }],
                "IpPermissionsEgress": [{ "IpProtocol": "-1", "IpRanges": [{ "CidrIp": "0.0.0.0/0" }] }],
            }),
            json!({
                "NetworkAclId": id("acl"), "VpcId": vpc, "IsDefault": true,
                "Associations": [{ "SubnetId": subnet }], "Entries": [entry(true), entry(false)],
            }),
            json!({
                "TransitGatewayAttachmentId": attachment, "TransitGatewayId": "tgw-1", "VpcId": vpc,
                "State": "available", "SubnetIds": [subnet],
            }),
            json!({
                "NetworkInterfaceId": id("eni"), "VpcId": vpc, "SubnetId": subnet,
                "PrivateIpAddress": subnet_block.replace(".0/24", ".10"), "Groups": [{ "GroupId": id("sg") }],
            }),
        ];
        for (list, element) in lists.iter_mut().zip(elements) {
            list.push(element);
        }
        let attached = json!([{ "TransitGatewayAttachmentId": attachment, "ResourceType": "vpc", "ResourceId": vpc }]);
        associations.push(json!({ "TransitGatewayAttachmentId": attachment, "State": "associated" }));
        routes.push(json!({ "DestinationCidrBlock": block, "State": "active", "TransitGatewayAttachments": attached }));
    }
    lists[8].push(json!({
        "TransitGatewayRouteTableId": "tgw-rtb-1", "TransitGatewayId": "tgw-1",
        "Routes": routes, "Associations": associations,
    }));
    let keys = [
        "Vpcs",
        "VpcAttributes",
        "Subnets",
        "RouteTables",
        "SecurityGroups",
        "NetworkAcls",
        "TransitGatewayVpcAttachments",
        "NetworkInterfaces",
        "TransitGatewayRouteTables",
    ];
    let mut document = json!({ "TransitGateways": [{ "TransitGatewayId": "tgw-1", "State": "available" }] });
    for (key, list) in keys.into_iter().zip(lists) {
        document[key] = list.into();
    }
    std::fs::write(path, document.to_string()).expect("the target folder can be written");
}
