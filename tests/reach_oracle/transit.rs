//! The oracle's way through a transit gateway and back.
//! <https://docs.aws.amazon.com/vpc/latest/tgw/how-transit-gateways-work.html>
//! <https://docs.aws.amazon.com/vpc/latest/tgw/tgw-nacls.html>

use super::model::*;
use super::walk::{Fate, Oracle};

impl Oracle<'_> {
    fn attached_in_zone_of(&self, vpc: usize, subnet: usize) -> Option<usize> {
        let zone = self.net.subnets[subnet].zone;
        self.net.transit.subnets[vpc].iter().copied().find(|attached| self.net.subnets[*attached].zone == zone)
    }

    fn transit_lookup(&self, vpc: usize, address: Address) -> Option<TransitTarget> {
        let matching = self.net.transit.routes[vpc].iter().filter(|(block, _)| block.holds(address));
        matching.max_by_key(|(block, _)| block.length).map(|(_, target)| *target)
    }

    /// Where the destination's subnet sends the reply.
    pub(crate) fn way_back(&self, subnet: usize, packet: Packet, way: Target) -> Fate {
        match self.net.route(subnet, packet.own) {
            Some(route) if route.blackhole => Fate::Dropped,
            Some(route) if route.target == way => Fate::Answered,
            Some(route) if matches!(route.target, Target::Vpn | Target::Transit) => Fate::Unknown,
            _ => Fate::Dropped,
        }
    }

    /// From a subnet, of whoever has these groups; a NAT gateway has none.
    pub(crate) fn through_transit(&self, from: usize, groups: Option<&[usize]>, packet: Packet) -> Fate {
        let Some(entry) = self.attached_in_zone_of(0, from) else { return Fate::Dropped };
        if !self.acl_allows(entry, false, packet.own, packet.remote_port) {
            return Fate::Dropped;
        }
        let Some(TransitTarget::Vpc(1)) = self.transit_lookup(0, packet.remote) else { return Fate::Dropped };
        // Over a transit gateway no group is known to outbound rules.
        if groups.is_some_and(|groups| !self.groups_allow(groups, true, packet.remote, packet.remote_port, &[])) {
            return Fate::Dropped;
        }
        // The other attachment has a single subnet.
        let [exit] = self.net.transit.subnets[1].as_slice() else { return Fate::Unknown };
        // What comes out in the very subnet of its destination is not routed any more.
        if self.net.subnets[*exit].holds(packet.remote) {
            return self.out_of_transit(*exit, from, groups.unwrap_or_default(), packet);
        }
        let Some(route) = self.net.route(*exit, packet.remote) else { return Fate::Dropped };
        match route.target {
            _ if route.blackhole => Fate::Dropped,
            Target::Local => self.out_of_transit(*exit, from, groups.unwrap_or_default(), packet),
            Target::Transit if self.never_arrives(1, *exit, packet, &mut Vec::new()) => Fate::Dropped,
            Target::Vpn | Target::Peering | Target::Transit => {
                self.home_from_transit(None, from, packet, Fate::Unknown)
            }
            Target::Internet
            | Target::LostInternet
            | Target::EgressOnly
            | Target::LostEgressOnly
            | Target::Nat(_)
            | Target::LostNat
            | Target::GatewayEndpoint => Fate::Dropped,
        }
    }

    /// Whether tables lead a packet round, or nowhere, from a subnet on.
    fn never_arrives(&self, vpc: usize, subnet: usize, packet: Packet, seen: &mut Vec<usize>) -> bool {
        if seen.contains(&subnet) {
            return true;
        }
        if self.net.subnets[subnet].holds(packet.remote) {
            return false;
        }
        seen.push(subnet);
        let Some(route) = self.net.route(subnet, packet.remote).filter(|route| !route.blackhole) else { return true };
        match route.target {
            Target::LostInternet | Target::LostEgressOnly | Target::LostNat => true,
            Target::Nat(index) => self.never_arrives(vpc, self.net.nats[index].subnet, packet, seen),
            Target::Transit => {
                let Some(entry) = self.attached_in_zone_of(vpc, subnet) else { return true };
                let Some(TransitTarget::Vpc(to)) = self.transit_lookup(vpc, packet.remote) else { return true };
                let exits = match self.attached_in_zone_of(to, entry) {
                    Some(same) => vec![same],
                    None => self.net.transit.subnets[to].clone(),
                };
                exits.into_iter().all(|exit| self.never_arrives(to, exit, packet, seen))
            }
            _ => false,
        }
    }

    fn out_of_transit(&self, exit: usize, from: usize, groups: &[usize], packet: Packet) -> Fate {
        let Some(subnet) = self.subnet_of(1, packet.remote) else {
            return self.home_from_transit(None, from, packet, Fate::Unknown);
        };
        if subnet != exit
            && !(self.acl_allows(exit, true, packet.remote, packet.remote_port)
                && self.acl_allows(subnet, false, packet.own, packet.remote_port))
        {
            return Fate::Dropped;
        }
        let senders: &[usize] = if self.net.transit.groups_cross { groups } else { &[] };
        let fate = match self.eni_of(1, packet.remote) {
            None => Fate::Unknown,
            Some(eni) if self.groups_allow(&eni.groups, false, packet.own, packet.remote_port, senders) => {
                Fate::Answered
            }
            Some(_) => return Fate::Dropped,
        };
        if !self.acl_allows(subnet, true, packet.own, packet.own_port) {
            return Fate::Dropped;
        }
        let fate = match self.way_back(subnet, packet, Target::Transit) {
            Fate::Answered => fate,
            Fate::Unknown => Fate::Unknown,
            Fate::Dropped => return Fate::Dropped,
        };
        let Some(entry) = self.attached_in_zone_of(1, subnet) else { return Fate::Dropped };
        if !self.acl_allows(entry, false, packet.remote, packet.own_port)
            || self.transit_lookup(1, packet.own) != Some(TransitTarget::Vpc(0))
        {
            return Fate::Dropped;
        }
        self.home_from_transit(Some(entry), from, packet, fate)
    }

    /// The reply comes out in the zone that it went in, where the sender's attachment has a subnet there, else somewhere,
    /// and goes to the subnet that the request came from.
    fn home_from_transit(&self, entry: Option<usize>, from: usize, packet: Packet, fate: Fate) -> Fate {
        let attached = &self.net.transit.subnets[0];
        let same = entry.and_then(|entry| self.attached_in_zone_of(0, entry));
        let exits = same.map_or_else(|| attached.clone(), |same| vec![same]);
        let passes = |exit: usize| {
            exit == from
                || self.acl_allows(exit, true, packet.own, packet.own_port)
                    && self.acl_allows(from, false, packet.remote, packet.own_port)
        };
        let passing = exits.iter().filter(|exit| passes(**exit)).count();
        match passing {
            0 => Fate::Dropped,
            _ if passing < exits.len() => Fate::Unknown,
            _ => fate,
        }
    }
}
