//! What is told of a way is what holds on it: the way that most packets take, each hop's route, where packets go, and what to ask
//! for or to do instead.

mod cli_support;
#[path = "reach_cases/network.rs"]
mod network;

use cli_support::Scratch;
use serde_json::{Value, json};

/// The network of the cases by hand, with a change.
fn changed(change: impl FnOnce(&mut Value)) -> Scratch {
    let mut document = network::network();
    change(&mut document);
    Scratch::new("said").with("network.json", &document.to_string())
}

const ASKED: [&str; 6] = ["trace", "network.json", "--from", "subnet-task", "--security-group", "sg-task"];

fn answer(network: &Scratch, to: &str) -> Value {
    network.run(&[&ASKED[..], &["--to", to, "--format", "json"]].concat()).json()
}

fn hops(answer: &Value) -> Vec<&str> {
    answer["hops"].as_array().into_iter().flatten().filter_map(|hop| hop["text"].as_str()).collect()
}

/// Nearly all of it leaves the input: an endpoint that takes the rest is not what it goes through.
#[test]
fn what_goes_through_nothing_known_counts_as_a_way() {
    for (target, id, to, via, line) in [
        ("NatGatewayId", "nat-1", "internet", json!("nat-1"), " through nat-1, vpce-s3 for 52.216.0.0/15\n"),
        ("GatewayId", "vgw-1", "internet", Value::Null, " through vpce-s3 for 52.216.0.0/15\n"),
        ("TransitGatewayId", "tgw-elsewhere", "internet", Value::Null, " through vpce-s3 for 52.216.0.0/15\n"),
        ("GatewayId", "vgw-1", "8.8.8.8", Value::Null, " (tcp 443)\n"),
        ("GatewayId", "vgw-1", "52.216.0.0/14", json!("vpce-s3"), " through vpce-s3\n"),
        // Of all these addresses one is the endpoint's.
        ("GatewayId", "vgw-1", "10.0.2.0/24", Value::Null, " (tcp 443)\n"),
    ] {
        let network = changed(|document| {
            document["RouteTables"][0]["Routes"][1] = json!({ "DestinationCidrBlock": "0.0.0.0/0", target: id });
            if target == "TransitGatewayId" {
                // The input doesn't say to which transit gateways its VPCs are attached.
                document["TransitGatewayVpcAttachments"] = Value::Null;
            }
        });
        let found = answer(&network, to);
        assert_eq!(found["via"], via, "{id} {to} {found:#}");
        let parts = found["parts"].as_array().map_or(&[][..], Vec::as_slice);
        assert_eq!(parts.len(), if matches!(to, "8.8.8.8" | "10.0.2.0/24") { 0 } else { 2 }, "{id} {to} {found:#}");
        assert!(parts.iter().any(|part| part["via"] == via) || parts.is_empty(), "{id} {to} {found:#}");
        let shown = network.run(&[&ASKED[..], &["--to", to, "-q"]].concat()).out;
        assert!(shown.ends_with(line), "{id} {to} {shown}");
    }
}

/// What is dropped is told exactly, in full where somebody asks for it.
#[test]
fn packets_are_told_exactly() {
    let network = changed(|document| {
        let routes = document["RouteTables"][0]["Routes"].as_array_mut().expect("a list");
        routes[1] = json!({ "DestinationCidrBlock": "0.0.0.0/0", "NatGatewayId": "nat-gone" });
        let spared = ["8.0.0.0/8", "16.0.0.0/8", "34.0.0.0/8", "44.0.0.0/8"];
        routes.extend(spared.map(|block| json!({ "DestinationCidrBlock": block, "NatGatewayId": "nat-1" })));
    });
    let all = "any public address but 8.0.0.0/8, 16.0.0.0/8, 34.0.0.0/8, 44.0.0.0/8, 52.216.0.0/15 port 443";
    let found = answer(&network, "internet");
    assert!(found["reasons"][0]["packets"].as_str().is_some_and(|packets| packets.ends_with(all)), "{found:#}");
    let shown = |flags: &[&str]| {
        let shown = network.run(&[&ASKED[..], &["--to", "internet"], flags].concat()).out;
        shown.split_whitespace().collect::<Vec<_>>().join(" ")
    };
    assert!(shown(&["-v"]).contains(all), "{}", shown(&["-v"]));
    assert!(shown(&[]).contains("44.0.0.0/8 and 1 more port 443"), "{}", shown(&[]));
}

#[test]
fn nat_gateways_name_the_route_that_they_go_on_by() {
    let by = |target: &str, id: &str| {
        changed(|document| {
            document["RouteTables"][0]["Routes"].as_array_mut().expect("a list").truncate(2);
            let routes = document["RouteTables"][1]["Routes"].as_array_mut().expect("a list");
            match target {
                "" => routes.push(json!({ "DestinationPrefixListId": "pl-s3", "GatewayId": id })),
                _ => routes[1] = json!({ "DestinationCidrBlock": "0.0.0.0/0", target: id }),
            }
        })
    };
    let cases = [
        ("GatewayId", "igw-1", "8.8.8.8", "through igw-1 by route 0.0.0.0/0 of rtb-public"),
        ("", "vpce-s3", "s3", "through vpce-s3 by route pl-s3 of rtb-public"),
        ("TransitGatewayId", "tgw-1", "10.2.1.10", "through tgw-1 by route 0.0.0.0/0 of rtb-public"),
        ("GatewayId", "vgw-1", "8.8.8.8", "through vgw-1 by route 0.0.0.0/0 of rtb-public"),
    ];
    for (target, id, to, said) in cases {
        let found = answer(&by(target, id), to);
        let expected = format!("NAT gateway nat-1 in subnet-public goes on {said}");
        assert!(hops(&found).contains(&expected.as_str()), "{found:#}");
        let hop = found["hops"].as_array().into_iter().flatten().find(|hop| hop["text"] == expected.as_str());
        let route = said.split_whitespace().nth(4).expect("a route");
        assert_eq!(hop.map(|hop| &hop["by"]), Some(&json!([route])), "{found:#}");
    }
    let gone = answer(&by("GatewayId", "igw-gone"), "8.8.8.8");
    let said = "route table rtb-public sends 0.0.0.0/0 on to igw-gone, which does not exist or does not work";
    assert_eq!(gone["reasons"][0]["message"], said, "{gone:#}");
}

/// A gateway endpoint serves its own VPC alone.
#[test]
fn what_takes_nothing_from_a_transit_gateway_is_named() {
    let network = changed(|document| {
        let routes = &mut document["RouteTables"][0]["Routes"];
        *routes = json!([routes[0], { "DestinationCidrBlock": "0.0.0.0/0", "TransitGatewayId": "tgw-1" }]);
        let there = document["RouteTables"][3]["Routes"].as_array_mut().expect("a list");
        there[1] = json!({ "DestinationCidrBlock": "10.0.0.0/16", "TransitGatewayId": "tgw-1" });
        there.push(json!({ "DestinationPrefixListId": "pl-s3", "GatewayId": "vpce-other" }));
        let mut endpoint = document["VpcEndpoints"][0].clone();
        (endpoint["VpcEndpointId"], endpoint["VpcId"]) = (json!("vpce-other"), json!("vpc-2"));
        document["VpcEndpoints"].as_array_mut().expect("a list").push(endpoint);
        let mut default = document["TransitGatewayRouteTables"][0]["Routes"][1].clone();
        default["DestinationCidrBlock"] = json!("0.0.0.0/0");
        document["TransitGatewayRouteTables"][0]["Routes"].as_array_mut().expect("a list").push(default);
    });
    let found = answer(&network, "s3");
    let said = "route table rtb-other sends pl-s3 to vpce-other, which takes nothing that comes from a transit gateway";
    assert_eq!(found["reasons"][0]["message"], said, "{found:#}");
    let told = hops(&found).into_iter().filter(|text| text.contains("vpce-other")).count();
    assert_eq!(told, 1, "the route is told once: {found:#}");
}

type Change = fn(&mut Value);

/// A fault before the first packet stops those to the service's own addresses, and no others.
#[test]
fn faults_of_names_stop_what_goes_to_the_name() {
    let no_support: Change = |document| document["VpcAttributes"][0]["EnableDnsSupport"]["Value"] = json!(false);
    let no_private_names: Change = |document| {
        document["VpcEndpoints"][1]["PrivateDnsEnabled"] = json!(false);
        document["RouteTables"][0]["Routes"].as_array_mut().expect("a list").remove(1);
    };
    let cases: [(Change, &str, &str, &str); 3] = [
        (no_support, "s3", "dns-support", "52.216.0.0/15 port 443"),
        (no_support, "https://docker.io", "dns-support", "any public address port 443"),
        (no_private_names, "ecr.api", "private-dns-off", "10.0.2.20 port 443"),
    ];
    for (change, to, code, there) in cases {
        let found = answer(&changed(change), to);
        let reason = &found["reasons"][0];
        assert_eq!(reason["code"], code, "{to} {found:#}");
        let packets = reason["packets"].as_str().expect("a text");
        assert_eq!(packets, format!("tcp from 10.0.1.4-10.0.1.254 ports 32768-60999 to {there}"), "{to}");
    }
}

#[test]
fn what_is_no_destination_says_what_is_one() {
    let network = changed(|document| {
        document["NetworkInterfaces"].as_array_mut().expect("a list").push(json!({
            "NetworkInterfaceId": "eni-fs", "SubnetId": "subnet-task", "PrivateIpAddress": "10.0.1.20", "VpcId": "vpc-1",
            "Description": "EFS mount target for fs-0123456789abcdef0 (fsmt-0123456789abcdef0)",
        }));
        for interface in document["NetworkInterfaces"].as_array_mut().expect("a list") {
            interface.as_object_mut().expect("an object").entry("Description").or_insert(json!("a database"));
        }
    });
    for (to, what, instead) in [
        ("subnet-data", "is a subnet, which is no destination", "ask for its block `10.0.2.0/24`"),
        ("vpc-2", "is a VPC, which is no destination", "ask for its block `10.2.0.0/16`"),
        ("sg-data", "is a security group, which is no destination", "ask for what has it: `eni-data`, `eni-other`"),
        ("nat-1", "is a NAT gateway, which is no destination", "`internet`"),
        ("igw-1", "is an internet gateway, which is no destination", "`internet`"),
        ("pcx-1", "is a peering connection, which is no destination", "what lies behind it"),
        ("tgw-1", "is a transit gateway, which is no destination", "what lies behind it"),
        ("tgw-attach-2", "is a transit gateway attachment, which is no destination", "what lies behind it"),
        ("rtb-task", "is a route table, which is no destination", "one of its routes"),
        ("acl-task", "is a network ACL, which is no destination", "what it stands before"),
        ("pl-s3", "is a prefix list, which is no destination", "its service, `s3`"),
        ("fs-0123456789abcdef1", "is a mount target of `fs-0123456789abcdef1`", "did you mean `fs-0123456789abcdef0`?"),
        ("subnet-dat", "nothing is called `subnet-dat`", "write an address"),
    ] {
        let run = network.run(&[&ASKED[..], &["--to", to]].concat());
        let words = run.err.split_whitespace().collect::<Vec<_>>().join(" ");
        assert_eq!(run.code, 2, "{to} {run:#?}");
        assert!(words.contains(what) && words.contains(instead), "{to}: {words}");
    }
    assert_eq!(answer(&network, "fs-0123456789abcdef0")["port"], 2049);
    // Where nothing tells which interfaces are mount targets any may be one.
    assert_eq!(answer(&changed(|_| {}), "fs-0123456789abcdef1")["verdict"], "unknown");
}

/// Every route to what is gone has its own command, and one for tasks without a public address leads to a NAT gateway.
#[test]
fn each_route_that_leads_nowhere_is_mended_or_deleted() {
    const WORKLOAD: &str = "[[workload]]\nname = \"app\"\nsubnets = [\"subnet-task\"]\nsecurity-groups = [\"sg-task\"]\n\
                            needs = [\"https://api.example.com\"]\n";
    let network = changed(|document| {
        let routes = &mut document["RouteTables"][0]["Routes"];
        let gone = |block: &str, target: &str, id: &str| json!({ "DestinationCidrBlock": block, target: id });
        let nat = gone("0.0.0.0/1", "NatGatewayId", "nat-gone");
        *routes = json!([routes[0], nat, gone("128.0.0.0/1", "GatewayId", "igw-gone")]);
    })
    .with("fargcheck.toml", WORKLOAD);
    let found = network.run(&["lint", "network.json", "--format", "json"]).json();
    let findings = found["findings"].as_array().expect("a list");
    let finding = findings.iter().find(|finding| finding["rule"] == "route/blackhole").expect("it is found");
    let help = finding["help"].as_str().expect("a text");
    let table = "--route-table-id rtb-task --destination-cidr-block";
    for line in [
        format!("replace-route {table} 0.0.0.0/1 --nat-gateway-id nat-1"),
        format!("replace-route {table} 128.0.0.0/1 --nat-gateway-id nat-1"),
        "delete what leads there:".to_owned(),
        format!("delete-route {table} 0.0.0.0/1"),
        format!("delete-route {table} 128.0.0.0/1"),
    ] {
        assert_eq!(help.matches(&line).count(), 1, "{line}: {help}");
    }
}
