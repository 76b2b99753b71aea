//! How long a collection takes against a stand-in for AWS that needs 50 ms a call, over the longest chain of calls that
//! wait for each other.
//!
//! `cargo bench --bench scan` prints the figures and fails where a promise of the README does not hold.

#[path = "../tests/replay/mod.rs"]
mod replay;

use fargcheck::collect::{Options, collect};
use replay::account::account;
use replay::{Script, Server, keys};
use std::process::ExitCode;
use std::time::{Duration, Instant};

const REGION: &str = "us-east-1";
const LATENCY: Duration = Duration::from_millis(50);

/// Calls of which each needs the answer of the one before: a cluster's services, their descriptions, what they run. The
/// load balancers' chain is shorter: DescribeLoadBalancers, DescribeListeners, DescribeRules.
const CHAIN: [&str; 4] = ["ListClusters", "ListServices", "DescribeServices", "DescribeTaskDefinition"];

/// How often it is measured; the middle counts.
const ROUNDS: usize = 9;

fn main() -> ExitCode {
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    let mut took: Vec<(Duration, usize, usize)> = (0..ROUNDS)
        .map(|_| {
            // One page of everything: pages of a list are calls that wait for each other as well.
            let script = Script::of(REGION, account(REGION, "111122223333", 3));
            let server = Server::start(Script { latency: LATENCY, page: 100, ..script });
            let options = Options {
                region: Some(REGION.to_owned()),
                endpoint_url: Some(server.url.clone()),
                credentials: Some(keys()),
                ..Options::default()
            };
            let start = Instant::now();
            runtime.block_on(collect(&options, &())).expect("a snapshot");
            let time = start.elapsed();
            // The log shows that the chain was gone through, in its order.
            let seen = server.seen();
            let mut rest = seen.iter();
            for call in CHAIN {
                assert!(rest.any(|one| one.action == call), "{call} follows what it needs");
            }
            (time, seen.len(), server.most_at_once())
        })
        .collect();
    took.sort();
    let (middle, calls, at_once) = took[ROUNDS / 2];
    let chain = LATENCY * CHAIN.len() as u32;
    let milliseconds = |time: Duration| time.as_secs_f64() * 1000.0;
    println!("{calls} calls of {} ms, {at_once} at once", LATENCY.as_millis());
    println!("the longest chain {}: {:.0} ms", CHAIN.join(" → "), milliseconds(chain));
    println!(
        "collected in {:.0} ms (best {:.0}, worst {:.0})",
        milliseconds(middle),
        milliseconds(took[0].0),
        milliseconds(took[ROUNDS - 1].0)
    );
    let (ratio, most) = (middle.as_secs_f64() / chain.as_secs_f64(), 1.3);
    let holds = ratio <= most;
    println!(
        "{} scan over its longest chain: {ratio:.2} times, at most {most:.2} times",
        if holds { "ok  " } else { "MISS" }
    );
    if holds { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
