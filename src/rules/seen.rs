//! What ECS says went wrong, put beside the findings that explain it.
//!
//! A reason is a text. What it may mean is told as `fargcheck explain TEXT` tells it; of the findings of these rules those
//! explain it that break the very workload in the very subnet. A reason that none explains is kept for itself.

use super::elsewhere;
use super::explain::{self, Symptoms, Words};
use super::finding::{Finding, Seen};
use super::rule::Rule;
use crate::network::{Incident, Network, SubnetId, Witness, WorkloadId};
use crate::snapshot::Moment;
use rustc_hash::FxHashMap;
use std::cmp::Reverse;
use std::collections::{BTreeMap, HashMap};

/// The most characters of a text that are read, and that are shown.
const READ: usize = 4096;
const SHOWN: usize = 300;

/// How many different texts are read. A network that has more of them than anybody reads need not take long.
const DIFFERENT: usize = 1000;

/// A finding, and which workloads it breaks where; everywhere, without a subnet.
pub(super) struct Suspect<'f> {
    pub(super) finding: &'f mut Finding,
    pub(super) breaks: &'f [(WorkloadId, Option<SubnetId>)],
}

/// A text's meaning: ids of the rules that may explain it, the likeliest first.
struct Meaning {
    rules: Vec<String>,
    elsewhere: Option<&'static str>,
}

/// What is told as one.
type Key = (Witness, u32, String, Words);

/// Puts what was seen into the findings that explain it, and hands back what none does.
pub(super) fn attach(network: &Network<'_>, rules: &[&Rule], suspects: &mut [Suspect<'_>]) -> Vec<Seen> {
    if network.incidents.is_empty() {
        return Vec::new();
    }
    let symptoms = Symptoms::of(rules.iter().copied());
    let mut by_rule: FxHashMap<String, Vec<usize>> = FxHashMap::default();
    for (position, suspect) in suspects.iter().enumerate() {
        by_rule.entry(suspect.finding.rule.clone()).or_default().push(position);
    }
    let mut meanings: HashMap<Words, Meaning> = HashMap::new();
    let mut explained: BTreeMap<(usize, Key), Seen> = BTreeMap::new();
    let mut unexplained: BTreeMap<Key, Seen> = BTreeMap::new();
    for incident in &network.incidents {
        let Some((text, words, meaning)) = best(incident, &symptoms, &mut meanings) else { continue };
        let key = (incident.witness, incident.scope, incident.owner.clone(), words);
        let by = explaining(network, incident, meaning, suspects, &by_rule);
        for position in &by {
            note(explained.entry((*position, key.clone())).or_default(), incident, text, None);
        }
        if by.is_empty() && (incident.is_failure || !meaning.rules.is_empty() || meaning.elsewhere.is_some()) {
            note(unexplained.entry(key).or_default(), incident, text, meaning.elsewhere);
        }
    }
    for ((position, _), seen) in explained {
        suspects[position].finding.seen.push(seen);
    }
    suspects.iter_mut().for_each(|suspect| in_order(&mut suspect.finding.seen));
    let mut rest: Vec<Seen> = unexplained.into_values().collect();
    in_order(&mut rest);
    rest
}

/// The text of an incident that says most: one that a rule explains, or else one that is known to be something else.
fn best<'i, 'm>(
    incident: &'i Incident<'_>,
    symptoms: &Symptoms<'_>,
    meanings: &'m mut HashMap<Words, Meaning>,
) -> Option<(&'i str, Words, &'m Meaning)> {
    let mut found: Option<(u8, &str, Words)> = None;
    for text in &incident.texts {
        let text = head(text, READ);
        let words = explain::words(text);
        if !meanings.contains_key(&words) {
            if meanings.len() == DIFFERENT {
                continue;
            }
            let matches = symptoms.matches(&words);
            let rules = matches.into_iter().map(|found| found.rule.id().to_owned()).collect();
            meanings.insert(words.clone(), Meaning { rules, elsewhere: elsewhere::meaning(&words) });
        }
        let Some(meaning) = meanings.get(&words) else { continue };
        let rank = match meaning {
            Meaning { rules, .. } if !rules.is_empty() => 0,
            Meaning { elsewhere: Some(_), .. } => 1,
            _ => 2,
        };
        if found.as_ref().is_none_or(|(known, ..)| rank < *known) {
            found = Some((rank, text, words));
        }
    }
    let (_, text, words) = found?;
    let meaning = meanings.get(&words)?;
    Some((text, words, meaning))
}

/// The findings that explain an incident: of those that break what it happened to the gravest, and of these the findings of
/// the likeliest rule.
fn explaining(
    network: &Network<'_>,
    incident: &Incident<'_>,
    meaning: &Meaning,
    suspects: &[Suspect<'_>],
    by_rule: &FxHashMap<String, Vec<usize>>,
) -> Vec<usize> {
    let positions =
        meaning.rules.iter().enumerate().flat_map(|(likely, rule)| {
            by_rule.get(rule).into_iter().flatten().map(move |position| (likely, *position))
        });
    let breaking = positions.filter(|(_, position)| breaks(network, incident, &suspects[*position]));
    let ranks: Vec<_> =
        breaking.map(|(likely, position)| ((Reverse(suspects[position].finding.severity), likely), position)).collect();
    let first = ranks.iter().map(|(rank, _)| *rank).min();
    ranks.into_iter().filter(|(rank, _)| Some(*rank) == first).map(|(_, position)| position).collect()
}

/// Whether a finding breaks what an incident happened to.
fn breaks(network: &Network<'_>, incident: &Incident<'_>, suspect: &Suspect<'_>) -> bool {
    let here = |subnet: &Option<SubnetId>| {
        let id = subnet.and_then(|subnet| network.subnet(subnet).element.subnet_id.as_deref());
        incident.subnet.is_none() || id.is_none() || id == incident.subnet
    };
    match incident.workload {
        Some(workload) => suspect.breaks.iter().any(|(broken, subnet)| *broken == workload && here(subnet)),
        // A task that nothing looks after is no workload once it stopped. What breaks others in its subnet breaks it too,
        // unless that is theirs alone: their groups, or they themselves.
        None => {
            let kind = suspect.finding.resource.kind;
            let is_shared = kind != "AWS::EC2::SecurityGroup" && !kind.starts_with("AWS::ECS::");
            let in_subnet = |(broken, subnet): &(WorkloadId, Option<SubnetId>)| {
                let workload = network.workload(*broken);
                workload.scope == incident.scope && subnet.is_some() && here(subnet)
            };
            is_shared && incident.subnet.is_some() && suspect.breaks.iter().any(in_subnet)
        }
    }
}

/// Counts an incident; the newest text is the one that is kept.
fn note(seen: &mut Seen, incident: &Incident<'_>, text: &str, meaning: Option<&'static str>) {
    let last = incident.at.map(Moment::text);
    if seen.count == 0 || last > seen.last {
        seen.text = shown(text);
        seen.last = last;
    }
    seen.witness = incident.witness.into();
    seen.owner.clone_from(&incident.owner);
    seen.count += 1;
    seen.meaning = meaning;
}

/// What was seen most often first.
fn in_order(seen: &mut [Seen]) {
    seen.sort_by(|a, b| b.count.cmp(&a.count).then_with(|| b.last.cmp(&a.last)).then_with(|| a.cmp(b)));
}

/// A text as it is shown: on one line, and no longer than anybody reads. What happened stands at its end, so that it is the
/// middle that is left out.
fn shown(text: &str) -> String {
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let begin = head(&text, SHOWN / 2);
    let rest = text.get(begin.len()..).unwrap_or_default();
    let left_out = head(rest, rest.chars().count().saturating_sub(SHOWN - SHOWN / 2));
    let end = rest.get(left_out.len()..).unwrap_or_default();
    if left_out.is_empty() { text } else { format!("{} ... {}", begin.trim_end(), end.trim_start()) }
}

/// The first characters of a text.
fn head(text: &str, most: usize) -> &str {
    text.char_indices().nth(most).map_or(text, |(end, _)| text.get(..end).unwrap_or_default())
}
