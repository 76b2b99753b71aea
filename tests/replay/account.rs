//! An account to collect from: every kind of thing, several of each, so that there are pages, and secrets where AWS keeps
//! them, so that a test can look for them in the snapshot.

use serde_json::{Value, json};

/// What must never be in a snapshot; it stands wherever AWS's answers may hold a secret.
pub(crate) const SECRET: &str = "hunter2";

/// A time with a fraction, as the AWS CLI prints it.
const TIME: &str = "2026-01-31T10:00:00.500000+00:00";

/// The whole account, as a snapshot with secrets.
pub(crate) fn account(region: &str, id: &str, vpcs: usize) -> Value {
    let mut all = json!({"fargcheck": {"account": id, "region": region}});
    let parts = [
        network(region, id, vpcs),
        gateways(region, id, vpcs),
        transit(region, id),
        others(id, vpcs),
        containers(region, id, vpcs),
        balancers(region, id, vpcs),
    ];
    for part in parts {
        let (Value::Object(part), Some(fields)) = (part, all.as_object_mut()) else { unreachable!("objects") };
        fields.extend(part);
    }
    all
}

fn each(n: usize, one: impl Fn(usize) -> Value) -> Value {
    (0..n).map(one).collect()
}

fn tags(name: &str) -> Value {
    json!([{"Key": "Name", "Value": name}, {"Key": "quote", "Value": "a <b> & \"c\" 'd' ü"}])
}

fn network(region: &str, id: &str, vpcs: usize) -> Value {
    json!({
        "Vpcs": each(vpcs, |n| json!({
            "VpcId": format!("vpc-{n}"), "OwnerId": id, "InstanceTenancy": "default", "IsDefault": n == 0,
            "Ipv6CidrBlockAssociationSet": [{"AssociationId": "vpc-cidr-assoc-6", "Ipv6CidrBlock": "2001:db8::/56",
                "Ipv6CidrBlockState": {"State": "associated"}, "NetworkBorderGroup": region, "Ipv6Pool": "Amazon"}],
            "CidrBlockAssociationSet": [{"AssociationId": "vpc-cidr-assoc-1", "CidrBlock": format!("10.{n}.0.0/16"),
                "CidrBlockState": {"State": "associated"}}],
            "BlockPublicAccessStates": {"InternetGatewayBlockMode": "off"}, "State": "available",
            "CidrBlock": format!("10.{n}.0.0/16"), "DhcpOptionsId": "dopt-1", "Tags": tags("vpc"),
        })),
        "VpcAttributes": each(vpcs, |n| json!({
            "VpcId": format!("vpc-{n}"), "EnableDnsSupport": {"Value": true}, "EnableDnsHostnames": {"Value": n == 0},
        })),
        "Subnets": each(vpcs * 3, |n| json!({
            "SubnetId": format!("subnet-{n}"), "SubnetArn": format!("arn:aws:ec2:{region}:{id}:subnet/subnet-{n}"),
            "AvailabilityZoneId": "use1-az1", "OwnerId": id, "AssignIpv6AddressOnCreation": false,
            "Ipv6CidrBlockAssociationSet": [], "EnableDns64": false, "Ipv6Native": false,
            "PrivateDnsNameOptionsOnLaunch": {"HostnameType": "ip-name", "EnableResourceNameDnsARecord": false,
                "EnableResourceNameDnsAAAARecord": false},
            "State": "available", "VpcId": format!("vpc-{}", n / 3), "CidrBlock": format!("10.{}.{}.0/24", n / 3, n % 3),
            "AvailableIpAddressCount": 251 - n, "AvailabilityZone": format!("{region}a"), "DefaultForAz": false,
            "MapPublicIpOnLaunch": n % 3 == 0, "Tags": tags("subnet"),
        })),
        "RouteTables": each(vpcs * 2, |n| json!({
            "RouteTableId": format!("rtb-{n}"), "VpcId": format!("vpc-{}", n / 2), "OwnerId": id, "Tags": [],
            "PropagatingVgws": [{"GatewayId": "vgw-1"}],
            "Associations": [
                {"Main": n % 2 == 0, "RouteTableAssociationId": format!("rtbassoc-{n}"), "RouteTableId": format!("rtb-{n}"),
                    "SubnetId": format!("subnet-{n}"), "AssociationState": {"State": "associated"}}],
            "Routes": [
                {"DestinationCidrBlock": "0.0.0.0/0", "NatGatewayId": "nat-0", "Origin": "CreateRoute", "State": "blackhole"},
                {"DestinationCidrBlock": "10.0.0.0/16", "GatewayId": "local", "Origin": "CreateRouteTable", "State": "active"},
                {"DestinationCidrBlock": "10.9.0.0/16", "VpcPeeringConnectionId": "pcx-0", "Origin": "CreateRoute", "State": "active"},
                {"DestinationCidrBlock": "10.8.0.0/16", "TransitGatewayId": "tgw-0", "Origin": "CreateRoute", "State": "active"},
                {"DestinationCidrBlock": "10.7.0.0/16", "NetworkInterfaceId": "eni-0", "InstanceId": "i-0",
                    "InstanceOwnerId": id, "Origin": "CreateRoute", "State": "active"},
                {"DestinationIpv6CidrBlock": "::/0", "EgressOnlyInternetGatewayId": "eigw-0", "Origin": "CreateRoute", "State": "active"},
                {"DestinationPrefixListId": "pl-s3", "GatewayId": "vpce-0", "Origin": "CreateRoute", "State": "active"},
                {"DestinationCidrBlock": "10.6.0.0/16", "CarrierGatewayId": "cagw-0", "State": "active"},
                {"DestinationCidrBlock": "10.5.0.0/16", "LocalGatewayId": "lgw-0", "State": "active"},
                {"DestinationCidrBlock": "10.4.0.0/16", "CoreNetworkArn": "arn:aws:networkmanager::1:core-network/c", "State": "active"},
            ],
        })),
        "SecurityGroups": each(vpcs * 2, |n| json!({
            "GroupId": format!("sg-{n}"), "GroupName": format!("group {n}"), "Description": "a < b",
            "VpcId": format!("vpc-{}", n / 2), "OwnerId": id, "Tags": tags("group"),
            "SecurityGroupArn": format!("arn:aws:ec2:{region}:{id}:security-group/sg-{n}"),
            "IpPermissions": [{"IpProtocol": "tcp", "FromPort": 443, "ToPort": 443,
                "IpRanges": [{"CidrIp": "10.0.0.0/8", "Description": "inside"}],
                "Ipv6Ranges": [{"CidrIpv6": "::/0"}], "PrefixListIds": [{"PrefixListId": "pl-0", "Description": "office"}],
                "UserIdGroupPairs": [{"UserId": id, "GroupId": "sg-0", "Description": "itself",
                    "VpcId": "vpc-9", "VpcPeeringConnectionId": "pcx-0", "PeeringStatus": "active"}]}],
            "IpPermissionsEgress": [{"IpProtocol": "-1", "IpRanges": [{"CidrIp": "0.0.0.0/0"}], "Ipv6Ranges": [],
                "PrefixListIds": [], "UserIdGroupPairs": []}],
        })),
        "NetworkAcls": each(vpcs, |n| json!({
            "NetworkAclId": format!("acl-{n}"), "IsDefault": true, "VpcId": format!("vpc-{n}"), "OwnerId": id, "Tags": [],
            "Associations": [{"NetworkAclAssociationId": "aclassoc-0", "NetworkAclId": format!("acl-{n}"), "SubnetId": "subnet-0"}],
            "Entries": [
                {"CidrBlock": "0.0.0.0/0", "Egress": true, "Protocol": "6", "RuleAction": "allow", "RuleNumber": 100,
                    "PortRange": {"From": 443, "To": 443}},
                {"Ipv6CidrBlock": "::/0", "Egress": false, "Protocol": "58", "RuleAction": "deny", "RuleNumber": 32767,
                    "IcmpTypeCode": {"Code": -1, "Type": -1}}],
        })),
        "DhcpOptions": each(3, |n| json!({
            "DhcpOptionsId": format!("dopt-{n}"), "OwnerId": id, "Tags": [],
            "DhcpConfigurations": [{"Key": "domain-name-servers", "Values": [{"Value": "10.0.0.2"}, {"Value": "10.0.0.1"}]}],
        })),
    })
}

fn gateways(region: &str, id: &str, vpcs: usize) -> Value {
    json!({
        "InternetGateways": each(vpcs, |n| json!({
            "InternetGatewayId": format!("igw-{n}"), "OwnerId": id, "Tags": [],
            "Attachments": [{"State": "available", "VpcId": format!("vpc-{n}")}],
        })),
        "EgressOnlyInternetGateways": each(vpcs, |n| json!({
            "EgressOnlyInternetGatewayId": format!("eigw-{n}"), "Tags": [],
            "Attachments": [{"State": "attached", "VpcId": format!("vpc-{n}")}],
        })),
        "NatGateways": each(vpcs, |n| json!({
            "NatGatewayId": format!("nat-{n}"), "SubnetId": "subnet-0", "VpcId": format!("vpc-{n}"), "CreateTime": TIME,
            "State": if n == 0 { "failed" } else { "available" }, "FailureCode": "InsufficientFreeAddressesInSubnet",
            "FailureMessage": "no addresses", "ConnectivityType": "public", "AvailabilityMode": "zonal", "Tags": [],
            "NatGatewayAddresses": [{"AllocationId": "eipalloc-0", "NetworkInterfaceId": "eni-0", "PrivateIp": "10.0.0.5",
                "PublicIp": "203.0.113.5", "AssociationId": "eipassoc-0", "IsPrimary": true, "Status": "succeeded"}],
        })),
        "Addresses": each(3, |n| json!({
            "AllocationId": format!("eipalloc-{n}"), "AssociationId": "eipassoc-0", "Domain": "vpc", "Tags": [],
            "NetworkInterfaceId": "eni-0", "NetworkInterfaceOwnerId": id, "PrivateIpAddress": "10.0.0.5",
            "PublicIpv4Pool": "amazon", "NetworkBorderGroup": region, "PublicIp": format!("203.0.113.{n}"),
        })),
        "VpcEndpoints": each(vpcs * 2, |n| json!({
            "VpcEndpointId": format!("vpce-{n}"), "VpcEndpointType": "Interface", "VpcId": format!("vpc-{}", n / 2),
            "ServiceName": format!("com.amazonaws.{region}.ecr.api"), "State": "available",
            "PolicyDocument": "{\"Statement\":[{\"Effect\":\"Allow\",\"Action\":\"*\"}]}", "RouteTableIds": ["rtb-0"],
            "SubnetIds": ["subnet-0", "subnet-1"], "Groups": [{"GroupId": "sg-0", "GroupName": "group 0"}],
            "IpAddressType": "ipv4", "DnsOptions": {"DnsRecordIpType": "ipv4"}, "PrivateDnsEnabled": true,
            "RequesterManaged": false, "NetworkInterfaceIds": ["eni-0", "eni-1"],
            "DnsEntries": [{"DnsName": "vpce.example.com", "HostedZoneId": "Z1"}, {"DnsName": "a.example.com", "HostedZoneId": "Z2"}],
            "CreationTimestamp": TIME, "Tags": tags("endpoint"), "OwnerId": id,
        })),
        "PrefixLists": [
            {"PrefixListId": "pl-0", "PrefixListName": "offices", "Cidrs": ["198.51.100.0/24", "198.51.101.0/24", "203.0.113.0/24"]},
            {"PrefixListId": "pl-empty", "PrefixListName": "nobody", "Cidrs": []},
            {"PrefixListId": "pl-s3", "PrefixListName": format!("com.amazonaws.{region}.s3"), "Cidrs": ["192.0.2.0/24"]},
        ],
        "ManagedPrefixLists": (["pl-0", "pl-empty", "pl-s3"].iter().map(|list| json!({
            "PrefixListId": list, "AddressFamily": "IPv4", "State": "create-complete", "MaxEntries": 10, "Version": 2,
            "PrefixListArn": format!("arn:aws:ec2:{region}:{id}:prefix-list/{list}"), "OwnerId": id, "Tags": [],
            "PrefixListName": match *list {
                "pl-0" => "offices".to_owned(), "pl-empty" => "nobody".to_owned(), _ => format!("com.amazonaws.{region}.s3") },
        })).collect::<Vec<Value>>()),
    })
}

fn transit(region: &str, id: &str) -> Value {
    json!({
        "VpcPeeringConnections": each(3, |n| json!({
            "VpcPeeringConnectionId": format!("pcx-{n}"), "Tags": [], "Status": {"Code": "active", "Message": "Active"},
            "RequesterVpcInfo": {"CidrBlock": "10.0.0.0/16", "CidrBlockSet": [{"CidrBlock": "10.0.0.0/16"}], "OwnerId": id,
                "Ipv6CidrBlockSet": [{"Ipv6CidrBlock": "2001:db8::/56"}], "VpcId": format!("vpc-{n}"), "Region": region,
                "PeeringOptions": {"AllowDnsResolutionFromRemoteVpc": true}},
            "AccepterVpcInfo": {"CidrBlock": "10.9.0.0/16", "OwnerId": "999999999999", "VpcId": "vpc-far", "Region": region},
        })),
        "TransitGateways": each(2, |n| json!({
            "TransitGatewayId": format!("tgw-{n}"), "State": "available", "OwnerId": id, "Description": "hub",
            "TransitGatewayArn": format!("arn:aws:ec2:{region}:{id}:transit-gateway/tgw-{n}"), "CreationTime": TIME, "Tags": [],
            "Options": {"AmazonSideAsn": 64512, "AutoAcceptSharedAttachments": "disable", "DnsSupport": "enable",
                "DefaultRouteTableAssociation": "enable", "AssociationDefaultRouteTableId": "tgw-rtb-0",
                "DefaultRouteTablePropagation": "enable", "VpnEcmpSupport": "enable", "MulticastSupport": "disable"},
        })),
        "TransitGatewayVpcAttachments": each(3, |n| json!({
            "TransitGatewayAttachmentId": format!("tgw-attach-{n}"), "TransitGatewayId": "tgw-0", "VpcId": format!("vpc-{n}"),
            "VpcOwnerId": id, "State": "available", "SubnetIds": ["subnet-0", "subnet-1"], "CreationTime": TIME, "Tags": [],
            "Options": {"DnsSupport": "enable", "Ipv6Support": "disable", "ApplianceModeSupport": "enable",
                "SecurityGroupReferencingSupport": "enable"},
        })),
        "TransitGatewayRouteTables": each(3, |n| json!({
            "TransitGatewayRouteTableId": format!("tgw-rtb-{n}"), "TransitGatewayId": "tgw-0", "State": "available",
            "DefaultAssociationRouteTable": n == 0, "DefaultPropagationRouteTable": n == 0, "CreationTime": TIME, "Tags": [],
            "Routes": each(3, |route| json!({
                "DestinationCidrBlock": format!("10.{route}.0.0/16"), "Type": "propagated", "State": "active",
                "TransitGatewayAttachments": [{"ResourceId": "vpc-0", "TransitGatewayAttachmentId": "tgw-attach-0", "ResourceType": "vpc"}],
            })),
            "Associations": [{"TransitGatewayAttachmentId": format!("tgw-attach-{n}"), "ResourceId": "vpc-0",
                "ResourceType": "vpc", "State": "associated"}],
        })),
    })
}

fn others(id: &str, vpcs: usize) -> Value {
    json!({
        "NetworkInterfaces": each(vpcs * 3, |n| json!({
            "NetworkInterfaceId": format!("eni-{n}"), "SubnetId": format!("subnet-{n}"), "VpcId": format!("vpc-{}", n / 3),
            "AvailabilityZone": "us-east-1a", "Description": "arn:aws:ecs:attachment/1", "InterfaceType": "interface",
            "Groups": [{"GroupId": "sg-0", "GroupName": "group 0"}], "OwnerId": id, "PrivateDnsName": "ip-10-0-0-5",
            "PrivateIpAddress": "10.0.0.5", "RequesterManaged": true, "SourceDestCheck": true, "Status": "in-use",
            "Association": {"IpOwnerId": "amazon", "PublicDnsName": "ec2-203-0-113-5", "PublicIp": "203.0.113.5"},
            "Attachment": {"AttachmentId": "eni-attach-0", "InstanceOwnerId": "amazon", "Status": "attached"},
            "Ipv6Addresses": [{"Ipv6Address": "2001:db8::5"}], "TagSet": tags("eni"),
            "PrivateIpAddresses": [{"Primary": true, "PrivateIpAddress": "10.0.0.5", "PrivateDnsName": "ip-10-0-0-5",
                "Association": {"PublicIp": "203.0.113.5"}}, {"Primary": false, "PrivateIpAddress": "10.0.0.4"}],
        })),
        "FlowLogs": each(3, |n| json!({
            "FlowLogId": format!("fl-{n}"), "CreationTime": TIME, "DeliverLogsStatus": "SUCCESS", "FlowLogStatus": "ACTIVE",
            "LogGroupName": "flow", "ResourceId": "vpc-0", "TrafficType": "REJECT", "LogDestinationType": "cloud-watch-logs",
            "Tags": [], "MaxAggregationInterval": 60,
        })),
        "AvailabilityZones": each(3, |n| json!({
            "ZoneName": format!("zone-{n}"), "State": "available", "RegionName": "us-east-1", "ZoneId": format!("use1-az{n}"),
            "GroupName": "us-east-1-zg-1", "NetworkBorderGroup": "us-east-1", "ZoneType": "availability-zone", "Messages": [],
        })),
        "VpcBlockPublicAccessOptions": {"AwsAccountId": id, "AwsRegion": "us-east-1", "State": "update-complete",
            "InternetGatewayBlockMode": "block-ingress", "LastUpdateTimestamp": TIME, "ManagedBy": "account",
            "ExclusionsAllowed": "allowed"},
        "VpcBlockPublicAccessExclusions": each(3, |n| json!({
            "ExclusionId": format!("vpcbpa-exclude-{n}"), "InternetGatewayExclusionMode": "allow-egress",
            "ResourceArn": "arn:aws:ec2:us-east-1:1:vpc/vpc-0", "State": "create-complete", "CreationTimestamp": TIME, "Tags": [],
        })),
        "SecurityGroupVpcAssociations": each(3, |n| json!({
            "GroupId": format!("sg-{n}"), "GroupOwnerId": id, "VpcId": "vpc-0", "VpcOwnerId": id, "State": "associated",
        })),
        "repositories": each(3, |n| json!({
            "repositoryArn": format!("arn:aws:ecr:us-east-1:{id}:repository/app-{n}"), "registryId": id,
            "repositoryName": format!("app-{n}"), "repositoryUri": "uri", "createdAt": TIME,
            "encryptionConfiguration": {"encryptionType": "AES256"},
        })),
        "pullThroughCacheRules": each(3, |n| json!({
            "ecrRepositoryPrefix": format!("hub-{n}"), "upstreamRegistryUrl": "registry-1.docker.io", "createdAt": TIME,
            "registryId": id, "credentialArn": "arn:aws:secretsmanager:us-east-1:1:secret:ecr-pullthroughcache/hub",
        })),
    })
}

fn containers(region: &str, id: &str, clusters: usize) -> Value {
    let arn = |kind: &str, name: String| json!(format!("arn:aws:ecs:{region}:{id}:{kind}/{name}"));
    let placed = json!({"awsvpcConfiguration": {"subnets": ["subnet-1", "subnet-0"], "securityGroups": ["sg-0"], "assignPublicIp": "DISABLED"}});
    let task = |n: usize, status: &str| {
        let stopped = status == "STOPPED";
        let mut task = json!({
            "taskArn": arn("task", format!("main-{}/{status}{n:025}", n % clusters)), "clusterArn": arn("cluster", format!("main-{}", n % clusters)),
            "taskDefinitionArn": arn("task-definition", "web:7".to_owned()), "group": "service:web", "availabilityZone": "us-east-1a",
            "attachments": [{"id": "a", "type": "ElasticNetworkInterface", "status": if stopped { "DELETED" } else { "ATTACHED" }, "details": [
                {"name": "subnetId", "value": "subnet-0"}, {"name": "networkInterfaceId", "value": "eni-0"},
                {"name": "privateIPv4Address", "value": "10.0.0.5"}, {"name": "unheard-of", "value": SECRET}]}],
            "containers": [{"containerArn": "c", "taskArn": "t", "name": "app", "image": "app:1", "lastStatus": status,
                "networkInterfaces": [{"attachmentId": "a", "privateIpv4Address": "10.0.0.5"}]}],
            "overrides": {"containerOverrides": [{"name": "app", "command": [SECRET], "environment": [{"name": "X", "value": SECRET}]}]},
            "cpu": "256", "memory": "512", "createdAt": TIME, "desiredStatus": status, "lastStatus": status,
            "enableExecuteCommand": false, "launchType": "FARGATE", "platformVersion": "1.4.0", "platformFamily": "Linux", "tags": [],
        });
        if stopped {
            task["stopCode"] = json!("TaskFailedToStart");
            task["stoppedReason"] = json!("ResourceInitializationError: unable to pull secrets or registry auth");
            task["stoppedAt"] = json!(TIME);
            task["containers"][0]["reason"] =
                json!(format!("CannotStartContainerError: exec: \"{SECRET}\": not found"));
        }
        task
    };
    let logs = json!({"logDriver": "awslogs", "options": {"awslogs-group": "/app", "awslogs-region": region, "splunk-token": SECRET},
        "secretOptions": [{"name": "token", "valueFrom": "arn:aws:secretsmanager:us-east-1:1:secret:log"}]});
    let deployment = |n: usize| {
        json!({
            "id": "ecs-svc/1", "status": "PRIMARY", "taskDefinition": arn("task-definition", format!("web:{}", n % 7)),
            "desiredCount": 2, "runningCount": 2, "createdAt": TIME, "launchType": "FARGATE", "networkConfiguration": placed,
            "rolloutState": "COMPLETED", "rolloutStateReason": "done",
            "serviceConnectConfiguration": {"enabled": true, "namespace": "ns", "logConfiguration": logs,
                "services": [{"portName": "http", "discoveryName": "web", "clientAliases": [{"port": 80, "dnsName": "web"}]}]},
        })
    };
    let containers = json!([{
        "name": "app", "image": format!("{id}.dkr.ecr.{region}.amazonaws.com/app:1"), "cpu": 0, "essential": true,
        "repositoryCredentials": {"credentialsParameter": "arn:aws:secretsmanager:us-east-1:1:secret:hub"},
        "portMappings": [{"containerPort": 8080, "hostPort": 8080, "protocol": "tcp", "name": "http", "appProtocol": "http"}],
        "environment": [{"name": "PASSWORD", "value": SECRET}], "command": ["serve", SECRET], "entryPoint": ["sh", "-c", SECRET],
        "dockerLabels": {"secret": SECRET}, "user": SECRET, "hostname": SECRET, "dockerSecurityOptions": [SECRET],
        "environmentFiles": [{"value": "arn:aws:s3:::config/app.env", "type": "s3"}],
        "mountPoints": [{"sourceVolume": "data", "containerPath": "/data", "readOnly": false}],
        "secrets": [{"name": "DB", "valueFrom": "arn:aws:ssm:us-east-1:1:parameter/db"}],
        "dependsOn": [{"containerName": "log", "condition": "START"}], "readonlyRootFilesystem": true,
        "logConfiguration": logs, "firelensConfiguration": {"type": "fluentbit", "options": {"token": SECRET}},
        "healthCheck": {"command": ["CMD", SECRET], "interval": 30, "timeout": 5, "retries": 3},
        "systemControls": [{"namespace": SECRET, "value": SECRET}], "extraHosts": [{"hostname": SECRET, "ipAddress": "10.0.0.9"}],
    }]);
    json!({
        "clusters": each(clusters, |n| json!({
            "clusterArn": arn("cluster", format!("main-{n}")), "clusterName": format!("main-{n}"), "status": "ACTIVE",
            "configuration": {"executeCommandConfiguration": {"logging": "OVERRIDE", "kmsKeyId": "key",
                "logConfiguration": {"cloudWatchLogGroupName": "/exec", "cloudWatchEncryptionEnabled": false, "s3EncryptionEnabled": false}}},
            "registeredContainerInstancesCount": 0, "activeServicesCount": 3, "settings": [{"name": "containerInsights", "value": "enabled"}],
            "capacityProviders": ["FARGATE", "FARGATE_SPOT"], "tags": [{"key": "k", "value": "v"}],
            "defaultCapacityProviderStrategy": [{"capacityProvider": "FARGATE", "weight": 1, "base": 0}],
            "serviceConnectDefaults": {"namespace": "ns"},
        })),
        // More than one batch of ten.
        "services": each(clusters * 12, |n| json!({
            "serviceArn": arn("service", format!("main-{}/web-{n:02}", n % clusters)), "serviceName": format!("web-{n:02}"),
            "clusterArn": arn("cluster", format!("main-{}", n % clusters)), "status": "ACTIVE", "desiredCount": 2,
            "loadBalancers": [{"targetGroupArn": "tg", "containerName": "app", "containerPort": 8080}],
            "serviceRegistries": [], "launchType": "FARGATE", "platformVersion": "LATEST", "platformFamily": "Linux",
            "taskDefinition": arn("task-definition", format!("web:{}", n % 7)), "createdAt": TIME,
            "deploymentConfiguration": {"maximumPercent": 200, "minimumHealthyPercent": 100, "strategy": "ROLLING",
                "deploymentCircuitBreaker": {"enable": true, "rollback": true}},
            "deployments": [deployment(n)],
            "events": each(2, |event| json!({"id": format!("{event}"), "createdAt": TIME, "message": "(service web) has reached a steady state."})),
            "networkConfiguration": placed, "schedulingStrategy": "REPLICA", "deploymentController": {"type": "ECS"},
            "enableExecuteCommand": true, "tags": [],
        })),
        "taskDefinitions": each(8, |n| json!({
            "taskDefinitionArn": arn("task-definition", format!("web:{n}")), "family": "web", "revision": n, "status": "ACTIVE",
            "taskRoleArn": "role", "executionRoleArn": "execution", "networkMode": "awsvpc", "cpu": "256", "memory": "512",
            "requiresCompatibilities": ["FARGATE"], "compatibilities": ["EC2", "FARGATE"], "registeredAt": TIME,
            "runtimePlatform": {"cpuArchitecture": "ARM64", "operatingSystemFamily": "LINUX"}, "ephemeralStorage": {"sizeInGiB": 30},
            "volumes": [{"name": "data", "configuredAtLaunch": false, "host": {"sourcePath": SECRET},
                "efsVolumeConfiguration": {"fileSystemId": "fs-1", "rootDirectory": "/", "transitEncryption": "ENABLED",
                    "authorizationConfig": {"accessPointId": "fsap-1", "iam": "ENABLED"}}}],
            "containerDefinitions": containers,
        })),
        "tasks": Value::Array((0..clusters * 4).map(|n| task(n, "RUNNING")).chain((0..clusters).map(|n| task(n, "STOPPED"))).collect()),
    })
}

fn balancers(region: &str, id: &str, n: usize) -> Value {
    let arn = |rest: String| json!(format!("arn:aws:elasticloadbalancing:{region}:{id}:{rest}"));
    let action = json!({"Type": "forward", "TargetGroupArn": "tg", "Order": 1, "AuthenticateOidcConfig": {"ClientSecret": SECRET},
        "ForwardConfig": {"TargetGroups": [{"TargetGroupArn": "tg", "Weight": 1}], "TargetGroupStickinessConfig": {"Enabled": false}}});
    let listeners = (0..n).flat_map(|lb| (0..2).map(move |port| (lb, port)));
    let rules = listeners.clone().flat_map(|(lb, port)| (0..3).map(move |rule| (lb, port, rule)));
    json!({
        "LoadBalancers": each(n, |lb| json!({
            "LoadBalancerArn": arn(format!("loadbalancer/app/web/{lb}")), "DNSName": "web.elb.amazonaws.com", "CanonicalHostedZoneId": "Z",
            "CreatedTime": TIME, "LoadBalancerName": format!("web-{lb}"), "Scheme": "internet-facing", "VpcId": format!("vpc-{lb}"),
            "State": {"Code": "active"}, "Type": "application", "SecurityGroups": ["sg-0", "sg-1"], "IpAddressType": "ipv4",
            "AvailabilityZones": [{"ZoneName": "us-east-1a", "SubnetId": "subnet-0", "LoadBalancerAddresses": [{"IpAddress": "203.0.113.9"}]}],
        })),
        "TargetGroups": each(n, |group| json!({
            "TargetGroupArn": arn(format!("targetgroup/web/{group}")), "TargetGroupName": "web", "Protocol": "HTTP", "Port": 80,
            "VpcId": format!("vpc-{group}"), "HealthCheckProtocol": "HTTP", "HealthCheckPort": "traffic-port", "HealthCheckEnabled": true,
            "HealthCheckIntervalSeconds": 30, "HealthCheckTimeoutSeconds": 5, "HealthyThresholdCount": 5, "UnhealthyThresholdCount": 2,
            "HealthCheckPath": "/", "Matcher": {"HttpCode": "200"}, "LoadBalancerArns": [arn("loadbalancer/app/web/0".to_owned())],
            "TargetType": "ip", "ProtocolVersion": "HTTP1", "IpAddressType": "ipv4",
        })),
        "Listeners": (listeners.map(|(lb, port)| json!({
            "ListenerArn": arn(format!("listener/app/web/{lb}/{port}")), "LoadBalancerArn": arn(format!("loadbalancer/app/web/{lb}")),
            "Port": 443, "Protocol": "HTTPS", "Certificates": [{"CertificateArn": "cert"}], "SslPolicy": "p", "DefaultActions": [action],
        })).collect::<Vec<Value>>()),
        "Rules": (rules.map(|(lb, port, rule)| json!({
            "RuleArn": arn(format!("listener-rule/app/web/{lb}/{port}/{rule}")), "Priority": rule.to_string(), "IsDefault": false,
            "Conditions": [{"Field": "path-pattern", "Values": ["/a"], "PathPatternConfig": {"Values": ["/a"]},
                "HttpHeaderConfig": {"HttpHeaderName": "x-from", "Values": [SECRET]}}],
            "Actions": [action],
        })).collect::<Vec<Value>>()),
    })
}

/// The account without what a snapshot leaves out: what a collection must give.
pub(crate) fn without_secrets(value: &Value) -> Value {
    const LEFT_OUT: [&str; 17] = [
        "fargcheck",
        "environment",
        "command",
        "entryPoint",
        "dockerLabels",
        "user",
        "hostname",
        "dockerSecurityOptions",
        "systemControls",
        "extraHosts",
        "overrides",
        "AuthenticateOidcConfig",
        "HttpHeaderConfig",
        "host",
        "splunk-token",
        "MacAddress",
        "LastTime",
    ];
    match value {
        Value::Array(items) => items.iter().filter(|item| item["value"] != SECRET).map(without_secrets).collect(),
        Value::Object(fields) => {
            let kept = fields.iter().filter(|(name, _)| !LEFT_OUT.contains(&name.as_str()));
            let kept = kept.filter(|(name, field)| *name != "options" || field.get("token").is_none());
            Value::Object(kept.map(|(name, field)| (name.clone(), without_secrets(field))).collect())
        }
        // Of an error that quotes a command its name.
        Value::String(text) if text.contains(SECRET) => Value::from(text.split(':').next()),
        other => other.clone(),
    }
}
