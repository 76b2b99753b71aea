//! What is going to run: workloads from services, from tasks, from what the user declares, and, where nothing says what
//! runs, a plain task in every subnet.

mod declared;
mod definition;
mod hypothetical;
mod resolver;
mod service;
mod task;

use super::expression::expression;
use super::filters::Protocol;
use super::ids::{GroupId, SubnetId, TargetGroupId};
use super::known::{Known, Reference};
use super::model::*;
use super::need::Need;
use super::ranges::Ranges;
use crate::snapshot::{Location, Oddity, last_part};
use rustc_hash::FxHashMap;

pub(super) use declared::{of_declaration, undecided};
pub(super) use hypothetical::of_subnets;
pub(super) use resolver::Resolver;
pub(super) use service::{elsewhere, of_service, without_task_sets};
pub(super) use task::{of_tasks, tasks_elsewhere, unprovisioned};

/// Where a workload comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
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

/// Ports on which something listens, the first and the last, for a protocol.
pub type Listening = (Protocol, (u16, u16));

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
    /// Whether requests of production are to get there: not to a task set that isn't the primary one.
    pub is_in_production: bool,
    /// The container.
    pub container: String,
    /// The container's port.
    pub port: Option<u16>,
    /// Whether the task definition has that container with that port; none where the definition isn't known.
    pub is_mapped: Option<bool>,
    /// A container and a port that the task definition maps: those of that container, or else of another one.
    pub mapped: Option<(String, u16)>,
    /// Where it is written.
    pub place: Location,
}

/// A port that a workload offers under a name in its namespace.
#[derive(Debug, Clone)]
pub struct Offer {
    /// The name that others use.
    pub name: String,
    /// The port that others go to: the container's, or that of the proxy before it.
    pub port: u16,
    /// The container's port, which load balancers go to.
    pub container_port: u16,
}

/// Something that runs, or is going to.
#[derive(Debug)]
pub struct Workload<'a> {
    /// How reports call it: `cluster/name` where services of several clusters have the same name, `name/id` where a service has
    /// several task sets.
    pub name: String,
    /// Where it comes from.
    pub kind: WorkloadKind,
    /// Its id: the ARN's last part, or its name.
    pub id: String,
    /// Its ARN.
    pub arn: Option<String>,
    /// The name of its cluster, where the input says it.
    pub cluster: Option<String>,
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
    /// What it needs or offers and nobody follows.
    pub unfollowed: Vec<Oddity>,
    /// Whether its needs are known: not without its task definition.
    pub needs_known: Known<()>,
    /// Target groups.
    pub registrations: Vec<Registration>,
    /// Names of the Classic Load Balancers that it registers with, and where they are written.
    pub classic_load_balancers: Vec<(String, Location)>,
    /// The Service Connect namespace that it is in, where known.
    pub namespace: Option<String>,
    /// What it offers there.
    pub offers: Vec<Offer>,
    /// Ports that callers who found it by Cloud Map may go to, and where it is registered there; none where it isn't.
    pub discovered: Option<(Ranges<u16>, Location)>,
    /// Ports that its containers listen on.
    pub ports: Ranges<u16>,
    /// The same with their protocols, those alone that can be read.
    pub listening: Vec<Listening>,
    /// How many tasks.
    pub desired: i64,
    /// How many of them run; none where the input doesn't say.
    pub running: Option<i64>,
    /// Of how many percent of its tasks a deployment may have; none where the input doesn't say.
    pub maximum_percent: Option<i64>,
    /// The network mode of its task definition; none where the input doesn't say.
    pub network_mode: Option<&'a str>,
    /// Whether it is a task set of a service, which can't be changed but only replaced.
    pub is_task_set: bool,
    /// Whether CodeDeploy deploys it: what its tasks are started with changes by a new deployment alone.
    /// <https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_UpdateService.html>
    pub is_by_code_deploy: bool,
    /// The file of CloudReactor's deployer that its network is set in, where that one deploys it.
    pub set_in: Option<String>,
    /// Its task definition's name and revision, where it names one: `app:3`.
    pub task_definition: Option<&'a str>,
    /// Whether somebody declares that nothing of it is to go over the internet.
    pub isolated: bool,
    /// Images, with their places.
    pub images: Vec<(&'a str, Location)>,
}

impl<'a> Workload<'a> {
    /// The name that its API gives it, whatever else has that name.
    pub fn own_name(&self) -> &str {
        if self.kind == WorkloadKind::Service { &self.id } else { &self.name }
    }

    /// Whether no task of it is to run now: it is scaled to zero. Those that still run are being stopped.
    pub fn is_idle(&self) -> bool {
        self.desired == 0
    }

    /// One that is no service's: nothing is registered, offered or counted of it. It has no subnets, groups and needs yet.
    fn alone(name: String, kind: WorkloadKind, scope: u32, place: Location) -> Self {
        Workload {
            id: name.clone(),
            name,
            kind,
            arn: None,
            cluster: None,
            scope,
            public_ip_at: place.clone(),
            place,
            subnets: Ok(Vec::new()),
            groups: Ok(Vec::new()),
            names_groups: true,
            public_ip: Ok(false),
            ephemeral: LINUX_PORTS,
            needs: Vec::new(),
            unfollowed: Vec::new(),
            needs_known: Ok(()),
            registrations: Vec::new(),
            classic_load_balancers: Vec::new(),
            namespace: None,
            offers: Vec::new(),
            discovered: None,
            ports: Ranges::none(),
            listening: Vec::new(),
            desired: 1,
            running: None,
            maximum_percent: None,
            network_mode: None,
            is_task_set: false,
            is_by_code_deploy: false,
            set_in: None,
            task_definition: None,
            isolated: false,
            images: Vec::new(),
        }
    }
}

/// A setting of a declaration that what declares it leaves open.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Undecided {
    /// What would tell, in a few words, for all that hangs on it.
    pub by: &'static str,
    /// Why it isn't known here.
    pub why: String,
}

/// A setting of a declaration.
pub type Setting<T> = Result<T, Undecided>;

/// A workload that flags, the configuration or a deployer's files declare.
#[derive(Debug, Clone)]
pub struct Declaration {
    /// Its name.
    pub name: String,
    /// Ids of subnets.
    pub subnets: Setting<Vec<(String, Location)>>,
    /// Ids of security groups; its VPC's default group, where there is none.
    pub security_groups: Setting<Vec<(String, Location)>>,
    /// Whether it gets a public IP.
    pub assign_public_ip: Setting<bool>,
    /// Where that is written.
    pub assign_public_ip_at: Location,
    /// Its image.
    pub image: Option<(String, Location)>,
    /// Whether it is a plain task: its image from ECR, its logs shipped.
    pub is_plain: bool,
    /// What else it needs.
    pub needs: Vec<Need>,
    /// Whether nothing of it is to go over the internet.
    pub isolated: bool,
    /// The file of CloudReactor's deployer that its network is set in, where that one deploys it.
    pub set_in: Option<String>,
    /// What it adds this and its needs to, instead of being a workload of its own.
    pub adds_to: Option<AddsTo>,
    /// Where it is written.
    pub place: Location,
}

impl Declaration {
    /// A workload of which only the name and the place are told.
    pub fn new(name: impl Into<String>, place: Location) -> Self {
        Self {
            name: name.into(),
            subnets: Ok(Vec::new()),
            security_groups: Ok(Vec::new()),
            assign_public_ip: Ok(false),
            assign_public_ip_at: place.clone(),
            image: None,
            is_plain: false,
            needs: Vec::new(),
            isolated: false,
            set_in: None,
            adds_to: None,
            place,
        }
    }
}

/// What a declaration adds needs to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AddsTo {
    /// The services and tasks of the snapshot that have this name.
    Named(String),
    /// Every service and task of the snapshot.
    Running,
    /// Everything that is judged, whatever says that it runs.
    Everything,
}

/// The cluster of a service or a task: as its ARN says, `arn:aws:ecs:<region>:<account>:service/<cluster>/<name>`, or as its
/// description does. ARNs of the old form lack it.
/// <https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs-account-settings.html>
fn cluster_of(arn: Option<&str>, cluster: Option<&str>) -> Option<String> {
    let mut parts = arn.unwrap_or_default().split('/').skip(1);
    let found = match (parts.next(), parts.next(), parts.next()) {
        (Some(cluster), Some(_), None) => Some(cluster),
        _ => cluster.map(last_part),
    };
    found.filter(|name| !name.is_empty() && expression(name).is_none()).map(str::to_owned)
}

/// Names services that have the same name in several clusters by their cluster too: `cluster/name`.
pub(super) fn tell_apart(workloads: &mut [Workload<'_>]) {
    let mut clusters: FxHashMap<(u32, String), Vec<Option<String>>> = FxHashMap::default();
    let is_service = |workload: &&mut Workload<'_>| workload.kind == WorkloadKind::Service;
    for workload in workloads.iter_mut().filter(is_service) {
        let known = clusters.entry((workload.scope, workload.id.clone())).or_default();
        if !known.contains(&workload.cluster) {
            known.push(workload.cluster.clone());
        }
    }
    for workload in workloads.iter_mut().filter(is_service) {
        let several = clusters.get(&(workload.scope, workload.id.clone())).is_some_and(|known| known.len() > 1);
        if let Some(cluster) = workload.cluster.as_ref().filter(|_| several) {
            workload.name = format!("{cluster}/{}", workload.name);
        }
    }
}

/// Ephemeral ports of Fargate's Linux: the kernel's default `ip_local_port_range`.
/// <https://docs.aws.amazon.com/vpc/latest/userguide/nacl-ephemeral-ports.html>
pub const LINUX_PORTS: (u16, u16) = (32768, 60999);
/// Ephemeral ports of load balancers, NAT gateways and whatever else may send.
/// <https://docs.aws.amazon.com/vpc/latest/userguide/nacl-ephemeral-ports.html>
pub const EPHEMERAL_PORTS: (u16, u16) = (1024, 65535);
/// Ephemeral ports of Windows Server.
pub const WINDOWS_PORTS: (u16, u16) = (49152, 65535);
