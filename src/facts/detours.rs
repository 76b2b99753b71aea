//! Routes that take a service's addresses another way than the default route.

use super::entity::{Reading, strings};
use super::model::Model;
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
                | Target::EgressOnlyGateway(_)
        );
        // A route for the service's own prefix list is meant for it.
        let is_block = matches!(route.destination, RouteDestination::Block(range, _) if range != ALL_V4);
        if !leaves || !is_block {
            return strings([]);
        }
        if route.target_id.is_empty() {
            return Err(self.unknown(Missing { call: "ec2:DescribeRouteTables", scope: table.scope }));
        }
        let default = table.default_route(self.network).map_err(|missing| self.unknown(missing))?;
        if default.is_some_and(|default| default.target_id == route.target_id) {
            return strings([]);
        }
        // Without a default route, a service's other way is its gateway endpoint, or there is none.
        let has_other_way = |service: &str| default.is_some() || self.has_endpoint_route(table, service);
        let position = route.index as u32;
        let taken =
            Addresses::collect(table.winners.iter().filter(|(_, winner)| *winner == position).map(|(range, _)| *range));
        let mut services: Vec<&str> = Vec::new();
        for subnet in &table.subnets {
            for workload in &self.hosted[subnet.0 as usize] {
                for flow in self.flows_of(*workload).iter().filter(|flow| flow.key.subnet == *subnet) {
                    let Some(service) = self.service_by_route(flow) else { continue };
                    if !services.contains(&service)
                        && has_other_way(service)
                        && self.addresses_of(table.scope, service).any(|blocks| !blocks.intersection(&taken).is_empty())
                    {
                        services.push(service);
                    }
                }
            }
        }
        strings(services)
    }

    fn has_endpoint_route(&self, table: &RouteTable<'_>, service: &str) -> bool {
        table.routes.iter().flatten().any(|route| match route.target {
            Target::Endpoint(Reference::To(id)) => self.network.endpoint(id).service == Some(service),
            _ => false,
        })
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
}
