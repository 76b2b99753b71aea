//! What names lead to: of which families their addresses are, which of two ways is told, and names that there are not.

mod cli_support;
#[path = "reach_cases/network.rs"]
mod network;

use cli_support::{Run, Scratch};
use serde_json::{Value, json};

fn trace(document: &Value, to: &str) -> Run {
    let network = Scratch::new("names").with("network.json", &document.to_string());
    let asked = ["trace", "network.json", "--from", "subnet-task", "--security-group", "sg-task", "--to", to];
    network.run(&[&asked[..], &["--format", "json"]].concat())
}

/// The network, in which the task's subnet has IPv6 alone: it leaves by an egress-only internet gateway, and by NAT64.
fn ipv6_alone() -> Value {
    let mut document = network::network();
    document["fargcheck"] = json!({ "schema": 1, "account": "123456789012", "region": "us-east-1" });
    let blocks = |block: &str| json!([{ "Ipv6CidrBlock": block, "Ipv6CidrBlockState": { "State": "associated" } }]);
    document["Vpcs"][0]["Ipv6CidrBlockAssociationSet"] = blocks("2001:db8:1::/56");
    document["Subnets"][0] = json!({
        "SubnetId": "subnet-task", "VpcId": "vpc-1", "AvailabilityZone": "us-east-1a", "Ipv6Native": true,
        "EnableDns64": true, "Ipv6CidrBlockAssociationSet": blocks("2001:db8:1:1::/64"),
    });
    document["RouteTables"][0]["Routes"] = json!([
        { "DestinationCidrBlock": "10.0.0.0/16", "GatewayId": "local" },
        { "DestinationIpv6CidrBlock": "2001:db8:1::/56", "GatewayId": "local" },
        { "DestinationIpv6CidrBlock": "64:ff9b::/96", "NatGatewayId": "nat-1" },
        { "DestinationIpv6CidrBlock": "::/0", "EgressOnlyInternetGatewayId": "eigw-1" },
    ]);
    document["EgressOnlyInternetGateways"] = json!([{
        "EgressOnlyInternetGatewayId": "eigw-1", "Attachments": [{ "VpcId": "vpc-1", "State": "attached" }],
    }]);
    for acl in document["NetworkAcls"].as_array_mut().expect("a list") {
        let entries = acl["Entries"].as_array_mut().expect("a list");
        entries.extend([true, false].map(|egress| {
            json!({
                "RuleNumber": 101, "Protocol": "-1", "RuleAction": "allow", "Egress": egress, "Ipv6CidrBlock": "::/0",
            })
        }));
    }
    document["SecurityGroups"][0]["IpPermissionsEgress"][0]["Ipv6Ranges"] = json!([{ "CidrIpv6": "::/0" }]);
    document["VpcEndpoints"] = json!([]);
    document["services"] = json!([{
        "serviceName": "app", "serviceArn": "arn:aws:ecs:us-east-1:123456789012:service/main/app", "launchType": "FARGATE",
        "taskDefinition": "app:1", "networkConfiguration": { "awsvpcConfiguration": {
            "subnets": ["subnet-task"], "securityGroups": ["sg-task"],
        } },
    }]);
    document["taskDefinitions"] = json!([{
        "taskDefinitionArn": "arn:aws:ecs:us-east-1:123456789012:task-definition/app:1", "family": "app", "revision": 1,
        "networkMode": "awsvpc", "executionRoleArn": "arn:aws:iam::123456789012:role/execution",
        "containerDefinitions": [{ "name": "app", "image": "123456789012.dkr.ecr.us-east-1.amazonaws.com/app:1" }],
    }]);
    document
}

fn without_route(document: &mut Value, block: &str) {
    let routes = document["RouteTables"][0]["Routes"].as_array_mut().expect("a list");
    routes.retain(|route| route["DestinationIpv6CidrBlock"] != block);
}

/// Where AWS says that a host has IPv4 addresses alone, DNS64 and NAT64 have to lead there; of others it isn't known.
#[test]
fn hosts_of_services_have_the_families_that_aws_gives_them() {
    let mut without_nat64 = ipv6_alone();
    without_nat64["Subnets"][0]["EnableDns64"] = json!(false);
    let mut with_endpoint = without_nat64.clone();
    with_endpoint["VpcEndpoints"] = json!([{
        "VpcEndpointId": "vpce-ec2", "VpcEndpointType": "Interface", "VpcId": "vpc-1", "State": "available",
        "ServiceName": "com.amazonaws.us-east-1.ec2", "PrivateDnsEnabled": true, "SubnetIds": ["subnet-task"],
        "Groups": [{ "GroupId": "sg-task" }], "IpAddressType": "ipv6", "DnsOptions": { "DnsRecordIpType": "ipv6" },
    }]);
    for (document, to, verdict) in [
        (ipv6_alone(), "https://ec2.us-east-1.amazonaws.com", "reachable"),
        (without_nat64.clone(), "https://ec2.us-east-1.amazonaws.com", "blocked"),
        (without_nat64.clone(), "https://api.ecr.eu-west-1.amazonaws.com", "blocked"),
        (without_nat64.clone(), "https://123456789012.dkr.ecr.us-east-1.amazonaws.com", "blocked"),
        (without_nat64.clone(), "123456789012.dkr.ecr.us-east-1.amazonaws.com", "blocked"),
        (without_nat64.clone(), "https://123456789012.dkr-ecr.us-east-1.on.aws", "reachable"),
        (without_nat64.clone(), "123456789012.dkr-ecr.us-east-1.on.aws", "reachable"),
        // Its page says that this host has both, and there is one below `api.aws`, too.
        (without_nat64, "https://sqs.us-east-1.amazonaws.com", "unknown"),
        // Its private DNS answers.
        (with_endpoint, "https://ec2.us-east-1.amazonaws.com", "unknown"),
    ] {
        let found = trace(&document, to);
        assert_eq!(found.json()["verdict"], verdict, "{to} {found:#?}");
    }
}

/// The registry's host and that of its layers have other families than what Fargate calls its services by.
#[test]
fn a_need_is_traced_as_it_is_judged() {
    let mut without_dns64 = ipv6_alone();
    without_dns64["Subnets"][0]["EnableDns64"] = json!(false);
    let mut without_nat64 = ipv6_alone();
    without_route(&mut without_nat64, "64:ff9b::/96");
    let mut without_default = ipv6_alone();
    without_route(&mut without_default, "::/0");
    for (document, of_image) in [
        (ipv6_alone(), "reachable"),
        (without_dns64, "blocked"),
        (without_nat64, "blocked"),
        (without_default, "reachable"),
    ] {
        let network = Scratch::new("names").with("network.json", &document.to_string());
        let judged = network.run(&["lint", "network.json", "--format", "json"]).json();
        let flows = judged["workloads"][0]["flows"].as_array().expect("a list").clone();
        assert!(flows.iter().any(|flow| flow["destination"] == "ecr.dkr"), "{flows:#?}");
        for flow in flows {
            let to = flow["destination"].as_str().expect("a name");
            let traced =
                network.run(&["trace", "network.json", "--from", "app", "--to", to, "--format", "json"]).json();
            assert_eq!(traced["verdict"], flow["verdict"], "{to}");
            let matrix = network.run(&["matrix", "network.json", "--from", "app", "--format", "json"]).out;
            assert!(matrix.contains(to), "{matrix}");
            if to == "ecr.dkr" || to == "s3" {
                assert_eq!(flow["verdict"], of_image, "{to}");
            }
        }
    }
}

/// A resolver of one's own may lead a service's name to the endpoint or not: no remedy for one of the ways is certain.
#[test]
fn both_ways_of_a_name_that_either_may_answer_are_told() {
    let mut document = network::network();
    document["Vpcs"][0]["DhcpOptionsId"] = json!("dopt-1");
    document["DhcpOptions"] = json!([{
        "DhcpOptionsId": "dopt-1",
        "DhcpConfigurations": [{ "Key": "domain-name-servers", "Values": [{ "Value": "10.0.1.10" }] }],
    }]);
    document["SecurityGroups"][0]["IpPermissions"] =
        json!([{ "IpProtocol": "udp", "FromPort": 53, "ToPort": 53, "IpRanges": [{ "CidrIp": "10.0.0.0/16" }] }]);
    let sound = trace(&document, "ecr.api").json();
    assert_eq!((&sound["verdict"], &sound["unknown"]), (&json!("reachable"), &json!([])), "{sound:#}");

    document["SecurityGroups"][1]["IpPermissions"] = json!([]);
    document["RouteTables"][0]["Routes"].as_array_mut().expect("a list").remove(1);
    let found = trace(&document, "ecr.api").json();
    assert_eq!(found["verdict"], "blocked", "{found:#}");
    let alternatives: Vec<_> = found["alternatives"].as_array().expect("a list").iter().collect();
    let told: Vec<_> = alternatives.iter().map(|way| (&way["changes"][0]["resource"], &way["certain"])).collect();
    let uncertain = &json!(false);
    assert_eq!(told, [(&json!("sg-endpoint"), uncertain), (&json!("rtb-task"), uncertain)], "{found:#}");
    let doubt =
        "the VPC's DHCP options name another resolver: whether it knows the endpoint's private name isn't known";
    assert_eq!(found["unknown"], json!([doubt]));
    let branches = found["hops"].as_array().expect("a list").iter().map(|hop| hop["branch"][0].as_str());
    let branches: std::collections::BTreeSet<_> = branches.collect();
    assert_eq!(branches, [Some("by public addresses"), Some("by vpce-ecr")].into());
}

#[test]
fn services_and_regions_that_there_are_not_are_refused() {
    let document = network::network();
    for (to, said) in [
        ("com.amazonaws.us-east-1.secretmanager", "did you mean `com.amazonaws.us-east-1.secretsmanager`?"),
        ("com.amazonaws.us-east-1.ecr.apii", "did you mean `com.amazonaws.us-east-1.ecr.api`?"),
        ("com.amazonaws.us-esat-1.s3", "did you mean `us-east-1`?"),
        ("com.amazonaws.useast-1.s3", "AWS has no region `useast-1`"),
        ("logs in eu-wset-1", "did you mean `eu-west-1`?"),
        ("123456789012.dkr.ecr.us-esat-1.amazonaws.com", "did you mean `us-east-1`?"),
        ("https://logs.us-esat-1.amazonaws.com", "did you mean `us-east-1`?"),
    ] {
        let refused = trace(&document, to);
        assert!(refused.code == 2 && refused.err.contains(said), "{to} {refused:#?}");
    }
    // One that fargcheck doesn't know goes by its endpoint's whole name; and regions are added.
    for to in ["com.amazonaws.us-east-1.brand-new-service", "com.amazonaws.xx-north-9.logs"] {
        let asked = trace(&document, to);
        assert_eq!(asked.code, 0, "{to} {asked:#?}");
    }
    let declared = "[[workload]]\nname = \"app\"\nsubnets = [\"subnet-task\"]\nneeds = [\"com.amazonaws.us-east-1.secretmanager\"]\n";
    let network = Scratch::new("names").with("network.json", &document.to_string()).with("fargcheck.toml", declared);
    let refused = network.run(&["lint", "network.json"]);
    assert!(refused.code == 2 && refused.err.contains("did you mean `secretsmanager`?"), "{refused:#?}");
}

/// A load balancer has addresses of its type's families alone, and an internet-facing one's name leads to public addresses, also
/// inside of its VPC: by its own name it is what it is by its host's.
#[test]
fn a_load_balancer_is_one_thing_by_each_of_its_names() {
    let with = |mut document: Value, scheme: Value, kind: &str| {
        document["Subnets"][2]["Ipv6CidrBlockAssociationSet"] = json!([{
            "Ipv6CidrBlock": "2001:db8:1:2::/64", "Ipv6CidrBlockState": { "State": "associated" },
        }]);
        document["RouteTables"][2]["Routes"].as_array_mut().expect("a list").push(json!({
            "DestinationIpv6CidrBlock": "2001:db8:1::/56", "GatewayId": "local",
        }));
        let arn = "arn:aws:elasticloadbalancing:us-east-1:123456789012:loadbalancer/app/front/1";
        document["LoadBalancers"] = json!([{
            "LoadBalancerName": "front", "LoadBalancerArn": arn, "DNSName": "front-1.us-east-1.elb.amazonaws.com",
            "Scheme": scheme, "Type": "application", "VpcId": "vpc-1", "IpAddressType": kind,
            "SecurityGroups": ["sg-data"], "AvailabilityZones": [{ "SubnetId": "subnet-data" }],
        }]);
        document["Listeners"] =
            json!([{ "ListenerArn": "listener", "LoadBalancerArn": arn, "Port": 443, "Protocol": "HTTPS" }]);
        document
    };
    for (document, verdict, via) in [
        (with(network::network(), json!("internal"), "ipv4"), "reachable", Value::Null),
        (with(network::network(), json!("internet-facing"), "ipv4"), "unknown", json!("nat-1")),
        (with(network::network(), Value::Null, "ipv4"), "unknown", Value::Null),
        (with(ipv6_alone(), json!("internal"), "ipv4"), "blocked", Value::Null),
        (with(ipv6_alone(), json!("internal"), "dualstack"), "reachable", Value::Null),
    ] {
        for to in ["front", "https://front-1.us-east-1.elb.amazonaws.com"] {
            let found = trace(&document, to);
            let json = found.json();
            assert_eq!((&json["verdict"], &json["via"]), (&json!(verdict), &via), "{to} {json:#}");
        }
    }
}

#[test]
fn what_is_nearly_an_end_is_told() {
    let mut document = network::network();
    document["tasks"] = json!([{
        "taskArn": "arn:aws:ecs:us-east-1:123456789012:task/main/0123456789abcdef", "lastStatus": "RUNNING",
    }]);
    let refused = trace(&document, "10.0.2.10:5432");
    assert!(refused.code == 2 && refused.err.contains("did you mean `tcp://10.0.2.10:5432`?"), "{refused:#?}");
    let network = Scratch::new("names").with("network.json", &document.to_string());
    let refused = network.run(&["trace", "network.json", "--from", "0123456789abcde", "--to", "s3"]);
    assert!(refused.code == 2 && refused.err.contains("did you mean `0123456789abcdef`?"), "{refused:#?}");
}
