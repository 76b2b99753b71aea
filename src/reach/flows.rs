//! All flows that the workloads of a network depend on.

use super::ask::{ask, trace};
use super::balancers::{balancer_keys, groups_of_balancer, senders};
use super::code::Verdict;
use super::question::*;
use crate::network::*;
use rayon::prelude::*;

/// What a flow is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum FlowKind {
    /// The workload's need of that position.
    Need(u32),
    /// From a load balancer (in one of its subnets) to a port of the workload.
    FromLoadBalancer {
        /// The load balancer.
        balancer: LoadBalancerId,
        /// Its subnet.
        from: SubnetId,
        /// The workload's registration.
        registration: u32,
        /// The port: the container's, or the health check's.
        port: u16,
        /// TCP or UDP.
        protocol: Protocol,
    },
    /// From another workload of its namespace to a port that it offers.
    FromPeer {
        /// The other workload.
        peer: WorkloadId,
        /// Its subnet.
        from: SubnetId,
        /// What is offered.
        offer: u32,
    },
}

/// A flow: which workload, in which of its subnets, and what for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct FlowKey {
    /// The workload.
    pub workload: WorkloadId,
    /// Its subnet.
    pub subnet: SubnetId,
    /// What for.
    pub kind: FlowKind,
}

/// A flow with its answer.
#[derive(Debug, Clone)]
pub struct Flow {
    /// Which.
    pub key: FlowKey,
    /// Can it?
    pub answer: Answer,
}

/// The name of what a flow goes to, as reports say it.
pub fn destination_name(network: &Network<'_>, key: &FlowKey) -> String {
    let workload = network.workload(key.workload);
    match key.kind {
        FlowKind::Need(index) => workload.needs[index as usize].target.name(),
        FlowKind::FromLoadBalancer { balancer, port, protocol, .. } => {
            let name = text(&network.load_balancer(balancer).element.load_balancer_name);
            match protocol {
                Protocol::Tcp => format!("from load balancer {name} on {port}"),
                Protocol::Udp => format!("from load balancer {name} on udp {port}"),
            }
        }
        FlowKind::FromPeer { peer, offer, .. } => {
            let offer = &workload.offers[offer as usize];
            format!("from {} on {}", network.workload(peer).name, offer.port)
        }
    }
}

fn references(groups: &Known<Vec<Membership>>) -> Known<Vec<Reference<GroupId>>> {
    groups.as_ref().map(|list| list.iter().map(|member| member.group).collect()).map_err(|missing| *missing)
}

fn groups_of<'q>(workload: &Workload<'_>, list: &'q Known<Vec<Reference<GroupId>>>) -> Groups<'q> {
    match list {
        Err(missing) => Groups::Unknown(*missing),
        Ok(_) if workload.kind == WorkloadKind::Hypothetical => Groups::Open,
        Ok(list) => Groups::Listed(list),
    }
}

/// Asks the question of a flow.
fn with_question<R>(network: &Network<'_>, key: &FlowKey, then: impl FnOnce(&Question<'_>) -> R) -> R {
    let workload = network.workload(key.workload);
    let own_groups = references(&workload.groups);
    let hosts = |subnet: SubnetId| network.subnet(subnet).hosts.clone();
    let as_party = |family: Option<Family>| Destination::Party {
        subnet: key.subnet,
        addresses: match family {
            Some(family) => family.part(&hosts(key.subnet)).into_owned(),
            None => hosts(key.subnet),
        },
        groups: groups_of(workload, &own_groups),
        workload: Some(key.workload),
    };
    match key.kind {
        FlowKind::Need(index) => {
            let need = &workload.needs[index as usize];
            let destination = destination_of(&need.target);
            then(&Question {
                sender: Sender {
                    subnet: key.subnet,
                    addresses: hosts(key.subnet),
                    groups: groups_of(workload, &own_groups),
                    public_ip: workload.public_ip,
                    ports: workload.ephemeral,
                    workload: Some(key.workload),
                },
                destination,
                protocol: need.protocol,
                ports: Ranges::one(need.port, need.port),
                families: need.families,
                permissions: &need.permissions,
            })
        }
        FlowKind::FromLoadBalancer { balancer, from, port, protocol, registration } => {
            let group = workload.registrations[registration as usize].target_group.known();
            let balancer = network.load_balancer(balancer);
            then(&Question {
                sender: Sender {
                    subnet: from,
                    addresses: senders(balancer, &hosts(from), protocol),
                    groups: groups_of_balancer(balancer),
                    public_ip: Ok(false),
                    ports: (1024, 65535),
                    workload: None,
                },
                destination: as_party(group.and_then(|group| network.target_group(group).family())),
                protocol,
                ports: Ranges::one(port, port),
                families: NameFamilies::Unknown,
                permissions: &[],
            })
        }
        FlowKind::FromPeer { peer, from, offer } => {
            let peer_workload = network.workload(peer);
            let peer_groups = references(&peer_workload.groups);
            let port = workload.offers[offer as usize].port;
            then(&Question {
                sender: Sender {
                    subnet: from,
                    addresses: hosts(from),
                    groups: groups_of(peer_workload, &peer_groups),
                    public_ip: peer_workload.public_ip,
                    ports: peer_workload.ephemeral,
                    workload: Some(peer),
                },
                destination: as_party(None),
                protocol: Protocol::Tcp,
                ports: Ranges::one(port, port),
                families: NameFamilies::Unknown,
                permissions: &[],
            })
        }
    }
}

/// Where something that is needed stands, as a question takes it.
pub fn destination_of(target: &NeedTarget) -> Destination<'_> {
    match target {
        NeedTarget::Service(name) => Destination::Service(name),
        NeedTarget::ServiceHost(service, host) => Destination::ServiceHost { service, host },
        NeedTarget::ServiceElsewhere(service, region) => Destination::ServiceElsewhere { service, region },
        NeedTarget::Internet => Destination::Internet,
        NeedTarget::PublicHost(_) => Destination::PublicName,
        NeedTarget::Host(_) => Destination::Nowhere("the address of this name isn't known"),
        NeedTarget::Addresses(addresses, _) => Destination::Addresses(addresses.clone(), Quantifier::Every),
        NeedTarget::FileSystem(id) => Destination::FileSystem(id),
    }
}

/// Every hop of a flow.
pub fn trace_flow(network: &Network<'_>, key: &FlowKey) -> Answer {
    with_question(network, key, |question| trace(network, question))
}

/// The answer for a flow, were its destination another one.
pub fn answer_instead(network: &Network<'_>, key: &FlowKey, destination: Destination<'_>) -> Answer {
    with_question(network, key, |question| ask(network, &Question { destination, ..question.clone() }))
}

/// Every flow of the network's workloads, answered.
pub fn flows(network: &Network<'_>) -> Vec<Flow> {
    const PARALLEL_FROM: usize = 64;
    let of_workload = |index: usize| {
        let id = WorkloadId(index as u32);
        let mut keys = Vec::new();
        need_keys(network, id, &mut keys);
        balancer_keys(network, id, &mut keys);
        let mut found: Vec<Flow> = keys
            .into_iter()
            .map(|key| Flow { key, answer: with_question(network, &key, |question| ask(network, question)) })
            .collect();
        found.extend(peer_flows(network, id));
        found
    };
    let count = network.workloads.len();
    if count < PARALLEL_FROM {
        (0..count).flat_map(of_workload).collect()
    } else {
        (0..count).into_par_iter().flat_map_iter(of_workload).collect()
    }
}

/// The subnets of a workload, of one VPC: with such of two, no task of it is ever started.
/// <https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_AwsVpcConfiguration.html>
pub(super) fn subnets_of(network: &Network<'_>, workload: &Workload<'_>) -> Vec<SubnetId> {
    let mut found: Vec<SubnetId> =
        workload.subnets.iter().flatten().filter_map(|placement| placement.subnet.known()).collect();
    found.dedup();
    let first = found.first().map(|subnet| network.subnet(*subnet).vpc);
    found.retain(|subnet| Some(network.subnet(*subnet).vpc) == first);
    found
}

fn need_keys(network: &Network<'_>, id: WorkloadId, keys: &mut Vec<FlowKey>) {
    let workload = network.workload(id);
    for subnet in subnets_of(network, workload) {
        for index in 0..workload.needs.len() {
            keys.push(FlowKey { workload: id, subnet, kind: FlowKind::Need(index as u32) });
        }
    }
}

/// What a workload offers in its namespace must be reached by at least one other of the namespace: which of them call
/// it isn't known, so a port that some reach is taken to be meant for those. One that a load balancer leads to may be meant
/// for that alone, where its workload is a client of the namespace that reaches another one.
fn peer_flows(network: &Network<'_>, id: WorkloadId) -> Vec<Flow> {
    let workload = network.workload(id);
    let mut found = Vec::new();
    for (offer, offered) in workload.offers.iter().enumerate() {
        let mut flows = Vec::new();
        let mut somebody_reaches = false;
        for peer in peers(network, id) {
            let from_peer = from_peer(network, id, peer, offer);
            somebody_reaches |= works(&from_peer);
            flows.extend(from_peer);
        }
        let is_registered =
            || workload.registrations.iter().any(|registration| registration.port == Some(offered.port));
        if somebody_reaches || is_registered() && is_client(network, id) {
            flows.retain(is_open);
        }
        found.extend(flows);
    }
    found
}

/// The other workloads of a workload's namespace.
fn peers<'n>(network: &'n Network<'_>, id: WorkloadId) -> impl Iterator<Item = WorkloadId> + 'n {
    let workload = network.workload(id);
    let is_peer = move |(index, peer): &(usize, &Workload<'_>)| {
        *index != id.0 as usize
            && workload.namespace.is_some()
            && peer.namespace == workload.namespace
            && peer.scope == workload.scope
    };
    network.workloads.iter().enumerate().filter(is_peer).map(|(index, _)| WorkloadId(index as u32))
}

/// What another workload of the namespace sends to what a workload offers.
fn from_peer(network: &Network<'_>, id: WorkloadId, peer: WorkloadId, offer: usize) -> Vec<Flow> {
    let mut flows = Vec::new();
    for from in subnets_of(network, network.workload(peer)) {
        for subnet in subnets_of(network, network.workload(id)) {
            let kind = FlowKind::FromPeer { peer, from, offer: offer as u32 };
            let key = FlowKey { workload: id, subnet, kind };
            let answer = with_question(network, &key, |question| ask(network, question));
            flows.push(Flow { key, answer });
        }
    }
    flows
}

fn is_open(flow: &Flow) -> bool {
    matches!(flow.answer.verdict, Verdict::Reachable | Verdict::Unknown)
}

/// Whether all of these get there, if there are any.
fn works(flows: &[Flow]) -> bool {
    !flows.is_empty() && flows.iter().all(is_open)
}

/// Whether a workload reaches what another one of its namespace offers.
fn is_client(network: &Network<'_>, id: WorkloadId) -> bool {
    peers(network, id).any(|other| {
        let mut offers = 0..network.workload(other).offers.len();
        offers.any(|offer| works(&from_peer(network, other, id, offer)))
    })
}
