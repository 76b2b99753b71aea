//! docs/faults.md: what is planted where, and what must be said of it.

use super::architectures::Architecture;
use super::case::{Case, Operator};
use super::deviations::DEVIATIONS;
use super::judge::Told;
use super::obeyed::{Obeyed, Outcome};
use fargcheck::rules::Severity;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

/// A topic's operators, each with its cases in each architecture.
pub(crate) struct Topic<'p> {
    pub(crate) name: &'static str,
    pub(crate) operators: Vec<(&'static Operator, Vec<&'p [Case]>)>,
}

const INTRODUCTION: &str = "\
# Planted faults

How far can a finding be trusted? Here is a way to measure it: take networks that work, break one thing at a time, wherever it
can be broken, and hold that fargcheck tells exactly that one thing. Then change what does no harm, and hold that it is silent.

";

const READING: &str = "\
What must be told is decided by AWS's documented behaviour ([semantics.md](semantics.md)) and written down beside each change in
[tests/planter](../tests/planter), not taken from what the program says. A case holds where the findings at error and at warning are
exactly those expected, neither one more nor one less, each by its rule and on the guilty resource, beyond what the sound network
itself earns. `cargo test --test planter` plants and judges all of them, and writes this page.

";

const LEGEND: &str = "\
A cell counts the places where the change can be made: each table, each NAT gateway, each group. A bare number are errors; `w` marks
places where a warning is due, `–` places where nothing may be told, because something else serves or nothing is broken for certain.
The reasons stand below each table.
";

const ADVICE: &str = "\
Each finding says what to do, mostly in commands of the AWS CLI. Those of the first way that it names are carried out on the network by
[tests/planter/obeyed](../tests/planter/obeyed), which knows the options that the CLI takes and refuses what AWS refuses: a route or an
entry that is there already, a second internet gateway, an endpoint's second interface in one zone, and so on. An id in angle brackets is
that of what a command before has created. Whoever obeys has to be rid of the finding, and must have no error that was not there before.

";

/// The page, whole.
pub(crate) fn page(
    architectures: &[Architecture],
    topics: &[Topic<'_>],
    harmless: &Topic<'_>,
    obeyed: &[Obeyed],
) -> String {
    let mut page = String::from(INTRODUCTION);
    let cases = |topics: &[&Topic<'_>], which: fn(&Case) -> bool| -> usize {
        let lists = topics.iter().flat_map(|topic| &topic.operators).flat_map(|(_, lists)| lists);
        lists.flat_map(|list| list.iter()).filter(|case| which(case)).count()
    };
    let faults: Vec<&Topic<'_>> = topics.iter().collect();
    let operators: usize = topics.iter().map(|topic| topic.operators.len()).sum();
    let rules: BTreeSet<&str> = told(topics).map(|told| told.rule.as_str()).collect();
    let grave = |case: &Case| case.expect.iter().any(|told| told.severity == Severity::Error);
    say(&mut page, "| | |\n| --- | ---: |\n");
    for (what, count) in [
        ("sound networks", architectures.len()),
        ("kinds of faults", operators),
        ("faults planted", cases(&faults, |_| true)),
        ("of these: where an error is due", cases(&faults, grave)),
        (
            "where a warning is due",
            cases(&faults, |case| {
                !case.expect.is_empty() && case.expect.iter().all(|told| told.severity == Severity::Warning)
            }),
        ),
        (
            "where nothing may be told: something else serves, or nothing is broken",
            cases(&faults, |case| case.expect.is_empty()),
        ),
        (
            "where more than one finding is due: two workloads, two tables (said below)",
            cases(&faults, |case| case.expect.len() > 1),
        ),
        ("rules that tell them", rules.len()),
        ("kinds of harmless changes", harmless.operators.len()),
        ("harmless changes made", cases(&[harmless], |_| true)),
        ("cases in all", cases(&faults, |_| true) + cases(&[harmless], |_| true)),
        ("that do not hold (below)", DEVIATIONS.len()),
    ] {
        say(&mut page, &format!("| {what} | {count} |\n"));
    }
    say(&mut page, &format!("\n{READING}## The networks\n\n| | | |\n| ---: | --- | --- |\n"));
    for (index, architecture) in architectures.iter().enumerate() {
        let warned: String =
            architecture.warned.iter().map(|(rule, why)| format!("; earns {} ({why})", link(rule))).collect();
        say(&mut page, &format!("| {} | {} | {}{warned} |\n", index + 1, architecture.name, architecture.made_of));
    }
    say(&mut page, &format!("\n## The faults\n\n{LEGEND}"));
    for topic in topics {
        say(&mut page, &format!("\n### {}\n\n", topic.name));
        table(&mut page, architectures.len(), topic, true);
        reasons(&mut page, topic);
    }
    say(&mut page, "\n## What is harmless\n\nNothing may be told of these that the network didn't earn before.\n\n");
    table(&mut page, architectures.len(), harmless, false);
    advice(&mut page, obeyed);
    say(&mut page, "\n## What does not hold\n\n");
    if DEVIATIONS.is_empty() {
        say(&mut page, "Nothing: all cases hold.\n");
    } else {
        say(
            &mut page,
            "Known, and asserted as they are: the test fails as soon as one of them is told as it should be.\n\n",
        );
        say(&mut page, "| change | network | where | told | why it is wrong |\n| --- | --- | --- | --- | --- |\n");
    }
    for known in DEVIATIONS {
        let told = if known.told.is_empty() { "nothing".to_owned() } else { known.told.join(", ") };
        say(
            &mut page,
            &format!(
                "| {} | {} | `{}` | {told} | {} |\n",
                known.operator, known.architecture, known.site, known.because
            ),
        );
    }
    page
}

fn say(page: &mut String, text: &str) {
    page.write_str(text).expect("a text can be written");
}

fn told<'p>(topics: &'p [Topic<'_>]) -> impl Iterator<Item = &'p Told> {
    let lists = topics.iter().flat_map(|topic| &topic.operators).flat_map(|(_, lists)| lists);
    lists.flat_map(|list| list.iter()).flat_map(|case| &case.expect)
}

fn link(rule: &str) -> String {
    format!("[`{rule}`](rules/{rule}.md)")
}

fn table(page: &mut String, count: usize, topic: &Topic<'_>, is_fault: bool) {
    let numbers: Vec<String> = (1..=count).map(|index| index.to_string()).collect();
    let last = if is_fault { " told by |" } else { "" };
    say(page, &format!("| | {} |{last}\n", numbers.join(" | ")));
    say(page, &format!("| --- | {}{}\n", "---: | ".repeat(count).trim_end(), if is_fault { " --- |" } else { "" }));
    for (operator, lists) in &topic.operators {
        let cells: Vec<String> =
            lists.iter().map(|list| if is_fault { cell(list) } else { number(list.len()) }).collect();
        let mut line = format!("| {} | {} |", operator.name, cells.join(" | "));
        if is_fault {
            let rules: BTreeSet<&str> = lists
                .iter()
                .flat_map(|list| list.iter())
                .flat_map(|case| &case.expect)
                .map(|told| told.rule.as_str())
                .collect();
            let rules: Vec<String> = rules.into_iter().map(link).collect();
            let _ = write!(line, " {} |", if rules.is_empty() { "–".to_owned() } else { rules.join(", ") });
        }
        say(page, &format!("{line}\n"));
    }
}

/// What comes of obeying the findings, and which of them leave something to whoever obeys.
fn advice(page: &mut String, obeyed: &[Obeyed]) {
    let count = |which: fn(&Outcome) -> bool| obeyed.iter().filter(|obeyed| which(&obeyed.outcome)).count();
    let fails = |outcome: &Outcome| matches!(outcome, Outcome::Refused(_) | Outcome::Remains | Outcome::Breaks(_));
    say(page, &format!("\n## What is advised\n\n{ADVICE}| | |\n| --- | ---: |\n"));
    for (what, count) in [
        ("findings at error and at warning", obeyed.len()),
        ("obeyed: the finding is gone, and nothing else is broken", count(|outcome| *outcome == Outcome::Mended)),
        (
            "obeyed: the finding is gone, and what it hid on the same resource is told then",
            count(|outcome| *outcome == Outcome::Uncovers),
        ),
        ("with something to choose (below)", count(|outcome| matches!(outcome, Outcome::Choice(_)))),
        ("in words alone (below)", count(|outcome| *outcome == Outcome::Words)),
        ("that AWS would refuse, that mend nothing, or that break something", count(fails)),
    ] {
        say(page, &format!("| {what} | {count} |\n"));
    }
    say(page, "\n| rule | findings | what is left to choose |\n| --- | ---: | --- |\n");
    let mut open: BTreeMap<&str, (usize, BTreeSet<String>)> = BTreeMap::new();
    for obeyed in obeyed {
        let left = match &obeyed.outcome {
            Outcome::Choice(what) => format!("`<{what}>`"),
            Outcome::Words => "in words".to_owned(),
            _ => continue,
        };
        let (count, choices) = open.entry(&obeyed.told.rule).or_default();
        *count += 1;
        choices.insert(left);
    }
    for (rule, (count, choices)) in open {
        let choices: Vec<String> = choices.into_iter().collect();
        say(page, &format!("| {} | {count} | {} |\n", link(rule), choices.join(", ")));
    }
}

fn number(count: usize) -> String {
    if count == 0 { String::new() } else { count.to_string() }
}

fn cell(cases: &[Case]) -> String {
    let count = |which: &dyn Fn(&Case) -> bool| cases.iter().filter(|case| which(case)).count();
    let worst = |case: &Case| case.expect.iter().map(|told| told.severity).max();
    let parts = [
        (count(&|case| worst(case) == Some(Severity::Error)), ""),
        (count(&|case| worst(case) == Some(Severity::Warning)), " w"),
        (count(&|case| worst(case).is_none()), " –"),
    ];
    let parts: Vec<String> =
        parts.into_iter().filter(|(count, _)| *count > 0).map(|(count, mark)| format!("{count}{mark}")).collect();
    parts.join(", ")
}

/// Why something else than one error is due, said once for each reason: of which changes, or, where these are many, in which
/// networks.
fn reasons(page: &mut String, topic: &Topic<'_>) {
    const FEW: usize = 2;
    let mut reasons: Vec<(&str, Vec<&str>, BTreeSet<usize>)> = Vec::new();
    for (operator, lists) in &topic.operators {
        for (network, case) in
            lists.iter().enumerate().flat_map(|(at, list)| list.iter().map(move |case| (at + 1, case)))
        {
            if case.because.is_empty() {
                continue;
            }
            let at = reasons.iter().position(|(because, ..)| *because == case.because).unwrap_or_else(|| {
                reasons.push((case.because, Vec::new(), BTreeSet::new()));
                reasons.len() - 1
            });
            let (_, operators, networks) = &mut reasons[at];
            if operators.last() != Some(&operator.name) {
                operators.push(operator.name);
            }
            networks.insert(network);
        }
    }
    for (at, (because, operators, networks)) in reasons.iter().enumerate() {
        let networks: Vec<String> = networks.iter().map(usize::to_string).collect();
        let whose = match operators.len() {
            0..=FEW => operators.join("; "),
            _ => format!("in {}", networks.join(", ")),
        };
        say(page, &format!("{}- {whose}: {because}.\n", if at == 0 { "\n" } else { "" }));
    }
}
