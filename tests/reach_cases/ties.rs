//! What the input says twice, or doesn't say: no order of the JSON decides, and nobody is accused.

use crate::edges::edge;
use crate::rows::*;
use fargcheck::reach::Verdict::{Blocked, Reachable, Unknown};
use serde_json::{Value, json};

/// Two route tables for what comes in through one internet gateway, asked by a task with a public address.
pub(crate) fn gateways_of_two_tables() -> Vec<Row> {
    let bent = || edge("10.0.1.0/24", "NetworkInterfaceId", "eni-fw").1;
    let plain = || {
        let mut table = edge("10.0.2.0/24", "NetworkInterfaceId", "eni-fw").1;
        table["RouteTableId"] = "rtb-edge-2".into();
        table
    };
    let both = |first: Value, second: Value| {
        [default_to("GatewayId", "igw-1"), ("/RouteTables/-", first), ("/RouteTables/-", second)]
    };
    vec![
        row("the one with an appliance first", both(bent(), plain()), at("8.8.8.8"), Unknown, &[]),
        row("the one with an appliance last", both(plain(), bent()), at("8.8.8.8"), Unknown, &[]),
        row(
            "one that doesn't say whom it serves",
            [
                default_to("GatewayId", "igw-1"),
                ("/RouteTables/-", bent()),
                ("/RouteTables/4/Associations", Value::Null),
            ],
            at("8.8.8.8"),
            Unknown,
            &[],
        ),
    ]
}

/// Two routes of a transit gateway's table to the same block.
pub(crate) fn equal_routes_of_transit_gateways() -> Vec<Row> {
    let to = |ty: &str, kind: &str, id: &str| {
        json!({
            "DestinationCidrBlock": "10.2.0.0/16", "State": "active", "Type": ty,
            "TransitGatewayAttachments": [{ "ResourceType": kind, "ResourceId": id }],
        })
    };
    let both = |first: Value, second: Value| {
        let second = ("/TransitGatewayRouteTables/0/Routes/-", second);
        peering_by_transit().into_iter().chain([("/TransitGatewayRouteTables/0/Routes/1", first), second])
    };
    let vpc = |ty| to(ty, "vpc", "vpc-2");
    let vpn = || to("propagated", "vpn", "vpn-1");
    let blackhole = || json!({ "DestinationCidrBlock": "10.2.0.0/16", "State": "blackhole", "Type": "static" });
    let there = || at("10.2.1.10");
    vec![
        row("a VPC's before a VPN's, both propagated", both(vpc("propagated"), vpn()), there(), Reachable, &[]),
        row("a VPC's after a VPN's, both propagated", both(vpn(), vpc("propagated")), there(), Reachable, &[]),
        row("a blackhole after a static route", both(vpc("static"), blackhole()), there(), Unknown, &[]),
        row("a blackhole before a static route", both(blackhole(), vpc("static")), there(), Unknown, &[]),
    ]
}

/// Attachments of one VPC to one transit gateway, and tables that one is associated with.
pub(crate) fn attachments() -> Vec<Row> {
    let with = |changes: Vec<Change>| peering_by_transit().into_iter().chain(changes);
    let there = || at("10.2.1.10");
    let other = |state: &str| {
        json!({
            "TransitGatewayAttachmentId": "tgw-attach-0", "TransitGatewayId": "tgw-1", "VpcId": "vpc-1",
            "State": state, "SubnetIds": ["subnet-task"],
        })
    };
    let sound = json!({
        "TransitGatewayAttachmentId": "tgw-attach-1", "TransitGatewayId": "tgw-1", "VpcId": "vpc-1",
        "State": "available", "SubnetIds": ["subnet-public"],
    });
    let before = |state: &str| {
        vec![("/TransitGatewayVpcAttachments/0", other(state)), ("/TransitGatewayVpcAttachments/-", sound.clone())]
    };
    let after = |state: &str| vec![("/TransitGatewayVpcAttachments/-", other(state))];
    let state = |state: &str| vec![("/TransitGatewayVpcAttachments/0/State", json!(state))];
    let second_table = || {
        let own = json!([{ "TransitGatewayAttachmentId": "tgw-attach-1" }]);
        json!({ "TransitGatewayRouteTableId": "tgw-rtb-0", "TransitGatewayId": "tgw-1", "Associations": own, "Routes": [] })
    };
    vec![
        row("what a failed request left before it", with(before("failed")), there(), Reachable, &[]),
        row("what a failed request left after it", with(after("failed")), there(), Reachable, &[]),
        row("what a rejected request left before it", with(before("rejected")), there(), Reachable, &[]),
        row("one that failed alone", with(state("failed")), there(), Blocked, &["tgw-route"]),
        row("one that is as before a change", with(state("rollingBack")), there(), Reachable, &[]),
        row("two tables", with(vec![("/TransitGatewayRouteTables/-", second_table())]), there(), Unknown, &[]),
    ]
}

/// A NAT gateway's own interface is told by its address, or by how AWS describes it, where the address doesn't name it.
pub(crate) fn interfaces_of_nat_gateways() -> Vec<Row> {
    let interface = |description: &str| {
        let interface = json!({
            "NetworkInterfaceId": "eni-nat", "SubnetId": "subnet-public", "PrivateIpAddress": "10.0.0.50",
            "Groups": [], "Description": description,
        });
        ("/NetworkInterfaces/-", interface)
    };
    let address = || ("/NatGateways/0/NatGatewayAddresses/0/PrivateIp", json!("10.0.0.50"));
    let nat = || at("10.0.0.50");
    vec![
        row("by its address", [interface(""), address()], nat(), Blocked, &["not-routable"]),
        row("by its description", [interface("Interface for NAT Gateway nat-1")], nat(), Blocked, &["not-routable"]),
        row("somebody else's", [interface("Interface for NAT Gateway nat-9")], nat(), Reachable, &[]),
    ]
}

/// AWS has no rule of a security group without a peer.
pub(crate) fn rules_without_peers() -> Vec<Row> {
    let nobody = |list| (list, json!([{ "IpProtocol": "tcp", "FromPort": 443, "ToPort": 443 }]));
    vec![
        row("outbound", [nobody("/SecurityGroups/0/IpPermissionsEgress")], at("8.8.8.8"), Unknown, &[]),
        row("inbound", [nobody("/SecurityGroups/1/IpPermissions")], interface("eni-ecr"), Unknown, &[]),
        row(
            "for another port",
            [("/SecurityGroups/1/IpPermissions", json!([{ "IpProtocol": "tcp", "FromPort": 80, "ToPort": 80 }]))],
            interface("eni-ecr"),
            Blocked,
            &["endpoint-sg"],
        ),
    ]
}
