//! The network: the snapshot with every reference followed, addresses as sets, filters and route tables compiled, and
//! the workloads that are going to run in it.

mod address;
mod endpoint;
mod error;
mod expression;
mod filters;
mod ids;
mod incidents;
mod known;
mod log_drivers;
mod model;
mod name_servers;
mod need;
mod needs;
mod policies;
mod published;
mod ranges;
mod registries;
mod resolve;
mod routes;
mod service_names;
mod sharing;
mod text;
mod transit;
mod workloads;

pub use address::*;
pub use endpoint::*;
pub use error::NetworkError;
pub use expression::{expression, open_from};
pub use filters::*;
pub use ids::*;
pub use incidents::{Incident, Witness};
pub use known::*;
pub use model::*;
pub use need::{Caller, NameFamilies, Need, NeedTarget, Permission, Purpose};
pub use needs::declared;
pub use policies::{Effect, OneOrMany, Policy, Principal, Scalar, Statement};
pub use published::PublishedAddresses;
pub use ranges::{Point, Ranges};
pub use registries::{Registry, registry};
pub use resolve::resolve;
pub use routes::{Route, RouteDestination, RouteTable, Split, Target};
pub use service_names::{endpoint_service_name, service_of_name};
pub use text::{name_of, tag, text};
pub use transit::*;
pub use workloads::*;
