//! From what a workload names to what the network has.

use super::*;
use crate::network::known::Missing;
use crate::network::text::text;
use crate::path;
use crate::snapshot::{Location, Scope};

/// Ids → positions, to resolve what workloads refer to.
pub(in crate::network) struct Resolver<'n, 'a> {
    pub network: &'n Network<'a>,
    pub scope: u32,
    listings: &'a Scope<'a>,
}

impl<'n, 'a> Resolver<'n, 'a> {
    /// For workloads of a scope.
    pub(in crate::network) fn of(network: &'n Network<'a>, scope: u32, listings: &'a Scope<'a>) -> Self {
        Resolver { network, scope, listings }
    }

    pub(super) fn missing(&self, call: &'static str) -> Missing {
        Missing { call, scope: self.scope }
    }

    pub(super) fn subnet(&self, id: &str) -> Reference<SubnetId> {
        let missing = self.missing("ec2:DescribeSubnets");
        self.network.by_id.subnets.refer(id, self.listings.subnets.is_complete(), missing)
    }

    pub(super) fn group(&self, id: &str) -> Reference<GroupId> {
        let missing = self.missing("ec2:DescribeSecurityGroups");
        self.network.by_id.groups.refer(id, self.listings.security_groups.is_complete(), missing)
    }

    pub(super) fn target_group(&self, arn: &str) -> Reference<TargetGroupId> {
        let missing = self.missing("elasticloadbalancing:DescribeTargetGroups");
        self.network.by_id.target_groups.refer(arn, self.listings.target_groups.is_complete(), missing)
    }

    /// The default group of the VPC of the first subnet that is known.
    pub(super) fn default_group(&self, subnets: &Known<Vec<Placement>>) -> Known<Vec<Membership>> {
        let subnets = subnets.as_ref().map_err(|missing| *missing)?;
        let vpc = subnets
            .iter()
            .filter_map(|placement| placement.subnet.known())
            .find_map(|subnet| self.network.subnet(subnet).vpc.known());
        let Some(group) = vpc.and_then(|vpc| self.network.vpc(vpc).default_group) else {
            return Err(self.missing("ec2:DescribeSecurityGroups"));
        };
        let element = self.network.group(group).element;
        Ok(vec![Membership {
            group: Reference::To(group),
            id: text(&element.group_id).to_owned(),
            place: Location::inside(element.origin, path!["GroupId"]),
        }])
    }
}
