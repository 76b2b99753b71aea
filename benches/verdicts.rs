//! How many flow verdicts a second: every workload of a generated snapshot against everything it needs, again and again.
//!
//! `cargo bench --bench verdicts` prints the figure and fails below a million a second.

mod support;

use fargcheck::network::{Ranges, resolve};
use fargcheck::reach::{Destination, Groups, Question, Sender, ask};
use fargcheck::snapshot::{Source, Sources};
use fargcheck::{input, network, reach};
use rayon::prelude::*;
use std::process::ExitCode;

fn main() -> ExitCode {
    let mut sources = Sources::default();
    let source = sources.add(Source::new("generated", support::Generator::text(100).into_bytes()));
    let files = [input::InputFile::new(source, 0, None)];
    let snapshot = input::parse(&files, &sources).expect("the generator writes snapshots");
    let network = resolve(&snapshot, &[]).expect("the generator writes networks");
    let mut questions = Vec::new();
    let groups: Vec<Vec<_>> = (network.workloads.iter())
        .map(|workload| workload.groups.iter().flatten().map(|member| member.group).collect())
        .collect();
    for (index, workload) in network.workloads.iter().enumerate() {
        for placement in workload.subnets.iter().flatten() {
            let Some(subnet) = placement.subnet.known() else { continue };
            for need in &workload.needs {
                let network::NeedTarget::Service(name) = &need.target else { continue };
                questions.push(Question {
                    sender: Sender {
                        subnet,
                        addresses: network.subnet(subnet).hosts.clone(),
                        groups: Groups::Listed(&groups[index]),
                        public_ip: workload.public_ip,
                        ports: workload.ephemeral,
                        workload: None,
                    },
                    destination: Destination::Service(name),
                    protocol: need.protocol,
                    ports: Ranges::one(need.port, need.port),
                    families: need.families,
                    permissions: &need.permissions,
                });
            }
        }
    }
    const ROUNDS: usize = 200;
    let round =
        || questions.par_iter().filter(|question| ask(&network, question).verdict == reach::Verdict::Reachable).count();
    assert_eq!(round(), questions.len(), "every flow of a sound network is reachable");
    let time = support::time(|| (0..ROUNDS).map(|_| round()).sum::<usize>());
    let verdicts = (questions.len() * ROUNDS) as f64 / time.as_secs_f64();
    let holds = verdicts >= 1e6;
    println!(
        "{} {:.2} million flow verdicts a second, at least 1",
        if holds { "ok  " } else { "MISS" },
        verdicts / 1e6
    );
    if holds { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
