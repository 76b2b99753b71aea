//! What lies between: Service Connect, file systems, peering connections, transit gateways.

use super::*;

pub(crate) const OPERATORS: &[Operator] = &[
    Operator { name: "close the backend's port to the frontend", plant: |sound| backend(sound, &[]) },
    Operator {
        name: "open another port of the backend",
        plant: |sound| backend(sound, &[permission(8080, "sg-frontend")]),
    },
    Operator {
        name: "open the backend to a group that nobody has",
        plant: |sound| backend(sound, &[permission(5000, "sg-shop-default")]),
    },
    Operator { name: "close port 2049 of the mount targets", plant: |sound| mount_targets(sound, &[]) },
    Operator {
        name: "open another port of the mount targets",
        plant: |sound| mount_targets(sound, &[permission(111, "sg-app")]),
    },
    Operator {
        name: "open the mount targets to a group that no task has",
        plant: |sound| mount_targets(sound, &[permission(2049, "sg-shop-default")]),
    },
    Operator { name: "delete a zone's mount target", plant: without_mount_target },
    Operator { name: "delete all mount targets", plant: without_mount_targets },
    Operator { name: "let the peering connection be pending", plant: |sound| peering(sound, "pending-acceptance") },
    Operator { name: "let the peering connection be rejected", plant: |sound| peering(sound, "rejected") },
    Operator { name: "let the peering connection be expired", plant: |sound| peering(sound, "expired") },
    Operator { name: "delete the peering connection, its routes staying", plant: without_peering },
    Operator { name: "lead the tasks' default route to the peering connection instead", plant: default_to_peer },
    Operator { name: "delete the tasks' route to the peer", plant: |sound| without_peer_route(sound, true) },
    Operator { name: "delete the peer's route back", plant: |sound| without_peer_route(sound, false) },
    Operator { name: "close the database's group", plant: |sound| database(sound, &[]) },
    Operator {
        name: "open the database's group to 192.168.0.0/16 alone",
        plant: |sound| database(sound, &[permission(5432, "192.168.0.0/16")]),
    },
    Operator { name: "take a zone's subnet from the attachment", plant: fewer_zones },
    Operator { name: "let the attachment be pending", plant: |sound| attachment(sound, "pendingAcceptance") },
    Operator { name: "let the attachment have failed", plant: |sound| attachment(sound, "failed") },
    Operator { name: "take the attachment from its transit gateway table", plant: dissociate },
    Operator {
        name: "delete the transit gateway's route",
        plant: |sound| transit_routes(sound, |routes| routes.clear()),
    },
    Operator {
        name: "let the transit gateway's route be a blackhole",
        plant: |sound| transit_routes(sound, blackhole),
    },
    Operator {
        name: "narrow the transit gateway's route",
        plant: |sound| transit_routes(sound, |routes| routes[0]["DestinationCidrBlock"] = json!("172.16.0.0/12")),
    },
    Operator { name: "delete the tasks' route to the transit gateway", plant: without_way_over },
    Operator { name: "delete the other VPC's route back to the transit gateway", plant: without_way_back },
];

fn ingress(sound: &Architecture, group: &str, rules: &[Value]) -> Vec<Case> {
    if !ids(&sound.document, "SecurityGroups").iter().any(|known| known == group) {
        return Vec::new();
    }
    let document = changed(&sound.document, "SecurityGroups", group, |found| found["IpPermissions"] = json!(rules));
    vec![Case::fault(group, document, "sg/destination-ingress", group)]
}

fn backend(sound: &Architecture, rules: &[Value]) -> Vec<Case> {
    ingress(sound, "sg-backend", rules)
}

fn mount_targets(sound: &Architecture, rules: &[Value]) -> Vec<Case> {
    ingress(sound, "sg-media", rules)
}

fn without_mount_target(sound: &Architecture) -> Vec<Case> {
    let targets = ids(&sound.document, "NetworkInterfaces").into_iter().filter(|id| id.starts_with("eni-media"));
    let case = |id: String| {
        let document = without(&sound.document, "NetworkInterfaces", &id);
        Case::fault(&id, document, "efs/mount-target", sound.task_vpc())
    };
    targets.map(case).collect()
}

fn without_mount_targets(sound: &Architecture) -> Vec<Case> {
    let mut document = sound.document.clone();
    let interfaces = items_mut(&mut document, "NetworkInterfaces");
    let before = interfaces.len();
    interfaces.retain(|interface| !text(interface, "NetworkInterfaceId").starts_with("eni-media"));
    match interfaces.len() < before {
        true => vec![Case::fault("fs-media", document, "efs/mount-target", sound.task_vpc())],
        false => Vec::new(),
    }
}

fn peerings(sound: &Architecture) -> Vec<String> {
    ids(&sound.document, "VpcPeeringConnections")
}

fn peering(sound: &Architecture, state: &str) -> Vec<Case> {
    let case = |id: String| {
        let document =
            changed(&sound.document, "VpcPeeringConnections", &id, |found| found["Status"]["Code"] = json!(state));
        Case::fault(&id, document, "peering/active", &id)
    };
    peerings(sound).into_iter().map(case).collect()
}

fn without_peering(sound: &Architecture) -> Vec<Case> {
    let case = |id: String| {
        let told = tables_to(&sound.document, &id).into_iter().map(|table| {
            let hosts_tasks = subnets_of(&sound.document, &table).iter().any(|subnet| sound.hosts_tasks(subnet));
            if hosts_tasks { error("route/blackhole", &table) } else { warning("route/blackhole", &table) }
        });
        let because = "both tables have a route that leads nowhere; the tasks send by one of them";
        Case::several(&id, without(&sound.document, "VpcPeeringConnections", &id), told.collect(), because)
    };
    peerings(sound).into_iter().map(case).collect()
}

fn default_to_peer(sound: &Architecture) -> Vec<Case> {
    let mut cases = Vec::new();
    for id in peerings(sound) {
        for table in tables_to(&sound.document, &id) {
            if target(&sound.document, &table, IPV4).is_none() {
                continue;
            }
            let document = changed(&sound.document, "RouteTables", &table, |table| {
                for found in items_mut(table, "Routes").iter_mut().filter(|route| goes_to(route) == IPV4) {
                    *found = route(IPV4, &id);
                }
            });
            cases.push(Case::fault(&table, document, "peering/peer-only", &table));
        }
    }
    cases
}

fn without_peer_route(sound: &Architecture, is_tasks: bool) -> Vec<Case> {
    let mut cases = Vec::new();
    for id in peerings(sound) {
        for table in tables_to(&sound.document, &id) {
            let vpc = text(get(&sound.document, "RouteTables", &table), "VpcId");
            if (vpc == sound.task_vpc()) != is_tasks {
                continue;
            }
            let document = changed(&sound.document, "RouteTables", &table, |found| {
                items_mut(found, "Routes").retain(|route| leads(route) != id)
            });
            cases.push(match is_tasks {
                true => Case::fault(&table, document, "peering/route", &table),
                false => Case::fault(&table, document, "transit/way-back", &table),
            });
        }
    }
    cases
}

fn database(sound: &Architecture, rules: &[Value]) -> Vec<Case> {
    ingress(sound, "sg-database", rules)
}

fn attachments(sound: &Architecture) -> Vec<String> {
    ids(&sound.document, "TransitGatewayVpcAttachments")
}

fn fewer_zones(sound: &Architecture) -> Vec<Case> {
    let mut cases = Vec::new();
    for id in attachments(sound) {
        let found = get(&sound.document, "TransitGatewayVpcAttachments", &id);
        for (at, subnet) in items(found, "SubnetIds").enumerate() {
            let document = changed(&sound.document, "TransitGatewayVpcAttachments", &id, |found| {
                drop(items_mut(found, "SubnetIds").remove(at))
            });
            let site = format!("{id} {}", subnet.as_str().expect("an id"));
            cases.push(match found["VpcId"] == sound.task_vpc() {
                true => Case::fault(&site, document, "transit/zone", &id),
                false => Case::nothing(&site, document, "packets come out in the other zone, and go on there"),
            });
        }
    }
    cases
}

fn attachment(sound: &Architecture, state: &str) -> Vec<Case> {
    let case = |id: String| {
        let document =
            changed(&sound.document, "TransitGatewayVpcAttachments", &id, |found| found["State"] = json!(state));
        Case::fault(&id, document, "transit/attachment", &id)
    };
    attachments(sound).into_iter().map(case).collect()
}

fn tables(sound: &Architecture) -> Vec<String> {
    ids(&sound.document, "TransitGatewayRouteTables")
}

fn dissociate(sound: &Architecture) -> Vec<Case> {
    let case = |id: String| {
        let table = get(&sound.document, "TransitGatewayRouteTables", &id);
        let attachment = text(&table["Associations"][0], "TransitGatewayAttachmentId").to_owned();
        let document =
            changed(&sound.document, "TransitGatewayRouteTables", &id, |found| found["Associations"] = json!([]));
        Case::fault(&attachment, document, "transit/attachment", &attachment)
    };
    tables(sound).into_iter().map(case).collect()
}

fn transit_routes(sound: &Architecture, change: fn(&mut Vec<Value>)) -> Vec<Case> {
    let case = |id: String| {
        let document =
            changed(&sound.document, "TransitGatewayRouteTables", &id, |found| change(items_mut(found, "Routes")));
        Case::fault(&id, document, "transit/route", &id)
    };
    tables(sound).into_iter().map(case).collect()
}

fn blackhole(routes: &mut Vec<Value>) {
    for route in routes {
        route["State"] = json!("blackhole");
        route.as_object_mut().expect("a route").remove("TransitGatewayAttachments");
    }
}

/// Beside a default route that leads elsewhere.
fn without_way_over(sound: &Architecture) -> Vec<Case> {
    let leads_over = |table: &String| {
        let found = get(&sound.document, "RouteTables", table);
        let over = |route: &Value| leads(route).starts_with("tgw-") && goes_to(route) != IPV4;
        found["VpcId"] == sound.task_vpc() && items(found, "Routes").any(over)
    };
    let case = |table: String| {
        let document = changed(&sound.document, "RouteTables", &table, |found| {
            items_mut(found, "Routes").retain(|route| !leads(route).starts_with("tgw-"))
        });
        Case::fault(&table, document, "transit/way-over", &table)
    };
    ids(&sound.document, "RouteTables").into_iter().filter(leads_over).map(case).collect()
}

fn without_way_back(sound: &Architecture) -> Vec<Case> {
    let back = |table: &String| {
        let found = get(&sound.document, "RouteTables", table);
        found["VpcId"] != sound.task_vpc() && items(found, "Routes").any(|route| leads(route).starts_with("tgw-"))
    };
    let case = |table: String| {
        let document = changed(&sound.document, "RouteTables", &table, |found| {
            items_mut(found, "Routes").retain(|route| !leads(route).starts_with("tgw-"))
        });
        Case::fault(&table, document, "transit/way-back", &table)
    };
    ids(&sound.document, "RouteTables").into_iter().filter(back).map(case).collect()
}
