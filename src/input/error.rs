//! What can be wrong with an input so that it can't be judged.

use super::cloudformation::TemplateError;
use crate::snapshot::{Location, SCHEMA, SourceId, Sources};
use thiserror::Error;

/// An input that can't be read.
#[derive(Debug, Error)]
pub enum InputError {
    /// The file or folder can't be opened.
    #[error("can't read `{path}`: {error}")]
    Unreadable {
        /// As the user wrote it.
        path: String,
        /// The system's reason.
        error: std::io::Error,
    },
    /// The folder holds no JSON.
    #[error("`{path}` holds no JSON file")]
    NoJson {
        /// As the user wrote it.
        path: String,
    },
    /// No byte in it.
    #[error("`{path}` is empty")]
    Empty {
        /// As the user wrote it.
        path: String,
    },
    /// Not UTF-8.
    #[error("`{path}` is not UTF-8: byte {offset} can't be read")]
    Encoding {
        /// As the user wrote it.
        path: String,
        /// Offset of the first bad byte.
        offset: usize,
        /// Whether it begins like UTF-16, as PowerShell's `>` writes it.
        utf16: bool,
    },
    /// Not JSON, or JSON that was cut off.
    #[error("this is not JSON: {reason}")]
    Syntax {
        /// The parser's reason.
        reason: String,
        /// Where.
        location: Location,
        /// Whether the text just ends too early.
        truncated: bool,
    },
    /// Not YAML, or YAML beyond what is read.
    #[error("this YAML can't be read: {reason}")]
    YamlSyntax {
        /// The parser's reason.
        reason: String,
        /// Where.
        location: Location,
    },
    /// A document that grows beyond measure once its aliases are followed.
    #[error("more than {limit} {of}")]
    TooManyValues {
        /// The limit.
        limit: usize,
        /// Of what: values, or bytes.
        of: &'static str,
        /// Where it is reached.
        location: Location,
    },
    /// JSON of another kind.
    #[error("this is {found}, not a snapshot")]
    NotSnapshot {
        /// What it is.
        found: String,
        /// Where.
        location: Location,
    },
    /// Something is to be deployed onto what is there, and nothing to deploy is given.
    #[error("--onto is given, and none of the paths is a plan or a template that would change what is there")]
    NothingToDeploy,
    /// What something is to be deployed onto is itself yet to be deployed.
    #[error("`{name}` says what is to be deployed, and --onto takes what is there")]
    OntoPlanned {
        /// The file's name.
        name: String,
        /// Where it begins.
        location: Location,
    },
    /// Something is said of a stack, and none of the paths is a CloudFormation template.
    #[error("{flags} {}, and none of the paths is a CloudFormation template", if flags.contains(' ') { "are given" } else { "is given" })]
    NoTemplate {
        /// What was given.
        flags: String,
    },
    /// A file of Terraform's from which nothing is read.
    #[error("`{path}` is {found}, from which nothing is read")]
    OfTerraform {
        /// The path as it was given.
        path: String,
        /// What it is.
        found: &'static str,
    },
    /// A Terraform configuration is given, and none of the paths is a plan.
    #[error("--terraform is given, and none of the paths is a Terraform plan")]
    NoPlan,
    /// The directory that is given as a plan's configuration can't be used.
    #[error("the configuration in `{path}` can't be used for this plan: {why}")]
    NotPlanned {
        /// The directory as it was given.
        path: String,
        /// What is wrong with it.
        why: String,
    },
    /// A CloudFormation template beside what Terraform wrote: neither names what the other makes.
    #[error(
        "`{first}` and `{second}` can't be judged together: one is a CloudFormation template, and Terraform wrote the other"
    )]
    UnlikePlanned {
        /// The first file's name.
        first: String,
        /// The other file's name.
        second: String,
        /// Where the other begins.
        location: Location,
    },
    /// What exists already is in two plans or states.
    #[error("`{}` and `{}` both deploy `{}`", .0.files[0], .0.files[1], .0.id)]
    DeployedTwice(Box<Twice>),
    /// Directories of configurations, of which it isn't said to which plan each belongs.
    #[error("there are {plans} plans, and --terraform is given {given}", given = if *directories == 1 { "once".to_owned() } else { format!("{directories} times") })]
    WhichConfiguration {
        /// How many plans there are.
        plans: usize,
        /// How many directories were given.
        directories: usize,
    },
    /// A stack is named that none of several templates makes, or without saying by which it is made.
    #[error("--stack-name {said} names none of the templates: {}", labels.join(", "))]
    WhichTemplate {
        /// What was said.
        said: String,
        /// How the templates are called.
        labels: Vec<String>,
    },
    /// A plan or a template that is known and can't be used.
    #[error("{}", .0.what)]
    Unusable(Box<Unusable>),
    /// A CloudFormation template that can't be used.
    #[error(transparent)]
    Template(#[from] TemplateError),
    /// A snapshot of a later fargcheck.
    #[error("this snapshot has schema {found}, and this fargcheck reads schema {SCHEMA}")]
    NewerSchema {
        /// Its schema.
        found: u32,
        /// Where that is said.
        location: Location,
    },
    /// JSON of another kind than AWS's document of address ranges.
    #[error("this is not AWS's document of address ranges: it has no list `prefixes`")]
    NotIpRanges {
        /// Where.
        location: Location,
    },
    /// A value of the wrong type.
    #[error("{}{reason}", if pointer.is_empty() { String::new() } else { format!("`{pointer}`: ") })]
    WrongType {
        /// JSON pointer of the value in the file that the user wrote; empty where that isn't JSON.
        pointer: String,
        /// The parser's reason.
        reason: String,
        /// Whether the file is a plan or a template.
        is_planned: bool,
        /// Where.
        location: Location,
    },
    /// The same key twice in an object.
    #[error("`{pointer}` stands twice in the same object")]
    DuplicateKey {
        /// JSON pointer of the key.
        pointer: String,
        /// The first and the second place.
        locations: Vec<Location>,
    },
    /// Nested deeper than any answer of AWS.
    #[error("nested more than {limit} levels deep")]
    TooDeep {
        /// The limit.
        limit: usize,
        /// Where.
        location: Location,
    },
}

/// A resource that exists and is in two files.
#[derive(Debug)]
pub struct Twice {
    /// Its id.
    pub id: String,
    /// The files' names.
    pub files: [String; 2],
    /// Where it is in each.
    pub locations: [Location; 2],
}

/// What is wrong with a plan or a template.
#[derive(Debug)]
pub struct Unusable {
    /// Identifies the kind of error.
    pub code: &'static str,
    /// What is wrong with it.
    pub what: String,
    /// What to do about it.
    pub help: &'static str,
    /// Where.
    pub location: Location,
}

impl InputError {
    /// The error, where it is one of a plan: what that has is no answer of the AWS CLI.
    pub(super) fn of_plan(mut self) -> Self {
        if let InputError::WrongType { is_planned, .. } = &mut self {
            *is_planned = true;
        }
        self
    }

    /// Identifies the kind of error.
    pub fn code(&self) -> &'static str {
        match self {
            InputError::Unreadable { .. } => "input/unreadable",
            InputError::NoJson { .. } => "input/no-json",
            InputError::Empty { .. } => "input/empty",
            InputError::Encoding { .. } => "input/encoding",
            InputError::Syntax { .. } => "input/syntax",
            InputError::YamlSyntax { .. } => "input/yaml",
            InputError::TooManyValues { .. } => "input/too-many-values",
            InputError::NotSnapshot { .. } => "input/not-a-snapshot",
            InputError::NothingToDeploy => "input/nothing-to-deploy",
            InputError::OntoPlanned { .. } => "input/onto-planned",
            InputError::NoTemplate { .. } => "input/no-template",
            InputError::OfTerraform { .. } => "input/of-terraform",
            InputError::NoPlan => "input/no-plan",
            InputError::NotPlanned { .. } => "input/not-planned",
            InputError::UnlikePlanned { .. } => "input/unlike-planned",
            InputError::DeployedTwice(_) => "input/deployed-twice",
            InputError::WhichConfiguration { .. } => "input/which-configuration",
            InputError::WhichTemplate { .. } => "input/which-template",
            InputError::Unusable(found) => found.code,
            InputError::Template(error) => error.code(),
            InputError::NewerSchema { .. } => "input/newer-schema",
            InputError::NotIpRanges { .. } => "input/not-ip-ranges",
            InputError::WrongType { .. } => "input/wrong-type",
            InputError::DuplicateKey { .. } => "input/duplicate-key",
            InputError::TooDeep { .. } => "input/too-deep",
        }
    }

    /// What to do about it.
    pub fn help(&self) -> String {
        match self {
            InputError::Unreadable { error, .. } if error.kind() == std::io::ErrorKind::PermissionDenied => {
                "let it be read by the user who runs fargcheck, or run it as the file's owner, in a container too:\n\
                 docker run --user \"$(id -u):$(id -g)\" …"
                    .into()
            }
            InputError::Unreadable { .. } => {
                "name a snapshot that `fargcheck scan` wrote, or a folder of AWS CLI outputs".into()
            }
            InputError::NoJson { .. } => {
                "put AWS CLI outputs into it, such as `aws ec2 describe-vpcs > vpcs.json`; every *.json below it is read".into()
            }
            InputError::Empty { .. } => "the command that should have written it may have failed: run it again".into(),
            InputError::Encoding { utf16: true, .. } => {
                "this looks like UTF-16, as PowerShell's `>` writes it: write `| Out-File -Encoding utf8 FILE` instead".into()
            }
            InputError::Encoding { .. } => {
                "save it as UTF-8; of a plan that Terraform saved, give what `terraform show -json PLAN` prints".into()
            }
            InputError::Syntax { truncated: true, .. } => "the file was cut off: write it again".into(),
            InputError::Syntax { .. } => "a snapshot is one JSON object, as `fargcheck scan` or `aws … --output json` writes it".into(),
            InputError::YamlSyntax { .. } => "mend it: nothing of the file was judged".into(),
            InputError::TooManyValues { .. } => "aliases of aliases grow fast: write out what they name".into(),
            // Only Terraform's own file of its state has one.
            InputError::NotSnapshot { found, .. } if found.contains("`lineage`") => {
                "this is Terraform's own file of its state: give what `terraform show -json > state.json` prints of it".into()
            }
            InputError::NotSnapshot { .. } => {
                "a snapshot is one JSON object with keys such as `Vpcs`, `Subnets` and `RouteTables`: `fargcheck schema snapshot` prints its form".into()
            }
            InputError::NothingToDeploy => {
                "name a Terraform plan (`terraform show -json PLAN > plan.json`) or a CloudFormation template, or leave --onto out".into()
            }
            InputError::OntoPlanned { .. } => {
                "give a snapshot: `fargcheck scan` writes one of what is there. Plans, states and templates that are deployed together go beside each other, without --onto".into()
            }
            InputError::NoTemplate { .. } => {
                "leave it out: a Terraform plan holds the values of its variables and its region, a snapshot its own".into()
            }
            InputError::OfTerraform { .. } => {
                "give the plan as Terraform shows it:\n  terraform plan -out plan\n  terraform show -json plan > plan.json".into()
            }
            InputError::NoPlan => "leave it out: only a plan is made of Terraform's files".into(),
            InputError::NotPlanned { .. } => {
                "name the directory in which `terraform plan` was run, as it was then; without --terraform the plan alone is judged".into()
            }
            InputError::UnlikePlanned { .. } => {
                "judge each by itself; what one needs of the other is known once that is deployed: add --onto SNAPSHOT".into()
            }
            InputError::DeployedTwice(_) => {
                "give one of them: a resource belongs to one state, and a plan tells what its state has".into()
            }
            InputError::WhichConfiguration { .. } => {
                "give it once for each plan, in the order of the plans".into()
            }
            InputError::WhichTemplate { .. } => {
                "say which template makes it: --stack-name FILE=NAME, with the file as it is called here".into()
            }
            InputError::Unusable(found) => found.help.into(),
            InputError::Template(error) => error.help(),
            InputError::NewerSchema { .. } => {
                "a later fargcheck wrote it, and what it says may mean something else now: update fargcheck, or collect again with this one".into()
            }
            InputError::NotIpRanges { .. } => {
                "take it as AWS publishes it: https://ip-ranges.amazonaws.com/ip-ranges.json".into()
            }
            InputError::WrongType { is_planned: true, .. } => {
                "the value must have the type that the resource has there: correct it where the file was made".into()
            }
            InputError::WrongType { .. } => "the value must have the type that the AWS CLI gives it: `fargcheck schema snapshot` prints the form".into(),
            InputError::DuplicateKey { .. } => "keep one of them: which one was meant can't be told".into(),
            InputError::TooDeep { .. } => "no answer of AWS is nested like this: check what wrote the file".into(),
        }
    }

    /// Where, with what to say about each place.
    pub fn labels(&self) -> Vec<(Location, String)> {
        match self {
            InputError::Syntax { location, truncated, .. } => {
                let text = if *truncated { "the text ends here" } else { "here" };
                vec![(location.clone(), text.into())]
            }
            InputError::YamlSyntax { location, .. } | InputError::TooManyValues { location, .. } => {
                vec![(location.clone(), "here".into())]
            }
            InputError::NotIpRanges { location } => vec![(location.clone(), "this value".into())],
            InputError::NotSnapshot { location, .. } => vec![(location.clone(), "an object must begin here".into())],
            InputError::OntoPlanned { location, .. } => vec![(location.clone(), "it begins here".into())],
            InputError::UnlikePlanned { location, .. } => vec![(location.clone(), "the other begins here".into())],
            InputError::DeployedTwice(found) => {
                let texts = ["in this one", "and in this one"];
                found.locations.iter().cloned().zip(texts.map(str::to_owned)).collect()
            }
            InputError::Unusable(found) => vec![(found.location.clone(), "here".into())],
            InputError::Template(error) => error.labels(),
            InputError::NewerSchema { location, .. } => vec![(location.clone(), "the schema".into())],
            InputError::WrongType { location, .. } | InputError::TooDeep { location, .. } => {
                vec![(location.clone(), "this value".into())]
            }
            InputError::DuplicateKey { locations, .. } => {
                let texts = ["first here", "and again here"];
                locations.iter().cloned().zip(texts.map(str::to_owned)).collect()
            }
            _ => Vec::new(),
        }
    }
}

/// The last byte of a source, or its first.
pub(super) fn end_of(sources: &Sources, source: SourceId) -> Location {
    let length = sources.get(source).bytes().len();
    Location::Span { source, start: length.saturating_sub(1), length: 1 }
}
