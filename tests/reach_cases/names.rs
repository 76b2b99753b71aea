//! Names that lead to endpoints or to public addresses.

use crate::pipeline::Place;
use crate::rows::*;
use fargcheck::reach::Verdict::{Blocked, Partial, Reachable, Unknown};
use serde_json::{Value, json};

pub(crate) fn rows() -> Vec<Row> {
    let internet = || at("8.8.8.8");
    vec![
        row(
            "a resolver of one's own: whether it knows the endpoint isn't known",
            named_by("10.9.0.53")
                .into_iter()
                .chain([(DEFAULT_ROUTE, Value::Null), one_route_more("10.9.0.0/16", "GatewayId", "vgw-1")]),
            service("ecr.api"),
            Unknown,
            &[],
        ),
        row(
            "a resolver of one's own: the endpoint and the public way both do",
            named_by("10.9.0.53").into_iter().chain([one_route_more("10.9.0.0/16", "GatewayId", "vgw-1")]),
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

/// A resolver of one's own is a machine that packets have to get to and back from; AWS's is not.
/// <https://docs.aws.amazon.com/vpc/latest/userguide/VPC_DHCP_Options.html>
pub(crate) fn resolvers() -> Vec<Row> {
    let own = || named_by("10.0.2.10").into_iter();
    let lets_names_in = || {
        let rule = json!({ "IpProtocol": "udp", "FromPort": 53, "ToPort": 53, "UserIdGroupPairs": [{ "GroupId": "sg-task" }] });
        ("/SecurityGroups/2/IpPermissions/-", rule)
    };
    let https_alone = || {
        egress(
            json!([{ "IpProtocol": "tcp", "FromPort": 443, "ToPort": 443, "IpRanges": [{ "CidrIp": "0.0.0.0/0" }] }]),
        )
    };
    let beside = |other: &str| ("/DhcpOptions/0/DhcpConfigurations/0/Values/-", json!({ "Value": other }));
    let first = |other: &str| {
        ("/DhcpOptions/0/DhcpConfigurations/0/Values", json!([{ "Value": other }, { "Value": "10.0.2.10" }]))
    };
    let no_dns_support = || ("/VpcAttributes/0/EnableDnsSupport/Value", json!(false));
    let to_s3 = || service("s3");
    vec![
        row("it is let in", own().chain([lets_names_in()]), to_s3(), Reachable, &[]),
        row("it is not", own(), to_s3(), Blocked, &["dest-sg"]),
        row(
            "whether it is isn't said",
            own().chain([("/SecurityGroups/2/IpPermissions", Value::Null)]),
            to_s3(),
            Unknown,
            &[],
        ),
        row(
            "whether it is isn't said, and another one answers",
            own().chain([("/SecurityGroups/2/IpPermissions", Value::Null), beside("169.254.169.253")]),
            to_s3(),
            Reachable,
            &[],
        ),
        row(
            "nothing but HTTPS is let out",
            own().chain([lets_names_in(), https_alone()]),
            to_s3(),
            Blocked,
            &["sg-egress"],
        ),
        row("nothing but HTTPS is let out, and AWS's is asked", [https_alone()], to_s3(), Reachable, &[]),
        row("AWS's is another one", own().chain([beside("169.254.169.253")]), to_s3(), Reachable, &[]),
        row("one of two is let in", own().chain([lets_names_in(), beside("192.0.2.53")]), to_s3(), Reachable, &[]),
        row(
            "of two one is nowhere, and the other keeps them out",
            own().chain([beside("192.0.2.53")]),
            to_s3(),
            Blocked,
            &["dest-sg"],
        ),
        row(
            "nothing but HTTPS is let out, and it lets nothing in",
            own().chain([https_alone()]),
            to_s3(),
            Blocked,
            &["dest-sg", "sg-egress"],
        ),
        row(
            "it is behind a VPN",
            named_by("10.9.0.53").into_iter().chain([one_route_more("10.9.0.0/16", "GatewayId", "vgw-1")]),
            to_s3(),
            Reachable,
            &[],
        ),
        row("no known interface is it", named_by("10.0.2.53"), to_s3(), Unknown, &[]),
        row(
            "which options they are isn't said",
            own().chain([("/Vpcs/0/DhcpOptionsId", json!("dopt-9"))]),
            to_s3(),
            Unknown,
            &[],
        ),
        row("AWS's before it", own().chain([first("AmazonProvidedDNS")]), to_s3(), Reachable, &[]),
        row("AWS's behind it", own().chain([beside("AmazonProvidedDNS")]), to_s3(), Reachable, &[]),
        row(
            "AWS's behind it, which doesn't answer",
            own().chain([beside("AmazonProvidedDNS"), no_dns_support()]),
            to_s3(),
            Blocked,
            &["dest-sg"],
        ),
        row(
            "AWS's before it, which doesn't answer",
            own().chain([first("AmazonProvidedDNS"), no_dns_support(), lets_names_in()]),
            to_s3(),
            Reachable,
            &[],
        ),
        row(
            "what it says of an endpoint's name, AWS's behind it",
            own().chain([beside("AmazonProvidedDNS"), lets_names_in(), (DEFAULT_ROUTE, Value::Null)]),
            service("ecr.api"),
            Unknown,
            &[],
        ),
        row(
            "some of its replies are dropped",
            own().chain([
                lets_names_in(),
                ("/NetworkAcls/0/Entries/-", entry(90, "deny", false, "17", "0.0.0.0/0", Some((32768, 40000)))),
            ]),
            to_s3(),
            Partial,
            &["nacl-ingress"],
        ),
        row(
            "some of its replies are dropped, and none of another one's",
            own().chain([
                lets_names_in(),
                beside("10.9.0.53"),
                one_route_more("10.9.0.0/16", "GatewayId", "vgw-1"),
                ("/NetworkAcls/0/Entries/-", entry(90, "deny", false, "17", "10.0.2.0/24", Some((32768, 40000)))),
            ]),
            to_s3(),
            Reachable,
            &[],
        ),
        row(
            "its replies are dropped",
            own().chain([
                lets_names_in(),
                ("/NetworkAcls/0/Entries/-", entry(90, "deny", false, "17", "0.0.0.0/0", Some((1024, 65535)))),
            ]),
            to_s3(),
            Blocked,
            &["nacl-ingress"],
        ),
        row("an address needs no name", own(), at("8.8.8.8"), Reachable, &[]),
        row("a name outside of AWS does", own(), Place::PublicName, Blocked, &["dest-sg"]),
        row(
            "DNS support is AWS's resolver's",
            own().chain([lets_names_in(), ("/VpcAttributes/0/EnableDnsSupport/Value", json!(false))]),
            to_s3(),
            Reachable,
            &[],
        ),
    ]
}
