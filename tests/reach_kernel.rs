//! fargcheck's reachability against a judge that is not ours: the Linux kernel.
//!
//! Generated networks are built of network namespaces, routing tables and nftables; TCP connections are opened in them,
//! and each has to come about exactly when fargcheck says that its packets get there and back.
#![cfg(target_os = "linux")]

#[path = "reach_support/cells.rs"]
#[allow(dead_code, reason = "the oracle uses more of it")]
mod cells;
#[path = "reach_kernel/connect.rs"]
mod connect;
#[path = "reach_kernel/filters.rs"]
mod filters;
#[path = "reach_support/generate.rs"]
mod generate;
#[path = "reach_kernel/judge.rs"]
mod judge;
#[path = "reach_support/model.rs"]
#[allow(dead_code, reason = "the oracle uses more of it")]
mod model;
#[path = "reach_kernel/namespace.rs"]
mod namespace;
#[path = "reach_support/pipeline.rs"]
#[allow(dead_code, reason = "the other tests of reachability use more of it")]
mod pipeline;
#[path = "reach_kernel/probes.rs"]
mod probes;
#[path = "reach_support/render.rs"]
mod render;
#[path = "reach_kernel/tools.rs"]
mod tools;
#[path = "reach_kernel/vpc.rs"]
mod vpc;

use judge::Tally;
use model::{AclEntry, Attached, Cidr, Destination, GroupRule, Nat, Net, Peer, Question, Route, SENDER, Target, To};
use probes::Pick;
use proptest::prelude::*;
use proptest::test_runner::{Config, RngAlgorithm, TestCaseError, TestError, TestRng, TestRunner};
use std::cell::{Cell, RefCell};
use std::panic::resume_unwind;
use std::thread;
use std::time::Duration;
use vpc::Omission;

/// So many networks are built; `PROPTEST_CASES` says how many instead.
const CASES: u32 = 500;

/// What has to be seen as the only reason why a packet is dropped.
const CODES: [&str; 19] = [
    "blackhole",
    "dest-nacl",
    "dest-sg",
    "endpoint-sg",
    "endpoint-state",
    "igw-detached",
    "nacl-egress",
    "nacl-ingress",
    "nat-nacl-in",
    "nat-nacl-out",
    "nat-own-subnet",
    "nat-private",
    "nat-route",
    "nat-state",
    "no-public-ip",
    "no-route",
    "not-routable",
    "peering-state",
    "sg-egress",
];

/// So many are built at once: each mostly waits for connections that don't come.
const WORKERS: u32 = 4;

/// A network and a question that a kernel can answer: of IPv4, nothing of names, and no transit gateway. A third of them
/// have a way out through a NAT gateway, at which a network ACL may let some ports pass and others not. What else they
/// say of IPv6 stays: it has to mean nothing here.
fn case() -> impl Strategy<Value = (Net, Question, Vec<Pick>)> {
    let net = generate::net().prop_filter("a task with IPv4", |net| net.subnets.iter().all(|subnet| subnet.has(true)));
    let question = generate::question().prop_filter("a question of IPv4", |question| match question.destination {
        Destination::Block(block) => block.is_ipv4(),
        _ => true,
    });
    let acl_entry = generate::acl_entry().prop_filter("an entry for IPv4", |entry| entry.block.is_ipv4());
    let way_out = prop_oneof![2 => Just(None), 1 => acl_entry.prop_map(Some)];
    // More of them than elsewhere: few questions lead to the other VPC.
    let peering_active = prop_oneof![3 => Just(true), 1 => Just(false)];
    (net, question, probes::picks(), way_out, peering_active).prop_map(
        |(mut net, mut question, picks, way_out, peering_active)| {
            net.peering_active = peering_active;
            if let Some(entry) = way_out {
                lead_through_nat(&mut net, &mut question, entry);
            }
            for route in net.tables.iter_mut().flatten() {
                if route.target == Target::Transit {
                    route.target = Target::Peering;
                }
            }
            net.dns_support = true;
            if let Some(endpoint) = &mut net.endpoint {
                endpoint.knows_addresses = true;
            }
            let serves = |endpoint: &model::Endpoint| endpoint.available && endpoint.private_dns && net.dns_hostnames;
            if question.destination == Destination::Logs && !net.endpoint.as_ref().is_some_and(serves) {
                question.destination = Destination::Internet;
            }
            question.udp = false;
            (net, question, picks)
        },
    )
}

/// Opens the way through the first NAT gateway, and puts an entry for TCP before all others of its subnet's ACL: an
/// outbound one as it is, an inbound one so that it drops replies.
fn lead_through_nat(net: &mut Net, question: &mut Question, entry: AclEntry) {
    let everything = Cidr::of("0.0.0.0/0");
    net.groups[0].egress = vec![GroupRule { protocol: "-1", ports: (0, 65535), peer: Peer::Block(everything) }];
    question.groups = vec![0];
    // More private ones than elsewhere: they count here.
    net.nats[0] = Nat { subnet: 1, private: entry.number.is_multiple_of(8), ..net.nats[0].clone() };
    net.internet = Attached::Here;
    net.subnets[1].acl = 1;
    let entry = AclEntry { number: 1, protocol: "tcp", ..entry };
    let of_replies = AclEntry { allow: false, block: Cidr::of("52.0.0.0/8"), ..entry.clone() };
    net.acls[1].entries.push(if entry.egress { entry } else { of_replies });
    for (subnet, target) in [(1, Target::Internet), (SENDER, Target::Nat(0))] {
        let table = net.subnets[subnet].table;
        for route in net.tables[table].iter_mut().filter(|route| route.to == To::Block(everything)) {
            *route = Route { to: route.to, target, propagated: false, blackhole: false };
        }
    }
}

/// How long a connection that ought to come about is waited for. Packets that a busy machine is slow with, or loses,
/// are sent again after one, three and seven seconds.
const PATIENCE: Duration = Duration::from_secs(20);

/// The same where some are known not to come: a part of the network is left out, or a smaller network is looked for.
const LITTLE_PATIENCE: Duration = Duration::from_secs(2);

/// Compares so many networks, with a part of them left out of the kernel's. They are the same in every run: a gate must
/// not fail by chance.
fn compare(cases: u32, worker: u8, without: Option<Omission>) -> Result<Tally, String> {
    let config = Config {
        cases,
        failure_persistence: None,
        max_shrink_iters: if without.is_some() { 0 } else { 500 },
        max_shrink_time: 60_000,
        ..Config::default()
    };
    let mut runner = TestRunner::new_with_rng(config, TestRng::from_seed(RngAlgorithm::ChaCha, &[worker; 32]));
    let (tally, patience) = (RefCell::<Tally>::default(), Cell::new(PATIENCE));
    if without.is_some() {
        patience.set(LITTLE_PATIENCE);
    }
    let result = runner.run(&case(), |(net, question, picks)| {
        match judge::compare(&net, &question, &picks, without, patience.get()) {
            Ok(found) => tally.borrow_mut().add(&found),
            Err(why) => {
                patience.set(LITTLE_PATIENCE);
                return Err(TestCaseError::fail(why));
            }
        }
        Ok(())
    });
    match result {
        Ok(()) => Ok(tally.into_inner()),
        Err(TestError::Fail(why, (net, question, _))) => Err(format!("{why}\n{question:?}\n{net:?}")),
        Err(TestError::Abort(why)) => panic!("{why}"),
    }
}

#[test]
fn agrees_with_the_kernel() {
    if !tools::are_there() {
        return;
    }
    let cases = std::env::var("PROPTEST_CASES").ok().and_then(|text| text.parse().ok()).unwrap_or(CASES);
    let results: Vec<Result<Tally, String>> = thread::scope(|scope| {
        let work = |worker| scope.spawn(move || compare(cases.div_ceil(WORKERS), worker as u8, None));
        let workers: Vec<_> = (0..WORKERS).map(work).collect();
        let join =
            |worker: thread::ScopedJoinHandle<'_, _>| worker.join().unwrap_or_else(|payload| resume_unwind(payload));
        workers.into_iter().map(join).collect()
    });
    let mut tally = Tally::default();
    let mut complaints = Vec::new();
    for result in results {
        match result {
            Ok(found) => tally.add(&found),
            Err(why) => complaints.push(why),
        }
    }
    assert!(complaints.is_empty(), "{}", complaints.join("\n\n"));
    println!("{tally:?}");
    // Agreement means little where one side, or one reason, is rare.
    assert!(tally.connected >= 10 * cases && tally.dropped >= 10 * cases, "too few of one kind: {tally:?}");
    // So few networks as somebody may have asked for needn't show everything.
    if cases >= CASES {
        assert!(tally.hanging * 20 >= cases, "too few hang on the NAT gateway's port: {tally:?}");
        for code in CODES {
            assert!(tally.alone.contains_key(code), "no packet was stopped by {code} alone: {tally:?}");
        }
    }
}

#[test]
fn a_part_left_out_is_missed() {
    if !tools::are_there() {
        return;
    }
    let passes_too_much = [
        Omission::SenderGroups,
        Omission::DestinationGroups,
        Omission::AclEgress,
        Omission::AclIngress,
        Omission::NatGatewayAcl,
        Omission::Blackholes,
        Omission::NeedOfPublicIp,
    ];
    let rows = passes_too_much.map(|without| (without, "the kernel connects")).into_iter();
    thread::scope(|scope| {
        // Untranslated, a request gets no answer, or, where the task has a public address, one that misses the NAT
        // gateway's ACL.
        for (without, expected) in rows.chain([(Omission::Translation, "the kernel")]) {
            scope.spawn(move || {
                let why = compare(CASES, 0, Some(without)).expect_err(&format!("nobody misses {without:?}"));
                assert!(why.contains(expected), "{without:?}: {why}");
            });
        }
    });
}
