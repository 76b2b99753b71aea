//! A template's text → one tree, whether it is JSON or YAML: short tags (`!Ref`) become functions as JSON writes them.

use super::error::TemplateError;
use super::functions::{FUNCTIONS, nearest};
use crate::input::error::InputError;
use crate::input::planned::{Fields, Node, Value, json};
use crate::input::split;
use crate::input::yaml::{self, Yaml, YamlValue};
use crate::snapshot::{Location, SourceId, Sources, Written};
use serde::de::IgnoredAny;
use std::borrow::Cow;

/// Reads the text of a template.
///
/// # Errors
/// It is neither JSON nor YAML, a key stands twice in an object, or a tag names no function.
pub(super) fn read(sources: &Sources, source: SourceId) -> Result<Node, InputError> {
    if !sources.get(source).is_json() {
        return node(yaml::parse(sources, source)?, source);
    }
    let (text, skipped) = sources.get(source).text();
    serde_json::from_str::<IgnoredAny>(text).map_err(|error| split::explain(sources, source, skipped, 0, &error))?;
    if let Some(at) = split::too_deep(text) {
        let location = Location::Span { source, start: skipped + at, length: 1 };
        return Err(InputError::TooDeep { limit: split::DEEPEST, location });
    }
    let root = json::read(text, source, skipped);
    no_key_twice(sources, source, &root)?;
    Ok(root)
}

/// A place as errors name it.
pub(super) fn location(place: Option<Written>) -> Written {
    place.unwrap_or(Written { source: SourceId(0), start: 0, length: 1 })
}

fn no_key_twice(sources: &Sources, source: SourceId, node: &Node) -> Result<(), InputError> {
    match &node.value {
        Value::Object(fields) => {
            let mut seen = rustc_hash::FxHashSet::default();
            for (key, member) in &fields.0 {
                if !seen.insert(key.as_ref()) {
                    let inside = node.place.map_or(0, |place| place.start + 1);
                    return Err(split::duplicate(sources, source, inside, key));
                }
                no_key_twice(sources, source, member)?;
            }
            Ok(())
        }
        Value::List(items) => items.iter().try_for_each(|item| no_key_twice(sources, source, item)),
        _ => Ok(()),
    }
}

fn node(yaml: Yaml, source: SourceId) -> Result<Node, InputError> {
    let place = Some(Written { source, start: yaml.range.start, length: yaml.range.len() });
    let value = match yaml.value {
        YamlValue::Null => Value::Null,
        YamlValue::Bool(value) => Value::Bool(value),
        YamlValue::Number(number) => Value::Number(number),
        YamlValue::String(text) => Value::String(text),
        YamlValue::List(items) => {
            Value::List(items.into_iter().map(|item| node(item, source)).collect::<Result<_, _>>()?)
        }
        YamlValue::Map(members) => {
            let mut fields = Vec::with_capacity(members.len());
            for (key, value) in members {
                if key.name == "<<" {
                    // CloudFormation doesn't follow it, either.
                    let place = Written { source, start: key.range.start, length: key.range.len() };
                    return Err(TemplateError::Malformed {
                        what: "CloudFormation has no hash merges (`<<`)".into(),
                        location: location(Some(place)),
                    }
                    .into());
                }
                fields.push((Cow::Owned(key.name), node(value, source)?));
            }
            Value::Object(Fields(fields))
        }
    };
    let plain = Node::new(value, place);
    let Some(tag) = yaml.tag else { return Ok(plain) };
    let known = FUNCTIONS.iter().find(|name| name.strip_prefix("Fn::").unwrap_or(name) == tag);
    let Some(name) = known else {
        let nearest = nearest(&tag, FUNCTIONS.iter().map(|name| name.strip_prefix("Fn::").unwrap_or(name)));
        return Err(TemplateError::UnknownFunction {
            name: format!("!{tag}"),
            nearest: nearest.map(|name| format!("!{name}")),
            location: location(place),
        }
        .into());
    };
    Ok(Node::new(Value::Object(Fields(vec![(Cow::Borrowed(*name), plain)])), place))
}
