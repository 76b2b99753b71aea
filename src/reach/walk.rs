//! The walk of one flow: filters, route, target, and the replies' way back.
//!
//! Every stage looks at all packets of the flow, so that all blockers are found and not only the first; the verdict is
//! the union of what the stages drop.

use super::code::{Code, Verdict};
use super::packets::{Flowing, Packets};
use super::question::*;
use super::service_hosts::Hidden;
use crate::network::*;

/// Ports that a NAT gateway may choose.
/// <https://docs.aws.amazon.com/vpc/latest/userguide/nat-gateway-troubleshooting.html>
pub const NAT_PORTS: (u16, u16) = EPHEMERAL_PORTS;

/// Whom the flow goes to inside the VPC.
#[derive(Debug, Clone)]
pub(super) struct Party<'q> {
    pub subnet: SubnetId,
    pub addresses: Addresses,
    pub groups: Groups<'q>,
    pub endpoint: Option<EndpointId>,
    /// The NAT gateway that it is: nobody's connections end there.
    pub nat: Option<NatId>,
    pub workload: Option<WorkloadId>,
}

/// How a filter's rectangle (addresses × ports) lies in the flow's packets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum View {
    /// Destination addresses × destination ports: leaving towards the destination.
    RemoteRemote,
    /// Sender addresses × destination ports: arriving at the destination.
    OwnRemote,
    /// Destination addresses × sender ports: a reply that arrives at the sender.
    RemoteOwn,
    /// Sender addresses × sender ports: a reply that leaves the destination.
    OwnOwn,
    /// Destination addresses × a NAT gateway's ports: a reply that arrives there.
    RemoteNat,
}

/// Which VPC the packets are in, and how they came there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Arrival {
    /// The sender's own.
    Home,
    /// By a peering connection.
    Peering(PeeringId, VpcId),
    /// By a transit gateway.
    Transit(Transit),
}

/// Packets that came out of a transit gateway.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Transit {
    /// The sender's attachment.
    pub from: AttachmentId,
    /// The attachment that they came out of.
    pub to: AttachmentId,
    /// Its subnet that they came out in.
    pub exit: SubnetId,
    /// Its VPC.
    pub vpc: VpcId,
}

/// One way through the network, with everything met on it.
#[derive(Debug, Clone, Default)]
pub(super) struct Path {
    pub blockers: Vec<Blocker>,
    pub doubts: Vec<Doubt>,
    pub steps: Vec<Step>,
    /// The destinations; none where no packet was followed.
    pub remote: Addresses,
    /// What most of the packets go through first.
    pub via: Option<ResourceId>,
    /// Where packets part and hops are asked for: what each part goes through first, if anything.
    pub parts: Vec<(Option<ResourceId>, Addresses)>,
    /// Other ways to the same destination, each of which would do, were it not blocked.
    pub others: Vec<Path>,
}

impl Path {
    /// This way, or else another one that would do as well.
    pub(super) fn or_else_by(mut self, mut other: Path) -> Path {
        let further = std::mem::take(&mut other.others);
        self.others.push(other);
        self.others.extend(further);
        self
    }

    /// Sets its steps apart from those of another way.
    pub(super) fn set_apart(&mut self, branch: &str) {
        for step in &mut self.steps {
            step.branch.insert(0, branch.to_owned());
        }
    }
}

/// What most of the packets go through, where they part.
#[derive(Debug, Default)]
pub(super) struct Mostly(Option<(u128, Option<ResourceId>)>);

impl Mostly {
    /// That packets to these addresses go through it. Of parts of one size the first counts.
    pub(super) fn weigh(&mut self, remote: &Addresses, via: Option<ResourceId>) {
        let size = remote.size();
        if self.0.is_none_or(|(most, _)| size > most) {
            self.0 = Some((size, via));
        }
    }

    /// What it is; none where it is nothing.
    pub(super) fn via(self) -> Option<ResourceId> {
        self.0.and_then(|(_, via)| via)
    }
}

/// The name of a part of the packets by where they go.
pub(super) fn bound_for(remote: &Addresses) -> String {
    match shown(remote).as_str() {
        "any public address" => "for any other public address".into(),
        addresses => format!("for {addresses}"),
    }
}

pub(super) struct Walk<'w, 'a> {
    pub network: &'w Network<'a>,
    pub sender: &'w Sender<'w>,
    pub protocol: Protocol,
    pub permissions: &'w [Permission],
    pub flow: Flowing,
    pub quantifier: Quantifier,
    pub parties: &'w [Party<'w>],
    /// Whether the destination is outside of all VPCs: the internet, a name of it, a service's public addresses.
    pub is_outside: bool,
    /// The service whose prefix list the destination is.
    pub service: Option<&'w str>,
    /// What it is whose address nobody knows, where the destination is one address of many.
    pub hidden: Hidden<'w>,
    pub tracing: bool,
    /// Whether the packets are behind a NAT gateway that made IPv4 of IPv6: destinations are written as they are there.
    pub translated: bool,
    pub arrival: Arrival,
    /// Where the packets part: the branch that is walked, by what tells it from the others, outermost first.
    pub branch: Vec<String>,
    /// The packets of this branch; none where it is all.
    pub part: Option<Flowing>,
    /// The NAT gateway behind which what is told now was met.
    pub behind: Option<Behind>,
    pub path: Path,
}

impl<'a> Walk<'_, 'a> {
    /// Walks the whole way.
    pub(super) fn run(mut self) -> (Path, Verdict) {
        if self.quantifier == Quantifier::Some {
            self.leave_out_other_services();
        }
        self.leave_sender();
        self.leave_subnet();
        let verdict = self.finish();
        self.path.remote = self.flow.remote;
        (self.path, verdict)
    }

    /// A name's address, whichever it is, is none of a service that has a gateway endpoint of its own: of its prefix
    /// list's addresses the destination is not one.
    fn leave_out_other_services(&mut self) {
        let Ok((table, _)) = self.subnet().table else { return };
        let network = self.network;
        for route in network.table(table).routes.iter().flatten() {
            let (Target::Endpoint(Reference::To(endpoint)), RouteDestination::List(Reference::To(list))) =
                (route.target, &route.destination)
            else {
                continue;
            };
            let is_other = network.endpoint(endpoint).service != self.service;
            if let (true, Some(blocks)) = (is_other, &network.prefix_list(*list).blocks) {
                self.flow.remote = self.flow.remote.difference(blocks);
            }
        }
    }

    pub(super) fn subnet(&self) -> &Subnet<'a> {
        self.network.subnet(self.sender.subnet)
    }

    /// The subnet whose route table decides next.
    pub(super) fn standing(&self) -> SubnetId {
        match self.arrival {
            Arrival::Transit(transit) => transit.exit,
            Arrival::Home | Arrival::Peering(..) => self.sender.subnet,
        }
    }

    /// The VPC that the packets are in.
    pub(super) fn vpc(&self) -> Option<VpcId> {
        match self.arrival {
            Arrival::Home => self.subnet().vpc.known(),
            Arrival::Peering(_, vpc) | Arrival::Transit(Transit { vpc, .. }) => Some(vpc),
        }
    }

    /// The id of the VPC that the packets are in, which the input need not describe.
    pub(super) fn vpc_id(&self) -> Option<&'a str> {
        match self.arrival {
            Arrival::Home => self.subnet().element.vpc_id.as_deref(),
            Arrival::Peering(_, vpc) | Arrival::Transit(Transit { vpc, .. }) => {
                self.network.vpc(vpc).element.vpc_id.as_deref()
            }
        }
    }

    /// The family that the packets are of where the walk is.
    pub(super) fn family(&self) -> Family {
        match self.translated {
            true => Family::Ipv4,
            false => self.flow.own.first().map_or(Family::Ipv4, Family::of),
        }
    }

    pub(super) fn step(
        &mut self,
        resource: Option<ResourceId>,
        passage: Passage,
        returning: bool,
        text: impl FnOnce(&Self) -> String,
    ) {
        self.step_by(resource, passage, returning, |walk| (text(walk), Vec::new()));
    }

    /// A step, with what of its resource decided.
    pub(super) fn step_by(
        &mut self,
        resource: Option<ResourceId>,
        passage: Passage,
        returning: bool,
        told: impl FnOnce(&Self) -> (String, Vec<String>),
    ) {
        if self.tracing {
            let (text, by) = told(self);
            self.path.steps.push(Step { text, resource, passage, returning, branch: self.branch.clone(), by });
        }
    }

    /// Walks on with a part of the packets. Its steps stand apart where it has a name, which tells it from other parts.
    pub(super) fn apart(
        &mut self,
        name: impl FnOnce() -> Option<String>,
        remote: &Addresses,
        walk: impl FnOnce(&mut Self),
    ) {
        let Some(name) = self.tracing.then(name).flatten() else { return walk(self) };
        let remote = if self.translated { to_nat64(remote) } else { remote.clone() };
        let whole = self.part.replace(Flowing { remote, ..self.flow.clone() });
        self.branch.push(name);
        walk(self);
        self.branch.pop();
        self.part = whole;
    }

    /// Walks on with the packets of some of the sender's addresses.
    pub(super) fn of_own(&mut self, own: &Addresses, walk: impl FnOnce(&mut Self)) {
        if own.is_empty() {
            return;
        }
        if *own == self.flow.own {
            return walk(self);
        }
        let whole = self.flow.clone();
        let part = self.part.clone();
        self.part.get_or_insert(whole.clone());
        self.flow.own = own.clone();
        walk(self);
        self.flow.own = whole.own;
        self.part = part;
    }

    pub(super) fn doubt(&mut self, doubt: Doubt) {
        let doubt = super::sharing::told(self.network, self.sender.subnet, doubt);
        if !self.path.doubts.contains(&doubt) {
            self.path.doubts.push(doubt);
        }
    }

    /// Notes that packets are dropped; those of the same cause are put together.
    pub(super) fn block(
        &mut self,
        code: Code,
        resource: ResourceId,
        cause: Cause,
        returning: bool,
        mut packets: Vec<Packets>,
        always: bool,
    ) -> Passage {
        if packets.is_empty() {
            return Passage::Passed;
        }
        if self.translated {
            for packets in &mut packets {
                let there = to_nat64(&Ranges::one(packets.remote.0, packets.remote.1));
                packets.remote = there.hull().unwrap_or(packets.remote);
            }
        }
        let (change, behind) = (cause.change(), self.behind);
        let same = |known: &Blocker| {
            (known.code, known.resource, known.returning, known.always, known.cause.change(), known.behind)
                == (code, resource, returning, always, change, behind)
        };
        let position = match self.path.blockers.iter().position(same) {
            Some(position) => {
                self.path.blockers[position].packets.extend(packets);
                position
            }
            None => {
                self.path.blockers.push(Blocker {
                    code,
                    resource,
                    cause,
                    returning,
                    packets,
                    always,
                    is_total: false,
                    resolver: None,
                    behind,
                });
                self.path.blockers.len() - 1
            }
        };
        // Whether that is all is asked of a trace's step, and of the others once, at the end: they may be thousands.
        let is_all_here =
            || self.part.as_ref().unwrap_or(&self.flow).is_covered_by(&self.path.blockers[position].packets);
        if always && self.tracing && is_all_here() { Passage::Blocked } else { Passage::Partial }
    }

    /// All packets that go to `remote`.
    pub(super) fn packets_to(&self, remote: &Addresses) -> Vec<Packets> {
        self.packets_between(&self.flow.own, remote)
    }

    /// All packets that go from some of the sender's addresses to `remote`.
    pub(super) fn packets_between(&self, own: &Addresses, remote: &Addresses) -> Vec<Packets> {
        Flowing {
            own: own.clone(),
            remote: remote.clone(),
            own_ports: self.flow.own_ports,
            remote_ports: self.flow.remote_ports.clone(),
        }
        .boxes()
    }

    pub(super) fn packets_of(&self, rectangle: &Rectangle, view: View, remote: &Addresses) -> Vec<Packets> {
        let mut found = Vec::new();
        for mut packets in self.packets_to(remote) {
            match view {
                View::RemoteRemote | View::RemoteOwn | View::RemoteNat => packets.remote = rectangle.addresses,
                View::OwnRemote | View::OwnOwn => packets.own = rectangle.addresses,
            }
            match view {
                View::RemoteRemote | View::OwnRemote => packets.remote_ports = rectangle.ports,
                View::RemoteOwn | View::OwnOwn => packets.own_ports = rectangle.ports,
                View::RemoteNat => {}
            }
            if !found.contains(&packets) {
                found.push(packets);
            }
        }
        found
    }

    /// The verdict over everything that was met.
    fn finish(&mut self) -> Verdict {
        if self.quantifier == Quantifier::Some && !self.path.blockers.is_empty() {
            self.weigh_hidden_address();
        }
        for blocker in &mut self.path.blockers {
            blocker.is_total = blocker.always && self.flow.is_covered_by(&blocker.packets);
        }
        if self.path.blockers.is_empty() {
            return if self.path.doubts.is_empty() { Verdict::Reachable } else { Verdict::Unknown };
        }
        let dropped = self.path.blockers.iter().filter(|blocker| blocker.always).flat_map(|blocker| &blocker.packets);
        if self.flow.is_covered_by(dropped) { Verdict::Blocked } else { Verdict::Partial }
    }

    /// The destination is one address of many and nobody knows which: only what is dropped for all of them is certain.
    fn weigh_hidden_address(&mut self) {
        let hit = Ranges::collect(
            self.path.blockers.iter().flat_map(|blocker| &blocker.packets).map(|packets| packets.remote),
        );
        if hit.contains(&self.flow.remote) {
            return;
        }
        let (mut kept, mut spared) = (Vec::new(), false);
        for blocker in std::mem::take(&mut self.path.blockers) {
            let own = Ranges::collect(blocker.packets.iter().map(|packets| packets.remote));
            if own.contains(&self.flow.remote) {
                kept.push(blocker);
            } else {
                spared = true;
            }
        }
        self.path.blockers = kept;
        if spared {
            self.doubt(Doubt::Hidden(self.hidden.why()));
        }
    }
}
