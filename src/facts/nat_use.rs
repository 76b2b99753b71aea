//! Which routes lead to a NAT gateway, and who leaves by it.

use super::blocker::sender_subnet;
use super::entity::{Reading, boolean};
use super::errand::Errand;
use super::model::Model;
use super::schema::Unknown;
use crate::network::*;
use crate::reach::{Code, ResourceId};
use rustc_hash::FxHashSet;

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
        let Some(vpc) = self.network.nat(id).vpc.known() else { return false };
        let called_for = self.calling_for_nat.get_or_init(|| self.calling_for_nat());
        self.network.vpc(vpc).element.vpc_id.as_deref().is_some_and(|vpc| called_for.contains(vpc))
    }

    /// Ids of VPCs where what stops a flow to the internet is that routes lead elsewhere: those of the sender, and those of
    /// what it is stopped at.
    fn calling_for_nat(&self) -> FxHashSet<String> {
        const BY_ROUTES: [Code; 9] = [
            Code::NoRoute,
            Code::Blackhole,
            Code::NoPublicIp,
            Code::IgwDetached,
            Code::NatState,
            Code::NatOwnSubnet,
            Code::NatRoute,
            Code::NatPrivate,
            Code::NotRoutable,
        ];
        let mut senders: FxHashSet<SubnetId> = FxHashSet::default();
        let mut stops: FxHashSet<ResourceId> = FxHashSet::default();
        for (flow, blocker) in self.blockers.iter().map(|key| self.blocker(*key)) {
            if BY_ROUTES.contains(&blocker.code) && Errand::of(self, flow, blocker).is_on_internet() {
                senders.insert(sender_subnet(flow));
                stops.insert(blocker.resource);
            }
        }
        let of_senders = senders.into_iter().filter_map(|subnet| self.network.subnet(subnet).vpc.known());
        let of_senders =
            of_senders.filter_map(|vpc| self.network.vpc(vpc).element.vpc_id.as_deref().map(str::to_owned));
        of_senders.chain(stops.into_iter().filter_map(|stop| super::about::about(self, stop).vpc)).collect()
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
        Target::Unwritten(missing) => {
            let destination = route.element.destination_cidr_block.as_deref();
            Some(destination.and_then(|text| Missing::of_text(text, scope)).unwrap_or(missing))
        }
        _ => None,
    }
}
