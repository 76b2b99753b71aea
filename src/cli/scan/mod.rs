//! `fargcheck scan`: collects a snapshot of an account, and judges it.

mod watch;

use super::arguments::{Looks, PlannedFlags, Scan};
use super::{CLEAN, FINDINGS, INCOMPLETE, Outcome, TROUBLE, lint, problems};
use crate::collect::{self, CollectError, Collected, Options, Progress};
use crate::report::problem::{Problem, print_problems};
use crate::report::{self, Style};
use crate::rules::nearest;
use crate::snapshot::Sources;
use std::path::{Path, PathBuf};
use watch::{Bars, Watch};

/// What a shell says of a program that an interrupt ended.
const INTERRUPTED: i32 = 130;

/// Collects every region, writes a snapshot of each, and judges what was written.
pub(super) fn run(arguments: &Scan, looks: &Looks, sources: &mut Sources, end: fn(i32) -> !) -> Outcome {
    // A mistake in the configuration is told before the account is asked anything.
    if !arguments.no_lint {
        lint::check(&arguments.lint, sources)?;
    }
    let regions = regions(arguments)?;
    let bars = Bars::new(looks.quiet);
    let watches: Vec<Watch> = regions.iter().map(|region| Watch::new(&bars, region.as_deref())).collect();
    let jobs: Vec<(Options, &dyn Progress)> = regions
        .iter()
        .zip(&watches)
        .map(|(region, watch)| (options(arguments, region.clone()), watch as &dyn Progress))
        .collect();
    let shown = bars.clone();
    let broken = |error: std::io::Error| vec![Problem::new("scan/runtime", format!("the scan can't start: {error}"))];
    collect::on_interrupt(move || {
        shown.clear();
        end(INTERRUPTED)
    })
    .map_err(broken)?;
    let results = collect::collect_all(&jobs).map_err(broken)?;
    bars.clear();

    let no_such_vpc = no_such_vpc(&arguments.vpc, &results);
    if !no_such_vpc.is_empty() {
        return Err(no_such_vpc);
    }
    let (mut written, mut failed) = (Vec::new(), Vec::new());
    for result in results {
        match result.map_err(|error| vec![problem(&error)]).and_then(|collected| write(arguments, looks, &collected)) {
            Ok(path) => written.extend(path),
            // Credentials that are missing are missing in every region.
            Err(problems) => {
                failed.extend(problems.into_iter().filter(|problem| !failed.contains(problem)).collect::<Vec<_>>())
            }
        }
    }
    let is_printed = arguments.output_file.as_deref() == Some(Path::new("-"));
    if !failed.is_empty() {
        if written.is_empty() {
            return Err(failed);
        }
        // What could be collected is judged all the same.
        let _ = print_problems(&failed, sources, &Style::for_stderr(looks.color));
    }
    let code = if arguments.no_lint || is_printed {
        CLEAN
    } else {
        lint::judge(&written, &PlannedFlags::default(), &arguments.lint, looks, sources)?
    };
    Ok(match code {
        FINDINGS | TROUBLE => code,
        _ if !failed.is_empty() && !arguments.lint.judging.allow_incomplete => INCOMPLETE,
        code => code,
    })
}

/// VPCs of `--vpc` that no region has, where every region could be asked. (One region may have the one, and one the other.)
fn no_such_vpc(asked: &[String], results: &[Result<Collected, CollectError>]) -> Vec<Problem> {
    let Ok(collected) = results.iter().map(Result::as_ref).collect::<Result<Vec<&Collected>, _>>() else {
        return Vec::new();
    };
    let regions: Vec<&str> = collected.iter().map(|one| one.region.as_str()).collect();
    let is_nowhere = |id: &&String| collected.iter().all(|one| one.missing_vpcs.contains(id));
    let problem = |id: &String| {
        let place = regions.join(", ");
        let problem = Problem::new("scan/no-such-vpc", format!("there is no VPC `{id}` in {place}"));
        let known: Vec<&str> = collected.iter().flat_map(|one| &one.known_vpcs).map(String::as_str).collect();
        match (nearest(id, known.iter().copied()), known.is_empty()) {
            (Some(nearest), _) => problem.with_help(format!("did you mean `{nearest}`?")),
            (None, false) => problem.with_help(format!("there are {}", known.join(", "))),
            (None, true) => problem.with_help("no VPC is there at all: check the region and the account"),
        }
    };
    asked.iter().filter(is_nowhere).map(problem).collect()
}

/// The regions that are asked for, each once; none means that of the environment or the profile.
fn regions(arguments: &Scan) -> Result<Vec<Option<String>>, Vec<Problem>> {
    let mut regions: Vec<Option<String>> = Vec::new();
    for region in &arguments.region {
        if !regions.iter().any(|known| known.as_deref() == Some(region)) {
            regions.push(Some(region.clone()));
        }
    }
    if regions.len() > 1 && arguments.output_file.is_some() {
        let problem = Problem::new("usage/output", "-o names one file, and each region makes one");
        return Err(vec![problem.with_help("leave -o out: the files are called fargcheck-<account>-<region>.json")]);
    }
    if regions.is_empty() {
        regions.push(None);
    }
    Ok(regions)
}

fn options(arguments: &Scan, region: Option<String>) -> Options {
    let mut options = Options {
        region,
        profile: arguments.profile.clone(),
        role_arn: arguments.role_arn.clone(),
        external_id: arguments.external_id.clone(),
        vpcs: arguments.vpc.clone(),
        clusters: arguments.cluster.clone(),
        ..Options::default()
    };
    if let Some(concurrency) = arguments.concurrency {
        options.concurrency = usize::from(concurrency);
    }
    // As the AWS CLI and the SDKs take it.
    if let Some(attempts) = std::env::var("AWS_MAX_ATTEMPTS").ok().and_then(|text| text.trim().parse().ok()) {
        options.max_attempts = attempts;
    }
    options
}

/// Writes a snapshot and says where it is; none where it was printed.
fn write(arguments: &Scan, looks: &Looks, collected: &Collected) -> Result<Option<PathBuf>, Vec<Problem>> {
    let broken = |error: &dyn std::fmt::Display| {
        vec![Problem::new("scan/document", format!("the snapshot can't be written: {error}"))]
    };
    let mut text = serde_json::to_string_pretty(&collected.document).map_err(|error| broken(&error))?;
    text.push('\n');
    let path = match &arguments.output_file {
        Some(path) if path.as_os_str() == "-" => {
            report::print_text(&text).map_err(|error| problems::stdout(&error))?;
            return Ok(None);
        }
        Some(path) => path.clone(),
        None => PathBuf::from(match &collected.account {
            Some(account) => format!("fargcheck-{account}-{}.json", collected.region),
            None => format!("fargcheck-{}.json", collected.region),
        }),
    };
    collect::write_whole(&path, text.as_bytes()).map_err(|error| problems::unwritable(&path, &error))?;
    if !looks.quiet {
        let _ = report::print_error_text(&format!("{} written\n", path.display()));
    }
    Ok(Some(path))
}

fn problem(error: &CollectError) -> Problem {
    // The SDK's texts have lines of their own.
    let message = error.to_string().split_whitespace().collect::<Vec<_>>().join(" ");
    Problem::new(error.code(), message).with_help(error.help())
}
