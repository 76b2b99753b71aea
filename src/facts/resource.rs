//! Entities as resources: how they are called, of which type, where they stand.

use super::about::{About, about};
use super::model::Model;
use super::schema::*;
use super::{balancing, egress_only, filters, gateways, interfaces, topology, transit, workload};
use crate::network::*;
use crate::path;
use crate::reach::ResourceId;
use crate::snapshot::Location;

/// The entity of a resource, where rules have one.
pub fn resource_entity(resource: ResourceId) -> Option<Entity> {
    let (ty, index) = match resource {
        ResourceId::Vpc(id) => (&topology::vpc::TYPE, id.0),
        ResourceId::Subnet(id) => (&topology::subnet::TYPE, id.0),
        ResourceId::Table(id) => (&topology::route_table::TYPE, id.0),
        ResourceId::Acl(id) => (&filters::network_acl::TYPE, id.0),
        ResourceId::Group(id) => (&filters::security_group::TYPE, id.0),
        ResourceId::Gateway(id) => (&gateways::internet_gateway::TYPE, id.0),
        ResourceId::Nat(id) => (&gateways::nat_gateway::TYPE, id.0),
        ResourceId::Endpoint(id) => (&filters::endpoint::TYPE, id.0),
        ResourceId::LoadBalancer(id) => (&balancing::load_balancer::TYPE, id.0),
        ResourceId::TargetGroup(id) => (&balancing::target_group::TYPE, id.0),
        ResourceId::Workload(id) => (&workload::workload::TYPE, id.0),
        ResourceId::Peering(id) => (&transit::peering::TYPE, id.0),
        ResourceId::Attachment(id) => (&transit::attachment::TYPE, id.0),
        ResourceId::TransitTable(id) => (&transit::transit_table::TYPE, id.0),
        ResourceId::EgressOnlyGateway(id) => (&egress_only::egress_only_gateway::TYPE, id.0),
        ResourceId::Interface(id) => (&interfaces::network_interface::TYPE, id.0),
    };
    Some(Entity { ty, index })
}

/// The resource that an entity is, or is a part of.
pub(super) fn resource_of(model: &Model<'_>, entity: Entity) -> Option<ResourceId> {
    let index = entity.index;
    Some(match entity.ty.name {
        "vpc" => ResourceId::Vpc(VpcId(index)),
        "subnet" => ResourceId::Subnet(SubnetId(index)),
        "route-table" => ResourceId::Table(RouteTableId(index)),
        "route" => ResourceId::Table(model.route_owner(index)),
        "network-acl" => ResourceId::Acl(AclId(index)),
        "network-acl-entry" => ResourceId::Acl(model.acl_of_entry(index)),
        "security-group" => ResourceId::Group(GroupId(index)),
        "security-group-rule" => ResourceId::Group(model.group_of_rule(index)),
        "security-group-direction" => ResourceId::Group(model.group_of_rules(index)),
        "internet-gateway" => ResourceId::Gateway(GatewayId(index)),
        "egress-only-internet-gateway" => ResourceId::EgressOnlyGateway(EgressOnlyGatewayId(index)),
        "nat-gateway" => ResourceId::Nat(NatId(index)),
        "network-interface" => ResourceId::Interface(InterfaceId(index)),
        "endpoint" => ResourceId::Endpoint(EndpointId(index)),
        "load-balancer" => ResourceId::LoadBalancer(LoadBalancerId(index)),
        "listener" => ResourceId::LoadBalancer(model.network.listeners[index as usize].load_balancer.known()?),
        "target-group" => ResourceId::TargetGroup(TargetGroupId(index)),
        "registration" => ResourceId::Workload(model.registrations[index as usize].0),
        "membership" => ResourceId::Workload(model.memberships[index as usize].0),
        "workload" => ResourceId::Workload(WorkloadId(index)),
        "vpc-peering-connection" => ResourceId::Peering(PeeringId(index)),
        "transit-gateway-attachment" => ResourceId::Attachment(AttachmentId(index)),
        "transit-gateway-route-table" => ResourceId::TransitTable(TransitTableId(index)),
        "blocker" => model.blocker(model.blockers[index as usize]).1.resource,
        _ => return None,
    })
}

/// The workload that an entity is, or is a part of.
pub fn workload_of(model: &Model<'_>, entity: Entity) -> Option<WorkloadId> {
    match resource_of(model, entity)? {
        ResourceId::Workload(id) => Some(id),
        _ => None,
    }
}

/// How a reader calls an entity.
pub(super) fn display(model: &Model<'_>, entity: Entity) -> String {
    match entity.ty.name {
        "route" => match model.route(entity.index) {
            Some(route) => format!("{} → {}", route.destination_text(), route.target_id),
            None => "no default route".into(),
        },
        "listener" => {
            let element = model.network.listeners[entity.index as usize].element;
            format!("{} {}", text(&element.protocol), element.port.unwrap_or_default())
        }
        "workload" => model.network.workloads[entity.index as usize].name.clone(),
        "registration" => {
            let registration = model.registration(entity.index);
            format!("{}:{}", registration.container, registration.port.unwrap_or_default())
        }
        "membership" => model.member(entity.index).id.clone(),
        "network-acl-entry" => model.name_of_entry(entity.index),
        "security-group-rule" => model.name_of_rule(entity.index),
        "security-group-direction" => model.name_of_rules(entity.index).to_owned(),
        _ => match resource_of(model, entity) {
            None => entity.ty.name.to_owned(),
            Some(resource) => {
                let about = about(model, resource);
                match about.name {
                    _ if matches!(resource, ResourceId::LoadBalancer(_) | ResourceId::TargetGroup(_)) => {
                        about.name.unwrap_or(about.id)
                    }
                    Some(name) if name != about.id => format!("{} ({name})", about.id),
                    _ => about.id,
                }
            }
        },
    }
}

/// Where an entity stands.
pub(super) fn place(model: &Model<'_>, entity: Entity) -> Option<Location> {
    match entity.ty.name {
        "route" => model.route_place(entity.index),
        "listener" => {
            Some(Location::inside(model.network.listeners[entity.index as usize].element.origin, path!["ListenerArn"]))
        }
        "registration" => Some(model.registration(entity.index).place.clone()),
        "membership" => Some(model.member(entity.index).place.clone()),
        "network-acl-entry" => model.place_of_entry(entity.index),
        "security-group-rule" => model.place_of_rule(entity.index),
        "security-group-direction" => model.place_of_rules(entity.index),
        "blocker" => {
            let (_, blocker) = model.blocker(model.blockers[entity.index as usize]);
            Some(about(model, blocker.resource).place)
        }
        _ => Some(about(model, resource_of(model, entity)?).place),
    }
}

/// The cluster of the service or the task that an entity is, or is a part of.
pub fn cluster_of<'m>(model: &'m Model<'_>, entity: Entity) -> Option<&'m str> {
    match resource_of(model, entity)? {
        ResourceId::Workload(id) => model.network.workload(id).cluster.as_deref(),
        _ => None,
    }
}

/// The resource that an entity is, or is a part of, as reports name it.
pub fn about_entity(model: &Model<'_>, entity: Entity) -> Option<About> {
    resource_of(model, entity).map(|resource| about(model, resource))
}
