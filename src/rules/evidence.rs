//! What the result of an evaluation rests on, and how it is told.

use super::finding::Because;
use super::plan::{Node, Plan, SLOTS};
use super::print::{Printer, literal};
use crate::facts::{Entity, Facts, Value};
use std::collections::HashSet;

/// How many facts a finding carries at most: that none of 48,000 interfaces is the right one rests on all of them.
pub(crate) const OBSERVATIONS: usize = 1000;
/// How many values a finding names as its reasons at most.
pub(crate) const REASONS: usize = 16;

/// A fact that an evaluation read and that its result rests on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Observation {
    /// The path as a reader writes it, such as `subnet.routes[1].state`.
    pub path: String,
    /// The entity that holds the field.
    pub entity: Entity,
    /// The field's index in its type's `fields`.
    pub field: usize,
    /// Its value, as CEL writes it.
    pub value: String,
}

/// What a known result rests on; turned into text only where a finding is made.
#[derive(Debug)]
pub(crate) struct Evidence<'e> {
    pub(super) records: Vec<Record<'e>>,
}

#[derive(Debug)]
pub(super) struct Record<'e> {
    pub(super) node: &'e Node,
    pub(super) positions: [u32; SLOTS],
    /// The field that was read, unless the value was computed.
    pub(super) read: Option<(Entity, usize)>,
    /// The value, unless it is a list that was read (which is read again when it is needed).
    pub(super) value: Option<Value<'e>>,
    /// Whether the value itself was asked about, rather than a step on the way to another.
    pub(super) shown: bool,
}

impl Evidence<'_> {
    /// The facts that were read, each once, the first [`OBSERVATIONS`] of them.
    pub(crate) fn observations(&self, plan: &Plan, facts: &dyn Facts) -> Vec<Observation> {
        let printer = Printer::new(plan);
        let mut seen = HashSet::new();
        let reads = self.records.iter().filter_map(|record| Some((record, record.read?)));
        reads
            .filter(|(_, read)| seen.insert(*read))
            .take(OBSERVATIONS)
            .map(|(record, (entity, field))| Observation {
                path: printer.text(record.node, &record.positions),
                entity,
                field,
                value: record.text(facts),
            })
            .collect()
    }

    /// The values that decided, in the order in which they were met, the first [`REASONS`] of them.
    pub(crate) fn because(&self, plan: &Plan, facts: &dyn Facts) -> Vec<Because> {
        let printer = Printer::new(plan);
        let mut seen = HashSet::new();
        let shown = self.records.iter().filter(|record| record.shown);
        shown
            .map(|record| Because {
                expression: printer.text(record.node, &record.positions),
                value: record.text(facts),
            })
            .filter(|because| seen.insert(because.clone()))
            .take(REASONS)
            .collect()
    }
}

impl Record<'_> {
    fn text(&self, facts: &dyn Facts) -> String {
        let mut out = String::new();
        match (&self.value, self.read) {
            (Some(value), _) => literal(&mut out, value, Some(facts)),
            (None, Some((entity, field))) => match facts.read(entity, field) {
                Ok(value) => literal(&mut out, &value, Some(facts)),
                Err(_) => out.push_str("(unknown)"),
            },
            (None, None) => {}
        }
        out
    }
}
