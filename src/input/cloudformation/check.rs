//! What CloudFormation checks before it begins: functions that exist, names that something has, and nothing that needs
//! itself.

use super::error::TemplateError;
use super::evaluate::is_open;
use super::functions::{FUNCTIONS, call, nearest, unknown};
use super::substitute::{Part, parts};
use super::syntax::location;
use super::template::{Template, is_included};
use super::types;
use crate::input::planned::{Fields, Node, Value};
use rustc_hash::FxHashMap;

/// What pseudo parameters there are.
const PSEUDO: [&str; 8] = [
    "AWS::AccountId",
    "AWS::NoValue",
    "AWS::NotificationARNs",
    "AWS::Partition",
    "AWS::Region",
    "AWS::StackId",
    "AWS::StackName",
    "AWS::URLSuffix",
];

/// Checks a template that no transform changes.
///
/// # Errors
/// CloudFormation would refuse it.
pub(super) fn check(template: &Template) -> Result<(), TemplateError> {
    for section in ["Conditions", "Resources", "Outputs"] {
        for (_, entry) in template.entries(section) {
            walk(template, entry)?;
        }
    }
    for resource in template.resources() {
        types::check_names(resource)?;
        if let Some(condition) = resource.node.get("Condition")
            && let Some(name) = condition.as_str()
            && template.entry("Conditions", name).is_none()
            && !is_open("Conditions", template)
        {
            return Err(no_such_condition(template, name, condition));
        }
    }
    for resource in template.resources() {
        let Some(depends) = resource.node.get("DependsOn") else { continue };
        let names = if depends.items().is_empty() { std::slice::from_ref(depends) } else { depends.items() };
        for name in names {
            if let Some(text) = name.as_str()
                && template.resource(text).is_none()
                && !template.is_of_module(text)
            {
                return Err(no_such_name(template, text, name));
            }
        }
    }
    no_cycle("resources", &resource_needs(template))?;
    no_cycle("conditions", &condition_needs(template))
}

/// A name that nothing has.
pub(super) fn no_such_name(template: &Template, name: &str, at: &Node) -> TemplateError {
    let names = template.entries("Parameters").chain(template.entries("Resources")).map(|(known, _)| known);
    TemplateError::NoSuch {
        what: "parameter or resource",
        name: name.to_owned(),
        nearest: nearest(name, names.chain(PSEUDO)),
        location: location(at.place),
    }
}

/// A condition that isn't there.
pub(super) fn no_such_condition(template: &Template, name: &str, at: &Node) -> TemplateError {
    TemplateError::NoSuch {
        what: "condition",
        name: name.to_owned(),
        nearest: nearest(name, template.entries("Conditions").map(|(known, _)| known)),
        location: location(at.place),
    }
}

/// Checks the functions in a value. Templates nest no deeper than their texts may, so this recursion ends.
fn walk(template: &Template, node: &Node) -> Result<(), TemplateError> {
    if let Some((name, argument)) = call(node) {
        if !FUNCTIONS.contains(&name) && !is_included(node) {
            return Err(unknown(name, node));
        }
        let nothing = Fields::default();
        match (name, &argument.value) {
            ("Ref", Value::String(to)) => is_there(template, to, argument)?,
            ("Fn::GetAtt", _) => {
                if let Some(to) = resource_of(argument)
                    && template.resource(to).is_none()
                    && !template.is_of_module(to)
                {
                    return Err(no_such_name(template, to, argument));
                }
                if let Some((to, attribute)) = attribute_of(argument)
                    && let Some(resource) = template.resource(to)
                {
                    types::check_attribute(resource, attribute, argument)?;
                }
            }
            ("Fn::Sub", Value::String(text)) => variables(template, text, &nothing, argument)?,
            ("Fn::Sub", Value::List(items)) => {
                if let [text, own] = items.as_slice() {
                    let own = own.fields().unwrap_or(&nothing);
                    variables(template, text.as_str().unwrap_or_default(), own, argument)?;
                }
            }
            ("Fn::If", Value::List(items)) => {
                if let Some(condition) = items.first()
                    && let Some(name) = condition.as_str()
                    && template.entry("Conditions", name).is_none()
                    && !is_open("Conditions", template)
                {
                    return Err(no_such_condition(template, name, condition));
                }
            }
            _ => {}
        }
    }
    match &node.value {
        Value::Object(Fields(fields)) => fields.iter().try_for_each(|(_, member)| walk(template, member)),
        Value::List(items) => items.iter().try_for_each(|item| walk(template, item)),
        _ => Ok(()),
    }
}

fn variables(template: &Template, text: &str, own: &Fields, at: &Node) -> Result<(), TemplateError> {
    for part in parts(text) {
        if let Part::Variable(name) = part
            && own.get(name).is_none()
        {
            let (owner, attribute) = name.split_once('.').map_or((name, None), |(owner, rest)| (owner, Some(rest)));
            is_there(template, owner, at)?;
            if let Some(attribute) = attribute
                && let Some(resource) = template.resource(owner)
            {
                types::check_attribute(resource, attribute, at)?;
            }
        }
    }
    Ok(())
}

fn is_there(template: &Template, name: &str, at: &Node) -> Result<(), TemplateError> {
    let found = template.entry("Parameters", name).is_some()
        || template.resource(name).is_some()
        || PSEUDO.contains(&name)
        || template.is_of_module(name);
    if found { Ok(()) } else { Err(no_such_name(template, name, at)) }
}

/// The resource that the argument of `Fn::GetAtt` names.
pub(super) fn resource_of(argument: &Node) -> Option<&str> {
    match &argument.value {
        Value::String(text) => Some(text.split_once('.').map_or(text.as_str(), |(resource, _)| resource)),
        Value::List(items) => items.first()?.as_str(),
        _ => None,
    }
}

/// The resource and the attribute that the argument of `Fn::GetAtt` names, where both are written.
fn attribute_of(argument: &Node) -> Option<(&str, &str)> {
    match &argument.value {
        Value::String(text) => text.split_once('.'),
        Value::List(items) => match items.as_slice() {
            [resource, attribute] => Some((resource.as_str()?, attribute.as_str()?)),
            _ => None,
        },
        _ => None,
    }
}

/// What each thing needs before it, with where that is said.
type Needs<'t> = FxHashMap<&'t str, Vec<(&'t str, &'t Node)>>;

/// What the resources need that are made in any case. What `Fn::If` chooses may not be needed, and is left out.
fn resource_needs(template: &Template) -> Needs<'_> {
    let mut needs = Needs::default();
    for resource in template.resources().filter(|resource| resource.node.get("Condition").is_none()) {
        let mut found = Vec::new();
        if let Some(properties) = resource.node.get("Properties") {
            references(properties, &mut found);
        }
        if let Some(depends) = resource.node.get("DependsOn") {
            match &depends.value {
                Value::List(items) => found.extend(items.iter().filter_map(|item| Some((item.as_str()?, item)))),
                _ => found.extend(depends.as_str().map(|name| (name, depends))),
            }
        }
        needs.insert(resource.name, found);
    }
    needs
}

fn references<'t>(node: &'t Node, found: &mut Vec<(&'t str, &'t Node)>) {
    match call(node) {
        Some(("Fn::If", _)) => return,
        Some(("Ref", argument)) => found.extend(argument.as_str().map(|name| (name, argument))),
        Some(("Fn::GetAtt", argument)) => found.extend(resource_of(argument).map(|name| (name, argument))),
        Some(("Fn::Sub", argument)) => {
            let text = argument.as_str().or_else(|| argument.items().first()?.as_str());
            for part in parts(text.unwrap_or_default()) {
                if let Part::Variable(name) = part {
                    found.push((name.split_once('.').map_or(name, |(resource, _)| resource), argument));
                }
            }
        }
        _ => {}
    }
    match &node.value {
        Value::Object(Fields(fields)) => fields.iter().for_each(|(_, member)| references(member, found)),
        Value::List(items) => items.iter().for_each(|item| references(item, found)),
        _ => {}
    }
}

fn condition_needs(template: &Template) -> Needs<'_> {
    fn conditions<'t>(node: &'t Node, found: &mut Vec<(&'t str, &'t Node)>) {
        match &node.value {
            Value::Object(Fields(fields)) => {
                for (key, member) in fields {
                    match member.as_str() {
                        Some(name) if key == "Condition" => found.push((name, member)),
                        _ => conditions(member, found),
                    }
                }
            }
            Value::List(items) => items.iter().for_each(|item| conditions(item, found)),
            _ => {}
        }
    }
    let mut needs = Needs::default();
    for (name, node) in template.entries("Conditions") {
        let mut found = Vec::new();
        conditions(node, &mut found);
        needs.insert(name, found);
    }
    needs
}

/// Follows what each thing needs, as far as it goes, without recursion: chains may be long.
fn no_cycle(what: &'static str, needs: &Needs<'_>) -> Result<(), TemplateError> {
    let mut names: Vec<&str> = needs.keys().copied().collect();
    names.sort_unstable();
    let mut done: FxHashMap<&str, bool> = FxHashMap::default();
    for start in names {
        if done.contains_key(start) {
            continue;
        }
        done.insert(start, false);
        let mut way: Vec<(&str, usize)> = vec![(start, 0)];
        while let Some((name, next)) = way.last_mut() {
            let (name, index) = (*name, *next);
            *next += 1;
            let Some((needed, _)) = needs.get(name).and_then(|list| list.get(index)) else {
                done.insert(name, true);
                way.pop();
                continue;
            };
            match done.get(needed) {
                _ if !needs.contains_key(needed) => {}
                Some(true) => {}
                Some(false) => return Err(cycle(what, needs, &way, needed)),
                None => {
                    done.insert(needed, false);
                    way.push((needed, 0));
                }
            }
        }
    }
    Ok(())
}

fn cycle(what: &'static str, needs: &Needs<'_>, way: &[(&str, usize)], closing: &str) -> TemplateError {
    let from = way.iter().position(|(name, _)| *name == closing).unwrap_or_default();
    let around = way.get(from..).unwrap_or_default();
    let said = |(name, next): &(&str, usize)| {
        let (_, node) = needs.get(name)?.get(next.checked_sub(1)?)?;
        Some(location(node.place))
    };
    let mut chain: Vec<String> = around.iter().map(|(name, _)| (*name).to_owned()).collect();
    chain.push(closing.to_owned());
    TemplateError::Cycle { what, chain, locations: around.iter().filter_map(said).collect() }
}
