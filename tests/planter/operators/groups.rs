//! Security groups of tasks: egress that is lost or narrowed, ingress that is opened, groups that are gone.

use super::*;

pub(crate) const OPERATORS: &[Operator] = &[
    Operator { name: "delete all egress of the tasks' group", plant: |sound| egress(sound, &[]) },
    Operator { name: "narrow the tasks' egress to port 80", plant: |sound| egress(sound, &[permission(80, IPV4)]) },
    Operator {
        name: "narrow the tasks' egress to 192.168.0.0/16",
        plant: |sound| egress(sound, &[permission(0, "192.168.0.0/16")]),
    },
    Operator {
        name: "narrow the tasks' egress to the VPC",
        plant: |sound| egress(sound, &[permission(0, "10.0.0.0/16")]),
    },
    Operator {
        name: "narrow the tasks' egress to a group that nobody has",
        plant: |sound| egress(sound, &[permission(0, "sg-shop-default")]),
    },
    Operator { name: "narrow the tasks' egress to UDP", plant: to_udp },
    Operator {
        name: "give the workload a group that is gone",
        plant: |sound| other_group(sound, "sg-gone", "workload/security-group"),
    },
    Operator { name: "give the workload another VPC's group", plant: foreign_group },
    Operator { name: "open the tasks' port 22 to the world", plant: open },
];

/// Groups that tasks alone have.
fn groups(sound: &Architecture) -> Vec<String> {
    let mut groups: Vec<String> = workloads(&sound.document).into_iter().flat_map(|workload| workload.groups).collect();
    groups.sort();
    groups.dedup();
    let is_shared = |group: &str| {
        let balancers = items(&sound.document, "LoadBalancers");
        balancers.flat_map(|balancer| items(balancer, "SecurityGroups")).any(|found| found == group)
    };
    groups.retain(|group| !is_shared(group));
    groups
}

fn egress(sound: &Architecture, rules: &[Value]) -> Vec<Case> {
    let case = |group: String| {
        let document =
            changed(&sound.document, "SecurityGroups", &group, |found| found["IpPermissionsEgress"] = json!(rules));
        Case::fault(&group, document, "sg/egress", &group)
    };
    groups(sound).into_iter().map(case).collect()
}

fn to_udp(sound: &Architecture) -> Vec<Case> {
    egress(sound, &[udp(443, IPV4)])
}

fn other_group(sound: &Architecture, group: &str, rule: &str) -> Vec<Case> {
    let services = workloads(&sound.document).into_iter().filter(|workload| workload.is_service);
    let case = |workload: super::Workload| {
        let document = changed(&sound.document, "services", &workload.name, |service| {
            service["networkConfiguration"]["awsvpcConfiguration"]["securityGroups"] = json!([group]);
        });
        Case::fault(&workload.name, document, rule, &workload.name)
    };
    services.map(case).collect()
}

fn foreign_group(sound: &Architecture) -> Vec<Case> {
    let foreign = items(&sound.document, "SecurityGroups").find(|group| group["VpcId"] != sound.task_vpc());
    let Some(foreign) = foreign else { return Vec::new() };
    other_group(sound, text(foreign, "GroupId"), "workload/security-group-vpc")
}

fn open(sound: &Architecture) -> Vec<Case> {
    let case = |group: String| {
        let document = changed(&sound.document, "SecurityGroups", &group, |found| {
            items_mut(found, "IpPermissions").push(permission(22, IPV4));
        });
        Case::warned(&group, document, "sg/inbound-open", &group, "nothing breaks; but nothing asks for it")
    };
    groups(sound).into_iter().map(case).collect()
}
