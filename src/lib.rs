//! Collects a snapshot of an AWS account.
#[cfg(feature = "scan")]
pub mod collect;
