//! Texts of resources, and their tags.

use super::known::{Known, Missing};
use crate::snapshot::{Str, Tag};

/// The value of a tag.
pub fn tag<'t>(tags: &'t [Tag<'_>], key: &str) -> Option<&'t str> {
    tags.iter().find(|tag| tag.key.as_deref() == Some(key)).and_then(|tag| tag.value.as_deref())
}

/// A resource's Name tag.
pub fn name_of<'t>(tags: &'t [Tag<'_>]) -> Option<&'t str> {
    tag(tags, "Name").filter(|name| !name.is_empty())
}

/// A text that AWS always answers.
pub(super) fn said<'t>(value: &'t Option<Str<'_>>, call: &'static str, scope: u32) -> Known<&'t str> {
    value.as_deref().ok_or(Missing { call, scope })
}

/// A text; empty where it is absent.
pub fn text<'t>(value: &'t Option<Str<'_>>) -> &'t str {
    value.as_deref().unwrap_or_default()
}
