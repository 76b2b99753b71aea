//! What goes wrong on the way changes nothing, and takes little time.

use super::*;

#[test]
fn faults_do_not_change_a_snapshot() {
    let calm = text(scan(&Server::start(script())));
    for seed in 0..3 {
        // With so many tries a request that fails in all of them would be one of hundred millions.
        let random = Some(Random { seed, percent: 30, in_a_row: u32::MAX });
        let server = Server::start(Script { random, ..script() });
        let collected = run(&Options { max_attempts: 16, ..impatient(&server) }).expect("a snapshot");
        assert_eq!(missing(&collected), Vec::<String>::new(), "seed {seed}");
        assert_eq!(text(collected), calm, "seed {seed}");
        assert!(server.seen().iter().filter(|seen| seen.fault).count() > 20, "seed {seed} has faults");
    }
}

#[test]
fn a_hang_is_cut_short_and_tried_again() {
    let server =
        Server::start(script().first("DescribeRouteTables", 1, Fault::Hang).first("ListServices", 1, Fault::Reset));
    let collected = run(&impatient(&server)).expect("a snapshot");
    assert_eq!(missing(&collected), Vec::<String>::new());
    assert_eq!(text(collected), text(scan(&Server::start(script()))));
}

#[test]
fn no_more_requests_are_in_flight_than_allowed() {
    let server = Server::start(Script { latency: Duration::from_millis(5), ..script() });
    run(&Options { concurrency: 3, attempt_timeout: Duration::from_secs(5), ..options(&server) }).expect("a snapshot");
    assert!(server.most_at_once() <= 3, "{} at once", server.most_at_once());
}

/// The longest chain: ListClusters, ListServices, DescribeServices, DescribeTaskDefinition.
const CHAIN: u32 = 4;

/// How long a collection of one page of everything takes, and how many requests that is.
fn timed(latency: Duration, concurrency: usize) -> (Duration, usize) {
    let server = Server::start(Script { latency, page: 100, ..script() });
    let options = Options { concurrency, attempt_timeout: Duration::from_secs(10), ..options(&server) };
    let start = Instant::now();
    run(&options).expect("a snapshot");
    (start.elapsed(), server.seen().len())
}

#[test]
#[ignore = "a measurement, which `cargo bench --bench scan` makes"]
fn a_scan_takes_hardly_longer_than_its_longest_chain() {
    let latency = Duration::from_millis(250);
    let most = latency * CHAIN * 13 / 10;
    let took: Vec<Duration> = (0..3).map(|_| timed(latency, DEFAULT_CONCURRENCY).0).collect();
    assert!(took.iter().any(|took| *took <= most), "{took:?}, at most {most:?}");
}

/// `cargo test --release --test scan_replay caps -- --ignored --nocapture`
#[test]
#[ignore = "a measurement"]
fn caps_on_concurrency() {
    let latency = Duration::from_millis(50);
    for cap in [4, 8, 16, 24, 32, 48, 64] {
        let mut took: Vec<(Duration, usize)> = (0..7).map(|_| timed(latency, cap)).collect();
        took.sort();
        println!("cap {cap:2}: {} requests, best {:?}, median {:?}", took[0].1, took[0].0, took[3].0);
    }
}
