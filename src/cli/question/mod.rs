//! The two ends of a question, as users name them on the command line.

pub(super) mod from;
mod listening;
pub(super) mod to;
mod unknown;
