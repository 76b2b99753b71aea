//! From a question to the ways that it asks for: names are resolved as the VPC would resolve them.

use super::code::{Code, Verdict};
use super::packets::Flowing;
use super::question::*;
use super::security_groups::groups_of_interface;
use super::service_hosts::Hidden;
use super::walk::{Party, Path, Walk};
use crate::network::*;

/// Answers a question.
pub fn ask(network: &Network<'_>, question: &Question<'_>) -> Answer {
    Asking { network, question, tracing: false }.answer()
}

/// Answers a question, with every hop.
pub fn trace(network: &Network<'_>, question: &Question<'_>) -> Answer {
    Asking { network, question, tracing: true }.answer()
}

pub(super) struct Asking<'w, 'a> {
    pub network: &'w Network<'a>,
    pub question: &'w Question<'w>,
    pub tracing: bool,
}

pub(super) type Outcome = (Path, Verdict);

impl<'w, 'a> Asking<'w, 'a> {
    fn answer(&self) -> Answer {
        let (path, verdict) = match &self.question.destination {
            // Of no packets all would arrive.
            _ if self.question.sender.addresses.is_empty() => {
                doubtful(Doubt::Hidden("the subnet has no IPv4 addresses, and IPv6 is not followed".into()))
            }
            Destination::Addresses(addresses, quantifier) => self.by_address(addresses, *quantifier),
            Destination::PublicName => {
                self.by_name(|asking| asking.walk_to_one(asking.somewhere_public(), Hidden::Name))
            }
            Destination::Service(name) => self.by_name(|asking| asking.service(name)),
            Destination::ServiceHost { service, host } => self.by_name(|asking| asking.service_host(service, host)),
            Destination::ServiceElsewhere { service, region } => {
                self.by_name(|asking| asking.service_elsewhere(service, region))
            }
            Destination::Endpoint(id) => self.to_endpoint(*id),
            Destination::Interface(id) => self.to_interface(*id),
            Destination::Party { subnet, addresses, groups, workload } => {
                let party = Party {
                    subnet: *subnet,
                    addresses: addresses.clone(),
                    groups: *groups,
                    endpoint: None,
                    workload: *workload,
                };
                self.walk(addresses.clone(), Quantifier::Every, std::slice::from_ref(&party), None)
            }
            Destination::Nowhere(why) => doubtful(Doubt::Hidden((*why).to_owned())),
        };
        Answer { verdict, blockers: path.blockers, doubts: path.doubts, steps: path.steps, via: path.via }
    }

    fn walk(&self, remote: Addresses, quantifier: Quantifier, parties: &[Party<'_>], service: Option<&str>) -> Outcome {
        self.walker(remote, quantifier, parties, service).run()
    }

    /// To one address of many.
    pub(super) fn walk_to_one(&self, remote: Addresses, hidden: Hidden<'w>) -> Outcome {
        let walk = self.walker(remote, Quantifier::Some, &[], hidden.service());
        Walk { hidden, ..walk }.run()
    }

    fn walker<'q>(
        &'q self,
        remote: Addresses,
        quantifier: Quantifier,
        parties: &'q [Party<'q>],
        service: Option<&'q str>,
    ) -> Walk<'q, 'a> {
        Walk {
            network: self.network,
            sender: &self.question.sender,
            protocol: self.question.protocol,
            permissions: self.question.permissions,
            flow: Flowing {
                own: self.question.sender.addresses.clone(),
                remote,
                own_ports: self.question.sender.ports,
                remote_ports: self.question.ports.clone(),
            },
            quantifier,
            parties,
            service,
            hidden: Hidden::Name,
            tracing: self.tracing,
            path: Path::default(),
        }
    }

    /// Link-local addresses (the task's metadata and credentials, AWS's clock) and the VPC's resolver never leave the
    /// host: neither groups nor network ACLs nor routes see what goes there.
    /// <https://docs.aws.amazon.com/vpc/latest/userguide/vpc-security-groups.html>
    fn by_address(&self, addresses: &Addresses, quantifier: Quantifier) -> Outcome {
        let asks_names = self.question.ports == Ranges::one(53, 53);
        let resolver = self.vpc().filter(|_| asks_names).and_then(|(_, vpc)| block(vpc.element.cidr_block.as_deref()?));
        let resolver = resolver.map(|net| net.range.0 + 2);
        let inside = block("169.254.0.0/16").map(|net| net.range).into_iter().chain(resolver.map(|at| (at, at)));
        let inside = Ranges::collect(inside);
        if inside.contains(addresses) {
            let mut path = Path::default();
            if self.tracing {
                path.steps.push(Step {
                    text: "served by the host itself: nothing filters it".into(),
                    resource: None,
                    passage: Passage::Passed,
                    returning: false,
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

    /// A name has to be resolved first. With DNS support off AWS's resolver answers nothing.
    /// <https://docs.aws.amazon.com/vpc/latest/userguide/AmazonDNS-concepts.html>
    fn by_name(&self, walk: impl FnOnce(&Self) -> Outcome) -> Outcome {
        let (mut path, mut verdict) = walk(self);
        let Some((id, vpc)) = self.vpc() else { return (path, verdict) };
        match (vpc.dns_support, vpc.amazon_dns) {
            (Ok(true), _) | (Ok(false), Ok(false)) => {}
            (Ok(false), Ok(true)) => {
                self.add_fault(
                    &mut path,
                    Code::DnsSupport,
                    ResourceId::Vpc(id),
                    "the VPC has no DNS support: no name is resolved",
                );
                verdict = Verdict::Blocked;
            }
            (Err(missing), _) | (Ok(false), Err(missing)) => {
                if verdict != Verdict::Blocked && !path.doubts.contains(&Doubt::Missing(missing)) {
                    path.doubts.push(Doubt::Missing(missing));
                }
                if verdict == Verdict::Reachable {
                    verdict = Verdict::Unknown;
                }
            }
        }
        (path, verdict)
    }

    /// A fault that holds for every packet, put before what the walk found.
    fn add_fault(&self, path: &mut Path, code: Code, resource: ResourceId, what: &str) {
        let packets = Flowing {
            own: self.question.sender.addresses.clone(),
            remote: PUBLIC_V4.clone(),
            own_ports: self.question.sender.ports,
            remote_ports: self.question.ports.clone(),
        }
        .boxes();
        path.blockers.insert(
            0,
            Blocker { code, resource, cause: Cause::Whole, returning: false, packets, always: true, is_total: true },
        );
        if self.tracing {
            path.steps.insert(
                0,
                Step { text: what.to_owned(), resource: Some(resource), passage: Passage::Blocked, returning: false },
            );
        }
    }

    /// An AWS service of the own region: its interface endpoint where one serves the VPC's resolver, else its public
    /// addresses.
    /// <https://docs.aws.amazon.com/vpc/latest/privatelink/interface-endpoints.html#private-dns>
    pub(super) fn service(&self, name: &'w str) -> Outcome {
        let Some((vpc_id, vpc)) = self.vpc() else {
            let missing = match self.network.subnet(self.question.sender.subnet).vpc {
                Reference::Unknown(missing) => Doubt::Missing(missing),
                _ => Doubt::Hidden("the VPC of the subnet isn't known".into()),
            };
            return doubtful(missing);
        };
        let candidates: Vec<EndpointId> = vpc
            .endpoints
            .iter()
            .copied()
            .filter(|id| {
                let endpoint = self.network.endpoint(*id);
                endpoint.kind == EndpointKind::Interface && endpoint.service == Some(name)
            })
            .collect();
        let resolved_here = |id: &EndpointId| self.network.endpoint(*id).is_resolved_in_vpc();
        let sound: Vec<EndpointId> = candidates
            .iter()
            .copied()
            .filter(|id| self.network.endpoint(*id).is_available() && resolved_here(id))
            .collect();
        if let Some(first) = sound.first() {
            match (vpc.amazon_dns, vpc.dns_hostnames) {
                (Ok(true), Ok(true)) => return self.to_endpoint(*first),
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
        if !self.network.scopes.get(vpc.scope as usize).is_some_and(|scope| scope.knows_endpoints) {
            // An endpoint that isn't in the input may answer instead.
            public.blockers.clear();
            public.doubts.push(Doubt::Missing(Missing { call: "ec2:DescribeVpcEndpoints", scope: vpc.scope }));
            return (public, Verdict::Unknown);
        }
        if verdict != Verdict::Blocked || candidates.is_empty() {
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
        let id = *candidates.iter().find(|id| self.network.endpoint(**id).is_available()).unwrap_or(&candidates[0]);
        let endpoint = self.network.endpoint(id);
        let (mut path, _) = self.to_endpoint(id);
        let resource = ResourceId::Endpoint(id);
        if vpc.dns_hostnames == Ok(false) && resolved_here(&id) {
            self.add_fault(
                &mut path,
                Code::DnsHostnames,
                ResourceId::Vpc(vpc_id),
                "the VPC has no DNS host names: private names don't work, the service's name leads to public addresses",
            );
        }
        if !resolved_here(&id) {
            self.add_fault(
                &mut path,
                Code::PrivateDnsOff,
                resource,
                "the endpoint has no private DNS: the service's name leads to public addresses",
            );
        }
        if !endpoint.is_available() && !path.blockers.iter().any(|blocker| blocker.code == Code::EndpointState) {
            self.add_fault(&mut path, Code::EndpointState, resource, "the endpoint is not available");
        }
        if self.tracing {
            path.steps.extend(public.steps);
        }
        (path, Verdict::Blocked)
    }

    /// Whether the endpoint or the public addresses answer can't be told: only what holds for both is certain.
    pub(super) fn either(&self, endpoint: EndpointId, public: Outcome, doubt: Doubt) -> Outcome {
        let (mut inside, by_endpoint) = self.to_endpoint(endpoint);
        if by_endpoint == public.1 {
            return (inside, by_endpoint);
        }
        inside.blockers.clear();
        inside.doubts.push(doubt);
        (inside, Verdict::Unknown)
    }

    pub(super) fn public_service(&self, name: &'w str) -> Outcome {
        let scope = self.network.subnet(self.question.sender.subnet).scope;
        let known = self
            .network
            .prefix_lists
            .iter()
            .find(|list| list.service == Some(name) && list.scope == scope)
            .and_then(|list| list.blocks.as_ref());
        match known.map(|blocks| blocks.intersection(&PUBLIC_V4)).filter(|blocks| !blocks.is_empty()) {
            Some(blocks) => self.walk(blocks, Quantifier::Every, &[], Some(name)),
            None => {
                let region = self.network.scopes.get(scope as usize).and_then(|scope| scope.region.as_deref());
                let (addresses, hidden) = self.one_of_service(name, region);
                self.walk_to_one(addresses, hidden)
            }
        }
    }

    /// Where a name leads whose addresses aren't known: to none of those that AWS's prefix lists keep for other
    /// services. (Else a gateway endpoint for S3 would look like a way for everything.)
    pub(super) fn somewhere_public(&self) -> Addresses {
        let scope = self.network.subnet(self.question.sender.subnet).scope;
        let lists = self.network.prefix_lists.iter().filter(|list| list.service.is_some() && list.scope == scope);
        lists.filter_map(|list| list.blocks.as_ref()).fold(PUBLIC_V4.clone(), |rest, blocks| rest.difference(blocks))
    }

    pub(super) fn to_endpoint(&self, id: EndpointId) -> Outcome {
        let network = self.network;
        let endpoint = network.endpoint(id);
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
        let mut parties = Vec::new();
        let mut missing = None;
        for subnet in &endpoint.subnets {
            match subnet {
                Reference::To(subnet) => {
                    let own = endpoint
                        .interfaces
                        .iter()
                        .map(|id| network.interface(*id))
                        .filter(|interface| interface.subnet == Reference::To(*subnet));
                    let known = own.fold(Ranges::none(), |all, interface| all.union(&interface.addresses));
                    let hosts = network.subnet(*subnet).hosts;
                    parties.push(Party {
                        subnet: *subnet,
                        addresses: if known.is_empty() { Ranges::one(hosts.0, hosts.1) } else { known },
                        groups,
                        endpoint: Some(id),
                        workload: None,
                    });
                }
                Reference::Unknown(found) => missing = Some(*found),
                Reference::Gone => {}
            }
        }
        let remote = parties.iter().fold(Ranges::none(), |all, party| all.union(&party.addresses));
        if remote.is_empty() {
            return doubtful(missing.map_or_else(
                || Doubt::Hidden(format!("no subnet of endpoint {} is known", text(&endpoint.element.vpc_endpoint_id))),
                Doubt::Missing,
            ));
        }
        let mut walk = self.walker(remote.clone(), Quantifier::Every, &parties, None);
        walk.path.via = Some(ResourceId::Endpoint(id));
        if !endpoint.is_available() {
            let packets = walk.packets_to(&remote);
            walk.block(Code::EndpointState, ResourceId::Endpoint(id), Cause::Whole, false, packets, true);
            walk.step(Some(ResourceId::Endpoint(id)), Passage::Blocked, false, |_| {
                format!("endpoint {} is {}", text(&endpoint.element.vpc_endpoint_id), text(&endpoint.element.state))
            });
        }
        walk.endpoint_policy(id, &remote);
        walk.run()
    }

    fn to_interface(&self, id: InterfaceId) -> Outcome {
        let interface = self.network.interface(id);
        let subnet = match interface.subnet {
            Reference::To(subnet) => subnet,
            Reference::Unknown(missing) => return doubtful(Doubt::Missing(missing)),
            Reference::Gone => return doubtful(Doubt::Hidden("the subnet of the interface isn't known".into())),
        };
        let party = Party {
            subnet,
            addresses: interface.addresses.clone(),
            groups: groups_of_interface(interface),
            endpoint: interface.endpoint,
            workload: None,
        };
        self.walk(interface.addresses.clone(), Quantifier::Every, std::slice::from_ref(&party), None)
    }
}

pub(super) fn doubtful(doubt: Doubt) -> Outcome {
    (Path { doubts: vec![doubt], ..Path::default() }, Verdict::Unknown)
}
