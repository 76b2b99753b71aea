//! Three VPCs on a transit gateway in plain words: a spoke where the task is, one with the way out, one with a database.

use std::net::Ipv4Addr;

/// First address and prefix length.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Cidr(pub(crate) [u8; 4], pub(crate) u8);

impl Cidr {
    pub(crate) fn holds(self, address: u32) -> bool {
        let mask = u32::MAX.checked_shl(32 - u32::from(self.1)).unwrap_or(0);
        address & mask == u32::from(Ipv4Addr::from(self.0))
    }

    pub(crate) fn text(self) -> String {
        format!("{}/{}", Ipv4Addr::from(self.0), self.1)
    }
}

pub(crate) const ALL: Cidr = Cidr([0, 0, 0, 0], 0);
pub(crate) const PRIVATE: Cidr = Cidr([10, 0, 0, 0], 8);
pub(crate) const VPCS: [Cidr; 3] = [Cidr([10, 0, 0, 0], 16), Cidr([10, 1, 0, 0], 16), Cidr([10, 2, 0, 0], 16)];

/// Name, VPC and block of each subnet; the zone is the net's.
pub(crate) const SUBNETS: [(&str, usize, Cidr); 10] = [
    ("task", 0, Cidr([10, 0, 1, 0], 24)),
    ("spoke-a", 0, Cidr([10, 0, 255, 0], 28)),
    ("spoke-b", 0, Cidr([10, 0, 255, 16], 28)),
    ("egress-a", 1, Cidr([10, 1, 255, 0], 28)),
    ("egress-b", 1, Cidr([10, 1, 255, 16], 28)),
    ("nat-a", 1, Cidr([10, 1, 0, 0], 24)),
    ("nat-b", 1, Cidr([10, 1, 1, 0], 24)),
    ("shared-a", 2, Cidr([10, 2, 255, 0], 28)),
    ("shared-b", 2, Cidr([10, 2, 255, 16], 28)),
    ("database", 2, Cidr([10, 2, 1, 0], 24)),
];
pub(crate) const TASK: usize = 0;
pub(crate) const DATABASE: usize = 9;
pub(crate) const DATABASE_AT: [u8; 4] = [10, 2, 1, 10];
/// The subnets that an attachment can have, by VPC and zone.
pub(crate) const ATTACHED: [[usize; 2]; 3] = [[1, 2], [3, 4], [7, 8]];
/// The subnets of the two NAT gateways.
pub(crate) const NATS: [usize; 2] = [5, 6];

#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Target {
    Local,
    Transit,
    Nat(usize),
    Internet,
    Vpn,
    /// The interface of a firewall.
    Appliance,
    /// A firewall's endpoint that does not exist.
    Gone,
}

/// An entry that stands before the one that lets everything pass.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Entry {
    pub(crate) egress: bool,
    pub(crate) allow: bool,
    pub(crate) block: Cidr,
    pub(crate) ports: (u16, u16),
}

/// Where a transit gateway sends a block; none is a blackhole.
pub(crate) type Hop = (Cidr, Option<usize>);

#[derive(Debug, Clone)]
pub(crate) struct Net {
    /// Whether the task's subnet and the database's are in zone b.
    pub(crate) in_b: (bool, bool),
    /// Routes besides the local one, by subnet.
    pub(crate) routes: Vec<Vec<(Cidr, Target)>>,
    pub(crate) acls: Vec<Vec<Entry>>,
    /// Which zones each attachment has a subnet in.
    pub(crate) zones: [[bool; 2]; 3],
    pub(crate) appliances: [bool; 3],
    /// Whether each attachment is associated with its table.
    pub(crate) associated: [bool; 3],
    /// The table of each attachment.
    pub(crate) hops: [Vec<Hop>; 3],
}

impl Net {
    pub(crate) fn zone(&self, subnet: usize) -> usize {
        match subnet {
            TASK => usize::from(self.in_b.0),
            DATABASE => usize::from(self.in_b.1),
            other => usize::from(SUBNETS[other].0.ends_with('b')),
        }
    }

    pub(crate) fn attached(&self, vpc: usize) -> Vec<usize> {
        (0..2).filter(|zone| self.zones[vpc][*zone]).map(|zone| ATTACHED[vpc][zone]).collect()
    }
}
