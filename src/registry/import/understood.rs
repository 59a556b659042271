//! What the first pass understood of a file.

use super::defaulted::Defaulted;
use super::rejects::Rejects;
use crate::registry::spool::Spool;

/// What the first pass understood.
pub(super) struct Understood {
    pub(super) rows: Spool,
    pub(super) rejects: Rejects,
    /// Rows of the file, refused ones included.
    pub(super) count: u64,
    /// Rows that may share a key with another row, ascending.
    pub(super) candidates: Vec<u64>,
    /// Rows that brought a code or have the only one of their combination.
    pub(super) coded: u64,
    /// Rows with a name, but neither code nor reference.
    pub(super) named_only: u64,
    /// Rows that no rule can number or read the code of; they stand only for customers whom the
    /// ledger knows.
    pub(super) unfit: u64,
    /// Rows without any content.
    pub(super) blank: u64,
    /// Rows that are totals of those above; passed over.
    pub(super) totals: u64,
    /// Rows whose code says another value than their column; both are kept.
    pub(super) drifted: u64,
    /// Names of the attributes, in column order.
    pub(super) attributes: Vec<String>,
    /// What would be taken for empty cells.
    pub(super) defaulted: Defaulted,
}
