//! Writes a planned expression back as a reader would write it, with list elements by their index.

use super::plan::{Arithmetic, Comparison, Each, Node, Plan, Quantifier, SLOTS, TextTest};
use crate::facts::{Facts, Value};
use std::fmt::Write;

/// Writes nodes of one plan. With positions, an element of a list appears as `vpc.subnets[1]`, else by its variable.
pub(crate) struct Printer<'p> {
    plan: &'p Plan,
    ranges: Vec<Option<&'p Node>>,
}

impl<'p> Printer<'p> {
    pub(crate) fn new(plan: &'p Plan) -> Self {
        let mut ranges = vec![None; plan.binders.len()];
        collect(&plan.root, &mut ranges);
        Self { plan, ranges }
    }

    /// The node's text, elements standing at `positions`.
    pub(crate) fn text(&self, node: &Node, positions: &[u32; SLOTS]) -> String {
        let mut out = String::new();
        self.node(&mut out, node, 0, positions, &mut Vec::new());
        out
    }

    fn node(&self, out: &mut String, node: &Node, outer: u8, at: &[u32; SLOTS], bound: &mut Vec<usize>) {
        let level = level(node);
        if level < outer {
            out.push('(');
        }
        match node {
            Node::Literal(value) => literal(out, value, None),
            Node::Given(slot) => out.push_str(self.plan.given.get(*slot).copied().unwrap_or("?")),
            Node::Element { slot, binder } => match self.ranges.get(*binder).copied().flatten() {
                Some(range) if !bound.contains(binder) => {
                    self.node(out, range, POSTFIX, at, bound);
                    let _ = write!(out, "[{}]", at[*slot]);
                }
                _ => out.push_str(self.name(*binder)),
            },
            Node::Field { of, ty, field } => {
                self.node(out, of, POSTFIX, at, bound);
                out.push('.');
                out.push_str(ty.fields.get(*field).map_or("?", |field| field.name));
            }
            Node::Index(sides) => {
                self.node(out, &sides[0], POSTFIX, at, bound);
                out.push('[');
                self.node(out, &sides[1], 0, at, bound);
                out.push(']');
            }
            Node::List(elements) => {
                out.push('[');
                self.joined(out, elements, ", ", 0, at, bound);
                out.push(']');
            }
            Node::Not(inner) => {
                out.push('!');
                self.node(out, inner, UNARY, at, bound);
            }
            Node::And(parts) => self.joined(out, parts, " && ", level + 1, at, bound),
            Node::Or(parts) => self.joined(out, parts, " || ", level + 1, at, bound),
            Node::If(parts) => {
                self.node(out, &parts[0], level + 1, at, bound);
                out.push_str(" ? ");
                self.node(out, &parts[1], level + 1, at, bound);
                out.push_str(" : ");
                self.node(out, &parts[2], level, at, bound);
            }
            Node::Compare(op, sides) => self.infix(out, sides, symbol(*op), level, at, bound),
            Node::In(sides) => self.infix(out, sides, "in", level, at, bound),
            Node::Arithmetic(op, sides) => {
                let symbol = match op {
                    Arithmetic::Add => "+",
                    Arithmetic::Subtract => "-",
                    Arithmetic::Multiply => "*",
                };
                self.infix(out, sides, symbol, level, at, bound);
            }
            Node::Concat(sides) => self.infix(out, sides, "+", level, at, bound),
            Node::Quantifier(kind, each, body) => {
                let name = match kind {
                    Quantifier::Exists => "exists",
                    Quantifier::All => "all",
                    Quantifier::ExistsOne => "exists_one",
                };
                self.each(out, each, name, [Some(body), None], at, bound);
            }
            Node::Filter(each, keep) => self.each(out, each, "filter", [Some(keep), None], at, bound),
            Node::Map { each, keep, to } => {
                self.each(out, each, "map", [keep.as_deref(), Some(to)], at, bound);
            }
            Node::Size(inner) => self.call(out, "size", inner, at, bound),
            Node::ToString(inner) => self.call(out, "string", inner, at, bound),
            Node::TextTest(test, sides) => {
                self.node(out, &sides[0], POSTFIX, at, bound);
                out.push_str(match test {
                    TextTest::StartsWith => ".startsWith(",
                    TextTest::EndsWith => ".endsWith(",
                    TextTest::Contains => ".contains(",
                });
                self.node(out, &sides[1], 0, at, bound);
                out.push(')');
            }
            Node::Matches(text, regex) => {
                self.node(out, text, POSTFIX, at, bound);
                out.push_str(".matches(");
                quoted(out, regex.as_str());
                out.push(')');
            }
        }
        if level < outer {
            out.push(')');
        }
    }

    fn name(&self, binder: usize) -> &str {
        self.plan.binders.get(binder).map_or("?", String::as_str)
    }

    fn joined(
        &self,
        out: &mut String,
        nodes: &[Node],
        separator: &str,
        level: u8,
        at: &[u32; SLOTS],
        bound: &mut Vec<usize>,
    ) {
        for (index, node) in nodes.iter().enumerate() {
            if index > 0 {
                out.push_str(separator);
            }
            self.node(out, node, level, at, bound);
        }
    }

    fn infix(
        &self,
        out: &mut String,
        sides: &[Node; 2],
        symbol: &str,
        level: u8,
        at: &[u32; SLOTS],
        bound: &mut Vec<usize>,
    ) {
        self.node(out, &sides[0], level, at, bound);
        let _ = write!(out, " {symbol} ");
        self.node(out, &sides[1], level + 1, at, bound);
    }

    fn call(&self, out: &mut String, name: &str, inner: &Node, at: &[u32; SLOTS], bound: &mut Vec<usize>) {
        out.push_str(name);
        out.push('(');
        self.node(out, inner, 0, at, bound);
        out.push(')');
    }

    fn each(
        &self,
        out: &mut String,
        each: &Each,
        name: &str,
        bodies: [Option<&Node>; 2],
        at: &[u32; SLOTS],
        bound: &mut Vec<usize>,
    ) {
        self.node(out, &each.range, POSTFIX, at, bound);
        let _ = write!(out, ".{name}({}", self.name(each.binder));
        bound.push(each.binder);
        for body in bodies.into_iter().flatten() {
            out.push_str(", ");
            self.node(out, body, 0, at, bound);
        }
        bound.pop();
        out.push(')');
    }
}

/// Writes a value as CEL writes it; entities as a reader calls them.
pub(crate) fn literal(out: &mut String, value: &Value<'_>, facts: Option<&dyn Facts>) {
    match value {
        Value::Bool(value) => {
            let _ = write!(out, "{value}");
        }
        Value::Int(value) => {
            let _ = write!(out, "{value}");
        }
        Value::String(text) => quoted(out, text),
        Value::Entity(entity) => match facts {
            Some(facts) => out.push_str(&facts.display(*entity)),
            None => out.push_str(entity.ty.name),
        },
        Value::Map(entries) => {
            out.push('{');
            for (index, (key, value)) in entries.iter().enumerate() {
                if index > 0 {
                    out.push_str(", ");
                }
                quoted(out, key);
                out.push_str(": ");
                quoted(out, value);
            }
            out.push('}');
        }
        Value::List(elements) => {
            out.push('[');
            for (index, element) in elements.iter().enumerate() {
                if index > 0 {
                    out.push_str(", ");
                }
                literal(out, element, facts);
            }
            out.push(']');
        }
    }
}

fn quoted(out: &mut String, text: &str) {
    out.push('\'');
    for c in text.chars() {
        match c {
            '\'' | '\\' => out.extend(['\\', c]),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            c if c.is_control() => {
                let _ = write!(out, "\\u{:04x}", u32::from(c));
            }
            c => out.push(c),
        }
    }
    out.push('\'');
}

fn symbol(op: Comparison) -> &'static str {
    match op {
        Comparison::Equal => "==",
        Comparison::NotEqual => "!=",
        Comparison::Less => "<",
        Comparison::LessOrEqual => "<=",
        Comparison::Greater => ">",
        Comparison::GreaterOrEqual => ">=",
    }
}

const UNARY: u8 = 6;
const POSTFIX: u8 = 7;

/// How tightly a node binds.
fn level(node: &Node) -> u8 {
    match node {
        Node::If(_) => 0,
        Node::Or(_) => 1,
        Node::And(_) => 2,
        Node::Compare(..) | Node::In(_) => 3,
        Node::Arithmetic(Arithmetic::Add | Arithmetic::Subtract, _) | Node::Concat(_) => 4,
        Node::Arithmetic(Arithmetic::Multiply, _) => 5,
        Node::Not(_) => UNARY,
        Node::Literal(Value::Int(value)) if *value < 0 => UNARY,
        _ => POSTFIX,
    }
}

/// Notes for each binder the list that it runs over.
fn collect<'p>(node: &'p Node, ranges: &mut Vec<Option<&'p Node>>) {
    let mut each = |each: &'p Each| {
        if let Some(range) = ranges.get_mut(each.binder) {
            *range = Some(&each.range);
        }
    };
    match node {
        Node::Quantifier(_, it, _) | Node::Filter(it, _) | Node::Map { each: it, .. } => each(it),
        _ => {}
    }
    node.children(&mut |child| collect(child, ranges));
}
