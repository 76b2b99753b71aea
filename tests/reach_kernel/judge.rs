//! The kernel's answer beside fargcheck's.

use super::cells::{cuts, holds};
use super::connect;
use super::model::*;
use super::pipeline::{Asked, Place, ask_from, with_network};
use super::probes::{Pick, Probes, choose};
use super::render;
use super::vpc::{Omission, build};
use fargcheck::reach::{Answer, Packets, Verdict};
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use std::time::Duration;

const CONNECTS: &str = "connects";
const DOES_NOT_CONNECT: &str = "does not connect";

/// What fargcheck says of one packet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Claim {
    Through,
    Dropped,
    /// It hangs on the port that the NAT gateway takes.
    Either,
    /// It can't tell.
    Unknown,
}

/// What was compared, in packets where nothing else is said.
#[derive(Debug, Default)]
pub(crate) struct Tally {
    pub(crate) networks: u32,
    /// They got there and back, as fargcheck says.
    pub(crate) connected: u32,
    /// They were dropped, as fargcheck says.
    pub(crate) dropped: u32,
    /// For them it hangs on the port that the NAT gateway takes.
    pub(crate) either: u32,
    /// Groups of those of which some got there and back and others didn't.
    pub(crate) hanging: u32,
    /// What fargcheck can't tell is no claim.
    pub(crate) unknown: u32,
    /// Of those that were dropped: how often each code was the only reason.
    pub(crate) alone: BTreeMap<&'static str, u32>,
}

impl Tally {
    pub(crate) fn add(&mut self, other: &Tally) {
        self.networks += other.networks;
        self.connected += other.connected;
        self.dropped += other.dropped;
        self.either += other.either;
        self.hanging += other.hanging;
        self.unknown += other.unknown;
        for (code, count) in &other.alone {
            *self.alone.entry(code).or_default() += count;
        }
    }
}

/// Asks both, and says where they differ.
///
/// # Errors
/// The first packet of which they say different things.
pub(crate) fn compare(
    net: &Net,
    question: &Question,
    picks: &[Pick],
    without: Option<Omission>,
    patience: Duration,
) -> Result<Tally, String> {
    let asked = render::asked(question);
    with_network(&render::snapshot(net), |network, snapshot| {
        let ask = |asked: &Asked, own: Option<&str>| {
            ask_from(network, snapshot, asked, own).expect("the sender and the interfaces are in the snapshot")
        };
        let answer = ask(&asked, None);
        let boxes: Vec<Packets> = answer.blockers.iter().flat_map(|blocker| blocker.packets.iter().copied()).collect();
        let probes = choose(net, question, &cuts(net), (answer.verdict, &boxes), picks);
        if probes.all.is_empty() {
            return Ok(Tally::default());
        }
        let claims: Vec<Claim> = probes
            .all
            .iter()
            .map(|probe| {
                let claim = claim(&answer, probe.packet);
                if claim != Claim::Through || answer.doubts.is_empty() {
                    return Ok(claim);
                }
                let packet = probe.packet;
                let one = Asked {
                    ports: (packet.own_port, packet.own_port),
                    remote_ports: (packet.remote_port, packet.remote_port),
                    to: Place::Block(format!("{}/32", written(packet.remote))),
                    ..asked.clone()
                };
                match ask(&one, Some(&format!("{}/32", written(packet.own)))).verdict {
                    Verdict::Reachable => Ok(Claim::Through),
                    Verdict::Unknown => Ok(Claim::Unknown),
                    other => Err(format!("{} passes by the sets, but asked alone is {other:?}", shown(packet))),
                }
            })
            .collect::<Result<_, _>>()?;
        let ought = ought(&answer, &probes, &claims);
        let vpc = build(net, question, &probes.all, without);
        let packets: Vec<Packet> = probes.all.iter().map(|probe| probe.packet).collect();
        let ports: BTreeSet<u16> = packets.iter().map(|packet| packet.remote_port).collect();
        vpc.far.enter();
        let _listeners = connect::answer(&vpc.doors, ports.iter().copied());
        vpc.sender.enter();
        let connected = connect::open(&packets, &ought, patience);
        judge(&answer, &probes, &claims, &connected)
    })
}

fn boxes(answer: &Answer, always: bool) -> Vec<Packets> {
    let of_kind = answer.blockers.iter().filter(|blocker| blocker.always == always);
    of_kind.flat_map(|blocker| blocker.packets.iter().copied()).collect()
}

fn claim(answer: &Answer, packet: Packet) -> Claim {
    if holds(&boxes(answer, true), packet) {
        Claim::Dropped
    } else if holds(&boxes(answer, false), packet) {
        Claim::Either
    } else {
        Claim::Through
    }
}

/// Groups for which it hangs on the NAT gateway's port.
fn hanging<'p>(probes: &'p Probes, claims: &'p [Claim]) -> impl Iterator<Item = Range<usize>> + 'p {
    let is_hanging = |places: &Range<usize>| claims[places.clone()].iter().all(|claim| *claim == Claim::Either);
    probes.groups.iter().filter(|group| group.is_whole).map(|group| group.probes.clone()).filter(is_hanging)
}

/// Of which packets one at least has to get through.
fn ought(answer: &Answer, probes: &Probes, claims: &[Claim]) -> Vec<Range<usize>> {
    let through = (0..claims.len()).filter(|place| claims[*place] == Claim::Through).map(|place| place..place + 1);
    // With doubts it is said of some ports that they are dropped, and of none that they pass.
    through.chain(hanging(probes, claims).filter(|_| answer.doubts.is_empty())).collect()
}

fn judge(answer: &Answer, probes: &Probes, claims: &[Claim], connected: &[bool]) -> Result<Tally, String> {
    let mut tally = Tally { networks: 1, ..Tally::default() };
    for ((probe, claim), connected) in probes.all.iter().zip(claims).zip(connected) {
        let packet = probe.packet;
        match (claim, connected) {
            (Claim::Through, false) | (Claim::Dropped, true) => {
                return Err(format!(
                    "{}: fargcheck says {claim:?}, the kernel {}\nblockers: {:#?}\ndoubts: {:?}",
                    shown(packet),
                    if *connected { CONNECTS } else { DOES_NOT_CONNECT },
                    answer.blockers,
                    answer.doubts
                ));
            }
            (Claim::Through, true) => tally.connected += 1,
            (Claim::Dropped, false) => {
                tally.dropped += 1;
                let of = answer.blockers.iter().filter(|blocker| blocker.always && holds(&blocker.packets, packet));
                let codes: BTreeSet<&str> = of.map(|blocker| blocker.code.as_str()).collect();
                if codes.len() == 1 {
                    *tally.alone.entry(codes.into_iter().next().unwrap_or_default()).or_default() += 1;
                }
            }
            (Claim::Either, _) => tally.either += 1,
            (Claim::Unknown, _) => tally.unknown += 1,
        }
    }
    for places in hanging(probes, claims) {
        let through = connected[places.clone()].iter().filter(|connected| **connected).count();
        if (through == 0 && answer.doubts.is_empty()) || through == places.len() {
            return Err(format!(
                "{}: fargcheck says that it hangs on the NAT gateway's port, the kernel {} with each\nblockers: {:#?}",
                shown(probes.all[places.start].packet),
                if through == 0 { DOES_NOT_CONNECT } else { CONNECTS },
                answer.blockers
            ));
        }
        tally.hanging += u32::from(through > 0);
    }
    Ok(tally)
}

fn shown(packet: Packet) -> String {
    let Packet { own, remote, own_port, remote_port, nat_port } = packet;
    format!("{}:{own_port} (NAT {nat_port}) → {}:{remote_port}", written(own), written(remote))
}
