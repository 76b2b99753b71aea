//! Passing the policy of an endpoint.

use super::code::Code;
use super::decided::entries;
use super::policy::{Judgement, RESOURCES, Request, Who, judge};
use super::question::*;
use super::walk::Walk;
use crate::network::*;
use crate::snapshot::Arn;

impl Walk<'_, '_> {
    /// Everything that is known to be asked of the service has to be permitted.
    pub(super) fn endpoint_policy(&mut self, id: EndpointId, remote: &Addresses) {
        let network = self.network;
        let endpoint = network.endpoint(id);
        let scope = &network.scopes[endpoint.scope as usize];
        let name = text(&endpoint.element.vpc_endpoint_id);
        let policy = match &endpoint.policy {
            Some(Ok(policy)) => policy,
            _ if self.permissions.is_empty() => return,
            Some(Err(why)) => {
                return self.doubt(Doubt::Unreadable(format!("the policy of {name} can't be read: {why}")));
            }
            None => {
                return self.doubt(Doubt::Missing(Missing { call: "ec2:DescribeVpcEndpoints", scope: endpoint.scope }));
            }
        };
        if self.permissions.is_empty() {
            return self.policy_of_anything(id, policy, remote);
        }
        // What comes through a NAT gateway comes from that one's address.
        let by_nat = matches!(self.path.via, Some(ResourceId::Nat(_)));
        let addresses = if by_nat { Ranges::none() } else { self.flow.own.clone() };
        let mut permitting: Vec<String> = Vec::new();
        let mut is_open = false;
        for permission in self.permissions {
            let Permission { action, resource, open, caller } = permission;
            let request = |resource| Request {
                action,
                resource,
                who: match caller {
                    Caller::Role(arn) => Who::Role(arn.as_deref()),
                    Caller::Registry => Who::Registry,
                },
                account: self.account(),
                partition: &scope.partition,
                region: scope.region.as_deref(),
                vpc: endpoint.element.vpc_id.as_deref(),
                endpoint: endpoint.element.vpc_endpoint_id.as_deref(),
                is_gateway: endpoint.kind == EndpointKind::Gateway,
                addresses: &addresses,
            };
            let judged = permission.resources().map(|resource| judge(policy, &request(resource)));
            let judged =
                judged.reduce(|first, other| if matches!(first, Judgement::Forbidden(_)) { other } else { first });
            match judged.unwrap_or(Judgement::Open(RESOURCES.to_owned())) {
                Judgement::Permitted(position) => {
                    let statement = policy.statement_name(position);
                    if !permitting.contains(&statement) {
                        permitting.push(statement);
                    }
                }
                Judgement::Open(what) => {
                    is_open = true;
                    self.doubt(match open.as_deref().filter(|_| what == RESOURCES) {
                        Some(expression) => Doubt::Missing(Missing::expression(expression, endpoint.scope)),
                        None => Doubt::Hidden(format!(
                            "whether the policy of {name} permits {action} hangs on {what}, which isn't known"
                        )),
                    });
                }
                Judgement::Forbidden(why) => {
                    let packets = self.packets_to(remote);
                    let resource_id = ResourceId::Endpoint(id);
                    let passage = self.block(Code::EndpointPolicy, resource_id, Cause::Whole, false, packets, true);
                    self.step(Some(resource_id), passage, false, |_| {
                        format!("the policy of {name} does not permit {action} on {resource}: {why}")
                    });
                    return;
                }
            }
        }
        if !is_open && !policy.is_default() {
            self.step_by(Some(ResourceId::Endpoint(id)), Passage::Passed, false, |_| {
                (format!("the policy of {name} permits it by {}", entries("statement", &permitting)), permitting)
            });
        }
    }

    /// Nobody says what is asked of the service: some policies permit nothing at all.
    fn policy_of_anything(&mut self, id: EndpointId, policy: &Policy, remote: &Addresses) {
        let resource = ResourceId::Endpoint(id);
        let name = text(&self.network.endpoint(id).element.vpc_endpoint_id);
        if policy.permits_nothing() {
            let packets = self.packets_to(remote);
            let passage = self.block(Code::EndpointPolicy, resource, Cause::Whole, false, packets, true);
            self.step(Some(resource), passage, false, |_| format!("the policy of {name} permits nothing"));
        } else if !policy.is_default() {
            self.step(Some(resource), Passage::Passed, false, |_| {
                format!("the policy of {name} is not the default one: what it permits hangs on what is asked")
            });
        }
    }

    /// The account whose tasks ask: that of the workload as its ARN has it, else that of the snapshot.
    fn account(&self) -> Option<&str> {
        let workload = self.sender.workload.map(|id| self.network.workload(id));
        let arn = workload.and_then(|workload| workload.arn.as_deref());
        let of_arn = arn.and_then(Arn::account_of);
        let scope = workload.map_or(self.subnet().scope, |workload| workload.scope);
        of_arn.or(self.network.scopes[scope as usize].own_account.as_deref())
    }
}
