//! JUnit's XML, which nearly every build server shows as a table of tests: a suite for each group of rules, a test for
//! each finding and for each rule that found nothing.
//!
//! A finding fails where it fails the run; below that level it is a test that passes, with what it says as its output.
//! What could not be judged is an error where it makes the run incomplete, else skipped.
//! The form is that of Jenkins: <https://plugins.jenkins.io/xunit/>, whose schema the tests have.

use super::spot::Spot;
use super::visible::markup;
use super::{Failure, Input, docs_url, seen};
use crate::rules::{Finding, Severity};
use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, Write};

/// The suite of what could not be judged.
const NOT_CHECKED: &str = "not checked";

/// A test.
struct Case {
    name: String,
    ending: Ending,
}

/// How a test ends, with what it says.
enum Ending {
    Passed,
    /// It passes, and says something.
    Told(String),
    Failed(Severity, String, String),
    /// The kind of error, its message, and more of it.
    Error(&'static str, String, String),
    Skipped(String),
}

/// The tests by suite.
type Suites = BTreeMap<String, Vec<Case>>;

/// Writes the report.
pub(super) fn write(input: &Input<'_>, out: &mut dyn Write) -> io::Result<()> {
    write_suites(&suites(input), out)
}

/// Writes why nothing was judged.
pub(super) fn write_failure(failure: &Failure<'_>, out: &mut dyn Write) -> io::Result<()> {
    let mut suites = Suites::new();
    for problem in failure.problems {
        let spot = problem.labels.first().map(|(location, _)| Spot::of(location, failure.sources));
        let place = spot.map_or(String::new(), |spot| format!("{}: ", spot.line(&failure.checkout)));
        let head = format!("{place}{}", problem.message);
        let text = lines(std::iter::once(head.as_str()).chain(problem.help.iter().flat_map(|help| help.lines())));
        let ending = Ending::Error(problem.code, markup(&problem.message), text);
        suites.entry(group(problem.code).to_owned()).or_default().push(Case { name: problem.code.to_owned(), ending });
    }
    write_suites(&suites, out)
}

fn write_suites(suites: &Suites, out: &mut dyn Write) -> io::Result<()> {
    let total = Counts::of(suites.values().flatten());
    writeln!(out, r#"<?xml version="1.0" encoding="UTF-8"?>"#)?;
    let Counts { tests, failures, errors, .. } = total;
    writeln!(out, r#"<testsuites name="fargcheck" tests="{tests}" failures="{failures}" errors="{errors}">"#)?;
    for (name, cases) in suites {
        let Counts { tests, failures, errors, skipped } = Counts::of(cases);
        let name = markup(name);
        writeln!(
            out,
            r#"  <testsuite name="{name}" tests="{tests}" failures="{failures}" errors="{errors}" skipped="{skipped}">"#
        )?;
        for case in cases {
            write_case(&name, case, out)?;
        }
        writeln!(out, "  </testsuite>")?;
    }
    writeln!(out, "</testsuites>")
}

/// The tests by group.
fn suites(input: &Input<'_>) -> Suites {
    let mut suites = Suites::new();
    let mut found = BTreeSet::new();
    for finding in &input.judgement.findings {
        found.insert(finding.rule.as_str());
        let fails = input.fail_on.is_some_and(|level| finding.severity >= level);
        let body = body(finding, input);
        suites.entry(group(&finding.rule).to_owned()).or_default().push(Case {
            name: format!("{}: {}", finding.rule, finding.resource.id),
            ending: if fails {
                Ending::Failed(finding.severity, markup(&finding.message), body)
            } else {
                Ending::Told(body)
            },
        });
    }
    for entry in input.judgement.not_checked.iter().filter(|entry| !entry.is_note) {
        found.insert(entry.what.as_str());
        let fails = entry.incomplete && input.incomplete_fails;
        let why = markup(&entry.why);
        suites.entry(NOT_CHECKED.to_owned()).or_default().push(Case {
            name: entry.what.clone(),
            ending: if fails { Ending::Error("incomplete", why, String::new()) } else { Ending::Skipped(why) },
        });
    }
    for rule in input.rules.iter().filter(|rule| !found.contains(rule.id.as_str())) {
        let case = Case { name: rule.id.clone(), ending: Ending::Passed };
        suites.entry(group(&rule.id).to_owned()).or_default().push(case);
    }
    suites
}

fn group(rule: &str) -> &str {
    rule.split('/').next().unwrap_or(rule)
}

fn write_case(group: &str, case: &Case, out: &mut dyn Write) -> io::Result<()> {
    // Jenkins' schema has no attribute for the place: it stands in the text.
    write!(out, r#"    <testcase classname="fargcheck.{group}" name="{}""#, markup(&case.name))?;
    match &case.ending {
        Ending::Passed => return writeln!(out, "/>"),
        Ending::Told(body) => writeln!(out, ">\n      <system-out>{body}</system-out>")?,
        Ending::Failed(severity, message, body) => {
            writeln!(out, ">\n      <failure type=\"{severity}\" message=\"{message}\">{body}</failure>")?;
        }
        Ending::Error(kind, message, body) if body.is_empty() => {
            writeln!(out, ">\n      <error type=\"{kind}\" message=\"{message}\"/>")?;
        }
        Ending::Error(kind, message, body) => {
            writeln!(out, ">\n      <error type=\"{kind}\" message=\"{message}\">{body}</error>")?;
        }
        Ending::Skipped(why) => writeln!(out, ">\n      <skipped message=\"{why}\"/>")?,
    }
    writeln!(out, "    </testcase>")
}

/// What a finding says: its place, its message, what to do, and the rule's page.
fn body(finding: &Finding, input: &Input<'_>) -> String {
    let spot = finding.labels.first().map(|label| Spot::of(&label.location, input.sources));
    let place = spot.map_or(String::new(), |spot| format!("{}: ", spot.line(&input.checkout)));
    let head = format!("{place}{}: {}", finding.severity, finding.message);
    let docs = docs_url(&finding.rule);
    let seen: Vec<String> = finding.seen.iter().map(|one| format!("seen: {}", seen::sentence(one))).collect();
    let seen = seen.iter().map(String::as_str);
    lines(std::iter::once(head.as_str()).chain(seen).chain(finding.help.trim().lines()).chain([docs.as_str()]))
}

/// Lines of text as markup.
fn lines<'t>(lines: impl Iterator<Item = &'t str>) -> String {
    lines.map(markup).collect::<Vec<_>>().join("\n")
}

/// How many tests ended how.
#[derive(Debug, Default)]
struct Counts {
    tests: usize,
    failures: usize,
    errors: usize,
    skipped: usize,
}

impl Counts {
    fn of<'c>(cases: impl IntoIterator<Item = &'c Case>) -> Self {
        let mut counts = Counts::default();
        for case in cases {
            counts.tests += 1;
            match case.ending {
                Ending::Passed | Ending::Told(_) => {}
                Ending::Failed(..) => counts.failures += 1,
                Ending::Error(..) => counts.errors += 1,
                Ending::Skipped(_) => counts.skipped += 1,
            }
        }
        counts
    }
}

#[cfg(test)]
mod tests {
    use crate::report::sample::{self, Sample};
    use crate::report::{Format, RuleInfo, Style};
    use crate::rules::Severity;

    #[test]
    fn the_whole_report() {
        let mut sample = Sample::indented();
        // Two that found nothing.
        for id in ["nat/available", "dns/support"] {
            sample.rules.push(RuleInfo {
                id: id.into(),
                title: "It holds".into(),
                severity: Severity::Error,
                why: "".into(),
            });
        }
        insta::assert_snapshot!(sample.shown(Format::Junit, &Style::PLAIN));
    }

    #[test]
    fn hostile_text_stays_text() {
        let sample = Sample::new(&[("a\"<b>.json", sample::NETWORK)], |sources| {
            let mut finding = sample::nat(sources);
            finding.message = "]]></failure>\u{0}\u{ffff}\u{1b}[2J&amp;\n".into();
            finding.resource.id = "\"/><x a='".into();
            vec![finding]
        });
        let out = sample.shown(Format::Junit, &Style::PLAIN);
        let case = out.lines().find(|line| line.contains("<testcase") && line.contains("nat/")).unwrap_or_default();
        let name = "nat/in-public-subnet: &quot;/&gt;&lt;x a='";
        assert!(case.contains(&format!("name=\"{name}\">")), "{case}");
        assert!(out.contains(">a&quot;&lt;b&gt;.json:17: error: "), "{out}");
        let message = "]]&gt;&lt;/failure&gt;\\u{0}\u{fffd}\\u{1b}[2J&amp;amp;\\n";
        assert!(out.contains(&format!("<failure type=\"error\" message=\"{message}\">")), "{out}");
    }
}
