//! Amazon EC2 as JSON: data types of the Amazon EC2 API Reference. Fields that no rule can need are left out.

use aws_sdk_ec2::types as sdk;

use super::{shapes, texts};

shapes! {
    Vpc {
        VpcId: vpc_id, OwnerId: owner_id, InstanceTenancy: instance_tenancy,
        Ipv6CidrBlockAssociationSet: ipv6_cidr_block_association_set,
        CidrBlockAssociationSet: cidr_block_association_set, IsDefault: is_default,
        BlockPublicAccessStates: block_public_access_states, State: state, CidrBlock: cidr_block,
        DhcpOptionsId: dhcp_options_id, Tags: tags,
    }
    Subnet {
        SubnetArn: subnet_arn, SubnetId: subnet_id, AvailabilityZoneId: availability_zone_id, OwnerId: owner_id,
        AssignIpv6AddressOnCreation: assign_ipv6_address_on_creation,
        Ipv6CidrBlockAssociationSet: ipv6_cidr_block_association_set, OutpostArn: outpost_arn,
        EnableDns64: enable_dns64, Ipv6Native: ipv6_native,
        PrivateDnsNameOptionsOnLaunch: private_dns_name_options_on_launch,
        BlockPublicAccessStates: block_public_access_states, Type: r#type, State: state, VpcId: vpc_id,
        CidrBlock: cidr_block, AvailableIpAddressCount: available_ip_address_count,
        AvailabilityZone: availability_zone, DefaultForAz: default_for_az,
        MapPublicIpOnLaunch: map_public_ip_on_launch, Tags: tags,
    }
    RouteTable {
        RouteTableId: route_table_id, Associations: associations, PropagatingVgws: propagating_vgws, Routes: routes,
        VpcId: vpc_id, OwnerId: owner_id, Tags: tags,
    }
    InternetGateway {
        InternetGatewayId: internet_gateway_id, Attachments: attachments, OwnerId: owner_id, Tags: tags,
    }
    EgressOnlyInternetGateway {
        EgressOnlyInternetGatewayId: egress_only_internet_gateway_id, Attachments: attachments, Tags: tags,
    }
    NatGateway {
        NatGatewayId: nat_gateway_id, CreateTime: create_time, DeleteTime: delete_time, FailureCode: failure_code,
        FailureMessage: failure_message, NatGatewayAddresses: nat_gateway_addresses, State: state,
        SubnetId: subnet_id, VpcId: vpc_id, ConnectivityType: connectivity_type, AvailabilityMode: availability_mode,
        AutoScalingIps: auto_scaling_ips, AutoProvisionZones: auto_provision_zones,
        AttachedAppliances: attached_appliances, RouteTableId: route_table_id, Tags: tags,
    }
    Address {
        AllocationId: allocation_id, AssociationId: association_id, Domain: domain,
        NetworkInterfaceId: network_interface_id, NetworkInterfaceOwnerId: network_interface_owner_id,
        PrivateIpAddress: private_ip_address, PublicIpv4Pool: public_ipv4_pool,
        NetworkBorderGroup: network_border_group, CarrierIp: carrier_ip, SubnetId: subnet_id,
        InstanceId: instance_id, PublicIp: public_ip, Tags: tags,
    }
    SecurityGroup {
        GroupId: group_id, SecurityGroupArn: security_group_arn, IpPermissionsEgress: ip_permissions_egress,
        VpcId: vpc_id, OwnerId: owner_id, GroupName: group_name, Description: description,
        IpPermissions: ip_permissions, Tags: tags,
    }
    NetworkAcl {
        NetworkAclId: network_acl_id, Associations: associations, Entries: entries, IsDefault: is_default,
        VpcId: vpc_id, OwnerId: owner_id, Tags: tags,
    }
    VpcEndpoint {
        VpcEndpointId: vpc_endpoint_id, VpcEndpointType: vpc_endpoint_type, VpcId: vpc_id, ServiceName: service_name,
        State: state, PolicyDocument: policy_document, RouteTableIds: route_table_ids, SubnetIds: subnet_ids,
        Groups: groups, IpAddressType: ip_address_type, DnsOptions: dns_options,
        PrivateDnsEnabled: private_dns_enabled, RequesterManaged: requester_managed,
        NetworkInterfaceIds: network_interface_ids, DnsEntries: dns_entries, CreationTimestamp: creation_timestamp,
        OwnerId: owner_id, LastError: last_error, Ipv4Prefixes: ipv4_prefixes, Ipv6Prefixes: ipv6_prefixes,
        FailureReason: failure_reason, ServiceNetworkArn: service_network_arn,
        ResourceConfigurationArn: resource_configuration_arn, ServiceRegion: service_region, Tags: tags,
    }
    PrefixList { PrefixListId: prefix_list_id, Cidrs: cidrs, PrefixListName: prefix_list_name }
    ManagedPrefixList {
        PrefixListId: prefix_list_id, AddressFamily: address_family, State: state, StateMessage: state_message,
        PrefixListArn: prefix_list_arn, PrefixListName: prefix_list_name, MaxEntries: max_entries, Version: version,
        OwnerId: owner_id, Tags: tags,
    }
    NetworkInterface {
        NetworkInterfaceId: network_interface_id, Association: association, Attachment: attachment,
        AvailabilityZone: availability_zone, Description: description, Groups: groups, InterfaceType: interface_type,
        Ipv6Addresses: ipv6_addresses, OutpostArn: outpost_arn, OwnerId: owner_id, PrivateDnsName: private_dns_name,
        PublicDnsName: public_dns_name, PrivateIpAddress: private_ip_address,
        PrivateIpAddresses: private_ip_addresses, Ipv4Prefixes: ipv4_prefixes, Ipv6Prefixes: ipv6_prefixes,
        RequesterId: requester_id, RequesterManaged: requester_managed, SourceDestCheck: source_dest_check,
        Status: status, SubnetId: subnet_id, VpcId: vpc_id, DenyAllIgwTraffic: deny_all_igw_traffic,
        Ipv6Native: ipv6_native, Ipv6Address: ipv6_address, Operator: operator,
        AssociatedSubnets: associated_subnets, AvailabilityZoneId: availability_zone_id, TagSet: tag_set,
    }
    DhcpOptions {
        DhcpOptionsId: dhcp_options_id, OwnerId: owner_id, DhcpConfigurations: dhcp_configurations, Tags: tags,
    }
    VpcPeeringConnection {
        VpcPeeringConnectionId: vpc_peering_connection_id, AccepterVpcInfo: accepter_vpc_info,
        ExpirationTime: expiration_time, RequesterVpcInfo: requester_vpc_info, Status: status, Tags: tags,
    }
    TransitGateway {
        TransitGatewayId: transit_gateway_id, TransitGatewayArn: transit_gateway_arn, State: state,
        OwnerId: owner_id, Description: description, CreationTime: creation_time, Options: options, Tags: tags,
    }
    TransitGatewayVpcAttachment {
        TransitGatewayAttachmentId: transit_gateway_attachment_id, TransitGatewayId: transit_gateway_id,
        VpcId: vpc_id, VpcOwnerId: vpc_owner_id, State: state, SubnetIds: subnet_ids, CreationTime: creation_time,
        Options: options, Tags: tags,
    }
    TransitGatewayRouteTable {
        TransitGatewayRouteTableId: transit_gateway_route_table_id, TransitGatewayId: transit_gateway_id,
        State: state, DefaultAssociationRouteTable: default_association_route_table,
        DefaultPropagationRouteTable: default_propagation_route_table, CreationTime: creation_time, Tags: tags,
    }
    TransitGatewayRoute {
        DestinationCidrBlock: destination_cidr_block, PrefixListId: prefix_list_id,
        TransitGatewayAttachments: transit_gateway_attachments, Type: r#type, State: state,
    }
    TransitGatewayRouteTableAssociation {
        TransitGatewayAttachmentId: transit_gateway_attachment_id, ResourceId: resource_id,
        ResourceType: resource_type, State: state,
    }
    FlowLog {
        FlowLogId: flow_log_id, CreationTime: creation_time, DeliverLogsErrorMessage: deliver_logs_error_message,
        DeliverLogsPermissionArn: deliver_logs_permission_arn, DeliverCrossAccountRole: deliver_cross_account_role,
        DeliverLogsStatus: deliver_logs_status, FlowLogStatus: flow_log_status, LogGroupName: log_group_name,
        ResourceId: resource_id, TrafficType: traffic_type, LogDestinationType: log_destination_type,
        LogDestination: log_destination, MaxAggregationInterval: max_aggregation_interval, Tags: tags,
    }
    AvailabilityZone {
        ZoneName: zone_name, Messages: messages, RegionName: region_name, ZoneId: zone_id, GroupName: group_name,
        NetworkBorderGroup: network_border_group, ZoneType: zone_type, ParentZoneName: parent_zone_name,
        ParentZoneId: parent_zone_id, State: state,
    }
    VpcBlockPublicAccessOptions {
        AwsAccountId: aws_account_id, AwsRegion: aws_region, State: state,
        InternetGatewayBlockMode: internet_gateway_block_mode, Reason: reason,
        LastUpdateTimestamp: last_update_timestamp, ManagedBy: managed_by, ExclusionsAllowed: exclusions_allowed,
    }
    VpcBlockPublicAccessExclusion {
        ExclusionId: exclusion_id, InternetGatewayExclusionMode: internet_gateway_exclusion_mode,
        ResourceArn: resource_arn, State: state, Reason: reason, CreationTimestamp: creation_timestamp,
        LastUpdateTimestamp: last_update_timestamp, DeletionTimestamp: deletion_timestamp, Tags: tags,
    }
    SecurityGroupVpcAssociation {
        GroupId: group_id, GroupOwnerId: group_owner_id, VpcId: vpc_id, VpcOwnerId: vpc_owner_id, State: state,
        StateReason: state_reason,
    }
    AttributeBooleanValue { Value: value }
    VpcIpv6CidrBlockAssociation {
        AssociationId: association_id, Ipv6CidrBlock: ipv6_cidr_block, Ipv6CidrBlockState: ipv6_cidr_block_state,
        NetworkBorderGroup: network_border_group, Ipv6Pool: ipv6_pool, Ipv6AddressAttribute: ipv6_address_attribute,
        IpSource: ip_source,
    }
    VpcCidrBlockAssociation { AssociationId: association_id, CidrBlock: cidr_block, CidrBlockState: cidr_block_state }
    Tag { Key: key, Value: value }
    BlockPublicAccessStates { InternetGatewayBlockMode: internet_gateway_block_mode }
    SubnetIpv6CidrBlockAssociation {
        AssociationId: association_id, Ipv6CidrBlock: ipv6_cidr_block, Ipv6CidrBlockState: ipv6_cidr_block_state,
        Ipv6AddressAttribute: ipv6_address_attribute, IpSource: ip_source,
    }
    PrivateDnsNameOptionsOnLaunch {
        HostnameType: hostname_type, EnableResourceNameDnsARecord: enable_resource_name_dns_a_record,
        EnableResourceNameDnsAAAARecord: enable_resource_name_dns_aaaa_record,
    }
    RouteTableAssociation {
        Main: main, RouteTableAssociationId: route_table_association_id, RouteTableId: route_table_id,
        SubnetId: subnet_id, GatewayId: gateway_id, PublicIpv4Pool: public_ipv4_pool,
        AssociationState: association_state,
    }
    PropagatingVgw { GatewayId: gateway_id }
    Route {
        DestinationCidrBlock: destination_cidr_block, DestinationIpv6CidrBlock: destination_ipv6_cidr_block,
        DestinationPrefixListId: destination_prefix_list_id,
        EgressOnlyInternetGatewayId: egress_only_internet_gateway_id, GatewayId: gateway_id, InstanceId: instance_id,
        InstanceOwnerId: instance_owner_id, NatGatewayId: nat_gateway_id, TransitGatewayId: transit_gateway_id,
        LocalGatewayId: local_gateway_id, CarrierGatewayId: carrier_gateway_id,
        NetworkInterfaceId: network_interface_id, Origin: origin, State: state,
        VpcPeeringConnectionId: vpc_peering_connection_id, CoreNetworkArn: core_network_arn,
        OdbNetworkArn: odb_network_arn, IpAddress: ip_address,
    }
    InternetGatewayAttachment { State: state, VpcId: vpc_id }
    NatGatewayAddress {
        AllocationId: allocation_id, NetworkInterfaceId: network_interface_id, PrivateIp: private_ip,
        PublicIp: public_ip, AssociationId: association_id, IsPrimary: is_primary, FailureMessage: failure_message,
        Status: status, AvailabilityZone: availability_zone, AvailabilityZoneId: availability_zone_id,
    }
    NatGatewayAttachedAppliance {
        Type: r#type, ApplianceArn: appliance_arn, VpcEndpointId: vpc_endpoint_id, AttachmentState: attachment_state,
        ModificationState: modification_state, FailureCode: failure_code, FailureMessage: failure_message,
    }
    IpPermission {
        IpProtocol: ip_protocol, FromPort: from_port, ToPort: to_port, UserIdGroupPairs: user_id_group_pairs,
        IpRanges: ip_ranges, Ipv6Ranges: ipv6_ranges, PrefixListIds: prefix_list_ids,
    }
    NetworkAclAssociation {
        NetworkAclAssociationId: network_acl_association_id, NetworkAclId: network_acl_id, SubnetId: subnet_id,
    }
    NetworkAclEntry {
        RuleNumber: rule_number, CidrBlock: cidr_block, Egress: egress, IcmpTypeCode: icmp_type_code,
        Ipv6CidrBlock: ipv6_cidr_block, PortRange: port_range, Protocol: protocol, RuleAction: rule_action,
    }
    SecurityGroupIdentifier { GroupId: group_id, GroupName: group_name }
    DnsOptions {
        DnsRecordIpType: dns_record_ip_type,
        PrivateDnsOnlyForInboundResolverEndpoint: private_dns_only_for_inbound_resolver_endpoint,
        PrivateDnsPreference: private_dns_preference, PrivateDnsSpecifiedDomains: private_dns_specified_domains,
    }
    DnsEntry { DnsName: dns_name, HostedZoneId: hosted_zone_id }
    LastError { Message: message, Code: code }
    SubnetIpPrefixes { SubnetId: subnet_id, IpPrefixes: ip_prefixes }
    NetworkInterfaceAssociation {
        AllocationId: allocation_id, AssociationId: association_id, IpOwnerId: ip_owner_id,
        PublicDnsName: public_dns_name, PublicIp: public_ip, CarrierIp: carrier_ip,
    }
    NetworkInterfaceAttachment {
        AttachTime: attach_time, AttachmentId: attachment_id, InstanceId: instance_id,
        InstanceOwnerId: instance_owner_id, Status: status,
    }
    GroupIdentifier { GroupId: group_id, GroupName: group_name }
    NetworkInterfaceIpv6Address {
        Ipv6Address: ipv6_address, PublicIpv6DnsName: public_ipv6_dns_name, IsPrimaryIpv6: is_primary_ipv6,
    }
    NetworkInterfacePrivateIpAddress {
        Association: association, Primary: primary, PrivateDnsName: private_dns_name,
        PrivateIpAddress: private_ip_address,
    }
    Ipv4PrefixSpecification { Ipv4Prefix: ipv4_prefix }
    Ipv6PrefixSpecification { Ipv6Prefix: ipv6_prefix }
    OperatorResponse { Managed: managed, Principal: principal, HiddenByDefault: hidden_by_default }
    DhcpConfiguration { Key: key, Values: values }
    VpcPeeringConnectionVpcInfo {
        CidrBlock: cidr_block, Ipv6CidrBlockSet: ipv6_cidr_block_set, CidrBlockSet: cidr_block_set,
        OwnerId: owner_id, PeeringOptions: peering_options, VpcId: vpc_id, Region: region,
    }
    VpcPeeringConnectionStateReason { Code: code, Message: message }
    TransitGatewayOptions {
        AmazonSideAsn: amazon_side_asn, TransitGatewayCidrBlocks: transit_gateway_cidr_blocks,
        AutoAcceptSharedAttachments: auto_accept_shared_attachments,
        DefaultRouteTableAssociation: default_route_table_association,
        AssociationDefaultRouteTableId: association_default_route_table_id,
        DefaultRouteTablePropagation: default_route_table_propagation,
        PropagationDefaultRouteTableId: propagation_default_route_table_id, VpnEcmpSupport: vpn_ecmp_support,
        DnsSupport: dns_support, SecurityGroupReferencingSupport: security_group_referencing_support,
        MulticastSupport: multicast_support,
    }
    TransitGatewayVpcAttachmentOptions {
        DnsSupport: dns_support, SecurityGroupReferencingSupport: security_group_referencing_support,
        Ipv6Support: ipv6_support, ApplianceModeSupport: appliance_mode_support,
    }
    TransitGatewayRouteAttachment {
        ResourceId: resource_id, TransitGatewayAttachmentId: transit_gateway_attachment_id,
        ResourceType: resource_type,
    }
    AvailabilityZoneMessage { Message: message }
    VpcCidrBlockState { State: state, StatusMessage: status_message }
    SubnetCidrBlockState { State: state, StatusMessage: status_message }
    RouteTableAssociationState { State: state, StatusMessage: status_message }
    UserIdGroupPair {
        Description: description, UserId: user_id, GroupName: group_name, GroupId: group_id, VpcId: vpc_id,
        VpcPeeringConnectionId: vpc_peering_connection_id, PeeringStatus: peering_status,
    }
    IpRange { CidrIp: cidr_ip, Description: description }
    Ipv6Range { CidrIpv6: cidr_ipv6, Description: description }
    PrefixListId { Description: description, PrefixListId: prefix_list_id }
    IcmpTypeCode { Code: code, Type: r#type }
    PortRange { From: from, To: to }
    AttributeValue { Value: value }
    Ipv6CidrBlock { Ipv6CidrBlock: ipv6_cidr_block }
    CidrBlock { CidrBlock: cidr_block }
    VpcPeeringConnectionOptionsDescription { AllowDnsResolutionFromRemoteVpc: allow_dns_resolution_from_remote_vpc }
}

texts! {
    ApplianceModeSupportValue, AttachmentStatus, AutoAcceptSharedAttachmentsValue, AutoProvisionZonesState,
    AutoScalingIpsState, AvailabilityMode, AvailabilityZoneState, BlockPublicAccessMode, ConnectivityType,
    DefaultRouteTableAssociationValue, DefaultRouteTablePropagationValue, DnsRecordIpType, DnsSupportValue,
    DomainType, HostnameType, InternetGatewayBlockMode, InternetGatewayExclusionMode, IpAddressType,
    IpSource, Ipv6AddressAttribute, Ipv6SupportValue, LogDestinationType, ManagedBy, MulticastSupportValue, NatGatewayAddressStatus,
    NatGatewayApplianceModifyState, NatGatewayApplianceState, NatGatewayApplianceType, NatGatewayState,
    NetworkInterfaceStatus, NetworkInterfaceType, PrefixListState, RouteOrigin, RouteState,
    RouteTableAssociationStateCode, RuleAction, SecurityGroupReferencingSupportValue, SecurityGroupVpcAssociationState, State,
    SubnetCidrBlockStateCode, SubnetState, Tenancy, TrafficType, TransitGatewayAssociationState,
    TransitGatewayAttachmentResourceType, TransitGatewayAttachmentState, TransitGatewayRouteState,
    TransitGatewayRouteTableState, TransitGatewayRouteType, TransitGatewayState, VpcBlockPublicAccessExclusionState,
    VpcBlockPublicAccessExclusionsAllowed, VpcBlockPublicAccessState, VpcCidrBlockStateCode, VpcEndpointType,
    VpcPeeringConnectionStateReasonCode, VpcState, VpnEcmpSupportValue,
}
