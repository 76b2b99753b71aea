//! `fargcheck init`: writes a commented configuration.

use super::arguments::Init;
use super::{CLEAN, Outcome, problems};
use crate::report;
use crate::report::problem::Problem;
use std::fs::OpenOptions;
use std::io::{ErrorKind, Write};

/// What is written. Everything in it is commented out: it changes nothing until its owner wants it to.
pub(super) const TEMPLATE: &str = include_str!("config/template.toml");

/// Writes the configuration, unless there is one.
pub(super) fn run(arguments: &Init) -> Outcome {
    let path = &arguments.file;
    let mut file = OpenOptions::new().write(true).create_new(true).open(path).map_err(|error| match error.kind() {
        ErrorKind::AlreadyExists => {
            let problem =
                Problem::new("config/exists", format!("`{}` is there already, and is left as it is", path.display()));
            vec![problem.with_help("name another file, or take that one away")]
        }
        _ => problems::unwritable(path, &error),
    })?;
    file.write_all(TEMPLATE.as_bytes()).map_err(|error| problems::unwritable(path, &error))?;
    report::print_text(&format!("{} written\n", path.display())).map_err(|error| problems::stdout(&error))?;
    Ok(CLEAN)
}
