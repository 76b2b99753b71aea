//! What is wrong with the question rather than with the network: usage, unreadable input, a mistake in a configuration.

use super::excerpt::{self, Mark};
use super::human::{headline, help, section};
use super::style::{Role, Style};
use crate::rules::Severity;
use crate::snapshot::{Location, Sources};
use std::io::{self, Write};

/// Something wrong with the question. An error ends a run with exit code 2.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// How grave it is: an error ends the run.
    pub severity: Severity,
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
        Self { severity: Severity::Error, code, message: message.into(), help: None, labels: Vec::new() }
    }

    /// One that is told and ends nothing.
    pub fn warning(code: &'static str, message: impl Into<String>) -> Self {
        Self { severity: Severity::Warning, ..Self::new(code, message) }
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
    let mut out = headline(problem.code, problem.severity, &problem.message, style);
    let marks: Vec<Mark<'_>> = problem
        .labels
        .iter()
        .enumerate()
        .map(|(index, (location, text))| Mark { location, text, primary: index == 0 })
        .collect();
    let picture = excerpt::draw(&marks, sources, style, problem.severity, 8);
    out.push_str(&picture.text);
    let notes: Vec<String> = picture.notes.iter().map(|note| style.paint(Role::Dim, note)).collect();
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::snapshot::{Source, SourceId};

    #[test]
    fn a_problem_points_into_a_configuration() {
        let text = "fail-on = \"error\"\n\n[severity]\n\"nat/presnt\" = \"warning\"\n";
        let mut sources = Sources::default();
        sources.add(Source::new("fargcheck.toml", text));
        let place = Location::Span { source: SourceId(0), start: text.find("\"nat").unwrap_or(0), length: 12 };
        let problem = Problem::new("config/unknown-rule", "there is no rule nat/presnt")
            .with_label(place, "did you mean nat/present?")
            .with_help("This lists all rules:\nfargcheck rules");
        insta::assert_snapshot!(render_problem(&problem, &sources, &Style::PLAIN), @r#"
        error[config/unknown-rule]: there is no rule nat/presnt
           ╭─[fargcheck.toml:4:1]
         3 │ [severity]
         4 │ "nat/presnt" = "warning"
           · ──────┬─────
           ·       ╰── did you mean nat/present?
           ╰────
          help     This lists all rules:
                     fargcheck rules
        "#);
    }

    #[test]
    fn a_problem_without_a_place_is_a_headline() {
        let problem = Problem::new("input/missing", "there is no file \u{1b}[2Ja.json");
        assert_eq!(
            render_problem(&problem, &Sources::default(), &Style::PLAIN),
            "error[input/missing]: there is no file \\u{1b}[2Ja.json\n"
        );
    }
}
