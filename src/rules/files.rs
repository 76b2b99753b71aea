//! The files of rules below a folder, and the ids that their paths are. The build finds the built-in ones so too.

use std::io;
use std::path::{Path, PathBuf};

/// How deep folders of rules may nest.
const FOLDERS: usize = 8;

/// Every `*.toml` below a folder, by its path.
///
/// # Errors
/// A folder that can't be read, and why.
pub(crate) fn find(folder: &Path) -> Result<Vec<PathBuf>, (PathBuf, io::Error)> {
    let mut found = Vec::new();
    collect(folder, FOLDERS, &mut found)?;
    found.sort();
    Ok(found)
}

fn collect(folder: &Path, depth: usize, found: &mut Vec<PathBuf>) -> Result<(), (PathBuf, io::Error)> {
    let failed = |error| (folder.to_owned(), error);
    for entry in std::fs::read_dir(folder).map_err(failed)? {
        let path = entry.map_err(failed)?.path();
        if path.is_dir() {
            if depth > 0 {
                collect(&path, depth - 1, found)?;
            }
        } else if path.extension().is_some_and(|extension| extension == "toml") {
            found.push(path);
        }
    }
    Ok(())
}

/// The id of the rule in a file: its path below the folder.
pub(crate) fn id(folder: &Path, file: &Path) -> String {
    let path = file.strip_prefix(folder).unwrap_or(file).with_extension("");
    path.components().map(|part| part.as_os_str().to_string_lossy()).collect::<Vec<_>>().join("/")
}
