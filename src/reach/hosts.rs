//! Hosts by their names: those that AWS gives to its services, and to what the input holds.

use super::ask::{Asking, Outcome, doubtful};
use super::balancers::groups_of_balancer;
use super::code::Verdict;
use super::question::*;
use super::walk::Party;
use super::way::Way;
use crate::network::*;

/// Why nothing can be told of a name.
pub(super) const UNKNOWN_HOST: &str = "the address of this name isn't known";

/// Services by their hosts' names, `sqs` of `sqs.us-east-1.amazonaws.com`, in order: that name is the one that the private
/// DNS of the service's interface endpoint has ("the default public DNS name for the service for the Region").
/// <https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateVpcEndpoint.html>
/// <https://docs.aws.amazon.com/general/latest/gr/aws-service-information.html>
const SERVICES: [(&str, &str); 27] = [
    ("api.ecr", "ecr.api"),
    ("athena", "athena"),
    ("autoscaling", "autoscaling"),
    ("cloudformation", "cloudformation"),
    ("dynamodb", "dynamodb"),
    ("ec2", "ec2"),
    ("ec2messages", "ec2messages"),
    ("ecs", "ecs"),
    ("elasticfilesystem", "elasticfilesystem"),
    ("elasticloadbalancing", "elasticloadbalancing"),
    ("events", "events"),
    ("firehose", "kinesis-firehose"),
    ("glue", "glue"),
    ("kinesis", "kinesis-streams"),
    ("kms", "kms"),
    ("lambda", "lambda"),
    ("logs", "logs"),
    ("monitoring", "monitoring"),
    ("s3", "s3"),
    ("secretsmanager", "secretsmanager"),
    ("sns", "sns"),
    ("sqs", "sqs"),
    ("ssm", "ssm"),
    ("ssmmessages", "ssmmessages"),
    ("states", "states"),
    ("sts", "sts"),
    ("xray", "xray"),
];

/// Services, by their endpoints' names, whose public hosts `….region.amazonaws.com` have IPv4 addresses alone.
/// <https://docs.aws.amazon.com/ec2/latest/devguide/ec2-endpoints.html>,
/// <https://docs.aws.amazon.com/AmazonS3/latest/API/dual-stack-endpoints.html>,
/// <https://docs.aws.amazon.com/AmazonECR/latest/userguide/ecr-requests.html>
const IPV4_ALONE: [&str; 4] = ["ec2", "ecr.api", "ecr.dkr", "s3"];

/// What comes before the region and AWS's domain, and the region: `sqs` and `us-east-1`.
fn of_region(host: &str) -> Option<(&str, &str)> {
    let (rest, is_china) = match host.strip_suffix(".amazonaws.com.cn") {
        Some(rest) => (rest, true),
        None => (host.strip_suffix(".amazonaws.com")?, false),
    };
    let (name, region) = rest.rsplit_once('.')?;
    let number = region.rsplit_once('-')?.1;
    let is_region = !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit());
    (is_region && region.starts_with("cn-") == is_china).then_some((name, region))
}

/// The service whose host it is, by its endpoint's name.
fn service_of(name: &str) -> Option<&'static str> {
    if let Ok(position) = SERVICES.binary_search_by_key(&name, |(host, _)| host) {
        return Some(SERVICES[position].1);
    }
    // A bucket's, an API's.
    match name.rsplit_once('.') {
        Some((_, "s3")) => Some("s3"),
        Some((_, "execute-api")) => Some("execute-api"),
        _ => None,
    }
}

/// The service of AWS, by its endpoint's name, that answers at a host of a region: `ecr.api` of `api.ecr.us-east-1.amazonaws.com`.
pub fn service_of_host(host: &str) -> Option<(&'static str, &str)> {
    let (name, region) = of_region(host)?;
    let is_registry = name.strip_suffix(".dkr.ecr").is_some_and(|account| !account.contains('.'));
    let service = if is_registry { "ecr.dkr" } else { service_of(name)? };
    Some((service, region))
}

/// The id of the endpoint whose own name it is, if that is for all of its zones: `vpce-1a2b3c4d-5e6f.sqs.…`.
/// <https://docs.aws.amazon.com/vpc/latest/privatelink/privatelink-access-aws-services.html>
fn endpoint_of(host: &str) -> Option<&str> {
    let name = host.strip_suffix(".vpce.amazonaws.com").or_else(|| host.strip_suffix(".vpce.amazonaws.com.cn"))?;
    let label = name.split('.').find(|label| label.starts_with("vpce-"))?;
    let (id, unique) = label.rsplit_once('-')?;
    let is_whole = unique.bytes().all(|byte| byte.is_ascii_alphanumeric()) && id.matches('-').count() == 1;
    is_whole.then_some(id)
}

impl<'w> Asking<'w, '_> {
    /// To a host.
    pub(super) fn host(&self, host: &'w str) -> Answer {
        if open_from(host).is_some() {
            return self.told(self.not_named(host));
        }
        let network = self.network;
        let named = |balancer: &LoadBalancer<'_>| {
            let name = host.strip_prefix("dualstack.").unwrap_or(host);
            balancer.element.dns_name.as_deref().is_some_and(|own| own.eq_ignore_ascii_case(name))
        };
        if let Some(position) = network.load_balancers.iter().position(named) {
            return self.instead(Destination::LoadBalancer(LoadBalancerId(position as u32)));
        }
        let Some(destination) = self.led_to(host) else {
            return self.instead(Destination::Nowhere(UNKNOWN_HOST));
        };
        let families = self.families_of(host, &destination);
        let question = Question { destination, families, ..self.question.clone() };
        Asking::of(network, &question, self.tracing).answer()
    }

    /// Of which families the addresses of a service's host are. `service.region.amazonaws.com` has those of IPv4 alone where
    /// AWS says so; of Secrets Manager, SNS and SQS its pages say that this host has both. The private DNS of an endpoint may give
    /// it addresses of IPv6, too.
    fn families_of(&self, host: &str, destination: &Destination<'_>) -> NameFamilies {
        if region_of_other_registry(host).is_some() {
            return NameFamilies::of_registry(host);
        }
        let (Some(way), Destination::Service(service) | Destination::ServiceElsewhere { service, .. }) =
            (&self.ipv6, destination)
        else {
            return self.question.families;
        };
        let Some((_, vpc)) = way.vpc() else { return NameFamilies::Unknown };
        let may_answer = |id: &EndpointId| {
            let endpoint = self.network.endpoint(*id);
            let elsewhere = endpoint.service_elsewhere.map(|(service, _)| service);
            endpoint.kind == EndpointKind::Interface
                && [endpoint.service, elsewhere].contains(&Some(*service))
                && way.is_served_by(endpoint)
        };
        let is_public_one = vpc.amazon_dns == Ok(true)
            && way.unlisted_endpoints(vpc).is_none()
            && !vpc.endpoints.iter().any(may_answer)
            && way.may_be_named_elsewhere(service).is_none();
        match is_public_one && IPV4_ALONE.contains(service) {
            true => NameFamilies::Ipv4,
            false => NameFamilies::Unknown,
        }
    }

    /// What a name of AWS leads to, where it tells.
    fn led_to(&self, host: &'w str) -> Option<Destination<'w>> {
        let network = self.network;
        if let Some(id) = endpoint_of(host) {
            let endpoint = *network.by_id.endpoints.get(id)?;
            return (network.endpoint(endpoint).kind == EndpointKind::Interface)
                .then_some(Destination::Endpoint(endpoint));
        }
        let scope = network.subnet(self.question.sender.subnet).scope;
        let own = network.scopes.get(scope as usize)?.region.as_deref()?;
        if let Some(region) = region_of_other_registry(host) {
            let service = "ecr.dkr";
            return Some(match region == own {
                true => Destination::ServiceHost { service, host },
                false => Destination::ServiceElsewhere { service, region },
            });
        }
        let (name, region) = of_region(host)?;
        if let Some(id) = name.strip_suffix(".efs") {
            return (region == own && network.mount_targets.contains_key(id)).then_some(Destination::FileSystem(id));
        }
        let (service, region) = service_of_host(host)?;
        Some(match region == own {
            true => Destination::Service(service),
            false => Destination::ServiceElsewhere { service, region },
        })
    }

    /// The answer, were the destination another one.
    fn instead(&self, destination: Destination<'w>) -> Answer {
        let question = Question { destination, ..self.question.clone() };
        Asking::of(self.network, &question, self.tracing).answer()
    }

    /// To a load balancer of the input that may be another than an internal one; none where it is internal.
    pub(super) fn not_inside(&self, id: LoadBalancerId) -> Option<Answer> {
        match self.network.load_balancer(id).element.scheme.as_deref() {
            Some("internal") => None,
            Some("internet-facing") => Some(self.own_public_balancer(id)),
            _ => Some(self.instead(Destination::Nowhere("whether the load balancer is internal isn't known"))),
        }
    }

    /// An internet-facing load balancer of the input: its name leads to public addresses, inside of its VPC too, and what lets
    /// them in is not followed.
    /// <https://docs.aws.amazon.com/elasticloadbalancing/latest/userguide/how-elastic-load-balancing-works.html>
    fn own_public_balancer(&self, id: LoadBalancerId) -> Answer {
        let families = match self.network.load_balancer(id).element.ip_address_type.as_deref() {
            Some("ipv4") => NameFamilies::Ipv4,
            _ => NameFamilies::Unknown,
        };
        let question = Question { destination: Destination::PublicName, families, ..self.question.clone() };
        let mut answer = Asking::of(self.network, &question, self.tracing).answer();
        if answer.verdict == Verdict::Reachable {
            answer.verdict = Verdict::Unknown;
            let why = "it is an internet-facing load balancer of this network: what lets it in from the internet isn't followed";
            answer.doubts.push(Doubt::Hidden(why.to_owned()));
        }
        answer
    }
}

impl Way<'_, '_> {
    /// To an internal load balancer, in each of its subnets; none where it has no addresses of this family.
    pub(super) fn to_load_balancer(&self, id: LoadBalancerId) -> Option<Outcome> {
        let balancer = self.network.load_balancer(id);
        let is_dual_stack =
            balancer.element.ip_address_type.as_deref().is_some_and(|kind| kind.starts_with("dualstack"));
        if self.family == Family::Ipv6 && !is_dual_stack {
            return None;
        }
        let groups = groups_of_balancer(balancer);
        let mut parties = Vec::new();
        for subnet in &balancer.subnets {
            let subnet = match subnet {
                Reference::To(subnet) => *subnet,
                Reference::Unknown(missing) => return Some(doubtful(Doubt::Missing(*missing))),
                Reference::Gone => continue,
            };
            let addresses = self.family.part(&self.network.subnet(subnet).hosts).into_owned();
            if !addresses.is_empty() {
                parties.push(Party { subnet, addresses, groups, endpoint: None, nat: None, workload: None });
            }
        }
        let remote = parties.iter().fold(Ranges::none(), |all, party| all.union(&party.addresses));
        match remote.is_empty() {
            true => Some(doubtful(Doubt::Hidden("no subnet of the load balancer is known".to_owned()))),
            false => Some(self.walk(remote, Quantifier::Every, &parties, None)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts_tell_services_and_regions() {
        assert!(SERVICES.is_sorted(), "binary search needs it");
        for (host, expected) in [
            ("sqs.us-east-1.amazonaws.com", Some(("sqs", "us-east-1"))),
            ("api.ecr.eu-west-1.amazonaws.com", Some(("ecr.api", "eu-west-1"))),
            ("bucket.with.dots.s3.us-east-1.amazonaws.com", Some(("s3", "us-east-1"))),
            ("kinesis.us-gov-west-1.amazonaws.com", Some(("kinesis-streams", "us-gov-west-1"))),
            ("logs.cn-north-1.amazonaws.com.cn", Some(("logs", "cn-north-1"))),
            // No such name: China's have a domain of their own.
            ("logs.cn-north-1.amazonaws.com", None),
            ("logs.us-east-1.amazonaws.com.cn", None),
            ("s3.amazonaws.com", None),
            ("web.us-east-1.elb.amazonaws.com", None),
            ("db.abc.us-east-1.rds.amazonaws.com", None),
            ("sqs.us-east-1.example.com", None),
        ] {
            let found = of_region(host).and_then(|(name, region)| Some((service_of(name)?, region)));
            assert_eq!(found, expected, "{host}");
        }
    }

    #[test]
    fn names_of_endpoints_are_told_from_those_of_one_zone() {
        for (host, expected) in [
            ("vpce-1a2b3c4d-5e6f.sqs.us-east-1.vpce.amazonaws.com", Some("vpce-1a2b3c4d")),
            ("bucket.vpce-1a2b3c4d-5e6f.s3.us-east-1.vpce.amazonaws.com", Some("vpce-1a2b3c4d")),
            ("vpce-1a2b3c4d-5e6f-us-east-1a.sqs.us-east-1.vpce.amazonaws.com", None),
            ("vpce-1a2b3c4d.sqs.us-east-1.vpce.amazonaws.com", None),
            ("sqs.us-east-1.amazonaws.com", None),
        ] {
            assert_eq!(endpoint_of(host), expected, "{host}");
        }
    }
}
