//! Where reports go: standard output in one form, and files in any number of others.

use super::arguments::Reporting;
use super::problems;
use crate::report::problem::Problem;
use crate::report::{self, Failure, Format, Input, Style};
use std::fs::{self, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

/// Checks that no two reports go to one file: the second would replace the first.
///
/// # Errors
/// Every file that is named twice.
pub(super) fn check(files: &[(Format, PathBuf)]) -> Result<(), Vec<Problem>> {
    let mut seen: Vec<(PathBuf, Format, &Path)> = Vec::new();
    let mut problems = Vec::new();
    for (format, path) in files {
        let target = target(path);
        if is_device(&target) {
            continue;
        }
        match seen.iter().find(|(known, ..)| *known == target) {
            Some((_, first, named)) => {
                let (named, path) = (named.display(), path.display());
                let message =
                    format!("--output {first}={named} and --output {format}={path} would write the same file");
                problems
                    .push(Problem::new("usage/same-output", message).with_help("give each report a file of its own"));
            }
            None => seen.push((target, *format, path)),
        }
    }
    if problems.is_empty() { Ok(()) } else { Err(problems) }
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
pub(super) fn write_failure(failure: &Failure<'_>, reporting: &Reporting) -> Result<(), Vec<Problem>> {
    let mut failed = Vec::new();
    // Where two reports go to one file, that is what is wrong.
    let files = if check(&reporting.output).is_ok() { reporting.output.as_slice() } else { &[] };
    for (format, path) in files {
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
