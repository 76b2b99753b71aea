//! Findings that are known: by an exception of the configuration, by a tag of the resource, or by a baseline.

mod arn;
pub(super) mod baseline;
mod exception;
mod inventory;
mod tag;

pub(super) use baseline::Baseline;
pub(super) use exception::Exception;

use crate::facts::Model;
use crate::report::problem::Problem;
use crate::rules::{Catalogue, Finding, Judgement};
use crate::snapshot::{Date, IgnoreTag};
use rustc_hash::FxHashSet;

/// What leaves findings out.
pub(super) struct Known<'k> {
    /// All rules.
    pub(super) catalogue: &'k Catalogue,
    /// Ids of the rules that were run.
    pub(super) selected: &'k FxHashSet<String>,
    /// Those of the configuration.
    pub(super) exceptions: &'k [Exception],
    /// Tags of resources, each with the account and region that has it.
    pub(super) tags: Vec<(Place, &'k IgnoreTag)>,
    /// What was judged.
    pub(super) model: &'k Model<'k>,
    /// Findings of an earlier run.
    pub(super) baseline: Option<Baseline>,
    /// Whether exceptions and tags count.
    pub(super) ignores: bool,
}

/// An account and a region, as far as they are known.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Place {
    pub(super) account: Option<String>,
    pub(super) region: Option<String>,
}

impl Place {
    fn of(finding: &Finding) -> Self {
        Place { account: finding.account.clone(), region: finding.region.clone() }
    }

    /// Whether it may be the same: what isn't known tells nothing apart.
    fn may_be(&self, other: &Place) -> bool {
        let alike = |a: &Option<String>, b: &Option<String>| a.is_none() || b.is_none() || a == b;
        alike(&self.account, &other.account) && alike(&self.region, &other.region)
    }
}

impl Known<'_> {
    /// Takes out of a judgement what is known, counts it, and says what is wrong with what left it out.
    pub(super) fn apply(self, judgement: &mut Judgement) -> Vec<Problem> {
        let mut told = Vec::new();
        if self.ignores {
            let all = judgement.findings.len();
            let idle = tag::unused(&self.tags, self.catalogue, self.selected, judgement);
            told = exception::apply(self.exceptions, self.selected, Date::today(), &mut judgement.findings);
            told.extend(idle);
            let notes = tag::apply(&self.tags, self.catalogue, &mut judgement.findings);
            judgement.ignored += all - judgement.findings.len();
            judgement.not_checked.extend(notes);
        }
        if let Some(baseline) = self.baseline {
            let all = judgement.findings.len();
            judgement.not_checked.extend(baseline.apply(self.catalogue, self.model, &mut judgement.findings));
            judgement.baselined += all - judgement.findings.len();
        }
        told
    }
}
