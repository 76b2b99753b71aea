//! Why packets don't arrive: the codes, and the names that AWS's Reachability Analyzer has for them.

/// Why packets don't arrive.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Code {
    /// No security group of the sender lets them out.
    SgEgress,
    /// The route table has no route for them.
    NoRoute,
    /// Their route leads to something that is gone or does not work.
    Blackhole,
    /// The network ACL of the sender's subnet does not let them out.
    NaclEgress,
    /// The network ACL of the sender's subnet does not let the replies in.
    NaclIngress,
    /// The internet gateway is attached to no VPC, or to another one.
    IgwDetached,
    /// The sender has no public address to use an internet gateway with.
    NoPublicIp,
    /// The internet does not route the destination, or what the route leads to does not take them.
    NotRoutable,
    /// The NAT gateway is not available, or has no Elastic IP address although it is public.
    NatState,
    /// The NAT gateway is in the sender's own subnet.
    NatOwnSubnet,
    /// The network ACL of the NAT gateway's subnet does not let packets in.
    NatNaclIn,
    /// The network ACL of the NAT gateway's subnet does not let packets out.
    NatNaclOut,
    /// The NAT gateway's subnet has no route to an internet gateway.
    NatRoute,
    /// A private NAT gateway does not lead to the internet.
    NatPrivate,
    /// The VPC endpoint is not available.
    EndpointState,
    /// The VPC endpoint is in no subnet, and so has no network interface.
    EndpointSubnets,
    /// The VPC endpoint's policy forbids it.
    EndpointPolicy,
    /// The VPC endpoint's security groups don't let them in.
    EndpointSg,
    /// The network ACL of the destination's subnet drops packets or replies.
    DestNacl,
    /// The destination's security groups don't let them in.
    DestSg,
    /// The VPC has no DNS resolution.
    DnsSupport,
    /// The resolvers that the VPC's DHCP options name in the place of AWS's can't be reached.
    DnsResolver,
    /// The VPC has no DNS host names, without which private DNS does not work.
    DnsHostnames,
    /// The VPC endpoint has no private DNS: its service's name leads to public addresses.
    PrivateDnsOff,
    /// VPC Block Public Access forbids it.
    BlockPublicAccess,
    /// The transit gateway has no attachment subnet in the sender's zone.
    TgwZone,
    /// The transit gateway has no route for them.
    TgwRoute,
    /// The network ACL of a transit gateway attachment's subnet drops packets or replies.
    TgwNacl,
    /// The peering connection is not active.
    PeeringState,
    /// The sender's subnet has no addresses of the destination's family.
    AddressFamily,
    /// The file system has no mount target in the sender's VPC, or none in the zone of its subnet, and so no name there.
    MountTarget,
    /// The network interface that a route leads to checks destinations, and takes what is addressed to itself alone.
    SourceDestCheck,
}

impl Code {
    /// Every code.
    pub const ALL: [Code; 32] = [
        Code::SgEgress,
        Code::NoRoute,
        Code::Blackhole,
        Code::NaclEgress,
        Code::NaclIngress,
        Code::IgwDetached,
        Code::NoPublicIp,
        Code::NotRoutable,
        Code::NatState,
        Code::NatOwnSubnet,
        Code::NatNaclIn,
        Code::NatNaclOut,
        Code::NatRoute,
        Code::NatPrivate,
        Code::EndpointState,
        Code::EndpointSubnets,
        Code::EndpointPolicy,
        Code::EndpointSg,
        Code::DestNacl,
        Code::DestSg,
        Code::DnsSupport,
        Code::DnsResolver,
        Code::DnsHostnames,
        Code::PrivateDnsOff,
        Code::BlockPublicAccess,
        Code::TgwZone,
        Code::TgwRoute,
        Code::TgwNacl,
        Code::PeeringState,
        Code::AddressFamily,
        Code::MountTarget,
        Code::SourceDestCheck,
    ];

    /// Its name.
    pub const fn as_str(self) -> &'static str {
        self.names().0
    }

    /// The Reachability Analyzer's explanation codes for the same thing, where it has such.
    /// <https://docs.aws.amazon.com/vpc/latest/reachability/explanation-codes.html>
    pub fn analyzer(self) -> &'static [&'static str] {
        self.names().1
    }

    /// What the resource does, said of it: "… has no route for it".
    pub fn clause(self) -> &'static str {
        match self {
            Code::SgEgress => "does not let it out",
            Code::NoRoute => "has no route for it",
            Code::Blackhole => "sends it to something that is gone or does not work",
            Code::NaclEgress => "does not let it out of the subnet",
            Code::NaclIngress => "does not let the replies into the subnet",
            Code::IgwDetached => "is not attached to the VPC",
            Code::NoPublicIp => "has no public address to use the internet gateway with",
            Code::NotRoutable => "does not lead to that address",
            Code::NatState => "does not work: it is not available, or is public and has no Elastic IP",
            Code::NatOwnSubnet => "is in the sender's own subnet, whose packets come back to it",
            Code::NatNaclIn => "keeps packets from the NAT gateway in its subnet",
            Code::NatNaclOut => "keeps the NAT gateway's packets in its subnet",
            Code::NatRoute => "has no route on to an internet gateway",
            Code::NatPrivate => "is private and does not lead to the internet",
            Code::EndpointState => "is not available",
            Code::EndpointSubnets => "is in no subnet, and so has no network interface",
            Code::EndpointPolicy => "has a policy that forbids it",
            Code::EndpointSg | Code::DestSg => "does not let it in",
            Code::DestNacl => "drops it, or the replies, at the destination's subnet",
            Code::DnsSupport => "has DNS resolution off",
            Code::DnsResolver => "names resolvers in its DHCP options that can't be reached",
            Code::DnsHostnames => "has DNS host names off, without which private DNS does not work",
            Code::PrivateDnsOff => "has no private DNS: the service's name leads elsewhere",
            Code::BlockPublicAccess => "is under VPC Block Public Access",
            Code::TgwZone => "has no subnet in the sender's zone",
            Code::TgwRoute => "has no route for it",
            Code::TgwNacl => "drops it, or the replies, at the transit gateway's subnet",
            Code::PeeringState => "is not active",
            Code::AddressFamily => "has no addresses of the destination's family, and no DNS64",
            Code::MountTarget => "has no mount target of the file system in its zone, where its name leads nowhere",
            Code::SourceDestCheck => "checks destinations, and takes only what is addressed to itself",
        }
    }

    /// What it means, where the resource isn't named beside it.
    pub fn sentence(self) -> &'static str {
        match self {
            Code::SgEgress => "no security group of the sender lets this out",
            Code::NoRoute => "no route leads there",
            Code::Blackhole => "the route leads to something that is gone or does not work",
            Code::NaclEgress => "the network ACL of the sender's subnet does not let this out",
            Code::NaclIngress => "the network ACL of the sender's subnet does not let the replies in",
            Code::IgwDetached => "the internet gateway is not attached to this VPC",
            Code::NoPublicIp => "the sender has no public IP address to use an internet gateway with",
            Code::NotRoutable => "the internet does not route this address",
            Code::NatState => {
                "the NAT gateway is not available, or lacks the Elastic IP address that a public one needs"
            }
            Code::NatOwnSubnet => "the NAT gateway is in the sender's own subnet",
            Code::NatNaclIn => "the network ACL of the NAT gateway's subnet does not let this in",
            Code::NatNaclOut => "the network ACL of the NAT gateway's subnet does not let this out",
            Code::NatRoute => "the NAT gateway's subnet has no route to an internet gateway",
            Code::NatPrivate => "a private NAT gateway does not lead to the internet",
            Code::EndpointState => "the endpoint is not available",
            Code::EndpointSubnets => "the endpoint is in no subnet, and so has no network interface",
            Code::EndpointPolicy => "the endpoint's policy forbids it",
            Code::EndpointSg => "the endpoint's security groups don't let this in",
            Code::DestNacl => "the network ACL of the destination's subnet drops this",
            Code::DestSg => "the destination's security groups don't let this in",
            Code::DnsSupport => "the VPC has no DNS resolution",
            Code::DnsResolver => "the resolvers that the VPC's DHCP options name can't be reached",
            Code::DnsHostnames => "the VPC has no DNS host names, without which private names don't work",
            Code::PrivateDnsOff => "the endpoint has no private DNS: the service's name leads to public addresses",
            Code::BlockPublicAccess => "VPC Block Public Access forbids it",
            Code::TgwZone => "the transit gateway has no attachment subnet in the sender's zone",
            Code::TgwRoute => "the transit gateway has no route there",
            Code::TgwNacl => "the network ACL of the transit gateway's subnet drops this",
            Code::PeeringState => "the peering connection is not active",
            Code::AddressFamily => "the sender's subnet has no addresses of the destination's family",
            Code::MountTarget => "the file system has no mount target that its name could lead to",
            Code::SourceDestCheck => {
                "the network interface that the route leads to takes only what is addressed to itself"
            }
        }
    }

    const fn names(self) -> (&'static str, &'static [&'static str]) {
        match self {
            Code::SgEgress => {
                ("sg-egress", &["ENI_SG_RULES_MISMATCH", "SG_HAS_NO_RULES", "SG_REFERENCES_NOT_PRESERVED"])
            }
            Code::NoRoute => ("no-route", &["NO_ROUTE_TO_DESTINATION"]),
            Code::Blackhole => ("blackhole", &["BAD_STATE_ROUTE"]),
            Code::NaclEgress => ("nacl-egress", &["SUBNET_ACL_RESTRICTION"]),
            Code::NaclIngress => ("nacl-ingress", &["SUBNET_ACL_RESTRICTION"]),
            Code::IgwDetached => ("igw-detached", &["UNASSOCIATED_COMPONENT"]),
            Code::NoPublicIp => ("no-public-ip", &["IGW_PUBLIC_IP_ASSOCIATION_FOR_EGRESS"]),
            Code::NotRoutable => (
                "not-routable",
                &[
                    "IGW_DESTINATION_ADDRESS_NOT_IN_RFC1918_EGRESS",
                    "IGW_DESTINATION_ADDRESS_NOT_IN_RFC6598_EGRESS",
                    "PCX_REQUIRES_ADDRESS_IN_VPC_CIDR",
                    "VPCE_GATEWAY_PROTOCOL_RESTRICTION",
                ],
            ),
            Code::NatState => ("nat-state", &["BAD_STATE"]),
            Code::NatOwnSubnet => ("nat-own-subnet", &[]),
            Code::NatNaclIn => ("nat-nacl-in", &["SUBNET_ACL_RESTRICTION"]),
            Code::NatNaclOut => ("nat-nacl-out", &["SUBNET_ACL_RESTRICTION"]),
            Code::NatRoute => ("nat-route", &["NO_ROUTE_TO_DESTINATION"]),
            Code::NatPrivate => ("nat-private", &[]),
            Code::EndpointState => ("endpoint-state", &["BAD_STATE"]),
            Code::EndpointSubnets => ("endpoint-subnets", &[]),
            Code::EndpointPolicy => ("endpoint-policy", &[]),
            Code::EndpointSg => ("endpoint-sg", &["ENI_SG_RULES_MISMATCH", "SG_HAS_NO_RULES"]),
            Code::DestNacl => ("dest-nacl", &["SUBNET_ACL_RESTRICTION"]),
            Code::DestSg => (
                "dest-sg",
                &["ENI_SG_RULES_MISMATCH", "SG_HAS_NO_RULES", "SG_REFERENCES_NOT_PRESERVED", "SG_REFERENCING_SUPPORT"],
            ),
            Code::DnsSupport => ("dns-support", &[]),
            Code::DnsResolver => ("dns-resolver", &[]),
            Code::DnsHostnames => ("dns-hostnames", &[]),
            Code::PrivateDnsOff => ("private-dns-off", &[]),
            Code::BlockPublicAccess => ("block-public-access", &["VPC_BLOCK_PUBLIC_ACCESS_ENABLED"]),
            Code::TgwZone => ("tgw-zone", &["TGW_ROUTE_AZ_RESTRICTION"]),
            Code::TgwRoute => (
                "tgw-route",
                &[
                    "TGW_RTB_NO_ROUTE_TO_TGW_ATTACHMENT",
                    "TGW_RTB_BAD_STATE_ROUTE",
                    "TGW_ATTACH_MISSING_TGW_RTB_ASSOCIATION",
                    "BAD_STATE_ATTACHMENT",
                ],
            ),
            Code::TgwNacl => ("tgw-nacl", &["SUBNET_ACL_RESTRICTION"]),
            Code::PeeringState => ("peering-state", &["BAD_STATE"]),
            Code::AddressFamily => ("address-family", &[]),
            Code::MountTarget => ("mount-target", &[]),
            Code::SourceDestCheck => ("source-dest-check", &["ENI_SOURCE_DEST_CHECK_RESTRICTION"]),
        }
    }
}

/// The outcome for a flow.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Verdict {
    /// Every packet arrives, and every reply.
    Reachable,
    /// The walk left what the snapshot knows.
    Unknown,
    /// Some packets or replies are dropped.
    Partial,
    /// None arrives.
    Blocked,
}

impl Verdict {
    /// The word for it.
    pub fn as_str(self) -> &'static str {
        match self {
            Verdict::Reachable => "reachable",
            Verdict::Unknown => "unknown",
            Verdict::Partial => "partial",
            Verdict::Blocked => "blocked",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_unique() {
        let mut names: Vec<&str> = Code::ALL.iter().map(|code| code.as_str()).collect();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), Code::ALL.len());
    }
}
