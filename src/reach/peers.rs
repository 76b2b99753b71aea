//! The flows between services of one Service Connect namespace.
//!
//! Which of them calls which is written nowhere. What one offers there is sound when another one gets through to it. Where
//! none does, it is at fault if nobody else is let in on that port either; else it may be meant for these, and what the
//! rest of the namespace does tells how likely that is.
//! <https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-connect-concepts-deploy.html>

use super::code::Verdict;
use super::flows::{Flow, FlowKey, FlowKind, PARALLEL_FROM, answered, subnets_of};
use crate::network::*;
use rayon::prelude::*;
use rustc_hash::FxHashSet;
use std::collections::BTreeMap;

/// A port that a service offers in its namespace, with what the others of the namespace send there.
struct Offered {
    workload: WorkloadId,
    port: u16,
    container_port: u16,
    flows: Vec<Flow>,
    /// Who gets through, from all its subnets to all of the service's.
    callers: Vec<WorkloadId>,
}

/// What services of one namespace send to each other, by the workload that it is for.
pub(super) fn between_services(network: &Network<'_>) -> Vec<Vec<Flow>> {
    let mut found = vec![Vec::new(); network.workloads.len()];
    for members in namespaces(network) {
        for offered in of_namespace(network, &members) {
            if let Some(flows) = found.get_mut(offered.workload.0 as usize) {
                flows.extend(offered.flows);
            }
        }
    }
    found
}

/// The services of each namespace.
fn namespaces(network: &Network<'_>) -> impl Iterator<Item = Vec<WorkloadId>> {
    let mut found: BTreeMap<(u32, &str), Vec<WorkloadId>> = BTreeMap::new();
    for (index, workload) in network.workloads.iter().enumerate() {
        if let Some(namespace) = workload.namespace.as_deref() {
            found.entry((workload.scope, namespace)).or_default().push(WorkloadId(index as u32));
        }
    }
    found.into_values()
}

/// What the services of a namespace offer, with the flows that are worth telling.
fn of_namespace(network: &Network<'_>, members: &[WorkloadId]) -> Vec<Offered> {
    let offers_of = |id: WorkloadId| (0..network.workload(id).offers.len()).map(move |offer| (id, offer));
    let offers: Vec<(WorkloadId, usize)> = members.iter().copied().flat_map(offers_of).collect();
    let meet = |(id, offer)| offered(network, members, id, offer);
    let mut all: Vec<Offered> = if members.len() < PARALLEL_FROM {
        offers.into_iter().map(meet).collect()
    } else {
        offers.into_par_iter().map(meet).collect()
    };
    let reached = || all.iter().filter(|offered| !offered.callers.is_empty());
    let taking_part: FxHashSet<WorkloadId> =
        reached().flat_map(|offered| offered.callers.iter().chain([&offered.workload])).copied().collect();
    let is_in_vain = |offered: &Offered| offered.callers.is_empty() && !is_balanced(network, offered);
    let explains_the_rest = !taking_part.is_empty() || all.iter().any(is_in_vain);
    let offering: FxHashSet<WorkloadId> = all.iter().map(|offered| offered.workload).collect();
    // Where several offer something and none is reached, the namespace serves nobody.
    let serves_nobody = taking_part.is_empty() && !has_other_names(network, members);
    for offered in &mut all {
        let is_balanced = is_balanced(network, offered);
        let is_for_others = is_balanced || lets_others_in(network, members, offered);
        let is_explained =
            is_for_others && (taking_part.contains(&offered.workload) || is_balanced && explains_the_rest);
        if !offered.callers.is_empty() || is_explained {
            offered.flows.retain(is_open);
        }
        let is_part = offering.iter().any(|other| are_parts_of_one(network, offered.workload, *other));
        for flow in &mut offered.flows {
            flow.is_presumed = is_for_others && !(is_balanced && serves_nobody && is_part);
        }
    }
    all
}

/// Whether two services are the parts of one application: one load balancer tells their requests apart, and they have a
/// security group in common. Nothing says that others call each other which clients outside are let in to.
fn are_parts_of_one(network: &Network<'_>, one: WorkloadId, other: WorkloadId) -> bool {
    let [of_one, of_other] = [one, other].map(|id| network.workload(id));
    let balancers = |of: &Workload<'_>| -> FxHashSet<LoadBalancerId> {
        let groups = of.registrations.iter().filter_map(|registration| registration.target_group.known());
        groups.flat_map(|group| network.target_group(group).load_balancers.iter().flatten().copied()).collect()
    };
    let groups = |of: &Workload<'_>| -> FxHashSet<GroupId> {
        of.groups.iter().flatten().filter_map(|member| member.group.known()).collect()
    };
    one != other
        && !groups(of_one).is_disjoint(&groups(of_other))
        && !balancers(of_one).is_disjoint(&balancers(of_other))
}

/// Whether other services may be in the same namespace: some write its name and some its ARN, and nothing says which is which.
fn has_other_names(network: &Network<'_>, members: &[WorkloadId]) -> bool {
    let is_arn = |namespace: &str| namespace.starts_with("arn:");
    let Some(own) = members.first().map(|id| network.workload(*id)) else { return false };
    let others = network.workloads.iter().filter(|workload| workload.scope == own.scope);
    let mut namespaces = others.filter_map(|workload| workload.namespace.as_deref());
    namespaces.any(|other| own.namespace.as_deref().is_some_and(|own| is_arn(own) != is_arn(other)))
}

fn offered(network: &Network<'_>, members: &[WorkloadId], workload: WorkloadId, offer: usize) -> Offered {
    let &Offer { port, container_port, .. } = &network.workload(workload).offers[offer];
    let mut found = Offered { workload, port, container_port, flows: Vec::new(), callers: Vec::new() };
    for peer in members.iter().filter(|peer| **peer != workload) {
        let flows = from_peer(network, workload, *peer, offer);
        if !flows.is_empty() && flows.iter().all(is_open) {
            found.callers.push(*peer);
        }
        found.flows.extend(flows);
    }
    found
}

/// What another service of the namespace sends to what a service offers.
fn from_peer(network: &Network<'_>, workload: WorkloadId, peer: WorkloadId, offer: usize) -> Vec<Flow> {
    let mut flows = Vec::new();
    for from in subnets_of(network, network.workload(peer)) {
        for subnet in subnets_of(network, network.workload(workload)) {
            let kind = FlowKind::FromPeer { peer, from, offer: offer as u32 };
            flows.push(answered(network, FlowKey { workload, subnet, kind }));
        }
    }
    flows
}

fn is_open(flow: &Flow) -> bool {
    matches!(flow.answer.verdict, Verdict::Reachable | Verdict::Unknown)
}

/// Whether a load balancer leads to a port that a service offers.
fn is_balanced(network: &Network<'_>, offered: &Offered) -> bool {
    let registrations = &network.workload(offered.workload).registrations;
    registrations.iter().any(|registration| registration.port == Some(offered.container_port))
}

/// Whether a rule of a service's groups is for a port that it offers and for others than its namespace's services: for addresses
/// that none of them can have, or for a group that somebody else has.
fn lets_others_in(network: &Network<'_>, members: &[WorkloadId], offered: &Offered) -> bool {
    let peers = || members.iter().filter(|peer| **peer != offered.workload).map(|peer| network.workload(*peer));
    let is_a_peers = |low: u128, high: u128| {
        let mut subnets = peers().flat_map(|peer| subnets_of(network, peer));
        subnets.any(|subnet| network.subnet(subnet).hosts.touches(low, high))
    };
    let is_for_others = |peer: &PeerRef| match peer {
        PeerRef::Block((low, high)) => !is_a_peers(*low, *high),
        PeerRef::List(Reference::To(list)) => match &network.prefix_list(*list).blocks {
            Some(blocks) => blocks.iter().next().is_some() && !blocks.iter().any(|(low, high)| is_a_peers(low, high)),
            None => true,
        },
        PeerRef::Group(Reference::To(group)) => is_had_by_others(network, members, *group),
        PeerRef::List(Reference::Gone) | PeerRef::Group(Reference::Gone) => false,
        PeerRef::List(Reference::Unknown(_)) | PeerRef::Group(Reference::Unknown(_)) => true,
        PeerRef::Stranger | PeerRef::Unwritten(_) => true,
    };
    let groups = network.workload(offered.workload).groups.iter().flatten().filter_map(|member| member.group.known());
    let mut rules = groups.filter_map(|group| network.group(group).ingress.as_ref().ok()).flat_map(|set| &set.rules);
    rules.any(|rule| {
        rule.protocols.includes(Protocol::Tcp)
            && (rule.ports.0..=rule.ports.1).contains(&offered.port)
            && is_for_others(&rule.peer)
    })
}

/// Whether somebody has a group, or may have it, and no service of a namespace has.
fn is_had_by_others(network: &Network<'_>, members: &[WorkloadId], group: GroupId) -> bool {
    let has =
        |workload: &Workload<'_>| workload.groups.iter().flatten().any(|member| member.group == Reference::To(group));
    let found = network.group(group);
    let may_be_hidden = || network.lacks_interfaces(found.scope).is_some();
    !members.iter().any(|member| has(network.workload(*member)))
        && (!found.interfaces.is_empty()
            || network.load_balancers.iter().any(|balancer| balancer.groups.contains(&Reference::To(group)))
            || network.workloads.iter().any(has)
            || may_be_hidden())
}
