//! From a question to the ways that it asks for: one for each family that the sender has addresses of.

use super::code::{Code, Verdict};
use super::hosts::UNKNOWN_HOST;
use super::packets::{Flowing, Packets};
use super::question::*;
use super::repair::alternatives;
use super::walk::Path;
use super::way::Way;
use crate::network::*;

/// Answers a question.
pub fn ask(network: &Network<'_>, question: &Question<'_>) -> Answer {
    Asking::of(network, question, false).answer()
}

/// Answers a question, with every hop.
pub fn trace(network: &Network<'_>, question: &Question<'_>) -> Answer {
    Asking::of(network, question, true).answer()
}

/// What was met on a way, and whether it works.
pub(super) type Outcome = (Path, Verdict);

pub(super) fn doubtful(doubt: Doubt) -> Outcome {
    (Path { doubts: vec![doubt], ..Path::default() }, Verdict::Unknown)
}

pub(super) struct Asking<'w, 'a> {
    pub(super) network: &'w Network<'a>,
    pub(super) question: &'w Question<'w>,
    pub(super) tracing: bool,
    /// The way over IPv4, where the sender has such addresses.
    ipv4: Option<Way<'w, 'a>>,
    /// The way over IPv6.
    pub(super) ipv6: Option<Way<'w, 'a>>,
}

impl<'w, 'a> Asking<'w, 'a> {
    pub(super) fn of(network: &'w Network<'a>, question: &'w Question<'w>, tracing: bool) -> Self {
        let way = |family: Family| {
            let own = family.part(&question.sender.addresses);
            (!own.is_empty()).then_some(Way { network, question, tracing, family, own })
        };
        Asking { network, question, tracing, ipv4: way(Family::Ipv4), ipv6: way(Family::Ipv6) }
    }

    pub(super) fn answer(&self) -> Answer {
        if let Destination::Host(host) = self.question.destination {
            return self.host(host);
        }
        if let Destination::LoadBalancer(id) = self.question.destination
            && let Some(answer) = self.not_inside(id)
        {
            return answer;
        }
        let subnet = self.network.subnet(self.question.sender.subnet);
        if let (Err(missing), true) = (subnet.has_ipv4, self.question.sender.addresses == subnet.hosts) {
            return self.told(doubtful(Doubt::Missing(missing)));
        }
        let Some(first) = self.ways().next() else {
            let unread = self.network.subnet(self.question.sender.subnet).unread;
            let doubt = unread.map(Doubt::Missing);
            return self.told(doubtful(doubt.unwrap_or(Doubt::Hidden("no addresses of the subnet are known".into()))));
        };
        self.told(match &self.question.destination {
            Destination::Addresses(addresses, quantifier) => self.by_address(addresses, *quantifier),
            Destination::Internet => first.to_internet(),
            Destination::PublicName => self.by_name(Way::somewhere),
            Destination::Service(name) => self.by_name(|way| way.service(name)),
            Destination::ServiceHost { service, host } => self.by_name(|way| way.service_host(service, host)),
            Destination::ServiceElsewhere { region, .. } if open_from(region).is_some() => self.not_named(region),
            Destination::ServiceElsewhere { service, region } => {
                self.by_name(|way| way.service_elsewhere(service, region))
            }
            Destination::Endpoint(id) => self.by_common_family(|way| way.to_endpoint(*id)),
            Destination::Interface(id) => self.by_common_family(|way| way.to_interface(*id)),
            Destination::FileSystem(id) => self.file_system(first, id),
            Destination::Party { subnet, addresses, .. } if addresses.is_empty() => self.to_nobody(*subnet),
            Destination::Party { subnet, addresses, groups, workload } => {
                self.by_common_family(|way| way.to_party(*subnet, addresses, *groups, *workload))
            }
            Destination::LoadBalancer(id) => self.by_common_family(|way| way.to_load_balancer(*id)),
            Destination::Host(_) => doubtful(Doubt::Hidden(UNKNOWN_HOST.to_owned())),
            Destination::Nowhere(why) => doubtful(Doubt::Hidden((*why).to_owned())),
        })
    }

    /// The deployment alone tells where that is.
    pub(super) fn not_named(&self, expression: &str) -> Outcome {
        let scope = self.network.subnet(self.question.sender.subnet).scope;
        doubtful(Doubt::Missing(Missing::expression(expression, scope)))
    }

    pub(super) fn ways(&self) -> impl Iterator<Item = &Way<'w, 'a>> {
        self.ipv4.iter().chain(&self.ipv6)
    }

    /// By the first family that both ends have addresses of.
    pub(super) fn by_common_family(&self, to: impl Fn(&Way<'w, 'a>) -> Option<Outcome>) -> Outcome {
        self.ways().find_map(to).unwrap_or_else(|| self.lacks_family(&PUBLIC))
    }

    /// Addresses of both families are two questions: all of them must be reached.
    pub(super) fn by_address(&self, addresses: &Addresses, quantifier: Quantifier) -> Outcome {
        let mut all: Option<Outcome> = None;
        for (family, way) in [(Family::Ipv4, &self.ipv4), (Family::Ipv6, &self.ipv6)] {
            let part = family.part(addresses);
            if part.is_empty() {
                continue;
            }
            let outcome = match way {
                Some(way) => way.by_address(&part, quantifier),
                None => self.lacks_family(&part),
            };
            all = Some(match all {
                Some(other) => both(other, outcome),
                None => outcome,
            });
        }
        all.unwrap_or_else(|| doubtful(Doubt::Hidden("no address is asked for".into())))
    }

    fn by_name(&self, to: impl Fn(&Way<'w, 'a>) -> Outcome) -> Outcome {
        self.resolved(match (&self.ipv4, &self.ipv6) {
            (Some(way), Some(other)) => self.by_either_family(to(way), || to(other)),
            (None, Some(way)) => self.by_ipv6_alone(way, to(way)),
            (Some(way), None) => to(way),
            (None, None) => doubtful(Doubt::Hidden("no addresses of the subnet are known".into())),
        })
    }

    /// A name has to be resolved first. With DNS support off AWS's resolver answers nothing.
    /// <https://docs.aws.amazon.com/vpc/latest/userguide/AmazonDNS-concepts.html>
    pub(super) fn resolved(&self, (mut path, mut verdict): Outcome) -> Outcome {
        let Some((id, vpc)) = self.ways().next().and_then(Way::vpc) else { return (path, verdict) };
        match (vpc.dns_support, vpc.amazon_dns) {
            // Where the first one doesn't answer, the next one is asked.
            (Ok(true), Ok(_)) if vpc.names_amazon_dns => {}
            (_, Ok(_)) if !vpc.resolvers.is_empty() => self.need_resolvers(id, &mut path, &mut verdict),
            (_, Ok(false)) | (Ok(true), Ok(true)) => {}
            (Ok(false), Ok(true)) => {
                let (code, vpc) = (Code::DnsSupport, ResourceId::Vpc(id));
                let what = NO_DNS_SUPPORT;
                add_fault(self.question, self.tracing, &mut path, code, vpc, what);
                for other in &mut path.others {
                    add_fault(self.question, self.tracing, other, code, vpc, what);
                }
                verdict = Verdict::Blocked;
            }
            (Err(missing), _) | (_, Err(missing)) => {
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

    /// A sender with addresses of both families takes IPv6 where the name has such addresses, and falls back to IPv4 (RFC
    /// 8305): what works by IPv4 works. Where it doesn't, and IPv6 would do, the name decides.
    fn by_either_family(&self, ipv4: Outcome, ipv6: impl FnOnce() -> Outcome) -> Outcome {
        let families = self.question.families;
        let may_have_ipv6 = matches!(families, NameFamilies::Both | NameFamilies::Unknown);
        if !may_have_ipv6 || matches!(ipv4.1, Verdict::Reachable | Verdict::Unknown) {
            return ipv4;
        }
        let ipv6 = ipv6();
        match (ipv6.1, families) {
            (Verdict::Blocked | Verdict::Partial, NameFamilies::Both) => (ipv4.0.or_else_by(ipv6.0), ipv4.1),
            (Verdict::Blocked | Verdict::Partial, _) => ipv4,
            (_, NameFamilies::Both) => ipv6,
            _ => {
                let why = "whether the name has IPv6 addresses, by which it would be reached, isn't known";
                undecided(ipv6, (ipv4, "by IPv4"), why)
            }
        }
    }

    /// A sender with IPv6 addresses alone reaches names that have such, and by DNS64 and NAT64 those that have not.
    fn by_ipv6_alone(&self, way: &Way<'w, 'a>, direct: Outcome) -> Outcome {
        match self.question.families {
            NameFamilies::Both | NameFamilies::ByTask => direct,
            NameFamilies::Ipv4 => self.by_nat64(way),
            NameFamilies::Unknown => {
                let translated = self.by_nat64(way);
                if direct.1 == translated.1 {
                    return direct;
                }
                undecided(direct, (translated, "by NAT64"), "whether the name has IPv6 addresses isn't known")
            }
        }
    }

    /// DNS64 makes up IPv6 addresses for names that have none, and a NAT gateway makes IPv4 of them.
    /// <https://docs.aws.amazon.com/vpc/latest/userguide/nat-gateway-nat64-dns64.html>
    fn by_nat64(&self, way: &Way<'w, 'a>) -> Outcome {
        match self.network.subnet(self.question.sender.subnet).dns64 {
            Ok(true) => way.by_nat64(),
            Ok(false) => self.lacks_family(&PUBLIC_V4),
            Err(missing) => doubtful(Doubt::Missing(missing)),
        }
    }

    /// The destination has addresses of a family alone that the sender's subnet has none of.
    fn lacks_family(&self, remote: &Addresses) -> Outcome {
        let to = match self.question.destination {
            Destination::Party { subnet, .. } => Some(subnet),
            _ => None,
        };
        let mut ends = std::iter::once(self.question.sender.subnet).chain(to);
        if let Some(missing) = ends.find_map(|subnet| self.network.subnet(subnet).unread) {
            return doubtful(Doubt::Missing(missing));
        }
        let subnet = ResourceId::Subnet(self.question.sender.subnet);
        self.lacks(Code::AddressFamily, subnet, remote, "has no addresses of the destination's family")
    }

    /// Who is asked for has no address in its subnet: that one has none of the family that is wanted there.
    fn to_nobody(&self, id: SubnetId) -> Outcome {
        let subnet = self.network.subnet(id);
        match subnet.unread.or(subnet.has_ipv4.err()) {
            Some(missing) => doubtful(Doubt::Missing(missing)),
            None if subnet.hosts.is_empty() => {
                doubtful(Doubt::Hidden("the destination's addresses aren't known".into()))
            }
            None => self.lacks(
                Code::AddressFamily,
                ResourceId::Subnet(id),
                &PUBLIC,
                "has no addresses of the family that its targets are to have",
            ),
        }
    }

    /// What the sender's own subnet or VPC lacks, or the destination's subnet, stops every packet.
    pub(super) fn lacks(&self, code: Code, resource: ResourceId, remote: &Addresses, what: &str) -> Outcome {
        let packets = Flowing {
            own: self.question.sender.addresses.clone(),
            remote: remote.clone(),
            own_ports: self.question.sender.ports,
            remote_ports: self.question.ports.clone(),
        };
        let mut path = Path::default();
        path.blockers.push(total(code, resource, packets.boxes()));
        if self.tracing {
            let id = match resource {
                ResourceId::Subnet(id) => &self.network.subnet(id).element.subnet_id,
                _ => &self.network.subnet(self.question.sender.subnet).element.vpc_id,
            };
            path.steps.push(Step {
                text: format!("{} {} {what}", resource.noun(), text(id)),
                resource: Some(resource),
                passage: Passage::Blocked,
                returning: false,
                branch: Vec::new(),
                by: Vec::new(),
            });
        }
        (path, Verdict::Blocked)
    }
}

impl Asking<'_, '_> {
    pub(super) fn told(&self, (path, verdict): Outcome) -> Answer {
        let alternatives = if self.tracing { alternatives(&path, verdict) } else { Vec::new() };
        let Path { blockers, doubts, steps, via, parts, .. } = path;
        Answer { verdict, blockers, doubts, steps, via, parts: by_way(parts), alternatives }
    }
}

/// What goes through what, each once; nothing where all goes through one.
fn by_way(parts: Vec<(Option<ResourceId>, Addresses)>) -> Vec<(Option<ResourceId>, Addresses)> {
    let mut ways: Vec<(Option<ResourceId>, Addresses)> = Vec::new();
    for (via, addresses) in parts {
        match ways.iter_mut().find(|(known, _)| *known == via) {
            Some((_, known)) => *known = known.union(&addresses),
            None => ways.push((via, addresses)),
        }
    }
    if ways.len() > 1 { ways } else { Vec::new() }
}

/// Two questions that must both be answered well.
fn both((mut path, verdict): Outcome, (mut other, second): Outcome) -> Outcome {
    path.set_apart("by IPv4");
    other.set_apart("by IPv6");
    path.blockers.extend(other.blockers);
    path.doubts.extend(other.doubts);
    path.steps.extend(other.steps);
    path.remote = path.remote.union(&other.remote);
    path.via = path.via.or(other.via);
    path.parts.extend(other.parts);
    let verdict = match (verdict, second) {
        (a, b) if a == b => a,
        (Verdict::Reachable | Verdict::Unknown, Verdict::Reachable | Verdict::Unknown) => Verdict::Unknown,
        _ => Verdict::Partial,
    };
    if verdict != Verdict::Blocked {
        for blocker in &mut path.blockers {
            blocker.is_total = false;
        }
    }
    (path, verdict)
}

/// Of two ways that differ, one by IPv6, it isn't known which is taken.
fn undecided((mut path, _): Outcome, ((mut other, _), name): (Outcome, &str), why: &str) -> Outcome {
    path.set_apart("by IPv6");
    other.set_apart(name);
    path.blockers.clear();
    path.others.clear();
    path.doubts.extend(other.doubts);
    path.doubts.push(Doubt::Hidden(why.into()));
    path.steps.extend(other.steps);
    (path, Verdict::Unknown)
}

pub(super) fn total(code: Code, resource: ResourceId, packets: Vec<Packets>) -> Blocker {
    Blocker {
        code,
        resource,
        cause: Cause::Whole,
        returning: false,
        packets,
        always: true,
        is_total: true,
        resolver: None,
        behind: None,
    }
}

/// What is wrong where AWS's resolver is to answer and doesn't.
pub(super) const NO_DNS_SUPPORT: &str = "the VPC has no DNS support: no name is resolved";

/// A fault that holds for every packet, put before what the walk found: to where the walk went, or else to anywhere public.
pub(super) fn add_fault(
    question: &Question<'_>,
    tracing: bool,
    path: &mut Path,
    code: Code,
    resource: ResourceId,
    what: &str,
) {
    let remote = if path.remote.is_empty() { &*PUBLIC } else { &path.remote };
    let of_family = |family: Family| Flowing {
        own: family.part(&question.sender.addresses).into_owned(),
        remote: family.part(remote).into_owned(),
        own_ports: question.sender.ports,
        remote_ports: question.ports.clone(),
    };
    let packets = [Family::Ipv4, Family::Ipv6].into_iter().flat_map(|family| of_family(family).boxes()).collect();
    path.blockers.insert(0, total(code, resource, packets));
    if tracing {
        let step = Step {
            text: what.to_owned(),
            resource: Some(resource),
            passage: Passage::Blocked,
            returning: false,
            branch: Vec::new(),
            by: Vec::new(),
        };
        path.steps.insert(0, step);
    }
}
