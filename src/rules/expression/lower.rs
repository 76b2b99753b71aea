//! Checks a syntax against the schema and plans it.

use super::fault::{Fault, Focus, fault, unsupported, with_article};
use super::reader::Reader;
use super::syntax::{Foreign, Token};
use super::{DEEPEST, Scope};
use crate::facts::Value;
use crate::rules::choices;
use crate::rules::plan::{Node, Plan, Ty};
use std::borrow::Cow;

pub(super) type Lowered = Result<(Node, Ty), Box<Fault>>;

/// Checks and plans.
pub(super) fn lower(syntax: &[u8], scope: &Scope, bool: bool) -> Result<Plan, Box<Fault>> {
    let mut lowering = Lowering {
        reader: Reader::new(syntax),
        names: scope.variables.iter().map(|(name, ty)| (*name, ty.clone(), None)).collect(),
        given: scope.variables.len(),
        binders: Vec::new(),
        depth: 0,
    };
    let (root, ty) = lowering.node()?;
    if bool && !matches!(ty, Ty::Bool) {
        let message = format!("this is {}, but it has to be true or false", with_article(&ty));
        return Err(fault(0, Focus::All, "rule/type-mismatch", message, None));
    }
    Ok(Plan { root, ty, given: scope.variables.iter().map(|(name, _)| *name).collect(), binders: lowering.binders })
}

/// The state of the check.
pub(super) struct Lowering<'s> {
    pub(super) reader: Reader<'s>,
    /// Variables in scope by slot: name, type, and for those bound by a list their binder.
    pub(super) names: Vec<(&'s str, Ty, Option<usize>)>,
    pub(super) given: usize,
    pub(super) binders: Vec<String>,
    depth: usize,
}

impl<'s> Lowering<'s> {
    /// The next node, with all its parts.
    pub(super) fn node(&mut self) -> Lowered {
        let at = self.reader.position();
        self.depth += 1;
        if self.depth > DEEPEST {
            let mut fault = fault(
                at,
                Focus::All,
                "rule/expression-too-deep",
                "this expression nests too deeply".to_owned(),
                Some(format!("at most {DEEPEST} levels")),
            );
            fault.deep = true;
            return Err(fault);
        }
        let lowered = match self.reader.next() {
            Token::Bool(value) => Ok((Node::Literal(Value::Bool(value)), Ty::Bool)),
            Token::Int(value) => Ok((Node::Literal(Value::Int(value)), Ty::Int)),
            Token::Text(value) => Ok((Node::Literal(Value::String(Cow::Owned(value.to_owned()))), Ty::String(None))),
            Token::Variable(name) => self.variable(at, name),
            Token::Field(name) => self.select(at, name),
            Token::Has(name) => {
                let help = format!(
                    "write the condition on `{name}` itself: a field always exists, and where the snapshot lacks it, it is unknown"
                );
                Err(unsupported(at, "has() asks nothing here", &help))
            }
            Token::Call { name, is_method, parts } => self.call(at, name, is_method, parts),
            Token::List(elements) => self.list(elements),
            Token::Macro { shape, variable } => self.list_macro(at, shape, variable),
            Token::Foreign(what) => Err(foreign(at, what)),
        };
        self.depth -= 1;
        lowered
    }

    fn variable(&self, at: usize, name: &str) -> Lowered {
        let Some(slot) = self.names.iter().rposition(|(known, ..)| *known == name) else {
            let known: Vec<&str> = self.names.iter().map(|(name, ..)| *name).collect();
            let message = format!("there is no variable `{name}` here");
            let help = choices("the variables are", name, &known);
            return Err(fault(at, Focus::Name, "rule/unknown-variable", message, Some(help)));
        };
        let (_, ty, binder) = &self.names[slot];
        let node = match binder {
            Some(binder) => Node::Element { slot, binder: *binder },
            None => Node::Given(slot),
        };
        Ok((node, ty.clone()))
    }

    fn select(&mut self, at: usize, name: &str) -> Lowered {
        let (of, ty) = self.node()?;
        let Ty::Entity(entity) = ty else {
            let message = format!("`{name}` is asked of {}, which has no fields", with_article(&ty));
            let help = match ty {
                Ty::List(_) => Some(format!("ask it of the elements: `list.exists(item, item.{name} …)`")),
                _ => None,
            };
            return Err(fault(at, Focus::Name, "rule/unknown-field", message, help));
        };
        match entity.field(name) {
            Some((field, found)) => Ok((Node::Field { of: Box::new(of), ty: entity, field }, Ty::from(found.ty))),
            None => {
                let known: Vec<&str> = entity.fields.iter().map(|field| field.name).collect();
                let message = format!("{} has no field `{name}`", with_article(&ty));
                let help = choices("its fields are", name, &known);
                Err(fault(at, Focus::Name, "rule/unknown-field", message, Some(help)))
            }
        }
    }

    fn list(&mut self, elements: usize) -> Lowered {
        let mut nodes = Vec::with_capacity(elements);
        let mut common = Ty::Nothing;
        for _ in 0..elements {
            let at = self.reader.position();
            let (node, ty) = self.node()?;
            if !ty.goes_with(&common) {
                let message = format!("{} in a list of {common}", with_article(&ty));
                return Err(fault(at, Focus::All, "rule/type-mismatch", message, None));
            }
            common = if matches!(common, Ty::Nothing) { ty } else { common.or(&ty) };
            nodes.push(node);
        }
        let node = if nodes.iter().all(|node| matches!(node, Node::Literal(_))) {
            let values = nodes.into_iter().filter_map(|node| match node {
                Node::Literal(value) => Some(value),
                _ => None,
            });
            Node::Literal(Value::List(values.collect()))
        } else {
            Node::List(nodes)
        };
        Ok((node, Ty::List(Box::new(common))))
    }
}

/// What CEL has and rules have not.
fn foreign(at: usize, what: Foreign) -> Box<Fault> {
    let (message, help) = match what {
        Foreign::Nothing => ("something is missing here", super::SYNTAX),
        Foreign::Structure => ("rules have no maps and no messages", "compare the fields one by one"),
        Foreign::Null => (
            "rules have no null",
            "a fact is known or unknown, never null: an absent resource shows in a bool, a size or an empty text",
        ),
        Foreign::Number => ("no fact has this type", "the types are bool, int, string, entities and lists"),
    };
    unsupported(at, message, help)
}
