//! What security groups open to every public address, and whether the internet gets there.

use super::entity::*;
use super::filters::port_ranges;
use super::model::Model;
use super::schema::*;
use crate::network::*;
use crate::path;
use crate::snapshot::Location;

const FAMILIES: [Family; 2] = [Family::Ipv4, Family::Ipv6];

fn public(family: Family) -> &'static Addresses {
    match family {
        Family::Ipv4 => &PUBLIC_V4,
        Family::Ipv6 => &PUBLIC_V6,
    }
}

/// The addresses that a rule is for, where it is for addresses that are known.
fn lets_in(network: &Network<'_>, rule: &GroupRule) -> Option<Addresses> {
    match &rule.peer {
        PeerRef::Block(range) => Some(Ranges::one(range.0, range.1)),
        PeerRef::List(Reference::To(list)) => network.prefix_list(*list).blocks.clone(),
        _ => None,
    }
}

/// What is missing where a TCP rule is for addresses that the input doesn't say, and that may be all. AWS's own prefix lists hold
/// those of one service.
fn unread_addresses<'r>(network: &Network<'_>, sets: impl IntoIterator<Item = &'r GroupRules>) -> Option<Missing> {
    let mut rules = sets.into_iter().flat_map(|set| &set.rules).filter(|rule| rule.protocols.includes(Protocol::Tcp));
    rules.find_map(|rule| match rule.peer {
        PeerRef::Unwritten(missing) | PeerRef::List(Reference::Unknown(missing)) => Some(missing),
        PeerRef::List(Reference::To(list)) => {
            let list = network.prefix_list(list);
            let is_unread = list.blocks.is_none() && list.service.is_none();
            is_unread.then_some(Missing { call: "ec2:GetManagedPrefixListEntries", scope: list.scope })
        }
        _ => None,
    })
}

/// TCP ports that rules of one direction, taken together, open to every public address of a family: by one rule for
/// `0.0.0.0/0` or `::/0`, or by several that add up to it.
fn open_ports<'r>(
    network: &Network<'_>,
    sets: impl IntoIterator<Item = &'r GroupRules>,
    family: Family,
) -> Ranges<u16> {
    let everybody = public(family);
    let rules = sets.into_iter().flat_map(|set| &set.rules).filter(|rule| rule.protocols.includes(Protocol::Tcp));
    let (whole, parts): (Vec<_>, Vec<_>) = rules
        .filter_map(|rule| Some((lets_in(network, rule)?, rule.ports)))
        .partition(|(addresses, _)| addresses.contains(everybody));
    let mut open: Vec<(u16, u16)> = whole.into_iter().map(|(_, ports)| ports).collect();
    let together = |ports: (u16, u16)| {
        let holding = parts.iter().filter(|(_, held)| held.0 <= ports.0 && ports.1 <= held.1);
        Ranges::collect(holding.flat_map(|(addresses, _)| addresses.iter())).contains(everybody)
    };
    if Ranges::collect(parts.iter().flat_map(|(addresses, _)| addresses.iter())).contains(everybody) {
        // Between two neighbouring borders all ports are alike.
        let mut borders: Vec<u32> =
            parts.iter().flat_map(|(_, held)| [u32::from(held.0), u32::from(held.1) + 1]).collect();
        borders.sort_unstable();
        borders.dedup();
        let spans = borders.windows(2).filter_map(|pair| {
            Some((u16::try_from(*pair.first()?).ok()?, u16::try_from(pair.last()?.checked_sub(1)?).ok()?))
        });
        open.extend(spans.filter(|ports| together(*ports)));
    }
    Ranges::collect(open)
}

impl Model<'_> {
    /// Whether tasks in a subnet have IPv6 addresses that the internet has: each is public by itself, but for private ones and
    /// those of a block that isn't advertised.
    fn has_public_ipv6(&self, id: SubnetId) -> bool {
        let subnet = self.network.subnet(id);
        !subnet.hosts.intersection(&PUBLIC_V6).difference(&subnet.unadvertised).is_empty()
    }

    fn subnets_of(&self, id: WorkloadId) -> impl Iterator<Item = SubnetId> {
        let placements = self.network.workload(id).subnets.iter().flatten();
        placements.filter_map(|placement| placement.subnet.known())
    }

    /// The families of which a group's rules for any address count: IPv6 where somebody who has it has such addresses.
    fn families_of_group(&self, id: GroupId) -> impl Iterator<Item = Family> {
        let mut users = self.users[id.0 as usize].workloads.iter();
        let has_ipv6 = users.any(|id| self.subnets_of(*id).any(|subnet| self.has_public_ipv6(subnet)));
        FAMILIES.into_iter().filter(move |family| *family == Family::Ipv4 || has_ipv6)
    }

    fn opened(&self, id: GroupId, rules: &GroupRules) -> Ranges<u16> {
        let of_families = self.families_of_group(id).map(|family| open_ports(self.network, [rules], family));
        of_families.fold(Ranges::none(), |all, ports| all.union(&ports))
    }

    pub(super) fn ports_open_to_all<'f>(&self, id: GroupId) -> Reading<'f> {
        let rules = self.network.group(id).ingress.as_ref().map_err(|missing| self.unknown(*missing))?;
        port_ranges(&self.opened(id, rules))
    }

    pub(super) fn ports_out_to_all<'f>(&self, id: GroupId) -> Reading<'f> {
        let rules = self.network.group(id).egress.as_ref().map_err(|missing| self.unknown(*missing))?;
        port_ranges(&open_ports(self.network, [rules], Family::Ipv4))
    }

    /// Ports that something which has the group listens on; unknown while a workload's containers are.
    fn asked_ports(&self, id: GroupId) -> Result<Ranges<u16>, Unknown> {
        let users = &self.users[id.0 as usize];
        for id in &users.workloads {
            self.known(self.network.workload(*id).needs_known)?;
        }
        let of_workloads = users.workloads.iter().flat_map(|id| self.network.workload(*id).ports.iter());
        let of_balancers = users.balancers.iter().flat_map(|id| {
            let listeners = self.network.load_balancer(*id).listeners.iter().flatten();
            listeners
                .filter_map(|listener| u16::try_from(self.network.listener(*listener).element.port?).ok())
                .map(|port| (port, port))
                .collect::<Vec<_>>()
        });
        Ok(Ranges::collect(of_workloads.chain(of_balancers)))
    }

    pub(super) fn opens_more_than_asked<'f>(&self, id: GroupId) -> Reading<'f> {
        let rules = self.network.group(id).ingress.as_ref().map_err(|missing| self.unknown(*missing))?;
        let open = self.opened(id, rules);
        if !open.is_empty() && !self.asked_ports(id)?.contains(&open) {
            return boolean(true);
        }
        match unread_addresses(self.network, [rules]) {
            None => boolean(false),
            Some(missing) => Err(self.unknown(missing)),
        }
    }

    pub(super) fn first_open_place(&self, id: GroupId) -> Option<Location> {
        let group = self.network.group(id);
        let rules = group.ingress.as_ref().ok()?;
        let asked = self.asked_ports(id).ok()?;
        let rule = self.families_of_group(id).find_map(|family| {
            let unasked = open_ports(self.network, [rules], family).difference(&asked);
            rules.rules.iter().find(|rule| {
                rule.protocols.includes(Protocol::Tcp)
                    && unasked.touches(rule.ports.0, rule.ports.1)
                    && lets_in(self.network, rule)
                        .is_some_and(|addresses| addresses.intersection(public(family)) != Ranges::none())
            })
        })?;
        Some(Location::inside(group.element.origin, path!["IpPermissions", rule.index, "IpProtocol"]))
    }

    /// Whether an internet gateway leads the internet to a workload's tasks by their own addresses of a family.
    fn meets_internet(&self, id: WorkloadId, family: Family) -> Result<bool, Unknown> {
        let workload = self.network.workload(id);
        if family == Family::Ipv4 && !self.known(workload.public_ip)? {
            return Ok(false);
        }
        self.known(workload.subnets.as_ref().map(|_| ()).map_err(|missing| *missing))?;
        let mut unknown = None;
        for subnet in self.subnets_of(id) {
            let leads_there = self.network.subnet(subnet).table.and_then(|(table, _)| {
                let table = self.network.table(table);
                let route = match family {
                    Family::Ipv4 => table.default_route(self.network),
                    Family::Ipv6 => table.ipv6_default_route(self.network),
                };
                Ok(route?.is_some_and(|route| matches!(route.target, Target::InternetGateway(_))))
            });
            match leads_there {
                _ if family == Family::Ipv6 && !self.has_public_ipv6(subnet) => {}
                Ok(true) => return Ok(true),
                Ok(false) => {}
                Err(missing) => unknown = Some(missing),
            }
        }
        unknown.map_or(Ok(false), |missing| Err(self.unknown(missing)))
    }

    /// Whether a workload's groups let every public address in on a TCP port.
    fn lets_everybody_in(&self, id: WorkloadId, family: Family) -> Result<bool, Unknown> {
        let groups = self.network.workload(id).groups.as_ref().map_err(|missing| self.unknown(*missing))?;
        let mut known = Vec::new();
        let mut unknown = None;
        for member in groups {
            match member.group {
                Reference::To(id) => match &self.network.group(id).ingress {
                    Ok(rules) => known.push(rules),
                    Err(missing) => unknown = Some(*missing),
                },
                Reference::Unknown(missing) => unknown = Some(missing),
                Reference::Gone => {}
            }
        }
        if !open_ports(self.network, known.iter().copied(), family).is_empty() {
            return Ok(true);
        }
        match unknown.or_else(|| unread_addresses(self.network, known)) {
            None => Ok(false),
            Some(missing) => Err(self.unknown(missing)),
        }
    }

    pub(super) fn is_open_to_public<'f>(&self, id: WorkloadId) -> Reading<'f> {
        let mut unknown = None;
        for family in FAMILIES {
            match (self.meets_internet(id, family), self.lets_everybody_in(id, family)) {
                (Ok(true), Ok(true)) => return boolean(true),
                (Ok(false), _) | (_, Ok(false)) => {}
                (Err(missing), _) | (_, Err(missing)) => unknown = Some(missing),
            }
        }
        unknown.map_or_else(|| boolean(false), Err)
    }
}
