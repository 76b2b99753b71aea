//! One rule: loaded, compiled part by part as it is needed, judged over subjects.

use super::compiled::{Compiled, Place, Texts, Verdict};
use super::error::{LoadError, Mistake};
use super::evaluate::evaluate;
use super::file::{RuleFile, Text};
use super::template::Template;
use crate::facts::{Entity, EntityType, Facts, Unknown, Value};
use crate::reach::Code;
use std::borrow::Cow;

/// A rule of the catalogue. Its expressions are compiled when they are first needed.
#[derive(Debug)]
pub struct Rule {
    pub(super) id: Text,
    file: Kept,
    subject: &'static EntityType,
    origin: Origin,
    compiled: Compiled,
}

/// What a rule's author wrote: in the program itself, or read from a file. (A `Cow` would be as large as what it owns, for
/// rules too that own nothing.)
#[derive(Debug)]
enum Kept {
    BuiltIn(&'static RuleFile),
    Own(Box<RuleFile>),
}

/// Where a rule was read.
#[derive(Debug)]
struct Origin {
    file: Text,
    /// The text of a user's file; a built-in rule carries none.
    toml: Option<String>,
}

impl Rule {
    /// Takes a rule in: checks what does not need its expressions.
    pub(crate) fn new(
        id: Text,
        file: Cow<'static, RuleFile>,
        path: Text,
        toml: Option<String>,
        schema: &[&'static EntityType],
    ) -> Result<Self, Box<LoadError>> {
        let origin = Origin { file: path, toml };
        let Some(subject) = schema.iter().find(|ty| ty.name == file.subject) else {
            let known: Vec<&str> = schema.iter().map(|ty| ty.name).collect();
            let mistake = Mistake::whole(
                &["subject"],
                &file.subject,
                "rule/unknown-subject",
                format!("there is no kind of entity `{}`", file.subject),
                Some(super::choices("the kinds are", &file.subject, &known)),
            );
            return Err(origin.error(mistake));
        };
        if file.catch_all && subject.name != "blocker" {
            let mistake = Mistake::whole(
                &["catch_all"],
                "",
                "rule/bad-catch-all",
                format!("a {} can't be the last resort for blockers", subject.name),
                Some("only a rule whose subject is `blocker` can catch them; name the codes in `explains`".to_owned()),
            );
            return Err(origin.error(mistake));
        }
        for (index, source) in file.sources.iter().enumerate() {
            if source.document.is_some() == source.aws.is_some() {
                let mistake = Mistake::whole(
                    &["sources", &index.to_string()],
                    "",
                    "rule/bad-source",
                    "a source is either a document or a page of AWS's documentation".to_owned(),
                    Some("write `{ document = \"title\", quote = \"…\" }` or `{ aws = \"https://docs.aws.amazon.com/…\" }`".to_owned()),
                );
                return Err(origin.error(mistake));
            }
        }
        let file = match file {
            Cow::Borrowed(file) => Kept::BuiltIn(file),
            Cow::Owned(file) => Kept::Own(Box::new(file)),
        };
        Ok(Self { id, subject, file, origin, compiled: Compiled::default() })
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
        match &self.file {
            Kept::BuiltIn(file) => file,
            Kept::Own(file) => file,
        }
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
        self.file().deprecated.is_some()
    }

    /// Whether it can account for a blocker with this code.
    pub(super) fn names_code(&self, code: &str) -> bool {
        self.file().catch_all || self.file().explains.iter().any(|named| named == code)
    }

    /// Whether it is a user's own.
    pub(super) fn is_own(&self) -> bool {
        matches!(self.file, Kept::Own(_))
    }

    /// The error of a rule about blockers that names none: it would never find anything.
    pub(super) fn names_no_blocker(&self) -> Option<LoadError> {
        let file = self.file();
        let names_none = self.subject.name == "blocker" && !file.catch_all && file.explains.is_empty();
        names_none.then(|| {
            let message = "a rule about blockers names none".to_owned();
            let help = "name the codes that it is about in `explains`, or let it be the last resort with `catch_all`";
            *self.error(Mistake::whole(&["subject"], "blocker", "rule/no-codes", message, Some(help.to_owned())))
        })
    }

    /// An error for every code in `explains` that no blocker has.
    pub(super) fn unknown_codes(&self) -> Vec<LoadError> {
        let known = Code::ALL.map(Code::as_str);
        let unknown = self.file().explains.iter().enumerate().filter(|(_, code)| !known.contains(&&***code));
        let error = |(index, code): (usize, &Text)| {
            let message = format!("there is no blocker `{code}`");
            let help = super::choices("the codes are", code, &known);
            let keys = ["explains", &index.to_string()];
            *self.error(Mistake::whole(&keys, code, "rule/unknown-code", message, Some(help)))
        };
        unknown.map(error).collect()
    }

    /// Compiles everything. Without it a mistake shows when the rule is first judged.
    ///
    /// # Errors
    /// The first mistake.
    pub fn check(&self) -> Result<(), Box<LoadError>> {
        self.mistake().map_or(Ok(()), |mistake| Err(self.origin.error(mistake.clone())))
    }

    /// The first mistake in its expressions and templates, all of which it compiles.
    pub(super) fn mistake(&self) -> Option<&Mistake> {
        self.compiled.check(self.file(), self.subject).err()
    }

    /// The error for a mistake that was found outside (a taken id, an unknown code).
    pub(crate) fn error(&self, mistake: Mistake) -> Box<LoadError> {
        self.origin.error(mistake)
    }

    /// Judges one subject. A rule with a mistake, which [`Rule::check`] tells, counts as not evaluated.
    pub fn judge(&self, facts: &dyn Facts, subject: Entity) -> Verdict {
        self.compiled.judge(self.file(), facts, subject).unwrap_or_else(|mistake| Verdict::NotEvaluated {
            unknown: vec![Unknown {
                call: "the rule's expression".into(),
                reason: Some(mistake.message.clone()),
                knowingly: false,
            }],
        })
    }

    /// What is wrong, in one sentence.
    pub fn render_message(&self, facts: &dyn Facts, subject: Entity) -> String {
        self.text(facts, subject, |texts| &texts.message, &self.file().message)
    }

    /// What to change.
    pub fn render_help(&self, facts: &dyn Facts, subject: Entity) -> String {
        self.text(facts, subject, |texts| &texts.help, &self.file().help)
    }

    /// What to change, of no network in particular: with `<names>` for what a network has.
    pub fn outline_help(&self) -> String {
        self.texts().map_or_else(|| self.file().help.to_string(), |texts| texts.help.outline())
    }

    /// The places that `at` names, the primary one first. Empty where none is known: point at the subject then.
    pub fn labels(&self, facts: &dyn Facts, subject: Entity) -> Vec<Place> {
        let Some(texts) = self.texts() else {
            return Vec::new();
        };
        texts.at.iter().flat_map(|at| at.places(facts, subject)).collect()
    }

    /// The entity that a finding accuses.
    pub fn resource(&self, facts: &dyn Facts, subject: Entity) -> Entity {
        let Ok(Some(plan)) = self.compiled.resource(self.file(), self.subject) else {
            return subject;
        };
        match evaluate(plan, facts, &[Value::Entity(subject)], false).value() {
            Some(Value::Entity(entity)) => *entity,
            _ => subject,
        }
    }

    /// Whether a workload meets the fault: false only where `harm` is known to be.
    pub fn harm(&self, facts: &dyn Facts, subject: Entity) -> bool {
        let Ok(Some(plan)) = self.compiled.harm(self.file(), self.subject) else {
            return true;
        };
        evaluate(plan, facts, &[Value::Entity(subject)], false).value() != Some(&Value::Bool(false))
    }

    fn texts(&self) -> Option<&Texts> {
        self.compiled.texts(self.file(), self.subject).ok()
    }

    fn text(&self, facts: &dyn Facts, subject: Entity, pick: fn(&Texts) -> &Template, plain: &str) -> String {
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
