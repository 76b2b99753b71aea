//! YAML text → a tree whose parts know their bytes and their tags.
//!
//! Values are those of YAML 1.2's core schema, except that a number is one only where its text is how JSON writes that
//! number: `0123`, `1.10` and `012345678901` (an account's id) stay texts. A tag stays on its value; what it means is the
//! business of who reads the tree.

use super::error::InputError;
use crate::snapshot::{Location, SourceId, Sources};
use rustc_hash::FxHashMap;
use saphyr_parser::{Event, Parser, ScalarStyle, ScanError, Span, Tag};
use std::borrow::Cow;
use std::ops::Range;

/// How deep a document may be nested.
const DEEPEST: usize = 128;

/// How many values a document may have once its aliases are followed.
const MOST: usize = 500_000;

/// How many bytes of text may be copied as its anchors and aliases are followed: one value may be a long text.
const MOST_COPIED: usize = 64 << 20;

/// A value.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Yaml {
    /// Its bytes in the source, its tag's among them. A value that isn't written (`key:`) has those of its key.
    pub(super) range: Range<usize>,
    /// What follows the `!` of a local tag, or a whole tag of another kind. Tags of the core schema are already followed.
    pub(super) tag: Option<String>,
    /// What it is.
    pub(super) value: YamlValue,
}

/// What a value is.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum YamlValue {
    /// Nothing, `~` or `null`.
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// A number that JSON writes alike.
    Number(serde_json::Number),
    /// Any other scalar.
    String(String),
    /// A sequence.
    List(Vec<Yaml>),
    /// A mapping, in its order. No name stands twice.
    Map(Vec<(YamlKey, Yaml)>),
}

/// The name of a mapping's member.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct YamlKey {
    /// Its text.
    pub(super) name: String,
    /// Its bytes.
    pub(super) range: Range<usize>,
}

/// Reads a source that holds one document.
///
/// # Errors
/// It isn't YAML, a key stands twice in a mapping or is no scalar, a second document follows, it is too deep, or its
/// aliases make it too large.
pub(super) fn parse(sources: &Sources, source: SourceId) -> Result<Yaml, InputError> {
    let (text, skipped) = sources.get(source).text();
    let builder = Builder {
        source,
        bytes: Bytes::new(text, skipped),
        // Sources hold UTF-8: `read` has checked that.
        text: std::str::from_utf8(sources.get(source).bytes()).unwrap_or_default(),
        open: Vec::new(),
        anchors: FxHashMap::default(),
        values: 0,
        copied: 0,
        end: 0,
        root: None,
    };
    builder.build(Parser::new_from_str(text))
}

/// Characters, in which saphyr counts, to bytes.
struct Bytes<'t> {
    text: &'t str,
    /// Bytes before the text in its source.
    skipped: usize,
    /// The byte that every [`Bytes::STRIDE`]th character begins at; none for a text of ASCII.
    marks: Vec<usize>,
}

impl<'t> Bytes<'t> {
    const STRIDE: usize = 128;

    fn new(text: &'t str, skipped: usize) -> Self {
        let marks = match text.is_ascii() {
            true => Vec::new(),
            false => text.char_indices().step_by(Self::STRIDE).map(|(at, _)| at).collect(),
        };
        Self { text, skipped, marks }
    }

    fn of(&self, character: usize) -> usize {
        let at = match self.marks.get(character / Self::STRIDE) {
            None if self.marks.is_empty() => character.min(self.text.len()),
            None => self.text.len(),
            Some(mark) => {
                let rest = self.text.get(*mark..).unwrap_or_default();
                let more = rest.char_indices().nth(character % Self::STRIDE);
                more.map_or(self.text.len(), |(at, _)| mark + at)
            }
        };
        self.skipped + at
    }
}

/// A collection whose end isn't reached yet.
struct Open {
    start: usize,
    tag: Option<String>,
    anchor: usize,
    /// How many values there were before it.
    before: usize,
    items: Items,
}

enum Items {
    List(Vec<Yaml>),
    Map { members: Vec<(YamlKey, Yaml)>, places: FxHashMap<String, Range<usize>>, key: Option<YamlKey> },
}

struct Builder<'t> {
    source: SourceId,
    bytes: Bytes<'t>,
    text: &'t str,
    open: Vec<Open>,
    /// What an anchor names, and of how many values that is.
    anchors: FxHashMap<usize, (Yaml, usize)>,
    values: usize,
    /// Bytes of text that were copied.
    copied: usize,
    /// Where what was read last ends.
    end: usize,
    root: Option<Yaml>,
}

impl<'t> Builder<'t> {
    fn build(mut self, mut parser: Parser<'t, impl saphyr_parser::Input>) -> Result<Yaml, InputError> {
        let mut documents = 0;
        while let Some(next) = parser.next_event() {
            let (event, span) = next.map_err(|error| self.unread(&error))?;
            let range = self.bytes.of(span.start.index())..self.bytes.of(span.end.index());
            match event {
                Event::DocumentStart(_) => {
                    documents += 1;
                    if documents > 1 {
                        return Err(self.syntax("a second document begins here".into(), range.start, 3));
                    }
                }
                Event::Scalar(text, style, anchor, tag) => self.scalar(&text, style, anchor, tag, range)?,
                Event::Alias(anchor) => self.alias(anchor, range)?,
                Event::SequenceStart(anchor, tag) => {
                    self.begin(Items::List(Vec::new()), anchor, tag, range)?;
                }
                Event::MappingStart(anchor, tag) => {
                    let items = Items::Map { members: Vec::new(), places: FxHashMap::default(), key: None };
                    self.begin(items, anchor, tag, range)?;
                }
                Event::SequenceEnd | Event::MappingEnd => self.end(range, span)?,
                Event::Nothing | Event::StreamStart | Event::StreamEnd | Event::DocumentEnd => {}
            }
        }
        let whole = 0..self.text.len();
        Ok(self.root.unwrap_or(Yaml { range: whole, tag: None, value: YamlValue::Null }))
    }

    /// What the parser says of a text that it can't read. It looks ahead, and may find that a text is deep before we do.
    fn unread(&self, error: &ScanError) -> InputError {
        let start = self.bytes.of(error.marker().index());
        match error.info() == "recursion limit exceeded" {
            true => InputError::TooDeep { limit: DEEPEST, location: self.location(&(start..start + 1)) },
            false => self.syntax(error.info().to_owned(), start, 1),
        }
    }

    fn syntax(&self, reason: String, start: usize, length: usize) -> InputError {
        let start = start.min(self.text.len().saturating_sub(1));
        InputError::YamlSyntax { reason, location: self.location(&(start..start + length)) }
    }

    fn location(&self, range: &Range<usize>) -> Location {
        Location::Span { source: self.source, start: range.start, length: range.len().max(1) }
    }

    fn count(&mut self, more: usize, range: &Range<usize>) -> Result<(), InputError> {
        self.values = self.values.saturating_add(more);
        if self.values > MOST {
            let location = self.location(range);
            return Err(InputError::TooManyValues { limit: MOST, of: "values", location });
        }
        Ok(())
    }

    /// A copy of a value, or where copies make too much of a document the place of the one that is too many.
    fn copy(&mut self, yaml: &Yaml, size: usize, range: &Range<usize>) -> Result<Yaml, InputError> {
        self.count(size, range)?;
        self.copied = self.copied.saturating_add(bytes(yaml));
        if self.copied > MOST_COPIED {
            let location = self.location(range);
            return Err(InputError::TooManyValues { limit: MOST_COPIED, of: "bytes of text", location });
        }
        Ok(yaml.clone())
    }

    /// The bytes of a value together with those of its tag and anchor, which saphyr leaves out.
    fn with_tag(&self, tag: Option<&Cow<'_, Tag>>, range: Range<usize>) -> Range<usize> {
        let Some(tag) = tag else { return range };
        // A tag stands near its value; that is as far as hostile text may make us look.
        let near = (range.start.saturating_sub(1024)..range.start).find(|at| self.text.is_char_boundary(*at));
        let near = near.unwrap_or(range.start);
        let before = self.text.get(near..range.start).unwrap_or_default();
        let written = format!("!{}", tag.suffix);
        match before.rfind(&written) {
            // Only an anchor and white space may stand between.
            Some(at) if before[at + written.len()..].split_whitespace().all(|word| word.starts_with('&')) => {
                near + at..range.end
            }
            _ => range,
        }
    }

    fn scalar(
        &mut self,
        text: &str,
        style: ScalarStyle,
        anchor: usize,
        tag: Option<Cow<'_, Tag>>,
        mut range: Range<usize>,
    ) -> Result<(), InputError> {
        self.count(1, &range)?;
        range.end = range.start + written(self.text.get(range.clone()).unwrap_or_default(), style);
        self.end = self.end.max(range.end);
        if let Some(Open { items: Items::Map { key: key @ None, places, .. }, .. }) = self.open.last_mut() {
            if let Some(first) = places.get(text) {
                let first = first.clone();
                return Err(InputError::DuplicateKey {
                    pointer: self.pointer(text),
                    locations: vec![self.location(&first), self.location(&range)],
                });
            }
            places.insert(text.to_owned(), range.clone());
            *key = Some(YamlKey { name: text.to_owned(), range });
            return Ok(());
        }
        let range = self.with_tag(tag.as_ref(), range);
        let (tag, value) = match tag {
            Some(tag) if tag.is_yaml_core_schema() => match tag.suffix.as_str() {
                "str" => (None, YamlValue::String(text.to_owned())),
                "int" | "float" | "bool" | "null" => (None, plain(text)),
                _ => (Some(format!("!{}", tag.suffix)), YamlValue::String(text.to_owned())),
            },
            // A `!` alone says that it is a text.
            Some(tag) if tag.suffix.is_empty() => (None, YamlValue::String(text.to_owned())),
            // A tagged scalar is the argument of what the tag names.
            Some(tag) => (Some(name(&tag)), YamlValue::String(text.to_owned())),
            None if style == ScalarStyle::Plain => (None, plain(text)),
            None => (None, YamlValue::String(text.to_owned())),
        };
        self.take(Yaml { range, tag, value }, anchor, 1)
    }

    fn alias(&mut self, anchor: usize, range: Range<usize>) -> Result<(), InputError> {
        // Taken out for as long as it is copied.
        let Some((named, size)) = self.anchors.remove(&anchor) else {
            return Err(self.syntax("this alias names what it stands in".into(), range.start, range.len()));
        };
        let value = self.copy(&named, size, &range)?;
        self.anchors.insert(anchor, (named, size));
        if self.open.len() + depth(&value) > DEEPEST {
            return Err(InputError::TooDeep { limit: DEEPEST, location: self.location(&range) });
        }
        if matches!(self.open.last(), Some(Open { items: Items::Map { key: None, .. }, .. })) {
            return Err(self.syntax("a key must be a text, not an alias".into(), range.start, range.len()));
        }
        self.end = range.end;
        self.take(value, 0, size)
    }

    fn begin(
        &mut self,
        items: Items,
        anchor: usize,
        tag: Option<Cow<'_, Tag>>,
        range: Range<usize>,
    ) -> Result<(), InputError> {
        if self.open.len() >= DEEPEST {
            return Err(InputError::TooDeep { limit: DEEPEST, location: self.location(&range) });
        }
        if matches!(self.open.last(), Some(Open { items: Items::Map { key: None, .. }, .. })) {
            return Err(self.syntax("a key must be a text, not a list or mapping".into(), range.start, 1));
        }
        let before = self.values;
        self.count(1, &range)?;
        let start = self.with_tag(tag.as_ref(), range).start;
        let tag = match tag {
            Some(tag) if tag.is_yaml_core_schema() && matches!(tag.suffix.as_str(), "map" | "seq") => None,
            Some(tag) if tag.is_yaml_core_schema() => Some(format!("!{}", tag.suffix)),
            Some(tag) => Some(name(&tag)),
            None => None,
        };
        self.open.push(Open { start, tag, anchor, before, items });
        Ok(())
    }

    fn end(&mut self, range: Range<usize>, span: Span) -> Result<(), InputError> {
        let Some(open) = self.open.pop() else { return Ok(()) };
        let value = match open.items {
            Items::List(items) => YamlValue::List(items),
            Items::Map { members, .. } => YamlValue::Map(members),
        };
        // A block ends with its last value; a flow collection has a closing character.
        if !span.is_empty() {
            self.end = self.end.max(range.start + 1);
        }
        let end = self.end.max(open.start);
        let size = self.values - open.before;
        let yaml = Yaml { range: open.start..end, tag: open.tag, value };
        self.take(yaml, open.anchor, size)
    }

    /// Puts a whole value where it belongs.
    fn take(&mut self, mut yaml: Yaml, anchor: usize, size: usize) -> Result<(), InputError> {
        if anchor != 0 {
            let named = self.copy(&yaml, size, &yaml.range.clone())?;
            self.anchors.insert(anchor, (named, size));
        }
        match self.open.last_mut().map(|open| &mut open.items) {
            None => self.root = Some(yaml),
            Some(Items::List(items)) => items.push(yaml),
            Some(Items::Map { members, key, .. }) => {
                let Some(key) = key.take() else { return Ok(()) };
                if yaml.range.is_empty() {
                    yaml.range = key.range.clone();
                }
                members.push((key, yaml));
            }
        }
        Ok(())
    }

    /// The JSON pointer of a member of the innermost mapping.
    fn pointer(&self, member: &str) -> String {
        let mut pointer = String::new();
        for open in &self.open {
            match &open.items {
                Items::List(items) => pointer.push_str(&format!("/{}", items.len())),
                Items::Map { key: Some(key), .. } => pointer.push_str(&format!("/{}", short(&key.name))),
                Items::Map { .. } => {}
            }
        }
        pointer + "/" + &short(member)
    }
}

/// How many bytes of a scalar's span are the scalar: saphyr's goes on to the next token.
fn written(span: &str, style: ScalarStyle) -> usize {
    let quote = match style {
        ScalarStyle::SingleQuoted => b'\'',
        ScalarStyle::DoubleQuoted => b'"',
        _ => return span.trim_end().len(),
    };
    // A tag and an anchor may stand before the quote.
    let open = span.bytes().position(|byte| byte == quote).unwrap_or_default();
    let mut bytes = span.bytes().enumerate().skip(open + 1).peekable();
    while let Some((at, byte)) = bytes.next() {
        match byte {
            b'\\' if quote == b'"' => drop(bytes.next()),
            _ if byte == quote && quote == b'\'' && bytes.peek().is_some_and(|(_, next)| *next == quote) => {
                bytes.next();
            }
            _ if byte == quote => return at + 1,
            _ => {}
        }
    }
    span.len()
}

/// A text of the input that is part of a sentence.
fn short(text: &str) -> String {
    const MOST: usize = 60;
    match text.char_indices().nth(MOST) {
        Some((at, _)) => format!("{}…", &text[..at]),
        None => text.to_owned(),
    }
}

fn name(tag: &Tag) -> String {
    match tag.handle.as_str() {
        "!" => tag.suffix.clone(),
        handle => format!("{handle}{}", tag.suffix),
    }
}

/// A plain scalar of the core schema.
fn plain(text: &str) -> YamlValue {
    match text {
        "" | "~" | "null" | "Null" | "NULL" => YamlValue::Null,
        "true" | "True" | "TRUE" => YamlValue::Bool(true),
        "false" | "False" | "FALSE" => YamlValue::Bool(false),
        _ => match text.parse::<serde_json::Number>() {
            Ok(number) if number.to_string() == text => YamlValue::Number(number),
            _ => YamlValue::String(text.to_owned()),
        },
    }
}

/// How many bytes the texts in a value have. It is no deeper than [`DEEPEST`], so this recursion ends.
fn bytes(yaml: &Yaml) -> usize {
    let tag = yaml.tag.as_ref().map_or(0, String::len);
    let value = match &yaml.value {
        YamlValue::String(text) => text.len(),
        YamlValue::List(items) => items.iter().map(bytes).sum(),
        YamlValue::Map(members) => members.iter().map(|(key, value)| key.name.len() + bytes(value)).sum(),
        _ => 0,
    };
    tag + value
}

/// How deep a value is nested. It is no deeper than [`DEEPEST`], so this recursion ends.
fn depth(yaml: &Yaml) -> usize {
    match &yaml.value {
        YamlValue::List(items) => 1 + items.iter().map(depth).max().unwrap_or_default(),
        YamlValue::Map(members) => 1 + members.iter().map(|(_, value)| depth(value)).max().unwrap_or_default(),
        _ => 0,
    }
}

#[cfg(test)]
mod tests;
