//! Kleene's three values, where the third says what would decide.

/// Whether something holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Truth {
    Yes,
    No,
    /// It hangs on this: the name of a condition key, or `its principals`.
    Open(String),
}

impl Truth {
    pub(super) fn of(holds: bool) -> Self {
        if holds { Truth::Yes } else { Truth::No }
    }

    pub(super) fn open(what: &str) -> Self {
        Truth::Open(what.to_owned())
    }

    pub(super) fn not(self) -> Self {
        match self {
            Truth::Yes => Truth::No,
            Truth::No => Truth::Yes,
            open @ Truth::Open(_) => open,
        }
    }

    pub(super) fn and(self, other: impl FnOnce() -> Truth) -> Self {
        match self {
            Truth::No => Truth::No,
            Truth::Yes => other(),
            open @ Truth::Open(_) => match other() {
                Truth::No => Truth::No,
                _ => open,
            },
        }
    }

    pub(super) fn or(self, other: impl FnOnce() -> Truth) -> Self {
        self.not().and(|| other().not()).not()
    }

    /// Whether any holds.
    pub(super) fn any(all: impl IntoIterator<Item = Truth>) -> Self {
        all.into_iter().fold(Truth::No, |found, one| found.or(|| one))
    }
}

#[cfg(test)]
mod tests {
    use super::Truth::{self, No, Yes};

    #[test]
    fn what_is_open_stays_open_until_the_other_side_decides() {
        let open = || Truth::open("key");
        for (a, b, both, either) in [
            (Yes, Yes, Yes, Yes),
            (Yes, No, No, Yes),
            (No, No, No, No),
            (open(), Yes, open(), Yes),
            (open(), No, No, open()),
            (open(), open(), open(), open()),
        ] {
            for (a, b) in [(a.clone(), b.clone()), (b, a)] {
                assert_eq!(a.clone().and(|| b.clone()), both, "{a:?} and {b:?}");
                assert_eq!(a.clone().or(|| b.clone()), either, "{a:?} or {b:?}");
            }
        }
    }
}
