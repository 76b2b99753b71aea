//! One picture of several places: excerpts of the input with labels at the very bytes.
//!
//! Places of one entity (one route table, one NAT gateway) make a [`sheet::Sheet`]; the lines around its labels are cut
//! out as clusters, fitted to the width, and handed to miette one cluster at a time. miette never sees a file: it would
//! read 200 MB for each label, and panics on a column beyond 65,535.

mod canvas;
mod cluster;
mod reindent;
mod row;
mod sheet;

#[cfg(test)]
mod tests;

use super::style::Style;
use super::visible::visible;
use crate::rules::Severity;
use crate::snapshot::{Location, Sources};

/// A place with what to say about it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Mark<'a> {
    /// Where.
    pub(super) location: &'a Location,
    /// What it is.
    pub(super) text: &'a str,
    /// Whether it is the place to look at first.
    pub(super) primary: bool,
}

/// What was drawn.
#[derive(Debug, Default)]
pub(super) struct Picture {
    /// The lines of the picture, each ended; empty where there was nothing to show.
    pub(super) text: String,
    /// What to know about it: that it is re-indented, or that places were left out.
    pub(super) notes: Vec<String>,
}

/// Draws the excerpts around `marks`, in their order, `limit` entities at most.
pub(super) fn draw(marks: &[Mark<'_>], sources: &Sources, style: &Style, severity: Severity, limit: usize) -> Picture {
    // A last resort: nothing is known to panic here, but a lint must not fail for want of a picture.
    let drawn = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
        let (sheets, left_out) = sheet::gather(marks, sources, style, limit);
        let text = canvas::draw(&sheets, style, severity)?;
        let mut notes = sheet::notes(&sheets);
        if left_out > 0 {
            notes.push(format!("{left_out} more places are not shown"));
        }
        Ok::<_, std::fmt::Error>(Picture { text, notes })
    }));
    match drawn {
        Ok(Ok(picture)) => picture,
        _ => plain(marks, sources, limit),
    }
}

/// The places as `file:line:column: text`.
fn plain(marks: &[Mark<'_>], sources: &Sources, limit: usize) -> Picture {
    let mut text = String::new();
    for mark in marks.iter().take(limit) {
        let at = sources.resolve(mark.location);
        let name = visible(sources.get(at.source).name());
        let label = visible(mark.text);
        text.push_str(&format!("  --> {name}:{}:{}: {label}\n", at.line, at.column));
    }
    Picture { text, notes: Vec::new() }
}

/// Where a place is best pointed at: a scalar on one line instead of an object over many.
pub(super) fn point(location: &Location, sources: &Sources) -> Location {
    sheet::point(location, sources)
}
