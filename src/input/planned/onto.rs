//! What is there already, which a plan or a template is deployed onto.

use super::json;
use super::node::Node;
use crate::input::error::InputError;
use crate::input::read::InputFile;
use crate::input::split::{RawDocument, split};
use crate::snapshot::{Collection, KEYS, SourceId, Sources, id_member};
use rustc_hash::{FxHashMap, FxHashSet};
use serde::Deserialize;
use serde::de::{IgnoredAny, MapAccess, Visitor};
use serde_json::value::RawValue;
use std::borrow::Cow;
use std::fmt;

/// A file of what is there.
pub(in crate::input) struct There<'a> {
    source: SourceId,
    raw: RawDocument<'a>,
    account: Option<String>,
    pub(in crate::input) region: Option<String>,
}

impl<'a> There<'a> {
    /// Splits a file of a snapshot.
    ///
    /// # Errors
    /// It is no JSON object.
    pub(in crate::input) fn read(file: &InputFile, sources: &'a Sources) -> Result<Self, InputError> {
        let raw = split(sources, file.source)?;
        // What is wrong with the document's own key is told when the file is parsed.
        let collection = raw.collection.and_then(|raw| serde_json::from_str::<Collection>(raw.get()).ok());
        let (account, region) = collection.map(|found| (found.account, found.region)).unwrap_or_default();
        let (of_folder, in_folder) = file.place.clone().unzip();
        Ok(There { source: file.source, raw, account: account.or(of_folder), region: region.or(in_folder) })
    }
}

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
    /// Puts files together.
    pub(in crate::input) fn of<'f>(files: impl IntoIterator<Item = &'f There<'a>>, sources: &'a Sources) -> Self
    where
        'a: 'f,
    {
        let mut onto = Onto::default();
        for file in files {
            let base = sources.get(file.source).bytes().as_ptr() as usize;
            for list in &file.raw.lists {
                let name = KEYS[list.key].name;
                onto.lists.insert(name);
                for element in &list.elements {
                    if let Some(id) = id_of(element.get(), id_member(name)) {
                        let offset = element.get().as_ptr() as usize - base;
                        onto.elements.entry((name, id)).or_insert((file.source, offset, *element));
                    }
                }
            }
            onto.account = onto.account.take().or(file.account.clone());
            onto.region = onto.region.take().or(file.region.clone());
        }
        onto
    }

    /// The account that it is in.
    pub(in crate::input) fn account(&self) -> Option<&str> {
        self.account.as_deref()
    }

    /// The region that it is in.
    pub(in crate::input) fn region(&self) -> Option<&str> {
        self.region.as_deref()
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

/// An element that CloudFormation made, as it tags what it makes.
pub(in crate::input) struct OfStack {
    pub(in crate::input) list: &'static str,
    pub(in crate::input) id: String,
    pub(in crate::input) stack: String,
    pub(in crate::input) logical: String,
}

impl Onto<'_> {
    /// The elements that stacks of CloudFormation made.
    pub(in crate::input) fn of_stacks(&self) -> Vec<OfStack> {
        let mut found = Vec::new();
        for (list, id) in self.elements.keys() {
            let Some(element) = self.element(list, id) else { continue };
            let tags = element.get("Tags").or(element.get("tags")).map(Node::items).unwrap_or_default();
            let tag = |name: &str| {
                let is_it = |tag: &&Node| tag.get("Key").or(tag.get("key")).and_then(Node::as_str) == Some(name);
                let tag = tags.iter().find(is_it)?;
                tag.get("Value").or(tag.get("value")).and_then(Node::as_str).map(str::to_owned)
            };
            if let (Some(stack), Some(logical)) =
                (tag("aws:cloudformation:stack-name"), tag("aws:cloudformation:logical-id"))
            {
                found.push(OfStack { list, id: id.clone().into_owned(), stack, logical });
            }
        }
        found.sort_by(|one, other| (one.list, &one.id).cmp(&(other.list, &other.id)));
        found
    }

    /// The zones that a region offers for new subnets, in the order of their names: those with a default subnet, where any
    /// has one. None where that isn't known.
    /// <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference-getavailabilityzones.html>
    pub(in crate::input) fn zones(&self) -> Option<Vec<String>> {
        if !self.knows("AvailabilityZones") || !self.knows("Subnets") {
            return None;
        }
        let each = |list: &'static str| self.ids(list).filter_map(move |id| self.element(list, id));
        let text = |node: &Node, member: &str| node.get(member).and_then(Node::as_str).map(str::to_owned);
        let is_usual = |zone: &Node| text(zone, "ZoneType").is_none_or(|kind| kind == "availability-zone");
        let is_default = |subnet: &Node| subnet.get("DefaultForAz").and_then(Node::as_bool) == Some(true);
        let with_default: Vec<String> =
            each("Subnets").filter(is_default).filter_map(|subnet| text(&subnet, "AvailabilityZone")).collect();
        let usual = each("AvailabilityZones").filter(is_usual).filter_map(|zone| text(&zone, "ZoneName"));
        let mut zones: Vec<String> =
            usual.filter(|zone| with_default.is_empty() || with_default.contains(zone)).collect();
        zones.sort();
        Some(zones)
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
