//! The text that an excerpt is cut from: a file, or an entity laid out over lines because its file has none.

use super::Mark;
use super::reindent::reindent;
use super::row::line_around;
use crate::report::style::Style;
use crate::report::text::list;
use crate::report::visible::visible;
use crate::snapshot::{Block, KEYS, Location, Origin, Resolved, Sources, Step, end_of_string, id_member, secrets};
use std::borrow::Cow;
use std::ops::Range;

/// A line that is longer is not shown as it stands.
const LONG: usize = 500;

/// An entity that is larger is not laid out anew: its line is cut around the label instead.
const LARGE: usize = 256 << 10;

/// A text with the places to show in it.
pub(super) struct Sheet<'a> {
    /// What the text is called: the file's name, and the entity's place in it where it was laid out anew.
    pub(super) name: String,
    file_name: String,
    pub(super) text: Cow<'a, [u8]>,
    /// The bytes of the text that are not shown.
    pub(super) secrets: Cow<'a, [Range<usize>]>,
    /// The lines that may be shown: the entity's, or all.
    pub(super) bounds: Range<usize>,
    /// The member that says which entity it is.
    pub(super) identity: Option<Range<usize>>,
    /// The places, by their position.
    pub(super) spans: Vec<Span>,
    /// Where the lines stand in their file, for texts that are a file's.
    file: Option<(&'a Sources, Location)>,
    /// Offsets in the file of the places, where the text is laid out anew.
    offsets: Vec<usize>,
}

/// A place in a sheet.
pub(super) struct Span {
    pub(super) range: Range<usize>,
    pub(super) text: String,
    pub(super) primary: bool,
}

impl Sheet<'_> {
    /// The line and column of an offset, from 1.
    pub(super) fn position(&self, offset: usize) -> (usize, usize) {
        match &self.file {
            Some((sources, location)) => {
                let at = sources.resolve(&Location::Span { source: location.source(), start: offset, length: 0 });
                (at.line, at.column)
            }
            None => (memchr::memchr_iter(b'\n', &self.text[..offset]).count() + 1, 1),
        }
    }

    /// The name with the position of the place to look at first.
    pub(super) fn title(&self) -> String {
        let first = self.spans.iter().find(|span| span.primary).or(self.spans.first());
        match (&self.file, first) {
            (Some(_), Some(span)) => {
                let (line, column) = self.position(span.range.start);
                format!("{}:{line}:{column}", self.name)
            }
            _ => self.name.clone(),
        }
    }
}

/// Sorts the marks into sheets, in the order of each one's first mark; also says how many marks were left out.
pub(super) fn gather<'a>(
    marks: &[Mark<'a>],
    sources: &'a Sources,
    style: &Style,
    limit: usize,
) -> (Vec<Sheet<'a>>, usize) {
    let mut groups: Vec<(Location, Vec<(Mark<'a>, Resolved)>)> = Vec::new();
    for mark in marks {
        let resolved = sources.resolve(mark.location);
        let key = match (sources.block(mark.location), mark.location) {
            (Some(Block { written, .. }), _) => {
                Location::Span { source: written.source, start: written.start, length: written.length }
            }
            (None, Location::Entity { origin, .. }) if origin.source == resolved.source => Location::entity(*origin),
            (None, _) => Location::Span { source: resolved.source, start: 0, length: 0 },
        };
        match groups.iter_mut().find(|(known, _)| *known == key) {
            Some((_, group)) => group.push((*mark, resolved)),
            None => groups.push((key, vec![(*mark, resolved)])),
        }
    }
    let left_out = groups.iter().skip(limit).map(|(_, group)| group.len()).sum();
    groups.truncate(limit);
    let sheets = groups.into_iter().map(|(key, group)| sheet(key, &group, sources, style)).collect();
    (sheets, left_out)
}

/// What to know about the sheets: which were laid out anew, and where their places really stand.
pub(super) fn notes(sheets: &[Sheet<'_>]) -> Vec<String> {
    let mut files: Vec<(&str, Vec<String>)> = Vec::new();
    for sheet in sheets.iter().filter(|sheet| !sheet.offsets.is_empty()) {
        let offsets = sheet.offsets.iter().map(usize::to_string);
        match files.iter_mut().find(|(name, _)| *name == sheet.file_name) {
            Some((_, known)) => known.extend(offsets),
            None => files.push((&sheet.file_name, offsets.collect())),
        }
    }
    files
        .into_iter()
        .map(|(name, offsets)| {
            let labels = if offsets.len() == 1 { "the label stands at byte" } else { "the labels stand at bytes" };
            format!("{name} has long lines, so it is shown indented; {labels} {}", list(&offsets, 6))
        })
        .collect()
}

fn sheet<'a>(key: Location, group: &[(Mark<'a>, Resolved)], sources: &'a Sources, style: &Style) -> Sheet<'a> {
    let source = sources.get(key.source());
    let bytes = source.bytes();
    let file_name = match source.name() {
        "-" => Cow::Borrowed("<stdin>"),
        name => visible(name),
    };
    let (whole, identity) = match &key {
        Location::Entity { origin, .. } => (sources.resolve(&key).range, identity(*origin, sources)),
        Location::Span { length: 0, .. } => (0..bytes.len(), None),
        Location::Span { start, length, .. } => (*start..start + length, None),
    };
    let unreadable = |at: usize| {
        let line = line_around(bytes, at, LONG);
        let one_line = whole.start >= line.start && whole.end <= line.end && whole.len() > style.width;
        line.len() > LONG || one_line
    };
    let is_entity = match key {
        Location::Entity { .. } => true,
        Location::Span { length, .. } => length > 0 && source.is_json(),
    };
    let mut sheet = Sheet {
        name: file_name.clone().into_owned(),
        file_name: file_name.clone().into_owned(),
        text: Cow::Borrowed(bytes),
        secrets: Cow::Borrowed(&[]),
        bounds: line_around(bytes, whole.start, LONG).start..line_around(bytes, whole.end, LONG).end,
        identity: identity.clone(),
        spans: Vec::new(),
        file: Some((sources, key.clone())),
        offsets: Vec::new(),
    };
    let mut ranges: Vec<Range<usize>> = group.iter().map(|(_, at)| at.range.clone()).collect();
    if is_entity && whole.len() <= LARGE && group.iter().any(|(_, at)| unreadable(at.range.start)) {
        let mut ends: Vec<usize> = ranges.iter().chain(&identity).flat_map(|range| [range.start, range.end]).collect();
        ends.iter_mut().for_each(|end| *end = end.saturating_sub(whole.start));
        // An end is the end of its token's last byte, wherever the next token goes.
        ends.iter_mut().skip(1).step_by(2).for_each(|end| *end = end.saturating_sub(1));
        let text = reindent(&bytes[whole.clone()], &mut ends);
        let mut moved = ends.chunks_exact(2).map(|pair| pair[0]..(pair[1] + 1).min(text.len()));
        sheet.offsets = ranges.iter().map(|range| range.start).collect();
        ranges = moved.by_ref().take(ranges.len()).collect();
        sheet.identity = moved.next();
        sheet.bounds = 0..text.len();
        sheet.secrets = Cow::Owned(secrets(&text, true));
        sheet.text = Cow::Owned(text);
        sheet.file = None;
        let block = group.iter().find_map(|(mark, _)| sources.block(mark.location));
        let pointer = block.map_or_else(|| sources.resolve(&key).pointer, |block| block.pointer.clone());
        sheet.name = format!("{file_name}{pointer}");
    } else if !shows_resource_alone(&key, bytes, &whole, &sheet.bounds) {
        sheet.secrets = Cow::Borrowed(source.secrets());
    }
    for ((mark, _), range) in group.iter().zip(ranges) {
        let range = narrow(&sheet.text, range, sheet.identity.as_ref(), is_entity);
        let text = visible(mark.text).into_owned();
        match sheet.spans.iter_mut().find(|span| span.range == range) {
            Some(same) => {
                same.primary |= mark.primary;
                if !same.text.split("; ").any(|part| part == text) {
                    same.text = format!("{}; {text}", same.text);
                }
            }
            None => sheet.spans.push(Span { range, text, primary: mark.primary }),
        }
    }
    sheet.spans.sort_by_key(|span| (span.range.start, span.range.end));
    sheet
}

/// Whether all that is shown is one element of a list of a snapshot that has nothing secret in any of its members: what AWS
/// answers of networks, load balancers and services. A file of which no more is shown is not searched for secrets.
fn shows_resource_alone(key: &Location, bytes: &[u8], whole: &Range<usize>, bounds: &Range<usize>) -> bool {
    let Location::Entity { origin, .. } = key else { return false };
    let is_plain = KEYS.iter().any(|key| key.name == origin.key) && !matches!(origin.key, "taskDefinitions" | "tasks");
    let beside = [bounds.start..whole.start, whole.end..bounds.end];
    is_plain && beside.into_iter().all(|part| bytes.get(part).is_some_and(|part| !part.contains(&b'"')))
}

/// The best bytes of the file to point at for a location.
pub(super) fn point(location: &Location, sources: &Sources) -> Location {
    let at = sources.resolve(location);
    let source = sources.get(at.source);
    let bytes = source.bytes();
    let range = match location {
        _ if at.source != location.source() => narrow(bytes, at.range, None, source.is_json()),
        Location::Entity { origin, .. } => narrow(bytes, at.range, identity(*origin, sources).as_ref(), true),
        Location::Span { .. } => narrow(bytes, at.range, None, false),
    };
    Location::Span { source: at.source, start: range.start, length: range.len() }
}

/// The member that names an entity, if it has one.
fn identity(origin: Origin, sources: &Sources) -> Option<Range<usize>> {
    let whole = sources.resolve(&Location::entity(origin)).range;
    id_members(origin.key).find_map(|key| {
        let at = sources.resolve(&Location::inside(origin, [Step::from(key)]));
        (at.range != whole).then_some(at.range)
    })
}

/// The members that name an element of a list of the snapshot, the best first: what people call it, its id, and what else
/// there is where AWS gives none.
fn id_members(list: &str) -> impl Iterator<Item = &'static str> {
    let name = match list {
        "clusters" => Some("clusterName"),
        "services" => Some("serviceName"),
        "LoadBalancers" => Some("LoadBalancerName"),
        "TargetGroups" => Some("TargetGroupName"),
        "repositories" => Some("repositoryName"),
        _ => None,
    };
    let id = Some(id_member(list)).filter(|member| !member.is_empty());
    let others: &[&str] = match list {
        "Addresses" => &["PublicIp"],
        "AvailabilityZones" => &["ZoneId"],
        "taskDefinitions" => &["family"],
        _ if id.is_none() => &["Name", "name"],
        _ => &[],
    };
    name.into_iter().chain(id).chain(others.iter().copied())
}

/// Narrows a value down to what one underline can show: a scalar and a short object as they are, of an entity its id, of
/// another object its first scalar member, of a list its key.
fn narrow(text: &[u8], range: Range<usize>, identity: Option<&Range<usize>>, json: bool) -> Range<usize> {
    let value = &text[range.clone()];
    let first_line = memchr::memchr(b'\n', &value[..value.len().min(LONG)]);
    let short = first_line.is_none() && value.len() <= 80;
    if !json {
        let length = first_line.unwrap_or(value.len().min(LONG));
        let line = value[..length].trim_ascii_end();
        return range.start..range.start + line.len().max(length.min(1));
    }
    match value.first() {
        Some(b'{' | b'[') if short => range,
        Some(b'{') => match identity {
            Some(id) if range.start <= id.start && id.end <= range.end && is_own(text, &range, id) => id.clone(),
            _ => first_scalar(text, &range).unwrap_or_else(|| with_key(text, range.start)),
        },
        Some(b'[') => with_key(text, range.start),
        _ => range,
    }
}

/// Whether a member stands directly in the object, which is so for an entity and not for an object inside it.
fn is_own(text: &[u8], object: &Range<usize>, member: &Range<usize>) -> bool {
    let mut depth = 0usize;
    let mut at = object.start;
    while at < member.start {
        match text[at] {
            b'"' => {
                at = end_of_string(text, at);
                continue;
            }
            b'{' | b'[' => depth += 1,
            b'}' | b']' => depth = depth.saturating_sub(1),
            _ => {}
        }
        at += 1;
    }
    depth == 1
}

/// The first member's value, if it is a scalar.
fn first_scalar(text: &[u8], object: &Range<usize>) -> Option<Range<usize>> {
    let key = skip_space(text, object.start + 1);
    if text.get(key) != Some(&b'"') {
        return None;
    }
    let colon = skip_space(text, end_of_string(text, key));
    let value = skip_space(text, colon + 1);
    let end = match text.get(value)? {
        b'{' | b'[' => return None,
        b'"' => end_of_string(text, value),
        _ => value + text[value..].iter().position(|byte| b",}] \n\r\t".contains(byte))?,
    };
    (end <= object.end).then_some(value..end)
}

fn skip_space(text: &[u8], at: usize) -> usize {
    at + text.get(at..).unwrap_or_default().iter().take_while(|byte| byte.is_ascii_whitespace()).count()
}

/// An opening bracket with the key before it: `"Routes": [`.
fn with_key(text: &[u8], bracket: usize) -> Range<usize> {
    let line = line_around(text, bracket, LONG);
    let before = text[line.start..bracket].trim_ascii_end();
    let key = before.strip_suffix(b":").map(<[u8]>::trim_ascii_end);
    let open = key.and_then(|key| key.strip_suffix(b"\"")).and_then(|key| memchr::memrchr(b'"', key));
    line.start + open.unwrap_or(bracket - line.start)..bracket + 1
}
