//! What makes a snapshot impossible to resolve.

use crate::snapshot::Location;
use thiserror::Error;

/// A snapshot that says something that can't be.
#[derive(Debug, Error, Clone, PartialEq, Eq)]
pub enum NetworkError {
    /// An address block that isn't one.
    #[error("\"{text}\" is not an address block")]
    NotACidr {
        /// The text.
        text: String,
        /// Where.
        location: Location,
    },
}

impl NetworkError {
    /// Identifies the kind of error.
    pub fn code(&self) -> &'static str {
        "input/not-a-cidr"
    }

    /// What to do about it.
    pub fn help(&self) -> String {
        "write it as AWS does, such as 10.0.0.0/16 or 2001:db8::/56".into()
    }

    /// Where, with what to say about the place.
    pub fn labels(&self) -> Vec<(Location, String)> {
        let NetworkError::NotACidr { location, .. } = self;
        vec![(location.clone(), "this value".into())]
    }
}
