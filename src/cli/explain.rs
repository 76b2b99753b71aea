//! `fargcheck explain`: a rule's page, found by its id or by an error text that users see.

use super::arguments::{Explain, Looks};
use super::config::Settings;
use super::network::Ingredients;
use super::{CLEAN, Outcome, network, problems};
use crate::facts::Model;
use crate::input::{self, Deployment};
use crate::reach::Code;
use crate::report::problem::Problem;
use crate::report::{self, Input, Style, catalogue, explain};
use crate::rules::{self, Catalogue, Choice, Rule};
use crate::snapshot::Sources;
use std::path::PathBuf;

/// Pages of an error text's rules that are shown; others are only listed.
const PAGES: usize = 2;

/// Shows the pages of what was asked for, or what explains it in a network.
pub(super) fn run(arguments: &Explain, looks: &Looks, sources: &mut Sources) -> Outcome {
    let settings = Settings::load(&arguments.places, sources)?;
    let catalogue = settings.catalogue(sources)?;
    let query = arguments.query.join(" ");
    let style = Style::for_stdout(looks.color);
    let (rules, shown) = match group(&catalogue, query.trim()) {
        Some(rules) => (rules, usize::MAX),
        None => (catalogue.explain(&query).iter().map(|found| found.rule).collect(), PAGES),
    };
    let text = if rules.is_empty() {
        let meaning = rules::elsewhere(&query).ok_or_else(|| vec![nothing(&catalogue, query.trim())])?;
        explain::elsewhere(meaning, &style)
    } else if arguments.snapshot.is_empty() {
        pages(&rules, shown, &style)
    } else {
        in_network(&arguments.snapshot, &catalogue, &rules, &settings, looks, sources)?
    };
    report::print_text(&text).map_err(|error| problems::stdout(&error))?;
    Ok(CLEAN)
}

/// The findings of a network that account for what was asked, the likeliest rule's first.
fn in_network(
    paths: &[PathBuf],
    catalogue: &Catalogue,
    rules: &[&Rule],
    settings: &Settings,
    looks: &Looks,
    sources: &mut Sources,
) -> Result<String, Vec<Problem>> {
    let ingredients = Ingredients {
        declarations: settings.declarations()?,
        files: input::read(paths, sources).map_err(|error| problems::input(&error))?,
        deployment: Deployment::default(),
        ip_ranges: None,
    };
    // What a configuration ignores may well be the cause.
    let choice = Choice {
        all: catalogue.rules().iter().collect(),
        selected: catalogue.rules().iter().map(|rule| rule.id().to_owned()).collect(),
        ..Choice::default()
    };
    network::with(&ingredients, sources, |_, network| {
        let mut judgement = rules::judge(&Model::new(network), &choice);
        let rank = |id: &str| rules.iter().position(|rule| rule.id() == id);
        let all = judgement.findings.len();
        judgement.findings.retain(|finding| rank(&finding.rule).is_some());
        // The sort is stable: of one rule the gravest stay first.
        judgement.findings.sort_by_key(|finding| rank(&finding.rule));
        judgement.not_checked.retain(|entry| entry.incomplete);
        let input = Input {
            sources,
            judgement: &judgement,
            inputs: paths.iter().map(|path| path.to_string_lossy().into_owned()).collect(),
            version: env!("CARGO_PKG_VERSION"),
            rules: &[],
            fail_on: None,
            incomplete_fails: false,
            exit_code: CLEAN,
            permalink: None,
            quiet: looks.quiet,
            verbose: looks.verbose,
        };
        Ok(explain::findings(&input, all - judgement.findings.len(), &Style::for_stdout(looks.color)))
    })
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

/// The pages of the first rules; others are only listed.
fn pages(rules: &[&Rule], most: usize, style: &Style) -> String {
    let (shown, listed) = rules.split_at(rules.len().min(most));
    let pages: Vec<String> = shown.iter().map(|rule| explain::page(rule, rule.file().severity, style)).collect();
    let mut text = pages.join("\n");
    if !listed.is_empty() {
        let listed: Vec<_> = listed.iter().map(|rule| (*rule, rule.file().severity)).collect();
        text.push_str("\nThese may have to do with it too, the likeliest first:\n");
        text.push_str(&catalogue::human(&listed, false, style));
        text.push_str("\nWith --snapshot, this shows what explains it in your network.\n");
    }
    text
}

fn nothing(catalogue: &Catalogue, query: &str) -> Problem {
    let help = match catalogue.nearest(query) {
        Some(nearest) => format!("did you mean `{nearest}`? This lists all rules:\nfargcheck rules"),
        None => "give a rule's id, or the error text as ECS says it. This lists all rules:\nfargcheck rules".to_owned(),
    };
    Problem::new("usage/unknown-rule", format!("no rule is called or explains `{query}`")).with_help(help)
}
