//! Routes that take a service's addresses another way than the default route, and who leaves by a NAT gateway.

use super::entity::{Reading, boolean, strings};
use super::model::Model;
use super::schema::Unknown;
use crate::network::*;
use crate::reach::{Flow, FlowKind, ResourceId, Verdict};

impl Model<'_> {
    /// Services of which a route takes addresses to where the input can't follow: past a transit gateway, a VPN, an
    /// instance. What is blocked on its way is told by its blockers.
    pub(super) fn diverted_services<'f>(&'f self, index: u32) -> Reading<'f> {
        let Some(route) = self.route(index) else { return strings([]) };
        let table = self.network.table(self.route_owner(index));
        let leaves = !matches!(
            route.target,
            Target::Local
                | Target::InternetGateway(_)
                | Target::Nat(_)
                | Target::Endpoint(_)
                | Target::EgressOnlyGateway
        );
        // A route for the service's own prefix list is meant for it.
        let is_block = matches!(route.destination, RouteDestination::Block(range, _) if range != ALL_V4);
        if !leaves || !is_block {
            return strings([]);
        }
        if route.target_id.is_empty() {
            return Err(self.unknown(Missing { call: "ec2:DescribeRouteTables", scope: table.scope }));
        }
        let default = table.default_route().map_err(|missing| self.unknown(missing))?;
        if default.is_none_or(|default| default.target_id == route.target_id) {
            return strings([]);
        }
        let position = route.index as u32;
        let taken =
            Addresses::collect(table.winners.iter().filter(|(_, winner)| *winner == position).map(|(range, _)| *range));
        let mut services: Vec<&str> = Vec::new();
        for subnet in &table.subnets {
            for workload in &self.hosted[subnet.0 as usize] {
                for flow in self.flows_of(*workload).iter().filter(|flow| flow.key.subnet == *subnet) {
                    let Some(service) = self.service_by_route(flow) else { continue };
                    if !services.contains(&service)
                        && self.addresses_of(table.scope, service).any(|blocks| !blocks.intersection(&taken).is_empty())
                    {
                        services.push(service);
                    }
                }
            }
        }
        strings(services)
    }

    /// The service that a flow goes to by a route, where nothing is known to stop it.
    fn service_by_route(&self, flow: &Flow) -> Option<&str> {
        let FlowKind::Need(need) = flow.key.kind else { return None };
        let by_interface = matches!(flow.answer.via, Some(ResourceId::Endpoint(id)) if self.network.endpoint(id).kind == EndpointKind::Interface);
        if by_interface || !matches!(flow.answer.verdict, Verdict::Reachable | Verdict::Unknown) {
            return None;
        }
        match &self.network.workload(flow.key.workload).needs.get(need as usize)?.target {
            NeedTarget::Service(name) => Some(name),
            _ => None,
        }
    }

    /// The public addresses of a service, where prefix lists tell them.
    fn addresses_of<'m>(&'m self, scope: u32, service: &'m str) -> impl Iterator<Item = &'m Addresses> {
        let lists = self.network.prefix_lists.iter();
        lists
            .filter(move |list| list.scope == scope && list.service == Some(service))
            .filter_map(|list| list.blocks.as_ref())
    }

    /// Whether a table has a route to a NAT gateway.
    pub(super) fn has_route_to_nat<'f>(&self, index: u32) -> Reading<'f> {
        if !self.nat_tables[index as usize].is_empty() {
            return boolean(true);
        }
        let nat = &self.network.nats[index as usize];
        self.complete(nat.scope, "ec2:DescribeRouteTables")?;
        for table in self.network.tables.iter().filter(|table| table.scope == nat.scope) {
            table.routes.as_ref().map_err(|missing| self.unknown(*missing))?;
        }
        boolean(false)
    }

    /// Whether a list holds all there is: it is in the input, and none of its calls failed.
    fn complete(&self, scope: u32, call: &'static str) -> Result<(), Unknown> {
        self.listed(scope, call)?;
        let failed = |left: &crate::snapshot::NotCollected| left.call.eq_ignore_ascii_case(call);
        if self.network.scopes[scope as usize].not_collected.iter().any(failed) {
            return Err(self.unknown(Missing { call, scope }));
        }
        Ok(())
    }

    /// Workloads in subnets whose default route leads to a NAT gateway.
    pub(super) fn workloads_of_nat(&self, id: NatId) -> Vec<u32> {
        let mut found = Vec::new();
        for table in self.nat_tables[id.0 as usize].iter().map(|table| self.network.table(*table)) {
            let is_default =
                matches!(table.default_route(), Ok(Some(route)) if route.target == Target::Nat(Reference::To(id)));
            if is_default {
                found.extend(table.subnets.iter().flat_map(|subnet| &self.hosted[subnet.0 as usize]).map(|id| id.0));
            }
        }
        found.sort_unstable();
        found.dedup();
        found
    }
}
