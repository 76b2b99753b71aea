//! `fargcheck rules`: the list of rules.

mod test;

use super::arguments::{ListFormat, Looks, Rules, RulesCommand};
use super::config::Settings;
use super::{CLEAN, Outcome, problems};
use crate::report::{self, Style, catalogue};
use crate::snapshot::Sources;
use std::collections::HashSet;

/// Lists all rules, or those that are named.
pub(super) fn run(arguments: &Rules, looks: &Looks, sources: &mut Sources) -> Outcome {
    if let Some(RulesCommand::Test(test)) = &arguments.command {
        return test::run(test, looks, sources);
    }
    let settings = Settings::load(&arguments.places, sources)?;
    let all = settings.catalogue(sources)?;
    let mut named = HashSet::new();
    let mut unknown = Vec::new();
    for name in &arguments.names {
        match all.select(name) {
            Ok(rules) => named.extend(rules.into_iter().map(|rule| rule.id())),
            Err(error) => unknown.push(problems::no_such_rule(&error, "rules")),
        }
    }
    if !unknown.is_empty() {
        return Err(unknown);
    }
    let listed: Vec<_> = all
        .rules()
        .iter()
        .filter(|rule| arguments.names.is_empty() || named.contains(rule.id()))
        .map(|rule| (rule, rule.file().severity))
        .filter(|(_, severity)| arguments.severity.is_none_or(|wanted| *severity == wanted))
        .collect();
    let text = match arguments.format {
        ListFormat::Table => catalogue::human(&listed, looks.quiet, &Style::for_stdout(looks.color)),
        ListFormat::Json => catalogue::json(&listed),
    };
    report::print_text(&text).map_err(|error| problems::stdout(&error))?;
    Ok(CLEAN)
}
