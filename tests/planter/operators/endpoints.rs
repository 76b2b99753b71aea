//! Endpoints, their groups, policies and private names; the VPC's own resolver.

use super::*;

pub(crate) const OPERATORS: &[Operator] = &[
    Operator { name: "delete the interface endpoint", plant: delete },
    Operator { name: "make the endpoint in another VPC", plant: elsewhere },
    Operator { name: "make the endpoint for another region", plant: |sound| lost(sound, rename) },
    Operator {
        name: "let the endpoint be in state pendingAcceptance",
        plant: |sound| in_state(sound, "pendingAcceptance"),
    },
    Operator { name: "let the endpoint be in state rejected", plant: |sound| in_state(sound, "rejected") },
    Operator { name: "let the endpoint be in state failed", plant: |sound| in_state(sound, "failed") },
    Operator { name: "turn the endpoint's private DNS off", plant: private_dns_off },
    Operator { name: "let the endpoint's policy deny everything", plant: deny },
    Operator { name: "let S3's endpoint policy allow the account's own bucket alone", plant: own_bucket },
    Operator { name: "take a zone's subnet from the endpoint", plant: fewer_subnets },
    Operator { name: "take every subnet from the endpoint", plant: no_subnets },
    Operator { name: "close the endpoints' group", plant: |sound| ingress(sound, &[]) },
    Operator {
        name: "open the endpoints' group to 192.168.0.0/16 alone",
        plant: |sound| ingress(sound, &[permission(443, "192.168.0.0/16")]),
    },
    Operator {
        name: "open the endpoints' group for port 8443 alone",
        plant: |sound| ingress(sound, &[permission(8443, "10.0.0.0/16")]),
    },
    Operator {
        name: "open the endpoints' group to a group that no task has",
        plant: |sound| ingress(sound, &[permission(443, "sg-shop-default")]),
    },
    Operator { name: "delete S3's gateway endpoint", plant: delete_gateway },
    Operator { name: "make S3's gateway endpoint for another region", plant: rename_gateway },
    Operator { name: "take the tasks' table from S3's gateway endpoint", plant: without_table },
    Operator { name: "turn the VPC's DNS support off", plant: |sound| attribute(sound, "EnableDnsSupport") },
    Operator { name: "turn the VPC's DNS host names off", plant: |sound| attribute(sound, "EnableDnsHostnames") },
    Operator { name: "let DHCP options name another resolver", plant: resolver },
    Operator { name: "let DHCP options name a resolver that no route leads to", plant: lost_resolver },
    Operator { name: "keep port 53 from the tasks' egress", plant: without_names },
    Operator { name: "close the resolvers' group", plant: |sound| of_resolvers(sound, &[]) },
    Operator {
        name: "open the resolvers' group for TCP alone",
        plant: |sound| of_resolvers(sound, &[permission(53, "10.0.0.0/8")]),
    },
    Operator { name: "take a resolver away", plant: without_resolver },
];

const HIDDEN_NAMES: &str = "private hosted zones, which no input has, lead names to endpoints of another VPC";

fn interfaces(sound: &Architecture) -> Vec<(String, String)> {
    let of = items(&sound.document, "VpcEndpoints").filter(|endpoint| endpoint["VpcEndpointType"] == "Interface");
    of.map(|endpoint| {
        let service = text(endpoint, "ServiceName").trim_start_matches("com.amazonaws.us-east-1.");
        (text(endpoint, "VpcEndpointId").to_owned(), service.to_owned())
    })
    .collect()
}

/// The rule for a service to which nothing leads.
fn missing(service: &str) -> &'static str {
    match service {
        "ecr.api" | "ecr.dkr" => "endpoint/ecr-pair",
        "logs" => "endpoint/logs",
        _ => "endpoint/needed",
    }
}

const BY_NAT: &str = "the NAT gateways lead there as well";

fn without_service(sound: &Architecture, id: &str, service: &str, document: Value) -> Case {
    match sound.has_way_out() {
        true => Case::nothing(id, document, BY_NAT),
        false => Case::fault(id, document, missing(service), sound.task_vpc()),
    }
}

fn delete(sound: &Architecture) -> Vec<Case> {
    let case = |(id, service): (String, String)| {
        let mut document = without(&sound.document, "VpcEndpoints", &id);
        items_mut(&mut document, "NetworkInterfaces")
            .retain(|interface| !text(interface, "Description").ends_with(&id));
        without_service(sound, &id, &service, document)
    };
    interfaces(sound).into_iter().map(case).collect()
}

fn lost(sound: &Architecture, change: fn(&mut Value)) -> Vec<Case> {
    let case = |(id, service): (String, String)| {
        without_service(sound, &id, &service, changed(&sound.document, "VpcEndpoints", &id, change))
    };
    interfaces(sound).into_iter().map(case).collect()
}

fn rename(endpoint: &mut Value) {
    endpoint["ServiceName"] = json!(text(endpoint, "ServiceName").replace("us-east-1", "eu-west-1"));
    endpoint["ServiceRegion"] = json!("eu-west-1");
}

/// A second VPC, in which nothing runs.
pub(super) fn other_vpc(sound: &Architecture) -> super::Account {
    let mut account = super::Account { document: sound.document.clone() };
    account.vpc("other", "10.200.0.0/16");
    account.subnet("other", "other-a", "10.200.0.0/24");
    account
}

fn elsewhere(sound: &Architecture) -> Vec<Case> {
    let case = |(id, service): (String, String)| {
        let mut account = other_vpc(sound);
        items_mut(&mut account.document, "NetworkInterfaces")
            .retain(|interface| !text(interface, "Description").ends_with(&id));
        account.group("other", "elsewhere", &[(443, "10.200.0.0/16")], &[(0, IPV4)]);
        account.interface(
            "elsewhere",
            "subnet-other-a",
            "10.200.0.20",
            "vpc_endpoint",
            &format!("VPC Endpoint Interface {id}"),
            &["sg-elsewhere"],
        );
        change_in(&mut account.document, "VpcEndpoints", &id, |endpoint| {
            endpoint["VpcId"] = json!("vpc-other");
            endpoint["SubnetIds"] = json!(["subnet-other-a"]);
            endpoint["Groups"] = json!([{ "GroupId": "sg-elsewhere" }]);
            endpoint["NetworkInterfaceIds"] = json!(["eni-elsewhere"]);
        });
        without_service(sound, &id, &service, account.document)
    };
    interfaces(sound).into_iter().map(case).collect()
}

fn in_state(sound: &Architecture, state: &str) -> Vec<Case> {
    let case = |endpoint: &Value| {
        let id = text(endpoint, "VpcEndpointId");
        let document = changed(&sound.document, "VpcEndpoints", id, |found| found["State"] = json!(state));
        match sound.has_way_out() && endpoint["VpcEndpointType"] == "Interface" {
            true => Case::warned(id, document, "endpoint/available", id, BY_NAT),
            false => Case::fault(id, document, "endpoint/available", id),
        }
    };
    items(&sound.document, "VpcEndpoints").map(case).collect()
}

fn private_dns_off(sound: &Architecture) -> Vec<Case> {
    if sound.has_central_endpoints() {
        return Vec::new();
    }
    let case = |(id, _): (String, String)| {
        let document = changed(&sound.document, "VpcEndpoints", &id, |found| found["PrivateDnsEnabled"] = json!(false));
        match sound.has_way_out() {
            true => Case::nothing(&id, document, BY_NAT),
            false => Case::fault(&id, document, "endpoint/private-dns", &id),
        }
    };
    interfaces(sound).into_iter().map(case).collect()
}

fn with_policy(sound: &Architecture, id: &str, policy: &Value) -> Case {
    let document =
        changed(&sound.document, "VpcEndpoints", id, |found| found["PolicyDocument"] = json!(policy.to_string()));
    Case::fault(id, document, "endpoint/policy", id)
}

fn deny(sound: &Architecture) -> Vec<Case> {
    let policy = json!({ "Version": "2008-10-17", "Statement": [{ "Effect": "Deny", "Principal": "*", "Action": "*", "Resource": "*" }] });
    ids(&sound.document, "VpcEndpoints").iter().map(|id| with_policy(sound, id, &policy)).collect()
}

fn gateways(sound: &Architecture) -> Vec<String> {
    let of = items(&sound.document, "VpcEndpoints").filter(|endpoint| endpoint["VpcEndpointType"] == "Gateway");
    of.map(|endpoint| text(endpoint, "VpcEndpointId").to_owned()).collect()
}

fn own_bucket(sound: &Architecture) -> Vec<Case> {
    let policy = json!({ "Version": "2008-10-17", "Statement": [{ "Effect": "Allow", "Principal": "*", "Action": "s3:*",
        "Resource": ["arn:aws:s3:::shop-assets", "arn:aws:s3:::shop-assets/*"] }] });
    gateways(sound).iter().map(|id| with_policy(sound, id, &policy)).collect()
}

fn fewer_subnets(sound: &Architecture) -> Vec<Case> {
    let mut cases = Vec::new();
    for (id, _) in interfaces(sound) {
        let endpoint = get(&sound.document, "VpcEndpoints", &id);
        for (at, subnet) in items(endpoint, "SubnetIds").enumerate() {
            let interface = text(&endpoint["NetworkInterfaceIds"], "").to_owned()
                + endpoint["NetworkInterfaceIds"][at].as_str().expect("an id");
            let mut document = without(&sound.document, "NetworkInterfaces", &interface);
            change_in(&mut document, "VpcEndpoints", &id, |found| {
                items_mut(found, "SubnetIds").remove(at);
                items_mut(found, "NetworkInterfaceIds").remove(at);
            });
            let site = format!("{id} {}", subnet.as_str().expect("an id"));
            if sound.has_central_endpoints() {
                cases.push(Case::nothing(&site, document, HIDDEN_NAMES));
                continue;
            }
            cases.push(Case::warned(
                &site,
                document,
                "endpoint/subnets",
                &id,
                "tasks reach it in the other zone, which costs, and fails with it",
            ));
        }
    }
    cases
}

/// Its private names lead nowhere then, whatever other way there is.
fn no_subnets(sound: &Architecture) -> Vec<Case> {
    let case = |(id, _): (String, String)| {
        let own = &get(&sound.document, "VpcEndpoints", &id)["NetworkInterfaceIds"];
        let mut document = sound.document.clone();
        items_mut(&mut document, "NetworkInterfaces")
            .retain(|interface| !own.as_array().is_some_and(|own| own.contains(&interface["NetworkInterfaceId"])));
        change_in(&mut document, "VpcEndpoints", &id, |found| {
            found["SubnetIds"] = json!([]);
            found["NetworkInterfaceIds"] = json!([]);
        });
        Case::fault(&id, document, "endpoint/in-subnets", &id)
    };
    interfaces(sound).into_iter().map(case).collect()
}

fn ingress(sound: &Architecture, rules: &[Value]) -> Vec<Case> {
    if !has_group(sound, "sg-endpoints") {
        return Vec::new();
    }
    let document =
        changed(&sound.document, "SecurityGroups", "sg-endpoints", |group| group["IpPermissions"] = json!(rules));
    vec![Case::fault("sg-endpoints", document, "sg/endpoint-ingress", "sg-endpoints")]
}

fn delete_gateway(sound: &Architecture) -> Vec<Case> {
    let case = |id: String| {
        let mut document = without(&sound.document, "VpcEndpoints", &id);
        drop_routes(&mut document, |route| leads(route) == id);
        match sound.has_way_out() {
            true => Case::nothing(&id, document, BY_NAT),
            false => Case::fault(&id, document, "endpoint/s3-gateway", sound.task_vpc()),
        }
    };
    gateways(sound).into_iter().map(case).collect()
}

/// AWS makes no such endpoint: it has the addresses of the other region, as its prefix list does.
fn rename_gateway(sound: &Architecture) -> Vec<Case> {
    let case = |id: String| {
        let mut document = changed(&sound.document, "VpcEndpoints", &id, rename);
        for table in tables_to(&sound.document, &id) {
            change_in(&mut document, "RouteTables", &table, |found| {
                let routes = items_mut(found, "Routes").iter_mut();
                routes
                    .filter(|route| leads(route) == id)
                    .for_each(|route| route["DestinationPrefixListId"] = json!("pl-elsewhere"));
            });
        }
        items_mut(&mut document, "PrefixLists")
            .push(json!({ "PrefixListId": "pl-elsewhere", "PrefixListName": "com.amazonaws.eu-west-1.s3",
            "Cidrs": ["52.218.0.0/17"] }));
        match sound.has_way_out() {
            true => Case::nothing(&id, document, BY_NAT),
            false => Case::fault(&id, document, "endpoint/s3-gateway", sound.task_vpc()),
        }
    };
    gateways(sound).into_iter().map(case).collect()
}

fn without_table(sound: &Architecture) -> Vec<Case> {
    let mut cases = Vec::new();
    for id in gateways(sound) {
        for table in tables_to(&sound.document, &id) {
            let mut document = changed(&sound.document, "VpcEndpoints", &id, |endpoint| {
                items_mut(endpoint, "RouteTableIds").retain(|known| *known != table.as_str());
            });
            change_in(&mut document, "RouteTables", &table, |found| {
                items_mut(found, "Routes").retain(|route| leads(route) != id)
            });
            cases.push(match sound.has_way_out() {
                true => Case::nothing(&table, document, BY_NAT),
                false => Case::fault(&table, document, "endpoint/s3-gateway-route", &table),
            });
        }
    }
    cases
}

fn attribute(sound: &Architecture, name: &str) -> Vec<Case> {
    let mut document = sound.document.clone();
    let vpc = sound.task_vpc();
    let attributes = items_mut(&mut document, "VpcAttributes").iter_mut().find(|found| found["VpcId"] == vpc);
    attributes.expect("each VPC has its attributes")[name]["Value"] = json!(false);
    let by_name = items(&sound.document, "NetworkInterfaces").any(|interface| interface["InterfaceType"] == "efs");
    let relied_on = by_name || !interfaces(sound).is_empty() && !sound.has_way_out();
    vec![match (name, relied_on) {
        ("EnableDnsSupport", _) if sound.has_own_resolvers() => {
            Case::nothing(vpc, document, "it is AWS's resolver that is switched off, and others are asked")
        }
        ("EnableDnsSupport", _) => Case::fault(vpc, document, "dns/support", vpc),
        (_, true) if sound.has_central_endpoints() => Case::nothing(vpc, document, HIDDEN_NAMES),
        (_, true) => Case::fault(vpc, document, "dns/hostnames", vpc),
        (_, false) => Case::nothing(vpc, document, "public names need no host names of the VPC's own"),
    }]
}

fn resolved_by(sound: &Architecture, address: &str) -> Value {
    changed(&sound.document, "DhcpOptions", "dopt-1", |options| {
        options["DhcpConfigurations"][1]["Values"] = json!([{ "Value": address }]);
    })
}

/// The internet has no such address, and no table another route to it.
fn lost_resolver(sound: &Architecture) -> Vec<Case> {
    let vpc = sound.task_vpc();
    let document = resolved_by(sound, "192.0.2.53");
    vec![match sound.leaves_by_instance() {
        true => Case::nothing(vpc, document, BEHIND),
        false => Case::fault(vpc, document, "dns/resolver-reached", vpc),
    }]
}

fn resolver(sound: &Architecture) -> Vec<Case> {
    let document = resolved_by(sound, "10.0.250.53");
    let vpc = sound.task_vpc();
    if sound.has_own_resolvers() {
        return vec![Case::fault(vpc, document, "sg/egress", "sg-app")];
    }
    vec![match interfaces(sound).is_empty() {
        false if sound.has_central_endpoints() => Case::nothing(vpc, document, HIDDEN_NAMES),
        true => Case::nothing(vpc, document, "another resolver knows public names, too"),
        false => Case::warned(vpc, document, "dns/custom-resolver", vpc, "the resolver may forward to AWS's, or not"),
    }]
}

fn without_names(sound: &Architecture) -> Vec<Case> {
    if !sound.has_own_resolvers() {
        return Vec::new();
    }
    let document = changed(&sound.document, "SecurityGroups", "sg-app", |group| {
        items_mut(group, "IpPermissionsEgress").retain(|rule| rule["FromPort"] != json!(53));
    });
    vec![Case::fault("sg-app", document, "sg/egress", "sg-app")]
}

fn of_resolvers(sound: &Architecture, rules: &[Value]) -> Vec<Case> {
    if !sound.has_own_resolvers() {
        return Vec::new();
    }
    let document =
        changed(&sound.document, "SecurityGroups", "sg-resolver", |found| found["IpPermissions"] = json!(rules));
    vec![Case::fault("sg-resolver", document, "sg/destination-ingress", "sg-resolver")]
}

fn without_resolver(sound: &Architecture) -> Vec<Case> {
    let resolvers = ids(&sound.document, "NetworkInterfaces").into_iter().filter(|id| id.starts_with("eni-resolver"));
    let case =
        |id: String| Case::nothing(&id, without(&sound.document, "NetworkInterfaces", &id), "the other one answers");
    resolvers.map(case).collect()
}
