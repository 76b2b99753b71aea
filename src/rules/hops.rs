//! The steps of a walk as reports show them: each part of the packets to its end, and what would stop it beyond.

use super::finding::{Hop, HopOutcome};
use crate::facts::{Model, about};
use crate::reach::{Answer, Passage, Step};
use rustc_hash::{FxHashMap, FxHashSet};

/// The hops of a path, outbound ones first. A walk looks at every stage for every packet; of what lies behind the place
/// where all packets of a branch are dropped, only what would drop them, too, is a hop.
pub fn hops(model: &Model<'_>, answer: &Answer) -> Vec<Hop> {
    let (out, back): (Vec<&Step>, Vec<&Step>) = answer.steps.iter().partition(|step| !step.returning);
    let ends = Ends::of(&out);
    let named: FxHashSet<_> =
        answer.blockers.iter().map(|blocker| (Some(blocker.resource), blocker.returning)).collect();
    let stops = |step: &Step| {
        matches!(step.passage, Passage::Blocked | Passage::Partial) && named.contains(&(step.resource, step.returning))
    };
    let shown_out = before_their_end(&out).filter(|(step, is_before)| stops(step) || *is_before);
    let shown_back = before_their_end(&back)
        .filter(|(step, is_before)| stops(step) || *is_before && ends.are_answered(&step.branch));
    shown_out.chain(shown_back).map(|(step, _)| hop(model, step)).collect()
}

/// Steps, each with whether the packets of its branch have got so far.
fn before_their_end<'s>(way: &[&'s Step]) -> impl Iterator<Item = (&'s Step, bool)> {
    let mut dropped: FxHashSet<&[String]> = FxHashSet::default();
    way.iter().map(move |step| {
        let is_before = !parents(&step.branch).any(|branch| dropped.contains(branch));
        if step.passage == Passage::Blocked {
            dropped.insert(&step.branch);
        }
        (*step, is_before)
    })
}

/// The branches that a branch is part of, itself the last.
fn parents(branch: &[String]) -> impl Iterator<Item = &[String]> {
    (0..=branch.len()).map(|depth| &branch[..depth])
}

/// Where requests end, by their branches.
struct Ends<'s> {
    /// The last branches, which have no others inside, with whether all packets are dropped in each.
    last: FxHashMap<&'s [String], bool>,
    /// The branches that hold such ones, with whether all packets are dropped in all of them.
    around: FxHashMap<&'s [String], bool>,
}

impl<'s> Ends<'s> {
    fn of(out: &[&'s Step]) -> Self {
        let parted: FxHashSet<&[String]> =
            out.iter().flat_map(|step| parents(&step.branch).take(step.branch.len())).collect();
        let dropped = out.iter().filter(|step| step.passage == Passage::Blocked).map(|step| step.branch.as_slice());
        let dropped: FxHashSet<&[String]> = dropped.collect();
        let (mut last, mut around) = (FxHashMap::default(), FxHashMap::default());
        for branch in out.iter().map(|step| step.branch.as_slice()).filter(|branch| !parted.contains(branch)) {
            let is_dropped = parents(branch).any(|parent| dropped.contains(parent));
            last.insert(branch, is_dropped);
            for parent in parents(branch) {
                *around.entry(parent).or_insert(true) &= is_dropped;
            }
        }
        Ends { last, around }
    }

    /// Whether any packets of a branch arrive, or none are known of.
    fn are_answered(&self, branch: &[String]) -> bool {
        let outer = parents(branch).take(branch.len()).filter_map(|parent| self.last.get(parent));
        let mut known = outer.chain(self.around.get(branch)).peekable();
        known.peek().is_none() || known.any(|is_dropped| !is_dropped)
    }
}

fn hop(model: &Model<'_>, step: &Step) -> Hop {
    let about = step.resource.map(|resource| about(model, resource));
    let (resource, place) = about.map(|about| (about.id, about.place)).unzip();
    Hop {
        text: step.text.clone(),
        resource,
        outcome: match step.passage {
            Passage::Passed => HopOutcome::Passed,
            Passage::Partial => HopOutcome::Partial,
            Passage::Blocked => HopOutcome::Blocked,
            Passage::Unknown => HopOutcome::Unknown,
        },
        returning: step.returning,
        branch: step.branch.clone(),
        by: step.by.clone(),
        place,
    }
}
