//! Addresses and address blocks.

use super::ranges::Ranges;
use ipnet::IpNet;
use std::borrow::Cow;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::sync::LazyLock;

/// A range of addresses, both ends included.
pub type AddressRange = (u128, u128);

/// A set of addresses.
pub type Addresses = Ranges<u128>;

const V4_FIRST: u128 = 0xffff_0000_0000;
const V4_LAST: u128 = 0xffff_ffff_ffff;

/// Every IPv4 address.
pub const ALL_V4: AddressRange = (V4_FIRST, V4_LAST);

/// All IPv6 addresses that are on the internet or in VPCs, `::/0` without the block that stands for IPv4's.
pub const ALL_V6: AddressRange = (V4_LAST + 1, u128::MAX);

/// Every address behind which NAT64 keeps an IPv4 address: `64:ff9b::/96`.
/// <https://docs.aws.amazon.com/vpc/latest/userguide/nat-gateway-nat64-dns64.html>
pub const NAT64: AddressRange = (NAT64_FIRST, NAT64_FIRST + 0xffff_ffff);
const NAT64_FIRST: u128 = 0x0064_ff9b << 96;

/// An address family.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Family {
    /// IPv4.
    Ipv4,
    /// IPv6.
    Ipv6,
}

impl Family {
    /// That of an address.
    pub fn of(point: u128) -> Self {
        if is_v4(point) { Family::Ipv4 } else { Family::Ipv6 }
    }

    /// The addresses that are of this family.
    pub fn part<'s>(self, addresses: &'s Addresses) -> Cow<'s, Addresses> {
        match addresses.hull() {
            None => Cow::Borrowed(addresses),
            // IPv4 lies in one piece.
            Some((low, high)) if is_v4(low) && is_v4(high) => match self {
                Family::Ipv4 => Cow::Borrowed(addresses),
                Family::Ipv6 => Cow::Owned(Ranges::none()),
            },
            Some(_) => {
                let v4 = Ranges::one(V4_FIRST, V4_LAST);
                Cow::Owned(match self {
                    Family::Ipv4 => addresses.intersection(&v4),
                    Family::Ipv6 => addresses.difference(&v4),
                })
            }
        }
    }

    /// Its public addresses.
    pub fn public(self) -> &'static Addresses {
        match self {
            Family::Ipv4 => &PUBLIC_V4,
            Family::Ipv6 => &PUBLIC_V6,
        }
    }
}

/// IPv4 addresses as the IPv6 addresses that DNS64 makes of them.
pub fn to_nat64(addresses: &Addresses) -> Addresses {
    let to = |point: u128| point - V4_FIRST + NAT64_FIRST;
    Ranges::collect(Family::Ipv4.part(addresses).iter().map(|(low, high)| (to(low), to(high))))
}

/// The IPv4 addresses that a NAT gateway reads from addresses of [`NAT64`].
pub fn from_nat64(addresses: &Addresses) -> Addresses {
    let from = |point: u128| point - NAT64_FIRST + V4_FIRST;
    let inside = addresses.intersection(&Ranges::one(NAT64.0, NAT64.1));
    Ranges::collect(inside.iter().map(|(low, high)| (from(low), from(high))))
}

/// An address in the one space of both families.
pub fn point(address: IpAddr) -> u128 {
    match address {
        IpAddr::V4(v4) => V4_FIRST | u128::from(u32::from(v4)),
        IpAddr::V6(v6) => u128::from(v6),
    }
}

/// Whether a point is an IPv4 address.
pub fn is_v4(point: u128) -> bool {
    (V4_FIRST..=V4_LAST).contains(&point)
}

/// The address at a point.
pub fn address_of(point: u128) -> IpAddr {
    if is_v4(point) {
        IpAddr::V4(Ipv4Addr::from((point & 0xffff_ffff) as u32))
    } else {
        IpAddr::V6(Ipv6Addr::from(point))
    }
}

/// An address block as written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Block {
    /// Its addresses.
    pub range: AddressRange,
    /// The prefix' length in bits, of its own family.
    pub length: u8,
    /// Whether it was written with bits set behind the prefix (`10.0.0.1/16`).
    pub has_host_bits: bool,
}

/// Reads an address block, or a single address. AWS takes `0.0.0.0/0` and `::/0` as all addresses of their own family.
pub fn block(text: &str) -> Option<Block> {
    let net: IpNet = match text.parse() {
        Ok(net) => net,
        Err(_) => IpNet::from(text.parse::<IpAddr>().ok()?),
    };
    let truncated = net.trunc();
    let (low, high) = (point(truncated.network()), point(truncated.broadcast()));
    // IPv4 lies inside a short prefix such as `::/0`, which begins behind it instead: nothing below is in use.
    let holds_v4 = low < V4_FIRST && high > V4_LAST;
    Some(Block {
        range: (if holds_v4 { V4_LAST + 1 } else { low }, high),
        length: truncated.prefix_len(),
        has_host_bits: truncated.addr() != net.addr(),
    })
}

/// The addresses that a task in a subnet can have: all but the first four and the last one, in either family.
/// <https://docs.aws.amazon.com/vpc/latest/userguide/subnet-sizing.html>
pub fn hosts((low, high): AddressRange) -> AddressRange {
    if high - low >= 8 { (low + 4, high - 1) } else { (low, high) }
}

/// Addresses that the public internet routes: all IPv4 but those that the IANA registry of special-purpose addresses
/// takes out, and the global unicast block of IPv6.
pub static PUBLIC: LazyLock<Addresses> = LazyLock::new(|| {
    const NOT_ROUTED: [&str; 15] = [
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
    ];
    let all = Ranges::collect([ALL_V4, block("2000::/3").map_or(ALL_V4, |net| net.range)]);
    all.difference(&Ranges::collect(NOT_ROUTED.iter().filter_map(|text| block(text)).map(|net| net.range)))
});

/// Addresses of the task itself, which its packets never leave for: "Containers that belong to the same task can also communicate
/// over the localhost interface."
/// <https://docs.aws.amazon.com/AmazonECS/latest/developerguide/fargate-task-networking.html>
pub static LOOPBACK: LazyLock<Addresses> =
    LazyLock::new(|| Ranges::collect(["127.0.0.0/8", "::1/128"].into_iter().filter_map(block).map(|net| net.range)));

/// Link-local and unique local addresses that AWS reserves for its services, to which no route can be added: "packets destined for
/// addresses in" them "will not be forwarded".
/// <https://docs.aws.amazon.com/vpc/latest/userguide/subnet-route-tables.html>
pub static RESERVED: LazyLock<Addresses> = LazyLock::new(|| {
    const BLOCKS: [&str; 2] = ["169.254.168.0/22", "fd00:ec2::/32"];
    Ranges::collect(BLOCKS.iter().filter_map(|text| block(text)).map(|net| net.range))
});

/// AWS's resolver, which answers at the VPC's first address plus two as well.
/// <https://docs.aws.amazon.com/vpc/latest/userguide/AmazonDNS-concepts.html>
pub static AMAZON_DNS: LazyLock<Addresses> = LazyLock::new(|| {
    const BLOCKS: [&str; 2] = ["169.254.169.253/32", "fd00:ec2::253/128"];
    Ranges::collect(BLOCKS.iter().filter_map(|text| block(text)).map(|net| net.range))
});

/// Public addresses of IPv6.
pub static PUBLIC_V6: LazyLock<Addresses> = LazyLock::new(|| PUBLIC.difference(&Ranges::one(ALL_V4.0, ALL_V4.1)));

/// Addresses that clients on the internet may have: public ones, and those for documentation (RFC 5737, RFC 3849), which stand for
/// such in networks that are made as examples.
pub static CLIENTS: LazyLock<Addresses> = LazyLock::new(|| {
    const DOCUMENTATION: [&str; 4] = ["192.0.2.0/24", "198.51.100.0/24", "203.0.113.0/24", "2001:db8::/32"];
    PUBLIC.union(&Ranges::collect(DOCUMENTATION.iter().filter_map(|text| block(text)).map(|net| net.range)))
});

/// Unique local addresses of IPv6, which no gateway takes to the internet.
/// <https://docs.aws.amazon.com/vpc/latest/userguide/vpc-ip-addressing.html>
pub const UNIQUE_LOCAL: AddressRange = (0xfc00 << 112, (0xfe00 << 112) - 1);

/// Public addresses of IPv4.
pub static PUBLIC_V4: LazyLock<Addresses> = LazyLock::new(|| PUBLIC.intersection(&Ranges::one(ALL_V4.0, ALL_V4.1)));

/// The set in the shortest readable form: blocks where it is made of few, else ranges; the first few of many.
pub fn shown(addresses: &Addresses) -> String {
    const MOST: usize = 4;
    match *addresses == *PUBLIC || is_most_of_public(addresses) {
        true => "any public address".into(),
        false => listed(addresses, MOST),
    }
}

/// The set exactly, as far as `most` blocks or ranges tell it: of all but a few public addresses these few.
pub fn shown_exactly(addresses: &Addresses, most: usize) -> String {
    let family = addresses.first().map(Family::of);
    let lacking = family.filter(|_| is_most_of_public(addresses)).map(|family| family.public().difference(addresses));
    match lacking {
        Some(lacking) if !lacking.is_empty() => format!("any public address but {}", listed(&lacking, most)),
        Some(_) => shown(addresses),
        None => listed(addresses, most),
    }
}

fn listed(addresses: &Addresses, most: usize) -> String {
    let mut parts = Vec::new();
    for (low, high) in addresses.iter() {
        if low == high {
            parts.push(address_of(low).to_string());
            continue;
        }
        let blocks = blocks_of(low, high);
        if blocks.len() <= 2 {
            parts.extend(blocks);
        } else {
            parts.push(format!("{}-{}", address_of(low), address_of(high)));
        }
    }
    let more = parts.len().saturating_sub(most);
    parts.truncate(most);
    let mut text = parts.join(", ");
    if more > 0 {
        text.push_str(&format!(" and {more} more"));
    }
    text
}

/// Whether hardly a public address of a family is missing, such as those of one service.
fn is_most_of_public(addresses: &Addresses) -> bool {
    let is_most = |public: &Addresses| public.contains(addresses) && addresses.size() > public.size() / 16 * 15;
    is_most(&PUBLIC_V4) || is_most(&PUBLIC_V6)
}

/// The address blocks that make up a range, as AWS writes them: `10.0.0.0/24`, `10.0.1.5/32`.
pub fn cidrs(low: u128, high: u128) -> Vec<String> {
    match (address_of(low), address_of(high)) {
        (IpAddr::V4(a), IpAddr::V4(b)) => ipnet::Ipv4Subnets::new(a, b, 0).map(|net| net.to_string()).collect(),
        (IpAddr::V6(a), IpAddr::V6(b)) => ipnet::Ipv6Subnets::new(a, b, 0).map(|net| net.to_string()).collect(),
        _ => Vec::new(),
    }
}

fn blocks_of(low: u128, high: u128) -> Vec<String> {
    let shown = |net: IpNet| {
        if net.prefix_len() == net.max_prefix_len() { net.addr().to_string() } else { net.to_string() }
    };
    match (address_of(low), address_of(high)) {
        (IpAddr::V4(a), IpAddr::V4(b)) => {
            ipnet::Ipv4Subnets::new(a, b, 0).take(3).map(|net| shown(net.into())).collect()
        }
        (IpAddr::V6(a), IpAddr::V6(b)) => {
            ipnet::Ipv6Subnets::new(a, b, 0).take(3).map(|net| shown(net.into())).collect()
        }
        _ => vec![format!("{}-{}", address_of(low), address_of(high)); 3],
    }
}

/// A set of ports in the shortest readable form: `443`, `32768-40000`.
pub fn shown_ports(ports: &Ranges<u16>) -> String {
    let parts: Vec<String> =
        ports.iter().map(|(low, high)| if low == high { low.to_string() } else { format!("{low}-{high}") }).collect();
    parts.join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blocks_are_read_as_aws_writes_them() {
        let cases = [
            ("10.0.0.0/16", Some(("10.0.0.0", "10.0.255.255", false))),
            ("10.0.0.1/16", Some(("10.0.0.0", "10.0.255.255", true))),
            ("10.0.0.1", Some(("10.0.0.1", "10.0.0.1", false))),
            ("2001:db8::/126", Some(("2001:db8::", "2001:db8::3", false))),
            ("10.0.0.0/33", None),
            ("0.0.0.0.0/0", None),
            ("", None),
        ];
        for (text, expected) in cases {
            let found = block(text).map(|net| {
                (address_of(net.range.0).to_string(), address_of(net.range.1).to_string(), net.has_host_bits)
            });
            assert_eq!(
                found.as_ref().map(|(low, high, bits)| (low.as_str(), high.as_str(), *bits)),
                expected,
                "{text}"
            );
        }
    }

    #[test]
    fn all_of_ipv6_is_none_of_ipv4() {
        for text in ["::/0", "::/1", "::/64"] {
            let (low, high) = block(text).expect("a block").range;
            assert!(low <= high && Ranges::one(low, high).intersection(&Ranges::one(ALL_V4.0, ALL_V4.1)).is_empty());
        }
        let everywhere = block("::/0").expect("a block").range;
        assert!(everywhere.0 <= point("2000::".parse().expect("an address")) && everywhere.1 == u128::MAX);
    }

    #[test]
    fn sets_are_shown_short() {
        let cases: [(&[&str], &str); 5] = [
            (&["10.0.0.0/16"], "10.0.0.0/16"),
            (&["10.0.0.0/17", "10.0.128.0/17"], "10.0.0.0/16"),
            (&["10.0.0.4", "10.0.0.5", "10.0.0.6"], "10.0.0.4/31, 10.0.0.6"),
            (&["10.0.0.1", "10.0.0.2", "10.0.0.3", "10.0.0.4", "10.0.0.5"], "10.0.0.1-10.0.0.5"),
            (&["1.1.1.1", "2.2.2.2", "3.3.3.3", "4.4.4.4", "5.5.5.5"], "1.1.1.1, 2.2.2.2, 3.3.3.3, 4.4.4.4 and 1 more"),
        ];
        for (texts, expected) in cases {
            let set = Ranges::collect(texts.iter().filter_map(|text| block(text)).map(|net| net.range));
            assert_eq!(shown(&set), expected);
        }
        assert_eq!(shown(&PUBLIC_V4), "any public address");
        assert_eq!(shown(&PUBLIC_V6), "any public address");
    }

    #[test]
    fn nat64_keeps_ipv4_behind_its_prefix() {
        let set = |text: &str| block(text).map(|net| Ranges::one(net.range.0, net.range.1)).expect("a block");
        let cases = [("8.8.8.8", "64:ff9b::808:808"), ("52.0.0.0/24", "64:ff9b::3400:0/120")];
        for (v4, v6) in cases {
            assert_eq!(to_nat64(&set(v4)), set(v6), "{v4}");
            assert_eq!(from_nat64(&set(v6)), set(v4), "{v6}");
        }
        assert_eq!(to_nat64(&set("2001:db8::/32")), Ranges::none());
        assert_eq!(from_nat64(&set("2001:db8::/32")), Ranges::none());
        assert_eq!(Ranges::one(NAT64.0, NAT64.1), set("64:ff9b::/96"));
        assert_eq!(Ranges::one(UNIQUE_LOCAL.0, UNIQUE_LOCAL.1), set("fc00::/7"));
    }

    #[test]
    fn tasks_never_get_the_reserved_addresses() {
        let cases = [
            ("10.0.1.0/24", "10.0.1.4", "10.0.1.254"),
            ("2001:db8::/64", "2001:db8::4", "2001:db8::ffff:ffff:ffff:fffe"),
        ];
        for (text, first, last) in cases {
            let (low, high) = hosts(block(text).expect("a block").range);
            assert_eq!((address_of(low).to_string(), address_of(high).to_string()), (first.into(), last.into()));
        }
    }
}
