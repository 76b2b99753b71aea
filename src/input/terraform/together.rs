//! Several plans and states of one run: who deploys what.

use super::kinds::identity;
use super::list_of;
use super::plan::{Action, Instance, Plan};
use crate::input::error::{InputError, Twice};
use crate::input::planned::Node;
use crate::snapshot::{Location, Sources, Written};
use rustc_hash::FxHashMap;

/// A resource that exists is in one state alone: what two plans make of it is not for us to choose.
/// <https://developer.hashicorp.com/terraform/language/state/purpose#mapping-to-the-real-world>
pub(super) fn refuse_twice(plans: &[Plan<'_>], sources: &Sources) -> Result<(), InputError> {
    if plans.len() < 2 {
        return Ok(());
    }
    let mut known: FxHashMap<(&str, &str), (usize, &Instance<'_>)> = FxHashMap::default();
    for (index, plan) in plans.iter().enumerate() {
        for instance in &plan.instances {
            let is_there = !instance.is_data() && instance.action != Action::Create;
            let Some(list) = list_of(&instance.ty).filter(|_| is_there) else { continue };
            let values = [plan.values(instance), plan.values_before(instance)];
            let id = values.into_iter().find_map(|values| values.get(identity(&instance.ty)).and_then(Node::as_str));
            let Some(id) = id.filter(|id| !id.is_empty()) else { continue };
            match known.get(&(list, id)) {
                Some((other, first)) if *other != index => {
                    let name = |written: Written| sources.get(written.source).name().to_owned();
                    let span = |written: Written| Location::Span {
                        source: written.source,
                        start: written.start,
                        length: written.length,
                    };
                    let at = |instance: &Instance<'_>| instance.address_at.unwrap_or(instance.block);
                    return Err(InputError::DeployedTwice(Box::new(Twice {
                        id: id.to_owned(),
                        files: [name(first.block), name(instance.block)],
                        locations: [span(at(first)), span(at(instance))],
                    })));
                }
                Some(_) => {}
                None => drop(known.insert((list, id), (index, instance))),
            }
        }
    }
    Ok(())
}
