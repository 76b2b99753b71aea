//! ECS clusters, services and task definitions.

use super::{As, Made, Maker, each, take, unknown_in};
use crate::input::cloudformation::error::TemplateError;
use crate::input::cloudformation::functions::nearest;
use crate::input::cloudformation::syntax::location;
use crate::input::cloudformation::template::Resource;
use crate::input::cloudformation::text::has_unknown;
use crate::input::planned::{Fields, Node, Value};
use crate::input::tasks::DEFAULT_NETWORK_MODE;
use crate::snapshot::Written;

/// What services, and tasks that a schedule or an event starts, run on. ECS Managed Instances are asked for by a capacity provider.
/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-ecs-service.html#cfn-ecs-service-launchtype>
/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-events-rule-ecsparameters.html>
/// <https://docs.aws.amazon.com/scheduler/latest/APIReference/API_EcsParameters.html>
pub(super) const LAUNCH_TYPES: &[&str] = &["EC2", "FARGATE", "EXTERNAL"];

/// What sets of tasks run on.
/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-ecs-taskset.html#cfn-ecs-taskset-launchtype>
const OF_TASK_SETS: &[&str] = &["EC2", "FARGATE"];

/// What task definitions may ask for.
/// <https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_RegisterTaskDefinition.html>
const COMPATIBILITIES: &[&str] = &["EC2", "FARGATE", "EXTERNAL", "MANAGED_INSTANCES"];

impl Maker<'_, '_> {
    /// Two words alone say whether tasks get a public IP.
    /// <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-ecs-service-awsvpcconfiguration.html>
    pub(super) fn check_public_ip(&self, resource: Resource<'_>, awsvpc: Option<&Node>) -> Made {
        let word = awsvpc.and_then(|awsvpc| awsvpc.get("AssignPublicIp"));
        self.check_word(resource, "AssignPublicIp", word, &["ENABLED", "DISABLED"])
    }

    /// A few words alone say what tasks run on.
    fn check_launch_type(&mut self, resource: Resource<'_>, known: &[&str]) -> Made {
        let word = self.get(resource, "LaunchType")?;
        self.check_word(resource, "LaunchType", word.as_ref(), known)
    }

    /// Checks that a property is one of some words, where it is known and its resource is made.
    pub(super) fn check_word(
        &self,
        resource: Resource<'_>,
        property: &str,
        node: Option<&Node>,
        known: &[&str],
    ) -> Made {
        let Some(node) = node.filter(|_| self.doubt.is_none()) else { return Ok(()) };
        let is_refused = match (&node.value, node.as_str()) {
            (_, Some(text)) => !known.contains(&text) && !has_unknown(text),
            (Value::Bool(_) | Value::Number(_), None) => true,
            _ => false,
        };
        if !is_refused {
            return Ok(());
        }
        let near = node.as_str().and_then(|text| nearest(text, known.iter().copied()));
        let meant = near.map_or_else(String::new, |meant| format!(": is {meant} meant?"));
        Err(TemplateError::Malformed {
            what: format!("`{property}` of `{}` must be {}{meant}", resource.name, known.join(" or ")),
            location: location(node.place),
        })
    }

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
        if let Some(strategy) = self.get(resource, "DefaultCapacityProviderStrategy")? {
            fields.set("defaultCapacityProviderStrategy", providers(&strategy));
        }
        self.put("clusters", resource, fields);
        Ok(())
    }

    /// <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-ecs-service.html>
    pub(super) fn ecs_service(&mut self, resource: Resource<'_>) -> Made {
        self.check_launch_type(resource, LAUNCH_TYPES)?;
        let name_of = self.evaluator.id(resource.name);
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
        let strategy = self.get(resource, "CapacityProviderStrategy")?;
        if let Some(strategy) = strategy {
            fields.set("capacityProviderStrategy", providers(&strategy));
        }
        if let Some(configuration) = self.get(resource, "NetworkConfiguration")? {
            let awsvpc = configuration.get("AwsvpcConfiguration");
            self.check_public_ip(resource, awsvpc)?;
            fields.set("networkConfiguration", network_configuration(&configuration, awsvpc));
        }
        if let Some(controller) = self.get(resource, "DeploymentController")? {
            let mut made = Fields::default();
            take(&controller, &mut made, &[(As::Text, "Type", "type")]);
            let is_external = made.get("type").and_then(Node::as_str) == Some("EXTERNAL");
            fields.set("deploymentController", Node::from(made).at(controller.place));
            if is_external {
                fields.set("taskSets", Node::list(Vec::new()));
            }
        }
        if let Some(configuration) = self.get(resource, "DeploymentConfiguration")? {
            let mut made = Fields::default();
            take(&configuration, &mut made, &[(As::Number, "MaximumPercent", "maximumPercent")]);
            fields.set("deploymentConfiguration", Node::from(made).at(configuration.place));
        }
        let load_balancers = self.get(resource, "LoadBalancers")?;
        fields.set("loadBalancers", balancers(load_balancers.as_ref()));
        let registries = self.get(resource, "ServiceRegistries")?;
        self.note_unknown(&name_of, "ServiceRegistries", registries.as_ref());
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
        let lattice = self.get(resource, "VpcLatticeConfigurations")?;
        self.note_unknown(&name_of, "VpcLatticeConfigurations", lattice.as_ref());
        fields.set(
            "vpcLatticeConfigurations",
            each(lattice.as_ref(), |target| {
                let mut fields = Fields::default();
                let members = [(As::Text, "TargetGroupArn", "targetGroupArn"), (As::Text, "PortName", "portName")];
                take(target, &mut fields, &members);
                fields
            }),
        );
        if let Some(connect) = self.get(resource, "ServiceConnectConfiguration")? {
            self.note_unknown(&name_of, "ServiceConnectConfiguration", Some(&connect));
            fields.set("serviceConnectConfiguration", service_connect(&connect));
        }
        self.put("services", resource, fields);
        Ok(())
    }

    /// A set of a service's tasks, of which another controller makes several.
    /// <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-ecs-taskset.html>
    pub(super) fn task_set(&mut self, resource: Resource<'_>) -> Made {
        let Some(service) = self.get(resource, "Service")? else { return Ok(()) };
        self.check_launch_type(resource, OF_TASK_SETS)?;
        let mut set = self.begin(resource, "id").with_text("status", "ACTIVE");
        for (kind, theirs, ours) in [
            (As::Text, "LaunchType", "launchType"),
            (As::Text, "PlatformVersion", "platformVersion"),
            (As::Text, "TaskDefinition", "taskDefinition"),
        ] {
            let node = self.get(resource, theirs)?;
            super::set(&mut set, kind, ours, node.as_ref());
        }
        if let Some(strategy) = self.get(resource, "CapacityProviderStrategy")? {
            set.set("capacityProviderStrategy", providers(&strategy));
        }
        if let Some(configuration) = self.get(resource, "NetworkConfiguration")? {
            // The API's own member, and the one of the template reference.
            let awsvpc = configuration.get("AwsVpcConfiguration").or(configuration.get("AwsvpcConfiguration"));
            self.check_public_ip(resource, awsvpc)?;
            set.set("networkConfiguration", network_configuration(&configuration, awsvpc));
        }
        let load_balancers = self.get(resource, "LoadBalancers")?;
        set.set("loadBalancers", balancers(load_balancers.as_ref()));
        if let Some(doubt) = &self.doubt {
            self.document.note(format!("task set {}", resource.name), format!("it may not be made: ${{{doubt}}}"));
        }
        let set = Node::from(set).at(resource.node.place);
        let id = match service.as_str() {
            Some(name) if self.document.has("services", name) => Some(name.to_owned()),
            Some(name) => {
                let is_it = |found: &&Node| found.get("serviceName").and_then(Node::as_str) == Some(name);
                let found = self.document.list("services").iter().find(is_it);
                found.and_then(|found| found.get("serviceArn")?.as_str()).map(str::to_owned)
            }
            None => None,
        };
        if let Some(fields) = id.and_then(|id| self.document.edit("services", &id)) {
            fields.add("taskSets", set);
        }
        Ok(())
    }

    /// ECS makes a service of it, with a load balancer and groups of its own choice: what runs is not described.
    /// <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-ecs-expressgatewayservice.html>
    pub(super) fn express_service(&mut self, resource: Resource<'_>) -> Made {
        let why = format!("ECS makes a service, a load balancer and security groups of {}", resource.name);
        for list in
            ["services", "taskDefinitions", "LoadBalancers", "TargetGroups", "Listeners", "Rules", "SecurityGroups"]
        {
            self.document.partly_known(list, why.clone());
        }
        self.document.note(format!("the express service {}", resource.name), "what ECS makes of it is not described");
        Ok(())
    }

    /// The strategy that a cluster has for services which say neither where they run nor on what.
    /// <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-ecs-clustercapacityproviderassociations.html>
    pub(super) fn capacity_providers(&mut self, resource: Resource<'_>) -> Made {
        let cluster = self.get(resource, "Cluster")?.and_then(|found| found.as_str().map(str::to_owned));
        if let (Some(cluster), Some(strategy)) = (cluster, self.get(resource, "DefaultCapacityProviderStrategy")?) {
            self.document.set_default_strategy(cluster, providers(&strategy));
        }
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
        if fields.get("networkMode").is_none() && !resource.is_open() {
            fields.set("networkMode", Node::text(DEFAULT_NETWORK_MODE).at(resource.node.place));
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
        let kinds = self.get(resource, "RequiresCompatibilities")?;
        for kind in kinds.as_ref().map(Node::items).unwrap_or_default() {
            self.check_word(resource, "RequiresCompatibilities", Some(kind), COMPATIBILITIES)?;
        }
        let containers = self.get(resource, "ContainerDefinitions")?;
        let mut definitions = each(containers.as_ref(), container);
        let volumes = self.get(resource, "Volumes")?;
        let parts = containers.as_ref().map(Node::items).unwrap_or_default().iter().find_map(hidden_need);
        let hidden = unknown_in(containers.as_ref()).or(parts).or_else(|| unknown_in(volumes.as_ref()));
        if let (Some((expression, place)), Value::List(list)) = (hidden, &mut definitions.value) {
            // A container of which nothing is known makes what tasks need unknown.
            let hidden = Fields::default().with("name", Node::unknown(expression, place));
            list.push(Node::from(hidden).at(place));
        }
        fields.set("containerDefinitions", definitions);
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

/// What of a container isn't known that may need something of the network.
fn hidden_need(container: &Node) -> Option<(String, Option<Written>)> {
    let lists = ["Secrets", "EnvironmentFiles", "LogConfiguration", "RepositoryCredentials"];
    let of_log = container.get("LogConfiguration").and_then(|log| log.get("SecretOptions"));
    lists.iter().map(|list| container.get(list)).chain([of_log]).find_map(unknown_in)
}

pub(super) fn providers(strategy: &Node) -> Node {
    each(Some(strategy), |item| {
        let mut fields = Fields::default();
        take(item, &mut fields, &[(As::Text, "CapacityProvider", "capacityProvider")]);
        fields
    })
}

/// The target groups that tasks are registered with; one that isn't known is one of them.
fn balancers(node: Option<&Node>) -> Node {
    let mut made = each(node, |balancer| {
        let mut fields = Fields::default();
        let members = [
            (As::Text, "TargetGroupArn", "targetGroupArn"),
            (As::Text, "LoadBalancerName", "loadBalancerName"),
            (As::Text, "ContainerName", "containerName"),
            (As::Number, "ContainerPort", "containerPort"),
        ];
        take(balancer, &mut fields, &members);
        fields
    });
    if let (Some((expression, place)), Value::List(list)) = (unknown_in(node), &mut made.value) {
        let hidden = Fields::default().with("targetGroupArn", Node::unknown(expression, place));
        list.push(Node::from(hidden).at(place));
    }
    made
}

/// Where tasks run: subnets, groups, and whether they get a public address.
pub(super) fn network_configuration(configuration: &Node, awsvpc: Option<&Node>) -> Node {
    let mut made = Fields::default();
    if let Some(expression) = configuration.expression().or(awsvpc.and_then(Node::expression)) {
        let hidden = || Node::unknown(expression, configuration.place);
        let fields = Fields::default()
            .with("subnets", Node::list(vec![hidden()]))
            .with("securityGroups", Node::list(vec![hidden()]))
            .with("assignPublicIp", hidden());
        made.set("awsvpcConfiguration", Node::from(fields).at(configuration.place));
        return Node::from(made).at(configuration.place);
    }
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
    if let Some(log) = node.get("LogConfiguration") {
        fields.set("logConfiguration", proxy_log(log));
    }
    Node::from(fields).at(node.place)
}

/// Where the logs of Service Connect's proxy go. What isn't known of it may need something of the network.
fn proxy_log(log: &Node) -> Node {
    let mut made = log_configuration(log);
    if let Some((expression, place)) = unknown_in(Some(log)).or_else(|| unknown_in(log.get("SecretOptions"))) {
        let hidden = || Node::unknown(expression.as_str(), place);
        if made.get("logDriver").is_none() {
            made.set("logDriver", hidden());
        }
        made.add("secretOptions", Node::from(Fields::default().with("valueFrom", hidden())).at(place));
    }
    Node::from(made).at(log.place)
}

/// Where logs go, and the secrets that their driver gets.
fn log_configuration(log: &Node) -> Fields {
    let mut made = Fields::default();
    take(log, &mut made, &[(As::Text, "LogDriver", "logDriver")]);
    if let Some(options) = log.get("Options") {
        let mut kept = Fields::default();
        let members = ["awslogs-group", "awslogs-region", "splunk-url"].map(|name| (As::Text, name, name));
        take(options, &mut kept, &members);
        made.set("options", Node::from(kept).at(options.place));
    }
    made.set("secretOptions", each(log.get("SecretOptions"), secret));
    made
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
        fields.set("logConfiguration", Node::from(log_configuration(log)).at(log.place));
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
