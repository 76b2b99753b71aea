//! One row a finding.

use super::human::counts;
use super::style::Style;
use super::visible::visible;
use super::{Input, excerpt, seen, text};
use crate::rules::{Finding, Severity};
use comfy_table::presets::{ASCII_HORIZONTAL_ONLY, UTF8_HORIZONTAL_ONLY};
use comfy_table::{Attribute, Cell, Color, ColumnConstraint, ContentArrangement, Table, Width};
use std::io::{self, Write};

/// Below this width the columns but the message's are stacked.
const NARROW: usize = 120;

/// Writes the report.
pub(super) fn write(input: &Input<'_>, style: &Style, out: &mut dyn Write) -> io::Result<()> {
    let findings = &input.judgement.findings;
    if !findings.is_empty() {
        for line in table(input, style).lines() {
            writeln!(out, "{}", line.trim_end())?;
        }
    }
    if input.quiet {
        return Ok(());
    }
    for one in &input.judgement.unexplained {
        let text = format!("{}: {}", seen::UNEXPLAINED, seen::with_meaning(one));
        for line in text::wrap(&text, style.width) {
            writeln!(out, "{line}")?;
        }
    }
    writeln!(out, "{}", counts(input))
}

/// A table without rows, as wide as the output.
pub(super) fn empty(style: &Style) -> Table {
    let mut table = Table::new();
    table
        .load_style(if style.unicode { UTF8_HORIZONTAL_ONLY } else { ASCII_HORIZONTAL_ONLY })
        .set_content_arrangement(ContentArrangement::Dynamic)
        .set_width(u16::try_from(style.width).unwrap_or(u16::MAX));
    if style.color {
        table.enforce_styling();
    } else {
        table.force_no_tty();
    }
    table
}

fn table(input: &Input<'_>, style: &Style) -> Table {
    let mut table = empty(style);
    let narrow = style.width < NARROW;
    let header: &[&str] =
        if narrow { &["finding", "message"] } else { &["severity", "rule", "resource", "message", "place"] };
    table.set_header(header.iter().map(|name| Cell::new(name).add_attribute(Attribute::Bold)));
    for finding in &input.judgement.findings {
        table.add_row(row(finding, input, narrow));
    }
    // Ids and places are kept whole where there is room: it is the message that gives way.
    let most = if narrow { style.width / 2 } else { style.width / 4 };
    for (column, width) in table.column_max_content_widths().into_iter().enumerate() {
        if header[column] != "message"
            && let Some(column) = table.column_mut(column)
        {
            let most = u16::try_from(most).unwrap_or(u16::MAX);
            column.set_constraint(match width + 2 > most {
                true => ColumnConstraint::Absolute(Width::Fixed(most)),
                false => ColumnConstraint::ContentWidth,
            });
        }
    }
    table
}

fn row(finding: &Finding, input: &Input<'_>, narrow: bool) -> Vec<Cell> {
    let resource = match &finding.resource.name {
        Some(name) => format!("{}\n{}", visible(&finding.resource.id), visible(name)),
        None => visible(&finding.resource.id).into_owned(),
    };
    let place = finding.labels.first().map(|label| {
        let at = input.sources.resolve(&excerpt::point(&label.location, input.sources));
        let name = visible(input.sources.get(at.source).name());
        format!("{name}:{}:{}", at.line, at.column)
    });
    let place = place.unwrap_or_default();
    let rule = visible(&finding.rule);
    let seen = finding.seen.iter().map(|one| format!("\nseen: {}", seen::sentence(one)));
    let message = format!("{}{}", visible(&finding.message), seen.collect::<String>());
    let color = match finding.severity {
        Severity::Error => Color::Red,
        Severity::Warning => Color::Yellow,
        Severity::Info => Color::Blue,
    };
    let severity = |text: String| Cell::new(text).fg(color).add_attribute(Attribute::Bold);
    if narrow {
        let lines = format!("{}[{rule}]\n{resource}\n{place}", finding.severity);
        vec![severity(lines), Cell::new(message)]
    } else {
        vec![
            severity(finding.severity.to_string()),
            Cell::new(rule),
            Cell::new(resource),
            Cell::new(message),
            Cell::new(place),
        ]
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::Format;
    use crate::report::sample::Sample;
    use crate::report::text::width;

    #[test]
    fn rows_at_several_widths() {
        for columns in [60, 120] {
            let style = Style { width: columns, ..Style::PLAIN };
            let out = Sample::indented().shown(Format::Table, &style);
            for line in out.lines().filter(|line| !line.contains(';')) {
                assert!(width(line) <= columns, "{columns}: {line}");
            }
            insta::assert_snapshot!(format!("rows_{columns}"), out);
        }
    }

    #[test]
    fn no_findings_no_table() {
        assert_eq!(Sample::clean().shown(Format::Table, &Style::PLAIN), "no findings in 41 rules; 3 ignored\n");
    }

    #[test]
    fn colours_only_where_asked_for() {
        let plain = Sample::indented().shown(Format::Table, &Style::PLAIN);
        assert!(!plain.contains('\u{1b}'));
        let style = Style { color: true, ..Style::PLAIN };
        assert!(Sample::indented().shown(Format::Table, &style).contains("\u{1b}["));
    }
}
