//! Security groups, compiled.

use super::{Builder, Lists};
use crate::network::address::{ALL_V4, AddressRange};
use crate::network::error::NetworkError;
use crate::network::filters::{GroupRule, GroupRules, PeerRef, Protocols};
use crate::network::ids::GroupId;
use crate::network::known::{Known, Missing, Reference};
use crate::network::model::*;
use crate::network::ranges::Ranges;
use crate::network::text::text;
use crate::path;
use crate::snapshot::{self as shape, Element, Location, Oddity};

impl<'a> Builder<'_, 'a> {
    fn group_rules(
        &mut self,
        scope: u32,
        element: &'a Element<shape::SecurityGroup<'a>>,
        field: &'static str,
        list: &'a [shape::IpPermission<'a>],
    ) -> Result<GroupRules, NetworkError> {
        let mut rules = Vec::new();
        let id = text(&element.group_id);
        for (index, permission) in list.iter().enumerate() {
            let protocols = permission.ip_protocol.as_deref().map_or(Protocols::Other, Protocols::written);
            let unwritten = PeerRef::Unwritten(Missing { call: "ec2:DescribeSecurityGroups", scope });
            let Some(ports) = ports_of(protocols, permission) else {
                let unread = if protocols == Protocols::Other { "protocol" } else { "range of ports" };
                self.network.oddities.push(Oddity {
                    what: format!("rule {index} of {field} of {id}"),
                    why: format!("it has no {unread} that can be read"),
                });
                let protocols = if protocols == Protocols::Other { Protocols::All } else { protocols };
                rules.push(GroupRule { index, protocols, ports: (0, u16::MAX), peer: unwritten });
                continue;
            };
            let before = rules.len();
            let mut add = |peer| rules.push(GroupRule { index, protocols, ports, peer });
            for (position, range) in permission.ip_ranges.iter().enumerate() {
                let Some(cidr) = range.cidr_ip.as_deref() else {
                    add(unwritten.clone());
                    continue;
                };
                if let Some(missing) = Missing::of_text(cidr, scope) {
                    add(PeerRef::Unwritten(missing));
                    continue;
                }
                let at = || Location::inside(element.origin, path![field, index, "IpRanges", position, "CidrIp"]);
                add(PeerRef::Block(self.block(cidr, at, id)?.range));
            }
            for (position, range) in permission.ipv6_ranges.iter().enumerate() {
                let Some(cidr) = range.cidr_ipv6.as_deref() else {
                    add(unwritten.clone());
                    continue;
                };
                if let Some(missing) = Missing::of_text(cidr, scope) {
                    add(PeerRef::Unwritten(missing));
                    continue;
                }
                let at = || Location::inside(element.origin, path![field, index, "Ipv6Ranges", position, "CidrIpv6"]);
                let range: AddressRange = self.block(cidr, at, id)?.range;
                // `::/0` holds the place of IPv4 in the common space: it must not let IPv4 pass.
                for part in Ranges::one(range.0, range.1).difference(&Ranges::one(ALL_V4.0, ALL_V4.1)).iter() {
                    add(PeerRef::Block(part));
                }
            }
            for list in permission.prefix_list_ids.iter() {
                let missing = Missing { call: "ec2:DescribePrefixLists", scope };
                let listing = &self.scope(scope).prefix_lists;
                let found =
                    self.network.by_id.prefix_lists.refer(text(&list.prefix_list_id), listing.is_complete(), missing);
                // A list may be in the managed lists' answer alone, or its entries may not have been readable.
                add(PeerRef::List(if found == Reference::Gone { Reference::Unknown(missing) } else { found }));
            }
            for pair in permission.user_id_group_pairs.iter() {
                let Some(other) = pair.group_id.as_deref() else {
                    add(unwritten.clone());
                    continue;
                };
                let found = self.group_ref(scope, other);
                // A group across a peering connection is of another VPC, which this scope need not hold. Where it does, the group
                // was deleted, and the rule is stale.
                // https://docs.aws.amazon.com/vpc/latest/peering/vpc-peering-security-groups.html
                let connection = pair.vpc_peering_connection_id.as_deref();
                let elsewhere = connection.is_some_and(|connection| !self.holds_both_ends(scope, connection))
                    || pair.user_id.is_some() && pair.user_id != element.owner_id;
                add(match found == Reference::Gone && elsewhere {
                    true => PeerRef::Stranger,
                    false => PeerRef::Group(found),
                });
            }
            // AWS has no rule without a peer: whom this one is for isn't said.
            if rules.len() == before {
                rules.push(GroupRule { index, protocols, ports, peer: unwritten });
            }
        }
        rules.shrink_to_fit();
        Ok(GroupRules { rules })
    }

    /// Whether a scope describes the VPCs at both ends of a peering connection.
    fn holds_both_ends(&self, scope: u32, connection: &str) -> bool {
        let listings = self.scope(scope);
        let is_it = |found: &&Element<shape::VpcPeeringConnection<'_>>| {
            found.vpc_peering_connection_id.as_deref() == Some(connection)
        };
        let holds = |end: &Option<shape::PeeringVpcInfo<'_>>| {
            let vpc = end.as_ref().and_then(|end| end.vpc_id.as_deref());
            vpc.is_some_and(|vpc| listings.vpcs.elements.iter().any(|known| known.vpc_id.as_deref() == Some(vpc)))
        };
        let found = listings.vpc_peering_connections.elements.iter().find(is_it);
        found.is_some_and(|found| holds(&found.requester_vpc_info) && holds(&found.accepter_vpc_info))
    }

    /// The VPCs that a group is associated with besides its own.
    /// <https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_SecurityGroupVpcAssociation.html>
    fn associated(&self, scope: u32, group: &str) -> Known<Vec<&'a str>> {
        let listing = &self.scope(scope).security_group_vpc_associations;
        let missing = Missing { call: "ec2:DescribeSecurityGroupVpcAssociations", scope };
        let mut vpcs = Vec::new();
        for found in listing.elements.iter().filter(|found| text(&found.group_id) == group) {
            match found.state.as_deref().ok_or(missing)? {
                "associated" | "associating" | "disassociation-failed" => vpcs.extend(found.vpc_id.as_deref()),
                _ => {}
            }
        }
        if listing.is_complete() { Ok(vpcs) } else { Err(missing) }
    }

    pub(super) fn groups(&mut self, lists: &Lists<'a>) -> Result<(), NetworkError> {
        for (index, &(scope, element)) in lists.groups.iter().enumerate() {
            let missing = Missing { call: "ec2:DescribeSecurityGroups", scope };
            let ingress = match &element.ip_permissions {
                Some(list) => Ok(self.group_rules(scope, element, "IpPermissions", list)?),
                None => Err(missing),
            };
            let egress = match &element.ip_permissions_egress {
                Some(list) => Ok(self.group_rules(scope, element, "IpPermissionsEgress", list)?),
                None => Err(missing),
            };
            if element.group_name.as_deref() == Some("default")
                && let Some(vpc) = self.vpc_ref(scope, element.vpc_id.as_deref()).known()
            {
                self.network.vpcs[vpc.0 as usize].default_group = Some(GroupId(index as u32));
            }
            let associated = self.associated(scope, text(&element.group_id));
            self.network.groups.push(Group { element, scope, ingress, egress, interfaces: Vec::new(), associated });
        }
        Ok(())
    }
}

/// The ports that a rule is for, if they are a range of ports: all, where its protocol has none (those of ICMP are a type and a
/// code). AWS writes -1 for all.
/// <https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_IpPermission.html>
fn ports_of(protocols: Protocols, permission: &shape::IpPermission<'_>) -> Option<(u16, u16)> {
    if protocols == Protocols::Other {
        return None;
    }
    if !protocols.have_ports() {
        return Some((0, u16::MAX));
    }
    let port = |port: i64, all: u16| if port == -1 { Some(all) } else { u16::try_from(port).ok() };
    let (from, to) = (port(permission.from_port?, 0)?, port(permission.to_port?, u16::MAX)?);
    (from <= to).then_some((from, to))
}
