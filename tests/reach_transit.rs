//! Central egress and a shared VPC behind a transit gateway, against a second evaluator that walks one packet at a time.

#[path = "reach_transit/generate.rs"]
mod generate;
#[path = "reach_transit/model.rs"]
mod model;
#[path = "reach_support/pipeline.rs"]
#[allow(dead_code, reason = "the other tests of reachability use more of it")]
mod pipeline;
#[path = "reach_transit/render.rs"]
mod render;
#[path = "reach_transit/walk.rs"]
mod walk;

use fargcheck::network::{NameFamilies, point};
use fargcheck::reach::{Answer, Verdict};
use generate::{NAT_PORTS, OWN, OWN_PORTS};
use model::{DATABASE_AT, Net};
use pipeline::{Asked, Place, ask};
use proptest::test_runner::{Config, RngAlgorithm, TestCaseError, TestError, TestRng, TestRunner};
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::net::Ipv4Addr;
use walk::{Fate, PORT, Packet};

/// So many networks are compared; `PROPTEST_CASES` says how many instead.
const CASES: u32 = 1_000;

fn is_dropped(answer: &Answer, packet: Packet) -> bool {
    let within = |(low, high): (u128, u128), address: u32| {
        let at = point(Ipv4Addr::from(address).into());
        low <= at && at <= high
    };
    let always = answer.blockers.iter().filter(|blocker| blocker.always).flat_map(|blocker| &blocker.packets);
    always.into_iter().any(|packets| {
        within(packets.own, packet.own)
            && within(packets.remote, packet.remote)
            && (packets.own_ports.0..=packets.own_ports.1).contains(&packet.own_port)
    })
}

fn compare(net: &Net, remote: [u8; 4], answer: &Answer) -> Result<Verdict, String> {
    let (mut cells, mut dropped, mut sometimes, mut unknown) = (0, 0, false, false);
    for own in OWN {
        for own_port in OWN_PORTS {
            let [own, remote] = [own, remote].map(u32::from_be_bytes);
            let fates = NAT_PORTS.map(|nat_port| net.walk(Packet { own, remote, own_port, nat_port }));
            let never = fates.iter().all(|fate| *fate == Fate::Dropped);
            let packet = Packet { own, remote, own_port, nat_port: 0 };
            if is_dropped(answer, packet) != never {
                return Err(format!("{packet:?}: {fates:?}, but {:?}", answer.blockers));
            }
            cells += 1;
            dropped += u32::from(never);
            sometimes |= fates.contains(&Fate::Dropped);
            unknown |= fates.contains(&Fate::Unknown);
        }
    }
    let verdict = match dropped {
        _ if dropped == cells => Verdict::Blocked,
        0 if !sometimes && unknown => Verdict::Unknown,
        0 if !sometimes => Verdict::Reachable,
        _ => Verdict::Partial,
    };
    if answer.verdict == verdict { Ok(verdict) } else { Err(format!("{verdict:?}, but {answer:?}")) }
}

#[test]
fn agrees_with_walking_every_packet_between_vpcs() {
    let cases = std::env::var("PROPTEST_CASES").ok().and_then(|text| text.parse().ok()).unwrap_or(CASES);
    let config = Config { cases, failure_persistence: None, max_shrink_iters: 20_000, ..Config::default() };
    let mut runner = TestRunner::new_with_rng(config, TestRng::deterministic_rng(RngAlgorithm::ChaCha));
    let seen: RefCell<BTreeMap<Verdict, u32>> = RefCell::default();
    let result = runner.run(&generate::net(), |net| {
        let document = render::snapshot(&net);
        for remote in [[8, 8, 8, 8], DATABASE_AT] {
            let question = Asked {
                subnet: "subnet-task".into(),
                groups: vec!["sg-task".into()],
                public_ip: false,
                ports: (32768, 60999),
                to: Place::Block(format!("{}/32", Ipv4Addr::from(remote))),
                udp: false,
                remote_ports: (PORT, PORT),
                families: NameFamilies::ByTask,
            };
            let answer = ask(&document, &question).expect("the task's subnet is in the snapshot");
            let verdict = compare(&net, remote, &answer).map_err(TestCaseError::fail)?;
            *seen.borrow_mut().entry(verdict).or_default() += 1;
        }
        Ok(())
    });
    let seen = seen.into_inner();
    println!("{seen:?}");
    match result {
        Ok(()) => {}
        Err(TestError::Fail(why, net)) => panic!("{why}\n{net:?}"),
        Err(TestError::Abort(why)) => panic!("{why}"),
    }
    // Agreement means little where one verdict is rare.
    for (verdict, least) in
        [(Verdict::Reachable, 20), (Verdict::Partial, 3), (Verdict::Blocked, 15), (Verdict::Unknown, 2)]
    {
        let share = seen.get(&verdict).copied().unwrap_or_default() * 100 / (2 * cases);
        assert!(share >= least, "only {share} % of the questions are {verdict:?}: {seen:?}");
    }
}
