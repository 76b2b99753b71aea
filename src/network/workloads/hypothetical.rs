//! Plain tasks where nothing says what runs.

use super::resolver::Resolver;
use super::*;
use crate::network::needs;
use crate::network::text::{name_of, text};
use crate::path;
use crate::snapshot::{self as shape, Location};

/// A plain task in every subnet of a scope of which nothing says what runs in it. Where a VPC has subnets with a way
/// out, those without any (isolated tiers) are left alone.
pub(in crate::network) fn of_subnets<'a>(resolver: &Resolver<'_, 'a>) -> (Vec<Workload<'a>>, Vec<shape::Oddity>) {
    let network = resolver.network;
    let leads_out = |subnet: &Subnet<'a>| match &subnet.table {
        Err(_) => true,
        Ok((table, _)) => network
            .table(*table)
            .routes
            .as_ref()
            .map_or(true, |routes| routes.iter().any(|route| route.target_id != "local")),
    };
    let region = network.scopes[resolver.scope as usize].region.as_deref();
    let mut workloads = Vec::new();
    let mut isolated = Vec::new();
    for (index, subnet) in network.subnets.iter().enumerate() {
        if subnet.scope != resolver.scope {
            continue;
        }
        let Some(vpc) = subnet.vpc.known() else { continue };
        let id = text(&subnet.element.subnet_id);
        let has_others = network.vpc(vpc).subnets.iter().any(|other| leads_out(network.subnet(*other)));
        if has_others && !leads_out(subnet) {
            isolated.push(id);
            continue;
        }
        let place = Location::inside(subnet.element.origin, path!["SubnetId"]);
        let default = subnet
            .table
            .as_ref()
            .ok()
            .and_then(|(table, _)| network.table(*table).default_route(network).ok().flatten());
        let public_ip =
            default.is_some_and(|route| matches!(route.target, crate::network::routes::Target::InternetGateway(_)));
        workloads.push(Workload {
            id: id.to_owned(),
            subnets: Ok(vec![Placement {
                subnet: Reference::To(SubnetId(index as u32)),
                id: id.to_owned(),
                place: place.clone(),
            }]),
            // It is given a group that lets everything out: which group a real one will have isn't known.
            groups: Ok(Vec::new()),
            public_ip: Ok(public_ip),
            needs: needs::of_plain_task(region, &place),
            ..Workload::alone(
                format!("a task in {}", name_of(&subnet.element.tags).unwrap_or(id)),
                WorkloadKind::Hypothetical,
                resolver.scope,
                place,
            )
        });
    }
    let oddities = if isolated.is_empty() {
        Vec::new()
    } else {
        vec![shape::Oddity {
            what: isolated.join(", "),
            why: "no route leads out: taken for an isolated tier; name a workload that runs there to have it judged"
                .into(),
        }]
    };
    (workloads, oddities)
}
