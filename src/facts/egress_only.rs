//! Egress-only internet gateways: the way out for IPv6.

use super::entity::*;
use super::model::Model;
use super::schema::*;
use super::topology::route_table;
use crate::network::*;
use crate::path;
use crate::reach::ResourceId;
use crate::snapshot::Location;

entity! {
    /// An egress-only internet gateway.
    egress_only_gateway = "egress-only-internet-gateway" egress_only_gateway {
        /// Its tags, values by keys: `'Owner' in egress_only_gateway.tags && egress_only_gateway.tags['Owner'] == 'network'`.
        tags: Type::Map => |model, index| model.tags(ResourceId::EgressOnlyGateway(EgressOnlyGatewayId(index))), at |model, index| Some(Location::inside(model.network.egress_only_gateways[index as usize].element.origin, path!["Tags"]));
        /// Its id.
        id: STRING => |model, index| string(text(&model.egress_only(index).element.egress_only_internet_gateway_id)), at |model, index| Some(Location::inside(model.egress_only(index).element.origin, path!["EgressOnlyInternetGatewayId"]));
        /// The id of the VPC that it is attached to; empty where it is detached, or about to be.
        vpc_id: STRING => |model, index| string(model.known(model.egress_only(index).vpc)?.unwrap_or_default()), at |model, index| Some(Location::inside(model.egress_only(index).element.origin, path!["Attachments"]));
        /// The AWS CLI's commands, one a line, that lead the routes of other VPCs to an egress-only internet gateway of their own: the one that they have, else a new one.
        ipv6_reroutes: STRING => |model, index| owned(model.reroutes_of_egress_only(EgressOnlyGatewayId(index)));
        /// Route tables with a route to it.
        route_tables: Type::List(&Type::Entity(&route_table::TYPE)) => |model, index| list_of(&route_table::TYPE, model.tables_to_egress_only(EgressOnlyGatewayId(index)).map(|id| id.0));
        /// Ids of the VPCs whose routes lead to it.
        routed_from: Type::List(&Type::String) => |model, index| {
            let tables = model.tables_to_egress_only(EgressOnlyGatewayId(index));
            let mut vpcs: Vec<&str> = tables.filter_map(|id| model.network.table(id).element.vpc_id.as_deref()).collect();
            vpcs.sort_unstable();
            vpcs.dedup();
            strings(vpcs)
        };
    }
}

impl<'n> Model<'n> {
    fn egress_only(&self, index: u32) -> &EgressOnlyGateway<'n> {
        self.network.egress_only_gateway(EgressOnlyGatewayId(index))
    }

    pub(super) fn egress_only_of(&self, vpc: VpcId) -> &str {
        let id = self.network.vpc(vpc).element.vpc_id.as_deref();
        let mut gateways = self.network.egress_only_gateways.iter();
        let attached = gateways.find(|gateway| id.is_some() && gateway.vpc == Ok(id));
        attached.map_or("", |gateway| text(&gateway.element.egress_only_internet_gateway_id))
    }

    fn tables_to_egress_only(&self, id: EgressOnlyGatewayId) -> impl Iterator<Item = RouteTableId> {
        self.egress_only_tables[id.0 as usize].iter().copied()
    }
}
