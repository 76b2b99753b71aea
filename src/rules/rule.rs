//! One rule: loaded, compiled when its subject occurs, judged over subjects.

use super::error::{LoadError, Mistake};
use super::evaluate::{Outcome, evaluate, holder};
use super::evidence::Observation;
use super::expression::{self, ExpressionError, Scope};
use super::file::RuleFile;
use super::finding::{Because, Severity};
use super::plan::{Node, Plan, Ty};
use super::template::Template;
use crate::facts::{Entity, EntityType, Facts, Unknown, Value};
use crate::snapshot::Location;
use std::sync::OnceLock;

/// A rule of the catalogue. Its expressions are compiled when they are first needed.
#[derive(Debug)]
pub struct Rule {
    id: String,
    file: RuleFile,
    subject: &'static EntityType,
    origin: Origin,
    compiled: OnceLock<Result<Compiled, Box<LoadError>>>,
}

/// Where a rule was read.
#[derive(Debug)]
struct Origin {
    file: String,
    /// The text of a user's file; a built-in rule carries none.
    toml: Option<String>,
}

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

impl Rule {
    /// Takes a rule in: checks what does not need its expressions.
    pub(crate) fn new(
        id: String,
        file: RuleFile,
        path: String,
        toml: Option<String>,
        schema: &[&'static EntityType],
    ) -> Result<Self, Box<LoadError>> {
        let origin = Origin { file: path, toml };
        let Some(subject) = schema.iter().find(|ty| ty.name == file.subject) else {
            let known: Vec<&str> = schema.iter().map(|ty| ty.name).collect();
            let mistake = Mistake::whole(
                &["subject"],
                &file.subject,
                "unknown-subject",
                format!("there is no kind of entity `{}`", file.subject),
                Some(super::choices("the kinds are", &file.subject, &known)),
            );
            return Err(origin.error(mistake));
        };
        for (index, source) in file.sources.iter().enumerate() {
            if source.document.is_some() == source.aws.is_some() {
                let mistake = Mistake::whole(
                    &["sources", &index.to_string()],
                    "",
                    "bad-source",
                    "a source is either a document or a page of AWS's documentation".to_owned(),
                    Some("write `{ document = \"title\", quote = \"…\" }` or `{ aws = \"https://docs.aws.amazon.com/…\" }`".to_owned()),
                );
                return Err(origin.error(mistake));
            }
        }
        Ok(Self {
            id,
            subject,
            file,
            origin,
            compiled: OnceLock::new(),
        })
    }

    /// Its id, such as `nat/in-public-subnet`.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// The part of its id before the slash; empty for a user's rule that has none.
    pub fn group(&self) -> &str {
        self.id.split_once('/').map_or("", |(group, _)| group)
    }

    /// What its author wrote.
    pub fn file(&self) -> &RuleFile {
        &self.file
    }

    /// The file that it was read from, as the user would name it.
    pub fn path(&self) -> &str {
        &self.origin.file
    }

    /// The kind of entity that it judges.
    pub fn subject(&self) -> &'static EntityType {
        self.subject
    }

    /// Whether it is kept only so that its id goes on working.
    pub fn is_deprecated(&self) -> bool {
        self.file.deprecated.is_some()
    }

    /// Its expressions, compiled once. Only user's rules can fail here, and those failed already when they were loaded.
    ///
    /// # Errors
    /// The first mistake in `when`, `require`, `harm` or `resource`.
    pub fn compile(&self) -> Result<&Compiled, Box<LoadError>> {
        let compiled = self.compiled.get_or_init(|| {
            Compiled::new(&self.file, self.subject).map_err(|mistake| self.origin.error(*mistake))
        });
        compiled.as_ref().map_err(Clone::clone)
    }

    /// Compiles everything, templates too: what is not needed to judge is otherwise compiled for the first finding.
    ///
    /// # Errors
    /// The first mistake.
    pub fn check(&self) -> Result<(), Box<LoadError>> {
        let compiled = self.compile()?;
        let texts =
            Texts::new(&self.file, self.subject).map_err(|mistake| self.origin.error(*mistake))?;
        let _ = compiled.texts.set(Ok(texts));
        Ok(())
    }

    /// The error for a mistake that was found outside (a taken id, an unknown code).
    pub(crate) fn error(&self, mistake: Mistake) -> Box<LoadError> {
        self.origin.error(mistake)
    }

    /// Judges one subject. Compile errors count as not evaluated; [`Rule::compile`] tells them.
    pub fn judge(&self, facts: &dyn Facts, subject: Entity) -> Verdict {
        match self.compile() {
            Ok(compiled) => compiled.judge(facts, subject),
            Err(error) => Verdict::NotEvaluated {
                unknown: vec![Unknown {
                    call: "the rule's expression".into(),
                    reason: Some(error.message),
                    knowingly: false,
                }],
            },
        }
    }

    /// What is wrong, in one sentence.
    pub fn render_message(&self, facts: &dyn Facts, subject: Entity) -> String {
        self.text(facts, subject, |texts| &texts.message, &self.file.message)
    }

    /// What to change.
    pub fn render_help(&self, facts: &dyn Facts, subject: Entity) -> String {
        self.text(facts, subject, |texts| &texts.help, &self.file.help)
    }

    /// The places that `at` names, the primary one first. Empty where none is known: point at the subject then.
    pub fn labels(&self, facts: &dyn Facts, subject: Entity) -> Vec<Place> {
        let Some(texts) = self.texts() else {
            return Vec::new();
        };
        texts
            .at
            .iter()
            .flat_map(|at| at.places(facts, subject))
            .collect()
    }

    /// The entity that a finding accuses.
    pub fn resource(&self, facts: &dyn Facts, subject: Entity) -> Entity {
        let Some(plan) = self
            .compile()
            .ok()
            .and_then(|compiled| compiled.resource.as_ref())
        else {
            return subject;
        };
        match evaluate(plan, facts, &[Value::Entity(subject)], false).value() {
            Some(Value::Entity(entity)) => *entity,
            _ => subject,
        }
    }

    /// Whether a workload meets the fault: false only where `harm` is known to be.
    pub fn harm(&self, facts: &dyn Facts, subject: Entity) -> bool {
        let Some(plan) = self
            .compile()
            .ok()
            .and_then(|compiled| compiled.harm.as_ref())
        else {
            return true;
        };
        evaluate(plan, facts, &[Value::Entity(subject)], false).value() != Some(&Value::Bool(false))
    }

    /// How grave a finding on this subject is: one lower where it harms no workload.
    pub fn severity(&self, facts: &dyn Facts, subject: Entity) -> Severity {
        if self.harm(facts, subject) {
            self.file.severity
        } else {
            self.file.severity.lower()
        }
    }

    fn texts(&self) -> Option<&Texts> {
        let compiled = self.compile().ok()?;
        let texts = compiled
            .texts
            .get_or_init(|| Texts::new(&self.file, self.subject));
        texts.as_ref().ok()
    }

    fn text(
        &self,
        facts: &dyn Facts,
        subject: Entity,
        pick: fn(&Texts) -> &Template,
        plain: &str,
    ) -> String {
        match self.texts() {
            Some(texts) => pick(texts).render(facts, &[Value::Entity(subject)]),
            None => plain.to_owned(),
        }
    }
}

impl Origin {
    fn error(&self, mistake: Mistake) -> Box<LoadError> {
        Box::new(mistake.into_error(&self.file, self.toml.as_deref()))
    }
}

/// A rule's compiled expressions.
#[derive(Debug)]
pub struct Compiled {
    when: Option<Plan>,
    require: Plan,
    resource: Option<Plan>,
    harm: Option<Plan>,
    texts: OnceLock<Result<Texts, Box<Mistake>>>,
}

impl Compiled {
    fn new(file: &RuleFile, subject: &'static EntityType) -> Result<Self, Box<Mistake>> {
        let scope = subject_scope(subject);
        let condition = |key: &str, source: &str| plan(&[key], source, &scope, true);
        let resource = file.resource.as_deref().map(|source| {
            let plan = plan(&["resource"], source, &scope, false)?;
            match &plan.ty {
                Ty::Entity(_) => Ok(plan),
                ty => {
                    let message = format!("this is a {ty}, but a resource is an entity");
                    Err(Box::new(Mistake::whole(
                        &["resource"],
                        source,
                        "type-mismatch",
                        message,
                        None,
                    )))
                }
            }
        });
        Ok(Self {
            when: file
                .when
                .as_deref()
                .map(|source| condition("when", source))
                .transpose()?,
            require: condition("require", &file.require)?,
            resource: resource.transpose()?,
            harm: file
                .harm
                .as_deref()
                .map(|source| condition("harm", source))
                .transpose()?,
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
struct Texts {
    message: Template,
    help: Template,
    at: Vec<Pointer>,
}

impl Texts {
    fn new(file: &RuleFile, subject: &'static EntityType) -> Result<Self, Box<Mistake>> {
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
                Ty::List(element)
                    if matches!(**element, Ty::Entity(_))
                        && !matches!(fact.root, Node::Field { .. }) =>
                {
                    Some((**element).clone())
                }
                _ => None,
            };
            if element.is_none()
                && !matches!(fact.ty, Ty::Entity(_))
                && !matches!(fact.root, Node::Field { .. })
            {
                let message = "there is no place to point at: this value is computed".to_owned();
                let help = Some(
                    "name a field, an entity or a list of entities, such as `nat.subnet_id`"
                        .to_owned(),
                );
                return Err(Box::new(Mistake::whole(
                    &keys,
                    &entry.fact,
                    "no-place",
                    message,
                    help,
                )));
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
struct Pointer {
    fact: Plan,
    label: Template,
}

impl Pointer {
    fn places(&self, facts: &dyn Facts, subject: Entity) -> Vec<Place> {
        let given = [Value::Entity(subject)];
        if let Node::Field { .. } = self.fact.root {
            // The place of a field is known even where its value is not, as long as its entity is.
            let place = holder(&self.fact, facts, &given)
                .and_then(|(entity, field)| facts.place(entity, Some(field)))
                .map(|location| Place {
                    location,
                    text: self.label.render(facts, &given),
                });
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
    Scope {
        variables: vec![(subject.variable, Ty::Entity(subject))],
    }
}

fn plan(keys: &[&str], source: &str, scope: &Scope, bool: bool) -> Result<Plan, Box<Mistake>> {
    expression::plan(source, scope, bool).map_err(|error| mistake(keys, source, *error))
}

fn mistake(keys: &[&str], source: &str, error: ExpressionError) -> Box<Mistake> {
    Box::new(Mistake {
        span: error.span,
        ..Mistake::whole(keys, source, error.code, error.message, error.help)
    })
}
