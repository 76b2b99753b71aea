//! Names of AWS's in URLs lead to what they are: services, endpoints, load balancers and file systems of the input.

mod cli_support;
#[path = "reach_cases/network.rs"]
mod network;

use cli_support::Scratch;
use serde_json::{Value, json};

fn document() -> Value {
    let mut document = network::network();
    document["fargcheck"] = json!({ "schema": 1, "account": "123456789012", "region": "us-east-1" });
    let balancer = |name: &str, scheme: &str, group: &str| {
        json!({
            "LoadBalancerName": name, "DNSName": format!("{name}-1.us-east-1.elb.amazonaws.com"), "Scheme": scheme,
            "LoadBalancerArn": format!("arn:aws:elasticloadbalancing:us-east-1:123456789012:loadbalancer/app/{name}/1"),
            "Type": "application", "VpcId": "vpc-1", "IpAddressType": "ipv4", "SecurityGroups": [group],
            "AvailabilityZones": [{ "SubnetId": "subnet-data" }, { "SubnetId": "subnet-public" }],
        })
    };
    document["LoadBalancers"] =
        json!([balancer("internal-web", "internal", "sg-data"), balancer("front", "internet-facing", "sg-data")]);
    document["NetworkInterfaces"].as_array_mut().expect("a list").push(json!({
        "NetworkInterfaceId": "eni-fs", "SubnetId": "subnet-task", "PrivateIpAddress": "10.0.1.20", "VpcId": "vpc-1",
        "Description": "EFS mount target for fs-0123456789abcdef0 (fsmt-0123456789abcdef0)",
        "Groups": [{ "GroupId": "sg-data" }],
    }));
    document
}

#[test]
fn names_of_aws_lead_to_what_they_are() {
    let network = Scratch::new("hosts").with("network.json", &document().to_string());
    for (to, verdict, via) in [
        ("https://api.ecr.us-east-1.amazonaws.com", "reachable", "vpce-ecr"),
        ("https://api.ecr.us-east-1.amazonaws.com.", "reachable", "vpce-ecr"),
        ("HTTPS://API.ecr.us-east-1.amazonaws.com", "reachable", "vpce-ecr"),
        ("https://Internal-Web-1.us-east-1.elb.amazonaws.com.", "reachable", ""),
        ("https://123456789012.dkr.ecr.us-east-1.amazonaws.com", "reachable", "nat-1"),
        ("https://123456789012.dkr-ecr.us-east-1.on.aws", "reachable", "nat-1"),
        ("https://bucket.s3.us-east-1.amazonaws.com/key", "reachable", "vpce-s3"),
        ("https://api.ecr.eu-west-1.amazonaws.com", "reachable", "nat-1"),
        ("https://vpce-ecr-5e6f.api.ecr.us-east-1.vpce.amazonaws.com", "reachable", "vpce-ecr"),
        ("https://vpce-gone-5e6f.api.ecr.us-east-1.vpce.amazonaws.com", "unknown", ""),
        ("https://vpce-ecr-5e6f-us-east-1a.api.ecr.us-east-1.vpce.amazonaws.com", "unknown", ""),
        ("https://internal-web-1.us-east-1.elb.amazonaws.com", "reachable", ""),
        ("https://dualstack.internal-web-1.us-east-1.elb.amazonaws.com", "reachable", ""),
        ("http://internal-web-1.us-east-1.elb.amazonaws.com", "blocked", ""),
        ("https://front-1.us-east-1.elb.amazonaws.com", "unknown", "nat-1"),
        ("https://gone-1.us-east-1.elb.amazonaws.com", "unknown", ""),
        ("https://fs-0123456789abcdef0.efs.us-east-1.amazonaws.com", "reachable", ""),
        ("https://fs-0fedcba9876543210.efs.us-east-1.amazonaws.com", "unknown", ""),
        ("https://db.abc.us-east-1.rds.amazonaws.com", "unknown", ""),
    ] {
        let asked = ["trace", "network.json", "--from", "subnet-task", "--security-group", "sg-task", "--to", to];
        let found = network.run(&[&asked[..], &["--format", "json"]].concat()).json();
        let through = found["via"].as_str().unwrap_or_default();
        assert_eq!((found["verdict"].as_str(), through), (Some(verdict), via), "{to} {found:#}");
    }
}

/// A need that is declared by such a name is judged as the service itself is.
#[test]
fn a_need_by_a_host_of_aws_is_judged() {
    const WORKLOAD: &str = r#"
        [[workload]]
        name = "app"
        subnets = ["subnet-task"]
        security-groups = ["sg-task"]
        needs = ["https://api.ecr.us-east-1.amazonaws.com"]
    "#;
    let run = |document: &Value| {
        let network =
            Scratch::new("hosts").with("network.json", &document.to_string()).with("fargcheck.toml", WORKLOAD);
        network.run(&["lint", "network.json", "--format", "json"])
    };
    let mut sound = document();
    // That it stands in a private subnet is a fault of its own.
    sound["LoadBalancers"].as_array_mut().expect("a list").pop();
    assert_eq!(run(&sound).faults(), [] as [&str; 0]);
    let mut closed = sound;
    closed["SecurityGroups"][1]["IpPermissions"] = json!([]);
    assert_eq!(run(&closed).faults(), ["sg/endpoint-ingress"]);
}
