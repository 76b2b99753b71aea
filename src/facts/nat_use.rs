//! Which routes lead to a NAT gateway, and who leaves by it.

use super::blocker::{is_on_internet, sender_subnet};
use super::entity::{Reading, boolean};
use super::model::Model;
use super::schema::Unknown;
use crate::network::*;
use crate::reach::Code;

impl Model<'_> {
    /// Whether a table has a route to a NAT gateway; unknown while one may lead there.
    pub(super) fn has_route_to_nat<'f>(&self, index: u32) -> Reading<'f> {
        if !self.nat_tables[index as usize].is_empty() {
            return boolean(true);
        }
        let nat = &self.network.nats[index as usize];
        self.complete(nat.scope, "ec2:DescribeRouteTables")?;
        for table in self.network.tables.iter().filter(|table| table.scope == nat.scope) {
            let routes = table.routes.as_ref().map_err(|missing| self.unknown(*missing))?;
            if let Some(missing) = routes.iter().find_map(|route| unknown_way(route, nat.scope)) {
                return Err(self.unknown(missing));
            }
        }
        boolean(false)
    }

    /// Whether a list holds all there is: it is in the input, and none of its calls failed.
    fn complete(&self, scope: u32, call: &'static str) -> Result<(), Unknown> {
        self.listed(scope, call)?;
        let failed = |left: &crate::snapshot::NotCollected| left.call.eq_ignore_ascii_case(call);
        if self.network.scopes[scope as usize].not_collected.iter().any(failed) {
            return Err(self.unknown(Missing { call, scope }));
        }
        Ok(())
    }

    /// Whether a flow to the internet is stopped by where routes of a NAT gateway's VPC lead, or don't.
    pub(super) fn nat_is_called_for(&self, id: NatId) -> bool {
        const BY_ROUTES: [Code; 8] = [
            Code::NoRoute,
            Code::Blackhole,
            Code::NoPublicIp,
            Code::IgwDetached,
            Code::NatState,
            Code::NatOwnSubnet,
            Code::NatRoute,
            Code::NatPrivate,
        ];
        let Some(vpc) = self.network.nat(id).vpc.known() else { return false };
        let vpc_id = self.network.vpc(vpc).element.vpc_id.as_deref();
        self.blockers.iter().map(|key| self.blocker(*key)).any(|(flow, blocker)| {
            let is_here = || {
                self.network.subnet(sender_subnet(flow)).vpc == Reference::To(vpc)
                    || super::resource::about(self, blocker.resource).vpc.as_deref() == vpc_id
            };
            BY_ROUTES.contains(&blocker.code) && is_on_internet(self, flow) && is_here()
        })
    }

    /// Workloads in subnets whose default route leads to a NAT gateway.
    pub(super) fn workloads_of_nat(&self, id: NatId) -> Vec<u32> {
        let mut found = Vec::new();
        for table in self.nat_tables[id.0 as usize].iter().map(|table| self.network.table(*table)) {
            let is_default = matches!(table.default_route(self.network), Ok(Some(route)) if route.target == Target::Nat(Reference::To(id)));
            if is_default {
                found.extend(table.subnets.iter().flat_map(|subnet| &self.hosted[subnet.0 as usize]).map(|id| id.0));
            }
        }
        found.sort_unstable();
        found.dedup();
        found
    }
}

/// What would tell whether a route that may lead to a NAT gateway does: which gateway it names, or, where nothing is known of
/// it, all of it.
fn unknown_way(route: &Route<'_>, scope: u32) -> Option<Missing> {
    match route.target {
        Target::Nat(Reference::Unknown(missing)) => Some(missing),
        Target::Other => Missing::of_text(route.element.destination_cidr_block.as_deref()?, scope),
        _ => None,
    }
}
