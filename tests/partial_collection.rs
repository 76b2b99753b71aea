//! What a scan could not collect is not taken for something that isn't there.

use std::process::Command;

/// A service whose only listener could not be described, and the same where all were.
#[test]
fn a_list_with_a_failed_call_proves_nothing_gone() {
    let sound = include_str!("../fixtures/rules/lb/listener/fail.json");
    let mut document: serde_json::Value = serde_json::from_str(sound).expect("a fixture is JSON");
    let rules = |document: &serde_json::Value| {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let path = folder.path().join("snapshot.json");
        std::fs::write(&path, document.to_string()).expect("it can be written");
        let output = Command::new(env!("CARGO_BIN_EXE_fargcheck"))
            .args(["lint", "--format", "json"])
            .arg(&path)
            .output()
            .expect("the program runs");
        let report: serde_json::Value = serde_json::from_slice(&output.stdout).expect("the report is JSON");
        let found = report["findings"].as_array().expect("a list").iter();
        let errors = found.filter(|finding| finding["severity"] == "error").map(|finding| finding["rule"].to_string());
        (errors.collect::<Vec<_>>(), output.status.code(), report["notChecked"].to_string())
    };
    let (errors, code, _) = rules(&document);
    assert_eq!((errors, code), (vec!["\"lb/listener\"".to_owned()], Some(1)));

    document["fargcheck"]["notCollected"] = serde_json::json!([{
        "call": "elasticloadbalancing:DescribeListeners",
        "item": "app/web/50dc6c495c0c9188",
        "reason": "AccessDenied",
    }]);
    let (errors, code, not_checked) = rules(&document);
    assert_eq!((errors, code), (Vec::new(), Some(3)), "{not_checked}");
    assert!(not_checked.contains("AccessDenied, asked of app/web/50dc6c495c0c9188"), "{not_checked}");
}
