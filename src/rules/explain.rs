//! Finds the rules that explain an error text.
//!
//! Texts are compared by their words: case, punctuation, numbers, timestamps and ids don't count.

use super::catalogue::Catalogue;
use super::rule::Rule;

/// A rule that may explain what was asked.
#[derive(Debug, Clone, Copy)]
pub struct Match<'c> {
    /// The rule.
    pub rule: &'c Rule,
    /// The symptom that matched; none where the rule was found by its id.
    pub symptom: Option<&'c str>,
    /// How many words matched: the more, the likelier.
    pub words: usize,
}

/// The fewest words of a pasted fragment that can find a symptom.
const FRAGMENT: usize = 3;

impl Catalogue {
    /// The rules for an id, an alias, or a pasted error text; the likeliest first.
    pub fn explain<'c>(&'c self, query: &str) -> Vec<Match<'c>> {
        if let Some(rule) = self.get(query.trim()) {
            return vec![Match { rule, symptom: None, words: 0 }];
        }
        let text = words(query);
        let mut found: Vec<Match<'c>> = self.rules().iter().filter_map(|rule| best(rule, &text)).collect();
        found.sort_by(|a, b| b.words.cmp(&a.words).then_with(|| a.rule.id().cmp(b.rule.id())));
        found
    }
}

/// The longest of a rule's symptoms that matches.
fn best<'c>(rule: &'c Rule, text: &[String]) -> Option<Match<'c>> {
    let symptoms = rule.file().symptom.iter();
    let matches = symptoms.filter_map(|symptom| {
        let words = matched(symptom, text)?;
        Some(Match { rule, symptom: Some(symptom), words })
    });
    matches.max_by_key(|found| found.words)
}

/// How many words of a symptom are in the text: all of them, or else all of a fragment's.
fn matched(symptom: &str, text: &[String]) -> Option<usize> {
    let parts: Vec<Vec<String>> = symptom.split('*').map(words).filter(|part| !part.is_empty()).collect();
    let total = parts.iter().map(Vec::len).sum();
    let mut rest = text;
    let whole = total > 0
        && parts.iter().all(|part| match position(rest, part) {
            Some(at) => {
                rest = &rest[at + part.len()..];
                true
            }
            None => false,
        });
    if whole {
        return Some(total);
    }
    let fragment = text.len() >= FRAGMENT && parts.iter().any(|part| position(part, text).is_some());
    fragment.then_some(text.len())
}

fn position(text: &[String], part: &[String]) -> Option<usize> {
    if part.is_empty() || part.len() > text.len() {
        return None;
    }
    text.windows(part.len()).position(|window| window == part)
}

/// The words that don't change from one occurrence to the next.
fn words(text: &str) -> Vec<String> {
    text.split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty() && !is_id(word))
        .map(str::to_lowercase)
        .collect()
}

/// Numbers, parts of timestamps (`21T07`), hexadecimal ids (`0abc12…`).
fn is_id(word: &str) -> bool {
    let digits = word.chars().any(|c| c.is_ascii_digit());
    word.starts_with(|c: char| c.is_ascii_digit())
        || digits && word.len() >= 4 && word.chars().all(|c| c.is_ascii_hexdigit())
}
