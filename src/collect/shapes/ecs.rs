//! Amazon ECS as JSON: data types of the Amazon ECS API Reference, without what may hold a secret. Environment values,
//! commands, entry points, labels, health check commands, overrides and FireLens options are not named here, and so can't
//! get out; what a map holds is filtered by name below.

use std::collections::HashMap;

use aws_sdk_ecs::types as sdk;
use serde_json::{Map, Value};

use super::{ToJson, put, shapes, texts};

/// The options of the `awslogs` driver that say where logs go. Any other option may hold a token.
const LOG_OPTIONS: [&str; 4] = ["awslogs-group", "awslogs-region", "awslogs-create-group", "splunk-url"];

/// The details of a task's attachment that place its network interface.
const ATTACHMENT_DETAILS: [&str; 6] =
    ["subnetId", "networkInterfaceId", "macAddress", "privateDnsName", "privateIPv4Address", "ipv6Address"];

shapes! {
    Cluster {
        clusterArn: cluster_arn, clusterName: cluster_name, status: status, configuration: configuration,
        registeredContainerInstancesCount: registered_container_instances_count,
        activeServicesCount: active_services_count, settings: settings, capacityProviders: capacity_providers,
        defaultCapacityProviderStrategy: default_capacity_provider_strategy,
        serviceConnectDefaults: service_connect_defaults, tags: tags,
    }
    ClusterConfiguration { executeCommandConfiguration: execute_command_configuration }
    ExecuteCommandConfiguration { kmsKeyId: kms_key_id, logging: logging, logConfiguration: log_configuration }
    ExecuteCommandLogConfiguration {
        cloudWatchLogGroupName: cloud_watch_log_group_name,
        cloudWatchEncryptionEnabled: cloud_watch_encryption_enabled, s3BucketName: s3_bucket_name,
        s3EncryptionEnabled: s3_encryption_enabled,
    }
    ClusterSetting { name: name, value: value }
    ClusterServiceConnectDefaults { namespace: namespace }
    CapacityProviderStrategyItem { capacityProvider: capacity_provider, weight: weight, base: base }
    Tag { key: key, value: value }

    Service {
        serviceArn: service_arn, serviceName: service_name, clusterArn: cluster_arn, status: status,
        loadBalancers: load_balancers, serviceRegistries: service_registries, desiredCount: desired_count,
        launchType: launch_type, capacityProviderStrategy: capacity_provider_strategy,
        platformVersion: platform_version, platformFamily: platform_family, taskDefinition: task_definition,
        deploymentConfiguration: deployment_configuration, taskSets: task_sets, deployments: deployments,
        roleArn: role_arn, createdAt: created_at, networkConfiguration: network_configuration,
        healthCheckGracePeriodSeconds: health_check_grace_period_seconds, schedulingStrategy: scheduling_strategy,
        deploymentController: deployment_controller, enableExecuteCommand: enable_execute_command,
        availabilityZoneRebalancing: availability_zone_rebalancing, events: events => newest, tags: tags,
    }
    ServiceEvent { id: id, createdAt: created_at, message: message }
    LoadBalancer {
        targetGroupArn: target_group_arn, loadBalancerName: load_balancer_name, containerName: container_name,
        containerPort: container_port, advancedConfiguration: advanced_configuration,
    }
    AdvancedConfiguration {
        alternateTargetGroupArn: alternate_target_group_arn, productionListenerRule: production_listener_rule,
        testListenerRule: test_listener_rule, roleArn: role_arn,
    }
    ServiceRegistry {
        registryArn: registry_arn, port: port, containerName: container_name, containerPort: container_port,
    }
    DeploymentConfiguration {
        deploymentCircuitBreaker: deployment_circuit_breaker, maximumPercent: maximum_percent,
        minimumHealthyPercent: minimum_healthy_percent, strategy: strategy,
    }
    DeploymentCircuitBreaker { enable: enable, rollback: rollback }
    DeploymentController { type: r#type }
    NetworkConfiguration { awsvpcConfiguration: awsvpc_configuration }
    AwsVpcConfiguration { subnets: subnets, securityGroups: security_groups, assignPublicIp: assign_public_ip }
    Deployment {
        id: id, status: status, taskDefinition: task_definition, desiredCount: desired_count,
        runningCount: running_count, createdAt: created_at, capacityProviderStrategy: capacity_provider_strategy, launchType: launch_type,
        platformVersion: platform_version, platformFamily: platform_family,
        networkConfiguration: network_configuration, rolloutState: rollout_state,
        rolloutStateReason: rollout_state_reason, serviceConnectConfiguration: service_connect_configuration,
        vpcLatticeConfigurations: vpc_lattice_configurations,
    }
    VpcLatticeConfiguration { targetGroupArn: target_group_arn, portName: port_name }
    ServiceConnectConfiguration {
        enabled: enabled, namespace: namespace, services: services, logConfiguration: log_configuration,
    }
    ServiceConnectService {
        portName: port_name, discoveryName: discovery_name, clientAliases: client_aliases,
        ingressPortOverride: ingress_port_override, tls: tls,
    }
    ServiceConnectClientAlias { port: port, dnsName: dns_name }
    ServiceConnectTlsConfiguration {
        issuerCertificateAuthority: issuer_certificate_authority, kmsKey: kms_key, roleArn: role_arn,
    }
    ServiceConnectTlsCertificateAuthority { awsPcaAuthorityArn: aws_pca_authority_arn }
    TaskSet {
        id: id, taskSetArn: task_set_arn, status: status, taskDefinition: task_definition, launchType: launch_type,
        capacityProviderStrategy: capacity_provider_strategy, platformVersion: platform_version,
        platformFamily: platform_family, networkConfiguration: network_configuration, loadBalancers: load_balancers,
        serviceRegistries: service_registries,
    }

    TaskDefinition {
        taskDefinitionArn: task_definition_arn, family: family, revision: revision, status: status,
        containerDefinitions: container_definitions, taskRoleArn: task_role_arn,
        executionRoleArn: execution_role_arn, networkMode: network_mode, volumes: volumes,
        compatibilities: compatibilities, requiresCompatibilities: requires_compatibilities,
        runtimePlatform: runtime_platform, cpu: cpu, memory: memory, proxyConfiguration: proxy_configuration,
        registeredAt: registered_at, ephemeralStorage: ephemeral_storage,
    }
    ContainerDefinition {
        name: name, image: image, repositoryCredentials: repository_credentials, cpu: cpu, memory: memory,
        memoryReservation: memory_reservation, portMappings: port_mappings, essential: essential,
        environmentFiles: environment_files, mountPoints: mount_points, secrets: secrets, dependsOn: depends_on,
        startTimeout: start_timeout, stopTimeout: stop_timeout, versionConsistency: version_consistency,
        readonlyRootFilesystem: readonly_root_filesystem, logConfiguration: log_configuration,
        healthCheck: health_check, firelensConfiguration: firelens_configuration,
    }
    RepositoryCredentials { credentialsParameter: credentials_parameter }
    PortMapping {
        containerPort: container_port, hostPort: host_port, protocol: protocol, name: name,
        appProtocol: app_protocol, containerPortRange: container_port_range,
    }
    EnvironmentFile { value: value, type: r#type }
    MountPoint { sourceVolume: source_volume, containerPath: container_path, readOnly: read_only }
    Secret { name: name, valueFrom: value_from }
    ContainerDependency { containerName: container_name, condition: condition }
    HealthCheck { interval: interval, timeout: timeout, retries: retries, startPeriod: start_period }
    FirelensConfiguration { type: r#type }
    ProxyConfiguration { type: r#type, containerName: container_name }
    Volume {
        name: name, efsVolumeConfiguration: efs_volume_configuration,
        s3filesVolumeConfiguration: s3files_volume_configuration,
        fsxWindowsFileServerVolumeConfiguration: fsx_windows_file_server_volume_configuration,
        configuredAtLaunch: configured_at_launch,
    }
    EfsVolumeConfiguration {
        fileSystemId: file_system_id, rootDirectory: root_directory, transitEncryption: transit_encryption,
        transitEncryptionPort: transit_encryption_port, authorizationConfig: authorization_config,
    }
    EfsAuthorizationConfig { accessPointId: access_point_id, iam: iam }
    S3FilesVolumeConfiguration {
        fileSystemArn: file_system_arn, rootDirectory: root_directory,
        transitEncryptionPort: transit_encryption_port, accessPointArn: access_point_arn,
    }
    FSxWindowsFileServerVolumeConfiguration { fileSystemId: file_system_id, rootDirectory: root_directory }
    RuntimePlatform { cpuArchitecture: cpu_architecture, operatingSystemFamily: operating_system_family }
    EphemeralStorage { sizeInGiB: size_in_gib }

    Task {
        taskArn: task_arn, taskDefinitionArn: task_definition_arn, clusterArn: cluster_arn, group: group,
        attachments: attachments, availabilityZone: availability_zone,
        capacityProviderName: capacity_provider_name, containers: containers, cpu: cpu, memory: memory,
        createdAt: created_at, desiredStatus: desired_status, lastStatus: last_status,
        enableExecuteCommand: enable_execute_command, launchType: launch_type, platformVersion: platform_version,
        platformFamily: platform_family, startedAt: started_at, startedBy: started_by, stopCode: stop_code,
        stoppedReason: stopped_reason => without_command, stoppedAt: stopped_at, tags: tags,
    }
    Container {
        containerArn: container_arn, taskArn: task_arn, name: name, image: image, imageDigest: image_digest,
        lastStatus: last_status, exitCode: exit_code, reason: reason => without_command,
        networkInterfaces: network_interfaces,
    }
    NetworkInterface {
        attachmentId: attachment_id, privateIpv4Address: private_ipv4_address, ipv6Address: ipv6_address,
    }
}

texts! {
    ApplicationProtocol, AssignPublicIp, AvailabilityZoneRebalancing, ClusterSettingName, Compatibility,
    ContainerCondition, CpuArchitecture, DeploymentControllerType, DeploymentRolloutState, DeploymentStrategy,
    EfsAuthorizationConfigIam, EfsTransitEncryption, EnvironmentFileType, ExecuteCommandLogging,
    FirelensConfigurationType, LaunchType, LogDriver, NetworkMode, OsFamily, ProxyConfigurationType,
    SchedulingStrategy, TaskDefinitionStatus, TaskStopCode, TransportProtocol, VersionConsistency,
}

impl ToJson for sdk::LogConfiguration {
    fn to_json(&self) -> Value {
        let mut object = Map::new();
        put(&mut object, "logDriver", self.log_driver.to_json());
        put(&mut object, "options", self.options.as_ref().map_or(Value::Null, log_options));
        put(&mut object, "secretOptions", self.secret_options.to_json());
        Value::Object(object)
    }
}

fn log_options(options: &HashMap<String, String>) -> Value {
    let kept = LOG_OPTIONS.iter().filter_map(|&name| Some((name.to_owned(), Value::from(options.get(name)?.as_str()))));
    Value::Object(kept.collect())
}

/// Errors whose text quotes the container's command, or what it said.
/// <https://docs.aws.amazon.com/AmazonECS/latest/developerguide/stopped-task-error-codes.html>
const QUOTING: [&str; 4] =
    ["CannotStartContainerError", "CannotCreateContainerError", "CannotStartContainer", "CannotCreateContainer"];

/// A reason without what it may quote of a command: only the error's name is left of it.
fn without_command(reason: &Option<String>) -> Value {
    let kept = |reason: &str| {
        let name = reason.split(':').next().unwrap_or(reason);
        Value::from(if QUOTING.contains(&name.trim()) { name } else { reason })
    };
    reason.as_deref().map_or(Value::Null, kept)
}

/// The most events that are kept of a service: a loop of failing health checks says what is wrong in five.
const EVENTS: usize = 25;

/// The newest events, which AWS gives first.
fn newest(events: &Option<Vec<sdk::ServiceEvent>>) -> Value {
    events.as_ref().map_or(Value::Null, |events| events.iter().take(EVENTS).map(ToJson::to_json).collect())
}

impl ToJson for sdk::Attachment {
    fn to_json(&self) -> Value {
        let mut object = Map::new();
        put(&mut object, "id", self.id.to_json());
        put(&mut object, "type", self.r#type.to_json());
        put(&mut object, "status", self.status.to_json());
        let details = self.details.iter().flatten().filter_map(|detail| {
            let name = detail.name.as_deref()?;
            ATTACHMENT_DETAILS.contains(&name).then(|| serde_json::json!({"name": name, "value": detail.value}))
        });
        object.insert("details".to_owned(), details.collect());
        Value::Object(object)
    }
}
