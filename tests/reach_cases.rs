//! Situations by hand: one working network, and for each row what is changed in it, what is asked, and the answer.

#[path = "reach_oracle/pipeline.rs"]
#[allow(dead_code, reason = "the other tests of reachability use more of it")]
mod pipeline;

use fargcheck::reach::Code;
use fargcheck::reach::Verdict::{self, Blocked, Partial, Reachable, Unknown};
use pipeline::{Asked, Place, ask, codes, verdict};
use serde_json::{Value, json};
use std::collections::BTreeSet;

/// A task subnet that goes out through a NAT gateway, a subnet with a database and an interface endpoint in another zone,
/// a gateway endpoint for S3, and a second VPC behind a peering connection and a transit gateway.
fn network() -> Value {
    let open = json!([
        { "RuleNumber": 100, "Protocol": "-1", "RuleAction": "allow", "Egress": true, "CidrBlock": "0.0.0.0/0" },
        { "RuleNumber": 100, "Protocol": "-1", "RuleAction": "allow", "Egress": false, "CidrBlock": "0.0.0.0/0" },
        { "RuleNumber": 32767, "Protocol": "-1", "RuleAction": "deny", "Egress": true, "CidrBlock": "0.0.0.0/0" },
        { "RuleNumber": 32767, "Protocol": "-1", "RuleAction": "deny", "Egress": false, "CidrBlock": "0.0.0.0/0" },
    ]);
    let acl = |name: &str| {
        json!({
            "NetworkAclId": format!("acl-{name}"),
            "Associations": [{ "SubnetId": format!("subnet-{name}") }],
            "Entries": open,
        })
    };
    let subnet = |name: &str, vpc: &str, block: &str, zone: &str| json!({ "SubnetId": format!("subnet-{name}"), "VpcId": vpc, "CidrBlock": block, "AvailabilityZone": zone });
    let attachment = |vpc: &str| json!([{ "ResourceType": "vpc", "ResourceId": vpc }]);
    json!({
        "Vpcs": [{ "VpcId": "vpc-1", "CidrBlock": "10.0.0.0/16" }, { "VpcId": "vpc-2", "CidrBlock": "10.2.0.0/16" }],
        "VpcAttributes": [
            { "VpcId": "vpc-1", "EnableDnsSupport": { "Value": true }, "EnableDnsHostnames": { "Value": true } },
        ],
        "DhcpOptions": [],
        "Subnets": [
            subnet("task", "vpc-1", "10.0.1.0/24", "us-east-1a"),
            subnet("public", "vpc-1", "10.0.0.0/24", "us-east-1a"),
            subnet("data", "vpc-1", "10.0.2.0/24", "us-east-1b"),
            subnet("other", "vpc-2", "10.2.1.0/24", "us-east-1a"),
        ],
        "RouteTables": [
            {
                "RouteTableId": "rtb-task",
                "VpcId": "vpc-1",
                "Associations": [{ "SubnetId": "subnet-task" }],
                "Routes": [
                    { "DestinationCidrBlock": "10.0.0.0/16", "GatewayId": "local" },
                    { "DestinationCidrBlock": "0.0.0.0/0", "NatGatewayId": "nat-1" },
                    { "DestinationCidrBlock": "10.2.0.0/16", "VpcPeeringConnectionId": "pcx-1" },
                    { "DestinationPrefixListId": "pl-s3", "GatewayId": "vpce-s3" },
                ],
            },
            {
                "RouteTableId": "rtb-public",
                "VpcId": "vpc-1",
                "Associations": [{ "SubnetId": "subnet-public" }],
                "Routes": [
                    { "DestinationCidrBlock": "10.0.0.0/16", "GatewayId": "local" },
                    { "DestinationCidrBlock": "0.0.0.0/0", "GatewayId": "igw-1" },
                ],
            },
            {
                "RouteTableId": "rtb-data",
                "VpcId": "vpc-1",
                "Associations": [{ "SubnetId": "subnet-data" }],
                "Routes": [{ "DestinationCidrBlock": "10.0.0.0/16", "GatewayId": "local" }],
            },
            {
                "RouteTableId": "rtb-other",
                "VpcId": "vpc-2",
                "Associations": [{ "SubnetId": "subnet-other" }],
                "Routes": [
                    { "DestinationCidrBlock": "10.2.0.0/16", "GatewayId": "local" },
                    { "DestinationCidrBlock": "10.0.0.0/16", "VpcPeeringConnectionId": "pcx-1" },
                ],
            },
        ],
        "InternetGateways": [
            { "InternetGatewayId": "igw-1", "Attachments": [{ "VpcId": "vpc-1", "State": "available" }] },
        ],
        "NatGateways": [
            { "NatGatewayId": "nat-1", "VpcId": "vpc-1", "SubnetId": "subnet-public", "State": "available" },
        ],
        "NetworkAcls": [acl("task"), acl("public"), acl("data"), acl("other")],
        "SecurityGroups": [
            {
                "GroupId": "sg-task",
                "IpPermissions": [],
                "IpPermissionsEgress": [{ "IpProtocol": "-1", "IpRanges": [{ "CidrIp": "0.0.0.0/0" }] }],
            },
            {
                "GroupId": "sg-endpoint",
                "IpPermissions": [
                    { "IpProtocol": "tcp", "FromPort": 443, "ToPort": 443, "IpRanges": [{ "CidrIp": "10.0.0.0/16" }] },
                ],
                "IpPermissionsEgress": [],
            },
            {
                "GroupId": "sg-data",
                "IpPermissions": [{
                    "IpProtocol": "tcp", "FromPort": 443, "ToPort": 443,
                    "UserIdGroupPairs": [{ "GroupId": "sg-task" }],
                }],
                "IpPermissionsEgress": [],
            },
        ],
        "VpcEndpoints": [
            {
                "VpcEndpointId": "vpce-s3", "VpcEndpointType": "Gateway", "VpcId": "vpc-1", "State": "available",
                "ServiceName": "com.amazonaws.us-east-1.s3",
            },
            {
                "VpcEndpointId": "vpce-ecr", "VpcEndpointType": "Interface", "VpcId": "vpc-1", "State": "available",
                "ServiceName": "com.amazonaws.us-east-1.ecr.api", "PrivateDnsEnabled": true,
                "SubnetIds": ["subnet-data"], "Groups": [{ "GroupId": "sg-endpoint" }],
                "NetworkInterfaceIds": ["eni-ecr"],
            },
        ],
        "PrefixLists": [
            { "PrefixListId": "pl-s3", "PrefixListName": "com.amazonaws.us-east-1.s3", "Cidrs": ["52.216.0.0/15"] },
            { "PrefixListId": "pl-own", "PrefixListName": "own", "Cidrs": ["198.40.0.0/16"] },
        ],
        "NetworkInterfaces": [
            {
                "NetworkInterfaceId": "eni-data", "SubnetId": "subnet-data", "PrivateIpAddress": "10.0.2.10",
                "Groups": [{ "GroupId": "sg-data" }],
            },
            {
                "NetworkInterfaceId": "eni-ecr", "SubnetId": "subnet-data", "PrivateIpAddress": "10.0.2.20",
                "Groups": [{ "GroupId": "sg-endpoint" }],
            },
            {
                "NetworkInterfaceId": "eni-other", "SubnetId": "subnet-other", "PrivateIpAddress": "10.2.1.10",
                "Groups": [{ "GroupId": "sg-data" }],
            },
            {
                "NetworkInterfaceId": "eni-near", "SubnetId": "subnet-task", "PrivateIpAddress": "10.0.1.10",
                "Groups": [{ "GroupId": "sg-task" }],
            },
        ],
        "VpcPeeringConnections": [{
            "VpcPeeringConnectionId": "pcx-1",
            "RequesterVpcInfo": { "VpcId": "vpc-1" }, "AccepterVpcInfo": { "VpcId": "vpc-2" },
            "Status": { "Code": "active" },
        }],
        "TransitGatewayVpcAttachments": [
            {
                "TransitGatewayAttachmentId": "tgw-attach-1", "TransitGatewayId": "tgw-1", "VpcId": "vpc-1",
                "SubnetIds": ["subnet-public"],
            },
            {
                "TransitGatewayAttachmentId": "tgw-attach-2", "TransitGatewayId": "tgw-1", "VpcId": "vpc-2",
                "SubnetIds": ["subnet-other"],
            },
        ],
        "TransitGatewayRouteTables": [{
            "TransitGatewayRouteTableId": "tgw-rtb-1",
            "TransitGatewayId": "tgw-1",
            "Associations": [
                { "TransitGatewayAttachmentId": "tgw-attach-1" }, { "TransitGatewayAttachmentId": "tgw-attach-2" },
            ],
            "Routes": [
                { "DestinationCidrBlock": "10.0.0.0/16", "State": "active", "TransitGatewayAttachments": attachment("vpc-1") },
                { "DestinationCidrBlock": "10.2.0.0/16", "State": "active", "TransitGatewayAttachments": attachment("vpc-2") },
            ],
        }],
        "VpcBlockPublicAccessOptions": [{ "InternetGatewayBlockMode": "off" }],
        "VpcBlockPublicAccessExclusions": [],
    })
}

/// A change: the value at a JSON pointer is replaced, taken out (null), or put into a list (`/-`).
type Change = (&'static str, Value);

fn change(document: &mut Value, (pointer, value): &Change) {
    let (parent, last) = pointer.rsplit_once('/').expect("a pointer");
    let parent = document.pointer_mut(parent).unwrap_or_else(|| panic!("{pointer}: no such place"));
    match parent {
        Value::Array(list) if last == "-" => list.push(value.clone()),
        Value::Array(list) => {
            let index: usize = last.parse().expect("an index");
            if value.is_null() {
                list.remove(index);
            } else {
                list[index] = value.clone();
            }
        }
        Value::Object(map) if value.is_null() => {
            map.remove(last).unwrap_or_else(|| panic!("{pointer}: nothing is there"));
        }
        Value::Object(map) => {
            map.insert(last.to_owned(), value.clone());
        }
        _ => panic!("{pointer}: not in a list or an object"),
    }
}

struct Row {
    name: &'static str,
    changes: Vec<Change>,
    to: Place,
    verdict: Verdict,
    codes: &'static [&'static str],
}

fn row(
    name: &'static str,
    changes: impl IntoIterator<Item = Change>,
    to: Place,
    verdict: Verdict,
    codes: &'static [&'static str],
) -> Row {
    Row { name, changes: changes.into_iter().collect(), to, verdict, codes }
}

fn at(block: &str) -> Place {
    Place::Block(block.into())
}

fn service(name: &str) -> Place {
    Place::Service(name.into())
}

fn interface(id: &str) -> Place {
    Place::Interface(id.into())
}

/// What the rows have in common in their questions.
fn asked(to: &Place, public_ip: bool) -> Asked {
    Asked {
        subnet: "subnet-task".into(),
        groups: vec!["sg-task".into()],
        public_ip,
        ports: (32768, 60999),
        to: to.clone(),
        udp: false,
        remote_ports: (443, 443),
    }
}

fn check(rows: &[Row], public_ip: bool) {
    let mut wrong = Vec::new();
    for row in rows {
        let mut document = network();
        for one in &row.changes {
            change(&mut document, one);
        }
        let answer = ask(&document, &asked(&row.to, public_ip));
        let found: Vec<&str> = answer.as_ref().map(codes).unwrap_or_default().into_iter().collect();
        if verdict(&answer) != row.verdict || found != row.codes {
            let doubts = answer.as_ref().map(|answer| answer.doubts.clone());
            wrong.push(format!("{}: {:?} {found:?} {doubts:?}", row.name, verdict(&answer)));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

const DEFAULT_ROUTE: &str = "/RouteTables/0/Routes/1";

/// The default route with another target.
fn default_to(field: &str, id: &str) -> Change {
    let mut route = json!({ "DestinationCidrBlock": "0.0.0.0/0" });
    route[field] = id.into();
    (DEFAULT_ROUTE, route)
}

fn one_route_more(destination: &str, field: &str, id: &str) -> Change {
    let mut route = json!({});
    let kind = if destination.starts_with("pl-") { "DestinationPrefixListId" } else { "DestinationCidrBlock" };
    route[kind] = destination.into();
    route[field] = id.into();
    ("/RouteTables/0/Routes/-", route)
}

fn peering_by_transit() -> [Change; 2] {
    [
        ("/RouteTables/0/Routes/2", json!({ "DestinationCidrBlock": "10.2.0.0/16", "TransitGatewayId": "tgw-1" })),
        ("/RouteTables/3/Routes/1", json!({ "DestinationCidrBlock": "10.0.0.0/16", "TransitGatewayId": "tgw-1" })),
    ]
}

fn entry(number: u64, action: &str, egress: bool, protocol: &str, block: &str, ports: Option<(u16, u16)>) -> Value {
    let mut entry = json!({ "RuleNumber": number, "RuleAction": action, "Egress": egress, "Protocol": protocol });
    entry[if block.contains(':') { "Ipv6CidrBlock" } else { "CidrBlock" }] = block.into();
    if let Some((from, to)) = ports {
        entry["PortRange"] = json!({ "From": from, "To": to });
    }
    entry
}

fn egress(permissions: Value) -> Change {
    ("/SecurityGroups/0/IpPermissionsEgress", permissions)
}

fn sound() -> Vec<Row> {
    vec![
        row("internet", [], Place::Internet, Reachable, &[]),
        row("a name", [], Place::PublicName, Reachable, &[]),
        row("a database", [], interface("eni-data"), Reachable, &[]),
        row("its address", [], at("10.0.2.10"), Reachable, &[]),
        row("an interface endpoint in another zone's subnet", [], service("ecr.api"), Reachable, &[]),
        row("the endpoint itself", [], Place::Endpoint("vpce-ecr".into()), Reachable, &[]),
        row("a service without an endpoint", [], service("logs"), Reachable, &[]),
        row("the gateway endpoint", [], service("s3"), Reachable, &[]),
        row("the other VPC by peering", [], at("10.2.1.10"), Reachable, &[]),
        row("the other VPC by a transit gateway", peering_by_transit(), at("10.2.1.10"), Reachable, &[]),
    ]
}

/// One row for each code.
fn faults() -> Vec<Row> {
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
            "the peering connection isn't accepted",
            [("/VpcPeeringConnections/0/Status/Code", json!("pending-acceptance"))],
            other(),
            Blocked,
            &["peering-state"],
        ),
    ]
}

/// Nearly the same, with another answer.
fn near_misses() -> Vec<Row> {
    let internet = || at("8.8.8.8");
    let by_vpn = |destination: &str| json!({ "DestinationCidrBlock": destination, "GatewayId": "vgw-1", "Origin": "EnableVgwRoutePropagation" });
    vec![
        row("a default route to a VPN", [default_to("GatewayId", "vgw-1")], internet(), Unknown, &[]),
        row("to an instance", [default_to("InstanceId", "i-1")], internet(), Unknown, &[]),
        row("to an unknown transit gateway", [default_to("TransitGatewayId", "tgw-9")], internet(), Unknown, &[]),
        row(
            "to a transit gateway with central egress",
            [
                default_to("TransitGatewayId", "tgw-1"),
                (
                    "/TransitGatewayRouteTables/0/Routes/-",
                    json!({ "DestinationCidrBlock": "0.0.0.0/0", "TransitGatewayAttachments": [{ "ResourceType": "vpc", "ResourceId": "vpc-2" }] }),
                ),
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
            "a narrower egress that suffices",
            [egress(
                json!([{ "IpProtocol": "tcp", "FromPort": 443, "ToPort": 443, "IpRanges": [{ "CidrIp": "8.8.8.0/24" }] }]),
            )],
            internet(),
            Reachable,
            &[],
        ),
        row(
            "egress to S3 by its prefix list",
            [egress(
                json!([{ "IpProtocol": "tcp", "FromPort": 443, "ToPort": 443, "PrefixListIds": [{ "PrefixListId": "pl-s3" }] }]),
            )],
            service("s3"),
            Reachable,
            &[],
        ),
        row(
            "the same where the list's addresses aren't known",
            [
                egress(
                    json!([{ "IpProtocol": "tcp", "FromPort": 443, "ToPort": 443, "PrefixListIds": [{ "PrefixListId": "pl-s3" }] }]),
                ),
                ("/PrefixLists/0/Cidrs", Value::Null),
            ],
            service("s3"),
            Reachable,
            &[],
        ),
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
            "egress for IPv6 only",
            [egress(json!([{ "IpProtocol": "-1", "Ipv6Ranges": [{ "CidrIpv6": "::/0" }] }]))],
            internet(),
            Blocked,
            &["sg-egress"],
        ),
        row(
            "an ACL for IPv6 only",
            [(
                "/NetworkAcls/0/Entries",
                json!([entry(100, "allow", true, "-1", "::/0", None), entry(100, "allow", false, "-1", "::/0", None)]),
            )],
            internet(),
            Blocked,
            &["nacl-egress", "nacl-ingress"],
        ),
        row(
            "an ACL that denies IPv6",
            [("/NetworkAcls/0/Entries/-", entry(1, "deny", true, "-1", "::/0", None))],
            internet(),
            Reachable,
            &[],
        ),
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
        row(
            "TCP by its number",
            [("/NetworkAcls/0/Entries/0", entry(100, "allow", true, "6", "0.0.0.0/0", Some((443, 443))))],
            internet(),
            Reachable,
            &[],
        ),
        row(
            "UDP is not TCP",
            [("/NetworkAcls/0/Entries/0", entry(100, "allow", true, "17", "0.0.0.0/0", Some((443, 443))))],
            internet(),
            Blocked,
            &["nacl-egress"],
        ),
        row(
            "ICMP's type and code are no ports",
            [("/NetworkAcls/0/Entries/-", entry(50, "deny", true, "1", "0.0.0.0/0", None))],
            internet(),
            Reachable,
            &[],
        ),
        row(
            "all protocols have all ports, whatever range is written",
            [("/NetworkAcls/0/Entries/0", entry(100, "allow", true, "-1", "0.0.0.0/0", Some((22, 22))))],
            internet(),
            Reachable,
            &[],
        ),
        row(
            "no port range is all ports",
            [("/NetworkAcls/0/Entries/0", entry(100, "allow", true, "6", "0.0.0.0/0", None))],
            internet(),
            Reachable,
            &[],
        ),
        row(
            "no final deny is listed",
            [("/NetworkAcls/0/Entries/3", Value::Null), ("/NetworkAcls/0/Entries/1", Value::Null)],
            internet(),
            Blocked,
            &["nacl-ingress"],
        ),
        row(
            "the lowest number decides, wherever it is listed",
            [("/NetworkAcls/0/Entries/-", entry(50, "deny", true, "-1", "8.8.8.0/24", None))],
            internet(),
            Blocked,
            &["nacl-egress"],
        ),
        row(
            "a group that lets its own members in",
            [(
                "/SecurityGroups/0/IpPermissions",
                json!([{ "IpProtocol": "-1", "UserIdGroupPairs": [{ "GroupId": "sg-task" }] }]),
            )],
            interface("eni-near"),
            Reachable,
            &[],
        ),
        row("and one that doesn't", [], interface("eni-near"), Blocked, &["dest-sg"]),
        row(
            "inside a subnet no network ACL is applied",
            [
                (
                    "/SecurityGroups/0/IpPermissions",
                    json!([{ "IpProtocol": "-1", "IpRanges": [{ "CidrIp": "10.0.1.0/24" }] }]),
                ),
                ("/NetworkAcls/0/Entries", json!([])),
            ],
            interface("eni-near"),
            Reachable,
            &[],
        ),
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
        row(
            "egress to members of a group whose interfaces aren't listed",
            [
                egress(
                    json!([{ "IpProtocol": "tcp", "FromPort": 443, "ToPort": 443, "UserIdGroupPairs": [{ "GroupId": "sg-data" }] }]),
                ),
                ("/NetworkInterfaces", Value::Null),
            ],
            at("10.0.2.10"),
            Unknown,
            &[],
        ),
        row(
            "the same to an address outside of every VPC",
            [
                egress(
                    json!([{ "IpProtocol": "tcp", "FromPort": 443, "ToPort": 443, "UserIdGroupPairs": [{ "GroupId": "sg-data" }] }]),
                ),
                ("/NetworkInterfaces", Value::Null),
            ],
            internet(),
            Blocked,
            &["sg-egress"],
        ),
        row(
            "an interface without groups, such as a network load balancer's",
            [("/NetworkInterfaces/0/Groups", json!([]))],
            interface("eni-data"),
            Reachable,
            &[],
        ),
        row("a subnet of IPv6 only", [("/Subnets/0/CidrBlock", Value::Null)], internet(), Unknown, &[]),
        row("an address that no interface has", [], at("10.0.2.99"), Unknown, &[]),
        row(
            "only NAT gateways' traffic where inbound is blocked",
            [("/VpcBlockPublicAccessOptions/0/InternetGatewayBlockMode", json!("block-ingress"))],
            internet(),
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
                .chain([("/Subnets/3/AvailabilityZone", json!("us-east-1b"))])
                .chain([("/TransitGatewayVpcAttachments/1/SubnetIds", json!(["subnet-public"]))]),
            at("10.2.1.10"),
            Blocked,
            &["tgw-zone"],
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

#[test]
fn a_sound_network_reaches() {
    check(&sound(), false);
}

#[test]
fn every_fault_has_its_code() {
    check(&faults(), false);
}

#[test]
fn every_code_is_in_the_table() {
    let listed: BTreeSet<&str> = faults().iter().flat_map(|row| row.codes.iter().copied()).collect();
    let all: BTreeSet<&str> = Code::ALL.iter().map(|code| code.as_str()).collect();
    assert_eq!(listed, all);
}

#[test]
fn near_misses_are_told_apart() {
    check(&near_misses(), false);
}

/// Blocks of a list that touch each other become one range, and with that a route of less weight.
#[test]
fn each_block_of_a_list_has_its_own_prefix_length() {
    let rows = [row(
        "two halves in a list before a static route to the whole",
        [
            ("/PrefixLists/1/Cidrs", json!(["198.40.0.0/17", "198.40.128.0/17"])),
            one_route_more("pl-own", "GatewayId", "vgw-1"),
            one_route_more("198.40.0.0/16", "NatGatewayId", "nat-1"),
        ],
        at("198.40.0.1"),
        Unknown,
        &[],
    )];
    check(&rows, false);
}

#[test]
fn a_public_address_needs_an_internet_gateway() {
    let by_gateway = || default_to("GatewayId", "igw-1");
    let rows = [
        row("it goes out", [by_gateway()], at("8.8.8.8"), Reachable, &[]),
        row("not to a private address", [by_gateway()], at("10.9.0.1"), Blocked, &["not-routable"]),
        row(
            "not to the gateway of another VPC",
            [by_gateway(), ("/InternetGateways/0/Attachments/0/VpcId", json!("vpc-2"))],
            at("8.8.8.8"),
            Blocked,
            &["igw-detached"],
        ),
        row(
            "not where inbound is blocked",
            [by_gateway(), ("/VpcBlockPublicAccessOptions/0/InternetGatewayBlockMode", json!("block-ingress"))],
            at("8.8.8.8"),
            Blocked,
            &["block-public-access"],
        ),
    ];
    check(&rows, true);
}
