//! What the offline linter, a build without the AWS SDK, says of commands that need it.

use super::Outcome;
use crate::report::problem::Problem;

/// Says that this build can't.
pub(super) fn run(command: &str) -> Outcome {
    let message = format!("this build of fargcheck is the offline linter: it has no `{command}`");
    let help = "take a build with the feature `scan`, as `cargo install fargcheck` makes it; or collect with the AWS CLI, and lint the folder of its outputs:\n\
                aws ec2 describe-vpcs > network/vpcs.json\n\
                fargcheck lint network/";
    Err(vec![Problem::new("usage/offline", message).with_help(help)])
}
