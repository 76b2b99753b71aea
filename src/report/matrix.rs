//! What each workload reaches: a table of verdicts.

use super::escaped;
use super::human::{self, room};
use super::style::{Role, Style};
use super::table;
use super::text::{width, wrap};
use super::visible::visible;
use crate::rules::HopOutcome;
use comfy_table::{Attribute, Cell as TableCell, Color};
use schemars::JsonSchema;
use serde::Serialize;
use std::ops::Range;

/// Workloads × destinations.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Matrix {
    /// The columns.
    pub destinations: Vec<Destination>,
    /// The rows.
    pub workloads: Vec<Row>,
}

/// Where to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Destination {
    /// An AWS service, `internet`, an address, a host.
    pub name: String,
    /// `tcp` or `udp`.
    pub protocol: &'static str,
    /// The port.
    pub port: u16,
}

/// A workload.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Row {
    /// Its name.
    pub name: String,
    /// Whether nothing says that it runs: a plain task in a subnet.
    pub hypothetical: bool,
    /// One for each destination.
    pub cells: Vec<Cell>,
}

/// Whether a workload reaches a destination.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Cell {
    /// Which destination, by its position.
    pub destination: usize,
    /// Whether the workload needs it.
    pub needed: bool,
    /// `reachable`, `blocked`, `partial` or `unknown`, of all its subnets together.
    pub verdict: &'static str,
    /// From each of its subnets.
    pub subnets: Vec<Standing>,
}

/// Whether a workload reaches a destination from one of its subnets.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Standing {
    /// The subnet; none where it isn't known.
    pub subnet: Option<String>,
    /// `reachable`, `blocked`, `partial` or `unknown`.
    pub verdict: &'static str,
    /// What it goes through.
    pub via: Option<Via>,
    /// Why packets are dropped: codes of docs/semantics.md.
    pub codes: Vec<&'static str>,
    /// What can't be told.
    pub unknown: Vec<String>,
}

/// An endpoint, a NAT gateway, an internet gateway on the way.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Via {
    /// What it is, such as `NAT gateway`.
    pub kind: &'static str,
    /// Its id.
    pub id: String,
}

/// The matrix as JSON.
pub fn json(matrix: &Matrix) -> String {
    escaped::pretty(matrix)
}

/// How wide a column of verdicts is at least.
const COLUMN: usize = 12;

/// How much stands between two columns.
const GAP: usize = 3;

/// The matrix for reading: tables side by side of as many destinations as the terminal has room for, and below them why
/// something can't be told. `quiet` leaves a line for each pair.
pub fn human(matrix: &Matrix, quiet: bool, style: &Style) -> String {
    if matrix.workloads.is_empty() {
        return "no workloads\n".to_owned();
    }
    if quiet {
        return lines(matrix);
    }
    let mut out = String::new();
    for part in parts(matrix, style) {
        let part: Vec<_> = matrix.destinations.iter().enumerate().skip(part.start).take(part.len()).collect();
        let mut table = table::empty(style);
        let head = |name: &str| TableCell::new(name).add_attribute(Attribute::Bold);
        let title = |destination: &Destination| match destination.port {
            443 => visible(&destination.name).into_owned(),
            port => format!("{}\n{} {port}", visible(&destination.name), destination.protocol),
        };
        table.set_header(
            std::iter::once(head("workload")).chain(part.iter().map(|(_, destination)| head(&title(destination)))),
        );
        for row in &matrix.workloads {
            let cells = part.iter().filter_map(|(index, _)| row.cells.get(*index)).map(|cell| shown(cell, style));
            table.add_row(std::iter::once(TableCell::new(visible(&row.name))).chain(cells));
        }
        for line in table.lines() {
            out.push_str(line.trim_end());
            out.push('\n');
        }
        out.push('\n');
    }
    out.push_str(&legend(matrix, style));
    out
}

/// Destinations that there is room for side by side, beside the workloads' names. No word is broken for another one.
fn parts(matrix: &Matrix, style: &Style) -> Vec<Range<usize>> {
    let names = matrix.workloads.iter().map(|row| width(&visible(&row.name))).chain([width("workload")]);
    let room = style.width.saturating_sub(names.max().unwrap_or(0) + GAP);
    let mut parts: Vec<Range<usize>> = Vec::new();
    let mut taken = 0;
    for (index, destination) in matrix.destinations.iter().enumerate() {
        let cells = matrix.workloads.iter().filter_map(|row| row.cells.get(index));
        let words = cells.map(|cell| longest_word(&words(cell, style)));
        let column = words.chain([longest_word(&destination.name), COLUMN]).max().unwrap_or(0) + GAP;
        taken += column;
        match parts.last_mut() {
            Some(part) if taken <= room => part.end = index + 1,
            _ => {
                parts.push(index..index + 1);
                taken = column;
            }
        }
    }
    parts
}

/// How wide the longest word of a text is. The mark that it begins with stands beside the first one.
fn longest_word(text: &str) -> usize {
    let (mark, rest) = match text.split_once(' ') {
        Some((mark, rest)) if mark.chars().count() == 1 => (2, rest),
        _ => (0, text),
    };
    let widths = rest.split_whitespace().enumerate();
    widths.map(|(index, word)| width(&visible(word)) + if index == 0 { mark } else { 0 }).max().unwrap_or(0)
}

/// The mark of a verdict, the same as that of a hop.
fn mark(verdict: &str, style: &Style) -> (&'static str, Color) {
    let outcome = match verdict {
        "reachable" => HopOutcome::Passed,
        "partial" => HopOutcome::Partial,
        "blocked" => HopOutcome::Blocked,
        _ => HopOutcome::Unknown,
    };
    let (mark, role) = human::mark(outcome, style);
    let color = match role {
        Role::Good => Color::Green,
        Role::Error => Color::Red,
        _ => Color::Yellow,
    };
    (mark, color)
}

/// A mark, then why not, else through what, in colour where it is needed.
fn shown(cell: &Cell, style: &Style) -> TableCell {
    let text = TableCell::new(words(cell, style));
    if cell.needed { text.fg(mark(cell.verdict, style).1) } else { text.add_attribute(Attribute::Dim) }
}

/// A mark, then why not, else through what.
fn words(cell: &Cell, style: &Style) -> String {
    let (mark, _) = mark(cell.verdict, style);
    let mut words: Vec<&str> = Vec::new();
    let mut add = |word| {
        if !words.contains(&word) {
            words.push(word);
        }
    };
    match cell.verdict {
        "reachable" => {
            cell.subnets.iter().filter_map(|subnet| subnet.via.as_ref()).for_each(|via| add(short(via.kind)))
        }
        _ => cell.subnets.iter().flat_map(|subnet| &subnet.codes).for_each(|code| add(code)),
    }
    let reached = cell.subnets.iter().filter(|subnet| subnet.verdict == "reachable").count();
    let some = match cell.verdict {
        "partial" if reached > 0 => format!("\n{reached} of {} subnets", cell.subnets.len()),
        _ => String::new(),
    };
    format!("{mark} {}{some}", words.join(", ")).trim_end().to_owned()
}

/// What the way goes through, in as few words as tell it from others in a narrow column.
fn short(kind: &str) -> &str {
    match kind {
        "transit gateway attachment" => "transit gateway",
        "peering connection" => "peering",
        "egress-only internet gateway" => "egress-only gateway",
        other => other,
    }
}

/// What the marks mean, of those that occur, and what can't be told.
fn legend(matrix: &Matrix, style: &Style) -> String {
    let cells = || matrix.workloads.iter().flat_map(|row| &row.cells);
    let mut meanings = Vec::new();
    for verdict in ["reachable", "blocked", "partial", "unknown"] {
        if cells().any(|cell| cell.verdict == verdict) {
            meanings.push(format!("{} {verdict}", mark(verdict, style).0));
        }
    }
    let mut out = style.paint(Role::Dim, &meanings.join("   "));
    if style.color && cells().any(|cell| !cell.needed) {
        out.push_str(&style.paint(Role::Dim, "   dim: not needed"));
    }
    out.push('\n');
    let mut reasons: Vec<&str> = Vec::new();
    for reason in cells().filter(|cell| cell.needed).flat_map(|cell| &cell.subnets).flat_map(|subnet| &subnet.unknown) {
        if !reasons.contains(&reason.as_str()) {
            reasons.push(reason);
        }
    }
    for reason in reasons {
        for (index, line) in wrap(&visible(reason), room(style).saturating_sub(2)).into_iter().enumerate() {
            let mark = if index == 0 { style.paint(Role::Warning, "?") } else { " ".to_owned() };
            out.push_str(&format!("{mark} {line}\n"));
        }
    }
    out
}

fn lines(matrix: &Matrix) -> String {
    let mut out = String::new();
    for row in &matrix.workloads {
        for cell in row.cells.iter().filter(|cell| cell.needed) {
            let Some(destination) = matrix.destinations.get(cell.destination) else { continue };
            let (from, to) = (visible(&row.name), visible(&destination.name));
            out.push_str(&format!(
                "{}: {from} -> {to} ({} {})\n",
                cell.verdict, destination.protocol, destination.port
            ));
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_code_is_broken_where_a_table_has_room_for_it() {
        let destination = |name: &str| Destination { name: name.into(), protocol: "tcp", port: 443 };
        let names = ["ecr.api", "ecr.dkr", "logs", "s3", "123456789012.dkr.ecr.us-east-1.amazonaws.com"];
        let standing = Standing {
            subnet: None,
            verdict: "blocked",
            via: None,
            codes: vec!["nat-own-subnet", "block-public-access"],
            unknown: Vec::new(),
        };
        let cell =
            |index| Cell { destination: index, needed: true, verdict: "blocked", subnets: vec![standing.clone()] };
        let row = Row { name: "app".into(), hypothetical: false, cells: (0..names.len()).map(cell).collect() };
        let matrix = Matrix { destinations: names.map(destination).to_vec(), workloads: vec![row] };
        for width in [50, 60, 100, 160] {
            let shown = human(&matrix, false, &Style { width, ..Style::PLAIN });
            for word in ["nat-own-subnet", "block-public-access"] {
                assert_eq!(shown.matches(word).count(), names.len(), "{width}\n{shown}");
            }
            let widest = shown.lines().map(super::width).max();
            assert!(widest <= Some(width.max(62)), "{width}\n{shown}");
        }
    }
}
