//! What the binary answered, as the tests look at it.

#![allow(dead_code, reason = "each test uses its own part")]

use std::collections::BTreeSet;
use std::fmt;
use std::process::Output;

use serde_json::Value;

/// One finding, without what differs between two looks at the same network (places, texts).
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Finding {
    /// Its severity.
    pub(crate) severity: String,
    /// The rule's id.
    pub(crate) rule: String,
    /// The CloudFormation type of the guilty resource.
    pub(crate) kind: String,
    /// The id of the guilty resource.
    pub(crate) id: String,
    /// The account, where the answer names one.
    pub(crate) account: String,
}

/// The answer of one run with `--format json`.
pub(crate) struct Report {
    /// The exit code.
    pub(crate) code: i32,
    /// All findings.
    pub(crate) findings: BTreeSet<Finding>,
    /// Every flow of every workload: its subnet, its destination, its verdict, and what it goes through.
    pub(crate) flows: BTreeSet<[String; 4]>,
    /// What could not be judged, and why.
    pub(crate) not_checked: BTreeSet<String>,
    stderr: String,
}

impl Report {
    /// Reads what the binary printed. It has to be JSON, whatever was found; anything else is told with all of it.
    pub(crate) fn read(output: &Output) -> Result<Report, String> {
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        let code = output.status.code().unwrap_or(-1);
        Report::of(code, &text(&output.stdout), &text(&output.stderr))
    }

    /// The same of a run's exit code, standard output and standard error. The code of one that died is -1.
    pub(crate) fn of(code: i32, stdout: &str, stderr: &str) -> Result<Report, String> {
        let answer: Value = serde_json::from_str(stdout)
            .map_err(|error| format!("exit {code}, no JSON ({error}): {stdout}\n{stderr}"))?;
        let list = |key: &str| answer[key].as_array().unwrap_or_else(|| panic!("no {key} in {answer}")).iter();
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        Ok(Report {
            code,
            findings: list("findings")
                .map(|finding| Finding {
                    severity: text(&finding["severity"]),
                    rule: text(&finding["rule"]),
                    kind: text(&finding["resource"]["type"]),
                    id: text(&finding["resource"]["id"]),
                    account: text(&finding["account"]),
                })
                .collect(),
            flows: list("workloads")
                .flat_map(|workload| workload["flows"].as_array().into_iter().flatten())
                .map(|flow| ["subnet", "destination", "verdict", "via"].map(|member| text(&flow[member])))
                .collect(),
            not_checked: list("notChecked").map(|item| format!("{}: {}", item["what"], item["why"])).collect(),
            stderr: stderr.to_owned(),
        })
    }

    /// The findings of one severity.
    pub(crate) fn of_severity<'a>(&'a self, severity: &'a str) -> impl Iterator<Item = &'a Finding> {
        self.findings.iter().filter(move |finding| finding.severity == severity)
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{} {} on {} {}", self.severity, self.rule, self.kind, self.id)
    }
}

impl fmt::Display for Report {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(formatter, "    exit {}", self.code)?;
        for finding in self.findings.iter().filter(|finding| finding.severity != "info") {
            writeln!(formatter, "    {finding}")?;
        }
        for item in &self.not_checked {
            writeln!(formatter, "    not checked: {item}")?;
        }
        for line in self.stderr.lines() {
            writeln!(formatter, "    | {line}")?;
        }
        Ok(())
    }
}
