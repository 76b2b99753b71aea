//! What the packets that a blocker stops are sent for: for a flow's destination, or for the name of it, to a resolver.

use super::blocker::sender_subnet;
use super::model::Model;
use super::words::NAME_RESOLUTION;
use crate::network::*;
use crate::path;
use crate::reach::{Blocker, Flow, FlowKind, Resolver, ResourceId, destination_name};
use crate::snapshot::Location;
use std::net::SocketAddr;

/// What the packets that a blocker stops are sent for.
pub(super) struct Errand<'m, 'n> {
    model: &'m Model<'n>,
    flow: &'m Flow,
    /// Where they go for the destination's name.
    resolver: Option<Resolver>,
}

impl<'m, 'n> Errand<'m, 'n> {
    /// Of the packets of a flow that a blocker stops.
    pub(super) fn of(model: &'m Model<'n>, flow: &'m Flow, blocker: &Blocker) -> Self {
        Errand { model, flow, resolver: blocker.resolver }
    }

    /// Of a flow's packets to its destination.
    pub(super) fn to_destination(model: &'m Model<'n>, flow: &'m Flow) -> Self {
        Errand { model, flow, resolver: None }
    }

    /// The flow, whichever of its packets are stopped.
    pub(super) fn flow(&self) -> &'m Flow {
        self.flow
    }

    /// Whether they go to a resolver.
    pub(super) fn is_for_name(&self) -> bool {
        self.resolver.is_some()
    }

    fn need(&self) -> Option<&'m Need> {
        match self.flow.key.kind {
            FlowKind::Need(index) if self.resolver.is_none() => {
                self.model.network.workload(self.flow.key.workload).needs.get(index as usize)
            }
            _ => None,
        }
    }

    /// Where the input says that they are to be sent.
    pub(super) fn place(&self) -> Location {
        let network = self.model.network;
        let vpc = network.subnet(sender_subnet(self.flow)).vpc.known().filter(|_| self.resolver.is_some());
        match (vpc, self.need()) {
            (Some(vpc), _) => Location::inside(network.vpc(vpc).element.origin, path!["DhcpOptionsId"]),
            (None, Some(need)) => need.place.clone(),
            (None, None) => network.workload(self.flow.key.workload).place.clone(),
        }
    }

    /// The word for what they are for.
    pub(super) fn purpose(&self) -> &'static str {
        match self.flow.key.kind {
            _ if self.resolver.is_some() => NAME_RESOLUTION,
            FlowKind::Need(_) => self.need().map_or("", |need| need.purpose.as_str()),
            FlowKind::FromLoadBalancer { .. } => "load-balancer",
            FlowKind::FromPeer { .. } => "service-connect",
        }
    }

    /// What is to be reached, as reports name it.
    pub(super) fn destination(&self) -> String {
        match self.resolver {
            Some(resolver) => {
                let address = SocketAddr::new(address_of(resolver.address), Resolver::PORT);
                format!("{}://{address}", Resolver::PROTOCOL.as_str())
            }
            None => destination_name(self.model.network, &self.flow.key),
        }
    }

    /// Whether that is on the internet, where AWS's own services are too.
    pub(super) fn is_on_internet(&self) -> bool {
        if let Some(resolver) = self.resolver {
            return PUBLIC.covers(resolver.address, resolver.address);
        }
        match self.need().map(|need| &need.target) {
            Some(
                NeedTarget::Service(_)
                | NeedTarget::ServiceHost(..)
                | NeedTarget::ServiceElsewhere(..)
                | NeedTarget::Internet
                | NeedTarget::PublicHost(_),
            ) => true,
            Some(NeedTarget::Addresses(addresses, _)) => PUBLIC.contains(addresses),
            Some(NeedTarget::Host(_) | NeedTarget::FileSystem(_)) | None => false,
        }
    }

    /// Whether it is a registry on the internet.
    pub(super) fn is_public_registry(&self) -> bool {
        let need = self.need();
        matches!(need, Some(Need { purpose: Purpose::ImagePull, target: NeedTarget::PublicHost(_), .. }))
    }

    /// The AWS service that is to be reached, by its endpoint's name; empty for anything else.
    pub(super) fn service(&self) -> &'m str {
        match self.need().map(|need| &need.target) {
            Some(NeedTarget::Service(name) | NeedTarget::ServiceHost(name, _)) => name,
            _ => "",
        }
    }

    /// The whole name that an interface endpoint for that service has; empty for anything else.
    pub(super) fn service_name(&self) -> String {
        let region = self.model.region(self.model.network.subnet(sender_subnet(self.flow)).scope);
        match self.service() {
            "" => String::new(),
            service => endpoint_service_name(service, region),
        }
    }

    /// The options by which `fargcheck trace` asks about it.
    pub(super) fn question(&self) -> String {
        let workload = self.model.network.workload(self.flow.key.workload);
        let from = match workload.kind {
            WorkloadKind::Hypothetical => &workload.id,
            _ => &workload.name,
        };
        let to = self.destination();
        match self.need() {
            Some(Need { target: NeedTarget::PublicHost(_), port, .. }) => {
                let to = if to.contains("://") { to } else { format!("https://{to}") };
                let port = if *port == 443 { String::new() } else { format!(" --port {port}") };
                format!("--from {from} --to {to}{port}")
            }
            _ => format!("--from {from} --to {to}"),
        }
    }

    /// The port that they are sent to.
    pub(super) fn port(&self) -> u16 {
        match self.flow.key.kind {
            _ if self.resolver.is_some() => Resolver::PORT,
            FlowKind::Need(_) => self.need().map_or(0, |need| need.port),
            FlowKind::FromLoadBalancer { port, .. } => port,
            FlowKind::FromPeer { offer, .. } => {
                self.model.network.workload(self.flow.key.workload).offers[offer as usize].port
            }
        }
    }

    /// Their protocol.
    pub(super) fn protocol(&self) -> Protocol {
        match self.flow.key.kind {
            _ if self.resolver.is_some() => Resolver::PROTOCOL,
            FlowKind::Need(_) => self.need().map_or(Protocol::Tcp, |need| need.protocol),
            FlowKind::FromLoadBalancer { protocol, .. } => protocol,
            FlowKind::FromPeer { .. } => Protocol::Tcp,
        }
    }

    /// What they go through.
    pub(super) fn via(&self) -> Option<ResourceId> {
        match self.resolver {
            Some(resolver) => resolver.via,
            None => self.flow.answer.via,
        }
    }
}
