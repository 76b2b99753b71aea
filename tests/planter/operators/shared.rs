//! A security group that tasks, endpoints and a load balancer share: one change of its rules breaks several of them.

use super::*;

pub(crate) const OPERATORS: &[Operator] = &[
    Operator { name: "empty the group that tasks, endpoints and the load balancer share", plant: emptied },
    Operator {
        name: "delete the inbound rules of the shared group",
        plant: |sound| ruled(sound, INBOUND, &[], "sg/rules"),
    },
    Operator {
        name: "delete the outbound rules of the shared group",
        plant: |sound| ruled(sound, OUTBOUND, &[], "sg/rules"),
    },
    Operator {
        name: "delete the rule by which the shared group lets its members in",
        plant: |sound| ruled(sound, INBOUND, &[permission(443, "sg-clients")], "sg/rules"),
    },
    Operator {
        name: "let the shared group out to S3 alone",
        plant: |sound| ruled(sound, OUTBOUND, &[permission(443, S3_LIST)], "sg/rules"),
    },
    Operator {
        name: "let members of the shared group in on port 443 alone",
        plant: |sound| ruled(sound, INBOUND, &[permission(443, "sg-one")], "sg/task-from-load-balancer"),
    },
    Operator {
        name: "let members of the shared group in on port 8080 alone",
        plant: |sound| {
            ruled(sound, INBOUND, &[permission(8080, "sg-one"), permission(443, "sg-clients")], "sg/endpoint-ingress")
        },
    },
    Operator {
        name: "let members of the shared group out on port 443 alone",
        plant: |sound| {
            let rules = [permission(443, "sg-one"), permission(443, S3_LIST)];
            ruled(sound, OUTBOUND, &rules, "sg/load-balancer-egress")
        },
    },
    Operator {
        name: "let nobody but its members out by the shared group",
        plant: |sound| ruled(sound, OUTBOUND, &[permission(0, "sg-one")], "sg/egress"),
    },
];

const INBOUND: &str = "IpPermissions";
const OUTBOUND: &str = "IpPermissionsEgress";
const GROUP: &str = "sg-one";

fn shared(sound: &Architecture, rule: &str, change: impl FnOnce(&mut Value)) -> Vec<Case> {
    if !has_group(sound, GROUP) {
        return Vec::new();
    }
    vec![Case::fault(GROUP, changed(&sound.document, "SecurityGroups", GROUP, change), rule, GROUP)]
}

fn ruled(sound: &Architecture, direction: &str, rules: &[Value], rule: &str) -> Vec<Case> {
    shared(sound, rule, |group| group[direction] = json!(rules))
}

fn emptied(sound: &Architecture) -> Vec<Case> {
    shared(sound, "sg/rules", |group| {
        for direction in [INBOUND, OUTBOUND] {
            group[direction] = json!([]);
        }
    })
}
