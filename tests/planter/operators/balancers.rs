//! Load balancers, their listeners and target groups, and the groups between them and the tasks.

use super::*;

pub(crate) const OPERATORS: &[Operator] = &[
    Operator { name: "close the tasks' group to the load balancer", plant: |sound| task_ingress(sound, &[]) },
    Operator {
        name: "open the tasks' group to a group that the load balancer lacks",
        plant: |sound| task_ingress(sound, &[permission(8080, "sg-shop-default")]),
    },
    Operator {
        name: "open another port of the tasks to the load balancer",
        plant: |sound| task_ingress(sound, &[permission(80, "sg-balancer")]),
    },
    Operator {
        name: "open another port of the tasks to the world instead of the load balancer's",
        plant: |sound| task_ingress(sound, &[permission(9, IPV4)]),
    },
    Operator { name: "close the load balancer's egress", plant: |sound| balancer_egress(sound, &[]) },
    Operator {
        name: "let the load balancer out by another port",
        plant: |sound| balancer_egress(sound, &[permission(80, "sg-app")]),
    },
    Operator { name: "close the load balancer's ingress", plant: closed },
    Operator { name: "ask for health on a port that the tasks don't listen on", plant: health },
    Operator {
        name: "ask for health on another port of the tasks, which their group doesn't open",
        plant: mapped_health,
    },
    Operator { name: "move the internet-facing load balancer to the private subnets", plant: to_private },
    Operator { name: "make the load balancer internal", plant: internal },
    Operator { name: "fail to set the load balancer up", plant: failed },
    Operator { name: "disable a zone of the load balancer", plant: fewer_zones },
    Operator { name: "leave the load balancer's subnet few addresses", plant: full },
    Operator { name: "let the target type be instance", plant: instance },
    Operator { name: "register a port that the container doesn't map", plant: wrong_port },
    Operator { name: "register a container that the definition lacks", plant: wrong_container },
    Operator { name: "delete the listener", plant: without_listener },
    Operator { name: "let the listener answer by itself", plant: fixed_response },
    Operator { name: "delete the target group", plant: without_target_group },
];

/// The load balancer's own group.
const BALANCER: &str = "sg-balancer";

fn balancers(sound: &Architecture) -> Vec<(String, bool)> {
    let of = items(&sound.document, "LoadBalancers");
    of.map(|found| (text(found, "LoadBalancerName").to_owned(), found["Scheme"] == "internet-facing")).collect()
}

/// How findings name a load balancer.
fn id(name: &str) -> String {
    format!("app/{name}/50dc6c495c0c9188")
}

fn group(sound: &Architecture, group: &str, field: &str, rules: &[Value], rule: &str) -> Vec<Case> {
    if !has_group(sound, group) || !has_group(sound, BALANCER) {
        return Vec::new();
    }
    let document = changed(&sound.document, "SecurityGroups", group, |found| found[field] = json!(rules));
    vec![Case::fault(group, document, rule, group)]
}

fn task_ingress(sound: &Architecture, rules: &[Value]) -> Vec<Case> {
    group(sound, "sg-app", "IpPermissions", rules, "sg/task-from-load-balancer")
}

fn balancer_egress(sound: &Architecture, rules: &[Value]) -> Vec<Case> {
    group(sound, "sg-balancer", "IpPermissionsEgress", rules, "sg/load-balancer-egress")
}

fn each(sound: &Architecture, change: impl Fn(&mut Value), case: impl Fn(&str, bool, Value) -> Case) -> Vec<Case> {
    let changed = |(name, is_public): (String, bool)| {
        let document = changed(&sound.document, "LoadBalancers", &name, &change);
        case(&name, is_public, document)
    };
    balancers(sound).into_iter().map(changed).collect()
}

fn closed(sound: &Architecture) -> Vec<Case> {
    let case = |(name, _): (String, bool)| {
        let document =
            changed(&sound.document, "SecurityGroups", "sg-balancer", |group| group["IpPermissions"] = json!([]));
        Case::fault("sg-balancer", document, "sg/load-balancer-ingress", &id(&name))
    };
    balancers(sound).into_iter().filter(|_| has_group(sound, BALANCER)).map(case).collect()
}

fn health(sound: &Architecture) -> Vec<Case> {
    if !has_group(sound, BALANCER) {
        return Vec::new();
    }
    let mut document =
        changed(&sound.document, "TargetGroups", "app", |found| found["HealthCheckPort"] = json!("9090"));
    change_in(&mut document, "SecurityGroups", "sg-balancer", |group| {
        group["IpPermissionsEgress"] = json!([permission(0, IPV4)])
    });
    vec![Case::fault("app", document, "lb/health-check-port", "app/73e2d6bc24d8a067")]
}

/// On a port that the container listens on, the group is what keeps health checks out.
fn mapped_health(sound: &Architecture) -> Vec<Case> {
    let map = |definition: &mut Value| {
        items_mut(&mut definition["containerDefinitions"][0], "portMappings")
            .push(json!({ "containerPort": 9090, "hostPort": 9090, "protocol": "tcp" }));
    };
    let guilty = |case: Case| {
        let document = changed(&case.document, "taskDefinitions", "app", map);
        Case::fault("app", document, "sg/task-from-load-balancer", "sg-app")
    };
    health(sound).into_iter().map(guilty).collect()
}

fn to_private(sound: &Architecture) -> Vec<Case> {
    let public = balancers(sound).into_iter().filter(|(_, is_public)| *is_public);
    let case = |(name, _): (String, bool)| {
        let document = changed(&sound.document, "LoadBalancers", &name, |found| {
            for zone in items_mut(found, "AvailabilityZones") {
                zone["SubnetId"] = json!(text(zone, "SubnetId").replace("public", "private"));
            }
        });
        Case::fault(&name, document, "lb/internet-facing-subnets", &id(&name))
    };
    public.map(case).collect()
}

fn internal(sound: &Architecture) -> Vec<Case> {
    let make = |found: &mut Value| found["Scheme"] = json!("internal");
    let case = |name: &str, _: bool, document| {
        Case::nothing(name, document, "whom it is for the input doesn't tell: it serves the VPC")
    };
    each(sound, make, case)
        .into_iter()
        .zip(balancers(sound))
        .filter(|(_, (_, is_public))| *is_public)
        .map(|(case, _)| case)
        .collect()
}

/// Application load balancers have two zones at least.
fn fewer_zones(sound: &Architecture) -> Vec<Case> {
    let zones = items(&sound.document, "LoadBalancers").map(|found| items(found, "AvailabilityZones").count()).max();
    let zones = zones.filter(|zones| *zones > 2).unwrap_or_default();
    (0..zones)
        .flat_map(|at| {
            let change = move |found: &mut Value| drop(items_mut(found, "AvailabilityZones").remove(at));
            each(sound, change, move |name, _, document| {
                Case::fault(&format!("{name} {}", ["a", "b", "c"][at]), document, "lb/zones", &id(name))
            })
        })
        .collect()
}

fn full(sound: &Architecture) -> Vec<Case> {
    let case = |(name, _): (String, bool)| {
        let balancer = get(&sound.document, "LoadBalancers", &name);
        let subnet = text(&balancer["AvailabilityZones"][0], "SubnetId");
        let document = changed(&sound.document, "Subnets", subnet, |found| found["AvailableIpAddressCount"] = json!(3));
        Case::warned(subnet, document, "lb/addresses", &id(&name), "it works until it has to grow")
    };
    balancers(sound).into_iter().map(case).collect()
}

fn failed(sound: &Architecture) -> Vec<Case> {
    let case = |name: &str, _, document| Case::fault(name, document, "lb/available", &id(name));
    each(sound, |balancer| balancer["State"] = json!({ "Code": "failed" }), case)
}

fn instance(sound: &Architecture) -> Vec<Case> {
    if balancers(sound).is_empty() {
        return Vec::new();
    }
    let document = changed(&sound.document, "TargetGroups", "app", |found| found["TargetType"] = json!("instance"));
    vec![Case::fault("app", document, "lb/target-type", "app")]
}

fn registered(sound: &Architecture, rule: &str, change: fn(&mut Value)) -> Vec<Case> {
    if balancers(sound).is_empty() {
        return Vec::new();
    }
    let document = changed(&sound.document, "services", "app", |service| change(&mut service["loadBalancers"][0]));
    vec![Case::fault("app", document, rule, "app")]
}

fn wrong_port(sound: &Architecture) -> Vec<Case> {
    registered(sound, "lb/target-port", |entry| entry["containerPort"] = json!(9999))
}

fn wrong_container(sound: &Architecture) -> Vec<Case> {
    registered(sound, "lb/target-port", |entry| entry["containerName"] = json!("web"))
}

fn unserved(sound: &Architecture, change: fn(&mut Value)) -> Vec<Case> {
    if balancers(sound).is_empty() {
        return Vec::new();
    }
    let mut document = sound.document.clone();
    change(&mut document);
    change_in(&mut document, "TargetGroups", "app", |found| found["LoadBalancerArns"] = json!([]));
    vec![Case::fault("app", document, "lb/listener", "app")]
}

fn without_listener(sound: &Architecture) -> Vec<Case> {
    unserved(sound, |document| {
        document["Listeners"] = json!([]);
        document["Rules"] = json!([]);
    })
}

fn fixed_response(sound: &Architecture) -> Vec<Case> {
    unserved(sound, |document| {
        let answer = json!([{ "Type": "fixed-response", "FixedResponseConfig": { "StatusCode": "404" } }]);
        document["Listeners"][0]["DefaultActions"] = answer.clone();
        document["Rules"][0]["Actions"] = answer;
    })
}

fn without_target_group(sound: &Architecture) -> Vec<Case> {
    if balancers(sound).is_empty() {
        return Vec::new();
    }
    let mut document = without(&sound.document, "TargetGroups", "app");
    let answer = json!([{ "Type": "fixed-response", "FixedResponseConfig": { "StatusCode": "404" } }]);
    document["Listeners"][0]["DefaultActions"] = answer.clone();
    document["Rules"][0]["Actions"] = answer;
    vec![Case::fault("app", document, "lb/listener", "app")]
}
