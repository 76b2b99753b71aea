//! List macros, which the parser has expanded.

use super::LISTS;
use super::fault::{Focus, fault, unsupported, with_article};
use super::lower::{Lowered, Lowering};
use crate::rules::plan::{Each, Node, Quantifier, SLOTS, Ty};
use cel::common::ast::{ComprehensionExpr, Expr, IdedExpr, LiteralValue, operators as op};
use std::borrow::Cow;

impl Lowering {
    /// A list macro, known by what the parser expanded it to.
    pub(super) fn comprehension(&mut self, expr: &IdedExpr, it: &ComprehensionExpr) -> Lowered {
        let (range, ty) = self.node(&it.iter_range)?;
        let Ty::List(element) = ty else {
            let message = format!("this runs over a list, but here is {}", with_article(&ty));
            return Err(fault(&it.iter_range, Focus::All, "rule/type-mismatch", message, None));
        };
        if self.names.iter().any(|(name, ..)| *name == it.iter_var) {
            let message = format!("`{}` is already the name of something else", it.iter_var);
            let help = Some("give the element a name of its own".to_owned());
            return Err(fault(expr, Focus::All, "rule/unknown-variable", message, help));
        }
        let slot = self.names.len();
        if slot >= SLOTS.min(self.given + LISTS) {
            let message = format!("more than {LISTS} lists are run through inside each other");
            let help = Some("an expression may nest three; a fact that needs more belongs into the code".to_owned());
            return Err(fault(expr, Focus::All, "rule/expression-too-deep", message, help));
        }
        let Some(shape) = shape(it) else {
            return Err(unsupported(
                expr,
                "this list macro is not known here",
                "use exists, all, exists_one, filter or map",
            ));
        };
        // A quantifier over a filtered list is a quantifier over the list: more precise where something is unknown, and
        // its elements keep the index that a reader finds in the input.
        let (range, keep, binder) = match (range, &shape) {
            (Node::Filter(each, keep), Shape::Quantifier(..)) => (each.range, Some(*keep), each.binder),
            (range, _) => {
                self.binders.push(it.iter_var.clone());
                (range, None, self.binders.len() - 1)
            }
        };
        self.names.push((Cow::Owned(it.iter_var.clone()), (*element).clone(), Some(binder)));
        let lowered = self.body(Each { range, slot, binder }, keep, *element, &shape);
        self.names.truncate(slot);
        lowered
    }

    fn body(&mut self, each: Each, keep: Option<Node>, element: Ty, shape: &Shape<'_>) -> Lowered {
        let each = Box::new(each);
        match shape {
            Shape::Quantifier(kind, name, body) => {
                let body = self.typed(body, name, &Ty::Bool)?;
                let body = match (keep, kind) {
                    (None, _) => body,
                    (Some(keep), Quantifier::All) => Node::Or(vec![Node::Not(Box::new(keep)), body]),
                    (Some(keep), _) => Node::And(vec![keep, body]),
                };
                Ok((Node::Quantifier(*kind, each, Box::new(body)), Ty::Bool))
            }
            Shape::Filter(keep) => {
                let keep = Box::new(self.typed(keep, "filter", &Ty::Bool)?);
                Ok((Node::Filter(each, keep), Ty::List(Box::new(element))))
            }
            Shape::Map(keep, to) => {
                let keep = keep.map(|keep| self.typed(keep, "map", &Ty::Bool)).transpose()?.map(Box::new);
                let (to, ty) = self.node(to)?;
                let to = Box::new(to);
                Ok((Node::Map { each, keep, to }, Ty::List(Box::new(ty))))
            }
        }
    }
}

/// Which list macro a comprehension came from.
enum Shape<'e> {
    Quantifier(Quantifier, &'static str, &'e IdedExpr),
    Filter(&'e IdedExpr),
    Map(Option<&'e IdedExpr>, &'e IdedExpr),
}

fn shape(it: &ComprehensionExpr) -> Option<Shape<'_>> {
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
            Some(Shape::Quantifier(Quantifier::Exists, "exists", body))
        }
        (Expr::Literal(LiteralValue::Boolean(_)), op::LOGICAL_AND, [_, body]) => {
            Some(Shape::Quantifier(Quantifier::All, "all", body))
        }
        (Expr::Literal(LiteralValue::Int(_)), op::CONDITIONAL, [body, ..]) => {
            Some(Shape::Quantifier(Quantifier::ExistsOne, "exists_one", body))
        }
        (Expr::List(_), op::ADD, [_, made]) => Some(Shape::Map(None, only(made)?)),
        (Expr::List(_), op::CONDITIONAL, [keep, add, _]) => {
            mapped(add)?;
            let Expr::Call(add) = &add.expr else {
                return None;
            };
            let made = only(add.args.get(1)?)?;
            match &made.expr {
                Expr::Ident(name) if *name == it.iter_var => Some(Shape::Filter(keep)),
                _ => Some(Shape::Map(Some(keep), made)),
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
