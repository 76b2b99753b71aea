//! CEL text → checked, typed plan. The only module that names `cel`.
//!
//! The Pratt parser is many times faster than the default one (docs/architecture.md) but gives no places; so a text is read a second time, by
//! the default parser, when there is an error to show.

mod calls;
mod fault;
mod lists;
mod lower;
mod reader;
mod ready;
mod span;
mod syntax;

#[cfg(test)]
mod agreement;

use super::plan::{Plan, Ty};
use std::borrow::Cow;
use std::ops::Range;

/// The longest expression, in bytes.
pub const LONGEST: usize = 4096;
/// How deep an expression may nest.
pub const DEEPEST: usize = 32;
/// How many lists may be run through inside each other.
pub const LISTS: usize = 3;

/// How many brackets may nest: each costs the parser some 40 KiB of stack where it isn't optimised.
const BRACKETS: u16 = 24;
/// How many operators an expression may have, `&&` and `||` not counted.
const OPERATORS: usize = 400;

/// The variables that an expression may name.
#[derive(Debug, Clone)]
pub(crate) struct Scope {
    pub(crate) variables: Vec<(&'static str, Ty)>,
}

/// What is wrong with an expression.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ExpressionError {
    /// Bytes of the expression.
    pub(crate) span: Range<usize>,
    pub(crate) code: &'static str,
    pub(crate) message: String,
    pub(crate) help: Option<String>,
}

impl ExpressionError {
    fn whole(source: &str, code: &'static str, message: String, help: &str) -> Self {
        Self { span: 0..source.len(), code, message, help: Some(help.to_owned()) }
    }
}

/// Parses and checks an expression. `bool` says whether it has to be one.
pub(crate) fn plan(source: &str, scope: &Scope, bool: bool) -> Result<Plan, Box<ExpressionError>> {
    let syntax = match ready::find(source) {
        Some(syntax) => Cow::Borrowed(syntax),
        None => Cow::Owned(parse(source).map_err(Box::new)?),
    };
    lower::lower(&syntax, scope, bool).map_err(|fault| {
        let place = cel::parser::Parser::new().parse_with_source_info(source).ok().filter(|_| !fault.deep).and_then(
            |(slow, info)| {
                let (syntax, ids) = syntax::write(&slow);
                let again = lower::lower(&syntax, scope, bool).err()?;
                span::of(source, &slow, &info, *ids.get(again.at)?, &again.focus)
            },
        );
        Box::new(ExpressionError {
            span: place.unwrap_or(0..source.len()),
            code: fault.code,
            message: fault.message,
            help: fault.help,
        })
    })
}

/// The syntax of an expression that the build did not know.
fn parse(source: &str) -> Result<Vec<u8>, ExpressionError> {
    if source.len() > LONGEST {
        let message = format!("this expression has {} bytes", source.len());
        let help = format!("an expression may have {LONGEST}");
        return Err(ExpressionError::whole(source, "rule/expression-too-long", message, &help));
    }
    if crowded(source) {
        return Err(too_deep(source));
    }
    let parser = cel::parser::PrattParser::new().max_recursion_depth(BRACKETS).error_recovery_limit(3);
    parser.parse(source).map(|parsed| syntax::write(&parsed).0).map_err(|errors| {
        if errors.errors.iter().any(|error| error.msg.contains("recursion limit")) {
            return too_deep(source);
        }
        let Some(first) = errors.errors.iter().find(|error| error.pos.0 > 0) else {
            let message = "this is no CEL expression".to_owned();
            return ExpressionError::whole(source, "rule/expression-syntax", message, SYNTAX);
        };
        let at = offset(source, first.pos);
        ExpressionError {
            span: at..span::token(source, at).max(at),
            code: "rule/expression-syntax",
            message: syntax(&first.msg),
            help: Some(SYNTAX.to_owned()),
        }
    })
}

/// Whether there are so many operators that the parser could make a tree which overflows the stack when it is dropped:
/// its own limit counts brackets alone, not the chains `!-!-x`, `1+1+1` and `a?b:c?d:e`. Texts are counted with the rest,
/// since where one ends is for the parser to say.
fn crowded(source: &str) -> bool {
    let (mut branches, mut operators) = (0, 0);
    for byte in source.bytes() {
        match byte {
            b'?' => branches += 1,
            b'!' | b'-' | b'+' | b'*' | b'/' | b'%' | b'.' | b'[' | b'(' | b'{' | b'=' | b'<' | b'>' => operators += 1,
            _ => {}
        }
    }
    operators > OPERATORS || branches > 2 * DEEPEST
}

const SYNTAX: &str = "expressions are CEL: `a && b`, `!a`, `x == 'text'`, `list.exists(item, item.field)`, `c ? a : b`";

fn too_deep(source: &str) -> ExpressionError {
    let help = format!("at most {DEEPEST} levels");
    ExpressionError::whole(source, "rule/expression-too-deep", "this expression nests too deeply".to_owned(), &help)
}

/// The parser's message without the grammar's own words.
fn syntax(message: &str) -> String {
    let message = message.strip_prefix("Syntax error: ").unwrap_or(message);
    if message.contains("input '<EOF>' expecting expression") {
        return "the expression ends where a value should stand".to_owned();
    }
    message
        .replace("mismatched input", "unexpected")
        .replace(" expecting <EOF>", "")
        .replace("<EOF>", "end")
        .replace("expecting", "instead of")
}

/// The byte at a line and column, both from 1.
fn offset(source: &str, (line, column): (isize, isize)) -> usize {
    let line = usize::try_from(line).unwrap_or(1).max(1);
    let column = usize::try_from(column).unwrap_or(1).max(1);
    let start: usize = source.split_inclusive('\n').take(line - 1).map(str::len).sum();
    let at = (start + column - 1).min(source.len());
    (0..=at).rev().find(|at| source.is_char_boundary(*at)).unwrap_or(0)
}
