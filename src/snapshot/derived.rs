//! Texts that were made from what the user wrote: which bytes of them came from which bytes of the user's files.
//!
//! A plan or a template is turned into a document of the AWS CLI's shapes, which is judged as any other. Nobody has seen
//! that text, so every place in it is shown as the place that it was made from.

use super::place::SourceId;
use std::ops::Range;

/// A range of bytes that the user wrote.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Written {
    /// The file.
    pub source: SourceId,
    /// First byte.
    pub start: usize,
    /// How many bytes.
    pub length: usize,
}

impl Written {
    /// The bytes in the file.
    pub fn range(&self) -> Range<usize> {
        self.start..self.start.saturating_add(self.length)
    }
}

/// A part of a user's file that is shown whole: a resource.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Block {
    /// Where it stands.
    pub written: Written,
    /// Its JSON pointer (RFC 6901); empty in texts that aren't JSON.
    pub pointer: String,
}

/// A value of a made text with the place that it was made from.
#[derive(Debug, Clone)]
struct Made {
    range: Range<usize>,
    /// The value around it that has a place.
    outer: Option<usize>,
    written: Written,
}

/// Where the parts of a made text come from. Values are told in the order in which they begin, an outer one before what
/// is inside it.
#[derive(Debug, Default)]
pub struct Origins {
    values: Vec<Made>,
    open: Vec<usize>,
    /// Sorted, none inside another.
    blocks: Vec<Block>,
}

impl Origins {
    /// A value begins at a byte of the made text.
    pub fn begin(&mut self, start: usize, written: Written) {
        let outer = self.open.last().copied();
        self.open.push(self.values.len());
        self.values.push(Made { range: start..usize::MAX, outer, written });
    }

    /// The value that began last ends before a byte of the made text.
    pub fn end(&mut self, end: usize) {
        if let Some(made) = self.open.pop().and_then(|index| self.values.get_mut(index)) {
            made.range.end = end;
        }
    }

    /// Names the parts of the user's files that are shown whole.
    pub fn set_blocks(&mut self, mut blocks: Vec<Block>) {
        blocks.sort_unstable();
        blocks.dedup();
        self.blocks = blocks;
    }

    /// The place of the innermost value that holds a range of the made text.
    pub(super) fn of(&self, range: &Range<usize>) -> Option<Written> {
        let after = self.values.partition_point(|made| made.range.start <= range.start);
        let mut at = after.checked_sub(1);
        while let Some(made) = at.and_then(|index| self.values.get(index)) {
            if made.range.end >= range.end && made.range.end > range.start {
                return Some(made.written);
            }
            at = made.outer;
        }
        None
    }

    /// The block that holds a place.
    pub(super) fn block_of(&self, place: &Written) -> Option<&Block> {
        let begins = |block: &Block| (block.written.source, block.written.start) <= (place.source, place.start);
        let block = self.blocks.get(self.blocks.partition_point(begins).checked_sub(1)?)?;
        let holds = block.written.source == place.source && place.range().end <= block.written.range().end;
        holds.then_some(block)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_innermost_value_counts() {
        let at = |start, length| Written { source: SourceId(0), start, length };
        let mut origins = Origins::default();
        origins.begin(1, at(100, 50));
        origins.begin(5, at(110, 3));
        origins.end(9);
        origins.begin(20, at(120, 9));
        origins.begin(22, at(122, 2));
        origins.end(24);
        origins.end(30);
        origins.end(40);
        let cases = [
            (5..9, Some(at(110, 3))),
            (6..7, Some(at(110, 3))),
            (10..12, Some(at(100, 50))),
            (21..24, Some(at(120, 9))),
            (22..24, Some(at(122, 2))),
            (26..28, Some(at(120, 9))),
            (1..40, Some(at(100, 50))),
            (0..1, None),
            (45..46, None),
        ];
        for (range, expected) in cases {
            assert_eq!(origins.of(&range), expected, "{range:?}");
        }
    }

    #[test]
    fn a_place_lies_in_one_block() {
        let at = |source, start, length| Written { source: SourceId(source), start, length };
        let mut origins = Origins::default();
        let blocks = [at(1, 10, 5), at(0, 30, 10), at(0, 10, 10)];
        origins.set_blocks(blocks.map(|written| Block { written, pointer: String::new() }).to_vec());
        let cases = [
            (at(0, 10, 10), Some(at(0, 10, 10))),
            (at(0, 19, 1), Some(at(0, 10, 10))),
            (at(0, 19, 5), None),
            (at(0, 25, 1), None),
            (at(0, 35, 5), Some(at(0, 30, 10))),
            (at(1, 12, 1), Some(at(1, 10, 5))),
            (at(1, 9, 1), None),
        ];
        for (written, expected) in cases {
            assert_eq!(origins.block_of(&written).map(|block| block.written), expected, "{written:?}");
        }
    }
}
