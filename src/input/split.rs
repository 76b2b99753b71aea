//! Bytes of one JSON file → the raw elements of each of its lists, with nothing parsed that need not be.

use super::error::{InputError, end_of};
use crate::snapshot::{KEYS, Location, SourceId, Sources};
use crate::snapshot::{keys_at, pointer_at};
use rustc_hash::FxHashSet;
use serde::de::{DeserializeSeed, IgnoredAny, MapAccess, Visitor};
use serde_json::value::RawValue;
use std::borrow::Cow;
use std::fmt;
use std::ops::Range;

/// JSON nested deeper than this is refused, as `serde_json` does.
pub(super) const DEEPEST: usize = 128;

/// A list of the document with its elements' texts.
pub(super) struct RawList<'a> {
    /// The key in [`KEYS`].
    pub key: usize,
    /// The elements.
    pub elements: Vec<&'a RawValue>,
}

/// What one file holds.
#[derive(Default)]
pub(super) struct RawDocument<'a> {
    /// Its lists.
    pub lists: Vec<RawList<'a>>,
    /// The document's own key.
    pub collection: Option<&'a RawValue>,
    /// AWS's public address ranges.
    pub ip_ranges: Option<&'a RawValue>,
    /// What stacks of CloudFormation export.
    pub exports: Option<&'a RawValue>,
    /// `aws ec2 describe-vpc-attribute` answers an object, not a list: the whole file is that element.
    pub is_vpc_attribute: bool,
    /// A page token: the lists were cut off.
    pub is_page: bool,
    /// What AWS could not answer of what it was asked for.
    pub has_failures: bool,
    /// Lists that are `null`, which says as little as a key that is absent.
    pub null_keys: Vec<&'static str>,
    /// Keys that mean nothing here.
    pub unknown_keys: Vec<String>,
}

/// Splits one file.
pub(super) fn split(sources: &Sources, source: SourceId) -> Result<RawDocument<'_>, InputError> {
    let bytes = sources.get(source).bytes();
    let (text, skipped) = sources.get(source).text();
    let first = text.find(|c: char| !c.is_ascii_whitespace()).unwrap_or(0);
    let found = match text.as_bytes().get(first) {
        Some(b'[') => Some("a list"),
        Some(b'"') => Some("a string"),
        Some(b'0'..=b'9' | b'-') => Some("a number"),
        Some(b't' | b'f' | b'n') if serde_json::from_str::<IgnoredAny>(text).is_ok() => Some("a single word"),
        _ => None,
    };
    if let Some(found) = found {
        return Err(InputError::NotSnapshot {
            found: found.into(),
            location: Location::Span { source, start: skipped + first, length: 1 },
        });
    }
    let base = bytes.as_ptr() as usize;
    let mut top =
        Top { document: RawDocument::default(), seen: FxHashSet::default(), duplicate: None, too_deep: None, base };
    let mut reader = serde_json::Deserializer::from_str(text);
    let outcome = (&mut top).deserialize(&mut reader).and_then(|()| reader.end());
    if let Some(name) = top.duplicate {
        return Err(duplicate(sources, source, skipped + first, &name));
    }
    if let Some(start) = top.too_deep {
        return Err(InputError::TooDeep { limit: DEEPEST, location: Location::Span { source, start, length: 1 } });
    }
    match outcome {
        Ok(()) => Ok(top.document),
        Err(error) => Err(explain(sources, source, skipped, 0, &error)),
    }
}

/// A parser's error at its place: `begin` is where the text that was parsed begins in the file.
pub(super) fn explain(
    sources: &Sources,
    source: SourceId,
    begin: usize,
    prefix: usize,
    error: &serde_json::Error,
) -> InputError {
    use serde_json::error::Category;
    let bytes = sources.get(source).bytes();
    let offset = offset_of(&bytes[begin..], error.line(), error.column()) + begin;
    let reason = reason_of(error);
    match error.classify() {
        Category::Eof => InputError::Syntax {
            reason: "it ends in the middle of a value".into(),
            location: end_of(sources, source),
            truncated: true,
        },
        Category::Data => {
            // What can't be read as a list or an object was not taken yet, anything else was.
            let at = match bytes.get(offset) {
                Some(b'{' | b'[') => offset,
                _ => offset.saturating_sub(1),
            };
            if let Some(name) = reason.strip_prefix("duplicate field `") {
                return duplicate(sources, source, at, name.trim_end_matches('`'));
            }
            let (pointer, range) = pointer_at(bytes, prefix, at);
            let location = Location::Span { source, start: range.start, length: range.len() };
            // A text that was made of a plan or a template has pointers that nobody wrote.
            let is_planned = sources.get(source).is_derived();
            let pointer = if is_planned { sources.resolve(&location).pointer } else { pointer };
            InputError::WrongType { pointer, reason: plain(&reason), is_planned, location }
        }
        Category::Syntax | Category::Io => {
            let start = offset.saturating_sub(1).min(bytes.len().saturating_sub(1));
            let location = Location::Span { source, start, length: 1 };
            if reason.starts_with("recursion limit") {
                InputError::TooDeep { limit: DEEPEST, location }
            } else {
                InputError::Syntax { reason, location, truncated: false }
            }
        }
    }
}

/// The key that stands twice in the object around a byte.
pub(super) fn duplicate(sources: &Sources, source: SourceId, offset: usize, name: &str) -> InputError {
    let (parent, keys) = keys_at(sources.get(source).bytes(), 0, offset, name);
    let place = |key: &Range<usize>| Location::Span { source, start: key.start, length: key.len() };
    InputError::DuplicateKey {
        pointer: format!("{parent}/{}", short(name)),
        locations: keys.iter().take(2).map(place).collect(),
    }
}

/// A text of the input that is part of a sentence.
fn short(text: &str) -> String {
    const MOST: usize = 60;
    match text.char_indices().nth(MOST) {
        Some((at, _)) => format!("{}…", &text[..at]),
        None => text.to_owned(),
    }
}

/// "invalid type: string "a", expected a sequence", in words that who writes JSON knows.
fn plain(reason: &str) -> String {
    let invalid = reason.strip_prefix("invalid type: ").or_else(|| reason.strip_prefix("invalid value: "));
    // What was found may hold any text, what is expected is a word of ours.
    let Some((found, expected)) = invalid.and_then(|rest| rest.rsplit_once(", expected ")) else {
        return short(reason);
    };
    let expected = match expected {
        _ if expected.starts_with("struct ") => "an object",
        "a sequence" => "a list",
        "a boolean" => "true or false",
        "a map" => "an object",
        "i8" | "i16" | "i32" | "i64" => "a whole number",
        "u8" | "u16" | "u32" | "u64" => "a whole number, not negative",
        other => other,
    };
    let found = match found.split_once(' ') {
        None if found == "map" => "an object".to_owned(),
        None if found == "sequence" => "a list".to_owned(),
        Some(("integer", number)) => format!("the number {}", number.trim_matches('`')),
        Some(("floating", rest)) => format!("the number {}", rest.trim_start_matches("point ").trim_matches('`')),
        Some(("boolean", word)) => word.trim_matches('`').to_owned(),
        Some(("string", _)) => format!("the {}", short(found)),
        _ => short(found),
    };
    format!("{expected} is expected here, not {found}")
}

/// serde_json's message without the place, which is shown otherwise.
fn reason_of(error: &serde_json::Error) -> String {
    let text = error.to_string();
    text.rsplit_once(" at line ").map_or(text.clone(), |(reason, _)| reason.to_owned())
}

/// serde_json counts lines and bytes of a line from 1.
fn offset_of(bytes: &[u8], line: usize, column: usize) -> usize {
    let line_start = match line.checked_sub(2) {
        Some(skip) => memchr::memchr_iter(b'\n', bytes).nth(skip).map_or(0, |at| at + 1),
        None => 0,
    };
    (line_start + column).min(bytes.len())
}

struct Top<'a> {
    document: RawDocument<'a>,
    seen: FxHashSet<Cow<'a, str>>,
    duplicate: Option<String>,
    too_deep: Option<usize>,
    base: usize,
}

impl<'de> DeserializeSeed<'de> for &mut Top<'de> {
    type Value = ();

    fn deserialize<D: serde::Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for &mut Top<'de> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object with the lists of a snapshot")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        #[derive(serde::Deserialize)]
        #[serde(transparent)]
        struct Name<'a>(#[serde(borrow)] Cow<'a, str>);

        let (mut vpc_id, mut attribute) = (false, false);
        while let Some(Name(name)) = map.next_key()? {
            if !self.seen.insert(name.clone()) {
                self.duplicate = Some(name.into_owned());
                return Err(serde::de::Error::custom("duplicate key"));
            }
            if let Some(key) = KEYS.iter().position(|key| key.name == name) {
                let elements = if KEYS[key].name == "VpcBlockPublicAccessOptions" {
                    map.next_value::<OneOrMany<'de>>()?.0
                } else {
                    map.next_value::<Option<Vec<&RawValue>>>()?
                };
                match elements {
                    Some(elements) => self.document.lists.push(RawList { key, elements }),
                    None => self.document.null_keys.push(KEYS[key].name),
                }
                continue;
            }
            let value: &RawValue = map.next_value()?;
            if too_deep(value.get()).is_some() {
                self.too_deep = Some(value.get().as_ptr() as usize - self.base);
                return Err(serde::de::Error::custom("too deep"));
            }
            match &*name {
                "fargcheck" => self.document.collection = Some(value),
                "ipRanges" => self.document.ip_ranges = Some(value),
                "Exports" => self.document.exports = Some(value),
                "taskDefinition" => {
                    let key = KEYS.iter().position(|key| key.name == "taskDefinitions").unwrap_or_default();
                    self.document.lists.push(RawList { key, elements: vec![value] });
                }
                "VpcId" => vpc_id = true,
                "EnableDnsSupport" | "EnableDnsHostnames" => attribute = true,
                "NextToken" | "nextToken" | "NextMarker" | "Marker" => {
                    self.document.is_page |= value.get() != "null" && value.get() != "\"\"";
                }
                // `aws ecs describe-services` and its like answer what they found, and apart from it what they did not.
                "failures" if value.get().starts_with('[') => {
                    let failures: Vec<IgnoredAny> =
                        serde_json::from_str(value.get()).map_err(serde::de::Error::custom)?;
                    self.document.has_failures |= !failures.is_empty();
                }
                _ => self.document.unknown_keys.push(short(&name)),
            }
        }
        self.document.is_vpc_attribute = vpc_id && attribute;
        Ok(())
    }
}

/// `aws ec2 describe-vpc-block-public-access-options` answers one object where a snapshot may hold a list.
struct OneOrMany<'a>(Option<Vec<&'a RawValue>>);

impl<'de> serde::Deserialize<'de> for OneOrMany<'de> {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        use serde::de::Error as _;
        let raw: &RawValue = serde::Deserialize::deserialize(deserializer)?;
        Ok(OneOrMany(match raw.get().as_bytes().first() {
            Some(b'[') => Some(serde_json::from_str(raw.get()).map_err(D::Error::custom)?),
            Some(b'n') => None,
            _ => Some(vec![raw]),
        }))
    }
}

/// The byte at which a JSON text is nested deeper than it may be, if it is.
pub(super) fn too_deep(text: &str) -> Option<usize> {
    let (mut depth, mut quoted, mut escaped) = (0usize, false, false);
    for (at, byte) in text.bytes().enumerate() {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if quoted => escaped = true,
            b'"' => quoted = !quoted,
            _ if quoted => {}
            b'[' | b'{' => {
                depth += 1;
                if depth > DEEPEST {
                    return Some(at);
                }
            }
            b']' | b'}' => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    None
}
