//! Load balancers, target groups, listeners and their rules.

use super::{List, Str};
use schemars::JsonSchema;
use serde::Deserialize;

/// `LoadBalancer` of the EC2 or Elastic Load Balancing API reference.
#[derive(Debug, Clone, Default, PartialEq, Deserialize, JsonSchema)]
#[serde(default, rename_all = "PascalCase", bound(deserialize = "'de: 'a"))]
pub struct LoadBalancer<'a> {
    pub load_balancer_arn: Option<Str<'a>>,
    pub load_balancer_name: Option<Str<'a>>,
    #[serde(rename = "DNSName")]
    pub dns_name: Option<Str<'a>>,
    pub scheme: Option<Str<'a>>,
    #[serde(rename = "Type")]
    pub ty: Option<Str<'a>>,
    pub vpc_id: Option<Str<'a>>,
    pub state: Option<LoadBalancerState<'a>>,
    pub availability_zones: Option<List<LoadBalancerZone<'a>>>,
    pub security_groups: Option<List<Str<'a>>>,
    pub ip_address_type: Option<Str<'a>>,
}

/// `LoadBalancerState` of the EC2 or Elastic Load Balancing API reference.
#[derive(Debug, Clone, Default, PartialEq, Deserialize, JsonSchema)]
#[serde(default, rename_all = "PascalCase", bound(deserialize = "'de: 'a"))]
pub struct LoadBalancerState<'a> {
    pub code: Option<Str<'a>>,
}

/// `LoadBalancerZone` of the EC2 or Elastic Load Balancing API reference.
#[derive(Debug, Clone, Default, PartialEq, Deserialize, JsonSchema)]
#[serde(default, rename_all = "PascalCase", bound(deserialize = "'de: 'a"))]
pub struct LoadBalancerZone<'a> {
    pub zone_name: Option<Str<'a>>,
    pub subnet_id: Option<Str<'a>>,
}

/// `TargetGroup` of the EC2 or Elastic Load Balancing API reference.
#[derive(Debug, Clone, Default, PartialEq, Deserialize, JsonSchema)]
#[serde(default, rename_all = "PascalCase", bound(deserialize = "'de: 'a"))]
pub struct TargetGroup<'a> {
    pub target_group_arn: Option<Str<'a>>,
    pub target_group_name: Option<Str<'a>>,
    pub protocol: Option<Str<'a>>,
    pub port: Option<i64>,
    pub vpc_id: Option<Str<'a>>,
    pub target_type: Option<Str<'a>>,
    pub ip_address_type: Option<Str<'a>>,
    pub health_check_port: Option<Str<'a>>,
    pub health_check_protocol: Option<Str<'a>>,
    pub health_check_enabled: Option<bool>,
    pub load_balancer_arns: List<Str<'a>>,
}

/// `Listener` of the EC2 or Elastic Load Balancing API reference.
#[derive(Debug, Clone, Default, PartialEq, Deserialize, JsonSchema)]
#[serde(default, rename_all = "PascalCase", bound(deserialize = "'de: 'a"))]
pub struct Listener<'a> {
    pub listener_arn: Option<Str<'a>>,
    pub load_balancer_arn: Option<Str<'a>>,
    pub port: Option<i64>,
    pub protocol: Option<Str<'a>>,
    pub default_actions: Option<List<Action<'a>>>,
}

/// `Action` of the EC2 or Elastic Load Balancing API reference.
#[derive(Debug, Clone, Default, PartialEq, Deserialize, JsonSchema)]
#[serde(default, rename_all = "PascalCase", bound(deserialize = "'de: 'a"))]
pub struct Action<'a> {
    #[serde(rename = "Type")]
    pub ty: Option<Str<'a>>,
    pub target_group_arn: Option<Str<'a>>,
    pub forward_config: Option<ForwardConfig<'a>>,
    pub redirect_config: Option<RedirectActionConfig<'a>>,
}

/// `RedirectActionConfig` of the Elastic Load Balancing API reference.
#[derive(Debug, Clone, Default, PartialEq, Deserialize, JsonSchema)]
#[serde(default, rename_all = "PascalCase", bound(deserialize = "'de: 'a"))]
pub struct RedirectActionConfig<'a> {
    pub protocol: Option<Str<'a>>,
    pub port: Option<Str<'a>>,
    pub host: Option<Str<'a>>,
}

/// `ForwardConfig` of the EC2 or Elastic Load Balancing API reference.
#[derive(Debug, Clone, Default, PartialEq, Deserialize, JsonSchema)]
#[serde(default, rename_all = "PascalCase", bound(deserialize = "'de: 'a"))]
pub struct ForwardConfig<'a> {
    pub target_groups: List<TargetGroupTuple<'a>>,
}

/// `TargetGroupTuple` of the EC2 or Elastic Load Balancing API reference.
#[derive(Debug, Clone, Default, PartialEq, Deserialize, JsonSchema)]
#[serde(default, rename_all = "PascalCase", bound(deserialize = "'de: 'a"))]
pub struct TargetGroupTuple<'a> {
    pub target_group_arn: Option<Str<'a>>,
}

/// `Rule` of the EC2 or Elastic Load Balancing API reference.
#[derive(Debug, Clone, Default, PartialEq, Deserialize, JsonSchema)]
#[serde(default, rename_all = "PascalCase", bound(deserialize = "'de: 'a"))]
pub struct Rule<'a> {
    pub rule_arn: Option<Str<'a>>,
    pub listener_arn: Option<Str<'a>>,
    pub priority: Option<Str<'a>>,
    pub is_default: Option<bool>,
    pub actions: Option<List<Action<'a>>>,
}
