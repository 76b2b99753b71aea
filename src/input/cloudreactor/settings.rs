//! One setting out of many files and levels, as Ansible's `combine(…, recursive=true)` leaves it: the last level that
//! has it counts, and a value that is no mapping hides all below it.

use super::super::yaml::{Yaml, YamlKey, YamlValue};
use super::error::CloudReactorError;
use super::{Location, Open, SourceId};

/// How many expressions may lead to one another.
const DEEPEST: usize = 16;

/// A value in a file.
#[derive(Debug, Clone, Copy)]
pub(super) struct Node<'y> {
    pub(super) source: SourceId,
    pub(super) yaml: &'y Yaml,
}

/// What is found of a setting.
#[derive(Debug, Clone, Copy)]
pub(super) enum Found<'y> {
    /// No level has it.
    Missing,
    /// A level takes back what those below it say.
    Null,
    /// The value, or the expression that gives it.
    Value(Node<'y>),
}

/// The form of the files.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Schema {
    /// `schema_version: 4`.
    Four,
    /// What was before schemas had numbers.
    Early,
}

/// The files of an environment. A variable of its own file replaces that of the common one.
pub(super) struct Settings<'y> {
    environment: &'y str,
    common: Node<'y>,
    own: Node<'y>,
    schema: Schema,
}

impl<'y> Node<'y> {
    fn beside(&self, yaml: &'y Yaml) -> Self {
        Node { source: self.source, yaml }
    }

    /// The members of a mapping.
    fn members(&self) -> &'y [(YamlKey, Yaml)] {
        match &self.yaml.value {
            YamlValue::Map(members) => members,
            _ => &[],
        }
    }

    /// A member of a mapping: its own, or else one that `<<` merges in.
    /// <https://yaml.org/type/merge.html>
    fn child(&self, name: &str) -> Option<Self> {
        let own = self.members().iter().find(|(key, _)| key.name == name);
        if let Some((_, value)) = own {
            return Some(self.beside(value));
        }
        let merged = self.members().iter().find(|(key, _)| key.name == "<<").map(|(_, value)| self.beside(value))?;
        match &merged.yaml.value {
            YamlValue::List(items) => items.iter().find_map(|item| self.beside(item).child(name)),
            _ => merged.child(name),
        }
    }

    /// The elements of a list.
    pub(super) fn items(&self) -> Option<impl Iterator<Item = Node<'y>>> {
        match &self.yaml.value {
            YamlValue::List(items) if self.yaml.tag.is_none() => {
                let source = self.source;
                Some(items.iter().map(move |yaml| Node { source, yaml }))
            }
            _ => None,
        }
    }

    /// The text of a scalar; empty for a collection.
    pub(super) fn text(&self) -> String {
        match &self.yaml.value {
            YamlValue::String(text) => text.clone(),
            YamlValue::Number(number) => number.to_string(),
            YamlValue::Bool(value) => value.to_string(),
            YamlValue::Null | YamlValue::List(_) | YamlValue::Map(_) => String::new(),
        }
    }

    /// The expression that only Ansible can evaluate, where the value is one: Jinja, or what a tag (`!vault`) makes of it.
    pub(super) fn expression(&self) -> Option<String> {
        match (&self.yaml.tag, &self.yaml.value) {
            (Some(tag), _) => Some(format!("!{tag}")),
            (None, YamlValue::String(text)) if is_template(text) => Some(text.trim().to_owned()),
            _ => None,
        }
    }
}

fn is_template(text: &str) -> bool {
    text.contains("{{") || text.contains("{%")
}

/// `name.of.a.variable`, the only expressions that are followed.
fn variable_path(expression: &str) -> Option<Vec<&str>> {
    let parts: Vec<&str> = expression.trim().split('.').collect();
    let is_name = |part: &&str| {
        part.starts_with(|first: char| first.is_ascii_alphabetic() || first == '_')
            && part.chars().all(|character| character.is_ascii_alphanumeric() || character == '_')
    };
    parts.iter().all(is_name).then_some(parts)
}

impl<'y> Settings<'y> {
    /// The settings of an environment.
    ///
    /// # Errors
    /// The files are not the deployer's, or of another schema.
    pub(super) fn new(
        environment: &'y str,
        (common, common_yaml): (SourceId, &'y Yaml),
        (own, own_yaml): (SourceId, &'y Yaml),
    ) -> Result<Self, CloudReactorError> {
        let common = Node { source: common, yaml: common_yaml };
        let own = Node { source: own, yaml: own_yaml };
        for node in [common, own] {
            // A file of comments alone is empty.
            if !matches!(node.yaml.value, YamlValue::Map(_) | YamlValue::Null) {
                return Err(node.wrong("the file", "a mapping"));
            }
        }
        let schema = match common.child("schema_version") {
            Some(version) if version.text() == "4" => Schema::Four,
            Some(version) => {
                return Err(CloudReactorError::Schema { found: version.text(), location: version.location() });
            }
            None if common.child("task_name_to_config").is_some() => Schema::Early,
            None => {
                return Err(CloudReactorError::NotSettings {
                    location: Location::Span { source: common.source, start: 0, length: 1 },
                });
            }
        };
        Ok(Settings { environment, common, own, schema })
    }

    /// A variable.
    fn variable(&self, name: &str) -> Option<Node<'y>> {
        let found = self.own.child(name).or_else(|| self.common.child(name))?;
        // A variable whose members are all comments.
        (found.yaml.value != YamlValue::Null).then_some(found)
    }

    /// What an expression that is a variable's name alone leads to; any other value is itself.
    fn followed(&self, node: Node<'y>) -> Node<'y> {
        let mut node = node;
        for _ in 0..DEEPEST {
            let YamlValue::String(text) = &node.yaml.value else { break };
            let inner = text.trim().strip_prefix("{{").and_then(|rest| rest.strip_suffix("}}"));
            let Some(path) = inner.and_then(variable_path) else { break };
            let (first, rest) = match path.split_first() {
                Some((first, rest)) => (self.variable(first), rest),
                None => break,
            };
            match rest.iter().try_fold(first, |node, key| node.map(|node| node.child(key))) {
                Some(Some(next)) => node = next,
                _ => break,
            }
        }
        node
    }

    /// What a level has at a path.
    fn walk(&self, level: Node<'y>, path: &[&str]) -> Result<Found<'y>, CloudReactorError> {
        let mut node = self.followed(level);
        for key in path {
            match &node.yaml.value {
                YamlValue::Null => return Ok(Found::Null),
                _ if node.expression().is_some() => return Ok(Found::Value(node)),
                YamlValue::Map(_) => match node.child(key) {
                    Some(next) => node = self.followed(next),
                    None => return Ok(Found::Missing),
                },
                _ => return Err(node.wrong(key, "a mapping with this key")),
            }
        }
        Ok(if node.yaml.value == YamlValue::Null { Found::Null } else { Found::Value(node) })
    }

    /// What the first of these levels that has it says.
    fn first(&self, levels: &[(Option<Node<'y>>, &[&str])]) -> Result<Found<'y>, CloudReactorError> {
        for (level, path) in levels {
            // A level whose members are all comments says nothing.
            let Some(level) = level.filter(|level| level.yaml.value != YamlValue::Null) else { continue };
            match self.walk(level, path)? {
                Found::Missing => {}
                found => return Ok(found),
            }
        }
        Ok(Found::Missing)
    }

    /// A member of a variable, by its path.
    fn below(&self, variable: &str, path: &[&str]) -> Option<Node<'y>> {
        let variable = self.followed(self.variable(variable)?);
        path.iter().try_fold(variable, |node, key| node.child(key).map(|next| self.followed(next)))
    }

    /// The levels of a task's settings, the ones that count most first: its own, then those of all tasks.
    fn levels(&self, task: &str) -> Vec<Option<Node<'y>>> {
        let environment = self.environment;
        match self.schema {
            Schema::Four => vec![
                self.below("env_task_name_to_config", &[task]),
                self.below("env_to_task_name_to_config", &[environment, task]),
                self.below("project_task_name_to_config", &[task]),
                self.below("env_task_config", &[]),
                self.below("env_to_task_config", &[environment]),
                self.below("project_task_config", &[]),
            ],
            // Here all that the environment's file says goes before all that the common one says.
            Schema::Early => vec![
                self.below("task_name_to_env_config", &[task]),
                self.below("default_env_task_config", &[]),
                self.below("task_name_to_config", &[task]),
                self.below("default_task_config", &[]),
            ],
        }
    }

    /// A setting of a task or of all tasks.
    pub(super) fn of_task(&self, task: &str, path: &[&str]) -> Result<Found<'y>, CloudReactorError> {
        let levels: Vec<_> = self.levels(task).into_iter().map(|level| (level, path)).collect();
        self.first(&levels)
    }

    /// A setting of a task's network.
    pub(super) fn network(&self, task: &str, key: &'static str) -> Result<Found<'y>, CloudReactorError> {
        let levels = self.levels(task).into_iter();
        match self.schema {
            Schema::Four => {
                let (in_task, in_aws) = (["aws", "network", key], ["network", key]);
                let shared = ["env_aws", "project_aws"].map(|name| (self.below(name, &[]), in_aws.as_slice()));
                let levels: Vec<_> = levels.map(|level| (level, in_task.as_slice())).chain(shared).collect();
                self.first(&levels)
            }
            Schema::Early => {
                let in_ecs = ["ecs", "task", "network", key];
                let (project, direct) = (self.below("project_aws", &[]), [key]);
                let shared = [(project, in_ecs.as_slice()), (project.filter(|_| key != "assign_public_ip"), &direct)];
                let levels: Vec<_> = levels.map(|level| (level, in_ecs.as_slice())).chain(shared).collect();
                self.first(&levels)
            }
        }
    }

    /// A setting of a task's ECS.
    pub(super) fn ecs(&self, task: &str, key: &'static str) -> Result<Found<'y>, CloudReactorError> {
        let (in_task, alone) = (["ecs", key], [key]);
        let shared = ["env_ecs", "project_ecs"].map(|name| (self.below(name, &[]), alone.as_slice()));
        let levels: Vec<_> =
            self.levels(task).into_iter().map(|level| (level, in_task.as_slice())).chain(shared).collect();
        self.first(&levels)
    }

    /// Every task with the place where it is named first.
    pub(super) fn task_names(&self) -> Result<Vec<(String, Location)>, CloudReactorError> {
        let maps = match self.schema {
            Schema::Four => vec![
                self.below("project_task_name_to_config", &[]),
                self.below("env_to_task_name_to_config", &[self.environment]),
                self.below("env_task_name_to_config", &[]),
            ],
            Schema::Early => vec![self.below("task_name_to_config", &[])],
        };
        let mut names: Vec<(String, Location)> = Vec::new();
        for map in maps.into_iter().flatten() {
            match &map.yaml.value {
                YamlValue::Map(members) => {
                    for (key, _) in members.iter().filter(|(key, _)| key.name != "<<") {
                        if !names.iter().any(|(known, _)| *known == key.name) {
                            let place = Location::Span {
                                source: map.source,
                                start: key.range.start,
                                length: key.range.len().max(1),
                            };
                            names.push((key.name.clone(), place));
                        }
                    }
                }
                YamlValue::Null => {}
                _ => return Err(map.wrong("the tasks", "a mapping")),
            }
        }
        Ok(names)
    }

    /// Whether CloudReactor manages the tasks, and has a Run Environment for them.
    pub(super) fn cloudreactor_enabled(&self) -> Result<bool, CloudReactorError> {
        let names = match self.schema {
            Schema::Four => ["env_cloudreactor", "project_cloudreactor"],
            Schema::Early => ["cloudreactor", "default_cloudreactor"],
        };
        let path: &[&str] = &["enabled"];
        match self.first(&names.map(|name| (self.below(name, &[]), path)))? {
            Found::Value(node) => Ok(self.truth("enabled", node)? != Some(false)),
            Found::Missing | Found::Null => Ok(true),
        }
    }

    /// Who has a setting that is not found here.
    pub(super) fn open(&self, found: &Found<'y>) -> Result<Open, CloudReactorError> {
        Ok(match found {
            Found::Value(node) => Open::Expression(node.expression().unwrap_or_else(|| node.text())),
            Found::Missing | Found::Null if self.cloudreactor_enabled()? => Open::RunEnvironment,
            Found::Missing | Found::Null => Open::Nobody,
        })
    }

    /// A task's name in CloudReactor.
    pub(super) fn name_of(&self, task: &str) -> Result<String, CloudReactorError> {
        if let (Schema::Four, Found::Value(node)) = (self.schema, self.of_task(task, &["cloudreactor_task_name"])?)
            && let Ok(Some(name)) = self.scalar(node)
        {
            return Ok(name);
        }
        Ok(match self.project_name() {
            Some(project) => format!("{project}_{task}_{}", self.environment),
            None => task.to_owned(),
        })
    }

    fn project_name(&self) -> Option<String> {
        let node = match self.schema {
            Schema::Four => self.below("env_metadata", &["name"]).or_else(|| self.below("project_metadata", &["name"])),
            Schema::Early => self.below("project_name", &[]),
        };
        // Not by `scalar`: a project's name that names itself would never end.
        node.filter(|node| node.expression().is_none()).map(|node| node.text()).filter(|name| !name.is_empty())
    }

    /// A yes or no, in the words of YAML 1.1, which Ansible reads; none for an expression.
    pub(super) fn truth(&self, key: &str, node: Node<'y>) -> Result<Option<bool>, CloudReactorError> {
        if let YamlValue::Bool(value) = node.yaml.value {
            return Ok(Some(value));
        }
        let Ok(text) = self.scalar(node) else { return Ok(None) };
        match text.unwrap_or_default().to_ascii_lowercase().as_str() {
            "true" | "yes" | "on" => Ok(Some(true)),
            "false" | "no" | "off" => Ok(Some(false)),
            _ => Err(node.wrong(key, "true or false")),
        }
    }

    /// A text with the variables in it that the files know; none for what is no text, the expression where there is one
    /// that can't be told.
    pub(super) fn scalar(&self, node: Node<'y>) -> Result<Option<String>, String> {
        self.rendered(node, 0)
    }

    fn rendered(&self, node: Node<'y>, depth: usize) -> Result<Option<String>, String> {
        let node = self.followed(node);
        let YamlValue::String(text) = &node.yaml.value else { return Ok(None) };
        if !is_template(text) && node.yaml.tag.is_none() {
            return Ok(Some(text.clone()));
        }
        let whole = || node.expression().unwrap_or_else(|| text.clone());
        if text.contains("{%") || node.yaml.tag.is_some() || depth >= DEEPEST {
            return Err(whole());
        }
        let mut out = String::new();
        let mut rest = text.as_str();
        while let Some((before, after)) = rest.split_once("{{") {
            let (inner, after) = after.split_once("}}").ok_or_else(whole)?;
            out.push_str(before);
            let path = variable_path(inner).ok_or_else(whole)?;
            let value = match path.as_slice() {
                ["env"] => Some(self.environment.to_owned()),
                ["project_name"] => self.project_name(),
                [first, more @ ..] => match self.below(first, more) {
                    Some(found) => self.rendered(found, depth + 1)?,
                    None => None,
                },
                [] => None,
            };
            out.push_str(&value.ok_or_else(whole)?);
            rest = after;
        }
        out.push_str(rest);
        Ok(Some(out))
    }
}
