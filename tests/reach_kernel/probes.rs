//! Which packets are sent: those at the borders of what any rule names and of fargcheck's own boxes.

use super::cells::{Cuts, edges, public_ranges, starts, without};
use super::model::*;
use super::vpc::{Probe, ipv4_of, nat_address};
use fargcheck::reach::{Packets, Verdict};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::Index;
use std::collections::BTreeSet;
use std::ops::{Range, RangeInclusive};

/// So many packets are picked for a network; each stands for a group.
const PICKS: usize = 32;

/// So many packets are sent for a group at most, one for each kind of port that a NAT gateway may take.
const GROUP: usize = 8;

/// What no host answers at, or what stands for something else here.
const UNUSABLE: [&str; 5] = ["0.0.0.0/8", "127.0.0.0/8", "169.254.0.0/16", "198.18.0.0/15", "224.0.0.0/3"];

/// A way to pick a packet: one index for each part of it.
pub(crate) type Pick = (Index, Index, Index, Index);

pub(crate) fn picks() -> impl Strategy<Value = Vec<Pick>> {
    vec(any::<Pick>(), PICKS)
}

/// Packets of one cell: alike in everything but the port that a NAT gateway is to take.
#[derive(Debug)]
pub(crate) struct Group {
    /// Which probes.
    pub(crate) probes: Range<usize>,
    /// Whether there is one for each kind of port that a NAT gateway may take.
    pub(crate) is_whole: bool,
}

/// The packets to send.
#[derive(Debug, Default)]
pub(crate) struct Probes {
    pub(crate) all: Vec<Probe>,
    pub(crate) groups: Vec<Group>,
}

/// The addresses that a question is about.
fn remote_ranges(net: &Net, question: &Question, verdict: Verdict) -> Vec<(Address, Address)> {
    let block = |block: &Cidr| (block.first, block.last());
    match &question.destination {
        Destination::Block(found) => vec![block(found)],
        // S3 alone is not the internet: where that is blocked nothing is said of it.
        Destination::Internet if verdict == Verdict::Blocked => without(public_ranges(true), &net.lists[0]),
        Destination::Internet => public_ranges(true),
        Destination::Eni(index) => net.enis[*index].of_family(true),
        Destination::Logs => net.endpoint_enis().iter().flat_map(|eni| eni.of_family(true)).collect(),
        Destination::S3 => net.lists[0].iter().map(block).collect(),
    }
}

/// What becomes of some packets behind a NAT gateway isn't asked of the kernel: behind a second NAT gateway, and behind a
/// private one at a gateway endpoint, AWS's documentation leaves it open.
fn is_left_open(net: &Net, remote: Address) -> bool {
    let Some(Route { target: Target::Nat(first), blackhole: false, .. }) = net.route(SENDER, remote) else {
        return false;
    };
    let nat = &net.nats[*first];
    net.route(nat.subnet, remote).is_some_and(|route| match route.target {
        Target::Nat(second) => second != *first,
        Target::GatewayEndpoint => nat.private,
        _ => false,
    })
}

/// Both ends of every cell of a range.
fn borders(range: (u128, u128), cuts: impl IntoIterator<Item = u128>) -> BTreeSet<u128> {
    let starts = starts(range, cuts);
    let ends = starts.iter().skip(1).map(|start| start - 1).chain([range.1]);
    ends.chain(starts.iter().copied()).collect()
}

/// The cell that a number is in, as far as it goes on from there.
fn rest_of_cell(number: u16, last: u16, cuts: &[u128]) -> RangeInclusive<u16> {
    let next = cuts.iter().copied().filter(|cut| *cut > u128::from(number)).min();
    number..=next.map_or(last, |next| last.min((next - 1) as u16))
}

/// Chooses what to send.
pub(crate) fn choose(
    net: &Net,
    question: &Question,
    cuts: &Cuts,
    (verdict, boxes): (Verdict, &[Packets]),
    picks: &[Pick],
) -> Probes {
    let addresses = || cuts.addresses.iter().copied();
    let ports = || cuts.ports.iter().copied();
    let wide = |(low, high): (u16, u16)| (u128::from(low), u128::from(high));
    let unusable = UNUSABLE.map(Cidr::of);
    let of_nats: Vec<Address> = (0..net.nats.len()).map(|index| nat_address(net, index)).collect();
    let remotes: Vec<Address> = remote_ranges(net, question, verdict)
        .into_iter()
        .flat_map(|range| borders(range, addresses().chain(edges(boxes, |one| one.remote))))
        .filter(|remote| !of_nats.contains(remote) && !unusable.iter().any(|block| block.holds(*remote)))
        .filter(|remote| !is_left_open(net, *remote))
        .collect();
    // Each packet's ends are somebody's own: the sender has none of the addresses that are asked for.
    let known = net.known_enis();
    let taken: Vec<Address> = known.iter().map(ipv4_of).chain(of_nats).collect();
    let chosen: Vec<Address> = picks.iter().filter(|_| !remotes.is_empty()).map(|pick| *pick.1.get(&remotes)).collect();
    let owns: Vec<Address> = net.subnets[SENDER]
        .hosts(true)
        .into_iter()
        .flat_map(|hosts| borders(hosts, addresses().chain(edges(boxes, |one| one.own))))
        .filter(|own| !taken.contains(own) && !chosen.contains(own))
        .collect();
    let edge_ports = |one: &Packets| wide(one.own_ports);
    let own_ports: Vec<u16> = borders(wide(question.ports), ports().chain(edges(boxes, edge_ports)))
        .into_iter()
        .map(|port| port as u16)
        .collect();
    let remote_ports: Vec<u16> =
        borders(wide(question.remote_ports), ports().chain(edges(boxes, |one| wide(one.remote_ports))))
            .into_iter()
            .map(|port| port as u16)
            .collect();
    let mut found = Probes::default();
    if owns.is_empty() || chosen.is_empty() {
        return found;
    }
    // A few ports: each has its own listener at every door.
    let remote_ports = &remote_ports[..remote_ports.len().min(4)];
    let meets_nat = net.tables[net.subnets[SENDER].table].iter().any(|route| matches!(route.target, Target::Nat(_)));
    let nat_ports = if meets_nat { starts((1024, 65535), ports()) } else { Vec::new() };
    let mut own_cuts: Vec<u128> = ports().collect();
    own_cuts.extend(boxes.iter().map(edge_ports).flat_map(|(low, high)| [low, high + 1]));
    let (mut connections, mut translated, mut unforced) = (BTreeSet::new(), BTreeSet::new(), Vec::new());
    for (pick, remote) in picks.iter().zip(chosen) {
        let (own, own_port, remote_port) = (*pick.0.get(&owns), *pick.2.get(&own_ports), *pick.3.get(remote_ports));
        let mut free = rest_of_cell(own_port, question.ports.1, &own_cuts)
            .filter(|port| !connections.contains(&(own, *port, remote, remote_port)))
            .take(GROUP + 1)
            .collect::<Vec<u16>>()
            .into_iter();
        let first = found.all.len();
        let mut is_whole = !nat_ports.is_empty();
        for (place, nat_port) in nat_ports.iter().enumerate() {
            let cell = rest_of_cell(*nat_port as u16, 65535, &cuts.ports);
            let port = cell.into_iter().find(|port| !translated.contains(&(*port, remote, remote_port)));
            match (port, free.next()) {
                (Some(nat_port), Some(own_port)) if place < GROUP => {
                    translated.insert((nat_port, remote, remote_port));
                    connections.insert((own, own_port, remote, remote_port));
                    let packet = Packet { own, remote, own_port, remote_port, nat_port };
                    found.all.push(Probe { packet, forces_nat_port: true });
                }
                _ => is_whole = false,
            }
        }
        // And one that the NAT gateway gives any port.
        if let Some(own_port) = free.next() {
            connections.insert((own, own_port, remote, remote_port));
            let packet = Packet { own, remote, own_port, remote_port, nat_port: 0 };
            unforced.push(Probe { packet, forces_nat_port: false });
        }
        if first < found.all.len() {
            found.groups.push(Group { probes: first..found.all.len(), is_whole });
        }
    }
    // Last, so that none is given a port that another is to have.
    found.all.extend(unforced);
    found
}
