//! What Terraform's AWS provider calls the resources that become elements of the document.

/// The resources that an attribute may name, the attribute that identifies them included.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct Expected(pub(super) &'static [&'static str]);

pub(super) const VPC: Expected = Expected(&["aws_vpc", "aws_default_vpc"]);
pub(super) const SUBNET: Expected = Expected(&["aws_subnet", "aws_default_subnet"]);
pub(super) const ROUTE_TABLE: Expected = Expected(&["aws_route_table", "aws_default_route_table"]);
pub(super) const SECURITY_GROUP: Expected = Expected(&["aws_security_group", "aws_default_security_group"]);
pub(super) const NETWORK_ACL: Expected = Expected(&["aws_network_acl", "aws_default_network_acl"]);
pub(super) const INTERNET_GATEWAY: Expected = Expected(&["aws_internet_gateway"]);
pub(super) const ANY_GATEWAY: Expected = Expected(&["aws_internet_gateway", "aws_vpn_gateway", "aws_vpc_endpoint"]);
pub(super) const EGRESS_ONLY_GATEWAY: Expected = Expected(&["aws_egress_only_internet_gateway"]);
pub(super) const NAT_GATEWAY: Expected = Expected(&["aws_nat_gateway"]);
pub(super) const ADDRESS: Expected = Expected(&["aws_eip"]);
pub(super) const INTERFACE: Expected = Expected(&["aws_network_interface"]);
pub(super) const ENDPOINT: Expected = Expected(&["aws_vpc_endpoint"]);
pub(super) const PREFIX_LIST: Expected = Expected(&["aws_ec2_managed_prefix_list"]);
pub(super) const PEERING: Expected = Expected(&["aws_vpc_peering_connection"]);
pub(super) const TRANSIT_GATEWAY: Expected = Expected(&["aws_ec2_transit_gateway"]);
pub(super) const TRANSIT_ATTACHMENT: Expected = Expected(&["aws_ec2_transit_gateway_vpc_attachment"]);
pub(super) const TRANSIT_TABLE: Expected = Expected(&["aws_ec2_transit_gateway_route_table"]);
pub(super) const DHCP_OPTIONS: Expected = Expected(&["aws_vpc_dhcp_options", "aws_default_vpc_dhcp_options"]);
pub(super) const CLUSTER: Expected = Expected(&["aws_ecs_cluster"]);
pub(super) const SERVICE: Expected = Expected(&["aws_ecs_service"]);
pub(super) const TASK_DEFINITION: Expected = Expected(&["aws_ecs_task_definition"]);
pub(super) const LOAD_BALANCER: Expected = Expected(&["aws_lb", "aws_alb"]);
pub(super) const TARGET_GROUP: Expected = Expected(&["aws_lb_target_group", "aws_alb_target_group"]);
pub(super) const LISTENER: Expected = Expected(&["aws_lb_listener", "aws_alb_listener"]);
pub(super) const NAMESPACE: Expected = Expected(&[
    "aws_service_discovery_http_namespace",
    "aws_service_discovery_private_dns_namespace",
    "aws_service_discovery_public_dns_namespace",
]);
pub(super) const FILE_SYSTEM: Expected = Expected(&["aws_efs_file_system"]);
/// Nothing in particular: the value itself is asked for.
pub(super) const VALUE: Expected = Expected(&[]);

impl Expected {
    /// Whether an argument of a module is called as such resources are: `subnet_ids`, `private_subnets`, `alb_sg`.
    pub(super) fn is_meant_by(self, argument: &str) -> bool {
        let Some(ty) = self.0.first() else { return false };
        let words = ty.split('_').filter(|word| !matches!(*word, "aws" | "ec2" | "ecs" | "lb" | "default"));
        let words: Vec<&str> = words.collect();
        let initials: String = words.iter().filter_map(|word| word.chars().next()).collect();
        let mut own = argument.split(['_', '-']).map(|word| word.strip_suffix('s').unwrap_or(word));
        argument.contains(&words.join("_")) || words.len() > 1 && own.any(|word| word == initials)
    }

    /// Whether a text, or every text of a list, has the form of an id of such a resource.
    pub(super) fn is_named_by(self, value: &serde_json::Value) -> bool {
        match value {
            serde_json::Value::String(text) => self.is_id(text),
            serde_json::Value::Array(items) => !items.is_empty() && items.iter().all(|item| self.is_named_by(item)),
            _ => false,
        }
    }

    /// Whether a text has the form of an id of such a resource.
    pub(super) fn is_id(self, text: &str) -> bool {
        let prefix = |ty: &&str| match *ty {
            "aws_vpc" | "aws_default_vpc" => "vpc-",
            "aws_subnet" | "aws_default_subnet" => "subnet-",
            "aws_route_table" | "aws_default_route_table" => "rtb-",
            "aws_security_group" | "aws_default_security_group" => "sg-",
            "aws_network_acl" | "aws_default_network_acl" => "acl-",
            "aws_internet_gateway" => "igw-",
            "aws_egress_only_internet_gateway" => "eigw-",
            "aws_vpn_gateway" => "vgw-",
            "aws_nat_gateway" => "nat-",
            "aws_eip" => "eipalloc-",
            "aws_network_interface" => "eni-",
            "aws_vpc_endpoint" => "vpce-",
            "aws_ec2_managed_prefix_list" => "pl-",
            "aws_vpc_peering_connection" => "pcx-",
            "aws_ec2_transit_gateway" => "tgw-",
            "aws_ec2_transit_gateway_vpc_attachment" => "tgw-attach-",
            "aws_ec2_transit_gateway_route_table" => "tgw-rtb-",
            "aws_vpc_dhcp_options" | "aws_default_vpc_dhcp_options" => "dopt-",
            "aws_efs_file_system" => "fs-",
            _ => "arn:",
        };
        !text.is_empty() && (self.0.is_empty() || self.0.iter().any(|ty| text.starts_with(prefix(ty))))
    }
}

/// The attribute whose value names a resource to others.
pub(super) fn identity(ty: &str) -> &'static str {
    match ty {
        "aws_efs_mount_target" => "network_interface_id",
        "aws_ecs_cluster"
        | "aws_ecs_task_definition"
        | "aws_ecr_repository"
        | "aws_lb"
        | "aws_alb"
        | "aws_lb_target_group"
        | "aws_alb_target_group"
        | "aws_lb_listener"
        | "aws_alb_listener"
        | "aws_service_discovery_http_namespace"
        | "aws_service_discovery_private_dns_namespace"
        | "aws_service_discovery_public_dns_namespace" => "arn",
        _ => "id",
    }
}

/// Other attributes that have the same value, or name the same resource.
pub(super) fn is_identity(ty: &str, attribute: &str) -> bool {
    attribute == identity(ty)
        || attribute == "id" && ty != "aws_ecs_task_definition"
        || attribute == "allocation_id" && ty == "aws_eip"
        || matches!(attribute, "arn" | "arn_without_revision") && ty == "aws_ecs_task_definition"
}

/// Attributes by which a resource is named to others, alone or together: `"${family}:${revision}"`.
pub(super) fn is_name(ty: &str, attribute: &str) -> bool {
    is_identity(ty, attribute)
        || ty == "aws_ecs_task_definition" && matches!(attribute, "family" | "revision")
        || ty == "aws_ecs_cluster" && attribute == "name"
        || ty == "aws_default_route_table" && attribute == "default_route_table_id"
}
