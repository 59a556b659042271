//! What a write on a server keeps between its calls.

use super::copy::Rows;
use crate::store::keys::Large;
use crate::store::written::Written;
use crate::store::{Intent, Table};

/// What a write keeps between its calls.
pub(super) struct Writing {
    pub(super) loading: Loading,
    pub(super) written: Written,
    /// The random name of the operation begun last, by which a commit whose answer was lost is
    /// looked up.
    pub(super) token: Option<String>,
    /// A statement failed: nothing more can be written, nor committed.
    pub(super) spoiled: bool,
    /// Tables that took rows with ids of their own; the next new row comes behind them.
    pub(super) copied: Vec<&'static str>,
}

impl Writing {
    pub(super) fn new(intent: Intent) -> Self {
        Self {
            loading: Loading::of(intent),
            written: Written::default(),
            token: None,
            spoiled: false,
            copied: Vec::new(),
        }
    }
}

/// How a write adds customers.
pub(super) enum Loading {
    /// One after the other.
    RowByRow,
    /// In large pieces; decides about the indexes at the first row, after the caller's look-ups.
    /// About so many rows will come.
    Undecided(u64),
    /// In large pieces.
    Copying(Copying),
}

/// Rows on their way.
#[derive(Default)]
pub(super) struct Copying {
    /// Of each table: what waits, and the highest id.
    pub(super) tables: Vec<(&'static Table, Rows, i64)>,
    /// Each dropped index, and the statement that makes it again.
    pub(super) dropped: Vec<(Large, String)>,
}

impl Loading {
    pub(super) fn of(intent: Intent) -> Self {
        match intent {
            Intent::Small => Self::RowByRow,
            Intent::Bulk(rows) => Self::Undecided(rows),
        }
    }
}
