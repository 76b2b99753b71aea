//! Changes that break nothing: nothing may be said of them.

mod otherwise;
mod unused;

use super::account::Account;
use super::architectures::Architecture;
use super::case::{Case, Operator};
use super::snapshot::*;
use crate::id_support;
use serde_json::{Value, json};

const IPV4: &str = "0.0.0.0/0";

pub(crate) const OPERATORS: &[Operator] = &[
    Operator { name: "give every resource another id", plant: renamed_ids },
    Operator { name: "give every resource another Name tag", plant: renamed_tags },
    Operator { name: "take all Name tags", plant: without_tags },
    Operator { name: "reverse every list", plant: reversed },
    Operator { name: "write the objects' keys in another order", plant: other_keys },
    Operator { name: "add fields that nobody knows", plant: unknown_fields },
    Operator { name: "add another VPC, its gateways detached and its tables empty", plant: unused::other_vpc },
    Operator { name: "add an isolated subnet", plant: unused::isolated_subnet },
    Operator { name: "add a route table that no subnet has", plant: unused::unused_table },
    Operator { name: "add a security group that is open to all, and that nothing has", plant: unused::unused_group },
    Operator { name: "add a network ACL that denies everything, and that no subnet has", plant: unused::unused_acl },
    Operator { name: "add an internet gateway that is attached nowhere", plant: unused::unused_gateway },
    Operator { name: "add a NAT gateway that failed, and that no route leads to", plant: unused::unused_nat },
    Operator { name: "add a peering connection that nobody accepted", plant: unused::unused_peering },
    Operator { name: "add a gateway endpoint for DynamoDB", plant: unused::dynamodb },
    Operator { name: "add an interface endpoint for a service that no task needs", plant: unused::unneeded_endpoint },
    Operator { name: "repeat every rule of a group", plant: otherwise::repeated_rules },
    Operator { name: "widen an ingress rule of a group to the VPCs", plant: otherwise::wider_ingress },
    Operator {
        name: "write a group's free egress as one rule for each protocol",
        plant: otherwise::egress_by_protocol,
    },
    Operator { name: "give tasks a second group that allows nothing", plant: otherwise::second_group },
    Operator { name: "repeat an ACL's entries with higher numbers", plant: otherwise::repeated_entries },
    Operator { name: "leave out an ACL's last entry", plant: otherwise::without_last_entry },
    Operator { name: "deny an ACL's inbound ports below 1024 that nobody asks for", plant: otherwise::denied_ports },
    Operator { name: "write the default route as its two halves", plant: otherwise::halves },
    Operator { name: "add a more specific route to the same target", plant: otherwise::same_target },
    Operator { name: "name the resolver by its address", plant: otherwise::resolver },
    Operator { name: "add a service that is scaled to nothing, in the same network", plant: unused::idle_service },
    Operator { name: "add a service that was deleted", plant: unused::inactive_service },
    Operator { name: "add a task that has stopped, in a subnet that is gone", plant: unused::stopped_task },
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
    let mut document = sound.document.clone();
    // Backwards, so that the order of ids turns around, too.
    let other = |text: &str| {
        let (kind, rest) = id_support::parts(text)?;
        let rest: String = rest
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
