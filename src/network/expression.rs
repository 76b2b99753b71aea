//! What the deployment alone tells: a text `${expression}` where an id, an address block or a word is expected.

use super::known::Missing;
use rustc_hash::FxHashSet;
use std::sync::{LazyLock, Mutex, PoisonError};

/// The expression that a text stands for, braces included, where it isn't known before the deployment.
pub fn expression(text: &str) -> Option<&str> {
    (text.starts_with("${") && text.ends_with('}')).then_some(text)
}

impl Missing {
    /// What would be known if an expression were: `${aws_vpc.main.id}`.
    pub fn expression(expression: &str, scope: u32) -> Self {
        Missing { call: kept(expression), scope }
    }

    /// What a text leaves unknown; none where it says what it says.
    pub fn of_text(text: &str, scope: u32) -> Option<Self> {
        expression(text).map(|expression| Missing::expression(expression, scope))
    }

    /// Whether the deployment would tell it, and no call.
    pub fn is_expression(&self) -> bool {
        expression(self.call).is_some()
    }
}

/// Expressions live as long as the names of calls do, beside which they stand in every answer. There are as many as the
/// user wrote, each is kept once.
fn kept(expression: &str) -> &'static str {
    static KEPT: LazyLock<Mutex<FxHashSet<&'static str>>> = LazyLock::new(Mutex::default);
    let mut kept = KEPT.lock().unwrap_or_else(PoisonError::into_inner);
    match kept.get(expression) {
        Some(known) => known,
        None => {
            let new: &'static str = Box::leak(expression.to_owned().into_boxed_str());
            kept.insert(new);
            new
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_in_braces_are_expressions() {
        let cases = [("${aws_vpc.main.id}", true), ("vpc-1", false), ("${a}/b", false), ("", false), ("${", false)];
        for (text, expected) in cases {
            assert_eq!(Missing::of_text(text, 3).is_some_and(|missing| missing.is_expression()), expected, "{text}");
        }
        let twice = [Missing::expression("${a.b}", 1), Missing::expression("${a.b}", 1)];
        assert!(std::ptr::eq(twice[0].call, twice[1].call));
    }
}
