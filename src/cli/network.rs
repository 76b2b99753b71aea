//! From paths to the resolved network.

use super::problems;
use crate::input::{self, Deployment, InputFile};
use crate::network::{self, Declaration, Network};
use crate::report::problem::Problem;
use crate::snapshot::Sources;

/// What a network is made from.
pub(super) struct Ingredients {
    /// The files of the paths.
    pub(super) files: Vec<InputFile>,
    /// A deployment to come.
    pub(super) deployment: Deployment,
    /// Workloads of flags and the configuration.
    pub(super) declarations: Vec<Declaration>,
}

/// Resolves the network and hands it on. (It borrows from what lives here only.)
///
/// # Errors
/// What makes the input impossible to judge, or what `then` says.
pub(super) fn with<R>(
    ingredients: &Ingredients,
    sources: &Sources,
    then: impl for<'n> FnOnce(&'n Network<'n>) -> Result<R, Vec<Problem>>,
) -> Result<R, Vec<Problem>> {
    let mut snapshot = input::parse(&ingredients.files, sources).map_err(|error| problems::input(&error))?;
    ingredients.deployment.add(&mut snapshot, sources).map_err(|error| problems::deployment(&error))?;
    let network = network::resolve(&snapshot, &ingredients.declarations).map_err(|error| problems::network(&error))?;
    then(&network)
}
