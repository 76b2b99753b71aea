//! Where reports go: standard output in one form, and files in any number of others.

use super::problems;
use crate::report::problem::Problem;
use crate::report::{self, Format, Input, Style};
use std::fs::{self, OpenOptions};
use std::io::{self, Write};
use std::path::Path;

/// Prints a report and writes the files that were asked for.
///
/// # Errors
/// What could not be written.
pub(super) fn write(
    input: &Input<'_>,
    format: Format,
    files: &[(Format, std::path::PathBuf)],
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
    if let Err(error) = report::print(format, input, style) {
        failed.extend(problems::stdout(&error));
    }
    if failed.is_empty() { Ok(()) } else { Err(failed) }
}

/// Writes a file whole or not at all: by way of a temporary one beside it. What is no file (a device, a pipe) is written to.
pub(super) fn write_whole(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let target = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    if fs::metadata(&target).is_ok_and(|found| !found.is_file() && !found.is_dir()) {
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
