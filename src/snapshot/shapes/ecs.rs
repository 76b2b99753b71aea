//! ECS services, tasks and task definitions; ECR repositories and pull-through cache rules.

use super::{List, Str};
use crate::snapshot::Moment;
use schemars::JsonSchema;
use serde::Deserialize;

/// `Cluster` of the Amazon ECS or ECR API reference.
#[derive(Debug, Clone, Default, PartialEq, Deserialize, JsonSchema)]
#[serde(default, rename_all = "camelCase", bound(deserialize = "'de: 'a"))]
pub struct Cluster<'a> {
    pub cluster_arn: Option<Str<'a>>,
    pub cluster_name: Option<Str<'a>>,
    pub status: Option<Str<'a>>,
    pub active_services_count: Option<i64>,
    pub service_connect_defaults: Option<ServiceConnectDefaults<'a>>,
}

/// `ServiceConnectDefaults` of the Amazon ECS or ECR API reference.
#[derive(Debug, Clone, Default, PartialEq, Deserialize, JsonSchema)]
#[serde(default, rename_all = "camelCase", bound(deserialize = "'de: 'a"))]
pub struct ServiceConnectDefaults<'a> {
    pub namespace: Option<Str<'a>>,
}

/// `Service` of the Amazon ECS or ECR API reference.
#[derive(Debug, Clone, Default, PartialEq, Deserialize, JsonSchema)]
#[serde(default, rename_all = "camelCase", bound(deserialize = "'de: 'a"))]
pub struct Service<'a> {
    pub service_arn: Option<Str<'a>>,
    pub service_name: Option<Str<'a>>,
    pub cluster_arn: Option<Str<'a>>,
    pub cluster: Option<Str<'a>>,
    pub status: Option<Str<'a>>,
    pub launch_type: Option<Str<'a>>,
    pub capacity_provider_strategy: List<CapacityProviderStrategyItem<'a>>,
    pub platform_version: Option<Str<'a>>,
    pub platform_family: Option<Str<'a>>,
    pub desired_count: Option<i64>,
    pub running_count: Option<i64>,
    pub scheduling_strategy: Option<Str<'a>>,
    pub task_definition: Option<Str<'a>>,
    pub deployment_configuration: Option<DeploymentConfiguration>,
    pub network_configuration: Option<NetworkConfiguration<'a>>,
    pub load_balancers: List<ServiceLoadBalancer<'a>>,
    pub service_registries: List<ServiceRegistry<'a>>,
    pub deployments: List<Deployment<'a>>,
    pub deployment_controller: Option<DeploymentController<'a>>,
    pub task_sets: Option<List<TaskSet<'a>>>,
    pub service_connect_configuration: Option<ServiceConnectConfiguration<'a>>,
    pub vpc_lattice_configurations: List<VpcLatticeConfiguration<'a>>,
    pub enable_execute_command: Option<bool>,
    pub events: List<ServiceEvent<'a>>,
    pub tags: List<EcsTag<'a>>,
}

/// `DeploymentController` of the Amazon ECS API reference.
#[derive(Debug, Clone, Default, PartialEq, Deserialize, JsonSchema)]
#[serde(default, rename_all = "camelCase", bound(deserialize = "'de: 'a"))]
pub struct DeploymentController<'a> {
    #[serde(rename = "type")]
    pub ty: Option<Str<'a>>,
}

/// `TaskSet` of the Amazon ECS API reference.
#[derive(Debug, Clone, Default, PartialEq, Deserialize, JsonSchema)]
#[serde(default, rename_all = "camelCase", bound(deserialize = "'de: 'a"))]
pub struct TaskSet<'a> {
    pub id: Option<Str<'a>>,
    pub status: Option<Str<'a>>,
    pub task_definition: Option<Str<'a>>,
    pub computed_desired_count: Option<i64>,
    pub running_count: Option<i64>,
    pub launch_type: Option<Str<'a>>,
    pub capacity_provider_strategy: List<CapacityProviderStrategyItem<'a>>,
    pub platform_version: Option<Str<'a>>,
    pub platform_family: Option<Str<'a>>,
    pub network_configuration: Option<NetworkConfiguration<'a>>,
    pub load_balancers: List<ServiceLoadBalancer<'a>>,
}

/// `ServiceEvent` of the Amazon ECS API reference.
#[derive(Debug, Clone, Default, PartialEq, Deserialize, JsonSchema)]
#[serde(default, rename_all = "camelCase", bound(deserialize = "'de: 'a"))]
pub struct ServiceEvent<'a> {
    pub created_at: Option<Moment>,
    pub message: Option<Str<'a>>,
}

/// `EcsTag` of the Amazon ECS or ECR API reference.
#[derive(Debug, Clone, Default, PartialEq, Deserialize, JsonSchema)]
#[serde(default, rename_all = "camelCase", bound(deserialize = "'de: 'a"))]
pub struct EcsTag<'a> {
    pub key: Option<Str<'a>>,
    pub value: Option<Str<'a>>,
}

/// `CapacityProviderStrategyItem` of the Amazon ECS or ECR API reference.
#[derive(Debug, Clone, Default, PartialEq, Deserialize, JsonSchema)]
#[serde(default, rename_all = "camelCase", bound(deserialize = "'de: 'a"))]
pub struct CapacityProviderStrategyItem<'a> {
    pub capacity_provider: Option<Str<'a>>,
}

/// `DeploymentConfiguration` of the Amazon ECS or ECR API reference.
#[derive(Debug, Clone, Default, PartialEq, Deserialize, JsonSchema)]
#[serde(default, rename_all = "camelCase")]
pub struct DeploymentConfiguration {
    pub maximum_percent: Option<i64>,
}

/// `NetworkConfiguration` of the Amazon ECS or ECR API reference.
#[derive(Debug, Clone, Default, PartialEq, Deserialize, JsonSchema)]
#[serde(default, rename_all = "camelCase", bound(deserialize = "'de: 'a"))]
pub struct NetworkConfiguration<'a> {
    pub awsvpc_configuration: Option<AwsVpcConfiguration<'a>>,
}

/// `AwsVpcConfiguration` of the Amazon ECS or ECR API reference.
#[derive(Debug, Clone, Default, PartialEq, Deserialize, JsonSchema)]
#[serde(default, rename_all = "camelCase", bound(deserialize = "'de: 'a"))]
pub struct AwsVpcConfiguration<'a> {
    pub subnets: Option<List<Str<'a>>>,
    pub security_groups: Option<List<Str<'a>>>,
    pub assign_public_ip: Option<Str<'a>>,
}

/// `ServiceLoadBalancer` of the Amazon ECS or ECR API reference.
#[derive(Debug, Clone, Default, PartialEq, Deserialize, JsonSchema)]
#[serde(default, rename_all = "camelCase", bound(deserialize = "'de: 'a"))]
pub struct ServiceLoadBalancer<'a> {
    pub target_group_arn: Option<Str<'a>>,
    pub load_balancer_name: Option<Str<'a>>,
    pub container_name: Option<Str<'a>>,
    pub container_port: Option<i64>,
    pub advanced_configuration: Option<AdvancedConfiguration<'a>>,
}

/// `AdvancedConfiguration` of the Amazon ECS API reference.
#[derive(Debug, Clone, Default, PartialEq, Deserialize, JsonSchema)]
#[serde(default, rename_all = "camelCase", bound(deserialize = "'de: 'a"))]
pub struct AdvancedConfiguration<'a> {
    pub alternate_target_group_arn: Option<Str<'a>>,
}

/// `ServiceRegistry` of the Amazon ECS or ECR API reference.
#[derive(Debug, Clone, Default, PartialEq, Deserialize, JsonSchema)]
#[serde(default, rename_all = "camelCase", bound(deserialize = "'de: 'a"))]
pub struct ServiceRegistry<'a> {
    pub registry_arn: Option<Str<'a>>,
    pub container_name: Option<Str<'a>>,
    pub container_port: Option<i64>,
    pub port: Option<i64>,
}

/// `Deployment` of the Amazon ECS or ECR API reference.
#[derive(Debug, Clone, Default, PartialEq, Deserialize, JsonSchema)]
#[serde(default, rename_all = "camelCase", bound(deserialize = "'de: 'a"))]
pub struct Deployment<'a> {
    pub status: Option<Str<'a>>,
    pub task_definition: Option<Str<'a>>,
    pub running_count: Option<i64>,
    pub service_connect_configuration: Option<ServiceConnectConfiguration<'a>>,
    pub vpc_lattice_configurations: List<VpcLatticeConfiguration<'a>>,
}

/// `VpcLatticeConfiguration` of the Amazon ECS API reference.
#[derive(Debug, Clone, Default, PartialEq, Deserialize, JsonSchema)]
#[serde(default, rename_all = "camelCase", bound(deserialize = "'de: 'a"))]
pub struct VpcLatticeConfiguration<'a> {
    pub target_group_arn: Option<Str<'a>>,
    pub port_name: Option<Str<'a>>,
}

/// `ServiceConnectConfiguration` of the Amazon ECS or ECR API reference.
#[derive(Debug, Clone, Default, PartialEq, Deserialize, JsonSchema)]
#[serde(default, rename_all = "camelCase", bound(deserialize = "'de: 'a"))]
pub struct ServiceConnectConfiguration<'a> {
    pub enabled: Option<bool>,
    pub namespace: Option<Str<'a>>,
    pub services: List<ServiceConnectService<'a>>,
    pub log_configuration: Option<LogConfiguration<'a>>,
}

/// `ServiceConnectService` of the Amazon ECS or ECR API reference.
#[derive(Debug, Clone, Default, PartialEq, Deserialize, JsonSchema)]
#[serde(default, rename_all = "camelCase", bound(deserialize = "'de: 'a"))]
pub struct ServiceConnectService<'a> {
    pub port_name: Option<Str<'a>>,
    pub discovery_name: Option<Str<'a>>,
    pub ingress_port_override: Option<i64>,
    pub client_aliases: List<ServiceConnectClientAlias<'a>>,
}

/// `ServiceConnectClientAlias` of the Amazon ECS or ECR API reference.
#[derive(Debug, Clone, Default, PartialEq, Deserialize, JsonSchema)]
#[serde(default, rename_all = "camelCase", bound(deserialize = "'de: 'a"))]
pub struct ServiceConnectClientAlias<'a> {
    pub port: Option<i64>,
    pub dns_name: Option<Str<'a>>,
}

/// `Task` of the Amazon ECS or ECR API reference.
#[derive(Debug, Clone, Default, PartialEq, Deserialize, JsonSchema)]
#[serde(default, rename_all = "camelCase", bound(deserialize = "'de: 'a"))]
pub struct Task<'a> {
    pub task_arn: Option<Str<'a>>,
    pub cluster_arn: Option<Str<'a>>,
    pub task_definition_arn: Option<Str<'a>>,
    pub group: Option<Str<'a>>,
    pub launch_type: Option<Str<'a>>,
    pub last_status: Option<Str<'a>>,
    pub desired_status: Option<Str<'a>>,
    pub platform_version: Option<Str<'a>>,
    pub platform_family: Option<Str<'a>>,
    pub enable_execute_command: Option<bool>,
    pub attachments: List<Attachment<'a>>,
    pub stop_code: Option<Str<'a>>,
    pub stopped_reason: Option<Str<'a>>,
    pub stopped_at: Option<Moment>,
    pub containers: List<Container<'a>>,
}

impl Task<'_> {
    /// Whether it has stopped or is about to: nothing of it is going to run.
    /// <https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-lifecycle-explanation.html>
    pub fn is_stopped(&self) -> bool {
        [&self.last_status, &self.desired_status].iter().any(|status| status.as_deref() == Some("STOPPED"))
    }

    /// A detail of the attachment of its network interface: `subnetId`, `networkInterfaceId`, …
    pub fn interface_detail(&self, name: &str) -> Option<&str> {
        self.attachments
            .iter()
            .filter(|attachment| matches!(attachment.ty.as_deref(), Some("ElasticNetworkInterface" | "eni")))
            .flat_map(|attachment| attachment.details.iter())
            .find(|detail| detail.name.as_deref() == Some(name))
            .and_then(|detail| detail.value.as_deref())
    }
}

/// `Container` of the Amazon ECS API reference: one of a task.
#[derive(Debug, Clone, Default, PartialEq, Deserialize, JsonSchema)]
#[serde(default, rename_all = "camelCase", bound(deserialize = "'de: 'a"))]
pub struct Container<'a> {
    pub name: Option<Str<'a>>,
    pub exit_code: Option<i64>,
    pub reason: Option<Str<'a>>,
}

/// `Attachment` of the Amazon ECS or ECR API reference.
#[derive(Debug, Clone, Default, PartialEq, Deserialize, JsonSchema)]
#[serde(default, rename_all = "camelCase", bound(deserialize = "'de: 'a"))]
pub struct Attachment<'a> {
    pub id: Option<Str<'a>>,
    #[serde(rename = "type")]
    pub ty: Option<Str<'a>>,
    pub status: Option<Str<'a>>,
    pub details: List<KeyValuePair<'a>>,
}

/// `KeyValuePair` of the Amazon ECS or ECR API reference.
#[derive(Debug, Clone, Default, PartialEq, Deserialize, JsonSchema)]
#[serde(default, rename_all = "camelCase", bound(deserialize = "'de: 'a"))]
pub struct KeyValuePair<'a> {
    pub name: Option<Str<'a>>,
    pub value: Option<Str<'a>>,
}

/// `TaskDefinition` of the Amazon ECS or ECR API reference.
#[derive(Debug, Clone, Default, PartialEq, Deserialize, JsonSchema)]
#[serde(default, rename_all = "camelCase", bound(deserialize = "'de: 'a"))]
pub struct TaskDefinition<'a> {
    pub task_definition_arn: Option<Str<'a>>,
    pub family: Option<Str<'a>>,
    pub revision: Option<i64>,
    pub network_mode: Option<Str<'a>>,
    pub requires_compatibilities: List<Str<'a>>,
    pub runtime_platform: Option<RuntimePlatform<'a>>,
    pub container_definitions: Option<List<ContainerDefinition<'a>>>,
    pub volumes: List<Volume<'a>>,
    pub execution_role_arn: Option<Str<'a>>,
    pub task_role_arn: Option<Str<'a>>,
}

/// `RuntimePlatform` of the Amazon ECS or ECR API reference.
#[derive(Debug, Clone, Default, PartialEq, Deserialize, JsonSchema)]
#[serde(default, rename_all = "camelCase", bound(deserialize = "'de: 'a"))]
pub struct RuntimePlatform<'a> {
    pub operating_system_family: Option<Str<'a>>,
    pub cpu_architecture: Option<Str<'a>>,
}

/// `ContainerDefinition` of the Amazon ECS or ECR API reference.
#[derive(Debug, Clone, Default, PartialEq, Deserialize, JsonSchema)]
#[serde(default, rename_all = "camelCase", bound(deserialize = "'de: 'a"))]
pub struct ContainerDefinition<'a> {
    pub name: Option<Str<'a>>,
    pub image: Option<Str<'a>>,
    pub port_mappings: List<PortMapping<'a>>,
    pub log_configuration: Option<LogConfiguration<'a>>,
    pub secrets: List<Secret<'a>>,
    pub environment_files: List<EnvironmentFile<'a>>,
    pub repository_credentials: Option<RepositoryCredentials<'a>>,
    pub firelens_configuration: Option<FirelensConfiguration<'a>>,
}

/// `PortMapping` of the Amazon ECS or ECR API reference.
#[derive(Debug, Clone, Default, PartialEq, Deserialize, JsonSchema)]
#[serde(default, rename_all = "camelCase", bound(deserialize = "'de: 'a"))]
pub struct PortMapping<'a> {
    pub container_port: Option<i64>,
    pub container_port_range: Option<Str<'a>>,
    pub host_port: Option<i64>,
    pub protocol: Option<Str<'a>>,
    pub name: Option<Str<'a>>,
}

/// `LogConfiguration` of the Amazon ECS or ECR API reference.
#[derive(Debug, Clone, Default, PartialEq, Deserialize, JsonSchema)]
#[serde(default, rename_all = "camelCase", bound(deserialize = "'de: 'a"))]
pub struct LogConfiguration<'a> {
    pub log_driver: Option<Str<'a>>,
    pub options: Option<LogOptions<'a>>,
    pub secret_options: List<Secret<'a>>,
}

/// `LogOptions` of the Amazon ECS or ECR API reference.
#[derive(Debug, Clone, Default, PartialEq, Deserialize, JsonSchema)]
#[serde(default, rename_all = "kebab-case", bound(deserialize = "'de: 'a"))]
pub struct LogOptions<'a> {
    pub awslogs_group: Option<Str<'a>>,
    pub awslogs_region: Option<Str<'a>>,
    pub splunk_url: Option<Str<'a>>,
}

/// `Secret` of the Amazon ECS or ECR API reference.
#[derive(Debug, Clone, Default, PartialEq, Deserialize, JsonSchema)]
#[serde(default, rename_all = "camelCase", bound(deserialize = "'de: 'a"))]
pub struct Secret<'a> {
    pub name: Option<Str<'a>>,
    pub value_from: Option<Str<'a>>,
}

/// `EnvironmentFile` of the Amazon ECS or ECR API reference.
#[derive(Debug, Clone, Default, PartialEq, Deserialize, JsonSchema)]
#[serde(default, rename_all = "camelCase", bound(deserialize = "'de: 'a"))]
pub struct EnvironmentFile<'a> {
    pub value: Option<Str<'a>>,
    #[serde(rename = "type")]
    pub ty: Option<Str<'a>>,
}

/// `RepositoryCredentials` of the Amazon ECS or ECR API reference.
#[derive(Debug, Clone, Default, PartialEq, Deserialize, JsonSchema)]
#[serde(default, rename_all = "camelCase", bound(deserialize = "'de: 'a"))]
pub struct RepositoryCredentials<'a> {
    pub credentials_parameter: Option<Str<'a>>,
}

/// `FirelensConfiguration` of the Amazon ECS or ECR API reference.
#[derive(Debug, Clone, Default, PartialEq, Deserialize, JsonSchema)]
#[serde(default, rename_all = "camelCase", bound(deserialize = "'de: 'a"))]
pub struct FirelensConfiguration<'a> {
    #[serde(rename = "type")]
    pub ty: Option<Str<'a>>,
}

/// `Volume` of the Amazon ECS or ECR API reference.
#[derive(Debug, Clone, Default, PartialEq, Deserialize, JsonSchema)]
#[serde(default, rename_all = "camelCase", bound(deserialize = "'de: 'a"))]
pub struct Volume<'a> {
    pub name: Option<Str<'a>>,
    pub efs_volume_configuration: Option<EfsVolumeConfiguration<'a>>,
}

/// `EfsVolumeConfiguration` of the Amazon ECS or ECR API reference.
#[derive(Debug, Clone, Default, PartialEq, Deserialize, JsonSchema)]
#[serde(default, rename_all = "camelCase", bound(deserialize = "'de: 'a"))]
pub struct EfsVolumeConfiguration<'a> {
    pub file_system_id: Option<Str<'a>>,
}

/// `Repository` of the Amazon ECS or ECR API reference.
#[derive(Debug, Clone, Default, PartialEq, Deserialize, JsonSchema)]
#[serde(default, rename_all = "camelCase", bound(deserialize = "'de: 'a"))]
pub struct Repository<'a> {
    pub repository_arn: Option<Str<'a>>,
    pub registry_id: Option<Str<'a>>,
    pub repository_name: Option<Str<'a>>,
    pub repository_uri: Option<Str<'a>>,
}

/// `PullThroughCacheRule` of the Amazon ECS or ECR API reference.
#[derive(Debug, Clone, Default, PartialEq, Deserialize, JsonSchema)]
#[serde(default, rename_all = "camelCase", bound(deserialize = "'de: 'a"))]
pub struct PullThroughCacheRule<'a> {
    pub ecr_repository_prefix: Option<Str<'a>>,
    pub upstream_registry_url: Option<Str<'a>>,
    pub registry_id: Option<Str<'a>>,
}
