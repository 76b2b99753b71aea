//! All rules: those built in, and a user's own.

use super::error::{LoadError, Mistake};
use super::file::RuleFile;
use super::rule::Rule;
use crate::facts::EntityType;
use serde::Deserialize;
use std::collections::HashMap;
use std::path::{Path, PathBuf};

/// The rules that come with fargcheck, as the build wrote them.
const EMBEDDED: &str = include_str!(concat!(env!("OUT_DIR"), "/rules.json"));

/// How deep a folder of rules may nest, and how long a rule file may be.
const FOLDERS: usize = 8;
const LONGEST_FILE: u64 = 256 * 1024;

/// The rules of a run, by id.
#[derive(Debug, Default)]
pub struct Catalogue {
    rules: Vec<Rule>,
    /// Ids and aliases, and which rule each is.
    names: HashMap<String, usize>,
}

/// A name that is no rule's and no group's.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("there is no rule or group `{name}`")]
pub struct NoSuchRule {
    /// The name as written.
    pub name: String,
    /// What may have been meant.
    pub nearest: Option<String>,
}

#[derive(Deserialize)]
struct Embedded {
    id: String,
    rule: RuleFile,
}

impl Catalogue {
    /// The rules that come with fargcheck.
    ///
    /// # Errors
    /// A built-in rule is broken, which the tests rule out.
    pub fn embedded(schema: &[&'static EntityType]) -> Result<Self, Box<LoadError>> {
        from_json(EMBEDDED, schema)
    }

    /// Adds a user's own rules: every `*.toml` below `folder`, its id the path without `.toml`. They are checked whole.
    ///
    /// # Errors
    /// Everything that is wrong with them.
    pub fn with_directory(mut self, folder: &Path, schema: &[&'static EntityType]) -> Result<Self, Vec<LoadError>> {
        let mut files = Vec::new();
        collect(folder, FOLDERS, &mut files).map_err(|error| vec![*error])?;
        files.sort();
        if files.is_empty() {
            let help = "a rule is a file DIR/<group>/<name>.toml";
            return Err(vec![*unreadable(folder, "there is no rule in this folder", help)]);
        }
        let mut errors = Vec::new();
        for file in &files {
            let added = load(folder, file, schema).and_then(|rule| {
                rule.check()?;
                self.add(rule)
            });
            errors.extend(added.err().map(|error| *error));
        }
        if errors.is_empty() { Ok(self) } else { Err(errors) }
    }

    fn add(&mut self, rule: Rule) -> Result<(), Box<LoadError>> {
        let index = self.rules.len();
        let names: Vec<(Vec<String>, String)> = std::iter::once((Vec::new(), rule.id().to_owned()))
            .chain(
                rule.file()
                    .aliases
                    .iter()
                    .enumerate()
                    .map(|(index, alias)| (vec!["aliases".to_owned(), index.to_string()], alias.clone())),
            )
            .collect();
        for (keys, name) in &names {
            if let Some(other) = self.names.get(name).and_then(|other| self.rules.get(*other)) {
                let message = format!("the id `{name}` is taken by {}", other.path());
                let help = match keys.as_slice() {
                    [] => "give the file another name",
                    _ => "leave the alias out",
                };
                let keys: Vec<&str> = keys.iter().map(String::as_str).collect();
                return Err(rule.error(Mistake::whole(&keys, name, "id-taken", message, Some(help.to_owned()))));
            }
        }
        for (_, name) in names {
            self.names.insert(name, index);
        }
        self.rules.push(rule);
        Ok(())
    }

    /// All rules, those built in first, each part in the order of ids.
    pub fn rules(&self) -> &[Rule] {
        &self.rules
    }

    /// A rule by its id or a former one.
    pub fn get(&self, id: &str) -> Option<&Rule> {
        self.names.get(id).and_then(|index| self.rules.get(*index))
    }

    /// The rules that a name stands for: an id, an alias, a group (`nat`, `nat/*`), or `*`.
    ///
    /// # Errors
    /// It stands for none.
    pub fn select(&self, name: &str) -> Result<Vec<&Rule>, NoSuchRule> {
        if let Some(rule) = self.get(name) {
            return Ok(vec![rule]);
        }
        let group = name.strip_suffix("/*").unwrap_or(name);
        let rules: Vec<&Rule> = self.rules.iter().filter(|rule| group == "*" || in_group(rule, group)).collect();
        if !rules.is_empty() {
            return Ok(rules);
        }
        Err(NoSuchRule { name: name.to_owned(), nearest: self.nearest(name).map(str::to_owned) })
    }

    /// The id, alias or group that is nearest to a name, where one is near enough to be meant.
    pub fn nearest(&self, name: &str) -> Option<&str> {
        let groups = self.rules.iter().map(Rule::group).filter(|group| !group.is_empty());
        let mut known: Vec<&str> = self.names.keys().map(String::as_str).chain(groups).collect();
        // The name alone, where the group is forgotten: `in-public-subnet`.
        if let Some(id) = self.names.keys().filter(|id| id.rsplit('/').next() == Some(name)).min() {
            return Some(id);
        }
        known.sort_unstable();
        super::nearest(name, known.into_iter())
    }

    /// Checks that every code in `explains` is a known one.
    ///
    /// # Errors
    /// Every code that is not.
    pub fn check_codes(&self, known: &[&str]) -> Result<(), Vec<LoadError>> {
        let mut errors = Vec::new();
        for rule in &self.rules {
            for (index, code) in rule.file().explains.iter().enumerate() {
                if !known.contains(&code.as_str()) {
                    let message = format!("there is no blocker `{code}`");
                    let help = super::choices("the codes are", code, known);
                    let keys = ["explains", &index.to_string()];
                    errors.push(*rule.error(Mistake::whole(&keys, code, "unknown-code", message, Some(help))));
                }
            }
        }
        if errors.is_empty() { Ok(()) } else { Err(errors) }
    }
}

/// The rules that a build wrote.
pub(super) fn from_json(json: &str, schema: &[&'static EntityType]) -> Result<Catalogue, Box<LoadError>> {
    let list: Vec<Embedded> = serde_json::from_str(json).map_err(|error| broken(json, &error.to_string()))?;
    let mut catalogue = Catalogue::default();
    for Embedded { id, rule } in list {
        let path = format!("rules/{id}.toml");
        catalogue.add(Rule::new(id, rule, path, None, schema)?)?;
    }
    Ok(catalogue)
}

/// The error for the first built-in rule whose keys are wrong.
fn broken(json: &str, message: &str) -> Box<LoadError> {
    let list: Vec<serde_json::Value> = serde_json::from_str(json).unwrap_or_default();
    let first = list.into_iter().find_map(|rule| {
        let file = format!("rules/{}.toml", rule["id"].as_str()?);
        let error = serde_json::from_value::<Embedded>(rule).err()?;
        Some((file, error.to_string()))
    });
    let (file, message) = first.unwrap_or_else(|| ("the built-in rules".to_owned(), message.to_owned()));
    Box::new(LoadError { file, text: String::new(), span: 0..0, code: "rule-toml", message, help: None })
}

fn in_group(rule: &Rule, group: &str) -> bool {
    !group.is_empty() && rule.id().strip_prefix(group).is_some_and(|rest| rest.starts_with('/'))
}

fn load(folder: &Path, path: &Path, schema: &[&'static EntityType]) -> Result<Rule, Box<LoadError>> {
    let file = path.display().to_string();
    let id = path
        .strip_prefix(folder)
        .unwrap_or(path)
        .with_extension("")
        .components()
        .map(|part| part.as_os_str().to_string_lossy().into_owned())
        .collect::<Vec<_>>()
        .join("/");
    if !id.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || "-_/".contains(c)) {
        let message = format!("`{id}` can't be a rule's id");
        return Err(unreadable(path, &message, "use lower case, digits and hyphens: <group>/<name>.toml"));
    }
    let unreadable = |error: std::io::Error| unreadable(path, &format!("can't read it: {error}"), "");
    if std::fs::metadata(path).map_err(unreadable)?.len() > LONGEST_FILE {
        let message = "this is no rule: it has more than 256 KiB";
        return Err(self::unreadable(path, message, ""));
    }
    let text = std::fs::read_to_string(path).map_err(unreadable)?;
    let rule: RuleFile = match toml::from_str(&text) {
        Ok(rule) => rule,
        Err(error) => {
            return Err(Box::new(LoadError {
                file,
                span: error.span().unwrap_or(0..0),
                code: "rule-toml",
                message: error.message().trim().lines().collect::<Vec<_>>().join("; "),
                help: Some("`fargcheck schema rule` prints what a rule may hold".to_owned()),
                text,
            }));
        }
    };
    Rule::new(id, rule, file, Some(text), schema)
}

fn collect(folder: &Path, depth: usize, files: &mut Vec<PathBuf>) -> Result<(), Box<LoadError>> {
    let failed = |error: std::io::Error| unreadable(folder, &format!("can't read this folder: {error}"), "");
    for entry in std::fs::read_dir(folder).map_err(failed)? {
        let path = entry.map_err(failed)?.path();
        if path.is_dir() {
            if depth > 0 {
                collect(&path, depth - 1, files)?;
            }
        } else if path.extension().is_some_and(|extension| extension == "toml") {
            files.push(path);
        }
    }
    Ok(())
}

fn unreadable(path: &Path, message: &str, help: &str) -> Box<LoadError> {
    Box::new(LoadError {
        file: path.display().to_string(),
        text: String::new(),
        span: 0..0,
        code: "rule-unreadable",
        message: message.to_owned(),
        help: (!help.is_empty()).then(|| help.to_owned()),
    })
}
