//! The typed tree that a checked expression is planned into, and how it is written back.

use crate::facts::{EntityType, Type, Value};
use std::fmt;

/// Variables that an expression may have: its subject, the element of a label, and three nested lists.
pub(crate) const SLOTS: usize = 5;

/// The type of an expression.
#[derive(Debug, Clone)]
pub(crate) enum Ty {
    /// `true` or `false`.
    Bool,
    /// A whole number.
    Int,
    /// A text; of a fact that takes no others, one of these.
    String(Option<&'static [&'static str]>),
    /// An entity.
    Entity(&'static EntityType),
    /// A list.
    List(Box<Ty>),
    /// Texts by text.
    Map,
    /// The type of the elements of `[]`: it goes with any other.
    Nothing,
}

impl Ty {
    /// Whether values of both types can be compared for equality, or stand in one list.
    pub(crate) fn goes_with(&self, other: &Ty) -> bool {
        match (self, other) {
            (Ty::Bool, Ty::Bool) | (Ty::Int, Ty::Int) | (Ty::String(_), Ty::String(_)) => true,
            (Ty::Nothing, _) | (_, Ty::Nothing) => true,
            (Ty::Entity(a), Ty::Entity(b)) => std::ptr::eq(*a, *b),
            (Ty::List(a), Ty::List(b)) => a.goes_with(b),
            _ => false,
        }
    }
}

impl Ty {
    /// The type of what has either of two types that go together: of texts any, unless both are of the same words.
    pub(crate) fn or(self, other: &Ty) -> Ty {
        match (self, other) {
            (Ty::String(one), Ty::String(another)) => Ty::String(one.filter(|_| one == *another)),
            (Ty::List(one), Ty::List(another)) => Ty::List(Box::new(one.or(another))),
            (Ty::Nothing, other) => other.clone(),
            (ty, _) => ty,
        }
    }
}

impl From<Type> for Ty {
    fn from(ty: Type) -> Self {
        match ty {
            Type::Bool => Ty::Bool,
            Type::Int => Ty::Int,
            Type::String => Ty::String(None),
            Type::Word(words) => Ty::String(Some(words)),
            Type::Entity(entity) => Ty::Entity(entity),
            Type::List(element) => Ty::List(Box::new(Ty::from(*element))),
            Type::Map => Ty::Map,
        }
    }
}

impl fmt::Display for Ty {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Ty::Bool => f.write_str("bool"),
            Ty::Int => f.write_str("int"),
            Ty::String(_) => f.write_str("string"),
            Ty::Entity(entity) => f.write_str(entity.name),
            Ty::List(element) => write!(f, "list of {element}"),
            Ty::Map => f.write_str("map"),
            Ty::Nothing => f.write_str("nothing"),
        }
    }
}

/// How two values are compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Comparison {
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}

/// What is done with two numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Arithmetic {
    Add,
    Subtract,
    Multiply,
}

/// What is asked of two texts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum TextTest {
    StartsWith,
    EndsWith,
    Contains,
}

/// What is asked of all elements of a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Quantifier {
    Exists,
    All,
    ExistsOne,
}

/// A list's elements, each bound to a variable in turn.
#[derive(Debug)]
pub(crate) struct Each {
    pub(crate) range: Node,
    pub(crate) slot: usize,
    /// Index of the variable's name in [`Plan::binders`].
    pub(crate) binder: usize,
}

/// One step of an expression. Types were checked when it was made.
#[derive(Debug)]
pub(crate) enum Node {
    Literal(Value<'static>),
    /// The subject, or what else was in scope from the start.
    Given(usize),
    /// An element of a list.
    Element {
        slot: usize,
        binder: usize,
    },
    Field {
        of: Box<Node>,
        ty: &'static EntityType,
        field: usize,
    },
    Index(Box<[Node; 2]>),
    List(Vec<Node>),
    Not(Box<Node>),
    And(Vec<Node>),
    Or(Vec<Node>),
    If(Box<[Node; 3]>),
    Compare(Comparison, Box<[Node; 2]>),
    In(Box<[Node; 2]>),
    Arithmetic(Arithmetic, Box<[Node; 2]>),
    Concat(Box<[Node; 2]>),
    Quantifier(Quantifier, Box<Each>, Box<Node>),
    Filter(Box<Each>, Box<Node>),
    Map {
        each: Box<Each>,
        keep: Option<Box<Node>>,
        to: Box<Node>,
    },
    Size(Box<Node>),
    TextTest(TextTest, Box<[Node; 2]>),
    Matches(Box<Node>, Box<regex_lite::Regex>),
    ToString(Box<Node>),
}

/// A checked expression.
#[derive(Debug)]
pub(crate) struct Plan {
    pub(crate) root: Node,
    pub(crate) ty: Ty,
    /// Names of the variables that were given.
    pub(crate) given: Vec<&'static str>,
    /// Names of the variables that lists bind.
    pub(crate) binders: Vec<String>,
}

impl Node {
    /// Calls `visit` with every direct part.
    pub(crate) fn children<'p>(&'p self, visit: &mut dyn FnMut(&'p Node)) {
        match self {
            Node::Literal(_) | Node::Given(_) | Node::Element { .. } => {}
            Node::Field { of: inner, .. }
            | Node::Not(inner)
            | Node::Size(inner)
            | Node::Matches(inner, _)
            | Node::ToString(inner) => visit(inner),
            Node::Index(sides)
            | Node::Compare(_, sides)
            | Node::In(sides)
            | Node::Arithmetic(_, sides)
            | Node::Concat(sides)
            | Node::TextTest(_, sides) => sides.iter().for_each(visit),
            Node::List(parts) | Node::And(parts) | Node::Or(parts) => parts.iter().for_each(visit),
            Node::If(parts) => parts.iter().for_each(visit),
            Node::Quantifier(_, each, body) | Node::Filter(each, body) => {
                visit(&each.range);
                visit(body);
            }
            Node::Map { each, keep, to } => {
                visit(&each.range);
                if let Some(keep) = keep {
                    visit(keep);
                }
                visit(to);
            }
        }
    }
}
