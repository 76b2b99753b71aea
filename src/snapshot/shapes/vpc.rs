//! VPCs, subnets, route tables, and the gateways to the internet.

use super::{List, Str};
use schemars::JsonSchema;
use serde::Deserialize;

/// `Tag` of the EC2 or Elastic Load Balancing API reference.
#[derive(Debug, Clone, Default, PartialEq, Deserialize, JsonSchema)]
#[serde(default, rename_all = "PascalCase", bound(deserialize = "'de: 'a"))]
pub struct Tag<'a> {
    pub key: Option<Str<'a>>,
    pub value: Option<Str<'a>>,
}

/// `Vpc` of the EC2 or Elastic Load Balancing API reference.
#[derive(Debug, Clone, Default, PartialEq, Deserialize, JsonSchema)]
#[serde(default, rename_all = "PascalCase", bound(deserialize = "'de: 'a"))]
pub struct Vpc<'a> {
    pub vpc_id: Option<Str<'a>>,
    pub cidr_block: Option<Str<'a>>,
    pub cidr_block_association_set: List<CidrBlockAssociation<'a>>,
    pub ipv6_cidr_block_association_set: List<Ipv6CidrBlockAssociation<'a>>,
    pub dhcp_options_id: Option<Str<'a>>,
    pub is_default: Option<bool>,
    pub owner_id: Option<Str<'a>>,
    pub state: Option<Str<'a>>,
    pub tags: List<Tag<'a>>,
}

/// `CidrBlockAssociation` of the EC2 or Elastic Load Balancing API reference.
#[derive(Debug, Clone, Default, PartialEq, Deserialize, JsonSchema)]
#[serde(default, rename_all = "PascalCase", bound(deserialize = "'de: 'a"))]
pub struct CidrBlockAssociation<'a> {
    pub cidr_block: Option<Str<'a>>,
    pub cidr_block_state: Option<StateReason<'a>>,
}

/// `Ipv6CidrBlockAssociation` of the EC2 or Elastic Load Balancing API reference.
#[derive(Debug, Clone, Default, PartialEq, Deserialize, JsonSchema)]
#[serde(default, rename_all = "PascalCase", bound(deserialize = "'de: 'a"))]
pub struct Ipv6CidrBlockAssociation<'a> {
    pub ipv6_cidr_block: Option<Str<'a>>,
    pub ipv6_cidr_block_state: Option<StateReason<'a>>,
    pub ipv6_address_attribute: Option<Str<'a>>,
    pub ip_source: Option<Str<'a>>,
}

/// `StateReason` of the EC2 or Elastic Load Balancing API reference.
#[derive(Debug, Clone, Default, PartialEq, Deserialize, JsonSchema)]
#[serde(default, rename_all = "PascalCase", bound(deserialize = "'de: 'a"))]
pub struct StateReason<'a> {
    pub state: Option<Str<'a>>,
}

/// `VpcAttribute` of the EC2 or Elastic Load Balancing API reference.
#[derive(Debug, Clone, Default, PartialEq, Deserialize, JsonSchema)]
#[serde(default, rename_all = "PascalCase", bound(deserialize = "'de: 'a"))]
pub struct VpcAttribute<'a> {
    pub vpc_id: Option<Str<'a>>,
    pub enable_dns_support: Option<AttributeValue>,
    pub enable_dns_hostnames: Option<AttributeValue>,
}

/// `AttributeValue` of the EC2 or Elastic Load Balancing API reference.
#[derive(Debug, Clone, Default, PartialEq, Deserialize, JsonSchema)]
#[serde(default, rename_all = "PascalCase")]
pub struct AttributeValue {
    pub value: Option<bool>,
}

/// `Subnet` of the EC2 or Elastic Load Balancing API reference.
#[derive(Debug, Clone, Default, PartialEq, Deserialize, JsonSchema)]
#[serde(default, rename_all = "PascalCase", bound(deserialize = "'de: 'a"))]
pub struct Subnet<'a> {
    pub subnet_id: Option<Str<'a>>,
    pub vpc_id: Option<Str<'a>>,
    pub cidr_block: Option<Str<'a>>,
    pub ipv6_cidr_block_association_set: List<Ipv6CidrBlockAssociation<'a>>,
    pub ipv6_native: Option<bool>,
    pub enable_dns64: Option<bool>,
    pub availability_zone: Option<Str<'a>>,
    pub availability_zone_id: Option<Str<'a>>,
    pub available_ip_address_count: Option<i64>,
    pub map_public_ip_on_launch: Option<bool>,
    pub owner_id: Option<Str<'a>>,
    pub state: Option<Str<'a>>,
    pub subnet_arn: Option<Str<'a>>,
    pub tags: List<Tag<'a>>,
}

/// `RouteTable` of the EC2 or Elastic Load Balancing API reference.
#[derive(Debug, Clone, Default, PartialEq, Deserialize, JsonSchema)]
#[serde(default, rename_all = "PascalCase", bound(deserialize = "'de: 'a"))]
pub struct RouteTable<'a> {
    pub route_table_id: Option<Str<'a>>,
    pub vpc_id: Option<Str<'a>>,
    pub owner_id: Option<Str<'a>>,
    pub associations: Option<List<RouteTableAssociation<'a>>>,
    pub routes: Option<List<Route<'a>>>,
    pub propagating_vgws: List<PropagatingVgw<'a>>,
    pub tags: List<Tag<'a>>,
}

/// `RouteTableAssociation` of the EC2 or Elastic Load Balancing API reference.
#[derive(Debug, Clone, Default, PartialEq, Deserialize, JsonSchema)]
#[serde(default, rename_all = "PascalCase", bound(deserialize = "'de: 'a"))]
pub struct RouteTableAssociation<'a> {
    pub main: Option<bool>,
    pub route_table_association_id: Option<Str<'a>>,
    pub subnet_id: Option<Str<'a>>,
    pub gateway_id: Option<Str<'a>>,
    pub association_state: Option<StateReason<'a>>,
}

/// `PropagatingVgw` of the EC2 or Elastic Load Balancing API reference.
#[derive(Debug, Clone, Default, PartialEq, Deserialize, JsonSchema)]
#[serde(default, rename_all = "PascalCase", bound(deserialize = "'de: 'a"))]
pub struct PropagatingVgw<'a> {
    pub gateway_id: Option<Str<'a>>,
}

/// `Route` of the EC2 or Elastic Load Balancing API reference.
#[derive(Debug, Clone, Default, PartialEq, Deserialize, JsonSchema)]
#[serde(default, rename_all = "PascalCase", bound(deserialize = "'de: 'a"))]
pub struct Route<'a> {
    pub destination_cidr_block: Option<Str<'a>>,
    pub destination_ipv6_cidr_block: Option<Str<'a>>,
    pub destination_prefix_list_id: Option<Str<'a>>,
    pub gateway_id: Option<Str<'a>>,
    pub nat_gateway_id: Option<Str<'a>>,
    pub egress_only_internet_gateway_id: Option<Str<'a>>,
    pub transit_gateway_id: Option<Str<'a>>,
    pub vpc_peering_connection_id: Option<Str<'a>>,
    pub network_interface_id: Option<Str<'a>>,
    pub instance_id: Option<Str<'a>>,
    pub local_gateway_id: Option<Str<'a>>,
    pub carrier_gateway_id: Option<Str<'a>>,
    pub core_network_arn: Option<Str<'a>>,
    pub odb_network_arn: Option<Str<'a>>,
    pub ip_address: Option<Str<'a>>,
    pub vpc_endpoint_id: Option<Str<'a>>,
    pub origin: Option<Str<'a>>,
    pub state: Option<Str<'a>>,
}

/// `InternetGateway` of the EC2 or Elastic Load Balancing API reference.
#[derive(Debug, Clone, Default, PartialEq, Deserialize, JsonSchema)]
#[serde(default, rename_all = "PascalCase", bound(deserialize = "'de: 'a"))]
pub struct InternetGateway<'a> {
    pub internet_gateway_id: Option<Str<'a>>,
    pub attachments: Option<List<GatewayAttachment<'a>>>,
    pub owner_id: Option<Str<'a>>,
    pub tags: List<Tag<'a>>,
}

/// `GatewayAttachment` of the EC2 or Elastic Load Balancing API reference.
#[derive(Debug, Clone, Default, PartialEq, Deserialize, JsonSchema)]
#[serde(default, rename_all = "PascalCase", bound(deserialize = "'de: 'a"))]
pub struct GatewayAttachment<'a> {
    pub vpc_id: Option<Str<'a>>,
    pub state: Option<Str<'a>>,
}

/// `EgressOnlyInternetGateway` of the EC2 or Elastic Load Balancing API reference.
#[derive(Debug, Clone, Default, PartialEq, Deserialize, JsonSchema)]
#[serde(default, rename_all = "PascalCase", bound(deserialize = "'de: 'a"))]
pub struct EgressOnlyInternetGateway<'a> {
    pub egress_only_internet_gateway_id: Option<Str<'a>>,
    pub attachments: Option<List<GatewayAttachment<'a>>>,
    pub tags: List<Tag<'a>>,
}

/// `NatGateway` of the EC2 or Elastic Load Balancing API reference.
#[derive(Debug, Clone, Default, PartialEq, Deserialize, JsonSchema)]
#[serde(default, rename_all = "PascalCase", bound(deserialize = "'de: 'a"))]
pub struct NatGateway<'a> {
    pub nat_gateway_id: Option<Str<'a>>,
    pub vpc_id: Option<Str<'a>>,
    pub subnet_id: Option<Str<'a>>,
    pub state: Option<Str<'a>>,
    pub connectivity_type: Option<Str<'a>>,
    pub availability_mode: Option<Str<'a>>,
    pub auto_provision_zones: Option<Str<'a>>,
    pub route_table_id: Option<Str<'a>>,
    pub failure_code: Option<Str<'a>>,
    pub failure_message: Option<Str<'a>>,
    pub nat_gateway_addresses: Option<List<NatGatewayAddress<'a>>>,
    pub tags: List<Tag<'a>>,
}

/// `NatGatewayAddress` of the EC2 or Elastic Load Balancing API reference.
#[derive(Debug, Clone, Default, PartialEq, Deserialize, JsonSchema)]
#[serde(default, rename_all = "PascalCase", bound(deserialize = "'de: 'a"))]
pub struct NatGatewayAddress<'a> {
    pub allocation_id: Option<Str<'a>>,
    pub public_ip: Option<Str<'a>>,
    pub private_ip: Option<Str<'a>>,
    pub network_interface_id: Option<Str<'a>>,
    pub is_primary: Option<bool>,
    pub status: Option<Str<'a>>,
    pub availability_zone: Option<Str<'a>>,
    pub availability_zone_id: Option<Str<'a>>,
}

/// `Address` of the EC2 or Elastic Load Balancing API reference.
#[derive(Debug, Clone, Default, PartialEq, Deserialize, JsonSchema)]
#[serde(default, rename_all = "PascalCase", bound(deserialize = "'de: 'a"))]
pub struct Address<'a> {
    pub allocation_id: Option<Str<'a>>,
    pub association_id: Option<Str<'a>>,
    pub public_ip: Option<Str<'a>>,
    pub private_ip_address: Option<Str<'a>>,
    pub network_interface_id: Option<Str<'a>>,
    pub tags: List<Tag<'a>>,
}

/// `FlowLog` of the EC2 or Elastic Load Balancing API reference.
#[derive(Debug, Clone, Default, PartialEq, Deserialize, JsonSchema)]
#[serde(default, rename_all = "PascalCase", bound(deserialize = "'de: 'a"))]
pub struct FlowLog<'a> {
    pub flow_log_id: Option<Str<'a>>,
    pub flow_log_status: Option<Str<'a>>,
    pub resource_id: Option<Str<'a>>,
    pub traffic_type: Option<Str<'a>>,
}

/// `AvailabilityZone` of the EC2 or Elastic Load Balancing API reference.
#[derive(Debug, Clone, Default, PartialEq, Deserialize, JsonSchema)]
#[serde(default, rename_all = "PascalCase", bound(deserialize = "'de: 'a"))]
pub struct AvailabilityZone<'a> {
    pub zone_name: Option<Str<'a>>,
    pub zone_id: Option<Str<'a>>,
    pub region_name: Option<Str<'a>>,
    pub state: Option<Str<'a>>,
    pub zone_type: Option<Str<'a>>,
    pub parent_zone_name: Option<Str<'a>>,
    pub parent_zone_id: Option<Str<'a>>,
}

/// `VpcBlockPublicAccessOptions` of the EC2 or Elastic Load Balancing API reference.
#[derive(Debug, Clone, Default, PartialEq, Deserialize, JsonSchema)]
#[serde(default, rename_all = "PascalCase", bound(deserialize = "'de: 'a"))]
pub struct VpcBlockPublicAccessOptions<'a> {
    pub internet_gateway_block_mode: Option<Str<'a>>,
    pub state: Option<Str<'a>>,
    pub exclusions_allowed: Option<Str<'a>>,
    pub aws_region: Option<Str<'a>>,
    pub aws_account_id: Option<Str<'a>>,
}

/// `SecurityGroupVpcAssociation` of the EC2 API reference: a group that interfaces of a further VPC can have.
#[derive(Debug, Clone, Default, PartialEq, Deserialize, JsonSchema)]
#[serde(default, rename_all = "PascalCase", bound(deserialize = "'de: 'a"))]
pub struct SecurityGroupVpcAssociation<'a> {
    pub group_id: Option<Str<'a>>,
    pub vpc_id: Option<Str<'a>>,
    pub state: Option<Str<'a>>,
}

/// `VpcBlockPublicAccessExclusion` of the EC2 or Elastic Load Balancing API reference.
#[derive(Debug, Clone, Default, PartialEq, Deserialize, JsonSchema)]
#[serde(default, rename_all = "PascalCase", bound(deserialize = "'de: 'a"))]
pub struct VpcBlockPublicAccessExclusion<'a> {
    pub exclusion_id: Option<Str<'a>>,
    pub internet_gateway_exclusion_mode: Option<Str<'a>>,
    pub resource_arn: Option<Str<'a>>,
    pub state: Option<Str<'a>>,
}
