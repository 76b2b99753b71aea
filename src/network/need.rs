//! One thing that a task needs of the network: what for, where it stands, what it takes.

use super::address::Addresses;
use super::filters::Protocol;
use super::registries::is_dual_stack;
use crate::snapshot::Location;

macro_rules! purposes {
    ($($(#[$doc:meta])* $name:ident = $word:literal;)*) => {
        /// What a task needs something for.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum Purpose {
            $($(#[$doc])* $name,)*
        }

        impl Purpose {
            /// Every purpose.
            pub const ALL: &[Purpose] = &[$(Purpose::$name,)*];

            /// The word that facts use.
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Purpose::$name => $word,)*
                }
            }
        }
    };
}

purposes! {
    /// To pull its image.
    ImagePull = "image-pull";
    /// To ship its logs.
    Logs = "logs";
    /// To fetch its secrets.
    Secrets = "secrets";
    /// To fetch environment files.
    EnvironmentFile = "environment-file";
    /// To mount a file system.
    Storage = "storage";
    /// ECS Exec.
    Exec = "exec";
    /// What the user declared.
    Declared = "declared";
}

/// What is to be reached.
#[derive(Debug, Clone, PartialEq)]
pub enum NeedTarget {
    /// An AWS service of the own region, by the name that its endpoint has: `ecr.api`.
    Service(String),
    /// An AWS service of the own region, by one of its hosts that an endpoint's private DNS may not have: the service,
    /// the host.
    ServiceHost(String, String),
    /// An AWS service of another region.
    ServiceElsewhere(String, String),
    /// All public addresses.
    Internet,
    /// A host on the internet whose address isn't known.
    PublicHost(String),
    /// A host that may be anywhere.
    Host(String),
    /// Addresses.
    Addresses(Addresses, String),
    /// An EFS file system.
    FileSystem(String),
}

impl NeedTarget {
    /// How reports name it.
    pub fn name(&self) -> String {
        match self {
            NeedTarget::Service(service) => service.clone(),
            NeedTarget::ServiceHost(_, host) => host.clone(),
            NeedTarget::ServiceElsewhere(service, region) => format!("{service} in {region}"),
            NeedTarget::Internet => "internet".into(),
            NeedTarget::PublicHost(host) | NeedTarget::Host(host) => host.clone(),
            NeedTarget::Addresses(_, text) => text.clone(),
            NeedTarget::FileSystem(id) => id.clone(),
        }
    }

    /// Of which families its addresses are, as far as its name tells.
    pub fn families(&self) -> NameFamilies {
        match self {
            NeedTarget::Service(service) | NeedTarget::ServiceElsewhere(service, _) => {
                NameFamilies::of_service(service)
            }
            NeedTarget::ServiceHost(_, host) => NameFamilies::of_registry(host),
            _ => NameFamilies::Unknown,
        }
    }
}

/// Of which families the addresses are that a name leads to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NameFamilies {
    /// IPv4 alone: `123456789012.dkr.ecr.us-east-1.amazonaws.com`.
    Ipv4,
    /// Both: `123456789012.dkr-ecr.us-east-1.on.aws`.
    Both,
    /// Fargate chooses the name: a service's dual-stack endpoint for tasks that have IPv6 alone, else its IPv4 endpoint.
    /// The ECS agent, whose clients Fargate shares, does so wherever `IPCompatibility.IsIPv6Only()` holds
    /// (`ecs-agent/ipcompatibility` of <https://github.com/aws/amazon-ecs-agent>); the SDKs take no dual-stack endpoint by
    /// themselves (<https://docs.aws.amazon.com/sdkref/latest/guide/feature-endpoints.html>).
    ByTask,
    /// It isn't known.
    Unknown,
}

impl NameFamilies {
    /// Those of an AWS service by its endpoint's name. Of the services that Fargate itself calls these have dual-stack
    /// endpoints: <https://docs.aws.amazon.com/vpc/latest/userguide/aws-ipv6-support.html>.
    pub fn of_service(service: &str) -> Self {
        match service {
            "ecr.api" | "ecr.dkr" | "s3" | "logs" | "secretsmanager" | "ssm" => NameFamilies::ByTask,
            _ => NameFamilies::Unknown,
        }
    }

    /// Those of a host of ECR's registries.
    pub fn of_registry(host: &str) -> Self {
        if is_dual_stack(host) { NameFamilies::Both } else { NameFamilies::Ipv4 }
    }
}

/// What the policy of an endpoint on the way must permit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Permission {
    /// The action, as IAM names it.
    pub action: &'static str,
    /// The resource, an ARN. One that ends in `*` is any of those that begin so; `*` alone is no certain one.
    pub resource: String,
    /// The expression that the rest of the resource hangs on, where the deployment alone tells it.
    pub open: Option<String>,
    /// Who asks for it.
    pub caller: Caller,
}

impl Permission {
    /// The resource by all the ARNs that policies name it by; one of them permitted is enough. By which one they permit
    /// making a stream in a log group, AWS's pages don't agree: the reference of actions has the group's, messages of denied
    /// requests have the stream's.
    /// <https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazoncloudwatchlogs.html>
    pub fn resources(&self) -> impl Iterator<Item = &str> {
        let group = self.resource.strip_suffix(":*").filter(|_| self.action == "logs:CreateLogStream");
        [Some(self.resource.as_str()), group].into_iter().flatten()
    }
}

/// Who makes a request for a task.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Caller {
    /// A role of the task's account, by its ARN where that is known.
    Role(Option<String>),
    /// An account of Amazon ECR's own: image layers are fetched by links that it has signed.
    /// <https://github.com/aws-samples/data-perimeter-policy-examples/blob/main/vpc_endpoint_policies/README.md>
    Registry,
}

/// One thing that a task needs.
#[derive(Debug, Clone, PartialEq)]
pub struct Need {
    /// What for.
    pub purpose: Purpose,
    /// What.
    pub target: NeedTarget,
    /// By which protocol.
    pub protocol: Protocol,
    /// On which port.
    pub port: u16,
    /// Of which families the name's addresses are, where it is a name.
    pub families: NameFamilies,
    /// What the policy of an endpoint on the way must permit.
    pub permissions: Vec<Permission>,
    /// Where the input says so.
    pub place: Location,
    /// Whether nothing says so: what runs isn't known, and a plain task has it.
    pub is_presumed: bool,
}

impl Need {
    /// Whether two needs are one, wherever they are written.
    pub(super) fn is_same(&self, other: &Need) -> bool {
        let key = |need: &Need| (need.purpose, need.protocol, need.port);
        key(self) == key(other) && self.target == other.target
    }
}
