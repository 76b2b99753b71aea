//! Designs of services: what is told of them, how loud, and what is left alone since it may well be meant so.

mod cli_support;

use cli_support::{Scratch, run_with};
use serde_json::{Value, json};
use std::fs;
use std::path::Path;

/// A network of which something is changed.
struct Row {
    /// What is changed, and why that is or isn't a fault.
    name: &'static str,
    /// The fixture, in the folder of fixtures.
    of: &'static str,
    /// Changes it.
    change: fn(&mut Value),
    /// All that is found then but what is only worth knowing: the severity, the rule, and the name of the resource.
    found: &'static [(&'static str, &'static str, &'static str)],
    /// The rules that could not be judged.
    unjudged: &'static [&'static str],
}

const NAMESPACE: &str = "near-misses/service-connect-front-end";
const LISTENERS: &str = "rules/sg/load-balancer-ingress/pass";
const CACHE: &str = "rules/workload/pull-through-cache/fail";
const CLOSED: &str = "sg/destination-ingress";
const APP: usize = 1;
const API: usize = 3;

const ROWS: &[Row] = &[
    Row {
        name: "a front end is called from the public subnets, by what the input doesn't say",
        of: NAMESPACE,
        change: |network| {
            without_load_balancer(network);
            lets_in(network, APP, "10.0.0.0/23");
        },
        found: &[],
        unjudged: &[],
    },
    Row {
        name: "a front end is called from an office",
        of: NAMESPACE,
        change: |network| {
            without_load_balancer(network);
            lets_in(network, APP, "198.51.100.0/24");
        },
        found: &[],
        unjudged: &[],
    },
    Row {
        name: "nobody calls a front end, and it calls the back end",
        of: NAMESPACE,
        change: |network| {
            without_load_balancer(network);
            closed(network, APP);
        },
        found: &[("error", CLOSED, "app")],
        unjudged: &[],
    },
    Row {
        name: "a load balancer alone calls the only service that offers something, and the other one calls nobody",
        of: NAMESPACE,
        change: |network| offers(network, 1, json!([])),
        found: &[("warning", CLOSED, "app")],
        unjudged: &[],
    },
    Row {
        name: "the front end can't reach the back end: the front end's own group is in order",
        of: NAMESPACE,
        change: |network| closed(network, API),
        found: &[("error", CLOSED, "api")],
        unjudged: &[],
    },
    Row {
        name: "a back end is open to a group that nobody has",
        of: NAMESPACE,
        change: |network| {
            network["SecurityGroups"][API]["IpPermissions"][0]["UserIdGroupPairs"][0]["GroupId"] =
                json!("sg-0bb00000000000001");
            group(network, "sg-0bb00000000000001", "former");
        },
        found: &[("error", CLOSED, "api")],
        unjudged: &[],
    },
    Row {
        name: "a back end is open to an office alone, and no service of the namespace reaches another",
        of: NAMESPACE,
        change: |network| lets_in(network, API, "198.51.100.0/24"),
        found: &[("warning", CLOSED, "api")],
        unjudged: &[],
    },
    Row {
        name: "both are behind the load balancer and don't let each other in",
        of: NAMESPACE,
        change: |network| {
            network["services"][1]["loadBalancers"] = network["services"][0]["loadBalancers"].clone();
            network["SecurityGroups"][API]["IpPermissions"] = network["SecurityGroups"][APP]["IpPermissions"].clone();
        },
        found: &[("error", CLOSED, "app"), ("error", CLOSED, "api")],
        unjudged: &[],
    },
    Row {
        name: "both are behind the load balancer, and a third one may be in their namespace, which it writes otherwise",
        of: NAMESPACE,
        change: |network| {
            third(network, json!([]));
            network["services"][1]["loadBalancers"] = network["services"][0]["loadBalancers"].clone();
            network["SecurityGroups"][API]["IpPermissions"] = network["SecurityGroups"][APP]["IpPermissions"].clone();
            network["services"][2]["deployments"][0]["serviceConnectConfiguration"]["namespace"] =
                json!("arn:aws:servicediscovery:us-east-1:123456789012:namespace/ns-u7x2hzqa3jk5lm4n");
        },
        found: &[("warning", CLOSED, "app"), ("warning", CLOSED, "api")],
        unjudged: &[],
    },
    Row {
        name: "a service behind the load balancer calls nobody, while others of the namespace do",
        of: NAMESPACE,
        change: |network| {
            third(network, json!([]));
            network["SecurityGroups"][API]["IpPermissions"][0]["UserIdGroupPairs"][0]["GroupId"] =
                json!("sg-0ac00000000000001");
        },
        found: &[],
        unjudged: &[],
    },
    Row {
        name: "a third service is open to an office alone and calls nobody, while others of the namespace do",
        of: NAMESPACE,
        change: |network| {
            third(network, network["services"][1]["deployments"][0]["serviceConnectConfiguration"]["services"].clone());
            lets_in(network, API + 1, "198.51.100.0/24");
        },
        found: &[("warning", CLOSED, "third")],
        unjudged: &[],
    },
    Row {
        name: "the network ACL between them stops what the back end's group lets in",
        of: NAMESPACE,
        change: |network| {
            network["services"][0]["networkConfiguration"]["awsvpcConfiguration"]["subnets"] =
                json!(["subnet-04c2cb0f785a4be86"]);
            network["services"][1]["networkConfiguration"]["awsvpcConfiguration"]["subnets"] =
                json!(["subnet-0efda74836b6450f9"]);
            lets_in(network, API, "10.0.0.0/16");
            let entry = json!({ "RuleNumber": 10, "Protocol": "6", "RuleAction": "deny", "Egress": true,
                "CidrBlock": "10.0.11.0/24", "PortRange": { "From": 8080, "To": 8080 } });
            network["NetworkAcls"][0]["Entries"].as_array_mut().expect("a list").push(entry);
        },
        found: &[("error", "nacl/egress", "acl-0587af35e9dd8740c")],
        unjudged: &[],
    },
    Row {
        name: "the front end's proxy listens on a port of its own, and a load balancer alone calls its container",
        of: NAMESPACE,
        change: |network| {
            network["services"][0]["deployments"][0]["serviceConnectConfiguration"]["services"][0]["ingressPortOverride"] =
                json!(15000);
        },
        found: &[],
        unjudged: &[],
    },
    Row {
        name: "CodeDeploy has given the primary task set the other target group",
        of: LISTENERS,
        change: |network| {
            second_target_group(network);
            task_sets(network, "CODE_DEPLOY", &["PRIMARY"]);
            network["services"][0]["loadBalancers"][0]["targetGroupArn"] = json!(GREEN);
        },
        found: &[],
        unjudged: &[],
    },
    Row {
        name: "nothing leads to the target group of CodeDeploy's primary task set",
        of: LISTENERS,
        change: |network| {
            second_target_group(network);
            task_sets(network, "CODE_DEPLOY", &["PRIMARY"]);
            network["services"][0]["taskSets"][0]["loadBalancers"][0]["targetGroupArn"] = json!(GREEN);
        },
        found: &[("error", "lb/listener", "app")],
        unjudged: &[],
    },
    Row {
        name: "nothing leads yet to the task set that replaces the primary one",
        of: LISTENERS,
        change: |network| {
            second_target_group(network);
            task_sets(network, "EXTERNAL", &["PRIMARY", "ACTIVE"]);
            network["services"][0]["taskSets"][1]["loadBalancers"][0]["targetGroupArn"] = json!(GREEN);
        },
        found: &[],
        unjudged: &[],
    },
    Row {
        name: "nothing leads to the primary task set",
        of: LISTENERS,
        change: |network| {
            second_target_group(network);
            task_sets(network, "EXTERNAL", &["PRIMARY", "ACTIVE"]);
            network["services"][0]["taskSets"][0]["loadBalancers"][0]["targetGroupArn"] = json!(GREEN);
        },
        found: &[("error", "lb/listener", "app")],
        unjudged: &[],
    },
    Row {
        name: "ECS has shifted all requests to the alternate target group",
        of: LISTENERS,
        change: |network| {
            second_target_group(network);
            let registered = &mut network["services"][0]["loadBalancers"][0];
            registered["advancedConfiguration"]["alternateTargetGroupArn"] = registered["targetGroupArn"].clone();
            registered["targetGroupArn"] = json!(GREEN);
        },
        found: &[],
        unjudged: &[],
    },
    Row {
        name: "nothing leads to either target group of a blue/green deployment",
        of: LISTENERS,
        change: |network| {
            second_target_group(network);
            let registered = &mut network["services"][0]["loadBalancers"][0];
            registered["advancedConfiguration"]["alternateTargetGroupArn"] = json!(GREEN);
            registered["targetGroupArn"] = json!(GREEN);
        },
        found: &[("error", "lb/listener", "app")],
        unjudged: &[],
    },
    Row {
        name: "an image is yet to be fetched by a pull-through cache",
        of: CACHE,
        change: |_| {},
        found: &[("error", "workload/pull-through-cache", "app")],
        unjudged: &[],
    },
    Row {
        name: "a service runs from an image of which no repository is listed",
        of: CACHE,
        change: |network| network["services"][0]["runningCount"] = json!(1),
        found: &[],
        unjudged: &[],
    },
    Row {
        name: "the tasks that run are those of the deployment before, of another image",
        of: CACHE,
        change: |network| {
            network["services"][0]["runningCount"] = json!(1);
            let definition = network["services"][0]["taskDefinition"].clone();
            network["services"][0]["deployments"] = json!([
                { "status": "PRIMARY", "taskDefinition": definition, "runningCount": 0 },
                { "status": "ACTIVE", "taskDefinition": "arn:aws:ecs:us-east-1:123456789012:task-definition/app:0", "runningCount": 1 },
            ]);
        },
        found: &[("error", "workload/pull-through-cache", "app")],
        unjudged: &[],
    },
    Row {
        name: "a task runs from an image of which no repository is listed",
        of: CACHE,
        change: |network| {
            let definition = network["services"][0]["taskDefinition"].clone();
            network["tasks"] = json!([{
                "taskArn": "arn:aws:ecs:us-east-1:123456789012:task/shop/0123456789abcdef0123456789abcdef",
                "clusterArn": "arn:aws:ecs:us-east-1:123456789012:cluster/shop", "group": "service:app",
                "launchType": "FARGATE", "lastStatus": "RUNNING", "taskDefinitionArn": definition,
            }]);
        },
        found: &[],
        unjudged: &[],
    },
    Row {
        name: "a rule for ROOT makes any repository the cache's, also one that is yet to be pushed to",
        of: CACHE,
        change: |network| network["pullThroughCacheRules"][0]["ecrRepositoryPrefix"] = json!("ROOT"),
        found: &[("warning", "workload/pull-through-cache", "app")],
        unjudged: &[],
    },
    Row {
        name: "a load balancer is open to CloudFront alone, whose addresses the input lacks",
        of: LISTENERS,
        change: |network| lets_list_in(network, "com.amazonaws.global.cloudfront.origin-facing"),
        found: &[],
        unjudged: &[],
    },
    Row {
        name: "CloudFront's IPv6 addresses are none for a load balancer of IPv4",
        of: LISTENERS,
        change: |network| lets_list_in(network, "com.amazonaws.global.ipv6.cloudfront.origin-facing"),
        found: &[],
        unjudged: &["sg/load-balancer-ingress"],
    },
    Row {
        name: "a load balancer is open to a list of the customer's alone, whose addresses the input lacks",
        of: LISTENERS,
        change: |network| lets_list_in(network, "offices"),
        found: &[],
        unjudged: &["sg/load-balancer-ingress"],
    },
    Row {
        name: "a service that is scaled to zero has no way out",
        of: "rules/nat/present/fail",
        change: scaled_to_zero,
        found: &[("warning", "nat/present", "shop")],
        unjudged: &[],
    },
    Row {
        name: "one of two services without a way out is scaled to zero",
        of: "rules/nat/present/fail",
        change: |network| {
            let other = network["services"][0].clone();
            scaled_to_zero(network);
            network["services"].as_array_mut().expect("a list").push(other);
            network["services"][1]["serviceName"] = json!("other");
            network["services"][1]["serviceArn"] = json!("arn:aws:ecs:us-east-1:123456789012:service/shop/other");
        },
        found: &[("error", "nat/present", "shop")],
        unjudged: &[],
    },
    Row {
        name: "a service that is scaled to zero is registered with a target group that nothing leads to",
        of: LISTENERS,
        change: |network| {
            scaled_to_zero(network);
            for list in ["LoadBalancers", "Listeners", "Rules"] {
                network[list] = json!([]);
            }
            network["TargetGroups"][0]["LoadBalancerArns"] = json!([]);
        },
        found: &[("warning", "lb/listener", "app")],
        unjudged: &[],
    },
    Row {
        name: "a service that is scaled to zero mounts a file system without a mount target",
        of: "rules/efs/mount-target/fail",
        change: scaled_to_zero,
        found: &[("warning", "efs/mount-target", "shop")],
        unjudged: &[],
    },
    Row {
        name: "a service that is scaled to zero lets nobody in who finds it by Cloud Map",
        of: "rules/discovery/registered/fail",
        change: |network| network["services"][1]["desiredCount"] = json!(0),
        found: &[("warning", "discovery/registered", "backend")],
        unjudged: &[],
    },
    Row {
        name: "a service that is scaled to zero would pull by a cache",
        of: CACHE,
        change: scaled_to_zero,
        found: &[("warning", "workload/pull-through-cache", "app")],
        unjudged: &[],
    },
    Row {
        name: "a service that Cloud Map has maps no port: nothing says that anybody is to call it",
        of: "rules/discovery/registered/fail",
        change: |network| network["taskDefinitions"][1]["containerDefinitions"][0]["portMappings"] = json!([]),
        found: &[("warning", "discovery/registered", "backend")],
        unjudged: &[],
    },
    Row {
        name: "a scheduled task has no network interface yet",
        of: LISTENERS,
        change: |network| scheduled(network, "PROVISIONING"),
        found: &[],
        unjudged: &[],
    },
    Row {
        name: "a scheduled task has a network interface that the input doesn't say",
        of: LISTENERS,
        change: |network| scheduled(network, "PENDING"),
        found: &[],
        unjudged: &[
            "sg/all-outbound",
            "workload/public-ip-useless",
            "workload/security-group",
            "workload/security-group-vpc",
        ],
    },
    Row {
        name: "a load balancer lacks a zone of its only service, which is scaled to zero",
        of: "rules/lb/zones/fail",
        change: scaled_to_zero,
        found: &[("warning", "lb/zones", "web")],
        unjudged: &[],
    },
    Row {
        name: "a load balancer whose only service is scaled to zero lets nobody in",
        of: LISTENERS,
        change: |network| {
            scaled_to_zero(network);
            network["SecurityGroups"][2]["IpPermissions"] = json!([]);
        },
        found: &[("warning", "sg/load-balancer-ingress", "web")],
        unjudged: &[],
    },
    Row {
        name: "a group of the service isn't described, and so isn't its VPC",
        of: "rules/workload/security-group-vpc/pass",
        change: |network| {
            network["SecurityGroups"].as_array_mut().expect("a list").remove(1);
            network["fargcheck"]["notCollected"] =
                json!([{ "call": "ec2:DescribeSecurityGroups", "reason": "AccessDenied" }]);
        },
        found: &[],
        unjudged: &["sg/all-outbound", "workload/security-group", "workload/security-group-vpc"],
    },
    Row {
        name: "whether a list of the customer's holds every address isn't known",
        of: "rules/workload/least-exposure/pass",
        change: |network| {
            network["ManagedPrefixLists"] =
                json!([{ "PrefixListId": "pl-0a1b2c3d4e5f60718", "PrefixListName": "clients" }]);
            let rule = json!({ "IpProtocol": "tcp", "FromPort": 8080, "ToPort": 8080,
                "PrefixListIds": [{ "PrefixListId": "pl-0a1b2c3d4e5f60718" }] });
            network["SecurityGroups"][1]["IpPermissions"].as_array_mut().expect("a list").push(rule);
        },
        found: &[],
        unjudged: &["sg/inbound-open", "workload/least-exposure"],
    },
];

fn network(of: &str) -> Value {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures").join(of).with_extension("json");
    let text = fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    serde_json::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

const GREEN: &str = "arn:aws:elasticloadbalancing:us-east-1:123456789012:targetgroup/green/73e2d6bc24d8a068";

/// A target group that no listener leads to.
fn second_target_group(network: &mut Value) {
    let mut green = network["TargetGroups"][0].clone();
    green["TargetGroupArn"] = json!(GREEN);
    green["TargetGroupName"] = json!("green");
    green["LoadBalancerArns"] = json!([]);
    network["TargetGroups"].as_array_mut().expect("a list").push(green);
}

/// Another controller deploys the service, by task sets that have what it is started with. Of CodeDeploy's it has that, too.
fn task_sets(network: &mut Value, controller: &str, statuses: &[&str]) {
    let service = network["services"][0].as_object_mut().expect("a service");
    let mut set = serde_json::Map::new();
    for field in ["launchType", "platformVersion", "taskDefinition", "networkConfiguration", "loadBalancers"] {
        set.insert(field.into(), service[field].clone());
        if controller == "EXTERNAL" {
            service.remove(field);
        }
    }
    service.insert("deploymentController".into(), json!({ "type": controller }));
    let with = |(index, status): (usize, &&str)| {
        let mut set = set.clone();
        set.insert("id".into(), json!(format!("ecs-svc/{index}")));
        set.insert("status".into(), json!(status));
        set.insert("computedDesiredCount".into(), json!(1));
        Value::Object(set)
    };
    service.insert("taskSets".into(), statuses.iter().enumerate().map(with).collect());
}

/// A task that no service runs, in a state.
fn scheduled(network: &mut Value, status: &str) {
    let definition = network["taskDefinitions"][0]["taskDefinitionArn"].clone();
    network["tasks"] = json!([{
        "taskArn": "arn:aws:ecs:us-east-1:123456789012:task/shop/0123456789abcdef0123456789abcdef",
        "clusterArn": "arn:aws:ecs:us-east-1:123456789012:cluster/shop", "group": "family:app", "launchType": "FARGATE",
        "lastStatus": status, "desiredStatus": "RUNNING", "taskDefinitionArn": definition,
        "attachments": [{ "type": "ElasticNetworkInterface", "status": "PRECREATED",
            "details": [{ "name": "subnetId", "value": "subnet-04c2cb0f785a4be86" }] }],
    }]);
}

fn scaled_to_zero(network: &mut Value) {
    network["services"][0]["desiredCount"] = json!(0);
    network["services"][0]["runningCount"] = json!(0);
}

fn without_load_balancer(network: &mut Value) {
    for list in ["LoadBalancers", "TargetGroups", "Listeners", "Rules"] {
        network[list] = json!([]);
    }
    network["services"][0]["loadBalancers"] = json!([]);
}

fn closed(network: &mut Value, group: usize) {
    network["SecurityGroups"][group]["IpPermissions"] = json!([]);
}

fn lets_in(network: &mut Value, group: usize, block: &str) {
    network["SecurityGroups"][group]["IpPermissions"] =
        json!([{ "IpProtocol": "tcp", "FromPort": 8080, "ToPort": 8080, "IpRanges": [{ "CidrIp": block }] }]);
}

/// The load balancer's group lets in a prefix list, of which only the name is known.
fn lets_list_in(network: &mut Value, name: &str) {
    network["ManagedPrefixLists"] = json!([{ "PrefixListId": "pl-3b927c52", "PrefixListName": name }]);
    network["SecurityGroups"][2]["IpPermissions"] = json!([{ "IpProtocol": "tcp", "FromPort": 80, "ToPort": 80,
        "PrefixListIds": [{ "PrefixListId": "pl-3b927c52" }] }]);
}

fn offers(network: &mut Value, service: usize, offers: Value) {
    network["services"][service]["deployments"][0]["serviceConnectConfiguration"]["services"] = offers;
}

/// A group like the back end's, that lets nobody in.
fn group(network: &mut Value, id: &str, name: &str) {
    let mut group = network["SecurityGroups"][API].clone();
    group["GroupId"] = json!(id);
    group["GroupName"] = json!(name);
    group["IpPermissions"] = json!([]);
    group["Tags"] = json!([]);
    network["SecurityGroups"].as_array_mut().expect("a list").push(group);
}

/// A third service of the namespace, with a group of its own that lets nobody in.
fn third(network: &mut Value, offered: Value) {
    group(network, "sg-0ac00000000000001", "third");
    let mut service = network["services"][1].clone();
    service["serviceName"] = json!("third");
    service["serviceArn"] = json!("arn:aws:ecs:us-east-1:123456789012:service/shop/third");
    service["networkConfiguration"]["awsvpcConfiguration"]["securityGroups"] = json!(["sg-0ac00000000000001"]);
    network["services"].as_array_mut().expect("a list").push(service);
    offers(network, 2, offered);
}

fn texts<'v>(list: &'v Value, field: &str) -> Vec<&'v str> {
    list.as_array().into_iter().flatten().filter_map(|one| one[field].as_str()).collect()
}

#[test]
fn what_is_told_of_services() {
    let mut complaints = Vec::new();
    for row in ROWS {
        let mut document = network(row.of);
        (row.change)(&mut document);
        let run = run_with(Path::new("."), &["lint", "-", "--format", "json"], &document.to_string());
        let told = run.json();
        let mut found: Vec<(&str, &str, &str)> = Vec::new();
        for finding in told["findings"].as_array().into_iter().flatten() {
            let text = |value: &'_ Value| value.as_str().unwrap_or_default().to_owned();
            let resource = &finding["resource"];
            let name = resource["name"].as_str().or(resource["id"].as_str()).unwrap_or_default();
            if text(&finding["severity"]) != "info" {
                let severity = finding["severity"].as_str().unwrap_or_default();
                found.push((severity, finding["rule"].as_str().unwrap_or_default(), name));
            }
        }
        let whats = texts(&told["notChecked"], "what");
        let unjudged: Vec<&str> = whats.into_iter().filter(|what| what.contains('/') && !what.contains(' ')).collect();
        let mut expected = row.found.to_vec();
        found.sort_unstable();
        expected.sort_unstable();
        if (&found[..], &unjudged[..]) != (&expected[..], row.unjudged) {
            complaints
                .push(format!("{}: {found:?}, {unjudged:?} instead of {expected:?}, {:?}", row.name, row.unjudged));
        }
    }
    assert!(complaints.is_empty(), "{}", complaints.join("\n"));
}

#[test]
fn who_is_scaled_to_zero_is_told_that_it_meets_the_fault_later() {
    let mut document = network("rules/nat/present/fail");
    let help = |document: &Value| {
        let run = run_with(Path::new("."), &["lint", "-", "--format", "json"], &document.to_string());
        run.json()["findings"][0]["help"].as_str().unwrap_or_default().to_owned()
    };
    let later = "app is scaled to zero: it meets this as soon as a task of it is to run.";
    assert!(!help(&document).contains(later));
    scaled_to_zero(&mut document);
    assert!(help(&document).contains(later), "{}", help(&document));
}

/// A folder of the CLI's outputs, one of a list each.
fn folder(document: &Value) -> Scratch {
    let lists = document.as_object().expect("an object").iter().filter(|(key, _)| *key != "fargcheck");
    lists.fold(Scratch::new("folder"), |folder, (key, list)| {
        folder.with(&format!("{key}.json"), &json!({ key: list }).to_string())
    })
}

/// The exit code, the findings' rules, and what wasn't checked.
fn linted(document: &Value) -> (i32, Vec<String>, Vec<String>) {
    let run = folder(document).run(&["lint", ".", "--format", "json"]);
    let unchecked = texts(&run.json()["notChecked"], "what").into_iter().map(str::to_owned).collect();
    (run.code, run.faults(), unchecked)
}

/// The load balancer's group is not in the folder: the task's rule names it all the same.
#[test]
fn a_group_that_nobody_described_is_known_by_its_id() {
    let with_group = |id: &str| {
        let mut document = network(LISTENERS);
        document["SecurityGroups"].as_array_mut().expect("a list").remove(2);
        document["SecurityGroups"][1]["IpPermissions"][0]["UserIdGroupPairs"][0]["GroupId"] = json!(id);
        linted(&document)
    };
    let (code, faults, unchecked) = with_group("sg-04a5b6db7b11aa985");
    assert_eq!((code, &faults[..]), (3, &[][..]), "{unchecked:?}");
    // What the load balancer's group lets out isn't known.
    assert!(unchecked.iter().any(|what| what == "app → from load balancer web on 8080"), "{unchecked:?}");
    let (code, faults, _) = with_group("sg-03e1df4b940edbe5b");
    assert_eq!((code, &faults[..]), (1, &["sg/task-from-load-balancer".to_owned()][..]));
}

#[test]
fn services_that_a_cluster_counts_and_nobody_listed_are_missed() {
    let with_cluster = |counted: Value, change: fn(&mut Value)| {
        let mut document = network(LISTENERS);
        document["clusters"][0]["activeServicesCount"] = json!(1);
        let other = json!({ "clusterArn": "arn:aws:ecs:us-east-1:123456789012:cluster/other", "clusterName": "other",
            "status": "ACTIVE", "activeServicesCount": counted });
        document["clusters"].as_array_mut().expect("a list").push(other);
        change(&mut document);
        let (code, faults, unchecked) = linted(&document);
        assert_eq!(faults, [""; 0]);
        let told = unchecked.into_iter().filter(|what| what.starts_with("services of the cluster "));
        (code, told.collect::<Vec<_>>())
    };
    let missed = |name: &str| (3, vec![format!("services of the cluster {name}")]);
    assert_eq!(with_cluster(json!(3), |_| {}), missed("other"));
    assert_eq!(with_cluster(json!(0), |_| {}), (0, Vec::new()));
    assert_eq!(with_cluster(Value::Null, |_| {}), (0, Vec::new()));
    // One that is being deleted is none of those that the cluster counts.
    let deleted = |document: &mut Value| document["services"][0]["status"] = json!("DRAINING");
    assert_eq!(with_cluster(json!(0), deleted), missed("shop"));
    // Of a service that doesn't say whose it is nothing follows.
    let anybodys = |document: &mut Value| {
        for field in ["clusterArn", "serviceArn"] {
            document["services"][0].as_object_mut().expect("an object").remove(field);
        }
    };
    assert_eq!(with_cluster(json!(1), anybodys).1, [""; 0]);
}
