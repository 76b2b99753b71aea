//! The tags of resources.

use super::entity::Reading;
use super::model::Model;
use super::schema::Value;
use crate::network::*;
use crate::reach::ResourceId;
use crate::snapshot::Tag;

impl Model<'_> {
    /// A resource's tags, values by keys. AWS leaves the list out where there are none.
    pub(super) fn tags<'f>(&'f self, resource: ResourceId) -> Reading<'f> {
        let tags = self.tags_of(resource).iter();
        Ok(Value::Map(tags.filter_map(|tag| Some((tag.key.as_deref()?, text(&tag.value)))).collect()))
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
