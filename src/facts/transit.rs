//! Peering connections, and what is attached to transit gateways.

use super::entity::*;
use super::model::Model;
use super::schema::*;
use super::words;
use crate::network::*;
use crate::path;
use crate::reach::ResourceId;
use crate::snapshot::Location;

entity! {
    /// A VPC peering connection.
    peering = "vpc-peering-connection" peering {
        /// Its tags, values by keys: `'Owner' in peering.tags && peering.tags['Owner'] == 'network'`.
        tags: Type::Map => |model, index| model.tags(ResourceId::Peering(PeeringId(index))), at |model, index| Some(Location::inside(model.network.peerings[index as usize].element.origin, path!["Tags"]));
        /// Its id.
        id: STRING => |model, index| string(text(&model.peering(index).element.vpc_peering_connection_id));
        /// Its state.
        status: Type::Word(words::PEERING_STATES) => |model, index| string(model.known(model.peering(index).status())?), at |model, index| Some(Location::inside(model.peering(index).element.origin, path!["Status", "Code"]));
    }
}

entity! {
    /// The attachment of a VPC to a transit gateway.
    attachment = "transit-gateway-attachment" attachment {
        /// Its tags, values by keys: `'Owner' in attachment.tags && attachment.tags['Owner'] == 'network'`.
        tags: Type::Map => |model, index| model.tags(ResourceId::Attachment(AttachmentId(index))), at |model, index| Some(Location::inside(model.network.attachments[index as usize].element.origin, path!["Tags"]));
        /// Its id.
        id: STRING => |model, index| string(text(&model.attachment(index).element.transit_gateway_attachment_id));
        /// Its state.
        state: Type::Word(words::ATTACHMENT_STATES) => |model, index| string(model.known(model.attachment(index).state())?), at |model, index| Some(Location::inside(model.attachment(index).element.origin, path!["State"]));
        /// Whether it carries packets.
        is_available: BOOL => |model, index| boolean(model.known(model.attachment(index).is_available())?), at |model, index| Some(Location::inside(model.attachment(index).element.origin, path!["State"]));
        /// The id of its transit gateway.
        transit_gateway_id: STRING => |model, index| string(text(&model.attachment(index).element.transit_gateway_id));
        /// The id of its VPC.
        vpc_id: STRING => |model, index| string(text(&model.attachment(index).element.vpc_id)), at |model, index| Some(Location::inside(model.attachment(index).element.origin, path!["VpcId"]));
        /// Ids of its subnets.
        subnet_ids: Type::List(&Type::String) => |model, index| {
            model.known(model.attachment(index).subnets.as_ref().map(|_| ()).map_err(|missing| *missing))?;
            strings(model.attachment(index).element.subnet_ids.iter().flatten().map(|id| &**id))
        }, at |model, index| Some(Location::inside(model.attachment(index).element.origin, path!["SubnetIds"]));
    }
}

entity! {
    /// A route table of a transit gateway.
    transit_table = "transit-gateway-route-table" transit_table {
        /// Its tags, values by keys: `'Owner' in transit_table.tags && transit_table.tags['Owner'] == 'network'`.
        tags: Type::Map => |model, index| model.tags(ResourceId::TransitTable(TransitTableId(index))), at |model, index| Some(Location::inside(model.network.transit_tables[index as usize].element.origin, path!["Tags"]));
        /// Its id.
        id: STRING => |model, index| string(text(&model.network.transit_tables[index as usize].element.transit_gateway_route_table_id));
    }
}

impl<'n> Model<'n> {
    fn peering(&self, index: u32) -> &Peering<'n> {
        self.network.peering(PeeringId(index))
    }

    fn attachment(&self, index: u32) -> &Attachment<'n> {
        self.network.attachment(AttachmentId(index))
    }
}
