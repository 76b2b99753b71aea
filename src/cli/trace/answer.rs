//! One answer as reports show it.

use crate::cli::question::from::Start;
use crate::cli::question::to::End;
use crate::facts::{Model, about};
use crate::network::{Ranges, shown, shown_ports};
use crate::reach::{Answer, Blocker, Code, Doubt, Passage, Question, Repair, ResourceId, Step, Verdict, trace};
use crate::report::trace::{Alternative, Reason, Trace};
use crate::rules::{hops, lacking};

/// Asks whether a start reaches an end.
pub(super) fn answer(model: &Model<'_>, start: &Start, end: &End) -> Trace {
    let shape = |verdict: Verdict| Trace {
        verdict: verdict.as_str(),
        from: start.name.clone(),
        subnet: start.subnet.clone(),
        to: end.name.clone(),
        protocol: end.protocol.as_str(),
        port: end.port,
        via: None,
        reasons: Vec::new(),
        hops: Vec::new(),
        unknown: Vec::new(),
        alternatives: Vec::new(),
    };
    let standing = match &start.sender {
        Ok(standing) => standing,
        Err(why) => return Trace { unknown: vec![why.clone()], ..shape(Verdict::Unknown) },
    };
    let sender = standing.sender();
    let needs = sender.workload.map(|id| model.network.workload(id).needs.as_slice()).unwrap_or_default();
    let permissions = end.permissions(needs);
    let question = Question {
        sender,
        destination: end.destination(model.network),
        protocol: end.protocol,
        ports: Ranges::one(end.port, end.port),
        families: end.families,
        permissions: &permissions,
    };
    let answer = trace(model.network, &question);
    let mut told = vec![false; answer.steps.len()];
    Trace {
        via: answer.via.map(|via| about(model, via).id),
        reasons: answer.blockers.iter().map(|blocker| reason(model, &question, &answer, &mut told, blocker)).collect(),
        alternatives: answer.alternatives.iter().map(|repair| alternative(model, &question, &answer, repair)).collect(),
        hops: hops(model, &answer),
        unknown: answer.doubts.iter().map(|doubt| doubt_text(model, doubt)).collect(),
        ..shape(answer.verdict)
    }
}

fn alternative(model: &Model<'_>, question: &Question<'_>, answer: &Answer, repair: &Repair) -> Alternative {
    let mut told = vec![false; answer.steps.len()];
    let blockers = repair.blockers.iter();
    Alternative {
        via: repair.via.map(|via| about(model, via).id),
        changes: blockers.map(|blocker| reason(model, question, answer, &mut told, blocker)).collect(),
        certain: repair.is_certain,
    }
}

fn reason(model: &Model<'_>, question: &Question<'_>, answer: &Answer, told: &mut [bool], blocker: &Blocker) -> Reason {
    let about = about(model, blocker.resource);
    Reason {
        code: blocker.code.as_str(),
        resource: about.id,
        name: about.name,
        message: message(&answer.steps, told, blocker),
        packets: packets(question, blocker),
        total: blocker.is_total,
        analyzer: blocker.code.analyzer(),
    }
}

/// What the hop says that the packets are dropped at; each hop is told once, since one resource may be met twice.
fn message(steps: &[Step], told: &mut [bool], blocker: &Blocker) -> String {
    let here = |step: &Step| {
        let resources: &[Option<ResourceId>] = &[Some(blocker.resource)];
        resources.contains(&step.resource)
            && step.returning == blocker.returning
            && matches!(step.passage, Passage::Blocked | Passage::Partial)
    };
    match steps.iter().enumerate().position(|(index, step)| !told[index] && here(step)) {
        Some(index) => {
            told[index] = true;
            steps[index].text.clone()
        }
        None => sentence(blocker.code).to_owned(),
    }
}

/// What is dropped.
fn packets(question: &Question<'_>, blocker: &Blocker) -> String {
    let own = shown(&Ranges::collect(blocker.packets.iter().map(|packets| packets.own)));
    let remote = shown(&Ranges::collect(blocker.packets.iter().map(|packets| packets.remote)));
    let own_ports = shown_ports(&Ranges::collect(blocker.packets.iter().map(|packets| packets.own_ports)));
    let remote_ports = shown_ports(&Ranges::collect(blocker.packets.iter().map(|packets| packets.remote_ports)));
    let protocol = question.protocol.as_str();
    let text = if blocker.returning {
        format!("replies by {protocol} from {remote} port {remote_ports} to {own} ports {own_ports}")
    } else {
        format!("{protocol} from {own} ports {own_ports} to {remote} port {remote_ports}")
    };
    if blocker.always { text } else { format!("{text}, where the NAT gateway chooses such a port") }
}

/// What can't be told, and why.
pub(in crate::cli) fn doubt_text(model: &Model<'_>, doubt: &Doubt) -> String {
    match doubt {
        Doubt::Leaves(text) | Doubt::Hidden(text) | Doubt::Unreadable(text) => text.clone(),
        Doubt::Missing(missing) => lacking(model, *missing),
    }
}

/// What a code means, where no hop says it.
fn sentence(code: Code) -> &'static str {
    match code {
        Code::SgEgress => "no security group of the sender lets this out",
        Code::NoRoute => "no route leads there",
        Code::Blackhole => "the route leads to something that is gone or does not work",
        Code::NaclEgress => "the network ACL of the sender's subnet does not let this out",
        Code::NaclIngress => "the network ACL of the sender's subnet does not let the replies in",
        Code::IgwDetached => "the internet gateway is not attached to this VPC",
        Code::NoPublicIp => "the sender has no public IP address to use an internet gateway with",
        Code::NotRoutable => "the internet does not route this address",
        Code::NatState => "the NAT gateway is not available, or lacks the Elastic IP address that a public one needs",
        Code::NatOwnSubnet => "the NAT gateway is in the sender's own subnet",
        Code::NatNaclIn => "the network ACL of the NAT gateway's subnet does not let this in",
        Code::NatNaclOut => "the network ACL of the NAT gateway's subnet does not let this out",
        Code::NatRoute => "the NAT gateway's subnet has no route to an internet gateway",
        Code::NatPrivate => "a private NAT gateway does not lead to the internet",
        Code::EndpointState => "the endpoint is not available",
        Code::EndpointSubnets => "the endpoint is in no subnet, and so has no network interface",
        Code::EndpointPolicy => "the endpoint's policy forbids it",
        Code::EndpointSg => "the endpoint's security groups don't let this in",
        Code::DestNacl => "the network ACL of the destination's subnet drops this",
        Code::DestSg => "the destination's security groups don't let this in",
        Code::DnsSupport => "the VPC has no DNS resolution",
        Code::DnsResolver => "the resolvers that the VPC's DHCP options name can't be reached",
        Code::DnsHostnames => "the VPC has no DNS host names, without which private names don't work",
        Code::PrivateDnsOff => "the endpoint has no private DNS: the service's name leads to public addresses",
        Code::BlockPublicAccess => "VPC Block Public Access forbids it",
        Code::TgwZone => "the transit gateway has no attachment subnet in the sender's zone",
        Code::TgwRoute => "the transit gateway has no route there",
        Code::TgwNacl => "the network ACL of the transit gateway's subnet drops this",
        Code::PeeringState => "the peering connection is not active",
        Code::AddressFamily => "the sender's subnet has no addresses of the destination's family",
        Code::MountTarget => "the file system has no mount target that its name could lead to",
    }
}
