//! Values of a plan or a template whose parts know where they were written, and which the deployment may only tell.

use crate::snapshot::Written;
use serde_json::Number;
use std::borrow::Cow;

/// A value with the place that it was written at; none for what nobody wrote.
#[derive(Debug, Clone, PartialEq)]
pub(in crate::input) struct Node {
    pub(in crate::input) value: Value,
    pub(in crate::input) place: Option<Written>,
}

/// A value of JSON, or what isn't known before the deployment.
#[derive(Debug, Clone, PartialEq)]
pub(in crate::input) enum Value {
    Null,
    Bool(bool),
    Number(Number),
    String(String),
    List(Vec<Node>),
    Object(Fields),
    /// Not known before the deployment, with the expression that it hangs on.
    Unknown(String),
    /// As [`Value::Unknown`], where the document can't say so: the member is left out, and that is told.
    LeftOut(String),
}

impl Node {
    /// A value that was written somewhere.
    pub(in crate::input) fn new(value: Value, place: Option<Written>) -> Self {
        Node { value, place }
    }

    /// A text that nobody wrote.
    pub(in crate::input) fn text(text: impl Into<String>) -> Self {
        Node::new(Value::String(text.into()), None)
    }

    /// A list that nobody wrote.
    pub(in crate::input) fn list(items: Vec<Node>) -> Self {
        Node::new(Value::List(items), None)
    }

    /// What is not known before the deployment.
    pub(in crate::input) fn unknown(expression: impl Into<String>, place: Option<Written>) -> Self {
        Node::new(Value::Unknown(expression.into()), place)
    }

    /// The value, written at another place.
    pub(in crate::input) fn at(mut self, place: Option<Written>) -> Self {
        self.place = place;
        self
    }

    /// The value, at a place only where it has none of its own.
    pub(in crate::input) fn or_at(mut self, place: Option<Written>) -> Self {
        self.place = self.place.or(place);
        self
    }

    pub(in crate::input) fn is_null(&self) -> bool {
        self.value == Value::Null
    }

    /// The text, where it is one.
    pub(in crate::input) fn as_str(&self) -> Option<&str> {
        match &self.value {
            Value::String(text) => Some(text),
            _ => None,
        }
    }

    /// A truth value, as JSON or as the word for it, also one of YAML 1.1, which CloudFormation reads.
    /// <https://yaml.org/type/bool.html>
    pub(in crate::input) fn as_bool(&self) -> Option<bool> {
        match &self.value {
            Value::Bool(value) => Some(*value),
            Value::String(text) => {
                let is_one_of = |words: [&str; 3]| words.iter().any(|word| text.eq_ignore_ascii_case(word));
                match (is_one_of(["true", "yes", "on"]), is_one_of(["false", "no", "off"])) {
                    (true, _) => Some(true),
                    (_, true) => Some(false),
                    _ => None,
                }
            }
            _ => None,
        }
    }

    /// A whole number, as JSON or as its digits.
    pub(in crate::input) fn as_i64(&self) -> Option<i64> {
        match &self.value {
            Value::Number(number) => number
                .as_i64()
                .or_else(|| number.as_f64().filter(|found| found.fract() == 0.0).map(|found| found as i64)),
            Value::String(text) => text.trim().parse().ok(),
            _ => None,
        }
    }

    /// The elements; none of what is no list.
    pub(in crate::input) fn items(&self) -> &[Node] {
        match &self.value {
            Value::List(items) => items,
            _ => &[],
        }
    }

    /// The members, where it is an object.
    pub(in crate::input) fn fields(&self) -> Option<&Fields> {
        match &self.value {
            Value::Object(fields) => Some(fields),
            _ => None,
        }
    }

    /// A member that is there and not null.
    pub(in crate::input) fn get(&self, key: &str) -> Option<&Node> {
        self.fields()?.get(key).filter(|node| !node.is_null())
    }

    /// Whether two values are one, wherever they are written.
    pub(in crate::input) fn is_same(&self, other: &Node) -> bool {
        match (&self.value, &other.value) {
            (Value::List(own), Value::List(others)) => {
                own.len() == others.len() && own.iter().zip(others).all(|(one, other)| one.is_same(other))
            }
            (Value::Object(own), Value::Object(others)) => {
                let has = |(key, node): &(Cow<'_, str>, Node)| others.get(key).is_some_and(|other| node.is_same(other));
                own.0.len() == others.0.len() && own.0.iter().all(has)
            }
            (own, other) => own == other,
        }
    }

    /// Whether all of the value is known before the deployment.
    pub(in crate::input) fn is_known(&self) -> bool {
        match &self.value {
            Value::Unknown(_) | Value::LeftOut(_) => false,
            Value::List(items) => items.iter().all(Node::is_known),
            Value::Object(fields) => fields.0.iter().all(|(_, member)| member.is_known()),
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => true,
        }
    }

    /// The expression, where the deployment alone tells the value.
    pub(in crate::input) fn expression(&self) -> Option<&str> {
        match &self.value {
            Value::Unknown(expression) | Value::LeftOut(expression) => Some(expression),
            _ => None,
        }
    }
}

impl From<bool> for Node {
    fn from(value: bool) -> Self {
        Node::new(Value::Bool(value), None)
    }
}

impl From<i64> for Node {
    fn from(value: i64) -> Self {
        Node::new(Value::Number(value.into()), None)
    }
}

impl From<Fields> for Node {
    fn from(fields: Fields) -> Self {
        Node::new(Value::Object(fields), None)
    }
}

/// The members of an object, in order.
#[derive(Debug, Clone, Default, PartialEq)]
pub(in crate::input) struct Fields(pub(in crate::input) Vec<(Cow<'static, str>, Node)>);

impl Fields {
    pub(in crate::input) fn get(&self, key: &str) -> Option<&Node> {
        self.0.iter().find(|(name, _)| name == key).map(|(_, node)| node)
    }

    pub(in crate::input) fn get_mut(&mut self, key: &str) -> Option<&mut Node> {
        self.0.iter_mut().find(|(name, _)| name == key).map(|(_, node)| node)
    }

    /// Sets a member, in the place of one of that name.
    pub(in crate::input) fn set(&mut self, key: &'static str, node: Node) {
        match self.get_mut(key) {
            Some(known) => *known = node,
            None => self.0.push((Cow::Borrowed(key), node)),
        }
    }

    /// With a member that is set.
    pub(in crate::input) fn with(mut self, key: &'static str, node: Node) -> Self {
        self.set(key, node);
        self
    }

    /// With a text that nobody wrote.
    pub(in crate::input) fn with_text(self, key: &'static str, text: impl Into<String>) -> Self {
        self.with(key, Node::text(text))
    }

    /// Sets a text; numbers and truth values are written as texts, null is left out. A list or an object, which is no text,
    /// stays what it is: whoever reads the document refuses it where it is written.
    pub(in crate::input) fn text(&mut self, key: &'static str, node: Option<&Node>) {
        let Some(node) = node else { return };
        let text = match &node.value {
            Value::Null => return,
            Value::Bool(value) => Value::String(value.to_string()),
            Value::Number(number) => Value::String(number.to_string()),
            value => value.clone(),
        };
        self.set(key, Node::new(text, node.place));
    }

    /// Sets a truth value, which `"true"` is too. One that isn't known before the deployment is left out and told.
    pub(in crate::input) fn boolean(&mut self, key: &'static str, node: Option<&Node>) {
        self.scalar(key, node, |node| node.as_bool().map(Value::Bool));
    }

    /// Sets a whole number, which its digits in a text are too. One that isn't known before the deployment is left out and
    /// told.
    pub(in crate::input) fn number(&mut self, key: &'static str, node: Option<&Node>) {
        self.scalar(key, node, |node| node.as_i64().map(|number| Value::Number(number.into())));
    }

    fn scalar(&mut self, key: &'static str, node: Option<&Node>, read: impl Fn(&Node) -> Option<Value>) {
        let Some(node) = node else { return };
        let value = match node.expression() {
            Some(expression) => Some(Value::LeftOut(expression.to_owned())),
            None => read(node),
        };
        if let Some(value) = value {
            self.set(key, Node::new(value, node.place));
        }
    }

    /// Sets a list of texts. One that isn't known before the deployment has one element that isn't.
    pub(in crate::input) fn texts(&mut self, key: &'static str, node: Option<&Node>) {
        let Some(node) = node else { return };
        let items = match &node.value {
            Value::List(items) => items.iter().filter(|item| !item.is_null()).cloned().collect(),
            Value::Unknown(_) | Value::String(_) => vec![node.clone()],
            _ => return,
        };
        self.set(key, Node::new(Value::List(items), node.place));
    }

    /// Adds an element to a list, which is made where there is none. A list that isn't known before the deployment stays
    /// one of which not all is known.
    pub(in crate::input) fn add(&mut self, key: &'static str, item: Node) {
        match self.get_mut(key) {
            Some(Node { value: Value::List(items), .. }) => items.push(item),
            Some(known) => {
                let before = known.expression().map(|expression| Node::unknown(expression, known.place));
                known.value = Value::List(before.into_iter().chain([item]).collect());
            }
            None => self.set(key, Node::list(vec![item])),
        }
    }

    /// Keeps the elements of a list that `keep` is true of.
    pub(in crate::input) fn retain(&mut self, key: &str, keep: impl FnMut(&Node) -> bool) {
        if let Some(Node { value: Value::List(items), .. }) = self.get_mut(key) {
            items.retain(keep);
        }
    }
}
