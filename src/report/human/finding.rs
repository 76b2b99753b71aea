//! One finding.

use super::affects;
use crate::report::help::{Part, parts};
use crate::report::style::{Role, Style};
use crate::report::visible::visible;
use crate::report::{Input, docs_url, excerpt, seen, text};
use crate::rules::{Finding, Hop, HopOutcome, Seen, Severity};

/// Entities whose excerpts are shown, unless all are asked for.
const EXCERPTS: usize = 6;

/// Values shown of those that decided.
const VALUES: usize = 8;

/// Reasons shown that ECS gave.
const SEEN: usize = 3;

/// The column in which the text of a section begins.
const INDENT: usize = 11;

/// `error[nat/in-public-subnet]`, in colours.
pub(in crate::report) fn head(code: &str, severity: Severity, style: &Style) -> String {
    style.paint(severity.into(), &format!("{severity}[{}]", visible(code)))
}

/// The headline: severity, code and message, over as many lines as it needs.
pub(in crate::report) fn headline(code: &str, severity: Severity, message: &str, style: &Style) -> String {
    let lead = text::width(&format!("{severity}[{}]: ", visible(code)));
    let mut out = head(code, severity, style);
    out.push_str(&style.paint(Role::Strong, ":"));
    let lines = text::wrap_beside(&visible(message), style.width, lead, 4);
    for (index, line) in lines.iter().enumerate() {
        out.push_str(if index == 0 { " " } else { "\n    " });
        out.push_str(&style.paint(Role::Strong, line));
    }
    out.push('\n');
    out
}

/// A section: its name beside its first line, its lines in one column.
pub(in crate::report) fn section(name: &str, lines: &[String], style: &Style) -> String {
    let mut out = String::new();
    for (index, line) in lines.iter().enumerate() {
        if index == 0 {
            let pad = INDENT - 2 - name.len().min(INDENT - 3);
            out.push_str(&format!("  {}{:pad$}{line}\n", style.paint(Role::Accent, name), ""));
        } else if line.is_empty() {
            out.push('\n');
        } else {
            out.push_str(&format!("{:INDENT$}{line}\n", ""));
        }
    }
    out
}

/// The columns that a section's text has.
pub(in crate::report) fn room(style: &Style) -> usize {
    style.width.saturating_sub(INDENT).max(20)
}

/// The whole of a finding, ended by an empty line.
pub(super) fn draw(finding: &Finding, input: &Input<'_>, style: &Style) -> String {
    let mut out = headline(&finding.rule, finding.severity, &finding.message, style);
    let marks: Vec<excerpt::Mark<'_>> = finding
        .labels
        .iter()
        .map(|label| excerpt::Mark { location: &label.location, text: &label.text, primary: label.primary })
        .collect();
    let limit = if input.verbose { usize::MAX } else { EXCERPTS };
    let picture = excerpt::draw(&marks, input.sources, style, finding.severity, limit);
    out.push_str(&picture.text);

    let because = because(finding, input.verbose, style);
    let trace = flow(finding, style);
    let seen = seen_lines(&finding.seen, input.verbose, style);
    let breaks = affects::lines(&finding.affects, input.verbose, style);
    let notes = picture
        .notes
        .iter()
        .flat_map(|note| text::wrap(note, room(style)))
        .map(|line| style.paint(Role::Dim, &line))
        .collect::<Vec<_>>();
    let rule = visible(&finding.rule);
    let command = style.link(&docs_url(&rule), &format!("fargcheck explain {rule}"));
    let sections = [
        ("note", notes),
        ("because", because),
        ("path", trace),
        ("breaks", breaks),
        ("seen", seen),
        ("help", help(&finding.help, style)),
        ("more", vec![style.paint(Role::Dim, &command)]),
    ];
    for (name, lines) in sections {
        out.push_str(&section(name, &lines, style));
    }
    out.push('\n');
    out
}

/// The values that decided.
fn because(finding: &Finding, verbose: bool, style: &Style) -> Vec<String> {
    let limit = if verbose { usize::MAX } else { VALUES };
    let mut lines: Vec<String> = finding
        .because
        .iter()
        .take(limit)
        .flat_map(|because| {
            let line = format!("{} was {}", visible(&because.expression), visible(&because.value));
            text::wrap(&line, room(style))
        })
        .collect();
    if finding.because.len() > limit {
        lines.push(format!("and {} more", finding.because.len() - limit));
    }
    lines
}

/// What ECS said that this explains.
fn seen_lines(list: &[Seen], verbose: bool, style: &Style) -> Vec<String> {
    let limit = if verbose { usize::MAX } else { SEEN };
    let mut lines: Vec<String> =
        list.iter().take(limit).flat_map(|one| text::wrap(&seen::sentence(one), room(style))).collect();
    if list.len() > limit {
        lines.push(format!("and {} more", list.len() - limit));
    }
    lines
}

/// The flow that the path is of, and the path.
fn flow(finding: &Finding, style: &Style) -> Vec<String> {
    let mut lines = Vec::new();
    if let (Some(traced), false) = (&finding.traced, finding.trace.is_empty()) {
        let at = traced.subnet.as_deref().map_or(String::new(), |subnet| format!(" in {subnet}"));
        let (to, from) = if style.unicode { ("→", "←") } else { ("->", "<-") };
        let other = traced.destination.as_deref().unwrap_or_default();
        let other = match other.strip_prefix("from ") {
            Some(sender) => format!(" {from} {sender}"),
            None => format!(" {to} {other}"),
        };
        let words = format!("{}{}{}", visible(&traced.workload), visible(&at), visible(&other));
        lines.extend(text::wrap(&words, room(style)).into_iter().map(|line| style.paint(Role::Dim, &line)));
    }
    lines.extend(trace(&finding.trace, style));
    lines
}

/// The path, outbound hops first, each with how it went.
pub(in crate::report) fn trace(hops: &[Hop], style: &Style) -> Vec<String> {
    let mut lines = Vec::new();
    let returns = hops.iter().any(|hop| hop.returning);
    for returning in [false, true] {
        let name = if returning { "back" } else { "out" };
        // A path without replies needs no names for its ways.
        let mut lead = if returns { format!("{name:<6}") } else { String::new() };
        let mut blank = || std::mem::replace(&mut lead, if returns { " ".repeat(6) } else { String::new() });
        let mut branch: &[String] = &[];
        for hop in hops.iter().filter(|hop| hop.returning == returning) {
            let common = branch.iter().zip(&hop.branch).take_while(|(one, other)| one == other).count();
            for (depth, name) in hop.branch.iter().enumerate().skip(common) {
                lines.extend(branch_lines(name, &format!("{}{:2$}", blank(), "", depth * 2), style));
            }
            branch = &hop.branch;
            lines.extend(hop_lines(hop, &format!("{}{:2$}", blank(), "", branch.len() * 2), style));
        }
    }
    lines
}

/// Where the packets part: which of them the hops below are met by.
fn branch_lines(name: &str, lead: &str, style: &Style) -> Vec<String> {
    let words = format!("{}:", visible(name));
    let wrapped = text::wrap_beside(&words, room(style), lead.len(), lead.len() + 2);
    let beside = |(index, line): (usize, &String)| match index {
        0 => format!("{}{}", style.paint(Role::Dim, lead), style.paint(Role::Strong, line)),
        _ => format!("{:width$}{}", "", style.paint(Role::Strong, line), width = lead.len() + 2),
    };
    wrapped.iter().enumerate().map(beside).collect()
}

/// The mark of an outcome, and its colour.
pub(in crate::report) fn mark(outcome: HopOutcome, style: &Style) -> (&'static str, Role) {
    let (unicode, ascii, role) = match outcome {
        HopOutcome::Passed => ("✓", "+", Role::Good),
        HopOutcome::Partial => ("◐", "~", Role::Warning),
        HopOutcome::Blocked => ("✗", "x", Role::Error),
        HopOutcome::Unknown => ("?", "?", Role::Warning),
    };
    (if style.unicode { unicode } else { ascii }, role)
}

fn hop_lines(hop: &Hop, lead: &str, style: &Style) -> Vec<String> {
    let (mark, role) = mark(hop.outcome, style);
    let mark = style.paint(role, mark);
    let mut words = visible(&hop.text).into_owned();
    if let Some(resource) = &hop.resource
        && !hop.text.contains(resource.as_str())
    {
        words = format!("{words} ({})", visible(resource));
    }
    let inner = room(style).saturating_sub(lead.len() + 2);
    text::wrap(&words, inner)
        .iter()
        .enumerate()
        .map(|(index, line)| {
            let line = match hop.outcome {
                HopOutcome::Passed => line.clone(),
                _ => style.paint(role, line),
            };
            if index == 0 {
                format!("{}{mark} {line}", style.paint(Role::Dim, lead))
            } else {
                format!("{:width$}{line}", "", width = lead.len() + 2)
            }
        })
        .collect()
}

/// The help: prose is wrapped; a command keeps its lines, so that it can be copied.
pub(in crate::report) fn help(help: &str, style: &Style) -> Vec<String> {
    let mut lines = Vec::new();
    for part in parts(help) {
        match part {
            Part::Command(line) => lines.push(style.paint(Role::Strong, &format!("  {}", visible(line).trim_start()))),
            Part::Prose(text) => lines.extend(text::wrap(&visible(&text), room(style))),
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commands_are_never_wrapped() {
        let narrow = Style { width: 40, ..Style::PLAIN };
        let command = "aws ec2 create-vpc-endpoint --vpc-id vpc-0a1b2c3d --service-name com.amazonaws.us-east-1.s3";
        let lines = help(&format!("Add a gateway endpoint for S3, which costs nothing:\n{command}"), &narrow);
        assert!(lines.contains(&format!("  {command}")), "{lines:?}");
        assert!(lines[0].len() <= 29 && lines[1].len() <= 29, "{lines:?}");
        let continued = help("aws ec2 describe-vpcs \\\n  --vpc-ids \\\nvpc-1\nThen look.", &narrow);
        assert_eq!(continued, ["  aws ec2 describe-vpcs \\", "  --vpc-ids \\", "  vpc-1", "Then look."]);
    }

    #[test]
    fn what_a_branch_is_met_by_wraps_below_itself() {
        let narrow = Style { width: 40, ..Style::PLAIN };
        let lines = branch_lines("for 3.5.0.0/19, 16.182.0.0/16, 52.216.0.0/15", "  ", &narrow);
        assert_eq!(lines, ["  for 3.5.0.0/19,", "    16.182.0.0/16,", "    52.216.0.0/15:"]);
    }

    #[test]
    fn a_headline_wraps_below_itself() {
        let narrow = Style { width: 40, ..Style::PLAIN };
        let out = headline("nat/present", Severity::Error, "the quick brown fox jumps over it", &narrow);
        assert_eq!(out, "error[nat/present]: the quick brown fox\n    jumps over it\n");
    }
}
