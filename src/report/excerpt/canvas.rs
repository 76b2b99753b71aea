//! Puts the clusters of all sheets into one picture, miette drawing the labels of each.

use super::cluster::{Cluster, clusters, fit};
use super::row::Row;
use super::sheet::Sheet;
use crate::report::style::{Role, Style};
use crate::report::text;
use crate::rules::Severity;
use miette::{
    Diagnostic, GraphicalReportHandler, GraphicalTheme, LabeledSpan, MietteError, MietteSpanContents, SourceCode,
    SourceSpan, SpanContents, ThemeCharacters, ThemeStyles,
};
use std::fmt::{self, Write};
use std::ops::Range;

/// Draws the sheets one below the other.
pub(super) fn draw(sheets: &[Sheet<'_>], style: &Style, severity: Severity) -> Result<String, fmt::Error> {
    let mut cut: Vec<Vec<Cluster>> = sheets.iter().map(clusters).collect();
    let number_width = cut.iter().flatten().map(|cluster| cluster.last().to_string().len()).max().unwrap_or(1);
    let room = style.width.saturating_sub(number_width + 4);
    let theme = theme(style);
    let chars = &theme.characters;
    let gutter = " ".repeat(number_width + 2);
    let mut out = String::new();
    for (index, (sheet, cut)) in sheets.iter().zip(&mut cut).enumerate() {
        let corner = if index == 0 { chars.ltop } else { chars.lcross };
        if index > 0 {
            writeln!(out, "{gutter}{}", chars.vbar)?;
        }
        let title = style.paint(Role::Accent, &sheet.title());
        writeln!(out, "{gutter}{corner}{}[{title}]", chars.hbar)?;
        fit(cut, room, sheet, style);
        let mut previous: Option<usize> = None;
        for cluster in cut {
            if previous.is_some_and(|last| cluster.first > last + 1) {
                writeln!(out, "{gutter}{}", if style.unicode { "┆" } else { "..." })?;
            }
            previous = Some(cluster.last());
            if cluster.is_labelled() {
                let pad = number_width - cluster.last().to_string().len();
                labelled(&mut out, cluster, sheet, &theme, severity, (pad, room, style.width))?;
            } else {
                unlabelled(&mut out, cluster, chars, style, number_width)?;
            }
        }
    }
    if !out.is_empty() {
        writeln!(out, "{gutter}{}{}", chars.lbot, chars.hbar.to_string().repeat(4))?;
    }
    Ok(out)
}

fn theme(style: &Style) -> GraphicalTheme {
    GraphicalTheme {
        characters: if style.unicode { ThemeCharacters::unicode() } else { ThemeCharacters::ascii() },
        styles: if style.color { ThemeStyles::ansi() } else { ThemeStyles::none() },
    }
}

/// Lines that only say where one is.
fn unlabelled(
    out: &mut String,
    cluster: &Cluster,
    chars: &ThemeCharacters,
    style: &Style,
    number_width: usize,
) -> fmt::Result {
    for (row, number) in cluster.rows.iter().zip(cluster.first..) {
        let number = style.paint(Role::Dim, &format!("{number:number_width$}"));
        writeln!(out, " {number} {} {}", chars.vbar, row.text)?;
    }
    Ok(())
}

/// Lines with labels, by miette: of what it draws the frame goes, as the whole picture has one frame.
fn labelled(
    out: &mut String,
    cluster: &Cluster,
    sheet: &Sheet<'_>,
    theme: &GraphicalTheme,
    severity: Severity,
    (pad, room, width): (usize, usize, usize),
) -> fmt::Result {
    let mut code = String::new();
    let mut labels = Vec::new();
    let mut primaries = Vec::new();
    for row in &cluster.rows {
        for (range, index) in &row.spans {
            let span = &sheet.spans[*index];
            let least = LEAST_LABEL.min(text::width(&span.text));
            let range = underlined(row, range, room.saturating_sub(LABEL_ARM + least));
            let label = wrap(&span.text, room.saturating_sub(row.middle(&range) + LABEL_ARM));
            let label = (!label.is_empty()).then_some(label);
            labels.push(LabeledSpan::new(label, code.len() + range.start, range.len()));
            primaries.push(span.primary);
        }
        code.push_str(&row.text);
        code.push('\n');
    }
    // miette hands its styles out to the labels in the order of their offsets, which is the order here.
    let mut theme = theme.clone();
    let first = match severity {
        Severity::Error => theme.styles.error,
        Severity::Warning => theme.styles.warning,
        Severity::Info => theme.styles.highlights[0],
    };
    let others = theme.styles.advice;
    theme.styles.highlights = primaries.iter().map(|primary| if *primary { first } else { others }).collect();
    let diagnostic = Excerpt { text: code, line: cluster.first - 1, labels };
    let mut drawn = String::new();
    GraphicalReportHandler::new_themed(theme)
        .with_width(width)
        .with_urls(false)
        .without_syntax_highlighting()
        .render_report(&mut drawn, &diagnostic)?;
    let lines: Vec<&str> = drawn.lines().collect();
    // The headline (empty) and the frame's top come first, the frame's bottom last.
    let inner = lines.get(2..lines.len().saturating_sub(1)).unwrap_or_default();
    for line in inner {
        writeln!(out, "{:pad$}{}", "", line.trim_end())?;
    }
    Ok(())
}

/// The columns between the middle of an underline and its label.
const LABEL_ARM: usize = 4;

/// The columns that a label has at least.
const LEAST_LABEL: usize = 16;

/// A label over as many lines as it needs.
fn wrap(text: &str, room: usize) -> String {
    text::wrap(text, room.max(LEAST_LABEL)).join("\n")
}

/// What to underline of a range, so that its label hangs no further to the right than column `furthest`: in a narrow
/// terminal only its beginning.
fn underlined(row: &Row, range: &Range<usize>, furthest: usize) -> Range<usize> {
    let mut shown = range.clone();
    while row.middle(&shown) > furthest {
        let end = row.text.floor_char_boundary(shown.end - 1);
        if end <= shown.start {
            break;
        }
        shown.end = end;
    }
    shown
}

/// A cluster as miette wants it.
#[derive(Debug)]
struct Excerpt {
    text: String,
    line: usize,
    labels: Vec<LabeledSpan>,
}

impl fmt::Display for Excerpt {
    fn fmt(&self, _: &mut fmt::Formatter<'_>) -> fmt::Result {
        Ok(())
    }
}

impl std::error::Error for Excerpt {}

impl Diagnostic for Excerpt {
    fn source_code(&self) -> Option<&dyn SourceCode> {
        Some(self)
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        Some(Box::new(self.labels.iter().cloned()))
    }
}

impl SourceCode for Excerpt {
    /// The whole excerpt, whatever is asked for: its context is chosen already.
    fn read_span<'a>(
        &'a self,
        _: &SourceSpan,
        _: usize,
        _: usize,
    ) -> Result<Box<dyn SpanContents<'a> + 'a>, MietteError> {
        let text = self.text.as_bytes();
        let count = self.text.lines().count();
        Ok(Box::new(MietteSpanContents::new(text, SourceSpan::from((0, text.len())), self.line, 0, count)))
    }
}
