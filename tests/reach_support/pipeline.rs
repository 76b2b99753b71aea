//! Snapshot text → the program's own pipeline → an answer.

use fargcheck::input::{InputFile, parse};
use fargcheck::network::{
    Addresses, Caller, GroupId, Known, Missing, NameFamilies, NeedTarget, Network, Permission, Protocol, Ranges,
    Reference, block, resolve,
};
use fargcheck::reach::{self, Answer, Groups, Quantifier, Sender, Verdict};
use fargcheck::snapshot::{Snapshot, Source, Sources};
use serde_json::Value;
use std::collections::BTreeSet;

/// A question by ids, as a user would ask it.
#[derive(Debug, Clone)]
pub(crate) struct Asked {
    pub(crate) subnet: String,
    pub(crate) groups: Vec<String>,
    pub(crate) public_ip: bool,
    pub(crate) ports: (u16, u16),
    pub(crate) to: Place,
    pub(crate) udp: bool,
    pub(crate) remote_ports: (u16, u16),
    /// Which addresses a name has.
    pub(crate) families: NameFamilies,
}

/// Where to, by ids.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Place {
    Block(String),
    Internet,
    PublicName,
    Service(String),
    Interface(String),
    Endpoint(String),
    FileSystem(String),
}

/// Resolves a snapshot and hands the network on.
pub(crate) fn with_network<R>(document: &Value, then: impl FnOnce(&Network<'_>, &Snapshot<'_>) -> R) -> R {
    with_networks(&[(None, document)], then)
}

/// Resolves the snapshots of several accounts together.
pub(crate) fn with_networks<R>(
    documents: &[(Option<&str>, &Value)],
    then: impl FnOnce(&Network<'_>, &Snapshot<'_>) -> R,
) -> R {
    let mut sources = Sources::default();
    let files: Vec<InputFile> = documents
        .iter()
        .map(|(account, document)| {
            let source = sources.add(Source::new("snapshot.json", document.to_string()));
            InputFile::new(source, 0, account.map(|account| (account.to_owned(), "us-east-1".to_owned())))
        })
        .collect();
    let snapshot = parse(&files, &sources).expect("the snapshot can be parsed");
    let network = resolve(&snapshot, &[]).expect("the snapshot can be resolved");
    then(&network, &snapshot)
}

fn addresses(text: &str) -> Addresses {
    let (low, high) = block(text).expect("an address block").range;
    Ranges::one(low, high)
}

/// Asks. None where the sender's subnet, or the interface that is asked for, isn't in the snapshot.
pub(crate) fn ask(document: &Value, asked: &Asked) -> Option<Answer> {
    ask_all(&[(None, document)], asked)
}

/// Asks several accounts' snapshots together.
pub(crate) fn ask_all(documents: &[(Option<&str>, &Value)], asked: &Asked) -> Option<Answer> {
    with_networks(documents, |network, snapshot| ask_from(network, snapshot, asked, None))
}

/// Asks for every hop, too.
pub(crate) fn trace(document: &Value, asked: &Asked) -> Option<Answer> {
    with_network(document, |network, snapshot| answer_from(network, snapshot, asked, None, reach::trace))
}

/// Asks of a resolved network, for the sender's address if it is known.
pub(crate) fn ask_from(
    network: &Network<'_>,
    snapshot: &Snapshot<'_>,
    asked: &Asked,
    own: Option<&str>,
) -> Option<Answer> {
    answer_from(network, snapshot, asked, own, reach::ask)
}

fn answer_from(
    network: &Network<'_>,
    snapshot: &Snapshot<'_>,
    asked: &Asked,
    own: Option<&str>,
    answer: fn(&Network<'_>, &reach::Question<'_>) -> Answer,
) -> Option<Answer> {
    let subnet = *network.by_id.subnets.get(asked.subnet.as_str())?;
    let group = |id: &String| -> Reference<GroupId> {
        match network.by_id.groups.get(id.as_str()) {
            Some(found) => Reference::To(*found),
            None if snapshot.scopes[0].security_groups.is_complete() => Reference::Gone,
            None => Reference::Unknown(Missing { call: "ec2:DescribeSecurityGroups", scope: 0 }),
        }
    };
    let groups: Vec<Reference<GroupId>> = asked.groups.iter().map(group).collect();
    let hosts_of_subnet = || network.subnet(subnet).hosts.clone();
    let public_ip: Known<bool> = Ok(asked.public_ip);
    let file_system;
    let destination = match &asked.to {
        Place::FileSystem(id) => {
            file_system = NeedTarget::FileSystem(id.clone());
            reach::destination_of(&file_system)
        }
        Place::Block(text) => reach::Destination::Addresses(addresses(text), Quantifier::Every),
        Place::Internet => reach::Destination::Internet,
        Place::PublicName => reach::Destination::PublicName,
        Place::Service(name) => reach::Destination::Service(name),
        Place::Endpoint(id) => reach::Destination::Endpoint(*network.by_id.endpoints.get(id.as_str())?),
        Place::Interface(id) => reach::Destination::Interface(*network.by_id.interfaces.get(id.as_str())?),
    };
    let question = reach::Question {
        sender: Sender {
            subnet,
            addresses: own.map_or_else(hosts_of_subnet, addresses),
            groups: Groups::Listed(&groups),
            public_ip,
            ports: asked.ports,
            workload: None,
        },
        destination,
        protocol: if asked.udp { Protocol::Udp } else { Protocol::Tcp },
        ports: Ranges::one(asked.remote_ports.0, asked.remote_ports.1),
        families: asked.families,
        permissions: &[Permission {
            open: None,
            action: "s3:GetObject",
            resource: "arn:aws:s3:::layers/*".to_owned(),
            caller: Caller::Role(None),
        }],
    };
    Some(answer(network, &question))
}

/// The verdict; unknown where the question can't even be asked.
pub(crate) fn verdict(answer: &Option<Answer>) -> Verdict {
    answer.as_ref().map_or(Verdict::Unknown, |answer| answer.verdict)
}

/// The codes of all blockers.
pub(crate) fn codes(answer: &Answer) -> BTreeSet<&'static str> {
    answer.blockers.iter().map(|blocker| blocker.code.as_str()).collect()
}
