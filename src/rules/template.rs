//! Texts with expressions in braces: `NAT gateway {nat} sits in {nat.subnet}`.

use super::evaluate::{Outcome, evaluate};
use super::expression::{self, ExpressionError, Scope};
use super::plan::Plan;
use crate::facts::{Facts, Value};
use std::fmt::Write;

/// A checked template.
#[derive(Debug)]
pub(crate) struct Template {
    parts: Vec<Part>,
}

#[derive(Debug)]
enum Part {
    Text(String),
    Value(Plan),
}

impl Template {
    /// Parses and checks a template.
    pub(crate) fn parse(source: &str, scope: &Scope) -> Result<Self, Box<ExpressionError>> {
        let mut parts = Vec::new();
        let mut text = String::new();
        let mut at = 0;
        while let Some(found) = source[at..].find(['{', '}']) {
            let brace = at + found;
            text.push_str(&source[at..brace]);
            let rest = &source[brace..];
            if rest.starts_with("{{") || rest.starts_with("}}") {
                text.push_str(&rest[..1]);
                at = brace + 2;
                continue;
            }
            let end = end_of_value(rest).filter(|_| rest.starts_with('{'));
            let Some(end) = end else {
                let message =
                    if rest.starts_with('{') { "this brace is never closed" } else { "this brace closes nothing" };
                return Err(Box::new(ExpressionError {
                    span: brace..brace + 1,
                    code: "rule/template-brace",
                    message: message.to_owned(),
                    help: Some("write {{ or }} for a brace that is meant as text".to_owned()),
                }));
            };
            if !text.is_empty() {
                parts.push(Part::Text(std::mem::take(&mut text)));
            }
            let plan = expression::plan(&rest[1..end], scope, false).map_err(|mut error| {
                error.span = error.span.start + brace + 1..error.span.end + brace + 1;
                error
            })?;
            parts.push(Part::Value(plan));
            at = brace + end + 1;
        }
        text.push_str(&source[at..]);
        let text = text.trim_end();
        if !text.is_empty() {
            parts.push(Part::Text(text.to_owned()));
        }
        Ok(Self { parts })
    }

    /// The text with its values.
    pub(crate) fn render(&self, facts: &dyn Facts, given: &[Value<'_>]) -> String {
        let mut out = String::new();
        for part in &self.parts {
            match part {
                Part::Text(text) => out.push_str(text),
                Part::Value(plan) => match evaluate(plan, facts, given, false) {
                    Outcome::Known(value, _) => {
                        // In a command a list is words, each once, or within brackets what the AWS CLI's shorthand
                        // takes for a list; in prose it is an enumeration.
                        let line = out.rsplit('\n').next().unwrap_or_default().trim_start();
                        let between = match (line.starts_with("aws "), line.ends_with('[')) {
                            (false, _) => ", ",
                            (true, false) => " ",
                            (true, true) => ",",
                        };
                        show(&mut out, &value, facts, between);
                    }
                    Outcome::Unknown(_) => out.push_str("(unknown)"),
                },
            }
        }
        out
    }
}

/// The index of the brace that closes the one at the start, texts in quotes left aside.
fn end_of_value(rest: &str) -> Option<usize> {
    let mut quote = None;
    let mut escaped = false;
    for (index, c) in rest.char_indices().skip(1) {
        match quote {
            Some(_) if escaped => escaped = false,
            Some(_) if c == '\\' => escaped = true,
            Some(q) if c == q => quote = None,
            Some(_) => {}
            None if c == '\'' || c == '"' => quote = Some(c),
            None if c == '}' => return Some(index),
            None => {}
        }
    }
    None
}

/// Writes a value as a reader wants it.
fn show(out: &mut String, value: &Value<'_>, facts: &dyn Facts, between: &str) {
    match value {
        Value::Bool(value) => {
            let _ = write!(out, "{value}");
        }
        Value::Int(value) => {
            let _ = write!(out, "{value}");
        }
        Value::String(text) => out.push_str(text),
        Value::Entity(entity) => out.push_str(&facts.display(*entity)),
        Value::List(elements) if elements.is_empty() => out.push_str("none"),
        Value::List(elements) => {
            let mut shown: Vec<String> = Vec::with_capacity(elements.len());
            for element in elements {
                let mut text = String::new();
                show(&mut text, element, facts, between);
                if !shown.contains(&text) {
                    shown.push(text);
                }
            }
            out.push_str(&shown.join(between));
        }
    }
}
