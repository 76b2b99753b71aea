//! Gateways, addresses, and what is of a whole VPC.

use super::super::account::{Account, NUMBER, REGION};
use super::super::snapshot::*;
use super::routes::has;
use super::shell::Command;
use super::{Done, Obeying, refused};
use serde_json::{Value, json};

pub(super) fn run(account: &mut Obeying, command: &Command) -> Option<Done> {
    Some(match command.name.as_str() {
        "ec2 allocate-address" => {
            let id = account.create("eipalloc", &["allocation-id"]);
            let address = json!({ "AllocationId": id, "Domain": "vpc", "PublicIp": "54.91.0.9", "Tags": [] });
            items_mut(&mut account.document, "Addresses").push(address);
            Ok(())
        }
        "ec2 create-nat-gateway" => create_nat_gateway(account, command),
        "ec2 delete-nat-gateway" => {
            let id = command.one("nat-gateway-id");
            if !has(&account.document, "NatGateways", id) {
                return Some(refused(format!("NatGatewayNotFound: {id}")));
            }
            change_in(&mut account.document, "NatGateways", id, |nat| nat["State"] = json!("deleted"));
            Ok(())
        }
        "ec2 wait nat-gateway-available" => {
            change_in(&mut account.document, "NatGateways", command.one("nat-gateway-ids"), |nat| {
                if nat["State"] == "pending" {
                    nat["State"] = json!("available");
                }
            });
            Ok(())
        }
        "ec2 create-internet-gateway" => {
            let id = account.create("igw", &["internet-gateway-id"]);
            let gateway = json!({ "InternetGatewayId": id, "OwnerId": NUMBER, "Attachments": [], "Tags": [] });
            items_mut(&mut account.document, "InternetGateways").push(gateway);
            Ok(())
        }
        "ec2 attach-internet-gateway" => attach(account, command),
        "ec2 create-egress-only-internet-gateway" => {
            let id = account.create("eigw", &["egress-only-internet-gateway-id"]);
            let attachments = json!([{ "VpcId": command.one("vpc-id"), "State": "attached" }]);
            items_mut(&mut account.document, "EgressOnlyInternetGateways")
                .push(json!({ "EgressOnlyInternetGatewayId": id, "Attachments": attachments, "Tags": [] }));
            Ok(())
        }
        "ec2 modify-vpc-attribute" => modify_attribute(account, command),
        "ec2 create-dhcp-options" => {
            let id = account.create("dopt", &["dopt-id"]);
            let configuration = json!([{ "Key": "domain-name-servers", "Values": [{ "Value": "AmazonProvidedDNS" }] }]);
            if command.all("dhcp-configurations") != ["Key=domain-name-servers,Values=AmazonProvidedDNS"] {
                return Some(refused("other configurations are not known here"));
            }
            items_mut(&mut account.document, "DhcpOptions")
                .push(json!({ "DhcpOptionsId": id, "OwnerId": NUMBER, "DhcpConfigurations": configuration }));
            Ok(())
        }
        "ec2 associate-dhcp-options" => {
            let (vpc, options) = (command.one("vpc-id"), command.one("dhcp-options-id"));
            if !has(&account.document, "Vpcs", vpc) || !has(&account.document, "DhcpOptions", options) {
                return Some(refused(format!("{vpc} or {options} does not exist")));
            }
            change_in(&mut account.document, "Vpcs", vpc, |vpc| vpc["DhcpOptionsId"] = json!(options));
            Ok(())
        }
        "ec2 create-vpc-block-public-access-exclusion" => exclude(account, command),
        "ec2 modify-vpc-block-public-access-exclusion" => {
            let exclusions = items_mut(&mut account.document, "VpcBlockPublicAccessExclusions").iter_mut();
            let Some(found) = exclusions.into_iter().find(|found| found["ExclusionId"] == command.one("exclusion-id"))
            else {
                return Some(refused("InvalidVpcBlockPublicAccessExclusionId.NotFound"));
            };
            found["InternetGatewayExclusionMode"] = json!(command.one("internet-gateway-exclusion-mode"));
            Ok(())
        }
        _ => return None,
    })
}

/// A free address of a subnet, by its block's first three parts.
pub(super) fn free_address(document: &Value, subnet: &str, count: usize) -> String {
    let block = text(get(document, "Subnets", subnet), "CidrBlock");
    let start = block.rsplit_once('.').map_or(block, |(start, _)| start);
    format!("{start}.{}", 200 + count)
}

/// The account as the builder of networks knows it, to build with.
pub(super) fn built(account: &mut Obeying, build: impl FnOnce(&mut Account)) {
    let mut builder = Account { document: account.document.take() };
    build(&mut builder);
    account.document = builder.document;
}

fn create_nat_gateway(account: &mut Obeying, command: &Command) -> Done {
    if command.one("availability-mode") == "regional" {
        return create_regional(account, command);
    }
    let (subnet, address) = (command.one("subnet-id").to_owned(), command.one("allocation-id"));
    if !has(&account.document, "Subnets", &subnet) {
        return refused(format!("InvalidSubnet: {subnet}"));
    }
    if command.one("connectivity-type") == "private" {
        if command.has("allocation-id") {
            return refused("a private NAT gateway has no Elastic IP");
        }
        let id = account.create("nat", &["nat-gateway-id"]);
        let private = free_address(&account.document, &subnet, account.count);
        built(account, |builder| builder.private_nat_gateway(id.trim_start_matches("nat-"), &subnet, &private));
        return Ok(());
    }
    let addresses = items(&account.document, "Addresses");
    let Some(address) = addresses.into_iter().position(|found| found["AllocationId"] == address) else {
        return refused("a public NAT gateway needs an allocation id");
    };
    if account.document["Addresses"][address]["AssociationId"].is_string() {
        return refused("Resource.AlreadyAssociated");
    }
    let vpc = vpc_of(&account.document, &subnet).to_owned();
    let gateways = items(&account.document, "InternetGateways").flat_map(|gateway| items(gateway, "Attachments"));
    if !gateways.into_iter().any(|attachment| attachment["VpcId"] == vpc) {
        return refused(format!("Gateway.NotAttached: network {vpc} has no Internet gateway attached"));
    }
    let id = account.create("nat", &["nat-gateway-id"]);
    let private = free_address(&account.document, &subnet, account.count);
    items_mut(&mut account.document, "Addresses").remove(address);
    built(account, |builder| builder.nat_gateway(id.trim_start_matches("nat-"), &subnet, &private));
    Ok(())
}

/// One that takes its addresses itself.
/// <https://docs.aws.amazon.com/vpc/latest/userguide/nat-gateways-regional.html>
fn create_regional(account: &mut Obeying, command: &Command) -> Done {
    let vpc = command.one("vpc-id").to_owned();
    if !has(&account.document, "Vpcs", &vpc) || command.has("subnet-id") {
        return refused(format!("a regional NAT gateway is in a VPC, and in no subnet: {vpc}"));
    }
    let id = account.create("nat", &["nat-gateway-id"]);
    let address = json!({ "AllocationId": "eipalloc-new", "PublicIp": "54.91.0.8", "Status": "succeeded" });
    items_mut(&mut account.document, "NatGateways")
        .push(json!({ "NatGatewayId": id, "VpcId": vpc, "State": "available",
        "ConnectivityType": "public", "AvailabilityMode": "regional", "NatGatewayAddresses": [address], "Tags": [] }));
    Ok(())
}

fn attach(account: &mut Obeying, command: &Command) -> Done {
    let (gateway, vpc) = (command.one("internet-gateway-id"), command.one("vpc-id"));
    if !has(&account.document, "InternetGateways", gateway) || !has(&account.document, "Vpcs", vpc) {
        return refused(format!("{gateway} or {vpc} does not exist"));
    }
    for found in items(&account.document, "InternetGateways") {
        let is_this = found["InternetGatewayId"] == gateway;
        if items(found, "Attachments").any(|attachment| is_this || attachment["VpcId"] == vpc) {
            return refused(format!("Resource.AlreadyAssociated: {gateway} or {vpc}"));
        }
    }
    change_in(&mut account.document, "InternetGateways", gateway, |gateway| {
        gateway["Attachments"] = json!([{ "VpcId": vpc, "State": "available" }]);
    });
    Ok(())
}

fn modify_attribute(account: &mut Obeying, command: &Command) -> Done {
    let (support, names) = (command.has("enable-dns-support"), command.has("enable-dns-hostnames"));
    let vpc = command.one("vpc-id");
    let mut attributes = items_mut(&mut account.document, "VpcAttributes").iter_mut();
    let Some(found) = attributes.find(|found| found["VpcId"] == vpc) else {
        return refused(format!("InvalidVpcID.NotFound: {vpc}"));
    };
    match (support, names) {
        (true, true) | (false, false) => return refused("InvalidParameterCombination: one attribute at a time"),
        (true, false) => found["EnableDnsSupport"] = json!({ "Value": true }),
        (false, true) if found["EnableDnsSupport"]["Value"] != true => {
            return refused("InvalidParameterCombination: DNS host names take DNS support");
        }
        (false, true) => found["EnableDnsHostnames"] = json!({ "Value": true }),
    }
    Ok(())
}

fn exclude(account: &mut Obeying, command: &Command) -> Done {
    let mode = command.one("internet-gateway-exclusion-mode");
    if !["allow-bidirectional", "allow-egress"].contains(&mode) {
        return refused(format!("InvalidParameterValue: {mode}"));
    }
    let resource = match (command.one("vpc-id"), command.one("subnet-id")) {
        (vpc, "") if has(&account.document, "Vpcs", vpc) => format!("vpc/{vpc}"),
        ("", subnet) if has(&account.document, "Subnets", subnet) => format!("subnet/{subnet}"),
        _ => return refused("one VPC or one subnet"),
    };
    let is_excluded = |found: &Value| text(found, "ResourceArn").ends_with(&resource);
    if items(&account.document, "VpcBlockPublicAccessExclusions").any(is_excluded) {
        return refused(format!("{resource} is excluded already"));
    }
    let id = account.create("vpcbpa-exclude", &[]);
    items_mut(&mut account.document, "VpcBlockPublicAccessExclusions").push(json!({ "ExclusionId": id,
        "InternetGatewayExclusionMode": mode, "State": "create-complete",
        "ResourceArn": format!("arn:aws:ec2:{REGION}:{NUMBER}:{resource}") }));
    Ok(())
}
