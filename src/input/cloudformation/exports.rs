//! What other stacks export, as `aws cloudformation list-exports` answers it: `{"Exports": [{"Name": …, "Value": …}]}`.
//! <https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_ListExports.html>

use crate::input::error::InputError;
use crate::input::split::{explain, split};
use crate::input::strict;
use crate::snapshot::{SourceId, Sources};
use rustc_hash::FxHashMap;
use serde::Deserialize;
use std::collections::hash_map::Entry;

/// Values by the names that they are exported by; none where files have several of one name, of which any may count.
#[derive(Debug, Default)]
pub(in crate::input) struct Exports(FxHashMap<String, Option<String>>);

#[derive(Deserialize)]
struct Export {
    #[serde(rename = "Name")]
    name: Option<String>,
    #[serde(rename = "Value")]
    value: Option<String>,
}

impl Exports {
    /// Takes the exports of a file, and says whether it holds nothing else.
    ///
    /// # Errors
    /// It is no JSON object, or its exports aren't a list of such.
    pub(in crate::input) fn take(&mut self, sources: &Sources, source: SourceId) -> Result<bool, InputError> {
        let bytes = sources.get(source).bytes();
        // A snapshot may be long, and is read later.
        if memchr::memmem::find(bytes, b"\"Exports\"").is_none() {
            return Ok(false);
        }
        let raw = split(sources, source)?;
        let Some(found) = raw.exports.filter(|found| found.get() != "null") else { return Ok(false) };
        let begin = found.get().as_ptr() as usize - bytes.as_ptr() as usize;
        let exports: Vec<Export> =
            strict::from_str(found.get()).map_err(|error| explain(sources, source, begin, 0, &error))?;
        for Export { name, value } in exports {
            let (Some(name), Some(value)) = (name, value) else { continue };
            match self.0.entry(name) {
                Entry::Occupied(mut known) if known.get().as_ref() != Some(&value) => drop(known.insert(None)),
                Entry::Occupied(_) => {}
                Entry::Vacant(place) => drop(place.insert(Some(value))),
            }
        }
        Ok(raw.lists.is_empty() && !raw.is_vpc_attribute && raw.collection.is_none() && raw.ip_ranges.is_none())
    }

    /// What is exported by a name.
    pub(super) fn value(&self, name: &str) -> Option<&str> {
        self.0.get(name)?.as_deref()
    }
}
