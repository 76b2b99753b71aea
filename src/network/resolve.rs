//! The snapshot → the network: every reference is followed once, every address read once.

use super::address::{AddressRange, Block, block, hosts};
use super::error::NetworkError;
use super::filters::{AclRule, AclRules, GroupRule, GroupRules, PeerRef, Protocols, Rectangle};
use super::model::*;
use super::ranges::Ranges;
use super::routes::{Route, RouteDestination, RouteTable, Target, winners};
use super::workloads::{self, Declaration, Resolver, WorkloadKind};
use crate::path;
use crate::snapshot::{self as shape, Element, Listing, Location, Oddity, Scope, Snapshot};
use rustc_hash::FxHashMap;

/// Resolves a snapshot, together with what the user declared.
///
/// # Errors
/// When an address block isn't one.
pub fn resolve<'a>(snapshot: &'a Snapshot<'a>, declarations: &[Declaration]) -> Result<Network<'a>, NetworkError> {
    let mut network = Network {
        oddities: snapshot.oddities.clone(),
        scopes: snapshot.scopes.iter().map(scope_facts).collect(),
        ..Network::default()
    };
    let mut builder = Builder { snapshot, network: &mut network };
    let lists = builder.index();
    builder.prefix_lists()?;
    builder.vpcs(&lists)?;
    builder.subnets(&lists)?;
    builder.gateways(&lists);
    builder.nats(&lists);
    builder.acls(&lists)?;
    builder.endpoints(&lists);
    builder.tables(&lists)?;
    builder.groups(&lists)?;
    builder.interfaces(&lists)?;
    builder.transit();
    builder.load_balancers(&lists);
    builder.connect();
    builder.workloads(declarations);
    Ok(network)
}

fn scope_facts(scope: &Scope<'_>) -> ScopeFacts {
    let mut account = scope.collection.account.clone();
    let mut region = scope.collection.region.clone();
    if account.is_none() {
        account = scope.vpcs.elements.iter().find_map(|vpc| vpc.owner_id.as_deref().map(str::to_owned));
    }
    if region.is_none() {
        let zones =
            scope.availability_zones.elements.iter().filter_map(|zone| zone.region_name.as_deref().map(str::to_owned));
        let subnets =
            scope.subnets.elements.iter().filter_map(|subnet| region_of_zone(subnet.availability_zone.as_deref()?));
        let arns = scope
            .services
            .elements
            .iter()
            .filter_map(|service| service.service_arn.as_deref()?.split(':').nth(3).map(str::to_owned));
        region = zones.chain(subnets).chain(arns).next();
    }
    let partition = scope.collection.partition.clone().unwrap_or_else(|| {
        match region.as_deref() {
            Some(region) if region.starts_with("cn-") => "aws-cn",
            Some(region) if region.starts_with("us-gov-") => "aws-us-gov",
            _ => "aws",
        }
        .to_owned()
    });
    let options = scope.vpc_block_public_access_options.elements.first();
    ScopeFacts {
        account,
        region,
        partition,
        block_public_access: options.and_then(|found| found.internet_gateway_block_mode.as_deref().map(str::to_owned)),
        exclusions: scope
            .vpc_block_public_access_exclusions
            .elements
            .iter()
            .filter(|found| {
                found
                    .state
                    .as_deref()
                    .is_none_or(|state| state.starts_with("create-complete") || state.starts_with("update"))
            })
            .filter_map(|found| {
                let id = found.resource_arn.as_deref()?.rsplit('/').next()?;
                Some((id.to_owned(), text(&found.internet_gateway_exclusion_mode).to_owned()))
            })
            .collect(),
        not_collected: scope.collection.not_collected.clone(),
        cache_prefixes: scope.pull_through_cache_rules.is_known().then(|| {
            let rules = scope.pull_through_cache_rules.elements.iter();
            rules
                .map(|rule| {
                    (text(&rule.ecr_repository_prefix).to_owned(), text(&rule.upstream_registry_url).to_owned())
                })
                .collect()
        }),
        knows_endpoints: scope.vpc_endpoints.is_complete()
            && (scope.vpc_endpoints.elements.iter())
                .all(|endpoint| endpoint.vpc_id.is_some() && endpoint.service_name.is_some()),
        absent: shape::absent_calls(scope),
        logged: scope
            .flow_logs
            .elements
            .iter()
            .filter(|log| log.flow_log_status.as_deref().is_none_or(|status| status == "ACTIVE"))
            .filter_map(|log| log.resource_id.as_deref().map(str::to_owned))
            .collect(),
    }
}

/// `us-east-1a` → `us-east-1`; a Local Zone's name (`us-west-2-lax-1a`) begins with its region's.
fn region_of_zone(zone: &str) -> Option<String> {
    let mut parts = zone.split('-');
    let (area, direction) = (parts.next()?, parts.next()?);
    let mut number = parts.next()?;
    let mut region = format!("{area}-{direction}");
    if number.bytes().all(|byte| byte.is_ascii_lowercase()) {
        region.push_str(&format!("-{number}"));
        number = parts.next()?;
    }
    let digits: String = number.chars().take_while(char::is_ascii_digit).collect();
    (!digits.is_empty()).then(|| format!("{region}-{digits}"))
}

/// The state of a resource that no longer is one.
fn is_gone(state: Option<&str>) -> bool {
    state.is_some_and(|state| matches!(state.to_ascii_lowercase().as_str(), "deleted" | "deleting"))
}

/// An element with its scope.
type Found<'a, T> = (u32, &'a Element<T>);

/// What exists, in the order of the network's ids.
struct Lists<'a> {
    vpcs: Vec<Found<'a, shape::Vpc<'a>>>,
    subnets: Vec<Found<'a, shape::Subnet<'a>>>,
    tables: Vec<Found<'a, shape::RouteTable<'a>>>,
    acls: Vec<Found<'a, shape::NetworkAcl<'a>>>,
    groups: Vec<Found<'a, shape::SecurityGroup<'a>>>,
    gateways: Vec<Found<'a, shape::InternetGateway<'a>>>,
    nats: Vec<Found<'a, shape::NatGateway<'a>>>,
    endpoints: Vec<Found<'a, shape::VpcEndpoint<'a>>>,
    interfaces: Vec<Found<'a, shape::NetworkInterface<'a>>>,
    load_balancers: Vec<Found<'a, shape::LoadBalancer<'a>>>,
    target_groups: Vec<Found<'a, shape::TargetGroup<'a>>>,
}

struct Builder<'n, 'a> {
    snapshot: &'a Snapshot<'a>,
    network: &'n mut Network<'a>,
}

impl<'a> Builder<'_, 'a> {
    fn index(&mut self) -> Lists<'a> {
        let snapshot = self.snapshot;
        for element in snapshot.scopes.iter().flat_map(|scope| &scope.task_definitions) {
            if let Some(arn) = element.task_definition_arn.as_deref().or(element.family.as_deref()) {
                self.network.by_id.task_definitions.entry(arn).or_insert(element);
            }
        }
        let by_id = &mut self.network.by_id;
        macro_rules! list {
            ($field:ident, $map:ident, $id:expr, $gone:expr) => {{
                let mut found = Vec::new();
                for (scope, listings) in snapshot.scopes.iter().enumerate() {
                    for element in &listings.$field {
                        let Some(id) = shape::Identified::id(&element.value) else { continue };
                        if $gone(&element.value) {
                            continue;
                        }
                        if by_id.$map.insert(scope as u32, id, $id(found.len() as u32)) {
                            found.push((scope as u32, element));
                        }
                    }
                }
                found
            }};
        }
        Lists {
            vpcs: list!(vpcs, vpcs, VpcId, |_: &shape::Vpc<'_>| false),
            subnets: list!(subnets, subnets, SubnetId, |_: &shape::Subnet<'_>| false),
            tables: list!(route_tables, tables, RouteTableId, |_: &shape::RouteTable<'_>| false),
            acls: list!(network_acls, acls, AclId, |_: &shape::NetworkAcl<'_>| false),
            groups: list!(security_groups, groups, GroupId, |_: &shape::SecurityGroup<'_>| false),
            gateways: list!(internet_gateways, gateways, GatewayId, |_: &shape::InternetGateway<'_>| false),
            nats: list!(nat_gateways, nats, NatId, |nat: &shape::NatGateway<'_>| is_gone(nat.state.as_deref())),
            endpoints: list!(vpc_endpoints, endpoints, EndpointId, |endpoint: &shape::VpcEndpoint<'_>| is_gone(
                endpoint.state.as_deref()
            )),
            interfaces: list!(network_interfaces, interfaces, InterfaceId, |_: &shape::NetworkInterface<'_>| false),
            load_balancers: list!(load_balancers, load_balancers, LoadBalancerId, |_: &shape::LoadBalancer<'_>| false),
            target_groups: list!(target_groups, target_groups, TargetGroupId, |_: &shape::TargetGroup<'_>| false),
        }
    }

    fn scope(&self, index: u32) -> &'a Scope<'a> {
        &self.snapshot.scopes[index as usize]
    }

    fn refer<I: Copy, T>(map: &Ids<'a, I>, id: &str, listing: &Listing<T>, missing: Missing) -> Reference<I> {
        match map.get_in(missing.scope, id) {
            Some(found) => Reference::To(*found),
            None if listing.is_complete() => Reference::Gone,
            None => Reference::Unknown(missing),
        }
    }

    /// A reference of something to what holds it. AWS deletes no VPC that has subnets, no subnet that has interfaces and no
    /// group that is in use: where such a thing isn't in its list, the list lacks it (another account owns it, a hand took
    /// it out), and nothing follows from that.
    fn held<I>(reference: Reference<I>, call: &'static str, scope: u32) -> Reference<I> {
        match reference {
            Reference::Gone => Reference::Unknown(Missing { call, scope }),
            other => other,
        }
    }

    fn vpc_holding(&self, scope: u32, id: Option<&str>) -> Reference<VpcId> {
        Self::held(self.vpc_ref(scope, id), "ec2:DescribeVpcs", scope)
    }

    fn subnet_holding(&self, scope: u32, id: &str) -> Reference<SubnetId> {
        Self::held(self.subnet_ref(scope, id), "ec2:DescribeSubnets", scope)
    }

    fn group_in_use(&self, scope: u32, id: &str) -> Reference<GroupId> {
        Self::held(self.group_ref(scope, id), "ec2:DescribeSecurityGroups", scope)
    }

    fn vpc_ref(&self, scope: u32, id: Option<&str>) -> Reference<VpcId> {
        let call = "ec2:DescribeVpcs";
        let Some(id) = id else { return Reference::Unknown(Missing { call, scope }) };
        Self::refer(&self.network.by_id.vpcs, id, &self.scope(scope).vpcs, Missing { call, scope })
    }

    fn subnet_ref(&self, scope: u32, id: &str) -> Reference<SubnetId> {
        let call = "ec2:DescribeSubnets";
        Self::refer(&self.network.by_id.subnets, id, &self.scope(scope).subnets, Missing { call, scope })
    }

    fn group_ref(&self, scope: u32, id: &str) -> Reference<GroupId> {
        let call = "ec2:DescribeSecurityGroups";
        Self::refer(&self.network.by_id.groups, id, &self.scope(scope).security_groups, Missing { call, scope })
    }

    /// Reads an address block; one with host bits counts as AWS would have stored it, and is said to be odd. AWS writes the
    /// prefix always: a block without one was cut off, and is no block of a single address.
    fn block(&mut self, written: &str, location: impl FnOnce() -> Location, of: &str) -> Result<Block, NetworkError> {
        let Some(found) = block(written).filter(|_| written.contains('/')) else {
            return Err(NetworkError::NotACidr { text: written.to_owned(), location: location() });
        };
        if found.has_host_bits {
            self.network.oddities.push(Oddity {
                what: format!("{written} in {of}"),
                why: "it has bits set behind its prefix: the whole block was used".into(),
            });
        }
        Ok(found)
    }

    fn prefix_lists(&mut self) -> Result<(), NetworkError> {
        for (scope, listings) in self.snapshot.scopes.iter().enumerate() {
            for element in &listings.prefix_lists {
                let Some(id) = element.prefix_list_id.as_deref() else { continue };
                let mut ranges = Vec::new();
                for (index, cidr) in element.cidrs.iter().flatten().enumerate() {
                    ranges
                        .push(self.block(cidr, || Location::inside(element.origin, path!["Cidrs", index]), id)?.range);
                }
                let entries = element.cidrs.is_some().then_some(ranges);
                self.add_prefix_list(scope, id, element.prefix_list_name.as_deref(), entries);
            }
            for element in &listings.managed_prefix_lists {
                let Some(id) = element.prefix_list_id.as_deref() else { continue };
                self.add_prefix_list(scope, id, element.prefix_list_name.as_deref(), None);
            }
        }
        Ok(())
    }

    fn add_prefix_list(
        &mut self,
        scope: usize,
        id: &'a str,
        name: Option<&'a str>,
        entries: Option<Vec<AddressRange>>,
    ) {
        let network = &mut *self.network;
        if let Some(known) = network
            .by_id
            .prefix_lists
            .get_in(scope as u32, id)
            .filter(|known| network.prefix_lists[known.0 as usize].scope == scope as u32)
        {
            let known = &mut network.prefix_lists[known.0 as usize];
            if let (None, Some(entries)) = (&known.blocks, entries) {
                known.blocks = Some(Ranges::collect(entries.iter().copied()));
                known.entries = entries;
            }
            known.name = known.name.or(name);
            return;
        }
        network.by_id.prefix_lists.insert(scope as u32, id, PrefixListId(network.prefix_lists.len() as u32));
        network.prefix_lists.push(PrefixList {
            id,
            name,
            service: name.and_then(service_of_name),
            blocks: entries.as_ref().map(|entries| Ranges::collect(entries.iter().copied())),
            entries: entries.unwrap_or_default(),
            scope: scope as u32,
        });
    }

    fn vpcs(&mut self, lists: &Lists<'a>) -> Result<(), NetworkError> {
        let mut described: FxHashMap<&str, &Element<shape::VpcAttribute<'a>>> = FxHashMap::default();
        for element in self.snapshot.scopes.iter().flat_map(|scope| &scope.vpc_attributes) {
            described.entry(text(&element.vpc_id)).or_insert(element);
        }
        for &(scope, element) in &lists.vpcs {
            let id = text(&element.vpc_id);
            let mut ranges = Vec::new();
            if let Some(cidr) = element.cidr_block.as_deref() {
                ranges.push(self.block(cidr, || Location::inside(element.origin, path!["CidrBlock"]), id)?.range);
            }
            for (index, association) in element.cidr_block_association_set.iter().enumerate() {
                let state = association.cidr_block_state.as_ref().and_then(|state| state.state.as_deref());
                if let Some(cidr) = association.cidr_block.as_deref()
                    && state.is_none_or(|state| state == "associated")
                {
                    let at = || Location::inside(element.origin, path!["CidrBlockAssociationSet", index, "CidrBlock"]);
                    ranges.push(self.block(cidr, at, id)?.range);
                }
            }
            for (index, association) in element.ipv6_cidr_block_association_set.iter().enumerate() {
                if let Some(cidr) = association.ipv6_cidr_block.as_deref() {
                    let at = || {
                        Location::inside(element.origin, path!["Ipv6CidrBlockAssociationSet", index, "Ipv6CidrBlock"])
                    };
                    ranges.push(self.block(cidr, at, id)?.range);
                }
            }
            let listings = self.scope(scope);
            let missing = |call| Missing { call, scope };
            let attributes = described.get(id).copied();
            let value = |found: Option<&shape::AttributeValue>| {
                found.and_then(|found| found.value).ok_or(missing("ec2:DescribeVpcAttribute"))
            };
            let dhcp = element.dhcp_options_id.as_deref().unwrap_or("default");
            let options =
                listings.dhcp_options.elements.iter().find(|found| found.dhcp_options_id.as_deref() == Some(dhcp));
            let amazon_dns = match options.and_then(|found| found.dhcp_configurations.as_ref()) {
                _ if dhcp == "default" => Some(true),
                None => None,
                Some(list) => super::name_servers::are_amazon(list, element.cidr_block.as_deref()),
            };
            let amazon_dns = amazon_dns.ok_or(missing("ec2:DescribeDhcpOptions"));
            self.network.vpcs.push(Vpc {
                element,
                scope,
                blocks: Ranges::collect(ranges),
                dns_support: value(attributes.and_then(|found| found.enable_dns_support.as_ref())),
                dns_hostnames: value(attributes.and_then(|found| found.enable_dns_hostnames.as_ref())),
                attributes: attributes.map(Element::location),
                amazon_dns,
                endpoints: Vec::new(),
                subnets: Vec::new(),
                main_table: Err(missing("ec2:DescribeRouteTables")),
                gateway: Err(missing("ec2:DescribeInternetGateways")),
                default_group: None,
                interfaces: Vec::new(),
            });
        }
        Ok(())
    }

    fn subnets(&mut self, lists: &Lists<'a>) -> Result<(), NetworkError> {
        for (index, &(scope, element)) in lists.subnets.iter().enumerate() {
            let range = match element.cidr_block.as_deref().filter(|cidr| !cidr.is_empty()) {
                Some(cidr) => Some(
                    self.block(
                        cidr,
                        || Location::inside(element.origin, path!["CidrBlock"]),
                        text(&element.subnet_id),
                    )?
                    .range,
                ),
                None => None,
            };
            let vpc = self.vpc_holding(scope, element.vpc_id.as_deref());
            if let Some(vpc) = vpc.known() {
                self.network.vpcs[vpc.0 as usize].subnets.push(SubnetId(index as u32));
            }
            self.network.subnets.push(Subnet {
                element,
                scope,
                vpc,
                block: range,
                hosts: range.map_or((1, 0), hosts),
                table: Err(Missing { call: "ec2:DescribeRouteTables", scope }),
                acl: Err(Missing { call: "ec2:DescribeNetworkAcls", scope }),
            });
        }
        Ok(())
    }

    fn gateways(&mut self, lists: &Lists<'a>) {
        for (index, &(scope, element)) in lists.gateways.iter().enumerate() {
            let attached = element.attachments.as_ref().map(|list| {
                let live = |found: &&shape::GatewayAttachment<'a>| {
                    found.state.as_deref().is_none_or(|state| matches!(state, "available" | "attached"))
                };
                list.iter().find(live)
            });
            // An attachment to nobody knows what is not known.
            let attached = match attached {
                Some(Some(found)) if found.vpc_id.is_none() => None,
                found => found.map(|found| found.and_then(|found| found.vpc_id.as_deref())),
            };
            if let Some(Some(vpc)) = attached.map(|vpc| vpc.and_then(|vpc| self.network.by_id.vpcs.get_in(scope, vpc)))
            {
                self.network.vpcs[vpc.0 as usize].gateway = Ok(Some(GatewayId(index as u32)));
            }
            self.network.gateways.push(Gateway {
                element,
                scope,
                vpc: attached.ok_or(Missing { call: "ec2:DescribeInternetGateways", scope }),
            });
        }
        let snapshot = self.snapshot;
        for vpc in &mut self.network.vpcs {
            if vpc.gateway.is_err() && snapshot.scopes[vpc.scope as usize].internet_gateways.is_complete() {
                vpc.gateway = Ok(None);
            }
        }
    }

    fn nats(&mut self, lists: &Lists<'a>) {
        for &(scope, element) in &lists.nats {
            let is_regional = element.availability_mode.as_deref() == Some("regional");
            let subnet = element.subnet_id.as_deref().filter(|_| !is_regional).map(|id| self.subnet_holding(scope, id));
            let of_subnet = subnet.and_then(Reference::known).map(|subnet| self.network.subnet(subnet).vpc);
            let vpc = match (element.vpc_id.as_deref(), of_subnet) {
                (None, Some(vpc)) => vpc,
                (id, _) => self.vpc_holding(scope, id),
            };
            self.network.nats.push(Nat {
                element,
                scope,
                subnet,
                vpc,
                is_private: element.connectivity_type.as_deref() == Some("private"),
                is_regional,
            });
        }
    }

    fn acls(&mut self, lists: &Lists<'a>) -> Result<(), NetworkError> {
        for (index, &(scope, element)) in lists.acls.iter().enumerate() {
            let missing = Missing { call: "ec2:DescribeNetworkAcls", scope };
            let mut both = [AclRules::default(), AclRules::default()];
            // An entry that can't be read may decide anything in its direction.
            let mut unread = [false, false];
            for (position, entry) in element.entries.iter().flatten().enumerate() {
                let ports = entry.port_range.as_ref().map(|range| (range.from.unwrap_or(0), range.to.unwrap_or(65535)));
                let odd_ports = ports.is_some_and(|(from, to)| from > to || from < -1 || to > 65535);
                let odd_action = !matches!(entry.rule_action.as_deref(), Some("allow" | "deny"));
                let odd_protocol = protocols(entry.protocol.as_deref()) == Protocols::Other;
                if odd_ports || odd_action || odd_protocol {
                    unread[usize::from(entry.egress == Some(true))] = true;
                    self.network.oddities.push(Oddity {
                        what: format!("entry {position} of {}", text(&element.network_acl_id)),
                        why: "its action, its protocol or its ports can't be read".into(),
                    });
                    continue;
                }
                let (cidr, field) = match (entry.cidr_block.as_deref(), entry.ipv6_cidr_block.as_deref()) {
                    (Some(cidr), _) => (cidr, "CidrBlock"),
                    (None, Some(cidr)) => (cidr, "Ipv6CidrBlock"),
                    (None, None) => continue,
                };
                let at = || Location::inside(element.origin, path!["Entries", position, field]);
                let addresses = self.block(cidr, at, text(&element.network_acl_id))?.range;
                let protocols = protocols(entry.protocol.as_deref());
                let port =
                    |value: Option<i64>, default: u16| value.map_or(default, |value| value.clamp(0, 65535) as u16);
                let ports = match (&entry.port_range, protocols) {
                    (Some(range), Protocols::One(_)) => (port(range.from, 0), port(range.to, u16::MAX)),
                    _ => (0, u16::MAX),
                };
                both[usize::from(entry.egress == Some(true))].rules.push(AclRule {
                    number: entry.rule_number.unwrap_or(i64::MAX),
                    index: position,
                    allows: entry.rule_action.as_deref() == Some("allow"),
                    protocols,
                    matches: Rectangle { addresses, ports },
                });
            }
            for rules in &mut both {
                rules.rules.sort_by_key(|rule| rule.number);
            }
            let [ingress, egress] = both;
            let [ingress_known, egress_known] = unread.map(|unread| element.entries.is_some() && !unread);
            let id = AclId(index as u32);
            let snapshot = self.snapshot;
            if element.is_default == Some(true)
                && snapshot.scopes[scope as usize].network_acls.is_complete()
                && element.associations.is_some()
            {
                // The default one serves every subnet that no other one names.
                if let Some(vpc) = self.vpc_ref(scope, element.vpc_id.as_deref()).known() {
                    for subnet in self.network.vpcs[vpc.0 as usize].subnets.clone() {
                        let subnet = &mut self.network.subnets[subnet.0 as usize];
                        if subnet.acl.is_err() {
                            subnet.acl = Ok(id);
                        }
                    }
                }
            }
            self.network.acls.push(Acl {
                element,
                scope,
                ingress: ingress_known.then_some(ingress).ok_or(missing),
                egress: egress_known.then_some(egress).ok_or(missing),
            });
        }
        for (index, &(scope, element)) in lists.acls.iter().enumerate() {
            for association in element.associations.iter().flatten() {
                if let Some(subnet) =
                    association.subnet_id.as_deref().and_then(|id| self.network.by_id.subnets.get_in(scope, id))
                {
                    self.network.subnets[subnet.0 as usize].acl = Ok(AclId(index as u32));
                }
            }
        }
        Ok(())
    }

    fn endpoints(&mut self, lists: &Lists<'a>) {
        for (index, &(scope, element)) in lists.endpoints.iter().enumerate() {
            let vpc = self.vpc_holding(scope, element.vpc_id.as_deref());
            let kind = match element.vpc_endpoint_type.as_deref().unwrap_or_default().to_ascii_lowercase().as_str() {
                "interface" => EndpointKind::Interface,
                "gateway" => EndpointKind::Gateway,
                "gatewayloadbalancer" => EndpointKind::GatewayLoadBalancer,
                "" if element.route_table_ids.as_ref().is_some_and(|list| !list.is_empty()) => EndpointKind::Gateway,
                "" => EndpointKind::Interface,
                _ => EndpointKind::Other,
            };
            let region = self.network.scopes[scope as usize].region.as_deref();
            let elsewhere =
                element.service_region.as_deref().is_some_and(|found| region.is_some_and(|own| own != found));
            let name = element.service_name.as_deref();
            let groups = element
                .groups
                .as_ref()
                .map(|list| {
                    list.iter()
                        .filter_map(|group| group.group_id.as_deref())
                        .map(|id| self.group_in_use(scope, id))
                        .collect()
                })
                .ok_or(Missing { call: "ec2:DescribeVpcEndpoints", scope });
            if let Some(vpc) = vpc.known() {
                self.network.vpcs[vpc.0 as usize].endpoints.push(EndpointId(index as u32));
            }
            self.network.endpoints.push(Endpoint {
                element,
                scope,
                vpc,
                kind,
                service: name.filter(|_| !elsewhere).and_then(service_of_name),
                subnets: element.subnet_ids.iter().flatten().map(|id| self.subnet_holding(scope, id)).collect(),
                groups,
                groups_at: Location::inside(element.origin, path!["Groups"]),
                interfaces: Vec::new(),
            });
        }
    }

    fn target(&self, scope: u32, route: &'a shape::Route<'a>) -> (Target<'a>, &'a str, &'static str) {
        let listings = self.scope(scope);
        let by_id = &self.network.by_id;
        let missing = |call| Missing { call, scope };
        if let Some(id) = route.nat_gateway_id.as_deref() {
            let found = Self::refer(&by_id.nats, id, &listings.nat_gateways, missing("ec2:DescribeNatGateways"));
            return (Target::Nat(found), id, "NatGatewayId");
        }
        if let Some(id) = route.transit_gateway_id.as_deref() {
            return (Target::TransitGateway(id), id, "TransitGatewayId");
        }
        if let Some(id) = route.vpc_peering_connection_id.as_deref() {
            let found = Self::refer(
                &by_id.peerings,
                id,
                &listings.vpc_peering_connections,
                missing("ec2:DescribeVpcPeeringConnections"),
            );
            return (Target::Peering(found), id, "VpcPeeringConnectionId");
        }
        if let Some(id) = route.egress_only_internet_gateway_id.as_deref() {
            return (Target::EgressOnlyGateway, id, "EgressOnlyInternetGatewayId");
        }
        if let Some(id) = route.network_interface_id.as_deref() {
            let target = by_id.interfaces.get_in(scope, id).map_or(Target::Instance, |found| Target::Interface(*found));
            return (target, id, "NetworkInterfaceId");
        }
        if let Some(id) = route.instance_id.as_deref() {
            return (Target::Instance, id, "InstanceId");
        }
        let endpoint = |id| {
            Target::Endpoint(Self::refer(
                &by_id.endpoints,
                id,
                &listings.vpc_endpoints,
                missing("ec2:DescribeVpcEndpoints"),
            ))
        };
        if let Some(id) = route.vpc_endpoint_id.as_deref() {
            return (endpoint(id), id, "VpcEndpointId");
        }
        match route.gateway_id.as_deref() {
            Some("local") => (Target::Local, "local", "GatewayId"),
            Some(id) if id.starts_with("igw-") => {
                let found = Self::refer(
                    &by_id.gateways,
                    id,
                    &listings.internet_gateways,
                    missing("ec2:DescribeInternetGateways"),
                );
                (Target::InternetGateway(found), id, "GatewayId")
            }
            Some(id) if id.starts_with("vpce-") => (endpoint(id), id, "GatewayId"),
            Some(id) if id.starts_with("vgw-") => (Target::VirtualPrivateGateway, id, "GatewayId"),
            Some(id) => (Target::Other, id, "GatewayId"),
            None => {
                let others = [&route.local_gateway_id, &route.carrier_gateway_id, &route.core_network_arn];
                let id = others.into_iter().find_map(|id| id.as_deref()).unwrap_or_default();
                (Target::Other, id, "State")
            }
        }
    }

    fn tables(&mut self, lists: &Lists<'a>) -> Result<(), NetworkError> {
        // Peering connections are looked up by routes.
        for (scope, listings) in self.snapshot.scopes.iter().enumerate() {
            for element in &listings.vpc_peering_connections {
                let Some(id) = element.vpc_peering_connection_id.as_deref() else { continue };
                let gone = element.status.as_ref().is_some_and(|status| is_gone(status.code.as_deref()));
                if gone {
                    continue;
                }
                let end =
                    |info: &'a Option<shape::PeeringVpcInfo<'a>>| info.as_ref().and_then(|info| info.vpc_id.as_deref());
                let position = PeeringId(self.network.peerings.len() as u32);
                if !self.network.by_id.peerings.insert(scope as u32, id, position) {
                    continue;
                }
                self.network.peerings.push(Peering {
                    element,
                    ends: [end(&element.requester_vpc_info), end(&element.accepter_vpc_info)],
                });
            }
        }
        for (index, &(scope, element)) in lists.tables.iter().enumerate() {
            let missing = Missing { call: "ec2:DescribeRouteTables", scope };
            let mut routes = Vec::new();
            for (position, route) in element.routes.iter().flatten().enumerate() {
                let written = match (&route.destination_cidr_block, &route.destination_ipv6_cidr_block) {
                    (Some(cidr), _) => Some((cidr, "DestinationCidrBlock")),
                    (None, Some(cidr)) => Some((cidr, "DestinationIpv6CidrBlock")),
                    (None, None) => None,
                };
                let destination = match written {
                    Some((cidr, field)) => {
                        let at = || Location::inside(element.origin, path!["Routes", position, field]);
                        let found = self.block(cidr, at, text(&element.route_table_id))?;
                        RouteDestination::Block(found.range, found.length)
                    }
                    None => match route.destination_prefix_list_id.as_deref() {
                        Some(id) => {
                            let listing = &self.scope(scope).prefix_lists;
                            let missing = Missing { call: "ec2:DescribePrefixLists", scope };
                            let found = Self::refer(&self.network.by_id.prefix_lists, id, listing, missing);
                            RouteDestination::List(if found == Reference::Gone {
                                Reference::Unknown(missing)
                            } else {
                                found
                            })
                        }
                        None => RouteDestination::Nothing,
                    },
                };
                let (target, target_id, target_field) = self.target(scope, route);
                routes.push(Route {
                    element: route,
                    index: position,
                    destination,
                    target,
                    target_id,
                    target_field,
                    is_blackhole: route.state.as_deref() == Some("blackhole"),
                });
            }
            routes.shrink_to_fit();
            let won = winners(&routes, &self.network.prefix_lists);
            let vpc = self.vpc_holding(scope, element.vpc_id.as_deref());
            let id = RouteTableId(index as u32);
            for association in element.associations.iter().flatten() {
                let state = association.association_state.as_ref().and_then(|state| state.state.as_deref());
                if state.is_some_and(|state| !matches!(state, "associated" | "associating")) {
                    continue;
                }
                if let Some(subnet) =
                    association.subnet_id.as_deref().and_then(|id| self.network.by_id.subnets.get_in(scope, id))
                {
                    self.network.subnets[subnet.0 as usize].table = Ok((id, true));
                } else if association.main == Some(true)
                    && let Some(vpc) = vpc.known()
                {
                    self.network.vpcs[vpc.0 as usize].main_table = Ok(Some(id));
                }
            }
            self.network.tables.push(RouteTable {
                element,
                scope,
                vpc,
                routes: element.routes.is_some().then_some(routes).ok_or(missing),
                subnets: Vec::new(),
                winners: won,
                public: std::sync::OnceLock::new(),
            });
        }
        let snapshot = self.snapshot;
        let network = &mut *self.network;
        let associations_known: Vec<bool> = (snapshot.scopes.iter())
            .map(|scope| &scope.route_tables)
            .map(|listing| listing.is_complete() && listing.into_iter().all(|table| says_whom_it_serves(table)))
            .collect();
        for (index, subnet) in network.subnets.iter_mut().enumerate() {
            if subnet.table.is_err()
                && associations_known[subnet.scope as usize]
                && let Some(vpc) = subnet.vpc.known()
                && let Ok(Some(main)) = network.vpcs[vpc.0 as usize].main_table
            {
                subnet.table = Ok((main, false));
            }
            if let Ok((table, _)) = subnet.table {
                network.tables[table.0 as usize].subnets.push(SubnetId(index as u32));
            }
        }
        Ok(())
    }

    fn group_rules(
        &mut self,
        scope: u32,
        element: &'a Element<shape::SecurityGroup<'a>>,
        field: &'static str,
        list: &'a [shape::IpPermission<'a>],
    ) -> Result<GroupRules, NetworkError> {
        let mut rules = Vec::new();
        let id = text(&element.group_id);
        for (index, permission) in list.iter().enumerate() {
            let protocols = protocols(permission.ip_protocol.as_deref());
            let port = |value: Option<i64>, default: u16| {
                value.filter(|value| *value >= 0).map_or(default, |value| value.min(65535) as u16)
            };
            let ports = match protocols {
                Protocols::One(_) => (port(permission.from_port, 0), port(permission.to_port, u16::MAX)),
                _ => (0, u16::MAX),
            };
            let mut add = |peer| rules.push(GroupRule { index, protocols, ports, peer });
            let unwritten = PeerRef::Unwritten(Missing { call: "ec2:DescribeSecurityGroups", scope });
            for (position, range) in permission.ip_ranges.iter().enumerate() {
                let Some(cidr) = range.cidr_ip.as_deref() else {
                    add(unwritten.clone());
                    continue;
                };
                let at = || Location::inside(element.origin, path![field, index, "IpRanges", position, "CidrIp"]);
                add(PeerRef::Block(self.block(cidr, at, id)?.range));
            }
            for (position, range) in permission.ipv6_ranges.iter().enumerate() {
                let Some(cidr) = range.cidr_ipv6.as_deref() else {
                    add(unwritten.clone());
                    continue;
                };
                let at = || Location::inside(element.origin, path![field, index, "Ipv6Ranges", position, "CidrIpv6"]);
                let range: AddressRange = self.block(cidr, at, id)?.range;
                // `::/0` holds the place of IPv4 in the common space: it must not let IPv4 pass.
                for part in Ranges::one(range.0, range.1)
                    .difference(&Ranges::one(super::address::ALL_V4.0, super::address::ALL_V4.1))
                    .iter()
                {
                    add(PeerRef::Block(part));
                }
            }
            for list in permission.prefix_list_ids.iter() {
                let missing = Missing { call: "ec2:DescribePrefixLists", scope };
                let listing = &self.scope(scope).prefix_lists;
                let found = Self::refer(&self.network.by_id.prefix_lists, text(&list.prefix_list_id), listing, missing);
                // A list may be in the managed lists' answer alone, or its entries may not have been readable.
                add(PeerRef::List(if found == Reference::Gone { Reference::Unknown(missing) } else { found }));
            }
            for pair in permission.user_id_group_pairs.iter() {
                let other = pair.group_id.as_deref().unwrap_or_default();
                let found = self.group_ref(scope, other);
                // A group across a peering connection is of another VPC, which this scope need not hold.
                let elsewhere = pair.vpc_peering_connection_id.is_some()
                    || pair.user_id.is_some() && pair.user_id != element.owner_id;
                let missing = Missing { call: "ec2:DescribeSecurityGroups", scope };
                add(PeerRef::Group(if found == Reference::Gone && elsewhere {
                    Reference::Unknown(missing)
                } else {
                    found
                }));
            }
        }
        rules.shrink_to_fit();
        Ok(GroupRules { rules })
    }

    fn groups(&mut self, lists: &Lists<'a>) -> Result<(), NetworkError> {
        for (index, &(scope, element)) in lists.groups.iter().enumerate() {
            let missing = Missing { call: "ec2:DescribeSecurityGroups", scope };
            let ingress = match &element.ip_permissions {
                Some(list) => Ok(self.group_rules(scope, element, "IpPermissions", list)?),
                None => Err(missing),
            };
            let egress = match &element.ip_permissions_egress {
                Some(list) => Ok(self.group_rules(scope, element, "IpPermissionsEgress", list)?),
                None => Err(missing),
            };
            if element.group_name.as_deref() == Some("default")
                && let Some(vpc) = self.vpc_ref(scope, element.vpc_id.as_deref()).known()
            {
                self.network.vpcs[vpc.0 as usize].default_group = Some(GroupId(index as u32));
            }
            self.network.groups.push(Group { element, scope, ingress, egress, interfaces: Vec::new() });
        }
        Ok(())
    }

    fn interfaces(&mut self, lists: &Lists<'a>) -> Result<(), NetworkError> {
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
            let mut addresses = Ranges::collect(ranges);
            if let Some(subnet) = subnet.known().map(|id| self.network.subnet(id)) {
                // An address that can't be one of its subnet's says nothing; the subnet does.
                let block = subnet.block.map_or_else(Ranges::none, |(low, high)| Ranges::one(low, high));
                let fitting = addresses.intersection(&block);
                addresses = if fitting.is_empty() { Ranges::one(subnet.hosts.0, subnet.hosts.1) } else { fitting };
            }
            let id = InterfaceId(index as u32);
            let groups = element
                .groups
                .as_ref()
                .map(|list| {
                    list.iter()
                        .filter_map(|group| group.group_id.as_deref())
                        .map(|group| self.group_in_use(scope, group))
                        .collect::<Box<[_]>>()
                        .into_vec()
                })
                .ok_or(Missing { call: "ec2:DescribeNetworkInterfaces", scope });
            for group in groups.iter().flatten().filter_map(|group| group.known()) {
                self.network.groups[group.0 as usize].interfaces.push(id);
            }
            if let Some(vpc) = subnet.known().and_then(|subnet| self.network.subnet(subnet).vpc.known()) {
                self.network.vpcs[vpc.0 as usize].interfaces.push(id);
            }
            self.network.interfaces.push(Interface { element, scope, subnet, addresses, groups, endpoint: None });
        }
        for (index, endpoint) in self.network.endpoints.iter_mut().enumerate() {
            let ids = endpoint.element.network_interface_ids.iter().flatten();
            endpoint.interfaces =
                ids.filter_map(|id| self.network.by_id.interfaces.get_in(endpoint.scope, id).copied()).collect();
            for interface in &endpoint.interfaces {
                self.network.interfaces[interface.0 as usize].endpoint = Some(EndpointId(index as u32));
            }
        }
        Ok(())
    }

    fn transit(&mut self) {
        for (scope, listings) in self.snapshot.scopes.iter().enumerate() {
            for element in &listings.transit_gateway_route_tables {
                self.network.transit_tables.push(TransitTable { element });
            }
            for element in &listings.transit_gateway_vpc_attachments {
                if is_gone(element.state.as_deref()) {
                    continue;
                }
                let subnets =
                    element.subnet_ids.iter().flatten().map(|id| self.subnet_holding(scope as u32, id)).collect();
                self.network.attachments.push(Attachment { element, subnets, table: None });
            }
        }
        let tables = &self.network.transit_tables;
        for attachment in &mut self.network.attachments {
            let id = attachment.element.transit_gateway_attachment_id.as_deref();
            let associated = tables.iter().position(|table| {
                table
                    .element
                    .associations
                    .iter()
                    .flatten()
                    .any(|found| found.transit_gateway_attachment_id.as_deref() == id)
            });
            attachment.table = associated.map(|index| TransitTableId(index as u32));
        }
    }

    fn load_balancers(&mut self, lists: &Lists<'a>) {
        for &(scope, element) in &lists.load_balancers {
            let zones = element.availability_zones.iter().flatten();
            self.network.load_balancers.push(LoadBalancer {
                element,
                scope,
                subnets: zones
                    .filter_map(|zone| zone.subnet_id.as_deref())
                    .map(|id| self.subnet_holding(scope, id))
                    .collect(),
                groups: element.security_groups.iter().flatten().map(|id| self.group_in_use(scope, id)).collect(),
                listeners: Err(Missing { call: "elasticloadbalancing:DescribeListeners", scope }),
            });
        }
        for &(scope, element) in &lists.target_groups {
            self.network.target_groups.push(TargetGroup {
                element,
                scope,
                load_balancers: Err(Missing { call: "elasticloadbalancing:DescribeListeners", scope }),
            });
        }
        let snapshot = self.snapshot;
        for (scope, listings) in snapshot.scopes.iter().enumerate() {
            for element in &listings.listeners {
                let arn = element.load_balancer_arn.as_deref().unwrap_or_default();
                let found = self.network.by_id.load_balancers.get_in(scope as u32, arn).copied();
                // A rule's ARN holds its listener's: …:listener-rule/app/name/lb/listener/rule.
                let prefix = text(&element.listener_arn).replacen(":listener/", ":listener-rule/", 1);
                let rules = listings.rules.elements.iter().filter(|rule| {
                    rule.listener_arn == element.listener_arn && rule.listener_arn.is_some()
                        || rule.rule_arn.as_deref().is_some_and(|arn| {
                            arn.strip_prefix(prefix.as_str()).is_some_and(|rest| rest.starts_with('/'))
                        })
                });
                let actions = element.default_actions.iter().chain(rules.flat_map(|rule| rule.value.actions.iter()));
                let targets = actions.flat_map(targets_of).collect();
                let id = ListenerId(self.network.listeners.len() as u32);
                self.network.listeners.push(Listener {
                    element,
                    scope: scope as u32,
                    load_balancer: found.map_or(Reference::Gone, Reference::To),
                    targets,
                });
                if let Some(found) = found {
                    let balancer = &mut self.network.load_balancers[found.0 as usize];
                    match &mut balancer.listeners {
                        Ok(list) => list.push(id),
                        Err(_) => balancer.listeners = Ok(vec![id]),
                    }
                }
            }
        }
        for balancer in &mut self.network.load_balancers {
            if balancer.listeners.is_err() && snapshot.scopes[balancer.scope as usize].listeners.is_complete() {
                balancer.listeners = Ok(Vec::new());
            }
        }
    }

    /// Which load balancers lead to which target groups.
    fn connect(&mut self) {
        let snapshot = self.snapshot;
        let network = &mut *self.network;
        let mut leading: FxHashMap<(u32, &str), Vec<Reference<LoadBalancerId>>> = FxHashMap::default();
        for listener in &network.listeners {
            for target in &listener.targets {
                let found = leading.entry((listener.scope, target)).or_default();
                if !found.contains(&listener.load_balancer) {
                    found.push(listener.load_balancer);
                }
            }
        }
        for group in &mut network.target_groups {
            let listings = &snapshot.scopes[group.scope as usize];
            let arn = group.element.target_group_arn.as_deref().unwrap_or_default();
            let found = leading.get(&(group.scope, arn)).map(Vec::as_slice).unwrap_or_default();
            let known: Vec<LoadBalancerId> = found.iter().filter_map(|balancer| balancer.known()).collect();
            let complete = listings.listeners.is_complete() && listings.rules.is_complete();
            if !known.is_empty() || complete && found.is_empty() {
                group.load_balancers = Ok(known);
            }
        }
    }

    fn workloads(&mut self, declarations: &[Declaration]) {
        let mut found = Vec::new();
        let snapshot = self.snapshot;
        let mut oddities = Vec::new();
        for (index, scope) in snapshot.scopes.iter().enumerate() {
            let resolver = Resolver {
                network: self.network,
                scope: index as u32,
                subnets_complete: scope.subnets.is_complete(),
                groups_complete: scope.security_groups.is_complete(),
                target_groups_complete: scope.target_groups.is_complete(),
            };
            found.extend(
                scope.services.elements.iter().filter_map(|service| workloads::of_service(&resolver, service, scope)),
            );
            found.extend(workloads::of_tasks(&resolver, scope));
            // A declaration belongs to the scope that has its subnets, or else to the first one.
            let here = |declaration: &&Declaration| {
                let owner =
                    declaration.subnets.iter().find_map(|(id, _)| resolver.network.by_id.subnets.get(id.as_str()));
                owner.map_or(0, |id| resolver.network.subnet(*id).scope) == index as u32
            };
            for declaration in declarations.iter().filter(|declaration| declaration.adds_to.is_none()).filter(here) {
                found.push(workloads::of_declaration(&resolver, declaration));
            }
        }
        for declaration in declarations {
            let Some(name) = &declaration.adds_to else { continue };
            let mut hit = false;
            for workload in found
                .iter_mut()
                .filter(|workload| workload.kind != WorkloadKind::Declared && (name == "*" || workload.name == *name))
            {
                workload.needs.extend(declaration.needs.iter().cloned());
                hit = true;
            }
            if !hit && name != "*" {
                oddities.push(Oddity {
                    what: format!("the workload `{name}`"),
                    why: "no service or task of the input has that name: its needs were not checked".into(),
                });
            }
        }
        for (index, scope) in snapshot.scopes.iter().enumerate() {
            if found.iter().any(|workload| workload.scope == index as u32) {
                continue;
            }
            let resolver = Resolver {
                network: self.network,
                scope: index as u32,
                subnets_complete: scope.subnets.is_complete(),
                groups_complete: scope.security_groups.is_complete(),
                target_groups_complete: scope.target_groups.is_complete(),
            };
            let (plain, isolated) = workloads::of_subnets(&resolver);
            found.extend(plain);
            oddities.extend(isolated);
        }
        self.network.workloads = found;
        self.network.oddities.extend(oddities);
    }
}

/// A rule's protocol. AWS answers in small letters; what a hand wrote in capitals means the same.
fn protocols(written: Option<&str>) -> Protocols {
    let written = written.unwrap_or("-1");
    match written.bytes().any(|byte| byte.is_ascii_uppercase()) {
        true => Protocols::parse(&written.to_ascii_lowercase()),
        false => Protocols::parse(written),
    }
}

/// Whether each association of a table names what it is for.
fn says_whom_it_serves(table: &shape::RouteTable<'_>) -> bool {
    let named = |association: &shape::RouteTableAssociation<'_>| {
        association.main == Some(true) || association.subnet_id.is_some() || association.gateway_id.is_some()
    };
    table.associations.as_ref().is_some_and(|list| list.iter().all(named))
}

fn targets_of<'a>(action: &'a shape::Action<'a>) -> Vec<&'a str> {
    let forward = action.forward_config.iter().flat_map(|config| config.target_groups.iter());
    action
        .target_group_arn
        .as_deref()
        .into_iter()
        .chain(forward.filter_map(|tuple| tuple.target_group_arn.as_deref()))
        .collect()
}

/// `com.amazonaws.us-east-1.ecr.api` → `ecr.api`, also in China's form (`cn.com.amazonaws…`).
fn service_of_name(name: &str) -> Option<&str> {
    let rest = name.strip_prefix("cn.").unwrap_or(name).strip_prefix("com.amazonaws.")?;
    let (region, service) = rest.split_once('.')?;
    (region == "global" || region.contains('-')).then_some(service)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_hold_regions_and_services() {
        assert_eq!(service_of_name("com.amazonaws.us-east-1.ecr.api"), Some("ecr.api"));
        assert_eq!(service_of_name("cn.com.amazonaws.cn-north-1.logs"), Some("logs"));
        assert_eq!(service_of_name("com.amazonaws.vpce.us-east-1.vpce-svc-1"), None);
        assert_eq!(service_of_name("aws.sagemaker.us-east-1.notebook"), None);
        assert_eq!(region_of_zone("us-east-1a").as_deref(), Some("us-east-1"));
        assert_eq!(region_of_zone("us-gov-west-1b").as_deref(), Some("us-gov-west-1"));
        assert_eq!(region_of_zone("us-west-2-lax-1a").as_deref(), Some("us-west-2"));
        assert_eq!(region_of_zone("zone").as_deref(), None);
    }
}
