//! What is there already, which a plan or a template is deployed onto.

use super::json;
use super::node::Node;
use super::references::id_member;
use crate::input::error::InputError;
use crate::input::read::InputFile;
use crate::input::split::split;
use crate::snapshot::{Collection, KEYS, SourceId, Sources};
use rustc_hash::{FxHashMap, FxHashSet};
use serde::Deserialize;
use serde::de::{IgnoredAny, MapAccess, Visitor};
use serde_json::value::RawValue;
use std::borrow::Cow;
use std::fmt;

/// The elements of some files, by list and id. Each is read when it is asked for.
#[derive(Default)]
pub(in crate::input) struct Onto<'a> {
    elements: FxHashMap<(&'static str, Cow<'a, str>), (SourceId, usize, &'a RawValue)>,
    lists: FxHashSet<&'static str>,
    pub(super) account: Option<String>,
    pub(super) region: Option<String>,
    pub(super) superseded: FxHashSet<(&'static str, String)>,
}

impl<'a> Onto<'a> {
    /// Splits the files of a snapshot.
    ///
    /// # Errors
    /// A file is no JSON object.
    pub(in crate::input) fn read(files: &[InputFile], sources: &'a Sources) -> Result<Self, InputError> {
        let mut onto = Onto::default();
        for file in files {
            let raw = split(sources, file.source)?;
            let base = sources.get(file.source).bytes().as_ptr() as usize;
            for list in &raw.lists {
                let name = KEYS[list.key].name;
                onto.lists.insert(name);
                for element in &list.elements {
                    if let Some(id) = id_of(element.get(), id_member(name)) {
                        let offset = element.get().as_ptr() as usize - base;
                        onto.elements.entry((name, id)).or_insert((file.source, offset, *element));
                    }
                }
            }
            // What is wrong with the document's own key is told when the file is parsed.
            let collection = raw.collection.and_then(|raw| serde_json::from_str::<Collection>(raw.get()).ok());
            let (account, region) = collection.map(|found| (found.account, found.region)).unwrap_or_default();
            let (of_folder, in_folder) = file.place.clone().unzip();
            onto.account = onto.account.take().or(account).or(of_folder);
            onto.region = onto.region.take().or(region).or(in_folder);
        }
        Ok(onto)
    }

    /// Whether the list is there.
    pub(super) fn knows(&self, list: &str) -> bool {
        self.lists.contains(list)
    }

    /// Whether an element is there.
    pub(super) fn had(&self, list: &'static str, id: &str) -> bool {
        self.elements.contains_key(&(list, Cow::Borrowed(id)))
    }

    /// Whether an element is there, and stays as it is.
    pub(super) fn has(&self, list: &'static str, id: &str) -> bool {
        self.elements.contains_key(&(list, Cow::Borrowed(id))) && !self.superseded.contains(&(list, id.to_owned()))
    }

    /// An element that stays as it is.
    pub(super) fn element(&self, list: &'static str, id: &str) -> Option<Node> {
        let (source, offset, raw) = self.elements.get(&(list, Cow::Borrowed(id))).filter(|_| self.has(list, id))?;
        Some(json::read(raw.get(), *source, *offset))
    }

    /// The ids of the elements of a list that stay as they are.
    pub(super) fn ids(&self, list: &'static str) -> impl Iterator<Item = &str> {
        self.elements.keys().filter(move |(of, id)| *of == list && self.has(list, id)).map(|(_, id)| &**id)
    }

    /// An element is replaced or deleted.
    pub(super) fn supersede(&mut self, list: &'static str, id: &str) {
        if self.elements.contains_key(&(list, Cow::Borrowed(id))) {
            self.superseded.insert((list, id.to_owned()));
        }
    }
}

/// The text of one member of an object.
fn id_of<'a>(element: &'a str, member: &str) -> Option<Cow<'a, str>> {
    struct Member<'m>(&'m str);

    impl<'de> Visitor<'de> for Member<'_> {
        type Value = Option<Cow<'de, str>>;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("an object")
        }

        fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
            #[derive(Deserialize)]
            struct Text<'t>(#[serde(borrow)] Cow<'t, str>);
            let mut found = None;
            while let Some(Text(key)) = map.next_key()? {
                if key == self.0 && found.is_none() {
                    let raw: &RawValue = map.next_value()?;
                    found = serde_json::from_str::<Text<'_>>(raw.get()).ok().map(|Text(text)| text);
                } else {
                    map.next_value::<IgnoredAny>()?;
                }
            }
            Ok(found)
        }
    }
    serde::Deserializer::deserialize_map(&mut serde_json::Deserializer::from_str(element), Member(member))
        .ok()
        .flatten()
}
