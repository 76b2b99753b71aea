//! Operators and functions, and the types that they take.

use super::fault::{Fault, Focus, fault, unsupported, with_article};
use super::lower::{Lowered, Lowering};
use crate::facts::Value;
use crate::rules::choices;
use crate::rules::plan::{Arithmetic, Comparison, Node, TextTest, Ty};
use cel::common::ast::{CallExpr, Expr, IdedExpr, operators as op};

impl Lowering {
    pub(super) fn call(&mut self, expr: &IdedExpr, call: &CallExpr) -> Lowered {
        let parts: Vec<&IdedExpr> = call.target.as_deref().into_iter().chain(&call.args).collect();
        match (call.func_name.as_str(), parts.as_slice()) {
            (op::LOGICAL_AND, _) => self.junction(expr, op::LOGICAL_AND).map(|parts| (Node::And(parts), Ty::Bool)),
            (op::LOGICAL_OR, _) => self.junction(expr, op::LOGICAL_OR).map(|parts| (Node::Or(parts), Ty::Bool)),
            (op::LOGICAL_NOT, [inner]) => Ok((Node::Not(Box::new(self.typed(inner, "!", &Ty::Bool)?)), Ty::Bool)),
            (op::EQUALS, [left, right]) => self.equality(expr, Comparison::Equal, left, right),
            (op::NOT_EQUALS, [left, right]) => self.equality(expr, Comparison::NotEqual, left, right),
            (op::LESS, [left, right]) => self.order(expr, Comparison::Less, left, right),
            (op::LESS_EQUALS, [left, right]) => self.order(expr, Comparison::LessOrEqual, left, right),
            (op::GREATER, [left, right]) => self.order(expr, Comparison::Greater, left, right),
            (op::GREATER_EQUALS, [left, right]) => self.order(expr, Comparison::GreaterOrEqual, left, right),
            (op::IN, [item, list]) => self.member(expr, item, list),
            (op::CONDITIONAL, [condition, first, second]) => self.choice(expr, condition, first, second),
            (op::ADD, [left, right]) => self.add(expr, left, right),
            (op::SUBSTRACT, [left, right]) => self.arithmetic(Arithmetic::Subtract, "-", left, right),
            (op::MULTIPLY, [left, right]) => self.arithmetic(Arithmetic::Multiply, "*", left, right),
            (op::NEGATE, [inner]) => {
                let zero = Node::Literal(Value::Int(0));
                let sides = Box::new([zero, self.typed(inner, "-", &Ty::Int)?]);
                Ok((Node::Arithmetic(Arithmetic::Subtract, sides), Ty::Int))
            }
            (op::INDEX, [list, index]) => {
                let (node, ty) = self.node(list)?;
                let Ty::List(element) = ty else {
                    let message = format!("{} has no elements", with_article(&ty));
                    return Err(fault(list, Focus::All, "rule/type-mismatch", message, None));
                };
                let index = self.typed(index, "[…]", &Ty::Int)?;
                Ok((Node::Index(Box::new([node, index])), *element))
            }
            ("size", [inner]) => {
                let (node, ty) = self.node(inner)?;
                match ty {
                    Ty::List(_) | Ty::String => Ok((Node::Size(Box::new(node)), Ty::Int)),
                    ty => {
                        let message = format!("size() needs a list or a string, not {}", with_article(&ty));
                        Err(fault(inner, Focus::All, "rule/type-mismatch", message, None))
                    }
                }
            }
            ("string", [inner]) if call.target.is_none() => {
                let (node, ty) = self.node(inner)?;
                match ty {
                    Ty::Bool | Ty::Int | Ty::String => Ok((Node::ToString(Box::new(node)), Ty::String)),
                    ty => {
                        let message = format!("string() needs a bool, an int or a string, not {}", with_article(&ty));
                        Err(fault(inner, Focus::All, "rule/type-mismatch", message, None))
                    }
                }
            }
            ("startsWith", [text, other]) if call.target.is_some() => self.text(TextTest::StartsWith, text, other),
            ("endsWith", [text, other]) if call.target.is_some() => self.text(TextTest::EndsWith, text, other),
            ("contains", [text, other]) if call.target.is_some() => self.text(TextTest::Contains, text, other),
            ("matches", [text, pattern]) => self.matches(text, pattern),
            (name, _) => Err(self.unknown_call(expr, call, name)),
        }
    }

    fn unknown_call(&self, expr: &IdedExpr, call: &CallExpr, name: &str) -> Box<Fault> {
        let operator = match name {
            op::DIVIDE => Some("/"),
            op::MODULO => Some("%"),
            op::OPT_INDEX | op::OPT_SELECT => Some("?"),
            _ => None,
        };
        if let Some(operator) = operator {
            let message = format!("rules have no operator `{operator}`");
            let help = "facts come computed: there are +, - and * for numbers, + for texts";
            return fault(expr, Focus::All, "rule/unsupported", message, Some(help.to_owned()));
        }
        if let Some((_, usage)) = FUNCTIONS.iter().find(|(known, _)| *known == name) {
            let message = format!("{name}() is used in another way");
            return fault(expr, Focus::Name, "rule/unknown-function", message, Some(format!("write `{usage}`")));
        }
        let known: Vec<&str> = FUNCTIONS.iter().map(|(name, _)| *name).collect();
        let message = if call.target.is_some() && !call.args.is_empty() {
            format!("there is no function or list macro `{name}`")
        } else {
            format!("there is no function `{name}`")
        };
        let help = choices("the functions are", name, &known);
        fault(expr, Focus::Name, "rule/unknown-function", message, Some(help))
    }

    /// Flattens a chain of one operator, which the parser made a balanced tree of.
    fn junction(&mut self, expr: &IdedExpr, operator: &str) -> Result<Vec<Node>, Box<Fault>> {
        let mut parts = Vec::new();
        let mut stack = vec![expr];
        while let Some(next) = stack.pop() {
            match &next.expr {
                Expr::Call(call) if call.func_name == operator => stack.extend(call.args.iter().rev()),
                _ => {
                    let name = if operator == op::LOGICAL_AND { "&&" } else { "||" };
                    parts.push(self.typed(next, name, &Ty::Bool)?);
                }
            }
        }
        Ok(parts)
    }

    /// A part that has to have a simple type.
    pub(super) fn typed(&mut self, expr: &IdedExpr, by: &str, wanted: &Ty) -> Result<Node, Box<Fault>> {
        let (node, ty) = self.node(expr)?;
        if std::mem::discriminant(&ty) == std::mem::discriminant(wanted) {
            return Ok(node);
        }
        let message = format!("`{by}` needs {}, but this is {}", with_article(wanted), with_article(&ty));
        Err(fault(expr, Focus::All, "rule/type-mismatch", message, None))
    }

    fn equality(&mut self, expr: &IdedExpr, op: Comparison, left: &IdedExpr, right: &IdedExpr) -> Lowered {
        let (left, left_ty) = self.node(left)?;
        let (right, right_ty) = self.node(right)?;
        if !left_ty.goes_with(&right_ty) {
            let message = format!("{} never equals {}", with_article(&left_ty), with_article(&right_ty));
            let help = match (&left_ty, &right_ty) {
                (Ty::Entity(entity), Ty::String) | (Ty::String, Ty::Entity(entity)) => {
                    let known = entity.fields.iter().map(|field| format!("`{}`", field.name));
                    let known = known.collect::<Vec<_>>().join(", ");
                    Some(format!("compare one of its fields: {known}"))
                }
                (Ty::List(_), _) => Some("write `value in list`, or `list.exists(item, item == value)`".to_owned()),
                _ => None,
            };
            return Err(fault(expr, Focus::All, "rule/type-mismatch", message, help));
        }
        Ok((Node::Compare(op, Box::new([left, right])), Ty::Bool))
    }

    fn order(&mut self, expr: &IdedExpr, op: Comparison, left: &IdedExpr, right: &IdedExpr) -> Lowered {
        let (left, left_ty) = self.node(left)?;
        let (right, right_ty) = self.node(right)?;
        match (&left_ty, &right_ty) {
            (Ty::Int, Ty::Int) | (Ty::String, Ty::String) => Ok((Node::Compare(op, Box::new([left, right])), Ty::Bool)),
            _ => {
                let message = format!("{} and {} have no order", with_article(&left_ty), with_article(&right_ty));
                Err(fault(expr, Focus::All, "rule/type-mismatch", message, None))
            }
        }
    }

    fn member(&mut self, expr: &IdedExpr, item: &IdedExpr, list: &IdedExpr) -> Lowered {
        let (item, item_ty) = self.node(item)?;
        let (node, list_ty) = self.node(list)?;
        match &list_ty {
            Ty::List(element) if element.goes_with(&item_ty) => Ok((Node::In(Box::new([item, node])), Ty::Bool)),
            Ty::List(_) => {
                let message = format!("{} is never in a {list_ty}", with_article(&item_ty));
                Err(fault(expr, Focus::All, "rule/type-mismatch", message, None))
            }
            _ => {
                let message = format!("`in` needs a list, but this is {}", with_article(&list_ty));
                let help = matches!(list_ty, Ty::String).then(|| "write `text.contains('part')`".to_owned());
                Err(fault(list, Focus::All, "rule/type-mismatch", message, help))
            }
        }
    }

    fn choice(&mut self, expr: &IdedExpr, condition: &IdedExpr, first: &IdedExpr, second: &IdedExpr) -> Lowered {
        let condition = self.typed(condition, "? :", &Ty::Bool)?;
        let (first, ty) = self.node(first)?;
        let (second, second_ty) = self.node(second)?;
        if !ty.goes_with(&second_ty) {
            let message = format!("one branch is {}, the other {}", with_article(&ty), with_article(&second_ty));
            return Err(fault(expr, Focus::All, "rule/type-mismatch", message, None));
        }
        Ok((Node::If(Box::new([condition, first, second])), ty))
    }

    fn add(&mut self, expr: &IdedExpr, left: &IdedExpr, right: &IdedExpr) -> Lowered {
        let (left, left_ty) = self.node(left)?;
        let (right, right_ty) = self.node(right)?;
        let sides = Box::new([left, right]);
        match (&left_ty, &right_ty) {
            (Ty::Int, Ty::Int) => Ok((Node::Arithmetic(Arithmetic::Add, sides), Ty::Int)),
            (Ty::String, Ty::String) => Ok((Node::Concat(sides), Ty::String)),
            _ => {
                let message = format!(
                    "`+` adds two ints or two strings, not {} and {}",
                    with_article(&left_ty),
                    with_article(&right_ty)
                );
                let help = matches!((&left_ty, &right_ty), (Ty::String, Ty::Int) | (Ty::Int, Ty::String))
                    .then(|| "write `string(number)` for the number".to_owned());
                Err(fault(expr, Focus::All, "rule/type-mismatch", message, help))
            }
        }
    }

    fn arithmetic(&mut self, op: Arithmetic, name: &str, left: &IdedExpr, right: &IdedExpr) -> Lowered {
        let sides = Box::new([self.typed(left, name, &Ty::Int)?, self.typed(right, name, &Ty::Int)?]);
        Ok((Node::Arithmetic(op, sides), Ty::Int))
    }

    fn text(&mut self, test: TextTest, text: &IdedExpr, other: &IdedExpr) -> Lowered {
        let name = match test {
            TextTest::StartsWith => "startsWith",
            TextTest::EndsWith => "endsWith",
            TextTest::Contains => "contains",
        };
        let sides = Box::new([self.typed(text, name, &Ty::String)?, self.typed(other, name, &Ty::String)?]);
        Ok((Node::TextTest(test, sides), Ty::Bool))
    }

    fn matches(&mut self, text: &IdedExpr, pattern: &IdedExpr) -> Lowered {
        let text = self.typed(text, "matches", &Ty::String)?;
        let Node::Literal(Value::String(literal)) = self.typed(pattern, "matches", &Ty::String)? else {
            return Err(unsupported(pattern, "a pattern has to be written out", "write `text.matches('^a.*z$')`"));
        };
        match regex::RegexBuilder::new(&literal).size_limit(1 << 20).build() {
            Ok(regex) => Ok((Node::Matches(Box::new(text), Box::new(regex)), Ty::Bool)),
            Err(error) => {
                let error = error.to_string();
                let last = error.lines().last().unwrap_or_default().trim_start_matches("error: ");
                let message = format!("this is no regular expression: {last}");
                Err(fault(pattern, Focus::All, "rule/bad-pattern", message, None))
            }
        }
    }
}

/// What may be called, and how.
const FUNCTIONS: &[(&str, &str)] = &[
    ("exists", "list.exists(item, condition)"),
    ("all", "list.all(item, condition)"),
    ("exists_one", "list.exists_one(item, condition)"),
    ("filter", "list.filter(item, condition)"),
    ("map", "list.map(item, value)"),
    ("size", "size(list)"),
    ("startsWith", "text.startsWith('part')"),
    ("endsWith", "text.endsWith('part')"),
    ("contains", "text.contains('part')"),
    ("matches", "text.matches('pattern')"),
    ("string", "string(value)"),
];
