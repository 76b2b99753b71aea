//! What an input tells to be missing from its own lists: services that a cluster counts, and security groups that something
//! in use has.

use crate::snapshot::*;
use rustc_hash::FxHashSet;

/// The call that describes services.
const SERVICES: &str = "ecs:DescribeServices";

/// Notes the clusters of which the list of services lacks some: "The number of services that are running on the cluster in an
/// ACTIVE state." (`activeServicesCount`)
/// <https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_Cluster.html>
pub(super) fn note_unlisted_services(scope: &mut Scope<'_>) {
    if !scope.services.is_known() || scope.collection.planned_by.is_some() {
        return;
    }
    let active = |service: &&Element<Service<'_>>| service.status.as_deref().is_none_or(|status| status == "ACTIVE");
    for cluster in &scope.clusters.elements {
        let counted = cluster.active_services_count.unwrap_or_default();
        let own = scope.services.elements.iter().filter(active).filter(|service| is_in(service, cluster)).count();
        if usize::try_from(counted).is_ok_and(|counted| counted > own) {
            let name = name_of(cluster).unwrap_or_default().to_owned();
            scope.collection.partial.push(NotCollected {
                call: SERVICES.into(),
                reason: format!("the cluster {name} has {counted} active services, and the input {own} of them"),
                item: Some(name),
            });
        }
    }
}

fn name_of<'s>(cluster: &'s Cluster<'_>) -> Option<&'s str> {
    cluster.cluster_name.as_deref().or(cluster.cluster_arn.as_deref().map(last_part))
}

/// Whether a service may be one of a cluster's: whose cluster nothing tells may be any one's.
fn is_in(service: &Service<'_>, cluster: &Cluster<'_>) -> bool {
    let written = service.cluster_arn.as_deref().or(service.cluster.as_deref());
    let in_arn = service.service_arn.as_deref().and_then(|arn| {
        let mut parts = arn.split('/').skip(1);
        parts.next().filter(|_| parts.next().is_some())
    });
    let named = written.map(last_part).or(in_arn);
    named.is_none_or(|named| Some(named) == name_of(cluster))
}

/// Puts together the security groups that no list describes although it should, and that load balancers, interfaces or
/// endpoints have: AWS deletes no group that is in use. They are known by their ids alone.
/// <https://docs.aws.amazon.com/vpc/latest/userguide/deleting-security-groups.html>
pub(super) fn note_undescribed_groups(snapshot: &mut Snapshot<'_>) {
    let described = snapshot.scopes.iter().flat_map(|scope| &scope.security_groups);
    let mut known: FxHashSet<&str> = described.filter_map(|group| Some(group.group_id?.as_str())).collect();
    for scope in snapshot.scopes.iter_mut().filter(|scope| scope.security_groups.is_complete()) {
        let of_balancers = scope
            .load_balancers
            .elements
            .iter()
            .flat_map(|found| found.security_groups.iter().flatten().map(move |group| (*group, found.origin)));
        let of_interfaces = scope.network_interfaces.elements.iter().flat_map(|found| {
            let groups = found.groups.iter().flatten().filter_map(|group| group.group_id);
            groups.map(move |group| (group, found.origin))
        });
        let of_endpoints = scope.vpc_endpoints.elements.iter().flat_map(|found| {
            let groups = found.groups.iter().flatten().filter_map(|group| group.group_id);
            groups.map(move |group| (group, found.origin))
        });
        let in_use = of_balancers.chain(of_interfaces).chain(of_endpoints);
        scope.undescribed_groups = in_use
            .filter(|(id, _)| known.insert(id.as_str()))
            .map(|(id, origin)| Element { origin, value: SecurityGroup { group_id: Some(id), ..Default::default() } })
            .collect();
    }
}
