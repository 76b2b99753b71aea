//! Edges of a VPC: ingress routing, appliances inside, Block Public Access, prefix lists, further address blocks.

use crate::pipeline::Place;
use crate::rows::*;
use fargcheck::reach::Verdict::{Blocked, Partial, Reachable, Unknown};
use serde_json::{Value, json};

/// A route table for what comes in through the internet gateway.
pub(crate) fn edge(destination: &str, field: &str, id: &str) -> Change {
    let mut route = json!({ "DestinationCidrBlock": destination });
    route[field] = id.into();
    let table = json!({
        "RouteTableId": "rtb-edge", "VpcId": "vpc-1",
        "Associations": [{ "GatewayId": "igw-1", "Main": false, "AssociationState": { "State": "associated" } }],
        "Routes": [{ "DestinationCidrBlock": "10.0.0.0/16", "GatewayId": "local" }, route],
    });
    ("/RouteTables/-", table)
}

pub(crate) fn appliance(state: &str) -> Change {
    let endpoint = json!({
        "VpcEndpointId": "vpce-fw", "VpcEndpointType": "GatewayLoadBalancer", "VpcId": "vpc-1", "State": state,
        "ServiceName": "com.amazonaws.vpce.us-east-1.vpce-svc-1", "SubnetIds": ["subnet-public"],
    });
    ("/VpcEndpoints/-", endpoint)
}

/// Asked by a task with a public address, behind the internet gateway itself.
pub(crate) fn ingress_routing_of_public_tasks() -> Vec<Row> {
    let out = || default_to("GatewayId", "igw-1");
    let internet = || at("8.8.8.8");
    vec![
        row(
            "replies come back through an appliance",
            [out(), edge("10.0.1.0/24", "NetworkInterfaceId", "eni-fw")],
            internet(),
            Unknown,
            &[],
        ),
        row(
            "replies to another subnet do",
            [out(), edge("10.0.2.0/24", "NetworkInterfaceId", "eni-fw")],
            internet(),
            Reachable,
            &[],
        ),
        row(
            "through a firewall both ways",
            [
                default_to("VpcEndpointId", "vpce-fw"),
                appliance("available"),
                edge("10.0.1.0/24", "VpcEndpointId", "vpce-fw"),
            ],
            internet(),
            Unknown,
            &[],
        ),
        row(
            "the appliance of the replies is gone",
            [out(), edge("10.0.1.0/24", "VpcEndpointId", "vpce-gone")],
            internet(),
            Blocked,
            &["blackhole"],
        ),
        row(
            "the appliance of the replies to a half of the subnet",
            [out(), edge("10.0.1.128/25", "NetworkInterfaceId", "eni-fw")],
            internet(),
            Unknown,
            &[],
        ),
    ]
}

pub(crate) fn appliances() -> Vec<Row> {
    let internet = || at("8.8.8.8");
    let to_data = |field: &str, id: &str| one_route_more("10.0.2.0/24", field, id);
    let to_task = |field: &str, id: &str| {
        let mut route = json!({ "DestinationCidrBlock": "10.0.1.0/24" });
        route[field] = id.into();
        route
    };
    let from_data = |field: &str, id: &str| ("/RouteTables/2/Routes/-", to_task(field, id));
    let from_public = |field: &str, id: &str| ("/RouteTables/1/Routes/-", to_task(field, id));
    let no_replies = || ("/NetworkAcls/0/Entries/-", entry(90, "deny", false, "-1", "0.0.0.0/0", None));
    vec![
        row(
            "ingress routing to a NAT gateway's subnet",
            [edge("10.0.0.0/24", "NetworkInterfaceId", "eni-fw")],
            internet(),
            Unknown,
            &[],
        ),
        row(
            "ingress routing to the task's subnet, where a NAT gateway's is meant",
            [edge("10.0.1.0/24", "NetworkInterfaceId", "eni-fw")],
            internet(),
            Reachable,
            &[],
        ),
        row(
            "an appliance inside the VPC",
            [
                to_data("NetworkInterfaceId", "eni-near"),
                ("/NetworkInterfaces/3/Groups/0/GroupId", json!("sg-endpoint")),
            ],
            interface("eni-data"),
            Unknown,
            &[],
        ),
        row(
            "an appliance inside the VPC whose group lets nobody in",
            [to_data("NetworkInterfaceId", "eni-near")],
            interface("eni-data"),
            Blocked,
            &["dest-sg"],
        ),
        row(
            "an inspecting endpoint inside the VPC",
            [appliance("available"), to_data("VpcEndpointId", "vpce-fw")],
            interface("eni-data"),
            Unknown,
            &[],
        ),
        row(
            "replies through an appliance inside the VPC",
            [from_data("NetworkInterfaceId", "eni-near")],
            interface("eni-data"),
            Unknown,
            &[],
        ),
        row(
            "replies through an appliance that is gone",
            [from_data("VpcEndpointId", "vpce-gone")],
            interface("eni-data"),
            Blocked,
            &["blackhole"],
        ),
        row(
            "replies from a NAT gateway through an appliance",
            [from_public("NetworkInterfaceId", "eni-near")],
            internet(),
            Unknown,
            &[],
        ),
        row(
            "replies from a NAT gateway through an appliance that is gone",
            [from_public("VpcEndpointId", "vpce-gone")],
            internet(),
            Blocked,
            &["blackhole"],
        ),
        row(
            "the appliance's endpoint takes nothing yet",
            [appliance("pendingAcceptance"), default_to("VpcEndpointId", "vpce-fw")],
            internet(),
            Blocked,
            &["endpoint-state"],
        ),
        row(
            "an appliance, and replies that are dropped on this side of it",
            [appliance("available"), default_to("VpcEndpointId", "vpce-fw"), no_replies()],
            internet(),
            Blocked,
            &["nacl-ingress"],
        ),
        row(
            "no route, and replies that would be dropped",
            [(DEFAULT_ROUTE, Value::Null), no_replies()],
            internet(),
            Blocked,
            &["nacl-ingress", "no-route"],
        ),
    ]
}

fn public_access(mode: &str) -> Change {
    ("/VpcBlockPublicAccessOptions/0/InternetGatewayBlockMode", json!(mode))
}

fn exclusion(what: &str, mode: &str, state: &str) -> Change {
    let exclusion = json!({
        "ExclusionId": "vpcbpa-exclude-1", "InternetGatewayExclusionMode": mode, "State": state,
        "ResourceArn": format!("arn:aws:ec2:us-east-1:111122223333:{what}"),
    });
    ("/VpcBlockPublicAccessExclusions/-", exclusion)
}

pub(crate) fn exclusions() -> Vec<Row> {
    let internet = || at("8.8.8.8");
    let both = || public_access("block-bidirectional");
    let done = "create-complete";
    vec![
        row(
            "the NAT gateway's subnet is excluded",
            [both(), exclusion("subnet/subnet-public", "allow-egress", done)],
            internet(),
            Reachable,
            &[],
        ),
        row(
            "the VPC is excluded",
            [both(), exclusion("vpc/vpc-1", "allow-bidirectional", done)],
            internet(),
            Reachable,
            &[],
        ),
        row(
            "the task's subnet is, the NAT gateway's is not",
            [both(), exclusion("subnet/subnet-task", "allow-bidirectional", done)],
            internet(),
            Blocked,
            &["block-public-access"],
        ),
        row(
            "the exclusion was deleted",
            [both(), exclusion("vpc/vpc-1", "allow-bidirectional", "delete-complete")],
            internet(),
            Blocked,
            &["block-public-access"],
        ),
        row(
            "exclusions aren't known",
            [both(), ("/VpcBlockPublicAccessExclusions", Value::Null)],
            internet(),
            Unknown,
            &[],
        ),
        row("what stays inside is none of its business", [both()], interface("eni-data"), Reachable, &[]),
        row("nor is a gateway endpoint", [both()], service("s3"), Reachable, &[]),
    ]
}

/// Asked by a task with a public address.
pub(crate) fn exclusions_of_public_tasks() -> Vec<Row> {
    let internet = || at("8.8.8.8");
    let of = |mode: &str| {
        [
            default_to("GatewayId", "igw-1"),
            public_access("block-ingress"),
            exclusion("subnet/subnet-task", mode, "create-complete"),
        ]
    };
    vec![
        row("excluded for both directions", of("allow-bidirectional"), internet(), Reachable, &[]),
        row(
            "an exclusion for egress is one from the other mode only",
            of("allow-egress"),
            internet(),
            Blocked,
            &["block-public-access"],
        ),
    ]
}

fn https(peers: &str, list: Value) -> Value {
    let mut rule = json!({ "IpProtocol": "tcp", "FromPort": 443, "ToPort": 443 });
    rule[peers] = list;
    json!([rule])
}

pub(crate) fn prefix_lists() -> Vec<Row> {
    let own = |cidrs: &[&str]| ("/PrefixLists/1/Cidrs", json!(cidrs));
    let by_list = || https("PrefixListIds", json!([{ "PrefixListId": "pl-own" }]));
    let out = || egress(by_list());
    let into = || ("/SecurityGroups/2/IpPermissions", by_list());
    let data = || interface("eni-data");
    vec![
        row("out to a customer's list", [out(), own(&["10.0.2.0/24"])], data(), Reachable, &[]),
        row("out to another", [out(), own(&["10.0.3.0/24"])], data(), Blocked, &["sg-egress"]),
        row("in from a customer's list", [into(), own(&["10.0.9.0/24", "10.0.1.0/24"])], data(), Reachable, &[]),
        row("in from another", [into(), own(&["10.0.9.0/24"])], data(), Blocked, &["dest-sg"]),
        row(
            "a list whose entries nobody could read",
            [
                into(),
                ("/PrefixLists/1", Value::Null),
                ("/ManagedPrefixLists", json!([{ "PrefixListId": "pl-own", "PrefixListName": "own" }])),
            ],
            data(),
            Unknown,
            &[],
        ),
        row(
            "a route to a customer's list",
            [
                one_route_more("pl-own", "TransitGatewayId", "tgw-1"),
                own(&["10.2.0.0/15", "10.2.1.0/24"]),
                (
                    "/RouteTables/3/Routes/1",
                    json!({ "DestinationCidrBlock": "10.0.0.0/16", "TransitGatewayId": "tgw-1" }),
                ),
            ],
            at("10.2.1.10"),
            Reachable,
            &[],
        ),
    ]
}

/// The addresses of S3's list, to which a route of the task's table leads, are not in the input.
pub(crate) fn unread_lists() -> Vec<Row> {
    let unread = || ("/PrefixLists/0/Cidrs", Value::Null);
    let failed = || ("/VpcEndpoints/0/State", json!("failed"));
    let to_nowhere =
        || ("/RouteTables/0/Routes/1", json!({ "DestinationCidrBlock": "0.0.0.0/0", "NatGatewayId": "nat-9" }));
    let partly_nowhere =
        || ("/RouteTables/1/Routes/-", json!({ "DestinationCidrBlock": "52.216.0.0/15", "NatGatewayId": "nat-9" }));
    let mostly_nowhere =
        || ("/RouteTables/1/Routes/-", json!({ "DestinationCidrBlock": "128.0.0.0/1", "NatGatewayId": "nat-9" }));
    vec![
        row("both ways do", [unread()], at("52.216.0.5"), Reachable, &[]),
        row("the list's way alone would not", [unread(), failed()], at("52.216.0.5"), Unknown, &[]),
        row("the other way alone would not", [unread(), to_nowhere()], at("52.216.0.5"), Unknown, &[]),
        row(
            "neither would",
            [unread(), failed(), to_nowhere()],
            at("52.216.0.5"),
            Blocked,
            &["blackhole", "endpoint-state"],
        ),
        row("no private address is in it", [unread(), failed()], interface("eni-data"), Reachable, &[]),
        row("the internet by both", [unread()], Place::Internet, Reachable, &[]),
        row("a part of the internet by an endpoint that failed", [unread(), failed()], Place::Internet, Unknown, &[]),
        row("the internet is more than the list", [unread(), to_nowhere()], Place::Internet, Blocked, &["blackhole"]),
        row("the list may have what is dropped", [unread(), partly_nowhere()], Place::Internet, Unknown, &[]),
        row("the list has not as much", [unread(), mostly_nowhere()], Place::Internet, Partial, &["blackhole"]),
        row("a name is none of S3's", [unread(), failed()], Place::PublicName, Reachable, &[]),
        row("S3 has these alone", [unread(), failed()], service("s3"), Blocked, &["endpoint-state"]),
    ]
}

pub(crate) fn further_blocks() -> Vec<Row> {
    let blocks = |second: &str, state: &str| {
        json!([
            { "CidrBlock": "10.0.0.0/16", "CidrBlockState": { "State": "associated" } },
            { "CidrBlock": second, "CidrBlockState": { "State": state } },
        ])
    };
    let own = || {
        vec![
            ("/Vpcs/0/CidrBlockAssociationSet", blocks("100.64.0.0/16", "associated")),
            ("/Subnets/2/CidrBlock", json!("100.64.2.0/24")),
            ("/NetworkInterfaces/0/PrivateIpAddress", json!("100.64.2.10")),
            one_route_more("100.64.0.0/16", "GatewayId", "local"),
            ("/RouteTables/2/Routes/-", json!({ "DestinationCidrBlock": "100.64.0.0/16", "GatewayId": "local" })),
        ]
    };
    let mut closed = own();
    closed.push(("/NetworkAcls/2/Entries/-", entry(90, "deny", false, "-1", "10.0.1.0/24", None)));
    let peer = |state: &str| {
        vec![
            ("/Vpcs/1/CidrBlockAssociationSet", blocks("10.3.0.0/16", state)),
            ("/Subnets/3/CidrBlock", json!("10.3.1.0/24")),
            ("/NetworkInterfaces/2/PrivateIpAddress", json!("10.3.1.10")),
            one_route_more("10.3.0.0/16", "VpcPeeringConnectionId", "pcx-1"),
        ]
    };
    vec![
        row("the VPC's second block", own(), interface("eni-data"), Reachable, &[]),
        row("its network ACLs count there, too", closed, interface("eni-data"), Blocked, &["dest-nacl"]),
        row("the peer's second block", peer("associated"), at("10.3.1.10"), Reachable, &[]),
        row("one that the peer has no more", peer("disassociated"), at("10.3.1.10"), Blocked, &["not-routable"]),
    ]
}
