//! The words that facts take where there are no others: AWS's own, or fargcheck's. A rule that compares with anything else
//! never fires, and is told so.

use super::meant_way::MeantWay;
use crate::network::{PeeringId, Purpose};
use crate::reach::Code;

/// What a route leads to; `none` for a route that is lacking.
pub(super) const TARGETS: &[&str] = &[
    "local",
    "internet-gateway",
    "nat-gateway",
    "vpc-endpoint",
    "egress-only-internet-gateway",
    "vpc-peering-connection",
    "transit-gateway",
    "virtual-private-gateway",
    "instance",
    "other",
    "none",
];

/// What the owner of a subnet says that it is.
pub(super) const DECLARED: &[&str] = &["public", "private", ""];

/// <https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_VpcBlockPublicAccessOptions.html>
pub(super) const BLOCK_MODES: &[&str] = &["off", "block-bidirectional", "block-ingress"];

/// <https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_NatGateway.html>
pub(super) const NAT_STATES: &[&str] = &["pending", "failed", "available", "deleting", "deleted"];

pub(super) const CONNECTIVITY_TYPES: &[&str] = &["public", "private"];

pub(super) const ENDPOINT_KINDS: &[&str] = &["interface", "gateway", "gateway-load-balancer", "other"];

/// As endpoints are described, with a small letter first; the reference of the API writes it large.
/// <https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_VpcEndpoint.html>
pub(super) const ENDPOINT_STATES: &[&str] =
    &["pendingAcceptance", "pending", "available", "deleting", "deleted", "rejected", "failed", "expired", "partial"];

pub(super) const PRIVATE_DNS_STATES: &[&str] = &["on", "off", "on for inbound resolver endpoints alone"];

/// <https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_LoadBalancer.html>
pub(super) const SCHEMES: &[&str] = &["internet-facing", "internal", ""];

/// <https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_LoadBalancerState.html>
pub(super) const LOAD_BALANCER_STATES: &[&str] = &["active", "provisioning", "active_impaired", "failed"];

/// <https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_LoadBalancer.html>
pub(super) const LOAD_BALANCER_KINDS: &[&str] = &["application", "network", "gateway"];

/// <https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_Listener.html>
pub(super) const LISTENER_PROTOCOLS: &[&str] =
    &["HTTP", "HTTPS", "TCP", "TLS", "UDP", "TCP_UDP", "GENEVE", "QUIC", "TCP_QUIC"];

/// The same of target groups, of which an input may not say it.
/// <https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_TargetGroup.html>
pub(super) const TARGET_PROTOCOLS: &[&str] =
    &["HTTP", "HTTPS", "TCP", "TLS", "UDP", "TCP_UDP", "GENEVE", "QUIC", "TCP_QUIC", ""];

/// <https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_TargetGroup.html>
pub(super) const TARGET_TYPES: &[&str] = &["ip", "instance", "lambda", "alb"];

/// Of a target group, of which an input may not say it.
/// <https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_TargetGroup.html>
pub(super) const TARGET_FAMILIES: &[&str] = &["ipv4", "ipv6", ""];

/// Of a load balancer, of which an input may not say it.
/// <https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_LoadBalancer.html>
pub(super) const LOAD_BALANCER_FAMILIES: &[&str] = &["ipv4", "dualstack", "dualstack-without-public-ipv4", ""];

pub(super) const TRANSPORTS: &[&str] = &["tcp", "udp"];

pub(super) const WORKLOAD_KINDS: &[&str] = &["service", "task", "declared", "hypothetical"];

/// <https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_TaskDefinition.html>
pub(super) const NETWORK_MODES: &[&str] = &["awsvpc", "bridge", "host", "none"];

/// <https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_VpcPeeringConnectionStateReason.html>
pub(super) const PEERING_STATES: &[&str] = &[
    "initiating-request",
    "pending-acceptance",
    "active",
    "deleted",
    "rejected",
    "failed",
    "expired",
    "provisioning",
    "deleting",
];

/// <https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_TransitGatewayVpcAttachment.html>
pub(super) const ATTACHMENT_STATES: &[&str] = &[
    "initiating",
    "initiatingRequest",
    "pendingAcceptance",
    "rollingBack",
    "pending",
    "available",
    "modifying",
    "deleting",
    "deleted",
    "failed",
    "rejected",
    "rejecting",
    "failing",
];

pub(super) const DIRECTIONS: &[&str] = &["inbound", "outbound"];

pub(super) const ACTIONS: &[&str] = &["allow", "deny"];

pub(super) const VERDICTS: &[&str] = &["blocked", "partial"];

/// What stopped packets are for that ask a resolver for a name.
pub(super) const NAME_RESOLUTION: &str = "name-resolution";

/// What stopped packets are for: what a task needs them for, or who calls the task.
pub(super) const PURPOSES: &[&str] = &{
    let mut words = [""; Purpose::ALL.len() + 3];
    let mut at = 0;
    while at < Purpose::ALL.len() {
        words[at] = Purpose::ALL[at].as_str();
        at += 1;
    }
    words[at] = "load-balancer";
    words[at + 1] = "service-connect";
    words[at + 2] = NAME_RESOLUTION;
    words
};

/// The codes of blockers.
pub(super) const CODES: &[&str] = &{
    let mut words = [""; Code::ALL.len()];
    let mut at = 0;
    while at < Code::ALL.len() {
        words[at] = Code::ALL[at].as_str();
        at += 1;
    }
    words
};

/// Which way a flow is meant to go, where its route is lacking.
pub(super) const MEANT_WAYS: &[&str] = &[
    MeantWay::Endpoint.as_str(),
    MeantWay::InternetGateway.as_str(),
    MeantWay::Ipv6.as_str(),
    MeantWay::Nat.as_str(),
    MeantWay::Instance.as_str(),
    MeantWay::Transit("").as_str(),
    MeantWay::Peering(PeeringId(0)).as_str(),
    MeantWay::Across("").as_str(),
    MeantWay::Nowhere.as_str(),
    "",
];
