//! `in`, and what runs over the elements of a list.

use super::Run;
use crate::facts::Value;
use crate::rules::plan::{Each, Node};

impl<'e> Run<'e> {
    /// `in`: against a written list, element by element, as `==` and `||` would.
    pub(super) fn member(&mut self, sides: &'e [Node; 2], show: bool) -> Option<bool> {
        let item = self.value(&sides[0], show);
        match &sides[1] {
            Node::Literal(Value::List(list)) => {
                if !self.charge(list.len() as u64) {
                    return None;
                }
                Some(list.contains(&item?))
            }
            Node::List(elements) => {
                let item = item?;
                let start = self.records.len();
                let mut known = true;
                for element in elements {
                    let mark = self.records.len();
                    match self.value(element, show) {
                        Some(value) if value == item => {
                            self.records.drain(start..mark);
                            return Some(true);
                        }
                        Some(_) => {}
                        None => known = false,
                    }
                }
                known.then_some(false)
            }
            list => {
                let list = self.value(list, show);
                let item = item?;
                match (list?, item) {
                    (Value::List(list), item) => self.charge(list.len() as u64).then(|| list.contains(&item)),
                    (Value::Map(entries), Value::String(key)) => {
                        self.charge(entries.len() as u64).then(|| entries.iter().any(|(known, _)| *known == key))
                    }
                    _ => self.mismatch(),
                }
            }
        }
    }

    /// The elements that a quantifier runs over. An empty list decides by itself, and is shown.
    fn range(&mut self, each: &'e Each, show: bool) -> Option<Vec<Value<'e>>> {
        let mark = self.records.len();
        let Value::List(elements) = self.value(&each.range, false)? else {
            return self.mismatch();
        };
        if elements.is_empty() && show && !matches!(each.range, Node::Literal(_)) {
            match self.records[mark..].last_mut() {
                Some(record) if std::ptr::eq(record.node, &raw const each.range) => record.shown = true,
                _ => self.note(&each.range, &Value::List(Vec::new())),
            }
        }
        Some(elements)
    }

    fn bind(&mut self, each: &'e Each, index: usize, value: Value<'e>) {
        self.slots[each.slot] = value;
        self.positions[each.slot] = u32::try_from(index).unwrap_or(u32::MAX);
    }

    /// `exists` (decided by true) or `all` (decided by false).
    pub(super) fn quantifier(
        &mut self,
        decisive: bool,
        each: &'e Each,
        body: &'e Node,
        show: bool,
    ) -> Option<Value<'e>> {
        let elements = self.range(each, show)?;
        let start = self.records.len();
        let mut known = true;
        for (index, element) in elements.into_iter().enumerate() {
            let mark = self.records.len();
            self.bind(each, index, element);
            match self.truth(body, show) {
                Some(truth) if truth == decisive => {
                    self.records.drain(start..mark);
                    return Some(Value::Bool(decisive));
                }
                Some(_) => {}
                None => known = false,
            }
            if self.exhausted {
                return None;
            }
        }
        known.then_some(Value::Bool(!decisive))
    }

    pub(super) fn exactly_one(&mut self, each: &'e Each, body: &'e Node, show: bool) -> Option<Value<'e>> {
        let elements = self.range(each, show)?;
        let mut found = 0;
        let mut known = true;
        for (index, element) in elements.into_iter().enumerate() {
            self.bind(each, index, element);
            match self.truth(body, show) {
                Some(true) => found += 1,
                Some(false) => {}
                None => known = false,
            }
            if self.exhausted {
                return None;
            }
            if found > 1 {
                return Some(Value::Bool(false));
            }
        }
        known.then_some(Value::Bool(found == 1))
    }

    /// `filter` and `map`: unknown as soon as one element is.
    pub(super) fn collect(
        &mut self,
        each: &'e Each,
        keep: Option<&'e Node>,
        to: Option<&'e Node>,
        show: bool,
    ) -> Option<Value<'e>> {
        let elements = self.range(each, show)?;
        let mut kept = Vec::new();
        let mut known = true;
        for (index, element) in elements.into_iter().enumerate() {
            self.bind(each, index, element);
            let keep = match keep {
                Some(keep) => self.truth(keep, show),
                None => Some(true),
            };
            match keep {
                Some(false) => {}
                Some(true) => {
                    let value = match to {
                        Some(to) => self.value(to, show),
                        None => Some(std::mem::replace(&mut self.slots[each.slot], Value::Bool(false))),
                    };
                    match value {
                        Some(value) => kept.push(value),
                        None => known = false,
                    }
                }
                None => known = false,
            }
            if self.exhausted {
                return None;
            }
        }
        known.then_some(Value::List(kept))
    }
}
