//! Where things stand in the input: sources, symbolic locations, and their resolution to bytes.
//!
//! A location is kept symbolic (an entity's first byte and a path inside it) while the network is judged; it becomes a
//! byte range only when a finding is shown.

use super::derived::{Block, Origins, Written};
use super::mark::mark_length;
use super::pointer::pointer_at;
use super::secrets::secrets;
use std::borrow::Cow;
use std::fmt;
use std::ops::Range;
use std::sync::OnceLock;

/// One input file, or standard input, with its bytes. The bytes are valid UTF-8: `input` checks that before it makes one.
pub struct Source {
    name: String,
    bytes: Box<dyn AsRef<[u8]> + Send + Sync>,
    counts: OnceLock<Vec<Counts>>,
    secrets: OnceLock<Vec<Range<usize>>>,
    /// What the text was made from, where no user wrote it.
    origins: Option<Origins>,
}

/// How much of a text a [`Counts`] covers. A label then costs one chunk, wherever in a file of 200 MB it stands.
const CHUNK: usize = 4 << 10;

/// What stands before the beginning of a chunk.
#[derive(Debug, Clone, Copy, Default)]
struct Counts {
    newlines: usize,
    characters: usize,
}

impl Counts {
    fn add(self, bytes: &[u8]) -> Self {
        Self { newlines: self.newlines + newlines(bytes), characters: self.characters + characters(bytes) }
    }
}

fn newlines(bytes: &[u8]) -> usize {
    memchr::memchr_iter(b'\n', bytes).count()
}

/// All bytes but UTF-8's continuation bytes, which are those below -64 when read as signed.
fn characters(bytes: &[u8]) -> usize {
    bytes.iter().filter(|byte| byte.cast_signed() >= -0x40).count()
}

impl Source {
    /// A source called `name` (the path as the user wrote it) that holds `bytes`.
    pub fn new(name: impl Into<String>, bytes: impl AsRef<[u8]> + Send + Sync + 'static) -> Self {
        Self {
            name: name.into(),
            bytes: Box::new(bytes),
            counts: OnceLock::new(),
            secrets: OnceLock::new(),
            origins: None,
        }
    }

    /// A text that was made from what the user wrote, with where its parts come from. `name` is that of the user's file.
    pub fn derived(name: impl Into<String>, text: String, origins: Origins) -> Self {
        Self { origins: Some(origins), ..Self::new(name, text) }
    }

    /// Whether the text was made, and not written by the user.
    pub fn is_derived(&self) -> bool {
        self.origins.is_some()
    }

    /// The text without the byte order mark, and how many bytes that has.
    pub fn text(&self) -> (&str, usize) {
        let skipped = mark_length(self.bytes());
        (std::str::from_utf8(&self.bytes()[skipped..]).unwrap_or_default(), skipped)
    }

    /// Whether it looks like JSON: an object or a list.
    pub fn is_json(&self) -> bool {
        let bytes = self.bytes();
        matches!(bytes[mark_length(bytes)..].trim_ascii_start().first(), Some(b'{' | b'['))
    }

    /// The path as the user wrote it, `-` for standard input.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The whole text, as bytes.
    pub fn bytes(&self) -> &[u8] {
        (*self.bytes).as_ref()
    }

    /// The bytes that no report shows. The whole text is read once, the first time that some of it is shown.
    pub(crate) fn secrets(&self) -> &[Range<usize>] {
        self.secrets.get_or_init(|| secrets(self.bytes(), self.is_json()))
    }

    /// The counts before each chunk: the whole text is read once, the first time that a place in it is resolved.
    fn counts(&self) -> &[Counts] {
        self.counts.get_or_init(|| {
            self.bytes()
                .chunks(CHUNK)
                .scan(Counts::default(), |sum, chunk| Some(std::mem::replace(sum, sum.add(chunk))))
                .collect()
        })
    }

    /// The line and the column of a byte, both from 1.
    fn position(&self, offset: usize) -> (usize, usize) {
        let bytes = self.bytes();
        let (begin, before) = self.chunk(offset);
        let newlines = before.newlines + newlines(&bytes[begin..offset]);
        // Mostly the line begins in the same chunk.
        let column = match memchr::memrchr(b'\n', &bytes[begin..offset]) {
            Some(newline) => characters(&bytes[begin + newline + 1..offset]),
            None => before.characters + characters(&bytes[begin..offset]) - self.characters_before_line(newlines),
        };
        (newlines + 1, column + 1)
    }

    /// The chunk that holds a byte: where it begins, and what stands before it.
    fn chunk(&self, offset: usize) -> (usize, Counts) {
        let counts = self.counts();
        let chunk = (offset / CHUNK).min(counts.len().saturating_sub(1));
        (chunk * CHUNK, counts.get(chunk).copied().unwrap_or_default())
    }

    /// How many characters stand before the line that has so many newlines before it.
    fn characters_before_line(&self, newlines: usize) -> usize {
        let chunk = self.counts().partition_point(|before| before.newlines < newlines);
        let Some(chunk) = chunk.checked_sub(1) else {
            return 0;
        };
        let before = self.counts()[chunk];
        let bytes = &self.bytes()[chunk * CHUNK..];
        let newline = memchr::memchr_iter(b'\n', bytes).nth(newlines - before.newlines - 1);
        before.characters + newline.map_or(0, |newline| characters(&bytes[..=newline]))
    }
}

impl fmt::Debug for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Source({}, {} bytes)", self.name, self.bytes().len())
    }
}

/// Index of a [`Source`] in [`Sources`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct SourceId(pub u32);

/// All inputs of one run.
#[derive(Debug, Default)]
pub struct Sources {
    list: Vec<Source>,
}

impl Sources {
    /// Takes a source in and names it.
    pub fn add(&mut self, source: Source) -> SourceId {
        let id = SourceId(u32::try_from(self.list.len()).unwrap_or(u32::MAX));
        self.list.push(source);
        id
    }

    /// The source that `id` names.
    pub fn get(&self, id: SourceId) -> &Source {
        &self.list[id.0 as usize]
    }

    /// Every source, in the order in which they were given.
    pub fn iter(&self) -> impl Iterator<Item = (SourceId, &Source)> {
        self.list.iter().enumerate().map(|(index, source)| (SourceId(index as u32), source))
    }

    /// The bytes, line and column that a location stands at: in the file that the user wrote, where the location's own
    /// text was made from it.
    pub fn resolve(&self, location: &Location) -> Resolved {
        let at = self.find(location);
        let Some(origins) = &self.get(at.source).origins else { return at };
        // What has no place of its own (a default that AWS adds) comes with what it was added to.
        let written = origins.of(&at.range).unwrap_or(Written { source: at.source, start: 0, length: 0 });
        let source = self.get(written.source);
        let (line, column) = source.position(written.start.min(source.bytes().len()));
        let pointer = origins.block_of(&written).map_or_else(String::new, |block| pointer_in(source, block, &written));
        Resolved { source: written.source, pointer, line, column, range: written.range() }
    }

    /// The bytes that a location stands for in its own text, which may be made from the user's file.
    pub fn text(&self, location: &Location) -> &[u8] {
        let at = self.find(location);
        self.get(at.source).bytes().get(at.range).unwrap_or_default()
    }

    /// The part of the user's file that is shown around a place: the resource that holds it. None where the place is in
    /// no text that was made from it, or outside of all of them.
    pub fn block(&self, location: &Location) -> Option<&Block> {
        let at = self.find(location);
        let origins = self.get(at.source).origins.as_ref()?;
        origins.block_of(&origins.of(&at.range)?)
    }

    /// Where a location stands in its own text.
    fn find(&self, location: &Location) -> Resolved {
        let source = self.get(location.source());
        let bytes = source.bytes();
        let (range, pointer) = match location {
            Location::Span { start, length, .. } => {
                let start = (*start).min(bytes.len());
                (start..start.saturating_add(*length).min(bytes.len()), String::new())
            }
            Location::Entity { origin, path } => {
                let start = (origin.offset as usize).min(bytes.len());
                let mut pointer = String::new();
                if !origin.key.is_empty() {
                    pointer = format!("/{}", origin.key);
                    if let Some(index) = origin.index {
                        pointer.push_str(&format!("/{index}"));
                    }
                }
                for step in path {
                    match step {
                        Step::Key(key) => {
                            pointer.push('/');
                            pointer.push_str(&key.replace('~', "~0").replace('/', "~1"));
                        }
                        Step::Index(index) => pointer.push_str(&format!("/{index}")),
                    }
                }
                (super::locate::find(bytes, start, path), pointer)
            }
        };
        let (line, column) = source.position(range.start);
        Resolved { source: location.source(), pointer, line, column, range }
    }
}

/// The JSON pointer of a place in a block that the user wrote. Only the block is read.
fn pointer_in(source: &Source, block: &Block, written: &Written) -> String {
    match block.pointer.is_empty() {
        true => String::new(),
        false => block.pointer.clone() + &pointer_at(source.bytes(), block.written.start, written.start).0,
    }
}

/// Where an entity (one element of a list of the snapshot) begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Origin {
    /// The file.
    pub source: SourceId,
    /// Offset of the element's first byte in the file.
    pub offset: u64,
    /// The list's key in the document, such as `RouteTables`.
    pub key: &'static str,
    /// The element's index in that list; none for an object that is no list's element.
    pub index: Option<u32>,
}

/// One step of a path inside an entity.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Step {
    /// A member of an object.
    Key(Cow<'static, str>),
    /// An element of a list.
    Index(u32),
}

impl From<&'static str> for Step {
    fn from(key: &'static str) -> Self {
        Step::Key(Cow::Borrowed(key))
    }
}

impl From<usize> for Step {
    fn from(index: usize) -> Self {
        Step::Index(index as u32)
    }
}

/// A place in the input.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Location {
    /// A value inside an entity of a JSON document. Where the path's end does not exist (an absent field), the place is
    /// that of the deepest step that does.
    Entity {
        /// The entity.
        origin: Origin,
        /// The way from the entity to the value.
        path: Vec<Step>,
    },
    /// A range of bytes of any text.
    Span {
        /// The file.
        source: SourceId,
        /// First byte.
        start: usize,
        /// How many bytes.
        length: usize,
    },
}

impl Location {
    /// The entity itself.
    pub fn entity(origin: Origin) -> Self {
        Location::Entity { origin, path: Vec::new() }
    }

    /// A value inside the entity.
    pub fn inside(origin: Origin, path: impl IntoIterator<Item = Step>) -> Self {
        Location::Entity { origin, path: path.into_iter().collect() }
    }

    /// The file that holds it.
    pub fn source(&self) -> SourceId {
        match self {
            Location::Entity { origin, .. } => origin.source,
            Location::Span { source, .. } => *source,
        }
    }
}

/// A location found in its file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Resolved {
    /// The file.
    pub source: SourceId,
    /// JSON pointer (RFC 6901) of the value; empty for texts that aren't JSON.
    pub pointer: String,
    /// Line, from 1.
    pub line: usize,
    /// Column in characters, from 1.
    pub column: usize,
    /// Bytes of the value.
    pub range: Range<usize>,
}

/// A path inside an entity, written as `path!["Routes", 1, "NatGatewayId"]`.
#[macro_export]
macro_rules! path {
    ($($step:expr),* $(,)?) => { [$($crate::snapshot::Step::from($step)),*] };
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(sources: &Sources, start: usize) -> (usize, usize) {
        let span = Location::Span { source: SourceId(0), start, length: 1 };
        let resolved = sources.resolve(&span);
        (resolved.line, resolved.column)
    }

    #[test]
    fn lines_and_columns_are_counted_in_characters() {
        let text = "é\n\nxéy";
        let mut sources = Sources::default();
        sources.add(Source::new("a", text));
        let cases = [("é", (1, 1)), ("\n", (1, 2)), ("x", (3, 1)), ("y", (3, 3))];
        for (what, expected) in cases {
            assert_eq!(at(&sources, text.find(what).unwrap_or(0)), expected, "{what:?}");
        }
        assert_eq!(at(&sources, text.len()), (3, 4), "the end");
        assert_eq!(at(&sources, 999), (3, 4), "beyond the end");
    }

    #[test]
    fn counts_hold_across_chunks() {
        let line = "é23456789\n";
        let text = line.repeat(3 * CHUNK / line.len());
        let mut sources = Sources::default();
        sources.add(Source::new("a", text.clone()));
        for number in [0, 1, 371, 372, 373, 743, 744, 745, 1_100] {
            assert_eq!(at(&sources, number * line.len() + 3), (number + 1, 3), "line {number}");
        }
        let mut one_line = Sources::default();
        one_line.add(Source::new("b", "é".repeat(2 * CHUNK)));
        assert_eq!(at(&one_line, 3 * CHUNK), (1, 3 * CHUNK / 2 + 1));
    }

    #[test]
    fn an_empty_source_has_one_place() {
        let mut sources = Sources::default();
        sources.add(Source::new("a", ""));
        assert_eq!(at(&sources, 0), (1, 1));
    }
}
