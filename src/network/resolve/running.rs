//! What runs in the network: each scope's workloads, those that the user declares, and what went wrong with them.

use super::Builder;
use crate::network::incidents::incidents;
use crate::network::need::Need;
use crate::network::workloads::{self, AddsTo, Declaration, Resolver, Workload, WorkloadKind};
use crate::snapshot::Oddity;

impl<'a> Builder<'_, 'a> {
    pub(super) fn workloads(&mut self, declarations: &[Declaration]) {
        let mut found = Vec::new();
        let snapshot = self.snapshot;
        let mut oddities = Vec::new();
        for (index, scope) in snapshot.scopes.iter().enumerate() {
            let resolver = Resolver::of(self.network, index as u32, scope);
            let services = &scope.services.elements;
            found.extend(services.iter().flat_map(|service| workloads::of_service(&resolver, service, scope)));
            oddities.extend(services.iter().filter_map(|service| workloads::without_task_sets(service)));
            oddities.extend(services.iter().filter_map(|service| workloads::elsewhere(resolver.network, service)));
            oddities.extend(workloads::tasks_elsewhere(scope));
            found.extend(workloads::of_tasks(&resolver, scope));
            oddities.extend(workloads::unprovisioned(scope));
            // A declaration belongs to the scope that has its subnets, or else to the first one.
            let here = |declaration: &&Declaration| {
                let owner = declaration
                    .subnets
                    .iter()
                    .flatten()
                    .find_map(|(id, _)| resolver.network.by_id.subnets.get(id.as_str()));
                owner.map_or(0, |id| resolver.network.subnet(*id).scope) == index as u32
            };
            for declaration in declarations.iter().filter(|declaration| declaration.adds_to.is_none()).filter(here) {
                found.push(workloads::of_declaration(&resolver, declaration));
            }
        }
        workloads::tell_apart(&mut found);
        self.network.undecided.extend(declarations.iter().flat_map(workloads::undecided));
        for (index, scope) in snapshot.scopes.iter().enumerate() {
            if found.iter().any(|workload| workload.scope == index as u32) {
                continue;
            }
            let resolver = Resolver::of(self.network, index as u32, scope);
            let (plain, isolated) = workloads::of_subnets(&resolver);
            found.extend(plain);
            oddities.extend(isolated);
        }
        for declaration in declarations {
            let Some(adds_to) = &declaration.adds_to else { continue };
            let mut hit = false;
            for workload in found.iter_mut().filter(|workload| is_meant(adds_to, workload)) {
                let known = |need: &&Need| !workload.needs.iter().any(|own| own.is_same(need));
                let fresh: Vec<Need> = declaration.needs.iter().filter(known).cloned().collect();
                workload.needs.extend(fresh);
                workload.isolated |= declaration.isolated;
                hit = true;
            }
            if let (AddsTo::Named(name), false) = (adds_to, hit) {
                if snapshot.scopes.iter().all(|scope| scope.services.is_complete() && scope.tasks.is_complete()) {
                    self.network.strangers.push((name.clone(), declaration.place.clone()));
                    continue;
                }
                self.network.undecided.push(Oddity {
                    what: format!("the workload `{name}`"),
                    why: "no service or task of the input, which doesn't have all of them, has that name: its needs were not checked".into(),
                });
            }
        }
        self.network.workloads = found;
        self.network.incidents = incidents(self.network, &snapshot.scopes);
        self.network.oddities.extend(oddities);
    }
}

/// Whether needs that are added are this workload's.
fn is_meant(adds_to: &AddsTo, workload: &Workload<'_>) -> bool {
    let is_running = matches!(workload.kind, WorkloadKind::Service | WorkloadKind::Task);
    match adds_to {
        AddsTo::Named(name) => is_running && (workload.name == *name || workload.own_name() == name),
        AddsTo::Running => is_running,
        AddsTo::Everything => true,
    }
}
