//! A deployment before it is made: the JSON that `aws ecs create-service`, `update-service` and `register-task-definition`
//! take, or that their `describe-…` commands answer, put into the snapshot as if it were there already.

mod names;

use super::error::InputError;
use super::read::load_all;
use super::split::explain;
use super::strict;
use super::tasks::DEFAULT_NETWORK_MODE;
use crate::path;
use crate::snapshot::{
    Element, Location, Oddity, Origin, Scope, Service, Snapshot, SourceId, Sources, Str, TaskDefinition, last_part,
};
use serde::Deserialize;
use serde_json::value::RawValue;
use std::collections::{HashMap, HashSet};
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
    /// Several services, and a task definition that is one's.
    #[error("`{file}` holds {count} services, and a task definition is deployed to one")]
    SeveralServices {
        /// The file.
        file: String,
        /// How many.
        count: usize,
        /// The second.
        location: Location,
    },
    /// A member that the AWS CLI doesn't know.
    #[error("`{name}` is no member that the AWS CLI knows here")]
    Misspelt {
        /// As it is written.
        name: String,
        /// What it is nearly called.
        meant: &'static str,
        /// Where its value is.
        location: Location,
    },
    /// A word that ECS doesn't know.
    #[error("`{key}` can't be `{word}`")]
    NoSuchWord {
        /// The member.
        key: &'static str,
        /// As it is written.
        word: String,
        /// The words that ECS knows.
        known: &'static [&'static str],
        /// Where.
        location: Location,
    },
    /// A name or an id that isn't filled in.
    #[error("`{key}` is empty")]
    Empty {
        /// The member.
        key: &'static str,
        /// Where.
        location: Location,
    },
    /// An update of a service that isn't there.
    #[error("the input has no service {name} to update")]
    NoSuchService {
        /// The service and its cluster.
        name: String,
        /// The services that the input has, each with its cluster.
        known: Vec<String>,
        /// Where it is named.
        location: Location,
    },
}

impl DeploymentError {
    /// Identifies the kind of error.
    pub fn code(&self) -> &'static str {
        match self {
            DeploymentError::Input(error) => error.code(),
            DeploymentError::Other { .. } => "input/not-a-deployment",
            DeploymentError::SeveralServices { .. } => "input/several-services",
            DeploymentError::Misspelt { .. } => "input/no-such-member",
            DeploymentError::NoSuchWord { .. } => "input/no-such-word",
            DeploymentError::Empty { .. } => "input/not-filled-in",
            DeploymentError::NoSuchService { .. } => "input/no-such-service",
        }
    }

    /// What to do about it.
    pub fn help(&self) -> String {
        match self {
            DeploymentError::Input(error) => error.help(),
            DeploymentError::Other { needs, .. } => {
                format!("it must have {needs}, as the input of the AWS CLI's command has")
            }
            DeploymentError::SeveralServices { .. } => {
                "describe the one service that is deployed, or leave --task-definition out to judge all of them".into()
            }
            DeploymentError::Misspelt { meant, .. } => format!("is `{meant}` meant? The AWS CLI refuses other names"),
            DeploymentError::NoSuchWord { word, known, .. } => {
                let is_near =
                    |known: &&&str| strsim::damerau_levenshtein(&word.to_uppercase(), known) <= known.len() / 4;
                match known.iter().find(|known| known.eq_ignore_ascii_case(word)) {
                    Some(meant) => format!("write `{meant}`: ECS takes it in capitals alone"),
                    None if let Some(meant) = known.iter().find(is_near) => {
                        format!("is `{meant}` meant? ECS takes {}", known.join(" or "))
                    }
                    None => format!("ECS takes {}", known.join(" or ")),
                }
            }
            DeploymentError::Empty { key, .. } => {
                format!("fill in `{key}`, or leave out what it stands in: ECS takes no empty one")
            }
            DeploymentError::NoSuchService { known, .. } => {
                let more = "what an update leaves as it is stands there: give the cluster's name too, or add `networkConfiguration`";
                match known.as_slice() {
                    [] => format!("the input has no service at all. {more}"),
                    known => format!("the input has {}. {more}", known.join(", ")),
                }
            }
        }
    }

    /// Where, with what to say about each place.
    pub fn labels(&self) -> Vec<(Location, String)> {
        match self {
            DeploymentError::Input(error) => error.labels(),
            DeploymentError::Other { location, .. } => vec![(location.clone(), "this object".into())],
            DeploymentError::SeveralServices { location, .. } => vec![(location.clone(), "the second".into())],
            DeploymentError::Misspelt { location, .. } => {
                vec![(location.clone(), "here".into())]
            }
            DeploymentError::NoSuchWord { location, .. } => vec![(location.clone(), "this word".into())],
            DeploymentError::Empty { location, .. } => vec![(location.clone(), "nothing is filled in here".into())],
            DeploymentError::NoSuchService { location, .. } => vec![(location.clone(), "this service".into())],
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

    /// Puts the services and the task definition into the scope that has the service's subnets. A service of the same name
    /// in the same cluster, which this one would replace, is taken out; of one that is updated, what the update doesn't
    /// name stays.
    ///
    /// # Errors
    /// A file holds something else, or the service that is updated isn't there.
    pub fn add<'a>(&self, snapshot: &mut Snapshot<'a>, sources: &'a Sources) -> Result<(), DeploymentError> {
        let Some(source) = self.service else { return Ok(()) };
        let found = objects(sources, source, &["service", "services"])?;
        if let (Some(_), [_, second, ..]) = (self.task_definition, found.as_slice()) {
            return Err(DeploymentError::SeveralServices {
                file: sources.get(source).name().to_owned(),
                count: found.len(),
                location: begin(sources, &Location::entity(second.origin)),
            });
        }
        let mut definition = match self.task_definition {
            Some(source) => Some(self.definition(sources, source)?),
            None => None,
        };
        for raw in found {
            let mut service = service(raw, snapshot, sources)?;
            let home = home(&service, &snapshot.scopes);
            let Some(scope) = snapshot.scopes.get_mut(home) else { return Ok(()) };
            if let Some(definition) = definition.take() {
                let same =
                    |known: &Element<TaskDefinition<'_>>| known.task_definition_arn == definition.task_definition_arn;
                scope.task_definitions.elements.retain(|known| !same(known));
                snapshot.oddities.extend(of_another_family(&service, &definition));
                service.value.task_definition.clone_from(&definition.task_definition_arn);
                scope.task_definitions.elements.push(definition);
            }
            for scope in &mut snapshot.scopes {
                scope.services.elements.retain(|known| !replaces(&service, known));
            }
            if let Some(scope) = snapshot.scopes.get_mut(home) {
                scope.services.elements.push(service);
            }
        }
        Ok(())
    }

    fn definition<'a>(
        &self,
        sources: &'a Sources,
        source: SourceId,
    ) -> Result<Element<TaskDefinition<'a>>, DeploymentError> {
        let raw = objects(sources, source, &["taskDefinition", "taskDefinitions"])?.into_iter().next();
        let Some(raw) = raw else {
            let location = Location::Span { source, start: 0, length: 1 };
            return Err(other(sources, &location, "task definition", "`family` and `containerDefinitions`"));
        };
        names::of_task_definition(&raw, sources)?;
        let mut definition: Element<TaskDefinition<'a>> = raw.parse(sources)?;
        if definition.container_definitions.as_ref().is_none_or(|containers| containers.is_empty()) {
            return Err(other(
                sources,
                &definition.location(),
                "task definition",
                "`family` and `containerDefinitions`",
            ));
        }
        definition.value.network_mode.get_or_insert_with(|| DEFAULT_NETWORK_MODE.into());
        if definition.task_definition_arn.is_none() {
            // It is registered only later: its family, in a form that no ARN has, stands for it until then.
            let family = definition.family.as_deref().unwrap_or("task-definition");
            let name = format!("{family}:next");
            definition.value.task_definition_arn = Some(name.into());
        }
        Ok(definition)
    }
}

/// That a service names a task definition of another family than the one that is deployed to it. One that is yet to be filled in
/// may become any.
fn of_another_family(service: &Service<'_>, definition: &TaskDefinition<'_>) -> Option<Oddity> {
    let named = service.task_definition.as_deref().filter(|named| !is_to_be_filled_in(named))?;
    let family = definition.family.as_deref()?;
    (last_part(named).split(':').next() != Some(family)).then(|| Oddity {
        what: format!("the service `{}`", service.service_name.as_deref().unwrap_or_default()),
        why: format!(
            "it names the task definition `{}`: it was judged with the one that was given, `{family}`",
            last_part(named)
        ),
    })
}

/// Whether a text is one that what renders the file is yet to fill in: `<TASK_DEFINITION>`, `${SUBNET}`.
fn is_to_be_filled_in(text: &str) -> bool {
    text.contains(['<', '$', '{'])
}

fn other(sources: &Sources, location: &Location, what: &'static str, needs: &'static str) -> DeploymentError {
    DeploymentError::Other {
        file: sources.get(location.source()).name().to_owned(),
        what,
        needs,
        location: begin(sources, location),
    }
}

/// The first byte of a place.
fn begin(sources: &Sources, location: &Location) -> Location {
    Location::Span { source: location.source(), start: sources.resolve(location).range.start, length: 1 }
}

/// A service as it is once the deployment is made.
fn service<'a>(
    raw: Raw<'a>,
    snapshot: &Snapshot<'a>,
    sources: &'a Sources,
) -> Result<Element<Service<'a>>, DeploymentError> {
    names::of_service(&raw, sources)?;
    let service: Element<Service<'a>> = raw.parse(sources)?;
    let updated: Element<Updated<'a>> = raw.parse(sources)?;
    if service.service_name.is_none()
        && let Some(name) = updated.value.service
    {
        return update(service, name, &raw, snapshot, sources);
    }
    if service.service_name.is_none() || service.network_configuration.is_none() {
        return Err(other(sources, &service.location(), "ECS service", "`serviceName` and `networkConfiguration`"));
    }
    Ok(service)
}

/// What the input of `update-service` calls its service by: a name or an ARN.
/// <https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_UpdateService.html>
#[derive(Debug, Deserialize)]
#[serde(bound(deserialize = "'de: 'a"))]
struct Updated<'a> {
    service: Option<Str<'a>>,
}

/// A service of the snapshot with what an update changes of it.
fn update<'a>(
    mut new: Element<Service<'a>>,
    name: Str<'a>,
    raw: &Raw<'a>,
    snapshot: &Snapshot<'a>,
    sources: &'a Sources,
) -> Result<Element<Service<'a>>, DeploymentError> {
    new.value.service_name = Some(last_part(&name).to_owned().into());
    let mut all = snapshot.scopes.iter().flat_map(|scope| &scope.services.elements);
    let Some(known) = all.find(|known| replaces(&new, known)) else {
        // All that is judged may stand in the update itself.
        if new.network_configuration.is_some() {
            return Ok(new);
        }
        let all = snapshot.scopes.iter().flat_map(|scope| &scope.services.elements);
        let called = |known: &Element<Service<'_>>| {
            Some(format!("`{}` in cluster `{}`", known.service_name.as_deref()?, cluster(known)))
        };
        return Err(DeploymentError::NoSuchService {
            name: format!("`{}` in cluster `{}`", last_part(&name), cluster(&new)),
            known: all.filter_map(called).take(8).collect(),
            location: Location::inside(new.origin, path!["service"]),
        });
    };
    let names = raw.names(sources)?;
    let Service {
        desired_count,
        task_definition,
        capacity_provider_strategy,
        deployment_configuration,
        network_configuration,
        platform_version,
        enable_execute_command,
        load_balancers,
        service_registries,
        service_connect_configuration,
        vpc_lattice_configurations,
        ..
    } = &new.value;
    let mut value = known.value.clone();
    macro_rules! take {
        ($($field:ident $key:literal),* $(,)?) => {$(
            if names.contains($key) {
                value.$field.clone_from($field);
            }
        )*};
    }
    take! {
        desired_count "desiredCount",
        task_definition "taskDefinition",
        capacity_provider_strategy "capacityProviderStrategy",
        deployment_configuration "deploymentConfiguration",
        network_configuration "networkConfiguration",
        platform_version "platformVersion",
        enable_execute_command "enableExecuteCommand",
        load_balancers "loadBalancers",
        service_registries "serviceRegistries",
        service_connect_configuration "serviceConnectConfiguration",
        vpc_lattice_configurations "vpcLatticeConfigurations",
    }
    // Its subnets are what findings point at most.
    let origin = if names.contains("networkConfiguration") { new.origin } else { known.origin };
    Ok(Element { origin, value })
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
    new.service_name == known.service_name && cluster(new) == cluster(known)
}

/// The name of a service's cluster.
fn cluster<'s>(service: &'s Service<'_>) -> &'s str {
    last_part(service.cluster_arn.as_deref().or(service.cluster.as_deref()).unwrap_or("default"))
}

/// The text of an object that is deployed.
struct Raw<'a> {
    origin: Origin,
    text: &'a str,
}

impl<'a> Raw<'a> {
    fn parse<T: Deserialize<'a>>(&self, sources: &Sources) -> Result<Element<T>, InputError> {
        let Origin { source, offset, .. } = self.origin;
        let value =
            strict::from_str(self.text).map_err(|error| explain(sources, source, offset as usize, 0, &error))?;
        Ok(Element { origin: self.origin, value })
    }

    /// The names of its members that say something: to the AWS CLI, `null` is as good as nothing.
    fn names(&self, sources: &Sources) -> Result<HashSet<String>, InputError> {
        let members: Element<HashMap<String, &'a RawValue>> = self.parse(sources)?;
        Ok(members.value.into_iter().filter(|(_, value)| value.get() != "null").map(|(name, _)| name).collect())
    }
}

/// The objects of a file: the whole, or what stands below one of `keys`, alone or in a list.
fn objects<'a>(sources: &'a Sources, source: SourceId, keys: &[&'static str]) -> Result<Vec<Raw<'a>>, InputError> {
    let (text, skipped) = sources.get(source).text();
    let base = text.as_ptr() as usize;
    let at = |text: &str| skipped + text.as_ptr() as usize - base;
    let top: HashMap<String, &'a RawValue> =
        serde_json::from_str(text).map_err(|error| explain(sources, source, skipped, 0, &error))?;
    let raw = |text: &'a str, key: &'static str, index: Option<usize>| {
        let text = text.trim_start();
        Raw { origin: Origin { source, offset: at(text) as u64, key, index: index.map(|index| index as u32) }, text }
    };
    // `taskDefinition` of a service is a name, and so is `service` of an update.
    let inner = keys.iter().find_map(|key| Some((*key, top.get(*key)?.get())));
    match inner {
        Some((key, object)) if object.starts_with('{') => Ok(vec![raw(object, key, None)]),
        Some((key, list)) if list.starts_with('[') => {
            let list: Vec<&'a RawValue> =
                serde_json::from_str(list).map_err(|error| explain(sources, source, at(list), 0, &error))?;
            let objects: Vec<_> =
                list.iter().enumerate().map(|(index, found)| raw(found.get(), key, Some(index))).collect();
            Ok(if objects.is_empty() { vec![raw(text, "", None)] } else { objects })
        }
        _ => Ok(vec![raw(text, "", None)]),
    }
}
