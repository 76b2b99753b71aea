//! Route tables: what each route is for, where it leads, and which subnets it serves.

use super::claims::{Claims, contested};
use super::{Builder, Lists};
use crate::network::endpoint::EndpointKind;
use crate::network::error::NetworkError;
use crate::network::expression::expression;
use crate::network::ids::{GatewayId, RouteTableId, SubnetId, VpcId};
use crate::network::known::{Missing, Reference};
use crate::network::routes::{Route, RouteDestination, RouteTable, Target, contested_by_lists, winners};
use crate::network::text::text;
use crate::path;
use crate::snapshot::{self as shape, Element, Location};

impl<'a> Builder<'_, 'a> {
    /// Where a route leads, by which field. Of a `shared` table's targets the scope need not know any.
    fn target(&self, scope: u32, route: &'a shape::Route<'a>, shared: bool) -> (Target<'a>, &'a str, &'static str) {
        let listings = self.scope(scope);
        let by_id = &self.network.by_id;
        let missing = |call| Missing { call, scope };
        if let Some(id) = route.nat_gateway_id.as_deref() {
            let found = by_id.nats.refer(
                id,
                !shared && listings.nat_gateways.is_complete(),
                missing("ec2:DescribeNatGateways"),
            );
            return (Target::Nat(found), id, "NatGatewayId");
        }
        if let Some(id) = route.transit_gateway_id.as_deref() {
            return (Target::TransitGateway(id), id, "TransitGatewayId");
        }
        if let Some(id) = route.vpc_peering_connection_id.as_deref() {
            let found = by_id.peerings.refer(
                id,
                !shared && listings.vpc_peering_connections.is_complete(),
                missing("ec2:DescribeVpcPeeringConnections"),
            );
            return (Target::Peering(found), id, "VpcPeeringConnectionId");
        }
        if let Some(id) = route.egress_only_internet_gateway_id.as_deref() {
            let list = &listings.egress_only_internet_gateways;
            let missing = missing("ec2:DescribeEgressOnlyInternetGateways");
            let found = by_id.egress_only_gateways.refer(id, !shared && list.is_complete(), missing);
            return (Target::EgressOnlyGateway(found), id, "EgressOnlyInternetGatewayId");
        }
        if let Some(id) = route.network_interface_id.as_deref() {
            let target = by_id.interfaces.get_in(scope, id).map_or(Target::Instance, |found| Target::Interface(*found));
            return (target, id, "NetworkInterfaceId");
        }
        if let Some(id) = route.instance_id.as_deref() {
            return (Target::Instance, id, "InstanceId");
        }
        let endpoint = |id| {
            Target::Endpoint(by_id.endpoints.refer(
                id,
                !shared && listings.vpc_endpoints.is_complete(),
                missing("ec2:DescribeVpcEndpoints"),
            ))
        };
        if let Some(id) = route.vpc_endpoint_id.as_deref() {
            return (endpoint(id), id, "VpcEndpointId");
        }
        match route.gateway_id.as_deref() {
            Some("local") => (Target::Local, "local", "GatewayId"),
            Some(id) if let Some(missing) = Missing::of_text(id, scope) => {
                (Target::InternetGateway(Reference::Unknown(missing)), id, "GatewayId")
            }
            Some(id) if by_id.gateways.get_in(scope, id).is_some() => {
                let found = by_id.gateways.refer(id, false, missing("ec2:DescribeInternetGateways"));
                (Target::InternetGateway(found), id, "GatewayId")
            }
            Some(id) if by_id.endpoints.get_in(scope, id).is_some() => (endpoint(id), id, "GatewayId"),
            Some(id) if id.starts_with("igw-") => {
                let found = by_id.gateways.refer(
                    id,
                    !shared && listings.internet_gateways.is_complete(),
                    missing("ec2:DescribeInternetGateways"),
                );
                (Target::InternetGateway(found), id, "GatewayId")
            }
            Some(id) if id.starts_with("vpce-") => (endpoint(id), id, "GatewayId"),
            Some(id) if id.starts_with("vgw-") => (Target::VirtualPrivateGateway, id, "GatewayId"),
            Some(id) => (Target::Other, id, "GatewayId"),
            None => {
                let others = [
                    &route.local_gateway_id,
                    &route.carrier_gateway_id,
                    &route.core_network_arn,
                    &route.odb_network_arn,
                    &route.ip_address,
                ];
                let id = others.into_iter().find_map(|id| id.as_deref());
                // What led to something that is gone may name it no more.
                let target = match id {
                    None if route.state.as_deref() != Some("blackhole") => {
                        Target::Unwritten(missing("ec2:DescribeRouteTables"))
                    }
                    _ => Target::Other,
                };
                (target, id.unwrap_or_default(), "State")
            }
        }
    }

    /// Whether a target is a gateway endpoint for a service of another region. AWS makes none, interface endpoints alone lead to
    /// other regions: a route to one takes nothing. "A gateway endpoint is available only in the Region where you created it."
    /// <https://docs.aws.amazon.com/vpc/latest/privatelink/vpc-endpoints-s3.html>
    fn serves_elsewhere(&self, target: Target<'_>) -> bool {
        let Target::Endpoint(Reference::To(id)) = target else { return false };
        let endpoint = self.network.endpoint(id);
        endpoint.kind == EndpointKind::Gateway && endpoint.service_elsewhere.is_some()
    }

    pub(super) fn tables(&mut self, lists: &Lists<'a>) -> Result<(), NetworkError> {
        // Routes look them up.
        self.peerings();
        let mut claims = TableClaims::default();
        for (index, &(scope, element)) in lists.tables.iter().enumerate() {
            let vpc = self.vpc_holding(scope, element.vpc_id.as_deref());
            let of_vpc = vpc.known().and_then(|vpc| self.network.vpc(vpc).element.owner_id.as_deref());
            let shared = self.is_of_another(scope, element.owner_id.as_deref().or(of_vpc));
            let routes = self.routes(scope, element, shared)?;
            let blocks = vpc.known().map(|vpc| self.network.vpc(vpc).block_list.as_slice()).unwrap_or_default();
            let (winners, unlisted_local) = winners(&routes, &self.network.prefix_lists, blocks);
            let contested = contested_by_lists(&routes, &self.network.prefix_lists, &winners);
            self.associate(RouteTableId(index as u32), scope, element, vpc.known(), &mut claims);
            let missing = Missing { call: "ec2:DescribeRouteTables", scope };
            self.network.tables.push(RouteTable {
                element,
                scope,
                vpc,
                routes: element.routes.is_some().then_some(routes).ok_or(missing),
                subnets: Vec::new(),
                winners,
                unlisted_local,
                contested,
                public: std::sync::OnceLock::new(),
                default: std::sync::OnceLock::new(),
            });
        }
        self.serve(&claims);
        Ok(())
    }

    fn routes(
        &mut self,
        scope: u32,
        table: &'a Element<shape::RouteTable<'a>>,
        shared: bool,
    ) -> Result<Vec<Route<'a>>, NetworkError> {
        let written = table.routes.as_deref().unwrap_or_default();
        let mut routes = Vec::with_capacity(written.len());
        for (index, element) in written.iter().enumerate() {
            let (target, target_id, target_field) = self.target(scope, element, shared);
            let destination = match self.destination(scope, table, index, element)? {
                RouteDestination::List(_) | RouteDestination::Nothing if self.serves_elsewhere(target) => {
                    RouteDestination::List(Reference::Gone)
                }
                found => found,
            };
            routes.push(Route {
                element,
                index,
                destination,
                target,
                target_id,
                target_field,
                is_blackhole: element.state.as_deref() == Some("blackhole"),
                is_detached: false,
            });
        }
        Ok(routes)
    }

    /// What a route is for.
    fn destination(
        &mut self,
        scope: u32,
        table: &Element<shape::RouteTable<'_>>,
        index: usize,
        route: &shape::Route<'_>,
    ) -> Result<RouteDestination, NetworkError> {
        let (cidr, field) = match (&route.destination_cidr_block, &route.destination_ipv6_cidr_block) {
            (Some(cidr), _) => (cidr, "DestinationCidrBlock"),
            (None, Some(cidr)) => (cidr, "DestinationIpv6CidrBlock"),
            (None, None) => {
                let Some(id) = route.destination_prefix_list_id.as_deref() else {
                    return Ok(RouteDestination::Nothing);
                };
                let listing = &self.scope(scope).prefix_lists;
                let missing = Missing { call: "ec2:DescribePrefixLists", scope };
                let found = self.network.by_id.prefix_lists.refer(id, listing.is_complete(), missing);
                let is_gone = found == Reference::Gone;
                return Ok(RouteDestination::List(if is_gone { Reference::Unknown(missing) } else { found }));
            }
        };
        if expression(cidr).is_some() {
            return Ok(RouteDestination::Nothing);
        }
        let at = || Location::inside(table.origin, path!["Routes", index, field]);
        let found = self.block(cidr, at, text(&table.route_table_id))?;
        Ok(RouteDestination::Block(found.range, found.length))
    }

    /// Claims the gateways and the subnets that a table is associated with, and the VPC whose main table it is.
    fn associate(
        &mut self,
        id: RouteTableId,
        scope: u32,
        table: &'a shape::RouteTable<'a>,
        vpc: Option<VpcId>,
        claims: &mut TableClaims<'a>,
    ) {
        let own = text(&table.route_table_id);
        for association in table.associations.iter().flatten() {
            let state = association.association_state.as_ref().and_then(|state| state.state.as_deref());
            if state.is_some_and(|state| !matches!(state, "associated" | "associating")) {
                continue;
            }
            let network = &*self.network;
            let edge = association.gateway_id.as_deref();
            if let Some(gateway) = edge.and_then(|id| network.by_id.gateways.get_in(scope, id)) {
                claims.gateways.claim(*gateway, own, id);
            }
            let subnet = association.subnet_id.as_deref();
            if let Some(subnet) = subnet.and_then(|id| network.by_id.subnets.get_in(scope, id)) {
                claims.subnets.claim(*subnet, own, id);
            } else if association.main == Some(true)
                && let Some(vpc) = vpc
            {
                claims.vpcs.claim(vpc, own, id);
            }
        }
    }

    /// Gives the gateways and the subnets their tables, those subnets that have no other their VPC's main table, and each
    /// table its subnets.
    fn serve(&mut self, claims: &TableClaims<'a>) {
        let network = &mut *self.network;
        let all_say_whom: Vec<bool> = (self.snapshot.scopes.iter())
            .map(|scope| scope.route_tables.into_iter().all(|table| says_whom_it_serves(table)))
            .collect();
        let associations_known: Vec<bool> = (self.snapshot.scopes.iter().zip(&all_say_whom))
            .map(|(scope, all_say)| scope.route_tables.is_complete() && *all_say)
            .collect();
        for (index, gateway) in network.gateways.iter_mut().enumerate() {
            match claims.gateways.of(GatewayId(index as u32)) {
                // A table of which the input doesn't tell whom it serves may be a gateway's; few gateways have any.
                None if all_say_whom[gateway.scope as usize] => {}
                None => gateway.table = Err(Missing { call: "ec2:DescribeRouteTables", scope: gateway.scope }),
                Some(Ok(table)) => gateway.table = Ok(Some(table)),
                Some(Err(both)) => {
                    let what = format!("the route table of {}", text(&gateway.element.internet_gateway_id));
                    network.oddities.push(contested(&what, both));
                    gateway.table = Err(Missing { call: "ec2:DescribeRouteTables", scope: gateway.scope });
                }
            }
        }
        for (index, vpc) in network.vpcs.iter_mut().enumerate() {
            match claims.vpcs.of(VpcId(index as u32)) {
                None => {}
                Some(Ok(table)) => vpc.main_table = Ok(Some(table)),
                Some(Err(both)) => {
                    let what = format!("the main route table of {}", text(&vpc.element.vpc_id));
                    network.oddities.push(contested(&what, both));
                }
            }
        }
        for (index, subnet) in network.subnets.iter_mut().enumerate() {
            match claims.subnets.of(SubnetId(index as u32)) {
                Some(Ok(table)) => subnet.table = Ok((table, true)),
                Some(Err(both)) => {
                    let what = format!("the route table of {}", text(&subnet.element.subnet_id));
                    network.oddities.push(contested(&what, both));
                }
                None if associations_known[subnet.scope as usize]
                    && let Some(vpc) = subnet.vpc.known()
                    && let Ok(Some(main)) = network.vpcs[vpc.0 as usize].main_table =>
                {
                    subnet.table = Ok((main, false));
                }
                None => {}
            }
            if let Ok((table, _)) = subnet.table {
                network.tables[table.0 as usize].subnets.push(SubnetId(index as u32));
            }
        }
    }
}

/// Which tables say that they serve gateways and subnets, and that they are the main ones of VPCs.
#[derive(Default)]
struct TableClaims<'a> {
    gateways: Claims<'a, GatewayId, RouteTableId>,
    subnets: Claims<'a, SubnetId, RouteTableId>,
    vpcs: Claims<'a, VpcId, RouteTableId>,
}

/// Whether each association of a table names what it is for.
fn says_whom_it_serves(table: &shape::RouteTable<'_>) -> bool {
    let named = |association: &shape::RouteTableAssociation<'_>| {
        let subnet = association.subnet_id.as_deref().filter(|id| expression(id).is_none());
        association.main == Some(true) || subnet.is_some() || association.gateway_id.is_some()
    };
    table.associations.as_ref().is_some_and(|list| list.iter().all(named))
}
