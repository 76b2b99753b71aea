//! Workloads of tasks that run outside of services.

use super::definition::{
    definition_of, ephemeral_ports, images_of, listening_of, needs_known, needs_of, ports_of, unfollowed_of,
};
use super::resolver::Resolver;
use super::service::name_of_service;
use super::*;
use crate::path;
use crate::snapshot::{self as shape, Location, Scope, last_part};
use rustc_hash::{FxHashMap, FxHashSet};
use std::collections::hash_map::Entry;

/// That tasks run on something else than Fargate.
pub(in crate::network) fn tasks_elsewhere(scope: &Scope<'_>) -> Option<Oddity> {
    let count = scope.tasks.elements.iter().filter(|task| !task.is_stopped() && is_elsewhere(task)).count();
    let noun = if count == 1 { "task" } else { "tasks" };
    (count > 0).then(|| Oddity {
        what: format!("{count} {noun} of another launch type than FARGATE"),
        why: "only what runs on Fargate is judged".into(),
    })
}

fn is_elsewhere(task: &shape::Task<'_>) -> bool {
    task.launch_type.as_deref().is_some_and(|kind| kind != "FARGATE")
}

/// Tasks on Fargate that no service runs. Where the list of services is absent or has holes, the tasks of a service that isn't in
/// it are all that shows it.
fn outside_of_services<'a>(scope: &'a Scope<'a>) -> impl Iterator<Item = &'a shape::Element<shape::Task<'a>>> {
    let listed: FxHashSet<&str> = (scope.services.elements.iter()).map(|service| name_of_service(service)).collect();
    scope.tasks.elements.iter().filter(move |task| {
        let service = task.group.as_deref().and_then(|group| group.strip_prefix("service:"));
        let is_of_service = service.is_some_and(|name| scope.services.is_complete() || listed.contains(name));
        !is_of_service && !task.is_stopped() && !is_elsewhere(task)
    })
}

/// Whether a task has no network interface yet: ECS provisions it before anything else.
/// <https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-lifecycle-explanation.html>
fn is_unprovisioned(task: &shape::Task<'_>) -> bool {
    task.last_status.as_deref() == Some("PROVISIONING") && task.interface_detail("networkInterfaceId").is_none()
}

/// Tasks of which nothing but their subnet is known yet.
pub(in crate::network) fn unprovisioned<'a>(scope: &'a Scope<'a>) -> impl Iterator<Item = Oddity> {
    outside_of_services(scope).filter(|task| is_unprovisioned(task)).map(|task| Oddity {
        what: format!("the task `{}`", task.task_arn.as_deref().map(last_part).unwrap_or("task")),
        why: "it is being provisioned: it has no network interface yet, and was not judged".into(),
    })
}

/// Workloads of tasks that no service runs, one for each definition, subnet and set of groups.
pub(in crate::network) fn of_tasks<'a>(resolver: &Resolver<'_, 'a>, scope: &'a Scope<'a>) -> Vec<Workload<'a>> {
    let mut found: Vec<Workload<'a>> = Vec::new();
    let mut positions: FxHashMap<_, usize> = FxHashMap::default();
    for task in outside_of_services(scope).filter(|task| !is_unprovisioned(task)) {
        let place = task.location();
        let subnets = match task.interface_detail("subnetId") {
            Some(id) => Ok(vec![Placement { subnet: resolver.subnet(id), id: id.to_owned(), place: place.clone() }]),
            None => Err(resolver.missing("ecs:DescribeTasks")),
        };
        let interface = task
            .interface_detail("networkInterfaceId")
            .and_then(|id| resolver.network.by_id.interfaces.get_in(resolver.scope, id));
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
        let version = task.platform_version.as_deref();
        let needs = needs_of(resolver, definition, None, version, task.enable_execute_command, task);
        let name = last_part(task.task_definition_arn.as_deref().unwrap_or("task")).to_owned();
        let ids = |list: &Vec<Membership>| list.iter().map(|entry| entry.id.clone()).collect::<Vec<_>>();
        let at = |list: &Vec<Placement>| list.iter().map(|entry| entry.id.clone()).collect::<Vec<_>>();
        let alike = (
            name.clone(),
            groups.as_ref().ok().map(ids),
            subnets.as_ref().ok().map(at),
            public_ip.as_ref().ok().copied(),
        );
        match positions.entry(alike) {
            Entry::Occupied(position) => {
                found[*position.get()].desired += 1;
                continue;
            }
            Entry::Vacant(position) => position.insert(found.len()),
        };
        found.push(Workload {
            id: task.task_arn.as_deref().map(last_part).unwrap_or(&name).to_owned(),
            name,
            kind: WorkloadKind::Task,
            arn: task.task_arn.as_deref().map(str::to_owned),
            cluster: cluster_of(task.task_arn.as_deref(), task.cluster_arn.as_deref()),
            scope: resolver.scope,
            place: Location::inside(task.origin, path!["taskArn"]),
            subnets,
            groups,
            names_groups: true,
            public_ip,
            public_ip_at: place,
            ephemeral: ephemeral_ports(task.platform_family.as_deref(), definition.map(|found| &found.value)),
            needs,
            unfollowed: unfollowed_of(definition),
            needs_known: needs_known(resolver, task.task_definition_arn.as_deref(), definition, None),
            registrations: Vec::new(),
            classic_load_balancers: Vec::new(),
            namespace: None,
            offers: Vec::new(),
            discovered: None,
            ports: ports_of(definition.map(|found| &found.value)),
            listening: listening_of(definition.map(|found| &found.value)),
            desired: 1,
            running: Some(1),
            maximum_percent: None,
            network_mode: definition.and_then(|found| found.network_mode.as_deref()),
            is_task_set: false,
            is_by_code_deploy: false,
            set_in: None,
            task_definition: task.task_definition_arn.as_deref().map(last_part),
            isolated: false,
            images: images_of(definition),
        });
    }
    found
}
