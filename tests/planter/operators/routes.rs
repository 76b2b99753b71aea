//! Route tables: routes that are lost, narrowed, led elsewhere; subnets that have another table.

use super::*;

pub(crate) const OPERATORS: &[Operator] = &[
    Operator {
        name: "delete the default route",
        plant: |sound| default_routes(sound, |_, routes, at| drop(routes.remove(at))),
    },
    Operator {
        name: "narrow the default route to 10.0.0.0/8 (fd00::/8)",
        plant: |sound| default_routes(sound, |to, routes, at| narrow(to, routes, at)),
    },
    Operator { name: "lead the default route to the internet gateway instead", plant: to_internet_gateway },
    Operator { name: "lead the default route to a NAT gateway instead", plant: to_nat_gateway },
    Operator { name: "lead the default route to a NAT gateway that is gone", plant: to_gone },
    Operator { name: "remove the subnet's association with its table", plant: dissociate },
    Operator { name: "associate the private subnet with the public table", plant: private_to_public },
    Operator { name: "associate the public subnet with a private table", plant: public_to_private },
    Operator { name: "let all subnets have the main table, which leads to a NAT gateway", plant: all_to_main },
    Operator { name: "add a more specific route to a NAT gateway that is gone", plant: specific_gone },
    Operator { name: "add a more specific route to a VPN gateway", plant: specific_elsewhere },
];

fn narrow(to: &str, routes: &mut [Value], at: usize) {
    let (field, narrower) =
        if to == IPV6 { ("DestinationIpv6CidrBlock", "fd00::/8") } else { ("DestinationCidrBlock", "10.0.0.0/8") };
    routes[at][field] = json!(narrower);
}

/// What must be said where a table no longer leads subnets out.
fn lost_way(sound: &Architecture, table: &str, subnets: &[String]) -> Option<Vec<Told>> {
    if subnets.iter().any(|subnet| sound.is_public(subnet)) {
        let grave = if sound.is_served() { warning } else { error };
        return Some(vec![grave("route/public-default-igw", table)]);
    }
    if subnets.iter().any(|subnet| sound.hosts_tasks(subnet)) {
        let leads_to_s3 =
            || items(get(&sound.document, "RouteTables", table), "Routes").any(|route| goes_to(route) == S3_LIST);
        return Some(match sound.has_endpoints() {
            true if leads_to_s3() => Vec::new(),
            true => vec![error("endpoint/s3-gateway-route", table)],
            false if sound.leaves_by_transit_gateway() && !sound.leaves_by_nat_gateway() => {
                vec![error("transit/way-out", table)]
            }
            false => vec![error("route/private-default-nat", table)],
        });
    }
    if subnets.iter().any(|subnet| sound.holds_private_nat(subnet)) {
        return Some(vec![error("transit/way-out", table)]);
    }
    if subnets.iter().any(|subnet| sound.holds_nat_instance(subnet)) {
        return Some(vec![warning("route/public-default-igw", table)]);
    }
    let leads_on = |subnet: &String| sound.is_attached(subnet) && vpc_of(&sound.document, subnet) != sound.task_vpc();
    subnets.iter().any(leads_on).then(|| vec![error("transit/way-on", table)])
}

fn default_routes(sound: &Architecture, change: fn(&str, &mut Vec<Value>, usize)) -> Vec<Case> {
    let mut cases = Vec::new();
    for table in ids(&sound.document, "RouteTables") {
        let routes: Vec<&Value> = items(get(&sound.document, "RouteTables", &table), "Routes").collect();
        for to in [IPV4, IPV6] {
            let Some(at) = routes.iter().position(|route| goes_to(route) == to) else { continue };
            let document =
                changed(&sound.document, "RouteTables", &table, |table| change(to, items_mut(table, "Routes"), at));
            let subnets = subnets_of(&sound.document, &table);
            let expect = match to {
                IPV4 => lost_way(sound, &table, &subnets).expect("a default route is of use to someone"),
                _ if subnets.iter().any(|subnet| sound.serves_by_ipv6(subnet)) => {
                    vec![error("route/public-ipv6-default", &table)]
                }
                _ => vec![error("route/ipv6-default", &table)],
            };
            let because = match () {
                _ if sound.is_served() => SERVED,
                _ if subnets.iter().any(|subnet| sound.holds_nat_instance(subnet)) => BEHIND,
                _ => "",
            };
            cases.push(Case::several(&format!("{table} {to}"), document, expect, because));
        }
    }
    cases
}

const LOOSE: &str = "the endpoints serve the tasks; but a private subnet leads to the internet gateway";

fn to_internet_gateway(sound: &Architecture) -> Vec<Case> {
    let mut cases = Vec::new();
    for table in ids(&sound.document, "RouteTables") {
        let vpc = text(get(&sound.document, "RouteTables", &table), "VpcId").to_owned();
        let Some(gateway) = items(&sound.document, "InternetGateways")
            .find(|gateway| gateway["Attachments"][0]["VpcId"] == vpc.as_str())
        else {
            continue;
        };
        let is_nat = target(&sound.document, &table, IPV4).is_some_and(|target| target.starts_with("nat-"));
        let subnets = subnets_of(&sound.document, &table);
        if !is_nat || !subnets.iter().any(|subnet| sound.hosts_tasks(subnet)) {
            continue;
        }
        let gateway = text(gateway, "InternetGatewayId").to_owned();
        let document = retargeted(sound, &table, &gateway);
        if sound.has_endpoints() {
            let told = subnets.iter().map(|subnet| warning("route/private-subnet-to-igw", subnet)).collect();
            cases.push(Case::several(&table, document, told, LOOSE));
        } else {
            cases.push(among_public(sound, &table, document, &table));
        }
    }
    cases
}

/// What must be said where a private subnet leads to the internet gateway: that its table is wrong, or, where nothing says
/// that it is a private one, that the workload's public and private subnets are mixed, or that it lacks a public IP.
fn among_public(sound: &Architecture, site: &str, document: Value, table: &str) -> Case {
    let mut hosts = ids(&document, "Subnets").into_iter().filter(|subnet| sound.hosts_tasks(subnet));
    match is_named(sound) {
        true => Case::fault(site, document, "route/private-default-nat", table),
        false if hosts.all(|subnet| table_of(&document, &subnet) == table) => {
            Case::fault(site, document, "workload/public-ip", "app")
        }
        false => Case::fault(site, document, "workload/mixed-subnets", "app"),
    }
}

/// Whether anything but routes tells public subnets from private ones.
fn is_named(sound: &Architecture) -> bool {
    items(&sound.document, "Subnets").any(|subnet| items(subnet, "Tags").next().is_some())
}

/// What must be said where the tasks' table is that of a NAT gateway too: that the table is wrong, or, of a single one where
/// nothing says that its subnet is a public one, the NAT gateway's place.
fn among_private(sound: &Architecture, site: &str, document: Value, table: &str) -> Case {
    let nats = ids(&document, "NatGateways");
    match nats.as_slice() {
        [nat] if !is_named(sound) => Case::fault(site, document, "nat/in-public-subnet", nat),
        _ => Case::way_out(sound, site, document, "route/public-default-igw", table),
    }
}

fn retargeted(sound: &Architecture, table: &str, to: &str) -> Value {
    changed(&sound.document, "RouteTables", table, |table| {
        for found in items_mut(table, "Routes").iter_mut().filter(|route| goes_to(route) == IPV4) {
            *found = route(IPV4, to);
        }
    })
}

fn to_nat_gateway(sound: &Architecture) -> Vec<Case> {
    let mut cases = Vec::new();
    for table in ids(&sound.document, "RouteTables") {
        let leads_out = target(&sound.document, &table, IPV4).is_some_and(|target| target.starts_with("igw-"));
        let vpc = text(get(&sound.document, "RouteTables", &table), "VpcId");
        let Some(nat) = items(&sound.document, "NatGateways").find(|nat| nat["VpcId"] == vpc) else { continue };
        if leads_out {
            let document = retargeted(sound, &table, text(nat, "NatGatewayId"));
            cases.push(Case::way_out(sound, &table, document, "route/public-default-igw", &table));
        }
    }
    cases
}

fn to_gone(sound: &Architecture) -> Vec<Case> {
    let tables = ids(&sound.document, "RouteTables").into_iter();
    let leads =
        tables.filter(|table| target(&sound.document, table, IPV4).is_some_and(|target| target.starts_with("nat-")));
    let case = |table: String| {
        let document = retargeted(sound, &table, "nat-gone");
        Case::way_out(sound, &table, document, "route/blackhole", &table)
    };
    leads.map(case).collect()
}

/// The network with a subnet taken from its table, and given to another one.
fn associated(sound: &Architecture, subnet: &str, with: Option<&str>) -> Value {
    let mut document = sound.document.clone();
    let mut taken = None;
    for table in items_mut(&mut document, "RouteTables") {
        let associations = items_mut(table, "Associations");
        if let Some(at) = associations.iter().position(|association| association["SubnetId"] == subnet) {
            taken = Some(associations.remove(at));
        }
    }
    if let (Some(table), Some(mut association)) = (with, taken) {
        association["RouteTableId"] = json!(table);
        change_in(&mut document, "RouteTables", table, |table| items_mut(table, "Associations").push(association));
    }
    document
}

fn dissociate(sound: &Architecture) -> Vec<Case> {
    let mut cases = Vec::new();
    for subnet in ids(&sound.document, "Subnets") {
        let document = associated(sound, &subnet, None);
        let main = main_table(&sound.document, vpc_of(&sound.document, &subnet));
        let own = table_of(&sound.document, &subnet);
        let routes: Vec<&Value> = items(get(&sound.document, "RouteTables", &own), "Routes").collect();
        let peers = routes.iter().any(|route| leads(route).starts_with("pcx-"));
        let case = if target(&sound.document, &own, IPV4).is_some() {
            match lost_way(sound, &main, std::slice::from_ref(&subnet)) {
                Some(expect) => Case::several(
                    &subnet,
                    document,
                    expect,
                    match () {
                        _ if sound.is_public(&subnet) && sound.is_served() => SERVED,
                        _ if sound.holds_nat_instance(&subnet) => BEHIND,
                        _ => "",
                    },
                ),
                None => Case::nothing(&subnet, document, "nothing is in that subnet"),
            }
        } else if peers {
            Case::fault(&subnet, document, "transit/way-back", &main)
        } else if sound.hosts_tasks(&subnet) && sound.has_central_endpoints() {
            let told = ["endpoint/s3-gateway-route", "transit/way-over"].map(|rule| error(rule, &main));
            let because = "the main table has neither the route to S3's endpoint nor that to the other VPC";
            Case::several(&subnet, document, told.to_vec(), because)
        } else if sound.hosts_tasks(&subnet) {
            Case::fault(&subnet, document, "endpoint/s3-gateway-route", &main)
        } else {
            Case::nothing(&subnet, document, "its own table had the local route alone, as the main one has")
        };
        cases.push(case);
    }
    cases
}

fn private_to_public(sound: &Architecture) -> Vec<Case> {
    let mut cases = Vec::new();
    for subnet in ids(&sound.document, "Subnets") {
        let own = table_of(&sound.document, &subnet);
        let is_nat = target(&sound.document, &own, IPV4).is_some_and(|target| target.starts_with("nat-"));
        let public = ids(&sound.document, "RouteTables").into_iter().find(|table| {
            target(&sound.document, table, IPV4).is_some_and(|target| target.starts_with("igw-"))
                && get(&sound.document, "RouteTables", table)["VpcId"] == vpc_of(&sound.document, &subnet)
        });
        let (true, true, Some(public)) = (is_nat, sound.hosts_tasks(&subnet), public) else { continue };
        let document = associated(sound, &subnet, Some(&public));
        cases.push(among_public(sound, &subnet, document, &public));
    }
    cases
}

fn public_to_private(sound: &Architecture) -> Vec<Case> {
    let mut cases = Vec::new();
    let is_before = |subnet: &String| sound.is_public(subnet) || sound.holds_private_nat(subnet);
    for subnet in ids(&sound.document, "Subnets").into_iter().filter(is_before) {
        let private = ids(&sound.document, "RouteTables").into_iter().find(|table| {
            target(&sound.document, table, IPV4).is_some_and(|target| target.starts_with("nat-"))
                && get(&sound.document, "RouteTables", table)["VpcId"] == vpc_of(&sound.document, &subnet)
        });
        let Some(private) = private else { continue };
        let document = associated(sound, &subnet, Some(&private));
        cases.push(match sound.is_public(&subnet) {
            true => among_private(sound, &subnet, document, &private),
            false => Case::way_out(sound, &subnet, document, "transit/way-out", &private),
        });
    }
    cases
}

/// All other tables are gone.
fn all_to_main(sound: &Architecture) -> Vec<Case> {
    let vpc = sound.task_vpc();
    let nat = items(&sound.document, "NatGateways").find(|nat| nat["VpcId"] == vpc && nat["SubnetId"].is_string());
    let is_simple = items(&sound.document, "Vpcs").count() == 1 && !sound.has_endpoints();
    let Some(nat) = nat.filter(|_| is_simple) else { return Vec::new() };
    if items(&sound.document, "EgressOnlyInternetGateways").next().is_some()
        || workloads(&sound.document).iter().any(|workload| workload.public_ip)
    {
        return Vec::new();
    }
    let main = main_table(&sound.document, vpc);
    let mut document = changed(&sound.document, "RouteTables", &main, |table| {
        items_mut(table, "Routes").push(route(IPV4, text(nat, "NatGatewayId")));
    });
    items_mut(&mut document, "RouteTables").retain(|table| table["RouteTableId"] == main.as_str());
    vec![among_private(sound, &main, document, &main)]
}

/// Tables of the tasks' subnets, and whether packets for S3 leave by their default route.
fn task_tables(sound: &Architecture) -> Vec<String> {
    let mut tables: Vec<String> = ids(&sound.document, "Subnets")
        .iter()
        .filter(|subnet| sound.hosts_tasks(subnet))
        .map(|subnet| table_of(&sound.document, subnet))
        .collect();
    tables.sort();
    tables.dedup();
    tables
}

fn specific(sound: &Architecture, table: &str, to: &str) -> Value {
    changed(&sound.document, "RouteTables", table, |table| items_mut(table, "Routes").push(route("52.216.0.0/16", to)))
}

fn specific_gone(sound: &Architecture) -> Vec<Case> {
    let case = |table: &String| Case::fault(table, specific(sound, table, "nat-gone"), "route/blackhole", table);
    task_tables(sound).iter().map(case).collect()
}

fn specific_elsewhere(sound: &Architecture) -> Vec<Case> {
    let case = |table: &String| {
        let document = specific(sound, table, "vgw-office");
        Case::warned(table, document, "route/more-specific", table, "where the VPN leads S3's packets nobody knows")
    };
    task_tables(sound).iter().map(case).collect()
}
