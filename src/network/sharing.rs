//! Whose a subnet is.

use super::ids::SubnetId;
use super::model::Network;

impl<'a> Network<'a> {
    /// The account that owns a subnet and shares it, where the subnet is known from another account's input alone.
    /// <https://docs.aws.amazon.com/vpc/latest/userguide/vpc-sharing.html>
    pub fn sharer(&self, subnet: SubnetId) -> Option<&'a str> {
        let subnet = self.subnet(subnet);
        let account = self.scopes.get(subnet.scope as usize)?.account.as_deref()?;
        let vpc = subnet.vpc.known().and_then(|vpc| self.vpc(vpc).element.owner_id.as_deref());
        subnet.element.owner_id.as_deref().or(vpc).filter(|owner| *owner != account)
    }
}
