//! The route table of the subnet that packets are in: which way each address goes.

use super::code::Code;
use super::question::*;
use super::walk::{Arrival, Mostly, View, Walk, bound_for};
use crate::network::*;
use std::borrow::Cow;

impl<'a> Walk<'_, 'a> {
    /// Out of the sender's subnet, and on.
    pub(super) fn leave_subnet(&mut self) {
        let outside = self.outside_own_subnet(&self.flow.remote).into_owned();
        if !outside.is_empty() {
            self.acl(Code::NaclEgress, self.sender.subnet, true, View::RemoteRemote, &outside, false);
        }
        let remote = self.flow.remote.clone();
        self.route(&remote);
    }

    /// The route table of the subnet that the packets are in decides for each address outside of that subnet: what goes to
    /// "the MAC address of another network interface in the subnet makes use of data link (layer 2) routing", to which no
    /// rule of a table applies.
    /// <https://docs.aws.amazon.com/vpc/latest/userguide/gateway-route-tables.html>
    pub(super) fn route(&mut self, remote: &Addresses) {
        let subnet = self.standing();
        let inside = self.network.subnet(subnet).inside(remote);
        let reserved = match RESERVED.iter().any(|(low, high)| remote.touches(low, high)) {
            true => remote.intersection(&RESERVED).difference(&inside),
            false => Ranges::none(),
        };
        if inside.is_empty() && reserved.is_empty() {
            return self.route_outside(remote, false);
        }
        let outside = remote.difference(&inside).difference(&reserved);
        let is_split = [&inside, &reserved, &outside].iter().filter(|part| !part.is_empty()).count() > 1;
        let name = |part: &Addresses| is_split.then(|| bound_for(part));
        if !inside.is_empty() {
            self.apart(
                || name(&inside),
                &inside,
                |walk| {
                    walk.step(Some(ResourceId::Subnet(subnet)), Passage::Passed, false, |walk| {
                        let name = text(&walk.network.subnet(subnet).element.subnet_id);
                        format!("{} is in {name} itself, inside of which no route table is asked", shown(&inside))
                    });
                    walk.local(&inside);
                },
            );
        }
        if !reserved.is_empty() {
            self.apart(|| name(&reserved), &reserved, |walk| walk.reserved_by_aws(&reserved));
        }
        if !outside.is_empty() {
            self.route_outside(&outside, is_split);
        }
    }

    /// To addresses that AWS keeps for its services, VPC Lattice's among them.
    /// <https://docs.aws.amazon.com/vpc-lattice/latest/ug/security-groups.html>
    fn reserved_by_aws(&mut self, remote: &Addresses) {
        let shown = shown(remote);
        let why =
            format!("which of AWS's services, if any, answers at {shown}, which AWS reserves for them, isn't known");
        self.step(None, Passage::Unknown, false, |_| why.clone());
        self.doubt(Doubt::Hidden(why));
        self.reply_from(remote);
    }

    /// The route table decides for addresses that are not of the subnet; `is_part` of them where others are.
    fn route_outside(&mut self, remote: &Addresses, is_part: bool) {
        let network = self.network;
        let (table_id, _) = match network.subnet(self.standing()).table {
            Ok(found) => found,
            Err(missing) => {
                self.doubt(Doubt::Missing(missing));
                return;
            }
        };
        let table = network.table(table_id);
        let routes = match &table.routes {
            Ok(routes) => routes,
            Err(missing) => {
                self.doubt(Doubt::Missing(*missing));
                return;
            }
        };
        let kept = match table.unlisted_local.is_empty() {
            true => Ranges::none(),
            false => table.unlisted_local.intersection(remote),
        };
        if !kept.is_empty() {
            return self.keep_local(table_id, &kept, remote, is_part);
        }
        let rest = self.without_contested(table_id, remote, |walk, part| walk.reply_from(part));
        if rest.is_empty() {
            return;
        }
        self.by_known_routes(table_id, routes, &rest, is_part || matches!(rest, Cow::Owned(_)));
    }

    /// The routes decide, each for its own addresses; these are `is_part` of them where others go another way.
    pub(super) fn by_routes(
        &mut self,
        table_id: RouteTableId,
        routes: &[Route<'_>],
        remote: &Addresses,
        is_part: bool,
    ) {
        let parts = match self.service_route(routes) {
            Some(route) => Split::whole(remote, route),
            None => self.network.table(table_id).split(remote),
        };
        let hidden = self.hidden_route(routes, remote);
        let is_split = is_part || parts.iter().nth(1).is_some();
        let before = self.path.via;
        let mut mostly = Mostly::default();
        for (remote, route) in parts.iter() {
            self.path.via = before;
            let walk = |walk: &mut Self| match (route, hidden) {
                (Some(route), None) => walk.follow(table_id, route, remote),
                (Some(route), _) if routes[route as usize].target == Target::Local => {
                    if let Some(hidden) = walk.hidden_inside(routes, remote) {
                        walk.perhaps_by(table_id, hidden);
                    }
                    walk.follow(table_id, route, remote);
                }
                (_, Some(hidden)) => {
                    walk.perhaps_by(table_id, hidden);
                    walk.reply_from(remote);
                }
                (None, None) => walk.without_route(table_id, remote),
            };
            self.apart(|| is_split.then(|| bound_for(remote)), remote, walk);
            mostly.weigh(remote, self.path.via);
            if before.is_none() && self.tracing && is_split {
                self.path.parts.push((self.path.via, remote.clone()));
            }
        }
        self.path.via = before.or(mostly.via());
    }

    /// What the table keeps in the VPC by a local route that isn't listed, and the rest by its other routes.
    fn keep_local(&mut self, table_id: RouteTableId, kept: &Addresses, remote: &Addresses, is_part: bool) {
        let rest = remote.difference(kept);
        let name = || (is_part || !rest.is_empty()).then(|| bound_for(kept));
        self.apart(name, kept, |walk| {
            walk.step(Some(ResourceId::Table(table_id)), Passage::Passed, false, |walk| {
                let table = walk.table_name(table_id);
                format!("route table {table} keeps {} local, as every table does", shown(kept))
            });
            walk.local(kept);
        });
        if !rest.is_empty() {
            self.route_outside(&rest, true);
        }
    }

    /// The addresses without those that the routes of several prefix lists contest, which may go either way.
    pub(super) fn without_contested<'r>(
        &mut self,
        table_id: RouteTableId,
        remote: &'r Addresses,
        go_on: impl FnOnce(&mut Self, &Addresses),
    ) -> Cow<'r, Addresses> {
        let contested = &self.network.table(table_id).contested;
        let part = if contested.is_empty() { Ranges::none() } else { contested.intersection(remote) };
        if part.is_empty() {
            return Cow::Borrowed(remote);
        }
        let rest = remote.difference(&part);
        self.apart(
            || (!rest.is_empty()).then(|| bound_for(&part)),
            &part,
            |walk| {
                let (shown, table) = (shown(&part), walk.table_name(table_id));
                let why = format!(
                    "several prefix lists hold {shown}, to which routes of {table} lead different ways: AWS chooses one at random"
                );
                walk.step(Some(ResourceId::Table(table_id)), Passage::Unknown, false, |_| why.clone());
                walk.doubt(Doubt::Hidden(why));
                go_on(walk, &part);
            },
        );
        Cow::Owned(rest)
    }

    fn without_route(&mut self, table_id: RouteTableId, remote: &Addresses) {
        let resource = ResourceId::Table(table_id);
        let packets = self.packets_to(remote);
        let passage = self.block(Code::NoRoute, resource, Cause::Lacking(table_id), false, packets, true);
        let shown = shown(remote);
        self.step(Some(resource), passage, false, |walk| {
            format!("route table {} has no route to {shown}", walk.table_name(table_id))
        });
        self.reply_from(remote);
    }

    pub(super) fn table_name(&self, table: RouteTableId) -> &'a str {
        self.network.table(table).element.route_table_id.as_deref().unwrap_or_default()
    }

    pub(super) fn follow(&mut self, table_id: RouteTableId, index: u32, remote: &Addresses) {
        let network = self.network;
        let table = network.table(table_id);
        let Ok(routes) = &table.routes else { return };
        let route = &routes[index as usize];
        let cause = Cause::Route(table_id, index);
        let resource = ResourceId::Table(table_id);
        if self.is_dead(route) {
            let packets = self.packets_to(remote);
            let passage = self.block(Code::Blackhole, resource, cause, false, packets, true);
            self.step(Some(resource), passage, false, |walk| {
                format!(
                    "route table {} sends {} to {}, which does not exist or does not work",
                    walk.table_name(table_id),
                    route.destination_text(),
                    route.target_id
                )
            });
            self.reply_from(remote);
            return;
        }
        // What a transit gateway brings has no interface here that a public address could belong to, and gateway endpoints
        // serve their own VPC alone.
        let serves_its_own = matches!(
            route.target,
            Target::InternetGateway(Reference::To(_))
                | Target::EgressOnlyGateway(Reference::To(_))
                | Target::Endpoint(Reference::To(_))
        );
        if serves_its_own && matches!(self.arrival, Arrival::Transit(_)) && !self.is_appliance(route) {
            return self.not_from_transit(table_id, index, remote);
        }
        self.step_by(Some(resource), Passage::Passed, false, |walk| {
            let (table, destination) = (walk.table_name(table_id), route.destination_text());
            let text = format!("route table {table} sends {destination} to {}", route.target_id);
            (text, vec![destination.to_owned()])
        });
        match route.target {
            Target::Local => self.local(remote),
            Target::TransitGateway(_) if matches!(self.arrival, Arrival::Transit(_)) => {
                self.transit_again(table_id, index, remote);
            }
            Target::Peering(Reference::To(_)) | Target::TransitGateway(_) if self.arrival != Arrival::Home => {
                self.leaves(named(route), remote);
            }
            Target::InternetGateway(Reference::To(id)) => self.internet_gateway(id, remote),
            Target::EgressOnlyGateway(Reference::To(id)) => self.egress_only_gateway(id, remote),
            Target::Nat(Reference::To(id)) => self.nat(id, remote),
            Target::Endpoint(Reference::To(id)) => self.gateway_endpoint(id, remote),
            Target::Peering(Reference::To(id)) => self.peering(id, cause, remote),
            Target::TransitGateway(id) => self.transit_gateway(id, remote),
            Target::Interface(id) => self.enter_instance(id, cause, named(route), remote),
            Target::InternetGateway(Reference::Unknown(missing))
            | Target::EgressOnlyGateway(Reference::Unknown(missing))
            | Target::Nat(Reference::Unknown(missing))
            | Target::Endpoint(Reference::Unknown(missing))
            | Target::Peering(Reference::Unknown(missing))
            | Target::Unwritten(missing) => {
                self.doubt(Doubt::Missing(missing));
                self.reply_from(remote);
            }
            _ => self.leaves(named(route), remote),
        }
    }

    /// Whether a route of the VPC that the packets are in leads nowhere.
    pub(super) fn is_dead(&self, route: &Route<'_>) -> bool {
        is_dead(self.network, self.vpc_id(), route)
    }

    /// The way goes where the input can't follow it; what the reply meets on this side still counts.
    pub(super) fn leaves(&mut self, to: String, remote: &Addresses) {
        self.step(None, Passage::Unknown, false, |_| format!("{to}: what lies behind isn't known"));
        self.doubt(Doubt::Leaves(to));
        self.reply_from(remote);
    }

    /// The addresses that are not of the sender's own subnet, inside of which no network ACL applies.
    pub(super) fn outside_own_subnet<'r>(&self, remote: &'r Addresses) -> Cow<'r, Addresses> {
        let blocks = &self.subnet().blocks;
        match blocks.iter().any(|(low, high)| remote.touches(low, high)) {
            true => Cow::Owned(remote.difference(blocks)),
            false => Cow::Borrowed(remote),
        }
    }

    /// Replies from `remote` enter the sender's subnet.
    pub(super) fn reply_from(&mut self, remote: &Addresses) {
        if let Arrival::Transit(transit) = self.arrival {
            self.reply_from_transit(transit.from, None, remote);
            return;
        }
        let outside = self.outside_own_subnet(remote);
        if !outside.is_empty() {
            self.acl(Code::NaclIngress, self.sender.subnet, false, View::RemoteOwn, &outside, true);
        }
    }
}

/// Whether a route leads nowhere: its target is gone, or AWS says so and no fault of the target tells more. `vpc` is the id
/// of its table's VPC.
pub fn is_dead(network: &Network<'_>, vpc: Option<&str>, route: &Route<'_>) -> bool {
    let gone = matches!(
        route.target,
        Target::Nat(Reference::Gone)
            | Target::InternetGateway(Reference::Gone)
            | Target::EgressOnlyGateway(Reference::Gone)
            | Target::Endpoint(Reference::Gone)
            | Target::Peering(Reference::Gone)
    );
    gone || route.is_detached || route.is_blackhole && target_works(network, vpc, route)
}

/// Whether a route's target, which exists, can take packets, as far as that is known.
fn target_works(network: &Network<'_>, vpc: Option<&str>, route: &Route<'_>) -> bool {
    let is_here = |attached: Known<Option<&str>>| attached != Ok(None) && attached == Ok(vpc);
    match route.target {
        Target::Nat(Reference::To(id)) => !matches!(network.nat(id).state(), Ok(state) if state != "available"),
        Target::InternetGateway(Reference::To(id)) => is_here(network.gateway(id).vpc),
        Target::EgressOnlyGateway(Reference::To(id)) => is_here(network.egress_only_gateway(id).vpc),
        Target::Endpoint(Reference::To(id)) => network.endpoint(id).is_available() != Ok(false),
        Target::Peering(Reference::To(id)) => !matches!(network.peering(id).status(), Ok(status) if status != "active"),
        _ => true,
    }
}

/// What a route leads to, in words: `transit-gateway tgw-…`.
pub(super) fn named(route: &Route<'_>) -> String {
    match route.target.kind() {
        "other" if route.target_id.is_empty() => "a route whose target fargcheck does not know".to_owned(),
        "other" => route.target_id.to_owned(),
        "instance" => format!("the instance or appliance behind {}", route.target_id),
        kind => format!("{} {}", kind.replace('-', " "), route.target_id),
    }
}
