//! Peering connections and transit gateways: followed where both ends are in the input.

use super::code::Code;
use super::question::*;
use super::walk::Walk;
use crate::network::*;

/// Whether a peering connection carries packets.
pub(super) fn is_active(peering: &Peering<'_>) -> bool {
    peering.element.status.as_ref().and_then(|status| status.code.as_deref()).is_none_or(|code| code == "active")
}

impl Walk<'_, '_> {
    pub(super) fn peering(&mut self, id: PeeringId, remote: &Addresses) {
        let network = self.network;
        let peering = network.peering(id);
        let resource = ResourceId::Peering(id);
        let name = text(&peering.element.vpc_peering_connection_id);
        self.path.via.get_or_insert(resource);
        if !is_active(peering) {
            let packets = self.packets_to(remote);
            let passage = self.block(Code::PeeringState, resource, Cause::Whole, false, packets, true);
            self.step(Some(resource), passage, false, |_| format!("peering connection {name} is not active"));
        }
        let other = peering.ends.iter().flatten().find(|end| Some(**end) != self.vpc_id());
        let Some(vpc) = other.and_then(|id| network.by_id.vpcs.get(id)).copied() else {
            self.leaves(format!("peering connection {name}"), remote);
            return;
        };
        let beyond = remote.difference(&network.vpc(vpc).blocks);
        if !beyond.is_empty() {
            // Peering is not transitive: https://docs.aws.amazon.com/vpc/latest/peering/vpc-peering-basics.html
            let packets = self.packets_to(&beyond);
            let passage = self.block(Code::NotRoutable, resource, Cause::Whole, false, packets, true);
            self.step(Some(resource), passage, false, |_| format!("{} is not in the peer's VPC", shown(&beyond)));
        }
        let inside = remote.intersection(&network.vpc(vpc).blocks);
        self.arrive(vpc, &inside, |target| matches!(target, Target::Peering(Reference::To(found)) if *found == id));
    }

    pub(super) fn transit_gateway(&mut self, id: &str, remote: &Addresses) {
        let network = self.network;
        let here = network.attachments.iter().position(|attachment| {
            attachment.element.transit_gateway_id.as_deref() == Some(id)
                && attachment.element.vpc_id.as_deref() == self.vpc_id()
        });
        let Some(index) = here else {
            self.leaves(format!("transit gateway {id}"), remote);
            return;
        };
        let attachment = &network.attachments[index];
        let attachment_id = AttachmentId(index as u32);
        let zone = |subnet: SubnetId| network.subnet(subnet).element.availability_zone.as_deref();
        let own_zone = zone(self.sender.subnet);
        let zones_known =
            attachment.subnets.iter().all(|subnet| subnet.known().is_some()) && !attachment.subnets.is_empty();
        if zones_known
            && own_zone.is_some()
            && !attachment.subnets.iter().filter_map(|subnet| subnet.known()).any(|subnet| zone(subnet) == own_zone)
        {
            let packets = self.packets_to(remote);
            let passage =
                self.block(Code::TgwZone, ResourceId::Attachment(attachment_id), Cause::Whole, false, packets, true);
            self.step(Some(ResourceId::Attachment(attachment_id)), passage, false, |_| {
                format!("transit gateway {id} has no attachment subnet in {}", own_zone.unwrap_or_default())
            });
        }
        let Some(transit) = attachment.table else {
            self.leaves(format!("transit gateway {id}"), remote);
            return;
        };
        let element = network.transit_table(transit).element;
        let Some(routes) = element.routes.as_ref() else {
            self.leaves(format!("transit gateway {id}"), remote);
            return;
        };
        let mut rest = remote.clone();
        let mut ordered: Vec<_> =
            routes.iter().filter_map(|route| Some((block(route.destination_cidr_block.as_deref()?)?, route))).collect();
        ordered.sort_by_key(|(net, _)| std::cmp::Reverse(net.length));
        let has_lists = routes.iter().any(|route| route.prefix_list_id.is_some());
        for (net, route) in ordered {
            let part = rest.intersection(&Ranges::one(net.range.0, net.range.1));
            if part.is_empty() {
                continue;
            }
            rest = rest.difference(&part);
            if route.state.as_deref() == Some("blackhole") {
                self.lost_in_transit(transit, &part);
                continue;
            }
            let target = route.transit_gateway_attachments.first();
            let vpc = target
                .filter(|target| target.resource_type.as_deref() == Some("vpc"))
                .and_then(|target| network.by_id.vpcs.get(target.resource_id.as_deref()?))
                .copied();
            match vpc {
                Some(vpc) if network.vpc(vpc).blocks.contains(&part) => {
                    self.arrive(vpc, &part, |target| matches!(target, Target::TransitGateway(found) if *found == id));
                }
                // Central egress, or an attachment of another account: its own routes decide.
                _ => self.leaves(format!("transit gateway {id}"), &part),
            }
        }
        if rest.is_empty() {
            return;
        }
        if has_lists {
            self.leaves(format!("transit gateway {id}"), &rest);
        } else {
            self.lost_in_transit(transit, &rest);
        }
    }

    fn lost_in_transit(&mut self, transit: TransitTableId, remote: &Addresses) {
        let packets = self.packets_to(remote);
        let resource = ResourceId::TransitTable(transit);
        let passage = self.block(Code::TgwRoute, resource, Cause::Whole, false, packets, true);
        self.step(Some(resource), passage, false, |walk| {
            let name = text(&walk.network.transit_table(transit).element.transit_gateway_route_table_id);
            format!("transit gateway route table {name} has no route to {}", shown(remote))
        });
        self.reply_from(remote);
    }

    /// In another VPC: its filters, and the routes of its subnets back to the sender.
    fn arrive(&mut self, vpc: VpcId, remote: &Addresses, leads_back: impl Fn(&Target<'_>) -> bool) {
        let network = self.network;
        for subnet in &network.vpc(vpc).subnets {
            let found = network.subnet(*subnet);
            let part =
                remote.intersection(&found.block.map_or_else(Ranges::none, |(low, high)| Ranges::one(low, high)));
            if part.is_empty() {
                continue;
            }
            let (table_id, routes) = match found.table.map(|(table, _)| (table, network.table(table).routes.as_ref())) {
                Ok((table, Ok(routes))) => (table, routes),
                Ok((_, Err(missing))) => {
                    self.doubt(Doubt::Missing(*missing));
                    continue;
                }
                Err(missing) => {
                    self.doubt(Doubt::Missing(missing));
                    continue;
                }
            };
            let own_addresses = self.flow.own.clone();
            for (own, route) in network.table(table_id).split(&own_addresses).iter() {
                if route.is_some_and(|index| leads_back(&routes[index as usize].target)) {
                    continue;
                }
                let mut packets = self.packets_to(&part);
                let ranges: Vec<_> = own.iter().collect();
                packets = packets
                    .into_iter()
                    .flat_map(|one| ranges.iter().map(move |range| super::packets::Packets { own: *range, ..one }))
                    .collect();
                let cause = route.map_or(Cause::Lacking(table_id), |index| Cause::Route(table_id, index));
                let passage = self.block(Code::NoRoute, ResourceId::Table(table_id), cause, true, packets, true);
                self.step(Some(ResourceId::Table(table_id)), passage, true, |walk| {
                    format!("route table {} has no route back to {}", walk.table_name(table_id), shown(own))
                });
            }
        }
        self.deliver_to_interfaces(Some(vpc), remote);
    }
}
