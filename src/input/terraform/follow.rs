//! References → what they lead to: resources, constants, or what the file does not tell.

use super::address::{Key, Part, child, innermost, joined};
use super::kinds::Expected;
use super::kinds::is_name;
use super::plan::{OfResource, Plan};
use super::references::{Leaf, inside, is_selector, leaves_with_parts, may_choose};
use super::written::Worth;
use rustc_hash::{FxHashMap, FxHashSet};
use serde_json::Value as Json;
use std::cell::{Cell, RefCell};
use std::rc::Rc;

/// References that lead through each other without end are cut here.
pub(super) const DEEPEST: usize = 40;

/// What one value may at most be looked for in: references and attributes. What is made of more stays unknown.
const MOST_STEPS: usize = 20_000;

/// What references were found to lead to: by module, text and key.
type KnownFound = FxHashMap<(usize, String, Option<Key>), Rc<Vec<Found>>>;

/// What values may be of which the file does not tell: by module and by what is looked for.
type KnownCandidates = FxHashMap<(String, Expected), Rc<Vec<usize>>>;

/// Whether what `for_each` gives is shared out: by resource, its module without keys, argument, and who calls that.
type KnownShares = FxHashMap<(String, String, &'static str, String), bool>;

/// What references led to already, and what one value has been looked for in.
#[derive(Default)]
pub(super) struct Followed {
    /// (expression by its address in memory, module instance, key) → what its references lead to.
    known: RefCell<KnownFound>,
    /// Expression by its address in memory → its references.
    leaves: RefCell<FxHashMap<usize, Rc<Vec<Leaf>>>>,
    /// (module instance, what is looked for) → all that a value may be which the file does not tell.
    pub(super) candidates: RefCell<KnownCandidates>,
    /// (module instance, local value or variable) → whether it is known before the deployment.
    pub(super) known_before: RefCell<FxHashMap<(String, String), bool>>,
    /// (resource, its module without keys, argument, who calls that) → whether what it is given by names as many things as
    /// there are instances that take one.
    pub(super) shared_out: RefCell<KnownShares>,
    /// (module instance, resource) → what the configuration's files make of it.
    pub(super) resources: RefCell<FxHashMap<(String, String), Worth<'static>>>,
    steps: Cell<usize>,
}

impl Followed {
    /// Begins to look for another value.
    pub(super) fn begin(&self) {
        self.steps.set(0);
    }

    /// Takes a step, if there is one left.
    pub(super) fn may_go_on(&self) -> bool {
        let steps = self.steps.get();
        self.steps.set(steps.saturating_add(1));
        steps < MOST_STEPS
    }

    /// Whether nothing was left out for want of steps.
    pub(super) fn is_whole(&self) -> bool {
        self.steps.get() < MOST_STEPS
    }
}

/// Where an expression stands: its module instance, and the instance of the resource or module call that it is part of.
#[derive(Clone)]
pub(super) struct Place<'p> {
    pub(super) module: String,
    pub(super) key: Option<Key>,
    pub(super) for_each: Option<&'p Json>,
}

/// What a reference leads to.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) enum Found {
    /// An attribute of a resource, or the resource itself.
    Instance { index: usize, attribute: Option<String> },
    /// A value that is written there.
    Constant(Json),
    /// A local value, or what else the file does not tell of.
    Hidden(String),
    /// Of the lists beside it, which are these, not all elements need be meant.
    Part(String),
}

impl Plan<'_> {
    /// What all references of an expression lead to.
    pub(super) fn follow_all<'p>(&'p self, expression: &'p Json, place: &Place<'p>, depth: usize) -> Vec<Found> {
        // What has no part that each instance has for itself is the same for all of them.
        let leaves = self.leaves_of(expression);
        let is_own = leaves.iter().any(|leaf| is_selector(&leaf.text) || leaf.text.starts_with("each."));
        let key = place.key.clone().filter(|_| is_own);
        let known = (std::ptr::from_ref(expression) as usize, place.module.clone(), key);
        if let Some(found) = self.followed.known.borrow().get(&known) {
            return found.as_ref().clone();
        }
        let found = self.follow_each(expression, &leaves, place, depth);
        // What was cut short is not what another way to it leads to.
        if self.followed.is_whole() {
            self.followed.known.borrow_mut().insert(known, Rc::new(found.clone()));
        }
        found
    }

    pub(super) fn leaves_of(&self, expression: &Json) -> Rc<Vec<Leaf>> {
        let address = std::ptr::from_ref(expression) as usize;
        let mut known = self.followed.leaves.borrow_mut();
        Rc::clone(known.entry(address).or_insert_with(|| Rc::new(leaves_with_parts(expression))))
    }

    fn follow_each<'p>(
        &'p self,
        expression: &'p Json,
        references: &[Leaf],
        place: &Place<'p>,
        depth: usize,
    ) -> Vec<Found> {
        if let Some(value) = expression.get("constant_value") {
            return vec![Found::Constant(value.clone())];
        }
        let selects = references.iter().any(|leaf| is_selector(&leaf.text) || leaf.text.starts_with("each.value"));
        let mut found: Vec<Found> = Vec::new();
        let mut known: FxHashSet<Found> = FxHashSet::default();
        let mut alternatives: FxHashSet<Vec<usize>> = FxHashSet::default();
        let mut types: FxHashSet<Option<&str>> = FxHashSet::default();
        let mut are_alike = false;
        let mut lists: Vec<(&str, Vec<usize>, bool)> = Vec::new();
        let mut choice: Option<&String> = None;
        for Leaf { text: reference, parts } in references {
            let leads_to = self.follow(parts, place, selects, depth);
            let instances = leads_to.iter().filter_map(|found| match found {
                Found::Instance { index, .. } => Some(*index),
                _ => None,
            });
            let instances: Vec<usize> = instances.collect();
            if !instances.is_empty() && alternatives.insert(instances.clone()) {
                let ty = self.type_of_ids(&leads_to);
                are_alike |= alternatives.len() > 1 && (ty.is_none() || types.contains(&None) || types.contains(&ty));
                types.insert(ty);
                let is_whole = |found: &Found| matches!(found, Found::Instance { index, attribute: None } if self.instances[*index].key.is_some());
                let is_list = instances.len() > 1 || !selects && leads_to.iter().any(is_whole);
                lists.push((reference, instances, is_list));
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
                if known.insert(one.clone()) {
                    found.push(one);
                }
            }
        }
        // Of several things beside what may be a condition, not all need be meant. Ids of different types are not for the same.
        if let Some(choice) = choice.filter(|_| are_alike) {
            found.push(Found::Hidden(choice.clone()));
        }
        found.extend(self.one_of_several(&lists));
        // By what an element is chosen says nothing of what is in it.
        if found.iter().any(|found| matches!(found, Found::Instance { .. })) {
            found.retain(|found| !matches!(found, Found::Hidden(name) if name.starts_with("each.value")));
        }
        found
    }

    /// The type of the resources that a reference leads to the ids of; none where it leads to something else.
    fn type_of_ids(&self, found: &[Found]) -> Option<&str> {
        let mut types = found.iter().map(|found| match found {
            Found::Instance { index, attribute } => {
                let ty = self.instances[*index].ty.as_str();
                attribute.as_ref().is_none_or(|attribute| is_name(ty, attribute)).then_some(ty)
            }
            _ => None,
        });
        let first = types.next()??;
        types.all(|ty| ty == Some(first)).then_some(first)
    }

    /// `concat`, `setsubtract`, `coalescelist` and a condition's two sides refer to several lists in one and the same way:
    /// then not all elements of all of them need be meant. So does what takes one element out of its list.
    fn one_of_several(&self, lists: &[(&str, Vec<usize>, bool)]) -> Option<Found> {
        // Of lists of route tables, nothing but to put them together is known to be done.
        let ty = |instances: &[usize]| {
            let found = self.instances.get(*instances.first()?)?;
            (!matches!(found.ty.as_str(), "aws_route_table" | "aws_default_route_table")).then_some(&found.ty)
        };
        lists.iter().enumerate().find_map(|(at, (name, one, is_list))| {
            let own = ty(one).filter(|_| *is_list)?;
            let other = lists.iter().enumerate().find(|(index, (_, other, is_list))| {
                *index != at && ty(other) == Some(own) && (*is_list || other.iter().all(|index| one.contains(index)))
            });
            other.map(|(_, (other, ..))| Found::Part(format!("{name}, {other}")))
        })
    }

    /// What the module of a place takes a variable for that it isn't called with.
    fn default_of(&self, reference: &str, place: &Place<'_>) -> Option<&Json> {
        let name = reference.strip_prefix("var.")?;
        self.module(&place.module)?.variables.get(name)?.default.as_ref()
    }

    /// What one reference leads to; `selects` where something beside it chooses one of several instances.
    pub(super) fn follow<'p>(
        &'p self,
        reference: &[Part],
        place: &Place<'p>,
        selects: bool,
        depth: usize,
    ) -> Vec<Found> {
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

    fn of_resource(&self, resource: &str, rest: &[Part], place: &Place<'_>, selects: bool) -> Vec<Found> {
        let Some(all) = self.instances_of(&place.module, resource) else { return Vec::new() };
        let (chosen, rest) = match rest.split_first() {
            Some((Part::Key(key), rest)) => (all.by_key.get(key).copied().into_iter().collect(), rest),
            _ => (if selects { chosen(all, place.key.as_ref()) } else { all.all.clone() }, rest),
        };
        let attribute = (!rest.is_empty()).then(|| joined(rest));
        chosen.into_iter().map(|index| Found::Instance { index, attribute: attribute.clone() }).collect()
    }

    /// `each.value`, by what the resource or the module is made for each of.
    fn each_value<'p>(&'p self, reference: &[Part], place: &Place<'p>, depth: usize) -> Vec<Found> {
        let hidden = || vec![Found::Hidden(joined(reference))];
        let (Some(expression), Some(Key::Name(key))) = (place.for_each, &place.key) else { return hidden() };
        let rest = reference.get(2..).unwrap_or_default();
        let outer = Place { key: None, for_each: None, ..place.clone() };
        let mut found = Vec::new();
        let mut all = self.follow_all(expression, &outer, depth + 1);
        // Whichever are meant, one of its own key is among them.
        all.retain(|found| !matches!(found, Found::Part(_)));
        let is_own = |found: &Found| match found {
            Found::Instance { index, attribute: None } => self.instances[*index].key == Some(Key::Name(key.clone())),
            Found::Instance { .. } | Found::Hidden(_) | Found::Part(_) => false,
            // An object of its own for each key, or a set of keys.
            Found::Constant(Json::Object(members)) => members.contains_key(key),
            Found::Constant(Json::Array(items)) => items.iter().any(|item| item.as_str() == Some(key)),
            Found::Constant(_) => false,
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

    /// A member of an object that is made of several things: which of them it is, their types tell, where of a type there is
    /// only one, or one list. What is known already is no member that isn't.
    fn composite(&self, mut found: Vec<Found>, reference: &[Part]) -> Vec<Found> {
        found.retain(|found| !matches!(found, Found::Constant(_)));
        let mut of_type: FxHashMap<&str, (bool, &Found)> = FxHashMap::default();
        for one in &found {
            let Found::Instance { index, .. } = one else { continue };
            let is_alone = |first: &Found| match (first, one) {
                (Found::Instance { index: first, attribute: None }, Found::Instance { index, attribute: None }) => {
                    let [first, own] = [first, index].map(|index| &self.instances[*index]);
                    (&first.module, &first.resource) == (&own.module, &own.resource)
                }
                (Found::Instance { index: first, .. }, _) => first == index,
                _ => false,
            };
            let (is_clear, first) = of_type.entry(&self.instances[*index].ty).or_insert((true, one));
            *is_clear &= is_alone(first);
        }
        let is_clear = |one: &Found| match one {
            Found::Instance { index, .. } => {
                of_type.get(self.instances[*index].ty.as_str()).is_some_and(|(clear, _)| *clear)
            }
            _ => false,
        };
        let mut clear: Vec<Found> = found.iter().filter(|one| is_clear(one)).cloned().collect();
        // Of what type a hidden value is, nothing tells.
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
        let Some(called) = self.module(&place.module).and_then(|module| module.module_calls.get(name)) else {
            return hidden();
        };
        let output = rest.first().and_then(Part::name);
        let expressions: Vec<&Json> = match output {
            Some(output) => called.module.outputs.get(output).map(|output| &output.expression).into_iter().collect(),
            // Of `module.name[each.key].output` a plan tells no more than the module.
            None => called.module.outputs.values().map(|output| &output.expression).collect(),
        };
        if expressions.is_empty() {
            return hidden();
        }
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
            for expression in &expressions {
                all.extend(self.follow_all(expression, &inner, depth + 1));
            }
        }
        let Some(rest) = rest.get(1..).filter(|_| output.is_some()) else {
            return self.composite(all, reference);
        };
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

/// Which of several instances `[count.index]`, `element(…, count.index)` or `[each.key]` chooses.
fn chosen(of: &OfResource, own: Option<&Key>) -> Vec<usize> {
    let found = match own {
        _ if of.all.len() < 2 => None,
        Some(Key::Index(own)) => of.by_key.get(&Key::Index(own % of.all.len() as u64)),
        Some(own) => of.by_key.get(own),
        None => None,
    };
    found.map_or_else(|| of.all.clone(), |index| vec![*index])
}
