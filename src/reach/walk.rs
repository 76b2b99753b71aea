//! The walk of one flow: filters, route, target, and the replies' way back.
//!
//! Every stage looks at all packets of the flow, so that all blockers are found and not only the first; the verdict is
//! the union of what the stages drop.

use super::code::{Code, Verdict};
use super::packets::{Flowing, Packets};
use super::question::*;
use crate::network::*;
use std::borrow::Cow;

/// Ports that a NAT gateway may choose.
/// <https://docs.aws.amazon.com/vpc/latest/userguide/nat-gateway-troubleshooting.html>
pub(super) const NAT_PORTS: (u16, u16) = (1024, 65535);

/// Whom the flow goes to inside the VPC.
#[derive(Debug, Clone)]
pub(super) struct Party<'q> {
    pub subnet: SubnetId,
    pub addresses: Addresses,
    pub groups: Groups<'q>,
    pub endpoint: Option<EndpointId>,
    pub workload: Option<WorkloadId>,
}

/// How a filter's rectangle (addresses × ports) lies in the flow's packets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum View {
    /// Destination addresses × destination ports: leaving towards the destination.
    RemoteRemote,
    /// Sender addresses × destination ports: arriving at the destination.
    OwnRemote,
    /// Destination addresses × sender ports: a reply that arrives at the sender.
    RemoteOwn,
    /// Sender addresses × sender ports: a reply that leaves the destination.
    OwnOwn,
    /// Destination addresses × a NAT gateway's ports: a reply that arrives there.
    RemoteNat,
}

/// One way through the network, with everything met on it.
#[derive(Debug, Clone, Default)]
pub(super) struct Path {
    pub blockers: Vec<Blocker>,
    pub doubts: Vec<Doubt>,
    pub steps: Vec<Step>,
    pub via: Option<ResourceId>,
}

pub(super) struct Walk<'w, 'a> {
    pub network: &'w Network<'a>,
    pub sender: &'w Sender<'w>,
    pub protocol: Protocol,
    pub permissions: &'w [(&'static str, String)],
    pub flow: Flowing,
    pub quantifier: Quantifier,
    pub parties: &'w [Party<'w>],
    /// The service whose prefix list the destination is.
    pub service: Option<&'w str>,
    pub tracing: bool,
    pub path: Path,
}

impl<'a> Walk<'_, 'a> {
    /// Walks the whole way.
    pub(super) fn run(mut self) -> (Path, Verdict) {
        if self.quantifier == Quantifier::Some {
            self.leave_out_other_services();
        }
        self.leave_sender();
        self.route();
        let verdict = self.finish();
        (self.path, verdict)
    }

    /// A name's address, whichever it is, is none of a service that has a gateway endpoint of its own: of its prefix
    /// list's addresses the destination is not one.
    fn leave_out_other_services(&mut self) {
        let Ok((table, _)) = self.subnet().table else { return };
        let network = self.network;
        for route in network.table(table).routes.iter().flatten() {
            let (Target::Endpoint(Reference::To(endpoint)), RouteDestination::List(Reference::To(list))) =
                (route.target, &route.destination)
            else {
                continue;
            };
            let is_other = network.endpoint(endpoint).service != self.service;
            if let (true, Some(blocks)) = (is_other, &network.prefix_list(*list).blocks) {
                self.flow.remote = self.flow.remote.difference(blocks);
            }
        }
    }

    pub(super) fn subnet(&self) -> &Subnet<'a> {
        self.network.subnet(self.sender.subnet)
    }

    pub(super) fn vpc_id(&self) -> Option<&'a str> {
        self.subnet().element.vpc_id.as_deref()
    }

    pub(super) fn step(
        &mut self,
        resource: Option<ResourceId>,
        passage: Passage,
        returning: bool,
        text: impl FnOnce(&Self) -> String,
    ) {
        if self.tracing {
            let text = text(self);
            self.path.steps.push(Step { text, resource, passage, returning });
        }
    }

    pub(super) fn doubt(&mut self, doubt: Doubt) {
        if !self.path.doubts.contains(&doubt) {
            self.path.doubts.push(doubt);
        }
    }

    /// Notes that packets are dropped; those of the same cause are put together.
    pub(super) fn block(
        &mut self,
        code: Code,
        resource: ResourceId,
        cause: Cause,
        returning: bool,
        packets: Vec<Packets>,
        always: bool,
    ) -> Passage {
        if packets.is_empty() {
            return Passage::Passed;
        }
        let same = |known: &Blocker| {
            known.code == code && known.resource == resource && known.returning == returning && known.always == always
        };
        let position = match self.path.blockers.iter().position(same) {
            Some(position) => {
                self.path.blockers[position].packets.extend(packets);
                position
            }
            None => {
                self.path.blockers.push(Blocker { code, resource, cause, returning, packets, always, is_total: false });
                self.path.blockers.len() - 1
            }
        };
        let total = always && self.flow.is_covered_by(&self.path.blockers[position].packets);
        self.path.blockers[position].is_total = total;
        if total { Passage::Blocked } else { Passage::Partial }
    }

    /// All packets that go to `remote`.
    pub(super) fn packets_to(&self, remote: &Addresses) -> Vec<Packets> {
        self.packets_between(&self.flow.own, remote)
    }

    /// All packets that go from some of the sender's addresses to `remote`.
    pub(super) fn packets_between(&self, own: &Addresses, remote: &Addresses) -> Vec<Packets> {
        Flowing {
            own: own.clone(),
            remote: remote.clone(),
            own_ports: self.flow.own_ports,
            remote_ports: self.flow.remote_ports.clone(),
        }
        .boxes()
    }

    pub(super) fn packets_of(&self, rectangle: &Rectangle, view: View, remote: &Addresses) -> Vec<Packets> {
        let mut found = Vec::new();
        for mut packets in self.packets_to(remote) {
            match view {
                View::RemoteRemote | View::RemoteOwn | View::RemoteNat => packets.remote = rectangle.addresses,
                View::OwnRemote | View::OwnOwn => packets.own = rectangle.addresses,
            }
            match view {
                View::RemoteRemote | View::OwnRemote => packets.remote_ports = rectangle.ports,
                View::RemoteOwn | View::OwnOwn => packets.own_ports = rectangle.ports,
                View::RemoteNat => {}
            }
            if !found.contains(&packets) {
                found.push(packets);
            }
        }
        found
    }

    /// Passes packets that go to `remote` through the network ACL of a subnet, in one direction.
    pub(super) fn acl(
        &mut self,
        code: Code,
        subnet: SubnetId,
        egress: bool,
        view: View,
        remote: &Addresses,
        returning: bool,
    ) {
        let acl_id = match self.network.subnet(subnet).acl {
            Ok(id) => id,
            Err(missing) => {
                self.doubt(Doubt::Missing(missing));
                return;
            }
        };
        let network = self.network;
        let acl = network.acl(acl_id);
        let rules = match if egress { &acl.egress } else { &acl.ingress } {
            Ok(rules) => rules,
            Err(missing) => {
                self.doubt(Doubt::Missing(*missing));
                return;
            }
        };
        if !self.tracing && self.hull(view, remote).is_some_and(|packets| rules.let_all_pass(self.protocol, &packets)) {
            return;
        }
        let addresses = match view {
            View::RemoteRemote | View::RemoteOwn | View::RemoteNat => remote.clone(),
            View::OwnRemote | View::OwnOwn => self.flow.own.clone(),
        };
        let ports = match view {
            View::RemoteRemote | View::OwnRemote => self.flow.remote_ports.clone(),
            View::RemoteOwn | View::OwnOwn => Ranges::one(self.flow.own_ports.0, self.flow.own_ports.1),
            View::RemoteNat => Ranges::one(NAT_PORTS.0, NAT_PORTS.1),
        };
        let dropped = rules.drops(self.protocol, &addresses, &ports);
        let resource = ResourceId::Acl(acl_id);
        let mut passage = Passage::Passed;
        let mut decided = None;
        if !dropped.is_empty() {
            let rule = dropped.iter().find_map(|found| found.rule).or(dropped[0].rule);
            decided = Some(rule);
            let cause = Cause::Entry { egress, rule: rule.map(|rule| rule as u32) };
            if view == View::RemoteNat {
                // Only destinations for which every port of the NAT gateway is dropped are cut off for certain.
                let mut passed = rectangles(&addresses, &ports);
                for found in &dropped {
                    passed = crate::network::subtract(passed, &found.packets);
                }
                let some = Ranges::collect(passed.iter().map(|part| part.addresses));
                let hit = Ranges::collect(dropped.iter().map(|found| found.packets.addresses));
                let never = hit.difference(&some);
                let sometimes = hit.intersection(&some);
                let packets = self.packets_to(&never);
                passage = self.block(code, resource, cause, returning, packets, true);
                let packets = self.packets_to(&sometimes);
                if self.block(code, resource, cause, returning, packets, false) == Passage::Partial {
                    passage = Passage::Partial;
                }
            } else {
                let packets: Vec<Packets> =
                    dropped.iter().flat_map(|found| self.packets_of(&found.packets, view, remote)).collect();
                passage = self.block(code, resource, cause, returning, packets, true);
            }
        }
        let way = if egress { "out of" } else { "into" };
        self.step(Some(resource), passage, returning, |walk| {
            let acl = walk.network.acl(acl_id);
            let what = match view {
                View::RemoteRemote | View::OwnRemote => {
                    format!("{} {}", walk.protocol.as_str(), shown_ports(&walk.flow.remote_ports))
                }
                View::RemoteNat => format!("replies to ports {}", shown_ports(&ports)),
                View::RemoteOwn | View::OwnOwn => format!("replies to ports {}", shown_ports(&ports)),
            };
            let by = match decided {
                None => match rules.rules.iter().find(|rule| rule.allows && rule.protocols.includes(walk.protocol)) {
                    Some(rule) => format!("rule {} lets {what} pass", rule.number),
                    None => format!("{what} pass"),
                },
                Some(rule) => {
                    let by = rule
                        .map_or("its implicit deny".to_owned(), |rule| format!("rule {}", rules.rules[rule].number));
                    let part = dropped_ports(&dropped, &ports);
                    format!("{by} drops {}", if part.is_empty() { what } else { format!("{what}: {part}") })
                }
            };
            format!(
                "network ACL {} {way} {}: {by}",
                text(&acl.element.network_acl_id),
                text(&walk.network.subnet(subnet).element.subnet_id)
            )
        });
    }

    /// The smallest rectangle around the packets, as a filter sees them.
    pub(super) fn hull(&self, view: View, remote: &Addresses) -> Option<Rectangle> {
        let addresses = match view {
            View::RemoteRemote | View::RemoteOwn | View::RemoteNat => remote.hull(),
            View::OwnRemote | View::OwnOwn => self.flow.own.hull(),
        };
        let ports = match view {
            View::RemoteRemote | View::OwnRemote => self.flow.remote_ports.hull(),
            View::RemoteOwn | View::OwnOwn => Some(self.flow.own_ports),
            View::RemoteNat => Some(NAT_PORTS),
        };
        Some(Rectangle { addresses: addresses?, ports: ports? })
    }

    pub(super) fn group_sets<'g>(&self, groups: &Groups<'g>, egress: bool) -> Vec<Known<&GroupRules>> {
        match groups {
            Groups::Open | Groups::Unfiltered => Vec::new(),
            Groups::Unknown(missing) => vec![Err(*missing)],
            Groups::Listed(list) => list
                .iter()
                .filter_map(|group| match group {
                    Reference::To(id) => {
                        let group = self.network.group(*id);
                        Some(
                            if egress { group.egress.as_ref() } else { group.ingress.as_ref() }
                                .map_err(|missing| *missing),
                        )
                    }
                    Reference::Unknown(missing) => Some(Err(*missing)),
                    Reference::Gone => None,
                })
                .collect(),
        }
    }

    /// The sender's security groups.
    fn leave_sender(&mut self) {
        if matches!(self.sender.groups, Groups::Open | Groups::Unfiltered) {
            return;
        }
        let sets = self.group_sets(&self.sender.groups, true);
        let hull = self.hull(View::RemoteRemote, &self.flow.remote);
        if !self.tracing && hull.is_some_and(|packets| groups_let_all_pass(self.protocol, &sets, &packets)) {
            return;
        }
        let ids = match self.parties {
            [] => None,
            parties => known_groups(&parties[0].groups),
        };
        let other = OtherSide { addresses: &self.flow.remote, groups: ids.as_deref(), list: self.service };
        let passed = group_drops(self.network, self.protocol, &sets, other, &self.flow.remote_ports);
        let resource = self.group_or_sender();
        let passage = if passed.denied.is_empty() {
            Passage::Passed
        } else if let Some(missing) = passed.unknown {
            self.doubt(Doubt::Missing(missing));
            Passage::Unknown
        } else {
            let remote = self.flow.remote.clone();
            let packets =
                passed.denied.iter().flat_map(|part| self.packets_of(part, View::RemoteRemote, &remote)).collect();
            self.block(Code::SgEgress, resource, Cause::Whole, false, packets, true)
        };
        self.step(Some(resource), passage, false, |walk| {
            let what = format!("{} {}", walk.protocol.as_str(), shown_ports(&walk.flow.remote_ports));
            let names = walk.group_names(&walk.sender.groups);
            match passage {
                Passage::Passed => format!("{names} lets {what} out"),
                Passage::Unknown => format!("whether {names} lets {what} out isn't known"),
                _ => format!("{names} does not let {what} out{}", walk.to_part(&passed.denied)),
            }
        });
    }

    fn to_part(&self, denied: &[Rectangle]) -> String {
        let part = Ranges::collect(denied.iter().map(|rectangle| rectangle.addresses));
        format!(" to {}", shown(&part))
    }

    pub(super) fn group_names(&self, groups: &Groups<'_>) -> String {
        match groups {
            Groups::Listed(list) => {
                let names: Vec<&str> = list
                    .iter()
                    .filter_map(|group| group.known())
                    .map(|id| text(&self.network.group(id).element.group_id))
                    .collect();
                if names.is_empty() {
                    "no security group".into()
                } else {
                    format!("security group {}", names.join(", "))
                }
            }
            Groups::Open | Groups::Unfiltered => "any security group".into(),
            Groups::Unknown(_) => "its security group".into(),
        }
    }

    fn group_or_sender(&self) -> ResourceId {
        match &self.sender.groups {
            Groups::Listed(list) => {
                list.iter().find_map(|group| group.known()).map_or_else(|| self.sender_id(), ResourceId::Group)
            }
            _ => self.sender_id(),
        }
    }

    pub(super) fn sender_id(&self) -> ResourceId {
        self.sender.workload.map_or(ResourceId::Subnet(self.sender.subnet), ResourceId::Workload)
    }

    /// The route table of the sender's subnet decides for each address.
    fn route(&mut self) {
        let outside = self.outside_own_subnet(&self.flow.remote).into_owned();
        if !outside.is_empty() {
            self.acl(Code::NaclEgress, self.sender.subnet, true, View::RemoteRemote, &outside, false);
        }
        let (table_id, _) = match self.subnet().table {
            Ok(found) => found,
            Err(missing) => {
                self.doubt(Doubt::Missing(missing));
                return;
            }
        };
        let network = self.network;
        let table = network.table(table_id);
        let routes = match &table.routes {
            Ok(routes) => routes,
            Err(missing) => {
                self.doubt(Doubt::Missing(*missing));
                return;
            }
        };
        let remote = self.flow.remote.clone();
        let parts = match self.service_route(routes) {
            Some(route) => Split::whole(&remote, route),
            None => table.split(&remote),
        };
        let hidden = self.hidden_route(routes);
        for (remote, route) in parts.iter() {
            match (route, hidden) {
                (Some(route), None) => self.follow(table_id, route, remote),
                (Some(route), _) if routes[route as usize].target == Target::Local => {
                    self.follow(table_id, route, remote);
                }
                (_, Some(hidden)) => {
                    self.perhaps_by(table_id, hidden);
                    self.reply_from(remote);
                }
                (None, None) => self.without_route(table_id, remote),
            }
        }
    }

    /// The route of a gateway endpoint for the service, where its prefix list's addresses aren't known.
    pub(super) fn service_route(&self, routes: &[Route<'_>]) -> Option<u32> {
        let service = self.service?;
        let position = routes.iter().position(|route| {
            let RouteDestination::List(list) = &route.destination else { return false };
            let unknown = match list {
                Reference::To(id) => self.network.prefix_list(*id).blocks.is_none(),
                _ => true,
            };
            let of_list = list.known().is_some_and(|id| self.network.prefix_list(id).service == Some(service));
            let of_endpoint = match route.target {
                Target::Endpoint(Reference::To(id)) => self.network.endpoint(id).service == Some(service),
                _ => false,
            };
            unknown && (of_list || of_endpoint)
        })?;
        Some(position as u32)
    }

    /// A route whose destination isn't known (a prefix list without its addresses): whatever leaves the VPC may take it. A
    /// gateway endpoint's list holds the addresses of its service alone.
    pub(super) fn hidden_route<'r, 'n>(&self, routes: &'r [Route<'n>]) -> Option<&'r Route<'n>> {
        routes.iter().find(|route| match &route.destination {
            RouteDestination::List(list) => {
                let to_endpoint = matches!(route.target, Target::Endpoint(_));
                !to_endpoint && list.known().is_none_or(|id| self.network.prefix_list(id).blocks.is_none())
            }
            RouteDestination::Nothing => true,
            RouteDestination::Block(..) => false,
        })
    }

    pub(super) fn perhaps_by(&mut self, table_id: RouteTableId, route: &Route<'_>) {
        let list = match route.destination_text() {
            "" => "a route without a destination".to_owned(),
            list => format!("prefix list {list}"),
        };
        self.doubt(Doubt::Hidden(format!("the addresses of {list}, to which a route leads, aren't known")));
        self.step(Some(ResourceId::Table(table_id)), Passage::Unknown, false, |walk| {
            format!("route table {}: perhaps by the route of {list}", walk.table_name(table_id))
        });
    }

    fn without_route(&mut self, table_id: RouteTableId, remote: &Addresses) {
        let resource = ResourceId::Table(table_id);
        let packets = self.packets_to(remote);
        let passage = self.block(Code::NoRoute, resource, Cause::Lacking(table_id), false, packets, true);
        let shown = shown(remote);
        self.step(Some(resource), passage, false, |walk| {
            format!("route table {} has no route to {shown}", walk.table_name(table_id))
        });
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
            return;
        }
        self.step(Some(resource), Passage::Passed, false, |walk| {
            format!(
                "route table {} sends {} to {}",
                walk.table_name(table_id),
                route.destination_text(),
                route.target_id
            )
        });
        match route.target {
            Target::Local => self.local(remote),
            Target::InternetGateway(Reference::To(id)) => self.internet_gateway(id, remote),
            Target::Nat(Reference::To(id)) => self.nat(id, remote),
            Target::Endpoint(Reference::To(id)) => self.gateway_endpoint(id, remote),
            Target::Peering(Reference::To(id)) => self.peering(id, remote),
            Target::TransitGateway(id) => self.transit_gateway(id, remote),
            Target::InternetGateway(Reference::Unknown(missing))
            | Target::Nat(Reference::Unknown(missing))
            | Target::Endpoint(Reference::Unknown(missing))
            | Target::Peering(Reference::Unknown(missing)) => {
                self.doubt(Doubt::Missing(missing));
                self.reply_from(remote);
            }
            _ => self.leaves(named(route), remote),
        }
    }

    /// Whether a route leads nowhere: its target is gone, or AWS says so and no fault of the target tells more.
    pub(super) fn is_dead(&self, route: &Route<'_>) -> bool {
        let gone = matches!(
            route.target,
            Target::Nat(Reference::Gone)
                | Target::InternetGateway(Reference::Gone)
                | Target::Endpoint(Reference::Gone)
                | Target::Peering(Reference::Gone)
        );
        gone || route.is_blackhole && self.target_works(route)
    }

    /// Whether a route's target, which exists, can take packets.
    pub(super) fn target_works(&self, route: &Route<'_>) -> bool {
        match route.target {
            Target::Nat(Reference::To(id)) => self.network.nat(id).state() == "available",
            Target::InternetGateway(Reference::To(id)) => {
                self.network.gateway(id).vpc != Ok(None) && self.network.gateway(id).vpc == Ok(self.vpc_id())
            }
            Target::Endpoint(Reference::To(id)) => self.network.endpoint(id).is_available(),
            Target::Peering(Reference::To(id)) => super::transit::is_active(self.network.peering(id)),
            _ => true,
        }
    }

    /// The way goes where the input can't follow it; what the reply meets on this side still counts.
    pub(super) fn leaves(&mut self, to: String, remote: &Addresses) {
        self.step(None, Passage::Unknown, false, |_| format!("{to}: what lies behind isn't known"));
        self.doubt(Doubt::Leaves(to));
        self.reply_from(remote);
    }

    /// The addresses that are not of the sender's own subnet, inside of which no network ACL applies.
    pub(super) fn outside_own_subnet<'r>(&self, remote: &'r Addresses) -> Cow<'r, Addresses> {
        match self.subnet().block {
            Some((low, high)) if remote.touches(low, high) => Cow::Owned(remote.difference(&Ranges::one(low, high))),
            _ => Cow::Borrowed(remote),
        }
    }

    /// Replies from `remote` enter the sender's subnet.
    pub(super) fn reply_from(&mut self, remote: &Addresses) {
        let outside = self.outside_own_subnet(remote);
        if !outside.is_empty() {
            self.acl(Code::NaclIngress, self.sender.subnet, false, View::RemoteOwn, &outside, true);
        }
    }

    /// The verdict over everything that was met.
    fn finish(&mut self) -> Verdict {
        if self.quantifier == Quantifier::Some && !self.path.blockers.is_empty() {
            self.weigh_hidden_address();
        }
        if self.path.blockers.is_empty() {
            return if self.path.doubts.is_empty() { Verdict::Reachable } else { Verdict::Unknown };
        }
        let dropped = self.path.blockers.iter().filter(|blocker| blocker.always).flat_map(|blocker| &blocker.packets);
        if self.flow.is_covered_by(dropped) { Verdict::Blocked } else { Verdict::Partial }
    }

    /// The destination is one address of many and nobody knows which: only what is dropped for all of them is certain.
    fn weigh_hidden_address(&mut self) {
        let hit = Ranges::collect(
            self.path.blockers.iter().flat_map(|blocker| &blocker.packets).map(|packets| packets.remote),
        );
        if hit.contains(&self.flow.remote) {
            return;
        }
        let (mut kept, mut spared) = (Vec::new(), false);
        for blocker in std::mem::take(&mut self.path.blockers) {
            let own = Ranges::collect(blocker.packets.iter().map(|packets| packets.remote));
            if own.contains(&self.flow.remote) {
                kept.push(blocker);
            } else {
                spared = true;
            }
        }
        self.path.blockers = kept;
        if spared {
            self.doubt(Doubt::Hidden("its addresses aren't known, and some public addresses would be blocked".into()));
        }
    }
}

/// The security groups of an interface. One that has none, such as a network load balancer's, is filtered by none.
pub(super) fn groups_of_interface<'n>(interface: &'n Interface<'_>) -> Groups<'n> {
    match &interface.groups {
        Ok(list) if list.is_empty() => Groups::Unfiltered,
        Ok(list) => Groups::Listed(list),
        Err(missing) => Groups::Unknown(*missing),
    }
}

/// What a route leads to, in words: `transit-gateway tgw-…`.
pub(super) fn named(route: &Route<'_>) -> String {
    match route.target.kind() {
        "other" => route.target_id.to_owned(),
        "instance" => format!("the instance or appliance behind {}", route.target_id),
        kind => format!("{} {}", kind.replace('-', " "), route.target_id),
    }
}

pub(super) fn known_groups(groups: &Groups<'_>) -> Option<Vec<GroupId>> {
    match groups {
        Groups::Listed(list) => Some(list.iter().filter_map(|group| group.known()).collect()),
        Groups::Unfiltered => Some(Vec::new()),
        Groups::Open | Groups::Unknown(_) => None,
    }
}

fn dropped_ports(dropped: &[Dropped], all: &Ranges<u16>) -> String {
    let ports = Ranges::collect(dropped.iter().map(|found| found.packets.ports));
    if ports.contains(all) { String::new() } else { format!("ports {}", shown_ports(&ports)) }
}
