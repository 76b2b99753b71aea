//! Peering connections: which addresses lie at the other end.

use super::address::{Addresses, Family, block};
use super::expression::expression;
use super::ids::PeeringId;
use super::known::{Known, Missing};
use super::model::Network;
use crate::snapshot::{self as shape, Element};

/// A peering connection.
#[derive(Debug)]
pub struct Peering<'a> {
    /// As described.
    pub element: &'a Element<shape::VpcPeeringConnection<'a>>,
    /// Its scope in the snapshot.
    pub scope: u32,
    /// Its two ends, by VPC id.
    pub ends: [Option<&'a str>; 2],
}

impl<'a> Peering<'a> {
    /// Its status, such as `active` or `pending-acceptance`.
    pub fn status(&self) -> Known<&str> {
        let missing = Missing { call: "ec2:DescribeVpcPeeringConnections", scope: self.scope };
        self.element.status.as_ref().and_then(|status| status.code.as_deref()).ok_or(missing)
    }

    /// The VPC at the other end, by its id.
    pub fn other_end(&self, here: Option<&str>) -> Option<&'a str> {
        self.ends.iter().flatten().copied().find(|end| Some(*end) != here)
    }

    fn described(&self, vpc: &str) -> Option<&'a shape::PeeringVpcInfo<'a>> {
        let infos = [&self.element.requester_vpc_info, &self.element.accepter_vpc_info];
        infos.into_iter().flatten().find(|info| info.vpc_id.as_deref() == Some(vpc))
    }

    /// The IPv4 blocks of one of its ends, as its own description gives them.
    pub fn written_blocks(&self, vpc: &str) -> Addresses {
        Addresses::collect(self.written(vpc).filter_map(block).map(|block| block.range))
    }

    pub(super) fn written(&self, vpc: &str) -> impl Iterator<Item = &'a str> + use<'a> {
        let info = self.described(vpc);
        let further =
            info.into_iter().flat_map(|info| &info.cidr_block_set).filter_map(|one| one.cidr_block.as_deref());
        info.and_then(|info| info.cidr_block.as_deref()).into_iter().chain(further)
    }

    /// Whether its description gives all IPv4 blocks of one of its ends, which "is only returned when describing an active
    /// VPC peering connection".
    /// <https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_VpcPeeringConnection.html>
    fn describes_all_blocks(&self, vpc: &str) -> bool {
        let readable = |one: &shape::CidrBlock<'_>| one.cidr_block.as_deref().and_then(block).is_some();
        self.described(vpc)
            .is_some_and(|info| !info.cidr_block_set.is_empty() && info.cidr_block_set.iter().all(readable))
    }
}

impl Network<'_> {
    /// Those of some addresses that the VPC at the other end of a peering connection, as seen from a VPC, certainly doesn't
    /// have. Nothing else is reached over it: neither that VPC's gateways, NAT devices and VPNs nor its own peers.
    /// <https://docs.aws.amazon.com/vpc/latest/peering/vpc-peering-basics.html>
    pub fn beyond_peer(&self, id: PeeringId, here: Option<&str>, addresses: &Addresses) -> Addresses {
        let peering = self.peering(id);
        let Some(other) = peering.other_end(here) else { return Addresses::none() };
        let described = self.by_id.vpcs.get_in(peering.scope, other).map(|vpc| self.vpc(*vpc));
        match described.filter(|vpc| vpc.element.cidr_block.is_some()) {
            Some(vpc) => {
                let more = vpc.element.cidr_block_association_set.iter().map(|more| &more.cidr_block);
                let mut written = std::iter::once(&vpc.element.cidr_block).chain(more).flatten();
                match written.any(|cidr| expression(cidr).is_some()) {
                    true => Addresses::none(),
                    false => addresses.difference(&vpc.blocks),
                }
            }
            None if peering.describes_all_blocks(other) => {
                Family::Ipv4.part(addresses).difference(&peering.written_blocks(other))
            }
            None => Addresses::none(),
        }
    }
}
