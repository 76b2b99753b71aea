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
    /// As questions take it.
    pub(super) fn destination(&self) -> Destination<'_> {
        match &self.target {
            Target::Endpoint(id) => Destination::Endpoint(*id),
            Target::Interface(id) => Destination::Interface(*id),
            Target::Need(target) => match target {
                NeedTarget::Service(name) => Destination::Service(name),
                NeedTarget::ServiceElsewhere(..) => Destination::ServiceElsewhere,
                NeedTarget::Internet => Destination::Internet,
                NeedTarget::PublicHost(_) => Destination::PublicName,
                NeedTarget::Host(_) => Destination::Nowhere("the address of this name isn't known"),
                NeedTarget::Addresses(addresses, _) => Destination::Addresses(addresses.clone(), Quantifier::Every),
                NeedTarget::FileSystem(_) => Destination::Nowhere("which mount target is meant isn't known"),
            },
        }
    }

    /// Of which families its addresses are, where it is a name.
    pub(super) fn families(&self) -> NameFamilies {
        match &self.target {
            Target::Need(target) => target.families(),
            Target::Endpoint(_) | Target::Interface(_) => NameFamilies::Unknown,
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
    // A flag has no place in the input; the need's is never shown.
    let nowhere = Location::Span { source: SourceId(0), start: 0, length: 0 };
    match declared::need(name, nowhere) {
        Ok(need) => Ok(end(Target::Need(need.target), need.protocol, need.port)),
        Err(wrong) => Err(vec![unknown(network, name, &wrong)]),
    }
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
