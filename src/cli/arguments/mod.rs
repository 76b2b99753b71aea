//! The command line: commands, flags and their help.

mod input;
mod judging;
mod trace;

pub(super) use input::*;
pub(super) use judging::*;
pub(super) use trace::*;

use crate::report::ColorChoice;
use crate::rules::Severity;
use clap::builder::{PossibleValuesParser, TypedValueParser};
use clap::{Args, Parser, Subcommand, ValueEnum};
use std::path::PathBuf;

const ABOUT: &str =
    "Says whether an ECS Fargate task can work in an AWS network, what exactly stops it, and what to change.";

const EXAMPLES: &str = "\
Examples:
  fargcheck lint snapshot.json                       judge a network, offline
  fargcheck lint network/ --service service.json --task-definition taskdef.json
                                                     judge a deployment before it is made
  fargcheck trace snapshot.json --from web --to s3   one question, hop by hop
  fargcheck explain 'CannotPullContainerError: …'    what an error text means

Exit codes: 0 clean, 1 findings, 2 wrong usage or unreadable input, 3 incomplete (something needed is not known).";

/// The whole command line.
#[derive(Debug, Parser)]
#[command(name = "fargcheck", version, about = ABOUT, after_help = EXAMPLES, max_term_width = 110, subcommand_required = true, arg_required_else_help = true)]
pub(super) struct Arguments {
    #[command(subcommand)]
    pub(super) command: Command,
    #[command(flatten)]
    pub(super) looks: Looks,
}

/// What can be done.
#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Collect a snapshot of an AWS account, and judge it
    Scan(Box<Scan>),
    /// Judge a network, offline
    Lint(Box<Lint>),
    /// Ask one question: can this reach that, hop by hop, and if not, everything that stops it
    Trace(Box<Trace>),
    /// Show what every workload reaches, as a table
    Matrix(Box<Matrix>),
    /// List the rules
    Rules(Rules),
    /// Explain a rule, or an error text that ECS shows
    Explain(Explain),
    /// Show what rules see: every entity with all that is known of it
    Facts(Facts),
    /// Print the least IAM policy that scan needs
    Permissions,
    /// Print the JSON Schema of a document
    Schema(Schema),
    /// Write a commented configuration
    Init(Init),
}

/// How output looks.
#[derive(Debug, Args)]
pub(super) struct Looks {
    /// When to use colours; NO_COLOR and CLICOLOR_FORCE are honoured
    #[arg(long, global = true, value_name = "WHEN", default_value = "auto", value_parser = colors(), help_heading = "Output")]
    pub(super) color: ColorChoice,
    /// One line a finding and nothing else
    #[arg(short, long, global = true, help_heading = "Output")]
    pub(super) quiet: bool,
    /// Everything, nothing shortened
    #[arg(short, long, global = true, conflicts_with = "quiet", help_heading = "Output")]
    pub(super) verbose: bool,
}

fn colors() -> impl TypedValueParser<Value = ColorChoice> {
    PossibleValuesParser::new(ColorChoice::NAMES).try_map(|word| word.parse::<ColorChoice>())
}

/// `fargcheck lint`.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  fargcheck lint snapshot.json
  aws ec2 describe-route-tables | fargcheck lint -
  fargcheck lint network/ --format sarif > findings.sarif
  fargcheck lint network/ --output sarif=findings.sarif --output json=findings.json
  fargcheck lint network/ --subnet subnet-0a1b --security-group sg-0c2d --needs internet,s3
  fargcheck lint network/ --service service.json --task-definition taskdef.json
  fargcheck lint network/ --cloudreactor deploy_config/vars --environment production
  fargcheck lint plan.json --onto snapshot.json
  fargcheck lint template.yaml --parameters parameters.json --region eu-central-1
  fargcheck lint network/ --ignore nat --severity sg/inbound-open=info --fail-on warning")]
pub(super) struct Lint {
    /// A snapshot, a folder of AWS CLI outputs (every *.json below it), a Terraform plan or state as `terraform show -json`
    /// prints it, a CloudFormation template, or - for standard input
    #[arg(required = true, value_name = "PATH")]
    pub(super) paths: Vec<PathBuf>,
    #[command(flatten)]
    pub(super) planned: PlannedFlags,
    #[command(flatten)]
    pub(super) flags: LintFlags,
}

/// `fargcheck scan`.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  fargcheck scan --region eu-central-1
  fargcheck scan --region us-east-1 --region eu-west-1 --profile prod
  fargcheck scan --region us-east-1 --vpc vpc-0a1b -o snapshot.json --no-lint
  fargcheck scan --region us-east-1 -o - | fargcheck lint -

What is collected holds no secret; docs/scan.md lists it. `fargcheck permissions` prints the policy that it needs.")]
pub(super) struct Scan {
    /// A region; may be repeated, for a file each [default: that of the environment or the profile]
    #[arg(long, value_name = "REGION", value_delimiter = ',', help_heading = "Collecting")]
    pub(super) region: Vec<String>,
    /// A profile of the AWS configuration
    #[arg(long, value_name = "NAME", help_heading = "Collecting")]
    pub(super) profile: Option<String>,
    /// A role to assume
    #[arg(long, value_name = "ARN", help_heading = "Collecting")]
    pub(super) role_arn: Option<String>,
    /// The external id that the role asks for
    #[arg(long, value_name = "ID", requires = "role_arn", help_heading = "Collecting")]
    pub(super) external_id: Option<String>,
    /// Only this VPC; may be repeated
    #[arg(long, value_name = "ID", value_delimiter = ',', help_heading = "Collecting")]
    pub(super) vpc: Vec<String>,
    /// Only this ECS cluster, by its name or ARN; may be repeated
    #[arg(long, value_name = "NAME", value_delimiter = ',', help_heading = "Collecting")]
    pub(super) cluster: Vec<String>,
    /// The most requests at once, in each region
    #[arg(long, value_name = "NUMBER", value_parser = clap::value_parser!(u16).range(1..), help_heading = "Collecting")]
    pub(super) concurrency: Option<u16>,
    /// The snapshot's file, - for standard output (which lints nothing) [default: fargcheck-<account>-<region>.json]
    #[arg(short = 'o', value_name = "FILE", help_heading = "Collecting")]
    pub(super) output_file: Option<PathBuf>,
    /// Stop when the snapshot is written
    #[arg(long, help_heading = "Collecting")]
    pub(super) no_lint: bool,
    #[command(flatten)]
    pub(super) lint: LintFlags,
}

/// Where the configuration and rules come from.
#[derive(Debug, Args)]
pub(super) struct Places {
    /// The configuration; without it, fargcheck.toml of this folder or the nearest one above
    #[arg(long, value_name = "FILE", help_heading = "Configuration")]
    pub(super) config: Option<PathBuf>,
    /// A folder of your own rules, beside those built in
    #[arg(long, value_name = "DIR", help_heading = "Configuration")]
    pub(super) rules: Option<PathBuf>,
}

/// `fargcheck rules`.
#[derive(Debug, Args)]
#[command(
    after_help = "\
Examples:
  fargcheck rules
  fargcheck rules nat endpoint --severity error
  fargcheck rules --format json
  fargcheck rules test own-rules/",
    args_conflicts_with_subcommands = true
)]
pub(super) struct Rules {
    #[command(subcommand)]
    pub(super) command: Option<RulesCommand>,
    /// Only these rules or groups
    #[arg(value_name = "RULE")]
    pub(super) names: Vec<String>,
    /// Only rules of this level: error, warning or info
    #[arg(long, value_name = "LEVEL", value_parser = judging::level)]
    pub(super) severity: Option<Severity>,
    /// The form of what is printed
    #[arg(long, value_name = "FORMAT", value_enum, default_value = "table", help_heading = "Output")]
    pub(super) format: ListFormat,
    #[command(flatten)]
    pub(super) places: Places,
}

/// What can be done with rules besides listing them.
#[derive(Debug, Subcommand)]
pub(super) enum RulesCommand {
    /// Judge your own rules over their own fixtures
    Test(RulesTest),
}

/// `fargcheck rules test`.
#[derive(Debug, Args)]
#[command(after_help = "\
DIR/<group>/<name>.toml is judged over DIR/<group>/<name>/pass*.json, on which it must be clean, and over
DIR/<group>/<name>/fail*.json, on which it must find something. Each rule needs one of either.

Exit codes: 0 all passed, 1 one failed, 2 a rule or a fixture can't be read.")]
pub(super) struct RulesTest {
    /// The folder of the rules
    #[arg(value_name = "DIR")]
    pub(super) folder: PathBuf,
}

/// The form of a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum ListFormat {
    /// For reading
    Table,
    /// For programs
    Json,
}

/// `fargcheck explain`.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  fargcheck explain nat/in-public-subnet
  fargcheck explain endpoint
  fargcheck explain 'ResourceInitializationError: unable to pull secrets or registry auth'
  fargcheck explain 'CannotPullContainerError: …' --snapshot snapshot.json")]
pub(super) struct Explain {
    /// The id of a rule, a group, or an error text
    #[arg(value_name = "RULE-OR-TEXT", required = true, num_args = 1..)]
    pub(super) query: Vec<String>,
    /// Show what explains it in this network: what lint takes for a path; may be repeated
    #[arg(long, value_name = "PATH")]
    pub(super) snapshot: Vec<PathBuf>,
    #[command(flatten)]
    pub(super) network: NetworkFlags,
}

/// `fargcheck facts`.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  fargcheck facts snapshot.json
  fargcheck facts snapshot.json nat-gateway
  fargcheck facts snapshot.json subnet-0123456789abcdef0 --format json")]
pub(super) struct Facts {
    /// A snapshot, a folder of AWS CLI outputs, a plan, a template, or - for standard input
    #[arg(value_name = "PATH")]
    pub(super) path: PathBuf,
    /// A kind of entity (nat-gateway), an id or a name; everything, without it
    #[arg(value_name = "ENTITY")]
    pub(super) entity: Option<String>,
    /// The form of what is printed
    #[arg(long, value_name = "FORMAT", value_enum, default_value = "human", help_heading = "Output")]
    pub(super) format: TraceFormat,
    #[command(flatten)]
    pub(super) network: NetworkFlags,
}

/// `fargcheck schema`.
#[derive(Debug, Args)]
pub(super) struct Schema {
    /// Of what
    #[arg(value_name = "DOCUMENT", value_enum)]
    pub(super) document: Document,
}

/// What has a schema.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum Document {
    /// What is judged: the answers of the AWS CLI in one object
    Snapshot,
    /// What fargcheck lint --format json prints
    Findings,
    /// fargcheck.toml
    Config,
    /// A file of a rule
    Rule,
}

/// `fargcheck init`.
#[derive(Debug, Args)]
pub(super) struct Init {
    /// The file to write; one that is there already is left as it is
    #[arg(value_name = "FILE", default_value = "fargcheck.toml")]
    pub(super) file: PathBuf,
}
