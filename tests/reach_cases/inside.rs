//! Inside the VPC, and in the VPC next to it.

use crate::pipeline::Place;
use crate::rows::*;
use fargcheck::reach::Verdict::{Blocked, Partial, Reachable, Unknown};
use serde_json::{Value, json};

pub(crate) fn rows() -> Vec<Row> {
    // Security groups name groups of a peer in the same region alone.
    // https://docs.aws.amazon.com/vpc/latest/peering/vpc-peering-security-groups.html
    let regions = |other: &str| {
        [
            ("/VpcPeeringConnections/0/RequesterVpcInfo/Region", json!("us-east-1")),
            ("/VpcPeeringConnections/0/AccepterVpcInfo/Region", json!(other)),
        ]
    };
    // https://docs.aws.amazon.com/vpc/latest/tgw/how-transit-gateways-work.html#tgw-route-evaluation-overview
    let two_routes = |right: &str, wrong: &str| {
        let back = json!({
            "DestinationCidrBlock": "10.2.0.0/16", "State": "active", "Type": wrong,
            "TransitGatewayAttachments": [{ "ResourceType": "vpc", "ResourceId": "vpc-1" }],
        });
        peering_by_transit().into_iter().chain([
            ("/TransitGatewayRouteTables/0/Routes/1/Type", json!(right)),
            ("/TransitGatewayRouteTables/0/Routes/-", back),
        ])
    };
    let holder = |id: &str, address: &str, group: &str| {
        json!({
            "NetworkInterfaceId": id, "SubnetId": "subnet-data", "PrivateIpAddress": address,
            "Groups": [{ "GroupId": group }],
        })
    };
    vec![
        row(
            "an endpoint in the task's own subnet",
            [
                ("/VpcEndpoints/1/SubnetIds", json!(["subnet-task"])),
                ("/VpcEndpoints/1/NetworkInterfaceIds", json!([])),
                ("/NetworkAcls/0/Entries", json!([])),
            ],
            service("ecr.api"),
            Reachable,
            &[],
        ),
        row("an address that no interface has", [], at("10.0.2.99"), Unknown, &[]),
        row(
            "an interface with an address outside of its subnet has none there",
            [(
                "/NetworkInterfaces/-",
                holder("eni-odd", "172.31.0.9", "sg-task"),
            )],
            at("10.0.2.99"),
            Unknown,
            &[],
        ),
        row(
            "an interface with an address outside of its subnet hides none of those in it",
            [
                ("/NetworkInterfaces/0/PrivateIpAddress", json!("172.31.0.9")),
                (
                    "/NetworkInterfaces/-",
                    holder("eni-closed", "10.0.2.50", "sg-task"),
                ),
            ],
            at("10.0.2.50"),
            Blocked,
            &["dest-sg"],
        ),
        row(
            "two interfaces, unlike each other, have the address",
            [("/NetworkInterfaces/-", holder("eni-closed", "10.0.2.10", "sg-task"))],
            at("10.0.2.10"),
            Unknown,
            &[],
        ),
        row(
            "two interfaces, alike, have the address",
            [("/NetworkInterfaces/-", holder("eni-again", "10.0.2.10", "sg-data"))],
            at("10.0.2.10"),
            Reachable,
            &[],
        ),
        row(
            "the other VPC has no route back",
            [("/RouteTables/3/Routes/1", Value::Null)],
            at("10.2.1.10"),
            Blocked,
            &["no-route"],
        ),
        row(
            "the transit gateway has no route back",
            peering_by_transit().into_iter().chain([("/TransitGatewayRouteTables/0/Routes/0", Value::Null)]),
            at("10.2.1.10"),
            Blocked,
            &["tgw-route"],
        ),
        row(
            "the transit gateway is in another zone than the other end",
            peering_by_transit()
                .into_iter()
                .chain([
                    (
                        "/Subnets/-",
                        json!({ "SubnetId": "subnet-far", "VpcId": "vpc-2", "CidrBlock": "10.2.2.0/24", "AvailabilityZone": "us-east-1b" }),
                    ),
                    ("/RouteTables/3/Associations/-", json!({ "SubnetId": "subnet-far" })),
                    ("/NetworkAcls/3/Associations/-", json!({ "SubnetId": "subnet-far" })),
                    ("/TransitGatewayVpcAttachments/1/SubnetIds", json!(["subnet-far"])),
                ]),
            at("10.2.1.10"),
            Blocked,
            &["tgw-zone"],
        ),
        row(
            "a file system's mount target in the task's zone",
            [
                ("/NetworkInterfaces/0/Description", json!("EFS mount target for fs-1 (fsmt-1)")),
                ("/Subnets/2/AvailabilityZone", json!("us-east-1a")),
            ],
            Place::FileSystem("fs-1".into()),
            Reachable,
            &[],
        ),
        row(
            "a file system's mount target, and the task in a zone that isn't known",
            [
                ("/NetworkInterfaces/0/Description", json!("EFS mount target for fs-1 (fsmt-1)")),
                ("/Subnets/0/AvailabilityZone", Value::Null),
            ],
            Place::FileSystem("fs-1".into()),
            Unknown,
            &[],
        ),
        row("a file system of which no mount target is known", [], Place::FileSystem("fs-1".into()), Unknown, &[]),
        row(
            "a subnet of a Local Zone, by the zone that it hangs on",
            peering_by_transit().into_iter().chain([
                ("/Subnets/3/AvailabilityZone", json!("us-east-1-bos-1a")),
                ("/TransitGatewayVpcAttachments/1/SubnetIds", json!(["subnet-parent"])),
                (
                    "/Subnets/-",
                    json!({ "SubnetId": "subnet-parent", "VpcId": "vpc-2", "CidrBlock": "10.2.2.0/24", "AvailabilityZone": "us-east-1a" }),
                ),
                ("/RouteTables/3/Associations/-", json!({ "SubnetId": "subnet-parent" })),
                ("/NetworkAcls/3/Associations/-", json!({ "SubnetId": "subnet-parent" })),
                ("/AvailabilityZones", json!([{ "ZoneName": "us-east-1-bos-1a", "ParentZoneName": "us-east-1a" }])),
            ]),
            at("10.2.1.10"),
            Reachable,
            &[],
        ),
        row(
            "a subnet of a Local Zone of which it isn't known where it hangs",
            peering_by_transit().into_iter().chain([("/Subnets/3/AvailabilityZone", json!("us-east-1-bos-1a"))]),
            at("10.2.1.10"),
            Unknown,
            &[],
        ),
        row(
            "a peer whose block isn't known",
            [("/Vpcs/1/CidrBlock", Value::Null)],
            interface("eni-other"),
            Reachable,
            &[],
        ),
        row("a group across a transit gateway", peering_by_transit(), interface("eni-other"), Reachable, &[]),
        row(
            "a group across a transit gateway, in a zone that is left out",
            peering_by_transit().into_iter().chain([("/Subnets/0/AvailabilityZoneId", json!("use1-az3"))]),
            interface("eni-other"),
            Blocked,
            &["dest-sg"],
        ),
        row(
            "a group across a transit gateway, before an endpoint",
            peering_by_transit().into_iter().chain([(
                "/VpcEndpoints/-",
                json!({
                    "VpcEndpointId": "vpce-far", "VpcEndpointType": "Interface", "VpcId": "vpc-2", "State": "available",
                    "ServiceName": "com.amazonaws.us-east-1.logs", "SubnetIds": ["subnet-other"],
                    "Groups": [{ "GroupId": "sg-data" }], "NetworkInterfaceIds": ["eni-other"],
                }),
            )]),
            interface("eni-other"),
            Blocked,
            &["endpoint-sg"],
        ),
        row("a group across a peering connection", regions("us-east-1"), interface("eni-other"), Reachable, &[]),
        row(
            "a group across a peering connection to another region",
            regions("eu-west-1"),
            interface("eni-other"),
            Blocked,
            &["dest-sg"],
        ),
        row(
            "a static route of a transit gateway before a propagated one",
            two_routes("static", "propagated"),
            at("10.2.1.10"),
            Reachable,
            &[],
        ),
        row(
            "a static route of a transit gateway that sends it back, before a propagated one",
            two_routes("propagated", "static"),
            at("10.2.1.10"),
            Unknown,
            &[],
        ),
        row(
            "a peering connection leads no further than its VPC",
            [one_route_more("10.9.0.0/16", "VpcPeeringConnectionId", "pcx-1")],
            at("10.9.0.1"),
            Blocked,
            &["not-routable"],
        ),
    ]
}

/// A route to a block of the VPC, more specific than the local one or in its place, says nothing of what stays in a subnet.
/// <https://docs.aws.amazon.com/vpc/latest/userguide/gateway-route-tables.html>
pub(crate) fn in_one_subnet() -> Vec<Row> {
    let near = || interface("eni-near");
    let to_own_subnet = |field: &str, id: &str| one_route_more("10.0.1.0/24", field, id);
    let in_place_of_local = |field: &str, id: &str| {
        let mut route = json!({ "DestinationCidrBlock": "10.0.0.0/16" });
        route[field] = id.into();
        ("/RouteTables/0/Routes/0", route)
    };
    let lets_in = || {
        let rule =
            json!({ "IpProtocol": "tcp", "FromPort": 443, "ToPort": 443, "IpRanges": [{ "CidrIp": "10.0.1.0/24" }] });
        ("/SecurityGroups/0/IpPermissions/-", rule)
    };
    let endpoint = || {
        [
            ("/VpcEndpoints/1/SubnetIds", json!(["subnet-task"])),
            ("/VpcEndpoints/1/NetworkInterfaceIds", json!([])),
            in_place_of_local("VpcEndpointId", "vpce-gone"),
        ]
    };
    vec![
        row("by a firewall's endpoint", [lets_in(), to_own_subnet("VpcEndpointId", "vpce-fw")], near(), Reachable, &[]),
        row("by one that is gone", [lets_in(), to_own_subnet("VpcEndpointId", "vpce-gone")], near(), Reachable, &[]),
        row(
            "no local route but an appliance's",
            [lets_in(), in_place_of_local("NetworkInterfaceId", "eni-gone")],
            near(),
            Reachable,
            &[],
        ),
        row("an endpoint, with a firewall that is gone for the VPC", endpoint(), service("ecr.api"), Reachable, &[]),
        row(
            "the groups count all the same",
            [to_own_subnet("VpcEndpointId", "vpce-gone")],
            near(),
            Blocked,
            &["dest-sg"],
        ),
        row(
            "another subnet is routed to",
            [in_place_of_local("VpcEndpointId", "vpce-gone")],
            interface("eni-data"),
            Blocked,
            &["blackhole"],
        ),
        row(
            "some of a block in the subnet",
            [lets_in(), to_own_subnet("VpcEndpointId", "vpce-gone"), in_place_of_local("VpcEndpointId", "vpce-gone")],
            at("10.0.0.0/23"),
            Partial,
            &["blackhole"],
        ),
    ]
}

/// "Every route table contains a local route", whether the input lists it or not.
/// <https://docs.aws.amazon.com/vpc/latest/userguide/subnet-route-tables.html>
pub(crate) fn local_routes() -> Vec<Row> {
    let unlisted = || ("/RouteTables/0/Routes/0", Value::Null);
    vec![
        row("none is listed", [unlisted()], interface("eni-data"), Reachable, &[]),
        row("no route at all is", [("/RouteTables/0/Routes", json!([]))], interface("eni-data"), Reachable, &[]),
        row("that of a further block isn't", further("10.9.0.0/16"), at("10.9.0.7"), Unknown, &[]),
        row(
            "none is, and a more specific one leads to a firewall that is gone",
            [unlisted(), one_route_more("10.0.2.0/24", "VpcEndpointId", "vpce-gone")],
            interface("eni-data"),
            Blocked,
            &["blackhole"],
        ),
        row(
            "a VPN's route is none for what is local",
            [unlisted(), ("/RouteTables/0/Routes/-", propagated("10.0.2.0/24"))],
            interface("eni-data"),
            Reachable,
            &[],
        ),
    ]
}

fn further(block: &str) -> [Change; 1] {
    let found = json!([{ "CidrBlock": block, "CidrBlockState": { "State": "associated" } }]);
    [("/Vpcs/0/CidrBlockAssociationSet", found)]
}

fn propagated(block: &str) -> Value {
    json!({ "DestinationCidrBlock": block, "GatewayId": "vgw-1", "Origin": "EnableVgwRoutePropagation" })
}

/// A route that is more specific than local may lead through a NAT gateway, which goes on with its own address.
/// <https://docs.aws.amazon.com/vpc/latest/userguide/route-table-options.html>
pub(crate) fn through_nat_gateways() -> Vec<Row> {
    let to_data = || one_route_more("10.0.2.0/24", "NatGatewayId", "nat-1");
    let private = || ("/NatGateways/0/ConnectivityType", json!("private"));
    let lets_in = |block: &str| {
        let rule = json!({ "IpProtocol": "tcp", "FromPort": 443, "ToPort": 443, "IpRanges": [{ "CidrIp": block }] });
        ("/SecurityGroups/2/IpPermissions/-", rule)
    };
    let no_replies = || ("/NetworkAcls/1/Entries/-", entry(90, "deny", false, "-1", "10.0.2.0/24", None));
    let data = || interface("eni-data");
    vec![
        row("its address is let in", [to_data(), private(), lets_in("10.0.0.0/24")], data(), Reachable, &[]),
        row("a public one does, too", [to_data(), lets_in("10.0.0.0/24")], data(), Reachable, &[]),
        row("it has no group of the task's", [to_data(), private()], data(), Blocked, &["dest-sg"]),
        row(
            "the task's address is not seen",
            [to_data(), private(), lets_in("10.0.1.0/24")],
            data(),
            Blocked,
            &["dest-sg"],
        ),
        row(
            "replies to it are dropped",
            [to_data(), private(), lets_in("10.0.0.0/24"), no_replies()],
            data(),
            Blocked,
            &["nat-nacl-in"],
        ),
    ]
}
