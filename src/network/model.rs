//! The resolved network: every resource with the resources that it refers to, found once.

use super::address::{AddressRange, Addresses, Family};
use super::expression::expression;
use super::filters::{AclRules, GroupRules};
use super::incidents::Incident;
use super::policies::Policy;
use super::published::PublishedAddresses;
use super::routes::RouteTable;
use super::workloads::Workload;
use crate::snapshot::{self as shape, Element, Location, Str};
use rustc_hash::{FxHashMap, FxHashSet};

/// The part of the snapshot that would be needed to know.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Missing {
    /// The call that answers it, as IAM names it.
    pub call: &'static str,
    /// The scope that lacks it.
    pub scope: u32,
}

/// Something that the snapshot may not hold.
pub type Known<T> = Result<T, Missing>;

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident;)*) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub struct $name(pub u32);
    )*};
}

ids! {
    /// A VPC of the network.
    VpcId;
    /// A subnet of the network.
    SubnetId;
    /// A route table of the network.
    RouteTableId;
    /// A network ACL of the network.
    AclId;
    /// A security group of the network.
    GroupId;
    /// A NAT gateway of the network.
    NatId;
    /// An internet gateway of the network.
    GatewayId;
    /// An egress-only internet gateway of the network.
    EgressOnlyGatewayId;
    /// A VPC endpoint of the network.
    EndpointId;
    /// A network interface of the network.
    InterfaceId;
    /// A prefix list of the network.
    PrefixListId;
    /// A peering connection of the network.
    PeeringId;
    /// An attachment of a VPC to a transit gateway.
    AttachmentId;
    /// A route table of a transit gateway.
    TransitTableId;
    /// A load balancer of the network.
    LoadBalancerId;
    /// A target group of the network.
    TargetGroupId;
    /// A workload.
    WorkloadId;
    /// A way in through a load balancer.
    ListenerId;
}

/// What a reference in the input leads to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reference<T> {
    /// A resource of the snapshot.
    To(T),
    /// A resource that does not exist: its list is complete and lacks it, or it is deleted.
    Gone,
    /// It can't be told.
    Unknown(Missing),
}

impl<T: Copy> Reference<T> {
    /// The resource, where it is known.
    pub fn known(self) -> Option<T> {
        match self {
            Reference::To(id) => Some(id),
            _ => None,
        }
    }
}

/// A VPC.
#[derive(Debug)]
pub struct Vpc<'a> {
    /// As described.
    pub element: &'a Element<shape::Vpc<'a>>,
    /// Its scope in the snapshot.
    pub scope: u32,
    /// All its address blocks.
    pub blocks: Addresses,
    /// `enableDnsSupport`, with its place.
    pub dns_support: Known<bool>,
    /// `enableDnsHostnames`.
    pub dns_hostnames: Known<bool>,
    /// Where the attributes are described.
    pub attributes: Option<Location>,
    /// Whether its DHCP options leave name resolution to AWS's resolver.
    pub amazon_dns: Known<bool>,
    /// Its endpoints.
    pub endpoints: Vec<EndpointId>,
    /// Its subnets.
    pub subnets: Vec<SubnetId>,
    /// Its main route table.
    pub main_table: Known<Option<RouteTableId>>,
    /// Its internet gateway, where one is attached.
    pub gateway: Known<Option<GatewayId>>,
    /// Its default security group.
    pub default_group: Option<GroupId>,
    /// Network interfaces in its subnets.
    pub interfaces: Vec<InterfaceId>,
}

/// A subnet.
#[derive(Debug)]
pub struct Subnet<'a> {
    /// As described.
    pub element: &'a Element<shape::Subnet<'a>>,
    /// Its scope in the snapshot.
    pub scope: u32,
    /// Its VPC.
    pub vpc: Reference<VpcId>,
    /// Its blocks: one of IPv4, of IPv6, or of both.
    pub blocks: Addresses,
    /// The addresses that tasks in it can have, of each family that it has.
    pub hosts: Addresses,
    /// Whether it has a block of IPv4. One of IPv6 alone has none and says so: `Ipv6Native`.
    /// <https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_Subnet.html>
    pub has_ipv4: Known<bool>,
    /// What would tell its blocks, where the deployment alone does.
    pub unread: Option<Missing>,
    /// Whether names without IPv6 addresses get such as lead to a NAT gateway (DNS64).
    pub dns64: Known<bool>,
    /// The route table in effect, and whether that is by association.
    pub table: Known<(RouteTableId, bool)>,
    /// The network ACL in effect.
    pub acl: Known<AclId>,
}

/// A network ACL.
#[derive(Debug)]
pub struct Acl<'a> {
    /// As described.
    pub element: &'a Element<shape::NetworkAcl<'a>>,
    /// Its scope in the snapshot.
    pub scope: u32,
    /// Entries of inbound traffic, by number.
    pub ingress: Known<AclRules>,
    /// Entries of outbound traffic, by number.
    pub egress: Known<AclRules>,
}

/// A security group.
#[derive(Debug)]
pub struct Group<'a> {
    /// As described.
    pub element: &'a Element<shape::SecurityGroup<'a>>,
    /// Its scope in the snapshot.
    pub scope: u32,
    /// What it lets in.
    pub ingress: Known<GroupRules>,
    /// What it lets out.
    pub egress: Known<GroupRules>,
    /// Interfaces that have it.
    pub interfaces: Vec<InterfaceId>,
    /// Ids of further VPCs whose interfaces can have it. Unknown where the list of associations is absent.
    /// <https://docs.aws.amazon.com/vpc/latest/userguide/security-group-assoc.html>
    pub associated: Known<Vec<&'a str>>,
}

impl Group<'_> {
    /// Whether interfaces of a VPC can have it.
    pub fn serves(&self, vpc: &str) -> Known<bool> {
        match self.element.vpc_id.as_deref() {
            None => Ok(true),
            Some(own) if own == vpc => Ok(true),
            Some(_) => self.associated.as_ref().map(|vpcs| vpcs.contains(&vpc)).map_err(|missing| *missing),
        }
    }
}

/// An internet gateway.
#[derive(Debug)]
pub struct Gateway<'a> {
    /// As described.
    pub element: &'a Element<shape::InternetGateway<'a>>,
    /// Its scope in the snapshot.
    pub scope: u32,
    /// The VPC that it is attached to; none where it is detached.
    pub vpc: Known<Option<&'a str>>,
    /// The route table that is associated with it, for what comes in.
    pub table: Option<RouteTableId>,
}

/// An egress-only internet gateway: a way out for IPv6, and in for replies alone.
/// <https://docs.aws.amazon.com/vpc/latest/userguide/egress-only-internet-gateway.html>
#[derive(Debug)]
pub struct EgressOnlyGateway<'a> {
    /// As described.
    pub element: &'a Element<shape::EgressOnlyInternetGateway<'a>>,
    /// Its scope in the snapshot.
    pub scope: u32,
    /// The VPC that it is attached to; none where it is detached.
    pub vpc: Known<Option<&'a str>>,
}

/// A NAT gateway.
#[derive(Debug)]
pub struct Nat<'a> {
    /// As described.
    pub element: &'a Element<shape::NatGateway<'a>>,
    /// Its scope in the snapshot.
    pub scope: u32,
    /// Its subnet; a regional NAT gateway has none.
    pub subnet: Option<Reference<SubnetId>>,
    /// Its VPC.
    pub vpc: Reference<VpcId>,
    /// The route table that AWS made for it, where it is a regional one.
    pub table: Option<RouteTableId>,
    /// Whether it is a private NAT gateway.
    pub is_private: bool,
    /// Whether it serves every zone of its VPC (`AvailabilityMode` is `regional`).
    pub is_regional: bool,
    /// Its private addresses, from which new connections go on: those that AWS has finished to assign. Which of several
    /// it takes can't be told.
    /// <https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_NatGatewayAddress.html>
    pub addresses: Addresses,
}

impl Nat<'_> {
    /// Its state, such as `available` or `failed`.
    pub fn state(&self) -> Known<&str> {
        said(&self.element.state, "ec2:DescribeNatGateways", self.scope)
    }

    /// Whether an Elastic IP belongs to it, which a public one needs.
    /// <https://docs.aws.amazon.com/vpc/latest/userguide/vpc-nat-gateway.html>
    pub fn has_elastic_ip(&self) -> Known<bool> {
        let missing = Missing { call: "ec2:DescribeNatGateways", scope: self.scope };
        let addresses = self.element.nat_gateway_addresses.as_ref().ok_or(missing)?;
        Ok(addresses.iter().any(|address| address.public_ip.is_some() || address.allocation_id.is_some()))
    }
}

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
    /// Its subnets.
    pub subnets: Vec<Reference<SubnetId>>,
    /// Its security groups.
    pub groups: Known<Vec<Reference<GroupId>>>,
    /// Where its groups are described.
    pub groups_at: Location,
    /// Its interfaces that are known.
    pub interfaces: Vec<InterfaceId>,
    /// Its policy, where the input has it; or why that can't be read.
    pub policy: Option<Result<Policy, String>>,
}

impl Endpoint<'_> {
    /// Its state, such as `available` or `pending`.
    pub fn state(&self) -> Known<&str> {
        said(&self.element.state, "ec2:DescribeVpcEndpoints", self.scope)
    }

    /// Whether it is available. AWS writes that in either case.
    pub fn is_available(&self) -> Known<bool> {
        Ok(self.state()?.eq_ignore_ascii_case("available"))
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

/// A network interface.
#[derive(Debug)]
pub struct Interface<'a> {
    /// As described.
    pub element: &'a Element<shape::NetworkInterface<'a>>,
    /// Its scope in the snapshot.
    pub scope: u32,
    /// Its subnet.
    pub subnet: Reference<SubnetId>,
    /// Its addresses; all of its subnet where none that fits the subnet is known.
    pub addresses: Addresses,
    /// Its security groups; none where the list is absent.
    pub groups: Known<Vec<Reference<GroupId>>>,
    /// The interface endpoint that it belongs to.
    pub endpoint: Option<EndpointId>,
}

impl Interface<'_> {
    /// Whether the input says which addresses it has. AWS chooses those of an interface that is yet to be made.
    pub fn has_known_address(&self) -> bool {
        let element = self.element;
        element.private_ip_address.is_some()
            || !element.private_ip_addresses.is_empty()
            || !element.ipv6_addresses.is_empty()
    }
}

/// A prefix list.
#[derive(Debug)]
pub struct PrefixList<'a> {
    /// Its id.
    pub id: &'a str,
    /// Its name, such as `com.amazonaws.us-east-1.s3`.
    pub name: Option<&'a str>,
    /// The service whose addresses it holds, such as `s3`.
    pub service: Option<&'a str>,
    /// The family of a service's addresses: AWS keeps a list for each.
    pub family: Family,
    /// Its addresses, where they are known.
    pub blocks: Option<Addresses>,
    /// Its address blocks one by one: each is a route of its own length.
    pub entries: Vec<AddressRange>,
    /// Its scope in the snapshot.
    pub scope: u32,
}

/// A peering connection.
#[derive(Debug)]
pub struct Peering<'a> {
    /// As described.
    pub element: &'a Element<shape::VpcPeeringConnection<'a>>,
    /// Its scope in the snapshot.
    pub scope: u32,
    /// Its two ends, by VPC id.
    pub ends: [Option<&'a str>; 2],
}

impl Peering<'_> {
    /// Its status, such as `active` or `pending-acceptance`.
    pub fn status(&self) -> Known<&str> {
        let missing = Missing { call: "ec2:DescribeVpcPeeringConnections", scope: self.scope };
        self.element.status.as_ref().and_then(|status| status.code.as_deref()).ok_or(missing)
    }
}

/// A VPC's attachment to a transit gateway.
#[derive(Debug)]
pub struct Attachment<'a> {
    /// As described.
    pub element: &'a Element<shape::TransitGatewayVpcAttachment<'a>>,
    /// Its scope in the snapshot.
    pub scope: u32,
    /// Its VPC.
    pub vpc: Reference<VpcId>,
    /// Its subnets, at most one in a zone; unknown where the list is absent.
    pub subnets: Known<Vec<Reference<SubnetId>>>,
    /// The transit gateway's table that decides for what comes from it.
    pub association: Association,
    /// Whether security groups behind it may name groups of other VPCs, and be named.
    pub references_groups: Known<bool>,
}

impl Attachment<'_> {
    /// Its state, such as `available` or `pendingAcceptance`.
    pub fn state(&self) -> Known<&str> {
        said(&self.element.state, "ec2:DescribeTransitGatewayVpcAttachments", self.scope)
    }

    /// Whether it carries packets. One that is being modified does.
    /// <https://docs.aws.amazon.com/vpc/latest/tgw/tgw-vpc-attachments.html#vpc-attachment-lifecycle>
    pub fn is_available(&self) -> Known<bool> {
        Ok(matches!(self.state()?, "available" | "modifying"))
    }

    /// Whether appliance mode is on: the subnet through which packets come out is chosen by a hash of the flow.
    /// <https://docs.aws.amazon.com/vpc/latest/tgw/transit-gateway-appliance-scenario.html>
    pub fn is_for_appliances(&self) -> bool {
        let options = self.element.options.as_ref();
        options.and_then(|options| options.appliance_mode_support.as_deref()) == Some("enable")
    }
}

/// Which table of a transit gateway an attachment is associated with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Association {
    /// This one.
    Table(TransitTableId),
    /// None: the transit gateway drops what comes from the attachment.
    Nothing,
    /// The input lacks a table's associations.
    Unknown(Missing),
    /// The input has no table of that transit gateway: another account owns it.
    Elsewhere,
}

/// Where a route of a transit gateway leads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TransitHop {
    /// To a VPC's attachment.
    Attachment(AttachmentId),
    /// Nowhere.
    Blackhole,
    /// To a VPN, a Direct Connect or another transit gateway, or to an attachment that the input does not have.
    Elsewhere,
}

/// A transit gateway's route table.
#[derive(Debug)]
pub struct TransitTable<'a> {
    /// As described.
    pub element: &'a Element<shape::TransitGatewayRouteTable<'a>>,
    /// Its scope in the snapshot.
    pub scope: u32,
    /// Addresses → where they are sent, disjoint and sorted. Addresses that no route has are in no range. Unknown where
    /// the routes are absent, or one of them is for a prefix list whose addresses are.
    pub winners: Known<Vec<(AddressRange, TransitHop)>>,
}

impl TransitTable<'_> {
    /// Where each of the addresses is sent: disjoint parts, with none for addresses without a route.
    pub fn split(&self, addresses: &Addresses) -> Known<Vec<(Addresses, Option<TransitHop>)>> {
        let winners = self.winners.as_ref().map_err(|missing| *missing)?;
        let mut parts: Vec<(Vec<AddressRange>, Option<TransitHop>)> = Vec::new();
        let mut rest = Vec::new();
        for (low, high) in addresses.iter() {
            let first = winners.partition_point(|(range, _)| range.1 < low);
            let mut free = Some(low);
            for ((from, to), hop) in winners[first..].iter().take_while(|(range, _)| range.0 <= high) {
                let part = (low.max(*from), high.min(*to));
                if let Some(free) = free.filter(|free| *free < part.0) {
                    rest.push((free, part.0 - 1));
                }
                free = part.1.checked_add(1);
                match parts.iter_mut().find(|part| part.1 == Some(*hop)) {
                    Some(known) => known.0.push(part),
                    None => parts.push((vec![part], Some(*hop))),
                }
            }
            if let Some(free) = free.filter(|free| *free <= high) {
                rest.push((free, high));
            }
        }
        parts.push((rest, None));
        let parts = parts.into_iter().map(|(ranges, hop)| (Addresses::collect(ranges), hop));
        Ok(parts.filter(|(part, _)| !part.is_empty()).collect())
    }
}

/// A load balancer.
#[derive(Debug)]
pub struct LoadBalancer<'a> {
    /// As described.
    pub element: &'a Element<shape::LoadBalancer<'a>>,
    /// Its scope in the snapshot.
    pub scope: u32,
    /// Its subnets.
    pub subnets: Vec<Reference<SubnetId>>,
    /// Its security groups; none for a network load balancer without groups.
    pub groups: Vec<Reference<GroupId>>,
    /// Its listeners' ports and protocols, each with its place; unknown where the list is.
    pub listeners: Known<Vec<ListenerId>>,
}

/// A listener with the target groups that it or its rules lead to.
#[derive(Debug)]
pub struct Listener<'a> {
    /// As described.
    pub element: &'a Element<shape::Listener<'a>>,
    /// Its scope in the snapshot.
    pub scope: u32,
    /// Its load balancer.
    pub load_balancer: Reference<LoadBalancerId>,
    /// ARNs of the target groups.
    pub targets: Vec<&'a str>,
}

/// A target group.
#[derive(Debug)]
pub struct TargetGroup<'a> {
    /// As described.
    pub element: &'a Element<shape::TargetGroup<'a>>,
    /// Its scope in the snapshot.
    pub scope: u32,
    /// Load balancers whose listeners lead to it; unknown where listeners or rules are.
    pub load_balancers: Known<Vec<LoadBalancerId>>,
}

impl TargetGroup<'_> {
    /// The family of its targets' addresses; none where the input doesn't say.
    pub fn family(&self) -> Option<Family> {
        match self.element.ip_address_type.as_deref()? {
            "ipv4" => Some(Family::Ipv4),
            "ipv6" => Some(Family::Ipv6),
            _ => None,
        }
    }
}

/// Everything that was given, resolved.
#[derive(Debug, Default)]
#[allow(missing_docs)]
pub struct Network<'a> {
    pub scopes: Vec<ScopeFacts>,
    pub vpcs: Vec<Vpc<'a>>,
    pub subnets: Vec<Subnet<'a>>,
    pub tables: Vec<RouteTable<'a>>,
    pub acls: Vec<Acl<'a>>,
    pub groups: Vec<Group<'a>>,
    pub gateways: Vec<Gateway<'a>>,
    pub egress_only_gateways: Vec<EgressOnlyGateway<'a>>,
    pub nats: Vec<Nat<'a>>,
    pub endpoints: Vec<Endpoint<'a>>,
    pub interfaces: Vec<Interface<'a>>,
    pub prefix_lists: Vec<PrefixList<'a>>,
    pub peerings: Vec<Peering<'a>>,
    pub attachments: Vec<Attachment<'a>>,
    pub transit_tables: Vec<TransitTable<'a>>,
    /// The attachment of a VPC to a transit gateway, by the gateway's id.
    pub attached: FxHashMap<(&'a str, VpcId), AttachmentId>,
    pub load_balancers: Vec<LoadBalancer<'a>>,
    pub listeners: Vec<Listener<'a>>,
    pub target_groups: Vec<TargetGroup<'a>>,
    pub workloads: Vec<Workload<'a>>,
    /// What ECS says went wrong.
    pub incidents: Vec<Incident<'a>>,
    pub by_id: Lookups<'a>,
    /// The addresses that AWS publishes of itself.
    pub published: Option<PublishedAddresses>,
    /// What was odd and how it was taken.
    pub oddities: Vec<shape::Oddity>,
    /// What declarations leave open.
    pub undecided: Vec<shape::Oddity>,
}

/// What is known of a whole account and region.
#[derive(Debug, Clone, Default)]
pub struct ScopeFacts {
    /// The account's number, or that of whoever owns its first VPC.
    pub account: Option<String>,
    /// The account's number where it is certain: a VPC may be another's, who has shared it.
    pub own_account: Option<String>,
    /// The region.
    pub region: Option<String>,
    /// `aws`, `aws-cn` or `aws-us-gov`.
    pub partition: String,
    /// VPC Block Public Access: `off`, `block-bidirectional` or `block-ingress`; none where it isn't known.
    pub block_public_access: Option<String>,
    /// Ids of VPCs and subnets that are excluded from it, with the exclusion's mode.
    pub exclusions: Vec<(String, String)>,
    /// Calls that failed, with the reason.
    pub not_collected: Vec<shape::NotCollected>,
    /// Calls whose answers don't hold all there is, with the reason.
    pub partial: Vec<shape::NotCollected>,
    /// Prefixes of pull-through cache rules; none where they aren't known.
    pub cache_prefixes: Option<Vec<(String, String)>>,
    /// Whether the endpoints are known.
    pub knows_endpoints: bool,
    /// Calls whose lists the input lacks.
    pub absent: Vec<&'static str>,
    /// What says all that is known, where nothing was collected: `the plan`.
    pub planned_by: Option<String>,
    /// Ids of VPCs with flow logs.
    pub logged: FxHashSet<String>,
}

/// The resources of a kind by id. Two accounts or regions may describe resources of the same id (a copy of a network, a
/// shared subnet): each scope then has its own.
#[derive(Debug)]
pub struct Ids<'a, I> {
    first: FxHashMap<&'a str, (u32, I)>,
    others: FxHashMap<u32, FxHashMap<&'a str, I>>,
}

impl<I> Default for Ids<'_, I> {
    fn default() -> Self {
        Ids { first: FxHashMap::default(), others: FxHashMap::default() }
    }
}

impl<'a, I> Ids<'a, I> {
    /// The resource of that id, wherever it is described.
    pub fn get(&self, id: &str) -> Option<&I> {
        self.first.get(id).map(|(_, found)| found)
    }

    /// The resource of that id as a scope describes it, or else as another one does.
    pub fn get_in(&self, scope: u32, id: &str) -> Option<&I> {
        match self.first.get(id) {
            Some((owner, found)) if *owner == scope || self.others.is_empty() => Some(found),
            Some((_, found)) => Some(self.others.get(&scope).and_then(|own| own.get(id)).unwrap_or(found)),
            None => None,
        }
    }

    /// What an id that a scope writes leads to; one that a complete list lacks is gone, else `missing` would tell.
    pub(super) fn refer(&self, id: &str, list_is_complete: bool, missing: Missing) -> Reference<I>
    where
        I: Copy,
    {
        match self.get_in(missing.scope, id) {
            Some(found) => Reference::To(*found),
            None if expression(id).is_some() => Reference::Unknown(Missing::expression(id, missing.scope)),
            None if list_is_complete => Reference::Gone,
            None => Reference::Unknown(missing),
        }
    }

    /// Every id.
    pub fn keys(&self) -> impl Iterator<Item = &&'a str> {
        self.first.keys()
    }

    /// Takes a resource in, unless its scope has one of that id already.
    pub(super) fn insert(&mut self, scope: u32, id: &'a str, found: I) -> bool {
        use std::collections::hash_map::Entry;
        match self.first.entry(id) {
            Entry::Vacant(entry) => {
                entry.insert((scope, found));
                true
            }
            Entry::Occupied(entry) if entry.get().0 == scope => false,
            Entry::Occupied(_) => match self.others.entry(scope).or_default().entry(id) {
                Entry::Vacant(entry) => {
                    entry.insert(found);
                    true
                }
                Entry::Occupied(_) => false,
            },
        }
    }
}

/// Ids → positions.
#[derive(Debug, Default)]
#[allow(missing_docs)]
pub struct Lookups<'a> {
    pub vpcs: Ids<'a, VpcId>,
    pub subnets: Ids<'a, SubnetId>,
    pub tables: Ids<'a, RouteTableId>,
    pub acls: Ids<'a, AclId>,
    pub groups: Ids<'a, GroupId>,
    pub gateways: Ids<'a, GatewayId>,
    pub egress_only_gateways: Ids<'a, EgressOnlyGatewayId>,
    pub nats: Ids<'a, NatId>,
    pub endpoints: Ids<'a, EndpointId>,
    pub interfaces: Ids<'a, InterfaceId>,
    pub prefix_lists: Ids<'a, PrefixListId>,
    pub peerings: Ids<'a, PeeringId>,
    pub load_balancers: Ids<'a, LoadBalancerId>,
    pub target_groups: Ids<'a, TargetGroupId>,
    pub task_definitions: FxHashMap<&'a str, &'a Element<shape::TaskDefinition<'a>>>,
}

macro_rules! getters {
    ($($field:ident[$id:ty] -> $shape:ident $name:ident;)*) => {
        impl<'a> Network<'a> {
            $(#[doc = concat!("The resource that a [`", stringify!($id), "`] names.")]
            pub fn $name(&self, id: $id) -> &$shape<'a> {
                &self.$field[id.0 as usize]
            })*
        }
    };
}

getters! {
    vpcs[VpcId] -> Vpc vpc;
    subnets[SubnetId] -> Subnet subnet;
    tables[RouteTableId] -> RouteTable table;
    acls[AclId] -> Acl acl;
    groups[GroupId] -> Group group;
    gateways[GatewayId] -> Gateway gateway;
    egress_only_gateways[EgressOnlyGatewayId] -> EgressOnlyGateway egress_only_gateway;
    nats[NatId] -> Nat nat;
    endpoints[EndpointId] -> Endpoint endpoint;
    interfaces[InterfaceId] -> Interface interface;
    prefix_lists[PrefixListId] -> PrefixList prefix_list;
    peerings[PeeringId] -> Peering peering;
    attachments[AttachmentId] -> Attachment attachment;
    transit_tables[TransitTableId] -> TransitTable transit_table;
    load_balancers[LoadBalancerId] -> LoadBalancer load_balancer;
    listeners[ListenerId] -> Listener listener;
    target_groups[TargetGroupId] -> TargetGroup target_group;
    workloads[WorkloadId] -> Workload workload;
}

/// The value of a tag.
pub fn tag<'t>(tags: &'t [shape::Tag<'_>], key: &str) -> Option<&'t str> {
    tags.iter().find(|tag| tag.key.as_deref() == Some(key)).and_then(|tag| tag.value.as_deref())
}

/// A resource's Name tag.
pub fn name_of<'t>(tags: &'t [shape::Tag<'_>]) -> Option<&'t str> {
    tag(tags, "Name").filter(|name| !name.is_empty())
}

/// A text that AWS always answers.
fn said<'t>(value: &'t Option<Str<'_>>, call: &'static str, scope: u32) -> Known<&'t str> {
    value.as_deref().ok_or(Missing { call, scope })
}

/// A text, or the word that stands for an absent one.
pub fn text<'t>(value: &'t Option<Str<'_>>) -> &'t str {
    value.as_deref().unwrap_or_default()
}
