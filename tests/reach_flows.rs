//! Flows that a workload depends on inside its VPC: from its load balancer, from its peers, and to its mount targets.

#[path = "reach_cases/network.rs"]
mod network;
#[path = "reach_support/pipeline.rs"]
#[allow(dead_code, reason = "the other tests of reachability use more of it")]
mod pipeline;

use fargcheck::network::NeedTarget;
use fargcheck::reach::{FlowKind, Verdict, flows};
use pipeline::with_network;
use serde_json::{Value, json};
use std::collections::BTreeSet;

const ARN: &str = "arn:aws:ecs:us-east-1:111122223333";
const BALANCER: &str = "arn:aws:elasticloadbalancing:us-east-1:111122223333:loadbalancer/app/web/1";
const TARGETS: &str = "arn:aws:elasticloadbalancing:us-east-1:111122223333:targetgroup/shop/1";

/// A service with an EFS volume behind a load balancer in the public subnet, and one more that calls it.
fn deployed() -> Value {
    let service = |name: &str, group: &str, offers: Value| {
        json!({
            "serviceName": name, "serviceArn": format!("{ARN}:service/main/{name}"), "status": "ACTIVE",
            "clusterArn": format!("{ARN}:cluster/main"), "launchType": "FARGATE", "desiredCount": 1,
            "taskDefinition": format!("{ARN}:task-definition/{name}:1"),
            "networkConfiguration": { "awsvpcConfiguration": {
                "subnets": [if name == "shop" { "subnet-task" } else { "subnet-data" }],
                "securityGroups": [group], "assignPublicIp": "DISABLED",
            } },
            "loadBalancers": [],
            "serviceConnectConfiguration": { "enabled": true, "namespace": "main", "services": offers },
        })
    };
    let definition = |name: &str| {
        json!({
            "taskDefinitionArn": format!("{ARN}:task-definition/{name}:1"), "family": name, "networkMode": "awsvpc",
            "requiresCompatibilities": ["FARGATE"], "volumes": [],
            "containerDefinitions": [{
                "name": "app", "image": "public.ecr.aws/docker/library/nginx:1",
                "portMappings": [{ "containerPort": 8080, "name": "http", "protocol": "tcp" }],
            }],
        })
    };
    let mut document = network::network();
    let offers = json!([{ "portName": "http", "clientAliases": [{ "port": 80 }] }]);
    let mut shop = service("shop", "sg-task", offers);
    shop["loadBalancers"] = json!([{ "targetGroupArn": TARGETS, "containerName": "app", "containerPort": 8080 }]);
    document["services"] = json!([shop, service("front", "sg-data", json!([]))]);
    let mut of_shop = definition("shop");
    of_shop["volumes"] = json!([{ "name": "media", "efsVolumeConfiguration": { "fileSystemId": "fs-1" } }]);
    document["taskDefinitions"] = json!([of_shop, definition("front")]);
    document["clusters"] = json!([{ "clusterArn": format!("{ARN}:cluster/main"), "clusterName": "main" }]);
    document["tasks"] = json!([]);
    document["LoadBalancers"] = json!([{
        "LoadBalancerArn": BALANCER, "LoadBalancerName": "web", "Type": "application", "Scheme": "internet-facing",
        "VpcId": "vpc-1", "AvailabilityZones": [{ "ZoneName": "us-east-1a", "SubnetId": "subnet-public" }],
        "SecurityGroups": ["sg-balancer"],
    }]);
    document["TargetGroups"] = json!([{
        "TargetGroupArn": TARGETS, "TargetGroupName": "shop", "Protocol": "HTTP", "Port": 8080, "TargetType": "ip",
        "VpcId": "vpc-1", "HealthCheckPort": "traffic-port", "HealthCheckEnabled": true, "LoadBalancerArns": [BALANCER],
    }]);
    document["Listeners"] = json!([{
        "ListenerArn": format!("{BALANCER}/1").replace(":loadbalancer/", ":listener/"), "LoadBalancerArn": BALANCER,
        "Port": 80, "Protocol": "HTTP", "DefaultActions": [{ "Type": "forward", "TargetGroupArn": TARGETS }],
    }]);
    document["Rules"] = json!([]);
    let mut group = |id: &str, port: u16, from: &str| {
        let rule = json!({
            "IpProtocol": "tcp", "FromPort": port, "ToPort": port, "UserIdGroupPairs": [{ "GroupId": from }],
        });
        document["SecurityGroups"].as_array_mut().expect("a list").push(json!({
            "GroupId": id, "IpPermissions": [rule],
            "IpPermissionsEgress": [{ "IpProtocol": "-1", "IpRanges": [{ "CidrIp": "0.0.0.0/0" }] }],
        }));
    };
    group("sg-media", 2049, "sg-task");
    group("sg-balancer", 80, "sg-task");
    document["SecurityGroups"][0]["IpPermissions"] = json!([{
        "IpProtocol": "tcp", "FromPort": 8080, "ToPort": 8080,
        "UserIdGroupPairs": [{ "GroupId": "sg-balancer" }, { "GroupId": "sg-data" }],
    }]);
    document["SecurityGroups"][2]["IpPermissionsEgress"] =
        json!([{ "IpProtocol": "-1", "IpRanges": [{ "CidrIp": "0.0.0.0/0" }] }]);
    document["NetworkInterfaces"].as_array_mut().expect("a list").push(json!({
        "NetworkInterfaceId": "eni-media", "SubnetId": "subnet-public", "PrivateIpAddress": "10.0.0.40",
        "Description": "EFS mount target for fs-1 (fsmt-1)", "Groups": [{ "GroupId": "sg-media" }],
    }));
    document
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum Kind {
    Media,
    Balancer,
    Peer,
}

/// What a kind of flow to or from the shop meets.
fn of(document: &Value, kind: Kind) -> (Verdict, BTreeSet<&'static str>) {
    with_network(document, |network, _| {
        let found = flows(network).into_iter().find(|flow| {
            let workload = network.workload(flow.key.workload);
            workload.name == "shop"
                && match flow.key.kind {
                    FlowKind::Need(index) => {
                        kind == Kind::Media
                            && matches!(workload.needs[index as usize].target, NeedTarget::FileSystem(_))
                    }
                    FlowKind::FromLoadBalancer { .. } => kind == Kind::Balancer,
                    FlowKind::FromPeer { .. } => kind == Kind::Peer,
                }
        });
        let answer = found.unwrap_or_else(|| panic!("there is no flow {kind:?}")).answer;
        (answer.verdict, pipeline::codes(&answer))
    })
}

#[test]
fn what_is_in_order_works() {
    for kind in [Kind::Media, Kind::Balancer, Kind::Peer] {
        assert_eq!(of(&deployed(), kind), (Verdict::Reachable, BTreeSet::new()), "{kind:?}");
    }
}

#[test]
fn each_end_and_its_filters_count() {
    use Kind::*;
    let nobody = || json!([]);
    let closed = |egress: bool, port: u16| {
        json!([
            { "RuleNumber": 1, "Protocol": "6", "RuleAction": "deny", "Egress": egress, "CidrBlock": "10.0.0.0/16",
              "PortRange": { "From": port, "To": if port == 1024 { 65535 } else { port } } },
            { "RuleNumber": 2, "Protocol": "-1", "RuleAction": "allow", "Egress": true, "CidrBlock": "0.0.0.0/0" },
            { "RuleNumber": 2, "Protocol": "-1", "RuleAction": "allow", "Egress": false, "CidrBlock": "0.0.0.0/0" },
        ])
    };
    // The subnets' network ACLs: 0 the task's, 1 the balancer's and the mount target's, 2 the peer's.
    let cases = [
        ("the mount target's group", Media, "/SecurityGroups/3/IpPermissions", nobody(), "dest-sg"),
        ("the task's group", Media, "/SecurityGroups/0/IpPermissionsEgress", nobody(), "sg-egress"),
        ("the mount target's subnet", Media, "/NetworkAcls/1/Entries", closed(false, 2049), "dest-nacl"),
        ("its replies", Media, "/NetworkAcls/1/Entries", closed(true, 1024), "dest-nacl"),
        ("the balancer's group", Balancer, "/SecurityGroups/4/IpPermissionsEgress", nobody(), "sg-egress"),
        ("the task's group", Balancer, "/SecurityGroups/0/IpPermissions", nobody(), "dest-sg"),
        ("the task's subnet", Balancer, "/NetworkAcls/0/Entries", closed(false, 8080), "dest-nacl"),
        ("replies to the balancer", Balancer, "/NetworkAcls/1/Entries", closed(false, 1024), "nacl-ingress"),
        ("the task's group", Peer, "/SecurityGroups/0/IpPermissions", nobody(), "dest-sg"),
        ("the peer's subnet", Peer, "/NetworkAcls/2/Entries", closed(true, 8080), "nacl-egress"),
    ];
    for (name, kind, pointer, value, code) in cases {
        let mut document = deployed();
        *document.pointer_mut(pointer).expect("it is there") = value;
        assert_eq!(of(&document, kind), (Verdict::Blocked, BTreeSet::from([code])), "{kind:?}: {name}");
    }
}

/// What a network load balancer hands on by UDP has its clients' addresses, which nobody knows; its health checks are TCP.
#[test]
fn datagrams_come_from_clients_and_health_checks_from_the_load_balancer() {
    let rule = |protocol: &str, port: u16, block: &str| json!({ "IpProtocol": protocol, "FromPort": port, "ToPort": port, "IpRanges": [{ "CidrIp": block }] });
    let from_clients = |protocol| rule(protocol, 8080, "203.0.113.0/24");
    let from_balancer = |port| rule("tcp", port, "10.0.0.0/24");
    let with = |protocol: &str, check: &str, rules: Value| {
        let mut document = deployed();
        document["LoadBalancers"][0]["Type"] = "network".into();
        document["LoadBalancers"][0]["SecurityGroups"] = json!([]);
        document["TargetGroups"][0]["Protocol"] = protocol.into();
        document["TargetGroups"][0]["HealthCheckPort"] = check.into();
        document["SecurityGroups"][0]["IpPermissions"] = rules;
        with_network(&document, |network, _| {
            let flows = flows(network).into_iter().filter_map(|flow| match flow.key.kind {
                FlowKind::FromLoadBalancer { port, protocol, .. } => {
                    Some((protocol.as_str(), port, flow.answer.verdict == Verdict::Reachable))
                }
                _ => None,
            });
            flows.collect::<Vec<_>>()
        })
    };
    type Asked = [(&'static str, u16, bool)];
    let cases: [(&str, &str, Value, &Asked); 6] = [
        ("UDP", "traffic-port", json!([from_clients("udp"), from_balancer(8080)]), &[("tcp", 8080, true)]),
        ("UDP", "traffic-port", json!([from_balancer(8080)]), &[("udp", 8080, false), ("tcp", 8080, true)]),
        ("UDP", "9000", json!([from_clients("udp"), from_balancer(9000)]), &[("tcp", 9000, true)]),
        ("TCP_UDP", "9000", json!([from_clients("-1"), from_balancer(9000)]), &[("tcp", 9000, true)]),
        ("TCP_UDP", "9000", json!([from_clients("-1")]), &[("tcp", 9000, false)]),
        ("TCP", "9000", json!([from_balancer(9000)]), &[("tcp", 8080, false), ("tcp", 9000, true)]),
    ];
    for (protocol, check, rules, expected) in cases {
        assert_eq!(with(protocol, check, rules.clone()), expected, "{protocol}, health checks on {check}, {rules}");
    }
}

/// EFS' name leads to the mount target of the task's zone, and nowhere in a zone without one.
#[test]
fn a_mount_target_of_another_zone_does_not_serve() {
    let mut document = deployed();
    document["Subnets"][1]["AvailabilityZone"] = "us-east-1c".into();
    assert_eq!(of(&document, Kind::Media), (Verdict::Blocked, BTreeSet::from(["mount-target"])));
}

/// A file system without any mount target in the VPC has no name there: only a private hosted zone, which no input tells,
/// could lead to another VPC's.
#[test]
fn a_file_system_without_a_mount_target_in_the_vpc_is_not_mounted() {
    const MEDIA: usize = 4;
    let described = || {
        let mut document = deployed();
        for interface in document["NetworkInterfaces"].as_array_mut().expect("a list") {
            interface.as_object_mut().expect("an interface").entry("Description").or_insert_with(|| "".into());
        }
        document
    };
    let with = |change: &dyn Fn(&mut Value)| {
        let mut document = described();
        document["NetworkInterfaces"][MEDIA]["Description"] = "EFS mount target for fs-10 (fsmt-1)".into();
        change(&mut document);
        of(&document, Kind::Media)
    };
    let in_other_vpc = |document: &mut Value| {
        document["NetworkInterfaces"][2]["Description"] = "EFS mount target for fs-1 (fsmt-1)".into();
        document["SecurityGroups"][2]["IpPermissions"][0] =
            json!({ "IpProtocol": "tcp", "FromPort": 2049, "ToPort": 2049, "IpRanges": [{ "CidrIp": "10.0.0.0/16" }] });
    };
    let blocked = (Verdict::Blocked, BTreeSet::from(["mount-target"]));
    let unknown = (Verdict::Unknown, BTreeSet::new());
    let to = |field: &'static str, id: &'static str| {
        move |document: &mut Value| {
            let routes = document["RouteTables"][0]["Routes"].as_array_mut().expect("a list");
            routes.push(json!({ "DestinationCidrBlock": "172.16.0.0/12", field: id }));
        }
    };
    type Change<'c> = &'c dyn Fn(&mut Value);
    type Expected<'e> = &'e (Verdict, BTreeSet<&'e str>);
    let cases: [(&str, Change<'_>, Expected<'_>); 9] = [
        ("none anywhere, and all VPCs are known", &|_| {}, &blocked),
        ("in a peer, which is reached", &in_other_vpc, &unknown),
        (
            "in a peer, whose group lets nobody in",
            &|document| {
                in_other_vpc(document);
                document["SecurityGroups"][2]["IpPermissions"] = json!([]);
            },
            &blocked,
        ),
        (
            "a transit gateway's way to VPCs that aren't known",
            &|document| {
                to("TransitGatewayId", "tgw-9")(document);
                let attached = document["TransitGatewayVpcAttachments"].as_array_mut().expect("a list");
                attached.push(json!({
                    "TransitGatewayAttachmentId": "tgw-attach-9", "TransitGatewayId": "tgw-9", "VpcId": "vpc-1",
                    "State": "available", "SubnetIds": ["subnet-task"],
                }));
            },
            &unknown,
        ),
        ("a virtual private gateway", &to("GatewayId", "vgw-1"), &unknown),
        (
            "a peer that isn't known",
            &|document| {
                document["Vpcs"].as_array_mut().expect("a list").remove(1);
            },
            &unknown,
        ),
        (
            "an interface that doesn't say whose it is",
            &|document| document["NetworkInterfaces"][3]["Description"] = Value::Null,
            &unknown,
        ),
        ("a list that isn't known", &|document| document["NetworkInterfaces"] = Value::Null, &unknown),
        (
            "a VPC that another account shares",
            &|document| document["Vpcs"][0]["OwnerId"] = "444455556666".into(),
            &unknown,
        ),
    ];
    for (name, change, expected) in cases {
        assert_eq!(with(change), *expected, "{name}");
    }
}

/// The name of a file system is a private one.
#[test]
fn a_file_system_is_mounted_by_its_name() {
    let with = |change: fn(&mut serde_json::Value)| {
        let mut document = deployed();
        change(&mut document);
        of(&document, Kind::Media)
    };
    let off = |field: &str| serde_json::json!([{ "VpcId": "vpc-1", field: { "Value": false } }]);
    let sound = with(|_| {});
    assert_eq!(sound, (Verdict::Reachable, BTreeSet::new()));
    for (field, code) in [("EnableDnsSupport", "dns-support"), ("EnableDnsHostnames", "dns-hostnames")] {
        let mut document = deployed();
        document["VpcAttributes"][0][field]["Value"] = false.into();
        assert_eq!(of(&document, Kind::Media), (Verdict::Blocked, BTreeSet::from([code])), "{field}");
        document["VpcAttributes"] = off(field);
        assert_eq!(of(&document, Kind::Media).0, Verdict::Blocked, "{field} alone");
    }
    let unsaid = with(|document| document["VpcAttributes"] = serde_json::Value::Null);
    assert_eq!(unsaid.0, Verdict::Unknown);
}
