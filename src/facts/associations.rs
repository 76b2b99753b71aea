//! Subnets that have the main route table of their VPC because nobody gave them one of their own.
//!
//! "Each subnet in your VPC must be associated with a route table. […] If you don't explicitly associate a subnet with a
//! particular route table, the subnet is implicitly associated with the main route table."
//! <https://docs.aws.amazon.com/vpc/latest/userguide/subnet-route-tables.html>

use super::model::Model;
use crate::network::*;
use rustc_hash::FxHashMap;

/// What is looked at of a route table for private subnets, the least comes first: whether subnets have it, whether nothing
/// runs in them, its id.
type Rank<'n> = (bool, bool, &'n str);

/// The two first of some route tables: a subnet may have the first one itself.
#[derive(Debug, Default)]
struct First<'n>([Option<(Rank<'n>, RouteTableId)>; 2]);

impl<'n> First<'n> {
    fn offer(&mut self, rank: Rank<'n>, table: RouteTableId) {
        let mut offered = (rank, table);
        for place in &mut self.0 {
            match place {
                Some((_, known)) if *known == table => return,
                Some(known) if known.0 <= offered.0 => {}
                Some(known) => std::mem::swap(known, &mut offered),
                None => {
                    *place = Some(offered);
                    return;
                }
            }
        }
    }

    fn besides(&self, own: RouteTableId) -> Option<(Rank<'n>, RouteTableId)> {
        self.0.iter().copied().flatten().find(|(_, table)| *table != own)
    }
}

/// The route tables of a VPC that private tasks work by.
#[derive(Debug, Default)]
pub(super) struct PrivateTables<'n> {
    /// Those whose NAT gateway or subnets are in a zone.
    near: FxHashMap<Option<&'n str>, First<'n>>,
    /// All of them.
    any: First<'n>,
}

impl<'n> Model<'n> {
    /// Whether a subnet is declared private and has its VPC's main route table by omission.
    pub(super) fn lacks_own_table(&self, id: SubnetId) -> bool {
        self.declared(id.0) == "private" && matches!(self.network.subnet(id).table, Ok((_, false)))
    }

    /// The route table that a subnet with the main one by omission is most likely meant to have. None where the subnet has
    /// a table of its own, or there is none for private tasks.
    pub(super) fn sibling_table(&self, id: SubnetId) -> Option<RouteTableId> {
        let by_omission = matches!(self.network.subnet(id).table, Ok((_, false)));
        by_omission.then(|| self.private_table(id)).flatten()
    }

    /// The route table that a private subnet with another one is most likely meant to have: one of its VPC that leads
    /// private tasks out, or that they run by, and by which nothing is stopped. One that no subnet has comes first, then
    /// one whose NAT gateway or subnets are in the same zone.
    pub(super) fn private_table(&self, id: SubnetId) -> Option<RouteTableId> {
        let subnet = self.network.subnet(id);
        let Ok((own, _)) = subnet.table else { return None };
        let vpc = subnet.vpc.known()?;
        let known = self.private_tables[vpc.0 as usize].get_or_init(|| self.private_tables(vpc));
        let near = known.near.get(&subnet.element.availability_zone.as_deref());
        let near = near
            .and_then(|tables| tables.besides(own))
            .map(|((is_had, is_idle, name), table)| ((is_had, false, is_idle, name), table));
        let any = known.any.besides(own).map(|((is_had, is_idle, name), table)| ((is_had, true, is_idle, name), table));
        near.into_iter().chain(any).min_by_key(|(rank, _)| *rank).map(|(_, table)| table)
    }

    fn private_tables(&self, vpc: VpcId) -> PrivateTables<'n> {
        let network = self.network;
        let mut found = PrivateTables::default();
        for id in self.tables_of_vpc[vpc.0 as usize].iter().copied().filter(|id| self.is_for_private_tasks(*id)) {
            let table = network.table(id);
            let nat = match table.default_route(network) {
                Ok(Some(Route { target: Target::Nat(Reference::To(nat)), .. })) => network.nat(*nat).subnet,
                _ => None,
            };
            let rank = (!table.subnets.is_empty(), self.hosted_by(id) == 0, text(&table.element.route_table_id));
            found.any.offer(rank, id);
            for subnet in table.subnets.iter().copied().chain(nat.and_then(Reference::known)) {
                let zone = network.subnet(subnet).element.availability_zone.as_deref();
                found.near.entry(zone).or_default().offer(rank, id);
            }
        }
        found
    }

    /// The command that associates a subnet with another table than the main one. Empty where it has one of its own, or
    /// the main one may as well be changed: no other table is for private subnets, and it is in effect for none in which
    /// nothing runs, which would get a way that nobody meant it to have.
    pub(super) fn association(&self, id: SubnetId) -> String {
        let Ok((table, false)) = self.network.subnet(id).table else { return String::new() };
        let idle = |other: &SubnetId| self.hosted[other.0 as usize].is_empty() && *other != id;
        let sibling = self.sibling_table(id);
        if sibling.is_none() && !self.network.table(table).subnets.iter().any(idle) {
            return String::new();
        }
        let subnet = text(&self.network.subnet(id).element.subnet_id);
        let table = sibling.and_then(|table| self.network.table(table).element.route_table_id.as_deref());
        format!(
            "aws ec2 associate-route-table --subnet-id {subnet} --route-table-id {}",
            table.unwrap_or("<route-table-id>")
        )
    }

    /// How many workloads run in the subnets of a route table.
    fn hosted_by(&self, table: RouteTableId) -> usize {
        self.network.table(table).subnets.iter().map(|subnet| self.hosted[subnet.0 as usize].len()).sum()
    }

    /// Whether private tasks work by a route table: it leads them out, or they run in its subnets already, or it has routes
    /// although no subnet has it.
    pub(super) fn is_for_private_tasks(&self, id: RouteTableId) -> bool {
        let table = self.network.table(id);
        let leads_out = match table.default_route(self.network) {
            Ok(Some(Route { target: Target::InternetGateway(_), .. })) => return false,
            Ok(route) => route.is_some(),
            Err(_) => return false,
        };
        let leads_anywhere = table.routes.iter().flatten().any(|route| route.target != Target::Local);
        let is_public = |subnet: &SubnetId| self.declared(subnet.0) == "public";
        !self.stopping_tables.contains(&id)
            && !table.subnets.iter().any(is_public)
            && (leads_out || self.hosted_by(id) > 0 || table.subnets.is_empty() && leads_anywhere)
    }
}
