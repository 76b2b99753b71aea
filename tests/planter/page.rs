//! docs/faults.md: what is planted where, and what must be said of it.

use super::architectures::Architecture;
use super::case::{Case, Operator};
use super::deviations::DEVIATIONS;
use super::judge::Told;
use fargcheck::rules::Severity;
use std::collections::BTreeSet;
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

/// The page, whole.
pub(crate) fn page(architectures: &[Architecture], topics: &[Topic<'_>], harmless: &Topic<'_>) -> String {
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

/// Why something else than one error is due, said once for each change and reason.
fn reasons(page: &mut String, topic: &Topic<'_>) {
    let mut lines: Vec<String> = Vec::new();
    for (operator, lists) in &topic.operators {
        let mut reasons: Vec<&str> = Vec::new();
        for case in lists.iter().flat_map(|list| list.iter()) {
            if !case.because.is_empty() && !reasons.contains(&case.because) {
                reasons.push(case.because);
            }
        }
        if !reasons.is_empty() {
            lines.push(format!("- {}: {}.\n", operator.name, reasons.join("; ")));
        }
    }
    if !lines.is_empty() {
        say(page, &format!("\n{}", lines.concat()));
    }
}
