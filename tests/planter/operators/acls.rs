//! Network ACLs: denied before allowed, replies forgotten, the wrong order.

use super::*;

pub(crate) const OPERATORS: &[Operator] = &[
    Operator { name: "deny everything inwards before it is allowed", plant: |sound| each(sound, |entries| deny(entries, false, None), inwards) },
    Operator { name: "deny everything outwards before it is allowed", plant: |sound| each(sound, |entries| deny(entries, true, None), outwards) },
    Operator { name: "deny port 443 inwards before it is allowed", plant: |sound| each(sound, |entries| deny(entries, false, Some((443, 443))), https_in) },
    Operator { name: "deny port 443 outwards before it is allowed", plant: |sound| each(sound, |entries| deny(entries, true, Some((443, 443))), https_out) },
    Operator { name: "let in the VPC and port 443 alone: no replies", plant: |sound| each(sound, |entries| only(entries, false, &[(443, 443)]), replies) },
    Operator { name: "let in the VPC and ports 49152-65535 alone: not all replies", plant: |sound| each(sound, |entries| only(entries, false, &[(443, 443), (49152, 65535)]), some_replies) },
    Operator { name: "let out the VPC and port 80 alone", plant: |sound| each(sound, |entries| only(entries, true, &[(80, 80)]), beyond) },
    Operator { name: "put the last entry first", plant: reordered },
];

/// What hangs on an ACL.
struct Users {
    tasks: bool,
    nat: bool,
    balancer: bool,
    endpoints: bool,
    /// The tasks' VPC's way to a transit gateway.
    spoke: bool,
    /// The other end of that way.
    hub: bool,
}

fn users(sound: &Architecture, acl: &str) -> Users {
    let subnets = subnets_of_acl(&sound.document, acl);
    let holds = |list: &str, field: &str| {
        items(&sound.document, list).any(|element| items(element, field).any(|id| subnets.iter().any(|subnet| *id == subnet.as_str())))
    };
    let attached = subnets.iter().any(|subnet| sound.is_attached(subnet));
    let is_spoke = get(&sound.document, "NetworkAcls", acl)["VpcId"] == sound.task_vpc();
    let balancer = |balancer: &Value| items(balancer, "AvailabilityZones").any(|zone| subnets.iter().any(|subnet| zone["SubnetId"] == subnet.as_str()));
    Users {
        tasks: subnets.iter().any(|subnet| sound.hosts_tasks(subnet)),
        nat: items(&sound.document, "NatGateways").any(|nat| subnets.iter().any(|subnet| nat["SubnetId"] == subnet.as_str())),
        balancer: items(&sound.document, "LoadBalancers").any(balancer),
        endpoints: holds("VpcEndpoints", "SubnetIds"),
        spoke: attached && is_spoke,
        hub: attached && !is_spoke,
    }
}

fn each(sound: &Architecture, change: impl Fn(&mut Vec<Value>), expect: fn(&Architecture, &Users) -> Result<&'static str, &'static str>) -> Vec<Case> {
    let case = |acl: String| {
        let document = changed(&sound.document, "NetworkAcls", &acl, |found| change(items_mut(found, "Entries")));
        match expect(sound, &users(sound, &acl)) {
            Ok("nacl/nat-subnet") if sound.has_endpoints() => Case::nothing(&acl, document, SERVED),
            Ok(rule) => Case::fault(&acl, document, rule, &acl),
            Err(because) => Case::nothing(&acl, document, because),
        }
    };
    ids(&sound.document, "NetworkAcls").into_iter().map(case).collect()
}

fn deny(entries: &mut Vec<Value>, egress: bool, ports: Option<(u16, u16)>) {
    entries.push(entry(50, egress, "deny", ports, IPV4));
    entries.push(entry(51, egress, "deny", ports, IPV6));
}

/// The VPCs' blocks, and TCP to these ports from or to anywhere.
fn only(entries: &mut Vec<Value>, egress: bool, ports: &[(u16, u16)]) {
    entries.retain(|entry| entry["Egress"] != json!(egress));
    for (family, (inner, anywhere)) in [("10.0.0.0/8", IPV4), ("2600:1f18::/32", IPV6)].into_iter().enumerate() {
        let first = 100 + 50 * family as u16;
        entries.push(entry(first, egress, "allow", None, inner));
        for (index, ports) in ports.iter().enumerate() {
            entries.push(entry(first + 1 + index as u16, egress, "allow", Some(*ports), anywhere));
        }
    }
}

const INNER: &str = "what passes there is the VPC's own";

fn inwards(sound: &Architecture, users: &Users) -> Result<&'static str, &'static str> {
    outer(sound, users, "nacl/return")
}

fn outwards(sound: &Architecture, users: &Users) -> Result<&'static str, &'static str> {
    outer(sound, users, "nacl/egress")
}

/// The rule for an ACL that stops all in one direction; for who sends from its subnets, this one.
fn outer(_: &Architecture, users: &Users, own: &'static str) -> Result<&'static str, &'static str> {
    Ok(match users {
        Users { tasks: true, .. } => own,
        Users { nat: true, .. } => "nacl/nat-subnet",
        Users { balancer: true, .. } => own,
        Users { endpoints: true, .. } => "nacl/endpoint-subnet",
        Users { spoke: true, .. } | Users { hub: true, .. } => "nacl/transit-subnet",
        _ => "nacl/destination-subnet",
    })
}

fn https_in(_: &Architecture, users: &Users) -> Result<&'static str, &'static str> {
    match users {
        Users { endpoints: true, .. } => Ok("nacl/endpoint-subnet"),
        Users { nat: true, .. } => Ok("nacl/nat-subnet"),
        Users { spoke: true, .. } => Ok("nacl/transit-subnet"),
        Users { tasks: true, .. } => Err("replies come to ephemeral ports"),
        _ => Err("nobody asks for port 443 there"),
    }
}

fn https_out(_: &Architecture, users: &Users) -> Result<&'static str, &'static str> {
    match users {
        Users { tasks: true, .. } => Ok("nacl/egress"),
        Users { nat: true, .. } => Ok("nacl/nat-subnet"),
        Users { hub: true, .. } => Ok("nacl/transit-subnet"),
        _ => Err("only replies leave there, to ephemeral ports"),
    }
}

fn replies(_: &Architecture, users: &Users) -> Result<&'static str, &'static str> {
    match users {
        Users { tasks: true, .. } => Ok("nacl/return"),
        Users { nat: true, .. } => Ok("nacl/nat-subnet"),
        Users { hub: true, .. } => Ok("nacl/transit-subnet"),
        _ => Err(INNER),
    }
}

fn some_replies(_: &Architecture, users: &Users) -> Result<&'static str, &'static str> {
    match users {
        Users { tasks: true, .. } => Ok("nacl/partial"),
        Users { nat: true, .. } => Ok("nacl/nat-subnet"),
        Users { hub: true, .. } => Ok("nacl/transit-subnet"),
        _ => Err(INNER),
    }
}

fn beyond(_: &Architecture, users: &Users) -> Result<&'static str, &'static str> {
    match users {
        Users { tasks: true, .. } => Ok("nacl/egress"),
        Users { nat: true, .. } => Ok("nacl/nat-subnet"),
        Users { hub: true, .. } => Ok("nacl/transit-subnet"),
        _ => Err(INNER),
    }
}

fn reordered(sound: &Architecture) -> Vec<Case> {
    let mut cases = Vec::new();
    for acl in ids(&sound.document, "NetworkAcls") {
        for (egress, way, own) in [(false, "inwards", "nacl/return"), (true, "outwards", "nacl/egress")] {
            let entries = items(get(&sound.document, "NetworkAcls", &acl), "Entries");
            let last = entries.filter(|entry| entry["Egress"] == json!(egress) && entry["RuleNumber"] != json!(32767)).last();
            let Some(last) = last.filter(|entry| entry["RuleAction"] == "deny") else { continue };
            let document = changed(&sound.document, "NetworkAcls", &acl, |found| {
                for entry in items_mut(found, "Entries").iter_mut().filter(|entry| *entry == last) {
                    entry["RuleNumber"] = json!(10);
                }
            });
            let rule = if users(sound, &acl).tasks { own } else { "nacl/nat-subnet" };
            cases.push(Case::fault(&format!("{acl} {way}"), document, rule, &acl));
        }
    }
    cases
}
