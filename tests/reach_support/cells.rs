//! The cells that the packets of a question fall into: between two numbers that anything names, nothing changes its mind.

use super::model::*;
use fargcheck::reach::Packets;

/// Numbers at which something changes.
pub(crate) struct Cuts {
    pub(crate) addresses: Vec<u64>,
    pub(crate) ports: Vec<u64>,
}

/// Every number that a rule, a route or a block of the network names.
pub(crate) fn cuts(net: &Net) -> Cuts {
    let mut blocks: Vec<Cidr> = SPECIAL.map(Cidr::of).to_vec();
    blocks.extend(VPCS);
    blocks.extend(net.subnets.iter().map(|subnet| subnet.block));
    blocks.extend(net.lists.iter().flatten());
    blocks.extend(net.transit.routes.iter().flatten().map(|(block, _)| *block));
    let mut ports: Vec<(u16, u16)> = Vec::new();
    for entry in net.acls.iter().flat_map(|acl| &acl.entries) {
        blocks.extend(entry.block);
        ports.push(entry.ports);
    }
    for rule in net.groups.iter().flat_map(|group| group.ingress.iter().chain(&group.egress)) {
        if let Peer::Block(block) = rule.peer {
            blocks.push(block);
        }
        ports.push(rule.ports);
    }
    for route in net.tables.iter().flatten() {
        if let To::Block(block) = route.to {
            blocks.push(block);
        }
    }
    let mut addresses: Vec<u64> =
        blocks.iter().flat_map(|block| [u64::from(block.first), u64::from(block.last()) + 1]).collect();
    for eni in net.known_enis().iter().chain(&net.endpoint_enis()) {
        addresses.extend([u64::from(eni.first), u64::from(eni.last) + 1]);
    }
    let ports = ports.iter().flat_map(|(low, high)| [u64::from(*low), u64::from(*high) + 1]).collect();
    Cuts { addresses, ports }
}

/// The first number of every cell of a range.
pub(crate) fn starts(range: (u64, u64), cuts: impl IntoIterator<Item = u64>) -> Vec<u64> {
    let mut starts: Vec<u64> = cuts.into_iter().filter(|cut| range.0 < *cut && *cut <= range.1).collect();
    starts.push(range.0);
    starts.sort_unstable();
    starts.dedup();
    starts
}

const V4: u128 = 0xffff_0000_0000;

/// An address of fargcheck's space of 128 bits as an IPv4 one; those outside at the nearest end.
pub(crate) fn v4(point: u128) -> u64 {
    (point.saturating_sub(V4)).min(1 << 32) as u64
}

/// Where the boxes begin and where what is behind them does, on one side.
pub(crate) fn edges<'p>(
    boxes: &'p [Packets],
    side: impl Fn(&Packets) -> (u64, u64) + 'p,
) -> impl Iterator<Item = u64> + 'p {
    boxes.iter().flat_map(move |packets| {
        let (low, high) = side(packets);
        [low, high + 1]
    })
}

/// Whether a packet is in any of the boxes.
pub(crate) fn holds(boxes: &[Packets], packet: Packet) -> bool {
    boxes.iter().any(|packets| {
        let inside = |range: (u128, u128), address: u32| {
            let at = V4 + u128::from(address);
            range.0 <= at && at <= range.1
        };
        inside(packets.own, packet.own)
            && inside(packets.remote, packet.remote)
            && (packets.own_ports.0..=packets.own_ports.1).contains(&packet.own_port)
            && (packets.remote_ports.0..=packets.remote_ports.1).contains(&packet.remote_port)
    })
}

/// What the internet routes.
pub(crate) fn public_ranges() -> Vec<(u64, u64)> {
    let mut special: Vec<Cidr> = SPECIAL.map(Cidr::of).to_vec();
    special.sort_by_key(|block| block.first);
    let mut ranges = Vec::new();
    let mut next = 0u64;
    for block in special {
        if next < u64::from(block.first) {
            ranges.push((next, u64::from(block.first) - 1));
        }
        next = u64::from(block.last()) + 1;
    }
    ranges
}

/// Ranges without what is in the blocks.
pub(crate) fn without(mut ranges: Vec<(u64, u64)>, blocks: &[Cidr]) -> Vec<(u64, u64)> {
    for block in blocks {
        let (first, last) = (u64::from(block.first), u64::from(block.last()));
        let cut = |(low, high): (u64, u64)| {
            let below = (low, high.min(first.saturating_sub(1)));
            let above = (low.max(last + 1), high);
            if high < first || last < low { vec![(low, high)] } else { vec![below, above] }
        };
        ranges = ranges.into_iter().flat_map(cut).filter(|(low, high)| low <= high).collect();
    }
    ranges
}
