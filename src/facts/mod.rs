//! What rules may see.

mod schema;

pub use schema::*;
