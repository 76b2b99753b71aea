//! Values of which not everything may be known, and the patterns of policies: `*` is any text, `?` any character.

use super::truth::Truth;
use crate::snapshot::components;

/// What is known of a text of the request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Value {
    /// The request has none.
    Absent,
    /// This text.
    Exact(String),
    /// A text that begins so.
    Beginning(String),
    /// A text that does not begin so.
    Other(String),
    /// Nothing is known of it, not even whether the request has it.
    Unknown,
}

impl Value {
    /// A resource as a need writes it: one that ends in `*` is any of those that begin so.
    pub(super) fn of_resource(text: &str) -> Value {
        match text.strip_suffix('*') {
            Some("") => Value::Exact("*".to_owned()),
            Some(beginning) => Value::Beginning(beginning.to_owned()),
            None => Value::Exact(text.to_owned()),
        }
    }

    /// Whether the text matches a pattern. `key` is what it hangs on where that is open.
    pub(super) fn matches(&self, pattern: &str, key: &str) -> Truth {
        match self {
            Value::Absent => Truth::No,
            Value::Exact(text) => Truth::of(matches(pattern, text)),
            Value::Beginning(text) => match meets(pattern, text) {
                _ if holds_all(pattern, text) => Truth::Yes,
                true => Truth::open(key),
                false => Truth::No,
            },
            Value::Other(text) => match pattern.split(['*', '?']).next() {
                _ if holds_all(pattern, "") => Truth::Yes,
                Some(start) if start.starts_with(text.as_str()) => Truth::No,
                _ => Truth::open(key),
            },
            Value::Unknown => Truth::open(key),
        }
    }

    /// The same text without regard to capitals.
    pub(super) fn folded(&self) -> Value {
        match self {
            Value::Exact(text) => Value::Exact(text.to_ascii_lowercase()),
            Value::Beginning(text) => Value::Beginning(text.to_ascii_lowercase()),
            Value::Other(text) => Value::Other(text.to_ascii_lowercase()),
            other => other.clone(),
        }
    }

    /// The parts of an ARN; what isn't known of it is in the last one.
    pub(super) fn arn_parts(&self) -> Option<[Value; 6]> {
        let (text, is_whole) = match self {
            Value::Exact(text) => (text, true),
            Value::Beginning(text) => (text, false),
            _ => return None,
        };
        let written = components(text)?;
        let mut parts = written.map(|part| Value::Exact(part.to_owned()));
        if !is_whole {
            parts[5] = Value::Beginning(written[5].to_owned());
        }
        Some(parts)
    }
}

/// Stands for the unknown rest of a text: only `*` matches it.
const REST: char = '\u{0}';

/// Whether a pattern matches every text that begins so.
fn holds_all(pattern: &str, beginning: &str) -> bool {
    matches(pattern, &format!("{beginning}{REST}"))
}

/// Whether a pattern matches some text that begins so.
fn meets(pattern: &str, beginning: &str) -> bool {
    let mut rests = vec![pattern];
    for character in beginning.chars() {
        let mut next: Vec<&str> = Vec::new();
        for rest in rests {
            let literal = rest.trim_start_matches('*');
            if literal.len() < rest.len() {
                next.push(&rest[rest.len() - literal.len() - 1..]);
            }
            let mut after = literal.chars();
            if after.next().is_some_and(|found| found == '?' || found == character) {
                next.push(after.as_str());
            }
        }
        next.sort_unstable_by_key(|rest| rest.len());
        next.dedup_by_key(|rest| rest.len());
        rests = next;
    }
    !rests.is_empty()
}

/// Whether a pattern matches a text.
pub(super) fn matches(pattern: &str, text: &str) -> bool {
    let (pattern, text): (Vec<char>, Vec<char>) = (pattern.chars().collect(), text.chars().collect());
    let (mut p, mut t) = (0, 0);
    let mut star: Option<(usize, usize)> = None;
    while let Some(character) = text.get(t) {
        match pattern.get(p) {
            Some('*') => {
                star = Some((p, t));
                p += 1;
            }
            Some(found) if found == character || (*found == '?' && *character != REST) => {
                p += 1;
                t += 1;
            }
            _ => match &mut star {
                Some((at, from)) => {
                    *from += 1;
                    (p, t) = (*at + 1, *from);
                }
                None => return false,
            },
        }
    }
    pattern.iter().skip(p).all(|rest| *rest == '*')
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn what_is_known_decides_as_far_as_it_goes() {
        let bucket = || Value::of_resource("arn:aws:s3:::layers/*");
        let open = || Truth::open("it");
        let other = || Value::Other("111122223333".into());
        for (value, pattern, expected) in [
            (bucket(), "*", Truth::Yes),
            (bucket(), "arn:aws:s3:::layers/*", Truth::Yes),
            (bucket(), "arn:aws:s3:::*", Truth::Yes),
            (bucket(), "arn:aws:s3:::layers/a*", open()),
            (bucket(), "arn:aws:s3:::layers/?*", open()),
            (bucket(), "arn:aws:s3:::layers", Truth::No),
            (bucket(), "arn:aws:s3:::mine/*", Truth::No),
            (bucket(), "arn:aws:s3:::*a*", Truth::Yes),
            (bucket(), "arn:aws:s3:::*x", open()),
            (Value::of_resource("*"), "*", Truth::Yes),
            (Value::of_resource("*"), "arn:aws:ecr:*", Truth::No),
            (other(), "111122223333", Truth::No),
            (other(), "444455556666", open()),
            (other(), "*", Truth::Yes),
            (Value::Absent, "*", Truth::No),
            (Value::Unknown, "*", open()),
        ] {
            assert_eq!(value.matches(pattern, "it"), expected, "{value:?} {pattern}");
        }
    }

    proptest! {
        #[test]
        fn beginnings_agree_with_every_text_that_begins_so(pattern in "[ab*?]{0,5}", beginning in "[ab]{0,3}") {
            let mut texts = vec![String::new()];
            for _ in 0..4 {
                let longer: Vec<String> = texts.iter().flat_map(|text| ["a", "b", "c"].map(|next| format!("{text}{next}"))).collect();
                texts.extend(longer);
            }
            let hits = texts.iter().filter(|rest| matches(&pattern, &format!("{beginning}{rest}"))).count();
            match Value::Beginning(beginning).matches(&pattern, "it") {
                Truth::Yes => prop_assert_eq!(hits, texts.len()),
                Truth::No => prop_assert_eq!(hits, 0),
                // Of a pattern such as `*?` it may be left open although every text matches.
                Truth::Open(_) => prop_assert!(hits > 0 || pattern.len() > 3),
            }
        }
    }
}
