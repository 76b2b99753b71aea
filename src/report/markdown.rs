//! A summary for a job's page, in the Markdown that GitHub and GitLab render: what the run comes to, a table of the
//! findings, each in detail, and what was not checked.
//!
//! Names come from the input. They are escaped, so that none becomes markup, a link or HTML.

use super::help::{Part, parts};
use super::human::{affects, counts, declaration, standing, trace};
use super::problem::render_problem;
use super::spot::Spot;
use super::style::Style;
use super::text::count;
use super::visible::{markup, visible};
use super::{Checkout, Failure, Input, docs_url, seen, uri};
use crate::rules::{Finding, Label, NotChecked, Severity};
use crate::snapshot::{Location, Sources};
use std::borrow::Cow;
use std::fmt::Write as _;
use std::io::{self, Write};

/// How large a summary gets. GitHub takes 1 MiB of a step and nothing of one that is larger.
/// <https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands#step-isolation-and-limits>
const MOST_BYTES: usize = 1_000_000;

/// How much of that the table may take.
const TABLE_BYTES: usize = MOST_BYTES / 3;

/// How much what was not checked may take.
const NOT_CHECKED_BYTES: usize = MOST_BYTES / 8;

/// Nothing is wrapped: the page does that.
const WIDE: Style = Style { width: 10_000, ..Style::PLAIN };

/// Writes the report.
pub(super) fn write(input: &Input<'_>, out: &mut dyn Write) -> io::Result<()> {
    let mut text = head(input);
    text.push_str(&table(input));
    if !input.quiet {
        let not_checked = unexplained(input) + &not_checked(&input.judgement.not_checked);
        let room = MOST_BYTES.saturating_sub(text.len() + not_checked.len());
        text.push_str(&details(input, room));
        text.push_str(&not_checked);
    }
    out.write_all(text.as_bytes())
}

/// What the run comes to, and the line that counts.
fn head(input: &Input<'_>) -> String {
    let verdict = match input.exit_code {
        0 => "✅ fargcheck: passed",
        1 => "❌ fargcheck: failed",
        _ => "⚠️ fargcheck: incomplete",
    };
    let mut text = format!("## {verdict}\n\n**{}**\n", escape(&counts(input)));
    if input.judgement.findings.is_empty() {
        let _ = write!(text, "\n{}\n", escape(&standing(input, &WIDE)));
        if let Some((heading, lines)) = declaration(input) {
            let lines: Vec<String> = lines.lines().map(|line| visible(line).into_owned()).collect();
            let _ = write!(text, "\n{heading}\n\n{}", fence("toml", &lines));
        }
    }
    if input.exit_code == 3 {
        text.push_str("\nSomething that an error-level rule needs is not known: see *not checked* below.\n");
    }
    text
}

/// Writes why nothing was judged.
pub(super) fn write_failure(failure: &Failure<'_>, out: &mut dyn Write) -> io::Result<()> {
    let mut text = "## ⛔ fargcheck: nothing was judged\n".to_owned();
    for (index, problem) in failure.problems.iter().enumerate() {
        let mut one = format!("\n**{}**\n", escape(&problem.message));
        if let Some((location, _)) = problem.labels.first() {
            let _ = write!(one, "\n{}\n", link(location, failure.sources, &failure.checkout));
        }
        let shown = render_problem(problem, failure.sources, &Style::PLAIN);
        let _ = write!(one, "\n{}", fence("text", &[shown.trim_end().to_owned()]));
        if text.len() + one.len() + 100 > MOST_BYTES {
            let _ = write!(text, "\nand {} not shown\n", count(failure.problems.len() - index, "problem"));
            break;
        }
        text.push_str(&one);
    }
    out.write_all(text.as_bytes())
}

/// `[file:line](address)`, or without an address a relative one, which leads there from the working directory.
fn link(location: &Location, sources: &Sources, checkout: &Checkout) -> String {
    let spot = Spot::of(location, sources);
    let words = format!("{}:{}", escape(&checkout.path(spot.name)), spot.at.line);
    let near = checkout.path_from_folder(spot.name);
    match checkout.link(spot.name, spot.at.line) {
        Some(address) => format!("[{words}]({address})"),
        None if checkout.has_addresses() || near.starts_with('/') || spot.name == "-" => words,
        None => format!("[{words}]({}#L{})", uri::reference(&near), spot.at.line),
    }
}

/// The same for a label of a finding.
fn place(label: &Label, input: &Input<'_>) -> String {
    link(&label.location, input.sources, &input.checkout)
}

/// One row a finding.
fn table(input: &Input<'_>) -> String {
    let findings = &input.judgement.findings;
    if findings.is_empty() {
        return String::new();
    }
    let mut text = "\n| | Rule | Resource | What is wrong | Where |\n| --- | --- | --- | --- | --- |\n".to_owned();
    for (index, finding) in findings.iter().enumerate() {
        let place = finding.labels.first().map_or(String::new(), |label| place(label, input));
        let row = format!(
            "| {} | {} | {} | {} | {place} |\n",
            mark(finding.severity),
            rule(&finding.rule),
            resource(finding),
            escape(&finding.message),
        );
        if text.len() + row.len() > TABLE_BYTES {
            let _ = write!(text, "\nand {} not shown\n", count(findings.len() - index, "finding"));
            break;
        }
        text.push_str(&row);
    }
    text
}

fn mark(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "❌ error",
        Severity::Warning => "⚠️ warning",
        Severity::Info => "ℹ️ info",
    }
}

/// A rule's id, which leads to its page.
fn rule(id: &str) -> String {
    format!("[{}]({})", escape(id), docs_url(&uri::encode(id)))
}

fn resource(finding: &Finding) -> String {
    let id = code(&finding.resource.id);
    match &finding.resource.name {
        Some(name) if *name != finding.resource.id => format!("{id} ({})", escape(name)),
        _ => id,
    }
}

/// Each finding in full, folded, as many as there is room for.
fn details(input: &Input<'_>, room: usize) -> String {
    let findings = &input.judgement.findings;
    let mut text = String::new();
    for (index, finding) in findings.iter().enumerate() {
        let one = detail(finding, input);
        if text.len() + one.len() + 100 > room {
            let _ = write!(text, "\nDetails of {} are left out.\n", count(findings.len() - index, "finding"));
            break;
        }
        if index == 0 {
            text.push_str("\n### Details\n");
        }
        text.push_str(&one);
    }
    text
}

fn detail(finding: &Finding, input: &Input<'_>) -> String {
    // What stands on this line is HTML, not Markdown.
    let summary = markup(&format!("{}: {}", finding.rule, finding.message));
    let mut text = format!("\n<details><summary>{} {summary}</summary>\n", mark(finding.severity));
    if !finding.labels.is_empty() {
        text.push('\n');
        for label in &finding.labels {
            let _ = writeln!(text, "- {}: {}", place(label, input), escape(&label.text));
        }
    }
    let breaks = affects::lines(&finding.affects, input.verbose, &WIDE);
    if !breaks.is_empty() {
        text.push_str("\nBreaks:\n\n");
        for line in breaks {
            let _ = writeln!(text, "- {}", escape(&line));
        }
    }
    if !finding.trace.is_empty() {
        text.push_str("\nThe path of one flow:\n\n");
        text.push_str(&fence("text", &trace(&finding.trace, &WIDE)));
    }
    if !finding.seen.is_empty() {
        text.push_str("\nSeen:\n\n");
        for one in &finding.seen {
            let _ = writeln!(text, "- {}", escape(&seen::sentence(one)));
        }
    }
    text.push_str(&help(&finding.help));
    let _ = write!(text, "\nMore: {}\n\n</details>\n", rule(&finding.rule));
    text
}

/// The help: prose as it is, commands in fences, so that they can be copied.
fn help(help: &str) -> String {
    let mut text = String::new();
    let mut commands: Vec<String> = Vec::new();
    let flush = |text: &mut String, commands: &mut Vec<String>| {
        if !commands.is_empty() {
            // Rules indent commands below their prose; in a fence of their own that says nothing.
            let indents = commands.iter().map(|line| line.len() - line.trim_start_matches(' ').len());
            let indent = indents.min().unwrap_or(0);
            let lines: Vec<String> = commands.drain(..).map(|line| line[indent..].to_owned()).collect();
            let _ = write!(text, "\n{}", fence("sh", &lines));
        }
    };
    for part in parts(help) {
        match part {
            Part::Command(line) => commands.push(visible(line).into_owned()),
            Part::Prose(line) if line.is_empty() => {}
            Part::Prose(line) => {
                flush(&mut text, &mut commands);
                let _ = write!(text, "\n{}\n", paragraph(&line));
            }
        }
    }
    flush(&mut text, &mut commands);
    text
}

/// What ECS said that no finding explains.
fn unexplained(input: &Input<'_>) -> String {
    const MOST: usize = 50;
    let list = &input.judgement.unexplained;
    let mut text = String::new();
    for (index, one) in list.iter().take(MOST).enumerate() {
        if index == 0 {
            text.push_str("\n### Seen, but explained by no finding\n\n");
        }
        let _ = writeln!(text, "- {}", escape(&seen::with_meaning(one)));
    }
    if list.len() > MOST {
        let _ = writeln!(text, "- and {} more", list.len() - MOST);
    }
    text
}

/// What was not checked, what makes the run incomplete first.
fn not_checked(list: &[NotChecked]) -> String {
    if list.is_empty() {
        return String::new();
    }
    let mut text = "\n### Not checked\n\n".to_owned();
    let grave = list.iter().filter(|entry| entry.incomplete);
    let rest = list.iter().filter(|entry| !entry.incomplete);
    for (index, entry) in grave.chain(rest).enumerate() {
        let sign = if entry.incomplete { "⚠️ " } else { "" };
        let line = format!("- {sign}**{}**: {}\n", escape(&entry.what), escape(&entry.why));
        if text.len() + line.len() > NOT_CHECKED_BYTES {
            let _ = writeln!(text, "- and {} more", list.len() - index);
            break;
        }
        text.push_str(&line);
    }
    text
}

/// A fenced block, whose fence is longer than any that its lines have.
fn fence(language: &str, lines: &[String]) -> String {
    let longest = lines.iter().flat_map(|line| line.split(|character| character != '`')).map(str::len).max();
    let ticks = "`".repeat(longest.unwrap_or(0).max(2) + 1);
    format!("{ticks}{language}\n{}\n{ticks}\n", lines.join("\n"))
}

/// An id as code, where it is one; any other text as text.
fn code(text: &str) -> String {
    let plain = |character: char| character.is_ascii_alphanumeric() || "-_./:".contains(character);
    if !text.is_empty() && text.chars().all(plain) { format!("`{text}`") } else { escape(text).into_owned() }
}

/// Text that Markdown and HTML leave alone, within a line.
fn escape(text: &str) -> Cow<'_, str> {
    const SIGNS: &[char] =
        &['\\', '`', '*', '_', '{', '}', '[', ']', '<', '>', '#', '!', '|', '~', '$', '&', '@', '^', ':'];
    let text = visible(text);
    if !text.contains(SIGNS) && !text.contains("www.") {
        return text;
    }
    let mut out = String::with_capacity(text.len() + 16);
    let mut rest = text.chars().peekable();
    while let Some(character) = rest.next() {
        // A colon before a space is neither in an address nor in the name of an emoji.
        let colon = character == ':' && rest.peek().is_none_or(|next| *next == ' ');
        let www = character == '.' && out.ends_with("www");
        if (SIGNS.contains(&character) && !colon) || www {
            out.push('\\');
        }
        out.push(character);
    }
    Cow::Owned(out)
}

/// The same for a line of its own, which must not begin a list, a heading or a rule.
fn paragraph(line: &str) -> String {
    let text = escape(line.trim_start()).into_owned();
    let digits = text.len() - text.trim_start_matches(|character: char| character.is_ascii_digit()).len();
    match text[digits..].chars().next() {
        Some('.' | ')') if digits > 0 => format!("{}\\{}", &text[..digits], &text[digits..]),
        Some('-' | '+' | '=') if digits == 0 => format!("\\{text}"),
        _ => text,
    }
}

#[cfg(test)]
mod tests;
