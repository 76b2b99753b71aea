//! Security groups and network ACLs as rules of nftables: what they say of IPv4.

use super::model::*;
use std::collections::BTreeMap;
use std::fmt::Write;

/// What matches a rule's protocol and destination ports; none where it never matches TCP.
fn tcp(protocol: Protocol, ports: (u16, u16)) -> Option<String> {
    match protocol {
        "-1" => Some(String::new()),
        "6" | "tcp" => Some(format!("tcp dport {}-{} ", ports.0, ports.1)),
        _ => None,
    }
}

fn ipv4(blocks: &[Cidr]) -> Vec<String> {
    blocks.iter().filter(|block| block.is_ipv4()).map(Cidr::to_string).collect()
}

/// A security group's rules for one direction. `members` are the addresses that have each group.
fn group_rules(net: &Net, groups: &[usize], egress: bool, members: &BTreeMap<usize, Vec<Address>>, into: &mut String) {
    let side = if egress { "daddr" } else { "saddr" };
    for group in groups {
        let group = &net.groups[*group];
        for rule in if egress { &group.egress } else { &group.ingress } {
            let Some(ports) = tcp(rule.protocol, rule.ports) else { continue };
            let blocks: Vec<String> = match &rule.peer {
                Peer::Block(block) => ipv4(std::slice::from_ref(block)),
                Peer::List(list) => ipv4(&net.lists[*list]),
                Peer::Group(group) => members.get(group).into_iter().flatten().map(|one| written(*one)).collect(),
            };
            for block in blocks {
                let _ = writeln!(into, "ip {side} {block} {ports}accept");
            }
        }
    }
}

/// The stateful chain of an interface: what answers is let through, else any rule of any group has to.
pub(crate) fn groups(
    net: &Net,
    name: &str,
    groups: &[usize],
    egress: bool,
    members: &BTreeMap<usize, Vec<Address>>,
) -> String {
    let mut chain = format!("chain {name} {{\nct state established,related accept\n");
    group_rules(net, groups, egress, members, &mut chain);
    chain.push_str("drop\n}\n");
    chain
}

/// The chain of a network ACL for one direction: what is allowed returns to go on, what nothing matches is dropped.
pub(crate) fn acl(acl: &Acl, name: &str, egress: bool) -> String {
    let side = if egress { "daddr" } else { "saddr" };
    let is_asked = |entry: &&AclEntry| entry.egress == egress && entry.block.is_ipv4();
    let mut entries: Vec<&AclEntry> = acl.entries.iter().filter(is_asked).collect();
    entries.sort_by_key(|entry| entry.number);
    let mut chain = format!("chain {name} {{\n");
    for entry in entries {
        let Some(ports) = tcp(entry.protocol, entry.ports) else { continue };
        let verdict = if entry.allow { "return" } else { "drop" };
        let _ = writeln!(chain, "ip {side} {} {ports}{verdict}", entry.block);
    }
    chain.push_str("drop\n}\n");
    chain
}
