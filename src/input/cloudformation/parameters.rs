//! Values for the parameters of a template.

use super::error::TemplateError;
use super::functions::{call, nearest};
use super::syntax::location;
use super::template::Template;
use super::text::{from_text, text_of};
use crate::input::error::InputError;
use crate::input::planned::{Fields, Node, Value, json};
use crate::input::read::load_all;
use crate::input::split;
use crate::snapshot::{SourceId, Sources, Written};
use rustc_hash::FxHashMap;
use serde::de::IgnoredAny;
use std::path::{Path, PathBuf};

/// Values by the names of parameters.
#[derive(Debug, Default, Clone)]
pub struct Parameters {
    /// None where it is the one that the stack has: the template's default is that of new stacks alone.
    /// <https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_Parameter.html>
    given: Vec<(String, Option<String>)>,
}

impl Parameters {
    /// Gives a value, which takes the place of one that was given before.
    pub fn give(&mut self, name: impl Into<String>, value: impl Into<String>) {
        self.set(name.into(), Some(value.into()));
    }

    fn set(&mut self, name: String, value: Option<String>) {
        self.given.retain(|(known, _)| *known != name);
        self.given.push((name, value));
    }

    /// Whether no value is given.
    pub fn is_empty(&self) -> bool {
        self.given.is_empty()
    }

    /// Takes what the command line gives: `Key=Value`, `ParameterKey=Key,ParameterValue=Value` or a file, with or without
    /// `file://` before it.
    ///
    /// # Errors
    /// The file can't be read, or has another form.
    pub fn take(&mut self, word: &str, sources: &mut Sources) -> Result<(), InputError> {
        let file = word.strip_prefix("file://").unwrap_or(word);
        let pair = word.strip_prefix("ParameterKey=").and_then(|rest| rest.split_once(",ParameterValue="));
        match pair.or_else(|| word.split_once('=')) {
            Some((name, value)) if !Path::new(file).is_file() => {
                self.give(name, value.replace("\\,", ","));
                Ok(())
            }
            _ => {
                let files = load_all(&[PathBuf::from(file)], sources)?;
                files.iter().try_for_each(|file| self.read(sources, file.source))
            }
        }
    }

    /// Reads a file: a list of `{"ParameterKey": …, "ParameterValue": …}` or of `"Key=Value"`, as the AWS CLI takes it, or
    /// `{"Parameters": {"Key": "Value"}}`, as CodePipeline does.
    /// <https://docs.aws.amazon.com/cli/latest/reference/cloudformation/deploy/>,
    /// <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/continuous-delivery-codepipeline-cfn-artifacts.html>
    ///
    /// # Errors
    /// It is no JSON, or has another form.
    pub fn read(&mut self, sources: &Sources, source: SourceId) -> Result<(), InputError> {
        let (text, skipped) = sources.get(source).text();
        serde_json::from_str::<IgnoredAny>(text)
            .map_err(|error| split::explain(sources, source, skipped, 0, &error))?;
        let root = json::read(text, source, skipped);
        let other = |node: &Node| {
            let location = node.place.unwrap_or(Written { source, start: 0, length: 1 });
            TemplateError::NotParameters { file: sources.get(source).name().to_owned(), location }
        };
        let members = root.get("Parameters").unwrap_or(&root);
        match &members.value {
            Value::List(items) => {
                for item in items {
                    match (item.as_str().and_then(|text| text.split_once('=')), item.get("ParameterKey")) {
                        (Some((name, value)), _) => self.give(name, value),
                        (None, Some(name)) => {
                            let name = name.as_str().ok_or_else(|| other(item))?;
                            match (item.get("ParameterValue").and_then(text_of), item.get("UsePreviousValue")) {
                                (Some(value), _) => self.give(name, value),
                                (None, Some(previous)) if previous.as_bool() == Some(true) => {
                                    self.set(name.to_owned(), None);
                                }
                                _ => return Err(other(item).into()),
                            }
                        }
                        (None, None) => return Err(other(item).into()),
                    }
                }
            }
            Value::Object(fields) => {
                for (name, value) in &fields.0 {
                    let value = match &value.value {
                        Value::List(items) => {
                            items.iter().map(text_of).collect::<Option<Vec<_>>>().map(|texts| texts.join(","))
                        }
                        _ => text_of(value),
                    };
                    self.give(name.as_ref(), value.ok_or_else(|| other(members))?);
                }
            }
            _ => return Err(other(&root).into()),
        }
        Ok(())
    }

    /// What is given to each of several templates. A value of `VpcId` is for all that have this parameter, one of
    /// `network.VpcId` for the template that is called `network`.
    ///
    /// # Errors
    /// None of the templates has a parameter to which a value is given.
    pub(super) fn of_each<'l, 't>(
        &self,
        templates: impl Iterator<Item = (Option<&'l str>, &'t Template)>,
    ) -> Result<Vec<Parameters>, TemplateError> {
        let templates: Vec<(Option<&str>, &Template)> = templates.collect();
        let mut each: Vec<Parameters> = templates.iter().map(|_| Parameters::default()).collect();
        // What is said of one template alone counts more.
        for of_one in [false, true] {
            for (name, value) in &self.given {
                for ((label, template), own) in templates.iter().zip(&mut each) {
                    let in_it = label.and_then(|label| name.strip_prefix(label)?.strip_prefix('.'));
                    let name = if of_one { in_it } else { Some(name.as_str()) };
                    if let Some(name) = name.filter(|name| template.entry("Parameters", name).is_some()) {
                        own.set(name.to_owned(), value.clone());
                    }
                }
            }
        }
        let is_of = |name: &str, label: &Option<&str>, own: &Parameters| {
            let in_it = label.and_then(|label| name.strip_prefix(label)?.strip_prefix('.'));
            own.given.iter().any(|(known, _)| known == name || Some(known.as_str()) == in_it)
        };
        let nowhere = self
            .given
            .iter()
            .find(|(name, _)| !templates.iter().zip(&each).any(|((label, _), own)| is_of(name, label, own)));
        match (nowhere, templates.first()) {
            (Some((name, _)), Some((_, template))) => Err(no_parameter(template, name)),
            _ => Ok(each),
        }
    }

    /// What is given to several templates, as values of the parameters of the joint one.
    pub(super) fn joined<'p>(each: impl Iterator<Item = (&'p str, &'p Parameters)>) -> Parameters {
        let mut joint = Parameters::default();
        for (label, own) in each {
            joint.given.extend(own.given.iter().map(|(name, value)| (format!("{label}.{name}"), value.clone())));
        }
        joint
    }

    /// The value of each parameter of a template: the one that is given, else its default, else one that isn't known.
    ///
    /// # Errors
    /// A value is none that the parameter can have, or the template lacks the parameter.
    pub(super) fn values<'t>(&self, template: &'t Template) -> Result<FxHashMap<&'t str, Node>, TemplateError> {
        if let Some((name, _)) = self.given.iter().find(|(name, _)| template.entry("Parameters", name).is_none()) {
            return Err(no_parameter(template, name));
        }
        let mut values = FxHashMap::default();
        for (name, parameter) in template.entries("Parameters") {
            let ty = parameter.get("Type").and_then(Node::as_str).unwrap_or_default();
            let given = self.given.iter().find(|(known, _)| known == name).map(|(_, value)| value.clone());
            if let Some(Some(value)) = &given {
                allowed(name, value, parameter)?;
            }
            let default = || parameter.get("Default").and_then(text_of);
            let value = match given.unwrap_or_else(default) {
                // What is given is the name of a parameter of Systems Manager, which alone has the value.
                Some(value) if ty.starts_with("AWS::SSM::Parameter::Value<") => {
                    from_text(format!("{{{{resolve:ssm:{value}}}}}"))
                }
                Some(value) if is_list(ty) => list(&value),
                Some(value) => from_text(value),
                None => Node::unknown(name, None),
            };
            values.insert(name, value);
        }
        Ok(values)
    }
}

/// What a nested stack gives the parameters of its template: expressions of the template that the stack stands in. What is
/// given to a list is a text with commas in it.
/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-cloudformation-stack.html>
///
/// # Errors
/// A parameter is given no value and has no default, or can't have the one it is given; or the template lacks it.
pub(super) fn passed<'t>(
    name: &str,
    stack: &Node,
    template: &'t Template,
) -> Result<FxHashMap<&'t str, Node>, TemplateError> {
    let given = stack.get("Properties").and_then(|properties| properties.get("Parameters")).and_then(Node::fields);
    let given = given.map(|fields| fields.0.as_slice()).unwrap_or_default();
    if let Some((lacking, _)) = given.iter().find(|(name, _)| template.entry("Parameters", name).is_none()) {
        return Err(no_parameter(template, lacking));
    }
    let mut values = FxHashMap::default();
    for (parameter, declared) in template.entries("Parameters") {
        let ty = declared.get("Type").and_then(Node::as_str).unwrap_or_default();
        let value = given.iter().find(|(known, _)| known == parameter).map(|(_, value)| value);
        if let Some(text) = value.and_then(text_of) {
            allowed(parameter, &text, declared)?;
        }
        let Some(value) = value.or(declared.get("Default")) else {
            return Err(TemplateError::Malformed {
                what: format!(
                    "`{name}` gives no value for parameter `{parameter}` of its template, which has no default"
                ),
                location: location(stack.place),
            });
        };
        let value = match text_of(value) {
            _ if ty.starts_with("AWS::SSM::Parameter::Value<") => {
                Node::unknown(format!("{name}.{parameter}"), value.place)
            }
            Some(text) if is_list(ty) => list(&text).at(value.place),
            None if is_list(ty) && call(value).is_some() => {
                let split = Node::list(vec![Node::text(","), value.clone()]).at(value.place);
                Node::from(Fields::default().with("Fn::Split", split)).at(value.place)
            }
            _ => value.clone(),
        };
        values.insert(parameter, value);
    }
    Ok(values)
}

fn no_parameter(template: &Template, name: &str) -> TemplateError {
    TemplateError::NoParameter {
        name: name.to_owned(),
        nearest: nearest(name, template.entries("Parameters").map(|(known, _)| known)),
        location: template.location("Parameters"),
    }
}

fn is_list(ty: &str) -> bool {
    ty == "CommaDelimitedList" || ty.starts_with("List<")
}

/// The elements of a text with commas in it.
fn list(text: &str) -> Node {
    let items = text.split(',').map(str::trim).filter(|item| !item.is_empty());
    Node::list(items.map(|item| from_text(item.to_owned())).collect())
}

/// A value that is given must be one of those that the template allows.
fn allowed(name: &str, value: &str, parameter: &Node) -> Result<(), TemplateError> {
    let no_echo = parameter.get("NoEcho").and_then(text_of).is_some_and(|text| text == "true");
    let refuse = |why: String| {
        Err(TemplateError::Parameter {
            name: name.to_owned(),
            value: if no_echo { "...".to_owned() } else { value.to_owned() },
            why,
            location: location(parameter.place),
        })
    };
    let ty = parameter.get("Type").and_then(Node::as_str).unwrap_or_default();
    let each: Vec<&str> = if is_list(ty) { value.split(',').map(str::trim).collect() } else { vec![value] };
    let choices = parameter.get("AllowedValues").map(Node::items).unwrap_or_default();
    let choices: Vec<String> = choices.iter().filter_map(text_of).collect();
    if !choices.is_empty() && each.iter().any(|value| !choices.iter().any(|choice| choice == value)) {
        return refuse(format!("it must be one of {}", choices.join(", ")));
    }
    if matches!(ty, "Number" | "List<Number>") && each.iter().any(|value| value.trim().parse::<f64>().is_err()) {
        return refuse("it must be a number".into());
    }
    Ok(())
}
