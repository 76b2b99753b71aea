//! AWS's services as destinations: policies of endpoints, names, regions and partitions, and the addresses that AWS
//! publishes. One working network, and for each row what is changed in it, and what becomes of what the task needs.

mod cli_support;
#[path = "services/names.rs"]
mod names;
#[path = "services/network.rs"]
mod network;
#[path = "services/policies.rs"]
mod policies;
#[path = "services/published.rs"]
mod published;
