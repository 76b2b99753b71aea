//! How long `fargcheck lint` takes as a whole process, as ratios within one run.
//!
//! `cargo bench --bench lint` prints the figures and fails where a promise of the README does not hold.

mod support;

use fargcheck::snapshot::*;
use serde::Deserialize;
use std::path::Path;
use std::process::ExitCode;
use std::time::Duration;

const FARGCHECK: &str = env!("CARGO_BIN_EXE_fargcheck");
const SMALL: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures/broken-network.json");

/// The same types, read by serde_json in one go: what the loading of a snapshot is measured against.
#[derive(Deserialize)]
#[serde(default, bound(deserialize = "'de: 'a"))]
#[derive(Default)]
#[allow(non_snake_case, dead_code, reason = "the keys are the document's, and only read")]
struct Plain<'a> {
    Vpcs: Vec<Vpc<'a>>,
    VpcAttributes: Vec<VpcAttribute<'a>>,
    Subnets: Vec<Subnet<'a>>,
    RouteTables: Vec<RouteTable<'a>>,
    InternetGateways: Vec<InternetGateway<'a>>,
    NatGateways: Vec<NatGateway<'a>>,
    SecurityGroups: Vec<SecurityGroup<'a>>,
    NetworkAcls: Vec<NetworkAcl<'a>>,
    NetworkInterfaces: Vec<NetworkInterface<'a>>,
    services: Vec<Service<'a>>,
    taskDefinitions: Vec<TaskDefinition<'a>>,
    VpcEndpoints: Vec<VpcEndpoint<'a>>,
    FlowLogs: Vec<FlowLog<'a>>,
}

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().collect();
    match arguments.get(1).map(String::as_str) {
        Some("--nothing") => return ExitCode::SUCCESS,
        Some("--plain") => {
            let bytes = std::fs::read(&arguments[2]).expect("the snapshot can be read");
            let plain: Plain<'_> = serde_json::from_slice(&bytes).expect("the snapshot is JSON");
            std::hint::black_box(&plain);
            return ExitCode::SUCCESS;
        }
        _ => {}
    }
    let own = std::env::current_exe().expect("this program has a path");
    let mut kept = true;
    let mut promise = |what: &str, found: f64, most: f64, unit: &str| {
        let holds = found <= most;
        kept &= holds;
        println!("{} {what}: {found:.2} {unit}, at most {most} {unit}", if holds { "ok  " } else { "MISS" });
    };
    let run = |program: &Path, arguments: &[&str]| support::process(program, arguments);

    // Pairs in turn, so that both meet the same weather.
    let (mut nothing, mut small) = (Vec::new(), Vec::new());
    for _ in 0..41 {
        nothing.push(run(&own, &["--nothing"]).0);
        small.push(run(Path::new(FARGCHECK), &["lint", SMALL]).0);
    }
    let milliseconds = |time: Duration| time.as_secs_f64() * 1000.0;
    let (nothing, small) = (support::middle(&mut nothing), support::middle(&mut small));
    println!("a program that does nothing {:.2} ms, one VPC {:.2} ms", milliseconds(nothing), milliseconds(small));
    promise("one VPC, whole process", milliseconds(small), 10.0, "ms");
    promise("one VPC over nothing", milliseconds(small.saturating_sub(nothing)), 3.0, "ms");

    let transit = support::scratch("transit.json");
    support::transit::write(&transit, 2000);
    let path = transit.to_string_lossy();
    let far = ["trace", &path, "-q", "--from", "subnet-00000", "--to", "10.124.240.10"];
    let answer = std::process::Command::new(FARGCHECK).args(far).output().expect("the program runs");
    assert!(answer.stdout.starts_with(b"reachable"), "the far end is reached: {answer:?}");
    let mut tracing: Vec<Duration> = (0..5).map(|_| run(Path::new(FARGCHECK), &far).0).collect();
    let traced = milliseconds(support::middle(&mut tracing));
    promise("2,000 VPCs on a transit gateway, one trace", traced, 1000.0, "ms");

    let large = support::scratch("large.json");
    support::Generator::write(&large, 200 << 20);
    let size = std::fs::metadata(&large).expect("it was written").len() as f64;
    let path = large.to_string_lossy();
    let (mut plain, mut lint, mut peak) = (Vec::new(), Vec::new(), 0u64);
    for _ in 0..5 {
        plain.push(run(&own, &["--plain", &path]).0);
        let (time, memory) = run(Path::new(FARGCHECK), &["lint", &path]);
        lint.push(time);
        peak = peak.max(memory);
    }
    let (plain, lint) = (support::middle(&mut plain), support::middle(&mut lint));
    println!(
        "{:.0} MB: serde_json into the same types {:.0} ms, lint {:.0} ms",
        size / 1e6,
        milliseconds(plain),
        milliseconds(lint)
    );
    promise("200 MB, lint over serde_json", lint.as_secs_f64() / plain.as_secs_f64(), 2.5, "times");
    if cfg!(target_os = "linux") {
        promise("200 MB, memory over the file", peak as f64 / size, 2.0, "times");
    }
    if kept { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
