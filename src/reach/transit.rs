//! Transit gateways: followed through both ends where the input has them, and back.
//!
//! A packet enters by the attachment's subnet in the zone that it comes from, is sent to another attachment by the table
//! that its own is associated with, and comes out in a subnet of that attachment, whose route table takes it on.
//! <https://docs.aws.amazon.com/vpc/latest/tgw/how-transit-gateways-work.html>

use super::code::Code;
use super::decided::{entries, first_ones, transit_route};
use super::packets::subtract;
use super::question::*;
use super::walk::{Arrival, Transit, View, Walk, bound_for};
use crate::network::*;
use crate::snapshot::TransitGatewayRoute;

impl Walk<'_, '_> {
    pub(super) fn transit_gateway(&mut self, id: &str, remote: &Addresses) {
        let network = self.network;
        let Some(from) = self.vpc().and_then(|vpc| network.attached.get(&(id, vpc))).copied() else {
            self.leaves(format!("transit gateway {id}"), remote);
            return;
        };
        self.path.via.get_or_insert(ResourceId::Attachment(from));
        let everybody = self.flow.own.clone();
        let entry = self.enter_transit(from, self.sender.subnet, &everybody, remote, false);
        for (part, hop) in self.hops(from, remote) {
            let walk = |walk: &mut Self| match hop {
                Some(TransitHop::Attachment(to)) => walk.come_out(from, to, entry, &part),
                Some(TransitHop::Elsewhere) => {
                    walk.step_by(None, Passage::Unknown, false, |walk| {
                        let (by, routes) = walk.transit_routes(from, &part);
                        (format!("transit gateway {id}{by}: what lies behind isn't known"), routes)
                    });
                    walk.doubt(Doubt::Leaves(format!("transit gateway {id}")));
                    walk.reply_from_transit(from, None, &part);
                }
                Some(TransitHop::Blackhole) | None => {
                    walk.lost_in_transit(from, hop, &everybody, &part, false);
                    walk.reply_from_transit(from, None, &part);
                }
            };
            self.apart(|| (part != *remote).then(|| bound_for(&part)), &part, walk);
        }
    }

    /// Into the transit gateway, from a subnet of an attachment's VPC: the attachment works, has a subnet in the zone,
    /// and that subnet's network ACL lets the packets in. The subnet; none where it isn't known.
    /// <https://docs.aws.amazon.com/vpc/latest/tgw/tgw-nacls.html>
    fn enter_transit(
        &mut self,
        id: AttachmentId,
        subnet: SubnetId,
        own: &Addresses,
        remote: &Addresses,
        returning: bool,
    ) -> Option<SubnetId> {
        let network = self.network;
        let attachment = network.attachment(id);
        let resource = ResourceId::Attachment(id);
        self.unless_attached(id, own, remote, returning);
        let entry = match self.subnet_in_zone_of(id, subnet) {
            Ok(entry) => entry,
            Err(doubt) => {
                self.doubt(doubt);
                return None;
            }
        };
        let Some(entry) = entry else {
            let packets = self.packets_between(own, remote);
            let cause = Cause::Zone(subnet);
            let passage = self.block(Code::TgwZone, resource, cause, returning, packets, true);
            self.step(Some(resource), passage, returning, |_| {
                let gateway = text(&attachment.element.transit_gateway_id);
                let zone = text(&network.subnet(subnet).element.availability_zone);
                format!("transit gateway {gateway} has no attachment subnet in {zone}")
            });
            return None;
        };
        let view = if returning { View::RemoteOwn } else { View::OwnRemote };
        self.acl(Code::TgwNacl, entry, false, view, remote, returning);
        Some(entry)
    }

    /// Stops what goes through an attachment that isn't available. What doesn't get there needs no reply through it.
    fn unless_attached(&mut self, id: AttachmentId, own: &Addresses, remote: &Addresses, returning: bool) {
        let attachment = self.network.attachment(id);
        match (attachment.is_available(), attachment.state()) {
            (Ok(true), _) => {}
            (Ok(false), Ok(state)) => {
                let resource = ResourceId::Attachment(id);
                let mut packets = self.packets_between(own, remote);
                let told = self.path.blockers.iter().filter(|known| {
                    (known.code, known.resource, known.cause) == (Code::TgwRoute, resource, Cause::Whole)
                        && !known.returning
                });
                packets = subtract(packets, told.flat_map(|known| &known.packets));
                if packets.is_empty() {
                    return;
                }
                let passage = self.block(Code::TgwRoute, resource, Cause::Whole, returning, packets, true);
                self.step(Some(resource), passage, returning, |_| {
                    let name = text(&attachment.element.transit_gateway_attachment_id);
                    format!("transit gateway attachment {name} is {state}")
                });
            }
            (Err(missing), _) | (_, Err(missing)) => self.doubt(Doubt::Missing(missing)),
        }
    }

    /// The attachment's subnet in the zone of another subnet of its VPC.
    pub(super) fn subnet_in_zone_of(&self, id: AttachmentId, subnet: SubnetId) -> Result<Option<SubnetId>, Doubt> {
        let network = self.network;
        let zone = |subnet: SubnetId| network.transit_zone(subnet).name;
        let found = network.subnet(subnet);
        let call = match found.element.availability_zone {
            Some(_) => "ec2:DescribeAvailabilityZones",
            None => "ec2:DescribeSubnets",
        };
        let missing = Doubt::Missing(Missing { call, scope: found.scope });
        let Some(here) = zone(subnet) else { return Err(missing) };
        let mut doubt = None;
        for attached in network.attachment(id).subnets.as_ref().map_err(|missing| Doubt::Missing(*missing))? {
            match attached {
                Reference::To(attached) => match zone(*attached) {
                    Some(zone) if zone == here => return Ok(Some(*attached)),
                    Some(_) => {}
                    None => doubt = Some(missing.clone()),
                },
                Reference::Unknown(missing) => doubt = Some(Doubt::Missing(*missing)),
                Reference::Gone => {}
            }
        }
        doubt.map_or(Ok(None), Err)
    }

    /// The subnets of an attachment that packets for these addresses may come out in, which entered in a subnet: disjoint parts
    /// of the addresses. In appliance mode a transit gateway keeps to the zone that packets come from where they go to that
    /// zone too, or to what has none, such as the internet.
    /// <https://docs.aws.amazon.com/vpc/latest/tgw/how-transit-gateways-work.html#tgw-az-overview>
    pub(super) fn exits_for(
        &self,
        id: AttachmentId,
        entry: Option<SubnetId>,
        remote: &Addresses,
    ) -> Vec<(Addresses, Result<Vec<SubnetId>, Doubt>)> {
        let network = self.network;
        let attachment = network.attachment(id);
        let kept = match entry {
            Some(entry) if attachment.is_for_appliances() => {
                let vpc = attachment.vpc.known().map(|vpc| network.vpc(vpc));
                let in_zone = |subnet: &&SubnetId| self.is_one_zone(entry, **subnet) == Some(true);
                let here = vpc.iter().flat_map(|vpc| vpc.subnets.iter().filter(in_zone));
                let here = here.flat_map(|subnet| network.subnet(*subnet).blocks.iter());
                let internet = PUBLIC.difference(&network.own_public).difference(&network.shadowed_public);
                remote.intersection(&Ranges::collect(here).union(&internet))
            }
            _ => remote.clone(),
        };
        let rest = remote.difference(&kept);
        let parts = [(kept, true), (rest, false)].into_iter().filter(|(part, _)| !part.is_empty());
        parts.map(|(part, keeps_zone)| (part, self.exits(id, entry, keeps_zone))).collect()
    }

    /// The subnets of an attachment that packets from a subnet may come out in. A transit gateway keeps to the zone that
    /// they come from, where the other attachment has a subnet in it; in appliance mode, where both ends have zones of their
    /// own, a hash of the flow chooses.
    /// <https://docs.aws.amazon.com/vpc/latest/tgw/transit-gateway-appliance-scenario.html>
    fn exits(&self, id: AttachmentId, entry: Option<SubnetId>, keeps_zone: bool) -> Result<Vec<SubnetId>, Doubt> {
        let network = self.network;
        let attachment = network.attachment(id);
        let mut all = Vec::new();
        for subnet in attachment.subnets.as_ref().map_err(|missing| Doubt::Missing(*missing))? {
            match subnet {
                Reference::To(subnet) => all.push(*subnet),
                Reference::Unknown(missing) => return Err(Doubt::Missing(*missing)),
                Reference::Gone => {}
            }
        }
        let same = entry
            .filter(|_| keeps_zone || !attachment.is_for_appliances())
            .and_then(|entry| all.iter().copied().find(|subnet| self.is_one_zone(entry, *subnet) == Some(true)));
        match same {
            Some(same) => Ok(vec![same]),
            None if all.is_empty() => {
                let name = text(&attachment.element.transit_gateway_attachment_id);
                Err(Doubt::Hidden(format!("no subnet of transit gateway attachment {name} is known")))
            }
            None => Ok(all),
        }
    }

    /// Whether two subnets are in one zone. Accounts have names of their own for zones, but the same ids.
    /// <https://docs.aws.amazon.com/ram/latest/userguide/working-with-az-ids.html>
    fn is_one_zone(&self, one: SubnetId, other: SubnetId) -> Option<bool> {
        let zones = [one, other].map(|subnet| self.network.transit_zone(subnet));
        if let [Some(one), Some(other)] = zones.map(|zone| zone.id) {
            return Some(one == other);
        }
        let scopes = [one, other].map(|subnet| self.network.subnet(subnet).scope);
        let account = |scope: u32| self.network.scopes[scope as usize].account.as_deref();
        let is_one_account = scopes[0] == scopes[1] || account(scopes[0]) == account(scopes[1]);
        let [one, other] = zones.map(|zone| zone.name);
        let (one, other) = (one?, other?);
        is_one_account.then_some(one == other)
    }

    /// Where the table of an attachment sends addresses. What can't be told is said, and goes elsewhere.
    fn hops(&mut self, id: AttachmentId, addresses: &Addresses) -> Vec<(Addresses, Option<TransitHop>)> {
        let network = self.network;
        let found = match network.attachment(id).association {
            Association::Table(table) => network.transit_table(table).split(addresses),
            Association::Nothing => return vec![(addresses.clone(), None)],
            Association::Unknown(missing) => Err(missing),
            Association::Elsewhere => return vec![(addresses.clone(), Some(TransitHop::Elsewhere))],
        };
        found.unwrap_or_else(|missing| {
            self.doubt(Doubt::Missing(missing));
            vec![(addresses.clone(), Some(TransitHop::Elsewhere))]
        })
    }

    /// The routes that decide for addresses of what comes from an attachment, in words and as they are written: " by route
    /// 10.1.0.0/16 (static) of tgw-rtb-… to tgw-attach-…".
    fn transit_routes(&self, from: AttachmentId, addresses: &Addresses) -> (String, Vec<String>) {
        let Association::Table(table) = self.network.attachment(from).association else {
            return (" by a table that isn't known".to_owned(), Vec::new());
        };
        let table = self.network.transit_table(table);
        let name = text(&table.element.transit_gateway_route_table_id);
        let routes = table.routes_to(addresses);
        let names: Vec<String> = routes.iter().map(|route| transit_route(route)).collect();
        match names.is_empty() {
            true => (format!(" by {name}"), names),
            false => (format!(" by {} of {name}{}", entries("route", &names), self.led_to(routes)), names),
        }
    }

    /// The attachments that routes lead to: " to tgw-attach-…".
    fn led_to(&self, routes: Vec<&TransitGatewayRoute<'_>>) -> String {
        let targets = routes.iter().flat_map(|route| route.transit_gateway_attachments.iter());
        let mut names: Vec<String> = Vec::new();
        for name in targets.filter_map(|target| target.transit_gateway_attachment_id.as_deref()) {
            if !names.iter().any(|known| known == name) {
                names.push(name.to_owned());
            }
        }
        if names.is_empty() { String::new() } else { format!(" to {}", first_ones(&names)) }
    }

    /// The transit gateway does not send them on.
    fn lost_in_transit(
        &mut self,
        from: AttachmentId,
        hop: Option<TransitHop>,
        own: &Addresses,
        remote: &Addresses,
        returning: bool,
    ) {
        let network = self.network;
        let attachment = network.attachment(from);
        let packets = self.packets_between(own, remote);
        let resource = match attachment.association {
            Association::Table(table) => ResourceId::TransitTable(table),
            _ => ResourceId::Attachment(from),
        };
        let passage = self.block(Code::TgwRoute, resource, Cause::Hop(from), returning, packets, true);
        self.step_by(Some(resource), passage, returning, |walk| {
            let addresses = if returning { own } else { remote };
            let to = shown(addresses);
            let Association::Table(table) = attachment.association else {
                let name = text(&attachment.element.transit_gateway_attachment_id);
                return (format!("transit gateway attachment {name} is associated with no route table"), Vec::new());
            };
            let table = network.transit_table(table);
            let routes: Vec<String> = table.routes_to(addresses).into_iter().map(transit_route).collect();
            let name = text(&table.element.transit_gateway_route_table_id);
            let by = || entries("route", &routes);
            let text = match hop {
                None => format!("transit gateway route table {name} has no route to {to}"),
                Some(TransitHop::Blackhole) => {
                    format!("transit gateway route table {name} drops what goes to {to} by blackhole {}", by())
                }
                Some(_) => {
                    let to_attachment = walk.led_to(table.routes_to(addresses));
                    format!(
                        "transit gateway route table {name} sends what goes to {to} elsewhere by {}{to_attachment}",
                        by()
                    )
                }
            };
            (text, routes)
        });
    }

    /// Out of the transit gateway, in each subnet of the other attachment that it may be.
    fn come_out(&mut self, from: AttachmentId, to: AttachmentId, entry: Option<SubnetId>, remote: &Addresses) {
        if from == to {
            self.sent_back(from, entry, remote);
            return;
        }
        for (part, exits) in self.exits_for(to, entry, remote) {
            let walk = |walk: &mut Self| walk.come_out_in(from, to, exits, &part);
            self.apart(|| (part != *remote).then(|| bound_for(&part)), &part, walk);
        }
    }

    /// Out of the transit gateway, in one of these subnets.
    fn come_out_in(
        &mut self,
        from: AttachmentId,
        to: AttachmentId,
        exits: Result<Vec<SubnetId>, Doubt>,
        remote: &Addresses,
    ) {
        let network = self.network;
        let attachment = network.attachment(to);
        let gateway = text(&attachment.element.transit_gateway_id);
        let resource = ResourceId::Attachment(to);
        let (vpc, exits) = match (attachment.vpc, exits) {
            (Reference::To(vpc), Ok(exits)) => (vpc, exits),
            (_, Err(doubt)) => {
                self.doubt(doubt);
                self.reply_from_transit(from, None, remote);
                return;
            }
            (_, Ok(_)) => {
                self.doubt(Doubt::Leaves(format!("transit gateway {gateway}")));
                self.reply_from_transit(from, None, remote);
                return;
            }
        };
        self.step_by(Some(resource), Passage::Passed, false, |walk| {
            let (by, routes) = walk.transit_routes(from, remote);
            let vpc = text(&attachment.element.vpc_id);
            (format!("transit gateway {gateway} sends {} to {vpc}{by}", shown(remote)), routes)
        });
        self.unless_attached(to, &self.flow.own.clone(), remote, false);
        self.leave_sender_by_transit(remote);
        let before = self.arrival;
        self.by_one_of(&exits, remote, |walk, exit| {
            walk.arrival = Arrival::Transit(Transit { from, to, exit, vpc });
            walk.route(remote);
            walk.arrival = before;
        });
    }

    /// Walks on with what goes to `remote` in each of the subnets that it may be.
    fn by_one_of(&mut self, subnets: &[SubnetId], remote: &Addresses, walk: impl Fn(&mut Self, SubnetId)) {
        let name = |walk: &Self, subnet: SubnetId| text(&walk.network.subnet(subnet).element.subnet_id);
        let hangs_on_it = self.one_of(subnets, remote, |walk, subnet| format!("by {}", name(walk, subnet)), walk);
        if hangs_on_it {
            let mut names: Vec<&str> = subnets.iter().map(|subnet| name(self, *subnet)).collect();
            names.sort_unstable();
            let names = names.join(", ");
            let doubt = format!("by which of {names} a transit gateway sends it isn't known, and not all would do");
            self.doubt(Doubt::Hidden(doubt));
        }
    }

    /// What a transit gateway brings has no way on through an internet gateway or a gateway endpoint.
    /// <https://docs.aws.amazon.com/vpc/latest/privatelink/gateway-endpoints.html>
    pub(super) fn not_from_transit(&mut self, table_id: RouteTableId, index: u32, remote: &Addresses) {
        let resource = ResourceId::Table(table_id);
        let packets = self.packets_to(remote);
        let passage = self.block(Code::NoRoute, resource, Cause::Route(table_id, index), false, packets, true);
        self.step(Some(resource), passage, false, |walk| {
            let table = walk.table_name(table_id);
            let route = walk.network.table(table_id).routes.iter().flatten().nth(index as usize);
            let route = route.map(|route| format!("{} to {}", route.destination_text(), route.target_id));
            let route = route.unwrap_or_default();
            format!("route table {table} sends {route}, which takes nothing that comes from a transit gateway")
        });
        self.reply_from(remote);
    }

    /// From the attachment's subnet to the destination's, and back. Of packets that a transit gateway brings into the
    /// very subnet of the destination no network ACL is asked.
    /// <https://docs.aws.amazon.com/vpc/latest/tgw/tgw-nacls.html>
    pub(super) fn out_of_transit(&mut self, transit: Transit, subnet: SubnetId, remote: &Addresses) {
        if subnet != transit.exit {
            self.acl(Code::TgwNacl, transit.exit, true, View::RemoteRemote, remote, false);
            self.acl(Code::DestNacl, subnet, false, View::OwnRemote, remote, false);
        }
        self.acl(Code::DestNacl, subnet, true, View::OwnOwn, remote, true);
        self.return_by_transit(transit, subnet, remote, false);
    }

    /// Replies from a subnet of the other VPC, which its route table sends to the transit gateway, or another way. They may
    /// be those `of_nat` gateways.
    pub(super) fn return_by_transit(&mut self, transit: Transit, subnet: SubnetId, remote: &Addresses, of_nat: bool) {
        let gateway = text(&self.network.attachment(transit.to).element.transit_gateway_id);
        let is_way = |target: &Target<'_>| matches!(target, Target::TransitGateway(id) if *id == gateway);
        let same_way = self.leads_back(subnet, remote, of_nat, is_way);
        self.of_own(&same_way, |walk| walk.back_by_transit(transit.to, transit.from, subnet, remote));
    }

    /// Replies from a subnet of the other VPC through its attachment, by the table that serves that one, to the sender's.
    pub(super) fn back_by_transit(
        &mut self,
        from: AttachmentId,
        to: AttachmentId,
        subnet: SubnetId,
        remote: &Addresses,
    ) {
        let network = self.network;
        let gateway = text(&network.attachment(from).element.transit_gateway_id);
        let everybody = self.flow.own.clone();
        let entry = self.enter_transit(from, subnet, &everybody, remote, true);
        for (own, hop) in self.hops(from, &everybody) {
            match hop {
                Some(TransitHop::Attachment(home)) if home == to => {
                    self.step_by(Some(ResourceId::Attachment(home)), Passage::Passed, true, |walk| {
                        let vpc = text(&network.attachment(home).element.vpc_id);
                        let (by, routes) = walk.transit_routes(from, &own);
                        (format!("transit gateway {gateway} sends replies to {} to {vpc}{by}", shown(&own)), routes)
                    });
                }
                Some(TransitHop::Elsewhere) => self.doubt(Doubt::Leaves(format!("transit gateway {gateway}"))),
                Some(TransitHop::Attachment(_) | TransitHop::Blackhole) | None => {
                    self.lost_in_transit(from, hop, &own, remote, true);
                }
            }
        }
        self.reply_from_transit(to, entry, remote);
    }

    /// Replies come out of the transit gateway in the sender's VPC, and go to the sender's subnet.
    pub(super) fn reply_from_transit(&mut self, from: AttachmentId, entry: Option<SubnetId>, remote: &Addresses) {
        let own = self.sender.subnet;
        let stays_in_zone = entry.is_some_and(|entry| self.is_one_zone(entry, own) == Some(true));
        let exits = match self.exits(from, entry, stays_in_zone) {
            Ok(exits) => exits,
            Err(doubt) => return self.doubt(doubt),
        };
        self.by_one_of(&exits, remote, |walk, exit| {
            if exit == own {
                return;
            }
            walk.acl(Code::TgwNacl, exit, true, View::OwnOwn, remote, true);
            walk.replies_from_exit(exit, remote);
            walk.acl(Code::NaclIngress, own, false, View::RemoteOwn, remote, true);
        });
    }
}
