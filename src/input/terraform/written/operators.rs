//! Operators over what is certain.
//! <https://developer.hashicorp.com/terraform/language/expressions/operators>

use super::super::kinds::is_identity;
use super::super::plan::Plan;
use super::worth::{Scope, Worth};
use hcl_edit::expr::{BinaryOp, BinaryOperator, UnaryOp, UnaryOperator};
use serde_json::Value as Json;
use std::rc::Rc;

impl<'a> Plan<'a> {
    pub(super) fn unary<'p>(&'p self, operation: &'p UnaryOp, scope: &Rc<Scope<'p>>, depth: usize) -> Worth<'p> {
        let worth = self.worth(&operation.expr, scope, depth + 1);
        let made = match (operation.operator.value(), &worth) {
            (_, Worth::Refused) => return Worth::Refused,
            (UnaryOperator::Not, worth) => worth.as_bool().map(|value| Json::from(!value)),
            (UnaryOperator::Neg, worth) => worth.as_integer().and_then(i64::checked_neg).map(Json::from),
        };
        made.map_or(Worth::Unknown, Worth::Constant)
    }

    pub(super) fn binary<'p>(&'p self, operation: &'p BinaryOp, scope: &Rc<Scope<'p>>, depth: usize) -> Worth<'p> {
        let left = self.worth(&operation.lhs_expr, scope, depth + 1);
        let right = self.worth(&operation.rhs_expr, scope, depth + 1);
        if matches!(left, Worth::Refused) || matches!(right, Worth::Refused) {
            return Worth::Refused;
        }
        let truth = |value: Option<bool>| value.map(Json::from);
        let numbers = || Some((left.as_integer()?, right.as_integer()?));
        let compared = |is: fn(&i64, &i64) -> bool| truth(numbers().map(|(left, right)| is(&left, &right)));
        let counted =
            |of: fn(i64, i64) -> Option<i64>| numbers().and_then(|(left, right)| of(left, right)).map(Json::from);
        let made = match operation.operator.value() {
            BinaryOperator::Eq => truth(self.are_equal(&left, &right)),
            BinaryOperator::NotEq => truth(self.are_equal(&left, &right).map(|equal| !equal)),
            BinaryOperator::And => truth(both(left.as_bool(), right.as_bool(), false)),
            BinaryOperator::Or => truth(both(left.as_bool(), right.as_bool(), true)),
            BinaryOperator::LessEq => compared(i64::le),
            BinaryOperator::GreaterEq => compared(i64::ge),
            BinaryOperator::Less => compared(i64::lt),
            BinaryOperator::Greater => compared(i64::gt),
            BinaryOperator::Plus => counted(i64::checked_add),
            BinaryOperator::Minus => counted(i64::checked_sub),
            BinaryOperator::Mul => counted(i64::checked_mul),
            BinaryOperator::Mod => counted(i64::checked_rem),
            // Of whole numbers it may be none.
            BinaryOperator::Div => None,
        };
        made.map_or(Worth::Unknown, Worth::Constant)
    }

    /// Whether two values are equal, where that is certain: what has other types may be converted before.
    pub(super) fn are_equal(&self, left: &Worth<'_>, right: &Worth<'_>) -> Option<bool> {
        match (left, right) {
            (Worth::Constant(Json::Null), Worth::Constant(other))
            | (Worth::Constant(other), Worth::Constant(Json::Null)) => Some(other.is_null()),
            (Worth::Constant(Json::Number(left)), Worth::Constant(Json::Number(right))) => {
                Some(left.as_f64()? == right.as_f64()?)
            }
            (Worth::Constant(left), Worth::Constant(right)) => {
                (std::mem::discriminant(left) == std::mem::discriminant(right)).then(|| left == right)
            }
            (Worth::Constant(Json::Null), other) | (other, Worth::Constant(Json::Null)) => match other {
                Worth::List(_) | Worth::Set(_) | Worth::Object(_) | Worth::Encoded(_) => Some(false),
                // Who is made has an id.
                Worth::Attribute { index, attribute } => {
                    let found = self.instances.get(*index)?;
                    let is_there = attribute.as_ref().is_none_or(|attribute| is_identity(&found.ty, attribute));
                    is_there.then_some(false)
                }
                _ => None,
            },
            _ => None,
        }
    }
}

/// `&&` and `||`: one side decides alone where it has the value that does.
fn both(left: Option<bool>, right: Option<bool>, deciding: bool) -> Option<bool> {
    match (left, right) {
        (left, right) if left == Some(deciding) || right == Some(deciding) => Some(deciding),
        (Some(_), Some(_)) => Some(!deciding),
        _ => None,
    }
}
