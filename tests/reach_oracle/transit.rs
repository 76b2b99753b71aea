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

    /// Where the destination's subnet in the other VPC sends the reply to a subnet, and what becomes of it: it may take another
    /// way than the request did.
    pub(crate) fn way_back(&self, subnet: usize, from: usize, is_nat: bool, packet: Packet) -> Fate {
        let Some(route) = self.net.route(subnet, packet.own).filter(|route| !route.blackhole) else {
            return Fate::Dropped;
        };
        let enters = match self.acl_allows(from, false, packet.remote, packet.own_port) {
            true => Fate::Answered,
            false => Fate::Dropped,
        };
        // A transit gateway may bring it into the very subnet, where no network ACL is asked.
        let somehow =
            if self.net.transit.subnets[0].contains(&from) { Fate::Unknown } else { enters.max(Fate::Unknown) };
        match route.target {
            Target::Vpn => somehow,
            Target::Transit => self.back_by_transit(subnet, from, packet),
            // What becomes of a reply from there to a NAT gateway isn't documented.
            Target::Peering if self.net.peering_active && is_nat => somehow,
            Target::Peering if self.net.peering_active => enters,
            _ => Fate::Dropped,
        }
    }

    fn back_by_transit(&self, subnet: usize, from: usize, packet: Packet) -> Fate {
        let Some(entry) = self.attached_in_zone_of(1, subnet) else { return Fate::Dropped };
        if !self.acl_allows(entry, false, packet.remote, packet.own_port)
            || self.transit_lookup(1, packet.own) != Some(TransitTarget::Vpc(0))
        {
            return Fate::Dropped;
        }
        self.home_from_transit(Some(entry), from, packet, Fate::Answered)
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
            return self.out_of_transit(*exit, from, groups, packet);
        }
        let Some(route) = self.net.route(*exit, packet.remote) else { return Fate::Dropped };
        match route.target {
            _ if route.blackhole => Fate::Dropped,
            Target::Local => self.out_of_transit(*exit, from, groups, packet),
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

    fn out_of_transit(&self, exit: usize, from: usize, groups: Option<&[usize]>, packet: Packet) -> Fate {
        let Some(subnet) = self.subnet_of(1, packet.remote) else {
            return self.home_from_transit(None, from, packet, Fate::Unknown);
        };
        if subnet != exit
            && !(self.acl_allows(exit, true, packet.remote, packet.remote_port)
                && self.acl_allows(subnet, false, packet.own, packet.remote_port))
        {
            return Fate::Dropped;
        }
        let senders = groups.filter(|_| self.net.transit.groups_cross).unwrap_or_default();
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
        fate.max(self.way_back(subnet, from, groups.is_none(), packet))
    }

    /// The reply comes out in the zone that it went in, where the sender's attachment has a subnet there, else somewhere,
    /// and goes to the subnet that the request came from, by the route table of the one that it came out in.
    fn home_from_transit(&self, entry: Option<usize>, from: usize, packet: Packet, fate: Fate) -> Fate {
        let attached = &self.net.transit.subnets[0];
        let same = entry.and_then(|entry| self.attached_in_zone_of(0, entry));
        let exits = same.map_or_else(|| attached.clone(), |same| vec![same]);
        let by = |exit: &usize| match *exit {
            exit if exit == from => fate,
            exit if !self.acl_allows(exit, true, packet.own, packet.own_port) => Fate::Dropped,
            _ if !self.acl_allows(from, false, packet.remote, packet.own_port) => Fate::Dropped,
            exit => fate.max(self.way_home(exit, packet.own)),
        };
        let fates: Vec<Fate> = exits.iter().map(by).collect();
        match fates.iter().filter(|fate| **fate == Fate::Dropped).count() {
            0 => fates.into_iter().max().unwrap_or(fate),
            dropped if dropped == fates.len() => Fate::Dropped,
            _ => Fate::Unknown,
        }
    }
}
