//! A resource as the modules that make elements of it read it: what isn't known before the deployment is looked up.

use super::kinds::Expected;
use super::plan::{Action, Instance, Plan};
use super::references::Inside;
use super::resolve::Asked;
use crate::input::planned::{Fields, Node, Value};
use crate::snapshot::Written;

/// A resource, or a block inside of one.
pub(super) struct Reader<'p, 'a> {
    plan: &'p Plan<'a>,
    pub(super) instance: &'p Instance<'a>,
    node: &'p Node,
    path: Vec<Inside>,
}

impl<'p, 'a> Reader<'p, 'a> {
    pub(super) fn new(plan: &'p Plan<'a>, instance: &'p Instance<'a>) -> Self {
        Reader { plan, instance, node: plan.values(instance), path: Vec::new() }
    }

    /// The resource as it is until the deployment.
    pub(super) fn before(plan: &'p Plan<'a>, instance: &'p Instance<'a>) -> Self {
        Reader { plan, instance, node: plan.values_before(instance), path: Vec::new() }
    }

    /// The id that the resource goes by, where its address is written.
    pub(super) fn id(&self) -> Node {
        Node::text(self.plan.id_of(self.instance)).at(self.instance.address_at)
    }

    /// The object in the file.
    pub(super) fn place(&self) -> Option<Written> {
        if self.path.is_empty() { Some(self.instance.block) } else { self.node.place }
    }

    /// The value itself.
    pub(super) fn attribute(&self, name: &'static str) -> Option<Node> {
        self.look_up(name, super::kinds::VALUE, false)
    }

    /// What an argument is in AWS that the provider fills in where the configuration leaves it out: `default` then, in what
    /// is yet to be made.
    pub(super) fn or_default(&self, name: &'static str, default: impl Into<Node>) -> Option<Node> {
        let node = self.node.get(name);
        if node.is_some_and(|node| node.expression().is_none()) {
            return node.cloned();
        }
        if !self.is_left_out(name) {
            return self.attribute(name);
        }
        Some(default.into().at(node.and_then(|node| node.place)))
    }

    /// Whether the provider fills in an argument of what is yet to be made: the configuration leaves it out.
    pub(super) fn is_left_out(&self, name: &'static str) -> bool {
        let path: Vec<Inside> = self.path.iter().cloned().chain([Inside::Member(name)]).collect();
        self.node.get(name).is_none_or(|node| node.expression().is_some())
            && matches!(self.instance.action, Action::Create | Action::Replace)
            && self.plan.is_left_out(self.instance, &path)
    }

    /// A value that isn't an empty text.
    pub(super) fn said(&self, name: &'static str) -> Option<Node> {
        self.attribute(name).filter(|node| node.as_str() != Some(""))
    }

    /// A text that is known.
    pub(super) fn text(&self, name: &'static str) -> Option<String> {
        self.attribute(name)?.as_str().filter(|text| !text.is_empty()).map(str::to_owned)
    }

    /// A text that the resource has until the deployment.
    pub(super) fn was(&self, name: &str) -> Option<String> {
        let before = self.plan.values_before(self.instance).get(name)?;
        before.as_str().filter(|text| !text.is_empty()).map(str::to_owned)
    }

    /// Whether the deployment leaves an attribute as it is.
    pub(super) fn stays(&self, name: &str) -> bool {
        let before = self.plan.values_before(self.instance).get(name);
        before.zip(self.node.get(name)).is_some_and(|(before, after)| before.is_same(after))
    }

    /// What a reference leads to.
    pub(super) fn reference(&self, name: &'static str, expected: Expected) -> Option<Node> {
        self.look_up(name, expected, false).filter(|node| node.as_str() != Some(""))
    }

    /// What a list of references leads to: a list, or an unknown.
    pub(super) fn references(&self, name: &'static str, expected: Expected) -> Option<Node> {
        let node = self.node.get(name)?;
        let Value::List(items) = &node.value else { return self.look_up(name, expected, true) };
        if items.iter().all(|item| item.expression().is_none()) {
            return Some(node.clone());
        }
        // Some elements are known: the others are looked up together, and must be as many.
        let unknown = items.iter().filter(|item| item.expression().is_some()).count();
        let at = items.iter().find(|item| item.expression().is_some())?.place;
        let found = self.find(name, Asked { expected, many: true, length: Some(unknown), at })?;
        let known: Vec<Node> = items.iter().filter(|item| item.expression().is_none()).cloned().collect();
        let mut all = known.clone();
        let others = found.items().iter().filter(|item| !known.iter().any(|known| known.value == item.value));
        let others: Vec<Node> = others.cloned().collect();
        match (others.len() == unknown, found.expression()) {
            (true, None) => all.extend(others),
            (_, expression) => {
                let name = expression.map_or_else(|| format!("{}.{name}", self.instance.address), str::to_owned);
                all.push(Node::unknown(name, found.place));
            }
        }
        Some(Node::new(Value::List(all), node.place))
    }

    /// The blocks of a name; one block of which nothing is known, where that is not known.
    pub(super) fn blocks(&self, name: &'static str) -> Vec<Reader<'p, 'a>> {
        let Some(node) = self.node.get(name) else { return Vec::new() };
        let items = match &node.value {
            Value::List(items) => items.as_slice(),
            Value::Object(_) => std::slice::from_ref(node),
            _ => &[],
        };
        let block = |(index, item): (usize, &'p Node)| {
            let mut path = self.path.clone();
            path.extend([Inside::Member(name), Inside::Element(index)]);
            Reader { plan: self.plan, instance: self.instance, node: item, path }
        };
        items.iter().enumerate().map(block).collect()
    }

    /// The first block of a name.
    pub(super) fn block(&self, name: &'static str) -> Option<Reader<'p, 'a>> {
        self.blocks(name).into_iter().next()
    }

    /// The expression that a list of blocks hangs on, where it isn't known before the deployment and the configuration sets
    /// it.
    pub(super) fn unknown_blocks(&self, name: &'static str) -> Option<Node> {
        self.node.get(name)?.expression()?;
        let at = self.node.get(name)?.place;
        self.find(name, Asked { expected: super::kinds::VALUE, many: true, length: None, at })
    }

    /// Whether an attribute is there, known or not.
    pub(super) fn has(&self, name: &str) -> bool {
        self.node.get(name).is_some()
    }

    /// The tags in the AWS CLI's shape.
    pub(super) fn tags(&self) -> Node {
        let all = self.node.get("tags_all").filter(|tags| tags.fields().is_some());
        let tags = all.or_else(|| self.node.get("tags")).and_then(Node::fields);
        let tag = |(key, value): &(std::borrow::Cow<'static, str>, Node)| {
            let mut tag = Fields::default().with_text("Key", &**key);
            tag.text("Value", Some(value).filter(|value| value.expression().is_none()));
            tag.into()
        };
        Node::list(tags.into_iter().flat_map(|tags| tags.0.iter().map(tag)).collect())
    }

    /// What a text of JSON is made of that isn't known before the deployment, where the configuration's files tell.
    pub(super) fn unknown_json(&self, name: &'static str) -> Option<Node> {
        self.plan
            .unknown_json(self.instance, name)
            .map(|found| found.at(self.node.get(name).and_then(|node| node.place)))
    }

    fn look_up(&self, name: &'static str, expected: Expected, many: bool) -> Option<Node> {
        let node = self.node.get(name)?;
        if node.expression().is_none() {
            return Some(node.clone());
        }
        self.find(name, Asked { expected, many, length: None, at: node.place })
    }

    fn find(&self, name: &'static str, asked: Asked) -> Option<Node> {
        let mut path = self.path.clone();
        path.push(Inside::Member(name));
        self.plan.unknown(self.instance, &path, asked)
    }
}
