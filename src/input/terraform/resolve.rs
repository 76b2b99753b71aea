//! What a value that isn't known before the deployment is made of, by the references of the configuration.
//!
//! The configuration tells of an expression only what it refers to, and of locals not even that. So a value is taken for
//! known where what it refers to leaves one possibility, and else stays unknown by the name of its expression.

use super::address::{Key, Part, child, innermost, joined, parts};
use super::kinds::{Expected, is_identity};
use super::plan::{Action, Instance, Plan};
use crate::input::planned::{Fields, Node, Value};
use crate::snapshot::Written;
use rustc_hash::{FxHashMap, FxHashSet};
use serde_json::Value as Json;
use std::cell::{Cell, RefCell};
use std::rc::Rc;

/// References that lead through each other without end are cut here.
const DEEPEST: usize = 40;

/// What one value may at most be looked for in: references and attributes. What is made of more stays unknown.
const MOST_STEPS: usize = 20_000;

/// An expression by its address in memory, and the module instance and the key that it is read for.
type Standing = (usize, String, Option<Key>);

/// What references led to already, and what one value has been looked for in.
#[derive(Default)]
pub(super) struct Followed {
    /// What the references of an expression lead to.
    known: RefCell<FxHashMap<Standing, Rc<Vec<Found>>>>,
    steps: Cell<usize>,
}

impl Followed {
    /// Takes a step, if there is one left.
    fn may_go_on(&self) -> bool {
        let steps = self.steps.get();
        self.steps.set(steps.saturating_add(1));
        steps < MOST_STEPS
    }
}

/// Where an expression stands: its module instance, and the instance of the resource or module call that it is part of.
#[derive(Clone)]
struct Place<'p> {
    module: String,
    key: Option<Key>,
    for_each: Option<&'p Json>,
}

/// What a reference leads to.
#[derive(Debug, Clone, PartialEq)]
enum Found {
    /// An attribute of a resource, or the resource itself.
    Instance { index: usize, attribute: Option<String> },
    /// A value that is written there.
    Constant(Json),
    /// A local value, or what else the file does not tell of.
    Hidden(String),
}

/// A member or an element on the way to a value inside of a resource.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Inside {
    Member(&'static str),
    Element(usize),
}

impl Plan<'_> {
    /// The id that a resource goes by: its own, where it exists, else its address.
    pub(super) fn id_of(&self, instance: &Instance<'_>) -> String {
        let own = self.values(instance).get(super::kinds::identity(&instance.ty));
        own.and_then(Node::as_str).filter(|id| !id.is_empty()).unwrap_or(&instance.address).to_owned()
    }

    /// A value of a resource that isn't known before the deployment, found by what its expression refers to. None where the
    /// configuration does not set it: AWS does then.
    pub(super) fn unknown(
        &self,
        instance: &Instance<'_>,
        path: &[Inside],
        expected: Expected,
        many: bool,
        at: Option<Written>,
    ) -> Option<Node> {
        self.followed.steps.set(0);
        let found = self.unknown_at(instance, path, expected, many, at, 0)?;
        // What a search leaves out that was given up is no reason to take the rest for all.
        let is_whole = self.followed.steps.get() < MOST_STEPS;
        Some(if is_whole { found } else { Node::unknown(format!("{}{}", instance.address, shown(path)), at) })
    }

    fn unknown_at(
        &self,
        instance: &Instance<'_>,
        path: &[Inside],
        expected: Expected,
        many: bool,
        at: Option<Written>,
        depth: usize,
    ) -> Option<Node> {
        let place = Place {
            module: instance.module.clone(),
            key: instance.key.clone(),
            for_each: self.resource(instance).and_then(|resource| resource.for_each_expression.as_ref()),
        };
        let expression = self.expression(instance, path);
        let name = || format!("{}{}", instance.address, shown(path));
        let (found, name) = match expression {
            Some(expression) => {
                let leaves = leaves(expression);
                let name = match leaves.first() {
                    Some(first) => first.clone(),
                    None => name(),
                };
                (self.follow_all(expression, &place, depth), name)
            }
            // What blocks hold that are made dynamically, the file does not tell.
            None if path.len() > 1 => (vec![Found::Hidden(name())], name()),
            None => return None,
        };
        Some(self.node(found, &place, expected, many, at, &name, depth))
    }

    /// The expression of a value inside of a resource.
    fn expression<'p>(&'p self, instance: &Instance<'_>, path: &[Inside]) -> Option<&'p Json> {
        let mut steps = path.iter();
        let Some(Inside::Member(first)) = steps.next() else { return None };
        let mut expression = self.resource(instance)?.expressions.get(*first)?;
        for step in steps {
            if is_expression(expression) {
                return Some(expression);
            }
            expression = match step {
                Inside::Member(name) => expression.get(name)?,
                Inside::Element(index) => match expression {
                    // A block that may stand once alone is written without a list.
                    Json::Array(blocks) => blocks.get(*index)?,
                    block => block,
                },
            };
        }
        Some(expression).filter(|expression| is_expression(expression))
    }

    /// What was found, as a value.
    #[allow(clippy::too_many_arguments)]
    fn node<'p>(
        &'p self,
        found: Vec<Found>,
        place: &Place<'p>,
        expected: Expected,
        many: bool,
        at: Option<Written>,
        name: &str,
        depth: usize,
    ) -> Node {
        let hidden = found.iter().find_map(|found| match found {
            Found::Hidden(name) => Some(name.clone()),
            _ => None,
        });
        // The end of the way says more than its beginning.
        let unknown = || Node::unknown(hidden.as_deref().unwrap_or(name), at);
        let mut known: Vec<&Found> = found.iter().filter(|found| !matches!(found, Found::Hidden(_))).collect();
        // Of an object made of several things only what is of the right type is meant.
        let is_meant = |found: &&Found| match found {
            Found::Instance { index, attribute: None } => expected.0.contains(&self.instances[*index].ty.as_str()),
            _ => true,
        };
        if !expected.0.is_empty() && known.iter().any(is_meant) {
            known.retain(is_meant);
        }
        let mut nodes: Vec<Node> = Vec::new();
        let mut add = |node: Node| {
            let items = if many { node.items().to_vec() } else { Vec::new() };
            for item in if items.is_empty() { vec![node] } else { items } {
                if !item.is_null() && !nodes.iter().any(|known| known.value == item.value) {
                    nodes.push(item.at(at));
                }
            }
        };
        if hidden.is_some() && (many || known.is_empty()) {
            // All that a hidden value may be made of; where that is one thing alone, it is made of that.
            let mut candidates = FxHashSet::default();
            self.candidates(place, expected, &mut candidates, &mut FxHashSet::default(), depth);
            let mut candidates = candidates.into_iter();
            match (candidates.next(), candidates.next(), known.is_empty()) {
                // A local list may have more than what is made.
                (Some(only), None, true)
                    if !(many && hidden.as_ref().is_some_and(|name| name.starts_with("local."))) =>
                {
                    add(Node::text(self.id_of(&self.instances[only])))
                }
                _ => return unknown(),
            }
        } else {
            let is_made = known.iter().any(|found| matches!(found, Found::Instance { .. }));
            for found in known {
                match found {
                    // What is known already is not what isn't, but it may stand in a list beside it.
                    Found::Constant(value) if is_made && !(many && expected.is_named_by(value)) => {}
                    Found::Instance { index, attribute } => {
                        add(self.value_of(*index, attribute.as_deref(), expected, many, name, depth + 1));
                    }
                    Found::Constant(value) => add(constant(value)),
                    Found::Hidden(_) => {}
                }
            }
        }
        match (nodes.len(), many) {
            (0, _) => unknown(),
            (1, false) => nodes.remove(0),
            (_, true) => Node::new(Value::List(nodes), at),
            (_, false) => unknown(),
        }
    }

    /// The value of an attribute of a resource.
    fn value_of(
        &self,
        index: usize,
        attribute: Option<&str>,
        expected: Expected,
        many: bool,
        name: &str,
        depth: usize,
    ) -> Node {
        let instance = &self.instances[index];
        if !self.followed.may_go_on() {
            return Node::unknown(name, None);
        }
        let is_expected = expected.0.contains(&instance.ty.as_str()) && !instance.is_data();
        let attribute = match attribute {
            _ if is_expected => return Node::text(self.id_of(instance)),
            None => return Node::unknown(name, None),
            Some(attribute) => attribute,
        };
        if let Some(id) = self.along_with(instance, attribute, depth) {
            return Node::text(id);
        }
        let mut node = self.values(instance);
        let steps = parts(attribute);
        for step in &steps {
            let next = match step {
                Part::Name(name) => node.get(name),
                Part::Key(Key::Index(index)) => node.items().get(*index as usize),
                Part::Key(Key::Name(name)) => node.get(name),
            };
            match next {
                Some(next) => node = next,
                None if instance.is_data() && steps.len() == 1 && depth <= DEEPEST => {
                    return self.looked_up(instance, attribute, expected, many, name, depth);
                }
                None => return Node::unknown(name, None),
            }
        }
        if node.expression().is_none() {
            return node.clone();
        }
        if is_identity(&instance.ty, attribute) && !instance.is_data() {
            return Node::text(self.id_of(instance));
        }
        if depth > DEEPEST || steps.len() > 1 {
            return Node::unknown(name, None);
        }
        if instance.is_data() {
            return self.looked_up(instance, attribute, expected, many, name, depth);
        }
        let Some(attribute) = KNOWN_ATTRIBUTES.iter().find(|known| **known == attribute) else {
            return Node::unknown(name, None);
        };
        let found = self.unknown_at(instance, &[Inside::Member(attribute)], expected, many, None, depth + 1);
        found.unwrap_or_else(|| Node::unknown(name, None))
    }

    /// What a data source that is read during the deployment tells of the resources that it looks up by their ids: what all
    /// of these agree on.
    fn looked_up(
        &self,
        instance: &Instance<'_>,
        attribute: &str,
        expected: Expected,
        many: bool,
        name: &str,
        depth: usize,
    ) -> Node {
        let unknown = || Node::unknown(name, None);
        let kinds = [super::kinds::VPC, super::kinds::SUBNET, super::kinds::SECURITY_GROUP, super::kinds::ROUTE_TABLE];
        let Some(own) = kinds.into_iter().find(|kind| kind.0.contains(&instance.ty.as_str())) else { return unknown() };
        let path = [Inside::Member("id")];
        let ids = self.unknown_at(instance, &path, own, true, None, depth + 1);
        let Some(ids) = ids.filter(|ids| ids.expression().is_none()) else { return unknown() };
        let mut found: Option<Node> = None;
        for id in ids.items().iter().filter_map(Node::as_str) {
            let is_it = |other: &Instance<'_>| other.ty == instance.ty && !other.is_data() && self.id_of(other) == id;
            let Some(index) = self.instances.iter().position(is_it) else { return unknown() };
            let value = self.value_of(index, Some(attribute), expected, many, name, depth + 1);
            match &found {
                Some(known) if known.value != value.value => return unknown(),
                _ => found = Some(value),
            }
        }
        found.unwrap_or_else(unknown)
    }

    /// What AWS makes along with a VPC or an endpoint, which has no resource of its own.
    fn along_with(&self, instance: &Instance<'_>, attribute: &str, depth: usize) -> Option<String> {
        let attribute = if attribute == "main_route_table_id" { "default_route_table_id" } else { attribute };
        let ty = match (instance.ty.as_str(), attribute) {
            ("aws_vpc", "default_security_group_id") => "aws_default_security_group",
            ("aws_vpc", "default_network_acl_id") => "aws_default_network_acl",
            ("aws_vpc", "default_route_table_id") => "aws_default_route_table",
            ("aws_vpc_endpoint", "prefix_list_id") => {
                return self.values(instance).get("service_name")?.as_str().map(str::to_owned);
            }
            _ => return None,
        };
        let known = self.values(instance).get(attribute).and_then(Node::as_str);
        if let Some(known) = known.filter(|id| !id.is_empty()) {
            return Some(known.to_owned());
        }
        let vpc = self.id_of(instance);
        let adopting = self.instances.iter().filter(|other| other.ty == ty && other.action != Action::Delete);
        let mut adopting = adopting.filter(|other| self.adopts(other, &vpc, depth + 1));
        Some(adopting.next().map_or_else(|| format!("{vpc}.{attribute}"), |found| self.id_of(found)))
    }

    /// Whether a default resource is that of a VPC.
    fn adopts(&self, instance: &Instance<'_>, vpc: &str, depth: usize) -> bool {
        if depth > DEEPEST {
            return false;
        }
        let (attribute, owner) = match instance.ty.as_str() {
            "aws_default_route_table" => ("default_route_table_id", None),
            "aws_default_network_acl" => ("default_network_acl_id", None),
            _ => ("vpc_id", Some(())),
        };
        if owner.is_some() {
            let found = match self.values(instance).get("vpc_id") {
                Some(node) if node.expression().is_none() => Some(node.clone()),
                _ => self.unknown_at(instance, &[Inside::Member("vpc_id")], super::kinds::VPC, false, None, depth),
            };
            return found.is_some_and(|found| found.as_str() == Some(vpc));
        }
        // The attribute refers to the VPC's own, which leads here.
        let place = Place { module: instance.module.clone(), key: instance.key.clone(), for_each: None };
        let Some(expression) = self.expression(instance, &[Inside::Member(attribute)]) else { return false };
        let mut vpcs = Vec::new();
        for found in self.follow_all(expression, &place, depth) {
            match found {
                Found::Instance { index, .. } if self.instances[index].ty == "aws_vpc" => vpcs.push(index),
                _ => {}
            }
        }
        if vpcs.is_empty() {
            let mut candidates = FxHashSet::default();
            self.candidates(&place, super::kinds::VPC, &mut candidates, &mut FxHashSet::default(), 0);
            vpcs.extend(Some(candidates).filter(|found| found.len() == 1).into_iter().flatten());
        }
        matches!(vpcs.as_slice(), [only] if self.id_of(&self.instances[*only]) == vpc)
    }

    /// The VPC that a default resource is that of.
    pub(super) fn vpc_of_default(&self, instance: &Instance<'_>) -> Option<String> {
        self.followed.steps.set(0);
        let vpcs = self.instances.iter().filter(|vpc| vpc.ty == "aws_vpc" && vpc.action != Action::Delete);
        vpcs.map(|vpc| self.id_of(vpc)).find(|vpc| self.adopts(instance, vpc, 0))
    }

    /// What a value may be made of that the file does not tell: the resources of its module, of the modules that are called
    /// there, and what the module is called with.
    fn candidates<'p>(
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
        for (index, instance) in self.instances.iter().enumerate() {
            let is_inside =
                place.module.is_empty() || instance.module == place.module || instance.module.starts_with(&inside);
            let is_made = matches!(instance.action, Action::Create | Action::Replace);
            if is_inside && is_made && expected.0.contains(&instance.ty.as_str()) {
                found.insert(index);
            }
        }
        let Some((outer, name, key)) = innermost(&place.module) else { return };
        let Some(call) = self.module(&outer).and_then(|module| module.module_calls.get(&name)) else { return };
        let outer = Place { module: outer, key, for_each: call.for_each_expression.as_ref() };
        let mut is_hidden = false;
        for expression in call.expressions.values().chain(&call.for_each_expression) {
            for leaf in self.follow_all(expression, &outer, depth + 1) {
                match leaf {
                    Found::Instance { index, attribute } => {
                        let node = self.value_of(index, attribute.as_deref(), expected, true, "", depth + 1);
                        let texts = std::iter::once(&node).chain(node.items()).filter_map(Node::as_str);
                        for id in texts {
                            let same = |other: &Instance<'_>| {
                                expected.0.contains(&other.ty.as_str()) && self.id_of(other) == id
                            };
                            found.extend(self.instances.iter().position(same));
                        }
                    }
                    Found::Hidden(_) => is_hidden = true,
                    Found::Constant(_) => {}
                }
            }
        }
        if is_hidden {
            self.candidates(&outer, expected, found, seen, depth + 1);
        }
    }

    /// What all references of an expression lead to.
    fn follow_all<'p>(&'p self, expression: &'p Json, place: &Place<'p>, depth: usize) -> Vec<Found> {
        let known = (std::ptr::from_ref(expression) as usize, place.module.clone(), place.key.clone());
        if let Some(found) = self.followed.known.borrow().get(&known) {
            return found.as_ref().clone();
        }
        let found = self.follow_each(expression, place, depth);
        // What was cut short is not what another way to it leads to.
        if self.followed.steps.get() < MOST_STEPS {
            self.followed.known.borrow_mut().insert(known, Rc::new(found.clone()));
        }
        found
    }

    fn follow_each<'p>(&'p self, expression: &'p Json, place: &Place<'p>, depth: usize) -> Vec<Found> {
        if let Some(value) = expression.get("constant_value") {
            return vec![Found::Constant(value.clone())];
        }
        let references = leaves(expression);
        let selects = references.iter().any(|reference| is_selector(reference) || reference.starts_with("each.value"));
        let mut found: Vec<Found> = Vec::new();
        let mut alternatives: Vec<Vec<usize>> = Vec::new();
        let mut choice: Option<&String> = None;
        for reference in &references {
            let leads_to = self.follow(&parts(reference), place, selects, depth);
            let instances = leads_to.iter().filter_map(|found| match found {
                Found::Instance { index, .. } => Some(*index),
                _ => None,
            });
            let instances: Vec<usize> = instances.collect();
            if !instances.is_empty() && !alternatives.contains(&instances) {
                alternatives.push(instances);
            }
            let default = || self.default_of(reference, place).is_none_or(may_choose);
            let may_be = |found: &Found| matches!(found, Found::Constant(value) if may_choose(value));
            if reference.starts_with("var.") && (leads_to.iter().any(may_be) || leads_to.is_empty() && default()) {
                choice = choice.or(Some(reference));
            }
            for one in leads_to {
                if !self.followed.may_go_on() {
                    return vec![Found::Hidden(reference.clone())];
                }
                if !found.contains(&one) {
                    found.push(one);
                }
            }
        }
        // Of several things beside what may be a condition, not all need be meant.
        if let (Some(choice), true) = (choice, alternatives.len() > 1) {
            found.push(Found::Hidden(choice.clone()));
        }
        // By what an element is chosen says nothing of what is in it.
        if found.iter().any(|found| matches!(found, Found::Instance { .. })) {
            found.retain(|found| !matches!(found, Found::Hidden(name) if name.starts_with("each.value")));
        }
        found
    }

    /// What the module of a place takes a variable for that it isn't called with.
    fn default_of(&self, reference: &str, place: &Place<'_>) -> Option<&Json> {
        let name = reference.strip_prefix("var.")?;
        self.module(&place.module)?.variables.get(name)?.default.as_ref()
    }

    fn follow<'p>(&'p self, reference: &[Part], place: &Place<'p>, selects: bool, depth: usize) -> Vec<Found> {
        let hidden = || vec![Found::Hidden(joined(reference))];
        if depth > DEEPEST || !self.followed.may_go_on() {
            return hidden();
        }
        let name = |at: usize| reference.get(at).and_then(Part::name);
        match name(0) {
            Some("count" | "path" | "terraform" | "self") => Vec::new(),
            Some("each") if name(1) == Some("key") => Vec::new(),
            Some("each") => self.each_value(reference, place, depth),
            Some("local") => hidden(),
            Some("var") => self.variable(reference, place, depth),
            Some("module") => self.output(reference, place, selects, depth),
            Some("data") => match (name(1), name(2)) {
                (Some(ty), Some(resource)) => self.of_resource(
                    &format!("data.{ty}.{resource}"),
                    reference.get(3..).unwrap_or_default(),
                    place,
                    selects,
                ),
                _ => hidden(),
            },
            Some(ty) => match name(1) {
                Some(resource) => self.of_resource(
                    &format!("{ty}.{resource}"),
                    reference.get(2..).unwrap_or_default(),
                    place,
                    selects,
                ),
                None => hidden(),
            },
            None => hidden(),
        }
    }

    fn of_resource<'p>(&'p self, resource: &str, rest: &[Part], place: &Place<'p>, selects: bool) -> Vec<Found> {
        let all = self.instances_of(&place.module, resource);
        let (chosen, rest) = match rest.first() {
            Some(Part::Key(key)) => {
                let chosen = all.iter().filter(|index| self.instances[**index].key.as_ref() == Some(key));
                (chosen.copied().collect(), &rest[1..])
            }
            _ => (self.chosen(all, |index| self.instances[index].key.as_ref(), place, selects), rest),
        };
        let attribute = (!rest.is_empty()).then(|| joined(rest));
        chosen.into_iter().map(|index| Found::Instance { index, attribute: attribute.clone() }).collect()
    }

    /// Which of several instances `[count.index]`, `element(…, count.index)` or `[each.key]` chooses.
    fn chosen<'k, 'p>(
        &'p self,
        all: &[usize],
        key_of: impl Fn(usize) -> Option<&'k Key>,
        place: &Place<'p>,
        selects: bool,
    ) -> Vec<usize> {
        if !selects || all.len() < 2 {
            return all.to_vec();
        }
        match &place.key {
            Some(Key::Index(own)) => {
                let wanted = Key::Index(own % all.len() as u64);
                let found: Vec<usize> = all.iter().copied().filter(|index| key_of(*index) == Some(&wanted)).collect();
                if found.is_empty() { all.to_vec() } else { found }
            }
            Some(own) => {
                let found: Vec<usize> = all.iter().copied().filter(|index| key_of(*index) == Some(own)).collect();
                if found.is_empty() { all.to_vec() } else { found }
            }
            None => all.to_vec(),
        }
    }

    /// `each.value`, by what the resource or the module is made for each of.
    fn each_value<'p>(&'p self, reference: &[Part], place: &Place<'p>, depth: usize) -> Vec<Found> {
        let hidden = || vec![Found::Hidden(joined(reference))];
        let (Some(expression), Some(Key::Name(key))) = (place.for_each, &place.key) else { return hidden() };
        let rest = reference.get(2..).unwrap_or_default();
        let outer = Place { key: None, for_each: None, ..place.clone() };
        let mut found = Vec::new();
        let all = self.follow_all(expression, &outer, depth + 1);
        let is_own = |found: &Found| match found {
            Found::Instance { index, attribute: None } => self.instances[*index].key == Some(Key::Name(key.clone())),
            Found::Instance { .. } | Found::Hidden(_) => false,
            Found::Constant(_) => true,
        };
        if !all.iter().any(is_own) {
            return self.composite(all, reference);
        }
        for one in all {
            match one {
                Found::Constant(value) => {
                    let own = value.get(key).cloned().unwrap_or_else(|| Json::from(key.as_str()));
                    found.push(inside(own, rest).map_or_else(|| Found::Hidden(joined(reference)), Found::Constant));
                }
                Found::Instance { index, attribute: None } => {
                    let is_own = self.instances[index].key == Some(Key::Name(key.clone()));
                    if is_own {
                        found.push(Found::Instance { index, attribute: (!rest.is_empty()).then(|| joined(rest)) });
                    }
                }
                _ => return hidden(),
            }
        }
        if found.is_empty() { hidden() } else { found }
    }

    /// A member of an object that is made of several things: which of them it is, their types tell, where all of a type are
    /// of one resource.
    fn composite(&self, found: Vec<Found>, reference: &[Part]) -> Vec<Found> {
        let of = |found: &Found| match found {
            Found::Instance { index, .. } => Some(&self.instances[*index]),
            _ => None,
        };
        let is_clear = |one: &Found| {
            let Some(own) = of(one) else { return false };
            found
                .iter()
                .filter_map(of)
                .all(|other| other.ty != own.ty || (&other.module, &other.resource) == (&own.module, &own.resource))
        };
        let mut clear: Vec<Found> = found.iter().filter(|one| is_clear(one)).cloned().collect();
        if clear.len() < found.len() || clear.is_empty() {
            clear.push(Found::Hidden(joined(reference)));
        }
        clear
    }

    /// `var.name`, by what the module is called with.
    fn variable<'p>(&'p self, reference: &[Part], place: &Place<'p>, depth: usize) -> Vec<Found> {
        let Some(name) = reference.get(1).and_then(Part::name) else { return Vec::new() };
        let rest = reference.get(2..).unwrap_or_default();
        let found = match innermost(&place.module) {
            None => {
                let value = self.variables.get(name).map(|variable| variable.value.clone());
                value.map(Found::Constant).into_iter().collect()
            }
            Some((outer, called, key)) => {
                let call = self.module(&outer).and_then(|module| module.module_calls.get(&called));
                let Some(expression) = call.and_then(|call| call.expressions.get(name)) else {
                    // Its default, which is known and no part of what isn't.
                    return Vec::new();
                };
                let for_each = call.and_then(|call| call.for_each_expression.as_ref());
                self.follow_all(expression, &Place { module: outer, key, for_each }, depth + 1)
            }
        };
        self.part_of(found, rest, reference)
    }

    /// `module.name.output`, by what the module says of it.
    fn output<'p>(&'p self, reference: &[Part], place: &Place<'p>, selects: bool, depth: usize) -> Vec<Found> {
        let hidden = || vec![Found::Hidden(joined(reference))];
        let Some(name) = reference.get(1).and_then(Part::name) else { return hidden() };
        let (key, rest) = match reference.get(2) {
            Some(Part::Key(key)) => (Some(key.clone()), reference.get(3..)),
            _ => (None, reference.get(2..)),
        };
        let rest = rest.unwrap_or_default();
        let Some(output) = rest.first().and_then(Part::name) else { return hidden() };
        let Some(called) = self.module(&place.module).and_then(|module| module.module_calls.get(name)) else {
            return hidden();
        };
        let Some(found) = called.module.outputs.get(output) else { return hidden() };
        let mut keys: Vec<Option<Key>> = match key {
            Some(key) => vec![Some(key)],
            None => self.keys_of_module(&place.module, name).to_vec(),
        };
        if selects && keys.len() > 1 && keys.contains(&place.key) {
            keys = vec![place.key.clone()];
        }
        let mut all = Vec::new();
        for key in keys {
            let inner = Place { module: child(&place.module, name, key.as_ref()), key: None, for_each: None };
            all.extend(self.follow_all(&found.expression, &inner, depth + 1));
        }
        let rest = &rest[1..];
        // `module.name.list` beside `count.index` is an element of the list.
        let own = match (&place.key, rest.first()) {
            (Some(key), None) if selects && all.len() > 1 && !self.is_called_by_key(place, name) => {
                let index = match key {
                    Key::Index(own) => Key::Index(own % all.len() as u64),
                    key => key.clone(),
                };
                Some(Part::Key(index))
            }
            _ => None,
        };
        match own {
            Some(own) => {
                let part = self.part_of(all.clone(), &[own], reference);
                let is_found = part.iter().all(|found| !matches!(found, Found::Hidden(_))) && !part.is_empty();
                if is_found { part } else { all }
            }
            None => self.part_of(all, rest, reference),
        }
    }

    fn is_called_by_key(&self, place: &Place<'_>, name: &str) -> bool {
        self.keys_of_module(&place.module, name).iter().any(Option::is_some)
    }

    /// A part of what was found: `[0]`, `["name"]`, `.attribute`.
    fn part_of(&self, found: Vec<Found>, rest: &[Part], reference: &[Part]) -> Vec<Found> {
        let Some((first, further)) = rest.split_first() else { return found };
        let hidden = |found: &[Found]| {
            let mut name = found.iter().filter_map(|found| match found {
                Found::Hidden(name) => Some(name.clone()),
                _ => None,
            });
            vec![Found::Hidden(name.next().unwrap_or_else(|| joined(reference)))]
        };
        let all_instances = found.iter().all(|found| matches!(found, Found::Instance { .. }));
        match first {
            Part::Key(key) if all_instances => {
                let own = |found: &&Found| match found {
                    Found::Instance { index, .. } => self.instances[*index].key.as_ref() == Some(key),
                    _ => false,
                };
                let by_key: Vec<Found> = found.iter().filter(own).cloned().collect();
                let chosen = match (by_key.as_slice(), key) {
                    ([_], _) => by_key,
                    (_, Key::Index(index)) => found.get(*index as usize).cloned().into_iter().collect(),
                    _ => return hidden(&found),
                };
                self.part_of(chosen, further, reference)
            }
            Part::Name(_) if all_instances && found.len() == 1 => {
                let with = |found| match found {
                    Found::Instance { index, attribute: None } => {
                        Found::Instance { index, attribute: Some(joined(rest)) }
                    }
                    Found::Instance { index, attribute: Some(of) } => {
                        Found::Instance { index, attribute: Some(format!("{of}.{}", joined(rest))) }
                    }
                    other => other,
                };
                found.into_iter().map(with).collect()
            }
            Part::Name(_) if all_instances => self.composite(found, reference),
            _ => match found.as_slice() {
                [Found::Constant(value)] => match inside(value.clone(), rest) {
                    Some(value) => vec![Found::Constant(value)],
                    None => Vec::new(),
                },
                _ => hidden(&found),
            },
        }
    }
}

/// Attributes whose value another resource's value is made of.
const KNOWN_ATTRIBUTES: [&str; 22] = [
    "id",
    "arn",
    "vpc_id",
    "subnet_id",
    "subnet_ids",
    "subnets",
    "security_group_id",
    "security_group_ids",
    "security_groups",
    "route_table_id",
    "gateway_id",
    "nat_gateway_id",
    "allocation_id",
    "cidr_block",
    "vpc_endpoint_id",
    "load_balancer_arn",
    "target_group_arn",
    "listener_arn",
    "cluster",
    "name",
    "input",
    "transit_gateway_id",
];

fn is_expression(json: &Json) -> bool {
    json.get("references").is_some_and(Json::is_array) || json.get("constant_value").is_some()
}

fn is_selector(reference: &str) -> bool {
    matches!(reference, "count.index" | "each.key")
}

/// Whether a value may be what a condition hangs on, and is no id, ARN or block that stands in a list itself.
fn may_choose(value: &Json) -> bool {
    match value {
        Json::Bool(_) | Json::Number(_) | Json::Null => true,
        Json::String(text) => {
            let is_id = text
                .rsplit_once('-')
                .is_some_and(|(_, end)| end.len() >= 8 && end.bytes().all(|byte| byte.is_ascii_hexdigit()));
            !is_id && !text.contains(['/', ':', '.'])
        }
        _ => false,
    }
}

/// The references of an expression without the parents that are told after each.
fn leaves(expression: &Json) -> Vec<String> {
    let references = expression.get("references").and_then(Json::as_array).map(Vec::as_slice).unwrap_or_default();
    let mut leaves: Vec<String> = Vec::new();
    let mut last: Vec<Part> = Vec::new();
    for reference in references.iter().filter_map(Json::as_str) {
        let own = parts(reference);
        // A parent is told once after each, shorter than the last; one told again is a reference of its own.
        let is_parent = own.len() < last.len() && last.starts_with(&own);
        if !is_parent && !leaves.iter().any(|known| known == reference) {
            leaves.push(reference.to_owned());
        }
        // Which members of `each.value` are meant says the first alone.
        if !is_parent || own.first().and_then(Part::name) != Some("each") {
            last = own;
        }
    }
    leaves
}

/// A part of a constant.
fn inside(mut value: Json, rest: &[Part]) -> Option<Json> {
    for part in rest {
        value = match part {
            Part::Name(name) | Part::Key(Key::Name(name)) => value.get_mut(name)?.take(),
            Part::Key(Key::Index(index)) => value.get_mut(*index as usize)?.take(),
        };
    }
    Some(value)
}

fn constant(value: &Json) -> Node {
    let value = match value {
        Json::Null => Value::Null,
        Json::Bool(value) => Value::Bool(*value),
        Json::Number(number) => Value::Number(number.clone()),
        Json::String(text) => Value::String(text.clone()),
        Json::Array(items) => Value::List(items.iter().map(constant).collect()),
        Json::Object(members) => {
            let members = members.iter().map(|(key, member)| (key.clone().into(), constant(member)));
            Value::Object(Fields(members.collect()))
        }
    };
    Node::new(value, None)
}

/// A path as Terraform writes it.
fn shown(path: &[Inside]) -> String {
    path.iter()
        .map(|step| match step {
            Inside::Member(name) => format!(".{name}"),
            Inside::Element(index) => format!("[{index}]"),
        })
        .collect()
}
