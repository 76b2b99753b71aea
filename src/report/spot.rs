//! A place as build servers show it: a line of a file, and what to say of a finding that shares its line with others.

use super::{Checkout, excerpt};
use crate::rules::Finding;
use crate::snapshot::{Location, Resolved, Sources};
use std::borrow::Cow;

/// Where something is best pointed at.
pub(super) struct Spot<'a> {
    /// The name of the source.
    pub(super) name: &'a str,
    /// The place in it.
    pub(super) at: Resolved,
    /// How many characters are meant.
    pub(super) characters: usize,
}

impl<'a> Spot<'a> {
    /// The spot of a place.
    pub(super) fn of(location: &Location, sources: &'a Sources) -> Self {
        let at = sources.resolve(&excerpt::point(location, sources));
        let source = sources.get(at.source);
        let characters = String::from_utf8_lossy(&source.bytes()[at.range.clone()]).chars().count();
        Spot { name: source.name(), at, characters }
    }

    /// `file:line` as seen from the root of the checkout.
    pub(super) fn line(&self, checkout: &Checkout) -> String {
        format!("{}:{}", checkout.path(self.name), self.at.line)
    }
}

/// A finding's message with its resource, which tells two findings on one line apart: a minified file is one line.
pub(super) fn message(finding: &Finding) -> Cow<'_, str> {
    let id = &finding.resource.id;
    if id.is_empty() || finding.message.contains(id.as_str()) {
        return Cow::Borrowed(&finding.message);
    }
    Cow::Owned(format!("{id}: {}", finding.message))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::sample::Sample;

    #[test]
    fn every_message_names_its_resource() {
        let mut findings = Sample::indented().judgement.findings;
        for finding in &findings {
            assert_eq!(message(finding), finding.message, "it is named already");
        }
        findings[0].message = "nothing leaves".into();
        assert_eq!(message(&findings[0]), "nat-0a1b2c3d4e5f60718: nothing leaves");
    }
}
