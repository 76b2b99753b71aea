//! Packets that transit gateways send round: every route table that they meet leads into a transit gateway again, or
//! nowhere.

use super::code::Code;
use super::question::*;
use super::routing::named;
use super::walk::Walk;
use crate::network::*;
use rustc_hash::FxHashMap;

/// What a route table does with packets.
enum Onward {
    /// It sends them to where the table of one of these subnets is next.
    To(Vec<SubnetId>),
    /// It drops them, or what it sends them to does: how, as a clause.
    Nowhere(&'static str),
    /// They may arrive, or leave what is known.
    Elsewhere,
}

impl Walk<'_, '_> {
    /// The transit gateway sends packets back to the VPC that they come from. What the tables there don't send anywhere
    /// else has gone round; anything else only an appliance could want.
    pub(super) fn sent_back(&mut self, from: AttachmentId, entry: Option<SubnetId>, remote: &Addresses) {
        for (part, exits) in self.exits_for(from, entry, remote) {
            self.goes_round(from, exits, &part);
        }
    }

    fn goes_round(&mut self, from: AttachmentId, exits: Result<Vec<SubnetId>, Doubt>, remote: &Addresses) {
        let network = self.network;
        let attachment = network.attachment(from);
        let exits = exits.unwrap_or_default();
        let lost = match attachment.association {
            Association::Table(_) if !exits.is_empty() => self.going_round(&exits, remote),
            _ => Ranges::none(),
        };
        if let (false, Association::Table(table)) = (lost.is_empty(), attachment.association) {
            let resource = ResourceId::TransitTable(table);
            let packets = self.packets_to(&lost);
            let passage = self.block(Code::TgwRoute, resource, Cause::Hop(from), false, packets, true);
            self.step(Some(resource), passage, false, |walk| {
                let table = text(&network.transit_table(table).element.transit_gateway_route_table_id);
                let vpc = text(&attachment.element.vpc_id);
                let what = shown(&lost);
                let end = walk.end_of(&exits, &lost);
                format!("transit gateway route table {table} sends what goes to {what} back to {vpc}: {end}")
            });
            self.reply_from_transit(from, None, &lost);
        }
        let rest = remote.difference(&lost);
        if !rest.is_empty() {
            self.leaves(format!("transit gateway {}", text(&attachment.element.transit_gateway_id)), &rest);
        }
    }

    /// The table of the subnet where packets came out of a transit gateway sends them into one again.
    pub(super) fn transit_again(&mut self, table_id: RouteTableId, index: u32, remote: &Addresses) {
        let Ok(routes) = &self.network.table(table_id).routes else { return };
        let route = &routes[index as usize];
        let lost = self.going_round(&[self.standing()], remote);
        if !lost.is_empty() {
            let resource = ResourceId::Table(table_id);
            let packets = self.packets_to(&lost);
            let passage = self.block(Code::NoRoute, resource, Cause::Route(table_id, index), false, packets, true);
            self.step(Some(resource), passage, false, |walk| {
                let (table, to) = (walk.table_name(table_id), route.target_id);
                format!("route table {table} sends it into {to} again: {}", walk.end_of(&[walk.standing()], &lost))
            });
            self.reply_from(&lost);
        }
        let rest = remote.difference(&lost);
        if !rest.is_empty() {
            self.leaves(named(route), &rest);
        }
    }

    /// What becomes of packets that never arrive from any of these subnets, as a clause.
    pub(super) fn end_of(&self, from: &[SubnetId], lost: &Addresses) -> &'static str {
        let mut ends: Vec<Option<&str>> = Vec::new();
        for (_, onward) in from.iter().flat_map(|subnet| self.onward(*subnet, lost)) {
            let end = match onward {
                Onward::Nowhere(why) => Some(why),
                Onward::To(_) | Onward::Elsewhere => None,
            };
            if !ends.contains(&end) {
                ends.push(end);
            }
        }
        match ends[..] {
            [Some(why)] => why,
            _ if ends.iter().all(Option::is_some) => "it is dropped there",
            _ if from
                .iter()
                .any(|subnet| self.comes_back(*subnet, lost, &mut Vec::new(), &mut FxHashMap::default())) =>
            {
                "it goes round and never arrives"
            }
            _ => "it never arrives: on every way from there a route is lacking in the end",
        }
    }

    /// Whether packets from a subnet meet its route table, or one behind it, a second time.
    fn comes_back(
        &self,
        subnet: SubnetId,
        part: &Addresses,
        path: &mut Vec<SubnetId>,
        seen: &mut FxHashMap<SubnetId, Addresses>,
    ) -> bool {
        /// Nobody builds more transit gateways in a row.
        const DEEPEST: usize = 64;
        if path.contains(&subnet) {
            return true;
        }
        let known = seen.entry(subnet).or_insert_with(Ranges::none);
        let new = part.difference(known);
        *known = known.union(&new);
        if new.is_empty() || path.len() > DEEPEST {
            return false;
        }
        path.push(subnet);
        let mut onward = self.onward(subnet, &new).into_iter();
        let found = onward.any(|(part, onward)| match onward {
            Onward::To(next) => next.into_iter().any(|next| self.comes_back(next, &part, path, seen)),
            Onward::Nowhere(_) | Onward::Elsewhere => false,
        });
        path.pop();
        found
    }

    /// Those of the addresses to which packets never get from any of these subnets, whichever subnets the transit gateways
    /// choose on the way.
    pub(super) fn going_round(&self, from: &[SubnetId], remote: &Addresses) -> Addresses {
        let mut lost = remote.clone();
        let mut seen: FxHashMap<SubnetId, Addresses> = FxHashMap::default();
        let mut open: Vec<(SubnetId, Addresses)> = from.iter().map(|subnet| (*subnet, remote.clone())).collect();
        while let Some((subnet, part)) = open.pop() {
            let known = seen.entry(subnet).or_insert_with(Ranges::none);
            let new = part.intersection(&lost).difference(known);
            if new.is_empty() {
                continue;
            }
            *known = known.union(&new);
            for (part, onward) in self.onward(subnet, &new) {
                match onward {
                    Onward::To(subnets) => open.extend(subnets.into_iter().map(|subnet| (subnet, part.clone()))),
                    Onward::Nowhere(_) => {}
                    Onward::Elsewhere => lost = lost.difference(&part),
                }
            }
        }
        lost
    }

    fn onward(&self, subnet: SubnetId, remote: &Addresses) -> Vec<(Addresses, Onward)> {
        let network = self.network;
        let elsewhere = || vec![(remote.clone(), Onward::Elsewhere)];
        let Ok((table, _)) = network.subnet(subnet).table else { return elsewhere() };
        let table = network.table(table);
        let Ok(routes) = &table.routes else { return elsewhere() };
        let is_contested = !table.contested.intersection(remote).is_empty();
        if is_contested || self.hidden_route(routes, remote).is_some() || self.service_route(routes).is_some() {
            return elsewhere();
        }
        let inside = network.subnet(subnet).inside(remote).union(&table.unlisted_local.intersection(remote));
        let remote = &remote.difference(&inside);
        let mut all = Vec::new();
        if !inside.is_empty() {
            all.push((inside, Onward::Elsewhere));
        }
        for (part, route) in table.split(remote).iter() {
            match route.map(|index| &routes[index as usize]) {
                None => all.push((part.clone(), Onward::Nowhere("no route leads on"))),
                Some(route) if self.is_dead(route) => {
                    all.push((part.clone(), Onward::Nowhere("its route is a blackhole")))
                }
                Some(route) => match route.target {
                    Target::TransitGateway(gateway) => all.extend(self.onward_by_transit(gateway, subnet, part)),
                    Target::Nat(Reference::To(nat)) => match network.nat(nat).subnet {
                        Some(Reference::To(next)) => all.push((part.clone(), Onward::To(vec![next]))),
                        _ => all.push((part.clone(), Onward::Elsewhere)),
                    },
                    _ => all.push((part.clone(), Onward::Elsewhere)),
                },
            }
        }
        all
    }

    fn onward_by_transit(&self, gateway: &str, subnet: SubnetId, remote: &Addresses) -> Vec<(Addresses, Onward)> {
        let network = self.network;
        let whole = |onward| vec![(remote.clone(), onward)];
        let vpc = network.subnet(subnet).vpc.known();
        let Some(from) = vpc.and_then(|vpc| network.attached.get(&(gateway, vpc))).copied() else {
            return whole(Onward::Elsewhere);
        };
        let entry = match (network.attachment(from).is_available(), self.subnet_in_zone_of(from, subnet)) {
            (Ok(true), Ok(Some(entry))) => entry,
            (Ok(false), _) => return whole(Onward::Nowhere("the VPC's attachment is not available")),
            (_, Ok(None)) => return whole(Onward::Nowhere("the VPC's attachment has no subnet in the zone")),
            (Err(_), _) | (_, Err(_)) => return whole(Onward::Elsewhere),
        };
        let table = match network.attachment(from).association {
            Association::Table(table) => network.transit_table(table),
            Association::Nothing => {
                return whole(Onward::Nowhere("the VPC's attachment is associated with no route table"));
            }
            Association::Unknown(_) | Association::Elsewhere => return whole(Onward::Elsewhere),
        };
        let Ok(hops) = table.split(remote) else { return whole(Onward::Elsewhere) };
        let mut all = Vec::new();
        for (part, hop) in hops {
            match hop {
                None => all.push((part, Onward::Nowhere("the transit gateway's route table has no route for it"))),
                Some(TransitHop::Blackhole) => {
                    all.push((part, Onward::Nowhere("the transit gateway's route for it is a blackhole")));
                }
                Some(TransitHop::Elsewhere) => all.push((part, Onward::Elsewhere)),
                Some(TransitHop::Attachment(to)) => {
                    let exits = self.exits_for(to, Some(entry), &part).into_iter();
                    all.extend(exits.map(|(part, exits)| (part, exits.map_or(Onward::Elsewhere, Onward::To))));
                }
            }
        }
        all
    }
}
