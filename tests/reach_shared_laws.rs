//! Networks whose first subnet is shared with another account: the owner's input and the participant's together are the
//! network as one account would describe it, and what either lacks decides nothing.

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

use fargcheck::reach::{Answer, Verdict};
use pipeline::{Asked, Place, ask, ask_all, codes, verdict};
use proptest::prelude::*;
use proptest::sample::Index;
use serde_json::{Value, json};
use std::cell::Cell;

const OWNER: &str = "111111111111";
const PARTICIPANT: &str = "222222222222";

/// What a participant is shown of a VPC that it doesn't own.
const HIDDEN: [&str; 6] = [
    "NatGateways",
    "VpcEndpoints",
    "VpcPeeringConnections",
    "TransitGatewayVpcAttachments",
    "NetworkInterfaces",
    "EgressOnlyInternetGateways",
];

fn elements<'d>(document: &'d mut Value, list: &str) -> &'d mut Vec<Value> {
    document[list].as_array_mut().expect("the list is in the snapshot")
}

/// Says whose groups the rules name.
fn say_whose(group: &mut Value, own: &[String]) {
    for field in ["IpPermissions", "IpPermissionsEgress"] {
        for permission in group[field].as_array_mut().expect("a list") {
            for pair in permission["UserIdGroupPairs"].as_array_mut().expect("a list") {
                let is_own = own.iter().any(|id| pair["GroupId"] == **id);
                pair["UserId"] = if is_own { PARTICIPANT } else { OWNER }.into();
            }
        }
    }
}

/// The owner's input and the participant's, to whom the sender's subnet is shared, and whose the sender's groups are. None
/// where somebody else has these, too.
fn shared(document: &Value, asked: &Asked) -> Option<[Value; 2]> {
    let is_own = |group: &Value| asked.groups.iter().any(|id| group["GroupId"] == **id);
    let users =
        ["NetworkInterfaces", "VpcEndpoints"].iter().flat_map(|list| document[*list].as_array().into_iter().flatten());
    if users.flat_map(|user| user["Groups"].as_array().into_iter().flatten()).any(is_own) {
        return None;
    }
    let mut owner = document.clone();
    for list in
        ["Vpcs", "Subnets", "RouteTables", "NetworkAcls", "SecurityGroups", "InternetGateways", "NetworkInterfaces"]
    {
        elements(&mut owner, list).iter_mut().for_each(|element| element["OwnerId"] = OWNER.into());
    }
    elements(&mut owner, "SecurityGroups").iter_mut().for_each(|group| say_whose(group, &asked.groups));
    let mut participant = owner.clone();
    elements(&mut owner, "SecurityGroups").retain(|group| !is_own(group));
    for list in HIDDEN {
        participant[list] = json!([]);
    }
    elements(&mut participant, "SecurityGroups").retain(is_own);
    elements(&mut participant, "SecurityGroups").iter_mut().for_each(|group| group["OwnerId"] = PARTICIPANT.into());
    elements(&mut participant, "Subnets").retain(|subnet| subnet["SubnetId"] == *asked.subnet);
    for list in ["RouteTables", "NetworkAcls"] {
        elements(&mut participant, list).retain(|element| {
            element["Associations"].as_array().into_iter().flatten().any(|found| found["SubnetId"] == *asked.subnet)
        });
    }
    Some([owner, participant])
}

fn together([owner, participant]: &[Value; 2], asked: &Asked) -> Option<Answer> {
    ask_all(&[(Some(OWNER), owner), (Some(PARTICIPANT), participant)], asked)
}

fn check(law: impl Fn(Value, Asked, (bool, Index)) -> Result<(), TestCaseError>) {
    laws::check(500, (any::<bool>(), any::<Index>()), law);
}

#[test]
fn an_owner_and_a_participant_together_are_one_network() {
    let decided = Cell::new(0);
    check(|document, asked, _| {
        let Some(parts) = shared(&document, &asked) else { return Ok(()) };
        let whole = ask(&document, &asked);
        let [owner, participant] = [(Some(OWNER), &parts[0]), (Some(PARTICIPANT), &parts[1])];
        for order in [[owner, participant], [participant, owner]] {
            let split = ask_all(&order, &asked);
            prop_assert_eq!(verdict(&whole), verdict(&split), "{:?}", split);
            prop_assert_eq!(whole.as_ref().map(codes), split.as_ref().map(codes));
        }
        decided.set(decided.get() + u32::from(verdict(&whole) != Verdict::Unknown));
        Ok(())
    });
    assert!(decided.get() > 100, "only {} questions had an answer", decided.get());
}

#[test]
fn what_an_owner_or_a_participant_lacks_decides_nothing() {
    let lost = Cell::new(0);
    check(|document, asked, (of_participant, which)| {
        let Some(mut parts) = shared(&document, &asked) else { return Ok(()) };
        let before = together(&parts, &asked);
        let lists = parts[usize::from(of_participant)].as_object_mut().expect("an object");
        let list = lists.keys().nth(which.index(lists.len())).expect("there is one").clone();
        // Without S3's addresses a question for addresses is answered as if none of these were S3's.
        if list == "PrefixLists" && matches!(asked.to, Place::Block(_) | Place::Internet) {
            return Ok(());
        }
        // The sender's groups are the question's: a question by ids takes them for gone.
        if of_participant && list == "SecurityGroups" {
            return Ok(());
        }
        lists.remove(&list);
        let after = together(&parts, &asked);
        is_lawful(&before, &after)
            .map_err(|why| TestCaseError::fail(format!("without {list} of {of_participant}: {why}")))?;
        lost.set(lost.get() + u32::from(verdict(&before) != verdict(&after)));
        Ok(())
    });
    assert!(lost.get() > 10, "only {} lists were missed", lost.get());
}

/// What its owner tells of a VPC decides; a participant alone is not told otherwise.
#[test]
fn a_participant_alone_is_told_nothing_else() {
    let told = Cell::new(0);
    check(|document, asked, _| {
        let Some(parts) = shared(&document, &asked) else { return Ok(()) };
        let alone = ask_all(&[(Some(PARTICIPANT), &parts[1])], &asked);
        is_lawful(&ask(&document, &asked), &alone).map_err(TestCaseError::fail)?;
        told.set(told.get() + u32::from(verdict(&alone) != Verdict::Unknown));
        Ok(())
    });
    assert!(told.get() > 20, "only {} questions had an answer", told.get());
}

/// Less knowledge never turns the answer round.
fn is_lawful(before: &Option<Answer>, after: &Option<Answer>) -> Result<(), String> {
    match (verdict(before), verdict(after)) {
        (before, after) if before == after => Ok(()),
        (_, Verdict::Unknown) => Ok(()),
        // One of two faults is no longer known, the other one still is.
        (Verdict::Blocked, Verdict::Partial) if after.as_ref().is_some_and(|after| !after.doubts.is_empty()) => Ok(()),
        (had, has) => Err(format!("{had:?} became {has:?}\n{before:?}\n{after:?}")),
    }
}
