//! Parts of a transit gateway's route table.

use super::document::Document;
use super::node::{Fields, Node, Value};

/// Associates an attachment with a table. One that isn't known leaves it open which attachments the table serves.
///
/// The result says whether the document has the table.
pub(in crate::input) fn associate(document: &mut Document<'_>, table: &str, attachment: &Node) -> bool {
    let Some(fields) = document.edit("TransitGatewayRouteTables", table) else { return false };
    let attachment = match attachment.expression() {
        Some(expression) => Node::new(Value::LeftOut(expression.to_owned()), attachment.place),
        None => attachment.clone(),
    };
    let association = Fields::default()
        .with("TransitGatewayAttachmentId", attachment)
        .with_text("ResourceType", "vpc")
        .with_text("State", "associated");
    fields.add("Associations", association.into());
    true
}

/// The blocks of an attached VPC become routes of the table. The result says whether the document has the table.
/// <https://docs.aws.amazon.com/vpc/latest/tgw/how-transit-gateways-work.html#tgw-route-propagation-overview>
pub(in crate::input) fn propagate(
    document: &mut Document<'_>,
    table: &str,
    attachment: &Node,
    vpc: Option<&Node>,
) -> bool {
    let found = vpc.and_then(Node::as_str).and_then(|id| document.look("Vpcs", id));
    let set = found.as_ref().and_then(|vpc| vpc.get("CidrBlockAssociationSet")).map(Node::items).unwrap_or_default();
    let first = found.as_ref().and_then(|vpc| vpc.get("CidrBlock"));
    let mut blocks: Vec<Node> = Vec::new();
    for block in first.into_iter().chain(set.iter().filter_map(|item| item.get("CidrBlock"))) {
        if blocks.iter().all(|known| known.value != block.value) {
            blocks.push(block.clone());
        }
    }
    if blocks.is_empty() {
        let vpc = vpc.and_then(|vpc| vpc.as_str().or(vpc.expression())).unwrap_or("the VPC");
        blocks.push(Node::unknown(format!("the address blocks of {vpc}"), None));
    }
    let Some(fields) = document.edit("TransitGatewayRouteTables", table) else { return false };
    for block in blocks {
        fields.add("Routes", route(block, attachment, "propagated"));
    }
    true
}

/// A route to an attachment, of type `static` or `propagated`.
pub(in crate::input) fn route(block: Node, attachment: &Node, ty: &str) -> Node {
    Fields::default()
        .with("DestinationCidrBlock", block.at(None))
        .with_text("Type", ty)
        .with_text("State", "active")
        .with("TransitGatewayAttachments", Node::list(vec![destined(attachment)]))
        .into()
}

/// Where a route leads, to an attached VPC.
pub(in crate::input) fn destined(attachment: &Node) -> Node {
    Fields::default().with("TransitGatewayAttachmentId", attachment.clone()).with_text("ResourceType", "vpc").into()
}
