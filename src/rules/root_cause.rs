//! Candidates → findings: those of one rule on one resource with one message are one finding.

use super::candidates::Candidate;
use super::compiled::Verdict;
use super::finding::*;
use super::helps;
use super::judge::Choice;
use crate::facts::{self, Facts, Model};
use crate::network::{Purpose, SubnetId, WorkloadId, WorkloadKind};
use crate::reach::{FlowKey, FlowKind, destination_name};
use rustc_hash::{FxHashMap, FxHashSet};

/// The finding of a root cause.
pub(super) struct Found {
    pub(super) finding: Finding,
    /// The first flow that it breaks.
    pub(super) first: Option<u32>,
    /// Which workloads it breaks, and in which subnets; not looked for where nothing is known to have gone wrong.
    pub(super) breaks: Vec<(WorkloadId, Option<SubnetId>)>,
}

/// What makes candidates one finding.
#[derive(PartialEq, Eq, Hash, PartialOrd, Ord)]
struct RootCause<'m> {
    rule: &'m str,
    account: Option<&'m str>,
    region: Option<&'m str>,
    resource: Resource,
    message: String,
}

/// The findings of candidates, in the order of their root causes. One about a blocker that another explains is none, nor is one
/// about a part of a resource all of whose blockers others explain.
pub(super) fn findings(model: &Model<'_>, choice: &Choice<'_>, candidates: Vec<Candidate<'_>>) -> Vec<Found> {
    let mut by_cause: FxHashMap<RootCause<'_>, Vec<Candidate<'_>>> = FxHashMap::default();
    for candidate in candidates {
        let Candidate { rule, subject, ref blockers, .. } = candidate;
        if (subject.ty.name == "blocker" || subject.is_part_that_stops()) && blockers.is_empty() {
            continue;
        }
        let Some(about) = facts::about_entity(model, rule.resource(model, subject)) else { continue };
        let scope = &model.network.scopes[about.scope as usize];
        let cause = RootCause {
            rule: rule.id(),
            account: scope.account.as_deref(),
            region: scope.region.as_deref(),
            resource: Resource { kind: about.kind, id: about.id, name: about.name, arn: about.arn },
            message: rule.render_message(model, subject),
        };
        by_cause.entry(cause).or_default().push(candidate);
    }
    let mut by_cause: Vec<_> = by_cause.into_iter().collect();
    by_cause.sort_by(|(a, _), (b, _)| a.cmp(b));
    by_cause.into_iter().filter_map(|(cause, candidates)| found(model, choice, cause, candidates)).collect()
}

/// The finding of a root cause: of its candidates the first says where, and all of them what it breaks and what to do.
fn found(
    model: &Model<'_>,
    choice: &Choice<'_>,
    cause: RootCause<'_>,
    mut candidates: Vec<Candidate<'_>>,
) -> Option<Found> {
    let because = std::mem::take(&mut candidates.first_mut()?.because);
    let first = candidates.first()?;
    let accused = first.rule.resource(model, first.subject);
    let about = facts::about_entity(model, accused)?;
    let set = choice.severities.get(first.rule.id()).copied();
    let helps: Vec<String> =
        candidates.iter().map(|candidate| candidate.rule.render_help(model, candidate.subject)).collect();
    let (affects, blockers) = broken_flows(model, &candidates);
    let breaks = match model.network.incidents.is_empty() {
        true => Vec::new(),
        false => candidates.iter().flat_map(|candidate| broken(model, candidate)).collect(),
    };
    let finding = Finding {
        rule: cause.rule.to_owned(),
        severity: set.or_else(|| candidates.iter().map(|candidate| severity(model, candidate)).max())?,
        title: first.rule.file().title.to_string(),
        message: cause.message,
        help: with_idle(helps::together(&helps), &idle(model, &candidates)),
        resource: cause.resource,
        cluster: facts::cluster_of(model, accused).map(str::to_owned),
        account: cause.account.map(str::to_owned),
        region: cause.region.map(str::to_owned),
        vpc: about.vpc,
        labels: labels(model, first, about.place),
        affects,
        blockers,
        because,
        trace: Vec::new(),
        traced: None,
        seen: Vec::new(),
    };
    let first = first.blockers.first().map(|position| model.blockers[*position].flow);
    Some(Found { finding, first, breaks })
}

/// What some candidates break, each once, and by which codes.
fn broken_flows(model: &Model<'_>, candidates: &[Candidate<'_>]) -> (Vec<Affected>, Vec<&'static str>) {
    let mut affects: Vec<Affected> = Vec::new();
    let mut codes: Vec<&'static str> = Vec::new();
    let mut known = FxHashSet::default();
    let mut add = |affected: Affected| {
        if known.insert(affected.clone()) {
            affects.push(affected);
        }
    };
    for candidate in candidates {
        for position in &candidate.blockers {
            let (flow, blocker) = model.blocker(model.blockers[*position]);
            add(affected(model, &flow.key));
            if !codes.contains(&blocker.code.as_str()) {
                codes.push(blocker.code.as_str());
            }
        }
        if candidate.subject.ty.name == "workload" && candidate.blockers.is_empty() {
            let workload = &model.network.workloads[candidate.subject.index as usize];
            add(Affected { workload: workload.name.clone(), subnet: None, destination: None });
        }
    }
    (affects, codes)
}

/// Which workloads a candidate breaks, and where; a rule about a workload breaks that, wherever it runs.
fn broken(model: &Model<'_>, candidate: &Candidate<'_>) -> Vec<(WorkloadId, Option<SubnetId>)> {
    let flows = candidate.blockers.iter().map(|position| {
        let (flow, _) = model.blocker(model.blockers[*position]);
        (flow.key.workload, Some(flow.key.subnet))
    });
    let itself = (candidate.subject.ty.name == "workload").then_some((WorkloadId(candidate.subject.index), None));
    flows.chain(itself.filter(|_| candidate.blockers.is_empty())).collect()
}

/// A flow as findings name it.
pub(super) fn affected(model: &Model<'_>, key: &FlowKey) -> Affected {
    Affected {
        workload: model.network.workload(key.workload).name.clone(),
        subnet: model.network.subnet(key.subnet).element.subnet_id.as_deref().map(str::to_owned),
        destination: Some(destination_name(model.network, key)),
    }
}

/// The workloads among those that candidates are about of which no task runs or is to run now.
fn idle<'m>(model: &'m Model<'_>, candidates: &[Candidate<'_>]) -> Vec<&'m str> {
    let about = |candidate: &Candidate<'_>| {
        let itself = facts::workload_of(model, candidate.subject).filter(|_| candidate.blockers.is_empty());
        let of_blocker = |position: &usize| model.blocker(model.blockers[*position]).0.key.workload;
        candidate.blockers.iter().map(of_blocker).chain(itself).collect::<Vec<_>>()
    };
    let all = candidates.iter().flat_map(about).map(|id| model.network.workload(id));
    let mut found: Vec<&str> = all.filter(|workload| workload.is_idle()).map(|workload| &*workload.name).collect();
    found.sort_unstable();
    found.dedup();
    found
}

/// A finding's help, with who meets it only later.
fn with_idle(mut help: String, idle: &[&str]) -> String {
    for name in idle {
        help.truncate(help.trim_end().len());
        help.push_str(&format!("\n{name} is scaled to zero: it meets this as soon as a task of it is to run.\n"));
    }
    help
}

/// Severity rises with harm: a fault that nothing meets, or only a task of which nobody said that it will run, or that it
/// needs what is cut off, is one level lower.
fn severity(model: &Model<'_>, candidate: &Candidate<'_>) -> Severity {
    let own = candidate.rule.file().severity;
    let explains = !candidate.rule.file().explains.is_empty() || candidate.rule.file().catch_all;
    if candidate.blockers.is_empty() {
        let may_harm = !explains || candidate.rule.file().harm.is_some();
        let is_idle = !idle(model, std::slice::from_ref(candidate)).is_empty();
        let harm = may_harm && candidate.rule.harm(model, candidate.subject) && !is_idle;
        return if harm { own } else { own.lower() };
    }
    let levels = candidate.blockers.iter().map(|position| {
        let (flow, _) = model.blocker(model.blockers[*position]);
        let workload = model.network.workload(flow.key.workload);
        let need = match flow.key.kind {
            FlowKind::Need(need) => workload.needs.get(need as usize),
            _ => None,
        };
        let is_exec = need.is_some_and(|need| need.purpose == Purpose::Exec);
        // A task runs without ECS Exec.
        let share = model.share_of_ports(model.blockers[*position]);
        let fails_less_than_one_in = |number| share.is_some_and(|(dropped, all)| dropped * number < all);
        let level = match () {
            // A port or two that nobody is to get to, such as those of remote logins.
            () if fails_less_than_one_in(1000) => own.min(Severity::Info),
            () if is_exec || fails_less_than_one_in(100) => own.min(Severity::Warning),
            () => own,
        };
        let is_presumed = flow.is_presumed || need.is_some_and(|need| need.is_presumed);
        let is_met = workload.kind != WorkloadKind::Hypothetical && !is_presumed && !workload.is_idle();
        if is_met { level } else { level.lower() }
    });
    levels.max().unwrap_or(own)
}

fn labels(model: &Model<'_>, candidate: &Candidate<'_>, fallback: crate::snapshot::Location) -> Vec<Label> {
    const MOST: usize = 5;
    let mut labels: Vec<Label> = Vec::new();
    for place in candidate.rule.labels(model, candidate.subject) {
        if labels.len() < MOST && !labels.iter().any(|known| known.location == place.location) {
            labels.push(Label { location: place.location, text: place.text, primary: labels.is_empty() });
        }
    }
    if labels.is_empty()
        && let Verdict::Finding { evidence, .. } = candidate.rule.judge(model, candidate.subject)
    {
        for seen in &evidence {
            let Some(location) = model.place(seen.entity, Some(seen.field)) else { continue };
            if labels.len() < MOST && !labels.iter().any(|known| known.location == location) {
                let text = format!("{} is {}", seen.path, seen.value);
                labels.push(Label { location, text, primary: labels.is_empty() });
            }
        }
    }
    if labels.is_empty() {
        labels.push(Label { location: fallback, text: "this".into(), primary: true });
    }
    labels.shrink_to_fit();
    labels
}
