//! Where in its text a node of the syntax tree stands.

use super::fault::Focus;
use crate::rules::pieces::unquoted;
use cel::common::ast::{Expr, IdedExpr, SourceInfo};
use std::ops::Range;

/// The bytes of a node, or of the name in it.
pub(super) fn of(source: &str, root: &IdedExpr, info: &SourceInfo, id: u64, focus: &Focus) -> Option<Range<usize>> {
    let node = find(root, id)?;
    let at = |id| start(source, info, id);
    match (focus, &node.expr) {
        (Focus::Name, Expr::Select(select)) => Some(name_after(source, at(node.id)?, &select.field)),
        (Focus::Name, Expr::Call(call)) => Some(name_before(source, at(node.id)?, &call.func_name)),
        (Focus::Name, _) => {
            let at = at(node.id)?;
            Some(at..token(source, at))
        }
        (Focus::All, _) => {
            let range = whole(source, info, node);
            (range.start < range.end).then_some(range)
        }
    }
}

fn start(source: &str, info: &SourceInfo, id: u64) -> Option<usize> {
    let at = info.offset_for(id)?.0 as usize;
    source.is_char_boundary(at).then_some(at)
}

/// From the first to the last token of a node that has a place of its own.
fn whole(source: &str, info: &SourceInfo, node: &IdedExpr) -> Range<usize> {
    let mut range = match start(source, info, node.id) {
        Some(at) => at..token(source, at),
        None => Range { start: usize::MAX, end: 0 },
    };
    // A call stands at its parenthesis.
    let called = match &node.expr {
        Expr::Select(select) if select.test => Some("has"),
        Expr::Call(call) if is_name(&call.func_name) => Some(call.func_name.as_str()),
        _ => None,
    };
    if let Expr::Select(select) = &node.expr
        && called.is_none()
    {
        range.end = name_after(source, range.start.min(source.len()), &select.field).end;
    }
    let closes = match &node.expr {
        Expr::List(_) => Some(('[', ']')),
        Expr::Call(call) if call.func_name == cel::common::ast::operators::INDEX => Some(('[', ']')),
        Expr::Call(call) if call.func_name.starts_with(|c: char| c.is_alphabetic()) => Some(('(', ')')),
        Expr::Comprehension(_) => Some(('(', ')')),
        _ => None,
    };
    if let Some(pair) = closes
        && range.start < source.len()
    {
        range.end = closing(source, range.start, pair);
    }
    if let Some(name) = called {
        range.start = range.start.min(name_before(source, range.start.min(source.len()), name).start);
    }
    parts(node, &mut |part| {
        let inner = whole(source, info, part);
        range.start = range.start.min(inner.start);
        range.end = range.end.max(inner.end);
    });
    range
}

/// Just after the bracket that closes the first one at or after `at`.
fn closing(source: &str, at: usize, (open, close): (char, char)) -> usize {
    let mut depth = 0_usize;
    for (index, c) in unquoted(&source[at..]) {
        if c == open {
            depth += 1;
        } else if c == close {
            depth = depth.saturating_sub(1);
            if depth == 0 {
                return at + index + c.len_utf8();
            }
        }
    }
    source.len()
}

/// The end of the token at `at`.
pub(super) fn token(source: &str, at: usize) -> usize {
    let rest = &source[at..];
    let mut chars = rest.chars();
    let length = match chars.next() {
        None => 0,
        Some(quote @ ('\'' | '"')) => {
            let mut escaped = false;
            let end = rest[1..].find(|c| {
                let ends = c == quote && !escaped;
                escaped = c == '\\' && !escaped;
                ends
            });
            end.map_or(rest.len(), |end| end + 2)
        }
        Some(c) if c.is_alphanumeric() || c == '_' => {
            rest.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(rest.len())
        }
        Some(c) if "=!<>&|".contains(c) && chars.next().is_some_and(|next| "=&|".contains(next)) => 2,
        Some(c) => c.len_utf8(),
    };
    at + length
}

/// The name that follows a dot.
fn name_after(source: &str, dot: usize, name: &str) -> Range<usize> {
    let at = source[dot..].find(name).map_or(dot, |found| dot + found);
    at..(at + name.len()).min(source.len())
}

/// The name that stands before a call's parenthesis.
fn name_before(source: &str, parenthesis: usize, name: &str) -> Range<usize> {
    let end = (parenthesis + name.len()).min(source.len());
    let end = (0..=end).rev().find(|at| source.is_char_boundary(*at)).unwrap_or(0);
    match source[..end].rfind(name) {
        Some(at) => at..at + name.len(),
        None => parenthesis..token(source, parenthesis),
    }
}

fn is_name(function: &str) -> bool {
    function.starts_with(|c: char| c.is_alphabetic())
}

fn find(node: &IdedExpr, id: u64) -> Option<&IdedExpr> {
    if node.id == id {
        return Some(node);
    }
    let mut found = None;
    parts(node, &mut |part| {
        if found.is_none() {
            found = find(part, id);
        }
    });
    found
}

/// A node's direct parts, of a list macro all that it was expanded to.
fn parts<'e>(node: &'e IdedExpr, visit: &mut dyn FnMut(&'e IdedExpr)) {
    match &node.expr {
        Expr::Call(call) => {
            call.target.iter().for_each(|target| visit(target));
            call.args.iter().for_each(visit);
        }
        Expr::Select(select) => visit(&select.operand),
        Expr::List(list) => list.elements.iter().for_each(visit),
        Expr::Comprehension(it) => {
            [&it.iter_range, &it.accu_init, &it.loop_cond, &it.loop_step, &it.result].into_iter().for_each(visit);
        }
        Expr::Unspecified | Expr::Ident(_) | Expr::Literal(_) | Expr::Map(_) | Expr::Struct(_) => {}
    }
}
