//! What is going to run: workloads from services, from tasks, from what the user declares, and, where nothing says what
//! runs, a plain task in every subnet.

use super::model::*;
use super::needs::{self, Need, NeedTarget, Purpose};
use crate::path;
use crate::snapshot::{self as shape, Element, Location, Scope};
use rustc_hash::FxHashMap;

/// Where a workload comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WorkloadKind {
    /// An ECS service.
    Service,
    /// A task that runs outside of services.
    Task,
    /// Declared by flags or the configuration.
    Declared,
    /// A plain task in a subnet of which nothing says what runs in it.
    Hypothetical,
}

/// A subnet that a workload runs in.
#[derive(Debug, Clone)]
pub struct Placement {
    /// The subnet.
    pub subnet: Reference<SubnetId>,
    /// Its id as written.
    pub id: String,
    /// Where it is written.
    pub place: Location,
}

/// A security group that a workload has.
#[derive(Debug, Clone)]
pub struct Membership {
    /// The group.
    pub group: Reference<GroupId>,
    /// Its id as written.
    pub id: String,
    /// Where it is written.
    pub place: Location,
}

/// A target group that a workload's containers register with.
#[derive(Debug, Clone)]
pub struct Registration {
    /// The target group.
    pub target_group: Reference<TargetGroupId>,
    /// Its ARN.
    pub arn: String,
    /// The container.
    pub container: String,
    /// The container's port.
    pub port: Option<u16>,
    /// Whether the task definition has that container with that port; none where the definition isn't known.
    pub is_mapped: Option<bool>,
    /// Where it is written.
    pub place: Location,
}

/// A port that a workload offers under a name in its namespace.
#[derive(Debug, Clone)]
pub struct Offer {
    /// The name that others use.
    pub name: String,
    /// The container's port.
    pub port: u16,
}

/// Something that runs, or is going to.
#[derive(Debug)]
pub struct Workload<'a> {
    /// How reports call it.
    pub name: String,
    /// Where it comes from.
    pub kind: WorkloadKind,
    /// Its id: the ARN's last part, or its name.
    pub id: String,
    /// Its ARN.
    pub arn: Option<String>,
    /// Its scope in the snapshot.
    pub scope: u32,
    /// Where it is written.
    pub place: Location,
    /// Its subnets.
    pub subnets: Known<Vec<Placement>>,
    /// Its security groups; its VPC's default group where it names none.
    pub groups: Known<Vec<Membership>>,
    /// Whether groups were named.
    pub names_groups: bool,
    /// Whether it gets a public IPv4 address.
    pub public_ip: Known<bool>,
    /// Where that is written.
    pub public_ip_at: Location,
    /// Ports that its connections come from.
    pub ephemeral: (u16, u16),
    /// What it needs.
    pub needs: Vec<Need>,
    /// Whether its needs are known: not without its task definition.
    pub needs_known: Known<()>,
    /// Target groups.
    pub registrations: Vec<Registration>,
    /// The Service Connect namespace that it is in, where known.
    pub namespace: Option<String>,
    /// What it offers there.
    pub offers: Vec<Offer>,
    /// Ports that its containers listen on.
    pub ports: Vec<u16>,
    /// How many tasks.
    pub desired: i64,
    /// How many of them run; none where the input doesn't say.
    pub running: Option<i64>,
    /// Of how many percent of its tasks a deployment may have; none where the input doesn't say.
    pub maximum_percent: Option<i64>,
    /// The network mode of its task definition; none where the input doesn't say.
    pub network_mode: Option<&'a str>,
    /// Images, with their places.
    pub images: Vec<(&'a str, Location)>,
}

/// A workload that flags or the configuration declare.
#[derive(Debug, Clone)]
pub struct Declaration {
    /// Its name.
    pub name: String,
    /// Ids of subnets.
    pub subnets: Vec<(String, Location)>,
    /// Ids of security groups.
    pub security_groups: Vec<(String, Location)>,
    /// Whether it gets a public IP.
    pub assign_public_ip: bool,
    /// Where that is written.
    pub assign_public_ip_at: Location,
    /// Its image.
    pub image: Option<(String, Location)>,
    /// What else it needs.
    pub needs: Vec<Need>,
    /// The name of a service of the snapshot that it adds needs to, instead of being one of its own.
    pub adds_to: Option<String>,
    /// Where it is written.
    pub place: Location,
}

/// Ephemeral ports of Fargate's Linux: the kernel's default `ip_local_port_range`.
/// <https://docs.aws.amazon.com/vpc/latest/userguide/nacl-ephemeral-ports.html>
pub const LINUX_PORTS: (u16, u16) = (32768, 60999);
/// Ephemeral ports of Windows Server.
pub const WINDOWS_PORTS: (u16, u16) = (49152, 65535);

/// Ids → positions, to resolve what workloads refer to.
pub(super) struct Resolver<'n, 'a> {
    pub network: &'n Network<'a>,
    pub scope: u32,
    pub subnets_complete: bool,
    pub groups_complete: bool,
    pub target_groups_complete: bool,
}

impl Resolver<'_, '_> {
    fn missing(&self, call: &'static str) -> Missing {
        Missing { call, scope: self.scope }
    }

    pub(super) fn subnet(&self, id: &str) -> Reference<SubnetId> {
        match self.network.by_id.subnets.get_in(self.scope, id) {
            Some(found) => Reference::To(*found),
            None if self.subnets_complete => Reference::Gone,
            None => Reference::Unknown(self.missing("ec2:DescribeSubnets")),
        }
    }

    pub(super) fn group(&self, id: &str) -> Reference<GroupId> {
        match self.network.by_id.groups.get_in(self.scope, id) {
            Some(found) => Reference::To(*found),
            None if self.groups_complete => Reference::Gone,
            None => Reference::Unknown(self.missing("ec2:DescribeSecurityGroups")),
        }
    }

    fn target_group(&self, arn: &str) -> Reference<TargetGroupId> {
        match self.network.by_id.target_groups.get_in(self.scope, arn) {
            Some(found) => Reference::To(*found),
            None if self.target_groups_complete => Reference::Gone,
            None => Reference::Unknown(self.missing("elasticloadbalancing:DescribeTargetGroups")),
        }
    }

    /// The default group of the VPC of the first subnet that is known.
    fn default_group(&self, subnets: &Known<Vec<Placement>>) -> Known<Vec<Membership>> {
        let subnets = subnets.as_ref().map_err(|missing| *missing)?;
        let vpc = subnets
            .iter()
            .filter_map(|placement| placement.subnet.known())
            .find_map(|subnet| self.network.subnet(subnet).vpc.known());
        let Some(group) = vpc.and_then(|vpc| self.network.vpc(vpc).default_group) else {
            return Err(self.missing("ec2:DescribeSecurityGroups"));
        };
        let element = self.network.group(group).element;
        Ok(vec![Membership {
            group: Reference::To(group),
            id: text(&element.group_id).to_owned(),
            place: Location::inside(element.origin, path!["GroupId"]),
        }])
    }
}

fn last_part(arn: &str) -> &str {
    arn.rsplit(['/', ':']).next().unwrap_or(arn)
}

fn is_fargate(service: &shape::Service<'_>, definition: Option<&shape::TaskDefinition<'_>>) -> bool {
    if !service.capacity_provider_strategy.is_empty() {
        return service
            .capacity_provider_strategy
            .iter()
            .any(|item| item.capacity_provider.as_deref().is_some_and(|name| name.starts_with("FARGATE")));
    }
    match service.launch_type.as_deref() {
        Some(kind) => kind == "FARGATE",
        // An input of create-service may leave the launch type to the cluster's default.
        None => definition.is_none_or(|definition| {
            definition.requires_compatibilities.is_empty()
                || definition.requires_compatibilities.iter().any(|kind| *kind == "FARGATE")
        }),
    }
}

fn ephemeral_ports(platform_family: Option<&str>, definition: Option<&shape::TaskDefinition<'_>>) -> (u16, u16) {
    let family = definition
        .and_then(|definition| definition.runtime_platform.as_ref())
        .and_then(|platform| platform.operating_system_family.as_deref())
        .or(platform_family)
        .unwrap_or("LINUX");
    if family.to_ascii_uppercase().starts_with("WINDOWS") { WINDOWS_PORTS } else { LINUX_PORTS }
}

/// Finds a task definition by ARN, or by `family` or `family:revision` as the input of create-service may name it.
fn definition_of<'a>(network: &Network<'a>, name: &str) -> Option<&'a Element<shape::TaskDefinition<'a>>> {
    if let Some(found) = network.by_id.task_definitions.get(name) {
        return Some(found);
    }
    let (family, revision) = match last_part_of_definition(name).split_once(':') {
        Some((family, revision)) => (family, revision.parse::<i64>().ok()),
        None => (last_part_of_definition(name), None),
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

fn last_part_of_definition(name: &str) -> &str {
    name.rsplit('/').next().unwrap_or(name)
}

/// Whether a mapping has a port, by itself or in its range (`8080-8090`).
fn maps(mapping: &shape::PortMapping<'_>, port: Option<i64>) -> bool {
    let range = mapping.container_port_range.as_deref().and_then(|range| range.split_once('-'));
    let in_range = range.is_some_and(|(low, high)| match (low.parse::<i64>(), high.parse::<i64>(), port) {
        (Ok(low), Ok(high), Some(port)) => (low..=high).contains(&port),
        _ => false,
    });
    mapping.container_port == port || in_range
}

fn ports_of(definition: Option<&shape::TaskDefinition<'_>>) -> Vec<u16> {
    let mut ports: Vec<u16> = definition
        .into_iter()
        .flat_map(|definition| definition.container_definitions.iter().flatten())
        .flat_map(|container| container.port_mappings.iter())
        .filter_map(|mapping| u16::try_from(mapping.container_port?).ok())
        .collect();
    ports.sort_unstable();
    ports.dedup();
    ports
}

fn images_of<'a>(definition: Option<&'a Element<shape::TaskDefinition<'a>>>) -> Vec<(&'a str, Location)> {
    let Some(definition) = definition else { return Vec::new() };
    let containers = definition.container_definitions.iter().flatten().enumerate();
    containers
        .filter_map(|(index, container)| {
            Some((
                container.image.as_deref()?,
                Location::inside(definition.origin, path!["containerDefinitions", index, "image"]),
            ))
        })
        .collect()
}

/// The workload of an ECS service; none where it does not run on Fargate or is gone.
pub(super) fn of_service<'a>(
    resolver: &Resolver<'_, 'a>,
    service: &'a Element<shape::Service<'a>>,
    scope: &'a Scope<'a>,
) -> Option<Workload<'a>> {
    let definition = service.task_definition.as_deref().and_then(|name| definition_of(resolver.network, name));
    if !is_fargate(service, definition.map(|found| &found.value)) || service.status.as_deref() == Some("INACTIVE") {
        return None;
    }
    let region = resolver.network.scopes[resolver.scope as usize].region.as_deref();
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
        Ok(awsvpc.and_then(|found| found.assign_public_ip.as_deref()) == Some("ENABLED"))
    };
    let mut needs = definition
        .map_or_else(Vec::new, |found| needs::of_task_definition(found, region, service.platform_version.as_deref()));
    if service.enable_execute_command == Some(true) {
        needs.push(Need {
            purpose: Purpose::Exec,
            target: NeedTarget::Service("ssmmessages".into()),
            protocol: super::filters::Protocol::Tcp,
            port: 443,
            permissions: Vec::new(),
            place: Location::inside(service.origin, path!["enableExecuteCommand"]),
        });
    }
    let registrations = service
        .load_balancers
        .iter()
        .enumerate()
        .filter_map(|(index, entry)| {
            let arn = entry.target_group_arn.as_deref()?;
            let port = entry.container_port.and_then(|port| u16::try_from(port).ok());
            let containers = definition.and_then(|definition| definition.container_definitions.as_ref());
            let named = entry.container_name.is_some() && entry.container_port.is_some();
            let containers = containers.filter(|list| named && list.iter().all(|container| container.name.is_some()));
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
        .collect();
    let connect = service
        .service_connect_configuration
        .as_ref()
        .or_else(|| {
            let primary = service.deployments.iter().find(|deployment| deployment.status.as_deref() == Some("PRIMARY"));
            primary.and_then(|deployment| deployment.service_connect_configuration.as_ref())
        })
        .filter(|found| found.enabled == Some(true));
    let cluster = service.cluster_arn.as_deref().or(service.cluster.as_deref());
    let cluster_default = || {
        let cluster = scope.clusters.elements.iter().find(|found| found.cluster_arn.as_deref() == cluster)?;
        cluster.service_connect_defaults.as_ref()?.namespace.as_deref()
    };
    let namespace =
        connect.and_then(|found| found.namespace.as_deref().or_else(cluster_default).or(cluster)).map(str::to_owned);
    let named_ports: FxHashMap<&str, u16> = definition
        .into_iter()
        .flat_map(|definition| definition.container_definitions.iter().flatten())
        .flat_map(|container| container.port_mappings.iter())
        .filter_map(|mapping| Some((mapping.name.as_deref()?, u16::try_from(mapping.container_port?).ok()?)))
        .collect();
    let offers = connect
        .into_iter()
        .flat_map(|found| found.services.iter())
        .filter_map(|offer| {
            let port_name = offer.port_name.as_deref()?;
            Some(Offer {
                name: offer.discovery_name.as_deref().unwrap_or(port_name).to_owned(),
                port: *named_ports.get(port_name)?,
            })
        })
        .collect();
    let name = service.service_name.as_deref().or(service.service_arn.as_deref().map(last_part)).unwrap_or("service");
    Some(Workload {
        name: name.to_owned(),
        kind: WorkloadKind::Service,
        id: name.to_owned(),
        arn: service.service_arn.as_deref().map(str::to_owned),
        scope: resolver.scope,
        place: Location::inside(service.origin, path!["serviceName"]),
        subnets,
        groups,
        names_groups: !named.is_empty(),
        public_ip,
        public_ip_at: Location::inside(service.origin, config("assignPublicIp")),
        ephemeral: ephemeral_ports(service.platform_family.as_deref(), definition.map(|found| &found.value)),
        needs,
        needs_known: definition.map(|_| ()).ok_or(resolver.missing("ecs:DescribeTaskDefinition")),
        registrations,
        namespace,
        offers,
        ports: ports_of(definition.map(|found| &found.value)),
        desired: service.desired_count.unwrap_or(1),
        running: service.running_count,
        maximum_percent: service.deployment_configuration.as_ref().and_then(|found| found.maximum_percent),
        network_mode: definition.and_then(|found| found.network_mode.as_deref()),
        images: images_of(definition),
    })
}

/// Workloads of tasks that no service runs, one for each definition, subnet and set of groups.
pub(super) fn of_tasks<'a>(resolver: &Resolver<'_, 'a>, scope: &'a Scope<'a>) -> Vec<Workload<'a>> {
    let mut found: Vec<Workload<'a>> = Vec::new();
    for task in &scope.tasks {
        let of_service = task.group.as_deref().is_some_and(|group| group.starts_with("service:"));
        let stopped = task.last_status.as_deref() == Some("STOPPED");
        if of_service || stopped || task.launch_type.as_deref().is_some_and(|kind| kind != "FARGATE") {
            continue;
        }
        let detail = |name: &str| {
            task.attachments
                .iter()
                .filter(|attachment| {
                    attachment.ty.as_deref() == Some("ElasticNetworkInterface")
                        || attachment.ty.as_deref() == Some("eni")
                })
                .flat_map(|attachment| attachment.details.iter())
                .find(|detail| detail.name.as_deref() == Some(name))
                .and_then(|detail| detail.value.as_deref())
        };
        let place = task.location();
        let subnets = match detail("subnetId") {
            Some(id) => Ok(vec![Placement { subnet: resolver.subnet(id), id: id.to_owned(), place: place.clone() }]),
            None => Err(resolver.missing("ecs:DescribeTasks")),
        };
        let interface =
            detail("networkInterfaceId").and_then(|id| resolver.network.by_id.interfaces.get_in(resolver.scope, id));
        let interface = interface.map(|id| resolver.network.interface(*id));
        let no_interface = resolver.missing("ec2:DescribeNetworkInterfaces");
        let groups = match interface.map(|interface| interface.element.groups.as_deref()) {
            Some(Some(list)) if !list.is_empty() => Ok(list
                .iter()
                .filter_map(|group| group.group_id.as_deref())
                .map(|id| Membership { group: resolver.group(id), id: id.to_owned(), place: place.clone() })
                .collect()),
            _ => Err(no_interface),
        };
        let public_ip = interface
            .map(|interface| {
                let own = interface.element.association.as_ref();
                let of_address =
                    interface.element.private_ip_addresses.iter().filter_map(|address| address.association.as_ref());
                own.into_iter().chain(of_address).any(|association| association.public_ip.is_some())
            })
            .ok_or(no_interface);
        let definition = task.task_definition_arn.as_deref().and_then(|arn| definition_of(resolver.network, arn));
        let region = resolver.network.scopes[resolver.scope as usize].region.as_deref();
        let mut needs = definition
            .map_or_else(Vec::new, |found| needs::of_task_definition(found, region, task.platform_version.as_deref()));
        if task.enable_execute_command == Some(true) {
            needs.push(Need {
                purpose: Purpose::Exec,
                target: NeedTarget::Service("ssmmessages".into()),
                protocol: super::filters::Protocol::Tcp,
                port: 443,
                permissions: Vec::new(),
                place: Location::inside(task.origin, path!["enableExecuteCommand"]),
            });
        }
        let name = last_part_of_definition(task.task_definition_arn.as_deref().unwrap_or("task")).to_owned();
        let same = |known: &Workload<'_>| {
            let ids = |list: &Known<Vec<Membership>>| {
                list.as_ref().ok().map(|list| list.iter().map(|entry| entry.id.clone()).collect::<Vec<_>>())
            };
            let at = |list: &Known<Vec<Placement>>| {
                list.as_ref().ok().map(|list| list.iter().map(|entry| entry.id.clone()).collect::<Vec<_>>())
            };
            known.name == name
                && ids(&known.groups) == ids(&groups)
                && at(&known.subnets) == at(&subnets)
                && known.public_ip == public_ip
        };
        if let Some(known) = found.iter_mut().find(|known| same(known)) {
            known.desired += 1;
            continue;
        }
        found.push(Workload {
            id: task.task_arn.as_deref().map(last_part).unwrap_or(&name).to_owned(),
            name,
            kind: WorkloadKind::Task,
            arn: task.task_arn.as_deref().map(str::to_owned),
            scope: resolver.scope,
            place: Location::inside(task.origin, path!["taskArn"]),
            subnets,
            groups,
            names_groups: true,
            public_ip,
            public_ip_at: place,
            ephemeral: ephemeral_ports(task.platform_family.as_deref(), definition.map(|found| &found.value)),
            needs,
            needs_known: definition.map(|_| ()).ok_or(resolver.missing("ecs:DescribeTaskDefinition")),
            registrations: Vec::new(),
            namespace: None,
            offers: Vec::new(),
            ports: ports_of(definition.map(|found| &found.value)),
            desired: 1,
            running: Some(1),
            maximum_percent: None,
            network_mode: definition.and_then(|found| found.network_mode.as_deref()),
            images: images_of(definition),
        });
    }
    found
}

/// The workload of a declaration.
pub(super) fn of_declaration<'a>(resolver: &Resolver<'_, 'a>, declaration: &Declaration) -> Workload<'a> {
    let subnets = Ok(declaration
        .subnets
        .iter()
        .map(|(id, place)| Placement { subnet: resolver.subnet(id), id: id.clone(), place: place.clone() })
        .collect::<Vec<_>>());
    let groups = if declaration.security_groups.is_empty() {
        resolver.default_group(&subnets)
    } else {
        Ok(declaration
            .security_groups
            .iter()
            .map(|(id, place)| Membership { group: resolver.group(id), id: id.clone(), place: place.clone() })
            .collect())
    };
    let region = resolver.network.scopes[resolver.scope as usize].region.as_deref();
    let mut needs = match &declaration.image {
        Some((image, place)) => needs::of_image(image, region, None, place.clone()),
        None => Vec::new(),
    };
    needs.extend(declaration.needs.iter().cloned());
    Workload {
        name: declaration.name.clone(),
        kind: WorkloadKind::Declared,
        id: declaration.name.clone(),
        arn: None,
        scope: resolver.scope,
        place: declaration.place.clone(),
        subnets,
        groups,
        names_groups: !declaration.security_groups.is_empty(),
        public_ip: Ok(declaration.assign_public_ip),
        public_ip_at: declaration.assign_public_ip_at.clone(),
        ephemeral: LINUX_PORTS,
        needs,
        needs_known: Ok(()),
        registrations: Vec::new(),
        namespace: None,
        offers: Vec::new(),
        ports: Vec::new(),
        desired: 1,
        running: None,
        maximum_percent: None,
        network_mode: None,
        images: Vec::new(),
    }
}

/// A plain task in every subnet of a scope of which nothing says what runs in it. Where a VPC has subnets with a way out,
/// those without any (isolated tiers) are left alone.
pub(super) fn of_subnets<'a>(resolver: &Resolver<'_, 'a>) -> (Vec<Workload<'a>>, Vec<shape::Oddity>) {
    let network = resolver.network;
    let leads_out = |subnet: &Subnet<'a>| match &subnet.table {
        Err(_) => true,
        Ok((table, _)) => network
            .table(*table)
            .routes
            .as_ref()
            .map_or(true, |routes| routes.iter().any(|route| route.target_id != "local")),
    };
    let mut workloads = Vec::new();
    let mut isolated = Vec::new();
    for (index, subnet) in network.subnets.iter().enumerate() {
        if subnet.scope != resolver.scope {
            continue;
        }
        let Some(vpc) = subnet.vpc.known() else { continue };
        let id = text(&subnet.element.subnet_id);
        let has_others = network.vpc(vpc).subnets.iter().any(|other| leads_out(network.subnet(*other)));
        if has_others && !leads_out(subnet) {
            isolated.push(id);
            continue;
        }
        let place = Location::inside(subnet.element.origin, path!["SubnetId"]);
        let default =
            subnet.table.as_ref().ok().and_then(|(table, _)| network.table(*table).default_route().ok().flatten());
        let public_ip = default.is_some_and(|route| matches!(route.target, super::routes::Target::InternetGateway(_)));
        workloads.push(Workload {
            name: format!("a task in {}", name_of(&subnet.element.tags).unwrap_or(id)),
            kind: WorkloadKind::Hypothetical,
            id: id.to_owned(),
            arn: None,
            scope: resolver.scope,
            place: place.clone(),
            subnets: Ok(vec![Placement {
                subnet: Reference::To(SubnetId(index as u32)),
                id: id.to_owned(),
                place: place.clone(),
            }]),
            // It is given a group that lets everything out: which group a real one will have isn't known.
            groups: Ok(Vec::new()),
            names_groups: true,
            public_ip: Ok(public_ip),
            public_ip_at: place.clone(),
            ephemeral: LINUX_PORTS,
            needs: needs::of_plain_task(&place),
            needs_known: Ok(()),
            registrations: Vec::new(),
            namespace: None,
            offers: Vec::new(),
            ports: Vec::new(),
            desired: 1,
            running: None,
            maximum_percent: None,
            network_mode: None,
            images: Vec::new(),
        });
    }
    let oddities = if isolated.is_empty() {
        Vec::new()
    } else {
        vec![shape::Oddity {
            what: isolated.join(", "),
            why: "no route leads out: taken for an isolated tier; name a workload that runs there to have it judged"
                .into(),
        }]
    };
    (workloads, oddities)
}
