//! The snapshot: what is known of one or more AWS networks, in the shapes of the AWS CLI's answers, with the places in
//! the input that each thing came from.

mod calendar;
mod document;
mod locate;
mod place;
mod shapes;
mod text;

pub(crate) use calendar::Date;
pub use calendar::Moment;
pub use document::*;
pub use place::*;
pub use shapes::*;
