//! Routes that lead past a peer's VPC: what they send into a peering connection is not for the VPC at its other end, and
//! never arrives.

use super::model::Model;
use super::route_options::destination_option;
use crate::network::*;

impl Model<'_> {
    /// Whether a route sends public addresses, or everything, into a peering connection whose other end doesn't have them.
    pub(super) fn leads_past_peer(&self, index: u32) -> bool {
        let Some(route) = self.route(index) else { return false };
        let Target::Peering(Reference::To(id)) = route.target else { return false };
        let wanted = match &route.destination {
            RouteDestination::Block(range, _) => Ranges::one(range.0, range.1),
            RouteDestination::List(Reference::To(list)) => {
                self.network.prefix_list(*list).blocks.clone().unwrap_or_else(Ranges::none)
            }
            RouteDestination::List(_) | RouteDestination::Nothing => Ranges::none(),
        };
        let table = self.route_owner(index);
        let here = self.network.table(table).element.vpc_id.as_deref();
        // No VPC is as large as the internet.
        wanted.contains(&PUBLIC_V4)
            || wanted.contains(&PUBLIC_V6)
            || self.default_route(table) == Ok(index)
            || !self.network.beyond_peer(id, here, &wanted.intersection(&PUBLIC)).is_empty()
    }

    /// What leads the routes of a table that lead past a peer's VPC to where they may lead, a line each. What the table has
    /// for that VPC itself stays.
    pub(super) fn ways_instead_of_peers(&self, id: RouteTableId) -> String {
        let table = self.network.table(id);
        let first = self.first_route[id.0 as usize];
        let mut lines = Vec::new();
        for (index, route) in (first..).zip(table.routes.iter().flatten()) {
            let Target::Peering(Reference::To(peering)) = route.target else { continue };
            if !self.leads_past_peer(index) {
                continue;
            }
            lines.extend(self.routes_to_peer(table, peering));
            let name = text(&table.element.route_table_id);
            let destination = destination_option(route);
            let other_default =
                table.default_route(self.network).ok().flatten().filter(|default| default.target != route.target);
            lines.push(match other_default {
                Some(_) => format!("aws ec2 delete-route --route-table-id {name} {destination}"),
                None => {
                    let way = self.way_out_of(table, route);
                    format!("aws ec2 replace-route --route-table-id {name} {destination} {way}")
                }
            });
        }
        lines.dedup();
        lines.join("\n    ")
    }

    /// What makes the routes to a peer's own IPv4 blocks that a table lacks.
    fn routes_to_peer(&self, table: &RouteTable<'_>, id: PeeringId) -> Vec<String> {
        let peering = self.network.peering(id);
        let Some(other) = peering.other_end(table.element.vpc_id.as_deref()) else { return Vec::new() };
        let blocks = match self.network.by_id.vpcs.get_in(peering.scope, other) {
            Some(vpc) => Family::Ipv4.part(&self.network.vpc(*vpc).blocks).into_owned(),
            None => peering.written_blocks(other),
        };
        let to = Target::Peering(Reference::To(id));
        let everything = |range: &AddressRange| Ranges::one(range.0, range.1).contains(&PUBLIC_V4);
        let leads_there = |low: u128, high: u128| {
            table.routes.iter().flatten().any(|route| match &route.destination {
                RouteDestination::Block(range, _) => {
                    route.target == to && !everything(range) && range.0 <= low && high <= range.1
                }
                _ => false,
            })
        };
        let lacking = blocks.iter().filter(|(low, high)| !leads_there(*low, *high));
        let line = |block: String| {
            format!(
                "aws ec2 create-route --route-table-id {} --destination-cidr-block {block} --vpc-peering-connection-id {}",
                text(&table.element.route_table_id),
                text(&peering.element.vpc_peering_connection_id)
            )
        };
        lacking.flat_map(|(low, high)| cidrs(low, high)).map(line).collect()
    }

    /// Where a table's packets for the internet may go: by the internet gateway from public subnets, else by a NAT gateway or
    /// a transit gateway; by IPv6 through the egress-only internet gateway.
    fn way_out_of(&self, table: &RouteTable<'_>, route: &Route<'_>) -> String {
        let vpc = table.vpc.known();
        let is_ipv6 =
            matches!(route.destination, RouteDestination::Block((low, _), _) if Family::of(low) == Family::Ipv6);
        let subnet = table.subnets.first().copied();
        if subnet.is_some_and(|subnet| self.is_to_be_public(subnet)) {
            let gateway = vpc.and_then(|vpc| self.network.vpc(vpc).gateway.ok().flatten());
            let gateway = gateway.map(|id| text(&self.network.gateway(id).element.internet_gateway_id));
            return format!("--gateway-id {}", gateway.unwrap_or("<internet-gateway-id>"));
        }
        if is_ipv6 {
            let own = vpc.map(|vpc| self.egress_only_of(vpc)).filter(|own| !own.is_empty());
            return format!("--egress-only-internet-gateway-id {}", own.unwrap_or("<egress-only-internet-gateway-id>"));
        }
        let has_nat = vpc.is_some_and(|vpc| !self.nats_of_vpc[vpc.0 as usize].is_empty());
        match (subnet, vpc.and_then(|vpc| self.transit_way_out(vpc))) {
            (_, Some(gateway)) if !has_nat => format!("--transit-gateway-id {gateway}"),
            (Some(subnet), _) => self.nat_option(subnet),
            (None, _) => "--nat-gateway-id <nat-gateway-id>".to_owned(),
        }
    }
}
