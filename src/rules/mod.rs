//! The engine that judges.

mod finding;

pub use finding::*;
