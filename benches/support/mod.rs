//! What the benches share: a generator of snapshots of any size, and how programs are timed.

#![allow(dead_code, unreachable_pub, reason = "each bench uses a part of it")]

pub mod transit;

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// A snapshot of networks that work, in the AWS CLI's shapes and its indentation by four. There is one finding for each, an
/// info: no route table has the S3 gateway endpoint.
pub struct Generator {
    out: [String; 13],
    vpcs: usize,
}

const KEYS: [&str; 13] = [
    "Vpcs",
    "VpcAttributes",
    "Subnets",
    "RouteTables",
    "InternetGateways",
    "NatGateways",
    "SecurityGroups",
    "NetworkAcls",
    "NetworkInterfaces",
    "services",
    "taskDefinitions",
    "VpcEndpoints",
    "FlowLogs",
];

impl Generator {
    /// A snapshot of about so many bytes, written to `path`, where one of that size is not there already.
    pub fn write(path: &Path, bytes: usize) {
        if std::fs::metadata(path).is_ok_and(|found| found.len() as usize >= bytes) {
            return;
        }
        let mut generator = Generator { out: Default::default(), vpcs: 0 };
        while generator.out.iter().map(String::len).sum::<usize>() < bytes {
            generator.vpc();
        }
        std::fs::write(path, generator.finish()).expect("the snapshot can be written");
    }

    /// A snapshot of so many VPCs.
    pub fn text(vpcs: usize) -> String {
        let mut generator = Generator { out: Default::default(), vpcs: 0 };
        for _ in 0..vpcs {
            generator.vpc();
        }
        generator.finish()
    }

    fn put(&mut self, list: usize, value: serde_json::Value) {
        let text = serde_json::to_string(&value).expect("a value is text");
        let out = &mut self.out[list];
        if !out.is_empty() {
            out.push_str(",\n");
        }
        // Four spaces a level, as the AWS CLI writes.
        let mut buffer = Vec::new();
        let formatter = serde_json::ser::PrettyFormatter::with_indent(b"    ");
        let mut serializer = serde_json::Serializer::with_formatter(&mut buffer, formatter);
        let parsed: serde_json::Value = serde_json::from_str(&text).expect("it was just written");
        serde::Serialize::serialize(&parsed, &mut serializer).expect("a value can be written");
        let pretty = String::from_utf8(buffer).expect("JSON is UTF-8");
        for (index, line) in pretty.lines().enumerate() {
            if index > 0 {
                out.push('\n');
            }
            let _ = write!(out, "        {line}");
        }
    }

    fn vpc(&mut self) {
        use serde_json::json;
        let v = self.vpcs;
        self.vpcs += 1;
        let id = |kind: &str, n: usize| format!("{kind}-{v:08x}{n:09x}");
        let tags = |name: String| json!([{"Key": "Name", "Value": name}, {"Key": "team", "Value": "platform"}, {"Key": "cost-center", "Value": "4711"}]);
        let block = |n: usize| format!("10.{}.{}.0/24", v % 256, n);
        self.put(0, json!({"OwnerId": "123456789012", "InstanceTenancy": "default", "CidrBlockAssociationSet": [{"AssociationId": id("vpc-cidr-assoc", 0), "CidrBlock": format!("10.{}.0.0/16", v % 256), "CidrBlockState": {"State": "associated"}}], "IsDefault": false, "Tags": tags(format!("net-{v}")), "VpcId": id("vpc", 0), "State": "available", "CidrBlock": format!("10.{}.0.0/16", v % 256), "DhcpOptionsId": "default"}));
        self.put(
            1,
            json!({"VpcId": id("vpc", 0), "EnableDnsSupport": {"Value": true}, "EnableDnsHostnames": {"Value": true}}),
        );
        self.put(4, json!({"Attachments": [{"State": "available", "VpcId": id("vpc", 0)}], "InternetGatewayId": id("igw", 0), "OwnerId": "123456789012", "Tags": tags(format!("igw-{v}"))}));
        let associations: Vec<_> = (0..6).map(|n| json!({"NetworkAclAssociationId": id("aclassoc", n), "NetworkAclId": id("acl", 0), "SubnetId": id("subnet", n)})).collect();
        self.put(7, json!({"Associations": associations, "Entries": [
            {"CidrBlock": "0.0.0.0/0", "Egress": true, "Protocol": "-1", "RuleAction": "allow", "RuleNumber": 100},
            {"CidrBlock": "0.0.0.0/0", "Egress": true, "Protocol": "-1", "RuleAction": "deny", "RuleNumber": 32767},
            {"CidrBlock": "0.0.0.0/0", "Egress": false, "Protocol": "-1", "RuleAction": "allow", "RuleNumber": 100},
            {"CidrBlock": "0.0.0.0/0", "Egress": false, "Protocol": "-1", "RuleAction": "deny", "RuleNumber": 32767}],
            "IsDefault": true, "NetworkAclId": id("acl", 0), "Tags": [], "VpcId": id("vpc", 0), "OwnerId": "123456789012"}));
        for n in 0..6 {
            let zone = ["a", "b", "c"][n % 3];
            let kind = if n < 3 { "public" } else { "private" };
            self.put(2, json!({"AvailabilityZone": format!("us-east-1{zone}"), "AvailabilityZoneId": format!("use1-az{}", n % 3 + 1), "AvailableIpAddressCount": 240, "CidrBlock": block(n), "DefaultForAz": false, "MapPublicIpOnLaunch": false, "MapCustomerOwnedIpOnLaunch": false, "State": "available", "SubnetId": id("subnet", n), "VpcId": id("vpc", 0), "OwnerId": "123456789012", "AssignIpv6AddressOnCreation": false, "Ipv6CidrBlockAssociationSet": [], "Tags": tags(format!("{kind}-{v}-{zone}")), "SubnetArn": format!("arn:aws:ec2:us-east-1:123456789012:subnet/{}", id("subnet", n)), "EnableDns64": false, "Ipv6Native": false, "PrivateDnsNameOptionsOnLaunch": {"HostnameType": "ip-name", "EnableResourceNameDnsARecord": false, "EnableResourceNameDnsAAAARecord": false}}));
            let local = json!({"DestinationCidrBlock": format!("10.{}.0.0/16", v % 256), "GatewayId": "local", "Origin": "CreateRouteTable", "State": "active"});
            let default = if n < 3 {
                json!({"DestinationCidrBlock": "0.0.0.0/0", "GatewayId": id("igw", 0), "Origin": "CreateRoute", "State": "active"})
            } else {
                json!({"DestinationCidrBlock": "0.0.0.0/0", "NatGatewayId": id("nat", n - 3), "Origin": "CreateRoute", "State": "active"})
            };
            self.put(3, json!({"Associations": [{"Main": false, "RouteTableAssociationId": id("rtbassoc", n), "RouteTableId": id("rtb", n), "SubnetId": id("subnet", n), "AssociationState": {"State": "associated"}}], "PropagatingVgws": [], "RouteTableId": id("rtb", n), "Routes": [local, default], "Tags": tags(format!("{kind}-{v}-{zone}")), "VpcId": id("vpc", 0), "OwnerId": "123456789012"}));
            if n < 3 {
                self.put(5, json!({"CreateTime": "2026-01-01T00:00:00+00:00", "NatGatewayAddresses": [{"AllocationId": id("eipalloc", n), "NetworkInterfaceId": id("eni", 900 + n), "PrivateIp": format!("10.{}.{}.10", v % 256, n), "PublicIp": format!("52.{}.{}.10", v % 256, n), "IsPrimary": true, "Status": "succeeded"}], "NatGatewayId": id("nat", n), "State": "available", "SubnetId": id("subnet", n), "VpcId": id("vpc", 0), "Tags": tags(format!("nat-{v}-{zone}")), "ConnectivityType": "public"}));
            }
        }
        for n in 0..6 {
            self.put(6, json!({"GroupId": id("sg", n), "GroupName": if n == 0 { "default".to_owned() } else { format!("group-{n}") }, "Description": "managed", "OwnerId": "123456789012", "VpcId": id("vpc", 0), "IpPermissions": [{"IpProtocol": "tcp", "FromPort": 8080 + n, "ToPort": 8080 + n, "IpRanges": [{"CidrIp": format!("10.{}.0.0/16", v % 256), "Description": "inside"}], "Ipv6Ranges": [], "PrefixListIds": [], "UserIdGroupPairs": [{"GroupId": id("sg", 0), "UserId": "123456789012"}]}], "IpPermissionsEgress": [{"IpProtocol": "-1", "IpRanges": [{"CidrIp": "0.0.0.0/0"}], "Ipv6Ranges": [], "PrefixListIds": [], "UserIdGroupPairs": []}], "Tags": tags(format!("group-{v}-{n}"))}));
        }
        for n in 0..24 {
            let subnet = 3 + n % 3;
            self.put(8, json!({"Attachment": {"AttachTime": "2026-01-01T00:00:00+00:00", "AttachmentId": id("eni-attach", n), "DeleteOnTermination": true, "DeviceIndex": 1, "InstanceOwnerId": "123456789012", "Status": "attached"}, "AvailabilityZone": format!("us-east-1{}", ["a", "b", "c"][n % 3]), "Description": format!("arn:aws:ecs:us-east-1:123456789012:attachment/{}", id("task", n)), "Groups": [{"GroupName": "group-1", "GroupId": id("sg", 1)}], "InterfaceType": "interface", "Ipv6Addresses": [], "MacAddress": "0e:00:00:00:00:01", "NetworkInterfaceId": id("eni", n), "OwnerId": "123456789012", "PrivateDnsName": format!("ip-10-{}-{}-{}.ec2.internal", v % 256, subnet, 20 + n), "PrivateIpAddress": format!("10.{}.{}.{}", v % 256, subnet, 20 + n), "PrivateIpAddresses": [{"Primary": true, "PrivateDnsName": format!("ip-10-{}-{}-{}.ec2.internal", v % 256, subnet, 20 + n), "PrivateIpAddress": format!("10.{}.{}.{}", v % 256, subnet, 20 + n)}], "RequesterManaged": true, "SourceDestCheck": true, "Status": "in-use", "SubnetId": id("subnet", subnet), "TagSet": [], "VpcId": id("vpc", 0)}));
        }
        self.put(11, json!({"VpcEndpointId": id("vpce", 0), "VpcEndpointType": "Gateway", "VpcId": id("vpc", 0), "ServiceName": "com.amazonaws.us-east-1.s3", "State": "available", "PolicyDocument": "{\"Version\":\"2008-10-17\",\"Statement\":[{\"Effect\":\"Allow\",\"Principal\":\"*\",\"Action\":\"*\",\"Resource\":\"*\"}]}", "RouteTableIds": [], "SubnetIds": [], "Groups": [], "PrivateDnsEnabled": false, "NetworkInterfaceIds": [], "DnsEntries": [], "Tags": [], "OwnerId": "123456789012"}));
        self.put(12, json!({"FlowLogId": id("fl", 0), "FlowLogStatus": "ACTIVE", "ResourceId": id("vpc", 0), "TrafficType": "ALL"}));
        self.put(9, json!({"serviceArn": format!("arn:aws:ecs:us-east-1:123456789012:service/main/app-{v}"), "serviceName": format!("app-{v}"), "clusterArn": "arn:aws:ecs:us-east-1:123456789012:cluster/main", "status": "ACTIVE", "desiredCount": 3, "runningCount": 3, "launchType": "FARGATE", "platformVersion": "LATEST", "taskDefinition": format!("arn:aws:ecs:us-east-1:123456789012:task-definition/app-{v}:1"), "networkConfiguration": {"awsvpcConfiguration": {"subnets": [id("subnet", 3), id("subnet", 4), id("subnet", 5)], "securityGroups": [id("sg", 1)], "assignPublicIp": "DISABLED"}}, "loadBalancers": []}));
        self.put(10, json!({"taskDefinitionArn": format!("arn:aws:ecs:us-east-1:123456789012:task-definition/app-{v}:1"), "family": format!("app-{v}"), "revision": 1, "networkMode": "awsvpc", "requiresCompatibilities": ["FARGATE"], "containerDefinitions": [{"name": "app", "image": format!("123456789012.dkr.ecr.us-east-1.amazonaws.com/app-{v}:1"), "essential": true, "portMappings": [{"containerPort": 8081, "protocol": "tcp"}], "logConfiguration": {"logDriver": "awslogs", "options": {"awslogs-group": format!("/ecs/app-{v}"), "awslogs-region": "us-east-1", "awslogs-stream-prefix": "app"}}, "secrets": [{"name": "TOKEN", "valueFrom": format!("arn:aws:secretsmanager:us-east-1:123456789012:secret:app-{v}")}]}]}));
    }

    fn finish(self) -> String {
        let mut text = String::from("{\n");
        for (key, list) in KEYS.iter().zip(&self.out) {
            let _ = writeln!(text, "    \"{key}\": [\n{list}\n    ],");
        }
        for key in [
            "DhcpOptions",
            "Addresses",
            "PrefixLists",
            "EgressOnlyInternetGateways",
            "VpcPeeringConnections",
            "TransitGateways",
            "TransitGatewayVpcAttachments",
            "TransitGatewayRouteTables",
            "LoadBalancers",
            "TargetGroups",
            "Listeners",
            "Rules",
            "tasks",
            "clusters",
            "repositories",
            "pullThroughCacheRules",
            "AvailabilityZones",
        ] {
            let _ = writeln!(text, "    \"{key}\": [],");
        }
        text.push_str("    \"fargcheck\": {\"schema\": 1, \"account\": \"123456789012\", \"region\": \"us-east-1\", \"partition\": \"aws\", \"notCollected\": []}\n}\n");
        text
    }
}

/// Where benches keep what they generate.
pub fn scratch(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("benches");
    std::fs::create_dir_all(&folder).expect("the target folder can be written");
    folder.join(name)
}

/// The median.
pub fn middle(times: &mut [Duration]) -> Duration {
    times.sort_unstable();
    times[times.len() / 2]
}

/// How long a closure takes.
pub fn time<R>(run: impl FnOnce() -> R) -> Duration {
    let start = Instant::now();
    std::hint::black_box(run());
    start.elapsed()
}

/// How long a program takes, and the most memory that it was seen to hold (`VmHWM`, polled; Linux only).
pub fn process(program: &Path, arguments: &[&str]) -> (Duration, u64) {
    let start = Instant::now();
    let mut child = Command::new(program)
        .args(arguments)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .expect("the program starts");
    let status = format!("/proc/{}/status", child.id());
    let mut peak = 0;
    if arguments.iter().any(|argument| argument.contains("large")) {
        while child.try_wait().expect("the program can be waited for").is_none() {
            let text = std::fs::read_to_string(&status).unwrap_or_default();
            let line = text.lines().find_map(|line| line.strip_prefix("VmHWM:"));
            let kilobytes: u64 = line.and_then(|line| line.trim().trim_end_matches(" kB").parse().ok()).unwrap_or(0);
            peak = peak.max(kilobytes * 1024);
            std::thread::sleep(Duration::from_millis(1));
        }
    } else {
        child.wait().expect("the program ends");
    }
    (start.elapsed(), peak)
}
