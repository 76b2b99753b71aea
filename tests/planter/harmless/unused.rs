//! What is there besides, and that nothing uses.

use super::super::account::{Account, route};
use super::super::running::Service;
use super::*;
use std::collections::BTreeSet;

pub(super) fn add_vpc(account: &mut Account) {
    account.vpc("other", "10.200.0.0/16");
    account.subnet("other", "other-public-a", "10.200.0.0/24");
    account.subnet("other", "other-private-a", "10.200.1.0/24");
    account.table("other", &["subnet-other-public-a", "subnet-other-private-a"], &[]);
}

pub(super) fn other_vpc(sound: &Architecture) -> Vec<Case> {
    once(sound, add_vpc)
}

pub(super) fn isolated_subnet(sound: &Architecture) -> Vec<Case> {
    once(sound, |account| account.subnet("shop", "vault-a", "10.0.200.0/24"))
}

pub(super) fn unused_table(sound: &Architecture) -> Vec<Case> {
    once(sound, |account| {
        account.subnet("shop", "vault-a", "10.0.200.0/24");
        account.table("spare", &["subnet-vault-a"], &[(IPV4, "nat-gone")]);
        items_mut(&mut account.document, "Subnets").retain(|subnet| subnet["SubnetId"] != "subnet-vault-a");
        change_in(&mut account.document, "RouteTables", "rtb-spare", |table| table["Associations"] = json!([]));
    })
}

pub(super) fn unused_group(sound: &Architecture) -> Vec<Case> {
    once(sound, |account| account.group("shop", "spare", &[(0, IPV4), (22, IPV4)], &[]))
}

pub(super) fn unused_acl(sound: &Architecture) -> Vec<Case> {
    once(sound, |account| {
        account.subnet("shop", "vault-a", "10.0.200.0/24");
        account.acl_with("spare", &["subnet-vault-a"], Vec::new());
        items_mut(&mut account.document, "Subnets").retain(|subnet| subnet["SubnetId"] != "subnet-vault-a");
        change_in(&mut account.document, "NetworkAcls", "acl-spare", |acl| acl["Associations"] = json!([]));
    })
}

pub(super) fn unused_gateway(sound: &Architecture) -> Vec<Case> {
    once(sound, |account| {
        account.add("InternetGateways", json!({ "InternetGatewayId": "igw-spare", "Attachments": [], "Tags": [] }))
    })
}

pub(super) fn unused_nat(sound: &Architecture) -> Vec<Case> {
    once(sound, |account| {
        let subnet = text(&account.document["Subnets"][0], "SubnetId").to_owned();
        account.add(
            "NatGateways",
            json!({ "NatGatewayId": "nat-spare", "VpcId": "vpc-shop", "SubnetId": subnet, "State": "failed", "ConnectivityType": "private",
                "AvailabilityMode": "zonal", "NatGatewayAddresses": [], "Tags": [] }),
        );
    })
}

pub(super) fn unused_peering(sound: &Architecture) -> Vec<Case> {
    once(sound, |account| {
        add_vpc(account);
        account.peering("spare", "shop", "other");
        change_in(&mut account.document, "VpcPeeringConnections", "pcx-spare", |found| {
            found["Status"]["Code"] = json!("pending-acceptance")
        });
    })
}

pub(super) fn dynamodb(sound: &Architecture) -> Vec<Case> {
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

/// Resolvers of one's own may not know its private name: that is told, whoever needs it.
pub(super) fn unneeded_endpoint(sound: &Architecture) -> Vec<Case> {
    if sound.has_own_resolvers() {
        return Vec::new();
    }
    once(sound, |account| {
        // Closed, even: nobody calls it.
        account.group("shop", "spare", &[], &[]);
        let mut subnets: Vec<String> =
            ids(&account.document, "Subnets").into_iter().filter(|subnet| sound.hosts_tasks(subnet)).collect();
        // An endpoint has one subnet of a zone at most.
        let zone = |subnet: &String| subnet.rsplit('-').next().map(str::to_owned);
        let mut zones = BTreeSet::new();
        subnets.retain(|subnet| zones.insert(zone(subnet)));
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

/// A service beside the first one.
pub(super) fn beside(account: &mut Account, change: impl FnOnce(&mut Value)) {
    let known =
        workloads(&account.document).into_iter().find(|workload| workload.is_service).expect("each has a service");
    let subnets: Vec<&str> = known.subnets.iter().map(String::as_str).collect();
    let groups: Vec<&str> = known.groups.iter().map(String::as_str).collect();
    let of =
        Service { name: "spare", subnets: &subnets, groups: &groups, public_ip: known.public_ip, tasks: 0, port: 8080 };
    change(account.service(&of));
}

pub(super) fn idle_service(sound: &Architecture) -> Vec<Case> {
    once(sound, |account| beside(account, |_| {}))
}

pub(super) fn inactive_service(sound: &Architecture) -> Vec<Case> {
    once(sound, |account| {
        beside(account, |service| {
            service["status"] = json!("INACTIVE");
            service["networkConfiguration"]["awsvpcConfiguration"]["subnets"] = json!(["subnet-gone"]);
        });
    })
}

pub(super) fn stopped_task(sound: &Architecture) -> Vec<Case> {
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
