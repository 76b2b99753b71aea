//! Texts with expressions in braces: `NAT gateway {nat} sits in {nat.subnet}`.

use super::evaluate::{Outcome, evaluate};
use super::expression::{self, ExpressionError, Scope};
use super::outline::outline;
use super::pieces::{Piece, Pieces};
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
        for piece in Pieces::of(source) {
            match piece {
                Piece::Text(piece) => text.push_str(piece),
                Piece::Value(begin, value) => {
                    if !text.is_empty() {
                        parts.push(Part::Text(std::mem::take(&mut text)));
                    }
                    let plan = expression::plan(value, scope, false).map_err(|mut error| {
                        error.span = error.span.start + begin..error.span.end + begin;
                        error
                    })?;
                    parts.push(Part::Value(plan));
                }
                Piece::Stray(at) => return Err(Box::new(stray(source, at))),
            }
        }
        let text = text.trim_end();
        if !text.is_empty() {
            parts.push(Part::Text(text.to_owned()));
        }
        Ok(Self { parts })
    }

    /// The text without its values: `<names>` in their place.
    pub(crate) fn outline(&self) -> String {
        let mut out = String::new();
        for (index, part) in self.parts.iter().enumerate() {
            match part {
                Part::Text(text) => out.push_str(text),
                Part::Value(plan) => {
                    let begins = out.rsplit('\n').next().is_none_or(|line| line.trim().is_empty());
                    let ends = match self.parts.get(index + 1) {
                        Some(Part::Text(text)) => text.starts_with('\n'),
                        next => next.is_none(),
                    };
                    outline(&mut out, plan, begins && ends);
                }
            }
        }
        out
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

/// A brace without the other.
fn stray(source: &str, at: usize) -> ExpressionError {
    let opens = source.as_bytes().get(at) == Some(&b'{');
    let message = if opens { "this brace is never closed" } else { "this brace closes nothing" };
    ExpressionError {
        span: at..at + 1,
        code: "rule/template-brace",
        message: message.to_owned(),
        help: Some("write {{ or }} for a brace that is meant as text".to_owned()),
    }
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
        Value::Map(entries) if entries.is_empty() => out.push_str("none"),
        Value::Map(entries) => {
            let shown: Vec<String> = entries.iter().map(|(key, value)| format!("{key}={value}")).collect();
            out.push_str(&shown.join(between));
        }
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
