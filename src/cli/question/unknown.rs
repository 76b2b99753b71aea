//! What `--to` names and is no destination, and what to ask for in its place.

use super::from::ids_of_tasks;
use crate::cli::aws_services;
use crate::cli::declared::{self, INTERNET};
use crate::network::*;
use crate::report::problem::Problem;
use crate::rules::nearest;
use crate::snapshot::Snapshot;
use std::net::SocketAddr;

/// How many ends are named in the place of what is none.
const MOST: usize = 3;

/// No network interface is that of a mount target of the file system, and no workload mounts it; none where either does, or
/// where not every mount target can be told by its interface.
pub(super) fn file_system(network: &Network<'_>, name: &str) -> Option<Problem> {
    let needs = network.workloads.iter().flat_map(|workload| &workload.needs);
    let mounted = needs.filter_map(|need| match &need.target {
        NeedTarget::FileSystem(id) => Some(id.as_str()),
        _ => None,
    });
    let mut known: Vec<&str> = network.mount_targets.keys().copied().chain(mounted).collect();
    known.sort_unstable();
    known.dedup();
    let all_are_told = network.scopes.iter().all(|scope| scope.knows_interfaces)
        && network.interfaces.iter().all(|interface| interface.element.description.is_some());
    if known.contains(&name) || !all_are_told || expression(name).is_some() {
        return None;
    }
    let message =
        format!("--to: no network interface of the input is a mount target of `{name}`, and no workload mounts it");
    let help = match (nearest(name, known.iter().copied()), known.as_slice()) {
        (Some(near), _) => format!("did you mean `{near}`?"),
        (None, []) => "the input has no file system: ask for the address of a mount target at port 2049".to_owned(),
        (None, known) => format!("its file systems are {}", quoted(known)),
    };
    Some(Problem::new("usage/to", message).with_help(help))
}

/// Names, the first ones alone where they are many.
fn quoted(names: &[&str]) -> String {
    let named: Vec<String> = names.iter().take(MOST).map(|name| format!("`{name}`")).collect();
    let more = names.len() - named.len();
    let more = if more > 0 { format!(" and {more} more") } else { String::new() };
    format!("{}{more}", named.join(", "))
}

/// What a resource of the input is that packets go through or by, and what to ask for in its place.
fn other_resource(network: &Network<'_>, name: &str) -> Option<(&'static str, String)> {
    let ids = &network.by_id;
    let of_block = |block: Option<&str>| match block {
        Some(block) => format!("ask for its block `{block}`, for an address or for a network interface in it"),
        None => "ask for an address or a network interface in it".to_owned(),
    };
    if let Some(id) = ids.subnets.get(name) {
        return Some(("a subnet", of_block(network.subnet(*id).element.cidr_block.as_deref())));
    }
    if let Some(id) = ids.vpcs.get(name) {
        return Some(("a VPC", of_block(network.vpc(*id).element.cidr_block.as_deref())));
    }
    if let Some(id) = ids.groups.get(name) {
        return Some(("a security group", help_for_group(network, *id)));
    }
    let behind = |what: &str| format!("ask for what lies behind it: {what}");
    let outside = || behind("`internet`, an address or a block");
    let inside = || behind("an address or a block of the other network");
    let filtering = || "ask for what it stands before: an address, a block or a network interface".to_owned();
    if ids.nats.get(name).is_some() {
        return Some(("a NAT gateway", outside()));
    }
    if ids.gateways.get(name).is_some() {
        return Some(("an internet gateway", outside()));
    }
    if ids.egress_only_gateways.get(name).is_some() {
        return Some(("an egress-only internet gateway", outside()));
    }
    if ids.peerings.get(name).is_some() {
        return Some(("a peering connection", inside()));
    }
    let is_attached = |attachment: &Attachment<'_>| {
        let element = attachment.element;
        [&element.transit_gateway_id, &element.transit_gateway_attachment_id].map(|id| id.as_deref() == Some(name))
    };
    match network.attachments.iter().map(is_attached).find(|is_called| is_called.contains(&true)) {
        Some([true, _]) => return Some(("a transit gateway", inside())),
        Some(_) => return Some(("a transit gateway attachment", inside())),
        None => {}
    }
    if ids.tables.get(name).is_some() {
        return Some(("a route table", behind("an address or a block that one of its routes leads to")));
    }
    if ids.acls.get(name).is_some() {
        return Some(("a network ACL", filtering()));
    }
    if let Some(id) = ids.prefix_lists.get(name) {
        return Some(match network.prefix_list(*id).service {
            Some(service) => ("a prefix list", format!("ask for its service, `{service}`, or for one of its blocks")),
            None => ("a prefix list", "ask for one of its blocks".to_owned()),
        });
    }
    if ids.target_groups.get(name).is_some() {
        return Some(("a target group", "ask for its load balancer, or for the service that is registered".to_owned()));
    }
    None
}

/// Who has a security group is a destination.
fn help_for_group(network: &Network<'_>, id: GroupId) -> String {
    let has = |groups: &[Reference<GroupId>]| groups.contains(&Reference::To(id));
    let of_workload = |workload: &&Workload<'_>| {
        let groups = workload.groups.as_ref().ok();
        workload.kind != WorkloadKind::Hypothetical
            && groups.is_some_and(|list| list.iter().any(|member| member.group == Reference::To(id)))
    };
    let workloads = network.workloads.iter().filter(of_workload).map(|workload| workload.name.as_str());
    let interfaces = network.interfaces.iter().filter(|one| one.groups.as_ref().is_ok_and(|groups| has(groups)));
    let interfaces = interfaces.map(|one| text(&one.element.network_interface_id));
    let mut members: Vec<&str> = workloads.collect();
    let mut others: Vec<&str> = interfaces.collect();
    members.sort_unstable();
    others.sort_unstable();
    members.extend(others);
    members.dedup();
    match members.as_slice() {
        [] => "ask for a service or a network interface that has it; none of the input does".to_owned(),
        members => format!("ask for what has it: {}", quoted(members)),
    }
}

/// Nothing goes by that name, or something that packets don't end at.
pub(super) fn anything(snapshot: &Snapshot<'_>, network: &Network<'_>, name: &str, wrong: &declared::Wrong) -> Problem {
    if name.contains("://") {
        return Problem::new("usage/to", format!("--to: {}", wrong.reason));
    }
    for (prefix, what, ids) in [
        ("eni-", "network interface", network.by_id.interfaces.keys().copied().collect::<Vec<_>>()),
        ("vpce-", "endpoint", network.by_id.endpoints.keys().copied().collect()),
    ] {
        if name.starts_with(prefix) {
            let problem = Problem::new("usage/to", format!("--to: the input has no {what} `{name}`"));
            return match nearest(name, ids.into_iter()) {
                Some(near) => problem.with_help(format!("did you mean `{near}`?")),
                None => problem,
            };
        }
    }
    if name.parse::<SocketAddr>().is_ok() {
        let problem = Problem::new("usage/to", format!("--to: `{name}` names no protocol"));
        return problem.with_help(format!("did you mean `tcp://{name}`?"));
    }
    if let Some((noun, help)) = other_resource(network, name) {
        let problem = Problem::new("usage/to", format!("--to: `{name}` is {noun}, which is no destination"));
        return problem.with_help(help);
    }
    let workloads = network.workloads.iter().filter(|workload| workload.kind != WorkloadKind::Hypothetical);
    let balancers = network.load_balancers.iter().filter_map(|balancer| balancer.element.load_balancer_name.as_deref());
    let names = workloads.map(|workload| workload.name.as_str()).chain(balancers).chain(ids_of_tasks(snapshot));
    let ids = network.by_id.interfaces.keys().chain(network.by_id.endpoints.keys()).copied();
    let known: Vec<&str> = names.chain(ids).chain([INTERNET]).collect();
    let like = |name: &str| nearest(name, known.iter().copied()).or_else(|| aws_services::nearest(name));
    let near = like(name).or_else(|| like(&name.to_ascii_lowercase()));
    let help = match near {
        Some(near) => format!("did you mean `{near}`?"),
        None => "write an address or a block, `internet`, the name of an AWS service's endpoint (`s3`, `ecr.api`, `logs`), `https://…`, `tcp://…`, \
                 the name of a service, a task or a load balancer, or the id of a network interface, \
                 an endpoint or a file system of the input"
            .to_owned(),
    };
    Problem::new("usage/to", format!("--to: nothing is called `{name}`")).with_help(help)
}
