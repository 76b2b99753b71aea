//! Central interface endpoints: a private hosted zone, which no input tells, may lead a service's name to an endpoint in
//! another VPC.
//! <https://docs.aws.amazon.com/whitepapers/latest/building-scalable-secure-multi-vpc-network-infrastructure/centralized-access-to-vpc-private-endpoints.html>

use super::code::{Code, Verdict};
use super::question::*;
use super::walk::Path;
use super::way::Way;
use crate::network::*;

/// An endpoint in another VPC that the name of a service may lead to.
pub(super) struct Elsewhere {
    /// Why it may.
    pub why: String,
    /// The sender's own groups and ACLs, and those of attachments, that stop all packets on the way there; nothing where they may arrive.
    pub stopped_by: Vec<Blocker>,
    /// The way there, where all that is on it is known, and it is blocked.
    pub way: Option<Path>,
}

/// The sender's own groups and ACLs, and those of attachments to transit gateways, that stop all packets on a way.
fn own_filters(path: &Path) -> Vec<Blocker> {
    let is_own = |code: Code| matches!(code, Code::SgEgress | Code::NaclEgress | Code::NaclIngress | Code::TgwNacl);
    path.blockers.iter().filter(|blocker| blocker.is_total && is_own(blocker.code)).cloned().collect()
}

impl Way<'_, '_> {
    /// Where the name of a service, whose public way is blocked, may lead in another VPC; none where nothing leads there.
    pub(super) fn may_be_named_elsewhere(&self, name: &str) -> Option<Elsewhere> {
        let network = self.network;
        let (here, _) = self.vpc()?;
        let (table, _) = network.subnet(self.question.sender.subnet).table.ok()?;
        let table = network.table(table);
        let routes = table.routes.as_ref().ok()?;
        let leads_away =
            |(_, route): &(u32, &Route<'_>)| matches!(route.target, Target::Peering(_) | Target::TransitGateway(_));
        let ways: Vec<(u32, &Route<'_>)> = (0..).zip(routes).filter(leads_away).collect();
        let serves = |endpoint: &Endpoint<'_>| {
            let is_other = endpoint.vpc.known().is_some_and(|vpc| vpc != here);
            let may_serve = || !ways.is_empty() && endpoint.is_available() != Ok(false);
            is_other
                && endpoint.kind == EndpointKind::Interface
                && endpoint.service == Some(name)
                && (may_serve() || network.is_central(endpoint, here))
        };
        let known = network.endpoints.iter().enumerate().filter(|(_, endpoint)| serves(endpoint));
        let known = known.filter_map(|(index, endpoint)| {
            let (path, verdict) = self.to_endpoint(EndpointId(index as u32))?;
            let is_blocked = verdict == Verdict::Blocked;
            let is_central = is_blocked && network.is_central(endpoint, here);
            let stopped_by = if is_blocked { own_filters(&path) } else { Vec::new() };
            let id = text(&endpoint.element.vpc_endpoint_id);
            let vpc = text(&endpoint.element.vpc_id);
            let why = format!("endpoint {id} in {vpc} may serve it: private hosted zones are not in the input");
            let may_be_meant = !is_blocked || is_central || !stopped_by.is_empty();
            may_be_meant.then(|| Elsewhere { why, stopped_by, way: is_central.then_some(path) })
        });
        let hidden = ways.iter().filter_map(|(index, route)| {
            let stopped_by = self.leads_to_somewhere_private(here, route, &taken_by(table, *index))?;
            let target = route.target_id;
            let why = format!(
                "an endpoint behind {target} may serve it: what lies there, and private hosted zones, isn't known"
            );
            Some(Elsewhere { why, stopped_by, way: None })
        });
        // One that may be reached says more than one that is kept from.
        let mut first = None;
        for found in known.chain(hidden) {
            if found.stopped_by.is_empty() && found.way.is_none() {
                return Some(found);
            }
            first.get_or_insert(found);
        }
        first
    }

    /// Which of the sender's filters stop all packets on their way to where a route leads private addresses and the input
    /// can't follow; none where the route doesn't.
    fn leads_to_somewhere_private(&self, here: VpcId, route: &Route<'_>, taken: &Addresses) -> Option<Vec<Blocker>> {
        let private = self.family.part(taken).difference(self.family.public()).difference(&RESERVED);
        let hidden = match route.target {
            Target::TransitGateway(id) => self.hidden_behind(id, here, &private),
            // Of a peer that the input has, all endpoints are known.
            Target::Peering(Reference::To(id)) if self.has_both_ends(id) => return None,
            _ => private,
        };
        if hidden.is_empty() {
            return None;
        }
        let (path, verdict) = self.walk(hidden, Quantifier::Some, &[], None);
        if !path.doubts.iter().any(|doubt| matches!(doubt, Doubt::Leaves(_))) {
            return None;
        }
        match verdict {
            Verdict::Unknown => Some(Vec::new()),
            Verdict::Blocked => Some(own_filters(&path)).filter(|met| !met.is_empty()),
            _ => None,
        }
    }

    /// Why there may be a way to VPCs that aren't in the input.
    pub(super) fn way_to_unknown_vpcs(&self) -> Option<Doubt> {
        let network = self.network;
        let subnet = network.subnet(self.question.sender.subnet);
        let everything = match self.family {
            Family::Ipv4 => Ranges::one(ALL_V4.0, ALL_V4.1).difference(&PUBLIC_V4),
            Family::Ipv6 => Ranges::one(0, u128::MAX).difference(&Ranges::one(ALL_V4.0, ALL_V4.1)),
        };
        let own = subnet.vpc.known().map_or_else(Ranges::none, |vpc| network.vpc(vpc).blocks.clone());
        let walk = self.start(everything.difference(&own).difference(&RESERVED), Quantifier::Some, &[], None);
        let table = subnet.table.ok().and_then(|(table, _)| network.table(table).routes.as_ref().ok());
        let hidden = table.and_then(|routes| walk.hidden_route(routes, &walk.flow.remote)).map(|route| {
            Doubt::Hidden(format!("the addresses that a route sends to {} aren't known", route.target_id))
        });
        let (path, verdict) = walk.run();
        if verdict == Verdict::Blocked {
            return None;
        }
        let unlisted = (0..).zip(&network.scopes).find_map(|(scope, _)| network.lacks_interfaces(scope));
        let leaves = path.doubts.into_iter().find(|doubt| matches!(doubt, Doubt::Leaves(_) | Doubt::Missing(_)));
        leaves.or(hidden).or(unlisted.map(Doubt::Missing))
    }

    fn has_both_ends(&self, id: PeeringId) -> bool {
        let peering = self.network.peering(id);
        let is_known =
            |end: &Option<&str>| end.is_some_and(|end| self.network.by_id.vpcs.get_in(peering.scope, end).is_some());
        peering.ends.iter().all(is_known)
    }

    /// Some of the addresses that a transit gateway sends out of the input: one block is enough.
    fn hidden_behind(&self, gateway: &str, here: VpcId, addresses: &Addresses) -> Addresses {
        let network = self.network;
        let Some(attachment) = network.attached.get(&(gateway, here)) else { return addresses.clone() };
        let Association::Table(table) = network.attachment(*attachment).association else { return addresses.clone() };
        let Ok(winners) = &network.transit_table(table).winners else { return addresses.clone() };
        let mut elsewhere = winners.iter().filter(|winner| winner.hop == TransitHop::Elsewhere);
        let parts = elsewhere.find_map(|winner| {
            let part = addresses.intersection(&Ranges::one(winner.range.0, winner.range.1));
            (!part.is_empty()).then_some(part)
        });
        parts.unwrap_or_else(Ranges::none)
    }
}

/// The addresses of a block for which no other route of the table is the better one.
fn taken_by(table: &RouteTable<'_>, index: u32) -> Addresses {
    let route = table.routes.as_ref().ok().and_then(|routes| routes.get(index as usize));
    let Some(RouteDestination::Block(range, _)) = route.map(|route| &route.destination) else { return Ranges::none() };
    let whole = Ranges::one(range.0, range.1);
    let split = table.split(&whole);
    let taken = split.iter().filter(|(_, winner)| *winner == Some(index));
    taken.fold(Ranges::none(), |all, (part, _)| all.union(part))
}
