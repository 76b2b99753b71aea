//! A rule's expressions and templates, compiled, and how they judge and speak of a subject.

use super::error::Mistake;
use super::evaluate::{Outcome, evaluate, holder};
use super::evidence::Observation;
use super::expression::{self, ExpressionError, Scope};
use super::file::RuleFile;
use super::finding::Because;
use super::plan::{Node, Plan, Ty};
use super::template::Template;
use crate::facts::{Entity, EntityType, Facts, Unknown, Value};
use crate::snapshot::Location;
use std::sync::OnceLock;

/// What judging one subject yields.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// The rule is not about this subject.
    NotApplicable,
    /// What must hold does hold.
    Clean,
    /// It does not.
    Finding {
        /// The values that decided.
        because: Vec<Because>,
        /// Every fact that the result rests on.
        evidence: Vec<Observation>,
    },
    /// It can't be said.
    NotEvaluated {
        /// What is missing.
        unknown: Vec<Unknown>,
    },
}

/// A place to point at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// Where.
    pub location: Location,
    /// What it is, in a few words.
    pub text: String,
}

/// A rule's compiled expressions.
#[derive(Debug)]
pub struct Compiled {
    when: Option<Plan>,
    require: Plan,
    pub(super) resource: Option<Plan>,
    pub(super) harm: Option<Plan>,
    pub(super) texts: OnceLock<Result<Texts, Box<Mistake>>>,
}

impl Compiled {
    pub(super) fn new(file: &RuleFile, subject: &'static EntityType) -> Result<Self, Box<Mistake>> {
        let scope = subject_scope(subject);
        let condition = |key: &str, source: &str| plan(&[key], source, &scope, true);
        let resource = file.resource.as_deref().map(|source| {
            let plan = plan(&["resource"], source, &scope, false)?;
            match &plan.ty {
                Ty::Entity(_) => Ok(plan),
                ty => {
                    let message = format!("this is a {ty}, but a resource is an entity");
                    Err(Box::new(Mistake::whole(&["resource"], source, "rule/type-mismatch", message, None)))
                }
            }
        });
        Ok(Self {
            when: file.when.as_deref().map(|source| condition("when", source)).transpose()?,
            require: condition("require", &file.require)?,
            resource: resource.transpose()?,
            harm: file.harm.as_deref().map(|source| condition("harm", source)).transpose()?,
            texts: OnceLock::new(),
        })
    }

    /// Judges one subject: a finding where `when` is true and `require` false, for certain.
    pub fn judge(&self, facts: &dyn Facts, subject: Entity) -> Verdict {
        let given = [Value::Entity(subject)];
        let mut missing = Vec::new();
        if let Some(when) = &self.when {
            match evaluate(when, facts, &given, false) {
                Outcome::Known(Value::Bool(true), _) => {}
                Outcome::Known(..) => return Verdict::NotApplicable,
                Outcome::Unknown(unknown) => missing = unknown,
            }
        }
        match evaluate(&self.require, facts, &given, true) {
            Outcome::Known(Value::Bool(true), _) => Verdict::Clean,
            Outcome::Known(_, evidence) if missing.is_empty() => Verdict::Finding {
                because: evidence.because(&self.require, facts),
                evidence: evidence.observations(&self.require, facts),
            },
            Outcome::Known(..) => Verdict::NotEvaluated { unknown: missing },
            Outcome::Unknown(unknown) => {
                missing.extend(unknown);
                missing.sort();
                missing.dedup();
                Verdict::NotEvaluated { unknown: missing }
            }
        }
    }
}

/// A rule's compiled templates.
#[derive(Debug)]
pub(super) struct Texts {
    pub(super) message: Template,
    pub(super) help: Template,
    pub(super) at: Vec<Pointer>,
}

impl Texts {
    pub(super) fn new(file: &RuleFile, subject: &'static EntityType) -> Result<Self, Box<Mistake>> {
        let scope = subject_scope(subject);
        let template = |keys: &[&str], source: &str, scope: &Scope| {
            Template::parse(source, scope).map_err(|error| mistake(keys, source, *error))
        };
        let mut at = Vec::with_capacity(file.at.len());
        for (index, entry) in file.at.iter().enumerate() {
            let index = index.to_string();
            let keys = ["at", &index, "fact"];
            let fact = plan(&keys, &entry.fact, &scope, false)?;
            let element = match &fact.ty {
                Ty::List(element) if matches!(**element, Ty::Entity(_)) && !matches!(fact.root, Node::Field { .. }) => {
                    Some((**element).clone())
                }
                _ => None,
            };
            if element.is_none() && !matches!(fact.ty, Ty::Entity(_)) && !matches!(fact.root, Node::Field { .. }) {
                let message = "there is no place to point at: this value is computed".to_owned();
                let help = Some("name a field, an entity or a list of entities, such as `nat.subnet_id`".to_owned());
                return Err(Box::new(Mistake::whole(&keys, &entry.fact, "rule/no-place", message, help)));
            }
            let mut scope = scope.clone();
            if let Some(element) = &element {
                scope.variables.push(("it", element.clone()));
            }
            let label = template(&["at", &index, "label"], &entry.label, &scope)?;
            at.push(Pointer { fact, label });
        }
        Ok(Self {
            message: template(&["message"], &file.message, &scope)?,
            help: template(&["help"], &file.help, &scope)?,
            at,
        })
    }
}

/// A fact to point at.
#[derive(Debug)]
pub(super) struct Pointer {
    fact: Plan,
    label: Template,
}

impl Pointer {
    pub(super) fn places(&self, facts: &dyn Facts, subject: Entity) -> Vec<Place> {
        let given = [Value::Entity(subject)];
        if let Node::Field { .. } = self.fact.root {
            // The place of a field is known even where its value is not, as long as its entity is.
            let place = holder(&self.fact, facts, &given)
                .and_then(|(entity, field)| facts.place(entity, Some(field)))
                .map(|location| Place { location, text: self.label.render(facts, &given) });
            return place.into_iter().collect();
        }
        let outcome = evaluate(&self.fact, facts, &given, false);
        let entities = match outcome.value() {
            Some(Value::List(elements)) => elements.as_slice(),
            Some(value) => std::slice::from_ref(value),
            None => &[],
        };
        let places = entities.iter().filter_map(|value| {
            let Value::Entity(entity) = value else {
                return None;
            };
            Some(Place {
                location: facts.place(*entity, None)?,
                text: self.label.render(facts, &[given[0].clone(), value.clone()]),
            })
        });
        places.collect()
    }
}

fn subject_scope(subject: &'static EntityType) -> Scope {
    Scope { variables: vec![(subject.variable, Ty::Entity(subject))] }
}

fn plan(keys: &[&str], source: &str, scope: &Scope, bool: bool) -> Result<Plan, Box<Mistake>> {
    expression::plan(source, scope, bool).map_err(|error| mistake(keys, source, *error))
}

fn mistake(keys: &[&str], source: &str, error: ExpressionError) -> Box<Mistake> {
    Box::new(Mistake { span: error.span, ..Mistake::whole(keys, source, error.code, error.message, error.help) })
}
