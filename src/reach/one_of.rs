//! Where packets may take any of several ways, and nothing tells which.

use super::packets::{Packets, subtract};
use super::question::*;
use super::walk::{Path, Walk};
use crate::network::*;

impl Walk<'_, '_> {
    /// Walks each of the ways that what goes to `remote` may take; a trace calls them by `name`. Packets that are dropped on all
    /// of them are dropped for certain. Whether it hangs on the way what becomes of others.
    pub(super) fn one_of<T: Copy>(
        &mut self,
        choices: &[T],
        remote: &Addresses,
        name: impl Fn(&Self, T) -> String,
        walk: impl Fn(&mut Self, T),
    ) -> bool {
        if let [choice] = choices {
            walk(self, *choice);
            return false;
        }
        let before = std::mem::take(&mut self.path);
        let mut ways: Vec<Path> = Vec::new();
        for choice in choices {
            self.path.via = before.via;
            let part = self.part.as_ref().unwrap_or(&self.flow).remote.clone();
            let branch = self.tracing.then(|| name(self, *choice));
            self.apart(|| branch, &part, |here| walk(here, *choice));
            ways.push(std::mem::take(&mut self.path));
        }
        self.path = before;
        self.path.via = match &ways[..] {
            [first, others @ ..] if others.iter().all(|other| other.via == first.via) => first.via,
            _ => self.path.via,
        };
        let whole = self.packets_to(&if self.translated { to_nat64(remote) } else { remote.clone() });
        let always =
            |way: &Path| way.blockers.iter().filter(|one| one.always).flat_map(|one| one.packets.clone()).collect();
        let dropped: Vec<Vec<Packets>> = ways.iter().map(always).collect();
        let spared: Vec<Packets> = dropped.iter().flat_map(|parts| subtract(whole.clone(), parts)).collect();
        let mut hangs_on_it = false;
        for way in ways {
            for blocker in way.blockers {
                let certain = subtract(blocker.packets.clone(), &spared);
                hangs_on_it |= !blocker.always || !subtract(blocker.packets, &certain).is_empty();
                let Blocker { code, resource, cause, returning, .. } = blocker;
                let is_told = self.path.blockers.iter().any(|known| {
                    known.code == code
                        && known.resource == resource
                        && (known.cause == Cause::Whole) == (cause == Cause::Whole)
                        && subtract(certain.clone(), &known.packets).is_empty()
                });
                if blocker.always && !is_told {
                    self.block(code, resource, cause, returning, certain, true);
                }
            }
            for doubt in way.doubts {
                self.doubt(doubt);
            }
            self.path.steps.extend(way.steps);
        }
        hangs_on_it
    }
}
