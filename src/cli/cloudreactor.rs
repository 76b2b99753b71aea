//! The tasks of CloudReactor's deployer as declared workloads.

use super::arguments::DeploymentFlags;
use super::declared;
use super::problems;
use crate::input::{CloudReactor, CloudReactorTask, Open};
use crate::network::{Declaration, Need, Undecided};
use crate::report::problem::Problem;
use crate::snapshot::Sources;

/// A workload for each task of the environment that the flags name.
///
/// # Errors
/// What is wrong with the files.
pub(super) fn declarations(flags: &DeploymentFlags, sources: &mut Sources) -> Result<Vec<Declaration>, Vec<Problem>> {
    let (Some(folder), Some(environment)) = (&flags.cloudreactor, &flags.environment) else { return Ok(Vec::new()) };
    let tasks = CloudReactor::read(folder, environment, sources).and_then(|files| files.tasks(sources));
    let tasks = tasks.map_err(|error| problems::cloudreactor(&error))?;
    Ok(tasks.into_iter().map(|task| declaration(task, environment)).collect())
}

fn declaration(task: CloudReactorTask, environment: &str) -> Declaration {
    // It reports to CloudReactor, besides pulling its image and shipping its logs.
    let names: &[&str] = if task.image.is_some() { &["internet", "logs"] } else { &["internet"] };
    let needs = names.iter().filter_map(|name| wanted(name, &task)).collect();
    let (assign_public_ip, at) = match task.assign_public_ip {
        Ok((value, at)) => (Ok(value), at),
        Err(open) => (Err(undecided(open, environment)), None),
    };
    Declaration {
        subnets: task.subnets.map_err(|open| undecided(open, environment)),
        security_groups: task.security_groups.map_err(|open| undecided(open, environment)),
        assign_public_ip,
        assign_public_ip_at: at.unwrap_or_else(|| task.place.clone()),
        is_plain: task.image.is_none(),
        set_in: Some(format!("{environment}.yml")),
        image: task.image,
        needs,
        ..Declaration::new(task.name, task.place)
    }
}

fn wanted(what: &str, task: &CloudReactorTask) -> Option<Need> {
    declared::need(what, task.place.clone()).ok()
}

/// Why a setting is open.
fn undecided(open: Open, environment: &str) -> Undecided {
    match open {
        Open::RunEnvironment => Undecided {
            by: "the Run Environment of CloudReactor",
            why: format!(
                "the files don't say, so that the Run Environment of `{environment}` does, which CloudReactor keeps: \
                          write it into {environment}.yml, or allow that it is not checked"
            ),
        },
        Open::Nobody => Undecided {
            by: "a setting of CloudReactor's deployer",
            why: "the files don't say, and CloudReactor, whose Run Environment could, is switched off".into(),
        },
        Open::Expression(expression) => Undecided {
            by: "the value of an expression in CloudReactor's files",
            why: format!("`{expression}` is an expression that only the deployer can evaluate"),
        },
    }
}
