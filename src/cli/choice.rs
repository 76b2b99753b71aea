//! Which rules are run and how grave they are: flags first, then the configuration.

use super::arguments::Judging;
use super::config::Settings;
use super::problems;
use crate::report::problem::Problem;
use crate::rules::{Catalogue, Choice, Rule};
use rustc_hash::{FxHashMap, FxHashSet};

/// Chooses the rules of a run.
///
/// `--select` replaces the configuration's `select`; `--ignore` adds to its `ignore`. A rule that `--select` names by its
/// id is run even where the configuration ignores it, and with `--no-ignores` so is every other.
///
/// # Errors
/// Every name that is no rule's; or nothing is left to run.
pub(super) fn choose<'c>(
    catalogue: &'c Catalogue,
    judging: &Judging,
    settings: &Settings,
) -> Result<Choice<'c>, Vec<Problem>> {
    let mut problems = Vec::new();
    let of_flags = Named::of_flags(catalogue, judging, &mut problems);
    let of_file = Named::of_file(catalogue, settings, &mut problems);
    if !problems.is_empty() {
        return Err(problems);
    }
    let selected = of_flags.selected.or(of_file.selected);
    let by_id: FxHashSet<&str> = judging.select.iter().filter_map(|name| catalogue.get(name)).map(Rule::id).collect();
    let runs = |rule: &&Rule| {
        let id = rule.id();
        !rule.is_deprecated()
            && selected.as_ref().is_none_or(|selected| selected.contains(id))
            && !of_flags.ignored.contains(id)
            && (judging.no_ignores || !of_file.ignored.contains(id) || by_id.contains(id))
    };
    let left: FxHashSet<String> = catalogue.rules().iter().filter(runs).map(|rule| rule.id().to_owned()).collect();
    if left.is_empty() {
        return Err(vec![nothing_left(judging, settings)]);
    }
    let mut severities = of_file.severities;
    severities.extend(of_flags.severities);
    Ok(Choice { all: catalogue.rules().iter().collect(), selected: left, severities })
}

/// A run that judges nothing would pass whatever the network is.
fn nothing_left(judging: &Judging, settings: &Settings) -> Problem {
    let mut sources = Vec::new();
    for (flag, names) in [("--select", &judging.select), ("--ignore", &judging.ignore)] {
        if !names.is_empty() {
            sources.push(format!("{flag} {}", names.join(",")));
        }
    }
    let file = settings.file();
    let keys = file.into_iter().flat_map(|file| [("select", &file.select), ("ignore", &file.ignore)]);
    // `--select` stands in the place of the file's.
    let counts = |key: &str| key != "select" || judging.select.is_empty();
    let named: Vec<_> = keys.filter(|(key, names)| counts(key) && names.iter().flatten().next().is_some()).collect();
    sources.extend(named.iter().map(|(key, _)| format!("the configuration's `{key}`")));
    let message = format!("no rule is left to run after {}", sources.join(" and "));
    let mut problem = Problem::new("usage/no-rule-left", message)
        .with_help("select what is not ignored, and not deprecated. This lists all rules:\nfargcheck rules");
    for (key, names) in named {
        for name in names.iter().flatten() {
            let label = if key == "select" { "selected here" } else { "ignored here" };
            problem.labels.extend(settings.at(name.span()).map(|place| (place, label.to_owned())));
        }
    }
    problem
}

/// The rules that one source of settings names.
#[derive(Default)]
struct Named<'c> {
    selected: Option<FxHashSet<&'c str>>,
    ignored: FxHashSet<&'c str>,
    severities: FxHashMap<String, crate::rules::Severity>,
}

impl<'c> Named<'c> {
    fn of_flags(catalogue: &'c Catalogue, judging: &Judging, problems: &mut Vec<Problem>) -> Self {
        let mut find = |name: &str, flag: &str| match catalogue.select(name.trim()) {
            Ok(rules) => rules,
            Err(error) => {
                problems.push(problems::no_such_rule(&error, flag));
                Vec::new()
            }
        };
        let mut named = Named::default();
        for name in &judging.select {
            named.selected.get_or_insert_default().extend(find(name, "--select").into_iter().map(Rule::id));
        }
        for name in &judging.ignore {
            named.ignored.extend(find(name, "--ignore").into_iter().map(Rule::id));
        }
        for (name, level) in &judging.severity {
            named.severities.extend(find(name, "--severity").into_iter().map(|rule| (rule.id().to_owned(), *level)));
        }
        named
    }

    fn of_file(catalogue: &'c Catalogue, settings: &Settings, problems: &mut Vec<Problem>) -> Self {
        let mut find = |name: &toml::Spanned<String>, key: &str| match catalogue.select(name.get_ref()) {
            Ok(rules) => rules,
            Err(error) => {
                problems.push(settings.no_such_rule(name.span(), key, &error));
                Vec::new()
            }
        };
        let mut named = Named::default();
        let Some(file) = settings.file() else { return named };
        for name in file.select.iter().flatten() {
            named.selected.get_or_insert_default().extend(find(name, "select").into_iter().map(Rule::id));
        }
        for name in file.ignore.iter().flatten() {
            named.ignored.extend(find(name, "ignore").into_iter().map(Rule::id));
        }
        if let Some(profile) = file.profile.as_ref().map(|profile| *profile.get_ref()) {
            // A rule that the file itself names is one that its owner wants.
            let levels = file.severity.iter().flatten().map(|(name, _)| name.get_ref());
            let own: FxHashSet<&str> =
                file.select.iter().flatten().map(toml::Spanned::get_ref).chain(levels).map(String::as_str).collect();
            named.ignored.extend(profile.ignored().iter().filter(|rule| !own.contains(*rule)));
            named.severities.extend(profile.severities().iter().map(|(rule, level)| ((*rule).to_owned(), *level)));
        }
        // Groups first, so that a rule's own level counts whatever their order.
        let (rules, groups): (Vec<_>, Vec<_>) =
            file.severity.iter().flatten().partition(|(name, _)| catalogue.get(name.get_ref()).is_some());
        for (name, level) in groups.into_iter().chain(rules) {
            named.severities.extend(find(name, "severity").into_iter().map(|rule| (rule.id().to_owned(), *level)));
        }
        named
    }
}
