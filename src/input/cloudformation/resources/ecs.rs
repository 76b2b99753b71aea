//! ECS clusters, services and task definitions.

use super::{As, Made, Maker, each, take, unknown_in};
use crate::input::cloudformation::template::Resource;
use crate::input::planned::{Fields, Node};

impl Maker<'_, '_> {
    pub(super) fn ecs_cluster(&mut self, resource: Resource<'_>) -> Made {
        let name = self.evaluator.cluster(resource)?;
        let mut fields = Fields::default()
            .with_text("clusterArn", name.as_str())
            .with_text("clusterName", name)
            .with_text("status", "ACTIVE");
        if let Some(defaults) = self.get(resource, "ServiceConnectDefaults")? {
            let mut connect = Fields::default();
            connect.text("namespace", defaults.get("Namespace"));
            fields.set("serviceConnectDefaults", Node::from(connect).at(defaults.place));
        }
        self.put("clusters", resource, fields);
        Ok(())
    }

    /// <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-ecs-service.html>
    pub(super) fn ecs_service(&mut self, resource: Resource<'_>) -> Made {
        let mut fields = self.begin(resource, "serviceArn").with_text("status", "ACTIVE");
        let name = self.get(resource, "ServiceName")?;
        fields.text("serviceName", Some(&name.unwrap_or_else(|| Node::text(resource.name))));
        let members = [
            (As::Text, "Cluster", "clusterArn"),
            (As::Text, "LaunchType", "launchType"),
            (As::Text, "PlatformVersion", "platformVersion"),
            (As::Number, "DesiredCount", "desiredCount"),
            (As::Text, "SchedulingStrategy", "schedulingStrategy"),
            (As::Text, "TaskDefinition", "taskDefinition"),
            (As::Bool, "EnableExecuteCommand", "enableExecuteCommand"),
        ];
        for (kind, theirs, ours) in members {
            let node = self.get(resource, theirs)?;
            super::set(&mut fields, kind, ours, node.as_ref());
        }
        if fields.get("clusterArn").is_none() {
            fields.set("clusterArn", Node::text("default"));
        }
        if let Some(strategy) = self.get(resource, "CapacityProviderStrategy")? {
            let providers = each(Some(&strategy), |item| {
                let mut fields = Fields::default();
                take(item, &mut fields, &[(As::Text, "CapacityProvider", "capacityProvider")]);
                fields
            });
            fields.set("capacityProviderStrategy", providers);
        }
        if let Some(configuration) = self.get(resource, "NetworkConfiguration")? {
            let awsvpc = configuration.get("AwsvpcConfiguration");
            fields.set("networkConfiguration", network_configuration(&configuration, awsvpc));
        }
        if let Some(configuration) = self.get(resource, "DeploymentConfiguration")? {
            let mut made = Fields::default();
            take(&configuration, &mut made, &[(As::Number, "MaximumPercent", "maximumPercent")]);
            fields.set("deploymentConfiguration", Node::from(made).at(configuration.place));
        }
        let balancers = self.get(resource, "LoadBalancers")?;
        fields.set(
            "loadBalancers",
            each(balancers.as_ref(), |balancer| {
                let mut fields = Fields::default();
                let members = [
                    (As::Text, "TargetGroupArn", "targetGroupArn"),
                    (As::Text, "LoadBalancerName", "loadBalancerName"),
                    (As::Text, "ContainerName", "containerName"),
                    (As::Number, "ContainerPort", "containerPort"),
                ];
                take(balancer, &mut fields, &members);
                fields
            }),
        );
        let registries = self.get(resource, "ServiceRegistries")?;
        fields.set(
            "serviceRegistries",
            each(registries.as_ref(), |registry| {
                let mut fields = Fields::default();
                let members = [
                    (As::Text, "RegistryArn", "registryArn"),
                    (As::Text, "ContainerName", "containerName"),
                    (As::Number, "ContainerPort", "containerPort"),
                    (As::Number, "Port", "port"),
                ];
                take(registry, &mut fields, &members);
                fields
            }),
        );
        if let Some(connect) = self.get(resource, "ServiceConnectConfiguration")? {
            fields.set("serviceConnectConfiguration", service_connect(&connect));
        }
        self.put("services", resource, fields);
        Ok(())
    }

    /// <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-ecs-taskdefinition.html>
    pub(super) fn task_definition(&mut self, resource: Resource<'_>) -> Made {
        let mut fields = self.begin(resource, "taskDefinitionArn");
        let family = self.get(resource, "Family")?;
        fields.text("family", Some(&family.unwrap_or_else(|| Node::text(resource.name))));
        let members = [
            (As::Text, "NetworkMode", "networkMode"),
            (As::Texts, "RequiresCompatibilities", "requiresCompatibilities"),
            (As::Text, "ExecutionRoleArn", "executionRoleArn"),
            (As::Text, "TaskRoleArn", "taskRoleArn"),
        ];
        for (kind, theirs, ours) in members {
            let node = self.get(resource, theirs)?;
            super::set(&mut fields, kind, ours, node.as_ref());
        }
        if let Some(platform) = self.get(resource, "RuntimePlatform")? {
            let mut made = Fields::default();
            let members = [
                (As::Text, "OperatingSystemFamily", "operatingSystemFamily"),
                (As::Text, "CpuArchitecture", "cpuArchitecture"),
            ];
            take(&platform, &mut made, &members);
            fields.set("runtimePlatform", Node::from(made).at(platform.place));
        }
        let containers = self.get(resource, "ContainerDefinitions")?;
        let mut definitions = each(containers.as_ref(), container);
        if let Some((expression, place)) = unknown_in(containers.as_ref()) {
            // One container that isn't known makes what tasks need unknown.
            let hidden = Fields::default().with("name", Node::unknown(expression, place));
            definitions = Node::list(vec![Node::from(hidden).at(place)]).at(place);
        }
        fields.set("containerDefinitions", definitions);
        let volumes = self.get(resource, "Volumes")?;
        fields.set(
            "volumes",
            each(volumes.as_ref(), |volume| {
                let mut fields = Fields::default();
                take(volume, &mut fields, &[(As::Text, "Name", "name")]);
                if let Some(efs) = volume.get("EFSVolumeConfiguration") {
                    let mut configuration = Fields::default();
                    take(efs, &mut configuration, &[(As::Text, "FilesystemId", "fileSystemId")]);
                    fields.set("efsVolumeConfiguration", Node::from(configuration).at(efs.place));
                }
                fields
            }),
        );
        self.put("taskDefinitions", resource, fields);
        Ok(())
    }
}

/// Where tasks run: subnets, groups, and whether they get a public address.
pub(super) fn network_configuration(configuration: &Node, awsvpc: Option<&Node>) -> Node {
    let mut made = Fields::default();
    if let Some(awsvpc) = awsvpc {
        let mut fields = Fields::default();
        let members = [
            (As::Texts, "Subnets", "subnets"),
            (As::Texts, "SecurityGroups", "securityGroups"),
            (As::Text, "AssignPublicIp", "assignPublicIp"),
        ];
        take(awsvpc, &mut fields, &members);
        made.set("awsvpcConfiguration", Node::from(fields).at(awsvpc.place));
    }
    Node::from(made).at(configuration.place)
}

fn service_connect(node: &Node) -> Node {
    let mut fields = Fields::default();
    take(node, &mut fields, &[(As::Bool, "Enabled", "enabled"), (As::Text, "Namespace", "namespace")]);
    fields.set(
        "services",
        each(node.get("Services"), |service| {
            let mut fields = Fields::default();
            let members = [
                (As::Text, "PortName", "portName"),
                (As::Text, "DiscoveryName", "discoveryName"),
                (As::Number, "IngressPortOverride", "ingressPortOverride"),
            ];
            take(service, &mut fields, &members);
            fields.set(
                "clientAliases",
                each(service.get("ClientAliases"), |alias| {
                    let mut fields = Fields::default();
                    take(alias, &mut fields, &[(As::Number, "Port", "port"), (As::Text, "DnsName", "dnsName")]);
                    fields
                }),
            );
            fields
        }),
    );
    Node::from(fields).at(node.place)
}

/// What of a container says what it needs and offers. Its environment and commands are left where they are.
fn container(node: &Node) -> Fields {
    let mut fields = Fields::default();
    take(node, &mut fields, &[(As::Text, "Name", "name"), (As::Text, "Image", "image")]);
    fields.set(
        "portMappings",
        each(node.get("PortMappings"), |mapping| {
            let mut fields = Fields::default();
            let members = [
                (As::Number, "ContainerPort", "containerPort"),
                (As::Text, "ContainerPortRange", "containerPortRange"),
                (As::Number, "HostPort", "hostPort"),
                (As::Text, "Protocol", "protocol"),
                (As::Text, "Name", "name"),
            ];
            take(mapping, &mut fields, &members);
            fields
        }),
    );
    if let Some(log) = node.get("LogConfiguration") {
        let mut made = Fields::default();
        take(log, &mut made, &[(As::Text, "LogDriver", "logDriver")]);
        if let Some(options) = log.get("Options") {
            let mut kept = Fields::default();
            let members = ["awslogs-group", "awslogs-region", "splunk-url"].map(|name| (As::Text, name, name));
            take(options, &mut kept, &members);
            made.set("options", Node::from(kept).at(options.place));
        }
        made.set("secretOptions", each(log.get("SecretOptions"), secret));
        fields.set("logConfiguration", Node::from(made).at(log.place));
    }
    fields.set("secrets", each(node.get("Secrets"), secret));
    fields.set(
        "environmentFiles",
        each(node.get("EnvironmentFiles"), |file| {
            let mut fields = Fields::default();
            take(file, &mut fields, &[(As::Text, "Value", "value"), (As::Text, "Type", "type")]);
            fields
        }),
    );
    if let Some(credentials) = node.get("RepositoryCredentials") {
        let mut made = Fields::default();
        take(credentials, &mut made, &[(As::Text, "CredentialsParameter", "credentialsParameter")]);
        fields.set("repositoryCredentials", Node::from(made).at(credentials.place));
    }
    if let Some(router) = node.get("FirelensConfiguration") {
        let mut made = Fields::default();
        take(router, &mut made, &[(As::Text, "Type", "type")]);
        fields.set("firelensConfiguration", Node::from(made).at(router.place));
    }
    fields
}

fn secret(node: &Node) -> Fields {
    let mut fields = Fields::default();
    take(node, &mut fields, &[(As::Text, "Name", "name"), (As::Text, "ValueFrom", "valueFrom")]);
    fields
}
