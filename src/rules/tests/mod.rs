//! What the engine promises, over a toy schema.

mod catalogue;
mod diagnostics;
mod hostile;
mod judging;
pub(super) mod laws;
mod reading;
mod speed;
pub(super) mod toy;
