//! Where a route leads: internet gateways, egress-only ones, endpoints.

use super::code::Code;
use super::packets::Packets;
use super::question::*;
use super::walk::Walk;
use crate::network::*;

impl Walk<'_, '_> {
    pub(super) fn internet_gateway(&mut self, id: GatewayId, remote: &Addresses) {
        let resource = ResourceId::Gateway(id);
        self.path.via.get_or_insert(resource);
        let is_attached = self.is_attached(id, remote);
        self.public_access(self.sender.subnet, Exchange::Outgoing, remote);
        match (self.family(), self.sender.public_ip) {
            (Family::Ipv6, _) => self.needs_public_ipv6(remote),
            (Family::Ipv4, Err(missing)) => self.doubt(Doubt::Missing(missing)),
            (Family::Ipv4, Ok(true)) => {}
            (Family::Ipv4, Ok(false)) => {
                let packets = self.packets_to(remote);
                let sender = self.sender_id();
                let passage = self.block(Code::NoPublicIp, sender, Cause::Whole, false, packets, true);
                self.step(Some(sender), passage, false, |_| {
                    "it has no public IP address to use an internet gateway with".into()
                });
            }
        }
        self.onto_internet(resource, remote);
        if is_attached {
            self.step(Some(resource), Passage::Passed, false, |walk| {
                format!(
                    "internet gateway {} leads to the internet",
                    text(&walk.network.gateway(id).element.internet_gateway_id)
                )
            });
        }
        self.ingress_routing(id, &self.flow.own.clone(), remote);
        self.reply_from(remote);
    }

    /// Out for IPv6, and in for replies alone: what a task starts needs no more.
    /// <https://docs.aws.amazon.com/vpc/latest/userguide/egress-only-internet-gateway.html>
    pub(super) fn egress_only_gateway(&mut self, id: EgressOnlyGatewayId, remote: &Addresses) {
        let resource = ResourceId::EgressOnlyGateway(id);
        self.path.via.get_or_insert(resource);
        let gateway = self.network.egress_only_gateway(id);
        let name = text(&gateway.element.egress_only_internet_gateway_id);
        if self.is_attached_to(resource, gateway.vpc, name, remote) {
            self.public_access(self.sender.subnet, Exchange::OutgoingAlone, remote);
            self.needs_public_ipv6(remote);
            self.onto_internet(resource, remote);
            self.step(Some(resource), Passage::Passed, false, |_| {
                format!("egress-only internet gateway {name} leads to the internet")
            });
        }
        self.reply_from(remote);
    }

    /// An IPv6 address is public by itself, unless it is a unique local one, or of a block that AWS does not advertise: "Private
    /// IP addresses are not and cannot be advertised on the internet from AWS."
    /// <https://docs.aws.amazon.com/vpc/latest/userguide/vpc-ip-addressing.html>
    /// <https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_VpcIpv6CidrBlockAssociation.html>
    fn needs_public_ipv6(&mut self, remote: &Addresses) {
        let mut local = self.flow.own.intersection(&Ranges::one(UNIQUE_LOCAL.0, UNIQUE_LOCAL.1));
        let unadvertised = &self.subnet().unadvertised;
        if !unadvertised.is_empty() {
            local = local.union(&self.flow.own.intersection(unadvertised));
        }
        if local.is_empty() {
            return;
        }
        let packets = self.packets_between(&local, remote);
        let sender = self.sender_id();
        let passage = self.block(Code::NoPublicIp, sender, Cause::Whole, false, packets, true);
        self.step(Some(sender), passage, false, |_| {
            "its IPv6 addresses are private, which AWS does not advertise on the internet".into()
        });
    }

    /// Whether an internet gateway is attached to the sender's VPC; notes it where not.
    pub(super) fn is_attached(&mut self, id: GatewayId, remote: &Addresses) -> bool {
        let gateway = self.network.gateway(id);
        self.is_attached_to(ResourceId::Gateway(id), gateway.vpc, text(&gateway.element.internet_gateway_id), remote)
    }

    fn is_attached_to(
        &mut self,
        resource: ResourceId,
        vpc: Known<Option<&str>>,
        name: &str,
        remote: &Addresses,
    ) -> bool {
        match vpc {
            Err(missing) => {
                self.doubt(Doubt::Missing(missing));
                true
            }
            Ok(vpc) if vpc.is_some() && vpc == self.vpc_id() => true,
            Ok(Some(_)) if self.vpc_id().is_none() => {
                self.doubt(Doubt::Missing(Missing { call: "ec2:DescribeSubnets", scope: self.subnet().scope }));
                true
            }
            Ok(_) => {
                let packets = self.packets_to(remote);
                let passage = self.block(Code::IgwDetached, resource, Cause::Whole, false, packets, true);
                self.step(Some(resource), passage, false, |walk| {
                    format!("{} {name} is not attached to {}", resource.noun(), walk.vpc_id().unwrap_or("the VPC"))
                });
                false
            }
        }
    }

    /// Behind an internet gateway only public addresses are routed, whether packets come to it directly or by a NAT
    /// gateway.
    pub(super) fn onto_internet(&mut self, resource: ResourceId, remote: &Addresses) {
        // Most destinations are all public addresses, of which none is private.
        let private = if *remote == *PUBLIC_V4 { Ranges::none() } else { remote.difference(&PUBLIC) };
        if !private.is_empty() {
            let packets = self.packets_to(&private);
            let passage = self.block(Code::NotRoutable, resource, Cause::Whole, false, packets, true);
            self.step(Some(resource), passage, false, |_| format!("the internet does not route {}", shown(&private)));
        }
        // What stands before such a one (its gateway, groups, ACLs) meets packets of the internet, which isn't followed. Of IPv4
        // they are single addresses, which no question about a block is about.
        let own = &self.network.own_public;
        let ours = match self.family() {
            Family::Ipv4 if !own.contains(remote) => Ranges::none(),
            _ => remote.intersection(own),
        };
        if !ours.is_empty() {
            let shown = shown(&ours);
            let why = format!("{shown} is this network's own: what lets it in from the internet isn't followed");
            self.step(Some(resource), Passage::Unknown, false, |_| why.clone());
            self.doubt(Doubt::Hidden(why));
        }
    }

    /// VPC Block Public Access, for what goes out of `subnet` through an internet gateway. NAT gateways and egress-only
    /// gateways, which take connections in one direction alone, may go on where only incoming ones are forbidden.
    /// <https://docs.aws.amazon.com/vpc/latest/userguide/security-vpc-bpa.html>
    pub(super) fn public_access(&mut self, subnet: SubnetId, exchange: Exchange, remote: &Addresses) {
        match public_access_is_blocked(self.network, subnet, exchange) {
            Ok(false) => {}
            Ok(true) => {
                let Some(vpc) = self.network.subnet(subnet).vpc.known() else { return };
                let (code, resource) = (Code::BlockPublicAccess, ResourceId::Vpc(vpc));
                let passage = self.block(code, resource, Cause::Whole, false, self.packets_to(remote), true);
                self.step(Some(resource), passage, false, |_| "VPC Block Public Access forbids it".into());
            }
            Err(missing) => self.doubt(Doubt::Missing(missing)),
        }
    }

    pub(super) fn gateway_endpoint(&mut self, id: EndpointId, remote: &Addresses) {
        let network = self.network;
        let endpoint = network.endpoint(id);
        let resource = ResourceId::Endpoint(id);
        if endpoint.kind != EndpointKind::Gateway {
            self.enter_appliance(id, remote);
            self.reply_from(remote);
            return;
        }
        self.path.via.get_or_insert(resource);
        self.enter_gateway_endpoint(id, remote);
        self.reply_from(remote);
    }

    /// Stops what goes to an endpoint that isn't available.
    pub(super) fn unless_available(&mut self, id: EndpointId, noun: &str, remote: &Addresses) {
        let endpoint = self.network.endpoint(id);
        match endpoint.is_available() {
            Ok(true) => {}
            Ok(false) => {
                let packets = self.packets_to(remote);
                self.not_available(id, noun, false, packets, true);
            }
            Err(missing) => self.doubt(Doubt::Missing(missing)),
        }
    }

    /// An endpoint that isn't available drops packets.
    pub(super) fn not_available(
        &mut self,
        id: EndpointId,
        noun: &str,
        returning: bool,
        packets: Vec<Packets>,
        always: bool,
    ) {
        let resource = ResourceId::Endpoint(id);
        let element = self.network.endpoint(id).element;
        let passage = self.block(Code::EndpointState, resource, Cause::Whole, returning, packets, always);
        let (name, state) = (text(&element.vpc_endpoint_id), text(&element.state));
        self.step(Some(resource), passage, returning, |_| format!("{noun} {name} is {state}"));
    }

    /// "VPC gateway endpoints accept only TCP or ICMP ECHO traffic" (`VPCE_GATEWAY_PROTOCOL_RESTRICTION`).
    /// <https://docs.aws.amazon.com/vpc/latest/reachability/explanation-codes.html>
    pub(super) fn enter_gateway_endpoint(&mut self, id: EndpointId, remote: &Addresses) {
        let endpoint = self.network.endpoint(id);
        let resource = ResourceId::Endpoint(id);
        let name = text(&endpoint.element.vpc_endpoint_id);
        self.unless_available(id, "gateway endpoint", remote);
        if self.protocol != Protocol::Tcp {
            let packets = self.packets_to(remote);
            let passage = self.block(Code::NotRoutable, resource, Cause::Whole, false, packets, true);
            let protocol = self.protocol.as_str();
            self.step(Some(resource), passage, false, |_| {
                format!("gateway endpoint {name} takes tcp alone, no {protocol}")
            });
            return;
        }
        self.endpoint_policy(id, remote);
        self.step(Some(resource), Passage::Passed, false, |_| {
            format!("gateway endpoint {name} leads to {}", endpoint.service.unwrap_or("its service"))
        });
    }
}

/// How a subnet and the internet meet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exchange {
    /// The internet begins: with an internet-facing load balancer.
    Incoming,
    /// The subnet begins, by an internet gateway, which lets the internet begin as well.
    Outgoing,
    /// The subnet begins, by a gateway that lets nobody else: a NAT gateway, an egress-only internet gateway.
    OutgoingAlone,
}

/// Whether VPC Block Public Access stops what goes between a subnet and the internet.
///
/// An exclusion for egress alone: "Outbound internet traffic from the excluded VPCs and subnets is allowed. Inbound internet
/// traffic to the excluded VPCs and subnets is blocked. This only applies when BPA is set to Bidirectional."
/// <https://docs.aws.amazon.com/vpc/latest/userguide/security-vpc-bpa.html>
pub fn public_access_is_blocked(network: &Network<'_>, subnet: SubnetId, exchange: Exchange) -> Known<bool> {
    if network.sharer(subnet).is_some() {
        // It is a setting of whoever owns the VPC.
        return Ok(false);
    }
    let subnet = network.subnet(subnet);
    let scope = &network.scopes[subnet.scope as usize];
    let (blocks, egress_may_be_excluded) = match scope.block_public_access.as_deref() {
        Some("block-bidirectional") => (true, exchange != Exchange::Incoming),
        Some("block-ingress") => (exchange != Exchange::OutgoingAlone, false),
        Some("off") | None => (false, false),
        Some(_) => {
            let call = "ec2:DescribeVpcBlockPublicAccessOptions";
            return Err(Missing { call, scope: subnet.scope });
        }
    };
    let ids = [subnet.element.subnet_id.as_deref(), subnet.element.vpc_id.as_deref()];
    let mut exclusions = scope.exclusions.iter();
    let excluded = exclusions.any(|found| {
        ids.contains(&Some(found.of.as_str())) && (egress_may_be_excluded || found.mode != "allow-egress")
    });
    let call = "ec2:DescribeVpcBlockPublicAccessExclusions";
    match blocks && !excluded && scope.absent.contains(&call) {
        true => Err(Missing { call, scope: subnet.scope }),
        false => Ok(blocks && !excluded),
    }
}
