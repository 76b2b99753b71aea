//! Internet gateways and NAT gateways.

use super::{Builder, Lists};
use crate::network::model::*;
use crate::snapshot::{self as shape};

impl<'a> Builder<'_, 'a> {
    pub(super) fn gateways(&mut self, lists: &Lists<'a>) {
        for (index, &(scope, element)) in lists.gateways.iter().enumerate() {
            let attached = element.attachments.as_ref().map(|list| {
                let live = |found: &&shape::GatewayAttachment<'a>| {
                    found.state.as_deref().is_none_or(|state| matches!(state, "available" | "attached"))
                };
                list.iter().find(live)
            });
            // An attachment to nobody knows what is not known.
            let attached = match attached {
                Some(Some(found)) if found.vpc_id.is_none() => None,
                found => found.map(|found| found.and_then(|found| found.vpc_id.as_deref())),
            };
            if let Some(Some(vpc)) = attached.map(|vpc| vpc.and_then(|vpc| self.network.by_id.vpcs.get_in(scope, vpc)))
            {
                self.network.vpcs[vpc.0 as usize].gateway = Ok(Some(GatewayId(index as u32)));
            }
            self.network.gateways.push(Gateway {
                element,
                scope,
                vpc: attached.ok_or(Missing { call: "ec2:DescribeInternetGateways", scope }),
            });
        }
        let snapshot = self.snapshot;
        for vpc in &mut self.network.vpcs {
            if vpc.gateway.is_err() && snapshot.scopes[vpc.scope as usize].internet_gateways.is_complete() {
                vpc.gateway = Ok(None);
            }
        }
    }

    pub(super) fn nats(&mut self, lists: &Lists<'a>) {
        for &(scope, element) in &lists.nats {
            let is_regional = element.availability_mode.as_deref() == Some("regional");
            let subnet = element.subnet_id.as_deref().filter(|_| !is_regional).map(|id| self.subnet_holding(scope, id));
            let of_subnet = subnet.and_then(Reference::known).map(|subnet| self.network.subnet(subnet).vpc);
            let vpc = match (element.vpc_id.as_deref(), of_subnet) {
                (None, Some(vpc)) => vpc,
                (id, _) => self.vpc_holding(scope, id),
            };
            self.network.nats.push(Nat {
                element,
                scope,
                subnet,
                vpc,
                is_private: element.connectivity_type.as_deref() == Some("private"),
                is_regional,
            });
        }
    }
}
