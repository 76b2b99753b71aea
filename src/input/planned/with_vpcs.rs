//! What AWS makes along with a VPC: its default security group, network ACL and route table.

use super::defaults::{Members, New, everything_out, new_elements};
use super::document::Document;
use super::node::{Fields, Node};

/// How a format calls what AWS makes along with a VPC, of which nobody wrote a name. Each is asked with the VPC's id.
pub(in crate::input) trait Names {
    /// The default security group of a VPC.
    fn security_group(&self, vpc: &str) -> String;

    /// Its default network ACL.
    fn network_acl(&self, vpc: &str) -> String;

    /// The route table that was made along with it.
    fn default_route_table(&self, vpc: &str) -> String;

    /// Its main route table: that one, until another takes its place.
    fn main_route_table(&self, vpc: &str) -> String {
        self.default_route_table(vpc)
    }
}

/// Adds the default security group, network ACL and route table of each new VPC, into which what was written may put rules,
/// entries, routes and subnets. To be called once all VPCs, groups, ACLs and tables are in the document.
pub(in crate::input) fn made_with_vpcs(document: &mut Document<'_>, names: &dyn Names) {
    let members = Members::of(document);
    for vpc in new_elements(document, "Vpcs") {
        security_group(document, &vpc, names, &members);
        network_acl(document, &vpc, names, &members);
        route_table(document, &vpc, names, &members);
    }
}

/// A security group that lets its own members in, and everything out.
/// <https://docs.aws.amazon.com/vpc/latest/userguide/default-security-group.html>
fn security_group(document: &mut Document<'_>, vpc: &New, names: &dyn Names, members: &Members) {
    let is_default = |group: &&Node| group.get("GroupName").and_then(Node::as_str) == Some("default");
    let id = names.security_group(&vpc.id);
    if document.get("SecurityGroups", &id).is_some()
        || members.list(document, "SecurityGroups", &vpc.id).iter().any(is_default)
    {
        return;
    }
    let element = Fields::default()
        .with_text("GroupId", id.as_str())
        .with_text("GroupName", "default")
        .with_text("VpcId", &vpc.id)
        .with("IpPermissions", Node::list(vec![from_own_members(&id)]))
        .with("IpPermissionsEgress", Node::list(everything_out()));
    document.push("SecurityGroups", Node::from(element).at(vpc.place));
}

/// The rule of a default security group that lets its own members in.
fn from_own_members(group: &str) -> Node {
    let pair = Fields::default().with_text("GroupId", group);
    Fields::default().with_text("IpProtocol", "-1").with("UserIdGroupPairs", Node::list(vec![pair.into()])).into()
}

/// A network ACL that lets everything through.
/// <https://docs.aws.amazon.com/vpc/latest/userguide/default-network-acl.html>
fn network_acl(document: &mut Document<'_>, vpc: &New, names: &dyn Names, members: &Members) {
    if default_acl(document, vpc, members).is_some() {
        return;
    }
    let id = names.network_acl(&vpc.id);
    // It may be described as any other is.
    if let Some(fields) = document.edit("NetworkAcls", &id) {
        fields.set("IsDefault", true.into());
        return;
    }
    let element = Fields::default()
        .with_text("NetworkAclId", id)
        .with_text("VpcId", &vpc.id)
        .with("IsDefault", true.into())
        .with("Associations", Node::list(Vec::new()))
        .with("Entries", Node::list(every_packet()));
    document.push("NetworkAcls", Node::from(element).at(vpc.place));
}

/// The default network ACL of a VPC.
pub(super) fn default_acl(document: &Document<'_>, vpc: &New, members: &Members) -> Option<String> {
    let is_default = |acl: &&Node| acl.get("IsDefault").and_then(Node::as_bool) == Some(true);
    let acl = members.list(document, "NetworkAcls", &vpc.id).into_iter().find(is_default)?;
    acl.get("NetworkAclId")?.as_str().map(str::to_owned)
}

/// The entries of a default network ACL: rule 100 for IPv4, rule 101 for IPv6, in both directions.
fn every_packet() -> Vec<Node> {
    let mut entries = Vec::new();
    for egress in [false, true] {
        for (number, member, cidr) in [(100, "CidrBlock", "0.0.0.0/0"), (101, "Ipv6CidrBlock", "::/0")] {
            let entry = Fields::default()
                .with("RuleNumber", number.into())
                .with_text("Protocol", "-1")
                .with_text("RuleAction", "allow")
                .with("Egress", egress.into())
                .with_text(member, cidr);
            entries.push(entry.into());
        }
    }
    entries
}

/// The main route table, which subnets have that are associated with no other: the one that was made along with the VPC,
/// which stays there when another takes its place.
/// <https://docs.aws.amazon.com/vpc/latest/userguide/subnet-route-tables.html>
fn route_table(document: &mut Document<'_>, vpc: &New, names: &dyn Names, members: &Members) {
    let is_main = |association: &Node| association.get("Main").and_then(Node::as_bool) == Some(true);
    let has_main =
        |table: &&Node| table.get("Associations").is_some_and(|associations| associations.items().iter().any(is_main));
    if members.list(document, "RouteTables", &vpc.id).iter().any(has_main) {
        return;
    }
    let main = names.main_route_table(&vpc.id);
    for id in [names.default_route_table(&vpc.id), main.clone()] {
        if document.get("RouteTables", &id).is_none() {
            let element = Fields::default()
                .with_text("RouteTableId", &id)
                .with_text("VpcId", &vpc.id)
                .with("Associations", Node::list(Vec::new()))
                .with("Routes", Node::list(Vec::new()));
            document.push("RouteTables", Node::from(element).at(vpc.place));
        }
    }
    if let Some(fields) = document.edit("RouteTables", &main) {
        fields.add("Associations", Fields::default().with("Main", true.into()).into());
    }
}
