//! `[[exception]]`: findings that are known and accepted.

use super::form::ExceptionEntry;
use super::read::Settings;
use crate::cli::suppress::Exception;
use crate::report::problem::Problem;
use crate::rules::{Catalogue, Rule};
use crate::snapshot::Date;
use toml::Spanned;

/// The exceptions of a file.
///
/// # Errors
/// Everything that is wrong with them.
pub(super) fn exceptions(
    entries: &[Spanned<ExceptionEntry>],
    catalogue: &Catalogue,
    settings: &Settings,
) -> Result<Vec<Exception>, Vec<Problem>> {
    let mut problems = Vec::new();
    let found = entries.iter().filter_map(|entry| exception(entry, catalogue, settings, &mut problems)).collect();
    if problems.is_empty() { Ok(found) } else { Err(problems) }
}

fn exception(
    entry: &Spanned<ExceptionEntry>,
    catalogue: &Catalogue,
    settings: &Settings,
    problems: &mut Vec<Problem>,
) -> Option<Exception> {
    let ExceptionEntry { rule, resource, reason, expires } = entry.get_ref();
    let before = problems.len();
    let rules = catalogue.select(rule.get_ref()).unwrap_or_else(|error| {
        problems.push(settings.no_such_rule(rule.span(), "exception", &error));
        Vec::new()
    });
    let mut wrong = |at: &Spanned<String>, message: &str, help: &str| {
        let mut problem = Problem::new("config/exception", message).with_help(help);
        problem.labels.extend(settings.at(at.span()).map(|place| (place, "here".to_owned())));
        problems.push(problem);
    };
    if reason.get_ref().trim().is_empty() {
        wrong(reason, "an exception has a reason", "say why the finding is accepted: who reads it later has to know");
    }
    if let Some(resource) = resource.as_ref().filter(|resource| resource.get_ref().trim().is_empty()) {
        wrong(resource, "this names no resource", "give its id, ARN or name; leave `resource` out for every resource");
    }
    let date = expires.as_ref().map(|expires| (Date::parse(expires.get_ref()), expires));
    if let Some((None, expires)) = &date {
        wrong(
            expires,
            "this is no date",
            "write the last day on which it holds as year, month and day: \"2027-03-31\"",
        );
    }
    let place = settings.at(rule.span())?;
    (problems.len() == before).then(|| Exception {
        rules: rules.into_iter().map(Rule::id).map(str::to_owned).collect(),
        resource: resource.as_ref().map(|resource| resource.get_ref().clone()),
        expires: date.and_then(|(date, _)| date),
        place,
    })
}
