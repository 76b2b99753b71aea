//! What of a resource decided, as it is written there, for those who read a way.

use super::question::Groups;
use super::walk::{View, Walk};
use crate::network::*;
use crate::snapshot::{IpPermission, TransitGatewayRoute};

/// How many entries are named where several together decide.
const MOST: usize = 3;

/// Several entries, the first ones by their names: "100, 110, 120 and 2 more".
pub(super) fn first_ones(entries: &[String]) -> String {
    let named = entries.len().min(MOST);
    match (&entries[..named], entries.len() - named) {
        ([one], 0) => one.clone(),
        ([first @ .., last], 0) => format!("{} and {last}", first.join(", ")),
        (named, more) => format!("{} and {more} more", named.join(", ")),
    }
}

/// How many phrases a reader takes in.
pub const FIRST_PHRASES: usize = MOST;

/// Several phrases, which may have commas of their own, the first `most` in full: "ports 1-5; ports 7-9 from 10.0.0.0/8".
pub fn first_phrases<T>(parts: &[T], most: usize, phrase: impl Fn(&T) -> String) -> String {
    let named: Vec<String> = parts.iter().take(most).map(phrase).collect();
    let more = parts.len() - named.len();
    let more = if more > 0 { format!("; and {more} more") } else { String::new() };
    format!("{}{more}", named.join("; "))
}

/// One entry or several, behind the word for them: "rule 100", "rules 100 and 110".
pub(super) fn entries(word: &str, names: &[String]) -> String {
    let plural = if names.len() == 1 { "" } else { "s" };
    format!("{word}{plural} {}", first_ones(names))
}

impl Walk<'_, '_> {
    /// Where hops are asked for: the rules of groups that let pass what they let pass, as they are written: `tcp 443 to 0.0.0.0/0`.
    pub(super) fn passing_rules(&self, groups: &Groups<'_>, egress: bool, other: OtherSide<'_>) -> Vec<String> {
        let list = match groups {
            Groups::Listed(list) if self.tracing => list,
            _ => return Vec::new(),
        };
        let passing = group_passes(self.network, self.protocol, (list, egress), other, &self.flow.remote_ports);
        let is_one = list.iter().filter(|group| group.known().is_some()).count() == 1;
        let named = |(id, rule): &RuleOfGroup<'_>| {
            let element = self.network.group(*id).element;
            let permissions = if egress { &element.ip_permissions_egress } else { &element.ip_permissions };
            let permission = permissions.iter().flatten().nth(rule.index);
            let text = rule_text(self.network, rule, permission, egress);
            if is_one { text } else { format!("{text} of {}", crate::network::text(&element.group_id)) }
        };
        passing.iter().map(named).collect()
    }
}

/// A rule of a security group as people write it: `tcp 443 to 0.0.0.0/0`.
fn rule_text(network: &Network<'_>, rule: &GroupRule, permission: Option<&IpPermission<'_>>, egress: bool) -> String {
    let protocol = match rule.protocols {
        Protocols::All => "all traffic",
        Protocols::One(17) => Protocol::Udp.as_str(),
        Protocols::One(_) | Protocols::Other => Protocol::Tcp.as_str(),
    };
    let what = match rule.ports {
        _ if rule.protocols == Protocols::All => protocol.to_owned(),
        (0, u16::MAX) => format!("all {protocol}"),
        (low, high) => format!("{protocol} {}", shown_ports(&Ranges::one(low, high))),
    };
    let peer = match &rule.peer {
        PeerRef::Block(range) => permission.and_then(|permission| written_block(permission, *range)),
        PeerRef::List(list) => list.known().map(|id| network.prefix_list(id).id.to_owned()),
        PeerRef::Group(group) => group.known().map(|id| text(&network.group(id).element.group_id).to_owned()),
        PeerRef::Stranger | PeerRef::Unwritten(_) => None,
    };
    let way = if egress { "to" } else { "from" };
    peer.map_or_else(|| what.clone(), |peer| format!("{what} {way} {peer}"))
}

/// The block of a permission that a rule was made of: the smallest one around it, since that of all IPv6 is made into parts.
fn written_block(permission: &IpPermission<'_>, (low, high): AddressRange) -> Option<String> {
    let ipv4 = permission.ip_ranges.iter().filter_map(|range| range.cidr_ip.as_deref());
    let ipv6 = permission.ipv6_ranges.iter().filter_map(|range| range.cidr_ipv6.as_deref());
    let written = ipv4.chain(ipv6).filter_map(|written| Some((block(written)?.range, written)));
    let around = written.filter(|((first, last), _)| *first <= low && high <= *last);
    around.min_by_key(|((first, last), _)| last - first).map(|(_, written)| written.to_owned())
}

/// A route of a transit gateway's table: `10.1.0.0/16 (propagated)`.
pub(super) fn transit_route(route: &TransitGatewayRoute<'_>) -> String {
    let destination = route.destination_cidr_block.as_deref().or(route.prefix_list_id.as_deref()).unwrap_or_default();
    match route.ty.as_deref() {
        Some(kind) => format!("{destination} ({kind})"),
        None => destination.to_owned(),
    }
}

/// What of the packets that a network ACL looks at it drops: ports, addresses, or some of both; empty where it is all of them.
pub(super) fn dropped_part(dropped: &[Dropped], (addresses, ports): (&Addresses, &Ranges<u16>), view: View) -> String {
    let way = match view {
        View::RemoteRemote | View::OwnOwn => "to",
        View::OwnRemote | View::RemoteOwn | View::RemoteNat => "from",
    };
    let phrase = |part: (&Addresses, &Ranges<u16>)| {
        let at = (!part.1.contains(ports)).then(|| format!("ports {}", shown_ports(part.1)));
        let with = (!part.0.contains(addresses)).then(|| format!("{way} {}", shown(part.0)));
        at.into_iter().chain(with).collect::<Vec<_>>().join(" ")
    };
    let rectangles: Vec<Rectangle> = dropped.iter().map(|found| found.packets).collect();
    let groups = grouped_pairs(&rectangles, |one| one.ports, |one| one.addresses);
    first_phrases(&groups, FIRST_PHRASES, |(ports, addresses)| phrase((addresses, ports)))
}
