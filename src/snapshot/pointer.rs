//! From a byte of JSON text to the JSON pointer of the value it belongs to.

use super::locate::end_of_string;
use super::mark::mark_length;
use std::ops::Range;

struct Frame {
    start: usize,
    is_object: bool,
    expects_key: bool,
    key: Range<usize>,
    index: usize,
}

/// The pointer and the first token of the last value that begins at or before `offset`, in the well-formed text that
/// begins at `begin`.
pub(crate) fn pointer_at(bytes: &[u8], begin: usize, offset: usize) -> (String, Range<usize>) {
    let mut last = begin..(begin + 1).min(bytes.len());
    walk(bytes, begin, offset, |_, token| last = token);
    // The pointer is made for that value alone: in hostile input it is long.
    let mut pointer = String::new();
    walk(bytes, begin, last.start, |frames, token| {
        if token.start == last.start {
            pointer = pointer_of(frames, bytes);
        }
    });
    (pointer, last)
}

/// The pointer of the object that holds the byte at `offset`, and where its keys of that name stand, quotes included.
pub(crate) fn keys_at(bytes: &[u8], begin: usize, offset: usize, name: &str) -> (String, Vec<Range<usize>>) {
    let frames = walk(bytes, begin, offset, |_, _| {});
    let Some((object, parents)) = frames.split_last() else { return (String::new(), Vec::new()) };
    let (mut found, mut depth, mut expects_key, mut at) = (Vec::new(), 0usize, false, object.start);
    while let Some(byte) = bytes.get(at) {
        match byte {
            b'{' | b'[' => {
                depth += 1;
                expects_key = depth == 1;
            }
            b'}' | b']' if depth <= 1 => break,
            b'}' | b']' => depth -= 1,
            b',' => expects_key = depth == 1,
            b':' => expects_key = false,
            b'"' => {
                let end = end_of_string(bytes, at);
                // A key may be written with escapes.
                if expects_key && serde_json::from_slice::<String>(&bytes[at..end]).is_ok_and(|key| key == name) {
                    found.push(at..end);
                }
                at = end;
                continue;
            }
            _ => {}
        }
        at += 1;
    }
    (pointer_of(parents, bytes), found)
}

/// Goes through the tokens that begin at or before `offset`, tells of each value, and hands over what is open at the end.
fn walk(bytes: &[u8], begin: usize, offset: usize, mut value: impl FnMut(&[Frame], Range<usize>)) -> Vec<Frame> {
    let mut frames: Vec<Frame> = Vec::new();
    let mut at = begin + mark_length(&bytes[begin..]);
    while at < bytes.len() && at <= offset {
        let byte = bytes[at];
        match byte {
            b'{' | b'[' => {
                value(&frames, at..at + 1);
                let is_object = byte == b'{';
                frames.push(Frame { start: at, is_object, expects_key: is_object, key: at..at, index: 0 });
                at += 1;
            }
            b'}' | b']' => {
                frames.pop();
                at += 1;
            }
            b',' => {
                if let Some(frame) = frames.last_mut() {
                    frame.index += 1;
                    frame.expects_key = frame.is_object;
                }
                at += 1;
            }
            b':' => {
                if let Some(frame) = frames.last_mut() {
                    frame.expects_key = false;
                }
                at += 1;
            }
            b' ' | b'\n' | b'\r' | b'\t' => at += 1,
            _ => {
                let end = if byte == b'"' { end_of_string(bytes, at) } else { end_of_word(bytes, at) };
                match frames.last_mut() {
                    Some(frame) if frame.expects_key => frame.key = at + 1..end.max(at + 2) - 1,
                    _ => value(&frames, at..end),
                }
                at = end;
            }
        }
    }
    frames
}

fn pointer_of(frames: &[Frame], bytes: &[u8]) -> String {
    let mut pointer = String::new();
    for frame in frames {
        pointer.push('/');
        if frame.is_object {
            let key = String::from_utf8_lossy(&bytes[frame.key.clone()]);
            pointer.push_str(&key.replace('~', "~0").replace('/', "~1"));
        } else {
            pointer.push_str(&frame.index.to_string());
        }
    }
    pointer
}

fn end_of_word(bytes: &[u8], begin: usize) -> usize {
    let rest = &bytes[begin..];
    let length = rest.iter().position(|byte| matches!(byte, b',' | b'}' | b']' | b':' | b' ' | b'\n' | b'\r' | b'\t'));
    begin + length.unwrap_or(rest.len()).max(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_the_value_at_a_byte() {
        let text = r#"{"A": [{"b": 1, "c/d": [true, "x"]}, 7], "E": {}}"#;
        let cases = [
            ("1,", "/A/0/b", "1"),
            ("true", "/A/0/c~1d/0", "true"),
            ("\"x\"", "/A/0/c~1d/1", "\"x\""),
            ("7]", "/A/1", "7"),
            ("{}", "/E", "{"),
        ];
        for (needle, pointer, token) in cases {
            let at = text.find(needle).expect("the needle is there");
            let (found, range) = pointer_at(text.as_bytes(), 0, at);
            assert_eq!((found.as_str(), &text[range]), (pointer, token), "{needle}");
        }
    }

    #[test]
    fn finds_both_keys_of_a_name() {
        let text = r#"{"A": [{"b": {"x": 1}, "c": "x", "\u0078": [{"x": 2}], "x": 3}], "x": 4}"#;
        let (pointer, found) = keys_at(text.as_bytes(), 0, text.find("3}").expect("it is there") - 3, "x");
        let found: Vec<&str> = found.into_iter().map(|range| &text[range]).collect();
        assert_eq!((pointer.as_str(), found), ("/A/0", vec!["\"\\u0078\"", "\"x\""]));
    }

    #[test]
    fn cut_text_does_not_panic() {
        for text in ["", "{", "{\"a", "[\"\\", "{\"a\":"] {
            let _ = pointer_at(text.as_bytes(), 0, 100);
            let _ = keys_at(text.as_bytes(), 0, 100, "a");
        }
    }
}
