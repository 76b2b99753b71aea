//! What `Ref` and `Fn::GetAtt` say of a resource: mostly the id by which the document calls it.

use super::error::TemplateError;
use super::evaluate::Evaluator;
use super::functions::arguments;
use super::substitute::{Part, parts};
use super::template::Resource;
use super::text::{from_text, text_of};
use crate::input::planned::{Fields, Node, Value};

/// Attributes that name the resource itself, as `Ref` or the document's id member does.
const ITSELF: [(&str, &str); 31] = [
    ("AWS::EC2::DHCPOptions", "DhcpOptionsId"),
    ("AWS::EC2::EIP", "AllocationId"),
    ("AWS::EC2::EgressOnlyInternetGateway", "Id"),
    ("AWS::EC2::InternetGateway", "InternetGatewayId"),
    ("AWS::EC2::NatGateway", "NatGatewayId"),
    ("AWS::EC2::NetworkAcl", "Id"),
    ("AWS::EC2::NetworkAcl", "NetworkAclId"),
    ("AWS::EC2::NetworkInterface", "Id"),
    ("AWS::EC2::PrefixList", "PrefixListId"),
    ("AWS::EC2::RouteTable", "RouteTableId"),
    ("AWS::EC2::SecurityGroup", "GroupId"),
    ("AWS::EC2::SecurityGroup", "Id"),
    ("AWS::EC2::Subnet", "SubnetId"),
    ("AWS::EC2::TransitGateway", "Id"),
    ("AWS::EC2::TransitGatewayAttachment", "Id"),
    ("AWS::EC2::TransitGatewayRouteTable", "TransitGatewayRouteTableId"),
    ("AWS::EC2::TransitGatewayVpcAttachment", "Id"),
    ("AWS::EC2::VPC", "VpcId"),
    ("AWS::EC2::VPCEndpoint", "Id"),
    ("AWS::EC2::VPCPeeringConnection", "Id"),
    ("AWS::ECS::Cluster", "Arn"),
    ("AWS::ECS::Service", "ServiceArn"),
    ("AWS::ECS::TaskDefinition", "TaskDefinitionArn"),
    ("AWS::EFS::FileSystem", "FileSystemId"),
    ("AWS::ElasticLoadBalancingV2::Listener", "ListenerArn"),
    ("AWS::ElasticLoadBalancingV2::ListenerRule", "RuleArn"),
    ("AWS::ElasticLoadBalancingV2::LoadBalancer", "LoadBalancerArn"),
    ("AWS::ElasticLoadBalancingV2::TargetGroup", "TargetGroupArn"),
    ("AWS::ServiceDiscovery::HttpNamespace", "Arn"),
    ("AWS::ServiceDiscovery::PrivateDnsNamespace", "Arn"),
    ("AWS::ServiceDiscovery::Service", "Arn"),
];

/// The property that says how a resource is called, where `Ref` tells its name.
const NAMES: [(&str, &str); 5] = [
    ("AWS::ECR::Repository", "RepositoryName"),
    ("AWS::ECS::Cluster", "ClusterName"),
    ("AWS::Logs::LogGroup", "LogGroupName"),
    ("AWS::S3::Bucket", "BucketName"),
    ("AWS::SSM::Parameter", "Name"),
];

/// How a name begins that AWS makes up for a resource.
pub(super) const MADE_UP: &str = "AWS name of ";

impl Evaluator<'_> {
    /// What `Ref` says of a resource.
    pub(super) fn reference_to(&mut self, resource: Resource<'_>) -> Result<Node, TemplateError> {
        match resource.ty {
            "AWS::EC2::EIP" => Ok(Node::unknown(format!("{}.PublicIp", resource.name), None)),
            "AWS::SecretsManager::Secret" => self.secret(resource),
            "AWS::ECS::Cluster" => Ok(Node::text(self.cluster(resource)?)),
            ty if NAMES.iter().any(|(known, _)| *known == ty) => self.given_name(resource),
            ty if is_called_by_its_id(ty) => Ok(Node::text(self.id(resource.name))),
            _ => Ok(Node::unknown(resource.name, None)),
        }
    }

    /// The name of a cluster, by which the document calls it.
    pub(super) fn cluster(&mut self, resource: Resource<'_>) -> Result<String, TemplateError> {
        let name = self.property(resource.name, "ClusterName")?;
        Ok(name.and_then(|name| text_of(&name)).unwrap_or_else(|| self.id(resource.name)))
    }

    /// The name that a resource is given, or that CloudFormation makes up.
    fn given_name(&mut self, resource: Resource<'_>) -> Result<Node, TemplateError> {
        let property = NAMES.iter().find(|(ty, _)| *ty == resource.ty).map(|(_, property)| *property);
        let given = match property {
            Some(property) => self.property(resource.name, property)?,
            None => None,
        };
        Ok(given.unwrap_or_else(|| Node::unknown(format!("{MADE_UP}{}", resource.name), None)))
    }

    fn secret(&mut self, resource: Resource<'_>) -> Result<Node, TemplateError> {
        let arn = self.arn("secretsmanager")?;
        let given = self.property(resource.name, "Name")?.and_then(|name| text_of(&name));
        let name = given.unwrap_or_else(|| format!("${{{MADE_UP}{}}}", resource.name));
        Ok(Node::text(format!("{arn}:secret:{name}")))
    }

    /// The beginning of the ARNs of a service, up to the account.
    fn arn(&mut self, service: &str) -> Result<String, TemplateError> {
        let mut part = |name: &str| self.pseudo(name).and_then(|node| text_of(&node)).unwrap_or_default();
        let (partition, region, account) = (part("AWS::Partition"), part("AWS::Region"), part("AWS::AccountId"));
        Ok(format!("arn:{partition}:{service}:{region}:{account}"))
    }

    /// The id of one of a firewall's endpoints, which AWS makes with it.
    pub(super) fn firewall_endpoint(&self, firewall: &str, index: usize) -> String {
        format!("{}.EndpointIds[{index}]", self.id(firewall))
    }

    /// `Fn::GetAtt`.
    pub(super) fn get_att(&mut self, argument: &Node) -> Result<Node, TemplateError> {
        const TAKES: &str = "a resource and the name of an attribute";
        let (resource, attribute) = match &argument.value {
            Value::String(text) => match text.split_once('.') {
                Some((resource, attribute)) => (resource, attribute.to_owned()),
                None => return Err(arguments("Fn::GetAtt", TAKES, argument)),
            },
            Value::List(items) => match items.as_slice() {
                [resource, attribute] => {
                    let attribute = self.value(attribute)?;
                    let resource = self.named(resource)?;
                    match (resource.as_str(), text_of(&attribute), resource.expression()) {
                        (Some(resource), Some(attribute), _) => return self.attribute(resource, &attribute, argument),
                        (None, Some(attribute), Some(expression)) => {
                            return Ok(Node::unknown(format!("{expression}.{attribute}"), None));
                        }
                        _ => return Err(arguments("Fn::GetAtt", TAKES, argument)),
                    }
                }
                _ => return Err(arguments("Fn::GetAtt", TAKES, argument)),
            },
            _ => return Err(arguments("Fn::GetAtt", TAKES, argument)),
        };
        self.attribute(resource, &attribute, argument)
    }

    /// An attribute of a resource.
    pub(super) fn attribute(&mut self, name: &str, attribute: &str, at: &Node) -> Result<Node, TemplateError> {
        let Some(resource) = self.resource(name, at)? else {
            return Ok(Node::unknown(format!("{name}.{attribute}"), None));
        };
        if ITSELF.contains(&(resource.ty, attribute)) {
            return match resource.ty {
                "AWS::ECS::Cluster" => Ok(Node::text(self.cluster(resource)?)),
                _ => Ok(Node::text(self.id(name))),
            };
        }
        match (resource.ty, attribute) {
            ("AWS::EC2::VPC", "DefaultSecurityGroup") => Ok(Node::text(super::default_security_group(&self.id(name)))),
            ("AWS::EC2::VPC", "DefaultNetworkAcl") => Ok(Node::text(super::default_network_acl(&self.id(name)))),
            ("AWS::EC2::VPC", "CidrBlock")
            | ("AWS::EC2::Subnet", "AvailabilityZone" | "CidrBlock" | "VpcId" | "Ipv6CidrBlocks")
            | ("AWS::EC2::SecurityGroup", "VpcId" | "GroupName")
            | ("AWS::EC2::NatGateway", "SubnetId")
            | ("AWS::ECS::Service", "Name" | "ServiceName") => {
                let property = if attribute == "Name" { "ServiceName" } else { attribute };
                let value = self.property(name, property)?;
                Ok(value.unwrap_or_else(|| Node::unknown(format!("{name}.{attribute}"), None)))
            }
            ("AWS::ECR::Repository", "Arn") => {
                let (arn, repository) = (self.arn("ecr")?, self.given_name(resource)?);
                Ok(Node::text(format!("{arn}:repository/{}", text_of(&repository).unwrap_or_default())))
            }
            ("AWS::ECR::Repository", "RepositoryUri") => {
                let mut part = |name: &str| self.pseudo(name).and_then(|node| text_of(&node)).unwrap_or_default();
                let (account, region, suffix) = (part("AWS::AccountId"), part("AWS::Region"), part("AWS::URLSuffix"));
                let repository = text_of(&self.given_name(resource)?).unwrap_or_default();
                Ok(from_text(format!("{account}.dkr.ecr.{region}.{suffix}/{repository}")))
            }
            ("AWS::SecretsManager::Secret", "Id") => self.secret(resource),
            ("AWS::Logs::LogGroup", "Arn") => {
                let (arn, group) = (self.arn("logs")?, self.given_name(resource)?);
                Ok(from_text(format!("{arn}:log-group:{}:*", text_of(&group).unwrap_or_default())))
            }
            ("AWS::S3::Bucket", "Arn") => {
                let partition = self.pseudo("AWS::Partition").and_then(|node| text_of(&node)).unwrap_or_default();
                let bucket = text_of(&self.given_name(resource)?).unwrap_or_default();
                Ok(from_text(format!("arn:{partition}:s3:::{bucket}")))
            }
            ("AWS::NetworkFirewall::Firewall", "EndpointIds") => {
                let Some(mappings) = self.property(name, "SubnetMappings")? else {
                    return Ok(Node::unknown(format!("{name}.EndpointIds"), None));
                };
                if mappings.expression().is_some() || mappings.items().iter().any(|item| item.expression().is_some()) {
                    return Ok(Node::unknown(format!("{name}.EndpointIds"), None));
                }
                // The zone, and the endpoint in it. The zones are in no particular order.
                let endpoints = (0..mappings.items().len())
                    .map(|index| Node::text(format!("${{{name}}}:{}", self.firewall_endpoint(name, index))));
                Ok(Node::list(endpoints.collect()))
            }
            _ => Ok(Node::unknown(format!("{name}.{attribute}"), None)),
        }
    }
}

/// Whether the document calls a resource by what `Ref` says of it.
fn is_called_by_its_id(ty: &str) -> bool {
    ty.starts_with("AWS::EC2::")
        || ty.starts_with("AWS::ElasticLoadBalancingV2::")
        || matches!(
            ty,
            "AWS::ECS::Service"
                | "AWS::ECS::TaskDefinition"
                | "AWS::EFS::FileSystem"
                | "AWS::ServiceDiscovery::HttpNamespace"
                | "AWS::ServiceDiscovery::PrivateDnsNamespace"
                | "AWS::ServiceDiscovery::Service"
        )
}

/// What isn't known of a value in which names are compared as they are written. The account, the region, and names
/// that AWS makes up for new resources stand for themselves: nothing else is called so.
pub(super) fn hidden_in(node: &Node) -> Option<String> {
    match &node.value {
        Value::Unknown(name) | Value::LeftOut(name) => (!stands_for_itself(name)).then(|| name.clone()),
        Value::String(text) => parts(text).into_iter().find_map(|part| match part {
            Part::Variable(name) if !stands_for_itself(name) => Some(name.to_owned()),
            _ => None,
        }),
        Value::List(items) => items.iter().find_map(hidden_in),
        Value::Object(Fields(fields)) => fields.iter().find_map(|(_, member)| hidden_in(member)),
        _ => None,
    }
}

/// Whether a part of a text is the same wherever it stands: what AWS alone tells of a deployment. IAM's own variables,
/// which have a colon, are for IAM.
fn stands_for_itself(name: &str) -> bool {
    name.starts_with("AWS ") || name.contains(':') || matches!(name, "*" | "?" | "$")
}
