//! What a write of a file keeps between its calls.

use rusqlite::Statement as Prepared;

use crate::store::Table;
use crate::store::keys::Large;
use crate::store::written::Written;

/// What a write keeps.
pub(super) struct Writing<'a> {
    pub(super) loading: Loading,
    pub(super) written: Written,
    /// The statements that add rows, by table.
    pub(super) inserts: Vec<(&'static Table, Prepared<'a>)>,
}

impl Writing<'_> {
    pub(super) fn new(loading: Loading) -> Self {
        Self { loading, written: Written::default(), inserts: Vec::new() }
    }
}

/// What a write does with the large indexes.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Loading {
    /// Keeps them.
    Plain,
    /// Decides at the first row, after the caller's look-ups; about so many rows will come.
    Undecided { rows: u64 },
    /// Dropped them; holds for each the statement that makes it again.
    Dropped(Vec<(Large, String)>),
}
