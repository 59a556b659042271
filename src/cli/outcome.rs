//! How a command ended.

use super::error::failure::Failure;

/// How a command that did not fail ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Status {
    /// Done.
    Done,
    /// The answer is no: invalid codes, rejected rows, a code that is not there, a finding.
    No,
    /// The rule file has errors; they were the answer.
    BadRules,
    /// Done in part (`--partial`).
    Partial,
}

impl Status {
    /// The exit status.
    pub(super) fn code(self) -> u8 {
        match self {
            Self::Done => 0,
            Self::No => 1,
            Self::BadRules => 2,
            Self::Partial => 6,
        }
    }
}

/// What a command comes to.
pub(crate) type Outcome = Result<Status, Failure>;
