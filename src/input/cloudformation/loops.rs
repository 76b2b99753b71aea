//! `Fn::ForEach`: a fragment that is repeated for each value of a collection.
//! <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference-foreach.html>

use super::check::no_such_name;
use super::error::TemplateError;
use super::evaluate::{Evaluator, Target};
use super::functions::{arguments, call};
use super::parameters::Parameters;
use super::syntax::location;
use super::template::Template;
use super::text::{has_unknown, text_of};
use crate::input::error::InputError;
use crate::input::planned::{Fields, Node, Value};
use rustc_hash::FxHashSet;
use std::borrow::Cow;

/// How a loop's key begins. Its name follows.
pub(super) const LOOP: &str = "Fn::ForEach::";

/// The sections that loops may stand in.
const SECTIONS: [&str; 3] = ["Conditions", "Resources", "Outputs"];

/// How many values the loops of one template may make.
const MOST: usize = 500_000;

/// A template with its loops written out. A loop whose collection isn't known stays as it is.
///
/// # Errors
/// A loop is none that CloudFormation would take, or makes too much.
pub(super) fn written_out(
    template: Template,
    parameters: &Parameters,
    target: &Target,
) -> Result<Template, InputError> {
    let is_looped = |section: &&str| template.root().get(section).is_some_and(has_loop);
    let sections: Vec<&str> = SECTIONS.into_iter().filter(is_looped).collect();
    if sections.is_empty() {
        return Ok(template);
    }
    let mut writer = Writer { evaluator: Evaluator::new(&template, parameters, target.clone())?, made: 0 };
    let mut root = template.root().clone();
    if let Value::Object(Fields(fields)) = &mut root.value {
        for (name, section) in fields.iter_mut().filter(|(name, _)| sections.contains(&name.as_ref())) {
            if template.transforms().is_empty() {
                return Err(TemplateError::Malformed {
                    what: format!("`{}` with `Fn::ForEach` needs `Transform: AWS::LanguageExtensions`", name),
                    location: location(section.place),
                }
                .into());
            }
            *section = writer.value(section, &[])?;
        }
    }
    drop(writer);
    Template::new(root)
}

/// Whether loops are in a value. Templates nest no deeper than their texts may, so this recursion ends.
fn has_loop(node: &Node) -> bool {
    match &node.value {
        Value::Object(Fields(fields)) => fields.iter().any(|(key, member)| key.starts_with(LOOP) || has_loop(member)),
        Value::List(items) => items.iter().any(has_loop),
        _ => false,
    }
}

/// An identifier of a loop with its value.
type Bound = (String, String);

struct Writer<'t> {
    evaluator: Evaluator<'t>,
    /// How many values were made.
    made: usize,
}

impl Writer<'_> {
    fn value(&mut self, node: &Node, bound: &[Bound]) -> Result<Node, TemplateError> {
        self.made += 1;
        if self.made > MOST {
            return Err(TemplateError::TooMuch { location: location(node.place) });
        }
        if let Some(("Ref", argument)) = call(node)
            && let Some((_, value)) = argument.as_str().and_then(|name| innermost(bound, name))
        {
            return Ok(Node::text(value.as_str()).at(node.place));
        }
        let value = match &node.value {
            Value::String(text) => Value::String(replaced(text, bound).into_owned()),
            Value::List(items) => {
                Value::List(items.iter().map(|item| self.value(item, bound)).collect::<Result<_, _>>()?)
            }
            Value::Object(Fields(fields)) => {
                let mut made: Vec<(Cow<'static, str>, Node)> = Vec::with_capacity(fields.len());
                let mut known = FxHashSet::default();
                for (key, member) in fields {
                    let found = match key.starts_with(LOOP) {
                        true => self.repeated(key, member, bound)?,
                        false => {
                            vec![(Cow::Owned(replaced(key, bound).into_owned()), self.value(member, bound)?)]
                        }
                    };
                    for (key, member) in found {
                        if !known.insert(key.clone()) {
                            return Err(TemplateError::Malformed {
                                what: format!("`{key}` stands twice once loops are written out"),
                                location: location(member.place),
                            });
                        }
                        made.push((key, member));
                    }
                }
                Value::Object(Fields(made))
            }
            other => other.clone(),
        };
        Ok(Node::new(value, node.place))
    }

    /// What a loop comes to; itself, where its collection isn't known.
    fn repeated(
        &mut self,
        key: &str,
        node: &Node,
        bound: &[Bound],
    ) -> Result<Vec<(Cow<'static, str>, Node)>, TemplateError> {
        const TAKES: &str = "a list of an identifier, a collection and an object";
        let [identifier, collection, fragment] = node.items() else {
            return Err(arguments("Fn::ForEach", TAKES, node));
        };
        let (Some(identifier), Some(_)) = (identifier.as_str(), fragment.fields()) else {
            return Err(arguments("Fn::ForEach", TAKES, node));
        };
        let collection = self.value(collection, bound)?;
        if let Some(("Ref", argument)) = call(&collection)
            && let Some(name) = argument.as_str()
            && self.evaluator.template.entry("Parameters", name).is_none()
        {
            // Loops are written out before there are resources.
            return Err(no_such_name(self.evaluator.template, name, argument));
        }
        let collection = self.evaluator.value(&collection)?;
        let stays = || vec![(Cow::Owned(key.to_owned()), node.clone())];
        let Value::List(items) = &collection.value else {
            return match collection.expression() {
                Some(_) => Ok(stays()),
                None => Err(arguments("Fn::ForEach", TAKES, node)),
            };
        };
        let texts: Option<Vec<String>> = items.iter().map(text_of).collect();
        let texts = texts.ok_or_else(|| arguments("Fn::ForEach", TAKES, node))?;
        if texts.iter().any(|text| has_unknown(text)) {
            return Ok(stays());
        }
        let mut made = Vec::new();
        for text in texts {
            let mut inside = bound.to_vec();
            inside.push((identifier.to_owned(), text));
            if let Value::Object(Fields(fields)) = self.value(fragment, &inside)?.value {
                made.extend(fields);
            }
        }
        Ok(made)
    }
}

fn innermost<'b>(bound: &'b [Bound], name: &str) -> Option<&'b Bound> {
    bound.iter().rev().find(|(known, _)| known == name)
}

/// A text with the identifiers of loops in it: `${Name}` is the value, `&{Name}` its letters and digits alone.
fn replaced<'t>(text: &'t str, bound: &[Bound]) -> Cow<'t, str> {
    if bound.is_empty() || !text.contains('{') {
        return Cow::Borrowed(text);
    }
    let mut made = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find(['$', '&']) {
        let (before, from) = rest.split_at(at);
        made.push_str(before);
        let (sign, after) = from.split_at(1);
        let name = after.strip_prefix('{').and_then(|inner| inner.split_once('}'));
        match name.and_then(|(name, after)| Some((innermost(bound, name)?, after))) {
            Some(((_, value), after)) => {
                match sign {
                    "&" => made.extend(value.chars().filter(char::is_ascii_alphanumeric)),
                    _ => made.push_str(value),
                }
                rest = after;
            }
            None => {
                made.push_str(sign);
                rest = after;
            }
        }
    }
    made.push_str(rest);
    Cow::Owned(made)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn identifiers_are_replaced_in_texts() {
        let bound = [("A".to_owned(), "outer".to_owned()), ("B".to_owned(), "10.0.0.1/8".to_owned())];
        let cases = [
            ("", ""),
            ("${A}", "outer"),
            ("x&{B}y${B}", "x100018y10.0.0.1/8"),
            ("${C}&${A", "${C}&${A"),
            ("é${A}&{A}$", "éouterouter$"),
        ];
        for (text, expected) in cases {
            assert_eq!(replaced(text, &bound), expected, "{text}");
        }
    }
}
