//! Lays JSON out over lines without parsing it, so that the places in it can be followed.

use crate::snapshot::end_of_string;

/// The JSON value in `text`, one member a line; `marks`, which are offsets in `text`, follow their tokens. Strings and
/// numbers stay as they are, byte by byte.
pub(super) fn reindent(text: &[u8], marks: &mut [usize]) -> Vec<u8> {
    let mut order: Vec<usize> = (0..marks.len()).collect();
    order.sort_by_key(|index| marks[*index]);
    let mut pending = order.into_iter().peekable();
    let mut out = Vec::with_capacity(text.len() * 2);
    let mut depth = 0usize;
    let mut at = 0;
    while let Some(&byte) = text.get(at) {
        // A token's line break comes before it, and must be written before its place is known.
        if matches!(byte, b'}' | b']') {
            depth = depth.saturating_sub(1);
            if !matches!(out.last(), Some(b'{' | b'[')) {
                line_break(&mut out, depth);
            }
        } else if matches!(out.last(), Some(b'{' | b'[')) && !is_space(byte) {
            line_break(&mut out, depth);
        }
        let end = if byte == b'"' { end_of_string(text, at) } else { at + 1 };
        while let Some(index) = pending.next_if(|index| marks[*index] < end) {
            marks[index] = out.len() + (marks[index].saturating_sub(at));
        }
        match byte {
            b'{' | b'[' => {
                depth += 1;
                out.push(byte);
            }
            b',' => {
                out.push(byte);
                line_break(&mut out, depth);
            }
            b':' => out.extend_from_slice(b": "),
            space if is_space(space) => {}
            _ => out.extend_from_slice(&text[at..end]),
        }
        at = end;
    }
    for index in pending {
        marks[index] = out.len();
    }
    out
}

fn is_space(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\n' | b'\r')
}

fn line_break(out: &mut Vec<u8>, depth: usize) {
    out.push(b'\n');
    // Hostile input is deep: beyond this the picture is of no use, and its size must stay in proportion.
    out.resize(out.len() + 2 * depth.min(32), b' ');
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lays_out_and_follows() {
        let text = r#"{"a":[1,{"b": "x, {\"y\"}" }],"c":{},"d":[ ]}"#;
        let wanted = ["1", "{\"b\"", "\"x,", "{}", "[ ]", "}]"];
        let mut marks: Vec<usize> = wanted.iter().map(|token| text.find(token).unwrap_or(0)).collect();
        marks.push(text.len());
        let out = String::from_utf8(reindent(text.as_bytes(), &mut marks)).unwrap_or_default();
        insta::assert_snapshot!(out, @r#"
        {
          "a": [
            1,
            {
              "b": "x, {\"y\"}"
            }
          ],
          "c": {},
          "d": []
        }
        "#);
        assert!(out[marks[0]..].starts_with("1,"));
        assert!(out[marks[1]..].starts_with("{\n      \"b\""));
        assert!(out[marks[2]..].starts_with("\"x,"));
        assert!(out[marks[3]..].starts_with("{},"));
        assert!(out[marks[4]..].starts_with("[]"));
        assert!(out[marks[5]..].starts_with("}\n  ],"));
        assert_eq!(marks[6], out.len());
    }

    #[test]
    fn what_is_no_json_ends_too() {
        for text in ["", "\"abc", "}}]]", "{\"a\\", "[[[["] {
            let mut marks = [text.len(), 0];
            reindent(text.as_bytes(), &mut marks);
        }
    }
}
