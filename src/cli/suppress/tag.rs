//! The tag `fargcheck:ignore`: the owner of a resource says which rules' findings on it are accepted.
//!
//! A tag's text is whatever somebody wrote into an account: names that are no rule's ignore nothing, and are said; and so are
//! those that cover nothing.

use super::Place;
use crate::report::problem::Problem;
use crate::rules::{Catalogue, Finding, Judgement, NotChecked, Rule};
use crate::snapshot::{IGNORE_TAG, IgnoreTag};
use rustc_hash::FxHashSet;

/// The longest part of a name that is repeated to the reader.
const SHOWN: usize = 60;

/// The most names that are read: a tag's value has at most 256 characters.
/// <https://docs.aws.amazon.com/tag-editor/latest/userguide/best-practices-and-strats.html>
const NAMES: usize = 128;

/// What parts names. Tags of Elastic Load Balancing and Amazon ECS have no commas: "letters, spaces, and numbers
/// representable in UTF-8, plus the following special characters: + - = . _ : / @".
/// <https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-tags.html>
const SEPARATORS: [char; 5] = [',', ' ', '\t', '\n', '\r'];

/// The word for all rules where a tag can't hold `*`.
const ALL: &str = "all";

/// Takes out what the tags cover, and says which names in them are no rule's.
pub(super) fn apply(
    tags: &[(Place, &IgnoreTag)],
    catalogue: &Catalogue,
    findings: &mut Vec<Finding>,
) -> Vec<NotChecked> {
    let mut notes = Vec::new();
    for (place, tag) in tags {
        let mut rules: Vec<&str> = Vec::new();
        let names: Vec<&str> = names(tag).collect();
        for name in &names {
            match catalogue.select(if *name == ALL { "*" } else { name }) {
                Ok(found) => rules.extend(found.into_iter().map(Rule::id)),
                Err(error) => {
                    let name: String = name.chars().take(SHOWN).collect();
                    let meant =
                        error.nearest.map_or_else(String::new, |nearest| format!("; did you mean `{nearest}`?"));
                    let why = format!("`{name}` is no rule or group: nothing is ignored by it{meant}");
                    notes.push(note(&tag.id, why));
                }
            }
        }
        if names.is_empty() {
            notes.push(note(&tag.id, "it names no rule: nothing is ignored by it".to_owned()));
        }
        findings.retain(|finding| !(accuses(finding, tag, place) && rules.contains(&finding.rule.as_str())));
    }
    notes
}

/// Says which rules and groups of the tags cover nothing. Of rules that were not run, or could not be judged for want of data,
/// nothing can be said; and who ignores all rules means what is yet to come.
pub(super) fn unused(
    tags: &[(Place, &IgnoreTag)],
    catalogue: &Catalogue,
    selected: &FxHashSet<String>,
    judgement: &Judgement,
) -> Vec<Problem> {
    let was_judged = |rule: &&Rule| {
        selected.contains(rule.id()) && !judgement.not_checked.iter().any(|entry| entry.what == rule.id())
    };
    let mut told = Vec::new();
    for (place, tag) in tags {
        let own: Vec<&str> = judgement
            .findings
            .iter()
            .filter(|finding| accuses(finding, tag, place))
            .map(|finding| finding.rule.as_str())
            .collect();
        let covers_nothing = |name: &&str| {
            let rules = catalogue.select(name).unwrap_or_default();
            *name != "*"
                && !rules.is_empty()
                && rules.iter().all(was_judged)
                && !rules.iter().any(|rule| own.contains(&rule.id()))
        };
        let mut idle: Vec<String> =
            names(tag).filter(|name| *name != ALL).filter(covers_nothing).map(|name| format!("`{name}`")).collect();
        idle.dedup();
        if !idle.is_empty() {
            let message = format!("the tag {IGNORE_TAG} of {} covers no finding of {}", tag.id, idle.join(", "));
            let problem = Problem::warning("tag/unused", message).with_label(tag.place.clone(), "these tags");
            told.push(problem.with_help("take it out, unless it is for another run"));
        }
    }
    told
}

/// The names in a tag.
fn names(tag: &IgnoreTag) -> impl Iterator<Item = &str> {
    tag.value.split(SEPARATORS).filter(|name| !name.is_empty()).take(NAMES)
}

/// Whether a finding accuses the resource that has a tag.
fn accuses(finding: &Finding, tag: &IgnoreTag, place: &Place) -> bool {
    let own = &finding.resource;
    (own.id == tag.id || own.arn.as_ref() == Some(&tag.id)) && place.may_be(&Place::of(finding))
}

fn note(id: &str, why: String) -> NotChecked {
    NotChecked { what: format!("the tag {IGNORE_TAG} of {id}"), why, incomplete: false, is_note: true }
}
