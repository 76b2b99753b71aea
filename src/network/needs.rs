//! What tasks need of the network, read from their definitions, their images, and what users declare.

use super::address::point;
use super::destination::host_and_port;
use super::expression::{open_beside_pseudo, open_from, open_part};
use super::filters::Protocol;
use super::known::Missing;
use super::log_drivers;
use super::need::*;
use super::ranges::Ranges;
use super::registries::{Registry, registry};
use crate::path;
use crate::snapshot::{
    Arn, ContainerDefinition, Element, Location, LogConfiguration, Origin, ServiceConnectConfiguration, Step,
    TaskDefinition,
};
use std::net::{IpAddr, SocketAddr};

/// Service Connect as a service has it on, and where that is written.
pub(super) struct ServiceConnect<'s, 'a> {
    pub(super) configuration: &'s ServiceConnectConfiguration<'a>,
    pub(super) origin: Origin,
    /// The path to it inside the service.
    pub(super) at: Vec<Step>,
}

/// What tasks need, in `region`, on `platform_version`: their definition's containers, and the proxy that Service Connect puts
/// beside these.
pub(super) fn of_tasks(
    definition: Option<&Element<TaskDefinition<'_>>>,
    connect: Option<&ServiceConnect<'_, '_>>,
    region: Option<&str>,
    platform_version: Option<&str>,
) -> Vec<Need> {
    let mut needs = Needs::new(region, platform_version);
    if let Some(definition) = definition {
        needs.of_definition(definition);
    }
    if let Some(connect) = connect {
        needs.of_proxy(connect);
    }
    needs.list.shrink_to_fit();
    needs.list
}

/// What pulling an image needs; nothing where its registry isn't known.
pub(super) fn of_image(
    image: &str,
    region: Option<&str>,
    platform_version: Option<&str>,
    place: Location,
) -> Vec<Need> {
    let mut needs = Needs::new(region, platform_version);
    needs.image(image, place);
    needs.list
}

/// What a plain task needs: its image from ECR, of whichever repository, and its logs shipped.
pub(super) fn of_plain_task(region: Option<&str>, place: &Location) -> Vec<Need> {
    let mut needs = Needs::new(region, None);
    for service in ["ecr.api", "ecr.dkr", "s3"] {
        needs.service(Purpose::ImagePull, service, place.clone());
    }
    needs.service(Purpose::Logs, "logs", place.clone());
    let role = needs.execution_role.clone();
    needs.permit(Purpose::ImagePull, &NeedTarget::Service("ecr.api".into()), &role, &[TOKEN]);
    if let Some(region) = region {
        let bucket = layers_of(region);
        let layers = NeedTarget::Service("s3".into());
        needs.permit(Purpose::ImagePull, &layers, &Caller::Registry, &[("s3:GetObject", &bucket)]);
    }
    needs.list
}

/// What tasks need by all likelihood besides `known`, where the registry of an image isn't known: the image from ECR; and where
/// nothing of a container is known, what a plain task does.
pub(super) fn presumed(region: Option<&str>, place: &Location, is_image_alone: bool, known: &[Need]) -> Vec<Need> {
    let is_asked = |need: &Need| !is_image_alone || need.purpose == Purpose::ImagePull;
    let plain = of_plain_task(region, place).into_iter();
    let added = plain.filter(|need| is_asked(need) && !known.iter().any(|own| own.is_same(need)));
    added.map(|need| Need { is_presumed: true, ..need }).collect()
}

/// What would have to be known of an image to tell its registry; none where the registry is known.
pub(super) fn missing_of_image(image: &str, region: Option<&str>, scope: u32) -> Option<Missing> {
    let is_open = open_from(image).is_some();
    let missing = || match is_open {
        true => Missing::expression(image, scope),
        // A word that no registry takes for a name stands for one.
        false => Missing::expression(&format!("<{image}>"), scope),
    };
    has_no_registry(image, region).then(missing)
}

/// Whether nothing tells where an image is pulled from, or from which region's ECR.
fn has_no_registry(image: &str, own_region: Option<&str>) -> bool {
    match registry(image) {
        Registry::Ecr { region, .. } => match own_region {
            Some(_) => open_from(&region).is_some(),
            None => open_beside_pseudo(&region).is_some(),
        },
        Registry::Public(_) => false,
        Registry::Other(name) => name == image,
    }
}

/// ECR's authorisation token is no resource of any repository's.
const TOKEN: (&str, &str) = ("ecr:GetAuthorizationToken", "*");

/// The layers of images of a region's registries.
/// <https://docs.aws.amazon.com/AmazonECR/latest/userguide/vpc-endpoints.html#ecr-minimum-s3-perms>
fn layers_of(region: &str) -> String {
    format!("arn:{}:s3:::prod-{region}-starport-layer-bucket/*", crate::snapshot::partition_of(region))
}

/// What ECS Exec asks for, by the task's own role.
const CHANNELS: [&str; 4] = [
    "ssmmessages:CreateControlChannel",
    "ssmmessages:CreateDataChannel",
    "ssmmessages:OpenControlChannel",
    "ssmmessages:OpenDataChannel",
];

/// What ECS Exec needs.
/// <https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs-exec.html>
pub(super) fn of_execute_command(place: Location) -> Need {
    let permission = |action| Permission { action, resource: "*".to_owned(), open: None, caller: Caller::Role(None) };
    Need {
        purpose: Purpose::Exec,
        target: NeedTarget::Service("ssmmessages".into()),
        families: NameFamilies::of_service("ssmmessages"),
        protocol: Protocol::Tcp,
        port: 443,
        permissions: CHANNELS.map(permission).into(),
        place,
        is_presumed: false,
    }
}

struct Needs<'s> {
    region: Option<&'s str>,
    /// Before 1.4.0 the authorisation token came over Fargate's own network.
    /// <https://docs.aws.amazon.com/AmazonECR/latest/userguide/vpc-endpoints.html>
    needs_ecr_api: bool,
    /// Fetches images, secrets and environment files.
    /// <https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task_execution_IAM_role.html>
    execution_role: Caller,
    list: Vec<Need>,
}

/// A resource's ARN as far as it is known.
fn known_part(arn: &str) -> String {
    open_beside_pseudo(arn).map_or_else(|| arn.to_owned(), |end| format!("{}*", &arn[..end]))
}

/// A secret's ARN, as policies name it: without the JSON key and the version that may follow. One without the six
/// characters that AWS puts behind a secret's name is any that begins so.
/// <https://docs.aws.amazon.com/AmazonECS/latest/developerguide/secrets-envvar-secrets-manager.html>
fn secret_of(value_from: &str) -> String {
    let arn = value_from.splitn(8, ':').take(7).collect::<Vec<_>>().join(":");
    let suffix = arn.rsplit_once('-').map_or("", |(_, suffix)| suffix);
    let is_whole = suffix.len() == 6 && suffix.bytes().all(|byte| byte.is_ascii_alphanumeric());
    if is_whole { arn } else { format!("{arn}*") }
}

impl<'s> Needs<'s> {
    fn new(region: Option<&'s str>, platform_version: Option<&str>) -> Self {
        let old = platform_version
            .is_some_and(|version| ["1.0.", "1.1.", "1.2.", "1.3."].iter().any(|prefix| version.starts_with(prefix)));
        Needs { region, needs_ecr_api: !old, execution_role: Caller::Role(None), list: Vec::new() }
    }

    fn add(&mut self, purpose: Purpose, target: NeedTarget, port: u16, place: Location) {
        if self.list.iter().any(|need| need.purpose == purpose && need.target == target && need.port == port) {
            return;
        }
        let families = target.families();
        let permissions = Vec::new();
        let protocol = Protocol::Tcp;
        self.list.push(Need { purpose, target, protocol, port, families, permissions, place, is_presumed: false });
    }

    /// Says which addresses a need's name leads to. Where two names are used, that of IPv4 alone counts.
    fn lead_to(&mut self, purpose: Purpose, target: &NeedTarget, families: NameFamilies) {
        for need in self.list.iter_mut().filter(|need| need.purpose == purpose && need.target == *target) {
            if need.families != NameFamilies::Ipv4 {
                need.families = families;
            }
        }
    }

    fn service(&mut self, purpose: Purpose, service: &str, place: Location) {
        self.add(purpose, NeedTarget::Service(service.to_owned()), 443, place);
    }

    fn service_in(&mut self, purpose: Purpose, service: &str, region: Option<&str>, place: Location) {
        let target = self.target_in(service, region);
        self.add(purpose, target, 443, place);
    }

    fn target_in(&self, service: &str, region: Option<&str>) -> NeedTarget {
        let is_elsewhere = |region: &str| match self.region {
            Some(own) => region != own,
            None => open_beside_pseudo(region).is_some(),
        };
        match region {
            Some(region) if is_elsewhere(region) => NeedTarget::ServiceElsewhere(service.to_owned(), region.to_owned()),
            _ => NeedTarget::Service(service.to_owned()),
        }
    }

    /// What endpoints on the way to a target must permit.
    fn permit(&mut self, purpose: Purpose, target: &NeedTarget, caller: &Caller, permissions: &[(&'static str, &str)]) {
        let Some(need) = self.list.iter_mut().find(|need| need.purpose == purpose && need.target == *target) else {
            return;
        };
        for (action, resource) in permissions {
            let open = open_part(resource).map(str::to_owned);
            let permission = Permission { action, resource: known_part(resource), open, caller: caller.clone() };
            if !need.permissions.contains(&permission) {
                need.permissions.push(permission);
            }
        }
    }

    /// The execution role makes a stream in the log group and writes into it.
    /// <https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task_execution_IAM_role.html>
    fn may_log(&mut self, region: Option<&str>, group: Option<&str>) {
        let target = self.target_in("logs", region);
        let role = self.execution_role.clone();
        let account = match &role {
            Caller::Role(Some(arn)) => Arn::account_of(arn),
            Caller::Role(None) | Caller::Registry => None,
        };
        let streams = match (region.or(self.region), account, group) {
            (Some(region), Some(account), Some(group)) => {
                let partition = crate::snapshot::partition_of(region);
                format!("arn:{partition}:logs:{region}:{account}:log-group:{group}:*")
            }
            _ => "*".to_owned(),
        };
        let both = [("logs:CreateLogStream", &*streams), ("logs:PutLogEvents", &*streams)];
        self.permit(Purpose::Logs, &target, &role, &both);
    }

    fn image(&mut self, image: &str, place: Location) {
        match registry(image) {
            _ if has_no_registry(image, self.region) => {}
            Registry::Ecr { account, region, repository, other_name } => {
                let families = other_name.as_deref().map_or(NameFamilies::Ipv4, NameFamilies::of_registry);
                let [token, registry, layers] =
                    ["ecr.api", "ecr.dkr", "s3"].map(|name| self.target_in(name, Some(&region)));
                let registry = match (registry, other_name) {
                    (NeedTarget::Service(service), Some(host)) => NeedTarget::ServiceHost(service, host),
                    (registry, _) => registry,
                };
                if self.needs_ecr_api {
                    self.add(Purpose::ImagePull, token.clone(), 443, place.clone());
                }
                self.add(Purpose::ImagePull, registry.clone(), 443, place.clone());
                self.add(Purpose::ImagePull, layers.clone(), 443, place);
                // The registry leads on to its layers in S3 in the family that it was asked in.
                for target in [&registry, &layers] {
                    self.lead_to(Purpose::ImagePull, target, families);
                }
                let partition = crate::snapshot::partition_of(&region);
                let image = format!("arn:{partition}:ecr:{region}:{account}:repository/{repository}");
                let bucket = layers_of(&region);
                let role = self.execution_role.clone();
                self.permit(Purpose::ImagePull, &token, &role, &[TOKEN]);
                let pull = [("ecr:BatchGetImage", &*image), ("ecr:GetDownloadUrlForLayer", &*image)];
                self.permit(Purpose::ImagePull, &registry, &role, &pull);
                self.permit(Purpose::ImagePull, &layers, &Caller::Registry, &[("s3:GetObject", &bucket)]);
            }
            Registry::Public(host) => self.add(Purpose::ImagePull, NeedTarget::PublicHost(host), 443, place),
            Registry::Other(host) => {
                let (name, port) = host_and_port(&host);
                let port = port.and_then(|port| port.parse().ok()).unwrap_or(443);
                let target = match name.parse::<IpAddr>() {
                    Ok(address) => {
                        let at = point(address);
                        NeedTarget::Addresses(Ranges::one(at, at), format!("tcp://{}", SocketAddr::new(address, port)))
                    }
                    Err(_) => NeedTarget::Host(name.to_owned()),
                };
                self.add(Purpose::ImagePull, target, port, place);
            }
        }
    }

    fn secret(&mut self, value_from: &str, place: Location) {
        // What is open before the service is named may be an ARN of either service, or a parameter's name.
        if open_from(value_from).is_some_and(|end| value_from[..end].matches(':').count() < 3) {
            self.add(Purpose::Secrets, NeedTarget::Host(value_from.to_owned()), 443, place);
            return;
        }
        // What is open may be all that follows the service: this may be the beginning of an ARN only.
        let mut parts = value_from.split(':');
        let (service, region) = match (parts.next(), parts.next(), parts.next(), parts.next()) {
            (Some("arn"), _, Some("secretsmanager"), region) => ("secretsmanager", region),
            (Some("arn"), _, Some("ssm"), region) => ("ssm", region),
            // Only a parameter of the own region may go by its name alone.
            _ => ("ssm", None),
        };
        let target = self.target_in(service, region.filter(|region| !region.is_empty()));
        self.add(Purpose::Secrets, target.clone(), 443, place);
        let role = self.execution_role.clone();
        if service == "secretsmanager" {
            let secret = secret_of(value_from);
            self.permit(Purpose::Secrets, &target, &role, &[("secretsmanager:GetSecretValue", &secret)]);
        } else if value_from.starts_with("arn:") {
            self.permit(Purpose::Secrets, &target, &role, &[("ssm:GetParameters", value_from)]);
        }
    }

    fn of_definition(&mut self, definition: &Element<TaskDefinition<'_>>) {
        let role = definition.execution_role_arn.as_deref();
        let role = role.filter(|role| role.starts_with("arn:") && open_from(role).is_none());
        self.execution_role = Caller::Role(role.map(str::to_owned));
        for (index, container) in definition.container_definitions.iter().flatten().enumerate() {
            self.of_container(container, &|steps: &[Step]| {
                Location::inside(definition.origin, [&path!["containerDefinitions", index], steps].concat())
            });
        }
        for (index, volume) in definition.volumes.iter().enumerate() {
            if let Some(id) = volume.efs_volume_configuration.as_ref().and_then(|efs| efs.file_system_id.as_deref()) {
                let path = path!["volumes", index, "efsVolumeConfiguration", "fileSystemId"];
                let place = Location::inside(definition.origin, path);
                self.add(Purpose::Storage, NeedTarget::FileSystem(id.to_owned()), 2049, place);
            }
        }
    }

    /// "The logs are delivered to the destination log group by the log driver specificied in the logConfiguration."
    /// <https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-connect-envoy-access-logs.html>
    fn of_proxy(&mut self, connect: &ServiceConnect<'_, '_>) {
        if let Some(log) = &connect.configuration.log_configuration {
            self.of_log(log, &|steps: &[Step]| {
                Location::inside(connect.origin, [&*connect.at, &path!["logConfiguration"], steps].concat())
            });
        }
    }

    /// Where a container's logs go, and the secrets that its log driver gets. `at` is a place in the configuration.
    fn of_log(&mut self, log: &LogConfiguration<'_>, at: &dyn Fn(&[Step]) -> Location) {
        if log.log_driver.as_deref() == Some("awslogs") {
            let region = log.options.as_ref().and_then(|options| options.awslogs_region.as_deref());
            self.service_in(Purpose::Logs, "logs", region, at(&path!["logDriver"]));
            let group = log.options.as_ref().and_then(|options| options.awslogs_group.as_deref());
            self.may_log(region, group);
        }
        let splunk = log_drivers::of_splunk(log, at(&path!["logDriver"]));
        self.list.extend(splunk.filter(|need| !self.list.iter().any(|known| known.is_same(need))));
        for (index, secret) in log.secret_options.iter().enumerate() {
            if let Some(from) = secret.value_from.as_deref() {
                self.secret(from, at(&path!["secretOptions", index, "valueFrom"]));
            }
        }
    }

    fn of_container(&mut self, container: &ContainerDefinition<'_>, at: &dyn Fn(&[Step]) -> Location) {
        if let Some(image) = container.image.as_deref().filter(|image| !image.is_empty()) {
            self.image(image, at(&path!["image"]));
        }
        if let Some(log) = &container.log_configuration {
            self.of_log(log, &|steps: &[Step]| at(&[&path!["logConfiguration"], steps].concat()));
        }
        for (index, secret) in container.secrets.iter().enumerate() {
            if let Some(from) = secret.value_from.as_deref() {
                self.secret(from, at(&path!["secrets", index, "valueFrom"]));
            }
        }
        if let Some(from) =
            container.repository_credentials.as_ref().and_then(|found| found.credentials_parameter.as_deref())
        {
            self.secret(from, at(&path!["repositoryCredentials", "credentialsParameter"]));
        }
        for file in &container.environment_files {
            self.service(Purpose::EnvironmentFile, "s3", at(&path!["environmentFiles"]));
            let is_named = |object: &&str| object.starts_with("arn:") || open_from(object).is_some();
            if let Some(object) = file.value.as_deref().filter(is_named) {
                let target = NeedTarget::Service("s3".to_owned());
                let role = self.execution_role.clone();
                self.permit(Purpose::EnvironmentFile, &target, &role, &[("s3:GetObject", object)]);
            }
        }
    }
}

#[cfg(test)]
mod tests;
