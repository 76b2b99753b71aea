//! VPC endpoints, prefix lists, network interfaces and DHCP options.

use super::vpc::Tag;
use super::{List, Str};
use schemars::JsonSchema;
use serde::Deserialize;

/// `VpcEndpoint` of the EC2 or Elastic Load Balancing API reference.
#[derive(Debug, Clone, Default, PartialEq, Deserialize, JsonSchema)]
#[serde(default, rename_all = "PascalCase", bound(deserialize = "'de: 'a"))]
pub struct VpcEndpoint<'a> {
    pub vpc_endpoint_id: Option<Str<'a>>,
    pub vpc_endpoint_type: Option<Str<'a>>,
    pub vpc_id: Option<Str<'a>>,
    pub service_name: Option<Str<'a>>,
    pub service_region: Option<Str<'a>>,
    pub state: Option<Str<'a>>,
    pub policy_document: Option<Str<'a>>,
    pub route_table_ids: Option<List<Str<'a>>>,
    pub subnet_ids: Option<List<Str<'a>>>,
    pub groups: Option<List<SecurityGroupIdentifier<'a>>>,
    pub private_dns_enabled: Option<bool>,
    pub dns_options: Option<DnsOptions<'a>>,
    pub ip_address_type: Option<Str<'a>>,
    pub network_interface_ids: Option<List<Str<'a>>>,
    pub dns_entries: List<DnsEntry<'a>>,
    pub owner_id: Option<Str<'a>>,
    pub tags: List<Tag<'a>>,
}

/// `DnsOptions` of the EC2 or Elastic Load Balancing API reference.
#[derive(Debug, Clone, Default, PartialEq, Deserialize, JsonSchema)]
#[serde(default, rename_all = "PascalCase", bound(deserialize = "'de: 'a"))]
pub struct DnsOptions<'a> {
    pub dns_record_ip_type: Option<Str<'a>>,
    pub private_dns_only_for_inbound_resolver_endpoint: Option<bool>,
}

/// `SecurityGroupIdentifier` of the EC2 or Elastic Load Balancing API reference.
#[derive(Debug, Clone, Default, PartialEq, Deserialize, JsonSchema)]
#[serde(default, rename_all = "PascalCase", bound(deserialize = "'de: 'a"))]
pub struct SecurityGroupIdentifier<'a> {
    pub group_id: Option<Str<'a>>,
    pub group_name: Option<Str<'a>>,
}

/// `DnsEntry` of the EC2 or Elastic Load Balancing API reference.
#[derive(Debug, Clone, Default, PartialEq, Deserialize, JsonSchema)]
#[serde(default, rename_all = "PascalCase", bound(deserialize = "'de: 'a"))]
pub struct DnsEntry<'a> {
    pub dns_name: Option<Str<'a>>,
    pub hosted_zone_id: Option<Str<'a>>,
}

/// `PrefixList` of the EC2 or Elastic Load Balancing API reference.
#[derive(Debug, Clone, Default, PartialEq, Deserialize, JsonSchema)]
#[serde(default, rename_all = "PascalCase", bound(deserialize = "'de: 'a"))]
pub struct PrefixList<'a> {
    pub prefix_list_id: Option<Str<'a>>,
    pub prefix_list_name: Option<Str<'a>>,
    pub cidrs: Option<List<Str<'a>>>,
}

/// `ManagedPrefixList` of the EC2 or Elastic Load Balancing API reference.
#[derive(Debug, Clone, Default, PartialEq, Deserialize, JsonSchema)]
#[serde(default, rename_all = "PascalCase", bound(deserialize = "'de: 'a"))]
pub struct ManagedPrefixList<'a> {
    pub prefix_list_id: Option<Str<'a>>,
    pub prefix_list_name: Option<Str<'a>>,
    pub address_family: Option<Str<'a>>,
    pub owner_id: Option<Str<'a>>,
    pub state: Option<Str<'a>>,
    pub max_entries: Option<i64>,
    pub tags: List<Tag<'a>>,
}

/// `NetworkInterface` of the EC2 or Elastic Load Balancing API reference.
#[derive(Debug, Clone, Default, PartialEq, Deserialize, JsonSchema)]
#[serde(default, rename_all = "PascalCase", bound(deserialize = "'de: 'a"))]
pub struct NetworkInterface<'a> {
    pub network_interface_id: Option<Str<'a>>,
    pub owner_id: Option<Str<'a>>,
    pub subnet_id: Option<Str<'a>>,
    pub vpc_id: Option<Str<'a>>,
    pub description: Option<Str<'a>>,
    pub groups: Option<List<SecurityGroupIdentifier<'a>>>,
    pub private_ip_address: Option<Str<'a>>,
    pub private_ip_addresses: List<PrivateIpAddress<'a>>,
    pub ipv6_addresses: List<Ipv6Address<'a>>,
    pub association: Option<InterfaceAssociation<'a>>,
    pub source_dest_check: Option<bool>,
}

/// `PrivateIpAddress` of the EC2 or Elastic Load Balancing API reference.
#[derive(Debug, Clone, Default, PartialEq, Deserialize, JsonSchema)]
#[serde(default, rename_all = "PascalCase", bound(deserialize = "'de: 'a"))]
pub struct PrivateIpAddress<'a> {
    pub private_ip_address: Option<Str<'a>>,
    pub primary: Option<bool>,
    pub association: Option<InterfaceAssociation<'a>>,
}

/// `Ipv6Address` of the EC2 or Elastic Load Balancing API reference.
#[derive(Debug, Clone, Default, PartialEq, Deserialize, JsonSchema)]
#[serde(default, rename_all = "PascalCase", bound(deserialize = "'de: 'a"))]
pub struct Ipv6Address<'a> {
    pub ipv6_address: Option<Str<'a>>,
}

/// `InterfaceAssociation` of the EC2 or Elastic Load Balancing API reference.
#[derive(Debug, Clone, Default, PartialEq, Deserialize, JsonSchema)]
#[serde(default, rename_all = "PascalCase", bound(deserialize = "'de: 'a"))]
pub struct InterfaceAssociation<'a> {
    pub public_ip: Option<Str<'a>>,
    pub allocation_id: Option<Str<'a>>,
}

/// `DhcpOptions` of the EC2 or Elastic Load Balancing API reference.
#[derive(Debug, Clone, Default, PartialEq, Deserialize, JsonSchema)]
#[serde(default, rename_all = "PascalCase", bound(deserialize = "'de: 'a"))]
pub struct DhcpOptions<'a> {
    pub dhcp_options_id: Option<Str<'a>>,
    pub owner_id: Option<Str<'a>>,
    pub dhcp_configurations: Option<List<DhcpConfiguration<'a>>>,
    pub tags: List<Tag<'a>>,
}

/// `DhcpConfiguration` of the EC2 or Elastic Load Balancing API reference.
#[derive(Debug, Clone, Default, PartialEq, Deserialize, JsonSchema)]
#[serde(default, rename_all = "PascalCase", bound(deserialize = "'de: 'a"))]
pub struct DhcpConfiguration<'a> {
    pub key: Option<Str<'a>>,
    pub values: List<AttributeText<'a>>,
}

/// `AttributeText` of the EC2 or Elastic Load Balancing API reference.
#[derive(Debug, Clone, Default, PartialEq, Deserialize, JsonSchema)]
#[serde(default, rename_all = "PascalCase", bound(deserialize = "'de: 'a"))]
pub struct AttributeText<'a> {
    pub value: Option<Str<'a>>,
}
