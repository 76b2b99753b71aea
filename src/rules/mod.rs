//! The engine: rules are data (`rules/<group>/<name>.toml`), judged over facts.

mod candidates;
mod catalogue;
mod compiled;
mod elsewhere;
mod error;
mod evaluate;
mod evidence;
mod explain;
mod expression;
mod file;
mod files;
mod finding;
mod helps;
mod hops;
mod judge;
mod not_checked;
mod outline;
mod own;
mod pieces;
mod plan;
mod print;
mod root_cause;
mod rule;
mod seen;
mod template;
mod toml_place;

#[cfg(test)]
mod tests;

pub use catalogue::{Catalogue, NoSuchRule};
pub use compiled::{Place, Verdict};
pub use elsewhere::elsewhere;
pub use error::LoadError;
pub use evaluate::STEPS;
pub use evidence::Observation;
pub use explain::Match;
pub use expression::{DEEPEST, LISTS, LONGEST};
pub use file::{At, Citation, List, RuleFile, Text, schema};
pub use finding::*;
pub use hops::hops;
pub use judge::{Choice, judge};
pub use not_checked::{UNSEEN, is_answered, lacking};
pub use rule::Rule;

/// The nearest of the known names, where one is near enough to be meant.
pub(crate) fn nearest<'n>(written: &str, known: impl Iterator<Item = &'n str>) -> Option<&'n str> {
    let length = |text: &str| text.chars().count();
    let is_near = |(distance, name): &(usize, &str)| {
        let longest = length(name).max(length(written));
        // What has no letter in common isn't near, however short.
        *distance <= (longest / 3).max(1) && *distance < longest
    };
    known.map(|name| (strsim::damerau_levenshtein(written, name), name)).filter(is_near).min().map(|(_, name)| name)
}

/// "did you mean `x`? its fields are `x`, `y`"
pub(crate) fn choices(lead: &str, written: &str, known: &[&str]) -> String {
    let list = known.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ");
    match nearest(written, known.iter().copied()) {
        Some(near) => format!("did you mean `{near}`? {lead} {list}"),
        None => format!("{lead} {list}"),
    }
}
