//! What `lint` and `scan` take: which rules, where reports go, and what is going to run.

use super::{DeploymentFlags, KnowledgeFlags, Places};
use crate::report::Format;
use crate::rules::Severity;
use clap::builder::{PossibleValuesParser, TypedValueParser};
use clap::{Args, ValueEnum};
use schemars::JsonSchema;
use serde::Deserialize;
use std::path::PathBuf;

/// What `lint` and `scan` have in common.
#[derive(Debug, Args)]
pub(in crate::cli) struct LintFlags {
    #[command(flatten)]
    pub(in crate::cli) judging: Judging,
    #[command(flatten)]
    pub(in crate::cli) reporting: Reporting,
    #[command(flatten)]
    pub(in crate::cli) workload: WorkloadFlags,
    #[command(flatten)]
    pub(in crate::cli) deployment: DeploymentFlags,
    #[command(flatten)]
    pub(in crate::cli) knowledge: KnowledgeFlags,
}

/// Which rules are run, how grave they are, and what fails a run.
#[derive(Debug, Args)]
#[command(next_help_heading = "Judging")]
pub(in crate::cli) struct Judging {
    #[command(flatten)]
    pub(in crate::cli) places: Places,
    /// Run only these rules or groups
    #[arg(long, value_name = "RULE,…", value_delimiter = ',')]
    pub(in crate::cli) select: Vec<String>,
    /// Leave out these rules or groups
    #[arg(long, value_name = "RULE,…", value_delimiter = ',')]
    pub(in crate::cli) ignore: Vec<String>,
    /// Give a rule or a group another level: error, warning or info
    #[arg(long, value_name = "RULE=LEVEL", value_delimiter = ',', value_parser = rule_and_level)]
    pub(in crate::cli) severity: Vec<(String, Severity)>,
    /// From which level on a finding fails the run (exit code 1) [default: error]
    #[arg(long, value_name = "LEVEL", value_enum)]
    pub(in crate::cli) fail_on: Option<FailOn>,
    /// Report what the configuration and tags ignore as well
    #[arg(long)]
    pub(in crate::cli) no_ignores: bool,
    /// Report only findings that are not in this file
    #[arg(long, value_name = "FILE")]
    pub(in crate::cli) baseline: Option<PathBuf>,
    /// Write the findings to this file, for --baseline; they are taken for known
    #[arg(long, value_name = "FILE", conflicts_with = "baseline")]
    pub(in crate::cli) write_baseline: Option<PathBuf>,
    /// Exit with 0 where there are findings (1 otherwise)
    #[arg(long)]
    pub(in crate::cli) exit_zero: bool,
    /// Exit with 0 where something needed is not known (3 otherwise)
    #[arg(long)]
    pub(in crate::cli) allow_incomplete: bool,
}

/// From which level on a finding fails a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub(in crate::cli) enum FailOn {
    /// Errors only.
    #[default]
    Error,
    /// Warnings and errors.
    Warning,
    /// Any finding.
    Info,
    /// None.
    Never,
}

impl FailOn {
    /// The level; none where nothing fails.
    pub(in crate::cli) fn severity(self) -> Option<Severity> {
        match self {
            FailOn::Error => Some(Severity::Error),
            FailOn::Warning => Some(Severity::Warning),
            FailOn::Info => Some(Severity::Info),
            FailOn::Never => None,
        }
    }
}

fn rule_and_level(text: &str) -> Result<(String, Severity), String> {
    let (rule, level) = text.rsplit_once('=').ok_or("write it as RULE=LEVEL, such as nat/present=warning")?;
    Ok((rule.to_owned(), self::level(level)?))
}

pub(super) fn level(text: &str) -> Result<Severity, String> {
    match text {
        "error" => Ok(Severity::Error),
        "warning" => Ok(Severity::Warning),
        "info" => Ok(Severity::Info),
        other => Err(format!("`{other}` is no level: it is error, warning or info")),
    }
}

/// Where findings go, and in what form.
#[derive(Debug, Args)]
#[command(next_help_heading = "Output")]
pub(in crate::cli) struct Reporting {
    /// The form of what is printed
    #[arg(long, value_name = "FORMAT", default_value = "human", value_parser = formats())]
    pub(in crate::cli) format: Format,
    /// Write a file as well; may be repeated. It is written whole or not at all
    #[arg(long, value_name = "FORMAT=FILE", value_parser = format_and_file)]
    pub(in crate::cli) output: Vec<(Format, PathBuf)>,
}

fn formats() -> impl TypedValueParser<Value = Format> {
    PossibleValuesParser::new(Format::ALL.map(Format::name)).try_map(|word| word.parse::<Format>())
}

fn format_and_file(text: &str) -> Result<(Format, PathBuf), String> {
    let names = || Format::ALL.map(Format::name).join(", ");
    let (format, file) =
        text.split_once('=').ok_or_else(|| format!("write it as FORMAT=FILE; the formats are {}", names()))?;
    let format = format.parse().map_err(|_| format!("`{format}` is no format: they are {}", names()))?;
    match file {
        "" => Err("the file's name is missing".into()),
        "-" => Err("standard output takes what --format says: leave --output out".into()),
        _ => Ok((format, file.into())),
    }
}

/// A workload that is described by flags.
#[derive(Debug, Args)]
#[command(next_help_heading = "A workload to judge, before it exists")]
pub(in crate::cli) struct WorkloadFlags {
    /// A subnet that it runs in; may be repeated
    #[arg(long, value_name = "ID", value_delimiter = ',')]
    pub(in crate::cli) subnet: Vec<String>,
    /// A security group that it has; may be repeated [default: the VPC's default group]
    #[arg(long, value_name = "ID", value_delimiter = ',', requires = "subnet")]
    pub(in crate::cli) security_group: Vec<String>,
    /// It gets a public IP address
    #[arg(long, requires = "subnet")]
    pub(in crate::cli) assign_public_ip: bool,
    /// Its image
    #[arg(long, value_name = "IMAGE", requires = "subnet")]
    pub(in crate::cli) image: Option<String>,
    /// What it has to reach: internet, s3, tcp://10.1.2.3:5432, https://api.example.com
    #[arg(long, value_name = "WHAT,…", value_delimiter = ',', requires = "subnet")]
    pub(in crate::cli) needs: Vec<String>,
    /// How reports call it
    #[arg(long, value_name = "NAME", default_value = "workload", requires = "subnet")]
    pub(in crate::cli) workload_name: String,
}
