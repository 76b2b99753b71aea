//! One line of an excerpt, made safe and fitted to the width.

use crate::report::style::Style;
use crate::report::visible::visible_line;
use std::borrow::Cow;
use std::ops::Range;
use textwrap::core::display_width;

/// The line around `at`, without its line break, as far as `reach` bytes to either side: no line is ever read whole
/// that a file of one line consists of.
pub(super) fn line_around(text: &[u8], at: usize, reach: usize) -> Range<usize> {
    let at = at.min(text.len());
    let low = boundary(text, at.saturating_sub(reach));
    let high = boundary(text, at.saturating_add(reach).min(text.len()));
    let start = memchr::memrchr(b'\n', &text[low..at]).map_or(low, |found| low + found + 1);
    let end = memchr::memchr(b'\n', &text[at..high.max(at)]).map_or(high.max(at), |found| at + found);
    start..end
}

/// The beginning of the character that `at` stands in.
pub(super) fn boundary(text: &[u8], mut at: usize) -> usize {
    while at > 0 && text.get(at).is_some_and(|byte| byte.cast_signed() < -0x40) {
        at -= 1;
    }
    at
}

/// What stands for bytes that nobody may see.
const HIDDEN: &str = "...";

/// A line that begins at `start`, without its secrets; `marks`, which are offsets in it, follow their text.
fn without<'t>(line: &'t [u8], start: usize, secrets: &[Range<usize>], marks: &mut [usize]) -> Cow<'t, [u8]> {
    let end = start + line.len();
    let first = secrets.partition_point(|secret| secret.end <= start);
    let inside = secrets[first..].iter().take_while(|secret| secret.start < end);
    let mut inside = inside.map(|secret| secret.start.max(start) - start..secret.end.min(end) - start).peekable();
    if inside.peek().is_none() {
        return Cow::Borrowed(line);
    }
    let wanted = marks.to_vec();
    let mut out = Vec::with_capacity(line.len());
    let mut at = 0;
    for secret in inside {
        let moved = out.len();
        out.extend_from_slice(&line[at..secret.start]);
        let hidden = out.len();
        out.extend_from_slice(HIDDEN.as_bytes());
        for (mark, wanted) in marks.iter_mut().zip(&wanted).filter(|(_, wanted)| **wanted >= at) {
            *mark = match *wanted {
                before if before <= secret.start => moved + before - at,
                // Both ends of a label within go to the dots' own.
                within if within < secret.end => hidden,
                behind => out.len() + behind - secret.end,
            };
        }
        at = secret.end;
    }
    out.extend_from_slice(&line[at..]);
    Cow::Owned(out)
}

/// A line to show.
#[derive(Debug)]
pub(super) struct Row {
    pub(super) text: String,
    /// Bytes of `text` to underline, each with the index of its span.
    pub(super) spans: Vec<(Range<usize>, usize)>,
}

impl Row {
    /// The row of the line `line` of `text`, with the spans (range in `text`, index) that begin in it, without the bytes
    /// of `secrets`, which are in order.
    pub(super) fn new(
        text: &[u8],
        line: &Range<usize>,
        spans: &[(Range<usize>, usize)],
        secrets: &[Range<usize>],
    ) -> Self {
        let bytes = &text[line.clone()];
        let bytes = bytes.strip_suffix(b"\r").unwrap_or(bytes);
        let mut marks: Vec<usize> = Vec::with_capacity(spans.len() * 2);
        for (range, _) in spans {
            let start = range.start.saturating_sub(line.start).min(bytes.len());
            marks.push(start);
            marks.push(range.end.saturating_sub(line.start).clamp(start, bytes.len()));
        }
        let bytes = without(bytes, line.start, secrets, &mut marks);
        let mut text = visible_line(&String::from_utf8_lossy(&bytes), &mut marks);
        let mut shown = Vec::with_capacity(spans.len());
        for (pair, (_, index)) in marks.chunks_exact(2).zip(spans) {
            // Nothing to underline, as at the end of a file: a space stands for it.
            if pair[0] >= text.len() {
                text.push(' ');
            }
            let start = pair[0].min(text.len() - 1);
            shown.push((start..pair[1].max(start + 1), *index));
        }
        Self { text, spans: shown }
    }

    /// How many spaces the line begins with; none for a blank line.
    pub(super) fn indent(&self) -> Option<usize> {
        let trimmed = self.text.trim_start_matches(' ');
        (!trimmed.is_empty()).then(|| self.text.len() - trimmed.len())
    }

    /// Takes spaces away at the beginning.
    pub(super) fn dedent(&mut self, spaces: usize) {
        let spaces = spaces.min(self.indent().unwrap_or(0));
        self.text.drain(..spaces);
        for (range, _) in &mut self.spans {
            *range = range.start.saturating_sub(spaces)..range.end.saturating_sub(spaces).max(1);
        }
    }

    /// The columns that the line fills.
    pub(super) fn width(&self) -> usize {
        display_width(&self.text)
    }

    /// The column that a span begins in.
    pub(super) fn column(&self, at: usize) -> usize {
        display_width(&self.text[..self.text.floor_char_boundary(at)])
    }

    /// The column below which the label of a span hangs.
    pub(super) fn middle(&self, range: &Range<usize>) -> usize {
        usize::midpoint(self.column(range.start), self.column(range.end))
    }

    /// Cuts the line to `width` columns, around its first span.
    pub(super) fn fit(&mut self, width: usize, style: &Style) {
        if self.width() <= width {
            return;
        }
        let ellipsis = style.ellipsis();
        let mark = display_width(ellipsis);
        let room = width.saturating_sub(2 * mark).max(8);
        let (start, end) = match self.spans.first() {
            Some((range, _)) => (self.column(range.start), self.column(range.end)),
            None => (0, 0),
        };
        let left = if end + mark <= width { 0 } else { start - start.min(24).min(room / 3) };
        let (from, cut) = self.cut(left, if left == 0 { room + mark } else { room });
        let prefix = if left == 0 { "" } else { ellipsis };
        let suffix = if cut < self.text.len() { ellipsis } else { "" };
        let shown = format!("{prefix}{}{suffix}", &self.text[from..cut]);
        for (range, _) in &mut self.spans {
            let moved = |at: usize| prefix.len() + at.clamp(from, cut) - from;
            let last = shown.len() - suffix.len().max(1).min(shown.len());
            let (mut start, mut end) = (moved(range.start), moved(range.end));
            if range.end > cut {
                end = shown.len();
            }
            start = shown.floor_char_boundary(start.min(last));
            end = end.max(start + 1).min(shown.len());
            *range = start..end;
        }
        self.text = shown;
    }

    /// The bytes that begin at column `left` and fill at most `room` columns.
    fn cut(&self, left: usize, room: usize) -> (usize, usize) {
        let mut column = 0;
        let mut from = None;
        let mut buffer = [0; 4];
        for (at, character) in self.text.char_indices() {
            if column >= left && from.is_none() {
                from = Some((at, column));
            }
            column += display_width(character.encode_utf8(&mut buffer));
            if let Some((from, begin)) = from
                && column - begin > room
            {
                return (from, at);
            }
        }
        let end = self.text.len();
        (from.map_or(end, |(from, _)| from), end)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(line: &str, label: &str) -> Row {
        let start = line.find(label).unwrap_or(0);
        Row::new(line.as_bytes(), &(0..line.len()), &[(start..start + label.len(), 0)], &[])
    }

    #[test]
    fn a_line_is_found_within_reach() {
        let text = b"ab\ncd\xc3\xa9f\n\n";
        assert_eq!(line_around(text, 0, 99), 0..2);
        assert_eq!(line_around(text, 4, 99), 3..8);
        assert_eq!(line_around(text, 8, 99), 3..8);
        assert_eq!(line_around(text, 9, 99), 9..9);
        assert_eq!(line_around(text, 10, 99), 10..10);
        assert_eq!(line_around(text, 999, 99), 10..10);
        assert_eq!(line_around(text, 7, 1), 5..8, "cut at a character's beginning");
    }

    #[test]
    fn long_lines_are_cut_around_the_label() {
        let long = format!("    \"Key\": \"{}NEEDLE{}\",", "x".repeat(90_000), "y".repeat(300));
        let cases = [
            ("short line", "line", 40, "short line", "line"),
            ("a line that does not fit in the columns given", "line", 20, "a line that does no…", "line"),
        ];
        for (line, label, width, expected, underlined) in cases {
            let mut row = row(line, label);
            row.fit(width, &Style::PLAIN);
            assert_eq!(row.text, expected);
            assert_eq!(&row.text[row.spans[0].0.clone()], underlined);
        }
        for width in (10..120).step_by(11) {
            let mut row = row(&long, "NEEDLE");
            row.fit(width, &Style::PLAIN);
            assert!(row.width() <= width, "{width}: {}", row.text);
            let shown = &row.text[row.spans[0].0.clone()];
            assert!("NEEDLE".starts_with(shown.trim_end_matches('…')), "{width}: {shown}");
        }
    }

    #[test]
    fn wide_and_escaped_characters_are_counted_as_shown() {
        let mut row = row("\t\"Name\": \"日本\u{1b}[2J語\"", "\"日本\u{1b}[2J語\"");
        assert_eq!(row.text, "    \"Name\": \"日本\\u{1b}[2J語\"");
        assert_eq!(row.column(row.spans[0].0.end), row.width());
        row.fit(22, &Style::PLAIN);
        assert!(row.width() <= 22);
    }

    #[test]
    fn secrets_are_left_out_and_labels_follow() {
        let line = "a: \"hunter2\", b: \"hunter2\", c";
        let secrets = [4..11, 18..25];
        let cases = [("a", 0..1), ("\"...\"", 3..12), ("b", 14..15), ("\"...\"", 17..26), ("c", 28..29)];
        for (expected, range) in cases {
            let row = Row::new(line.as_bytes(), &(0..line.len()), &[(range, 0)], &secrets);
            assert_eq!(row.text, "a: \"...\", b: \"...\", c");
            assert_eq!(&row.text[row.spans[0].0.clone()], expected);
        }
        let row = Row::new(line.as_bytes(), &(6..line.len()), &[(7..8, 0)], &secrets);
        assert_eq!(row.text, "...\", b: \"...\", c", "cut within a secret");
    }

    #[test]
    fn nothing_is_underlined_as_a_space() {
        let row = Row::new(b"", &(0..0), &[(0..0, 0)], &[]);
        assert_eq!((row.text.as_str(), row.spans[0].0.clone()), (" ", 0..1));
    }
}
