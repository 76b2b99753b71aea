//! Changes that break nothing: nothing may be said of them.

use super::account::{Account, Service, entry, permission, route};
use super::architectures::Architecture;
use super::case::{Case, Operator};
use super::snapshot::*;
use serde_json::{Value, json};

const IPV4: &str = "0.0.0.0/0";

pub(crate) const OPERATORS: &[Operator] = &[
    Operator { name: "give every resource another id", plant: renamed_ids },
    Operator { name: "give every resource another Name tag", plant: renamed_tags },
    Operator { name: "take all Name tags", plant: without_tags },
    Operator { name: "reverse every list", plant: reversed },
    Operator { name: "write the objects' keys in another order", plant: other_keys },
    Operator { name: "add fields that nobody knows", plant: unknown_fields },
    Operator { name: "add another VPC, its gateways detached and its tables empty", plant: other_vpc },
    Operator { name: "add an isolated subnet", plant: isolated_subnet },
    Operator { name: "add a route table that no subnet has", plant: unused_table },
    Operator { name: "add a security group that is open to all, and that nothing has", plant: unused_group },
    Operator { name: "add a network ACL that denies everything, and that no subnet has", plant: unused_acl },
    Operator { name: "add an internet gateway that is attached nowhere", plant: unused_gateway },
    Operator { name: "add a NAT gateway that failed, and that no route leads to", plant: unused_nat },
    Operator { name: "add a peering connection that nobody accepted", plant: unused_peering },
    Operator { name: "add a gateway endpoint for DynamoDB", plant: dynamodb },
    Operator { name: "add an interface endpoint for a service that no task needs", plant: unneeded_endpoint },
    Operator { name: "repeat every rule of a group", plant: repeated_rules },
    Operator { name: "widen an ingress rule of a group to the VPCs", plant: wider_ingress },
    Operator { name: "write a group's free egress as one rule for each protocol", plant: egress_by_protocol },
    Operator { name: "give tasks a second group that allows nothing", plant: second_group },
    Operator { name: "repeat an ACL's entries with higher numbers", plant: repeated_entries },
    Operator { name: "leave out an ACL's last entry", plant: without_last_entry },
    Operator { name: "deny an ACL's inbound ports below 1024 that nobody asks for", plant: denied_ports },
    Operator { name: "write the default route as its two halves", plant: halves },
    Operator { name: "add a more specific route to the same target", plant: same_target },
    Operator { name: "name the resolver by its address", plant: resolver },
    Operator { name: "add a service that is scaled to nothing, in the same network", plant: idle_service },
    Operator { name: "add a service that was deleted", plant: inactive_service },
    Operator { name: "add a task that has stopped, in a subnet that is gone", plant: stopped_task },
];

const NOTHING: &str = "";

fn once(sound: &Architecture, change: impl FnOnce(&mut Account)) -> Vec<Case> {
    let mut account = Account { document: sound.document.clone() };
    change(&mut account);
    vec![Case::nothing("the network", account.document, NOTHING)]
}

/// Changes every text of a document.
fn rewrite(value: &mut Value, change: &dyn Fn(&str) -> Option<String>) {
    match value {
        Value::String(text) => *text = change(text).unwrap_or_else(|| std::mem::take(text)),
        Value::Array(list) => list.iter_mut().for_each(|inner| rewrite(inner, change)),
        Value::Object(fields) => fields.iter_mut().for_each(|(_, inner)| rewrite(inner, change)),
        _ => {}
    }
}

fn renamed_ids(sound: &Architecture) -> Vec<Case> {
    const KINDS: [&str; 16] = [
        "subnet-",
        "rtb-",
        "igw-",
        "eigw-",
        "nat-",
        "sg-",
        "acl-",
        "vpce-",
        "eni-",
        "dopt-",
        "pcx-",
        "tgw-",
        "eipalloc-",
        "rtbassoc-",
        "aclassoc-",
        "vpc-",
    ];
    let mut document = sound.document.clone();
    // Backwards, so that the order of ids turns around, too.
    let other = |text: &str| {
        let kind = KINDS.iter().find(|kind| text.starts_with(**kind))?;
        let rest: String = text[kind.len()..]
            .chars()
            .map(
                |character| {
                    if character.is_ascii_lowercase() { char::from(b'a' + b'z' - character as u8) } else { character }
                },
            )
            .collect();
        Some(format!("{kind}{rest}"))
    };
    rewrite(&mut document, &|text| match text.rsplit_once(' ') {
        Some((before, id)) => other(id).map(|id| format!("{before} {id}")),
        None => other(text),
    });
    vec![Case::nothing("the network", document, NOTHING)]
}

fn each_tag(document: &mut Value, change: impl Fn(&mut Value)) {
    for list in [
        "Vpcs",
        "Subnets",
        "RouteTables",
        "InternetGateways",
        "NatGateways",
        "SecurityGroups",
        "NetworkAcls",
        "VpcEndpoints",
    ] {
        items_mut(document, list).iter_mut().for_each(|element| change(&mut element["Tags"]));
    }
}

fn renamed_tags(sound: &Architecture) -> Vec<Case> {
    once(sound, |account| {
        each_tag(&mut account.document, |tags| {
            *tags = json!([{ "Key": "Name", "Value": "prod" }, { "Key": "team", "Value": "payments" }])
        });
    })
}

fn without_tags(sound: &Architecture) -> Vec<Case> {
    once(sound, |account| each_tag(&mut account.document, |tags| *tags = json!([])))
}

/// Turns every list around.
pub(crate) fn reverse(value: &mut Value) {
    match value {
        Value::Array(list) => {
            list.reverse();
            list.iter_mut().for_each(reverse);
        }
        Value::Object(fields) => fields.iter_mut().for_each(|(_, inner)| reverse(inner)),
        _ => {}
    }
}

fn reversed(sound: &Architecture) -> Vec<Case> {
    once(sound, |account| reverse(&mut account.document))
}

fn other_keys(sound: &Architecture) -> Vec<Case> {
    fn turn(value: &mut Value) {
        match value {
            Value::Array(list) => list.iter_mut().for_each(turn),
            Value::Object(fields) => {
                let turned = std::mem::take(fields).into_iter().rev();
                fields.extend(turned);
                fields.iter_mut().for_each(|(_, inner)| turn(inner));
            }
            _ => {}
        }
    }
    once(sound, |account| turn(&mut account.document))
}

fn unknown_fields(sound: &Architecture) -> Vec<Case> {
    once(sound, |account| {
        for list in account.document.as_object_mut().expect("a snapshot").values_mut().filter_map(Value::as_array_mut) {
            for element in list.iter_mut().filter_map(Value::as_object_mut) {
                element.insert("AddedLater".into(), json!({ "Since": 2031, "Modes": ["a", null] }));
            }
        }
        account.document["FutureGateways"] = json!([{ "FutureGatewayId": "fgw-1" }]);
    })
}

fn add_vpc(account: &mut Account) {
    account.vpc("other", "10.200.0.0/16");
    account.subnet("other", "other-public-a", "10.200.0.0/24");
    account.subnet("other", "other-private-a", "10.200.1.0/24");
    account.table("other", &["subnet-other-public-a", "subnet-other-private-a"], &[]);
}

fn other_vpc(sound: &Architecture) -> Vec<Case> {
    once(sound, add_vpc)
}

fn isolated_subnet(sound: &Architecture) -> Vec<Case> {
    once(sound, |account| account.subnet("shop", "vault-a", "10.0.200.0/24"))
}

fn unused_table(sound: &Architecture) -> Vec<Case> {
    once(sound, |account| {
        account.subnet("shop", "vault-a", "10.0.200.0/24");
        account.table("spare", &["subnet-vault-a"], &[(IPV4, "nat-gone")]);
        items_mut(&mut account.document, "Subnets").retain(|subnet| subnet["SubnetId"] != "subnet-vault-a");
        change_in(&mut account.document, "RouteTables", "rtb-spare", |table| table["Associations"] = json!([]));
    })
}

fn unused_group(sound: &Architecture) -> Vec<Case> {
    once(sound, |account| account.group("shop", "spare", &[(0, IPV4), (22, IPV4)], &[]))
}

fn unused_acl(sound: &Architecture) -> Vec<Case> {
    once(sound, |account| {
        account.subnet("shop", "vault-a", "10.0.200.0/24");
        account.acl_with("spare", &["subnet-vault-a"], Vec::new());
        items_mut(&mut account.document, "Subnets").retain(|subnet| subnet["SubnetId"] != "subnet-vault-a");
        change_in(&mut account.document, "NetworkAcls", "acl-spare", |acl| acl["Associations"] = json!([]));
    })
}

fn unused_gateway(sound: &Architecture) -> Vec<Case> {
    once(sound, |account| {
        account.add("InternetGateways", json!({ "InternetGatewayId": "igw-spare", "Attachments": [], "Tags": [] }))
    })
}

fn unused_nat(sound: &Architecture) -> Vec<Case> {
    once(sound, |account| {
        let subnet = text(&account.document["Subnets"][0], "SubnetId").to_owned();
        account.add(
            "NatGateways",
            json!({ "NatGatewayId": "nat-spare", "VpcId": "vpc-shop", "SubnetId": subnet, "State": "failed", "ConnectivityType": "private",
                "AvailabilityMode": "zonal", "NatGatewayAddresses": [], "Tags": [] }),
        );
    })
}

fn unused_peering(sound: &Architecture) -> Vec<Case> {
    once(sound, |account| {
        add_vpc(account);
        account.peering("spare", "shop", "other");
        change_in(&mut account.document, "VpcPeeringConnections", "pcx-spare", |found| {
            found["Status"]["Code"] = json!("pending-acceptance")
        });
    })
}

fn dynamodb(sound: &Architecture) -> Vec<Case> {
    once(sound, |account| {
        account.add(
            "PrefixLists",
            json!({ "PrefixListId": "pl-02cd2c6b", "PrefixListName": "com.amazonaws.us-east-1.dynamodb", "Cidrs": ["52.94.0.0/22"] }),
        );
        account.add(
            "VpcEndpoints",
            json!({ "VpcEndpointId": "vpce-dynamodb", "VpcEndpointType": "Gateway", "VpcId": "vpc-shop", "ServiceName": "com.amazonaws.us-east-1.dynamodb",
                "State": "available", "RouteTableIds": [], "SubnetIds": [], "Groups": [], "NetworkInterfaceIds": [], "DnsEntries": [] }),
        );
        let mut tables = Vec::new();
        for table in
            items_mut(&mut account.document, "RouteTables").iter_mut().filter(|table| table["VpcId"] == "vpc-shop")
        {
            tables.push(table["RouteTableId"].clone());
            items_mut(table, "Routes").push(route("pl-02cd2c6b", "vpce-dynamodb"));
        }
        change_in(&mut account.document, "VpcEndpoints", "vpce-dynamodb", |endpoint| {
            endpoint["RouteTableIds"] = json!(tables)
        });
    })
}

fn unneeded_endpoint(sound: &Architecture) -> Vec<Case> {
    once(sound, |account| {
        // Closed, even: nobody calls it.
        account.group("shop", "spare", &[], &[]);
        let subnets: Vec<String> =
            ids(&account.document, "Subnets").into_iter().filter(|subnet| sound.hosts_tasks(subnet)).collect();
        let subnets: Vec<(&str, &str)> = subnets
            .iter()
            .zip(["10.0.10", "10.0.11", "10.0.12"])
            .map(|(subnet, block)| (subnet.as_str(), block))
            .collect();
        account.interface_endpoint("shop", "kinesis-streams", &subnets, 200, "sg-spare");
        if sound.name == "public" {
            for (index, zone) in ["a", "b"].iter().enumerate() {
                change_in(
                    &mut account.document,
                    "NetworkInterfaces",
                    &format!("eni-kinesis-streams-{zone}"),
                    |found| {
                        found["PrivateIpAddress"] = json!(format!("10.0.{index}.200"));
                        found["PrivateIpAddresses"][0]["PrivateIpAddress"] = json!(format!("10.0.{index}.200"));
                    },
                );
            }
        }
    })
}

/// Each group of the tasks' VPC, changed; those that a change leaves as they are don't count.
fn each_group(sound: &Architecture, change: impl Fn(&mut Value)) -> Vec<Case> {
    let case = |id: String| {
        let document = changed(&sound.document, "SecurityGroups", &id, &change);
        (document != sound.document).then(|| Case::nothing(&id, document, NOTHING))
    };
    ids(&sound.document, "SecurityGroups").into_iter().filter_map(case).collect()
}

fn repeated_rules(sound: &Architecture) -> Vec<Case> {
    each_group(sound, |group| {
        for field in ["IpPermissions", "IpPermissionsEgress"] {
            let rules = items_mut(group, field);
            rules.extend(rules.clone());
        }
    })
}

fn wider_ingress(sound: &Architecture) -> Vec<Case> {
    each_group(sound, |group| {
        for rule in items_mut(group, "IpPermissions").iter_mut().filter(|rule| rule["IpRanges"] == json!([])) {
            *rule = permission(0, "10.0.0.0/8");
        }
    })
}

fn egress_by_protocol(sound: &Architecture) -> Vec<Case> {
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

fn second_group(sound: &Architecture) -> Vec<Case> {
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

fn each_acl(sound: &Architecture, change: impl Fn(&mut Vec<Value>)) -> Vec<Case> {
    let case = |id: String| {
        let document = changed(&sound.document, "NetworkAcls", &id, |acl| change(items_mut(acl, "Entries")));
        Case::nothing(&id, document, NOTHING)
    };
    ids(&sound.document, "NetworkAcls").into_iter().map(case).collect()
}

fn repeated_entries(sound: &Architecture) -> Vec<Case> {
    each_acl(sound, |entries| {
        let again: Vec<Value> = entries.iter().filter(|entry| entry["RuleNumber"] != json!(32767)).cloned().collect();
        for (index, mut entry) in again.into_iter().enumerate() {
            entry["RuleNumber"] = json!(1000 + index);
            entries.push(entry);
        }
    })
}

fn without_last_entry(sound: &Architecture) -> Vec<Case> {
    each_acl(sound, |entries| entries.retain(|entry| entry["RuleNumber"] != json!(32767)))
}

fn denied_ports(sound: &Architecture) -> Vec<Case> {
    each_acl(sound, |entries| entries.push(entry(10, false, "deny", Some((20, 25)), IPV4)))
}

/// Each default route, replaced.
fn each_default(sound: &Architecture, change: impl Fn(&mut Vec<Value>, usize, String)) -> Vec<Case> {
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

fn halves(sound: &Architecture) -> Vec<Case> {
    each_default(sound, |routes, at, to| {
        routes[at] = route("0.0.0.0/1", &to);
        routes.push(route("128.0.0.0/1", &to));
    })
}

fn same_target(sound: &Architecture) -> Vec<Case> {
    each_default(sound, |routes, _, to| routes.push(route("52.0.0.0/8", &to)))
}

fn resolver(sound: &Architecture) -> Vec<Case> {
    let document = changed(&sound.document, "DhcpOptions", "dopt-1", |options| {
        options["DhcpConfigurations"][1]["Values"] = json!([{ "Value": "169.254.169.253" }]);
    });
    vec![Case::nothing("dopt-1", document, NOTHING)]
}

/// A service beside the first one.
fn beside(account: &mut Account, change: impl FnOnce(&mut Value)) {
    let known =
        workloads(&account.document).into_iter().find(|workload| workload.is_service).expect("each has a service");
    let subnets: Vec<&str> = known.subnets.iter().map(String::as_str).collect();
    let groups: Vec<&str> = known.groups.iter().map(String::as_str).collect();
    let of =
        Service { name: "spare", subnets: &subnets, groups: &groups, public_ip: known.public_ip, tasks: 0, port: 8080 };
    change(account.service(&of));
}

fn idle_service(sound: &Architecture) -> Vec<Case> {
    once(sound, |account| beside(account, |_| {}))
}

fn inactive_service(sound: &Architecture) -> Vec<Case> {
    once(sound, |account| {
        beside(account, |service| {
            service["status"] = json!("INACTIVE");
            service["networkConfiguration"]["awsvpcConfiguration"]["subnets"] = json!(["subnet-gone"]);
        });
    })
}

fn stopped_task(sound: &Architecture) -> Vec<Case> {
    once(sound, |account| {
        let subnet = workloads(&account.document)[0].subnets[0].clone();
        account.task("spare", &subnet, "10.0.10.99", "sg-gone");
        let task = items_mut(&mut account.document, "tasks").last_mut().expect("it was added");
        task["lastStatus"] = json!("STOPPED");
        task["attachments"][0]["details"][0]["value"] = json!("subnet-gone");
        items_mut(&mut account.document, "NetworkInterfaces")
            .retain(|interface| interface["NetworkInterfaceId"] != "eni-task-spare");
    })
}
