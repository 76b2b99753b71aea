//! The network that every row changes.

use serde_json::{Value, json};

/// The policy of an endpoint that is given none.
const ALLOW_ALL: &str = r#"{"Statement":[{"Effect":"Allow","Principal":"*","Action":"*","Resource":"*"}]}"#;

/// A task subnet that goes out through a NAT gateway, a subnet with a database and an interface endpoint in another zone,
/// a gateway endpoint for S3, and a second VPC behind a peering connection and a transit gateway.
pub(crate) fn network() -> Value {
    let open = json!([
        { "RuleNumber": 100, "Protocol": "-1", "RuleAction": "allow", "Egress": true, "CidrBlock": "0.0.0.0/0" },
        { "RuleNumber": 100, "Protocol": "-1", "RuleAction": "allow", "Egress": false, "CidrBlock": "0.0.0.0/0" },
        { "RuleNumber": 32767, "Protocol": "-1", "RuleAction": "deny", "Egress": true, "CidrBlock": "0.0.0.0/0" },
        { "RuleNumber": 32767, "Protocol": "-1", "RuleAction": "deny", "Egress": false, "CidrBlock": "0.0.0.0/0" },
    ]);
    let acl = |name: &str| {
        json!({
            "NetworkAclId": format!("acl-{name}"),
            "Associations": [{ "SubnetId": format!("subnet-{name}") }],
            "Entries": open,
        })
    };
    let subnet = |name: &str, vpc: &str, block: &str, zone: &str| json!({ "SubnetId": format!("subnet-{name}"), "VpcId": vpc, "CidrBlock": block, "AvailabilityZone": zone });
    let attachment = |vpc: &str| json!([{ "ResourceType": "vpc", "ResourceId": vpc }]);
    json!({
        "Vpcs": [{ "VpcId": "vpc-1", "CidrBlock": "10.0.0.0/16" }, { "VpcId": "vpc-2", "CidrBlock": "10.2.0.0/16" }],
        "VpcAttributes": [
            { "VpcId": "vpc-1", "EnableDnsSupport": { "Value": true }, "EnableDnsHostnames": { "Value": true } },
        ],
        "DhcpOptions": [],
        "Subnets": [
            subnet("task", "vpc-1", "10.0.1.0/24", "us-east-1a"),
            subnet("public", "vpc-1", "10.0.0.0/24", "us-east-1a"),
            subnet("data", "vpc-1", "10.0.2.0/24", "us-east-1b"),
            subnet("other", "vpc-2", "10.2.1.0/24", "us-east-1a"),
        ],
        "RouteTables": [
            {
                "RouteTableId": "rtb-task",
                "VpcId": "vpc-1",
                "Associations": [{ "SubnetId": "subnet-task" }],
                "Routes": [
                    { "DestinationCidrBlock": "10.0.0.0/16", "GatewayId": "local" },
                    { "DestinationCidrBlock": "0.0.0.0/0", "NatGatewayId": "nat-1" },
                    { "DestinationCidrBlock": "10.2.0.0/16", "VpcPeeringConnectionId": "pcx-1" },
                    { "DestinationPrefixListId": "pl-s3", "GatewayId": "vpce-s3" },
                ],
            },
            {
                "RouteTableId": "rtb-public",
                "VpcId": "vpc-1",
                "Associations": [{ "SubnetId": "subnet-public" }],
                "Routes": [
                    { "DestinationCidrBlock": "10.0.0.0/16", "GatewayId": "local" },
                    { "DestinationCidrBlock": "0.0.0.0/0", "GatewayId": "igw-1" },
                ],
            },
            {
                "RouteTableId": "rtb-data",
                "VpcId": "vpc-1",
                "Associations": [{ "SubnetId": "subnet-data" }],
                "Routes": [{ "DestinationCidrBlock": "10.0.0.0/16", "GatewayId": "local" }],
            },
            {
                "RouteTableId": "rtb-other",
                "VpcId": "vpc-2",
                "Associations": [{ "SubnetId": "subnet-other" }],
                "Routes": [
                    { "DestinationCidrBlock": "10.2.0.0/16", "GatewayId": "local" },
                    { "DestinationCidrBlock": "10.0.0.0/16", "VpcPeeringConnectionId": "pcx-1" },
                ],
            },
        ],
        "InternetGateways": [
            { "InternetGatewayId": "igw-1", "Attachments": [{ "VpcId": "vpc-1", "State": "available" }] },
        ],
        "NatGateways": [{
            "NatGatewayId": "nat-1", "VpcId": "vpc-1", "SubnetId": "subnet-public", "State": "available",
            "NatGatewayAddresses": [{ "AllocationId": "eipalloc-1", "PublicIp": "198.51.100.1" }],
        }],
        "NetworkAcls": [acl("task"), acl("public"), acl("data"), acl("other")],
        "SecurityGroups": [
            {
                "GroupId": "sg-task",
                "IpPermissions": [],
                "IpPermissionsEgress": [{ "IpProtocol": "-1", "IpRanges": [{ "CidrIp": "0.0.0.0/0" }] }],
            },
            {
                "GroupId": "sg-endpoint",
                "IpPermissions": [
                    { "IpProtocol": "tcp", "FromPort": 443, "ToPort": 443, "IpRanges": [{ "CidrIp": "10.0.0.0/16" }] },
                ],
                "IpPermissionsEgress": [],
            },
            {
                "GroupId": "sg-data",
                "IpPermissions": [{
                    "IpProtocol": "tcp", "FromPort": 443, "ToPort": 443,
                    "UserIdGroupPairs": [{ "GroupId": "sg-task" }],
                }],
                "IpPermissionsEgress": [],
            },
        ],
        "VpcEndpoints": [
            {
                "VpcEndpointId": "vpce-s3", "VpcEndpointType": "Gateway", "VpcId": "vpc-1", "State": "available",
                "PolicyDocument": ALLOW_ALL, "ServiceName": "com.amazonaws.us-east-1.s3",
            },
            {
                "VpcEndpointId": "vpce-ecr", "VpcEndpointType": "Interface", "VpcId": "vpc-1", "State": "available",
                "PolicyDocument": ALLOW_ALL, "ServiceName": "com.amazonaws.us-east-1.ecr.api", "PrivateDnsEnabled": true,
                "SubnetIds": ["subnet-data"], "Groups": [{ "GroupId": "sg-endpoint" }],
                "NetworkInterfaceIds": ["eni-ecr"],
            },
        ],
        "PrefixLists": [
            { "PrefixListId": "pl-s3", "PrefixListName": "com.amazonaws.us-east-1.s3", "Cidrs": ["52.216.0.0/15"] },
            { "PrefixListId": "pl-own", "PrefixListName": "own", "Cidrs": ["198.40.0.0/16"] },
        ],
        "NetworkInterfaces": [
            {
                "NetworkInterfaceId": "eni-data", "SubnetId": "subnet-data", "PrivateIpAddress": "10.0.2.10",
                "Groups": [{ "GroupId": "sg-data" }],
            },
            {
                "NetworkInterfaceId": "eni-ecr", "SubnetId": "subnet-data", "PrivateIpAddress": "10.0.2.20",
                "Groups": [{ "GroupId": "sg-endpoint" }],
            },
            {
                "NetworkInterfaceId": "eni-other", "SubnetId": "subnet-other", "PrivateIpAddress": "10.2.1.10",
                "Groups": [{ "GroupId": "sg-data" }],
            },
            {
                "NetworkInterfaceId": "eni-near", "SubnetId": "subnet-task", "PrivateIpAddress": "10.0.1.10",
                "Groups": [{ "GroupId": "sg-task" }],
            },
        ],
        "VpcPeeringConnections": [{
            "VpcPeeringConnectionId": "pcx-1",
            "RequesterVpcInfo": { "VpcId": "vpc-1" }, "AccepterVpcInfo": { "VpcId": "vpc-2" },
            "Status": { "Code": "active" },
        }],
        "TransitGateways": [
            { "TransitGatewayId": "tgw-1", "Options": { "SecurityGroupReferencingSupport": "enable" } },
        ],
        "TransitGatewayVpcAttachments": [
            {
                "TransitGatewayAttachmentId": "tgw-attach-1", "TransitGatewayId": "tgw-1", "VpcId": "vpc-1",
                "State": "available", "SubnetIds": ["subnet-public"],
            },
            {
                "TransitGatewayAttachmentId": "tgw-attach-2", "TransitGatewayId": "tgw-1", "VpcId": "vpc-2",
                "State": "available", "SubnetIds": ["subnet-other"],
            },
        ],
        "TransitGatewayRouteTables": [{
            "TransitGatewayRouteTableId": "tgw-rtb-1",
            "TransitGatewayId": "tgw-1",
            "Associations": [
                { "TransitGatewayAttachmentId": "tgw-attach-1" }, { "TransitGatewayAttachmentId": "tgw-attach-2" },
            ],
            "Routes": [
                { "DestinationCidrBlock": "10.0.0.0/16", "State": "active", "TransitGatewayAttachments": attachment("vpc-1") },
                { "DestinationCidrBlock": "10.2.0.0/16", "State": "active", "TransitGatewayAttachments": attachment("vpc-2") },
            ],
        }],
        "VpcBlockPublicAccessOptions": [{ "InternetGatewayBlockMode": "off" }],
        "VpcBlockPublicAccessExclusions": [],
    })
}
