//! From an id as written to what it leads to.

use super::Builder;
use crate::network::address::{Block, block};
use crate::network::error::NetworkError;
use crate::network::expression::expression;
use crate::network::ids::{GroupId, SubnetId, VpcId};
use crate::network::known::{Known, Missing, Reference};
use crate::snapshot::{Location, Oddity, Scope, SecurityGroupIdentifier};

impl<'a> Builder<'_, 'a> {
    pub(super) fn scope(&self, index: u32) -> &'a Scope<'a> {
        &self.snapshot.scopes[index as usize]
    }

    /// A reference of something to what holds it. AWS deletes no VPC that has subnets, no subnet that has interfaces
    /// and no group that is in use: where such a thing isn't in its list, the list lacks it (another account owns it, a
    /// hand took it out), and nothing follows from that.
    fn held<I>(reference: Reference<I>, call: &'static str, scope: u32) -> Reference<I> {
        match reference {
            Reference::Gone => Reference::Unknown(Missing { call, scope }),
            other => other,
        }
    }

    pub(super) fn vpc_holding(&self, scope: u32, id: Option<&str>) -> Reference<VpcId> {
        Self::held(self.vpc_ref(scope, id), "ec2:DescribeVpcs", scope)
    }

    pub(super) fn subnet_holding(&self, scope: u32, id: &str) -> Reference<SubnetId> {
        Self::held(self.subnet_ref(scope, id), "ec2:DescribeSubnets", scope)
    }

    pub(super) fn group_in_use(&self, scope: u32, id: &str) -> Reference<GroupId> {
        Self::held(self.group_ref(scope, id), "ec2:DescribeSecurityGroups", scope)
    }

    /// The groups that an element of `call`'s answer lists, if it lists any.
    pub(super) fn groups_in_use(
        &self,
        scope: u32,
        listed: Option<&[SecurityGroupIdentifier<'_>]>,
        call: &'static str,
    ) -> Known<Vec<Reference<GroupId>>> {
        let missing = Missing { call, scope };
        let group = |group: &SecurityGroupIdentifier<'_>| match group.group_id.as_deref() {
            Some(id) => self.group_in_use(scope, id),
            None => Reference::Unknown(missing),
        };
        // By way of a box: there are many such lists, and none has room to spare.
        Ok(listed.ok_or(missing)?.iter().map(group).collect::<Box<[_]>>().into_vec())
    }

    pub(super) fn vpc_ref(&self, scope: u32, id: Option<&str>) -> Reference<VpcId> {
        let call = "ec2:DescribeVpcs";
        let Some(id) = id else { return Reference::Unknown(Missing { call, scope }) };
        self.network.by_id.vpcs.refer(id, self.scope(scope).vpcs.is_complete(), Missing { call, scope })
    }

    pub(super) fn subnet_ref(&self, scope: u32, id: &str) -> Reference<SubnetId> {
        let call = "ec2:DescribeSubnets";
        self.network.by_id.subnets.refer(id, self.scope(scope).subnets.is_complete(), Missing { call, scope })
    }

    pub(super) fn group_ref(&self, scope: u32, id: &str) -> Reference<GroupId> {
        let call = "ec2:DescribeSecurityGroups";
        self.network.by_id.groups.refer(id, self.scope(scope).security_groups.is_complete(), Missing { call, scope })
    }

    /// Whether an address block isn't known before the deployment, which is told.
    pub(super) fn is_unread(&mut self, written: &str, of: &str) -> bool {
        let Some(expression) = expression(written) else { return false };
        self.network.oddities.push(Oddity {
            what: format!("an address block of {of}"),
            why: format!("it is not known before the deployment: {expression}"),
        });
        true
    }

    /// Reads an address block; one with host bits counts as AWS would have stored it, and is said to be odd. AWS writes
    /// the prefix always: a block without one was cut off, and is no block of a single address.
    pub(super) fn block(
        &mut self,
        written: &str,
        location: impl FnOnce() -> Location,
        of: &str,
    ) -> Result<Block, NetworkError> {
        let Some(found) = block(written).filter(|_| written.contains('/')) else {
            return Err(NetworkError::NotACidr { text: written.to_owned(), location: location() });
        };
        if found.has_host_bits {
            self.network.oddities.push(Oddity {
                what: format!("{written} in {of}"),
                why: "it has bits set behind its prefix: the whole block was used".into(),
            });
        }
        Ok(found)
    }
}
