//! What a plain network is to IPv4, as namespaces of the kernel.
//!
//! | namespace | is |
//! | --- | --- |
//! | sender | the task, with the addresses that it sends from, and its security groups |
//! | router 0, router 1 | the VPCs: a routing table for each subnet, network ACLs between subnets |
//! | NAT gateways | each with one interface in its subnet, masquerading |
//! | gateway | the internet gateway: one public address for each that has one |
//! | far | everything that answers: interfaces with their security groups, the internet, S3, whatever is elsewhere |
//!
//! Every two of them are joined by a wire of their own, whose ends have addresses of 169.254.0.0/16.

use super::filters;
use super::model::*;
use super::namespace::Namespace;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

/// What is left out of the network, to see that it is missed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Omission {
    SenderGroups,
    DestinationGroups,
    AclEgress,
    AclIngress,
    Blackholes,
    NeedOfPublicIp,
    NatGatewayAcl,
    Translation,
}

/// A packet to be sent, and the port that the NAT gateway on its way is told to take.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Probe {
    pub(crate) packet: Packet,
    pub(crate) forces_nat_port: bool,
}

/// A standing network.
pub(crate) struct Vpc {
    pub(crate) sender: Namespace,
    pub(crate) far: Namespace,
    /// The far interfaces.
    pub(crate) doors: Vec<String>,
    _others: Vec<Namespace>,
}

/// An interface of a router: in a subnet, or none.
struct Port {
    name: String,
    router: usize,
    subnet: Option<usize>,
}

/// The block of a subnet: each of them has one.
fn block_of(subnet: &Subnet) -> Cidr {
    *subnet.blocks.iter().find(|block| block.is_ipv4()).expect("the subnet has IPv4")
}

/// The address of an interface: each of them has one.
pub(crate) fn ipv4_of(eni: &Eni) -> Address {
    eni.of_family(true)[0].0
}

/// The address of a NAT gateway: each of them has one.
pub(crate) fn nat_address(net: &Net, index: usize) -> Address {
    net.nat_address(index).expect("the subnet has IPv4")
}

/// What a private address is called on the internet: of the block for benchmarks, which nobody else has.
fn public_address(private: Address) -> String {
    written(Cidr::of("198.18.0.0").first | private & 0xff)
}

/// The wire between the internet gateway and what is far.
const INTERNET: &str = "internet";

/// A router's end of a wire, and the other.
const NEAR: &str = "169.254.0.1";
const NEXT: &str = "169.254.0.2";
/// The ends of a wire between two that have other wires too, where those names are their own.
const HERE: &str = "169.254.0.3";
const THERE: &str = "169.254.0.4";

/// Builds the network. The thread is in one of its namespaces afterwards.
pub(crate) fn build(net: &Net, question: &Question, probes: &[Probe], without: Option<Omission>) -> Vpc {
    let owns: BTreeSet<Address> = probes.iter().map(|probe| probe.packet.own).collect();
    let remotes: BTreeSet<Address> = probes.iter().map(|probe| probe.packet.remote).collect();
    let [sender, gateway, far] = std::array::from_fn(|_| Namespace::new());
    let nats: Vec<Namespace> = net.nats.iter().map(|_| Namespace::new()).collect();
    let routers: [Namespace; 2] = std::array::from_fn(|_| Namespace::new());
    let plan = Plan { net, question, owns, enis: net.known_enis(), without };
    let (ports, doors) = plan.ports();

    let mut commands = [String::new(), String::new()];
    for port in &ports {
        let (end, peer) = match port.name.as_str() {
            "sender" => (&sender, "vpc"),
            "igw" => (&gateway, "vpc"),
            name => match name.strip_prefix("nat") {
                Some(index) => (&nats[index.parse::<usize>().expect("a number")], "vpc"),
                None => (&far, name),
            },
        };
        wire(&mut commands[port.router], &port.name, NEAR, peer, end);
    }
    wire(&mut commands[0], "pcx", HERE, "pcx", &routers[1]);
    for (router, commands) in commands.iter_mut().enumerate() {
        if router == 1 {
            commands.push_str(&up("pcx", THERE));
        }
        plan.deliver(router, commands);
        plan.routes(router, &ports, commands);
        routers[router].ip(commands);
        routers[router].forward(true);
        routers[router].nft(&plan.acls(router, &ports));
    }

    let mut commands = up("vpc", NEXT);
    for own in &plan.owns {
        let _ = writeln!(commands, "address add {}/32 dev vpc", written(*own));
    }
    let _ = writeln!(commands, "route add default via {NEAR} dev vpc onlink");
    sender.ip(&commands);
    if without != Some(Omission::SenderGroups) {
        let chain = filters::groups(net, "task", &question.groups, true, &plan.members());
        sender.nft(&format!(
            "table ip groups {{\n{chain}chain out {{\ntype filter hook output priority 0\njump task\n}}\n}}\n"
        ));
    }

    for (index, nat) in nats.iter().enumerate() {
        let own = written(nat_address(net, index));
        nat.ip(&format!(
            "address add {own}/32 dev vpc\n{}route add default via {NEAR} dev vpc onlink\n",
            up("vpc", NEXT)
        ));
        nat.forward(net.nats[index].works());
        if without != Some(Omission::Translation) {
            nat.nft(&masquerade(probes));
        }
    }

    let mut commands = up("vpc", NEXT);
    wire(&mut commands, INTERNET, HERE, INTERNET, &far);
    let _ = writeln!(commands, "route add {} via {NEAR} dev vpc onlink", VPCS[0][0]);
    let _ = writeln!(commands, "route add default via {THERE} dev {INTERNET} onlink");
    gateway.ip(&commands);
    gateway.forward(true);
    gateway.nft(&plan.gateway());

    let mut commands = String::from("link set lo up\n");
    for remote in &remotes {
        let _ = writeln!(commands, "address add {}/32 dev lo", written(*remote));
    }
    for (metric, door) in doors.iter().enumerate() {
        let (own, next) = if door == INTERNET { (THERE, HERE) } else { (NEXT, NEAR) };
        commands.push_str(&up(door, own));
        let _ = writeln!(commands, "route add default via {next} dev {door} onlink metric {}", metric + 1);
    }
    far.ip(&commands);
    far.nft(&plan.destination_groups());

    let mut others = vec![gateway];
    others.extend(nats);
    others.extend(routers);
    Vpc { sender, far, doors, _others: others }
}

/// A wire from an interface of the namespace that the command is for, which is up then, to one of another.
fn wire(commands: &mut String, name: &str, address: &str, peer: &str, end: &Namespace) {
    let _ = writeln!(commands, "link add {name} type veth peer name {peer} netns {}", end.path());
    commands.push_str(&up(name, address));
}

/// An interface with the address of its wire's end, which is nobody's source.
fn up(name: &str, address: &str) -> String {
    format!("address add {address}/32 dev {name} scope link\nlink set {name} up\n")
}

/// A NAT gateway: any port from 1024 on, and for the probes that say so a certain one.
/// <https://docs.aws.amazon.com/vpc/latest/userguide/nat-gateway-basics.html>
fn masquerade(probes: &[Probe]) -> String {
    let mut ruleset = String::from(
        "table ip nat {\nmap ports {\ntype ipv4_addr . inet_service . ipv4_addr . inet_service : inet_service\n",
    );
    let forced: Vec<String> = probes
        .iter()
        .filter(|probe| probe.forces_nat_port)
        .map(|Probe { packet, .. }| {
            let (own, remote) = (written(packet.own), written(packet.remote));
            format!("{own} . {} . {remote} . {} : {}", packet.own_port, packet.remote_port, packet.nat_port)
        })
        .collect();
    if !forced.is_empty() {
        let _ = writeln!(ruleset, "elements = {{ {} }}", forced.join(", "));
    }
    ruleset.push_str(
        "}\nchain out {\ntype nat hook postrouting priority srcnat\n\
         meta l4proto tcp masquerade to :ip saddr . tcp sport . ip daddr . tcp dport map @ports\n\
         meta l4proto tcp masquerade to :1024-65535 fully-random\n}\n}\n",
    );
    ruleset
}

struct Plan<'n> {
    net: &'n Net,
    question: &'n Question,
    owns: BTreeSet<Address>,
    enis: Vec<Eni>,
    without: Option<Omission>,
}

impl Plan<'_> {
    /// The routers' interfaces, and those of them whose other end is far, with the internet gateway's.
    fn ports(&self) -> (Vec<Port>, Vec<String>) {
        let mut ports = Vec::new();
        let mut add = |name: String, router: usize, subnet: Option<usize>| ports.push(Port { name, router, subnet });
        for (index, eni) in self.enis.iter().enumerate() {
            add(format!("eni{index}"), self.net.subnets[eni.subnet].vpc, Some(eni.subnet));
        }
        for (index, subnet) in self.net.subnets.iter().enumerate() {
            add(format!("rest{index}"), subnet.vpc, Some(index));
        }
        for vpc in 0..VPCS.len() {
            add(format!("void{vpc}"), vpc, None);
        }
        add("s3".into(), 0, None);
        add("elsewhere".into(), 0, None);
        let doors = ports.iter().map(|port| port.name.clone()).chain([INTERNET.to_owned()]).collect();
        let mut add = |name: String, router: usize, subnet: Option<usize>| ports.push(Port { name, router, subnet });
        add("sender".into(), 0, Some(SENDER));
        add("igw".into(), 0, None);
        for (index, nat) in self.net.nats.iter().enumerate() {
            add(format!("nat{index}"), 0, Some(nat.subnet));
        }
        (ports, doors)
    }

    /// The main table: who has which address of the VPC. Addresses that no known interface has are answered for all the
    /// same: what keeps packets from them is to be judged too.
    fn deliver(&self, router: usize, commands: &mut String) {
        let mut add = |block: String, port: &str| {
            let _ = writeln!(commands, "route add {block} via {NEXT} dev {port} onlink");
        };
        for (index, eni) in self.enis.iter().enumerate() {
            if self.net.subnets[eni.subnet].vpc == router {
                add(written(ipv4_of(eni)), &format!("eni{index}"));
            }
        }
        for (index, subnet) in self.net.subnets.iter().enumerate() {
            if subnet.vpc == router {
                add(block_of(subnet).to_string(), &format!("rest{index}"));
            }
        }
        add(VPCS[router][0].to_string(), &format!("void{router}"));
        if router == 0 {
            for own in &self.owns {
                add(written(*own), "sender");
            }
            for index in 0..self.net.nats.len() {
                add(written(nat_address(self.net, index)), &format!("nat{index}"));
            }
        }
    }

    /// A table for each subnet, asked for what comes in from there and goes out of it. Of equal prefixes the lowest metric
    /// wins. What is local is thrown back to the main table.
    fn routes(&self, router: usize, ports: &[Port], commands: &mut String) {
        for port in ports.iter().filter(|port| port.router == router) {
            if let Some(subnet) = port.subnet {
                let own = block_of(&self.net.subnets[subnet]);
                let _ = writeln!(commands, "rule add iif {} to {own} lookup main priority 900", port.name);
                let _ = writeln!(commands, "rule add iif {} lookup {} priority 1000", port.name, 100 + subnet);
            }
        }
        for (index, subnet) in self.net.subnets.iter().enumerate().filter(|(_, subnet)| subnet.vpc == router) {
            for route in &self.net.tables[subnet.table] {
                let (blocks, metric) = match &route.to {
                    To::Block(block) if !block.is_ipv4() => continue,
                    To::Block(block) if route.target == Target::Local => (vec![*block], 1),
                    // A propagated route is none for what the local one has.
                    To::Block(block) if route.propagated && VPCS[router][0].holds(block.first) => {
                        (vec![*block; usize::from(block.length < VPCS[router][0].length)], 4)
                    }
                    To::Block(block) => (vec![*block], if route.propagated { 4 } else { 2 }),
                    To::List(list) => {
                        (self.net.lists[*list].iter().copied().filter(|block| block.is_ipv4()).collect(), 3)
                    }
                };
                let hop = self.hop(router, route);
                let (kind, way) = match &hop {
                    _ if route.target == Target::Local => ("throw", String::new()),
                    Some((port, next)) => ("unicast", format!("via {next} dev {port} onlink ")),
                    None if self.without == Some(Omission::Blackholes) => continue,
                    None => ("blackhole", String::new()),
                };
                for block in blocks {
                    let _ = writeln!(commands, "route add {kind} {block} {way}table {} metric {metric}", 100 + index);
                }
            }
        }
    }

    /// The interface that a route leads to, and the next hop behind it; none where it leads nowhere.
    fn hop(&self, router: usize, route: &Route) -> Option<(String, &'static str)> {
        let works = match route.target {
            _ if route.blackhole => false,
            Target::Peering => self.net.peering_active,
            // The other VPC has nothing else.
            _ if router == 1 => false,
            Target::Internet => self.net.internet == Attached::Here,
            Target::GatewayEndpoint => self.net.gateway_endpoint,
            Target::Nat(_) | Target::Vpn => true,
            Target::Local
            | Target::LostInternet
            | Target::EgressOnly
            | Target::LostEgressOnly
            | Target::LostNat
            | Target::Transit => false,
        };
        let hop = match route.target {
            Target::Internet => ("igw".to_owned(), NEXT),
            Target::Nat(index) => (format!("nat{index}"), NEXT),
            Target::GatewayEndpoint => ("s3".to_owned(), NEXT),
            Target::Peering => ("pcx".to_owned(), if router == 1 { HERE } else { THERE }),
            _ => ("elsewhere".to_owned(), NEXT),
        };
        works.then_some(hop)
    }

    /// Network ACLs: stateless, out of one subnet and into another, and not inside one.
    fn acls(&self, router: usize, ports: &[Port]) -> String {
        let (mut chains, mut rules) = (String::new(), [String::new(), String::new(), String::new()]);
        for (index, subnet) in self.net.subnets.iter().enumerate().filter(|(_, subnet)| subnet.vpc == router) {
            let all = || ports.iter().filter(|port| port.router == router && port.subnet == Some(index));
            let set = |ports: Vec<&str>| format!("{{ {} }}", ports.join(", "));
            let inside = set(all().map(|port| port.name.as_str()).collect());
            let filtered = |omitted| {
                let is_nat = |port: &&Port| port.name.starts_with("nat");
                let kept = all().filter(|port| self.without != Some(Omission::NatGatewayAcl) || !is_nat(port));
                (self.without != Some(omitted)).then(|| set(kept.map(|port| port.name.as_str()).collect()))
            };
            let acl = &self.net.acls[subnet.acl];
            chains.push_str(&filters::acl(acl, &format!("out{index}"), true));
            chains.push_str(&filters::acl(acl, &format!("in{index}"), false));
            let _ = writeln!(rules[0], "iifname {inside} oifname {inside} accept");
            if let Some(from) = filtered(Omission::AclEgress) {
                let _ = writeln!(rules[1], "iifname {from} jump out{index}");
            }
            if let Some(to) = filtered(Omission::AclIngress) {
                let _ = writeln!(rules[2], "oifname {to} jump in{index}");
            }
        }
        let rules = rules.concat();
        format!("table ip acls {{\n{chains}chain packets {{\ntype filter hook forward priority 0\n{rules}}}\n}}\n")
    }

    /// Whose addresses have which group.
    fn members(&self) -> BTreeMap<usize, Vec<Address>> {
        let mut members: BTreeMap<usize, Vec<Address>> = BTreeMap::new();
        for eni in &self.enis {
            for group in &eni.groups {
                members.entry(*group).or_default().push(ipv4_of(eni));
            }
        }
        for group in &self.question.groups {
            members.entry(*group).or_default().extend(&self.owns);
        }
        members
    }

    fn destination_groups(&self) -> String {
        if self.without == Some(Omission::DestinationGroups) {
            return String::new();
        }
        let members = self.members();
        let (mut chains, mut rules) = (String::new(), String::new());
        for (index, eni) in self.enis.iter().enumerate() {
            chains.push_str(&filters::groups(self.net, &format!("eni{index}"), &eni.groups, false, &members));
            let _ = writeln!(rules, "iifname eni{index} jump eni{index}");
        }
        format!("table ip groups {{\n{chains}chain packets {{\ntype filter hook input priority 0\n{rules}}}\n}}\n")
    }

    /// The internet gateway translates one private address into one public one, for those that have one, and knows
    /// nothing that the internet does not route. <https://docs.aws.amazon.com/vpc/latest/userguide/VPC_Internet_Gateway.html>
    fn gateway(&self) -> String {
        let mut holders: Vec<Address> = Vec::new();
        if self.question.public_ip || self.without == Some(Omission::NeedOfPublicIp) {
            holders.extend(&self.owns);
        }
        let public = |index: &usize| !self.net.nats[*index].private;
        holders.extend((0..self.net.nats.len()).filter(public).map(|index| nat_address(self.net, index)));
        let special: Vec<&str> = SPECIAL.into_iter().filter(|text| Cidr::of(text).is_ipv4()).collect();
        let special = special.join(", ");
        let mut ruleset = format!(
            "table ip gateway {{\nchain packets {{\ntype filter hook forward priority 0; policy drop\n\
             iifname {INTERNET} accept\nip daddr {{ {special} }} drop\n"
        );
        let mut translation = String::new();
        if !holders.is_empty() {
            let all: Vec<String> = holders.iter().map(|own| written(*own)).collect();
            let pairs: Vec<String> =
                holders.iter().map(|own| format!("{} : {}", written(*own), public_address(*own))).collect();
            let _ = writeln!(ruleset, "ip saddr {{ {} }} accept", all.join(", "));
            translation = format!("oifname {INTERNET} snat to ip saddr map {{ {} }}\n", pairs.join(", "));
        }
        let _ = write!(ruleset, "}}\nchain out {{\ntype nat hook postrouting priority srcnat\n{translation}}}\n}}\n");
        ruleset
    }
}
