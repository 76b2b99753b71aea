//! Secrets in YAML, line by line: by a key and what is indented below it. The text may be no YAML at all.

use super::{is_holder, is_secret_name};
use std::ops::Range;

/// A line that isn't blank.
struct Line {
    /// The bytes without indentation and space at the end.
    content: Range<usize>,
    /// The columns before the content.
    indent: usize,
    /// The columns before the key: as many more as there are dashes of lists and the spaces behind them.
    column: usize,
    key: Range<usize>,
    /// What stands behind the key's colon.
    value: Range<usize>,
}

pub(super) fn find(text: &[u8]) -> Vec<Range<usize>> {
    let lines = lines(text);
    let mut found = Vec::new();
    for (index, line) in lines.iter().enumerate() {
        let key = &text[line.key.clone()];
        let value = &text[line.value.clone()];
        if is_secret_name(key) || (is_holder(key) && holds(text, value, lines.get(index + 1))) {
            hide(&lines, index, &mut found);
        } else if key == b"NoEcho" && is_true(value) {
            for default in siblings(&lines, index).filter(|at| &text[lines[*at].key.clone()] == b"Default") {
                hide(&lines, default, &mut found);
            }
        } else {
            inline(text, &lines, index, &mut found);
        }
    }
    found
}

fn lines(text: &[u8]) -> Vec<Line> {
    let mut lines = Vec::new();
    let mut start = 0;
    for raw in text.split(|byte| *byte == b'\n') {
        let content = raw.trim_ascii();
        if !content.is_empty() {
            let indent = raw.len() - raw.trim_ascii_start().len();
            let mut rest = content;
            while let Some(item) = rest.strip_prefix(b"- ") {
                rest = item.trim_ascii_start();
            }
            let column = indent + content.len() - rest.len();
            let colon = colon(rest);
            let name = rest[..colon.unwrap_or(0)].trim_ascii();
            let quotes = usize::from(name.len() > 1 && matches!(name[0], b'"' | b'\''));
            let begin = start + column;
            let end = start + indent + content.len();
            let behind = colon.map_or(&rest[rest.len()..], |colon| rest[colon + 1..].trim_ascii_start());
            lines.push(Line {
                content: start + indent..end,
                indent,
                column,
                key: begin + quotes..begin + name.len() - quotes,
                value: end - behind.len()..end,
            });
        }
        start += raw.len() + 1;
    }
    lines
}

/// The colon behind a key: one that a space or the line's end follows.
fn colon(text: &[u8]) -> Option<usize> {
    memchr::memchr_iter(b':', text).find(|at| text.get(at + 1).is_none_or(|next| next.is_ascii_whitespace()))
}

fn is_true(value: &[u8]) -> bool {
    matches!(value, b"true" | b"True" | b"TRUE" | b"'true'" | b"\"true\"" | b"yes")
}

/// Whether a key of a holder's name has the form of one: a tag and a template's parameter have not.
fn holds(text: &[u8], value: &[u8], next: Option<&Line>) -> bool {
    match value.first() {
        None | Some(b'#') => next.is_some_and(|line| {
            !matches!(&text[line.key.clone()], b"Type" | b"Description" | b"Default" | b"AllowedValues")
        }),
        Some(first) => matches!(first, b'[' | b'{' | b'!' | b'&' | b'*' | b'|' | b'>'),
    }
}

/// Hides a key's value: behind its colon, and the lines below that are indented more, or begin a list's elements.
fn hide(lines: &[Line], index: usize, found: &mut Vec<Range<usize>>) {
    let line = &lines[index];
    found.push(line.value.clone());
    let is_below = |below: &&Line| {
        let is_element = below.column > below.indent && below.indent == line.column;
        below.indent > line.column || is_element
    };
    found.extend(lines[index + 1..].iter().take_while(is_below).map(|below| below.content.clone()));
}

/// The lines of the mapping that a line is part of.
fn siblings(lines: &[Line], index: usize) -> impl Iterator<Item = usize> {
    let column = lines[index].column;
    let first = lines[..index].iter().rposition(|line| line.column < column).map_or(0, |at| at + 1);
    let last = lines[index..].iter().position(|line| line.column < column).map_or(lines.len(), |at| index + at);
    (first..last).filter(move |at| lines[*at].column == column)
}

/// A mapping on one line: `{Name: app, Environment: [...]}`, which may go on below.
fn inline(text: &[u8], lines: &[Line], index: usize, found: &mut Vec<Range<usize>>) {
    let line = &lines[index];
    let content = &text[line.content.clone()];
    let no_echo = memchr::memmem::find(content, b"NoEcho").is_some();
    let secret = memchr::memchr_iter(b':', content).find(|colon| {
        let before = content[..*colon].trim_ascii_end();
        let before = before.strip_suffix(b"\"").or(before.strip_suffix(b"'")).unwrap_or(before);
        let is_name = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-');
        let name = &before[before.iter().rposition(|byte| !is_name(byte)).map_or(0, |at| at + 1)..];
        let value = content[colon + 1..].trim_ascii_start();
        let is_holder = is_holder(name) && matches!(value.first(), None | Some(b'[' | b'{' | b'!'));
        // The key at the line's beginning is judged by the caller.
        let is_first = line.content.start + colon < line.value.start;
        !is_first && (is_holder || is_secret_name(name) || (no_echo && name == b"Default"))
    });
    if let Some(colon) = secret {
        let behind = content[colon + 1..].trim_ascii_start();
        found.push(line.content.end - behind.len()..line.content.end);
        let below = lines[index + 1..].iter().take_while(|below| below.indent > line.indent);
        found.extend(below.map(|below| below.content.clone()));
    }
}
