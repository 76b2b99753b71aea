//! The flows that load balancers open to the tasks behind them.

use super::flows::{FlowKey, FlowKind, subnets_of};
use super::question::Groups;
use crate::network::*;

/// The security groups of a load balancer. Of network load balancers without groups AWS does not answer the field.
pub(super) fn groups_of_balancer<'q>(balancer: &'q LoadBalancer<'_>) -> Groups<'q> {
    const CALL: &str = "elasticloadbalancing:DescribeLoadBalancers";
    match (&balancer.element.security_groups, balancer.element.ty.as_deref()) {
        (None, Some("application") | None) => Groups::Unknown(Missing { call: CALL, scope: balancer.scope }),
        _ if balancer.groups.is_empty() => Groups::Unfiltered,
        _ => Groups::Listed(&balancer.groups),
    }
}

/// From each subnet of each load balancer of a workload to each of its subnets, on all that they ask for.
pub(super) fn balancer_keys(network: &Network<'_>, id: WorkloadId, keys: &mut Vec<FlowKey>) {
    let workload = network.workload(id);
    for (index, registration) in workload.registrations.iter().enumerate() {
        let Some(group) = registration.target_group.known().map(|id| network.target_group(id)) else { continue };
        let asked = asked_of(network, workload, group, registration.port);
        for balancer in group.load_balancers.iter().flatten() {
            for from in network.load_balancer(*balancer).subnets.iter().filter_map(|subnet| subnet.known()) {
                for subnet in subnets_of(network, workload) {
                    if network.subnet(subnet).vpc != network.subnet(from).vpc {
                        continue;
                    }
                    keys.extend(asked.iter().map(|(port, protocol)| FlowKey {
                        workload: id,
                        subnet,
                        kind: FlowKind::FromLoadBalancer {
                            balancer: *balancer,
                            from,
                            registration: index as u32,
                            port: *port,
                            protocol: *protocol,
                        },
                    }));
                }
            }
        }
    }
}

/// The ports that load balancers ask tasks for: the registered one, and that of health checks, which is TCP's always.
///
/// Client IP addresses are kept, which "can't be disabled", in target groups of UDP and QUIC: what comes has its clients'
/// addresses, which nobody knows. It is asked for only where no rule of the tasks' groups lets any of them in.
/// <https://docs.aws.amazon.com/elasticloadbalancing/latest/network/edit-target-group-attributes.html#client-ip-preservation>
fn asked_of(
    network: &Network<'_>,
    workload: &Workload<'_>,
    group: &TargetGroup<'_>,
    registered: Option<u16>,
) -> Vec<(u16, Protocol)> {
    let clients: &[Protocol] = match group.element.protocol.as_deref() {
        Some("UDP" | "QUIC") => &[Protocol::Udp],
        Some("TCP_UDP" | "TCP_QUIC") => &[Protocol::Tcp, Protocol::Udp],
        _ => &[],
    };
    let mut asked: Vec<(u16, Protocol)> = Vec::new();
    let mut ask = |port: u16, protocol| {
        if !asked.contains(&(port, protocol)) {
            asked.push((port, protocol));
        }
    };
    if let Some(port) = registered {
        match clients {
            [] => ask(port, Protocol::Tcp),
            _ => {
                let asked = clients.iter().filter(|of| lets_no_client_in(network, workload, group, port, **of));
                asked.for_each(|of| ask(port, *of))
            }
        }
    }
    if group.element.health_check_enabled != Some(false) {
        let port = match group.element.health_check_port.as_deref() {
            None | Some("traffic-port") => registered,
            Some(written) => written.parse().ok(),
        };
        port.into_iter().for_each(|port| ask(port, Protocol::Tcp));
    }
    asked
}

/// Whether no rule of a workload's groups, all of which are known, lets a client of the load balancers in on a port: of
/// internet-facing ones somebody with a public address, or who has a load balancer's own groups.
fn lets_no_client_in(
    network: &Network<'_>,
    workload: &Workload<'_>,
    group: &TargetGroup<'_>,
    port: u16,
    protocol: Protocol,
) -> bool {
    let Ok(groups) = &workload.groups else { return false };
    let balancers = || group.load_balancers.iter().flatten().map(|id| network.load_balancer(*id));
    let is_public = group.load_balancers.is_ok() && balancers().all(is_internet_facing);
    let is_client = |peer: &PeerRef| match peer {
        PeerRef::Block(range) => CLIENTS.touches(range.0, range.1),
        PeerRef::Group(found) => balancers().any(|balancer| balancer.groups.contains(found)),
        PeerRef::Stranger => false,
        PeerRef::List(_) | PeerRef::Unwritten(_) => true,
    };
    groups.iter().all(|member| {
        let rules = member.group.known().and_then(|group| network.group(group).ingress.as_ref().ok());
        let lets_in = |rule: &GroupRule| {
            rule.protocols.includes(protocol)
                && (rule.ports.0..=rule.ports.1).contains(&port)
                && (!is_public || is_client(&rule.peer))
        };
        rules.is_some_and(|rules| !rules.rules.iter().any(lets_in))
    })
}

fn is_internet_facing(balancer: &LoadBalancer<'_>) -> bool {
    balancer.element.scheme.as_deref() == Some("internet-facing")
}

/// The addresses that what a load balancer hands on comes from: its own, or those of its clients on the internet.
pub(super) fn senders(balancer: &LoadBalancer<'_>, from: &Addresses, protocol: Protocol) -> Addresses {
    match protocol {
        Protocol::Udp if is_internet_facing(balancer) => PUBLIC.clone(),
        _ => from.clone(),
    }
}
