//! A gate that lets pass what it could not see is worse than none: when a run is incomplete, and when it isn't.

mod cli_support;

use cli_support::{Run, Scratch};
use serde_json::{Value, json};
use std::fs;
use std::path::Path;

fn fixture(path: &str) -> Value {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/rules").join(path);
    serde_json::from_str(&fs::read_to_string(path).expect("the fixture is checked in")).expect("the fixture is JSON")
}

/// A service in a private subnet behind a NAT gateway.
fn nat() -> Value {
    fixture("nat/present/pass.json")
}

/// The same without the NAT gateway: its service reaches nothing.
fn without_nat() -> Value {
    fixture("nat/present/fail.json")
}

const PRIVATE: &str = "subnet-04c2cb0f785a4be86";

fn without(mut document: Value, keys: &[&str]) -> Value {
    let fields = document.as_object_mut().expect("an object");
    keys.iter().for_each(|key| drop(fields.remove(*key)));
    document
}

fn lint(document: &Value, flags: &[&str]) -> Run {
    let scratch = Scratch::new("gate").with("x.json", &document.to_string());
    let mut arguments = vec!["lint", "x.json", "--format", "json"];
    arguments.extend_from_slice(flags);
    scratch.run(&arguments)
}

/// What makes a run incomplete.
fn incomplete(run: &Run) -> Vec<String> {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let all = run.json()["notChecked"].as_array().cloned().unwrap_or_default();
    all.iter().map(|one| format!("{}: {}", text(&one["what"]), text(&one["why"]))).collect()
}

#[test]
fn without_the_list_of_services_nobody_knows_what_to_judge() {
    let said = "the services: it needs ecs:DescribeServices, which is not in the input";
    let run = lint(&without(nat(), &["services"]), &[]);
    assert_eq!((run.code, incomplete(&run)), (3, vec![said.to_owned()]), "{run:#?}");
    assert_eq!(lint(&without(nat(), &["services"]), &["--allow-incomplete"]).code, 0);
    // An empty list says that there is none.
    let mut none = nat();
    none["services"] = json!([]);
    let run = lint(&none, &[]);
    assert_eq!((run.code, incomplete(&run)), (0, Vec::new()), "{run:#?}");
    // A finding fails the run all the same.
    let run = lint(&without(fixture("nat/available/fail.json"), &["services"]), &["--fail-on", "warning"]);
    assert_eq!(run.code, 1, "{run:#?}");
}

#[test]
fn who_declares_what_runs_needs_no_list_of_it() {
    const ECS: [&str; 4] = ["services", "taskDefinitions", "tasks", "clusters"];
    let config = format!("[[workload]]\nname = \"app\"\nsubnets = [\"{PRIVATE}\"]\n");
    for (network, expected) in [(nat(), 0), (without_nat(), 1)] {
        let network = without(network, &ECS);
        let run = lint(&network, &["--subnet", PRIVATE]);
        assert_eq!(run.code, expected, "{run:#?}");
        let scratch = Scratch::new("gate").with("x.json", &network.to_string()).with("fargcheck.toml", &config);
        let run = scratch.run(&["lint", "x.json"]);
        assert_eq!(run.code, expected, "{run:#?}");
        // The JSON that `aws ecs create-service` takes.
        let service = json!({
            "serviceName": "app", "taskDefinition": "app", "launchType": "FARGATE",
            "networkConfiguration": {"awsvpcConfiguration": {"subnets": [PRIVATE]}},
        });
        let definition = json!({
            "family": "app", "networkMode": "awsvpc", "requiresCompatibilities": ["FARGATE"],
            "containerDefinitions": [{"name": "app", "image": "public.ecr.aws/nginx/nginx:latest"}],
        });
        let scratch = Scratch::new("gate")
            .with("x.json", &network.to_string())
            .with("service.json", &service.to_string())
            .with("task.json", &definition.to_string());
        let run = scratch.run(&["lint", "x.json", "--service", "service.json", "--task-definition", "task.json"]);
        assert_eq!(run.code, expected, "{run:#?}");
    }
}

#[test]
fn where_there_is_nothing_to_judge_nothing_is_well() {
    let keys = ["Vpcs", "Subnets", "RouteTables", "SecurityGroups", "services", "taskDefinitions", "tasks"];
    let empty = Value::Object(keys.iter().map(|key| ((*key).to_owned(), json!([]))).collect());
    let run = lint(&empty, &[]);
    assert_eq!(run.code, 3, "{run:#?}");
    assert!(incomplete(&run).contains(&"the network: no VPC is in the input: there was nothing to judge".to_owned()));
    assert_eq!(lint(&empty, &["--allow-incomplete"]).code, 0);
    let mut bare = empty;
    bare["Vpcs"] = json!([{"VpcId": "vpc-1", "CidrBlock": "10.0.0.0/16"}]);
    let run = lint(&bare, &[]);
    assert_eq!(run.code, 3, "{run:#?}");
    assert!(
        incomplete(&run).contains(&"the network: no subnet is in the input: there was nothing to judge".to_owned())
    );
    let run = Scratch::new("gate").with("x.json", &bare.to_string()).run(&["lint", "x.json"]);
    assert!(run.out.starts_with("nothing was judged") && !run.out.contains('✓'), "{run:#?}");
}

/// Services that are being deleted start no tasks any more, one in no subnet can't run, and one that says nothing of its subnets
/// can't be judged.
#[test]
fn what_a_service_says_of_itself() {
    for (status, errors) in [("ACTIVE", true), ("DRAINING", false), ("INACTIVE", false)] {
        let mut document = without_nat();
        document["services"][0]["status"] = json!(status);
        let run = lint(&document, &[]);
        assert_eq!(run.code == 1, errors, "{status} {run:#?}");
    }
    let mut document = nat();
    document["services"][0]["networkConfiguration"]["awsvpcConfiguration"]["subnets"] = json!([]);
    let run = lint(&document, &[]);
    assert_eq!((run.code, run.faults()), (1, vec!["workload/subnets-one-vpc".to_owned()]), "{run:#?}");
    let awsvpc = &mut document["services"][0]["networkConfiguration"]["awsvpcConfiguration"];
    awsvpc.as_object_mut().expect("an object").remove("subnets");
    let run = lint(&document, &[]);
    assert_eq!(run.code, 3, "{run:#?}");
    assert!(incomplete(&run).iter().any(|one| one.starts_with("the subnets of app: ")), "{run:#?}");
}

/// Where only `aws ecs describe-tasks` was asked, its tasks show the services that they are of.
#[test]
fn tasks_of_services_that_are_not_listed_are_judged() {
    let mut document = without_nat();
    document["NetworkInterfaces"] = json!([{
        "NetworkInterfaceId": "eni-1", "SubnetId": PRIVATE, "VpcId": document["Vpcs"][0]["VpcId"].clone(),
        "PrivateIpAddress": "10.0.128.9", "Groups": [{"GroupId": document["SecurityGroups"][1]["GroupId"].clone()}],
    }]);
    document["tasks"] = json!([{
        "taskArn": "arn:aws:ecs:us-east-1:123456789012:task/shop/1", "group": "service:app", "launchType": "FARGATE",
        "lastStatus": "RUNNING", "desiredStatus": "RUNNING", "platformVersion": "1.4.0",
        "clusterArn": "arn:aws:ecs:us-east-1:123456789012:cluster/shop",
        "taskDefinitionArn": document["taskDefinitions"][0]["taskDefinitionArn"].clone(),
        "attachments": [{"type": "ElasticNetworkInterface", "details": [
            {"name": "subnetId", "value": PRIVATE}, {"name": "networkInterfaceId", "value": "eni-1"},
        ]}],
    }]);
    let judged = |document: &Value| {
        let run = lint(document, &[]);
        let workloads = run.json()["workloads"].as_array().cloned().unwrap_or_default();
        (run.code, workloads.iter().map(|one| one["name"].as_str().unwrap_or_default().to_owned()).collect::<Vec<_>>())
    };
    assert_eq!(judged(&document), (1, vec!["app".to_owned()]), "the service alone, which the task is of");
    let tasks_alone = without(document, &["services"]);
    assert_eq!(judged(&tasks_alone), (1, vec!["app:1".to_owned()]), "the task, by its definition");
    // Of a service that starts none nothing is seen.
    let mut sound = without(nat(), &["services"]);
    for key in ["tasks", "NetworkInterfaces"] {
        sound[key] = tasks_alone[key].clone();
    }
    assert_eq!(judged(&sound), (3, vec!["app:1".to_owned()]));
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
    let unchecked = run.json()["notChecked"]
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(|one| one["what"].as_str().map(str::to_owned))
        .collect();
    (run.code, run.faults(), unchecked)
}

/// The load balancer's group is not in the folder: the task's rule names it all the same.
#[test]
fn a_group_that_nobody_described_is_known_by_its_id() {
    let folder_with_group = |id: &str| {
        let mut document = fixture("sg/load-balancer-ingress/pass.json");
        document["SecurityGroups"].as_array_mut().expect("a list").remove(2);
        document["SecurityGroups"][1]["IpPermissions"][0]["UserIdGroupPairs"][0]["GroupId"] = json!(id);
        linted(&document)
    };
    let (code, faults, unchecked) = folder_with_group("sg-04a5b6db7b11aa985");
    assert_eq!((code, &faults[..]), (3, &[][..]), "{unchecked:?}");
    // What the load balancer's group lets out isn't known.
    assert!(unchecked.iter().any(|what| what == "app → from load balancer web on 8080"), "{unchecked:?}");
    let (code, faults, _) = folder_with_group("sg-03e1df4b940edbe5b");
    assert_eq!((code, &faults[..]), (1, &["sg/task-from-load-balancer".to_owned()][..]));
}

#[test]
fn services_that_a_cluster_counts_and_nobody_listed_are_missed() {
    let with_cluster = |counted: Value, change: fn(&mut Value)| {
        let mut document = fixture("sg/load-balancer-ingress/pass.json");
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
