//! The lines around labels that stand near each other.

use super::row::{Row, line_around};
use super::sheet::Sheet;
use crate::report::style::Style;
use std::ops::Range;
use textwrap::core::display_width;

/// Lines of context above and below a label.
const CONTEXT: usize = 1;

/// Labels that are fewer lines apart share a cluster.
const NEAR: usize = 5;

/// The room that a label is given beside its line before the line gives way.
const LABEL: usize = 28;

/// How much of a long line is looked at.
const REACH: usize = 4 << 10;

/// A few consecutive lines with the labels in them.
#[derive(Debug)]
pub(super) struct Cluster {
    /// Number of the first line.
    pub(super) first: usize,
    pub(super) rows: Vec<Row>,
}

impl Cluster {
    /// Number of the last line.
    pub(super) fn last(&self) -> usize {
        self.first + self.rows.len().saturating_sub(1)
    }

    /// Whether it has a label.
    pub(super) fn is_labelled(&self) -> bool {
        self.rows.iter().any(|row| !row.spans.is_empty())
    }

    /// Whether lines, or labels beside them, need more than `room` columns.
    fn is_crowded(&self, room: usize, sheet: &Sheet<'_>) -> bool {
        self.rows.iter().any(|row| {
            let label = |(range, index): &(Range<usize>, usize)| {
                let width = display_width(&sheet.spans[*index].text).min(LABEL);
                row.middle(range) + 4 + width > room
            };
            row.width() > room || row.spans.iter().any(label)
        })
    }

    fn indent(&self) -> usize {
        self.rows.iter().filter_map(Row::indent).min().unwrap_or(0)
    }

    fn dedent(&mut self, spaces: usize) {
        self.rows.iter_mut().for_each(|row| row.dedent(spaces));
    }
}

/// Fits a sheet's clusters to `room` columns. The indentation that all have in common goes always, a crowded cluster's own
/// next, and then what lies far from the label.
pub(super) fn fit(clusters: &mut [Cluster], room: usize, sheet: &Sheet<'_>, style: &Style) {
    let common = clusters.iter().map(Cluster::indent).min().unwrap_or(0);
    for cluster in clusters {
        cluster.dedent(common);
        if cluster.is_crowded(room, sheet) {
            cluster.dedent(cluster.indent());
        }
        for row in &mut cluster.rows {
            row.fit(room, style);
        }
    }
}

/// Cuts a sheet's clusters out, from top to bottom; the line that names the entity is one of them.
pub(super) fn clusters(sheet: &Sheet<'_>) -> Vec<Cluster> {
    // The line of each label, in order; the identity has no label.
    let mut points: Vec<(Range<usize>, usize)> = Vec::new();
    for span in &sheet.spans {
        let line = line_around(&sheet.text, span.range.start, REACH);
        points.push((line, sheet.position(span.range.start).0));
    }
    let mut clusters: Vec<Cluster> = Vec::new();
    let mut rest = points.as_slice();
    while let Some((first, _)) = rest.first() {
        let together = 1 + rest.windows(2).take_while(|pair| pair[1].1 - pair[0].1 <= NEAR).count();
        let (group, others) = rest.split_at(together);
        rest = others;
        let last = group.last().map_or(first, |(line, _)| line);
        clusters.push(cut(sheet, first.clone(), last.end, group[0].1));
    }
    if let Some(identity) = &sheet.identity {
        let number = sheet.position(identity.start).0;
        let shown = clusters.iter().any(|cluster| (cluster.first..=cluster.last()).contains(&number));
        if !shown {
            let line = line_around(&sheet.text, identity.start, REACH);
            clusters.push(Cluster { first: number, rows: vec![Row::new(&sheet.text, &line, &[], &sheet.secrets)] });
            clusters.sort_by_key(|cluster| cluster.first);
        }
    }
    clusters
}

/// The lines from the one at `first` to the one that ends at `end`, with context.
fn cut(sheet: &Sheet<'_>, first: Range<usize>, end: usize, number: usize) -> Cluster {
    let text = &sheet.text;
    let mut number = number;
    let mut lines = Vec::new();
    let mut begin = first.start;
    for _ in 0..CONTEXT {
        if begin > sheet.bounds.start && text.get(begin - 1) == Some(&b'\n') {
            let line = line_around(text, begin - 1, REACH);
            begin = line.start;
            number -= 1;
            lines.insert(0, line);
        }
    }
    let mut line = first;
    let mut after = 0;
    loop {
        let next = line.end + 1;
        let below = line.end >= end;
        lines.push(line.clone());
        if (below && after == CONTEXT) || next >= sheet.bounds.end || text.get(line.end) != Some(&b'\n') {
            break;
        }
        after += usize::from(below);
        line = line_around(text, next, REACH);
    }
    let rows = lines
        .iter()
        .map(|line| {
            let inside = |range: &Range<usize>| (line.start..=line.end).contains(&range.start);
            let spans: Vec<(Range<usize>, usize)> = sheet
                .spans
                .iter()
                .enumerate()
                .filter(|(_, span)| inside(&span.range))
                .map(|(index, span)| (span.range.clone(), index))
                .collect();
            Row::new(text, line, &spans, &sheet.secrets)
        })
        .collect();
    Cluster { first: number, rows }
}
