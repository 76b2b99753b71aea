//! Where the route table of the destination's subnet sends replies: back the way that the request came, or another one.
//!
//! Nothing makes replies take the way of the request: security groups are stateful at the interface, network ACLs are not at
//! all. While a peering connection gives way to a transit gateway, requests take the one and replies the other.

use super::code::Code;
use super::question::*;
use super::routing::named;
use super::walk::{View, Walk};
use crate::network::*;

/// Another way home than that of the request.
enum WayHome {
    /// By an active peering connection with the sender's VPC.
    Peering,
    /// By a transit gateway that both VPCs are attached to: from the one's attachment to the other's.
    Transit { from: AttachmentId, to: AttachmentId },
    /// Perhaps, by something that the input doesn't follow.
    Unknown,
}

impl Walk<'_, '_> {
    /// The route table of the destination's subnet sends replies back. Those of the sender's addresses whose replies take the way
    /// that the request came, or none: what that way does with them is asked elsewhere. Replies `of_nat` gateways are followed
    /// the way that the request came alone.
    pub(super) fn leads_back(
        &mut self,
        subnet: SubnetId,
        remote: &Addresses,
        of_nat: bool,
        is_way: impl Fn(&Target<'_>) -> bool,
    ) -> Addresses {
        let network = self.network;
        let everybody = self.flow.own.clone();
        let table_id = match network.subnet(subnet).table {
            Ok((table, _)) => table,
            Err(missing) => {
                self.doubt(Doubt::Missing(missing));
                return everybody;
            }
        };
        let table = network.table(table_id);
        let routes = match &table.routes {
            Ok(routes) => routes,
            Err(missing) => {
                self.doubt(Doubt::Missing(*missing));
                return everybody;
            }
        };
        let resource = ResourceId::Table(table_id);
        let told = self.without_contested(table_id, &everybody, |walk, own| {
            walk.of_own(own, |walk| walk.comes_home(remote, &WayHome::Unknown, subnet));
        });
        let mut same_way = told.clone().into_owned();
        for (own, index) in table.split(&told).iter() {
            let route = index.map(|index| &routes[index as usize]);
            let replies_to = |walk: &mut Self, route: &Route<'_>, passage| {
                walk.step(Some(resource), passage, true, |walk| {
                    let (table, to) = (walk.table_name(table_id), route.target_id);
                    format!("route table {table} sends replies to {} to {to}", route.destination_text())
                });
            };
            if let Some(route) = route.filter(|route| is_way(&route.target) && !route.is_blackhole) {
                replies_to(self, route, Passage::Passed);
                continue;
            }
            let hidden = self.hidden_route(routes, own);
            let other = match (hidden, route) {
                (Some(_), _) => Some(WayHome::Unknown),
                (None, Some(route)) if !route.is_blackhole && !self.is_dead(route) => {
                    self.way_home(route, subnet, own, of_nat)
                }
                (None, _) => None,
            };
            if let Some(way) = other {
                same_way = same_way.difference(own);
                match (hidden, route, &way) {
                    (Some(hidden), _, _) => self.perhaps_by(table_id, hidden),
                    (None, Some(route), WayHome::Unknown) => {
                        let to = named(route);
                        self.step(Some(resource), Passage::Unknown, true, |walk| {
                            format!("route table {} sends replies to {to}", walk.table_name(table_id))
                        });
                        self.doubt(Doubt::Leaves(to));
                    }
                    (None, Some(route), _) => replies_to(self, route, Passage::Passed),
                    (None, None, _) => {}
                }
                self.of_own(own, |walk| walk.comes_home(remote, &way, subnet));
                continue;
            }
            let packets = self.packets_between(own, remote);
            let cause = index.map_or(Cause::Lacking(table_id), |index| Cause::Route(table_id, index));
            let is_dead = route.is_some_and(|route| route.is_blackhole || self.is_dead(route));
            let code = if is_dead { Code::Blackhole } else { Code::NoRoute };
            let passage = self.block(code, resource, cause, true, packets, true);
            self.step(Some(resource), passage, true, |walk| {
                let table = walk.table_name(table_id);
                match route {
                    Some(route) if is_dead => {
                        let (destination, target) = (route.destination_text(), route.target_id);
                        format!("route table {table} sends replies to {destination} to {target}, which does not exist or does not work")
                    }
                    Some(route) => {
                        format!("route table {table} sends replies to {} to {}", shown(own), route.target_id)
                    }
                    None => format!("route table {table} has no route back to {}", shown(own)),
                }
            });
        }
        same_way
    }

    /// Whether a route of the destination's subnet leads home, by another way than that of the request; none where it leads
    /// elsewhere or nowhere. A NAT gateway takes nothing from peering connections.
    /// <https://docs.aws.amazon.com/vpc/latest/userguide/nat-gateway-basics.html>
    fn way_home(&self, route: &Route<'_>, subnet: SubnetId, own: &Addresses, of_nat: bool) -> Option<WayHome> {
        let network = self.network;
        let is_followed = !of_nat && !matches!(self.sender.groups, Groups::Unfiltered);
        let (here, there) = (self.subnet(), network.subnet(subnet));
        match route.target {
            Target::Peering(Reference::To(id)) => {
                let peering = network.peering(id);
                let (Some(here), Some(there)) = (here.element.vpc_id.as_deref(), there.element.vpc_id.as_deref())
                else {
                    return Some(WayHome::Unknown);
                };
                let leads_home = peering.other_end(Some(there)) == Some(here)
                    && network.beyond_peer(id, Some(there), own).is_empty();
                match peering.status() {
                    _ if !leads_home => None,
                    Ok("active") if is_followed => Some(WayHome::Peering),
                    Ok("active") | Err(_) => Some(WayHome::Unknown),
                    Ok(_) => None,
                }
            }
            Target::TransitGateway(id) => {
                let attached = |vpc: Reference<VpcId>| network.attached.get(&(id, vpc.known()?)).copied();
                match (attached(there.vpc), attached(here.vpc)) {
                    (Some(from), Some(to)) if is_followed => Some(WayHome::Transit { from, to }),
                    _ => Some(WayHome::Unknown),
                }
            }
            Target::Local | Target::EgressOnlyGateway(_) | Target::InternetGateway(_) | Target::Nat(_) => None,
            Target::Endpoint(_) => self.is_appliance(route).then_some(WayHome::Unknown),
            Target::Peering(Reference::Gone) => None,
            Target::Peering(Reference::Unknown(_))
            | Target::VirtualPrivateGateway
            | Target::Instance
            | Target::Interface(_)
            | Target::Other
            | Target::Unwritten(_) => Some(WayHome::Unknown),
        }
    }

    /// Replies come into the sender's subnet. What comes by a transit gateway may come out in that very subnet, where no
    /// network ACL is asked.
    fn comes_home(&mut self, remote: &Addresses, way: &WayHome, subnet: SubnetId) {
        let own = self.sender.subnet;
        match way {
            WayHome::Transit { from, to } => return self.back_by_transit(*from, *to, subnet, remote),
            WayHome::Unknown if self.may_hold_attachment(own) => return,
            WayHome::Unknown | WayHome::Peering => {}
        }
        self.acl(Code::NaclIngress, own, false, View::RemoteOwn, remote, true);
    }

    /// Whether a transit gateway may have an attachment in a subnet.
    fn may_hold_attachment(&self, id: SubnetId) -> bool {
        let vpc = self.network.subnet(id).vpc;
        self.network.attachments.iter().filter(|attachment| attachment.vpc == vpc).any(|attachment| {
            let may_be = |subnet: &Reference<SubnetId>| subnet.known().is_none_or(|subnet| subnet == id);
            attachment.subnets.as_ref().map_or(true, |subnets| subnets.iter().any(may_be))
        })
    }
}
