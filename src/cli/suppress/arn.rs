//! ARNs of Amazon EC2's resources. Its answers hold few of them; an ARN says whose it is, of which type, and the id.

use super::Place;
use crate::rules::Finding;
use crate::snapshot::Arn;

/// CloudFormation's types, and how ARNs call them.
/// <https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonec2.html#amazonec2-resources-for-iam-policies>
const TYPES: [(&str, &str); 13] = [
    ("AWS::EC2::EgressOnlyInternetGateway", "egress-only-internet-gateway"),
    ("AWS::EC2::InternetGateway", "internet-gateway"),
    ("AWS::EC2::NatGateway", "natgateway"),
    ("AWS::EC2::NetworkAcl", "network-acl"),
    ("AWS::EC2::NetworkInterface", "network-interface"),
    ("AWS::EC2::RouteTable", "route-table"),
    ("AWS::EC2::SecurityGroup", "security-group"),
    ("AWS::EC2::Subnet", "subnet"),
    ("AWS::EC2::TransitGatewayAttachment", "transit-gateway-attachment"),
    ("AWS::EC2::TransitGatewayRouteTable", "transit-gateway-route-table"),
    ("AWS::EC2::VPC", "vpc"),
    ("AWS::EC2::VPCEndpoint", "vpc-endpoint"),
    ("AWS::EC2::VPCPeeringConnection", "vpc-peering-connection"),
];

/// Whether a text is the ARN of the resource that a finding accuses.
pub(super) fn is_of(arn: &str, finding: &Finding) -> bool {
    let Some(Arn { service: "ec2", region, account, resource, .. }) = Arn::parse(arn) else { return false };
    let own = &finding.resource;
    let is_type = |name: &str| TYPES.contains(&(own.kind, name));
    let place = Place { account: Some(account.to_owned()), region: Some(region.to_owned()) };
    let is_resource = resource.split_once('/').is_some_and(|(name, id)| is_type(name) && id == own.id);
    is_resource && place.may_be(&Place::of(finding))
}
