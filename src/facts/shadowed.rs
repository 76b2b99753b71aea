//! Entries of network ACLs that can never match.

use super::entity::Reading;
use super::model::Model;
use super::schema::{Unknown, Value};
use crate::network::*;
use crate::path;
use crate::snapshot::Location;

/// The number of the entry that AWS adds to every network ACL: deny all.
/// <https://docs.aws.amazon.com/vpc/latest/userguide/nacl-rules.html>
const LAST: i64 = 32767;
const TCP: u8 = 6;
const UDP: u8 = 17;

impl Model<'_> {
    pub(super) fn shadowed_entries<'f>(&'f self, id: AclId) -> Reading<'f> {
        let shown = self
            .shadowed(id)?
            .into_iter()
            .map(|(direction, rule)| Value::String(format!("{direction} rule {}", rule.number).into()));
        Ok(Value::List(shown.collect()))
    }

    /// Where the first of them stands.
    pub(super) fn shadowed_place(&self, id: AclId) -> Option<Location> {
        let (_, rule) = self.shadowed(id).ok()?.into_iter().next()?;
        Some(Location::inside(self.network.acl(id).element.origin, path!["Entries", rule.index, "RuleNumber"]))
    }

    fn shadowed(&self, id: AclId) -> Result<Vec<(&'static str, &AclRule)>, Unknown> {
        let acl = self.network.acl(id);
        let mut found = Vec::new();
        for (direction, rules) in [("inbound", &acl.ingress), ("outbound", &acl.egress)] {
            let rules = &rules.as_ref().map_err(|missing| self.unknown(*missing))?.rules;
            for (position, rule) in rules.iter().enumerate() {
                // Entries without a number, or with one number, have no order.
                let before = rules[..position].iter().filter(|other| other.number < rule.number);
                if rule.number < LAST && is_covered(rule, before) {
                    found.push((direction, rule));
                }
            }
        }
        Ok(found)
    }
}

/// Whether other entries match all that one would. Of ICMP only types and codes tell entries apart, which are not read:
/// an entry for it is covered by entries for every protocol alone.
fn is_covered<'r>(rule: &AclRule, before: impl Iterator<Item = &'r AclRule>) -> bool {
    let has_ports = matches!(rule.protocols, Protocols::One(TCP | UDP));
    let covers = |other: &&AclRule| match other.protocols {
        Protocols::All => true,
        same => has_ports && same == rule.protocols,
    };
    let mut open = vec![rule.matches];
    for other in before.filter(covers) {
        open = subtract(open, &other.matches);
        if open.is_empty() {
            return true;
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rule(protocols: Protocols, addresses: (u128, u128), ports: (u16, u16)) -> AclRule {
        AclRule { number: 0, index: 0, allows: true, protocols, matches: Rectangle { addresses, ports } }
    }

    #[test]
    fn entries_are_covered_by_the_union_of_those_before() {
        let (tcp, udp, icmp) = (Protocols::One(TCP), Protocols::One(UDP), Protocols::One(1));
        let all = (0, u16::MAX);
        let cases = [
            ("the same block", vec![rule(tcp, (0, 9), all)], rule(tcp, (0, 9), (443, 443)), true),
            ("a part of the ports", vec![rule(tcp, (0, 9), (0, 1023))], rule(tcp, (0, 9), (443, 2000)), false),
            ("two halves", vec![rule(tcp, (0, 4), all), rule(tcp, (5, 9), all)], rule(tcp, (0, 9), (1, 2)), true),
            ("a gap", vec![rule(tcp, (0, 4), all), rule(tcp, (6, 9), all)], rule(tcp, (0, 9), (1, 2)), false),
            ("another protocol", vec![rule(udp, (0, 9), all)], rule(tcp, (0, 9), (443, 443)), false),
            ("every protocol", vec![rule(Protocols::All, (0, 9), all)], rule(udp, (0, 9), (53, 53)), true),
            ("one of all protocols", vec![rule(tcp, (0, 9), all)], rule(Protocols::All, (0, 9), all), false),
            ("ICMP by ICMP", vec![rule(icmp, (0, 9), all)], rule(icmp, (0, 9), all), false),
            ("ICMP by all", vec![rule(Protocols::All, (0, 9), all)], rule(icmp, (0, 9), all), true),
        ];
        for (name, before, entry, expected) in cases {
            assert_eq!(is_covered(&entry, before.iter()), expected, "{name}");
        }
    }
}
