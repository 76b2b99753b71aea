//! For reading, in the manner of rustc: what is wrong, the very bytes, why, what it breaks, what to do.

pub(super) mod affects;
mod closing;
mod finding;

pub(super) use closing::{counts, declaration, not_checked, standing};
pub(super) use finding::{headline, help, mark, room, section, trace};

use super::style::Style;
use super::visible::visible;
use super::{Input, excerpt};
use crate::rules::Finding;
use rayon::prelude::*;
use std::io::{self, Write};

/// How many findings are drawn at once.
const PART: usize = 256;

/// Writes the report.
pub(super) fn write(input: &Input<'_>, style: &Style, out: &mut dyn Write) -> io::Result<()> {
    let findings = &input.judgement.findings;
    // So many at a time as keep all cores busy and little text in memory; few are drawn sooner than threads start.
    for part in findings.chunks(PART) {
        if findings.len() < PART {
            part.iter().try_for_each(|finding| out.write_all(one(finding, input, style).as_bytes()))?;
        } else {
            let texts: Vec<String> = part.par_iter().map(|finding| one(finding, input, style)).collect();
            texts.iter().try_for_each(|text| out.write_all(text.as_bytes()))?;
        }
    }
    if input.quiet {
        return Ok(());
    }
    out.write_all(closing::draw(input, style).as_bytes())
}

/// One finding, on one line where quiet is asked for.
pub(super) fn one(finding: &Finding, input: &Input<'_>, style: &Style) -> String {
    if input.quiet { line(finding, input, style) } else { finding::draw(finding, input, style) }
}

/// A finding on one line: `file:line:column: error[rule]: message`.
fn line(finding: &Finding, input: &Input<'_>, style: &Style) -> String {
    let place = finding.labels.first().map(|label| {
        let at = input.sources.resolve(&excerpt::point(&label.location, input.sources));
        let name = visible(input.sources.get(at.source).name());
        format!("{name}:{}:{}: ", at.line, at.column)
    });
    let head = finding::head(&finding.rule, finding.severity, style);
    format!("{}{head}: {}\n", place.unwrap_or_default(), visible(&finding.message))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::Format;
    use crate::report::sample::{self, NETWORK, Sample};
    use crate::report::text::width;

    fn human(sample: &Sample, style: &Style) -> String {
        sample.shown(Format::Human, style)
    }

    fn asked(sample: &Sample, quiet: bool, verbose: bool) -> String {
        let input = Input { quiet, verbose, ..sample.input() };
        let mut out = Vec::new();
        assert!(write(&input, &Style::PLAIN, &mut out).is_ok());
        String::from_utf8(out).unwrap_or_default()
    }

    #[test]
    fn a_report_at_several_widths() {
        for columns in [60, 100, 200] {
            let style = Style { width: columns, ..Style::PLAIN };
            let out = human(&Sample::indented(), &style);
            for line in out.lines().filter(|line| !line.trim_start().starts_with("aws ")) {
                let counts = line.contains("rules; ");
                assert!(width(line) <= columns || counts, "{columns}: {line}");
            }
            insta::assert_snapshot!(format!("report_{columns}"), out);
        }
    }

    #[test]
    fn one_line_of_json_is_laid_out() {
        let text = sample::minified(70_000);
        let sample = Sample::new(&[("a.json", &text)], sample::all);
        insta::assert_snapshot!(human(&sample, &Style::PLAIN));
    }

    #[test]
    fn a_finding_may_have_places_in_several_files() {
        let text = sample::minified(0);
        let files = [("network.json", NETWORK), ("groups\u{1b}[2J.json", text.as_str())];
        let sample = Sample::new(&files, |sources| vec![sample::endpoint(sources, 1)]);
        insta::assert_snapshot!(human(&sample, &Style::PLAIN));
    }

    #[test]
    fn ascii_where_the_terminal_has_no_more() {
        let style = Style { unicode: false, width: 80, ..Style::PLAIN };
        let out = human(&Sample::new(&[("a.json", NETWORK)], |sources| vec![sample::nat(sources)]), &style);
        assert!(out.is_ascii());
        insta::assert_snapshot!(out);
    }

    #[test]
    fn colours_are_escapes_of_our_own_only() {
        let style = Style { color: true, links: true, ..Style::PLAIN };
        let out = human(&Sample::indented(), &style);
        assert!(!out.contains('\u{202e}'));
        assert!(!out.contains("\u{1b}[31mpoints"), "the tag's own escape");
        insta::assert_snapshot!(out.replace('\u{1b}', "^"));
    }

    #[test]
    fn nothing_wrong() {
        insta::assert_snapshot!(human(&Sample::clean(), &Style::PLAIN));
        let mut sample = Sample::clean();
        sample.judgement.workloads[0].flows[1].verdict = "unknown";
        sample.judgement.not_checked = Sample::indented().judgement.not_checked;
        insta::assert_snapshot!("nothing_wrong_but_unknown", human(&sample, &Style::PLAIN));
        sample.judgement.workloads.clear();
        assert!(human(&sample, &Style::PLAIN).starts_with("nothing was judged: "));
    }

    #[test]
    fn what_no_rule_could_judge_is_counted_once_and_notes_are_not() {
        let entry = |what: &str, why: &str, is_note| crate::rules::NotChecked {
            what: what.into(),
            why: why.into(),
            incomplete: false,
            is_note,
        };
        let off = || entry("VPC Block Public Access", "taken to be off", true);
        let cases = [
            (vec![], "no findings in 41 rules; 3 ignored\n"),
            (vec![off()], "no findings in 41 rules; 3 ignored\n"),
            (vec![off(), entry("nat/a", "x", false)], "no findings in 41 rules; 3 ignored, 1 not evaluated\n"),
            (
                vec![entry("nat/a", "x", false), entry("nat/a", "y", false), entry("web → s3", "x", false)],
                "no findings in 41 rules; 3 ignored, 2 not evaluated\n",
            ),
        ];
        for (entries, expected) in cases {
            let mut sample = Sample::clean();
            sample.judgement.not_checked = entries;
            let out = human(&sample, &Style::PLAIN);
            assert_eq!(out.lines().last().map(|line| format!("{line}\n")).as_deref(), Some(expected));
        }
    }

    #[test]
    fn quiet_is_a_line_a_finding() {
        insta::assert_snapshot!(asked(&Sample::indented(), true, false), @r"
        prod/snapshot.json:17:25: error[nat/in-public-subnet]: NAT gateway nat-0a1b2c3d4e5f60718 (shared-nat) sits in a private subnet, so nothing that leaves through it arrives
        prod/snapshot.json:116:35: warning[sg/endpoint-ingress]: security group sg-0d4444444444444444 (end\u{1b}[31mpoints\u{202e}) keeps 443 away from vpce-0e5555555555555555
        prod/snapshot.json:87:29: info[route/unused]: no subnet uses route table rtb-0c3333333333333333
        ");
        assert_eq!(asked(&Sample::clean(), true, false), "");
    }

    #[test]
    fn what_fails_nothing_is_said_to() {
        let sample = Sample::new(&[("a.json", NETWORK)], |sources| vec![sample::endpoint(sources, 0)]);
        assert!(!human(&sample, &Style::PLAIN).contains("none fails"), "an incomplete run fails");
        let mut complete = sample;
        complete.judgement.not_checked.clear();
        let out = human(&complete, &Style::PLAIN);
        assert!(out.ends_with("\n1 warning in 41 rules; 3 ignored (none fails the run: it takes an error)\n"), "{out}");
    }

    #[test]
    fn long_lists_are_cut_unless_all_is_asked_for() {
        let mut sample = Sample::indented();
        sample.judgement.not_checked = (0..60)
            .map(|number| crate::rules::NotChecked {
                what: format!("rule/number-{number}"),
                why: format!("reason {}", number % 7),
                incomplete: number % 7 == 3,
                is_note: false,
            })
            .collect();
        let label = sample.judgement.findings[0].labels[0].clone();
        let table = sample.judgement.findings[2].labels[0].clone();
        for index in 0..9 {
            let mut more = if index == 0 { table.clone() } else { label.clone() };
            if let crate::snapshot::Location::Entity { origin, .. } = &mut more.location {
                origin.index = Some(index);
            }
            sample.judgement.findings[0].labels.push(more);
        }
        let short = asked(&sample, false, false);
        let full = asked(&sample, false, true);
        assert!(short.contains("more places are not shown"), "{short}");
        assert!(
            short.contains("  ? rule/number-3, rule/number-10, rule/number-17, rule/number-24 and 5 more: reason 3")
        );
        assert!(short.contains("    and 24 more: -v lists all\n"), "{short}");
        assert!(!full.contains("more places") && !full.contains("-v lists"), "{full}");
        assert!(full.contains("rule/number-59"));
    }

    #[test]
    fn ten_thousand_findings_are_written() {
        let sample = Sample::new(&[("a.json", "{\"Vpcs\": [{\"VpcId\": \"vpc-1\"}]}")], |sources| {
            let mut finding = sample::endpoint(sources, 0);
            finding.labels.truncate(1);
            finding.labels[0].location = sample::place(sources, 0, "Vpcs", 0, crate::path!["VpcId"]);
            vec![finding; 10_000]
        });
        // A page takes no summary of so many.
        for format in Format::ALL.into_iter().filter(|format| *format != Format::Markdown) {
            let out = sample.shown(format, &Style::PLAIN);
            assert!(out.matches("sg/endpoint-ingress").count() >= 10_000, "{format}");
        }
    }
}
