//! Rules → candidates: each subject of which a rule has something to say, and which of them explains a blocker best.

use super::compiled::Verdict;
use super::finding::{Because, Judgement};
use super::judge::Choice;
use super::not_checked::Doubts;
use super::rule::Rule;
use crate::facts::{Entity, Facts, Model};
use rayon::prelude::*;
use rustc_hash::FxHashMap;

/// A finding in the making.
pub(super) struct Candidate<'c> {
    pub(super) rule: &'c Rule,
    pub(super) subject: Entity,
    pub(super) because: Vec<Because>,
    /// Positions of the blockers that it explains.
    pub(super) blockers: Vec<usize>,
}

/// From this many subjects on, rules are judged on all cores: below it, threads take longer to start than judging takes.
const PARALLEL_FROM: u32 = 4096;

/// Judges every rule over its subjects.
pub(super) fn collect<'c>(
    model: &Model<'_>,
    choice: &Choice<'c>,
    judgement: &mut Judgement,
    doubts: &mut Doubts,
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

/// Gives each blocker to the candidate that explains it best: one of a rule whose findings are left out keeps what it has
/// from the other built-in ones, but not from a user's own that takes its place.
pub(super) fn attribute(model: &Model<'_>, choice: &Choice<'_>, candidates: &mut [Candidate<'_>]) {
    let is_told: Vec<bool> = candidates.iter().map(|candidate| choice.selected.contains(candidate.rule.id())).collect();
    let mut by_subject: FxHashMap<Entity, Vec<usize>> = FxHashMap::default();
    for (position, candidate) in candidates.iter().enumerate() {
        by_subject.entry(candidate.subject).or_default().push(position);
    }
    for (index, key) in model.blockers.iter().enumerate() {
        let (_, blocker) = model.blocker(*key);
        let code = blocker.code.as_str();
        let own = model.blocker_entity(index);
        let mut best: Option<(u8, usize)> = None;
        let mut best_own: Option<(u8, usize)> = None;
        let mut offer = |rank: u8, position: usize| {
            let is_own = candidates[position].rule.is_own() && is_told[position];
            for best in [Some(&mut best), is_own.then_some(&mut best_own)].into_iter().flatten() {
                if best.is_none_or(|known| (rank, position) < known) {
                    *best = Some((rank, position));
                }
            }
        };
        for suspect in model.suspects(index) {
            // A resource of which all is wrong comes before the one part of another that decided.
            let rank = u8::from(suspect.is_part_that_stops());
            for position in by_subject.get(&suspect).into_iter().flatten() {
                if candidates[*position].rule.file().explains.iter().any(|explained| explained == code) {
                    offer(rank, *position);
                }
            }
        }
        for position in by_subject.get(&own).into_iter().flatten() {
            let file = candidates[*position].rule.file();
            if file.explains.iter().any(|explained| explained == code) {
                offer(2, *position);
            } else if file.catch_all {
                offer(3, *position);
            }
        }
        let best = best.filter(|(_, position)| is_told[*position] || best_own.is_none()).or(best_own);
        if let Some((_, position)) = best {
            candidates[position].blockers.push(index);
        }
    }
}
