//! Peering connections and transit gateways.

use super::vpc::Tag;
use super::{List, Str};
use schemars::JsonSchema;
use serde::Deserialize;

/// `VpcPeeringConnection` of the EC2 or Elastic Load Balancing API reference.
#[derive(Debug, Clone, Default, PartialEq, Deserialize, JsonSchema)]
#[serde(default, rename_all = "PascalCase", bound(deserialize = "'de: 'a"))]
pub struct VpcPeeringConnection<'a> {
    pub vpc_peering_connection_id: Option<Str<'a>>,
    pub accepter_vpc_info: Option<PeeringVpcInfo<'a>>,
    pub requester_vpc_info: Option<PeeringVpcInfo<'a>>,
    pub status: Option<PeeringStatus<'a>>,
    pub tags: List<Tag<'a>>,
}

/// `PeeringVpcInfo` of the EC2 or Elastic Load Balancing API reference.
#[derive(Debug, Clone, Default, PartialEq, Deserialize, JsonSchema)]
#[serde(default, rename_all = "PascalCase", bound(deserialize = "'de: 'a"))]
pub struct PeeringVpcInfo<'a> {
    pub vpc_id: Option<Str<'a>>,
    pub owner_id: Option<Str<'a>>,
    pub region: Option<Str<'a>>,
    pub cidr_block: Option<Str<'a>>,
    pub cidr_block_set: List<CidrBlock<'a>>,
}

/// `CidrBlock` of the EC2 or Elastic Load Balancing API reference.
#[derive(Debug, Clone, Default, PartialEq, Deserialize, JsonSchema)]
#[serde(default, rename_all = "PascalCase", bound(deserialize = "'de: 'a"))]
pub struct CidrBlock<'a> {
    pub cidr_block: Option<Str<'a>>,
}

/// `PeeringStatus` of the EC2 or Elastic Load Balancing API reference.
#[derive(Debug, Clone, Default, PartialEq, Deserialize, JsonSchema)]
#[serde(default, rename_all = "PascalCase", bound(deserialize = "'de: 'a"))]
pub struct PeeringStatus<'a> {
    pub code: Option<Str<'a>>,
}

/// `TransitGateway` of the EC2 or Elastic Load Balancing API reference.
#[derive(Debug, Clone, Default, PartialEq, Deserialize, JsonSchema)]
#[serde(default, rename_all = "PascalCase", bound(deserialize = "'de: 'a"))]
pub struct TransitGateway<'a> {
    pub transit_gateway_id: Option<Str<'a>>,
    pub owner_id: Option<Str<'a>>,
    pub state: Option<Str<'a>>,
    pub options: Option<TransitGatewayOptions<'a>>,
    pub tags: List<Tag<'a>>,
}

/// `TransitGatewayOptions` of the EC2 or Elastic Load Balancing API reference.
#[derive(Debug, Clone, Default, PartialEq, Deserialize, JsonSchema)]
#[serde(default, rename_all = "PascalCase", bound(deserialize = "'de: 'a"))]
pub struct TransitGatewayOptions<'a> {
    pub security_group_referencing_support: Option<Str<'a>>,
}

/// `TransitGatewayVpcAttachment` of the EC2 or Elastic Load Balancing API reference.
#[derive(Debug, Clone, Default, PartialEq, Deserialize, JsonSchema)]
#[serde(default, rename_all = "PascalCase", bound(deserialize = "'de: 'a"))]
pub struct TransitGatewayVpcAttachment<'a> {
    pub transit_gateway_attachment_id: Option<Str<'a>>,
    pub transit_gateway_id: Option<Str<'a>>,
    pub vpc_id: Option<Str<'a>>,
    pub vpc_owner_id: Option<Str<'a>>,
    pub state: Option<Str<'a>>,
    pub subnet_ids: Option<List<Str<'a>>>,
    pub options: Option<TransitGatewayVpcAttachmentOptions<'a>>,
    pub tags: List<Tag<'a>>,
}

/// `TransitGatewayVpcAttachmentOptions` of the EC2 or Elastic Load Balancing API reference.
#[derive(Debug, Clone, Default, PartialEq, Deserialize, JsonSchema)]
#[serde(default, rename_all = "PascalCase", bound(deserialize = "'de: 'a"))]
pub struct TransitGatewayVpcAttachmentOptions<'a> {
    pub appliance_mode_support: Option<Str<'a>>,
    pub security_group_referencing_support: Option<Str<'a>>,
}

/// `TransitGatewayRouteTable` of the EC2 or Elastic Load Balancing API reference.
#[derive(Debug, Clone, Default, PartialEq, Deserialize, JsonSchema)]
#[serde(default, rename_all = "PascalCase", bound(deserialize = "'de: 'a"))]
pub struct TransitGatewayRouteTable<'a> {
    pub transit_gateway_route_table_id: Option<Str<'a>>,
    pub transit_gateway_id: Option<Str<'a>>,
    pub state: Option<Str<'a>>,
    pub default_association_route_table: Option<bool>,
    pub default_propagation_route_table: Option<bool>,
    pub routes: Option<List<TransitGatewayRoute<'a>>>,
    pub associations: Option<List<TransitGatewayAssociation<'a>>>,
    pub tags: List<Tag<'a>>,
}

/// `TransitGatewayRoute` of the EC2 or Elastic Load Balancing API reference.
#[derive(Debug, Clone, Default, PartialEq, Deserialize, JsonSchema)]
#[serde(default, rename_all = "PascalCase", bound(deserialize = "'de: 'a"))]
pub struct TransitGatewayRoute<'a> {
    pub destination_cidr_block: Option<Str<'a>>,
    pub prefix_list_id: Option<Str<'a>>,
    pub state: Option<Str<'a>>,
    #[serde(rename = "Type")]
    pub ty: Option<Str<'a>>,
    pub transit_gateway_attachments: List<TransitGatewayRouteAttachment<'a>>,
}

/// `TransitGatewayRouteAttachment` of the EC2 or Elastic Load Balancing API reference.
#[derive(Debug, Clone, Default, PartialEq, Deserialize, JsonSchema)]
#[serde(default, rename_all = "PascalCase", bound(deserialize = "'de: 'a"))]
pub struct TransitGatewayRouteAttachment<'a> {
    pub transit_gateway_attachment_id: Option<Str<'a>>,
    pub resource_id: Option<Str<'a>>,
    pub resource_type: Option<Str<'a>>,
}

/// `TransitGatewayAssociation` of the EC2 or Elastic Load Balancing API reference.
#[derive(Debug, Clone, Default, PartialEq, Deserialize, JsonSchema)]
#[serde(default, rename_all = "PascalCase", bound(deserialize = "'de: 'a"))]
pub struct TransitGatewayAssociation<'a> {
    pub transit_gateway_attachment_id: Option<Str<'a>>,
    pub resource_id: Option<Str<'a>>,
    pub resource_type: Option<Str<'a>>,
    pub state: Option<Str<'a>>,
}
