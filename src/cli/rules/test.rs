//! `fargcheck rules test`: a user's own rules, judged over their own fixtures.

use crate::cli::arguments::{Looks, RulesTest};
use crate::cli::network::Ingredients;
use crate::cli::{CLEAN, FINDINGS, Outcome, network, problems};
use crate::facts::{ENTITIES, Entity, Facts, Model};
use crate::input;
use crate::report::problem::Problem;
use crate::report::rule_tests::{self, RuleTest};
use crate::report::{self, Style};
use crate::rules::{Catalogue, Choice, Judgement, Rule, Severity, Verdict, judge};
use crate::snapshot::Sources;
use std::collections::HashSet;
use std::path::{Path, PathBuf};

/// Runs every rule of a folder over the fixtures beside it: `<group>/<name>.toml` over `<group>/<name>/pass*.json`, on
/// which it must be clean, and `<group>/<name>/fail*.json`, on which it must find something.
pub(super) fn run(arguments: &RulesTest, looks: &Looks, sources: &mut Sources) -> Outcome {
    let folder = &arguments.folder;
    let built_in = Catalogue::embedded(&ENTITIES).map_err(|error| problems::rules(vec![*error], sources))?;
    let known: HashSet<String> = built_in.rules().iter().map(|rule| rule.id().to_owned()).collect();
    let catalogue = built_in.with_directory(folder, &ENTITIES).map_err(|errors| problems::rules(errors, sources))?;
    let mut tests = without_rule(folder, &catalogue)?;
    for rule in catalogue.rules().iter().filter(|rule| !known.contains(rule.id())) {
        let fixtures = fixtures(&folder.join(rule.id()))?;
        for (kind, name) in [(Kind::Pass, "pass"), (Kind::Fail, "fail")] {
            let own: Vec<&PathBuf> = fixtures.iter().filter(|path| is_called(path, name)).collect();
            if own.is_empty() {
                let shows = match kind {
                    Kind::Pass => "on which the rule is clean",
                    Kind::Fail => "on which it finds something",
                };
                let wrong =
                    format!("there is no such fixture: {name}*.json beside the rule's file is a network {shows}");
                tests.push(RuleTest {
                    rule: rule.id().to_owned(),
                    fixture: format!("{name}.json"),
                    wrong: Some(wrong),
                });
            }
            for path in own {
                let wrong = wrong(&catalogue, rule, kind, path, sources)?;
                let fixture = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
                tests.push(RuleTest { rule: rule.id().to_owned(), fixture, wrong });
            }
        }
    }
    let text = rule_tests::human(&tests, looks.quiet, &Style::for_stdout(looks.color));
    report::print_text(&text).map_err(|error| problems::stdout(&error))?;
    Ok(if tests.iter().all(|test| test.wrong.is_none()) { CLEAN } else { FINDINGS })
}

/// What a fixture shows.
#[derive(Clone, Copy)]
enum Kind {
    Pass,
    Fail,
}

/// The JSON files of a rule's folder, in the order of their names; none where there is no such folder.
fn fixtures(folder: &Path) -> Result<Vec<PathBuf>, Vec<Problem>> {
    if !folder.is_dir() {
        return Ok(Vec::new());
    }
    let unreadable = |error: std::io::Error| {
        let message = format!("can't read the folder `{}`: {error}", folder.display());
        vec![Problem::new("rule/unreadable", message)]
    };
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).map_err(unreadable)? {
        found.push(entry.map_err(unreadable)?.path());
    }
    found.retain(|path| path.extension().is_some_and(|extension| extension == "json"));
    found.sort();
    Ok(found)
}

fn is_called(path: &Path, name: &str) -> bool {
    path.file_stem().is_some_and(|stem| stem.to_string_lossy().starts_with(name))
}

/// How deep folders of fixtures are looked for.
const FOLDERS: usize = 8;

/// Every folder below a folder, in the order of their paths; what can't be read holds none.
fn folders(folder: &Path, depth: usize) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    let mut own: Vec<PathBuf> = entries.map(|entry| entry.path()).filter(|path| path.is_dir()).collect();
    own.sort();
    let below = |path: PathBuf| {
        let inner = if depth > 0 { folders(&path, depth - 1) } else { Vec::new() };
        std::iter::once(path).chain(inner)
    };
    own.into_iter().flat_map(below).collect()
}

/// Fixtures below the folder that are no rule's: nothing is judged over them.
fn without_rule(folder: &Path, catalogue: &Catalogue) -> Result<Vec<RuleTest>, Vec<Problem>> {
    let mut tests = Vec::new();
    for path in folders(folder, FOLDERS) {
        let parts = path.strip_prefix(folder).unwrap_or(&path).components();
        let id = parts.map(|part| part.as_os_str().to_string_lossy()).collect::<Vec<_>>().join("/");
        if catalogue.rules().iter().any(|rule| rule.id() == id) {
            continue;
        }
        let own = fixtures(&path)?.into_iter().filter(|path| is_called(path, "pass") || is_called(path, "fail"));
        tests.extend(own.map(|fixture| RuleTest {
            rule: id.clone(),
            fixture: fixture.file_name().unwrap_or_default().to_string_lossy().into_owned(),
            wrong: Some(format!("no rule has this fixture: there is no file {}.toml", path.display())),
        }));
    }
    Ok(tests)
}

/// What the rule says of a fixture that it should not; none where it says what it should.
fn wrong(
    catalogue: &Catalogue,
    rule: &Rule,
    kind: Kind,
    path: &Path,
    sources: &mut Sources,
) -> Result<Option<String>, Vec<Problem>> {
    let files = input::read(&[path.to_owned()], sources).map_err(|error| problems::input(&error))?;
    let ingredients = Ingredients::from(files);
    let choice = Choice {
        all: catalogue.rules().iter().collect(),
        selected: [rule.id().to_owned()].into_iter().collect(),
        ..Choice::default()
    };
    network::with(&ingredients, sources, |_, network| {
        let model = Model::new(network);
        let judgement = judge(&model, &choice);
        let unclean = || unclean(&judgement, rule.id()).or_else(|| idle(&model, rule));
        Ok(match kind {
            Kind::Pass => unclean(),
            Kind::Fail if judgement.findings.is_empty() => {
                let why = unclean().unwrap_or_else(|| "it is clean".into());
                Some(format!("nothing is found: {why}{}", by_others(&model, catalogue)))
            }
            Kind::Fail => None,
        })
    })
}

/// Which errors other rules find instead.
fn by_others(model: &Model<'_>, catalogue: &Catalogue) -> String {
    let all: Vec<&Rule> = catalogue.rules().iter().collect();
    let selected = all.iter().map(|rule| rule.id().to_owned()).collect();
    let found = judge(model, &Choice { all, selected, ..Choice::default() }).findings;
    let mut errors: Vec<String> =
        found.into_iter().filter(|found| found.severity == Severity::Error).map(|found| found.rule).collect();
    errors.dedup();
    match errors.is_empty() {
        true => String::new(),
        false => format!("; what is found there is told by {}", errors.join(", ")),
    }
}

/// Says that a rule has nothing to judge, where that is so: such a fixture would show nothing.
fn idle(model: &Model<'_>, rule: &Rule) -> Option<String> {
    let ty = rule.subject();
    let is_judged = |index| rule.judge(model, Entity { ty, index }) != Verdict::NotApplicable;
    (!(0..model.count(ty)).any(is_judged)).then(|| "it is about nothing in there".to_owned())
}

/// Why a rule is not clean.
fn unclean(judgement: &Judgement, id: &str) -> Option<String> {
    if let Some(finding) = judgement.findings.first() {
        return Some(finding.message.clone());
    }
    let entry = judgement.not_checked.iter().find(|entry| entry.what == id)?;
    Some(format!("it can't be judged: {}", entry.why))
}
