//! `fargcheck.toml`: where it is found, what it may hold, and what is wrong with it.

mod exception;
mod form;
mod profile;
mod read;
mod workload;

pub(super) use form::schema;
pub(super) use read::Settings;
