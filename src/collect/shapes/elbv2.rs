//! Elastic Load Balancing v2 as JSON: data types of its API Reference (2015-12-01). Of an action only where it sends the
//! request is kept: an OIDC action holds a client secret, a fixed response a body, a header condition what it compares.

use aws_sdk_elasticloadbalancingv2::types as sdk;

use super::{shapes, texts};

shapes! {
    LoadBalancer {
        LoadBalancerArn: load_balancer_arn, DNSName: dns_name, CanonicalHostedZoneId: canonical_hosted_zone_id,
        CreatedTime: created_time, LoadBalancerName: load_balancer_name, Scheme: scheme, VpcId: vpc_id, State: state,
        Type: r#type, AvailabilityZones: availability_zones, SecurityGroups: security_groups,
        IpAddressType: ip_address_type,
        EnforceSecurityGroupInboundRulesOnPrivateLinkTraffic: enforce_security_group_inbound_rules_on_private_link_traffic,
        EnablePrefixForIpv6SourceNat: enable_prefix_for_ipv6_source_nat,
    }
    TargetGroup {
        TargetGroupArn: target_group_arn, TargetGroupName: target_group_name, Protocol: protocol, Port: port,
        VpcId: vpc_id, HealthCheckProtocol: health_check_protocol, HealthCheckPort: health_check_port,
        HealthCheckEnabled: health_check_enabled, HealthCheckIntervalSeconds: health_check_interval_seconds,
        HealthCheckTimeoutSeconds: health_check_timeout_seconds, HealthyThresholdCount: healthy_threshold_count,
        UnhealthyThresholdCount: unhealthy_threshold_count, HealthCheckPath: health_check_path, Matcher: matcher,
        LoadBalancerArns: load_balancer_arns, TargetType: target_type, ProtocolVersion: protocol_version,
        IpAddressType: ip_address_type, TargetControlPort: target_control_port,
    }
    Listener {
        ListenerArn: listener_arn, LoadBalancerArn: load_balancer_arn, Port: port, Protocol: protocol,
        Certificates: certificates, SslPolicy: ssl_policy, DefaultActions: default_actions, AlpnPolicy: alpn_policy,
    }
    Rule { RuleArn: rule_arn, Priority: priority, Conditions: conditions, Actions: actions, IsDefault: is_default }
    LoadBalancerState { Code: code, Reason: reason }
    AvailabilityZone {
        ZoneName: zone_name, SubnetId: subnet_id, LoadBalancerAddresses: load_balancer_addresses,
        SourceNatIpv6Prefixes: source_nat_ipv6_prefixes,
    }
    Matcher { HttpCode: http_code, GrpcCode: grpc_code }
    Certificate { CertificateArn: certificate_arn, IsDefault: is_default }
    Action {
        Type: r#type, TargetGroupArn: target_group_arn, Order: order, RedirectConfig: redirect_config,
        ForwardConfig: forward_config,
    }
    RuleCondition {
        Field: field, Values: values, HostHeaderConfig: host_header_config, PathPatternConfig: path_pattern_config,
        SourceIpConfig: source_ip_config,
    }
    LoadBalancerAddress {
        IpAddress: ip_address, AllocationId: allocation_id, PrivateIPv4Address: private_ipv4_address,
        IPv6Address: ipv6_address,
    }
    RedirectActionConfig {
        Protocol: protocol, Port: port, Host: host, Path: path, Query: query, StatusCode: status_code,
    }
    ForwardActionConfig { TargetGroups: target_groups, TargetGroupStickinessConfig: target_group_stickiness_config }
    HostHeaderConditionConfig { Values: values }
    PathPatternConditionConfig { Values: values }
    SourceIpConditionConfig { Values: values, IpAddressType: ip_address_type }
    TargetGroupTuple { TargetGroupArn: target_group_arn, Weight: weight }
    TargetGroupStickinessConfig { Enabled: enabled, DurationSeconds: duration_seconds }
}

texts! {
    ActionTypeEnum, EnablePrefixForIpv6SourceNatEnum, IpAddressType, LoadBalancerSchemeEnum, LoadBalancerStateEnum,
    LoadBalancerTypeEnum, ProtocolEnum, RedirectActionStatusCodeEnum, SourceIpAddressTypeEnum,
    TargetGroupIpAddressTypeEnum, TargetTypeEnum,
}
