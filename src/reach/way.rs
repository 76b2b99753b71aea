//! The way of one address family: names are resolved as the VPC would resolve them, and every packet is walked.

use super::ask::{NO_DNS_SUPPORT, Outcome, add_fault, doubtful};
use super::code::{Code, Verdict};
use super::packets::Flowing;
use super::question::*;
use super::security_groups::groups_of_interface;
use super::service_hosts::Hidden;
use super::walk::{Arrival, Party, Path, Walk};
use crate::network::*;
use std::borrow::Cow;
use std::sync::LazyLock;

/// What AWS keeps on the host itself, where "security groups do not filter" it: the resolver, the metadata of instances, tasks and
/// pods, the activation of Windows licenses, the clock. Other link-local addresses are filtered, VPC Lattice's among them.
/// <https://docs.aws.amazon.com/vpc/latest/userguide/vpc-security-groups.html>
/// <https://docs.aws.amazon.com/vpc/latest/userguide/AmazonDNS-concepts.html>
/// <https://docs.aws.amazon.com/vpc-lattice/latest/ug/security-groups.html>
static ON_HOST: LazyLock<Addresses> = LazyLock::new(|| {
    const ADDRESSES: [&str; 11] = [
        "169.254.169.123",
        "169.254.169.250",
        "169.254.169.251",
        "169.254.169.253",
        "169.254.169.254",
        "169.254.170.2",
        "169.254.170.23",
        "fd00:ec2::23",
        "fd00:ec2::123",
        "fd00:ec2::253",
        "fd00:ec2::254",
    ];
    Ranges::collect(ADDRESSES.iter().filter_map(|text| block(text)).map(|net| net.range))
});

/// The way of one address family.
pub(super) struct Way<'w, 'a> {
    pub network: &'w Network<'a>,
    pub question: &'w Question<'w>,
    pub tracing: bool,
    pub family: Family,
    /// The sender's addresses of this family.
    pub own: Cow<'w, Addresses>,
}

impl<'w, 'a> Way<'w, 'a> {
    pub(super) fn walk(
        &self,
        remote: Addresses,
        quantifier: Quantifier,
        parties: &[Party<'_>],
        service: Option<&str>,
    ) -> Outcome {
        self.start(remote, quantifier, parties, service).run()
    }

    /// To one address of many.
    pub(super) fn walk_to_one(&self, remote: Addresses, hidden: Hidden<'_>) -> Outcome {
        let walk = self.start(remote, Quantifier::Some, &[], hidden.service());
        Walk { hidden, ..walk }.run()
    }

    pub(super) fn start<'p>(
        &'p self,
        remote: Addresses,
        quantifier: Quantifier,
        parties: &'p [Party<'p>],
        service: Option<&'p str>,
    ) -> Walk<'p, 'a> {
        Walk {
            network: self.network,
            sender: &self.question.sender,
            protocol: self.question.protocol,
            permissions: self.question.permissions,
            flow: Flowing {
                own: self.own.clone().into_owned(),
                remote,
                own_ports: self.question.sender.ports,
                remote_ports: self.question.ports.clone(),
            },
            quantifier,
            parties,
            is_outside: matches!(
                self.question.destination,
                Destination::Internet
                    | Destination::PublicName
                    | Destination::Service(_)
                    | Destination::ServiceHost { .. }
                    | Destination::ServiceElsewhere { .. }
            ),
            service,
            hidden: Hidden::Name,
            tracing: self.tracing,
            translated: false,
            arrival: Arrival::Home,
            branch: Vec::new(),
            part: None,
            behind: None,
            path: Path::default(),
        }
    }

    /// What stays on the host (AWS's own addresses there, the VPC's resolver) neither groups nor network ACLs nor routes see.
    pub(super) fn by_address(&self, addresses: &Addresses, quantifier: Quantifier) -> Outcome {
        let asks_names = self.question.ports == Ranges::one(53, 53);
        let resolver = self.vpc().filter(|_| asks_names).and_then(|(_, vpc)| block(vpc.element.cidr_block.as_deref()?));
        let resolver = resolver.map(|net| Ranges::one(net.range.0 + 2, net.range.0 + 2)).unwrap_or_default();
        let inside = match resolver.is_empty() {
            true => Cow::Borrowed(&*ON_HOST),
            false => Cow::Owned(ON_HOST.union(&resolver)),
        };
        if let Some((id, vpc)) = self.vpc().filter(|_| asks_names)
            && vpc.dns_support == Ok(false)
            && resolver.union(&AMAZON_DNS).contains(addresses)
        {
            let mut path = Path { remote: addresses.clone(), ..Path::default() };
            self.add_fault(&mut path, Code::DnsSupport, ResourceId::Vpc(id), NO_DNS_SUPPORT);
            return (path, Verdict::Blocked);
        }
        if inside.contains(addresses) {
            let mut path = Path::default();
            if self.tracing {
                path.steps.push(Step {
                    text: "served by the host itself: nothing filters it".into(),
                    resource: None,
                    passage: Passage::Passed,
                    returning: false,
                    branch: Vec::new(),
                    by: Vec::new(),
                });
            }
            return (path, Verdict::Reachable);
        }
        let touched = !addresses.intersection(&inside).is_empty();
        let remote = if touched { addresses.difference(&inside) } else { addresses.clone() };
        self.walk(remote, quantifier, &[], None)
    }

    pub(super) fn vpc(&self) -> Option<(VpcId, &'w Vpc<'a>)> {
        let id = self.network.subnet(self.question.sender.subnet).vpc.known()?;
        Some((id, self.network.vpc(id)))
    }

    /// What a name leads to hangs on the VPC.
    pub(super) fn in_unknown_vpc(&self) -> Outcome {
        doubtful(match self.network.subnet(self.question.sender.subnet).vpc {
            Reference::Unknown(missing) => Doubt::Missing(missing),
            _ => Doubt::Hidden("the VPC of the subnet isn't known".into()),
        })
    }

    pub(super) fn add_fault(&self, path: &mut Path, code: Code, resource: ResourceId, what: &str) {
        add_fault(self.question, self.tracing, path, code, resource, what);
    }

    /// To a name that leads to some public address.
    pub(super) fn somewhere(&self) -> Outcome {
        self.walk_to_one(self.somewhere_public(self.family), Hidden::Name)
    }

    /// To the IPv4 addresses of a name, as DNS64 writes them.
    pub(super) fn by_nat64(&self) -> Outcome {
        let (name, elsewhere) = match self.question.destination {
            Destination::Service(service) | Destination::ServiceHost { service, .. } => (service, None),
            Destination::ServiceElsewhere { service, region } => (service, Some(region)),
            _ => return self.walk_to_one(to_nat64(&self.somewhere_public(Family::Ipv4)), Hidden::Name),
        };
        let Some((_, vpc)) = self.vpc() else { return self.in_unknown_vpc() };
        if let Some(doubt) = self.unlisted_endpoints(vpc) {
            return doubtful(doubt);
        }
        let has_endpoint = vpc.endpoints.iter().map(|id| self.network.endpoint(*id)).any(|endpoint| {
            let serves = match elsewhere {
                Some(region) => endpoint.service_elsewhere == Some((name, region)),
                None => endpoint.service == Some(name),
            };
            endpoint.kind == EndpointKind::Interface && serves && endpoint.element.private_dns_enabled != Some(false)
        });
        if has_endpoint {
            let doubt = "the name leads to an endpoint's IPv4 addresses, behind a NAT gateway: not followed";
            return doubtful(Doubt::Hidden(doubt.into()));
        }
        if let Some(region) = elsewhere {
            let (addresses, _) = self.one_of_service(name, Some(region), Family::Ipv4);
            return self.walk_to_one(to_nat64(&addresses), Hidden::ServiceElsewhere(name, region));
        }
        match self.listed(name, Family::Ipv4) {
            Some(blocks) => self.walk(to_nat64(&blocks), Quantifier::Every, &[], Some(name)),
            None => {
                let (addresses, hidden) = self.one_of_service(name, self.region(), Family::Ipv4);
                self.walk_to_one(to_nat64(&addresses), hidden)
            }
        }
    }

    /// An AWS service of the own region: its interface endpoint where one serves the VPC's resolver, else its public
    /// addresses.
    /// <https://docs.aws.amazon.com/vpc/latest/privatelink/interface-endpoints.html#private-dns>
    pub(super) fn service(&self, name: &str) -> Outcome {
        let Some((_, vpc)) = self.vpc() else { return self.in_unknown_vpc() };
        let candidates: Vec<EndpointId> = vpc
            .endpoints
            .iter()
            .copied()
            .filter(|id| {
                let endpoint = self.network.endpoint(*id);
                endpoint.kind == EndpointKind::Interface
                    && endpoint.service == Some(name)
                    && self.is_served_by(endpoint)
            })
            .collect();
        let sound: Vec<EndpointId> = candidates
            .iter()
            .copied()
            .filter(|id| {
                let endpoint = self.network.endpoint(*id);
                endpoint.is_available() != Ok(false) && endpoint.is_resolved_in_vpc()
            })
            .collect();
        let is_available = |id: &&EndpointId| self.network.endpoint(**id).is_available() == Ok(true);
        if let Some(first) = sound.iter().find(is_available).or(sound.first()) {
            if let Err(missing) = self.network.endpoint(*first).is_available() {
                return self.either(*first, self.public_service(name), Doubt::Missing(missing));
            }
            match (vpc.amazon_dns, vpc.dns_hostnames) {
                (Ok(true), Ok(true))
                    if self.family == Family::Ipv4 || self.network.endpoint(*first).names_service_by_ipv6() =>
                {
                    return self.to_known_endpoint(*first);
                }
                (Ok(true), Ok(true)) => {
                    let doubt = "whether the endpoint's private DNS answers for the service's dual-stack name, too, \
                                 isn't known";
                    return self.either(*first, self.public_service(name), Doubt::Hidden(doubt.into()));
                }
                (Ok(false), _) => {
                    let doubt = "the VPC's DHCP options name another resolver: \
                                 whether it knows the endpoint's private name isn't known";
                    return self.either(*first, self.public_service(name), Doubt::Hidden(doubt.into()));
                }
                (Err(missing), _) | (_, Err(missing)) => {
                    return self.either(*first, self.public_service(name), Doubt::Missing(missing));
                }
                (Ok(true), Ok(false)) => {}
            }
        }
        let (mut public, verdict) = self.public_service(name);
        if let Some(doubt) = self.unlisted_endpoints(vpc) {
            public.blockers.clear();
            public.doubts.push(doubt);
            return (public, Verdict::Unknown);
        }
        if verdict == Verdict::Blocked
            && candidates.is_empty()
            && let Some(elsewhere) = self.may_be_named_elsewhere(name)
        {
            if let Some(mut way) = elsewhere.way {
                way.doubts.push(Doubt::Hidden(elsewhere.why));
                return (way.or_else_by(public), Verdict::Blocked);
            }
            let is_stopped = !elsewhere.stopped_by.is_empty();
            public.blockers = elsewhere.stopped_by;
            public.doubts.push(Doubt::Hidden(elsewhere.why));
            return (public, if is_stopped { Verdict::Blocked } else { Verdict::Unknown });
        }
        if !matches!(verdict, Verdict::Blocked | Verdict::Partial) || candidates.is_empty() {
            return (public, verdict);
        }
        if verdict == Verdict::Partial {
            for id in candidates.iter().filter(|_| self.tracing) {
                public = public.or_else_by(self.by_faulty_endpoint(*id));
            }
            return (public, verdict);
        }
        let unsaid = candidates
            .iter()
            .map(|id| self.network.endpoint(*id))
            .find(|endpoint| endpoint.element.private_dns_enabled.is_none());
        if let Some(endpoint) = unsaid {
            return doubtful(Doubt::Missing(Missing { call: "ec2:DescribeVpcEndpoints", scope: endpoint.scope }));
        }
        // An endpoint is there and would do, were it not for these faults: they are the cause, not the missing way out.
        let id = *candidates.iter().find(is_available).unwrap_or(&candidates[0]);
        let mut path = self.by_faulty_endpoint(id);
        if self.tracing {
            path.set_apart(&format!("by {}", text(&self.network.endpoint(id).element.vpc_endpoint_id)));
            public.set_apart("by public addresses");
            path.steps.extend(public.steps.iter().cloned());
            for other in candidates.into_iter().filter(|other| *other != id) {
                path = path.or_else_by(self.by_faulty_endpoint(other));
            }
            path = path.or_else_by(public);
        }
        (path, Verdict::Blocked)
    }

    pub(super) fn public_service(&self, name: &str) -> Outcome {
        match self.listed(name, self.family) {
            Some(blocks) => self.walk(blocks, Quantifier::Every, &[], Some(name)),
            None => {
                let (addresses, hidden) = self.one_of_service(name, self.region(), self.family);
                self.walk_to_one(addresses, hidden)
            }
        }
    }

    /// The sender's region.
    fn region(&self) -> Option<&'w str> {
        let scope = self.network.subnet(self.question.sender.subnet).scope;
        self.network.scopes.get(scope as usize)?.region.as_deref()
    }

    /// A service's public addresses, where a prefix list tells.
    fn listed(&self, name: &str, family: Family) -> Option<Addresses> {
        let scope = self.network.subnet(self.question.sender.subnet).scope;
        let mut lists = self.network.prefix_lists.iter();
        let list = lists.find(|list| list.service == Some(name) && list.family == family && list.scope == scope)?;
        let blocks = list.blocks.as_ref()?.intersection(family.public());
        (!blocks.is_empty()).then_some(blocks)
    }

    /// All addresses of the internet. A VPC's IPv6 addresses are public ones, but no gateway leads to them; and nobody asks for
    /// what has the addresses of a VPC's own block on the internet: "you can create a VPC with a publicly routable CIDR block".
    /// <https://docs.aws.amazon.com/vpc/latest/userguide/vpc-cidr-blocks.html>
    fn internet(&self, family: Family) -> Addresses {
        match family {
            Family::Ipv4 if self.network.shadowed_public.is_empty() => PUBLIC_V4.clone(),
            Family::Ipv4 => PUBLIC_V4.difference(&self.network.shadowed_public),
            Family::Ipv6 => PUBLIC_V6.difference(&self.network.own_public),
        }
    }

    /// To all of the internet. Where some of it is reached it has to be more than AWS's own services, to which gateway
    /// endpoints and rules for their prefix lists lead, and to nothing else.
    /// <https://docs.aws.amazon.com/vpc/latest/privatelink/gateway-endpoints.html>
    pub(super) fn to_internet(&self) -> Outcome {
        let elsewhere = || self.walk(self.somewhere_public(self.family), Quantifier::Every, &[], None);
        // Nothing that gateway endpoints lead to is asked for by anything but TCP.
        if self.question.protocol != Protocol::Tcp {
            return elsewhere();
        }
        let outcome = self.walk(self.internet(self.family), Quantifier::Every, &[], None);
        if outcome.1 != Verdict::Partial {
            return outcome;
        }
        let elsewhere = elsewhere();
        if elsewhere.1 == Verdict::Blocked { elsewhere } else { outcome }
    }

    /// Where a name leads whose addresses aren't known: to none of those that AWS's prefix lists keep for other services.
    /// (Else a gateway endpoint for S3 would look like a way for everything.)
    pub(super) fn somewhere_public(&self, family: Family) -> Addresses {
        let scope = self.network.subnet(self.question.sender.subnet).scope;
        let lists = self.network.prefix_lists.iter().filter(|list| list.service.is_some() && list.scope == scope);
        let blocks = lists.filter_map(|list| list.blocks.as_ref());
        blocks.fold(self.internet(family), |rest, blocks| rest.difference(blocks))
    }

    /// To a network interface; none where it has no addresses of this family.
    pub(super) fn to_interface(&self, id: InterfaceId) -> Option<Outcome> {
        let interface = self.network.interface(id);
        let subnet = match interface.subnet {
            Reference::To(subnet) => subnet,
            Reference::Unknown(missing) => return Some(doubtful(Doubt::Missing(missing))),
            Reference::Gone => return Some(doubtful(Doubt::Hidden("the subnet of the interface isn't known".into()))),
        };
        let addresses = self.family.part(&interface.addresses);
        let party = Party {
            subnet,
            addresses: addresses.clone().into_owned(),
            groups: groups_of_interface(interface),
            endpoint: interface.endpoint,
            nat: interface.nat,
            workload: None,
        };
        (!addresses.is_empty())
            .then(|| self.walk(addresses.into_owned(), Quantifier::Every, std::slice::from_ref(&party), None))
    }

    /// To something in a subnet; none where it has no addresses of this family.
    pub(super) fn to_party(
        &self,
        subnet: SubnetId,
        addresses: &Addresses,
        groups: Groups<'_>,
        workload: Option<WorkloadId>,
    ) -> Option<Outcome> {
        let addresses = self.family.part(addresses).into_owned();
        let party = Party { subnet, addresses: addresses.clone(), groups, endpoint: None, nat: None, workload };
        (!addresses.is_empty()).then(|| self.walk(addresses, Quantifier::Every, std::slice::from_ref(&party), None))
    }
}
