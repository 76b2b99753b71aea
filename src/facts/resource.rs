//! Entities as resources: how they are called, of which type, where they stand.

use super::model::Model;
use super::schema::*;
use super::{balancing, egress_only, filters, interfaces, topology, transit, workload};
use crate::network::*;
use crate::path;
use crate::reach::ResourceId;
use crate::snapshot::Location;

/// A resource as reports name it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct About {
    /// CloudFormation's type name.
    pub kind: &'static str,
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: Option<String>,
    /// Its ARN.
    pub arn: Option<String>,
    /// Its scope in the snapshot.
    pub scope: u32,
    /// Its VPC's id.
    pub vpc: Option<String>,
    /// Where it stands.
    pub place: Location,
}

/// The entity of a resource, where rules have one.
pub fn resource_entity(resource: ResourceId) -> Option<Entity> {
    let (ty, index) = match resource {
        ResourceId::Vpc(id) => (&topology::vpc::TYPE, id.0),
        ResourceId::Subnet(id) => (&topology::subnet::TYPE, id.0),
        ResourceId::Table(id) => (&topology::route_table::TYPE, id.0),
        ResourceId::Acl(id) => (&filters::network_acl::TYPE, id.0),
        ResourceId::Group(id) => (&filters::security_group::TYPE, id.0),
        ResourceId::Gateway(id) => (&topology::internet_gateway::TYPE, id.0),
        ResourceId::Nat(id) => (&topology::nat_gateway::TYPE, id.0),
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
        "security-group-rules" => ResourceId::Group(model.group_of_rules(index)),
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

/// What there is to say about a resource.
pub fn about(model: &Model<'_>, resource: ResourceId) -> About {
    let network = model.network;
    macro_rules! of {
        ($kind:literal, $found:expr, $id:ident, $field:literal, $name:expr, $scope:expr, $vpc:expr) => {{
            let element = $found.element;
            About {
                kind: $kind,
                id: text(&element.$id).to_owned(),
                name: $name(element),
                arn: None,
                scope: $scope,
                vpc: $vpc,
                place: Location::inside(element.origin, path![$field]),
            }
        }};
    }
    macro_rules! tagged {
        () => {
            |element: &_| name_tag(element)
        };
    }
    trait Named {
        fn tags(&self) -> &[crate::snapshot::Tag<'_>];
    }
    macro_rules! named {
        ($($shape:ident),*) => {$(
            impl Named for crate::snapshot::Element<crate::snapshot::$shape<'_>> {
                fn tags(&self) -> &[crate::snapshot::Tag<'_>] {
                    &self.value.tags
                }
            }
        )*};
    }
    named!(
        Vpc,
        Subnet,
        RouteTable,
        NetworkAcl,
        SecurityGroup,
        InternetGateway,
        EgressOnlyInternetGateway,
        NatGateway,
        VpcEndpoint,
        VpcPeeringConnection,
        TransitGatewayVpcAttachment,
        TransitGatewayRouteTable
    );
    fn name_tag(element: &impl Named) -> Option<String> {
        name_of(element.tags()).map(str::to_owned)
    }
    let owned = |value: &Option<crate::snapshot::Str<'_>>| value.as_deref().map(str::to_owned);
    match resource {
        ResourceId::Vpc(id) => {
            let found = network.vpc(id);
            of!("AWS::EC2::VPC", found, vpc_id, "VpcId", tagged!(), found.scope, owned(&found.element.vpc_id))
        }
        ResourceId::Subnet(id) => {
            let found = network.subnet(id);
            of!("AWS::EC2::Subnet", found, subnet_id, "SubnetId", tagged!(), found.scope, owned(&found.element.vpc_id))
        }
        ResourceId::Table(id) => {
            let found = network.table(id);
            of!(
                "AWS::EC2::RouteTable",
                found,
                route_table_id,
                "RouteTableId",
                tagged!(),
                found.scope,
                owned(&found.element.vpc_id)
            )
        }
        ResourceId::Acl(id) => {
            let found = network.acl(id);
            of!(
                "AWS::EC2::NetworkAcl",
                found,
                network_acl_id,
                "NetworkAclId",
                tagged!(),
                found.scope,
                owned(&found.element.vpc_id)
            )
        }
        ResourceId::Group(id) => {
            let found = network.group(id);
            let mut about = of!(
                "AWS::EC2::SecurityGroup",
                found,
                group_id,
                "GroupId",
                tagged!(),
                found.scope,
                owned(&found.element.vpc_id)
            );
            about.name = about.name.or_else(|| owned(&found.element.group_name));
            about
        }
        ResourceId::Gateway(id) => {
            let found = network.gateway(id);
            let vpc = found.vpc.ok().flatten().map(str::to_owned);
            of!(
                "AWS::EC2::InternetGateway",
                found,
                internet_gateway_id,
                "InternetGatewayId",
                tagged!(),
                found.scope,
                vpc
            )
        }
        ResourceId::EgressOnlyGateway(id) => {
            let found = network.egress_only_gateway(id);
            let vpc = found.vpc.ok().flatten().map(str::to_owned);
            of!(
                "AWS::EC2::EgressOnlyInternetGateway",
                found,
                egress_only_internet_gateway_id,
                "EgressOnlyInternetGatewayId",
                tagged!(),
                found.scope,
                vpc
            )
        }
        ResourceId::Nat(id) => {
            let found = network.nat(id);
            let vpc = found.vpc.known().and_then(|vpc| owned(&network.vpc(vpc).element.vpc_id));
            of!("AWS::EC2::NatGateway", found, nat_gateway_id, "NatGatewayId", tagged!(), found.scope, vpc)
        }
        ResourceId::Endpoint(id) => {
            let found = network.endpoint(id);
            of!(
                "AWS::EC2::VPCEndpoint",
                found,
                vpc_endpoint_id,
                "VpcEndpointId",
                tagged!(),
                found.scope,
                owned(&found.element.vpc_id)
            )
        }
        ResourceId::Interface(id) => {
            let found = network.interface(id);
            of!(
                "AWS::EC2::NetworkInterface",
                found,
                network_interface_id,
                "NetworkInterfaceId",
                |_: &_| None,
                found.scope,
                owned(&found.element.vpc_id)
            )
        }
        ResourceId::Peering(id) => {
            let found = network.peering(id);
            of!(
                "AWS::EC2::VPCPeeringConnection",
                found,
                vpc_peering_connection_id,
                "VpcPeeringConnectionId",
                tagged!(),
                found.scope,
                None
            )
        }
        ResourceId::Attachment(id) => {
            let found = network.attachment(id);
            of!(
                "AWS::EC2::TransitGatewayAttachment",
                found,
                transit_gateway_attachment_id,
                "TransitGatewayAttachmentId",
                tagged!(),
                found.scope,
                owned(&found.element.vpc_id)
            )
        }
        ResourceId::TransitTable(id) => {
            let found = network.transit_table(id);
            of!(
                "AWS::EC2::TransitGatewayRouteTable",
                found,
                transit_gateway_route_table_id,
                "TransitGatewayRouteTableId",
                tagged!(),
                found.scope,
                None
            )
        }
        ResourceId::LoadBalancer(id) => {
            let found = network.load_balancer(id);
            let arn = text(&found.element.load_balancer_arn);
            About {
                kind: "AWS::ElasticLoadBalancingV2::LoadBalancer",
                id: arn
                    .split_once(":loadbalancer/")
                    .map_or_else(|| text(&found.element.load_balancer_name), |(_, id)| id)
                    .to_owned(),
                name: owned(&found.element.load_balancer_name),
                arn: owned(&found.element.load_balancer_arn),
                scope: found.scope,
                vpc: owned(&found.element.vpc_id),
                place: Location::inside(found.element.origin, path!["LoadBalancerName"]),
            }
        }
        ResourceId::TargetGroup(id) => {
            let found = network.target_group(id);
            let arn = text(&found.element.target_group_arn);
            About {
                kind: "AWS::ElasticLoadBalancingV2::TargetGroup",
                id: arn
                    .split_once(":targetgroup/")
                    .map_or_else(|| text(&found.element.target_group_name), |(_, id)| id)
                    .to_owned(),
                name: owned(&found.element.target_group_name),
                arn: owned(&found.element.target_group_arn),
                scope: found.scope,
                vpc: owned(&found.element.vpc_id),
                place: Location::inside(found.element.origin, path!["TargetGroupName"]),
            }
        }
        ResourceId::Workload(id) => {
            let found = network.workload(id);
            let vpc = found
                .subnets
                .iter()
                .flatten()
                .find_map(|placement| placement.subnet.known())
                .and_then(|subnet| owned(&network.subnet(subnet).element.vpc_id));
            About {
                kind: match found.kind {
                    WorkloadKind::Service => "AWS::ECS::Service",
                    WorkloadKind::Task => "AWS::ECS::Task",
                    WorkloadKind::Declared => "Fargcheck::Workload",
                    WorkloadKind::Hypothetical => "AWS::EC2::Subnet",
                },
                id: found.id.clone(),
                name: (found.kind != WorkloadKind::Hypothetical).then(|| found.own_name().to_owned()),
                arn: found.arn.clone(),
                scope: found.scope,
                vpc,
                place: found.place.clone(),
            }
        }
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
        "security-group-rules" => model.name_of_rules(entity.index).to_owned(),
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
        "security-group-rules" => model.place_of_rules(entity.index),
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
