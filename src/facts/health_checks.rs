//! Health checks of target groups that come to a port of their own.

use super::entity::{Reading, boolean};
use super::model::Model;
use crate::network::*;
use crate::reach::{Blocker, Code, Flow, FlowKind};

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
        for position in self.stopped_by_groups(index, port) {
            let line = self.opening_of_group(position);
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

    /// Positions of the blockers by which security groups stop what comes to a port of a registration.
    fn stopped_by_groups(&self, index: u32, asked: u16) -> impl Iterator<Item = u32> {
        let (workload, position) = self.registrations[index as usize];
        let comes_there = move |flow: &Flow| {
            let FlowKind::FromLoadBalancer { registration, port, .. } = flow.key.kind else { return false };
            (registration, port) == (position, asked)
        };
        let is_by_group = |blocker: &Blocker| matches!(blocker.code, Code::SgEgress | Code::DestSg);
        let all = self.blockers_of(workload).filter(move |position| {
            let (flow, blocker) = self.blocker(self.blockers[*position]);
            comes_there(flow) && is_by_group(blocker)
        });
        all.map(|position| position as u32)
    }
}
