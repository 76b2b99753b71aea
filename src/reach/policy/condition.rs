//! Conditions of a statement.
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html>

use super::request::{Request, Said};
use super::truth::Truth;
use super::value::Value;
use crate::network::{Ranges, block};
use crate::network::{Scalar, Statement};
use crate::snapshot::components;

/// Whether a request meets all conditions of a statement; and the first key of which it does not.
pub(super) fn met<'s>(
    statement: &'s Statement,
    request: &Request<'_>,
    has_variables: bool,
) -> (Truth, Option<&'s str>) {
    let mut all = Truth::Yes;
    for (operator, keys) in &statement.condition {
        for (key, values) in keys {
            let one = Comparison { key, request, has_variables }.holds(operator, values.list());
            if one == Truth::No {
                return (Truth::No, Some(key));
            }
            all = all.and(|| one);
        }
    }
    (all, None)
}

struct Comparison<'c> {
    key: &'c str,
    request: &'c Request<'c>,
    has_variables: bool,
}

impl Comparison<'_> {
    /// One operator with one key: any of the values has to do, or none where the operator denies.
    fn holds(&self, operator: &str, values: &[Scalar]) -> Truth {
        let (set, operator) = match operator.split_once(':') {
            Some((set, operator)) => (Some(set), operator),
            None => (None, operator),
        };
        let (operator, if_exists) = match operator.strip_suffix("IfExists") {
            Some(operator) => (operator, true),
            None => (operator, false),
        };
        let Said { value, may_be_absent } = self.request.said(&self.key.to_ascii_lowercase());
        if operator == "Null" {
            let is_absent = match value {
                Value::Absent => Truth::Yes,
                _ if may_be_absent => Truth::open(self.key),
                _ => Truth::No,
            };
            let wants = |value: &Scalar| value.0.eq_ignore_ascii_case("true");
            return Truth::any(
                values.iter().map(|value| if wants(value) { is_absent.clone() } else { is_absent.clone().not() }),
            );
        }
        let is_negated = operator.contains("Not");
        let without = match set {
            _ if if_exists => Truth::Yes,
            Some("ForAllValues") => Truth::Yes,
            Some(_) => Truth::No,
            None => Truth::of(is_negated),
        };
        if value == Value::Absent {
            return without;
        }
        let found = self.any_of(operator, &value, values);
        let found = if is_negated { found.not() } else { found };
        if may_be_absent && found != without { Truth::open(self.key) } else { found }
    }

    fn any_of(&self, operator: &str, value: &Value, values: &[Scalar]) -> Truth {
        if matches!(operator, "IpAddress" | "NotIpAddress") {
            return self.is_inside(values);
        }
        Truth::any(values.iter().map(|Scalar(text)| {
            let Some(text) = self.filled_in(text) else { return Truth::open(self.key) };
            match operator {
                "StringEquals" | "StringNotEquals" => equals(value, &text, self.key),
                "StringEqualsIgnoreCase" | "StringNotEqualsIgnoreCase" | "Bool" => {
                    equals(&value.folded(), &text.to_ascii_lowercase(), self.key)
                }
                "StringLike" | "StringNotLike" => value.matches(&text, self.key),
                "ArnLike" | "ArnEquals" | "ArnNotLike" | "ArnNotEquals" => is_arn_like(value, &text, self.key),
                _ => Truth::open(self.key),
            }
        }))
    }

    /// A value with its variables (`${aws:PrincipalAccount}`) filled in; none where one isn't known.
    /// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html>
    fn filled_in(&self, text: &str) -> Option<String> {
        if !self.has_variables {
            return Some(text.to_owned());
        }
        let mut filled = String::new();
        let mut rest = text;
        while let Some((before, after)) = rest.split_once("${") {
            let (variable, behind) = after.split_once('}')?;
            filled.push_str(before);
            match variable {
                "*" | "?" | "$" => filled.push_str(variable),
                _ => match self.request.said(&variable.to_ascii_lowercase()).value {
                    Value::Exact(value) => filled.push_str(&value),
                    _ => return None,
                },
            }
            rest = behind;
        }
        filled.push_str(rest);
        Some(filled)
    }

    /// Whether the task's address, whichever it is, is inside of the blocks.
    fn is_inside(&self, values: &[Scalar]) -> Truth {
        let blocks = values.iter().map(|Scalar(text)| block(text).map(|block| block.range));
        let Some(blocks) = blocks.collect::<Option<Vec<_>>>() else { return Truth::open(self.key) };
        let blocks = Ranges::collect(blocks);
        let addresses = self.request.addresses;
        if !self.key.eq_ignore_ascii_case("aws:VpcSourceIp") || addresses.is_empty() {
            Truth::open(self.key)
        } else if blocks.contains(addresses) {
            Truth::Yes
        } else if blocks.intersection(addresses).is_empty() {
            Truth::No
        } else {
            Truth::open(self.key)
        }
    }
}

fn equals(value: &Value, text: &str, key: &str) -> Truth {
    match value {
        Value::Absent => Truth::No,
        Value::Exact(known) => Truth::of(known == text),
        Value::Beginning(known) if !text.starts_with(known.as_str()) => Truth::No,
        Value::Other(known) if text.starts_with(known.as_str()) => Truth::No,
        Value::Beginning(_) | Value::Other(_) | Value::Unknown => Truth::open(key),
    }
}

/// "Each of the six colon-delimited components of the ARN is checked separately and each can include multi-character
/// match wildcards (*) or single-character match wildcards (?)."
fn is_arn_like(value: &Value, pattern: &str, key: &str) -> Truth {
    match (value.arn_parts(), components(pattern)) {
        (Some(parts), Some(patterns)) => {
            parts.iter().zip(patterns).fold(Truth::Yes, |all, (part, pattern)| all.and(|| part.matches(pattern, key)))
        }
        _ => match value {
            // Of another account than the one that the pattern names.
            Value::Other(known) if pattern.starts_with(known.as_str()) => Truth::No,
            _ => Truth::open(key),
        },
    }
}
