//! The snapshot: what is known of one or more AWS networks, in the shapes of the AWS CLI's answers, with the places in
//! the input that each thing came from.

mod arn;
mod calendar;
mod derived;
mod document;
mod locate;
mod mark;
mod partition;
mod place;
mod pointer;
mod secrets;
mod shapes;
mod text;

pub use arn::{Arn, components, last_part};
pub(crate) use calendar::Date;
pub use calendar::Moment;
pub use derived::*;
pub use document::*;
pub(crate) use locate::end_of_string;
pub(crate) use mark::mark_length;
pub(crate) use partition::partition_of;
pub use place::*;
pub(crate) use pointer::{keys_at, pointer_at};
pub(crate) use secrets::secrets;
pub use shapes::*;
