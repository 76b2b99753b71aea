//! Doubts about a VPC that another account owns and shares.

use super::question::Doubt;
use crate::network::{Network, SubnetId, text};

/// What the input of a shared subnet's participant lacks although the participant asked for it is the owner's business:
/// the way leaves what the input describes.
pub(super) fn told(network: &Network<'_>, subnet: SubnetId, doubt: Doubt) -> Doubt {
    let Doubt::Missing(missing) = doubt else { return doubt };
    let asked = network.scopes.get(missing.scope as usize).is_some_and(|scope| !scope.absent.contains(&missing.call));
    match network.sharer(subnet) {
        Some(owner) if asked && missing.scope == network.subnet(subnet).scope => {
            let vpc = text(&network.subnet(subnet).element.vpc_id);
            Doubt::Leaves(format!(
                "{vpc}, which account {owner} shares: that account's own {} would tell",
                missing.call
            ))
        }
        _ => doubt,
    }
}
