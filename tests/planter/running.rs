//! What runs in an account's network: services, tasks, and the load balancers before them.

use super::account::{Account, NUMBER, REGION, arn};
use super::snapshot::get;
use serde_json::{Value, json};

/// An ECS service in words.
pub(crate) struct Service<'s> {
    pub(crate) name: &'s str,
    pub(crate) subnets: &'s [&'s str],
    pub(crate) groups: &'s [&'s str],
    pub(crate) public_ip: bool,
    pub(crate) tasks: u32,
    pub(crate) port: u16,
}

impl Account {
    /// A task definition whose image is in the account's own ECR, and whose logs go to CloudWatch.
    pub(crate) fn task_definition(&mut self, name: &str, port: u16) -> &mut Value {
        self.add("repositories", json!({ "repositoryArn": arn("ecr", &format!("repository/{name}")), "registryId": NUMBER, "repositoryName": name,
            "repositoryUri": format!("{NUMBER}.dkr.ecr.{REGION}.amazonaws.com/{name}") }));
        self.add("taskDefinitions", json!({ "taskDefinitionArn": arn("ecs", &format!("task-definition/{name}:1")), "family": name, "revision": 1,
            "status": "ACTIVE", "networkMode": "awsvpc", "requiresCompatibilities": ["FARGATE"], "cpu": "256", "memory": "512",
            "executionRoleArn": format!("arn:aws:iam::{NUMBER}:role/ecsTaskExecutionRole"), "volumes": [],
            "containerDefinitions": [{ "name": name, "image": format!("{NUMBER}.dkr.ecr.{REGION}.amazonaws.com/{name}:1.4.2"), "essential": true,
                "portMappings": [{ "containerPort": port, "hostPort": port, "protocol": "tcp", "name": "http" }],
                "logConfiguration": { "logDriver": "awslogs", "options": { "awslogs-group": format!("/ecs/{name}"),
                    "awslogs-region": REGION, "awslogs-stream-prefix": "ecs" } } }] }));
        self.document["taskDefinitions"].as_array_mut().and_then(|list| list.last_mut()).expect("it was added")
    }

    /// A Fargate service and its task definition. Gives back the service.
    pub(crate) fn service(&mut self, of: &Service<'_>) -> &mut Value {
        let name = of.name;
        self.task_definition(name, of.port);
        self.add("services", json!({ "serviceArn": arn("ecs", &format!("service/shop/{name}")), "serviceName": name,
            "clusterArn": arn("ecs", "cluster/shop"), "status": "ACTIVE", "launchType": "FARGATE", "platformVersion": "LATEST",
            "platformFamily": "Linux", "desiredCount": of.tasks, "runningCount": of.tasks, "schedulingStrategy": "REPLICA",
            "taskDefinition": arn("ecs", &format!("task-definition/{name}:1")),
            "deploymentConfiguration": { "maximumPercent": 200, "minimumHealthyPercent": 100 },
            "networkConfiguration": { "awsvpcConfiguration": { "subnets": of.subnets, "securityGroups": of.groups,
                "assignPublicIp": if of.public_ip { "ENABLED" } else { "DISABLED" } } },
            "loadBalancers": [], "serviceRegistries": [], "enableExecuteCommand": false }));
        self.document["services"].as_array_mut().and_then(|list| list.last_mut()).expect("it was added")
    }

    /// A task outside of services that runs in a subnet: a scheduled one, say.
    pub(crate) fn task(&mut self, name: &str, subnet: &str, address: &str, group: &str) {
        self.task_definition(name, 8080);
        self.interface(
            &format!("task-{name}"),
            subnet,
            address,
            "interface",
            &arn("ecs", &format!("attachment/{name}")),
            &[group],
        );
        let details = [
            ("subnetId", subnet),
            ("networkInterfaceId", &*format!("eni-task-{name}")),
            ("privateIPv4Address", address),
        ]
        .map(|(name, value)| json!({ "name": name, "value": value }));
        self.add("tasks", json!({ "taskArn": arn("ecs", &format!("task/shop/{name}")), "clusterArn": arn("ecs", "cluster/shop"),
            "taskDefinitionArn": arn("ecs", &format!("task-definition/{name}:1")), "group": format!("family:{name}"), "launchType": "FARGATE",
            "lastStatus": "RUNNING", "desiredStatus": "RUNNING", "platformVersion": "1.4.0", "platformFamily": "Linux",
            "enableExecuteCommand": false, "attachments": [{ "id": name, "type": "ElasticNetworkInterface", "status": "ATTACHED", "details": details }] }));
    }

    /// An application load balancer in these subnets that forwards HTTPS to a service's container.
    pub(crate) fn load_balancer(&mut self, name: &str, scheme: &str, subnets: &[&str], group: &str, service: &str) {
        let vpc = self.vpc_of_subnet(subnets[0]);
        let definition = get(&self.document, "taskDefinitions", service);
        let port = definition["containerDefinitions"][0]["portMappings"][0]["containerPort"].clone();
        let balancer = arn("elasticloadbalancing", &format!("loadbalancer/app/{name}/50dc6c495c0c9188"));
        let target = arn("elasticloadbalancing", &format!("targetgroup/{service}/73e2d6bc24d8a067"));
        let listener = arn("elasticloadbalancing", &format!("listener/app/{name}/50dc6c495c0c9188/f2f7dc8efc522ab2"));
        let zones: Vec<Value> = subnets
            .iter()
            .map(|subnet| json!({ "ZoneName": format!("{REGION}{}", subnet.rsplit('-').next().expect("a zone")), "SubnetId": subnet }))
            .collect();
        let forward = json!([{ "Type": "forward", "TargetGroupArn": target, "ForwardConfig": { "TargetGroups": [{ "TargetGroupArn": target, "Weight": 1 }] } }]);
        self.add("LoadBalancers", json!({ "LoadBalancerArn": balancer, "LoadBalancerName": name, "Scheme": scheme, "Type": "application",
            "DNSName": format!("{name}-1234567890.{REGION}.elb.amazonaws.com"), "VpcId": vpc, "State": { "Code": "active" },
            "AvailabilityZones": zones, "SecurityGroups": [group], "IpAddressType": "ipv4" }));
        self.add(
            "TargetGroups",
            json!({ "TargetGroupArn": target, "TargetGroupName": service, "Protocol": "HTTP", "Port": port,
            "VpcId": vpc, "TargetType": "ip", "HealthCheckEnabled": true, "HealthCheckProtocol": "HTTP",
            "HealthCheckPort": "traffic-port", "HealthCheckPath": "/", "LoadBalancerArns": [balancer] }),
        );
        self.add("Listeners", json!({ "ListenerArn": listener, "LoadBalancerArn": balancer, "Port": 443, "Protocol": "HTTPS", "DefaultActions": forward }));
        self.add("Rules", json!({ "RuleArn": listener.replace("listener/", "listener-rule/"), "ListenerArn": listener, "Priority": "default",
            "IsDefault": true, "Conditions": [], "Actions": forward }));
        let services = self.document["services"].as_array_mut().expect("a list");
        let served = services.iter_mut().find(|found| found["serviceName"] == service).expect("the service was added");
        served["loadBalancers"] =
            json!([{ "targetGroupArn": target, "containerName": service, "containerPort": port }]);
    }

    /// What the tasks need besides what their definitions say.
    pub(crate) fn needs(&mut self, needs: &[&str]) {
        self.document["fixture"] = json!({ "needs": needs });
    }
}
