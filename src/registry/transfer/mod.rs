//! Whole ledgers: copied to another place or engine, backed up, restored — and the fence that keeps two of them from issuing side by
//! side.
//!
//! All of it works on plain rows ([`crate::store::TABLES`]), so that every pair of engines can be served. What is copied is
//! compared by [`digest`]; none of these commands needs a rule file that is right, except [`unfence`], which reads codes.

pub mod backup;
pub mod copy;
pub mod digest;
mod dump;
pub mod fence;
mod meta;
pub mod restore;
mod rows;
pub(crate) mod source;
mod target;
pub mod unfence;

use crate::store::{self, Snapshot, TABLES};

/// Where a run over a whole ledger stands, for the progress bar.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stand {
    /// What is being done: `copying`, `comparing` …
    pub doing: &'static str,
    /// Rows handled since that began.
    pub rows: u64,
    /// Rows there are.
    pub total: u64,
}

/// Who watches a run over a whole ledger.
pub trait Watch {
    /// Called every few thousand rows. Returning `false` stops the run (Ctrl-C).
    fn progress(&mut self, stand: Stand) -> bool;
    /// Something that a person should know now, whatever happens next.
    fn note(&mut self, line: &str);
}

/// Rows between two reports.
const STRIDE: u64 = 4_096;

/// Counts rows and reports them.
struct Counting<'w> {
    watch: &'w mut dyn Watch,
    stand: Stand,
}

impl<'w> Counting<'w> {
    fn new(watch: &'w mut dyn Watch, doing: &'static str, total: u64) -> Self {
        Self { watch, stand: Stand { doing, rows: 0, total } }
    }

    /// One more row; an error when the run is to stop.
    fn row(&mut self) -> store::Result<()> {
        self.stand.rows += 1;
        if self.stand.rows.is_multiple_of(STRIDE) { self.report() } else { Ok(()) }
    }

    fn report(&mut self) -> store::Result<()> {
        if self.watch.progress(self.stand) { Ok(()) } else { Err(store::Error::Interrupted) }
    }
}

/// How many rows a ledger has in all.
fn total(view: &mut dyn Snapshot) -> store::Result<u64> {
    TABLES.iter().map(|table| view.count(table)).sum()
}
