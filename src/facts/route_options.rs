//! Routes as the AWS CLI's commands about them take their parts.
//! <https://docs.aws.amazon.com/cli/latest/reference/ec2/replace-route.html>

use crate::network::*;

/// The destination of a route: `--destination-cidr-block 0.0.0.0/0`.
pub(super) fn destination_option(route: &Route<'_>) -> String {
    let option = match route.destination {
        RouteDestination::List(_) => "--destination-prefix-list-id",
        RouteDestination::Block((low, _), _) if Family::of(low) == Family::Ipv6 => "--destination-ipv6-cidr-block",
        RouteDestination::Block(..) | RouteDestination::Nothing => "--destination-cidr-block",
    };
    format!("{option} {}", route.destination_text())
}

/// The target of a route: `--nat-gateway-id nat-0123`; in the place of what is gone stands `<nat-gateway-id>`.
pub(super) fn target_option(route: &Route<'_>) -> String {
    let (option, is_gone) = match route.target {
        Target::Nat(to) => ("nat-gateway-id", to == Reference::Gone),
        Target::InternetGateway(to) => ("gateway-id", to == Reference::Gone),
        Target::EgressOnlyGateway(to) => ("egress-only-internet-gateway-id", to == Reference::Gone),
        Target::Endpoint(to) => ("vpc-endpoint-id", to == Reference::Gone),
        Target::Peering(to) => ("vpc-peering-connection-id", to == Reference::Gone),
        Target::TransitGateway(_) => ("transit-gateway-id", route.is_detached),
        Target::Instance | Target::Interface(_) if route.target_id.starts_with("i-") => ("instance-id", false),
        Target::Instance | Target::Interface(_) => ("network-interface-id", false),
        Target::Local | Target::VirtualPrivateGateway | Target::Other | Target::Unwritten(_) => ("gateway-id", false),
    };
    if is_gone { format!("--{option} <{option}>") } else { format!("--{option} {}", route.target_id) }
}
