//! Names that lead to endpoints or to public addresses.

use crate::rows::*;
use fargcheck::reach::Verdict::{Partial, Reachable, Unknown};
use serde_json::{Value, json};

pub(crate) fn rows() -> Vec<Row> {
    let internet = || at("8.8.8.8");
    vec![
        row(
            "a resolver of one's own: whether it knows the endpoint isn't known",
            [
                (
                    "/DhcpOptions/-",
                    json!({ "DhcpOptionsId": "dopt-1", "DhcpConfigurations": [{ "Key": "domain-name-servers", "Values": [{ "Value": "10.9.0.53" }] }] }),
                ),
                ("/Vpcs/0/DhcpOptionsId", json!("dopt-1")),
                (DEFAULT_ROUTE, Value::Null),
            ],
            service("ecr.api"),
            Unknown,
            &[],
        ),
        row(
            "a resolver of one's own: the endpoint and the public way both do",
            [
                (
                    "/DhcpOptions/-",
                    json!({ "DhcpOptionsId": "dopt-1", "DhcpConfigurations": [{ "Key": "domain-name-servers", "Values": [{ "Value": "10.9.0.53" }] }] }),
                ),
                ("/Vpcs/0/DhcpOptionsId", json!("dopt-1")),
            ],
            service("ecr.api"),
            Reachable,
            &[],
        ),
        row(
            "no DNS host names, and the public way does",
            [("/VpcAttributes/0/EnableDnsHostnames/Value", json!(false))],
            service("ecr.api"),
            Reachable,
            &[],
        ),
        row(
            "no DNS support: an address needs none",
            [("/VpcAttributes/0/EnableDnsSupport/Value", json!(false))],
            internet(),
            Reachable,
            &[],
        ),
        row(
            "the endpoint's subnets aren't known",
            [("/VpcEndpoints/1/SubnetIds", Value::Null)],
            service("ecr.api"),
            Unknown,
            &[],
        ),
        row(
            "the endpoint is in no subnet, and no name leads to it",
            [
                ("/VpcEndpoints/1/SubnetIds", json!([])),
                ("/VpcEndpoints/1/NetworkInterfaceIds", json!([])),
                ("/VpcEndpoints/1/PrivateDnsEnabled", json!(false)),
            ],
            service("ecr.api"),
            Reachable,
            &[],
        ),
        row(
            "no private DNS, and a public way that drops some",
            [
                ("/VpcEndpoints/1/PrivateDnsEnabled", json!(false)),
                ("/NetworkAcls/0/Entries/-", entry(90, "deny", false, "6", "0.0.0.0/0", Some((32768, 40000)))),
            ],
            service("ecr.api"),
            Partial,
            &["nacl-ingress"],
        ),
        row(
            "the endpoints aren't known: one may answer to the name",
            [("/VpcEndpoints", Value::Null)],
            service("logs"),
            Unknown,
            &[],
        ),
    ]
}
