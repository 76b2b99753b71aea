//! The route that a flow lacks: for which addresses, to what, and how it is written.

use super::blocker::sender_subnet;
use super::model::Model;
use crate::network::*;
use crate::reach::{Cause, ResourceId};

impl<'n> Model<'n> {
    /// The VPC that a route is lacking to, with the address block of it that the packets are in.
    fn missing_vpc(&self, index: u32) -> Option<(VpcId, &str)> {
        let (flow, blocker) = self.blocked(index);
        let wanted = self.unrouted(blocker);
        let holds = |vpc: VpcId| self.network.vpc(vpc).block_of(&wanted).map(|cidr| (vpc, cidr));
        if blocker.returning {
            return self.network.subnet(sender_subnet(flow)).vpc.known().and_then(holds);
        }
        (0..self.network.vpcs.len() as u32).find_map(|index| holds(VpcId(index)))
    }

    /// The address block that a route is lacking for, or that of the narrower route which takes the packets elsewhere: the most
    /// specific one decides, and a right one for the whole block changes nothing then.
    /// <https://docs.aws.amazon.com/vpc/latest/userguide/route-tables-priority.html>
    pub(super) fn missing_route(&self, index: u32) -> String {
        let wanted = self.wanted_route(index);
        self.narrower_route(index, &wanted).unwrap_or(wanted)
    }

    /// The destination of the route that takes what is stopped, where it is narrower than the block that is wanted.
    fn narrower_route(&self, index: u32, wanted: &str) -> Option<String> {
        let whole = block(wanted)?.range;
        let is_narrower = |range: AddressRange| whole.0 <= range.0 && range.1 <= whole.1 && range != whole;
        let (_, blocker) = self.blocked(index);
        let packets = self.unrouted(blocker);
        if let ResourceId::TransitTable(table) = blocker.resource {
            let (first, _) = packets.iter().next()?;
            let routes = self.network.transit_table(table).element.routes.iter().flatten();
            let blocks =
                routes.filter_map(|route| Some((block(route.destination_cidr_block.as_deref()?)?.range, route)));
            let holding = blocks.filter(|(range, _)| range.0 <= first && first <= range.1);
            let (range, route) = holding.min_by_key(|(range, _)| range.1 - range.0)?;
            return route.destination_cidr_block.as_deref().filter(|_| is_narrower(range)).map(str::to_owned);
        }
        let table = self.network.table(self.blocking_table(index).ok()?);
        let routes = table.routes.as_ref().ok()?;
        let (_, deciding) = table.split(&packets).iter().next()?;
        let route = routes.get(deciding? as usize)?;
        match route.destination {
            RouteDestination::Block(range, _) if is_narrower(range) && route.target != Target::Local => {
                Some(route.destination_text().to_owned())
            }
            _ => None,
        }
    }

    fn wanted_route(&self, index: u32) -> String {
        let (flow, blocker) = self.blocked(index);
        let here = self.network.subnet(sender_subnet(flow)).vpc.known();
        if let (Some(connection), Some(here)) = (self.unused(index), here)
            && let Some(behind) = self.network.block_behind(connection, here, &self.unrouted(blocker))
        {
            return behind.to_owned();
        }
        match self.missing_vpc(index) {
            Some((_, cidr)) => cidr.to_owned(),
            None if !blocker.returning && self.errand(index).is_on_internet() => {
                match self.unrouted(blocker).first().map(Family::of) {
                    Some(Family::Ipv6) => "::/0".to_owned(),
                    _ => "0.0.0.0/0".to_owned(),
                }
            }
            None => shown(&self.unrouted(blocker)),
        }
    }

    pub(super) fn is_sent_back(&self, index: u32) -> bool {
        let (_, blocker) = self.blocked(index);
        let (Cause::Hop(from), ResourceId::TransitTable(table)) = (blocker.cause, blocker.resource) else {
            return false;
        };
        let remote = Ranges::collect(blocker.packets.iter().map(|packets| packets.remote));
        let hops = self.network.transit_table(table).split(&remote).unwrap_or_default();
        !blocker.returning && hops.iter().any(|(_, hop)| *hop == Some(TransitHop::Attachment(from)))
    }

    pub(super) fn has_static_route(&self, index: u32) -> bool {
        let ResourceId::TransitTable(table) = self.blocked(index).1.resource else { return false };
        let missing = self.missing_route(index);
        let mut routes = self.network.transit_table(table).element.routes.iter().flatten();
        routes.any(|route| {
            route.ty.as_deref() == Some("static") && route.destination_cidr_block.as_deref() == Some(&*missing)
        })
    }

    pub(super) fn missing_attachment(&self, index: u32) -> &str {
        let (_, blocker) = self.blocked(index);
        let found = match (blocker.cause, self.missing_vpc(index)) {
            (Cause::Hop(from), Some((vpc, _))) => {
                let gateway = text(&self.network.attachment(from).element.transit_gateway_id);
                self.network.attached.get(&(gateway, vpc))
            }
            _ => None,
        };
        let id = found.map(|id| self.network.attachment(*id).element);
        id.and_then(|element| element.transit_gateway_attachment_id.as_deref()).unwrap_or("<attachment-id>")
    }

    pub(super) fn way(&self, index: u32) -> String {
        if let Some(connection) = self.unused(index) {
            return self.option_of(connection);
        }
        let behind = self.blocked(index).1.behind.and_then(|behind| behind.via);
        match behind.or(self.errand(index).via()) {
            Some(ResourceId::Attachment(id)) => {
                let gateway = text(&self.network.attachment(id).element.transit_gateway_id);
                format!("--transit-gateway-id {gateway}")
            }
            Some(ResourceId::Peering(id)) => self.peering_option(id),
            _ => {
                let (flow, blocker) = self.blocked(index);
                let remote = Ranges::collect(blocker.packets.iter().map(|packets| packets.remote));
                let here = self.network.subnet(sender_subnet(flow)).vpc.known();
                here.and_then(|here| self.network.connection_to(here, &remote))
                    .map_or_else(String::new, |connection| self.option_of(connection))
            }
        }
    }

    /// A connection with another VPC as the AWS CLI's option to create a route writes it.
    fn option_of(&self, connection: Connection<'_>) -> String {
        match connection {
            Connection::Peering(id) => self.peering_option(id),
            Connection::TransitGateway(gateway) => format!("--transit-gateway-id {gateway}"),
        }
    }

    pub(super) fn unused(&self, index: u32) -> Option<Connection<'n>> {
        self.blockers.get(index as usize).and_then(|key| self.unused_connection(*key))
    }

    fn peering_option(&self, id: PeeringId) -> String {
        format!("--vpc-peering-connection-id {}", text(&self.network.peering(id).element.vpc_peering_connection_id))
    }
}
