//! Bytes → snapshot: one module for each step, and later for each format.
//!
//! A file is split into the raw texts of its lists' elements first, and each element is parsed by itself: its place is
//! known for nothing, many elements are parsed on all cores, and one bad element is one diagnostic.

mod cloudformation;
mod cloudreactor;
mod deploy_files;
mod error;
mod ip_ranges;
mod kind;
mod merge;
mod planned;
mod read;
mod split;
mod strict;
mod tags;
mod tasks;
mod terraform;
mod translate;
mod unlisted;
mod yaml;

pub use cloudformation::{Parameters, Stack, TemplateError};
pub use cloudreactor::{CloudReactor, CloudReactorError, CloudReactorTask, Open};
pub use deploy_files::{Deployment, DeploymentError};
pub use error::{InputError, Twice, Unusable};
pub use ip_ranges::{ip_ranges, read_ip_ranges};
pub use merge::parse;
pub use read::InputFile;
pub use translate::{Beside, read, read_beside, read_onto};
