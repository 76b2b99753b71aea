//! What fargcheck tells otherwise than it should. Each is asserted as it is, so that none outlives its repair.

/// A case that does not hold.
pub(crate) struct Deviation {
    /// The change.
    pub(crate) operator: &'static str,
    /// The network.
    pub(crate) architecture: &'static str,
    /// Where in it.
    pub(crate) site: &'static str,
    /// What is told instead: severity, rule and resource.
    pub(crate) told: &'static [&'static str],
    /// Why that is wrong.
    pub(crate) because: &'static str,
}

pub(crate) const DEVIATIONS: &[Deviation] = &[Deviation {
    operator: "delete the internet gateway and its routes",
    architecture: "NAT instances",
    site: "igw-shop",
    told: &[],
    because: "what lies behind an instance isn't known, and igw/public-nat asks for NAT gateways alone",
}];
