//! How Terraform calls what AWS makes along with a VPC.

use super::plan::{Action, Instance, Plan};
use crate::input::planned::{Names, Node};
use rustc_hash::FxHashMap;

const SECURITY_GROUP: &str = "default_security_group_id";
const NETWORK_ACL: &str = "default_network_acl_id";
const DEFAULT_ROUTE_TABLE: &str = "default_route_table_id";
const MAIN_ROUTE_TABLE: &str = "main_route_table_id";

/// The ids that VPCs which are there have among their values; those of others are called as Terraform refers to them.
pub(super) struct OwnNames {
    /// (VPC, attribute) → id.
    known: FxHashMap<(String, &'static str), String>,
}

impl OwnNames {
    /// The names of the VPCs among the resources of some plans.
    pub(super) fn of<'p>(plans: impl Iterator<Item = (&'p Plan<'p>, &'p Vec<&'p Instance<'p>>)>) -> Self {
        let mut known = FxHashMap::default();
        for (plan, instances) in plans {
            let vpcs =
                instances.iter().filter(|instance| matches!(instance.ty.as_str(), "aws_vpc" | "aws_default_vpc"));
            for vpc in vpcs.filter(|vpc| !vpc.is_data() && vpc.action != Action::Delete) {
                for attribute in [SECURITY_GROUP, NETWORK_ACL, DEFAULT_ROUTE_TABLE, MAIN_ROUTE_TABLE] {
                    let id = plan.values(vpc).get(attribute).and_then(Node::as_str).filter(|id| !id.is_empty());
                    if let Some(id) = id {
                        known.insert((plan.id_of(vpc), attribute), id.to_owned());
                    }
                }
            }
        }
        OwnNames { known }
    }

    fn known(&self, vpc: &str, attribute: &'static str) -> Option<String> {
        self.known.get(&(vpc.to_owned(), attribute)).cloned()
    }

    fn called(&self, vpc: &str, attribute: &'static str) -> String {
        self.known(vpc, attribute).unwrap_or_else(|| format!("{vpc}.{attribute}"))
    }
}

impl Names for OwnNames {
    fn security_group(&self, vpc: &str) -> String {
        self.called(vpc, SECURITY_GROUP)
    }

    fn network_acl(&self, vpc: &str) -> String {
        self.called(vpc, NETWORK_ACL)
    }

    fn default_route_table(&self, vpc: &str) -> String {
        let id = self.known(vpc, DEFAULT_ROUTE_TABLE).or_else(|| self.known(vpc, MAIN_ROUTE_TABLE));
        id.unwrap_or_else(|| self.called(vpc, DEFAULT_ROUTE_TABLE))
    }

    fn main_route_table(&self, vpc: &str) -> String {
        self.known(vpc, MAIN_ROUTE_TABLE).unwrap_or_else(|| self.default_route_table(vpc))
    }
}
