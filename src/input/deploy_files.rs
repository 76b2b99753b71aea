//! A deployment before it is made: the JSON that `aws ecs create-service` and `aws ecs register-task-definition` take, or
//! that their `describe-…` commands answer, put into the snapshot as if it were there already.

use super::error::InputError;
use super::read::load_all;
use super::split::explain;
use super::strict;
use crate::snapshot::{Element, Location, Origin, Scope, Service, Snapshot, SourceId, Sources, TaskDefinition};
use serde::Deserialize;
use serde_json::value::RawValue;
use std::collections::HashMap;
use std::path::{Path, PathBuf};
use thiserror::Error;

/// The files of a deployment; none where there is no such.
#[derive(Debug, Default)]
pub struct Deployment {
    service: Option<SourceId>,
    task_definition: Option<SourceId>,
}

/// A file of a deployment that can't be used.
#[derive(Debug, Error)]
pub enum DeploymentError {
    /// It can't be read.
    #[error(transparent)]
    Input(#[from] InputError),
    /// It is JSON, but not this.
    #[error("`{file}` holds no {what}")]
    Other {
        /// The file.
        file: String,
        /// What it should hold.
        what: &'static str,
        /// What it must have at least.
        needs: &'static str,
        /// Where.
        location: Location,
    },
}

impl DeploymentError {
    /// Identifies the kind of error.
    pub fn code(&self) -> &'static str {
        match self {
            DeploymentError::Input(error) => error.code(),
            DeploymentError::Other { .. } => "input/not-a-deployment",
        }
    }

    /// What to do about it.
    pub fn help(&self) -> String {
        match self {
            DeploymentError::Input(error) => error.help(),
            DeploymentError::Other { needs, .. } => {
                format!("it must have {needs}, as the input of the AWS CLI's command has")
            }
        }
    }

    /// Where, with what to say about each place.
    pub fn labels(&self) -> Vec<(Location, String)> {
        match self {
            DeploymentError::Input(error) => error.labels(),
            DeploymentError::Other { location, .. } => vec![(location.clone(), "this object".into())],
        }
    }
}

impl Deployment {
    /// Reads the files that are given.
    ///
    /// # Errors
    /// A file can't be read, is empty or not UTF-8.
    pub fn read(
        service: Option<&Path>,
        task_definition: Option<&Path>,
        sources: &mut Sources,
    ) -> Result<Self, InputError> {
        let mut load = |path: Option<&Path>| -> Result<Option<SourceId>, InputError> {
            let Some(path) = path else { return Ok(None) };
            let files = load_all(&[PathBuf::from(path)], sources)?;
            Ok(files.first().map(|file| file.source))
        };
        Ok(Deployment { service: load(service)?, task_definition: load(task_definition)? })
    }

    /// Puts the service and its task definition into the scope that has the service's subnets. A service of the same name
    /// in the same cluster, which this one would replace, is taken out.
    ///
    /// # Errors
    /// A file holds something else.
    pub fn add<'a>(&self, snapshot: &mut Snapshot<'a>, sources: &'a Sources) -> Result<(), DeploymentError> {
        let Some(source) = self.service else { return Ok(()) };
        let mut service: Element<Service<'a>> = object(sources, source, &["service", "services"])?;
        if service.service_name.is_none() || service.network_configuration.is_none() {
            return Err(other(sources, &service.location(), "ECS service", "`serviceName` and `networkConfiguration`"));
        }
        let definition = match self.task_definition {
            Some(source) => Some(self.definition(sources, source)?),
            None => None,
        };
        let home = home(&service, &snapshot.scopes);
        let Some(scope) = snapshot.scopes.get_mut(home) else { return Ok(()) };
        if let Some(definition) = definition {
            let same =
                |known: &Element<TaskDefinition<'_>>| known.task_definition_arn == definition.task_definition_arn;
            scope.task_definitions.elements.retain(|known| !same(known));
            service.value.task_definition = definition.task_definition_arn;
            scope.task_definitions.elements.push(definition);
        }
        scope.services.elements.retain(|known| !replaces(&service, known));
        scope.services.elements.push(service);
        Ok(())
    }

    fn definition<'a>(
        &self,
        sources: &'a Sources,
        source: SourceId,
    ) -> Result<Element<TaskDefinition<'a>>, DeploymentError> {
        let mut definition: Element<TaskDefinition<'a>> =
            object(sources, source, &["taskDefinition", "taskDefinitions"])?;
        if definition.container_definitions.is_none() {
            return Err(other(
                sources,
                &definition.location(),
                "task definition",
                "`family` and `containerDefinitions`",
            ));
        }
        if definition.task_definition_arn.is_none() {
            // It is registered only later: its family, in a form that no ARN has, stands for it until then.
            let family = definition.family.as_deref().unwrap_or("task-definition");
            let name = format!("{family}:next");
            definition.value.task_definition_arn = Some(name.into());
        }
        Ok(definition)
    }
}

fn other(sources: &Sources, location: &Location, what: &'static str, needs: &'static str) -> DeploymentError {
    let start = sources.resolve(location).range.start;
    DeploymentError::Other {
        file: sources.get(location.source()).name().to_owned(),
        what,
        needs,
        location: Location::Span { source: location.source(), start, length: 1 },
    }
}

/// The scope with the first of the service's subnets that is known, or the first scope.
fn home(service: &Service<'_>, scopes: &[Scope<'_>]) -> usize {
    let configuration = service.network_configuration.as_ref().and_then(|found| found.awsvpc_configuration.as_ref());
    let subnets = configuration.and_then(|found| found.subnets.as_deref()).unwrap_or_default();
    let has = |scope: &Scope<'_>, id: &str| {
        scope.subnets.elements.iter().any(|subnet| subnet.subnet_id.as_deref() == Some(id))
    };
    subnets.iter().find_map(|id| scopes.iter().position(|scope| has(scope, id))).unwrap_or(0)
}

/// Whether a service of the snapshot is the one that is deployed.
fn replaces(new: &Service<'_>, known: &Service<'_>) -> bool {
    fn cluster<'s>(service: &'s Service<'_>) -> &'s str {
        let name = service.cluster_arn.as_deref().or(service.cluster.as_deref()).unwrap_or("default");
        name.rsplit('/').next().unwrap_or(name)
    }
    new.service_name == known.service_name && cluster(new) == cluster(known)
}

/// The object of a file: the whole, or what stands below one of `keys`, alone or as the only element of a list.
fn object<'a, T: Deserialize<'a>>(
    sources: &'a Sources,
    source: SourceId,
    keys: &[&'static str],
) -> Result<Element<T>, InputError> {
    let bytes = sources.get(source).bytes();
    let text = std::str::from_utf8(bytes).unwrap_or_default().trim_start_matches('\u{feff}');
    let base = bytes.as_ptr() as usize;
    let skipped = bytes.len() - text.len();
    let at = |raw: &RawValue| raw.get().as_ptr() as usize - base;
    let top: HashMap<String, &'a RawValue> =
        serde_json::from_str(text).map_err(|error| explain(sources, source, skipped, 0, &error))?;
    let inner = keys.iter().find_map(|key| top.get(*key).map(|raw| (*key, *raw)));
    let (raw, key, index) = match inner {
        Some((key, raw)) if raw.get().starts_with('{') => (raw.get(), key, None),
        Some((key, raw)) if raw.get().starts_with('[') => {
            let list: Vec<&'a RawValue> =
                serde_json::from_str(raw.get()).map_err(|error| explain(sources, source, at(raw), 0, &error))?;
            match list.first() {
                Some(first) => (first.get(), key, Some(0)),
                None => (text, "", None),
            }
        }
        // `taskDefinition` of a service is a name.
        _ => (text, "", None),
    };
    let begin = raw.as_ptr() as usize - base;
    let value = strict::from_str(raw).map_err(|error| explain(sources, source, begin, 0, &error))?;
    let spaces = raw.len() - raw.trim_start().len();
    Ok(Element { origin: Origin { source, offset: (begin + spaces) as u64, key, index }, value })
}
