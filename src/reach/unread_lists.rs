//! Prefix lists whose addresses the input lacks: what goes to any of them may take the route that names one.

use super::packets::subtract;
use super::question::*;
use super::walk::{Walk, bound_for};
use crate::network::*;

/// One in so many of the internet's addresses is more than the list of one service in one region has.
const LEAST_BEYOND_LISTS: u128 = 256;

impl Walk<'_, '_> {
    /// The route of a gateway endpoint for the service, where its prefix list's addresses aren't known.
    pub(super) fn service_route(&self, routes: &[Route<'_>]) -> Option<u32> {
        let service = self.service?;
        let position = routes.iter().position(|route| {
            let RouteDestination::List(list) = &route.destination else { return false };
            let family = self.family();
            match (list, route.target) {
                (Reference::To(id), _) if self.network.prefix_list(*id).service.is_some() => {
                    let list = self.network.prefix_list(*id);
                    list.blocks.is_none() && list.service == Some(service) && list.family == family
                }
                (Reference::To(id), _) if self.network.prefix_list(*id).blocks.is_some() => false,
                (_, Target::Endpoint(Reference::To(id))) => {
                    let endpoint = self.network.endpoint(id);
                    let serves = endpoint.serves(family).unwrap_or(family == Family::Ipv4);
                    endpoint.service == Some(service) && serves
                }
                _ => false,
            }
        })?;
        Some(position as u32)
    }

    /// A route whose destination isn't known (a prefix list without its addresses): whatever leaves the VPC may take
    /// it. A gateway endpoint's list holds the addresses of its service alone.
    pub(super) fn hidden_route<'r, 'n>(&self, routes: &'r [Route<'n>], to: &Addresses) -> Option<&'r Route<'n>> {
        routes.iter().find(|route| self.is_hidden(route, to))
    }

    fn is_hidden(&self, route: &Route<'_>, to: &Addresses) -> bool {
        match &route.destination {
            RouteDestination::List(list) => {
                let to_endpoint = matches!(route.target, Target::Endpoint(_));
                !to_endpoint && list.known().is_none_or(|id| self.network.prefix_list(id).blocks.is_none())
            }
            RouteDestination::Nothing => self.may_take(route, to),
            RouteDestination::Block(..) => false,
        }
    }

    /// Such a route to a middlebox, which may take what is for the VPC itself, too: a route may be more specific than local.
    /// <https://docs.aws.amazon.com/vpc/latest/userguide/route-table-options.html#route-tables-appliance-routing>
    pub(super) fn hidden_inside<'r, 'n>(&self, routes: &'r [Route<'n>], to: &Addresses) -> Option<&'r Route<'n>> {
        let is_middlebox = |target: &Target<'_>| {
            matches!(target, Target::Interface(_) | Target::Instance | Target::Endpoint(_) | Target::Unwritten(_))
        };
        routes.iter().find(|route| is_middlebox(&route.target) && self.is_hidden(route, to))
    }

    /// Whether a route for a block that isn't known may be that of some addresses. One for an IPv6 block takes no IPv4 packet,
    /// and the VPC's own blocks hold nothing that is on the internet.
    fn may_take(&self, route: &Route<'_>, to: &Addresses) -> bool {
        let is_of_family = route.family().is_none_or(|family| family == self.family());
        let is_outside = self.is_outside && self.parties.is_empty() && PUBLIC.contains(to);
        is_of_family && !(route.target == Target::Local && is_outside)
    }

    pub(super) fn perhaps_by(&mut self, table_id: RouteTableId, route: &Route<'_>) {
        let list = match route.destination_text() {
            text if expression(text).is_some() => format!("the destination {text}"),
            "" => "a route without a destination".to_owned(),
            list => format!("prefix list {list}"),
        };
        let scope = self.network.table(table_id).scope;
        self.doubt(match expression(route.destination_text()) {
            Some(expression) => Doubt::Missing(Missing::expression(expression, scope)),
            None => Doubt::Hidden(format!("the addresses of {list}, to which a route leads, aren't known")),
        });
        self.step(Some(ResourceId::Table(table_id)), Passage::Unknown, false, |walk| {
            format!("route table {}: perhaps by the route of {list}", walk.table_name(table_id))
        });
    }

    /// The routes of a table decide, of which some are for gateway endpoints' lists that the input doesn't tell the addresses
    /// of: of public addresses it isn't known whether such a list has them.
    pub(super) fn by_known_routes(
        &mut self,
        table_id: RouteTableId,
        routes: &[Route<'_>],
        remote: &Addresses,
        is_part: bool,
    ) {
        let lists = self.unread_endpoint_lists(routes);
        let public = if lists.is_empty() { Ranges::none() } else { remote.intersection(self.family().public()) };
        if public.is_empty() {
            return self.by_routes(table_id, routes, remote, is_part);
        }
        if self.is_to_internet() {
            return self.mostly_by_routes(table_id, routes, remote, is_part, &lists);
        }
        let rest = remote.difference(&public);
        let is_part = is_part || !rest.is_empty();
        self.apart(
            || is_part.then(|| bound_for(&public)),
            &public,
            |walk| walk.either_way(table_id, routes, &public, &lists),
        );
        if !rest.is_empty() {
            self.by_routes(table_id, routes, &rest, true);
        }
    }

    fn either_way(&mut self, table_id: RouteTableId, routes: &[Route<'_>], remote: &Addresses, lists: &[u32]) {
        let ways: Vec<Option<u32>> = std::iter::once(None).chain(lists.iter().copied().map(Some)).collect();
        let name = |_: &Self, list: Option<u32>| match list {
            Some(index) => format!("by the route of {}", names_of(routes, &[index])),
            None => "by another route".into(),
        };
        let hangs_on_it = self.one_of(&ways, remote, name, |walk, list| match list {
            Some(index) => walk.follow(table_id, index, remote),
            None => walk.by_routes(table_id, routes, remote, false),
        });
        if hangs_on_it {
            let lists = names_of(routes, lists);
            let why = format!("whether {lists} has these addresses isn't known, and not both ways would do");
            self.doubt(Doubt::Hidden(why));
        }
    }

    /// Of the whole internet such a list has some, whose way counts where it isn't a sound one, and by far not all: what
    /// drops little of the internet may be what the list has.
    fn mostly_by_routes(
        &mut self,
        table_id: RouteTableId,
        routes: &[Route<'_>],
        remote: &Addresses,
        is_part: bool,
        lists: &[u32],
    ) {
        let before = std::mem::take(&mut self.path);
        self.path.via = before.via;
        let public = self.family().public();
        for index in lists {
            self.follow(table_id, *index, &remote.intersection(public));
        }
        let by_lists = std::mem::take(&mut self.path);
        self.path.via = before.via;
        self.by_routes(table_id, routes, remote, is_part);
        let by_others = std::mem::replace(&mut self.path, before);
        self.path.via = by_others.via;
        self.path.steps.extend(by_others.steps);
        self.path.parts.extend(by_others.parts);
        for doubt in by_lists.doubts.into_iter().chain(by_others.doubts) {
            self.doubt(doubt);
        }
        let dropped = by_others.blockers.iter().flat_map(|blocker| &blocker.packets).map(|packets| packets.remote);
        let may_be_of_list = Ranges::collect(dropped).size() < public.size() / LEAST_BEYOND_LISTS;
        let drops_too = by_lists.blockers.iter().filter(|blocker| blocker.always).flat_map(|blocker| &blocker.packets);
        let spared = subtract(self.packets_to(remote), drops_too);
        let mut hangs_on_it = !by_lists.blockers.is_empty();
        for blocker in by_others.blockers {
            let Blocker { code, resource, cause, returning, always, packets, .. } = blocker;
            let certain = if may_be_of_list { subtract(packets.clone(), &spared) } else { packets.clone() };
            hangs_on_it |= !subtract(packets, &certain).is_empty();
            self.block(code, resource, cause, returning, certain, always);
        }
        if hangs_on_it {
            let lists = names_of(routes, lists);
            let why =
                format!("a part of it, which isn't known, goes by the route of {lists}, and not both ways would do");
            self.step(Some(ResourceId::Table(table_id)), Passage::Unknown, false, |_| why.clone());
            self.doubt(Doubt::Hidden(why));
        }
    }

    /// The routes of gateway endpoints' lists that the input doesn't tell the addresses of, where it is asked for addresses: a
    /// name's are no other service's than its own.
    fn unread_endpoint_lists(&self, routes: &[Route<'_>]) -> Vec<u32> {
        if self.quantifier == Quantifier::Some || self.service.is_some() {
            return Vec::new();
        }
        let is_unread = |route: &Route<'_>| {
            let (RouteDestination::List(list), Target::Endpoint(Reference::To(id))) =
                (&route.destination, route.target)
            else {
                return false;
            };
            let list = list.known().map(|id| self.network.prefix_list(id));
            let endpoint = self.network.endpoint(id);
            endpoint.kind == EndpointKind::Gateway
                && endpoint.serves(self.family()).unwrap_or(self.family() == Family::Ipv4)
                && list.is_none_or(|list| list.blocks.is_none() && list.family == self.family())
        };
        (0..).zip(routes).filter(|(_, route)| is_unread(route)).map(|(index, _)| index).collect()
    }

    /// Whether it is the whole internet that is asked for.
    fn is_to_internet(&self) -> bool {
        let network = self.network;
        let own = network.own_public.union(&network.shadowed_public);
        self.flow.remote.union(&own).contains(self.family().public())
    }
}

/// Prefix lists by their names: "pl-1 or pl-2".
fn names_of(routes: &[Route<'_>], lists: &[u32]) -> String {
    let routes = lists.iter().filter_map(|index| routes.get(*index as usize));
    routes.map(Route::destination_text).collect::<Vec<_>>().join(" or ")
}
