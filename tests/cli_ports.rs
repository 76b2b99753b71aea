//! `trace --to` what listens: each of its ports is asked for, by its protocol, whatever the order of the input.

mod cli_support;
#[path = "reach_cases/network.rs"]
mod network;

use cli_support::{Run, Scratch};
use serde_json::{Value, json};

const BALANCER: &str = "arn:aws:elasticloadbalancing:us-east-1:123456789012:loadbalancer/net/front/1";

/// A load balancer with these listeners, and a service whose containers map these ports.
fn document(listeners: Value, mappings: Value) -> Value {
    let mut document = network::network();
    document["LoadBalancers"] = json!([{
        "LoadBalancerName": "front", "LoadBalancerArn": BALANCER, "Scheme": "internal", "Type": "network",
        "VpcId": "vpc-1", "SecurityGroups": ["sg-data"], "AvailabilityZones": [{ "SubnetId": "subnet-data" }],
    }]);
    document["Listeners"] = listeners;
    document["services"] = json!([{
        "serviceName": "web", "serviceArn": "arn:aws:ecs:us-east-1:123456789012:service/main/web", "launchType": "FARGATE",
        "taskDefinition": "web:1", "networkConfiguration": { "awsvpcConfiguration": {
            "subnets": ["subnet-data"], "securityGroups": ["sg-data"],
        } },
    }]);
    document["taskDefinitions"] = json!([{
        "taskDefinitionArn": "arn:aws:ecs:us-east-1:123456789012:task-definition/web:1", "family": "web", "revision": 1,
        "networkMode": "awsvpc", "containerDefinitions": [{ "name": "web", "image": "nginx", "portMappings": mappings }],
    }]);
    document
}

fn listener(port: u16, protocol: &str) -> Value {
    json!({ "ListenerArn": format!("{BALANCER}/{port}"), "LoadBalancerArn": BALANCER, "Port": port, "Protocol": protocol })
}

fn run(document: &Value, to: &str, further: &[&str]) -> Run {
    let network = Scratch::new("ports").with("network.json", &document.to_string());
    let asked = ["trace", "network.json", "--from", "subnet-task", "--security-group", "sg-task", "--to", to, "-q"];
    network.run(&[&asked[..], further].concat())
}

#[test]
fn what_listens_is_asked_for_at_each_of_its_ports() {
    let listeners = || json!([listener(8443, "TCP"), listener(443, "TCP_UDP"), listener(53, "UDP")]);
    let mappings = || json!([{ "containerPort": 8443 }, { "containerPort": 53, "protocol": "udp" }, { "containerPortRange": "440-450" }]);
    let cases: [(&str, &[&str], &[&str]); 8] = [
        ("front", &[], &["blocked (udp 53)", "reachable (tcp 443)", "blocked (udp 443)", "blocked (tcp 8443)"]),
        ("front", &["--protocol", "udp"], &["blocked (udp 53)", "blocked (udp 443)"]),
        ("front", &["--port", "443"], &["reachable (tcp 443)", "blocked (udp 443)"]),
        ("front", &["--port", "53"], &["blocked (udp 53)"]),
        ("web", &[], &["blocked (udp 53)", "blocked (tcp 440)", "blocked (tcp 8443)"]),
        ("web", &["--port", "443"], &["reachable (tcp 443)"]),
        ("web", &["--port", "9000"], &["blocked (tcp 9000)"]),
        ("web", &["--port", "9000", "--protocol", "udp"], &["blocked (udp 9000)"]),
    ];
    for (to, further, expected) in cases {
        let mut other_order = (listeners(), mappings());
        other_order.0.as_array_mut().expect("a list").reverse();
        other_order.1.as_array_mut().expect("a list").reverse();
        for (listeners, mappings) in [(listeners(), mappings()), other_order] {
            let found = run(&document(listeners, mappings), to, further);
            let answers = found.out.lines().map(|line| {
                let verdict = line.split(':').next().expect("a word");
                let asked = line.split('(').nth(1).and_then(|rest| rest.split(')').next()).expect("a port");
                format!("{verdict} ({asked})")
            });
            assert_eq!(answers.collect::<Vec<_>>(), expected, "{to} {further:?} {found:#?}");
        }
    }
}

/// No port is made up for what may listen anywhere.
#[test]
fn where_nothing_tells_a_port_the_user_has_to() {
    let sound = document(json!([listener(443, "TCP")]), json!([{ "containerPort": 443 }]));
    let without = |key: &str| {
        let mut document = sound.clone();
        document.as_object_mut().expect("an object").remove(key);
        document
    };
    for (document, to, further, what) in [
        (without("Listeners"), "front", &[][..], "port"),
        (without("taskDefinitions"), "web", &[], "port"),
        (sound.clone(), "web", &["--protocol", "udp"], "port of udp"),
    ] {
        let refused = run(&document, to, further);
        let said = format!("the input doesn't tell on which {what} `{to}` listens");
        assert!(refused.code == 2 && refused.err.contains(&said) && refused.err.contains("--port"), "{refused:#?}");
        let asked = run(&document, to, &[&["--port", "443", "--protocol", "tcp"], &further[..0]].concat());
        assert_eq!(asked.code, 0, "{to} {asked:#?}");
    }
}
