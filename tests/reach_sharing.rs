//! Shared VPCs: what a participant's input tells alone, and what it tells with the owner's.

#[path = "reach_cases/network.rs"]
mod network;
#[path = "reach_support/pipeline.rs"]
#[allow(dead_code, reason = "the other tests of reachability use more of it")]
mod pipeline;

use fargcheck::network::NameFamilies;
use fargcheck::reach::Verdict::{self, Blocked, Reachable, Unknown};
use fargcheck::reach::{Answer, Doubt};
use pipeline::{Asked, Place, ask_all, codes};
use serde_json::{Value, json};

const OWNER: &str = "111111111111";
const PARTICIPANT: &str = "222222222222";

/// The owner's account describes all of its network, and that it owns it.
fn owner() -> Value {
    let mut document = network::network();
    for list in
        ["Vpcs", "Subnets", "RouteTables", "NetworkAcls", "SecurityGroups", "InternetGateways", "NetworkInterfaces"]
    {
        for element in document[list].as_array_mut().expect("a list") {
            element["OwnerId"] = OWNER.into();
        }
    }
    document["SecurityGroups"][2]["IpPermissions"][0]["UserIdGroupPairs"] =
        json!([{ "GroupId": "sg-app", "UserId": PARTICIPANT }]);
    document
}

/// The participant's sees what AWS lets it see of that: not the NAT gateways, endpoints, connections and interfaces.
fn participant() -> Value {
    let mut document = owner();
    for list in
        ["NatGateways", "VpcEndpoints", "VpcPeeringConnections", "TransitGatewayVpcAttachments", "NetworkInterfaces"]
    {
        document[list] = json!([]);
    }
    for list in ["Subnets", "RouteTables", "NetworkAcls"] {
        document[list].as_array_mut().expect("a list").truncate(1);
    }
    document["SecurityGroups"] = json!([{
        "GroupId": "sg-app", "VpcId": "vpc-1", "OwnerId": PARTICIPANT, "IpPermissions": [],
        "IpPermissionsEgress": [{ "IpProtocol": "-1", "IpRanges": [{ "CidrIp": "0.0.0.0/0" }] }],
    }]);
    document
}

fn asked(to: Place) -> Asked {
    let families = match &to {
        Place::Service(name) => NameFamilies::of_service(name),
        _ => NameFamilies::Unknown,
    };
    Asked {
        subnet: "subnet-task".into(),
        groups: vec!["sg-app".into()],
        public_ip: false,
        ports: (32768, 60999),
        to,
        udp: false,
        remote_ports: (443, 443),
        families,
    }
}

fn alone(participant: &Value, to: Place) -> Answer {
    ask_all(&[(Some(PARTICIPANT), participant)], &asked(to)).expect("the subnet is there")
}

/// With the owner's input, in either order.
fn together(owner: &Value, participant: &Value, to: Place) -> Answer {
    let (of_owner, of_participant) = ((Some(OWNER), owner), (Some(PARTICIPANT), participant));
    let answer = ask_all(&[of_owner, of_participant], &asked(to.clone())).expect("the subnet is there");
    let other = ask_all(&[of_participant, of_owner], &asked(to)).expect("the subnet is there");
    assert_eq!((answer.verdict, codes(&answer)), (other.verdict, codes(&other)));
    answer
}

fn is(answer: &Answer, verdict: Verdict, expected: &[&str]) {
    let found: Vec<&str> = codes(answer).into_iter().collect();
    assert_eq!((answer.verdict, found.as_slice()), (verdict, expected), "{:?}", answer.doubts);
}

fn outside() -> Place {
    Place::Block("8.8.8.8".into())
}

fn places() -> [Place; 5] {
    [
        outside(),
        Place::Block("10.2.1.10".into()),
        Place::Service("ecr.api".into()),
        Place::Service("s3".into()),
        Place::Block("10.0.2.10".into()),
    ]
}

#[test]
fn what_a_participant_cannot_see_accuses_nobody() {
    for place in places() {
        is(&alone(&participant(), place), Unknown, &[]);
    }
}

#[test]
fn it_is_said_whose_business_it_is() {
    let answer = alone(&participant(), outside());
    let [Doubt::Leaves(why)] = answer.doubts.as_slice() else { panic!("{:?}", answer.doubts) };
    assert_eq!(why, "vpc-1, which account 111111111111 shares: that account's own ec2:DescribeNatGateways would tell");
}

#[test]
fn a_call_of_the_participant_that_failed_is_still_missing() {
    let mut document = participant();
    document.as_object_mut().expect("an object").remove("RouteTables");
    let answer = alone(&document, outside());
    assert!(
        answer
            .doubts
            .iter()
            .any(|doubt| matches!(doubt, Doubt::Missing(missing) if missing.call == "ec2:DescribeRouteTables"))
    );
}

#[test]
fn what_a_participant_can_see_counts() {
    let mut closed = participant();
    closed["NetworkAcls"][0]["Entries"] = json!([]);
    is(&alone(&closed, outside()), Blocked, &["nacl-egress", "nacl-ingress"]);
    let mut mute = participant();
    mute["SecurityGroups"][0]["IpPermissionsEgress"] = json!([]);
    is(&alone(&mute, outside()), Blocked, &["sg-egress"]);
}

#[test]
fn with_the_owner_all_is_known() {
    for place in
        [outside(), Place::Service("ecr.api".into()), Place::Service("s3".into()), Place::Block("10.0.2.10".into())]
    {
        is(&together(&owner(), &participant(), place), Reachable, &[]);
    }
}

#[test]
fn the_owners_faults_are_found() {
    let mut failed = owner();
    failed["NatGateways"][0]["State"] = "failed".into();
    is(&together(&failed, &participant(), outside()), Blocked, &["nat-state"]);
    let mut gone = owner();
    gone["NatGateways"] = json!([]);
    is(&together(&gone, &participant(), outside()), Blocked, &["blackhole"]);
}

#[test]
fn a_group_of_the_participants_is_known_to_the_owners_by_its_members() {
    let mut other = owner();
    other["SecurityGroups"][2]["IpPermissions"][0]["UserIdGroupPairs"][0]["GroupId"] = "sg-task".into();
    is(&together(&other, &participant(), Place::Block("10.0.2.10".into())), Blocked, &["dest-sg"]);
}

/// It is a setting of the account that owns the VPC.
/// <https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_VpcBlockPublicAccessOptions.html>
#[test]
fn block_public_access_is_the_owners() {
    let mode = json!([{ "InternetGatewayBlockMode": "block-bidirectional" }]);
    let mut forbidding = participant();
    forbidding["VpcBlockPublicAccessOptions"] = mode.clone();
    is(&alone(&forbidding, outside()), Unknown, &[]);
    is(&together(&owner(), &forbidding, outside()), Reachable, &[]);
    let mut forbidden = owner();
    forbidden["VpcBlockPublicAccessOptions"] = mode;
    is(&together(&forbidden, &participant(), outside()), Blocked, &["block-public-access"]);
}

/// Without a word of who owns it nothing is shared: what a complete list lacks is gone.
#[test]
fn ones_own_network_is_judged_as_before() {
    let mut document = network::network();
    document["NatGateways"] = json!([]);
    let answer =
        ask_all(&[(Some(PARTICIPANT), &document)], &Asked { groups: vec!["sg-task".into()], ..asked(outside()) });
    is(&answer.expect("the subnet is there"), Blocked, &["blackhole"]);
}
