//! The oracle's answer to a whole question, and its comparison with fargcheck's.
//!
//! Every number that any rule, route or block names cuts its dimension; so does every edge of fargcheck's own boxes. In
//! between, neither side can change its mind: one packet of each cell is enough for an exact comparison.

use super::cells::{cuts, edges, holds, public_ranges, starts, without};
use super::model::*;
use super::walk::{Fate, Oracle};
use fargcheck::reach::{Answer, Packets, Verdict};

/// What becomes of a packet over all ports that a NAT gateway may give it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Outcome {
    Answered,
    Unknown,
    Sometimes,
    Dropped,
}

/// As DNS64 writes IPv4 addresses.
fn behind_nat64(ranges: Vec<(u128, u128)>) -> Vec<(u128, u128)> {
    let to = |address: Address| NAT64.first + (address - Cidr::of("0.0.0.0").first);
    ranges.into_iter().map(|(low, high)| (to(low), to(high))).collect()
}

/// AWS's own services on the host: clock, licenses, resolver, metadata and credentials.
/// <https://docs.aws.amazon.com/vpc/latest/userguide/infrastructure-security.html>
const ON_HOST: [&str; 11] = [
    "169.254.169.123",
    "169.254.169.250",
    "169.254.169.251",
    "169.254.169.253",
    "169.254.169.254",
    "169.254.170.2",
    "169.254.170.23",
    "fd00:ec2::23",
    "fd00:ec2::123",
    "fd00:ec2::253",
    "fd00:ec2::254",
];

/// What the oracle expects of one way: a set of destination addresses, all of which count or one of which.
struct Expected {
    verdict: Verdict,
    /// Where fargcheck's boxes differ from the oracle's packets.
    difference: Option<String>,
}

/// Compares fargcheck's answer with the oracle's.
///
/// # Errors
/// What differs.
pub(crate) fn compare(net: &Net, question: &Question, answer: &Answer) -> Result<Verdict, String> {
    let (expected, compare_packets) = expect(net, question, answer);
    if answer.verdict != expected.verdict {
        return Err(format!(
            "fargcheck says {:?}, the oracle {:?}\nblockers: {:#?}\ndoubts: {:?}",
            answer.verdict, expected.verdict, answer.blockers, answer.doubts
        ));
    }
    match expected.difference {
        Some(difference) if compare_packets => Err(format!("{difference}\nblockers: {:#?}", answer.blockers)),
        _ => Ok(expected.verdict),
    }
}

/// `::/0` begins behind IPv4, as nothing below is in use.
fn range_of(block: Cidr) -> (u128, u128) {
    let ipv4 = Cidr::of("0.0.0.0/0");
    (if block.length == 0 { ipv4.last() + 1 } else { block.first }, block.last())
}

fn expect(net: &Net, question: &Question, answer: &Answer) -> (Expected, bool) {
    let verdict = |verdict| (Expected { verdict, difference: None }, false);
    let sender = &net.subnets[SENDER];
    // IPv4 is taken wherever the task has it.
    let ipv4 = sender.has(true);
    let exactly = |ranges: &[(u128, u128)]| (one_way(net, question, ranges, false, answer), true);
    let somewhere = |ranges: &[(u128, u128)]| (one_way(net, question, ranges, true, answer), false);
    let public_name = || match ipv4 {
        true => somewhere(&without(public_ranges(true), &net.lists[0])),
        false => somewhere(&public_ranges(false)),
    };
    match &question.destination {
        Destination::Block(block) if !sender.has(block.is_ipv4()) => verdict(Verdict::Blocked),
        Destination::Block(block) => exactly(&[range_of(*block)]),
        Destination::Internet => {
            let (all, beyond_s3) = (public_ranges(ipv4), without(public_ranges(ipv4), &net.lists[0]));
            match (exactly(&all), exactly(&beyond_s3)) {
                // S3 is not asked for by UDP.
                (_, beyond) if question.udp => beyond,
                // S3 alone is not the internet.
                (
                    (Expected { verdict: Verdict::Partial, .. }, _),
                    (beyond @ Expected { verdict: Verdict::Blocked, .. }, _),
                ) => (beyond, true),
                (all, _) => all,
            }
        }
        Destination::Eni(index) => {
            let both = [true, false].map(|ipv4| (sender.has(ipv4), net.enis[*index].of_family(ipv4)));
            match both.iter().find(|(has, addresses)| *has && !addresses.is_empty()) {
                Some((_, addresses)) => exactly(addresses),
                None => verdict(Verdict::Blocked),
            }
        }
        // With DNS support off no name is resolved.
        Destination::Logs | Destination::S3 if !net.dns_support => verdict(Verdict::Blocked),
        Destination::Logs | Destination::S3 if question.ipv4_name && !ipv4 => {
            let has_endpoint = net.endpoint.as_ref().is_some_and(|endpoint| endpoint.private_dns);
            match question.destination {
                _ if !net.dns64 => verdict(Verdict::Blocked),
                Destination::Logs if has_endpoint => verdict(Verdict::Unknown),
                Destination::Logs => somewhere(&behind_nat64(without(public_ranges(true), &net.lists[0]))),
                _ => exactly(&behind_nat64(net.lists[0].iter().map(|block| range_of(*block)).collect())),
            }
        }
        Destination::S3 if ipv4 => exactly(&net.lists[0].iter().map(|block| range_of(*block)).collect::<Vec<_>>()),
        Destination::S3 => public_name(),
        Destination::Logs => match &net.endpoint {
            Some(endpoint) if ipv4 && endpoint.available && endpoint.private_dns && net.dns_hostnames => {
                let enis = net.endpoint_enis();
                exactly(&enis.iter().flat_map(|eni| eni.addresses.clone()).collect::<Vec<_>>())
            }
            // The name leads to some public address, which is none of S3's.
            _ => public_name(),
        },
    }
}

fn one_way(net: &Net, question: &Question, remote: &[(u128, u128)], one_of_many: bool, answer: &Answer) -> Expected {
    let oracle = Oracle::new(net, question);
    let cuts = cuts(net);
    // What goes there never leaves the host: it is no part of the question.
    let remote = without(remote.to_vec(), &ON_HOST.map(Cidr::of));
    let boxes = |always: bool| -> Vec<Packets> {
        let of_kind = answer.blockers.iter().filter(|blocker| blocker.always == always);
        of_kind.flat_map(|blocker| blocker.packets.iter().copied()).collect()
    };
    let (always, sometimes) = (boxes(true), boxes(false));
    let all: Vec<Packets> = always.iter().chain(&sometimes).copied().collect();
    let ipv4 = remote.first().is_none_or(|(first, _)| is_ipv4(*first));
    let own_ranges = net.subnets[SENDER].hosts(ipv4);
    let address_cuts = || cuts.addresses.iter().copied();
    let port_cuts = || cuts.ports.iter().copied();
    let port_range = |range: (u16, u16)| (u128::from(range.0), u128::from(range.1));
    let cells = |ranges: &[(u128, u128)], side: fn(&Packets) -> (u128, u128)| -> Vec<Address> {
        ranges.iter().flat_map(|range| starts(*range, address_cuts().chain(edges(&all, side)))).collect()
    };
    let owns = cells(&own_ranges, |one| one.own);
    let remotes = cells(&remote, |one| one.remote);
    let own_ports = starts(
        port_range(question.ports),
        port_cuts().chain(edges(&all, move |one| (one.own_ports.0.into(), one.own_ports.1.into()))),
    );
    let remote_ports = starts(
        port_range(question.remote_ports),
        port_cuts().chain(edges(&all, move |one| (one.remote_ports.0.into(), one.remote_ports.1.into()))),
    );
    let nat_ports = starts((1024, 65535), port_cuts());

    let (mut hits, mut dropped, mut unknown, mut total) = (0usize, 0usize, 0usize, 0usize);
    let (mut remotes_hit, mut difference) = (0usize, None);
    for remote in &remotes {
        let mut is_hit = false;
        for own in &owns {
            for own_port in &own_ports {
                for remote_port in &remote_ports {
                    let packet = Packet {
                        own: *own,
                        remote: *remote,
                        own_port: *own_port as u16,
                        remote_port: *remote_port as u16,
                        nat_port: 0,
                    };
                    let outcome = outcome(&oracle, packet, &nat_ports);
                    total += 1;
                    match outcome {
                        Outcome::Answered => {}
                        Outcome::Unknown => unknown += 1,
                        Outcome::Sometimes => hits += 1,
                        Outcome::Dropped => {
                            hits += 1;
                            dropped += 1;
                        }
                    }
                    is_hit |= matches!(outcome, Outcome::Sometimes | Outcome::Dropped);
                    let found = (holds(&always, packet), holds(&sometimes, packet));
                    let agrees = match outcome {
                        Outcome::Dropped => found.0,
                        Outcome::Sometimes => found == (false, true),
                        Outcome::Answered | Outcome::Unknown => found == (false, false),
                    };
                    if !agrees && difference.is_none() {
                        difference = Some(format!(
                            "{packet:x?} ({} → {}) is {outcome:?}; fargcheck has it dropped {}",
                            written(packet.own),
                            written(packet.remote),
                            match found {
                                (true, _) => "always",
                                (false, true) => "sometimes",
                                _ => "never",
                            }
                        ));
                    }
                }
            }
        }
        remotes_hit += usize::from(is_hit);
    }
    let verdict = if one_of_many && hits > 0 && remotes_hit < remotes.len() {
        Verdict::Unknown
    } else if hits == 0 {
        if unknown > 0 { Verdict::Unknown } else { Verdict::Reachable }
    } else if dropped == total {
        Verdict::Blocked
    } else {
        Verdict::Partial
    };
    Expected { verdict, difference }
}

fn outcome(oracle: &Oracle<'_>, packet: Packet, nat_ports: &[u128]) -> Outcome {
    let (mut dropped, mut unknown, mut total) = (0, 0, 0);
    for port in nat_ports {
        let (fate, met_nat) = oracle.walk(Packet { nat_port: *port as u16, ..packet });
        total += 1;
        dropped += usize::from(fate == Fate::Dropped);
        unknown += usize::from(fate == Fate::Unknown);
        if !met_nat {
            break;
        }
    }
    if dropped == total {
        Outcome::Dropped
    } else if dropped > 0 {
        Outcome::Sometimes
    } else if unknown > 0 {
        Outcome::Unknown
    } else {
        Outcome::Answered
    }
}
