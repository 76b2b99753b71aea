//! AWS's document of its public address ranges: a file of its own, or a key of a snapshot.

use super::error::InputError;
use super::read::load_all;
use super::split::explain;
use super::strict;
use crate::snapshot::{Element, IpPrefix, IpRanges, Location, Origin, SourceId, Sources};
use serde::Deserialize;
use serde_json::value::RawValue;
use std::path::Path;

/// The document, with its ranges as texts.
#[derive(Deserialize)]
struct Raw<'a> {
    #[serde(borrow, rename = "createDate")]
    create_date: Option<crate::snapshot::Str<'a>>,
    #[serde(borrow)]
    prefixes: Option<Vec<&'a RawValue>>,
    #[serde(borrow)]
    ipv6_prefixes: Option<Vec<&'a RawValue>>,
}

/// Reads the file that `--ip-ranges` names.
///
/// # Errors
/// It can't be read, is empty or not UTF-8.
pub fn read_ip_ranges(path: &Path, sources: &mut Sources) -> Result<Option<SourceId>, InputError> {
    Ok(load_all(&[path.to_owned()], sources)?.first().map(|file| file.source))
}

/// Parses a file that holds the document and nothing else.
///
/// # Errors
/// It is something else, or a value has the wrong type.
pub fn ip_ranges(sources: &Sources, source: SourceId) -> Result<IpRanges<'_>, InputError> {
    parse(sources, source, sources.get(source).text().0, ["prefixes", "ipv6_prefixes"])
}

/// Parses the document from a text of a source. `keys` is where its lists stand.
pub(super) fn parse<'a>(
    sources: &'a Sources,
    source: SourceId,
    text: &'a str,
    keys: [&'static str; 2],
) -> Result<IpRanges<'a>, InputError> {
    let base = sources.get(source).bytes().as_ptr() as usize;
    let at = |text: &str| text.as_ptr() as usize - base;
    let begin = at(text);
    let first = begin + text.len() - text.trim_start().len();
    let other = || InputError::NotIpRanges { location: Location::Span { source, start: first, length: 1 } };
    // serde would take a list in the place of the object, and speak of its own types where it is neither.
    if !text.trim_start().starts_with('{') {
        return Err(other());
    }
    let raw: Raw<'a> = serde_json::from_str(text).map_err(|error| explain(sources, source, begin, 0, &error))?;
    let Some(prefixes) = raw.prefixes else { return Err(other()) };
    let mut found = IpRanges { create_date: raw.create_date, prefixes: Vec::new() };
    for (key, list) in keys.into_iter().zip([prefixes, raw.ipv6_prefixes.unwrap_or_default()]) {
        for (index, element) in list.into_iter().enumerate() {
            let offset = at(element.get());
            let value: IpPrefix<'a> =
                strict::from_str(element.get()).map_err(|error| explain(sources, source, offset, 0, &error))?;
            let origin = Origin { source, offset: offset as u64, key, index: Some(index as u32) };
            found.prefixes.push(Element { origin, value });
        }
    }
    Ok(found)
}
