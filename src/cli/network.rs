//! From paths to the resolved network.

use super::arguments::{DeploymentFlags, KnowledgeFlags, PlannedFlags};
use super::config::Settings;
use super::{cloudreactor, problems};
use crate::input::{self, Deployment, InputFile};
use crate::network::{self, Declaration, Network, Reference, Workload, WorkloadKind};
use crate::report::problem::Problem;
use crate::rules::nearest;
use crate::snapshot::{Location, Snapshot, SourceId, Sources};
use std::collections::HashSet;
use std::mem::ManuallyDrop;
use std::path::PathBuf;

/// What a network is made from.
pub(super) struct Ingredients {
    /// The files of the paths.
    files: Vec<InputFile>,
    /// A deployment to come.
    deployment: Deployment,
    /// AWS's public address ranges, where they are a file of their own.
    ip_ranges: Option<SourceId>,
    /// Workloads of flags and the configuration.
    declarations: Vec<Declaration>,
}

impl From<Vec<InputFile>> for Ingredients {
    /// Files, and nothing besides.
    fn from(files: Vec<InputFile>) -> Self {
        Ingredients { files, deployment: Deployment::default(), ip_ranges: None, declarations: Vec::new() }
    }
}

/// The flags that say what a network is made from.
#[derive(Clone, Copy)]
pub(super) struct Given<'a> {
    pub(super) paths: &'a [PathBuf],
    pub(super) planned: &'a PlannedFlags,
    pub(super) deployment: &'a DeploymentFlags,
    pub(super) knowledge: &'a KnowledgeFlags,
}

impl Given<'_> {
    /// Reads all the files, for a network with workloads that the configuration and other flags declare.
    ///
    /// # Errors
    /// A file can't be read, or used.
    pub(super) fn read(
        self,
        declarations: Vec<Declaration>,
        sources: &mut Sources,
    ) -> Result<Ingredients, Vec<Problem>> {
        let deployment = self.deployment;
        Ok(Ingredients {
            declarations,
            files: self.planned.read(self.paths, sources).map_err(|error| problems::input(&error))?,
            deployment: Deployment::read(deployment.service.as_deref(), deployment.task_definition.as_deref(), sources)
                .map_err(|error| problems::input(&error))?,
            ip_ranges: self.knowledge.read_ip_ranges(sources)?,
        })
    }

    /// The same with the workloads of the configuration and of CloudReactor's files, which every command judges that has
    /// none of its own.
    ///
    /// # Errors
    /// A file can't be read, or used.
    pub(super) fn read_with(self, settings: &Settings, sources: &mut Sources) -> Result<Ingredients, Vec<Problem>> {
        let mut declarations = settings.declarations()?;
        declarations.extend(cloudreactor::declarations(self.deployment, sources)?);
        self.read(declarations, sources)
    }
}

/// Resolves the network and hands it on. (It borrows from what lives here only.)
///
/// # Errors
/// What makes the input impossible to judge, or what `then` says.
pub(super) fn with<R>(
    ingredients: &Ingredients,
    sources: &Sources,
    then: impl for<'n> FnOnce(&'n Snapshot<'n>, &'n Network<'n>) -> Result<R, Vec<Problem>>,
) -> Result<R, Vec<Problem>> {
    // The process ends soon after: to give millions of small pieces back one by one would take a tenth of the run.
    let snapshot = input::parse(&ingredients.files, sources).map_err(|error| problems::input(&error))?;
    let mut snapshot = ManuallyDrop::new(snapshot);
    ingredients.deployment.add(&mut snapshot, sources).map_err(|error| problems::deployment(&error))?;
    if let Some(source) = ingredients.ip_ranges {
        snapshot.ip_ranges = Some(input::ip_ranges(sources, source).map_err(|error| problems::input(&error))?);
    }
    let network = network::resolve(&snapshot, &ingredients.declarations).map_err(|error| problems::network(&error))?;
    let network = ManuallyDrop::new(network);
    check_subnets(&network)?;
    check_names(&network)?;
    then(&snapshot, &network)
}

/// So is the name of a service or a task that nothing is called by, where all of them are known: what is to be added to it would
/// be checked of nobody.
fn check_names(network: &Network<'_>) -> Result<(), Vec<Problem>> {
    let running = |workload: &&Workload<'_>| matches!(workload.kind, WorkloadKind::Service | WorkloadKind::Task);
    let names = || network.workloads.iter().filter(running).map(|workload| workload.name.as_str());
    let problem = |(name, place): &(String, Location)| {
        let problem = Problem::new("config/workload", format!("nothing that runs is called `{name}`"));
        let problem = problem.with_label(place.clone(), "this name");
        match nearest(name, names()) {
            Some(nearest) => problem.with_help(format!("did you mean `{nearest}`?")),
            None => problem.with_help("name a service or a task that runs on Fargate, or `*` for all of them"),
        }
    };
    let problems: Vec<Problem> = network.strangers.iter().map(problem).collect();
    if problems.is_empty() { Ok(()) } else { Err(problems) }
}

/// A subnet that a flag or the configuration names and the input lacks is a slip of the pen: nothing would be judged there.
fn check_subnets(network: &Network<'_>) -> Result<(), Vec<Problem>> {
    let declared = network.workloads.iter().filter(|workload| workload.kind == WorkloadKind::Declared);
    let gone = declared.flat_map(|workload| workload.subnets.iter().flatten());
    let problem = |id: &str| {
        let problem = Problem::new("input/no-such-subnet", format!("the input has no subnet `{id}`"));
        match nearest(id, network.by_id.subnets.keys().copied()) {
            Some(nearest) => problem.with_help(format!("did you mean `{nearest}`?")),
            None => problem,
        }
    };
    let mut seen = HashSet::new();
    let problems: Vec<Problem> = gone
        // Several workloads may have it from one place.
        .filter(|placement| placement.subnet == Reference::Gone && seen.insert(&placement.place))
        .map(|placement| problem(&placement.id).with_label(placement.place.clone(), "this subnet"))
        .collect();
    if problems.is_empty() { Ok(()) } else { Err(problems) }
}
