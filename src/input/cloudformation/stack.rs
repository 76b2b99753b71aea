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

/// Finds the stack by its name, or else by the logical ids of its resources.
///
/// # Errors
/// Several stacks have resources of these names.
pub(super) fn there(template: &Template, onto: Option<&Onto<'_>>, name: Option<&str>) -> Result<There, TemplateError> {
    let Some(onto) = onto else { return Ok(There::default()) };
    let tagged = onto.of_stacks();
    let logical: FxHashSet<&str> = template.resources().map(|resource| resource.name).collect();
    let mut stacks: BTreeMap<&str, usize> = BTreeMap::new();
    for element in &tagged {
        *stacks.entry(element.stack.as_str()).or_default() += usize::from(logical.contains(element.logical.as_str()));
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
    for element in tagged.into_iter().filter(|element| Some(&element.stack) == stack.as_ref()) {
        match logical.contains(element.logical.as_str()) {
            true => drop(there.ids.insert(element.logical, element.id)),
            false => there.deleted.push((element.list, element.id)),
        }
    }
    there.stack = stack;
    Ok(there)
}
