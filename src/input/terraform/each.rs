//! What `for_each` gives to the instances that it makes, where their module has something of its own to take instead.
//!
//! `each.value.group == "self" ? aws_security_group.this[0].id : each.value.group` refers to both.

use super::address::innermost;
use super::follow::{Found, Place};
use super::plan::{Instance, Plan, module_names};
use super::references::{Inside, Leaf, written};
use super::resolve::Asked;
use crate::input::planned::Node;
use serde_json::Value as Json;

/// The expression that things are given by, and where it stands.
struct Given<'p> {
    expression: &'p Json,
    place: Place<'p>,
}

impl Plan<'_> {
    /// What an instance of `for_each` is given, where it isn't what its module has itself: the expression that gives it names
    /// one thing from elsewhere as often as there are instances of which it isn't known what they take.
    pub(super) fn given(
        &self,
        instance: &Instance<'_>,
        path: &[Inside],
        asked: Asked,
        found: &[Found],
        depth: usize,
    ) -> Option<usize> {
        let [Inside::Member(argument)] = path else { return None };
        if asked.many || !instance.is_of_for_each() {
            return None;
        }
        let things = found.iter().filter_map(|found| match found {
            Found::Instance { index, .. } => Some((*index, self.instances.get(*index)?)),
            _ => None,
        });
        let things = things.filter(|(_, thing)| asked.expected.0.contains(&thing.ty.as_str()));
        let (own, others): (Vec<_>, Vec<_>) = things.partition(|(_, thing)| thing.module == instance.module);
        let ([(given, _)], false) = (others.as_slice(), own.is_empty()) else { return None };
        let by = self.given_by(instance)?;
        let is_expected = |found: &Found| match found {
            Found::Instance { index, .. } => {
                self.instances.get(*index).is_some_and(|thing| asked.expected.0.contains(&thing.ty.as_str()))
            }
            _ => false,
        };
        // The same is asked for each instance.
        let names = module_names(&instance.module).join(".");
        let own = (instance.resource.clone(), names.clone(), *argument, by.place.module.clone());
        if let Some(is_shared_out) = self.followed.shared_out.borrow().get(&own) {
            return is_shared_out.then_some(*given);
        }
        let leads_there = |leaf: &Leaf| self.follow(&leaf.parts, &by.place, false, depth + 1).iter().any(is_expected);
        let times = written(by.expression).iter().filter(|leaf| leads_there(leaf)).count();
        let types = [instance.ty.as_str()];
        let takers = self.of_types(&types).filter(|(_, other)| {
            let is_unknown = self.values(other).get(argument).and_then(Node::expression).is_some();
            let is_alike = other.resource == instance.resource && module_names(&other.module).join(".") == names;
            is_unknown && is_alike && other.module.starts_with(&by.place.module)
        });
        let is_shared_out = takers.count() == times;
        // What was cut short is not what another way to it leads to.
        if self.followed.is_whole() {
            self.followed.shared_out.borrow_mut().insert(own, is_shared_out);
        }
        is_shared_out.then_some(*given)
    }

    /// Whether an expression has a part of what `for_each` gives.
    fn takes_of_each(&self, expression: &Json) -> bool {
        self.leaves_of(expression).iter().any(|leaf| leaf.text.starts_with("each.value"))
    }

    /// The expression outside of its module that an instance of `for_each` is made by.
    fn given_by<'p>(&'p self, instance: &Instance<'_>) -> Option<Given<'p>> {
        let mut module = instance.module.clone();
        let mut by = self.resource(instance)?.for_each_expression.as_ref()?;
        loop {
            let references = self.leaves_of(by);
            let named = |leaf: &'_ Leaf| match leaf.parts.as_slice() {
                [first, second, ..] if first.name() == Some("var") => second.name().map(str::to_owned),
                _ => None,
            };
            let mut names = references.iter().filter_map(named);
            let name = names.next()?;
            if names.any(|other| other != name) {
                return None;
            }
            let (outer, called, key) = innermost(&module)?;
            let call = self.module(&outer)?.module_calls.get(&called)?;
            let expression = call.expressions.get(&name)?;
            if !self.takes_of_each(expression) {
                let place = Place { module: outer, key, for_each: call.for_each_expression.as_ref() };
                return Some(Given { expression, place });
            }
            by = call.for_each_expression.as_ref()?;
            module = outer;
        }
    }
}
