//! `--to`: where a question goes.

use crate::cli::arguments::Trace;
use crate::cli::{aws_services, declared};
use crate::network::*;
use crate::reach::{Destination, Quantifier};
use crate::report::problem::Problem;
use crate::rules::nearest;
use crate::snapshot::{Location, SourceId};

/// Where a question goes.
pub(super) struct End {
    /// As the user named it.
    pub(super) name: String,
    target: Target,
    /// TCP or UDP.
    pub(super) protocol: Protocol,
    /// The port.
    pub(super) port: u16,
}

enum Target {
    Need(NeedTarget),
    Endpoint(EndpointId),
    Interface(InterfaceId),
}

impl End {
    /// What an endpoint's policy must permit on the way: what a workload's needs of the same say.
    pub(super) fn permissions(&self, needs: &[Need]) -> Vec<Permission> {
        let Target::Need(target) = &self.target else { return Vec::new() };
        needs.iter().filter(|need| need.target == *target).flat_map(|need| need.permissions.iter().cloned()).collect()
    }

    /// As questions take it.
    pub(super) fn destination(&self) -> Destination<'_> {
        match &self.target {
            Target::Endpoint(id) => Destination::Endpoint(*id),
            Target::Interface(id) => Destination::Interface(*id),
            Target::Need(target) => match target {
                NeedTarget::Service(name) => Destination::Service(name),
                NeedTarget::ServiceHost(service, host) => Destination::ServiceHost { service, host },
                NeedTarget::ServiceElsewhere(service, region) => Destination::ServiceElsewhere { service, region },
                NeedTarget::Internet => Destination::Addresses(PUBLIC_V4.clone(), Quantifier::Every),
                NeedTarget::PublicHost(_) => Destination::PublicName,
                NeedTarget::Host(_) => Destination::Nowhere("the address of this name isn't known"),
                NeedTarget::Addresses(addresses, _) => Destination::Addresses(addresses.clone(), Quantifier::Every),
                NeedTarget::FileSystem(_) => Destination::Nowhere("which mount target is meant isn't known"),
            },
        }
    }
}

/// Finds what `--to` names.
///
/// # Errors
/// It names nothing.
pub(super) fn find(network: &Network<'_>, arguments: &Trace) -> Result<End, Vec<Problem>> {
    let name = arguments.to.as_str();
    let end = |target, protocol, port| End {
        name: name.to_owned(),
        target,
        protocol: arguments.protocol.map_or(protocol, Into::into),
        port: arguments.port.unwrap_or(port),
    };
    if let Some(id) = network.by_id.interfaces.get(name) {
        return Ok(end(Target::Interface(*id), Protocol::Tcp, 443));
    }
    if let Some(id) = network.by_id.endpoints.get(name) {
        let endpoint = network.endpoint(*id);
        let target = match (endpoint.kind, endpoint.service) {
            // A gateway endpoint is a route: what is reached is its service.
            (EndpointKind::Gateway, Some(service)) => Target::Need(NeedTarget::Service(service.to_owned())),
            _ => Target::Endpoint(*id),
        };
        return Ok(end(target, Protocol::Tcp, 443));
    }
    if let Some(block) = block(name) {
        let addresses = NeedTarget::Addresses(Ranges::one(block.range.0, block.range.1), name.to_owned());
        return Ok(end(Target::Need(addresses), Protocol::Tcp, 443));
    }
    let of_input = network.endpoints.iter().any(|endpoint| endpoint.service == Some(name));
    if of_input {
        return Ok(end(Target::Need(NeedTarget::Service(name.to_owned())), Protocol::Tcp, 443));
    }
    if let Some(target) = aws_name(network, name) {
        return Ok(end(Target::Need(target), Protocol::Tcp, 443));
    }
    // A flag has no place in the input; the need's is never shown.
    let nowhere = Location::Span { source: SourceId(0), start: 0, length: 0 };
    match declared::need(name, nowhere) {
        Ok(need) => Ok(end(Target::Need(need.target), need.protocol, need.port)),
        Err(wrong) => Err(vec![unknown(network, name, &wrong)]),
    }
}

/// A service by a name that holds its region: `com.amazonaws.eu-west-1.logs`, `logs in eu-west-1` as reports have it, or
/// the host of an ECR registry.
fn aws_name(network: &Network<'_>, name: &str) -> Option<NeedTarget> {
    let is_own = |region: &str| {
        let mut known = network.scopes.iter().filter_map(|scope| scope.region.as_deref()).peekable();
        known.peek().is_none() || known.any(|own| own == region)
    };
    let target = |service: &str, region: &str| match is_own(region) {
        true => NeedTarget::Service(service.to_owned()),
        false => NeedTarget::ServiceElsewhere(service.to_owned(), region.to_owned()),
    };
    if let Registry::Ecr { region, other_name, .. } = registry(&format!("{name}/")) {
        return Some(match (target("ecr.dkr", &region), other_name) {
            (NeedTarget::Service(service), Some(host)) => NeedTarget::ServiceHost(service, host),
            (target, _) => target,
        });
    }
    if let Some((service, region)) = name.split_once(" in ") {
        return aws_services::is_known(service).then(|| target(service, region));
    }
    let service = service_of_name(name)?;
    let region = name.strip_suffix(service)?.trim_end_matches('.').rsplit('.').next()?;
    region.contains('-').then(|| target(service, region))
}

fn unknown(network: &Network<'_>, name: &str, wrong: &declared::Wrong) -> Problem {
    if name.contains("://") {
        return Problem::new("usage/to", format!("--to: {}", wrong.reason));
    }
    for (prefix, what, ids) in [
        ("eni-", "network interface", network.by_id.interfaces.keys().copied().collect::<Vec<_>>()),
        ("vpce-", "endpoint", network.by_id.endpoints.keys().copied().collect()),
    ] {
        if name.starts_with(prefix) {
            let problem = Problem::new("usage/to", format!("--to: the input has no {what} `{name}`"));
            return match nearest(name, ids.into_iter()) {
                Some(near) => problem.with_help(format!("did you mean `{near}`?")),
                None => problem,
            };
        }
    }
    let ids = network.by_id.interfaces.keys().chain(network.by_id.endpoints.keys()).copied();
    let near = nearest(name, ids).or_else(|| aws_services::nearest(name));
    let help = match near {
        Some(near) => format!("did you mean `{near}`?"),
        None => "write an address or a block, `internet`, the name of an AWS service's endpoint (`s3`, `ecr.api`, `logs`), `https://…`, `tcp://…`, \
                 or the id of a network interface or an endpoint of the input"
            .to_owned(),
    };
    Problem::new("usage/to", format!("--to: nothing is called `{name}`")).with_help(help)
}
