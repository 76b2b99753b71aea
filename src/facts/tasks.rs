//! What a workload's tasks are, and what they live by.

use super::entity::{Reading, string};
use super::model::Model;
use super::schema::Value;
use crate::network::*;
use crate::reach::{FlowKind, ResourceId, Verdict};

impl Model<'_> {
    /// The network mode of a workload's task definition.
    pub(super) fn network_mode<'f>(&'f self, id: WorkloadId) -> Reading<'f> {
        let workload = self.network.workload(id);
        match (workload.network_mode, workload.kind) {
            (Some(mode), _) => string(mode),
            (None, WorkloadKind::Declared | WorkloadKind::Hypothetical) => string("awsvpc"),
            // That its task definition is missing is told with what it needs.
            (None, _) => Err(self.lost("ecs:DescribeTaskDefinition", "no task definition names its network mode")),
        }
    }

    /// What a workload reaches by its public IP: names of destinations, or of AWS services alone.
    pub(super) fn by_public_ip<'f>(&'f self, id: WorkloadId, services_alone: bool) -> Reading<'f> {
        self.reached_by(id, services_alone, |way| matches!(way, ResourceId::Gateway(_)))
    }

    /// What a workload reaches over the internet. It can't be told where the VPC has an endpoint for it of which the input
    /// lacks what would make it the way.
    pub(super) fn by_internet<'f>(&'f self, id: WorkloadId) -> Reading<'f> {
        let is_way =
            |way| matches!(way, ResourceId::Gateway(_) | ResourceId::EgressOnlyGateway(_) | ResourceId::Nat(_));
        for flow in self.flows_of(id).iter().filter(|flow| flow.answer.via.is_some_and(is_way)) {
            let FlowKind::Need(need) = flow.key.kind else { continue };
            let target = self.network.workload(id).needs.get(need as usize).map(|need| &need.target);
            let Some(NeedTarget::Service(service)) = target else { continue };
            let vpc = self.network.subnet(flow.key.subnet).vpc.known();
            let own = self.network.endpoints.iter().filter(|endpoint| endpoint.vpc.known() == vpc);
            let mut own = own.filter(|endpoint| endpoint.service == Some(service));
            let is_unclear = |endpoint: &Endpoint<'_>| match endpoint.kind {
                EndpointKind::Interface => endpoint.element.private_dns_enabled.is_none(),
                _ => !self.network.prefix_lists.iter().any(|list| list.service == Some(service)),
            };
            if own.any(is_unclear) {
                let missing = Missing { call: "ec2:DescribeVpcEndpoints", scope: self.network.workload(id).scope };
                return Err(self.unknown(missing));
            }
        }
        self.reached_by(id, false, is_way)
    }

    fn reached_by<'f>(
        &'f self,
        id: WorkloadId,
        services_alone: bool,
        is_way: impl Fn(ResourceId) -> bool,
    ) -> Reading<'f> {
        let mut names: Vec<String> = Vec::new();
        for target in self.targets_reached_by(id, is_way) {
            let is_wanted = !services_alone || matches!(target, NeedTarget::Service(_));
            let name = target.name();
            if is_wanted && !names.contains(&name) {
                names.push(name);
            }
        }
        Ok(Value::List(names.into_iter().map(|name| Value::String(name.into())).collect()))
    }

    /// What a workload needs and reaches by such a way.
    fn targets_reached_by(
        &self,
        id: WorkloadId,
        is_way: impl Fn(ResourceId) -> bool,
    ) -> impl Iterator<Item = &NeedTarget> {
        let needs = &self.network.workload(id).needs;
        self.flows_of(id).iter().filter_map(move |flow| {
            let FlowKind::Need(need) = flow.key.kind else { return None };
            let is_reached = flow.answer.via.is_some_and(&is_way) && flow.answer.verdict == Verdict::Reachable;
            needs.get(need as usize).map(|need| &need.target).filter(|_| is_reached)
        })
    }

    /// AWS services that a workload reaches by its public IP.
    pub(super) fn services_by_public_ip(&self, id: WorkloadId) -> Vec<&str> {
        let mut found = Vec::new();
        for target in self.targets_reached_by(id, |way| matches!(way, ResourceId::Gateway(_))) {
            if let NeedTarget::Service(name) = target
                && !found.contains(&name.as_str())
            {
                found.push(name.as_str());
            }
        }
        found
    }
}
