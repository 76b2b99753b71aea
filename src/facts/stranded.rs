//! Load balancers that face the internet and whose clients get no replies: for want of an internet gateway, or by routes that
//! lead nowhere.

use super::clients::FEW;
use super::meant_way::MeantWay;
use super::model::Model;
use super::schema::Unknown;
use crate::network::*;
use crate::reach::{Code, is_dead};

impl Model<'_> {
    /// Whether a flow is stopped for want of an internet gateway in the VPC that it is stopped in, if that has none.
    pub(super) fn wants_internet_gateway(&self, index: u32) -> bool {
        let (_, blocker) = self.blocker(self.blockers[index as usize]);
        let meant = || self.meant_way(self.blockers[index as usize]);
        match blocker.code {
            Code::NatRoute if !blocker.returning => !matches!(meant(), Some(MeantWay::Transit(_))),
            _ => meant() == Some(MeantWay::InternetGateway),
        }
    }

    /// Internet-facing load balancers of a VPC in subnets that lead nowhere, or that are declared public and lead to what needs an
    /// internet gateway itself. None where flows of workloads are stopped for want of such a gateway, which tells it.
    pub(super) fn stranded_balancers(&self, id: VpcId) -> Result<Vec<u32>, Unknown> {
        let mut found: Vec<LoadBalancerId> = Vec::new();
        for subnet in &self.network.vpc(id).subnets {
            for balancer in &self.public_balancers[subnet.0 as usize] {
                if !found.contains(balancer) && self.leads_to_no_gateway(*subnet, *balancer)? {
                    found.push(*balancer);
                }
            }
        }
        // One whose scheme isn't said may be such a one, too.
        for (position, balancer) in self.network.load_balancers.iter().enumerate() {
            let own = balancer.subnets.iter().filter_map(|subnet| subnet.known());
            let mut own = own.filter(|subnet| self.network.vpc(id).subnets.contains(subnet));
            let balancer_id = LoadBalancerId(position as u32);
            if balancer.element.scheme.is_none()
                && own.any(|subnet| self.leads_to_no_gateway(subnet, balancer_id) != Ok(false))
            {
                self.known_scheme(balancer_id)?;
            }
        }
        let is_told = |index| self.stopping_vpc(index) == Reference::To(id) && self.wants_internet_gateway(index);
        if !found.is_empty() && (0..self.blockers.len() as u32).any(is_told) {
            return Ok(Vec::new());
        }
        Ok(found.into_iter().map(|id| id.0).collect())
    }

    /// What leads the subnets of these load balancers to a new internet gateway, a line each.
    pub(super) fn way_to_clients(&self, id: VpcId) -> Result<String, Unknown> {
        let mut lines: Vec<String> = Vec::new();
        let mut tables: Vec<RouteTableId> = Vec::new();
        for balancer in self.stranded_balancers(id)?.into_iter().map(LoadBalancerId) {
            for subnet in self.network.load_balancer(balancer).subnets.iter().filter_map(|subnet| subnet.known()) {
                let (table, _) = self.known(self.network.subnet(subnet).table)?;
                if self.leads_to_no_gateway(subnet, balancer)? && !tables.contains(&table) {
                    tables.push(table);
                    // Private subnets are to be left out.
                    let apart = self.public_association(table);
                    lines.push(if apart.is_empty() { self.way_to_internet_gateway(None, table) } else { apart });
                }
            }
        }
        Ok(lines.join("\n    "))
    }

    fn leads_to_no_gateway(&self, subnet: SubnetId, balancer: LoadBalancerId) -> Result<bool, Unknown> {
        let table = self.network.table(self.known(self.network.subnet(subnet).table)?.0);
        let route = match self.has_public_ipv4(balancer)? {
            true => table.default_route(self.network),
            false => table.ipv6_default_route(self.network),
        };
        let declared = self.declared(subnet.0);
        Ok(match self.known(route)? {
            None => declared != "private",
            Some(route) if is_dead(self.network, table.element.vpc_id.as_deref(), route) => false,
            Some(route) => {
                declared == "public" && matches!(route.target, Target::Nat(_) | Target::EgressOnlyGateway(_))
            }
        })
    }

    /// Whether routes of a table lead nowhere by which replies get to clients on the internet, more than a few of them, of load
    /// balancers that serve tasks.
    pub(super) fn strands_clients(
        &self,
        id: RouteTableId,
        leads_nowhere: impl Fn(&Route<'_>) -> bool,
    ) -> Result<bool, Unknown> {
        let table = self.network.table(id);
        let routes = table.routes.as_ref().map_err(|missing| self.unknown(*missing))?;
        let is_lost = |family: Family| {
            let public = family.public();
            let parts = table.split(public);
            let lost = parts
                .iter()
                .filter(|(_, route)| route.and_then(|route| routes.get(route as usize)).is_some_and(&leads_nowhere));
            lost.map(|(part, _)| part.size()).sum::<u128>() > public.size() / FEW
        };
        for subnet in &table.subnets {
            for balancer in &self.public_balancers[subnet.0 as usize] {
                let family = if self.has_public_ipv4(*balancer)? { Family::Ipv4 } else { Family::Ipv6 };
                if self.serves_tasks(*balancer) && is_lost(family) {
                    return Ok(true);
                }
            }
        }
        Ok(false)
    }

    /// Whether a table's routes to what is gone strand such clients.
    pub(super) fn drops_replies(&self, id: RouteTableId) -> Result<bool, Unknown> {
        let vpc = self.network.table(id).element.vpc_id.as_deref();
        self.strands_clients(id, |route| is_dead(self.network, vpc, route))
    }

    /// Whether routes of other VPCs than its own to an internet gateway strand such clients.
    pub(super) fn gateway_drops_replies(&self, id: GatewayId) -> Result<bool, Unknown> {
        let attached = self.known(self.network.gateway(id).vpc)?;
        for table in &self.gateway_tables[id.0 as usize] {
            let is_elsewhere = self.network.table(*table).element.vpc_id.as_deref() != attached;
            let leads_here = |route: &Route<'_>| route.target == Target::InternetGateway(Reference::To(id));
            if is_elsewhere && self.strands_clients(*table, leads_here)? {
                return Ok(true);
            }
        }
        Ok(false)
    }
}
