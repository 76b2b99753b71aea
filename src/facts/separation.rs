//! Public and private subnets apart: which of them have a route table that is not theirs, and what gives them another one.

use super::model::Model;
use super::route_options::destination_option;
use super::schema::Unknown;
use crate::network::*;

/// What stands for a route table that is to be created.
const NEW_TABLE: &str = "<route-table-id>";

/// The destination of a default route, as the AWS CLI's commands take it.
pub(super) const EVERYTHING: &str = "--destination-cidr-block 0.0.0.0/0";

/// The same of IPv6.
const EVERYTHING_OF_IPV6: &str = "--destination-ipv6-cidr-block ::/0";

impl Model<'_> {
    /// Whether a subnet is declared private, but leads to an internet gateway although its VPC has a way out for private
    /// subnets: a NAT gateway, or a route table that others work by. One that has the main table for want of another is so
    /// in any case.
    pub(super) fn is_public_by_mistake(&self, id: SubnetId) -> bool {
        if self.lacks_own_table(id) {
            return true;
        }
        let Ok((table, _)) = self.network.subnet(id).table else { return false };
        self.declared(id.0) == "private"
            && self.leads_to_internet_gateway(table)
            && (self.nearest_nat(id).is_some() || self.private_table(id).is_some())
    }

    pub(super) fn leads_to_internet_gateway(&self, table: RouteTableId) -> bool {
        let route = self.network.table(table).default_route(self.network);
        matches!(route, Ok(Some(Route { target: Target::InternetGateway(_), .. })))
    }

    /// The subnets of a VPC that lead to an internet gateway.
    pub(super) fn leading_out(&self, vpc: VpcId) -> &[SubnetId] {
        let leads_out = |id: &SubnetId| {
            self.network.subnet(*id).table.is_ok_and(|(table, _)| self.leads_to_internet_gateway(table))
        };
        let subnets = || self.network.vpc(vpc).subnets.iter().copied().filter(leads_out).collect();
        self.leading_out[vpc.0 as usize].get_or_init(subnets)
    }

    /// Whether a subnet is to be public: as it is declared, else by what is in it.
    pub(super) fn is_to_be_public(&self, id: SubnetId) -> bool {
        let index = id.0 as usize;
        match self.declared(id.0) {
            "public" => true,
            "" => {
                !self.public_balancers[index].is_empty()
                    || self.public_nats_in(id).next().is_some()
                    || self.hosted[index].iter().any(|id| self.network.workload(*id).public_ip == Ok(true))
            }
            _ => false,
        }
    }

    /// Whether a load balancer faces the internet from a subnet by this family: IPv6 where it has no public IPv4 addresses, else
    /// IPv4, which serves the clients of a dual-stack one too.
    pub(super) fn has_public_balancer(&self, id: SubnetId, family: Family) -> Result<bool, Unknown> {
        let mut unknown = None;
        for balancer in &self.public_balancers[id.0 as usize] {
            match self.has_public_ipv4(*balancer) {
                Ok(has_it) if has_it == (family == Family::Ipv4) => return Ok(true),
                Ok(_) => {}
                Err(missing) => unknown = Some(missing),
            }
        }
        for balancer in &self.balancers_facing_somebody[id.0 as usize] {
            if self.has_public_ipv4(*balancer) != Ok(family != Family::Ipv4) {
                let scope = self.network.load_balancer(*balancer).scope;
                let missing = Missing { call: "elasticloadbalancing:DescribeLoadBalancers", scope };
                unknown = Some(self.unknown(missing));
            }
        }
        unknown.map_or(Ok(false), Err)
    }

    pub(super) fn serves_clients(&self, id: SubnetId) -> Result<bool, Unknown> {
        if self.public_balancers[id.0 as usize].iter().any(|balancer| self.serves_tasks(*balancer)) {
            return Ok(true);
        }
        // One that doesn't say whom it faces may be such a one.
        let unsaid =
            self.balancers_facing_somebody[id.0 as usize].iter().find(|balancer| self.serves_tasks(**balancer));
        unsaid.map_or(Ok(false), |balancer| self.known_scheme(*balancer).map(|_| false))
    }

    /// Whether a load balancer that faces the internet has public IPv4 addresses. Unknown where its type of addresses isn't
    /// said and a subnet of its has IPv6.
    /// <https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_SetIpAddressType.html>
    pub(super) fn has_public_ipv4(&self, id: LoadBalancerId) -> Result<bool, Unknown> {
        let balancer = self.network.load_balancer(id);
        let mut subnets = balancer.subnets.iter().filter_map(|subnet| subnet.known());
        match balancer.element.ip_address_type.as_deref() {
            Some(of) => Ok(of != "dualstack-without-public-ipv4"),
            None if subnets.any(|id| !Family::Ipv6.part(&self.network.subnet(id).blocks).is_empty()) => {
                let missing = Missing { call: "elasticloadbalancing:DescribeLoadBalancers", scope: balancer.scope };
                Err(self.unknown(missing))
            }
            None => Ok(true),
        }
    }

    /// The commands that lead ::/0 to the internet gateway for those subnets of a table from which load balancers face the
    /// internet by IPv6 alone: in this table where all of its subnets are such, else in one for these.
    pub(super) fn way_to_ipv6_clients(&self, id: RouteTableId) -> String {
        let table = self.network.table(id);
        let gateway = table.vpc.known().and_then(|vpc| self.network.vpc(vpc).gateway.ok().flatten());
        let gateway = gateway.map(|id| text(&self.network.gateway(id).element.internet_gateway_id));
        let gateway = format!("--gateway-id {}", gateway.unwrap_or("<internet-gateway-id>"));
        let faces_clients = |subnet: &SubnetId| self.has_public_balancer(*subnet, Family::Ipv6) == Ok(true);
        let (facing, others): (Vec<_>, Vec<_>) = table.subnets.iter().copied().partition(faces_clients);
        if others.into_iter().all(|subnet| self.is_to_be_public(subnet)) {
            return self.route_made(table, "::/0", &gateway);
        }
        self.associations(&facing, |_| None, &[format!("{EVERYTHING_OF_IPV6} {gateway}")])
    }

    /// Whether a route table is one for public subnets: for those that are declared public, by what is in them; for others that hold
    /// both a load balancer that faces the internet and a NAT gateway, or such a load balancer where it leads to no NAT gateway,
    /// or tasks with public IPs where it leads nowhere; and wherever several NAT gateways are gathered, or one has it to itself
    /// that leads nowhere or to a NAT gateway. Of a single NAT gateway elsewhere, it is that which may be misplaced.
    pub(super) fn is_public_table(&self, id: RouteTableId) -> Result<bool, Unknown> {
        let table = self.network.table(id);
        let mut unknown = None;
        let has_balancer = |subnet: SubnetId| self.has_public_balancer(subnet, Family::Ipv4);
        let has_nat = |subnet: SubnetId| self.public_nats_in(subnet).next().is_some();
        for subnet in &table.subnets {
            let index = subnet.0 as usize;
            match self.declared(subnet.0) {
                "" if has_nat(*subnet) && has_balancer(*subnet)? => return Ok(true),
                "public" => {}
                _ => continue,
            }
            if has_nat(*subnet) || has_balancer(*subnet)? || self.holds_nat_instance(*subnet) {
                return Ok(true);
            }
            for workload in &self.hosted[index] {
                match self.network.workload(*workload).public_ip {
                    Ok(true) => return Ok(true),
                    Ok(false) => {}
                    Err(missing) => unknown = Some(missing),
                }
            }
        }
        if self.gathers_nat_gateways(table) {
            return Ok(true);
        }
        let target = self.known(table.default_route(self.network))?.map(|route| route.target);
        if matches!(target, None | Some(Target::Nat(_))) && self.is_for_nat_gateways_alone(table) {
            return Ok(true);
        }
        let mut holds_balancer = false;
        for subnet in table.subnets.iter().filter(|subnet| self.declared(subnet.0).is_empty()) {
            holds_balancer |= has_balancer(*subnet)?;
        }
        let is_public = match target {
            Some(Target::Nat(_)) => false,
            None if self.hosts_public_ips(table) => {
                self.listed(table.scope, "ec2:DescribeVpcEndpoints")?;
                !table.vpc.known().is_some_and(|vpc| self.works_by_endpoints(vpc))
            }
            _ => holds_balancer,
        };
        match unknown {
            Some(missing) if !is_public => Err(self.unknown(missing)),
            _ => Ok(is_public),
        }
    }

    /// Whether tasks with public IPs run in the subnets of a table: in those that have such addresses to give, and that nobody
    /// calls private.
    pub(super) fn hosts_public_ips(&self, table: &RouteTable<'_>) -> bool {
        let has_one = |id: &WorkloadId| self.network.workload(*id).public_ip == Ok(true);
        let may_be_public =
            |id: &&SubnetId| self.declared(id.0) != "private" && self.network.subnet(**id).has_ipv4 != Ok(false);
        table
            .subnets
            .iter()
            .filter(may_be_public)
            .any(|id| self.hosted[id.0 as usize].iter().any(has_one) || self.plain_and_public.contains(id))
    }

    fn public_nats_in(&self, id: SubnetId) -> impl Iterator<Item = NatId> {
        self.nats_in[id.0 as usize].iter().copied().filter(|nat| !self.network.nat(*nat).is_private)
    }

    /// Whether several public NAT gateways are in subnets of one table that nobody declared private: who gives each zone one
    /// puts them into public subnets. Where tasks without public IPs have that table, too, other subnets may be meant for them.
    fn gathers_nat_gateways(&self, table: &RouteTable<'_>) -> bool {
        let open = || table.subnets.iter().filter(|id| self.declared(id.0) != "private");
        let has_none = |id: &WorkloadId| self.network.workload(*id).public_ip == Ok(false);
        let hosts_private = || table.subnets.iter().any(|id| self.hosted[id.0 as usize].iter().any(has_none));
        let others = || table.vpc.known().is_some_and(|vpc| !self.leading_out(vpc).is_empty());
        open().flat_map(|id| self.public_nats_in(*id)).nth(1).is_some() && !(hosts_private() && others())
    }

    /// Whether a public NAT gateway is in subnets of a table that hold nothing else, as far as is known: neither workloads nor
    /// other network interfaces. A subnet for a NAT gateway is a public one, whatever it is called.
    fn is_for_nat_gateways_alone(&self, table: &RouteTable<'_>) -> bool {
        let network = self.network;
        let has_nat = |id: &SubnetId| self.declared(id.0).is_empty() && self.public_nats_in(*id).next().is_some();
        let is_in = |id: &SubnetId, subnets: &Known<Vec<Reference<SubnetId>>>| {
            subnets.iter().flatten().any(|subnet| subnet.known() == Some(*id))
        };
        let has_else = |id: &SubnetId| {
            !self.hosted[id.0 as usize].is_empty()
                || network.endpoints.iter().any(|endpoint| is_in(id, &endpoint.subnets))
                || network.attachments.iter().any(|attachment| is_in(id, &attachment.subnets))
                || network.interfaces.iter().any(|found| found.nat.is_none() && found.subnet.known() == Some(*id))
        };
        table.subnets.iter().any(has_nat) && !table.subnets.iter().any(has_else)
    }

    /// Whether a subnet must not lead to an internet gateway: as it is declared, or since what runs in it has no public IP.
    fn is_to_be_private(&self, id: SubnetId) -> bool {
        let has_none = |id: &WorkloadId| self.network.workload(*id).public_ip == Ok(false);
        !self.is_to_be_public(id)
            && (self.declared(id.0) == "private" || self.hosted[id.0 as usize].iter().any(has_none))
    }

    fn is_in_zone_of(&self, one: SubnetId, other: SubnetId) -> bool {
        let zone = |id: SubnetId| self.network.subnet(id).element.availability_zone.as_deref();
        zone(one) == zone(other)
    }

    /// The NAT gateway that a subnet's packets are best sent to: a public one, or one that tasks leave by; of its zone, if
    /// there is any.
    fn nearest_nat(&self, id: SubnetId) -> Option<NatId> {
        let vpc = self.network.subnet(id).vpc.known()?;
        let serves = |nat: &&NatId| {
            let leads_out = self.leads_tasks_out(**nat);
            let nat = self.network.nat(**nat);
            leads_out && nat.state() == Ok("available") && nat.subnet != Some(Reference::To(id))
        };
        let is_far = |nat: &&NatId| {
            let subnet = self.network.nat(**nat).subnet.and_then(Reference::known);
            !subnet.is_some_and(|subnet| self.is_in_zone_of(subnet, id))
        };
        let rank = |nat: &&NatId| (self.network.nat(**nat).is_private, is_far(nat));
        self.nats_of_vpc[vpc.0 as usize].iter().filter(serves).min_by_key(rank).copied()
    }

    /// Whether a NAT gateway is one for what tasks send to the internet: it is public, or tasks have it for that.
    pub(super) fn leads_tasks_out(&self, id: NatId) -> bool {
        !self.network.nat(id).is_private || !self.workloads_of_nat(id).is_empty()
    }

    /// A route table that leads to the internet gateway of a subnet's VPC and that no private subnet has.
    fn public_table(&self, id: SubnetId) -> Option<RouteTableId> {
        let network = self.network;
        let vpc = network.subnet(id).vpc.known()?;
        let gateway = network.vpc(vpc).gateway.ok()??;
        let leads = |table: &RouteTableId| {
            let table = network.table(*table);
            let to = Target::InternetGateway(Reference::To(gateway));
            matches!(table.default_route(network), Ok(Some(route)) if route.target == to)
                && !table.subnets.iter().any(|subnet| self.is_to_be_private(*subnet))
        };
        let tables = self.tables_of_vpc[vpc.0 as usize].iter().copied().filter(leads);
        tables.min_by_key(|table| {
            let of = network.table(*table);
            let is_near = of.subnets.iter().any(|subnet| self.is_in_zone_of(*subnet, id));
            (!of.subnets.is_empty(), !is_near, text(&of.element.route_table_id))
        })
    }

    /// The commands that give the subnets of a table that are to be public one of their own, a line each. Empty where the
    /// table may as well be changed: it is in effect for no private subnet, and for none that its NAT gateway serves.
    pub(super) fn public_association(&self, id: RouteTableId) -> String {
        let table = self.network.table(id);
        let public: Vec<SubnetId> =
            table.subnets.iter().copied().filter(|subnet| self.is_to_be_public(*subnet)).collect();
        let route = table.default_route(self.network);
        let leads_to_nat = matches!(route, Ok(Some(Route { target: Target::Nat(_), .. })));
        let keeps = |id: &SubnetId| {
            if leads_to_nat { !self.is_to_be_public(*id) } else { self.is_to_be_private(*id) }
        };
        let shared = table.subnets.iter().any(keeps);
        let omitted = |subnet: &SubnetId| {
            matches!(self.network.subnet(*subnet).table, Ok((_, false))) && self.public_table(*subnet).is_some()
        };
        if !shared && !public.iter().any(omitted) {
            return String::new();
        }
        let gateway = table.vpc.known().and_then(|vpc| self.network.vpc(vpc).gateway.ok().flatten());
        let gateway = gateway.map(|id| text(&self.network.gateway(id).element.internet_gateway_id));
        let option = format!("--gateway-id {}", gateway.unwrap_or("<internet-gateway-id>"));
        let mut routes = vec![format!("{EVERYTHING} {option}")];
        if public.iter().any(|subnet| self.has_public_balancer(*subnet, Family::Ipv6) == Ok(true)) {
            routes.push(format!("{EVERYTHING_OF_IPV6} {option}"));
        }
        self.associations(&public, |subnet| self.public_table(subnet), &routes)
    }

    /// The commands that give the subnets of a table that are declared private one of their own, a line each.
    pub(super) fn private_association(&self, id: RouteTableId) -> String {
        let subnets = self.network.table(id).subnets.iter().copied();
        let private: Vec<SubnetId> = subnets.filter(|subnet| self.declared(subnet.0) == "private").collect();
        let routes: Vec<String> =
            private.first().map(|subnet| format!("{EVERYTHING} {}", self.nat_option(*subnet))).into_iter().collect();
        self.associations(&private, |subnet| self.private_table(subnet), &routes)
    }

    /// The commands that give a subnet with the main table another one, a line each.
    pub(super) fn another_table(&self, id: SubnetId) -> String {
        let route = format!("{EVERYTHING} {}", self.nat_option(id));
        self.associations(&[id], |subnet| self.sibling_table(subnet), &[route])
    }

    /// The commands by which a subnet leads to a NAT gateway instead of an internet gateway, a line each: another table
    /// where its own is public subnets' too, else other routes.
    pub(super) fn private_way(&self, id: SubnetId) -> String {
        let Ok((own, _)) = self.network.subnet(id).table else { return String::new() };
        let table = self.network.table(own);
        let option = self.nat_option(id);
        if table.subnets.iter().any(|other| *other != id && self.is_to_be_public(*other)) {
            return self.associations(&[id], |subnet| self.private_table(subnet), &[format!("{EVERYTHING} {option}")]);
        }
        let name = text(&table.element.route_table_id);
        let leads_out = |route: &&Route<'_>| {
            matches!(route.target, Target::InternetGateway(_))
                && matches!(route.destination, RouteDestination::Block((low, _), _) if Family::of(low) == Family::Ipv4)
        };
        let routes = table.routes.iter().flatten().filter(leads_out);
        let lines: Vec<String> = routes
            .map(|route| {
                format!("aws ec2 replace-route --route-table-id {name} {} {option}", destination_option(route))
            })
            .collect();
        lines.join("\n    ")
    }

    /// The NAT gateway, or the instance in its place, that a subnet's packets are best sent to, as commands about routes take it.
    pub(super) fn nat_option(&self, id: SubnetId) -> String {
        let nat = self.nearest_nat(id).map(|nat| text(&self.network.nat(nat).element.nat_gateway_id));
        match (nat, self.instance_option(id)) {
            (None, Some(option)) => option,
            _ => format!("--nat-gateway-id {}", nat.unwrap_or("<nat-gateway-id>")),
        }
    }

    /// The commands that associate subnets of one VPC with other tables; with a new one, with these routes, where there is
    /// none for them.
    pub(super) fn associations(
        &self,
        subnets: &[SubnetId],
        table_for: impl Fn(SubnetId) -> Option<RouteTableId>,
        routes: &[String],
    ) -> String {
        let mut lines = Vec::new();
        for subnet in subnets {
            let table = table_for(*subnet).map(|table| text(&self.network.table(table).element.route_table_id));
            if table.is_none() && lines.is_empty() {
                let vpc = text(&self.network.subnet(*subnet).element.vpc_id);
                lines.push(format!("aws ec2 create-route-table --vpc-id {vpc}"));
                lines.extend(
                    routes.iter().map(|route| format!("aws ec2 create-route --route-table-id {NEW_TABLE} {route}")),
                );
            }
            lines.push(self.association_with(*subnet, table.unwrap_or(NEW_TABLE)));
        }
        lines.join("\n    ")
    }

    /// The command that associates a subnet with a route table, instead of the one that it has by association or as the
    /// main one.
    fn association_with(&self, id: SubnetId, table: &str) -> String {
        let subnet = self.network.subnet(id);
        let name = text(&subnet.element.subnet_id);
        let Ok((own, true)) = subnet.table else {
            return format!("aws ec2 associate-route-table --subnet-id {name} --route-table-id {table}");
        };
        let mut associations = self.network.table(own).element.associations.iter().flatten();
        let found = associations.find(|association| association.subnet_id.as_deref() == Some(name));
        let association = found.and_then(|association| association.route_table_association_id.as_deref());
        format!(
            "aws ec2 replace-route-table-association --association-id {} --route-table-id {table}",
            association.unwrap_or("<association-id>")
        )
    }
}
