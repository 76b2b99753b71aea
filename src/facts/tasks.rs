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
        let workload = self.network.workload(id);
        let mut names: Vec<String> = Vec::new();
        for flow in self.flows_of(id) {
            let FlowKind::Need(need) = flow.key.kind else { continue };
            let by_gateway = matches!(flow.answer.via, Some(ResourceId::Gateway(_)));
            if !by_gateway || flow.answer.verdict != Verdict::Reachable {
                continue;
            }
            let target = workload.needs.get(need as usize).map(|need| &need.target);
            let is_service = matches!(target, Some(NeedTarget::Service(_)));
            let Some(name) = target.map(NeedTarget::name).filter(|_| is_service || !services_alone) else { continue };
            if !names.contains(&name) {
                names.push(name);
            }
        }
        Ok(Value::List(names.into_iter().map(|name| Value::String(name.into())).collect()))
    }

    /// The name of a workload's cluster, from its ARN: `arn:aws:ecs:<region>:<account>:service/<cluster>/<name>`. ARNs of
    /// the old form lack it.
    /// <https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs-account-settings.html>
    pub(super) fn cluster(&self, id: WorkloadId) -> &str {
        let arn = self.network.workload(id).arn.as_deref().unwrap_or_default();
        let mut parts = arn.split('/').skip(1);
        match (parts.next(), parts.next(), parts.next()) {
            (Some(cluster), Some(_), None) => cluster,
            _ => "",
        }
    }
}
