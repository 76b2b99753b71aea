//! The steps of a walk as reports show them: each part of the packets to its end, and what would stop it beyond.

use super::finding::{Hop, HopOutcome};
use crate::facts::{Model, about};
use crate::reach::{Answer, Blocker, Passage, Step};

/// The hops of a path, outbound ones first. A walk looks at every stage for every packet; of what lies behind the place
/// where all packets of a branch are dropped, only what would drop them, too, is a hop.
pub fn hops(model: &Model<'_>, answer: &Answer) -> Vec<Hop> {
    let (out, back): (Vec<&Step>, Vec<&Step>) = answer.steps.iter().partition(|step| !step.returning);
    let ends: Vec<&[String]> = dropped_in(&out).collect();
    let is_answered = |step: &Step| {
        let of_it =
            out.iter().filter(|other| is_part(&other.branch, &step.branch) || is_part(&step.branch, &other.branch));
        let mut leaves = of_it.map(|other| other.branch.as_slice()).filter(|branch| is_leaf(branch, &out)).peekable();
        leaves.peek().is_none() || leaves.any(|leaf| !ends.iter().any(|end| is_part(leaf, end)))
    };
    let before =
        |way: &[&Step], position: usize| dropped_in(&way[..position]).any(|end| is_part(&way[position].branch, end));
    let stops = |step: &Step| {
        let names = |blocker: &&Blocker| Some(blocker.resource) == step.resource && blocker.returning == step.returning;
        matches!(step.passage, Passage::Blocked | Passage::Partial) && answer.blockers.iter().any(|one| names(&one))
    };
    let shown_out = out.iter().enumerate().filter(|(position, step)| stops(step) || !before(&out, *position));
    let shown_back = back
        .iter()
        .enumerate()
        .filter(|(position, step)| stops(step) || is_answered(step) && !before(&back, *position));
    shown_out.chain(shown_back).map(|(_, step)| hop(model, step)).collect()
}

/// The branches in which all packets are dropped.
fn dropped_in<'s>(steps: &'s [&'s Step]) -> impl Iterator<Item = &'s [String]> {
    steps.iter().filter(|step| step.passage == Passage::Blocked).map(|step| step.branch.as_slice())
}

fn is_leaf(branch: &[String], steps: &[&Step]) -> bool {
    !steps.iter().any(|step| step.branch.len() > branch.len() && is_part(&step.branch, branch))
}

fn is_part(branch: &[String], of: &[String]) -> bool {
    branch.starts_with(of)
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
