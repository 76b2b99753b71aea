//! What several resources claim, of which AWS gives a thing one alone.

use crate::snapshot::Oddity;
use rustc_hash::FxHashMap;
use std::hash::Hash;

/// By whom things are claimed.
pub(super) struct Claims<'a, T, C> {
    by: FxHashMap<T, (&'a str, C)>,
    contested: FxHashMap<T, (&'a str, &'a str)>,
}

impl<T, C> Default for Claims<'_, T, C> {
    fn default() -> Self {
        Claims { by: FxHashMap::default(), contested: FxHashMap::default() }
    }
}

impl<'a, T: Copy + Eq + Hash, C: Copy> Claims<'a, T, C> {
    /// A resource, which has this id, claims a thing.
    pub(super) fn claim(&mut self, thing: T, id: &'a str, claimant: C) {
        let (first, _) = *self.by.entry(thing).or_insert((id, claimant));
        // One that two accounts see claims nothing twice.
        if first != id {
            self.contested.entry(thing).or_insert((first, id));
        }
    }

    /// Who alone claims a thing, or else the ids of two that do: neither can be told to have it. None where nobody does.
    pub(super) fn of(&self, thing: T) -> Option<Result<C, (&'a str, &'a str)>> {
        let (_, claimant) = self.by.get(&thing)?;
        Some(self.contested.get(&thing).map_or(Ok(*claimant), |both| Err(*both)))
    }
}

/// That two resources claim one thing.
pub(super) fn contested(what: &str, (first, second): (&str, &str)) -> Oddity {
    Oddity {
        what: what.to_owned(),
        why: format!("{first} and {second} both claim to be it: neither can be told to count"),
    }
}
