//! Where reports go: standard output in one form, and files in any number of others.

use super::arguments::Reporting;
use super::problems;
use crate::report::problem::Problem;
use crate::report::{self, Failure, Format, Input, Style};
use crate::snapshot::Sources;
use std::collections::HashSet;
use std::fs::{self, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

/// The files that a run writes, each with the flag that says so. Whatever is no file has nothing to lose.
fn written(reports: &[(Format, PathBuf)], baseline: Option<&Path>) -> Vec<(String, PathBuf)> {
    let reports = reports.iter().map(|(format, path)| (format!("--output {format}="), path.as_path()));
    let baseline = baseline.map(|path| ("--write-baseline ".to_owned(), path));
    let flags = reports.chain(baseline).map(|(flag, path)| (format!("{flag}{}", path.display()), target(path)));
    flags.filter(|(_, target)| !is_device(target)).collect()
}

/// Checks that no two reports, or one and the baseline, go to one file: the second would replace the first.
///
/// # Errors
/// Every file that is named twice.
pub(super) fn check(reports: &[(Format, PathBuf)], baseline: Option<&Path>) -> Result<(), Vec<Problem>> {
    let written = written(reports, baseline);
    let again = written.iter().enumerate().filter_map(|(index, (flag, target))| {
        let (first, _) = written.iter().take(index).find(|(_, known)| known == target)?;
        let message = format!("{first} and {flag} would write the same file");
        Some(Problem::new("usage/same-output", message).with_help("give each report a file of its own"))
    });
    let problems: Vec<Problem> = again.collect();
    if problems.is_empty() { Ok(()) } else { Err(problems) }
}

/// Checks that nothing which is read is written over: neither a source nor what the inputs name.
///
/// # Errors
/// Every flag that would.
pub(super) fn spare(
    reports: &[(Format, PathBuf)],
    baseline: Option<&Path>,
    inputs: &[PathBuf],
    sources: &Sources,
) -> Result<(), Vec<Problem>> {
    let written = written(reports, baseline);
    if written.is_empty() {
        return Ok(());
    }
    let named: Vec<PathBuf> = inputs.iter().map(|path| target(path)).collect();
    let read: HashSet<PathBuf> = sources.iter().map(|(_, source)| target(Path::new(source.name()))).collect();
    // Of a folder that could not be read to its end, it isn't known what else would have been.
    let may_be_in = |folder: &PathBuf, file: &Path| file.starts_with(folder) && has_json(file) && file.is_file();
    let over = written
        .iter()
        .filter(|(_, file)| read.contains(file) || named.iter().any(|input| input == file || may_be_in(input, file)));
    let problems: Vec<Problem> = over
        .map(|(flag, _)| {
            let message = format!("{flag} would write over what is read");
            Problem::new("usage/output-over-input", message).with_help("write to a file of its own")
        })
        .collect();
    if problems.is_empty() { Ok(()) } else { Err(problems) }
}

/// Whether a file is one that is read of a folder.
fn has_json(file: &Path) -> bool {
    file.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("json"))
}

/// The file that a path means: links followed, `..` and `.` resolved, even where it does not exist yet.
fn target(path: &Path) -> PathBuf {
    fs::canonicalize(path).unwrap_or_else(|_| {
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or_else(|| Path::new("."));
        match (fs::canonicalize(folder), path.file_name()) {
            (Ok(folder), Some(name)) => folder.join(name),
            _ => path.to_owned(),
        }
    })
}

/// Whether it is there and is no file: what is written to it replaces nothing.
fn is_device(target: &Path) -> bool {
    fs::metadata(target).is_ok_and(|found| !found.is_file() && !found.is_dir())
}

/// Prints a report and writes the files that were asked for.
///
/// # Errors
/// What could not be written.
pub(super) fn write(
    input: &Input<'_>,
    format: Format,
    files: &[(Format, PathBuf)],
    style: &Style,
) -> Result<(), Vec<Problem>> {
    let mut failed = Vec::new();
    for (format, path) in files {
        let mut text = Vec::new();
        let written = report::render(*format, input, &Style::PLAIN, &mut text).and_then(|()| write_whole(path, &text));
        if let Err(error) = written {
            failed.extend(problems::unwritable(path, &error));
        }
    }
    if let Err(error) = report::print(|out| report::render(format, input, style, out)) {
        failed.extend(problems::stdout(&error));
    }
    if failed.is_empty() { Ok(()) } else { Err(failed) }
}

/// Prints why nothing was judged and writes the files that were asked for, in the formats that have a form for it.
/// Whoever reads such a report would else take what an earlier run left for this one's, or nothing for clean.
///
/// # Errors
/// What could not be written.
pub(super) fn write_failure(
    failure: &Failure<'_>,
    reporting: &Reporting,
    inputs: &[PathBuf],
) -> Result<(), Vec<Problem>> {
    let mut failed = Vec::new();
    let files = reporting.output.as_slice();
    // Where two reports go to one file, or one goes over an input, that is what is wrong.
    let is_sound = check(files, None).and_then(|()| spare(files, None, inputs, failure.sources)).is_ok();
    for (format, path) in files.iter().filter(|_| is_sound) {
        let mut text = Vec::new();
        let written = match report::render_failure(*format, failure, &mut text) {
            Ok(true) => write_whole(path, &text),
            other => other.map(drop),
        };
        if let Err(error) = written {
            failed.extend(problems::unwritable(path, &error));
        }
    }
    if let Err(error) = report::print(|out| report::render_failure(reporting.format, failure, out)) {
        failed.extend(problems::stdout(&error));
    }
    if failed.is_empty() { Ok(()) } else { Err(failed) }
}

/// Writes a file whole or not at all: by way of a temporary one beside it. What is no file (a device, a pipe) is written to.
pub(super) fn write_whole(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let target = target(path);
    if is_device(&target) {
        return OpenOptions::new().write(true).open(&target)?.write_all(bytes);
    }
    let folder = target.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or_else(|| Path::new("."));
    let mut builder = tempfile::Builder::new();
    builder.prefix(".fargcheck-").suffix(".tmp");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        // What the user's umask leaves of it, as for any file that a program makes.
        builder.permissions(fs::Permissions::from_mode(0o666));
    }
    let mut file = builder.tempfile_in(folder)?;
    file.write_all(bytes)?;
    file.persist(&target).map_err(|error| error.error)?;
    Ok(())
}
