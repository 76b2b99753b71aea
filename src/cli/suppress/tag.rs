//! The tag `fargcheck:ignore`: the owner of a resource says which rules' findings on it are accepted.
//!
//! A tag's text is whatever somebody wrote into an account: names that are no rule's ignore nothing, and are said.

use super::Place;
use crate::rules::{Catalogue, Finding, NotChecked, Rule};
use crate::snapshot::{IGNORE_TAG, IgnoreTag};

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
        let names: Vec<&str> = tag.value.split(SEPARATORS).filter(|name| !name.is_empty()).take(NAMES).collect();
        for name in &names {
            match catalogue.select(if *name == ALL { "*" } else { name }) {
                Ok(found) => rules.extend(found.into_iter().map(Rule::id)),
                Err(_) => {
                    let name: String = name.chars().take(SHOWN).collect();
                    let why = format!("`{name}` is no rule or group: nothing is ignored by it");
                    notes.push(note(&tag.id, why));
                }
            }
        }
        if names.is_empty() {
            notes.push(note(&tag.id, "it names no rule: nothing is ignored by it".to_owned()));
        }
        findings.retain(|finding| {
            let own = &finding.resource;
            let is_own = own.id == tag.id || own.arn.as_ref() == Some(&tag.id);
            !(is_own && place.may_be(&Place::of(finding)) && rules.contains(&finding.rule.as_str()))
        });
    }
    notes
}

fn note(id: &str, why: String) -> NotChecked {
    NotChecked { what: format!("the tag {IGNORE_TAG} of {id}"), why, incomplete: false, is_note: true }
}
