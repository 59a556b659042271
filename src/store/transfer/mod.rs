//! Whole ledgers as rows: what copies, backups and restores need of the tables, on every engine, so
//! that nobody above has to name a table or a column.

mod batch;
mod digest;
mod leases;
mod long_texts;
mod meta;
mod progress;

pub use batch::{Batch, Receiver, copy_rows};
pub use digest::{Sum, Summing, fingerprint, sums};
pub use leases::close_leases;
pub use long_texts::{LongTexts, long_texts};
pub(super) use meta::ERASURES_DUE;
pub use meta::{Meta, is_content};
pub use progress::{Position, Progress, Report};

use super::{Result, Snapshot, TABLES, Transaction};

/// How many rows a ledger has in all.
pub fn count_rows(view: &mut dyn Snapshot) -> Result<u64> {
    TABLES.iter().map(|table| view.count(table)).sum()
}

/// How many rows a ledger has besides what it says of itself.
pub fn count_content(view: &mut dyn Snapshot) -> Result<u64> {
    TABLES.iter().filter(|table| !meta::is_meta(table)).map(|table| view.count(table)).sum()
}

/// Whether nothing was ever written to a ledger.
pub fn is_empty(view: &mut dyn Snapshot) -> Result<bool> {
    for table in TABLES.iter().filter(|table| !meta::is_meta(table)) {
        // The chain of the ledger itself has a row among the counters from the first moment on.
        let own = u64::from(table.name == "sequences");
        if view.count(table)? > own {
            return Ok(false);
        }
    }
    Ok(true)
}

/// Empties every table; what is left is `meta`.
pub fn start_over(transaction: &mut dyn Transaction, meta: &Meta) -> Result<()> {
    for table in TABLES.iter().rev() {
        transaction.clear(table)?;
    }
    meta.write(transaction)
}
