//! SARIF 2.1.0, for GitHub's code scanning and its like.
//!
//! Every result has a location, as GitHub refuses a whole file for one that lacks it, and for one that has too many of
//! anything: <https://docs.github.com/en/code-security/code-scanning/integrating-with-code-scanning/sarif-support-for-code-scanning>.
//! What was not checked is told where SARIF has a place for it: as notifications of the run.

mod model;

use super::fingerprint::fingerprints;
use super::visible::visible;
use super::{Input, RuleInfo, docs_url, escaped, excerpt, seen, uri};
use crate::rules::{Finding, Hop, HopOutcome, Label, Severity};
use crate::snapshot::{Location, Sources};
use model::{
    Artifact, CodeFlow, Configuration, Descriptor, Driver, Fingerprints, Help, Invocation, Log, Notification,
    NotificationProperties, Outcome, Physical, Place, Properties, Region, Run, Text, ThreadFlow, ThreadFlowLocation,
    Tool,
};
use std::collections::HashMap;
use std::io::{self, Write};

const SCHEMA: &str = "https://json.schemastore.org/sarif-2.1.0.json";

/// How many results GitHub takes of one run. The gravest come first.
const RESULTS: usize = 25_000;

/// How many steps GitHub takes of one result's flows.
const STEPS: usize = 10_000;

/// Writes the report.
pub(super) fn write(input: &Input<'_>, out: &mut dyn Write) -> io::Result<()> {
    let mut rules: Vec<Descriptor> = input.rules.iter().map(descriptor).collect();
    let mut known: HashMap<String, usize> = HashMap::new();
    for (index, rule) in rules.iter().enumerate() {
        known.entry(rule.id.clone()).or_insert(index);
    }
    let findings = &input.judgement.findings;
    let mut results = Vec::with_capacity(findings.len().min(RESULTS));
    for (finding, fingerprint) in findings.iter().zip(fingerprints(findings)).take(RESULTS) {
        let rule_index = *known.entry(finding.rule.clone()).or_insert_with(|| {
            rules.push(descriptor(&RuleInfo {
                id: finding.rule.clone(),
                title: finding.title.clone().into(),
                severity: finding.severity,
                why: "".into(),
            }));
            rules.len() - 1
        });
        results.push(outcome(finding, fingerprint, rule_index, input));
    }
    let log = Log {
        schema: SCHEMA,
        version: "2.1.0",
        runs: [Run {
            tool: Tool {
                driver: Driver {
                    name: env!("CARGO_PKG_NAME"),
                    version: input.version,
                    information_uri: env!("CARGO_PKG_REPOSITORY"),
                    rules,
                },
            },
            column_kind: "unicodeCodePoints",
            invocations: [invocation(input)],
            results,
        }],
    };
    escaped::write_pretty(out, &log)
}

fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Info => "note",
    }
}

fn descriptor(rule: &RuleInfo) -> Descriptor {
    let why = if rule.why.trim().is_empty() { &*rule.title } else { &*rule.why };
    let help_uri = docs_url(&rule.id);
    Descriptor {
        id: rule.id.clone(),
        short_description: Text { text: rule.title.to_string() },
        full_description: (why != rule.title).then(|| Text { text: why.to_owned() }),
        help: Help { text: format!("{why}\n\n{help_uri}"), markdown: format!("{why}\n\n[{}]({help_uri})", rule.id) },
        help_uri,
        default_configuration: Configuration { level: level(rule.severity) },
    }
}

fn invocation<'a>(input: &Input<'a>) -> Invocation<'a> {
    let left_out = input.judgement.findings.len().saturating_sub(RESULTS);
    let cut = (left_out > 0).then(|| Notification {
        level: "warning",
        message: Text { text: format!("{left_out} findings are left out: code scanning takes {RESULTS} of a run") },
        properties: NotificationProperties { what: "findings" },
    });
    let notifications = input.judgement.not_checked.iter().map(|entry| Notification {
        level: if entry.incomplete { "warning" } else { "note" },
        message: Text { text: format!("not checked: {}: {}", entry.what, entry.why) },
        properties: NotificationProperties { what: &entry.what },
    });
    let unexplained = input.judgement.unexplained.iter().map(|one| Notification {
        level: "note",
        message: Text { text: format!("{}: {}", seen::UNEXPLAINED, seen::with_meaning(one)) },
        properties: NotificationProperties { what: &one.owner },
    });
    Invocation {
        execution_successful: true,
        tool_execution_notifications: cut.into_iter().chain(notifications).chain(unexplained).collect(),
    }
}

/// Text that SARIF reads as it is: `[words](target)` would make a link of what a tag says.
fn unlinked(text: &str) -> String {
    text.replace("](", "\\](")
}

/// What a result says: what is wrong, what was seen of it, what to do, and its other places, which GitHub shows where the message links to
/// them.
fn message(finding: &Finding) -> String {
    let seen: String = finding.seen.iter().map(|one| format!("Seen: {}\n", seen::sentence(one))).collect();
    let mut text = unlinked(format!("{}\n{seen}\n{}", visible(&finding.message), finding.help).trim_end());
    for (label, id) in finding.labels.iter().skip(1).zip(1..) {
        let words = visible(&label.text).replace('\\', "\\\\").replace('[', "\\[").replace(']', "\\]");
        text.push_str(if id == 1 { "\n\nSee also: " } else { ", " });
        text.push_str(&format!("[{words}]({id})"));
    }
    text
}

fn outcome<'a>(finding: &'a Finding, fingerprint: String, rule_index: usize, input: &Input<'_>) -> Outcome<'a> {
    let mut labels = finding.labels.iter();
    let first = labels.next();
    let locations = match first {
        Some(label) => vec![place(label, None, input.sources)],
        None => vec![nowhere(input)],
    };
    Outcome {
        rule_id: &finding.rule,
        rule_index,
        level: level(finding.severity),
        message: Text { text: message(finding) },
        locations,
        related_locations: labels.zip(1..).map(|(label, id)| place(label, Some(id), input.sources)).collect(),
        code_flows: first
            .and_then(|first| code_flow(&finding.trace, &first.location, input.sources))
            .into_iter()
            .collect(),
        partial_fingerprints: Fingerprints { finding: fingerprint.clone(), primary_location_line_hash: fingerprint },
        properties: Properties {
            resource_type: finding.resource.kind,
            resource_id: &finding.resource.id,
            resource_name: finding.resource.name.as_deref(),
            account: finding.account.as_deref(),
            region: finding.region.as_deref(),
            vpc: finding.vpc.as_deref(),
            affects: &finding.affects,
            blockers: &finding.blockers,
            because: &finding.because,
            seen: &finding.seen,
        },
    }
}

/// The path of one broken flow. A hop that is no resource's (the internet) stands where the hop before it does.
fn code_flow(trace: &[Hop], first: &Location, sources: &Sources) -> Option<CodeFlow> {
    let mut at = first;
    let locations: Vec<ThreadFlowLocation> = trace
        .iter()
        .take(STEPS)
        .map(|hop| {
            at = hop.place.as_ref().unwrap_or(at);
            let text = if hop.returning { format!("back: {}", hop.text) } else { hop.text.clone() };
            ThreadFlowLocation {
                location: Place { id: None, physical_location: physical(at, sources), message: Text { text } },
                importance: match hop.outcome {
                    HopOutcome::Passed => "important",
                    HopOutcome::Partial | HopOutcome::Blocked | HopOutcome::Unknown => "essential",
                },
            }
        })
        .collect();
    (!locations.is_empty()).then_some(CodeFlow { thread_flows: [ThreadFlow { locations }] })
}

fn place(label: &Label, id: Option<usize>, sources: &Sources) -> Place {
    let physical_location = physical(&label.location, sources);
    Place { id, physical_location, message: Text { text: label.text.clone() } }
}

fn physical(location: &Location, sources: &Sources) -> Physical {
    let at = sources.resolve(&excerpt::point(location, sources));
    let source = sources.get(at.source);
    let characters = String::from_utf8_lossy(&source.bytes()[at.range.clone()]).chars().count();
    Physical {
        artifact_location: Artifact { uri: uri::reference(source.name()) },
        region: Region {
            start_line: at.line,
            start_column: at.column,
            end_column: at.column + characters,
            byte_offset: at.range.start,
            byte_length: at.range.len(),
        },
    }
}

/// The first input's beginning, for a finding that breaks its promise to have a place.
fn nowhere(input: &Input<'_>) -> Place {
    Place {
        id: None,
        physical_location: Physical {
            artifact_location: Artifact { uri: uri::reference(input.inputs.first().map_or("-", String::as_str)) },
            region: Region { start_line: 1, start_column: 1, end_column: 1, byte_offset: 0, byte_length: 0 },
        },
        message: Text { text: "the input".to_owned() },
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::sample::{self, Sample};
    use crate::report::{Format, Style};
    use serde_json::Value;

    fn shown(sample: &Sample) -> Value {
        serde_json::from_str(&sample.shown(Format::Sarif, &Style::PLAIN)).unwrap_or_default()
    }

    #[test]
    fn the_whole_log() {
        insta::assert_snapshot!(Sample::indented().shown(Format::Sarif, &Style::PLAIN));
    }

    #[test]
    fn the_log_obeys_the_standard() {
        let text = include_str!("../../../tests/sarif/sarif-2.1.0-rtm.5.json");
        let mut schema: Value = serde_json::from_str(text).unwrap_or_default();
        // The published schema has a bracket too many in a pattern that fargcheck's logs never meet.
        for owner in ["run", "toolComponent"] {
            let at = format!("/definitions/{owner}/properties/language");
            if let Some(language) = schema.pointer_mut(&at) {
                language["pattern"] = ".*".into();
            }
        }
        let validator = jsonschema::validator_for(&schema).expect("the schema is one");
        let minified = sample::minified(70_000);
        let mut placeless = Sample::indented();
        placeless.judgement.findings[0].labels.clear();
        placeless.rules.clear();
        for sample in [Sample::indented(), Sample::clean(), Sample::new(&[("-", &minified)], sample::all), placeless] {
            let log = shown(&sample);
            let errors: Vec<String> =
                validator.iter_errors(&log).map(|error| format!("{}: {error}", error.instance_path())).collect();
            assert!(errors.is_empty(), "{errors:#?}");
            for result in log["runs"][0]["results"].as_array().into_iter().flatten() {
                assert!(result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"].is_string());
                let index = result["ruleIndex"].as_u64().and_then(|index| usize::try_from(index).ok());
                let rule = &log["runs"][0]["tool"]["driver"]["rules"][index.unwrap_or(usize::MAX)];
                assert_eq!(rule["id"], result["ruleId"]);
            }
        }
    }

    #[test]
    fn a_flow_shows_where_each_hop_is_written() {
        let log = shown(&Sample::indented());
        let steps = log["runs"][0]["results"][0]["codeFlows"][0]["threadFlows"][0]["locations"].as_array().cloned();
        let steps = steps.unwrap_or_default();
        let line = |step: &Value| step["location"]["physicalLocation"]["region"]["startLine"].as_u64();
        let finding = log.pointer("/runs/0/results/0/locations/0/physicalLocation/region/startLine");
        // The first hop of the sample has no place of its own, those after the route table's neither.
        let lines: Vec<_> = steps.iter().map(line).collect();
        assert_eq!(lines.len(), 5);
        assert_eq!(lines[0], finding.and_then(Value::as_u64));
        assert!(lines[1] != lines[0] && lines[1..].iter().all(|line| *line == lines[1]), "{lines:?}");
        let importance: Vec<_> = steps.iter().filter_map(|step| step["importance"].as_str()).collect();
        assert_eq!(importance, ["important", "important", "important", "essential", "important"]);
        assert!(log["runs"][0]["results"][1]["codeFlows"].is_null());
    }

    #[test]
    fn no_more_results_than_github_takes() {
        let mut sample = Sample::indented();
        let mut last = sample.judgement.findings[2].clone();
        // To find so many places takes a while.
        last.labels.clear();
        sample.judgement.findings.resize(RESULTS + 7, last);
        let log = shown(&sample);
        assert_eq!(log["runs"][0]["results"].as_array().map(Vec::len), Some(RESULTS));
        let told = log["runs"][0]["invocations"][0]["toolExecutionNotifications"][0]["message"]["text"].as_str();
        assert_eq!(told, Some("7 findings are left out: code scanning takes 25000 of a run"));
    }

    #[test]
    fn the_message_links_to_the_other_places() {
        let sample = Sample::new(&[("a.json", sample::NETWORK)], |sources| {
            let mut finding = sample::nat(sources);
            finding.message = "tag [click](https://evil.example)".into();
            finding.labels[1].text = "a ] [b](c".into();
            vec![finding]
        });
        let log = shown(&sample);
        let text = log["runs"][0]["results"][0]["message"]["text"].as_str().unwrap_or_default();
        assert!(text.starts_with("tag [click\\](https://evil.example)\n"), "{text}");
        let links = "See also: [a \\] \\[b\\](c](1), [whose default route is the NAT gateway itself, not an internet gateway](2)";
        assert!(text.ends_with(links), "{text}");
        let related = log["runs"][0]["results"][0]["relatedLocations"].as_array().cloned().unwrap_or_default();
        assert_eq!(related.iter().filter_map(|place| place["id"].as_u64()).collect::<Vec<_>>(), [1, 2]);
    }
}
