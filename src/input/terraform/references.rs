//! References as a plan's configuration has them, taken apart by themselves.
//! <https://developer.hashicorp.com/terraform/internals/json-format#expression-representation>

use super::address::{Key, Part, parts};
use crate::input::planned::{Fields, Node, Value};
use rustc_hash::FxHashSet;
use serde_json::Value as Json;

/// A member or an element on the way to a value inside of a resource.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Inside {
    Member(&'static str),
    Element(usize),
}

/// A path as Terraform writes it.
pub(super) fn shown(path: &[Inside]) -> String {
    path.iter()
        .map(|step| match step {
            Inside::Member(name) => format!(".{name}"),
            Inside::Element(index) => format!("[{index}]"),
        })
        .collect()
}

/// Whether a value of the configuration is an expression, and no block.
pub(super) fn is_expression(json: &Json) -> bool {
    json.get("references").is_some_and(Json::is_array) || json.get("constant_value").is_some()
}

/// Whether a reference only tells which of several instances is meant.
pub(super) fn is_selector(reference: &str) -> bool {
    matches!(reference, "count.index" | "each.key")
}

/// Whether a value may be what a condition hangs on, and is no id, ARN or block that stands in a list itself.
pub(super) fn may_choose(value: &Json) -> bool {
    match value {
        Json::Bool(_) | Json::Number(_) | Json::Null => true,
        Json::String(text) => {
            let is_id = text
                .rsplit_once('-')
                .is_some_and(|(_, end)| end.len() >= 8 && end.bytes().all(|byte| byte.is_ascii_hexdigit()));
            !is_id && !text.contains(['/', ':', '.'])
        }
        _ => false,
    }
}

/// A reference as it is written, with its parts.
pub(super) struct Leaf {
    pub(super) text: String,
    pub(super) parts: Vec<Part>,
}

/// The references of an expression without the parents that are told after each, each once.
pub(super) fn leaves(expression: &Json) -> Vec<String> {
    leaves_with_parts(expression).into_iter().map(|leaf| leaf.text).collect()
}

/// As [`leaves`], taken apart.
pub(super) fn leaves_with_parts(expression: &Json) -> Vec<Leaf> {
    let mut known: FxHashSet<String> = FxHashSet::default();
    written(expression).into_iter().filter(|leaf| known.insert(leaf.text.clone())).collect()
}

/// The references of an expression without the parents that are told after each, as often as they are written.
pub(super) fn written(expression: &Json) -> Vec<Leaf> {
    let references = expression.get("references").and_then(Json::as_array).map(Vec::as_slice).unwrap_or_default();
    let mut leaves: Vec<Leaf> = Vec::new();
    let mut last: Vec<Part> = Vec::new();
    for reference in references.iter().filter_map(Json::as_str) {
        let own = parts(reference);
        // A parent is told once after each, shorter than the last; one told again is a reference of its own.
        let is_parent = own.len() < last.len() && last.starts_with(&own);
        if !is_parent {
            leaves.push(Leaf { text: reference.to_owned(), parts: own.clone() });
        }
        // Which members of `each.value` are meant says the first alone.
        if !is_parent || own.first().and_then(Part::name) != Some("each") {
            last = own;
        }
    }
    leaves
}

/// A part of a constant.
pub(super) fn inside(mut value: Json, rest: &[Part]) -> Option<Json> {
    for part in rest {
        value = match part {
            Part::Name(name) | Part::Key(Key::Name(name)) => value.get_mut(name)?.take(),
            Part::Key(Key::Index(index)) => value.get_mut(*index as usize)?.take(),
        };
    }
    Some(value)
}

/// A value of JSON that nobody wrote.
pub(super) fn constant(value: &Json) -> Node {
    let value = match value {
        Json::Null => Value::Null,
        Json::Bool(value) => Value::Bool(*value),
        Json::Number(number) => Value::Number(number.clone()),
        Json::String(text) => Value::String(text.clone()),
        Json::Array(items) => Value::List(items.iter().map(constant).collect()),
        Json::Object(members) => {
            let members = members.iter().map(|(key, member)| (key.clone().into(), constant(member)));
            Value::Object(Fields(members.collect()))
        }
    };
    Node::new(value, None)
}
