//! `fargcheck explain`: a rule's page, found by its id or by an error text that users see.

use super::arguments::{Explain, Looks};
use super::config::Settings;
use super::{CLEAN, Outcome, problems};
use crate::reach::Code;
use crate::report::problem::Problem;
use crate::report::{self, Style, catalogue, explain};
use crate::rules::{Catalogue, Rule};
use crate::snapshot::Sources;

/// Pages of an error text's rules that are shown; others are only listed.
const PAGES: usize = 2;

/// Shows the pages of what was asked for.
pub(super) fn run(arguments: &Explain, looks: &Looks, sources: &mut Sources) -> Outcome {
    let settings = Settings::load(&arguments.places, sources)?;
    let catalogue = settings.catalogue(sources)?;
    let query = arguments.query.join(" ");
    let style = Style::for_stdout(looks.color);
    let text = match group(&catalogue, query.trim()) {
        Some(rules) => pages(&rules, &style),
        None => {
            let found: Vec<&Rule> = catalogue.explain(&query).iter().map(|found| found.rule).collect();
            if found.is_empty() {
                return Err(vec![nothing(&catalogue, query.trim())]);
            }
            let (shown, listed) = found.split_at(found.len().min(PAGES));
            let mut text = pages(shown, &style);
            if !listed.is_empty() {
                let listed: Vec<_> = listed.iter().map(|rule| (*rule, rule.file().severity)).collect();
                text.push_str("\nThese may have to do with it too:\n");
                text.push_str(&catalogue::human(&listed, false, &style));
            }
            text
        }
    };
    report::print_text(&text).map_err(|error| problems::stdout(&error))?;
    Ok(CLEAN)
}

/// The rules of a group or of a blocker's code, where the query is one.
fn group<'c>(catalogue: &'c Catalogue, query: &str) -> Option<Vec<&'c Rule>> {
    if catalogue.get(query).is_some() {
        return None;
    }
    if let Ok(rules) = catalogue.select(query) {
        return Some(rules);
    }
    let is_code = Code::ALL.iter().any(|code| code.as_str() == query);
    let explains =
        |rule: &&Rule| is_code && (rule.file().catch_all || rule.file().explains.iter().any(|code| code == query));
    let rules: Vec<&Rule> = catalogue.rules().iter().filter(explains).collect();
    (!rules.is_empty()).then_some(rules)
}

fn pages(rules: &[&Rule], style: &Style) -> String {
    let pages: Vec<String> = rules.iter().map(|rule| explain::page(rule, rule.file().severity, style)).collect();
    pages.join("\n")
}

fn nothing(catalogue: &Catalogue, query: &str) -> Problem {
    let help = match catalogue.nearest(query) {
        Some(nearest) => format!("did you mean `{nearest}`? This lists all rules:\nfargcheck rules"),
        None => "give a rule's id, or the error text as ECS says it. This lists all rules:\nfargcheck rules".to_owned(),
    };
    Problem::new("usage/unknown-rule", format!("no rule is called or explains `{query}`")).with_help(help)
}
