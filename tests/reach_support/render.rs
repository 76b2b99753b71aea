//! A plain network as a snapshot, in the form of the AWS CLI's answers.

use super::model::*;
use super::pipeline::{Asked, Place};
use fargcheck::network::NameFamilies;
use serde_json::{Value, json};

pub(crate) const REGION: &str = "us-east-1";

pub(crate) fn subnet_id(index: usize) -> String {
    format!("subnet-{index}")
}

pub(crate) fn group_id(index: usize) -> String {
    format!("sg-{index}")
}

pub(crate) fn eni_id(index: usize) -> String {
    format!("eni-{index}")
}

fn vpc_id(index: usize) -> String {
    format!("vpc-{index}")
}

/// A field for each family.
fn by_family(block: Cidr, ipv4: &'static str, ipv6: &'static str) -> &'static str {
    if block.is_ipv4() { ipv4 } else { ipv6 }
}

fn list_id(index: usize) -> String {
    format!("pl-{index}")
}

fn permission(rule: &GroupRule) -> Value {
    let mut found = json!({ "IpProtocol": rule.protocol, "IpRanges": [], "Ipv6Ranges": [], "PrefixListIds": [], "UserIdGroupPairs": [] });
    if rule.protocol != "-1" {
        found["FromPort"] = rule.ports.0.into();
        found["ToPort"] = rule.ports.1.into();
    }
    match &rule.peer {
        Peer::Block(block) if block.is_ipv4() => found["IpRanges"] = json!([{ "CidrIp": block.to_string() }]),
        Peer::Block(block) => found["Ipv6Ranges"] = json!([{ "CidrIpv6": block.to_string() }]),
        Peer::List(list) => found["PrefixListIds"] = json!([{ "PrefixListId": list_id(*list) }]),
        Peer::Group(group) => found["UserIdGroupPairs"] = json!([{ "GroupId": group_id(*group) }]),
    }
    found
}

fn entry(entry: &AclEntry) -> Value {
    let mut found = json!({
        "RuleNumber": entry.number,
        "Protocol": entry.protocol,
        "RuleAction": if entry.allow { "allow" } else { "deny" },
        "Egress": entry.egress,
    });
    found[by_family(entry.block, "CidrBlock", "Ipv6CidrBlock")] = entry.block.to_string().into();
    if entry.protocol != "-1" {
        found["PortRange"] = json!({ "From": entry.ports.0, "To": entry.ports.1 });
    }
    found
}

fn acl(net: &Net, index: usize) -> Value {
    let acl = &net.acls[index];
    let mut entries: Vec<Value> = acl.entries.iter().map(entry).collect();
    if acl.lists_final_deny {
        for egress in [true, false] {
            entries.push(json!({
                "RuleNumber": 32767, "Protocol": "-1", "RuleAction": "deny", "Egress": egress, "CidrBlock": "0.0.0.0/0",
            }));
        }
    }
    let users = net.subnets.iter().enumerate().filter(|(_, subnet)| subnet.acl == index);
    json!({
        "NetworkAclId": format!("acl-{index}"),
        "VpcId": vpc_id(0),
        "IsDefault": false,
        "Associations": users.map(|(user, _)| json!({ "SubnetId": subnet_id(user) })).collect::<Vec<_>>(),
        "Entries": entries,
    })
}

fn route(route: &Route) -> Value {
    let mut found = json!({
        "Origin": if route.propagated { "EnableVgwRoutePropagation" } else { "CreateRoute" },
        "State": if route.blackhole { "blackhole" } else { "active" },
    });
    match route.to {
        To::Block(block) => {
            found[by_family(block, "DestinationCidrBlock", "DestinationIpv6CidrBlock")] = block.to_string().into();
        }
        To::List(list) => found["DestinationPrefixListId"] = list_id(list).into(),
    }
    let (field, id) = match route.target {
        Target::Local => ("GatewayId", "local".to_owned()),
        Target::Internet => ("GatewayId", "igw-0".to_owned()),
        Target::LostInternet => ("GatewayId", "igw-lost".to_owned()),
        Target::EgressOnly => ("EgressOnlyInternetGatewayId", "eigw-0".to_owned()),
        Target::LostEgressOnly => ("EgressOnlyInternetGatewayId", "eigw-lost".to_owned()),
        Target::Nat(index) => ("NatGatewayId", format!("nat-{index}")),
        Target::LostNat => ("NatGatewayId", "nat-lost".to_owned()),
        Target::GatewayEndpoint => ("GatewayId", "vpce-s3".to_owned()),
        Target::Vpn => ("GatewayId", "vgw-0".to_owned()),
        Target::Peering => ("VpcPeeringConnectionId", "pcx-0".to_owned()),
        Target::Transit => ("TransitGatewayId", "tgw-0".to_owned()),
    };
    found[field] = id.into();
    found
}

fn table(net: &Net, index: usize) -> Value {
    let users = net.subnets.iter().enumerate().filter(|(_, subnet)| subnet.table == index);
    json!({
        "RouteTableId": format!("rtb-{index}"),
        "VpcId": vpc_id(net.subnets.iter().find(|subnet| subnet.table == index).map_or(0, |subnet| subnet.vpc)),
        "Associations": users.map(|(user, _)| json!({ "SubnetId": subnet_id(user) })).collect::<Vec<_>>(),
        "Routes": net.tables[index].iter().map(route).collect::<Vec<_>>(),
    })
}

fn eni(net: &Net, id: String, eni: &Eni, kind: &str) -> Value {
    let written = |ipv4: bool, field: &str| -> Vec<Value> {
        eni.of_family(ipv4).iter().map(|(first, _)| json!({ field: written(*first) })).collect()
    };
    json!({
        "NetworkInterfaceId": id,
        "SubnetId": subnet_id(eni.subnet),
        "VpcId": vpc_id(net.subnets[eni.subnet].vpc),
        "InterfaceType": kind,
        "PrivateIpAddresses": written(true, "PrivateIpAddress"),
        "Ipv6Addresses": written(false, "Ipv6Address"),
        "Groups": eni.groups.iter().map(|group| json!({ "GroupId": group_id(*group) })).collect::<Vec<_>>(),
    })
}

fn transit_route(&(block, target): &(Cidr, TransitTarget)) -> Value {
    match target {
        TransitTarget::Blackhole => json!({ "DestinationCidrBlock": block.to_string(), "State": "blackhole" }),
        TransitTarget::Vpc(vpc) => json!({
            "DestinationCidrBlock": block.to_string(),
            "State": "active",
            "TransitGatewayAttachments": [{
                "TransitGatewayAttachmentId": format!("tgw-attach-{vpc}"), "ResourceType": "vpc", "ResourceId": vpc_id(vpc),
            }],
        }),
    }
}

/// The policy of an endpoint that is given none.
const ALLOW_ALL: &str = r#"{"Statement":[{"Effect":"Allow","Principal":"*","Action":"*","Resource":"*"}]}"#;

/// The snapshot of a network: every list is there.
pub(crate) fn snapshot(net: &Net) -> Value {
    let mut enis: Vec<Value> =
        net.enis.iter().enumerate().map(|(index, found)| eni(net, eni_id(index), found, "interface")).collect();
    let mut endpoints = vec![json!({
        "VpcEndpointId": "vpce-s3",
        "VpcEndpointType": "Gateway",
        "VpcId": vpc_id(0),
        "PolicyDocument": ALLOW_ALL,
        "ServiceName": format!("com.amazonaws.{REGION}.s3"),
        "State": if net.gateway_endpoint { "available" } else { "pending" },
        "RouteTableIds": [],
    })];
    if let Some(endpoint) = &net.endpoint {
        let mut own = Vec::new();
        if endpoint.knows_addresses {
            for (index, found) in net.endpoint_enis().iter().enumerate() {
                enis.push(eni(net, format!("eni-vpce-{index}"), found, "vpc_endpoint"));
                own.push(format!("eni-vpce-{index}"));
            }
        }
        endpoints.push(json!({
            "VpcEndpointId": "vpce-logs",
            "VpcEndpointType": "Interface",
            "VpcId": vpc_id(0),
            "PolicyDocument": ALLOW_ALL,
            "ServiceName": format!("com.amazonaws.{REGION}.logs"),
            "State": if endpoint.available { "available" } else { "pending" },
            "SubnetIds": endpoint.subnets.iter().map(|subnet| subnet_id(*subnet)).collect::<Vec<_>>(),
            "Groups": endpoint.groups.iter().map(|group| json!({ "GroupId": group_id(*group) })).collect::<Vec<_>>(),
            "PrivateDnsEnabled": endpoint.private_dns,
            "NetworkInterfaceIds": own,
        }));
    }
    let vpcs = 0..VPCS.len();
    let attachments = match net.internet {
        Attached::Here => json!([{ "VpcId": vpc_id(0), "State": "available" }]),
        Attached::Elsewhere => json!([{ "VpcId": vpc_id(1), "State": "available" }]),
        Attached::Nowhere => json!([]),
    };
    json!({
        "Vpcs": vpcs.clone().map(|vpc| json!({
            "VpcId": vpc_id(vpc),
            "CidrBlock": VPCS[vpc][0].to_string(),
            "Ipv6CidrBlockAssociationSet": [{ "Ipv6CidrBlock": VPCS[vpc][1].to_string() }],
        })).collect::<Vec<_>>(),
        "VpcAttributes": vpcs.clone().map(|vpc| json!({
            "VpcId": vpc_id(vpc),
            "EnableDnsSupport": { "Value": net.dns_support },
            "EnableDnsHostnames": { "Value": net.dns_hostnames },
        })).collect::<Vec<_>>(),
        "Subnets": net.subnets.iter().enumerate().map(|(index, subnet)| json!({
            "SubnetId": subnet_id(index),
            "VpcId": vpc_id(subnet.vpc),
            "CidrBlock": subnet.blocks.iter().find(|block| block.is_ipv4()).map(Cidr::to_string),
            "Ipv6CidrBlockAssociationSet": subnet.blocks.iter().filter(|block| !block.is_ipv4()).map(|block| json!({
                "Ipv6CidrBlock": block.to_string(),
            })).collect::<Vec<_>>(),
            "Ipv6Native": !subnet.blocks.iter().any(|block| block.is_ipv4()),
            "EnableDns64": net.dns64,
            "AvailabilityZone": subnet.zone,
        })).collect::<Vec<_>>(),
        "RouteTables": (0..net.tables.len()).map(|index| table(net, index)).collect::<Vec<_>>(),
        "InternetGateways": [{ "InternetGatewayId": "igw-0", "Attachments": attachments }],
        "EgressOnlyInternetGateways": [{
            "EgressOnlyInternetGatewayId": "eigw-0", "Attachments": [{ "VpcId": vpc_id(0), "State": "attached" }],
        }],
        "NatGateways": net.nats.iter().enumerate().map(|(index, nat)| json!({
            "NatGatewayId": format!("nat-{index}"),
            "VpcId": vpc_id(0),
            "SubnetId": subnet_id(nat.subnet),
            "State": if nat.available { "available" } else { "failed" },
            "NatGatewayAddresses": [{
                "PrivateIp": net.nat_address(index).map(written),
                "PublicIp": nat.elastic_ip.then(|| format!("198.51.100.{index}")),
            }],
            "ConnectivityType": if nat.private { "private" } else { "public" },
        })).collect::<Vec<_>>(),
        "SecurityGroups": net.groups.iter().enumerate().map(|(index, group)| json!({
            "GroupId": group_id(index),
            "GroupName": format!("group {index}"),
            "VpcId": vpc_id(0),
            "IpPermissions": group.ingress.iter().map(permission).collect::<Vec<_>>(),
            "IpPermissionsEgress": group.egress.iter().map(permission).collect::<Vec<_>>(),
        })).collect::<Vec<_>>(),
        "NetworkAcls": (0..net.acls.len()).map(|index| acl(net, index)).collect::<Vec<_>>(),
        "VpcEndpoints": endpoints,
        "PrefixLists": net.lists.iter().enumerate().map(|(index, blocks)| json!({
            "PrefixListId": list_id(index),
            "PrefixListName": if index == 0 { format!("com.amazonaws.{REGION}.s3") } else { format!("list {index}") },
            "Cidrs": blocks.iter().map(Cidr::to_string).collect::<Vec<_>>(),
        })).collect::<Vec<_>>(),
        "ManagedPrefixLists": [],
        "NetworkInterfaces": enis,
        "DhcpOptions": [],
        "VpcPeeringConnections": [{
            "VpcPeeringConnectionId": "pcx-0",
            "RequesterVpcInfo": { "VpcId": vpc_id(0) },
            "AccepterVpcInfo": { "VpcId": vpc_id(1) },
            "Status": { "Code": if net.peering_active { "active" } else { "pending-acceptance" } },
        }],
        "TransitGateways": [{
            "TransitGatewayId": "tgw-0",
            "Options": {
                "SecurityGroupReferencingSupport": if net.transit.groups_cross { "enable" } else { "disable" },
            },
        }],
        "TransitGatewayVpcAttachments": vpcs.clone().map(|vpc| json!({
            "TransitGatewayAttachmentId": format!("tgw-attach-{vpc}"),
            "TransitGatewayId": "tgw-0",
            "VpcId": vpc_id(vpc),
            "State": "available",
            "SubnetIds": net.transit.subnets[vpc].iter().map(|subnet| subnet_id(*subnet)).collect::<Vec<_>>(),
        })).collect::<Vec<_>>(),
        "TransitGatewayRouteTables": vpcs.map(|vpc| json!({
            "TransitGatewayRouteTableId": format!("tgw-rtb-{vpc}"),
            "TransitGatewayId": "tgw-0",
            "Associations": [{ "TransitGatewayAttachmentId": format!("tgw-attach-{vpc}") }],
            "Routes": net.transit.routes[vpc].iter().map(transit_route).collect::<Vec<_>>(),
        })).collect::<Vec<_>>(),
    })
}

/// The question with the ids of the rendered snapshot.
pub(crate) fn asked(question: &Question) -> Asked {
    Asked {
        subnet: subnet_id(SENDER),
        groups: question.groups.iter().map(|group| group_id(*group)).collect(),
        public_ip: question.public_ip,
        ports: question.ports,
        to: match &question.destination {
            Destination::Block(block) => Place::Block(block.to_string()),
            Destination::Internet => Place::Internet,
            Destination::Eni(index) => Place::Interface(eni_id(*index)),
            Destination::Logs => Place::Service("logs".into()),
            Destination::S3 => Place::Service("s3".into()),
        },
        udp: question.udp,
        remote_ports: question.remote_ports,
        families: if question.ipv4_name { NameFamilies::Ipv4 } else { NameFamilies::ByTask },
    }
}
