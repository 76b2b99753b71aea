//! For reading, in the manner of rustc: what is wrong, the very bytes, why, what it breaks, what to do.

mod affects;
mod closing;
mod finding;

pub(super) use closing::counts;
pub(super) use finding::{headline, help, section};

use super::style::Style;
use super::visible::visible;
use super::{Input, excerpt};
use crate::rules::Finding;
use std::io::{self, Write};

/// Writes the report.
pub(super) fn write(input: &Input<'_>, style: &Style, out: &mut dyn Write) -> io::Result<()> {
    let findings = &input.judgement.findings;
    if input.quiet {
        return findings
            .iter()
            .try_for_each(|finding| out.write_all(line(finding, input, style).as_bytes()));
    }
    for finding in findings {
        out.write_all(finding::draw(finding, input, style).as_bytes())?;
    }
    out.write_all(closing::draw(input, style).as_bytes())
}

/// A finding on one line: `file:line:column: error[rule]: message`.
fn line(finding: &Finding, input: &Input<'_>, style: &Style) -> String {
    let place = finding.labels.first().map(|label| {
        let at = input
            .sources
            .resolve(&excerpt::point(&label.location, input.sources));
        let name = visible(input.sources.get(at.source).name());
        format!("{name}:{}:{}: ", at.line, at.column)
    });
    let head = finding::head(&finding.rule, finding.severity, style);
    format!(
        "{}{head}: {}\n",
        place.unwrap_or_default(),
        visible(&finding.message)
    )
}

#[cfg(test)]
mod tests {
    use crate::report::sample::Sample;
    use crate::report::{Format, Style};

    #[test]
    fn look() {
        for width in [60, 100] {
            let style = Style {
                width,
                ..Style::PLAIN
            };
            eprintln!("{}", Sample::indented().shown(Format::Human, &style));
        }
        let m = crate::report::sample::minified(70_000);
        eprintln!(
            "{}",
            Sample::new(&[("a.json", &m)], crate::report::sample::all)
                .shown(Format::Human, &Style::PLAIN)
        );
        eprintln!("{}", Sample::clean().shown(Format::Human, &Style::PLAIN));
    }
}
