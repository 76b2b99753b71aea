//! Plain tasks where nothing says what runs.

use super::resolver::Resolver;
use super::*;
use crate::network::ids::VpcId;
use crate::network::text::{name_of, text};
use crate::network::{needs, tiers};
use crate::path;
use crate::snapshot::{self as shape, Location};
use rustc_hash::FxHashSet;

/// A plain task in every subnet of a scope of which nothing says what runs in it. Isolated tiers are left alone.
pub(in crate::network) fn of_subnets<'a>(resolver: &Resolver<'_, 'a>) -> (Vec<Workload<'a>>, Vec<shape::Oddity>) {
    let network = resolver.network;
    let region = network.scopes[resolver.scope as usize].region.as_deref();
    let is_here = |subnet: &SubnetId| network.subnet(*subnet).scope == resolver.scope;
    let vpcs = (0..).map(VpcId).zip(&network.vpcs).filter(|(_, vpc)| vpc.subnets.iter().any(is_here));
    let isolated: FxHashSet<SubnetId> = vpcs.flat_map(|(id, _)| tiers::isolated(network, id)).collect();
    let mut workloads = Vec::new();
    let mut left_alone = Vec::new();
    for (index, subnet) in network.subnets.iter().enumerate() {
        if subnet.scope != resolver.scope || subnet.vpc.known().is_none() {
            continue;
        }
        let here = SubnetId(index as u32);
        let id = text(&subnet.element.subnet_id);
        if isolated.contains(&here) {
            left_alone.push(id);
            continue;
        }
        let place = Location::inside(subnet.element.origin, path!["SubnetId"]);
        workloads.push(Workload {
            id: id.to_owned(),
            subnets: Ok(vec![Placement { subnet: Reference::To(here), id: id.to_owned(), place: place.clone() }]),
            // It is given a group that lets everything out: which group a real one will have isn't known.
            groups: Ok(Vec::new()),
            public_ip: Ok(tiers::is_public(network, subnet)),
            needs: needs::of_plain_task(region, &place),
            ..Workload::alone(
                format!("a task in {}", name_of(&subnet.element.tags).unwrap_or(id)),
                WorkloadKind::Hypothetical,
                resolver.scope,
                place,
            )
        });
    }
    let oddities = if left_alone.is_empty() {
        Vec::new()
    } else {
        vec![shape::Oddity {
            what: left_alone.join(", "),
            why: "no route leads out: taken for an isolated tier; name a workload that runs there to have it judged"
                .into(),
        }]
    };
    (workloads, oddities)
}
