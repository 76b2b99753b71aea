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

/// Spawns a task that collects one list by one call that nothing else waits for.
macro_rules! spawn_list {
    ($tasks:ident, $session:ident, $key:literal, $call:ident, $operation:ident, $field:ident, paged
        $(, $setter:ident($value:expr))*) => {
        spawn_list!(@ $tasks, $session, $key, $call, $operation, (token, answer)
            ($(.$setter($value))*.set_next_token(token)), (answer.$field, answer.next_token));
    };
    ($tasks:ident, $session:ident, $key:literal, $call:ident, $operation:ident, $field:ident, whole) => {
        spawn_list!(@ $tasks, $session, $key, $call, $operation, (_token, answer) (), (answer.$field, None));
    };
    (@ $tasks:ident, $session:ident, $key:literal, $call:ident, $operation:ident, ($token:pat, $answer:pat)
        ($($set:tt)*), $page:expr) => {{
        let $session = Arc::clone($session);
        $tasks.spawn(async move {
            let send = |$token: Option<String>| $session.clients.ec2.$operation()$($set)*.send();
            $session.list($key, Call::$call, send, |$answer| $page).await;
        });
    }};
}

/// Starts everything that EC2 is asked.
pub(super) fn spawn(tasks: &mut JoinSet<()>, s: &Arc<Session>) {
    spawn_list!(
        tasks,
        s,
        "Subnets",
        DescribeSubnets,
        describe_subnets,
        subnets,
        paged,
        max_results(MOST),
        set_filters(of_vpcs(&s, "vpc-id"))
    );
    spawn_list!(
        tasks,
        s,
        "RouteTables",
        DescribeRouteTables,
        describe_route_tables,
        route_tables,
        paged,
        max_results(100),
        set_filters(of_vpcs(&s, "vpc-id"))
    );
    spawn_list!(
        tasks,
        s,
        "InternetGateways",
        DescribeInternetGateways,
        describe_internet_gateways,
        internet_gateways,
        paged,
        max_results(MOST),
        set_filters(of_vpcs(&s, "attachment.vpc-id"))
    );
    spawn_list!(
        tasks,
        s,
        "EgressOnlyInternetGateways",
        DescribeEgressOnlyInternetGateways,
        describe_egress_only_internet_gateways,
        egress_only_internet_gateways,
        paged,
        max_results(255)
    );
    spawn_list!(
        tasks,
        s,
        "NatGateways",
        DescribeNatGateways,
        describe_nat_gateways,
        nat_gateways,
        paged,
        max_results(MOST),
        set_filter(of_vpcs(&s, "vpc-id"))
    );
    spawn_list!(
        tasks,
        s,
        "Addresses",
        DescribeAddresses,
        describe_addresses,
        addresses,
        whole
    );
    spawn_list!(
        tasks,
        s,
        "SecurityGroups",
        DescribeSecurityGroups,
        describe_security_groups,
        security_groups,
        paged,
        max_results(MOST),
        set_filters(of_vpcs(&s, "vpc-id"))
    );
    spawn_list!(
        tasks,
        s,
        "NetworkAcls",
        DescribeNetworkAcls,
        describe_network_acls,
        network_acls,
        paged,
        max_results(MOST),
        set_filters(of_vpcs(&s, "vpc-id"))
    );
    spawn_list!(
        tasks,
        s,
        "VpcEndpoints",
        DescribeVpcEndpoints,
        describe_vpc_endpoints,
        vpc_endpoints,
        paged,
        max_results(MOST),
        set_filters(of_vpcs(&s, "vpc-id"))
    );
    spawn_list!(
        tasks,
        s,
        "NetworkInterfaces",
        DescribeNetworkInterfaces,
        describe_network_interfaces,
        network_interfaces,
        paged,
        max_results(MOST),
        set_filters(of_vpcs(&s, "vpc-id"))
    );
    spawn_list!(
        tasks,
        s,
        "DhcpOptions",
        DescribeDhcpOptions,
        describe_dhcp_options,
        dhcp_options,
        paged,
        max_results(MOST)
    );
    spawn_list!(
        tasks,
        s,
        "VpcPeeringConnections",
        DescribeVpcPeeringConnections,
        describe_vpc_peering_connections,
        vpc_peering_connections,
        paged,
        max_results(MOST)
    );
    spawn_list!(
        tasks,
        s,
        "TransitGateways",
        DescribeTransitGateways,
        describe_transit_gateways,
        transit_gateways,
        paged,
        max_results(MOST)
    );
    spawn_list!(
        tasks,
        s,
        "TransitGatewayVpcAttachments",
        DescribeTransitGatewayVpcAttachments,
        describe_transit_gateway_vpc_attachments,
        transit_gateway_vpc_attachments,
        paged,
        max_results(MOST),
        set_filters(of_vpcs(&s, "vpc-id"))
    );
    spawn_list!(
        tasks,
        s,
        "FlowLogs",
        DescribeFlowLogs,
        describe_flow_logs,
        flow_logs,
        paged,
        max_results(MOST)
    );
    spawn_list!(
        tasks,
        s,
        "AvailabilityZones",
        DescribeAvailabilityZones,
        describe_availability_zones,
        availability_zones,
        whole
    );
    spawn_list!(
        tasks,
        s,
        "VpcBlockPublicAccessExclusions",
        DescribeVpcBlockPublicAccessExclusions,
        describe_vpc_block_public_access_exclusions,
        vpc_block_public_access_exclusions,
        paged,
        max_results(MOST)
    );
    tasks.spawn(block_public_access(Arc::clone(s)));
    ec2_parts::spawn(tasks, s);
}

async fn block_public_access(s: Arc<Session>) {
    let call = Call::DescribeVpcBlockPublicAccessOptions;
    let request = s
        .clients
        .ec2
        .describe_vpc_block_public_access_options()
        .send();
    let answer = s.once(call, request).await.and_then(|answer| {
        answer
            .vpc_block_public_access_options
            .ok_or_else(super::failure::Failure::without_content)
    });
    match answer {
        Ok(options) => s.set("VpcBlockPublicAccessOptions", options.to_json()),
        Err(failure) => s.miss(call, None, &failure),
    }
}

/// The filter for the VPCs that were asked for, under the name that the call gives it; none for all VPCs.
pub(super) fn of_vpcs(s: &Session, name: &str) -> Option<Vec<Filter>> {
    let filter = Filter::builder()
        .name(name)
        .set_values(Some(s.vpcs.clone()))
        .build();
    (!s.vpcs.is_empty()).then(|| vec![filter])
}
