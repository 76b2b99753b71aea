//! GitLab's Code Quality report, which merge requests show: <https://docs.gitlab.com/ci/testing/code_quality/#code-quality-report-format>.

use super::fingerprint::{fingerprint, fingerprints};
use super::problem::Problem;
use super::spot::{self, Spot};
use super::visible::visible;
use super::{Checkout, Failure, Input, escaped};
use crate::rules::Severity;
use crate::snapshot::{Location, Sources};
use serde::Serialize;
use std::io::{self, Write};

/// A finding: GitLab calls it a violation.
#[derive(Serialize)]
struct Violation<'a> {
    description: String,
    check_name: &'a str,
    fingerprint: String,
    severity: &'static str,
    location: Place,
}

#[derive(Serialize)]
struct Place {
    path: String,
    lines: Lines,
}

#[derive(Serialize)]
struct Lines {
    begin: usize,
}

/// Writes the report.
pub(super) fn write(input: &Input<'_>, out: &mut dyn Write) -> io::Result<()> {
    let findings = &input.judgement.findings;
    let violations: Vec<Violation<'_>> = findings
        .iter()
        .zip(fingerprints(findings))
        .map(|(finding, fingerprint)| Violation {
            description: visible(&spot::message(finding)).into_owned(),
            check_name: &finding.rule,
            fingerprint,
            severity: severity(finding.severity),
            location: place(
                finding.labels.first().map(|label| &label.location),
                input.sources,
                &input.inputs,
                &input.checkout,
            ),
        })
        .collect();
    escaped::write_pretty(out, &violations)
}

/// GitLab knows `info`, `minor`, `major`, `critical` and `blocker`.
fn severity(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "critical",
        Severity::Warning => "minor",
        Severity::Info => "info",
    }
}

/// The place to look at first; the first input's beginning for what has none: without one, GitLab drops it.
fn place(location: Option<&Location>, sources: &Sources, inputs: &[String], checkout: &Checkout) -> Place {
    match location.map(|location| Spot::of(location, sources)) {
        Some(spot) => Place { path: checkout.path(spot.name), lines: Lines { begin: spot.at.line } },
        None => Place { path: checkout.path(inputs.first().map_or("-", String::as_str)), lines: Lines { begin: 1 } },
    }
}

/// Writes why nothing was judged: a list of nothing would read as if all had been mended.
pub(super) fn write_failure(failure: &Failure<'_>, out: &mut dyn Write) -> io::Result<()> {
    let violations: Vec<Violation<'_>> = failure.problems.iter().map(|problem| blocker(problem, failure)).collect();
    escaped::write_pretty(out, &violations)
}

fn blocker<'a>(problem: &'a Problem, failure: &Failure<'_>) -> Violation<'a> {
    let location = problem.labels.first().map(|(location, _)| location);
    let location = place(location, failure.sources, &failure.inputs, &failure.checkout);
    Violation {
        description: format!("nothing was judged: {}", visible(&problem.message)),
        check_name: problem.code,
        fingerprint: fingerprint(&[problem.code, &location.path, &problem.message]),
        severity: "blocker",
        location,
    }
}

#[cfg(test)]
mod tests {
    use crate::report::sample::{self, Sample};
    use crate::report::{Format, Style};
    use serde_json::{Value, json};

    fn shown(sample: &Sample) -> Value {
        serde_json::from_str(&sample.shown(Format::Gitlab, &Style::PLAIN)).unwrap_or_default()
    }

    #[test]
    fn the_whole_report() {
        insta::assert_snapshot!(Sample::indented().shown(Format::Gitlab, &Style::PLAIN));
    }

    #[test]
    fn the_report_is_what_gitlab_documents() {
        // The table of fields on GitLab's page: all of these are required, a path is relative and without `./`.
        let schema = json!({
            "type": "array",
            "items": {
                "type": "object",
                "required": ["description", "check_name", "fingerprint", "severity", "location"],
                "additionalProperties": false,
                "properties": {
                    "description": {"type": "string", "minLength": 1},
                    "check_name": {"type": "string", "minLength": 1},
                    "fingerprint": {"type": "string", "minLength": 1},
                    "severity": {"enum": ["info", "minor", "major", "critical", "blocker"]},
                    "location": {
                        "type": "object",
                        "required": ["path", "lines"],
                        "properties": {
                            "path": {"type": "string", "pattern": "^(?!\\./|/)."},
                            "lines": {
                                "type": "object",
                                "required": ["begin"],
                                "properties": {"begin": {"type": "integer", "minimum": 1}}
                            }
                        }
                    }
                }
            }
        });
        let validator = jsonschema::validator_for(&schema).expect("the schema is one");
        let mut placeless = Sample::new(&[("./a/b.json", sample::NETWORK)], sample::all);
        placeless.judgement.findings[0].labels.clear();
        for sample in [Sample::indented(), Sample::clean(), placeless] {
            let report = shown(&sample);
            let errors: Vec<String> = validator.iter_errors(&report).map(|error| error.to_string()).collect();
            assert!(errors.is_empty(), "{errors:#?}");
            assert_eq!(report.as_array().map(Vec::len), Some(sample.judgement.findings.len()));
        }
    }
}
