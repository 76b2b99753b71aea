//! Faults, by what they are planted in.

pub(crate) mod acls;
pub(crate) mod balancers;
pub(crate) mod between;
pub(crate) mod endpoints;
pub(crate) mod gateways;
pub(crate) mod groups;
pub(crate) mod routes;
pub(crate) mod shared;
pub(crate) mod workloads;

use super::account::{Account, S3_LIST, entry, permission, route, udp};
use super::architectures::Architecture;
use super::case::{BEHIND, Case, Operator, SERVED, error, warning};
use super::judge::Told;
use super::snapshot::*;
use serde_json::{Value, json};

const IPV4: &str = "0.0.0.0/0";
const IPV6: &str = "::/0";

/// All faults, by topic.
pub(crate) const TOPICS: &[(&str, &[Operator])] = &[
    ("Route tables", routes::OPERATORS),
    ("Gateways", gateways::OPERATORS),
    ("Security groups", groups::OPERATORS),
    ("Security groups that many share", shared::OPERATORS),
    ("Network ACLs", acls::OPERATORS),
    ("Endpoints and names", endpoints::OPERATORS),
    ("Services and task definitions", workloads::OPERATORS),
    ("Load balancers", balancers::OPERATORS),
    ("Service Connect, file systems, other VPCs", between::OPERATORS),
];

/// Whether a security group is there.
fn has_group(sound: &Architecture, group: &str) -> bool {
    ids(&sound.document, "SecurityGroups").iter().any(|id| id == group)
}
