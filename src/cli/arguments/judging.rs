//! What `lint` and `scan` take: which rules, where reports go, and what is going to run.

use super::Places;
use crate::cli::problems;
use crate::input::{self, InputError, Stack};
use crate::report::Format;
use crate::report::problem::Problem;
use crate::rules::Severity;
use crate::snapshot::{SourceId, Sources};
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

/// What is known of AWS itself.
#[derive(Debug, Args)]
#[command(next_help_heading = "What is known of AWS")]
pub(in crate::cli) struct KnowledgeFlags {
    /// AWS's public address ranges, as https://ip-ranges.amazonaws.com/ip-ranges.json has them
    #[arg(long, value_name = "FILE")]
    pub(in crate::cli) ip_ranges: Option<PathBuf>,
}

impl KnowledgeFlags {
    /// Reads the file, where one is named.
    ///
    /// # Errors
    /// It can't be read, or is empty.
    pub(in crate::cli) fn read_ip_ranges(&self, sources: &mut Sources) -> Result<Option<SourceId>, Vec<Problem>> {
        let Some(path) = &self.ip_ranges else { return Ok(None) };
        input::read_ip_ranges(path, sources).map_err(|error| {
            let help = "--ip-ranges takes the file that AWS publishes:\n  curl -O https://ip-ranges.amazonaws.com/ip-ranges.json";
            problems::input(&error).into_iter().map(|problem| problem.with_help(help)).collect()
        })
    }
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

/// A deployment that is described by files.
#[derive(Debug, Args)]
#[command(next_help_heading = "A deployment to judge, before it is made")]
pub(in crate::cli) struct DeploymentFlags {
    /// The input of aws ecs create-service, as JSON
    #[arg(long, value_name = "FILE")]
    pub(in crate::cli) service: Option<PathBuf>,
    /// The input of aws ecs register-task-definition, as JSON
    #[arg(long, value_name = "FILE", requires = "service")]
    pub(in crate::cli) task_definition: Option<PathBuf>,
    /// The settings of CloudReactor's deployer: the folder that has common.yml (deploy_config/vars)
    #[arg(long, value_name = "DIR", requires = "environment")]
    pub(in crate::cli) cloudreactor: Option<PathBuf>,
    /// The environment of CloudReactor to judge: the name of its file there
    #[arg(long, value_name = "NAME", requires = "cloudreactor")]
    pub(in crate::cli) environment: Option<String>,
}

/// The stack that a CloudFormation template makes.
#[derive(Debug, Args)]
#[command(next_help_heading = "The stack that a CloudFormation template makes")]
pub(in crate::cli) struct StackFlags {
    /// Values of the template's parameters, as the AWS CLI takes them; may be repeated, and a later one counts
    #[arg(long, value_name = "FILE|KEY=VALUE")]
    pub(in crate::cli) parameters: Vec<String>,
    /// The region that it is deployed to [default: that of --onto]
    #[arg(long, value_name = "REGION")]
    pub(in crate::cli) region: Option<String>,
    /// The stack's name [default: the one that --onto shows]
    #[arg(long, value_name = "NAME")]
    pub(in crate::cli) stack_name: Option<String>,
}

impl StackFlags {
    /// Reads the files of parameters.
    ///
    /// # Errors
    /// One can't be read.
    pub(in crate::cli) fn read(&self, sources: &mut Sources) -> Result<Stack, InputError> {
        let mut stack = Stack { region: self.region.clone(), name: self.stack_name.clone(), ..Stack::default() };
        for word in &self.parameters {
            stack.parameters.take(word, sources)?;
        }
        Ok(stack)
    }
}
