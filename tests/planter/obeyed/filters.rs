//! Network ACLs and security groups.

use super::super::account;
use super::super::snapshot::*;
use super::routes::has;
use super::shell::{Command, pairs};
use super::{Done, Obeying, Refusal, refused};
use serde_json::{Value, json};

pub(super) fn run(account: &mut Obeying, command: &Command) -> Option<Done> {
    Some(match command.name.as_str() {
        "ec2 create-network-acl-entry" => entry(account, command, false),
        "ec2 replace-network-acl-entry" => entry(account, command, true),
        "ec2 delete-network-acl-entry" => delete_entry(account, command),
        "ec2 authorize-security-group-ingress" => authorize(account, command, "IpPermissions"),
        "ec2 authorize-security-group-egress" => authorize(account, command, "IpPermissionsEgress"),
        "ec2 revoke-security-group-ingress" => revoke(account, command, "IpPermissions"),
        "ec2 revoke-security-group-egress" => revoke(account, command, "IpPermissionsEgress"),
        _ => return None,
    })
}

/// The position of the entry with a number and direction.
fn listed(account: &Obeying, command: &Command) -> Result<(bool, u16, Option<usize>), Refusal> {
    let acl = command.one("network-acl-id");
    if !has(&account.document, "NetworkAcls", acl) {
        return refused(format!("InvalidNetworkAclID.NotFound: {acl}"));
    }
    let egress = match (command.has("ingress"), command.has("egress")) {
        (true, false) => false,
        (false, true) => true,
        _ => return refused("one of the arguments --ingress --egress is required"),
    };
    // 1 to 32766: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateNetworkAclEntry.html
    let Some(number) = command.one("rule-number").parse::<u16>().ok().filter(|number| (1..32767).contains(number))
    else {
        return refused(format!("InvalidParameterValue: {}", command.one("rule-number")));
    };
    let mut entries = items(get(&account.document, "NetworkAcls", acl), "Entries");
    let at = entries.position(|entry| entry["RuleNumber"] == number && entry["Egress"] == egress);
    Ok((egress, number, at))
}

fn entry(account: &mut Obeying, command: &Command, replaces: bool) -> Done {
    /// How many entries of a direction an ACL may have.
    /// <https://docs.aws.amazon.com/vpc/latest/userguide/amazon-vpc-limits.html>
    const MOST: usize = 20;
    let (egress, number, at) = listed(account, command)?;
    let protocol = match command.one("protocol") {
        "tcp" | "6" => "6",
        "udp" | "17" => "17",
        "-1" | "all" => "-1",
        other => return refused(format!("InvalidParameterValue: protocol {other}")),
    };
    let ports = pairs(command.one("port-range"));
    let port = |name: &str| ports.iter().find(|(key, _)| key == name).and_then(|(_, value)| value.parse::<u16>().ok());
    let ports = match (protocol, port("From"), port("To")) {
        ("-1", ..) => None,
        (_, Some(from), Some(to)) if from <= to => Some((from, to)),
        _ => return refused("MissingParameter: port-range"),
    };
    let (ipv4, ipv6) = (command.one("cidr-block"), command.one("ipv6-cidr-block"));
    let block = match (ipv4.is_empty(), ipv6.is_empty()) {
        (false, true) if !ipv4.contains(':') => ipv4,
        (true, false) if ipv6.contains(':') => ipv6,
        _ => return refused("MissingParameter: one address block"),
    };
    if !command.is_single("cidr-block") || !block.contains('/') {
        return refused(format!("InvalidParameterValue: {block}"));
    }
    let mut new = account::entry(number, egress, command.one("rule-action"), ports, block);
    new["Protocol"] = json!(protocol);
    let entries = items(get(&account.document, "NetworkAcls", command.one("network-acl-id")), "Entries");
    let of_direction = entries.filter(|entry| entry["Egress"] == egress && entry["RuleNumber"] != 32767).count();
    match (replaces, at) {
        (false, Some(_)) => return refused(format!("NetworkAclEntryAlreadyExists: {number}")),
        (true, None) => return refused(format!("InvalidNetworkAclEntry.NotFound: {number}")),
        (false, None) if of_direction >= MOST => return refused("NetworkAclEntryLimitExceeded"),
        _ => {}
    }
    change_in(&mut account.document, "NetworkAcls", command.one("network-acl-id"), |acl| match at {
        Some(at) => acl["Entries"][at] = new,
        None => items_mut(acl, "Entries").push(new),
    });
    Ok(())
}

fn delete_entry(account: &mut Obeying, command: &Command) -> Done {
    let (_, number, at) = listed(account, command)?;
    let Some(at) = at else { return refused(format!("InvalidNetworkAclEntry.NotFound: {number}")) };
    change_in(&mut account.document, "NetworkAcls", command.one("network-acl-id"), |acl| {
        items_mut(acl, "Entries").remove(at);
    });
    Ok(())
}

/// The rule that a command is about.
fn rule(account: &Obeying, command: &Command, list: &str) -> Result<Value, Refusal> {
    let group = command.one("group-id");
    if !has(&account.document, "SecurityGroups", group) {
        return refused(format!("InvalidGroup.NotFound: {group}"));
    }
    let mut rule = account::permission(0, "0.0.0.0/0");
    rule["IpRanges"] = json!([]);
    let (protocol, from, to, who);
    if command.has("ip-permissions") {
        let given = pairs(command.one("ip-permissions"));
        let of = |name: &str| given.iter().find(|(key, _)| key == name).map(|(_, value)| value.clone());
        protocol = of("IpProtocol").unwrap_or_default();
        (from, to) = (of("FromPort"), of("ToPort"));
        let peers = ["IpRanges", "Ipv6Ranges", "UserIdGroupPairs", "PrefixListIds"].into_iter().filter_map(of);
        let peers: Vec<String> = peers.collect();
        let [peer] = peers.as_slice() else { return refused("one peer") };
        who = peer.trim_matches(['[', ']', '{', '}']).split_once('=').map(|(_, who)| who.to_owned());
    } else {
        protocol = command.one("protocol").to_owned();
        let port = command.one("port");
        let (low, high) = port.split_once('-').unwrap_or((port, port));
        (from, to) = (Some(low.to_owned()), Some(high.to_owned()));
        let peers: Vec<&String> = command.all("cidr").iter().chain(command.all("source-group")).collect();
        let [peer] = peers.as_slice() else { return refused("one of --cidr and --source-group, with one value") };
        if list == "IpPermissionsEgress" && command.has("source-group") {
            return refused("--source-group is for inbound rules");
        }
        who = Some((*peer).clone());
    }
    let Some(who) = who.filter(|who| who.contains('/') || who.contains('-')) else {
        return refused("InvalidParameterValue: no peer");
    };
    if who.starts_with("sg-") {
        if !has(&account.document, "SecurityGroups", &who) {
            return refused(format!("InvalidGroup.NotFound: {who}"));
        }
        let vpc = |id: &str| get(&account.document, "SecurityGroups", id)["VpcId"].clone();
        let is_peered = items(&account.document, "VpcPeeringConnections").next().is_some();
        if vpc(group) != vpc(&who) && !is_peered {
            return refused(format!("InvalidGroup.NotFound: {who} is of another VPC"));
        }
    }
    rule["IpProtocol"] = json!(protocol);
    if protocol != "-1" {
        let number = |port: Option<String>| port.and_then(|port| port.parse::<u16>().ok());
        let (Some(from), Some(to)) = (number(from), number(to)) else { return refused("InvalidParameterValue: port") };
        rule["FromPort"] = json!(from);
        rule["ToPort"] = json!(to);
    }
    let (field, value) = account::peer(&who);
    rule[field] = value;
    Ok(rule)
}

/// Whether a rule of a group has all that a rule with one peer has.
fn holds(rule: &Value, wanted: &Value) -> bool {
    let same = |field: &str| rule[field] == wanted[field];
    let peers = ["IpRanges", "Ipv6Ranges", "UserIdGroupPairs", "PrefixListIds"];
    same("IpProtocol")
        && same("FromPort")
        && same("ToPort")
        && peers.iter().all(|field| items(wanted, field).all(|peer| items(rule, field).any(|known| known == peer)))
}

fn authorize(account: &mut Obeying, command: &Command, list: &str) -> Done {
    let new = rule(account, command, list)?;
    let group = command.one("group-id");
    if items(get(&account.document, "SecurityGroups", group), list).any(|rule| holds(rule, &new)) {
        return refused("InvalidPermission.Duplicate");
    }
    change_in(&mut account.document, "SecurityGroups", group, |group| items_mut(group, list).push(new));
    Ok(())
}

fn revoke(account: &mut Obeying, command: &Command, list: &str) -> Done {
    let old = rule(account, command, list)?;
    let group = command.one("group-id");
    let Some(at) = items(get(&account.document, "SecurityGroups", group), list).position(|rule| holds(rule, &old))
    else {
        return refused("InvalidPermission.NotFound");
    };
    change_in(&mut account.document, "SecurityGroups", group, |group| {
        let rule = &mut group[list][at];
        for field in ["IpRanges", "Ipv6Ranges", "UserIdGroupPairs", "PrefixListIds"] {
            let gone: Vec<Value> = items(&old, field).cloned().collect();
            if !gone.is_empty() {
                items_mut(rule, field).retain(|peer| !gone.contains(peer));
            }
        }
    });
    Ok(())
}
