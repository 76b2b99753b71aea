//! Where a route leads into an appliance: what it does with packets isn't known, but some never come in.

use super::code::Code;
use super::question::*;
use super::security_groups::groups_of_interface;
use super::walk::{Arrival, Party, View, Walk};
use crate::network::*;

impl Walk<'_, '_> {
    /// A Gateway Load Balancer's endpoint, or a firewall's: what lies behind isn't known, but one that isn't available
    /// takes no packets.
    /// <https://docs.aws.amazon.com/vpc/latest/privatelink/gateway-load-balancer-endpoints.html>
    pub(super) fn enter_appliance(&mut self, id: EndpointId, remote: &Addresses) {
        let endpoint = self.network.endpoint(id);
        let resource = ResourceId::Endpoint(id);
        let name = text(&endpoint.element.vpc_endpoint_id);
        self.unless_available(id, "endpoint", remote);
        self.step(Some(resource), Passage::Unknown, false, |_| {
            format!("endpoint {name}: what lies behind isn't known")
        });
        self.doubt(Doubt::Leaves(format!("endpoint {name}")));
    }

    /// The endpoint of an appliance that a route leads to, where it isn't available.
    pub(super) fn failed_appliance(&self, route: &Route<'_>) -> Option<EndpointId> {
        match route.target {
            Target::Endpoint(Reference::To(id))
                if self.is_appliance(route) && self.network.endpoint(id).is_available() == Ok(false) =>
            {
                Some(id)
            }
            _ => None,
        }
    }

    /// Whether a route leads to an endpoint that hands packets on to an appliance: a firewall's, a Gateway Load
    /// Balancer's.
    pub(super) fn is_appliance(&self, route: &Route<'_>) -> bool {
        match route.target {
            Target::Endpoint(Reference::To(id)) => self.network.endpoint(id).kind != EndpointKind::Gateway,
            Target::Endpoint(_) => true,
            _ => false,
        }
    }

    /// The interface of an instance, such as a NAT instance. Its security groups and the network ACL of its subnet filter what it
    /// is to pass on, and with its source/destination check on it rejects "inbound traffic if the destination address does
    /// not match one of its private IP addresses" (`ENI_SOURCE_DEST_CHECK_RESTRICTION`).
    /// <https://docs.aws.amazon.com/vpc/latest/userguide/work-with-nat-instances.html>
    /// <https://docs.aws.amazon.com/vpc/latest/reachability/explanation-codes.html>
    pub(super) fn enter_instance(&mut self, id: InterfaceId, cause: Cause, target: String, remote: &Addresses) {
        let interface = self.network.interface(id);
        if let (Arrival::Home, Some(subnet)) = (self.arrival, interface.subnet.known()) {
            if subnet != self.sender.subnet {
                self.acl(Code::DestNacl, subnet, false, View::OwnRemote, remote, false);
            }
            let groups = groups_of_interface(interface);
            if !matches!(groups, Groups::Unfiltered) {
                let party =
                    Party { subnet, addresses: remote.clone(), groups, endpoint: None, nat: None, workload: None };
                self.enter_groups(Code::DestSg, &party, remote);
            }
        }
        if interface.element.source_dest_check == Some(true) {
            let foreign = remote.difference(&interface.addresses);
            let packets = self.packets_to(&foreign);
            let resource = ResourceId::Interface(id);
            let passage = self.block(Code::SourceDestCheck, resource, cause, false, packets, true);
            self.step(Some(resource), passage, false, |_| {
                format!("{target} checks destinations: it takes only what is addressed to itself")
            });
            if foreign == *remote {
                return self.reply_from(remote);
            }
        }
        self.leaves(target, remote);
    }
}
