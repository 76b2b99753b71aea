//! What is known of an account and region as a whole.

use crate::network::expression::expression;
use crate::network::model::*;
use crate::network::text::text;
use crate::snapshot::{self as shape, Arn, Element, Scope, last_part};
use rustc_hash::{FxHashMap, FxHashSet};

/// The zones that Local Zones and Wavelength Zones hang on.
pub(super) fn parent_zones<'a>(scopes: &'a [Scope<'a>]) -> FxHashMap<(u32, &'a str), Zone<'a>> {
    let listed = (0..).zip(scopes).flat_map(|(scope, listings)| {
        let zones = listings.availability_zones.elements.iter();
        zones.map(move |element| (scope, &**element))
    });
    let hanging = listed.filter_map(|(scope, element)| {
        let parent = Zone { name: element.parent_zone_name.as_deref(), id: element.parent_zone_id.as_deref() };
        (parent.name.is_some() || parent.id.is_some()).then_some(((scope, element.zone_name.as_deref()?), parent))
    });
    hanging.collect()
}

/// Whether the input has a text, and not only what it hangs on.
fn is_said(text: &Option<shape::Str<'_>>) -> bool {
    text.as_deref().is_some_and(|text| expression(text).is_none())
}

pub(super) fn scope_facts(scope: &Scope<'_>) -> ScopeFacts {
    let mut account = scope.collection.account.clone();
    let own_account = account.clone().or_else(|| own_account(scope));
    let mut region = scope.collection.region.clone();
    if account.is_none() {
        // Whoever runs services says whose they are; of VPCs and subnets some may be shared by others.
        let arns = scope.services.elements.iter().filter_map(|service| service.service_arn.as_deref());
        let arns = arns.chain(scope.clusters.elements.iter().filter_map(|cluster| cluster.cluster_arn.as_deref()));
        account = arns.filter_map(Arn::account_of).next().map(str::to_owned);
    }
    if account.is_none() {
        account = scope.vpcs.elements.iter().find_map(|vpc| vpc.owner_id.as_deref().map(str::to_owned));
    }
    if region.is_none() {
        let zones =
            scope.availability_zones.elements.iter().filter_map(|zone| zone.region_name.as_deref().map(str::to_owned));
        let subnets =
            scope.subnets.elements.iter().filter_map(|subnet| region_of_zone(subnet.availability_zone.as_deref()?));
        let arns = scope
            .services
            .elements
            .iter()
            .filter_map(|service| Some(Arn::parse(service.service_arn.as_deref()?)?.region.to_owned()));
        region = zones.chain(subnets).chain(arns).next();
    }
    let partition = scope.collection.partition.clone();
    let partition =
        partition.unwrap_or_else(|| crate::snapshot::partition_of(region.as_deref().unwrap_or_default()).to_owned());
    let options = scope.vpc_block_public_access_options.elements.first();
    ScopeFacts {
        account,
        own_account,
        region,
        partition,
        block_public_access: options.and_then(|found| found.internet_gateway_block_mode.as_deref().map(str::to_owned)),
        exclusions: scope
            .vpc_block_public_access_exclusions
            .elements
            .iter()
            .filter(|found| {
                found
                    .state
                    .as_deref()
                    .is_none_or(|state| state.starts_with("create-complete") || state.starts_with("update"))
            })
            .filter_map(|found| {
                Some(Exclusion {
                    id: text(&found.exclusion_id).to_owned(),
                    of: last_part(found.resource_arn.as_deref()?).to_owned(),
                    mode: text(&found.internet_gateway_exclusion_mode).to_owned(),
                })
            })
            .collect(),
        not_collected: scope.collection.not_collected.clone(),
        partial: scope.collection.partial.clone(),
        cache_prefixes: scope.pull_through_cache_rules.is_known().then(|| {
            let rules = scope.pull_through_cache_rules.elements.iter();
            rules
                .map(|rule| {
                    (text(&rule.ecr_repository_prefix).to_owned(), text(&rule.upstream_registry_url).to_owned())
                })
                .collect()
        }),
        repositories: (scope.repositories.elements.iter())
            .map(|found| found.repository_name.as_deref().map(str::to_owned))
            .collect::<Option<Vec<String>>>()
            .filter(|_| scope.repositories.is_complete()),
        running_images: running_images(scope),
        knows_endpoints: scope.vpc_endpoints.is_complete()
            && (scope.vpc_endpoints.elements.iter()).all(|endpoint| {
                is_said(&endpoint.vpc_id) && (is_said(&endpoint.service_name) || is_of_no_service(endpoint))
            }),
        knows_interfaces: scope.network_interfaces.is_complete(),
        absent: shape::absent_calls(scope),
        planned_by: scope.collection.planned_by.clone(),
        logged: scope
            .flow_logs
            .elements
            .iter()
            .filter(|log| log.flow_log_status.as_deref().is_none_or(|status| status == "ACTIVE"))
            .filter_map(|log| log.resource_id.as_deref().map(str::to_owned))
            .collect(),
    }
}

/// Whether an endpoint leads to resources or service networks of VPC Lattice, which have no service's name.
/// <https://docs.aws.amazon.com/vpc/latest/privatelink/privatelink-access-resources.html>
fn is_of_no_service(endpoint: &shape::VpcEndpoint<'_>) -> bool {
    matches!(endpoint.vpc_endpoint_type.as_deref(), Some("Resource" | "ServiceNetwork"))
}

/// The owner of a default security group: that of a VPC which another account shares is hidden from the participants.
/// <https://docs.aws.amazon.com/vpc/latest/userguide/vpc-sharing-security-groups.html>
fn own_account(scope: &Scope<'_>) -> Option<String> {
    let groups = scope.security_groups.elements.iter();
    let default = groups.filter(|group| group.group_name.as_deref() == Some("default"));
    default.filter_map(|group| group.owner_id.as_deref()).next().map(str::to_owned)
}

/// Images of task definitions that tasks run with.
fn running_images(scope: &Scope<'_>) -> FxHashSet<String> {
    if scope.pull_through_cache_rules.elements.is_empty() {
        return FxHashSet::default();
    }
    let is_running = |task: &&Element<shape::Task<'_>>| task.last_status.as_deref() == Some("RUNNING");
    let of_tasks =
        scope.tasks.elements.iter().filter(is_running).filter_map(|task| task.task_definition_arn.as_deref());
    let of_services = scope.services.elements.iter().flat_map(|service| running_definitions(service));
    let running: FxHashSet<&str> = of_tasks.chain(of_services).collect();
    let is_run = |found: &&Element<shape::TaskDefinition<'_>>| {
        found.task_definition_arn.as_deref().is_some_and(|arn| running.contains(arn))
    };
    let definitions = scope.task_definitions.elements.iter().filter(is_run);
    let containers = definitions.flat_map(|definition| definition.container_definitions.iter().flatten());
    containers.filter_map(|container| container.image.as_deref().map(str::to_owned)).collect()
}

/// The task definitions that tasks of a service run with: those of its deployments and task sets that have running tasks. Where
/// nothing says whose tasks they are, its own is one of them.
/// <https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_Deployment.html>
fn running_definitions<'s>(service: &'s shape::Service<'_>) -> Vec<&'s str> {
    let runs = |count: Option<i64>| count.is_some_and(|count| count > 0);
    let deployed = service.deployments.iter().map(|found| (found.running_count, found.task_definition.as_deref()));
    let set = service.task_sets.iter().flatten().map(|found| (found.running_count, found.task_definition.as_deref()));
    let parts: Vec<_> = deployed.chain(set).filter(|(count, _)| count.is_some()).collect();
    match parts.is_empty() {
        true => service.task_definition.as_deref().filter(|_| runs(service.running_count)).into_iter().collect(),
        false => parts.into_iter().filter(|(count, _)| runs(*count)).filter_map(|(_, definition)| definition).collect(),
    }
}

/// `us-east-1a` → `us-east-1`; a Local Zone's name (`us-west-2-lax-1a`) begins with its region's.
fn region_of_zone(zone: &str) -> Option<String> {
    let mut parts = zone.split('-');
    let (area, direction) = (parts.next()?, parts.next()?);
    let mut number = parts.next()?;
    let mut region = format!("{area}-{direction}");
    if number.bytes().all(|byte| byte.is_ascii_lowercase()) {
        region.push_str(&format!("-{number}"));
        number = parts.next()?;
    }
    let digits: String = number.chars().take_while(char::is_ascii_digit).collect();
    (!digits.is_empty()).then(|| format!("{region}-{digits}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn zones_hold_regions() {
        assert_eq!(region_of_zone("us-east-1a").as_deref(), Some("us-east-1"));
        assert_eq!(region_of_zone("us-gov-west-1b").as_deref(), Some("us-gov-west-1"));
        assert_eq!(region_of_zone("us-west-2-lax-1a").as_deref(), Some("us-west-2"));
        assert_eq!(region_of_zone("zone").as_deref(), None);
    }
}
