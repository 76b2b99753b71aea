//! Security groups and network ACLs.

use super::vpc::Tag;
use super::{List, Str};
use schemars::JsonSchema;
use serde::Deserialize;

/// `SecurityGroup` of the EC2 or Elastic Load Balancing API reference.
#[derive(Debug, Clone, Default, PartialEq, Deserialize, JsonSchema)]
#[serde(default, rename_all = "PascalCase", bound(deserialize = "'de: 'a"))]
pub struct SecurityGroup<'a> {
    pub group_id: Option<Str<'a>>,
    pub group_name: Option<Str<'a>>,
    pub vpc_id: Option<Str<'a>>,
    pub owner_id: Option<Str<'a>>,
    pub ip_permissions: Option<List<IpPermission<'a>>>,
    pub ip_permissions_egress: Option<List<IpPermission<'a>>>,
    pub tags: List<Tag<'a>>,
}

/// `IpPermission` of the EC2 or Elastic Load Balancing API reference.
#[derive(Debug, Clone, Default, PartialEq, Deserialize, JsonSchema)]
#[serde(default, rename_all = "PascalCase", bound(deserialize = "'de: 'a"))]
pub struct IpPermission<'a> {
    pub ip_protocol: Option<Str<'a>>,
    pub from_port: Option<i64>,
    pub to_port: Option<i64>,
    pub ip_ranges: List<IpRange<'a>>,
    pub ipv6_ranges: List<Ipv6Range<'a>>,
    pub prefix_list_ids: List<PrefixListReference<'a>>,
    pub user_id_group_pairs: List<UserIdGroupPair<'a>>,
}

/// `IpRange` of the EC2 or Elastic Load Balancing API reference.
#[derive(Debug, Clone, Default, PartialEq, Deserialize, JsonSchema)]
#[serde(default, rename_all = "PascalCase", bound(deserialize = "'de: 'a"))]
pub struct IpRange<'a> {
    pub cidr_ip: Option<Str<'a>>,
}

/// `Ipv6Range` of the EC2 or Elastic Load Balancing API reference.
#[derive(Debug, Clone, Default, PartialEq, Deserialize, JsonSchema)]
#[serde(default, rename_all = "PascalCase", bound(deserialize = "'de: 'a"))]
pub struct Ipv6Range<'a> {
    pub cidr_ipv6: Option<Str<'a>>,
}

/// `PrefixListReference` of the EC2 or Elastic Load Balancing API reference.
#[derive(Debug, Clone, Default, PartialEq, Deserialize, JsonSchema)]
#[serde(default, rename_all = "PascalCase", bound(deserialize = "'de: 'a"))]
pub struct PrefixListReference<'a> {
    pub prefix_list_id: Option<Str<'a>>,
}

/// `UserIdGroupPair` of the EC2 or Elastic Load Balancing API reference.
#[derive(Debug, Clone, Default, PartialEq, Deserialize, JsonSchema)]
#[serde(default, rename_all = "PascalCase", bound(deserialize = "'de: 'a"))]
pub struct UserIdGroupPair<'a> {
    pub group_id: Option<Str<'a>>,
    pub group_name: Option<Str<'a>>,
    pub user_id: Option<Str<'a>>,
    pub vpc_id: Option<Str<'a>>,
    pub vpc_peering_connection_id: Option<Str<'a>>,
    pub peering_status: Option<Str<'a>>,
}

/// `NetworkAcl` of the EC2 or Elastic Load Balancing API reference.
#[derive(Debug, Clone, Default, PartialEq, Deserialize, JsonSchema)]
#[serde(default, rename_all = "PascalCase", bound(deserialize = "'de: 'a"))]
pub struct NetworkAcl<'a> {
    pub network_acl_id: Option<Str<'a>>,
    pub vpc_id: Option<Str<'a>>,
    pub owner_id: Option<Str<'a>>,
    pub is_default: Option<bool>,
    pub associations: Option<List<NetworkAclAssociation<'a>>>,
    pub entries: Option<List<NetworkAclEntry<'a>>>,
    pub tags: List<Tag<'a>>,
}

/// `NetworkAclAssociation` of the EC2 or Elastic Load Balancing API reference.
#[derive(Debug, Clone, Default, PartialEq, Deserialize, JsonSchema)]
#[serde(default, rename_all = "PascalCase", bound(deserialize = "'de: 'a"))]
pub struct NetworkAclAssociation<'a> {
    pub network_acl_id: Option<Str<'a>>,
    pub subnet_id: Option<Str<'a>>,
}

/// `NetworkAclEntry` of the EC2 or Elastic Load Balancing API reference.
#[derive(Debug, Clone, Default, PartialEq, Deserialize, JsonSchema)]
#[serde(default, rename_all = "PascalCase", bound(deserialize = "'de: 'a"))]
pub struct NetworkAclEntry<'a> {
    pub rule_number: Option<i64>,
    pub protocol: Option<Str<'a>>,
    pub rule_action: Option<Str<'a>>,
    pub egress: Option<bool>,
    pub cidr_block: Option<Str<'a>>,
    pub ipv6_cidr_block: Option<Str<'a>>,
    pub port_range: Option<PortRange>,
}

/// `PortRange` of the EC2 or Elastic Load Balancing API reference.
#[derive(Debug, Clone, Default, PartialEq, Deserialize, JsonSchema)]
#[serde(default, rename_all = "PascalCase")]
pub struct PortRange {
    pub from: Option<i64>,
    pub to: Option<i64>,
}
