//! What the deployment alone tells: a text `${expression}` where an id, an address block or a word is expected, or the
//! placeholder of a file that is filled in before it is deployed.

use super::known::Missing;
use rustc_hash::FxHashSet;
use std::sync::{LazyLock, Mutex, PoisonError};

/// The expression that a text stands for, braces included, where it isn't known before the deployment: `${expression}`, or
/// one of a template's and a shell's placeholders, `{{ name }}`, `<NAME>` and `$NAME`.
/// <https://docs.aws.amazon.com/codepipeline/latest/userguide/file-reference.html#file-reference-ecs-bluegreen>
pub fn expression(text: &str) -> Option<&str> {
    let within = |open, close| text.strip_prefix(open).is_some_and(|rest| rest.ends_with(close));
    let is_name =
        |name: &str| !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    let is_variable = text.strip_prefix('$').is_some_and(is_name);
    (within("${", "}") || within("{{", "}}") || within("<", ">") || is_variable).then_some(text)
}

/// Where a text stops being known: where the first expression in it begins. No id, no ARN, no address and no image's name has
/// such signs.
pub fn open_from(text: &str) -> Option<usize> {
    text.find(['$', '<']).into_iter().chain(text.find("{{")).min()
}

/// How a part of a template's texts begins that AWS alone tells: `${AWS AccountId}`, `${AWS name of Repository}`. Wherever
/// one stands it has one value, so it can be compared as it is written.
pub const STANDS_FOR_ITSELF: &str = "${AWS ";

/// As [`open_from`], such parts aside.
pub(super) fn open_beside_pseudo(text: &str) -> Option<usize> {
    open_from(&text.replace(STANDS_FOR_ITSELF, &"_".repeat(STANDS_FOR_ITSELF.len())))
}

/// The first expression in a text: `${group}` of `arn:aws:logs:…:log-group:${group}:*`.
pub(super) fn open_part(text: &str) -> Option<&str> {
    let part = &text[open_beside_pseudo(text)?..];
    let closed = |sign: &str| part.find(sign).map_or(part.len(), |end| end + sign.len());
    let end = match part.as_bytes() {
        [b'$', b'{', ..] => braces_of(part),
        [b'{', ..] => closed("}}"),
        [b'<', ..] => closed(">"),
        _ => {
            let is_outside = |sign: char| !(sign.is_ascii_alphanumeric() || sign == '_');
            part[1..].find(is_outside).map_or(part.len(), |end| end + 1)
        }
    };
    part.get(..end)
}

/// Where the braces end that a text begins with, those in them included: an expression may hold expressions.
fn braces_of(text: &str) -> usize {
    let mut depth = 0_usize;
    for (at, byte) in text.bytes().enumerate() {
        match byte {
            b'{' => depth += 1,
            b'}' if depth == 1 => return at + 1,
            b'}' => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    text.len()
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
    fn pseudo_parameters_are_compared_as_they_are_written() {
        let cases = [
            ("arn:aws:ecr:${AWS Region}:${AWS AccountId}:repository/app", None),
            ("arn:${AWS Region}:${ACCOUNT}", Some(18)),
            ("arn:$X", Some(4)),
        ];
        for (text, expected) in cases {
            assert_eq!(open_beside_pseudo(text), expected, "{text}");
        }
    }

    #[test]
    fn a_part_of_a_text_is_an_expression() {
        let cases = [
            ("arn:aws:logs:eu-west-1:1:log-group:${group}:*", Some("${group}")),
            ("${10.${Choice}.0.0/16}/a", Some("${10.${Choice}.0.0/16}")),
            ("arn:aws:ssm:${AWS Region}:1:parameter/<NAME>/a", Some("<NAME>")),
            ("a/{{ name }}/b", Some("{{ name }}")),
            ("a/$NAME/b", Some("$NAME")),
            ("$", Some("$")),
            ("${a", Some("${a")),
            ("a", None),
        ];
        for (text, expected) in cases {
            assert_eq!(open_part(text), expected, "{text}");
        }
    }

    #[test]
    fn texts_in_braces_are_expressions() {
        let cases = [
            ("${aws_vpc.main.id}", true),
            ("<IMAGE1_NAME>", true),
            ("{{ subnet }}", true),
            ("$SUBNET_1", true),
            ("vpc-1", false),
            ("${a}/b", false),
            ("$", false),
            ("$A-b", false),
            ("", false),
            ("${", false),
        ];
        for (text, expected) in cases {
            assert_eq!(Missing::of_text(text, 3).is_some_and(|missing| missing.is_expression()), expected, "{text}");
        }
        let open = [("subnet-${a}", Some(7)), ("<a>", Some(0)), ("a{{b}}$c", Some(1)), ("{a}", None), ("sg-1", None)];
        for (text, expected) in open {
            assert_eq!(open_from(text), expected, "{text}");
        }
        let twice = [Missing::expression("${a.b}", 1), Missing::expression("${a.b}", 1)];
        assert!(std::ptr::eq(twice[0].call, twice[1].call));
    }
}
