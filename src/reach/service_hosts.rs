//! Where the names of AWS's services lead, where they lead to no interface endpoint of the own region for certain.

use super::ask::Outcome;
use super::code::Verdict;
use super::question::*;
use super::way::Way;
use crate::network::*;

/// What it is whose address nobody knows.
#[derive(Debug, Clone, Copy)]
pub(super) enum Hidden<'s> {
    /// A name on the internet.
    Name,
    /// A service of AWS.
    Service(&'s str),
    /// A service of AWS in another region.
    ServiceElsewhere(&'s str, &'s str),
    /// A service of AWS, at one of the addresses that AWS publishes.
    Published(&'s str),
}

impl<'s> Hidden<'s> {
    /// The service of the own region, by whose prefix list rules and routes may name its addresses.
    pub(super) fn service(self) -> Option<&'s str> {
        match self {
            Hidden::Service(service) | Hidden::Published(service) => Some(service),
            Hidden::Name | Hidden::ServiceElsewhere(..) => None,
        }
    }

    /// Why it can't be told whether it is reached, where some addresses would be blocked.
    pub(super) fn why(self) -> String {
        match self {
            Hidden::Name => "its addresses aren't known, and some public addresses would be blocked".to_owned(),
            Hidden::Service(service) => format!(
                "the public addresses of {service} aren't known (AWS's document of address ranges, --ip-ranges, narrows \
                 them down), and some public addresses would be blocked"
            ),
            Hidden::ServiceElsewhere(service, region) => format!(
                "the public addresses of {service} in {region} aren't known, and some that it may have would be blocked"
            ),
            Hidden::Published(service) => {
                format!(
                    "which of AWS's published addresses are those of {service} isn't known, and some would be blocked"
                )
            }
        }
    }
}

impl Way<'_, '_> {
    /// Addresses of which a service of a region has one: those that AWS publishes, else any public one.
    pub(super) fn one_of_service<'s>(
        &self,
        service: &'s str,
        region: Option<&str>,
        family: Family,
    ) -> (Addresses, Hidden<'s>) {
        let published = self.network.published.as_ref().zip(region);
        let published = published.and_then(|(published, region)| published.of_service(service, region));
        let anywhere = self.somewhere_public(family);
        match published.map(|addresses| addresses.intersection(&anywhere)).filter(|addresses| !addresses.is_empty()) {
            Some(addresses) => (addresses, Hidden::Published(service)),
            None => (anywhere, Hidden::Service(service)),
        }
    }

    /// A FIPS or dual-stack host of a service. Whether an interface endpoint's private DNS has it, its DNS entries may
    /// tell; AWS's pages disagree.
    /// <https://docs.aws.amazon.com/AmazonECR/latest/userguide/ecr-requests.html>,
    /// <https://docs.aws.amazon.com/AmazonECR/latest/userguide/vpc-endpoints.html>
    pub(super) fn service_host(&self, service: &str, host: &str) -> Outcome {
        let Some((_, vpc)) = self.vpc() else { return self.service(service) };
        let mut candidates = vpc.endpoints.iter().copied().filter(|id| {
            let endpoint = self.network.endpoint(*id);
            endpoint.kind == EndpointKind::Interface && endpoint.service == Some(service) && self.is_served_by(endpoint)
        });
        let Some(first) = candidates.next() else { return self.service(service) };
        let all = || std::iter::once(first).chain(candidates.clone());
        if all().any(|id| self.network.endpoint(id).dns_entries().any(|name| is_host_of(name, host))) {
            return self.service(service);
        }
        let public = self.public_service(service);
        let sound = all().find(|id| {
            let endpoint = self.network.endpoint(*id);
            endpoint.is_available() != Ok(false) && endpoint.is_resolved_in_vpc() && vpc.dns_hostnames != Ok(false)
        });
        match sound {
            Some(id) => {
                let name = text(&self.network.endpoint(id).element.vpc_endpoint_id);
                let doubt = format!(
                    "whether the private DNS of {name} has {host}, which is not {service}'s usual name, isn't known"
                );
                self.either(id, public, Doubt::Hidden(doubt))
            }
            None => public,
        }
    }

    /// A service of another region: an interface endpoint that was made for that region, else its public addresses.
    /// What serves the own region does not serve another.
    /// <https://docs.aws.amazon.com/vpc/latest/privatelink/aws-services-cross-region-privatelink-support.html>
    pub(super) fn service_elsewhere(&self, service: &str, region: &str) -> Outcome {
        let (addresses, _) = self.one_of_service(service, Some(region), self.family);
        let mut public = self.walk_to_one(addresses, Hidden::ServiceElsewhere(service, region));
        let Some((_, vpc)) = self.vpc() else { return public };
        let endpoints = || vpc.endpoints.iter().map(|id| (*id, self.network.endpoint(*id)));
        let made_for_it = endpoints().find(|(_, endpoint)| {
            endpoint.kind == EndpointKind::Interface
                && endpoint.service_elsewhere == Some((service, region))
                && endpoint.is_available() != Ok(false)
                && endpoint.is_resolved_in_vpc()
                && self.is_served_by(endpoint)
        });
        if let Some((id, endpoint)) = made_for_it {
            if let Err(missing) = endpoint.is_available() {
                return self.either(id, public, Doubt::Missing(missing));
            }
            match (vpc.amazon_dns, vpc.dns_hostnames) {
                (Ok(true), Ok(true)) => return self.to_known_endpoint(id),
                (Ok(false), _) => {
                    let doubt = "the VPC's DHCP options name another resolver: \
                                 whether it knows the endpoint's private name isn't known";
                    return self.either(id, public, Doubt::Hidden(doubt.into()));
                }
                (Err(missing), _) | (_, Err(missing)) => return self.either(id, public, Doubt::Missing(missing)),
                (Ok(true), Ok(false)) => {}
            }
        }
        if let Some(doubt) = self.unlisted_endpoints(vpc).filter(|_| public.1 != Verdict::Reachable) {
            public.0.blockers.clear();
            public.0.doubts.push(doubt);
            public.1 = Verdict::Unknown;
        }
        let of_own_region = endpoints().find(|(_, endpoint)| endpoint.service == Some(service));
        if let (true, Some((id, endpoint))) = (self.tracing, of_own_region) {
            let name = text(&endpoint.element.vpc_endpoint_id);
            let step = Step {
                text: format!(
                    "endpoint {name} serves {service} of its own region alone: that of {region} is reached at its public addresses"
                ),
                resource: Some(ResourceId::Endpoint(id)),
                passage: Passage::Passed,
                returning: false,
                branch: Vec::new(),
                by: Vec::new(),
            };
            public.0.steps.insert(0, step);
        }
        public
    }
}

/// Whether a private name, which may begin with `*.`, is a host's.
fn is_host_of(name: &str, host: &str) -> bool {
    match name.strip_prefix("*.") {
        Some(parent) => host.split_once('.').is_some_and(|(_, rest)| rest == parent),
        None => name == host,
    }
}
