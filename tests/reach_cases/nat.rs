//! NAT gateways: private ones, regional ones, and ones with several addresses.

use crate::rows::*;
use fargcheck::reach::Verdict::{Blocked, Partial, Reachable, Unknown};
use serde_json::{Value, json};

fn private() -> Change {
    ("/NatGateways/0/ConnectivityType", json!("private"))
}

/// To the other VPC by the NAT gateway and on by the transit gateway, and back.
fn by_transit() -> [Change; 4] {
    [
        private(),
        ("/RouteTables/0/Routes/2", json!({ "DestinationCidrBlock": "10.2.0.0/16", "NatGatewayId": "nat-1" })),
        ("/RouteTables/1/Routes/-", json!({ "DestinationCidrBlock": "10.2.0.0/16", "TransitGatewayId": "tgw-1" })),
        ("/RouteTables/3/Routes/1", json!({ "DestinationCidrBlock": "10.0.0.0/16", "TransitGatewayId": "tgw-1" })),
    ]
}

fn lets_in(blocks: &[&str]) -> Change {
    let ranges: Vec<Value> = blocks.iter().map(|block| json!({ "CidrIp": block })).collect();
    (
        "/SecurityGroups/2/IpPermissions",
        json!([{ "IpProtocol": "tcp", "FromPort": 443, "ToPort": 443, "IpRanges": ranges }]),
    )
}

fn addresses(second: &str) -> Change {
    let addresses = json!([
        { "PrivateIp": "10.0.0.10", "PublicIp": "198.51.100.1", "IsPrimary": true, "Status": "succeeded" },
        { "PrivateIp": "10.0.0.11", "PublicIp": "198.51.100.2", "IsPrimary": false, "Status": second },
    ]);
    ("/NatGateways/0/NatGatewayAddresses", addresses)
}

pub(crate) fn private_ones() -> Vec<Row> {
    let other = || at("10.2.1.10");
    let by = |more: &[Change]| by_transit().into_iter().chain(more.iter().cloned()).collect::<Vec<_>>();
    vec![
        row("to another VPC, from the NAT gateway's subnet", by(&[lets_in(&["10.0.0.0/24"])]), other(), Reachable, &[]),
        row("not from the task's address", by(&[lets_in(&["10.0.1.0/24"])]), other(), Blocked, &["dest-sg"]),
        row("nor as a member of the task's group", by(&[]), other(), Blocked, &["dest-sg"]),
        row(
            "from one of its two addresses",
            by(&[addresses("succeeded"), lets_in(&["10.0.0.10/32"])]),
            other(),
            Partial,
            &["dest-sg"],
        ),
        row(
            "never from one that failed",
            by(&[addresses("failed"), lets_in(&["10.0.0.10/32"])]),
            other(),
            Reachable,
            &[],
        ),
        row(
            "replies find back to its subnet, not the task's",
            by(&[
                lets_in(&["10.0.0.0/16"]),
                (
                    "/RouteTables/3/Routes/1",
                    json!({ "DestinationCidrBlock": "10.0.1.0/24", "TransitGatewayId": "tgw-1" }),
                ),
            ]),
            other(),
            Blocked,
            &["no-route"],
        ),
        row(
            "the transit gateway must be in its zone, not the task's",
            by(&[lets_in(&["10.0.0.0/16"]), ("/Subnets/0/AvailabilityZone", json!("us-east-1c"))]),
            other(),
            Reachable,
            &[],
        ),
        row(
            "to what is on the premises",
            [
                private(),
                ("/RouteTables/1/Routes/-", json!({ "DestinationCidrBlock": "10.9.0.0/16", "GatewayId": "vgw-1" })),
            ],
            at("10.9.0.1"),
            Unknown,
            &[],
        ),
        row(
            "to the internet through the transit gateway's central egress",
            [
                private(),
                (
                    "/RouteTables/1/Routes/1",
                    json!({ "DestinationCidrBlock": "0.0.0.0/0", "TransitGatewayId": "tgw-9" }),
                ),
                attachment("tgw-9"),
            ],
            at("8.8.8.8"),
            Unknown,
            &[],
        ),
        row("never out of an internet gateway", [private()], at("10.9.0.1"), Blocked, &["nat-private"]),
        row(
            "without a way on",
            [private(), ("/RouteTables/1/Routes/1", Value::Null)],
            at("8.8.8.8"),
            Blocked,
            &["nat-private", "nat-route"],
        ),
        row(
            "a public one leads there, too",
            by(&[("/NatGateways/0/ConnectivityType", json!("public")), lets_in(&["10.0.0.0/24"])]),
            other(),
            Reachable,
            &[],
        ),
    ]
}

/// A regional one, with the route table that AWS made for it.
fn regional(routes: &[Value]) -> Vec<Change> {
    let mut all = vec![json!({ "DestinationCidrBlock": "10.0.0.0/16", "GatewayId": "local" })];
    all.extend(routes.iter().cloned());
    vec![
        (
            "/NatGateways/0",
            json!({
                "NatGatewayId": "nat-1", "VpcId": "vpc-1", "State": "available", "ConnectivityType": "public",
                "AvailabilityMode": "regional", "AutoProvisionZones": "enabled", "RouteTableId": "rtb-nat",
                "NatGatewayAddresses": [
                    { "PublicIp": "198.51.100.1", "AvailabilityZone": "us-east-1a", "Status": "succeeded" },
                    { "PublicIp": "198.51.100.2", "AvailabilityZone": "us-east-1b", "Status": "failed" },
                ],
            }),
        ),
        (
            "/RouteTables/-",
            json!({
                "RouteTableId": "rtb-nat", "VpcId": "vpc-1", "Routes": all,
                "Associations": [{ "GatewayId": "nat-1", "Main": false }],
            }),
        ),
    ]
}

pub(crate) fn regional_ones() -> Vec<Row> {
    let internet = || at("8.8.8.8");
    let default = |field: &str, id: &str| {
        let mut route = json!({ "DestinationCidrBlock": "0.0.0.0/0" });
        route[field] = id.into();
        route
    };
    let firewall = json!({
        "VpcEndpointId": "vpce-fw", "VpcEndpointType": "GatewayLoadBalancer", "VpcId": "vpc-1", "State": "available",
    });
    let mut inspected = regional(&[default("VpcEndpointId", "vpce-fw")]);
    inspected.push(("/VpcEndpoints/-", firewall));
    let mut detached = regional(&[default("GatewayId", "igw-1")]);
    detached.push(("/InternetGateways/0/Attachments", json!([])));
    let mut closed = regional(&[default("GatewayId", "igw-1")]);
    closed.push(("/NetworkAcls/1/Entries", json!([])));
    let to_gateway = || regional(&[default("GatewayId", "igw-1")]);
    let elsewhere = |mode: &str| {
        let mut changes = to_gateway();
        changes.push(("/NatGateways/0/AutoProvisionZones", json!(mode)));
        changes.push(("/NatGateways/0/NatGatewayAddresses/0/AvailabilityZone", json!("us-east-1c")));
        changes
    };
    let by_hand = |zone: &str, status: &str| {
        let address = json!({ "PublicIp": "198.51.100.3", "AvailabilityZone": zone, "Status": status });
        let mut changes = elsewhere("disabled");
        changes.push(("/NatGateways/0/NatGatewayAddresses/-", address));
        changes
    };
    let mut unsaid = elsewhere("disabled");
    unsaid.push(("/NatGateways/0/AutoProvisionZones", Value::Null));
    vec![
        row("by its own table", regional(&[default("GatewayId", "igw-1")]), internet(), Reachable, &[]),
        row("no subnet's network ACL is asked", closed, internet(), Reachable, &[]),
        row("its table has no way on", regional(&[]), internet(), Blocked, &["nat-route"]),
        row("its table leads through a firewall", inspected, internet(), Unknown, &[]),
        row("its internet gateway is detached", detached, internet(), Blocked, &["igw-detached"]),
        row("its zones are its own business", elsewhere("enabled"), internet(), Reachable, &[]),
        row(
            "its zones are managed by hand, and the task's is none of them",
            elsewhere("disabled"),
            internet(),
            Unknown,
            &[],
        ),
        row("… and is one of them", by_hand("us-east-1a", "succeeded"), internet(), Reachable, &[]),
        row("… and its address there failed", by_hand("us-east-1a", "failed"), internet(), Unknown, &[]),
        row("who manages its zones isn't known", unsaid, internet(), Unknown, &[]),
    ]
}

fn no_elastic_ip() -> Change {
    ("/NatGateways/0/NatGatewayAddresses", json!([{ "PrivateIp": "10.0.0.10", "IsPrimary": true }]))
}

pub(crate) fn addresses_of_public_ones() -> Vec<Row> {
    vec![
        row("one of its addresses failed", [addresses("failed")], at("8.8.8.8"), Reachable, &[]),
        row("one is on its way out", [addresses("disassociating")], at("8.8.8.8"), Reachable, &[]),
        row("none has an Elastic IP", [no_elastic_ip()], at("8.8.8.8"), Blocked, &["nat-state"]),
        row(
            "it has no address at all",
            [("/NatGateways/0/NatGatewayAddresses", json!([]))],
            at("8.8.8.8"),
            Blocked,
            &["nat-state"],
        ),
        row(
            "a private one needs none",
            by_transit().into_iter().chain([no_elastic_ip(), lets_in(&["10.0.0.0/24"])]),
            at("10.2.1.10"),
            Reachable,
            &[],
        ),
        row(
            "an allocation is enough before it is made",
            [("/NatGateways/0/NatGatewayAddresses", json!([{ "AllocationId": "eipalloc-1" }]))],
            at("8.8.8.8"),
            Reachable,
            &[],
        ),
        row(
            "its addresses aren't known",
            [("/NatGateways/0/NatGatewayAddresses", Value::Null)],
            at("8.8.8.8"),
            Unknown,
            &[],
        ),
    ]
}
