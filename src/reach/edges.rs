//! Replies whose way back is bent: by the route table of an internet gateway, of the destination's own subnet, or of a
//! transit gateway attachment's.

use super::code::Code;
use super::question::*;
use super::routing::{is_dead, named};
use super::walk::Walk;
use crate::network::*;

impl Walk<'_, '_> {
    /// Replies that come in through an internet gateway with a route table of its own (an edge association) go where that
    /// table sends them: to the VPC, or through an appliance.
    /// <https://docs.aws.amazon.com/vpc/latest/userguide/gateway-route-tables.html>
    pub(super) fn ingress_routing(&mut self, id: GatewayId, to: &Addresses, remote: &Addresses) {
        match self.network.gateway(id).table {
            Ok(Some(table)) => self.replies_by(table, to, remote),
            Ok(None) => {}
            Err(missing) => self.doubt(Doubt::Missing(missing)),
        }
    }

    /// Replies from an interface take the route table of its subnet. Inside the VPC that is the local route, but for a
    /// middlebox's.
    /// <https://docs.aws.amazon.com/vpc/latest/userguide/route-table-options.html#route-tables-appliance-routing>
    pub(super) fn replies_inside(&mut self, from: SubnetId, remote: &Addresses) {
        let subnet = self.network.subnet(from);
        if from == self.sender.subnet || subnet.vpc != self.subnet().vpc {
            return;
        }
        match subnet.table {
            Ok((table, _)) => self.replies_by(table, &self.flow.own.clone(), remote),
            Err(missing) => self.doubt(Doubt::Missing(missing)),
        }
    }

    /// Replies that come out of a transit gateway in a subnet of the sender's VPC take the route table of that subnet, which
    /// may bend their way to the sender's by a route that is more specific than local.
    /// <https://docs.aws.amazon.com/vpc/latest/userguide/subnet-route-tables.html>
    pub(super) fn replies_from_exit(&mut self, exit: SubnetId, remote: &Addresses) {
        match self.network.subnet(exit).table {
            Ok((table, _)) => self.replies_by(table, &self.flow.own.clone(), remote),
            Err(missing) => self.doubt(Doubt::Missing(missing)),
        }
    }

    /// Replies from `remote` to addresses of this VPC, by a route table that they meet on their way back.
    fn replies_by(&mut self, id: RouteTableId, to: &Addresses, remote: &Addresses) {
        let network = self.network;
        let table = network.table(id);
        let routes = match &table.routes {
            Ok(routes) => routes,
            Err(missing) => {
                self.doubt(Doubt::Missing(*missing));
                return;
            }
        };
        if let Some(hidden) = self.hidden_inside(routes, to) {
            self.perhaps_by(id, hidden);
        }
        if table.keeps_local(to) {
            return;
        }
        // The VPC's own block holds them all, also one that isn't known, and is smaller than all addresses.
        let has_unknown_block = routes.iter().any(|route| {
            let is_own = route.target == Target::Local && route.destination == RouteDestination::Nothing;
            is_own && route.family() == Some(self.family())
        });
        for (part, index) in table.split(to).iter() {
            // AWS keeps a local route in every table, whether it is listed or not.
            let Some(index) = index else { continue };
            let route = &routes[index as usize];
            let is_default = matches!(route.destination, RouteDestination::Block(_, 0));
            if route.target == Target::Local || has_unknown_block && is_default {
                continue;
            }
            let resource = ResourceId::Table(id);
            let name = text(&table.element.route_table_id);
            // Behind a NAT gateway the addresses are not the sender's, and which of several it takes can't be told.
            let own = part.intersection(&self.flow.own);
            let bent = || match own.is_empty() {
                true => (self.packets_to(remote), part == to),
                false => (self.packets_between(&own, remote), true),
            };
            if let Some(endpoint) = self.failed_appliance(route) {
                let (packets, always) = bent();
                self.not_available(endpoint, "endpoint", true, packets, always);
            } else if route.is_blackhole || is_dead(network, self.subnet().element.vpc_id.as_deref(), route) {
                let cause = Cause::Route(id, index);
                let (packets, always) = bent();
                let passage = self.block(Code::Blackhole, resource, cause, true, packets, always);
                self.step(Some(resource), passage, true, |_| {
                    format!(
                        "route table {name} sends replies to {}, which does not exist or does not work",
                        route.target_id
                    )
                });
            } else {
                let to = named(route);
                self.step(Some(resource), Passage::Unknown, true, |_| {
                    format!("route table {name} sends replies to {} through {to}", shown(part))
                });
                self.doubt(Doubt::Leaves(format!("{to}, through which replies come back")));
            }
        }
    }
}
