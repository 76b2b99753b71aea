//! The rules of security groups one by one, as AWS counts them: each is for one block, prefix list or group.

use super::entity::*;
use super::filters::security_group;
use super::model::Model;
use super::schema::*;
use super::words;
use crate::network::*;
use crate::path;
use crate::snapshot::{IpPermission, Location, Str};

const CALL: &str = "ec2:DescribeSecurityGroups";

/// A rule: its group and direction, the position of its permission, and its peer among those of the permission.
#[derive(Debug, Clone, Copy)]
pub(super) struct RuleKey {
    group: GroupId,
    egress: bool,
    permission: u32,
    peer: Peer,
}

/// By the list that holds it, and the position there.
#[derive(Debug, Clone, Copy)]
enum Peer {
    Ipv4(u32),
    Ipv6(u32),
    List(u32),
    Group(u32),
}

/// The rules of all security groups: those of a group stand together, the inbound ones first.
#[derive(Debug, Default)]
pub(super) struct GroupRuleList {
    keys: Vec<RuleKey>,
    /// For each group where its inbound ones begin, where its outbound ones do, and where they end.
    spans: Vec<[u32; 3]>,
}

entity! {
    /// A rule of a security group: for one block of addresses, one prefix list or one security group.
    group_rule = "security-group-rule" rule {
        /// Its security group.
        security_group: Type::Entity(&security_group::TYPE) => |model, index| entity_of(&security_group::TYPE, model.rule_key(index).group.0);
        /// Its direction.
        direction: Type::Word(words::DIRECTIONS) => |model, index| string(if model.rule_key(index).egress { "outbound" } else { "inbound" });
        /// Its protocol as AWS writes it, `tcp`, `udp`, `icmp`, `icmpv6` or a number; `all` for every one, which AWS writes `-1`.
        protocol: STRING => |model, index| model.protocol_of_rule(index), at |model, index| model.place_in_permission(index, "IpProtocol");
        /// The first of its ports, 0 where it is for every port; of ICMP the type.
        from_port: INT => |model, index| model.port_of_rule(index, true), at |model, index| model.place_in_permission(index, "FromPort");
        /// The last of its ports, 65535 where it is for every port; of ICMP the code.
        to_port: INT => |model, index| model.port_of_rule(index, false), at |model, index| model.place_in_permission(index, "ToPort");
        /// The block of addresses that it is for, of IPv4 or IPv6: `0.0.0.0/0`. Empty where it is for anything else.
        cidr: STRING => |model, index| match model.rule_key(index).peer {
            Peer::Ipv4(_) | Peer::Ipv6(_) => model.peer_of_rule(index),
            _ => string(""),
        };
        /// The id of the prefix list that it is for. Empty where it is for anything else.
        prefix_list_id: STRING => |model, index| match model.rule_key(index).peer {
            Peer::List(_) => model.peer_of_rule(index),
            _ => string(""),
        };
        /// The id of the security group that it is for. Empty where it is for anything else.
        group_id: STRING => |model, index| match model.rule_key(index).peer {
            Peer::Group(_) => model.peer_of_rule(index),
            _ => string(""),
        };
    }
}

impl Model<'_> {
    /// All rules; listed when that is first asked, which no built-in rule does.
    pub(super) fn group_rules(&self) -> &GroupRuleList {
        self.group_rules.get_or_init(|| {
            let mut found = GroupRuleList::default();
            for (index, group) in self.network.groups.iter().enumerate() {
                let mut span = [found.keys.len() as u32; 3];
                let lists = [&group.element.ip_permissions, &group.element.ip_permissions_egress];
                for (direction, permissions) in lists.into_iter().enumerate() {
                    for (position, permission) in permissions.iter().flatten().enumerate() {
                        let key = |peer| RuleKey {
                            group: GroupId(index as u32),
                            egress: direction == 1,
                            permission: position as u32,
                            peer,
                        };
                        found.keys.extend(peers(permission).map(key));
                    }
                    span[direction + 1] = found.keys.len() as u32;
                }
                found.spans.push(span);
            }
            found
        })
    }

    /// How many rules there are.
    pub(super) fn count_of_group_rules(&self) -> usize {
        self.group_rules().keys.len()
    }

    /// The rules of one direction of a group; unknown where the input lacks their list.
    pub(super) fn rules_of_group<'f>(&self, id: GroupId, egress: bool) -> Reading<'f> {
        let group = self.network.group(id);
        let known = if egress { &group.element.ip_permissions_egress } else { &group.element.ip_permissions };
        if known.is_none() {
            return Err(self.unknown(Missing { call: CALL, scope: group.scope }));
        }
        let [begin, middle, end] = self.group_rules().spans[id.0 as usize];
        list_of(&group_rule::TYPE, if egress { middle..end } else { begin..middle })
    }

    /// The group of a rule.
    pub(super) fn group_of_rule(&self, index: u32) -> GroupId {
        self.rule_key(index).group
    }

    /// A rule as a reader calls it: `inbound tcp 22-22 for 0.0.0.0/0`.
    pub(super) fn name_of_rule(&self, index: u32) -> String {
        let shown = |reading: Reading<'_>| match reading {
            Ok(Value::String(text)) => text.into_owned(),
            Ok(Value::Int(number)) => number.to_string(),
            _ => "(unknown)".to_owned(),
        };
        let direction = if self.rule_key(index).egress { "outbound" } else { "inbound" };
        let protocol = shown(self.protocol_of_rule(index));
        let ports = match (shown(self.port_of_rule(index, true)), shown(self.port_of_rule(index, false))) {
            _ if protocol == "all" => String::new(),
            (from, to) if from == to => format!(" {from}"),
            (from, to) => format!(" {from}-{to}"),
        };
        format!("{direction} {protocol}{ports} for {}", shown(self.peer_of_rule(index)))
    }

    /// Where a rule stands.
    pub(super) fn place_of_rule(&self, index: u32) -> Option<Location> {
        let key = self.rule_key(index);
        let (list, position, field) = match key.peer {
            Peer::Ipv4(position) => ("IpRanges", position, "CidrIp"),
            Peer::Ipv6(position) => ("Ipv6Ranges", position, "CidrIpv6"),
            Peer::List(position) => ("PrefixListIds", position, "PrefixListId"),
            Peer::Group(position) => ("UserIdGroupPairs", position, "GroupId"),
        };
        let origin = self.network.group(key.group).element.origin;
        let (direction, permission) = (field_of(key.egress), key.permission as usize);
        Some(Location::inside(origin, path![direction, permission, list, position as usize, field]))
    }

    fn place_in_permission(&self, index: u32, field: &'static str) -> Option<Location> {
        let key = self.rule_key(index);
        let origin = self.network.group(key.group).element.origin;
        Some(Location::inside(origin, path![field_of(key.egress), key.permission as usize, field]))
    }

    fn rule_key(&self, index: u32) -> RuleKey {
        self.group_rules().keys[index as usize]
    }

    fn permission(&self, index: u32) -> Option<&IpPermission<'_>> {
        let key = self.rule_key(index);
        let element = self.network.group(key.group).element;
        let list = if key.egress { &element.ip_permissions_egress } else { &element.ip_permissions };
        list.as_ref()?.get(key.permission as usize)
    }

    fn text_of_rule<'f>(&'f self, index: u32, value: Option<&'f Option<Str<'_>>>) -> Reading<'f> {
        self.written(value.unwrap_or(&None), CALL, self.network.group(self.rule_key(index).group).scope)
    }

    fn protocol_of_rule<'f>(&'f self, index: u32) -> Reading<'f> {
        let written = self.permission(index).map(|permission| &permission.ip_protocol);
        match self.text_of_rule(index, written)? {
            Value::String(text) if text == "-1" => string("all"),
            other => Ok(other),
        }
    }

    /// The first of a rule's ports, or the last.
    fn port_of_rule<'f>(&self, index: u32, is_first: bool) -> Reading<'f> {
        let permission = self.permission(index);
        if permission.is_some_and(|permission| permission.ip_protocol.as_deref() == Some("-1")) {
            return int(if is_first { 0 } else { 65535 });
        }
        let written = permission.and_then(|found| if is_first { found.from_port } else { found.to_port });
        self.written_number(written, CALL, self.network.group(self.rule_key(index).group).scope)
    }

    fn peer_of_rule<'f>(&'f self, index: u32) -> Reading<'f> {
        let written = self.permission(index).and_then(|permission| {
            Some(match self.rule_key(index).peer {
                Peer::Ipv4(position) => &permission.ip_ranges.get(position as usize)?.cidr_ip,
                Peer::Ipv6(position) => &permission.ipv6_ranges.get(position as usize)?.cidr_ipv6,
                Peer::List(position) => &permission.prefix_list_ids.get(position as usize)?.prefix_list_id,
                Peer::Group(position) => &permission.user_id_group_pairs.get(position as usize)?.group_id,
            })
        });
        self.text_of_rule(index, written)
    }
}

fn field_of(egress: bool) -> &'static str {
    if egress { "IpPermissionsEgress" } else { "IpPermissions" }
}

/// Whom a permission is for.
fn peers(permission: &IpPermission<'_>) -> impl Iterator<Item = Peer> {
    let count = |length: usize| 0..length as u32;
    let blocks = count(permission.ip_ranges.len()).map(Peer::Ipv4);
    let blocks = blocks.chain(count(permission.ipv6_ranges.len()).map(Peer::Ipv6));
    let lists = count(permission.prefix_list_ids.len()).map(Peer::List);
    blocks.chain(lists).chain(count(permission.user_id_group_pairs.len()).map(Peer::Group))
}
