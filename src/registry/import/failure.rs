//! Why a row is not taken in, apart from why a run cannot go on.

use crate::registry::Error;
use crate::registry::customer::cancelled::Cancelled;
use crate::store;

/// A failure of one row, or of the whole run.
#[derive(Debug)]
pub(super) enum Failure {
    /// The row is refused, for this reason.
    Row(String),
    /// The run ends.
    Run(Error),
}

/// What is made of one row.
pub(super) type RowResult<T> = std::result::Result<T, Failure>;

impl Failure {
    /// What a known customer refuses concerns the row; all else ends the run.
    pub(super) fn of_existing(error: Error) -> Self {
        match error {
            Error::Conflict { what, .. } => Self::Row(what),
            error => Self::Run(error),
        }
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self::Run(error)
    }
}

impl From<store::Error> for Failure {
    fn from(error: store::Error) -> Self {
        Self::Run(error.into())
    }
}

impl From<Cancelled> for Failure {
    fn from(cancelled: Cancelled) -> Self {
        Self::Row(cancelled.in_line())
    }
}
