//! Route tables: where each address goes, decided once for all addresses.

use super::address::{AddressRange, Addresses, Family};
use super::ids::{
    EgressOnlyGatewayId, EndpointId, GatewayId, InterfaceId, NatId, PeeringId, PrefixListId, SubnetId, VpcId,
};
use super::known::{Known, Missing, Reference};
use super::model::*;
use super::ranges::Ranges;
use crate::snapshot::{self as shape, Element, Location, Step};
use rustc_hash::{FxHashMap, FxHashSet};
use std::borrow::Cow;
use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::sync::OnceLock;

/// Where a route leads.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Target<'a> {
    /// Into the VPC itself.
    Local,
    /// An internet gateway.
    InternetGateway(Reference<GatewayId>),
    /// A NAT gateway.
    Nat(Reference<NatId>),
    /// A VPC endpoint of any kind.
    Endpoint(Reference<EndpointId>),
    /// An egress-only internet gateway.
    EgressOnlyGateway(Reference<EgressOnlyGatewayId>),
    /// A peering connection.
    Peering(Reference<PeeringId>),
    /// A transit gateway, by its id.
    TransitGateway(&'a str),
    /// A virtual private gateway (VPN, Direct Connect).
    VirtualPrivateGateway,
    /// An instance or an interface of one.
    Instance,
    /// A network interface that is known: its owner decides.
    Interface(InterfaceId),
    /// A carrier, local or core network gateway, or something newer.
    Other,
    /// The input doesn't say.
    Unwritten(Missing),
}

impl Target<'_> {
    /// The word that facts use for it: CloudFormation's resource names in lower case.
    pub fn kind(&self) -> &'static str {
        match self {
            Target::Local => "local",
            Target::InternetGateway(_) => "internet-gateway",
            Target::Nat(_) => "nat-gateway",
            Target::Endpoint(_) => "vpc-endpoint",
            Target::EgressOnlyGateway(_) => "egress-only-internet-gateway",
            Target::Peering(_) => "vpc-peering-connection",
            Target::TransitGateway(_) => "transit-gateway",
            Target::VirtualPrivateGateway => "virtual-private-gateway",
            Target::Instance | Target::Interface(_) => "instance",
            Target::Other => "other",
            Target::Unwritten(_) => "unknown",
        }
    }
}

/// What a route's destination is.
#[derive(Debug, Clone, PartialEq)]
pub enum RouteDestination {
    /// An address block with its prefix length.
    Block(AddressRange, u8),
    /// A prefix list; gone where it is another region's, to whose gateway endpoints nothing leads.
    List(Reference<PrefixListId>),
    /// It can't be told.
    Nothing,
}

/// A route.
#[derive(Debug)]
pub struct Route<'a> {
    /// As described.
    pub element: &'a shape::Route<'a>,
    /// Its position in the table's list.
    pub index: usize,
    /// What it is for.
    pub destination: RouteDestination,
    /// Where it leads.
    pub target: Target<'a>,
    /// The target's id as written, `local` or empty.
    pub target_id: &'a str,
    /// The field that holds the target's id.
    pub target_field: &'static str,
    /// Whether AWS says that it is a blackhole.
    pub is_blackhole: bool,
    /// Whether it leads to a transit gateway that its table's VPC is not attached to, or that is gone.
    pub is_detached: bool,
}

impl Route<'_> {
    /// The family of the member that holds its block, also of one that isn't known; none of a prefix list.
    pub fn family(&self) -> Option<Family> {
        let route = self.element;
        let of_ipv4 = route.destination_cidr_block.as_ref().map(|_| Family::Ipv4);
        of_ipv4.or_else(|| route.destination_ipv6_cidr_block.as_ref().map(|_| Family::Ipv6))
    }

    /// The destination as written.
    pub fn destination_text(&self) -> &str {
        let route = self.element;
        route
            .destination_cidr_block
            .as_deref()
            .or(route.destination_ipv6_cidr_block.as_deref())
            .or(route.destination_prefix_list_id.as_deref())
            .unwrap_or_default()
    }

    /// What is missing of its prefix list, which may hold all addresses: a gateway endpoint's holds those of its service.
    fn unread_list(&self, scope: u32) -> Option<Missing> {
        let is_of_endpoint = matches!(self.target, Target::Endpoint(_));
        (!is_of_endpoint).then_some(Missing { call: "ec2:GetManagedPrefixListEntries", scope })
    }
}

/// Which routes a set of addresses takes.
#[derive(Debug, Clone)]
pub(super) enum Parts {
    /// All of them the same, or none.
    Whole(Option<u32>),
    /// Disjoint parts.
    Several(Vec<(Addresses, Option<u32>)>),
}

/// A set of addresses with the routes that it takes.
#[derive(Debug)]
pub struct Split<'s> {
    addresses: &'s Addresses,
    parts: Cow<'s, Parts>,
}

impl<'s> Split<'s> {
    /// All of the addresses take one route.
    pub fn whole(addresses: &'s Addresses, route: u32) -> Self {
        Split { addresses, parts: Cow::Owned(Parts::Whole(Some(route))) }
    }

    /// The parts, each with its route, or none where there is no route for it.
    pub fn iter(&self) -> impl Iterator<Item = (&Addresses, Option<u32>)> {
        let (whole, several) = match &*self.parts {
            Parts::Whole(route) => (Some((self.addresses, *route)), [].as_slice()),
            Parts::Several(parts) => (None, parts.as_slice()),
        };
        whole.into_iter().chain(several.iter().map(|(part, route)| (part, *route)))
    }
}

/// A route table.
#[derive(Debug)]
pub struct RouteTable<'a> {
    /// As described.
    pub element: &'a Element<shape::RouteTable<'a>>,
    /// Its scope in the snapshot.
    pub scope: u32,
    /// Its VPC.
    pub vpc: Reference<VpcId>,
    /// Its routes; unknown where the list is absent.
    pub routes: Known<Vec<Route<'a>>>,
    /// Subnets that it is in effect for.
    pub subnets: Vec<SubnetId>,
    /// Addresses → route, disjoint and sorted. Addresses that no route has are in no range.
    pub winners: Vec<(AddressRange, u32)>,
    /// Addresses of the VPC that stay in it by a local route that the input does not list.
    pub unlisted_local: Addresses,
    /// Addresses that several prefix lists hold with the same block, whose routes have different targets: AWS chooses one at
    /// random.
    pub contested: Addresses,
    /// Which route each public address takes, found when it is first asked for.
    pub(super) public: OnceLock<Parts>,
    /// The position of its default route, found when it is first asked for.
    pub(super) default: OnceLock<Known<Option<usize>>>,
}

impl<'a> RouteTable<'a> {
    /// The place of a route's target.
    pub fn target_place(&self, route: &Route<'_>) -> Location {
        Location::inside(
            self.element.origin,
            [Step::from("Routes"), Step::from(route.index), Step::from(route.target_field)],
        )
    }

    /// Which route each of the addresses takes: disjoint parts, with none for addresses without a route.
    pub fn split<'s>(&'s self, addresses: &'s Addresses) -> Split<'s> {
        let parts = if *addresses == *super::address::PUBLIC_V4 {
            Cow::Borrowed(self.public.get_or_init(|| self.parts(addresses)))
        } else {
            Cow::Owned(self.parts(addresses))
        };
        Split { addresses, parts }
    }

    fn parts(&self, addresses: &Addresses) -> Parts {
        let mut pieces: Vec<(AddressRange, Option<u32>)> = Vec::new();
        let mut put = |range: AddressRange, route: Option<u32>| pieces.push((range, route));
        for (mut low, high) in addresses.iter() {
            let mut at = self.winners.partition_point(|(range, _)| range.1 < low);
            loop {
                match self.winners.get(at) {
                    Some(((from, to), route)) if *from <= high => {
                        if low < *from {
                            put((low, from - 1), None);
                        }
                        put((low.max(*from), high.min(*to)), Some(*route));
                        if *to >= high {
                            break;
                        }
                        low = to + 1;
                        at += 1;
                    }
                    _ => {
                        put((low, high), None);
                        break;
                    }
                }
            }
        }
        match pieces.split_first() {
            Some(((_, route), rest)) if rest.iter().all(|piece| piece.1 == *route) => Parts::Whole(*route),
            _ => Parts::Several(by_route(pieces)),
        }
    }

    /// Whether all of the addresses stay in the VPC, by one local route for each of their ranges.
    pub fn keeps_local(&self, addresses: &Addresses) -> bool {
        let Ok(routes) = &self.routes else { return false };
        addresses.iter().all(|(low, high)| {
            let at = self.winners.partition_point(|(range, _)| range.1 < low);
            self.winners.get(at).is_some_and(|(range, route)| {
                range.0 <= low && high <= range.1 && routes[*route as usize].target == Target::Local
            })
        })
    }

    /// The route of a single address.
    pub fn winner(&self, address: u128) -> Option<u32> {
        let at = self.winners.partition_point(|(range, _)| range.1 < address);
        self.winners.get(at).filter(|(range, _)| range.0 <= address).map(|(_, route)| *route)
    }

    /// The default route of IPv4: that of 0.0.0.0/0, or the first of those that together lead all public addresses to one
    /// target, in blocks and by prefix lists: as two halves, or without what is reserved, multicast or private. Unknown where it takes the addresses of a list that aren't known to tell.
    pub fn default_route(&self, network: &Network<'_>) -> Known<Option<&Route<'a>>> {
        let routes = self.routes.as_ref().map_err(|missing| *missing)?;
        let found = *self.default.get_or_init(|| default_route(routes, network, Family::Ipv4));
        Ok(found?.and_then(|index| routes.get(index)))
    }

    /// The default route of IPv6: that of ::/0, or the first of those that together lead all public addresses to one target.
    pub fn ipv6_default_route(&self, network: &Network<'_>) -> Known<Option<&Route<'a>>> {
        let routes = self.routes.as_ref().map_err(|missing| *missing)?;
        Ok(default_route(routes, network, Family::Ipv6)?.and_then(|index| routes.get(index)))
    }
}

/// The position of a family's default route among the routes of a table.
fn default_route(routes: &[Route<'_>], network: &Network<'_>, family: Family) -> Known<Option<usize>> {
    let everything = |route: &Route<'_>| matches!(route.destination, RouteDestination::Block((low, _), 0) if Family::of(low) == family);
    if let Some(found) = routes.iter().position(everything) {
        return Ok(Some(found));
    }
    /// What the routes to one target take together.
    struct Way {
        first: usize,
        taken: Vec<AddressRange>,
        unread: Option<Missing>,
    }
    let mut ways: Vec<Way> = Vec::new();
    let mut by_id: FxHashMap<&str, Vec<usize>> = FxHashMap::default();
    for (index, route) in routes.iter().enumerate().filter(|(_, route)| route.target != Target::Local) {
        let alike = by_id.entry(route.target_id).or_default();
        let leads_there = |way: &usize| routes[ways[*way].first].target == route.target;
        let known = alike.iter().copied().find(leads_there).unwrap_or_else(|| {
            alike.push(ways.len());
            ways.push(Way { first: index, taken: Vec::new(), unread: None });
            ways.len() - 1
        });
        let way = &mut ways[known];
        match &route.destination {
            RouteDestination::Block(range, _) => way.taken.push(*range),
            RouteDestination::List(Reference::To(id)) => {
                let list = network.prefix_list(*id);
                match &list.blocks {
                    Some(blocks) => way.taken.extend(blocks.iter()),
                    // A service's own list never holds all addresses.
                    None if list.service.is_some() => {}
                    None => way.unread = way.unread.or(route.unread_list(list.scope)),
                }
            }
            RouteDestination::List(Reference::Unknown(missing)) => {
                way.unread = way.unread.or(route.unread_list(missing.scope));
            }
            RouteDestination::List(Reference::Gone) | RouteDestination::Nothing => {}
        }
    }
    let mut unread = None;
    for way in ways {
        unread = unread.or(way.unread);
        if Addresses::collect(way.taken).contains(family.public()) {
            return Ok(Some(way.first));
        }
    }
    unread.map_or(Ok(None), Err)
}

/// The addresses of each route, in the order in which the routes come first.
fn by_route(pieces: Vec<(AddressRange, Option<u32>)>) -> Vec<(Addresses, Option<u32>)> {
    let mut positions: FxHashMap<Option<u32>, usize> = FxHashMap::default();
    let mut parts: Vec<(Vec<AddressRange>, Option<u32>)> = Vec::new();
    for (range, route) in pieces {
        let position = *positions.entry(route).or_insert(parts.len());
        match parts.get_mut(position) {
            Some((ranges, _)) => ranges.push(range),
            None => parts.push((vec![range], route)),
        }
    }
    parts.into_iter().map(|(ranges, route)| (Ranges::collect(ranges), route)).collect()
}

/// Decides longest prefix first; of equal ones local, then a static route, then a prefix list's, then a propagated one.
/// What is local stays so even where a propagated route is more specific.
/// <https://docs.aws.amazon.com/vpc/latest/userguide/route-tables-priority.html>
/// <https://docs.aws.amazon.com/vpn/latest/s2svpn/vpn-route-priority.html>
///
/// "Every route table contains a local route for communication within the VPC": each of `blocks`, those of the VPC, has one,
/// listed or not, unless it was given another target. What stays in the VPC by one that isn't listed is told apart.
/// <https://docs.aws.amazon.com/vpc/latest/userguide/subnet-route-tables.html>
pub(super) fn winners(
    routes: &[Route<'_>],
    lists: &[PrefixList<'_>],
    blocks: &[AddressRange],
) -> (Vec<(AddressRange, u32)>, Addresses) {
    const PROPAGATED: u8 = 3;
    const UNLISTED: u32 = u32::MAX;
    // (prefix length in 128 bits, precedence, range, route); the best comes first.
    let mut claims: Vec<(u8, u8, AddressRange, u32)> = Vec::new();
    let mut local: Vec<AddressRange> = Vec::new();
    for (index, route) in routes.iter().enumerate() {
        let index = index as u32;
        let of_family =
            |(low, _): AddressRange, length: u8| if super::address::is_v4(low) { 96 + length } else { length };
        match &route.destination {
            RouteDestination::Block(range, length) => {
                let precedence = match (route.target, route.element.origin.as_deref()) {
                    (Target::Local, _) => 0,
                    (_, Some("EnableVgwRoutePropagation")) => PROPAGATED,
                    _ => 1,
                };
                if route.target == Target::Local {
                    local.push(*range);
                }
                claims.push((of_family(*range, *length), precedence, *range, index));
            }
            RouteDestination::List(Reference::To(list)) => {
                for range in lists[list.0 as usize].entries.iter().copied() {
                    let size = range.1 - range.0;
                    let length = 128 - (128 - size.leading_zeros()) as u8;
                    claims.push((length, 2, range, index));
                }
            }
            _ => {}
        }
    }
    for block in blocks {
        // Some hand may have written one local route for all of the VPC's blocks.
        let is_listed = local.iter().any(|(low, high)| *low <= block.0 && block.1 <= *high);
        let is_replaced = claims.iter().any(|(_, precedence, range, _)| *precedence < 2 && range == block);
        if !is_listed && !is_replaced {
            claims.push(((block.1 - block.0).leading_zeros() as u8, 0, *block, UNLISTED));
            local.push(*block);
        }
    }
    claims.sort_by_key(|claim| (Reverse(claim.0), claim.1, claim.3));
    let local = Addresses::collect(local);
    // (first address, rank, last address, route): what each claims, from the lowest address on.
    let mut wanted: Vec<(u128, usize, u128, u32)> = Vec::with_capacity(claims.len());
    for (rank, (_, precedence, (low, high), route)) in claims.into_iter().enumerate() {
        if precedence == PROPAGATED {
            let free = Ranges::one(low, high).difference(&local);
            wanted.extend(free.iter().map(|(low, high)| (low, rank, high, route)));
        } else {
            wanted.push((low, rank, high, route));
        }
    }
    wanted.sort_unstable();
    let mut best = best_of(&wanted);
    let unlisted = best.iter().filter(|(_, route)| *route == UNLISTED).map(|(range, _)| *range).collect::<Vec<_>>();
    if !unlisted.is_empty() {
        best.retain(|(_, route)| *route != UNLISTED);
    }
    (best, Ranges::collect(unlisted))
}

/// "If your route table references multiple prefix lists that have overlapping CIDR blocks to different targets, we randomly
/// choose which route takes priority", where no more specific route decides: the addresses for which that is so.
/// <https://docs.aws.amazon.com/vpc/latest/userguide/route-tables-priority.html>
pub(super) fn contested_by_lists(
    routes: &[Route<'_>],
    lists: &[PrefixList<'_>],
    winners: &[(AddressRange, u32)],
) -> Addresses {
    let entries = |route: &Route<'_>| match route.destination {
        RouteDestination::List(Reference::To(list)) => lists[list.0 as usize].entries.as_slice(),
        _ => &[],
    };
    let mut first: FxHashMap<AddressRange, &Route<'_>> = FxHashMap::default();
    let mut shared: FxHashSet<AddressRange> = FxHashSet::default();
    for route in routes {
        for block in entries(route) {
            let known = first.entry(*block).or_insert(route);
            if (known.target, known.target_id) != (route.target, route.target_id) {
                shared.insert(*block);
            }
        }
    }
    if shared.is_empty() {
        return Ranges::none();
    }
    let by_chance = winners.iter().filter(|((low, high), route)| {
        let holding = entries(&routes[*route as usize]).iter().filter(|block| block.0 <= *low && *high <= block.1);
        holding.min_by_key(|block| block.1 - block.0).is_some_and(|block| shared.contains(block))
    });
    Addresses::collect(by_chance.map(|(range, _)| *range))
}

/// The best of what is claimed at each address, in parts that one claim takes: `claims` are sorted, and of two the one of the
/// lower rank is better.
fn best_of(claims: &[(u128, usize, u128, u32)]) -> Vec<(AddressRange, u32)> {
    let mut taken: Vec<(AddressRange, u32)> = Vec::new();
    let mut last = None;
    // What has begun, the best first.
    let mut begun: BinaryHeap<Reverse<(usize, u128, u32)>> = BinaryHeap::new();
    let mut coming = claims.iter().peekable();
    let mut next = claims.first().map(|claim| claim.0);
    while let Some(at) = next {
        while let Some((_, rank, high, route)) = coming.next_if(|claim| claim.0 <= at) {
            begun.push(Reverse((*rank, *high, *route)));
        }
        while begun.peek().is_some_and(|Reverse((_, high, _))| *high < at) {
            begun.pop();
        }
        let begins = coming.peek().map(|claim| claim.0);
        let Some(Reverse((rank, high, route))) = begun.peek().copied() else {
            next = begins;
            continue;
        };
        let end = begins.map_or(high, |begins| high.min(begins - 1));
        match taken.last_mut() {
            Some((range, _)) if last == Some(rank) && range.1.checked_add(1) == Some(at) => range.1 = end,
            _ => taken.push(((at, end), route)),
        }
        last = Some(rank);
        next = end.checked_add(1);
    }
    taken.shrink_to_fit();
    taken
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn each_address_takes_the_best_claim(ranges in prop::collection::vec((0u8..40, 0u8..40), 0..12), high in any::<bool>()) {
            let base = if high { u128::MAX - 39 } else { 0 };
            let range = |(a, b): (u8, u8)| (base + u128::from(a.min(b)), base + u128::from(a.max(b)));
            let mut claims: Vec<_> =
                (0..).zip(&ranges).map(|(rank, found)| (range(*found).0, rank as usize, range(*found).1, rank)).collect();
            claims.sort_unstable();
            let taken = best_of(&claims);
            prop_assert!(taken.windows(2).all(|pair| pair[0].0.1 < pair[1].0.0));
            for address in (0..40).map(|offset| base + offset) {
                let best = (0..).zip(&ranges).find(|(_, found)| (range(**found).0..=range(**found).1).contains(&address));
                let found = taken.iter().find(|((low, high), _)| (*low..=*high).contains(&address));
                prop_assert_eq!(found.map(|(_, route)| *route), best.map(|(route, _): (u32, _)| route));
            }
        }
    }
}
