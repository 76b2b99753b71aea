//! All flows that the workloads of a network depend on.

use super::ask::{ask, trace};
use super::balancers::{balancer_keys, groups_of_balancer, senders};
use super::peers::between_services;
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
    /// Whether it is only presumed that anybody wants it.
    pub is_presumed: bool,
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
                    ports: EPHEMERAL_PORTS,
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
        NeedTarget::Host(host) => Destination::Host(host),
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

/// From this many workloads on, flows are answered on all cores: below it, threads take longer to start than answers take.
pub(super) const PARALLEL_FROM: usize = 64;

/// Every flow of the network's workloads, answered.
pub fn flows(network: &Network<'_>) -> Vec<Flow> {
    let of_workload = |(index, from_peers): (usize, Vec<Flow>)| {
        let id = WorkloadId(index as u32);
        let mut keys = Vec::new();
        need_keys(network, id, &mut keys);
        balancer_keys(network, id, &mut keys);
        let mut found: Vec<Flow> = keys.into_iter().map(|key| answered(network, key)).collect();
        found.extend(from_peers);
        found
    };
    let from_peers = between_services(network);
    if from_peers.len() < PARALLEL_FROM {
        from_peers.into_iter().enumerate().flat_map(of_workload).collect()
    } else {
        from_peers.into_par_iter().enumerate().flat_map_iter(of_workload).collect()
    }
}

/// A flow with its answer.
pub(super) fn answered(network: &Network<'_>, key: FlowKey) -> Flow {
    Flow { key, answer: with_question(network, &key, |question| ask(network, question)), is_presumed: false }
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
