//! Passing security groups: the sender's on the way out, the destination's on the way in.

use super::code::Code;
use super::decided::entries;
use super::question::*;
use super::walk::{Arrival, Party, Transit, View, Walk};
use crate::network::*;
use crate::snapshot::PeeringVpcInfo;

impl Walk<'_, '_> {
    pub(super) fn group_sets<'g>(&self, groups: &Groups<'g>, egress: bool) -> Vec<Known<&GroupRules>> {
        match groups {
            Groups::Open | Groups::Unfiltered => Vec::new(),
            Groups::Unknown(missing) => vec![Err(*missing)],
            Groups::Listed(list) => list
                .iter()
                .filter_map(|group| match group {
                    Reference::To(id) => {
                        let group = self.network.group(*id);
                        Some(
                            if egress { group.egress.as_ref() } else { group.ingress.as_ref() }
                                .map_err(|missing| *missing),
                        )
                    }
                    Reference::Unknown(missing) => Some(Err(*missing)),
                    Reference::Gone => None,
                })
                .collect(),
        }
    }

    /// The sender's security groups.
    pub(super) fn leave_sender(&mut self) {
        if matches!(self.sender.groups, Groups::Open | Groups::Unfiltered) {
            return;
        }
        let sets = self.group_sets(&self.sender.groups, true);
        let hull = self.hull(View::RemoteRemote, &self.flow.remote);
        if !self.tracing && hull.is_some_and(|packets| groups_let_all_pass(self.protocol, &sets, &packets)) {
            return;
        }
        let ids = match self.parties {
            [] => None,
            parties => known_groups(&parties[0].groups),
        };
        let other = OtherSide { addresses: &self.flow.remote, groups: ids.as_deref(), list: self.service };
        let passed = group_drops(self.network, self.protocol, &sets, other, &self.flow.remote_ports);
        let rules = self.passing_rules(&self.sender.groups, true, other);
        let resource = self.group_or_sender();
        let passage = if passed.denied.is_empty() {
            Passage::Passed
        } else if let Some(doubt) = doubt_of(&passed) {
            self.doubt(doubt);
            Passage::Unknown
        } else {
            let remote = self.flow.remote.clone();
            let packets =
                passed.denied.iter().flat_map(|part| self.packets_of(part, View::RemoteRemote, &remote)).collect();
            self.block(Code::SgEgress, resource, Cause::Whole, false, packets, true)
        };
        self.step_by(Some(resource), passage, false, |walk| {
            let what = format!("{} {}", walk.protocol.as_str(), shown_ports(&walk.flow.remote_ports));
            let names = walk.group_names(&walk.sender.groups);
            let text = match passage {
                Passage::Passed => format!("{names} lets {what} out{}", by_rules(&rules)),
                Passage::Unknown => format!("whether {names} lets {what} out isn't known"),
                _ => format!("{names} does not let {what} out{}{}", walk.to_part(&passed.denied), the_rest(&rules)),
            };
            (text, rules)
        });
    }

    /// Whether rules here may name groups of the sender's VPC. Across peering connections they do inside of one region,
    /// across transit gateways where that is switched on at the gateway and at both attachments, but not for interface endpoints,
    /// nor where an attachment is in a zone that is left out.
    /// <https://docs.aws.amazon.com/vpc/latest/peering/vpc-peering-security-groups.html>
    /// <https://docs.aws.amazon.com/vpc/latest/tgw/tgw-vpc-attachments.html#vpc-attachment-security>
    fn references_cross(&self, party: &Party<'_>) -> Known<bool> {
        /// "Security group referencing is not supported for VPC attachments in the availability zone use1-az3."
        const LEFT_OUT: &str = "use1-az3";
        match self.arrival {
            Arrival::Home => Ok(true),
            Arrival::Peering(id, _) => {
                let element = self.network.peering(id).element;
                let ends = (region_of(&element.requester_vpc_info), region_of(&element.accepter_vpc_info));
                Ok(!matches!(ends, (Some(one), Some(other)) if one != other))
            }
            Arrival::Transit(_) if party.endpoint.is_some() => Ok(false),
            Arrival::Transit(Transit { from, to, exit, .. }) => {
                let zones =
                    [self.sender.subnet, exit].map(|subnet| &self.network.subnet(subnet).element.availability_zone_id);
                if zones.into_iter().any(|zone| zone.as_deref() == Some(LEFT_OUT)) {
                    return Ok(false);
                }
                let [from, to] = [from, to].map(|id| self.network.attachment(id).references_groups);
                match (from, to) {
                    (Ok(false), _) | (_, Ok(false)) => Ok(false),
                    (Err(missing), _) | (_, Err(missing)) => Err(missing),
                    (Ok(true), Ok(true)) => Ok(true),
                }
            }
        }
    }

    /// Through a transit gateway an outbound rule that names a group lets nothing out.
    /// <https://docs.aws.amazon.com/vpc/latest/tgw/tgw-vpc-attachments.html#vpc-attachment-security>
    pub(super) fn leave_sender_by_transit(&mut self, remote: &Addresses) {
        let sets = self.group_sets(&self.sender.groups, true);
        let names_groups = |rules: &GroupRules| {
            rules.rules.iter().any(|rule| matches!(rule.peer, PeerRef::Group(_) | PeerRef::Stranger))
        };
        if !sets.iter().flatten().any(|rules| names_groups(rules)) {
            return;
        }
        let other = OtherSide { addresses: remote, groups: Some(&[]), list: self.service };
        let passed = group_drops(self.network, self.protocol, &sets, other, &self.flow.remote_ports);
        if passed.denied.is_empty() || doubt_of(&passed).is_some() {
            return;
        }
        let resource = self.group_or_sender();
        let packets = passed.denied.iter().flat_map(|part| self.packets_of(part, View::RemoteRemote, remote)).collect();
        let passage = self.block(Code::SgEgress, resource, Cause::Whole, false, packets, true);
        self.step(Some(resource), passage, false, |walk| {
            let names = walk.group_names(&walk.sender.groups);
            format!(
                "{names} names a group, which lets nothing out through a transit gateway{}",
                walk.to_part(&passed.denied)
            )
        });
    }

    fn to_part(&self, denied: &[Rectangle]) -> String {
        let part = Ranges::collect(denied.iter().map(|rectangle| rectangle.addresses));
        format!(" to {}", shown(&part))
    }

    pub(super) fn group_names(&self, groups: &Groups<'_>) -> String {
        match groups {
            Groups::Listed(list) => {
                let names: Vec<&str> = list
                    .iter()
                    .filter_map(|group| group.known())
                    .map(|id| text(&self.network.group(id).element.group_id))
                    .collect();
                match (list.is_empty(), names.is_empty()) {
                    (true, _) => "no security group".into(),
                    (_, true) => "a security group that does not exist".into(),
                    _ => format!("security group {}", names.join(", ")),
                }
            }
            Groups::Open | Groups::Unfiltered => "any security group".into(),
            Groups::Unknown(_) => "its security group".into(),
        }
    }

    fn group_or_sender(&self) -> ResourceId {
        match &self.sender.groups {
            Groups::Listed(list) => {
                list.iter().find_map(|group| group.known()).map_or_else(|| self.sender_id(), ResourceId::Group)
            }
            _ => self.sender_id(),
        }
    }

    pub(super) fn sender_id(&self) -> ResourceId {
        self.sender.workload.map_or(ResourceId::Subnet(self.sender.subnet), ResourceId::Workload)
    }

    /// The destination's security groups.
    pub(super) fn enter_groups(&mut self, code: Code, party: &Party<'_>, remote: &Addresses) {
        let sets = self.group_sets(&party.groups, false);
        let hull = self.hull(View::OwnRemote, remote);
        if !self.tracing && hull.is_some_and(|packets| groups_let_all_pass(self.protocol, &sets, &packets)) {
            return;
        }
        let crosses = self.references_cross(party);
        let ids = if crosses == Ok(false) { Some(Vec::new()) } else { known_groups(&self.sender.groups) };
        let other = OtherSide { addresses: &self.flow.own, groups: ids.as_deref(), list: None };
        let passed = group_drops(self.network, self.protocol, &sets, other, &self.flow.remote_ports);
        let rules = self.passing_rules(&party.groups, false, other);
        let nobody = OtherSide { groups: Some(&[]), ..other };
        let hangs_on = crosses
            .err()
            .filter(|_| group_drops(self.network, self.protocol, &sets, nobody, &self.flow.remote_ports) != passed);
        let first = match &party.groups {
            Groups::Listed(list) => list.iter().find_map(|group| group.known()),
            _ => None,
        };
        let resource = first
            .map(ResourceId::Group)
            .or(party.endpoint.map(ResourceId::Endpoint))
            .or(party.workload.map(ResourceId::Workload))
            .unwrap_or(ResourceId::Subnet(party.subnet));
        let by_membership = matches!(self.sender.groups, Groups::Open | Groups::Unknown(_))
            && sets
                .iter()
                .flatten()
                .any(|rules| rules.rules.iter().any(|rule| matches!(rule.peer, PeerRef::Group(_) | PeerRef::Stranger)));
        let passage = if passed.denied.is_empty() {
            Passage::Passed
        } else if let Some(doubt) = doubt_of(&passed) {
            self.doubt(doubt);
            Passage::Unknown
        } else if by_membership {
            self.doubt(match self.sender.groups {
                Groups::Unknown(missing) => Doubt::Missing(missing),
                _ => Doubt::Hidden("which security groups the task will have isn't known".into()),
            });
            Passage::Unknown
        } else {
            let packets =
                passed.denied.iter().flat_map(|part| self.packets_of(part, View::OwnRemote, remote)).collect();
            self.block(code, resource, Cause::Whole, false, packets, true)
        };
        if let Some(missing) = hangs_on {
            self.doubt(Doubt::Missing(missing));
        }
        self.step_by(Some(resource), passage, false, |walk| {
            let what = format!("{} {}", walk.protocol.as_str(), shown_ports(&walk.flow.remote_ports));
            let names = walk.group_names(&party.groups);
            let at = party.endpoint.map_or(String::new(), |id| {
                format!(" of endpoint {}", text(&walk.network.endpoint(id).element.vpc_endpoint_id))
            });
            let text = match passage {
                Passage::Passed => format!("{names}{at} lets {what} in{}", by_rules(&rules)),
                Passage::Unknown => format!("whether {names}{at} lets {what} in isn't known"),
                _ => {
                    let part = Ranges::collect(passed.denied.iter().map(|rectangle| rectangle.addresses));
                    format!("{names}{at} does not let {what} in from {}{}", shown(&part), the_rest(&rules))
                }
            };
            (text, rules)
        });
    }
}

/// Why it can't be told whether groups let pass what no rule lets pass for certain.
fn doubt_of(passed: &Passed) -> Option<Doubt> {
    let stranger =
        || Doubt::Leaves("a security group of another account or VPC, whose members are not in the input".into());
    passed.unknown.map(Doubt::Missing).or_else(|| passed.by_strangers.then(stranger))
}

/// The rules by which all is let through.
fn by_rules(rules: &[String]) -> String {
    if rules.is_empty() { String::new() } else { format!(" by {}", entries("rule", rules)) }
}

/// The rules by which a part is let through, where another is not.
fn the_rest(rules: &[String]) -> String {
    let verb = if rules.len() == 1 { "lets" } else { "let" };
    if rules.is_empty() { String::new() } else { format!("; {} {verb} the rest pass", entries("rule", rules)) }
}

fn region_of<'p>(end: &'p Option<PeeringVpcInfo<'_>>) -> Option<&'p str> {
    end.as_ref().and_then(|end| end.region.as_deref())
}

/// The security groups of an interface. One that has none, such as a network load balancer's, is filtered by none.
pub(super) fn groups_of_interface<'n>(interface: &'n Interface<'_>) -> Groups<'n> {
    match &interface.groups {
        Ok(list) if list.is_empty() => Groups::Unfiltered,
        Ok(list) => Groups::Listed(list),
        Err(missing) => Groups::Unknown(*missing),
    }
}

pub(super) fn known_groups(groups: &Groups<'_>) -> Option<Vec<GroupId>> {
    match groups {
        Groups::Listed(list) => Some(list.iter().filter_map(|group| group.known()).collect()),
        Groups::Unfiltered => Some(Vec::new()),
        Groups::Open | Groups::Unknown(_) => None,
    }
}
