//! The fixtures of the rules, and what is told of them.

#![allow(dead_code, reason = "each test uses a part")]

use fargcheck::facts::{self, Model};
use fargcheck::input;
use fargcheck::network::{self, Declaration, declared};
use fargcheck::rules::{Catalogue, Choice, Judgement, Rule, judge};
use fargcheck::snapshot::{Location, Source, Sources};
use serde_json::Value;
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::sync::LazyLock;

pub(crate) static CATALOGUE: LazyLock<Catalogue> =
    LazyLock::new(|| Catalogue::embedded(&facts::ENTITIES).expect("the built-in rules can be loaded"));

pub(crate) fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// A fixture of a rule, `pass` or `fail`.
pub(crate) fn fixture(rule: &str, name: &str) -> Value {
    let path = root().join("fixtures/rules").join(rule).join(format!("{name}.json"));
    let text = fs::read_to_string(&path).unwrap_or_else(|error| panic!("{rule} lacks {name}.json: {error}"));
    serde_json::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// Every pass fixture, each network once.
pub(crate) fn sound() -> BTreeMap<String, (String, Value)> {
    let mut found = BTreeMap::new();
    for rule in CATALOGUE.rules() {
        let document = fixture(rule.id(), "pass");
        found.entry(document.to_string()).or_insert((rule.id().to_owned(), document));
    }
    found
}

/// Looks at the facts of a document.
pub(crate) fn with_model<R>(document: &Value, look: impl FnOnce(&Model<'_>) -> R) -> R {
    try_with_model(document, look).unwrap_or_else(|error| panic!("{error}"))
}

/// Looks at the facts of a document that may be refused as unreadable.
pub(crate) fn try_with_model<R>(document: &Value, look: impl FnOnce(&Model<'_>) -> R) -> Result<R, String> {
    let mut sources = Sources::default();
    let id = sources.add(Source::new("snapshot.json", document.to_string().into_bytes()));
    let files = [input::InputFile::new(id, 0, None)];
    let snapshot = input::parse(&files, &sources).map_err(|error| format!("{error:?}"))?;
    let place = Location::Span { source: id, start: 0, length: 1 };
    let needs = document["fixture"]["needs"].as_array().into_iter().flatten();
    let needs: Vec<_> = needs
        .map(|need| declared(need.as_str().expect("a need is text"), place.clone()).expect("a need can be read"))
        .collect();
    let declaration = Declaration {
        needs,
        isolated: document["fixture"]["isolated"] == true,
        adds_to: Some(network::AddsTo::Running),
        ..Declaration::new("needs", place)
    };
    let network = network::resolve(&snapshot, &[declaration]).map_err(|error| format!("{error:?}"))?;
    Ok(look(&Model::new(&network)))
}

pub(crate) fn judged(model: &Model<'_>) -> Judgement {
    let all: Vec<&Rule> = CATALOGUE.rules().iter().collect();
    let selected = all.iter().map(|rule| rule.id().to_owned()).collect();
    judge(model, &Choice { all, selected, severities: Default::default() })
}

pub(crate) fn lint(document: &Value) -> Judgement {
    with_model(document, judged)
}
