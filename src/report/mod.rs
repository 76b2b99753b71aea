//! What a run says, one module a format.
//!
//! Nothing else in the crate prints. A new format is a module and a variant of [`Format`].

pub mod catalogue;
mod checkout;
mod escaped;
mod excerpt;
pub mod explain;
pub mod facts;
mod failure;
mod fingerprint;
mod github;
mod gitlab;
mod help;
mod human;
pub mod json;
mod junit;
mod markdown;
pub mod matrix;
pub mod problem;
pub mod rule_tests;
mod sarif;
mod seen;
mod spot;
mod style;
mod table;
mod text;
pub mod trace;
mod uri;
mod visible;

#[cfg(test)]
mod sample;

pub use checkout::Checkout;
pub use failure::Failure;
pub use style::{ColorChoice, Style};

use crate::rules::{Judgement, Severity, Text};
use crate::snapshot::Sources;
use std::fmt;
use std::io::{self, BufWriter, Write};
use std::str::FromStr;

/// A form of output.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Format {
    /// For reading: excerpts, traces, help.
    Human,
    /// One row a finding.
    Table,
    /// Stable and versioned, see [`json`].
    Json,
    /// SARIF 2.1.0, for code scanning.
    Sarif,
    /// JUnit's XML, for build servers.
    Junit,
    /// Workflow commands of GitHub Actions.
    Github,
    /// GitLab's Code Quality report.
    Gitlab,
    /// A summary for a job's page, in GitHub's Markdown.
    Markdown,
}

impl Format {
    /// Every format, in the order in which help lists them.
    pub const ALL: [Format; 8] = [
        Format::Human,
        Format::Table,
        Format::Json,
        Format::Sarif,
        Format::Junit,
        Format::Github,
        Format::Gitlab,
        Format::Markdown,
    ];

    /// The word that `--format` takes.
    pub fn name(self) -> &'static str {
        match self {
            Format::Human => "human",
            Format::Table => "table",
            Format::Json => "json",
            Format::Sarif => "sarif",
            Format::Junit => "junit",
            Format::Github => "github",
            Format::Gitlab => "gitlab",
            Format::Markdown => "markdown",
        }
    }
}

impl fmt::Display for Format {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for Format {
    type Err = UnknownFormat;

    fn from_str(word: &str) -> Result<Self, UnknownFormat> {
        Format::ALL.into_iter().find(|format| format.name() == word).ok_or_else(|| UnknownFormat(word.to_owned()))
    }
}

/// A word that names no format.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("no such format: {0}")]
pub struct UnknownFormat(String);

/// What the formats need to know of a rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RuleInfo {
    /// Its id, such as `nat/in-public-subnet`.
    pub id: String,
    /// What must hold.
    pub title: Text,
    /// How grave it is unless something changes that.
    pub severity: Severity,
    /// Why it must hold; may be empty.
    pub why: Text,
}

/// What is reported.
#[derive(Debug, Clone)]
pub struct Input<'a> {
    /// The files that locations point into.
    pub sources: &'a Sources,
    /// What was found.
    pub judgement: &'a Judgement,
    /// The inputs as the user named them.
    pub inputs: Vec<String>,
    /// The version of fargcheck.
    pub version: &'a str,
    /// The rules that were run.
    pub rules: &'a [RuleInfo],
    /// From which severity on a finding fails the run; none where findings don't.
    pub fail_on: Option<Severity>,
    /// Whether the run fails where something needed is not known.
    pub incomplete_fails: bool,
    /// What the process exits with.
    pub exit_code: u8,
    /// What the files are part of.
    pub checkout: Checkout,
    /// One line a finding, and nothing else.
    pub quiet: bool,
    /// Everything, nothing shortened.
    pub verbose: bool,
}

impl Input<'_> {
    /// How many findings there are of a severity.
    fn count(&self, severity: Severity) -> usize {
        let findings = self.judgement.findings.iter();
        findings.filter(|finding| finding.severity == severity).count()
    }
}

/// The page of a rule.
pub fn docs_url(rule: &str) -> String {
    format!("{}/blob/main/docs/rules/{rule}.md", env!("CARGO_PKG_REPOSITORY"))
}

/// Writes `input` to `out` in a format.
pub fn render(format: Format, input: &Input<'_>, style: &Style, out: &mut dyn Write) -> io::Result<()> {
    match format {
        Format::Human => human::write(input, style, out),
        Format::Table => table::write(input, style, out),
        Format::Json => json::write(input, out),
        Format::Sarif => sarif::write(input, out),
        Format::Junit => junit::write(input, out),
        Format::Github => github::write(input, out),
        Format::Gitlab => gitlab::write(input, out),
        Format::Markdown => markdown::write(input, out),
    }
}

/// Writes why nothing was judged to `out` in a format; `false` where the format has no form for that.
pub fn render_failure(format: Format, failure: &Failure<'_>, out: &mut dyn Write) -> io::Result<bool> {
    failure::write(format, failure, out)
}

/// Writes to standard output. That nobody reads to the end (`| head`) is no error.
pub fn print<T: Default>(write: impl FnOnce(&mut dyn Write) -> io::Result<T>) -> io::Result<T> {
    let mut out = BufWriter::new(io::stdout().lock());
    let written = write(&mut out).and_then(|done| out.flush().map(|()| done));
    match written {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(T::default()),
        other => other,
    }
}

/// Writes a text that a command made to standard output.
pub fn print_text(text: &str) -> io::Result<()> {
    let mut out = io::stdout().lock();
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        other => other,
    }
}

/// Writes a text that says what is wrong to standard error.
pub fn print_error_text(text: &str) -> io::Result<()> {
    let mut err = io::stderr().lock();
    err.write_all(text.as_bytes())?;
    err.flush()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_formats_parse() {
        for format in Format::ALL {
            assert_eq!(format.name().parse(), Ok(format));
        }
        assert_eq!("yaml".parse::<Format>(), Err(UnknownFormat("yaml".into())));
    }
}
