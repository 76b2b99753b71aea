//! Subnets for what passes through: those of transit gateway attachments and of firewalls, and those of endpoints that other
//! VPCs use. Nobody means tasks to run there.

use super::ids::{SubnetId, VpcId};
use super::known::Reference;
use super::model::{Interface, Network};
use super::{Endpoint, EndpointKind};
use rustc_hash::FxHashSet;

/// The subnets of a VPC that are for what passes through. Without any subnet besides those of a transit gateway's
/// attachment, tasks are meant to run in these.
///
/// "Use a separate subnet for each transit gateway VPC attachment." "Reserve these firewall subnets for the exclusive use of
/// Network Firewall."
/// <https://docs.aws.amazon.com/vpc/latest/tgw/tgw-best-design-practices.html>
/// <https://docs.aws.amazon.com/network-firewall/latest/developerguide/vpc-config-subnets.html>
pub(super) fn thoroughfares(network: &Network<'_>, vpc: VpcId) -> FxHashSet<SubnetId> {
    let all = &network.vpc(vpc).subnets;
    let of_endpoints = |holds: fn(&Network<'_>, VpcId, &Endpoint<'_>) -> bool| -> FxHashSet<SubnetId> {
        let endpoints = network.vpc(vpc).endpoints.iter().map(|id| network.endpoint(*id));
        let found = endpoints.filter(|endpoint| holds(network, vpc, endpoint));
        found.flat_map(|endpoint| endpoint.subnets.iter().flatten()).filter_map(|subnet| subnet.known()).collect()
    };
    let firewalls = of_endpoints(|_, _, endpoint| endpoint.kind == EndpointKind::GatewayLoadBalancer);
    let shared = of_endpoints(is_for_other_vpcs);
    let attachments = network.attachments.iter().filter(|attachment| attachment.vpc == Reference::To(vpc));
    let attached = attachments.flat_map(|attachment| attachment.subnets.iter().flatten());
    let attached: FxHashSet<SubnetId> = attached.filter_map(|subnet| subnet.known()).collect();
    let mut found = firewalls;
    found.extend(all.iter().filter(|id| shared.contains(id) && holds_endpoints_alone(network, vpc, **id)));
    if all.iter().any(|id| !attached.contains(id)) {
        found.extend(attached);
    }
    found
}

/// Whether an interface endpoint serves other VPCs, by private hosted zones: its own names are off, and its VPC has a way to
/// others.
/// <https://docs.aws.amazon.com/whitepapers/latest/building-scalable-secure-multi-vpc-network-infrastructure/centralized-access-to-vpc-private-endpoints.html>
fn is_for_other_vpcs(network: &Network<'_>, vpc: VpcId, endpoint: &Endpoint<'_>) -> bool {
    let name = network.vpc(vpc).element.vpc_id.as_deref();
    let is_attached = || network.attachments.iter().any(|attachment| attachment.vpc == Reference::To(vpc));
    let is_peered = || name.is_some() && network.peerings.iter().any(|peering| peering.ends.contains(&name));
    endpoint.kind == EndpointKind::Interface
        && endpoint.element.private_dns_enabled == Some(false)
        && (is_attached() || is_peered())
}

fn holds_endpoints_alone(network: &Network<'_>, vpc: VpcId, id: SubnetId) -> bool {
    let interfaces = network.vpc(vpc).interfaces.iter().map(|interface| network.interface(*interface));
    let is_of_endpoint = |interface: &Interface<'_>| interface.endpoint.is_some();
    interfaces.filter(|interface| interface.subnet == Reference::To(id)).all(is_of_endpoint)
}
