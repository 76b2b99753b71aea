//! Interface endpoints: the way through one, and those that may or would answer a service's name.

use super::ask::{Outcome, doubtful};
use super::code::{Code, Verdict};
use super::question::*;
use super::walk::{Party, Path};
use super::way::Way;
use crate::network::*;

const NOT_AVAILABLE: &str = "the endpoint is not available";

impl Way<'_, '_> {
    /// Through an interface endpoint; none where it has no addresses of this family.
    pub(super) fn to_endpoint(&self, id: EndpointId) -> Option<Outcome> {
        let network = self.network;
        let endpoint = network.endpoint(id);
        if endpoint.serves(self.family) == Some(false) {
            return None;
        }
        let groups = match &endpoint.groups {
            Ok(list) if !list.is_empty() => Groups::Listed(list),
            Ok(_) => match endpoint
                .interfaces
                .iter()
                .find_map(|id| network.interface(*id).groups.as_ref().ok().filter(|list| !list.is_empty()))
            {
                Some(list) => Groups::Listed(list),
                None => Groups::Unknown(Missing { call: "ec2:DescribeVpcEndpoints", scope: endpoint.scope }),
            },
            Err(missing) => Groups::Unknown(*missing),
        };
        if endpoint.is_in_no_subnet() == Ok(true) {
            return Some(self.to_no_interface(id));
        }
        let subnets = match &endpoint.subnets {
            Ok(subnets) => subnets,
            Err(missing) => return Some(doubtful(Doubt::Missing(*missing))),
        };
        let mut parties = Vec::new();
        let mut missing = None;
        for subnet in subnets {
            match subnet {
                Reference::To(subnet) => {
                    let own = endpoint
                        .interfaces
                        .iter()
                        .map(|id| network.interface(*id))
                        .filter(|interface| interface.subnet == Reference::To(*subnet));
                    let known =
                        own.fold(Ranges::none(), |all, interface| all.union(&self.family.part(&interface.addresses)));
                    let addresses = match known.is_empty() {
                        true => self.family.part(&network.subnet(*subnet).hosts).into_owned(),
                        false => known,
                    };
                    if !addresses.is_empty() {
                        let endpoint = Some(id);
                        parties.push(Party { subnet: *subnet, addresses, groups, endpoint, nat: None, workload: None });
                    }
                }
                Reference::Unknown(found) => missing = Some(*found),
                Reference::Gone => {}
            }
        }
        let remote = parties.iter().fold(Ranges::none(), |all, party| all.union(&party.addresses));
        if remote.is_empty() {
            let is_known = subnets.iter().any(|subnet| subnet.known().is_some());
            let nowhere =
                || Doubt::Hidden(format!("no subnet of endpoint {} is known", text(&endpoint.element.vpc_endpoint_id)));
            return match missing {
                Some(missing) => Some(doubtful(Doubt::Missing(missing))),
                None => (!is_known).then(|| doubtful(nowhere())),
            };
        }
        let mut walk = self.start(remote.clone(), Quantifier::Every, &parties, None);
        walk.path.via = Some(ResourceId::Endpoint(id));
        walk.unless_available(id, "endpoint", &remote);
        walk.endpoint_policy(id, &remote);
        Some(walk.run())
    }

    /// An endpoint without network interfaces: the private hosted zone of its service, whose records are its addresses, has
    /// none, and where a private hosted zone has none "Resolver doesn't forward the request to a public DNS resolver". Of
    /// one that isn't available its state is what is wrong.
    /// <https://docs.aws.amazon.com/vpc/latest/privatelink/interface-endpoints.html#private-dns>
    /// <https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/hosted-zone-private-considerations.html>
    fn to_no_interface(&self, id: EndpointId) -> Outcome {
        let mut path = Path { via: Some(ResourceId::Endpoint(id)), ..Path::default() };
        let (code, what) = match self.network.endpoint(id).is_available() {
            Ok(false) => (Code::EndpointState, NOT_AVAILABLE),
            _ => (
                Code::EndpointSubnets,
                "the endpoint is in no subnet: it has no network interface that could take packets",
            ),
        };
        self.add_fault(&mut path, code, ResourceId::Endpoint(id), what);
        (path, Verdict::Blocked)
    }

    pub(super) fn to_known_endpoint(&self, id: EndpointId) -> Outcome {
        self.to_endpoint(id).unwrap_or_else(|| {
            let name = text(&self.network.endpoint(id).element.vpc_endpoint_id);
            doubtful(Doubt::Hidden(format!("the addresses of endpoint {name} aren't known")))
        })
    }

    /// Whether an endpoint can have addresses of this family. What the input doesn't say is IPv4, as it was before AWS
    /// answered it, unless its interfaces tell.
    pub(super) fn is_served_by(&self, endpoint: &Endpoint<'_>) -> bool {
        endpoint.serves(self.family).unwrap_or_else(|| {
            self.family == Family::Ipv4
                || endpoint.interfaces.iter().any(|id| {
                    let addresses = &self.network.interface(*id).addresses;
                    !self.family.part(addresses).is_empty()
                })
        })
    }

    /// Why an endpoint of the VPC that isn't in the input may answer a name.
    pub(super) fn unlisted_endpoints(&self, vpc: &Vpc<'_>) -> Option<Doubt> {
        let subnet = self.question.sender.subnet;
        let is_listed = self.network.scopes.get(vpc.scope as usize).is_some_and(|scope| scope.knows_endpoints);
        let missing = Missing { call: "ec2:DescribeVpcEndpoints", scope: vpc.scope };
        (!is_listed || self.network.sharer(subnet).is_some())
            .then(|| super::sharing::told(self.network, subnet, Doubt::Missing(missing)))
    }

    /// Through an interface endpoint that the service's name does not lead to, with all that would have to be otherwise.
    pub(super) fn by_faulty_endpoint(&self, id: EndpointId) -> Path {
        let endpoint = self.network.endpoint(id);
        let (mut path, _) = self.to_known_endpoint(id);
        let resource = ResourceId::Endpoint(id);
        if let Some((vpc_id, vpc)) = self.vpc()
            && vpc.dns_hostnames == Ok(false)
        {
            self.add_fault(
                &mut path,
                Code::DnsHostnames,
                ResourceId::Vpc(vpc_id),
                "the VPC has no DNS host names: private names don't work, the service's name leads to public addresses",
            );
        }
        if !endpoint.is_resolved_in_vpc() {
            let what = match endpoint.element.private_dns_enabled {
                Some(true) => {
                    "the endpoint has private DNS for inbound resolver endpoints alone: from the VPC the service's name leads to \
                     public addresses"
                }
                _ => "the endpoint has no private DNS: the service's name leads to public addresses",
            };
            self.add_fault(&mut path, Code::PrivateDnsOff, resource, what);
        }
        if endpoint.is_available() == Ok(false)
            && !path.blockers.iter().any(|blocker| blocker.code == Code::EndpointState)
        {
            self.add_fault(&mut path, Code::EndpointState, resource, NOT_AVAILABLE);
        }
        path
    }

    /// Whether the endpoint or the public addresses answer can't be told: only what holds for both is certain. Where neither
    /// works, what would make the one work is no certain remedy.
    pub(super) fn either(&self, endpoint: EndpointId, public: Outcome, doubt: Doubt) -> Outcome {
        let (mut inside, by_endpoint) = self.to_known_endpoint(endpoint);
        let (mut public, by_public) = public;
        if by_endpoint != by_public {
            inside.blockers.clear();
            inside.doubts.push(doubt);
            return (inside, Verdict::Unknown);
        }
        if self.tracing {
            inside.set_apart(&format!("by {}", text(&self.network.endpoint(endpoint).element.vpc_endpoint_id)));
            public.set_apart("by public addresses");
            inside.steps.extend(public.steps.iter().cloned());
        }
        if matches!(by_endpoint, Verdict::Blocked | Verdict::Partial) {
            inside.doubts.push(doubt.clone());
            public.doubts.push(doubt);
            inside = inside.or_else_by(public);
        }
        (inside, by_endpoint)
    }
}
