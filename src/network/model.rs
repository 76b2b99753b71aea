//! The resolved network: every resource with the resources that it refers to, found once.

use super::address::{AddressRange, Addresses, Family};
use super::connections::Attached;
use super::endpoint::Endpoint;
use super::filters::{AclRules, GroupRules, Protocol};
use super::ids::{
    AclId, AttachmentId, EgressOnlyGatewayId, EndpointId, GatewayId, GroupId, InterfaceId, ListenerId, LoadBalancerId,
    Lookups, NatId, PeeringId, PrefixListId, RouteTableId, SubnetId, TargetGroupId, TransitTableId, VpcId, WorkloadId,
};
use super::incidents::Incident;
use super::known::{Known, Missing, Reference};
use super::peering::Peering;
use super::published::PublishedAddresses;
use super::routes::RouteTable;
use super::text::said;
use super::transit::{Attachment, TransitTable};
use super::workloads::Workload;
use crate::snapshot::{self as shape, Element, Location};
use rustc_hash::{FxHashMap, FxHashSet};

/// A VPC.
#[derive(Debug)]
pub struct Vpc<'a> {
    /// As described.
    pub element: &'a Element<shape::Vpc<'a>>,
    /// Its scope in the snapshot.
    pub scope: u32,
    /// All its address blocks.
    pub blocks: Addresses,
    /// The same one by one: each has a local route of its own.
    pub block_list: Vec<AddressRange>,
    /// Those of IPv6 that AWS does not advertise on the internet.
    pub unadvertised: Addresses,
    /// `enableDnsSupport`.
    pub dns_support: Known<bool>,
    /// `enableDnsHostnames`.
    pub dns_hostnames: Known<bool>,
    /// Where the attributes are described.
    pub attributes: Option<Location>,
    /// Whether its DHCP options leave name resolution to AWS's resolver: they name it first.
    pub amazon_dns: Known<bool>,
    /// Whether its DHCP options name AWS's resolver at all.
    pub names_amazon_dns: bool,
    /// The other resolvers that its DHCP options name, where all can be read.
    pub resolvers: Vec<u128>,
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
    /// Addresses that several of these have and that are not alike: AWS gives each to one alone.
    pub contested: Addresses,
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
    /// Its private IPv6 addresses that are not unique local ones: of a block that AWS does not advertise on the internet.
    /// <https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_VpcIpv6CidrBlockAssociation.html>
    pub unadvertised: Addresses,
    /// What would tell a block of it that the input does not.
    pub unread: Option<Missing>,
    /// Whether names without IPv6 addresses are answered with addresses that lead to a NAT gateway (DNS64).
    pub dns64: Known<bool>,
    /// The route table in effect, and whether that is by association.
    pub table: Known<(RouteTableId, bool)>,
    /// The network ACL in effect.
    pub acl: Known<AclId>,
}

impl Subnet<'_> {
    /// Those of the addresses that are its own.
    pub fn inside(&self, addresses: &Addresses) -> Addresses {
        match self.blocks.iter().any(|(low, high)| addresses.touches(low, high)) {
            true => addresses.intersection(&self.blocks),
            false => Addresses::none(),
        }
    }
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
            None => Err(Missing { call: "ec2:DescribeSecurityGroups", scope: self.scope }),
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
    /// The route table that is associated with it, for what comes in; unknown where several are.
    pub table: Known<Option<RouteTableId>>,
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
    /// Whether it stands in the VPC, in no subnet of it (`AvailabilityMode` is `regional`).
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
    /// Whether these are its own. AWS chooses those of an interface that is yet to be made, and one outside of its subnet is none.
    pub has_known_address: bool,
    /// Its security groups; none where the list is absent.
    pub groups: Known<Vec<Reference<GroupId>>>,
    /// The interface endpoint that it belongs to.
    pub endpoint: Option<EndpointId>,
    /// The NAT gateway that it belongs to.
    pub nat: Option<NatId>,
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

impl PrefixList<'_> {
    /// Whether it is one of AWS's own that has public addresses alone, whatever they are: those that CloudFront calls origins
    /// from, and those of Route 53's health checks.
    /// <https://docs.aws.amazon.com/vpc/latest/userguide/working-with-aws-managed-prefix-lists.html>
    pub fn is_public(&self) -> bool {
        matches!(self.service, Some("cloudfront.origin-facing" | "route53-healthchecks"))
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
    /// Its listeners; unknown where the list is.
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
    /// ARNs of the target groups that are known.
    pub targets: Vec<&'a str>,
    /// Whether these are all, as far as its rules are known.
    pub targets_known: Known<()>,
    /// Ports of the same load balancer that it or its rules redirect to.
    pub redirects: Vec<u16>,
    /// What of it forwards: its default actions, and the actions of rules.
    pub forwarding: Vec<Forwarding<'a>>,
}

/// Actions of a listener, or of one of its rules, that forward.
#[derive(Debug)]
pub struct Forwarding<'a> {
    /// The rule's ARN; none of the listener's default actions.
    pub rule: Option<&'a str>,
    /// ARNs of the target groups that they forward to.
    pub targets: Vec<&'a str>,
    /// Whether they do nothing else.
    pub is_all: bool,
}

impl Listener<'_> {
    /// What it listens for.
    /// <https://docs.aws.amazon.com/elasticloadbalancing/latest/network/load-balancer-listeners.html>
    pub fn protocols(&self) -> &'static [Protocol] {
        match self.element.protocol.as_deref() {
            Some("UDP" | "QUIC") => &[Protocol::Udp],
            Some("TCP_UDP" | "TCP_QUIC") => &[Protocol::Tcp, Protocol::Udp],
            _ => &[Protocol::Tcp],
        }
    }
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
#[allow(missing_docs, reason = "each list is named after the type that it holds")]
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
    /// The interfaces of the mount targets of EFS file systems, by the file system's id.
    pub mount_targets: FxHashMap<&'a str, Vec<InterfaceId>>,
    /// Public addresses of the network's own: IPv6 blocks of its VPCs, and what its interfaces have of IPv4.
    pub own_public: Addresses,
    /// The VPCs' blocks of IPv4 that are not private ones: to their VPCs they are local, whoever has them on the internet.
    pub shadowed_public: Addresses,
    pub prefix_lists: Vec<PrefixList<'a>>,
    pub peerings: Vec<Peering<'a>>,
    pub attachments: Vec<Attachment<'a>>,
    pub transit_tables: Vec<TransitTable<'a>>,
    /// The zones that Local Zones and Wavelength Zones hang on, by scope and these zones' names.
    pub parent_zones: FxHashMap<(u32, &'a str), Zone<'a>>,
    /// The attachment of a VPC to a transit gateway, by the gateway's id.
    pub attached: FxHashMap<(&'a str, VpcId), AttachmentId>,
    /// The same by gateway and by VPC.
    pub attached_vpcs: Attached<'a>,
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
    /// What declarations leave open, and what the input contradicts itself about.
    pub undecided: Vec<shape::Oddity>,
    /// Names, with their places, by which a declaration adds to what runs, where nothing that runs is called so.
    pub strangers: Vec<(String, Location)>,
}

/// An exclusion from VPC Block Public Access.
#[derive(Debug, Clone)]
pub struct Exclusion {
    /// Its id.
    pub id: String,
    /// The id of the VPC or subnet that is excluded.
    pub of: String,
    /// `allow-bidirectional` or `allow-egress`.
    pub mode: String,
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
    /// What is excluded from it.
    pub exclusions: Vec<Exclusion>,
    /// Calls that failed, with the reason.
    pub not_collected: Vec<shape::NotCollected>,
    /// Calls whose answers don't hold all there is, with the reason.
    pub partial: Vec<shape::NotCollected>,
    /// Prefixes of pull-through cache rules; none where they aren't known.
    pub cache_prefixes: Option<Vec<(String, String)>>,
    /// Names of ECR repositories; none where they aren't all known.
    pub repositories: Option<Vec<String>>,
    /// Images that containers run from, looked for where a pull-through cache may have to fetch some.
    pub running_images: FxHashSet<String>,
    /// Whether the endpoints are known.
    pub knows_endpoints: bool,
    /// Whether all network interfaces are known.
    pub knows_interfaces: bool,
    /// Calls whose lists the input lacks.
    pub absent: Vec<&'static str>,
    /// What says all that is known, where nothing was collected: `the plan`.
    pub planned_by: Option<String>,
    /// Ids of VPCs with flow logs.
    pub logged: FxHashSet<String>,
}

/// An Availability Zone, by what is known of it. An account has names of its own for zones; their ids are everybody's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Zone<'a> {
    /// Its name, such as `us-east-1a`.
    pub name: Option<&'a str>,
    /// Its id, such as `use1-az1`.
    pub id: Option<&'a str>,
}

impl<'a> Network<'a> {
    /// The zone by which a transit gateway knows a subnet: "subnets in the Local Zone connect to a transit gateway through the
    /// parent Availability Zone". Neither name nor id where that one isn't known.
    /// <https://docs.aws.amazon.com/vpc/latest/userguide/extend-vpcs.html#connect-local-zone-tgw>
    pub fn transit_zone(&self, subnet: SubnetId) -> Zone<'a> {
        let Subnet { element, scope, .. } = self.subnet(subnet);
        let own = Zone { name: element.availability_zone.as_deref(), id: element.availability_zone_id.as_deref() };
        match own.name.filter(|name| extends_region(name)) {
            Some(name) => self.parent_zones.get(&(*scope, name)).copied().unwrap_or(Zone { name: None, id: None }),
            None => own,
        }
    }
}

/// Whether a name is that of a Local Zone or a Wavelength Zone, such as `us-east-1-bos-1a`: a zone of a region has the region's
/// name and a letter.
/// <https://docs.aws.amazon.com/local-zones/latest/ug/available-local-zones.html>
fn extends_region(zone: &str) -> bool {
    let region = zone.trim_end_matches(|letter: char| letter.is_ascii_lowercase());
    let number = region.rsplit('-').next().unwrap_or_default();
    let before = region.strip_suffix(number).unwrap_or_default();
    before.bytes().any(|byte| byte.is_ascii_digit())
}

impl Network<'_> {
    /// What would tell all network interfaces of a scope, where that isn't known.
    pub fn lacks_interfaces(&self, scope: u32) -> Option<Missing> {
        let is_known = self.scopes.get(scope as usize).is_some_and(|scope| scope.knows_interfaces);
        (!is_known).then_some(Missing { call: "ec2:DescribeNetworkInterfaces", scope })
    }
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
