//! Clusters, services, task definitions, scheduled tasks, and the registry.

use super::kinds::*;
use super::network::{element, push};
use super::reader::Reader;
use crate::input::planned::{Document, Fields, Node, Value, json};
use crate::input::tasks::DEFAULT_NETWORK_MODE;
use crate::snapshot::Written;

/// The options of log drivers that say where logs go.
const LOG_OPTIONS: [&str; 3] = ["awslogs-group", "awslogs-region", "splunk-url"];

pub(super) fn cluster(document: &mut Document<'_>, reader: &Reader<'_, '_>) {
    let mut cluster = element(reader, "clusterArn");
    cluster.text("clusterName", reader.said("name").as_ref());
    if let Some(defaults) = reader.block("service_connect_defaults")
        && let Some(namespace) = defaults.reference("namespace", NAMESPACE)
    {
        cluster.set("serviceConnectDefaults", Fields::default().with("namespace", namespace).into());
    }
    push(document, "clusters", reader, cluster);
}

/// The strategy that a cluster has for services which say neither where they run nor on what. The cluster goes by its name.
/// <https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/ecs_cluster_capacity_providers>
pub(super) fn capacity_providers(document: &mut Document<'_>, reader: &Reader<'_, '_>) {
    let Some(cluster) = reader.reference("cluster_name", CLUSTER) else { return };
    let Some(cluster) = cluster.as_str() else { return };
    let blocks = reader.blocks("default_capacity_provider_strategy");
    let mut strategy = Fields::default();
    for provider in blocks.iter().filter_map(|item| item.said("capacity_provider")) {
        strategy.add(STRATEGY, Fields::default().with("capacityProvider", provider).into());
    }
    if let Some(strategy) = strategy.get(STRATEGY) {
        document.set_default_strategy(cluster, strategy.clone());
    }
}

/// What services, and what is like them, run on.
const STRATEGY: &str = "capacityProviderStrategy";

pub(super) fn service(document: &mut Document<'_>, reader: &Reader<'_, '_>) {
    let mut service = element(reader, "serviceArn");
    let name = reader.said("name").filter(|node| node.as_str().is_some());
    service.set("serviceName", name.unwrap_or_else(|| reader.id()));
    if let Some(cluster) = reader.reference("cluster", CLUSTER) {
        service.set("clusterArn", cluster);
    }
    if let Some(definition) = reader.reference("task_definition", TASK_DEFINITION) {
        service.set("taskDefinition", definition);
    }
    service.text("launchType", reader.said("launch_type").as_ref());
    for item in reader.blocks("capacity_provider_strategy") {
        if let Some(provider) = item.said("capacity_provider") {
            service.add("capacityProviderStrategy", Fields::default().with("capacityProvider", provider).into());
        }
    }
    service.text("platformVersion", reader.said("platform_version").filter(|node| node.as_str().is_some()).as_ref());
    service.number("desiredCount", reader.attribute("desired_count").as_ref());
    service.boolean("enableExecuteCommand", reader.attribute("enable_execute_command").as_ref());
    if let Some(percent) = reader.attribute("deployment_maximum_percent") {
        let mut deployment = Fields::default();
        deployment.number("maximumPercent", Some(&percent));
        service.set("deploymentConfiguration", deployment.into());
    }
    if let Some(kind) = reader.block("deployment_controller").and_then(|controller| controller.said("type")) {
        // All task sets of it are resources of their own.
        if kind.as_str() == Some("EXTERNAL") {
            service.set("taskSets", Node::list(Vec::new()));
        }
        service.set("deploymentController", Fields::default().with("type", kind).into());
    }
    network_configuration(&mut service, reader);
    load_balancers(&mut service, reader);
    if let Some(connect) = reader.block("service_connect_configuration") {
        service.set("serviceConnectConfiguration", service_connect(&connect));
    }
    for target in reader.blocks("vpc_lattice_configurations") {
        let mut lattice = Fields::default();
        lattice.text("targetGroupArn", target.said("target_group_arn").as_ref());
        lattice.text("portName", target.said("port_name").as_ref());
        service.add("vpcLatticeConfigurations", Node::from(lattice).at(target.place()));
    }
    push(document, "services", reader, service);
}

/// What an external deployment controller starts tasks of a service by. The service is named by its ARN or its name.
/// <https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/ecs_task_set>
pub(super) fn task_set(document: &mut Document<'_>, reader: &Reader<'_, '_>) {
    let Some(service) = reader.reference("service", SERVICE) else { return };
    let own = reader.said("task_set_id").filter(|node| node.as_str().is_some());
    let mut set = Fields::default().with("id", own.unwrap_or_else(|| reader.id()));
    if let Some(definition) = reader.reference("task_definition", TASK_DEFINITION) {
        set.set("taskDefinition", definition);
    }
    set.text("status", reader.said("status").filter(|node| node.as_str().is_some()).as_ref());
    set.text("launchType", reader.said("launch_type").as_ref());
    for item in reader.blocks("capacity_provider_strategy") {
        if let Some(provider) = item.said("capacity_provider") {
            set.add("capacityProviderStrategy", Fields::default().with("capacityProvider", provider).into());
        }
    }
    set.text("platformVersion", reader.said("platform_version").filter(|node| node.as_str().is_some()).as_ref());
    network_configuration(&mut set, reader);
    load_balancers(&mut set, reader);
    let by_name = |name: &str| {
        let is_own = |id: &String| {
            let found = document.look("services", id);
            found.is_some_and(|found| found.get("serviceName").and_then(Node::as_str) == Some(name))
        };
        let mut named = document.ids("services").into_iter().filter(is_own);
        named.next().filter(|_| named.next().is_none())
    };
    let id = service.as_str().and_then(|text| {
        let is_id = document.has("services", text);
        if is_id { Some(text.to_owned()) } else { by_name(text) }
    });
    match id.and_then(|id| document.edit("services", &id)) {
        Some(fields) => fields.add("taskSets", Node::from(set).at(reader.place())),
        None => {
            let of = ("services", "taskSets");
            super::network::elsewhere(document, reader, ("the service", &service), of, super::network::left_out);
        }
    }
}

fn load_balancers(service: &mut Fields, reader: &Reader<'_, '_>) {
    for balancer in reader.blocks("load_balancer") {
        let mut entry = Fields::default();
        if let Some(group) = balancer.reference("target_group_arn", TARGET_GROUP) {
            entry.set("targetGroupArn", group);
        }
        entry.text("containerName", balancer.said("container_name").as_ref());
        entry.number("containerPort", balancer.attribute("container_port").as_ref());
        service.add("loadBalancers", Node::from(entry).at(balancer.place()));
    }
}

fn network_configuration(service: &mut Fields, reader: &Reader<'_, '_>) {
    let Some(block) = reader.block("network_configuration") else { return };
    let mut awsvpc = Fields::default();
    awsvpc.texts("subnets", block.references("subnets", SUBNET).as_ref());
    awsvpc.texts("securityGroups", block.references("security_groups", SECURITY_GROUP).as_ref());
    if let Some(assign) = block.attribute("assign_public_ip") {
        let value = match assign.as_bool() {
            Some(true) => Value::String("ENABLED".into()),
            Some(false) => Value::String("DISABLED".into()),
            None => assign.value.clone(),
        };
        awsvpc.set("assignPublicIp", Node::new(value, assign.place));
    }
    let awsvpc = Node::from(awsvpc).at(block.place());
    service.set("networkConfiguration", Fields::default().with("awsvpcConfiguration", awsvpc).into());
}

fn service_connect(reader: &Reader<'_, '_>) -> Node {
    let mut connect = Fields::default();
    connect.boolean("enabled", reader.attribute("enabled").as_ref());
    if let Some(namespace) = reader.reference("namespace", NAMESPACE) {
        connect.set("namespace", namespace);
    }
    for offered in reader.blocks("service") {
        let mut service = Fields::default();
        service.text("portName", offered.said("port_name").as_ref());
        service.number("ingressPortOverride", offered.attribute("ingress_port_override").as_ref());
        service.text("discoveryName", offered.said("discovery_name").filter(|node| node.as_str().is_some()).as_ref());
        for alias in offered.blocks("client_alias") {
            let mut client = Fields::default();
            client.number("port", alias.attribute("port").as_ref());
            client.text("dnsName", alias.said("dns_name").as_ref());
            service.add("clientAliases", client.into());
        }
        connect.add("services", Node::from(service).at(offered.place()));
    }
    if let Some(log) = reader.block("log_configuration") {
        connect.set("logConfiguration", proxy_log(&log));
    }
    Node::from(connect).at(reader.place())
}

/// Where the logs of Service Connect's proxy go.
fn proxy_log(reader: &Reader<'_, '_>) -> Node {
    let mut log = Fields::default();
    log.text("logDriver", reader.said("log_driver").as_ref());
    if let Some(options) = reader.attribute("options") {
        let mut kept = Fields::default();
        for name in LOG_OPTIONS {
            kept.text(name, options.get(name));
        }
        log.set("options", Node::from(kept).at(options.place));
    }
    for option in reader.blocks("secret_option") {
        let mut secret = Fields::default();
        secret.text("name", option.said("name").as_ref());
        secret.text("valueFrom", option.said("value_from").as_ref());
        log.add("secretOptions", Node::from(secret).at(option.place()));
    }
    Node::from(log).at(reader.place())
}

/// A task that EventBridge starts: it needs of the network what the task of a service does.
pub(super) fn scheduled_task(document: &mut Document<'_>, reader: &Reader<'_, '_>) {
    let target = match reader.instance.ty.as_str() {
        "aws_scheduler_schedule" => {
            let Some(target) = reader.block("target") else { return };
            target.block("ecs_parameters")
        }
        _ => reader.block("ecs_target"),
    };
    let Some(target) = target else { return };
    let mut service = element(reader, "serviceArn");
    let name = reader.said("name").or_else(|| reader.said("target_id")).filter(|node| node.as_str().is_some());
    service.set("serviceName", name.unwrap_or_else(|| reader.id()));
    if let Some(definition) = target.reference("task_definition_arn", TASK_DEFINITION) {
        service.set("taskDefinition", definition);
    }
    service.text("launchType", target.said("launch_type").as_ref());
    for item in target.blocks("capacity_provider_strategy") {
        if let Some(provider) = item.said("capacity_provider") {
            service.add("capacityProviderStrategy", Fields::default().with("capacityProvider", provider).into());
        }
    }
    service.text("platformVersion", target.said("platform_version").filter(|node| node.as_str().is_some()).as_ref());
    service.number("desiredCount", target.attribute("task_count").as_ref());
    service.boolean("enableExecuteCommand", target.attribute("enable_execute_command").as_ref());
    service.set("deploymentConfiguration", Fields::default().with("maximumPercent", 100.into()).into());
    network_configuration(&mut service, &target);
    push(document, "services", reader, service);
}

pub(super) fn task_definition(document: &mut Document<'_>, reader: &Reader<'_, '_>) {
    let mut definition = element(reader, "taskDefinitionArn");
    definition.text("family", reader.said("family").filter(|node| node.as_str().is_some()).as_ref());
    if let Some(revision) = reader.attribute("revision").and_then(|node| node.as_i64()) {
        definition.set("revision", revision.into());
    }
    let mode = reader.or_default("network_mode", Node::text(DEFAULT_NETWORK_MODE));
    definition.text("networkMode", mode.filter(|node| node.as_str().is_some_and(|mode| !mode.is_empty())).as_ref());
    definition.texts("requiresCompatibilities", reader.references("requires_compatibilities", VALUE).as_ref());
    definition.text("executionRoleArn", reader.said("execution_role_arn").as_ref());
    definition.text("taskRoleArn", reader.said("task_role_arn").as_ref());
    if let Some(platform) = reader.block("runtime_platform") {
        let mut runtime = Fields::default();
        runtime.text("operatingSystemFamily", platform.said("operating_system_family").as_ref());
        runtime.text("cpuArchitecture", platform.said("cpu_architecture").as_ref());
        definition.set("runtimePlatform", runtime.into());
    }
    for volume in reader.blocks("volume") {
        let mut element = Fields::default();
        element.text("name", volume.said("name").as_ref());
        if let Some(efs) = volume.block("efs_volume_configuration")
            && let Some(file_system) = efs.reference("file_system_id", FILE_SYSTEM)
        {
            element.set("efsVolumeConfiguration", Fields::default().with("fileSystemId", file_system).into());
        }
        definition.add("volumes", Node::from(element).at(volume.place()));
    }
    if let Some(containers) = reader.said("container_definitions") {
        let list = match (containers.as_str(), containers.expression()) {
            (Some(text), _) => containers_of(text, containers.place),
            // One container of which nothing is known stands for all.
            (None, Some(_)) => {
                let written = reader.unknown_json("container_definitions").filter(tells_needs);
                written.map_or_else(
                    || vec![Fields::default().with("name", containers.clone()).into()],
                    |written| containers_in(&written, containers.place),
                )
            }
            (None, None) => Vec::new(),
        };
        definition.set("containerDefinitions", Node::new(Value::List(list), containers.place));
    }
    push(document, "taskDefinitions", reader, definition);
}

/// The containers of a definition, which Terraform has as a text of JSON. All of them stand where the text does. Of what
/// may be secret (environment values, commands) nothing is taken.
fn containers_of(text: &str, place: Option<Written>) -> Vec<Node> {
    let parsed: Option<serde_json::Value> = serde_json::from_str(text).ok();
    let Some(source) = place.map(|place| place.source).filter(|_| parsed.is_some()) else { return Vec::new() };
    containers_in(&json::read(text, source, 0), place)
}

fn containers_in(read: &Node, place: Option<Written>) -> Vec<Node> {
    let containers = match &read.value {
        Value::List(items) => items.as_slice(),
        _ => std::slice::from_ref(read),
    };
    containers.iter().map(|container| Node::from(container_of(container, place)).at(place)).collect()
}

/// Whether all is known of some containers that tells what they need: their images, and what else there is of them, down to
/// the texts in it.
fn tells_needs(containers: &Node) -> bool {
    let tells = |container: &Node| {
        let members = container.fields().map(|fields| fields.0.as_slice()).unwrap_or_default();
        let is_known = |name: &str, node: &Node| match name.to_ascii_lowercase().as_str() {
            "image" | "portmappings" | "firelensconfiguration" => node.is_known(),
            "secrets" | "environmentfiles" | "logconfiguration" | "repositorycredentials" => is_built(node),
            _ => true,
        };
        !members.is_empty() && members.iter().all(|(name, node)| is_known(name, node))
    };
    !containers.items().is_empty() && containers.items().iter().all(tells)
}

/// Whether of a value no object and no list is unknown, but only texts in objects.
fn is_built(node: &Node) -> bool {
    match &node.value {
        Value::List(items) => items.iter().all(is_built),
        Value::Object(fields) => fields.0.iter().all(|(name, member)| {
            let holds_more = matches!(name.to_ascii_lowercase().as_str(), "options" | "secretoptions" | "logdriver");
            member.expression().is_some() && !holds_more || is_built(member)
        }),
        _ => node.is_known(),
    }
}

fn container_of(container: &Node, place: Option<Written>) -> Fields {
    // The API's names, of which the provider takes those of Go's structures as well.
    let get = |node: &Node, name: &str| -> Option<Node> {
        let fields = node.fields()?;
        let found = fields.0.iter().find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, node)| node)?;
        (!found.is_null()).then(|| found.clone().at(place))
    };
    let texts = |from: &Node, names: &[&'static str]| {
        let mut fields = Fields::default();
        for name in names {
            fields.text(name, get(from, name).as_ref());
        }
        fields
    };
    let each = |from: Option<Node>, make: &dyn Fn(&Node) -> Fields| {
        let items = from.as_ref().map(Node::items).unwrap_or_default();
        Node::list(items.iter().map(|item| Node::from(make(item)).at(place)).collect())
    };
    let secret = |item: &Node| texts(item, &["name", "valueFrom"]);
    let mut fields = texts(container, &["name", "image"]);
    let mapping = |item: &Node| {
        let mut mapping = texts(item, &["containerPortRange", "protocol", "name"]);
        mapping.number("containerPort", get(item, "containerPort").as_ref());
        mapping.number("hostPort", get(item, "hostPort").as_ref());
        mapping
    };
    fields.set("portMappings", each(get(container, "portMappings"), &mapping));
    fields.set("secrets", each(get(container, "secrets"), &secret));
    let file = |item: &Node| texts(item, &["value", "type"]);
    fields.set("environmentFiles", each(get(container, "environmentFiles"), &file));
    if let Some(log) = get(container, "logConfiguration") {
        let mut configuration = texts(&log, &["logDriver"]);
        if let Some(options) = get(&log, "options") {
            configuration.set("options", texts(&options, &LOG_OPTIONS).into());
        }
        configuration.set("secretOptions", each(get(&log, "secretOptions"), &secret));
        fields.set("logConfiguration", Node::from(configuration).at(place));
    }
    if let Some(credentials) = get(container, "repositoryCredentials") {
        fields.set("repositoryCredentials", texts(&credentials, &["credentialsParameter"]).into());
    }
    if let Some(firelens) = get(container, "firelensConfiguration") {
        fields.set("firelensConfiguration", texts(&firelens, &["type"]).into());
    }
    fields
}

pub(super) fn repository(document: &mut Document<'_>, reader: &Reader<'_, '_>) {
    let mut repository = element(reader, "repositoryArn");
    let known = |name| reader.said(name).filter(|node| node.as_str().is_some());
    repository.text("repositoryName", known("name").as_ref());
    repository.text("repositoryUri", known("repository_url").as_ref());
    repository.text("registryId", known("registry_id").as_ref());
    push(document, "repositories", reader, repository);
}

pub(super) fn pull_through_cache_rule(document: &mut Document<'_>, reader: &Reader<'_, '_>) {
    let mut rule = Fields::default();
    rule.text("ecrRepositoryPrefix", reader.said("ecr_repository_prefix").as_ref());
    rule.text("upstreamRegistryUrl", reader.said("upstream_registry_url").as_ref());
    push(document, "pullThroughCacheRules", reader, rule);
}
