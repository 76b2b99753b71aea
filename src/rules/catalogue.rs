//! All rules: those built in, and a user's own.

use super::error::{LoadError, Mistake};
use super::file::{RuleFile, Text};
use super::rule::Rule;
use crate::facts::EntityType;
use rustc_hash::FxHashMap;
use std::borrow::Cow;
use std::path::Path;

/// A rule as the build wrote it: its id, its file's path and what that holds. It costs nothing to load.
type BuiltIn = (&'static str, &'static str, RuleFile);

/// The rules that come with fargcheck.
static BUILT_IN: &[BuiltIn] = include!(concat!(env!("OUT_DIR"), "/rules.rs"));

/// The rules of a run, by id.
#[derive(Debug, Default)]
pub struct Catalogue {
    rules: Vec<Rule>,
    /// Ids and aliases, and which rule each is.
    names: FxHashMap<Text, usize>,
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

impl Catalogue {
    /// The rules that come with fargcheck.
    ///
    /// # Errors
    /// A built-in rule is broken, which the tests rule out.
    pub fn embedded(schema: &[&'static EntityType]) -> Result<Self, Box<LoadError>> {
        Self::built_in(BUILT_IN, schema)
    }

    pub(super) fn built_in(rules: &'static [BuiltIn], schema: &[&'static EntityType]) -> Result<Self, Box<LoadError>> {
        let mut catalogue = Catalogue::default();
        catalogue.rules.reserve_exact(rules.len());
        catalogue.names.reserve(rules.len());
        for (id, path, file) in rules {
            let rule = Rule::new(Cow::Borrowed(id), Cow::Borrowed(file), Cow::Borrowed(path), None, schema)?;
            catalogue.add(rule)?;
        }
        Ok(catalogue)
    }

    /// Adds a user's own rules: every `*.toml` below `folder`, its id the path without `.toml`. They are checked whole.
    ///
    /// # Errors
    /// Everything that is wrong with them.
    pub fn with_directory(mut self, folder: &Path, schema: &[&'static EntityType]) -> Result<Self, Vec<LoadError>> {
        let (rules, mut errors) = super::own::read(folder, schema);
        for rule in rules {
            errors.extend(rule.unknown_codes());
            errors.extend(rule.names_no_blocker());
            errors.extend(self.add(rule).err().map(|error| *error));
        }
        if errors.is_empty() { Ok(self) } else { Err(errors) }
    }

    fn add(&mut self, rule: Rule) -> Result<(), Box<LoadError>> {
        let names = || std::iter::once(&rule.id).chain(rule.file().aliases.iter());
        for (position, name) in names().enumerate() {
            if let Some(other) = self.names.get(name).and_then(|other| self.rules.get(*other)) {
                let message = format!("the id `{name}` is taken by {}", other.path());
                let alias = position.checked_sub(1).map(|index| index.to_string());
                let (keys, help) = match &alias {
                    None => (Vec::new(), "give the file another name"),
                    Some(index) => (vec!["aliases", index.as_str()], "leave the alias out"),
                };
                return Err(rule.error(Mistake::whole(&keys, name, "rule/id-taken", message, Some(help.to_owned()))));
            }
        }
        self.names.extend(names().map(|name| (name.clone(), self.rules.len())));
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
        let mut known: Vec<&str> = self.names.keys().map(|name| &**name).chain(groups).collect();
        // The name alone, where the group is forgotten: `in-public-subnet`.
        if let Some(id) = self.names.keys().filter(|id| id.rsplit('/').next() == Some(name)).min() {
            return Some(id);
        }
        known.sort_unstable();
        super::nearest(name, known.into_iter())
    }

    /// Checks that every code in `explains` is that of a blocker.
    ///
    /// # Errors
    /// Every code that is not.
    pub fn check_codes(&self) -> Result<(), Vec<LoadError>> {
        let errors: Vec<LoadError> = self.rules.iter().flat_map(Rule::unknown_codes).collect();
        if errors.is_empty() { Ok(()) } else { Err(errors) }
    }
}

fn in_group(rule: &Rule, group: &str) -> bool {
    !group.is_empty() && rule.id().strip_prefix(group).is_some_and(|rest| rest.starts_with('/'))
}
