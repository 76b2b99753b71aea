//! Finds the rules that explain an error text.
//!
//! Texts are compared by their words: case, punctuation, numbers, timestamps and ids don't count. Of an address counts
//! whether it is private: a name that resolved to a private one met an endpoint, any other the way to the internet.

use super::catalogue::Catalogue;
use super::elsewhere::{self, Answer};
use super::rule::Rule;
use crate::reach::Code;
use std::net::Ipv4Addr;

/// A rule that may explain what was asked.
#[derive(Debug, Clone, Copy)]
pub struct Match<'c> {
    /// The rule.
    pub rule: &'c Rule,
    /// The symptom that matched; none where the rule was found by its id.
    pub symptom: Option<&'c str>,
    /// How likely the rule is the cause, among those that match.
    pub(super) likelihood: Likelihood,
}

/// In the order in which it counts, the greater the likelier.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Likelihood {
    /// Whether the text names the kind of address that the rule's symptoms name.
    address: Address,
    /// How much of a symptom the text says: its error's name, a part of it, or all.
    fit: Fit,
    /// How many words matched: a text that says more leaves fewer causes.
    pub(super) words: usize,
    /// How many sources name the cause: what everybody warns of is met most often.
    sources: usize,
    /// How many of the rule's symptoms match.
    symptoms: usize,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
enum Address {
    /// The rule's symptoms name the other kind.
    Other,
    #[default]
    Silent,
    Same,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
enum Fit {
    #[default]
    Name,
    Part,
    Whole,
}

/// The fewest words of a pasted fragment that can find a symptom.
pub(super) const FRAGMENT: usize = 2;

/// What stands for an address among the words; no word has such marks.
const PRIVATE: &str = "<private>";
const PUBLIC: &str = "<public>";

/// The most words around an error's name that say no more than the name: `Stopped reason: CannotPullContainerError`.
const AROUND: usize = 3;

impl Catalogue {
    /// The rules for an id, an alias, or a pasted error text; the likeliest first.
    pub fn explain<'c>(&'c self, query: &str) -> Vec<Match<'c>> {
        if let Some(rule) = self.get(query.trim()) {
            return vec![Match { rule, symptom: None, likelihood: Likelihood::default() }];
        }
        Symptoms::of(self.rules().iter()).matches(&words(query))
    }
}

/// The symptoms of rules, as words.
pub(super) struct Symptoms<'c> {
    rules: Vec<(&'c Rule, Vec<Symptom<'c>>)>,
}

/// A symptom, in the parts that stand around its `*`.
struct Symptom<'c> {
    text: &'c str,
    parts: Vec<Words>,
}

impl<'c> Symptoms<'c> {
    /// The symptoms of these rules.
    pub(super) fn of(rules: impl Iterator<Item = &'c Rule>) -> Self {
        let parts = |text: &str| text.split('*').map(words).filter(|part| !part.is_empty()).collect();
        let symptoms = |rule: &'c Rule| {
            let symptoms = rule.file().symptom.iter().map(|text| Symptom { text, parts: parts(text) });
            (rule, symptoms.collect())
        };
        Symptoms { rules: rules.filter(|rule| !rule.is_deprecated()).map(symptoms).collect() }
    }

    /// The rules whose symptoms a text has; the likeliest first.
    pub(super) fn matches(&self, text: &Words) -> Vec<Match<'c>> {
        // Who is answered has reached what answers: of the network only an endpoint's policy denies.
        let answer = elsewhere::answer(text);
        let may_be = |rule: &Rule| match answer {
            None => true,
            Some(Answer::DeniedByEndpoint) => {
                rule.file().explains.iter().any(|code| code == Code::EndpointPolicy.as_str())
            }
            Some(Answer::Other(_)) => false,
        };
        let rules = self.rules.iter().filter(|(rule, _)| may_be(rule));
        let mut found: Vec<Match<'c>> = rules.filter_map(|(rule, symptoms)| best(rule, symptoms, text)).collect();
        found.sort_by(|a, b| b.likelihood.cmp(&a.likelihood).then_with(|| a.rule.id().cmp(b.rule.id())));
        found
    }
}

/// The symptom of a rule that matches best.
fn best<'c>(rule: &'c Rule, symptoms: &[Symptom<'c>], text: &[String]) -> Option<Match<'c>> {
    let file = rule.file();
    let matches: Vec<(Fit, usize, &str)> = symptoms
        .iter()
        .filter_map(|symptom| {
            let (fit, count) = matched(&symptom.parts, text)?;
            Some((fit, count, symptom.text))
        })
        .collect();
    let (fit, matched, symptom) = *matches.iter().max_by_key(|(fit, matched, _)| (*fit, *matched))?;
    let named: Vec<&str> =
        symptoms.iter().flat_map(|symptom| symptom.parts.iter().flat_map(|part| addresses(part))).collect();
    let address = match addresses(text).first() {
        // What has a private address is not met on the way to the internet.
        Some(&PRIVATE) if named.contains(&PUBLIC) && !named.contains(&PRIVATE) => return None,
        Some(kind) if named.contains(kind) => Address::Same,
        Some(_) if !named.is_empty() => Address::Other,
        _ => Address::Silent,
    };
    let likelihood = Likelihood { address, fit, words: matched, sources: file.sources.len(), symptoms: matches.len() };
    Some(Match { rule, symptom: Some(symptom), likelihood })
}

/// How well a symptom matches, and by how many words: all of them are in the text, or else all of a fragment's in it.
fn matched(parts: &[Words], text: &[String]) -> Option<(Fit, usize)> {
    let total = parts.iter().map(Vec::len).sum();
    let mut rest = text;
    let whole = total > 0
        && parts.iter().all(|part| match position(rest, part) {
            Some(at) => {
                rest = rest.get(at + part.len()..).unwrap_or_default();
                true
            }
            None => false,
        });
    if whole {
        return Some((Fit::Whole, total));
    }
    if text.len() >= FRAGMENT && parts.iter().any(|part| position(part, text).is_some()) {
        return Some((Fit::Part, text.len()));
    }
    let name = parts.first()?.first().filter(|name| is_error_name(name))?;
    (text.len() <= 1 + AROUND && text.contains(name)).then_some((Fit::Name, 1))
}

/// The kinds of addresses among the words. A public one comes first: beside it a private one is the task's own
/// (`read tcp 10.0.1.5:40210->52.94.0.1:443`).
fn addresses(words: &[String]) -> Vec<&'static str> {
    [PUBLIC, PRIVATE].into_iter().filter(|kind| words.iter().any(|word| word == kind)).collect()
}

/// `CannotPullContainerError`, `TargetNotConnectedException`.
fn is_error_name(word: &str) -> bool {
    ["error", "exception"].iter().any(|kind| word.len() > kind.len() && word.ends_with(kind))
}

/// Where the words stand in a text.
pub(super) fn position(text: &[String], part: &[String]) -> Option<usize> {
    if part.is_empty() || part.len() > text.len() {
        return None;
    }
    text.windows(part.len()).position(|window| window == part)
}

/// The words of a text that don't change from one occurrence to the next.
pub(super) type Words = Vec<String>;

/// The words that don't change from one occurrence to the next.
pub(super) fn words(text: &str) -> Words {
    let mut found = Vec::new();
    let chunks: Vec<&str> = text.split(|c: char| !c.is_alphanumeric() && c != '.').collect();
    let address = |chunk: &str| chunk.trim_matches('.').parse::<Ipv4Addr>();
    // `lookup NAME on 10.0.0.2:53: read udp 10.0.1.5:40210->10.0.0.2:53`: a resolver was asked, and no address is known yet.
    let is_of_resolver = chunks.windows(2).any(|pair| address(pair[0]).is_ok() && pair[1] == "53");
    for chunk in chunks {
        match address(chunk) {
            Ok(_) if is_of_resolver => {}
            Ok(address) => found.push(if address.is_private() { PRIVATE } else { PUBLIC }.to_owned()),
            Err(_) => {
                let parts = chunk.split('.').filter(|word| !word.is_empty() && !is_id(word));
                found.extend(parts.map(str::to_lowercase));
            }
        }
    }
    found
}

/// Numbers, parts of timestamps (`21T07`), hexadecimal ids (`0abc12…`).
fn is_id(word: &str) -> bool {
    let digits = word.chars().any(|c| c.is_ascii_digit());
    word.starts_with(|c: char| c.is_ascii_digit())
        || digits && word.len() >= 4 && word.chars().all(|c| c.is_ascii_hexdigit())
}
