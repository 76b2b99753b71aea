//! Network ACLs: denied before allowed, replies forgotten, the wrong order.

use super::*;

pub(crate) const OPERATORS: &[Operator] = &[
    Operator {
        name: "deny everything inwards before it is allowed",
        plant: |sound| each(sound, |entries| deny(entries, false, None), inwards),
    },
    Operator {
        name: "deny everything outwards before it is allowed",
        plant: |sound| each(sound, |entries| deny(entries, true, None), outwards),
    },
    Operator {
        name: "deny port 443 inwards before it is allowed",
        plant: |sound| each(sound, |entries| deny(entries, false, Some((443, 443))), https_in),
    },
    Operator { name: "deny port 3389 inwards before it is allowed", plant: hardened },
    Operator {
        name: "deny port 443 outwards before it is allowed",
        plant: |sound| each(sound, |entries| deny(entries, true, Some((443, 443))), https_out),
    },
    Operator {
        name: "let in the VPC and port 443 alone: no replies",
        plant: |sound| each(sound, |entries| only(entries, false, &[(443, 443)]), replies),
    },
    Operator {
        name: "let in the VPC and ports 49152-65535 alone: not all replies",
        plant: |sound| each(sound, |entries| only(entries, false, &[(443, 443), (49152, 65535)]), some_replies),
    },
    Operator {
        name: "let out the VPC and port 80 alone",
        plant: |sound| each(sound, |entries| only(entries, true, &[(80, 80)]), out),
    },
    Operator {
        name: "deny UDP port 53 inwards before it is allowed",
        plant: |sound| each(sound, |entries| deny_udp(entries, false, (53, 53)), names_in),
    },
    Operator {
        name: "deny UDP port 53 outwards before it is allowed",
        plant: |sound| each(sound, |entries| deny_udp(entries, true, (53, 53)), names_out),
    },
    Operator {
        name: "deny UDP ports 1024-65535 inwards before they are allowed",
        plant: |sound| each(sound, |entries| deny_udp(entries, false, (1024, 65535)), answers_in),
    },
    Operator { name: "put the last entry first", plant: reordered },
];

/// What hangs on an ACL.
struct Users {
    tasks: bool,
    /// Whether others call the tasks: a load balancer, or a service of their namespace.
    called: bool,
    nat: bool,
    balancer: bool,
    /// Whether clients come there from the internet, and nobody leaves by a NAT gateway.
    clients: bool,
    /// Whether an instance that forwards is there.
    instance: bool,
    endpoints: bool,
    /// The tasks' VPC's way to a transit gateway.
    spoke: bool,
    /// The other end of that way.
    hub: bool,
    /// Whether that is the tasks' way to the internet.
    way_out: bool,
    /// Whether it is their way to endpoints.
    central: bool,
    /// Whether the tasks ask resolvers of their own.
    asks: bool,
    /// Those resolvers.
    resolvers: bool,
}

fn users(sound: &Architecture, acl: &str) -> Users {
    let subnets = subnets_of_acl(&sound.document, acl);
    let holds = |list: &str, field: &str| {
        items(&sound.document, list)
            .any(|element| items(element, field).any(|id| subnets.iter().any(|subnet| *id == subnet.as_str())))
    };
    let attached = subnets.iter().any(|subnet| sound.is_attached(subnet));
    let is_spoke = get(&sound.document, "NetworkAcls", acl)["VpcId"] == sound.task_vpc();
    let balancer = |balancer: &Value| {
        items(balancer, "AvailabilityZones")
            .any(|zone| subnets.iter().any(|subnet| zone["SubnetId"] == subnet.as_str()))
    };
    let tasks = subnets.iter().any(|subnet| sound.hosts_tasks(subnet));
    let is_called = |service: &Value| {
        items(service, "loadBalancers").next().is_some() || service["serviceConnectConfiguration"].is_object()
    };
    let nat = items(&sound.document, "NatGateways")
        .any(|nat| subnets.iter().any(|subnet| nat["SubnetId"] == subnet.as_str()));
    let is_public = |found: &Value| found["Scheme"] == "internet-facing" && balancer(found);
    Users {
        tasks,
        called: tasks && items(&sound.document, "services").any(is_called),
        nat,
        clients: !nat && items(&sound.document, "LoadBalancers").any(is_public),
        instance: subnets.iter().any(|subnet| sound.holds_nat_instance(subnet)),
        balancer: items(&sound.document, "LoadBalancers").any(balancer),
        endpoints: holds("VpcEndpoints", "SubnetIds"),
        spoke: attached && is_spoke,
        hub: attached && !is_spoke,
        way_out: sound.leaves_by_transit_gateway(),
        central: sound.has_central_endpoints(),
        asks: sound.has_own_resolvers(),
        resolvers: items(&sound.document, "NetworkInterfaces").any(|interface| {
            text(interface, "Description").starts_with("Route 53 Resolver")
                && subnets.iter().any(|subnet| interface["SubnetId"] == subnet.as_str())
        }),
    }
}

/// Rules of whom a change stops, and else why it stops nobody.
type Stopped = (Vec<&'static str>, &'static str);

fn each(sound: &Architecture, change: impl Fn(&mut Vec<Value>), stopped: fn(&Users) -> Stopped) -> Vec<Case> {
    let case = |acl: String| {
        let document = changed(&sound.document, "NetworkAcls", &acl, |found| change(items_mut(found, "Entries")));
        let (mut rules, because) = stopped(&users(sound, &acl));
        rules.dedup();
        match rules[..] {
            [] => Case::nothing(&acl, document, because),
            ["nacl/nat-subnet"] if sound.has_endpoints() => Case::nothing(&acl, document, SERVED),
            [rule] => Case::fault(&acl, document, rule, &acl),
            // One thing is wrong, whomever it stops.
            _ => Case::fault(&acl, document, "nacl/entry", &acl),
        }
    };
    ids(&sound.document, "NetworkAcls").into_iter().map(case).collect()
}

fn deny(entries: &mut Vec<Value>, egress: bool, ports: Option<(u16, u16)>) {
    entries.push(entry(50, egress, "deny", ports, IPV4));
    entries.push(entry(51, egress, "deny", ports, IPV6));
}

const RARE: &str =
    "of 64512 ports that replies come to it drops one: not one connection in a thousand fails, which is an info";

fn deny_udp(entries: &mut Vec<Value>, egress: bool, ports: (u16, u16)) {
    let mut denial = entry(50, egress, "deny", Some(ports), IPV4);
    denial["Protocol"] = json!("17");
    entries.push(denial);
}

/// A port on which nobody may log in is among those that replies to NAT gateways and load balancers come to.
fn hardened(sound: &Architecture) -> Vec<Case> {
    let change = |entries: &mut Vec<Value>| deny(entries, false, Some((3389, 3389)));
    let told = |users: &Users| those(&[(users.balancer, "nacl/partial"), (users.nat, "nacl/nat-subnet")], NOT_ASKED);
    let mut cases = each(sound, change, told);
    for case in cases.iter_mut().filter(|case| !case.expect.is_empty()) {
        case.because = RARE;
        case.expect.clear();
    }
    cases
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

/// The rules for those of the users that are there.
fn those(users: &[(bool, &'static str)], else_because: &'static str) -> Stopped {
    (users.iter().filter(|(is_there, _)| *is_there).map(|(_, rule)| *rule).collect(), else_because)
}

const NOT_ASKED: &str = "nobody asks for port 3389 there, and tasks' ephemeral ports begin at 32768";
const INNER: &str = "what passes there is the VPC's own";

/// Whom an ACL stops that lets nothing in, or nothing out. Who sends from its subnets is told by a rule for that direction.
fn all(users: &Users, own: &'static str) -> Stopped {
    let others = [
        (users.tasks || users.balancer, own),
        (users.called, "nacl/destination-subnet"),
        (users.nat, "nacl/nat-subnet"),
        (users.endpoints, "nacl/endpoint-subnet"),
        (users.spoke || users.hub, "nacl/transit-subnet"),
    ];
    match those(&others, INNER) {
        (none, _) if none.is_empty() => (vec!["nacl/destination-subnet"], INNER),
        stopped => stopped,
    }
}

const NO_NAMES: &str =
    "no question for a name passes there, nor its answer; and AWS's own resolver is behind no network ACL";

fn names_in(users: &Users) -> Stopped {
    let asked = [(users.resolvers, "nacl/destination-subnet"), (users.spoke && users.asks, "nacl/transit-subnet")];
    those(&asked, NO_NAMES)
}

fn names_out(users: &Users) -> Stopped {
    those(&[(users.tasks && users.asks, "nacl/egress"), (users.hub && users.asks, "nacl/transit-subnet")], NO_NAMES)
}

fn answers_in(users: &Users) -> Stopped {
    those(&[(users.tasks && users.asks, "nacl/return"), (users.hub && users.asks, "nacl/transit-subnet")], NO_NAMES)
}

fn inwards(users: &Users) -> Stopped {
    all(users, "nacl/return")
}

fn outwards(users: &Users) -> Stopped {
    match users.instance {
        true => (Vec::new(), BEHIND),
        false => all(users, "nacl/egress"),
    }
}

fn https_in(users: &Users) -> Stopped {
    let asked = [
        (users.endpoints, "nacl/endpoint-subnet"),
        (users.nat, "nacl/nat-subnet"),
        (users.clients, "nacl/load-balancer-subnet"),
        (users.instance, "nacl/destination-subnet"),
        (users.spoke && (users.way_out || users.central), "nacl/transit-subnet"),
    ];
    those(&asked, "nobody asks for port 443 there: replies come to ephemeral ports")
}

/// Whom an ACL stops that lets out, or back in, what is the VPCs' own alone.
fn beyond(users: &Users, own: &'static str) -> Stopped {
    let transit = users.hub && users.way_out;
    those(&[(users.tasks, own), (users.nat, "nacl/nat-subnet"), (transit, "nacl/transit-subnet")], INNER)
}

fn https_out(users: &Users) -> Stopped {
    match users.hub && users.central {
        true => (vec!["nacl/transit-subnet"], INNER),
        false => beyond(users, "nacl/egress"),
    }
}

fn out(users: &Users) -> Stopped {
    match users.clients {
        true => (vec!["nacl/load-balancer-subnet"], INNER),
        false => beyond(users, "nacl/egress"),
    }
}

fn replies(users: &Users) -> Stopped {
    beyond(users, "nacl/return")
}

fn some_replies(users: &Users) -> Stopped {
    beyond(users, "nacl/partial")
}

fn reordered(sound: &Architecture) -> Vec<Case> {
    let mut cases = Vec::new();
    for acl in ids(&sound.document, "NetworkAcls") {
        for (egress, way, own) in [(false, "inwards", "nacl/return"), (true, "outwards", "nacl/egress")] {
            let entries = items(get(&sound.document, "NetworkAcls", &acl), "Entries");
            let last =
                entries.filter(|entry| entry["Egress"] == json!(egress) && entry["RuleNumber"] != json!(32767)).last();
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
