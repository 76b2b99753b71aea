//! The network: Amazon EC2. The calls are those of the Amazon EC2 API Reference, by name.

use std::sync::Arc;

use aws_sdk_ec2::types::Filter;
use tokio::task::JoinSet;

use super::calls::Call;
use super::ec2_parts;
use super::session::Session;
use super::shapes::ToJson;

/// The greatest `MaxResults` of most calls; the few that allow less say so below.
pub(super) const MOST: i32 = 1000;

/// Spawns a task for each list that one call gives and that nothing else waits for: the key, the call, the SDK's operation
/// and the field of its answer, whether it has pages, and what to set.
macro_rules! spawn_lists {
    ($tasks:ident, $s:ident; $($key:literal $call:ident: $operation:ident => $field:ident
        $kind:ident [$($setter:ident($value:expr)),*];)*) => {$({
        let $s = Arc::clone($s);
        $tasks.spawn(async move {
            let send = |token: Option<String>| {
                let call = $s.clients.ec2.$operation()$(.$setter($value))*;
                spawn_lists!(@send $kind, call, token)
            };
            $s.list($key, Call::$call, send, |answer| spawn_lists!(@take $kind, answer, $field)).await;
        });
    })*};
    (@send paged, $call:ident, $token:ident) => { $call.set_next_token($token).send() };
    (@send whole, $call:ident, $token:ident) => {{
        drop($token);
        $call.send()
    }};
    (@take paged, $answer:ident, $field:ident) => { ($answer.$field, $answer.next_token) };
    (@take whole, $answer:ident, $field:ident) => { ($answer.$field, None) };
}

/// Starts everything that EC2 is asked.
pub(super) fn spawn(tasks: &mut JoinSet<()>, s: &Arc<Session>) {
    spawn_lists! { tasks, s;
        "Subnets" DescribeSubnets:
            describe_subnets => subnets
            paged [max_results(MOST), set_filters(of_vpcs(&s, "vpc-id"))];
        "RouteTables" DescribeRouteTables:
            describe_route_tables => route_tables
            paged [max_results(100), set_filters(of_vpcs(&s, "vpc-id"))];
        "InternetGateways" DescribeInternetGateways:
            describe_internet_gateways => internet_gateways
            paged [max_results(MOST), set_filters(of_vpcs(&s, "attachment.vpc-id"))];
        "EgressOnlyInternetGateways" DescribeEgressOnlyInternetGateways:
            describe_egress_only_internet_gateways => egress_only_internet_gateways
            paged [max_results(255)];
        "NatGateways" DescribeNatGateways:
            describe_nat_gateways => nat_gateways
            paged [max_results(MOST), set_filter(of_vpcs(&s, "vpc-id"))];
        "Addresses" DescribeAddresses: describe_addresses => addresses whole [];
        "SecurityGroups" DescribeSecurityGroups:
            describe_security_groups => security_groups
            paged [max_results(MOST), set_filters(of_vpcs(&s, "vpc-id"))];
        "SecurityGroupVpcAssociations" DescribeSecurityGroupVpcAssociations:
            describe_security_group_vpc_associations => security_group_vpc_associations
            paged [max_results(MOST), set_filters(of_vpcs(&s, "vpc-id"))];
        "NetworkAcls" DescribeNetworkAcls:
            describe_network_acls => network_acls
            paged [max_results(MOST), set_filters(of_vpcs(&s, "vpc-id"))];
        "VpcEndpoints" DescribeVpcEndpoints:
            describe_vpc_endpoints => vpc_endpoints
            paged [max_results(MOST), set_filters(of_vpcs(&s, "vpc-id"))];
        "NetworkInterfaces" DescribeNetworkInterfaces:
            describe_network_interfaces => network_interfaces
            paged [max_results(MOST), set_filters(of_vpcs(&s, "vpc-id")),
                // Else an account's setting may hide those that AWS's services manage.
                include_managed_resources(true)];
        "DhcpOptions" DescribeDhcpOptions:
            describe_dhcp_options => dhcp_options paged [max_results(MOST)];
        "VpcPeeringConnections" DescribeVpcPeeringConnections:
            describe_vpc_peering_connections => vpc_peering_connections paged [max_results(MOST)];
        "TransitGateways" DescribeTransitGateways:
            describe_transit_gateways => transit_gateways paged [max_results(MOST)];
        "TransitGatewayVpcAttachments" DescribeTransitGatewayVpcAttachments:
            describe_transit_gateway_vpc_attachments => transit_gateway_vpc_attachments
            paged [max_results(MOST), set_filters(of_vpcs(&s, "vpc-id"))];
        "FlowLogs" DescribeFlowLogs: describe_flow_logs => flow_logs paged [max_results(MOST)];
        "AvailabilityZones" DescribeAvailabilityZones:
            describe_availability_zones => availability_zones whole [];
        "VpcBlockPublicAccessExclusions" DescribeVpcBlockPublicAccessExclusions:
            describe_vpc_block_public_access_exclusions => vpc_block_public_access_exclusions
            paged [max_results(MOST)];
    }
    tasks.spawn(block_public_access(Arc::clone(s)));
    ec2_parts::spawn(tasks, s);
}

async fn block_public_access(s: Arc<Session>) {
    let call = Call::DescribeVpcBlockPublicAccessOptions;
    let request = s.clients.ec2.describe_vpc_block_public_access_options().send();
    let answer = s
        .once(call, request)
        .await
        .and_then(|answer| answer.vpc_block_public_access_options.ok_or_else(super::failure::Failure::without_content));
    match answer {
        Ok(options) => s.set("VpcBlockPublicAccessOptions", options.to_json()),
        Err(failure) => s.miss(call, None, &failure),
    }
}

/// The filter for the VPCs that were asked for, under the name that the call gives it; none for all VPCs.
pub(super) fn of_vpcs(s: &Session, name: &str) -> Option<Vec<Filter>> {
    let filter = Filter::builder().name(name).set_values(Some(s.vpcs.clone())).build();
    (!s.vpcs.is_empty()).then(|| vec![filter])
}
