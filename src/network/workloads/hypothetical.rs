//! Plain tasks where nothing says what runs.

use super::resolver::Resolver;
use super::*;
use crate::network::ids::VpcId;
use crate::network::text::{name_of, text};
use crate::network::{needs, thoroughfares, tiers};
use crate::path;
use crate::snapshot::{self as shape, Location};
use rustc_hash::FxHashSet;

/// A plain task in every subnet of a scope of which nothing says what runs in it. Isolated tiers are left alone, and subnets
/// for what passes through.
pub(in crate::network) fn of_subnets<'a>(resolver: &Resolver<'_, 'a>) -> (Vec<Workload<'a>>, Vec<shape::Oddity>) {
    let network = resolver.network;
    let region = network.scopes[resolver.scope as usize].region.as_deref();
    let is_here = |subnet: &SubnetId| network.subnet(*subnet).scope == resolver.scope;
    let vpcs = (0..).map(VpcId).zip(&network.vpcs).filter(|(_, vpc)| vpc.subnets.iter().any(is_here));
    let (mut isolated, mut passed): (FxHashSet<SubnetId>, FxHashSet<SubnetId>) = Default::default();
    for (id, _) in vpcs {
        isolated.extend(tiers::isolated(network, id));
        passed.extend(thoroughfares::thoroughfares(network, id));
    }
    let mut workloads = Vec::new();
    let (mut left_alone, mut passed_over) = (Vec::new(), Vec::new());
    for (index, subnet) in network.subnets.iter().enumerate() {
        if subnet.scope != resolver.scope || subnet.vpc.known().is_none() {
            continue;
        }
        let here = SubnetId(index as u32);
        let id = text(&subnet.element.subnet_id);
        if passed.contains(&here) {
            passed_over.push(id);
            continue;
        }
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
    let said = [
        (
            left_alone,
            "no route leads out: taken for an isolated tier; name a workload that runs there to have it judged",
        ),
        (
            passed_over,
            "of a transit gateway's attachment, a firewall or endpoints for other VPCs, and taken for nothing else; name a \
             workload that runs there to have it judged",
        ),
    ];
    let oddities = said.into_iter().filter(|(what, _)| !what.is_empty());
    let oddities = oddities.map(|(what, why)| shape::Oddity { what: what.join(", "), why: why.into() }).collect();
    (workloads, oddities)
}
