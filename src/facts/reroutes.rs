//! The commands that lead routes elsewhere: away from a gateway that can't serve them, or from what is gone.

use super::model::Model;
use super::route_options::{destination_option, target_option};
use crate::network::*;
use crate::reach::is_dead;
use rustc_hash::FxHashMap;

/// The option of commands about routes that names an egress-only internet gateway.
const OF_EGRESS_ONLY: &str = "--egress-only-internet-gateway-id";

/// What stands for an internet gateway that is to be created.
const NEW_GATEWAY: &str = "<internet-gateway-id>";

impl Model<'_> {
    /// The commands that lead the routes of some tables with a target to another one.
    fn reroutes(&self, tables: &[RouteTableId], from: Target<'_>, option: &str) -> Vec<String> {
        let of_table = |id: &RouteTableId| {
            let table = self.network.table(*id);
            let name = text(&table.element.route_table_id);
            let routes = table.routes.iter().flatten().filter(|route| route.target == from);
            routes.map(|route| replaced(name, route, option)).collect::<Vec<_>>()
        };
        tables.iter().flat_map(of_table).collect()
    }

    /// Tables by the id of their VPC, in their order.
    fn by_vpc(&self, tables: &[RouteTableId]) -> FxHashMap<&str, Vec<RouteTableId>> {
        let mut found: FxHashMap<&str, Vec<RouteTableId>> = FxHashMap::default();
        for id in tables {
            if let Some(vpc) = self.network.table(*id).element.vpc_id.as_deref() {
                found.entry(vpc).or_default().push(*id);
            }
        }
        found
    }

    /// Those of a NAT gateway, to a new one.
    pub(super) fn reroutes_of_nat(&self, id: NatId) -> String {
        let tables = &self.nat_tables[id.0 as usize];
        self.reroutes(tables, Target::Nat(Reference::To(id)), "--nat-gateway-id <nat-gateway-id>").join("\n    ")
    }

    /// What leads the routes of other VPCs that lead to an internet gateway to one of their own, a line each: to that which
    /// they have, to this one where it is free, else to a new one. "An internet gateway can be attached to only one VPC at
    /// a time", and a VPC has but one.
    /// <https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_AttachInternetGateway.html>
    pub(super) fn reattachment(&self, id: GatewayId) -> String {
        let gateway = self.network.gateway(id);
        let target = Target::InternetGateway(Reference::To(id));
        let tables = self.by_vpc(&self.gateway_tables[id.0 as usize]);
        let mut is_free = gateway.vpc == Ok(None);
        let mut lines = Vec::new();
        for name in self.routed_to_gateway(id).into_iter().filter(|vpc| gateway.vpc != Ok(Some(vpc))) {
            let tables = tables.get(name).map_or(&[][..], Vec::as_slice);
            let vpc = self.network.by_id.vpcs.get(name).map(|vpc| self.network.vpc(*vpc));
            let own = vpc.and_then(|vpc| vpc.gateway.ok().flatten()).map(|own| self.network.gateway(own).element);
            if let Some(own) = own {
                let option = format!("--gateway-id {}", text(&own.internet_gateway_id));
                lines.extend(self.reroutes(tables, target, &option));
            } else if is_free {
                is_free = false;
                let gateway = text(&gateway.element.internet_gateway_id);
                lines.push(attached(gateway, name));
            } else {
                lines.push("aws ec2 create-internet-gateway".to_owned());
                lines.push(attached(NEW_GATEWAY, name));
                lines.extend(self.reroutes(tables, target, &format!("--gateway-id {NEW_GATEWAY}")));
            }
        }
        lines.join("\n    ")
    }

    /// What leads the routes of other VPCs that lead to an egress-only internet gateway to one of their own.
    pub(super) fn reroutes_of_egress_only(&self, id: EgressOnlyGatewayId) -> String {
        let gateway = self.network.egress_only_gateway(id);
        let target = Target::EgressOnlyGateway(Reference::To(id));
        let tables = self.by_vpc(&self.egress_only_tables[id.0 as usize]);
        let mut lines = Vec::new();
        if tables.is_empty() {
            return String::new();
        }
        for (index, vpc) in self.network.vpcs.iter().enumerate() {
            let name = vpc.element.vpc_id.as_deref().filter(|name| gateway.vpc != Ok(Some(name)));
            let Some(tables) = name.and_then(|name| tables.get(name)) else { continue };
            let own = match self.egress_only_of(VpcId(index as u32)) {
                "" => {
                    let vpc = name.unwrap_or_default();
                    lines.push(format!("aws ec2 create-egress-only-internet-gateway --vpc-id {vpc}"));
                    "<egress-only-internet-gateway-id>"
                }
                own => own,
            };
            lines.extend(self.reroutes(tables, target, &format!("{OF_EGRESS_ONLY} {own}")));
        }
        lines.join("\n    ")
    }

    /// What leads everything to a new internet gateway, a line each: from a route table, or from the one that a regional NAT
    /// gateway has of its own, which the input need not have.
    pub(super) fn way_to_internet_gateway(&self, nat: Option<NatId>, table: RouteTableId) -> String {
        let to = format!("--destination-cidr-block 0.0.0.0/0 --gateway-id {NEW_GATEWAY}");
        let nat = nat.map(|id| self.network.nat(id)).filter(|nat| nat.table.is_none());
        if let Some(nat) = nat {
            let id = text(&nat.element.nat_gateway_id);
            let asked =
                format!("aws ec2 describe-nat-gateways --nat-gateway-ids {id} --query 'NatGateways[].RouteTableId'");
            return match nat.element.route_table_id.as_deref() {
                Some(own) => format!("aws ec2 create-route --route-table-id {own} {to}"),
                None => format!("{asked}\n    aws ec2 create-route --route-table-id <route-table-id> {to}"),
            };
        }
        let table = self.network.table(table);
        let verb = if matches!(table.default_route(self.network), Ok(None)) { "create-route" } else { "replace-route" };
        let name = text(&table.element.route_table_id);
        let mut lines = vec![format!("aws ec2 {verb} --route-table-id {name} {to}")];
        if table.subnets.iter().any(|subnet| self.has_public_balancer(*subnet, Family::Ipv6) == Ok(true)) {
            lines.push(self.route_made(table, "::/0", &format!("--gateway-id {NEW_GATEWAY}")));
        }
        lines.join("\n    ")
    }

    /// What leads a table's routes to something that exists, a line each, in the place of what is gone.
    pub(super) fn repair_of_routes(&self, id: RouteTableId) -> String {
        self.repairs(id).join("\n    ")
    }

    fn repairs(&self, id: RouteTableId) -> Vec<String> {
        let table = self.network.table(id);
        let mut lines: Vec<String> = Vec::new();
        for route in self.dead_routes(table) {
            for line in self.repair_of_route(id, route) {
                if !lines.contains(&line) {
                    lines.push(line);
                }
            }
        }
        lines
    }

    /// What deletes a table's routes to what is gone, a line each, where that is no repair itself. An endpoint's routes are AWS's.
    pub(super) fn deletions_of_routes(&self, id: RouteTableId) -> String {
        let (table, repairs) = (self.network.table(id), self.repairs(id));
        let by_hand = self.dead_routes(table).filter(|route| !matches!(route.target, Target::Endpoint(_)));
        let lines = by_hand.map(|route| deleted(text(&table.element.route_table_id), route));
        lines.filter(|line| !repairs.contains(line)).collect::<Vec<_>>().join("\n    ")
    }

    fn dead_routes<'r, 'n>(&'r self, table: &'r RouteTable<'n>) -> impl Iterator<Item = &'r Route<'n>> {
        let vpc = table.element.vpc_id.as_deref();
        table.routes.iter().flatten().filter(move |route| is_dead(self.network, vpc, route))
    }

    /// Whether what goes by an IPv4 route comes from tasks without a public IP address alone, which an internet gateway serves
    /// nothing.
    fn needs_nat(&self, table: &RouteTable<'_>, route: &Route<'_>) -> bool {
        let is_ipv4 =
            matches!(&route.destination, RouteDestination::Block((low, _), _) if Family::of(*low) == Family::Ipv4);
        let mut tasks = table.subnets.iter().flat_map(|subnet| &self.hosted[subnet.0 as usize]).peekable();
        is_ipv4
            && tasks.peek().is_some()
            && tasks.all(|id| self.network.workload(*id).public_ip == Ok(false))
            && !table.subnets.iter().any(|subnet| self.is_to_be_public(*subnet))
    }

    fn repair_of_route(&self, id: RouteTableId, route: &Route<'_>) -> Vec<String> {
        let table = self.network.table(id);
        let name = text(&table.element.route_table_id);
        let vpc = table.vpc.known();
        let leads_out = matches!(route.target, Target::InternetGateway(_) | Target::Nat(_));
        let default = table.default_route(self.network).ok().flatten();
        let is_wider = |default: &Route<'_>| match (&route.destination, &default.destination) {
            (RouteDestination::Block((low, high), _), RouteDestination::Block((first, last), _)) => {
                (low, high) != (first, last) && first <= low && high <= last
            }
            _ => false,
        };
        let serves =
            |default: &Route<'_>| is_wider(default) && !is_dead(self.network, table.element.vpc_id.as_deref(), default);
        if leads_out && default.is_some_and(serves) {
            return vec![deleted(name, route)];
        }
        // A public table's way out is the internet gateway, whatever stood there before.
        let is_public_default =
            || default.is_some_and(|default| default.index == route.index) && self.is_public_table(id) == Ok(true);
        let target = match route.target {
            Target::Nat(Reference::Gone) | Target::EgressOnlyGateway(Reference::Gone) if is_public_default() => {
                Target::InternetGateway(Reference::Gone)
            }
            target => target,
        };
        let to = match target {
            Target::InternetGateway(Reference::Gone) if self.needs_nat(table, route) => match table.subnets.first() {
                Some(subnet) => self.nat_option(*subnet),
                None => target_option(route),
            },
            Target::InternetGateway(Reference::Gone) => {
                let known = vpc.map(|vpc| self.network.vpc(vpc).gateway);
                match known {
                    Some(Ok(Some(own))) => {
                        format!("--gateway-id {}", text(&self.network.gateway(own).element.internet_gateway_id))
                    }
                    Some(Ok(None)) => {
                        let create = "aws ec2 create-internet-gateway".to_owned();
                        let option = format!("--gateway-id {NEW_GATEWAY}");
                        let vpc = text(&table.element.vpc_id);
                        return vec![create, attached(NEW_GATEWAY, vpc), replaced(name, route, &option)];
                    }
                    _ => target_option(route),
                }
            }
            Target::Nat(Reference::Gone) => match table.subnets.first() {
                Some(subnet) if !self.is_to_be_public(*subnet) => self.nat_option(*subnet),
                _ => target_option(route),
            },
            Target::EgressOnlyGateway(Reference::Gone) => match vpc.map(|vpc| self.egress_only_of(vpc)) {
                None | Some("") => target_option(route),
                Some(own) => format!("{OF_EGRESS_ONLY} {own}"),
            },
            Target::Endpoint(Reference::Gone) => match (vpc, &route.destination) {
                (Some(vpc), RouteDestination::List(Reference::To(list))) => {
                    return self.endpoint_for(vpc, *list, route);
                }
                _ => target_option(route),
            },
            _ => target_option(route),
        };
        vec![replaced(name, route, &to)]
    }

    /// A gateway endpoint's routes are AWS's to make: they come with its association with a table.
    /// <https://docs.aws.amazon.com/vpc/latest/privatelink/gateway-endpoints.html#gateway-endpoint-routing>
    fn endpoint_for(&self, vpc: VpcId, list: PrefixListId, gone: &Route<'_>) -> Vec<String> {
        let service = self.network.prefix_list(list).service;
        let of_vpc = self.network.vpc(vpc);
        let same =
            |table: &&RouteTable<'_>| table.routes.iter().flatten().any(|route| route.target_id == gone.target_id);
        let tables = self.tables_of_vpc[vpc.0 as usize].iter().map(|id| self.network.table(*id)).filter(same);
        let tables: Vec<&str> = tables.map(|table| text(&table.element.route_table_id)).collect();
        let tables = tables.join(" ");
        let own = of_vpc.endpoints.iter().map(|id| self.network.endpoint(*id)).find(|endpoint| {
            endpoint.kind == EndpointKind::Gateway && service.is_some() && endpoint.service == service
        });
        let line = match own {
            Some(own) => {
                let id = text(&own.element.vpc_endpoint_id);
                format!("aws ec2 modify-vpc-endpoint --vpc-endpoint-id {id} --add-route-table-ids {tables}")
            }
            None => {
                let vpc = text(&of_vpc.element.vpc_id);
                let name = endpoint_service_name(service.unwrap_or("<service>"), self.region(of_vpc.scope));
                format!(
                    "aws ec2 create-vpc-endpoint --vpc-id {vpc} --service-name {name} --vpc-endpoint-type Gateway \
                     --route-table-ids {tables}"
                )
            }
        };
        vec![line]
    }
}

fn replaced(table: &str, route: &Route<'_>, option: &str) -> String {
    format!("aws ec2 replace-route --route-table-id {table} {} {option}", destination_option(route))
}

fn deleted(table: &str, route: &Route<'_>) -> String {
    format!("aws ec2 delete-route --route-table-id {table} {}", destination_option(route))
}

fn attached(gateway: &str, vpc: &str) -> String {
    format!("aws ec2 attach-internet-gateway --internet-gateway-id {gateway} --vpc-id {vpc}")
}
