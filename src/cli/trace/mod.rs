//! `fargcheck trace`: one question, hop by hop, and everything that stops it.

mod answer;

pub(super) use answer::doubt_text;

use super::arguments::{Looks, Trace, TraceFormat};
use super::config::Settings;
use super::question::{from, to};
use super::{CLEAN, FINDINGS, INCOMPLETE, Outcome, network, problems};
use crate::facts::Model;
use crate::report::{self, Style, trace as report_trace};
use crate::snapshot::Sources;
use answer::Extent;

/// Answers a question about the network of some paths.
pub(super) fn run(arguments: &Trace, looks: &Looks, sources: &mut Sources) -> Outcome {
    let settings = Settings::load(&arguments.network.places, sources)?;
    let ingredients = arguments.network.given(&arguments.paths).read_with(&settings, sources)?;
    let traces = network::with(&ingredients, sources, |snapshot, network| {
        let asked = from::Asked {
            name: &arguments.from,
            security_groups: &arguments.security_group,
            public_ip: arguments.public_ip,
        };
        let ends = to::find(snapshot, network, &arguments.to, arguments.protocol.map(Into::into), arguments.port)?;
        let starts = from::find(snapshot, network, &asked)?;
        let model = Model::new(network);
        let pairs = starts.iter().flat_map(|start| ends.iter().map(move |end| (start, end)));
        let extent = match looks.verbose || matches!(arguments.format, TraceFormat::Json) {
            true => Extent::Whole,
            false => Extent::First,
        };
        Ok(pairs.map(|(start, end)| answer::answer(&model, start, end, extent)).collect::<Vec<_>>())
    })?;
    let text = match arguments.format {
        TraceFormat::Human => report_trace::human(&traces, looks.quiet, &Style::for_stdout(looks.color)),
        TraceFormat::Json => report_trace::json(&traces),
    };
    report::print_text(&text).map_err(|error| problems::stdout(&error))?;
    let any = |verdicts: &[&str]| traces.iter().any(|trace| verdicts.contains(&trace.verdict));
    Ok(if any(&["blocked", "partial"]) {
        FINDINGS
    } else if any(&["unknown"]) {
        INCOMPLETE
    } else {
        CLEAN
    })
}
