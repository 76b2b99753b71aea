//! `fargcheck explain`: a rule's page, found by its id or by an error text that users see.

use super::arguments::{Explain, Looks};
use super::config::Settings;
use super::{CLEAN, Outcome, judged, network, problems};
use crate::facts::Model;
use crate::reach::Code;
use crate::report::problem::Problem;
use crate::report::{self, Checkout, Input, Style, catalogue, explain};
use crate::rules::{self, Catalogue, Choice, Rule};
use crate::snapshot::Sources;

/// Pages of an error text's rules that are shown; others are only listed.
const PAGES: usize = 2;

/// Shows the pages of what was asked for, or what explains it in a network.
pub(super) fn run(arguments: &Explain, looks: &Looks, sources: &mut Sources) -> Outcome {
    let settings = Settings::load(&arguments.network.places, sources)?;
    let catalogue = settings.catalogue(sources)?;
    let query = arguments.query.join(" ");
    let style = Style::for_stdout(looks.color);
    let found = Found::of(&catalogue, &query);
    let text = if found.rules().next().is_none() {
        let meaning = rules::elsewhere(&query).ok_or_else(|| vec![nothing(&catalogue, query.trim())])?;
        explain::elsewhere(meaning, &style)
    } else if arguments.snapshot.is_empty() {
        found.pages(&style)
    } else {
        in_network(arguments, &catalogue, &found.rules().collect::<Vec<_>>(), &settings, looks, sources)?
    };
    report::print_text(&text).map_err(|error| problems::stdout(&error))?;
    Ok(CLEAN)
}

/// The findings of a network that account for what was asked, the likeliest rule's first.
fn in_network(
    arguments: &Explain,
    catalogue: &Catalogue,
    rules: &[&Rule],
    settings: &Settings,
    looks: &Looks,
    sources: &mut Sources,
) -> Result<String, Vec<Problem>> {
    let ingredients = arguments.network.given(&arguments.snapshot).read_with(settings, sources)?;
    // What a configuration ignores may well be the cause.
    let choice = Choice {
        all: catalogue.rules().iter().collect(),
        selected: catalogue.rules().iter().map(|rule| rule.id().to_owned()).collect(),
        ..Choice::default()
    };
    network::with(&ingredients, sources, |snapshot, network| {
        let model = Model::new(network);
        let mut judgement = judged::judge(&model, &choice, snapshot, &arguments.snapshot, sources);
        let rank = |id: &str| rules.iter().position(|rule| rule.id() == id);
        let all = judgement.findings.len();
        judgement.findings.retain(|finding| rank(&finding.rule).is_some());
        // The sort is stable: of one rule the gravest stay first.
        judgement.findings.sort_by_key(|finding| rank(&finding.rule));
        judgement.not_checked.retain(|entry| entry.incomplete);
        let input = Input {
            sources,
            judgement: &judgement,
            inputs: arguments.snapshot.iter().map(|path| path.to_string_lossy().into_owned()).collect(),
            version: env!("CARGO_PKG_VERSION"),
            rules: &[],
            fail_on: None,
            incomplete_fails: false,
            exit_code: CLEAN,
            checkout: Checkout::of_process(),
            quiet: looks.quiet,
            verbose: looks.verbose,
        };
        Ok(explain::findings(&input, all - judgement.findings.len(), &Style::for_stdout(looks.color)))
    })
}

/// What was found.
struct Found<'c> {
    /// Rules whose pages are shown.
    shown: Vec<&'c Rule>,
    /// Those that may have to do with it too.
    listed: Vec<&'c Rule>,
    /// Those that account for what no other rule does.
    last_resort: Vec<&'c Rule>,
}

impl<'c> Found<'c> {
    /// A rule, the rules of a group, those of a blocker's code, or those of an error text, the likeliest first.
    fn of(catalogue: &'c Catalogue, query: &str) -> Self {
        let name = query.trim();
        if let Ok(rules) = catalogue.select(name) {
            return Found { shown: rules, listed: Vec::new(), last_resort: Vec::new() };
        }
        if Code::ALL.iter().any(|code| code.as_str() == name) {
            let live = catalogue.rules().iter().filter(|rule| !rule.is_deprecated());
            let (last_resort, others): (Vec<&Rule>, Vec<&Rule>) = live.partition(|rule| rule.file().catch_all);
            let explains = |rule: &&Rule| rule.file().explains.iter().any(|code| code == name);
            return Found { shown: others.into_iter().filter(explains).collect(), listed: Vec::new(), last_resort };
        }
        let mut rules: Vec<&Rule> = catalogue.explain(query).iter().map(|found| found.rule).collect();
        let listed = rules.split_off(rules.len().min(PAGES));
        Found { shown: rules, listed, last_resort: Vec::new() }
    }

    /// All of them.
    fn rules(&self) -> impl Iterator<Item = &'c Rule> {
        self.shown.iter().chain(&self.listed).chain(&self.last_resort).copied()
    }

    /// The pages of the first ones; others are only listed.
    fn pages(&self, style: &Style) -> String {
        let pages: Vec<String> =
            self.shown.iter().map(|rule| explain::page(rule, rule.file().severity, style)).collect();
        let mut text = pages.join("\n");
        let mut list = |rules: &[&'c Rule], lead: &str, end: &str| {
            if !rules.is_empty() {
                let rules: Vec<_> = rules.iter().map(|rule| (*rule, rule.file().severity)).collect();
                text.push_str(&format!("\n{lead}\n{}{end}", catalogue::human(&rules, false, style)));
            }
        };
        let hint = "\nWith --snapshot, this shows what explains it in your network.\n";
        list(&self.listed, "These may have to do with it too, the likeliest first:", hint);
        list(&self.last_resort, "Where none of the others fires, one of these tells it, as a last resort:", "");
        text
    }
}

fn nothing(catalogue: &Catalogue, query: &str) -> Problem {
    let help = match catalogue.nearest(query) {
        Some(nearest) => format!("did you mean `{nearest}`? This lists all rules:\nfargcheck rules"),
        None => "give a rule's id, or the error text as ECS says it. This lists all rules:\nfargcheck rules".to_owned(),
    };
    Problem::new("usage/unknown-rule", format!("no rule is called or explains `{query}`")).with_help(help)
}
