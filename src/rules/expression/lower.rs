//! Checks a syntax tree against the schema and plans it.

use super::{DEEPEST, LISTS, Scope};
use crate::facts::Value;
use crate::rules::choices;
use crate::rules::plan::{
    Arithmetic, Comparison, Each, Node, Plan, Quantifier, SLOTS, TextTest, Ty,
};
use cel::common::ast::{
    CallExpr, ComprehensionExpr, Expr, IdedExpr, LiteralValue, SelectExpr, operators as op,
};
use std::borrow::Cow;

/// What is wrong, and with which node.
#[derive(Debug)]
pub(super) struct Fault {
    pub(super) id: u64,
    pub(super) focus: Focus,
    pub(super) code: &'static str,
    pub(super) message: String,
    pub(super) help: Option<String>,
    /// Set where the tree is too deep to be read again.
    pub(super) deep: bool,
}

/// Which part of a node a fault is about.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Focus {
    /// The name of its field, function or variable.
    Name,
    /// All of it.
    All,
}

type Lowered = Result<(Node, Ty), Box<Fault>>;

/// Checks and plans.
pub(super) fn lower(expr: &IdedExpr, scope: &Scope, bool: bool) -> Result<Plan, Box<Fault>> {
    let mut lowering = Lowering {
        names: scope
            .variables
            .iter()
            .map(|(name, ty)| (Cow::Borrowed(*name), ty.clone(), None))
            .collect(),
        given: scope.variables.len(),
        binders: Vec::new(),
        depth: 0,
    };
    let (root, ty) = lowering.node(expr)?;
    if bool && !matches!(ty, Ty::Bool) {
        let message = format!(
            "this is {}, but it has to be true or false",
            with_article(&ty)
        );
        return Err(fault(expr, Focus::All, "type-mismatch", message, None));
    }
    Ok(Plan {
        root,
        ty,
        given: scope.variables.iter().map(|(name, _)| *name).collect(),
        binders: lowering.binders,
    })
}

struct Lowering {
    /// Variables in scope by slot: name, type, and for those bound by a list their binder.
    names: Vec<(Cow<'static, str>, Ty, Option<usize>)>,
    given: usize,
    binders: Vec<String>,
    depth: usize,
}

impl Lowering {
    fn node(&mut self, expr: &IdedExpr) -> Lowered {
        self.depth += 1;
        if self.depth > DEEPEST {
            let mut fault = fault(
                expr,
                Focus::All,
                "expression-too-deep",
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
            Expr::Map(_) | Expr::Struct(_) => Err(unsupported(
                expr,
                "rules have no maps and no messages",
                "compare the fields one by one",
            )),
            Expr::Unspecified => Err(unsupported(
                expr,
                "something is missing here",
                super::SYNTAX,
            )),
        };
        self.depth -= 1;
        lowered
    }

    fn variable(&self, expr: &IdedExpr, name: &str) -> Lowered {
        let Some(slot) = self.names.iter().rposition(|(known, ..)| known == name) else {
            let known: Vec<&str> = self.names.iter().map(|(name, ..)| &**name).collect();
            let message = format!("there is no variable `{name}` here");
            let help = choices("the variables are", name, &known);
            return Err(fault(
                expr,
                Focus::Name,
                "unknown-variable",
                message,
                Some(help),
            ));
        };
        let (_, ty, binder) = &self.names[slot];
        let node = match binder {
            Some(binder) => Node::Element {
                slot,
                binder: *binder,
            },
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
            let message = format!(
                "`{}` is asked of {}, which has no fields",
                select.field,
                with_article(&ty)
            );
            let help = match ty {
                Ty::List(_) => Some(format!(
                    "ask it of the elements: `list.exists(item, item.{} …)`",
                    select.field
                )),
                _ => None,
            };
            return Err(fault(expr, Focus::Name, "unknown-field", message, help));
        };
        match entity.field(&select.field) {
            Some((field, found)) => Ok((
                Node::Field {
                    of: Box::new(of),
                    ty: entity,
                    field,
                },
                Ty::from(found.ty),
            )),
            None => {
                let known: Vec<&str> = entity.fields.iter().map(|field| field.name).collect();
                let message = format!("{} has no field `{}`", with_article(&ty), select.field);
                let help = choices("its fields are", &select.field, &known);
                Err(fault(
                    expr,
                    Focus::Name,
                    "unknown-field",
                    message,
                    Some(help),
                ))
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
                return Err(fault(element, Focus::All, "type-mismatch", message, None));
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

    fn call(&mut self, expr: &IdedExpr, call: &CallExpr) -> Lowered {
        let parts: Vec<&IdedExpr> = call
            .target
            .as_deref()
            .into_iter()
            .chain(&call.args)
            .collect();
        match (call.func_name.as_str(), parts.as_slice()) {
            (op::LOGICAL_AND, _) => self
                .junction(expr, op::LOGICAL_AND)
                .map(|parts| (Node::And(parts), Ty::Bool)),
            (op::LOGICAL_OR, _) => self
                .junction(expr, op::LOGICAL_OR)
                .map(|parts| (Node::Or(parts), Ty::Bool)),
            (op::LOGICAL_NOT, [inner]) => Ok((
                Node::Not(Box::new(self.typed(inner, "!", "bool")?)),
                Ty::Bool,
            )),
            (op::EQUALS, [left, right]) => self.equality(expr, Comparison::Equal, left, right),
            (op::NOT_EQUALS, [left, right]) => {
                self.equality(expr, Comparison::NotEqual, left, right)
            }
            (op::LESS, [left, right]) => self.order(expr, Comparison::Less, left, right),
            (op::LESS_EQUALS, [left, right]) => {
                self.order(expr, Comparison::LessOrEqual, left, right)
            }
            (op::GREATER, [left, right]) => self.order(expr, Comparison::Greater, left, right),
            (op::GREATER_EQUALS, [left, right]) => {
                self.order(expr, Comparison::GreaterOrEqual, left, right)
            }
            (op::IN, [item, list]) => self.member(expr, item, list),
            (op::CONDITIONAL, [condition, first, second]) => {
                self.choice(expr, condition, first, second)
            }
            (op::ADD, [left, right]) => self.add(expr, left, right),
            (op::SUBSTRACT, [left, right]) => {
                self.arithmetic(Arithmetic::Subtract, "-", left, right)
            }
            (op::MULTIPLY, [left, right]) => {
                self.arithmetic(Arithmetic::Multiply, "*", left, right)
            }
            (op::NEGATE, [inner]) => {
                let zero = Node::Literal(Value::Int(0));
                let sides = Box::new([zero, self.typed(inner, "-", "int")?]);
                Ok((Node::Arithmetic(Arithmetic::Subtract, sides), Ty::Int))
            }
            (op::INDEX, [list, index]) => {
                let (node, ty) = self.node(list)?;
                let Ty::List(element) = ty else {
                    let message = format!("{} has no elements", with_article(&ty));
                    return Err(fault(list, Focus::All, "type-mismatch", message, None));
                };
                let index = self.typed(index, "[…]", "int")?;
                Ok((Node::Index(Box::new([node, index])), *element))
            }
            ("size", [inner]) => {
                let (node, ty) = self.node(inner)?;
                match ty {
                    Ty::List(_) | Ty::String => Ok((Node::Size(Box::new(node)), Ty::Int)),
                    ty => {
                        let message =
                            format!("size() needs a list or a string, not {}", with_article(&ty));
                        Err(fault(inner, Focus::All, "type-mismatch", message, None))
                    }
                }
            }
            ("string", [inner]) if call.target.is_none() => {
                let (node, ty) = self.node(inner)?;
                match ty {
                    Ty::Bool | Ty::Int | Ty::String => {
                        Ok((Node::ToString(Box::new(node)), Ty::String))
                    }
                    ty => {
                        let message = format!(
                            "string() needs a bool, an int or a string, not {}",
                            with_article(&ty)
                        );
                        Err(fault(inner, Focus::All, "type-mismatch", message, None))
                    }
                }
            }
            ("startsWith", [text, other]) if call.target.is_some() => {
                self.text(TextTest::StartsWith, text, other)
            }
            ("endsWith", [text, other]) if call.target.is_some() => {
                self.text(TextTest::EndsWith, text, other)
            }
            ("contains", [text, other]) if call.target.is_some() => {
                self.text(TextTest::Contains, text, other)
            }
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
            return fault(
                expr,
                Focus::All,
                "unsupported",
                message,
                Some(help.to_owned()),
            );
        }
        if let Some((_, usage)) = FUNCTIONS.iter().find(|(known, _)| *known == name) {
            let message = format!("{name}() is used in another way");
            return fault(
                expr,
                Focus::Name,
                "unknown-function",
                message,
                Some(format!("write `{usage}`")),
            );
        }
        let known: Vec<&str> = FUNCTIONS.iter().map(|(name, _)| *name).collect();
        let message = if call.target.is_some() && !call.args.is_empty() {
            format!("there is no function or list macro `{name}`")
        } else {
            format!("there is no function `{name}`")
        };
        let help = choices("the functions are", name, &known);
        fault(expr, Focus::Name, "unknown-function", message, Some(help))
    }

    /// Flattens a chain of one operator, which the parser made a balanced tree of.
    fn junction(&mut self, expr: &IdedExpr, operator: &str) -> Result<Vec<Node>, Box<Fault>> {
        let mut parts = Vec::new();
        let mut stack = vec![expr];
        while let Some(next) = stack.pop() {
            match &next.expr {
                Expr::Call(call) if call.func_name == operator => {
                    stack.extend(call.args.iter().rev())
                }
                _ => {
                    let name = if operator == op::LOGICAL_AND {
                        "&&"
                    } else {
                        "||"
                    };
                    parts.push(self.typed(next, name, "bool")?);
                }
            }
        }
        Ok(parts)
    }

    /// A part that has to have a simple type.
    fn typed(&mut self, expr: &IdedExpr, by: &str, wanted: &str) -> Result<Node, Box<Fault>> {
        let (node, ty) = self.node(expr)?;
        if ty.to_string() == wanted {
            return Ok(node);
        }
        let message = format!("`{by}` needs a {wanted}, but this is {}", with_article(&ty));
        Err(fault(
            expr,
            Focus::All,
            "type-mismatch",
            message.replace("a int", "an int"),
            None,
        ))
    }

    fn equality(
        &mut self,
        expr: &IdedExpr,
        op: Comparison,
        left: &IdedExpr,
        right: &IdedExpr,
    ) -> Lowered {
        let (left, left_ty) = self.node(left)?;
        let (right, right_ty) = self.node(right)?;
        if !left_ty.goes_with(&right_ty) {
            let message = format!(
                "{} never equals {}",
                with_article(&left_ty),
                with_article(&right_ty)
            );
            let help = match (&left_ty, &right_ty) {
                (Ty::Entity(entity), Ty::String) | (Ty::String, Ty::Entity(entity)) => {
                    let known = entity
                        .fields
                        .iter()
                        .map(|field| format!("`{}`", field.name));
                    let known = known.collect::<Vec<_>>().join(", ");
                    Some(format!("compare one of its fields: {known}"))
                }
                (Ty::List(_), _) => {
                    Some("write `value in list`, or `list.exists(item, item == value)`".to_owned())
                }
                _ => None,
            };
            return Err(fault(expr, Focus::All, "type-mismatch", message, help));
        }
        Ok((Node::Compare(op, Box::new([left, right])), Ty::Bool))
    }

    fn order(
        &mut self,
        expr: &IdedExpr,
        op: Comparison,
        left: &IdedExpr,
        right: &IdedExpr,
    ) -> Lowered {
        let (left, left_ty) = self.node(left)?;
        let (right, right_ty) = self.node(right)?;
        match (&left_ty, &right_ty) {
            (Ty::Int, Ty::Int) | (Ty::String, Ty::String) => {
                Ok((Node::Compare(op, Box::new([left, right])), Ty::Bool))
            }
            _ => {
                let message = format!(
                    "{} and {} have no order",
                    with_article(&left_ty),
                    with_article(&right_ty)
                );
                Err(fault(expr, Focus::All, "type-mismatch", message, None))
            }
        }
    }

    fn member(&mut self, expr: &IdedExpr, item: &IdedExpr, list: &IdedExpr) -> Lowered {
        let (item, item_ty) = self.node(item)?;
        let (node, list_ty) = self.node(list)?;
        match &list_ty {
            Ty::List(element) if element.goes_with(&item_ty) => {
                Ok((Node::In(Box::new([item, node])), Ty::Bool))
            }
            Ty::List(_) => {
                let message = format!("{} is never in a {list_ty}", with_article(&item_ty));
                Err(fault(expr, Focus::All, "type-mismatch", message, None))
            }
            _ => {
                let message = format!("`in` needs a list, but this is {}", with_article(&list_ty));
                let help = matches!(list_ty, Ty::String)
                    .then(|| "write `text.contains('part')`".to_owned());
                Err(fault(list, Focus::All, "type-mismatch", message, help))
            }
        }
    }

    fn choice(
        &mut self,
        expr: &IdedExpr,
        condition: &IdedExpr,
        first: &IdedExpr,
        second: &IdedExpr,
    ) -> Lowered {
        let condition = self.typed(condition, "? :", "bool")?;
        let (first, ty) = self.node(first)?;
        let (second, second_ty) = self.node(second)?;
        if !ty.goes_with(&second_ty) {
            let message = format!(
                "one branch is {}, the other {}",
                with_article(&ty),
                with_article(&second_ty)
            );
            return Err(fault(expr, Focus::All, "type-mismatch", message, None));
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
                let help = matches!(
                    (&left_ty, &right_ty),
                    (Ty::String, Ty::Int) | (Ty::Int, Ty::String)
                )
                .then(|| "write `string(number)` for the number".to_owned());
                Err(fault(expr, Focus::All, "type-mismatch", message, help))
            }
        }
    }

    fn arithmetic(
        &mut self,
        op: Arithmetic,
        name: &str,
        left: &IdedExpr,
        right: &IdedExpr,
    ) -> Lowered {
        let sides = Box::new([
            self.typed(left, name, "int")?,
            self.typed(right, name, "int")?,
        ]);
        Ok((Node::Arithmetic(op, sides), Ty::Int))
    }

    fn text(&mut self, test: TextTest, text: &IdedExpr, other: &IdedExpr) -> Lowered {
        let name = match test {
            TextTest::StartsWith => "startsWith",
            TextTest::EndsWith => "endsWith",
            TextTest::Contains => "contains",
        };
        let sides = Box::new([
            self.typed(text, name, "string")?,
            self.typed(other, name, "string")?,
        ]);
        Ok((Node::TextTest(test, sides), Ty::Bool))
    }

    fn matches(&mut self, text: &IdedExpr, pattern: &IdedExpr) -> Lowered {
        let text = self.typed(text, "matches", "string")?;
        let Node::Literal(Value::String(literal)) = self.typed(pattern, "matches", "string")?
        else {
            return Err(unsupported(
                pattern,
                "a pattern has to be written out",
                "write `text.matches('^a.*z$')`",
            ));
        };
        match regex::RegexBuilder::new(&literal)
            .size_limit(1 << 20)
            .build()
        {
            Ok(regex) => Ok((Node::Matches(Box::new(text), Box::new(regex)), Ty::Bool)),
            Err(error) => {
                let error = error.to_string();
                let last = error
                    .lines()
                    .last()
                    .unwrap_or_default()
                    .trim_start_matches("error: ");
                let message = format!("this is no regular expression: {last}");
                Err(fault(pattern, Focus::All, "bad-pattern", message, None))
            }
        }
    }

    /// A list macro, known by what the parser expanded it to.
    fn comprehension(&mut self, expr: &IdedExpr, it: &ComprehensionExpr) -> Lowered {
        let (range, ty) = self.node(&it.iter_range)?;
        let Ty::List(element) = ty else {
            let message = format!("this runs over a list, but here is {}", with_article(&ty));
            return Err(fault(
                &it.iter_range,
                Focus::All,
                "type-mismatch",
                message,
                None,
            ));
        };
        if self.names.iter().any(|(name, ..)| *name == it.iter_var) {
            let message = format!("`{}` is already the name of something else", it.iter_var);
            let help = Some("give the element a name of its own".to_owned());
            return Err(fault(expr, Focus::All, "unknown-variable", message, help));
        }
        let slot = self.names.len();
        if slot >= SLOTS.min(self.given + LISTS) {
            let message = format!("more than {LISTS} lists are run through inside each other");
            let help = Some(
                "an expression may nest three; a fact that needs more belongs into the code"
                    .to_owned(),
            );
            return Err(fault(
                expr,
                Focus::All,
                "expression-too-deep",
                message,
                help,
            ));
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
            (Node::Filter(each, keep), Shape::Quantifier(..)) => {
                (each.range, Some(*keep), each.binder)
            }
            (range, _) => {
                self.binders.push(it.iter_var.clone());
                (range, None, self.binders.len() - 1)
            }
        };
        self.names.push((
            Cow::Owned(it.iter_var.clone()),
            (*element).clone(),
            Some(binder),
        ));
        let lowered = self.body(
            Each {
                range,
                slot,
                binder,
            },
            keep,
            *element,
            &shape,
        );
        self.names.truncate(slot);
        lowered
    }

    fn body(&mut self, each: Each, keep: Option<Node>, element: Ty, shape: &Shape<'_>) -> Lowered {
        let each = Box::new(each);
        match shape {
            Shape::Quantifier(kind, name, body) => {
                let body = self.typed(body, name, "bool")?;
                let body = match (keep, kind) {
                    (None, _) => body,
                    (Some(keep), Quantifier::All) => {
                        Node::Or(vec![Node::Not(Box::new(keep)), body])
                    }
                    (Some(keep), _) => Node::And(vec![keep, body]),
                };
                Ok((Node::Quantifier(*kind, each, Box::new(body)), Ty::Bool))
            }
            Shape::Filter(keep) => {
                let keep = Box::new(self.typed(keep, "filter", "bool")?);
                Ok((Node::Filter(each, keep), Ty::List(Box::new(element))))
            }
            Shape::Map(keep, to) => {
                let keep = keep
                    .map(|keep| self.typed(keep, "map", "bool"))
                    .transpose()?
                    .map(Box::new);
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
    match (
        &it.accu_init.expr,
        step.func_name.as_str(),
        step.args.as_slice(),
    ) {
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

fn literal(expr: &IdedExpr, value: &LiteralValue) -> Lowered {
    match value {
        LiteralValue::Boolean(value) => Ok((Node::Literal(Value::Bool(*value.inner())), Ty::Bool)),
        LiteralValue::Int(value) => Ok((Node::Literal(Value::Int(*value.inner())), Ty::Int)),
        LiteralValue::String(value) => Ok((
            Node::Literal(Value::String(Cow::Owned(value.inner().to_owned()))),
            Ty::String,
        )),
        LiteralValue::Null => Err(unsupported(
            expr,
            "rules have no null",
            "a fact is known or unknown, never null: an absent resource shows in a bool, a size or an empty text",
        )),
        LiteralValue::Double(_) | LiteralValue::UInt(_) | LiteralValue::Bytes(_) => {
            Err(unsupported(
                expr,
                "no fact has this type",
                "the types are bool, int, string, entities and lists",
            ))
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

fn with_article(ty: &Ty) -> String {
    let text = ty.to_string();
    let article = if text.starts_with(['a', 'e', 'i', 'o']) {
        "an"
    } else {
        "a"
    };
    format!("{article} {text}")
}

fn unsupported(expr: &IdedExpr, message: &str, help: &str) -> Box<Fault> {
    fault(
        expr,
        Focus::All,
        "unsupported",
        message.to_owned(),
        Some(help.to_owned()),
    )
}

fn fault(
    expr: &IdedExpr,
    focus: Focus,
    code: &'static str,
    message: String,
    help: Option<String>,
) -> Box<Fault> {
    Box::new(Fault {
        id: expr.id,
        focus,
        code,
        message,
        help,
        deep: false,
    })
}
