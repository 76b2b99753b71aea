//! Security groups and network ACLs, compiled to what they let pass.

use super::address::{AddressRange, Addresses, Family, PUBLIC_V4, block};
use super::ids::{GroupId, PrefixListId};
use super::known::{Known, Missing, Reference};
use super::model::*;
use super::ranges::Ranges;

/// Protocols that a task's flows use.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Protocol {
    /// TCP.
    Tcp,
    /// UDP.
    Udp,
}

impl Protocol {
    /// As AWS and people write it.
    pub fn as_str(self) -> &'static str {
        match self {
            Protocol::Tcp => "tcp",
            Protocol::Udp => "udp",
        }
    }

    fn number(self) -> u8 {
        match self {
            Protocol::Tcp => 6,
            Protocol::Udp => 17,
        }
    }
}

/// Which protocols a rule is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Protocols {
    /// All.
    All,
    /// One, by its number.
    One(u8),
    /// One that is none of ours.
    Other,
}

impl Protocols {
    /// As AWS writes it: `-1`, `tcp`, `6`.
    pub fn parse(text: &str) -> Self {
        match text {
            "-1" | "all" => Protocols::All,
            "tcp" => Protocols::One(6),
            "udp" => Protocols::One(17),
            "icmp" => Protocols::One(1),
            "icmpv6" => Protocols::One(58),
            other => other.parse().map_or(Protocols::Other, Protocols::One),
        }
    }

    /// A rule's protocol. AWS answers in small letters; what a hand wrote in capitals means the same.
    pub(super) fn written(text: &str) -> Self {
        match text.bytes().any(|byte| byte.is_ascii_uppercase()) {
            true => Protocols::parse(&text.to_ascii_lowercase()),
            false => Protocols::parse(text),
        }
    }

    /// Whether a rule for it names ports: that for all protocols is for all ports, and other ones have none.
    pub(super) fn have_ports(self) -> bool {
        matches!(self, Protocols::One(_))
            && [Protocol::Tcp, Protocol::Udp].into_iter().any(|protocol| self.includes(protocol))
    }

    /// Whether it includes one.
    pub fn includes(self, protocol: Protocol) -> bool {
        match self {
            Protocols::All => true,
            Protocols::One(number) => number == protocol.number(),
            Protocols::Other => false,
        }
    }
}

/// A rectangle of addresses × ports.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rectangle {
    /// Addresses of the other side (or of the own, for the reply's way).
    pub addresses: AddressRange,
    /// Ports.
    pub ports: (u16, u16),
}

impl Rectangle {
    fn contains(&self, other: &Rectangle) -> bool {
        self.addresses.0 <= other.addresses.0
            && other.addresses.1 <= self.addresses.1
            && self.ports.0 <= other.ports.0
            && other.ports.1 <= self.ports.1
    }

    fn intersection(&self, other: &Rectangle) -> Option<Rectangle> {
        let addresses = (self.addresses.0.max(other.addresses.0), self.addresses.1.min(other.addresses.1));
        let ports = (self.ports.0.max(other.ports.0), self.ports.1.min(other.ports.1));
        (addresses.0 <= addresses.1 && ports.0 <= ports.1).then_some(Rectangle { addresses, ports })
    }

    /// What is left of it without `part`, which lies inside it.
    fn without(&self, part: &Rectangle, rest: &mut Vec<Rectangle>) {
        if self.addresses.0 < part.addresses.0 {
            rest.push(Rectangle { addresses: (self.addresses.0, part.addresses.0 - 1), ports: self.ports });
        }
        if part.addresses.1 < self.addresses.1 {
            rest.push(Rectangle { addresses: (part.addresses.1 + 1, self.addresses.1), ports: self.ports });
        }
        if self.ports.0 < part.ports.0 {
            rest.push(Rectangle { addresses: part.addresses, ports: (self.ports.0, part.ports.0 - 1) });
        }
        if part.ports.1 < self.ports.1 {
            rest.push(Rectangle { addresses: part.addresses, ports: (part.ports.1 + 1, self.ports.1) });
        }
    }
}

/// All rectangles of a set of addresses × a set of ports.
pub fn rectangles(addresses: &Addresses, ports: &Ranges<u16>) -> Vec<Rectangle> {
    addresses.iter().flat_map(|addresses| ports.iter().map(move |ports| Rectangle { addresses, ports })).collect()
}

/// What of `whole` lies outside `part`.
pub fn subtract(whole: Vec<Rectangle>, part: &Rectangle) -> Vec<Rectangle> {
    let mut rest = Vec::with_capacity(whole.len());
    for rectangle in whole {
        match rectangle.intersection(part) {
            None => rest.push(rectangle),
            Some(common) => rectangle.without(&common, &mut rest),
        }
    }
    rest
}

/// An entry of a network ACL.
#[derive(Debug, Clone)]
pub struct AclRule {
    /// Its number.
    pub number: i64,
    /// Its position in the list of entries.
    pub index: usize,
    /// Whether it lets pass.
    pub allows: bool,
    /// Its protocol.
    pub protocols: Protocols,
    /// What it matches.
    pub matches: Rectangle,
}

/// One direction of a network ACL, its entries by number. What no entry matches is denied.
#[derive(Debug, Clone, Default)]
pub struct AclRules {
    /// The entries.
    pub rules: Vec<AclRule>,
}

/// Packets that a filter drops, with the entry that drops them.
#[derive(Debug, Clone, PartialEq)]
pub struct Dropped {
    /// The packets.
    pub packets: Rectangle,
    /// The position of the denying entry in [`AclRules::rules`]; none for the implicit deny.
    pub rule: Option<usize>,
}

impl AclRules {
    /// Whether a single entry lets all of the packets pass, as it mostly is: the first one that matches any of them.
    pub fn let_all_pass(&self, protocol: Protocol, packets: &Rectangle) -> bool {
        let first = self
            .rules
            .iter()
            .find(|rule| rule.protocols.includes(protocol) && rule.matches.intersection(packets).is_some());
        first.is_some_and(|rule| rule.allows && rule.matches.contains(packets))
    }

    /// What is dropped of the packets.
    pub fn drops(&self, protocol: Protocol, addresses: &Addresses, ports: &Ranges<u16>) -> Vec<Dropped> {
        let mut dropped = Vec::new();
        for range in addresses.iter() {
            for port in ports.iter() {
                self.drops_of(protocol, Rectangle { addresses: range, ports: port }, &mut dropped);
            }
        }
        dropped
    }

    fn drops_of(&self, protocol: Protocol, packets: Rectangle, dropped: &mut Vec<Dropped>) {
        let mut open: Vec<Rectangle> = Vec::new();
        let mut first = Some(packets);
        for (index, rule) in self.rules.iter().enumerate() {
            if !rule.protocols.includes(protocol) {
                continue;
            }
            if let Some(packets) = first {
                match rule.matches.intersection(&packets) {
                    None => continue,
                    Some(common) => {
                        if !rule.allows {
                            dropped.push(Dropped { packets: common, rule: Some(index) });
                        }
                        if common == packets {
                            return;
                        }
                        first = None;
                        packets.without(&common, &mut open);
                    }
                }
                continue;
            }
            let mut rest = Vec::with_capacity(open.len());
            for part in open {
                match rule.matches.intersection(&part) {
                    None => rest.push(part),
                    Some(common) => {
                        if !rule.allows {
                            dropped.push(Dropped { packets: common, rule: Some(index) });
                        }
                        part.without(&common, &mut rest);
                    }
                }
            }
            if rest.is_empty() {
                return;
            }
            open = rest;
        }
        dropped.extend(first.into_iter().chain(open).map(|packets| Dropped { packets, rule: None }));
    }
}

/// A rule of a security group.
#[derive(Debug, Clone)]
pub struct GroupRule {
    /// Its position in the list of permissions.
    pub index: usize,
    /// Its protocol.
    pub protocols: Protocols,
    /// Its ports.
    pub ports: (u16, u16),
    /// Whom it is for.
    pub peer: PeerRef,
}

/// Whom a rule is for, by position.
#[derive(Debug, Clone, PartialEq)]
pub enum PeerRef {
    /// Addresses.
    Block(AddressRange),
    /// The addresses of a prefix list.
    List(Reference<PrefixListId>),
    /// Whoever has a group.
    Group(Reference<GroupId>),
    /// Whoever has a group of another account, or of a VPC behind a peering connection, that the input does not hold.
    Stranger,
    /// The input doesn't say.
    Unwritten(Missing),
}

/// One direction of a security group. What no rule matches is dropped.
#[derive(Debug, Clone, Default)]
pub struct GroupRules {
    /// The rules, one for each peer.
    pub rules: Vec<GroupRule>,
}

/// The other side of a flow, as a security group sees it.
#[derive(Debug, Clone, Copy)]
pub struct OtherSide<'s> {
    /// Its addresses.
    pub addresses: &'s Addresses,
    /// Its security groups, where it is one whose groups are known.
    pub groups: Option<&'s [GroupId]>,
    /// The prefix list whose service it is.
    pub list: Option<&'s str>,
}

/// What a set of groups lets pass.
#[derive(Debug, Clone, PartialEq)]
pub struct Passed {
    /// What no rule lets pass.
    pub denied: Vec<Rectangle>,
    /// Whether a rule that can't be read, or a group that isn't known, might let it pass.
    pub unknown: Option<Missing>,
    /// Whether a rule for somebody else's group might, whose members the input can't tell.
    pub by_strangers: bool,
}

/// Whether a single rule of the groups lets all of the packets pass, as it mostly is.
pub fn groups_let_all_pass(protocol: Protocol, sets: &[Known<&GroupRules>], packets: &Rectangle) -> bool {
    sets.iter().flatten().flat_map(|rules| &rules.rules).any(|rule| {
        let PeerRef::Block(addresses) = rule.peer else { return false };
        rule.protocols.includes(protocol) && Rectangle { addresses, ports: rule.ports }.contains(packets)
    })
}

/// What the union of groups' rules does not let pass.
pub fn group_drops(
    network: &Network<'_>,
    protocol: Protocol,
    sets: &[Known<&GroupRules>],
    other: OtherSide<'_>,
    ports: &Ranges<u16>,
) -> Passed {
    let mut denied = rectangles(other.addresses, ports);
    let mut unknown = None;
    let mut members_of = None;
    let (mut unknown_group, mut by_strangers) = (None, false);
    for set in sets {
        let rules = match set {
            Ok(rules) => rules,
            Err(missing) => {
                unknown.get_or_insert(*missing);
                continue;
            }
        };
        for rule in &rules.rules {
            if denied.is_empty() {
                return Passed { denied, unknown: None, by_strangers: false };
            }
            if !rule.protocols.includes(protocol) || !ports.touches(rule.ports.0, rule.ports.1) {
                continue;
            }
            match &rule.peer {
                PeerRef::Block(range) => {
                    let matched = Rectangle { addresses: *range, ports: rule.ports };
                    denied = take(denied, &matched);
                }
                PeerRef::List(Reference::To(list)) => {
                    let list = network.prefix_list(*list);
                    let family = other.addresses.first().map(Family::of);
                    if other.list.is_some() && other.list == list.service && family == Some(list.family) {
                        denied = take(denied, &Rectangle { addresses: (0, u128::MAX), ports: rule.ports });
                        continue;
                    }
                    match &list.blocks {
                        Some(blocks) => {
                            for range in blocks.iter() {
                                denied = take(denied, &Rectangle { addresses: range, ports: rule.ports });
                            }
                        }
                        None => {
                            unknown
                                .get_or_insert(Missing { call: "ec2:GetManagedPrefixListEntries", scope: list.scope });
                        }
                    }
                }
                PeerRef::Group(Reference::To(group)) => {
                    let everything = Rectangle { addresses: (0, u128::MAX), ports: rule.ports };
                    match other.groups {
                        Some(groups) => {
                            if groups.contains(group) {
                                denied = take(denied, &everything);
                            }
                        }
                        None => {
                            members_of = Some(network.group(*group).scope);
                            for interface in &network.group(*group).interfaces {
                                for range in network.interface(*interface).addresses.iter() {
                                    denied = take(denied, &Rectangle { addresses: range, ports: rule.ports });
                                }
                            }
                        }
                    }
                }
                PeerRef::List(Reference::Unknown(missing)) | PeerRef::Unwritten(missing) => {
                    unknown.get_or_insert(*missing);
                }
                PeerRef::Group(Reference::Unknown(missing)) => {
                    unknown_group.get_or_insert(*missing);
                }
                PeerRef::Stranger => by_strangers = true,
                PeerRef::List(Reference::Gone) | PeerRef::Group(Reference::Gone) => {}
            }
        }
    }
    if let Some(scope) = members_of {
        unknown = unknown.or_else(|| hidden_members(network, scope, &denied));
    }
    if (unknown_group.is_some() || by_strangers) && !may_be_members(network, &denied) {
        (unknown_group, by_strangers) = (None, false);
    }
    unknown = unknown.or(unknown_group);
    if denied.is_empty() {
        (unknown, by_strangers) = (None, false);
    }
    Passed { denied, unknown, by_strangers }
}

/// Whether members of some group can have any of the addresses. "Rules … apply to the private IP addresses" of members: public
/// ones of IPv4 are nobody's but where a VPC's block is made of them.
/// <https://docs.aws.amazon.com/vpc/latest/userguide/security-group-rules.html>
fn may_be_members(network: &Network<'_>, denied: &[Rectangle]) -> bool {
    let addresses = Ranges::collect(denied.iter().map(|rectangle| rectangle.addresses));
    let infos = network.peerings.iter().flat_map(|peering| {
        [&peering.element.requester_vpc_info, &peering.element.accepter_vpc_info].into_iter().flatten()
    });
    let written = infos.flat_map(|info| {
        let further = info.cidr_block_set.iter().filter_map(|found| found.cidr_block.as_deref());
        info.cidr_block.as_deref().into_iter().chain(further)
    });
    !PUBLIC_V4.contains(&addresses)
        || network.vpcs.iter().any(|vpc| !vpc.blocks.intersection(&addresses).is_empty())
        || written.filter_map(block).any(|block| addresses.touches(block.range.0, block.range.1))
}

/// Whether a group may have members among the addresses that nobody knows of: in a VPC whose interfaces aren't listed,
/// or an interface whose groups aren't.
fn hidden_members(network: &Network<'_>, scope: u32, denied: &[Rectangle]) -> Option<Missing> {
    const CALL: &str = "ec2:DescribeNetworkInterfaces";
    let touches = |addresses: &Addresses| {
        denied.iter().any(|rectangle| addresses.touches(rectangle.addresses.0, rectangle.addresses.1))
    };
    let unlisted = network.scopes.get(scope as usize).is_some_and(|scope| scope.absent.contains(&CALL))
        && network.vpcs.iter().any(|vpc| touches(&vpc.blocks));
    let unlabelled = || network.interfaces.iter().any(|found| found.groups.is_err() && touches(&found.addresses));
    (unlisted || unlabelled()).then_some(Missing { call: CALL, scope })
}

fn take(denied: Vec<Rectangle>, matched: &Rectangle) -> Vec<Rectangle> {
    if denied.iter().all(|rectangle| matched.contains(rectangle)) {
        return Vec::new();
    }
    subtract(denied, matched)
}
