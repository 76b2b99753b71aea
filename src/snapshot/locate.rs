//! Finds the bytes of a value inside JSON text that is known to be well-formed, without parsing what lies beside it.

use super::place::Step;
use std::ops::Range;

/// The byte range of the value that `path` leads to, from the value that begins at or after `start`. A step that leads
/// nowhere ends the walk: the range is then that of the deepest value found.
pub(super) fn find(bytes: &[u8], start: usize, path: &[Step]) -> Range<usize> {
    let mut begin = skip_space(bytes, start);
    for step in path {
        let next = match step {
            Step::Key(key) => member(bytes, begin, key.as_bytes()),
            Step::Index(index) => element(bytes, begin, *index as usize),
        };
        match next {
            Some(next) => begin = next,
            None => break,
        }
    }
    begin..end_of_value(bytes, begin)
}

fn skip_space(bytes: &[u8], mut at: usize) -> usize {
    while matches!(bytes.get(at), Some(b' ' | b'\n' | b'\r' | b'\t')) {
        at += 1;
    }
    at
}

/// One past the string's closing quote, from its opening one.
pub(crate) fn end_of_string(bytes: &[u8], open: usize) -> usize {
    let mut at = open + 1;
    while let Some(found) = bytes.get(at..).and_then(|rest| memchr::memchr2(b'"', b'\\', rest)) {
        at += found;
        if bytes[at] == b'"' {
            return at + 1;
        }
        at += 2;
    }
    bytes.len()
}

/// One past the end of the value that begins at `begin`. Nesting is counted, not recursed into: hostile input is deep.
pub(super) fn end_of_value(bytes: &[u8], begin: usize) -> usize {
    match bytes.get(begin) {
        Some(b'"') => end_of_string(bytes, begin),
        Some(b'{' | b'[') => {
            let mut depth = 0usize;
            let mut at = begin;
            while let Some(byte) = bytes.get(at) {
                match byte {
                    b'"' => {
                        at = end_of_string(bytes, at);
                        continue;
                    }
                    b'{' | b'[' => depth += 1,
                    b'}' | b']' => {
                        depth -= 1;
                        if depth == 0 {
                            return at + 1;
                        }
                    }
                    _ => {}
                }
                at += 1;
            }
            bytes.len()
        }
        _ => {
            let mut at = begin;
            while let Some(byte) = bytes.get(at) {
                if matches!(byte, b',' | b'}' | b']' | b' ' | b'\n' | b'\r' | b'\t') {
                    break;
                }
                at += 1;
            }
            at
        }
    }
}

/// Where the value of an object's member begins. The key is compared as it is written.
pub(super) fn member(bytes: &[u8], object: usize, key: &[u8]) -> Option<usize> {
    if bytes.get(object) != Some(&b'{') {
        return None;
    }
    let mut at = skip_space(bytes, object + 1);
    while bytes.get(at) == Some(&b'"') {
        let close = end_of_string(bytes, at);
        let name = bytes.get(at + 1..close.checked_sub(1)?)?;
        let colon = skip_space(bytes, close);
        let value = skip_space(bytes, colon + 1);
        if name == key {
            return Some(value);
        }
        at = skip_space(bytes, end_of_value(bytes, value));
        if bytes.get(at) != Some(&b',') {
            return None;
        }
        at = skip_space(bytes, at + 1);
    }
    None
}

/// Where an element of a list begins.
pub(super) fn element(bytes: &[u8], list: usize, index: usize) -> Option<usize> {
    if bytes.get(list) != Some(&b'[') {
        return None;
    }
    let mut at = skip_space(bytes, list + 1);
    for _ in 0..index {
        at = skip_space(bytes, end_of_value(bytes, at));
        if bytes.get(at) != Some(&b',') {
            return None;
        }
        at = skip_space(bytes, at + 1);
    }
    (bytes.get(at).is_some_and(|byte| *byte != b']')).then_some(at)
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = r#"{"a": {"x\"y": [1, {"b": "c,}]"} , [], -2.5]}, "n": null}"#;

    #[test]
    fn finds_values_by_path() {
        let cases: &[(&[Step], &str)] = &[
            (&[], TEXT),
            (&[Step::Key("n".into())], "null"),
            (&[Step::Key("a".into()), Step::Key("x\\\"y".into()), Step::Index(0)], "1"),
            (&[Step::Key("a".into()), Step::Key("x\\\"y".into()), Step::Index(1), Step::Key("b".into())], r#""c,}]""#),
            (&[Step::Key("a".into()), Step::Key("x\\\"y".into()), Step::Index(2)], "[]"),
            (&[Step::Key("a".into()), Step::Key("x\\\"y".into()), Step::Index(3)], "-2.5"),
        ];
        for (path, expected) in cases {
            assert_eq!(&TEXT[find(TEXT.as_bytes(), 0, path)], *expected, "{path:?}");
        }
    }

    #[test]
    fn a_step_that_leads_nowhere_stops_at_the_deepest_value() {
        let at = find(TEXT.as_bytes(), 0, &[Step::Key("n".into()), Step::Key("gone".into())]);
        assert_eq!(&TEXT[at], "null");
        let at = find(TEXT.as_bytes(), 0, &[Step::Key("a".into()), Step::Key("x\\\"y".into()), Step::Index(9)]);
        assert!(TEXT[at].starts_with("[1"));
    }

    #[test]
    fn deep_nesting_and_cut_text_end() {
        let deep = "[".repeat(100_000);
        assert_eq!(find(deep.as_bytes(), 0, &[]), 0..100_000);
        assert_eq!(find(br#"{"a": "b"#, 0, &[Step::Key("a".into())]), 6..8);
    }
}
