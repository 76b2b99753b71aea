//! Texts of which the deployment alone tells a part, which stands in them as `${name}`.

use crate::input::planned::{Node, Value};
use std::borrow::Cow;

/// A scalar as a text; none for a list, an object and null.
pub(super) fn text_of(node: &Node) -> Option<String> {
    match &node.value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        Value::Bool(value) => Some(value.to_string()),
        Value::Unknown(expression) | Value::LeftOut(expression) => Some(format!("${{{expression}}}")),
        Value::Null | Value::List(_) | Value::Object(_) => None,
    }
}

/// The value of a text: not known where the text is nothing but a part that isn't.
pub(super) fn from_text(text: String) -> Node {
    let text = match without_dynamic(&text) {
        Cow::Owned(text) => text,
        Cow::Borrowed(_) => text,
    };
    match text.strip_prefix("${").and_then(|rest| rest.strip_suffix('}')) {
        Some(name) if !name.contains(['{', '}']) => Node::unknown(name, None),
        _ => Node::text(text),
    }
}

/// Dynamic references (`{{resolve:ssm:/vpc/id}}`) as parts that aren't known: the deployment looks them up.
/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/dynamic-references.html>
fn without_dynamic(text: &str) -> Cow<'_, str> {
    const BEGIN: &str = "{{resolve:";
    if !text.contains(BEGIN) {
        return Cow::Borrowed(text);
    }
    let mut made = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, from)) = rest.split_once(BEGIN) {
        let Some((reference, after)) = from.split_once("}}") else { break };
        made.push_str(before);
        made.push_str("${resolve ");
        // Without colons, at which ARNs are taken apart, and without braces, which end the name.
        made.extend(reference.chars().filter(|c| !matches!(c, '{' | '}')).map(|c| if c == ':' { ' ' } else { c }));
        made.push('}');
        rest = after;
    }
    made.push_str(rest);
    Cow::Owned(made)
}

/// Whether a part isn't known.
pub(super) fn has_unknown(text: &str) -> bool {
    text.contains("${")
}

/// The parts between delimiters, unless a part that isn't known may hold one: `is_word` tells whether it can't.
pub(super) fn split_known(text: &str, delimiter: &str, is_word: impl Fn(&str) -> bool) -> Option<Vec<String>> {
    let mut found = vec![String::new()];
    let mut rest = text;
    while !rest.is_empty() {
        let last = found.last_mut()?;
        if let Some(after) = rest.strip_prefix(delimiter) {
            found.push(String::new());
            rest = after;
        } else if let Some(end) = rest.strip_prefix("${").and_then(|inner| inner.find('}')) {
            let (unknown, after) = rest.split_at(end + 3);
            if !is_word(unknown.get(2..end + 2).unwrap_or_default()) {
                return None;
            }
            last.push_str(unknown);
            rest = after;
        } else {
            let first = rest.chars().next()?;
            last.push(first);
            rest = rest.get(first.len_utf8()..)?;
        }
    }
    Some(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dynamic_references_are_not_known() {
        let cases = [
            ("{{resolve:ssm:/net/vpc:3}}", Node::unknown("resolve ssm /net/vpc 3", None)),
            ("{{resolve:ssm:/net/${Stage}/vpc}}", Node::unknown("resolve ssm /net/$Stage/vpc", None)),
            ("a-{{resolve:ssm:x}}-{{resolve:ssm:y}}", Node::text("a-${resolve ssm x}-${resolve ssm y}")),
            ("{{resolve:ssm:x", Node::text("{{resolve:ssm:x")),
            ("{{handlebars}}", Node::text("{{handlebars}}")),
        ];
        for (text, expected) in cases {
            assert_eq!(from_text(text.to_owned()), expected, "{text}");
        }
    }

    #[test]
    fn texts_are_split_around_what_is_not_known() {
        let cases: [(&str, &str, Option<&[&str]>); 8] = [
            ("a:b", ":", Some(&["a", "b"])),
            ("", ":", Some(&[""])),
            (":", ":", Some(&["", ""])),
            ("a::b", "::", Some(&["a", "b"])),
            (
                "arn:aws:ecr:${Region}:${AccountId}:x",
                ":",
                Some(&["arn", "aws", "ecr", "${Region}", "${AccountId}", "x"]),
            ),
            ("a,${Subnets}", ",", None),
            ("é,ü", ",", Some(&["é", "ü"])),
            ("${", ",", Some(&["${"])),
        ];
        for (text, delimiter, expected) in cases {
            let found = split_known(text, delimiter, |name| matches!(name, "Region" | "AccountId"));
            let expected = expected.map(|parts| parts.iter().map(|part| (*part).to_owned()).collect::<Vec<_>>());
            assert_eq!(found, expected, "{text}");
        }
    }
}
