//! A template, and the account that it was deployed to: the CDK's templates are deployed to a moto server, `fargcheck scan`
//! collects what came of them, and has to find there what `fargcheck lint` finds in the template itself.
#![cfg(feature = "scan")]

#[path = "moto_support/findings.rs"]
mod findings;
#[allow(dead_code, reason = "the tests of scan use more of it")]
mod moto_support;
mod python_support;

use findings::Report;
use moto_support::{Moto, REGION, fargcheck};
use std::collections::BTreeSet;
use std::path::Path;

/// Without the one whose task a schedule starts: a scan doesn't collect schedules.
const TEMPLATES: [&str; 6] = [
    "application-load-balanced-fargate-service",
    "isolated-with-endpoints",
    "isolated-without-s3-gateway",
    "public-only",
    "queue-processing-fargate-service",
    "vpc-with-nat",
];

/// What is found, by logical ids. A template doesn't tell of flow logs that another stack may make.
fn found(report: &Report, logical: impl Fn(&str) -> String) -> BTreeSet<(String, String, String, String)> {
    let findings = report.findings.iter().filter(|finding| finding.rule != "vpc/flow-logs");
    let told = findings
        .map(|finding| (finding.severity.clone(), finding.rule.clone(), finding.kind.clone(), logical(&finding.id)));
    told.collect()
}

#[test]
fn a_template_is_judged_as_what_it_makes() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/cloudformation/cdk");
    let files = TEMPLATES.map(|name| folder.join(format!("{name}.template.json")).display().to_string());
    let outcomes = Moto::start().deploy(&files, |account| -> Result<bool, String> {
        let template = fargcheck(&["lint", "--format", "json", "--region", REGION, &account.case]).output();
        let template = Report::read(&template.map_err(|error| error.to_string())?)?;
        let snapshot = format!("{}/cloudformation-{}.json", env!("CARGO_TARGET_TMPDIR"), account.number);
        let live = account.fargcheck(&["scan", "--region", REGION, "-o", &snapshot, "--format", "json"]);
        let live = Report::read(&live)?;
        let logical = |id: &str| {
            let known = account.ids.iter().find(|(_, physical)| physical == id);
            known.map_or_else(|| id.to_owned(), |(logical, _)| logical.clone())
        };
        let (of_template, of_account) = (found(&template, str::to_owned), found(&live, logical));
        match of_template == of_account && template.code == live.code {
            true => Ok(template.code == 1),
            false => Err(format!(
                "{}: the template has exit {}, {of_template:#?}\nthe account has exit {}, {of_account:#?}",
                account.case, template.code, live.code
            )),
        }
    });
    let wrong: Vec<&String> = outcomes.iter().filter_map(|outcome| outcome.as_ref().err()).collect();
    assert!(wrong.is_empty(), "{}", wrong.into_iter().cloned().collect::<Vec<_>>().join("\n"));
    let faulty = outcomes.iter().filter(|outcome| matches!(outcome, Ok(true))).count();
    assert_eq!(faulty, 1, "the one without the S3 gateway endpoint");
}
