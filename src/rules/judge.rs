//! Rules and blockers → findings: one for each root cause.
//!
//! Every rule is judged over all its subjects. Every blocker of a flow then goes to exactly one of the findings that can
//! explain it: that of a rule about the guilty resource itself, else of a rule about blockers, else of a rule of last
//! resort. What no rule selected is left out only afterwards, so that ignoring a rule never moves its blockers to another.

use super::compiled::Verdict;
use super::finding::*;
use super::hops::hops;
use super::not_checked;
use super::rule::Rule;
use super::seen::{self, Suspect};
use crate::facts::{self, Entity, Facts, Model};
use crate::network::{Purpose, SubnetId, WorkloadId, WorkloadKind};
use crate::reach::{FlowKey, FlowKind, destination_name, trace_flow};
use rayon::prelude::*;
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

/// A finding in the making.
struct Candidate<'c> {
    rule: &'c Rule,
    subject: Entity,
    because: Vec<Because>,
    /// Positions of the blockers that it explains.
    blockers: Vec<usize>,
}

/// The finding of a root cause.
struct Found {
    finding: Finding,
    /// The first flow that it breaks.
    first: Option<u32>,
    /// Which workloads it breaks, and in which subnets; not looked for where nothing is known to have gone wrong.
    breaks: Vec<(WorkloadId, Option<SubnetId>)>,
}

/// What makes findings one finding.
fn root_cause(finding: &Finding) -> impl Ord {
    (&finding.rule, &finding.account, &finding.region, &finding.resource, &finding.message)
}

/// Judges a network.
pub fn judge(model: &Model<'_>, choice: &Choice<'_>) -> Judgement {
    let mut judgement = Judgement::default();
    let mut doubts = not_checked::Doubts::default();
    let mut candidates = collect(model, choice, &mut judgement, &mut doubts);
    attribute(model, &mut candidates);
    let mut found: Vec<Found> = Vec::new();
    for candidate in candidates {
        let about_blockers = candidate.rule.subject().name == "blocker";
        if about_blockers && candidate.blockers.is_empty() {
            continue;
        }
        let first = candidate.blockers.first().map(|position| model.blockers[*position].flow);
        let breaks = if model.network.incidents.is_empty() { Vec::new() } else { broken(model, &candidate) };
        found.extend(finding(model, choice, candidate).map(|finding| Found { finding, first, breaks }));
    }
    // The order among those of one root cause stays: the first is kept, the others are merged into it.
    found.sort_by(|a, b| root_cause(&a.finding).cmp(&root_cause(&b.finding)));
    found.dedup_by(|other, known| {
        let is_same = root_cause(&other.finding) == root_cause(&known.finding);
        if is_same {
            merge(&mut known.finding, &mut other.finding);
            known.breaks.append(&mut other.breaks);
        }
        is_same
    });
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

/// From this many subjects on, rules are judged on all cores: below it, threads take longer to start than judging takes.
const PARALLEL_FROM: u32 = 4096;

/// Judges every rule over its subjects.
fn collect<'c>(
    model: &Model<'_>,
    choice: &Choice<'c>,
    judgement: &mut Judgement,
    doubts: &mut not_checked::Doubts,
) -> Vec<Candidate<'c>> {
    let rules: Vec<&Rule> = choice.all.iter().copied().filter(|rule| !rule.is_deprecated()).collect();
    let subjects: u32 = rules.iter().map(|rule| model.count(rule.subject())).fold(0, u32::saturating_add);
    let verdicts: Vec<_> = if subjects < PARALLEL_FROM {
        rules.iter().map(|rule| judged(model, rule)).collect()
    } else {
        rules.par_iter().map(|rule| judged(model, rule)).collect()
    };
    let mut candidates = Vec::new();
    for (rule, (was_judged, verdicts)) in rules.into_iter().zip(verdicts) {
        for (subject, verdict) in verdicts {
            match verdict {
                Verdict::NotApplicable | Verdict::Clean => {}
                Verdict::Finding { because, .. } => {
                    candidates.push(Candidate { rule, subject, because, blockers: Vec::new() });
                }
                Verdict::NotEvaluated { unknown } => {
                    if choice.selected.contains(rule.id()) {
                        doubts.rule(rule, choice.severities.get(rule.id()).copied(), unknown);
                    }
                }
            }
        }
        judgement.rules_judged += usize::from(was_judged && choice.selected.contains(rule.id()));
    }
    candidates
}

/// Judges a rule over its subjects: whether any could be judged, and those of which there is something to say.
fn judged(model: &Model<'_>, rule: &Rule) -> (bool, Vec<(Entity, Verdict)>) {
    let count = model.count(rule.subject());
    let mut was_judged = count == 0 || rule.subject().name == "blocker";
    let mut told = Vec::new();
    for index in 0..count {
        let subject = Entity { ty: rule.subject(), index };
        if !concerns(model, rule, subject) {
            continue;
        }
        let mut verdict = rule.judge(model, subject);
        // Few findings need it, and a thousand facts of each would be held until the last rule is judged.
        if let Verdict::Finding { evidence, .. } = &mut verdict {
            *evidence = Vec::new();
        }
        was_judged |= matches!(verdict, Verdict::Clean | Verdict::Finding { .. });
        if matches!(verdict, Verdict::Finding { .. } | Verdict::NotEvaluated { .. }) {
            told.push((subject, verdict));
        }
    }
    (was_judged, told)
}

/// Whether a finding of this rule on this subject could explain anything: a rule about blockers is about those alone whose
/// codes it names.
fn concerns(model: &Model<'_>, rule: &Rule, subject: Entity) -> bool {
    let blocker = model.blockers.get(subject.index as usize).filter(|_| subject.ty.name == "blocker");
    blocker.is_none_or(|key| rule.names_code(model.blocker(*key).1.code.as_str()))
}

/// Gives each blocker to the candidate that explains it best.
fn attribute(model: &Model<'_>, candidates: &mut [Candidate<'_>]) {
    let mut by_subject: FxHashMap<Entity, Vec<usize>> = FxHashMap::default();
    for (position, candidate) in candidates.iter().enumerate() {
        by_subject.entry(candidate.subject).or_default().push(position);
    }
    for (index, key) in model.blockers.iter().enumerate() {
        let (_, blocker) = model.blocker(*key);
        let code = blocker.code.as_str();
        let own = model.blocker_entity(index);
        let mut best: Option<(u8, usize)> = None;
        let mut offer = |rank: u8, position: usize| {
            if best.is_none_or(|known| (rank, position) < known) {
                best = Some((rank, position));
            }
        };
        for suspect in model.suspects(index) {
            for position in by_subject.get(&suspect).into_iter().flatten() {
                if candidates[*position].rule.file().explains.iter().any(|explained| explained == code) {
                    offer(0, *position);
                }
            }
        }
        for position in by_subject.get(&own).into_iter().flatten() {
            let file = candidates[*position].rule.file();
            if file.explains.iter().any(|explained| explained == code) {
                offer(1, *position);
            } else if file.catch_all {
                offer(2, *position);
            }
        }
        if let Some((_, position)) = best {
            candidates[position].blockers.push(index);
        }
    }
}

fn finding(model: &Model<'_>, choice: &Choice<'_>, candidate: Candidate<'_>) -> Option<Finding> {
    let rule = candidate.rule;
    let subject = candidate.subject;
    let accused = rule.resource(model, subject);
    let about = facts::about_entity(model, accused)?;
    let scope = &model.network.scopes[about.scope as usize];
    let mut affects: Vec<Affected> = Vec::new();
    let mut known = FxHashSet::default();
    let mut codes: Vec<&'static str> = Vec::new();
    for position in &candidate.blockers {
        let (flow, blocker) = model.blocker(model.blockers[*position]);
        let affected = affected(model, &flow.key);
        if known.insert(affected.clone()) {
            affects.push(affected);
        }
        if !codes.contains(&blocker.code.as_str()) {
            codes.push(blocker.code.as_str());
        }
    }
    if subject.ty.name == "workload" && affects.is_empty() {
        let workload = &model.network.workloads[subject.index as usize];
        affects.push(Affected { workload: workload.name.clone(), subnet: None, destination: None });
    }
    Some(Finding {
        rule: rule.id().to_owned(),
        severity: choice.severities.get(rule.id()).copied().unwrap_or_else(|| severity(model, &candidate)),
        title: rule.file().title.to_string(),
        message: rule.render_message(model, subject),
        help: rule.render_help(model, subject),
        resource: Resource { kind: about.kind, id: about.id, name: about.name, arn: about.arn },
        cluster: facts::cluster_of(model, accused).map(str::to_owned),
        account: scope.account.clone(),
        region: scope.region.clone(),
        vpc: about.vpc,
        labels: labels(model, &candidate, about.place),
        affects,
        blockers: codes,
        because: candidate.because,
        trace: Vec::new(),
        traced: None,
        seen: Vec::new(),
    })
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

fn affected(model: &Model<'_>, key: &FlowKey) -> Affected {
    Affected {
        workload: model.network.workload(key.workload).name.clone(),
        subnet: model.network.subnet(key.subnet).element.subnet_id.as_deref().map(str::to_owned),
        destination: Some(destination_name(model.network, key)),
    }
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

/// Severity rises with harm: a fault that nothing meets, or only a task of which nobody said that it will run, or that it
/// needs what is cut off, is one level lower.
fn severity(model: &Model<'_>, candidate: &Candidate<'_>) -> Severity {
    let own = candidate.rule.file().severity;
    let explains = !candidate.rule.file().explains.is_empty() || candidate.rule.file().catch_all;
    if !explains {
        return candidate.rule.severity(model, candidate.subject);
    }
    if candidate.blockers.is_empty() {
        let harm = candidate.rule.file().harm.is_some() && candidate.rule.harm(model, candidate.subject);
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
        let is_presumed = workload.kind == WorkloadKind::Hypothetical || need.is_some_and(|need| need.is_presumed);
        // A task runs without ECS Exec.
        let share = model.share_of_ports(model.blockers[*position]);
        let fails_less_than_one_in = |number| share.is_some_and(|(dropped, all)| dropped * number < all);
        let level = match () {
            // A port or two that nobody is to get to, such as those of remote logins.
            () if fails_less_than_one_in(1000) => own.min(Severity::Info),
            () if is_exec || fails_less_than_one_in(100) => own.min(Severity::Warning),
            () => own,
        };
        if is_presumed { level.lower() } else { level }
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

fn merge(known: &mut Finding, other: &mut Finding) {
    known.severity = known.severity.max(other.severity);
    for affected in other.affects.drain(..) {
        if !known.affects.contains(&affected) {
            known.affects.push(affected);
        }
    }
    for code in other.blockers.drain(..) {
        if !known.blockers.contains(&code) {
            known.blockers.push(code);
        }
    }
    known.help = both_helps(&known.help, &other.help);
}

/// Where the same fault needs more than one command, each is shown once: right after that of the same kind.
fn both_helps(known: &str, other: &str) -> String {
    let mut lines: Vec<&str> = known.trim_end().lines().collect();
    for line in other.trim_end().lines() {
        if lines.contains(&line) {
            continue;
        }
        let alike = |seen: &&str| words_alike(seen, line) > 0;
        let most = lines.iter().filter(|seen| alike(seen)).map(|seen| words_alike(seen, line)).max();
        match most.and_then(|most| lines.iter().rposition(|seen| words_alike(seen, line) == most)) {
            Some(position) => lines.insert(position + 1, line),
            None => lines.push(line),
        }
    }
    lines.join("\n")
}

/// How many words two lines begin with alike.
fn words_alike(one: &str, other: &str) -> usize {
    one.split(' ')
        .zip(other.split(' '))
        .skip_while(|(a, b)| a.is_empty() && b.is_empty())
        .take_while(|(a, b)| a == b)
        .count()
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
            let name = model.network.workload(flow.key.workload).name.clone();
            list.push(WorkloadSummary { name, flows: Vec::new() });
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
