//! Networks of several VPCs, over transit gateways and peering connections.

use super::*;

/// The same, where the resolvers are in another VPC, over a transit gateway.
pub(super) fn central_resolvers() -> Account {
    let mut account = Account::new();
    zones(&mut account, 2, true);
    account.subnet("shop", "transit-a", "10.0.255.0/28");
    account.subnet("shop", "transit-b", "10.0.255.16/28");
    account.acl("transit", &["subnet-transit-a", "subnet-transit-b"]);
    account.table("transit", &["subnet-transit-a", "subnet-transit-b"], &[]);
    account.vpc("names", "10.9.0.0/16");
    let (hub, names) = (["subnet-hub-a", "subnet-hub-b"], ["subnet-names-a", "subnet-names-b"]);
    for (index, zone) in ["a", "b"].iter().enumerate() {
        account.subnet("names", &format!("hub-{zone}"), &format!("10.9.255.{}/28", index * 16));
        account.subnet("names", &format!("names-{zone}"), &format!("10.9.5{index}.0/24"));
    }
    account.acl("hub", &hub);
    account.acl("names", &names);
    account.transit_gateway("hub");
    account.attachment("hub", "shop", &["subnet-transit-a", "subnet-transit-b"]);
    account.attachment("hub", "names", &hub);
    account.transit_table("hub", "spokes", "shop", "10.9.0.0/16", "names");
    account.transit_table("hub", "names", "names", "10.0.0.0/16", "shop");
    for (index, zone) in ["a", "b"].iter().enumerate() {
        account.nat_gateway(zone, PUBLIC[index], &format!("10.0.{index}.10"));
        let routes = [(ANYWHERE, &*format!("nat-{zone}")), ("10.9.0.0/16", "tgw-hub")];
        account.table(&format!("private-{zone}"), &[PRIVATE[index]], &routes);
    }
    account.table("hub", &hub, &[]);
    account.table("names", &names, &[("10.0.0.0/16", "tgw-hub")]);
    own_resolvers(&mut account, "names", &[("subnet-names-a", "10.9.50.53"), ("subnet-names-b", "10.9.51.53")]);
    account.service(&app(&PRIVATE[..2]));
    account
}

/// Another VPC whose NAT gateways lead out, behind a transit gateway that the tasks' VPC is attached to in these subnets.
fn egress_hub(account: &mut Account, attached: [&str; 2]) {
    account.vpc("egress", "10.9.0.0/16");
    for (index, zone) in ["a", "b"].iter().enumerate() {
        account.subnet("egress", &format!("hub-{zone}"), &format!("10.9.255.{}/28", index * 16));
        account.subnet("egress", &format!("hub-public-{zone}"), &format!("10.9.{index}.0/24"));
    }
    account.acl("hub", &["subnet-hub-a", "subnet-hub-b"]);
    account.acl("hub-public", &["subnet-hub-public-a", "subnet-hub-public-b"]);
    account.internet_gateway("egress");
    account.nat_gateway("hub-a", "subnet-hub-public-a", "10.9.0.10");
    account.nat_gateway("hub-b", "subnet-hub-public-b", "10.9.1.10");
    account.transit_gateway("hub");
    account.attachment("hub", "shop", &attached);
    account.attachment("hub", "egress", &["subnet-hub-a", "subnet-hub-b"]);
    account.transit_table("hub", "spokes", "shop", ANYWHERE, "egress");
    account.transit_table("hub", "egress", "egress", "10.0.0.0/16", "shop");
    account.table("hub-a", &["subnet-hub-a"], &[(ANYWHERE, "nat-hub-a")]);
    account.table("hub-b", &["subnet-hub-b"], &[(ANYWHERE, "nat-hub-b")]);
    let public = ["subnet-hub-public-a", "subnet-hub-public-b"];
    account.table("hub-public", &public, &[(ANYWHERE, "igw-egress"), ("10.0.0.0/16", "tgw-hub")]);
}

/// A spoke whose way out is another VPC's NAT gateways, by a transit gateway.
pub(super) fn central_egress() -> Account {
    let mut account = Account::new();
    zones(&mut account, 2, false);
    account.subnet("shop", "transit-a", "10.0.255.0/28");
    account.subnet("shop", "transit-b", "10.0.255.16/28");
    account.acl("transit", &["subnet-transit-a", "subnet-transit-b"]);
    egress_hub(&mut account, ["subnet-transit-a", "subnet-transit-b"]);
    account.table("private", &PRIVATE[..2], &[(ANYWHERE, "tgw-hub")]);
    account.table("transit", &["subnet-transit-a", "subnet-transit-b"], &[]);
    account.group("shop", "app", &[], ALL);
    account.service(&app(&PRIVATE[..2]));
    account
}

/// The same, with tasks at addresses that no other VPC knows, behind private NAT gateways in subnets that all know.
pub(super) fn private_nat() -> Account {
    let mut account = Account::new();
    account.vpc("shop", "10.0.0.0/16");
    account.further_block("vpc-shop", "100.64.0.0/16");
    let routable = ["subnet-routable-a", "subnet-routable-b"];
    for (index, zone) in ["a", "b"].iter().enumerate() {
        account.subnet("shop", &format!("private-{zone}"), &format!("100.64.{index}.0/24"));
        account.subnet("shop", &format!("routable-{zone}"), &format!("10.0.{index}.0/24"));
    }
    account.acl("private", &PRIVATE[..2]);
    account.acl("routable", &routable);
    let transit = ["subnet-transit-a", "subnet-transit-b"];
    account.subnet("shop", "transit-a", "10.0.255.0/28");
    account.subnet("shop", "transit-b", "10.0.255.16/28");
    account.acl("transit", &transit);
    account.table("transit", &transit, &[]);
    egress_hub(&mut account, transit);
    for (index, zone) in ["a", "b"].iter().enumerate() {
        account.private_nat_gateway(zone, routable[index], &format!("10.0.{index}.10"));
        account.table(&format!("private-{zone}"), &[PRIVATE[index]], &[(ANYWHERE, &format!("nat-{zone}"))]);
    }
    account.table("routable", &routable, &[(ANYWHERE, "tgw-hub")]);
    account.group("shop", "app", &[], ALL);
    account.service(&app(&PRIVATE[..2]));
    account
}

/// No way out: interface endpoints in another VPC, over a transit gateway, by private hosted zones that no input has.
pub(super) fn central_endpoints() -> Account {
    let mut account = Account::new();
    zones(&mut account, 2, false);
    let (transit, hub) = (["subnet-transit-a", "subnet-transit-b"], ["subnet-hub-a", "subnet-hub-b"]);
    account.subnet("shop", "transit-a", "10.0.255.0/28");
    account.subnet("shop", "transit-b", "10.0.255.16/28");
    account.acl("transit", &transit);
    account.table("transit", &transit, &[]);
    account.vpc("endpoints", "10.9.0.0/16");
    for (index, zone) in ["a", "b"].iter().enumerate() {
        account.subnet("endpoints", &format!("hub-{zone}"), &format!("10.9.255.{}/28", index * 16));
        account.subnet("endpoints", &format!("endpoints-{zone}"), &format!("10.9.2{index}.0/24"));
    }
    let subnets = [("subnet-endpoints-a", "10.9.20"), ("subnet-endpoints-b", "10.9.21")];
    account.acl("hub", &hub);
    account.acl("endpoints", &[subnets[0].0, subnets[1].0]);
    account.transit_gateway("hub");
    account.attachment("hub", "shop", &transit);
    account.attachment("hub", "endpoints", &hub);
    account.transit_table("hub", "spokes", "shop", "10.9.0.0/16", "endpoints");
    account.transit_table("hub", "endpoints", "endpoints", "10.0.0.0/16", "shop");
    account.table("private", &PRIVATE[..2], &[("10.0.0.0/8", "tgw-hub")]);
    account.table("hub", &hub, &[]);
    account.table("endpoints", &[subnets[0].0, subnets[1].0], &[("10.0.0.0/16", "tgw-hub")]);
    account.group("endpoints", "endpoints", &[(443, "10.0.0.0/8")], ALL);
    for (index, service) in ["ecr.api", "ecr.dkr", "logs"].iter().enumerate() {
        account.interface_endpoint("endpoints", service, &subnets, 20 + index as u8, "sg-endpoints");
    }
    for endpoint in account.document["VpcEndpoints"].as_array_mut().expect("a list") {
        endpoint["PrivateDnsEnabled"] = json!(false);
    }
    account.s3_gateway_endpoint("shop", &["rtb-private"]);
    account.group("shop", "app", &[], ALL);
    account.service(&app(&PRIVATE[..2]));
    account
}

/// A database in another VPC, over a peering connection.
pub(super) fn peering() -> Account {
    let mut account = Account::new();
    zones(&mut account, 2, true);
    account.vpc("data", "10.9.0.0/16");
    account.subnet("data", "data-a", "10.9.30.0/24");
    account.acl("data", &["subnet-data-a"]);
    account.peering("data", "shop", "data");
    account.nat_gateway("a", PUBLIC[0], "10.0.0.10");
    account.table("private", &PRIVATE[..2], &[(ANYWHERE, "nat-a"), ("10.9.0.0/16", "pcx-data")]);
    account.table("data", &["subnet-data-a"], &[("10.0.0.0/16", "pcx-data")]);
    account.group("data", "database", &[(5432, "10.0.0.0/16")], ALL);
    account.interface("database", "subnet-data-a", "10.9.30.10", "interface", "RDSNetworkInterface", &["sg-database"]);
    account.group("shop", "app", &[], ALL);
    account.service(&Service { tasks: 1, ..app(&PRIVATE[..2]) });
    account.needs(&["tcp://10.9.30.10:5432"]);
    account
}
