//! The types of what rules may see: kinds of entities, their fields, and the values that fields take.
//!
//! A field is known or unknown, never silently absent: reading it gives a [`Value`] or the [`Unknown`] that says which
//! part of the snapshot would be needed.

use crate::snapshot::Location;
use std::borrow::Cow;

/// The type of a field.
#[derive(Debug, Clone, Copy)]
pub enum Type {
    /// `true` or `false`.
    Bool,
    /// A whole number.
    Int,
    /// A text.
    String,
    /// A text that is one of these.
    Word(&'static [&'static str]),
    /// Another entity.
    Entity(&'static EntityType),
    /// A list whose elements have one type.
    List(&'static Type),
    /// Texts by text: the values of tags by their keys.
    Map,
}

/// One field of a kind of entity.
#[derive(Debug)]
pub struct FieldType {
    /// The name that rules use.
    pub name: &'static str,
    /// What it says, for the reference of facts.
    pub doc: &'static str,
    /// Its type.
    pub ty: Type,
}

/// A kind of entity that rules can judge or look at.
#[derive(Debug)]
pub struct EntityType {
    /// The name that a rule's `subject` uses, such as `nat-gateway`.
    pub name: &'static str,
    /// The variable that a rule's expressions use for its subject, such as `nat`.
    pub variable: &'static str,
    /// What it is, for the reference of facts.
    pub doc: &'static str,
    /// Its fields.
    pub fields: &'static [FieldType],
}

impl EntityType {
    /// The index and type of a field by name.
    pub fn field(&self, name: &str) -> Option<(usize, &'static FieldType)> {
        let fields: &'static [FieldType] = self.fields;
        fields.iter().enumerate().find(|(_, field)| field.name == name)
    }
}

/// One entity: a kind, and which of them.
#[derive(Debug, Clone, Copy)]
pub struct Entity {
    /// Its kind.
    pub ty: &'static EntityType,
    /// Which of that kind.
    pub index: u32,
}

impl Entity {
    /// Whether it is the part of a resource that stops flows, and there for that alone: an entry, a list of rules.
    pub fn is_part_that_stops(self) -> bool {
        matches!(self.ty.name, "network-acl-entry" | "security-group-direction")
    }
}

impl PartialEq for Entity {
    fn eq(&self, other: &Self) -> bool {
        std::ptr::eq(self.ty, other.ty) && self.index == other.index
    }
}

impl Eq for Entity {}

impl std::hash::Hash for Entity {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        std::ptr::from_ref(self.ty).hash(state);
        self.index.hash(state);
    }
}

/// What a field holds.
#[derive(Debug, Clone, PartialEq)]
pub enum Value<'f> {
    /// `true` or `false`.
    Bool(bool),
    /// A whole number.
    Int(i64),
    /// A text.
    String(Cow<'f, str>),
    /// Another entity.
    Entity(Entity),
    /// A list.
    List(Vec<Value<'f>>),
    /// Texts by text.
    Map(Vec<(Cow<'f, str>, Cow<'f, str>)>),
}

/// What a field lacks: the call whose answer the snapshot does not hold, and of what.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Unknown {
    /// The missing call or key, as the reader knows it: `ec2:DescribeRouteTables`.
    pub call: Cow<'static, str>,
    /// Why it is missing, where that is known (a denied call's reason).
    pub reason: Option<String>,
    /// Whether the model is left knowingly (a transit gateway to elsewhere) rather than for want of data: such an unknown
    /// does not make a run incomplete.
    pub knowingly: bool,
}

/// The facts of one run.
pub trait Facts {
    /// Reads a field (by its index in the entity type's `fields`).
    fn read(&self, entity: Entity, field: usize) -> Result<Value<'_>, Unknown>;

    /// How many entities of a kind there are.
    fn count(&self, ty: &'static EntityType) -> u32;

    /// How a reader calls the entity: `nat-0123 (egress-a)`.
    fn display(&self, entity: Entity) -> String;

    /// Where a field stands in the input, or the entity itself (`None`).
    fn place(&self, entity: Entity, field: Option<usize>) -> Option<Location>;
}
