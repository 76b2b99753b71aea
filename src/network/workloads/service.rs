//! Workloads of ECS services.

use super::definition::{definition_of, ephemeral_ports, images_of, mapped, maps};
use super::definition::{listening_of, needs_known, needs_of, ports_of, unfollowed_of};
use super::resolver::Resolver;
use super::*;
use crate::network::expression::expression;
use crate::network::known::Missing;
use crate::network::log_drivers;
use crate::network::needs::ServiceConnect;
use crate::network::text::text;
use crate::path;
use crate::snapshot::{self as shape, Element, Location, Scope, Step, last_part};
use rustc_hash::FxHashMap;

/// What tasks of a service are started with: as the service says, or one of its task sets.
struct Parameters<'a> {
    /// The path to them inside the service.
    at: Vec<Step>,
    /// The last part of the task set's id.
    task_set: Option<&'a str>,
    task_definition: Option<&'a str>,
    launch_type: Option<&'a str>,
    capacity_provider_strategy: &'a [shape::CapacityProviderStrategyItem<'a>],
    platform_version: Option<&'a str>,
    platform_family: Option<&'a str>,
    network: Option<&'a shape::NetworkConfiguration<'a>>,
    load_balancers: &'a [shape::ServiceLoadBalancer<'a>],
    desired: Option<i64>,
    running: Option<i64>,
    /// Whether they serve production traffic, or are to.
    is_in_production: bool,
    /// The call that would tell what is lacking.
    call: &'static str,
}

impl<'a> Parameters<'a> {
    fn of_service(service: &'a shape::Service<'a>) -> Self {
        Parameters {
            at: Vec::new(),
            task_set: None,
            task_definition: service.task_definition.as_deref(),
            launch_type: service.launch_type.as_deref(),
            capacity_provider_strategy: &service.capacity_provider_strategy,
            platform_version: service.platform_version.as_deref(),
            platform_family: service.platform_family.as_deref(),
            network: service.network_configuration.as_ref(),
            load_balancers: &service.load_balancers,
            desired: service.desired_count,
            running: service.running_count,
            is_in_production: true,
            call: if is_external(service) { "ecs:DescribeTaskSets" } else { "ecs:DescribeServices" },
        }
    }

    fn of_task_set(service: &'a shape::Service<'a>, index: usize, set: &'a shape::TaskSet<'a>) -> Self {
        Parameters {
            at: path!["taskSets", index].to_vec(),
            task_set: set.id.as_deref().map(last_part),
            task_definition: set.task_definition.as_deref(),
            launch_type: set.launch_type.as_deref(),
            capacity_provider_strategy: &set.capacity_provider_strategy,
            platform_version: set.platform_version.as_deref(),
            platform_family: set.platform_family.as_deref(),
            network: set.network_configuration.as_ref(),
            load_balancers: &set.load_balancers,
            desired: set.computed_desired_count.or(service.desired_count),
            running: set.running_count,
            is_in_production: set.status.as_deref().is_none_or(|status| status == "PRIMARY"),
            call: "ecs:DescribeTaskSets",
        }
    }

    /// Where something of them is written.
    fn place(&self, service: &Element<shape::Service<'_>>, steps: &[Step]) -> Location {
        Location::inside(service.origin, [&*self.at, steps].concat())
    }

    fn is_fargate(&self, definition: Option<&shape::TaskDefinition<'_>>) -> bool {
        if !self.capacity_provider_strategy.is_empty() {
            return self
                .capacity_provider_strategy
                .iter()
                .any(|item| item.capacity_provider.as_deref().is_some_and(|name| name.starts_with("FARGATE")));
        }
        match self.launch_type {
            Some(kind) => kind == "FARGATE" || expression(kind).is_some(),
            // An input of create-service may leave the launch type to the cluster's default.
            None => definition.is_none_or(|definition| {
                definition.requires_compatibilities.is_empty()
                    || definition.requires_compatibilities.iter().any(|kind| *kind == "FARGATE")
            }),
        }
    }
}

/// Who deploys a service, where it says so.
fn controller<'s>(service: &'s shape::Service<'_>) -> Option<&'s str> {
    service.deployment_controller.as_ref().and_then(|found| found.ty.as_deref())
}

/// Whether somebody else than ECS deploys a service, by task sets: all that a task is started with is theirs.
/// <https://docs.aws.amazon.com/AmazonECS/latest/developerguide/deployment-type-external.html>
fn is_external(service: &shape::Service<'_>) -> bool {
    controller(service) == Some("EXTERNAL")
}

/// What tasks of a service are started with: the service's own parameters, or those of its task sets, where it has none. A
/// task set that is `DRAINING` starts no more tasks. Where CodeDeploy deploys, the service is what its `PRIMARY` task set is, which has
/// the one target group after one deployment and the other after the next.
/// <https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_TaskSet.html>
/// <https://docs.aws.amazon.com/AmazonECS/latest/developerguide/deployment-type-bluegreen.html>
fn parameters_of<'a>(service: &'a shape::Service<'a>) -> Vec<Parameters<'a>> {
    let sets = || service.task_sets.iter().flatten().enumerate();
    let is_primary = |set: &shape::TaskSet<'_>| set.status.as_deref() == Some("PRIMARY");
    let primary = sets().find(|(_, set)| is_primary(set) && set.network_configuration.is_some());
    if let (Some("CODE_DEPLOY"), Some((index, set))) = (controller(service), primary) {
        let own = Parameters::of_service(service);
        let set = Parameters::of_task_set(service, index, set);
        return vec![Parameters { task_set: None, desired: own.desired, running: own.running, ..set }];
    }
    match &service.task_sets {
        Some(sets) if is_external(service) || service.network_configuration.is_none() && !sets.is_empty() => {
            let sets = sets.iter().enumerate().filter(|(_, set)| set.status.as_deref() != Some("DRAINING"));
            sets.map(|(index, set)| Parameters::of_task_set(service, index, set)).collect()
        }
        _ => vec![Parameters::of_service(service)],
    }
}

/// The workloads of an ECS service: one, or one for each of its task sets; none where it does not run on Fargate or is gone.
pub(in crate::network) fn of_service<'a>(
    resolver: &Resolver<'_, 'a>,
    service: &'a Element<shape::Service<'a>>,
    scope: &'a Scope<'a>,
) -> Vec<Workload<'a>> {
    if is_deleted(service) {
        return Vec::new();
    }
    let all = parameters_of(service);
    let several = all.len() > 1;
    all.iter().filter_map(|parameters| of_parameters(resolver, service, scope, parameters, several)).collect()
}

/// Whether a service is deleted, though some of its tasks may still be stopping: it starts no more.
/// <https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_DeleteService.html>
fn is_deleted(service: &shape::Service<'_>) -> bool {
    matches!(service.status.as_deref(), Some("INACTIVE" | "DRAINING"))
}

/// That a service has no task set, so that nothing of it runs.
pub(in crate::network) fn without_task_sets(service: &shape::Service<'_>) -> Option<shape::Oddity> {
    let is_idle = is_external(service) && service.task_sets.as_ref().is_some_and(|sets| sets.is_empty());
    (is_idle && !is_deleted(service)).then(|| shape::Oddity {
        what: format!("the service `{}`", name_of_service(service)),
        why: "its deployment controller is EXTERNAL and it has no task set: nothing of it runs".into(),
    })
}

/// That a service, or task sets of it, run on something else than Fargate, and why that is known.
pub(in crate::network) fn elsewhere(network: &Network<'_>, service: &shape::Service<'_>) -> Option<shape::Oddity> {
    let all = parameters_of(service).into_iter().filter(|_| !is_deleted(service));
    let by = all.filter_map(|parameters| {
        let definition = parameters.task_definition.and_then(|name| definition_of(network, name));
        let is_fargate = parameters.is_fargate(definition.map(|found| &found.value));
        (!is_fargate).then_some(match (parameters.capacity_provider_strategy, parameters.launch_type) {
            ([_, ..], _) => "its capacity providers are not Fargate's".to_owned(),
            (_, Some(kind)) => format!("its launch type is {kind}"),
            (_, None) => "its task definition is not for Fargate".to_owned(),
        })
    });
    by.into_iter().next().map(|by| shape::Oddity {
        what: format!("the service `{}`", name_of_service(service)),
        why: format!("{by}: it was not judged"),
    })
}

pub(super) fn name_of_service<'s>(service: &'s shape::Service<'_>) -> &'s str {
    service.service_name.as_deref().or(service.service_arn.as_deref().map(last_part)).unwrap_or("service")
}

fn of_parameters<'a>(
    resolver: &Resolver<'_, 'a>,
    service: &'a Element<shape::Service<'a>>,
    scope: &'a Scope<'a>,
    parameters: &Parameters<'a>,
    several: bool,
) -> Option<Workload<'a>> {
    let definition = parameters.task_definition.and_then(|name| definition_of(resolver.network, name));
    if !parameters.is_fargate(definition.map(|found| &found.value)) {
        return None;
    }
    let awsvpc = parameters.network.and_then(|found| found.awsvpc_configuration.as_ref());
    let at =
        |field: &'static str| parameters.place(service, &path!["networkConfiguration", "awsvpcConfiguration", field]);
    let inside = |field: &'static str, index: usize| {
        parameters.place(service, &path!["networkConfiguration", "awsvpcConfiguration", field, index])
    };
    let missing = resolver.missing(parameters.call);
    let subnets = match awsvpc.and_then(|found| found.subnets.as_ref()) {
        None => Err(missing),
        Some(list) => Ok(list
            .iter()
            .enumerate()
            .map(|(index, id)| Placement {
                subnet: resolver.subnet(id),
                id: id.to_string(),
                place: inside("subnets", index),
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
                place: inside("securityGroups", index),
            })
            .collect())
    };
    let public_ip = if awsvpc.is_none() {
        Err(missing)
    } else {
        let written = awsvpc.and_then(|found| found.assign_public_ip.as_deref());
        let unknown = written.and_then(|written| Missing::of_text(written, resolver.scope));
        unknown.map_or(Ok(written == Some("ENABLED")), Err)
    };
    let connect = connect_of(service);
    let proxied = connect.as_ref();
    let execute_command = service.enable_execute_command;
    let needs = needs_of(resolver, definition, proxied, parameters.platform_version, execute_command, service);
    let needs_known = needs_known(resolver, parameters.task_definition, definition, proxied);
    let connect = connect.map(|found| found.configuration);
    let namespace = connect.and_then(|found| namespace_of(found, service, scope)).map(str::to_owned);
    let name = name_of_service(service);
    Some(Workload {
        name: match parameters.task_set.filter(|_| several) {
            Some(set) => format!("{name}/{set}"),
            None => name.to_owned(),
        },
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
        public_ip_at: at("assignPublicIp"),
        ephemeral: ephemeral_ports(parameters.platform_family, definition.map(|found| &found.value)),
        needs,
        unfollowed: [unfollowed_of(definition), unread_of(service, connect, definition)].concat(),
        needs_known,
        registrations: registrations_of(resolver, service, parameters, definition),
        classic_load_balancers: classic_load_balancers_of(service, parameters),
        namespace,
        offers: connect.map_or_else(Vec::new, |found| offers_of(found, definition)),
        discovered: discovered_of(service, definition),
        ports: ports_of(definition.map(|found| &found.value)),
        listening: listening_of(definition.map(|found| &found.value)),
        desired: parameters.desired.unwrap_or(1),
        running: parameters.running,
        maximum_percent: service.deployment_configuration.as_ref().and_then(|found| found.maximum_percent),
        network_mode: definition.and_then(|found| found.network_mode.as_deref()),
        is_task_set: parameters.task_set.is_some(),
        is_by_code_deploy: controller(service) == Some("CODE_DEPLOY"),
        set_in: None,
        task_definition: parameters.task_definition.map(last_part),
        isolated: false,
        images: images_of(definition),
    })
}

/// The target groups that tasks of a service are registered with.
fn registrations_of(
    resolver: &Resolver<'_, '_>,
    service: &Element<shape::Service<'_>>,
    parameters: &Parameters<'_>,
    definition: Option<&Element<shape::TaskDefinition<'_>>>,
) -> Vec<Registration> {
    parameters
        .load_balancers
        .iter()
        .enumerate()
        .filter(|(_, entry)| entry.target_group_arn.is_some() || entry.load_balancer_name.is_none())
        .map(|(index, entry)| {
            let arn = entry.target_group_arn.as_deref();
            let port = entry.container_port.and_then(|port| u16::try_from(port).ok());
            let containers = definition.and_then(|definition| definition.container_definitions.as_ref());
            let named = entry.container_name.is_some() && entry.container_port.is_some();
            let is_told = |name: Option<&str>| name.is_some_and(|name| expression(name).is_none());
            let containers = containers.filter(|list| named && list.iter().all(|one| is_told(one.name.as_deref())));
            let is_mapped = containers.and_then(|containers| {
                let found = containers.iter().any(|container| {
                    container.name == entry.container_name
                        && container.port_mappings.iter().any(|mapping| maps(mapping, entry.container_port))
                });
                let mut mappings = containers.iter().flat_map(|container| container.port_mappings.iter());
                (found || mappings.all(|mapping| mapped(mapping).is_some())).then_some(found)
            });
            let mappings = containers.into_iter().flatten().flat_map(|container| {
                let name = text(&container.name);
                container.port_mappings.iter().filter_map(move |mapping| Some((name, mapped(mapping)?.0)))
            });
            let mapped = mappings.min_by_key(|(name, _)| Some(*name) != entry.container_name.as_deref());
            // In a blue/green deployment of ECS the two change their parts: the one that a listener leads to serves.
            // <https://docs.aws.amazon.com/AmazonECS/latest/developerguide/blue-green-deployment-implementation.html>
            let alternate = entry.advanced_configuration.as_ref();
            let alternate = alternate.and_then(|found| found.alternate_target_group_arn.as_deref());
            let is_led_to = |arn: &str| {
                let group = resolver.target_group(arn).known().map(|group| resolver.network.target_group(group));
                group.and_then(|group| Some(!group.load_balancers.as_ref().ok()?.is_empty()))
            };
            let is_idle = arn.and_then(is_led_to) == Some(false);
            let arn = alternate.filter(|other| is_idle && is_led_to(other) == Some(true)).or(arn);
            Registration {
                target_group: match arn {
                    Some(arn) => resolver.target_group(arn),
                    None => Reference::Unknown(resolver.missing(parameters.call)),
                },
                arn: arn.unwrap_or_default().to_owned(),
                is_in_production: parameters.is_in_production,
                container: text(&entry.container_name).to_owned(),
                port,
                is_mapped,
                mapped: mapped.map(|(name, port)| (name.to_owned(), port)),
                place: parameters.place(service, &path!["loadBalancers", index, "containerPort"]),
            }
        })
        .collect()
}

/// The Classic Load Balancers among the entries of a service: those that are named instead of a target group.
/// <https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_LoadBalancer.html>
fn classic_load_balancers_of(
    service: &Element<shape::Service<'_>>,
    parameters: &Parameters<'_>,
) -> Vec<(String, Location)> {
    let entries = parameters.load_balancers.iter().enumerate().filter(|(_, entry)| entry.target_group_arn.is_none());
    let named = entries.filter_map(|(index, entry)| {
        let place = || parameters.place(service, &path!["loadBalancers", index, "loadBalancerName"]);
        entry.load_balancer_name.as_deref().map(|name| (name.to_owned(), place()))
    });
    named.collect()
}

/// What a service says of who comes in, and of where its proxy's logs go, so that it can't be followed.
fn unread_of(
    service: &shape::Service<'_>,
    connect: Option<&shape::ServiceConnectConfiguration<'_>>,
    definition: Option<&Element<shape::TaskDefinition<'_>>>,
) -> Vec<shape::Oddity> {
    let log = connect.and_then(|connect| connect.log_configuration.as_ref());
    let unfollowed = log.and_then(|log| log_drivers::unfollowed(log, "the Service Connect proxy"));
    let mut found = Vec::from_iter(unfollowed);
    let mut tell = |what: String, why: &str| found.push(shape::Oddity { what, why: why.to_owned() });
    if service.service_registries.iter().any(|registry| registry.registry_arn.is_none()) {
        tell("its service registry".into(), "it has no `registryArn`: who finds the service by it was not looked at");
    }
    if service.service_connect_configuration.as_ref().is_some_and(|connect| connect.enabled.is_none()) {
        tell("Service Connect".into(), "the input doesn't say whether it is `enabled`: it was taken to be off");
    }
    let primary = service.deployments.iter().filter(|one| one.status.as_deref() == Some("PRIMARY"));
    let lattice = primary.flat_map(|one| one.vpc_lattice_configurations.iter());
    for target in service.vpc_lattice_configurations.iter().chain(lattice) {
        let port = text(&target.port_name);
        tell(format!("the VPC Lattice target group {}", text(&target.target_group_arn)), &lattice_asks(port));
    }
    for offer in connect.iter().flat_map(|connect| connect.services.iter()) {
        if definition.is_some() && port_offered(offer, &named_ports(definition)).is_none() {
            tell(
                format!("the port `{}` that it offers", text(&offer.port_name)),
                "its task definition names no such port: who gets in to it was not looked at",
            );
        }
    }
    found
}

/// What targets of VPC Lattice need, of which nothing is followed.
/// "You can add a rule to the instance security group that allows inbound HTTPS access from the VPC Lattice managed prefix list."
/// <https://docs.aws.amazon.com/vpc-lattice/latest/ug/security-groups.html>
fn lattice_asks(port: &str) -> String {
    format!(
        "whether VPC Lattice gets to port `{port}` of its tasks was not looked at: their security groups, and the network ACLs of their \
         subnets, have to let its managed prefix list (com.amazonaws.REGION.vpc-lattice) in"
    )
}

/// The ports that callers of a service which Cloud Map has may go to: those that its registries name, and those that its
/// containers map. Records without a port say nothing of it: whatever listens in a task can be gone to, mapped or not.
/// <https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ServiceRegistry.html>
fn discovered_of(
    service: &Element<shape::Service<'_>>,
    definition: Option<&Element<shape::TaskDefinition<'_>>>,
) -> Option<(Ranges<u16>, Location)> {
    let registries = || service.service_registries.iter().filter(|registry| registry.registry_arn.is_some());
    let named = registries().filter_map(|registry| u16::try_from(registry.container_port.or(registry.port)?).ok());
    let named = Ranges::collect(named.map(|port| (port, port)));
    let mapped = ports_of(definition.map(|found| &found.value));
    let ports = if named.is_empty() { Ranges::one(1, u16::MAX) } else { named.union(&mapped) };
    registries().next().map(|_| (ports, Location::inside(service.origin, path!["serviceRegistries"])))
}

/// Service Connect, where it is on: as the service says, or else its primary deployment.
fn connect_of<'s, 'a>(service: &'s Element<shape::Service<'a>>) -> Option<ServiceConnect<'s, 'a>> {
    let own = service.service_connect_configuration.as_ref();
    let of_deployment = || {
        let mut deployments = service.deployments.iter().enumerate();
        let (index, primary) = deployments.find(|(_, one)| one.status.as_deref() == Some("PRIMARY"))?;
        let configuration = primary.service_connect_configuration.as_ref()?;
        Some((configuration, path!["deployments", index, "serviceConnectConfiguration"].to_vec()))
    };
    own.map(|configuration| (configuration, path!["serviceConnectConfiguration"].to_vec()))
        .or_else(of_deployment)
        .filter(|(configuration, _)| configuration.enabled == Some(true))
        .map(|(configuration, at)| ServiceConnect { configuration, origin: service.origin, at })
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

/// What a service offers in its namespace: ports that its task definition names, where the proxy listens for others, unless the
/// service gives it another port ("use it in your VPC security groups to allow traffic into the proxy"). Load balancers and
/// their health checks go to the container's port all the same.
/// <https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ServiceConnectService.html>
fn offers_of(
    connect: &shape::ServiceConnectConfiguration<'_>,
    definition: Option<&Element<shape::TaskDefinition<'_>>>,
) -> Vec<Offer> {
    let named = named_ports(definition);
    let offers = connect.services.iter().filter_map(|offer| {
        let name = offer.discovery_name.as_deref().or(offer.port_name.as_deref())?;
        let port = port_offered(offer, &named)?;
        let container_port = offer.port_name.as_deref().and_then(|name| named.get(name).copied());
        Some(Offer { name: name.to_owned(), port, container_port: container_port.unwrap_or(port) })
    });
    offers.collect()
}

/// The ports of a task definition by their names.
fn named_ports<'d>(definition: Option<&'d Element<shape::TaskDefinition<'_>>>) -> FxHashMap<&'d str, u16> {
    let containers = definition.into_iter().flat_map(|definition| definition.container_definitions.iter().flatten());
    let mappings = containers.flat_map(|container| container.port_mappings.iter());
    let named = |mapping: &'d shape::PortMapping<'_>| {
        Some((mapping.name.as_deref()?, u16::try_from(mapping.container_port?).ok()?))
    };
    mappings.filter_map(named).collect()
}

/// The port that others of the namespace go to; none where nothing names it.
fn port_offered(offer: &shape::ServiceConnectService<'_>, named: &FxHashMap<&str, u16>) -> Option<u16> {
    let of_name = named.get(offer.port_name.as_deref()?);
    match offer.ingress_port_override {
        Some(port) => u16::try_from(port).ok(),
        None => of_name.copied(),
    }
}
