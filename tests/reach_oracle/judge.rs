//! The oracle's answer to a whole question, and its comparison with fargcheck's.
//!
//! Every number that any rule, route or block names cuts its dimension; so does every edge of fargcheck's own boxes. In
//! between, neither side can change its mind: one packet of each cell is enough for an exact comparison.

use super::cells::{cuts, edges, holds, public_ranges, starts, v4, without};
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

fn expect(net: &Net, question: &Question, answer: &Answer) -> (Expected, bool) {
    let block = |block: &Cidr| vec![(u64::from(block.first), u64::from(block.last()))];
    let blocked = || (Expected { verdict: Verdict::Blocked, difference: None }, false);
    match &question.destination {
        Destination::Block(found) => (one_way(net, question, &block(found), false, answer), true),
        Destination::Internet => (one_way(net, question, &public_ranges(), false, answer), true),
        Destination::Eni(index) => {
            let eni = &net.enis[*index];
            (one_way(net, question, &[(eni.first.into(), eni.last.into())], false, answer), true)
        }
        // With DNS support off no name is resolved.
        Destination::Logs | Destination::S3 if !net.dns_support => blocked(),
        Destination::S3 => {
            let ranges: Vec<(u64, u64)> = net.lists[0].iter().flat_map(block).collect();
            (one_way(net, question, &ranges, false, answer), true)
        }
        Destination::Logs => match &net.endpoint {
            Some(endpoint) if endpoint.available && endpoint.private_dns && net.dns_hostnames => {
                let enis = net.endpoint_enis();
                let ranges: Vec<(u64, u64)> = enis.iter().map(|eni| (eni.first.into(), eni.last.into())).collect();
                (one_way(net, question, &ranges, false, answer), true)
            }
            // The name leads to some public address, which is none of S3's.
            _ => (one_way(net, question, &without(public_ranges(), &net.lists[0]), true, answer), false),
        },
    }
}

fn one_way(net: &Net, question: &Question, remote: &[(u64, u64)], one_of_many: bool, answer: &Answer) -> Expected {
    let oracle = Oracle::new(net, question);
    let cuts = cuts(net);
    // What goes to link-local addresses never leaves the host: it is no part of the question.
    let remote = without(remote.to_vec(), &[Cidr::of("169.254.0.0/16")]);
    let boxes = |always: bool| -> Vec<Packets> {
        let of_kind = answer.blockers.iter().filter(|blocker| blocker.always == always);
        of_kind.flat_map(|blocker| blocker.packets.iter().copied()).collect()
    };
    let (always, sometimes) = (boxes(true), boxes(false));
    let all: Vec<Packets> = always.iter().chain(&sometimes).copied().collect();
    let own_block = net.subnets[SENDER].block;
    let own_range = (u64::from(own_block.first) + 4, u64::from(own_block.last()) - 1);
    let address_cuts = || cuts.addresses.iter().copied();
    let port_cuts = || cuts.ports.iter().copied();
    let port_range = |range: (u16, u16)| (u64::from(range.0), u64::from(range.1));
    let owns = starts(own_range, address_cuts().chain(edges(&all, |one| (v4(one.own.0), v4(one.own.1)))));
    let remotes: Vec<u64> = remote
        .iter()
        .flat_map(|range| starts(*range, address_cuts().chain(edges(&all, |one| (v4(one.remote.0), v4(one.remote.1))))))
        .collect();
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
                        own: *own as u32,
                        remote: *remote as u32,
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
                            std::net::Ipv4Addr::from(packet.own),
                            std::net::Ipv4Addr::from(packet.remote),
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

fn outcome(oracle: &Oracle<'_>, packet: Packet, nat_ports: &[u64]) -> Outcome {
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
