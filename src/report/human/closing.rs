//! What stands below the findings: what was not checked, what holds, and the line that counts.

use crate::report::style::{Role, Style};
use crate::report::text::{count, list, wrap};
use crate::report::visible::visible;
use crate::report::{Input, seen};
use crate::rules::{NotChecked, Seen, Severity, UNSEEN, WorkloadSummary};
use std::collections::BTreeSet;

/// Reasons named before "and N more".
const REASONS: usize = 4;

/// Things named for one reason before "and N more".
const THINGS: usize = 4;

/// Workloads named after a clean run.
const WORKLOADS: usize = 8;

/// Everything below the findings.
pub(super) fn draw(input: &Input<'_>, style: &Style) -> String {
    let mut out = String::new();
    if input.judgement.findings.is_empty() {
        out.push_str(&clean(input, style));
    }
    out.push_str(&unexplained(&input.judgement.unexplained, input.verbose, style));
    out.push_str(&not_checked(&input.judgement.not_checked, input.verbose, style));
    out.push_str(&last_line(input, style));
    out
}

/// What could not be checked, by reason; what leaves the run incomplete comes first, and last what nothing asked for.
pub(in crate::report) fn not_checked(list_of: &[NotChecked], verbose: bool, style: &Style) -> String {
    if list_of.is_empty() {
        return String::new();
    }
    let mut reasons: Vec<(&str, bool, Vec<String>)> = Vec::new();
    for entry in list_of {
        let what = visible(&entry.what).into_owned();
        match reasons.iter_mut().find(|(why, ..)| *why == entry.why) {
            Some((_, incomplete, whats)) => {
                *incomplete |= entry.incomplete;
                whats.push(what);
            }
            None => reasons.push((&entry.why, entry.incomplete, vec![what])),
        }
    }
    reasons.sort_by_key(|(why, incomplete, _)| (!incomplete, *why == UNSEEN));
    let (most, things) = if verbose { (usize::MAX, usize::MAX) } else { (REASONS, THINGS) };
    let mut out = format!("{}\n", style.paint(Role::Strong, "not checked"));
    for (why, incomplete, whats) in reasons.iter().take(most) {
        let mark = style.paint(if *incomplete { Role::Warning } else { Role::Dim }, "?");
        let line = format!("{}: {}", list(whats, things), visible(why));
        for (index, line) in wrap(&line, style.width.saturating_sub(4)).iter().enumerate() {
            let lead = if index == 0 { mark.as_str() } else { " " };
            out.push_str(&format!("  {lead} {line}\n"));
        }
    }
    let rest: usize = reasons.iter().skip(most).map(|(.., whats)| whats.len()).sum();
    if rest > 0 {
        out.push_str(&format!("    and {rest} more: -v lists all\n"));
    }
    out.push('\n');
    out
}

/// What ECS said that no finding explains.
fn unexplained(list: &[Seen], verbose: bool, style: &Style) -> String {
    if list.is_empty() {
        return String::new();
    }
    let most = if verbose { usize::MAX } else { REASONS };
    let mut out = format!("{}\n", style.paint(Role::Strong, seen::UNEXPLAINED));
    for one in list.iter().take(most) {
        for (index, line) in wrap(&seen::with_meaning(one), style.width.saturating_sub(4)).iter().enumerate() {
            let lead = if index == 0 { style.paint(Role::Warning, "!") } else { " ".to_owned() };
            out.push_str(&format!("  {lead} {line}\n"));
        }
    }
    if list.len() > most {
        out.push_str(&format!("    and {} more: -v lists all\n", list.len() - most));
    }
    out.push('\n');
    out
}

/// Whether what runs reaches what it needs, in a sentence; without findings.
pub(in crate::report) fn standing(input: &Input<'_>, style: &Style) -> String {
    let workloads = &input.judgement.workloads;
    let flows = || workloads.iter().flat_map(|workload| &workload.flows);
    let total = flows().count();
    let reachable = flows().filter(|flow| flow.verdict == "reachable").count();
    let destinations: BTreeSet<&str> = flows().map(|flow| flow.destination.as_str()).collect();
    let times = if style.unicode { "×" } else { "x" };
    // What nobody said that it runs is a task in a subnet, and not all that will be there.
    let are_plain = workloads.iter().all(|workload| workload.is_plain);
    let what = count(workloads.len(), if are_plain { "subnet" } else { "workload" });
    let checked = format!("{what} {times} {}", count(destinations.len(), "destination"));
    let is_incomplete = input.judgement.not_checked.iter().any(|entry| entry.incomplete);
    let tick = match is_incomplete {
        true => String::new(),
        false => style.paint(Role::Good, if style.unicode { "✓ " } else { "ok: " }),
    };
    match total {
        0 if workloads.is_empty() => "nothing was judged: no task runs or could run in what was given".to_owned(),
        0 => format!("{tick}nothing wrong found"),
        _ if reachable == total && is_incomplete => {
            format!("what could be judged reaches what it needs: {checked}; what could not stands below")
        }
        _ if reachable == total && are_plain => {
            format!("{tick}nothing says what runs; a plain task reaches what it needs: {checked}")
        }
        _ if reachable == total => format!("{tick}everything reaches what it needs: {checked}"),
        // What is left out on purpose is still wrong.
        _ if flows().any(|flow| matches!(flow.verdict, "blocked" | "partial")) => {
            format!("nothing is reported, but only {reachable} of {total} flows are reachable ({checked})")
        }
        _ => format!(
            "nothing wrong found in {checked}: {reachable} of {total} flows are reachable, the rest isn't known"
        ),
    }
}

/// How to say what runs, where the input doesn't: a heading, and lines of the configuration.
pub(in crate::report) fn declaration<'i>(input: &'i Input<'_>) -> Option<(&'static str, &'i str)> {
    let lines = input.judgement.declaration.as_deref()?;
    Some(("Say in fargcheck.toml what is going to run, and that is judged:", lines))
}

/// What a run without findings says: what holds, and for whom.
fn clean(input: &Input<'_>, style: &Style) -> String {
    let workloads = &input.judgement.workloads;
    let mut out = format!("{}\n", standing(input, style));
    let shown = if input.verbose { usize::MAX } else { WORKLOADS };
    let column = workloads
        .iter()
        .take(shown)
        .map(|workload| crate::report::text::width(&visible(&workload.name)))
        .max()
        .unwrap_or(0)
        .min(style.width / 3);
    for workload in workloads.iter().take(shown) {
        let lines = wrap(&reaches(workload), style.width.saturating_sub(column + 6));
        for (index, line) in lines.iter().enumerate() {
            let name = if index == 0 { visible(&workload.name) } else { "".into() };
            let pad = column.saturating_sub(crate::report::text::width(&name));
            out.push_str(&format!("    {name}{:pad$}  {}\n", "", style.paint(Role::Dim, line)));
        }
    }
    if workloads.len() > shown {
        out.push_str(&format!("    and {} more\n", workloads.len() - shown));
    }
    if let Some((heading, lines)) = declaration(input) {
        out.push_str(&format!("  {} {heading}\n", style.paint(Role::Accent, "help")));
        lines.lines().for_each(|line| out.push_str(&format!("    {}\n", visible(line))));
    }
    out.push('\n');
    out
}

/// A workload's destinations, what is not reachable with its verdict.
fn reaches(workload: &WorkloadSummary) -> String {
    let mut verdicts: Vec<(&str, &str)> = Vec::new();
    for flow in &workload.flows {
        match verdicts.iter_mut().find(|(name, _)| *name == flow.destination) {
            // From one subnet so, from another otherwise: it works now and then.
            Some((_, known)) if *known != flow.verdict => *known = "in part",
            Some(_) => {}
            None => verdicts.push((&flow.destination, flow.verdict)),
        }
    }
    let word = |(name, verdict): (&str, &str)| match verdict {
        "reachable" => visible(name).into_owned(),
        verdict => format!("{} ({verdict})", visible(name)),
    };
    verdicts.into_iter().map(word).collect::<Vec<_>>().join(", ")
}

/// `2 errors, 1 warning in 41 rules; 3 ignored, 2 not evaluated`.
fn last_line(input: &Input<'_>, style: &Style) -> String {
    let plain = counts(input);
    let worst = input.judgement.findings.iter().map(|finding| finding.severity).max();
    let role = worst.map_or(Role::Good, Role::from);
    let (found, rest) = plain.split_at(plain.find(" in ").unwrap_or(plain.len()));
    let mut line = format!("{}{}", style.paint(role, found), rest);
    let incomplete = input.judgement.not_checked.iter().any(|entry| entry.incomplete);
    match (input.fail_on, worst) {
        (Some(fail_on), Some(worst)) if worst < fail_on && !incomplete => {
            line.push_str(
                &style.paint(Role::Dim, &format!(" (none fails the run: it takes {}{fail_on})", article(fail_on))),
            );
        }
        _ => {}
    }
    line.push('\n');
    line
}

fn article(severity: Severity) -> &'static str {
    match severity {
        Severity::Error | Severity::Info => "an ",
        Severity::Warning => "a ",
    }
}

/// The counts, without colours.
pub(in crate::report) fn counts(input: &Input<'_>) -> String {
    let judgement = input.judgement;
    let found: Vec<String> = [Severity::Error, Severity::Warning]
        .into_iter()
        .filter_map(|severity| {
            let number = input.count(severity);
            (number > 0).then(|| count(number, severity.as_str()))
        })
        .chain(match input.count(Severity::Info) {
            0 => None,
            number => Some(format!("{number} info")),
        })
        .collect();
    let found = if found.is_empty() { "no findings".to_owned() } else { found.join(", ") };
    let rest: Vec<String> = [
        (judgement.ignored, "ignored"),
        (judgement.baselined, "in the baseline"),
        (judgement.not_evaluated(), "not evaluated"),
    ]
    .into_iter()
    .filter(|(number, _)| *number > 0)
    .map(|(number, what)| format!("{number} {what}"))
    .collect();
    let rules = count(judgement.rules_judged, "rule");
    if rest.is_empty() { format!("{found} in {rules}") } else { format!("{found} in {rules}; {}", rest.join(", ")) }
}
