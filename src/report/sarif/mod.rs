//! SARIF 2.1.0, for GitHub's code scanning and its like.
//!
//! Every result has a location, as GitHub refuses a whole file for one that lacks it, and for one that has too many of
//! anything: <https://docs.github.com/en/code-security/code-scanning/integrating-with-code-scanning/sarif-support-for-code-scanning>.
//! What was not checked is told where SARIF has a place for it: as notifications of the run.

mod model;

use super::fingerprint::fingerprints;
use super::problem::Problem;
use super::spot::{self, Spot};
use super::visible::visible;
use super::{Checkout, Failure, Input, RuleInfo, docs_url, escaped, seen};
use crate::rules::{Finding, Hop, HopOutcome, Label, Severity};
use crate::snapshot::{Location, Sources};
use model::{
    Artifact, CodeFlow, Configuration, Descriptor, DescriptorReference, Driver, Fingerprints, Help, Invocation, Log,
    Logical, Notification, NotificationProperties, Outcome, Physical, Place, Properties, Region, Run, Text, ThreadFlow,
    ThreadFlowLocation, Tool,
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
    escaped::write_pretty(out, &log(input.version, rules, invocation(input), results))
}

/// Writes why nothing was judged. GitHub takes `executionSuccessful: false` for what it is, and leaves all alerts as they
/// are (<https://github.com/github/codeql-action/pull/1393>); it refuses a run without `results`
/// (<https://github.com/github/codeql-action/issues/420>).
pub(super) fn write_failure(failure: &Failure<'_>, out: &mut dyn Write) -> io::Result<()> {
    let notifications = failure.problems.iter().map(|problem| notification(problem, failure)).collect();
    let invocation = Invocation {
        execution_successful: false,
        exit_code: failure.exit_code,
        tool_execution_notifications: notifications,
    };
    escaped::write_pretty(out, &log(failure.version, Vec::new(), invocation, Vec::new()))
}

fn log<'a>(version: &'a str, rules: Vec<Descriptor>, invocation: Invocation<'a>, results: Vec<Outcome<'a>>) -> Log<'a> {
    Log {
        schema: SCHEMA,
        version: "2.1.0",
        runs: [Run {
            tool: Tool {
                driver: Driver {
                    name: env!("CARGO_PKG_NAME"),
                    version,
                    information_uri: env!("CARGO_PKG_REPOSITORY"),
                    rules,
                },
            },
            column_kind: "unicodeCodePoints",
            invocations: [invocation],
            results,
        }],
    }
}

/// What stopped the run.
fn notification<'a>(problem: &'a Problem, failure: &Failure<'_>) -> Notification<'a> {
    let mut text = problem.message.clone();
    if let Some(help) = &problem.help {
        text.push_str(&format!("\n\n{help}"));
    }
    let sight = Sight { sources: failure.sources, checkout: &failure.checkout };
    let place = |(location, text): &(Location, String)| sight.at(location, None, text.clone());
    Notification {
        level: level(problem.severity),
        message: Text { text },
        descriptor: Some(DescriptorReference { id: problem.code }),
        locations: problem.labels.iter().map(place).collect(),
        properties: None,
    }
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
        ..untold("findings", format!("{left_out} findings are left out: code scanning takes {RESULTS} of a run"))
    });
    let notifications = input.judgement.not_checked.iter().map(|entry| Notification {
        level: if entry.incomplete { "warning" } else { "note" },
        ..untold(&entry.what, format!("not checked: {}: {}", entry.what, entry.why))
    });
    let unexplained = input
        .judgement
        .unexplained
        .iter()
        .map(|one| untold(&one.owner, format!("{}: {}", seen::UNEXPLAINED, seen::with_meaning(one))));
    Invocation {
        execution_successful: true,
        exit_code: input.exit_code,
        tool_execution_notifications: cut.into_iter().chain(notifications).chain(unexplained).collect(),
    }
}

/// What no finding tells.
fn untold(what: &str, text: String) -> Notification<'_> {
    Notification {
        level: "note",
        message: Text { text },
        descriptor: None,
        locations: Vec::new(),
        properties: Some(NotificationProperties { what }),
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
    let mut text = unlinked(format!("{}\n{seen}\n{}", visible(&spot::message(finding)), finding.help).trim_end());
    for (label, id) in finding.labels.iter().skip(1).zip(1..) {
        let words = visible(&label.text).replace('\\', "\\\\").replace('[', "\\[").replace(']', "\\]");
        text.push_str(if id == 1 { "\n\nSee also: " } else { ", " });
        text.push_str(&format!("[{words}]({id})"));
    }
    text
}

fn outcome<'a>(finding: &'a Finding, fingerprint: String, rule_index: usize, input: &Input<'_>) -> Outcome<'a> {
    let sight = Sight { sources: input.sources, checkout: &input.checkout };
    let mut labels = finding.labels.iter();
    let first = labels.next();
    let mut place = match first {
        Some(label) => sight.place(label, None),
        None => nowhere(input),
    };
    place.logical_locations = logical(finding, first.map(|label| &label.location), input);
    Outcome {
        rule_id: &finding.rule,
        rule_index,
        level: level(finding.severity),
        message: Text { text: message(finding) },
        locations: vec![place],
        related_locations: labels.zip(1..).map(|(label, id)| sight.place(label, Some(id))).collect(),
        code_flows: first.and_then(|first| sight.code_flow(&finding.trace, &first.location)).into_iter().collect(),
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

/// What a finding is about, whatever line it stands on: the resource, and the value by its JSON pointer.
fn logical(finding: &Finding, location: Option<&Location>, input: &Input<'_>) -> Vec<Logical> {
    let resource = &finding.resource;
    let kind = Logical {
        name: Some(resource.id.clone()),
        fully_qualified_name: format!("{}/{}", resource.kind, resource.id),
        kind: "resource",
    };
    let pointer = location.map(|location| input.sources.resolve(location).pointer).unwrap_or_default();
    let value = Logical { name: None, fully_qualified_name: pointer, kind: "value" };
    [kind, value].into_iter().filter(|one| !one.fully_qualified_name.is_empty()).collect()
}

/// What places are seen in.
#[derive(Clone, Copy)]
struct Sight<'a> {
    sources: &'a Sources,
    checkout: &'a Checkout,
}

impl Sight<'_> {
    /// The path of one broken flow. A hop that is no resource's (the internet) stands where the hop before it does.
    fn code_flow(self, trace: &[Hop], first: &Location) -> Option<CodeFlow> {
        let mut at = first;
        let locations: Vec<ThreadFlowLocation> = trace
            .iter()
            .take(STEPS)
            .map(|hop| {
                at = hop.place.as_ref().unwrap_or(at);
                let text = if hop.returning { format!("back: {}", hop.text) } else { hop.text.clone() };
                ThreadFlowLocation {
                    location: self.at(at, None, text),
                    importance: match hop.outcome {
                        HopOutcome::Passed => "important",
                        HopOutcome::Partial | HopOutcome::Blocked | HopOutcome::Unknown => "essential",
                    },
                }
            })
            .collect();
        (!locations.is_empty()).then_some(CodeFlow { thread_flows: [ThreadFlow { locations }] })
    }

    fn place(self, label: &Label, id: Option<usize>) -> Place {
        self.at(&label.location, id, label.text.clone())
    }

    fn at(self, location: &Location, id: Option<usize>, text: String) -> Place {
        Place { id, physical_location: self.physical(location), logical_locations: Vec::new(), message: Text { text } }
    }

    fn physical(self, location: &Location) -> Physical {
        let Spot { name, at, characters } = Spot::of(location, self.sources);
        Physical {
            artifact_location: Artifact { uri: self.checkout.reference(name) },
            region: Region {
                start_line: at.line,
                start_column: at.column,
                end_column: at.column + characters,
                byte_offset: at.range.start,
                byte_length: at.range.len(),
            },
        }
    }
}

/// The first input's beginning, for a finding that breaks its promise to have a place.
fn nowhere(input: &Input<'_>) -> Place {
    Place {
        id: None,
        physical_location: Physical {
            artifact_location: Artifact {
                uri: input.checkout.reference(input.inputs.first().map_or("-", String::as_str)),
            },
            region: Region { start_line: 1, start_column: 1, end_column: 1, byte_offset: 0, byte_length: 0 },
        },
        logical_locations: Vec::new(),
        message: Text { text: "the input".to_owned() },
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::sample::{self, Sample};
    use crate::report::{Format, Style, failure};
    use serde_json::Value;

    fn shown(sample: &Sample) -> Value {
        serde_json::from_str(&sample.shown(Format::Sarif, &Style::PLAIN)).unwrap_or_default()
    }

    #[test]
    fn the_whole_log() {
        insta::assert_snapshot!(Sample::indented().shown(Format::Sarif, &Style::PLAIN));
    }

    /// What the standard's schema has against a log.
    fn errors(log: &Value) -> Vec<String> {
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
        validator.iter_errors(log).map(|error| format!("{}: {error}", error.instance_path())).collect()
    }

    #[test]
    fn the_log_obeys_the_standard() {
        let minified = sample::minified(70_000);
        let mut placeless = Sample::indented();
        placeless.judgement.findings[0].labels.clear();
        placeless.rules.clear();
        for sample in [Sample::indented(), Sample::clean(), Sample::new(&[("-", &minified)], sample::all), placeless] {
            let log = shown(&sample);
            assert_eq!(errors(&log), Vec::<String>::new());
            for result in log["runs"][0]["results"].as_array().into_iter().flatten() {
                assert!(result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"].is_string());
                let index = result["ruleIndex"].as_u64().and_then(|index| usize::try_from(index).ok());
                let rule = &log["runs"][0]["tool"]["driver"]["rules"][index.unwrap_or(usize::MAX)];
                assert_eq!(rule["id"], result["ruleId"]);
            }
        }
    }

    #[test]
    fn a_run_that_failed_says_so() {
        let log: Value = serde_json::from_str(&failure::tests::shown(Format::Sarif)).unwrap_or_default();
        assert_eq!(errors(&log), Vec::<String>::new());
        assert_eq!(log["runs"][0]["results"], Value::Array(Vec::new()), "GitHub refuses a run without");
        assert_eq!(log["runs"][0]["invocations"][0]["executionSuccessful"], false);
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
        assert!(text.starts_with("nat-0a1b2c3d4e5f60718: tag [click\\](https://evil.example)\n"), "{text}");
        let links = "See also: [a \\] \\[b\\](c](1), [whose default route is the NAT gateway itself, not an internet gateway](2)";
        assert!(text.ends_with(links), "{text}");
        let related = log["runs"][0]["results"][0]["relatedLocations"].as_array().cloned().unwrap_or_default();
        assert_eq!(related.iter().filter_map(|place| place["id"].as_u64()).collect::<Vec<_>>(), [1, 2]);
    }
}
