//! VPCs and their subnets.

use super::{Builder, Lists};
use crate::network::address::{AddressRange, Addresses, Family, hosts};
use crate::network::error::NetworkError;
use crate::network::ids::SubnetId;
use crate::network::known::Missing;
use crate::network::model::*;
use crate::network::name_servers::{Servers, servers, unread};
use crate::network::ranges::Ranges;
use crate::network::text::text;
use crate::path;
use crate::snapshot::{self as shape, Element, Location, Oddity};
use rustc_hash::FxHashMap;

impl<'a> Builder<'_, 'a> {
    pub(super) fn vpcs(&mut self, lists: &Lists<'a>) -> Result<(), NetworkError> {
        let mut described: FxHashMap<&str, &Element<shape::VpcAttribute<'a>>> = FxHashMap::default();
        for element in self.snapshot.scopes.iter().flat_map(|scope| &scope.vpc_attributes) {
            described.entry(text(&element.vpc_id)).or_insert(element);
        }
        for &(scope, element) in &lists.vpcs {
            let id = text(&element.vpc_id);
            let mut ranges = Vec::new();
            if let Some(cidr) = element.cidr_block.as_deref().filter(|cidr| !self.is_unread(cidr, id)) {
                ranges.push(self.block(cidr, || Location::inside(element.origin, path!["CidrBlock"]), id)?.range);
            }
            for (index, association) in element.cidr_block_association_set.iter().enumerate() {
                let state = association.cidr_block_state.as_ref().and_then(|state| state.state.as_deref());
                if let Some(cidr) = association.cidr_block.as_deref()
                    && state.is_none_or(|state| state == "associated")
                    && !self.is_unread(cidr, id)
                {
                    let at = || Location::inside(element.origin, path!["CidrBlockAssociationSet", index, "CidrBlock"]);
                    ranges.push(self.block(cidr, at, id)?.range);
                }
            }
            let unadvertised =
                self.ipv6_blocks(element.origin, &element.ipv6_cidr_block_association_set, id, &mut ranges)?;
            let listings = self.scope(scope);
            let missing = |call| Missing { call, scope };
            let attributes = described.get(id).copied();
            let value = |found: Option<&shape::AttributeValue>| {
                found.and_then(|found| found.value).ok_or(missing("ec2:DescribeVpcAttribute"))
            };
            let dhcp = element.dhcp_options_id.as_deref().unwrap_or("default");
            let options =
                listings.dhcp_options.elements.iter().find(|found| found.dhcp_options_id.as_deref() == Some(dhcp));
            let configurations = options.and_then(|found| found.dhcp_configurations.as_deref());
            let named = match configurations {
                _ if dhcp == "default" => Servers { amazon_first: Some(true), has_amazon: true, others: Vec::new() },
                None => Servers::default(),
                Some(list) => servers(list, element.cidr_block.as_deref()),
            };
            let amazon_dns = named.amazon_first.ok_or(missing("ec2:DescribeDhcpOptions"));
            if let Some(unread) = configurations.and_then(unread) {
                self.network.oddities.push(Oddity {
                    what: format!("the DHCP options {dhcp} of {id}"),
                    why: format!("{unread:?} is no address of a name server: who resolves names there isn't known"),
                });
            }
            self.network.vpcs.push(Vpc {
                element,
                scope,
                blocks: Ranges::collect(ranges.iter().copied()),
                block_list: ranges,
                unadvertised,
                dns_support: value(attributes.and_then(|found| found.enable_dns_support.as_ref())),
                dns_hostnames: value(attributes.and_then(|found| found.enable_dns_hostnames.as_ref())),
                attributes: attributes.map(Element::location),
                amazon_dns,
                names_amazon_dns: named.has_amazon,
                resolvers: named.others,
                endpoints: Vec::new(),
                subnets: Vec::new(),
                main_table: Err(missing("ec2:DescribeRouteTables")),
                gateway: Err(missing("ec2:DescribeInternetGateways")),
                default_group: None,
                interfaces: Vec::new(),
                contested: Addresses::none(),
            });
        }
        Ok(())
    }

    pub(super) fn subnets(&mut self, lists: &Lists<'a>) -> Result<(), NetworkError> {
        for (index, &(scope, element)) in lists.subnets.iter().enumerate() {
            let id = text(&element.subnet_id);
            let mut blocks = Vec::new();
            let written = element.cidr_block.as_deref().filter(|cidr| !cidr.is_empty());
            let unread = written.and_then(|cidr| Missing::of_text(cidr, scope));
            if let Some(cidr) = written.filter(|_| unread.is_none()) {
                blocks.push(self.block(cidr, || Location::inside(element.origin, path!["CidrBlock"]), id)?.range);
            }
            let mut unadvertised =
                self.ipv6_blocks(element.origin, &element.ipv6_cidr_block_association_set, id, &mut blocks)?;
            let missing = Missing { call: "ec2:DescribeSubnets", scope };
            let mut of_ipv6 = element.ipv6_cidr_block_association_set.iter().map(|found| &found.ipv6_cidr_block);
            let unread_ipv6 = of_ipv6.find_map(|cidr| match cidr.as_deref() {
                Some(cidr) => Missing::of_text(cidr, scope),
                None => Some(missing),
            });
            let vpc = self.vpc_holding(scope, element.vpc_id.as_deref());
            if let Some(vpc) = vpc.known().map(|vpc| self.network.vpc(vpc)).filter(|vpc| !vpc.unadvertised.is_empty()) {
                let own = Ranges::collect(blocks.iter().copied());
                unadvertised = unadvertised.union(&own.intersection(&vpc.unadvertised));
            }
            if let Some(vpc) = vpc.known() {
                self.network.vpcs[vpc.0 as usize].subnets.push(SubnetId(index as u32));
            }
            let is_of_ipv4 = |range: &(u128, u128)| Family::of(range.0) == Family::Ipv4;
            let has_ipv4 = match (unread.is_some() || blocks.iter().any(is_of_ipv4), element.ipv6_native) {
                (true, _) => Ok(true),
                (false, Some(true)) => Ok(false),
                (false, _) => Err(unread.unwrap_or(missing)),
            };
            self.network.subnets.push(Subnet {
                element,
                scope,
                vpc,
                has_ipv4,
                hosts: Ranges::collect(blocks.iter().copied().map(hosts)),
                blocks: Ranges::collect(blocks),
                unadvertised,
                unread: unread.or(unread_ipv6),
                dns64: element.enable_dns64.ok_or(missing),
                table: Err(Missing { call: "ec2:DescribeRouteTables", scope }),
                acl: Err(Missing { call: "ec2:DescribeNetworkAcls", scope }),
            });
        }
        Ok(())
    }

    /// The IPv6 blocks that a VPC or a subnet has. Those that AWS does not advertise on the internet.
    fn ipv6_blocks(
        &mut self,
        origin: shape::Origin,
        associations: &[shape::Ipv6CidrBlockAssociation<'_>],
        of: &str,
        blocks: &mut Vec<AddressRange>,
    ) -> Result<Addresses, NetworkError> {
        let mut unadvertised = Vec::new();
        for (index, association) in associations.iter().enumerate() {
            let state = association.ipv6_cidr_block_state.as_ref().and_then(|state| state.state.as_deref());
            if let Some(cidr) = association.ipv6_cidr_block.as_deref()
                && state.is_none_or(|state| state == "associated")
                && !self.is_unread(cidr, of)
            {
                let at = || Location::inside(origin, path!["Ipv6CidrBlockAssociationSet", index, "Ipv6CidrBlock"]);
                let range = self.block(cidr, at, of)?.range;
                blocks.push(range);
                let source = association.ip_source.as_deref();
                if association.ipv6_address_attribute.as_deref() == Some("private") || source == Some("none") {
                    unadvertised.push(range);
                }
            }
        }
        Ok(Ranges::collect(unadvertised))
    }
}
