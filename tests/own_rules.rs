//! A user's own rules about what stops flows, beside the built-in ones.

mod cli_support;

use cli_support::Scratch;

/// A NAT gateway that failed, on which tasks depend.
const FAILED: &str = include_str!("../fixtures/rules/nat/available/fail.json");

/// An own rule at error about a subject, with what else it says.
fn rule(subject: &str, more: &str) -> String {
    format!("title = \"t\"\nseverity = \"error\"\nsubject = \"{subject}\"\nmessage = \"m\"\nhelp = \"h\"\n{more}\n")
}

#[test]
fn an_own_rule_stands_in_for_a_built_in_one_that_is_left_out() {
    let by_blocker =
        rule("blocker", "when = \"blocker.code == 'nat-state'\"\nrequire = \"false\"\nexplains = [\"nat-state\"]");
    let by_resource = rule("nat-gateway", "require = \"nat.state == 'available'\"\nexplains = [\"nat-state\"]");
    let last = rule("blocker", "require = \"false\"\ncatch_all = true");
    // The rule, the flags, and the grave findings that are told.
    let cases: &[(&str, &[&str], &[&str])] = &[
        (&by_blocker, &[], &["error nat/available"]),
        (&by_blocker, &["--ignore", "nat/available"], &["error team/own"]),
        (&by_blocker, &["--select", "team"], &["error team/own"]),
        (&by_blocker, &["--ignore", "nat/available,team"], &[]),
        // One about a resource is told beside the other, but nothing that it says is broken comes to it.
        (&by_resource, &[], &["error nat/available", "warning team/own"]),
        (&by_resource, &["--ignore", "nat/available"], &["error team/own"]),
        (&last, &[], &["error nat/available"]),
        (&last, &["--ignore", "nat/available"], &["error team/own"]),
    ];
    for (rule, flags, expected) in cases {
        let scratch = Scratch::new("own").with("own/team/own.toml", rule).with("x.json", FAILED);
        let run = scratch.run(&[&["lint", "x.json", "--rules", "own", "--format", "json"], *flags].concat());
        let mut told: Vec<String> = run.json()["findings"]
            .as_array()
            .into_iter()
            .flatten()
            .filter(|finding| finding["severity"] != "info")
            .map(|finding| format!("{} {}", finding["severity"], finding["rule"]).replace('"', ""))
            .collect();
        told.sort();
        assert_eq!(told, *expected, "{rule} {flags:?}");
        assert_eq!(run.code, i32::from(told.iter().any(|told| told.starts_with("error"))), "{flags:?} {run:#?}");
    }
}

#[test]
fn a_rule_about_blockers_that_names_none_is_refused() {
    let silent = rule("blocker", "when = \"blocker.code == 'nat-state'\"\nrequire = \"false\"");
    let scratch = Scratch::new("own").with("own/team/own.toml", &silent).with("x.json", FAILED);
    let run = scratch.run(&["lint", "x.json", "--rules", "own"]);
    assert_eq!((run.code, run.out.as_str()), (2, ""), "{run:#?}");
    for told in ["error[rule/no-codes]", "own/team/own.toml:3", "`explains`", "`catch_all`"] {
        assert!(run.err.contains(told), "{told}: {run:#?}");
    }
}
