//! What a value may be made of that the file does not tell: of locals and dynamic blocks a plan says nothing.

use super::address::{child, innermost};
use super::follow::{DEEPEST, Found, Place};
use super::kinds::{Expected, ROUTE_TABLE, SECURITY_GROUP, SUBNET};
use super::plan::{Action, Instance, Plan};
use super::references::{Inside, leaves};
use super::resolve::Asked;
use crate::input::planned::Node;
use rustc_hash::FxHashSet;
use serde_json::Value as Json;
use std::rc::Rc;

/// Rules of security groups with the argument that names the group on their other side.
const RULES: [(&str, &str); 3] = [
    ("aws_security_group_rule", "source_security_group_id"),
    ("aws_vpc_security_group_ingress_rule", "referenced_security_group_id"),
    ("aws_vpc_security_group_egress_rule", "referenced_security_group_id"),
];

/// Whether a resource is what others are put into, or a rule of it.
fn is_placement(ty: &str) -> bool {
    let rule = RULES.iter().any(|(rule, _)| ty == *rule);
    rule || [SUBNET, ROUTE_TABLE, SECURITY_GROUP].iter().any(|kind| kind.0.contains(&ty))
}

impl Plan<'_> {
    /// The one resource that a value may be made of which the file does not tell, where there is only one.
    pub(super) fn only_candidate(&self, place: &Place<'_>, expected: Expected, depth: usize) -> Option<usize> {
        match self.candidates(place, expected, depth).as_slice() {
            [only] => Some(*only),
            _ => None,
        }
    }

    /// What a list is made of which the file does not tell: all that it may be, where the plan has as many elements that
    /// aren't known; where it doesn't count them, all that it may be if that is one list.
    pub(super) fn whole_candidates(
        &self,
        place: &Place<'_>,
        expected: Expected,
        length: Option<usize>,
        depth: usize,
    ) -> Option<Rc<Vec<usize>>> {
        let all = self.candidates(place, expected, depth);
        let of = |index: &usize| self.instances.get(*index).map(|found| (&found.module, &found.resource));
        let first = all.first().and_then(of)?;
        let are_meant = match length {
            Some(length) => all.len() == length,
            None => all.iter().all(|index| of(index) == Some(first)),
        };
        are_meant.then_some(all)
    }

    /// All resources that a value may be made of which the file does not tell.
    fn candidates(&self, place: &Place<'_>, expected: Expected, depth: usize) -> Rc<Vec<usize>> {
        // The same is asked for all resources of a module.
        let key = (place.module.clone(), expected);
        if let Some(known) = self.followed.candidates.borrow().get(&key) {
            return Rc::clone(known);
        }
        let mut found = FxHashSet::default();
        self.gather(place, expected, &mut found, &mut FxHashSet::default(), depth);
        if expected == SECURITY_GROUP && found.len() > 1 {
            let others = self.other_sides(place, depth);
            found.retain(|index| !others.contains(index));
        }
        let mut found: Vec<usize> = found.into_iter().collect();
        found.sort_unstable();
        let found = Rc::new(found);
        // What was cut short is not what another way to it leads to.
        if depth == 0 && self.followed.is_whole() {
            self.followed.candidates.borrow_mut().insert(key, Rc::clone(&found));
        }
        found
    }

    /// What a value in a module may be made of: the resources of the module, of the modules that are called there, and what
    /// the module is called with. Where an argument that is called as they are is itself hidden, or nothing was found and any
    /// is, also what that may be made of.
    fn gather<'p>(
        &'p self,
        place: &Place<'p>,
        expected: Expected,
        found: &mut FxHashSet<usize>,
        seen: &mut FxHashSet<String>,
        depth: usize,
    ) {
        if depth > DEEPEST || !seen.insert(place.module.clone()) {
            return;
        }
        let inside = format!("{}.", place.module);
        for (index, instance) in self.of_types(expected.0) {
            let is_inside =
                place.module.is_empty() || instance.module == place.module || instance.module.starts_with(&inside);
            if is_inside && matches!(instance.action, Action::Create | Action::Replace) {
                found.insert(index);
            }
        }
        let Some((outer, name, key)) = innermost(&place.module) else { return };
        let Some(call) = self.module(&outer).and_then(|module| module.module_calls.get(&name)) else { return };
        let outer = Place { module: outer, key, for_each: call.for_each_expression.as_ref() };
        let for_rules = if expected == SECURITY_GROUP { self.arguments_of_rules(place) } else { FxHashSet::default() };
        let (mut is_hidden, mut is_named) = (false, false);
        let asked = Asked { expected, many: true, length: None, at: None };
        for (argument, expression) in call.expressions.iter().filter(|(argument, _)| !for_rules.contains(*argument)) {
            let leads_to = self.follow_all(expression, &outer, depth + 1);
            for leaf in leads_to.iter() {
                let Found::Instance { index, attribute } = leaf else { continue };
                let node = self.value_of(*index, attribute.as_deref(), asked, "", depth + 1);
                let texts = std::iter::once(&node).chain(node.items()).filter_map(Node::as_str);
                found.extend(texts.filter_map(|id| self.of_id(id, expected.0)));
            }
            let is_hidden_leaf = |leaf: &Found| match leaf {
                Found::Hidden(name) => !self.is_known_before(&outer.module, name, 1),
                _ => false,
            };
            let is_hidden_whole = leads_to.iter().any(is_hidden_leaf)
                && !leads_to.iter().any(|leaf| matches!(leaf, Found::Instance { .. }));
            is_hidden |= is_hidden_whole;
            is_named |= is_hidden_whole && expected.is_meant_by(argument);
        }
        if is_named || is_hidden && found.is_empty() {
            self.gather(&outer, expected, found, seen, depth + 1);
        }
    }

    /// Whether a module is called with nothing that isn't known but where something is put (subnets, tables, groups), and
    /// makes nothing else of it: no truth value and no policy is made of that.
    pub(super) fn is_called_with_placements_alone(&self, place: &Place<'_>) -> bool {
        let Some((outer, name, key)) = innermost(&place.module) else { return false };
        let Some(call) = self.module(&outer).and_then(|module| module.module_calls.get(&name)) else { return false };
        let outer = Place { module: outer, key, for_each: call.for_each_expression.as_ref() };
        let is_harmless = |found: &Found| match found {
            Found::Constant(_) => true,
            Found::Instance { index, attribute } => self.instances.get(*index).is_some_and(|found| {
                let value = attribute.as_ref().and_then(|name| self.values(found).get(name));
                is_placement(&found.ty) || value.is_some_and(Node::is_known)
            }),
            Found::Hidden(name) => self.is_known_before(&outer.module, name, 1),
            Found::Part(_) => true,
        };
        let is_vpc = |argument: &str| argument == "vpc_id";
        let is_known = |argument: &str| self.is_known_before(&place.module, &format!("var.{argument}"), 1);
        let mut arguments = call.expressions.iter().filter(|(argument, _)| !is_vpc(argument) && !is_known(argument));
        let inside = format!("{}.", place.module);
        let mut own = self.instances.iter().filter(|own| own.module == place.module || own.module.starts_with(&inside));
        arguments.all(|(_, expression)| self.follow_all(expression, &outer, 1).iter().all(is_harmless))
            && own.all(|own| own.ty == "aws_vpc_endpoint" || own.is_data() || is_placement(&own.ty))
    }

    /// Whether a local value or a variable of a module is known before the deployment: something is, that is made of it.
    fn is_known_before(&self, module: &str, reference: &str, depth: usize) -> bool {
        let key = (module.to_owned(), reference.to_owned());
        if let Some(known) = self.followed.known_before.borrow().get(&key) {
            return *known;
        }
        let is_known = depth <= DEEPEST && self.makes_known(module, reference, depth);
        self.followed.known_before.borrow_mut().insert(key, is_known);
        is_known
    }

    fn makes_known(&self, module: &str, reference: &str, depth: usize) -> bool {
        let is_of = |name: &str| {
            name.strip_prefix(reference).is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '[']))
        };
        let is_made_of = |expression: &Json| leaves(expression).iter().any(|name| is_of(name));
        let is_known = |instance: &Instance<'_>| {
            let expressions = self.resource(instance).map(|resource| &resource.expressions).into_iter().flatten();
            let mut made = expressions.filter(|(_, expression)| is_made_of(expression));
            made.any(|(name, _)| self.values(instance).get(name).is_some_and(Node::is_known))
        };
        let is_of_user =
            module.is_empty() && reference.strip_prefix("var.").is_some_and(|name| self.variables.contains_key(name));
        // Terraform asks for all of a provider's configuration before it plans.
        let configures = || {
            let root = self.configuration.provider_config.values().filter(|found| found.module_address.is_none());
            module.is_empty() && root.flat_map(|found| found.expressions.values()).any(is_made_of)
        };
        let calls = || self.module(module).into_iter().flat_map(|found| &found.module_calls);
        let is_passed_on = || {
            calls().any(|(name, call)| {
                let mut arguments = call.expressions.iter().filter(|(_, expression)| is_made_of(expression));
                arguments.any(|(argument, _)| {
                    let key = self.keys_of_module(module, name).first().and_then(Option::as_ref);
                    self.is_known_before(&child(module, name, key), &format!("var.{argument}"), depth + 1)
                })
            })
        };
        is_of_user
            || self.instances.iter().any(|instance| instance.module == module && is_known(instance))
            || configures()
            || is_passed_on()
    }

    /// The arguments of a module that it makes rules of security groups of.
    fn arguments_of_rules(&self, place: &Place<'_>) -> FxHashSet<String> {
        let resources = self.module(&place.module).map(|module| module.resources.as_slice()).unwrap_or_default();
        let is_rule = |address: &str| RULES.iter().any(|(ty, _)| address.split('.').next() == Some(*ty));
        let rules = resources.iter().filter(|resource| is_rule(&resource.address));
        let references =
            rules.flat_map(|rule| rule.expressions.values().chain(&rule.for_each_expression)).flat_map(leaves);
        references.filter_map(|name| Some(name.strip_prefix("var.")?.split(['.', '[']).next()?.to_owned())).collect()
    }

    /// The groups that a module is called with to let its own ones talk with them: nothing of the module is in these.
    fn other_sides(&self, place: &Place<'_>, depth: usize) -> FxHashSet<usize> {
        let mut others = FxHashSet::default();
        for (ty, argument) in RULES {
            let types = [ty];
            for (_, rule) in self.of_types(&types).filter(|(_, rule)| rule.module == place.module) {
                others.extend(self.given_groups(rule, argument, depth));
            }
        }
        others
    }

    /// The groups of other modules that an argument refers to.
    fn given_groups(&self, instance: &Instance<'_>, argument: &'static str, depth: usize) -> Vec<usize> {
        let Some(expression) = self.expression(instance, &[Inside::Member(argument)]) else { return Vec::new() };
        let found = self.follow_all(expression, &self.place_of(instance), depth + 1);
        let group = |found: &Found| match found {
            Found::Instance { index, .. } => self.instances.get(*index).map(|found| (*index, found)),
            _ => None,
        };
        let groups = found.iter().filter_map(group);
        let groups = groups.filter(|(_, found)| SECURITY_GROUP.0.contains(&found.ty.as_str()));
        groups.filter(|(_, found)| found.module != instance.module).map(|(index, _)| index).collect()
    }
}
