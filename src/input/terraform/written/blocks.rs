//! A value inside of a resource, by the block that its files have it in.
//! <https://developer.hashicorp.com/terraform/language/expressions/dynamic-blocks>

use super::super::kinds::Expected;
use super::super::plan::{Instance, Plan};
use super::super::references::{Inside, constant, shown};
use super::super::resolve::Asked;
use super::worth::{Scope, Worth};
use crate::input::planned::{Fields, Node, Value};
use hcl_edit::structure::{Body, Structure};
use serde_json::Value as Json;
use std::rc::Rc;

/// A block, and what names mean in it.
type Block<'p> = (&'p Body, Rc<Scope<'p>>);

impl<'a> Plan<'a> {
    /// A value of a resource, as far as the configuration's files make it certain. Null where they don't set it.
    pub(in super::super) fn written_worth<'p>(&'p self, instance: &Instance<'_>, path: &[Inside]) -> Option<Worth<'p>> {
        self.written.as_ref()?;
        let block = self.written_block(instance)?;
        self.inside_of(block, self.values(instance), path, 0)
    }

    /// As [`Plan::unknown`], where the configuration's files make it certain. None inside where it is null.
    pub(in super::super) fn unknown_written(
        &self,
        instance: &Instance<'_>,
        path: &[Inside],
        asked: Asked,
        depth: usize,
    ) -> Option<Option<Node>> {
        let worth = self.forced(&self.written_worth(instance, path)?, depth);
        if worth.is_null() {
            return Some(None);
        }
        let name = format!("{}{}", instance.address, shown(path));
        let mut items = Vec::new();
        match &worth {
            Worth::List(found) | Worth::Set(found) if asked.many => {
                for item in found.iter() {
                    let node = self.node_of_worth(&self.forced(item, depth), asked, &name, depth)?;
                    items.extend((!items.contains(&node)).then_some(node));
                }
            }
            Worth::List(_) | Worth::Set(_) | Worth::Object(_) => return None,
            worth => {
                let node = self.node_of_worth(worth, asked, &name, depth)?;
                return match (asked.many, &node.value) {
                    (true, Value::List(_)) | (false, _) => Some(Some(node)),
                    (true, _) => None,
                };
            }
        }
        Some(Some(Node::new(Value::List(items), asked.at)))
    }

    /// Whether the configuration's files make a list of a resource certain.
    pub(in super::super) fn is_written(&self, instance: &Instance<'_>, path: &[Inside], expected: Expected) -> bool {
        self.followed.begin();
        let asked = Asked { expected, many: true, length: None, at: None };
        self.unknown_written(instance, path, asked, 0).is_some() && self.followed.is_whole()
    }

    fn node_of_worth(&self, worth: &Worth<'_>, asked: Asked, name: &str, depth: usize) -> Option<Node> {
        let node = match worth {
            Worth::Constant(value) => constant(value),
            Worth::Attribute { index, attribute } => {
                self.value_of(*index, attribute.as_deref(), asked, name, depth + 1)
            }
            _ => return None,
        };
        node.is_known().then(|| node.at(asked.at))
    }

    /// What a text of JSON that isn't known before the deployment is made of: its values as far as they are certain.
    pub(in super::super) fn unknown_json(&self, instance: &Instance<'_>, name: &'static str) -> Option<Node> {
        self.followed.begin();
        let worth = self.written_worth(instance, &[Inside::Member(name)])?;
        let Worth::Encoded(inner) = self.forced(&worth, 0) else { return None };
        let tree = self.tree(&inner, &format!("{}.{name}", instance.address), 0);
        // What a search leaves out that was given up is no reason to take the rest for all.
        self.followed.is_whole().then_some(tree)
    }

    fn tree(&self, worth: &Worth<'_>, name: &str, depth: usize) -> Node {
        match worth {
            Worth::Later(..) => self.tree(&self.forced(worth, depth), name, depth + 1),
            Worth::List(items) | Worth::Set(items) => {
                Node::list(items.iter().map(|item| self.tree(item, name, depth + 1)).collect())
            }
            Worth::Object(members) => {
                let member =
                    |(key, value): &(String, Worth<'_>)| (key.clone().into(), self.tree(value, name, depth + 1));
                Fields(members.iter().map(member).collect()).into()
            }
            Worth::Constant(value) => constant(value),
            Worth::Attribute { index, attribute } => {
                let asked = Asked { expected: super::super::kinds::VALUE, many: false, length: None, at: None };
                let found = self.instances.get(*index).map_or(name, |found| &found.address);
                let named =
                    attribute.as_ref().map_or_else(|| found.to_owned(), |attribute| format!("{found}.{attribute}"));
                self.value_of(*index, attribute.as_deref(), asked, &named, depth + 1)
            }
            Worth::Unknown | Worth::Refused | Worth::Module(_) | Worth::Encoded(_) => Node::unknown(name, None),
        }
    }

    fn inside_of<'p>(&'p self, block: Block<'p>, values: &Node, path: &[Inside], depth: usize) -> Option<Worth<'p>> {
        let (body, scope) = block;
        let Some((Inside::Member(name), rest)) = path.split_first() else { return None };
        if let Some(attribute) = body.get_attribute(name) {
            let mut worth = self.worth(&attribute.value, &scope, depth + 1);
            for step in rest {
                worth = match (step, &worth) {
                    (Inside::Member(name), worth) => self.member(worth, name, depth),
                    // Which element of a set comes first isn't told.
                    (Inside::Element(0), Worth::List(items) | Worth::Set(items)) if items.len() == 1 => {
                        self.forced(items.first()?, depth)
                    }
                    _ => return None,
                };
            }
            return match worth {
                Worth::Unknown | Worth::Refused => None,
                worth => Some(worth),
            };
        }
        let has_blocks = body.has_blocks(name) || dynamic(body, name).next().is_some();
        match rest.split_first() {
            None => (!has_blocks).then(|| Worth::Constant(Json::Null)),
            Some((Inside::Element(at), rest)) => {
                let own = values.get(name).and_then(|blocks| blocks.items().get(*at))?;
                let block = self.block_of(body, &scope, name, own, depth)?;
                self.inside_of(block, own, rest, depth + 1)
            }
            Some((Inside::Member(_), _)) => None,
        }
    }

    /// The one block of a name that the plan has with these values.
    fn block_of<'p>(
        &'p self,
        body: &'p Body,
        scope: &Rc<Scope<'p>>,
        name: &str,
        own: &Node,
        depth: usize,
    ) -> Option<Block<'p>> {
        let mut all: Vec<Block<'p>> = Vec::new();
        for structure in body.iter() {
            let Structure::Block(found) = structure else { continue };
            if found.ident.as_str() == name {
                all.push((&found.body, Rc::clone(scope)));
            } else if found.ident.as_str() == "dynamic"
                && found.labels.first().is_some_and(|label| label.as_str() == name)
            {
                all.extend(self.made_by(&found.body, scope, name, depth)?);
            }
        }
        // A plan has the blocks of a set in an order of its own.
        if all.len() > 1 {
            all.retain(|block| self.may_have(block, own, depth));
        }
        (all.len() == 1).then(|| all.pop()).flatten()
    }

    /// The blocks that a dynamic one makes.
    fn made_by<'p>(
        &'p self,
        body: &'p Body,
        scope: &Rc<Scope<'p>>,
        name: &str,
        depth: usize,
    ) -> Option<Vec<Block<'p>>> {
        let content = &body.get_blocks("content").next()?.body;
        let iterator = match body.get_attribute("iterator") {
            Some(iterator) => iterator.value.as_variable()?.as_str(),
            None => name,
        };
        let all = self.worth(&body.get_attribute("for_each")?.value, scope, depth + 1);
        let all = if all.is_null() { Vec::new() } else { self.pairs(&all, depth)? };
        let block =
            |(key, value): (Worth<'p>, Worth<'p>)| (content, Rc::new(scope.with(iterator, Worth::each(key, value))));
        Some(all.into_iter().map(block).collect())
    }

    /// Whether a block may have the values that the plan knows of one.
    fn may_have(&self, (body, scope): &Block<'_>, own: &Node, depth: usize) -> bool {
        body.attributes().all(|attribute| {
            let Some(known) = own.get(attribute.key.as_str()).filter(|node| node.is_known()) else { return true };
            let text = self.worth(&attribute.value, scope, depth + 1).as_text();
            let known = match &known.value {
                Value::String(text) => Some(text.clone()),
                Value::Number(number) => Some(number.to_string()),
                Value::Bool(value) => Some(value.to_string()),
                _ => None,
            };
            match (text, known) {
                (Some(text), Some(known)) => text == known,
                _ => true,
            }
        })
    }
}

fn dynamic<'b>(body: &'b Body, name: &str) -> impl Iterator<Item = &'b hcl_edit::structure::Block> {
    let is_own =
        move |found: &&hcl_edit::structure::Block| found.labels.first().is_some_and(|label| label.as_str() == name);
    body.get_blocks("dynamic").filter(is_own)
}
