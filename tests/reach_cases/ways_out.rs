//! Ways out of a VPC that work, or of which nobody knows.

use crate::pipeline::Place;
use crate::rows::*;
use fargcheck::reach::Verdict::{Blocked, Partial, Reachable, Unknown};
use serde_json::{Value, json};

/// AWS always answers states: where one is absent it isn't known.
pub(crate) fn states_that_are_not_said() -> Vec<Row> {
    let unsaid = |place: &'static str| [(place, Value::Null)];
    let by_transit =
        || ("/RouteTables/0/Routes/2", json!({ "DestinationCidrBlock": "10.2.0.0/16", "TransitGatewayId": "tgw-1" }));
    let back =
        || ("/RouteTables/3/Routes/1", json!({ "DestinationCidrBlock": "10.0.0.0/16", "TransitGatewayId": "tgw-1" }));
    let attached = |change: Option<Change>| [by_transit(), back()].into_iter().chain(change);
    let other = || at("10.2.1.10");
    vec![
        row("a NAT gateway's", unsaid("/NatGateways/0/State"), at("8.8.8.8"), Unknown, &[]),
        row("a gateway endpoint's", unsaid("/VpcEndpoints/0/State"), service("s3"), Unknown, &[]),
        row("an interface endpoint's", unsaid("/VpcEndpoints/1/State"), service("ecr.api"), Unknown, &[]),
        row("a peering connection's", unsaid("/VpcPeeringConnections/0/Status"), other(), Unknown, &[]),
        row("an attachment's, known", attached(None), other(), Reachable, &[]),
        row(
            "an attachment's",
            attached(Some(("/TransitGatewayVpcAttachments/0/State", Value::Null))),
            other(),
            Unknown,
            &[],
        ),
    ]
}

/// The transit gateway's route for all that is not a VPC's.
fn transit_default(vpc: &str) -> Change {
    let to = json!([{ "ResourceType": "vpc", "ResourceId": vpc }]);
    (
        "/TransitGatewayRouteTables/0/Routes/-",
        json!({ "DestinationCidrBlock": "0.0.0.0/0", "TransitGatewayAttachments": to }),
    )
}

/// The default route of the subnet where the first VPC's attachment is.
fn of_public(field: &str, id: &str) -> Change {
    let mut route = json!({ "DestinationCidrBlock": "0.0.0.0/0" });
    route[field] = id.into();
    ("/RouteTables/1/Routes/1", route)
}

fn leads_nowhere() -> Change {
    ("/RouteTables/1/Routes/1", Value::Null)
}

pub(crate) fn rows() -> Vec<Row> {
    let internet = || at("8.8.8.8");
    vec![
        row("a default route to a VPN", [default_to("GatewayId", "vgw-1")], internet(), Unknown, &[]),
        row("to an instance", [default_to("InstanceId", "i-1")], internet(), Unknown, &[]),
        row(
            "a block of the VPC has somebody else's public addresses",
            [(
                "/Vpcs/0/CidrBlockAssociationSet",
                json!([
                    { "CidrBlock": "10.0.0.0/16", "CidrBlockState": { "State": "associated" } },
                    { "CidrBlock": "25.0.0.0/16", "CidrBlockState": { "State": "associated" } },
                ]),
            )],
            Place::Internet,
            Reachable,
            &[],
        ),
        row("the VPC of the task's subnet isn't said", [("/Subnets/0/VpcId", Value::Null)], internet(), Unknown, &[]),
        row(
            "to the interface of one that checks no destinations",
            [default_to("NetworkInterfaceId", "eni-data"), ("/NetworkInterfaces/0/SourceDestCheck", json!(false))],
            internet(),
            Unknown,
            &[],
        ),
        row(
            "to a transit gateway that the VPC is not attached to",
            [default_to("TransitGatewayId", "tgw-9")],
            internet(),
            Blocked,
            &["blackhole"],
        ),
        row(
            "to a transit gateway that another account's VPC need not be attached to",
            [
                default_to("TransitGatewayId", "tgw-9"),
                ("/Vpcs/0/OwnerId", json!("999999999999")),
                ("/fargcheck", json!({ "account": "123456789012" })),
            ],
            internet(),
            Unknown,
            &[],
        ),
        row(
            "to a transit gateway, by an attachment that nothing is known behind",
            [default_to("TransitGatewayId", "tgw-9"), attachment("tgw-9")],
            internet(),
            Unknown,
            &[],
        ),
        row(
            "to a transit gateway that is deleted",
            [
                default_to("TransitGatewayId", "tgw-9"),
                attachment("tgw-9"),
                ("/TransitGateways/-", json!({ "TransitGatewayId": "tgw-9", "State": "deleted" })),
            ],
            internet(),
            Blocked,
            &["blackhole"],
        ),
        row(
            "to a transit gateway, and from there to a VPC without a way out",
            [
                default_to("TransitGatewayId", "tgw-1"),
                (
                    "/TransitGatewayRouteTables/0/Routes/-",
                    json!({ "DestinationCidrBlock": "0.0.0.0/0", "TransitGatewayAttachments": [{ "ResourceType": "vpc", "ResourceId": "vpc-2" }] }),
                ),
            ],
            internet(),
            Blocked,
            &["no-route"],
        ),
        row(
            "to a transit gateway that sends it back",
            [default_to("TransitGatewayId", "tgw-1"), transit_default("vpc-1"), leads_nowhere()],
            internet(),
            Blocked,
            &["tgw-route"],
        ),
        row(
            "to one that sends it back, where the next target is gone",
            [default_to("TransitGatewayId", "tgw-1"), transit_default("vpc-1"), of_public("NatGatewayId", "nat-gone")],
            internet(),
            Blocked,
            &["tgw-route"],
        ),
        row(
            "to one that sends it back to an appliance",
            [
                default_to("TransitGatewayId", "tgw-1"),
                transit_default("vpc-1"),
                of_public("NetworkInterfaceId", "eni-9"),
            ],
            internet(),
            Unknown,
            &[],
        ),
        row(
            "to a VPC that sends it into the transit gateway again",
            [
                default_to("TransitGatewayId", "tgw-1"),
                transit_default("vpc-2"),
                (
                    "/RouteTables/3/Routes/-",
                    json!({ "DestinationCidrBlock": "0.0.0.0/0", "TransitGatewayId": "tgw-1" }),
                ),
            ],
            internet(),
            Blocked,
            &["no-route"],
        ),
        row(
            "from there to a VPN",
            [
                default_to("TransitGatewayId", "tgw-1"),
                transit_default("vpc-2"),
                ("/RouteTables/3/Routes/-", json!({ "DestinationCidrBlock": "0.0.0.0/0", "GatewayId": "vgw-1" })),
            ],
            internet(),
            Unknown,
            &[],
        ),
        row(
            "to a firewall's endpoint",
            [
                (
                    "/VpcEndpoints/-",
                    json!({ "VpcEndpointId": "vpce-fw", "VpcEndpointType": "GatewayLoadBalancer", "VpcId": "vpc-1", "State": "available" }),
                ),
                default_to("GatewayId", "vpce-fw"),
            ],
            internet(),
            Unknown,
            &[],
        ),
        row(
            "to a VPN, with replies denied on this side",
            [
                default_to("GatewayId", "vgw-1"),
                ("/NetworkAcls/0/Entries/-", entry(90, "deny", false, "-1", "0.0.0.0/0", None)),
            ],
            internet(),
            Blocked,
            &["nacl-ingress"],
        ),
        row(
            "the NAT gateway's firewall",
            [(
                "/RouteTables/1/Routes/1",
                json!({ "DestinationCidrBlock": "0.0.0.0/0", "NetworkInterfaceId": "eni-fw" }),
            )],
            internet(),
            Unknown,
            &[],
        ),
        row(
            "a NAT gateway in another zone's public subnet",
            [
                ("/NatGateways/0/SubnetId", json!("subnet-data")),
                ("/RouteTables/2/Routes/-", json!({ "DestinationCidrBlock": "0.0.0.0/0", "GatewayId": "igw-1" })),
            ],
            internet(),
            Reachable,
            &[],
        ),
        row(
            "a regional NAT gateway",
            [("/NatGateways/0/AvailabilityMode", json!("regional")), ("/NatGateways/0/SubnetId", Value::Null)],
            internet(),
            Reachable,
            &[],
        ),
        row(
            "a regional NAT gateway to a private address",
            [("/NatGateways/0/AvailabilityMode", json!("regional")), ("/NatGateways/0/SubnetId", Value::Null)],
            at("10.9.0.1"),
            Blocked,
            &["not-routable"],
        ),
        row(
            "the NAT gateway's route is a blackhole for AWS",
            [("/RouteTables/1/Routes/1/State", json!("blackhole"))],
            internet(),
            Blocked,
            &["blackhole"],
        ),
        row(
            "the NAT gateway's gateway endpoint isn't available",
            [
                ("/RouteTables/0/Routes/3", Value::Null),
                ("/RouteTables/1/Routes/-", json!({ "DestinationPrefixListId": "pl-s3", "GatewayId": "vpce-s3" })),
                ("/VpcEndpoints/0/State", json!("failed")),
            ],
            service("s3"),
            Blocked,
            &["endpoint-state"],
        ),
        row(
            "only NAT gateways' traffic where inbound is blocked",
            [("/VpcBlockPublicAccessOptions/0/InternetGatewayBlockMode", json!("block-ingress"))],
            internet(),
            Reachable,
            &[],
        ),
    ]
}

/// A gateway endpoint leads to its service alone, which is not the internet.
pub(crate) fn parts_of_the_internet() -> Vec<Row> {
    let half = |target: &str, id: &str| {
        let mut route = json!({ "DestinationCidrBlock": "0.0.0.0/1" });
        route[target] = id.into();
        (DEFAULT_ROUTE, route)
    };
    let own = || ("/NetworkInterfaces/0/Association", json!({ "PublicIp": "52.0.0.10" }));
    let to_list = |list: &str| egress(json!([{ "IpProtocol": "-1", "PrefixListIds": [{ "PrefixListId": list }] }]));
    vec![
        row(
            "S3 alone, by its gateway endpoint",
            [(DEFAULT_ROUTE, Value::Null)],
            Place::Internet,
            Blocked,
            &["no-route"],
        ),
        row("S3 alone, by the rules of a group", [to_list("pl-s3")], Place::Internet, Blocked, &["sg-egress"]),
        row("a list of one's own", [to_list("pl-own")], Place::Internet, Partial, &["sg-egress"]),
        row("half of it, and S3", [half("NatGatewayId", "nat-1")], Place::Internet, Partial, &["no-route"]),
        row(
            "half of it to somewhere else, and S3",
            [half("TransitGatewayId", "tgw-9"), attachment("tgw-9")],
            Place::Internet,
            Partial,
            &["no-route"],
        ),
        row("what isn't an address of the network's own", [], at("52.0.0.10"), Reachable, &[]),
        row("an address of the network's own, over the internet", [own()], at("52.0.0.10"), Unknown, &[]),
        row("a block that has it", [own()], at("52.0.0.0/8"), Reachable, &[]),
        row("all of it", [own()], Place::Internet, Reachable, &[]),
        row("what is asked for is asked for", [(DEFAULT_ROUTE, Value::Null)], at("52.0.0.0/8"), Partial, &["no-route"]),
    ]
}
