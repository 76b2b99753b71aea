//! Rules of security groups that name groups which are gone, and whether a group stops anything.

use super::entity::{Reading, strings};
use super::model::Model;
use super::schema::Unknown;
use crate::network::*;
use crate::path;
use crate::reach::{Code, ResourceId};
use crate::snapshot::{Location, UserIdGroupPair};

/// A group that a rule names: the position of its permission, its own in it, and its id.
type Named<'m> = (usize, usize, &'m str);

impl Model<'_> {
    /// Ids of groups that the rules of one direction name and that are gone.
    pub(super) fn gone_peers<'f>(&'f self, id: GroupId, egress: bool) -> Reading<'f> {
        strings(once(self.gone(id, egress)?))
    }

    /// Ids of groups that the rules of either direction name and that are gone.
    pub(super) fn all_gone_peers<'f>(&'f self, id: GroupId) -> Reading<'f> {
        let mut gone = self.gone(id, false)?;
        gone.extend(self.gone(id, true)?);
        strings(once(gone))
    }

    /// Where the first of them is named.
    pub(super) fn gone_peer_place(&self, id: GroupId, egress: bool) -> Option<Location> {
        let (permission, pair, _) = self.gone(id, egress).ok()?.into_iter().next()?;
        let field = if egress { "IpPermissionsEgress" } else { "IpPermissions" };
        let origin = self.network.group(id).element.origin;
        Some(Location::inside(origin, path![field, permission, "UserIdGroupPairs", pair, "GroupId"]))
    }

    fn gone(&self, id: GroupId, egress: bool) -> Result<Vec<Named<'_>>, Unknown> {
        let group = self.network.group(id);
        let (rules, permissions) = if egress {
            (&group.egress, &group.element.ip_permissions_egress)
        } else {
            (&group.ingress, &group.element.ip_permissions)
        };
        let rules = rules.as_ref().map_err(|missing| self.unknown(*missing))?;
        let lacks = |rule: &&GroupRule| rule.peer == PeerRef::Group(Reference::Gone);
        let lacking: Vec<usize> = rules.rules.iter().filter(lacks).map(|rule| rule.index).collect();
        let mut found = Vec::new();
        for (index, permission) in permissions.iter().flatten().enumerate() {
            for (position, pair) in permission.user_id_group_pairs.iter().enumerate() {
                let Some(other) = pair.group_id.as_deref() else { continue };
                let absent = || self.network.by_id.groups.get_in(group.scope, other).is_none();
                // A group of another account, or of a VPC behind a peering connection or a transit gateway, need not be
                // in the input.
                let own = pair.vpc_peering_connection_id.is_none()
                    && (pair.user_id.is_none() || pair.user_id == group.element.owner_id)
                    && (pair.vpc_id.is_none() || pair.vpc_id == group.element.vpc_id);
                if is_stale(pair) || own && lacking.contains(&index) && absent() {
                    found.push((index, position, other));
                }
            }
        }
        Ok(found)
    }

    /// Whether the group stops a flow by one of the codes.
    pub(super) fn group_stops(&self, id: GroupId, codes: &[Code]) -> bool {
        self.blockers_at(ResourceId::Group(id)).any(|blocker| codes.contains(&blocker.code))
    }
}

/// The ids of groups, each once.
fn once(named: Vec<Named<'_>>) -> Vec<&str> {
    let mut ids: Vec<&str> = named.into_iter().map(|(_, _, id)| id).collect();
    ids.sort_unstable();
    ids.dedup();
    ids
}

/// Whether a rule is left over from a peering connection that was deleted.
/// <https://docs.aws.amazon.com/vpc/latest/peering/vpc-peering-security-groups.html>
fn is_stale(pair: &UserIdGroupPair<'_>) -> bool {
    pair.vpc_peering_connection_id.is_some() && pair.peering_status.as_deref() == Some("deleted")
}
