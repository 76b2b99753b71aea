//! Secrets in JSON, which may be broken off.

use super::{is_holder, is_secret_name};
use crate::snapshot::locate::{element, end_of_value, member};
use serde_json::Value;
use std::ops::Range;

/// Members that say which of their neighbours are secret, each with the neighbour.
const MARKED: [(&[u8], &[u8]); 3] =
    [(b"before_sensitive", b"before"), (b"after_sensitive", b"after"), (b"sensitive_values", b"values")];

/// An object or a list that is open.
struct Open {
    start: usize,
    /// The member that is read: its name without quotes. None in lists.
    key: Option<Range<usize>>,
    /// Whether a member stands in it that says what is secret.
    has_marks: bool,
}

pub(super) fn find(text: &[u8]) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let mut stack: Vec<Open> = Vec::new();
    let mut at = 0;
    while let Some(&byte) = text.get(at) {
        match byte {
            b'{' | b'[' => {
                stack.push(Open { start: at, key: None, has_marks: false });
                at += 1;
            }
            b'}' | b']' => {
                at += 1;
                if let Some(open) = stack.pop() {
                    if open.has_marks {
                        marked(text, open.start, &mut found);
                    }
                    value(text, open.start..at, stack.last(), &mut found);
                }
            }
            b'"' => {
                let end = line_of_string(text, at);
                match stack.last_mut() {
                    Some(open) if text.get(open.start) == Some(&b'{') && is_name(text, end) => {
                        let key = at + 1..end.saturating_sub(1).max(at + 1);
                        let name = text.get(key.clone()).unwrap_or_default();
                        open.has_marks |= name == b"NoEcho" || MARKED.iter().any(|(mark, _)| name == *mark);
                        open.key = Some(key);
                    }
                    open => value(text, at..end, open.as_deref(), &mut found),
                }
                at = end;
            }
            _ => at += length_between(&text[at..]),
        }
    }
    // What is broken off is secret to its end.
    for pair in stack.windows(2) {
        value(text, pair[1].start..text.len(), Some(&pair[0]), &mut found);
    }
    found
}

/// How many bytes there are before the next that begins or ends something.
fn length_between(text: &[u8]) -> usize {
    text.iter().position(|byte| matches!(byte, b'{' | b'}' | b'[' | b']' | b'"')).unwrap_or(text.len())
}

/// One past the end of a string. No string of JSON has a line break: one that lacks its quote ends with the line, lest
/// names and values change places behind it.
fn line_of_string(text: &[u8], open: usize) -> usize {
    let mut at = open + 1;
    while let Some(found) = text.get(at..).and_then(|rest| memchr::memchr3(b'"', b'\\', b'\n', rest)) {
        at += found;
        match text[at] {
            b'"' => return at + 1,
            b'\n' => return at,
            _ if text.get(at + 1) == Some(&b'\n') => return at + 1,
            _ => at += 2,
        }
    }
    text.len()
}

/// Whether a string that ends here names a member: whatever stands before it may be broken.
fn is_name(text: &[u8], end: usize) -> bool {
    text[end..].iter().find(|byte| !byte.is_ascii_whitespace()) == Some(&b':')
}

/// A value is read: what it belongs to may say that it's secret.
fn value(text: &[u8], range: Range<usize>, parent: Option<&Open>, found: &mut Vec<Range<usize>>) {
    let key = parent.and_then(|open| open.key.clone()).and_then(|key| text.get(key));
    let Some(key) = key else { return };
    let is_secret = match text.get(range.start) {
        Some(b'[') => is_holder(key),
        // A template may have a parameter of this name.
        Some(b'{') => is_holder(key) && member(text, range.start, b"Type").is_none(),
        _ => is_secret_name(key),
    };
    if is_secret {
        hide(text, range, found);
    }
}

/// Hides a value but for its quotes or brackets.
fn hide(text: &[u8], range: Range<usize>, found: &mut Vec<Range<usize>>) {
    let closing = match text.get(range.start) {
        Some(b'{') => b'}',
        Some(b'[') => b']',
        Some(b'"') => b'"',
        _ => return found.push(range),
    };
    let inside = range.start + 1;
    let is_closed = range.end > inside && text.get(range.end - 1) == Some(&closing);
    found.push(inside..range.end - usize::from(is_closed));
}

/// What the members of an object say of their neighbours.
fn marked(text: &[u8], object: usize, found: &mut Vec<Range<usize>>) {
    let neighbour = |key: &[u8]| member(text, object, key).map(|start| whole(text, start));
    for (mark, of) in MARKED {
        if let (Some(mark), Some(of)) = (neighbour(mark), neighbour(of)) {
            // One that can't be read, as it is too deep, hides all.
            let mark = serde_json::from_slice(&text[mark]).unwrap_or(Value::Bool(true));
            sensitive(text, of, &mark, found);
        }
    }
    let no_echo = neighbour(b"NoEcho").is_some_and(|range| matches!(&text[range], b"true" | b"\"true\""));
    if let (true, Some(default)) = (no_echo, neighbour(b"Default")) {
        hide(text, default, found);
    }
}

/// The value that begins at `start`, which broken text may not have.
fn whole(text: &[u8], start: usize) -> Range<usize> {
    let start = start.min(text.len());
    start..end_of_value(text, start)
}

/// Hides what a tree of marks beside a value says is secret. The tree's depth is serde_json's at most.
fn sensitive(text: &[u8], range: Range<usize>, mark: &Value, found: &mut Vec<Range<usize>>) {
    match mark {
        Value::Bool(true) => hide(text, range, found),
        Value::Object(marks) => {
            for (key, mark) in marks {
                // A name that is written with escapes is found as it's written.
                let name = serde_json::to_vec(key).unwrap_or_default();
                let name = name.get(1..name.len().saturating_sub(1)).unwrap_or_default();
                if let Some(start) = member(text, range.start, name) {
                    sensitive(text, whole(text, start), mark, found);
                }
            }
        }
        Value::Array(marks) => {
            for (index, mark) in marks.iter().enumerate() {
                if let Some(start) = element(text, range.start, index) {
                    sensitive(text, whole(text, start), mark, found);
                }
            }
        }
        _ => {}
    }
}
