//! Peering connections and transit gateways: followed where both ends are in the input.

use super::code::Code;
use super::question::*;
use super::walk::Walk;
use crate::network::*;

/// Whether a peering connection carries packets.
pub(super) fn is_active(peering: &Peering<'_>) -> bool {
    peering.element.status.as_ref().and_then(|status| status.code.as_deref()).is_none_or(|code| code == "active")
}

/// Where a transit gateway's route table leads.
#[derive(Clone, Copy)]
enum Hop {
    Vpc(VpcId),
    /// Nowhere: no route of that table, or a blackhole.
    Lost(TransitTableId),
    /// Out of the input.
    Hidden,
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
        let attachment = AttachmentId(index as u32);
        self.needs_zone(attachment, self.sender.subnet, remote, false);
        for (part, hop) in self.hops(attachment, remote) {
            match hop {
                Hop::Vpc(vpc) => {
                    self.back_through_transit(id, vpc, &part);
                    self.arrive(vpc, &part, |target| matches!(target, Target::TransitGateway(found) if *found == id));
                }
                Hop::Lost(table) => self.lost_in_transit(table, &part),
                Hop::Hidden => self.leaves(format!("transit gateway {id}"), &part),
            }
        }
    }

    /// A transit gateway takes packets from, and brings them to, zones that its attachment has a subnet in.
    /// <https://docs.aws.amazon.com/vpc/latest/tgw/how-transit-gateways-work.html>
    fn needs_zone(&mut self, id: AttachmentId, subnet: SubnetId, remote: &Addresses, returning: bool) {
        let network = self.network;
        let attachment = network.attachment(id);
        let zone = |subnet: SubnetId| network.subnet(subnet).element.availability_zone.as_deref();
        let attached: Option<Vec<_>> = attachment.subnets.iter().map(|subnet| zone(subnet.known()?)).collect();
        let (Some(zone), Some(attached)) = (zone(subnet), attached.filter(|zones| !zones.is_empty())) else { return };
        if attached.contains(&zone) {
            return;
        }
        let resource = ResourceId::Attachment(id);
        let packets = self.packets_to(remote);
        let passage = self.block(Code::TgwZone, resource, Cause::Whole, returning, packets, true);
        self.step(Some(resource), passage, returning, |_| {
            let name = text(&attachment.element.transit_gateway_id);
            format!("transit gateway {name} has no attachment subnet in {zone}")
        });
    }

    /// Where the table that an attachment is associated with leads: longest prefix first, of equal ones a static route.
    fn hops(&self, attachment: AttachmentId, addresses: &Addresses) -> Vec<(Addresses, Hop)> {
        let network = self.network;
        let hidden = || vec![(addresses.clone(), Hop::Hidden)];
        let Some(table) = network.attachment(attachment).table else { return hidden() };
        let Some(routes) = network.transit_table(table).element.routes.as_ref() else { return hidden() };
        let mut ordered: Vec<_> =
            routes.iter().filter_map(|route| Some((block(route.destination_cidr_block.as_deref()?)?, route))).collect();
        ordered.sort_by_key(|(net, route)| (std::cmp::Reverse(net.length), route.ty.as_deref() == Some("propagated")));
        let mut rest = addresses.clone();
        let mut hops = Vec::new();
        for (net, route) in ordered {
            let part = rest.intersection(&Ranges::one(net.range.0, net.range.1));
            rest = rest.difference(&part);
            if route.state.as_deref() == Some("blackhole") {
                hops.push((part, Hop::Lost(table)));
                continue;
            }
            let vpc = (route.transit_gateway_attachments.first())
                .filter(|target| target.resource_type.as_deref() == Some("vpc"))
                .and_then(|target| network.by_id.vpcs.get(target.resource_id.as_deref()?).copied());
            let inside = vpc.map_or_else(Ranges::none, |vpc| network.vpc(vpc).blocks.intersection(&part));
            // Central egress, or an attachment of another account: its own routes decide.
            hops.push((part.difference(&inside), Hop::Hidden));
            hops.extend(vpc.map(|vpc| (inside, Hop::Vpc(vpc))));
        }
        let has_lists = routes.iter().any(|route| route.prefix_list_id.is_some());
        hops.push((rest, if has_lists { Hop::Hidden } else { Hop::Lost(table) }));
        hops.retain(|(part, _)| !part.is_empty());
        hops
    }

    /// Replies meet the table of the other VPC's attachment.
    fn back_through_transit(&mut self, id: &str, vpc: VpcId, remote: &Addresses) {
        let network = self.network;
        let own_vpc = self.subnet().vpc.known();
        let there = network.vpc(vpc).element.vpc_id.as_deref();
        let Some(index) = network.attachments.iter().position(|attachment| {
            attachment.element.transit_gateway_id.as_deref() == Some(id)
                && attachment.element.vpc_id.as_deref() == there
        }) else {
            self.doubt(Doubt::Leaves(format!("transit gateway {id}")));
            return;
        };
        let attachment = AttachmentId(index as u32);
        for subnet in &network.vpc(vpc).subnets {
            let part = remote.intersection(&network.subnet(*subnet).blocks);
            if !part.is_empty() {
                self.needs_zone(attachment, *subnet, &part, true);
            }
        }
        for (own, hop) in self.hops(attachment, &self.flow.own.clone()) {
            match hop {
                Hop::Vpc(found) if Some(found) == own_vpc => {}
                Hop::Lost(table) => {
                    let packets = self.packets_between(&own, remote);
                    let resource = ResourceId::TransitTable(table);
                    let passage = self.block(Code::TgwRoute, resource, Cause::Whole, true, packets, true);
                    self.step(Some(resource), passage, true, |walk| {
                        let name = text(&walk.network.transit_table(table).element.transit_gateway_route_table_id);
                        format!("transit gateway route table {name} has no route back to {}", shown(&own))
                    });
                }
                Hop::Vpc(_) | Hop::Hidden => self.doubt(Doubt::Leaves(format!("transit gateway {id}"))),
            }
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
            let part = remote.intersection(&found.blocks);
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
                let packets = self.packets_between(own, &part);
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
