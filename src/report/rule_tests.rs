//! How a user's own rules did on their fixtures.

use super::human::room;
use super::style::{Role, Style};
use super::text::wrap;
use super::visible::visible;

/// A rule on one of its fixtures.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RuleTest {
    /// The rule's id.
    pub rule: String,
    /// The fixture's file.
    pub fixture: String,
    /// What went wrong; none where the rule says what it should.
    pub wrong: Option<String>,
}

/// A line for each test, and the counts; `quiet` leaves what went wrong.
pub fn human(tests: &[RuleTest], quiet: bool, style: &Style) -> String {
    let mut out = String::new();
    for test in tests {
        let name = format!("{} {}", visible(&test.rule), visible(&test.fixture));
        match &test.wrong {
            None if quiet => {}
            None => out.push_str(&format!("{}      {name}\n", style.paint(Role::Good, "ok"))),
            Some(wrong) => {
                out.push_str(&format!("{}  {name}\n", style.paint(Role::Error, "failed")));
                for line in wrap(&visible(wrong), room(style)) {
                    out.push_str(&format!("        {line}\n"));
                }
            }
        }
    }
    let failed = tests.iter().filter(|test| test.wrong.is_some()).count();
    if !quiet {
        out.push_str(&format!("{} passed; {failed} failed\n", tests.len() - failed));
    }
    out
}
