//! Lays prose out in columns.

use textwrap::core::display_width;
use textwrap::{Options, WordSeparator, WordSplitter, WrapAlgorithm};

/// `text` in lines of at most `width` columns, broken at spaces; an id is never broken unless it alone is too wide.
pub(super) fn wrap(text: &str, width: usize) -> Vec<String> {
    wrap_beside(text, width, 0, 0)
}

/// The same, where `first` columns of the first line and `others` of the others are taken by something else.
pub(super) fn wrap_beside(text: &str, width: usize, first: usize, others: usize) -> Vec<String> {
    let (first, others) = (" ".repeat(first), " ".repeat(others));
    let options = Options::new(width.max(1))
        .initial_indent(&first)
        .subsequent_indent(&others)
        .word_separator(WordSeparator::AsciiSpace)
        .word_splitter(WordSplitter::NoHyphenation)
        .wrap_algorithm(WrapAlgorithm::FirstFit);
    let wrapped = textwrap::wrap(text, options);
    let taken = |index: usize| {
        if index == 0 { first.len() } else { others.len() }
    };
    wrapped.iter().enumerate().map(|(index, line)| line.get(taken(index)..).unwrap_or_default().to_owned()).collect()
}

/// How many columns `text` fills.
pub(super) fn width(text: &str) -> usize {
    display_width(text)
}

/// `1 error`, `2 errors`.
pub(super) fn count(number: usize, what: &str) -> String {
    let plural = if number == 1 { "" } else { "s" };
    format!("{number} {what}{plural}")
}

/// The first `limit` items, and how many more there are: `a, b and 3 more`.
pub(super) fn list<T: AsRef<str>>(items: &[T], limit: usize) -> String {
    // "and 1 more" takes the room of the one.
    let limit = if items.len() == limit.saturating_add(1) { items.len() } else { limit };
    let shown: Vec<&str> = items.iter().take(limit).map(AsRef::as_ref).collect();
    let mut text = shown.join(", ");
    if items.len() > limit {
        text.push_str(&format!(" and {} more", items.len() - limit));
    }
    text
}
