//! What the input may not say: things that are known, or else the call that would tell, and what references lead to.

/// The part of the snapshot that would be needed to know.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Missing {
    /// The call that answers it, as IAM names it.
    pub call: &'static str,
    /// The scope that lacks it.
    pub scope: u32,
}

/// Something that the snapshot may not hold.
pub type Known<T> = Result<T, Missing>;

/// What a reference in the input leads to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reference<T> {
    /// A resource of the snapshot.
    To(T),
    /// A resource that does not exist: its list is complete and lacks it, or it is deleted.
    Gone,
    /// It can't be told.
    Unknown(Missing),
}

impl<T: Copy> Reference<T> {
    /// The resource, where it is known.
    pub fn known(self) -> Option<T> {
        match self {
            Reference::To(id) => Some(id),
            _ => None,
        }
    }
}
