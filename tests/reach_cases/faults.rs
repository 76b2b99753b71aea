//! One fault for each code.

use crate::pipeline::Place;
use crate::rows::*;
use fargcheck::reach::Verdict::{Blocked, Partial};
use serde_json::{Value, json};

/// One row for each code.
pub(crate) fn rows() -> Vec<Row> {
    let data = || interface("eni-data");
    let other = || at("10.2.1.10");
    let internet = || at("8.8.8.8");
    vec![
        row("no egress", [egress(json!([]))], internet(), Blocked, &["sg-egress"]),
        row("no default route", [(DEFAULT_ROUTE, Value::Null)], internet(), Blocked, &["no-route"]),
        row("no default route, by name", [(DEFAULT_ROUTE, Value::Null)], Place::PublicName, Blocked, &["no-route"]),
        row("no default route to a service", [(DEFAULT_ROUTE, Value::Null)], service("logs"), Blocked, &["no-route"]),
        row("the NAT gateway is gone", [("/NatGateways/0", Value::Null)], internet(), Blocked, &["blackhole"]),
        row(
            "nothing leaves the task's subnet",
            [("/NetworkAcls/0/Entries/0/RuleAction", json!("deny"))],
            internet(),
            Blocked,
            &["nacl-egress"],
        ),
        row(
            "a third of the replies' ports is denied",
            [("/NetworkAcls/0/Entries/-", entry(90, "deny", false, "6", "0.0.0.0/0", Some((32768, 40000))))],
            internet(),
            Partial,
            &["nacl-ingress"],
        ),
        row(
            "the internet gateway is detached",
            [("/InternetGateways/0/Attachments", json!([]))],
            internet(),
            Blocked,
            &["igw-detached"],
        ),
        row("no public address", [default_to("GatewayId", "igw-1")], internet(), Blocked, &["no-public-ip"]),
        row("a private address behind the NAT gateway", [], at("10.9.0.1"), Blocked, &["not-routable"]),
        row("the NAT gateway failed", [("/NatGateways/0/State", json!("failed"))], internet(), Blocked, &["nat-state"]),
        row(
            "the NAT gateway is in the task's subnet",
            [("/NatGateways/0/SubnetId", json!("subnet-task"))],
            internet(),
            Blocked,
            &["nat-own-subnet"],
        ),
        row(
            "the NAT gateway's subnet lets nothing of the task in",
            [("/NetworkAcls/1/Entries/-", entry(90, "deny", false, "-1", "10.0.0.0/16", None))],
            internet(),
            Blocked,
            &["nat-nacl-in"],
        ),
        row(
            "the NAT gateway's subnet lets no reply in",
            [("/NetworkAcls/1/Entries/-", entry(90, "deny", false, "6", "8.0.0.0/8", Some((1024, 65535))))],
            internet(),
            Blocked,
            &["nat-nacl-in"],
        ),
        row(
            "the NAT gateway's subnet lets some replies in",
            [("/NetworkAcls/1/Entries/-", entry(90, "deny", false, "6", "8.0.0.0/8", Some((1024, 4999))))],
            internet(),
            Partial,
            &["nat-nacl-in"],
        ),
        row(
            "the NAT gateway's subnet lets nothing out",
            [("/NetworkAcls/1/Entries/-", entry(90, "deny", true, "-1", "8.0.0.0/8", None))],
            internet(),
            Blocked,
            &["nat-nacl-out"],
        ),
        row(
            "the NAT gateway's subnet has no way on",
            [("/RouteTables/1/Routes/1", Value::Null)],
            internet(),
            Blocked,
            &["nat-route"],
        ),
        row(
            "the NAT gateway is private",
            [("/NatGateways/0/ConnectivityType", json!("private"))],
            internet(),
            Blocked,
            &["nat-private"],
        ),
        row(
            "the gateway endpoint isn't available",
            [("/VpcEndpoints/0/State", json!("failed"))],
            service("s3"),
            Blocked,
            &["endpoint-state"],
        ),
        row(
            "the interface endpoint is in no subnet",
            [("/VpcEndpoints/1/SubnetIds", json!([])), ("/VpcEndpoints/1/NetworkInterfaceIds", json!([]))],
            service("ecr.api"),
            Blocked,
            &["endpoint-subnets"],
        ),
        row(
            "the gateway endpoint's policy is for another bucket",
            [(
                "/VpcEndpoints/0/PolicyDocument",
                json!(
                    r#"{"Statement":[{"Effect":"Allow","Principal":"*","Action":"s3:*","Resource":"arn:aws:s3:::mine/*"}]}"#
                ),
            )],
            service("s3"),
            Blocked,
            &["endpoint-policy"],
        ),
        row(
            "the endpoint's group lets nobody in",
            [("/SecurityGroups/1/IpPermissions", json!([]))],
            service("ecr.api"),
            Blocked,
            &["endpoint-sg"],
        ),
        row(
            "the database's subnet lets nothing in",
            [("/NetworkAcls/2/Entries/1/RuleAction", json!("deny"))],
            data(),
            Blocked,
            &["dest-nacl"],
        ),
        row(
            "the database's group lets nobody in",
            [("/SecurityGroups/2/IpPermissions", json!([]))],
            data(),
            Blocked,
            &["dest-sg"],
        ),
        row(
            "no DNS support",
            [("/VpcAttributes/0/EnableDnsSupport/Value", json!(false))],
            service("logs"),
            Blocked,
            &["dns-support"],
        ),
        row(
            "no DNS host names, and no other way",
            [(DEFAULT_ROUTE, Value::Null), ("/VpcAttributes/0/EnableDnsHostnames/Value", json!(false))],
            service("ecr.api"),
            Blocked,
            &["dns-hostnames"],
        ),
        row(
            "no private DNS, and no other way",
            [(DEFAULT_ROUTE, Value::Null), ("/VpcEndpoints/1/PrivateDnsEnabled", json!(false))],
            service("ecr.api"),
            Blocked,
            &["private-dns-off"],
        ),
        row(
            "public access is blocked",
            [("/VpcBlockPublicAccessOptions/0/InternetGatewayBlockMode", json!("block-bidirectional"))],
            internet(),
            Blocked,
            &["block-public-access"],
        ),
        row(
            "a NAT gateway accepts no connections",
            [
                ("/NetworkInterfaces/0/NetworkInterfaceId", json!("eni-nat")),
                ("/NatGateways/0/NatGatewayAddresses/0/NetworkInterfaceId", json!("eni-nat")),
            ],
            at("10.0.2.10"),
            Blocked,
            &["not-routable"],
        ),
        row(
            "a NAT gateway's interface accepts no connections",
            [("/NatGateways/0/NatGatewayAddresses/0/NetworkInterfaceId", json!("eni-data"))],
            data(),
            Blocked,
            &["not-routable"],
        ),
        row(
            "the transit gateway is in another zone",
            peering_by_transit()
                .into_iter()
                .chain([("/TransitGatewayVpcAttachments/0/SubnetIds", json!(["subnet-data"]))]),
            other(),
            Blocked,
            &["tgw-zone"],
        ),
        row(
            "the transit gateway has no route",
            peering_by_transit().into_iter().chain([("/TransitGatewayRouteTables/0/Routes/1", Value::Null)]),
            other(),
            Blocked,
            &["tgw-route"],
        ),
        row(
            "the transit gateway's route leads to an attachment that is gone",
            peering_by_transit().into_iter().chain([
                ("/TransitGatewayVpcAttachments/1/State", json!("deleted")),
                (
                    "/TransitGatewayRouteTables/0/Routes/1/TransitGatewayAttachments/0/TransitGatewayAttachmentId",
                    json!("tgw-attach-2"),
                ),
            ]),
            other(),
            Blocked,
            &["tgw-route"],
        ),
        row(
            "the attachment's subnet lets nothing in",
            peering_by_transit().into_iter().chain([("/NetworkAcls/1/Entries/1/RuleAction", json!("deny"))]),
            other(),
            Blocked,
            &["tgw-nacl"],
        ),
        row(
            "the peering connection isn't accepted",
            [("/VpcPeeringConnections/0/Status/Code", json!("pending-acceptance"))],
            other(),
            Blocked,
            &["peering-state"],
        ),
        row(
            "the resolver that DHCP options name is nowhere",
            named_by("192.0.2.53"),
            service("s3"),
            Blocked,
            &["dns-resolver"],
        ),
        row("an IPv6 address from a subnet of IPv4", [], at("2606:4700::1111"), Blocked, &["address-family"]),
        row(
            "a file system has its only mount target in another zone",
            [("/NetworkInterfaces/0/Description", json!("EFS mount target for fs-1 (fsmt-1)"))],
            Place::FileSystem("fs-1".into()),
            Blocked,
            &["mount-target"],
        ),
        row(
            "a NAT instance that checks destinations",
            [default_to("NetworkInterfaceId", "eni-data"), ("/NetworkInterfaces/0/SourceDestCheck", json!(true))],
            internet(),
            Blocked,
            &["source-dest-check"],
        ),
        row(
            "a NAT instance whose group lets nobody in",
            [default_to("NetworkInterfaceId", "eni-data"), ("/SecurityGroups/2/IpPermissions", json!([]))],
            internet(),
            Blocked,
            &["dest-sg"],
        ),
        row(
            "a NAT instance whose subnet lets nobody in",
            [
                default_to("NetworkInterfaceId", "eni-data"),
                ("/NetworkAcls/2/Entries/-", entry(90, "deny", false, "-1", "10.0.0.0/16", None)),
            ],
            internet(),
            Blocked,
            &["dest-nacl"],
        ),
    ]
}
