//! What is about to be deployed → the document that describes it once it is. A format (a Terraform plan, a CloudFormation
//! template) reads its file into [`Node`]s, puts what it makes into a [`Document`] in the AWS CLI's shapes, and
//! [`complete`]s that by what AWS adds. The text that the document is written as goes the way of any other snapshot.

mod clusters;
mod defaults;
mod document;
pub(super) mod json;
mod node;
mod onto;
mod references;
pub(super) mod transit;
mod with_vpcs;
mod write;

pub(super) use defaults::{FULL_ACCESS, complete, default_vpc, everything_out, prefix_list};
pub(super) use document::{Document, IN_A_VPC, Made};
pub(super) use node::{Fields, Node, Value};
pub(super) use onto::{Onto, There};
pub(super) use with_vpcs::{Names, made_with_vpcs};
