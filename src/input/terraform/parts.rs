//! Resources that are a part of another one's element, and how one that is changed or deleted leaves it.

use super::grants;
use super::network::route;
use super::plan::{Instance, Plan};
use super::reader::Reader;
use super::{filters, transit};
use crate::input::planned::{Document, FULL_ACCESS, Fields, Node};

/// The arguments that name what a part belongs to, with the lists that that is in.
type Owners = &'static [(&'static str, &'static str)];

const OF_VPC: Owners = &[("vpc_id", "Vpcs")];
const OF_GROUP: Owners = &[("security_group_id", "SecurityGroups")];
const OF_PEERING: Owners = &[("vpc_peering_connection_id", "VpcPeeringConnections")];
const OF_TARGET_GROUP: Owners = &[("target_group_arn", "TargetGroups")];
const OF_TRANSIT_TABLE: Owners = &[
    ("transit_gateway_route_table_id", "TransitGatewayRouteTables"),
    ("transit_gateway_attachment_id", "TransitGatewayVpcAttachments"),
];

/// What a resource is a part of; none of one that makes an element of its own.
pub(super) fn owners(ty: &str) -> Option<Owners> {
    Some(match ty {
        "aws_vpc_ipv4_cidr_block_association" | "aws_vpc_ipv6_cidr_block_association" => OF_VPC,
        "aws_vpc_dhcp_options_association" => &[("vpc_id", "Vpcs"), ("dhcp_options_id", "DhcpOptions")],
        "aws_internet_gateway_attachment" => &[("internet_gateway_id", "InternetGateways"), ("vpc_id", "Vpcs")],
        "aws_route" | "aws_vpn_gateway_route_propagation" | "aws_vpc_route_server_propagation" => {
            &[("route_table_id", "RouteTables")]
        }
        "aws_route_table_association" => &[("route_table_id", "RouteTables"), ("subnet_id", "Subnets")],
        "aws_main_route_table_association" => &[("route_table_id", "RouteTables"), ("vpc_id", "Vpcs")],
        "aws_security_group_rule" | "aws_vpc_security_group_ingress_rule" | "aws_vpc_security_group_egress_rule" => {
            OF_GROUP
        }
        "aws_network_acl_rule" => &[("network_acl_id", "NetworkAcls")],
        "aws_network_acl_association" => &[("network_acl_id", "NetworkAcls"), ("subnet_id", "Subnets")],
        "aws_vpc_endpoint_route_table_association" => {
            &[("vpc_endpoint_id", "VpcEndpoints"), ("route_table_id", "RouteTables")]
        }
        "aws_vpc_endpoint_subnet_association" => &[("vpc_endpoint_id", "VpcEndpoints"), ("subnet_id", "Subnets")],
        "aws_vpc_endpoint_security_group_association" => {
            &[("vpc_endpoint_id", "VpcEndpoints"), ("security_group_id", "SecurityGroups")]
        }
        "aws_vpc_endpoint_policy" | "aws_vpc_endpoint_private_dns" => &[("vpc_endpoint_id", "VpcEndpoints")],
        "aws_ec2_managed_prefix_list_entry" => &[("prefix_list_id", "PrefixLists")],
        "aws_ec2_transit_gateway_route_table_association"
        | "aws_ec2_transit_gateway_route_table_propagation"
        | "aws_ec2_transit_gateway_route"
        | "aws_ec2_transit_gateway_prefix_list_reference" => OF_TRANSIT_TABLE,
        "aws_eip_association" => &[("allocation_id", "Addresses")],
        "aws_nat_gateway_eip_association" => &[("nat_gateway_id", "NatGateways"), ("allocation_id", "Addresses")],
        "aws_ecs_task_set" => &[("service", "services")],
        "aws_vpc_peering_connection_accepter" | "aws_vpc_peering_connection_options" => OF_PEERING,
        "aws_lb_target_group_attachment" | "aws_alb_target_group_attachment" => OF_TARGET_GROUP,
        "aws_ecs_cluster_capacity_providers" => &[],
        "aws_network_interface_sg_attachment" => {
            &[("network_interface_id", "NetworkInterfaces"), ("security_group_id", "SecurityGroups")]
        }
        _ => return None,
    })
}

/// Takes out of what stays what a part was until then: it is deleted, or put in again as it will be.
pub(super) fn taken_out(document: &mut Document<'_>, plan: &Plan<'_>, instance: &Instance<'_>) {
    let before = Reader::before(plan, instance);
    match instance.ty.as_str() {
        "aws_security_group_rule" | "aws_vpc_security_group_ingress_rule" | "aws_vpc_security_group_egress_rule" => {
            let Some(group) = before.text("security_group_id") else { return };
            let gone = filters::permission(&before, &Node::text(group.as_str()));
            if let Some(fields) = document.edit("SecurityGroups", &group) {
                grants::take_out(fields, filters::direction(&before), &gone);
            }
        }
        "aws_network_acl_rule" => {
            let gone = filters::number_of(&filters::separate(&before));
            retain(document, &before, ("network_acl_id", "NetworkAcls"), "Entries", |known| {
                filters::number_of(known) != gone
            });
        }
        "aws_network_acl_association" => {
            let acl = ("network_acl_id", "NetworkAcls");
            without(document, &before, acl, ("Associations", Some("SubnetId")), "subnet_id");
        }
        "aws_route" => without_route(document, &before),
        "aws_route_table_association" => {
            let table = ("route_table_id", "RouteTables");
            without(document, &before, table, ("Associations", Some("SubnetId")), "subnet_id");
            without(document, &before, table, ("Associations", Some("GatewayId")), "gateway_id");
        }
        "aws_vpn_gateway_route_propagation" => {
            let table = ("route_table_id", "RouteTables");
            without(document, &before, table, ("PropagatingVgws", Some("GatewayId")), "vpn_gateway_id");
        }
        "aws_vpc_route_server_propagation" => {
            let table = ("route_table_id", "RouteTables");
            without(document, &before, table, ("PropagatingVgws", Some("GatewayId")), "route_server_id");
        }
        "aws_network_interface_sg_attachment" => {
            let interface = ("network_interface_id", "NetworkInterfaces");
            without(document, &before, interface, ("Groups", Some("GroupId")), "security_group_id");
        }
        "aws_main_route_table_association" => {
            let is_main = |association: &Node| association.get("Main").and_then(Node::as_bool) == Some(true);
            retain(document, &before, ("route_table_id", "RouteTables"), "Associations", |known| !is_main(known));
            // The provider gives the VPC the main table back that it had.
            let original = before.text("original_route_table_id");
            if let Some(fields) = original.and_then(|table| document.edit("RouteTables", &table)) {
                fields.retain("Associations", |known| !is_main(known));
                fields.add("Associations", Fields::default().with("Main", true.into()).into());
            }
        }
        "aws_internet_gateway_attachment" => {
            let gateway = ("internet_gateway_id", "InternetGateways");
            without(document, &before, gateway, ("Attachments", Some("VpcId")), "vpc_id");
        }
        "aws_vpc_ipv4_cidr_block_association" => {
            let set = "CidrBlockAssociationSet";
            without(document, &before, ("vpc_id", "Vpcs"), (set, Some("CidrBlock")), "cidr_block");
        }
        "aws_vpc_ipv6_cidr_block_association" => {
            let set = "Ipv6CidrBlockAssociationSet";
            without(document, &before, ("vpc_id", "Vpcs"), (set, Some("Ipv6CidrBlock")), "ipv6_cidr_block");
        }
        "aws_vpc_dhcp_options_association" => {
            if let Some(fields) = before.text("vpc_id").and_then(|vpc| document.edit("Vpcs", &vpc)) {
                fields.set("DhcpOptionsId", Node::text("default"));
            }
        }
        "aws_vpc_endpoint_route_table_association" => {
            let endpoint = ("vpc_endpoint_id", "VpcEndpoints");
            without(document, &before, endpoint, ("RouteTableIds", None), "route_table_id");
            if let (Some(endpoint), Some(table)) = (before.text("vpc_endpoint_id"), before.text("route_table_id")) {
                without_endpoint_route(document, &table, &endpoint);
            }
        }
        "aws_vpc_endpoint_subnet_association" => {
            without(document, &before, ("vpc_endpoint_id", "VpcEndpoints"), ("SubnetIds", None), "subnet_id");
        }
        "aws_vpc_endpoint_security_group_association" => {
            let endpoint = ("vpc_endpoint_id", "VpcEndpoints");
            without(document, &before, endpoint, ("Groups", Some("GroupId")), "security_group_id");
        }
        "aws_vpc_endpoint_policy" => {
            // The provider resets it to the policy that lets everything through, which an endpoint without one has.
            if let Some(fields) = before.text("vpc_endpoint_id").and_then(|id| document.edit("VpcEndpoints", &id)) {
                fields.set("PolicyDocument", Node::text(FULL_ACCESS));
            }
        }
        "aws_ec2_managed_prefix_list_entry" => {
            without(document, &before, ("prefix_list_id", "PrefixLists"), ("Cidrs", None), "cidr");
        }
        "aws_ec2_transit_gateway_route_table_association"
        | "aws_ec2_transit_gateway_route_table_propagation"
        | "aws_ec2_transit_gateway_route"
        | "aws_ec2_transit_gateway_prefix_list_reference" => transit::taken_out(document, &before),
        "aws_nat_gateway_eip_association" => {
            let gateway = ("nat_gateway_id", "NatGateways");
            without(document, &before, gateway, ("NatGatewayAddresses", Some("AllocationId")), "allocation_id");
        }
        "aws_eip_association" => {
            if let Some(fields) = before.text("allocation_id").and_then(|id| document.edit("Addresses", &id)) {
                fields.0.retain(|(name, _)| name != "NetworkInterfaceId");
            }
        }
        "aws_ecs_task_set" => {
            without(document, &before, ("service", "services"), ("taskSets", Some("id")), "task_set_id");
        }
        _ => {}
    }
}

/// A gateway endpoint that is deleted, or has other tables, leaves no route in those that it had.
pub(super) fn without_endpoint_routes(document: &mut Document<'_>, plan: &Plan<'_>, instance: &Instance<'_>) {
    let before = plan.values_before(instance);
    let Some(endpoint) = before.get("id").and_then(Node::as_str) else { return };
    for table in before.get("route_table_ids").map(Node::items).unwrap_or_default() {
        if let Some(table) = table.as_str() {
            without_endpoint_route(document, table, endpoint);
        }
    }
}

fn without_endpoint_route(document: &mut Document<'_>, table: &str, endpoint: &str) {
    if let Some(fields) = document.edit("RouteTables", table) {
        fields.retain("Routes", |route| route.get("GatewayId").and_then(Node::as_str) != Some(endpoint));
    }
}

/// Keeps of a list of what a part belongs to what `keep` is true of.
fn retain(
    document: &mut Document<'_>,
    before: &Reader<'_, '_>,
    (argument, list): (&'static str, &'static str),
    member: &'static str,
    keep: impl FnMut(&Node) -> bool,
) {
    if let Some(fields) = before.text(argument).and_then(|id| document.edit(list, &id)) {
        fields.retain(member, keep);
    }
}

/// Takes out of a list what the part's argument says: texts, or the elements that have it as `name`.
fn without(
    document: &mut Document<'_>,
    before: &Reader<'_, '_>,
    owner: (&'static str, &'static str),
    (member, name): (&'static str, Option<&'static str>),
    argument: &'static str,
) {
    let Some(gone) = before.text(argument) else { return };
    retain(document, before, owner, member, |known| {
        let told = if let Some(name) = name { known.get(name) } else { Some(known) };
        told.and_then(Node::as_str) != Some(&gone)
    });
}

fn without_route(document: &mut Document<'_>, before: &Reader<'_, '_>) {
    let gone = route(before);
    let members = ["DestinationCidrBlock", "DestinationIpv6CidrBlock", "DestinationPrefixListId"];
    retain(document, before, ("route_table_id", "RouteTables"), "Routes", |known| {
        !members.iter().any(|member| {
            let [known, gone] = [known, &gone].map(|route| route.get(member).and_then(Node::as_str));
            known.is_some() && known == gone
        })
    });
}
