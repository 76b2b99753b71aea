//! Workloads of ECS services.

use super::definition::maps;
use super::definition::{definition_of, ephemeral_ports, images_of, last_part, needs_known, needs_of, ports_of};
use super::resolver::Resolver;
use super::*;
use crate::network::expression::expression;
use crate::network::known::Missing;
use crate::network::text::text;
use crate::path;
use crate::snapshot::{self as shape, Element, Location, Scope};
use rustc_hash::FxHashMap;

fn is_fargate(service: &shape::Service<'_>, definition: Option<&shape::TaskDefinition<'_>>) -> bool {
    if !service.capacity_provider_strategy.is_empty() {
        return service
            .capacity_provider_strategy
            .iter()
            .any(|item| item.capacity_provider.as_deref().is_some_and(|name| name.starts_with("FARGATE")));
    }
    match service.launch_type.as_deref() {
        Some(kind) => kind == "FARGATE" || expression(kind).is_some(),
        // An input of create-service may leave the launch type to the cluster's default.
        None => definition.is_none_or(|definition| {
            definition.requires_compatibilities.is_empty()
                || definition.requires_compatibilities.iter().any(|kind| *kind == "FARGATE")
        }),
    }
}

/// The workload of an ECS service; none where it does not run on Fargate or is gone.
pub(in crate::network) fn of_service<'a>(
    resolver: &Resolver<'_, 'a>,
    service: &'a Element<shape::Service<'a>>,
    scope: &'a Scope<'a>,
) -> Option<Workload<'a>> {
    let definition = service.task_definition.as_deref().and_then(|name| definition_of(resolver.network, name));
    if !is_fargate(service, definition.map(|found| &found.value)) || service.status.as_deref() == Some("INACTIVE") {
        return None;
    }
    let awsvpc = service.network_configuration.as_ref().and_then(|found| found.awsvpc_configuration.as_ref());
    let config = |field: &'static str| path!["networkConfiguration", "awsvpcConfiguration", field].to_vec();
    let missing_service = resolver.missing("ecs:DescribeServices");
    let subnets = match awsvpc.and_then(|found| found.subnets.as_ref()) {
        None => Err(missing_service),
        Some(list) => Ok(list
            .iter()
            .enumerate()
            .map(|(index, id)| Placement {
                subnet: resolver.subnet(id),
                id: id.to_string(),
                place: Location::inside(service.origin, config("subnets").into_iter().chain([index.into()])),
            })
            .collect::<Vec<_>>()),
    };
    let named = awsvpc.and_then(|found| found.security_groups.as_deref()).unwrap_or_default();
    let groups = if named.is_empty() {
        resolver.default_group(&subnets)
    } else {
        Ok(named
            .iter()
            .enumerate()
            .map(|(index, id)| Membership {
                group: resolver.group(id),
                id: id.to_string(),
                place: Location::inside(service.origin, config("securityGroups").into_iter().chain([index.into()])),
            })
            .collect())
    };
    let public_ip = if awsvpc.is_none() {
        Err(missing_service)
    } else {
        let written = awsvpc.and_then(|found| found.assign_public_ip.as_deref());
        let unknown = written.and_then(|written| Missing::of_text(written, resolver.scope));
        unknown.map_or(Ok(written == Some("ENABLED")), Err)
    };
    let version = service.platform_version.as_deref();
    let needs = needs_of(resolver, definition, version, service.enable_execute_command, service);
    let needs_known = needs_known(resolver, service.task_definition.as_deref(), definition);
    let registrations = registrations_of(resolver, service, definition);
    let connect = connect_of(service);
    let namespace = connect.and_then(|found| namespace_of(found, service, scope)).map(str::to_owned);
    let name = service.service_name.as_deref().or(service.service_arn.as_deref().map(last_part)).unwrap_or("service");
    Some(Workload {
        name: name.to_owned(),
        kind: WorkloadKind::Service,
        id: name.to_owned(),
        arn: service.service_arn.as_deref().map(str::to_owned),
        cluster: cluster_of(
            service.service_arn.as_deref(),
            service.cluster_arn.as_deref().or(service.cluster.as_deref()),
        ),
        scope: resolver.scope,
        place: Location::inside(service.origin, path!["serviceName"]),
        subnets,
        groups,
        names_groups: !named.is_empty(),
        public_ip,
        public_ip_at: Location::inside(service.origin, config("assignPublicIp")),
        ephemeral: ephemeral_ports(service.platform_family.as_deref(), definition.map(|found| &found.value)),
        needs,
        needs_known,
        registrations,
        namespace,
        offers: connect.map_or_else(Vec::new, |found| offers_of(found, definition)),
        ports: ports_of(definition.map(|found| &found.value)),
        desired: service.desired_count.unwrap_or(1),
        running: service.running_count,
        maximum_percent: service.deployment_configuration.as_ref().and_then(|found| found.maximum_percent),
        network_mode: definition.and_then(|found| found.network_mode.as_deref()),
        isolated: false,
        images: images_of(definition),
    })
}

/// The target groups that a service registers its tasks with.
fn registrations_of(
    resolver: &Resolver<'_, '_>,
    service: &Element<shape::Service<'_>>,
    definition: Option<&Element<shape::TaskDefinition<'_>>>,
) -> Vec<Registration> {
    service
        .load_balancers
        .iter()
        .enumerate()
        .filter_map(|(index, entry)| {
            let arn = entry.target_group_arn.as_deref()?;
            let port = entry.container_port.and_then(|port| u16::try_from(port).ok());
            let containers = definition.and_then(|definition| definition.container_definitions.as_ref());
            let named = entry.container_name.is_some() && entry.container_port.is_some();
            let is_told = |name: Option<&str>| name.is_some_and(|name| expression(name).is_none());
            let containers = containers.filter(|list| named && list.iter().all(|one| is_told(one.name.as_deref())));
            let is_mapped = containers.map(|containers| {
                containers.iter().any(|container| {
                    container.name == entry.container_name
                        && container.port_mappings.iter().any(|mapping| maps(mapping, entry.container_port))
                })
            });
            Some(Registration {
                target_group: resolver.target_group(arn),
                arn: arn.to_owned(),
                container: text(&entry.container_name).to_owned(),
                port,
                is_mapped,
                place: Location::inside(service.origin, path!["loadBalancers", index, "containerPort"]),
            })
        })
        .collect()
}

/// Service Connect, where it is on: as the service says, or else its primary deployment.
fn connect_of<'s, 'a>(service: &'s shape::Service<'a>) -> Option<&'s shape::ServiceConnectConfiguration<'a>> {
    service
        .service_connect_configuration
        .as_ref()
        .or_else(|| {
            let primary = service.deployments.iter().find(|deployment| deployment.status.as_deref() == Some("PRIMARY"));
            primary.and_then(|deployment| deployment.service_connect_configuration.as_ref())
        })
        .filter(|found| found.enabled == Some(true))
}

/// The namespace of a service: its own, its cluster's default, or else the one named as its cluster.
fn namespace_of<'s>(
    connect: &'s shape::ServiceConnectConfiguration<'_>,
    service: &'s shape::Service<'_>,
    scope: &'s Scope<'_>,
) -> Option<&'s str> {
    let cluster = service.cluster_arn.as_deref().or(service.cluster.as_deref());
    let cluster_default = || {
        let cluster = scope.clusters.elements.iter().find(|found| found.cluster_arn.as_deref() == cluster)?;
        cluster.service_connect_defaults.as_ref()?.namespace.as_deref()
    };
    connect.namespace.as_deref().or_else(cluster_default).or(cluster)
}

/// What a service offers in its namespace: ports that its task definition names.
fn offers_of(
    connect: &shape::ServiceConnectConfiguration<'_>,
    definition: Option<&Element<shape::TaskDefinition<'_>>>,
) -> Vec<Offer> {
    let named_ports: FxHashMap<&str, u16> = definition
        .into_iter()
        .flat_map(|definition| definition.container_definitions.iter().flatten())
        .flat_map(|container| container.port_mappings.iter())
        .filter_map(|mapping| Some((mapping.name.as_deref()?, u16::try_from(mapping.container_port?).ok()?)))
        .collect();
    connect
        .services
        .iter()
        .filter_map(|offer| {
            let port_name = offer.port_name.as_deref()?;
            Some(Offer {
                name: offer.discovery_name.as_deref().unwrap_or(port_name).to_owned(),
                port: *named_ports.get(port_name)?,
            })
        })
        .collect()
}
