//! Faults planted in sound networks: wherever one thing can be broken, exactly that is told, on the guilty resource; what is
//! harmless changes nothing. docs/faults.md is made of them.
//!
//! `UPDATE_DOCUMENTS=1 cargo test --test planter` writes the page anew.

mod documents_support;
mod id_support;
mod planter {
    pub(crate) mod account;
    pub(crate) mod architectures;
    pub(crate) mod case;
    pub(crate) mod connections;
    pub(crate) mod deviations;
    pub(crate) mod harmless;
    pub(crate) mod judge;
    pub(crate) mod obeyed;
    pub(crate) mod operators;
    pub(crate) mod page;
    pub(crate) mod running;
    pub(crate) mod snapshot;
}

use fargcheck::rules::Severity;
use planter::architectures::{self, Architecture};
use planter::case::{Case, Operator};
use planter::deviations::{DEVIATIONS, Deviation};
use planter::judge::{self, Told, Verdict};
use planter::obeyed::{self, Obeyed, Outcome};
use planter::page::{self, Topic};
use planter::{harmless, operators};
use rayon::prelude::*;
use std::collections::BTreeSet;
use std::sync::LazyLock;

static ARCHITECTURES: LazyLock<Vec<Architecture>> = LazyLock::new(architectures::all);

/// An operator's cases in one architecture.
struct Planted {
    operator: &'static Operator,
    architecture: &'static Architecture,
    cases: Vec<Case>,
}

/// Every operator of a topic in every architecture, in that order.
fn plant(operators: &'static [Operator]) -> Vec<Planted> {
    let each = |operator: &'static Operator| {
        let in_each = ARCHITECTURES.iter();
        in_each.map(move |architecture| Planted { operator, architecture, cases: (operator.plant)(architecture) })
    };
    operators.iter().flat_map(each).collect()
}

static FAULTS: LazyLock<Vec<Vec<Planted>>> =
    LazyLock::new(|| operators::TOPICS.iter().map(|(_, operators)| plant(operators)).collect());
static HARMLESS: LazyLock<Vec<Planted>> = LazyLock::new(|| plant(harmless::OPERATORS));

/// All cases with what they are of.
fn cases(planted: &'static [Planted]) -> Vec<(&'static Planted, &'static Case)> {
    planted.iter().flat_map(|planted| planted.cases.iter().map(move |case| (planted, case))).collect()
}

/// What is told beyond the warnings that the architecture's design earns.
fn new_in(architecture: &Architecture, told: &[Told]) -> Vec<Told> {
    let earned = |told: &&Told| {
        told.severity == Severity::Warning && architecture.warned.iter().any(|(rule, _)| *rule == told.rule)
    };
    told.iter().filter(|told| !earned(told)).cloned().collect()
}

fn shown(told: &[Told]) -> Vec<String> {
    told.iter().map(ToString::to_string).collect()
}

fn deviation(planted: &Planted, case: &Case) -> Option<&'static Deviation> {
    DEVIATIONS.iter().find(|known| {
        known.operator == planted.operator.name
            && known.architecture == planted.architecture.name
            && known.site == case.site
    })
}

/// What is wrong with what is told of a case; nothing where it holds, or deviates as it is known to.
fn complaint(planted: &Planted, case: &Case, verdict: &Verdict) -> Option<String> {
    let mut told = shown(&new_in(planted.architecture, &verdict.told));
    // What breaks nothing must not leave anything in doubt either.
    if case.expect.is_empty() {
        told.extend(verdict.incomplete.iter().cloned());
    }
    let expected = shown(&case.expect);
    let known = deviation(planted, case).map(|known| known.told.to_vec());
    let due = known.clone().unwrap_or_else(|| expected.iter().map(String::as_str).collect());
    (told != due || known.is_some_and(|known| known == expected)).then(|| {
        let of = format!("{} | {} | {}", planted.operator.name, planted.architecture.name, case.site);
        format!("{of} | expected {} | told {}", due.join(" + "), told.join(" + "))
    })
}

fn complaints(cases: &[(&'static Planted, &'static Case)]) -> Vec<String> {
    cases.par_iter().filter_map(|(planted, case)| complaint(planted, case, &judge::judged(&case.document))).collect()
}

#[test]
fn sound_networks_are_left_alone() {
    for architecture in ARCHITECTURES.iter() {
        let verdict = judge::judged(&architecture.document);
        assert_eq!(verdict.incomplete, Vec::<String>::new(), "{}", architecture.name);
        for (rule, _) in architecture.warned {
            assert!(verdict.told.iter().any(|told| told.rule == *rule), "{} no longer earns {rule}", architecture.name);
        }
        assert_eq!(shown(&new_in(architecture, &verdict.told)), Vec::<String>::new(), "{}", architecture.name);
    }
}

#[test]
fn every_fault_is_told_and_nothing_else() {
    let all: Vec<_> = FAULTS.iter().flat_map(|planted| cases(planted)).collect();
    let complaints = complaints(&all);
    assert!(complaints.is_empty(), "{} of {}:\n{}", complaints.len(), all.len(), complaints.join("\n"));
}

/// What a fault is told by, no note tells again: a network with a fault has no info beside its error that the sound one lacks.
#[test]
fn no_note_echoes_a_fault() {
    let echoes = |architecture: &Architecture, operators: &[Planted]| {
        let noted = judge::judged(&architecture.document).noted;
        let here = operators.iter().filter(|planted| planted.architecture.name == architecture.name);
        let told = here.flat_map(|planted| planted.cases.iter().map(move |case| (planted, case)));
        told.filter(|(_, case)| !case.expect.is_empty())
            .filter_map(|(planted, case)| {
                let new = judge::judged(&case.document).noted.into_iter().filter(|told| !noted.contains(told));
                let new = shown(&new.collect::<Vec<_>>());
                let of = format!("{} | {} | {}", planted.operator.name, architecture.name, case.site);
                (!new.is_empty()).then(|| format!("{of} | {}", new.join(" + ")))
            })
            .collect::<Vec<_>>()
    };
    let complaints: Vec<String> = ARCHITECTURES
        .par_iter()
        .flat_map_iter(|architecture| FAULTS.iter().flat_map(|operators| echoes(architecture, operators)))
        .collect();
    assert!(complaints.is_empty(), "{}:\n{}", complaints.len(), complaints.join("\n"));
}

#[test]
fn what_is_harmless_is_not_told() {
    let all = cases(&HARMLESS);
    let complaints = complaints(&all);
    assert!(complaints.is_empty(), "{} of {}:\n{}", complaints.len(), all.len(), complaints.join("\n"));
}

/// The order of lists has no say in what is the cause: a fault in a network whose lists are reversed is told the same.
#[test]
fn the_order_of_lists_moves_no_fault() {
    let all: Vec<_> = FAULTS.iter().flat_map(|planted| cases(planted)).collect();
    let complaints: Vec<String> = all
        .par_iter()
        .filter_map(|(planted, case)| {
            let mut turned = case.document.clone();
            harmless::reverse(&mut turned);
            complaint(planted, case, &judge::judged(&turned))
        })
        .collect();
    assert!(complaints.is_empty(), "{} of {}:\n{}", complaints.len(), all.len(), complaints.join("\n"));
}

/// Every finding of every fault that is at error or at warning, obeyed.
static OBEYED: LazyLock<Vec<Obeyed>> = LazyLock::new(|| {
    let all: Vec<_> = FAULTS.iter().flat_map(|planted| cases(planted)).collect();
    let each = |(planted, case): &(&'static Planted, &'static Case)| {
        let verdict = judge::judged(&case.document);
        let obeyed = verdict.advised.iter().map(|advised| Obeyed {
            of: format!("{} | {} | {}", planted.operator.name, planted.architecture.name, case.site),
            told: advised.told.clone(),
            outcome: obeyed::outcome(&case.document, &verdict.told, advised),
            help: advised.help.clone(),
        });
        obeyed.collect::<Vec<_>>()
    };
    all.par_iter().flat_map(each).collect()
});

/// Whoever does what a finding says is rid of it, and has no error that was not there before; and AWS takes the commands.
#[test]
fn what_is_advised_mends_and_breaks_nothing() {
    let fails =
        |obeyed: &&Obeyed| matches!(obeyed.outcome, Outcome::Refused(_) | Outcome::Remains | Outcome::Breaks(_));
    let complaints: Vec<String> = OBEYED
        .iter()
        .filter(fails)
        .map(|obeyed| format!("{} | {} | {:?}\n{}", obeyed.of, obeyed.told, obeyed.outcome, obeyed.help))
        .collect();
    assert!(complaints.is_empty(), "{} of {}:\n{}", complaints.len(), OBEYED.len(), complaints.join("\n"));
}

/// The test can fail: where a fault that must be told isn't planted, its case complains; and where one is, each harmless
/// change complains.
#[test]
fn a_fault_that_is_not_planted_is_missed() {
    for architecture in ARCHITECTURES.iter() {
        let here = |planted: &&'static Planted| planted.architecture.name == architecture.name;
        let sound = judge::judged(&architecture.document);
        for planted in FAULTS.iter().flatten().filter(here) {
            for case in planted.cases.iter().filter(|case| !case.expect.is_empty()) {
                let complains = complaint(planted, case, &sound).is_some() || deviation(planted, case).is_some();
                assert!(complains, "{} | {} | {}", planted.operator.name, architecture.name, case.site);
            }
        }
        let broken = FAULTS.iter().flatten().filter(here).flat_map(|planted| &planted.cases);
        let broken = broken.into_iter().find(|case| !case.expect.is_empty()).expect("each network can be broken");
        let broken = judge::judged(&broken.document);
        for planted in HARMLESS.iter().filter(here) {
            for case in &planted.cases {
                assert!(complaint(planted, case, &broken).is_some(), "{}", planted.operator.name);
            }
        }
    }
}

#[test]
fn every_change_is_one_and_is_named_once() {
    let mut names = BTreeSet::new();
    for planted in FAULTS.iter().chain([&*HARMLESS]) {
        for operator in planted {
            names.insert(operator.operator.name);
            let mut sites = BTreeSet::new();
            for case in &operator.cases {
                let of = format!("{} | {} | {}", operator.operator.name, operator.architecture.name, case.site);
                // As texts, since the order of keys may be what is changed.
                let [before, after] = [&operator.architecture.document, &case.document].map(ToString::to_string);
                assert!(before != after, "{of} changes nothing");
                assert!(sites.insert(&case.site), "{of} stands twice");
            }
        }
    }
    let operators = operators::TOPICS.iter().flat_map(|(_, operators)| operators.iter()).chain(harmless::OPERATORS);
    for operator in operators.clone() {
        let used = FAULTS
            .iter()
            .chain([&*HARMLESS])
            .flatten()
            .any(|planted| planted.operator.name == operator.name && !planted.cases.is_empty());
        assert!(used, "{} applies nowhere", operator.name);
    }
    assert_eq!(names.len(), operators.count(), "two changes have one name");
    for known in DEVIATIONS {
        let is_there = FAULTS
            .iter()
            .chain([&*HARMLESS])
            .flat_map(|planted| cases(planted))
            .any(|(planted, case)| deviation(planted, case).is_some_and(|found| std::ptr::eq(found, known)));
        assert!(is_there, "{} | {} | {} is no case", known.operator, known.architecture, known.site);
    }
}

/// The cases of a topic, by operator and architecture.
fn topic(name: &'static str, planted: &'static [Planted]) -> Topic<'static> {
    let of_operator = planted.chunk_by(|a, b| std::ptr::eq(a.operator, b.operator));
    let operators = of_operator.map(|of| (of[0].operator, of.iter().map(|planted| planted.cases.as_slice()).collect()));
    Topic { name, operators: operators.collect() }
}

#[test]
fn the_page_shows_every_case() {
    let topics: Vec<Topic<'_>> =
        operators::TOPICS.iter().zip(FAULTS.iter()).map(|((name, _), planted)| topic(name, planted)).collect();
    documents_support::hold("docs/faults.md", &page::page(&ARCHITECTURES, &topics, &topic("", &HARMLESS), &OBEYED));
}
