//! What is wrong with a rule file.

use std::ops::Range;

/// A rule that can't be loaded, with the place in its file.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct LoadError {
    /// The file, as the user gave it.
    pub file: String,
    /// Its text; empty where it could not be read.
    pub text: String,
    /// The bytes of `text` that are wrong.
    pub span: Range<usize>,
    /// What kind of mistake it is, such as `rule/unknown-field`.
    pub code: &'static str,
    /// What is wrong.
    pub message: String,
    /// What to do about it.
    pub help: Option<String>,
}

/// A mistake in one value of a rule file, before its place in the file is known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Mistake {
    /// The keys that lead to the value, such as `at`, `1`, `label`.
    pub(crate) keys: Vec<String>,
    /// The value as text, where it is one.
    pub(crate) value: String,
    /// Bytes of the value.
    pub(crate) span: Range<usize>,
    pub(crate) code: &'static str,
    pub(crate) message: String,
    pub(crate) help: Option<String>,
}

impl Mistake {
    /// A mistake that the whole value is.
    pub(crate) fn whole(keys: &[&str], value: &str, code: &'static str, message: String, help: Option<String>) -> Self {
        Self {
            keys: keys.iter().map(|key| (*key).to_owned()).collect(),
            value: value.to_owned(),
            span: 0..value.len(),
            code,
            message,
            help,
        }
    }

    /// The error, in the TOML text where there is one; else in the value alone (a built-in rule carries no file).
    pub(crate) fn into_error(self, file: &str, toml: Option<&str>) -> LoadError {
        let (text, span) = match toml {
            Some(toml) => {
                let span = super::toml_place::find(toml, &self.keys, self.span);
                (toml.to_owned(), span)
            }
            None => (self.value, self.span),
        };
        LoadError {
            file: match toml {
                Some(_) => file.to_owned(),
                None => format!("{file} ({})", self.keys.join(".")),
            },
            text,
            span,
            code: self.code,
            message: self.message,
            help: self.help,
        }
    }
}
