//! Peering connections and transit gateways.

use super::kinds::*;
use super::network::{element, elsewhere, left_out, push};
use super::reader::Reader;
use crate::input::planned::transit::{associate, destined, propagate};
use crate::input::planned::{Document, Fields, Node};

/// A connection is taken to be accepted: whether the other side does so is not in the file.
pub(super) fn peering(document: &mut Document<'_>, reader: &Reader<'_, '_>) {
    let mut peering = element(reader, "VpcPeeringConnectionId");
    let ends = [
        ("RequesterVpcInfo", "vpc_id", None),
        ("AccepterVpcInfo", "peer_vpc_id", Some(("peer_owner_id", "peer_region"))),
    ];
    for (member, name, whose) in ends {
        let mut end = Fields::default();
        if let Some(vpc) = reader.reference(name, VPC) {
            end.set("VpcId", vpc);
        }
        if let Some((owner, region)) = whose {
            let known = |name| reader.said(name).filter(|node| node.as_str().is_some());
            end.text("OwnerId", known(owner).as_ref());
            end.text("Region", known(region).as_ref());
        }
        peering.set(member, end.into());
    }
    peering.set("Tags", reader.tags());
    push(document, "VpcPeeringConnections", reader, peering);
}

pub(super) fn transit_gateway(document: &mut Document<'_>, reader: &Reader<'_, '_>) {
    let mut gateway = element(reader, "TransitGatewayId");
    let mut options = Fields::default();
    let referencing = reader.said("security_group_referencing_support").filter(|node| node.as_str().is_some());
    options.set("SecurityGroupReferencingSupport", referencing.unwrap_or_else(|| Node::text("disable")));
    gateway.set("Options", options.into());
    gateway.set("Tags", reader.tags());
    push(document, "TransitGateways", reader, gateway);
    let is_on = |name| reader.text(name).as_deref() != Some("disable");
    let (associates, propagates) = (is_on("default_route_table_association"), is_on("default_route_table_propagation"));
    let known = match (associates, propagates) {
        (true, _) => "association_default_route_table_id",
        (false, true) => "propagation_default_route_table_id",
        (false, false) => return,
    };
    let id = reader.id();
    let table = reader.text(known).unwrap_or_else(|| format!("{}.{known}", id.as_str().unwrap_or_default()));
    let table = Fields::default()
        .with_text("TransitGatewayRouteTableId", table)
        .with("TransitGatewayId", id)
        .with("DefaultAssociationRouteTable", associates.into())
        .with("DefaultPropagationRouteTable", propagates.into())
        .with("Associations", Node::list(Vec::new()))
        .with("Routes", Node::list(Vec::new()));
    push(document, "TransitGatewayRouteTables", reader, table);
}

/// The table of a transit gateway that its attachments are associated with, or propagate to, where nobody says otherwise.
fn default_table(document: &Document<'_>, gateway: &str, role: &str) -> Option<String> {
    let tables = document.list("TransitGatewayRouteTables").iter();
    let mut own = tables.filter(|table| {
        table.get("TransitGatewayId").and_then(Node::as_str) == Some(gateway)
            && table.get(role).and_then(Node::as_bool) == Some(true)
    });
    own.next()?.get("TransitGatewayRouteTableId")?.as_str().map(str::to_owned)
}

/// Gives a transit gateway another table for the attachments of which nobody says more, and takes this role from the one that it
/// was made with.
/// <https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/ec2_transit_gateway_default_route_table_association>
pub(super) fn become_default(document: &mut Document<'_>, reader: &Reader<'_, '_>, role: &'static str) {
    let Some(table) = reader.reference("transit_gateway_route_table_id", TRANSIT_TABLE) else { return };
    let gateway = reader.reference("transit_gateway_id", TRANSIT_GATEWAY);
    if let Some(gateway) = gateway.as_ref().and_then(Node::as_str) {
        let is_its = |found: &Node| found.get("TransitGatewayId").and_then(Node::as_str) == Some(gateway);
        for id in document.ids("TransitGatewayRouteTables") {
            if document.look("TransitGatewayRouteTables", &id).is_some_and(|found| is_its(&found))
                && let Some(fields) = document.edit("TransitGatewayRouteTables", &id)
            {
                fields.set(role, false.into());
            }
        }
    }
    match table.as_str().and_then(|id| document.edit("TransitGatewayRouteTables", id)) {
        Some(fields) => fields.set(role, true.into()),
        None => {
            let of = ("TransitGatewayRouteTables", "Associations");
            elsewhere(document, reader, ("the transit gateway's route table", &table), of, left_out);
        }
    }
}

pub(super) fn attachment(document: &mut Document<'_>, reader: &Reader<'_, '_>) {
    let mut attachment = element(reader, "TransitGatewayAttachmentId");
    let gateway = reader.reference("transit_gateway_id", TRANSIT_GATEWAY);
    let vpc = reader.reference("vpc_id", VPC);
    attachment.set("State", Node::text("available"));
    attachment.texts("SubnetIds", reader.references("subnet_ids", SUBNET).as_ref());
    let mut options = Fields::default();
    let known = |name| reader.said(name).filter(|node| node.as_str().is_some());
    options.text("ApplianceModeSupport", known("appliance_mode_support").as_ref());
    options.text("SecurityGroupReferencingSupport", known("security_group_referencing_support").as_ref());
    attachment.set("Options", options.into());
    attachment.set("Tags", reader.tags());
    // One that is there already is in the tables that these say.
    let is_new = reader.id().as_str().is_none_or(|id| document.is_new("TransitGatewayVpcAttachments", id));
    let is_on = |name| is_new && reader.attribute(name).is_none_or(|node| node.as_bool() != Some(false));
    let default = |document: &Document<'_>, role| default_table(document, gateway.as_ref()?.as_str()?, role);
    if is_on("transit_gateway_default_route_table_association")
        && let Some(table) = default(document, "DefaultAssociationRouteTable")
    {
        associate(document, &table, &reader.id());
    }
    if is_on("transit_gateway_default_route_table_propagation")
        && let Some(table) = default(document, "DefaultPropagationRouteTable")
    {
        propagate(document, &table, &reader.id(), vpc.as_ref());
    }
    if let Some(gateway) = gateway {
        attachment.set("TransitGatewayId", gateway);
    }
    if let Some(vpc) = vpc {
        attachment.set("VpcId", vpc);
    }
    push(document, "TransitGatewayVpcAttachments", reader, attachment);
}

pub(super) fn transit_table(document: &mut Document<'_>, reader: &Reader<'_, '_>) {
    let mut table = element(reader, "TransitGatewayRouteTableId");
    if let Some(gateway) = reader.reference("transit_gateway_id", TRANSIT_GATEWAY) {
        table.set("TransitGatewayId", gateway);
    }
    table.set("Associations", Node::list(Vec::new()));
    table.set("Routes", Node::list(Vec::new()));
    table.set("Tags", reader.tags());
    push(document, "TransitGatewayRouteTables", reader, table);
}

/// An attachment is associated with one table: what says so takes the place of the default.
/// <https://docs.aws.amazon.com/vpc/latest/tgw/how-transit-gateways-work.html>
fn leave_default_table(document: &mut Document<'_>, attachment: &Node) {
    let is_default = |table: &Node| table.get("DefaultAssociationRouteTable").and_then(Node::as_bool) == Some(true);
    let tables = document.list("TransitGatewayRouteTables").iter().filter(|table| is_default(table));
    let ids = tables.filter_map(|table| table.get("TransitGatewayRouteTableId")?.as_str().map(str::to_owned));
    for id in ids.collect::<Vec<_>>() {
        if let Some(fields) = document.edit("TransitGatewayRouteTables", &id) {
            fields.retain("Associations", |known| {
                known.get("TransitGatewayAttachmentId").map(|known| &known.value) != Some(&attachment.value)
            });
        }
    }
}

/// An association, a propagation or a route of a transit gateway's table.
pub(super) fn transit_table_part(document: &mut Document<'_>, reader: &Reader<'_, '_>) {
    let Some(table) = reader.reference("transit_gateway_route_table_id", TRANSIT_TABLE) else { return };
    let attachment = reader.reference("transit_gateway_attachment_id", TRANSIT_ATTACHMENT);
    let of_attachment =
        |attachment: &Node| document.look("TransitGatewayVpcAttachments", attachment.as_str()?)?.get("VpcId").cloned();
    let vpc = attachment.as_ref().and_then(of_attachment);
    let id = table.as_str().unwrap_or_default().to_owned();
    let is_in = match (reader.instance.ty.as_str(), attachment) {
        ("aws_ec2_transit_gateway_route_table_association", Some(attachment)) => {
            leave_default_table(document, &attachment);
            associate(document, &id, &attachment)
        }
        ("aws_ec2_transit_gateway_route_table_propagation", Some(attachment)) => {
            propagate(document, &id, &attachment, vpc.as_ref())
        }
        ("aws_ec2_transit_gateway_route" | "aws_ec2_transit_gateway_prefix_list_reference", attachment) => {
            match document.edit("TransitGatewayRouteTables", &id) {
                Some(fields) => {
                    let block = reader.said("destination_cidr_block").map(|block| ("DestinationCidrBlock", block));
                    let list = || reader.reference("prefix_list_id", PREFIX_LIST).map(|list| ("PrefixListId", list));
                    let Some((member, destination)) = block.or_else(list) else { return };
                    let own = Fields::default().with(member, destination.at(None)).with_text("Type", "static");
                    let own = match attachment {
                        Some(attachment) => own
                            .with_text("State", "active")
                            .with("TransitGatewayAttachments", Node::list(vec![destined(&attachment)])),
                        None => own.with_text("State", "blackhole"),
                    };
                    fields.add("Routes", Node::from(own).at(reader.place()));
                    true
                }
                None => false,
            }
        }
        _ => true,
    };
    if !is_in {
        let is_association = reader.instance.ty == "aws_ec2_transit_gateway_route_table_association";
        let member = if is_association { "Associations" } else { "Routes" };
        let of = ("TransitGatewayRouteTables", member);
        elsewhere(document, reader, ("the transit gateway's route table", &table), of, left_out);
    }
}

/// An association, a propagation or a route leaves the table that it was in.
pub(super) fn taken_out(document: &mut Document<'_>, before: &Reader<'_, '_>) {
    let attachment = before.text("transit_gateway_attachment_id");
    let block = before.text("destination_cidr_block");
    let Some(table) = before.text("transit_gateway_route_table_id") else { return };
    let Some(fields) = document.edit("TransitGatewayRouteTables", &table) else { return };
    let is_of = |node: &Node| {
        attachment.is_some() && node.get("TransitGatewayAttachmentId").and_then(Node::as_str) == attachment.as_deref()
    };
    let text = |route: &Node, member: &str| route.get(member).and_then(Node::as_str).map(str::to_owned);
    match before.instance.ty.as_str() {
        "aws_ec2_transit_gateway_route_table_association" => fields.retain("Associations", |known| !is_of(known)),
        "aws_ec2_transit_gateway_prefix_list_reference" => {
            let list = before.text("prefix_list_id");
            fields.retain("Routes", |known| list.is_none() || text(known, "PrefixListId") != list);
        }
        "aws_ec2_transit_gateway_route" => fields.retain("Routes", |known| {
            block.is_none()
                || text(known, "DestinationCidrBlock") != block
                || text(known, "Type").as_deref() == Some("propagated")
        }),
        _ => fields.retain("Routes", |known| {
            let to = known.get("TransitGatewayAttachments").map(Node::items).unwrap_or_default();
            text(known, "Type").as_deref() != Some("propagated") || !to.iter().any(is_of)
        }),
    }
}
