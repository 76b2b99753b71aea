//! Peering connections: followed into the peer's VPC where the input has it.

use super::code::Code;
use super::question::*;
use super::routing::named;
use super::walk::{Arrival, Walk};
use crate::network::*;

impl Walk<'_, '_> {
    pub(super) fn peering(&mut self, id: PeeringId, route: Cause, remote: &Addresses) {
        let network = self.network;
        let peering = network.peering(id);
        let resource = ResourceId::Peering(id);
        let name = text(&peering.element.vpc_peering_connection_id);
        self.path.via.get_or_insert(resource);
        match peering.status() {
            Ok("active") => {}
            Ok(status) => {
                let packets = self.packets_to(remote);
                let passage = self.block(Code::PeeringState, resource, Cause::Whole, false, packets, true);
                self.step(Some(resource), passage, false, |_| format!("peering connection {name} is {status}"));
            }
            Err(missing) => self.doubt(Doubt::Missing(missing)),
        }
        if self.vpc_id().is_none() {
            let scope = network.subnet(self.standing()).scope;
            self.doubt(Doubt::Missing(Missing { call: "ec2:DescribeSubnets", scope }));
            self.reply_from(remote);
            return;
        }
        let other = peering.other_end(self.vpc_id());
        let beyond = network.beyond_peer(id, self.vpc_id(), remote);
        if !beyond.is_empty() {
            // Peering is not transitive: https://docs.aws.amazon.com/vpc/latest/peering/vpc-peering-basics.html
            let packets = self.packets_to(&beyond);
            let passage = self.block(Code::NotRoutable, resource, route, false, packets, true);
            self.step(Some(resource), passage, false, |_| format!("{} is not in the peer's VPC", shown(&beyond)));
        }
        let inside = remote.difference(&beyond);
        if inside.is_empty() {
            return;
        }
        let Some(vpc) = other.and_then(|id| network.by_id.vpcs.get_in(peering.scope, id)).copied() else {
            self.leaves(format!("peering connection {name}"), &inside);
            return;
        };
        let before = std::mem::replace(&mut self.arrival, Arrival::Peering(id, vpc));
        self.local(&inside);
        self.arrival = before;
    }

    /// The route table of the destination's subnet sends replies back the way that the request came.
    pub(super) fn leads_back(&mut self, subnet: SubnetId, remote: &Addresses, is_way: impl Fn(&Target<'_>) -> bool) {
        let network = self.network;
        let table_id = match network.subnet(subnet).table {
            Ok((table, _)) => table,
            Err(missing) => return self.doubt(Doubt::Missing(missing)),
        };
        let table = network.table(table_id);
        let routes = match &table.routes {
            Ok(routes) => routes,
            Err(missing) => return self.doubt(Doubt::Missing(*missing)),
        };
        let resource = ResourceId::Table(table_id);
        let own_addresses = self.flow.own.clone();
        let own_addresses = self.without_contested(table_id, &own_addresses, |_, _| {});
        for (own, index) in table.split(&own_addresses).iter() {
            let route = index.map(|index| &routes[index as usize]);
            if let Some(route) = route.filter(|route| is_way(&route.target) && !route.is_blackhole) {
                self.step(Some(resource), Passage::Passed, true, |walk| {
                    let (table, to) = (walk.table_name(table_id), route.target_id);
                    format!("route table {table} sends replies to {} to {to}", route.destination_text())
                });
                continue;
            }
            if let Some(hidden) = self.hidden_route(routes) {
                self.perhaps_by(table_id, hidden);
                continue;
            }
            // Behind an appliance, a VPN or another gateway there may be a way back too.
            if let Some(route) = route.filter(|route| !self.is_dead(route) && self.may_lead_anywhere(route)) {
                let to = named(route);
                self.step(Some(resource), Passage::Unknown, true, |walk| {
                    format!("route table {} sends replies to {to}", walk.table_name(table_id))
                });
                self.doubt(Doubt::Leaves(to));
                continue;
            }
            let packets = self.packets_between(own, remote);
            let cause = index.map_or(Cause::Lacking(table_id), |index| Cause::Route(table_id, index));
            let passage = self.block(Code::NoRoute, resource, cause, true, packets, true);
            self.step(Some(resource), passage, true, |walk| {
                let table = walk.table_name(table_id);
                match route {
                    Some(route) => {
                        format!("route table {table} sends replies to {} to {}", shown(own), route.target_id)
                    }
                    None => format!("route table {table} has no route back to {}", shown(own)),
                }
            });
        }
    }

    /// Whether the input can't tell where a route's target leads in the end.
    fn may_lead_anywhere(&self, route: &Route<'_>) -> bool {
        match route.target {
            Target::Local | Target::EgressOnlyGateway(_) => false,
            Target::InternetGateway(_) | Target::Nat(_) => false,
            Target::Endpoint(_) => self.is_appliance(route),
            // What peers send each other has no further destination.
            Target::Peering(_) => false,
            Target::TransitGateway(_)
            | Target::VirtualPrivateGateway
            | Target::Instance
            | Target::Interface(_)
            | Target::Other
            | Target::Unwritten(_) => true,
        }
    }

    /// Whether a route leads to an endpoint that hands packets on to an appliance: a firewall's, a Gateway Load
    /// Balancer's.
    pub(super) fn is_appliance(&self, route: &Route<'_>) -> bool {
        match route.target {
            Target::Endpoint(Reference::To(id)) => self.network.endpoint(id).kind != EndpointKind::Gateway,
            Target::Endpoint(_) => true,
            _ => false,
        }
    }
}
