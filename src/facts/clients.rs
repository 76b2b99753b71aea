//! Who may come in: clients of load balancers and of services that are found by name, and images that are yet to be fetched.

use super::balancing::listener;
use super::blocker::sender_subnet;
use super::entity::*;
use super::model::Model;
use super::schema::*;
use crate::network::*;
use crate::reach::{Code, Destination, FlowKind, ResourceId, Verdict, answer_instead};

/// Addresses that clients on the internet reach a load balancer from.
/// <https://docs.aws.amazon.com/elasticloadbalancing/latest/application/application-load-balancers.html#ip-address-type>
pub(super) fn clients_of(balancer: &LoadBalancer<'_>) -> Addresses {
    match balancer.element.ip_address_type.as_deref() {
        Some("dualstack") => CLIENTS.clone(),
        Some("dualstack-without-public-ipv4") => Family::Ipv6.part(&CLIENTS).into_owned(),
        _ => Family::Ipv4.part(&CLIENTS).into_owned(),
    }
}

/// Whether a rule is for one of some ports of one of some protocols, whomever it lets in.
fn is_for(rule: &GroupRule, protocols: &[Protocol], ports: &Ranges<u16>) -> bool {
    protocols.iter().any(|protocol| rule.protocols.includes(*protocol))
        && ports.touches(rule.ports.0, rule.ports.1)
        && !matches!(rule.peer, PeerRef::Group(Reference::Gone) | PeerRef::List(Reference::Gone))
}

/// Ports that every client may take for its side: those that Linux (32768-60999) and Windows (49152-65535) have in common.
/// <https://docs.aws.amazon.com/vpc/latest/userguide/nacl-ephemeral-ports.html>
pub(super) const SHARED_CLIENT_PORTS: (u16, u16) = (49152, 60999);

/// Replies to so small a part of them, one in so many, help no client.
pub(super) const FEW: u128 = 100;

impl Model<'_> {
    /// Inbound rules of security groups.
    fn inbound(&self, groups: impl IntoIterator<Item = Reference<GroupId>>) -> Vec<Known<&GroupRules>> {
        let rules = groups.into_iter().filter_map(|group| match group {
            Reference::To(id) => Some(self.network.group(id).ingress.as_ref().map_err(|missing| *missing)),
            Reference::Unknown(missing) => Some(Err(missing)),
            Reference::Gone => None,
        });
        rules.collect()
    }

    fn is_for_anyone(
        &self,
        sets: Vec<Known<&GroupRules>>,
        protocols: &[Protocol],
        ports: &Ranges<u16>,
    ) -> Result<bool, Unknown> {
        if sets.iter().flatten().flat_map(|rules| &rules.rules).any(|rule| is_for(rule, protocols, ports)) {
            return Ok(true);
        }
        self.known(sets.into_iter().collect::<Known<Vec<_>>>())?;
        Ok(false)
    }

    /// A listener's port and load balancer; none where it is none's, or has no port as those of gateway load balancers.
    pub(super) fn standing(&self, id: ListenerId) -> Known<Option<(u16, &LoadBalancer<'_>)>> {
        let listener = self.network.listener(id);
        let Some(balancer) = listener.load_balancer.known().map(|id| self.network.load_balancer(id)) else {
            return Ok(None);
        };
        if balancer.element.ty.as_deref() == Some("gateway") {
            return Ok(None);
        }
        let port = listener.element.port.and_then(|port| u16::try_from(port).ok()).filter(|port| *port != 0);
        let missing = Missing { call: "elasticloadbalancing:DescribeListeners", scope: listener.scope };
        port.map(|port| Some((port, balancer))).ok_or(missing)
    }

    /// Public addresses that a load balancer's groups keep from a listener, and what hangs on something unknown.
    pub(super) fn kept_out(
        &self,
        balancer: &LoadBalancer<'_>,
        clients: &Addresses,
        protocol: Protocol,
        port: u16,
    ) -> (Addresses, Option<Missing>) {
        if balancer.groups.is_empty() {
            return (Ranges::none(), None);
        }
        let sets = self.inbound(balancer.groups.iter().copied());
        let other = OtherSide { addresses: clients, groups: Some(&[]), list: None };
        let passed = group_drops(self.network, protocol, &sets, other, &Ranges::one(port, port));
        (Ranges::collect(passed.denied.iter().map(|part| part.addresses)), passed.unknown)
    }

    /// Whether a rule of a load balancer's groups is for a list of AWS's own public addresses, of a family that clients have.
    fn is_open_to_aws(&self, balancer: &LoadBalancer<'_>, clients: &Addresses, protocol: Protocol, port: u16) -> bool {
        let family_of = |range: (u128, u128)| Family::of(range.0);
        self.inbound(balancer.groups.iter().copied()).into_iter().flatten().flat_map(|rules| &rules.rules).any(|rule| {
            let PeerRef::List(Reference::To(list)) = rule.peer else { return false };
            let list = self.network.prefix_list(list);
            list.is_public()
                && clients.iter().any(|range| family_of(range) == list.family)
                && is_for(rule, &[protocol], &Ranges::one(port, port))
        })
    }

    pub(super) fn accepts_public(&self, listener: ListenerId) -> Result<bool, Unknown> {
        let Some((port, balancer)) = self.known(self.standing(listener))? else { return Ok(true) };
        let clients = clients_of(balancer);
        let mut hangs_on = None;
        for protocol in self.network.listener(listener).protocols() {
            let (denied, unknown) = self.kept_out(balancer, &clients, *protocol, port);
            if !denied.contains(&clients) || self.is_open_to_aws(balancer, &clients, *protocol, port) {
                return Ok(true);
            }
            hangs_on = hangs_on.or(unknown);
        }
        match hangs_on {
            Some(missing) => Err(self.unknown(missing)),
            None => Ok(false),
        }
    }

    pub(super) fn accepts_anyone(&self, listener: ListenerId) -> Result<bool, Unknown> {
        match self.known(self.standing(listener))? {
            Some((port, balancer)) if !balancer.groups.is_empty() => {
                let sets = self.inbound(balancer.groups.iter().copied());
                self.is_for_anyone(sets, self.network.listener(listener).protocols(), &Ranges::one(port, port))
            }
            _ => Ok(true),
        }
    }

    /// Whether a listener forwards to a target group, itself or by a rule.
    pub(super) fn forwards(&self, listener: ListenerId) -> Result<bool, Unknown> {
        let listener = self.network.listener(listener);
        if listener.targets.is_empty() {
            self.known(listener.targets_known)?;
            self.listed(listener.scope, "elasticloadbalancing:DescribeRules")?;
        }
        Ok(!listener.targets.is_empty())
    }

    /// Listeners of a load balancer that groups keep from the clients they are for. Of several listeners of one that faces
    /// the internet, one has to be open to it, and each that such a one redirects to.
    pub(super) fn closed_listeners<'f>(&self, id: LoadBalancerId) -> Reading<'f> {
        list_of(&listener::TYPE, self.shut_listeners(id)?.into_iter().map(|id| id.0))
    }

    pub(super) fn shut_listeners(&self, id: LoadBalancerId) -> Result<Vec<ListenerId>, Unknown> {
        let balancer = self.network.load_balancer(id);
        let listeners = balancer.listeners.as_ref().map_err(|missing| self.unknown(*missing))?;
        let faces_internet = self.known_scheme(id)? == "internet-facing";
        let mut is_open = false;
        for listener in listeners.iter().filter(|_| faces_internet) {
            is_open |= self.accepts_public(*listener)?;
        }
        let mut closed = Vec::new();
        for listener in listeners {
            let mut is_for_public = faces_internet && !is_open;
            for other in self.redirecting(*listener).into_iter().filter(|_| is_open) {
                is_for_public |= self.accepts_public(ListenerId(other))?;
            }
            let is_shut = !self.accepts_anyone(*listener)? && self.forwards(*listener)?;
            if is_shut || is_for_public && !self.accepts_public(*listener)? {
                closed.push(*listener);
            }
        }
        Ok(closed)
    }

    pub(super) fn known_scheme(&self, id: LoadBalancerId) -> Result<&str, Unknown> {
        let balancer = self.network.load_balancer(id);
        let missing = Missing { call: "elasticloadbalancing:DescribeLoadBalancers", scope: balancer.scope };
        balancer.element.scheme.as_deref().ok_or_else(|| self.unknown(missing))
    }

    pub(super) fn redirecting(&self, to: ListenerId) -> Vec<u32> {
        let Ok(Some((port, balancer))) = self.standing(to) else { return Vec::new() };
        let beside = balancer.listeners.iter().flatten();
        beside.filter(|id| self.network.listener(**id).redirects.contains(&port)).map(|id| id.0).collect()
    }

    /// Internet-facing load balancers in the subnets of a network ACL that lets no client through to a listener which forwards,
    /// or no reply back. One that stops a flow of a workload as well is told with that flow.
    pub(super) fn cut_off_by(&self, acl: AclId) -> Result<Vec<u32>, Unknown> {
        let mut found: Vec<LoadBalancerId> = Vec::new();
        if self.blockers_at(ResourceId::Acl(acl)).next().is_some() {
            return Ok(Vec::new());
        }
        for subnet in &self.subnets_of_acl[acl.0 as usize] {
            for id in &self.public_balancers[subnet.0 as usize] {
                if !found.contains(id) && self.is_cut_off_by(acl, self.network.load_balancer(*id))? {
                    found.push(*id);
                }
            }
        }
        // One that doesn't say whom it faces may be such a one.
        for balancer in self.network.load_balancers.iter().filter(|balancer| balancer.element.scheme.is_none()) {
            let mut here = balancer.subnets.iter().filter_map(|subnet| subnet.known());
            if here.any(|subnet| self.network.subnet(subnet).acl == Ok(acl)) && self.is_cut_off_by(acl, balancer)? {
                let missing = Missing { call: "elasticloadbalancing:DescribeLoadBalancers", scope: balancer.scope };
                return Err(self.unknown(missing));
            }
        }
        Ok(found.into_iter().map(|id| id.0).collect())
    }

    fn is_cut_off_by(&self, acl: AclId, balancer: &LoadBalancer<'_>) -> Result<bool, Unknown> {
        let clients = clients_of(balancer);
        let mut admitting = Vec::new();
        let mut closed = Vec::new();
        let mut hangs_on = None;
        for id in balancer.listeners.iter().flatten() {
            let listener = self.network.listener(*id);
            let (port, _) = match self.standing(*id) {
                _ if listener.targets.is_empty() => continue,
                Ok(None) => continue,
                Ok(Some(found)) => found,
                Err(missing) => {
                    hangs_on = Some(missing);
                    continue;
                }
            };
            for protocol in listener.protocols() {
                let (denied, _) = self.kept_out(balancer, &clients, *protocol, port);
                let admitted = clients.difference(&denied);
                match admitted.is_empty() {
                    true => closed.push((*protocol, clients.clone(), port)),
                    false => admitting.push((*protocol, admitted, port)),
                }
            }
        }
        // Where the groups keep everybody out, which is told of these, clients are to get through all the same.
        let asked = if admitting.is_empty() { closed } else { admitting };
        for (protocol, clients, port) in &asked {
            // Of several listeners one alone has to be open to the internet.
            if self.lets_clients_through(acl, *protocol, clients, *port)? {
                return Ok(false);
            }
        }
        match hangs_on {
            // It may be the one that is open.
            Some(missing) => Err(self.unknown(missing)),
            None => Ok(!asked.is_empty()),
        }
    }

    /// Whether a network ACL lets any of some clients in to a port, and replies out to them: to more than a few of the ports that
    /// every client has. "Allow all outbound traffic on the ephemeral ports", 1024-65535, is what AWS recommends.
    /// <https://docs.aws.amazon.com/elasticloadbalancing/latest/classic/elb-vpc-network-acls.html>
    pub(super) fn lets_clients_through(
        &self,
        acl: AclId,
        protocol: Protocol,
        clients: &Addresses,
        port: u16,
    ) -> Result<bool, Unknown> {
        let acl = self.network.acl(acl);
        let ingress = acl.ingress.as_ref().map_err(|missing| self.unknown(*missing))?;
        let egress = acl.egress.as_ref().map_err(|missing| self.unknown(*missing))?;
        let dropped = ingress.drops(protocol, clients, &Ranges::one(port, port));
        let inside = clients.difference(&Ranges::collect(dropped.iter().map(|found| found.packets.addresses)));
        let ports = Ranges::one(SHARED_CLIENT_PORTS.0, SHARED_CLIENT_PORTS.1);
        let lost = egress.drops(protocol, &inside, &ports);
        let answered = lost.iter().fold(rectangles(&inside, &ports), |rest, found| subtract(rest, &found.packets));
        Ok(answers_somebody(&answered, SHARED_CLIENT_PORTS))
    }

    /// Whether a rule of a workload's groups is for a port that callers who found it by Cloud Map may go to. True where none is known.
    pub(super) fn lets_its_finders_in<'f>(&self, id: WorkloadId) -> Reading<'f> {
        let workload = self.network.workload(id);
        match &workload.discovered {
            Some((ports, _)) if !ports.is_empty() => {
                let groups = self.known(workload.groups.as_ref().map_err(|missing| *missing))?;
                let sets = self.inbound(groups.iter().map(|member| member.group));
                boolean(self.is_for_anyone(sets, &[Protocol::Tcp, Protocol::Udp], ports)?)
            }
            _ => boolean(true),
        }
    }

    /// Services in a VPC that Cloud Map has names for.
    pub(super) fn discovered_in(&self, id: VpcId) -> Vec<u32> {
        let hosted = |subnet: &SubnetId| self.hosted[subnet.0 as usize].iter();
        let mut found: Vec<u32> = self.network.vpc(id).subnets.iter().flat_map(hosted).map(|id| id.0).collect();
        found.sort_unstable();
        found.dedup();
        found.retain(|id| self.network.workload(WorkloadId(*id)).discovered.is_some());
        found
    }

    /// Whether what a VPC's DNS attributes or DHCP options say stops a flow, or what stands before the resolvers that these name.
    pub(super) fn names_stop_flows(&self, id: VpcId) -> bool {
        let by_vpc = self
            .blockers_at(ResourceId::Vpc(id))
            .any(|blocker| matches!(blocker.code, Code::DnsSupport | Code::DnsResolver | Code::DnsHostnames));
        let asking_in_vain = || {
            let stopped = self.blockers.iter().map(|key| self.blocker(*key));
            let asking = stopped.filter(|(_, blocker)| blocker.resolver.is_some());
            asking.filter_map(|(flow, _)| self.network.subnet(sender_subnet(flow)).vpc.known()).collect()
        };
        let on_way_to_resolver = || self.asking_in_vain.get_or_init(asking_in_vain).contains(&id);
        by_vpc || !self.network.vpc(id).resolvers.is_empty() && on_way_to_resolver()
    }

    /// Images that a pull-through cache of the workload's own registry has not fetched yet, of what is pulled by an endpoint
    /// from subnets that lead to no public address; all of them, or those alone that a rule's own prefix makes the cache's.
    pub(super) fn never_fetched(&self, id: WorkloadId, by_prefix_alone: bool) -> Vec<&str> {
        let workload = self.network.workload(id);
        let scope = &self.network.scopes[workload.scope as usize];
        let (Some(rules), Some(repositories)) = (&scope.cache_prefixes, &scope.repositories) else { return Vec::new() };
        let pulls_in_vain = self.flows_of(id).iter().any(|flow| {
            let FlowKind::Need(need) = flow.key.kind else { return false };
            let is_registry = workload.needs.get(need as usize).is_some_and(|need| {
                matches!(&need.target, NeedTarget::Service(name) | NeedTarget::ServiceHost(name, _) if name == "ecr.dkr")
            });
            is_registry
                && matches!(flow.answer.via, Some(ResourceId::Endpoint(_)))
                && answer_instead(self.network, &flow.key, Destination::PublicName).verdict == Verdict::Blocked
        });
        let is_cached_later = |image: &str| match registry(image) {
            Registry::Ecr { account, region, repository, .. } => {
                scope.account.as_ref().is_none_or(|own| *own == account)
                    && scope.region.as_ref().is_none_or(|own| *own == region)
                    && !repositories.contains(&repository)
                    && !scope.running_images.contains(image)
                    && rules.iter().any(|(prefix, _)| match prefix.as_str() {
                        "ROOT" => !by_prefix_alone,
                        prefix => repository.strip_prefix(prefix).is_some_and(|rest| rest.starts_with('/')),
                    })
            }
            _ => false,
        };
        match pulls_in_vain {
            true => workload.images.iter().map(|(image, _)| *image).filter(|image| is_cached_later(image)).collect(),
            false => Vec::new(),
        }
    }
}

/// Whether among packets that pass there are those of a client for whom they do on more than a few of some ports.
pub(super) fn answers_somebody(answered: &[Rectangle], ports: (u16, u16)) -> bool {
    let width = |(low, high): (u16, u16)| u128::from(high - low) + 1;
    // The first address of each part stands for those which the same parts have.
    answered.iter().map(|part| part.addresses.0).any(|client| {
        let of_client = answered.iter().filter(|part| part.addresses.0 <= client && client <= part.addresses.1);
        let answered = Ranges::collect(of_client.map(|part| part.ports));
        answered.iter().map(width).sum::<u128>() > width(ports) / FEW
    })
}
