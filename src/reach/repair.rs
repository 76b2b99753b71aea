//! What must change together for a flow to work, and which ways there are to choose from.

use super::code::{Code, Verdict};
use super::question::{Blocker, Cause, ResourceId};
use super::walk::Path;

/// One way to make a flow work. What blocks in series on a way must all change: each of these drops packets by itself.
#[derive(Debug, Clone, PartialEq)]
pub struct Repair {
    /// What the flow would go through: an endpoint, a NAT gateway, an internet gateway.
    pub via: Option<ResourceId>,
    /// What stands in this way.
    pub blockers: Vec<Blocker>,
    /// Whether nothing else on this way is in doubt.
    pub is_certain: bool,
}

impl Repair {
    fn of(path: &Path) -> Self {
        let mut blockers: Vec<Blocker> = Vec::new();
        for blocker in &path.blockers {
            // What is dropped always and what is dropped at some ports of a NAT gateway is one change.
            match blockers.iter_mut().find(|known| key(known) == key(blocker)) {
                Some(known) => known.packets.extend(&blocker.packets),
                None => blockers.push(blocker.clone()),
            }
        }
        Repair { via: path.via, blockers, is_certain: path.doubts.is_empty() }
    }

    /// Whether nothing that it names can be changed so that it takes these addresses.
    fn is_beyond_help(&self) -> bool {
        self.blockers.iter().any(|blocker| blocker.code == Code::NotRoutable)
    }

    /// Whether whoever makes this change makes the other one, too.
    fn includes(&self, other: &Repair) -> bool {
        let has = |wanted: &Blocker| self.blockers.iter().any(|blocker| key(blocker) == key(wanted));
        other.blockers.iter().all(has)
    }
}

/// What of a blocker makes it a change of its own. What stops the question for a name is another one than what stops the flow.
pub(super) fn key(blocker: &Blocker) -> (Code, ResourceId, bool, Cause, bool) {
    (blocker.code, blocker.resource, blocker.returning, blocker.cause.change(), blocker.resolver.is_some())
}

/// The ways to choose from, the one that is taken today first. A way that asks for all that another one does and more is
/// none.
pub(super) fn alternatives(path: &Path, verdict: Verdict) -> Vec<Repair> {
    if !matches!(verdict, Verdict::Blocked | Verdict::Partial) {
        return Vec::new();
    }
    let mut all: Vec<Repair> = Vec::new();
    for repair in std::iter::once(path).chain(&path.others).map(Repair::of) {
        if repair.blockers.is_empty() || repair.is_beyond_help() || all.iter().any(|known| repair.includes(known)) {
            continue;
        }
        all.retain(|known| !known.includes(&repair));
        all.push(repair);
    }
    all
}
