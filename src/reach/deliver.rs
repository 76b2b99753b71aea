//! Arriving inside a VPC: the destination's own filters, and the replies that leave it.

use super::code::Code;
use super::question::*;
use super::security_groups::groups_of_interface;
use super::walk::{Arrival, Mostly, Party, View, Walk, bound_for};
use crate::network::*;

impl<'a> Walk<'_, 'a> {
    /// Inside the VPC.
    pub(super) fn local(&mut self, remote: &Addresses) {
        let vpc = self.vpc();
        if self.parties.is_empty() {
            self.deliver_to_interfaces(vpc, remote);
            return;
        }
        for party in self.parties {
            let part = remote.intersection(&party.addresses);
            if part.is_empty() {
                continue;
            }
            let walk = |walk: &mut Self| match (vpc, walk.network.subnet(party.subnet).vpc.known()) {
                (Some(here), Some(there)) if here != there => walk.stays_inside(party, &part),
                _ => walk.deliver(party, &part),
            };
            self.apart(|| (part != *remote).then(|| bound_for(&part)), &part, walk);
        }
    }

    /// Packets to somebody in another VPC of the same addresses never leave this one: its own block is local.
    /// <https://docs.aws.amazon.com/vpc/latest/tgw/tgw-vpc-attachments.html>
    fn stays_inside(&mut self, party: &Party<'_>, remote: &Addresses) {
        let network = self.network;
        let Ok((table, _)) = network.subnet(self.standing()).table else { return };
        let packets = self.packets_to(remote);
        let passage = self.block(Code::NoRoute, ResourceId::Table(table), Cause::Lacking(table), false, packets, true);
        self.step(Some(ResourceId::Table(table)), passage, false, |walk| {
            let there = text(&network.subnet(party.subnet).element.vpc_id);
            let here = walk.vpc_id().unwrap_or_default();
            format!("{} is in {there}, but {here} has these addresses too: packets to them stay in it", shown(remote))
        });
    }

    /// Delivers to whatever interfaces of a VPC hold the addresses.
    pub(super) fn deliver_to_interfaces(&mut self, vpc: Option<VpcId>, remote: &Addresses) {
        let network = self.network;
        let contested = vpc.map(|vpc| remote.intersection(&network.vpc(vpc).contested)).unwrap_or_default();
        let mut rest = remote.difference(&contested);
        let (before, mut mostly) = (self.path.via, Mostly::default());
        for id in vpc.map(|vpc| network.vpc(vpc).interfaces.as_slice()).unwrap_or_default() {
            let interface = network.interface(*id);
            if !interface.has_known_address {
                continue;
            }
            let Some(subnet) = interface.subnet.known() else { continue };
            let part = rest.intersection(&interface.addresses);
            if part.is_empty() {
                continue;
            }
            rest = rest.difference(&part);
            let groups = groups_of_interface(interface);
            let Interface { endpoint, nat, .. } = *interface;
            let party = Party { subnet, addresses: part.clone(), groups, endpoint, nat, workload: None };
            self.apart(
                || (part != *remote).then(|| bound_for(&part)),
                &part,
                |walk| {
                    walk.deliver(&party, &part);
                },
            );
            mostly.weigh(&part, std::mem::replace(&mut self.path.via, before));
        }
        let unlisted = vpc.and_then(|vpc| network.lacks_interfaces(network.vpc(vpc).scope));
        let unknown = [
            (rest, "no known network interface has", Doubt::Hidden as fn(String) -> Doubt, unlisted),
            (contested, "several network interfaces, which are not alike, have", Doubt::Unreadable, None),
        ];
        for (part, what, doubt, missing) in unknown.into_iter().filter(|(part, ..)| !part.is_empty()) {
            let is_split = part != *remote;
            let why = format!("{what} {}", shown(&part));
            let doubt = missing.map_or_else(|| doubt(why.clone()), Doubt::Missing);
            let somebody = |walk: &mut Self| walk.deliver_to_somebody(vpc, &part, why, doubt);
            self.apart(|| is_split.then(|| bound_for(&part)), &part, somebody);
            mostly.weigh(&part, self.path.via);
        }
        self.path.via = before.or(mostly.via());
    }

    /// Who calls a NAT gateway's own address, "from the internet … or from an instance in your VPC", gets no response: it "only
    /// passes traffic from an instance in a private subnet".
    /// <https://docs.aws.amazon.com/vpc/latest/userguide/nat-gateway-troubleshooting.html>
    fn refused_by_nat_gateway(&mut self, id: NatId, remote: &Addresses) {
        let resource = ResourceId::Nat(id);
        let packets = self.packets_to(remote);
        let passage = self.block(Code::NotRoutable, resource, Cause::Whole, false, packets, true);
        let shown = shown(remote);
        self.step(Some(resource), passage, false, |_| {
            format!("{shown} is a NAT gateway's own address, which accepts no connections")
        });
    }

    /// To addresses of which it isn't known which interface has them.
    fn deliver_to_somebody(&mut self, vpc: Option<VpcId>, rest: &Addresses, why: String, doubt: Doubt) {
        let network = self.network;
        // What the filters of its subnet say counts even where nobody knows what listens there.
        let mut outside = rest.clone();
        for subnet in vpc.map(|vpc| network.vpc(vpc).subnets.as_slice()).unwrap_or_default() {
            let part = rest.intersection(&network.subnet(*subnet).blocks);
            if !part.is_empty() {
                outside = outside.difference(&part);
                self.through_destination_acl(*subnet, &part);
            }
        }
        self.reply_from(&outside);
        self.step(None, Passage::Unknown, false, |_| why);
        self.doubt(doubt);
    }

    /// The network ACL of the destination's subnet, and the way that the replies take out of it.
    pub(super) fn through_destination_acl(&mut self, subnet: SubnetId, remote: &Addresses) {
        if let Arrival::Transit(transit) = self.arrival {
            self.out_of_transit(transit, subnet, remote);
            return;
        }
        let same_way = match self.arrival {
            Arrival::Peering(peering, _) => {
                let is_way =
                    |target: &Target<'_>| matches!(target, Target::Peering(Reference::To(id)) if *id == peering);
                self.leads_back(subnet, remote, false, is_way)
            }
            Arrival::Home | Arrival::Transit(_) => self.flow.own.clone(),
        };
        if subnet == self.sender.subnet {
            return;
        }
        self.acl(Code::DestNacl, subnet, false, View::OwnRemote, remote, false);
        self.acl(Code::DestNacl, subnet, true, View::OwnOwn, remote, true);
        self.replies_inside(subnet, remote);
        self.of_own(&same_way, |walk| walk.reply_from(remote));
    }

    /// The destination's own filters.
    pub(super) fn deliver(&mut self, party: &Party<'_>, remote: &Addresses) {
        if let Some(nat) = party.nat {
            return self.refused_by_nat_gateway(nat, remote);
        }
        if let Some(endpoint) = party.endpoint {
            self.path.via.get_or_insert(ResourceId::Endpoint(endpoint));
        }
        self.through_destination_acl(party.subnet, remote);
        let code = if party.endpoint.is_some() { Code::EndpointSg } else { Code::DestSg };
        if !matches!(party.groups, Groups::Open | Groups::Unfiltered) {
            self.enter_groups(code, party, remote);
        }
    }
}
