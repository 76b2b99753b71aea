//! Loading, finding and explaining rules.

use super::speed::eighty;
use super::toy::SCHEMA;
use crate::rules::{Catalogue, LoadError, RuleFile, schema};
use std::fs;

fn of(rules: &[(&str, &str)]) -> Catalogue {
    read(rules).expect("the rules are right")
}

fn read(rules: &[(&str, &str)]) -> Result<Catalogue, Vec<LoadError>> {
    let folder = tempfile::tempdir().expect("a folder");
    for (id, keys) in rules {
        let path = folder.path().join(format!("{id}.toml"));
        fs::create_dir_all(path.parent().expect("a parent")).expect("a folder");
        let text = format!(
            "title = 't'\nseverity = 'info'\nsubject = 'vpc'\nrequire = 'true'\nmessage = 'm'\nhelp = 'h'\n{keys}"
        );
        fs::write(path, text).expect("a file");
    }
    Catalogue::default().with_directory(folder.path(), SCHEMA)
}

fn ids(catalogue: &Catalogue, name: &str) -> Vec<String> {
    match catalogue.select(name) {
        Ok(rules) => rules.iter().map(|rule| rule.id().to_owned()).collect(),
        Err(error) => vec![format!("{error}, nearest {:?}", error.nearest)],
    }
}

#[test]
fn rules_are_found_by_id_alias_and_group() {
    let rules =
        of(&[("nat/available", "aliases = ['nat/state']"), ("nat/present", ""), ("route/blackhole", ""), ("own", "")]);
    for (name, expected) in [
        ("nat/available", &["nat/available"][..]),
        ("nat/state", &["nat/available"]),
        ("nat", &["nat/available", "nat/present"]),
        ("nat/*", &["nat/available", "nat/present"]),
        ("*", &["nat/available", "nat/present", "own", "route/blackhole"]),
        ("own", &["own"]),
        ("nat/availible", &["there is no rule or group `nat/availible`, nearest Some(\"nat/available\")"]),
        ("blackhole", &["there is no rule or group `blackhole`, nearest Some(\"route/blackhole\")"]),
        ("rout", &["there is no rule or group `rout`, nearest Some(\"route\")"]),
        ("na", &["there is no rule or group `na`, nearest Some(\"nat\")"]),
        ("zebra", &["there is no rule or group `zebra`, nearest None"]),
        ("", &["there is no rule or group ``, nearest None"]),
    ] {
        assert_eq!(ids(&rules, name), expected, "{name}");
    }
}

#[test]
fn an_error_text_finds_the_rules_that_explain_it() {
    let rules = of(&[
        ("a/pull", "symptom = ['CannotPullContainerError: * i/o timeout']"),
        ("a/auth", "symptom = ['ResourceInitializationError: unable to pull secrets or registry auth']"),
        ("a/ecr", "symptom = ['unable to pull secrets or registry auth: * api.ecr.*.amazonaws.com * i/o timeout']"),
        ("a/s3", "symptom = ['connection to s3 timed out']"),
        ("a/private", "symptom = ['* dial tcp 10.0.0.1:443: i/o timeout']"),
        ("a/public", "symptom = ['* dial tcp 52.0.0.1:443: i/o timeout']"),
        ("a/sourced", "symptom = ['connection to s3 timed out']\nsources = [{ document = 'a' }]"),
        ("a/twice", "symptom = ['connection to s3 timed out', 'to s3 timed out']"),
        ("a/gone", "symptom = ['connection to s3 timed out']\ndeprecated = 'it is'"),
        ("a/none", ""),
    ]);
    let found = |text: &str| -> Vec<String> {
        rules.explain(text).iter().map(|found| format!("{} {}", found.rule.id(), found.likelihood.words)).collect()
    };
    for (text, expected) in [
        ("a/pull", &["a/pull 0"][..]),
        (
            "CannotPullContainerError: inspect image has been retried 5 time(s): dial tcp 52.94.1.2:443: i/o timeout",
            &["a/public 6", "a/pull 4"],
        ),
        ("CANNOTPULLCONTAINERERROR pulling: I/O TIMEOUT", &["a/pull 4"]),
        (
            "2026-11-21T07:30:00Z ResourceInitializationError: unable to pull secrets or registry auth: execution \
             resource retrieval failed: Post \"https://api.ecr.us-east-1.amazonaws.com/\": dial tcp 10.0.1.5:443: i/o timeout",
            &["a/private 6", "a/ecr 14", "a/auth 8"],
        ),
        ("unable to pull secrets", &["a/auth 4", "a/ecr 4"]),
        // The same words: more sources come first, then more symptoms that match, then the id.
        ("connection to S3 timed out", &["a/sourced 5", "a/twice 5", "a/s3 5"]),
        ("pull secrets", &["a/auth 2", "a/ecr 2"]),
        ("CannotPullContainerError", &["a/pull 1"]),
        ("Stopped reason: ResourceInitializationError.", &["a/auth 1"]),
        ("CannotPullContainerError: manifest unknown: requested image not found", &[]),
        ("timeout", &[]),
        ("something else entirely went wrong", &[]),
        ("", &[]),
    ] {
        assert_eq!(found(text), expected, "{text}");
    }
}

#[test]
fn codes_are_checked() {
    let errors = read(&[("a/a", "explains = ['nat-route', 'nat-rout', 'x']")]).expect_err("two are wrong");
    let told: Vec<_> = errors.iter().map(|error| (&error.text[error.span.clone()], error.message.as_str())).collect();
    assert_eq!(told, [("nat-rout", "there is no blocker `nat-rout`"), ("x", "there is no blocker `x`")]);
}

#[test]
fn built_in_rules_are_compiled_late() {
    let rules = Catalogue::built_in(eighty(), SCHEMA).expect("the rules are right");
    assert_eq!(rules.rules().len(), 80);
    for rule in rules.rules() {
        rule.check().expect("it compiles");
    }
    let mut late = eighty().to_vec();
    late[0].2.when = Some("nat.conectivity == 'public'".into());
    let rules = Catalogue::built_in(late.leak(), SCHEMA).expect("expressions are not looked at yet");
    let error = rules.rules()[0].check().expect_err("now they are");
    assert_eq!(error.file, "rules/group-0/rule-0.toml (when)");
    assert_eq!(&error.text[error.span.clone()], "conectivity");
}

#[test]
fn every_rule_that_a_toml_file_can_hold_fits_the_published_schema() {
    let schema = schema();
    let validator = jsonschema::validator_for(&schema).expect("it is a JSON Schema");
    let rule = serde_json::to_value(&eighty()[0].2).expect("JSON");
    assert!(validator.is_valid(&rule));
    assert_eq!(serde_json::from_value::<RuleFile>(rule.clone()).expect("a rule"), eighty()[0].2);
    let mut wrong = rule.clone();
    wrong["sevrity"] = "error".into();
    assert!(!validator.is_valid(&wrong));
}

/// The toy schema knows few of their subjects, but their keys are checked.
#[test]
fn the_built_in_rules_have_the_keys_of_a_rule() {
    if let Err(error) = Catalogue::embedded(SCHEMA) {
        assert_eq!(error.code, "rule/unknown-subject", "{}: {error}", error.file);
    }
}
