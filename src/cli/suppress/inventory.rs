//! Which resources the input has: what a baseline names and the input still has was not made anew.

use super::Place;
use crate::facts::{ENTITIES, Entity, Facts, Model, about_entity, cluster_of};
use crate::network::{name_of, text};
use rustc_hash::{FxHashMap, FxHashSet};

/// One resource of the input.
#[derive(Debug)]
pub(super) struct Holding {
    pub(super) kind: &'static str,
    pub(super) place: Place,
    /// That of a service or a task.
    pub(super) cluster: Option<String>,
}

/// The resources of the input that have one of some ids.
#[derive(Debug, Default)]
pub(super) struct Inventory(FxHashMap<String, Vec<Holding>>);

impl Inventory {
    /// Looks for some ids.
    pub(super) fn of(model: &Model<'_>, ids: &FxHashSet<&str>) -> Self {
        let mut found: FxHashMap<String, Vec<Holding>> = FxHashMap::default();
        // A blocker is a part of what it accuses, and there may be very many.
        for ty in ENTITIES.iter().filter(|ty| ty.name != "blocker" && !ids.is_empty()) {
            for entity in (0..model.count(ty)).map(|index| Entity { ty, index }) {
                let about = about_entity(model, entity).filter(|about| ids.contains(about.id.as_str()));
                let Some(about) = about else { continue };
                let scope = &model.network.scopes[about.scope as usize];
                let place = Place { account: scope.account.clone(), region: scope.region.clone() };
                let cluster = cluster_of(model, entity).map(str::to_owned);
                found.entry(about.id).or_default().push(Holding { kind: about.kind, place, cluster });
            }
        }
        Self(found)
    }

    /// The resources that have an id.
    pub(super) fn called(&self, id: &str) -> &[Holding] {
        self.0.get(id).map_or(&[], Vec::as_slice)
    }
}

/// The names of the input's VPCs, by their ids.
#[derive(Debug)]
pub(super) struct VpcNames<'m>(FxHashMap<&'m str, Option<&'m str>>);

impl<'m> VpcNames<'m> {
    /// Those of all VPCs.
    pub(super) fn of(model: &'m Model<'_>) -> Self {
        let vpcs = model.network.vpcs.iter().map(|vpc| vpc.element);
        Self(vpcs.map(|vpc| (text(&vpc.vpc_id), name_of(&vpc.tags))).collect())
    }

    /// The name of a VPC, if it has one; none where the input lacks the VPC.
    pub(super) fn of_vpc(&self, id: &str) -> Option<Option<&'m str>> {
        self.0.get(id).copied()
    }
}
