//! What an expression comes to, as far as that is certain.

use super::files::Module;
use hcl_edit::expr::Expression;
use serde_json::Value as Json;
use std::rc::Rc;

/// What an expression comes to.
#[derive(Clone)]
pub(in super::super) enum Worth<'p> {
    /// That is not certain.
    Unknown,
    /// Terraform refuses it: `try` takes the next one.
    Refused,
    /// A value that is known before the deployment, and is no list and no object.
    Constant(Json),
    /// An attribute of a resource of the plan, or the resource itself.
    Attribute { index: usize, attribute: Option<String> },
    /// An instance of a module, by its address.
    Module(String),
    /// Elements in an order that counts.
    List(Rc<Vec<Worth<'p>>>),
    /// Elements in no order.
    Set(Rc<Vec<Worth<'p>>>),
    /// Members in the order in which Terraform goes over them.
    Object(Rc<Vec<(String, Worth<'p>)>>),
    /// What `jsonencode` makes a text of.
    Encoded(Rc<Worth<'p>>),
    /// An expression that nobody asked for yet.
    Later(&'p Expression, Rc<Scope<'p>>),
}

/// What names mean where an expression stands.
pub(in super::super) struct Scope<'p> {
    /// The address of the module instance.
    pub(super) module: String,
    pub(super) source: &'p Module,
    /// `each`, `count`, and what `for` and dynamic blocks name; a later one hides an earlier one.
    pub(super) names: Vec<(String, Worth<'p>)>,
}

impl<'p> Scope<'p> {
    /// The scope with one more name.
    pub(super) fn with(&self, name: &str, worth: Worth<'p>) -> Scope<'p> {
        let mut names = self.names.clone();
        names.push((name.to_owned(), worth));
        Scope { module: self.module.clone(), source: self.source, names }
    }
}

impl<'p> Worth<'p> {
    pub(super) const NULL: Worth<'static> = Worth::Constant(Json::Null);

    pub(super) fn text(text: &str) -> Self {
        Worth::Constant(Json::from(text))
    }

    /// The value of JSON that is known as a whole.
    pub(super) fn of(json: Json) -> Self {
        match json {
            Json::Array(items) => Worth::list(items.into_iter().map(Worth::of).collect()),
            Json::Object(members) => {
                Worth::object(members.into_iter().map(|(key, value)| (key, Worth::of(value))).collect())
            }
            scalar => Worth::Constant(scalar),
        }
    }

    pub(super) fn list(items: Vec<Worth<'p>>) -> Self {
        Worth::List(Rc::new(items))
    }

    /// An object: Terraform goes over its members by their names.
    pub(super) fn object(mut members: Vec<(String, Worth<'p>)>) -> Self {
        members.sort_by(|(one, _), (other, _)| one.cmp(other));
        Worth::Object(Rc::new(members))
    }

    /// The name and the value of what `for_each` makes something for.
    pub(super) fn each(key: Worth<'p>, value: Worth<'p>) -> Self {
        Worth::object(vec![("key".to_owned(), key), ("value".to_owned(), value)])
    }

    pub(super) fn as_text(&self) -> Option<String> {
        match self {
            Worth::Constant(Json::String(text)) => Some(text.clone()),
            Worth::Constant(number @ Json::Number(_)) => Some(number.to_string()),
            Worth::Constant(Json::Bool(value)) => Some(value.to_string()),
            _ => None,
        }
    }

    /// A truth value, as a condition takes it.
    pub(super) fn as_bool(&self) -> Option<bool> {
        match self {
            Worth::Constant(Json::Bool(value)) => Some(*value),
            Worth::Constant(Json::String(text)) if text == "true" => Some(true),
            Worth::Constant(Json::String(text)) if text == "false" => Some(false),
            _ => None,
        }
    }

    pub(super) fn as_integer(&self) -> Option<i64> {
        match self {
            Worth::Constant(Json::Number(number)) => number.as_i64(),
            Worth::Constant(Json::String(text)) => text.parse().ok(),
            _ => None,
        }
    }

    pub(in super::super) fn is_null(&self) -> bool {
        matches!(self, Worth::Constant(Json::Null))
    }
}
