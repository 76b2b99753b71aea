//! Over which subnets and zones a workload and its load balancers spread, and where in them it works.

use super::entity::{Reading, int, list_of, strings};
use super::model::Model;
use super::schema::Unknown;
use super::topology::subnet;
use crate::network::*;
use crate::reach::{Code, Flow, FlowKind, Verdict};
use crate::snapshot::Location;
use rustc_hash::FxHashMap;

impl Model<'_> {
    /// Subnets of a workload in which none of its needs is blocked, not even in part.
    pub(super) fn works_in<'f>(&self, id: WorkloadId) -> Reading<'f> {
        self.subnets_where(id, |flows| {
            flows.iter().all(|flow| !matches!(flow.answer.verdict, Verdict::Blocked | Verdict::Partial))
        })
    }

    /// Those of some subnets of a workload in which a public IP is what one of its needs lacks, and not another way out of
    /// the subnet.
    /// Unknown while no need is known.
    pub(super) fn needs_public_ip_in<'f>(&self, id: WorkloadId, is_wanted: impl Fn(SubnetId) -> bool) -> Reading<'f> {
        if self.flows_of(id).is_empty() {
            self.known(self.network.workload(id).needs_known)?;
        }
        self.subnets_where(id, |flows| {
            let mut blockers = flows.iter().flat_map(|flow| &flow.answer.blockers);
            blockers.any(|blocker| blocker.code == Code::NoPublicIp)
                && flows.iter().all(|flow| is_wanted(flow.key.subnet) && !self.is_public_by_mistake(flow.key.subnet))
        })
    }

    /// Subnets of a workload of whose flows to what it needs something is true.
    fn subnets_where<'f>(&self, id: WorkloadId, is_true: impl Fn(&[&Flow]) -> bool) -> Reading<'f> {
        let subnets = self.network.workload(id).subnets.as_ref().map_err(|missing| self.unknown(*missing))?;
        let mut flows: FxHashMap<SubnetId, Vec<&Flow>> = FxHashMap::default();
        for flow in self.flows_of(id).iter().filter(|flow| matches!(flow.key.kind, FlowKind::Need(_))) {
            flows.entry(flow.key.subnet).or_default().push(flow);
        }
        let holds = |subnet: &SubnetId| is_true(flows.get(subnet).map(Vec::as_slice).unwrap_or_default());
        let known = subnets.iter().filter_map(|placement| placement.subnet.known());
        list_of(&subnet::TYPE, known.filter(holds).map(|subnet| subnet.0))
    }

    /// The zones of a workload's subnets.
    pub(super) fn workload_zones(&self, id: WorkloadId) -> Result<Vec<&str>, Unknown> {
        let workload = self.network.workload(id);
        let subnets = workload.subnets.as_ref().map_err(|missing| self.unknown(*missing))?;
        self.zones_of(subnets.iter().map(|placement| placement.subnet), workload.scope)
    }

    /// Where a workload's first subnet is named.
    pub(super) fn subnets_place(&self, id: WorkloadId) -> Option<Location> {
        self.network.workload(id).subnets.as_ref().ok()?.first().map(|placement| placement.place.clone())
    }

    /// The free addresses of a workload's subnets, each subnet once.
    pub(super) fn workload_free_addresses<'f>(&self, id: WorkloadId) -> Reading<'f> {
        let subnets = self.network.workload(id).subnets.as_ref().map_err(|missing| self.unknown(*missing))?;
        let mut seen = Vec::new();
        let mut sum = 0_i64;
        for placement in subnets {
            let subnet = match placement.subnet {
                Reference::To(id) if seen.contains(&id) => continue,
                Reference::To(id) => {
                    seen.push(id);
                    self.network.subnet(id)
                }
                Reference::Unknown(missing) => return Err(self.unknown(missing)),
                Reference::Gone => continue,
            };
            let missing = Missing { call: "ec2:DescribeSubnets", scope: subnet.scope };
            let free = subnet.element.available_ip_address_count.ok_or_else(|| self.unknown(missing))?;
            sum = sum.saturating_add(free);
        }
        int(sum)
    }

    /// The zones of subnets, each once, in order.
    fn zones_of(&self, subnets: impl Iterator<Item = Reference<SubnetId>>, scope: u32) -> Result<Vec<&str>, Unknown> {
        let missing = Missing { call: "ec2:DescribeSubnets", scope };
        let mut zones: Vec<&str> = Vec::new();
        for subnet in subnets {
            let subnet = match subnet {
                Reference::To(id) => self.network.subnet(id),
                Reference::Unknown(missing) => return Err(self.unknown(missing)),
                Reference::Gone => continue,
            };
            zones.push(subnet.element.availability_zone.as_deref().ok_or_else(|| self.unknown(missing))?);
        }
        zones.sort_unstable();
        zones.dedup();
        Ok(zones)
    }

    /// The zones that a load balancer is enabled in.
    pub(super) fn balancer_zones(&self, id: LoadBalancerId) -> Result<Vec<&str>, Unknown> {
        let balancer = self.network.load_balancer(id);
        let missing = Missing { call: "elasticloadbalancing:DescribeLoadBalancers", scope: balancer.scope };
        let enabled = balancer.element.availability_zones.as_ref().ok_or_else(|| self.unknown(missing))?;
        let zones: Option<Vec<&str>> = enabled
            .iter()
            .map(|zone| {
                let subnet = || self.network.by_id.subnets.get_in(balancer.scope, zone.subnet_id.as_deref()?);
                let of_subnet = || self.network.subnet(*subnet()?).element.availability_zone.as_deref();
                zone.zone_name.as_deref().or_else(of_subnet)
            })
            .collect();
        zones.ok_or_else(|| self.unknown(missing))
    }

    /// Zones in which a load balancer has targets but is not enabled.
    pub(super) fn zones_without_balancer<'f>(&'f self, id: LoadBalancerId) -> Reading<'f> {
        let own = self.balancer_zones(id)?;
        let balancer = self.network.load_balancer(id);
        let mut lacking: Vec<&str> = Vec::new();
        for index in &self.registrations_of_balancer[id.0 as usize] {
            let (workload, _) = self.registrations[*index as usize];
            let Ok(subnets) = &self.network.workload(workload).subnets else { continue };
            let missing = Missing { call: "elasticloadbalancing:DescribeLoadBalancers", scope: balancer.scope };
            let vpc = balancer.element.vpc_id.as_deref().ok_or_else(|| self.unknown(missing))?;
            // Targets in another VPC belong to every zone.
            let here = |subnet: &SubnetId| self.network.subnet(*subnet).element.vpc_id.as_deref() == Some(vpc);
            let subnets = subnets.iter().filter_map(|placement| placement.subnet.known()).filter(here);
            let zones = self.zones_of(subnets.map(Reference::To), balancer.scope)?;
            lacking.extend(zones.into_iter().filter(|zone| !own.contains(zone)));
        }
        lacking.sort_unstable();
        lacking.dedup();
        strings(lacking)
    }
}
