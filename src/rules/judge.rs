//! Rules and blockers → findings: one for each root cause.
//!
//! Every rule is judged over all its subjects. Every blocker of a flow then goes to exactly one of the findings that can
//! explain it: that of a rule about the guilty resource itself, else of a rule about blockers, else of a rule of last
//! resort. What no rule selected is left out only afterwards, so that ignoring a rule never moves its blockers to another built-in
//! one; a user's own may stand in its place.

use super::candidates::{attribute, collect};
use super::finding::*;
use super::hops::hops;
use super::not_checked;
use super::root_cause::{Found, affected, findings};
use super::rule::Rule;
use super::seen::{self, Suspect};
use crate::facts::{self, Model};
use crate::network::WorkloadKind;
use crate::reach::{FlowKind, destination_name, trace_flow};
use rustc_hash::{FxHashMap, FxHashSet};

/// Which rules a user wants to hear of, and how loud.
#[derive(Debug, Clone, Default)]
pub struct Choice<'c> {
    /// Every rule.
    pub all: Vec<&'c Rule>,
    /// Ids of those whose findings are reported.
    pub selected: FxHashSet<String>,
    /// Levels that replace a rule's own.
    pub severities: FxHashMap<String, Severity>,
}

/// Judges a network.
pub fn judge(model: &Model<'_>, choice: &Choice<'_>) -> Judgement {
    let mut judgement = Judgement::default();
    let mut doubts = not_checked::Doubts::default();
    let mut candidates = collect(model, choice, &mut judgement, &mut doubts);
    attribute(model, choice, &mut candidates);
    let mut found = findings(model, choice, candidates);
    let suspects = found.iter_mut().map(|Found { finding, breaks, .. }| Suspect { finding, breaks });
    judgement.unexplained = seen::attach(model.network, &choice.all, &mut suspects.collect::<Vec<_>>());
    let (selected, ignored): (Vec<_>, Vec<_>) =
        found.into_iter().partition(|found| choice.selected.contains(&found.finding.rule));
    judgement.ignored = ignored.len();
    judgement.findings = selected.into_iter().map(|found| traced(model, found.finding, found.first)).collect();
    judgement.findings.sort_by(|a, b| (b.severity, &a.rule, &a.resource).cmp(&(a.severity, &b.rule, &b.resource)));
    judgement.workloads = workloads(model);
    judgement.not_checked = doubts.told(model);
    judgement
}

/// A finding with the path of the first flow that it breaks.
fn traced(model: &Model<'_>, mut finding: Finding, first: Option<u32>) -> Finding {
    if let Some(flow) = first {
        let key = &model.flows[flow as usize].key;
        finding.trace = hops(model, &trace_flow(model.network, key));
        finding.traced = Some(affected(model, key));
    }
    finding
}

/// What was asked of the network.
fn workloads(model: &Model<'_>) -> Vec<WorkloadSummary> {
    let mut list: Vec<WorkloadSummary> = Vec::new();
    let mut last = None;
    for flow in &model.flows {
        if !matches!(flow.key.kind, FlowKind::Need(_)) {
            continue;
        }
        if last != Some(flow.key.workload) {
            last = Some(flow.key.workload);
            let workload = model.network.workload(flow.key.workload);
            let is_plain = workload.kind == WorkloadKind::Hypothetical;
            list.push(WorkloadSummary { name: workload.name.clone(), flows: Vec::new(), is_plain });
        }
        if let Some(summary) = list.last_mut() {
            summary.flows.push(FlowSummary {
                subnet: model
                    .network
                    .subnet(flow.key.subnet)
                    .element
                    .subnet_id
                    .as_deref()
                    .unwrap_or_default()
                    .to_owned(),
                destination: destination_name(model.network, &flow.key),
                verdict: flow.answer.verdict.as_str(),
                via: flow.answer.via.map(|resource| facts::about(model, resource).id),
            });
        }
    }
    list
}
