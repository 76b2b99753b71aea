//! The designs, each with what is told of it.

use super::changes::*;
use serde_json::{Value, json};

/// A network of which something is changed.
pub(crate) struct Row {
    /// What is changed, and why that is or isn't a fault.
    pub(crate) name: &'static str,
    /// The fixture, in the folder of fixtures.
    pub(crate) of: &'static str,
    /// Changes it.
    pub(crate) change: fn(&mut Value),
    /// All that is found then but what is only worth knowing: the severity, the rule, and the name of the resource.
    pub(crate) found: &'static [(&'static str, &'static str, &'static str)],
    /// The rules that could not be judged.
    pub(crate) unjudged: &'static [&'static str],
}

pub(crate) const NAMESPACE: &str = "near-misses/service-connect-front-end";
pub(crate) const LISTENERS: &str = "rules/sg/load-balancer-ingress/pass";
pub(crate) const CACHE: &str = "rules/workload/pull-through-cache/fail";
pub(crate) const CLOSED: &str = "sg/destination-ingress";

pub(crate) const ROWS: &[Row] = &[
    Row {
        name: "an ACL keeps tasks from central endpoints: that no default route is there is no fault",
        of: "near-misses/central-endpoints-behind-a-transit-gateway",
        change: |network| network["NetworkAcls"][0]["Entries"][0]["RuleAction"] = json!("deny"),
        found: &[("error", "nacl/transit-subnet", "acl-0f3526a4039df625f")],
        unjudged: &[],
    },
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
        found: &[("warning", CLOSED, "app"), ("warning", CLOSED, "api")],
        unjudged: &[],
    },
    Row {
        name: "both are behind the load balancer with one group, which doesn't let them in to each other",
        of: NAMESPACE,
        change: |network| {
            network["services"][1]["loadBalancers"] = network["services"][0]["loadBalancers"].clone();
            network["services"][1]["networkConfiguration"] = network["services"][0]["networkConfiguration"].clone();
        },
        found: &[("error", CLOSED, "app")],
        unjudged: &[],
    },
    Row {
        name: "each is behind a load balancer of its own with one group, and nothing says that one calls the other",
        of: NAMESPACE,
        change: |network| {
            network["services"][1]["networkConfiguration"] = network["services"][0]["networkConfiguration"].clone();
            own_load_balancer(network);
        },
        found: &[("warning", CLOSED, "app")],
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
