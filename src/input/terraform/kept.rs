//! What of a resource that exists already Terraform doesn't tell: that stays as it is there.

use super::plan::Action;
use super::reader::Reader;
use crate::input::planned::{Document, Fields, Node, Value};
use crate::snapshot::id_member;

/// Members that a resource lacks which has none of what they hold, or that speak of a deployment which another takes the
/// place of.
const NONE_WHERE_ABSENT: [(&str, &[&str]); 3] = [
    (
        "services",
        &[
            "capacityProviderStrategy",
            "deployments",
            "events",
            "loadBalancers",
            "networkConfiguration",
            "serviceConnectConfiguration",
            "vpcLatticeConfigurations",
        ],
    ),
    ("clusters", &["serviceConnectDefaults"]),
    ("RouteTables", &["PropagatingVgws"]),
];

/// Lists of objects, to which resources of their own may add, by what tells one object from the other.
const ADDED_TO: [(&str, &str, &str); 4] = [
    ("Vpcs", "CidrBlockAssociationSet", "CidrBlock"),
    ("Vpcs", "Ipv6CidrBlockAssociationSet", "Ipv6CidrBlock"),
    ("Subnets", "Ipv6CidrBlockAssociationSet", "Ipv6CidrBlock"),
    ("NatGateways", "NatGatewayAddresses", "AllocationId"),
];

/// Lists that resources of their own alone fill.
const FILLED_BY_OTHERS: [(&str, &str); 3] =
    [("TransitGatewayRouteTables", "Associations"), ("TransitGatewayRouteTables", "Routes"), ("services", "taskSets")];

/// Lists to which resources of their own add, without telling the resource that they belong to, by its attributes: where
/// these stay as they are, so does the list.
const ADDED_ELSEWHERE: [(&str, &str, &[&str]); 4] = [
    ("RouteTables", "Routes", &["route"]),
    ("SecurityGroups", "IpPermissions", &["ingress"]),
    ("SecurityGroups", "IpPermissionsEgress", &["egress"]),
    ("NetworkAcls", "Entries", &["ingress", "egress"]),
];

/// The attribute of a VPC and a subnet that has their IPv6 block.
const IPV6_BLOCK: &str = "ipv6_cidr_block";

/// Adds to an element of a list what is there of it and Terraform doesn't tell.
pub(super) fn keep(document: &Document<'_>, list: &'static str, reader: &Reader<'_, '_>, fields: &mut Fields) {
    if matches!(reader.instance.action, Action::Create | Action::Replace) {
        return;
    }
    let id = fields.get(id_member(list)).and_then(Node::as_str);
    let there = id.filter(|id| !document.is_new(list, id)).and_then(|id| document.look(list, id));
    let Some(there) = there.as_ref().and_then(Node::fields) else { return };
    let none_where_absent =
        NONE_WHERE_ABSENT.iter().find(|(of, _)| *of == list).map_or(&[][..], |(_, members)| members);
    let left = reader.was(IPV6_BLOCK).filter(|before| reader.text(IPV6_BLOCK).as_ref() != Some(before));
    for (member, node) in &there.0 {
        let key = ADDED_TO.iter().find(|(of, named, _)| (*of, *named) == (list, member)).map(|(.., key)| *key);
        let is_filled = FILLED_BY_OTHERS.contains(&(list, member));
        let attributes = ADDED_ELSEWHERE.iter().find(|(of, named, _)| (*of, *named) == (list, member));
        let stays = attributes.is_some_and(|(.., names)| names.iter().all(|name| reader.stays(name)));
        match (fields.get_mut(member), key) {
            (None, Some(key)) => {
                let is_left = |item: &Node| left.is_some() && text(item, key) == left.as_deref();
                let items = node.items().iter().filter(|item| !is_left(item)).cloned().collect();
                fields.0.push((member.clone(), Node::list(items).at(node.place)));
            }
            (None, None) if none_where_absent.contains(&&**member) => {}
            (None, None) => fields.0.push((member.clone(), node.clone())),
            (Some(own), Some(key)) => add(own, node, |item| left.is_some() && text(item, key) == left.as_deref(), key),
            (Some(own), None) if is_filled && own.items().is_empty() => own.value = node.value.clone(),
            (Some(own), None) if stays => *own = node.clone(),
            (Some(Node { value: Value::Object(own), .. }), None) => options(own, node),
            (Some(own), None) if (list, &**member) == ("LoadBalancers", "AvailabilityZones") => in_detail(own, node),
            (Some(_), None) => {}
        }
    }
}

fn text<'n>(item: &'n Node, key: &str) -> Option<&'n str> {
    item.get(key).and_then(Node::as_str)
}

/// Adds the objects that are there, in the place of those that say less of the same.
fn add(own: &mut Node, there: &Node, is_left: impl Fn(&Node) -> bool, key: &str) {
    let Value::List(items) = &mut own.value else { return };
    for item in there.items().iter().filter(|item| !is_left(item)) {
        match items.iter_mut().find(|known| text(known, key).is_some() && text(known, key) == text(item, key)) {
            Some(known) => known.value = item.value.clone(),
            None => items.push(item.clone()),
        }
    }
}

/// Options that have no attribute.
fn options(own: &mut Fields, there: &Node) {
    for (member, node) in there.fields().map(|fields| fields.0.as_slice()).unwrap_or_default() {
        if own.get(member).is_none() {
            own.0.push((member.clone(), node.clone()));
        }
    }
}

/// What AWS tells of the subnets of a load balancer that stay.
fn in_detail(own: &mut Node, there: &Node) {
    let Value::List(items) = &mut own.value else { return };
    for item in items {
        let subnet = text(item, "SubnetId").map(str::to_owned);
        let is_it = |known: &&Node| subnet.is_some() && text(known, "SubnetId") == subnet.as_deref();
        if let Some(known) = there.items().iter().find(is_it) {
            item.value = known.value.clone();
        }
    }
}
