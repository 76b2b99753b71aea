//! What tasks need of the network, read from their definitions, their images, and what users declare.

use super::address::{block, point};
use super::expression::{open_beside_pseudo, open_from};
use super::filters::Protocol;
use super::log_drivers;
use super::need::*;
use super::ranges::Ranges;
use super::registries::{Registry, registry};
use crate::path;
use crate::snapshot::{ContainerDefinition, Element, Location, TaskDefinition};
use std::net::{IpAddr, Ipv6Addr, SocketAddr};

/// What tasks of a definition need, in `region`, on `platform_version`.
pub(super) fn of_task_definition(
    definition: &Element<TaskDefinition<'_>>,
    region: Option<&str>,
    platform_version: Option<&str>,
) -> Vec<Need> {
    let mut needs = Needs::new(region, platform_version);
    let role = definition.execution_role_arn.as_deref();
    let role = role.filter(|role| role.starts_with("arn:") && open_from(role).is_none());
    needs.execution_role = Caller::Role(role.map(str::to_owned));
    let at = |steps: Vec<crate::snapshot::Step>| Location::inside(definition.origin, steps);
    for (index, container) in definition.container_definitions.iter().flatten().enumerate() {
        needs.of_container(container, &|steps: &[crate::snapshot::Step]| {
            let mut path = path!["containerDefinitions", index].to_vec();
            path.extend_from_slice(steps);
            at(path)
        });
    }
    for (index, volume) in definition.volumes.iter().enumerate() {
        if let Some(id) = volume.efs_volume_configuration.as_ref().and_then(|efs| efs.file_system_id.as_deref()) {
            needs.add(
                Purpose::Storage,
                NeedTarget::FileSystem(id.to_owned()),
                2049,
                at(path!["volumes", index, "efsVolumeConfiguration", "fileSystemId"].to_vec()),
            );
        }
    }
    needs.list.shrink_to_fit();
    needs.list
}

/// What pulling an image needs.
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

/// ECR's authorisation token is no resource of any repository's.
const TOKEN: (&str, &str) = ("ecr:GetAuthorizationToken", "*");

/// The layers of images of a region's registries.
/// <https://docs.aws.amazon.com/AmazonECR/latest/userguide/vpc-endpoints.html#ecr-minimum-s3-perms>
fn layers_of(region: &str) -> String {
    format!("arn:{}:s3:::prod-{region}-starport-layer-bucket/*", crate::snapshot::partition_of(region))
}

/// What ECS Exec needs.
/// <https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs-exec.html>
pub(super) fn of_execute_command(place: Location) -> Need {
    Need {
        purpose: Purpose::Exec,
        target: NeedTarget::Service("ssmmessages".into()),
        families: NameFamilies::of_service("ssmmessages"),
        protocol: Protocol::Tcp,
        port: 443,
        permissions: Vec::new(),
        place,
    }
}

/// A need that someone declared in words: `internet`, `s3`, `tcp://10.1.2.3:5432`, `https://api.example.com`.
///
/// # Errors
/// A sentence that says what is wrong with it.
pub fn declared(text: &str, place: Location) -> Result<Need, String> {
    let need = |target, protocol, port| Need {
        purpose: Purpose::Declared,
        families: NeedTarget::families(&target),
        target,
        protocol,
        port,
        permissions: Vec::new(),
        place: place.clone(),
    };
    if text == "internet" {
        return Ok(need(NeedTarget::Internet, Protocol::Tcp, 443));
    }
    let Some((scheme, rest)) = text.split_once("://") else {
        let is_service = !text.is_empty()
            && text
                .bytes()
                .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || matches!(byte, b'.' | b'-'));
        return if is_service && text.parse::<IpAddr>().is_err() {
            Ok(need(NeedTarget::Service(text.to_owned()), Protocol::Tcp, 443))
        } else {
            Err(format!(
                "`{text}` is neither `internet`, nor an AWS service such as `s3`, \
                 nor an address such as `tcp://10.1.2.3:5432`"
            ))
        };
    };
    let (protocol, default_port) = match scheme {
        "https" => (Protocol::Tcp, Some(443)),
        "http" => (Protocol::Tcp, Some(80)),
        "tcp" => (Protocol::Tcp, None),
        "udp" => (Protocol::Udp, None),
        _ => return Err(format!("`{text}`: the scheme must be tcp, udp, http or https")),
    };
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let (host, port) = host_and_port(authority);
    let port = match port {
        Some(port) => Some(port.parse::<u16>().map_err(|_| format!("`{text}`: `{port}` is not a port"))?),
        None => default_port,
    };
    let Some(port) = port else {
        return Err(format!("`{text}` names no port"));
    };
    if host.is_empty() {
        return Err(format!("`{text}` names no host"));
    }
    // An address block holds a slash, which would end a URL's authority: `tcp://10.0.0.0/16:5432` isn't one.
    let target = match block(host) {
        Some(net) => NeedTarget::Addresses(Ranges::one(net.range.0, net.range.1), text.to_owned()),
        None if scheme.starts_with("http")
            && host.contains('.')
            && !host.ends_with(".internal")
            && !host.ends_with(".local") =>
        {
            NeedTarget::PublicHost(host.to_owned())
        }
        None => NeedTarget::Host(host.to_owned()),
    };
    Ok(need(target, protocol, port))
}

/// The host and the port of `10.0.0.5:5000`, `[fd00::5]:5000`, `registry.internal`.
fn host_and_port(authority: &str) -> (&str, Option<&str>) {
    match authority.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
        Some((host, rest)) => (host, rest.strip_prefix(':')),
        // An address of IPv6 holds colons, and no port without brackets.
        None if authority.parse::<Ipv6Addr>().is_ok() => (authority, None),
        None => authority.rsplit_once(':').map_or((authority, None), |(host, port)| (host, Some(port))),
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
        self.list.push(Need { purpose, target, protocol: Protocol::Tcp, port, families, permissions, place });
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
        match (region, self.region) {
            (Some(region), Some(_)) if open_from(region).is_some() => {
                NeedTarget::Host(format!("{service} in {region}"))
            }
            (Some(region), Some(own)) if region != own => {
                NeedTarget::ServiceElsewhere(service.to_owned(), region.to_owned())
            }
            _ => NeedTarget::Service(service.to_owned()),
        }
    }

    /// What endpoints on the way to a target must permit.
    fn permit(&mut self, purpose: Purpose, target: &NeedTarget, caller: &Caller, permissions: &[(&'static str, &str)]) {
        let Some(need) = self.list.iter_mut().find(|need| need.purpose == purpose && need.target == *target) else {
            return;
        };
        for (action, resource) in permissions {
            let permission = Permission { action, resource: known_part(resource), caller: caller.clone() };
            if !need.permissions.contains(&permission) {
                need.permissions.push(permission);
            }
        }
    }

    /// The execution role writes into the streams of the log group. That it also makes them is left out: by which ARN a
    /// policy may name the group for that, AWS's pages don't agree.
    /// <https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazoncloudwatchlogs.html>
    fn may_log(&mut self, region: Option<&str>, group: Option<&str>) {
        let target = self.target_in("logs", region);
        let role = self.execution_role.clone();
        let account = match &role {
            Caller::Role(Some(arn)) => arn.split(':').nth(4).filter(|account| !account.is_empty()),
            Caller::Role(None) | Caller::Registry => None,
        };
        let resource = match (region.or(self.region), account, group) {
            (Some(region), Some(account), Some(group)) => {
                let partition = crate::snapshot::partition_of(region);
                format!("arn:{partition}:logs:{region}:{account}:log-group:{group}:*")
            }
            _ => "*".to_owned(),
        };
        self.permit(Purpose::Logs, &target, &role, &[("logs:PutLogEvents", &resource)]);
    }

    fn image(&mut self, image: &str, place: Location) {
        match registry(image) {
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
            Registry::Other(name) if open_from(&name).is_some() => {
                self.add(Purpose::ImagePull, NeedTarget::Host(name), 443, place);
            }
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

    fn of_container(&mut self, container: &ContainerDefinition<'_>, at: &dyn Fn(&[crate::snapshot::Step]) -> Location) {
        if let Some(image) = container.image.as_deref() {
            self.image(image, at(&path!["image"]));
        }
        if let Some(log) = &container.log_configuration {
            if log.log_driver.as_deref() == Some("awslogs") {
                let region = log.options.as_ref().and_then(|options| options.awslogs_region.as_deref());
                self.service_in(Purpose::Logs, "logs", region, at(&path!["logConfiguration", "logDriver"]));
                let group = log.options.as_ref().and_then(|options| options.awslogs_group.as_deref());
                self.may_log(region, group);
            }
            if let Some(need) = log_drivers::of_splunk(log, at(&path!["logConfiguration", "logDriver"])) {
                self.list.push(need);
            }
            for (index, secret) in log.secret_options.iter().enumerate() {
                if let Some(from) = secret.value_from.as_deref() {
                    self.secret(from, at(&path!["logConfiguration", "secretOptions", index, "valueFrom"]));
                }
            }
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
            if let Some(object) = file.value.as_deref().filter(|object| object.starts_with("arn:")) {
                let target = NeedTarget::Service("s3".to_owned());
                let role = self.execution_role.clone();
                self.permit(Purpose::EnvironmentFile, &target, &role, &[("s3:GetObject", object)]);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn anywhere() -> Location {
        Location::Span { source: crate::snapshot::SourceId(0), start: 0, length: 0 }
    }

    /// Action, resource, who asks.
    type Asked<'t> = (&'t str, &'t str, Caller);

    #[test]
    fn what_policies_must_permit_is_known_of_logs() {
        let role = |arn: Option<&str>| Caller::Role(arn.map(str::to_owned));
        let own = Some("arn:aws-cn:iam::1:role/execution");
        let streams = "arn:aws-cn:logs:cn-north-1:1:log-group:/ecs/app:*";
        for (caller, group, resource) in
            [(own, Some("/ecs/app"), streams), (own, None, "*"), (None, Some("/ecs/app"), "*")]
        {
            let mut needs = Needs::new(Some("cn-north-1"), None);
            needs.execution_role = role(caller);
            needs.service(Purpose::Logs, "logs", anywhere());
            needs.may_log(None, group);
            let expected =
                Permission { action: "logs:PutLogEvents", resource: resource.to_owned(), caller: role(caller) };
            assert_eq!(needs.list[0].permissions, [expected], "{caller:?} {group:?}");
        }
    }

    #[test]
    fn what_policies_must_permit_is_known_of_images_and_secrets() {
        let role = || Caller::Role(None);
        let mut needs = Needs::new(Some("cn-north-1"), None);
        needs.image("1.dkr.ecr.cn-north-1.amazonaws.com.cn/team/app:1", anywhere());
        needs.image("1.dkr.ecr.eu-west-1.amazonaws.com/app", anywhere());
        for secret in [
            "arn:aws-cn:secretsmanager:cn-north-1:1:secret:db-AbCdEf:password::",
            "arn:aws-cn:secretsmanager:cn-north-1:1:secret:db",
            "arn:aws-cn:ssm:cn-north-1:1:parameter/db",
            "db",
        ] {
            needs.secret(secret, anywhere());
        }
        let repository = "arn:aws-cn:ecr:cn-north-1:1:repository/team/app";
        let elsewhere = "arn:aws:ecr:eu-west-1:1:repository/app";
        let expected: [(&str, &[Asked<'_>]); 8] = [
            ("ecr.api", &[("ecr:GetAuthorizationToken", "*", role())]),
            (
                "ecr.dkr",
                &[("ecr:BatchGetImage", repository, role()), ("ecr:GetDownloadUrlForLayer", repository, role())],
            ),
            ("s3", &[("s3:GetObject", "arn:aws-cn:s3:::prod-cn-north-1-starport-layer-bucket/*", Caller::Registry)]),
            ("ecr.api in eu-west-1", &[("ecr:GetAuthorizationToken", "*", role())]),
            (
                "ecr.dkr in eu-west-1",
                &[("ecr:BatchGetImage", elsewhere, role()), ("ecr:GetDownloadUrlForLayer", elsewhere, role())],
            ),
            (
                "s3 in eu-west-1",
                &[("s3:GetObject", "arn:aws:s3:::prod-eu-west-1-starport-layer-bucket/*", Caller::Registry)],
            ),
            (
                "secretsmanager",
                &[
                    (
                        "secretsmanager:GetSecretValue",
                        "arn:aws-cn:secretsmanager:cn-north-1:1:secret:db-AbCdEf",
                        role(),
                    ),
                    ("secretsmanager:GetSecretValue", "arn:aws-cn:secretsmanager:cn-north-1:1:secret:db*", role()),
                ],
            ),
            ("ssm", &[("ssm:GetParameters", "arn:aws-cn:ssm:cn-north-1:1:parameter/db", role())]),
        ];
        assert_eq!(needs.list.len(), expected.len());
        for (need, (name, permissions)) in needs.list.iter().zip(expected) {
            assert_eq!(need.target.name(), name);
            let found: Vec<Asked<'_>> = need
                .permissions
                .iter()
                .map(|permission| (permission.action, permission.resource.as_str(), permission.caller.clone()))
                .collect();
            assert_eq!(found, permissions, "{name}");
        }
    }

    #[test]
    fn what_is_open_of_a_resource_is_asked_of_no_policy() {
        let mut needs = Needs::new(Some("us-east-1"), None);
        needs.image("<ACCOUNT>.dkr.ecr.us-east-1.amazonaws.com/app:1", anywhere());
        needs.secret("arn:aws:secretsmanager:us-east-1:${ACCOUNT}:secret:db", anywhere());
        needs.secret("$SECRET", anywhere());
        let asked = |name: &str| {
            let need = needs.list.iter().find(|need| need.target.name() == name).expect(name);
            need.permissions.iter().map(|permission| permission.resource.as_str()).collect::<Vec<_>>()
        };
        assert_eq!(asked("ecr.dkr"), ["arn:aws:ecr:us-east-1:*", "arn:aws:ecr:us-east-1:*"]);
        assert_eq!(asked("secretsmanager"), ["arn:aws:secretsmanager:us-east-1:*"]);
        assert_eq!(asked("$SECRET"), Vec::<&str>::new());
    }

    #[test]
    fn old_platform_versions_do_not_need_ecr_api() {
        let image = "123456789012.dkr.ecr.us-east-1.amazonaws.com/app:1";
        let cases: [(Option<&str>, &[&str]); 4] = [
            (None, &["ecr.api", "ecr.dkr", "s3"]),
            (Some("LATEST"), &["ecr.api", "ecr.dkr", "s3"]),
            (Some("1.4.0"), &["ecr.api", "ecr.dkr", "s3"]),
            (Some("1.3.0"), &["ecr.dkr", "s3"]),
        ];
        for (version, expected) in cases {
            let names: Vec<String> =
                of_image(image, Some("us-east-1"), version, anywhere()).iter().map(|need| need.target.name()).collect();
            assert_eq!(names, expected, "{version:?}");
        }
    }

    #[test]
    fn registries_by_their_address_are_addresses() {
        let ipv4 = |address: [u8; 4]| point(IpAddr::from(address));
        let ipv6 = 0xfd00_u128 << 112 | 5;
        let cases = [
            ("10.0.0.5:5000/app:1", "tcp://10.0.0.5:5000", 5000, Some(ipv4([10, 0, 0, 5]))),
            ("10.0.0.5/app", "tcp://10.0.0.5:443", 443, Some(ipv4([10, 0, 0, 5]))),
            ("203.0.113.7:8443/team/app@sha256:00", "tcp://203.0.113.7:8443", 8443, Some(ipv4([203, 0, 113, 7]))),
            ("[fd00::5]:5000/app", "tcp://[fd00::5]:5000", 5000, Some(ipv6)),
            ("[fd00:0:0:0:0:0:0:5]/app:1", "tcp://[fd00::5]:443", 443, Some(ipv6)),
            ("registry.internal:5000/app", "registry.internal", 5000, None),
        ];
        for (image, name, port, address) in cases {
            let needs = of_image(image, None, None, anywhere());
            let [need] = &needs[..] else { panic!("{image}: {needs:?}") };
            let found = match &need.target {
                NeedTarget::Addresses(addresses, _) => Some(addresses.clone()),
                _ => None,
            };
            assert_eq!((&*need.target.name(), need.port), (name, port), "{image}");
            assert_eq!(found, address.map(|at| Ranges::one(at, at)), "{image}");
        }
    }

    #[test]
    fn declared_needs_are_read_or_refused() {
        let cases = [
            ("internet", Ok(("internet", 443))),
            ("s3", Ok(("s3", 443))),
            ("ecr.api", Ok(("ecr.api", 443))),
            ("tcp://10.1.2.3:5432", Ok(("tcp://10.1.2.3:5432", 5432))),
            ("udp://10.1.2.3:53", Ok(("udp://10.1.2.3:53", 53))),
            ("tcp://[fd00::5]:5432", Ok(("tcp://[fd00::5]:5432", 5432))),
            ("https://[fd00:0:0:0:0:0:0:5]", Ok(("https://[fd00:0:0:0:0:0:0:5]", 443))),
            ("https://api.example.com/v1", Ok(("api.example.com", 443))),
            ("http://api.example.com:8080", Ok(("api.example.com", 8080))),
            ("tcp://10.1.2.3", Err("`tcp://10.1.2.3` names no port")),
            ("ftp://x:1", Err("`ftp://x:1`: the scheme must be tcp, udp, http or https")),
            ("tcp://x:99999", Err("`tcp://x:99999`: `99999` is not a port")),
        ];
        for (text, expected) in cases {
            let found = declared(text, anywhere()).map(|need| (need.target.name(), need.port));
            assert_eq!(
                found.as_ref().map(|(name, port)| (name.as_str(), *port)).map_err(String::as_str),
                expected,
                "{text}"
            );
        }
    }
}
