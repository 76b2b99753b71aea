//! The document: typed, with places.

mod locate;
mod place;

pub use place::*;
