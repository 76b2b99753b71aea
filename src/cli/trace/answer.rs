//! One answer as reports show it.

use crate::cli::question::from::Start;
use crate::cli::question::to::End;
use crate::facts::{Model, about};
use crate::network::{Addresses, Ranges, shown, shown_exactly, shown_ports};
use crate::reach::{
    Answer, Blocker, Destination, Doubt, FIRST_PHRASES, Passage, Product, Quantifier, Question, Repair, Resolver,
    ResourceId, Step, Verdict, first_phrases, products, trace,
};
use crate::report::trace::{Alternative, Part, Reason, Trace};
use crate::rules::{hops, lacking};

/// How much of a set is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Extent {
    /// What a reader takes in.
    First,
    /// All of it.
    Whole,
}

impl Extent {
    /// So many blocks or ranges of addresses.
    fn blocks(self) -> usize {
        match self {
            Extent::First => 4,
            Extent::Whole => usize::MAX,
        }
    }

    /// So many phrases of packets.
    fn phrases(self) -> usize {
        match self {
            Extent::First => FIRST_PHRASES,
            Extent::Whole => usize::MAX,
        }
    }

    /// The addresses of a destination. A name's address is one of many, of which a few that it is not are left out.
    fn remote(self, question: &Question<'_>, remote: &Addresses) -> String {
        match question.destination {
            Destination::Internet | Destination::Addresses(_, Quantifier::Every) => {
                shown_exactly(remote, self.blocks())
            }
            _ => shown(remote),
        }
    }
}

/// Asks whether a start reaches an end.
pub(super) fn answer(model: &Model<'_>, start: &Start, end: &End, extent: Extent) -> Trace {
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
        families: end.families(needs),
        permissions: &permissions,
    };
    let answer = trace(model.network, &question);
    let mut told = vec![false; answer.steps.len()];
    let part = |(via, to): &(Option<ResourceId>, Addresses)| Part {
        via: via.map(|via| about(model, via).id),
        to: extent.remote(&question, to),
    };
    let asked = Asked { model, question: &question, answer: &answer, extent };
    Trace {
        via: answer.via.map(|via| about(model, via).id),
        parts: answer.parts.iter().map(part).collect(),
        reasons: answer.blockers.iter().map(|blocker| asked.reason(&mut told, blocker)).collect(),
        alternatives: answer.alternatives.iter().map(|repair| asked.alternative(repair)).collect(),
        hops: hops(model, &answer),
        unknown: answer.doubts.iter().map(|doubt| doubt_text(model, doubt)).collect(),
        ..shape(answer.verdict)
    }
}

/// What was asked, and the answer that is told.
struct Asked<'w, 'm> {
    model: &'w Model<'m>,
    question: &'w Question<'w>,
    answer: &'w Answer,
    extent: Extent,
}

impl Asked<'_, '_> {
    fn alternative(&self, repair: &Repair) -> Alternative {
        let mut told = vec![false; self.answer.steps.len()];
        Alternative {
            via: repair.via.map(|via| about(self.model, via).id),
            changes: repair.blockers.iter().map(|blocker| self.reason(&mut told, blocker)).collect(),
            certain: repair.is_certain,
        }
    }

    fn reason(&self, told: &mut [bool], blocker: &Blocker) -> Reason {
        let about = about(self.model, blocker.resource);
        Reason {
            code: blocker.code.as_str(),
            resource: about.id,
            name: about.name,
            message: message(&self.answer.steps, told, blocker),
            packets: self.packets(blocker),
            total: blocker.is_total,
            analyzer: blocker.code.analyzer(),
        }
    }

    /// What is dropped.
    fn packets(&self, blocker: &Blocker) -> String {
        let Asked { question, extent, .. } = *self;
        let protocol = blocker.resolver.map_or(question.protocol, |_| Resolver::PROTOCOL).as_str();
        let phrase = |packets: &Product| {
            let remote = match blocker.is_total {
                true => shown(&packets.remote),
                false => extent.remote(question, &packets.remote),
            };
            let own = shown_exactly(&packets.own, extent.blocks());
            let (own_ports, remote_ports) = (shown_ports(&packets.own_ports), shown_ports(&packets.remote_ports));
            if blocker.returning {
                format!("from {remote} port {remote_ports} to {own} ports {own_ports}")
            } else {
                format!("from {own} ports {own_ports} to {remote} port {remote_ports}")
            }
        };
        let what = if blocker.returning { format!("replies by {protocol}") } else { protocol.to_owned() };
        let text = format!("{what} {}", first_phrases(&products(&blocker.packets), extent.phrases(), phrase));
        if blocker.always { text } else { format!("{text}, where the NAT gateway chooses such a port") }
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

/// What can't be told, and why.
pub(in crate::cli) fn doubt_text(model: &Model<'_>, doubt: &Doubt) -> String {
    match doubt {
        Doubt::Leaves(text) | Doubt::Hidden(text) | Doubt::Unreadable(text) => text.clone(),
        Doubt::Missing(missing) => lacking(model, *missing),
    }
}
