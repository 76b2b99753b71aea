//! A user's rule may be anything; the engine neither panics nor hangs nor swallows memory.

use super::toy::{self, VPC, entity};
use crate::facts::Value;
use crate::rules::evaluate::{Outcome, STEPS, evaluate};
use crate::rules::expression::{self, Scope};
use crate::rules::plan::Ty;
use crate::rules::template::Template;
use proptest::prelude::*;
use std::time::{Duration, Instant};

fn scope() -> Scope {
    Scope { variables: vec![("vpc", Ty::Entity(&VPC))] }
}

fn code(source: &str) -> &'static str {
    let begun = Instant::now();
    let code = match expression::plan(source, &scope(), false) {
        Ok(_) => "fine",
        Err(error) => {
            assert!(source.get(error.span.clone()).is_some(), "{:?} of {source}", error.span);
            error.code
        }
    };
    assert!(begun.elapsed() < Duration::from_secs(2), "{source}");
    code
}

#[test]
fn what_is_too_long_or_too_deep_is_refused() {
    let nested = |open: &str, inner: &str, close: &str, times: usize| {
        format!("{}{inner}{}", open.repeat(times), close.repeat(times))
    };
    for (source, expected) in [
        ("'".to_owned() + &"x".repeat(4094) + "'", "fine"),
        ("'".to_owned() + &"x".repeat(4095) + "'", "rule/expression-too-long"),
        (nested("(", "true", ")", 300), "fine"),
        (nested("(", "true", ")", 2000), "rule/expression-too-deep"),
        (nested("1 in ", "1", "", 800), "rule/expression-too-deep"),
        (nested("\"?\" + ", "''", "", 20), "fine"),
        (nested("!(true && ", "true", ")", 15), "fine"),
        (nested("!(true && ", "true", ")", 40), "rule/expression-too-deep"),
        (nested("!(true && ", "true", ")", 300), "rule/expression-too-deep"),
        (nested("!-", "true", "", 2000), "rule/expression-too-deep"),
        (nested("true?true:", "true", "", 400), "rule/expression-too-deep"),
        (nested("true?", "true", ":true", 400), "rule/expression-too-deep"),
        (nested("[", "1", "]", 500), "rule/expression-too-deep"),
        (nested("1+", "1", "", 2000), "rule/expression-too-deep"),
        (nested("true&&", "true", "", 600), "fine"),
        (nested("", "vpc", ".subnets[0].vpc", 200), "rule/expression-too-deep"),
        (nested("", "[1]", ".map(x,x)", 400), "rule/expression-too-deep"),
    ] {
        assert_eq!(code(&source), expected, "{}", &source[..source.len().min(60)]);
    }
}

#[test]
fn what_would_run_for_ever_is_given_up() {
    let facts = toy::network();
    let big = format!("[{}]", "1,".repeat(600) + "1");
    let doubled = "['x']".to_owned() + &".map(x, x + x)".repeat(28) + "[0] == 'x'";
    let nested = "[[1]]".to_owned() + &".map(x, [x, x])".repeat(25) + " == []";
    let loops = format!("{big}.all(a, {big}.all(b, {big}.all(c, a + b + c > 0)))");
    for source in [doubled, nested.replace(" == []", ".size() == 1"), loops] {
        let plan = toy::plan(&VPC, &source);
        let begun = Instant::now();
        let Outcome::Unknown(unknown) = evaluate(&plan, &facts, &[Value::Entity(entity(&VPC, 0))], true) else {
            panic!("{source} was evaluated");
        };
        let reason = format!("it takes more than {STEPS} steps");
        assert_eq!(unknown.len(), 1);
        assert_eq!(unknown[0].reason.as_deref(), Some(reason.as_str()), "{source}");
        assert!(begun.elapsed() < Duration::from_secs(20), "{source}");
    }
}

/// Bits of expressions, some of them broken.
fn fragments() -> impl Strategy<Value = String> {
    let bits = prop::sample::select(vec![
        "vpc",
        ".",
        "subnets",
        "id",
        "(",
        ")",
        "[",
        "]",
        "{",
        "}",
        "'",
        "\"",
        "\\",
        "&&",
        "||",
        "!",
        "-",
        "+",
        "?",
        ":",
        "==",
        "in",
        "1",
        "0x",
        "1.",
        "1u",
        "b'x'",
        "r'",
        "'''",
        "`",
        "ä",
        "\u{1f600}",
        "\n",
        "\r",
        "\0",
        "//",
        ",",
        "exists(",
        "x",
        "map(",
        "has(",
        "size(",
        "matches(",
        "'['",
        "true",
        "null",
        "@result",
        "_",
        "for",
        ".?",
        "[?",
    ]);
    proptest::collection::vec(bits, 0..40).prop_map(|bits| bits.concat())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 3000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn broken_expressions_are_errors_with_a_place(source in fragments()) {
        code(&source);
        let _ = Template::parse(&source, &scope());
    }

    #[test]
    fn any_text_is_an_expression_or_an_error(source in "\\PC{0,80}") {
        code(&source);
        let _ = Template::parse(&source, &scope());
    }
}
