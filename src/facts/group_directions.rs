//! Lists of rules of security groups that stop flows. A group may be had by tasks, endpoints and load balancers, and one
//! list of its rules stop several kinds of traffic: that is one fault.

use super::balancing::load_balancer;
use super::blocker::sender_subnet;
use super::entity::*;
use super::errand::Errand;
use super::filters::security_group;
use super::model::Model;
use super::schema::*;
use crate::network::*;
use crate::path;
use crate::reach::{Blocker, Code, Flow, FlowKind, ResourceId};
use crate::snapshot::Location;
use std::collections::HashMap;

/// Rules of a security group: those of one direction, or of both where it has none in either.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct RuleList {
    group: GroupId,
    egress: Option<bool>,
}

impl RuleList {
    /// The list that is the cause of a blocker.
    fn of(network: &Network<'_>, blocker: &Blocker) -> Option<Self> {
        let egress = match blocker.code {
            Code::SgEgress => true,
            Code::DestSg | Code::EndpointSg => false,
            _ => return None,
        };
        let ResourceId::Group(group) = blocker.resource else { return None };
        let found = network.group(group);
        let is_none = |rules: &Known<GroupRules>| rules.as_ref().is_ok_and(|rules| rules.rules.is_empty());
        let is_empty = is_none(&found.ingress) && is_none(&found.egress);
        Some(RuleList { group, egress: (!is_empty).then_some(egress) })
    }

    fn is_inbound(self) -> bool {
        self.egress != Some(true)
    }
}

/// All such lists, with the positions of the blockers that each is the cause of.
#[derive(Debug, Default)]
pub(super) struct RuleLists {
    list: Vec<(RuleList, Vec<u32>)>,
    positions: HashMap<RuleList, usize>,
}

impl RuleLists {
    /// How many there are.
    pub(super) fn len(&self) -> usize {
        self.list.len()
    }

    /// The position of the list that is the cause of a blocker.
    pub(super) fn position(&self, network: &Network<'_>, blocker: &Blocker) -> Option<usize> {
        self.positions.get(&RuleList::of(network, blocker)?).copied()
    }
}

entity! {
    /// The rules of a security group, in one direction, that stop a flow; all of them where it has none in either direction.
    rule_list = "security-group-direction" direction {
        /// Their name: `the inbound rules`, `the outbound rules`, `the empty rules`.
        name: STRING => |model, index| string(model.name_of_rules(index)), at |model, index| model.place_of_rules(index);
        /// Their security group.
        security_group: Type::Entity(&security_group::TYPE) => |model, index| entity_of(&security_group::TYPE, model.group_of_rules(index).0);
        /// The kinds of traffic that they stop, such as `what its tasks send`.
        traffic: Type::List(&Type::String) => |model, index| strings(model.traffic_of_rules(index)), at |model, index| model.place_of_rules(index);
        /// The AWS CLI's commands, one a line, that add the rules by which what they stop passes.
        group_openings: STRING => |model, index| owned(model.openings_of_rules(index));
        /// Load balancers that have the security group, where inbound rules stop traffic.
        load_balancers: Type::List(&Type::Entity(&load_balancer::TYPE)) => |model, index| list_of(&load_balancer::TYPE, model.balancers_behind_rules(index).iter().map(|id| id.0));
    }
}

fn kind(flow: &Flow, blocker: &Blocker) -> &'static str {
    match (blocker.code, flow.key.kind) {
        (Code::SgEgress, FlowKind::FromLoadBalancer { .. }) => "what its load balancers send",
        (Code::SgEgress, _) => "what its tasks send",
        (Code::EndpointSg, _) => "requests to its endpoints",
        (_, FlowKind::FromLoadBalancer { .. }) => "load balancers' requests to its tasks",
        (_, FlowKind::FromPeer { .. }) => "other services' requests to its tasks",
        _ => "requests to what else has it",
    }
}

impl Model<'_> {
    /// Every list of rules that stops a flow.
    pub(super) fn stopping_rules(&self) -> RuleLists {
        let mut found = RuleLists::default();
        for (index, key) in self.blockers.iter().enumerate() {
            let Some(rules) = RuleList::of(self.network, self.blocker(*key).1) else { continue };
            let position = *found.positions.entry(rules).or_insert_with(|| {
                found.list.push((rules, Vec::new()));
                found.list.len() - 1
            });
            found.list[position].1.push(index as u32);
        }
        found
    }

    fn rule_list(&self, index: u32) -> RuleList {
        self.rule_lists.list[index as usize].0
    }

    fn stopped_by_rules(&self, index: u32) -> &[u32] {
        &self.rule_lists.list[index as usize].1
    }

    /// The security group of a list of rules.
    pub(super) fn group_of_rules(&self, index: u32) -> GroupId {
        self.rule_list(index).group
    }

    pub(super) fn name_of_rules(&self, index: u32) -> &'static str {
        match self.rule_list(index).egress {
            Some(true) => "the outbound rules",
            Some(false) => "the inbound rules",
            None => "the empty rules",
        }
    }

    pub(super) fn place_of_rules(&self, index: u32) -> Option<Location> {
        let field = if self.rule_list(index).is_inbound() { "IpPermissions" } else { "IpPermissionsEgress" };
        Some(Location::inside(self.network.group(self.group_of_rules(index)).element.origin, path![field]))
    }

    fn balancers_behind_rules(&self, index: u32) -> &[LoadBalancerId] {
        let rules = self.rule_list(index);
        if rules.is_inbound() { &self.users[rules.group.0 as usize].balancers } else { &[] }
    }

    /// Listeners that the rules close to all that they are for.
    fn listeners_behind_rules(&self, index: u32) -> impl Iterator<Item = (LoadBalancerId, ListenerId)> {
        let balancers = self.balancers_behind_rules(index).iter();
        balancers.flat_map(|id| self.shut_listeners(*id).unwrap_or_default().into_iter().map(|shut| (*id, shut)))
    }

    fn traffic_of_rules(&self, index: u32) -> Vec<&'static str> {
        let of_blocker = |position: &u32| {
            let (flow, blocker) = self.blocker(self.blockers[*position as usize]);
            kind(flow, blocker)
        };
        let mut kinds: Vec<&str> = self.stopped_by_rules(index).iter().map(of_blocker).collect();
        kinds.extend(self.listeners_behind_rules(index).next().map(|_| "clients of its load balancers"));
        kinds.sort_unstable();
        kinds.dedup();
        kinds
    }

    /// The commands that let pass what the rules stop, each once.
    fn openings_of_rules(&self, index: u32) -> String {
        let mut lines: Vec<String> = Vec::new();
        let of_blockers = self.stopped_by_rules(index).iter().filter_map(|position| self.opening_of_group(*position));
        let own = text(&self.network.group(self.group_of_rules(index)).element.group_id);
        let of_listeners = self.listeners_behind_rules(index).filter_map(|(balancer, id)| {
            let (port, _) = self.standing(id).ok().flatten()?;
            let listener = self.network.listener(id);
            let protocol = listener.protocols().first().map_or("tcp", |protocol| protocol.as_str());
            let balancer = self.network.load_balancer(balancer);
            let from = match balancer.element.scheme.as_deref() {
                Some("internet-facing") => "0.0.0.0/0",
                _ => {
                    let vpc = self.network.by_id.vpcs.get_in(balancer.scope, text(&balancer.element.vpc_id))?;
                    text(&self.network.vpc(*vpc).element.cidr_block)
                }
            };
            Some(ingress(own, protocol, port, &format!("--cidr {from}")))
        });
        for line in of_blockers.chain(of_listeners) {
            if !lines.contains(&line) {
                lines.push(line);
            }
        }
        lines.join("\n")
    }

    /// The command that lets pass what a security group stops, by the position of its blocker: for the other side's group, or
    /// for its addresses where it has none or is in another VPC.
    pub(super) fn opening_of_group(&self, index: u32) -> Option<String> {
        let (flow, blocker) = self.blocker(*self.blockers.get(index as usize)?);
        let ResourceId::Group(stopping) = blocker.resource else { return None };
        let errand = Errand::of(self, flow, blocker);
        let (protocol, port) = (errand.protocol().as_str(), errand.port());
        let own = self.id_of_group(stopping);
        let balancer = match flow.key.kind {
            FlowKind::FromLoadBalancer { balancer, .. } => Some(balancer),
            _ => None,
        };
        let is_ipv6 = blocker.packets.first().is_some_and(|packets| Family::of(packets.own.0) == Family::Ipv6);
        if blocker.code == Code::SgEgress {
            let tasks = balancer.and_then(|_| self.first_group(flow.key.workload));
            let to = match tasks {
                Some(tasks) => format!("UserIdGroupPairs=[{{GroupId={tasks}}}]"),
                None if is_ipv6 => "Ipv6Ranges=[{CidrIpv6=::/0}]".to_owned(),
                None => "IpRanges=[{CidrIp=0.0.0.0/0}]".to_owned(),
            };
            return Some(format!(
                "aws ec2 authorize-security-group-egress --group-id {own} --ip-permissions 'IpProtocol={protocol},FromPort={port},ToPort={port},{to}'"
            ));
        }
        let sender = match (balancer, flow.key.kind) {
            // What comes by UDP has its clients' addresses.
            (Some(_), _) if protocol == "udp" => {
                return Some(ingress(own, protocol, port, "--cidr <block-of-its-clients>"));
            }
            (Some(balancer), _) => {
                let groups = &self.network.load_balancer(balancer).groups;
                groups.iter().find_map(|group| group.known()).map(|group| self.id_of_group(group))
            }
            _ if self.is_beyond(index) => None,
            _ if self.has_other_callers(index) => Some("<group-of-a-service-that-calls-it>"),
            (None, FlowKind::FromPeer { peer, .. }) => self.first_group(peer),
            _ => self.first_group(flow.key.workload),
        };
        let from = match sender {
            Some(group) => format!("--source-group {group}"),
            None => format!("--cidr {}", text(&self.network.subnet(sender_subnet(flow)).element.cidr_block)),
        };
        Some(ingress(own, protocol, port, &from))
    }

    fn id_of_group(&self, group: GroupId) -> &str {
        text(&self.network.group(group).element.group_id)
    }

    /// The id of a workload's first security group that is known.
    fn first_group(&self, workload: WorkloadId) -> Option<&str> {
        let members = self.network.workload(workload).groups.as_ref().ok()?;
        members.iter().find_map(|member| member.group.known()).map(|group| self.id_of_group(group))
    }
}

fn ingress(group: &str, protocol: &str, port: u16, from: &str) -> String {
    format!("aws ec2 authorize-security-group-ingress --group-id {group} --protocol {protocol} --port {port} {from}")
}
