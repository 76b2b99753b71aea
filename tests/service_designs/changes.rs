//! Networks, and what is changed in them.

use serde_json::{Value, json};
use std::fs;
use std::path::Path;

/// Positions of the services' groups.
pub(crate) const APP: usize = 1;
pub(crate) const API: usize = 3;

pub(crate) fn network(of: &str) -> Value {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures").join(of).with_extension("json");
    let text = fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    serde_json::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

pub(crate) const GREEN: &str = "arn:aws:elasticloadbalancing:us-east-1:123456789012:targetgroup/green/73e2d6bc24d8a068";

/// A target group that no listener leads to.
pub(crate) fn second_target_group(network: &mut Value) {
    let mut green = network["TargetGroups"][0].clone();
    green["TargetGroupArn"] = json!(GREEN);
    green["TargetGroupName"] = json!("green");
    green["LoadBalancerArns"] = json!([]);
    network["TargetGroups"].as_array_mut().expect("a list").push(green);
}

/// Another controller deploys the service, by task sets that have what it is started with. Of CodeDeploy's it has that, too.
pub(crate) fn task_sets(network: &mut Value, controller: &str, statuses: &[&str]) {
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
pub(crate) fn scheduled(network: &mut Value, status: &str) {
    let definition = network["taskDefinitions"][0]["taskDefinitionArn"].clone();
    network["tasks"] = json!([{
        "taskArn": "arn:aws:ecs:us-east-1:123456789012:task/shop/0123456789abcdef0123456789abcdef",
        "clusterArn": "arn:aws:ecs:us-east-1:123456789012:cluster/shop", "group": "family:app", "launchType": "FARGATE",
        "lastStatus": status, "desiredStatus": "RUNNING", "taskDefinitionArn": definition,
        "attachments": [{ "type": "ElasticNetworkInterface", "status": "PRECREATED",
            "details": [{ "name": "subnetId", "value": "subnet-04c2cb0f785a4be86" }] }],
    }]);
}

pub(crate) fn scaled_to_zero(network: &mut Value) {
    network["services"][0]["desiredCount"] = json!(0);
    network["services"][0]["runningCount"] = json!(0);
}

pub(crate) fn without_load_balancer(network: &mut Value) {
    for list in ["LoadBalancers", "TargetGroups", "Listeners", "Rules"] {
        network[list] = json!([]);
    }
    network["services"][0]["loadBalancers"] = json!([]);
}

/// An element of the first service's load balancer, as the second's has it.
fn of_second(element: &Value) -> Value {
    let text = element.to_string().replace("targetgroup/app/", "targetgroup/api/");
    let text = text.replace("app/web/50dc6c495c0c9188", "app/api/50dc6c495c0c9189");
    serde_json::from_str(&text).expect("it stays JSON")
}

/// Another load balancer like the first, for the second service.
pub(crate) fn own_load_balancer(network: &mut Value) {
    network["services"][1]["loadBalancers"] = of_second(&network["services"][0]["loadBalancers"]);
    for list in ["LoadBalancers", "TargetGroups", "Listeners", "Rules"] {
        let elements = network[list].as_array_mut().expect("a list");
        let others: Vec<Value> = elements.iter().map(of_second).collect();
        elements.extend(others);
    }
}

pub(crate) fn closed(network: &mut Value, group: usize) {
    network["SecurityGroups"][group]["IpPermissions"] = json!([]);
}

pub(crate) fn lets_in(network: &mut Value, group: usize, block: &str) {
    network["SecurityGroups"][group]["IpPermissions"] =
        json!([{ "IpProtocol": "tcp", "FromPort": 8080, "ToPort": 8080, "IpRanges": [{ "CidrIp": block }] }]);
}

/// The load balancer's group lets in a prefix list, of which only the name is known.
pub(crate) fn lets_list_in(network: &mut Value, name: &str) {
    network["ManagedPrefixLists"] = json!([{ "PrefixListId": "pl-3b927c52", "PrefixListName": name }]);
    network["SecurityGroups"][2]["IpPermissions"] = json!([{ "IpProtocol": "tcp", "FromPort": 80, "ToPort": 80,
        "PrefixListIds": [{ "PrefixListId": "pl-3b927c52" }] }]);
}

pub(crate) fn offers(network: &mut Value, service: usize, offers: Value) {
    network["services"][service]["deployments"][0]["serviceConnectConfiguration"]["services"] = offers;
}

/// A group like the back end's, that lets nobody in.
pub(crate) fn group(network: &mut Value, id: &str, name: &str) {
    let mut group = network["SecurityGroups"][API].clone();
    group["GroupId"] = json!(id);
    group["GroupName"] = json!(name);
    group["IpPermissions"] = json!([]);
    group["Tags"] = json!([]);
    network["SecurityGroups"].as_array_mut().expect("a list").push(group);
}

/// A third service of the namespace, with a group of its own that lets nobody in.
pub(crate) fn third(network: &mut Value, offered: Value) {
    group(network, "sg-0ac00000000000001", "third");
    let mut service = network["services"][1].clone();
    service["serviceName"] = json!("third");
    service["serviceArn"] = json!("arn:aws:ecs:us-east-1:123456789012:service/shop/third");
    service["networkConfiguration"]["awsvpcConfiguration"]["securityGroups"] = json!(["sg-0ac00000000000001"]);
    network["services"].as_array_mut().expect("a list").push(service);
    offers(network, 2, offered);
}
