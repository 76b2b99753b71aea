//! The configuration that a plan was made of, as its files have it: what locals are made of, the members of what a module is
//! called with, and dynamic blocks, none of which a plan tells.
//!
//! An expression is followed as far as it is certain what it comes to: to constants, attributes of the plan's resources, and
//! lists and objects of these. What is not certain, and every function but those that only choose and put together what they
//! are given, is unknown here, and then taken as the plan tells it.

mod blocks;
mod evaluate;
mod files;
mod functions;
mod json;
mod names;
mod operators;
mod worth;

pub(super) use files::Modules;
pub(super) use worth::Worth;
