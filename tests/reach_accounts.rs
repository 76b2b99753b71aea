//! One network whose VPCs belong to two accounts, each of which describes its own and what lies between them: given together
//! they are the network as one account would describe it, and what one of them leaves out decides nothing.

#[path = "reach_support/generate.rs"]
mod generate;
#[path = "reach_support/laws.rs"]
mod laws;
#[path = "reach_support/model.rs"]
#[allow(dead_code, reason = "the oracle uses more of it")]
mod model;
#[path = "reach_cases/network.rs"]
mod network;
#[path = "reach_support/pipeline.rs"]
#[allow(dead_code, reason = "the other tests of reachability use more of it")]
mod pipeline;
#[path = "reach_support/render.rs"]
mod render;

use fargcheck::network::NameFamilies;
use fargcheck::reach::Verdict::{Blocked, Reachable, Unknown};
use fargcheck::reach::{Doubt, ResourceId};
use pipeline::{Asked, Place, ask, ask_all, codes, verdict};
use proptest::prelude::*;
use proptest::sample::Index;
use serde_json::{Value, json};
use std::cell::Cell;
use std::collections::BTreeSet;

const ACCOUNTS: [&str; 2] = ["111111111111", "222222222222"];

/// What stands between VPCs, or is AWS's own: both accounts see it.
const OF_BOTH: [&str; 6] = [
    "VpcPeeringConnections",
    "TransitGateways",
    "TransitGatewayVpcAttachments",
    "TransitGatewayRouteTables",
    "PrefixLists",
    "ManagedPrefixLists",
];

/// The network of two VPCs as the accounts that own one each describe it.
fn of_two_accounts(document: &Value, second: &str) -> [Value; 2] {
    let subnets: BTreeSet<String> = (document["Subnets"].as_array().into_iter().flatten())
        .filter(|subnet| subnet["VpcId"] == second)
        .map(|subnet| subnet["SubnetId"].to_string())
        .collect();
    let is_of_second = |element: &Value| {
        let own = element.get("SubnetId").map(Value::to_string);
        let served =
            element["Associations"].as_array().into_iter().flatten().map(|found| found["SubnetId"].to_string());
        element["VpcId"] == second || own.into_iter().chain(served).any(|subnet| subnets.contains(&subnet))
    };
    [false, true].map(|wanted| {
        let mut own = document.clone();
        // Each account has names of its own for the zones; by their ids both mean the same.
        for subnet in own["Subnets"].as_array_mut().into_iter().flatten() {
            subnet["AvailabilityZoneId"] =
                format!("id-of-{}", subnet["AvailabilityZone"].as_str().unwrap_or_default()).into();
        }
        for (list, elements) in own.as_object_mut().expect("an object") {
            if let (false, Some(elements)) = (OF_BOTH.contains(&list.as_str()), elements.as_array_mut()) {
                elements.retain(|element| is_of_second(element) == wanted);
            }
        }
        own
    })
}

fn together(parts: &[Value; 2]) -> [(Option<&'static str>, &Value); 2] {
    [(Some(ACCOUNTS[0]), &parts[0]), (Some(ACCOUNTS[1]), &parts[1])]
}

fn check(law: impl Fn(Value, Asked, (bool, Index)) -> Result<(), TestCaseError>) {
    laws::check(200, (any::<bool>(), any::<Index>()), law);
}

#[test]
fn two_accounts_together_are_one_network() {
    let crossing = Cell::new(0);
    check(|document, asked, _| {
        let parts = of_two_accounts(&document, "vpc-1");
        let [first, second] = together(&parts);
        let whole = ask(&document, &asked);
        for order in [[first, second], [second, first]] {
            let split = ask_all(&order, &asked);
            prop_assert_eq!(verdict(&whole), verdict(&split));
            prop_assert_eq!(whole.as_ref().map(codes), split.as_ref().map(codes));
        }
        let via = whole.and_then(|answer| answer.via);
        let crosses = matches!(via, Some(ResourceId::Peering(_) | ResourceId::Attachment(_)));
        crossing.set(crossing.get() + u32::from(crosses));
        Ok(())
    });
    assert!(crossing.get() > 10, "only {} questions crossed to the other VPC", crossing.get());
}

/// A list that one of them leaves out, or has none of because its permissions don't reach, accuses nobody.
#[test]
fn what_one_account_leaves_out_decides_nothing() {
    check(|document, asked, (of_second, which)| {
        let mut parts = of_two_accounts(&document, "vpc-1");
        let before = ask_all(&together(&parts), &asked);
        let lists = parts[usize::from(of_second)].as_object_mut().expect("an object");
        let list = lists.keys().nth(which.index(lists.len())).expect("there is one").clone();
        lists.remove(&list);
        let after = ask_all(&together(&parts), &asked);
        let may_be = [verdict(&before), Unknown];
        prop_assert!(may_be.contains(&verdict(&after)), "{list}: {:?} became {:?}", verdict(&before), verdict(&after));
        Ok(())
    });
}

fn asked(to: &str) -> Asked {
    Asked {
        subnet: "subnet-task".into(),
        groups: vec!["sg-task".into()],
        public_ip: false,
        ports: (32768, 60999),
        to: Place::Block(to.into()),
        udp: false,
        remote_ports: (443, 443),
        families: NameFamilies::Unknown,
    }
}

/// Each of two inputs lists the peering connection, as AWS answers it in both.
#[test]
fn a_peering_connection_is_one_whoever_lists_it() {
    let whole = network::network();
    let parts = of_two_accounts(&whole, "vpc-2");
    let answer = |parts: &[Value; 2]| {
        let answer = ask_all(&together(parts), &asked("10.2.1.10")).expect("the subnet is there");
        (answer.verdict, codes(&answer).into_iter().collect::<Vec<_>>())
    };
    assert_eq!(answer(&parts), (Reachable, vec![]));
    for of in [0, 1] {
        for value in [json!([]), Value::Null] {
            let mut fewer = parts.clone();
            fewer[of]["VpcPeeringConnections"] = value;
            assert_eq!(answer(&fewer), (Reachable, vec![]), "of {of}");
        }
        let mut silent = parts.clone();
        silent[of]["VpcPeeringConnections"][0]["Status"] = Value::Null;
        silent[of]["VpcPeeringConnections"][0]["AccepterVpcInfo"] = Value::Null;
        assert_eq!(answer(&silent), (Reachable, vec![]), "of {of}");
    }
    let mut pending = parts.clone();
    for part in &mut pending {
        part["VpcPeeringConnections"][0]["Status"]["Code"] = "pending-acceptance".into();
    }
    assert_eq!(answer(&pending), (Blocked, vec!["peering-state"]));
}

/// Who has a peer's group that the input does not hold can't be told, and no permission would tell; but nobody has it at a
/// public address.
/// <https://docs.aws.amazon.com/vpc/latest/userguide/security-group-rules.html>
#[test]
fn a_group_of_somebody_elses_is_for_private_addresses() {
    let mut document = network::network();
    // Where both VPCs are in the input, the group was deleted, and the rule is stale.
    let stale = json!({ "GroupId": "sg-peer", "VpcId": "vpc-2", "VpcPeeringConnectionId": "pcx-1" });
    document["SecurityGroups"][0]["IpPermissionsEgress"] =
        json!([{ "IpProtocol": "tcp", "FromPort": 443, "ToPort": 443, "UserIdGroupPairs": [stale] }]);
    assert_eq!(verdict(&ask(&document, &asked("10.2.1.10"))), Blocked);
    for pair in [
        json!({ "GroupId": "sg-peer", "VpcId": "vpc-2", "VpcPeeringConnectionId": "pcx-elsewhere" }),
        json!({ "GroupId": "sg-peer", "UserId": ACCOUNTS[1] }),
    ] {
        document["SecurityGroups"][0]["IpPermissionsEgress"] =
            json!([{ "IpProtocol": "tcp", "FromPort": 443, "ToPort": 443, "UserIdGroupPairs": [pair] }]);
        let inside = ask(&document, &asked("10.2.1.10")).expect("the subnet is there");
        assert_eq!(inside.verdict, Unknown);
        assert!(matches!(inside.doubts.as_slice(), [Doubt::Leaves(_)]), "{:?}", inside.doubts);
        let outside = ask(&document, &asked("8.8.8.8")).expect("the subnet is there");
        assert_eq!((outside.verdict, outside.doubts.len()), (Blocked, 0), "{:?}", outside.doubts);
        // A VPC may be made of public addresses.
        let mut of_public = document.clone();
        of_public["VpcPeeringConnections"][0]["AccepterVpcInfo"]["CidrBlock"] = "8.8.0.0/16".into();
        assert_eq!(ask(&of_public, &asked("8.8.8.8")).expect("the subnet is there").verdict, Unknown);
    }
}

/// The same ids in two inputs that have nothing to do with each other.
#[test]
fn copies_of_a_network_have_connections_of_their_own() {
    let network = network::network();
    let mut copy = network.clone();
    copy["VpcPeeringConnections"][0]["Status"]["Code"] = "pending-acceptance".into();
    for documents in [[&network, &copy], [&copy, &network]] {
        let all = [(Some(ACCOUNTS[0]), documents[0]), (Some(ACCOUNTS[1]), documents[1])];
        let answer = ask_all(&all, &asked("10.2.1.10")).expect("the subnet is there");
        let expected = if documents[0] == &network { Reachable } else { Blocked };
        assert_eq!(answer.verdict, expected);
    }
}
