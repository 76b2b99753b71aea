//! Exceptions of the configuration: each has a reason, and may have a last day.

use super::arn;
use crate::report::problem::Problem;
use crate::rules::Finding;
use crate::snapshot::{Date, Location};
use rustc_hash::FxHashSet;

/// Findings that are accepted.
#[derive(Debug, Clone)]
pub(in crate::cli) struct Exception {
    /// Ids of the rules.
    pub(in crate::cli) rules: Vec<String>,
    /// The id, ARN or name of the resource; every one, without it.
    pub(in crate::cli) resource: Option<String>,
    /// The last day on which it holds.
    pub(in crate::cli) expires: Option<Date>,
    /// Where it stands in the configuration.
    pub(in crate::cli) place: Location,
}

impl Exception {
    fn covers(&self, finding: &Finding) -> bool {
        let own = &finding.resource;
        let is_named = |resource: &String| {
            let is_own =
                *resource == own.id || Some(resource) == own.arn.as_ref() || Some(resource) == own.name.as_ref();
            is_own || arn::is_of(resource, finding)
        };
        self.rules.contains(&finding.rule) && self.resource.as_ref().is_none_or(is_named)
    }
}

/// Takes out what the exceptions cover; says which of them have expired, and which cover nothing.
pub(super) fn apply(
    exceptions: &[Exception],
    selected: &FxHashSet<String>,
    today: Date,
    findings: &mut Vec<Finding>,
) -> Vec<Problem> {
    let mut told = Vec::new();
    for exception in exceptions {
        let count = findings.iter().filter(|finding| exception.covers(finding)).count();
        let expired = exception.expires.filter(|expires| *expires < today);
        // Of rules that were not run, nothing can be said.
        let was_run = exception.rules.iter().all(|rule| selected.contains(rule));
        match (expired, count) {
            (Some(expires), 1..) => {
                let message = format!("this exception expired on {expires}: what it covers is reported again");
                told.push(warning(
                    "config/expired-exception",
                    message,
                    exception,
                    "mend what is found, or set a later day",
                ));
            }
            (_, 0) if was_run => {
                let message = "this exception covers no finding".to_owned();
                told.push(warning(
                    "config/unused-exception",
                    message,
                    exception,
                    "take it out, unless it is for another network",
                ));
            }
            _ => {}
        }
    }
    let covered = |finding: &Finding| {
        exceptions.iter().any(|one| one.expires.is_none_or(|expires| expires >= today) && one.covers(finding))
    };
    findings.retain(|finding| !covered(finding));
    told
}

fn warning(code: &'static str, message: String, exception: &Exception, help: &str) -> Problem {
    Problem::warning(code, message).with_label(exception.place.clone(), "this one").with_help(help)
}
