//! Where a route leads: internet gateways, egress-only ones, NAT gateways, gateway endpoints.

use super::code::Code;
use super::question::*;
use super::walk::{Arrival, View, Walk};
use crate::network::*;

impl<'a> Walk<'_, 'a> {
    pub(super) fn internet_gateway(&mut self, id: GatewayId, remote: &Addresses) {
        let resource = ResourceId::Gateway(id);
        self.path.via.get_or_insert(resource);
        if !self.is_attached(id, remote) {
            self.reply_from(remote);
            return;
        }
        self.public_access(self.sender.subnet, false, remote);
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
        self.step(Some(resource), Passage::Passed, false, |walk| {
            format!(
                "internet gateway {} leads to the internet",
                text(&walk.network.gateway(id).element.internet_gateway_id)
            )
        });
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
            self.public_access(self.sender.subnet, true, remote);
            self.needs_public_ipv6(remote);
            self.onto_internet(resource, remote);
            self.step(Some(resource), Passage::Passed, false, |_| {
                format!("egress-only internet gateway {name} leads to the internet")
            });
        }
        self.reply_from(remote);
    }

    /// An IPv6 address is public by itself, unless it is a unique local one.
    fn needs_public_ipv6(&mut self, remote: &Addresses) {
        let local = self.flow.own.intersection(&Ranges::one(UNIQUE_LOCAL.0, UNIQUE_LOCAL.1));
        if local.is_empty() {
            return;
        }
        let packets = self.packets_between(&local, remote);
        let sender = self.sender_id();
        let passage = self.block(Code::NoPublicIp, sender, Cause::Whole, false, packets, true);
        self.step(Some(sender), passage, false, |_| "its IPv6 addresses are unique local ones, not public".into());
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
    }

    /// VPC Block Public Access, for what goes out of `subnet` through an internet gateway. NAT gateways and egress-only
    /// gateways, which take connections in one direction alone, may go on where only incoming ones are forbidden.
    /// <https://docs.aws.amazon.com/vpc/latest/userguide/security-vpc-bpa.html>
    pub(super) fn public_access(&mut self, subnet: SubnetId, outbound_alone: bool, remote: &Addresses) {
        let subnet = self.network.subnet(subnet);
        let scope = &self.network.scopes[subnet.scope as usize];
        let blocks = match scope.block_public_access.as_deref() {
            Some("block-bidirectional") => true,
            Some("block-ingress") => !outbound_alone,
            _ => false,
        };
        let ids = [subnet.element.subnet_id.as_deref(), subnet.element.vpc_id.as_deref()];
        // An exclusion for egress alone is one from the bidirectional mode only.
        let is_bidirectional = scope.block_public_access.as_deref() == Some("block-bidirectional");
        let excluded = scope
            .exclusions
            .iter()
            .any(|(id, mode)| ids.contains(&Some(id.as_str())) && (is_bidirectional || mode != "allow-egress"));
        let call = "ec2:DescribeVpcBlockPublicAccessExclusions";
        if blocks && !excluded && scope.absent.contains(&call) {
            self.doubt(Doubt::Missing(Missing { call, scope: subnet.scope }));
            return;
        }
        if let (true, false, Some(vpc)) = (blocks, excluded, subnet.vpc.known()) {
            let packets = self.packets_to(remote);
            let passage = self.block(Code::BlockPublicAccess, ResourceId::Vpc(vpc), Cause::Whole, false, packets, true);
            self.step(Some(ResourceId::Vpc(vpc)), passage, false, |_| "VPC Block Public Access forbids it".into());
        }
    }

    /// A NAT gateway takes IPv4, and IPv6 whose last 32 bits are an IPv4 address behind `64:ff9b::/96` (NAT64).
    /// <https://docs.aws.amazon.com/vpc/latest/userguide/nat-gateway-nat64-dns64.html>
    pub(super) fn nat(&mut self, id: NatId, remote: &Addresses) {
        let comes_back = match self.family() {
            Family::Ipv4 => self.through_nat(id, remote),
            Family::Ipv6 => {
                let resource = ResourceId::Nat(id);
                let native = remote.difference(&Ranges::one(NAT64.0, NAT64.1));
                let packets = self.packets_to(&native);
                let passage = self.block(Code::NotRoutable, resource, Cause::Whole, false, packets, true);
                if passage != Passage::Passed {
                    self.step(Some(resource), passage, false, |walk| {
                        let name = text(&walk.network.nat(id).element.nat_gateway_id);
                        format!("NAT gateway {name} takes no IPv6 but 64:ff9b::/96")
                    });
                }
                let inside = from_nat64(remote);
                self.translated = true;
                let comes_back = inside.is_empty() || self.through_nat(id, &inside);
                self.translated = false;
                comes_back
            }
        };
        if !comes_back {
            return;
        }
        match (self.arrival, self.network.nat(id).subnet) {
            (Arrival::Transit(transit), Some(Reference::To(subnet))) => self.return_by_transit(transit, subnet, remote),
            _ => self.reply_from(remote),
        }
    }

    /// Through a NAT gateway to IPv4 addresses; whether replies reach the sender's subnet from there.
    fn through_nat(&mut self, id: NatId, remote: &Addresses) -> bool {
        let network = self.network;
        let nat = network.nat(id);
        let resource = ResourceId::Nat(id);
        let name = text(&nat.element.nat_gateway_id);
        self.path.via.get_or_insert(resource);
        let fault = |walk: &mut Self, code, cause, what: &str| {
            let packets = walk.packets_to(remote);
            let passage = walk.block(code, resource, cause, false, packets, true);
            walk.step(Some(resource), passage, false, |_| format!("NAT gateway {name} {what}"));
        };
        if nat.state() != "available" {
            fault(self, Code::NatState, Cause::Whole, &format!("is {}", nat.state()));
        }
        let public = if nat.is_private { remote.intersection(&PUBLIC) } else { Ranges::none() };
        if !public.is_empty() {
            let packets = self.packets_to(&public);
            let passage = self.block(Code::NatPrivate, resource, Cause::Whole, false, packets, true);
            self.step(Some(resource), passage, false, |_| {
                format!("NAT gateway {name} is private: it does not lead to the internet")
            });
        }
        if nat.is_regional {
            self.regional_nat(id, remote);
            return true;
        }
        let subnet_id = match nat.subnet {
            Some(Reference::To(subnet)) => subnet,
            Some(Reference::Unknown(missing)) => {
                self.doubt(Doubt::Missing(missing));
                return true;
            }
            Some(Reference::Gone) | None => {
                self.doubt(Doubt::Hidden(format!("the subnet of NAT gateway {name} isn't known")));
                return true;
            }
        };
        if subnet_id == self.standing() {
            fault(self, Code::NatOwnSubnet, Cause::Whole, "is in the task's own subnet, whose route leads back to it");
            return false;
        }
        if let Arrival::Transit(transit) = self.arrival {
            self.acl(Code::TgwNacl, transit.exit, true, View::RemoteRemote, remote, false);
        }
        self.acl(Code::NatNaclIn, subnet_id, false, View::OwnRemote, remote, false);
        self.acl(Code::NatNaclOut, subnet_id, true, View::RemoteRemote, remote, false);
        if !nat.is_private {
            self.nat_way_out(id, subnet_id, remote);
        } else if public != *remote {
            self.doubt(Doubt::Leaves(format!("private NAT gateway {name}")));
        }
        self.acl(Code::NatNaclIn, subnet_id, false, View::RemoteNat, remote, true);
        self.acl(Code::NatNaclOut, subnet_id, true, View::OwnOwn, remote, true);
        true
    }

    /// A regional NAT gateway has no subnet: it stands in the VPC and has a route table of its own, which AWS makes
    /// with a route to the internet gateway.
    /// <https://docs.aws.amazon.com/vpc/latest/userguide/nat-gateways-regional.html>
    pub(super) fn regional_nat(&mut self, id: NatId, remote: &Addresses) {
        let gateway = self.network.nat(id).vpc.known().map(|vpc| self.network.vpc(vpc).gateway);
        match gateway {
            Some(Ok(Some(gateway))) => {
                self.public_access(self.standing(), true, remote);
                self.onto_internet(ResourceId::Gateway(gateway), remote);
                if self.arrival != Arrival::Home {
                    // The route table that AWS makes for it is not among the subnets'.
                    let name = text(&self.network.nat(id).element.nat_gateway_id);
                    self.doubt(Doubt::Hidden(format!("the way back from regional NAT gateway {name} isn't known")));
                }
                self.step(Some(ResourceId::Nat(id)), Passage::Passed, false, |walk| {
                    format!(
                        "regional NAT gateway {} leads to the internet",
                        text(&walk.network.nat(id).element.nat_gateway_id)
                    )
                });
            }
            Some(Ok(None)) => {
                let packets = self.packets_to(remote);
                self.block(Code::NatRoute, ResourceId::Nat(id), Cause::Whole, false, packets, true);
                self.step(Some(ResourceId::Nat(id)), Passage::Blocked, false, |_| {
                    "its VPC has no internet gateway".into()
                });
            }
            Some(Err(missing)) => self.doubt(Doubt::Missing(missing)),
            None => self.doubt(Doubt::Hidden("the VPC of the regional NAT gateway isn't known".into())),
        }
    }

    /// The route of the NAT gateway's own subnet.
    pub(super) fn nat_way_out(&mut self, id: NatId, subnet_id: SubnetId, remote: &Addresses) {
        let network = self.network;
        let (table_id, _) = match network.subnet(subnet_id).table {
            Ok(found) => found,
            Err(missing) => {
                self.doubt(Doubt::Missing(missing));
                return;
            }
        };
        let table = network.table(table_id);
        let routes = match &table.routes {
            Ok(routes) => routes,
            Err(missing) => {
                self.doubt(Doubt::Missing(*missing));
                return;
            }
        };
        let parts = match self.service_route(routes) {
            Some(route) => Split::whole(remote, route),
            None => table.split(remote),
        };
        let name = text(&network.nat(id).element.nat_gateway_id);
        let at = network.subnet(subnet_id).element.subnet_id.as_deref().unwrap_or_default();
        if let Some(hidden) = self.hidden_route(routes) {
            self.perhaps_by(table_id, hidden);
            return;
        }
        for (part, route) in parts.iter() {
            let Some((index, route)) = route.map(|index| (index, &routes[index as usize])) else {
                let packets = self.packets_to(part);
                let cause = Cause::Lacking(table_id);
                let passage = self.block(Code::NatRoute, ResourceId::Nat(id), cause, false, packets, true);
                self.step(Some(ResourceId::Nat(id)), passage, false, |walk| {
                    format!(
                        "NAT gateway {name} sits in {at}, whose route table {} has no route on",
                        walk.table_name(table_id)
                    )
                });
                continue;
            };
            let cause = Cause::Route(table_id, index);
            match route.target {
                Target::Nat(Reference::To(_) | Reference::Gone) | Target::EgressOnlyGateway(_) => {
                    let packets = self.packets_to(part);
                    let passage = self.block(Code::NatRoute, ResourceId::Nat(id), cause, false, packets, true);
                    self.step(Some(ResourceId::Nat(id)), passage, false, |_| {
                        format!(
                            "NAT gateway {name} sits in {at}, which sends {} to {}",
                            route.destination_text(),
                            route.target_id
                        )
                    });
                }
                _ if self.is_dead(route) => {
                    let packets = self.packets_to(part);
                    let passage = self.block(Code::Blackhole, ResourceId::Table(table_id), cause, false, packets, true);
                    self.step(Some(ResourceId::Table(table_id)), passage, false, |walk| {
                        format!(
                            "route table {} sends on to {}, which does not exist or does not work",
                            walk.table_name(table_id),
                            route.target_id
                        )
                    });
                }
                Target::InternetGateway(Reference::To(gateway)) => {
                    if self.is_attached(gateway, part) {
                        self.public_access(subnet_id, true, part);
                        self.onto_internet(ResourceId::Gateway(gateway), part);
                        self.step(Some(ResourceId::Nat(id)), Passage::Passed, false, |_| {
                            format!(
                                "NAT gateway {name} in {at} goes on through {}",
                                text(&network.gateway(gateway).element.internet_gateway_id)
                            )
                        });
                    }
                }
                Target::Endpoint(Reference::To(endpoint))
                    if network.endpoint(endpoint).kind == EndpointKind::Gateway =>
                {
                    self.enter_gateway_endpoint(endpoint, part);
                }
                Target::InternetGateway(Reference::Unknown(missing))
                | Target::Nat(Reference::Unknown(missing))
                | Target::Endpoint(Reference::Unknown(missing))
                | Target::Peering(Reference::Unknown(missing)) => self.doubt(Doubt::Missing(missing)),
                _ => {
                    let to = super::routing::named(route);
                    self.step(None, Passage::Unknown, false, |_| format!("{to}: what lies behind isn't known"));
                    self.doubt(Doubt::Leaves(to));
                }
            }
        }
    }

    pub(super) fn gateway_endpoint(&mut self, id: EndpointId, remote: &Addresses) {
        let network = self.network;
        let endpoint = network.endpoint(id);
        let resource = ResourceId::Endpoint(id);
        let name = text(&endpoint.element.vpc_endpoint_id);
        if endpoint.kind != EndpointKind::Gateway {
            self.leaves(format!("endpoint {name}"), remote);
            return;
        }
        self.path.via.get_or_insert(resource);
        self.enter_gateway_endpoint(id, remote);
        self.reply_from(remote);
    }

    pub(super) fn enter_gateway_endpoint(&mut self, id: EndpointId, remote: &Addresses) {
        let endpoint = self.network.endpoint(id);
        let resource = ResourceId::Endpoint(id);
        let name = text(&endpoint.element.vpc_endpoint_id);
        if !endpoint.is_available() {
            let packets = self.packets_to(remote);
            let passage = self.block(Code::EndpointState, resource, Cause::Whole, false, packets, true);
            self.step(Some(resource), passage, false, |_| {
                format!("gateway endpoint {name} is {}", text(&endpoint.element.state))
            });
        }
        self.endpoint_policy(id, remote);
        self.step(Some(resource), Passage::Passed, false, |_| {
            format!("gateway endpoint {name} leads to {}", endpoint.service.unwrap_or("its service"))
        });
    }

    pub(super) fn endpoint_policy(&mut self, id: EndpointId, remote: &Addresses) {
        let endpoint = self.network.endpoint(id);
        let Some(policy) = endpoint.element.policy_document.as_deref() else { return };
        for (action, target) in self.permissions {
            match super::policy::permits(policy, action, target) {
                Some(true) => {}
                None => self.doubt(Doubt::Hidden(format!(
                    "whether the policy of {} permits {action} hangs on conditions or principals",
                    text(&endpoint.element.vpc_endpoint_id)
                ))),
                Some(false) => {
                    let packets = self.packets_to(remote);
                    let passage =
                        self.block(Code::EndpointPolicy, ResourceId::Endpoint(id), Cause::Whole, false, packets, true);
                    self.step(Some(ResourceId::Endpoint(id)), passage, false, |_| {
                        format!("its policy does not permit {action} on {target}")
                    });
                    return;
                }
            }
        }
    }
}
