//! What reports say of a resource, kind by kind.

use super::model::Model;
use crate::network::*;
use crate::path;
use crate::reach::ResourceId;
use crate::snapshot::{Location, Origin, Str, Tag};

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

/// What there is to say about a resource.
pub fn about(model: &Model<'_>, resource: ResourceId) -> About {
    let network = model.network;
    match resource {
        ResourceId::Vpc(id) => of_vpc(network.vpc(id)),
        ResourceId::Subnet(id) => of_subnet(network.subnet(id)),
        ResourceId::Table(id) => of_table(network.table(id)),
        ResourceId::Acl(id) => of_acl(network.acl(id)),
        ResourceId::Group(id) => of_group(network.group(id)),
        ResourceId::Gateway(id) => of_gateway(network.gateway(id)),
        ResourceId::EgressOnlyGateway(id) => of_egress_only_gateway(network.egress_only_gateway(id)),
        ResourceId::Nat(id) => of_nat(network, network.nat(id)),
        ResourceId::Endpoint(id) => of_endpoint(network.endpoint(id)),
        ResourceId::Interface(id) => of_interface(network.interface(id)),
        ResourceId::Peering(id) => of_peering(network.peering(id)),
        ResourceId::Attachment(id) => of_attachment(network.attachment(id)),
        ResourceId::TransitTable(id) => of_transit_table(network.transit_table(id)),
        ResourceId::LoadBalancer(id) => of_load_balancer(network.load_balancer(id)),
        ResourceId::TargetGroup(id) => of_target_group(network.target_group(id)),
        ResourceId::Workload(id) => of_workload(network, network.workload(id)),
    }
}

fn owned(value: &Option<Str<'_>>) -> Option<String> {
    value.as_deref().map(str::to_owned)
}

/// A resource of EC2: named by a tag, and shown at its id.
fn ec2(
    kind: &'static str,
    (field, id): (&'static str, &Option<Str<'_>>),
    (origin, scope): (Origin, u32),
    tags: &[Tag<'_>],
    vpc: Option<String>,
) -> About {
    About {
        kind,
        id: text(id).to_owned(),
        name: name_of(tags).map(str::to_owned),
        arn: None,
        scope,
        vpc,
        place: Location::inside(origin, path![field]),
    }
}

fn of_vpc(found: &Vpc<'_>) -> About {
    let own = found.element;
    let at = (own.origin, found.scope);
    ec2("AWS::EC2::VPC", ("VpcId", &own.vpc_id), at, &own.tags, owned(&own.vpc_id))
}

fn of_subnet(found: &Subnet<'_>) -> About {
    let own = found.element;
    let at = (own.origin, found.scope);
    ec2("AWS::EC2::Subnet", ("SubnetId", &own.subnet_id), at, &own.tags, owned(&own.vpc_id))
}

fn of_table(found: &RouteTable<'_>) -> About {
    let own = found.element;
    let at = (own.origin, found.scope);
    ec2("AWS::EC2::RouteTable", ("RouteTableId", &own.route_table_id), at, &own.tags, owned(&own.vpc_id))
}

fn of_acl(found: &Acl<'_>) -> About {
    let own = found.element;
    let at = (own.origin, found.scope);
    ec2("AWS::EC2::NetworkAcl", ("NetworkAclId", &own.network_acl_id), at, &own.tags, owned(&own.vpc_id))
}

/// A security group has a name of its own, beside that of a tag.
fn of_group(found: &Group<'_>) -> About {
    let own = found.element;
    let at = (own.origin, found.scope);
    let about = ec2("AWS::EC2::SecurityGroup", ("GroupId", &own.group_id), at, &own.tags, owned(&own.vpc_id));
    About { name: about.name.or_else(|| owned(&own.group_name)), ..about }
}

fn of_gateway(found: &Gateway<'_>) -> About {
    let own = found.element;
    let at = (own.origin, found.scope);
    let vpc = found.vpc.ok().flatten().map(str::to_owned);
    ec2("AWS::EC2::InternetGateway", ("InternetGatewayId", &own.internet_gateway_id), at, &own.tags, vpc)
}

fn of_egress_only_gateway(found: &EgressOnlyGateway<'_>) -> About {
    let own = found.element;
    let at = (own.origin, found.scope);
    let id = ("EgressOnlyInternetGatewayId", &own.egress_only_internet_gateway_id);
    let vpc = found.vpc.ok().flatten().map(str::to_owned);
    ec2("AWS::EC2::EgressOnlyInternetGateway", id, at, &own.tags, vpc)
}

fn of_nat(network: &Network<'_>, found: &Nat<'_>) -> About {
    let own = found.element;
    let at = (own.origin, found.scope);
    let vpc = found.vpc.known().and_then(|vpc| owned(&network.vpc(vpc).element.vpc_id));
    ec2("AWS::EC2::NatGateway", ("NatGatewayId", &own.nat_gateway_id), at, &own.tags, vpc)
}

fn of_endpoint(found: &Endpoint<'_>) -> About {
    let own = found.element;
    let at = (own.origin, found.scope);
    ec2("AWS::EC2::VPCEndpoint", ("VpcEndpointId", &own.vpc_endpoint_id), at, &own.tags, owned(&own.vpc_id))
}

/// Of a network interface no tags are read.
fn of_interface(found: &Interface<'_>) -> About {
    let own = found.element;
    let at = (own.origin, found.scope);
    let id = ("NetworkInterfaceId", &own.network_interface_id);
    ec2("AWS::EC2::NetworkInterface", id, at, &[], owned(&own.vpc_id))
}

/// A peering connection is of two VPCs.
fn of_peering(found: &Peering<'_>) -> About {
    let own = found.element;
    let at = (own.origin, found.scope);
    let id = ("VpcPeeringConnectionId", &own.vpc_peering_connection_id);
    ec2("AWS::EC2::VPCPeeringConnection", id, at, &own.tags, None)
}

fn of_attachment(found: &Attachment<'_>) -> About {
    let own = found.element;
    let at = (own.origin, found.scope);
    let id = ("TransitGatewayAttachmentId", &own.transit_gateway_attachment_id);
    ec2("AWS::EC2::TransitGatewayAttachment", id, at, &own.tags, owned(&own.vpc_id))
}

fn of_transit_table(found: &TransitTable<'_>) -> About {
    let own = found.element;
    let at = (own.origin, found.scope);
    let id = ("TransitGatewayRouteTableId", &own.transit_gateway_route_table_id);
    ec2("AWS::EC2::TransitGatewayRouteTable", id, at, &own.tags, None)
}

/// The last part of an ARN, or the name where there is none.
fn id_in_arn<'a>(arn: &'a Option<Str<'_>>, before: &str, name: &'a Option<Str<'_>>) -> &'a str {
    text(arn).split_once(before).map_or_else(|| text(name), |(_, id)| id)
}

fn of_load_balancer(found: &LoadBalancer<'_>) -> About {
    let own = found.element;
    About {
        kind: "AWS::ElasticLoadBalancingV2::LoadBalancer",
        id: id_in_arn(&own.load_balancer_arn, ":loadbalancer/", &own.load_balancer_name).to_owned(),
        name: owned(&own.load_balancer_name),
        arn: owned(&own.load_balancer_arn),
        scope: found.scope,
        vpc: owned(&own.vpc_id),
        place: Location::inside(own.origin, path!["LoadBalancerName"]),
    }
}

fn of_target_group(found: &TargetGroup<'_>) -> About {
    let own = found.element;
    About {
        kind: "AWS::ElasticLoadBalancingV2::TargetGroup",
        id: id_in_arn(&own.target_group_arn, ":targetgroup/", &own.target_group_name).to_owned(),
        name: owned(&own.target_group_name),
        arn: owned(&own.target_group_arn),
        scope: found.scope,
        vpc: owned(&own.vpc_id),
        place: Location::inside(own.origin, path!["TargetGroupName"]),
    }
}

fn of_workload(network: &Network<'_>, found: &Workload<'_>) -> About {
    let subnets = found.subnets.iter().flatten();
    let vpc = subnets
        .into_iter()
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
