//! Networks that work: what faults are planted in.

mod connected;

use super::account::*;
use super::running::Service;
use connected::{central_egress, central_endpoints, central_resolvers, peering, private_nat};
use serde_json::{Value, json};

/// A sound network.
pub(crate) struct Architecture {
    /// What it is called.
    pub(crate) name: &'static str,
    /// What it is made of, for the page.
    pub(crate) made_of: &'static str,
    /// The snapshot.
    pub(crate) document: Value,
    /// Rules whose warning its design earns, and why that is right.
    pub(crate) warned: &'static [(&'static str, &'static str)],
}

const ANYWHERE: &str = "0.0.0.0/0";
const ALL: &[(u16, &str)] = &[(0, ANYWHERE)];
const PRIVATE: [&str; 3] = ["subnet-private-a", "subnet-private-b", "subnet-private-c"];
const PUBLIC: [&str; 3] = ["subnet-public-a", "subnet-public-b", "subnet-public-c"];

/// A VPC with a subnet for tasks in each of the first zones, and one towards the internet where there is to be one.
fn zones(account: &mut Account, count: usize, is_public: bool) {
    account.vpc("shop", "10.0.0.0/16");
    for (index, zone) in ["a", "b", "c"].iter().enumerate().take(count) {
        account.subnet("shop", &format!("private-{zone}"), &format!("10.0.{}.0/24", 10 + index));
        if is_public {
            account.subnet("shop", &format!("public-{zone}"), &format!("10.0.{index}.0/24"));
        }
    }
    account.acl("private", &PRIVATE[..count]);
    if is_public {
        account.acl("public", &PUBLIC[..count]);
        account.internet_gateway("shop");
        account.table("public", &PUBLIC[..count], &[(ANYWHERE, "igw-shop")]);
    }
}

/// A NAT gateway in each of the first zones, and a table for the private subnet beside it.
fn nat_per_zone(account: &mut Account, count: usize) {
    for (index, zone) in ["a", "b", "c"].iter().enumerate().take(count) {
        account.nat_gateway(zone, PUBLIC[index], &format!("10.0.{index}.10"));
        account.table(&format!("private-{zone}"), &[PRIVATE[index]], &[(ANYWHERE, &format!("nat-{zone}"))]);
    }
}

/// DHCP options that name two resolvers, machines in these subnets, at these addresses. Nothing but HTTPS, and port 53 of
/// theirs, is let out, and nothing but port 53 in.
fn own_resolvers(account: &mut Account, vpc: &str, subnets: &[(&str, &str); 2]) {
    let ask = |who: &str| [udp(53, who), permission(53, who)];
    account.group(vpc, "resolver", &[], ALL);
    account.group("shop", "app", &[], &[(443, ANYWHERE)]);
    let egress = subnets.iter().flat_map(|(_, address)| ask(&format!("{address}/32")));
    account.rules_of("sg-app", "IpPermissionsEgress").extend(egress);
    account.rules_of("sg-resolver", "IpPermissions").extend(ask("10.0.0.0/16"));
    for (zone, (subnet, address)) in ["a", "b"].iter().zip(subnets) {
        let description = format!("Route 53 Resolver: rslvr-in-{zone}:rni-{zone}");
        account.interface(&format!("resolver-{zone}"), subnet, address, "interface", &description, &["sg-resolver"]);
    }
    let servers: Vec<Value> = subnets.iter().map(|(_, address)| json!({ "Value": address })).collect();
    account.document["DhcpOptions"][0]["DhcpConfigurations"][1]["Values"] = json!(servers);
}

/// Tasks behind NAT gateways, whose names two resolvers in subnets of their own know.
fn resolvers() -> Account {
    let mut account = Account::new();
    zones(&mut account, 2, true);
    nat_per_zone(&mut account, 2);
    account.subnet("shop", "names-a", "10.0.50.0/24");
    account.subnet("shop", "names-b", "10.0.51.0/24");
    account.table("names", &["subnet-names-a", "subnet-names-b"], &[]);
    account.acl("names", &["subnet-names-a", "subnet-names-b"]);
    own_resolvers(&mut account, "shop", &[("subnet-names-a", "10.0.50.53"), ("subnet-names-b", "10.0.51.53")]);
    account.service(&app(&PRIVATE[..2]));
    account
}

fn app<'s>(subnets: &'s [&'s str]) -> Service<'s> {
    Service { name: "app", subnets, groups: &["sg-app"], public_ip: false, tasks: 2, port: 8080 }
}

/// One zone, one NAT gateway, one task.
fn one_zone() -> Account {
    let mut account = Account::new();
    zones(&mut account, 1, true);
    nat_per_zone(&mut account, 1);
    account.group("shop", "app", &[], ALL);
    account.service(&Service { tasks: 1, ..app(&PRIVATE[..1]) });
    account
}

/// Three zones, network ACLs and security groups that let pass only what is needed.
fn three_zones() -> Account {
    let mut account = Account::new();
    account.vpc("shop", "10.0.0.0/16");
    for (index, zone) in ["a", "b", "c"].iter().enumerate() {
        account.subnet("shop", &format!("private-{zone}"), &format!("10.0.{}.0/24", 10 + index));
        account.subnet("shop", &format!("public-{zone}"), &format!("10.0.{index}.0/24"));
    }
    let strict = |inside: &str| {
        vec![
            entry(100, false, "allow", Some((1024, 65535)), ANYWHERE),
            entry(110, false, "allow", None, inside),
            entry(120, false, "deny", Some((0, 65535)), ANYWHERE),
            entry(100, true, "allow", Some((443, 443)), ANYWHERE),
            entry(110, true, "allow", None, inside),
            entry(120, true, "deny", Some((0, 65535)), ANYWHERE),
        ]
    };
    account.acl_with("private", &PRIVATE, strict("10.0.0.0/16"));
    account.acl_with("public", &PUBLIC, strict("10.0.0.0/16"));
    account.internet_gateway("shop");
    account.table("public", &PUBLIC, &[(ANYWHERE, "igw-shop")]);
    nat_per_zone(&mut account, 3);
    account.group("shop", "app", &[], ALL);
    account.service(&Service { tasks: 3, ..app(&PRIVATE) });
    account
}

/// Two zones behind one NAT gateway.
fn one_nat() -> Account {
    let mut account = Account::new();
    zones(&mut account, 2, true);
    account.nat_gateway("a", PUBLIC[0], "10.0.0.10");
    account.table("private", &PRIVATE[..2], &[(ANYWHERE, "nat-a")]);
    account.group("shop", "app", &[], ALL);
    account.service(&app(&PRIVATE[..2]));
    account
}

/// Two zones behind a regional NAT gateway, which has no subnet.
fn regional_nat() -> Account {
    let mut account = Account::new();
    zones(&mut account, 2, false);
    account.internet_gateway("shop");
    let addresses = ["a", "b"].map(|zone| {
        json!({ "AllocationId": format!("eipalloc-{zone}"), "PublicIp": "54.90.12.40", "AvailabilityZone": format!("{REGION}{zone}"), "Status": "succeeded" })
    });
    account.add(
        "NatGateways",
        json!({ "NatGatewayId": "nat-regional", "VpcId": "vpc-shop", "State": "available", "ConnectivityType": "public",
            "AvailabilityMode": "regional", "NatGatewayAddresses": addresses, "Tags": [] }),
    );
    account.table("private", &PRIVATE[..2], &[(ANYWHERE, "nat-regional")]);
    account.group("shop", "app", &[], ALL);
    account.service(&app(&PRIVATE[..2]));
    account
}

/// No way out: endpoints in subnets of their own serve all that the task needs, a secret included.
fn endpoints() -> Account {
    let mut account = Account::new();
    zones(&mut account, 2, false);
    account.subnet("shop", "endpoints-a", "10.0.20.0/24");
    account.subnet("shop", "endpoints-b", "10.0.21.0/24");
    let subnets = [("subnet-endpoints-a", "10.0.20"), ("subnet-endpoints-b", "10.0.21")];
    account.table("private", &PRIVATE[..2], &[]);
    account.table("endpoints", &[subnets[0].0, subnets[1].0], &[]);
    account.acl("endpoints", &[subnets[0].0, subnets[1].0]);
    account.group("shop", "endpoints", &[(443, "10.0.0.0/16")], ALL);
    for (index, service) in ["ecr.api", "ecr.dkr", "logs", "secretsmanager"].iter().enumerate() {
        account.interface_endpoint("shop", service, &subnets, 20 + index as u8, "sg-endpoints");
    }
    account.s3_gateway_endpoint("shop", &["rtb-private"]);
    account.group("shop", "app", &[], ALL);
    account.service(&app(&PRIVATE[..2]));
    let secret = format!("arn:aws:secretsmanager:{REGION}:{NUMBER}:secret:app/database-AbCdEf");
    account.document["taskDefinitions"][0]["containerDefinitions"][0]["secrets"] =
        json!([{ "name": "DATABASE", "valueFrom": secret }]);
    account
}

/// NAT gateways, and endpoints beside them in the tasks' own subnets.
fn nat_and_endpoints() -> Account {
    let mut account = Account::new();
    zones(&mut account, 2, true);
    nat_per_zone(&mut account, 2);
    account.group("shop", "endpoints", &[(443, "sg-app")], ALL);
    let subnets = [(PRIVATE[0], "10.0.10"), (PRIVATE[1], "10.0.11")];
    for (index, service) in ["ecr.api", "ecr.dkr", "logs"].iter().enumerate() {
        account.interface_endpoint("shop", service, &subnets, 20 + index as u8, "sg-endpoints");
    }
    account.s3_gateway_endpoint("shop", &["rtb-private-a", "rtb-private-b"]);
    account.group("shop", "app", &[], ALL);
    account.service(&app(&PRIVATE[..2]));
    account
}

/// Tasks with public IPs in public subnets.
fn public() -> Account {
    let mut account = Account::new();
    account.vpc("shop", "10.0.0.0/16");
    account.subnet("shop", "public-a", "10.0.0.0/24");
    account.subnet("shop", "public-b", "10.0.1.0/24");
    account.acl("public", &PUBLIC[..2]);
    account.internet_gateway("shop");
    account.table("public", &PUBLIC[..2], &[(ANYWHERE, "igw-shop")]);
    account.group("shop", "app", &[], ALL);
    account.service(&Service { public_ip: true, ..app(&PUBLIC[..2]) });
    account
}

/// One service with public IPs in public subnets, another one in private subnets behind a NAT gateway in each zone.
fn mixed() -> Account {
    let mut account = Account::new();
    zones(&mut account, 2, true);
    nat_per_zone(&mut account, 2);
    account.group("shop", "app", &[], ALL);
    account.group("shop", "edge", &[], ALL);
    account.service(&app(&PRIVATE[..2]));
    account.service(&Service { name: "edge", groups: &["sg-edge"], public_ip: true, ..app(&PUBLIC[..2]) });
    account
}

/// Three zones; an internet-facing load balancer in the public subnets, tasks behind NAT gateways.
fn public_load_balancer() -> Account {
    let mut account = Account::new();
    zones(&mut account, 3, true);
    nat_per_zone(&mut account, 3);
    account.group("shop", "balancer", &[(443, ANYWHERE)], &[(8080, "sg-app")]);
    account.group("shop", "app", &[(8080, "sg-balancer")], ALL);
    account.service(&Service { tasks: 3, ..app(&PRIVATE) });
    account.load_balancer("web", "internet-facing", &PUBLIC, "sg-balancer", "app");
    account
}

/// No way out for the tasks, which live by endpoints in their own subnets; an internet-facing load balancer in public ones.
fn endpoints_and_public_load_balancer() -> Account {
    let mut account = Account::new();
    zones(&mut account, 2, true);
    account.table("private", &PRIVATE[..2], &[]);
    account.group("shop", "endpoints", &[(443, "sg-app")], ALL);
    let subnets = [(PRIVATE[0], "10.0.10"), (PRIVATE[1], "10.0.11")];
    for (index, service) in ["ecr.api", "ecr.dkr", "logs"].iter().enumerate() {
        account.interface_endpoint("shop", service, &subnets, 20 + index as u8, "sg-endpoints");
    }
    account.s3_gateway_endpoint("shop", &["rtb-private"]);
    account.group("shop", "balancer", &[(443, ANYWHERE)], &[(8080, "sg-app")]);
    account.group("shop", "app", &[(8080, "sg-balancer")], ALL);
    account.service(&app(&PRIVATE[..2]));
    account.load_balancer("web", "internet-facing", &PUBLIC[..2], "sg-balancer", "app");
    account
}

/// Two zones behind an instance that forwards, and translates addresses, in each.
fn nat_instances() -> Account {
    let mut account = Account::new();
    zones(&mut account, 2, true);
    account.group("shop", "nat", &[(0, "10.0.0.0/16")], ALL);
    for (index, zone) in ["a", "b"].iter().enumerate() {
        let name = format!("nat-{zone}");
        account.interface(&name, PUBLIC[index], &format!("10.0.{index}.20"), "interface", "", &["sg-nat"]);
        let interfaces = account.document["NetworkInterfaces"].as_array_mut().and_then(|list| list.last_mut());
        interfaces.expect("it was added")["SourceDestCheck"] = json!(false);
        account.table(&format!("private-{zone}"), &[PRIVATE[index]], &[(ANYWHERE, &format!("eni-{name}"))]);
    }
    account.group("shop", "app", &[], ALL);
    account.service(&app(&PRIVATE[..2]));
    account
}

/// The same, where no subnet's name or setting says what it is.
fn unnamed_subnets() -> Account {
    unnamed(public_load_balancer())
}

fn unnamed(mut account: Account) -> Account {
    for subnet in account.document["Subnets"].as_array_mut().expect("a list") {
        subnet["Tags"] = json!([]);
        subnet["MapPublicIpOnLaunch"] = json!(false);
    }
    account
}

/// An internal load balancer in subnets of its own, tasks behind one NAT gateway each zone.
fn internal_load_balancer() -> Account {
    let mut account = Account::new();
    zones(&mut account, 3, true);
    nat_per_zone(&mut account, 3);
    let inner = ["subnet-inner-a", "subnet-inner-b", "subnet-inner-c"];
    for (index, name) in ["inner-a", "inner-b", "inner-c"].iter().enumerate() {
        account.subnet("shop", name, &format!("10.0.{}.0/24", 30 + index));
    }
    account.table("inner", &inner, &[]);
    account.acl("inner", &inner);
    account.group("shop", "balancer", &[(443, "10.0.0.0/16")], &[(8080, "sg-app")]);
    account.group("shop", "app", &[(8080, "sg-balancer")], ALL);
    account.service(&Service { tasks: 3, ..app(&PRIVATE) });
    account.load_balancer("inner", "internal", &inner, "sg-balancer", "app");
    account
}

/// No way out; an internal load balancer, tasks and the endpoints that they call have one group, which lets its own members in.
fn one_group() -> Account {
    let mut account = Account::new();
    zones(&mut account, 2, false);
    account.table("private", &PRIVATE[..2], &[]);
    account.group("shop", "clients", &[], ALL);
    account.group("shop", "one", &[(0, "sg-one"), (443, "sg-clients")], ALL);
    let subnets = [(PRIVATE[0], "10.0.10"), (PRIVATE[1], "10.0.11")];
    for (index, service) in ["ecr.api", "ecr.dkr", "logs"].iter().enumerate() {
        account.interface_endpoint("shop", service, &subnets, 20 + index as u8, "sg-one");
    }
    account.s3_gateway_endpoint("shop", &["rtb-private"]);
    account.service(&Service { groups: &["sg-one"], ..app(&PRIVATE[..2]) });
    account.load_balancer("inner", "internal", &PRIVATE[..2], "sg-one", "app");
    account
}

/// Two services that find each other by Service Connect.
fn service_connect() -> Account {
    let mut account = Account::new();
    zones(&mut account, 2, true);
    nat_per_zone(&mut account, 2);
    account.group("shop", "frontend", &[], ALL);
    account.group("shop", "backend", &[(5000, "sg-frontend")], ALL);
    let namespace = format!("arn:aws:servicediscovery:{REGION}:{NUMBER}:namespace/ns-shop");
    let frontend = Service { name: "frontend", groups: &["sg-frontend"], port: 3000, ..app(&PRIVATE[..2]) };
    account.service(&frontend)["serviceConnectConfiguration"] =
        json!({ "enabled": true, "namespace": namespace, "services": [] });
    let backend = Service { name: "backend", groups: &["sg-backend"], port: 5000, ..app(&PRIVATE[..2]) };
    account.service(&backend)["serviceConnectConfiguration"] = json!({ "enabled": true, "namespace": namespace,
        "services": [{ "portName": "http", "discoveryName": "backend", "clientAliases": [{ "port": 5000, "dnsName": "backend" }] }] });
    account
}

/// No load balancer: a service that takes its work from a queue, and a scheduled task that runs just now.
fn queue_and_schedule() -> Account {
    let mut account = Account::new();
    zones(&mut account, 2, true);
    nat_per_zone(&mut account, 2);
    account.group("shop", "worker", &[], ALL);
    account.group("shop", "nightly", &[], ALL);
    account.service(&Service { name: "worker", groups: &["sg-worker"], ..app(&PRIVATE[..2]) });
    account.task("nightly", PRIVATE[0], "10.0.10.77", "sg-nightly");
    account.needs(&["sqs", "https://api.example.com"]);
    account
}

/// A file system with a mount target in each zone, in the tasks' subnets.
fn file_system() -> Account {
    let mut account = Account::new();
    zones(&mut account, 2, true);
    nat_per_zone(&mut account, 2);
    account.subnet("shop", "storage-a", "10.0.40.0/24");
    account.subnet("shop", "storage-b", "10.0.41.0/24");
    account.table("storage", &["subnet-storage-a", "subnet-storage-b"], &[]);
    account.acl("storage", &["subnet-storage-a", "subnet-storage-b"]);
    account.group("shop", "app", &[], ALL);
    account.group("shop", "media", &[(2049, "sg-app")], ALL);
    account.service(&app(&PRIVATE[..2]));
    let definition = &mut account.document["taskDefinitions"][0];
    definition["volumes"] = json!([{ "name": "media", "efsVolumeConfiguration": { "fileSystemId": "fs-media", "transitEncryption": "ENABLED" } }]);
    for (zone, subnet, address) in [("a", "subnet-storage-a", "10.0.40.40"), ("b", "subnet-storage-b", "10.0.41.40")] {
        let description = format!("EFS mount target for fs-media (fsmt-{zone})");
        account.interface(&format!("media-{zone}"), subnet, address, "efs", &description, &["sg-media"]);
    }
    account
}

/// Gives every subnet of the one VPC a block of IPv6, and lets it pass the network ACLs.
fn with_ipv6(account: &mut Account) {
    let block = |text: &str, state: &str| json!([{ "Ipv6CidrBlock": text, state: { "State": "associated" } }]);
    account.document["Vpcs"][0]["Ipv6CidrBlockAssociationSet"] = block("2600:1f18:1000:100::/56", "Ipv6CidrBlockState");
    for (index, subnet) in account.document["Subnets"].as_array_mut().expect("a list").iter_mut().enumerate() {
        subnet["Ipv6CidrBlockAssociationSet"] =
            block(&format!("2600:1f18:1000:1{index:02}::/64"), "Ipv6CidrBlockState");
    }
    for table in account.document["RouteTables"].as_array_mut().expect("a list") {
        let mut local = route("2600:1f18:1000:100::/56", "local");
        local["Origin"] = json!("CreateRouteTable");
        table["Routes"].as_array_mut().expect("routes").insert(1, local);
    }
    for acl in account.document["NetworkAcls"].as_array_mut().expect("a list") {
        let entries = acl["Entries"].as_array_mut().expect("entries");
        entries.extend([false, true].map(|egress| entry(101, egress, "allow", None, "::/0")));
    }
}

/// A further route of the tables whose names begin so.
fn lead(account: &mut Account, tables: &str, to: &str, target: &str) {
    for table in account.document["RouteTables"].as_array_mut().expect("a list") {
        if table["RouteTableId"].as_str().is_some_and(|id| id.starts_with(tables)) {
            table["Routes"].as_array_mut().expect("routes").push(route(to, target));
        }
    }
}

/// Both families: IPv4 leaves by NAT gateways, IPv6 by an egress-only internet gateway.
fn dual_stack() -> Account {
    let mut account = Account::new();
    zones(&mut account, 2, true);
    nat_per_zone(&mut account, 2);
    account.egress_only_gateway("shop");
    with_ipv6(&mut account);
    lead(&mut account, "rtb-private", "::/0", "eigw-shop");
    account.group("shop", "app", &[], &[(0, ANYWHERE), (0, "::/0")]);
    account.service(&app(&PRIVATE[..2]));
    account.needs(&["tcp://[2606:4700::1111]:443"]);
    account
}

/// A load balancer that clients reach by IPv6 alone; NAT gateways beside it.
fn ipv6_load_balancer() -> Account {
    let mut account = public_load_balancer();
    with_ipv6(&mut account);
    lead(&mut account, "rtb-public", "::/0", "igw-shop");
    *account.rules_of("sg-balancer", "IpPermissions") = vec![permission(443, "::/0")];
    account.document["LoadBalancers"][0]["IpAddressType"] = json!("dualstack-without-public-ipv4");
    account
}

const HANGS_ON_ONE_ZONE: &[(&str, &str)] =
    &[("nat/zone-redundancy", "two zones hang on one zone's NAT gateway: cheaper, and meant")];

/// All of them.
pub(crate) fn all() -> Vec<Architecture> {
    let of = |name, made_of, account: Account| Architecture { name, made_of, document: account.document, warned: &[] };
    vec![
        of("one zone", "one private subnet, one NAT gateway", one_zone()),
        of(
            "three zones",
            "a NAT gateway in each of three zones, network ACLs that let pass only what is needed",
            three_zones(),
        ),
        Architecture { warned: HANGS_ON_ONE_ZONE, ..of("one NAT", "two zones behind one NAT gateway", one_nat()) },
        Architecture {
            warned: HANGS_ON_ONE_ZONE,
            ..of(
                "one unnamed NAT",
                "the same, and nothing but routes tells public subnets from private ones",
                unnamed(one_nat()),
            )
        },
        of("regional NAT", "two zones behind a regional NAT gateway", regional_nat()),
        of(
            "endpoints",
            "no way out; endpoints for ECR, CloudWatch Logs and Secrets Manager in subnets of their own, S3's gateway endpoint",
            endpoints(),
        ),
        of(
            "NAT and endpoints",
            "a NAT gateway in each of two zones, and endpoints for ECR, CloudWatch Logs and S3",
            nat_and_endpoints(),
        ),
        of("public", "tasks with public IPs in public subnets", public()),
        of("mixed", "one service with public IPs in public subnets, one behind NAT gateways", mixed()),
        of("central egress", "a transit gateway to another VPC, whose NAT gateways lead out", central_egress()),
        of(
            "public load balancer",
            "three zones, an internet-facing load balancer, tasks behind NAT gateways",
            public_load_balancer(),
        ),
        of(
            "unnamed subnets",
            "the same, and nothing but routes tells public subnets from private ones",
            unnamed_subnets(),
        ),
        of(
            "endpoints and public load balancer",
            "no way out for the tasks, which live by endpoints; an internet-facing load balancer in public subnets",
            endpoints_and_public_load_balancer(),
        ),
        of("NAT instances", "an instance in each of two zones, which forwards what the tasks send", nat_instances()),
        of(
            "internal load balancer",
            "three zones, an internal load balancer in subnets of its own, tasks behind NAT gateways",
            internal_load_balancer(),
        ),
        of(
            "one group",
            "no way out; an internal load balancer, tasks and the endpoints that they call have one security group",
            one_group(),
        ),
        of("Service Connect", "a frontend that calls a backend by its name", service_connect()),
        of("queue and schedule", "a queue's worker and a scheduled task, no load balancer", queue_and_schedule()),
        of("file system", "EFS, with a mount target in each zone", file_system()),
        of(
            "private NAT",
            "the same as central egress, with tasks behind private NAT gateways, at addresses that only their own VPC knows",
            private_nat(),
        ),
        of(
            "central endpoints",
            "no way out; interface endpoints in another VPC, over a transit gateway, and S3's gateway endpoint",
            central_endpoints(),
        ),
        of(
            "IPv6 load balancer",
            "three zones, an internet-facing load balancer without public IPv4 addresses, tasks behind NAT gateways",
            ipv6_load_balancer(),
        ),
        of("dual stack", "IPv4 by NAT gateways, IPv6 by an egress-only internet gateway", dual_stack()),
        of("peering", "a database in a peered VPC", peering()),
        of(
            "own resolvers",
            "tasks behind NAT gateways, two resolvers of one's own in subnets of their own; security groups that let port 53 and HTTPS pass alone",
            resolvers(),
        ),
        of(
            "central resolvers",
            "the same, where the resolvers are in another VPC, over a transit gateway",
            central_resolvers(),
        ),
    ]
}
