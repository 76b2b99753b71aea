//! One packet at a time through the transit gateway and back, as AWS's documentation describes it.
//! <https://docs.aws.amazon.com/vpc/latest/tgw/how-transit-gateways-work.html>
//! <https://docs.aws.amazon.com/vpc/latest/tgw/tgw-nacls.html>

use super::model::*;

#[derive(Debug, Clone, Copy)]
pub(crate) struct Packet {
    pub(crate) own: u32,
    pub(crate) remote: u32,
    pub(crate) own_port: u16,
    /// The port that a NAT gateway gives it.
    pub(crate) nat_port: u16,
}

pub(crate) const PORT: u16 = 443;

/// More than there are subnets: a packet that has met so many route tables has met one of them twice.
const ROUNDS: usize = SUBNETS.len() + 1;

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Fate {
    Answered,
    Unknown,
    Dropped,
}
use Fate::{Answered, Dropped, Unknown};

fn only_if(holds: bool) -> Fate {
    if holds { Answered } else { Dropped }
}

/// Nobody knows which of them it is.
fn one_of(fates: Vec<Fate>) -> Fate {
    match fates.iter().filter(|fate| **fate == Dropped).count() {
        0 => fates.into_iter().max().unwrap_or(Unknown),
        dropped if dropped == fates.len() => Dropped,
        _ => Unknown,
    }
}

impl Net {
    fn passes(&self, subnet: usize, egress: bool, other: u32, port: u16) -> Fate {
        let mut matching = self.acls[subnet].iter().filter(|entry| {
            entry.egress == egress && entry.block.holds(other) && (entry.ports.0..=entry.ports.1).contains(&port)
        });
        only_if(matching.next().is_none_or(|entry| entry.allow))
    }

    fn target(&self, subnet: usize, address: u32) -> Option<Target> {
        let local = (VPCS[SUBNETS[subnet].1], Target::Local);
        let all = self.routes[subnet].iter().copied().chain([local]);
        all.filter(|(block, _)| block.holds(address)).max_by_key(|(block, _)| block.1).map(|(_, target)| target)
    }

    fn hop(&self, vpc: usize, address: u32) -> Option<usize> {
        let table = self.hops[vpc].iter().filter(|_| self.associated[vpc]);
        table.filter(|(block, _)| block.holds(address)).max_by_key(|(block, _)| block.1).and_then(|(_, vpc)| *vpc)
    }

    /// The attachment's subnet in the zone of a subnet.
    fn entry(&self, vpc: usize, subnet: usize) -> Option<usize> {
        self.zones[vpc][self.zone(subnet)].then(|| ATTACHED[vpc][self.zone(subnet)])
    }

    /// In appliance mode a zone is kept to where the other end is in it too, or has none.
    fn exits(&self, vpc: usize, entry: Option<usize>, other_end: u32) -> Vec<usize> {
        let is_elsewhere = |entry: usize| match other_end {
            end if !PRIVATE.holds(end) => false,
            end => {
                let mut here = SUBNETS.iter().enumerate().filter(|(_, subnet)| subnet.1 == vpc && subnet.2.holds(end));
                here.next().is_none_or(|(subnet, _)| self.zone(subnet) != self.zone(entry))
            }
        };
        match entry.and_then(|entry| self.entry(vpc, entry)) {
            Some(same) if !(self.appliances[vpc] && is_elsewhere(same)) => vec![same],
            _ => self.attached(vpc),
        }
    }

    pub(crate) fn walk(&self, packet: Packet) -> Fate {
        let there = match self.target(TASK, packet.remote) {
            Some(Target::Transit) => self.through_transit(packet),
            Some(Target::Vpn) => self.passes(TASK, false, packet.remote, packet.own_port).max(Unknown),
            _ => Dropped,
        };
        self.passes(TASK, true, packet.remote, PORT).max(there)
    }

    fn through_transit(&self, packet: Packet) -> Fate {
        let Some(entry) = self.entry(0, TASK) else { return Dropped };
        let Some(vpc) = self.hop(0, packet.remote) else { return Dropped };
        if vpc == 0 {
            let never = self
                .exits(0, Some(entry), packet.remote)
                .iter()
                .all(|exit| self.never_arrives(*exit, packet.remote, ROUNDS));
            let beyond = if never { Dropped } else { self.home(None, packet).max(Unknown) };
            return self.passes(entry, false, packet.own, PORT).max(beyond);
        }
        let exits = self.exits(vpc, Some(entry), packet.remote);
        let beyond = one_of(exits.into_iter().map(|exit| self.come_out(vpc, exit, packet)).collect());
        self.passes(entry, false, packet.own, PORT).max(beyond)
    }

    fn come_out(&self, vpc: usize, exit: usize, packet: Packet) -> Fate {
        let leaves = || self.passes(exit, true, packet.remote, PORT);
        match self.target(exit, packet.remote) {
            Some(Target::Local) => {
                let there = [
                    leaves(),
                    self.passes(DATABASE, false, packet.own, PORT),
                    self.passes(DATABASE, true, packet.own, packet.own_port),
                    self.come_back(vpc, DATABASE, packet),
                ];
                there.into_iter().max().unwrap_or(Unknown)
            }
            Some(Target::Nat(index)) => {
                let nat = NATS[index];
                let way_out = match self.target(nat, packet.remote) {
                    // Private addresses are not routed on the internet.
                    Some(Target::Internet) => only_if(!PRIVATE.holds(packet.remote)),
                    Some(Target::Transit) if self.never_arrives(nat, packet.remote, ROUNDS) => Dropped,
                    Some(Target::Transit | Target::Vpn) => Unknown,
                    _ => Dropped,
                };
                let there = [
                    leaves(),
                    self.passes(nat, false, packet.own, PORT),
                    self.passes(nat, true, packet.remote, PORT),
                    way_out,
                    self.passes(nat, false, packet.remote, packet.nat_port),
                    self.passes(nat, true, packet.own, packet.own_port),
                    self.come_back(vpc, nat, packet),
                ];
                there.into_iter().max().unwrap_or(Unknown)
            }
            Some(Target::Transit) if self.never_arrives(exit, packet.remote, ROUNDS) => Dropped,
            Some(Target::Vpn | Target::Transit | Target::Appliance) => self.home(None, packet).max(Unknown),
            Some(Target::Internet | Target::Gone) | None => Dropped,
        }
    }

    /// Whether a packet in a subnet is sent on and on, or nowhere, whichever way the transit gateway takes.
    fn never_arrives(&self, subnet: usize, address: u32, rounds: usize) -> bool {
        if rounds == 0 {
            return true;
        }
        let goes_on = |next: usize| self.never_arrives(next, address, rounds - 1);
        let vpc = SUBNETS[subnet].1;
        match self.target(subnet, address) {
            None => true,
            Some(Target::Nat(index)) => goes_on(NATS[index]),
            Some(Target::Transit) => match (self.entry(vpc, subnet), self.hop(vpc, address)) {
                (Some(entry), Some(to)) => self.exits(to, Some(entry), address).into_iter().all(goes_on),
                _ => true,
            },
            Some(Target::Local | Target::Internet | Target::Vpn | Target::Appliance) => false,
            Some(Target::Gone) => true,
        }
    }

    /// The reply, from a subnet of another VPC.
    fn come_back(&self, vpc: usize, subnet: usize, packet: Packet) -> Fate {
        match self.target(subnet, packet.own) {
            Some(Target::Transit) => {}
            // Who knows how it comes home: not through the transit gateway's own subnets.
            Some(Target::Vpn) => return self.passes(TASK, false, packet.remote, packet.own_port).max(Unknown),
            _ => return Dropped,
        }
        let Some(entry) = self.entry(vpc, subnet) else { return Dropped };
        let is_sent_home = only_if(self.hop(vpc, packet.own) == Some(0));
        let enters = self.passes(entry, false, packet.remote, packet.own_port);
        enters.max(is_sent_home).max(self.home(Some(entry), packet))
    }

    fn home(&self, entry: Option<usize>, packet: Packet) -> Fate {
        let by = |exit: usize| {
            let leaves = self.passes(exit, true, packet.own, packet.own_port);
            let goes_on = match self.target(exit, packet.own) {
                Some(Target::Local) => Answered,
                Some(Target::Gone) => Dropped,
                _ => Unknown,
            };
            leaves.max(goes_on).max(self.passes(TASK, false, packet.remote, packet.own_port))
        };
        one_of(self.exits(0, entry, packet.own).into_iter().map(by).collect())
    }
}
