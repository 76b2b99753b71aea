//! `fargcheck matrix`: what each workload reaches, as a table.

use super::arguments::{Looks, Matrix, TraceFormat};
use super::config::Settings;
use super::question::from::Start;
use super::question::to::End;
use super::question::{from, to};
use super::{CLEAN, FINDINGS, INCOMPLETE, Outcome, network, problems};
use crate::facts::{Model, about};
use crate::network::{Need, Network, Ranges, WorkloadId, WorkloadKind};
use crate::reach::{Question, Verdict, ask};
use crate::report::matrix::{Cell, Destination, Matrix as Table, Row, Standing};
use crate::report::{self, Style, matrix as report_matrix};
use crate::snapshot::Sources;

/// Asks of every workload whether it reaches every destination that any of them needs.
pub(super) fn run(arguments: &Matrix, looks: &Looks, sources: &mut Sources) -> Outcome {
    let settings = Settings::load(&arguments.network.places, sources)?;
    let ingredients = arguments.network.given(&arguments.paths).read_with(&settings, sources)?;
    let table = network::with(&ingredients, sources, |snapshot, network| {
        let mut workloads = Vec::new();
        for name in &arguments.from {
            let asked = from::Asked { name, security_groups: &[], public_ip: false };
            workloads.extend(from::find(snapshot, network, &asked)?);
        }
        if arguments.from.is_empty() {
            workloads = all_workloads(network);
        }
        let mut ends = needed(network, &workloads);
        for name in &arguments.to {
            for end in to::find(snapshot, network, name, None, None)? {
                if !ends.iter().any(|known| known.is_same(&end)) {
                    ends.push(end);
                }
            }
        }
        Ok(table(&Model::new(network), workloads, ends))
    })?;
    let text = match arguments.format {
        TraceFormat::Human => report_matrix::human(&table, looks.quiet, &Style::for_stdout(looks.color)),
        TraceFormat::Json => report_matrix::json(&table),
    };
    report::print_text(&text).map_err(|error| problems::stdout(&error))?;
    let needed = || table.workloads.iter().flat_map(|row| &row.cells).filter(|cell| cell.needed);
    Ok(if needed().any(|cell| matches!(cell.verdict, "blocked" | "partial")) {
        FINDINGS
    } else if needed().any(|cell| cell.verdict == "unknown") {
        INCOMPLETE
    } else {
        CLEAN
    })
}

/// Every workload; where nothing says what runs, a plain task in each subnet.
fn all_workloads(network: &Network<'_>) -> Vec<Start> {
    let ids = (0..network.workloads.len()).map(|index| WorkloadId(index as u32));
    ids.flat_map(|id| from::of_workload(network, id)).collect()
}

/// Everything that one of the workloads needs, each once, and the internet.
fn needed(network: &Network<'_>, workloads: &[Start]) -> Vec<End> {
    let mut ends: Vec<End> = Vec::new();
    let senders = workloads.iter().filter_map(|start| start.workload);
    for need in senders.flat_map(|id| &network.workload(id).needs) {
        let end = End::of_need(need);
        if !ends.iter().any(|known| known.is_same(&end)) {
            ends.push(end);
        }
    }
    ends.sort_by(|a, b| (a.is_internet(), &a.name, a.port).cmp(&(b.is_internet(), &b.name, b.port)));
    if !ends.iter().any(End::is_internet) {
        ends.push(End::internet());
    }
    ends
}

fn table(model: &Model<'_>, starts: Vec<Start>, ends: Vec<End>) -> Table {
    let mut rows: Vec<Row> = Vec::new();
    let mut last = None;
    for start in &starts {
        let hypothetical = start.workload.map(|id| model.network.workload(id).kind) == Some(WorkloadKind::Hypothetical);
        // A workload is one row however many subnets it has.
        if last != Some((start.workload, &start.name)) {
            last = Some((start.workload, &start.name));
            let cell = |(destination, end): (usize, &End)| Cell {
                destination,
                needed: needs(model.network, start).iter().any(|need| End::of_need(need).is_same(end)),
                verdict: "",
                subnets: Vec::new(),
            };
            let cells = ends.iter().enumerate().map(cell).collect();
            rows.push(Row { name: start.name.clone(), hypothetical, cells });
        }
        let Some(row) = rows.last_mut() else { continue };
        for (cell, end) in row.cells.iter_mut().zip(&ends) {
            cell.subnets.push(standing(model, start, end));
        }
    }
    for cell in rows.iter_mut().flat_map(|row| &mut row.cells) {
        cell.verdict = together(&cell.subnets);
    }
    let destination =
        |end: &End| Destination { name: end.name.clone(), protocol: end.protocol.as_str(), port: end.port };
    Table { destinations: ends.iter().map(destination).collect(), workloads: rows }
}

/// The needs of a start's workload.
fn needs<'n>(network: &'n Network<'_>, start: &Start) -> &'n [Need] {
    start.workload.map(|id| network.workload(id).needs.as_slice()).unwrap_or_default()
}

/// From one subnet of a workload.
fn standing(model: &Model<'_>, start: &Start, end: &End) -> Standing {
    let subnet = start.subnet.clone();
    let sender = match &start.sender {
        Ok(sender) => sender,
        Err(why) => {
            let unknown = vec![why.clone()];
            return Standing { subnet, verdict: Verdict::Unknown.as_str(), via: None, codes: Vec::new(), unknown };
        }
    };
    // Each workload asks an endpoint's policy for its own repositories alone.
    let needs = needs(model.network, start);
    let permissions = end.permissions(needs);
    let answer = ask(
        model.network,
        &Question {
            sender: sender.sender(),
            destination: end.destination(model.network),
            protocol: end.protocol,
            ports: Ranges::one(end.port, end.port),
            families: end.families(needs),
            permissions: &permissions,
        },
    );
    let mut codes: Vec<&'static str> = Vec::new();
    for blocker in &answer.blockers {
        if !codes.contains(&blocker.code.as_str()) {
            codes.push(blocker.code.as_str());
        }
    }
    Standing {
        subnet,
        verdict: answer.verdict.as_str(),
        via: answer.via.map(|via| report_matrix::Via { kind: via.noun(), id: about(model, via).id }),
        codes,
        unknown: answer.doubts.iter().map(|doubt| super::trace::doubt_text(model, doubt)).collect(),
    }
}

/// The verdict of all subnets together: a service that fails in some of its subnets fails now and then.
fn together(subnets: &[Standing]) -> &'static str {
    let all = |verdict: Verdict| subnets.iter().all(|subnet| subnet.verdict == verdict.as_str());
    let any = |verdict: Verdict| subnets.iter().any(|subnet| subnet.verdict == verdict.as_str());
    let verdict = match () {
        () if all(Verdict::Reachable) => Verdict::Reachable,
        () if all(Verdict::Blocked) => Verdict::Blocked,
        () if any(Verdict::Blocked) || any(Verdict::Partial) => Verdict::Partial,
        () => Verdict::Unknown,
    };
    verdict.as_str()
}
