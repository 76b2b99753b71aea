//! Operators and functions, and the types that they take.

use super::fault::{Fault, Focus, fault, unsupported, with_article};
use super::lower::{Lowered, Lowering};
use super::syntax::Token;
use crate::facts::Value;
use crate::rules::choices;
use crate::rules::plan::{Arithmetic, Comparison, Node, TextTest, Ty};
use cel::common::ast::operators as op;

impl Lowering<'_> {
    pub(super) fn call(&mut self, at: usize, name: &str, is_method: bool, parts: usize) -> Lowered {
        match (name, parts) {
            (op::LOGICAL_AND, _) => self.junction(name, parts).map(|parts| (Node::And(parts), Ty::Bool)),
            (op::LOGICAL_OR, _) => self.junction(name, parts).map(|parts| (Node::Or(parts), Ty::Bool)),
            (op::LOGICAL_NOT, 1) => Ok((Node::Not(Box::new(self.typed("!", &Ty::Bool)?)), Ty::Bool)),
            (op::EQUALS, 2) => self.equality(at, Comparison::Equal),
            (op::NOT_EQUALS, 2) => self.equality(at, Comparison::NotEqual),
            (op::LESS, 2) => self.order(at, Comparison::Less),
            (op::LESS_EQUALS, 2) => self.order(at, Comparison::LessOrEqual),
            (op::GREATER, 2) => self.order(at, Comparison::Greater),
            (op::GREATER_EQUALS, 2) => self.order(at, Comparison::GreaterOrEqual),
            (op::IN, 2) => self.member(at),
            (op::CONDITIONAL, 3) => self.choice(at),
            (op::ADD, 2) => self.add(at),
            (op::SUBSTRACT, 2) => self.arithmetic(Arithmetic::Subtract, "-"),
            (op::MULTIPLY, 2) => self.arithmetic(Arithmetic::Multiply, "*"),
            (op::NEGATE, 1) => {
                let zero = Node::Literal(Value::Int(0));
                let sides = Box::new([zero, self.typed("-", &Ty::Int)?]);
                Ok((Node::Arithmetic(Arithmetic::Subtract, sides), Ty::Int))
            }
            (op::INDEX, 2) => {
                let list = self.reader.position();
                let (node, ty) = self.node()?;
                if matches!(ty, Ty::Map) {
                    let key = self.typed("[…]", &Ty::String(None))?;
                    return Ok((Node::Index(Box::new([node, key])), Ty::String(None)));
                }
                let Ty::List(element) = ty else {
                    let message = format!("{} has no elements", with_article(&ty));
                    return Err(fault(list, Focus::All, "rule/type-mismatch", message, None));
                };
                let index = self.typed("[…]", &Ty::Int)?;
                Ok((Node::Index(Box::new([node, index])), *element))
            }
            ("size", 1) => {
                let inner = self.reader.position();
                let (node, ty) = self.node()?;
                match ty {
                    Ty::List(_) | Ty::Map | Ty::String(_) => Ok((Node::Size(Box::new(node)), Ty::Int)),
                    ty => {
                        let message = format!("size() needs a list or a string, not {}", with_article(&ty));
                        Err(fault(inner, Focus::All, "rule/type-mismatch", message, None))
                    }
                }
            }
            ("string", 1) if !is_method => {
                let inner = self.reader.position();
                let (node, ty) = self.node()?;
                match ty {
                    Ty::Bool | Ty::Int | Ty::String(_) => Ok((Node::ToString(Box::new(node)), Ty::String(None))),
                    ty => {
                        let message = format!("string() needs a bool, an int or a string, not {}", with_article(&ty));
                        Err(fault(inner, Focus::All, "rule/type-mismatch", message, None))
                    }
                }
            }
            ("startsWith", 2) if is_method => self.text(TextTest::StartsWith),
            ("endsWith", 2) if is_method => self.text(TextTest::EndsWith),
            ("contains", 2) if is_method => self.text(TextTest::Contains),
            ("matches", 2) => self.matches(),
            _ => Err(unknown_call(at, name, is_method, parts)),
        }
    }

    /// Flattens a chain of one operator, which the parser made a balanced tree of.
    fn junction(&mut self, operator: &str, parts: usize) -> Result<Vec<Node>, Box<Fault>> {
        let symbol = if operator == op::LOGICAL_AND { "&&" } else { "||" };
        let mut nodes = Vec::new();
        let mut left = parts;
        while left > 0 {
            left -= 1;
            let mut inner = self.reader;
            match inner.next() {
                Token::Call { name, parts, .. } if name == operator => {
                    self.reader = inner;
                    left += parts;
                }
                _ => nodes.push(self.typed(symbol, &Ty::Bool)?),
            }
        }
        Ok(nodes)
    }

    /// A part that has to have a simple type.
    pub(super) fn typed(&mut self, by: &str, wanted: &Ty) -> Result<Node, Box<Fault>> {
        let at = self.reader.position();
        let (node, ty) = self.node()?;
        if std::mem::discriminant(&ty) == std::mem::discriminant(wanted) {
            return Ok(node);
        }
        let message = format!("`{by}` needs {}, but this is {}", with_article(wanted), with_article(&ty));
        Err(fault(at, Focus::All, "rule/type-mismatch", message, None))
    }

    fn equality(&mut self, at: usize, op: Comparison) -> Lowered {
        let left_at = self.reader.position();
        let (left, left_ty) = self.node()?;
        let right_at = self.reader.position();
        let (right, right_ty) = self.node()?;
        if !left_ty.goes_with(&right_ty) {
            let message = format!("{} never equals {}", with_article(&left_ty), with_article(&right_ty));
            let help = match (&left_ty, &right_ty) {
                (Ty::Entity(entity), Ty::String(_)) | (Ty::String(_), Ty::Entity(entity)) => {
                    let known = entity.fields.iter().map(|field| format!("`{}`", field.name));
                    let known = known.collect::<Vec<_>>().join(", ");
                    Some(format!("compare one of its fields: {known}"))
                }
                (Ty::List(_), _) => Some("write `value in list`, or `list.exists(item, item == value)`".to_owned()),
                _ => None,
            };
            return Err(fault(at, Focus::All, "rule/type-mismatch", message, help));
        }
        for (field, ty, literal, at) in [(&left, &left_ty, &right, right_at), (&right, &right_ty, &left, left_at)] {
            among_words(field, ty, literal, at)?;
        }
        Ok((Node::Compare(op, Box::new([left, right])), Ty::Bool))
    }

    fn order(&mut self, at: usize, op: Comparison) -> Lowered {
        let (left, left_ty) = self.node()?;
        let (right, right_ty) = self.node()?;
        match (&left_ty, &right_ty) {
            (Ty::Int, Ty::Int) | (Ty::String(_), Ty::String(_)) => {
                Ok((Node::Compare(op, Box::new([left, right])), Ty::Bool))
            }
            _ => {
                let message = format!("{} and {} have no order", with_article(&left_ty), with_article(&right_ty));
                Err(fault(at, Focus::All, "rule/type-mismatch", message, None))
            }
        }
    }

    fn member(&mut self, at: usize) -> Lowered {
        let item_at = self.reader.position();
        let (item, item_ty) = self.node()?;
        let list = self.reader.position();
        let (node, list_ty) = self.node()?;
        match &list_ty {
            Ty::List(element) if element.goes_with(&item_ty) => {
                among_words(&node, element, &item, item_at)?;
                if let Node::Literal(Value::List(values)) = &node {
                    // Each is a node of its own behind that of the list.
                    for (value, at) in values.iter().zip(list + 1..) {
                        among_words(&item, &item_ty, &Node::Literal(value.clone()), at)?;
                    }
                }
                Ok((Node::In(Box::new([item, node])), Ty::Bool))
            }
            Ty::Map if matches!(item_ty, Ty::String(_)) => Ok((Node::In(Box::new([item, node])), Ty::Bool)),
            Ty::List(_) | Ty::Map => {
                let message = format!("{} is never in a {list_ty}", with_article(&item_ty));
                Err(fault(at, Focus::All, "rule/type-mismatch", message, None))
            }
            _ => {
                let message = format!("`in` needs a list, but this is {}", with_article(&list_ty));
                let help = matches!(list_ty, Ty::String(_)).then(|| "write `text.contains('part')`".to_owned());
                Err(fault(list, Focus::All, "rule/type-mismatch", message, help))
            }
        }
    }

    fn choice(&mut self, at: usize) -> Lowered {
        let condition = self.typed("? :", &Ty::Bool)?;
        let (first, ty) = self.node()?;
        let (second, second_ty) = self.node()?;
        if !ty.goes_with(&second_ty) {
            let message = format!("one branch is {}, the other {}", with_article(&ty), with_article(&second_ty));
            return Err(fault(at, Focus::All, "rule/type-mismatch", message, None));
        }
        let ty = ty.or(&second_ty);
        Ok((Node::If(Box::new([condition, first, second])), ty))
    }

    fn add(&mut self, at: usize) -> Lowered {
        let (left, left_ty) = self.node()?;
        let (right, right_ty) = self.node()?;
        let sides = Box::new([left, right]);
        match (&left_ty, &right_ty) {
            (Ty::Int, Ty::Int) => Ok((Node::Arithmetic(Arithmetic::Add, sides), Ty::Int)),
            (Ty::String(_), Ty::String(_)) => Ok((Node::Concat(sides), Ty::String(None))),
            _ => {
                let message = format!(
                    "`+` adds two ints or two strings, not {} and {}",
                    with_article(&left_ty),
                    with_article(&right_ty)
                );
                let help = matches!((&left_ty, &right_ty), (Ty::String(_), Ty::Int) | (Ty::Int, Ty::String(_)))
                    .then(|| "write `string(number)` for the number".to_owned());
                Err(fault(at, Focus::All, "rule/type-mismatch", message, help))
            }
        }
    }

    fn arithmetic(&mut self, op: Arithmetic, name: &str) -> Lowered {
        let sides = Box::new([self.typed(name, &Ty::Int)?, self.typed(name, &Ty::Int)?]);
        Ok((Node::Arithmetic(op, sides), Ty::Int))
    }

    fn text(&mut self, test: TextTest) -> Lowered {
        let name = match test {
            TextTest::StartsWith => "startsWith",
            TextTest::EndsWith => "endsWith",
            TextTest::Contains => "contains",
        };
        let sides = Box::new([self.typed(name, &Ty::String(None))?, self.typed(name, &Ty::String(None))?]);
        Ok((Node::TextTest(test, sides), Ty::Bool))
    }

    fn matches(&mut self) -> Lowered {
        let text = self.typed("matches", &Ty::String(None))?;
        let pattern = self.reader.position();
        let Node::Literal(Value::String(literal)) = self.typed("matches", &Ty::String(None))? else {
            return Err(unsupported(pattern, "a pattern has to be written out", "write `text.matches('^a.*z$')`"));
        };
        match regex_lite::RegexBuilder::new(&literal).size_limit(1 << 20).build() {
            Ok(regex) => Ok((Node::Matches(Box::new(text), Box::new(regex)), Ty::Bool)),
            Err(error) => {
                let message = format!("this is no regular expression: {error}");
                Err(fault(pattern, Focus::All, "rule/bad-pattern", message, None))
            }
        }
    }
}

fn unknown_call(at: usize, name: &str, is_method: bool, parts: usize) -> Box<Fault> {
    let operator = match name {
        op::DIVIDE => Some("/"),
        op::MODULO => Some("%"),
        op::OPT_INDEX | op::OPT_SELECT => Some("?"),
        _ => None,
    };
    if let Some(operator) = operator {
        let message = format!("rules have no operator `{operator}`");
        let help = "facts come computed: there are +, - and * for numbers, + for texts";
        return fault(at, Focus::All, "rule/unsupported", message, Some(help.to_owned()));
    }
    if let Some((_, usage)) = FUNCTIONS.iter().find(|(known, _)| *known == name) {
        let message = format!("{name}() is used in another way");
        return fault(at, Focus::Name, "rule/unknown-function", message, Some(format!("write `{usage}`")));
    }
    let known: Vec<&str> = FUNCTIONS.iter().map(|(name, _)| *name).collect();
    let message = if is_method && parts > 1 {
        format!("there is no function or list macro `{name}`")
    } else {
        format!("there is no function `{name}`")
    };
    let help = choices("the functions are", name, &known);
    fault(at, Focus::Name, "rule/unknown-function", message, Some(help))
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

/// A text that a fact never is, where it is compared with it: the comparison would always come out the same.
fn among_words(field: &Node, ty: &Ty, literal: &Node, at: usize) -> Result<(), Box<Fault>> {
    let (Ty::String(Some(words)), Node::Literal(Value::String(text))) = (ty, literal) else { return Ok(()) };
    if words.iter().any(|word| word == text) {
        return Ok(());
    }
    let name = match field {
        Node::Field { ty, field, .. } => ty.fields.get(*field).map(|field| field.name),
        _ => None,
    };
    let message = match name {
        Some(name) => format!("`{name}` is never '{text}'"),
        None => format!("this is never '{text}'"),
    };
    let words: Vec<&str> = words.iter().map(|word| if word.is_empty() { "''" } else { word }).collect();
    Err(fault(at, Focus::All, "rule/unknown-value", message, Some(choices("its values are", text, &words))))
}
