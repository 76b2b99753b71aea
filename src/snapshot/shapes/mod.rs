//! The shapes of the snapshot's elements: those of the AWS CLI's answers, with the fields that fargcheck reads.
//!
//! Every field is optional: AWS leaves out what has no value, and a hand-made snapshot leaves out what its author did not
//! know. A list whose absence must not be taken for emptiness is an `Option<Vec>`, any other a [`List`].

#![allow(missing_docs, reason = "the fields are AWS's own; the API reference of each shape documents them")]

pub use super::text::Str;
use schemars::JsonSchema;
use serde::{Deserialize, Deserializer};
use std::ops::Deref;

mod ecs;
mod elb;
mod endpoint;
mod filter;
mod ip_ranges;
mod transit;
mod vpc;

pub use ecs::*;
pub use elb::*;
pub use endpoint::*;
pub use filter::*;
pub use ip_ranges::*;
pub use transit::*;
pub use vpc::*;

/// A list that may be absent or `null`, which both mean empty. It takes no more memory than its elements.
#[derive(Debug, Clone, PartialEq, JsonSchema)]
#[serde(transparent)]
pub struct List<T>(Box<[T]>);

impl<T> Default for List<T> {
    fn default() -> Self {
        List(Box::default())
    }
}

impl<T> Deref for List<T> {
    type Target = [T];

    fn deref(&self) -> &[T] {
        &self.0
    }
}

impl<T> From<Vec<T>> for List<T> {
    fn from(list: Vec<T>) -> Self {
        List(list.into_boxed_slice())
    }
}

impl<'l, T> IntoIterator for &'l List<T> {
    type Item = &'l T;
    type IntoIter = std::slice::Iter<'l, T>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.iter()
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for List<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let list: Option<Vec<T>> = Option::deserialize(deserializer)?;
        Ok(list.map(List::from).unwrap_or_default())
    }
}
