//! Which of several routes wins.

use crate::rows::*;
use fargcheck::reach::Verdict::{Blocked, Reachable, Unknown};
use serde_json::{Value, json};

/// A list with the block of `pl-own`.
fn second_list() -> Change {
    ("/PrefixLists/-", json!({ "PrefixListId": "pl-more", "PrefixListName": "more", "Cidrs": ["198.40.0.0/16"] }))
}

fn second_route(nat: &str) -> Change {
    one_route_more("pl-more", "NatGatewayId", nat)
}

pub(crate) fn rows() -> Vec<Row> {
    let internet = || at("8.8.8.8");
    let by_vpn = |destination: &str| json!({ "DestinationCidrBlock": destination, "GatewayId": "vgw-1", "Origin": "EnableVgwRoutePropagation" });
    vec![
        row(
            "a default route for IPv6 only",
            [(DEFAULT_ROUTE, json!({ "DestinationIpv6CidrBlock": "::/0", "GatewayId": "igw-1" }))],
            internet(),
            Blocked,
            &["no-route"],
        ),
        row(
            "equal prefixes: static before propagated",
            [
                ("/RouteTables/0/Routes/0", by_vpn("0.0.0.0/0")),
                ("/RouteTables/0/Routes/-", json!({ "DestinationCidrBlock": "10.0.0.0/16", "GatewayId": "local" })),
            ],
            internet(),
            Reachable,
            &[],
        ),
        row(
            "a longer prefix: propagated before static",
            [("/RouteTables/0/Routes/-", by_vpn("8.0.0.0/8"))],
            internet(),
            Unknown,
            &[],
        ),
        row(
            "local before propagated, however long its prefix",
            [("/RouteTables/0/Routes/-", by_vpn("10.0.2.0/24"))],
            interface("eni-data"),
            Reachable,
            &[],
        ),
        row(
            "a longer static prefix before local",
            [one_route_more("10.0.2.0/24", "GatewayId", "vgw-1")],
            interface("eni-data"),
            Unknown,
            &[],
        ),
        row(
            "a static route before a prefix list of the same block",
            [one_route_more("pl-own", "GatewayId", "vgw-1"), one_route_more("198.40.0.0/16", "NatGatewayId", "nat-1")],
            at("198.40.0.1"),
            Reachable,
            &[],
        ),
        row(
            "a prefix list before a shorter static route",
            [one_route_more("pl-own", "GatewayId", "vgw-1")],
            at("198.40.0.1"),
            Unknown,
            &[],
        ),
        row(
            "a prefix list before a propagated route",
            [one_route_more("pl-own", "NatGatewayId", "nat-1"), ("/RouteTables/0/Routes/-", by_vpn("198.40.0.0/16"))],
            at("198.40.0.1"),
            Reachable,
            &[],
        ),
        row(
            "two prefix lists of the same block to different targets",
            [one_route_more("pl-own", "NatGatewayId", "nat-1"), second_list(), second_route("nat-gone")],
            at("198.40.0.1"),
            Unknown,
            &[],
        ),
        row(
            "what one of them has more exactly is not left to chance",
            [
                one_route_more("pl-own", "NatGatewayId", "nat-1"),
                ("/PrefixLists/1/Cidrs", json!(["198.40.0.0/16", "198.40.1.0/24"])),
                second_list(),
                second_route("nat-gone"),
            ],
            at("198.40.1.1"),
            Reachable,
            &[],
        ),
        row(
            "two prefix lists of the same block to one target",
            [one_route_more("pl-own", "NatGatewayId", "nat-1"), second_list(), second_route("nat-1")],
            at("198.40.0.1"),
            Reachable,
            &[],
        ),
        row(
            "a list that isn't known may hold any address outside",
            [one_route_more("pl-own", "NatGatewayId", "nat-gone"), ("/PrefixLists/1/Cidrs", Value::Null)],
            internet(),
            Unknown,
            &[],
        ),
        row(
            "but none inside the VPC",
            [one_route_more("pl-own", "NatGatewayId", "nat-gone"), ("/PrefixLists/1/Cidrs", Value::Null)],
            interface("eni-data"),
            Reachable,
            &[],
        ),
    ]
}
