//! `--to`: where a question goes.

use super::from::{Membership, NO_INTERFACE, hosts_of, interface_of_task, is_called, subnet_name, task_called};
use super::listening::{self, Wanted};
use super::unknown;
use crate::cli::aws_services;
use crate::cli::declared;
use crate::network::*;
use crate::reach::{Destination, destination_of, service_of_host};
use crate::report::problem::Problem;
use crate::snapshot::{Location, Snapshot, SourceId};

/// Where a question goes.
pub(in crate::cli) struct End {
    /// As the user named it.
    pub(in crate::cli) name: String,
    target: Target,
    /// TCP or UDP.
    pub(in crate::cli) protocol: Protocol,
    /// The port.
    pub(in crate::cli) port: u16,
    /// Of which families its addresses are, where the user's own name for it tells.
    families: Option<NameFamilies>,
}

enum Target {
    Need(NeedTarget),
    Endpoint(EndpointId),
    Interface(InterfaceId),
    LoadBalancer(LoadBalancerId),
    Party {
        subnet: SubnetId,
        groups: Membership,
        workload: Option<WorkloadId>,
    },
    /// It can't be told where it is: why.
    Nowhere(&'static str),
}

impl End {
    /// Something that a workload needs.
    pub(in crate::cli) fn of_need(need: &Need) -> Self {
        End {
            name: need.target.name(),
            target: Target::Need(need.target.clone()),
            protocol: need.protocol,
            port: need.port,
            families: None,
        }
    }

    /// All public addresses.
    pub(in crate::cli) fn internet() -> Self {
        let target = NeedTarget::Internet;
        End { name: target.name(), families: None, target: Target::Need(target), protocol: Protocol::Tcp, port: 443 }
    }

    /// Whether it is all public addresses.
    pub(in crate::cli) fn is_internet(&self) -> bool {
        matches!(self.target, Target::Need(NeedTarget::Internet))
    }

    /// Whether another is the same place, whatever is wanted there.
    pub(in crate::cli) fn is_same(&self, other: &End) -> bool {
        let place = |end: &End| match &end.target {
            Target::Party { subnet, .. } => Some(*subnet),
            _ => None,
        };
        (&self.name, self.protocol, self.port, place(self)) == (&other.name, other.protocol, other.port, place(other))
    }

    /// Of which families its addresses are, where it is a name: an image's host is another one than that which Fargate itself
    /// calls its service by, so what a workload's needs of the same say comes first.
    pub(in crate::cli) fn families(&self, needs: &[Need]) -> NameFamilies {
        let Target::Need(target) = &self.target else { return NameFamilies::Unknown };
        let usual = target.families();
        let same = || needs.iter().filter(|need| need.target == *target).map(|need| need.families);
        let needed = || same().find(|families| *families != usual).or_else(|| same().next());
        self.families.or_else(needed).unwrap_or(usual)
    }

    /// What an endpoint's policy must permit on the way: what a workload's needs of the same say.
    pub(in crate::cli) fn permissions(&self, needs: &[Need]) -> Vec<Permission> {
        let Target::Need(target) = &self.target else { return Vec::new() };
        // Which bucket of S3 a host names is the question's own.
        let service = match target {
            NeedTarget::Host(host) | NeedTarget::PublicHost(host) => {
                service_of_host(host).map(|(service, _)| service).filter(|service| *service != "s3")
            }
            _ => None,
        };
        let is_meant = |need: &&Need| {
            need.target == *target || service.is_some_and(|name| need.target == NeedTarget::Service(name.to_owned()))
        };
        needs.iter().filter(is_meant).flat_map(|need| need.permissions.iter().cloned()).collect()
    }

    /// As a question takes it.
    pub(in crate::cli) fn destination(&self, network: &Network<'_>) -> Destination<'_> {
        match &self.target {
            Target::Endpoint(id) => Destination::Endpoint(*id),
            Target::Interface(id) => Destination::Interface(*id),
            Target::LoadBalancer(id) => Destination::LoadBalancer(*id),
            Target::Nowhere(why) => Destination::Nowhere(why),
            Target::Need(target) => destination_of(target),
            Target::Party { subnet, groups, workload } => Destination::Party {
                subnet: *subnet,
                addresses: hosts_of(network, *subnet),
                groups: groups.as_groups(),
                workload: *workload,
            },
        }
    }
}

/// Finds what `--to` names: several ends where it stands in several subnets.
///
/// # Errors
/// It names nothing.
pub(in crate::cli) fn find(
    snapshot: &Snapshot<'_>,
    network: &Network<'_>,
    name: &str,
    protocol: Option<Protocol>,
    port: Option<u16>,
) -> Result<Vec<End>, Vec<Problem>> {
    let end = |target: Target, usual, usual_port| End {
        name: name.to_owned(),
        families: None,
        target,
        protocol: protocol.unwrap_or(usual),
        port: port.unwrap_or(usual_port),
    };
    let wanted = Wanted { protocol, port };
    let over_tls = |target| vec![end(target, Protocol::Tcp, 443)];
    if let Some(id) = network.by_id.interfaces.get(name) {
        return Ok(over_tls(Target::Interface(*id)));
    }
    if let Some(id) = network.by_id.endpoints.get(name) {
        let endpoint = network.endpoint(*id);
        return Ok(over_tls(match (endpoint.kind, endpoint.service) {
            // A gateway endpoint is a route: what is reached is its service.
            (EndpointKind::Gateway, Some(service)) => Target::Need(NeedTarget::Service(service.to_owned())),
            _ => Target::Endpoint(*id),
        }));
    }
    if let Some(block) = block(name) {
        let range = Ranges::one(block.range.0, block.range.1);
        if LOOPBACK.contains(&range) {
            let problem = Problem::new("usage/to", format!("--to: {}", declared::stays_in_the_task(name)));
            return Err(vec![problem]);
        }
        let addresses = NeedTarget::Addresses(range, name.to_owned());
        return Ok(over_tls(Target::Need(addresses)));
    }
    if name.starts_with("fs-") {
        if let Some(problem) = unknown::file_system(network, name) {
            return Err(vec![problem]);
        }
        return Ok(vec![end(Target::Need(NeedTarget::FileSystem(name.to_owned())), Protocol::Tcp, 2049)]);
    }
    let parties = parties(network, name);
    let balancers = balancers(network, name);
    if !parties.is_empty() || !balancers.is_empty() {
        let party = |Standing { subnet, groups, workload, listening }: Standing| {
            let place = subnet_name(network, subnet);
            wanted.of(&listening).into_iter().map(move |(port, protocol)| {
                let target = Target::Party { subnet, groups: groups.clone(), workload };
                End { name: format!("{name} in {place}"), ..end(target, protocol, port) }
            })
        };
        let balanced = |id: LoadBalancerId| {
            let listening = listening::of_balancer(network, network.load_balancer(id));
            wanted.of(&listening).into_iter().map(move |(port, protocol)| end(Target::LoadBalancer(id), protocol, port))
        };
        let ends: Vec<End> =
            parties.into_iter().flat_map(party).chain(balancers.into_iter().flat_map(balanced)).collect();
        return if ends.is_empty() { Err(vec![wanted.unknown(name)]) } else { Ok(ends) };
    }
    if let Some(task) = task_called(snapshot, name) {
        let service = task.group.as_deref().and_then(|group| group.strip_prefix("service:"));
        let workloads =
            network.workloads.iter().filter(|workload| service.is_some_and(|name| is_called(workload, name)));
        let listening: Vec<Listening> = workloads.flat_map(|workload| workload.listening.iter().copied()).collect();
        let target = || interface_of_task(network, task).map_or(Target::Nowhere(NO_INTERFACE), Target::Interface);
        let ends = wanted.of(&listening).into_iter().map(|(port, protocol)| end(target(), protocol, port));
        let ends: Vec<End> = ends.collect();
        return if ends.is_empty() { Err(vec![wanted.unknown(name)]) } else { Ok(ends) };
    }
    let of_input = network.endpoints.iter().any(|endpoint| endpoint.service == Some(name));
    if of_input {
        return Ok(over_tls(Target::Need(NeedTarget::Service(name.to_owned()))));
    }
    if let Some(target) = aws_name(network, name).map_err(|problem| vec![problem])? {
        let families = families_of_registry(name);
        let ends = over_tls(Target::Need(target)).into_iter();
        return Ok(ends.map(|end| End { families, ..end }).collect());
    }
    // A flag has no place in the input; the need's is never shown.
    let nowhere = Location::Span { source: SourceId(0), start: 0, length: 0 };
    match declared::need(name, nowhere) {
        Ok(need) => {
            if let NeedTarget::Host(host) = &need.target
                && let Some((_, region)) = service_of_host(host)
            {
                check_region(network, region).map_err(|problem| vec![problem])?;
            }
            Ok(vec![end(Target::Need(need.target), need.protocol, need.port)])
        }
        Err(wrong) => Err(vec![unknown::anything(snapshot, network, name, &wrong)]),
    }
}

/// A service by a name that holds its region: `com.amazonaws.eu-west-1.logs`, `logs in eu-west-1` as reports have it, or
/// the host of an ECR registry.
///
/// # Errors
/// There is no such service or region.
fn aws_name(network: &Network<'_>, name: &str) -> Result<Option<NeedTarget>, Problem> {
    let target = |service: &str, region: &str| {
        let has_no_region = || network.scopes.iter().all(|scope| scope.region.is_none());
        check_region(network, region)?;
        Ok(Some(match is_of_input(network, region) || has_no_region() {
            true => NeedTarget::Service(service.to_owned()),
            false => NeedTarget::ServiceElsewhere(service.to_owned(), region.to_owned()),
        }))
    };
    if let Registry::Ecr { region, other_name, .. } = registry_called(name) {
        return Ok(match (target("ecr.dkr", &region)?, other_name) {
            (Some(NeedTarget::Service(service)), Some(host)) => Some(NeedTarget::ServiceHost(service, host)),
            (target, _) => target,
        });
    }
    if let Some((service, region)) = name.split_once(" in ") {
        return if aws_services::is_known(service) { target(service, region) } else { Ok(None) };
    }
    let Some((service, region)) = aws_services::whole_name(name) else { return Ok(None) };
    let serves = |endpoint: &Endpoint<'_>| {
        endpoint.service == Some(service) || endpoint.service_elsewhere.is_some_and(|(other, _)| other == service)
    };
    match declared::misspelt(service).filter(|_| !network.endpoints.iter().any(serves)) {
        Some(near) => {
            let problem = Problem::new("usage/to", format!("--to: AWS has no service `{service}`"));
            Err(problem.with_help(format!("did you mean `{}`?", name.replace(service, near))))
        }
        None => target(service, region),
    }
}

/// The registry whose host has a name.
fn registry_called(name: &str) -> Registry {
    registry(&format!("{}/", host_name(name)))
}

/// Of which families the addresses are of the host of an ECR registry that goes by a name; none where no such host does.
fn families_of_registry(name: &str) -> Option<NameFamilies> {
    matches!(registry_called(name), Registry::Ecr { .. }).then(|| NameFamilies::of_registry(&host_name(name)))
}

fn is_of_input(network: &Network<'_>, region: &str) -> bool {
    network.scopes.iter().any(|scope| scope.region.as_deref() == Some(region))
}

/// A region is one of the input, or has the form of one.
fn check_region(network: &Network<'_>, region: &str) -> Result<(), Problem> {
    if is_of_input(network, region) || aws_services::is_region(region) {
        return Ok(());
    }
    let problem = Problem::new("usage/to", format!("--to: AWS has no region `{region}`"));
    Err(match aws_services::nearest_region(region) {
        Some(near) => problem.with_help(format!("did you mean `{near}`?")),
        None => problem,
    })
}

/// A subnet in which a workload stands.
struct Standing {
    subnet: SubnetId,
    groups: Membership,
    workload: Option<WorkloadId>,
    /// What it listens on.
    listening: Vec<Listening>,
}

/// The workloads of that name, in each of their subnets.
fn parties(network: &Network<'_>, name: &str) -> Vec<Standing> {
    let mut found = Vec::new();
    for (index, workload) in network.workloads.iter().enumerate().filter(|(_, workload)| is_called(workload, name)) {
        let subnets = workload.subnets.iter().flatten().filter_map(|placement| placement.subnet.known());
        found.extend(subnets.map(|subnet| Standing {
            subnet,
            groups: Membership::of(workload),
            workload: Some(WorkloadId(index as u32)),
            listening: workload.listening.clone(),
        }));
    }
    found
}

/// The load balancers of that name or ARN.
fn balancers(network: &Network<'_>, name: &str) -> Vec<LoadBalancerId> {
    let is_called = |balancer: &LoadBalancer<'_>| {
        let element = balancer.element;
        [&element.load_balancer_name, &element.load_balancer_arn].iter().any(|id| id.as_deref() == Some(name))
    };
    let all = (0..).map(LoadBalancerId).zip(&network.load_balancers);
    all.filter(|(_, balancer)| is_called(balancer)).map(|(id, _)| id).collect()
}
