//! Inside the VPC, and in the VPC next to it.

use crate::pipeline::Place;
use crate::rows::*;
use fargcheck::reach::Verdict::{Blocked, Reachable, Unknown};
use serde_json::{Value, json};

pub(crate) fn rows() -> Vec<Row> {
    let _internet = || at("8.8.8.8");
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
            "a peering connection leads no further than its VPC",
            [one_route_more("10.9.0.0/16", "VpcPeeringConnectionId", "pcx-1")],
            at("10.9.0.1"),
            Blocked,
            &["not-routable"],
        ),
    ]
}
