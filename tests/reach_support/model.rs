//! A VPC network in plain words: what the oracle walks through, and what is rendered as a snapshot for fargcheck.
//!
//! Both families, everything by index, nothing resolved. It shares no type with fargcheck.

use std::fmt;

/// An address of either family; IPv4 where RFC 4291 maps it (`::ffff:0:0/96`).
pub(crate) type Address = u128;

const MAPPED: Address = 0xffff_0000_0000;

/// NAT64's prefix, `64:ff9b::/96`.
pub(crate) const NAT64: Cidr = Cidr { first: 0x0064_ff9b << 96, length: 96 };

pub(crate) fn is_ipv4(address: Address) -> bool {
    address >> 32 == MAPPED >> 32
}

/// As people write it.
pub(crate) fn written(address: Address) -> String {
    let address = std::net::Ipv6Addr::from(address);
    address.to_ipv4_mapped().map_or_else(|| address.to_string(), |ipv4| ipv4.to_string())
}

/// An address block, its length counted in 128 bits.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) struct Cidr {
    pub(crate) first: Address,
    pub(crate) length: u8,
}

impl Cidr {
    pub(crate) fn of(text: &str) -> Cidr {
        let (address, length) = text.split_once('/').map_or((text, None), |(address, length)| (address, Some(length)));
        let length = length.map(|length| length.parse::<u8>().expect("a prefix length"));
        match address.parse().expect("an address") {
            std::net::IpAddr::V4(address) => {
                Cidr { first: MAPPED + u128::from(u32::from(address)), length: 96 + length.unwrap_or(32) }
            }
            std::net::IpAddr::V6(address) => Cidr { first: address.into(), length: length.unwrap_or(128) },
        }
    }

    pub(crate) fn is_ipv4(self) -> bool {
        self.length >= 96 && is_ipv4(self.first)
    }

    pub(crate) fn last(self) -> Address {
        self.first | Address::MAX.checked_shr(self.length.into()).unwrap_or(0)
    }

    /// `::/0` holds no IPv4 address.
    pub(crate) fn holds(self, address: Address) -> bool {
        (self.first..=self.last()).contains(&address) && self.is_ipv4() == is_ipv4(address)
    }
}

impl fmt::Display for Cidr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", written(self.first), if self.is_ipv4() { self.length - 96 } else { self.length })
    }
}

impl fmt::Debug for Cidr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// The two VPCs, each with a block of either family: the sender's, and one that it can be connected to.
pub(crate) const VPCS: [[Cidr; 2]; 2] = [
    [Cidr { first: MAPPED + 0x0a00_0000, length: 96 + 24 }, Cidr { first: 0x2600_1f18_0000_0100 << 64, length: 56 }],
    [Cidr { first: MAPPED + 0x0a01_0000, length: 96 + 24 }, Cidr { first: 0x2600_1f18_0000_0200 << 64, length: 56 }],
];

/// Whether a VPC has an address.
pub(crate) fn is_of_vpc(vpc: usize, address: Address) -> bool {
    VPCS[vpc].iter().any(|block| block.holds(address))
}

/// <https://www.iana.org/assignments/iana-ipv4-special-registry/> and its sister for IPv6: what the internet does not route.
pub(crate) const SPECIAL: [&str; 16] = [
    "0.0.0.0/8",
    "10.0.0.0/8",
    "100.64.0.0/10",
    "127.0.0.0/8",
    "169.254.0.0/16",
    "172.16.0.0/12",
    "192.0.0.0/24",
    "192.0.2.0/24",
    "192.168.0.0/16",
    "198.18.0.0/15",
    "198.51.100.0/24",
    "203.0.113.0/24",
    "224.0.0.0/4",
    "240.0.0.0/4",
    "2001:db8::/32",
    "64:ff9b::/96",
];

/// What AWS keeps for services of its own: no route leads there.
/// <https://docs.aws.amazon.com/vpc/latest/userguide/subnet-route-tables.html>
pub(crate) const RESERVED: [&str; 2] = ["169.254.168.0/22", "fd00:ec2::/32"];

/// The sender's subnet is always the first one.
pub(crate) const SENDER: usize = 0;

/// `-1`, a name or a number, as AWS writes it.
pub(crate) type Protocol = &'static str;

#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Peer {
    Block(Cidr),
    List(usize),
    Group(usize),
}

#[derive(Debug, Clone, PartialEq)]
pub(crate) struct GroupRule {
    pub(crate) protocol: Protocol,
    pub(crate) ports: (u16, u16),
    pub(crate) peer: Peer,
}

#[derive(Debug, Clone, Default)]
pub(crate) struct Group {
    pub(crate) ingress: Vec<GroupRule>,
    pub(crate) egress: Vec<GroupRule>,
}

#[derive(Debug, Clone, PartialEq)]
pub(crate) struct AclEntry {
    pub(crate) number: u16,
    pub(crate) egress: bool,
    pub(crate) allow: bool,
    pub(crate) protocol: Protocol,
    pub(crate) ports: (u16, u16),
    pub(crate) block: Cidr,
}

#[derive(Debug, Clone, Default)]
pub(crate) struct Acl {
    pub(crate) entries: Vec<AclEntry>,
    /// Whether the final deny is listed, as AWS does.
    pub(crate) lists_final_deny: bool,
}

#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum To {
    Block(Cidr),
    List(usize),
}

#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Target {
    Local,
    Internet,
    LostInternet,
    EgressOnly,
    LostEgressOnly,
    Nat(usize),
    LostNat,
    GatewayEndpoint,
    Vpn,
    Peering,
    Transit,
}

#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Route {
    pub(crate) to: To,
    pub(crate) target: Target,
    pub(crate) propagated: bool,
    pub(crate) blackhole: bool,
}

#[derive(Debug, Clone)]
pub(crate) struct Subnet {
    pub(crate) vpc: usize,
    /// A block of either family, or of both.
    pub(crate) blocks: Vec<Cidr>,
    pub(crate) zone: &'static str,
    pub(crate) table: usize,
    pub(crate) acl: usize,
}

#[derive(Debug, Clone)]
pub(crate) struct Nat {
    pub(crate) subnet: usize,
    pub(crate) available: bool,
    pub(crate) private: bool,
    pub(crate) elastic_ip: bool,
}

impl Nat {
    /// A public one needs an Elastic IP.
    pub(crate) fn works(&self) -> bool {
        self.available && (self.private || self.elastic_ip)
    }
}

/// A network interface, with an address of each of its families. (It has several of one only where an endpoint's own
/// aren't known.)
#[derive(Debug, Clone)]
pub(crate) struct Eni {
    pub(crate) subnet: usize,
    pub(crate) addresses: Vec<(Address, Address)>,
    pub(crate) groups: Vec<usize>,
}

/// The interface endpoint of CloudWatch Logs.
#[derive(Debug, Clone)]
pub(crate) struct Endpoint {
    pub(crate) subnets: Vec<usize>,
    pub(crate) groups: Vec<usize>,
    pub(crate) available: bool,
    pub(crate) private_dns: bool,
    pub(crate) knows_addresses: bool,
}

#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Attached {
    Here,
    Elsewhere,
    Nowhere,
}

#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum TransitTarget {
    Vpc(usize),
    Blackhole,
}

/// A transit gateway: for each VPC the subnets that it is attached to, and the routes that its attachment meets.
#[derive(Debug, Clone)]
pub(crate) struct Transit {
    pub(crate) subnets: [Vec<usize>; 2],
    pub(crate) routes: [Vec<(Cidr, TransitTarget)>; 2],
    /// Whether security groups may name groups across it.
    pub(crate) groups_cross: bool,
}

#[derive(Debug, Clone)]
pub(crate) struct Net {
    pub(crate) subnets: Vec<Subnet>,
    pub(crate) tables: Vec<Vec<Route>>,
    pub(crate) acls: Vec<Acl>,
    pub(crate) groups: Vec<Group>,
    /// List 0 is S3's.
    pub(crate) lists: Vec<Vec<Cidr>>,
    pub(crate) nats: Vec<Nat>,
    pub(crate) enis: Vec<Eni>,
    pub(crate) endpoint: Option<Endpoint>,
    /// Whether S3's gateway endpoint is available.
    pub(crate) gateway_endpoint: bool,
    pub(crate) internet: Attached,
    pub(crate) peering_active: bool,
    pub(crate) transit: Transit,
    pub(crate) dns_support: bool,
    pub(crate) dns_hostnames: bool,
    pub(crate) dns64: bool,
}

#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Destination {
    Block(Cidr),
    Internet,
    Eni(usize),
    /// CloudWatch Logs, by its name.
    Logs,
    /// S3, by its name.
    S3,
}

#[derive(Debug, Clone)]
pub(crate) struct Question {
    pub(crate) groups: Vec<usize>,
    pub(crate) public_ip: bool,
    pub(crate) ports: (u16, u16),
    pub(crate) destination: Destination,
    pub(crate) udp: bool,
    pub(crate) remote_ports: (u16, u16),
    /// Whether a service's name leads to IPv4 alone, whatever the task has.
    pub(crate) ipv4_name: bool,
}

impl Subnet {
    pub(crate) fn has(&self, ipv4: bool) -> bool {
        self.blocks.iter().any(|block| block.is_ipv4() == ipv4)
    }

    pub(crate) fn holds(&self, address: Address) -> bool {
        self.blocks.iter().any(|block| block.holds(address))
    }

    /// The addresses that tasks can have: not the first four and the last one.
    pub(crate) fn hosts(&self, ipv4: bool) -> Vec<(Address, Address)> {
        let blocks = self.blocks.iter().filter(|block| block.is_ipv4() == ipv4);
        blocks.map(|block| (block.first + 4, block.last() - 1)).collect()
    }
}

impl Eni {
    pub(crate) fn holds(&self, address: Address) -> bool {
        self.addresses.iter().any(|(first, last)| (*first..=*last).contains(&address))
    }

    pub(crate) fn of_family(&self, ipv4: bool) -> Vec<(Address, Address)> {
        self.addresses.iter().copied().filter(|(first, _)| is_ipv4(*first) == ipv4).collect()
    }
}

impl Net {
    /// Longest prefix first; of equal ones local, static, prefix list, propagated. A propagated route never takes what
    /// the local one has.
    pub(crate) fn route(&self, subnet: usize, address: Address) -> Option<&Route> {
        let subnet = &self.subnets[subnet];
        let is_local = is_of_vpc(subnet.vpc, address);
        let mut best: Option<(u8, u8, &Route)> = None;
        for route in &self.tables[subnet.table] {
            if route.propagated && is_local {
                continue;
            }
            let (blocks, kind): (&[Cidr], u8) = match &route.to {
                To::Block(block) => (
                    std::slice::from_ref(block),
                    if route.target == Target::Local {
                        3
                    } else if route.propagated {
                        0
                    } else {
                        2
                    },
                ),
                To::List(list) => (&self.lists[*list], 1),
            };
            for block in blocks.iter().filter(|block| block.holds(address)) {
                if best.is_none_or(|(length, known, _)| (block.length, kind) > (length, known)) {
                    best = Some((block.length, kind, route));
                }
            }
        }
        best.map(|(_, _, route)| route)
    }

    /// Interfaces of the endpoint: its own, or, where its addresses aren't known, all that its subnets could give it.
    pub(crate) fn endpoint_enis(&self) -> Vec<Eni> {
        let Some(endpoint) = &self.endpoint else { return Vec::new() };
        let of = |subnet: &usize| {
            let addresses = match endpoint.knows_addresses {
                true => self.subnets[*subnet].hosts(true).iter().map(|(first, _)| (first + 6, first + 6)).collect(),
                false => self.subnets[*subnet].hosts(true),
            };
            Eni { subnet: *subnet, addresses, groups: endpoint.groups.clone() }
        };
        endpoint.subnets.iter().map(of).collect()
    }

    /// The private address of a NAT gateway; none where its subnet has no IPv4.
    pub(crate) fn nat_address(&self, index: usize) -> Option<Address> {
        let blocks = &self.subnets[self.nats[index].subnet].blocks;
        blocks.iter().find(|block| block.is_ipv4()).map(|block| block.first + 6 + index as Address)
    }

    /// All interfaces that a description of the network would list.
    pub(crate) fn known_enis(&self) -> Vec<Eni> {
        let mut all = self.enis.clone();
        if self.endpoint.as_ref().is_some_and(|endpoint| endpoint.knows_addresses) {
            all.extend(self.endpoint_enis());
        }
        all
    }
}

/// One packet of a connection, and the port that a NAT gateway would give it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Packet {
    pub(crate) own: Address,
    pub(crate) remote: Address,
    pub(crate) own_port: u16,
    pub(crate) remote_port: u16,
    pub(crate) nat_port: u16,
}
