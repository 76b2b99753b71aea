//! Workloads that flags, the configuration or a deployer's files declare.

use super::resolver::Resolver;
use super::*;
use crate::network::needs;
use crate::snapshot::Oddity;

/// The workload of a declaration.
pub(in crate::network) fn of_declaration<'a>(resolver: &Resolver<'_, 'a>, declaration: &Declaration) -> Workload<'a> {
    let missing = |undecided: &Undecided| resolver.missing(undecided.by);
    let subnets = declaration.subnets.as_ref().map_err(missing).map(|list| {
        let placement = |(id, place): &(String, Location)| Placement {
            subnet: resolver.subnet(id),
            id: id.clone(),
            place: place.clone(),
        };
        list.iter().map(placement).collect::<Vec<_>>()
    });
    let groups = match &declaration.security_groups {
        Err(undecided) => Err(missing(undecided)),
        Ok(list) if list.is_empty() => resolver.default_group(&subnets),
        Ok(list) => Ok(list
            .iter()
            .map(|(id, place)| Membership { group: resolver.group(id), id: id.clone(), place: place.clone() })
            .collect()),
    };
    let region = resolver.network.scopes[resolver.scope as usize].region.as_deref();
    let mut needs = match &declaration.image {
        Some((image, place)) => needs::of_image(image, region, None, place.clone()),
        None => Vec::new(),
    };
    if declaration.is_plain {
        needs.extend(needs::of_plain_task(region, &declaration.place));
    }
    needs.extend(declaration.needs.iter().cloned());
    let image = declaration.image.as_ref();
    let open = image.and_then(|(image, at)| Some((needs::missing_of_image(image, region, resolver.scope)?, at)));
    if let Some((_, at)) = open {
        needs.extend(needs::presumed(region, at, true, &needs));
    }
    Workload {
        subnets,
        groups,
        names_groups: declaration.security_groups.as_ref().map_or(true, |list| !list.is_empty()),
        public_ip: declaration.assign_public_ip.as_ref().map(|value| *value).map_err(missing),
        public_ip_at: declaration.assign_public_ip_at.clone(),
        needs,
        needs_known: open.map_or(Ok(()), |(missing, _)| Err(missing)),
        isolated: declaration.isolated,
        set_in: declaration.set_in.clone(),
        ..Workload::alone(declaration.name.clone(), WorkloadKind::Declared, resolver.scope, declaration.place.clone())
    }
}

/// What a declaration leaves open.
pub(in crate::network) fn undecided(declaration: &Declaration) -> Vec<Oddity> {
    let parts = [
        ("the subnets", declaration.subnets.as_ref().err()),
        ("the security groups", declaration.security_groups.as_ref().err()),
        ("the public IP address", declaration.assign_public_ip.as_ref().err()),
    ];
    let open = parts.into_iter().filter_map(|(part, undecided)| Some((part, undecided?)));
    open.map(|(part, undecided)| Oddity { what: format!("{part} of {}", declaration.name), why: undecided.why.clone() })
        .collect()
}
