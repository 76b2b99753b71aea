//! IPv6 beside IPv4, and alone.

use crate::pipeline::Place;
use crate::rows::*;
use fargcheck::network::NameFamilies;
use fargcheck::reach::Verdict::{Blocked, Partial, Reachable, Unknown};
use serde_json::{Value, json};

const ROUTE: &str = "/RouteTables/0/Routes/5";
const DEFAULT_ENTRIES: &str = "/NetworkAcls/0/Entries";

fn blocks(block: &str) -> Value {
    json!([{ "Ipv6CidrBlock": block, "Ipv6CidrBlockState": { "State": "associated" } }])
}

fn route(block: &str, field: &str, id: &str) -> Value {
    json!({ "DestinationIpv6CidrBlock": block, field: id })
}

/// The whole network in both families; IPv6 leaves the task's subnet by an egress-only internet gateway.
fn dual_stack() -> Vec<Change> {
    let vpc = "2001:db8:1::/56";
    let local = || route(vpc, "GatewayId", "local");
    let mut changes: Vec<Change> = vec![
        ("/Vpcs/0/Ipv6CidrBlockAssociationSet", blocks(vpc)),
        ("/Subnets/0/Ipv6CidrBlockAssociationSet", blocks("2001:db8:1:1::/64")),
        ("/Subnets/1/Ipv6CidrBlockAssociationSet", blocks("2001:db8:1::/64")),
        ("/Subnets/2/Ipv6CidrBlockAssociationSet", blocks("2001:db8:1:2::/64")),
        ("/Subnets/0/EnableDns64", json!(false)),
        ("/RouteTables/0/Routes/-", local()),
        ("/RouteTables/0/Routes/-", route("::/0", "EgressOnlyInternetGatewayId", "eigw-1")),
        ("/RouteTables/1/Routes/-", local()),
        ("/RouteTables/1/Routes/-", route("::/0", "GatewayId", "igw-1")),
        ("/RouteTables/2/Routes/-", local()),
        (
            "/EgressOnlyInternetGateways",
            json!([{
                "EgressOnlyInternetGatewayId": "eigw-1", "Attachments": [{ "VpcId": "vpc-1", "State": "attached" }],
            }]),
        ),
        (
            "/SecurityGroups/0/IpPermissionsEgress/-",
            json!({ "IpProtocol": "-1", "Ipv6Ranges": [{ "CidrIpv6": "::/0" }] }),
        ),
        ("/NetworkInterfaces/0/Ipv6Addresses", json!([{ "Ipv6Address": "2001:db8:1:2::10" }])),
    ];
    for entries in ["/NetworkAcls/0/Entries/-", "/NetworkAcls/1/Entries/-", "/NetworkAcls/2/Entries/-"] {
        changes.push((entries, entry(101, "allow", true, "-1", "::/0", None)));
        changes.push((entries, entry(101, "allow", false, "-1", "::/0", None)));
    }
    changes
}

/// AWS advertises no block on the internet that it calls private.
/// <https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_VpcIpv6CidrBlockAssociation.html>
pub(crate) fn private_blocks() -> Vec<Row> {
    let said = |of: &'static str, what: &str| dual_stack_with([(of, json!(what))]);
    let of_vpc = "/Vpcs/0/Ipv6CidrBlockAssociationSet/0/Ipv6AddressAttribute";
    let of_subnet = "/Subnets/0/Ipv6CidrBlockAssociationSet/0/Ipv6AddressAttribute";
    let outside = || at("2606:4700::1111");
    let mut by_gateway = said(of_vpc, "private");
    by_gateway.push((ROUTE, route("::/0", "GatewayId", "igw-1")));
    vec![
        row("the VPC's block is public", said(of_vpc, "public"), outside(), Reachable, &[]),
        row("the VPC's block is private", said(of_vpc, "private"), outside(), Blocked, &["no-public-ip"]),
        row("by an internet gateway", by_gateway, outside(), Blocked, &["no-public-ip"]),
        row("the subnet's block is private", said(of_subnet, "private"), outside(), Blocked, &["no-public-ip"]),
        row("inside the VPC it does", said(of_vpc, "private"), at("2001:db8:1:2::10"), Reachable, &[]),
        row("IPv4 goes on", said(of_vpc, "private"), at("8.8.8.8"), Reachable, &[]),
    ]
}

fn dual_stack_with(more: impl IntoIterator<Item = Change>) -> Vec<Change> {
    dual_stack().into_iter().chain(more).collect()
}

/// The task's subnet has IPv6 alone.
fn ipv6_only_with(more: impl IntoIterator<Item = Change>) -> Vec<Change> {
    let native = [("/Subnets/0/CidrBlock", Value::Null), ("/Subnets/0/Ipv6Native", json!(true))];
    dual_stack().into_iter().chain(native).chain(more).collect()
}

fn dns64() -> Change {
    ("/Subnets/0/EnableDns64", json!(true))
}

fn nat64() -> Change {
    ("/RouteTables/0/Routes/-", route("64:ff9b::/96", "NatGatewayId", "nat-1"))
}

fn by_internet_gateway() -> Change {
    (ROUTE, route("::/0", "GatewayId", "igw-1"))
}

fn public_access(mode: &str) -> Change {
    ("/VpcBlockPublicAccessOptions/0/InternetGatewayBlockMode", json!(mode))
}

pub(crate) fn addresses() -> Vec<Row> {
    let outside = || at("2606:4700::1111");
    vec![
        row("by the egress-only gateway", dual_stack(), outside(), Reachable, &[]),
        row(
            "by the internet gateway, without a public IPv4 address",
            dual_stack_with([by_internet_gateway()]),
            outside(),
            Reachable,
            &[],
        ),
        row("all of IPv6, of which not all is public", dual_stack(), at("::/0"), Partial, &["not-routable"]),
        row("an address of the documentation", dual_stack(), at("2001:db8:ffff::1"), Blocked, &["not-routable"]),
        row("an interface of the VPC", dual_stack(), at("2001:db8:1:2::10"), Reachable, &[]),
        row(
            "another VPC's address, over the internet",
            dual_stack_with([("/Vpcs/1/Ipv6CidrBlockAssociationSet", blocks("2600:1f18:2::/56"))]),
            at("2600:1f18:2::10"),
            Unknown,
            &[],
        ),
        row("the same by its id", dual_stack(), interface("eni-data"), Reachable, &[]),
        row("IPv4 goes its own way", dual_stack(), Place::Internet, Reachable, &[]),
        row("the host's clock", dual_stack(), at("fd00:ec2::123"), Reachable, &[]),
        row("no route for IPv6", dual_stack_with([(ROUTE, Value::Null)]), outside(), Blocked, &["no-route"]),
        row(
            "the egress-only gateway is gone",
            dual_stack_with([("/EgressOnlyInternetGateways", json!([]))]),
            outside(),
            Blocked,
            &["blackhole"],
        ),
        row(
            "the egress-only gateways aren't known",
            dual_stack_with([("/EgressOnlyInternetGateways", Value::Null)]),
            outside(),
            Unknown,
            &[],
        ),
        row(
            "the egress-only gateway is of another VPC",
            dual_stack_with([("/EgressOnlyInternetGateways/0/Attachments/0/VpcId", json!("vpc-2"))]),
            outside(),
            Blocked,
            &["igw-detached"],
        ),
        row(
            "a group for IPv4 only",
            dual_stack_with([("/SecurityGroups/0/IpPermissionsEgress/1", Value::Null)]),
            outside(),
            Blocked,
            &["sg-egress"],
        ),
        row(
            "an ACL for IPv4 only",
            dual_stack_with([(
                DEFAULT_ENTRIES,
                json!([
                    entry(100, "allow", true, "-1", "0.0.0.0/0", None),
                    entry(100, "allow", false, "-1", "0.0.0.0/0", None),
                ]),
            )]),
            outside(),
            Blocked,
            &["nacl-egress", "nacl-ingress"],
        ),
        row(
            "an ACL that lets some replies in",
            dual_stack_with([(
                "/NetworkAcls/0/Entries/-",
                entry(90, "deny", false, "6", "::/0", Some((32768, 40000))),
            )]),
            outside(),
            Partial,
            &["nacl-ingress"],
        ),
        row(
            "an ACL at the destination",
            dual_stack_with([("/NetworkAcls/2/Entries/-", entry(90, "deny", true, "-1", "2001:db8:1::/56", None))]),
            at("2001:db8:1:2::10"),
            Blocked,
            &["dest-nacl"],
        ),
        row("only outbound is allowed", dual_stack_with([public_access("block-ingress")]), outside(), Reachable, &[]),
        row(
            "only outbound is allowed, by the internet gateway",
            dual_stack_with([public_access("block-ingress"), by_internet_gateway()]),
            outside(),
            Blocked,
            &["block-public-access"],
        ),
        row(
            "nothing is allowed",
            dual_stack_with([public_access("block-bidirectional")]),
            outside(),
            Blocked,
            &["block-public-access"],
        ),
        row(
            "unique local addresses are not public",
            dual_stack_with([("/Subnets/0/Ipv6CidrBlockAssociationSet", blocks("fd12:3456::/64"))]),
            outside(),
            Blocked,
            &["no-public-ip"],
        ),
        row(
            "a NAT gateway takes no IPv6",
            dual_stack_with([(ROUTE, route("::/0", "NatGatewayId", "nat-1"))]),
            outside(),
            Blocked,
            &["not-routable"],
        ),
        row("a subnet of IPv4 only", [], outside(), Blocked, &["address-family"]),
        row(
            "a block that is being taken away",
            dual_stack_with([(
                "/Subnets/0/Ipv6CidrBlockAssociationSet/0/Ipv6CidrBlockState/State",
                json!("disassociated"),
            )]),
            outside(),
            Blocked,
            &["address-family"],
        ),
        row(
            "the other VPC",
            dual_stack_with([
                ("/Vpcs/1/Ipv6CidrBlockAssociationSet", blocks("2001:db8:2::/56")),
                ("/Subnets/3/Ipv6CidrBlockAssociationSet", blocks("2001:db8:2:1::/64")),
                ("/NetworkInterfaces/2/Ipv6Addresses", json!([{ "Ipv6Address": "2001:db8:2:1::10" }])),
                ("/RouteTables/0/Routes/-", route("2001:db8:2::/56", "VpcPeeringConnectionId", "pcx-1")),
                ("/RouteTables/3/Routes/-", route("2001:db8:1::/56", "VpcPeeringConnectionId", "pcx-1")),
                ("/NetworkAcls/3/Entries/-", entry(101, "allow", true, "-1", "::/0", None)),
                ("/NetworkAcls/3/Entries/-", entry(101, "allow", false, "-1", "::/0", None)),
            ]),
            at("2001:db8:2:1::10"),
            Reachable,
            &[],
        ),
    ]
}

pub(crate) fn by_nat64() -> Vec<Row> {
    let outside = || at("64:ff9b::808:808");
    let with_nat = |more: Change| dual_stack_with([nat64(), more]);
    vec![
        row("a NAT gateway makes IPv4 of it", dual_stack_with([nat64()]), outside(), Reachable, &[]),
        row("no route to the NAT gateway", dual_stack(), outside(), Blocked, &["not-routable"]),
        row(
            "a private address behind it",
            dual_stack_with([nat64()]),
            at("64:ff9b::a09:1"),
            Blocked,
            &["not-routable"],
        ),
        row(
            "the NAT gateway failed",
            with_nat(("/NatGateways/0/State", json!("failed"))),
            outside(),
            Blocked,
            &["nat-state"],
        ),
        row(
            "its subnet lets no IPv6 in from the task",
            with_nat(("/NetworkAcls/1/Entries/-", entry(90, "deny", false, "-1", "2001:db8:1:1::/64", None))),
            outside(),
            Blocked,
            &["nat-nacl-in"],
        ),
        row(
            "its subnet lets no reply in by IPv4",
            with_nat(("/NetworkAcls/1/Entries/-", entry(90, "deny", false, "6", "8.0.0.0/8", Some((1024, 65535))))),
            outside(),
            Blocked,
            &["nat-nacl-in"],
        ),
        row(
            "its subnet lets no reply out to the task",
            with_nat(("/NetworkAcls/1/Entries/-", entry(90, "deny", true, "-1", "2001:db8:1:1::/64", None))),
            outside(),
            Blocked,
            &["nat-nacl-out"],
        ),
        row(
            "a part of the addresses is kept in its subnet",
            with_nat(("/NetworkAcls/1/Entries/-", entry(90, "deny", true, "-1", "8.8.8.0/25", None))),
            at("64:ff9b::808:800/120"),
            Partial,
            &["nat-nacl-out"],
        ),
        row(
            "its subnet has no way on for IPv4",
            with_nat(("/RouteTables/1/Routes/1", Value::Null)),
            outside(),
            Blocked,
            &["nat-route"],
        ),
        row(
            "the task's own ACL sees IPv6",
            with_nat(("/NetworkAcls/0/Entries/-", entry(90, "deny", false, "-1", "64:ff9b::/96", None))),
            outside(),
            Blocked,
            &["nacl-ingress"],
        ),
    ]
}

pub(crate) fn names_of_both_families() -> Vec<Row> {
    let without_nat = || dual_stack_with([(DEFAULT_ROUTE, Value::Null)]);
    let without_ipv6 = || dual_stack_with([(ROUTE, Value::Null)]);
    vec![
        row("both ways", dual_stack(), Place::PublicName, Reachable, &[]),
        row("IPv4 does where IPv6 doesn't", without_ipv6(), Place::PublicName, Reachable, &[]),
        row("the same of a name of both", without_ipv6(), Place::PublicName, Reachable, &[]).named(NameFamilies::Both),
        row("IPv6 does, if the name has it", without_nat(), Place::PublicName, Unknown, &[]),
        row("IPv6 does, and the name has it", without_nat(), service("ecr.dkr"), Reachable, &[])
            .named(NameFamilies::Both),
        row("Fargate takes IPv4 where it can", without_nat(), service("logs"), Blocked, &["no-route"]),
        row(
            "neither does",
            dual_stack_with([(ROUTE, Value::Null), (DEFAULT_ROUTE, Value::Null)]),
            Place::PublicName,
            Blocked,
            &["no-route"],
        ),
    ]
}

fn dual_stack_name(records: &str) -> Vec<Change> {
    vec![
        ("/VpcEndpoints/1/DnsOptions", json!({ "DnsRecordIpType": records })),
        ("/VpcEndpoints/1/DnsEntries", json!([{ "DnsName": "ecr.us-east-1.api.aws" }])),
    ]
}

pub(crate) fn ipv6_alone() -> Vec<Row> {
    let ipv6_only = || ipv6_only_with([]);
    let isolated = |more: Vec<Change>| ipv6_only_with([(ROUTE, Value::Null)].into_iter().chain(more));
    let dual_stack_endpoint = || {
        vec![
            ("/VpcEndpoints/1/IpAddressType", json!("dualstack")),
            ("/NetworkInterfaces/1/Ipv6Addresses", json!([{ "Ipv6Address": "2001:db8:1:2::20" }])),
            (
                "/SecurityGroups/1/IpPermissions/-",
                json!({
                    "IpProtocol": "tcp", "FromPort": 443, "ToPort": 443,
                    "Ipv6Ranges": [{ "CidrIpv6": "2001:db8:1::/56" }],
                }),
            ),
        ]
    };
    vec![
        row(
            "a block of IPv4 that isn't said",
            dual_stack_with([("/Subnets/0/CidrBlock", Value::Null)]),
            at("2606:4700::1111"),
            Unknown,
            &[],
        ),
        row("the internet is IPv6's", ipv6_only(), Place::Internet, Reachable, &[]),
        row("an IPv4 address", ipv6_only(), at("8.8.8.8"), Blocked, &["address-family"]),
        row("an interface with both", ipv6_only(), interface("eni-data"), Reachable, &[]),
        row("an interface with IPv4", ipv6_only(), interface("eni-other"), Blocked, &["address-family"]),
        row("a service with a dual-stack endpoint", ipv6_only(), service("logs"), Reachable, &[]),
        row("S3, whose prefix list is of IPv4", ipv6_only(), service("s3"), Reachable, &[]),
        row("no route", isolated(vec![]), service("logs"), Blocked, &["no-route"]),
        row("a name that may have IPv6", ipv6_only(), Place::PublicName, Unknown, &[]),
        row(
            "a name that may have IPv6, and no way",
            isolated(vec![dns64()]),
            Place::PublicName,
            Blocked,
            &["no-route"],
        ),
        row("any name, by DNS64", ipv6_only_with([dns64(), nat64()]), Place::PublicName, Reachable, &[]),
        row("a name of IPv4", ipv6_only(), service("ecr.dkr"), Blocked, &["address-family"]).named(NameFamilies::Ipv4),
        row("a name of IPv4, by DNS64", ipv6_only_with([dns64(), nat64()]), service("ecr.dkr"), Reachable, &[])
            .named(NameFamilies::Ipv4),
        row("DNS64 without a route", ipv6_only_with([dns64()]), service("ecr.dkr"), Blocked, &["not-routable"])
            .named(NameFamilies::Ipv4),
        row(
            "whether DNS64 is on isn't known",
            ipv6_only_with([("/Subnets/0/EnableDns64", Value::Null)]),
            service("ecr.dkr"),
            Unknown,
            &[],
        )
        .named(NameFamilies::Ipv4),
        row("an endpoint of IPv4 does not answer", ipv6_only(), service("ecr.api"), Reachable, &[]),
        row("nor does it help", isolated(vec![]), service("ecr.api"), Blocked, &["no-route"]),
        row(
            "an endpoint of both, and a way out",
            ipv6_only_with(dual_stack_endpoint()),
            service("ecr.api"),
            Reachable,
            &[],
        ),
        row("an endpoint of both alone", isolated(dual_stack_endpoint()), service("ecr.api"), Unknown, &[]),
        row(
            "one that has the dual-stack name",
            isolated([dual_stack_endpoint(), dual_stack_name("dualstack")].concat()),
            service("ecr.api"),
            Reachable,
            &[],
        ),
        row(
            "one that has it with A records alone",
            isolated([dual_stack_endpoint(), dual_stack_name("service-defined")].concat()),
            service("ecr.api"),
            Unknown,
            &[],
        ),
        row("the endpoint itself", isolated(dual_stack_endpoint()), Place::Endpoint("vpce-ecr".into()), Reachable, &[]),
        row(
            "an endpoint of IPv4",
            ipv6_only_with([("/VpcEndpoints/1/IpAddressType", json!("ipv4"))]),
            Place::Endpoint("vpce-ecr".into()),
            Blocked,
            &["address-family"],
        ),
        row(
            "no DNS",
            ipv6_only_with([("/VpcAttributes/0/EnableDnsSupport/Value", json!(false))]),
            service("logs"),
            Blocked,
            &["dns-support"],
        ),
        row("a subnet without any addresses", [("/Subnets/0/CidrBlock", Value::Null)], at("8.8.8.8"), Unknown, &[]),
    ]
}
