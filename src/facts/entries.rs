//! Entries of network ACLs that stop flows. One entry may stop several kinds of traffic: that is one fault.

use super::entity::*;
use super::errand::Errand;
use super::filters::network_acl;
use super::model::{BlockerKey, Model};
use super::schema::*;
use super::words;
use crate::network::*;
use crate::path;
use crate::reach::{Blocker, Cause, Code, ResourceId};
use crate::snapshot::Location;
use std::collections::HashMap;

/// An entry of a network ACL that stops a flow. What no entry matches its implicit deny stops, in both directions.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct StoppingEntry {
    acl: AclId,
    /// The direction, and the position among that direction's entries.
    listed: Option<(bool, u32)>,
}

impl StoppingEntry {
    /// The entry that is the cause of a blocker.
    pub(super) fn of(blocker: &Blocker) -> Option<Self> {
        match (blocker.resource, blocker.cause) {
            (ResourceId::Acl(acl), Cause::Entry { egress, rule }) => {
                Some(StoppingEntry { acl, listed: rule.map(|rule| (egress, rule)) })
            }
            _ => None,
        }
    }
}

/// All such entries, with the blockers that each is the cause of.
#[derive(Debug, Default)]
pub(super) struct StoppingEntries {
    list: Vec<(StoppingEntry, Vec<BlockerKey>)>,
    positions: HashMap<StoppingEntry, usize>,
}

impl StoppingEntries {
    /// How many there are.
    pub(super) fn len(&self) -> usize {
        self.list.len()
    }

    /// The position of the entry that is the cause of a blocker.
    pub(super) fn position(&self, blocker: &Blocker) -> Option<usize> {
        self.positions.get(&StoppingEntry::of(blocker)?).copied()
    }
}

entity! {
    /// An entry of a network ACL that stops a flow; what no entry matches its implicit deny stops, in both directions.
    entry = "network-acl-entry" entry {
        /// Its name: `inbound rule 100`, `the implicit deny`.
        name: STRING => |model, index| owned(model.name_of_entry(index)), at |model, index| model.place_of_entry(index);
        /// Its network ACL.
        network_acl: Type::Entity(&network_acl::TYPE) => |model, index| entity_of(&network_acl::TYPE, model.entry(index).acl.0);
        /// What it does, which is `deny`: what an entry that allows does not match, another one stops.
        action: Type::Word(words::ACTIONS) => |_, _| string("deny"), at |model, index| model.place_of_entry(index);
        /// The kinds of traffic that it stops, such as `replies to what is in its subnets`.
        traffic: Type::List(&Type::String) => |model, index| strings(model.traffic_of_entry(index)), at |model, index| model.place_of_entry(index);
        /// How many ports the replies that it stops may come to, and on how many it stops them, where that isn't all: `1 of 64512 ports`. Empty where it stops anything else.
        share: STRING => |model, index| owned(model.share_of_entry(index));
        /// The AWS CLI's commands, one a line, that create the entries by which what it stops passes, and nothing else: each with a number that is free and asked before.
        openings: STRING => |model, index| owned(model.opening_lines(model.stopped_by(index)));
    }
}

fn kind(model: &Model<'_>, key: BlockerKey) -> &'static str {
    let (flow, blocker) = model.blocker(key);
    let by_endpoint = matches!(Errand::of(model, flow, blocker).via(), Some(ResourceId::Endpoint(_)));
    match blocker.code {
        Code::NaclEgress => "what leaves its subnets",
        Code::NaclIngress if blocker.is_total => "replies to what is in its subnets",
        Code::NaclIngress => "some of the replies to what is in its subnets",
        Code::NatNaclIn | Code::NatNaclOut => "packets of the NAT gateway in its subnet",
        Code::DestNacl if by_endpoint => "requests to the endpoints in its subnets, or their replies",
        Code::TgwNacl => "what a transit gateway brings through its subnets",
        _ => "requests to what is in its subnets, or the replies",
    }
}

impl Model<'_> {
    /// Every entry that stops a flow.
    pub(super) fn stopping_entries(&self) -> StoppingEntries {
        let mut found = StoppingEntries::default();
        for key in &self.blockers {
            let Some(entry) = StoppingEntry::of(self.blocker(*key).1) else { continue };
            let position = *found.positions.entry(entry).or_insert_with(|| {
                found.list.push((entry, Vec::new()));
                found.list.len() - 1
            });
            found.list[position].1.push(*key);
        }
        found
    }

    fn entry(&self, index: u32) -> StoppingEntry {
        self.entries.list[index as usize].0
    }

    fn stopped_by(&self, index: u32) -> impl Iterator<Item = BlockerKey> {
        self.entries.list[index as usize].1.iter().copied()
    }

    fn rule_of_entry(&self, index: u32) -> Option<(bool, &AclRule)> {
        let entry = self.entry(index);
        let (egress, rule) = entry.listed?;
        let acl = self.network.acl(entry.acl);
        let rules = if egress { &acl.egress } else { &acl.ingress };
        Some((egress, rules.as_ref().ok()?.rules.get(rule as usize)?))
    }

    pub(super) fn name_of_entry(&self, index: u32) -> String {
        match self.rule_of_entry(index) {
            Some((egress, rule)) => format!("{} rule {}", if egress { "outbound" } else { "inbound" }, rule.number),
            None => "the implicit deny".to_owned(),
        }
    }

    pub(super) fn place_of_entry(&self, index: u32) -> Option<Location> {
        let origin = self.network.acl(self.entry(index).acl).element.origin;
        Some(match self.rule_of_entry(index) {
            Some((_, rule)) => Location::inside(origin, path!["Entries", rule.index, "RuleAction"]),
            None => Location::inside(origin, path!["NetworkAclId"]),
        })
    }

    /// The network ACL of an entry.
    pub(super) fn acl_of_entry(&self, index: u32) -> AclId {
        self.entry(index).acl
    }

    fn traffic_of_entry(&self, index: u32) -> Vec<&'static str> {
        let mut kinds: Vec<&str> = self.stopped_by(index).map(|key| kind(self, key)).collect();
        kinds.sort_unstable();
        kinds.dedup();
        kinds
    }

    /// The largest share of the ports that any replies may come to, as long as it stops nothing else.
    fn share_of_entry(&self, index: u32) -> String {
        let shares: Option<Vec<(usize, usize)>> = self.stopped_by(index).map(|key| self.share_of_ports(key)).collect();
        let largest = shares.unwrap_or_default().into_iter().max_by(|a, b| (a.0 * b.1).cmp(&(b.0 * a.1)));
        largest.map_or_else(String::new, |(dropped, all)| format!("{dropped} of {all} ports"))
    }
}
