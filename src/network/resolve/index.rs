//! What exists, by id: later stages only look it up.

use super::Builder;
use super::sharing::{Owned, scope_of_owner};
use crate::network::ids::{
    AclId, EgressOnlyGatewayId, EndpointId, GatewayId, GroupId, InterfaceId, LoadBalancerId, NatId, RouteTableId,
    SubnetId, TargetGroupId, VpcId,
};
use crate::network::model::*;
use crate::snapshot::{self as shape, Element, Identified};

/// An element with its scope.
pub(super) type Found<'a, T> = (u32, &'a Element<T>);

/// What exists, in the order of the network's ids.
pub(super) struct Lists<'a> {
    pub(super) vpcs: Vec<Found<'a, shape::Vpc<'a>>>,
    pub(super) subnets: Vec<Found<'a, shape::Subnet<'a>>>,
    pub(super) tables: Vec<Found<'a, shape::RouteTable<'a>>>,
    pub(super) acls: Vec<Found<'a, shape::NetworkAcl<'a>>>,
    pub(super) groups: Vec<Found<'a, shape::SecurityGroup<'a>>>,
    pub(super) gateways: Vec<Found<'a, shape::InternetGateway<'a>>>,
    pub(super) egress_only_gateways: Vec<Found<'a, shape::EgressOnlyInternetGateway<'a>>>,
    pub(super) nats: Vec<Found<'a, shape::NatGateway<'a>>>,
    pub(super) endpoints: Vec<Found<'a, shape::VpcEndpoint<'a>>>,
    pub(super) interfaces: Vec<Found<'a, shape::NetworkInterface<'a>>>,
    pub(super) load_balancers: Vec<Found<'a, shape::LoadBalancer<'a>>>,
    pub(super) target_groups: Vec<Found<'a, shape::TargetGroup<'a>>>,
}

impl Lists<'_> {
    /// Makes room for all that will be built: lists of as much as this has, grown by doubling, would be half empty.
    pub(super) fn reserve(&self, network: &mut Network<'_>) {
        macro_rules! reserve {
            ($($field:ident)*) => {$(network.$field.reserve_exact(self.$field.len());)*};
        }
        reserve!(vpcs subnets tables acls groups gateways egress_only_gateways nats endpoints interfaces load_balancers target_groups);
    }
}

/// The state of a resource that no longer is one.
pub(super) fn is_gone(state: Option<&str>) -> bool {
    state.is_some_and(|state| matches!(state.to_ascii_lowercase().as_str(), "deleted" | "deleting"))
}

impl<'a> Builder<'_, 'a> {
    pub(super) fn index(&mut self) -> Lists<'a> {
        let snapshot = self.snapshot;
        for element in snapshot.scopes.iter().flat_map(|scope| &scope.task_definitions) {
            if let Some(arn) = element.task_definition_arn.as_deref().or(element.family.as_deref()) {
                self.network.by_id.task_definitions.entry(arn).or_insert(element);
            }
        }
        let Network { by_id, scopes: facts, .. } = &mut *self.network;
        macro_rules! list {
            ($field:ident, $map:ident, $id:expr, $gone:expr) => {
                list!($field, $map, $id, $gone, |_: &'a shape::Scope<'a>| &[])
            };
            ($field:ident, $map:ident, $id:expr, $gone:expr, $besides:expr) => {{
                let mut found =
                    Vec::with_capacity(snapshot.scopes.iter().map(|scope| scope.$field.elements.len()).sum());
                for (scope, listings) in snapshot.scopes.iter().enumerate() {
                    for element in listings.$field.elements.iter().chain($besides(listings)) {
                        let Some(id) = element.value.id() else { continue };
                        let at_owner = scope_of_owner(facts, scope, element.value.owner());
                        let is_there = |other: usize| {
                            snapshot.scopes[other].$field.into_iter().any(|known| known.id() == Some(id))
                        };
                        if $gone(&element.value) || at_owner.is_some_and(is_there) {
                            continue;
                        }
                        if by_id.$map.insert(scope as u32, id, $id(found.len() as u32)) {
                            found.push((scope as u32, element));
                        }
                    }
                }
                found
            }};
        }
        Lists {
            vpcs: list!(vpcs, vpcs, VpcId, |_: &shape::Vpc<'_>| false),
            subnets: list!(subnets, subnets, SubnetId, |_: &shape::Subnet<'_>| false),
            tables: list!(route_tables, tables, RouteTableId, |_: &shape::RouteTable<'_>| false),
            acls: list!(network_acls, acls, AclId, |_: &shape::NetworkAcl<'_>| false),
            groups: list!(
                security_groups,
                groups,
                GroupId,
                |_: &shape::SecurityGroup<'_>| false,
                |scope: &'a shape::Scope<'a>| &scope.undescribed_groups
            ),
            gateways: list!(internet_gateways, gateways, GatewayId, |_: &shape::InternetGateway<'_>| false),
            egress_only_gateways: list!(
                egress_only_internet_gateways,
                egress_only_gateways,
                EgressOnlyGatewayId,
                |_: &shape::EgressOnlyInternetGateway<'_>| false
            ),
            nats: list!(nat_gateways, nats, NatId, |nat: &shape::NatGateway<'_>| is_gone(nat.state.as_deref())),
            endpoints: list!(vpc_endpoints, endpoints, EndpointId, |endpoint: &shape::VpcEndpoint<'_>| is_gone(
                endpoint.state.as_deref()
            )),
            interfaces: list!(network_interfaces, interfaces, InterfaceId, |_: &shape::NetworkInterface<'_>| false),
            load_balancers: list!(load_balancers, load_balancers, LoadBalancerId, |_: &shape::LoadBalancer<'_>| false),
            target_groups: list!(target_groups, target_groups, TargetGroupId, |_: &shape::TargetGroup<'_>| false),
        }
    }
}
