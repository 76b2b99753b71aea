//! The stack that a template updates, among what is there already: CloudFormation tags what it makes.
//! <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-resource-tags.html>

use super::error::TemplateError;
use super::template::Template;
use crate::input::planned::Onto;
use rustc_hash::{FxHashMap, FxHashSet};
use std::collections::BTreeMap;

/// What is there of the stack.
#[derive(Default)]
pub(super) struct There {
    /// The stack's name.
    pub(super) stack: Option<String>,
    /// Ids by logical ids.
    pub(super) ids: FxHashMap<String, String>,
    /// What the template no longer has: lists and ids.
    pub(super) deleted: Vec<(&'static str, String)>,
    /// The region's zones, in order; empty where they aren't known, none where nothing is there.
    pub(super) zones: Option<Vec<String>>,
}

impl There {
    /// Adds what is there of another template's stack, whose resources are called by this label and their own names.
    pub(super) fn join(&mut self, other: There, label: Option<&str>) {
        let name = |own: String| label.map_or_else(|| own.clone(), |label| format!("{label}.{own}"));
        self.ids.extend(other.ids.into_iter().map(|(own, id)| (name(own), id)));
        self.deleted.extend(other.deleted);
        self.zones = other.zones;
    }
}

/// Finds the stack by its name, or else by the logical ids of its resources.
///
/// # Errors
/// Several stacks have resources of these names.
pub(super) fn there(template: &Template, onto: Option<&Onto<'_>>, name: Option<&str>) -> Result<There, TemplateError> {
    let Some(onto) = onto else { return Ok(There::default()) };
    let tagged = onto.of_stacks();
    let logical: FxHashSet<&str> = template.resources().map(|resource| resource.name).collect();
    let mut stacks: BTreeMap<&str, usize> = BTreeMap::new();
    let followed: FxHashSet<&str> = logical.iter().filter_map(|name| Some(name.rsplit_once('.')?.0)).collect();
    for element in &tagged {
        *stacks.entry(element.stack.as_str()).or_default() += usize::from(logical.contains(element.logical.as_str()));
        for nested in &followed {
            let is_there = logical.contains(format!("{nested}.{}", element.logical).as_str());
            if let Some(parent) = parent_of(&element.stack, nested).filter(|_| is_there) {
                *stacks.entry(parent).or_default() += 1;
            }
        }
    }
    let alike: Vec<&str> = stacks.iter().filter(|(_, count)| **count > 0).map(|(stack, _)| *stack).collect();
    let stack = match (name, alike.as_slice()) {
        (Some(name), _) => Some(name.to_owned()),
        (None, []) => None,
        (None, [one]) => Some((*one).to_owned()),
        (None, several) => {
            return Err(TemplateError::WhichStack {
                stacks: several.iter().map(|stack| (*stack).to_owned()).collect(),
                location: template.location("Resources"),
            });
        }
    };
    let mut there = There { zones: Some(onto.zones().unwrap_or_default()), ..There::default() };
    for element in tagged {
        let Some(name) = stack.as_deref().and_then(|stack| name_in(stack, &element.stack, &element.logical)) else {
            continue;
        };
        match logical.contains(name.as_str()) {
            true => drop(there.ids.insert(name, element.id)),
            // What a nested stack makes that is not followed stays as it is.
            false if name.rsplit_once('.').is_some_and(|(nested, _)| !followed.contains(nested)) => {}
            false => there.deleted.push((element.list, element.id)),
        }
    }
    there.stack = stack;
    Ok(there)
}

/// How a resource of a stack, or of one nested in it, is called in the template. CloudFormation calls a nested stack by its
/// parent, its logical id and letters and digits of its own, with hyphens between them.
/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/using-cfn-nested-stacks.html>
fn name_in(stack: &str, of: &str, logical: &str) -> Option<String> {
    let rest = of.strip_prefix(stack)?;
    if rest.is_empty() {
        return Some(logical.to_owned());
    }
    let parts: Vec<&str> = rest.strip_prefix('-')?.split('-').collect();
    let mut name = String::new();
    for pair in parts.chunks(2) {
        let [nested, own] = pair else { return None };
        is_made_up(own).then(|| name.push_str(&format!("{nested}.")))?;
    }
    Some(name + logical)
}

/// The name of the stack that one is nested in, in which it goes by this name.
fn parent_of<'s>(stack: &'s str, nested: &str) -> Option<&'s str> {
    let mut rest = stack;
    for name in nested.rsplit('.') {
        let (before, _) = rest.rsplit_once('-').filter(|(_, own)| is_made_up(own))?;
        rest = before.strip_suffix(name)?.strip_suffix('-')?;
    }
    Some(rest)
}

fn is_made_up(part: &str) -> bool {
    !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit())
}
