//! A run that judged nothing, in the formats whose readers would else show nothing at all, or take nothing for clean.

use super::problem::Problem;
use super::{Checkout, Format, github, gitlab, junit, markdown, sarif};
use crate::snapshot::Sources;
use std::io::{self, Write};

/// Why nothing was judged.
#[derive(Debug, Clone)]
pub struct Failure<'a> {
    /// The files that the problems point into.
    pub sources: &'a Sources,
    /// What is wrong, one thing at least.
    pub problems: &'a [Problem],
    /// The inputs as the user named them.
    pub inputs: Vec<String>,
    /// The version of fargcheck.
    pub version: &'a str,
    /// What the process exits with.
    pub exit_code: u8,
    /// What the files are part of.
    pub checkout: Checkout,
}

/// Writes why nothing was judged to `out`. Nothing is written in formats that people read beside standard error, which has
/// it, and in JSON, whose schema is that of findings; whether something was is the answer.
pub(super) fn write(format: Format, failure: &Failure<'_>, out: &mut dyn Write) -> io::Result<bool> {
    match format {
        Format::Human | Format::Table | Format::Json => return Ok(false),
        Format::Sarif => sarif::write_failure(failure, out)?,
        Format::Junit => junit::write_failure(failure, out)?,
        Format::Github => github::write_failure(failure, out)?,
        Format::Gitlab => gitlab::write_failure(failure, out)?,
        Format::Markdown => markdown::write_failure(failure, out)?,
    }
    Ok(true)
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use crate::snapshot::{Location, Source, SourceId};

    /// A run whose input breaks off and whose configuration can't be read, in a format.
    pub(in crate::report) fn shown(format: Format) -> String {
        let mut sources = Sources::default();
        sources.add(Source::new("network/a|b.json", "{\n  \"Vpcs\": [\n"));
        let place = Location::Span { source: SourceId(0), start: 12, length: 1 };
        let problems = [
            Problem::new("input/syntax", "this is not JSON: ]]></error> \u{1b}[2J 100%\n::set-output name=a::b")
                .with_label(place, "the text `ends` here")
                .with_help("the file was cut off: write it again,\n```\nor don't"),
            Problem::new("config/unreadable", "can't read `fargcheck.toml`"),
        ];
        let failure = Failure {
            sources: &sources,
            problems: &problems,
            inputs: vec!["network".into()],
            version: "0.0.0",
            exit_code: 2,
            checkout: Checkout::at("/checkout"),
        };
        let mut out = Vec::new();
        assert!(write(format, &failure, &mut out).is_ok());
        String::from_utf8(out).unwrap_or_default()
    }

    #[test]
    fn every_reader_is_told() {
        for format in [Format::Sarif, Format::Junit, Format::Github, Format::Gitlab, Format::Markdown] {
            insta::assert_snapshot!(format.name(), shown(format));
        }
        for format in [Format::Human, Format::Table, Format::Json] {
            assert_eq!(shown(format), "", "standard error has it");
        }
    }
}
