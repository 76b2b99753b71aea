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

/// A rule's expressions and templates, each compiled when it is first needed: most rules of a run never get beyond `when`.
#[derive(Debug, Default)]
pub(super) struct Compiled {
    when: Lazy<Plan>,
    require: Lazy<Plan>,
    resource: Lazy<Plan>,
    harm: Lazy<Plan>,
    texts: Lazy<Texts>,
}

/// Something that is compiled when it is first needed. Until then it takes no room of its own.
type Lazy<T> = OnceLock<Result<Box<T>, Box<Mistake>>>;

/// Something compiled, or what is wrong with it. Where the rule does not have it: nothing.
type Part<'p, T> = Result<Option<&'p T>, &'p Mistake>;

impl Compiled {
    fn part<'p>(
        cell: &'p Lazy<Plan>,
        source: Option<&str>,
        compile: impl FnOnce(&str) -> Result<Plan, Box<Mistake>>,
    ) -> Part<'p, Plan> {
        source.map(|source| once(cell, || compile(source))).transpose()
    }

    pub(super) fn when(&self, file: &RuleFile, subject: &'static EntityType) -> Part<'_, Plan> {
        Self::part(&self.when, file.when.as_deref(), |source| condition("when", source, subject))
    }

    pub(super) fn require(&self, file: &RuleFile, subject: &'static EntityType) -> Result<&Plan, &Mistake> {
        once(&self.require, || condition("require", &file.require, subject))
    }

    pub(super) fn harm(&self, file: &RuleFile, subject: &'static EntityType) -> Part<'_, Plan> {
        Self::part(&self.harm, file.harm.as_deref(), |source| condition("harm", source, subject))
    }

    pub(super) fn resource(&self, file: &RuleFile, subject: &'static EntityType) -> Part<'_, Plan> {
        Self::part(&self.resource, file.resource.as_deref(), |source| {
            let plan = plan(&["resource"], source, &subject_scope(subject), false)?;
            match &plan.ty {
                Ty::Entity(_) => Ok(plan),
                ty => {
                    let message = format!("this is a {ty}, but a resource is an entity");
                    Err(Box::new(Mistake::whole(&["resource"], source, "rule/type-mismatch", message, None)))
                }
            }
        })
    }

    pub(super) fn texts(&self, file: &RuleFile, subject: &'static EntityType) -> Result<&Texts, &Mistake> {
        once(&self.texts, || Texts::new(file, subject))
    }

    /// Compiles everything.
    pub(super) fn check(&self, file: &RuleFile, subject: &'static EntityType) -> Result<(), &Mistake> {
        self.when(file, subject)?;
        self.require(file, subject)?;
        self.resource(file, subject)?;
        self.harm(file, subject)?;
        self.texts(file, subject).map(drop)
    }

    /// Judges one subject: a finding where `when` is true and `require` false, for certain.
    pub(super) fn judge(&self, file: &RuleFile, facts: &dyn Facts, subject: Entity) -> Result<Verdict, &Mistake> {
        let given = [Value::Entity(subject)];
        let mut missing = Vec::new();
        if let Some(when) = self.when(file, subject.ty)? {
            match evaluate(when, facts, &given, false) {
                Outcome::Known(Value::Bool(true), _) => {}
                Outcome::Known(..) => return Ok(Verdict::NotApplicable),
                Outcome::Unknown(unknown) => missing = unknown,
            }
        }
        let require = self.require(file, subject.ty)?;
        Ok(match evaluate(require, facts, &given, true) {
            Outcome::Known(Value::Bool(true), _) => Verdict::Clean,
            Outcome::Known(_, evidence) if missing.is_empty() => Verdict::Finding {
                because: evidence.because(require, facts),
                evidence: evidence.observations(require, facts),
            },
            Outcome::Known(..) => Verdict::NotEvaluated { unknown: missing },
            Outcome::Unknown(unknown) => {
                missing.extend(unknown);
                missing.sort();
                missing.dedup();
                Verdict::NotEvaluated { unknown: missing }
            }
        })
    }
}

fn once<T>(cell: &Lazy<T>, compile: impl FnOnce() -> Result<T, Box<Mistake>>) -> Result<&T, &Mistake> {
    let made = cell.get_or_init(|| compile().map(Box::new));
    made.as_ref().map(|made| &**made).map_err(|mistake| &**mistake)
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

fn condition(key: &str, source: &str, subject: &'static EntityType) -> Result<Plan, Box<Mistake>> {
    plan(&[key], source, &subject_scope(subject), true)
}

fn plan(keys: &[&str], source: &str, scope: &Scope, bool: bool) -> Result<Plan, Box<Mistake>> {
    expression::plan(source, scope, bool).map_err(|error| mistake(keys, source, *error))
}

fn mistake(keys: &[&str], source: &str, error: ExpressionError) -> Box<Mistake> {
    Box::new(Mistake { span: error.span, ..Mistake::whole(keys, source, error.code, error.message, error.help) })
}
