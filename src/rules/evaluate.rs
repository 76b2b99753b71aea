//! Evaluates a plan over facts, in three-valued (Kleene) logic and with evidence.
//!
//! What is unknown stays unknown unless the rest decides: `false && unknown` is false. Each read is recorded; wherever one
//! part decides alone (the false side of `&&`, the element that satisfies `exists`), the records of the others are dropped.

mod lists;

use super::evidence::{Evidence, Record};
use super::plan::{Arithmetic, Comparison, Node, Plan, Quantifier, SLOTS, TextTest};
use crate::facts::{Entity, Facts, Unknown, Value};
use std::borrow::Cow;
use std::cmp::Ordering;

/// How many steps one evaluation may take.
pub const STEPS: u64 = 5_000_000;
/// What a record costs, so that memory is bounded by the steps.
const RECORD: u64 = 4;

/// What an evaluation yields.
#[derive(Debug)]
pub(crate) enum Outcome<'e> {
    /// The value, and what it rests on.
    Known(Value<'e>, Evidence<'e>),
    /// The facts that would be needed.
    Unknown(Vec<Unknown>),
}

impl<'e> Outcome<'e> {
    /// The value, where it is known.
    pub(crate) fn value(&self) -> Option<&Value<'e>> {
        match self {
            Outcome::Known(value, _) => Some(value),
            Outcome::Unknown(_) => None,
        }
    }
}

/// Evaluates a plan with its given variables.
pub(crate) fn evaluate<'e>(plan: &'e Plan, facts: &'e dyn Facts, given: &[Value<'e>], recording: bool) -> Outcome<'e> {
    let mut run = Run::new(facts, given, recording);
    let value = run.value(&plan.root, true);
    match value {
        Some(value) if !run.exhausted => Outcome::Known(value, Evidence { records: run.records }),
        _ => {
            if run.exhausted {
                run.unknowns.clear();
                run.unknowns.push(failure(format!("it takes more than {STEPS} steps")));
            }
            run.unknowns.sort();
            run.unknowns.dedup();
            Outcome::Unknown(run.unknowns)
        }
    }
}

/// The entity that holds the field which a path ends in, and that field's index.
pub(crate) fn holder<'e>(plan: &'e Plan, facts: &'e dyn Facts, given: &[Value<'e>]) -> Option<(Entity, usize)> {
    match &plan.root {
        Node::Field { of, field, .. } => Some((Run::new(facts, given, false).entity(of)?, *field)),
        _ => None,
    }
}

/// An error while evaluating, which counts as a fact that is not known.
fn failure(reason: String) -> Unknown {
    Unknown { call: Cow::Borrowed("the rule's expression"), reason: Some(reason), knowingly: false }
}

struct Run<'e> {
    facts: &'e dyn Facts,
    slots: [Value<'e>; SLOTS],
    positions: [u32; SLOTS],
    records: Vec<Record<'e>>,
    unknowns: Vec<Unknown>,
    steps: u64,
    exhausted: bool,
    recording: bool,
}

impl<'e> Run<'e> {
    fn new(facts: &'e dyn Facts, given: &[Value<'e>], recording: bool) -> Self {
        let mut run = Run {
            facts,
            slots: [const { Value::Bool(false) }; SLOTS],
            positions: [0; SLOTS],
            records: Vec::new(),
            unknowns: Vec::new(),
            steps: STEPS,
            exhausted: false,
            recording,
        };
        for (slot, value) in run.slots.iter_mut().zip(given) {
            *slot = value.clone();
        }
        run
    }

    /// A node's value, `None` where it is unknown. A known value leaves `unknowns` as it was, an unknown one `records`.
    /// `show`: whether the value itself is asked about.
    fn value(&mut self, node: &'e Node, show: bool) -> Option<Value<'e>> {
        if !self.charge(1) {
            return None;
        }
        let mark = self.records.len();
        let missing = self.unknowns.len();
        let value = self.compute(node, show);
        match value {
            Some(_) => self.unknowns.truncate(missing),
            None => self.records.truncate(mark),
        }
        value
    }

    fn compute(&mut self, node: &'e Node, show: bool) -> Option<Value<'e>> {
        match node {
            Node::Literal(value) => {
                self.charge_value(value)?;
                Some(borrowed(value))
            }
            Node::Given(slot) => Some(self.slots[*slot].clone()),
            Node::Element { slot, .. } => {
                let value = self.slots[*slot].clone();
                self.charge_value(&value)?;
                if show {
                    self.note(node, &value);
                }
                Some(value)
            }
            Node::Field { of, field, .. } => {
                let entity = self.entity(of)?;
                self.read(node, entity, *field, show)
            }
            Node::Index(sides) => self.index(node, sides, show),
            Node::List(elements) => {
                elements.iter().map(|element| self.value(element, show)).collect::<Option<Vec<_>>>().map(Value::List)
            }
            Node::Not(inner) => self.truth(inner, show).map(|truth| Value::Bool(!truth)),
            Node::And(parts) => self.junction(parts, false, show).map(Value::Bool),
            Node::Or(parts) => self.junction(parts, true, show).map(Value::Bool),
            Node::If(parts) => self.choice(parts, show),
            Node::Compare(op, sides) => {
                let [left, right] = self.both(sides, show)?;
                self.charge_value(&left)?;
                compare(*op, &left, &right).map(Value::Bool)
            }
            Node::In(sides) => self.member(sides, show).map(Value::Bool),
            Node::Arithmetic(op, sides) => self.arithmetic(*op, sides, show),
            Node::Concat(sides) => {
                let [left, right] = self.both(sides, show)?;
                let (Value::String(left), Value::String(right)) = (left, right) else {
                    return self.mismatch();
                };
                self.charge_bytes(left.len() + right.len())?;
                Some(Value::String(Cow::Owned(left.into_owned() + &right)))
            }
            Node::Quantifier(Quantifier::ExistsOne, each, body) => self.exactly_one(each, body, show),
            Node::Quantifier(kind, each, body) => self.quantifier(*kind == Quantifier::Exists, each, body, show),
            Node::Filter(each, keep) => self.collect(each, Some(keep), None, show),
            Node::Map { each, keep, to } => self.collect(each, keep.as_deref(), Some(to), show),
            Node::Size(inner) => {
                let size = match self.value(inner, false)? {
                    Value::List(elements) => elements.len(),
                    Value::Map(entries) => entries.len(),
                    Value::String(text) => {
                        self.charge_bytes(text.len())?;
                        text.chars().count()
                    }
                    _ => return self.mismatch(),
                };
                let size = Value::Int(i64::try_from(size).unwrap_or(i64::MAX));
                if show {
                    self.note(node, &size);
                }
                Some(size)
            }
            Node::TextTest(test, sides) => {
                let [text, other] = self.both(sides, show)?;
                let (Value::String(text), Value::String(other)) = (text, other) else {
                    return self.mismatch();
                };
                self.charge_bytes(text.len())?;
                Some(Value::Bool(match test {
                    TextTest::StartsWith => text.starts_with(&*other),
                    TextTest::EndsWith => text.ends_with(&*other),
                    TextTest::Contains => text.contains(&*other),
                }))
            }
            Node::Matches(inner, regex) => {
                let Value::String(text) = self.value(inner, show)? else {
                    return self.mismatch();
                };
                self.charge_bytes(text.len())?;
                Some(Value::Bool(regex.is_match(&text)))
            }
            Node::ToString(inner) => Some(Value::String(match self.value(inner, show)? {
                Value::String(text) => text,
                Value::Int(number) => Cow::Owned(number.to_string()),
                Value::Bool(truth) => Cow::Borrowed(if truth { "true" } else { "false" }),
                _ => return self.mismatch(),
            })),
        }
    }

    /// Takes `steps` off the budget.
    fn charge(&mut self, steps: u64) -> bool {
        match self.steps.checked_sub(steps) {
            Some(left) if !self.exhausted => {
                self.steps = left;
                true
            }
            _ => {
                self.exhausted = true;
                false
            }
        }
    }

    fn charge_bytes(&mut self, bytes: usize) -> Option<()> {
        self.charge(bytes as u64 / 16).then_some(())
    }

    /// Copies are paid for by their size, or nested lists would double for a few characters each.
    fn charge_value(&mut self, value: &Value<'_>) -> Option<()> {
        match value {
            Value::String(Cow::Owned(text)) => self.charge_bytes(text.len()),
            Value::List(elements) => {
                if !self.charge(4 * elements.len() as u64) {
                    return None;
                }
                elements.iter().try_for_each(|element| self.charge_value(element))
            }
            Value::Map(entries) => self.charge(4 * entries.len() as u64).then_some(()),
            _ => Some(()),
        }
    }

    /// Can't happen in a checked plan, unless facts yield another type than they declare.
    fn mismatch<T>(&mut self) -> Option<T> {
        self.unknowns.push(failure("a fact has another type than it declares".to_owned()));
        None
    }

    fn note(&mut self, node: &'e Node, value: &Value<'e>) {
        if self.recording && self.charge(RECORD) {
            self.records.push(Record {
                node,
                positions: self.positions,
                read: None,
                value: Some(value.clone()),
                shown: true,
            });
        }
    }

    fn read(&mut self, node: &'e Node, entity: Entity, field: usize, show: bool) -> Option<Value<'e>> {
        match self.facts.read(entity, field) {
            Ok(value) => {
                if self.recording && self.charge(RECORD) {
                    self.records.push(Record {
                        node,
                        positions: self.positions,
                        read: Some((entity, field)),
                        value: match &value {
                            Value::List(_) => None,
                            scalar => Some(scalar.clone()),
                        },
                        shown: show,
                    });
                }
                Some(value)
            }
            Err(unknown) => {
                self.unknowns.push(unknown);
                None
            }
        }
    }

    fn entity(&mut self, node: &'e Node) -> Option<Entity> {
        let value = match node {
            Node::Given(slot) | Node::Element { slot, .. } => match &self.slots[*slot] {
                Value::Entity(entity) => return Some(*entity),
                _ => return self.mismatch(),
            },
            node => self.value(node, false)?,
        };
        match value {
            Value::Entity(entity) => Some(entity),
            _ => self.mismatch(),
        }
    }

    fn truth(&mut self, node: &'e Node, show: bool) -> Option<bool> {
        match self.value(node, show)? {
            Value::Bool(truth) => Some(truth),
            _ => self.mismatch(),
        }
    }

    /// Both sides; both are evaluated, so that all that is missing is named.
    fn both(&mut self, sides: &'e [Node; 2], show: bool) -> Option<[Value<'e>; 2]> {
        let left = self.value(&sides[0], show);
        let right = self.value(&sides[1], show);
        Some([left?, right?])
    }

    /// `&&` (decided by false) or `||` (decided by true).
    fn junction(&mut self, parts: &'e [Node], decisive: bool, show: bool) -> Option<bool> {
        let start = self.records.len();
        let mut known = true;
        for part in parts {
            let mark = self.records.len();
            match self.truth(part, show) {
                Some(truth) if truth == decisive => {
                    self.records.drain(start..mark);
                    return Some(decisive);
                }
                Some(_) => {}
                None => known = false,
            }
            if self.exhausted {
                return None;
            }
        }
        known.then_some(!decisive)
    }

    /// `c ? a : b`; where `c` is unknown but both branches agree, that is the value.
    fn choice(&mut self, parts: &'e [Node; 3], show: bool) -> Option<Value<'e>> {
        match self.truth(&parts[0], show) {
            Some(true) => self.value(&parts[1], show),
            Some(false) => self.value(&parts[2], show),
            None if self.exhausted => None,
            None => {
                let first = self.value(&parts[1], show);
                let second = self.value(&parts[2], show);
                let (first, second) = (first?, second?);
                self.charge_value(&first)?;
                (first == second).then_some(first)
            }
        }
    }

    fn index(&mut self, node: &'e Node, sides: &'e [Node; 2], show: bool) -> Option<Value<'e>> {
        let list = self.value(&sides[0], false);
        let index = self.value(&sides[1], show);
        let (mut list, index) = match (list?, index?) {
            (Value::List(list), Value::Int(index)) => (list, index),
            (Value::Map(entries), Value::String(key)) => return self.entry(node, entries, &key, show),
            _ => return self.mismatch(),
        };
        match usize::try_from(index).ok().filter(|index| *index < list.len()) {
            Some(index) => {
                let value = list.swap_remove(index);
                if show {
                    self.note(node, &value);
                }
                Some(value)
            }
            None => {
                let reason = format!("there is no element [{index}] in a list of {}", list.len());
                self.unknowns.push(failure(reason));
                None
            }
        }
    }

    /// `map[key]`.
    fn entry(&mut self, node: &'e Node, entries: Entries<'e>, key: &str, show: bool) -> Option<Value<'e>> {
        let Some((_, value)) = entries.into_iter().find(|(known, _)| known == key) else {
            self.unknowns.push(failure(format!("there is no {key:?} in the map")));
            return None;
        };
        let value = Value::String(value);
        if show {
            self.note(node, &value);
        }
        Some(value)
    }

    fn arithmetic(&mut self, op: Arithmetic, sides: &'e [Node; 2], show: bool) -> Option<Value<'e>> {
        let [Value::Int(left), Value::Int(right)] = self.both(sides, show)? else {
            return self.mismatch();
        };
        let result = match op {
            Arithmetic::Add => left.checked_add(right),
            Arithmetic::Subtract => left.checked_sub(right),
            Arithmetic::Multiply => left.checked_mul(right),
        };
        if result.is_none() {
            self.unknowns.push(failure("a number is too large".to_owned()));
        }
        result.map(Value::Int)
    }
}

/// What a map holds.
type Entries<'e> = Vec<(Cow<'e, str>, Cow<'e, str>)>;

/// The same value without copying its text.
fn borrowed<'e>(value: &'e Value<'static>) -> Value<'e> {
    match value {
        Value::String(text) => Value::String(Cow::Borrowed(text)),
        Value::List(elements) => Value::List(elements.iter().map(borrowed).collect()),
        other => other.clone(),
    }
}

fn compare(op: Comparison, left: &Value<'_>, right: &Value<'_>) -> Option<bool> {
    let ordering = match (left, right) {
        (Value::Int(left), Value::Int(right)) => left.cmp(right),
        (Value::String(left), Value::String(right)) => left.cmp(right),
        _ if left == right => Ordering::Equal,
        _ => Ordering::Less,
    };
    Some(match op {
        Comparison::Equal => ordering.is_eq(),
        Comparison::NotEqual => ordering.is_ne(),
        Comparison::Less => ordering.is_lt(),
        Comparison::LessOrEqual => ordering.is_le(),
        Comparison::Greater => ordering.is_gt(),
        Comparison::GreaterOrEqual => ordering.is_ge(),
    })
}
