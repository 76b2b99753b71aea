//! What ECS says went wrong: why tasks stopped, and the events of services.
//!
//! Nothing here runs any more. Incidents make no workload, and no verdict hangs on them: they are what was seen of a fault
//! that a finding explains.

use super::ids::WorkloadId;
use super::model::Network;
use super::workloads::WorkloadKind;
use crate::snapshot::{Scope, Service, Task, last_part};
use rustc_hash::{FxHashMap, FxHashSet};

/// Who told of an incident.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Witness {
    /// A task that stopped, with its reasons.
    StoppedTask,
    /// An event of a service.
    ServiceEvent,
}

/// Something that ECS says went wrong.
#[derive(Debug, Clone)]
pub struct Incident<'a> {
    /// Who told of it.
    pub witness: Witness,
    /// Whose it is, as reports call it: `service web`, with several clusters `service shop/web`; `task job:3`.
    pub owner: String,
    /// The workload of the network that this is, where it is one.
    pub workload: Option<WorkloadId>,
    /// Its scope in the snapshot.
    pub scope: u32,
    /// The id of the subnet where it happened, as far as that is known: not every task got as far as an interface.
    pub subnet: Option<&'a str>,
    /// What was said; never empty, what says most first.
    pub texts: Vec<&'a str>,
    /// Whether ECS calls it a failure, whatever the text.
    pub is_failure: bool,
    /// When, in seconds since 1970.
    pub at: Option<i64>,
}

/// An event that ends all trouble before it.
/// <https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-event-messages-list.html>
const STEADY: &str = "has reached a steady state";

/// What events of trouble say, by the same page.
const TROUBLE: [&str; 3] = ["was unable to", "failed to", "is unhealthy in"];

/// What runs, by its scope and by what it is called there.
struct Running<'n> {
    network: &'n Network<'n>,
    by_name: FxHashMap<(u32, WorkloadKind), FxHashMap<&'n str, Vec<WorkloadId>>>,
}

impl<'n> Running<'n> {
    fn of(network: &'n Network<'n>) -> Self {
        let mut by_name: FxHashMap<_, FxHashMap<_, Vec<_>>> = FxHashMap::default();
        for (index, workload) in (0..).zip(&network.workloads) {
            let of_kind = by_name.entry((workload.scope, workload.kind)).or_default();
            of_kind.entry(workload.own_name()).or_default().push(WorkloadId(index));
        }
        Running { network, by_name }
    }

    fn called(&self, scope: u32, kind: WorkloadKind, name: &str) -> &[WorkloadId] {
        let of_kind = self.by_name.get(&(scope, kind));
        of_kind.and_then(|of_kind| of_kind.get(name)).map_or(&[], Vec::as_slice)
    }

    /// The service of a name; of several clusters' services of that name, that of the cluster.
    fn service(&self, scope: u32, name: &str, cluster: Option<&str>) -> Option<WorkloadId> {
        let is_it = |id: &&WorkloadId| {
            let own = self.network.workload(**id).cluster.as_deref();
            own.is_none() || cluster.is_none() || own == cluster.map(last_part)
        };
        self.called(scope, WorkloadKind::Service, name).iter().find(is_it).copied()
    }
}

/// The incidents of these scopes.
pub(super) fn incidents<'a>(network: &Network<'_>, scopes: &'a [Scope<'a>]) -> Vec<Incident<'a>> {
    let running = &Running::of(network);
    let several = clusters(scopes).len() > 1;
    let of_scope = |(index, scope): (u32, &'a Scope<'a>)| {
        let tasks = scope.tasks.elements.iter().filter_map(move |task| of_task(running, index, task, several));
        let services = scope.services.elements.iter();
        tasks.chain(services.flat_map(move |service| of_service(running, index, service, several)))
    };
    (0..).zip(scopes).flat_map(of_scope).collect()
}

/// The ARNs of all clusters that are named.
fn clusters<'a>(scopes: &'a [Scope<'a>]) -> FxHashSet<&'a str> {
    let of_scope = |scope: &'a Scope<'a>| {
        let tasks = scope.tasks.elements.iter().filter_map(|task| task.cluster_arn.as_deref());
        let services = scope.services.elements.iter().filter_map(|service| service.cluster_arn.as_deref());
        let clusters = scope.clusters.elements.iter().filter_map(|cluster| cluster.cluster_arn.as_deref());
        tasks.chain(services).chain(clusters)
    };
    scopes.iter().flat_map(of_scope).collect()
}

/// How a service is called: with its cluster, where that is one of several.
fn called(name: &str, cluster: Option<&str>, several: bool) -> String {
    match cluster.filter(|_| several) {
        Some(cluster) => format!("service {}/{name}", last_part(cluster)),
        None => format!("service {name}"),
    }
}

fn of_task<'a>(running: &Running<'_>, scope: u32, task: &'a Task<'a>, several: bool) -> Option<Incident<'a>> {
    if !task.is_stopped() || task.launch_type.as_deref().is_some_and(|kind| kind != "FARGATE") {
        return None;
    }
    // The container's reason is the cause of the task's: "Essential container in task exited".
    let reasons = task.containers.iter().filter_map(|container| container.reason.as_deref());
    let texts: Vec<&str> = reasons.chain(task.stopped_reason.as_deref()).filter(|text| !text.is_empty()).collect();
    if texts.is_empty() {
        return None;
    }
    let definition = task.task_definition_arn.as_deref().map(last_part);
    let (owner, workload) = match task.group.as_deref().and_then(|group| group.strip_prefix("service:")) {
        Some(name) => {
            let cluster = task.cluster_arn.as_deref();
            (called(name, cluster, several), running.service(scope, name, cluster))
        }
        None => {
            let name = definition.unwrap_or("task");
            let known = definition.and_then(|name| running.called(scope, WorkloadKind::Task, name).first());
            (format!("task {name}"), known.copied())
        }
    };
    let is_failure = match task.stop_code.as_deref() {
        Some("TaskFailedToStart") => true,
        // A task that did its work exits too.
        Some("EssentialContainerExited") => {
            task.containers.iter().any(|container| container.exit_code.is_some_and(|code| code != 0))
        }
        _ => false,
    };
    Some(Incident {
        witness: Witness::StoppedTask,
        owner,
        workload,
        scope,
        subnet: task.interface_detail("subnetId"),
        texts,
        is_failure,
        at: task.stopped_at.and_then(|moment| moment.seconds()),
    })
}

/// The events since a service was last in a steady state.
fn of_service<'a>(running: &Running<'_>, scope: u32, service: &'a Service<'a>, several: bool) -> Vec<Incident<'a>> {
    let name = service.service_name.as_deref().or(service.service_arn.as_deref().map(last_part));
    let Some(name) = name.filter(|_| !service.events.is_empty()) else { return Vec::new() };
    let cluster = service.cluster_arn.as_deref();
    // What does not run on Fargate is no workload.
    let Some(workload) = running.service(scope, name, cluster) else { return Vec::new() };
    let mut events: Vec<_> = service
        .events
        .iter()
        .filter_map(|event| Some((event.created_at.and_then(|moment| moment.seconds()), event.message.as_deref()?)))
        .collect();
    // AWS gives the newest first, and the sort is stable.
    events.sort_by_key(|(at, _)| std::cmp::Reverse(*at));
    events
        .into_iter()
        .take_while(|(_, message)| !message.contains(STEADY))
        .map(|(at, message)| Incident {
            witness: Witness::ServiceEvent,
            owner: called(name, cluster, several),
            workload: Some(workload),
            scope,
            subnet: None,
            texts: vec![message],
            is_failure: TROUBLE.iter().any(|words| message.contains(words)),
            at,
        })
        .collect()
}
