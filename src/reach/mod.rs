//! Reachability: can this reach that, both ways, and if not, everything that stands in the way.

mod ask;
mod balancers;
mod behind_nat;
mod central;
mod code;
mod deliver;
mod edges;
mod endpoint_policy;
mod file_systems;
mod flows;
mod interface_endpoints;
mod nat;
mod network_acls;
mod packets;
mod peering;
mod policy;
mod question;
mod repair;
mod rounds;
mod routing;
mod security_groups;
mod service_hosts;
mod sharing;
mod targets;
mod transit;
mod walk;
mod way;

pub use ask::{ask, trace};
pub use balancers::groups_of_balancer;
pub use code::{Code, Verdict};
pub use flows::*;
pub use packets::{Flowing, Packets, subtract};
pub use question::*;
pub use repair::Repair;
pub use routing::is_dead;
pub use targets::public_access_is_blocked;
