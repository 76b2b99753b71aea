//! Commands that create endpoints, or let those that are there serve more.

use super::entity::{Reading, owned};
use super::model::Model;
use crate::network::*;

impl Model<'_> {
    /// The command that creates an endpoint like this one: in its subnets and with its groups, or for the tables that lead
    /// to it.
    pub(super) fn creating_command(&self, id: EndpointId) -> String {
        let endpoint = self.network.endpoint(id);
        let element = endpoint.element;
        let mut command = format!(
            "aws ec2 create-vpc-endpoint --vpc-id {} --service-name {}",
            text(&element.vpc_id),
            text(&element.service_name)
        );
        let mut option = |name: &str, values: Vec<&str>| {
            if !values.is_empty() {
                command.push_str(&format!(" --{name} {}", values.join(" ")));
            }
        };
        if endpoint.kind == EndpointKind::Gateway {
            let leads = |table: &&RouteTable<'_>| {
                table.routes.iter().flatten().any(|route| route.target == Target::Endpoint(Reference::To(id)))
            };
            let tables = self.network.tables.iter().filter(leads).map(|table| text(&table.element.route_table_id));
            option("vpc-endpoint-type", vec!["Gateway"]);
            option("route-table-ids", tables.collect());
            return command;
        }
        command.push_str(&self.placing_options(endpoint));
        if endpoint.has_private_dns() {
            command.push_str(" --private-dns-enabled");
        }
        command
    }

    /// The command that creates an interface endpoint for a service, like those that tasks in a subnet run by: their VPC's own,
    /// else central ones.
    pub(super) fn creating_endpoint(&self, subnet: SubnetId, service: &str) -> String {
        let network = self.network;
        let Some(vpc) = network.subnet(subnet).vpc.known() else { return String::new() };
        let own = network.vpc(vpc).endpoints.iter().copied().map(|id| network.endpoint(id));
        let own = own.filter(|endpoint| endpoint.kind == EndpointKind::Interface);
        let central = network.endpoints.iter().filter(|one| one.is_of_fargate() && network.is_central(one, vpc));
        let Some(like) = own.chain(central).next() else { return String::new() };
        let option = if like.vpc == Reference::To(vpc) { "--private-dns-enabled" } else { "--no-private-dns-enabled" };
        format!(
            "aws ec2 create-vpc-endpoint --vpc-id {} --service-name {service}{} {option}",
            text(&like.element.vpc_id),
            self.placing_options(like)
        )
    }

    /// The options that place an interface endpoint as another one is: its kind, subnets and groups.
    fn placing_options(&self, endpoint: &Endpoint<'_>) -> String {
        let subnets = endpoint.subnets.iter().flatten().filter_map(|subnet| subnet.known());
        let groups = endpoint.groups.iter().flatten().filter_map(|group| group.known());
        let subnets: Vec<&str> = subnets.map(|id| text(&self.network.subnet(id).element.subnet_id)).collect();
        let groups: Vec<&str> = groups.map(|id| text(&self.network.group(id).element.group_id)).collect();
        let listed = |(name, ids): (&str, Vec<&str>)| match ids.is_empty() {
            true => String::new(),
            false => format!(" --{name} {}", ids.join(" ")),
        };
        let options =
            [("vpc-endpoint-type", vec!["Interface"]), ("subnet-ids", subnets), ("security-group-ids", groups)];
        options.map(listed).concat()
    }

    /// The commands by which endpoints lead to the AWS services that a workload reaches by its public IP, a line each: gateway
    /// endpoints for all route tables of its subnets, interface endpoints in one of its subnets in each zone. Those that the VPC
    /// has already are told to serve it, too.
    pub(super) fn endpoints_instead<'f>(&self, id: WorkloadId) -> Reading<'f> {
        let network = self.network;
        let workload = network.workload(id);
        let mut subnets: Vec<SubnetId> = Vec::new();
        let mut zones = Vec::new();
        let mut tables = Vec::new();
        for subnet in workload.subnets.iter().flatten().filter_map(|placement| placement.subnet.known()) {
            let element = network.subnet(subnet).element;
            if !zones.contains(&element.availability_zone.as_deref()) {
                zones.push(element.availability_zone.as_deref());
                subnets.push(subnet);
            }
            let (table, _) = self.known(network.subnet(subnet).table)?;
            if !tables.contains(&table) {
                tables.push(table);
            }
        }
        let Some(vpc) = subnets.first().and_then(|subnet| network.subnet(*subnet).vpc.known()) else {
            return owned(String::new());
        };
        let vpc_id = text(&network.vpc(vpc).element.vpc_id);
        let region = self.region(network.vpc(vpc).scope);
        let listed = |ids: Vec<&str>| ids.join(" ");
        let subnets = listed(subnets.iter().map(|id| text(&network.subnet(*id).element.subnet_id)).collect());
        let mut lines = Vec::new();
        for service in self.services_by_public_ip(id) {
            let own = network.vpc(vpc).endpoints.iter().map(|id| (*id, network.endpoint(*id)));
            let name = endpoint_service_name(service, region);
            let is_gateway = matches!(service, "s3" | "dynamodb");
            let kind = if is_gateway { EndpointKind::Gateway } else { EndpointKind::Interface };
            let found = own.filter(|(_, one)| one.kind == kind).find(|(_, one)| one.service == Some(service));
            let lacking = tables.iter().map(|id| network.table(*id)).filter(|table| {
                let is_led = |route: &Route<'_>| {
                    found.is_some_and(|(id, _)| route.target == Target::Endpoint(Reference::To(id)))
                };
                !table.routes.iter().flatten().any(is_led)
            });
            let lacking = listed(lacking.map(|table| text(&table.element.route_table_id)).collect());
            let existing = found.map(|(_, one)| text(&one.element.vpc_endpoint_id));
            lines.push(match (existing, is_gateway) {
                (Some(id), true) => format!("aws ec2 modify-vpc-endpoint --vpc-endpoint-id {id} --add-route-table-ids {lacking}"),
                (None, true) => format!(
                    "aws ec2 create-vpc-endpoint --vpc-id {vpc_id} --service-name {name} --vpc-endpoint-type Gateway --route-table-ids {lacking}"
                ),
                (Some(id), false) => format!("aws ec2 modify-vpc-endpoint --vpc-endpoint-id {id} --private-dns-enabled"),
                (None, false) => format!(
                    "aws ec2 create-vpc-endpoint --vpc-id {vpc_id} --service-name {name} --vpc-endpoint-type Interface --subnet-ids {subnets} --security-group-ids <security-group-id> --private-dns-enabled"
                ),
            });
        }
        owned(lines.join("\n    "))
    }
}
