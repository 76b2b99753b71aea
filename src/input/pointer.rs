//! From a byte of JSON text to the JSON pointer of the value it belongs to.

use std::ops::Range;

struct Frame {
    is_object: bool,
    expects_key: bool,
    key: Range<usize>,
    index: usize,
}

/// The pointer and the first token of the last value that begins at or before `offset`, in the well-formed text that
/// begins at `begin`.
pub(super) fn pointer_at(bytes: &[u8], begin: usize, offset: usize) -> (String, Range<usize>) {
    let mut frames: Vec<Frame> = Vec::new();
    let mut last = (String::new(), begin..(begin + 1).min(bytes.len()));
    let mut at = begin;
    while at < bytes.len() && at <= offset {
        let byte = bytes[at];
        match byte {
            b'{' | b'[' => {
                last = (pointer_of(&frames, bytes), at..at + 1);
                frames.push(Frame { is_object: byte == b'{', expects_key: byte == b'{', key: at..at, index: 0 });
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
                    Some(frame) if frame.expects_key => frame.key = at + 1..end - 1,
                    _ => last = (pointer_of(&frames, bytes), at..end),
                }
                at = end;
            }
        }
    }
    last
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

fn end_of_string(bytes: &[u8], open: usize) -> usize {
    let mut at = open + 1;
    while at < bytes.len() {
        match bytes[at] {
            b'\\' => at += 2,
            b'"' => return at + 1,
            _ => at += 1,
        }
    }
    bytes.len()
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
    fn cut_text_does_not_panic() {
        for text in ["", "{", "{\"a", "[\"\\", "{\"a\":"] {
            let _ = pointer_at(text.as_bytes(), 0, 100);
        }
    }
}
