//! Peering connections: followed into the peer's VPC where the input has it.

use super::code::Code;
use super::question::*;
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
}
