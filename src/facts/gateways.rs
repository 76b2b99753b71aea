//! Internet gateways and NAT gateways.

use super::entity::*;
use super::model::Model;
use super::schema::*;
use super::topology::{route_table, subnet, vpc};
use super::words;
use super::workload::workload;
use crate::network::*;
use crate::path;
use crate::reach::ResourceId;
use crate::snapshot::Location;

entity! {
    /// An internet gateway.
    internet_gateway = "internet-gateway" gateway {
        /// Its tags, values by keys: `'Owner' in gateway.tags && gateway.tags['Owner'] == 'network'`.
        tags: Type::Map => |model, index| model.tags(ResourceId::Gateway(GatewayId(index))), at |model, index| Some(Location::inside(model.network.gateways[index as usize].element.origin, path!["Tags"]));
        /// Its id.
        id: STRING => |model, index| string(text(&model.network.gateways[index as usize].element.internet_gateway_id)), at |model, index| Some(Location::inside(model.network.gateways[index as usize].element.origin, path!["InternetGatewayId"]));
        /// The id of the VPC that it is attached to; empty where it is detached.
        vpc_id: STRING => |model, index| string(model.known(model.network.gateways[index as usize].vpc)?.unwrap_or_default()), at |model, index| Some(Location::inside(model.network.gateways[index as usize].element.origin, path!["Attachments"]));
        /// Ids of the VPCs whose routes lead to it.
        routed_from: Type::List(&Type::String) => |model, index| strings(model.routed_to_gateway(GatewayId(index)));
        /// Whether by routes of VPCs that it isn't attached to more than one in a hundred of the clients on the internet of load balancers that serve tasks get no replies.
        drops_replies: BOOL => |model, index| boolean(model.gateway_drops_replies(GatewayId(index))?);
        /// The AWS CLI's commands, one a line, that lead the routes of other VPCs to an internet gateway of their own: the one that they have, this one where it is free, else a new one.
        reattachment: STRING => |model, index| owned(model.reattachment(GatewayId(index)));
    }
}

entity! {
    /// A NAT gateway.
    nat_gateway = "nat-gateway" nat {
        /// Its tags, values by keys: `'Owner' in nat.tags && nat.tags['Owner'] == 'network'`.
        tags: Type::Map => |model, index| model.tags(ResourceId::Nat(NatId(index))), at |model, index| Some(Location::inside(model.network.nats[index as usize].element.origin, path!["Tags"]));
        /// Its id.
        id: STRING => |model, index| string(text(&model.network.nats[index as usize].element.nat_gateway_id)), at |model, index| Some(Location::inside(model.network.nats[index as usize].element.origin, path!["NatGatewayId"]));
        /// Its state.
        state: Type::Word(words::NAT_STATES) => |model, index| string(model.known(model.network.nats[index as usize].state())?), at |model, index| Some(Location::inside(model.network.nats[index as usize].element.origin, path!["State"]));
        /// Why it failed; empty where it did not.
        failure: STRING => |model, index| string(text(&model.network.nats[index as usize].element.failure_message));
        /// Whether it is a public or a private one.
        connectivity_type: Type::Word(words::CONNECTIVITY_TYPES) => |model, index| string(if model.network.nats[index as usize].is_private { "private" } else { "public" }), at |model, index| Some(Location::inside(model.network.nats[index as usize].element.origin, path!["ConnectivityType"]));
        /// Whether it serves every zone of its VPC and has no subnet of its own. Unknown where the input says neither.
        is_regional: BOOL => |model, index| {
            let nat = &model.network.nats[index as usize];
            let says = nat.element.availability_mode.is_some() || nat.element.subnet_id.is_some();
            boolean(model.known(says.then_some(nat.is_regional).ok_or(Missing { call: "ec2:DescribeNatGateways", scope: nat.scope }))?)
        };
        /// Its subnet.
        subnet: Type::Entity(&subnet::TYPE) => |model, index| model.subnet_of_nat(index), at |model, index| Some(Location::inside(model.network.nats[index as usize].element.origin, path!["SubnetId"]));
        /// Its VPC.
        vpc: Type::Entity(&vpc::TYPE) => |model, index| model.vpc_of(model.network.nats[index as usize].vpc);
        /// Whether it has a public address.
        has_elastic_ip: BOOL => |model, index| {
            boolean(model.known(model.network.nats[index as usize].has_elastic_ip())?)
        }, at |model, index| Some(Location::inside(model.network.nats[index as usize].element.origin, path!["NatGatewayAddresses"]));
        /// Route tables with a route to it.
        route_tables: Type::List(&Type::Entity(&route_table::TYPE)) => |model, index| list_of(&route_table::TYPE, model.nat_tables[index as usize].iter().map(|id| id.0));
        /// The AWS CLI's commands, one a line, that lead all routes to it to another one, `<nat-gateway-id>`.
        reroutes: STRING => |model, index| owned(model.reroutes_of_nat(NatId(index)));
        /// Whether some route table has a route to it. Unknown while not all route tables and their routes are known.
        has_route: BOOL => |model, index| model.has_route_to_nat(index), at |model, index| Some(Location::inside(model.network.nats[index as usize].element.origin, path!["NatGatewayId"]));
        /// Whether routes of its VPC stop a flow to the internet: that nothing leads to it may be what is wrong then.
        is_called_for: BOOL => |model, index| boolean(model.nat_is_called_for(NatId(index)));
        /// Workloads in subnets whose default route leads to it.
        workloads: Type::List(&Type::Entity(&workload::TYPE)) => |model, index| list_of(&workload::TYPE, model.workloads_of_nat(NatId(index)));
        /// Whether workloads run in subnets whose routes lead to it.
        is_used: BOOL => |model, index| {
            let tables = model.nat_tables[index as usize].iter().map(|id| model.network.table(*id));
            boolean(tables.flat_map(|table| &table.subnets).any(|id| !model.hosted[id.0 as usize].is_empty()))
        };
    }
}

impl Model<'_> {
    pub(super) fn routed_to_gateway(&self, id: GatewayId) -> Vec<&str> {
        let mut found = Vec::new();
        for table in &self.gateway_tables[id.0 as usize] {
            let Some(vpc) = self.network.table(*table).element.vpc_id.as_deref() else { continue };
            if !found.contains(&vpc) {
                found.push(vpc);
            }
        }
        found
    }

    fn subnet_of_nat<'f>(&self, index: u32) -> Reading<'f> {
        match self.network.nats[index as usize].subnet {
            Some(Reference::To(id)) => entity_of(&subnet::TYPE, id.0),
            Some(Reference::Unknown(missing)) => Err(self.unknown(missing)),
            Some(Reference::Gone) | None => {
                Err(self.lost("ec2:DescribeSubnets", "the NAT gateway's subnet is not in the input"))
            }
        }
    }
}
