//! Shared VPCs (AWS Resource Access Manager): what a participant's account describes of another account's network.
//!
//! A participant sees the subnets that are shared with it, their VPC, route tables, network ACLs and internet gateway, but
//! neither the owner's NAT gateways and egress-only gateways nor its endpoints, peering connections, attachments and
//! network interfaces: that its lists lack them says nothing.
//! <https://docs.aws.amazon.com/vpc/latest/userguide/vpc-sharing-responsibilities.html>

use super::Builder;
use crate::network::model::ScopeFacts;
use crate::snapshot::{self as shape};

/// A shape that may say which account owns it.
pub(super) trait Owned {
    /// The account's number.
    fn owner(&self) -> Option<&str>;
}

macro_rules! owned {
    ($($shape:ident: $owner:expr;)*) => {
        $(impl Owned for shape::$shape<'_> {
            fn owner(&self) -> Option<&str> {
                let owner: fn(&Self) -> Option<&str> = $owner;
                owner(self)
            }
        })*
    };
}

owned! {
    Vpc: |found| found.owner_id.as_deref();
    Subnet: |found| found.owner_id.as_deref();
    RouteTable: |found| found.owner_id.as_deref();
    NetworkAcl: |found| found.owner_id.as_deref();
    SecurityGroup: |found| found.owner_id.as_deref();
    InternetGateway: |found| found.owner_id.as_deref();
    NetworkInterface: |found| found.owner_id.as_deref();
    VpcEndpoint: |found| found.owner_id.as_deref();
    EgressOnlyInternetGateway: |_| None;
    NatGateway: |_| None;
    LoadBalancer: |_| None;
    TargetGroup: |_| None;
}

/// The scope of the account that owns something, in the same region, where it is another one than `scope`. What both
/// describe is taken as its owner describes it: there are not two of it.
pub(super) fn scope_of_owner(facts: &[ScopeFacts], scope: usize, owner: Option<&str>) -> Option<usize> {
    let here = &facts[scope];
    let owner = owner.filter(|owner| here.account.as_deref().is_some_and(|account| account != *owner))?;
    facts.iter().position(|other| other.account.as_deref() == Some(owner) && other.region == here.region)
}

impl Builder<'_, '_> {
    /// Whether another account than the scope's owns what the scope describes.
    pub(super) fn is_of_another(&self, scope: u32, owner: Option<&str>) -> bool {
        let account = self.network.scopes[scope as usize].account.as_deref();
        owner.is_some_and(|owner| account.is_some_and(|account| account != owner))
    }
}
