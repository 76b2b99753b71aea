//! The table of the calls that a scan makes: the one source of what is called and of the permissions that it takes.

use serde_json::{Value, json};

macro_rules! calls {
    ($($service:literal { $($name:ident),* $(,)? })*) => {
        /// One AWS API call. A request can only be made under one of these, so the table can't fall behind.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub(crate) enum Call { $($($name,)*)* }

        impl Call {
            /// Every call, service by service.
            pub(crate) const ALL: &[Call] = &[$($(Call::$name,)*)*];

            /// The name that IAM and the snapshot's `notCollected` use: `ec2:DescribeSubnets`.
            pub(crate) fn action(self) -> &'static str {
                match self { $($(Call::$name => concat!($service, ":", stringify!($name)),)*)* }
            }
        }
    };
}

calls! {
    "sts" { GetCallerIdentity }
    "ec2" {
        DescribeVpcs, DescribeVpcAttribute, DescribeSubnets, DescribeRouteTables, DescribeInternetGateways,
        DescribeEgressOnlyInternetGateways, DescribeNatGateways, DescribeAddresses, DescribeSecurityGroups,
        DescribeSecurityGroupVpcAssociations, DescribeNetworkAcls, DescribeVpcEndpoints, DescribePrefixLists, DescribeManagedPrefixLists,
        GetManagedPrefixListEntries, DescribeNetworkInterfaces, DescribeDhcpOptions, DescribeVpcPeeringConnections,
        DescribeTransitGateways, DescribeTransitGatewayVpcAttachments, DescribeTransitGatewayRouteTables,
        SearchTransitGatewayRoutes, GetTransitGatewayRouteTableAssociations, DescribeFlowLogs,
        DescribeAvailabilityZones, DescribeVpcBlockPublicAccessOptions, DescribeVpcBlockPublicAccessExclusions,
    }
    "ecs" {
        ListClusters, DescribeClusters, ListServices, DescribeServices, ListTasks, DescribeTasks,
        DescribeTaskDefinition,
    }
    "elasticloadbalancing" { DescribeLoadBalancers, DescribeTargetGroups, DescribeListeners, DescribeRules }
    "ecr" { DescribeRepositories, DescribePullThroughCacheRules }
}

/// The least IAM policy that a scan needs, as a policy document.
///
/// Every action reads, and none reads what a resource contains. `sts:GetCallerIdentity` is left out: IAM Reference,
/// *GetCallerIdentity*: "No permissions are required to perform this operation". The resource is `*` because most of
/// these actions support no other (Service Authorization Reference).
pub fn permissions() -> Value {
    let actions: Vec<&str> =
        Call::ALL.iter().filter(|call| **call != Call::GetCallerIdentity).map(|call| call.action()).collect();
    json!({
        "Version": "2012-10-17",
        "Statement": [{"Sid": "FargcheckScan", "Effect": "Allow", "Action": actions, "Resource": "*"}],
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_policy_only_reads() {
        let policy = permissions();
        let actions = policy["Statement"][0]["Action"].as_array().expect("a list of actions");
        assert_eq!(actions.len(), Call::ALL.len() - 1);
        for action in actions {
            let verb = action.as_str().and_then(|text| text.split_once(':')).expect("service:Action").1;
            assert!(["Describe", "List", "Get", "Search"].iter().any(|read| verb.starts_with(read)), "{verb} reads");
        }
    }
}
