//! Input that can be read, but lacks something or says something odd: nobody is accused, and what could not be checked is said.

mod cli_support;
mod rules_support;

use cli_support::Scratch;
use fargcheck::rules::{Finding, Severity};
use rules_support::{fixture, lint, try_with_model};
use serde_json::{Value, json};

/// A network with a NAT gateway, a load balancer and a service behind it.
const BALANCED: &str = "lb/listener";
/// A network with endpoints alone.
const ENDPOINTS: &str = "endpoint/logs";

/// The value at a pointer's parent, and its key: with no value the key is taken out.
fn set(document: &mut Value, pointer: &str, value: Option<Value>) {
    let (parent, key) = pointer.rsplit_once('/').expect("a pointer");
    match (document.pointer_mut(parent), value) {
        (Some(Value::Object(fields)), Some(value)) => drop(fields.insert(key.to_owned(), value)),
        (Some(Value::Object(fields)), None) => drop(fields.remove(key).expect("there is such a field")),
        (Some(Value::Array(items)), Some(value)) => items[key.parse::<usize>().expect("an index")] = value,
        (parent, value) => panic!("{pointer}: {parent:?} {value:?}"),
    }
}

/// Without a field.
const ABSENT: Option<Value> = None;

#[test]
fn what_is_lacking_or_odd_accuses_nobody_and_is_said() {
    const ENTRY: &str = "/NetworkAcls/0/Entries/1";
    const CONTAINER: &str = "/taskDefinitions/0/containerDefinitions/0";
    let lacks = |call: &str| format!("the answer of {call} in the input lacks an element or a field that it needs");
    let needs = format!("what app needs: {}", lacks("ecs:DescribeTaskDefinition"));
    let acls = lacks("ec2:DescribeNetworkAcls");
    let groups = lacks("ec2:DescribeSecurityGroups");
    let listeners = lacks("elasticloadbalancing:DescribeListeners");
    let services = lacks("ecs:DescribeServices");
    let not_read = |what: &str| format!("entry 1 of acl-0587af35e9dd8740c: it has no {what} that can be read");
    let twice = json!([
        { "RuleNumber": 100, "Protocol": "-1", "RuleAction": "allow", "Egress": true, "CidrBlock": "0.0.0.0/0" },
        { "RuleNumber": 100, "Protocol": "-1", "RuleAction": "allow", "Egress": false, "CidrBlock": "0.0.0.0/0" },
        { "RuleNumber": 100, "Protocol": "-1", "RuleAction": "deny", "Egress": false, "CidrBlock": "0.0.0.0/0" },
    ]);
    let tcp =
        json!({ "RuleNumber": 100, "Protocol": "6", "RuleAction": "allow", "Egress": true, "CidrBlock": "0.0.0.0/0" });
    let closed = |pointer: &str| (pointer.to_owned(), Some(json!([])));
    let change = |pointer: &str, value: Option<Value>| (pointer.to_owned(), value);
    let inside = |at: &str, field: &str, value: Option<Value>| (format!("{at}/{field}"), value);
    let cases = [
        (BALANCED, vec![inside(ENTRY, "RuleNumber", ABSENT)], vec![not_read("number"), acls.clone()]),
        (BALANCED, vec![inside(ENTRY, "Egress", ABSENT)], vec![not_read("direction"), acls.clone()]),
        (BALANCED, vec![inside(ENTRY, "CidrBlock", ABSENT)], vec![not_read("address block"), acls.clone()]),
        (BALANCED, vec![inside(ENTRY, "Protocol", ABSENT)], vec![not_read("protocol"), acls.clone()]),
        (BALANCED, vec![inside(ENTRY, "RuleAction", ABSENT)], vec![not_read("action"), acls.clone()]),
        (BALANCED, vec![change(ENTRY, Some(tcp))], vec![not_read("port range"), acls.clone()]),
        (
            BALANCED,
            vec![change("/NetworkAcls/0/Entries", Some(twice))],
            vec!["rule 100 of acl-0587af35e9dd8740c: two entries of one direction".into(), acls.clone()],
        ),
        (
            BALANCED,
            vec![change("/SecurityGroups/1/IpPermissions/0/IpProtocol", Some(json!("tcpp")))],
            vec!["rule 0 of IpPermissions of sg-0dc2974ad1d8fc7ac: it has no protocol".into(), groups.clone()],
        ),
        (
            BALANCED,
            vec![change("/SecurityGroups/1/IpPermissions/0/ToPort", ABSENT)],
            vec!["rule 0 of IpPermissions of sg-0dc2974ad1d8fc7ac: it has no range of ports".into(), groups.clone()],
        ),
        (
            BALANCED,
            vec![change("/SecurityGroups/1/IpPermissions/0/UserIdGroupPairs/0/GroupId", ABSENT)],
            vec![groups.clone()],
        ),
        (BALANCED, vec![change("/Listeners/0/DefaultActions", ABSENT), closed("/Rules")], vec![listeners.clone()]),
        (
            BALANCED,
            vec![change("/Listeners/0/DefaultActions", Some(json!([{ "Type": "forward" }]))), closed("/Rules")],
            vec![listeners.clone()],
        ),
        (
            BALANCED,
            vec![change("/Listeners/0/Port", ABSENT), closed("/SecurityGroups/2/IpPermissions")],
            vec![listeners.clone()],
        ),
        (
            BALANCED,
            vec![change("/Listeners/0/Port", Some(json!(70000))), closed("/SecurityGroups/2/IpPermissions")],
            vec![listeners.clone(), "70000 is no port".into()],
        ),
        (BALANCED, vec![inside(CONTAINER, "image", ABSENT)], vec![needs.clone()]),
        (BALANCED, vec![inside(CONTAINER, "image", Some(json!("")))], vec![needs.clone()]),
        (BALANCED, vec![inside(CONTAINER, "logConfiguration/logDriver", ABSENT)], vec![needs.clone()]),
        (BALANCED, vec![inside(CONTAINER, "secrets", Some(json!([{ "name": "PASSWORD" }])))], vec![needs.clone()]),
        (BALANCED, vec![inside(CONTAINER, "environmentFiles", Some(json!([{ "type": "s3" }])))], vec![needs.clone()]),
        (BALANCED, vec![inside(CONTAINER, "repositoryCredentials", Some(json!({})))], vec![needs.clone()]),
        (
            BALANCED,
            vec![change("/taskDefinitions/0/volumes", Some(json!([{ "name": "data", "efsVolumeConfiguration": {} }])))],
            vec![needs.clone()],
        ),
        (BALANCED, vec![change("/taskDefinitions/0/containerDefinitions", ABSENT)], vec![needs]),
        (
            BALANCED,
            vec![inside(CONTAINER, "portMappings/0/containerPort", Some(json!(99999)))],
            vec!["app → port mapping 0 of app: 99999 is no port".into(), lacks("ecs:DescribeTaskDefinition")],
        ),
        (BALANCED, vec![change("/services/0/loadBalancers/0/targetGroupArn", ABSENT)], vec![services]),
        (
            BALANCED,
            vec![change("/services/0/serviceRegistries", Some(json!([{ "port": 80 }])))],
            vec!["app → its service registry: it has no `registryArn`".into()],
        ),
        (
            BALANCED,
            vec![change("/services/0/serviceConnectConfiguration", Some(json!({ "namespace": "shop" })))],
            vec!["app → Service Connect: the input doesn't say whether it is `enabled`".into()],
        ),
        (
            BALANCED,
            vec![change(
                "/services/0/serviceConnectConfiguration",
                Some(json!({ "enabled": true, "namespace": "shop", "services": [{ "portName": "htp" }] })),
            )],
            vec!["app → the port `htp` that it offers: its task definition names no such port".into()],
        ),
        (
            BALANCED,
            vec![change("/TargetGroups/0/HealthCheckPort", Some(json!("abc")))],
            vec!["the health checks of app: \"abc\" is no port".into()],
        ),
        (
            BALANCED,
            vec![change("/RouteTables/2/Routes/1/NatGatewayId", ABSENT)],
            vec![lacks("ec2:DescribeRouteTables")],
        ),
        (
            BALANCED,
            vec![change(
                "/DhcpOptions/0/DhcpConfigurations",
                Some(json!([{ "Key": "domain-name-servers", "Values": [{ "Value": "ns.example.com" }] }])),
            )],
            vec!["\"ns.example.com\" is no address of a name server".into()],
        ),
        (ENDPOINTS, vec![change("/VpcEndpoints/2/PolicyDocument", ABSENT)], vec![lacks("ec2:DescribeVpcEndpoints")]),
        (
            BALANCED,
            vec![change("/services/0/launchType", Some(json!("EC2")))],
            vec!["the service `app`: its launch type is EC2: it was not judged".into()],
        ),
        (
            BALANCED,
            vec![change("/services/0/capacityProviderStrategy", Some(json!([{ "capacityProvider": "spot-fleet" }])))],
            vec!["the service `app`: its capacity providers are not Fargate's: it was not judged".into()],
        ),
        (
            BALANCED,
            vec![change(
                "/tasks",
                Some(json!([{ "taskArn": "arn:aws:ecs:us-east-1:123456789012:task/shop/1", "launchType": "EC2" }])),
            )],
            vec!["1 task of another launch type than FARGATE: only what runs on Fargate is judged".into()],
        ),
    ];
    let mut complaints = Vec::new();
    for (rule, changes, expected) in cases {
        let mut document = fixture(rule, "pass");
        for (pointer, value) in &changes {
            set(&mut document, pointer, value.clone());
        }
        let judgement = lint(&document);
        let accused = |finding: &&Finding| finding.severity > Severity::Info;
        let accused: Vec<&str> =
            judgement.findings.iter().filter(accused).map(|finding| finding.rule.as_str()).collect();
        if !accused.is_empty() {
            complaints.push(format!("{changes:?} accuses: {accused:?}"));
        }
        let told: Vec<String> = judgement.not_checked.iter().map(|one| format!("{}: {}", one.what, one.why)).collect();
        for text in expected.iter().filter(|text| !told.iter().any(|told| told.contains(*text))) {
            complaints.push(format!("{changes:?}: {text:?} is not in {told:#?}"));
        }
    }
    assert!(complaints.is_empty(), "{}", complaints.join("\n"));
}

/// A network ACL that doesn't say which subnets it serves may serve any of those that no other one names.
#[test]
fn the_default_acl_serves_what_surely_no_other_one_does() {
    for pointer in ["/NetworkAcls/1/Associations", "/NetworkAcls/1/Associations/0/SubnetId"] {
        let mut document = fixture("nacl/egress", "fail");
        set(&mut document, pointer, ABSENT);
        let judgement = lint(&document);
        assert!(judgement.findings.iter().all(|finding| finding.severity < Severity::Error), "{pointer}");
        let is_said = |call: &str| judgement.not_checked.iter().any(|one| one.incomplete && one.why.contains(call));
        assert!(is_said("ec2:DescribeNetworkAcls"), "{pointer}: {:#?}", judgement.not_checked);
    }
}

/// As for an interface's.
#[test]
fn a_nat_gateways_address_has_to_be_one() {
    let mut document = fixture(BALANCED, "pass");
    set(&mut document, "/NatGateways/0/NatGatewayAddresses/0/PrivateIp", Some(json!("bogus")));
    let refused = try_with_model(&document, |_| ()).expect_err("it is refused");
    assert!(refused.contains("NotACidr") && refused.contains("bogus"), "{refused}");
}

/// Equal entries of one number decide the same.
#[test]
fn an_entry_that_stands_twice_is_one() {
    let mut document = fixture(BALANCED, "pass");
    let entries = document["NetworkAcls"][0]["Entries"].as_array_mut().expect("a list");
    let copy = entries[0].clone();
    entries.push(copy);
    let judgement = lint(&document);
    assert!(judgement.not_checked.iter().all(|one| !one.why.contains("two entries")), "{:#?}", judgement.not_checked);
}

fn not_checked(scratch: &Scratch, arguments: &[&str]) -> String {
    let run = scratch.run(&[&["lint", "--format", "json"], arguments].concat());
    run.json()["notChecked"].to_string()
}

/// `aws ecs describe-services` answers apart what it did not find: of that, the list proves nothing.
#[test]
fn what_aws_failed_to_answer_is_said() {
    let mut network = fixture(BALANCED, "pass");
    let services = network.as_object_mut().and_then(|fields| fields.remove("services")).expect("there are services");
    let answer = |failures: Value| json!({ "services": services.clone(), "failures": failures }).to_string();
    let failed = json!([{ "arn": "arn:aws:ecs:us-east-1:123456789012:service/shop/api", "reason": "MISSING" }]);
    for (failures, is_said) in [(failed, true), (json!([]), false), (Value::Null, false)] {
        let scratch = Scratch::new("failures").with("net/network.json", &network.to_string());
        let told = not_checked(&scratch.with("net/services.json", &answer(failures)), &["net"]);
        assert_eq!(told.contains("its `failures` name what AWS did not answer"), is_said, "{told}");
    }
}

/// The files of a deployment say what is deployed; where they contradict each other, that is said.
#[test]
fn a_deployment_says_what_of_it_is_not_judged() {
    let network = fixture(BALANCED, "pass");
    let mut service = network["services"][0].clone();
    let definition = network["taskDefinitions"][0].clone();
    let scratch = |service: &Value| {
        Scratch::new("deployment")
            .with("net.json", &network.to_string())
            .with("service.json", &service.to_string())
            .with("definition.json", &definition.to_string())
    };
    let arguments = ["net.json", "--service", "service.json", "--task-definition", "definition.json"];
    let mut told = |field: &str, value: Value| {
        service[field] = value;
        not_checked(&scratch(&service), &arguments)
    };
    for same in ["app", "app:7", "arn:aws:ecs:us-east-1:123456789012:task-definition/app:1", "<TASK_DEFINITION>"] {
        let told = told("taskDefinition", json!(same));
        assert!(!told.contains("it names the task definition"), "{same}: {told}");
    }
    let of_another = told("taskDefinition", json!("web:3"));
    assert!(
        of_another.contains("it names the task definition `web:3`: it was judged with the one that was given, `app`"),
        "{of_another}"
    );
    let elsewhere = told("launchType", json!("EC2"));
    assert!(elsewhere.contains("its launch type is EC2: it was not judged"), "{elsewhere}");
}
