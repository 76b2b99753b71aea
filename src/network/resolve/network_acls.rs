//! Network ACLs, compiled, and the subnets that they serve.

use super::claims::{Claims, contested};
use super::{Builder, Lists};
use crate::network::error::NetworkError;
use crate::network::expression::expression;
use crate::network::filters::{AclRule, AclRules, Protocols, Rectangle};
use crate::network::ids::{AclId, SubnetId};
use crate::network::known::{Known, Missing};
use crate::network::model::*;
use crate::network::text::text;
use crate::path;
use crate::snapshot::{self as shape, Element, Location, Oddity};

impl<'a> Builder<'_, 'a> {
    pub(super) fn acls(&mut self, lists: &Lists<'a>) -> Result<(), NetworkError> {
        for (index, &(scope, element)) in lists.acls.iter().enumerate() {
            let missing = Missing { call: "ec2:DescribeNetworkAcls", scope };
            let mut both = [AclRules::default(), AclRules::default()];
            // An entry that can't be read may decide anything in its direction.
            let mut unread = [None, None];
            for (position, entry) in element.entries.iter().flatten().enumerate() {
                let of: &[usize] = match entry.egress {
                    Some(false) => &[0],
                    Some(true) => &[1],
                    None => &[0, 1],
                };
                match self.entry(scope, element, position, entry)? {
                    Ok(rule) => of.iter().for_each(|direction| both[*direction].rules.push(rule.clone())),
                    Err(missing) => of.iter().for_each(|direction| unread[*direction] = Some(missing)),
                }
            }
            for (rules, unread) in both.iter_mut().zip(&mut unread) {
                rules.rules.sort_by_key(|rule| rule.number);
                if let Some(number) = contradicted(rules) {
                    *unread = Some(missing);
                    self.network.oddities.push(Oddity {
                        what: format!("rule {number} of {}", text(&element.network_acl_id)),
                        why: "two entries of one direction have this number and are not alike: neither can be told to count"
                            .into(),
                    });
                }
            }
            let [ingress, egress] = both;
            let unread = unread.map(|unread| unread.or(element.entries.is_none().then_some(missing)));
            let [ingress_unread, egress_unread] = unread;
            if element.is_default == Some(true) && self.serves_all_others(scope, element) {
                // The default one serves every subnet that no other one names.
                if let Some(vpc) = self.vpc_ref(scope, element.vpc_id.as_deref()).known() {
                    for subnet in self.network.vpcs[vpc.0 as usize].subnets.clone() {
                        let subnet = &mut self.network.subnets[subnet.0 as usize];
                        if subnet.acl.is_err() {
                            subnet.acl = Ok(AclId(index as u32));
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
        let mut claims = Claims::default();
        for (index, &(scope, element)) in lists.acls.iter().enumerate() {
            for association in element.associations.iter().flatten() {
                let subnet = association.subnet_id.as_deref();
                if let Some(subnet) = subnet.and_then(|id| self.network.by_id.subnets.get_in(scope, id)) {
                    claims.claim(*subnet, text(&element.network_acl_id), AclId(index as u32));
                }
            }
        }
        for (index, subnet) in self.network.subnets.iter_mut().enumerate() {
            match claims.of(SubnetId(index as u32)) {
                None => {}
                Some(Ok(acl)) => subnet.acl = Ok(acl),
                Some(Err(both)) => {
                    subnet.acl = Err(Missing { call: "ec2:DescribeNetworkAcls", scope: subnet.scope });
                    let of = text(&subnet.element.subnet_id);
                    self.network.oddities.push(contested(&format!("the network ACL of {of}"), both));
                }
            }
        }
        Ok(())
    }

    /// An entry as it decides, or what would tell how it does.
    fn entry(
        &mut self,
        scope: u32,
        acl: &'a Element<shape::NetworkAcl<'a>>,
        position: usize,
        entry: &shape::NetworkAclEntry<'_>,
    ) -> Result<Known<AclRule>, NetworkError> {
        let id = text(&acl.network_acl_id);
        let (block, field) = match (entry.cidr_block.as_deref(), entry.ipv6_cidr_block.as_deref()) {
            (None, Some(cidr)) => (Some(cidr), "Ipv6CidrBlock"),
            (cidr, _) => (cidr, "CidrBlock"),
        };
        if let Some(missing) = block.and_then(|cidr| Missing::of_text(cidr, scope)) {
            return Ok(Err(missing));
        }
        let protocols = entry.protocol.as_deref().map(Protocols::written).filter(|found| *found != Protocols::Other);
        let ports = ports_of(entry, protocols);
        let allows = match entry.rule_action.as_deref() {
            Some("allow") => Some(true),
            Some("deny") => Some(false),
            _ => None,
        };
        if let (Some(number), Some(_), Some(allows), Some(protocols), Some(cidr), Some(ports)) =
            (entry.rule_number, entry.egress, allows, protocols, block, ports)
        {
            let at = || Location::inside(acl.origin, path!["Entries", position, field]);
            let addresses = self.block(cidr, at, id)?.range;
            let matches = Rectangle { addresses, ports };
            return Ok(Ok(AclRule { number, index: position, allows, protocols, matches }));
        }
        let parts = [
            ("number", entry.rule_number.is_none()),
            ("direction", entry.egress.is_none()),
            ("action", allows.is_none()),
            ("protocol", protocols.is_none()),
            ("address block", block.is_none()),
            ("port range", protocols.is_some() && ports.is_none()),
        ];
        let unread: Vec<&str> = parts.into_iter().filter(|(_, unread)| *unread).map(|(part, _)| part).collect();
        self.network.oddities.push(Oddity {
            what: format!("entry {position} of {id}"),
            why: format!("it has no {} that can be read", unread.join(", no ")),
        });
        Ok(Err(Missing { call: "ec2:DescribeNetworkAcls", scope }))
    }

    /// Whether a default network ACL is that of every subnet of its VPC which no other one names: all of these others are known,
    /// with whom they serve.
    fn serves_all_others(&self, scope: u32, default: &shape::NetworkAcl<'_>) -> bool {
        let all = &self.snapshot.scopes[scope as usize].network_acls;
        let is_other = |acl: &&Element<shape::NetworkAcl<'_>>| {
            acl.is_default != Some(true) && (acl.vpc_id.is_none() || acl.vpc_id == default.vpc_id)
        };
        let is_said = |id: &Option<shape::Str<'_>>| id.as_deref().is_some_and(|id| expression(id).is_none());
        let says_whom_it_serves = |acl: &Element<shape::NetworkAcl<'_>>| {
            acl.associations.as_ref().is_some_and(|list| list.iter().all(|found| is_said(&found.subnet_id)))
        };
        all.is_complete() && default.associations.is_some() && all.into_iter().filter(is_other).all(says_whom_it_serves)
    }
}

/// The ports that an entry is for: all, where its protocol has none. AWS always answers a range for one that has, of which -1
/// says none.
/// <https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_NetworkAclEntry.html>
fn ports_of(entry: &shape::NetworkAclEntry<'_>, protocols: Option<Protocols>) -> Option<(u16, u16)> {
    if !protocols?.have_ports() {
        return Some((0, u16::MAX));
    }
    let range = entry.port_range.as_ref()?;
    let (from, to) = (u16::try_from(range.from?).ok()?, u16::try_from(range.to?).ok()?);
    (from <= to).then_some((from, to))
}

/// The number of entries of which AWS refuses the second (`NetworkAclEntryAlreadyExists`), and that decide otherwise than each other.
/// <https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html>
fn contradicted(rules: &AclRules) -> Option<i64> {
    let decides = |rule: &AclRule| (rule.allows, rule.protocols, rule.matches);
    let mut beside = rules.rules.windows(2);
    let found = beside.find(|pair| pair[0].number == pair[1].number && decides(&pair[0]) != decides(&pair[1]));
    found.map(|pair| pair[0].number)
}
