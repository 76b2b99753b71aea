//! Security groups and network ACLs, with rules of their own and inline ones.

use super::kinds::*;
use super::network::{element, elsewhere, left_out, push};
use super::plan::Plan;
use super::reader::Reader;
use crate::input::planned::{Document, Fields, Node, Value, default_vpc};

/// A group has the rules that its resource has and those of the resources that name it. Terraform removes the rule that AWS
/// gives a new group to let everything out.
/// <https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/security_group>
pub(super) fn security_group(document: &mut Document<'_>, reader: &Reader<'_, '_>) {
    let mut group = element(reader, "GroupId");
    match reader.instance.ty.as_str() {
        "aws_default_security_group" => group.set("GroupName", Node::text("default")),
        _ => group.text("GroupName", reader.said("name").filter(|node| node.expression().is_none()).as_ref()),
    }
    group.text("OwnerId", reader.attribute("owner_id").filter(|node| node.as_str().is_some()).as_ref());
    let is_left_out = reader.instance.ty == "aws_security_group" && reader.is_left_out("vpc_id");
    let vpc = match is_left_out {
        true => default_vpc(document).map(|vpc| Node::text(vpc).at(reader.place())),
        false => reader.reference("vpc_id", VPC),
    };
    if let Some(vpc) = vpc {
        group.set("VpcId", vpc);
    }
    for (member, name) in [("IpPermissions", "ingress"), ("IpPermissionsEgress", "egress")] {
        let mut permissions: Vec<Node> =
            reader.blocks(name).iter().map(|block| permission(block, &reader.id())).collect();
        if let Some(unknown) = reader.unknown_blocks(name) {
            let expression =
                unknown.expression().map_or_else(|| format!("{}.{name}", reader.instance.address), str::to_owned);
            permissions.push(unknown_permission(Node::unknown(expression, unknown.place)));
        }
        group.set(member, Node::list(permissions));
    }
    group.set("Tags", reader.tags());
    push(document, "SecurityGroups", reader, group);
}

/// A group may serve in another VPC than its own.
/// <https://docs.aws.amazon.com/vpc/latest/userguide/security-group-assoc.html>
pub(super) fn vpc_association(document: &mut Document<'_>, reader: &Reader<'_, '_>) {
    let group = reader.reference("security_group_id", SECURITY_GROUP);
    let (Some(group), Some(vpc)) = (group, reader.reference("vpc_id", VPC)) else { return };
    let association = Fields::default().with("GroupId", group).with("VpcId", vpc).with_text("State", "associated");
    push(document, "SecurityGroupVpcAssociations", reader, association);
}

/// A rule of which something isn't known that decides whom and what it lets pass.
fn unknown_permission(what: Node) -> Node {
    let place = what.place;
    let range = Fields::default().with("CidrIp", what);
    let permission = Fields::default().with_text("IpProtocol", "-1").with("IpRanges", Node::list(vec![range.into()]));
    Node::from(permission).at(place)
}

/// A rule of a group: inline, of `aws_security_group_rule`, or of `aws_vpc_security_group_ingress_rule`.
pub(super) fn permission(reader: &Reader<'_, '_>, own: &Node) -> Node {
    let protocol = reader.said("protocol").or_else(|| reader.said("ip_protocol"));
    let ports = [reader.attribute("from_port"), reader.attribute("to_port")];
    if let Some(unknown) = protocol.iter().chain(ports.iter().flatten()).find(|node| node.expression().is_some()) {
        return unknown_permission(unknown.clone()).or_at(reader.place());
    }
    let mut permission = Fields::default();
    permission.text("IpProtocol", protocol.as_ref());
    let [from, to] = ports;
    permission.number("FromPort", from.as_ref());
    permission.number("ToPort", to.as_ref());
    let mut add = |list: &'static str, member: &'static str, found: Option<Node>| {
        let Some(found) = found else { return };
        let items = match &found.value {
            Value::List(items) => items.clone(),
            _ => vec![found.clone()],
        };
        for item in items.into_iter().filter(|item| !item.is_null()) {
            let place = item.place.or(found.place);
            permission.add(list, Node::from(Fields::default().with(member, item)).at(place));
        }
    };
    add("IpRanges", "CidrIp", reader.references("cidr_blocks", VALUE));
    add("IpRanges", "CidrIp", reader.said("cidr_ipv4"));
    add("Ipv6Ranges", "CidrIpv6", reader.references("ipv6_cidr_blocks", VALUE));
    add("Ipv6Ranges", "CidrIpv6", reader.said("cidr_ipv6"));
    add("PrefixListIds", "PrefixListId", reader.references("prefix_list_ids", PREFIX_LIST));
    add("PrefixListIds", "PrefixListId", reader.reference("prefix_list_id", PREFIX_LIST));
    add("UserIdGroupPairs", "GroupId", reader.references("security_groups", SECURITY_GROUP));
    // Beside blocks, or the group itself, the provider refuses another group: that isn't known because AWS tells it.
    // <https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/security_group_rule>
    let has_blocks =
        |name| reader.attribute(name).is_some_and(|node| !node.items().is_empty() || node.expression().is_some());
    let is_itself = reader.attribute("self").is_some_and(|node| node.as_bool() == Some(true));
    if !has_blocks("cidr_blocks") && !has_blocks("ipv6_cidr_blocks") && !is_itself {
        add("UserIdGroupPairs", "GroupId", reader.reference("source_security_group_id", SECURITY_GROUP));
    }
    add("UserIdGroupPairs", "GroupId", reader.reference("referenced_security_group_id", SECURITY_GROUP));
    let to_itself = reader.attribute("self");
    match to_itself.as_ref().map(|node| (node.as_bool(), node.expression())) {
        Some((Some(true), _)) => {
            add("UserIdGroupPairs", "GroupId", Some(own.clone().at(to_itself.and_then(|node| node.place))))
        }
        Some((_, Some(_))) => add("IpRanges", "CidrIp", to_itself),
        _ => {}
    }
    Node::from(permission).at(reader.place())
}

/// The member that a rule of its own belongs to.
pub(super) fn direction(reader: &Reader<'_, '_>) -> &'static str {
    let egress = match reader.instance.ty.as_str() {
        "aws_vpc_security_group_egress_rule" => true,
        "aws_vpc_security_group_ingress_rule" => false,
        _ => reader.text("type").as_deref() == Some("egress"),
    };
    if egress { "IpPermissionsEgress" } else { "IpPermissions" }
}

pub(super) fn separate_rule(document: &mut Document<'_>, reader: &Reader<'_, '_>) {
    let Some(group) = reader.reference("security_group_id", SECURITY_GROUP) else { return };
    let member = direction(reader);
    match group.as_str().and_then(|id| document.edit("SecurityGroups", id)) {
        Some(fields) => fields.add(member, permission(reader, &group)),
        None => {
            elsewhere(document, reader, ("the security group", &group), ("SecurityGroups", member), unknown_permission);
        }
    }
}

pub(super) fn network_acl(document: &mut Document<'_>, plan: &Plan<'_>, reader: &Reader<'_, '_>) {
    let mut acl = element(reader, "NetworkAclId");
    let is_default = reader.instance.ty == "aws_default_network_acl";
    let vpc = reader.reference("vpc_id", VPC);
    let of_default = || plan.vpc_of_default(reader.instance).map(Node::text);
    if let Some(vpc) = if is_default { vpc.or_else(of_default) } else { vpc } {
        acl.set("VpcId", vpc);
    }
    acl.set("IsDefault", is_default.into());
    let mut entries = Vec::new();
    for (name, egress) in [("ingress", false), ("egress", true)] {
        entries.extend(reader.blocks(name).iter().map(|block| entry(block, egress)));
        if let Some(unknown) = reader.unknown_blocks(name) {
            let expression =
                unknown.expression().map_or_else(|| format!("{}.{name}", reader.instance.address), str::to_owned);
            entries.push(unknown_entry(Node::unknown(expression, unknown.place), egress));
        }
    }
    acl.set("Entries", Node::list(entries));
    acl.set("Associations", Node::list(Vec::new()));
    let subnets = reader.references("subnet_ids", SUBNET);
    let subnets = match subnets.as_ref().map(|node| &node.value) {
        Some(Value::List(items)) => items.clone(),
        Some(Value::Unknown(_)) => subnets.into_iter().collect(),
        _ => Vec::new(),
    };
    for subnet in subnets {
        acl.add("Associations", acl_association(document, subnet));
    }
    acl.set("Tags", reader.tags());
    push(document, "NetworkAcls", reader, acl);
}

/// A subnet has one ACL: a new association takes the place of another one.
fn acl_association(document: &mut Document<'_>, subnet: Node) -> Node {
    if document.is_onto()
        && let Some(id) = subnet.as_str()
    {
        let is_of = |association: &Node| association.get("SubnetId").and_then(Node::as_str) == Some(id);
        for acl in document.ids("NetworkAcls") {
            let has = document.look("NetworkAcls", &acl).and_then(|acl| acl.get("Associations").cloned());
            if has.is_some_and(|list| list.items().iter().any(is_of))
                && let Some(fields) = document.edit("NetworkAcls", &acl)
            {
                fields.retain("Associations", |association| !is_of(association));
            }
        }
    }
    let place = subnet.place;
    Node::from(Fields::default().with("SubnetId", subnet)).at(place)
}

fn unknown_entry(what: Node, egress: bool) -> Node {
    let place = what.place;
    let entry = Fields::default()
        .with("RuleNumber", 1.into())
        .with_text("Protocol", "-1")
        .with_text("RuleAction", "allow")
        .with("Egress", egress.into())
        .with("CidrBlock", what);
    Node::from(entry).at(place)
}

fn entry(reader: &Reader<'_, '_>, egress: bool) -> Node {
    let attribute = |names: [&'static str; 2]| names.into_iter().find_map(|name| reader.said(name));
    let number = attribute(["rule_no", "rule_number"]);
    let action = attribute(["action", "rule_action"]);
    let protocol = reader.said("protocol");
    let ports = [reader.attribute("from_port"), reader.attribute("to_port")];
    let all = [&number, &action, &protocol, &ports[0], &ports[1]];
    if let Some(unknown) = all.into_iter().flatten().find(|node| node.expression().is_some()) {
        return unknown_entry(unknown.clone(), egress).or_at(reader.place());
    }
    let mut entry = Fields::default().with("Egress", egress.into());
    entry.number("RuleNumber", number.as_ref());
    entry.text("RuleAction", action.as_ref());
    entry.text("Protocol", protocol.as_ref());
    if let Some(block) = reader.said("cidr_block") {
        entry.set("CidrBlock", block);
    } else if let Some(block) = reader.said("ipv6_cidr_block") {
        entry.set("Ipv6CidrBlock", block);
    }
    if matches!(protocol.as_ref().and_then(Node::as_str), Some("tcp" | "udp" | "6" | "17")) {
        let mut range = Fields::default();
        let [from, to] = ports;
        range.number("From", from.as_ref());
        range.number("To", to.as_ref());
        entry.set("PortRange", range.into());
    }
    Node::from(entry).at(reader.place())
}

/// An entry of a resource of its own.
pub(super) fn separate(reader: &Reader<'_, '_>) -> Node {
    entry(reader, reader.attribute("egress").and_then(|node| node.as_bool()) == Some(true))
}

/// What an entry is known by in its ACL: its number, and whether it is for what leaves.
pub(super) fn number_of(entry: &Node) -> (Option<i64>, bool) {
    let egress = entry.get("Egress").and_then(Node::as_bool) == Some(true);
    (entry.get("RuleNumber").and_then(Node::as_i64), egress)
}

pub(super) fn separate_entry(document: &mut Document<'_>, reader: &Reader<'_, '_>) {
    let Some(acl) = reader.reference("network_acl_id", NETWORK_ACL) else { return };
    let own = separate(reader);
    let number = number_of(&own);
    match acl.as_str().and_then(|id| document.edit("NetworkAcls", id)) {
        Some(fields) => {
            fields.retain("Entries", |known| number.0.is_none() || number_of(known) != number);
            fields.add("Entries", own);
        }
        None => elsewhere(document, reader, ("the network ACL", &acl), ("NetworkAcls", "Entries"), |what| {
            unknown_entry(what, number.1)
        }),
    }
}

pub(super) fn acl_association_of(document: &mut Document<'_>, reader: &Reader<'_, '_>) {
    let acl = reader.reference("network_acl_id", NETWORK_ACL);
    let (Some(acl), Some(subnet)) = (acl, reader.reference("subnet_id", SUBNET)) else { return };
    let association = acl_association(document, subnet).or_at(reader.place());
    match acl.as_str().and_then(|id| document.edit("NetworkAcls", id)) {
        Some(fields) => fields.add("Associations", association),
        None => elsewhere(document, reader, ("the network ACL", &acl), ("NetworkAcls", "Associations"), left_out),
    }
}
