//! The helps of one finding, put together: where the same fault needs more than one command, each line is shown once, right
//! after the last of those that are most like it.

use rustc_hash::{FxHashMap, FxHashSet};

/// Several helps as one.
pub(super) fn together(helps: &[String]) -> String {
    let (first, others) = match helps {
        [] => return String::new(),
        [one] => return one.clone(),
        [first, others @ ..] => (first, others),
    };
    let mut lines = Lines::default();
    for line in first.trim_end().lines() {
        lines.put(line, lines.end());
    }
    for line in others.iter().flat_map(|help| help.trim_end().lines()) {
        if !lines.known.contains(line) {
            lines.put(line, lines.like(line).or(lines.end()));
        }
    }
    lines.joined()
}

/// Lines in an order that others are put in between.
#[derive(Default)]
struct Lines<'h> {
    /// In the order in which they came, each with the one that stands after it.
    list: Vec<(&'h str, Option<usize>)>,
    /// The one that stands last.
    end: Option<usize>,
    known: FxHashSet<&'h str>,
    /// Of those that begin with the same words the one that stands last.
    last: FxHashMap<&'h str, usize>,
}

impl<'h> Lines<'h> {
    fn end(&self) -> Option<usize> {
        self.end
    }

    /// The last of the lines that begin with the most words as this one does.
    fn like(&self, line: &str) -> Option<usize> {
        beginnings(line).map_while(|words| self.last.get(words)).last().copied()
    }

    /// Puts a line right after another one, or first of all.
    fn put(&mut self, line: &'h str, after: Option<usize>) {
        let own = self.list.len();
        let next = after.and_then(|after| self.list[after].1.replace(own));
        self.list.push((line, next));
        let is_end = after == self.end;
        if is_end {
            self.end = Some(own);
        }
        for words in beginnings(line) {
            // One that stands later than what this is put after stands later than this one too.
            let last = self.last.entry(words).or_insert(own);
            if is_end || Some(*last) == after {
                *last = own;
            }
        }
        self.known.insert(line);
    }

    fn joined(&self) -> String {
        let mut lines = Vec::with_capacity(self.list.len());
        let mut at = (!self.list.is_empty()).then_some(0);
        while let Some((line, next)) = at.and_then(|at| self.list.get(at)) {
            lines.push(*line);
            at = *next;
        }
        lines.join("\n")
    }
}

/// A line's first word with the spaces before it, its first two words, and so on.
fn beginnings(line: &str) -> impl Iterator<Item = &str> {
    let indent = line.len() - line.trim_start_matches(' ').len();
    let rest = line.get(indent..).unwrap_or_default();
    let ends = rest.match_indices(' ').map(|(at, _)| at).chain((!rest.is_empty()).then_some(rest.len()));
    ends.filter_map(move |at| line.get(..indent + at))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn commands_of_a_kind_stand_together() {
        let cases: [(&[&str], &str); 6] = [
            (&["one\ntwo\n"], "one\ntwo\n"),
            (&["one\ntwo\n", "one\ntwo\n"], "one\ntwo"),
            (&["do a 1\nthen b", "do a 2\nthen b"], "do a 1\ndo a 2\nthen b"),
            (
                &["open:\n    aws x 1\nclose:\n    aws y 1", "open:\n    aws x 2\nclose:\n    aws y 2"],
                "open:\n    aws x 1\n    aws x 2\nclose:\n    aws y 1\n    aws y 2",
            ),
            (&["a", "b", "a c", "b d"], "a\na c\nb\nb d"),
            (&["a\nb\na c", "a d"], "a\nb\na c\na d"),
        ];
        for (helps, expected) in cases {
            let helps: Vec<String> = helps.iter().map(|help| (*help).to_owned()).collect();
            assert_eq!(together(&helps), expected);
        }
    }

    /// The same by looking at every line for each line.
    fn by_all_lines(helps: &[String]) -> String {
        let alike = |one: &str, other: &str| {
            let pairs = one.split(' ').zip(other.split(' ')).skip_while(|(a, b)| a.is_empty() && b.is_empty());
            pairs.take_while(|(a, b)| a == b).count()
        };
        let mut lines: Vec<&str> = helps[0].lines().collect();
        for line in helps[1..].iter().flat_map(|help| help.lines()) {
            if lines.contains(&line) {
                continue;
            }
            let most = lines.iter().map(|seen| alike(seen, line)).filter(|words| *words > 0).max();
            match most.and_then(|most| lines.iter().rposition(|seen| alike(seen, line) == most)) {
                Some(position) => lines.insert(position + 1, line),
                None => lines.push(line),
            }
        }
        lines.join("\n")
    }

    proptest! {
        #[test]
        fn every_line_stands_after_the_last_of_those_like_it(
            helps in prop::collection::vec(prop::collection::vec(" {0,2}[ab]( {1,2}[abc]){0,3}", 1..6), 2..6)
        ) {
            let helps: Vec<String> = helps.iter().map(|lines| lines.join("\n")).collect();
            prop_assert_eq!(together(&helps), by_all_lines(&helps));
        }
    }
}
