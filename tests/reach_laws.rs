//! Laws of reachability: what must not change, or may change in one direction only, when a network is changed.
//!
//! The networks are those of the oracle's comparison; the changes are made to the snapshot.

#[path = "reach_support/generate.rs"]
mod generate;
#[path = "reach_support/laws.rs"]
mod laws;
#[path = "reach_support/model.rs"]
#[allow(dead_code, reason = "the oracle uses more of it")]
mod model;
#[path = "reach_support/pipeline.rs"]
#[allow(dead_code, reason = "the other tests of reachability use more of it")]
mod pipeline;
#[path = "reach_support/render.rs"]
mod render;

use fargcheck::network::Ranges;
use fargcheck::reach::{Answer, Flowing, Packets, Verdict};
use pipeline::{Asked, Place, ask, codes, verdict};
use proptest::prelude::*;
use proptest::sample::Index;
use serde_json::{Value, json};
use std::cell::Cell;

const CASES: u32 = 1_000;

/// The same networks in every run, `PROPTEST_CASES` of them.
fn check<T: std::fmt::Debug>(
    change: impl Strategy<Value = T>,
    law: impl Fn(Value, Asked, T) -> Result<(), TestCaseError>,
) {
    laws::check(CASES, change, law);
}

/// The packets that are dropped, always or for some ports of a NAT gateway.
fn dropped(answer: &Answer, always: bool) -> Vec<Packets> {
    let of_kind = answer.blockers.iter().filter(|blocker| blocker.always == always);
    of_kind.flat_map(|blocker| blocker.packets.iter().copied()).collect()
}

fn covers(whole: &[Packets], parts: &[Packets]) -> bool {
    parts.iter().all(|part| {
        let flow = Flowing {
            own: Ranges::one(part.own.0, part.own.1),
            remote: Ranges::one(part.remote.0, part.remote.1),
            own_ports: part.own_ports,
            remote_ports: Ranges::one(part.remote_ports.0, part.remote_ports.1),
        };
        flow.is_covered_by(whole)
    })
}

fn same(before: &Option<Answer>, after: &Option<Answer>) -> Result<(), TestCaseError> {
    prop_assert_eq!(verdict(before), verdict(after));
    let (Some(before), Some(after)) = (before, after) else { return Ok(()) };
    prop_assert_eq!(codes(before), codes(after));
    for always in [true, false] {
        let (left, right) = (dropped(before, always), dropped(after, always));
        prop_assert!(covers(&left, &right) && covers(&right, &left), "{left:?}\n{right:?}");
    }
    Ok(())
}

fn elements<'d>(document: &'d mut Value, list: &str) -> &'d mut Vec<Value> {
    document[list].as_array_mut().expect("the list is in the snapshot")
}

#[test]
fn another_rule_that_allows_takes_nothing_away() {
    let healed = Cell::new(0);
    check((any::<bool>(), any::<bool>(), any::<Index>()), |document, asked, (of_group, egress, which)| {
        let mut changed = document.clone();
        let list = elements(&mut changed, if of_group { "SecurityGroups" } else { "NetworkAcls" });
        let which = which.index(list.len());
        let element = &mut list[which];
        if of_group {
            let field = if egress { "IpPermissionsEgress" } else { "IpPermissions" };
            element[field].as_array_mut().expect("a list").push(json!({
                "IpProtocol": "-1",
                "IpRanges": [{ "CidrIp": "0.0.0.0/0" }],
                "Ipv6Ranges": [{ "CidrIpv6": "::/0" }],
            }));
        } else {
            for (number, field, all) in [(1, "CidrBlock", "0.0.0.0/0"), (2, "Ipv6CidrBlock", "::/0")] {
                element["Entries"].as_array_mut().expect("a list").push(json!({
                    "RuleNumber": number, "Protocol": "-1", "RuleAction": "allow", "Egress": egress, field: all,
                }));
            }
        }
        let (before, after) = (ask(&document, &asked), ask(&changed, &asked));
        // The order of the verdicts is: reachable, unknown, partial, blocked.
        prop_assert!(verdict(&after) <= verdict(&before), "{:?} became {:?}", verdict(&before), verdict(&after));
        healed.set(healed.get() + u32::from(verdict(&after) < verdict(&before)));
        Ok(())
    });
    assert!(healed.get() > 10, "only {} rules changed anything", healed.get());
}

/// The verdict is no worse than before; whether it is better.
fn no_worse(before: &Option<Answer>, after: &Option<Answer>) -> Result<bool, TestCaseError> {
    let (before, after) = (verdict(before), verdict(after));
    // The order of the verdicts is: reachable, unknown, partial, blocked.
    prop_assert!(after <= before, "{before:?} became {after:?}");
    Ok(after < before)
}

/// A route for what no route of the table is for takes nothing from any other route.
#[test]
fn a_route_where_none_was_takes_nothing_away() {
    const WAYS: [(&str, &str); 6] = [
        ("NatGatewayId", "nat-0"),
        ("GatewayId", "igw-0"),
        ("GatewayId", "vgw-0"),
        ("VpcPeeringConnectionId", "pcx-0"),
        ("TransitGatewayId", "tgw-0"),
        ("NatGatewayId", "nat-lost"),
    ];
    let healed = Cell::new(0);
    let change = (any::<Index>(), any::<bool>(), any::<Index>(), any::<bool>());
    check(change, |mut document, asked, (table, of_sender, way, is_ipv4)| {
        let field = if is_ipv4 { "DestinationCidrBlock" } else { "DestinationIpv6CidrBlock" };
        let all = if is_ipv4 { "0.0.0.0/0" } else { "::/0" };
        let (target, id) = WAYS[way.index(WAYS.len())];
        let route = json!({ field: all, target: id, "Origin": "CreateRoute", "State": "active" });
        let tables = elements(&mut document, "RouteTables");
        let serves = |table: &Value| {
            table["Associations"].as_array().into_iter().flatten().any(|found| found["SubnetId"] == *asked.subnet)
        };
        let own = tables.iter().position(serves).filter(|_| of_sender);
        let table = own.unwrap_or_else(|| table.index(tables.len()));
        healed.set(healed.get() + u32::from(without_and_with(document, ("RouteTables", table), route, field, &asked)?));
        Ok(())
    });
    assert!(healed.get() > 10, "only {} routes changed anything", healed.get());
}

/// So it is for a transit gateway's table.
#[test]
fn a_transit_gateway_s_route_where_none_was_takes_nothing_away() {
    let healed = Cell::new(0);
    check((any::<Index>(), any::<Index>()), |mut document, asked, (table, vpc)| {
        let vpc = vpc.index(document["Vpcs"].as_array().map_or(0, Vec::len));
        let tables = elements(&mut document, "TransitGatewayRouteTables");
        let table = table.index(tables.len());
        let route = json!({
            "DestinationCidrBlock": model::VPCS[vpc][0].to_string(), "State": "active", "Type": "static",
            "TransitGatewayAttachments": [{
                "TransitGatewayAttachmentId": format!("tgw-attach-{vpc}"), "ResourceType": "vpc",
                "ResourceId": format!("vpc-{vpc}"),
            }],
        });
        // Nothing of the table is for a part of it.
        tables[table]["Routes"] = json!([]);
        let at = ("TransitGatewayRouteTables", table);
        healed.set(healed.get() + u32::from(without_and_with(document, at, route, "DestinationCidrBlock", &asked)?));
        Ok(())
    });
    assert!(healed.get() > 2, "only {} routes changed anything", healed.get());
}

/// Whether a table's route makes the answer better than it is without any for the same.
fn without_and_with(
    mut document: Value,
    (list, table): (&str, usize),
    route: Value,
    field: &str,
    asked: &Asked,
) -> Result<bool, TestCaseError> {
    let routes = document[list][table]["Routes"].as_array_mut().expect("a list");
    routes.retain(|other| other[field] != route[field]);
    let before = ask(&document, asked);
    document[list][table]["Routes"].as_array_mut().expect("a list").push(route);
    no_worse(&before, &ask(&document, asked))
}

/// Statements that are about what the questions ask for, almost, or not at all.
fn statements() -> Vec<Value> {
    let allow = |fields: Value| {
        let mut statement = json!({ "Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*" });
        for (field, value) in fields.as_object().expect("an object") {
            statement[field] = value.clone();
        }
        statement
    };
    vec![
        allow(json!({})),
        allow(json!({ "Action": "s3:Get*" })),
        allow(json!({ "Action": "s3:PutObject" })),
        allow(json!({ "NotAction": "s3:GetObject", "Action": null })),
        allow(json!({ "Resource": "arn:aws:s3:::layers/*" })),
        allow(json!({ "Resource": "arn:aws:s3:::other/*" })),
        allow(json!({ "Condition": { "StringEquals": { "aws:SourceVpce": "vpce-s3" } } })),
        allow(json!({ "Condition": { "StringEquals": { "aws:SourceVpce": "vpce-other" } } })),
        allow(json!({ "Condition": { "StringEquals": { "aws:PrincipalOrgID": "o-1" } } })),
    ]
}

fn policy(statements: &[Value]) -> Value {
    let mut statements = statements.to_vec();
    for statement in &mut statements {
        statement.as_object_mut().expect("an object").retain(|_, value| !value.is_null());
    }
    json!({ "Version": "2012-10-17", "Statement": statements }).to_string().into()
}

#[test]
fn another_statement_that_allows_takes_nothing_away() {
    let healed = Cell::new(0);
    let some = prop::sample::subsequence(statements(), 0..=3);
    let denied = prop::collection::vec(any::<bool>(), 3);
    check((some, denied, prop::sample::select(statements())), |mut document, asked, (mut some, denied, another)| {
        for (statement, is_denied) in some.iter_mut().zip(denied) {
            // Half of the denying ones would be all that ever counts.
            if is_denied && statement["Action"] != "*" {
                statement["Effect"] = "Deny".into();
            }
        }
        let mut ask_with = |statements: &[Value]| {
            elements(&mut document, "VpcEndpoints")
                .iter_mut()
                .for_each(|found| found["PolicyDocument"] = policy(statements));
            ask(&document, &asked)
        };
        let before = ask_with(&some);
        some.push(another);
        let is_better = no_worse(&before, &ask_with(&some))?;
        healed.set(healed.get() + u32::from(is_better));
        Ok(())
    });
    assert!(healed.get() > 10, "only {} statements changed anything", healed.get());
}

/// Turns every list of the document, by another number each.
fn turn(value: &mut Value, by: &mut usize) {
    match value {
        Value::Array(list) => {
            if !list.is_empty() {
                *by = by.wrapping_mul(31).wrapping_add(7);
                let count = list.len();
                list.rotate_left(*by % count);
                if *by % 2 == 1 {
                    list.reverse();
                }
            }
            list.iter_mut().for_each(|value| turn(value, by));
        }
        Value::Object(map) => map.values_mut().for_each(|value| turn(value, by)),
        _ => {}
    }
}

#[test]
fn the_order_of_lists_says_nothing() {
    check(any::<usize>(), |document, mut asked, mut by| {
        let mut changed = document.clone();
        turn(&mut changed, &mut by);
        let before = ask(&document, &asked);
        asked.groups.reverse();
        same(&before, &ask(&changed, &asked))
    });
}

/// An id with the same prefix and a name that sorts elsewhere.
fn renamed(id: &str) -> String {
    const PREFIXES: [&str; 14] =
        ["subnet", "sg", "acl", "rtb", "nat", "igw", "eigw", "vgw", "vpce", "eni", "pl", "vpc", "pcx", "tgw"];
    match id.split_once('-') {
        Some((prefix, rest)) if PREFIXES.contains(&prefix) && !rest.is_empty() => {
            let turned: String = rest.bytes().rev().map(|byte| char::from(b'z' - byte % 26)).collect();
            format!("{prefix}-{turned}-{rest}-new")
        }
        _ => id.to_owned(),
    }
}

fn rename(value: &mut Value) {
    match value {
        Value::String(text) => *text = renamed(text),
        Value::Array(list) => list.iter_mut().for_each(rename),
        Value::Object(map) => map.values_mut().for_each(rename),
        _ => {}
    }
}

#[test]
fn names_say_nothing() {
    check(Just(()), |document, mut asked, ()| {
        let mut changed = document.clone();
        rename(&mut changed);
        prop_assert_ne!(&document, &changed);
        let before = ask(&document, &asked);
        asked.subnet = renamed(&asked.subnet);
        asked.groups = asked.groups.iter().map(|id| renamed(id)).collect();
        if let Place::Interface(id) = &mut asked.to {
            *id = renamed(id);
        }
        same(&before, &ask(&changed, &asked))
    });
}

/// The two halves of a block; none of a single address.
fn halves(block: &str) -> Option<[String; 2]> {
    let block = model::Cidr::of(block);
    let length = block.length + 1;
    let middle = block.first | 1u128.checked_shl(128u32.checked_sub(length.into())?)?;
    Some([block.first, middle].map(|first| model::Cidr { first, length }.to_string()))
}

/// Replaces each element whose field is a block by two with its halves.
fn split(list: &mut Vec<Value>, field: &str, mut number: impl FnMut(&mut Value, usize)) {
    let split = |element: &Value| {
        let parts = element[field].as_str().and_then(halves);
        parts.map_or_else(
            || vec![element.clone()],
            |parts| {
                let one = |part: String| {
                    let mut element = element.clone();
                    element[field] = part.into();
                    element
                };
                parts.into_iter().map(one).collect()
            },
        )
    };
    *list = std::mem::take(list)
        .iter()
        .flat_map(|element| {
            let mut parts = split(element);
            parts.iter_mut().enumerate().for_each(|(index, part)| number(part, index));
            parts
        })
        .collect();
}

#[test]
fn halves_say_what_the_whole_says() {
    check((any::<bool>(), any::<bool>(), any::<bool>()), |document, asked, (routes, groups, acls)| {
        let mut changed = document.clone();
        if routes {
            for table in elements(&mut changed, "RouteTables") {
                let list = table["Routes"].as_array_mut().expect("a list");
                // Every block of a table, so that each keeps its rank among the others. A prefix list would lose its.
                if list.iter().all(|route| route["DestinationPrefixListId"].is_null()) {
                    split(list, "DestinationCidrBlock", |_, _| {});
                    split(list, "DestinationIpv6CidrBlock", |_, _| {});
                }
            }
            for table in elements(&mut changed, "TransitGatewayRouteTables") {
                split(table["Routes"].as_array_mut().expect("a list"), "DestinationCidrBlock", |_, _| {});
            }
        }
        if groups {
            for group in elements(&mut changed, "SecurityGroups") {
                for field in ["IpPermissions", "IpPermissionsEgress"] {
                    for permission in group[field].as_array_mut().expect("a list") {
                        split(permission["IpRanges"].as_array_mut().expect("a list"), "CidrIp", |_, _| {});
                        split(permission["Ipv6Ranges"].as_array_mut().expect("a list"), "CidrIpv6", |_, _| {});
                    }
                }
            }
        }
        if acls {
            for acl in elements(&mut changed, "NetworkAcls") {
                for field in ["CidrBlock", "Ipv6CidrBlock"] {
                    split(acl["Entries"].as_array_mut().expect("a list"), field, |entry, index| {
                        let number = entry["RuleNumber"].as_u64().expect("a number");
                        entry["RuleNumber"] = (number * 2 + index as u64).into();
                    });
                }
            }
        }
        same(&ask(&document, &asked), &ask(&changed, &asked))
    });
}

/// Everything that a snapshot may lack: its lists, and the lists of its elements whose absence means *not known*.
fn pieces(document: &Value) -> Vec<(String, Option<(usize, &'static str)>)> {
    let inner: [(&str, &[&str]); 8] = [
        ("RouteTables", &["Routes", "Associations"]),
        ("NetworkAcls", &["Entries", "Associations"]),
        ("SecurityGroups", &["IpPermissions", "IpPermissionsEgress"]),
        ("NetworkInterfaces", &["Groups"]),
        ("PrefixLists", &["Cidrs"]),
        ("TransitGatewayRouteTables", &["Routes", "Associations"]),
        ("InternetGateways", &["Attachments"]),
        ("EgressOnlyInternetGateways", &["Attachments"]),
    ];
    let mut pieces = Vec::new();
    for (list, value) in document.as_object().expect("an object") {
        pieces.push((list.clone(), None));
        let fields = inner.iter().find(|(name, _)| name == list).map_or(&[][..], |(_, fields)| *fields);
        for index in 0..value.as_array().map_or(0, Vec::len) {
            pieces.extend(fields.iter().map(|field| (list.clone(), Some((index, *field)))));
        }
    }
    pieces
}

#[test]
fn less_knowledge_never_turns_the_answer_round() {
    let lost = Cell::new(0);
    check(any::<[Index; 6]>(), |document, asked, which| {
        let before = ask(&document, &asked);
        let pieces = pieces(&document);
        for which in which {
            let (list, inner) = &pieces[which.index(pieces.len())];
            let mut changed = document.clone();
            match inner {
                None => changed.as_object_mut().expect("an object").remove(list),
                Some((index, field)) => changed[list][*index].as_object_mut().expect("an object").remove(*field),
            };
            let after = ask(&changed, &asked);
            let is_lawful = match (verdict(&before), verdict(&after)) {
                (before, after) if before == after => true,
                (_, Verdict::Unknown) => true,
                // One of two faults is no longer known, the other one still is.
                (Verdict::Blocked, Verdict::Partial) => after.as_ref().is_some_and(|after| !after.doubts.is_empty()),
                _ => false,
            };
            prop_assert!(
                is_lawful,
                "without {list} {inner:?}: {:?} became {:?}\n{before:?}\n{after:?}\n{asked:?}\n{document}",
                verdict(&before),
                verdict(&after)
            );
            lost.set(lost.get() + u32::from(verdict(&before) != verdict(&after)));
        }
        Ok(())
    });
    assert!(lost.get() > 100, "only {} pieces were missed", lost.get());
}
