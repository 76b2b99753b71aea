//! What an author is told, and where it points.

use super::toy::SCHEMA;
use crate::rules::{Catalogue, LoadError};
use std::fmt::Write;
use std::fs;

const HEAD: &str = "title = 't'\nseverity = 'error'\n";

/// A rule file with some of its keys replaced; those that a rule needs are filled in.
fn file(keys: &str) -> String {
    let defaults = [("subject", "'vpc'"), ("require", "'vpc.dns_support'"), ("message", "'m'"), ("help", "'h'")];
    let mut text = format!("{HEAD}{keys}\n");
    for (key, value) in defaults {
        if !keys.lines().any(|line| line.starts_with(&format!("{key} "))) {
            let _ = writeln!(text, "{key} = {value}");
        }
    }
    text
}

/// Loads the files as a user's rules; what is wrong with them.
pub(super) fn errors(files: &[(&str, &str)]) -> Vec<LoadError> {
    let folder = tempfile::tempdir().expect("a folder");
    for (name, text) in files {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().expect("a parent")).expect("a folder");
        fs::write(path, text).expect("a file");
    }
    let mut errors = Catalogue::default().with_directory(folder.path(), SCHEMA).err().unwrap_or_default();
    let prefix = folder.path().display().to_string();
    for error in &mut errors {
        error.file = error.file.replace(&prefix, "DIR");
        error.message = error.message.replace(&prefix, "DIR");
    }
    errors
}

/// The line with the span underlined.
fn shown(error: &LoadError) -> String {
    let mut out = format!("{} [{}]\n", error.message, error.code);
    let start = error.text[..error.span.start].rfind('\n').map_or(0, |at| at + 1);
    let end = error.text[error.span.start..].find('\n').map_or(error.text.len(), |at| error.span.start + at);
    let before = error.text[start..error.span.start].chars().count();
    let marked = error.text[error.span.start..error.span.end.min(end)].chars().count().max(1);
    let _ = writeln!(out, "  | {}", &error.text[start..end]);
    let _ = writeln!(out, "  | {}{}", " ".repeat(before), "^".repeat(marked));
    if let Some(help) = &error.help {
        let _ = writeln!(out, "  help: {help}");
    }
    out
}

#[test]
fn every_mistake_in_an_expression_is_shown_at_its_place() {
    let mut out = String::new();
    for expression in [
        // syntax
        "vpc.dns_support &&",
        "vpc.dns_support & true",
        "(vpc.dns_support",
        "vpc.dns_support true",
        "vpc.id == \\\"x",
        "vpc.cidrs.exists(1, true)",
        "",
        "ä",
        // names
        "vpc.dns_suport",
        "vpc.subnets.exists(s, s.publik)",
        "vpc.id.length == 3",
        "vpc.subnets.public",
        "vcp.dns_support",
        "vpc.subnets.any(s, s.public)",
        "vpc.id.startswith('x')",
        "startsWith(vpc.id, 'x')",
        "vpc.subnets.exists(vpc, true)",
        // types
        "vpc.id",
        "vpc.id == 3",
        "vpc.subnets[0] == 'subnet-1'",
        "vpc.cidrs == '10.0.0.0/16'",
        "vpc.dns_support && vpc.id",
        "!vpc.id",
        "vpc.id < 3",
        "'x' in vpc.id",
        "3 in vpc.cidrs",
        "vpc.id + 3 == 'x'",
        "size(3) == 1",
        "string(vpc) == 'x'",
        "[1, 'x'].exists(e, true)",
        "(vpc.dns_support ? 1 : 'x') == 1",
        "vpc.id.exists(c, true)",
        "vpc.id[0] == 'x'",
        // words that a fact never is
        "vpc.subnets.exists(s, s.routes.exists(r, r.origin == 'propagatd'))",
        "vpc.subnets.exists(s, 'dead' != s.default_route.origin)",
        "vpc.subnets.exists(s, !(s.default_route.origin in ['static', 'propagate']))",
        "'' in vpc.subnets.map(s, s.default_route.origin)",
        "vpc.subnets[0].default_route.origin in vpc.cidrs || (true ? vpc.subnets[0].default_route.origin : 'x') == 'idle'",
        // what CEL has and rules have not
        "has(vpc.dns_support)",
        "vpc.id == null",
        "1.5 == 1.5",
        "size({'a': 1}) == 1",
        "4 / 2 == 2",
        "vpc.id.matches('[')",
        "vpc.id.matches(vpc.id)",
        // size
        "vpc.subnets.all(a, a.routes.all(b, b.hops.all(c, [1].all(d, d == c))))",
    ] {
        let text = file(&format!("require = \"{expression}\""));
        for error in errors(&[("g/r.toml", &text)]) {
            out.push_str(&shown(&error));
            out.push('\n');
        }
    }
    insta::assert_snapshot!(out);
}

#[test]
fn every_other_mistake_in_a_rule_is_shown_at_its_place() {
    let mut out = String::new();
    for keys in [
        "sevrity = 'error'",
        "subject = 'vcp'",
        "when = 3",
        "when = 'vpc.id'",
        "resource = 'vpc.id'",
        "harm = 'vpc.subnets'",
        "message = 'in {vpc.nam}'",
        "message = 'in {vpc.id'",
        "help = '''\nDo this:\n\n    aws ec2 {vpc.x}\n'''",
        "help = \"\"\"\nDo this:\\n\\n    aws ec2 {vpc.x}\n\"\"\"",
        "help = 'a } b'",
        "at = [{ fact = 'vpc.id', label = 'ok' }, { fact = 'vpc.idd', label = 'x' }]",
        "at = [{ fact = 'vpc.id', label = 'ok' }, { fact = 'vpc.id', label = 'is {it}' }]",
        "at = [{ fact = 'size(vpc.subnets)', label = 'x' }]",
        "sources = [{ quote = 'x' }]",
        "catch_all = true",
        "title = 'again'",
    ] {
        for error in errors(&[("g/r.toml", &file(keys))]) {
            out.push_str(&shown(&error));
            out.push('\n');
        }
    }
    insta::assert_snapshot!(out);
}

#[test]
fn all_errors_of_all_files_are_told_at_once() {
    let wrong = file("require = 'vpc.x'");
    let taken = file("aliases = ['g/a']");
    let right = file("");
    let found = errors(&[("g/a.toml", &right), ("g/b.toml", &wrong), ("g/c.toml", &taken), ("g/D.toml", &right)]);
    let told: Vec<String> = found.iter().map(|error| format!("{}: {}", error.file, error.message)).collect();
    assert_eq!(
        told,
        [
            "DIR/g/D.toml: `g/D` can't be a rule's id",
            "DIR/g/b.toml: a vpc has no field `x`",
            "DIR/g/c.toml: the id `g/a` is taken by DIR/g/a.toml",
        ]
    );
    assert_eq!(found[2].text[found[2].span.clone()].to_owned(), "'g/a'".trim_matches('\''));
}

#[test]
fn a_folder_without_rules_is_an_error() {
    assert_eq!(errors(&[("readme.md", "")])[0].message, "there is no rule in this folder");
    let gone = Catalogue::default().with_directory("does/not/exist".as_ref(), SCHEMA);
    assert_eq!(gone.expect_err("no such folder")[0].code, "rule/unreadable");
}

/// Nobody wants to run it again after each.
#[test]
fn all_mistakes_of_all_files_are_told_at_once() {
    let many = "severity = 'fatal'\nsubject = 'vpc'\nwhen = 'vpc.x'\nrequir = 'true'\nmessage = '{vpc.y} {'\n\
        help = '{vpc.z}'\nharm = 3\nsources = [{}, { document = 'a' }, { aws = 'b', document = 'c' }]\n\
        at = [{ fact = 'vpc.q', label = 'l' }, { fact = 'vpc', label = '{vpc.w}' }]\n";
    let files = [
        ("a/many.toml", many.to_owned()),
        ("a/right.toml", file("")),
        ("b/syntax.toml", "title = 'a\nseverity =\nsubject = 'vpc'\n".to_owned()),
        ("b/subject.toml", file("subject = 'vcp'\nsevrity = 3")),
        ("c/Name.toml", file("")),
        ("c/nested.toml", file("at = [{ fact = 'vpc' }]\nmessage = '{vpc.a}'")),
    ];
    let files: Vec<(&str, &str)> = files.iter().map(|(name, text)| (*name, text.as_str())).collect();
    let told: Vec<String> = errors(&files).iter().map(|error| format!("{}: {}", error.file, shown(error))).collect();
    insta::assert_snapshot!(told.join("\n"));
}
