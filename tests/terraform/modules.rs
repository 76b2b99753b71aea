//! Configurations after widely used modules, as Terraform itself plans them: locals, dynamic blocks, maps of services.

use super::support::*;

/// Rule and resource of each error and warning.
fn told(run: &Run) -> Vec<(String, String)> {
    let report = run.json();
    let findings = report["findings"].as_array().cloned().unwrap_or_default();
    let faults = findings.iter().filter(|finding| finding["severity"] != "info");
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    faults.map(|finding| (text(&finding["rule"]), text(&finding["resource"]["id"]))).collect()
}

#[test]
fn sound_configurations_are_clean() {
    // Which of two target groups each of the services of one map has, a plan doesn't tell.
    for (name, code) in [("one-nat", 0), ("nat-per-zone", 3), ("endpoints", 0), ("public", 0)] {
        let run = lint(&fixtures(), &[&format!("modules-{name}.json")]);
        assert_eq!((run.code, told(&run)), (code, Vec::new()), "{name}: {run:#?}");
        let verdicts = verdicts(&run);
        assert!(verdicts.iter().any(|line| line.contains("→ logs: reachable")), "{name}: {verdicts:#?}");
        assert!(verdicts.iter().all(|line| line.ends_with(": reachable")), "{name}: {verdicts:#?}");
    }
}
