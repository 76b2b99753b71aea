//! A user's own rules: a folder of TOML files, read with everything that is wrong with them.
//!
//! The readers below this (TOML, CEL, templates) stop at the first mistake. Here it is noted, put right with something that
//! is, and the file read again, until nothing is wrong.

use super::error::{LoadError, Mistake};
use super::file::{At, Citation, RuleFile};
use super::files;
use super::rule::Rule;
use crate::facts::EntityType;
use serde::Deserialize;
use std::borrow::Cow;
use std::collections::BTreeSet;
use std::path::Path;
use toml::Spanned;
use toml::de::{DeTable, DeValue, Deserializer};

/// How long a rule file may be.
const LONGEST_FILE: u64 = 256 * 1024;

/// The most mistakes of one file that are told.
const MISTAKES: usize = 30;

/// Every rule below a folder that can be used, and all that is wrong with the others.
pub(super) fn read(folder: &Path, schema: &[&'static EntityType]) -> (Vec<Rule>, Vec<LoadError>) {
    let files = match files::find(folder) {
        Ok(files) => files,
        Err((folder, error)) => {
            return (Vec::new(), vec![*unreadable(&folder, &format!("can't read this folder: {error}"), "")]);
        }
    };
    if files.is_empty() {
        let help = "a rule is a file DIR/<group>/<name>.toml";
        return (Vec::new(), vec![*unreadable(folder, "there is no rule in this folder", help)]);
    }
    let (mut rules, mut errors) = (Vec::new(), Vec::new());
    for file in &files {
        match rule(folder, file, schema) {
            Ok(rule) => rules.push(rule),
            Err(mut wrong) => {
                wrong.sort_by_key(|error| error.span.start);
                wrong.truncate(MISTAKES);
                errors.extend(wrong);
            }
        }
    }
    (rules, errors)
}

fn rule(folder: &Path, path: &Path, schema: &[&'static EntityType]) -> Result<Rule, Vec<LoadError>> {
    let (id, text) = text(folder, path).map_err(|error| vec![*error])?;
    let shown = path.display().to_string();
    let Keys { file, mut errors, bad } = keys(&shown, &text);
    let Some(mut file) = file.filter(|_| !bad.contains("subject")) else { return Err(errors) };
    let mut whole = None;
    while errors.len() < MISTAKES {
        let made =
            Rule::new(id.clone().into(), Cow::Owned(file.clone()), shown.clone().into(), Some(text.clone()), schema);
        let mistake = match made {
            Ok(rule) => match rule.mistake() {
                None => {
                    whole = Some(rule);
                    break;
                }
                Some(mistake) => {
                    errors.push(*rule.error(mistake.clone()));
                    mistake.clone()
                }
            },
            Err(error) => {
                // Sources come after the subject, without which nothing else can be read.
                let first = file.sources.iter().position(|source| source.document.is_some() == source.aws.is_some());
                errors.push(*error);
                match first.filter(|_| schema.iter().any(|ty| ty.name == file.subject)) {
                    Some(first) => Mistake::whole(&["sources", &first.to_string()], "", "", String::new(), None),
                    None => break,
                }
            }
        };
        let variable = schema.iter().find(|ty| ty.name == file.subject).map_or("", |ty| ty.variable);
        put_right(&mut file, &mistake.keys, variable);
    }
    match whole {
        Some(rule) if errors.is_empty() => Ok(rule),
        _ => Err(errors),
    }
}

/// Puts what is right in the place of a value that is wrong, so that the next mistake comes to light.
fn put_right(file: &mut RuleFile, keys: &[String], variable: &str) {
    let keys: Vec<&str> = keys.iter().map(String::as_str).collect();
    let index = keys.get(1).and_then(|index| index.parse::<usize>().ok()).unwrap_or(usize::MAX);
    match keys.first().copied() {
        Some("when") => file.when = None,
        Some("require") => file.require = "true".into(),
        Some("harm") => file.harm = None,
        Some("resource") => file.resource = None,
        Some("message") => file.message = "".into(),
        Some("help") => file.help = "".into(),
        Some("sources") => {
            if let Some(source) = file.sources.to_mut().get_mut(index) {
                *source = Citation { document: Some("".into()), aws: None, url: None, quote: None };
            }
        }
        Some("at") => {
            if let Some(at) = file.at.to_mut().get_mut(index) {
                let is_label = keys.get(2) == Some(&"label");
                let fact = if is_label { at.fact.clone() } else { variable.to_owned().into() };
                *at = At { fact, label: "".into() };
            }
        }
        _ => {}
    }
}

/// A rule's keys, with all that is wrong with them.
struct Keys {
    /// What could be read, right values in the place of wrong ones; none where the text is no TOML.
    file: Option<RuleFile>,
    errors: Vec<LoadError>,
    /// Keys of the top level that are wrong or missing.
    bad: BTreeSet<String>,
}

fn keys(name: &str, text: &str) -> Keys {
    let error = |error: &toml::de::Error| {
        let schema = "`fargcheck schema rule` prints what a rule may hold";
        LoadError {
            file: name.to_owned(),
            text: text.to_owned(),
            span: error.span().unwrap_or(0..0),
            code: "rule/toml",
            message: error.message().trim().lines().collect::<Vec<_>>().join("; "),
            help: Some(match meant(error.message()) {
                Some(key) => format!("did you mean `{key}`? {schema}"),
                None => schema.to_owned(),
            }),
        }
    };
    let (table, syntax) = DeTable::parse_recoverable(text);
    let mut found = Keys { file: None, errors: syntax.iter().map(error).collect(), bad: BTreeSet::new() };
    if !found.errors.is_empty() {
        return found;
    }
    let (span, mut table) = (table.span(), table.into_inner());
    for _ in 0..MISTAKES {
        let mistake = match RuleFile::deserialize(Deserializer::from(Spanned::new(span.clone(), table.clone()))) {
            Ok(file) => {
                found.file = Some(file);
                break;
            }
            Err(mistake) => mistake,
        };
        let inside = |place: std::ops::Range<usize>| {
            mistake.span().is_some_and(|at| !at.is_empty() && place.start <= at.start && at.end <= place.end)
        };
        let holder = table.iter().find(|(key, value)| inside(key.span()) || inside(value.span()));
        let missing = mistake.message().strip_prefix("missing field `").and_then(|rest| rest.split('`').next());
        match (holder.map(|(key, _)| key.get_ref().clone().into_owned()), missing) {
            (Some(key), _) => {
                found.errors.push(error(&mistake));
                table.remove(key.as_str());
                found.bad.insert(key);
            }
            (None, Some(key)) => {
                // What was wrong was taken out, and is not missing as well.
                if found.bad.insert(key.to_owned()) {
                    found.errors.push(error(&mistake));
                }
                let right = match key {
                    "severity" => "error",
                    "require" => "true",
                    _ => "",
                };
                // It stands nowhere, and so no mistake stands in it.
                let nowhere = usize::MAX..usize::MAX;
                let key = Spanned::new(nowhere.clone(), Cow::Owned(key.to_owned()));
                table.insert(key, Spanned::new(nowhere, DeValue::String(Cow::Borrowed(right))));
            }
            (None, None) => {
                found.errors.push(error(&mistake));
                break;
            }
        }
    }
    found
}

/// The known key that is nearest to an unknown one, by serde's message: "unknown field `x`, expected one of `y`, `z`".
fn meant(message: &str) -> Option<&str> {
    let mut names = message.strip_prefix("unknown field ")?.split('`').skip(1).step_by(2);
    let written = names.next()?;
    super::nearest(written, names)
}

/// A rule's id, which is its path, and its text.
fn text(folder: &Path, path: &Path) -> Result<(String, String), Box<LoadError>> {
    let id = files::id(folder, path);
    if !id.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || "-_/".contains(c)) {
        let message = format!("`{id}` can't be a rule's id");
        return Err(unreadable(path, &message, "use lower case, digits and hyphens: <group>/<name>.toml"));
    }
    let failed = |error: std::io::Error| unreadable(path, &format!("can't read it: {error}"), "");
    if std::fs::metadata(path).map_err(failed)?.len() > LONGEST_FILE {
        return Err(unreadable(path, "this is no rule: it has more than 256 KiB", ""));
    }
    Ok((id, std::fs::read_to_string(path).map_err(failed)?))
}

fn unreadable(path: &Path, message: &str, help: &str) -> Box<LoadError> {
    Box::new(LoadError {
        file: path.display().to_string(),
        text: String::new(),
        span: 0..0,
        code: "rule/unreadable",
        message: message.to_owned(),
        help: (!help.is_empty()).then(|| help.to_owned()),
    })
}
