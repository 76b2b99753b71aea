//! fargcheck's reachability against a second, deliberately simple evaluator that walks one packet at a time.

#[path = "reach_support/cells.rs"]
mod cells;
#[path = "reach_support/generate.rs"]
mod generate;
#[path = "reach_oracle/judge.rs"]
mod judge;
#[path = "reach_support/model.rs"]
mod model;
#[path = "reach_support/pipeline.rs"]
#[allow(dead_code, reason = "the other tests of reachability use more of it")]
mod pipeline;
#[path = "reach_support/render.rs"]
mod render;
#[path = "reach_oracle/transit.rs"]
mod transit;
#[path = "reach_oracle/walk.rs"]
mod walk;

use fargcheck::reach::Verdict;
use proptest::test_runner::{Config, RngAlgorithm, TestCaseError, TestError, TestRng, TestRunner};
use std::cell::RefCell;
use std::collections::BTreeMap;

/// So many networks are compared; `PROPTEST_CASES` says how many instead.
const CASES: u32 = 2_000;

fn cases() -> u32 {
    std::env::var("PROPTEST_CASES").ok().and_then(|text| text.parse().ok()).unwrap_or(CASES)
}

/// The same networks in every run: a gate must not fail by chance. More cases go on where fewer end.
fn runner() -> TestRunner {
    let config = Config { cases: cases(), failure_persistence: None, max_shrink_iters: 20_000, ..Config::default() };
    TestRunner::new_with_rng(config, TestRng::deterministic_rng(RngAlgorithm::ChaCha))
}

#[test]
fn agrees_with_walking_every_packet() {
    let seen: RefCell<BTreeMap<Verdict, u32>> = RefCell::default();
    let result = runner().run(&(generate::net(), generate::question()), |(net, question)| {
        let answer = pipeline::ask(&render::snapshot(&net), &render::asked(&question))
            .expect("the sender and the interfaces are in the snapshot");
        let verdict = judge::compare(&net, &question, &answer).map_err(TestCaseError::fail)?;
        *seen.borrow_mut().entry(verdict).or_default() += 1;
        Ok(())
    });
    let seen = seen.into_inner();
    println!("{seen:?}");
    match result {
        Ok(()) => {}
        Err(TestError::Fail(why, (net, question))) => panic!("{why}\n{question:?}\n{net:?}"),
        Err(TestError::Abort(why)) => panic!("{why}"),
    }
    // Agreement means little where one verdict is rare.
    for (verdict, least) in
        [(Verdict::Reachable, 15), (Verdict::Partial, 5), (Verdict::Blocked, 20), (Verdict::Unknown, 3)]
    {
        let share = seen.get(&verdict).copied().unwrap_or_default() * 100 / cases();
        assert!(share >= least, "only {share} % of the networks are {verdict:?}: {seen:?}");
    }
}
