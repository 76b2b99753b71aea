//! Internet gateways, NAT gateways, egress-only internet gateways, Block Public Access.

use super::*;

pub(crate) const OPERATORS: &[Operator] = &[
    Operator { name: "detach the internet gateway", plant: |sound| detach(sound, None) },
    Operator { name: "attach the internet gateway to another VPC", plant: |sound| detach(sound, Some("vpc-other")) },
    Operator { name: "delete the internet gateway, its routes staying", plant: delete_internet_gateway },
    Operator { name: "delete the internet gateway and its routes", plant: delete_internet_gateway_and_routes },
    Operator { name: "delete the NAT gateway, its routes staying", plant: |sound| gone(sound, None) },
    Operator { name: "let the NAT gateway be in state deleted", plant: |sound| gone(sound, Some("deleted")) },
    Operator { name: "let the NAT gateway be in state deleting", plant: |sound| gone(sound, Some("deleting")) },
    Operator { name: "delete the NAT gateway and its routes", plant: delete_nat_and_routes },
    Operator { name: "let the NAT gateway be in state failed", plant: |sound| in_state(sound, "failed") },
    Operator { name: "let the NAT gateway be in state pending", plant: |sound| in_state(sound, "pending") },
    Operator { name: "take the NAT gateway's Elastic IP", plant: without_address },
    Operator { name: "make the NAT gateway private", plant: make_private },
    Operator { name: "move the NAT gateway to the private subnet", plant: move_to_private },
    Operator { name: "delete the egress-only internet gateway, its routes staying", plant: delete_egress_only },
    Operator { name: "attach the egress-only internet gateway to another VPC", plant: detach_egress_only },
    Operator { name: "block public access in both directions", plant: |sound| block(sound, "block-bidirectional") },
    Operator { name: "block public access inwards", plant: |sound| block(sound, "block-ingress") },
];

fn detach(sound: &Architecture, to: Option<&str>) -> Vec<Case> {
    let case = |gateway: String| {
        let document = changed(&sound.document, "InternetGateways", &gateway, |found| {
            found["Attachments"] = to.map_or(json!([]), |vpc| json!([{ "VpcId": vpc, "State": "available" }]));
        });
        match tables_to(&sound.document, &gateway).is_empty() {
            // A regional NAT gateway has no subnet, and its table isn't in the snapshot: no route names the gateway.
            true => Case::fault(&gateway, document, "igw/present", sound.task_vpc()),
            false => Case::way_out(sound, &gateway, document, "igw/attached", &gateway),
        }
    };
    ids(&sound.document, "InternetGateways").into_iter().map(case).collect()
}

fn delete_internet_gateway(sound: &Architecture) -> Vec<Case> {
    let case = |gateway: String| {
        let document = without(&sound.document, "InternetGateways", &gateway);
        let tables = tables_to(&sound.document, &gateway);
        match tables.first() {
            Some(table) => Case::way_out(sound, &gateway, document, "route/blackhole", table),
            None => Case::fault(&gateway, document, "igw/present", sound.task_vpc()),
        }
    };
    ids(&sound.document, "InternetGateways").into_iter().map(case).collect()
}

fn delete_internet_gateway_and_routes(sound: &Architecture) -> Vec<Case> {
    let mut cases = Vec::new();
    for gateway in ids(&sound.document, "InternetGateways") {
        let vpc = text(&get(&sound.document, "InternetGateways", &gateway)["Attachments"][0], "VpcId").to_owned();
        if tables_to(&sound.document, &gateway).is_empty() {
            continue;
        }
        let mut document = without(&sound.document, "InternetGateways", &gateway);
        drop_routes(&mut document, |route| leads(route) == gateway);
        cases.push(match sound.has_endpoints() {
            true if sound.has_clients() => Case::fault(&gateway, document, "igw/public-load-balancer", &vpc),
            true => Case::warned(&gateway, document, "igw/public-nat", &vpc, SERVED),
            false if sound.leaves_by_instance() => Case::warned(&gateway, document, "igw/public-nat", &vpc, BEHIND),
            false => Case::fault(&gateway, document, "igw/present", &vpc),
        });
    }
    cases
}

fn gone(sound: &Architecture, state: Option<&str>) -> Vec<Case> {
    let mut cases = Vec::new();
    for nat in ids(&sound.document, "NatGateways") {
        let document = match state {
            None => without(&sound.document, "NatGateways", &nat),
            Some(state) => changed(&sound.document, "NatGateways", &nat, |found| found["State"] = json!(state)),
        };
        for table in tables_to(&sound.document, &nat) {
            cases.push(Case::way_out(sound, &nat, document.clone(), "route/blackhole", &table));
        }
    }
    cases
}

fn delete_nat_and_routes(sound: &Architecture) -> Vec<Case> {
    let mut cases = Vec::new();
    for nat in ids(&sound.document, "NatGateways") {
        let mut document = without(&sound.document, "NatGateways", &nat);
        drop_routes(&mut document, |route| leads(route) == nat);
        let table = tables_to(&sound.document, &nat).remove(0);
        let vpc = text(get(&sound.document, "NatGateways", &nat), "VpcId");
        let others = items(&document, "NatGateways").any(|other| other["VpcId"] == vpc);
        cases.push(if sound.has_endpoints() {
            Case::nothing(&nat, document, SERVED)
        } else if vpc != sound.task_vpc() {
            Case::fault(&nat, document, "transit/way-on", &table)
        } else if others {
            Case::fault(&nat, document, "route/private-default-nat", &table)
        } else {
            Case::fault(&nat, document, "nat/present", vpc)
        });
    }
    cases
}

fn each_nat(sound: &Architecture, rule: &str, change: impl Fn(&mut Value)) -> Vec<Case> {
    let case = |nat: String| {
        let document = changed(&sound.document, "NatGateways", &nat, &change);
        Case::way_out(sound, &nat, document, rule, &nat)
    };
    ids(&sound.document, "NatGateways").into_iter().map(case).collect()
}

fn each_public_nat(sound: &Architecture, rule: &str, change: impl Fn(&mut Value)) -> Vec<Case> {
    let is_public = |nat: &String| get(&sound.document, "NatGateways", nat)["ConnectivityType"] == "public";
    each_nat(sound, rule, change).into_iter().filter(|case| is_public(&case.site)).collect()
}

fn in_state(sound: &Architecture, state: &str) -> Vec<Case> {
    each_nat(sound, "nat/available", |nat| nat["State"] = json!(state))
}

fn without_address(sound: &Architecture) -> Vec<Case> {
    let zonal = items(&sound.document, "NatGateways").any(|nat| nat["AvailabilityMode"] == "zonal");
    if !zonal {
        return Vec::new();
    }
    each_public_nat(sound, "nat/elastic-ip", |nat| {
        for address in items_mut(nat, "NatGatewayAddresses").iter_mut().filter_map(Value::as_object_mut) {
            address.remove("AllocationId");
            address.remove("PublicIp");
        }
    })
}

fn make_private(sound: &Architecture) -> Vec<Case> {
    let make = |nat: &mut Value| {
        nat["ConnectivityType"] = json!("private");
        for address in items_mut(nat, "NatGatewayAddresses").iter_mut().filter_map(Value::as_object_mut) {
            address.remove("AllocationId");
            address.remove("PublicIp");
        }
    };
    let zonal = items(&sound.document, "NatGateways").all(|nat| nat["AvailabilityMode"] == "zonal");
    if !zonal {
        return Vec::new();
    }
    if sound.has_endpoints() {
        let nats = ids(&sound.document, "NatGateways").into_iter();
        return nats
            .map(|nat| Case::nothing(&nat, changed(&sound.document, "NatGateways", &nat, make), SERVED))
            .collect();
    }
    each_public_nat(sound, "nat/connectivity-type", make)
}

fn move_to_private(sound: &Architecture) -> Vec<Case> {
    let mut cases = Vec::new();
    for nat in ids(&sound.document, "NatGateways") {
        let tables = tables_to(&sound.document, &nat);
        let subnet =
            tables.iter().flat_map(|table| subnets_of(&sound.document, table)).find(|subnet| sound.hosts_tasks(subnet));
        let Some(subnet) = subnet.filter(|_| get(&sound.document, "NatGateways", &nat)["SubnetId"].is_string()) else {
            continue;
        };
        let block = text(get(&sound.document, "Subnets", &subnet), "CidrBlock");
        let address = block.replace(".0/24", ".10");
        let mut document = changed(&sound.document, "NatGateways", &nat, |found| {
            found["SubnetId"] = json!(subnet);
            found["NatGatewayAddresses"][0]["PrivateIp"] = json!(address);
        });
        change_in(&mut document, "NetworkInterfaces", &format!("eni-{nat}"), |found| {
            found["SubnetId"] = json!(subnet);
            found["PrivateIpAddress"] = json!(address);
            found["PrivateIpAddresses"][0]["PrivateIpAddress"] = json!(address);
        });
        let is_public = get(&sound.document, "NatGateways", &nat)["ConnectivityType"] == "public";
        let rule = if is_public { "nat/in-public-subnet" } else { "nat/own-subnet" };
        cases.push(Case::way_out(sound, &nat, document, rule, &nat));
    }
    cases
}

fn delete_egress_only(sound: &Architecture) -> Vec<Case> {
    let mut cases = Vec::new();
    for gateway in ids(&sound.document, "EgressOnlyInternetGateways") {
        let document = without(&sound.document, "EgressOnlyInternetGateways", &gateway);
        let told = tables_to(&sound.document, &gateway).iter().map(|table| error("route/blackhole", table)).collect();
        cases.push(Case::several(&gateway, document, told, "each table's route leads nowhere"));
    }
    cases
}

fn detach_egress_only(sound: &Architecture) -> Vec<Case> {
    let case = |gateway: String| {
        let document = changed(&sound.document, "EgressOnlyInternetGateways", &gateway, |found| {
            found["Attachments"] = json!([{ "VpcId": "vpc-other", "State": "attached" }]);
        });
        Case::fault(&gateway, document, "igw/egress-only-attached", &gateway)
    };
    ids(&sound.document, "EgressOnlyInternetGateways").into_iter().map(case).collect()
}

fn block(sound: &Architecture, mode: &str) -> Vec<Case> {
    let mut document = sound.document.clone();
    document["VpcBlockPublicAccessOptions"]["InternetGatewayBlockMode"] = json!(mode);
    document["VpcBlockPublicAccessOptions"]["State"] = json!("update-complete");
    let has_public_ips = workloads(&sound.document).iter().any(|workload| workload.public_ip);
    let gateway = items(&sound.document, "InternetGateways").next();
    let vpc = gateway.map(|gateway| text(&gateway["Attachments"][0], "VpcId"));
    let case = match vpc {
        None => Case::nothing("the account", document, "nothing comes or goes by an internet gateway"),
        Some(_) if sound.is_served() => Case::nothing("the account", document, SERVED),
        Some(_) if sound.leaves_by_instance() => Case::nothing("the account", document, BEHIND),
        Some(vpc) if !sound.has_endpoints() && (mode == "block-bidirectional" || has_public_ips) => {
            Case::fault("the account", document, "vpc/block-public-access", vpc)
        }
        Some(_) if sound.has_clients() => {
            Case::fault("the account", document, "lb/public-access", "app/web/50dc6c495c0c9188")
        }
        Some(_) => Case::nothing("the account", document, "NAT gateways may still send, and get replies"),
    };
    vec![case]
}
