//! VPC endpoints.

use super::address::Family;
use super::ids::{GroupId, InterfaceId, SubnetId, VpcId};
use super::known::{Known, Reference};
use super::policies::Policy;
use super::text::said;
use crate::snapshot::{self as shape, Element, Location};

/// What a VPC endpoint is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EndpointKind {
    /// Interfaces in subnets.
    Interface,
    /// A route in route tables.
    Gateway,
    /// Towards a gateway load balancer's appliances.
    GatewayLoadBalancer,
    /// Something newer.
    Other,
}

/// A VPC endpoint.
#[derive(Debug)]
pub struct Endpoint<'a> {
    /// As described.
    pub element: &'a Element<shape::VpcEndpoint<'a>>,
    /// Its scope in the snapshot.
    pub scope: u32,
    /// Its VPC.
    pub vpc: Reference<VpcId>,
    /// Interface, gateway, …
    pub kind: EndpointKind,
    /// The service's name without `com.amazonaws.<region>.`: `ecr.api`, `s3`; none for services of others.
    pub service: Option<&'a str>,
    /// The service and its region, where that is another one than the endpoint's.
    /// <https://docs.aws.amazon.com/vpc/latest/privatelink/aws-services-cross-region-privatelink-support.html>
    pub service_elsewhere: Option<(&'a str, &'a str)>,
    /// Its subnets; unknown where the list is absent.
    pub subnets: Known<Vec<Reference<SubnetId>>>,
    /// Its security groups.
    pub groups: Known<Vec<Reference<GroupId>>>,
    /// Where its groups are described.
    pub groups_at: Location,
    /// Its interfaces that are known.
    pub interfaces: Vec<InterfaceId>,
    /// Its policy, where the input has it; or why that can't be read.
    pub policy: Option<Result<Policy, String>>,
}

/// The services whose interface endpoints are made for Fargate tasks.
/// <https://docs.aws.amazon.com/AmazonECR/latest/userguide/vpc-endpoints.html>
const OF_FARGATE: [&str; 3] = ["ecr.api", "ecr.dkr", "logs"];

impl Endpoint<'_> {
    /// Whether it is one of the interface endpoints by which a VPC without a way out runs Fargate tasks.
    pub fn is_of_fargate(&self) -> bool {
        self.kind == EndpointKind::Interface && self.service.is_some_and(|service| OF_FARGATE.contains(&service))
    }

    /// Its state, such as `available` or `pending`.
    pub fn state(&self) -> Known<&str> {
        said(&self.element.state, "ec2:DescribeVpcEndpoints", self.scope)
    }

    /// Whether it is available. AWS writes that in either case.
    pub fn is_available(&self) -> Known<bool> {
        Ok(self.state()?.eq_ignore_ascii_case("available"))
    }

    /// Whether it has no network interface, for want of "subnets in which to create endpoint network interfaces".
    /// <https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateVpcEndpoint.html>
    pub fn is_in_no_subnet(&self) -> Known<bool> {
        if self.kind != EndpointKind::Interface || self.element.network_interface_ids.iter().flatten().next().is_some()
        {
            return Ok(false);
        }
        self.subnets.as_ref().map(Vec::is_empty).map_err(|missing| *missing)
    }

    /// Whether it has addresses of a family; none where the input doesn't say.
    pub fn serves(&self, family: Family) -> Option<bool> {
        match (self.element.ip_address_type.as_deref()?, family) {
            ("dualstack", _) | ("ipv4", Family::Ipv4) | ("ipv6", Family::Ipv6) => Some(true),
            ("ipv4", Family::Ipv6) | ("ipv6", Family::Ipv4) => Some(false),
            _ => None,
        }
    }

    /// Whether its private DNS certainly answers for the service's dual-stack name with IPv6 addresses: one of its names is
    /// such a one, and private names have AAAA records.
    /// <https://docs.aws.amazon.com/cdk/api/v2/docs/aws-cdk-lib.aws_ec2.VpcEndpointDnsRecordIpType.html>
    pub fn names_service_by_ipv6(&self) -> bool {
        let options = self.element.dns_options.as_ref();
        let records = options.and_then(|options| options.dns_record_ip_type.as_deref());
        matches!(records, Some("dualstack" | "ipv6"))
            && self.dns_entries().any(|name| name.ends_with(".api.aws") || name.ends_with(".on.aws"))
    }

    /// Whether private DNS is on.
    pub fn has_private_dns(&self) -> bool {
        self.element.private_dns_enabled.unwrap_or(false)
    }

    /// The names that lead to it.
    pub fn dns_entries(&self) -> impl Iterator<Item = &str> {
        self.element.dns_entries.iter().filter_map(|entry| entry.dns_name.as_deref())
    }

    /// Whether its private names are for the VPC, and not only for inbound resolver endpoints: so may those of S3 be,
    /// where a gateway endpoint serves the VPC itself.
    /// <https://docs.aws.amazon.com/AmazonS3/latest/userguide/privatelink-interface-endpoints.html#private-dns-s3>
    pub fn is_resolved_in_vpc(&self) -> bool {
        let options = self.element.dns_options.as_ref();
        let inbound_only = options.and_then(|options| options.private_dns_only_for_inbound_resolver_endpoint);
        self.has_private_dns() && inbound_only != Some(true)
    }
}
