//! The entries that a network ACL lacks: those by which what it drops would pass, and nothing besides.
//!
//! An entry is asked before those with higher numbers, and its number is free in its direction alone once:
//! "NetworkAclEntryAlreadyExists" is what AWS answers otherwise. So all entries of an ACL are planned together, and each
//! blocker is told its own.
//! <https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateNetworkAclEntry.html>

use super::blocker::sender_subnet;
use super::errand::Errand;
use super::model::{BlockerKey, Model};
use crate::network::*;
use crate::reach::{Blocker, Cause, Code, Flow, FlowKind, NAT_PORTS, ResourceId};
use rustc_hash::{FxHashMap, FxHashSet};
use std::collections::BTreeMap;
use std::hash::Hash;

/// Entries have numbers from 1 to this.
pub(super) const LAST: i64 = 32766;

/// Where a dropped packet is to pass: before which entry of which direction, and which packets.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Opening {
    /// The number of the entry that drops, 32767 for the implicit deny.
    pub(super) before: i64,
    pub(super) protocol: &'static str,
    pub(super) ports: (u16, u16),
    /// The block of the other side, and as written.
    pub(super) range: AddressRange,
    pub(super) block: String,
}

impl Opening {
    /// Whether it lets pass all that another one would.
    fn covers(&self, other: &Opening) -> bool {
        (self.before, self.protocol) == (other.before, other.protocol)
            && self.ports.0 <= other.ports.0
            && other.ports.1 <= self.ports.1
            && self.range.0 <= other.range.0
            && other.range.1 <= self.range.1
    }
}

/// For each blocker by a network ACL's entry the commands that let pass what it drops.
pub(super) type Openings = Commands<BlockerKey>;

/// For each of what openings are for the commands that make them.
pub(super) type Commands<For> = FxHashMap<For, Vec<String>>;

/// What of a crossing an ACL drops.
struct Crossing {
    acl: AclId,
    egress: bool,
    far: Addresses,
    ports: Ranges<u16>,
}

impl Model<'_> {
    /// The commands for a blocker, one a line as helps write them; empty where it is no network ACL that drops.
    pub(super) fn opening_lines(&self, keys: impl Iterator<Item = BlockerKey>) -> String {
        let all = self.openings.get_or_init(|| self.plan_openings());
        let mut lines: Vec<&str> = keys.filter_map(|key| all.get(&key)).flatten().map(String::as_str).collect();
        let mut seen = FxHashSet::default();
        lines.retain(|line| seen.insert(*line));
        lines.join("\n    ")
    }

    fn crossing(&self, flow: &Flow, blocker: &Blocker) -> Option<Crossing> {
        let (ResourceId::Acl(acl), Cause::Entry { egress, .. }) = (blocker.resource, blocker.cause) else {
            return None;
        };
        // What leaves goes to the destination, what comes in is from the sender; replies the other way about.
        let far_is_remote = egress != blocker.returning;
        let far = match far_is_remote {
            true => Ranges::collect(blocker.packets.iter().map(|packets| packets.remote)),
            false => self.addresses_there(blocker),
        };
        let ports = match (blocker.returning, blocker.code) {
            (false, _) => Ranges::collect(blocker.packets.iter().map(|packets| packets.remote_ports)),
            (true, _) if blocker.behind.is_some() => Ranges::one(NAT_PORTS.0, NAT_PORTS.1),
            (true, Code::NatNaclIn) => Ranges::one(NAT_PORTS.0, NAT_PORTS.1),
            (true, _) => {
                let ports = self.sender_ports(flow);
                Ranges::one(ports.0, ports.1)
            }
        };
        Some(Crossing { acl, egress, far, ports })
    }

    /// The ports that a flow's packets are sent from.
    pub(super) fn sender_ports(&self, flow: &Flow) -> (u16, u16) {
        match flow.key.kind {
            FlowKind::Need(_) => self.network.workload(flow.key.workload).ephemeral,
            FlowKind::FromPeer { peer, .. } => self.network.workload(peer).ephemeral,
            FlowKind::FromLoadBalancer { .. } => EPHEMERAL_PORTS,
        }
    }

    fn drops(&self, crossing: &Crossing, protocol: Protocol) -> Vec<Dropped> {
        let acl = self.network.acl(crossing.acl);
        let rules = if crossing.egress { &acl.egress } else { &acl.ingress };
        rules.as_ref().map_or_else(|_| Vec::new(), |rules| rules.drops(protocol, &crossing.far, &crossing.ports))
    }

    /// How many ports of how many replies are dropped on; none where it isn't some of them.
    pub fn share_of_ports(&self, key: BlockerKey) -> Option<(usize, usize)> {
        let (flow, blocker) = self.blocker(key);
        if !blocker.returning || blocker.is_total {
            return None;
        }
        let crossing = self.crossing(flow, blocker)?;
        let dropped = self.drops(&crossing, Errand::of(self, flow, blocker).protocol());
        let count = |ports: &Ranges<u16>| ports.iter().map(|(low, high)| usize::from(high - low) + 1).sum::<usize>();
        let dropped = count(&Ranges::collect(dropped.iter().map(|found| found.packets.ports)));
        let all = count(&crossing.ports);
        (dropped < all).then_some((dropped, all))
    }

    /// Every opening of every ACL, each with a number of its own.
    fn plan_openings(&self) -> Openings {
        let mut wanted: BTreeMap<(u32, bool), BTreeMap<Opening, Vec<BlockerKey>>> = BTreeMap::new();
        for key in &self.blockers {
            let (flow, blocker) = self.blocker(*key);
            let Some(crossing) = self.crossing(flow, blocker) else { continue };
            let of_acl = wanted.entry((crossing.acl.0, crossing.egress)).or_default();
            for opening in self.openings_of(flow, blocker, &crossing) {
                let keys = of_acl.entry(opening).or_default();
                if keys.last() != Some(key) {
                    keys.push(*key);
                }
            }
        }
        let mut commands = Openings::default();
        for ((acl, egress), openings) in wanted {
            self.number(AclId(acl), egress, openings, &mut commands);
        }
        commands
    }

    /// What has to pass an ACL for what a blocker drops there, by the entries that drop it.
    fn openings_of(&self, flow: &Flow, blocker: &Blocker, crossing: &Crossing) -> Vec<Opening> {
        let protocol = Errand::of(self, flow, blocker).protocol();
        let acl = self.network.acl(crossing.acl);
        let Ok(rules) = (if crossing.egress { &acl.egress } else { &acl.ingress }) else { return Vec::new() };
        let mut by_rule: BTreeMap<i64, (Option<&AclRule>, Vec<Rectangle>)> = BTreeMap::new();
        for found in self.drops(crossing, protocol) {
            let rule = found.rule.and_then(|rule| rules.rules.get(rule)).filter(|rule| rule.number <= LAST);
            let before = rule.map_or(LAST + 1, |rule| rule.number);
            by_rule.entry(before).or_insert((rule, Vec::new())).1.push(found.packets);
        }
        let mut openings = Vec::new();
        for (before, (rule, packets)) in by_rule {
            let dropped = Ranges::collect(packets.iter().map(|packets| packets.ports));
            let wanted = if blocker.returning { EPHEMERAL_PORTS } else { dropped.hull().unwrap_or(EPHEMERAL_PORTS) };
            let ports = match rule.map(|rule| rule.matches.ports) {
                Some((low, high)) => (wanted.0.max(low), wanted.1.min(high)),
                None => wanted,
            };
            let far = Ranges::collect(packets.iter().map(|packets| packets.addresses));
            for (range, text) in self.blocks_around(flow, &far) {
                // What the entry doesn't deny needs no other one.
                let denied =
                    rule.map(|rule| rule.matches.addresses).filter(|(low, high)| range.0 < *low || *high < range.1);
                let texts = denied.map_or_else(|| vec![text], |(low, high)| cidrs(low.max(range.0), high.min(range.1)));
                openings.extend(texts.into_iter().map(|text| Opening {
                    before,
                    protocol: protocol.as_str(),
                    ports,
                    range: block(&text).map_or(range, |block| block.range),
                    block: text,
                }));
            }
        }
        openings
    }

    /// The blocks that addresses are in, as somebody would write them: of the subnet, else of the VPC, else all addresses
    /// where they are public ones, else the addresses themselves.
    fn blocks_around(&self, flow: &Flow, far: &Addresses) -> Vec<(AddressRange, String)> {
        let network = self.network;
        let sender = sender_subnet(flow);
        let vpcs = [sender, flow.key.subnet].map(|subnet| network.subnet(subnet).vpc.known());
        let near = vpcs.into_iter().flatten().flat_map(|vpc| &network.vpc(vpc).subnets).copied();
        let subnets = [sender, flow.key.subnet].into_iter().chain(near).map(|subnet| &network.subnet(subnet).blocks);
        let vpc_blocks = vpcs.into_iter().flatten().map(|vpc| &network.vpc(vpc).blocks);
        let known: Vec<AddressRange> = subnets.chain(vpc_blocks).flat_map(Ranges::iter).collect();
        let mut blocks: Vec<(AddressRange, String)> = Vec::new();
        for (low, high) in far.iter() {
            let holds = |range: &&AddressRange| range.0 <= low && high <= range.1;
            let found = match known.iter().find(holds) {
                Some(range) => cidrs(range.0, range.1).into_iter().map(|text| (*range, text)).collect(),
                None if PUBLIC.covers(low, high) => match Family::of(low) {
                    Family::Ipv4 => vec![(ALL_V4, "0.0.0.0/0".to_owned())],
                    Family::Ipv6 => block("::/0").map(|all| (all.range, "::/0".to_owned())).into_iter().collect(),
                },
                None => cidrs(low, high).into_iter().map(|text| ((low, high), text)).collect(),
            };
            for block in found {
                if !blocks.contains(&block) {
                    blocks.push(block);
                }
            }
        }
        blocks
    }

    /// Gives each opening of one direction of an ACL the highest number that is free and asked before what drops it. Where
    /// there is none, what drops it is replaced if that is all that it keeps, or else deleted.
    pub(super) fn number<For: Copy + Eq + Hash>(
        &self,
        id: AclId,
        egress: bool,
        mut openings: BTreeMap<Opening, Vec<For>>,
        commands: &mut Commands<For>,
    ) {
        for narrow in openings.keys().cloned().collect::<Vec<_>>() {
            let wider = openings.keys().find(|wide| **wide != narrow && wide.covers(&narrow)).cloned();
            if let Some(wider) = wider
                && let Some(keys) = openings.remove(&narrow)
            {
                openings.entry(wider).or_default().extend(keys);
            }
        }
        let acl = self.network.acl(id);
        let rules = if egress { &acl.egress } else { &acl.ingress };
        let mut taken: FxHashSet<i64> = rules.iter().flat_map(|rules| &rules.rules).map(|rule| rule.number).collect();
        let name = text(&acl.element.network_acl_id);
        let direction = if egress { "--egress" } else { "--ingress" };
        let mut crowded: FxHashMap<i64, usize> = FxHashMap::default();
        for opening in openings.keys() {
            *crowded.entry(opening.before).or_default() += 1;
        }
        for (opening, keys) in openings {
            let (low, high) = opening.ports;
            let option = if opening.block.contains(':') { "--ipv6-cidr-block" } else { "--cidr-block" };
            let entry = |verb: &str, number: i64| {
                format!(
                    "aws ec2 {verb}-network-acl-entry --network-acl-id {name} {direction} --rule-number {number} --protocol {} \
                     --port-range From={low},To={high} {option} {} --rule-action allow",
                    opening.protocol, opening.block
                )
            };
            let free = (1..opening.before.clamp(1, LAST + 1)).rev().find(|number| !taken.contains(number));
            let command = match (free, crowded.get(&opening.before)) {
                (Some(number), _) => {
                    taken.insert(number);
                    entry("create", number)
                }
                (None, Some(1)) => entry("replace", opening.before),
                (None, _) => format!(
                    "aws ec2 delete-network-acl-entry --network-acl-id {name} {direction} --rule-number {}",
                    opening.before
                ),
            };
            for key in keys {
                commands.entry(key).or_default().push(command.clone());
            }
        }
    }
}
