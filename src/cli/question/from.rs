//! `--from`: where a question starts.

use crate::network::*;
use crate::reach::{Groups, Sender};
use crate::report::problem::Problem;
use crate::rules::nearest;
use crate::snapshot::{Snapshot, Task, last_part};

/// What a user asks from.
pub(in crate::cli) struct Asked<'a> {
    /// The name or id.
    pub(in crate::cli) name: &'a str,
    /// Of a task in a subnet: its security groups.
    pub(in crate::cli) security_groups: &'a [String],
    /// Of a task in a subnet: whether it has a public IP address.
    pub(in crate::cli) public_ip: bool,
}

/// A place where a question starts.
pub(in crate::cli) struct Start {
    /// How it is called.
    pub(in crate::cli) name: String,
    /// The subnet's id.
    pub(in crate::cli) subnet: Option<String>,
    /// The workload, where it is one.
    pub(in crate::cli) workload: Option<WorkloadId>,
    /// What sends; or why that can't be told.
    pub(in crate::cli) sender: Result<Standing, String>,
}

/// What sends, with what it owns.
pub(in crate::cli) struct Standing {
    subnet: SubnetId,
    addresses: Addresses,
    groups: Membership,
    public_ip: Known<bool>,
    ports: (u16, u16),
    workload: Option<WorkloadId>,
}

/// The security groups of an end.
#[derive(Clone)]
pub(super) enum Membership {
    Listed(Vec<Reference<GroupId>>),
    Open,
    Unfiltered,
    Unknown(Missing),
}

impl Membership {
    /// Those of a workload.
    pub(super) fn of(workload: &Workload<'_>) -> Self {
        match &workload.groups {
            // Nobody says which ones it will have.
            Ok(_) if workload.kind == WorkloadKind::Hypothetical => Membership::Open,
            Ok(list) => Membership::Listed(list.iter().map(|member| member.group).collect()),
            Err(missing) => Membership::Unknown(*missing),
        }
    }

    /// As questions take them.
    pub(super) fn as_groups(&self) -> Groups<'_> {
        match self {
            Membership::Listed(list) => Groups::Listed(list),
            Membership::Open => Groups::Open,
            Membership::Unfiltered => Groups::Unfiltered,
            Membership::Unknown(missing) => Groups::Unknown(*missing),
        }
    }
}

impl Standing {
    /// As questions take it.
    pub(in crate::cli) fn sender(&self) -> Sender<'_> {
        Sender {
            subnet: self.subnet,
            addresses: self.addresses.clone(),
            groups: self.groups.as_groups(),
            public_ip: self.public_ip,
            ports: self.ports,
            workload: self.workload,
        }
    }
}

/// Finds what `--from` names: a workload, a task, an interface or a subnet.
///
/// # Errors
/// It names nothing.
pub(in crate::cli) fn find(
    snapshot: &Snapshot<'_>,
    network: &Network<'_>,
    asked: &Asked<'_>,
) -> Result<Vec<Start>, Vec<Problem>> {
    let name = asked.name;
    if let Some(subnet) = network.by_id.subnets.get(name) {
        return Ok(vec![of_subnet(network, *subnet, asked)?]);
    }
    if !asked.security_groups.is_empty() || asked.public_ip {
        let message =
            format!("--security-group and --public-ip describe a task in a subnet; `{name}` is no subnet of the input");
        let problem = Problem::new("usage/from", message);
        let subnets = network.by_id.subnets.keys().copied();
        return Err(vec![match nearest(name, subnets) {
            Some(nearest) => problem.with_help(format!("did you mean `{nearest}`?")),
            None => problem.with_help("leave them out, or ask from a subnet"),
        }]);
    }
    if let Some(interface) = network.by_id.interfaces.get(name) {
        return Ok(vec![of_interface(network, *interface, name.to_owned(), None)]);
    }
    let workloads: Vec<Start> = network
        .workloads
        .iter()
        .enumerate()
        .filter(|(_, workload)| is_called(workload, name))
        .flat_map(|(index, _)| of_workload(network, WorkloadId(index as u32)))
        .collect();
    if !workloads.is_empty() {
        return Ok(workloads);
    }
    if let Some(task) = task_called(snapshot, name) {
        return Ok(vec![of_task(network, task, name)]);
    }
    let message = format!("--from: the input has no workload, task, network interface or subnet `{name}`");
    Err(vec![Problem::new("usage/from", message).with_help(help(snapshot, network, name))])
}

/// What may have been meant.
fn help(snapshot: &Snapshot<'_>, network: &Network<'_>, name: &str) -> String {
    let workloads = || network.workloads.iter().filter(|workload| workload.kind != WorkloadKind::Hypothetical);
    let known = workloads().map(|workload| workload.name.as_str());
    let known = known.chain(network.by_id.subnets.keys().copied()).chain(network.by_id.interfaces.keys().copied());
    let known = known.chain(ids_of_tasks(snapshot));
    if let Some(nearest) = nearest(name, known) {
        return format!("did you mean `{nearest}`?");
    }
    let mut names: Vec<String> = workloads().map(|workload| format!("`{}`", workload.name)).collect();
    names.sort();
    names.dedup();
    if names.is_empty() {
        names.extend(network.by_id.subnets.keys().map(|id| format!("`{id}`")));
        names.sort();
        names.truncate(8);
        return format!("nothing says what runs in this network; ask for one of its subnets: {}", names.join(", "));
    }
    names.truncate(8);
    format!("its workloads are {}", names.join(", "))
}

pub(super) fn is_called(workload: &Workload<'_>, name: &str) -> bool {
    workload.kind != WorkloadKind::Hypothetical
        && (workload.name == name || workload.id == name || workload.arn.as_deref() == Some(name))
}

pub(super) fn subnet_name(network: &Network<'_>, subnet: SubnetId) -> String {
    text(&network.subnet(subnet).element.subnet_id).to_owned()
}

pub(super) fn hosts_of(network: &Network<'_>, subnet: SubnetId) -> Addresses {
    network.subnet(subnet).hosts.clone()
}

/// A workload, in each of its subnets.
pub(in crate::cli) fn of_workload(network: &Network<'_>, id: WorkloadId) -> Vec<Start> {
    let workload = network.workload(id);
    let start = |subnet, sender| Start { name: workload.name.clone(), subnet, workload: Some(id), sender };
    let placements = match &workload.subnets {
        Ok(placements) => placements,
        Err(missing) => return vec![start(None, Err(lacking("its subnets", *missing)))],
    };
    let of_placement = |placement: &Placement| {
        let sender = match placement.subnet {
            Reference::Gone => Err(format!("the input has no subnet {}", placement.id)),
            Reference::Unknown(missing) => Err(lacking(&format!("subnet {}", placement.id), missing)),
            Reference::To(subnet) => Ok(Standing {
                subnet,
                addresses: hosts_of(network, subnet),
                groups: Membership::of(workload),
                public_ip: workload.public_ip,
                ports: workload.ephemeral,
                workload: Some(id),
            }),
        };
        start(Some(placement.id.clone()), sender)
    };
    placements.iter().map(of_placement).collect()
}

/// The task of an id or an ARN.
pub(super) fn task_called<'s, 'a>(snapshot: &'s Snapshot<'a>, name: &str) -> Option<&'s Task<'a>> {
    let is_called =
        |task: &&Task<'a>| task.task_arn.as_deref().is_some_and(|arn| arn == name || last_part(arn) == name);
    snapshot.scopes.iter().flat_map(|scope| &scope.tasks).map(|task| &**task).find(is_called)
}

/// The ids of tasks.
pub(super) fn ids_of_tasks<'s>(snapshot: &'s Snapshot<'_>) -> impl Iterator<Item = &'s str> {
    snapshot.scopes.iter().flat_map(|scope| &scope.tasks).filter_map(|task| task.task_arn.as_deref()).map(last_part)
}

/// A detail of the attachment of a task's network interface.
fn detail<'t>(task: &'t Task<'_>, wanted: &str) -> Option<&'t str> {
    let mut details = task.attachments.iter().flat_map(|attachment| attachment.details.iter());
    details.find(|detail| detail.name.as_deref() == Some(wanted))?.value.as_deref()
}

/// A task's network interface, where the input has it.
pub(super) fn interface_of_task(network: &Network<'_>, task: &Task<'_>) -> Option<InterfaceId> {
    detail(task, "networkInterfaceId").and_then(|id| network.by_id.interfaces.get(id)).copied()
}

/// Why nothing can be told of a task whose interface the input lacks.
pub(super) const NO_INTERFACE: &str =
    "the task's network interface is not in the input: it needs ec2:DescribeNetworkInterfaces";

/// A task: its interface, where the input has it.
fn of_task(network: &Network<'_>, task: &Task<'_>, name: &str) -> Start {
    let windows =
        task.platform_family.as_deref().is_some_and(|family| family.to_ascii_uppercase().starts_with("WINDOWS"));
    let ports = if windows { WINDOWS_PORTS } else { LINUX_PORTS };
    match interface_of_task(network, task) {
        Some(interface) => of_interface(network, interface, name.to_owned(), Some(ports)),
        None => Start {
            name: name.to_owned(),
            subnet: detail(task, "subnetId").map(str::to_owned),
            workload: None,
            sender: Err(NO_INTERFACE.to_owned()),
        },
    }
}

fn of_interface(network: &Network<'_>, id: InterfaceId, name: String, ports: Option<(u16, u16)>) -> Start {
    let interface = network.interface(id);
    let element = interface.element;
    let subnet = element.subnet_id.as_deref().map(str::to_owned);
    let sender = match interface.subnet {
        Reference::Gone => Err("the input has no such subnet".to_owned()),
        Reference::Unknown(missing) => Err(lacking("its subnet", missing)),
        Reference::To(subnet) => {
            let own = element.association.iter();
            let associations =
                own.chain(element.private_ip_addresses.iter().filter_map(|address| address.association.as_ref()));
            // Fargate's interfaces say so; what runs behind another is not known.
            let of_task = element.description.as_deref().is_some_and(|text| text.contains(":attachment/"));
            Ok(Standing {
                subnet,
                addresses: interface.addresses.clone(),
                groups: match &interface.groups {
                    Ok(list) if list.is_empty() => Membership::Unfiltered,
                    Ok(list) => Membership::Listed(list.clone()),
                    Err(missing) => Membership::Unknown(*missing),
                },
                public_ip: Ok(associations.into_iter().any(|association| association.public_ip.is_some())),
                ports: ports.unwrap_or(if of_task { LINUX_PORTS } else { EPHEMERAL_PORTS }),
                workload: None,
            })
        }
    };
    Start { name, subnet, workload: None, sender }
}

/// A task that could run in a subnet.
fn of_subnet(network: &Network<'_>, subnet: SubnetId, asked: &Asked<'_>) -> Result<Start, Vec<Problem>> {
    let scope = network.subnet(subnet).scope;
    let mut groups = Vec::new();
    let mut problems = Vec::new();
    for id in asked.security_groups {
        const CALL: &str = "ec2:DescribeSecurityGroups";
        let lacks = network.scopes.get(scope as usize).is_some_and(|scope| scope.absent.contains(&CALL));
        match network.by_id.groups.get(id.as_str()) {
            Some(found) => groups.push(Reference::To(*found)),
            None if lacks => groups.push(Reference::Unknown(Missing { call: CALL, scope })),
            None => {
                let problem =
                    Problem::new("usage/from", format!("--security-group: the input has no security group `{id}`"));
                let mut near = network.by_id.groups.keys().copied().collect::<Vec<_>>();
                near.sort_unstable();
                problems.push(match nearest(id, near.into_iter()) {
                    Some(nearest) => problem.with_help(format!("did you mean `{nearest}`?")),
                    None => problem,
                });
            }
        }
    }
    if !problems.is_empty() {
        return Err(problems);
    }
    let name = subnet_name(network, subnet);
    Ok(Start {
        name: name.clone(),
        subnet: Some(name),
        workload: None,
        sender: Ok(Standing {
            subnet,
            addresses: hosts_of(network, subnet),
            groups: if groups.is_empty() { Membership::Open } else { Membership::Listed(groups) },
            public_ip: Ok(asked.public_ip),
            ports: LINUX_PORTS,
            workload: None,
        }),
    })
}

fn lacking(what: &str, missing: Missing) -> String {
    format!("{what} is not in the input: it needs {}", missing.call)
}
