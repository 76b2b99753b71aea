//! The rules that security groups lack: the commands by which what they stop would pass.
//!
//! A rule names one block, prefix list or group, of one family: `--cidr` takes IPv4 alone, IPv6 stands in `--ip-permissions`.
//! <https://docs.aws.amazon.com/cli/latest/reference/ec2/authorize-security-group-ingress.html>

use super::blocker::sender_subnet;
use super::errand::Errand;
use super::model::Model;
use super::schema::Unknown;
use crate::network::*;
use crate::reach::{Code, FlowKind, ResourceId};

/// Whom a rule is for.
enum Peer<'p> {
    Group(&'p str),
    Ipv4(&'p str),
    Ipv6(&'p str),
}

impl Peer<'_> {
    /// It within `--ip-permissions`.
    fn permission(&self) -> String {
        match self {
            Peer::Group(id) => format!("UserIdGroupPairs=[{{GroupId={id}}}]"),
            Peer::Ipv4(block) => format!("IpRanges=[{{CidrIp={block}}}]"),
            Peer::Ipv6(block) => format!("Ipv6Ranges=[{{CidrIpv6={block}}}]"),
        }
    }

    /// The command that lets it in.
    fn ingress(&self, group: &str, protocol: Protocol, port: u16) -> String {
        let protocol = protocol.as_str();
        let command = format!("aws ec2 authorize-security-group-ingress --group-id {group}");
        match self {
            Peer::Group(id) => format!("{command} --protocol {protocol} --port {port} --source-group {id}"),
            Peer::Ipv4(block) => format!("{command} --protocol {protocol} --port {port} --cidr {block}"),
            Peer::Ipv6(_) => format!("{command} {}", self.option(protocol, port)),
        }
    }

    /// The command that lets out to it.
    fn egress(&self, group: &str, protocol: Protocol, port: u16) -> String {
        let option = self.option(protocol.as_str(), port);
        format!("aws ec2 authorize-security-group-egress --group-id {group} {option}")
    }

    fn option(&self, protocol: &str, port: u16) -> String {
        let permission = self.permission();
        format!("--ip-permissions 'IpProtocol={protocol},FromPort={port},ToPort={port},{permission}'")
    }
}

impl Model<'_> {
    /// The command that lets pass what a security group stops, by the position of its blocker: for the other side's group, or
    /// for its addresses where it has none, is in another VPC, or calls an endpoint, which is for all of its subnet, unless it has
    /// that very group too. None where no security group stops it.
    pub(super) fn opening_of_group(&self, index: u32) -> Option<String> {
        let (flow, blocker) = self.blocker(*self.blockers.get(index as usize)?);
        let ResourceId::Group(stopping) = blocker.resource else { return None };
        let errand = Errand::of(self, flow, blocker);
        let (protocol, port) = (errand.protocol(), errand.port());
        let own = self.id_of_group(stopping);
        let family = blocker.packets.first().map_or(Family::Ipv4, |packets| Family::of(packets.own.0));
        let balancer = match flow.key.kind {
            FlowKind::FromLoadBalancer { balancer, .. } => Some(balancer),
            FlowKind::Need(_) | FlowKind::FromPeer { .. } => None,
        };
        if blocker.code == Code::SgEgress {
            let tasks = balancer.and_then(|_| self.first_group(flow.key.workload));
            let to = tasks.map_or_else(|| everybody(family), Peer::Group);
            return Some(to.egress(own, protocol, port));
        }
        let group = match (balancer, flow.key.kind) {
            // What comes by UDP has its clients' addresses.
            (Some(_), _) if protocol == Protocol::Udp => {
                return Some(Peer::Ipv4("<block-of-its-clients>").ingress(own, protocol, port));
            }
            (Some(balancer), _) => {
                let groups = &self.network.load_balancer(balancer).groups;
                groups.iter().find_map(|group| group.known()).map(|group| self.id_of_group(group))
            }
            _ if blocker.code == Code::EndpointSg => Some(own).filter(|_| self.has_group(flow.key.workload, stopping)),
            _ if self.is_beyond(index) => None,
            _ if self.has_other_callers(index) => Some("<group-of-a-service-that-calls-it>"),
            (None, FlowKind::FromPeer { peer, .. }) => self.first_group(peer),
            _ => self.first_group(flow.key.workload),
        };
        Some(match group {
            Some(group) => Peer::Group(group).ingress(own, protocol, port),
            None => {
                let block = self.block_of(sender_subnet(flow), family);
                let from = if family == Family::Ipv6 { Peer::Ipv6(&block) } else { Peer::Ipv4(&block) };
                from.ingress(own, protocol, port)
            }
        })
    }

    /// The commands that let the clients of a load balancer in by one of its groups, on the listeners that its groups close to
    /// all that they are for.
    pub(super) fn openings_of_listeners(&self, id: LoadBalancerId, group: GroupId) -> Result<Vec<String>, Unknown> {
        let balancer = self.network.load_balancer(id);
        let vpc = self.network.by_id.vpcs.get_in(balancer.scope, text(&balancer.element.vpc_id));
        let from = match self.known_scheme(id)? {
            "internet-facing" if self.has_public_ipv4(id)? => everybody(Family::Ipv4),
            "internet-facing" => everybody(Family::Ipv6),
            _ => {
                Peer::Ipv4(vpc.map_or("<block-of-its-clients>", |vpc| text(&self.network.vpc(*vpc).element.cidr_block)))
            }
        };
        let mut lines = Vec::new();
        for listener in self.shut_listeners(id)? {
            let Some((port, _)) = self.known(self.standing(listener))? else { continue };
            let protocols = self.network.listener(listener).protocols().iter();
            lines.extend(protocols.map(|protocol| from.ingress(self.id_of_group(group), *protocol, port)));
        }
        Ok(lines)
    }

    /// The same by the first of its groups, a line each.
    pub(super) fn listener_openings(&self, id: LoadBalancerId) -> Result<String, Unknown> {
        let group = self.network.load_balancer(id).groups.iter().find_map(|group| group.known());
        let lines = group.map_or_else(|| Ok(Vec::new()), |group| self.openings_of_listeners(id, group));
        lines.map(|lines| lines.join("\n    "))
    }

    /// The addresses of a subnet, of one family.
    fn block_of(&self, subnet: SubnetId, family: Family) -> String {
        let subnet = self.network.subnet(subnet);
        let blocks = family.part(&subnet.blocks);
        let block = blocks.iter().find_map(|(low, high)| cidrs(low, high).into_iter().next());
        block.unwrap_or_else(|| format!("<block-of-{}>", text(&subnet.element.subnet_id)))
    }

    fn id_of_group(&self, group: GroupId) -> &str {
        text(&self.network.group(group).element.group_id)
    }

    fn has_group(&self, workload: WorkloadId, group: GroupId) -> bool {
        let mut members = self.network.workload(workload).groups.iter().flatten();
        members.any(|member| member.group.known() == Some(group))
    }

    /// The id of a workload's first security group that is known.
    fn first_group(&self, workload: WorkloadId) -> Option<&str> {
        let members = self.network.workload(workload).groups.as_ref().ok()?;
        members.iter().find_map(|member| member.group.known()).map(|group| self.id_of_group(group))
    }
}

fn everybody(family: Family) -> Peer<'static> {
    match family {
        Family::Ipv4 => Peer::Ipv4("0.0.0.0/0"),
        Family::Ipv6 => Peer::Ipv6("::/0"),
    }
}
