//! What a finding breaks, in few lines: forty flows of one service are one line.

use super::finding::room;
use crate::report::style::Style;
use crate::report::text::{list, wrap};
use crate::report::visible::visible;
use crate::rules::Affected;
use std::collections::BTreeMap;

/// How much is named before "and N more".
struct Caps {
    lines: usize,
    workloads: usize,
    subnets: usize,
    destinations: usize,
}

const SHORT: Caps = Caps { lines: 4, workloads: 4, subnets: 3, destinations: 6 };

const FULL: Caps = Caps { lines: usize::MAX, workloads: usize::MAX, subnets: usize::MAX, destinations: usize::MAX };

/// Workloads that lose the same destinations from the same subnets.
#[derive(Debug, PartialEq, Eq)]
struct Group<'a> {
    workloads: Vec<&'a str>,
    subnets: Vec<&'a str>,
    destinations: Vec<&'a str>,
}

/// The lines of "breaks".
pub(in crate::report) fn lines(affects: &[Affected], verbose: bool, style: &Style) -> Vec<String> {
    let caps = if verbose { FULL } else { SHORT };
    let groups = groups(affects);
    let arrow = if style.unicode { "→" } else { "->" };
    let mut lines = Vec::new();
    for group in groups.iter().take(caps.lines) {
        let mut line = list(&safe(&group.workloads), caps.workloads);
        if !group.subnets.is_empty() {
            line.push_str(&format!(" in {}", list(&safe(&group.subnets), caps.subnets)));
        }
        if !group.destinations.is_empty() {
            line.push_str(&format!(" {arrow} {}", list(&safe(&group.destinations), caps.destinations)));
        }
        let mut wrapped = wrap(&line, room(style).saturating_sub(2)).into_iter();
        lines.extend(wrapped.next());
        lines.extend(wrapped.map(|rest| format!("  {rest}")));
    }
    if groups.len() > caps.lines {
        let rest: usize = groups.iter().skip(caps.lines).map(|group| group.workloads.len()).sum();
        let plural = if rest == 1 { "" } else { "s" };
        lines.push(format!("and {rest} more workload{plural}"));
    }
    lines
}

fn safe(names: &[&str]) -> Vec<String> {
    names.iter().map(|name| visible(name).into_owned()).collect()
}

/// Groups flows: by workload and subnet, then subnets of one workload with the same destinations, then workloads with
/// the same subnets and destinations. The order is that of the first flow of each.
fn groups(affects: &[Affected]) -> Vec<Group<'_>> {
    let mut order: Vec<(&str, Option<&str>)> = Vec::new();
    let mut flows: BTreeMap<(&str, Option<&str>), Vec<&str>> = BTreeMap::new();
    for affected in affects {
        let key = (affected.workload.as_str(), affected.subnet.as_deref());
        let destinations = flows.entry(key).or_insert_with(|| {
            order.push(key);
            Vec::new()
        });
        if let Some(destination) = affected.destination.as_deref()
            && !destinations.contains(&destination)
        {
            destinations.push(destination);
        }
    }
    let mut by_workload: Vec<Group<'_>> = Vec::new();
    let mut seen: BTreeMap<(&str, Vec<&str>), usize> = BTreeMap::new();
    for key @ (workload, subnet) in order {
        let destinations = flows.remove(&key).unwrap_or_default();
        let index = *seen.entry((workload, sorted(&destinations))).or_insert_with(|| {
            by_workload.push(Group { workloads: vec![workload], subnets: Vec::new(), destinations });
            by_workload.len() - 1
        });
        by_workload[index].subnets.extend(subnet);
    }
    let mut merged: Vec<Group<'_>> = Vec::new();
    let mut same: BTreeMap<(Vec<&str>, Vec<&str>), usize> = BTreeMap::new();
    for group in by_workload {
        let key = (sorted(&group.subnets), sorted(&group.destinations));
        if let Some(index) = same.get(&key) {
            merged[*index].workloads.extend(group.workloads);
        } else {
            same.insert(key, merged.len());
            merged.push(group);
        }
    }
    merged
}

fn sorted<'a>(names: &[&'a str]) -> Vec<&'a str> {
    let mut names = names.to_vec();
    names.sort_unstable();
    names
}

#[cfg(test)]
mod tests {
    use super::*;

    fn flows(text: &str) -> Vec<Affected> {
        let affected = |word: &str| {
            let mut parts = word.split('/').map(|part| (!part.is_empty()).then(|| part.to_owned()));
            Affected {
                workload: parts.next().flatten().unwrap_or_default(),
                subnet: parts.next().flatten(),
                destination: parts.next().flatten(),
            }
        };
        text.split_whitespace().map(affected).collect()
    }

    #[test]
    fn flows_are_grouped() {
        let many: String = (0..40).map(|number| format!("w{number}/a/s3 ")).collect();
        let unlike: String = (0..9).map(|number| format!("w{number}/a/d{number} ")).collect();
        let cases: &[(&str, &[&str])] = &[
            ("", &[]),
            ("web", &["web"]),
            ("web//s3", &["web → s3"]),
            ("web/a/s3 web/a/logs web/b/logs web/b/s3", &["web in a, b → s3, logs"]),
            ("web/a/s3 api/a/s3", &["web, api in a → s3"]),
            ("web/a/s3 web/b/logs", &["web in a → s3", "web in b → logs"]),
            ("web/a/s3 web/a/s3", &["web in a → s3"]),
            (&many, &["w0, w1, w2, w3 and 36 more in a → s3"]),
            (&unlike, &["w0 in a → d0", "w1 in a → d1", "w2 in a → d2", "w3 in a → d3", "and 5 more workloads"]),
        ];
        for (text, expected) in cases {
            assert_eq!(lines(&flows(text), false, &Style::PLAIN), *expected, "{text}");
        }
        assert_eq!(lines(&flows(&unlike), true, &Style::PLAIN).len(), 9);
    }
}
