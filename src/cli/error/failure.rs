//! Why a command came to nothing.

use std::io;

use crate::registry::Error;

/// Why a command came to nothing.
#[derive(Debug)]
pub(crate) enum Failure {
    /// The registry refused or failed.
    Registry(Error),
    /// The system refused what every command needs; the outermost context says what.
    System(anyhow::Error),
    /// Standard output is gone.
    Stdout(io::Error),
    /// A signal ended the run; the ledger is as it was.
    Interrupted(u8),
    /// A signal ended the run between two writes; it was said what is left.
    Halted(u8),
}

impl<E: Into<Error>> From<E> for Failure {
    fn from(error: E) -> Self {
        Self::Registry(error.into())
    }
}
