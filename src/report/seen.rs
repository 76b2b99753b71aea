//! What ECS said went wrong, in a sentence.

use super::text::count;
use super::visible::visible;
use crate::rules::{Seen, SeenIn};

/// The heading of what no finding explains.
pub(super) const UNEXPLAINED: &str = "seen, but explained by no finding";

/// `12 tasks of service web stopped with "…" (last 2026-11-21T12:01:00Z)`; harmless, whatever the text.
pub(super) fn sentence(seen: &Seen) -> String {
    let owner = visible(&seen.owner);
    let text = visible(&seen.text);
    let what = match seen.witness {
        SeenIn::StoppedTasks => format!("{} of {owner} stopped with \"{text}\"", count(seen.count, "task")),
        SeenIn::ServiceEvents => format!("{} of {owner} said \"{text}\"", count(seen.count, "event")),
    };
    match &seen.last {
        Some(last) if seen.count > 1 => format!("{what} (last {})", visible(last)),
        Some(last) => format!("{what} ({})", visible(last)),
        None => what,
    }
}

/// The same, with what it is about where that is known.
pub(super) fn with_meaning(seen: &Seen) -> String {
    match seen.meaning {
        Some(meaning) => format!("{}: {meaning}", sentence(seen)),
        None => sentence(seen),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sentences() {
        let seen = |witness, count, last: Option<&str>| Seen {
            witness,
            owner: "service web".into(),
            count,
            text: "a\u{1b}[2Jb".into(),
            last: last.map(str::to_owned),
            meaning: None,
        };
        let cases = [
            (seen(SeenIn::StoppedTasks, 1, None), r#"1 task of service web stopped with "a\u{1b}[2Jb""#),
            (
                seen(SeenIn::StoppedTasks, 12, Some("2026-11-21T12:01:00Z")),
                r#"12 tasks of service web stopped with "a\u{1b}[2Jb" (last 2026-11-21T12:01:00Z)"#,
            ),
            (
                seen(SeenIn::ServiceEvents, 1, Some("2026-11-21T12:01:00Z")),
                r#"1 event of service web said "a\u{1b}[2Jb" (2026-11-21T12:01:00Z)"#,
            ),
        ];
        for (seen, expected) in cases {
            assert_eq!(sentence(&seen), expected);
        }
    }
}
