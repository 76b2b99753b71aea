//! What is said otherwise, and means the same; what allows more than is used, or denies what nobody does.

use super::super::account::{entry, permission, route};
use super::*;

/// Each group of the tasks' VPC, changed; those that a change leaves as they are don't count.
pub(super) fn each_group(sound: &Architecture, change: impl Fn(&mut Value)) -> Vec<Case> {
    let case = |id: String| {
        let document = changed(&sound.document, "SecurityGroups", &id, &change);
        (document != sound.document).then(|| Case::nothing(&id, document, NOTHING))
    };
    ids(&sound.document, "SecurityGroups").into_iter().filter_map(case).collect()
}

pub(super) fn repeated_rules(sound: &Architecture) -> Vec<Case> {
    each_group(sound, |group| {
        for field in ["IpPermissions", "IpPermissionsEgress"] {
            let rules = items_mut(group, field);
            rules.extend(rules.clone());
        }
    })
}

pub(super) fn wider_ingress(sound: &Architecture) -> Vec<Case> {
    each_group(sound, |group| {
        for rule in items_mut(group, "IpPermissions")
            .iter_mut()
            .filter(|rule| rule["IpRanges"] == json!([]) && rule["Ipv6Ranges"] == json!([]))
        {
            *rule = permission(0, "10.0.0.0/8");
        }
    })
}

pub(super) fn egress_by_protocol(sound: &Architecture) -> Vec<Case> {
    each_group(sound, |group| {
        if group["IpPermissionsEgress"] == json!([permission(0, IPV4)]) {
            let rule = |protocol: &str| {
                let mut rule = permission(1, IPV4);
                rule["IpProtocol"] = json!(protocol);
                rule["FromPort"] = json!(0);
                rule["ToPort"] = json!(65535);
                rule
            };
            group["IpPermissionsEgress"] = json!([rule("tcp"), rule("udp")]);
        }
    })
}

pub(super) fn second_group(sound: &Architecture) -> Vec<Case> {
    let mut cases = Vec::new();
    for workload in workloads(&sound.document).into_iter().filter(|workload| workload.is_service) {
        let mut account = Account { document: sound.document.clone() };
        account.group("shop", "spare", &[], &[]);
        change_in(&mut account.document, "services", &workload.name, |service| {
            items_mut(&mut service["networkConfiguration"]["awsvpcConfiguration"], "securityGroups")
                .insert(0, json!("sg-spare"));
        });
        cases.push(Case::nothing(&workload.name, account.document, NOTHING));
    }
    cases
}

pub(super) fn each_acl(sound: &Architecture, change: impl Fn(&mut Vec<Value>)) -> Vec<Case> {
    let case = |id: String| {
        let document = changed(&sound.document, "NetworkAcls", &id, |acl| change(items_mut(acl, "Entries")));
        Case::nothing(&id, document, NOTHING)
    };
    ids(&sound.document, "NetworkAcls").into_iter().map(case).collect()
}

pub(super) fn repeated_entries(sound: &Architecture) -> Vec<Case> {
    each_acl(sound, |entries| {
        let again: Vec<Value> = entries.iter().filter(|entry| entry["RuleNumber"] != json!(32767)).cloned().collect();
        for (index, mut entry) in again.into_iter().enumerate() {
            entry["RuleNumber"] = json!(1000 + index);
            entries.push(entry);
        }
    })
}

pub(super) fn without_last_entry(sound: &Architecture) -> Vec<Case> {
    each_acl(sound, |entries| entries.retain(|entry| entry["RuleNumber"] != json!(32767)))
}

pub(super) fn denied_ports(sound: &Architecture) -> Vec<Case> {
    each_acl(sound, |entries| entries.push(entry(10, false, "deny", Some((20, 25)), IPV4)))
}

/// Each default route, replaced.
pub(super) fn each_default(sound: &Architecture, change: impl Fn(&mut Vec<Value>, usize, String)) -> Vec<Case> {
    let mut cases = Vec::new();
    for table in ids(&sound.document, "RouteTables") {
        let Some(to) = target(&sound.document, &table, IPV4) else { continue };
        let document = changed(&sound.document, "RouteTables", &table, |found| {
            let routes = items_mut(found, "Routes");
            let at = routes.iter().position(|route| goes_to(route) == IPV4).expect("it was found");
            change(routes, at, to);
        });
        cases.push(Case::nothing(&table, document, NOTHING));
    }
    cases
}

pub(super) fn halves(sound: &Architecture) -> Vec<Case> {
    each_default(sound, |routes, at, to| {
        routes[at] = route("0.0.0.0/1", &to);
        routes.push(route("128.0.0.0/1", &to));
    })
}

pub(super) fn same_target(sound: &Architecture) -> Vec<Case> {
    each_default(sound, |routes, _, to| routes.push(route("52.0.0.0/8", &to)))
}

pub(super) fn resolver(sound: &Architecture) -> Vec<Case> {
    let document = changed(&sound.document, "DhcpOptions", "dopt-1", |options| {
        options["DhcpConfigurations"][1]["Values"] = json!([{ "Value": "169.254.169.253" }]);
    });
    vec![Case::nothing("dopt-1", document, NOTHING)]
}
