//! SARIF 2.1.0, for GitHub's code scanning and its like.
//!
//! Every result has a location, as GitHub refuses a whole file for one that lacks it. What was not checked is told where
//! SARIF has a place for it: as notifications of the run.

mod model;

use super::visible::visible;
use super::{Input, RuleInfo, docs_url, escaped, excerpt, uri};
use crate::rules::{Finding, Label, Severity};
use crate::snapshot::Sources;
use model::{
    Artifact, Configuration, Descriptor, Driver, Fingerprints, Help, Invocation, Log, Notification,
    NotificationProperties, Outcome, Physical, Place, Properties, Region, Run, Text, Tool,
};
use std::collections::HashMap;
use std::io::{self, Write};

const SCHEMA: &str = "https://json.schemastore.org/sarif-2.1.0.json";

/// Writes the report.
pub(super) fn write(input: &Input<'_>, out: &mut dyn Write) -> io::Result<()> {
    let mut rules: Vec<Descriptor> = input.rules.iter().map(descriptor).collect();
    let mut known: HashMap<String, usize> = HashMap::new();
    for (index, rule) in rules.iter().enumerate() {
        known.entry(rule.id.clone()).or_insert(index);
    }
    let mut results = Vec::with_capacity(input.judgement.findings.len());
    for finding in &input.judgement.findings {
        let rule_index = *known.entry(finding.rule.clone()).or_insert_with(|| {
            rules.push(descriptor(&RuleInfo {
                id: finding.rule.clone(),
                title: finding.title.clone().into(),
                severity: finding.severity,
                why: "".into(),
            }));
            rules.len() - 1
        });
        results.push(outcome(finding, rule_index, input));
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
    let notifications = input.judgement.not_checked.iter().map(|entry| Notification {
        level: if entry.incomplete { "warning" } else { "note" },
        message: Text { text: format!("not checked: {}: {}", entry.what, entry.why) },
        properties: NotificationProperties { what: &entry.what },
    });
    Invocation { execution_successful: true, tool_execution_notifications: notifications.collect() }
}

/// Text that SARIF reads as it is: `[words](target)` would make a link of what a tag says.
fn unlinked(text: &str) -> String {
    text.replace("](", "\\](")
}

fn outcome<'a>(finding: &'a Finding, rule_index: usize, input: &Input<'_>) -> Outcome<'a> {
    let mut labels = finding.labels.iter();
    let locations = match labels.next() {
        Some(label) => vec![place(label, None, input.sources)],
        None => vec![nowhere(input)],
    };
    Outcome {
        rule_id: &finding.rule,
        rule_index,
        level: level(finding.severity),
        message: Text { text: unlinked(format!("{}\n\n{}", visible(&finding.message), finding.help).trim_end()) },
        locations,
        related_locations: labels.zip(1..).map(|(label, id)| place(label, Some(id), input.sources)).collect(),
        partial_fingerprints: Fingerprints {
            finding: fingerprint(&[&finding.rule, finding.resource.kind, &finding.resource.id]),
        },
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
        },
    }
}

fn place(label: &Label, id: Option<usize>, sources: &Sources) -> Place {
    let at = sources.resolve(&excerpt::point(&label.location, sources));
    let source = sources.get(at.source);
    let characters = String::from_utf8_lossy(&source.bytes()[at.range.clone()]).chars().count();
    Place {
        id,
        physical_location: Physical {
            artifact_location: Artifact { uri: uri::reference(source.name()) },
            region: Region {
                start_line: at.line,
                start_column: at.column,
                end_column: at.column + characters,
                byte_offset: at.range.start,
                byte_length: at.range.len(),
            },
        },
        message: Text { text: label.text.clone() },
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

/// FNV-1a over the parts. Alerts are followed from run to run by it, so it must never change: not with the version of
/// Rust either, as the standard library's hashers may.
fn fingerprint(parts: &[&str]) -> String {
    let mut hash = 0xcbf2_9ce4_8422_2325_u64;
    for part in parts {
        for byte in part.bytes().chain([0]) {
            hash = (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3);
        }
    }
    format!("{hash:016x}")
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
    fn fingerprints_are_fnv_1a() {
        // The empty string's and "a"'s hashes are from the algorithm's description; a part is ended by a zero byte.
        assert_eq!(fingerprint(&[]), "cbf29ce484222325");
        assert_eq!(
            fingerprint(&["nat/in-public-subnet", "AWS::EC2::NatGateway", "nat-0a1b2c3d4e5f60718"]),
            fingerprint(&["nat/in-public-subnet", "AWS::EC2::NatGateway", "nat-0a1b2c3d4e5f60718"])
        );
        assert_ne!(fingerprint(&["ab", "c"]), fingerprint(&["a", "bc"]));
    }
}
