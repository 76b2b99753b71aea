//! What can't be judged is refused.

use super::support::*;

#[test]
fn what_is_no_plan_is_refused() {
    let sound = plan("founding-nat").to_string();
    let cycle = json!({"format_version": "1.2", "resource_changes": [{
        "address": "module.a.aws_subnet.a", "module_address": "module.a", "mode": "managed", "type": "aws_subnet", "name": "a",
        "change": {"actions": ["create"], "before": null, "after": {"cidr_block": "10.0.0.0/24"}, "after_unknown": {"id": true, "vpc_id": true}}}],
        "configuration": {"root_module": {"module_calls": {"a": {"expressions": {"vpc": {"references": ["module.a.vpc", "module.a"]}}, "module": {
            "resources": [{"address": "aws_subnet.a", "expressions": {"vpc_id": {"references": ["var.vpc"]}}}],
            "outputs": {"vpc": {"expression": {"references": ["var.vpc"]}}}}}}}}});
    let refused = [
        (
            "a later format",
            sound.replace(r#""format_version":"1.2""#, r#""format_version":"2.0""#),
            "input/terraform-format",
        ),
        ("a failed plan", sound.replace(r#""errored":false"#, r#""errored":true"#), "input/terraform-errored"),
        ("cut off", sound[..sound.len() / 2].to_owned(), "input/syntax"),
        (
            "changes that are none",
            r#"{"format_version": "1.2", "resource_changes": [7]}"#.to_owned(),
            "input/wrong-type",
        ),
        (
            "changes that are an object",
            r#"{"format_version": "1.2", "resource_changes": {}}"#.to_owned(),
            "input/wrong-type",
        ),
    ];
    for (what, text, code) in refused {
        let run = Scratch::new("refused").with("plan.json", &text).run(&["lint", "plan.json"]);
        assert_eq!((run.code, run.out.as_str()), (2, ""), "{what}: {run:#?}");
        assert!(run.err.contains(code), "{what}: {}", run.err);
    }
    let round = lint_plan(&cycle);
    assert_eq!((round.code, round.faults()), (0, Vec::new()), "{round:#?}");
    assert!(not_checked(&round).join("\n").contains("VpcId of module.a.aws_subnet.a"), "{round:#?}");
    let deep =
        format!(r#"{{"format_version": "1.2", "planned_values": {}1{}}}"#, "[".repeat(100_000), "]".repeat(100_000));
    let run = Scratch::new("deep").with("plan.json", &deep).run(&["lint", "plan.json"]);
    assert!(run.code == 2 && !run.err.contains("panicked"), "{run:#?}");
}
