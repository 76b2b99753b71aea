//! Subnets that have the main route table of their VPC because nobody gave them one of their own.
//!
//! "Each subnet in your VPC must be associated with a route table. […] If you don't explicitly associate a subnet with a
//! particular route table, the subnet is implicitly associated with the main route table."
//! <https://docs.aws.amazon.com/vpc/latest/userguide/subnet-route-tables.html>

use super::model::Model;
use crate::network::*;

impl Model<'_> {
    /// Whether a subnet is declared private and has its VPC's main route table by omission.
    pub(super) fn lacks_own_table(&self, id: SubnetId) -> bool {
        self.declared(id.0) == "private" && matches!(self.network.subnet(id).table, Ok((_, false)))
    }

    /// The route table that a subnet with the main one by omission is most likely meant to have. Of a public subnet that is
    /// one of its VPC that leads to an internet gateway; of any other one that leads private tasks out, or that they run
    /// by, and by which nothing is stopped. One that no subnet has comes first, then one whose NAT gateway or subnets are
    /// in the same zone. None where a subnet that isn't public has a table of its own, or there is
    /// none like that.
    pub(super) fn sibling_table(&self, id: SubnetId) -> Option<RouteTableId> {
        let network = self.network;
        let subnet = network.subnet(id);
        let is_public = self.is_public(id);
        let (own, _) = subnet.table.ok().filter(|(_, is_own)| is_public || !is_own)?;
        let vpc = subnet.vpc.known()?;
        let zone = subnet.element.availability_zone.as_deref();
        let in_zone = |id: SubnetId| network.subnet(id).element.availability_zone.as_deref() == zone;
        let ids = (0..network.tables.len() as u32).map(RouteTableId);
        let others = ids.filter(|table| network.table(*table).vpc == Reference::To(vpc) && *table != own);
        let is_alike = |table: &RouteTableId| {
            if is_public { self.is_for_public(*table) } else { self.is_for_private_tasks(*table) }
        };
        others.filter(is_alike).min_by_key(|id| {
            let table = network.table(*id);
            let nat = match table.default_route(network) {
                Ok(Some(Route { target: Target::Nat(Reference::To(nat)), .. })) => network.nat(*nat).subnet,
                _ => None,
            };
            let is_near = table.subnets.iter().copied().chain(nat.and_then(Reference::known)).any(in_zone);
            (!table.subnets.is_empty(), !is_near, self.hosted_by(*id) == 0, text(&table.element.route_table_id))
        })
    }

    /// The command that associates a subnet with another table than the main one. Empty where it has one of its own, or
    /// the main one may as well be changed: no other table is for subnets like it, and it is in effect for none that would
    /// get a way that nobody meant it to have, as one in which nothing runs, or a private one beside a public one. A public
    /// subnet that is associated with the table of private ones is given another one in its place.
    pub(super) fn association(&self, id: SubnetId) -> String {
        let is_public = self.is_public(id);
        let table = match self.network.subnet(id).table {
            Ok((table, false)) => table,
            Ok((table, true)) if is_public => return self.reassociation(id, table),
            _ => return String::new(),
        };
        let is_other = |other: &SubnetId| {
            let is_alike = if is_public { self.is_public(*other) } else { !self.hosted[other.0 as usize].is_empty() };
            *other != id && !is_alike
        };
        let sibling = self.sibling_table(id);
        if sibling.is_none() && !self.network.table(table).subnets.iter().any(is_other) {
            return String::new();
        }
        let subnet = text(&self.network.subnet(id).element.subnet_id);
        let table = sibling.and_then(|table| self.network.table(table).element.route_table_id.as_deref());
        format!(
            "aws ec2 associate-route-table --subnet-id {subnet} --route-table-id {}",
            table.unwrap_or("<route-table-id>")
        )
    }

    /// The command that gives a public subnet another table than one that private subnets have. Empty where none has it.
    fn reassociation(&self, id: SubnetId, table: RouteTableId) -> String {
        let table = self.network.table(table);
        if !table.subnets.iter().any(|other| !self.is_public(*other)) {
            return String::new();
        }
        let subnet = self.network.subnet(id).element.subnet_id.as_deref();
        let mut associations =
            table.element.associations.iter().flatten().filter(|found| found.subnet_id.as_deref() == subnet);
        let association = associations.find_map(|found| found.route_table_association_id.as_deref());
        let sibling = self.sibling_table(id).map(|table| text(&self.network.table(table).element.route_table_id));
        format!(
            "aws ec2 replace-route-table-association --association-id {} --route-table-id {}",
            association.unwrap_or("<association-id>"),
            sibling.unwrap_or("<route-table-id>")
        )
    }

    /// Whether a subnet is public: as its owner says, or else by what is in it.
    fn is_public(&self, id: SubnetId) -> bool {
        let index = id.0 as usize;
        match self.declared(id.0) {
            "public" => true,
            "private" => false,
            _ => {
                !self.public_balancers[index].is_empty()
                    || self.nats_in[index].iter().any(|nat| !self.network.nat(*nat).is_private)
                    || self.hosted[index].iter().any(|id| self.network.workload(*id).public_ip == Ok(true))
            }
        }
    }

    /// Whether a route table is one of public subnets: it leads to an internet gateway, and no private one has it.
    fn is_for_public(&self, id: RouteTableId) -> bool {
        let table = self.network.table(id);
        let leads_out = matches!(
            table.default_route(self.network),
            Ok(Some(Route { target: Target::InternetGateway(Reference::To(_)), .. }))
        );
        leads_out && !table.subnets.iter().any(|subnet| self.declared(subnet.0) == "private")
    }

    /// How many workloads run in the subnets of a route table.
    fn hosted_by(&self, table: RouteTableId) -> usize {
        self.network.table(table).subnets.iter().map(|subnet| self.hosted[subnet.0 as usize].len()).sum()
    }

    /// Whether private tasks work by a route table: it leads them out, or they run in its subnets already, or it has routes
    /// although no subnet has it.
    fn is_for_private_tasks(&self, id: RouteTableId) -> bool {
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
