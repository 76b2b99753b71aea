//! Network ACLs, compiled, and the subnets that they serve.

use super::{Builder, Lists};
use crate::network::error::NetworkError;
use crate::network::filters::{AclRule, AclRules, Protocols, Rectangle};
use crate::network::ids::AclId;
use crate::network::known::Missing;
use crate::network::model::*;
use crate::network::text::text;
use crate::path;
use crate::snapshot::{Location, Oddity};

impl<'a> Builder<'_, 'a> {
    pub(super) fn acls(&mut self, lists: &Lists<'a>) -> Result<(), NetworkError> {
        for (index, &(scope, element)) in lists.acls.iter().enumerate() {
            let missing = Missing { call: "ec2:DescribeNetworkAcls", scope };
            let mut both = [AclRules::default(), AclRules::default()];
            // An entry that can't be read may decide anything in its direction.
            let mut unread = [None, None];
            for (position, entry) in element.entries.iter().flatten().enumerate() {
                let ports = entry.port_range.as_ref().map(|range| (range.from.unwrap_or(0), range.to.unwrap_or(65535)));
                let odd_ports = ports.is_some_and(|(from, to)| from > to || from < -1 || to > 65535);
                let odd_action = !matches!(entry.rule_action.as_deref(), Some("allow" | "deny"));
                let odd_protocol = Protocols::written(entry.protocol.as_deref()) == Protocols::Other;
                if odd_ports || odd_action || odd_protocol {
                    unread[usize::from(entry.egress == Some(true))] = Some(missing);
                    self.network.oddities.push(Oddity {
                        what: format!("entry {position} of {}", text(&element.network_acl_id)),
                        why: "its action, its protocol or its ports can't be read".into(),
                    });
                    continue;
                }
                let (cidr, field) = match (entry.cidr_block.as_deref(), entry.ipv6_cidr_block.as_deref()) {
                    (Some(cidr), _) => (cidr, "CidrBlock"),
                    (None, Some(cidr)) => (cidr, "Ipv6CidrBlock"),
                    (None, None) => continue,
                };
                if let Some(missing) = Missing::of_text(cidr, scope) {
                    unread[usize::from(entry.egress == Some(true))] = Some(missing);
                    continue;
                }
                let at = || Location::inside(element.origin, path!["Entries", position, field]);
                let addresses = self.block(cidr, at, text(&element.network_acl_id))?.range;
                let protocols = Protocols::written(entry.protocol.as_deref());
                let port =
                    |value: Option<i64>, default: u16| value.map_or(default, |value| value.clamp(0, 65535) as u16);
                let ports = match (&entry.port_range, protocols) {
                    (Some(range), Protocols::One(_)) => (port(range.from, 0), port(range.to, u16::MAX)),
                    _ => (0, u16::MAX),
                };
                both[usize::from(entry.egress == Some(true))].rules.push(AclRule {
                    number: entry.rule_number.unwrap_or(i64::MAX),
                    index: position,
                    allows: entry.rule_action.as_deref() == Some("allow"),
                    protocols,
                    matches: Rectangle { addresses, ports },
                });
            }
            for rules in &mut both {
                rules.rules.sort_by_key(|rule| rule.number);
            }
            let [ingress, egress] = both;
            let unread = unread.map(|unread| unread.or(element.entries.is_none().then_some(missing)));
            let [ingress_unread, egress_unread] = unread;
            let id = AclId(index as u32);
            let snapshot = self.snapshot;
            if element.is_default == Some(true)
                && snapshot.scopes[scope as usize].network_acls.is_complete()
                && element.associations.is_some()
            {
                // The default one serves every subnet that no other one names.
                if let Some(vpc) = self.vpc_ref(scope, element.vpc_id.as_deref()).known() {
                    for subnet in self.network.vpcs[vpc.0 as usize].subnets.clone() {
                        let subnet = &mut self.network.subnets[subnet.0 as usize];
                        if subnet.acl.is_err() {
                            subnet.acl = Ok(id);
                        }
                    }
                }
            }
            self.network.acls.push(Acl {
                element,
                scope,
                ingress: ingress_unread.map_or(Ok(ingress), Err),
                egress: egress_unread.map_or(Ok(egress), Err),
            });
        }
        for (index, &(scope, element)) in lists.acls.iter().enumerate() {
            for association in element.associations.iter().flatten() {
                if let Some(subnet) =
                    association.subnet_id.as_deref().and_then(|id| self.network.by_id.subnets.get_in(scope, id))
                {
                    self.network.subnets[subnet.0 as usize].acl = Ok(AclId(index as u32));
                }
            }
        }
        Ok(())
    }
}
