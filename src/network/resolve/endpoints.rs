//! VPC endpoints.

use super::{Builder, Lists};
use crate::network::endpoint::{Endpoint, EndpointKind};
use crate::network::expression::expression;
use crate::network::ids::EndpointId;
use crate::network::known::Missing;
use crate::network::policies::Policy;
use crate::network::service_names::{region_of_name, service_of_name};
use crate::path;
use crate::snapshot::Location;

impl<'a> Builder<'_, 'a> {
    pub(super) fn endpoints(&mut self, lists: &Lists<'a>) {
        for (index, &(scope, element)) in lists.endpoints.iter().enumerate() {
            let vpc = self.vpc_holding(scope, element.vpc_id.as_deref());
            let kind = match element.vpc_endpoint_type.as_deref().unwrap_or_default().to_ascii_lowercase().as_str() {
                "interface" => EndpointKind::Interface,
                "gateway" => EndpointKind::Gateway,
                "gatewayloadbalancer" => EndpointKind::GatewayLoadBalancer,
                "" if element.route_table_ids.as_ref().is_some_and(|list| !list.is_empty()) => EndpointKind::Gateway,
                "" => EndpointKind::Interface,
                _ => EndpointKind::Other,
            };
            let region = self.network.scopes[scope as usize].region.as_deref();
            let told = element.service_region.as_deref();
            let told = told.or_else(|| element.service_name.as_deref().and_then(region_of_name));
            let elsewhere = told.filter(|found| region.is_some_and(|own| own != *found));
            let service = element.service_name.as_deref().and_then(service_of_name);
            let missing = Missing { call: "ec2:DescribeVpcEndpoints", scope };
            let subnets = element.subnet_ids.as_ref().ok_or(missing);
            let groups = self.groups_in_use(scope, element.groups.as_deref(), "ec2:DescribeVpcEndpoints");
            if let Some(vpc) = vpc.known() {
                self.network.vpcs[vpc.0 as usize].endpoints.push(EndpointId(index as u32));
            }
            self.network.endpoints.push(Endpoint {
                element,
                scope,
                vpc,
                kind,
                service: service.filter(|_| elsewhere.is_none()),
                service_elsewhere: service.zip(elsewhere),
                subnets: subnets.map(|ids| ids.iter().map(|id| self.subnet_holding(scope, id)).collect()),
                groups,
                groups_at: Location::inside(element.origin, path!["Groups"]),
                interfaces: Vec::new(),
                policy: element.policy_document.as_deref().map(|text| match expression(text) {
                    Some(expression) => Err(format!("it is not known before the deployment: {expression}")),
                    None => Policy::read(text),
                }),
            });
        }
    }
}
