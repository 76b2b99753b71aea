//! What a VPC has beside it: its load balancers, and VPCs that it is peered with.

use super::balancing::load_balancer;
use super::entity::{Reading, list_of, strings};
use super::model::Model;
use crate::network::*;

/// States of a peering connection that carries nothing and never will.
/// <https://docs.aws.amazon.com/vpc/latest/peering/vpc-peering-basics.html>
const DEAD: [&str; 3] = ["failed", "rejected", "expired"];

impl Model<'_> {
    /// Load balancers of a VPC.
    pub(super) fn balancers_of_vpc<'f>(&self, index: u32) -> Reading<'f> {
        let vpc = &self.network.vpcs[index as usize];
        self.listed(vpc.scope, "elasticloadbalancing:DescribeLoadBalancers")?;
        let balancers = self.network.load_balancers.iter().enumerate();
        let own = balancers.filter(|(_, balancer)| balancer.element.vpc_id == vpc.element.vpc_id);
        list_of(&load_balancer::TYPE, own.map(|(index, _)| index as u32))
    }

    /// VPCs at the other ends of a VPC's peering connections whose IPv4 blocks overlap with its own.
    pub(super) fn overlapping_peers<'f>(&'f self, id: VpcId) -> Reading<'f> {
        let vpc = self.network.vpc(id);
        self.listed(vpc.scope, "ec2:DescribeVpcPeeringConnections")?;
        let own = vpc.element.vpc_id.as_deref();
        let mut found: Vec<&str> = Vec::new();
        for peering in &self.network.peerings {
            let status = peering.element.status.as_ref().and_then(|status| status.code.as_deref());
            let (requester, accepter) = (peering.ends[0], peering.ends[1]);
            if own.is_none() || status.is_some_and(|status| DEAD.contains(&status)) {
                continue;
            }
            let (other, is_requester) = match (requester == own, accepter == own) {
                (true, false) => (accepter, true),
                (false, true) => (requester, false),
                _ => continue,
            };
            let Some(other) = other else { continue };
            let blocks = match self.network.by_id.vpcs.get(other) {
                // Both are here: the requester tells.
                Some(_) if !is_requester => continue,
                Some(known) => self.network.vpc(*known).blocks.clone(),
                None => peering.written_blocks(other),
            };
            if !blocks.intersection(&vpc.blocks).is_empty() && !found.contains(&other) {
                found.push(other);
            }
        }
        strings(found)
    }
}
