//! Small networks in which much overlaps and something is often wrong.

use super::model::*;
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::{Index, select, subsequence};

/// Blocks that rules name: all, the VPCs, the subnets, parts of them, single interfaces, and the same outside.
const BLOCKS: [&str; 31] = [
    "0.0.0.0/0",
    "0.0.0.0/0",
    "10.0.0.0/8",
    "10.0.0.0/24",
    "10.0.0.0/28",
    "10.0.0.8/29",
    "10.0.0.4/30",
    "10.0.0.16/28",
    "10.0.0.32/28",
    "10.0.0.40/29",
    "10.0.0.42/32",
    "10.1.0.0/24",
    "10.1.0.0/29",
    "52.0.0.0/8",
    "52.0.0.0/24",
    "52.0.0.0/25",
    "52.0.0.128/26",
    "52.0.1.0/24",
    "0.0.0.0/1",
    "128.0.0.0/1",
    "::/0",
    "::/0",
    "2600:1f18:0:100::/56",
    "2600:1f18:0:100::/64",
    "2600:1f18:0:100::/126",
    "2600:1f18:0:101::/64",
    "2600:1f18:0:102::28/128",
    "2600:1f18:0:200::/64",
    "2606:4700::/32",
    "2606:4700::/48",
    "64:ff9b::/96",
];

/// Where questions go.
const DESTINATIONS: [&str; 37] = [
    "52.0.0.0/24",
    "52.0.0.0/24",
    "52.0.0.128/25",
    "52.0.0.7/32",
    "52.0.1.0/28",
    "8.8.8.8/32",
    "203.0.113.5/32",
    "10.0.0.0/24",
    "10.0.0.9/32",
    "10.0.0.40/32",
    "10.0.0.32/28",
    "10.0.0.200/32",
    "10.1.0.8/32",
    "10.1.0.0/28",
    "10.9.0.7/32",
    "0.0.0.0/0",
    "2606:4700::/32",
    "2606:4700::/32",
    "2606:4700::/47",
    "2606:4700::/31",
    "52.0.0.0/23",
    "52.0.0.64/26",
    "2606:4700::7",
    "2606:4700:0:1::/64",
    "2001:db8:5::/48",
    "2600:1f18:0:100::9",
    "2600:1f18:0:102::28",
    "2600:1f18:0:102::/64",
    "2600:1f18:0:1ff::1",
    "2600:1f18:0:200::8",
    "2600:1f18:0:200::/64",
    "2600:1f18:0:100::/56",
    "64:ff9b::3400:0/120",
    "64:ff9b::3400:7",
    "169.254.171.0/24",
    "fd00:ec2:80::a9fe:ab00/120",
    "::/0",
];

const PORTS: [(u16, u16); 15] = [
    (443, 443),
    (443, 443),
    (0, 65535),
    (1024, 65535),
    (1024, 65535),
    (32768, 60999),
    (32768, 65535),
    (1, 1023),
    (80, 443),
    (444, 2049),
    (40000, 50000),
    (32768, 40000),
    (49152, 65535),
    (60999, 60999),
    (1024, 2000),
];

fn block() -> impl Strategy<Value = Cidr> {
    select(&BLOCKS[..]).prop_map(Cidr::of)
}

fn protocol() -> impl Strategy<Value = Protocol> {
    select(vec!["-1", "-1", "6", "tcp", "tcp", "tcp", "17", "udp", "1", "icmp", "50"])
}

fn ports() -> impl Strategy<Value = (u16, u16)> {
    select(&PORTS[..])
}

/// An entry of a network ACL.
pub(crate) fn acl_entry() -> impl Strategy<Value = AclEntry> {
    (2u16..200, any::<bool>(), any::<bool>(), protocol(), ports(), block()).prop_map(
        |(number, egress, allow, protocol, ports, block)| AclEntry { number, egress, allow, protocol, ports, block },
    )
}

fn allow(number: u16, egress: bool, protocol: Protocol, ports: (u16, u16), block: &str) -> AclEntry {
    AclEntry { number, egress, allow: true, protocol, ports, block: Cidr::of(block) }
}

/// An ACL that lets a plain flow pass, with entries that may break it in between.
fn acl() -> impl Strategy<Value = Acl> {
    let open = Just(vec![
        allow(100, true, "-1", (0, 65535), "0.0.0.0/0"),
        allow(100, false, "-1", (0, 65535), "0.0.0.0/0"),
        allow(101, true, "-1", (0, 65535), "::/0"),
        allow(101, false, "-1", (0, 65535), "::/0"),
    ]);
    let typical = Just(vec![
        allow(100, true, "6", (443, 443), "0.0.0.0/0"),
        allow(110, true, "6", (1024, 65535), "0.0.0.0/0"),
        allow(100, false, "6", (443, 443), "10.0.0.0/8"),
        allow(110, false, "6", (1024, 65535), "0.0.0.0/0"),
        allow(101, true, "6", (443, 443), "::/0"),
        allow(111, true, "6", (1024, 65535), "::/0"),
        allow(101, false, "6", (443, 443), "2600:1f18:0:100::/56"),
        allow(111, false, "6", (1024, 65535), "::/0"),
    ]);
    let tight = Just(vec![
        allow(100, true, "tcp", (443, 443), "0.0.0.0/0"),
        allow(110, true, "tcp", (32768, 65535), "10.0.0.0/24"),
        allow(100, false, "tcp", (443, 443), "10.0.0.0/24"),
        allow(110, false, "tcp", (32768, 60999), "0.0.0.0/0"),
    ]);
    let base = prop_oneof![12 => open, 5 => typical, 1 => tight, 1 => Just(Vec::new())];
    let more = prop_oneof![5 => vec(acl_entry(), 0), 4 => vec(acl_entry(), 1..3), 1 => vec(acl_entry(), 3..8)];
    (base, more, any::<bool>(), any::<Index>()).prop_map(|(mut entries, more, lists_final_deny, turn)| {
        for entry in more {
            if !entries.iter().any(|known| known.number == entry.number && known.egress == entry.egress) {
                entries.push(entry);
            }
        }
        if !entries.is_empty() {
            let turn = turn.index(entries.len());
            entries.rotate_left(turn);
        }
        Acl { entries, lists_final_deny }
    })
}

fn peer() -> impl Strategy<Value = Peer> {
    prop_oneof![
        8 => block().prop_map(Peer::Block),
        1 => (0usize..2).prop_map(Peer::List),
        3 => (0usize..3).prop_map(Peer::Group),
    ]
}

fn group_rule() -> impl Strategy<Value = GroupRule> {
    (protocol(), ports(), peer()).prop_map(|(protocol, ports, peer)| GroupRule { protocol, ports, peer })
}

fn group_rules() -> impl Strategy<Value = Vec<GroupRule>> {
    let everything = GroupRule { protocol: "-1", ports: (0, 65535), peer: Peer::Block(Cidr::of("0.0.0.0/0")) };
    let https = GroupRule { protocol: "tcp", ports: (443, 443), ..everything.clone() };
    let from_members = GroupRule { peer: Peer::Group(0), ..https.clone() };
    let of_vpc = GroupRule { peer: Peer::Block(Cidr::of("10.0.0.0/8")), ..https.clone() };
    let both = |rule: &GroupRule, ipv6: &str| {
        vec![rule.clone(), GroupRule { peer: Peer::Block(Cidr::of(ipv6)), ..rule.clone() }]
    };
    prop_oneof![
        6 => Just(both(&everything, "::/0")),
        3 => Just(both(&https, "::/0")),
        1 => Just(vec![https]),
        2 => Just(vec![from_members]),
        2 => Just(both(&of_vpc, "2600:1f18:0:100::/56")),
        3 => vec(group_rule(), 0..5),
    ]
}

fn group() -> impl Strategy<Value = Group> {
    (group_rules(), group_rules()).prop_map(|(ingress, egress)| Group { ingress, egress })
}

fn to(block: Cidr, target: Target) -> Route {
    Route { to: To::Block(block), target, propagated: false, blackhole: false }
}

fn target() -> impl Strategy<Value = Target> {
    prop_oneof![
        8 => (0usize..2).prop_map(Target::Nat),
        6 => Just(Target::Internet),
        2 => Just(Target::Vpn),
        2 => Just(Target::Peering),
        2 => Just(Target::Transit),
        1 => Just(Target::LostNat),
        1 => Just(Target::LostInternet),
    ]
}

fn extra_route() -> impl Strategy<Value = Route> {
    let blocks = select(vec![
        "52.0.0.0/24",
        "52.0.0.128/25",
        "52.0.0.128/26",
        "52.0.0.0/8",
        "8.8.8.0/24",
        "10.0.0.0/8",
        "10.1.0.0/24",
        "10.1.0.0/28",
        "10.0.0.0/28",
        "10.0.0.0/28",
        "10.0.0.32/28",
        "10.0.0.32/29",
        "2606:4700::/32",
        "2606:4700::/48",
        "2600:1f18:0:100::/64",
        "2600:1f18:0:102::/64",
        "2600:1f18:0:200::/64",
        "64:ff9b::/96",
        "64:ff9b::3400:0/121",
    ]);
    let to = prop_oneof![8 => blocks.prop_map(|text| To::Block(Cidr::of(text))), 2 => Just(To::List(1))];
    let propagated = any::<Index>().prop_map(|index| index.index(4) == 0);
    let blackhole = any::<Index>().prop_map(|index| index.index(12) == 0);
    (to, target(), propagated, blackhole).prop_map(|(to, target, propagated, blackhole)| {
        let propagated = propagated && matches!(to, To::Block(_));
        Route { to, target: if propagated { Target::Vpn } else { target }, propagated, blackhole }
    })
}

/// A route table. AWS takes no second static route to the same destination.
fn table(vpc: usize, default: impl Strategy<Value = Option<Target>>) -> impl Strategy<Value = Vec<Route>> {
    let extras = prop_oneof![5 => vec(extra_route(), 0), 4 => vec(extra_route(), 1..3), 1 => vec(extra_route(), 3..6)];
    let peer = prop_oneof![1 => Just(None), 5 => Just(Some(Target::Peering)), 4 => Just(Some(Target::Transit))];
    let ipv6 = prop_oneof![
        6 => Just(Some(Target::EgressOnly)),
        4 => Just(Some(Target::Internet)),
        1 => Just(Some(Target::LostEgressOnly)),
        1 => target().prop_map(Some),
        1 => Just(None),
    ];
    let nat64 = prop_oneof![2 => Just(None), 3 => (0usize..2).prop_map(|nat| Some(Target::Nat(nat)))];
    let of_ipv6 = (ipv6, nat64);
    let turns = (any::<bool>(), any::<Index>());
    (default, of_ipv6, extras, peer, turns).prop_map(move |(default, (ipv6, nat64), extras, peer, (s3, turn))| {
        let mut routes = VPCS[vpc].map(|block| to(block, Target::Local)).to_vec();
        routes.extend(default.map(|target| to(Cidr::of("0.0.0.0/0"), target)));
        routes.extend(ipv6.map(|target| to(Cidr::of("::/0"), target)));
        routes.extend(nat64.map(|target| to(NAT64, target)));
        if s3 {
            routes.push(Route {
                to: To::List(0),
                target: Target::GatewayEndpoint,
                propagated: false,
                blackhole: false,
            });
        }
        for route in
            extras.into_iter().chain(peer.into_iter().flat_map(|target| VPCS[1 - vpc].map(|block| to(block, target))))
        {
            if !routes.iter().any(|known| known.to == route.to && known.propagated == route.propagated)
                && !VPCS[vpc].iter().any(|block| route.to == To::Block(*block))
            {
                routes.push(route);
            }
        }
        let turn = turn.index(routes.len());
        routes.rotate_left(turn);
        routes
    })
}

/// Mostly true.
fn mostly() -> impl Strategy<Value = bool> {
    prop_oneof![14 => Just(true), 1 => Just(false)]
}

fn attached() -> impl Strategy<Value = Attached> {
    prop_oneof![14 => Just(Attached::Here), 1 => Just(Attached::Elsewhere), 1 => Just(Attached::Nowhere)]
}

fn groups_of_eni() -> impl Strategy<Value = Vec<usize>> {
    prop_oneof![5 => Just(vec![1]), 1 => Just(vec![2]), 1 => Just(vec![0]), 1 => Just(vec![1, 2])]
}

fn nats() -> impl Strategy<Value = Vec<Nat>> {
    let subnet = prop_oneof![12 => Just(1usize), 2 => Just(2usize), 1 => Just(0usize)];
    let private = mostly().prop_map(|public| !public);
    let nat = (subnet, mostly(), private, mostly()).prop_map(|(subnet, available, private, elastic_ip)| Nat {
        subnet,
        available,
        private,
        elastic_ip,
    });
    vec(nat, 2)
}

fn endpoint() -> impl Strategy<Value = Option<Endpoint>> {
    let subnets = prop_oneof![4 => Just(vec![2]), 3 => Just(vec![1, 2]), 2 => Just(vec![0]), 1 => Just(vec![0, 2])];
    let found = (subnets, groups_of_eni(), mostly(), mostly(), any::<bool>()).prop_map(
        |(subnets, groups, available, private_dns, knows_addresses)| Endpoint {
            subnets,
            groups,
            available,
            private_dns,
            knows_addresses,
        },
    );
    prop_oneof![1 => Just(None), 3 => found.prop_map(Some)]
}

fn transit() -> impl Strategy<Value = Transit> {
    let attached = |own: Vec<usize>| subsequence(own.clone(), 1..=own.len());
    let routes = |own: &'static [&'static str], vpc: usize| {
        let more = prop_oneof![
            6 => Just(None),
            1 => select(own).prop_map(|text| Some((Cidr::of(text), TransitTarget::Blackhole))),
        ];
        (mostly(), more).prop_map(move |(whole, more)| {
            let mut routes = Vec::new();
            if whole {
                routes.extend(VPCS[vpc].map(|block| (block, TransitTarget::Vpc(vpc))));
            }
            routes.extend(more);
            routes
        })
    };
    (
        attached(vec![0, 1, 2]),
        Just(vec![3]),
        routes(&["10.1.0.0/28", "10.1.0.8/29", "10.0.0.0/8"], 1),
        routes(&["10.0.0.0/28", "10.0.0.0/29", "10.0.0.0/8"], 0),
        any::<bool>(),
    )
        .prop_map(|(here, there, forth, back, groups_cross)| Transit {
            subnets: [here, there],
            routes: [forth, back],
            groups_cross,
        })
}

fn lists() -> impl Strategy<Value = Vec<Vec<Cidr>>> {
    // No block is in both lists: which one AWS would take isn't documented to be predictable.
    let s3 =
        select(vec![vec!["52.0.0.0/25"], vec!["52.0.0.128/27", "52.0.0.0/26"], vec!["52.0.0.64/26", "52.0.1.8/29"]]);
    let own = select(vec![
        vec!["52.0.0.128/25"],
        vec!["52.0.0.0/24"],
        vec!["10.1.0.0/28", "8.8.8.0/24"],
        vec!["2606:4700::/47"],
        vec![],
    ]);
    (s3, own)
        .prop_map(|(s3, own)| vec![s3, own].into_iter().map(|list| list.into_iter().map(Cidr::of).collect()).collect())
}

/// Which families a subnet has blocks of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Families {
    Ipv4,
    Both,
    Ipv6,
}

fn subnets() -> impl Strategy<Value = Vec<Subnet>> {
    let acl = |own: usize| prop_oneof![5 => Just(own), 1 => 0usize..4];
    let far_zone = select(vec!["us-east-1a", "us-east-1b"]);
    let far_table = prop_oneof![3 => Just(2usize), 1 => Just(0usize), 1 => Just(1usize)];
    let of_task = prop_oneof![2 => Just(Families::Ipv4), 12 => Just(Families::Both), 3 => Just(Families::Ipv6)];
    let of_others = || prop_oneof![1 => Just(Families::Ipv4), 4 => Just(Families::Both)];
    let families = (of_task, of_others(), of_others(), of_others()).prop_map(<[Families; 4]>::from);
    let acls = (acl(0), acl(1), acl(2), acl(3));
    (acls, far_zone, far_table, families).prop_map(|((a, b, c, d), zone, far_table, families)| {
        let one = |vpc, [ipv4, ipv6]: [&str; 2], zone, table, acl, families: Families| {
            let ipv4 = (families != Families::Ipv6).then(|| Cidr::of(ipv4));
            let ipv6 = (families != Families::Ipv4).then(|| Cidr::of(ipv6));
            Subnet { vpc, blocks: ipv4.into_iter().chain(ipv6).collect(), zone, table, acl }
        };
        vec![
            one(0, ["10.0.0.0/28", "2600:1f18:0:100::/64"], "us-east-1a", 0, a, families[0]),
            one(0, ["10.0.0.16/28", "2600:1f18:0:101::/64"], "us-east-1a", 1, b, families[1]),
            one(0, ["10.0.0.32/28", "2600:1f18:0:102::/64"], zone, far_table, c, families[2]),
            one(1, ["10.1.0.0/28", "2600:1f18:0:200::/64"], "us-east-1a", 3, d, families[3]),
        ]
    })
}

/// The second VPC has no gateways of its own, and another VPC's serve it not.
fn of_other_vpc(mut routes: Vec<Route>) -> Vec<Route> {
    for route in &mut routes {
        route.target = match route.target {
            Target::Internet => Target::LostInternet,
            Target::Nat(_) => Target::LostNat,
            Target::EgressOnly => Target::LostEgressOnly,
            other => other,
        };
    }
    routes
}

/// A network.
pub(crate) fn net() -> impl Strategy<Value = Net> {
    let default = |weight: u32| {
        prop_oneof![
            10 => (0usize..2).prop_map(|nat| Some(Target::Nat(nat))),
            weight => Just(Some(Target::Internet)),
            1 => target().prop_map(Some),
            1 => Just(None),
        ]
    };
    let of_nat = prop_oneof![16 => Just(Some(Target::Internet)), 1 => target().prop_map(Some), 1 => Just(None)];
    // Unboxed, all of this would not fit on a test's stack.
    let tables = (
        table(0, default(8)).boxed(),
        table(0, of_nat).boxed(),
        table(0, default(30)).boxed(),
        table(1, default(1)).boxed(),
    );
    let enis = vec(groups_of_eni(), 4).prop_map(|groups| {
        let places = [
            (0, ["10.0.0.9", "2600:1f18:0:100::9"]),
            (1, ["10.0.0.25", "2600:1f18:0:101::19"]),
            (2, ["10.0.0.40", "2600:1f18:0:102::28"]),
            (3, ["10.1.0.8", "2600:1f18:0:200::8"]),
        ];
        let one = |((subnet, addresses), groups): ((usize, [&str; 2]), Vec<usize>)| {
            let addresses = addresses.map(|address| (Cidr::of(address).first, Cidr::of(address).first)).to_vec();
            Eni { subnet, addresses, groups }
        };
        places.into_iter().zip(groups).map(one).collect::<Vec<_>>()
    });
    let filters = (vec(acl().boxed(), 4), vec(group().boxed(), 3), lists()).boxed();
    let rest = (mostly(), attached(), mostly(), transit(), mostly(), mostly(), any::<bool>()).boxed();
    (subnets().boxed(), tables, filters, nats().boxed(), enis, endpoint().boxed(), rest).prop_map(
        |(subnets, tables, (acls, groups, lists), nats, mut enis, mut endpoint, rest)| {
            let (gateway_endpoint, internet, peering_active, mut transit, dns_support, dns_hostnames, dns64) = rest;
            for eni in &mut enis {
                eni.addresses.retain(|(first, _)| subnets[eni.subnet].holds(*first));
            }
            // The endpoint has IPv4 addresses, which not every subnet could give it.
            if let Some(endpoint) = &mut endpoint {
                endpoint.subnets.retain(|subnet| subnets[*subnet].has(true));
                if endpoint.subnets.is_empty() {
                    endpoint.subnets.push(2);
                }
            }
            // An attachment has one subnet in a zone.
            let mut zones = Vec::new();
            transit.subnets[0].retain(|subnet| {
                let zone = subnets[*subnet].zone;
                let is_new = !zones.contains(&zone);
                zones.push(zone);
                is_new
            });
            Net {
                subnets,
                tables: vec![tables.0, tables.1, tables.2, of_other_vpc(tables.3)],
                acls,
                groups,
                lists,
                nats,
                enis,
                endpoint,
                gateway_endpoint,
                internet,
                peering_active,
                transit,
                dns_support,
                dns_hostnames,
                dns64,
            }
        },
    )
}

/// A question to a network.
pub(crate) fn question() -> impl Strategy<Value = Question> {
    let groups = prop_oneof![10 => Just(vec![0]), 3 => Just(vec![0, 2]), 2 => Just(vec![2]), 1 => Just(Vec::new())];
    let ports = select(vec![(32768, 60999), (32768, 60999), (49152, 65535), (32768, 32800), (40000, 40000)]);
    let destination = prop_oneof![
        10 => select(&DESTINATIONS[..]).prop_map(|text| Destination::Block(Cidr::of(text))),
        2 => Just(Destination::Internet),
        4 => (0usize..4).prop_map(Destination::Eni),
        4 => Just(Destination::Logs),
        3 => Just(Destination::S3),
    ];
    let udp = prop_oneof![12 => Just(false), 1 => Just(true)];
    let remote_ports =
        prop_oneof![12 => Just((443, 443)), 1 => Just((80, 80)), 1 => Just((400, 500)), 1 => Just((2049, 2049))];
    let ipv4_name = prop_oneof![3 => Just(false), 1 => Just(true)];
    let flags = (any::<bool>(), udp, ipv4_name);
    (groups, flags, ports, destination, remote_ports).prop_map(
        |(groups, (public_ip, udp, ipv4_name), ports, destination, remote_ports)| Question {
            groups,
            public_ip,
            ports,
            destination,
            udp,
            remote_ports,
            ipv4_name,
        },
    )
}
