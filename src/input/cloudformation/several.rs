//! The templates of several stacks of one account and region, as if all of them were one: what a stack `network` makes is
//! called `network.Vpc`, its parameters `network.VpcCidr`, and what one exports the others import.

use super::error::TemplateError;
use super::flatten::{Flattener, Member, Scope, add, object};
use super::nested::Nested;
use super::syntax::location;
use super::template::Template;
use crate::input::error::InputError;
use crate::input::planned::{Fields, Node, Value};
use crate::snapshot::{Sources, Written};
use rustc_hash::FxHashMap;
use std::borrow::Cow;

/// A template of several.
pub(super) struct One {
    /// How it is called among them.
    pub(super) label: String,
    pub(super) template: Template,
    /// The stack's name, where it is known.
    pub(super) stack: Option<String>,
}

/// An output that other stacks may import. Names stand in it as in the joint template.
pub(super) struct Exported {
    /// How its template is called among the others.
    pub(super) label: String,
    /// The name that it is exported by, which functions may make.
    pub(super) name: Node,
    /// What it stands for: nothing where it hangs on a condition that is false.
    pub(super) value: Node,
    /// The condition that it hangs on, and where that is written.
    pub(super) condition: Option<Node>,
    /// Where it is written.
    pub(super) at: Written,
}

/// Puts templates side by side, under names that tell them apart.
///
/// # Errors
/// They come to too much.
pub(super) fn joint(sources: &Sources, templates: &[One]) -> Result<(Template, Vec<Exported>), InputError> {
    let nested = Nested::default();
    let mut flattener = Flattener::new(sources, &nested);
    let place = templates.first().and_then(|one| one.template.root().place);
    let mut root = Node::from(Fields::default().with("Resources", Fields::default().into())).at(place);
    let mut exported = Vec::new();
    let mut left = FxHashMap::default();
    let mut transforms = Vec::new();
    for One { label, template, stack } in templates {
        let given = stack.iter().map(|stack| ("AWS::StackName", Node::text(stack))).collect();
        let mut scope = Scope { flattener: &mut flattener, stack: label, own: template, given };
        scope.merge(&mut root, None)?;
        let parameters = template.entries("Parameters");
        let parameters: Vec<Member> =
            parameters.map(|(name, node)| (Cow::Owned(scope.name(name)), node.clone())).collect();
        add(&mut root, "Parameters", parameters);
        exports(&mut scope, &mut exported)?;
        left.extend(template.left().map(|(inner, why)| (format!("{label}.{inner}"), why.clone())));
        for transform in template.transforms() {
            if !transforms.iter().any(|known: &Node| known.as_str() == Some(transform)) {
                transforms.push(Node::text(transform));
            }
        }
        if let (Some(transform), Value::Object(Fields(sections))) =
            (template.root().get("Fn::Transform"), &mut root.value)
        {
            sections.push((Cow::Borrowed("Fn::Transform"), transform.clone()));
        }
    }
    if let (false, Value::Object(Fields(sections))) = (transforms.is_empty(), &mut root.value) {
        sections.push((Cow::Borrowed("Transform"), Node::list(transforms)));
    }
    Ok((Template::new(root)?.with_left(left), exported))
}

/// What a template exports.
/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/outputs-section-structure.html>
fn exports(scope: &mut Scope<'_, '_, '_>, exported: &mut Vec<Exported>) -> Result<(), TemplateError> {
    let own = scope.own;
    for (_, output) in own.entries("Outputs") {
        let Some(name) = output.get("Export").and_then(|export| export.get("Name")) else { continue };
        let Some(value) = output.get("Value") else { continue };
        let (name, value) = (scope.node(name, false)?, scope.node(value, false)?);
        let condition = output.get("Condition").filter(|node| node.as_str().is_some());
        let condition = condition.map(|own| Node::text(scope.name(own.as_str().unwrap_or_default())).at(own.place));
        let value = match &condition {
            Some(condition) => {
                let nothing = object("Ref", Node::text("AWS::NoValue"), output);
                object("Fn::If", Node::list(vec![condition.clone(), value, nothing]), output)
            }
            None => value,
        };
        exported.push(Exported { label: scope.stack.to_owned(), name, value, condition, at: location(output.place) });
    }
    Ok(())
}
