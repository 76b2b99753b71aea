//! What must change for a flow to work: named in full, in every way that there is, and no more than that.
//!
//! Faults are put into a sound network. Of each alternative that is named, all changes together must make the flow work,
//! and all but any one of them must not.

#[path = "reach_cases/network.rs"]
mod network;
#[path = "reach_support/pipeline.rs"]
#[allow(dead_code, reason = "the other tests of reachability use more of it")]
mod pipeline;

use fargcheck::network::NameFamilies;
use fargcheck::reach::{Answer, Cause, Code, Repair, ResourceId, Verdict};
use pipeline::{Asked, Place, ask, trace, with_network};
use proptest::prelude::*;
use proptest::sample::subsequence;
use proptest::test_runner::{RngAlgorithm, TestRng, TestRunner};
use serde_json::{Value, json};
use std::cell::Cell;

/// A situation: the snapshot, and whether the task gets a public address.
#[derive(Debug, Clone)]
struct Situation {
    document: Value,
    public_ip: bool,
}

/// The sound network, with a public subnet and a NAT gateway to spare, which routes can be led to. The other VPC is behind a
/// peering connection.
fn sound() -> Situation {
    sound_by(Between::Peering)
}

/// What leads to the other VPC.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Between {
    Peering,
    TransitGateway,
}

impl Between {
    /// A route's field for it, and its id.
    fn target(self) -> (&'static str, &'static str) {
        match self {
            Between::Peering => ("VpcPeeringConnectionId", "pcx-1"),
            Between::TransitGateway => ("TransitGatewayId", "tgw-1"),
        }
    }

    /// What leads there in a network.
    fn of(document: &Value) -> Self {
        match document["RouteTables"][0]["Routes"][2]["TransitGatewayId"].is_null() {
            true => Between::Peering,
            false => Between::TransitGateway,
        }
    }
}

fn sound_by(between: Between) -> Situation {
    let mut document = network::network();
    let (field, id) = between.target();
    for (table, route, block) in [(0, 2, "10.2.0.0/16"), (3, 1, "10.0.0.0/16")] {
        document["RouteTables"][table]["Routes"][route] = json!({ "DestinationCidrBlock": block, field: id });
    }
    if between == Between::TransitGateway {
        // As an account that has no peering connection.
        document["VpcPeeringConnections"] = json!([]);
    }
    let mut put = |list: &str, element: Value| document[list].as_array_mut().expect("a list").push(element);
    put(
        "Subnets",
        json!({ "SubnetId": "subnet-spare", "VpcId": "vpc-1", "CidrBlock": "10.0.3.0/24", "AvailabilityZone": "us-east-1a" }),
    );
    put(
        "NetworkAcls",
        json!({ "NetworkAclId": "acl-spare", "Associations": [{ "SubnetId": "subnet-spare" }], "Entries": open() }),
    );
    put(
        "NatGateways",
        json!({
            "NatGatewayId": "nat-spare", "VpcId": "vpc-1", "SubnetId": "subnet-spare", "State": "available",
            "NatGatewayAddresses": [{ "AllocationId": "eipalloc-spare" }],
        }),
    );
    put(
        "InternetGateways",
        json!({ "InternetGatewayId": "igw-2", "Attachments": [{ "VpcId": "vpc-2", "State": "available" }] }),
    );
    put(
        "VpcBlockPublicAccessExclusions",
        json!({
            "ExclusionId": "vpcbpa-exclude-1", "InternetGatewayExclusionMode": "allow-bidirectional", "State": "create-complete",
            "ResourceArn": "arn:aws:ec2:us-east-1:111122223333:subnet/subnet-spare",
        }),
    );
    put(
        "RouteTables",
        json!({
            "RouteTableId": "rtb-spare", "VpcId": "vpc-1", "Associations": [{ "SubnetId": "subnet-spare" }],
            "Routes": [
                { "DestinationCidrBlock": "10.0.0.0/16", "GatewayId": "local" },
                { "DestinationCidrBlock": "0.0.0.0/0", "GatewayId": "igw-1" },
            ],
        }),
    );
    Situation { document, public_ip: false }
}

fn open() -> Value {
    let entry = |egress: bool| json!({ "RuleNumber": 1, "Protocol": "-1", "RuleAction": "allow", "Egress": egress, "CidrBlock": "0.0.0.0/0" });
    json!([entry(true), entry(false)])
}

/// What can be wrong, by the pointer and its value (null: taken out).
const FAULTS: &[(&str, &str)] = &[
    ("/SecurityGroups/0/IpPermissionsEgress", "[]"),
    ("/SecurityGroups/1/IpPermissions", "[]"),
    ("/SecurityGroups/2/IpPermissions", "[]"),
    ("/NetworkAcls/0/Entries/0/RuleAction", "\"deny\""),
    ("/NetworkAcls/0/Entries/1/RuleAction", "\"deny\""),
    ("/NetworkAcls/0/Entries/1/Protocol", "\"17\""),
    ("/NetworkAcls/1/Entries/0/CidrBlock", "\"10.0.0.0/8\""),
    ("/NetworkAcls/1/Entries/1/CidrBlock", "\"10.0.0.0/9\""),
    ("/NetworkAcls/2/Entries/0/RuleAction", "\"deny\""),
    ("/NetworkAcls/2/Entries/1/RuleAction", "\"deny\""),
    ("/RouteTables/0/Routes/1", "{\"DestinationCidrBlock\":\"192.0.2.0/24\",\"NatGatewayId\":\"nat-1\"}"),
    ("/RouteTables/0/Routes/1/NatGatewayId", "\"nat-gone\""),
    ("/RouteTables/0/Routes/1", "{\"DestinationCidrBlock\":\"0.0.0.0/0\",\"GatewayId\":\"igw-1\"}"),
    ("/RouteTables/1/Routes/1/GatewayId", "\"igw-gone\""),
    ("/RouteTables/1/Routes/1/DestinationCidrBlock", "\"192.0.2.0/24\""),
    ("/RouteTables/3/Routes/1/DestinationCidrBlock", "\"10.9.0.0/16\""),
    ("/NatGateways/0/State", "\"failed\""),
    ("/NatGateways/0/ConnectivityType", "\"private\""),
    ("/NatGateways/0/SubnetId", "\"subnet-task\""),
    ("/VpcEndpoints/0/State", "\"failed\""),
    ("/VpcEndpoints/0/PolicyDocument", "\"{\\\"Statement\\\":[]}\""),
    ("/VpcEndpoints/1/State", "\"failed\""),
    ("/VpcEndpoints/1/PolicyDocument", "\"{\\\"Statement\\\":[]}\""),
    ("/VpcEndpoints/1/PrivateDnsEnabled", "false"),
    ("/VpcAttributes/0/EnableDnsSupport/Value", "false"),
    ("/VpcAttributes/0/EnableDnsHostnames/Value", "false"),
    ("/VpcBlockPublicAccessOptions/0/InternetGatewayBlockMode", "\"block-bidirectional\""),
    ("/VpcPeeringConnections/0/Status/Code", "\"pending-acceptance\""),
];

/// What more can be wrong on the way to the other VPC by either way.
const FAULTS_BETWEEN: &[(&str, &str)] = &[
    ("/SecurityGroups/0/IpPermissionsEgress", "[]"),
    ("/SecurityGroups/2/IpPermissions", "[]"),
    ("/NetworkAcls/0/Entries/0/RuleAction", "\"deny\""),
    ("/NetworkAcls/0/Entries/1/RuleAction", "\"deny\""),
    ("/NetworkAcls/3/Entries/0/RuleAction", "\"deny\""),
    ("/NetworkAcls/3/Entries/1/RuleAction", "\"deny\""),
    ("/NetworkAcls/3/Entries/0/CidrBlock", "\"10.0.1.0/25\""),
    ("/RouteTables/3/Routes/1/DestinationCidrBlock", "\"10.9.0.0/16\""),
];

/// By a transit gateway: its attachments, its table, the subnets that it stands in, and references to groups.
const FAULTS_OF_TRANSIT: &[(&str, &str)] = &[
    ("/NetworkAcls/1/Entries/0/RuleAction", "\"deny\""),
    ("/NetworkAcls/1/Entries/1/RuleAction", "\"deny\""),
    ("/NetworkAcls/1/Entries/1/CidrBlock", "\"10.0.1.0/25\""),
    ("/TransitGateways/0/Options/SecurityGroupReferencingSupport", "\"disable\""),
    ("/TransitGatewayVpcAttachments/0/State", "\"pendingAcceptance\""),
    ("/TransitGatewayVpcAttachments/1/State", "\"pendingAcceptance\""),
    ("/TransitGatewayVpcAttachments/0/SubnetIds", "[\"subnet-data\"]"),
    ("/TransitGatewayRouteTables/0/Associations/0/State", "\"disassociated\""),
    ("/TransitGatewayRouteTables/0/Associations/1/State", "\"disassociated\""),
    ("/TransitGatewayRouteTables/0/Routes/0/State", "\"blackhole\""),
    ("/TransitGatewayRouteTables/0/Routes/1/State", "\"blackhole\""),
    ("/TransitGatewayRouteTables/0/Routes/0/DestinationCidrBlock", "\"10.9.0.0/16\""),
    ("/TransitGatewayRouteTables/0/Routes/1/DestinationCidrBlock", "\"10.9.0.0/16\""),
];

const FAULTS_OF_PEERING: &[(&str, &str)] = &[("/VpcPeeringConnections/0/Status/Code", "\"pending-acceptance\"")];

fn set(document: &mut Value, pointer: &str, value: Value) {
    let (parent, last) = pointer.rsplit_once('/').expect("a pointer");
    match document.pointer_mut(parent).unwrap_or_else(|| panic!("{pointer}: no such place")) {
        Value::Array(list) => list[last.parse::<usize>().expect("an index")] = value,
        Value::Object(map) => {
            map.insert(last.to_owned(), value);
        }
        _ => panic!("{pointer}: not in a list or an object"),
    }
}

fn with(faults: &[(&str, &str)]) -> Situation {
    put_into(sound(), faults)
}

fn put_into(mut situation: Situation, faults: &[(&str, &str)]) -> Situation {
    for (pointer, value) in faults {
        set(&mut situation.document, pointer, serde_json::from_str(value).expect("JSON"));
    }
    situation
}

fn asked(to: &Place, public_ip: bool) -> Asked {
    let families = match to {
        Place::Service(name) => NameFamilies::of_service(name),
        _ => NameFamilies::Unknown,
    };
    Asked {
        subnet: "subnet-task".into(),
        groups: vec!["sg-task".into()],
        public_ip,
        ports: (32768, 60999),
        to: to.clone(),
        udp: false,
        remote_ports: (443, 443),
        families,
    }
}

fn traced(situation: &Situation, to: &Place) -> Answer {
    trace(&situation.document, &asked(to, situation.public_ip)).expect("the subnet is there")
}

/// The element of a list with that id.
fn element<'d>(document: &'d mut Value, list: &str, field: &str, id: &str) -> &'d mut Value {
    let found = document[list].as_array_mut().expect("a list").iter_mut().find(|element| element[field] == *id);
    found.unwrap_or_else(|| panic!("{list} has no {id}"))
}

/// A blocker by what can be found in the document.
#[derive(Debug, Clone, PartialEq)]
struct Change {
    code: Code,
    /// The resource's id; of routes that are dead, the target's.
    id: String,
    egress: bool,
    route: Option<usize>,
    table: String,
}

fn changes(situation: &Situation, repair: &Repair) -> Vec<Change> {
    with_network(&situation.document, |network, _| {
        let id_of = |resource: ResourceId| -> String {
            use fargcheck::network::text;
            match resource {
                ResourceId::Vpc(id) => text(&network.vpc(id).element.vpc_id),
                ResourceId::Subnet(id) => text(&network.subnet(id).element.subnet_id),
                ResourceId::Table(id) => text(&network.table(id).element.route_table_id),
                ResourceId::Acl(id) => text(&network.acl(id).element.network_acl_id),
                ResourceId::Group(id) => text(&network.group(id).element.group_id),
                ResourceId::Gateway(id) => text(&network.gateway(id).element.internet_gateway_id),
                ResourceId::Nat(id) => text(&network.nat(id).element.nat_gateway_id),
                ResourceId::Endpoint(id) => text(&network.endpoint(id).element.vpc_endpoint_id),
                ResourceId::Peering(id) => text(&network.peering(id).element.vpc_peering_connection_id),
                ResourceId::Attachment(id) => text(&network.attachment(id).element.transit_gateway_attachment_id),
                ResourceId::TransitTable(id) => text(&network.transit_table(id).element.transit_gateway_route_table_id),
                other => panic!("{other:?} is not expected here"),
            }
            .to_owned()
        };
        let table = |cause: Cause| match cause {
            Cause::Route(table, _) | Cause::Lacking(table) => id_of(ResourceId::Table(table)),
            Cause::Hop(attachment) => id_of(ResourceId::Attachment(attachment)),
            _ => String::new(),
        };
        let changes = repair.blockers.iter().map(|blocker| Change {
            code: blocker.code,
            id: id_of(blocker.resource),
            egress: matches!(blocker.cause, Cause::Entry { egress: true, .. }),
            route: match blocker.cause {
                Cause::Route(_, index) => Some(index as usize),
                _ => None,
            },
            table: table(blocker.cause),
        });
        changes.collect()
    })
}

/// Makes a change, as a user would.
fn make(situation: &mut Situation, change: &Change) {
    let Situation { document, public_ip } = situation;
    let id = change.id.as_str();
    let between = Between::of(document);
    let everything = json!([{ "IpProtocol": "-1", "IpRanges": [{ "CidrIp": "0.0.0.0/0" }] }]);
    let mut lead = |table: &str, route: Value| {
        let routes = &mut element(document, "RouteTables", "RouteTableId", table)["Routes"];
        let routes = routes.as_array_mut().expect("a list");
        match change.route {
            Some(index) if change.code != Code::NoRoute => routes[index] = route,
            _ => routes.push(route),
        }
    };
    match change.code {
        Code::SgEgress => element(document, "SecurityGroups", "GroupId", id)["IpPermissionsEgress"] = everything,
        Code::EndpointSg | Code::DestSg => {
            element(document, "SecurityGroups", "GroupId", id)["IpPermissions"] = everything
        }
        Code::NaclEgress | Code::NaclIngress | Code::NatNaclIn | Code::NatNaclOut | Code::DestNacl | Code::TgwNacl => {
            let entry = open()[usize::from(!change.egress)].clone();
            let entries = &mut element(document, "NetworkAcls", "NetworkAclId", id)["Entries"];
            entries.as_array_mut().expect("a list").push(entry);
        }
        Code::NoRoute if id == "rtb-other" => {
            let (field, target) = between.target();
            lead(id, json!({ "DestinationCidrBlock": "10.0.0.0/16", field: target }));
        }
        Code::NoRoute | Code::Blackhole if id == "rtb-public" => {
            lead(id, json!({ "DestinationCidrBlock": "0.0.0.0/0", "GatewayId": "igw-1" }));
        }
        Code::NoRoute | Code::Blackhole => {
            lead(id, json!({ "DestinationCidrBlock": "0.0.0.0/0", "NatGatewayId": "nat-spare" }));
        }
        Code::NatRoute => lead(&change.table, json!({ "DestinationCidrBlock": "0.0.0.0/0", "GatewayId": "igw-1" })),
        Code::NoPublicIp => *public_ip = true,
        Code::NatState => {
            let nat = element(document, "NatGateways", "NatGatewayId", id);
            nat["State"] = "available".into();
            nat["NatGatewayAddresses"] = json!([{ "AllocationId": "eipalloc-new" }]);
        }
        Code::NatPrivate => {
            let nat = element(document, "NatGateways", "NatGatewayId", id);
            nat["ConnectivityType"] = "public".into();
            nat["NatGatewayAddresses"] = json!([{ "AllocationId": "eipalloc-new" }]);
        }
        Code::NatOwnSubnet => element(document, "NatGateways", "NatGatewayId", id)["SubnetId"] = "subnet-spare".into(),
        Code::EndpointState => element(document, "VpcEndpoints", "VpcEndpointId", id)["State"] = "available".into(),
        Code::EndpointPolicy => {
            element(document, "VpcEndpoints", "VpcEndpointId", id)["PolicyDocument"] =
                r#"{"Statement":[{"Effect":"Allow","Principal":"*","Action":"*","Resource":"*"}]}"#.into();
        }
        Code::PrivateDnsOff => {
            element(document, "VpcEndpoints", "VpcEndpointId", id)["PrivateDnsEnabled"] = true.into()
        }
        Code::DnsSupport => document["VpcAttributes"][0]["EnableDnsSupport"]["Value"] = true.into(),
        Code::DnsHostnames => document["VpcAttributes"][0]["EnableDnsHostnames"]["Value"] = true.into(),
        Code::BlockPublicAccess => {
            document["VpcBlockPublicAccessOptions"][0]["InternetGatewayBlockMode"] = "off".into()
        }
        Code::PeeringState => {
            element(document, "VpcPeeringConnections", "VpcPeeringConnectionId", id)["Status"]["Code"] =
                "active".into();
        }
        Code::TgwZone => {
            element(document, "TransitGatewayVpcAttachments", "TransitGatewayAttachmentId", id)["SubnetIds"] =
                json!(["subnet-spare"]);
        }
        // The attachment itself, its association, or the table's route for what comes from it.
        Code::TgwRoute if change.table.is_empty() => {
            element(document, "TransitGatewayVpcAttachments", "TransitGatewayAttachmentId", id)["State"] =
                "available".into();
        }
        Code::TgwRoute if id == change.table => {
            let associations = document["TransitGatewayRouteTables"][0]["Associations"].as_array_mut().expect("a list");
            associations.push(json!({ "TransitGatewayAttachmentId": id, "State": "associated" }));
        }
        Code::TgwRoute => {
            let (block, vpc) =
                if change.table == "tgw-attach-1" { ("10.2.1.0/24", "vpc-2") } else { ("10.0.1.0/24", "vpc-1") };
            let routes =
                &mut element(document, "TransitGatewayRouteTables", "TransitGatewayRouteTableId", id)["Routes"];
            routes.as_array_mut().expect("a list").push(json!({
                "DestinationCidrBlock": block, "State": "active",
                "TransitGatewayAttachments": [{ "ResourceType": "vpc", "ResourceId": vpc }],
            }));
        }
        other => panic!("{other:?} is not expected here"),
    }
}

fn after(situation: &Situation, changes: &[Change], to: &Place) -> Verdict {
    let mut situation = situation.clone();
    for change in changes {
        make(&mut situation, change);
    }
    ask(&situation.document, &asked(to, situation.public_ip)).expect("the subnet is there").verdict
}

/// Whether a change leads packets on where nothing did: what lies behind can't have been named.
fn opens_a_way(change: &Change) -> bool {
    change.code == Code::TgwRoute && !change.table.is_empty()
}

/// All changes together make it work, or show what lies behind a way that they open.
fn works_in_the_end(situation: &Situation, all: &[Change], to: &Place, depth: usize) -> Result<(), String> {
    let mut changed = situation.clone();
    all.iter().for_each(|change| make(&mut changed, change));
    let answer = traced(&changed, to);
    match answer.alternatives.as_slice() {
        _ if answer.verdict == Verdict::Reachable => Ok(()),
        [next] if depth < 4 && all.iter().any(opens_a_way) => {
            works_in_the_end(&changed, &changes(&changed, next), to, depth + 1)
        }
        _ => Err(format!("{:?} after all of {all:#?}", answer.verdict)),
    }
}

/// Holds an answer to what it promises; how many alternatives and changes it had.
fn check(situation: &Situation, to: &Place) -> Result<(usize, usize), String> {
    let answer = traced(situation, to);
    let stopped = matches!(answer.verdict, Verdict::Blocked | Verdict::Partial);
    if stopped == answer.alternatives.is_empty() {
        return Err(format!("{:?} with {:?}", answer.verdict, answer.alternatives));
    }
    let mut most = 0;
    for repair in answer.alternatives.iter().filter(|repair| repair.is_certain) {
        let all = changes(situation, repair);
        most = most.max(all.len());
        works_in_the_end(situation, &all, to, 0)?;
        for left in 0..all.len() {
            let mut others = all.clone();
            others.remove(left);
            let verdict = after(situation, &others, to);
            if verdict == Verdict::Reachable {
                return Err(format!("reachable without the change {left} of {all:#?}"));
            }
        }
    }
    Ok((answer.alternatives.len(), most))
}

fn places() -> impl Strategy<Value = Place> {
    prop_oneof![
        Just(Place::Block("8.8.8.8".into())),
        Just(Place::PublicName),
        Just(Place::Service("ecr.api".into())),
        Just(Place::Service("logs".into())),
        Just(Place::Service("s3".into())),
        Just(Place::Endpoint("vpce-ecr".into())),
        Just(Place::Interface("eni-data".into())),
    ]
}

#[test]
fn all_that_is_named_makes_it_work_and_nothing_less_does() {
    let config = ProptestConfig { cases: 1_500, failure_persistence: None, ..ProptestConfig::default() };
    let mut runner = TestRunner::new_with_rng(config, TestRng::deterministic_rng(RngAlgorithm::ChaCha));
    let (choices, series) = (Cell::new(0), Cell::new(0));
    let faults = subsequence(FAULTS.to_vec(), 1..=6);
    let result = runner.run(&(faults, places()), |(faults, to)| {
        let (ways, changes) = check(&with(&faults), &to).map_err(TestCaseError::fail)?;
        choices.set(choices.get() + u32::from(ways > 1));
        series.set(series.get() + u32::from(changes > 1));
        Ok(())
    });
    result.unwrap_or_else(|failure| panic!("{failure}"));
    // The law would mean little where nothing is to choose from, or to change together.
    assert!(choices.get() > 30 && series.get() > 300, "{} choices, {} series", choices.get(), series.get());
}

/// To the other VPC, by each of the ways that lead there.
#[test]
fn what_is_named_between_vpcs_makes_it_work_and_nothing_less_does() {
    for (between, own) in [(Between::Peering, FAULTS_OF_PEERING), (Between::TransitGateway, FAULTS_OF_TRANSIT)] {
        let config = ProptestConfig { cases: 500, failure_persistence: None, ..ProptestConfig::default() };
        let mut runner = TestRunner::new_with_rng(config, TestRng::deterministic_rng(RngAlgorithm::ChaCha));
        let series = Cell::new(0);
        let all = [FAULTS_BETWEEN, own].concat();
        let to = Place::Interface("eni-other".into());
        assert_eq!(traced(&sound_by(between), &to).verdict, Verdict::Reachable, "{between:?}");
        let result = runner.run(&subsequence(all, 1..=5), |faults| {
            let situation = put_into(sound_by(between), &faults);
            let (_, changes) = check(&situation, &to).map_err(TestCaseError::fail)?;
            series.set(series.get() + u32::from(changes > 1));
            Ok(())
        });
        result.unwrap_or_else(|failure| panic!("{between:?}: {failure}"));
        assert!(series.get() > 300, "{between:?}: {} series", series.get());
    }
}

fn named(answer: &Answer) -> Vec<Vec<&'static str>> {
    let codes = |repair: &Repair| repair.blockers.iter().map(|blocker| blocker.code.as_str()).collect();
    answer.alternatives.iter().map(codes).collect()
}

const NO_WAY_OUT: (&str, &str) =
    ("/RouteTables/0/Routes/1", "{\"DestinationCidrBlock\":\"192.0.2.0/24\",\"NatGatewayId\":\"nat-1\"}");

/// Its name, the faults, where to, and the alternatives by their codes.
type Case<'c> = (&'c str, &'c [(&'c str, &'c str)], Place, &'c [&'c [&'c str]]);

#[test]
fn choices_and_series() {
    let ecr = || Place::Service("ecr.api".into());
    let outside = || Place::Block("8.8.8.8".into());
    let cases: &[Case<'_>] = &[
        ("nothing is wrong", &[], ecr(), &[]),
        ("one thing is", &[("/NatGateways/0/State", "\"failed\"")], outside(), &[&["nat-state"]]),
        (
            "two in series",
            &[
                ("/NatGateways/0/State", "\"failed\""),
                ("/RouteTables/1/Routes/1/DestinationCidrBlock", "\"192.0.2.0/24\""),
            ],
            outside(),
            &[&["nat-state", "nat-route"]],
        ),
        (
            "the endpoint's private DNS, or a way out",
            &[NO_WAY_OUT, ("/VpcEndpoints/1/PrivateDnsEnabled", "false")],
            ecr(),
            &[&["private-dns-off"], &["no-route"]],
        ),
        (
            "two at the endpoint, or two on the way out",
            &[
                ("/SecurityGroups/1/IpPermissions", "[]"),
                ("/VpcEndpoints/1/PrivateDnsEnabled", "false"),
                ("/NatGateways/0/State", "\"failed\""),
                ("/NatGateways/0/ConnectivityType", "\"private\""),
            ],
            ecr(),
            &[&["private-dns-off", "endpoint-sg"], &["nat-state", "nat-private"]],
        ),
        (
            "what is wrong on either way, and what is on one",
            &[
                NO_WAY_OUT,
                ("/VpcEndpoints/1/PrivateDnsEnabled", "false"),
                ("/VpcAttributes/0/EnableDnsSupport/Value", "false"),
            ],
            ecr(),
            &[&["dns-support", "private-dns-off"], &["dns-support", "no-route"]],
        ),
        (
            "a way that asks for more than another is none",
            &[("/VpcEndpoints/1/PrivateDnsEnabled", "false"), ("/SecurityGroups/0/IpPermissionsEgress", "[]")],
            ecr(),
            &[&["sg-egress"]],
        ),
        (
            "while the name leads to the endpoint there is no other way",
            &[NO_WAY_OUT, ("/SecurityGroups/1/IpPermissions", "[]")],
            ecr(),
            &[&["endpoint-sg"]],
        ),
        (
            "a detached gateway does not hide what lies behind it",
            &[
                ("/RouteTables/0/Routes/1", "{\"DestinationCidrBlock\":\"0.0.0.0/0\",\"GatewayId\":\"igw-1\"}"),
                ("/InternetGateways/0/Attachments", "[]"),
            ],
            outside(),
            &[&["igw-detached", "no-public-ip"]],
        ),
    ];
    for (name, faults, to, expected) in cases {
        let answer = traced(&with(faults), to);
        assert_eq!(named(&answer), *expected, "{name}: {:?}", answer.verdict);
    }
}
