//! Which entries of a filter let packets pass: for those who read a way and not only its verdict.

use super::filters::*;
use super::ids::GroupId;
use super::known::Reference;
use super::model::Network;
use super::ranges::Ranges;

impl AclRules {
    /// The positions of the entries that let some of the packets pass: those that come first for any of them.
    pub fn passes(&self, protocol: Protocol, packets: Vec<Rectangle>) -> Vec<usize> {
        let mut open = packets;
        let mut found = Vec::new();
        for (position, rule) in self.rules.iter().enumerate().filter(|(_, rule)| rule.protocols.includes(protocol)) {
            let rest = subtract(open.clone(), &rule.matches);
            if rule.allows && rest != open {
                found.push(position);
            }
            open = rest;
            if open.is_empty() {
                break;
            }
        }
        found
    }
}

/// A rule of a security group.
pub type RuleOfGroup<'n> = (GroupId, &'n GroupRule);

/// The rules of groups that let packets pass: one that lets all of them pass, where there is such, else those that each
/// let more of them pass.
pub fn group_passes<'n>(
    network: &'n Network<'_>,
    protocol: Protocol,
    (groups, egress): (&[Reference<GroupId>], bool),
    other: OtherSide<'_>,
    ports: &Ranges<u16>,
) -> Vec<RuleOfGroup<'n>> {
    let whole = rectangles(other.addresses, ports);
    let mut open = whole.clone();
    let mut found = Vec::new();
    for id in groups.iter().filter_map(|group| group.known()) {
        let group = network.group(id);
        let rules = if egress { &group.egress } else { &group.ingress };
        for rule in rules.iter().flat_map(|rules| &rules.rules) {
            let alone = GroupRules { rules: vec![rule.clone()] };
            let denied = group_drops(network, protocol, &[Ok(&alone)], other, ports).denied;
            if denied.is_empty() {
                return vec![(id, rule)];
            }
            let passed = denied.iter().fold(whole.clone(), subtract);
            let rest = passed.iter().fold(open.clone(), subtract);
            if rest != open {
                found.push((id, rule));
                open = rest;
            }
        }
    }
    found
}
