//! The commands that lead on what transit gateways and peering connections bring, and back what answers it; and what else
//! is led there by them.

use super::errand::Errand;
use super::model::Model;
use super::route_options::target_option;
use super::separation::EVERYTHING;
use crate::network::*;
use crate::reach::{Blocker, Cause, ResourceId};

impl Model<'_> {
    /// The command that makes a route of a table, in the place of one for the very same block; or, where that one alone is in
    /// the way of a wider one with this target, deletes it.
    pub(super) fn route_made(&self, table: &RouteTable<'_>, to: &str, target: &str) -> String {
        let same = |route: &Route<'_>| match (&route.destination, block(to)) {
            (RouteDestination::Block(range, _), Some(block)) => *range == block.range,
            _ => false,
        };
        let name = text(&table.element.route_table_id);
        let is_there = table.routes.iter().flatten().any(same);
        if is_there && self.is_led_by_wider(table, to, target) {
            return format!("aws ec2 delete-route --route-table-id {name} {}", destination(to));
        }
        let verb = if is_there { "replace-route" } else { "create-route" };
        format!("aws ec2 {verb} --route-table-id {name} {} {target}", destination(to))
    }

    /// Whether the most specific of a table's routes that are wider than a block has this target.
    fn is_led_by_wider(&self, table: &RouteTable<'_>, to: &str, target: &str) -> bool {
        let Some(wanted) = block(to).map(|block| block.range) else { return false };
        let wider = table.routes.iter().flatten().filter_map(|route| match route.destination {
            RouteDestination::Block(range, length) => {
                (range.0 <= wanted.0 && wanted.1 <= range.1 && range != wanted).then_some((length, route))
            }
            _ => None,
        });
        wider.max_by_key(|(length, _)| *length).is_some_and(|(_, route)| target_option(route) == target)
    }

    /// The command by which the table that stops a flow, or its replies, leads it the way into another VPC, or back.
    pub(super) fn leading_command(&self, table: RouteTableId, missing: &str, way: &str) -> String {
        self.route_made(self.network.table(table), missing, way)
    }

    /// The commands, a line each, by which the subnet of a private NAT gateway leads to a transit gateway: by a route of its
    /// table, or by another table where that one is the main table, or sends tasks to NAT gateways.
    pub(super) fn way_on_from_nat(&self, subnet: SubnetId, gateway: &str) -> String {
        let Ok((own, is_given)) = self.network.subnet(subnet).table else { return String::new() };
        let leads_there = |table: &RouteTableId| {
            let route = self.network.table(*table).default_route(self.network);
            matches!(route, Ok(Some(route)) if route.target == Target::TransitGateway(gateway))
        };
        let vpc = self.network.table(own).vpc.known();
        let siblings = vpc.into_iter().flat_map(|vpc| &self.tables_of_vpc[vpc.0 as usize]).copied().filter(leads_there);
        let sibling = siblings.min_by_key(|table| text(&self.network.table(*table).element.route_table_id));
        let route = self.network.table(own).default_route(self.network);
        let is_of_tasks = matches!(route, Ok(Some(Route { target: Target::Nat(_), .. })));
        let option = format!("--transit-gateway-id {gateway}");
        match is_of_tasks || !is_given && sibling.is_some() {
            true => self.associations(&[subnet], |_| sibling, &[format!("{EVERYTHING} {option}")]),
            false => self.route_made(self.network.table(own), "0.0.0.0/0", &option),
        }
    }

    /// The subnets of a table that transit gateways are attached to.
    fn exits_of(&self, table: &RouteTable<'_>) -> Vec<SubnetId> {
        let is_attached = |subnet: &SubnetId| {
            let attachments = self.network.attachments.iter().filter(|attachment| attachment.vpc == table.vpc);
            attachments
                .flat_map(|attachment| attachment.subnets.iter().flatten())
                .any(|one| *one == Reference::To(*subnet))
        };
        table.subnets.iter().copied().filter(is_attached).collect()
    }

    /// Whether other subnets than those of attachments have a table, which a way on for these would change.
    pub(super) fn has_more_than_exits(&self, id: RouteTableId) -> bool {
        let table = self.network.table(id);
        let exits = self.exits_of(table);
        !exits.is_empty() && exits.len() < table.subnets.len()
    }

    /// The commands, a line each, by which a table leads on what a transit gateway brings: to a NAT gateway what is for the
    /// internet, to an appliance what is for elsewhere, since packets that come out of a transit gateway take no other gateway. Where other subnets have it too, in a table for the attachment's subnets alone.
    pub(super) fn way_on(&self, errand: &Errand<'_, '_>, id: RouteTableId, missing: &str) -> String {
        let table = self.network.table(id);
        let exits = self.exits_of(table);
        let target = match exits.first() {
            Some(exit) if errand.is_on_internet() => self.nat_option(*exit),
            _ if errand.is_on_internet() => "--nat-gateway-id <nat-gateway-id>".to_owned(),
            _ => "--network-interface-id <network-interface-id-of-an-appliance>".to_owned(),
        };
        match self.has_more_than_exits(id) {
            true => self.associations(&exits, |_| None, &[format!("{} {target}", destination(missing))]),
            false => self.route_made(table, missing, &target),
        }
    }

    /// What else is led by a table that stops a flow, once it has the route that it lacks: names, joined by commas. Of a
    /// transit gateway's table other attachments, of a VPC's other subnets than those that replies start in.
    pub(super) fn also_led(&self, blocker: &Blocker, table: Option<RouteTableId>) -> String {
        const MOST: usize = 4;
        let network = self.network;
        let mut names: Vec<&str> = match (blocker.resource, blocker.cause, table) {
            (ResourceId::TransitTable(table), Cause::Hop(from), _) => {
                let others = (0..)
                    .map(AttachmentId)
                    .zip(&network.attachments)
                    .filter(|(id, attachment)| *id != from && attachment.association == Association::Table(table));
                others.map(|(_, attachment)| text(&attachment.element.transit_gateway_attachment_id)).collect()
            }
            (ResourceId::TransitTable(_), ..) => Vec::new(),
            (_, _, Some(table)) => {
                let remote = Ranges::collect(blocker.packets.iter().map(|packets| packets.remote));
                let starts_replies = |subnet: &SubnetId| {
                    !self.nats_in[subnet.0 as usize].is_empty()
                        || !network.subnet(*subnet).blocks.intersection(&remote).is_empty()
                };
                let others = network.table(table).subnets.iter().filter(|subnet| !starts_replies(subnet));
                others.map(|subnet| text(&network.subnet(*subnet).element.subnet_id)).collect()
            }
            _ => Vec::new(),
        };
        names.sort_unstable();
        let more = names.len().saturating_sub(MOST);
        names.truncate(MOST);
        let shown = names.join(", ");
        if more > 0 { format!("{shown} and {more} more") } else { shown }
    }
}

/// The destination of a route that is to be made.
fn destination(to: &str) -> String {
    let option = if to.contains(':') { "--destination-ipv6-cidr-block" } else { "--destination-cidr-block" };
    format!("{option} {to}")
}
