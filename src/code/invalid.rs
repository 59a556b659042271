//! Why a text is not a code of a pattern: which segment, where, found what, expected what.

/// The family of a fault, as in other validators.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    /// Too short or too long.
    Length,
    /// A character that cannot stand there.
    Format,
    /// A part that means nothing: no such value, no such day.
    Component,
    /// The check digit does not fit the rest.
    CheckDigit,
}

/// The fault that was met furthest in a text.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{segment} is {expected}")]
pub struct Invalid {
    /// The family.
    pub kind: Kind,
    /// Index of the segment in the pattern.
    pub index: usize,
    /// The segment as the pattern writes it, e.g. `industry`, `date:%Y`, `seq`, `check`, or the
    /// literal.
    pub segment: String,
    /// Characters (not bytes) before the fault.
    pub offset: usize,
    /// The offending part of the text; empty at its end.
    pub found: String,
    /// What could stand there, as a phrase that continues "… is": `one of A, B, C`, `4 digits`,
    /// `3`.
    pub expected: String,
}
