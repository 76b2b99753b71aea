//! The syntax of an expression, as bytes: what `cel` parsed, node by node in the order in which it is checked.
//!
//! The build writes those of the built-in rules (`build.rs` has this file too), so that a run parses none of them; those of
//! a user's rules are written when they are read. A tree would have to be put together from thousands of pieces; these
//! bytes lie in the program as they are.

use cel::common::ast::{ComprehensionExpr, Expr, IdedExpr, LiteralValue, operators as op};

/// A list macro, known by what the parser expanded it to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub(crate) enum Shape {
    /// None of the others.
    Unknown,
    Exists,
    All,
    ExistsOne,
    Filter,
    Map,
    /// `map` with a condition before the value.
    MapWhere,
}

/// What CEL has and rules have not.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub(crate) enum Foreign {
    Nothing,
    Structure,
    Null,
    Number,
}

/// One node. Its parts follow it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Token<'s> {
    Bool(bool),
    Int(i64),
    Text(&'s str),
    Variable(&'s str),
    /// Of the one part that follows.
    Field(&'s str),
    /// `has()` of this field. Nothing follows.
    Has(&'s str),
    /// An operator or a function with so many parts; of a method, the first is what it is called on.
    Call {
        name: &'s str,
        is_method: bool,
        parts: usize,
    },
    /// A list of so many elements.
    List(usize),
    /// The list follows, and then what is done with its elements: nothing, a condition, a value, or both.
    Macro {
        shape: Shape,
        variable: &'s str,
    },
    Foreign(Foreign),
}

/// Writes a parsed expression, and for each of its nodes the parser's id.
pub(crate) fn write(expr: &IdedExpr) -> (Vec<u8>, Vec<u64>) {
    let mut writer = Writer { bytes: Vec::new(), ids: Vec::new() };
    writer.node(expr);
    (writer.bytes, writer.ids)
}

struct Writer {
    bytes: Vec<u8>,
    ids: Vec<u64>,
}

impl Writer {
    fn node(&mut self, expr: &IdedExpr) {
        self.ids.push(expr.id);
        match &expr.expr {
            Expr::Unspecified => self.head(b'?', &[Foreign::Nothing as u8]),
            Expr::Map(_) | Expr::Struct(_) => self.head(b'?', &[Foreign::Structure as u8]),
            Expr::Literal(value) => self.literal(value),
            Expr::Ident(name) => self.named(b'v', name),
            Expr::Select(select) if select.test => self.named(b'h', &select.field),
            Expr::Select(select) => {
                self.named(b'f', &select.field);
                self.node(&select.operand);
            }
            Expr::Call(call) => {
                self.named(if call.target.is_some() { b'm' } else { b'c' }, &call.func_name);
                let parts = call.target.as_deref().into_iter().chain(&call.args);
                self.length(parts.clone().count());
                parts.for_each(|part| self.node(part));
            }
            Expr::List(list) => {
                self.head(b'l', &[]);
                self.length(list.elements.len());
                list.elements.iter().for_each(|element| self.node(element));
            }
            Expr::Comprehension(it) => {
                let (shape, parts) = shape(it).unwrap_or((Shape::Unknown, [None, None]));
                self.head(b'e', &[shape as u8]);
                self.text(&it.iter_var);
                self.node(&it.iter_range);
                parts.into_iter().flatten().for_each(|part| self.node(part));
            }
        }
    }

    fn literal(&mut self, value: &LiteralValue) {
        match value {
            LiteralValue::Boolean(value) => self.head(b'b', &[u8::from(*value.inner())]),
            LiteralValue::Int(value) => self.head(b'i', &value.inner().to_le_bytes()),
            LiteralValue::String(value) => self.named(b't', value.inner()),
            LiteralValue::Null => self.head(b'?', &[Foreign::Null as u8]),
            LiteralValue::Double(_) | LiteralValue::UInt(_) | LiteralValue::Bytes(_) => {
                self.head(b'?', &[Foreign::Number as u8]);
            }
        }
    }

    fn head(&mut self, kind: u8, rest: &[u8]) {
        self.bytes.push(kind);
        self.bytes.extend_from_slice(rest);
    }

    fn named(&mut self, kind: u8, name: &str) {
        self.bytes.push(kind);
        self.text(name);
    }

    fn text(&mut self, text: &str) {
        self.length(text.len());
        self.bytes.extend_from_slice(text.as_bytes());
    }

    /// An expression is shorter than this can say, and so is all that is in it.
    fn length(&mut self, length: usize) {
        self.bytes.extend_from_slice(&u16::try_from(length).unwrap_or(u16::MAX).to_le_bytes());
    }
}

/// Which list macro a comprehension came from, and what is done with the elements.
fn shape(it: &ComprehensionExpr) -> Option<(Shape, [Option<&IdedExpr>; 2])> {
    if it.iter_var2.is_some() {
        return None;
    }
    let Expr::Call(step) = &it.loop_step.expr else {
        return None;
    };
    let mapped = |call: &'_ IdedExpr| match &call.expr {
        Expr::Call(add) if add.func_name == op::ADD => match &add.args.get(1)?.expr {
            Expr::List(_) => Some(()),
            _ => None,
        },
        _ => None,
    };
    match (&it.accu_init.expr, step.func_name.as_str(), step.args.as_slice()) {
        (Expr::Literal(LiteralValue::Boolean(_)), op::LOGICAL_OR, [_, body]) => {
            Some((Shape::Exists, [Some(body), None]))
        }
        (Expr::Literal(LiteralValue::Boolean(_)), op::LOGICAL_AND, [_, body]) => Some((Shape::All, [Some(body), None])),
        (Expr::Literal(LiteralValue::Int(_)), op::CONDITIONAL, [body, ..]) => {
            Some((Shape::ExistsOne, [Some(body), None]))
        }
        (Expr::List(_), op::ADD, [_, made]) => Some((Shape::Map, [Some(only(made)?), None])),
        (Expr::List(_), op::CONDITIONAL, [keep, add, _]) => {
            mapped(add)?;
            let Expr::Call(add) = &add.expr else {
                return None;
            };
            let made = only(add.args.get(1)?)?;
            match &made.expr {
                Expr::Ident(name) if *name == it.iter_var => Some((Shape::Filter, [Some(keep), None])),
                _ => Some((Shape::MapWhere, [Some(keep), Some(made)])),
            }
        }
        _ => None,
    }
}

/// The element of a list of one.
fn only(expr: &IdedExpr) -> Option<&IdedExpr> {
    match &expr.expr {
        Expr::List(list) => match list.elements.as_slice() {
            [element] => Some(element),
            _ => None,
        },
        _ => None,
    }
}
