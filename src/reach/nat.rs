//! NAT gateways: their state and subnet, and where the table of that subnet leads on.

use super::code::Code;
use super::question::*;
use super::targets::Exchange;
use super::walk::{Arrival, View, Walk, bound_for};
use crate::network::*;
use crate::snapshot::NatGatewayAddress;
use std::borrow::Cow;

impl Walk<'_, '_> {
    /// A NAT gateway takes IPv4, and IPv6 whose last 32 bits are an IPv4 address behind `64:ff9b::/96` (NAT64).
    /// <https://docs.aws.amazon.com/vpc/latest/userguide/nat-gateway-nat64-dns64.html>
    pub(super) fn nat(&mut self, id: NatId, remote: &Addresses) {
        match self.family() {
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
                if !inside.is_empty() {
                    self.through_nat(id, &inside);
                }
                self.translated = false;
            }
        }
        match (self.arrival, self.network.nat(id).subnet) {
            (Arrival::Transit(transit), Some(Reference::To(subnet))) => {
                self.return_by_transit(transit, subnet, remote, true);
            }
            _ => self.reply_from(remote),
        }
    }

    /// Through a NAT gateway to IPv4 addresses.
    fn through_nat(&mut self, id: NatId, remote: &Addresses) {
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
        match nat.state() {
            Ok("available") => match nat.has_elastic_ip() {
                Ok(false) if !nat.is_private && !nat.is_regional => {
                    fault(self, Code::NatState, Cause::Whole, "is public and has no Elastic IP address");
                }
                Err(missing) if !nat.is_private && !nat.is_regional => self.doubt(Doubt::Missing(missing)),
                _ => {}
            },
            Ok(state) => fault(self, Code::NatState, Cause::Whole, &format!("is {state}")),
            Err(missing) => self.doubt(Doubt::Missing(missing)),
        }
        if nat.is_regional {
            self.regional_nat(id, remote);
            return;
        }
        let subnet_id = match nat.subnet {
            Some(Reference::To(subnet)) => subnet,
            Some(Reference::Unknown(missing)) => {
                self.doubt(Doubt::Missing(missing));
                return;
            }
            Some(Reference::Gone) | None => {
                self.doubt(Doubt::Hidden(format!("the subnet of NAT gateway {name} isn't known")));
                return;
            }
        };
        if subnet_id == self.standing() {
            let at = text(&network.subnet(subnet_id).element.subnet_id);
            let what = format!("is in {at} itself, whose route leads back to it");
            fault(self, Code::NatOwnSubnet, Cause::Whole, &what);
            if nat.is_private {
                self.never_out(id, &remote.intersection(&PUBLIC));
            }
            return;
        }
        if let Arrival::Transit(transit) = self.arrival {
            self.acl(Code::TgwNacl, transit.exit, true, View::RemoteRemote, remote, false);
        }
        self.acl(Code::NatNaclIn, subnet_id, false, View::OwnRemote, remote, false);
        // Inside of its own subnet no network ACL is asked.
        let outside = remote.difference(&network.subnet(subnet_id).inside(remote));
        self.acl(Code::NatNaclOut, subnet_id, true, View::RemoteRemote, &outside, false);
        let beyond = match network.subnet(subnet_id).table {
            Ok((table, _)) => self.nat_way_out(id, Some(subnet_id), table, remote),
            Err(missing) => {
                self.doubt(Doubt::Missing(missing));
                Ranges::none()
            }
        };
        self.acl(Code::NatNaclIn, subnet_id, false, View::RemoteNat, &remote.difference(&beyond), true);
        self.acl(Code::NatNaclOut, subnet_id, true, View::OwnOwn, remote, true);
        self.replies_inside(subnet_id, remote);
    }

    /// A regional NAT gateway has no subnet: it stands in the VPC and has a route table of its own, which AWS makes
    /// with a route to the internet gateway.
    /// <https://docs.aws.amazon.com/vpc/latest/userguide/nat-gateways-regional.html>
    pub(super) fn regional_nat(&mut self, id: NatId, remote: &Addresses) {
        let nat = self.network.nat(id);
        if self.arrival != Arrival::Home {
            let name = text(&nat.element.nat_gateway_id);
            self.doubt(Doubt::Hidden(format!("the way back from regional NAT gateway {name} isn't known")));
        }
        self.needs_zone(id);
        if let Some(table) = nat.table {
            self.nat_way_out(id, None, table, remote);
            return;
        }
        match nat.vpc.known().map(|vpc| self.network.vpc(vpc).gateway) {
            Some(Ok(Some(gateway))) => {
                self.public_access(self.standing(), Exchange::OutgoingAlone, remote);
                self.step(Some(ResourceId::Nat(id)), Passage::Passed, false, |walk| {
                    format!(
                        "regional NAT gateway {} leads to the internet",
                        text(&walk.network.nat(id).element.nat_gateway_id)
                    )
                });
                self.onto_internet(ResourceId::Gateway(gateway), remote);
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

    /// A regional NAT gateway that manages its zones expands to all that have subnets, and serves them from another one until
    /// then. Of one whose zones are managed by hand AWS does not say what becomes of packets from a zone that it has no
    /// address in; the Reachability Analyzer takes none to pass (`REGIONAL_NGW_ROUTE_AZ_RESTRICTION`).
    /// <https://docs.aws.amazon.com/vpc/latest/userguide/nat-gateways-regional.html>
    /// <https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_NatGateway.html>
    fn needs_zone(&mut self, id: NatId) {
        let nat = self.network.nat(id);
        let (mode, addresses) = (nat.element.auto_provision_zones.as_deref(), &nat.element.nat_gateway_addresses);
        let Some(addresses) = addresses.as_ref().filter(|_| mode != Some("enabled")) else { return };
        let from = self.network.subnet(self.standing());
        let (zone, zone_id) = (from.element.availability_zone.as_deref(), from.element.availability_zone_id.as_deref());
        let mut doubt = None;
        let is_there =
            |address: &&NatGatewayAddress<'_>| address.status.as_deref().is_none_or(|status| status == "succeeded");
        let mut usable = addresses.iter().filter(is_there).peekable();
        if usable.peek().is_none() {
            return;
        }
        for address in usable {
            let names =
                [(address.availability_zone.as_deref(), zone), (address.availability_zone_id.as_deref(), zone_id)];
            let mut compared = names.iter().filter_map(|(there, here)| Some((*there)? == (*here)?)).peekable();
            match compared.peek().is_some() {
                true if compared.any(|is_same| is_same) => return,
                true => {}
                // What an address is for, or where the subnet is, isn't said.
                false if names.iter().all(|(there, _)| there.is_none()) => return,
                false => doubt = Some(Doubt::Missing(Missing { call: "ec2:DescribeSubnets", scope: from.scope })),
            }
        }
        let name = text(&nat.element.nat_gateway_id);
        let by_hand = match mode {
            Some(_) => Doubt::Hidden(format!(
                "the zones of NAT gateway {name} are managed by hand and {} is none of them: whether it takes packets from \
                 there isn't known",
                zone.or(zone_id).unwrap_or("the sender's")
            )),
            None => Doubt::Missing(Missing { call: "ec2:DescribeNatGateways", scope: nat.scope }),
        };
        self.doubt(doubt.unwrap_or(by_hand));
    }

    /// The route of the NAT gateway's own subnet, or of the table that a regional one has. The addresses whose replies
    /// were followed up to the NAT gateway.
    fn nat_way_out(
        &mut self,
        id: NatId,
        subnet: Option<SubnetId>,
        table_id: RouteTableId,
        remote: &Addresses,
    ) -> Addresses {
        let mut followed = Ranges::none();
        let network = self.network;
        let table = network.table(table_id);
        let routes = match &table.routes {
            Ok(routes) => routes,
            Err(missing) => {
                self.doubt(Doubt::Missing(*missing));
                return followed;
            }
        };
        let mut beyond = Cow::Borrowed(remote);
        if let Some(subnet) = subnet.filter(|_| self.arrival == Arrival::Home) {
            let near = network.subnet(subnet).inside(remote).union(&table.unlisted_local.intersection(remote));
            if !near.is_empty() {
                followed = followed.union(&self.nat_to_vpc(id, subnet, &near));
                beyond = Cow::Owned(remote.difference(&near));
            }
        }
        let rest = self.without_contested(table_id, &beyond, |_, _| {});
        let remote = rest.as_ref();
        if remote.is_empty() {
            return followed;
        }
        let parts = match self.service_route(routes) {
            Some(route) => Split::whole(remote, route),
            None => table.split(remote),
        };
        if let Some(hidden) = self.hidden_route(routes, remote) {
            self.perhaps_by(table_id, hidden);
            return followed;
        }
        let is_split = parts.iter().nth(1).is_some();
        for (part, route) in parts.iter() {
            let name = || is_split.then(|| bound_for(part));
            self.apart(name, part, |walk| {
                let route = route.map(|index| (index, &routes[index as usize]));
                followed = followed.union(&walk.nat_part_way_out(id, subnet, table_id, part, route));
            });
        }
        followed
    }

    /// The way out of a part of the packets: those of the addresses whose replies were followed up to the NAT gateway.
    fn nat_part_way_out(
        &mut self,
        id: NatId,
        subnet: Option<SubnetId>,
        table_id: RouteTableId,
        part: &Addresses,
        route: Option<(u32, &Route<'_>)>,
    ) -> Addresses {
        let network = self.network;
        let name = text(&network.nat(id).element.nat_gateway_id);
        let at = match subnet {
            Some(subnet) => text(&network.subnet(subnet).element.subnet_id),
            None => "every zone",
        };
        let leads_out = route.is_some_and(|(_, route)| self.leads_elsewhere(route));
        if !leads_out {
            let public = part.intersection(&PUBLIC);
            self.public_access(subnet.unwrap_or(self.standing()), Exchange::OutgoingAlone, &public);
            if network.nat(id).is_private {
                self.never_out(id, &public);
            }
        }
        let Some((index, route)) = route else {
            let packets = self.packets_to(part);
            let cause = Cause::Lacking(table_id);
            let passage = self.block(Code::NatRoute, ResourceId::Nat(id), cause, false, packets, true);
            self.step(Some(ResourceId::Nat(id)), passage, false, |walk| {
                format!(
                    "NAT gateway {name} sits in {at}, whose route table {} has no route on",
                    walk.table_name(table_id)
                )
            });
            return Ranges::none();
        };
        let cause = Cause::Route(table_id, index);
        match route.target {
            Target::Nat(Reference::To(_)) | Target::EgressOnlyGateway(Reference::To(_) | Reference::Unknown(_)) => {
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
                        "route table {} sends {} on to {}, which does not exist or does not work",
                        walk.table_name(table_id),
                        route.destination_text(),
                        route.target_id
                    )
                });
            }
            Target::InternetGateway(Reference::To(gateway)) => {
                let is_attached = self.is_attached(gateway, part);
                if network.nat(id).is_private {
                    self.never_out(id, &part.difference(&PUBLIC));
                    return Ranges::none();
                }
                if is_attached {
                    self.goes_on(id, at, table_id, route);
                }
                self.onto_internet(ResourceId::Gateway(gateway), part);
                if let Some(subnet) = subnet {
                    self.ingress_routing(gateway, &self.nat_addresses(id, subnet), part);
                }
            }
            Target::Endpoint(Reference::To(endpoint)) if network.endpoint(endpoint).kind == EndpointKind::Gateway => {
                self.goes_on(id, at, table_id, route);
                self.enter_gateway_endpoint(endpoint, part);
            }
            Target::Endpoint(Reference::To(endpoint)) => {
                self.goes_on(id, at, table_id, route);
                self.enter_appliance(endpoint, part);
            }
            // What a transit gateway brought is not followed into one a second time.
            // A route of the sender's table that is more specific than local leads through it to the VPC itself.
            Target::Local if self.arrival == Arrival::Home => {
                if let Some(subnet) = subnet {
                    return self.nat_to_vpc(id, subnet, part);
                }
                self.leaves_nat(route);
            }
            Target::TransitGateway(transit) if subnet.is_some() && self.arrival == Arrival::Home => {
                self.goes_on(id, at, table_id, route);
                if let Some(subnet) = subnet {
                    self.behind_nat(id, subnet, part, |walk| walk.transit_gateway(transit, part));
                    return part.clone();
                }
            }
            Target::TransitGateway(transit) if subnet.is_some() => {
                let lost = subnet.map_or_else(Ranges::none, |subnet| self.going_round(&[subnet], part));
                if !lost.is_empty() {
                    let packets = self.packets_to(&lost);
                    let passage = self.block(Code::NatRoute, ResourceId::Nat(id), cause, false, packets, true);
                    self.step(Some(ResourceId::Nat(id)), passage, false, |walk| {
                        let end = walk.end_of(subnet.as_slice(), &lost);
                        format!("NAT gateway {name} in {at} sends it into {transit} again: {end}")
                    });
                }
                if !part.difference(&lost).is_empty() {
                    self.leaves_nat(route);
                }
            }
            Target::InternetGateway(Reference::Unknown(missing))
            | Target::Nat(Reference::Unknown(missing))
            | Target::Endpoint(Reference::Unknown(missing))
            | Target::Peering(Reference::Unknown(missing))
            | Target::Unwritten(missing) => self.doubt(Doubt::Missing(missing)),
            _ => {
                self.goes_on(id, at, table_id, route);
                self.leaves_nat(route);
            }
        }
        Ranges::none()
    }

    /// The route by which a NAT gateway's packets go on.
    fn goes_on(&mut self, id: NatId, at: &str, table_id: RouteTableId, route: &Route<'_>) {
        self.step_by(Some(ResourceId::Nat(id)), Passage::Passed, false, |walk| {
            let name = text(&walk.network.nat(id).element.nat_gateway_id);
            let (to, by, table) = (&route.target_id, route.destination_text(), walk.table_name(table_id));
            (format!("NAT gateway {name} in {at} goes on through {to} by route {by} of {table}"), vec![by.to_owned()])
        });
    }

    /// From a NAT gateway into the VPC that it is in, with its address, and back to it.
    /// <https://docs.aws.amazon.com/vpc/latest/userguide/route-table-options.html>
    fn nat_to_vpc(&mut self, id: NatId, subnet: SubnetId, part: &Addresses) -> Addresses {
        self.step(Some(ResourceId::Nat(id)), Passage::Passed, false, |walk| {
            let name = text(&walk.network.nat(id).element.nat_gateway_id);
            format!("NAT gateway {name} goes on inside the VPC")
        });
        self.behind_nat(id, subnet, part, |walk| walk.local(part));
        part.clone()
    }

    /// The NAT gateway's route leads where the input can't follow it.
    fn leaves_nat(&mut self, route: &Route<'_>) {
        let to = super::routing::named(route);
        self.step(None, Passage::Unknown, false, |_| format!("{to}: what lies behind isn't known"));
        self.doubt(Doubt::Leaves(to));
    }

    /// A private NAT gateway's packets are dropped at an internet gateway.
    /// <https://docs.aws.amazon.com/vpc/latest/userguide/vpc-nat-gateway.html>
    fn never_out(&mut self, id: NatId, remote: &Addresses) {
        let resource = ResourceId::Nat(id);
        let packets = self.packets_to(remote);
        let passage = self.block(Code::NatPrivate, resource, Cause::Whole, false, packets, true);
        if passage != Passage::Passed {
            self.step(Some(resource), passage, false, |walk| {
                let name = text(&walk.network.nat(id).element.nat_gateway_id);
                format!("NAT gateway {name} is private: it does not lead to the internet")
            });
        }
    }

    /// Whether a NAT gateway's route leads, or may lead, anywhere but to an internet gateway. One that leads nowhere will
    /// have to lead to that.
    fn leads_elsewhere(&self, route: &Route<'_>) -> bool {
        match route.target {
            Target::InternetGateway(_) | Target::Nat(_) | Target::EgressOnlyGateway(_) => false,
            _ => !self.is_dead(route),
        }
    }
}
