//! The snapshot → the network: every reference is followed once, every address read once. One module a kind of
//! resource.

mod claims;
mod endpoints;
mod gateways;
mod index;
mod interfaces;
mod ip_ranges;
mod load_balancers;
mod network_acls;
mod peerings;
mod prefix_lists;
mod references;
mod route_tables;
mod running;
mod scopes;
mod security_groups;
mod sharing;
mod transit;
mod vpcs;

use super::error::NetworkError;
use super::model::Network;
use super::workloads::Declaration;
use crate::snapshot::Snapshot;
use index::Lists;

/// Resolves a snapshot, together with what the user declared.
///
/// # Errors
/// When an address block isn't one.
pub fn resolve<'a>(snapshot: &'a Snapshot<'a>, declarations: &[Declaration]) -> Result<Network<'a>, NetworkError> {
    let mut network = Network {
        oddities: snapshot.oddities.clone(),
        undecided: snapshot.undecided.clone(),
        scopes: snapshot.scopes.iter().map(scopes::scope_facts).collect(),
        parent_zones: scopes::parent_zones(&snapshot.scopes),
        ..Network::default()
    };
    let mut builder = Builder { snapshot, network: &mut network };
    let lists = builder.index();
    lists.reserve(builder.network);
    builder.prefix_lists()?;
    builder.ip_ranges()?;
    builder.vpcs(&lists)?;
    builder.subnets(&lists)?;
    builder.gateways(&lists);
    builder.egress_only_gateways(&lists);
    builder.nats(&lists)?;
    builder.acls(&lists)?;
    builder.endpoints(&lists);
    builder.tables(&lists)?;
    builder.groups(&lists)?;
    builder.interfaces(&lists)?;
    builder.transit();
    builder.load_balancers(&lists);
    builder.connect();
    builder.workloads(declarations);
    Ok(network)
}

/// The network while it is built, stage by stage.
struct Builder<'n, 'a> {
    snapshot: &'a Snapshot<'a>,
    network: &'n mut Network<'a>,
}
