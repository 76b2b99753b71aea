//! Peering connections, each once.

use super::Builder;
use super::index::is_gone;
use crate::network::ids::{PeeringId, VpcId};
use crate::network::model::Peering;
use crate::snapshot::{self as shape};
use rustc_hash::FxHashMap;

/// The ends of a connection: their ids, each with the VPC of the network that it names.
type Ends<'a> = [Option<(&'a str, Option<VpcId>)>; 2];

impl<'a> Builder<'_, 'a> {
    /// The accounts and regions of both ends describe a connection, under one id. (In copies of a network one id joins other
    /// VPCs: those are two.)
    /// <https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeVpcPeeringConnections.html>
    pub(super) fn peerings(&mut self) {
        let mut known: FxHashMap<&str, Vec<(PeeringId, Ends<'a>)>> = FxHashMap::default();
        for (scope, listings) in self.snapshot.scopes.iter().enumerate() {
            let scope = scope as u32;
            for element in &listings.vpc_peering_connections {
                let Some(id) = element.vpc_peering_connection_id.as_deref() else { continue };
                if element.status.as_ref().is_some_and(|status| is_gone(status.code.as_deref())) {
                    continue;
                }
                let end = |info: &'a Option<shape::PeeringVpcInfo<'a>>| {
                    let id = info.as_ref().and_then(|info| info.vpc_id.as_deref())?;
                    Some((id, self.network.by_id.vpcs.get_in(scope, id).copied()))
                };
                let ends = [end(&element.requester_vpc_info), end(&element.accepter_vpc_info)];
                let described = known.entry(id).or_default();
                let found = described.iter().find(|(_, others)| join_the_same(others, &ends)).map(|(found, _)| *found);
                let position = found.unwrap_or(PeeringId(self.network.peerings.len() as u32));
                if !self.network.by_id.peerings.insert(scope, id, position) {
                    continue;
                }
                let ids = ends.map(|end| end.map(|(id, _)| id));
                if found.is_none() {
                    described.push((position, ends));
                    self.network.peerings.push(Peering { element, scope, ends: ids });
                    continue;
                }
                // One input may leave out what the other says.
                let peering = &mut self.network.peerings[position.0 as usize];
                if peering.status().is_err() {
                    (peering.element, peering.scope) = (element, scope);
                }
                peering.ends = [peering.ends[0].or(ids[0]), peering.ends[1].or(ids[1])];
            }
        }
    }
}

/// Whether two descriptions can be of one connection: where both name an end, it is the same.
fn join_the_same(one: &Ends<'_>, other: &Ends<'_>) -> bool {
    one.iter().zip(other).all(|ends| match ends {
        (Some(one), Some(other)) => one == other,
        _ => true,
    })
}
