//! A template with what its nested stacks make in it, as if all of it were one: the resources, conditions and mappings of a
//! stack `Network` become `Network.Vpc`, its parameters what the stack gives them, its outputs what they stand for.

use super::check::check;
use super::error::TemplateError;
use super::functions::{call, nearest};
use super::nested::{Nested, STACK};
use super::parameters::passed;
use super::substitute::{Part, parts};
use super::syntax::location;
use super::template::{Template, is_included};
use crate::input::error::InputError;
use crate::input::planned::{Fields, Node, Value};
use crate::snapshot::{SourceId, Sources};
use rustc_hash::FxHashMap;
use std::borrow::Cow;

/// How deep stacks may be nested.
const DEEPEST: usize = 8;

/// How many values the stacks of a template may come to.
const MOST: usize = 500_000;

/// How many bytes a value is written in, about.
const BYTES_OF_A_VALUE: usize = 20;

/// A type that makes nothing, which a stack that is followed becomes.
const NOTHING: &str = "AWS::CloudFormation::WaitConditionHandle";

pub(super) type Member = (Cow<'static, str>, Node);

/// Puts the templates of nested stacks in the place of the stacks, as far as they are at hand.
///
/// # Errors
/// CloudFormation would refuse one of the templates, or what a stack gives it; or they come to too much.
pub(super) fn flattened(
    sources: &Sources,
    nested: &Nested,
    source: SourceId,
    template: Template,
) -> Result<Template, InputError> {
    Flattener::new(sources, nested).whole(source, template, 0)
}

pub(super) struct Flattener<'s> {
    sources: &'s Sources,
    nested: &'s Nested,
    /// How many values were written.
    made: usize,
}

impl<'s> Flattener<'s> {
    pub(super) fn new(sources: &'s Sources, nested: &'s Nested) -> Self {
        Flattener { sources, nested, made: 0 }
    }

    fn whole(&mut self, source: SourceId, template: Template, depth: usize) -> Result<Template, InputError> {
        let mut followed: Vec<(String, Template)> = Vec::new();
        let mut left = FxHashMap::default();
        for stack in template.resources().filter(|resource| resource.ty == STACK) {
            match self.nested.of(source, stack.node) {
                None => {}
                Some(Err(why)) => drop(left.insert(stack.name.to_owned(), why.clone())),
                Some(Ok(_)) if depth >= DEEPEST => {
                    left.insert(stack.name.to_owned(), format!("more than {DEEPEST} stacks are in each other"));
                }
                Some(Ok(file)) => {
                    // A file that many stacks name is read as often.
                    self.made += self.sources.get(*file).bytes().len() / BYTES_OF_A_VALUE;
                    self.count(stack.node)?;
                    let own = Template::read(self.sources, *file)?;
                    match why_not(stack.node, &own) {
                        Some(why) => drop(left.insert(stack.name.to_owned(), why.to_owned())),
                        None => {
                            check(&own)?;
                            followed.push((stack.name.to_owned(), self.whole(*file, own, depth + 1)?));
                        }
                    }
                }
            }
        }
        if followed.is_empty() {
            return Ok(template.with_left(left));
        }
        let mut root = template.root().clone();
        let mut outputs = FxHashMap::default();
        for (name, own) in &followed {
            let Some(stack) = template.resource(name) else { continue };
            let mut scope = Scope { flattener: self, stack: name, own, given: passed(name, stack.node, own)? };
            scope.merge(&mut root, stack.node.get("Condition"))?;
            outputs.insert(name.as_str(), scope.outputs()?);
            left.extend(own.left().map(|(inner, why)| (format!("{name}.{inner}"), why.clone())));
        }
        let mut joiner = Joiner { flattener: self, outputs: &outputs };
        let root = joiner.node(&root, 0)?;
        Ok(Template::new(root)?.with_left(left))
    }

    fn count(&mut self, node: &Node) -> Result<(), TemplateError> {
        self.made += 1;
        if self.made > MOST { Err(TemplateError::TooMuch { location: location(node.place) }) } else { Ok(()) }
    }
}

/// Why what a stack makes can't be told although its template is at hand.
fn why_not(stack: &Node, own: &Template) -> Option<&'static str> {
    let properties = stack.get("Properties");
    let is_function = |node: &Node| call(node).is_some() || is_included(node);
    if properties.is_some_and(|node| is_function(node) || node.get("Parameters").is_some_and(is_function)) {
        return Some("what it gives its template isn't written out");
    }
    if own.is_transformed() || !own.transforms().is_empty() || repeats(own.root()) {
        return Some("a transform changes its template");
    }
    None
}

/// Whether loops, or mappings whose names are evaluated, are in a value: those need a transform.
fn repeats(node: &Node) -> bool {
    let is_named = |map: &Node| map.items().first().is_none_or(|name| name.as_str().is_some());
    match (call(node), &node.value) {
        (Some(("Fn::FindInMap", argument)), _) if !is_named(argument) => true,
        (_, Value::Object(Fields(fields))) => is_included(node) || fields.iter().any(|(_, member)| repeats(member)),
        (_, Value::List(items)) => items.iter().any(repeats),
        _ => false,
    }
}

/// A nested stack, whose names are written for the template that it is put in.
pub(super) struct Scope<'f, 's, 't> {
    pub(super) flattener: &'f mut Flattener<'s>,
    pub(super) stack: &'t str,
    pub(super) own: &'t Template,
    /// What stands for its parameters.
    pub(super) given: FxHashMap<&'t str, Node>,
}

impl Scope<'_, '_, '_> {
    pub(super) fn name(&self, own: &str) -> String {
        format!("{}.{own}", self.stack)
    }

    /// Puts the sections of the stack's template into another.
    pub(super) fn merge(&mut self, root: &mut Node, condition: Option<&Node>) -> Result<(), TemplateError> {
        let own = self.own;
        let mut conditions = Vec::new();
        for (name, node) in own.entries("Conditions") {
            conditions.push((Cow::Owned(self.name(name)), self.node(node, true)?));
        }
        let mut mappings = Vec::new();
        for (name, node) in own.entries("Mappings") {
            mappings.push((Cow::Owned(self.name(name)), node.clone()));
        }
        let mut resources = Vec::new();
        for (name, node) in own.entries("Resources") {
            let Some(resource) = own.resource(name) else {
                // A loop or a transform, of which nothing is known but that it adds something.
                resources.push((Cow::Owned(name.to_owned()), node.clone()));
                continue;
            };
            let mut made = Fields::default().with_text("Type", resource.ty);
            if let Some(both) = self.condition(resource.node.get("Condition"), condition, &mut conditions) {
                made.set("Condition", both);
            }
            if let Some(properties) = resource.node.get("Properties") {
                made.set("Properties", self.node(properties, false)?);
            }
            if let Some(transform) = resource.node.get("Fn::Transform") {
                made.set("Fn::Transform", transform.clone());
            }
            resources.push((Cow::Owned(self.name(resource.name)), Node::from(made).at(resource.node.place)));
        }
        if let Some(stack) = member(root, "Resources").and_then(|section| member(section, self.stack)) {
            let mut nothing = Fields::default().with_text("Type", NOTHING);
            if let Some(condition) = condition {
                nothing.set("Condition", condition.clone());
            }
            *stack = Node::from(nothing).at(stack.place);
        }
        for (section, more) in [("Conditions", conditions), ("Mappings", mappings), ("Resources", resources)] {
            add(root, section, more);
        }
        Ok(())
    }

    /// The condition of a resource whose stack has one, too.
    fn condition(&self, own: Option<&Node>, of_stack: Option<&Node>, conditions: &mut Vec<Member>) -> Option<Node> {
        let Some(own) = own else { return of_stack.cloned() };
        let name = self.name(own.as_str()?);
        let Some(of_stack) = of_stack else { return Some(Node::text(name).at(own.place)) };
        let both = format!("{name} and {}", of_stack.as_str()?);
        if !conditions.iter().any(|(known, _)| *known == both) {
            let each = [Node::text(name), of_stack.clone()].map(|name| object("Condition", name, own));
            conditions.push((Cow::Owned(both.clone()), object("Fn::And", Node::list(each.to_vec()), own)));
        }
        Some(Node::text(both).at(own.place))
    }

    /// The stack's outputs, by their names.
    fn outputs(&mut self) -> Result<FxHashMap<String, Node>, TemplateError> {
        let own = self.own;
        let mut outputs = FxHashMap::default();
        for (name, output) in own.entries("Outputs") {
            let Some(value) = output.get("Value") else { continue };
            let value = self.node(value, false)?;
            let value = match output.get("Condition").and_then(Node::as_str) {
                Some(condition) => {
                    let nothing = object("Ref", Node::text("AWS::NoValue"), output);
                    let choice = vec![Node::text(self.name(condition)), value, nothing];
                    object("Fn::If", Node::list(choice), output)
                }
                None => value,
            };
            outputs.insert(name.to_owned(), value);
        }
        Ok(outputs)
    }

    /// A value with the stack's names in it.
    pub(super) fn node(&mut self, node: &Node, of_conditions: bool) -> Result<Node, TemplateError> {
        self.flattener.count(node)?;
        match call(node) {
            Some(("Ref", argument)) => {
                return match argument.as_str() {
                    Some(name) => self.reference(name, node),
                    None => Ok(object("Ref", self.made_name(argument)?, node)),
                };
            }
            Some(("Fn::GetAtt", argument)) => {
                let (resource, attribute) = match &argument.value {
                    Value::String(text) => match text.split_once('.') {
                        Some((resource, attribute)) => (resource, Node::text(attribute)),
                        None => return Ok(node.clone()),
                    },
                    _ => match argument.items() {
                        [resource, attribute] => match resource.as_str() {
                            Some(resource) => (resource, self.node(attribute, of_conditions)?),
                            None => {
                                let items = vec![self.made_name(resource)?, self.node(attribute, of_conditions)?];
                                return Ok(object("Fn::GetAtt", Node::list(items).at(argument.place), node));
                            }
                        },
                        _ => return Ok(node.clone()),
                    },
                };
                return Ok(self.attribute(resource, attribute, node));
            }
            Some(("Fn::Sub", argument)) => return self.substitution(argument, node),
            Some((function @ ("Fn::If" | "Fn::FindInMap"), argument)) if let [name, rest @ ..] = argument.items() => {
                let function = if function == "Fn::If" { "Fn::If" } else { "Fn::FindInMap" };
                let mut items = vec![match name.as_str() {
                    Some(own) => Node::text(self.name(own)).at(name.place),
                    None => self.made_name(name)?,
                }];
                for item in rest {
                    items.push(self.node(item, of_conditions)?);
                }
                return Ok(object(function, Node::list(items).at(argument.place), node));
            }
            _ => {}
        }
        let value = match &node.value {
            Value::Object(Fields(fields)) => {
                let mut made = Vec::with_capacity(fields.len());
                for (key, member) in fields {
                    let member = match member.as_str() {
                        Some(name) if of_conditions && key == "Condition" => {
                            Node::text(self.name(name)).at(member.place)
                        }
                        _ => self.node(member, of_conditions)?,
                    };
                    made.push((key.clone(), member));
                }
                Value::Object(Fields(made))
            }
            Value::List(items) => {
                let items: Result<_, _> = items.iter().map(|item| self.node(item, of_conditions)).collect();
                Value::List(items?)
            }
            other => other.clone(),
        };
        Ok(Node::new(value, node.place))
    }

    /// A name that functions make, where the language's extensions are in use.
    fn made_name(&mut self, name: &Node) -> Result<Node, TemplateError> {
        if call(name).is_none() {
            return self.node(name, false);
        }
        let parts = vec![Node::text(self.name("")), self.node(name, false)?];
        let join = vec![Node::text(""), Node::list(parts).at(name.place)];
        Ok(object("Fn::Join", Node::list(join).at(name.place), name))
    }

    /// `Ref`.
    fn reference(&mut self, name: &str, at: &Node) -> Result<Node, TemplateError> {
        if let Some(value) = self.given.get(name).cloned() {
            self.flattener.made += size(&value);
            self.flattener.count(at)?;
            return Ok(value);
        }
        Ok(match name {
            // Those of the nested stack, which CloudFormation makes up.
            "AWS::StackName" | "AWS::StackId" | "AWS::NotificationARNs" => {
                Node::unknown(self.name(name.trim_start_matches("AWS::")), at.place)
            }
            _ if name.starts_with("AWS::") => at.clone(),
            _ => object("Ref", Node::text(self.name(name)).at(at.place), at),
        })
    }

    /// `Fn::GetAtt`, in the form in which points are no borders.
    fn attribute(&self, resource: &str, attribute: Node, at: &Node) -> Node {
        let name = Node::text(self.name(resource)).at(at.place);
        object("Fn::GetAtt", Node::list(vec![name, attribute]).at(at.place), at)
    }

    /// `Fn::Sub`, whose names become variables of its own: a name of its own may have any form.
    fn substitution(&mut self, argument: &Node, at: &Node) -> Result<Node, TemplateError> {
        let text = argument.as_str().or_else(|| argument.items().first()?.as_str()).unwrap_or_default();
        let mut own: Vec<Member> = Vec::new();
        if let Some(Fields(fields)) = argument.items().get(1).and_then(Node::fields) {
            for (name, value) in fields {
                own.push((name.clone(), self.node(value, false)?));
            }
        }
        for part in parts(text) {
            if let Part::Variable(name) = part
                && !own.iter().any(|(known, _)| known == name)
            {
                let value = match name.split_once('.') {
                    Some((resource, attribute)) => self.attribute(resource, Node::text(attribute), argument),
                    None => {
                        let reference = object("Ref", Node::text(name).at(argument.place), argument);
                        self.reference(name, &reference)?
                    }
                };
                own.push((Cow::Owned(name.to_owned()), value));
            }
        }
        Ok(substitution(text, own, argument, at))
    }
}

/// The template that stacks are put in, where their outputs are asked for.
struct Joiner<'f, 's, 'o> {
    flattener: &'f mut Flattener<'s>,
    outputs: &'o FxHashMap<&'o str, FxHashMap<String, Node>>,
}

impl<'o> Joiner<'_, '_, 'o> {
    /// A value in which what stands for outputs stands in their place.
    fn node(&mut self, node: &Node, depth: usize) -> Result<Node, TemplateError> {
        self.flattener.count(node)?;
        if depth > 200 {
            return Err(TemplateError::TooMuch { location: location(node.place) });
        }
        match call(node) {
            Some(("Fn::GetAtt", argument)) => {
                let found = match &argument.value {
                    Value::String(text) => self.output(text, argument)?,
                    _ => match argument.items() {
                        [stack, output] => match (stack.as_str(), output.as_str()) {
                            (Some(stack), Some(output)) => self.output(&format!("{stack}.{output}"), argument)?,
                            _ => None,
                        },
                        _ => None,
                    },
                };
                if let Some(value) = found {
                    // It may have been given the outputs of another stack.
                    return self.node(value, depth + 1);
                }
            }
            Some(("Fn::Sub", argument)) => {
                let text = argument.as_str().or_else(|| argument.items().first()?.as_str()).unwrap_or_default();
                let fields = argument.items().get(1).and_then(Node::fields).cloned().unwrap_or_default();
                let mut own = Vec::with_capacity(fields.0.len());
                for (name, value) in &fields.0 {
                    own.push((name.clone(), self.node(value, depth + 1)?));
                }
                for part in parts(text) {
                    if let Part::Variable(name) = part
                        && !own.iter().any(|(known, _)| known == name)
                        && let Some(value) = self.output(name, argument)?
                    {
                        let value = self.node(value, depth + 1)?;
                        own.push((Cow::Owned(name.to_owned()), value));
                    }
                }
                return Ok(match own.is_empty() {
                    true => node.clone(),
                    false => substitution(text, own, argument, node),
                });
            }
            _ => {}
        }
        let value = match &node.value {
            Value::Object(Fields(fields)) => {
                let members = fields.iter().map(|(key, member)| Ok((key.clone(), self.node(member, depth + 1)?)));
                Value::Object(Fields(members.collect::<Result<_, TemplateError>>()?))
            }
            Value::List(items) => {
                let items: Result<_, TemplateError> = items.iter().map(|item| self.node(item, depth + 1)).collect();
                Value::List(items?)
            }
            other => other.clone(),
        };
        Ok(Node::new(value, node.place))
    }

    /// What an output of a stack is, by `Stack.Outputs.Name`; none of what is none of a stack that is followed.
    fn output(&self, name: &str, at: &Node) -> Result<Option<&'o Node>, TemplateError> {
        let Some((stack, output)) = name.split_once(".Outputs.") else { return Ok(None) };
        let Some(outputs) = self.outputs.get(stack) else { return Ok(None) };
        let found = outputs.get(output).ok_or_else(|| TemplateError::NoSuch {
            what: "output",
            name: name.to_owned(),
            nearest: nearest(output, outputs.keys().map(String::as_str)),
            location: location(at.place),
        });
        found.map(Some)
    }
}

/// `Fn::Sub` of a text with variables.
fn substitution(text: &str, own: Vec<Member>, argument: &Node, at: &Node) -> Node {
    let items = vec![Node::text(text).at(argument.place), Node::from(Fields(own)).at(argument.place)];
    object("Fn::Sub", Node::list(items).at(argument.place), at)
}

/// An object of one member, written where another thing is.
pub(super) fn object(key: &'static str, member: Node, at: &Node) -> Node {
    Node::from(Fields(vec![(Cow::Borrowed(key), member)])).at(at.place)
}

fn member<'n>(node: &'n mut Node, key: &str) -> Option<&'n mut Node> {
    match &mut node.value {
        Value::Object(Fields(fields)) => fields.iter_mut().find(|(name, _)| name == key).map(|(_, node)| node),
        _ => None,
    }
}

/// Adds entries to a section, which a template need not have.
pub(super) fn add(root: &mut Node, section: &'static str, more: Vec<Member>) {
    if let Some(Node { value: Value::Object(Fields(fields)), .. }) = member(root, section) {
        fields.extend(more);
    } else if let Value::Object(Fields(sections)) = &mut root.value
        && !more.is_empty()
    {
        sections.push((Cow::Borrowed(section), Node::from(Fields(more))));
    }
}

/// How many values there are in one.
fn size(node: &Node) -> usize {
    match &node.value {
        Value::Object(Fields(fields)) => 1 + fields.iter().map(|(_, member)| size(member)).sum::<usize>(),
        Value::List(items) => 1 + items.iter().map(size).sum::<usize>(),
        _ => 1,
    }
}
