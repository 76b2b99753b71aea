//! Workflow commands of GitHub Actions: an annotation at each finding's place.

use super::human::counts;
use super::spot::{self, Spot};
use super::visible::visible;
use super::{Checkout, Failure, Input, seen};
use crate::rules::{Finding, NotChecked, Severity};
use crate::snapshot::{Location, Sources};
use std::io::{self, Write};

/// Writes the report.
pub(super) fn write(input: &Input<'_>, out: &mut dyn Write) -> io::Result<()> {
    for finding in &input.judgement.findings {
        writeln!(out, "{}", annotation(finding, input))?;
    }
    if input.quiet {
        return Ok(());
    }
    for entry in input.judgement.not_checked.iter().filter(|entry| entry.incomplete) {
        writeln!(out, "{}", incomplete(entry))?;
    }
    for one in &input.judgement.unexplained {
        let text = format!("{}: {}", seen::UNEXPLAINED, seen::with_meaning(one));
        writeln!(out, "::notice title=fargcheck::{}", data(&text))?;
    }
    writeln!(out, "fargcheck: {}", counts(input))
}

fn annotation(finding: &Finding, input: &Input<'_>) -> String {
    let location = finding.labels.first().map(|label| &label.location);
    let mut properties = properties(location, input.sources, &input.checkout);
    properties.push(format!("title={}", property(&finding.rule)));
    let seen: String = finding.seen.iter().map(|one| format!("seen: {}\n", seen::sentence(one))).collect();
    let text = format!("{}\n{seen}\n{}", visible(&spot::message(finding)), lines(&finding.help));
    format!("::{} {}::{}", command(finding.severity), properties.join(","), data(text.trim()))
}

fn command(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Info => "notice",
    }
}

/// Where an annotation stands.
fn properties(location: Option<&Location>, sources: &Sources, checkout: &Checkout) -> Vec<String> {
    let Some(location) = location else { return Vec::new() };
    let Spot { name, at, characters } = Spot::of(location, sources);
    vec![
        format!("file={}", property(&checkout.path(name))),
        format!("line={}", at.line),
        format!("col={}", at.column),
        format!("endColumn={}", at.column + characters),
    ]
}

/// Writes why nothing was judged.
pub(super) fn write_failure(failure: &Failure<'_>, out: &mut dyn Write) -> io::Result<()> {
    for problem in failure.problems {
        let location = problem.labels.first().map(|(location, _)| location);
        let mut properties = properties(location, failure.sources, &failure.checkout);
        properties.push(format!("title={}", property(problem.code)));
        let text = format!("{}\n\n{}", visible(&problem.message), lines(problem.help.as_deref().unwrap_or_default()));
        writeln!(out, "::{} {}::{}", command(problem.severity), properties.join(","), data(text.trim()))?;
    }
    writeln!(out, "fargcheck: nothing was judged")
}

fn incomplete(entry: &NotChecked) -> String {
    let text = format!("not checked: {}: {}", visible(&entry.what), visible(&entry.why));
    format!("::warning title=fargcheck::{}", data(&text))
}

/// A text of several lines, made harmless line by line.
fn lines(text: &str) -> String {
    let lines: Vec<_> = text.lines().map(visible).collect();
    lines.join("\n")
}

/// A command's text, escaped as its parser wants it.
fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// A property's value, escaped as its parser wants it.
fn property(text: &str) -> String {
    data(&visible(text)).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use crate::report::sample::{self, Sample};
    use crate::report::{Format, Style};

    #[test]
    fn one_command_a_finding() {
        insta::assert_snapshot!(Sample::indented().shown(Format::Github, &Style::PLAIN));
    }

    #[test]
    fn what_has_no_place_is_told_without() {
        let mut sample = Sample::indented();
        sample.judgement.findings[0].labels.clear();
        let out = sample.shown(Format::Github, &Style::PLAIN);
        assert!(out.starts_with("::error title=nat/in-public-subnet::NAT gateway nat-0a1b2c3d4e5f60718"), "{out}");
    }

    #[test]
    fn nothing_to_say() {
        assert_eq!(
            Sample::clean().shown(Format::Github, &Style::PLAIN),
            "fargcheck: no findings in 41 rules; 3 ignored\n"
        );
    }

    #[test]
    fn hostile_text_starts_no_command() {
        let sample = Sample::new(&[("a,b:c%.json", sample::NETWORK)], |sources| {
            let mut finding = sample::endpoint(sources, 0);
            finding.message = "100%\r\n::set-env name=PATH::x".into();
            finding.help = "a\n::error::b".into();
            vec![finding]
        });
        let out = sample.shown(Format::Github, &Style::PLAIN);
        let first = out.lines().next().unwrap_or_default();
        assert!(first.starts_with("::warning file=a%2Cb%3Ac%25.json,line=116,col=35,"), "{first}");
        assert!(
            first.ends_with("::sg-0d4444444444444444: 100%25\\r\\n::set-env name=PATH::x%0A%0Aa%0A::error::b"),
            "{first}"
        );
        assert_eq!(out.lines().count(), 4);
    }
}
