//! What is judged, besides the paths: for every command that has a network.

use super::Places;
use crate::cli::network::Given;
use crate::cli::problems;
use crate::input::{self, Beside, InputError, InputFile, Stack};
use crate::report::problem::Problem;
use crate::snapshot::{SourceId, Sources};
use clap::Args;
use std::path::PathBuf;

/// The configuration, and what a network is made from besides its paths: for commands that ask about a network.
#[derive(Debug, Args)]
pub(in crate::cli) struct NetworkFlags {
    #[command(flatten)]
    pub(in crate::cli) places: Places,
    #[command(flatten)]
    pub(in crate::cli) planned: PlannedFlags,
    #[command(flatten)]
    pub(in crate::cli) deployment: DeploymentFlags,
    #[command(flatten)]
    pub(in crate::cli) knowledge: KnowledgeFlags,
}

impl NetworkFlags {
    /// What the network of some paths is made from.
    pub(in crate::cli) fn given<'a>(&'a self, paths: &'a [PathBuf]) -> Given<'a> {
        Given { paths, planned: &self.planned, deployment: &self.deployment, knowledge: &self.knowledge }
    }
}

/// What plans and templates among the paths are deployed as, and onto what.
#[derive(Debug, Default, Args)]
pub(in crate::cli) struct PlannedFlags {
    /// What is there already, which a plan or a template is deployed onto: a snapshot or a folder; may be repeated
    #[arg(long, value_name = "PATH")]
    pub(in crate::cli) onto: Vec<PathBuf>,
    /// The directory in which the Terraform plan was made: tells what a plan leaves out (locals, dynamic blocks). Only the
    /// *.tf and *.tf.json files of its modules are read. Of several plans once for each, in their order
    #[arg(long, value_name = "DIR")]
    pub(in crate::cli) terraform: Vec<PathBuf>,
    #[command(flatten)]
    pub(in crate::cli) stack: StackFlags,
}

impl PlannedFlags {
    /// Reads the files of some paths, deployed onto what is there.
    ///
    /// # Errors
    /// One can't be read, or a plan or a template can't be used.
    pub(in crate::cli) fn read(&self, paths: &[PathBuf], sources: &mut Sources) -> Result<Vec<InputFile>, InputError> {
        let beside = Beside { stack: self.stack.read(sources)?, terraform: self.terraform.clone() };
        match self.onto.as_slice() {
            [] => input::read_beside(paths, &beside, sources),
            onto => input::read_onto(paths, &beside, onto, sources),
        }
    }
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
#[derive(Debug, Default, Args)]
#[command(next_help_heading = "The stack that a CloudFormation template makes")]
pub(in crate::cli) struct StackFlags {
    /// Values of the template's parameters, as the AWS CLI takes them; may be repeated, and a later one counts
    #[arg(long, value_name = "FILE|KEY=VALUE")]
    pub(in crate::cli) parameters: Vec<String>,
    /// The region that it is deployed to [default: that of --onto]
    #[arg(long, value_name = "REGION")]
    pub(in crate::cli) region: Option<String>,
    /// The stack's name, of several templates as FILE=NAME [default: the one that --onto shows]
    #[arg(long, value_name = "NAME")]
    pub(in crate::cli) stack_name: Vec<String>,
}

impl StackFlags {
    /// Reads the files of parameters.
    ///
    /// # Errors
    /// One can't be read.
    fn read(&self, sources: &mut Sources) -> Result<Stack, InputError> {
        let mut stack = Stack { region: self.region.clone(), names: self.stack_name.clone(), ..Stack::default() };
        for word in &self.parameters {
            stack.parameters.take(word, sources)?;
        }
        Ok(stack)
    }
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
