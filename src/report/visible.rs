//! Makes hostile text harmless: what a terminal would obey or hide is written out instead.
//!
//! Names, tags and file names come from the input. A tag may hold an escape sequence that recolours or clears the screen,
//! a bidirectional override that swaps what is read, or characters without width that make two ids look alike.

use std::borrow::Cow;
use std::fmt::Write;

/// Whether a character is obeyed or hidden by terminals rather than shown.
pub(super) fn is_hostile(character: char) -> bool {
    character.is_control()
        || matches!(character,
            '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}'
            | '\u{180b}'..='\u{180f}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{3164}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{ffa0}'
            | '\u{fff0}'..='\u{fffb}' | '\u{1d173}'..='\u{1d17a}' | '\u{e0000}'..='\u{e0fff}')
}

fn push(out: &mut String, character: char) {
    match character {
        '\n' => out.push_str("\\n"),
        '\r' => out.push_str("\\r"),
        '\t' => out.push_str("\\t"),
        hostile if is_hostile(hostile) => {
            let _ = write!(out, "\\u{{{:x}}}", u32::from(hostile));
        }
        harmless => out.push(harmless),
    }
}

/// The text with every hostile character written out, as `\u{1b}`.
pub(super) fn visible(text: &str) -> Cow<'_, str> {
    // Nearly all text is plain ASCII, which bytes tell faster than characters.
    let plain = text.bytes().all(|byte| matches!(byte, b' '..=b'~'));
    if plain || !text.contains(is_hostile) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + 16);
    for character in text.chars() {
        push(&mut out, character);
    }
    Cow::Owned(out)
}

/// The same for one line of an excerpt: tabs become spaces, and `marks`, which are offsets in `line`, follow their text.
pub(super) fn visible_line(line: &str, marks: &mut [usize]) -> String {
    const TAB: &str = "    ";
    let mut out = String::with_capacity(line.len() + 16);
    let wanted = marks.to_vec();
    for (at, character) in line.char_indices() {
        let end = at + character.len_utf8();
        for (mark, wanted) in marks.iter_mut().zip(&wanted) {
            if (at..end).contains(wanted) {
                *mark = out.len();
            }
        }
        match character {
            '\t' => out.push_str(TAB),
            other => push(&mut out, other),
        }
    }
    for (mark, wanted) in marks.iter_mut().zip(&wanted) {
        if *wanted >= line.len() {
            *mark = out.len();
        }
    }
    out
}

/// Text as markup takes it: the signs of HTML and XML escaped, what XML 1.0 can't hold (§2.2) replaced, and what a terminal would
/// obey written out.
pub(super) fn markup(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 16);
    for character in visible(text).chars() {
        match character {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\u{fffe}' | '\u{ffff}' => out.push('\u{fffd}'),
            other => out.push(other),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hostile_characters_are_written_out() {
        let cases = [
            ("plain, naïve, 日本語, 🚀", "plain, naïve, 日本語, 🚀"),
            ("\u{1b}[31mred", "\\u{1b}[31mred"),
            ("a\nb\tc\r", "a\\nb\\tc\\r"),
            ("\u{9b}2J\u{7f}\0", "\\u{9b}2J\\u{7f}\\u{0}"),
            ("abc\u{202e}fed", "abc\\u{202e}fed"),
            ("sub\u{200b}net\u{feff}", "sub\\u{200b}net\\u{feff}"),
            ("\u{2066}x\u{2069}", "\\u{2066}x\\u{2069}"),
        ];
        for (text, expected) in cases {
            assert_eq!(visible(text), expected);
        }
    }

    #[test]
    fn marks_follow_their_text() {
        let line = "\t\"\u{1b}é\": 1";
        let (value, end) = (line.find('1').unwrap_or(0), line.len());
        let mut marks = [0, 1, value, end];
        let out = visible_line(line, &mut marks);
        assert_eq!(out, "    \"\\u{1b}é\": 1");
        assert_eq!(marks[0], 0);
        assert!(out[marks[1]..].starts_with('"'));
        assert_eq!(&out[marks[2]..marks[3]], "1");
    }
}
