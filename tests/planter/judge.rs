//! A network judged as the program judges it, in this process.

use fargcheck::facts::{self, Model};
use fargcheck::input::{self, InputFile};
use fargcheck::network::{self, Declaration, Need};
use fargcheck::rules::{Catalogue, Choice, Rule, Severity, judge};
use fargcheck::snapshot::{Location, Source, SourceId, Sources};
use serde_json::Value;
use std::fmt;
use std::sync::LazyLock;

static CATALOGUE: LazyLock<Catalogue> =
    LazyLock::new(|| Catalogue::embedded(&facts::ENTITIES).expect("the built-in rules can be loaded"));

/// One finding: how grave, by which rule, on which resource.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Told {
    pub(crate) severity: Severity,
    pub(crate) rule: String,
    pub(crate) resource: String,
}

impl fmt::Display for Told {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}[{}] on {}", self.severity, self.rule, self.resource)
    }
}

/// A finding with what it advises.
pub(crate) struct Advised {
    pub(crate) told: Told,
    pub(crate) help: String,
}

/// What is said of a network.
pub(crate) struct Verdict {
    /// Findings at error and at warning, each as often as it is told.
    pub(crate) told: Vec<Told>,
    /// Findings at info: what could be better.
    pub(crate) noted: Vec<Told>,
    /// What a rule could not judge for want of data.
    pub(crate) incomplete: Vec<String>,
    /// What each finding advises, in the order of `told`.
    pub(crate) advised: Vec<Advised>,
}

/// What the tasks need besides what the network says: `fixture.needs`, as in the fixtures of rules.
fn declarations(document: &Value, source: SourceId) -> Vec<Declaration> {
    let place = Location::Span { source, start: 0, length: 1 };
    let texts = document["fixture"]["needs"].as_array().into_iter().flatten().filter_map(Value::as_str);
    let needs: Vec<Need> = texts.map(|text| network::declared(text, place.clone()).expect("a need in words")).collect();
    if needs.is_empty() {
        return Vec::new();
    }
    vec![Declaration { needs, adds_to: Some(network::AddsTo::Running), ..Declaration::new("*", place) }]
}

pub(crate) fn judged(document: &Value) -> Verdict {
    let mut sources = Sources::default();
    let source = sources.add(Source::new("network.json", document.to_string()));
    let snapshot = input::parse(&[InputFile::new(source, 0, None)], &sources).expect("a snapshot");
    let network = network::resolve(&snapshot, &declarations(document, source)).expect("a network");
    let all: Vec<&Rule> = CATALOGUE.rules().iter().collect();
    let selected = all.iter().map(|rule| rule.id().to_owned()).collect();
    let judgement = judge(&Model::new(&network), &Choice { all, selected, severities: Default::default() });
    let all = judgement.findings.into_iter().map(|finding| {
        let told = Told { severity: finding.severity, rule: finding.rule, resource: finding.resource.id };
        Advised { told, help: finding.help }
    });
    let (noted, mut advised): (Vec<Advised>, Vec<Advised>) =
        all.partition(|advised| advised.told.severity == Severity::Info);
    let noted = noted.into_iter().map(|advised| advised.told).collect();
    advised.sort_by(|a, b| a.told.cmp(&b.told));
    let told = advised.iter().map(|advised| advised.told.clone()).collect();
    let missing = judgement.not_checked.into_iter().filter(|entry| entry.incomplete);
    let incomplete = missing.map(|entry| format!("{}: {}", entry.what, entry.why)).collect();
    Verdict { told, noted, incomplete, advised }
}
