//! The tags of resources.

use super::entity::Reading;
use super::model::Model;
use super::schema::Value;
use crate::network::*;
use crate::reach::ResourceId;
use crate::snapshot::Tag;
use std::borrow::Cow;

impl Model<'_> {
    /// A resource's tags, values by keys. AWS leaves the list out where there are none.
    pub(super) fn tags<'f>(&'f self, resource: ResourceId) -> Reading<'f> {
        let entry = |tag: &'f Tag<'_>| Some((Cow::Borrowed(tag.key.as_deref()?), Cow::Borrowed(text(&tag.value))));
        Ok(Value::Map(self.tags_of(resource).iter().filter_map(entry).collect()))
    }

    pub(super) fn tags_of(&self, resource: ResourceId) -> &[Tag<'_>] {
        let network = self.network;
        match resource {
            ResourceId::Vpc(id) => &network.vpc(id).element.tags,
            ResourceId::Subnet(id) => &network.subnet(id).element.tags,
            ResourceId::Table(id) => &network.table(id).element.tags,
            ResourceId::Acl(id) => &network.acl(id).element.tags,
            ResourceId::Group(id) => &network.group(id).element.tags,
            ResourceId::Gateway(id) => &network.gateway(id).element.tags,
            ResourceId::EgressOnlyGateway(id) => &network.egress_only_gateway(id).element.tags,
            ResourceId::Nat(id) => &network.nat(id).element.tags,
            ResourceId::Endpoint(id) => &network.endpoint(id).element.tags,
            ResourceId::Peering(id) => &network.peering(id).element.tags,
            ResourceId::Attachment(id) => &network.attachment(id).element.tags,
            ResourceId::TransitTable(id) => &network.transit_table(id).element.tags,
            ResourceId::Interface(_)
            | ResourceId::LoadBalancer(_)
            | ResourceId::TargetGroup(_)
            | ResourceId::Workload(_) => &[],
        }
    }
}
