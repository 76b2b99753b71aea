//! Health checks of target groups that come to a port of their own.

use super::blocker::sender_subnet;
use super::entity::{Reading, boolean};
use super::model::Model;
use crate::network::*;
use crate::reach::{Blocker, Code, Flow, FlowKind, ResourceId};

impl Model<'_> {
    /// Whether security groups stop what comes to the health checks' own port alone, and no container maps that.
    pub(super) fn health_check_goes_astray<'f>(&self, index: u32) -> Reading<'f> {
        let registration = self.registration(index);
        let Some(own) = self.own_health_check_port(index) else { return boolean(false) };
        let is_stopped = |port| self.stopped_by_groups(index, port).next().is_some();
        if !is_stopped(own) || registration.port.is_none_or(is_stopped) {
            return boolean(false);
        }
        let workload = self.network.workload(self.registrations[index as usize].0);
        if registration.is_mapped.is_none() {
            return Err(self.unknown(Missing { call: "ecs:DescribeTaskDefinition", scope: workload.scope }));
        }
        boolean(!workload.ports.contains(&Ranges::one(own, own)))
    }

    /// Commands that open that port, each once.
    pub(super) fn health_check_openings(&self, index: u32) -> String {
        let Some(port) = self.own_health_check_port(index) else { return String::new() };
        let mut lines: Vec<String> = Vec::new();
        for (flow, blocker) in self.stopped_by_groups(index, port) {
            let line = self.opening_of_group(flow, blocker, port);
            lines.extend(line.filter(|line| !lines.contains(line)));
        }
        lines.join("\n")
    }

    /// The port of health checks, where it is not the registered one.
    fn own_health_check_port(&self, index: u32) -> Option<u16> {
        let registration = self.registration(index);
        let group = self.network.target_group(registration.target_group.known()?);
        let own = group.element.health_check_port.as_deref()?.parse().ok()?;
        Some(own).filter(|own| Some(*own) != registration.port)
    }

    /// The flows of load balancers to a port of a registration that security groups stop.
    fn stopped_by_groups(&self, index: u32, asked: u16) -> impl Iterator<Item = (&Flow, &Blocker)> {
        let (workload, position) = self.registrations[index as usize];
        let comes_there = move |flow: &Flow| {
            let FlowKind::FromLoadBalancer { registration, port, .. } = flow.key.kind else { return false };
            (flow.key.workload, registration, port) == (workload, position, asked)
        };
        let is_by_group = |blocker: &Blocker| matches!(blocker.code, Code::SgEgress | Code::DestSg);
        let all = self.blockers.iter().map(|key| self.blocker(*key));
        all.filter(move |(flow, blocker)| comes_there(flow) && is_by_group(blocker))
    }

    /// The command that lets a load balancer out of its group, or in to the tasks': for the other side's group, or for the
    /// load balancer's subnet where it has none.
    fn opening_of_group(&self, flow: &Flow, blocker: &Blocker, port: u16) -> Option<String> {
        let (FlowKind::FromLoadBalancer { balancer, .. }, ResourceId::Group(stopping)) =
            (flow.key.kind, blocker.resource)
        else {
            return None;
        };
        let id = |group: GroupId| text(&self.network.group(group).element.group_id);
        let own = id(stopping);
        if blocker.code == Code::SgEgress {
            let members = self.network.workload(flow.key.workload).groups.as_ref().ok()?;
            let tasks = id(members.iter().find_map(|member| member.group.known())?);
            return Some(format!(
                "aws ec2 authorize-security-group-egress --group-id {own} --ip-permissions 'IpProtocol=tcp,FromPort={port},ToPort={port},UserIdGroupPairs=[{{GroupId={tasks}}}]'"
            ));
        }
        let groups = &self.network.load_balancer(balancer).groups;
        let source = match groups.iter().find_map(|group| group.known()) {
            Some(group) => format!("--source-group {}", id(group)),
            None => format!("--cidr {}", text(&self.network.subnet(sender_subnet(flow)).element.cidr_block)),
        };
        Some(format!("aws ec2 authorize-security-group-ingress --group-id {own} --protocol tcp --port {port} {source}"))
    }
}
