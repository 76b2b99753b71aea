//! What is wrong with the question rather than with the network: usage, unreadable input, a mistake in a configuration.

use super::excerpt::{self, Mark};
use super::human::{headline, help, section};
use super::style::{Role, Style};
use crate::rules::Severity;
use crate::snapshot::{Location, Sources};
use std::io::{self, Write};

/// A problem that ends a run with exit code 2.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// A stable name: `usage`, `input/not-json`, `config/unknown-key`, …
    pub code: &'static str,
    /// What is wrong, in one sentence.
    pub message: String,
    /// What to do about it; may hold several lines, commands among them.
    pub help: Option<String>,
    /// Where, with what to say about it; the first is the place to look at first.
    pub labels: Vec<(Location, String)>,
}

impl Problem {
    /// A problem without places or help.
    pub fn new(code: &'static str, message: impl Into<String>) -> Self {
        Self {
            code,
            message: message.into(),
            help: None,
            labels: Vec::new(),
        }
    }

    /// Adds what to do about it.
    #[must_use]
    pub fn with_help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// Adds a place.
    #[must_use]
    pub fn with_label(mut self, location: Location, text: impl Into<String>) -> Self {
        self.labels.push((location, text.into()));
        self
    }
}

/// The problem as text, with excerpts.
pub fn render_problem(problem: &Problem, sources: &Sources, style: &Style) -> String {
    let mut out = headline(problem.code, Severity::Error, &problem.message, style);
    let marks: Vec<Mark<'_>> = problem
        .labels
        .iter()
        .enumerate()
        .map(|(index, (location, text))| Mark {
            location,
            text,
            primary: index == 0,
        })
        .collect();
    let picture = excerpt::draw(&marks, sources, style, Severity::Error, 8);
    out.push_str(&picture.text);
    let notes: Vec<String> = picture
        .notes
        .iter()
        .map(|note| style.paint(Role::Dim, note))
        .collect();
    out.push_str(&section("note", &notes, style));
    let lines = problem.help.as_deref().map(|text| help(text, style));
    out.push_str(&section("help", &lines.unwrap_or_default(), style));
    out
}

/// Writes problems to standard error.
pub fn print_problems(problems: &[Problem], sources: &Sources, style: &Style) -> io::Result<()> {
    let mut err = io::stderr().lock();
    for (index, problem) in problems.iter().enumerate() {
        if index > 0 {
            writeln!(err)?;
        }
        err.write_all(render_problem(problem, sources, style).as_bytes())?;
    }
    err.flush()
}
