//! What a task definition says of the tasks that run it.

use super::resolver::Resolver;
use super::*;
use crate::network::known::Missing;
use crate::network::needs::ServiceConnect;
use crate::network::ranges::Ranges;
use crate::network::{log_drivers, needs};
use crate::path;
use crate::snapshot::{self as shape, Element, Location, last_part};

pub(super) fn ephemeral_ports(
    platform_family: Option<&str>,
    definition: Option<&shape::TaskDefinition<'_>>,
) -> (u16, u16) {
    let family = definition
        .and_then(|definition| definition.runtime_platform.as_ref())
        .and_then(|platform| platform.operating_system_family.as_deref())
        .or(platform_family)
        .unwrap_or("LINUX");
    if family.to_ascii_uppercase().starts_with("WINDOWS") { WINDOWS_PORTS } else { LINUX_PORTS }
}

/// Finds a task definition by ARN, or by `family` or `family:revision` as the input of create-service may name it.
pub(super) fn definition_of<'a>(network: &Network<'a>, name: &str) -> Option<&'a Element<shape::TaskDefinition<'a>>> {
    if let Some(found) = network.by_id.task_definitions.get(name) {
        return Some(found);
    }
    let (family, revision) = match last_part(name).split_once(':') {
        Some((family, revision)) => (family, revision.parse::<i64>().ok()),
        None => (last_part(name), None),
    };
    network
        .by_id
        .task_definitions
        .values()
        .filter(|definition| {
            definition.family.as_deref() == Some(family)
                && (revision.is_none() || definition.revision.is_none() || definition.revision == revision)
        })
        .max_by_key(|definition| definition.revision)
        .copied()
}

impl Network<'_> {
    /// Whether the input describes a task definition, which is named as services name it: by its ARN, family, or family and
    /// revision.
    pub fn has_task_definition(&self, name: &str) -> bool {
        definition_of(self, name).is_some()
    }
}

/// The ports of a mapping: one, or its range (`8080-8090`), of which `containerPort` says nothing.
/// <https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_PortMapping.html>
pub(super) fn mapped(mapping: &shape::PortMapping<'_>) -> Option<(u16, u16)> {
    let range = mapping.container_port_range.as_deref().and_then(|range| range.split_once('-'));
    let of_range = range.and_then(|(low, high)| Some((low.trim().parse().ok()?, high.trim().parse().ok()?)));
    let one = || mapping.container_port.and_then(|port| u16::try_from(port).ok()).map(|port| (port, port));
    of_range.or_else(one)
}

/// Whether a mapping has a port, by itself or in its range.
pub(super) fn maps(mapping: &shape::PortMapping<'_>, port: Option<i64>) -> bool {
    let in_range =
        |(low, high): (u16, u16)| port.is_some_and(|port| (i64::from(low)..=i64::from(high)).contains(&port));
    mapping.container_port == port || mapped(mapping).is_some_and(in_range)
}

/// The ports that containers map, with their protocols: "The default is `tcp`".
/// <https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_PortMapping.html>
pub(super) fn listening_of(definition: Option<&shape::TaskDefinition<'_>>) -> Vec<Listening> {
    let containers = definition.into_iter().flat_map(|definition| definition.container_definitions.iter().flatten());
    let protocol = |mapping: &shape::PortMapping<'_>| match mapping.protocol.as_deref() {
        None | Some("tcp") => Some(Protocol::Tcp),
        Some("udp") => Some(Protocol::Udp),
        Some(_) => None,
    };
    let mappings = containers.flat_map(|container| container.port_mappings.iter());
    mappings.filter_map(|mapping| Some((protocol(mapping)?, mapped(mapping)?))).collect()
}

/// The ports that containers map, as ranges; all, where a mapping's can't be read.
pub(super) fn ports_of(definition: Option<&shape::TaskDefinition<'_>>) -> Ranges<u16> {
    let containers = definition.into_iter().flat_map(|definition| definition.container_definitions.iter().flatten());
    let mappings = containers.flat_map(|container| container.port_mappings.iter());
    Ranges::collect(mappings.map(|mapping| mapped(mapping).unwrap_or((1, u16::MAX))))
}

pub(super) fn images_of<'a>(definition: Option<&'a Element<shape::TaskDefinition<'a>>>) -> Vec<(&'a str, Location)> {
    let Some(definition) = definition else { return Vec::new() };
    let containers = definition.container_definitions.iter().flatten().enumerate();
    containers
        .filter_map(|(index, container)| {
            Some((
                container.image.as_deref().filter(|image| !image.is_empty())?,
                Location::inside(definition.origin, path!["containerDefinitions", index, "image"]),
            ))
        })
        .collect()
}

/// Whether what tasks need is known: their definition is, with its containers and all that these name, and what their proxy names.
pub(super) fn needs_known(
    resolver: &Resolver<'_, '_>,
    name: Option<&str>,
    definition: Option<&Element<shape::TaskDefinition<'_>>>,
    connect: Option<&ServiceConnect<'_, '_>>,
) -> Known<()> {
    let Some(definition) = definition else {
        let unknown = name.and_then(|name| Missing::of_text(name, resolver.scope));
        return Err(unknown.unwrap_or(resolver.missing("ecs:DescribeTaskDefinition")));
    };
    let of_proxy = connect.and_then(|found| found.configuration.log_configuration.as_ref());
    let of_containers = definition.container_definitions.iter().flatten();
    let mut logs = of_containers.filter_map(|container| container.log_configuration.as_ref()).chain(of_proxy);
    let hidden = hidden_containers(resolver, definition).next().map(|hidden| hidden.missing);
    match hidden.or_else(|| logs.find_map(|log| log_drivers::missing(log, resolver.scope))) {
        Some(missing) => Err(missing),
        None if !names_what_it_needs(definition) => Err(resolver.missing("ecs:DescribeTaskDefinition")),
        None if !tells_of_logs(of_proxy) => Err(resolver.missing("ecs:DescribeServices")),
        None => Ok(()),
    }
}

/// A container of which it isn't known what pulling its image needs.
struct Hidden {
    index: usize,
    missing: Missing,
    /// Whether all else is told of it.
    is_image_alone: bool,
}

/// Containers of which nothing is told but an expression for their name, which stand for those that aren't known, and those whose
/// image tells no registry.
fn hidden_containers(
    resolver: &Resolver<'_, '_>,
    definition: &shape::TaskDefinition<'_>,
) -> impl Iterator<Item = Hidden> {
    let region = resolver.network.scopes[resolver.scope as usize].region.as_deref();
    let containers = definition.container_definitions.iter().flatten().enumerate();
    containers.filter_map(move |(index, container)| {
        let missing = match container.image.as_deref() {
            None => Missing::of_text(container.name.as_deref()?, resolver.scope)?,
            Some("") => return None,
            Some(image) => needs::missing_of_image(image, region, resolver.scope)?,
        };
        Some(Hidden { index, missing, is_image_alone: container.image.is_some() })
    })
}

fn is_named(text: &Option<shape::Str<'_>>) -> bool {
    text.as_deref().is_some_and(|text| !text.is_empty())
}

/// Whether logs name their driver, and every secret that it gets.
fn tells_of_logs(log: Option<&shape::LogConfiguration<'_>>) -> bool {
    log.is_none_or(|log| {
        is_named(&log.log_driver) && log.secret_options.iter().all(|secret| is_named(&secret.value_from))
    })
}

/// Whether a definition names every image, log driver, secret, file and file system that its tasks have.
fn names_what_it_needs(definition: &shape::TaskDefinition<'_>) -> bool {
    let by_container = |container: &shape::ContainerDefinition<'_>| {
        let credentials = container.repository_credentials.as_ref();
        is_named(&container.image)
            && tells_of_logs(container.log_configuration.as_ref())
            && container.secrets.iter().all(|secret| is_named(&secret.value_from))
            && container.environment_files.iter().all(|file| is_named(&file.value))
            && credentials.is_none_or(|found| is_named(&found.credentials_parameter))
    };
    let mut file_systems = definition.volumes.iter().filter_map(|volume| volume.efs_volume_configuration.as_ref());
    definition.container_definitions.as_ref().is_some_and(|containers| containers.iter().all(by_container))
        && file_systems.all(|found| is_named(&found.file_system_id))
}

/// What tasks of a definition need and nobody follows: where their logs go, and what comes in by ports that are none.
pub(super) fn unfollowed_of(definition: Option<&Element<shape::TaskDefinition<'_>>>) -> Vec<shape::Oddity> {
    let containers = definition.into_iter().flat_map(|found| found.container_definitions.iter().flatten());
    let logs = |container: &shape::ContainerDefinition<'_>| {
        let name = container.name.as_deref().unwrap_or("a container");
        log_drivers::unfollowed(container.log_configuration.as_ref()?, name)
    };
    containers.flat_map(|container| logs(container).into_iter().chain(unread_ports(container))).collect()
}

/// Port mappings of a container that have no port which can be read.
fn unread_ports(container: &shape::ContainerDefinition<'_>) -> impl Iterator<Item = shape::Oddity> {
    let unread = container.port_mappings.iter().enumerate().filter(|(_, mapping)| mapped(mapping).is_none());
    unread.map(|(index, mapping)| shape::Oddity {
        what: format!("port mapping {index} of {}", container.name.as_deref().unwrap_or("a container")),
        why: match (mapping.container_port, mapping.container_port_range.as_deref()) {
            (Some(port), _) => format!("{port} is no port: who gets in to it was not looked at"),
            (None, Some(range)) => format!("{range:?} is no range of ports: who gets in to it was not looked at"),
            (None, None) => "it has no port: who gets in to it was not looked at".into(),
        },
    })
}

/// What tasks need by their definition and Service Connect, what a plain task does where not all of their containers are known,
/// and what ECS Exec needs where `element`, the service or task, has it on.
pub(super) fn needs_of<T>(
    resolver: &Resolver<'_, '_>,
    definition: Option<&Element<shape::TaskDefinition<'_>>>,
    connect: Option<&ServiceConnect<'_, '_>>,
    platform_version: Option<&str>,
    execute_command: Option<bool>,
    element: &Element<T>,
) -> Vec<Need> {
    let region = resolver.network.scopes[resolver.scope as usize].region.as_deref();
    let mut needs = needs::of_tasks(definition, connect, region, platform_version);
    if let Some(definition) = definition {
        for hidden in hidden_containers(resolver, definition) {
            let container = path!["containerDefinitions", hidden.index];
            let place = match hidden.is_image_alone {
                true => Location::inside(definition.origin, [&container[..], &path!["image"]].concat()),
                false => Location::inside(definition.origin, container),
            };
            needs.extend(needs::presumed(region, &place, hidden.is_image_alone, &needs));
        }
    }
    if execute_command == Some(true) {
        needs.push(needs::of_execute_command(Location::inside(element.origin, path!["enableExecuteCommand"])));
    }
    needs
}
