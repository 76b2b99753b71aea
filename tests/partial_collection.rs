//! What a scan could not collect is not taken for something that isn't there.

mod cli_support;

use cli_support::Scratch;

/// A service whose only listener could not be described, and the same where all were.
#[test]
fn a_list_with_a_failed_call_proves_nothing_gone() {
    let sound = include_str!("../fixtures/rules/lb/listener/fail.json");
    let mut document: serde_json::Value = serde_json::from_str(sound).expect("a fixture is JSON");
    let rules = |document: &serde_json::Value| {
        let scratch = Scratch::new("partial").with("snapshot.json", &document.to_string());
        let run = scratch.run(&["lint", "--format", "json", "snapshot.json"]);
        let report = run.json();
        let found = report["findings"].as_array().expect("a list").iter();
        let errors = found.filter(|finding| finding["severity"] == "error").map(|finding| finding["rule"].to_string());
        (errors.collect::<Vec<_>>(), run.code, report["notChecked"].to_string())
    };
    let (errors, code, _) = rules(&document);
    assert_eq!((errors, code), (vec!["\"lb/listener\"".to_owned()], 1));

    document["fargcheck"]["notCollected"] = serde_json::json!([{
        "call": "elasticloadbalancing:DescribeListeners",
        "item": "app/web/50dc6c495c0c9188",
        "reason": "AccessDenied",
    }]);
    let (errors, code, not_checked) = rules(&document);
    assert_eq!((errors, code), (Vec::new(), 3), "{not_checked}");
    assert!(not_checked.contains("AccessDenied, asked of app/web/50dc6c495c0c9188"), "{not_checked}");
}
