//! Holds a law over networks and questions as the oracle's comparison makes them.

use crate::pipeline::Asked;
use crate::{generate, render};
use proptest::prelude::*;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
use serde_json::Value;

/// Holds it of so many networks, or of `PROPTEST_CASES`: each with a question and one value of `change`, shrunk where it
/// doesn't hold.
pub(crate) fn check<T: std::fmt::Debug>(
    cases: u32,
    change: impl Strategy<Value = T>,
    law: impl Fn(Value, Asked, T) -> Result<(), TestCaseError>,
) {
    let cases = std::env::var("PROPTEST_CASES").ok().and_then(|text| text.parse().ok()).unwrap_or(cases);
    let config = Config { cases, failure_persistence: None, ..Config::default() };
    let mut runner = TestRunner::new_with_rng(config, TestRng::deterministic_rng(RngAlgorithm::ChaCha));
    let strategy = (generate::net(), generate::question(), change);
    let result =
        runner.run(&strategy, |(net, question, change)| law(render::snapshot(&net), render::asked(&question), change));
    if let Err(error) = result {
        panic!("{error}");
    }
}
