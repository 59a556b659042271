//! How far a run over a whole ledger is, for whoever watches it.

use crate::store::{Error, Result};

/// Where a run over a whole ledger is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Position {
    /// What is being done: `copying`, `comparing` …
    pub doing: &'static str,
    /// Rows handled since that began.
    pub rows: u64,
    /// Rows there are.
    pub total: u64,
}

/// Who watches a run over a whole ledger.
pub trait Progress {
    /// Called every few thousand rows. Returning `false` stops the run (Ctrl-C).
    fn at(&mut self, position: Position) -> bool;
    /// Something that a person should know now, whatever happens next.
    fn note(&mut self, line: &str);
}

/// Rows between two reports.
const STRIDE: u64 = 4_096;

/// Counts rows and reports them.
pub struct Report<'p> {
    progress: &'p mut dyn Progress,
    position: Position,
}

impl<'p> Report<'p> {
    /// Begins at the first row of `total`.
    pub fn new(progress: &'p mut dyn Progress, doing: &'static str, total: u64) -> Self {
        Self { progress, position: Position { doing, rows: 0, total } }
    }

    /// One more row; an error when the run is to stop.
    pub fn row(&mut self) -> Result<()> {
        self.position.rows += 1;
        if self.position.rows.is_multiple_of(STRIDE) { self.now() } else { Ok(()) }
    }

    /// So many rows that were there already.
    pub fn skip(&mut self, rows: u64) {
        self.position.rows += rows;
    }

    /// Reports, whatever the number of rows.
    pub fn now(&mut self) -> Result<()> {
        if self.progress.at(self.position) { Ok(()) } else { Err(Error::Interrupted) }
    }
}
