//! Finds and reads the configuration.

use super::form::ConfigFile;
use super::{exception, workload};
use crate::cli::arguments::{FailOn, Places};
use crate::cli::problems;
use crate::cli::suppress::Exception;
use crate::facts::ENTITIES;
use crate::network::Declaration;
use crate::report::problem::Problem;
use crate::rules::{Catalogue, NoSuchRule, choices};
use crate::snapshot::{Location, Source, SourceId, Sources};
use std::fs;
use std::io::ErrorKind;
use std::ops::Range;
use std::path::{Path, PathBuf};

/// The name of a configuration.
const NAME: &str = "fargcheck.toml";

/// What the configuration says, and the flags that name its places.
#[derive(Debug, Default)]
pub(in crate::cli) struct Settings {
    found: Option<Found>,
    rules: Option<PathBuf>,
}

#[derive(Debug)]
struct Found {
    path: PathBuf,
    source: SourceId,
    file: ConfigFile,
}

impl Settings {
    /// Reads the configuration that `--config` names, or the nearest one.
    ///
    /// # Errors
    /// It can't be read, or holds what it may not.
    pub(in crate::cli) fn load(places: &Places, sources: &mut Sources) -> Result<Self, Vec<Problem>> {
        let path = match &places.config {
            Some(path) => Some(path.clone()),
            None => std::env::current_dir().ok().and_then(|folder| search(&folder)),
        };
        let found = match path {
            Some(path) => Some(read(path, sources)?),
            None => None,
        };
        Ok(Settings { found, rules: places.rules.clone() })
    }

    /// What the file says, where there is one.
    pub(in crate::cli) fn file(&self) -> Option<&ConfigFile> {
        self.found.as_ref().map(|found| &found.file)
    }

    /// A place in the file.
    pub(in crate::cli) fn at(&self, span: Range<usize>) -> Option<Location> {
        self.found.as_ref().map(|found| found.at(span))
    }

    /// From which level on a finding fails a run.
    pub(in crate::cli) fn fail_on(&self) -> FailOn {
        self.file().and_then(|file| file.fail_on).unwrap_or_default()
    }

    /// The built-in rules, and the user's own: of `--rules`, or else of the file.
    ///
    /// # Errors
    /// Rules that can't be loaded.
    pub(in crate::cli) fn catalogue(&self, sources: &mut Sources) -> Result<Catalogue, Vec<Problem>> {
        let catalogue = Catalogue::embedded(&ENTITIES).map_err(|error| problems::rules(vec![*error], sources))?;
        let own = self.found.as_ref().and_then(|found| Some((found, found.file.rules.as_ref()?)));
        let folder = match (&self.rules, own) {
            (Some(folder), _) => folder.clone(),
            (None, Some((found, rules))) => {
                let folder = beside(&found.path, rules.get_ref());
                if !folder.is_dir() {
                    let problem =
                        Problem::new("config/no-such-folder", format!("there is no folder `{}`", folder.display()));
                    return Err(vec![problem.with_label(found.at(rules.span()), "rules are looked for here")]);
                }
                folder
            }
            (None, None) => return Ok(catalogue),
        };
        catalogue.with_directory(&folder, &ENTITIES).map_err(|errors| problems::rules(errors, sources))
    }

    /// The workloads that the file declares, and what its profile says of all.
    ///
    /// # Errors
    /// Everything that is wrong with them.
    pub(in crate::cli) fn declarations(&self) -> Result<Vec<Declaration>, Vec<Problem>> {
        let Some(found) = &self.found else { return Ok(Vec::new()) };
        let entries = found.file.workload.as_deref().unwrap_or_default();
        let mut declarations = workload::declarations(entries, &|span| found.at(span))?;
        let profile = found.file.profile.as_ref();
        declarations.extend(profile.and_then(|profile| profile.get_ref().declaration(&found.at(profile.span()))));
        Ok(declarations)
    }

    /// The findings that the file accepts.
    ///
    /// # Errors
    /// Everything that is wrong with them.
    pub(in crate::cli) fn exceptions(&self, catalogue: &Catalogue) -> Result<Vec<Exception>, Vec<Problem>> {
        let entries = self.file().and_then(|file| file.exception.as_deref()).unwrap_or_default();
        exception::exceptions(entries, catalogue, self)
    }

    /// The problem of a name in the file that is no rule's.
    pub(in crate::cli) fn no_such_rule(&self, span: Range<usize>, key: &str, error: &NoSuchRule) -> Problem {
        let problem = Problem::new("config/unknown-rule", error.to_string());
        let label = match (&error.nearest, key) {
            (Some(nearest), _) => format!("did you mean `{nearest}`?"),
            (None, "ignore") => "nothing is ignored by this: take it out".to_owned(),
            (None, _) => "no rule has this name".to_owned(),
        };
        let problem = match &self.found {
            Some(found) => problem.with_label(found.at(span), label),
            None => problem,
        };
        problem.with_help("This lists all rules:\nfargcheck rules")
    }
}

impl Found {
    fn at(&self, span: Range<usize>) -> Location {
        Location::Span { source: self.source, start: span.start, length: span.len() }
    }
}

/// A path of the file, which is seen from the file's folder.
fn beside(file: &Path, path: &str) -> PathBuf {
    file.parent().unwrap_or(Path::new("")).join(path)
}

/// The nearest configuration: in `folder`, or above it as far as its repository's root. The path is as seen from `folder`.
fn search(folder: &Path) -> Option<PathBuf> {
    let mut shown = PathBuf::new();
    for folder in folder.ancestors() {
        if folder.join(NAME).is_file() {
            return Some(shown.join(NAME));
        }
        if folder.join(".git").exists() {
            return None;
        }
        shown.push("..");
    }
    None
}

fn read(path: PathBuf, sources: &mut Sources) -> Result<Found, Vec<Problem>> {
    let unreadable =
        |reason: String| vec![Problem::new("config/unreadable", format!("can't read `{}`: {reason}", path.display()))];
    let bytes = fs::read(&path).map_err(|error| {
        let mut problems = unreadable(error.to_string());
        if error.kind() == ErrorKind::NotFound {
            problems[0].help = Some("This writes one:\nfargcheck init".to_owned());
        }
        problems
    })?;
    let text = String::from_utf8(bytes).map_err(|_| unreadable("it is not UTF-8".to_owned()))?;
    let source = sources.add(Source::new(path.to_string_lossy(), text.clone()));
    match toml::from_str::<ConfigFile>(&text) {
        Ok(file) => Ok(Found { path, source, file }),
        Err(error) => Err(vec![wrong(&error, &text, source)]),
    }
}

/// What the TOML reader says, in our words where it is a key or a word that may not stand there.
fn wrong(error: &toml::de::Error, text: &str, source: SourceId) -> Problem {
    let message = error.message().trim().lines().collect::<Vec<_>>().join("; ");
    let mut place = error.span().unwrap_or(0..0);
    let (code, headline, label, help) = match (quoted(&message, "unknown field "), quoted(&message, "unknown variant "))
    {
        (Some((key, known)), _) => {
            let known: Vec<&str> = known.iter().map(String::as_str).collect();
            let help = choices("the keys are", &key, &known);
            ("config/unknown-key", format!("there is no key `{key}` here"), "this key", help)
        }
        (None, Some((word, known))) => {
            let known: Vec<&str> = known.iter().map(String::as_str).collect();
            let help = choices("the words are", &word, &known);
            ("config/unknown-word", format!("`{word}` can't stand here"), "this word", help)
        }
        (None, None) if message.starts_with("invalid type") && is_date(text.get(place.clone())) => {
            let date = text.get(place.clone()).unwrap_or_default();
            ("config/wrong-type", "a date is a text here".to_owned(), "in quotes", format!("write \"{date}\""))
        }
        (None, None) if message.starts_with("invalid type: map, expected a string") => {
            ("config/wrong-type", wrong_type(&message), "this value", as_text(text))
        }
        (None, None) if message.starts_with("invalid type") => {
            let help = "`fargcheck schema config` prints what a configuration may hold".to_owned();
            ("config/wrong-type", wrong_type(&message), "this value", help)
        }
        (None, None) if message.starts_with("missing field `") => {
            let key = message.split('`').nth(1).unwrap_or_default();
            let help = "`fargcheck schema config` prints what a configuration may hold".to_owned();
            ("config/missing-key", format!("the key `{key}` is missing here"), "here", help)
        }
        (None, None) => (
            "config/syntax",
            format!("this is not TOML: {message}"),
            "here",
            "`fargcheck init` writes an example".to_owned(),
        ),
    };
    if place.is_empty() {
        place.end = place.start + 1;
    }
    let location = Location::Span { source, start: place.start, length: place.len() };
    Problem::new(code, headline).with_label(location, label).with_help(help)
}

/// Whether a value is one of TOML's own dates, which its reader takes for a table.
fn is_date(value: Option<&str>) -> bool {
    value.is_some_and(|value| value.parse::<toml::value::Datetime>().is_ok_and(|found| found.date.is_some()))
}

/// How a key of which a table was written is written as a text: with the first text of that table, as in `[rules]` with
/// `dir = "own-rules"`.
fn as_text(text: &str) -> String {
    const TEXTS: [(&str, &str); 3] = [("rules", "own-rules"), ("profile", "cloudreactor"), ("fail-on", "error")];
    let file = text.parse::<toml::Table>().unwrap_or_default();
    let found = TEXTS.into_iter().find_map(|(key, example)| Some((key, file.get(key)?.as_table()?, example)));
    let Some((key, table, example)) = found else {
        return "`fargcheck schema config` prints what a configuration may hold".to_owned();
    };
    let written = table.values().find_map(toml::Value::as_str).unwrap_or(example);
    format!("`{key}` is a text, and stands above the first table:\n{key} = {}", toml::Value::from(written))
}

/// "invalid type: string "a", expected a sequence", in words that who writes TOML knows.
fn wrong_type(message: &str) -> String {
    let parts = message.strip_prefix("invalid type: ").and_then(|rest| rest.split_once(", expected "));
    let plain =
        |text: &str| text.replace("a sequence", "a list").replace("sequence", "a list").replace("map", "a table");
    match parts {
        Some((found, expected)) => format!("{} is expected here, not {}", plain(expected), plain(found)),
        None => message.to_owned(),
    }
}

/// The quoted words of "unknown field `a`, expected one of `b`, `c`": the first, and the others.
fn quoted(message: &str, lead: &str) -> Option<(String, Vec<String>)> {
    let mut words = message.strip_prefix(lead)?.split('`').skip(1).step_by(2).map(str::to_owned);
    Some((words.next()?, words.collect()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_configuration_counts_up_to_the_repository_s_root() -> std::io::Result<()> {
        let root = tempfile::tempdir()?;
        let deep = root.path().join("a/b/c");
        fs::create_dir_all(&deep)?;
        fs::create_dir(root.path().join("a/.git"))?;
        fs::write(root.path().join(NAME), "")?;
        assert_eq!(search(&deep), None, "above the repository's root");
        fs::write(root.path().join("a").join(NAME), "")?;
        assert_eq!(search(&deep), Some(PathBuf::from("../../fargcheck.toml")));
        fs::write(deep.join(NAME), "")?;
        assert_eq!(search(&deep), Some(PathBuf::from("fargcheck.toml")));
        Ok(())
    }
}
