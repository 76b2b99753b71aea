//! The connections of a VPC with other VPCs, whatever its route tables say of them.

use super::address::{Addresses, block};
use super::endpoint::{Endpoint, EndpointKind};
use super::ids::{PeeringId, VpcId};
use super::model::{Network, Vpc};
use super::peering::Peering;
use rustc_hash::FxHashMap;

/// What connects a VPC with another one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Connection<'a> {
    /// A peering connection.
    Peering(PeeringId),
    /// A transit gateway that both are attached to, by its id.
    TransitGateway(&'a str),
}

/// Which VPCs are attached to which transit gateways.
#[derive(Debug, Default)]
pub struct Attached<'a> {
    gateways: FxHashMap<VpcId, Vec<&'a str>>,
    vpcs: FxHashMap<&'a str, Vec<VpcId>>,
}

impl<'a> Attached<'a> {
    /// Notes an attachment, of each VPC once to a gateway.
    pub(super) fn add(&mut self, gateway: &'a str, vpc: VpcId) {
        self.gateways.entry(vpc).or_default().push(gateway);
        self.vpcs.entry(gateway).or_default().push(vpc);
    }

    /// The transit gateways that a VPC is attached to, by their ids.
    pub fn gateways_of(&self, vpc: VpcId) -> impl Iterator<Item = &'a str> {
        self.gateways.get(&vpc).into_iter().flatten().copied()
    }

    /// The VPCs that are attached to a transit gateway.
    fn vpcs_of(&self, gateway: &str) -> impl Iterator<Item = VpcId> {
        self.vpcs.get(gateway).into_iter().flatten().copied()
    }
}

/// The first of some blocks that has addresses.
fn holding<'t>(mut blocks: impl Iterator<Item = &'t str>, addresses: &Addresses) -> Option<&'t str> {
    blocks
        .find(|text| block(text).is_some_and(|found| Addresses::one(found.range.0, found.range.1).contains(addresses)))
}

impl<'a> Vpc<'a> {
    /// The address block of the VPC that has some addresses, as it is written.
    pub fn block_of(&self, addresses: &Addresses) -> Option<&'a str> {
        let element = self.element;
        let more = element.cidr_block_association_set.iter().map(|more| &more.cidr_block);
        let ipv6 = element.ipv6_cidr_block_association_set.iter().map(|more| &more.ipv6_cidr_block);
        let all = std::iter::once(&element.cidr_block).chain(more).chain(ipv6);
        holding(all.filter_map(|block| block.as_deref()), addresses)
    }
}

impl<'a> Peering<'a> {
    /// The IPv4 block of one of its ends that has some addresses, as its own description gives it.
    fn written_block_of(&self, vpc: &str, addresses: &Addresses) -> Option<&'a str> {
        holding(self.written(vpc), addresses)
    }
}

impl<'a> Network<'a> {
    /// The connection of a VPC with the one that has some addresses: an active peering connection, else a transit gateway
    /// that an attached VPC of the input has them behind. A route table has to lead there all the same.
    /// <https://docs.aws.amazon.com/vpc/latest/peering/vpc-peering-routing.html>
    pub fn connection_to(&self, here: VpcId, addresses: &Addresses) -> Option<Connection<'a>> {
        if addresses.is_empty() || self.vpc(here).blocks.contains(addresses) {
            return None;
        }
        let peerings = (0..self.peerings.len() as u32).map(PeeringId);
        let peering = peerings
            .filter(|id| self.peer_has(*id, here, addresses))
            .min_by_key(|id| self.peering(*id).element.vpc_peering_connection_id.as_deref());
        peering.map(Connection::Peering).or_else(|| self.gateway_to(here, addresses).map(Connection::TransitGateway))
    }

    /// Whether an endpoint is one that a VPC uses from another one, by a private hosted zone: it has no private DNS of its own,
    /// and the two are connected.
    /// <https://docs.aws.amazon.com/whitepapers/latest/building-scalable-secure-multi-vpc-network-infrastructure/centralized-access-to-vpc-private-endpoints.html>
    pub fn is_central(&self, endpoint: &Endpoint<'_>, here: VpcId) -> bool {
        let there = endpoint.vpc.known().filter(|there| *there != here);
        endpoint.kind == EndpointKind::Interface
            && !endpoint.has_private_dns()
            && there.is_some_and(|there| self.connection_to(here, &self.vpc(there).blocks).is_some())
    }

    /// The address block of the VPC behind such a connection that has some addresses, as it is written there.
    pub fn block_behind(&self, connection: Connection<'_>, here: VpcId, addresses: &Addresses) -> Option<&'a str> {
        match connection {
            Connection::Peering(id) => {
                let peering = self.peering(id);
                let other = peering.other_end(self.vpc(here).element.vpc_id.as_deref())?;
                match self.by_id.vpcs.get_in(peering.scope, other) {
                    Some(vpc) => self.vpc(*vpc).block_of(addresses),
                    None => peering.written_block_of(other, addresses),
                }
            }
            Connection::TransitGateway(gateway) => {
                let others = self.beyond(gateway, here).map(|vpc| self.vpc(vpc));
                others.filter(|vpc| vpc.blocks.contains(addresses)).filter_map(|vpc| vpc.block_of(addresses)).min()
            }
        }
    }

    fn peer_has(&self, id: PeeringId, here: VpcId, addresses: &Addresses) -> bool {
        let peering = self.peering(id);
        let name = self.vpc(here).element.vpc_id.as_deref();
        let is_end = name.is_some() && peering.ends.contains(&name);
        if !is_end || peering.status() != Ok("active") {
            return false;
        }
        let Some(other) = peering.other_end(name) else { return false };
        match self.by_id.vpcs.get_in(peering.scope, other) {
            Some(vpc) => self.vpc(*vpc).blocks.contains(addresses),
            None => peering.written_blocks(other).contains(addresses),
        }
    }

    fn gateway_to(&self, here: VpcId, addresses: &Addresses) -> Option<&'a str> {
        let leads_there =
            |gateway: &&str| self.beyond(gateway, here).any(|vpc| self.vpc(vpc).blocks.contains(addresses));
        self.attached_vpcs.gateways_of(here).filter(leads_there).min()
    }

    /// The other VPCs that are attached to a transit gateway.
    fn beyond(&self, gateway: &str, here: VpcId) -> impl Iterator<Item = VpcId> {
        self.attached_vpcs.vpcs_of(gateway).filter(move |vpc| *vpc != here)
    }
}
