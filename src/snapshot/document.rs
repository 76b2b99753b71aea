//! The document: one scope (an account and region) with its lists, each known, partly known or not known.

use super::place::{Location, Origin, SourceId};
use super::shapes::*;
use serde::{Deserialize, Serialize};
use std::ops::Deref;

/// An element of a list of the document, with where it begins.
#[derive(Debug, Clone)]
pub struct Element<T> {
    /// Where it begins.
    pub origin: Origin,
    /// What it says.
    pub value: T,
}

impl<T> Deref for Element<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.value
    }
}

impl<T> Element<T> {
    /// The place of the element.
    pub fn location(&self) -> Location {
        Location::entity(self.origin)
    }
}

/// How much of a list the input holds.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Coverage {
    /// The key is absent: nothing is known. With the reason, where the collector noted one.
    #[default]
    Absent,
    /// Some elements are known, others may be missing.
    Partial(String),
    /// Every element of the account and region (or of the VPC that was asked for).
    Complete,
}

/// One list of the document.
#[derive(Debug, Clone)]
pub struct Listing<T> {
    /// The elements that are known.
    pub elements: Vec<Element<T>>,
    /// Whether these are all.
    pub coverage: Coverage,
}

impl<T> Default for Listing<T> {
    fn default() -> Self {
        Listing { elements: Vec::new(), coverage: Coverage::Absent }
    }
}

impl<T> Listing<T> {
    /// Whether an element that is not in the list does not exist.
    pub fn is_complete(&self) -> bool {
        self.coverage == Coverage::Complete
    }

    /// Whether the key is in the input at all.
    pub fn is_known(&self) -> bool {
        self.coverage != Coverage::Absent
    }
}

impl<'l, T> IntoIterator for &'l Listing<T> {
    type Item = &'l Element<T>;
    type IntoIter = std::slice::Iter<'l, Element<T>>;

    fn into_iter(self) -> Self::IntoIter {
        self.elements.iter()
    }
}

/// A shape that its API identifies.
pub trait Identified {
    /// Its id or ARN.
    fn id(&self) -> Option<&str>;
}

/// A call that the collector could not make.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Serialize, schemars::JsonSchema)]
pub struct NotCollected {
    /// The call, as IAM names it: `ec2:DescribeNatGateways`.
    pub call: String,
    /// What it was asked of, where it was asked of one thing among others: a VPC, a load balancer, a task definition.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub item: Option<String>,
    /// Why.
    pub reason: String,
}

/// The version of the document's form that this fargcheck writes, and the newest that it reads.
pub const SCHEMA: u32 = 1;

/// The document's own key, `fargcheck`.
#[derive(Debug, Clone, Default, Deserialize, schemars::JsonSchema)]
#[serde(default, rename_all = "camelCase")]
pub struct Collection {
    /// Version of the document's form; 1.
    pub schema: Option<u32>,
    /// The fargcheck that collected it.
    pub version: Option<String>,
    /// When, as RFC 3339.
    pub collected_at: Option<String>,
    /// The account's number.
    pub account: Option<String>,
    /// The region.
    pub region: Option<String>,
    /// `aws`, `aws-cn`, `aws-us-gov`, …
    pub partition: Option<String>,
    /// Calls that failed.
    pub not_collected: Vec<NotCollected>,
    /// Lists that don't hold all there is, by the calls that would answer them: a plan tells of what it makes.
    pub partial: Vec<NotCollected>,
    /// What its reader should know.
    pub notes: Vec<Oddity>,
    /// What says all that is in it, where nothing was collected: `the plan`, `the template`.
    pub planned_by: Option<String>,
}

macro_rules! document {
    ($($key:literal $field:ident: $shape:ident by $id:ident $member:literal from $call:literal;)*) => {
        /// What is known of one account and region.
        #[derive(Debug, Default)]
        pub struct Scope<'a> {
            /// The document's own key.
            pub collection: Collection,
            /// Security groups that something in use has, and that `SecurityGroups` should describe and doesn't.
            pub undescribed_groups: Vec<Element<SecurityGroup<'a>>>,
            $(#[doc = concat!("The list `", $key, "`.")] pub $field: Listing<$shape<'a>>,)*
        }

        /// A list of the document: its key, and the call that answers it.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub struct Key {
            /// The key in the document.
            pub name: &'static str,
            /// The call, as IAM names it.
            pub call: &'static str,
            /// The member that names an element; empty where it has no name of its own.
            pub id: &'static str,
        }

        /// Every list of the document, in the order in which it is written.
        pub const KEYS: &[Key] = &[$(Key { name: $key, call: $call, id: $member },)*];

        $(impl Identified for $shape<'_> {
            fn id(&self) -> Option<&str> {
                self.$id.as_deref()
            }
        })*

        /// Runs `$body` for every list of a scope, borrowed mutably, with the list's [`Key`].
        macro_rules! each_listing {
            ($scope:expr, |$list:ident, $name:ident| $body:expr) => {
                $({
                    let $name = $crate::snapshot::Key { name: $key, call: $call, id: $member };
                    let $list = &mut $scope.$field;
                    $body
                })*
            };
        }

        pub(crate) use each_listing;

        /// The id of every element of a scope, with the source that it was read from.
        pub fn ids<'s>(scope: &'s Scope<'_>) -> Vec<(SourceId, &'s str)> {
            let mut ids = Vec::new();
            $(ids.extend(scope.$field.elements.iter().filter_map(|found| Some((found.origin.source, found.id()?))));)*
            ids
        }

        /// The calls whose lists a scope lacks.
        pub fn absent_calls(scope: &Scope<'_>) -> Vec<&'static str> {
            let mut absent = Vec::new();
            $(if !scope.$field.is_known() {
                absent.push($call);
            })*
            absent
        }

        /// The document's form, for its JSON Schema.
        #[derive(schemars::JsonSchema)]
        #[schemars(title = "fargcheck snapshot")]
        #[allow(dead_code, non_snake_case, reason = "read by the schema alone; the key is the document's")]
        pub(crate) struct DocumentForm<'a> {
            $(#[serde(rename = $key)] #[doc = concat!("The answer of ", $call, ".")] $field: Option<Vec<$shape<'a>>>,)*
            /// AWS's document of its public address ranges, as <https://ip-ranges.amazonaws.com/ip-ranges.json> has it.
            ipRanges: Option<IpRangesForm<'a>>,
            /// How it was collected.
            fargcheck: Option<Collection>,
        }
    };
}

document! {
    "Vpcs" vpcs: Vpc by vpc_id "VpcId" from "ec2:DescribeVpcs";
    "VpcAttributes" vpc_attributes: VpcAttribute by vpc_id "VpcId" from "ec2:DescribeVpcAttribute";
    "Subnets" subnets: Subnet by subnet_id "SubnetId" from "ec2:DescribeSubnets";
    "RouteTables" route_tables: RouteTable by route_table_id "RouteTableId" from "ec2:DescribeRouteTables";
    "InternetGateways" internet_gateways: InternetGateway by internet_gateway_id "InternetGatewayId" from "ec2:DescribeInternetGateways";
    "EgressOnlyInternetGateways" egress_only_internet_gateways: EgressOnlyInternetGateway by egress_only_internet_gateway_id "EgressOnlyInternetGatewayId" from "ec2:DescribeEgressOnlyInternetGateways";
    "NatGateways" nat_gateways: NatGateway by nat_gateway_id "NatGatewayId" from "ec2:DescribeNatGateways";
    "Addresses" addresses: Address by allocation_id "AllocationId" from "ec2:DescribeAddresses";
    "SecurityGroups" security_groups: SecurityGroup by group_id "GroupId" from "ec2:DescribeSecurityGroups";
    "SecurityGroupVpcAssociations" security_group_vpc_associations: SecurityGroupVpcAssociation by group_id "" from "ec2:DescribeSecurityGroupVpcAssociations";
    "NetworkAcls" network_acls: NetworkAcl by network_acl_id "NetworkAclId" from "ec2:DescribeNetworkAcls";
    "VpcEndpoints" vpc_endpoints: VpcEndpoint by vpc_endpoint_id "VpcEndpointId" from "ec2:DescribeVpcEndpoints";
    "PrefixLists" prefix_lists: PrefixList by prefix_list_id "PrefixListId" from "ec2:DescribePrefixLists";
    "ManagedPrefixLists" managed_prefix_lists: ManagedPrefixList by prefix_list_id "PrefixListId" from "ec2:DescribeManagedPrefixLists";
    "NetworkInterfaces" network_interfaces: NetworkInterface by network_interface_id "NetworkInterfaceId" from "ec2:DescribeNetworkInterfaces";
    "DhcpOptions" dhcp_options: DhcpOptions by dhcp_options_id "DhcpOptionsId" from "ec2:DescribeDhcpOptions";
    "VpcPeeringConnections" vpc_peering_connections: VpcPeeringConnection by vpc_peering_connection_id "VpcPeeringConnectionId" from "ec2:DescribeVpcPeeringConnections";
    "TransitGateways" transit_gateways: TransitGateway by transit_gateway_id "TransitGatewayId" from "ec2:DescribeTransitGateways";
    "TransitGatewayVpcAttachments" transit_gateway_vpc_attachments: TransitGatewayVpcAttachment by transit_gateway_attachment_id "TransitGatewayAttachmentId" from "ec2:DescribeTransitGatewayVpcAttachments";
    "TransitGatewayRouteTables" transit_gateway_route_tables: TransitGatewayRouteTable by transit_gateway_route_table_id "TransitGatewayRouteTableId" from "ec2:DescribeTransitGatewayRouteTables";
    "FlowLogs" flow_logs: FlowLog by flow_log_id "FlowLogId" from "ec2:DescribeFlowLogs";
    "AvailabilityZones" availability_zones: AvailabilityZone by zone_name "ZoneName" from "ec2:DescribeAvailabilityZones";
    "VpcBlockPublicAccessOptions" vpc_block_public_access_options: VpcBlockPublicAccessOptions by aws_region "AwsRegion" from "ec2:DescribeVpcBlockPublicAccessOptions";
    "VpcBlockPublicAccessExclusions" vpc_block_public_access_exclusions: VpcBlockPublicAccessExclusion by exclusion_id "ExclusionId" from "ec2:DescribeVpcBlockPublicAccessExclusions";
    "clusters" clusters: Cluster by cluster_arn "clusterArn" from "ecs:DescribeClusters";
    "services" services: Service by service_arn "serviceArn" from "ecs:DescribeServices";
    "taskDefinitions" task_definitions: TaskDefinition by task_definition_arn "taskDefinitionArn" from "ecs:DescribeTaskDefinition";
    "tasks" tasks: Task by task_arn "taskArn" from "ecs:DescribeTasks";
    "LoadBalancers" load_balancers: LoadBalancer by load_balancer_arn "LoadBalancerArn" from "elasticloadbalancing:DescribeLoadBalancers";
    "TargetGroups" target_groups: TargetGroup by target_group_arn "TargetGroupArn" from "elasticloadbalancing:DescribeTargetGroups";
    "Listeners" listeners: Listener by listener_arn "ListenerArn" from "elasticloadbalancing:DescribeListeners";
    "Rules" rules: Rule by rule_arn "RuleArn" from "elasticloadbalancing:DescribeRules";
    "repositories" repositories: Repository by repository_arn "repositoryArn" from "ecr:DescribeRepositories";
    "pullThroughCacheRules" pull_through_cache_rules: PullThroughCacheRule by ecr_repository_prefix "ecrRepositoryPrefix" from "ecr:DescribePullThroughCacheRules";
}

/// The member that names an element of a list; empty where there is no such list, or its elements have no names of their own.
pub(crate) fn id_member(list: &str) -> &'static str {
    KEYS.iter().find(|key| key.name == list).map_or("", |key| key.id)
}

/// The JSON Schema of a snapshot.
pub fn schema() -> serde_json::Value {
    schemars::schema_for!(DocumentForm<'static>).to_value()
}

/// All that is known, of every account and region that was given.
#[derive(Debug, Default)]
pub struct Snapshot<'a> {
    /// One for each account and region.
    pub scopes: Vec<Scope<'a>>,
    /// AWS's public address ranges: the newest, where several were given.
    pub ip_ranges: Option<IpRanges<'a>>,
    /// What was odd in the input and how it was taken.
    pub oddities: Vec<Oddity>,
    /// What it contradicts itself about: which of two descriptions holds can't be told.
    pub undecided: Vec<Oddity>,
    /// Elements whose tags ask for findings on them to be ignored.
    pub ignores: Vec<IgnoreTag>,
}

/// The tag by which the owner of a resource ignores findings on it.
pub const IGNORE_TAG: &str = "fargcheck:ignore";

/// What the tag [`IGNORE_TAG`] of an element says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IgnoreTag {
    /// The scope that has the element.
    pub scope: usize,
    /// The element's id or ARN.
    pub id: String,
    /// The tag's value, as it was written: rules and groups, if all is well.
    pub value: String,
    /// Where the element's tags stand.
    pub place: Location,
}

/// Something odd in the input that does not stop the judging.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, schemars::JsonSchema)]
pub struct Oddity {
    /// The part of the input.
    pub what: String,
    /// How it was taken.
    pub why: String,
}
