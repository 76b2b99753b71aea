//! The oracle: one concrete packet at a time through a plain network, as AWS's documentation describes it.

use super::model::*;

/// What becomes of a packet and of the reply to it; of two the worse one is the greater.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Fate {
    Answered,
    Unknown,
    Dropped,
}

pub(crate) struct Oracle<'n> {
    pub(crate) net: &'n Net,
    pub(crate) question: &'n Question,
    /// The interfaces that can be met, and the blocks that are never routed on the internet.
    pub(crate) enis: Vec<Eni>,
    pub(crate) special: Vec<Cidr>,
}

fn is_for(rule: Protocol, udp: bool) -> bool {
    match rule {
        "-1" => true,
        "6" | "tcp" => !udp,
        "17" | "udp" => udp,
        _ => false,
    }
}

fn within(ports: (u16, u16), port: u16) -> bool {
    ports.0 <= port && port <= ports.1
}

impl<'n> Oracle<'n> {
    pub(crate) fn new(net: &'n Net, question: &'n Question) -> Self {
        let enis = if question.destination == Destination::Logs { net.endpoint_enis() } else { net.known_enis() };
        Oracle { net, question, enis, special: SPECIAL.map(Cidr::of).to_vec() }
    }

    /// Of IPv6 only `2000::/3` is handed out.
    pub(crate) fn is_public(&self, address: Address) -> bool {
        let is_handed_out = is_ipv4(address) || address >> 125 == 1;
        is_handed_out && !self.special.iter().any(|block| block.holds(address))
    }

    /// A security group lets pass what any rule of any of the groups allows.
    pub(crate) fn groups_allow(
        &self,
        groups: &[usize],
        egress: bool,
        other: Address,
        port: u16,
        other_groups: &[usize],
    ) -> bool {
        groups.iter().any(|group| {
            let group = &self.net.groups[*group];
            let rules = if egress { &group.egress } else { &group.ingress };
            rules.iter().any(|rule| {
                is_for(rule.protocol, self.question.udp)
                    && (rule.protocol == "-1" || within(rule.ports, port))
                    && match &rule.peer {
                        Peer::Block(block) => block.holds(other),
                        Peer::List(list) => self.net.lists[*list].iter().any(|block| block.holds(other)),
                        Peer::Group(group) => other_groups.contains(group),
                    }
            })
        })
    }

    /// A network ACL: the entry with the lowest number that matches decides; none matches: denied.
    pub(crate) fn acl_allows(&self, subnet: usize, egress: bool, other: Address, port: u16) -> bool {
        let entries = &self.net.acls[self.net.subnets[subnet].acl].entries;
        let matching = entries.iter().filter(|entry| {
            entry.egress == egress
                && is_for(entry.protocol, self.question.udp)
                && (entry.protocol == "-1" || within(entry.ports, port))
                && entry.block.holds(other)
        });
        matching.min_by_key(|entry| entry.number).is_some_and(|entry| entry.allow)
    }

    pub(crate) fn subnet_of(&self, vpc: usize, address: Address) -> Option<usize> {
        self.net.subnets.iter().position(|subnet| subnet.vpc == vpc && subnet.holds(address))
    }

    pub(crate) fn eni_of(&self, vpc: usize, address: Address) -> Option<&Eni> {
        self.enis.iter().find(|eni| self.net.subnets[eni.subnet].vpc == vpc && eni.holds(address))
    }

    /// Walks the packet to its destination and the reply back. The second part says whether a NAT gateway was met.
    pub(crate) fn walk(&self, packet: Packet) -> (Fate, bool) {
        let question = self.question;
        let remote_groups: Vec<usize> = self
            .enis
            .iter()
            .filter(|eni| eni.holds(packet.remote))
            .flat_map(|eni| eni.groups.iter().copied())
            .collect();
        if !self.groups_allow(&question.groups, true, packet.remote, packet.remote_port, &remote_groups) {
            return (Fate::Dropped, false);
        }
        let leaves_subnet = !self.net.subnets[SENDER].holds(packet.remote);
        if leaves_subnet && !self.acl_allows(SENDER, true, packet.remote, packet.remote_port) {
            return (Fate::Dropped, false);
        }
        // Interfaces of one subnet find each other by their MAC addresses: their route table isn't asked.
        if !leaves_subnet {
            return (self.arrive(0, packet), false);
        }
        if RESERVED.iter().any(|block| Cidr::of(block).holds(packet.remote)) {
            let comes_back = self.acl_allows(SENDER, false, packet.remote, packet.own_port);
            return (if comes_back { Fate::Unknown } else { Fate::Dropped }, false);
        }
        let Some(route) = self.net.route(SENDER, packet.remote) else { return (Fate::Dropped, false) };
        if route.blackhole {
            return (Fate::Dropped, false);
        }
        let met_nat = matches!(route.target, Target::Nat(_));
        let there = match route.target {
            Target::Local => self.arrive(0, packet),
            Target::Internet => self.through_internet_gateway(packet),
            Target::Nat(nat) => self.through_nat(nat, packet),
            Target::EgressOnly if self.is_public(packet.remote) => on_internet(packet.remote),
            Target::EgressOnly | Target::LostEgressOnly | Target::LostInternet | Target::LostNat => Fate::Dropped,
            // It takes nothing but TCP.
            Target::GatewayEndpoint if self.net.gateway_endpoint && !self.question.udp => Fate::Answered,
            Target::GatewayEndpoint => Fate::Dropped,
            Target::Vpn => Fate::Unknown,
            Target::Peering => self.through_peering(packet),
            Target::Transit => self.through_transit(SENDER, Some(&question.groups), packet),
        };
        if there == Fate::Dropped {
            return (Fate::Dropped, met_nat);
        }
        let is_checked = matches!(route.target, Target::Transit | Target::Peering);
        if !is_checked && !self.acl_allows(SENDER, false, packet.remote, packet.own_port) {
            return (Fate::Dropped, met_nat);
        }
        (there, met_nat)
    }

    fn through_internet_gateway(&self, packet: Packet) -> Fate {
        // An IPv6 address is public by itself.
        let is_public = !is_ipv4(packet.own) || self.question.public_ip;
        let works = self.net.internet == Attached::Here && is_public && self.is_public(packet.remote);
        if works { on_internet(packet.remote) } else { Fate::Dropped }
    }

    fn through_nat(&self, index: usize, packet: Packet) -> Fate {
        let nat = &self.net.nats[index];
        // Of IPv6 a NAT gateway takes what holds an IPv4 address, and goes on with that.
        let packet = match is_ipv4(packet.remote) {
            true => packet,
            false if NAT64.holds(packet.remote) => {
                Packet { remote: Cidr::of("0.0.0.0").first + (packet.remote - NAT64.first), ..packet }
            }
            false => return Fate::Dropped,
        };
        let works = nat.works()
            && nat.subnet != SENDER
            && self.acl_allows(nat.subnet, false, packet.own, packet.remote_port)
            && self.acl_allows(nat.subnet, true, packet.own, packet.own_port);
        if !works {
            return Fate::Dropped;
        }
        let home = self.way_home(nat.subnet, packet.own);
        // To its own subnet it needs no route, and no network ACL is asked.
        if self.net.subnets[nat.subnet].holds(packet.remote) {
            return self.onward_of_nat(index, packet).max(home);
        }
        if !self.acl_allows(nat.subnet, true, packet.remote, packet.remote_port) {
            return Fate::Dropped;
        }
        let Some(route) = self.net.route(nat.subnet, packet.remote) else { return Fate::Dropped };
        let there = match route.target {
            _ if route.blackhole => Fate::Dropped,
            Target::Transit => self.beyond_nat(index, packet),
            Target::Local => self.onward_of_nat(index, packet),
            _ if !self.acl_allows(nat.subnet, false, packet.remote, packet.nat_port) => Fate::Dropped,
            Target::Internet if nat.private => Fate::Dropped,
            Target::Internet if self.net.internet == Attached::Here && self.is_public(packet.remote) => Fate::Answered,
            Target::GatewayEndpoint if self.net.gateway_endpoint && !self.question.udp => Fate::Answered,
            Target::Internet
            | Target::GatewayEndpoint
            | Target::EgressOnly
            | Target::LostEgressOnly
            | Target::LostInternet
            | Target::Nat(_)
            | Target::LostNat => Fate::Dropped,
            Target::Vpn | Target::Peering => Fate::Unknown,
        };
        there.max(home)
    }

    /// A reply inside the VPC, by the table of the subnet that it comes from, which a middlebox's route may bend. AWS keeps
    /// a local route in every table.
    pub(crate) fn way_home(&self, from: usize, to: Address) -> Fate {
        match self.net.route(from, to) {
            _ if self.net.subnets[from].holds(to) => Fate::Answered,
            None => Fate::Answered,
            Some(Route { blackhole: true, .. }) => Fate::Dropped,
            Some(route) => match route.target {
                Target::Local => Fate::Answered,
                Target::LostInternet | Target::LostEgressOnly | Target::LostNat => Fate::Dropped,
                _ => Fate::Unknown,
            },
        }
    }

    /// Into the NAT gateway's own VPC, with its address and without groups, and back to it.
    fn onward_of_nat(&self, index: usize, packet: Packet) -> Fate {
        let Some(own) = self.net.nat_address(index) else { return Fate::Unknown };
        let from = self.net.nats[index].subnet;
        let inner = Packet { own, own_port: packet.nat_port, ..packet };
        let there = self.arrive_from(0, from, &[], inner);
        let comes_back =
            self.net.subnets[from].holds(packet.remote) || self.acl_allows(from, false, packet.remote, packet.nat_port);
        if comes_back { there } else { Fate::Dropped }
    }

    /// Beyond a NAT gateway packets have its address and port, and no security group of the sender's.
    fn beyond_nat(&self, index: usize, packet: Packet) -> Fate {
        // A NAT gateway in a subnet without IPv4 can't be; what its address would be can't be told.
        let Some(own) = self.net.nat_address(index) else { return Fate::Unknown };
        let packet = Packet { own, own_port: packet.nat_port, ..packet };
        self.through_transit(self.net.nats[index].subnet, None, packet)
    }

    /// Inside a VPC: the network ACL of the destination's subnet both ways, and its interface's security groups.
    fn arrive(&self, vpc: usize, packet: Packet) -> Fate {
        self.arrive_from(vpc, SENDER, &self.question.groups, packet)
    }

    fn arrive_from(&self, vpc: usize, from: usize, groups: &[usize], packet: Packet) -> Fate {
        let Some(subnet) = self.subnet_of(vpc, packet.remote) else { return Fate::Unknown };
        if subnet != from
            && !(self.acl_allows(subnet, false, packet.own, packet.remote_port)
                && self.acl_allows(subnet, true, packet.own, packet.own_port))
        {
            return Fate::Dropped;
        }
        let home = if vpc == 0 { self.way_home(subnet, packet.own) } else { Fate::Answered };
        let there = match self.eni_of(vpc, packet.remote) {
            Some(eni) if !self.groups_allow(&eni.groups, false, packet.own, packet.remote_port, groups) => {
                Fate::Dropped
            }
            Some(_) => Fate::Answered,
            None => Fate::Unknown,
        };
        there.max(home)
    }

    fn through_peering(&self, packet: Packet) -> Fate {
        if !self.net.peering_active || !is_of_vpc(1, packet.remote) {
            return Fate::Dropped;
        }
        let Some(subnet) = self.subnet_of(1, packet.remote) else {
            let comes_back = self.acl_allows(SENDER, false, packet.remote, packet.own_port);
            return if comes_back { Fate::Unknown } else { Fate::Dropped };
        };
        self.arrive(1, packet).max(self.way_back(subnet, SENDER, false, packet))
    }
}

/// What comes from the internet to the network's own addresses isn't followed.
fn on_internet(remote: Address) -> Fate {
    let is_own = !is_ipv4(remote) && (0..VPCS.len()).any(|vpc| is_of_vpc(vpc, remote));
    if is_own { Fate::Unknown } else { Fate::Answered }
}
