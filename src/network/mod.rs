//! The network: the snapshot with every reference followed, addresses as sets, filters and route tables compiled, and
//! the workloads that are going to run in it.

mod address;
mod error;
mod filters;
mod model;
mod needs;
mod ranges;
mod resolve;
mod routes;
mod sharing;
mod workloads;

pub use address::*;
pub use error::NetworkError;
pub use filters::*;
pub use model::*;
pub use needs::{NameFamilies, Need, NeedTarget, Purpose, Registry, declared, registry};
pub use ranges::{Point, Ranges};
pub use resolve::resolve;
pub use routes::{Route, RouteDestination, RouteTable, Split, Target};
pub use workloads::*;
