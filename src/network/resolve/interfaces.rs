//! Network interfaces, and whose they are.

use super::{Builder, Lists};
use crate::network::address::{AddressRange, Family, PUBLIC, PUBLIC_V4, block};
use crate::network::error::NetworkError;
use crate::network::ids::{EndpointId, InterfaceId, NatId};
use crate::network::known::Reference;
use crate::network::model::*;
use crate::network::ranges::Ranges;
use crate::path;
use crate::snapshot::Location;

/// How AWS describes the interface of a NAT gateway, before the gateway's id.
const NAT_INTERFACE: &str = "Interface for NAT Gateway ";

impl<'a> Builder<'_, 'a> {
    pub(super) fn interfaces(&mut self, lists: &Lists<'a>) -> Result<(), NetworkError> {
        let of_vpcs = self.network.vpcs.iter().flat_map(|vpc| vpc.blocks.iter());
        let mut public: Vec<AddressRange> = of_vpcs.filter(|(low, _)| Family::of(*low) == Family::Ipv6).collect();
        for (index, &(scope, element)) in lists.interfaces.iter().enumerate() {
            let subnet = self.subnet_holding(scope, element.subnet_id.as_deref().unwrap_or_default());
            let read = |written: &str, at: &dyn Fn() -> Location| match block(written) {
                Some(found) => Ok(found.range),
                None => Err(NetworkError::NotACidr { text: written.to_owned(), location: at() }),
            };
            let mut ranges = Vec::new();
            if let Some(written) = element.private_ip_address.as_deref() {
                ranges.push(read(written, &|| Location::inside(element.origin, path!["PrivateIpAddress"]))?);
            }
            for (index, found) in element.private_ip_addresses.iter().enumerate() {
                if let Some(written) = found.private_ip_address.as_deref() {
                    let steps = path!["PrivateIpAddresses", index, "PrivateIpAddress"];
                    ranges.push(read(written, &|| Location::inside(element.origin, steps.clone()))?);
                }
            }
            for (index, found) in element.ipv6_addresses.iter().enumerate() {
                if let Some(written) = found.ipv6_address.as_deref() {
                    let steps = path!["Ipv6Addresses", index, "Ipv6Address"];
                    ranges.push(read(written, &|| Location::inside(element.origin, steps.clone()))?);
                }
            }
            let associations = element.private_ip_addresses.iter().map(|found| &found.association);
            let associations = std::iter::once(&element.association).chain(associations).flatten();
            public.extend(associations.filter_map(|found| Some(block(found.public_ip.as_deref()?)?.range)));
            let mut addresses = Ranges::collect(ranges);
            let mut has_known_address = !addresses.is_empty();
            if let Some(subnet) = subnet.known().map(|id| self.network.subnet(id)) {
                // An address that can't be one of its subnet's says nothing; the subnet does.
                let fitting = addresses.intersection(&subnet.blocks);
                let knows_blocks = subnet.has_ipv4.is_ok() && subnet.unread.is_none();
                if !fitting.is_empty() {
                    addresses = fitting;
                } else if knows_blocks || addresses.is_empty() {
                    addresses = subnet.hosts.clone();
                    has_known_address = false;
                }
            }
            let id = InterfaceId(index as u32);
            if let Some(file_system) = element.description.as_deref().and_then(mounted) {
                self.network.mount_targets.entry(file_system).or_default().push(id);
            }
            let groups = self.groups_in_use(scope, element.groups.as_deref(), "ec2:DescribeNetworkInterfaces");
            for group in groups.iter().flatten().filter_map(|group| group.known()) {
                self.network.groups[group.0 as usize].interfaces.push(id);
            }
            if let Some(vpc) = subnet.known().and_then(|subnet| self.network.subnet(subnet).vpc.known()) {
                self.network.vpcs[vpc.0 as usize].interfaces.push(id);
            }
            self.network.interfaces.push(Interface {
                element,
                scope,
                subnet,
                addresses,
                has_known_address,
                groups,
                endpoint: None,
                nat: None,
            });
        }
        self.network.own_public = Ranges::collect(public).intersection(&PUBLIC);
        let blocks = self.network.vpcs.iter().flat_map(|vpc| vpc.blocks.iter());
        self.network.shadowed_public = Ranges::collect(blocks).intersection(&PUBLIC_V4);
        for (index, endpoint) in self.network.endpoints.iter_mut().enumerate() {
            let ids = endpoint.element.network_interface_ids.iter().flatten();
            endpoint.interfaces =
                ids.filter_map(|id| self.network.by_id.interfaces.get_in(endpoint.scope, id).copied()).collect();
            for interface in &endpoint.interfaces {
                self.network.interfaces[interface.0 as usize].endpoint = Some(EndpointId(index as u32));
            }
        }
        self.nat_interfaces();
        self.contested();
        Ok(())
    }

    /// Gives NAT gateways their interfaces: those that their addresses name, those that have such an address in their subnet, and
    /// those that are described as theirs.
    fn nat_interfaces(&mut self) {
        let network = &mut *self.network;
        for (index, nat) in network.nats.iter().enumerate() {
            let owner = Some(NatId(index as u32));
            for address in nat.element.nat_gateway_addresses.iter().flatten() {
                let named = address.network_interface_id.as_deref();
                if let Some(interface) = named.and_then(|id| network.by_id.interfaces.get_in(nat.scope, id)) {
                    network.interfaces[interface.0 as usize].nat = owner;
                }
                let at = address.private_ip.as_deref().and_then(block).filter(|_| named.is_none());
                let (Some(at), Some(vpc), Some(Reference::To(subnet))) = (at, nat.vpc.known(), nat.subnet) else {
                    continue;
                };
                for id in &network.vpcs[vpc.0 as usize].interfaces {
                    let interface = &mut network.interfaces[id.0 as usize];
                    let has_it = interface.has_known_address && interface.addresses.covers(at.range.0, at.range.1);
                    if has_it && interface.subnet.known() == Some(subnet) {
                        interface.nat = owner;
                    }
                }
            }
        }
        for interface in &mut network.interfaces {
            let described = interface.element.description.as_deref().and_then(|text| text.strip_prefix(NAT_INTERFACE));
            let nat = described.and_then(|id| network.by_id.nats.get_in(interface.scope, id));
            interface.nat = interface.nat.or(nat.copied());
        }
    }

    /// Finds the addresses of a VPC that several network interfaces have: which of them answers there can't be told.
    fn contested(&mut self) {
        let network = &mut *self.network;
        for vpc in &mut network.vpcs {
            let own = vpc.interfaces.iter().map(|id| &network.interfaces[id.0 as usize]);
            let of_one = |interface| move |(low, high): AddressRange| (low, high, interface);
            let known = own.filter(|interface| interface.has_known_address);
            let mut held: Vec<(u128, u128, &Interface<'_>)> =
                known.flat_map(|interface| interface.addresses.iter().map(of_one(interface))).collect();
            held.sort_by_key(|(low, high, _)| (*low, *high));
            let mut contested = Vec::new();
            // Whatever else reaches an address is like the one that reaches furthest, or the two contest it already.
            let mut furthest: Option<(u128, &Interface<'_>)> = None;
            for (low, high, interface) in held {
                if let Some((end, other)) = furthest
                    && low <= end
                    && !interface.is_like(other)
                {
                    contested.push((low, high.min(end)));
                }
                if furthest.is_none_or(|(end, _)| end < high) {
                    furthest = Some((high, interface));
                }
            }
            vpc.contested = Ranges::collect(contested);
        }
    }
}

impl Interface<'_> {
    /// Whether it makes no difference which of the two answers.
    fn is_like(&self, other: &Self) -> bool {
        self.element.network_interface_id == other.element.network_interface_id
            || (self.subnet, &self.groups, self.endpoint, self.nat)
                == (other.subnet, &other.groups, other.endpoint, other.nat)
    }
}

/// The file system of a mount target's interface, which EFS describes as `EFS mount target for fs-… (fsmt-…)`.
fn mounted(description: &str) -> Option<&str> {
    let rest = description.strip_prefix("EFS mount target for ")?;
    Some(rest.rsplit_once(" (").map_or(rest, |(file_system, _)| file_system))
}
