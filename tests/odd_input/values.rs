//! Values that AWS never answers.

use super::*;
use serde_json::Map;

#[test]
fn odd_values() {
    let service = "/services/0/networkConfiguration/awsvpcConfiguration";
    let port = |from: Value, to: Value| {
        [("/SecurityGroups/1/IpPermissions/0/FromPort", from), ("/SecurityGroups/1/IpPermissions/0/ToPort", to)]
    };
    let said = edited(&[
        ("host bits of a VPC", endpoints(), &[("/Vpcs/0/CidrBlock", json!("10.0.3.4/16"))]),
        ("host bits of a subnet", endpoints(), &[("/Subnets/0/CidrBlock", json!("10.0.10.7/24"))]),
        ("host bits of a route", nat(), &[("/RouteTables/1/Routes/0/DestinationCidrBlock", json!("10.0.255.1/16"))]),
        ("a subnet outside its VPC", endpoints(), &[("/Subnets/0/CidrBlock", json!("192.168.0.0/24"))]),
        ("a subnet without a block", endpoints(), &[("/Subnets/0/CidrBlock", json!(""))]),
        ("a subnet that is the internet", endpoints(), &[("/Subnets/0/CidrBlock", json!("0.0.0.0/0"))]),
        ("a subnet of one address", endpoints(), &[("/Subnets/0/CidrBlock", json!("10.0.10.7/32"))]),
        ("ports -1", endpoints(), &port(json!(-1), json!(-1))),
        ("ports above 65535", endpoints(), &port(json!(70_000), json!(80_000))),
        ("the largest ports", endpoints(), &port(json!(i64::MIN), json!(i64::MAX))),
        ("ports the wrong way round", endpoints(), &port(json!(444), json!(443))),
        (
            "a NACL's ports the wrong way round",
            endpoints(),
            &[
                ("/NetworkAcls/0/Entries/0/Protocol", json!("6")),
                ("/NetworkAcls/0/Entries/0/PortRange", json!({"From": 9, "To": 1})),
            ],
        ),
        (
            "a NACL's ports above 65535",
            endpoints(),
            &[
                ("/NetworkAcls/0/Entries/0/Protocol", json!("6")),
                ("/NetworkAcls/0/Entries/0/PortRange", json!({"From": 70_000, "To": 80_000})),
            ],
        ),
        (
            "an ICMP entry",
            endpoints(),
            &[(
                "/NetworkAcls/0/Entries/0",
                json!({"RuleNumber": 100, "Protocol": "1", "RuleAction": "allow", "Egress": false, "CidrBlock": "0.0.0.0/0", "IcmpTypeCode": {"Type": -1, "Code": -1}}),
            )],
        ),
        ("a rule number below 0", endpoints(), &[("/NetworkAcls/0/Entries/0/RuleNumber", json!(i64::MIN))]),
        ("an unknown action", endpoints(), &[("/NetworkAcls/0/Entries/0/RuleAction", json!("maybe"))]),
        ("an unknown protocol of a NACL", endpoints(), &[("/NetworkAcls/0/Entries/0/Protocol", json!("quic"))]),
        (
            "an unknown protocol of a group",
            endpoints(),
            &[("/SecurityGroups/1/IpPermissions/0/IpProtocol", json!("quic"))],
        ),
        ("a protocol by its number", endpoints(), &[("/SecurityGroups/1/IpPermissions/0/IpProtocol", json!("6"))]),
        ("a protocol in capitals", endpoints(), &[("/SecurityGroups/1/IpPermissions/0/IpProtocol", json!("TCP"))]),
        ("a protocol above 255", endpoints(), &[("/SecurityGroups/1/IpPermissions/0/IpProtocol", json!("4096"))]),
        ("an unknown state of a NAT gateway", nat(), &[("/NatGateways/0/State", json!("resting"))]),
        ("a policy that is cut off", endpoints(), &[("/VpcEndpoints/3/PolicyDocument", json!("{\"Statement\": ["))]),
        ("an unknown state of an endpoint", endpoints(), &[("/VpcEndpoints/0/State", json!("Resting"))]),
        ("an unknown state of a route", endpoints(), &[("/RouteTables/1/Routes/1/State", json!("resting"))]),
        ("an unknown type of an endpoint", endpoints(), &[("/VpcEndpoints/0/VpcEndpointType", json!("Wormhole"))]),
        ("an unknown kind of public IP", endpoints(), &[(&format!("{service}/assignPublicIp"), json!("PERHAPS"))]),
        ("an unknown launch type", endpoints(), &[("/services/0/launchType", json!("MAINFRAME"))]),
        ("an unknown platform", endpoints(), &[("/services/0/platformVersion", json!("99.99.99"))]),
        ("an image that is none", endpoints(), &[("/taskDefinitions/0/containerDefinitions/0/image", json!("://@:"))]),
        ("a policy that is no JSON", endpoints(), &[("/VpcEndpoints/0/PolicyDocument", json!("{\"Statement\": [{"))]),
        ("a policy of nothing", endpoints(), &[("/VpcEndpoints/0/PolicyDocument", json!("[]"))]),
        ("a policy that is deep", endpoints(), &[("/VpcEndpoints/0/PolicyDocument", json!("[".repeat(10_000)))]),
        (
            "elements without ids",
            endpoints(),
            &[("/Subnets/0/SubnetId", Value::Null), ("/RouteTables/0/RouteTableId", Value::Null)],
        ),
        ("empty ids", endpoints(), &[("/Subnets/0/SubnetId", json!("")), ("/SecurityGroups/0/GroupId", json!(""))]),
        ("a desired count below 0", endpoints(), &[("/services/0/desiredCount", json!(i64::MIN))]),
        ("a page token", endpoints(), &[("/NextToken", json!("eyJ2IjoxfQ=="))]),
        ("a page token that is null", endpoints(), &[("/NextToken", Value::Null)]),
        (
            "a call that was denied",
            endpoints(),
            &[("/fargcheck/notCollected", json!([{"call": "ec2:DescribeNetworkAcls", "reason": "denied"}]))],
        ),
    ]);
    insta::assert_snapshot!(said);
}

/// Lists of `{}` and lists of nothing.
#[test]
fn elements_that_say_nothing() {
    let keys: Vec<String> =
        broken().as_object().expect("an object").keys().filter(|key| *key != "fargcheck").cloned().collect();
    let all = |value: Value| Value::Object(keys.iter().map(|key| (key.clone(), value.clone())).collect::<Map<_, _>>());
    let mut said = String::new();
    for (what, value) in [("nothing in any list", json!([])), ("{} in every list", json!([{}]))] {
        let document = all(value);
        said.push_str(&format!("=== {what}: {}\n", told(what, &document.to_string()).lines()));
    }
    for (name, whole) in [("broken", broken()), ("endpoints", endpoints()), ("balanced", balanced())] {
        let before = told(name, &whole.to_string());
        for key in &keys {
            // One more that says nothing accuses nobody: it may be the very one that something refers to, and it is said.
            let mut document = whole.clone();
            if let Some(list) = document[key].as_array_mut() {
                list.push(json!({}));
                let after = told(&format!("{name} and one {key}"), &document.to_string());
                let errors = |told: &Told| told.findings.iter().filter(|one| one.starts_with("error")).count();
                assert!(errors(&after) <= errors(&before), "{name} and one {key}: {}", after.lines());
                let said = after.not_checked.iter().any(|one| one.starts_with(&format!("{key}[")));
                assert!(said || key == "ManagedPrefixLists", "{name} and one {key}: {}", after.lines());
            }
            document[key] = json!([]);
            told(&format!("{name}, no {key}"), &document.to_string());
            document[key] = json!([{}]);
            told(&format!("{name}, an odd {key}"), &document.to_string());
        }
    }
    insta::assert_snapshot!(said);
}
