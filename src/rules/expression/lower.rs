//! Checks a syntax tree against the schema and plans it.

use super::fault::{Fault, Focus, fault, unsupported, with_article};
use super::{DEEPEST, Scope};
use crate::facts::Value;
use crate::rules::choices;
use crate::rules::plan::{Node, Plan, Ty};
use cel::common::ast::{Expr, IdedExpr, LiteralValue, SelectExpr};
use std::borrow::Cow;

pub(super) type Lowered = Result<(Node, Ty), Box<Fault>>;

/// Checks and plans.
pub(super) fn lower(expr: &IdedExpr, scope: &Scope, bool: bool) -> Result<Plan, Box<Fault>> {
    let mut lowering = Lowering {
        names: scope.variables.iter().map(|(name, ty)| (Cow::Borrowed(*name), ty.clone(), None)).collect(),
        given: scope.variables.len(),
        binders: Vec::new(),
        depth: 0,
    };
    let (root, ty) = lowering.node(expr)?;
    if bool && !matches!(ty, Ty::Bool) {
        let message = format!("this is {}, but it has to be true or false", with_article(&ty));
        return Err(fault(expr, Focus::All, "rule/type-mismatch", message, None));
    }
    Ok(Plan { root, ty, given: scope.variables.iter().map(|(name, _)| *name).collect(), binders: lowering.binders })
}

/// The state of the check.
pub(super) struct Lowering {
    /// Variables in scope by slot: name, type, and for those bound by a list their binder.
    pub(super) names: Vec<(Cow<'static, str>, Ty, Option<usize>)>,
    pub(super) given: usize,
    pub(super) binders: Vec<String>,
    depth: usize,
}

impl Lowering {
    pub(super) fn node(&mut self, expr: &IdedExpr) -> Lowered {
        self.depth += 1;
        if self.depth > DEEPEST {
            let mut fault = fault(
                expr,
                Focus::All,
                "rule/expression-too-deep",
                "this expression nests too deeply".to_owned(),
                Some(format!("at most {DEEPEST} levels")),
            );
            fault.deep = true;
            return Err(fault);
        }
        let lowered = match &expr.expr {
            Expr::Literal(value) => literal(expr, value),
            Expr::Ident(name) => self.variable(expr, name),
            Expr::Select(select) => self.select(expr, select),
            Expr::Call(call) => self.call(expr, call),
            Expr::List(list) => self.list(&list.elements),
            Expr::Comprehension(comprehension) => self.comprehension(expr, comprehension),
            Expr::Map(_) | Expr::Struct(_) => {
                Err(unsupported(expr, "rules have no maps and no messages", "compare the fields one by one"))
            }
            Expr::Unspecified => Err(unsupported(expr, "something is missing here", super::SYNTAX)),
        };
        self.depth -= 1;
        lowered
    }

    fn variable(&self, expr: &IdedExpr, name: &str) -> Lowered {
        let Some(slot) = self.names.iter().rposition(|(known, ..)| known == name) else {
            let known: Vec<&str> = self.names.iter().map(|(name, ..)| &**name).collect();
            let message = format!("there is no variable `{name}` here");
            let help = choices("the variables are", name, &known);
            return Err(fault(expr, Focus::Name, "rule/unknown-variable", message, Some(help)));
        };
        let (_, ty, binder) = &self.names[slot];
        let node = match binder {
            Some(binder) => Node::Element { slot, binder: *binder },
            None => Node::Given(slot),
        };
        Ok((node, ty.clone()))
    }

    fn select(&mut self, expr: &IdedExpr, select: &SelectExpr) -> Lowered {
        if select.test {
            let help = format!(
                "write the condition on `{}` itself: a field always exists, and where the snapshot lacks it, it is unknown",
                select.field
            );
            return Err(unsupported(expr, "has() asks nothing here", &help));
        }
        let (of, ty) = self.node(&select.operand)?;
        let Ty::Entity(entity) = ty else {
            let message = format!("`{}` is asked of {}, which has no fields", select.field, with_article(&ty));
            let help = match ty {
                Ty::List(_) => Some(format!("ask it of the elements: `list.exists(item, item.{} …)`", select.field)),
                _ => None,
            };
            return Err(fault(expr, Focus::Name, "rule/unknown-field", message, help));
        };
        match entity.field(&select.field) {
            Some((field, found)) => Ok((Node::Field { of: Box::new(of), ty: entity, field }, Ty::from(found.ty))),
            None => {
                let known: Vec<&str> = entity.fields.iter().map(|field| field.name).collect();
                let message = format!("{} has no field `{}`", with_article(&ty), select.field);
                let help = choices("its fields are", &select.field, &known);
                Err(fault(expr, Focus::Name, "rule/unknown-field", message, Some(help)))
            }
        }
    }

    fn list(&mut self, elements: &[IdedExpr]) -> Lowered {
        let mut nodes = Vec::with_capacity(elements.len());
        let mut common = Ty::Nothing;
        for element in elements {
            let (node, ty) = self.node(element)?;
            if !ty.goes_with(&common) {
                let message = format!("{} in a list of {common}", with_article(&ty));
                return Err(fault(element, Focus::All, "rule/type-mismatch", message, None));
            }
            if matches!(common, Ty::Nothing) {
                common = ty;
            }
            nodes.push(node);
        }
        let node = if nodes.iter().all(|node| matches!(node, Node::Literal(_))) {
            let values = nodes.into_iter().filter_map(|node| match node {
                Node::Literal(value) => Some(value),
                _ => None,
            });
            Node::Literal(Value::List(values.collect()))
        } else {
            Node::List(nodes)
        };
        Ok((node, Ty::List(Box::new(common))))
    }
}

fn literal(expr: &IdedExpr, value: &LiteralValue) -> Lowered {
    match value {
        LiteralValue::Boolean(value) => Ok((Node::Literal(Value::Bool(*value.inner())), Ty::Bool)),
        LiteralValue::Int(value) => Ok((Node::Literal(Value::Int(*value.inner())), Ty::Int)),
        LiteralValue::String(value) => {
            Ok((Node::Literal(Value::String(Cow::Owned(value.inner().to_owned()))), Ty::String))
        }
        LiteralValue::Null => Err(unsupported(
            expr,
            "rules have no null",
            "a fact is known or unknown, never null: an absent resource shows in a bool, a size or an empty text",
        )),
        LiteralValue::Double(_) | LiteralValue::UInt(_) | LiteralValue::Bytes(_) => {
            Err(unsupported(expr, "no fact has this type", "the types are bool, int, string, entities and lists"))
        }
    }
}
