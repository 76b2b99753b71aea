//! The settings of CloudReactor's deployer (`deploy_config/vars`) → the networks of its tasks.
//!
//! The order in which settings count is that of the deployer's own playbooks: `ansible/deploy.yml` and
//! `ansible/sync_task.yml` of <https://github.com/CloudReactor/aws-ecs-cloudreactor-deployer> for schema 4, and
//! `deploy/deploy.yml` of <https://github.com/CloudReactor/cloudreactor-python-ecs-quickstart> for the form before it.
//! What no file says comes from the Run Environment, which CloudReactor's server keeps.

mod error;
mod settings;

pub use error::CloudReactorError;

use super::{InputError, read, yaml};
use crate::snapshot::{Location, Source, SourceId, Sources};
use settings::{Found, Node, Settings};
use std::fs;
use std::path::{Path, PathBuf};

/// The file with the settings of every environment.
const COMMON: &str = "common.yml";

/// The files of an environment.
#[derive(Debug)]
pub struct CloudReactor {
    environment: String,
    common: SourceId,
    own: SourceId,
}

/// A task, as the deployer would run it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CloudReactorTask {
    /// Its name in CloudReactor: the project's, its own and the environment's.
    pub name: String,
    /// Where it is named.
    pub place: Location,
    /// Ids of its subnets.
    pub subnets: Result<Vec<(String, Location)>, Open>,
    /// Ids of its security groups.
    pub security_groups: Result<Vec<(String, Location)>, Open>,
    /// Whether it gets a public IP address, and where that is said if anywhere.
    pub assign_public_ip: Result<(bool, Option<Location>), Open>,
    /// Its image, where it is not the one that the deployer builds and puts into ECR.
    pub image: Option<(String, Location)>,
}

/// A setting that the files leave open.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Open {
    /// The Run Environment has it.
    RunEnvironment,
    /// Nothing has it: CloudReactor is switched off.
    Nobody,
    /// An expression of Jinja gives it, which only the deployer can evaluate.
    Expression(String),
}

impl CloudReactor {
    /// Reads `common.yml` and the environment's file.
    ///
    /// # Errors
    /// A file is missing, encrypted, or can't be read.
    pub fn read(folder: &Path, environment: &str, sources: &mut Sources) -> Result<Self, CloudReactorError> {
        let common = load(folder, COMMON, sources)?;
        let own = load(folder, &format!("{environment}.yml"), sources)?;
        Ok(CloudReactor { environment: environment.to_owned(), common, own })
    }

    /// The tasks that are deployed.
    ///
    /// # Errors
    /// A file is no YAML or not the deployer's, or has a setting of another type.
    pub fn tasks(&self, sources: &Sources) -> Result<Vec<CloudReactorTask>, CloudReactorError> {
        let common = yaml::parse(sources, self.common)?;
        let own = yaml::parse(sources, self.own)?;
        let settings = Settings::new(&self.environment, (self.common, &common), (self.own, &own))?;
        let mut tasks = Vec::new();
        for (name, place) in settings.task_names()? {
            if let Some(task) = task(&settings, &name, place)? {
                tasks.push(task);
            }
        }
        if tasks.is_empty() {
            let location = Location::Span { source: self.common, start: 0, length: 1 };
            return Err(CloudReactorError::NoTask { environment: self.environment.clone(), location });
        }
        Ok(tasks)
    }
}

/// A task, unless it is not deployed.
fn task(settings: &Settings<'_>, name: &str, place: Location) -> Result<Option<CloudReactorTask>, CloudReactorError> {
    let says = |key: &'static str, word: bool| match settings.of_task(name, &[key])? {
        Found::Value(node) => Ok(settings.truth(key, node)? == Some(word)),
        _ => Ok::<_, CloudReactorError>(false),
    };
    if says("deployed", false)? || says("removed_from_task_manager", true)? {
        return Ok(None);
    }
    let assign_public_ip = match settings.network(name, "assign_public_ip")? {
        Found::Value(node) => match settings.truth("assign_public_ip", node)? {
            Some(value) => Ok((value, Some(node.location()))),
            None => Err(Open::Expression(node.text())),
        },
        Found::Missing | Found::Null if !settings.cloudreactor_enabled()? => Ok((false, None)),
        found => Err(settings.open(&found)?),
    };
    Ok(Some(CloudReactorTask {
        name: settings.name_of(name)?,
        place,
        subnets: ids(settings, name, "subnets")?,
        security_groups: ids(settings, name, "security_groups")?,
        assign_public_ip,
        image: image(settings, name)?,
    }))
}

/// A list of ids.
fn ids(
    settings: &Settings<'_>,
    task: &str,
    key: &'static str,
) -> Result<Result<Vec<(String, Location)>, Open>, CloudReactorError> {
    let found = settings.network(task, key)?;
    let Found::Value(node) = found else { return Ok(Err(settings.open(&found)?)) };
    let Some(items) = node.items() else {
        return match node.expression() {
            Some(expression) => Ok(Err(Open::Expression(expression))),
            None => Err(node.wrong(key, "a list of ids")),
        };
    };
    let mut ids = Vec::new();
    for item in items {
        match settings.scalar(item) {
            Ok(Some(id)) => ids.push((id, item.location())),
            Ok(None) => return Err(item.wrong(key, "an id")),
            Err(expression) => return Ok(Err(Open::Expression(expression))),
        }
    }
    // An empty list is none at all: a task can't run without.
    Ok(if ids.is_empty() { Err(settings.open(&Found::Null)?) } else { Ok(ids) })
}

/// The image that a task names instead of one that is built.
fn image(settings: &Settings<'_>, task: &str) -> Result<Option<(String, Location)>, CloudReactorError> {
    match settings.ecs(task, "docker_image_name")? {
        Found::Value(node) => match settings.scalar(node) {
            Ok(Some(name)) if name == "__unset__" => Ok(None),
            Ok(Some(name)) => Ok(Some((name, node.location()))),
            Ok(None) => Err(node.wrong("docker_image_name", "a name")),
            Err(_) => Ok(None),
        },
        _ => Ok(None),
    }
}

/// Reads a file of the folder.
fn load(folder: &Path, name: &str, sources: &mut Sources) -> Result<SourceId, CloudReactorError> {
    let path = folder.join(name);
    if !path.is_file() {
        let (file, folder_name) = (path.to_string_lossy().into_owned(), folder.to_string_lossy().into_owned());
        return Err(CloudReactorError::NoFile {
            file,
            folder: folder_name,
            known: environments(folder),
            below: below(folder),
        });
    }
    let source = match read(std::slice::from_ref(&path), sources) {
        Ok(files) => files.first().map(|file| file.source),
        // To Ansible a file of nothing is one without variables.
        Err(InputError::Empty { .. }) => Some(sources.add(Source::new(path.to_string_lossy(), "\n"))),
        Err(error) => return Err(error.into()),
    };
    let Some(source) = source else { return Ok(SourceId(0)) };
    if sources.get(source).bytes().starts_with(b"$ANSIBLE_VAULT") {
        let location = Location::Span { source, start: 0, length: "$ANSIBLE_VAULT".len() };
        return Err(CloudReactorError::Encrypted { location });
    }
    Ok(source)
}

/// The environments that a folder has files of.
fn environments(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let mut found: Vec<String> = entries
        .filter_map(|entry| entry.file_name().to_str()?.strip_suffix(".yml").map(str::to_owned))
        .filter(|name| !matches!(name.as_str(), "common" | "example"))
        .collect();
    found.sort();
    found
}

/// The folder below a project's that has the files, as the deployer's versions call it.
fn below(folder: &Path) -> Option<PathBuf> {
    ["vars", "deploy_config/vars", "deploy/vars"]
        .map(|name| folder.join(name))
        .into_iter()
        .find(|path| path.join(COMMON).is_file())
}

/// What a task's setting is, with the places of its parts.
impl Node<'_> {
    fn location(&self) -> Location {
        let range = &self.yaml.range;
        Location::Span { source: self.source, start: range.start, length: range.len().max(1) }
    }

    fn wrong(&self, key: &str, expected: &'static str) -> CloudReactorError {
        CloudReactorError::WrongType { key: key.to_owned(), expected, location: self.location() }
    }
}

#[cfg(test)]
mod tests;
