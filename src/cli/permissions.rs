//! `fargcheck permissions`: the least IAM policy that a scan needs.

use super::{CLEAN, Outcome, problems};
use crate::{collect, report};

/// Prints the policy.
pub(super) fn run() -> Outcome {
    let policy = collect::permissions();
    report::print_text(&format!("{policy:#}\n")).map_err(|error| problems::stdout(&error))?;
    Ok(CLEAN)
}
