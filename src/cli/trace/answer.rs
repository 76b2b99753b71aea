//! One answer as reports show it.

use crate::cli::question::from::Start;
use crate::cli::question::to::End;
use crate::facts::{Model, about};
use crate::network::{Addresses, Ranges, shown, shown_ports};
use crate::reach::{
    Answer, Blocker, Doubt, Passage, Product, Question, Repair, Resolver, ResourceId, Step, Verdict, first_phrases,
    products, trace,
};
use crate::report::trace::{Alternative, Part, Reason, Trace};
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
        parts: Vec::new(),
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
    let part =
        |(via, to): &(Option<ResourceId>, Addresses)| Part { via: via.map(|via| about(model, via).id), to: shown(to) };
    Trace {
        via: answer.via.map(|via| about(model, via).id),
        parts: answer.parts.iter().map(part).collect(),
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
        step.resource == Some(blocker.resource)
            && step.returning == blocker.returning
            && matches!(step.passage, Passage::Blocked | Passage::Partial)
    };
    match steps.iter().enumerate().position(|(index, step)| !told[index] && here(step)) {
        Some(index) => {
            told[index] = true;
            steps[index].text.clone()
        }
        None => blocker.code.sentence().to_owned(),
    }
}

/// What is dropped.
fn packets(question: &Question<'_>, blocker: &Blocker) -> String {
    let protocol = blocker.resolver.map_or(question.protocol, |_| Resolver::PROTOCOL).as_str();
    let phrase = |packets: &Product| {
        let (own, remote) = (shown(&packets.own), shown(&packets.remote));
        let (own_ports, remote_ports) = (shown_ports(&packets.own_ports), shown_ports(&packets.remote_ports));
        if blocker.returning {
            format!("from {remote} port {remote_ports} to {own} ports {own_ports}")
        } else {
            format!("from {own} ports {own_ports} to {remote} port {remote_ports}")
        }
    };
    let what = if blocker.returning { format!("replies by {protocol}") } else { protocol.to_owned() };
    let text = format!("{what} {}", first_phrases(&products(&blocker.packets), phrase));
    if blocker.always { text } else { format!("{text}, where the NAT gateway chooses such a port") }
}

/// What can't be told, and why.
pub(in crate::cli) fn doubt_text(model: &Model<'_>, doubt: &Doubt) -> String {
    match doubt {
        Doubt::Leaves(text) | Doubt::Hidden(text) | Doubt::Unreadable(text) => text.clone(),
        Doubt::Missing(missing) => lacking(model, *missing),
    }
}
