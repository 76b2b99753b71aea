//! Where things stand in the input: sources, symbolic locations, and their resolution to bytes.
//!
//! A location is kept symbolic (an entity's first byte and a path inside it) while the network is judged; it becomes a
//! byte range only when a finding is shown.

use std::borrow::Cow;
use std::fmt;
use std::ops::Range;

/// One input file, or standard input, with its bytes. The bytes are valid UTF-8: `input` checks that before it makes one.
pub struct Source {
    name: String,
    bytes: Box<dyn AsRef<[u8]> + Send + Sync>,
}

impl Source {
    /// A source called `name` (the path as the user wrote it) that holds `bytes`.
    pub fn new(name: impl Into<String>, bytes: impl AsRef<[u8]> + Send + Sync + 'static) -> Self {
        Self {
            name: name.into(),
            bytes: Box::new(bytes),
        }
    }

    /// The path as the user wrote it, `-` for standard input.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The whole text, as bytes.
    pub fn bytes(&self) -> &[u8] {
        (*self.bytes).as_ref()
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
        self.list
            .iter()
            .enumerate()
            .map(|(index, source)| (SourceId(index as u32), source))
    }

    /// The bytes, line and column that a location stands at.
    pub fn resolve(&self, location: &Location) -> Resolved {
        let source = self.get(location.source());
        let bytes = source.bytes();
        let (range, pointer) = match location {
            Location::Span { start, length, .. } => {
                let start = (*start).min(bytes.len());
                (start..(start + length).min(bytes.len()), String::new())
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
        let before = &bytes[..range.start];
        let line_start = memchr::memrchr(b'\n', before).map_or(0, |at| at + 1);
        let line = memchr::memchr_iter(b'\n', before).count() + 1;
        let column = String::from_utf8_lossy(&bytes[line_start..range.start])
            .chars()
            .count()
            + 1;
        Resolved {
            source: location.source(),
            pointer,
            line,
            column,
            range,
        }
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
        Location::Entity {
            origin,
            path: Vec::new(),
        }
    }

    /// A value inside the entity.
    pub fn inside(origin: Origin, path: impl IntoIterator<Item = Step>) -> Self {
        Location::Entity {
            origin,
            path: path.into_iter().collect(),
        }
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
