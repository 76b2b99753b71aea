//! `trace`: each hop names what let packets through, nothing is told twice, and its ends go by every name.

mod cli_support;
#[path = "reach_cases/network.rs"]
mod network;

use cli_support::Scratch;
use serde_json::{Value, json};

/// The network of the cases by hand, with a change.
fn changed(change: impl FnOnce(&mut Value)) -> Scratch {
    let mut document = network::network();
    change(&mut document);
    Scratch::new("hops").with("network.json", &document.to_string())
}

/// The answer of a task in `subnet-task`.
fn answer(network: &Scratch, to: &str, further: &[&str]) -> Value {
    let asked = ["trace", "network.json", "--from", "subnet-task", "--security-group", "sg-task", "--to", to];
    network.run(&[&asked[..], &["--format", "json"], further].concat()).json()
}

/// The hops at a resource: what each says, and what decided there.
fn hops_at(answer: &Value, resource: &str) -> Vec<(String, Vec<String>)> {
    let hops = answer["hops"].as_array().expect("a list").iter().filter(|hop| hop["resource"] == resource);
    let texts = |list: &Value| {
        list.as_array().into_iter().flatten().map(|one| one.as_str().expect("a text").to_owned()).collect()
    };
    hops.map(|hop| (hop["text"].as_str().expect("a text").to_owned(), texts(&hop["by"]))).collect()
}

fn check(answer: &Value, resource: &str, said: &[(&str, &[&str])]) {
    let found = hops_at(answer, resource);
    let found: Vec<(&str, Vec<&str>)> =
        found.iter().map(|(text, by)| (text.as_str(), by.iter().map(String::as_str).collect())).collect();
    let said: Vec<(&str, Vec<&str>)> = said.iter().map(|(text, by)| (*text, by.to_vec())).collect();
    assert_eq!(found, said, "{answer:#}");
}

fn tcp(from: u16, to: u16, blocks: &[&str]) -> Value {
    let blocks: Vec<Value> = blocks.iter().map(|block| json!({ "CidrIp": block })).collect();
    json!({ "IpProtocol": "tcp", "FromPort": from, "ToPort": to, "IpRanges": blocks })
}

#[test]
fn groups_name_the_rules_that_let_packets_through() {
    let cases = [
        (json!([tcp(443, 443, &["0.0.0.0/0"])]), "10.0.2.10", "by rule tcp 443 to 0.0.0.0/0", 1),
        (
            json!([tcp(80, 80, &["0.0.0.0/0"]), tcp(0, 65535, &["10.0.0.0/8"])]),
            "10.0.2.10",
            "by rule all tcp to 10.0.0.0/8",
            1,
        ),
        // Of several that would do the first one is named.
        (json!([tcp(443, 443, &["10.0.0.0/16", "10.0.0.0/8"])]), "10.0.2.10", "by rule tcp 443 to 10.0.0.0/16", 1),
        (
            json!([tcp(443, 443, &["10.0.2.0/26", "10.0.2.64/26", "10.0.2.128/26", "10.0.2.192/26"])]),
            "10.0.2.0/24",
            "by rules tcp 443 to 10.0.2.0/26, tcp 443 to 10.0.2.64/26, tcp 443 to 10.0.2.128/26 and 1 more",
            4,
        ),
        (
            json!([{ "IpProtocol": "-1", "PrefixListIds": [{ "PrefixListId": "pl-s3" }] }]),
            "52.216.0.0/16",
            "by rule all traffic to pl-s3",
            1,
        ),
    ];
    for (egress, to, said, count) in cases {
        let network = changed(|document| document["SecurityGroups"][0]["IpPermissionsEgress"] = egress);
        let found = hops_at(&answer(&network, to, &[]), "sg-task");
        let [(text, by)] = found.as_slice() else { panic!("{found:?}") };
        assert_eq!(*text, format!("security group sg-task lets tcp 443 out {said}"));
        assert_eq!(by.len(), count, "{by:?}");
    }
    let sound = changed(|_| {});
    let inside = answer(&sound, "eni-data", &[]);
    check(
        &inside,
        "sg-data",
        &[("security group sg-data lets tcp 443 in by rule tcp 443 from sg-task", &["tcp 443 from sg-task"])],
    );
}

#[test]
fn a_group_that_lets_a_part_through_says_by_what() {
    let network = changed(|document| {
        document["SecurityGroups"][0]["IpPermissionsEgress"] = json!([tcp(443, 443, &["10.0.2.0/25"])]);
    });
    let said = "security group sg-task does not let tcp 443 out to 10.0.2.128/25; rule tcp 443 to 10.0.2.0/25 lets the rest pass";
    check(&answer(&network, "10.0.2.0/24", &[]), "sg-task", &[(said, &["tcp 443 to 10.0.2.0/25"])]);
}

#[test]
fn several_groups_say_whose_rule_it_is() {
    let asked =
        ["trace", "network.json", "--from", "subnet-task", "--security-group", "sg-data,sg-task", "--to", "10.0.2.10"];
    let json = changed(|_| {}).run(&[&asked[..], &["--format", "json"]].concat()).json();
    let said = "security group sg-data, sg-task lets tcp 443 out by rule all traffic to 0.0.0.0/0 of sg-task";
    assert_eq!(hops_at(&json, "sg-data")[0], (said.to_owned(), vec!["all traffic to 0.0.0.0/0 of sg-task".to_owned()]));
}

#[test]
fn acls_say_which_entries_drop_which_part() {
    let entry = |number: u32, action: &str, block: &str| {
        json!({
            "RuleNumber": number, "Protocol": "6", "RuleAction": action, "Egress": true, "CidrBlock": block,
            "PortRange": { "From": 0, "To": 65535 },
        })
    };
    let cases: [(Vec<Value>, &str, &[&str]); 5] = [
        (
            vec![entry(90, "deny", "10.0.2.0/26")],
            "rule 90 drops tcp 443: to 10.0.2.0/26; rule 100 lets the rest pass",
            &["90", "100"],
        ),
        (
            vec![entry(80, "deny", "10.0.2.0/26"), entry(90, "deny", "10.0.2.192/26")],
            "rules 80 and 90 drop tcp 443: to 10.0.2.0/26, 10.0.2.192/26; rule 100 lets the rest pass",
            &["80", "90", "100"],
        ),
        (vec![entry(90, "deny", "0.0.0.0/0")], "rule 90 drops tcp 443", &["90"]),
        // What comes before it leaves rule 100 nothing: it lets nothing pass.
        (vec![entry(90, "allow", "10.0.2.0/24")], "rule 90 lets tcp 443 pass", &["90"]),
        (
            vec![entry(80, "allow", "10.0.2.0/25"), entry(90, "allow", "10.0.2.128/25")],
            "rules 80 and 90 let tcp 443 pass",
            &["80", "90"],
        ),
    ];
    for (entries, said, by) in cases {
        let network = changed(|document| {
            document["NetworkAcls"][0]["Entries"].as_array_mut().expect("a list").extend(entries);
        });
        let found = hops_at(&answer(&network, "10.0.2.0/24", &[]), "acl-task");
        let (text, deciding) = found.first().expect("it is met on the way out");
        assert_eq!(*text, format!("network ACL acl-task out of subnet-task: {said}"));
        assert_eq!(deciding, by);
    }
    let closed = changed(|document| {
        let entries = &mut document["NetworkAcls"][0]["Entries"];
        entries[0] = entry(100, "allow", "10.0.2.0/25");
    });
    let said = "network ACL acl-task out of subnet-task: rule 32767 drops tcp 443: to 10.0.2.128/25; rule 100 lets the rest pass";
    assert_eq!(hops_at(&answer(&closed, "10.0.2.0/24", &[]), "acl-task")[0].0, said);
}

/// The way to the other VPC by the transit gateway in the place of the peering connection.
fn by_transit(document: &mut Value) {
    for (table, route) in [(0, 2), (3, 1)] {
        let route = &mut document["RouteTables"][table]["Routes"][route];
        route.as_object_mut().expect("an object").remove("VpcPeeringConnectionId");
        route["TransitGatewayId"] = json!("tgw-1");
    }
}

#[test]
fn transit_gateways_name_the_route_and_the_table() {
    let network = changed(|document| {
        by_transit(document);
        for (position, kind) in ["propagated", "static"].into_iter().enumerate() {
            let route = &mut document["TransitGatewayRouteTables"][0]["Routes"][position];
            route["Type"] = json!(kind);
            route["TransitGatewayAttachments"][0]["TransitGatewayAttachmentId"] =
                json!(format!("tgw-attach-{}", position + 1));
        }
    });
    let found = answer(&network, "eni-other", &[]);
    assert_eq!(found["verdict"], "reachable", "{found:#}");
    let there =
        "transit gateway tgw-1 sends 10.2.1.10 to vpc-2 by route 10.2.0.0/16 (static) of tgw-rtb-1 to tgw-attach-2";
    check(&found, "tgw-attach-2", &[(there, &["10.2.0.0/16 (static)"])]);
    let back = "transit gateway tgw-1 sends replies to 10.0.1.4-10.0.1.254 to vpc-1 by route 10.0.0.0/16 (propagated) of tgw-rtb-1 to \
                tgw-attach-1";
    check(&found, "tgw-attach-1", &[(back, &["10.0.0.0/16 (propagated)"])]);
    let dropping = changed(|document| {
        by_transit(document);
        document["TransitGatewayRouteTables"][0]["Routes"][1]["State"] = json!("blackhole");
    });
    let said = "transit gateway route table tgw-rtb-1 drops what goes to 10.2.1.10 by blackhole route 10.2.0.0/16";
    check(&answer(&dropping, "eni-other", &[]), "tgw-rtb-1", &[(said, &["10.2.0.0/16"])]);
}

/// The other VPC's attachment stops what goes there: what comes back is nothing more.
#[test]
fn an_attachment_that_is_not_available_is_told_once() {
    let network = changed(|document| {
        by_transit(document);
        document["TransitGatewayVpcAttachments"][1]["State"] = json!("pendingAcceptance");
    });
    let found = answer(&network, "eni-other", &[]);
    let reasons = found["reasons"].as_array().expect("a list");
    assert_eq!(reasons.len(), 1, "{found:#}");
    assert_eq!((&reasons[0]["code"], &reasons[0]["total"]), (&json!("tgw-route"), &json!(true)));
    assert_eq!(found["alternatives"][0]["changes"].as_array().map(Vec::len), Some(1), "{found:#}");
    let codes = reasons[0]["reachabilityAnalyzer"].as_array().expect("a list");
    assert!(codes.contains(&json!("BAD_STATE_ATTACHMENT")), "{found:#}");
}

#[test]
fn policies_name_the_statement_that_permits() {
    let everything = json!({ "Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*" });
    let login = json!({ "Sid": "Login", "Effect": "Allow", "Principal": "*", "Action": "ecr:*", "Resource": "*" });
    let other = json!({ "Effect": "Allow", "Principal": "*", "Action": "s3:*", "Resource": "*" });
    let unnamed = json!({ "Effect": "Allow", "Principal": { "AWS": "*" }, "Action": "ecr:Get*", "Resource": "*" });
    let cases: [(Vec<Value>, Option<&str>); 4] = [
        (vec![everything.clone()], None),
        (vec![other.clone(), login.clone()], Some("statement Login")),
        (vec![other, unnamed], Some("statement 2")),
        (vec![login, everything], Some("statement Login")),
    ];
    let definition = json!([{
        "taskDefinitionArn": "arn:aws:ecs:us-east-1:123456789012:task-definition/app:1", "family": "app", "networkMode": "awsvpc",
        "containerDefinitions": [{ "name": "app", "image": "123456789012.dkr.ecr.us-east-1.amazonaws.com/app:1" }],
    }]);
    let service = json!([{
        "serviceName": "app", "serviceArn": "arn:aws:ecs:us-east-1:123456789012:service/main/app", "launchType": "FARGATE",
        "clusterArn": "arn:aws:ecs:us-east-1:123456789012:cluster/main", "desiredCount": 1, "status": "ACTIVE",
        "taskDefinition": "arn:aws:ecs:us-east-1:123456789012:task-definition/app:1",
        "networkConfiguration": { "awsvpcConfiguration": { "subnets": ["subnet-task"], "securityGroups": ["sg-task"] } },
    }]);
    for (statements, said) in cases {
        let network = changed(|document| {
            document["taskDefinitions"] = definition.clone();
            document["services"] = service.clone();
            document["VpcEndpoints"][1]["PolicyDocument"] = json!(json!({ "Statement": statements }).to_string());
        });
        let found =
            network.run(&["trace", "network.json", "--from", "app", "--to", "ecr.api", "--format", "json"]).json();
        assert_eq!(found["verdict"], "reachable", "{found:#}");
        let told: Vec<String> = hops_at(&found, "vpce-ecr").into_iter().map(|(text, _)| text).collect();
        let expected: Vec<String> =
            said.iter().map(|by| format!("the policy of vpce-ecr permits it by {by}")).collect();
        assert_eq!(told, expected, "{found:#}");
    }
}

/// Nobody says what is asked, and still a policy may forbid it.
#[test]
fn policies_that_permit_nothing_stop_whatever_is_asked() {
    let allow = |action: &str| json!({ "Effect": "Allow", "Principal": "*", "Action": action, "Resource": "*" });
    let deny = |action: &str| json!({ "Effect": "Deny", "Principal": "*", "Action": action, "Resource": "*" });
    let hangs = Some("the policy of vpce-s3 is not the default one: what it permits hangs on what is asked");
    let nothing = Some("the policy of vpce-s3 permits nothing");
    for (statements, verdict, said) in [
        (vec![allow("*")], "reachable", None),
        (vec![allow("s3:GetObject")], "reachable", hangs),
        (vec![allow("*"), deny("s3:PutObject")], "reachable", hangs),
        (vec![allow("*"), deny("*")], "blocked", nothing),
        (vec![deny("s3:PutObject")], "blocked", nothing),
        (vec![], "blocked", nothing),
    ] {
        let network = changed(|document| {
            document["VpcEndpoints"][0]["PolicyDocument"] = json!(json!({ "Statement": statements }).to_string());
        });
        for to in ["s3", "52.216.0.5", "https://bucket.s3.us-east-1.amazonaws.com"] {
            let arguments = ["trace", "network.json", "--from", "subnet-task", "--security-group", "sg-task"];
            let found = network.run(&[&arguments[..], &["--to", to, "--format", "json"]].concat()).json();
            assert_eq!(found["verdict"], verdict, "{to}: {found:#}");
            let told: Vec<String> = hops_at(&found, "vpce-s3").into_iter().map(|(text, _)| text).collect();
            let policy = told.iter().map(String::as_str).find(|text| text.contains("policy"));
            assert_eq!(policy, said, "{to}: {found:#}");
        }
    }
}

/// `VPCE_GATEWAY_PROTOCOL_RESTRICTION` of the Reachability Analyzer.
#[test]
fn gateway_endpoints_take_tcp_alone() {
    let network = changed(|_| {});
    for (to, protocol, verdict) in [
        ("s3", "tcp", "reachable"),
        ("s3", "udp", "blocked"),
        ("52.216.0.0/16", "udp", "blocked"),
        ("8.8.8.8", "udp", "reachable"),
        ("internet", "udp", "reachable"),
    ] {
        let found = answer(&network, to, &["--protocol", protocol]);
        assert_eq!(found["verdict"], verdict, "{to} {protocol} {found:#}");
        if verdict == "blocked" {
            assert_eq!(found["reasons"][0]["code"], "not-routable");
            assert_eq!(found["reasons"][0]["message"], "gateway endpoint vpce-s3 takes tcp alone, no udp");
        }
    }
}

#[test]
fn tasks_are_ends_by_id_and_arn() {
    let arn = "arn:aws:ecs:us-east-1:123456789012:task/main/0123456789abcdef0123456789abcdef";
    let task = |interface: &str| {
        json!([{
            "taskArn": arn, "lastStatus": "RUNNING", "desiredStatus": "RUNNING", "launchType": "FARGATE", "group": "service:app",
            "attachments": [{ "type": "ElasticNetworkInterface", "details": [
                { "name": "subnetId", "value": "subnet-data" }, { "name": "networkInterfaceId", "value": interface },
            ] }],
        }])
    };
    for (interface, name, verdict) in [
        ("eni-data", arn, "reachable"),
        ("eni-data", "0123456789abcdef0123456789abcdef", "reachable"),
        ("eni-gone", arn, "unknown"),
    ] {
        let network = changed(|document| document["tasks"] = task(interface));
        let found = answer(&network, name, &["--port", "443"]);
        assert_eq!((&found["verdict"], &found["port"]), (&json!(verdict), &json!(443)), "{found:#}");
    }
}

#[test]
fn names_that_nothing_has_are_met_with_the_nearest() {
    let network = changed(|_| {});
    for (name, near) in [
        ("interet", "internet"),
        ("Internet", "internet"),
        ("INTERNET", "internet"),
        ("ECR.API", "ecr.api"),
        ("eni-dat", "eni-data"),
    ] {
        let run = network.run(&["trace", "network.json", "--from", "subnet-task", "--to", name]);
        assert_eq!(run.code, 2, "{run:#?}");
        assert!(run.err.contains(&format!("did you mean `{near}`?")), "{name}: {run:#?}");
    }
}

#[test]
fn packets_that_part_say_which_go_where() {
    let network = changed(|_| {});
    for (to, via, parts) in [
        ("internet", "nat-1", json!([["nat-1", "any public address but 52.216.0.0/15"], ["vpce-s3", "52.216.0.0/15"]])),
        (
            "52.208.0.0/12",
            "nat-1",
            json!([["nat-1", "52.208.0.0/13, 52.218.0.0/15, 52.220.0.0/14"], ["vpce-s3", "52.216.0.0/15"]]),
        ),
        ("s3", "vpce-s3", Value::Null),
        ("8.8.8.8", "nat-1", Value::Null),
    ] {
        let found = answer(&network, to, &[]);
        assert_eq!(found["via"], via, "{to} {found:#}");
        let told =
            found["parts"].as_array().map(|parts| parts.iter().map(|part| json!([part["via"], part["to"]])).collect());
        assert_eq!(told.map_or(Value::Null, Value::Array), parts, "{to}");
    }
    let shown = network.run(&["trace", "network.json", "--from", "subnet-task", "--to", "52.208.0.0/12", "-q"]).out;
    assert_eq!(shown, "reachable: subnet-task → 52.208.0.0/12 (tcp 443) through nat-1, vpce-s3 for 52.216.0.0/15\n");
}

/// What several entries drop is said of each by itself: ports of one with the addresses of another are dropped by neither.
#[test]
fn what_is_dropped_is_no_more_than_is_said() {
    let entry = |number: u32, ports: (u16, u16), block: &str| {
        json!({
            "RuleNumber": number, "Protocol": "6", "RuleAction": "deny", "Egress": false, "CidrBlock": block,
            "PortRange": { "From": ports.0, "To": ports.1 },
        })
    };
    let (all, some, few) = ((0, 65535), (32768, 40000), (50000, 51000));
    let cases = [
        (
            vec![entry(1, some, "0.0.0.0/0"), entry(2, few, "1.0.0.0/8")],
            "ports 32768-40000; ports 50000-51000 from 1.0.0.0/8",
            "from any public address port 443 to 10.0.1.4-10.0.1.254 ports 32768-40000; \
             from 1.0.0.0/8 port 443 to 10.0.1.4-10.0.1.254 ports 50000-51000",
        ),
        (
            vec![entry(1, all, "1.0.0.0/8"), entry(2, few, "0.0.0.0/0")],
            "from 1.0.0.0/8; ports 50000-51000",
            "from 1.0.0.0/8 port 443 to 10.0.1.4-10.0.1.254 ports 32768-60999; \
             from any public address port 443 to 10.0.1.4-10.0.1.254 ports 50000-51000",
        ),
        (
            vec![entry(1, few, "1.0.0.0/8"), entry(2, few, "3.0.0.0/8"), entry(3, some, "3.0.0.0/8")],
            "ports 32768-40000 from 3.0.0.0/8; ports 50000-51000 from 1.0.0.0/8, 3.0.0.0/8",
            "from 3.0.0.0/8 port 443 to 10.0.1.4-10.0.1.254 ports 32768-40000; \
             from 1.0.0.0/8, 3.0.0.0/8 port 443 to 10.0.1.4-10.0.1.254 ports 50000-51000",
        ),
    ];
    for (entries, hop, packets) in cases {
        let network = changed(|document| {
            document["NetworkAcls"][0]["Entries"].as_array_mut().expect("a list").extend(entries);
        });
        let found = answer(&network, "internet", &[]);
        assert_eq!(found["reasons"][0]["packets"], format!("replies by tcp {packets}"));
        assert_eq!(found["alternatives"][0]["changes"][0]["packets"], found["reasons"][0]["packets"]);
        let hops = hops_at(&found, "acl-task");
        let said = |text: &str| text.contains(&format!(" replies to ports 32768-60999: {hop}; rule 100 lets"));
        assert!(hops.iter().any(|(text, _)| said(text)), "{hop} {hops:#?}");
    }
}
