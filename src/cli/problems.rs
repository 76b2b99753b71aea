//! What is wrong with a question, from each part that can say so.

use crate::input::{CloudReactorError, DeploymentError, InputError};
use crate::network::NetworkError;
use crate::report::problem::Problem;
use crate::rules::{LoadError, NoSuchRule, nearest};
use crate::snapshot::{Location, Source, Sources};
use std::error::Error;
use std::path::Path;

/// What an error says of itself.
fn told(code: &'static str, error: &impl Error, help: String, labels: Vec<(Location, String)>) -> Vec<Problem> {
    vec![Problem { labels, ..Problem::new(code, error.to_string()).with_help(help) }]
}

/// An input that can't be read.
pub(super) fn input(error: &InputError) -> Vec<Problem> {
    told(error.code(), error, error.help(), error.labels())
}

/// A deployment that can't be used.
pub(super) fn deployment(error: &DeploymentError) -> Vec<Problem> {
    told(error.code(), error, error.help(), error.labels())
}

/// Files of CloudReactor's deployer that can't be used.
pub(super) fn cloudreactor(error: &CloudReactorError) -> Vec<Problem> {
    let mut help = error.help();
    if let CloudReactorError::NoFile { file, known, .. } = error
        && let Some(wanted) = Path::new(file).file_stem().and_then(|stem| stem.to_str())
        && let Some(near) = nearest(wanted, known.iter().map(String::as_str))
    {
        help = format!("did you mean `--environment {near}`? {help}");
    }
    told(error.code(), error, help, error.labels())
}

/// An input that can't be.
pub(super) fn network(error: &NetworkError) -> Vec<Problem> {
    told(error.code(), error, error.help(), error.labels())
}

/// Rules that can't be loaded; their texts become sources, so that they can be pointed into.
pub(super) fn rules(errors: Vec<LoadError>, sources: &mut Sources) -> Vec<Problem> {
    errors.into_iter().map(|error| rule(error, sources)).collect()
}

fn rule(error: LoadError, sources: &mut Sources) -> Problem {
    let mut problem = Problem::new(error.code, error.message);
    problem.help = error.help;
    if error.text.is_empty() {
        problem.message = format!("`{}`: {}", error.file, problem.message);
        return problem;
    }
    let location = Location::Span {
        source: sources.add(Source::new(error.file, error.text)),
        start: error.span.start,
        length: error.span.len(),
    };
    problem.with_label(location, "here")
}

/// Two results, or what is wrong with both: a user wants to hear of all mistakes at once.
pub(super) fn both<A, B>(a: Result<A, Vec<Problem>>, b: Result<B, Vec<Problem>>) -> Result<(A, B), Vec<Problem>> {
    match (a, b) {
        (Ok(a), Ok(b)) => Ok((a, b)),
        (Err(mut problems), Err(more)) => {
            problems.extend(more);
            Err(problems)
        }
        (Err(problems), Ok(_)) | (Ok(_), Err(problems)) => Err(problems),
    }
}

/// A flag that names no rule.
pub(super) fn no_such_rule(error: &NoSuchRule, flag: &str) -> Problem {
    let help = match &error.nearest {
        Some(nearest) => format!("did you mean `{nearest}`? This lists all rules:\nfargcheck rules"),
        None => "This lists all rules:\nfargcheck rules".to_owned(),
    };
    Problem::new("usage/unknown-rule", format!("{flag}: {error}")).with_help(help)
}

/// A file that can't be written.
pub(super) fn unwritable(path: &Path, error: &std::io::Error) -> Vec<Problem> {
    let text = error.to_string();
    // The file that is written first has a name that says nothing to the user.
    let reason = text.split_once(" at path ").map_or(text.as_str(), |(reason, _)| reason);
    vec![Problem::new("output/unwritable", format!("can't write `{}`: {reason}", path.display()))]
}

/// Standard output that can't be written to.
pub(super) fn stdout(error: &std::io::Error) -> Vec<Problem> {
    vec![Problem::new("output/unwritable", format!("can't write to standard output: {error}"))]
}
