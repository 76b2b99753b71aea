//! A template: its sections and their entries.

use super::error::TemplateError;
use super::syntax::{self, location};
use crate::input::error::InputError;
use crate::input::planned::{Fields, Node, Value};
use crate::snapshot::{SourceId, Sources, Written};
use rustc_hash::FxHashMap;

/// A template whose sections are objects and whose resources have types.
pub(super) struct Template {
    root: Node,
    /// Where each entry stands in its section.
    index: FxHashMap<&'static str, FxHashMap<String, usize>>,
    /// Why nested stacks that name files are not followed, by their logical ids.
    left: FxHashMap<String, String>,
}

/// A resource.
#[derive(Clone, Copy)]
pub(super) struct Resource<'t> {
    /// Its logical id.
    pub(super) name: &'t str,
    /// Such as `AWS::EC2::VPC`.
    pub(super) ty: &'t str,
    /// The whole of it.
    pub(super) node: &'t Node,
}

impl<'t> Resource<'t> {
    /// A property as it is written.
    pub(super) fn property(&self, name: &str) -> Option<&'t Node> {
        self.node.get("Properties")?.get(name)
    }

    /// Whether it may have properties that aren't written.
    pub(super) fn is_open(&self) -> bool {
        is_included(self.node) || self.node.get("Properties").is_some_and(is_included)
    }
}

/// The transform of functions such as `Fn::ForEach`, which are evaluated here.
pub(super) const LANGUAGE_EXTENSIONS: &str = "AWS::LanguageExtensions";

/// Whether a transform adds to an object, or a loop over what isn't known.
pub(super) fn is_included(node: &Node) -> bool {
    let is_it = |key: &str| key == "Fn::Transform" || key.starts_with("Fn::ForEach::");
    node.fields().is_some_and(|Fields(fields)| fields.iter().any(|(key, _)| is_it(key)))
}

/// The sections that are objects of named entries.
const SECTIONS: [&str; 7] = ["Parameters", "Mappings", "Conditions", "Resources", "Outputs", "Rules", "Hooks"];

impl Template {
    /// Reads a template.
    ///
    /// # Errors
    /// It is no template.
    pub(super) fn read(sources: &Sources, source: SourceId) -> Result<Self, InputError> {
        Self::new(syntax::read(sources, source)?)
    }

    /// A template by its tree.
    ///
    /// # Errors
    /// It is no template.
    pub(super) fn new(root: Node) -> Result<Self, InputError> {
        let malformed = |what: &str, node: &Node| {
            Err(TemplateError::Malformed { what: what.to_owned(), location: location(node.place) }.into())
        };
        if root.fields().is_none() {
            return malformed("a template must be an object with `Resources`", &root);
        }
        for section in SECTIONS {
            if let Some(node) = root.get(section)
                && node.fields().is_none()
            {
                return malformed(&format!("`{section}` must be an object"), node);
            }
        }
        if root.get("Resources").is_none() {
            return malformed("a template must have `Resources`", &root);
        }
        let places = |section: &'static str| {
            let Fields(fields) = root.get(section)?.fields()?;
            let places = fields.iter().enumerate().map(|(index, (name, _))| (name.clone().into_owned(), index));
            Some((section, places.collect()))
        };
        let index = SECTIONS.into_iter().filter_map(places).collect();
        let template = Template { root, index, left: FxHashMap::default() };
        for (name, node) in template.entries("Resources") {
            if name.starts_with("Fn::") || is_included(node) && node.get("Type").is_none() {
                continue;
            }
            if node.get("Type").and_then(Node::as_str).is_none() {
                return malformed(&format!("resource `{name}` must have a `Type`"), node);
            }
            if let Some(condition) = node.get("Condition").filter(|condition| condition.as_str().is_none()) {
                return malformed(&format!("`Condition` of `{name}` must be the name of a condition"), condition);
            }
            if let Some(properties) = node.get("Properties")
                && properties.fields().is_none()
            {
                return malformed(&format!("`Properties` of `{name}` must be an object"), properties);
            }
        }
        for (name, node) in template.entries("Parameters") {
            if node.get("Type").and_then(Node::as_str).is_none() {
                return malformed(&format!("parameter `{name}` must have a `Type`"), node);
            }
        }
        Ok(template)
    }

    /// With nested stacks that are not followed.
    pub(super) fn with_left(mut self, left: FxHashMap<String, String>) -> Self {
        self.left = left;
        self
    }

    /// The nested stacks that name files and are not followed, with why.
    pub(super) fn left(&self) -> impl Iterator<Item = (&String, &String)> {
        self.left.iter()
    }

    /// Why a nested stack is not followed; none where it names no file.
    pub(super) fn why_left(&self, stack: &str) -> Option<&str> {
        self.left.get(stack).map(String::as_str)
    }

    /// The whole of it.
    pub(super) fn root(&self) -> &Node {
        &self.root
    }

    /// The entries of a section.
    pub(super) fn entries(&self, section: &str) -> impl Iterator<Item = (&str, &Node)> {
        let fields = self.root.get(section).and_then(Node::fields).map(|Fields(fields)| fields.as_slice());
        fields.unwrap_or_default().iter().map(|(name, node)| (name.as_ref(), node))
    }

    /// An entry of a section.
    pub(super) fn entry(&self, section: &str, name: &str) -> Option<&Node> {
        self.named(section, name).map(|(_, node)| node).filter(|node| !node.is_null())
    }

    fn named(&self, section: &str, name: &str) -> Option<(&str, &Node)> {
        let Fields(fields) = self.root.get(section)?.fields()?;
        let (name, node) = fields.get(*self.index.get(section)?.get(name)?)?;
        Some((name, node))
    }

    /// Every resource.
    pub(super) fn resources(&self) -> impl Iterator<Item = Resource<'_>> {
        self.entries("Resources")
            .filter_map(|(name, node)| Some(Resource { name, ty: node.get("Type")?.as_str()?, node }))
    }

    /// A resource by its logical id.
    pub(super) fn resource(&self, name: &str) -> Option<Resource<'_>> {
        let (name, node) = self.named("Resources", name)?;
        Some(Resource { name, ty: node.get("Type")?.as_str()?, node })
    }

    /// The place of a section, or of the template where it has none of that name.
    pub(super) fn location(&self, section: &str) -> Written {
        location(self.root.get(section).unwrap_or(&self.root).place)
    }

    /// Whether names may be added to the template before it is deployed: by a transform, or by a loop over what isn't known.
    pub(super) fn is_transformed(&self) -> bool {
        let is_other = |name: &&str| *name != LANGUAGE_EXTENSIONS;
        is_included(&self.root) || self.repeats() || self.transforms().iter().any(is_other)
    }

    /// Whether resources are yet to be repeated by `Fn::ForEach`, or come from `Fn::Transform`.
    pub(super) fn repeats(&self) -> bool {
        let is_open = |(name, node): (&str, &Node)| name.starts_with("Fn::") || is_included(node);
        self.entries("Resources").any(is_open)
    }

    /// Whether a name may be that of a resource in a module: that of the module comes before the resource's own.
    /// <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/module-ref-resources.html>
    pub(super) fn is_of_module(&self, name: &str) -> bool {
        let is_module = |resource: Resource<'_>| resource.ty.ends_with("::MODULE");
        self.resources().any(|resource| is_module(resource) && name.starts_with(resource.name))
    }

    /// The transforms that change the template before it is deployed.
    pub(super) fn transforms(&self) -> Vec<&str> {
        match self.root.get("Transform").map(|node| &node.value) {
            Some(Value::String(name)) => vec![name],
            Some(Value::List(items)) => items.iter().map(|item| item.as_str().unwrap_or("Fn::Transform")).collect(),
            Some(Value::Object(fields)) => {
                vec![fields.get("Name").and_then(Node::as_str).unwrap_or("Fn::Transform")]
            }
            _ => Vec::new(),
        }
    }
}
