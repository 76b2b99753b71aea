//! Names, regions and partitions.

use super::network::*;
use crate::cli_support::Scratch;
use serde_json::{Value, json};
use std::collections::BTreeMap;

#[test]
fn trace_takes_names_that_hold_a_region() {
    let scratch = Scratch::new("services").with("snapshot.json", &network().to_string());
    for (to, verdict) in [
        ("com.amazonaws.us-east-1.ecr.dkr", "reachable"),
        ("cn.com.amazonaws.us-east-1.ecr.dkr", "reachable"),
        ("com.amazonaws.eu-west-1.ecr.dkr", "blocked"),
        ("ecr.dkr in us-east-1", "reachable"),
        ("ecr.dkr in eu-west-1", "blocked"),
        ("111122223333.dkr.ecr.us-east-1.amazonaws.com", "reachable"),
        ("111122223333.dkr.ecr.eu-west-1.amazonaws.com", "blocked"),
        ("111122223333.dkr-ecr.us-east-1.on.aws", "unknown"),
    ] {
        let run = scratch.run(&["trace", "snapshot.json", "--from", "web", "--to", to, "--format", "json"]);
        assert_eq!(run.json()["verdict"], verdict, "{to}: {run:#?}");
    }
    let run = scratch.run(&["trace", "snapshot.json", "--from", "web", "--to", "ecr.dkx in eu-west-1"]);
    assert_eq!(run.code, 2, "{run:#?}");
}

#[test]
fn names_regions_and_partitions() {
    const ELSEWHERE: &[(&str, &str)] =
        &[("ecr.api in eu-west-1", "blocked"), ("ecr.dkr in eu-west-1", "blocked"), ("s3 in eu-west-1", "blocked")];
    const S3: &[(&str, &str)] = &[("s3", "blocked")];
    let named_elsewhere = || -> Change { ("/VpcEndpoints/0/ServiceName", "com.amazonaws.eu-west-1.s3".into()) };
    let of_elsewhere = |cidr: Option<&str>| {
        let list = json!([{ "PrefixListId": "pl-s3", "PrefixListName": "com.amazonaws.eu-west-1.s3", "Cidrs": cidr.map(|cidr| [cidr]) }]);
        vec![named_elsewhere(), ("/PrefixLists", list)]
    };
    let image = |text: &str| (IMAGE_AT, Value::from(text));
    let elsewhere = || image("111122223333.dkr.ecr.eu-west-1.amazonaws.com/app:1");
    let made_for = |id: &str, service: &str| -> Change {
        let mut endpoint = network()["VpcEndpoints"][1].clone();
        endpoint["VpcEndpointId"] = id.into();
        endpoint["ServiceName"] = format!("com.amazonaws.eu-west-1.{service}").into();
        endpoint["ServiceRegion"] = "eu-west-1".into();
        ("/VpcEndpoints/-", endpoint)
    };
    let named_for = |id: &str, service: &str| -> Change {
        let (path, mut endpoint) = made_for(id, service);
        endpoint.as_object_mut().expect("an endpoint").remove("ServiceRegion");
        (path, endpoint)
    };
    let fips = "111122223333.dkr.ecr-fips.us-east-1.amazonaws.com/app:1";
    let dual = "111122223333.dkr-ecr.us-east-1.on.aws/app:1";
    let entries = json!([{ "DnsName": "vpce-dkr.dkr.ecr.us-east-1.vpce.amazonaws.com" }, { "DnsName": "*.dkr-ecr.us-east-1.on.aws" }]);
    check(
        &[
            row(
                "endpoints of this region serve no other",
                vec![elsewhere()],
                ELSEWHERE,
                &["route/private-default-nat"],
                1,
            ),
            row("another region through NAT", vec![elsewhere(), through_nat()], &[], &[], 0),
            row(
                "endpoints made for the other region",
                vec![
                    elsewhere(),
                    made_for("vpce-a", "ecr.api"),
                    made_for("vpce-b", "ecr.dkr"),
                    made_for("vpce-c", "s3"),
                ],
                &[],
                &[],
                0,
            ),
            row(
                "endpoints whose name alone tells the other region",
                vec![
                    elsewhere(),
                    named_for("vpce-a", "ecr.api"),
                    named_for("vpce-b", "ecr.dkr"),
                    named_for("vpce-c", "s3"),
                ],
                &[],
                &[],
                0,
            ),
            row(
                "an endpoint of this VPC whose name tells another region",
                vec![("/VpcEndpoints/1/ServiceName", "com.amazonaws.eu-west-1.ecr.api".into())],
                &[("ecr.api", "blocked")],
                &["route/private-default-nat"],
                1,
            ),
            row("a gateway endpoint for another region", of_elsewhere(None), S3, &["endpoint/s3-gateway"], 1),
            row("its list with addresses", of_elsewhere(Some("52.218.0.0/17")), S3, &["endpoint/s3-gateway"], 1),
            row("in a route of this region's list", vec![named_elsewhere()], S3, &["endpoint/s3-gateway"], 1),
            row(
                "a FIPS host",
                vec![image(fips)],
                &[("111122223333.dkr.ecr-fips.us-east-1.amazonaws.com", "unknown")],
                &[],
                0,
            ),
            row("a FIPS host and NAT", vec![image(fips), through_nat()], &[], &[], 0),
            row(
                "a dual-stack host",
                vec![image(dual)],
                &[("111122223333.dkr-ecr.us-east-1.on.aws", "unknown")],
                &[],
                0,
            ),
            row(
                "a dual-stack host that the endpoint's names have",
                vec![image(dual), ("/VpcEndpoints/2/DnsEntries", entries)],
                &[],
                &[],
                0,
            ),
        ],
        None,
    );
}

/// Endpoints of VPC Lattice have no service's name, and answer none: they hide nothing.
#[test]
fn endpoints_without_a_service() {
    let endpoint = |kind: &str| json!({ "VpcEndpointId": "vpce-other", "VpcEndpointType": kind, "VpcId": "vpc-1", "State": "available" });
    let out = || ("/RouteTables/0/Routes/1", through_nat().1);
    let rows = ["ServiceNetwork", "Resource"]
        .map(|kind| row(kind, vec![("/VpcEndpoints", json!([endpoint(kind)])), out()], &[], &[], 0));
    check(&rows, None);
}

#[test]
fn the_trace_says_that_endpoints_serve_their_own_region() {
    let document = changed(&[(IMAGE_AT, "111122223333.dkr.ecr.eu-west-1.amazonaws.com/app:1".into())]);
    let findings = lint(&document, None).json()["findings"].to_string();
    assert!(findings.contains("endpoint vpce-api serves ecr.api of its own region alone"), "{findings}");
}

/// The same network in another partition: names of regions, services and registries, and ARNs.
fn moved(region: &str, partition: &str, service_prefix: &str, suffix: &str) -> Value {
    let text = network().to_string();
    let text = text.replace("com.amazonaws.us-east-1", &format!("{service_prefix}.us-east-1"));
    let text = text.replace("amazonaws.com/", &format!("{suffix}/"));
    let text = text.replace("arn:aws:", &format!("arn:{partition}:")).replace("us-east-1", region);
    serde_json::from_str(&text).expect("it was JSON")
}

#[test]
fn partitions() {
    for (region, partition, prefix, suffix) in [
        ("cn-north-1", "aws-cn", "cn.com.amazonaws", "amazonaws.com.cn"),
        ("us-gov-west-1", "aws-us-gov", "com.amazonaws", "amazonaws.com"),
    ] {
        let sound = moved(region, partition, prefix, suffix);
        assert_eq!(doubtful(&lint(&sound, None)), BTreeMap::new(), "{region}");
        for (bucket_partition, verdict) in [(partition, None), ("aws", Some("blocked"))] {
            let mut document = sound.clone();
            let bucket = format!("arn:{bucket_partition}:s3:::prod-{region}-starport-layer-bucket/*");
            let statement =
                json!([{ "Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", "Resource": bucket }]);
            document["VpcEndpoints"][0]["PolicyDocument"] = policy(statement);
            let found = doubtful(&lint(&document, None));
            assert_eq!(found.get("s3").map(String::as_str), verdict, "{region} {bucket}");
        }
    }
}

#[test]
fn s3_through_an_interface_endpoint() {
    let interface = |private_dns: bool, inbound_only: bool| -> Change {
        let mut endpoint = network()["VpcEndpoints"][1].clone();
        endpoint["VpcEndpointId"] = "vpce-s3-interface".into();
        endpoint["ServiceName"] = "com.amazonaws.us-east-1.s3".into();
        endpoint["PrivateDnsEnabled"] = private_dns.into();
        endpoint["DnsOptions"] = json!({ "PrivateDnsOnlyForInboundResolverEndpoint": inbound_only });
        ("/VpcEndpoints/-", endpoint)
    };
    let no_gateway = || -> Vec<Change> {
        vec![
            ("/RouteTables/0/Routes", json!([{ "DestinationCidrBlock": "10.0.0.0/16", "GatewayId": "local" }])),
            ("/VpcEndpoints/0", network()["VpcEndpoints"][1].clone()),
        ]
    };
    let with = |mut changes: Vec<Change>, change: Change| {
        changes.push(change);
        changes
    };
    check(
        &[
            row("with private DNS, and no gateway endpoint", with(no_gateway(), interface(true, false)), &[], &[], 0),
            row(
                "without private DNS",
                with(no_gateway(), interface(false, false)),
                &[("s3", "blocked")],
                &["endpoint/private-dns"],
                1,
            ),
            row(
                "private DNS for inbound resolvers alone",
                with(no_gateway(), interface(true, true)),
                &[("s3", "blocked")],
                &["endpoint/private-dns"],
                1,
            ),
            row("for inbound resolvers, beside a gateway endpoint", vec![interface(true, true)], &[], &[], 0),
            row("without private DNS, beside a gateway endpoint", vec![interface(false, false)], &[], &[], 0),
        ],
        None,
    );
}
