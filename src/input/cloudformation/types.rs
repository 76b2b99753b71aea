//! Which types of resources CloudFormation has in the namespaces that make a network, and which properties and attributes
//! those have that are read: as AWS's resource provider schemas of November 2026 say.
//! <https://docs.aws.amazon.com/cloudformation-cli/latest/userguide/resource-type-schema.html>
//!
//! AWS adds to them at any time: what isn't here is taken for misspelt only where it is nearly a name that is.

use super::error::TemplateError;
use super::functions::nearest;
use super::syntax::location;
use super::template::Resource;
use super::text::has_unknown;
use crate::input::planned::{Fields, Node, Value};

/// A type of resources.
struct Type {
    name: &'static str,
    /// Properties that each has to have.
    required: &'static [&'static str],
    /// All properties that may be given.
    properties: &'static [&'static str],
    /// What `Fn::GetAtt` tells besides.
    attributes: &'static [&'static str],
}

/// Properties one of which a resource has to have, by its type.
/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-ec2-vpc.html>,
/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-ec2-route.html>
const ONE_OF: [(&str, &[&str]); 2] = [
    ("AWS::EC2::VPC", &["CidrBlock", "Ipv4IpamPoolId"]),
    ("AWS::EC2::Route", &["DestinationCidrBlock", "DestinationIpv6CidrBlock", "DestinationPrefixListId"]),
];

/// The namespaces of which every type is known.
const NAMESPACES: [&str; 3] = ["AWS::EC2::", "AWS::ECS::", "AWS::ElasticLoadBalancingV2::"];

/// Whether a type may be one that AWS has added to these namespaces since.
pub(super) fn is_new(ty: &str) -> bool {
    NAMESPACES.iter().any(|namespace| ty.starts_with(namespace))
        && !ty.ends_with("::MODULE")
        && of(ty).is_none()
        && !OTHERS.contains(&ty)
}

fn of(ty: &str) -> Option<&'static Type> {
    TYPES.binary_search_by(|known| known.name.cmp(ty)).ok().and_then(|index| TYPES.get(index))
}

/// A known name that one which isn't known is a misspelling of. One that is longer by an s may be a new one.
fn meant(name: &str, known: impl IntoIterator<Item = &'static str>) -> Option<String> {
    let found = nearest(name, known)?;
    let is_plural = |one: &str, other: &str| one.strip_suffix('s') == Some(other);
    (!is_plural(name, &found) && !is_plural(&found, name)).then_some(found)
}

/// Checks the names of a resource's type and of its properties.
///
/// # Errors
/// One is misspelt.
pub(super) fn check_names(resource: Resource<'_>) -> Result<(), TemplateError> {
    let Some(ty) = of(resource.ty) else {
        if !is_new(resource.ty) {
            return Ok(());
        }
        let known = TYPES.iter().map(|ty| ty.name).chain(OTHERS);
        return match meant(resource.ty, known) {
            None => Ok(()),
            meant => Err(TemplateError::NoSuchOfType {
                owner: "CloudFormation".to_owned(),
                what: "type",
                name: resource.ty.to_owned(),
                nearest: meant,
                location: location(resource.node.get("Type").and_then(|node| node.place).or(resource.node.place)),
            }),
        };
    };
    let properties = resource.node.get("Properties").and_then(Node::fields).filter(|_| !resource.is_open());
    for (name, value) in properties.into_iter().flat_map(|Fields(fields)| fields) {
        if ty.properties.contains(&name.as_ref()) || ty.attributes.contains(&name.as_ref()) {
            continue;
        }
        if let Some(meant) = meant(name, ty.properties.iter().copied()) {
            return Err(TemplateError::NoSuchOfType {
                owner: format!("`{}`", ty.name),
                what: "property",
                name: name.clone().into_owned(),
                nearest: Some(meant),
                location: location(value.place.or(resource.node.place)),
            });
        }
    }
    Ok(())
}

/// Checks the name of an attribute of a resource.
///
/// # Errors
/// It is misspelt.
pub(super) fn check_attribute(resource: Resource<'_>, attribute: &str, at: &Node) -> Result<(), TemplateError> {
    let Some(ty) = of(resource.ty) else { return Ok(()) };
    let first = attribute.split_once('.').map_or(attribute, |(first, _)| first);
    if ty.attributes.contains(&first) || ty.properties.contains(&first) {
        return Ok(());
    }
    match meant(first, ty.attributes.iter().chain(ty.properties).copied()) {
        None => Ok(()),
        meant => Err(TemplateError::NoSuchOfType {
            owner: format!("`{}`", ty.name),
            what: "attribute",
            name: attribute.to_owned(),
            nearest: meant,
            location: location(at.place),
        }),
    }
}

/// A property that a resource has to have and lacks, of all that are given.
///
/// # Errors
/// There is one.
pub(super) fn check_required(
    resource: Resource<'_>,
    mut has: impl FnMut(&'static str) -> Result<bool, TemplateError>,
) -> Result<(), TemplateError> {
    let lacking = |names: String| TemplateError::Malformed {
        what: format!("`{}` lacks {names}, which `{}` must have", resource.name, resource.ty),
        location: location(resource.node.get("Type").and_then(|node| node.place).or(resource.node.place)),
    };
    for property in of(resource.ty).map(|ty| ty.required).unwrap_or_default() {
        if !has(property)? {
            return Err(lacking(format!("`{property}`")));
        }
    }
    for (_, properties) in ONE_OF.iter().filter(|(ty, _)| *ty == resource.ty) {
        let mut is_given = false;
        for property in *properties {
            is_given |= has(property)?;
        }
        if !is_given {
            let names: Vec<String> = properties.iter().map(|name| format!("`{name}`")).collect();
            return Err(lacking(names.join(" or ")));
        }
    }
    Ok(())
}

/// Properties that are lists in every type that is read and has them.
const LISTS: [&str; 18] = [
    "Actions",
    "CapacityProviderStrategy",
    "ContainerDefinitions",
    "DefaultActions",
    "DefaultCapacityProviderStrategy",
    "DomainNameServers",
    "Entries",
    "LoadBalancers",
    "RequiresCompatibilities",
    "RouteTableIds",
    "SecurityGroupEgress",
    "SecurityGroupIds",
    "SecurityGroupIngress",
    "SecurityGroups",
    "SubnetIds",
    "SubnetMappings",
    "Subnets",
    "Volumes",
];

/// Properties that are true or false.
const TRUTHS: [&str; 8] = [
    "Egress",
    "EnableDns64",
    "EnableDnsHostnames",
    "EnableDnsSupport",
    "EnableExecuteCommand",
    "Ipv6Native",
    "MapPublicIpOnLaunch",
    "PrivateDnsEnabled",
];

/// Checks that lists are lists, and what is true or false is one of both.
///
/// # Errors
/// A property is of another type.
pub(super) fn check_kinds(
    resource: Resource<'_>,
    mut get: impl FnMut(&'static str) -> Result<Option<Node>, TemplateError>,
) -> Result<(), TemplateError> {
    if of(resource.ty).is_none() {
        return Ok(());
    }
    let is_list = |node: &Node| matches!(node.value, Value::List(_));
    let is_truth = |node: &Node| node.as_bool().is_some() || node.as_str().is_some_and(has_unknown);
    let lists = LISTS.iter().map(|property| (*property, true));
    let all = lists.chain(TRUTHS.iter().map(|property| (*property, false)));
    for (property, is_of_lists) in all.filter(|(property, _)| resource.property(property).is_some()) {
        let is_it = |node: &Node| if is_of_lists { is_list(node) } else { is_truth(node) };
        if let Some(node) = get(property)?.filter(|node| node.expression().is_none() && !is_it(node)) {
            let must_be = if is_of_lists { "a list" } else { "true or false" };
            let what = format!("`{property}` of `{}` must be {must_be}", resource.name);
            return Err(TemplateError::Malformed { what, location: location(node.place) });
        }
    }
    Ok(())
}

/// Types that are read, by name.
#[rustfmt::skip]
const TYPES: &[Type] = &[
    Type {
        name: "AWS::EC2::DHCPOptions",
        required: &[],
        properties: &["DomainName", "DomainNameServers", "Ipv6AddressPreferredLeaseTime", "NetbiosNameServers", "NetbiosNodeType", "NtpServers", "Tags"],
        attributes: &["DhcpOptionsId"],
    },
    Type {
        name: "AWS::EC2::EIP",
        required: &[],
        properties: &["Address", "Domain", "InstanceId", "IpamPoolId", "NetworkBorderGroup", "PublicIpv4Pool", "Tags", "TransferAddress"],
        attributes: &["AllocationId", "PublicIp"],
    },
    Type {
        name: "AWS::EC2::EgressOnlyInternetGateway",
        required: &["VpcId"],
        properties: &["Tags", "VpcId"],
        attributes: &["Id"],
    },
    Type {
        name: "AWS::EC2::FlowLog",
        required: &["ResourceId", "ResourceType"],
        properties: &["DeliverCrossAccountRole", "DeliverLogsPermissionArn", "DestinationOptions", "LogDestination", "LogDestinationType", "LogFormat", "LogGroupName", "MaxAggregationInterval", "ResourceId", "ResourceType", "Tags", "TrafficType"],
        attributes: &["Id"],
    },
    Type {
        name: "AWS::EC2::GatewayRouteTableAssociation",
        required: &["GatewayId", "RouteTableId"],
        properties: &["GatewayId", "RouteTableId"],
        attributes: &["AssociationId"],
    },
    Type {
        name: "AWS::EC2::InternetGateway",
        required: &[],
        properties: &["Tags"],
        attributes: &["InternetGatewayId"],
    },
    Type {
        name: "AWS::EC2::NatGateway",
        required: &[],
        properties: &["AllocationId", "AvailabilityMode", "AvailabilityZoneAddresses", "ConnectivityType", "MaxDrainDurationSeconds", "PrivateIpAddress", "SecondaryAllocationIds", "SecondaryPrivateIpAddressCount", "SecondaryPrivateIpAddresses", "SubnetId", "Tags", "VpcId"],
        attributes: &["AutoProvisionZones", "AutoScalingIps", "EniId", "NatGatewayId", "RouteTableId"],
    },
    Type {
        name: "AWS::EC2::NetworkAcl",
        required: &["VpcId"],
        properties: &["Tags", "VpcId"],
        attributes: &["Id"],
    },
    Type {
        name: "AWS::EC2::NetworkAclEntry",
        required: &["NetworkAclId", "Protocol", "RuleAction", "RuleNumber"],
        properties: &["CidrBlock", "Egress", "Icmp", "Ipv6CidrBlock", "NetworkAclId", "PortRange", "Protocol", "RuleAction", "RuleNumber"],
        attributes: &["Id"],
    },
    Type {
        name: "AWS::EC2::NetworkInterface",
        required: &["SubnetId"],
        properties: &["ConnectionTrackingSpecification", "Description", "EnablePrimaryIpv6", "GroupSet", "InterfaceType", "Ipv4PrefixCount", "Ipv4Prefixes", "Ipv6AddressCount", "Ipv6Addresses", "Ipv6PrefixCount", "Ipv6Prefixes", "PrivateIpAddress", "PrivateIpAddresses", "PublicIpDnsHostnameTypeSpecification", "SecondaryPrivateIpAddressCount", "SourceDestCheck", "SubnetId", "Tags"],
        attributes: &["Id", "PrimaryIpv6Address", "PrimaryPrivateIpAddress", "PublicIpDnsNameOptions", "SecondaryPrivateIpAddresses", "VpcId"],
    },
    Type {
        name: "AWS::EC2::PrefixList",
        required: &["AddressFamily", "PrefixListName"],
        properties: &["AddressFamily", "Entries", "MaxEntries", "PrefixListName", "Tags"],
        attributes: &["Arn", "OwnerId", "PrefixListId", "Version"],
    },
    Type {
        name: "AWS::EC2::Route",
        required: &["RouteTableId"],
        properties: &["CarrierGatewayId", "CoreNetworkArn", "DestinationCidrBlock", "DestinationIpv6CidrBlock", "DestinationPrefixListId", "EgressOnlyInternetGatewayId", "GatewayId", "InstanceId", "LocalGatewayId", "NatGatewayId", "NetworkInterfaceId", "RouteTableId", "TransitGatewayId", "VpcEndpointId", "VpcPeeringConnectionId"],
        attributes: &["CidrBlock"],
    },
    Type {
        name: "AWS::EC2::RouteServerPropagation",
        required: &["RouteServerId", "RouteTableId"],
        properties: &["RouteServerId", "RouteTableId"],
        attributes: &[],
    },
    Type {
        name: "AWS::EC2::RouteTable",
        required: &["VpcId"],
        properties: &["Tags", "VpcId"],
        attributes: &["RouteTableId"],
    },
    Type {
        name: "AWS::EC2::SecurityGroup",
        required: &["GroupDescription"],
        properties: &["GroupDescription", "GroupName", "SecurityGroupEgress", "SecurityGroupIngress", "Tags", "VpcId"],
        attributes: &["GroupId", "Id"],
    },
    Type {
        name: "AWS::EC2::SecurityGroupEgress",
        required: &["GroupId", "IpProtocol"],
        properties: &["CidrIp", "CidrIpv6", "Description", "DestinationPrefixListId", "DestinationSecurityGroupId", "FromPort", "GroupId", "IpProtocol", "ToPort"],
        attributes: &["Id"],
    },
    Type {
        name: "AWS::EC2::SecurityGroupIngress",
        required: &["IpProtocol"],
        properties: &["CidrIp", "CidrIpv6", "Description", "FromPort", "GroupId", "GroupName", "IpProtocol", "SourcePrefixListId", "SourceSecurityGroupId", "SourceSecurityGroupName", "SourceSecurityGroupOwnerId", "ToPort"],
        attributes: &["Id"],
    },
    Type {
        name: "AWS::EC2::SecurityGroupVpcAssociation",
        required: &["GroupId", "VpcId"],
        properties: &["GroupId", "VpcId"],
        attributes: &["State", "StateReason", "VpcOwnerId"],
    },
    Type {
        name: "AWS::EC2::Subnet",
        required: &["VpcId"],
        properties: &["AssignIpv6AddressOnCreation", "AvailabilityZone", "AvailabilityZoneId", "CidrBlock", "EnableDns64", "EnableLniAtDeviceIndex", "Ipv4IpamPoolId", "Ipv4NetmaskLength", "Ipv6CidrBlock", "Ipv6IpamPoolId", "Ipv6Native", "Ipv6NetmaskLength", "MapPublicIpOnLaunch", "OutpostArn", "PrivateDnsNameOptionsOnLaunch", "Tags", "VpcId"],
        attributes: &["BlockPublicAccessStates", "Ipv6CidrBlocks", "NetworkAclAssociationId", "SubnetId"],
    },
    Type {
        name: "AWS::EC2::SubnetCidrBlock",
        required: &["SubnetId"],
        properties: &["Ipv6CidrBlock", "Ipv6IpamPoolId", "Ipv6NetmaskLength", "SubnetId"],
        attributes: &["Id", "IpSource", "Ipv6AddressAttribute"],
    },
    Type {
        name: "AWS::EC2::SubnetNetworkAclAssociation",
        required: &["NetworkAclId", "SubnetId"],
        properties: &["NetworkAclId", "SubnetId"],
        attributes: &["AssociationId"],
    },
    Type {
        name: "AWS::EC2::SubnetRouteTableAssociation",
        required: &["RouteTableId", "SubnetId"],
        properties: &["RouteTableId", "SubnetId"],
        attributes: &["Id"],
    },
    Type {
        name: "AWS::EC2::TransitGateway",
        required: &[],
        properties: &["AmazonSideAsn", "AssociationDefaultRouteTableId", "AutoAcceptSharedAttachments", "DefaultRouteTableAssociation", "DefaultRouteTablePropagation", "Description", "DnsSupport", "EncryptionSupport", "MulticastSupport", "PropagationDefaultRouteTableId", "SecurityGroupReferencingSupport", "Tags", "TransitGatewayCidrBlocks", "VpnEcmpSupport"],
        attributes: &["EncryptionSupportState", "Id", "TransitGatewayArn"],
    },
    Type {
        name: "AWS::EC2::TransitGatewayAttachment",
        required: &["SubnetIds", "TransitGatewayId", "VpcId"],
        properties: &["Options", "SubnetIds", "Tags", "TransitGatewayId", "VpcId"],
        attributes: &["Id"],
    },
    Type {
        name: "AWS::EC2::TransitGatewayRoute",
        required: &["DestinationCidrBlock", "TransitGatewayRouteTableId"],
        properties: &["Blackhole", "DestinationCidrBlock", "TransitGatewayAttachmentId", "TransitGatewayRouteTableId"],
        attributes: &[],
    },
    Type {
        name: "AWS::EC2::TransitGatewayRouteTable",
        required: &["TransitGatewayId"],
        properties: &["Tags", "TransitGatewayId"],
        attributes: &["TransitGatewayRouteTableId"],
    },
    Type {
        name: "AWS::EC2::TransitGatewayRouteTableAssociation",
        required: &["TransitGatewayAttachmentId", "TransitGatewayRouteTableId"],
        properties: &["TransitGatewayAttachmentId", "TransitGatewayRouteTableId"],
        attributes: &[],
    },
    Type {
        name: "AWS::EC2::TransitGatewayRouteTablePropagation",
        required: &["TransitGatewayAttachmentId", "TransitGatewayRouteTableId"],
        properties: &["TransitGatewayAttachmentId", "TransitGatewayRouteTableId"],
        attributes: &[],
    },
    Type {
        name: "AWS::EC2::TransitGatewayVpcAttachment",
        required: &["SubnetIds", "TransitGatewayId", "VpcId"],
        properties: &["AddSubnetIds", "Options", "RemoveSubnetIds", "SubnetIds", "Tags", "TransitGatewayId", "VpcId"],
        attributes: &["Id"],
    },
    Type {
        name: "AWS::EC2::VPC",
        required: &[],
        properties: &["CidrBlock", "EnableDnsHostnames", "EnableDnsSupport", "InstanceTenancy", "Ipv4IpamPoolId", "Ipv4NetmaskLength", "Tags"],
        attributes: &["CidrBlockAssociations", "DefaultNetworkAcl", "DefaultSecurityGroup", "Ipv6CidrBlocks", "VpcId"],
    },
    Type {
        name: "AWS::EC2::VPCBlockPublicAccessExclusion",
        required: &["InternetGatewayExclusionMode"],
        properties: &["InternetGatewayExclusionMode", "SubnetId", "Tags", "VpcId"],
        attributes: &["ExclusionId"],
    },
    Type {
        name: "AWS::EC2::VPCBlockPublicAccessOptions",
        required: &["InternetGatewayBlockMode"],
        properties: &["InternetGatewayBlockMode"],
        attributes: &["AccountId", "ExclusionsAllowed"],
    },
    Type {
        name: "AWS::EC2::VPCCidrBlock",
        required: &["VpcId"],
        properties: &["AmazonProvidedIpv6CidrBlock", "CidrBlock", "Ipv4IpamPoolId", "Ipv4NetmaskLength", "Ipv6CidrBlock", "Ipv6CidrBlockNetworkBorderGroup", "Ipv6IpamPoolId", "Ipv6NetmaskLength", "Ipv6Pool", "VpcId"],
        attributes: &["Id", "IpSource", "Ipv6AddressAttribute"],
    },
    Type {
        name: "AWS::EC2::VPCDHCPOptionsAssociation",
        required: &["DhcpOptionsId", "VpcId"],
        properties: &["DhcpOptionsId", "VpcId"],
        attributes: &[],
    },
    Type {
        name: "AWS::EC2::VPCEndpoint",
        required: &["VpcId"],
        properties: &["DnsOptions", "IpAddressType", "PolicyDocument", "PrivateDnsEnabled", "ResourceConfigurationArn", "RouteTableIds", "SecurityGroupIds", "ServiceName", "ServiceNetworkArn", "ServiceRegion", "SubnetIds", "Tags", "VpcEndpointType", "VpcId"],
        attributes: &["CreationTimestamp", "DnsEntries", "Id", "NetworkInterfaceIds"],
    },
    Type {
        name: "AWS::EC2::VPCGatewayAttachment",
        required: &["VpcId"],
        properties: &["InternetGatewayId", "VpcId", "VpnGatewayId"],
        attributes: &["AttachmentType"],
    },
    Type {
        name: "AWS::EC2::VPCPeeringConnection",
        required: &["PeerVpcId", "VpcId"],
        properties: &["AssumeRoleRegion", "PeerOwnerId", "PeerRegion", "PeerRoleArn", "PeerVpcId", "Tags", "VpcId"],
        attributes: &["Id"],
    },
    Type {
        name: "AWS::EC2::VPNGatewayRoutePropagation",
        required: &["RouteTableIds", "VpnGatewayId"],
        properties: &["RouteTableIds", "VpnGatewayId"],
        attributes: &["Id"],
    },
    Type {
        name: "AWS::ECS::Cluster",
        required: &[],
        properties: &["CapacityProviders", "ClusterName", "ClusterSettings", "Configuration", "DefaultCapacityProviderStrategy", "ServiceConnectDefaults", "Tags"],
        attributes: &["Arn"],
    },
    Type {
        name: "AWS::ECS::Service",
        required: &[],
        properties: &["AvailabilityZoneRebalancing", "CapacityProviderStrategy", "Cluster", "DeploymentConfiguration", "DeploymentController", "DesiredCount", "EnableECSManagedTags", "EnableExecuteCommand", "ForceNewDeployment", "HealthCheckGracePeriodSeconds", "LaunchType", "LoadBalancers", "NetworkConfiguration", "PlacementConstraints", "PlacementStrategies", "PlatformVersion", "PropagateTags", "Role", "SchedulingStrategy", "ServiceConnectConfiguration", "ServiceName", "ServiceRegistries", "Tags", "TaskDefinition", "VolumeConfigurations", "VpcLatticeConfigurations"],
        attributes: &["Name", "ServiceArn"],
    },
    Type {
        name: "AWS::ECS::TaskDefinition",
        required: &[],
        properties: &["ContainerDefinitions", "Cpu", "EnableFaultInjection", "EphemeralStorage", "ExecutionRoleArn", "Family", "InferenceAccelerators", "IpcMode", "Memory", "NetworkMode", "PidMode", "PlacementConstraints", "ProxyConfiguration", "RequiresCompatibilities", "RuntimePlatform", "Tags", "TaskRoleArn", "Volumes"],
        attributes: &["TaskDefinitionArn"],
    },
    Type {
        name: "AWS::ECS::TaskSet",
        required: &["Cluster", "Service", "TaskDefinition"],
        properties: &["CapacityProviderStrategy", "Cluster", "ExternalId", "LaunchType", "LoadBalancers", "NetworkConfiguration", "PlatformVersion", "Scale", "Service", "ServiceRegistries", "Tags", "TaskDefinition"],
        attributes: &["Id"],
    },
    Type {
        name: "AWS::ElasticLoadBalancingV2::Listener",
        required: &["DefaultActions", "LoadBalancerArn"],
        properties: &["AlpnPolicy", "Certificates", "DefaultActions", "ListenerAttributes", "LoadBalancerArn", "MutualAuthentication", "Port", "Protocol", "SslPolicy"],
        attributes: &["ListenerArn"],
    },
    Type {
        name: "AWS::ElasticLoadBalancingV2::ListenerRule",
        required: &["Actions", "Conditions", "Priority"],
        properties: &["Actions", "Conditions", "ListenerArn", "Priority", "Transforms"],
        attributes: &["IsDefault", "RuleArn"],
    },
    Type {
        name: "AWS::ElasticLoadBalancingV2::LoadBalancer",
        required: &[],
        properties: &["EnableCapacityReservationProvisionStabilize", "EnablePrefixForIpv6SourceNat", "EnforceSecurityGroupInboundRulesOnPrivateLinkTraffic", "IpAddressType", "Ipv4IpamPoolId", "LoadBalancerAttributes", "MinimumLoadBalancerCapacity", "Name", "Scheme", "SecurityGroups", "SubnetMappings", "Subnets", "Tags", "Type"],
        attributes: &["CanonicalHostedZoneID", "DNSName", "LoadBalancerArn", "LoadBalancerFullName", "LoadBalancerName"],
    },
    Type {
        name: "AWS::ElasticLoadBalancingV2::TargetGroup",
        required: &[],
        properties: &["HealthCheckEnabled", "HealthCheckIntervalSeconds", "HealthCheckPath", "HealthCheckPort", "HealthCheckProtocol", "HealthCheckTimeoutSeconds", "HealthyThresholdCount", "IpAddressType", "Matcher", "Name", "Port", "Protocol", "ProtocolVersion", "Tags", "TargetControlPort", "TargetGroupAttributes", "TargetType", "Targets", "UnhealthyThresholdCount", "VpcId"],
        attributes: &["LoadBalancerArns", "TargetGroupArn", "TargetGroupFullName", "TargetGroupName"],
    },
];

/// The other types of these namespaces, by name.
const OTHERS: [&str; 84] = [
    "AWS::EC2::CapacityManagerDataExport",
    "AWS::EC2::CapacityReservation",
    "AWS::EC2::CapacityReservationFleet",
    "AWS::EC2::CarrierGateway",
    "AWS::EC2::ClientVpnAuthorizationRule",
    "AWS::EC2::ClientVpnEndpoint",
    "AWS::EC2::ClientVpnRoute",
    "AWS::EC2::ClientVpnTargetNetworkAssociation",
    "AWS::EC2::CustomerGateway",
    "AWS::EC2::EC2Fleet",
    "AWS::EC2::EIPAssociation",
    "AWS::EC2::EnclaveCertificateIamRoleAssociation",
    "AWS::EC2::Host",
    "AWS::EC2::IPAM",
    "AWS::EC2::IPAMAllocation",
    "AWS::EC2::IPAMPool",
    "AWS::EC2::IPAMPoolCidr",
    "AWS::EC2::IPAMPrefixListResolver",
    "AWS::EC2::IPAMPrefixListResolverTarget",
    "AWS::EC2::IPAMResourceDiscovery",
    "AWS::EC2::IPAMResourceDiscoveryAssociation",
    "AWS::EC2::IPAMScope",
    "AWS::EC2::Instance",
    "AWS::EC2::InstanceConnectEndpoint",
    "AWS::EC2::IpPoolRouteTableAssociation",
    "AWS::EC2::KeyPair",
    "AWS::EC2::LaunchTemplate",
    "AWS::EC2::LocalGatewayRoute",
    "AWS::EC2::LocalGatewayRouteTable",
    "AWS::EC2::LocalGatewayRouteTableVPCAssociation",
    "AWS::EC2::LocalGatewayRouteTableVirtualInterfaceGroupAssociation",
    "AWS::EC2::LocalGatewayVirtualInterface",
    "AWS::EC2::LocalGatewayVirtualInterfaceGroup",
    "AWS::EC2::NetworkInsightsAccessScope",
    "AWS::EC2::NetworkInsightsAccessScopeAnalysis",
    "AWS::EC2::NetworkInsightsAnalysis",
    "AWS::EC2::NetworkInsightsPath",
    "AWS::EC2::NetworkInterfaceAttachment",
    "AWS::EC2::NetworkInterfacePermission",
    "AWS::EC2::NetworkPerformanceMetricSubscription",
    "AWS::EC2::PlacementGroup",
    "AWS::EC2::RouteServer",
    "AWS::EC2::RouteServerAssociation",
    "AWS::EC2::RouteServerEndpoint",
    "AWS::EC2::RouteServerPeer",
    "AWS::EC2::SnapshotBlockPublicAccess",
    "AWS::EC2::SpotFleet",
    "AWS::EC2::SqlHaStandbyDetectedInstance",
    "AWS::EC2::TrafficMirrorFilter",
    "AWS::EC2::TrafficMirrorFilterRule",
    "AWS::EC2::TrafficMirrorSession",
    "AWS::EC2::TrafficMirrorTarget",
    "AWS::EC2::TransitGatewayConnect",
    "AWS::EC2::TransitGatewayConnectPeer",
    "AWS::EC2::TransitGatewayMeteringPolicy",
    "AWS::EC2::TransitGatewayMeteringPolicyEntry",
    "AWS::EC2::TransitGatewayMulticastDomain",
    "AWS::EC2::TransitGatewayMulticastDomainAssociation",
    "AWS::EC2::TransitGatewayMulticastGroupMember",
    "AWS::EC2::TransitGatewayMulticastGroupSource",
    "AWS::EC2::TransitGatewayPeeringAttachment",
    "AWS::EC2::VPCEncryptionControl",
    "AWS::EC2::VPCEndpointConnectionNotification",
    "AWS::EC2::VPCEndpointService",
    "AWS::EC2::VPCEndpointServicePermissions",
    "AWS::EC2::VPNConcentrator",
    "AWS::EC2::VPNConnection",
    "AWS::EC2::VPNConnectionRoute",
    "AWS::EC2::VPNGateway",
    "AWS::EC2::VerifiedAccessEndpoint",
    "AWS::EC2::VerifiedAccessGroup",
    "AWS::EC2::VerifiedAccessInstance",
    "AWS::EC2::VerifiedAccessTrustProvider",
    "AWS::EC2::Volume",
    "AWS::EC2::VolumeAttachment",
    "AWS::ECS::CapacityProvider",
    "AWS::ECS::ClusterCapacityProviderAssociations",
    "AWS::ECS::Daemon",
    "AWS::ECS::DaemonTaskDefinition",
    "AWS::ECS::ExpressGatewayService",
    "AWS::ECS::PrimaryTaskSet",
    "AWS::ElasticLoadBalancingV2::ListenerCertificate",
    "AWS::ElasticLoadBalancingV2::TrustStore",
    "AWS::ElasticLoadBalancingV2::TrustStoreRevocation",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn types_are_in_order_and_their_required_properties_exist() {
        assert!(TYPES.is_sorted_by(|one, other| one.name < other.name));
        for ty in TYPES {
            assert!(ty.required.iter().all(|name| ty.properties.contains(name)), "{}", ty.name);
            assert!(!OTHERS.contains(&ty.name), "{}", ty.name);
        }
        assert!(
            ONE_OF
                .iter()
                .all(|(ty, names)| names.iter().all(|name| of(ty).is_some_and(|ty| ty.properties.contains(name))))
        );
    }

    #[test]
    fn misspelt_names_are_told_from_new_ones() {
        let known = ["SubnetId", "AllocationId", "Tags"];
        for (name, expected) in [
            ("SubnetID", Some("SubnetId")),
            ("AllocationIdd", Some("AllocationId")),
            ("AlocatonId", Some("AllocationId")),
            ("SubnetIds", None),
            ("Tag", None),
            ("SecondaryAllocationIds", None),
        ] {
            assert_eq!(meant(name, known).as_deref(), expected, "{name}");
        }
        for (ty, expected) in [
            ("AWS::EC2::NatGatway", true),
            ("AWS::EC2::Something", true),
            ("AWS::EC2::NatGateway", false),
            ("AWS::EC2::Volume", false),
            ("AWS::EC2::Vpc::MODULE", false),
            ("AWS::RDS::DBInstanc", false),
            ("Custom::Thing", false),
        ] {
            assert_eq!(is_new(ty), expected, "{ty}");
        }
    }
}
