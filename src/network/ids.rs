//! Numbers that name the resources of the network, and the tables that find one by the id that AWS gave it.

use super::expression::open_from;
use super::known::{Missing, Reference};
use crate::snapshot::{Element, TaskDefinition};
use rustc_hash::FxHashMap;

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident;)*) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub struct $name(pub u32);
    )*};
}

ids! {
    /// A VPC of the network.
    VpcId;
    /// A subnet of the network.
    SubnetId;
    /// A route table of the network.
    RouteTableId;
    /// A network ACL of the network.
    AclId;
    /// A security group of the network.
    GroupId;
    /// A NAT gateway of the network.
    NatId;
    /// An internet gateway of the network.
    GatewayId;
    /// An egress-only internet gateway of the network.
    EgressOnlyGatewayId;
    /// A VPC endpoint of the network.
    EndpointId;
    /// A network interface of the network.
    InterfaceId;
    /// A prefix list of the network.
    PrefixListId;
    /// A peering connection of the network.
    PeeringId;
    /// An attachment of a VPC to a transit gateway.
    AttachmentId;
    /// A route table of a transit gateway.
    TransitTableId;
    /// A load balancer of the network.
    LoadBalancerId;
    /// A target group of the network.
    TargetGroupId;
    /// A workload.
    WorkloadId;
    /// A way in through a load balancer.
    ListenerId;
}

/// The resources of a kind by id. Two accounts or regions may describe resources of the same id (a copy of a network, a
/// shared subnet): each scope then has its own.
#[derive(Debug)]
pub struct Ids<'a, I> {
    first: FxHashMap<&'a str, (u32, I)>,
    others: FxHashMap<u32, FxHashMap<&'a str, I>>,
}

impl<I> Default for Ids<'_, I> {
    fn default() -> Self {
        Ids { first: FxHashMap::default(), others: FxHashMap::default() }
    }
}

impl<'a, I> Ids<'a, I> {
    /// The resource of that id, wherever it is described.
    pub fn get(&self, id: &str) -> Option<&I> {
        self.first.get(id).map(|(_, found)| found)
    }

    /// The resource of that id as a scope describes it, or else as another one does.
    pub fn get_in(&self, scope: u32, id: &str) -> Option<&I> {
        match self.first.get(id) {
            Some((owner, found)) if *owner == scope || self.others.is_empty() => Some(found),
            Some((_, found)) => Some(self.others.get(&scope).and_then(|own| own.get(id)).unwrap_or(found)),
            None => None,
        }
    }

    /// What an id that a scope writes leads to; one that a complete list lacks is gone, else `missing` would tell.
    pub(super) fn refer(&self, id: &str, list_is_complete: bool, missing: Missing) -> Reference<I>
    where
        I: Copy,
    {
        match self.get_in(missing.scope, id) {
            Some(found) => Reference::To(*found),
            None if open_from(id).is_some() => Reference::Unknown(Missing::expression(id, missing.scope)),
            None if list_is_complete => Reference::Gone,
            None => Reference::Unknown(missing),
        }
    }

    /// Every id.
    pub fn keys(&self) -> impl Iterator<Item = &&'a str> {
        self.first.keys()
    }

    /// Takes a resource in, unless its scope has one of that id already.
    pub(super) fn insert(&mut self, scope: u32, id: &'a str, found: I) -> bool {
        use std::collections::hash_map::Entry;
        match self.first.entry(id) {
            Entry::Vacant(entry) => {
                entry.insert((scope, found));
                true
            }
            Entry::Occupied(entry) if entry.get().0 == scope => false,
            Entry::Occupied(_) => match self.others.entry(scope).or_default().entry(id) {
                Entry::Vacant(entry) => {
                    entry.insert(found);
                    true
                }
                Entry::Occupied(_) => false,
            },
        }
    }
}

/// Ids → positions.
#[derive(Debug, Default)]
#[allow(missing_docs, reason = "each table is named after the type that it finds")]
pub struct Lookups<'a> {
    pub vpcs: Ids<'a, VpcId>,
    pub subnets: Ids<'a, SubnetId>,
    pub tables: Ids<'a, RouteTableId>,
    pub acls: Ids<'a, AclId>,
    pub groups: Ids<'a, GroupId>,
    pub gateways: Ids<'a, GatewayId>,
    pub egress_only_gateways: Ids<'a, EgressOnlyGatewayId>,
    pub nats: Ids<'a, NatId>,
    pub endpoints: Ids<'a, EndpointId>,
    pub interfaces: Ids<'a, InterfaceId>,
    pub prefix_lists: Ids<'a, PrefixListId>,
    pub peerings: Ids<'a, PeeringId>,
    pub load_balancers: Ids<'a, LoadBalancerId>,
    pub target_groups: Ids<'a, TargetGroupId>,
    pub task_definitions: FxHashMap<&'a str, &'a Element<TaskDefinition<'a>>>,
}
