//! The way of replies from another VPC.

use crate::edges::appliance;
use crate::rows::*;
use fargcheck::reach::Verdict::{Blocked, Partial, Reachable, Unknown};
use serde_json::{Value, json};

/// Replies that come out of a transit gateway in subnet-public, by whose route table they go on to the task's subnet.
pub(crate) fn out_of_transit_gateways() -> Vec<Row> {
    let bent = |field: &str, id: &str| {
        let mut route = json!({ "DestinationCidrBlock": "10.0.1.0/24" });
        route[field] = id.into();
        peering_by_transit().into_iter().chain([("/RouteTables/1/Routes/-", route)])
    };
    let other = || at("10.2.1.10");
    vec![
        row("through an appliance", bent("NetworkInterfaceId", "eni-near"), other(), Unknown, &[]),
        row("through one that is gone", bent("VpcEndpointId", "vpce-gone"), other(), Blocked, &["blackhole"]),
        row(
            "through a firewall",
            bent("VpcEndpointId", "vpce-fw").chain([appliance("available")]),
            other(),
            Unknown,
            &[],
        ),
        row(
            "through a firewall that has failed",
            bent("VpcEndpointId", "vpce-fw").chain([appliance("failed")]),
            other(),
            Blocked,
            &["endpoint-state"],
        ),
        row(
            "through an appliance, for another subnet",
            peering_by_transit().into_iter().chain([(
                "/RouteTables/1/Routes/-",
                json!({ "DestinationCidrBlock": "10.0.2.0/24", "NetworkInterfaceId": "eni-near" }),
            )]),
            other(),
            Reachable,
            &[],
        ),
    ]
}

/// Requests take one way to the other VPC and replies another: nothing demands that they take the same.
pub(crate) fn two_ways() -> Vec<Row> {
    let [forth, back] = peering_by_transit();
    let there = || at("10.2.1.10");
    let no_replies = || ("/NetworkAcls/0/Entries/1/RuleAction", json!("deny"));
    let half = json!({ "DestinationCidrBlock": "10.0.1.128/25", "VpcPeeringConnectionId": "pcx-1" });
    let without_home = || ("/TransitGatewayRouteTables/0/Routes/0", Value::Null);
    vec![
        row("there by the transit gateway, back by peering", [forth.clone()], there(), Reachable, &[]),
        row(
            "back by a route that AWS says to be dead",
            [(
                "/RouteTables/3/Routes/1",
                json!({ "DestinationCidrBlock": "10.0.0.0/16", "VpcPeeringConnectionId": "pcx-1", "State": "blackhole" }),
            )],
            there(),
            Blocked,
            &["blackhole"],
        ),
        row("there by peering, back by the transit gateway", [back.clone()], there(), Reachable, &[]),
        row(
            "back by peering, which asks no table of the transit gateway's",
            [forth.clone(), without_home()],
            there(),
            Reachable,
            &[],
        ),
        row(
            "back by peering, past the network ACL",
            [forth.clone(), no_replies()],
            there(),
            Blocked,
            &["nacl-ingress"],
        ),
        row(
            "back by the transit gateway, whose table has no route",
            [back.clone(), without_home()],
            there(),
            Blocked,
            &["tgw-route"],
        ),
        row(
            "one half back by each, where the transit gateway has no route",
            [forth, back, ("/RouteTables/3/Routes/-", half), without_home()],
            there(),
            Partial,
            &["tgw-route"],
        ),
    ]
}
