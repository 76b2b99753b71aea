//! Beyond a NAT gateway, where packets have its address: on through a transit gateway.

use super::code::Code;
use super::packets::{Flowing, Packets};
use super::question::*;
use super::walk::{Arrival, NAT_PORTS, Path, Walk};
use crate::network::*;

impl Walk<'_, '_> {
    /// The addresses that a NAT gateway's packets come from: any of its subnet's where the input doesn't tell.
    pub(super) fn nat_addresses(&self, id: NatId, subnet: SubnetId) -> Addresses {
        let known = &self.network.nat(id).addresses;
        match known.is_empty() {
            true => Family::Ipv4.part(&self.network.subnet(subnet).hosts).into_owned(),
            false => known.clone(),
        }
    }

    /// Goes on from a NAT gateway, in its subnet, with its addresses and ports, and back to it. What leaves its subnet is
    /// looked at elsewhere.
    /// <https://docs.aws.amazon.com/vpc/latest/userguide/nat-gateway-scenarios.html>
    pub(super) fn behind_nat(
        &mut self,
        id: NatId,
        subnet: SubnetId,
        remote: &Addresses,
        go_on: impl FnOnce(&mut Walk<'_, '_>),
    ) {
        let own = self.nat_addresses(id, subnet);
        if own.is_empty() {
            let name = text(&self.network.nat(id).element.nat_gateway_id);
            self.doubt(Doubt::Hidden(format!("the private address of NAT gateway {name} isn't known")));
            return;
        }
        let flow =
            Flowing { own, remote: remote.clone(), own_ports: NAT_PORTS, remote_ports: self.flow.remote_ports.clone() };
        let sender = Sender {
            subnet,
            addresses: flow.own.clone(),
            groups: Groups::Unfiltered,
            public_ip: Ok(false),
            ports: NAT_PORTS,
            workload: None,
        };
        let mut beyond = Walk {
            network: self.network,
            sender: &sender,
            protocol: self.protocol,
            permissions: self.permissions,
            flow,
            quantifier: self.quantifier,
            parties: self.parties,
            is_outside: self.is_outside,
            service: self.service,
            hidden: self.hidden,
            tracing: self.tracing,
            translated: false,
            arrival: Arrival::Home,
            branch: self.branch.clone(),
            part: None,
            behind: None,
            path: Path::default(),
        };
        go_on(&mut beyond);
        let Walk { flow, path, .. } = beyond;
        let certain = path.blockers.iter().filter(|blocker| blocker.always);
        let certain: Vec<Packets> = certain.flat_map(|blocker| blocker.packets.iter().copied()).collect();
        let behind = Behind { nat: id, via: path.via };
        for blocker in &path.blockers {
            self.adopt(blocker, behind, &flow, &certain);
        }
        path.doubts.into_iter().for_each(|doubt| self.doubt(doubt));
        self.path.steps.extend(path.steps);
    }

    /// Something that drops packets of a NAT gateway drops the sender's: for certain where they are dropped whichever of
    /// its addresses and ports the NAT gateway takes.
    fn adopt(&mut self, blocker: &Blocker, behind: Behind, beyond: &Flowing, certain: &[Packets]) {
        let code = if blocker.code == Code::NaclIngress { Code::NatNaclIn } else { blocker.code };
        // What is dropped behind a further NAT gateway has that one's address there.
        self.behind = blocker.behind.or(Some(behind));
        for dropped in &blocker.packets {
            let whole = Flowing {
                own: beyond.own.clone(),
                remote: Ranges::one(dropped.remote.0, dropped.remote.1),
                own_ports: beyond.own_ports,
                remote_ports: Ranges::one(dropped.remote_ports.0, dropped.remote_ports.1),
            };
            let always = blocker.always && whole.is_covered_by(certain);
            let own = self.flow.own.iter().map(|own| Packets { own, own_ports: self.flow.own_ports, ..*dropped });
            let packets = own.collect();
            self.block(code, blocker.resource, blocker.cause, blocker.returning, packets, always);
        }
        self.behind = None;
    }
}
