//! How kinds of entities are written: fields with their doc comments, how each is read, and where it stands.

use super::model::Model;
use super::schema::*;
use crate::network::{Known, Missing};
use crate::snapshot::{Location, Str};
use std::borrow::Cow;

/// What reading a field gives.
pub(super) type Reading<'f> = Result<Value<'f>, Unknown>;

/// How a field is read and where it stands.
pub(super) struct Getter {
    pub read: for<'f, 'n> fn(&'f Model<'n>, u32) -> Reading<'f>,
    pub place: for<'f, 'n> fn(&'f Model<'n>, u32) -> Option<Location>,
}

/// A kind of entity: its type, and a getter for each of its fields.
macro_rules! entity {
    (
        $(#[doc = $doc:literal])*
        $module:ident = $name:literal $variable:ident {
            $(
                $(#[doc = $field_doc:literal])*
                $field:ident: $ty:expr => $read:expr $(, at $place:expr)?;
            )*
        }
    ) => {
        pub(in crate::facts) mod $module {
            #[allow(unused_imports, reason = "an entity without references uses none")]
            use super::*;

            $(#[doc = $doc])*
            pub(crate) static TYPE: EntityType = EntityType {
                name: $name,
                variable: stringify!($variable),
                doc: concat!($($doc, "\n"),*),
                fields: &[$(FieldType { name: stringify!($field), doc: concat!($($field_doc, "\n"),*), ty: $ty }),*],
            };

            pub(in crate::facts) static GETTERS: &[Getter] = &[$(Getter {
                read: $read,
                place: entity!(@place $($place)?),
            }),*];
        }
    };
    (@place) => { |_, _| None };
    (@place $place:expr) => { $place };
}
pub(super) use entity;

pub(super) const BOOL: Type = Type::Bool;
pub(super) const INT: Type = Type::Int;
pub(super) const STRING: Type = Type::String;

pub(super) fn boolean<'f>(value: bool) -> Reading<'f> {
    Ok(Value::Bool(value))
}

pub(super) fn int<'f>(value: i64) -> Reading<'f> {
    Ok(Value::Int(value))
}

pub(super) fn string(value: &str) -> Reading<'_> {
    Ok(Value::String(Cow::Borrowed(value)))
}

pub(super) fn owned<'f>(value: String) -> Reading<'f> {
    Ok(Value::String(Cow::Owned(value)))
}

pub(super) fn entity_of<'f>(ty: &'static EntityType, index: u32) -> Reading<'f> {
    Ok(Value::Entity(Entity { ty, index }))
}

pub(super) fn list_of<'f>(ty: &'static EntityType, indexes: impl IntoIterator<Item = u32>) -> Reading<'f> {
    Ok(Value::List(indexes.into_iter().map(|index| Value::Entity(Entity { ty, index })).collect()))
}

pub(super) fn strings<'f>(values: impl IntoIterator<Item = &'f str>) -> Reading<'f> {
    Ok(Value::List(values.into_iter().map(|value| Value::String(Cow::Borrowed(value))).collect()))
}

pub(super) fn texts<'f>(values: impl IntoIterator<Item = String>) -> Reading<'f> {
    Ok(Value::List(values.into_iter().map(|value| Value::String(Cow::Owned(value))).collect()))
}

impl Model<'_> {
    /// A text that AWS always answers: unknown where the input lacks it.
    pub(super) fn written<'f>(&self, value: &'f Option<Str<'_>>, call: &'static str, scope: u32) -> Reading<'f> {
        let text = value.as_deref().ok_or_else(|| self.unknown(Missing { call, scope }))?;
        Missing::of_text(text, scope).map_or_else(|| string(text), |missing| Err(self.unknown(missing)))
    }

    /// A number that AWS always answers: unknown where the input lacks it.
    pub(super) fn written_number<'f>(&self, value: Option<i64>, call: &'static str, scope: u32) -> Reading<'f> {
        value.map_or_else(|| Err(self.unknown(Missing { call, scope })), int)
    }

    /// A value that the snapshot may lack.
    pub(super) fn known<T>(&self, value: Known<T>) -> Result<T, Unknown> {
        value.map_err(|missing| self.unknown(missing))
    }

    /// Why something is unknown, with the reason that the collector noted.
    pub fn unknown(&self, missing: Missing) -> Unknown {
        let scope = &self.network.scopes[missing.scope as usize];
        let mut noted = scope.not_collected.iter().chain(&scope.partial);
        let noted = noted.find(|found| found.call.eq_ignore_ascii_case(missing.call));
        Unknown { call: Cow::Borrowed(missing.call), reason: noted.map(|found| found.reason.clone()), knowingly: false }
    }
}
