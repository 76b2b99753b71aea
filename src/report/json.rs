//! The stable, versioned format for other programs.
//!
//! Within a version of the schema fields are added, never renamed, removed or given another meaning.

use super::{Input, docs_url, escaped};
use crate::rules::{Affected, Because, Finding, Hop, Label, NotChecked, Resource, Seen, Severity, WorkloadSummary};
use crate::snapshot::Sources;
use schemars::JsonSchema;
use serde::Serialize;
use std::io::{self, Write};

/// The version of the schema.
pub const SCHEMA: u32 = 1;

/// What `fargcheck lint --format json` prints.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(title = "Findings of fargcheck")]
struct Document<'a> {
    /// The version of this schema.
    schema: u32,
    /// The program that found this.
    tool: Tool<'a>,
    /// The inputs as they were named.
    inputs: &'a [String],
    /// How many findings there are of each severity, and what is not among them.
    summary: Summary,
    /// What is wrong: errors first, then by rule and resource.
    findings: Vec<Entry<'a>>,
    /// What was asked of the network.
    workloads: &'a [WorkloadSummary],
    /// What could not be checked.
    not_checked: &'a [NotChecked],
    /// Why tasks stopped, and events of services, that no finding explains.
    unexplained: &'a [Seen],
}

/// The program.
#[derive(Debug, Serialize, JsonSchema)]
struct Tool<'a> {
    /// Its name.
    name: &'static str,
    /// Its version.
    version: &'a str,
}

/// Numbers of findings.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct Summary {
    /// Those that are errors.
    error: usize,
    /// Those that are warnings.
    warning: usize,
    /// Those that are worth knowing only.
    info: usize,
    /// Those left out by `--ignore`, the configuration or tags.
    ignored: usize,
    /// Those that the baseline holds.
    baselined: usize,
    /// How many rules, flows and workloads could not be judged.
    not_evaluated: usize,
}

/// One finding.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "Finding")]
struct Entry<'a> {
    /// The rule's id, such as `nat/in-public-subnet`.
    rule: &'a str,
    /// How grave it is here.
    severity: Severity,
    /// The rule's title: what must hold.
    title: &'a str,
    /// What is wrong, in one sentence.
    message: &'a str,
    /// What to change, with the exact command; may hold several lines.
    help: &'a str,
    /// The guilty resource.
    resource: &'a Resource,
    /// The account's number.
    account: Option<&'a str>,
    /// The region.
    region: Option<&'a str>,
    /// The VPC.
    vpc: Option<&'a str>,
    /// Where to look; never empty, the place to look at first being the first.
    locations: Vec<Place<'a>>,
    /// What it breaks.
    affects: &'a [Affected],
    /// Codes of the blockers that it explains.
    blockers: &'a [&'static str],
    /// The values that made the rule fail.
    because: &'a [Because],
    /// The path of one broken flow, hop by hop.
    trace: &'a [Hop],
    /// Why tasks stopped, and events of services, that this explains.
    seen: &'a [Seen],
    /// The rule's page.
    docs: String,
}

/// A place in an input.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "Location")]
struct Place<'a> {
    /// The file as it was named, `-` for standard input.
    file: &'a str,
    /// JSON pointer (RFC 6901) of the value; empty for a file that isn't JSON.
    pointer: String,
    /// Line, from 1.
    line: usize,
    /// Column in characters, from 1.
    column: usize,
    /// Offset of the value's first byte.
    offset: usize,
    /// How many bytes the value has.
    length: usize,
    /// What it is.
    label: &'a str,
}

impl<'a> Entry<'a> {
    fn new(finding: &'a Finding, sources: &'a Sources) -> Self {
        Self {
            rule: &finding.rule,
            severity: finding.severity,
            title: &finding.title,
            message: &finding.message,
            help: &finding.help,
            resource: &finding.resource,
            account: finding.account.as_deref(),
            region: finding.region.as_deref(),
            vpc: finding.vpc.as_deref(),
            locations: finding.labels.iter().map(|label| Place::new(label, sources)).collect(),
            affects: &finding.affects,
            blockers: &finding.blockers,
            because: &finding.because,
            trace: &finding.trace,
            seen: &finding.seen,
            docs: docs_url(&finding.rule),
        }
    }
}

impl<'a> Place<'a> {
    fn new(label: &'a Label, sources: &'a Sources) -> Self {
        let at = sources.resolve(&label.location);
        Self {
            file: sources.get(at.source).name(),
            pointer: at.pointer,
            line: at.line,
            column: at.column,
            offset: at.range.start,
            length: at.range.len(),
            label: &label.text,
        }
    }
}

/// Writes the report.
pub(super) fn write(input: &Input<'_>, out: &mut dyn Write) -> io::Result<()> {
    let judgement = input.judgement;
    let document = Document {
        schema: SCHEMA,
        tool: Tool { name: env!("CARGO_PKG_NAME"), version: input.version },
        inputs: &input.inputs,
        summary: Summary {
            error: input.count(Severity::Error),
            warning: input.count(Severity::Warning),
            info: input.count(Severity::Info),
            ignored: judgement.ignored,
            baselined: judgement.baselined,
            not_evaluated: judgement.not_evaluated(),
        },
        findings: judgement.findings.iter().map(|finding| Entry::new(finding, input.sources)).collect(),
        workloads: &judgement.workloads,
        not_checked: &judgement.not_checked,
        unexplained: &judgement.unexplained,
    };
    escaped::write_pretty(out, &document)
}

/// The JSON Schema of what [`Format::Json`](super::Format::Json) prints.
pub fn schema() -> serde_json::Value {
    let generator = schemars::generate::SchemaSettings::draft2020_12().for_serialize().into_generator();
    let mut schema = generator.into_root_schema_for::<Document<'static>>();
    // Rust's documentation says where the type is; the reader of the schema wants what it is.
    schema.insert("description".into(), "What `fargcheck lint --format json` prints.".into());
    schema.to_value()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::sample::{self, Sample};
    use crate::report::{Format, Style};

    fn shown(sample: &Sample) -> serde_json::Value {
        serde_json::from_str(&sample.shown(Format::Json, &Style::PLAIN)).unwrap_or_default()
    }

    #[test]
    fn the_whole_document() {
        insta::assert_snapshot!(Sample::indented().shown(Format::Json, &Style::PLAIN));
    }

    #[test]
    fn what_is_printed_obeys_the_schema() {
        let validator = jsonschema::validator_for(&schema()).expect("the schema is one");
        let minified = sample::minified(70_000);
        for sample in [Sample::indented(), Sample::clean(), Sample::new(&[("-", &minified)], sample::all)] {
            let document = shown(&sample);
            let errors: Vec<String> = validator.iter_errors(&document).map(|error| error.to_string()).collect();
            assert!(errors.is_empty(), "{errors:#?}");
        }
        insta::assert_snapshot!(serde_json::to_string_pretty(&schema()).unwrap_or_default());
    }

    #[test]
    fn offsets_lead_to_the_value() {
        for text in [sample::NETWORK.to_owned(), sample::minified(70_000)] {
            let document = shown(&Sample::new(&[("a", &text)], sample::all));
            for place in document["findings"][0]["locations"].as_array().into_iter().flatten() {
                let number = |key: &str| place[key].as_u64().and_then(|n| usize::try_from(n).ok()).unwrap_or(0);
                let (start, length) = (number("offset"), number("length"));
                let value: serde_json::Value = serde_json::from_str(&text[start..start + length]).unwrap_or_default();
                let whole: serde_json::Value = serde_json::from_str(&text).unwrap_or_default();
                assert_eq!(whole.pointer(place["pointer"].as_str().unwrap_or_default()), Some(&value));
                let line = text.lines().nth(number("line") - 1).unwrap_or_default();
                assert!(line[number("column") - 1..].starts_with(&value.to_string()), "{place}");
            }
        }
    }
}
