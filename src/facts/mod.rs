//! What rules may see: typed facts over the network and over what reaches what.
//!
//! Facts are code and judgement is data: a fact says what is, never what should be.

mod about;
mod associations;
mod balancing;
mod blocker;
mod client_openings;
mod clients;
mod dangling;
mod detours;
mod egress_only;
mod entity;
mod entries;
mod errand;
mod exposure;
mod filters;
mod forwarding;
mod gateways;
mod group_directions;
mod group_rules;
mod health_checks;
mod interfaces;
mod meant_way;
mod missing_routes;
mod model;
mod nat_instances;
mod nat_use;
mod new_endpoints;
mod openings;
mod past_peers;
mod peers;
mod reroutes;
mod resource;
mod route_options;
mod schema;
mod separation;
mod shadowed;
mod spread;
mod stranded;
mod tags;
mod tasks;
mod topology;
mod transit;
mod transit_ways;
mod words;
mod workload;

pub use about::{About, about};
pub use model::Model;
pub use resource::{about_entity, cluster_of, resource_entity, workload_of};
pub use schema::*;

/// Every kind of entity, in the order of the reference.
pub static ENTITIES: [&EntityType; 24] = [
    &topology::vpc::TYPE,
    &topology::subnet::TYPE,
    &topology::route_table::TYPE,
    &topology::route::TYPE,
    &gateways::internet_gateway::TYPE,
    &egress_only::egress_only_gateway::TYPE,
    &gateways::nat_gateway::TYPE,
    &interfaces::network_interface::TYPE,
    &filters::security_group::TYPE,
    &group_rules::group_rule::TYPE,
    &group_directions::rule_list::TYPE,
    &filters::network_acl::TYPE,
    &entries::entry::TYPE,
    &filters::endpoint::TYPE,
    &balancing::load_balancer::TYPE,
    &balancing::listener::TYPE,
    &balancing::target_group::TYPE,
    &balancing::registration::TYPE,
    &workload::workload::TYPE,
    &workload::membership::TYPE,
    &transit::peering::TYPE,
    &transit::attachment::TYPE,
    &transit::transit_table::TYPE,
    &blocker::blocker::TYPE,
];
