//! Internet gateways, egress-only ones, and NAT gateways.

use super::{Builder, Lists};
use crate::network::address::{Addresses, block};
use crate::network::error::NetworkError;
use crate::network::expression::expression;
use crate::network::ids::GatewayId;
use crate::network::known::{Known, Missing, Reference};
use crate::network::model::*;
use crate::network::ranges::Ranges;
use crate::path;
use crate::snapshot::{self as shape, Element, Location};

impl<'a> Builder<'_, 'a> {
    pub(super) fn gateways(&mut self, lists: &Lists<'a>) {
        for (index, &(scope, element)) in lists.gateways.iter().enumerate() {
            let missing = Missing { call: "ec2:DescribeInternetGateways", scope };
            let attached = attached_to(element.attachments.as_deref(), missing);
            if let Ok(Some(vpc)) = attached.map(|vpc| vpc.and_then(|vpc| self.network.by_id.vpcs.get_in(scope, vpc))) {
                self.network.vpcs[vpc.0 as usize].gateway = Ok(Some(GatewayId(index as u32)));
            }
            self.network.gateways.push(Gateway { element, scope, vpc: attached, table: Ok(None) });
        }
        let snapshot = self.snapshot;
        for vpc in &mut self.network.vpcs {
            if vpc.gateway.is_err() && snapshot.scopes[vpc.scope as usize].internet_gateways.is_complete() {
                vpc.gateway = Ok(None);
            }
        }
    }

    pub(super) fn egress_only_gateways(&mut self, lists: &Lists<'a>) {
        for &(scope, element) in &lists.egress_only_gateways {
            let missing = Missing { call: "ec2:DescribeEgressOnlyInternetGateways", scope };
            let vpc = attached_to(element.attachments.as_deref(), missing);
            self.network.egress_only_gateways.push(EgressOnlyGateway { element, scope, vpc });
        }
    }

    pub(super) fn nats(&mut self, lists: &Lists<'a>) -> Result<(), NetworkError> {
        for &(scope, element) in &lists.nats {
            let is_regional = element.availability_mode.as_deref() == Some("regional");
            let subnet = element.subnet_id.as_deref().filter(|_| !is_regional).map(|id| self.subnet_holding(scope, id));
            let of_subnet = subnet.and_then(Reference::known).map(|subnet| self.network.subnet(subnet).vpc);
            let vpc = match (element.vpc_id.as_deref(), of_subnet) {
                (None, Some(vpc)) => vpc,
                (id, _) => self.vpc_holding(scope, id),
            };
            let table = element.route_table_id.as_deref().filter(|_| is_regional);
            let table = table.and_then(|id| self.network.by_id.tables.get_in(scope, id)).copied();
            self.network.nats.push(Nat {
                element,
                scope,
                subnet,
                vpc,
                table,
                is_private: element.connectivity_type.as_deref() == Some("private"),
                is_regional,
                addresses: private_addresses(element)?,
            });
        }
        Ok(())
    }
}

/// The VPC that a gateway is attached to, if any; what is `missing` where that can't be told.
fn attached_to<'a>(
    attachments: Option<&'a [shape::GatewayAttachment<'a>]>,
    missing: Missing,
) -> Known<Option<&'a str>> {
    let may_be_live = |found: &&shape::GatewayAttachment<'_>| {
        found.state.as_deref().is_none_or(|state| matches!(state, "available" | "attached"))
    };
    let Some(found) = attachments.ok_or(missing)?.iter().find(may_be_live) else { return Ok(None) };
    found.state.as_deref().ok_or(missing)?;
    // It is attached to something, but nothing says to what.
    let vpc = found.vpc_id.as_deref().ok_or(missing)?;
    Missing::of_text(vpc, missing.scope).map_or(Ok(Some(vpc)), Err)
}

/// The private addresses that AWS has finished to assign to a NAT gateway.
fn private_addresses(nat: &Element<shape::NatGateway<'_>>) -> Result<Addresses, NetworkError> {
    let mut ranges = Vec::new();
    for (index, found) in nat.nat_gateway_addresses.iter().flatten().enumerate() {
        let is_usable = found.status.as_deref().is_none_or(|status| status == "succeeded");
        let written = found.private_ip.as_deref().filter(|written| is_usable && expression(written).is_none());
        if let Some(written) = written {
            let steps = path!["NatGatewayAddresses", index, "PrivateIp"];
            let location = || Location::inside(nat.origin, steps);
            let found =
                block(written).ok_or_else(|| NetworkError::NotACidr { text: written.into(), location: location() });
            ranges.push(found?.range);
        }
    }
    Ok(Ranges::collect(ranges))
}
