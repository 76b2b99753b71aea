//! Paths → bytes.

use super::error::InputError;
use crate::snapshot::{Source, SourceId, Sources, mark_length};
use rustc_hash::FxHashSet;
use std::fs::{self, File};
use std::io::Read;
use std::path::{Path, PathBuf};

/// From this size on a file is mapped instead of read: below it, reading is as fast and can't be disturbed by a writer.
const MAP_FROM: u64 = 64 << 20;

/// A file to parse, with the account and region that its folder names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InputFile {
    /// Its bytes.
    pub source: SourceId,
    /// Which of the paths on the command line it came from.
    pub argument: usize,
    /// `accounts/<id>/<region>/`, where it lies in such folders.
    pub place: Option<(String, String)>,
    /// Elements (list and id) that a deployment replaces or deletes.
    pub superseded: FxHashSet<(&'static str, String)>,
}

impl InputFile {
    /// A file of which all counts.
    pub fn new(source: SourceId, argument: usize, place: Option<(String, String)>) -> Self {
        InputFile { source, argument, place, superseded: FxHashSet::default() }
    }
}

/// Reads every path: a file, `-` for standard input, or a folder, of which every `*.json` below is read.
///
/// # Errors
/// When a path can't be read, is empty or not UTF-8, or a folder has no JSON in it.
pub(super) fn load_all(paths: &[PathBuf], sources: &mut Sources) -> Result<Vec<InputFile>, InputError> {
    let mut files = Vec::new();
    for (argument, path) in paths.iter().enumerate() {
        if path.as_os_str() == "-" {
            let mut bytes = Vec::new();
            std::io::stdin().lock().read_to_end(&mut bytes).map_err(|error| unreadable(path, error))?;
            files.push(InputFile::new(take(sources, path, bytes)?, argument, None));
            continue;
        }
        let metadata = fs::metadata(path).map_err(|error| unreadable(path, error))?;
        if !metadata.is_dir() {
            files.push(InputFile::new(load(sources, path, metadata.len())?, argument, None));
            continue;
        }
        let mut found = Vec::new();
        walk(path, 0, &mut found)?;
        if found.is_empty() {
            return Err(InputError::NoJson { path: shown(path) });
        }
        found.sort();
        for file in found {
            let length = fs::metadata(&file).map_err(|error| unreadable(&file, error))?.len();
            let place =
                account_and_region(file.strip_prefix(path).unwrap_or(&file)).or_else(|| account_and_region(&file));
            files.push(InputFile::new(load(sources, &file, length)?, argument, place));
        }
    }
    Ok(files)
}

/// Collects `*.json` below a folder; links to folders are not followed, so that a cycle of links ends.
fn walk(folder: &Path, depth: usize, found: &mut Vec<PathBuf>) -> Result<(), InputError> {
    const DEEPEST: usize = 32;
    for entry in fs::read_dir(folder).map_err(|error| unreadable(folder, error))? {
        let entry = entry.map_err(|error| unreadable(folder, error))?;
        let kind = entry.file_type().map_err(|error| unreadable(&entry.path(), error))?;
        let path = entry.path();
        if kind.is_dir() {
            if depth < DEEPEST {
                walk(&path, depth + 1, found)?;
            }
        } else if path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("json")) && path.is_file() {
            found.push(path);
        }
    }
    Ok(())
}

/// The folders `<12 digits>/<region>` on the way to a file.
fn account_and_region(path: &Path) -> Option<(String, String)> {
    let names: Vec<&str> = path.iter().filter_map(|name| name.to_str()).collect();
    names.windows(2).find_map(|pair| {
        let account = pair[0].len() == 12 && pair[0].bytes().all(|byte| byte.is_ascii_digit());
        (account && is_region(pair[1])).then(|| (pair[0].to_owned(), pair[1].to_owned()))
    })
}

/// Whether a name has the form of a region's: `us-east-1`, `us-gov-west-1`.
pub(super) fn is_region(name: &str) -> bool {
    let mut parts = name.split('-').rev();
    let number = parts.next().is_some_and(|part| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit()));
    let words: Vec<&str> = parts.collect();
    number
        && words.len() >= 2
        && words.iter().all(|part| part.len() >= 2 && part.bytes().all(|byte| byte.is_ascii_lowercase()))
}

fn load(sources: &mut Sources, path: &Path, length: u64) -> Result<SourceId, InputError> {
    if length < MAP_FROM {
        let bytes = fs::read(path).map_err(|error| unreadable(path, error))?;
        return take(sources, path, bytes);
    }
    let file = File::open(path).map_err(|error| unreadable(path, error))?;
    // SAFETY: the mapping is read-only and private. A file that another program shortens meanwhile ends the process with
    // SIGBUS, as it would any reader of a mapping; reading 200 MB into memory instead costs twice the time.
    #[allow(unsafe_code, reason = "mapping a file has no safe form")]
    let map = unsafe { memmap2::Mmap::map(&file) }.map_err(|error| unreadable(path, error))?;
    take(sources, path, map)
}

fn take(
    sources: &mut Sources,
    path: &Path,
    bytes: impl AsRef<[u8]> + Send + Sync + 'static,
) -> Result<SourceId, InputError> {
    let text = bytes.as_ref();
    if text[mark_length(text)..].iter().all(u8::is_ascii_whitespace) {
        return Err(InputError::Empty { path: shown(path) });
    }
    if let Some(found) = of_terraform(path, text) {
        return Err(InputError::OfTerraform { path: shown(path), found });
    }
    if let Err(error) = std::str::from_utf8(text) {
        return Err(InputError::Encoding {
            path: shown(path),
            offset: error.valid_up_to(),
            utf16: text.starts_with(&[0xff, 0xfe]) || text.starts_with(&[0xfe, 0xff]),
        });
    }
    // UTF-16 without a mark: of each letter of ASCII one byte is zero.
    if let [0, 1..=127, ..] | [1..=127, 0, ..] = text {
        let offset = usize::from(text.first() != Some(&0));
        return Err(InputError::Encoding { path: shown(path), offset, utf16: true });
    }
    Ok(sources.add(Source::new(shown(path), bytes)))
}

/// What of Terraform's a file is that nothing is read from.
fn of_terraform(path: &Path, text: &[u8]) -> Option<&'static str> {
    let is_configuration = path.extension().is_some_and(|extension| extension == "tf" || extension == "tofu");
    // A plan as it is written for Terraform is an archive.
    if text.starts_with(b"PK\x03\x04") {
        Some("a plan for Terraform's own use")
    } else if text[mark_length(text)..].trim_ascii_start().starts_with(b"{\"@level\"") {
        Some("the log of `terraform plan -json`")
    } else {
        is_configuration.then_some("Terraform's configuration")
    }
}

fn unreadable(path: &Path, error: std::io::Error) -> InputError {
    InputError::Unreadable { path: shown(path), error }
}

fn shown(path: &Path) -> String {
    path.to_string_lossy().into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folders_name_account_and_region() {
        let cases = [
            ("accounts/123456789012/us-east-1/vpcs.json", Some(("123456789012", "us-east-1"))),
            ("123456789012/us-gov-west-1/net/vpcs.json", Some(("123456789012", "us-gov-west-1"))),
            ("123456789012/vpcs.json", None),
            ("12345/us-east-1/vpcs.json", None),
            ("net/vpcs.json", None),
        ];
        for (path, expected) in cases {
            let expected = expected.map(|(account, region)| (account.to_owned(), region.to_owned()));
            assert_eq!(account_and_region(Path::new(path)), expected, "{path}");
        }
    }
}
