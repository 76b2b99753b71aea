//! The cells that the packets of a question fall into: between two numbers that anything names, nothing changes its mind.

use super::model::*;
use fargcheck::reach::Packets;

/// Numbers at which something changes.
pub(crate) struct Cuts {
    pub(crate) addresses: Vec<Address>,
    pub(crate) ports: Vec<u128>,
}

/// Every number that a rule, a route or a block of the network names.
pub(crate) fn cuts(net: &Net) -> Cuts {
    let mut blocks: Vec<Cidr> = SPECIAL.map(Cidr::of).to_vec();
    blocks.extend(RESERVED.map(Cidr::of));
    blocks.extend(VPCS.as_flattened());
    blocks.extend([NAT64, Cidr::of("2000::/3"), Cidr::of("0.0.0.0/0")]);
    blocks.extend(net.subnets.iter().flat_map(|subnet| &subnet.blocks));
    blocks.extend(net.lists.iter().flatten());
    blocks.extend(net.transit.routes.iter().flatten().map(|(block, _)| *block));
    let mut ports: Vec<(u16, u16)> = Vec::new();
    for entry in net.acls.iter().flat_map(|acl| &acl.entries) {
        blocks.push(entry.block);
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
    let mut addresses: Vec<Address> =
        blocks.iter().flat_map(|block| [block.first, block.last().saturating_add(1)]).collect();
    for eni in net.known_enis().iter().chain(&net.endpoint_enis()) {
        addresses.extend(eni.addresses.iter().flat_map(|(first, last)| [*first, last + 1]));
    }
    // What NAT64 makes of IPv4 addresses changes where they do.
    let ipv4 = Cidr::of("0.0.0.0/0");
    let behind: Vec<Address> =
        addresses.iter().filter(|at| ipv4.holds(**at)).map(|at| NAT64.first + (at - ipv4.first)).collect();
    addresses.extend(behind);
    let ports = ports.iter().flat_map(|(low, high)| [u128::from(*low), u128::from(*high) + 1]).collect();
    Cuts { addresses, ports }
}

/// The first number of every cell of a range.
pub(crate) fn starts(range: (u128, u128), cuts: impl IntoIterator<Item = u128>) -> Vec<u128> {
    let mut starts: Vec<u128> = cuts.into_iter().filter(|cut| range.0 < *cut && *cut <= range.1).collect();
    starts.push(range.0);
    starts.sort_unstable();
    starts.dedup();
    starts
}

/// Where the boxes begin and where what is behind them does, on one side.
pub(crate) fn edges<'p>(
    boxes: &'p [Packets],
    side: impl Fn(&Packets) -> (u128, u128) + 'p,
) -> impl Iterator<Item = u128> + 'p {
    boxes.iter().flat_map(move |packets| {
        let (low, high) = side(packets);
        [low, high.saturating_add(1)]
    })
}

/// Whether a packet is in any of the boxes.
pub(crate) fn holds(boxes: &[Packets], packet: Packet) -> bool {
    boxes.iter().any(|packets| {
        let inside = |range: (u128, u128), address: Address| range.0 <= address && address <= range.1;
        inside(packets.own, packet.own)
            && inside(packets.remote, packet.remote)
            && (packets.own_ports.0..=packets.own_ports.1).contains(&packet.own_port)
            && (packets.remote_ports.0..=packets.remote_ports.1).contains(&packet.remote_port)
    })
}

/// The internet: what it routes, but none of the VPCs' own addresses.
pub(crate) fn public_ranges(ipv4: bool) -> Vec<(u128, u128)> {
    let all = Cidr::of(if ipv4 { "0.0.0.0/0" } else { "2000::/3" });
    without(without(vec![(all.first, all.last())], &SPECIAL.map(Cidr::of)), VPCS.as_flattened())
}

/// Ranges without what is in the blocks.
pub(crate) fn without(mut ranges: Vec<(u128, u128)>, blocks: &[Cidr]) -> Vec<(u128, u128)> {
    for block in blocks {
        let (first, last) = (block.first, block.last());
        let cut = |(low, high): (u128, u128)| {
            let below = (low, high.min(first.saturating_sub(1)));
            let above = (low.max(last.saturating_add(1)), high);
            if high < first || last < low { vec![(low, high)] } else { vec![below, above] }
        };
        ranges = ranges.into_iter().flat_map(cut).filter(|(low, high)| low <= high).collect();
    }
    ranges
}
