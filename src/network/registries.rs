//! Registries that images come from, and the hosts of those of Amazon ECR.

use super::expression::{expression, open_from};

/// Where an image comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Registry {
    /// A private ECR registry.
    Ecr {
        /// Its account.
        account: String,
        /// Its region.
        region: String,
        /// The repository's name.
        repository: String,
        /// The registry's host, where it is a FIPS or a dual-stack one.
        other_name: Option<String>,
    },
    /// A registry on the internet.
    Public(String),
    /// A registry that may be anywhere.
    Other(String),
}

/// Registries that are known to be on the internet.
const PUBLIC_REGISTRIES: [&str; 18] = [
    "docker.io",
    "index.docker.io",
    "registry-1.docker.io",
    "registry.hub.docker.com",
    "public.ecr.aws",
    "ghcr.io",
    "quay.io",
    "gcr.io",
    "us.gcr.io",
    "eu.gcr.io",
    "asia.gcr.io",
    "registry.k8s.io",
    "k8s.gcr.io",
    "mcr.microsoft.com",
    "registry.gitlab.com",
    "lscr.io",
    "docker.elastic.co",
    "nvcr.io",
];

/// Reads an image's name as the container runtime does: the part before the first slash is a host where it has a dot or
/// a colon or is `localhost`; without one the image is Docker Hub's. What is no such name is a placeholder: what takes its
/// place may come from anywhere.
pub fn registry(image: &str) -> Registry {
    let (host, repository) = match image.split_once('/') {
        Some((host, rest)) if host.contains(['.', ':']) || host == "localhost" => (host, rest),
        _ if is_of_docker_hub(image) => return Registry::Public("docker.io".into()),
        _ => return Registry::Other(image.to_owned()),
    };
    if let Some(RegistryHost { account, region, is_usual, .. }) = registry_host(host) {
        let name = repository.split_once('@').map_or(repository, |(name, _)| name);
        let name = name.rsplit_once(':').map_or(name, |(name, _)| name);
        return Registry::Ecr {
            account: account.to_owned(),
            region: region.to_owned(),
            repository: name.to_owned(),
            other_name: (!is_usual).then(|| host.to_owned()),
        };
    }
    if open_from(host).is_some() {
        return Registry::Other(image.to_owned());
    }
    if PUBLIC_REGISTRIES.contains(&host) || host.ends_with(".pkg.dev") {
        return Registry::Public(host.to_owned());
    }
    Registry::Other(host.to_owned())
}

/// Whether the name of an image without a host is one that Docker Hub may have: lower-case letters, digits and separators,
/// as far as the tag. What comes after the first slash may be anything: the registry is known by then.
/// <https://github.com/distribution/reference/blob/main/reference.go>
fn is_of_docker_hub(image: &str) -> bool {
    let end = image.find('/').or_else(|| image.find([':', '@'])).unwrap_or(image.len());
    let name = &image[..end];
    let is_name = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || matches!(byte, b'.' | b'_' | b'-');
    name.starts_with(|first: char| first.is_ascii_alphanumeric()) && name.bytes().all(is_name)
}

/// The host of a private ECR registry.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct RegistryHost<'h> {
    account: &'h str,
    region: &'h str,
    /// Whether it is the name that an interface endpoint's private DNS has, not a FIPS or dual-stack one.
    is_usual: bool,
    /// Whether it has addresses of both families.
    is_dual_stack: bool,
}

/// Whether a host is that of a private ECR registry by which it has IPv6 addresses, too.
pub(super) fn is_dual_stack(host: &str) -> bool {
    registry_host(host).is_some_and(|found| found.is_dual_stack)
}

/// The region of the host of a private ECR registry that is a FIPS or dual-stack one.
pub fn region_of_other_registry(host: &str) -> Option<&str> {
    registry_host(host).filter(|found| !found.is_usual).map(|found| found.region)
}

/// The domains of AWS's services, of one partition each.
const IPV4: [&str; 7] = [
    "amazonaws.com",
    "amazonaws.com.cn",
    "amazonaws.eu",
    "c2s.ic.gov",
    "sc2s.sgov.gov",
    "cloud.adc-e.uk",
    "csp.hci.ic.gov",
];
const DUAL_STACK: [&str; 3] = ["on.aws", "on.amazonwebservices.com.cn", "on.amazonwebservices.eu"];

/// Whether a host's name is one of AWS's services or of what they host: in a VPC it may lead to an endpoint, a load balancer,
/// a mount target.
pub(super) fn is_of_aws(host: &str) -> bool {
    const OTHERS: [&str; 2] = ["api.aws", "api.amazonwebservices.com.cn"];
    let domains = IPV4.iter().chain(&DUAL_STACK).chain(&OTHERS);
    domains.into_iter().any(|domain| host.strip_suffix(domain).is_some_and(|rest| rest.ends_with('.')))
}

/// Reads the host of a private ECR registry.
/// <https://docs.aws.amazon.com/general/latest/gr/ecr.html>
/// <https://docs.aws.amazon.com/AmazonECR/latest/userguide/ecr-requests.html>
fn registry_host(host: &str) -> Option<RegistryHost<'_>> {
    let (account, rest) = host.split_once('.')?;
    let (kind, rest) = match rest.strip_prefix("dkr.") {
        Some(rest) => rest.split_once('.')?,
        None => rest.split_once('.')?,
    };
    let (region, suffix) = rest.split_once('.')?;
    let (is_usual, is_dual_stack) = match kind {
        "ecr" | "ecr-fips" if IPV4.contains(&suffix) => (kind == "ecr", false),
        "dkr-ecr" | "dkr-ecr-fips" if DUAL_STACK.contains(&suffix) => (false, true),
        _ => return None,
    };
    let is_account = !account.is_empty() && account.bytes().all(|byte| byte.is_ascii_digit());
    (is_account || expression(account).is_some()).then_some(RegistryHost { account, region, is_usual, is_dual_stack })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn images_name_their_registry() {
        let named = |region: &str, repository: &str, other_name: Option<&str>| Registry::Ecr {
            account: "123456789012".into(),
            region: region.into(),
            repository: repository.into(),
            other_name: other_name.map(str::to_owned),
        };
        let ecr = |region: &str, repository: &str| named(region, repository, None);
        let cases = [
            ("123456789012.dkr.ecr.us-east-1.amazonaws.com/app:1", ecr("us-east-1", "app")),
            ("123456789012.dkr.ecr.cn-north-1.amazonaws.com.cn/team/app@sha256:00", ecr("cn-north-1", "team/app")),
            (
                "123456789012.dkr-ecr.eu-west-1.on.aws/app",
                named("eu-west-1", "app", Some("123456789012.dkr-ecr.eu-west-1.on.aws")),
            ),
            ("nginx", Registry::Public("docker.io".into())),
            ("library/nginx:1", Registry::Public("docker.io".into())),
            ("public.ecr.aws/nginx/nginx:1", Registry::Public("public.ecr.aws".into())),
            ("registry.corp.example:5000/app", Registry::Other("registry.corp.example:5000".into())),
            ("localhost/app", Registry::Other("localhost".into())),
            ("nginx:${TAG}", Registry::Public("docker.io".into())),
            ("team/$APP:1", Registry::Public("docker.io".into())),
            ("ghcr.io/<app>", Registry::Public("ghcr.io".into())),
            ("123456789012.dkr.ecr.us-east-1.amazonaws.com/{{ app }}:{{ tag }}", ecr("us-east-1", "{{ app }}")),
            ("<IMAGE1_NAME>", Registry::Other("<IMAGE1_NAME>".into())),
            ("${REPOSITORY}:latest", Registry::Other("${REPOSITORY}:latest".into())),
            ("$REGISTRY/app:1", Registry::Other("$REGISTRY/app:1".into())),
            ("{{ image }}", Registry::Other("{{ image }}".into())),
            ("registry.${DOMAIN}/app", Registry::Other("registry.${DOMAIN}/app".into())),
            ("app$SUFFIX", Registry::Other("app$SUFFIX".into())),
            ("IMAGE_URI", Registry::Other("IMAGE_URI".into())),
            ("", Registry::Other("".into())),
        ];
        for (image, expected) in cases {
            assert_eq!(registry(image), expected, "{image}");
        }
    }

    #[test]
    fn registries_have_hosts() {
        for (host, expected) in [
            ("1.dkr.ecr.us-east-1.amazonaws.com", Some(("us-east-1", true, false))),
            ("1.dkr.ecr.cn-north-1.amazonaws.com.cn", Some(("cn-north-1", true, false))),
            ("1.dkr.ecr.us-gov-west-1.amazonaws.com", Some(("us-gov-west-1", true, false))),
            ("1.dkr.ecr-fips.us-gov-west-1.amazonaws.com", Some(("us-gov-west-1", false, false))),
            ("1.dkr-ecr.eu-west-1.on.aws", Some(("eu-west-1", false, true))),
            ("1.dkr-ecr-fips.us-east-2.on.aws", Some(("us-east-2", false, true))),
            ("1.dkr-ecr.cn-north-1.on.amazonwebservices.com.cn", Some(("cn-north-1", false, true))),
            ("${AccountId}.dkr.ecr.${Region}.amazonaws.com", Some(("${Region}", true, false))),
            ("1.dkr.ecr.us-east-1.example.com", None),
            ("1.dkr-ecr.us-east-1.amazonaws.com", None),
            ("x.dkr.ecr.us-east-1.amazonaws.com", None),
            ("public.ecr.aws", None),
        ] {
            let found = registry_host(host).map(|found| (found.region, found.is_usual, found.is_dual_stack));
            assert_eq!(found, expected, "{host}");
        }
    }
}
