//! Passing a network ACL, in either direction.

use super::code::Code;
use super::decided::{dropped_part, entries};
use super::packets::Packets;
use super::question::*;
use super::walk::{NAT_PORTS, View, Walk};
use crate::network::*;

impl Walk<'_, '_> {
    /// Passes packets that go to `remote` through the network ACL of a subnet, in one direction.
    pub(super) fn acl(
        &mut self,
        code: Code,
        subnet: SubnetId,
        egress: bool,
        view: View,
        remote: &Addresses,
        returning: bool,
    ) {
        let acl_id = match self.network.subnet(subnet).acl {
            Ok(id) => id,
            Err(missing) => {
                self.doubt(Doubt::Missing(missing));
                return;
            }
        };
        let network = self.network;
        let acl = network.acl(acl_id);
        let rules = match if egress { &acl.egress } else { &acl.ingress } {
            Ok(rules) => rules,
            Err(missing) => {
                self.doubt(Doubt::Missing(*missing));
                return;
            }
        };
        if !self.tracing && self.hull(view, remote).is_some_and(|packets| rules.let_all_pass(self.protocol, &packets)) {
            return;
        }
        let addresses = match view {
            View::RemoteRemote | View::RemoteOwn | View::RemoteNat => remote.clone(),
            View::OwnRemote | View::OwnOwn => self.flow.own.clone(),
        };
        let ports = match view {
            View::RemoteRemote | View::OwnRemote => self.flow.remote_ports.clone(),
            View::RemoteOwn | View::OwnOwn => Ranges::one(self.flow.own_ports.0, self.flow.own_ports.1),
            View::RemoteNat => Ranges::one(NAT_PORTS.0, NAT_PORTS.1),
        };
        let dropped = rules.drops(self.protocol, &addresses, &ports);
        let resource = ResourceId::Acl(acl_id);
        let mut passage = Passage::Passed;
        if !dropped.is_empty() {
            let rule = dropped.iter().find_map(|found| found.rule).or(dropped[0].rule);
            let cause = Cause::Entry { egress, rule: rule.map(|rule| rule as u32) };
            if view == View::RemoteNat {
                // Only destinations for which every port of the NAT gateway is dropped are cut off for certain.
                let mut passed = rectangles(&addresses, &ports);
                for found in &dropped {
                    passed = crate::network::subtract(passed, &found.packets);
                }
                let some = Ranges::collect(passed.iter().map(|part| part.addresses));
                let hit = Ranges::collect(dropped.iter().map(|found| found.packets.addresses));
                let never = hit.difference(&some);
                let sometimes = hit.intersection(&some);
                let packets = self.packets_to(&never);
                passage = self.block(code, resource, cause, returning, packets, true);
                let packets = self.packets_to(&sometimes);
                if self.block(code, resource, cause, returning, packets, false) == Passage::Partial {
                    passage = Passage::Partial;
                }
            } else {
                let packets: Vec<Packets> =
                    dropped.iter().flat_map(|found| self.packets_of(&found.packets, view, remote)).collect();
                passage = self.block(code, resource, cause, returning, packets, true);
            }
        }
        if !self.tracing {
            return;
        }
        let what = match view {
            View::RemoteRemote | View::OwnRemote => format!("{} {}", self.protocol.as_str(), shown_ports(&ports)),
            View::RemoteNat | View::RemoteOwn | View::OwnOwn => format!("replies to ports {}", shown_ports(&ports)),
        };
        let number = |position: &usize| rules.rules[*position].number.to_string();
        let passing = rules.passes(self.protocol, rectangles(&addresses, &ports));
        let passing: Vec<String> = passing.iter().map(number).collect();
        let pass = |what: &str| {
            let verb = if passing.len() == 1 { "lets" } else { "let" };
            format!("{} {verb} {what} pass", entries("rule", &passing))
        };
        let by = match (dropped.is_empty(), passing.is_empty()) {
            (true, true) => format!("{what} pass"),
            (true, false) => pass(&what),
            (false, _) => {
                let part = dropped_part(&dropped, (&addresses, &ports), view);
                let lost = if part.is_empty() { what } else { format!("{what}: {part}") };
                let rest = if passing.is_empty() { String::new() } else { format!("; {}", pass("the rest")) };
                format!("{} {lost}{rest}", dropping(&dropped, number))
            }
        };
        let denying = dropped.iter().map(|found| found.rule.as_ref().map_or("*".to_owned(), number));
        let mut deciding: Vec<String> = denying.chain(passing).collect();
        let mut known = Vec::new();
        deciding.retain(|entry| {
            !known.contains(entry) && {
                known.push(entry.clone());
                true
            }
        });
        let way = if egress { "out of" } else { "into" };
        let crossing = format!("{way} {}", text(&network.subnet(subnet).element.subnet_id));
        let name = text(&acl.element.network_acl_id);
        self.step_by_acl((resource, name), &crossing, (&by, deciding), passage, returning);
    }

    /// A network ACL that lets packets pass at several subnets, one after the other, is one step.
    fn step_by_acl(
        &mut self,
        (resource, name): (ResourceId, &str),
        crossing: &str,
        (by, deciding): (&str, Vec<String>),
        passage: Passage,
        returning: bool,
    ) {
        let branch = &self.branch;
        let last = self.path.steps.iter_mut().rev().find(|step| step.returning == returning);
        let known = last.filter(|step| {
            step.resource == Some(resource)
                && (step.passage, passage) == (Passage::Passed, Passage::Passed)
                && step.branch == *branch
        });
        if let Some(step) = known
            && let Some(crossed) = step.text.strip_suffix(by).and_then(|text| text.strip_suffix(": "))
        {
            step.text = format!("{crossed}, {crossing}: {by}");
            return;
        }
        let text = format!("network ACL {name} {crossing}: {by}");
        self.step_by(Some(resource), passage, returning, |_| (text, deciding));
    }

    /// The smallest rectangle around the packets, as a filter sees them.
    pub(super) fn hull(&self, view: View, remote: &Addresses) -> Option<Rectangle> {
        let addresses = match view {
            View::RemoteRemote | View::RemoteOwn | View::RemoteNat => remote.hull(),
            View::OwnRemote | View::OwnOwn => self.flow.own.hull(),
        };
        let ports = match view {
            View::RemoteRemote | View::OwnRemote => self.flow.remote_ports.hull(),
            View::RemoteOwn | View::OwnOwn => Some(self.flow.own_ports),
            View::RemoteNat => Some(NAT_PORTS),
        };
        Some(Rectangle { addresses: addresses?, ports: ports? })
    }
}

/// The entries that drop packets: "rule 90 drops", "rules 90 and 95 and its implicit deny drop".
fn dropping(dropped: &[Dropped], number: impl Fn(&usize) -> String) -> String {
    let mut numbers = Vec::new();
    for number in dropped.iter().filter_map(|found| found.rule.as_ref()).map(number) {
        if !numbers.contains(&number) {
            numbers.push(number);
        }
    }
    let is_implicit = dropped.iter().any(|found| found.rule.is_none());
    match (numbers.as_slice(), is_implicit) {
        ([], _) => "its implicit deny drops".to_owned(),
        ([_], false) => format!("{} drops", entries("rule", &numbers)),
        (_, false) => format!("{} drop", entries("rule", &numbers)),
        (_, true) => format!("{} and its implicit deny drop", entries("rule", &numbers)),
    }
}
