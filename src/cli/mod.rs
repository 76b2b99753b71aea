//! The program's commands, one module each. Nothing here prints or exits: `report` writes, `main` ends.

mod arguments;
mod aws_services;
mod choice;
mod cloudreactor;
mod config;
mod declared;
mod explain;
mod facts;
mod init;
mod judged;
mod lint;
mod matrix;
mod network;
#[cfg(not(feature = "scan"))]
mod offline;
mod output;
#[cfg(feature = "scan")]
mod permissions;
mod problems;
mod question;
mod rules;
#[cfg(feature = "scan")]
mod scan;
mod schema;
mod suppress;
mod trace;
mod workload_flags;

use crate::report::problem::{Problem, print_problems};
use crate::report::{self, Checkout, Failure, Style};
use crate::snapshot::Sources;
use arguments::{Arguments, Command, Looks};
use clap::Parser;
use std::ffi::OsString;

/// Everything is as it should be.
const CLEAN: u8 = 0;
/// There are findings at or above the level that fails a run.
const FINDINGS: u8 = 1;
/// The question or its input is wrong.
const TROUBLE: u8 = 2;
/// There is no such finding, but what an error would rest on is not known.
const INCOMPLETE: u8 = 3;

/// What a command ends with: an exit code, or what is wrong with the question.
type Outcome = Result<u8, Vec<Problem>>;

/// Runs the program on its arguments (the first is its name) and says with what code to exit. `end` ends the process at
/// once; only an interrupt uses it.
pub fn run(arguments: impl IntoIterator<Item = OsString>, end: fn(i32) -> !) -> u8 {
    let arguments = match Arguments::try_parse_from(arguments) {
        Ok(arguments) => arguments,
        Err(error) => return usage(&error),
    };
    let mut sources = Sources::default();
    match dispatch(&arguments, &mut sources, end) {
        Ok(code) => code,
        Err(problems) => {
            let looks = &arguments.looks;
            tell(&problems, &sources, looks);
            let told = report_failure(&arguments.command, &problems, &sources);
            told.unwrap_or_else(|problems| tell(&problems, &sources, looks));
            TROUBLE
        }
    }
}

/// Says on standard error what is wrong. If that can't be written to there is nobody to tell.
fn tell(problems: &[Problem], sources: &Sources, looks: &Looks) {
    let _ = print_problems(problems, sources, &Style::for_stderr(looks.color));
}

/// Says what is wrong in the reports that were asked for, too.
fn report_failure(command: &Command, problems: &[Problem], sources: &Sources) -> Result<(), Vec<Problem>> {
    let (reporting, inputs) = match command {
        Command::Lint(lint) => (&lint.flags.reporting, lint.paths.as_slice()),
        Command::Scan(scan) => (&scan.lint.reporting, scan.output_file.as_slice()),
        _ => return Ok(()),
    };
    let failure = Failure {
        sources,
        problems,
        inputs: inputs.iter().map(|path| path.to_string_lossy().into_owned()).collect(),
        version: env!("CARGO_PKG_VERSION"),
        exit_code: TROUBLE,
        checkout: Checkout::of_process(),
    };
    output::write_failure(&failure, reporting, inputs)
}

#[cfg_attr(not(feature = "scan"), expect(unused_variables, reason = "only a scan can be interrupted"))]
fn dispatch(arguments: &Arguments, sources: &mut Sources, end: fn(i32) -> !) -> Outcome {
    let looks = &arguments.looks;
    match &arguments.command {
        #[cfg(feature = "scan")]
        Command::Scan(scan) => scan::run(scan, looks, sources, end),
        #[cfg(feature = "scan")]
        Command::Permissions => permissions::run(),
        #[cfg(not(feature = "scan"))]
        Command::Scan(_) => offline::run("scan"),
        #[cfg(not(feature = "scan"))]
        Command::Permissions => offline::run("permissions"),
        Command::Lint(lint) => lint::run(lint, looks, sources),
        Command::Trace(trace) => trace::run(trace, looks, sources),
        Command::Matrix(matrix) => matrix::run(matrix, looks, sources),
        Command::Rules(rules) => rules::run(rules, looks, sources),
        Command::Explain(explain) => explain::run(explain, looks, sources),
        Command::Facts(facts) => facts::run(facts, looks, sources),
        Command::Schema(schema) => schema::run(schema),
        Command::Init(init) => init::run(init),
    }
}

/// Help and version are answers; anything else is wrong usage.
fn usage(error: &clap::Error) -> u8 {
    let text = error.render();
    let shown = |style: Style| if style.color { text.ansi().to_string() } else { text.to_string() };
    if error.use_stderr() {
        let _ = report::print_error_text(&shown(Style::for_stderr(Default::default())));
        TROUBLE
    } else {
        match report::print_text(&shown(Style::for_stdout(Default::default()))) {
            Ok(()) => CLEAN,
            Err(_) => TROUBLE,
        }
    }
}
