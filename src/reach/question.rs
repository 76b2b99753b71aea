//! What can be asked, and what is answered.

use super::code::{Code, Verdict};
use super::packets::Packets;
use super::repair::Repair;
use crate::network::*;

/// The security groups of an end.
#[derive(Debug, Clone, Copy)]
pub enum Groups<'q> {
    /// These.
    Listed(&'q [Reference<GroupId>]),
    /// Nobody knows yet which: a group that lets everything out is assumed, and none to be a member of.
    Open,
    /// It has none and is filtered by none.
    Unfiltered,
    /// They aren't known.
    Unknown(Missing),
}

/// Where a flow starts.
#[derive(Debug, Clone)]
pub struct Sender<'q> {
    /// Its subnet.
    pub subnet: SubnetId,
    /// Its addresses: every host address of the subnet where the address isn't known before it runs.
    pub addresses: Addresses,
    /// Its security groups.
    pub groups: Groups<'q>,
    /// Whether it has a public IPv4 address. (An IPv6 address is public by itself.)
    pub public_ip: Known<bool>,
    /// The ports that its connections come from.
    pub ports: (u16, u16),
    /// The workload that it is.
    pub workload: Option<WorkloadId>,
}

/// Whether all of the addresses must be reached, or one of which it isn't known which.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Quantifier {
    /// Each of them.
    Every,
    /// One, and nobody knows which.
    Some,
}

/// Where a flow goes.
#[derive(Debug, Clone)]
pub enum Destination<'q> {
    /// Addresses.
    Addresses(Addresses, Quantifier),
    /// The internet: all public addresses, of IPv4 where the sender has an address of it, else of IPv6.
    Internet,
    /// The addresses of a name that isn't AWS's: they are public.
    PublicName,
    /// An AWS service of the own region, by its endpoint's name.
    Service(&'q str),
    /// An AWS service of the own region, by one of its hosts that an endpoint's private DNS may not have.
    ServiceHost {
        /// The service, by its endpoint's name.
        service: &'q str,
        /// The host.
        host: &'q str,
    },
    /// An AWS service of another region.
    ServiceElsewhere {
        /// The service, by its endpoint's name.
        service: &'q str,
        /// The region.
        region: &'q str,
    },
    /// A certain interface endpoint.
    Endpoint(EndpointId),
    /// A network interface.
    Interface(InterfaceId),
    /// An EFS file system, by its name: its id.
    FileSystem(&'q str),
    /// Something in a subnet, with its groups.
    Party {
        /// Its subnet.
        subnet: SubnetId,
        /// Its addresses.
        addresses: Addresses,
        /// Its security groups.
        groups: Groups<'q>,
        /// The workload that it is.
        workload: Option<WorkloadId>,
    },
    /// A load balancer, by its name.
    LoadBalancer(LoadBalancerId),
    /// A host that may be anywhere: what AWS's own names lead to is known.
    Host(&'q str),
    /// It can't be told where it is.
    Nowhere(&'q str),
}

/// One question.
#[derive(Debug, Clone)]
pub struct Question<'q> {
    /// From where.
    pub sender: Sender<'q>,
    /// Where to.
    pub destination: Destination<'q>,
    /// TCP or UDP.
    pub protocol: Protocol,
    /// The destination's ports.
    pub ports: Ranges<u16>,
    /// Of which families the destination's addresses are, where it is a name.
    pub families: NameFamilies,
    /// What an endpoint's policy must permit.
    pub permissions: &'q [Permission],
}

/// A resource of the network.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[allow(missing_docs, reason = "the variants are named after what they hold")]
pub enum ResourceId {
    Vpc(VpcId),
    Subnet(SubnetId),
    Table(RouteTableId),
    Acl(AclId),
    Group(GroupId),
    Gateway(GatewayId),
    EgressOnlyGateway(EgressOnlyGatewayId),
    Nat(NatId),
    Endpoint(EndpointId),
    Interface(InterfaceId),
    Peering(PeeringId),
    Attachment(AttachmentId),
    TransitTable(TransitTableId),
    LoadBalancer(LoadBalancerId),
    TargetGroup(TargetGroupId),
    Workload(WorkloadId),
}

impl ResourceId {
    /// What it is called in a sentence.
    pub fn noun(self) -> &'static str {
        match self {
            ResourceId::Vpc(_) => "VPC",
            ResourceId::Subnet(_) => "subnet",
            ResourceId::Table(_) => "route table",
            ResourceId::Acl(_) => "network ACL",
            ResourceId::Group(_) => "security group",
            ResourceId::Gateway(_) => "internet gateway",
            ResourceId::EgressOnlyGateway(_) => "egress-only internet gateway",
            ResourceId::Nat(_) => "NAT gateway",
            ResourceId::Endpoint(_) => "endpoint",
            ResourceId::Interface(_) => "network interface",
            ResourceId::Peering(_) => "peering connection",
            ResourceId::Attachment(_) => "transit gateway attachment",
            ResourceId::TransitTable(_) => "transit gateway route table",
            ResourceId::LoadBalancer(_) => "load balancer",
            ResourceId::TargetGroup(_) => "target group",
            ResourceId::Workload(_) => "workload",
        }
    }
}

/// What in the resource decided.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Cause {
    /// The resource as a whole.
    Whole,
    /// A route of a route table.
    Route(RouteTableId, u32),
    /// A route table that lacks a route.
    Lacking(RouteTableId),
    /// A zone that a transit gateway attachment lacks: that of this subnet.
    Zone(SubnetId),
    /// What a transit gateway does with packets of this attachment.
    Hop(AttachmentId),
    /// An entry of a network ACL (by position among the direction's rules), or its implicit deny.
    Entry {
        /// Outbound or inbound.
        egress: bool,
        /// The entry.
        rule: Option<u32>,
    },
}

impl Cause {
    /// What is to be changed: each route by itself, but of a network ACL's entries one stands for all that drop the same flow.
    pub fn change(self) -> Cause {
        match self {
            Cause::Entry { egress, .. } => Cause::Entry { egress, rule: None },
            other => other,
        }
    }
}

/// One of the resolvers that a VPC's DHCP options name in the place of AWS's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Resolver {
    /// Its address.
    pub address: u128,
    /// What packets to it go through, as an answer's `via`.
    pub via: Option<ResourceId>,
}

impl Resolver {
    /// Resolvers are asked over UDP; TCP is for answers that don't fit.
    /// <https://www.rfc-editor.org/rfc/rfc1035#section-4.2>
    pub const PROTOCOL: Protocol = Protocol::Udp;
    /// The port that they are asked at.
    pub const PORT: u16 = 53;
}

/// A NAT gateway behind which packets have its private address, and ports of its choice.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Behind {
    /// The NAT gateway.
    pub nat: NatId,
    /// What packets go through behind it: the attachment of a transit gateway.
    pub via: Option<ResourceId>,
}

/// Something that drops packets of a flow.
#[derive(Debug, Clone, PartialEq)]
pub struct Blocker {
    /// Why.
    pub code: Code,
    /// Who.
    pub resource: ResourceId,
    /// What of it.
    pub cause: Cause,
    /// Whether it meets the replies.
    pub returning: bool,
    /// What is dropped.
    pub packets: Vec<Packets>,
    /// Whether these packets are always dropped. Not so where it hangs on the port that a NAT gateway chooses.
    pub always: bool,
    /// Whether every packet of the flow is dropped.
    pub is_total: bool,
    /// The resolver that the packets go to, where they ask for the destination's name; none where they go to the
    /// destination itself.
    pub resolver: Option<Resolver>,
    /// The NAT gateway whose address they have where they are dropped, on their way inside of the network. (`packets` are
    /// the sender's all the same.)
    pub behind: Option<Behind>,
}

/// Why it can't be told.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Doubt {
    /// The input lacks something.
    Missing(Missing),
    /// The way leaves what the input describes.
    Leaves(String),
    /// What decides is hidden: addresses that nobody knows, a condition of a policy.
    Hidden(String),
    /// What decides is in the input, and can't be read.
    Unreadable(String),
}

/// How a hop went.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Passage {
    /// All packets pass.
    Passed,
    /// Some.
    Partial,
    /// None.
    Blocked,
    /// It can't be told.
    Unknown,
}

/// One hop of the way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// What the packets meet.
    pub text: String,
    /// The resource.
    pub resource: Option<ResourceId>,
    /// How it went.
    pub passage: Passage,
    /// Whether it is met by replies.
    pub returning: bool,
    /// The branch that it belongs to, where the packets part: `for 10.0.1.0/25`, and within it `by subnet-…`.
    pub branch: Vec<String>,
    /// What of the resource decided, as it is written there: `tcp 443 to 0.0.0.0/0`. Empty where it is all of it.
    pub by: Vec<String>,
}

/// The answer.
#[derive(Debug, Clone)]
pub struct Answer {
    /// The verdict.
    pub verdict: Verdict,
    /// Everything that drops packets.
    pub blockers: Vec<Blocker>,
    /// What can't be told.
    pub doubts: Vec<Doubt>,
    /// The hops, where they were asked for.
    pub steps: Vec<Step>,
    /// What it goes through: an endpoint, a NAT gateway, an internet gateway. Where its packets part, what most of them do.
    pub via: Option<ResourceId>,
    /// Where its packets part, what those to which addresses go through: nothing where they stay inside, leave what the input
    /// describes, or get nowhere. Only where hops were asked for.
    pub parts: Vec<(Option<ResourceId>, Addresses)>,
    /// Where packets are dropped, what must change for all to arrive: any of these does. Only where hops were asked for.
    pub alternatives: Vec<Repair>,
}
