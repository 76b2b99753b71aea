//! Workloads that flags or the configuration declare.

use super::resolver::Resolver;
use super::*;
use crate::network::needs;

/// The workload of a declaration.
pub(in crate::network) fn of_declaration<'a>(resolver: &Resolver<'_, 'a>, declaration: &Declaration) -> Workload<'a> {
    let subnets = Ok(declaration
        .subnets
        .iter()
        .map(|(id, place)| Placement { subnet: resolver.subnet(id), id: id.clone(), place: place.clone() })
        .collect::<Vec<_>>());
    let groups = if declaration.security_groups.is_empty() {
        resolver.default_group(&subnets)
    } else {
        Ok(declaration
            .security_groups
            .iter()
            .map(|(id, place)| Membership { group: resolver.group(id), id: id.clone(), place: place.clone() })
            .collect())
    };
    let region = resolver.network.scopes[resolver.scope as usize].region.as_deref();
    let mut needs = match &declaration.image {
        Some((image, place)) => needs::of_image(image, region, None, place.clone()),
        None if declaration.needs.is_empty() => needs::of_plain_task(region, &declaration.place),
        None => Vec::new(),
    };
    needs.extend(declaration.needs.iter().cloned());
    Workload {
        name: declaration.name.clone(),
        kind: WorkloadKind::Declared,
        id: declaration.name.clone(),
        arn: None,
        scope: resolver.scope,
        place: declaration.place.clone(),
        subnets,
        groups,
        names_groups: !declaration.security_groups.is_empty(),
        public_ip: Ok(declaration.assign_public_ip),
        public_ip_at: declaration.assign_public_ip_at.clone(),
        ephemeral: LINUX_PORTS,
        needs,
        needs_known: Ok(()),
        registrations: Vec::new(),
        namespace: None,
        offers: Vec::new(),
        ports: Vec::new(),
        desired: 1,
        running: None,
        maximum_percent: None,
        network_mode: None,
        images: Vec::new(),
    }
}
